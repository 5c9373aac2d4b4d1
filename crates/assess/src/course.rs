//! A site's states through time, weighed once and asked for as many instants as one likes.
//!
//! A timeline's rows say who held a site from when to when. Belief moves within a row too: a [`Course`] keeps what it takes to say how
//! sure the state is at any instant, so that a map for each day of a year weighs each report once and not once a day.

use jiff::Timestamp;
use marchland_core::{Assessment, ControlState, Hypothesis, Ledger, Timeline};

use crate::bayes::Posterior;
use crate::periods::within_span;
use crate::whole;

/// A site's states through time, to be asked for many instants; [`Assessor::course`](crate::Assessor::course) makes one.
///
/// ```
/// use marchland_assess::{Assessor, Rule};
/// use marchland_core::{Ledger, LedgerDraft, SiteDraft};
/// let draft = LedgerDraft { sites: vec![SiteDraft { id: "gate".into(), ..SiteDraft::default() }], ..LedgerDraft::default() };
/// let (ledger, rule) = (Ledger::new(draft).unwrap(), Rule::default());
/// let course = Assessor::new(&ledger, &rule, None).course(ledger.site_with_id("gate").unwrap());
/// let start = ledger.span().start();
/// assert_eq!(course.at(start).control, course.timeline().at(start).control);
/// ```
#[derive(Clone, Debug)]
pub struct Course<'a> {
    ledger: &'a Ledger,
    timeline: Timeline,
    basis: Basis<'a>,
}

/// What tells how sure a state is within its row.
#[derive(Clone, Debug)]
enum Basis<'a> {
    /// Nothing: it is as sure throughout.
    Row,
    /// Belief.
    Belief(Posterior),
    /// The least sure of the parts of a whole.
    Parts(Vec<Course<'a>>),
}

impl<'a> Course<'a> {
    pub(crate) fn plain(ledger: &'a Ledger, timeline: Timeline) -> Self {
        Self { ledger, timeline, basis: Basis::Row }
    }

    pub(crate) fn believed(ledger: &'a Ledger, timeline: Timeline, posterior: Posterior) -> Self {
        Self { ledger, timeline, basis: Basis::Belief(posterior) }
    }

    /// The course of a whole, from those of its parts.
    pub(crate) fn of_parts(ledger: &'a Ledger, parts: Vec<Self>) -> Self {
        let timelines: Vec<Timeline> = parts.iter().map(|part| part.timeline.clone()).collect();
        Self { ledger, timeline: whole::timeline(ledger, &timelines), basis: Basis::Parts(parts) }
    }

    /// Its rows.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Its rows, and nothing else.
    #[must_use]
    pub fn into_timeline(self) -> Timeline {
        self.timeline
    }

    /// The same states for those who do not ask how sure they are, such as a map that draws control alone: each lasts to the end of its
    /// row, and is as sure throughout as the row says.
    #[must_use]
    pub fn rows_alone(self) -> Self {
        Self { basis: Basis::Row, ..self }
    }

    /// Until when the state [`at`](Self::at) an instant stays exactly as it is, at least: belief moves on at once, what is given
    /// stays to the end of its row, and the last row for ever.
    #[must_use]
    pub fn lasts_until(&self, at: Timestamp) -> Timestamp {
        let row = self.timeline.at(self.within_span(at));
        let row_ends = if row.open_end { Timestamp::MAX } else { row.period.end() };
        match &self.basis {
            Basis::Row => row_ends,
            Basis::Belief(_) => at,
            Basis::Parts(parts) => parts.iter().map(|part| part.lasts_until(at)).fold(row_ends, Timestamp::min),
        }
    }

    /// The state at an instant: the row of the timeline, with confidence and probabilities at exactly that instant.
    ///
    /// Before the ledger's span its first moment answers, after it its last.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> Assessment {
        let at = self.within_span(at);
        let row = self.timeline.at(at).clone();
        match &self.basis {
            Basis::Row => row,
            Basis::Belief(posterior) => believed(row, posterior.at(within_span(self.ledger, at))),
            Basis::Parts(parts) => {
                let least = || parts.iter().filter_map(|part| part.at(at).confidence).reduce(f64::min);
                Assessment { confidence: row.confidence.and_then(|_| least()), ..row }
            }
        }
    }

    fn within_span(&self, at: Timestamp) -> Timestamp {
        at.clamp(self.ledger.span().start(), self.ledger.span().end())
    }
}

/// A row with what is believed at an instant of it.
fn believed(row: Assessment, probabilities: Vec<(Hypothesis, f64)>) -> Assessment {
    let of = |hypothesis| probabilities.iter().find(|(known, _)| *known == hypothesis).map(|(_, probability)| *probability);
    let confidence = match row.control {
        ControlState::Held(actor) => of(Hypothesis::HeldBy(actor)),
        ControlState::Contested(_) => of(Hypothesis::Contested),
        ControlState::Unknown => None,
    };
    Assessment { confidence, probabilities, ..row }
}

#[cfg(test)]
mod tests {
    use crate::testimony::scene::{Scene, close, day};
    use crate::{Assessor, Rule};
    use marchland_core::Assertion::Takes;

    #[test]
    fn a_course_says_at_each_instant_what_the_assessor_says() {
        let mut scene = Scene::new();
        scene.source("wire", 'B', "").held_first("blue");
        scene.say("a", "pd2", "red", Takes, day(10), "wire");
        scene.say("b", "place", "red", Takes, day(20), "wire");
        let (ledger, rule) = (scene.ledger(), Rule::default());
        let assessor = Assessor::new(&ledger, &rule, None);
        for site in ledger.site_indices() {
            let course = assessor.course(site);
            assert_eq!(course.timeline(), &assessor.timeline(site));
            for at in [5, 10, 15, 20, 25].map(close) {
                assert_eq!(course.at(at), assessor.state_at(site, at));
            }
        }
        let place = assessor.course(ledger.site_with_id("place").unwrap());
        assert!(place.at(close(20)).confidence > place.at(close(400)).confidence, "belief fades within a row");
    }

    #[test]
    fn what_is_given_lasts_to_the_end_of_its_row_and_belief_not_at_all() {
        let mut scene = Scene::new();
        scene.source("wire", 'B', "").held_first("blue");
        scene.say("a", "pd2", "red", Takes, day(10), "wire");
        let (ledger, rule) = (scene.ledger(), Rule::default());
        let believed = Assessor::new(&ledger, &rule, None).course(ledger.site_with_id("pd2").unwrap());
        assert_eq!(believed.lasts_until(close(12)), close(12));
        let given = believed.clone().rows_alone();
        let rows = given.timeline().assessments();
        assert_eq!(given.at(close(12)).control, believed.at(close(12)).control);
        assert!(rows.len() > 1);
        assert_eq!(given.lasts_until(rows[0].period.start()), rows[0].period.end());
        assert_eq!(given.lasts_until(rows[rows.len() - 1].period.start()), jiff::Timestamp::MAX);
    }
}
