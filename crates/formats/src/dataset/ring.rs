//! Rings: whether one crosses itself, and which way round it runs.

use std::cmp::Ordering;
use std::collections::BTreeSet;

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
/// A strictly convex ring cannot, and most cells of a map are that. Over any other a line sweeps from west to east (Shamos and Hoey
/// 1976): the edges it cuts are kept in their order from south to north, and an edge is held against its neighbours when it comes and
/// they against each other when it goes, since two edges that meet are neighbours before they do. That is n log n for every ring, a comb of
/// ten million teeth too. Order and meetings are decided by exact predicates (Shewchuk 1997).
pub(crate) fn crossing(ring: &[Coord<f64>]) -> Option<Coord<f64>> {
    if is_convex(ring) {
        return None;
    }
    let count = ring.len() - 1;
    let mut ends: Vec<(Coord<f64>, End, u32)> = (0..count as u32).flat_map(|at| Edge::of(ring, at).ends()).collect();
    ends.sort_unstable_by(|one, other| along(one.0, other.0).then(one.1.cmp(&other.1)).then(one.2.cmp(&other.2)));
    // Two edges end at each position of a ring, and more where two of its positions are one place.
    if let Some(touch) = ends.windows(3).find(|three| three[0].0 == three[1].0 && three[1].0 == three[2].0) {
        return Some(touch[0].0);
    }
    let mut cut: BTreeSet<Edge> = BTreeSet::new();
    for (_, end, at) in ends {
        let edge = Edge::of(ring, at);
        if end == End::East {
            cut.remove(&edge);
        }
        let (south, north) = (cut.range(..edge).next_back().copied(), cut.range(edge..).next().copied());
        let pairs = match end {
            End::East => [south.zip(north), None],
            End::West => [south.map(|south| (south, edge)), north.map(|north| (edge, north))],
        };
        if let Some(place) = pairs.into_iter().flatten().find_map(|(one, other)| meeting(one, other, count)) {
            return Some(place);
        }
        if end == End::West {
            cut.insert(edge);
        }
    }
    None
}

/// The order in which the sweep comes by places: from west to east, on one meridian from south to north.
fn along(one: Coord<f64>, other: Coord<f64>) -> Ordering {
    // Adding nought makes the two noughts one.
    let order = |one: f64, other: f64| (one + 0.0).total_cmp(&(other + 0.0));
    order(one.x, other.x).then(order(one.y, other.y))
}

/// Which end of an edge; of those at one place, edges go before others come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    East,
    West,
}

/// An edge of a ring, in the order of edges that a sweep line cuts: from south to north.
#[derive(Clone, Copy)]
struct Edge {
    at: u32,
    start: Coord<f64>,
    end: Coord<f64>,
}

impl Edge {
    fn of(ring: &[Coord<f64>], at: u32) -> Self {
        Self { at, start: ring[at as usize], end: ring[at as usize + 1] }
    }

    /// Its western end, then its eastern one.
    fn west_to_east(self) -> (Coord<f64>, Coord<f64>) {
        if along(self.start, self.end).is_le() { (self.start, self.end) } else { (self.end, self.start) }
    }

    fn ends(self) -> [(Coord<f64>, End, u32); 2] {
        let (west, east) = self.west_to_east();
        [(west, End::West, self.at), (east, End::East, self.at)]
    }

    /// On which side of another edge this one begins, or where it begins on it, goes on.
    fn lies(self, other: Self) -> Ordering {
        let ((west, east), (from, to)) = (self.west_to_east(), other.west_to_east());
        let turn = Some(side(from, to, west)).filter(|&turn| turn != 0.0).unwrap_or_else(|| side(from, to, east));
        turn.total_cmp(&0.0)
    }
}

impl Ord for Edge {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.at == other.at {
            return Ordering::Equal;
        }
        let is_later = along(self.west_to_east().0, other.west_to_east().0).is_ge();
        let order = if is_later { self.lies(*other) } else { other.lies(*self).reverse() };
        order.then(self.at.cmp(&other.at))
    }
}

impl PartialOrd for Edge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Edge {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Edge {}

/// Where two edges of a ring meet, other than neighbours at their common end.
fn meeting(one: Edge, other: Edge, count: usize) -> Option<Coord<f64>> {
    let (first, second) = if one.at < other.at { (one, other) } else { (other, one) };
    let follows = second.at == first.at + 1;
    let closes = first.at == 0 && second.at as usize == count - 1;
    if follows || closes {
        let (shared, tip, tail) = if follows { (first.end, second.end, first.start) } else { (first.start, first.end, second.start) };
        return folds_back(tail, shared, tip).then_some(shared);
    }
    meet(first.start, first.end, second.start, second.end).then_some(second.start)
}

/// Whether a closed ring turns the same way at each of its corners, and goes round but once: whether it heads east, then west, and
/// not east again.
fn is_convex(ring: &[Coord<f64>]) -> bool {
    let Some((&first, &second)) = ring.first().zip(ring.get(1)) else { return false };
    let corners = || ring.windows(3).map(|corner| (corner[0], corner[1], corner[2])).chain([(ring[ring.len() - 2], first, second)]);
    let headings = || ring.windows(2).map(|edge| edge[0].x.total_cmp(&edge[1].x)).filter(|heading| heading.is_ne());
    let reversals = headings().zip(headings().skip(1)).filter(|(one, next)| one != next).count();
    let first_turn = side(ring[0], second, ring[2 % ring.len()]);
    reversals <= 2 && first_turn != 0.0 && corners().all(|(before, at, after)| side(before, at, after) * first_turn > 0.0)
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
    fn a_ring_that_always_turns_left_and_goes_round_twice_crosses_itself() {
        let star = ring(&[(0., 3.), (-2., -3.), (3., 1.), (-3., 1.), (2., -3.), (0., 3.)]);
        assert!(crossing(&star).is_some());
        let twice = [(0., 0.), (4., 0.), (4., 4.), (0., 4.), (1., 1.), (3., 1.), (3., 3.), (1., 3.), (0., 0.)];
        assert!(crossing(&ring(&twice)).is_some());
    }

    #[test]
    fn brute_force_agrees_on_random_rings() {
        let mut seed = 7_u64;
        let mut number = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from((seed >> 40) as u32 % 8)
        };
        let mut simple = 0;
        for round in 0..9_000 {
            let mut places: Vec<Coord<f64>> = (0..4 + round % 5).map(|_| Coord { x: number(), y: number() }).collect();
            places.push(places[0]);
            places.dedup();
            if places.len() < 4 {
                continue;
            }
            let count = places.len() - 1;
            let edges: Vec<Edge> = (0..count as u32).map(|at| Edge::of(&places, at)).collect();
            let plain = edges.iter().any(|&one| edges.iter().any(|&other| one != other && meeting(one, other, count).is_some()));
            assert_eq!(crossing(&places).is_some(), plain, "{places:?}");
            simple += usize::from(!plain);
        }
        assert!(simple > 1_000, "{simple}");
    }

    #[test]
    fn a_comb_of_long_teeth_is_read_in_no_time() {
        // Every tooth runs over all longitudes of the ring: held against each other in pairs they would take a minute.
        let teeth = 30_000;
        let mut comb: Vec<Coord<f64>> = (0..teeth)
            .flat_map(|at| {
                let y = f64::from(at) / f64::from(teeth);
                let (near, far) = if at % 2 == 0 { (1.0, 9.0) } else { (9.0, 1.0) };
                [Coord { x: near, y }, Coord { x: far, y }]
            })
            .collect();
        comb.extend([Coord { x: 0.0, y: 1.0 }, Coord { x: 0.0, y: 0.0 }, comb[0]]);
        assert_eq!(crossing(&comb), None);
        comb[teeth as usize].x = 20.0;
        comb[teeth as usize + 1].y += 0.1;
        assert!(crossing(&comb).is_some());
    }

    #[test]
    fn a_ring_is_turned_to_run_as_asked() {
        let mut clockwise = LineString(ring(&[(0., 0.), (0., 1.), (1., 1.), (0., 0.)]));
        turn(&mut clockwise, Turn::Left);
        assert!(doubled_area(&clockwise.0) > 0.0);
    }
}
