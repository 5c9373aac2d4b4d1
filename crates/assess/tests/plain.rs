//! Two plain tests of the rule `bayes`, held to the figures of an independent implementation: silent repetition, and the fall of
//! three hundred districts. Figures agree to .01.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail with it, as the test itself may")]

use jiff::Timestamp;
use marchland_assess::{Assessor, Rule};
use marchland_core::{
    Actor, ActorIndex, Assertion, Assessment, ControlState, Hypothesis, InitialDraft, Ledger, LedgerDraft, Reliability, ReportDraft,
    SiteDraft, SourceDraft, Window, Written,
};

const GOVERNMENT: ActorIndex = ActorIndex(0);
const TALIBAN: ActorIndex = ActorIndex(1);
/// The day of the lone word, after sixty days of bulletins.
const THE_DAY: i64 = 60;

fn second(n: i64) -> Timestamp {
    Timestamp::from_second(n).unwrap()
}

fn close(day: i64) -> Timestamp {
    second((day + 1) * 86_400 - 1)
}

fn day(n: i64) -> Window {
    Window::new(second(n * 86_400), close(n), Written::Date).unwrap()
}

fn source(id: &str, letter: &str, leans_to: &str) -> SourceDraft {
    SourceDraft {
        id: id.into(),
        reliability: Reliability::from_letter(letter).unwrap(),
        leans_to: (!leans_to.is_empty()).then(|| leans_to.into()),
        ..SourceDraft::default()
    }
}

/// Places held by the government, of which nothing has been said; speaking for 300 days.
fn draft(sites: usize) -> LedgerDraft {
    LedgerDraft {
        actors: vec![Actor::new("government", "Government"), Actor::new("taliban", "Taliban")],
        sites: (0..sites).map(|n| SiteDraft { id: format!("place {n}"), ..SiteDraft::default() }).collect(),
        initial: Some(InitialDraft { actor: "government".into(), confidence: 0.95 }),
        horizon: Some(second(300 * 86_400)),
        ..LedgerDraft::default()
    }
}

/// Daily "government controls" by one source of a letter on each of `days`.
fn bulletins(draft: &mut LedgerDraft, letter: &str, days: impl Iterator<Item = i64>) {
    draft.sources.push(source("bulletin", letter, ""));
    draft
        .reports
        .extend(days.map(|n| ReportDraft::new(&format!("bulletin {n}"), "place 0", "government", Assertion::Controls, day(n), "bulletin")));
}

fn lone_word(draft: &mut LedgerDraft, asserts: Assertion, letter: &str, leans_to: &str) {
    draft.sources.push(source("lone", letter, leans_to));
    draft.reports.push(ReportDraft::new("lone", "place 0", "taliban", asserts, day(THE_DAY), "lone"));
}

fn taliban(state: &Assessment) -> f64 {
    let held = Hypothesis::HeldBy(TALIBAN);
    state.probabilities.iter().find(|(hypothesis, _)| *hypothesis == held).map_or(0.0, |(_, p)| *p)
}

fn at_close(draft: LedgerDraft, day: i64) -> f64 {
    let (ledger, rule) = (Ledger::new(draft).unwrap(), Rule::default());
    taliban(&Assessor::new(&ledger, &rule, None).states_at(close(day))[0])
}

#[track_caller]
fn agree(found: f64, reference: f64, what: &str) {
    assert!((found - reference).abs() < 0.01, "{what}: expected {reference} but got {found}");
}

/// Belief in the Taliban on the day of a lone word, after sixty days of bulletins.
fn after_silent_repetition(bulletin: &str, asserts: Assertion, letter: &str, leans_to: &str) -> f64 {
    let mut draft = draft(1);
    bulletins(&mut draft, bulletin, 0..THE_DAY);
    lone_word(&mut draft, asserts, letter, leans_to);
    at_close(draft, THE_DAY)
}

#[test]
fn a_lone_capture_is_believed_as_its_letter_deserves_after_sixty_days_of_repetition() {
    for (letter, reference) in [("A", 0.93), ("B", 0.79), ("C", 0.61), ("F", 0.50), ("D", 0.45)] {
        agree(after_silent_repetition("C", Assertion::Takes, letter, ""), reference, letter);
    }
}

#[test]
fn the_takers_own_spokesman_is_believed_less() {
    for (letter, reference) in [("A", 0.74), ("B", 0.61), ("C", 0.51), ("D", 0.43)] {
        agree(after_silent_repetition("C", Assertion::Takes, letter, "taliban"), reference, letter);
    }
}

#[test]
fn a_word_of_state_moves_belief_less_than_one_of_change() {
    for (letter, reference) in [("A", 0.68), ("B", 0.39)] {
        agree(after_silent_repetition("B", Assertion::Controls, letter, ""), reference, letter);
    }
}

#[test]
fn bulletins_that_simply_go_on_wear_a_capture_down() {
    let going_on = |at| {
        let mut draft = draft(1);
        bulletins(&mut draft, "C", (0..THE_DAY).chain(THE_DAY + 1..THE_DAY + 10));
        lone_word(&mut draft, Assertion::Takes, "B", "");
        at_close(draft, at)
    };
    agree(going_on(THE_DAY), 0.65, "that day");
    agree(going_on(THE_DAY + 9), 0.51, "nine days later");
}

#[test]
fn three_hundred_districts_fall_each_on_its_day_and_not_before() {
    let mut draft = draft(300);
    draft.sources.push(source("wire", "B", ""));
    let falls = |n: i64| 1 + n % 100;
    for n in 0..300 {
        let (id, site) = (format!("fall {n}"), format!("place {n}"));
        draft.reports.push(ReportDraft::new(&id, &site, "taliban", Assertion::Takes, day(falls(n)), "wire"));
    }
    let (ledger, rule) = (Ledger::new(draft).unwrap(), Rule::default());
    let assessor = Assessor::new(&ledger, &rule, None);
    for (n, timeline) in assessor.timelines().iter().enumerate() {
        let fallen = close(falls(n as i64));
        let rows: Vec<_> = timeline.assessments().iter().map(|row| (row.period.start(), row.control.clone())).collect();
        let expected = [(ledger.span().start(), ControlState::Held(GOVERNMENT)), (fallen, ControlState::Held(TALIBAN))];
        assert_eq!(rows, expected, "place {n}");
    }
    for (n, state) in assessor.states_at(close(200)).iter().enumerate() {
        assert!(taliban(state) >= 0.74, "place {n} on day 200: {}", taliban(state));
    }
    let first_to_fall = assessor.state_at(ledger.site_with_id("place 0").unwrap(), close(1));
    agree(taliban(&first_to_fall), 0.80, "the day of the fall");
}
