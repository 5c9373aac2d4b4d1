//! Edges in the order in which a place is held against them: from south to north, or from east to west.
//!
//! Edges of a coverage do not cross, so of two that span a common meridian one lies below the other throughout; of two that cross a common
//! parallel one lies west. Exact predicates tell which, and where edges of a faulty coverage do cross, any order is as good.

use geo_types::Coord;

use crate::predicate::side;
use crate::squares::{Edge, ends};

/// Puts edges so that each stands after all that lie below it.
///
/// Taken from the west, each new edge is put just behind the highest edge below its western end: those it has to stand before are then
/// behind it, and edges that have ended already have no say. Of those that have not, the one below is found by halves.
pub(crate) fn from_south(edges: &[Edge], mut chosen: Vec<u32>) -> Vec<u32> {
    let [western_end, eastern_end] = [0, 2].map(|end| move |edge: u32| edges[edge as usize][end]);
    chosen.sort_unstable_by(|&one, &other| western_end(one).total_cmp(&western_end(other)).then(one.cmp(&other)));
    let (mut ordered, mut going): (Vec<u32>, Vec<u32>) = (Vec::with_capacity(chosen.len()), Vec::new());
    let mut first_end = f64::INFINITY;
    for edge in chosen {
        if first_end <= western_end(edge) {
            going.retain(|&other| western_end(edge) < eastern_end(other));
            first_end = going.iter().map(|&other| eastern_end(other)).fold(f64::INFINITY, f64::min);
        }
        let rank = going.partition_point(|&other| is_below(edges, other, edge));
        let below = rank.checked_sub(1).and_then(|below| ordered.iter().position(|&other| other == going[below]));
        ordered.insert(below.map_or(0, |below| below + 1), edge);
        going.insert(rank, edge);
        first_end = first_end.min(eastern_end(edge));
    }
    ordered
}

/// Puts edges that cross a parallel in their order on it, just south of it, the easternmost first.
pub(crate) fn from_east(edges: &[Edge], chosen: Vec<u32>) -> Vec<u32> {
    let mut ordered: Vec<u32> = Vec::with_capacity(chosen.len());
    for edge in chosen {
        let rank = ordered.partition_point(|&other| is_west(edges, edge, other));
        ordered.insert(rank, edge);
    }
    ordered
}

/// Whether of two edges the first lies below the other on the meridians both span; not where they span none in common.
pub(crate) fn is_below(edges: &[Edge], one: u32, other: u32) -> bool {
    let [one, other] = [one, other].map(|edge| &edges[edge as usize]);
    if one[0].max(other[0]) >= one[2].min(other[2]) {
        return false;
    }
    let [[one_from, one_to], [other_from, other_to]] = [one, other].map(ends);
    let (start, end) = if one[0] >= other[0] {
        (side(other_from, other_to, one_from), side(other_from, other_to, one_to))
    } else {
        (-side(one_from, one_to, other_from), -side(one_from, one_to, other_to))
    };
    start < 0.0 || start == 0.0 && end < 0.0
}

/// Whether of two edges that reach a parallel from the south the first lies west of the other just below it.
pub(crate) fn is_west(edges: &[Edge], one: u32, other: u32) -> bool {
    let [[one_low, one_high], [other_low, other_high]] = [one, other].map(|edge| from_south_to_north(&edges[edge as usize]));
    let (start, end) = if one_low.y >= other_low.y {
        (side(other_low, other_high, one_low), side(other_low, other_high, one_high))
    } else {
        (-side(one_low, one_high, other_low), -side(one_low, one_high, other_high))
    };
    start > 0.0 || start == 0.0 && end > 0.0
}

fn from_south_to_north(edge: &Edge) -> [Coord<f64>; 2] {
    let [from, to] = ends(edge);
    if from.y <= to.y { [from, to] } else { [to, from] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Edges that meet at one vertex, and one that begins where another ends.
    ///
    /// ```text
    ///        0 ╲   ╱ 1
    ///     2 ────●──── 3
    ///         4 ╱
    /// ```
    const EDGES: [Edge; 5] = [[0.0, 9.0, 5.0, 5.0], [5.0, 5.0, 9.0, 9.0], [0.0, 5.0, 5.0, 5.0], [5.0, 5.0, 9.0, 5.0], [1.0, 0.0, 5.0, 5.0]];

    #[test]
    fn edges_at_one_vertex_go_from_south_to_north_by_their_slant() {
        let ordered = from_south(&EDGES, vec![0, 1, 2, 3, 4]);
        let rank = |edge: u32| ordered.iter().position(|&other| other == edge);
        assert!(rank(4) < rank(2) && rank(2) < rank(0) && rank(3) < rank(1));
    }

    #[test]
    fn edges_that_reach_one_vertex_on_a_parallel_go_by_where_they_lie_below_it() {
        let edges = [[0.0, 0.0, 5.0, 5.0], [5.0, 0.0, 5.0, 5.0], [5.0, 5.0, 9.0, 0.0], [-1.0, 0.0, 2.0, 6.0]];
        assert_eq!(from_east(&edges, vec![0, 1, 2, 3]), [2, 1, 0, 3]);
    }

    #[test]
    fn edges_that_cross_are_put_in_some_order() {
        let crossing = [[0.0, 0.0, 5.0, 5.0], [0.0, 5.0, 5.0, 0.0], [0.0, 2.0, 5.0, 2.0], [0.0, 0.0, 5.0, 5.0]];
        assert_eq!((from_south(&crossing, vec![0, 1, 2, 3]).len(), from_east(&crossing, vec![0, 1, 3]).len()), (4, 3));
    }
}
