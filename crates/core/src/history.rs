//! The states of all faces of a coverage through time, as one table of changes.
//!
//! [`Timeline`](crate::Timeline) keeps of each state all that was said; this keeps what maps draw and tables count, in a few bytes a change, so that
//! thirty thousand cells with a year of changes fit into a processor's cache. Each distinct state is stored once.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{ActorIndex, Assessment, ControlState, FaceIndex, Status};

/// A state as maps draw and tables count it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellState {
    /// Who holds the ground.
    pub control: ControlState,
    /// How surely.
    pub status: Status,
    /// Other actors said to hold it, in order.
    pub claimed_by: Vec<ActorIndex>,
    /// Whether a report speaks against the state.
    pub contradicted: bool,
}

impl From<&Assessment> for CellState {
    fn from(state: &Assessment) -> Self {
        Self {
            control: state.control.clone(),
            status: state.status,
            claimed_by: state.claimed_by.clone(),
            contradicted: !state.reports_against.is_empty(),
        }
    }
}

/// A row of a [`History`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HistoryRow {
    /// Microseconds since 1970-01-01T00:00:00Z at which the state begins; it lasts until the face's next row.
    pub start_us: i64,
    /// Which state, as a position in [`History::states`].
    pub state: u32,
    /// Its probability; none where no rule weighed it.
    pub confidence: Option<Confidence>,
}

/// A probability in ten-thousandths, as finely as files tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(u16);

impl Confidence {
    /// The nearest ten-thousandth to a probability; what lies outside 0 to 1 is brought to the nearer end.
    ///
    /// ```
    /// assert_eq!(marchland_core::Confidence::nearest(0.87654).probability(), 0.8765);
    /// ```
    #[must_use]
    pub fn nearest(probability: f64) -> Self {
        Self((probability.clamp(0.0, 1.0) * 1e4).round() as u16)
    }

    /// The confidence of so many ten-thousandths, at most 10,000.
    #[must_use]
    pub fn from_ten_thousandths(count: u16) -> Option<Self> {
        (count <= 10_000).then_some(Self(count))
    }

    /// In ten-thousandths.
    #[must_use]
    pub fn ten_thousandths(self) -> u16 {
        self.0
    }

    /// From 0 to 1.
    #[must_use]
    pub fn probability(self) -> f64 {
        f64::from(self.0) / 1e4
    }
}

/// The states of all faces of a coverage through time.
///
/// Guarantees: each face has at least one row, its rows are in order of time, and neighbouring rows differ in state or confidence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    states: Vec<CellState>,
    /// For each face its first row, and at the end the number of rows.
    first: Vec<u32>,
    rows: Vec<HistoryRow>,
}

impl History {
    /// The distinct states, in the order in which they were met.
    #[must_use]
    pub fn states(&self) -> &[CellState] {
        &self.states
    }

    /// How many faces there are.
    #[must_use]
    pub fn faces(&self) -> usize {
        self.first.len().saturating_sub(1)
    }

    /// All rows, face by face.
    #[must_use]
    pub fn rows(&self) -> &[HistoryRow] {
        &self.rows
    }

    /// The rows of a face that this history has.
    #[must_use]
    pub fn of_face(&self, face: FaceIndex) -> &[HistoryRow] {
        let face = face.0 as usize;
        &self.rows[self.first[face] as usize..self.first[face + 1] as usize]
    }

    /// A face's row at an instant: before its first row the first, after the last the last. One binary search.
    #[must_use]
    pub fn at(&self, face: FaceIndex, at_us: i64) -> &HistoryRow {
        let rows = self.of_face(face);
        &rows[rows.partition_point(|row| row.start_us <= at_us).saturating_sub(1)]
    }

    /// The state of a row.
    #[must_use]
    pub fn state(&self, row: &HistoryRow) -> &CellState {
        &self.states[row.state as usize]
    }
}

/// Whole microseconds since 1970-01-01T00:00:00Z, rounded down.
///
/// ```
/// let just_before = "1969-12-31T23:59:59.9999999Z".parse().unwrap();
/// assert_eq!(marchland_core::microseconds(just_before), -1);
/// ```
#[must_use]
pub fn microseconds(at: Timestamp) -> i64 {
    at.as_nanosecond().div_euclid(1_000) as i64
}

/// Builds a [`History`] face by face, in the coverage's order.
#[derive(Clone, Debug, Default)]
pub struct HistoryBuilder {
    history: History,
    known: BTreeMap<CellState, u32>,
}

impl HistoryBuilder {
    /// A history without faces.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next face with its states, which must be in order of time and at least one; a state that says the same as the one before it
    /// is no row.
    pub fn face<'a>(&mut self, states: impl IntoIterator<Item = &'a Assessment>) {
        let first = self.history.rows.len();
        self.history.first.push(first as u32);
        for assessment in states {
            let state = self.state(CellState::from(assessment));
            let confidence = assessment.confidence.map(Confidence::nearest);
            let last = self.history.rows[first..].last();
            if last.is_none_or(|last| (last.state, last.confidence) != (state, confidence)) {
                self.history.rows.push(HistoryRow { start_us: microseconds(assessment.period.start()), state, confidence });
            }
        }
        assert!(self.history.rows.len() > first, "a face has at least one state");
    }

    fn state(&mut self, state: CellState) -> u32 {
        if let Some(&known) = self.known.get(&state) {
            return known;
        }
        let position = self.history.states.len() as u32;
        self.history.states.push(state.clone());
        self.known.insert(state, position);
        position
    }

    /// The history.
    #[must_use]
    pub fn finish(mut self) -> History {
        self.history.first.push(self.history.rows.len() as u32);
        self.history
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Period;

    fn state(from: i64, to: i64, control: ControlState, confidence: f64) -> Assessment {
        let second = |n| Timestamp::from_second(n).unwrap();
        let unsupported = Assessment::unsupported(Period::new(second(from), second(to)).unwrap(), control, Status::Confirmed);
        Assessment { confidence: Some(confidence), ..unsupported }
    }

    #[test]
    fn each_distinct_state_is_stored_once_and_each_instant_finds_its_row() {
        let (red, blue) = (ControlState::Held(ActorIndex(0)), ControlState::Held(ActorIndex(1)));
        let mut builder = HistoryBuilder::new();
        let changing = [state(0, 10, red.clone(), 0.9), state(10, 20, red.clone(), 0.9), state(20, 30, blue, 0.8)];
        builder.face(&changing);
        builder.face(&[state(0, 30, red.clone(), 0.7)]);
        let history = builder.finish();
        assert_eq!((history.faces(), history.states().len(), history.rows().len()), (2, 2, 3));
        let at = |face, second: i64| history.at(FaceIndex(face), second * 1_000_000).state;
        assert_eq!([at(0, -5), at(0, 19), at(0, 20), at(0, 99), at(1, 20)], [0, 0, 1, 1, 0]);
        assert_eq!(history.state(history.at(FaceIndex(1), 0)).control, red);
        assert_eq!(history.of_face(FaceIndex(1))[0].confidence, Some(Confidence::nearest(0.7)));
    }
}
