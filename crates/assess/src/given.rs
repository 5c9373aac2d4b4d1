//! Timelines of sites whose states somebody else assessed.
//!
//! Given states are taken as they are, whatever the rule and whatever was known when; between them the site is unknown.

use jiff::Timestamp;
use marchland_core::{ActorIndex, Assessment, ControlState, Given, GivenState, Ledger, Period, SiteIndex, Status, Timeline};

/// The timeline of a site's given states, cut to the ledger's span.
pub(crate) fn timeline(ledger: &Ledger, site: SiteIndex) -> Timeline {
    let states = ledger.given_about(site);
    let mut assessments = Vec::with_capacity(states.len() + 1);
    let span = ledger.span();
    assessments.extend(rows(span, (span.start(), None), states).map(|row| row.assessment()));
    Timeline::new(assessments).expect("gaps are filled, and a span is never empty")
}

/// The row of that timeline at an instant, without the others.
pub(crate) fn state_at(ledger: &Ledger, site: SiteIndex, at: Timestamp) -> Assessment {
    let (span, states) = (ledger.span(), ledger.given_about(site));
    let begun = states.partition_point(|given| given.period.start() <= at && given.period.start() < span.end());
    let (past, rest) = states.split_at(begun.saturating_sub(1));
    let reached = past.last().map_or(span.start(), |given| given.period.end().max(span.start()));
    let within = past.iter().rev().filter(|given| given.period.end() > span.start());
    let last_confirmed = within.map(|given| &given.state).find_map(|state| confirmed(state));
    let is_begun = |row: &Row<'_>| row.period.start() <= at.max(span.start());
    let row = rows(span, (reached, last_confirmed), rest).take_while(is_begun).last().expect("the first row begins with the span");
    let (open_start, open_end) = (row.period.start() == span.start(), row.period.end() == span.end());
    Assessment { open_start, open_end, ..row.assessment() }
}

/// Who holds a site for certain.
fn confirmed(state: &GivenState) -> Option<ActorIndex> {
    state.control.holder().filter(|_| state.status == Status::Confirmed)
}

/// A row to be: a given state, or the time between two of them.
struct Row<'a> {
    period: Period,
    state: Option<&'a GivenState>,
    last_confirmed: Option<ActorIndex>,
}

impl Row<'_> {
    fn assessment(&self) -> Assessment {
        let unknown = || Assessment::unsupported(self.period, ControlState::Unknown, Status::Unknown);
        let given = |state: &GivenState| Assessment {
            confidence: state.confidence,
            ..Assessment::unsupported(self.period, state.control.clone(), state.status)
        };
        Assessment { last_confirmed: self.last_confirmed, ..self.state.map_or_else(unknown, given) }
    }
}

/// The rows that tile a span on from an instant, up to which somebody was confirmed last, in order.
fn rows(
    span: Period,
    (mut reached, mut last_confirmed): (Timestamp, Option<ActorIndex>),
    states: &[Given],
) -> impl Iterator<Item = Row<'_>> {
    let within = move |period: Period| Period::new(period.start().max(span.start()), period.end().min(span.end())).ok();
    let cut = states.iter().filter_map(move |given| Some((within(given.period)?, &*given.state)));
    cut.map(Some).chain([None]).flat_map(move |next| {
        let gap_end = next.map_or(span.end(), |(period, _)| period.start());
        let gap = Period::new(reached, gap_end).ok().map(|period| Row { period, state: None, last_confirmed });
        let own = next.map(|(period, state)| {
            last_confirmed = confirmed(state).or(last_confirmed);
            reached = period.end();
            Row { period, state: Some(state), last_confirmed }
        });
        [gap, own].into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testimony::scene::{Scene, second};
    use crate::{Assessor, Rule};
    use marchland_core::{GivenDraft, GivenStateDraft};

    fn given(start: i64, end: Option<i64>, control: &str) -> GivenDraft {
        GivenDraft {
            site: "place".into(),
            start: second(start),
            end: end.map(second),
            state: GivenStateDraft { control: control.to_owned(), confidence: Some(0.75), ..GivenStateDraft::default() }.into(),
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
        let place = ledger.site_with_id("place").unwrap();
        for at in [0, 13_600, 50_000, 100_000, 150_000, 200_000, 299_999, 300_000, 400_000, 500_000].map(second) {
            assert_eq!(state_at(&ledger, place, at), *timeline.at(at));
        }
        assert_eq!(timeline.assessments()[1].confidence, Some(0.75));
        assert_eq!(timeline.assessments()[3].last_confirmed, Some(ActorIndex(0)));
    }

    proptest! {
        #[test]
        fn a_state_at_an_instant_is_the_row_of_the_timeline_there(
            lengths in prop::collection::vec((0_i64..3, 1_i64..4, 0_usize..4), 0..6),
            horizon in 1_i64..24,
            at in -3_i64..30,
        ) {
            let mut scene = Scene::new();
            let mut reached = 0;
            for (gap, length, control) in lengths {
                let start = reached + gap;
                reached = start + length;
                scene.draft.given.push(given(start * 100, Some(reached * 100), ["red", "blue", "contested", "unknown"][control]));
            }
            scene.draft.horizon = Some(second(horizon * 100));
            let ledger = scene.ledger();
            let place = ledger.site_with_id("place").unwrap();
            let (timeline, at) = (timeline(&ledger, place), second(at * 100));
            prop_assert_eq!(&state_at(&ledger, place, at), timeline.at(at));
        }
    }
}
