//! Why a state is shown: what each report did.
//!
//! The weight of a report is found by leaving it out, together with the copies it speaks for, and assessing again: so it shows
//! the pull of later reports on earlier times, and of words whose share alone moves belief.

use jiff::Timestamp;
use marchland_core::{Assertion, Assessment, ControlState, Hypothesis, ReportIndex, SiteIndex, Window};

use crate::bayes::Belief;
use crate::hearing::{Hearing, Knowledge};
use crate::latest;
use crate::second::whole;
use crate::testimony::{Testimony, word};
use crate::voice::Voice;
use crate::worth::Scale;

/// A state and what every report about the site did to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The state at the instant asked for.
    pub state: Assessment,
    /// Every report about the site or a whole above it, also those not used, by time and then by place in the file.
    pub reports: Vec<Explained>,
}

/// What one report did.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// The report.
    pub report: ReportIndex,
    /// When what it says was so.
    pub time: Window,
    /// The chance that it is right, as it reaches this site; none for a report that says nothing of control.
    pub worth: Option<f64>,
    /// How far the log-odds of the state shown would fall without the report and its copies; 0 for a copy. Finite.
    ///
    /// Under `latest`, the log-odds of the deciding reports' own worth.
    pub weight: f64,
    /// Where the weight points.
    pub effect: Effect,
    /// Whether the state rests on it.
    pub used: bool,
    /// Why it is not used, or how it came to count as it does; in order, may be empty.
    pub reasons: Vec<Reason>,
}

/// Where a report pulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Towards the state shown.
    For,
    /// Away from it.
    Against,
    /// Neither way by as much as .005 in log-odds.
    None,
}

/// Something to know of how a report counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It says nothing of control.
    Context,
    /// The site's states were given, and no report counts.
    StateGiven,
    /// The site is a whole of which no report that counts speaks; its state is that of its parts.
    StateOfParts,
    /// It had not been said at the moment K whose knowledge is asked for.
    SaidAfter(Timestamp),
    /// Another report, said by then, withdraws or corrects it.
    SupersededBy(ReportIndex),
    /// It repeats a stronger report, which speaks for it.
    SameOriginalAs(ReportIndex),
    /// It tells of a time after the instant, and the rule looks only back.
    OfLaterTime,
    /// A later word decides; under `latest` only the last counts.
    OvertakenBy(ReportIndex),
    /// It speaks of a whole in which the site lies, with its log-odds halved at each step down.
    ByWayOf(SiteIndex),
    /// It counts with a grade given later than it was said.
    ReviewedGrade,
}

/// A weight nearer to nothing than this has no effect; chosen: it is half of what a weight written with two digits can show.
const LEAST_WEIGHT: f64 = 0.005;

impl Effect {
    fn of(weight: f64) -> Self {
        match weight {
            weight if weight >= LEAST_WEIGHT => Self::For,
            weight if weight <= -LEAST_WEIGHT => Self::Against,
            _ => Self::None,
        }
    }
}

/// What explains every report about a site alike.
pub(crate) struct Explainer<'a> {
    pub(crate) knowledge: &'a Knowledge<'a>,
    pub(crate) site: SiteIndex,
    pub(crate) scale: Scale,
    /// What keeps every report from being used, if anything.
    pub(crate) overruled: Option<Reason>,
}

impl Explainer<'_> {
    /// Every report about the site, as if it did nothing: with its worth and the reasons that need no rule.
    pub(crate) fn reports(&self) -> Vec<Explained> {
        let mut reports: Vec<Explained> = self.knowledge.about(self.site).into_iter().map(|hearing| self.report(hearing)).collect();
        reports.sort_by_key(|explained| (explained.time.earliest(), explained.time.latest(), explained.report));
        reports
    }

    fn report(&self, hearing: Hearing) -> Explained {
        let knowledge = self.knowledge;
        let report = knowledge.ledger.report(hearing.report);
        let is_context = report.asserts == Assertion::Context;
        let is_reviewed = report.credibility_as_of(knowledge.as_of) != report.credibility;
        let said_after = knowledge.as_of.filter(|_| !knowledge.is_said(hearing.report));
        let reasons = [
            is_context.then_some(Reason::Context),
            self.overruled,
            said_after.map(Reason::SaidAfter),
            knowledge.superseder(hearing.report).map(Reason::SupersededBy),
            hearing.by_way_of.map(Reason::ByWayOf),
            is_reviewed.then_some(Reason::ReviewedGrade),
        ];
        let word = if is_context { None } else { word(knowledge, hearing, self.scale) };
        Explained {
            report: hearing.report,
            time: report.time,
            worth: word.map(|word| word.worth()),
            weight: 0.0,
            effect: Effect::None,
            used: self.overruled.is_none() && knowledge.counts(hearing.report),
            reasons: reasons.into_iter().flatten().collect(),
        }
    }
}

/// Says of each report what it did under `bayes`.
pub(crate) fn weigh(reports: &mut [Explained], belief: &Belief<'_>, state: &Assessment, at: i64) {
    let voices = &belief.testimony().voices;
    let hypothesis = match &state.control {
        ControlState::Held(actor) => Some(Hypothesis::HeldBy(*actor)),
        ControlState::Contested(_) => Some(Hypothesis::Contested),
        ControlState::Unknown => None,
    };
    for explained in reports.iter_mut().filter(|explained| explained.used) {
        let speaks = |voice: &Voice| voice.reports().any(|report| report == explained.report);
        let Some(position) = voices.iter().position(speaks) else { continue };
        let voice = &voices[position];
        if voice.hearing.report != explained.report {
            explained.used = false;
            add(explained, Reason::SameOriginalAs(voice.hearing.report));
        } else if belief.looks_only_back() && whole(explained.time.earliest()).min(voice.word.instants().first()) > at {
            explained.used = false;
            add(explained, Reason::OfLaterTime);
        } else if let Some(hypothesis) = hypothesis {
            explained.weight = belief.weight(position, hypothesis, at);
            explained.effect = Effect::of(explained.weight);
        }
    }
}

/// Says of each report what it did under `latest`.
pub(crate) fn name_the_last(reports: &mut [Explained], testimony: &Testimony<'_>, state: &Assessment, at: i64) {
    let decisions = latest::decisions(testimony);
    let decision = latest::last_decision(&decisions, at).filter(|_| state.control != ControlState::Unknown);
    for explained in reports.iter_mut().filter(|explained| explained.used) {
        let Some(position) = testimony.voices.iter().position(|voice| voice.hearing.report == explained.report) else { continue };
        let voice = &testimony.voices[position];
        let is_later = voice.word.instants().first() > at;
        match decision {
            _ if is_later => {
                explained.used = false;
                add(explained, Reason::OfLaterTime);
            }
            Some(decision) if decision.voices.contains(&position) => {
                explained.weight = voice.word.log_odds;
                explained.effect = Effect::For;
            }
            Some(decision) => {
                explained.used = false;
                let last = decision.voices.last().map(|&voice| testimony.voices[voice].hearing.report);
                if let Some(last) = last {
                    add(explained, Reason::OvertakenBy(last));
                }
            }
            None => {}
        }
    }
}

fn add(explained: &mut Explained, reason: Reason) {
    explained.reasons.push(reason);
    explained.reasons.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::scene::{Scene, close, day, second};
    use crate::{Assessor, Rule};
    use marchland_core::Assertion::{Approaches, Attacks, Context, Controls, Denies, Takes};
    use marchland_core::{ActorIndex, Ledger};

    const PD2: SiteIndex = SiteIndex(2);

    /// Reports a to g about pd2 and its city, and what became of the first.
    fn scene() -> Scene {
        let mut scene = Scene::new();
        scene.source("wire", 'A', "").source("paper", 'B', "").source("general", 'D', "red").held_first("blue");
        scene.say("a", "pd2", "red", Denies, day(10), "paper");
        scene.say("b", "pd2", "red", Takes, day(10), "general");
        scene.say("c", "pd2", "red", Takes, day(11), "wire").via = vec!["general".into()];
        scene.say("d", "city", "red", Attacks, day(9), "paper").supersedes = vec!["a".into()];
        scene.say("e", "pd2", "red", Context, day(11), "paper");
        scene.say("f", "pd2", "blue", Controls, day(20), "paper");
        scene.say("g", "pd2", "blue", Takes, day(12), "wire").said = Some(day(50));
        scene
    }

    fn explained<'a>(ledger: &'a Ledger, rule: &Rule, as_of: i64, at: i64) -> impl Fn(&str) -> Explained + use<'a> {
        let explanation = Assessor::new(ledger, rule, Some(close(as_of))).explain(PD2, close(at));
        assert_eq!(explanation.reports.len(), 7, "every report is listed");
        move |id| explanation.reports.iter().find(|explained| ledger.report(explained.report).id == id).unwrap().clone()
    }

    #[test]
    fn every_report_is_listed_with_why_it_is_not_used() {
        let (ledger, rule) = (scene().ledger(), Rule::default());
        let of = explained(&ledger, &rule, 40, 11);
        let seen = |id: &str| (of(id).used, of(id).effect, of(id).reasons);
        assert_eq!(seen("a"), (false, Effect::None, vec![Reason::SupersededBy(ReportIndex(3))]));
        assert_eq!(seen("b"), (false, Effect::None, vec![Reason::SameOriginalAs(ReportIndex(2))]));
        assert_eq!(seen("c"), (true, Effect::For, vec![]));
        assert_eq!((of("d").used, of("d").reasons), (true, vec![Reason::ByWayOf(SiteIndex(1))]));
        assert_eq!(seen("e"), (false, Effect::None, vec![Reason::Context]));
        assert_eq!((of("f").used, of("f").effect), (true, Effect::Against), "a later word pulls back in time");
        assert_eq!(seen("g"), (false, Effect::None, vec![Reason::SaidAfter(close(40))]));
        assert!(of("e").worth.is_none() && (of("c").worth.unwrap() - 0.95).abs() < 1e-12);
    }

    #[test]
    fn a_weight_is_what_the_log_odds_lose_when_a_report_and_its_copies_are_left_out() {
        let (ledger, rule) = (scene().ledger(), Rule::default());
        let of = explained(&ledger, &rule, 40, 11);
        let held = |ledger: &Ledger| {
            let state = Assessor::new(ledger, &rule, Some(close(40))).state_at(PD2, close(11));
            let p = state.probabilities.iter().find(|(known, _)| *known == Hypothesis::HeldBy(ActorIndex(0))).unwrap().1;
            crate::worth::logit(p)
        };
        let without = |ids: &[&str]| held(&ledger.with_reports(|report| !ids.contains(&report.id.as_str())));
        assert!((of("c").weight - (held(&ledger) - without(&["b", "c"]))).abs() < 1e-9);
        assert!((of("f").weight - (held(&ledger) - without(&["f"]))).abs() < 1e-9);
    }

    #[test]
    fn the_forward_pass_uses_no_report_of_a_later_time() {
        let (ledger, rule) = (scene().ledger(), Rule::default().online());
        let of = explained(&ledger, &rule, 60, 11);
        assert_eq!((of("f").used, of("f").reasons), (false, vec![Reason::OfLaterTime]));
        assert!(of("c").used);
    }

    #[test]
    fn under_latest_the_last_word_decides_and_the_others_are_overtaken() {
        let (ledger, rule) = (scene().ledger(), Rule::named("latest").unwrap());
        let of = explained(&ledger, &rule, 60, 13);
        assert_eq!((of("g").used, of("g").effect), (true, Effect::For));
        assert!((of("g").weight - 2.944).abs() < 0.001, "ln(.95/.05)");
        assert_eq!((of("c").used, of("c").reasons), (false, vec![Reason::OvertakenBy(ReportIndex(6))]));
        assert_eq!((of("f").used, of("f").reasons), (false, vec![Reason::OfLaterTime]));
    }

    #[test]
    fn of_an_unknown_state_no_report_has_a_weight() {
        let mut scene = scene();
        scene.draft.horizon = Some(second(1000 * 86_400));
        let (ledger, rule) = (scene.ledger(), Rule::default());
        let explanation = Assessor::new(&ledger, &rule, None).explain(PD2, close(900));
        assert_eq!(explanation.state.control, ControlState::Unknown);
        assert!(explanation.reports.iter().all(|explained| explained.weight == 0.0 && explained.effect == Effect::None));
    }

    #[test]
    fn reports_about_a_site_whose_state_is_its_parts_are_overruled() {
        let mut scene = Scene::new();
        scene.source("wire", 'A', "").held_first("blue");
        scene.say("a", "city", "red", Context, day(10), "wire");
        scene.say("b", "pd2", "red", Approaches, day(10), "wire");
        let (ledger, rule) = (scene.ledger(), Rule::default());
        let explanation = Assessor::new(&ledger, &rule, None).explain(SiteIndex(1), close(10));
        assert_eq!(explanation.reports[0].reasons, [Reason::Context, Reason::StateOfParts]);
        assert_eq!(explanation.state.control, ControlState::Held(ActorIndex(2)));
    }
}
