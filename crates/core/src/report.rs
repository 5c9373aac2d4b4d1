//! Statements: who said what about which place, and when.

use jiff::Timestamp;
use thiserror::Error;

use crate::{ActorIndex, Extra, SiteIndex, SourceIndex, Window};

/// Place of a [`Report`] in [`Ledger::reports`](crate::Ledger::reports).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportIndex(pub u32);

/// One statement by one source about one or more sites.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Unique id, used in files.
    pub id: String,
    /// The sites it speaks of, at least one, none twice.
    pub sites: Vec<SiteIndex>,
    /// Whom it is about; none only for [`Assertion::Context`].
    pub actor: Option<ActorIndex>,
    /// What it asserts.
    pub asserts: Assertion,
    /// When it was so.
    pub time: Window,
    /// When it became known; its latest instant counts.
    pub said: Window,
    /// Who asserts it.
    pub source: SourceIndex,
    /// Through whom it reached us, nearest first.
    pub via: Vec<SourceIndex>,
    /// The Admiralty digit as it could be judged when the report was said.
    pub credibility: Credibility,
    /// A later grade, used only by those who know of it.
    pub review: Option<Review>,
    /// The reports this one withdraws or corrects.
    pub supersedes: Vec<ReportIndex>,
    /// Reference.
    pub citation: String,
    /// Free text.
    pub note: String,
    /// Columns the format does not know.
    pub extra: Extra,
}

impl Report {
    /// The instant from which the report is known: the end of the window in which it was said.
    #[must_use]
    pub fn known_from(&self) -> Timestamp {
        self.said.latest()
    }

    /// The grade as known at `as_of`: the reviewed one where it had been given by then. None means everything is known.
    #[must_use]
    pub fn credibility_as_of(&self, as_of: Option<Timestamp>) -> Credibility {
        match self.review {
            Some(review) if as_of.is_none_or(|as_of| review.given <= as_of) => review.credibility,
            _ => self.credibility,
        }
    }
}

/// A grade given with hindsight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// The later grade.
    pub credibility: Credibility,
    /// From when it was known.
    pub given: Timestamp,
}

/// What a report asserts of an actor at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assertion {
    /// The actor holds the site.
    Controls,
    /// The actor gained it.
    Takes,
    /// Fighting at the site, the actor attacking.
    Attacks,
    /// The actor's forces are in it, control not claimed.
    Enters,
    /// The actor left or was driven out.
    Loses,
    /// The source says the actor does not hold it.
    Denies,
    /// The source sees no significant attack by the actor.
    Quiet,
    /// The actor is moving towards it.
    Approaches,
    /// No evidence of control: support, allegiance, harm.
    Context,
}

/// A word that is no assertion.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("expected one of {} but got \"{word}\"", Assertion::words().join(", "))]
pub struct UnknownWord {
    /// The word given.
    pub word: String,
}

impl Assertion {
    /// Every assertion, in the order of the format's table.
    pub const ALL: [Self; 9] =
        [Self::Controls, Self::Takes, Self::Attacks, Self::Enters, Self::Loses, Self::Denies, Self::Quiet, Self::Approaches, Self::Context];

    /// The word files use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Controls => "controls",
            Self::Takes => "takes",
            Self::Attacks => "attacks",
            Self::Enters => "enters",
            Self::Loses => "loses",
            Self::Denies => "denies",
            Self::Quiet => "quiet",
            Self::Approaches => "approaches",
            Self::Context => "context",
        }
    }

    /// All words, in the order of the format's table.
    #[must_use]
    pub fn words() -> [&'static str; 9] {
        Self::ALL.map(Self::word)
    }

    /// Reads a word.
    ///
    /// # Errors
    ///
    /// [`UnknownWord`] for any text that is not one of [`Assertion::words`] to the letter.
    pub fn from_word(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|assertion| assertion.word() == word).ok_or_else(|| UnknownWord { word: word.to_owned() })
    }
}

/// How far a statement can be believed: the digit of the Admiralty code (NATO AJP-2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credibility {
    /// Confirmed by other sources.
    Confirmed,
    /// Probably true.
    Probable,
    /// Possibly true.
    Possible,
    /// Doubtful.
    Doubtful,
    /// Improbable.
    Improbable,
    /// Cannot be judged.
    #[default]
    CannotBeJudged,
}

impl Credibility {
    /// Reads a digit `1` to `6`; anything else is none.
    #[must_use]
    pub fn from_digit(digit: &str) -> Option<Self> {
        Some(match digit {
            "1" => Self::Confirmed,
            "2" => Self::Probable,
            "3" => Self::Possible,
            "4" => Self::Doubtful,
            "5" => Self::Improbable,
            "6" => Self::CannotBeJudged,
            _ => return None,
        })
    }

    /// The digit, 1 to 6.
    #[must_use]
    pub fn digit(self) -> u8 {
        match self {
            Self::Confirmed => 1,
            Self::Probable => 2,
            Self::Possible => 3,
            Self::Doubtful => 4,
            Self::Improbable => 5,
            Self::CannotBeJudged => 6,
        }
    }
}
