//! Two coverages laid over each other, exactly.
//!
//! Both sets of arcs are cut wherever they meet, on the grid of [`arrangement`](crate::arrangement), so that borders which fall together
//! are one and leave no sliver between them. Each piece of line then has a face of either coverage on each side: told by the arc it is
//! part of, or by the arcs of the other coverage round one of its ends. What hangs together with no arc of a coverage lies in one face of
//! it, and asks the nearest arc to its west.

use marchland_core::{Coverage, CoverageBuilder, Face, FaceIndex, Ground};

use crate::arrangement::grid::{GridPoint, by_angle, side};
use crate::arrangement::noding::node;

/// A coverage whose faces are the pairs of faces that lie over each other, and the pair of each face; none is outside. Its faces are
/// beyond reach and have no area: whose ground they are, the pairs tell.
///
/// Costs in proportion to the arcs, their crossings, and the square of how many islands one coverage has inside a face of the other.
pub(crate) fn overlay(coverages: [&Coverage; 2]) -> (Coverage, Vec<[Option<FaceIndex>; 2]>) {
    let mut drawing = Drawing::new(coverages);
    for which in 0..2 {
        drawing.spread(which);
    }
    drawing.coverage()
}

/// A face of a coverage, the outside, or what is not known yet.
type Side = Option<Option<FaceIndex>>;

/// A piece by its ends, the lower first, of which coverage it is, and the faces on its left and right.
type Drawn = ([GridPoint; 2], usize, [Option<FaceIndex>; 2]);

/// The pieces of both coverages' arcs. Half-piece `2p` walks piece `p` from its lower to its higher end, `2p + 1` back.
struct Drawing {
    points: Vec<GridPoint>,
    /// The ends of each piece, the lower first.
    ends: Vec<[u32; 2]>,
    /// For each half-piece the face of either coverage on its left.
    left: Vec<[Side; 2]>,
    /// Whether each piece is part of an arc of either coverage.
    is_border: Vec<[bool; 2]>,
    /// The half-piece that leaves the same point next counter-clockwise, and the one next clockwise.
    turned: Vec<[u32; 2]>,
}

impl Drawing {
    fn new(coverages: [&Coverage; 2]) -> Self {
        let (mut segments, mut sides) = (Vec::new(), Vec::new());
        for (which, coverage) in coverages.into_iter().enumerate() {
            let points: Vec<GridPoint> = coverage.vertices().iter().map(|&place| GridPoint::nearest(place)).collect();
            for arc in coverage.arcs() {
                segments.extend(arc.vertices.windows(2).map(|pair| [points[pair[0] as usize], points[pair[1] as usize]]));
                sides.resize(segments.len(), (which, [arc.left, arc.right]));
            }
        }
        let mut pieces: Vec<Drawn> = node(&segments)
            .into_iter()
            .map(|piece| {
                let (which, [left, right]) = sides[piece.segment as usize];
                let is_forward = piece.from < piece.to;
                let faces = if is_forward { [left, right] } else { [right, left] };
                ([piece.from.min(piece.to), piece.from.max(piece.to)], which, faces)
            })
            .collect();
        pieces.sort_unstable();
        let mut points: Vec<GridPoint> = pieces.iter().flat_map(|piece| piece.0).collect();
        points.sort_unstable();
        points.dedup();
        let mut drawing = Self { points, ends: Vec::new(), left: Vec::new(), is_border: Vec::new(), turned: Vec::new() };
        for same in pieces.chunk_by(|one, other| one.0 == other.0) {
            drawing.add(same);
        }
        drawing.turn();
        drawing
    }

    /// Adds the piece that some arcs have in common.
    fn add(&mut self, same: &[Drawn]) {
        let faces = [0, 1].map(|which| outermost(same.iter().filter(|piece| piece.1 == which).map(|piece| piece.2)));
        if faces.iter().all(Option::is_none) {
            return;
        }
        let place = |point| self.points.binary_search(&point).expect("every end is a point") as u32;
        self.ends.push(same[0].0.map(place));
        self.is_border.push(faces.map(|faces| faces.is_some()));
        for half in 0..2 {
            self.left.push(faces.map(|faces| faces.map(|faces| faces[half])));
        }
    }

    fn start(&self, half: u32) -> u32 {
        self.ends[half as usize / 2][half as usize % 2]
    }

    /// Puts the half-pieces that leave each point in order by their angle.
    fn turn(&mut self) {
        let point = |half: u32| self.points[self.start(half) as usize];
        let mut leaving: Vec<u32> = (0..self.left.len() as u32).collect();
        leaving.sort_unstable_by(|&a, &b| self.start(a).cmp(&self.start(b)).then_with(|| by_angle(point(a), point(a ^ 1), point(b ^ 1))));
        let mut turned = vec![[0; 2]; leaving.len()];
        for around in leaving.chunk_by(|&a, &b| self.start(a) == self.start(b)) {
            for (&half, &next) in around.iter().zip(around.iter().skip(1).chain(around.first())) {
                turned[half as usize][0] = next;
                turned[next as usize][1] = half;
            }
        }
        self.turned = turned;
    }

    /// Tells every half-piece which face of a coverage is on its left.
    fn spread(&mut self, which: usize) {
        let mut told: Vec<u32> = (0..self.left.len() as u32).filter(|&half| self.left[half as usize][which].is_some()).collect();
        self.flood(which, &mut told);
        for half in 0..self.left.len() as u32 {
            if self.left[half as usize][which].is_none() {
                self.left[half as usize][which] = Some(self.face_west_of(self.points[self.start(half) as usize], which));
                self.flood(which, &mut vec![half]);
            }
        }
    }

    /// Passes on what is on the left of some half-pieces: to the next round their corner on that side, and across what is no border.
    fn flood(&mut self, which: usize, told: &mut Vec<u32>) {
        while let Some(half) = told.pop() {
            let face = self.left[half as usize][which];
            let round = [self.turned[half as usize][0] ^ 1, self.turned[half as usize ^ 1][1]];
            let across = Some(half ^ 1).filter(|_| !self.is_border[half as usize / 2][which]);
            for next in round.into_iter().chain(across) {
                if self.left[next as usize][which].is_none() {
                    self.left[next as usize][which] = face;
                    told.push(next);
                }
            }
        }
    }

    /// The face of a coverage on the east of its nearest border straight west of a point, seen a little to its north; outside without one.
    fn face_west_of(&self, from: GridPoint, which: usize) -> Option<FaceIndex> {
        let mut nearest: Option<([GridPoint; 2], usize)> = None;
        for (piece, ends) in self.ends.iter().enumerate().filter(|(piece, _)| self.is_border[*piece][which]) {
            let [one, other] = ends.map(|end| self.points[end as usize]);
            let (upward, right) = if one.y < other.y { ([one, other], 2 * piece + 1) } else { ([other, one], 2 * piece) };
            let spans = upward[0].y <= from.y && from.y < upward[1].y && side(upward[0], upward[1], from) < 0;
            if spans && nearest.is_none_or(|(best, _)| is_east_of(upward, best)) {
                nearest = Some((upward, right));
            }
        }
        nearest.and_then(|(_, right)| self.left[right][which].flatten())
    }

    fn coverage(&self) -> (Coverage, Vec<[Option<FaceIndex>; 2]>) {
        let pair = |half: usize| self.left[half].map(Option::flatten);
        let mut pairs: Vec<_> = (0..self.left.len()).map(pair).filter(|pair| *pair != [None; 2]).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut builder = CoverageBuilder::new();
        for &point in &self.points {
            builder.vertex(point.lon_lat());
        }
        for _ in &pairs {
            builder.face(Face { ground: Ground::BeyondReach, area_km2: 0.0 });
        }
        let face = |half: usize| pairs.binary_search(&pair(half)).ok().map(|face| FaceIndex(face as u32));
        for (piece, ends) in self.ends.iter().enumerate() {
            // Half-piece 2p + 1 has on its left what is right of 2p.
            let (left, right) = (face(2 * piece), face(2 * piece + 1));
            if left != right {
                builder.arc(ends, left, right).expect("a piece has two ends and differs on its sides");
            }
        }
        (builder.finish(), pairs)
    }
}

/// The faces on the outer sides of arcs that have fallen together: what lay between them cancels. None where all does.
fn outermost(faces: impl Iterator<Item = [Option<FaceIndex>; 2]>) -> Option<[Option<FaceIndex>; 2]> {
    let (lefts, mut rights): (Vec<_>, Vec<_>) = faces.map(|[left, right]| (left, right)).unzip();
    let mut outer = None;
    for left in lefts {
        match rights.iter().position(|&right| right == left) {
            Some(found) => drop(rights.swap_remove(found)),
            None => outer = outer.or(Some(left)),
        }
    }
    Some([outer?, *rights.first()?])
}

/// Whether of two upward pieces that do not cross and share some latitudes the first lies further east.
fn is_east_of(one: [GridPoint; 2], other: [GridPoint; 2]) -> bool {
    let (start, end) = if one[0].y >= other[0].y {
        (-side(other[0], other[1], one[0]), -side(other[0], other[1], one[1]))
    } else {
        (side(one[0], one[1], other[0]), side(one[0], one[1], other[1]))
    };
    start > 0 || start == 0 && end > 0
}

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps};
    use proptest::prelude::*;

    use super::*;
    use crate::Topology;
    use crate::squares::squares;

    /// Random letters as ground, some of it outside.
    fn ground(letters: &[u8]) -> Coverage {
        let letter = |&name: &u8| if name == 0 { '.' } else { char::from(b'a' + name) };
        squares(&letters.chunks(5).map(|row| row.iter().map(letter).collect()).collect::<Vec<String>>()).0
    }

    /// The same ground pushed to the north-east.
    fn moved(coverage: &Coverage, by: f64) -> Coverage {
        let mut builder = CoverageBuilder::new();
        for place in coverage.vertices() {
            builder.vertex(marchland_core::LonLat::new(place.lon() + by, place.lat() + by).unwrap());
        }
        for face in coverage.faces() {
            builder.face(face.clone());
        }
        for arc in coverage.arcs() {
            builder.arc(arc.vertices, arc.left, arc.right).unwrap();
        }
        builder.finish()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn faces_of_an_overlay_are_what_another_library_intersects(
            one in proptest::collection::vec(0_u8..4, 25),
            other in proptest::collection::vec(0_u8..4, 25),
            by in prop_oneof![Just(0.0), Just(0.25), Just(1.0)],
        ) {
            let (one, other) = (ground(&one), moved(&ground(&other), by));
            let (both, pairs) = overlay([&one, &other]);
            let cells = [&one, &other].map(|coverage| Topology::new(coverage).cells());
            let mut areas = [0.0; 2];
            for (pair, found) in pairs.iter().zip(Topology::new(&both).cells()) {
                for which in 0..2 {
                    areas[which] += pair[which].map_or(0.0, |_| found.unsigned_area());
                }
                if let [Some(a), Some(b)] = pair {
                    let expected = cells[0][a.0 as usize].intersection(&cells[1][b.0 as usize]);
                    prop_assert!(found.xor(&expected).unsigned_area() < 1e-6);
                }
            }
            for which in 0..2 {
                let expected: f64 = cells[which].iter().map(Area::unsigned_area).sum();
                prop_assert!((areas[which] - expected).abs() < 1e-6, "all ground of either is in some face");
            }
        }
    }
}
