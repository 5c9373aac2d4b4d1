//! The exclusive things that may be true of a site, as positions in a row of probabilities.

use marchland_core::{ActorIndex, Hypothesis};

/// Weight of *held by another* where something is shared evenly and every other hypothesis has 1; chosen: halving or doubling
/// it moves no check on the Kunduz reports by more than .003.
const WEIGHT_OF_ANOTHER: f64 = 0.01;

/// *Held by* each contender in order, then *contested*, then *held by another*.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hypotheses<'a> {
    contenders: &'a [ActorIndex],
}

impl<'a> Hypotheses<'a> {
    pub(super) fn new(contenders: &'a [ActorIndex]) -> Self {
        Self { contenders }
    }

    /// How many there are: two more than contenders.
    pub(super) fn count(self) -> usize {
        self.contenders.len() + 2
    }

    /// The hypothesis at a position.
    pub(super) fn at(self, position: usize) -> Hypothesis {
        match self.contenders.get(position) {
            Some(&actor) => Hypothesis::HeldBy(actor),
            None if position == self.contenders.len() => Hypothesis::Contested,
            None => Hypothesis::HeldByAnother,
        }
    }

    /// All of them in order.
    pub(super) fn each(self) -> impl Iterator<Item = Hypothesis> {
        (0..self.count()).map(move |position| self.at(position))
    }

    /// Where a hypothesis stands; one about an actor who is no contender stands nowhere.
    pub(super) fn position(self, hypothesis: Hypothesis) -> Option<usize> {
        self.each().position(|known| known == hypothesis)
    }

    /// One, shared evenly among the hypotheses that qualify; nothing where none does.
    pub(super) fn evenly(self, qualifies: impl Fn(Hypothesis) -> bool) -> Vec<f64> {
        let weight = |hypothesis| match hypothesis {
            hypothesis if !qualifies(hypothesis) => 0.0,
            Hypothesis::HeldByAnother => WEIGHT_OF_ANOTHER,
            Hypothesis::HeldBy(_) | Hypothesis::Contested => 1.0,
        };
        let mut shares: Vec<f64> = self.each().map(weight).collect();
        let total: f64 = shares.iter().sum();
        if total > 0.0 {
            for share in &mut shares {
                *share /= total;
            }
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_by_another_gets_a_hundredth_of_an_even_share() {
        let contenders = [ActorIndex(0), ActorIndex(4)];
        let hypotheses = Hypotheses::new(&contenders);
        let shares = hypotheses.evenly(|hypothesis| hypothesis != Hypothesis::HeldBy(ActorIndex(0)));
        assert_eq!(shares, [0.0, 1.0 / 2.01, 1.0 / 2.01, 0.01 / 2.01]);
        assert_eq!(hypotheses.position(Hypothesis::HeldBy(ActorIndex(4))), Some(1));
        assert_eq!(hypotheses.position(Hypothesis::HeldBy(ActorIndex(3))), None);
    }
}
