//! Drawings that fit: neighbours with the very same corners, no overlap and no gap, as cells and districts from one source have.
//!
//! Of such a drawing the ground on both sides of every edge is known from the edge alone, and nothing need be cut, walked over or given
//! away. That it fits is seen without comparing polygons with each other, in the manner of Devillers, Liotta, Preparata and Tamassia
//! (1998, "Checking the convexity of polytopes and the planarity of subdivisions"):
//!
//! 1. Every polygon is one ring, which meets itself nowhere, and is walked counter-clockwise here.
//! 2. Every edge is one polygon's, or two different sites' who walk it either way. Then the winding numbers of all rings sum to that of
//!    the edges of one polygon alone, for the others cancel.
//! 3. The edges of one polygon alone meet only at their ends, and each has the unbounded face on its right. So no place has a winding
//!    number above one: it lies in one polygon at most, and in one exactly where the unbounded face ends. Polygons that
//!    lie in each other nowhere cross nowhere, and no corner stands in the midst of an edge, for it would have ground on both sides of it.
//!
//! Nor would anything be cut at a corner's square (see the module `noding`): of the edges that pass within a corner's square the
//! nearest has no other between itself and the corner, so that both are of one ring, or both edges of one polygon alone; and
//! those are looked at. Whatever does not fit, is thin, has holes or a boundary goes the general way, which gives the same for all else.

use super::drawing::{Drawing, Lines, METRES_A_UNIT, Ring, Run};
use crate::arrangement::grid::{DEGREE, GridPoint, doubled_area, side};
use crate::arrangement::noding::node;
use crate::arrangement::planar::{Label, faces_of};
use crate::tessellate::rings::is_simple;

/// The shape on the left and on the right of each edge, none outside; none at all unless the drawing fits, and nothing in it is thin.
pub(super) fn sides(drawing: &Drawing, lines: &Lines, sliver_m: f64) -> Option<Vec<[Option<Label>; 2]>> {
    if drawing.rings.len() != drawing.parts.len() {
        return None;
    }
    let turns: Vec<bool> = drawing.rings.iter().map(|ring| turn(drawing.corners(ring), sliver_m)).collect::<Option<_>>()?;
    let beside = |runs: &[Run]| beside(runs, drawing, &turns);
    let sides: Vec<_> = (0..lines.edges.len() as u32).map(|edge| beside(lines.runs(edge))).collect::<Option<_>>()?;
    let meets_itself = |ring: &Ring| !(is_convex(drawing.corners(ring)) || is_simple(drawing.corners(ring)));
    (is_rim_sound(lines, &sides) && !drawing.rings.iter().any(meets_itself)).then_some(sides)
}

/// Whether a ring runs counter-clockwise; none where it may be thinner than a width.
///
/// By the measure of [`super::slivers`] it is not: its area is taken at the latitude farthest from the equator, where a degree of
/// longitude shrinks to no less than the latitude's share of the way to the pole; its edges at the equator, round corners. The width
/// is doubled, so that rounding cannot matter.
fn turn(ring: &[GridPoint], sliver_m: f64) -> Option<bool> {
    let doubled = doubled_area(ring.iter().copied());
    let length: i64 = ring.windows(2).map(|edge| reach(edge[0], edge[1])).sum();
    let farthest = ring.iter().map(|corner| corner.y.abs()).max()?;
    let narrowing = 1.0 - farthest as f64 / (90 * DEGREE) as f64;
    let is_wide = doubled.abs() as f64 * narrowing * METRES_A_UNIT > 2.0 * sliver_m * length as f64;
    is_wide.then_some(doubled > 0)
}

/// How far one place is from another, round a corner.
fn reach(from: GridPoint, to: GridPoint) -> i64 {
    (to.x - from.x).abs() + (to.y - from.y).abs()
}

/// The shapes beside an edge, if it is one part's, or two different shapes' from either side.
fn beside(runs: &[Run], drawing: &Drawing, turns: &[bool]) -> Option<[Option<Label>; 2]> {
    let shape = |run: Run| Some(drawing.parts[run.of() as usize].shape);
    let is_left = |run: Run| turns[run.of() as usize] != run.is_back();
    match *runs {
        [one] if is_left(one) => Some([shape(one), None]),
        [one] => Some([None, shape(one)]),
        [one, other] if shape(one) == shape(other) || is_left(one) == is_left(other) => None,
        [one, other] if is_left(one) => Some([shape(one), shape(other)]),
        [one, other] => Some([shape(other), shape(one)]),
        _ => None,
    }
}

/// Whether the edges of one polygon alone meet only at their ends, with the outside on the other side of each.
fn is_rim_sound(lines: &Lines, sides: &[[Option<Label>; 2]]) -> bool {
    let rim: Vec<usize> = (0..sides.len()).filter(|&edge| sides[edge].contains(&None)).collect();
    // What has more rim than borders is hardly less work this way.
    if 2 * rim.len() > sides.len() {
        return false;
    }
    let segments: Vec<_> = rim.iter().map(|&edge| lines.ends(edge)).collect();
    let pieces = node(&segments);
    if pieces.len() != segments.len() {
        return false;
    }
    let faces = faces_of(&pieces, |_| true);
    let outside = faces.count as u32 - 1;
    let is_outside = |face: u32| face == outside;
    faces.beside.iter().zip(&rim).all(|(beside, &edge)| beside.map(is_outside) == sides[edge].map(|side| side.is_none()))
}

/// Whether a ring turns the same way at each corner, once round, and so far that no edge comes near a corner that is not its end.
///
/// Of all other corners those next to an edge's ends are the nearest to its line. It misses the square round a corner whose triangle
/// with it measures, doubled, more than half its length round a corner.
fn is_convex(ring: &[GridPoint]) -> bool {
    let corners = &ring[1..];
    let count = corners.len();
    let mut summits = 0;
    let mut way = 0;
    for (place, &at) in corners.iter().enumerate() {
        let (before, after) = (ring[place], corners[if place + 1 == count { 0 } else { place + 1 }]);
        let turn = side(before, at, after);
        if turn.abs() <= i128::from(reach(before, at).max(reach(at, after))) || turn.signum() * way < 0 {
            return false;
        }
        way = turn.signum();
        summits += u32::from(at > before && at > after);
    }
    summits == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn closed(corners: &[(i64, i64)]) -> Vec<GridPoint> {
        corners.iter().chain(corners.first()).map(|&(x, y)| GridPoint { x, y }).collect()
    }

    #[test]
    fn a_ring_that_turns_one_way_twice_round_is_not_convex() {
        let star = [(0, 100), (-60, -80), (95, 30), (-95, 30), (60, -80)];
        assert!(!is_convex(&closed(&star)));
        let round = [0, 2, 4, 1, 3].map(|place| star[place]);
        assert!(is_convex(&closed(&round)));
    }

    /// ```text
    /// c┄┄┄┄┄┄┄┄┄┄┄┄┄┄d
    /// b──────────────a      the corner c stands within half a unit of the edge from d to b
    /// ```
    #[test]
    fn a_ring_so_narrow_that_an_edge_passes_a_corner_within_its_square_is_not_convex() {
        assert!(!is_convex(&closed(&[(0, 0), (100, 0), (100, 2), (50, 1)])));
        assert!(is_convex(&closed(&[(0, 0), (100, 0), (100, 50)])));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn a_convex_ring_is_simple(corners in prop::collection::vec((0_i64..9, 0_i64..30), 3..6)) {
            let ring = closed(&corners);
            prop_assert!(!is_convex(&ring) || is_simple(&ring));
        }
    }
}
