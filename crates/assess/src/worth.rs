//! What a report is worth: the chance that it is right, from its grade, lean and kind.
//!
//! Worth is kept as log-odds, in which independent evidence adds and half a word is half. What the report says is not asked
//! here beyond which side gains by it.

use marchland_core::{ActorIndex, Assertion, Credibility, Ledger, Reliability, Report, Source};

use crate::hearing::{Hearing, Knowledge};

/// How far kinds of reports count beside a plain one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// Factor on the log-odds of `attacks`.
    pub(crate) fighting: f64,
    /// Factor on the log-odds for each step from a whole down to its part.
    pub(crate) part: f64,
}

/// Factor on the log-odds of `approaches`; chosen: moving towards a place is weak evidence of fighting in it.
const APPROACHING: f64 = 0.25;
/// Factor where the source's own side gains by the report; chosen: raising it trusts spokesmen more.
const OWN_SIDE: f64 = 0.5;
/// Factor where the source speaks against its own side; chosen: raising it trusts admissions more.
const AGAINST_OWN_SIDE: f64 = 1.5;
/// Log-odds for each step of the digit off what the letter leads one to expect; chosen, small because of over 1,400 graded
/// reports 87 % lay on the diagonal A–1, B–2, C–3 (Baker and others 1968): the digit is little news beside the letter.
const STEP: f64 = 0.5;
/// The most the digit can move.
const MOST_STEPS: f64 = 1.0;

/// The log-odds that a report, as it reaches a site, is right; never negative.
pub(crate) fn log_odds(hearing: Hearing, knowledge: &Knowledge<'_>, scale: Scale) -> f64 {
    let ledger = knowledge.ledger;
    let report = ledger.report(hearing.report);
    let source = ledger.source(report.source);
    let graded = graded(source.reliability, report.credibility_as_of(knowledge.as_of));
    graded * lean(ledger, source, report) * kind(report.asserts, scale) * libm::pow(scale.part, f64::from(hearing.steps))
}

/// The chance of being right that log-odds stand for.
pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// The log-odds of a chance.
pub(crate) fn logit(probability: f64) -> f64 {
    libm::log(probability / (1.0 - probability))
}

/// From letter and digit alone.
fn graded(letter: Reliability, digit: Credibility) -> f64 {
    let base = logit(right_by_letter(letter));
    let moved = match (expected_digit(letter), digit) {
        (None, _) | (_, Credibility::CannotBeJudged) => 0.0,
        (Some(expected), found) => (STEP * (expected - f64::from(found.digit()))).clamp(-MOST_STEPS, MOST_STEPS),
    };
    (base + moved).max(0.0)
}

/// How often a source of a letter is right; chosen in the order of the code, F above E since "cannot be judged" is no vice.
fn right_by_letter(letter: Reliability) -> f64 {
    match letter {
        Reliability::A => 0.95,
        Reliability::B => 0.85,
        Reliability::C => 0.70,
        Reliability::D => 0.55,
        Reliability::E => 0.50,
        Reliability::F => 0.60,
    }
}

/// The digit that is no news beside the letter: A–1, B–2, C–3, D–4, E–5.
fn expected_digit(letter: Reliability) -> Option<f64> {
    Some(match letter {
        Reliability::A => 1.0,
        Reliability::B => 2.0,
        Reliability::C => 3.0,
        Reliability::D => 4.0,
        Reliability::E => 5.0,
        Reliability::F => return None,
    })
}

fn kind(asserts: Assertion, scale: Scale) -> f64 {
    match asserts {
        Assertion::Attacks => scale.fighting,
        Assertion::Approaches => APPROACHING,
        _ => 1.0,
    }
}

/// Whether the side the source leans to gains by the report.
///
/// `loses`, `denies` and `quiet` gain everybody but the actor; a source that leans to a third side speaks against it whenever
/// it says that another gained.
fn lean(ledger: &Ledger, source: &Source, report: &Report) -> f64 {
    let (Some(own), Some(actor)) = (source.leans_to, report.actor) else { return 1.0 };
    if same_side(ledger, own, actor) == actor_gains(report.asserts) { OWN_SIDE } else { AGAINST_OWN_SIDE }
}

fn actor_gains(asserts: Assertion) -> bool {
    !matches!(asserts, Assertion::Loses | Assertion::Denies | Assertion::Quiet)
}

/// Whether two actors are one, or allies.
pub(crate) fn same_side(ledger: &Ledger, one: ActorIndex, other: ActorIndex) -> bool {
    let side = |actor: ActorIndex| ledger.actor(actor).side.as_deref().filter(|side| !side.is_empty());
    one == other || side(one).is_some_and(|of_one| side(other) == Some(of_one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::scene::{Scene, day};
    use Assertion::{Approaches, Attacks, Controls, Loses, Quiet, Takes};

    const SCALE: Scale = Scale { fighting: 0.5, part: 0.5 };

    fn worth(scene: &Scene, steps: u32) -> f64 {
        let ledger = scene.ledger();
        let report = marchland_core::ReportIndex(0);
        let hearing = Hearing { report, by_way_of: None, steps };
        (probability(log_odds(hearing, &Knowledge::new(&ledger, None), SCALE)) * 1000.0).round() / 1000.0
    }

    fn said_by(letter: char, leans_to: &str, asserts: Assertion, digit: Credibility) -> f64 {
        let mut scene = Scene::new();
        scene.source("s", letter, leans_to);
        scene.say("r", "place", "red", asserts, day(1), "s").credibility = digit;
        worth(&scene, 0)
    }

    #[test]
    fn a_letter_without_a_digit_is_worth_how_often_its_sources_are_right() {
        let by_letter = ['A', 'B', 'C', 'D', 'E', 'F'].map(|letter| said_by(letter, "", Takes, Credibility::CannotBeJudged));
        assert_eq!(by_letter, [0.95, 0.85, 0.70, 0.55, 0.50, 0.60]);
    }

    #[test]
    fn the_digit_the_letter_leads_one_to_expect_is_no_news() {
        assert_eq!(said_by('A', "", Takes, Credibility::Confirmed), 0.95);
        assert_eq!(said_by('C', "", Takes, Credibility::Possible), 0.70);
    }

    #[test]
    fn a_digit_moves_at_most_two_steps_and_never_below_a_coin() {
        // ln(.70/.30) + 1 = 1.847 and ln(.55/.45) + 1 = 1.201; D with a worse digit would be negative.
        assert_eq!(said_by('C', "", Takes, Credibility::Confirmed), 0.864);
        assert_eq!(said_by('D', "", Takes, Credibility::Confirmed), 0.769);
        assert_eq!(said_by('D', "", Takes, Credibility::Improbable), 0.5);
        assert_eq!(said_by('F', "", Takes, Credibility::Confirmed), 0.60);
    }

    #[test]
    fn a_spokesman_counts_half_for_his_side_and_half_again_against_it() {
        // B is 1.735 in log-odds: halved .867, half again 2.602.
        let none = Credibility::CannotBeJudged;
        assert_eq!(said_by('B', "red", Takes, none), 0.704);
        assert_eq!(said_by('B', "blue", Takes, none), 0.931);
        assert_eq!(said_by('B', "red", Loses, none), 0.931);
        assert_eq!(said_by('B', "blue", Quiet, none), 0.704);
    }

    #[test]
    fn an_ally_is_ones_own_side() {
        let mut scene = Scene::new();
        scene.source("s", 'B', "pink");
        scene.side("red", "reds").side("pink", "reds");
        scene.say("r", "place", "red", Controls, day(1), "s");
        assert_eq!(worth(&scene, 0), 0.704);
    }

    #[test]
    fn fighting_counts_half_and_approaching_a_quarter() {
        // B is 1.735 in log-odds: halved .867, quartered .434.
        assert_eq!(said_by('B', "", Attacks, Credibility::CannotBeJudged), 0.704);
        assert_eq!(said_by('B', "", Approaches, Credibility::CannotBeJudged), 0.607);
    }

    #[test]
    fn each_step_from_the_whole_to_the_part_halves_the_log_odds() {
        let mut scene = Scene::new();
        scene.source("s", 'B', "");
        scene.say("r", "place", "red", Takes, day(1), "s");
        assert_eq!([worth(&scene, 1), worth(&scene, 2)], [0.704, 0.607]);
    }
}
