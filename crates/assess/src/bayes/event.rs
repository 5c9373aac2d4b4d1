//! What happens to belief at the instants at which words are spoken.
//!
//! At an instant belief *f* becomes, up to scale, `[(1 − m)(f ∘ B) + m Σ(f ∘ B) s] ∘ L`: what the words say of before (*B*),
//! then the share *m* of belief that moves to what they say (*s*), then what they are worth (*L*). Which words speak when is
//! settled here; what belief does in between is not.

use std::collections::{BTreeMap, BTreeSet};

use marchland_core::{Assertion, Hypothesis};

use super::BayesSettings;
use super::hypotheses::Hypotheses;
use crate::second::whole;
use crate::voice::Voice;
use crate::word::{Instants, Says, Word};
use crate::worth::probability;

/// Share of `approaches`, as a part of the share of a state: .025 beside .1. Chosen; raising it lets columns on the road shake
/// belief in who holds the town.
const APPROACHING: f64 = 0.25;
/// Factor of a hypothesis of which a word says nothing: a coin's.
const COIN: f64 = 0.5;

/// What the words of one instant do.
#[derive(Clone, Debug)]
pub(super) struct Event {
    before: Vec<f64>,
    share: f64,
    /// Where the shares go, weighted by them: not yet divided by `shares`.
    toward: Vec<f64>,
    shares: f64,
    likelihood: Vec<f64>,
}

impl Event {
    fn new(hypotheses: usize) -> Self {
        let (ones, zeros) = (vec![1.0; hypotheses], vec![0.0; hypotheses]);
        Self { before: ones.clone(), share: 0.0, toward: zeros, shares: 0.0, likelihood: ones }
    }

    /// Belief after the instant, from belief before it; scaled to a sum of one.
    pub(super) fn forward(&self, belief: &mut [f64]) {
        times(belief, &self.before);
        let total: f64 = belief.iter().sum();
        for (position, value) in belief.iter_mut().enumerate() {
            *value = ((1.0 - self.share) * *value + self.share * total * self.target(position)) * self.likelihood[position];
        }
        scale_to_one(belief);
    }

    /// How well each hypothesis before the instant explains all that follows, from how well each after it does.
    pub(super) fn backward(&self, explains: &mut [f64]) {
        times(explains, &self.likelihood);
        let moved: f64 = explains.iter().enumerate().map(|(position, value)| value * self.target(position)).sum();
        for (value, before) in explains.iter_mut().zip(&self.before) {
            *value = ((1.0 - self.share) * *value + self.share * moved) * before;
        }
        scale_to_one(explains);
    }

    fn target(&self, position: usize) -> f64 {
        if self.shares > 0.0 { self.toward[position] / self.shares } else { 0.0 }
    }

    fn hear_of_before(&mut self, word: &Word, hypotheses: Hypotheses<'_>) {
        let p = word.worth();
        let factor = |hypothesis| factor(word.says_of_before(hypothesis), p);
        multiply_in(&mut self.before, hypotheses.each().map(factor));
    }

    fn hear(&mut self, word: &Word, log_odds: f64, share: f64, hypotheses: Hypotheses<'_>) {
        let p = probability(log_odds);
        multiply_in(&mut self.likelihood, hypotheses.each().map(|hypothesis| factor(word.says(hypothesis), p)));
        let target = hypotheses.evenly(|hypothesis| word.says(hypothesis) == Says::For);
        for (sum, part) in self.toward.iter_mut().zip(target) {
            *sum += share * part;
        }
        self.shares += share;
        self.share = self.share.max(share);
    }
}

fn factor(says: Says, p: f64) -> f64 {
    match says {
        Says::For => p,
        Says::Against => 1.0 - p,
        Says::Nothing => COIN,
    }
}

/// Multiplies factors in and scales the largest product to one, so that a thousand words at one instant do not vanish.
fn multiply_in(product: &mut [f64], factors: impl Iterator<Item = f64>) {
    product.iter_mut().zip(factors).for_each(|(value, factor)| *value *= factor);
    let largest = product.iter().copied().fold(0.0, f64::max);
    if largest > 0.0 {
        for value in product {
            *value /= largest;
        }
    }
}

fn times(row: &mut [f64], factors: &[f64]) {
    row.iter_mut().zip(factors).for_each(|(value, factor)| *value *= factor);
}

/// Scales a row to a sum of one; a row of nothing, which only words beyond a float's range can make, becomes even.
pub(super) fn scale_to_one(row: &mut [f64]) {
    let total: f64 = row.iter().sum();
    let even = 1.0 / row.len() as f64;
    for value in row {
        *value = if total > 0.0 { *value / total } else { even };
    }
}

/// The events of a site's voices, by second.
pub(super) fn events(voices: &[&Voice], hypotheses: Hypotheses<'_>, settings: &BayesSettings) -> BTreeMap<i64, Event> {
    let mut events: BTreeMap<i64, Event> = BTreeMap::new();
    let unordered = of_unknown_order(voices);
    for (position, Voice { word, .. }) in voices.iter().enumerate() {
        if word.is_of_change() && !unordered.contains(&position) {
            at(&mut events, whole(word.window.earliest()), hypotheses).hear_of_before(word, hypotheses);
        }
        let share = share(word.asserts, settings);
        match word.instants() {
            Instants::Once(instant) => at(&mut events, instant, hypotheses).hear(word, word.log_odds, share, hypotheses),
            Instants::Throughout(first, last) => {
                at(&mut events, first, hypotheses).hear(word, word.log_odds / 2.0, share, hypotheses);
                at(&mut events, last, hypotheses).hear(word, word.log_odds / 2.0, share, hypotheses);
            }
        }
    }
    events
}

fn at<'a>(events: &'a mut BTreeMap<i64, Event>, second: i64, hypotheses: Hypotheses<'_>) -> &'a mut Event {
    events.entry(second).or_insert_with(|| Event::new(hypotheses.count()))
}

fn share(asserts: Assertion, settings: &BayesSettings) -> f64 {
    match asserts {
        Assertion::Takes | Assertion::Attacks | Assertion::Enters | Assertion::Loses => settings.change,
        Assertion::Controls | Assertion::Denies | Assertion::Quiet => settings.state,
        Assertion::Approaches => settings.state * APPROACHING,
        Assertion::Context => 0.0,
    }
}

/// Voices that say nothing of before since the order of what they tell is not known: two actors said to have taken the place in
/// overlapping windows, or one to have taken and lost it. Of the site and of the wholes above it alike.
fn of_unknown_order(voices: &[&Voice]) -> BTreeSet<usize> {
    let turns = |position: &usize| matches!(voices[*position].word.asserts, Assertion::Takes | Assertion::Loses);
    let mut turning: Vec<usize> = (0..voices.len()).filter(turns).collect();
    turning.sort_by_key(|&position| voices[position].word.window.earliest());
    let mut unordered = BTreeSet::new();
    for (nth, &first) in turning.iter().enumerate() {
        let end = voices[first].word.window.latest();
        let overlapping = turning[nth + 1..].iter().take_while(|&&second| voices[second].word.window.earliest() <= end);
        for &second in overlapping.filter(|&&second| cross(&voices[first].word, &voices[second].word)) {
            unordered.extend([first, second]);
        }
    }
    unordered
}

fn cross(one: &Word, other: &Word) -> bool {
    let both_take = one.asserts == Assertion::Takes && other.asserts == Assertion::Takes;
    if both_take { one.actor != other.actor } else { one.asserts != other.asserts && one.actor == other.actor }
}

/// The belief before the first word: even, but for who is said to have held the site first.
pub(super) fn first_belief(hypotheses: Hypotheses<'_>, initial: Option<marchland_core::Initial>) -> Vec<f64> {
    let Some(initial) = initial else { return hypotheses.evenly(|_| true) };
    let holder = Hypothesis::HeldBy(initial.actor);
    let mut belief = hypotheses.evenly(|hypothesis| hypothesis != holder);
    for value in &mut belief {
        *value *= 1.0 - initial.confidence;
    }
    if let Some(position) = hypotheses.position(holder) {
        belief[position] = initial.confidence;
    }
    belief
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::scene::{Scene, day, interval, testimony};
    use Assertion::{Attacks, Loses, Takes};

    /// The ids of the voices that say nothing of before.
    fn silent(scene: &Scene) -> Vec<String> {
        let ledger = scene.ledger();
        let testimony = testimony(&ledger, "pd2");
        let voices: Vec<&Voice> = testimony.voices.iter().collect();
        of_unknown_order(&voices).into_iter().map(|voice| ledger.report(voices[voice].hearing.report).id.clone()).collect()
    }

    fn scene() -> Scene {
        let mut scene = Scene::new();
        scene.source("wire", 'A', "").source("paper", 'B', "");
        scene
    }

    #[test]
    fn two_captures_on_one_day_say_nothing_of_before_and_an_attack_still_does() {
        let mut scene = scene();
        scene.say("attack", "pd2", "red", Attacks, day(3), "paper");
        scene.say("red", "pd2", "red", Takes, day(3), "wire");
        scene.say("blue", "city", "blue", Takes, interval(2, 3), "wire");
        scene.say("later", "pd2", "red", Takes, day(4), "paper");
        assert_eq!(silent(&scene), ["blue", "red"]);
    }

    #[test]
    fn a_capture_and_a_loss_by_one_actor_on_one_day_say_nothing_of_before() {
        let mut scene = scene();
        scene.say("taken", "pd2", "red", Takes, day(3), "wire");
        scene.say("lost", "pd2", "red", Loses, day(3), "wire");
        scene.say("other", "pd2", "blue", Loses, day(3), "wire");
        assert_eq!(silent(&scene), ["taken", "lost"]);
    }

    #[test]
    fn who_held_the_site_first_has_his_share_and_the_rest_is_even() {
        let contenders = [marchland_core::ActorIndex(0), marchland_core::ActorIndex(2)];
        let initial = marchland_core::Initial { actor: contenders[0], confidence: 0.95 };
        let belief = first_belief(Hypotheses::new(&contenders), Some(initial));
        assert_eq!(belief[0], 0.95);
        assert!((belief[1] - 0.05 / 2.01).abs() < 1e-15 && (belief[3] - 0.0005 / 2.01).abs() < 1e-15);
    }
}
