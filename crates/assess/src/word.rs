//! What a word says: of which hypotheses, at which instants.
//!
//! This file is the table of assertions as code. How far a word moves belief is the rule's affair.

use marchland_core::{ActorIndex, Assertion, Hypothesis, Window, Written};

use crate::second::whole;
use crate::worth::probability;

/// What a report says of control, and what it is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Word {
    /// Of whom.
    pub(crate) actor: ActorIndex,
    /// What; never [`Assertion::Context`].
    pub(crate) asserts: Assertion,
    /// When.
    pub(crate) window: Window,
    /// Log-odds that it is right, not negative.
    pub(crate) log_odds: f64,
}

/// How a word stands to a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    For,
    Against,
    Nothing,
}

/// The instants at which a word speaks, as whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instants {
    /// Once, with all its log-odds.
    Once(i64),
    /// A state throughout an interval: at both ends, with half its log-odds at each.
    Throughout(i64, i64),
}

impl Instants {
    /// The first of them.
    pub(crate) fn first(self) -> i64 {
        match self {
            Self::Once(at) | Self::Throughout(at, _) => at,
        }
    }

    /// The last of them.
    pub(crate) fn last(self) -> i64 {
        match self {
            Self::Once(at) | Self::Throughout(_, at) => at,
        }
    }

    /// Each of them.
    pub(crate) fn each(self) -> impl Iterator<Item = i64> {
        let (first, last) = (self.first(), self.last());
        std::iter::once(first).chain((first != last).then_some(last))
    }
}

impl Word {
    /// The chance that it is right.
    pub(crate) fn worth(&self) -> f64 {
        probability(self.log_odds)
    }

    /// How it stands to a hypothesis.
    pub(crate) fn says(&self, hypothesis: Hypothesis) -> Says {
        let held = hypothesis == Hypothesis::HeldBy(self.actor);
        let contested = hypothesis == Hypothesis::Contested;
        let speaks_for = match self.asserts {
            Assertion::Takes | Assertion::Controls => held,
            Assertion::Attacks => contested,
            Assertion::Enters => contested || held,
            Assertion::Loses | Assertion::Denies => !held,
            Assertion::Quiet => !contested,
            Assertion::Approaches if !contested => return Says::Nothing,
            Assertion::Approaches => true,
            Assertion::Context => return Says::Nothing,
        };
        if speaks_for { Says::For } else { Says::Against }
    }

    /// How it stands to a hypothesis about the time before its window: who takes or attacks a place did not hold it.
    ///
    /// A word of state says nothing of before.
    pub(crate) fn says_of_before(&self, hypothesis: Hypothesis) -> Says {
        let held = hypothesis == Hypothesis::HeldBy(self.actor);
        let speaks_for = match self.asserts {
            Assertion::Takes | Assertion::Attacks | Assertion::Enters => !held,
            Assertion::Loses => held || hypothesis == Hypothesis::Contested,
            _ => return Says::Nothing,
        };
        if speaks_for { Says::For } else { Says::Against }
    }

    /// Whether it tells of a change, and so of before.
    pub(crate) fn is_of_change(&self) -> bool {
        matches!(self.asserts, Assertion::Takes | Assertion::Attacks | Assertion::Enters | Assertion::Loses)
    }

    /// Whether it tells of fighting.
    pub(crate) fn is_of_fighting(&self) -> bool {
        matches!(self.asserts, Assertion::Attacks | Assertion::Enters)
    }

    /// Whether it says that its actor holds the place.
    pub(crate) fn is_of_holding(&self) -> bool {
        matches!(self.asserts, Assertion::Takes | Assertion::Controls)
    }

    /// When it speaks: `attacks`, `enters`, `approaches` at the start of the window, a state written as an interval at both
    /// ends, all else at the end.
    pub(crate) fn instants(&self) -> Instants {
        let (start, end) = (whole(self.window.earliest()), whole(self.window.latest()));
        match self.asserts {
            Assertion::Attacks | Assertion::Enters | Assertion::Approaches => Instants::Once(start),
            Assertion::Takes | Assertion::Loses => Instants::Once(end),
            _ if self.window.written() == Written::Interval && start < end => Instants::Throughout(start, end),
            _ => Instants::Once(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::scene::{day, interval};
    use Says::{Against, For, Nothing};

    const RED: ActorIndex = ActorIndex(0);

    fn word(asserts: Assertion) -> Word {
        Word { actor: RED, asserts, window: day(1), log_odds: 1.0 }
    }

    /// Of red, blue, contested and another.
    fn stands(says: impl Fn(Hypothesis) -> Says) -> [Says; 4] {
        [Hypothesis::HeldBy(RED), Hypothesis::HeldBy(ActorIndex(1)), Hypothesis::Contested, Hypothesis::HeldByAnother].map(says)
    }

    #[test]
    fn every_word_speaks_for_and_against_as_the_format_says() {
        let table = [
            (Assertion::Takes, [For, Against, Against, Against]),
            (Assertion::Controls, [For, Against, Against, Against]),
            (Assertion::Attacks, [Against, Against, For, Against]),
            (Assertion::Enters, [For, Against, For, Against]),
            (Assertion::Loses, [Against, For, For, For]),
            (Assertion::Denies, [Against, For, For, For]),
            (Assertion::Quiet, [For, For, Against, For]),
            (Assertion::Approaches, [Nothing, Nothing, For, Nothing]),
        ];
        for (asserts, expected) in table {
            assert_eq!(stands(|hypothesis| word(asserts).says(hypothesis)), expected, "{asserts:?}");
        }
    }

    #[test]
    fn words_of_change_speak_of_before_and_words_of_state_do_not() {
        let before = |asserts| stands(|hypothesis| word(asserts).says_of_before(hypothesis));
        assert_eq!(before(Assertion::Takes), [Against, For, For, For]);
        assert_eq!(before(Assertion::Attacks), before(Assertion::Takes));
        assert_eq!(before(Assertion::Enters), before(Assertion::Takes));
        assert_eq!(before(Assertion::Loses), [For, Against, For, Against]);
        assert_eq!(before(Assertion::Denies), [Nothing; 4]);
    }

    #[test]
    fn fighting_speaks_at_the_start_of_its_day_and_a_capture_at_the_end() {
        assert_eq!(word(Assertion::Attacks).instants(), Instants::Once(86_400));
        assert_eq!(word(Assertion::Takes).instants(), Instants::Once(2 * 86_400 - 1));
        assert_eq!(word(Assertion::Controls).instants(), Instants::Once(2 * 86_400 - 1));
    }

    #[test]
    fn a_state_written_as_an_interval_speaks_at_both_ends_and_a_change_does_not() {
        let over = |asserts| Word { window: interval(1, 3), ..word(asserts) }.instants();
        assert_eq!(over(Assertion::Denies), Instants::Throughout(86_400, 4 * 86_400 - 1));
        assert_eq!(over(Assertion::Takes), Instants::Once(4 * 86_400 - 1));
        assert_eq!(over(Assertion::Enters), Instants::Once(86_400));
    }
}
