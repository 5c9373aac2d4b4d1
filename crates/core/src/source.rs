//! Who says so.

use crate::{ActorIndex, Extra};

/// Place of a [`Source`] in [`Ledger::sources`](crate::Ledger::sources).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceIndex(pub u32);

/// Somebody who makes statements: an agency, a spokesman, a witness.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Unique id, used in files.
    pub id: String,
    /// Label.
    pub name: String,
    /// Free text: agency, spokesman, broadcaster.
    pub kind: String,
    /// The party the source speaks for or leans to.
    pub leans_to: Option<ActorIndex>,
    /// The Admiralty letter.
    pub reliability: Reliability,
    /// SPDX id or free text.
    pub licence: String,
    /// What of it may leave the dataset.
    pub publish: Publish,
    /// Free text.
    pub note: String,
    /// Columns the format does not know.
    pub extra: Extra,
}

/// How far a source can be trusted: the letter of the Admiralty code (NATO AJP-2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reliability {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// Cannot be judged, which is not worse than E.
    #[default]
    F,
}

impl Reliability {
    /// Reads a letter `A` to `F`, in either case; anything else is none.
    #[must_use]
    pub fn from_letter(letter: &str) -> Option<Self> {
        Some(match letter {
            "A" | "a" => Self::A,
            "B" | "b" => Self::B,
            "C" | "c" => Self::C,
            "D" | "d" => Self::D,
            "E" | "e" => Self::E,
            "F" | "f" => Self::F,
            _ => return None,
        })
    }

    /// The letter.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::A => 'A',
            Self::B => 'B',
            Self::C => 'C',
            Self::D => 'D',
            Self::E => 'E',
            Self::F => 'F',
        }
    }
}

/// What of a source may leave the dataset in exports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Publish {
    /// Everything.
    #[default]
    Yes,
    /// States made from it may leave, its rows may not.
    Derived,
    /// Nothing: neither its rows nor states made from it.
    No,
}
