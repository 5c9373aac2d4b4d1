//! The rule `latest`: the last report that speaks for or against control wins.
//!
//! Words are taken in the order of their instant, then of when they were said, then of their worth, then of their place in the
//! file, and each moves the state as a careless reader would move it:
//!
//! | word | the site is then |
//! | --- | --- |
//! | `takes`, `controls` | held by the actor |
//! | `attacks`, `enters` | contested |
//! | `loses` | unchanged where another holds it; else held by the only other contender, or unknown |
//! | `denies` | the same, but a contested site stays so |
//! | `quiet` | unchanged, but a contested site is the last holder's again |
//! | `approaches` | unchanged: it speaks neither for nor against control |
//!
//! Actors of different sides said to hold the site at one instant make it contested. The rule weighs nothing and says no
//! probability; a hold is confirmed when a source that does not lean to the holder says so.

use std::cmp::Ordering;

use marchland_core::{ActorIndex, Assertion};

use crate::memory::Memory;
use crate::periods::{Reading, Shown};
use crate::setting::{Setting, Takes, set};
use crate::testimony::{Copies, Testimony};
use crate::worth::{Scale, same_side};
use crate::{SettingFault, SettingValue};

/// The settings of the rule `latest`; [`Rule::set`](crate::Rule::set) changes one.
///
/// | key | default | meaning |
/// | --- | --- | --- |
/// | `memory` | `"400 days"` | a place nobody spoke of for so long is unknown, and stale from half of it |
#[derive(Clone, Debug, PartialEq)]
pub struct LatestSettings {
    pub(crate) memory_s: f64,
}

impl Default for LatestSettings {
    /// A memory of 400 days, chosen so that a yearly word about a quiet place keeps it known.
    fn default() -> Self {
        Self { memory_s: 400.0 * 86_400.0 }
    }
}

impl LatestSettings {
    pub(crate) fn set(&mut self, key: &str, value: &SettingValue) -> Result<(), SettingFault> {
        let settings = vec![Setting { key: "memory", takes: Takes::Time, default: "\"400 days\"", value: &mut self.memory_s }];
        set("latest", settings, key, value)
    }
}

/// Worth only orders words here; fighting and parts count as in `bayes` by default.
pub(crate) const SCALE: Scale = Scale { fighting: 0.5, part: 0.5 };
pub(crate) const COPIES: Copies = Copies::Heard;

/// The state from an instant on, and the voices that decided it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decision {
    pub(crate) at: i64,
    pub(crate) shown: Shown,
    pub(crate) voices: Vec<usize>,
}

/// The state after each instant at which a word of control is spoken, in order.
pub(crate) fn decisions(testimony: &Testimony<'_>) -> Vec<Decision> {
    let speaks = |(_, voice): &(i64, usize)| testimony.voices[*voice].word.asserts != Assertion::Approaches;
    let mut spoken: Vec<(i64, usize)> = testimony.spoken.iter().copied().filter(speaks).collect();
    spoken.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| order(testimony, one.1, other.1)));
    let mut state = State {
        shown: testimony.initial.map_or(Shown::Unknown, |initial| Shown::Held(initial.actor)),
        last_holder: testimony.initial.map(|initial| initial.actor),
    };
    let at_once = spoken.chunk_by(|one, other| one.0 == other.0);
    at_once
        .map(|words| {
            let voices: Vec<usize> = words.iter().map(|(_, voice)| *voice).collect();
            let decided = state.hear(testimony, &voices);
            Decision { at: words[0].0, shown: state.shown, voices: decided }
        })
        .collect()
}

fn order(testimony: &Testimony<'_>, one: usize, other: usize) -> Ordering {
    let (one, other) = (&testimony.voices[one], &testimony.voices[other]);
    let said = |report| testimony.ledger.report(report).known_from();
    said(one.hearing.report)
        .cmp(&said(other.hearing.report))
        .then_with(|| one.word.log_odds.total_cmp(&other.word.log_odds))
        .then_with(|| one.hearing.report.cmp(&other.hearing.report))
}

struct State {
    shown: Shown,
    last_holder: Option<ActorIndex>,
}

impl State {
    /// Takes in the words of one instant, in order, and gives those that decided.
    fn hear(&mut self, testimony: &Testimony<'_>, voices: &[usize]) -> Vec<usize> {
        let holding: Vec<usize> = voices.iter().copied().filter(|&voice| testimony.voices[voice].word.is_of_holding()).collect();
        let holder = |voice: usize| testimony.voices[voice].word.actor;
        if holding.iter().any(|&voice| !same_side(testimony.ledger, holder(voice), holder(holding[0]))) {
            self.shown = Shown::Contested;
            return holding;
        }
        for &voice in voices {
            self.move_to(testimony, voice);
        }
        voices.last().copied().into_iter().collect()
    }

    fn move_to(&mut self, testimony: &Testimony<'_>, voice: usize) {
        let word = &testimony.voices[voice].word;
        match word.asserts {
            Assertion::Takes | Assertion::Controls => self.shown = Shown::Held(word.actor),
            Assertion::Attacks | Assertion::Enters => self.shown = Shown::Contested,
            Assertion::Denies if self.shown == Shown::Contested => {}
            Assertion::Loses | Assertion::Denies => self.shown = self.without(testimony, word.actor),
            Assertion::Quiet if self.shown == Shown::Contested => self.shown = self.last_holder.map_or(Shown::Unknown, Shown::Held),
            Assertion::Quiet | Assertion::Approaches | Assertion::Context => {}
        }
        if let Shown::Held(actor) = self.shown {
            self.last_holder = Some(actor);
        }
    }

    /// The state once an actor does not hold the site.
    fn without(&self, testimony: &Testimony<'_>, actor: ActorIndex) -> Shown {
        let others: Vec<ActorIndex> = testimony.contenders.iter().copied().filter(|&other| other != actor).collect();
        match (self.shown, &others[..]) {
            (Shown::Held(holder), _) if holder != actor => self.shown,
            (_, [other]) => Shown::Held(*other),
            _ => Shown::Unknown,
        }
    }
}

/// What is shown through the span, cut at least at every one of `cuts`.
pub(crate) fn readings(testimony: &Testimony<'_>, decisions: &[Decision], memory: &Memory, mut cuts: Vec<i64>) -> Vec<Reading> {
    cuts.push(testimony.start);
    cuts.retain(|cut| (testimony.start..testimony.end).contains(cut));
    cuts.sort_unstable();
    cuts.dedup();
    let first = testimony.first_spoken().unwrap_or(i64::MAX);
    let at_first = testimony.initial.map_or(Shown::Unknown, |initial| Shown::Held(initial.actor));
    let shown = |at: i64| match last_decision(decisions, at) {
        _ if at >= first && !memory.remembers(at) => Shown::Unknown,
        Some(decision) => decision.shown,
        None => at_first,
    };
    cuts.into_iter().map(|start| Reading { start, shown: shown(start), sure: true, least: None }).collect()
}

/// What decides at a second.
pub(crate) fn last_decision(decisions: &[Decision], at: i64) -> Option<&Decision> {
    decisions[..decisions.partition_point(|decision| decision.at <= at)].last()
}

#[cfg(test)]
mod tests {
    use crate::testimony::scene::{Scene, close, day, interval};
    use crate::{Assessor, Rule};
    use marchland_core::Assertion::{Approaches, Attacks, Controls, Denies, Enters, Loses, Quiet, Takes};
    use marchland_core::{ActorIndex, ControlState, Status};

    const RED: ActorIndex = ActorIndex(0);
    const BLUE: ActorIndex = ActorIndex(2);

    fn scene() -> Scene {
        let mut scene = Scene::new();
        scene.source("wire", 'A', "").source("paper", 'B', "").source("spokesman", 'D', "red").held_first("blue");
        scene
    }

    /// Control and status of the place at the close of each day.
    fn states<const N: usize>(scene: &Scene, days: [i64; N]) -> [(ControlState, Status); N] {
        let ledger = scene.ledger();
        let rule = Rule::named("latest").unwrap();
        let assessor = Assessor::new(&ledger, &rule, None);
        let site = ledger.site_with_id("place").unwrap();
        days.map(|day| {
            let state = assessor.state_at(site, close(day));
            (state.control, state.status)
        })
    }

    #[test]
    fn the_last_word_wins_and_a_spokesman_alone_only_claims() {
        let mut scene = scene();
        scene.say("a", "place", "red", Takes, day(10), "spokesman");
        scene.say("b", "place", "red", Controls, day(12), "wire");
        scene.say("c", "place", "blue", Takes, day(14), "paper");
        let held = |actor, status| (ControlState::Held(actor), status);
        let expected =
            [held(BLUE, Status::Confirmed), held(RED, Status::Claimed), held(RED, Status::Confirmed), held(BLUE, Status::Confirmed)];
        assert_eq!(states(&scene, [9, 10, 12, 14]), expected);
    }

    #[test]
    fn opposed_holders_at_one_instant_are_a_contest_and_allies_are_not() {
        let mut opposed = scene();
        opposed.say("a", "place", "red", Takes, day(10), "wire");
        opposed.say("b", "place", "blue", Controls, day(10), "paper");
        assert_eq!(states(&opposed, [10]), [(ControlState::Contested(vec![RED, BLUE]), Status::Contested)]);
        let mut allied = scene();
        allied.side("red", "reds").side("pink", "reds");
        allied.say("a", "place", "red", Takes, day(10), "wire");
        allied.say("b", "place", "pink", Takes, day(10), "paper");
        assert_eq!(states(&allied, [10])[0].0, ControlState::Held(RED), "the stronger report comes last");
    }

    #[test]
    fn of_two_words_of_one_instant_the_one_said_later_wins() {
        let mut scene = scene();
        scene.say("a", "place", "red", Takes, day(10), "wire").said = Some(day(12));
        scene.say("b", "place", "red", Denies, day(10), "paper").said = Some(day(11));
        assert_eq!(states(&scene, [10])[0].0, ControlState::Held(RED));
    }

    #[test]
    fn who_loses_a_place_leaves_it_to_the_only_other_contender() {
        let mut scene = scene();
        scene.say("a", "place", "red", Takes, day(10), "wire");
        scene.say("b", "place", "red", Loses, day(11), "wire");
        assert_eq!(states(&scene, [11])[0].0, ControlState::Held(BLUE));
        scene.say("c", "place", "pink", Controls, day(20), "wire");
        assert_eq!(states(&scene, [11])[0].0, ControlState::Unknown, "pink or blue");
    }

    #[test]
    fn a_denial_leaves_a_contest_as_it_is_and_a_loss_ends_it() {
        let mut scene = scene();
        scene.say("a", "place", "red", Attacks, day(10), "wire");
        scene.say("b", "place", "blue", Denies, day(11), "wire");
        scene.say("c", "place", "blue", Loses, day(12), "wire");
        let controls = states(&scene, [11, 12]).map(|(control, _)| control);
        assert_eq!(controls, [ControlState::Contested(vec![RED, BLUE]), ControlState::Held(RED)]);
    }

    #[test]
    fn a_quiet_word_ends_a_contest_and_an_approach_begins_none() {
        let mut scene = scene();
        scene.say("a", "place", "red", Approaches, day(9), "wire");
        scene.say("b", "place", "red", Enters, day(10), "wire");
        scene.say("c", "place", "red", Quiet, day(12), "wire");
        let controls = states(&scene, [9, 10, 12]).map(|(control, _)| control);
        assert_eq!(controls, [ControlState::Held(BLUE), ControlState::Contested(vec![RED, BLUE]), ControlState::Held(BLUE)]);
    }

    #[test]
    fn after_four_hundred_days_of_silence_nobody_knows() {
        let mut scene = scene();
        scene.say("a", "place", "red", Takes, day(10), "wire");
        scene.say("b", "city", "red", Attacks, interval(900, 901), "wire");
        let controls = states(&scene, [409, 411]).map(|(control, _)| control);
        assert_eq!(controls, [ControlState::Held(RED), ControlState::Unknown]);
    }
}
