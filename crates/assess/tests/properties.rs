//! What holds of every rule on every ledger.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail with it, as the test itself may")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use marchland_assess::{Assessor, Rule};
use marchland_core::{
    Actor, Assertion, Assessment, ControlState, Credibility, GivenDraft, GivenStateDraft, InitialDraft, Ledger, LedgerDraft, Reliability,
    ReportDraft, ReportIndex, Review, SiteDraft, SourceDraft, Window, Written,
};
use proptest::prelude::*;

const ACTORS: [&str; 3] = ["red", "pink", "blue"];
const SITES: [&str; 4] = ["city", "pd1", "pd2", "place"];
const SOURCES: [(&str, &str, Option<&str>); 5] =
    [("wire", "A", None), ("paper", "B", None), ("red's", "D", Some("red")), ("blue's", "C", Some("blue")), ("witness", "F", None)];
/// Times fall within two years from here on, to the hour, so that many coincide.
const HOURS: i64 = 2 * 365 * 24;

fn hour(n: i64) -> Timestamp {
    Timestamp::from_second(n * 3600).unwrap()
}

prop_compose! {
    fn report()(
        site in 0..4_usize, second_site in prop::option::of(0..4_usize), actor in 0..3_usize, asserts in 0..9_usize,
        start in 0..HOURS, length in prop::sample::select(vec![0, 0, 1, 24, 24, 200, 4000]), is_interval in any::<bool>(),
        delay in 0..2000_i64, source in 0..5_usize, via in prop::option::of(0..5_usize),
        digit in 0..6_usize, review in prop::option::of((0..6_usize, 0..2 * HOURS)), supersedes in prop::option::weighted(0.2, 0..30_usize),
    ) -> (ReportDraft, Option<usize>) {
        let digits = ["1", "2", "3", "4", "5", "6"].map(|digit| Credibility::from_digit(digit).unwrap());
        let written = if is_interval { Written::Interval } else { Written::Date };
        let time = Window::new(hour(start), hour(start + length), written).unwrap();
        let mut draft = ReportDraft::new("", SITES[site], ACTORS[actor], Assertion::ALL[asserts], time, SOURCES[source].0);
        draft.sites.extend(second_site.filter(|second| *second != site).map(|second| SITES[second].to_owned()));
        draft.said = Some(Window::instant(hour(start + length + delay)));
        draft.via = via.map(|via| SOURCES[via].0.to_owned()).into_iter().collect();
        draft.credibility = digits[digit];
        draft.review = review.map(|(digit, given)| Review { credibility: digits[digit], given: hour(given) });
        (draft, supersedes)
    }
}

prop_compose! {
    fn draft()(
        reports in prop::collection::vec(report(), 0..30),
        initial in prop::option::of((0..3_usize, prop::sample::select(vec![0.0, 0.5, 0.95, 1.0]))),
        given in prop::option::weighted(0.2, (0..HOURS, 1..HOURS, 0..5_usize)),
    ) -> LedgerDraft {
        let site = |id: &str| SiteDraft { id: id.into(), parent: id.starts_with("pd").then(|| "city".into()), ..SiteDraft::default() };
        let source = |(id, letter, leans_to): (&str, &str, Option<&str>)| SourceDraft {
            id: id.into(),
            reliability: Reliability::from_letter(letter).unwrap(),
            leans_to: leans_to.map(Into::into),
            ..SourceDraft::default()
        };
        let side = |id: &str| (id != "blue").then(|| "reds".to_owned());
        let count = reports.len();
        LedgerDraft {
            actors: ACTORS.map(|id| Actor { side: side(id), ..Actor::new(id, id) }).into(),
            sources: SOURCES.map(source).into(),
            sites: SITES.map(site).into(),
            reports: reports.into_iter().enumerate().map(|(n, (report, supersedes))| ReportDraft {
                id: format!("r{n:02}"),
                supersedes: supersedes.filter(|other| *other != n && *other < count).map(|other| format!("r{other:02}")).into_iter().collect(),
                ..report
            }).collect(),
            given: given.map(|(start, length, control)| GivenDraft {
                site: "pd1".into(),
                start: hour(start),
                end: Some(hour(start + length)),
                state: GivenStateDraft {
                    control: ["red", "pink", "blue", "contested", "unknown"][control].to_owned(),
                    ..GivenStateDraft::default()
                }.into(),
            }).into_iter().collect(),
            initial: initial.map(|(actor, confidence)| InitialDraft { actor: ACTORS[actor].into(), confidence }),
            horizon: None,
        }
    }
}

fn every_rule() -> [Rule; 3] {
    [Rule::default(), Rule::default().online(), Rule::named("latest").unwrap()]
}

/// An assessment with its reports named by their ids, so that ledgers of other orders compare.
fn by_ids(ledger: &Ledger, row: &Assessment) -> Row {
    let ids = |reports: &[ReportIndex]| {
        let mut ids: Vec<String> = reports.iter().map(|report| ledger.report(*report).id.clone()).collect();
        ids.sort_unstable();
        ids
    };
    let without = Assessment { reports_for: Vec::new(), reports_against: Vec::new(), ..row.clone() };
    (without, ids(&row.reports_for), ids(&row.reports_against))
}

type Row = (Assessment, Vec<String>, Vec<String>);

/// All rows of all sites.
fn everything(ledger: &Ledger, rule: &Rule, as_of: Option<Timestamp>) -> Vec<Vec<Row>> {
    let timelines = Assessor::new(ledger, rule, as_of).timelines();
    timelines.iter().map(|timeline| timeline.assessments().iter().map(|row| by_ids(ledger, row)).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_reports_does_not_matter(draft in draft(), seed in any::<u64>()) {
        let mut shuffled = draft.clone();
        shuffled.reports.sort_by_key(|report| (report.id.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)), report.id.clone()));
        let (ledger, other) = (Ledger::new(draft).unwrap(), Ledger::new(shuffled).unwrap());
        for rule in [Rule::default(), Rule::default().online()] {
            prop_assert_eq!(everything(&ledger, &rule, None), everything(&other, &rule, None));
        }
    }

    #[test]
    fn a_report_said_after_k_changes_nothing_as_of_k(draft in draft(), k in 0..2 * HOURS) {
        let ledger = Ledger::new(draft).unwrap();
        let known = ledger.with_reports(|report| report.known_from() <= hour(k));
        for rule in every_rule() {
            prop_assert_eq!(everything(&ledger, &rule, Some(hour(k))), everything(&known, &rule, Some(hour(k))));
        }
    }

    #[test]
    fn timelines_tile_the_span_and_probabilities_sum_to_one(draft in draft()) {
        let ledger = Ledger::new(draft).unwrap();
        for rule in every_rule() {
            for timeline in Assessor::new(&ledger, &rule, None).timelines() {
                let rows = timeline.assessments();
                prop_assert_eq!(rows[0].period.start(), ledger.span().start());
                prop_assert_eq!(rows[rows.len() - 1].period.end(), ledger.span().end());
                for row in rows {
                    let sum: f64 = row.probabilities.iter().map(|(_, p)| *p).sum();
                    prop_assert!(row.probabilities.is_empty() || (sum - 1.0).abs() < 1e-9);
                    prop_assert!(row.probabilities.iter().all(|(_, p)| (0.0..=1.0).contains(p)));
                    prop_assert!(row.confidence.is_none_or(|p| (0.0..=1.0).contains(&p)));
                    prop_assert!(!row.claimed_by.contains(&row.control.holder().unwrap_or(marchland_core::ActorIndex(99))));
                    prop_assert!(row.reports_for.iter().all(|report| !row.reports_against.contains(report)));
                }
                for pair in rows.windows(2) {
                    prop_assert!(pair[0].period.end() == pair[1].period.start());
                }
            }
        }
    }

    #[test]
    fn a_state_at_an_instant_is_the_timelines_row_and_can_be_explained(draft in draft(), at in -100..HOURS + 5000) {
        let ledger = Ledger::new(draft).unwrap();
        for rule in every_rule() {
            let assessor = Assessor::new(&ledger, &rule, Some(hour(HOURS)));
            for (site, timeline) in ledger.site_indices().zip(assessor.timelines()) {
                let (state, row) = (assessor.state_at(site, hour(at)), timeline.at(hour(at)));
                prop_assert_eq!((&state.control, state.status, state.period), (&row.control, row.status, row.period));
                if let (ControlState::Held(_), Some(now), Some(least)) = (&state.control, state.confidence, row.confidence) {
                    prop_assert!(now >= least - 0.01, "{} is less than the least {}", now, least);
                    prop_assert!(rule.name() != "bayes" || now >= 0.5 || ledger.given().iter().any(|given| given.site == site));
                }
                let explanation = assessor.explain(site, hour(at));
                prop_assert!(explanation.reports.iter().all(|explained| explained.weight.is_finite()));
                prop_assert!(explanation.reports.iter().all(|explained| explained.used || explained.weight == 0.0));
                prop_assert_eq!(explanation.state, state);
                let once: BTreeMap<ReportIndex, usize> = explanation.reports.iter().map(|explained| (explained.report, 1)).collect();
                prop_assert_eq!(once.len(), explanation.reports.len());
            }
        }
    }
}

#[test]
fn windows_as_wide_as_the_calendar_and_settings_at_their_limits_are_survived() {
    let mut draft = LedgerDraft {
        actors: ACTORS.map(|id| Actor::new(id, id)).into(),
        sites: vec![SiteDraft { id: "place".into(), ..SiteDraft::default() }],
        sources: vec![SourceDraft { id: "wire".into(), reliability: Reliability::A, ..SourceDraft::default() }],
        initial: Some(InitialDraft { actor: "blue".into(), confidence: 1.0 }),
        ..LedgerDraft::default()
    };
    for (n, asserts) in Assertion::ALL.into_iter().enumerate() {
        let always = Window::new(Timestamp::MIN, Timestamp::MAX, Written::Interval).unwrap();
        draft.reports.push(ReportDraft::new(&format!("always {n}"), "place", "red", asserts, always, "wire"));
        let moment = Window::instant("1969-12-31T23:59:59.123456789Z".parse().unwrap());
        draft.reports.push(ReportDraft::new(&format!("once {n}"), "place", "pink", asserts, moment, "wire"));
    }
    let ledger = Ledger::new(draft).unwrap();
    for limit in [0.0, 1.0] {
        let mut rule = Rule::default();
        for key in ["change", "state", "unseen", "fade", "fighting", "part"] {
            rule.set(key, &marchland_assess::SettingValue::Number(limit)).unwrap();
        }
        let assessor = Assessor::new(&ledger, &rule, None);
        for at in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            let explanation = assessor.explain(marchland_core::SiteIndex(0), at);
            let sum: f64 = explanation.state.probabilities.iter().map(|(_, p)| *p).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{limit} at {at}: {sum}");
        }
    }
}
