//! Faces and their states through time, in the numbers an index holds.
//!
//! A face is a head, how many rows it has and which place it is, and its rows behind it: when each begins and the state then, packed into
//! 32 bits. Head and rows of a face lie side by side, so that a question about it waits for memory once or twice.

use std::collections::BTreeMap;
use std::hint::select_unpredictable;

use marchland_core::{CellState, Confidence, ControlState, Coverage, FaceIndex, Ground, History, Ledger, NONE, SiteIndex, Status};

use crate::clock::Clock;
use crate::squares::OUTSIDE;

/// Stands for the place of a face beyond every site's reach.
pub(crate) const BEYOND_REACH: u32 = NONE - 1;

/// A state in 32 bits: the control in the upper half, two bits of status, fourteen of ten-thousandths of probability.
const CONTROL_SHIFT: u32 = 16;
const STATUS_SHIFT: u32 = 14;
const NOT_WEIGHED: u32 = (1 << STATUS_SHIFT) - 1;

/// The most actors a state's bits can tell apart, beside contested and unknown.
pub(crate) const MOST_ACTORS: usize = (1 << (32 - CONTROL_SHIFT)) - 2;

/// Faces and their states through time.
#[derive(Debug, Default)]
pub(crate) struct StateTables {
    /// Each face's number of rows and place.
    heads: Vec<[u32; 2]>,
    /// When each row begins; before the rows of a face its head, which begins with the first.
    pub(crate) starts: Vec<i64>,
    states: Vec<u32>,
    pub(crate) places: Vec<String>,
    known: BTreeMap<Vec<SiteIndex>, u32>,
}

impl StateTables {
    /// Adds the faces of a coverage and gives the positions of their heads.
    pub(crate) fn add(&mut self, coverage: &Coverage, history: &History, ledger: &Ledger) -> Vec<u32> {
        let actors = ledger.actors().len() as u32;
        let mut heads = Vec::with_capacity(coverage.faces().len());
        for (index, face) in (0..).zip(coverage.faces()) {
            let place = self.place(&face.ground, ledger);
            let rows = history.of_face(FaceIndex(index));
            let head = self.starts.len();
            heads.push(head as u32);
            self.push(rows[0].start_us, NONE);
            if place == BEYOND_REACH {
                self.push(rows[0].start_us, unknown(actors));
            } else {
                for row in rows {
                    // States may differ in what answers do not tell, such as who else claims the ground.
                    let state = packed(history.state(row), row.confidence, actors);
                    if self.states.len() == head + 1 || self.states.last() != Some(&state) {
                        self.push(row.start_us, state);
                    }
                }
            }
            assert!(self.starts.len() < OUTSIDE as usize, "an index holds at most a billion rows");
            self.heads.push([(self.starts.len() - head - 1) as u32, place]);
        }
        heads
    }

    fn push(&mut self, start_us: i64, state: u32) {
        self.starts.push(start_us);
        self.states.push(state);
    }

    /// Heads and rows as the section holds them.
    pub(crate) fn rows(&self, clock: Clock) -> Vec<[u32; 2]> {
        let mut rows: Vec<[u32; 2]> = self.starts.iter().zip(&self.states).map(|(&start, &state)| [clock.tick(start), state]).collect();
        let mut at = 0;
        for &head in &self.heads {
            rows[at] = head;
            at += head[0] as usize + 1;
        }
        rows
    }

    fn place(&mut self, ground: &Ground, ledger: &Ledger) -> u32 {
        let sites = ground.sites();
        match ground {
            Ground::BeyondReach => return BEYOND_REACH,
            Ground::Lattice(_) | Ground::Sites(_) if sites.is_empty() => return NONE,
            Ground::Lattice(_) | Ground::Sites(_) => {}
        }
        if let Some(&known) = self.known.get(sites) {
            return known;
        }
        let place = self.places.len() as u32;
        self.places.push(sites.iter().map(|&site| ledger.site(site).id.as_str()).collect::<Vec<_>>().join(";"));
        self.known.insert(sites.to_vec(), place);
        place
    }
}

/// The state of ground beyond reach.
fn unknown(actors: u32) -> u32 {
    packed(
        &CellState { control: ControlState::Unknown, status: Status::Unknown, claimed_by: Vec::new(), contradicted: false },
        None,
        actors,
    )
}

fn packed(state: &CellState, confidence: Option<Confidence>, actors: u32) -> u32 {
    let control = match &state.control {
        ControlState::Held(actor) => actor.0,
        ControlState::Contested(_) => actors,
        ControlState::Unknown => actors + 1,
    };
    let status = Status::ALL.iter().position(|&status| status == state.status).unwrap_or_default() as u32;
    let confidence = confidence.map_or(NOT_WEIGHED, |confidence| u32::from(confidence.ten_thousandths()));
    control << CONTROL_SHIFT | status << STATUS_SHIFT | confidence
}

/// The control of a state, as a position among the actors and behind them contested and unknown.
#[inline]
pub(crate) fn control(state: u32) -> u32 {
    state >> CONTROL_SHIFT
}

/// The status of a state, as a position in [`Status::ALL`].
#[inline]
pub(crate) fn status(state: u32) -> u32 {
    state >> STATUS_SHIFT & 3
}

/// The probability of a state in ten-thousandths, or [`NONE`].
#[inline]
pub(crate) fn confidence(state: u32) -> u32 {
    let confidence = state & NOT_WEIGHED;
    if confidence == NOT_WEIGHED { NONE } else { confidence }
}

/// The last of some rows that has begun at a tick, in order; the first where none has.
#[inline]
pub(crate) fn last_begun(rows: &[[u32; 2]], tick: u32) -> usize {
    let (mut base, mut count) = (0, rows.len());
    while count > 1 {
        let half = count / 2;
        // Which half is as good as random, and a wrong guess costs more than the comparison.
        base = select_unpredictable(rows[base + half][0] <= tick, base + half, base);
        count -= half;
    }
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_from_its_bits() {
        let state = |control, status| CellState { control, status, claimed_by: Vec::new(), contradicted: false };
        let contested =
            packed(&state(ControlState::Contested(Vec::new()), Status::Contested), Confidence::from_ten_thousandths(10_000), 65_534);
        assert_eq!((control(contested), status(contested), confidence(contested)), (65_534, 2, 10_000));
        assert_eq!((control(unknown(65_534)), status(unknown(65_534)), confidence(unknown(65_534))), (65_535, 3, NONE));
    }

    #[test]
    fn the_last_row_begun_is_found_among_any_number() {
        for count in 0..20_u32 {
            let rows: Vec<[u32; 2]> = (0..count).map(|row| [10 * row, row]).collect();
            for tick in 0..200 {
                assert_eq!(last_begun(&rows, tick), (tick / 10).min(count.saturating_sub(1)) as usize);
            }
        }
    }
}
