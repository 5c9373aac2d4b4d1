//! Which cells are sound as they stand, so that only the others are cut.
//!
//! Cutting all lines at each other costs more than all else, and nearly all cells need none of it: they meet no boundary and no
//! circle of reach, and rounding to the grid has left them convex. Such a cell is *settled*. The rest is cut together with the
//! borders it shares with settled cells; where cutting bends one of those, its settled cell joins the rest, and all is cut anew.
//! The coverage is the same, vertex by vertex, as if everything had been cut, because:
//! - In a settled cell every corner is at least [`CLEARANCE`] units from each side that does not end there. So the hot square of no
//!   corner of it touches another of its sides, and what is hot outside it is kept off by the side it lies beyond.
//! - Round a corner meet at most four cells, each with an angle below 180°, so these turn round it once. Cells that are sound one
//!   by one and turn once round every corner overlap nowhere, as long as the edge of all of them together does not cross itself;
//!   and that edge has been cut and found unbent.
//!
//! Sites of one place are settled together, for no line is drawn between them.

use super::BEYOND;
use super::bisectors::{Corner, Diagram, Neighbours};
use super::outline::Outline;
use super::squares::Squares;
use super::trace::Tracer;
use crate::arrangement::grid::GridPoint;
use crate::arrangement::planar::Label;

/// Units a corner keeps from the sides that do not end there: more than the diagonal of a hot square.
const CLEARANCE: i64 = 2;

/// Units a side of a settled cell is long at most, a degree, so that its products fit 64 bits.
const LONGEST: i64 = 1 << 30;

/// How a cell stands to the boundary and to its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has to be cut with what it meets.
    Cut,
    /// Settled, and inside the boundary.
    Inside,
    /// Settled, and outside it.
    Outside,
}

/// The standing of each place.
pub(super) struct Standings(Vec<Standing>);

impl Standings {
    /// Settles what can be.
    pub(super) fn new(diagram: &Diagram<'_>, outline: &Outline, reach_m: Option<f64>) -> Self {
        let tracer = Tracer::new(diagram.projection);
        let mut places = vec![None; diagram.places()];
        for place in unfit_places(diagram, reach_m, &tracer).into_iter().filter(|&place| place != BEYOND) {
            places[place as usize] = Some(Standing::Cut);
        }
        let mut squares = Squares::new(outline, diagram.places());
        for area in diagram.areas {
            places[area.place as usize] = Some(Standing::Cut);
            squares.cover(area.segments());
        }
        let mut ring = Vec::new();
        for cell in diagram.cells() {
            let place = &mut places[cell.place() as usize];
            if *place != Some(Standing::Cut) {
                cell.ring(&mut ring);
                let standing = if is_sound(&ring) { squares.standing(&ring) } else { Standing::Cut };
                *place = Some(if place.is_none_or(|other| other == standing) { standing } else { Standing::Cut });
            }
        }
        Self(places.into_iter().map(|standing| standing.unwrap_or(Standing::Cut)).collect())
    }

    pub(super) fn of(&self, label: Label) -> Standing {
        if label == BEYOND { Standing::Cut } else { self.0[label as usize] }
    }

    /// Whether a border between two places is to be cut.
    pub(super) fn cuts(&self, [left, right]: [Label; 2]) -> bool {
        left != right && left != BEYOND && right != BEYOND && (self.of(left) == Standing::Cut || self.of(right) == Standing::Cut)
    }

    /// Leaves every place to be cut.
    pub(super) fn unsettle_all(&mut self) {
        self.0.fill(Standing::Cut);
    }

    /// Leaves a place to be cut.
    pub(super) fn unsettle(&mut self, label: Label) {
        self.0[label as usize] = Standing::Cut;
    }
}

/// Places of which a border needs more than its two corners on the grid, or which share a corner with more than three others.
fn unfit_places(diagram: &Diagram<'_>, reach_m: Option<f64>, tracer: &Tracer<'_>) -> Vec<Label> {
    let mut unfit = Vec::new();
    let mut fallen_together = Vec::new();
    for side in diagram.sides() {
        let corners = side.triangles.map(|triangle| diagram.corner(triangle));
        match straight(corners, reach_m, tracer) {
            None => unfit.extend(side.places),
            Some([from, to]) if from == to => fallen_together.extend(side.triangles),
            Some(_) => (),
        }
    }
    fallen_together.sort_unstable();
    let several: Vec<u32> = fallen_together.chunk_by(|one, other| one == other).filter(|same| same.len() > 1).map(|same| same[0]).collect();
    if !several.is_empty() {
        let touches = |side: &Neighbours| side.triangles.iter().any(|triangle| several.binary_search(triangle).is_ok());
        unfit.extend(diagram.sides().filter(touches).flat_map(|side| side.places));
    }
    unfit
}

/// The ends of the border between two corners on the grid; none where it needs more than these to be drawn.
fn straight(corners: [Corner; 2], reach_m: Option<f64>, tracer: &Tracer<'_>) -> Option<[GridPoint; 2]> {
    let reach_squared = reach_m.map_or(f64::INFINITY, |reach_m| reach_m * reach_m);
    if corners.iter().any(|corner| corner.distance_squared > reach_squared) {
        return None;
    }
    let [from, to] = [corners[0].spot?, corners[1].spot?];
    let ends = [from.point?, to.point?];
    tracer.is_straight([from.metres, to.metres], ends).then_some(ends)
}

/// Whether a ring turns left at every corner, goes round once, and keeps its corners clear of its sides.
///
/// In a convex ring the corner nearest to a side is one of the two beside it, so that only these are looked at.
fn is_sound(ring: &[GridPoint]) -> bool {
    let side = |position: usize| {
        let (from, to) = (ring[position % ring.len()], ring[(position + 1) % ring.len()]);
        GridPoint { x: to.x - from.x, y: to.y - from.y }
    };
    let runs_south = |side: GridPoint| (side.y, side.x) < (0, 0);
    let length = |side: GridPoint| side.x.abs() + side.y.abs();
    let mut turns = 0;
    for position in 0..ring.len() {
        let (one, next) = (side(position), side(position + 1));
        if length(one) > LONGEST || one.x * next.y - one.y * next.x < CLEARANCE * length(one).max(length(next)) {
            return false;
        }
        turns += u32::from(runs_south(one) && !runs_south(next));
    }
    turns == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(corners: &[(i64, i64)]) -> Vec<GridPoint> {
        corners.iter().map(|&(x, y)| GridPoint { x: 100 * x, y: 100 * y }).collect()
    }

    /// ```text
    /// 3───2        3───2
    /// │   │         \ /
    /// 0───1        0─1       the second has an end that pokes in
    /// ```
    #[test]
    fn a_convex_ring_is_sound_and_one_that_pokes_in_or_lies_flat_is_not() {
        assert!(is_sound(&ring(&[(0, 0), (1, 0), (1, 1), (0, 1)])));
        assert!(!is_sound(&ring(&[(0, 0), (3, 0), (1, 1), (0, 3)])));
        assert!(!is_sound(&ring(&[(0, 0), (1, 0), (2, 0), (0, 2)])), "a corner on a straight side");
        assert!(!is_sound(&ring(&[(0, 1), (1, 1), (1, 0), (0, 0)])), "clockwise");
        assert!(!is_sound(&[]));
    }

    #[test]
    fn a_ring_that_goes_round_twice_is_not_sound() {
        let star: Vec<_> = [(10, 0), (-8, 6), (3, -9), (3, 9), (-8, -6)].into();
        assert!(!is_sound(&ring(&star)));
    }

    #[test]
    fn a_ring_as_thin_as_a_unit_is_not_sound() {
        let thin: Vec<_> = [(0, 0), (1000, 0), (1000, 1), (0, 1)].map(|(x, y)| GridPoint { x, y }).into();
        assert!(!is_sound(&thin));
    }
}
