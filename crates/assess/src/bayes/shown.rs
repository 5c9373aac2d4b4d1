//! The state shown, from the probabilities of the hypotheses, and the seconds at which it changes.

use marchland_core::Hypothesis;

use super::chain::Chain;
use super::hypotheses::Hypotheses;
use crate::periods::{Reading, Shown};
use crate::second::DAY_S;

/// A hypothesis this probable is shown.
const SHOWN: f64 = 0.5;
/// A hold this probable can be confirmed.
const SURE: f64 = 0.8;

/// Reads states off a site's belief.
pub(super) struct Reader<'a> {
    pub(super) chain: &'a Chain,
    pub(super) hypotheses: Hypotheses<'a>,
    /// Whether two contenders are of different sides.
    pub(super) has_opponents: bool,
    row: Vec<f64>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(chain: &'a Chain, hypotheses: Hypotheses<'a>, has_opponents: bool) -> Self {
        Self { chain, hypotheses, has_opponents, row: Vec::new() }
    }

    /// What is shown from `start` up to before `end`, within which nobody speaks: one reading for each second at which the
    /// state, or whether a hold is sure enough to be confirmed, changes.
    pub(super) fn read(&mut self, start: i64, end: i64) -> Vec<Reading> {
        let mut readings = vec![self.reading(start)];
        let mut known = start;
        for sample in self.samples(start, end) {
            let mut found = self.reading(sample);
            while !alike(&found, &readings[readings.len() - 1]) {
                let change = self.change(known, sample, readings[readings.len() - 1]);
                let before = self.reading(change - 1);
                lower(&mut readings, before);
                readings.push(self.reading(change));
                known = change;
                found = self.reading(sample);
            }
            lower(&mut readings, found);
            known = sample;
        }
        readings
    }

    /// What is shown at a second.
    fn reading(&mut self, at: i64) -> Reading {
        self.chain.posterior(at, &mut self.row);
        let (position, most) = self.row.iter().copied().enumerate().fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
        let another = self.row[self.row.len() - 1];
        let contested = self.row[self.row.len() - 2];
        // Of two that are equally probable neither is the most probable.
        let most_alone = self.row.iter().filter(|value| **value >= most).count() == 1;
        let (shown, least) = match self.hypotheses.at(position) {
            Hypothesis::HeldBy(actor) if most >= SHOWN && most_alone => (Shown::Held(actor), Some(most)),
            Hypothesis::HeldByAnother if most >= SHOWN => (Shown::Unknown, None),
            Hypothesis::Contested if most >= SHOWN => (Shown::Contested, Some(contested)),
            _ if self.has_opponents && 1.0 - another >= SHOWN => (Shown::Contested, Some(contested)),
            _ => (Shown::Unknown, None),
        };
        Reading { start: at, shown, sure: most >= SURE, least }
    }

    /// The first second after `known` at which something else is shown than there; something else is shown at `other`.
    fn change(&mut self, mut known: i64, mut other: i64, shown: Reading) -> i64 {
        while other - known > 1 {
            let middle = known + (other - known) / 2;
            if alike(&self.reading(middle), &shown) { known = middle } else { other = middle }
        }
        other
    }

    /// Seconds after `start` at which to look, the last one before `end` among them.
    ///
    /// Belief bends where *contested* fades, fast after a breakpoint and, seen from what follows, before the next one; so there
    /// the looks lie close, and elsewhere as far apart as unseen change allows. Steps are chosen; wider ones would miss a state
    /// shown for a short while between two looks.
    fn samples(&self, start: i64, end: i64) -> Vec<i64> {
        let (flow, last) = (self.chain.flow_at(start), end - 1);
        let mut samples = vec![last];
        let mut add = |offset: f64| {
            let offset = offset as i64;
            if offset > 0 && offset < last - start {
                samples.extend([start + offset, last - offset]);
            }
        };
        if let Some(days) = flow.fading_days() {
            for part in [0.03, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0] {
                add(part * days * DAY_S);
            }
        }
        if let Some(days) = flow.unseen_days() {
            let parts = ((last - start) as f64 / (days * DAY_S / 5.0)).ceil().clamp(1.0, 64.0);
            (1..parts as i64).for_each(|part| add((last - start) as f64 * part as f64 / parts));
        }
        samples.retain(|sample| *sample > start);
        samples.sort_unstable();
        samples.dedup();
        samples
    }
}

/// Takes what was seen later of the last reading into its least probability.
fn lower(readings: &mut [Reading], seen: Reading) {
    if let Some(last) = readings.last_mut() {
        last.least = last.least.into_iter().chain(seen.least).reduce(f64::min);
    }
}

/// Whether two readings show the same, equally fit to be confirmed.
fn alike(one: &Reading, other: &Reading) -> bool {
    one.shown == other.shown && (one.sure == other.sure || !matches!(one.shown, Shown::Held(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::scene::{Scene, day, second, testimony};
    use crate::{Assessor, BayesSettings, Rule};
    use marchland_core::Assertion::{Attacks, Controls};
    use marchland_core::{ActorIndex, ControlState, SiteIndex};

    const BLUE: ActorIndex = ActorIndex(2);

    /// An attack on a place that blue held first.
    fn scene() -> Scene {
        let mut scene = Scene::new();
        scene.source("wire", 'A', "").held_first("blue");
        scene.say("a", "place", "red", Attacks, day(10), "wire");
        scene.draft.horizon = Some(second(60 * 86_400));
        scene
    }

    #[test]
    fn a_contest_ends_in_the_second_in_which_another_state_becomes_as_likely() {
        let (ledger, rule) = (scene().ledger(), Rule::default());
        let assessor = Assessor::new(&ledger, &rule, None);
        let timeline = assessor.timeline(SiteIndex(0));
        let starts: Vec<i64> = timeline.assessments().iter().map(|row| row.period.start().as_second()).collect();
        assert_eq!(starts[1], 10 * 86_400);
        let end = timeline.assessments()[1].period.end();
        assert!(end.as_second() > 18 * 86_400, "it fades only from a week after the day of the attack");
        let contested = |at: i64| {
            let state = assessor.state_at(SiteIndex(0), second(at));
            state.probabilities.iter().find(|(hypothesis, _)| *hypothesis == Hypothesis::Contested).unwrap().1
        };
        let held = |at: i64| assessor.state_at(SiteIndex(0), second(at)).probabilities[1].1;
        let turn = timeline.assessments()[2].period.start().as_second();
        assert_eq!(timeline.assessments()[2].control, ControlState::Held(BLUE));
        assert!(held(turn) >= 0.5 && held(turn - 1) < 0.5);
        assert!(contested(turn) < 0.5);
    }

    #[test]
    fn the_confidence_of_a_row_is_the_least_probability_in_it() {
        let (ledger, rule) = (scene().ledger(), Rule::default());
        let assessor = Assessor::new(&ledger, &rule, None);
        let timeline = assessor.timeline(SiteIndex(0));
        for row in timeline.assessments() {
            let (start, end) = (row.period.start().as_second(), row.period.end().as_second());
            let seen = (start..end).step_by(3600).filter_map(|at| assessor.state_at(SiteIndex(0), second(at)).confidence);
            let least = seen.fold(1.0, f64::min);
            assert!(row.confidence.unwrap() <= least + 1e-12 && row.confidence.unwrap() > least - 0.01, "{row:?}");
        }
    }

    #[test]
    fn a_split_between_contested_and_the_only_contender_is_unknown_and_one_between_opponents_is_a_contest() {
        let reading = |named: &[ActorIndex], has_opponents| {
            let mut scene = Scene::new();
            scene.source("coin", 'E', "");
            for (actor, id) in [("red", "a"), ("blue", "b")].into_iter().take(named.len()) {
                scene.say(id, "place", actor, Controls, day(10), "coin");
            }
            let ledger = scene.ledger();
            let testimony = testimony(&ledger, "place");
            let chain = Chain::new(&testimony, &BayesSettings::default(), None);
            Reader::new(&chain, Hypotheses::new(named), has_opponents).reading(9 * 86_400)
        };
        assert_eq!(reading(&[ActorIndex(0)], false).shown, Shown::Unknown);
        let split = reading(&[ActorIndex(0), BLUE], true);
        assert_eq!(split.shown, Shown::Contested);
        assert!(split.least.unwrap() < 0.34, "a third each: {split:?}");
    }
}
