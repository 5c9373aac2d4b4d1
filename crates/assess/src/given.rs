//! Timelines of sites whose states somebody else assessed.
//!
//! Given states are taken as they are, whatever the rule and whatever was known when; between them the site is unknown.

use marchland_core::{ActorIndex, Assessment, ControlState, Given, Ledger, Period, SiteIndex, Status, Timeline};

/// The given states of a site, by start; none where it has none.
pub(crate) fn states(ledger: &Ledger, site: SiteIndex) -> &[Given] {
    let given = ledger.given();
    let first = given.partition_point(|state| state.site < site);
    let after = given.partition_point(|state| state.site <= site);
    &given[first..after]
}

/// The timeline of given states, cut to the ledger's span.
pub(crate) fn timeline(ledger: &Ledger, states: &[Given]) -> Timeline {
    let span = ledger.span();
    let mut rows = Vec::with_capacity(states.len() + 1);
    let mut reached = span.start();
    let mut last_confirmed = None;
    for state in states {
        let (start, end) = (state.period.start().max(span.start()), state.period.end().min(span.end()));
        let Ok(period) = Period::new(start, end) else { continue };
        rows.extend(Period::new(reached, start).ok().map(|gap| unknown(gap, last_confirmed)));
        if state.status == Status::Confirmed {
            last_confirmed = state.control.holder().or(last_confirmed);
        }
        let unsupported = Assessment::unsupported(period, state.control.clone(), state.status);
        rows.push(Assessment { last_confirmed, confidence: state.confidence, ..unsupported });
        reached = end;
    }
    rows.extend(Period::new(reached, span.end()).ok().map(|gap| unknown(gap, last_confirmed)));
    Timeline::new(rows).expect("gaps are filled, and a span is never empty")
}

fn unknown(gap: Period, last_confirmed: Option<ActorIndex>) -> Assessment {
    Assessment { last_confirmed, ..Assessment::unsupported(gap, ControlState::Unknown, Status::Unknown) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::scene::{Scene, second};
    use crate::{Assessor, Rule};
    use marchland_core::GivenDraft;

    fn given(start: i64, end: Option<i64>, control: &str) -> GivenDraft {
        GivenDraft {
            site: "place".into(),
            start: second(start),
            end: end.map(second),
            control: control.into(),
            status: None,
            confidence: Some(0.75),
            source: None,
            citation: "".into(),
        }
    }

    #[test]
    fn given_states_are_taken_as_they_are_and_gaps_between_them_are_unknown() {
        let mut scene = Scene::new();
        scene.draft.given = vec![given(100_000, Some(200_000), "red"), given(300_000, None, "contested")];
        scene.draft.horizon = Some(second(400_000));
        let ledger = scene.ledger();
        let rule = Rule::default();
        let timeline = Assessor::new(&ledger, &rule, None).timeline(ledger.site_with_id("place").unwrap());
        let rows: Vec<_> = timeline.assessments().iter().map(|row| (row.period.start().as_second(), row.control.clone())).collect();
        let red = ControlState::Held(ActorIndex(0));
        let contested = ControlState::Contested(vec![]);
        assert_eq!(rows, [(13_600, ControlState::Unknown), (100_000, red), (200_000, ControlState::Unknown), (300_000, contested)]);
        assert_eq!(timeline.assessments()[1].confidence, Some(0.75));
        assert_eq!(timeline.assessments()[3].last_confirmed, Some(ActorIndex(0)));
    }
}
