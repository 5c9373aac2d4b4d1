//! Which cell a place is in.
//!
//! One look straight north decides: the first edge of the coverage met on the way knows the face on its south side. Sides are
//! told by exact predicates, on edges that are straight in longitude and latitude, as they are exported. What this leaves out:
//! answering millions of places at once, for which a grid over the faces would be worth its making.

use geo_types::Coord;
use marchland_core::{Coverage, FaceIndex, LonLat};
use rstar::{AABB, ParentNode, RTree, RTreeNode, RTreeObject};

use crate::predicate::{is_on, side};
use crate::window::{Window, spans};

/// An edge of the coverage from west to east, or from south to north, and the faces it parts.
#[derive(Clone, Copy, Debug)]
struct Edge {
    from: Coord<f64>,
    to: Coord<f64>,
    /// The face on its south side, or east of an edge that runs due north.
    south: Option<FaceIndex>,
    north: Option<FaceIndex>,
}

impl RTreeObject for Edge {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.from.x, self.from.y], [self.to.x, self.to.y])
    }
}

/// Finds the face of a place, and the faces of a window.
///
/// Each place inside the boundary belongs to exactly one face. A place on an edge belongs to the face just south of it, and on an
/// edge that runs due north to the face just east of it; a place on the boundary itself, with nothing there, belongs to the lowest
/// of the faces that touch it. Built once in n log n for n edges, and then unchanging: it can be shared between threads. It
/// keeps what it needs of the coverage.
///
/// ```
/// use marchland_core::{CoverageBuilder, Face, Ground, LonLat};
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)].map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap()));
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 6_154.9 });
/// builder.arc(&[corners[0], corners[1], corners[2], corners[0]], Some(face), None).unwrap();
/// let cells = marchland_index::CellIndex::new(&builder.finish());
/// assert_eq!(cells.at(LonLat::new(0.2, 0.2).unwrap()), Some(face));
/// assert_eq!(cells.at(LonLat::new(0.8, 0.8).unwrap()), None);
/// ```
#[derive(Debug)]
pub struct CellIndex {
    edges: RTree<Edge>,
}

impl CellIndex {
    /// Indexes a coverage.
    #[must_use]
    pub fn new(coverage: &Coverage) -> Self {
        Self { edges: RTree::bulk_load(edges(coverage)) }
    }

    /// The face a place is in; none outside the boundary. Costs near log n.
    #[must_use]
    pub fn at(&self, lon_lat: LonLat) -> Option<FaceIndex> {
        let place = Coord { x: lon_lat.lon(), y: lon_lat.lat() };
        let mut lowest = None;
        look_north(self.edges.root(), place, &mut lowest);
        lowest.and_then(|edge: &Edge| edge.south).or_else(|| self.touching(place))
    }

    /// The lowest face whose edge the place lies on.
    fn touching(&self, place: Coord<f64>) -> Option<FaceIndex> {
        let here = AABB::from_point([place.x, place.y]);
        let touching = self.edges.locate_in_envelope_intersecting(&here).filter(|edge| is_on(edge.from, edge.to, place));
        touching.flat_map(|edge| [edge.south, edge.north]).flatten().min()
    }

    /// The faces of which some place lies in the window, in order; touching counts. Costs near log n and in proportion to the edges met.
    ///
    /// The corners are in degrees; where `west` is greater than `east` the window crosses the antimeridian.
    ///
    /// ```
    /// use marchland_core::Coverage;
    /// use marchland_index::{CellIndex, Window};
    /// assert_eq!(CellIndex::new(&Coverage::default()).window(Window { west: 170.0, south: -20.0, east: -170.0, north: 0.0 }), []);
    /// ```
    #[must_use]
    pub fn window(&self, window: Window) -> Vec<FaceIndex> {
        let mut faces = Vec::new();
        for span in spans(window) {
            let met = self.edges.locate_in_envelope_intersecting(&span.envelope()).filter(|edge| span.meets(edge.from, edge.to));
            faces.extend(met.flat_map(|edge| [edge.south, edge.north]).flatten());
            faces.extend(span.corner().and_then(|corner| self.at(corner)));
        }
        faces.sort_unstable();
        faces.dedup();
        faces
    }
}

fn edges(coverage: &Coverage) -> Vec<Edge> {
    let at = |vertex: u32| {
        let place = coverage.vertices()[vertex as usize];
        Coord { x: place.lon(), y: place.lat() }
    };
    let mut edges = Vec::new();
    for arc in coverage.arcs() {
        for pair in arc.vertices.windows(2) {
            let (from, to) = (at(pair[0]), at(pair[1]));
            if (from.x, from.y) < (to.x, to.y) {
                edges.push(Edge { from, to, south: arc.right, north: arc.left });
            } else if from != to {
                edges.push(Edge { from: to, to: from, south: arc.left, north: arc.right });
            }
        }
    }
    edges
}

/// Keeps the lowest edge on the way north from a place, the place itself included.
///
/// An edge is on the way if it spans the place's longitude, its western end included and its eastern not: so of edges that meet
/// on the way exactly those to the east count, and edges due north never do.
fn look_north<'a>(node: &'a ParentNode<Edge>, place: Coord<f64>, lowest: &mut Option<&'a Edge>) {
    let on_the_way = |child: &&RTreeNode<Edge>| {
        let envelope = child.envelope();
        let (low, high) = (envelope.lower(), envelope.upper());
        low[0] <= place.x && place.x <= high[0] && place.y <= high[1]
    };
    let mut children: Vec<_> = node.children().iter().filter(on_the_way).map(|child| (child.envelope().lower()[1], child)).collect();
    // The lowest first: what is found in it leaves most of the others unseen.
    children.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    for (south, child) in children {
        // Above the found edge's higher end nothing is lower than it.
        if lowest.is_some_and(|edge| south > edge.from.y.max(edge.to.y)) {
            break;
        }
        match child {
            RTreeNode::Parent(parent) => look_north(parent, place, lowest),
            RTreeNode::Leaf(edge) => {
                let is_spanning = edge.from.x <= place.x && place.x < edge.to.x;
                if is_spanning && side(edge.from, edge.to, place) <= 0.0 && lowest.is_none_or(|found| lies_below(edge, found)) {
                    *lowest = Some(edge);
                }
            }
        }
    }
}

/// Whether of two edges that do not cross and span a common longitude the first is the lower.
fn lies_below(one: &Edge, other: &Edge) -> bool {
    let (start, end) = if one.from.x >= other.from.x {
        (side(other.from, other.to, one.from), side(other.from, other.to, one.to))
    } else {
        (-side(one.from, one.to, other.from), -side(one.from, one.to, other.to))
    };
    start < 0.0 || start == 0.0 && end < 0.0
}

#[cfg(test)]
mod tests {
    use marchland_core::{CoverageBuilder, Face, Ground};
    use proptest::prelude::*;

    use super::*;

    /// Columns and rows of the lattice of the tests, and units between its vertices.
    const SIZE: i64 = 4;
    const SPACING: i64 = 8;

    /// A lattice of convex quadrilaterals with whole-number corners, each of a face or of none.
    #[derive(Clone, Debug)]
    struct Lattice {
        shifts: Vec<(i64, i64)>,
        faces: Vec<Option<u32>>,
    }

    impl Lattice {
        fn corner(&self, column: i64, row: i64) -> (i64, i64) {
            let (x, y) = self.shifts[(row * (SIZE + 1) + column) as usize];
            (column * SPACING + x, row * SPACING + y)
        }

        fn face(&self, column: i64, row: i64) -> Option<FaceIndex> {
            let is_in = (0..SIZE).contains(&column) && (0..SIZE).contains(&row);
            is_in.then(|| self.faces[(row * SIZE + column) as usize]).flatten().map(FaceIndex)
        }

        /// Each quadrilateral with a face, its corners counter-clockwise.
        fn quads(&self) -> Vec<(FaceIndex, [(i64, i64); 4])> {
            let cells = (0..SIZE).flat_map(|row| (0..SIZE).map(move |column| (column, row)));
            let round = [(0, 0), (1, 0), (1, 1), (0, 1)];
            cells.filter_map(|(c, r)| Some((self.face(c, r)?, round.map(|(x, y)| self.corner(c + x, r + y))))).collect()
        }

        fn coverage(&self) -> Coverage {
            let mut builder = CoverageBuilder::new();
            for row in 0..=SIZE {
                for column in 0..=SIZE {
                    builder.vertex(degrees(self.corner(column, row)));
                }
            }
            for _ in 0..3 {
                builder.face(Face { ground: Ground::BeyondReach, area_km2: 1.0 });
            }
            let vertex = |column: i64, row: i64| (row * (SIZE + 1) + column) as u32;
            for row in 0..=SIZE {
                for column in 0..=SIZE {
                    let (above, below, before) = (self.face(column, row), self.face(column, row - 1), self.face(column - 1, row));
                    if column < SIZE && above != below {
                        builder.arc(&[vertex(column, row), vertex(column + 1, row)], above, below).unwrap();
                    }
                    if row < SIZE && above != before {
                        builder.arc(&[vertex(column, row), vertex(column, row + 1)], before, above).unwrap();
                    }
                }
            }
            builder.finish()
        }

        /// The faces whose closed quadrilaterals hold a place given in units of `scale` to one.
        fn touching(&self, (x, y): (i64, i64), scale: i64) -> Vec<FaceIndex> {
            let turn = |(ax, ay): (i64, i64), (bx, by): (i64, i64)| (bx - ax) * (y - ay * scale) - (by - ay) * (x - ax * scale);
            let holds = |quad: &[(i64, i64); 4]| (0..4).all(|corner| turn(quad[corner], quad[(corner + 1) % 4]) >= 0);
            let mut faces: Vec<_> = self.quads().iter().filter(|(_, quad)| holds(quad)).map(|(face, _)| *face).collect();
            faces.sort_unstable();
            faces.dedup();
            faces
        }

        /// The face a little south, and much less east, of a place; on the boundary the lowest that touches it.
        fn expected(&self, (x, y): (i64, i64)) -> Option<FaceIndex> {
            let scale = 1 << 20;
            let beside = self.touching((x * scale + 1, y * scale - (1 << 10)), scale);
            beside.first().or(self.touching((x, y), 1).first()).copied()
        }

        /// The faces a closed box meets: those of whose sides, and the box's, none parts the two.
        fn meeting(&self, low: (i64, i64), high: (i64, i64)) -> Vec<FaceIndex> {
            let corners = [low, (high.0, low.1), high, (low.0, high.1)];
            let is_parting = |(ax, ay): (i64, i64), (bx, by): (i64, i64), points: &[(i64, i64); 4]| {
                points.iter().all(|&(x, y)| (bx - ax) * (y - ay) - (by - ay) * (x - ax) < 0)
            };
            let is_apart =
                |one: &[(i64, i64); 4], other: &[(i64, i64); 4]| (0..4).any(|side| is_parting(one[side], one[(side + 1) % 4], other));
            let outside_box = |quad: &[(i64, i64); 4]| {
                quad.iter().all(|p| p.0 < low.0)
                    || quad.iter().all(|p| p.0 > high.0)
                    || quad.iter().all(|p| p.1 < low.1)
                    || quad.iter().all(|p| p.1 > high.1)
            };
            let meets = |quad: &[(i64, i64); 4]| !outside_box(quad) && !is_apart(quad, &corners);
            let mut faces: Vec<_> = self.quads().iter().filter(|(_, quad)| meets(quad)).map(|(face, _)| *face).collect();
            faces.sort_unstable();
            faces.dedup();
            faces
        }
    }

    /// Units as eighths of a degree, which floats hold exactly.
    fn degrees((x, y): (i64, i64)) -> LonLat {
        LonLat::new(x as f64 / 8.0, y as f64 / 8.0).unwrap()
    }

    fn lattices() -> impl Strategy<Value = Lattice> {
        let count = ((SIZE + 1) * (SIZE + 1)) as usize;
        let shifts = prop::collection::vec((-2_i64..3, -2_i64..3), count);
        let faces = prop::collection::vec(prop::option::of(0_u32..3), (SIZE * SIZE) as usize);
        (shifts, faces).prop_map(|(shifts, faces)| Lattice { shifts, faces })
    }

    #[test]
    fn the_index_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&CellIndex::new(&Coverage::default()));
        assert_eq!(CellIndex::new(&Coverage::default()).at(degrees((0, 0))), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn every_place_is_in_the_face_brute_force_finds_on_edges_and_vertices_too(lattice in lattices()) {
            let cells = CellIndex::new(&lattice.coverage());
            for x in -3..=SIZE * SPACING + 3 {
                for y in -3..=SIZE * SPACING + 3 {
                    prop_assert_eq!(cells.at(degrees((x, y))), lattice.expected((x, y)), "at {} {}", x, y);
                }
            }
        }

        #[test]
        fn a_window_has_the_faces_brute_force_finds(
            lattice in lattices(), corners in prop::collection::vec((-4_i64..38, -4_i64..38, 0_i64..20, 0_i64..20), 20),
        ) {
            let cells = CellIndex::new(&lattice.coverage());
            for (west, south, width, height) in corners {
                let (low, high) = (degrees((west, south)), degrees((west + width, south + height)));
                let window = Window { west: low.lon(), south: low.lat(), east: high.lon(), north: high.lat() };
                prop_assert_eq!(cells.window(window), lattice.meeting((west, south), (west + width, south + height)));
            }
        }
    }
}
