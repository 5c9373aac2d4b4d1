//! Who holds a place, and how surely.

use crate::ActorIndex;

/// Who holds a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControlState {
    /// One actor holds it.
    Held(ActorIndex),
    /// The actors, in order, fight for it or are said to hold it at once; empty where the data does not say who.
    Contested(Vec<ActorIndex>),
    /// Nobody knows.
    Unknown,
}

impl ControlState {
    /// The holder, where there is one.
    #[must_use]
    pub fn holder(&self) -> Option<ActorIndex> {
        match self {
            Self::Held(actor) => Some(*actor),
            Self::Contested(_) | Self::Unknown => None,
        }
    }

    /// Every actor the state names, in order.
    #[must_use]
    pub fn actors(&self) -> &[ActorIndex] {
        match self {
            Self::Held(actor) => std::slice::from_ref(actor),
            Self::Contested(actors) => actors,
            Self::Unknown => &[],
        }
    }
}

/// How surely a state is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Held, very probably, and on the word of at least one source that does not lean to the holder.
    Confirmed,
    /// Held, but less surely or only on the holder's own word.
    Claimed,
    /// Contested.
    Contested,
    /// Unknown.
    Unknown,
}

impl Status {
    /// All of them, the surest first.
    pub const ALL: [Self; 4] = [Self::Confirmed, Self::Claimed, Self::Contested, Self::Unknown];

    /// The word files and maps use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Claimed => "claimed",
            Self::Contested => "contested",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a word; anything but the four is none.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// One of the exclusive things that may be true of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hypothesis {
    /// Held by this actor.
    HeldBy(ActorIndex),
    /// Contested.
    Contested,
    /// Held by an actor no report names.
    HeldByAnother,
}
