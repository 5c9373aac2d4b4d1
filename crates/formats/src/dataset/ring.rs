//! Rings: whether one crosses itself, and which way round it runs.

use geo_types::{Coord, LineString};
use robust::{Coord as Exact, orient2d};

/// Which way a ring runs round what it encloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Counter-clockwise, as outer rings do (RFC 7946, section 3.1.6).
    Left,
    /// Clockwise, as holes do.
    Right,
}

/// Reverses a closed ring that runs the other way.
pub(crate) fn turn(ring: &mut LineString<f64>, turn: Turn) {
    let runs = if doubled_area(&ring.0) > 0.0 { Turn::Left } else { Turn::Right };
    if runs != turn {
        ring.0.reverse();
    }
}

/// Twice the signed area of a closed ring in square degrees, positive when it runs counter-clockwise (the shoelace formula,
/// about the first position so that far-off coordinates keep their digits).
pub(crate) fn doubled_area(ring: &[Coord<f64>]) -> f64 {
    let Some(&origin) = ring.first() else { return 0.0 };
    ring.windows(2).map(|edge| (edge[0].x - origin.x) * (edge[1].y - origin.y) - (edge[1].x - origin.x) * (edge[0].y - origin.y)).sum()
}

/// A place where a closed ring, without repeated neighbours, crosses or touches itself; none where it is simple.
///
/// Edges are sorted by their western end and each is held against those that begin before it ends: near n log n for rings as
/// people draw them. Whether two edges meet is decided by exact predicates (Shewchuk 1997).
pub(crate) fn crossing(ring: &[Coord<f64>]) -> Option<Coord<f64>> {
    let count = ring.len() - 1;
    let mut edges: Vec<(usize, Coord<f64>, Coord<f64>)> = ring.windows(2).enumerate().map(|(at, edge)| (at, edge[0], edge[1])).collect();
    let west = |edge: &(usize, Coord<f64>, Coord<f64>)| edge.1.x.min(edge.2.x);
    edges.sort_by(|one, other| west(one).total_cmp(&west(other)));
    for (at, edge) in edges.iter().enumerate() {
        let east = edge.1.x.max(edge.2.x);
        for other in edges[at + 1..].iter().take_while(|other| west(other) <= east) {
            if let Some(place) = meeting(edge, other, count) {
                return Some(place);
            }
        }
    }
    None
}

type Edge = (usize, Coord<f64>, Coord<f64>);

/// Where two edges of a ring meet, other than neighbours at their common end.
fn meeting(one: &Edge, other: &Edge, count: usize) -> Option<Coord<f64>> {
    let (first, second) = if one.0 < other.0 { (one, other) } else { (other, one) };
    if first.1.y.min(first.2.y) > second.1.y.max(second.2.y) || second.1.y.min(second.2.y) > first.1.y.max(first.2.y) {
        return None;
    }
    let follows = second.0 == first.0 + 1;
    let closes = first.0 == 0 && second.0 == count - 1;
    if follows || closes {
        let (shared, tip, tail) = if follows { (first.2, second.2, first.1) } else { (first.1, first.2, second.1) };
        return folds_back(tail, shared, tip).then_some(shared);
    }
    meet(first.1, first.2, second.1, second.2).then_some(second.1)
}

/// Whether the way from `tail` over `shared` to `tip` runs back on itself.
fn folds_back(tail: Coord<f64>, shared: Coord<f64>, tip: Coord<f64>) -> bool {
    let along = (tip.x - shared.x) * (tail.x - shared.x) + (tip.y - shared.y) * (tail.y - shared.y);
    side(tail, shared, tip) == 0.0 && along > 0.0
}

fn meet(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>, d: Coord<f64>) -> bool {
    let (sides, other_sides) = ((side(a, b, c), side(a, b, d)), (side(c, d, a), side(c, d, b)));
    let parts = |(one, other): (f64, f64)| (one > 0.0 && other < 0.0) || (one < 0.0 && other > 0.0);
    let lies_on = |side: f64, from: Coord<f64>, to: Coord<f64>, place: Coord<f64>| {
        side == 0.0 && (from.x.min(to.x)..=from.x.max(to.x)).contains(&place.x) && (from.y.min(to.y)..=from.y.max(to.y)).contains(&place.y)
    };
    (parts(sides) && parts(other_sides))
        || lies_on(sides.0, a, b, c)
        || lies_on(sides.1, a, b, d)
        || lies_on(other_sides.0, c, d, a)
        || lies_on(other_sides.1, c, d, b)
}

/// Positive where the third place lies left of the way from the first to the second.
fn side(from: Coord<f64>, to: Coord<f64>, place: Coord<f64>) -> f64 {
    let exact = |coord: Coord<f64>| Exact { x: coord.x, y: coord.y };
    orient2d(exact(from), exact(to), exact(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(places: &[(f64, f64)]) -> Vec<Coord<f64>> {
        places.iter().map(|&(x, y)| Coord { x, y }).collect()
    }

    #[test]
    fn a_bow_tie_crosses_itself_and_a_square_does_not() {
        assert!(crossing(&ring(&[(0., 0.), (1., 1.), (1., 0.), (0., 1.), (0., 0.)])).is_some());
        assert_eq!(crossing(&ring(&[(0., 0.), (1., 0.), (1., 1.), (0., 1.), (0., 0.)])), None);
    }

    #[test]
    fn a_spike_and_a_touching_corner_are_found() {
        assert!(crossing(&ring(&[(0., 0.), (2., 0.), (1., 0.), (1., 1.), (0., 0.)])).is_some());
        assert!(crossing(&ring(&[(0., 0.), (2., 0.), (2., 2.), (1., 0.), (0., 2.), (0., 0.)])).is_some());
    }

    #[test]
    fn brute_force_agrees_on_random_rings() {
        let mut seed = 7_u64;
        let mut number = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from((seed >> 40) as u32 % 8)
        };
        for _ in 0..3_000 {
            let mut places: Vec<Coord<f64>> = (0..5).map(|_| Coord { x: number(), y: number() }).collect();
            places.push(places[0]);
            places.dedup();
            if places.len() < 4 {
                continue;
            }
            let count = places.len() - 1;
            let edges: Vec<Edge> = places.windows(2).enumerate().map(|(at, edge)| (at, edge[0], edge[1])).collect();
            let plain = edges.iter().any(|one| edges.iter().any(|other| one.0 != other.0 && meeting(one, other, count).is_some()));
            assert_eq!(crossing(&places).is_some(), plain, "{places:?}");
        }
    }

    #[test]
    fn a_ring_is_turned_to_run_as_asked() {
        let mut clockwise = LineString(ring(&[(0., 0.), (0., 1.), (1., 1.), (0., 0.)]));
        turn(&mut clockwise, Turn::Left);
        assert!(doubled_area(&clockwise.0) > 0.0);
    }
}
