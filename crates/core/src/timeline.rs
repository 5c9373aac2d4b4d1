//! A site's states through time.

use jiff::Timestamp;
use thiserror::Error;

use crate::{ActorIndex, Change, ControlState, Hypothesis, Period, ReportIndex, SiteIndex, Status, Window};

/// A state over a period, with how sure it is and the reports it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// When it was so.
    pub period: Period,
    /// When the state began, as far as the reports that began it can tell; none where it began otherwise.
    pub began: Option<Window>,
    /// Whether it may have been so before the period starts: the first state of a timeline.
    pub open_start: bool,
    /// Whether it may go on after the period ends: the last state of a timeline.
    pub open_end: bool,
    /// Who holds the site.
    pub control: ControlState,
    /// How surely.
    pub status: Status,
    /// The last actor whose hold was confirmed, this period included.
    pub last_confirmed: Option<ActorIndex>,
    /// Actors other than the state shown of whom a `takes` or `controls` has been said since the last confirmed state; in order.
    pub claimed_by: Vec<ActorIndex>,
    /// Probability of the state shown, 0 to 1: at an instant, or over a whole period the least in it. None where no rule weighed it.
    pub confidence: Option<f64>,
    /// The belief in each hypothesis, in order; empty where the rule has none. Of an instant, or of a period's start.
    pub probabilities: Vec<(Hypothesis, f64)>,
    /// From when the state is stale: half the rule's memory after the last word. None: not within the period.
    pub stale_from: Option<Timestamp>,
    /// Reports that speak for the state shown, in order of their index.
    pub reports_for: Vec<ReportIndex>,
    /// Reports that speak against it, in order of their index.
    pub reports_against: Vec<ReportIndex>,
}

impl Assessment {
    /// A state that rests on nothing: no report, no probability.
    #[must_use]
    pub fn unsupported(period: Period, control: ControlState, status: Status) -> Self {
        Self {
            period,
            began: None,
            open_start: false,
            open_end: false,
            last_confirmed: None,
            claimed_by: Vec::new(),
            confidence: None,
            probabilities: Vec::new(),
            stale_from: None,
            reports_for: Vec::new(),
            reports_against: Vec::new(),
            control,
            status,
        }
    }

    /// Whether the last word is so old at this instant that the state should be drawn faded.
    #[must_use]
    pub fn is_stale(&self, at: Timestamp) -> bool {
        self.stale_from.is_some_and(|from| from <= at)
    }
}

/// Why a row of assessments is no timeline.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TimelineFault {
    /// A timeline needs at least one state.
    #[error("expected at least one assessment but got none")]
    Empty,
    /// Each state must begin where the one before ends.
    #[error("expected a state that starts at {expected} but got one that starts at {found}: sort the states and close the gap")]
    NotTiling {
        /// The end of the state before.
        expected: Timestamp,
        /// The start found.
        found: Timestamp,
    },
}

/// A site's states: ordered, disjoint, without gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    assessments: Vec<Assessment>,
}

impl Timeline {
    /// A timeline of these states; the first is marked open at its start, the last at its end.
    ///
    /// # Errors
    ///
    /// [`TimelineFault::Empty`] without a state; [`TimelineFault::NotTiling`] where one does not begin where the last ended.
    pub fn new(mut assessments: Vec<Assessment>) -> Result<Self, TimelineFault> {
        for pair in assessments.windows(2) {
            let (expected, found) = (pair[0].period.end(), pair[1].period.start());
            if expected != found {
                return Err(TimelineFault::NotTiling { expected, found });
            }
        }
        assessments.first_mut().ok_or(TimelineFault::Empty)?.open_start = true;
        if let Some(last) = assessments.last_mut() {
            last.open_end = true;
        }
        Ok(Self { assessments })
    }

    /// The states in order.
    #[must_use]
    pub fn assessments(&self) -> &[Assessment] {
        &self.assessments
    }

    /// The state at an instant: before the timeline its first, after it its last. One binary search.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> &Assessment {
        let after = self.assessments.partition_point(|assessment| assessment.period.start() <= at);
        &self.assessments[after.saturating_sub(1)]
    }

    /// The instants at which control or status differs from the moment before, in order.
    pub fn changes(&self, site: SiteIndex) -> impl Iterator<Item = Change> {
        self.assessments
            .windows(2)
            .filter(|pair| pair[0].control != pair[1].control || pair[0].status != pair[1].status)
            .map(move |pair| Change { site, before: pair[0].clone(), after: pair[1].clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(from: i64, to: i64, control: ControlState) -> Assessment {
        let period = Period::new(Timestamp::from_second(from).unwrap(), Timestamp::from_second(to).unwrap()).unwrap();
        Assessment::unsupported(period, control, Status::Unknown)
    }

    #[test]
    fn a_hand_over_instant_belongs_to_the_later_state() {
        let held = ControlState::Held(ActorIndex(0));
        let timeline = Timeline::new(vec![state(0, 10, ControlState::Unknown), state(10, 20, held.clone())]).unwrap();
        assert_eq!(timeline.at(Timestamp::from_second(9).unwrap()).control, ControlState::Unknown);
        assert_eq!(timeline.at(Timestamp::from_second(10).unwrap()).control, held);
        assert_eq!(timeline.at(Timestamp::from_second(-5).unwrap()).control, ControlState::Unknown);
        assert_eq!(timeline.at(Timestamp::from_second(99).unwrap()).control, held);
    }

    #[test]
    fn a_gap_between_states_is_refused() {
        let fault = Timeline::new(vec![state(0, 10, ControlState::Unknown), state(11, 20, ControlState::Unknown)]).unwrap_err();
        assert!(fault.to_string().contains("starts at 1970-01-01T00:00:10Z"));
        assert_eq!(Timeline::new(vec![]), Err(TimelineFault::Empty));
    }

    #[test]
    fn equal_states_in_a_row_are_no_change() {
        let timeline = Timeline::new(vec![state(0, 10, ControlState::Unknown), state(10, 20, ControlState::Unknown)]).unwrap();
        assert_eq!(timeline.changes(SiteIndex(0)).count(), 0);
    }
}
