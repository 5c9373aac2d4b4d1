//! Which cell a place is in.
//!
//! One look straight north decides: the first edge of the coverage met on the way knows the face on its south side. Sides are
//! told by exact predicates, on edges that are straight in longitude and latitude, as they are exported. A grid over the coverage
//! (`squares.rs`) answers for most places at once, and leaves an edge or two to be looked at for the others.

use geo_types::{Coord, MultiPolygon};
use marchland_core::{Coverage, FaceIndex, LonLat};

use crate::area::Area;
use crate::predicate::{at, is_met};
use crate::raster::Grid;
use crate::squares::{EDGE, Frame, QUANTUM_BITS, ends, face_index};
use crate::window::{Window, spans};

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
#[derive(Clone, Debug)]
pub struct CellIndex {
    grid: Grid,
    frame: Frame,
}

impl CellIndex {
    /// Indexes a coverage.
    #[must_use]
    pub fn new(coverage: &Coverage) -> Self {
        let mut grid = Grid::default();
        let frame = grid.add(coverage, |face| face.0);
        Self { grid, frame }
    }

    /// The face a place is in; none outside the boundary. Costs the same whatever the number of faces.
    #[must_use]
    pub fn at(&self, lon_lat: LonLat) -> Option<FaceIndex> {
        self.face_at(at(lon_lat.lon(), lon_lat.lat()))
    }

    /// The faces of which some place lies in the window, in order; touching counts. Costs in proportion to the squares and edges in it.
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
            let near = self.edges_between(span.corners()).into_iter();
            let met = near.filter(|&edge| span.meets(self.ends(edge)));
            faces.extend(met.flat_map(|edge| self.sides(edge)).flatten());
            faces.extend(span.corner().and_then(|corner| self.at(corner)));
        }
        each_once(faces)
    }

    /// The faces of which some place lies in the polygons, in order; touching counts.
    ///
    /// Corners are in degrees; polygons end at the antimeridian, as RFC 7946 has them. One with a coordinate that is no place is left
    /// out. Costs in proportion to the squares and edges in the polygons' boxes, and little more for polygons of many corners.
    ///
    /// ```
    /// use marchland_core::Coverage;
    /// let nowhere = geo_types::MultiPolygon(vec![]);
    /// assert_eq!(marchland_index::CellIndex::new(&Coverage::default()).within(&nowhere), []);
    /// ```
    #[must_use]
    pub fn within(&self, polygons: &MultiPolygon<f64>) -> Vec<FaceIndex> {
        each_once(polygons.iter().filter_map(Area::new).flat_map(|area| self.within_area(&area)).collect())
    }

    fn within_area(&self, area: &Area) -> Vec<FaceIndex> {
        let inside = self.edges_between(area.corners()).into_iter().filter(|&edge| area.contains(self.ends(edge)[0]));
        let crossing = |border: &[Coord<f64>; 2]| {
            let near = self.edges_near(*border).into_iter();
            near.filter(|&edge| is_met(self.ends(edge), *border)).collect::<Vec<u32>>()
        };
        let met = inside.chain(area.borders().iter().flat_map(crossing));
        let faces = met.flat_map(|edge| self.sides(edge)).flatten();
        // A polygon no edge meets lies in one face whole.
        faces.chain(self.face_at(area.borders()[0][0])).collect()
    }

    #[inline]
    pub(crate) fn face_at(&self, place: Coord<f64>) -> Option<FaceIndex> {
        face_index(self.grid.squares().face(&self.frame, place))
    }

    /// The edges that may lie between a south-western and a north-eastern corner, each once.
    pub(crate) fn edges_between(&self, corners: [Coord<f64>; 2]) -> Vec<u32> {
        let mut edges = Vec::new();
        self.gather(corners, &mut edges);
        each_once(edges)
    }

    /// The edges that may meet a straight line, each once.
    pub(crate) fn edges_near(&self, [from, to]: [Coord<f64>; 2]) -> Vec<u32> {
        let quanta = [from, to].map(|place| self.frame.quanta(place));
        let squares = |axis: usize| (quanta[0][axis].abs_diff(quanta[1][axis]) >> QUANTUM_BITS) + 1;
        let steps = squares(0).max(squares(1));
        let place = |step: u32| from + (to - from) * (f64::from(step) / f64::from(steps));
        let slack = at(ROUNDING_DEGREES, ROUNDING_DEGREES);
        let mut edges = Vec::new();
        for step in 0..steps {
            let (one, other) = (place(step), place(step + 1));
            let low = at(one.x.min(other.x), one.y.min(other.y));
            let high = at(one.x.max(other.x), one.y.max(other.y));
            self.gather([low - slack, high + slack], &mut edges);
        }
        each_once(edges)
    }

    fn gather(&self, corners: [Coord<f64>; 2], edges: &mut Vec<u32>) {
        let squares = self.grid.squares();
        squares.between(&self.frame, corners, &mut |word| edges.extend(squares.tests(word).iter().map(|[test, _]| test & EDGE)));
    }

    /// The western and eastern end of an edge.
    pub(crate) fn ends(&self, edge: u32) -> [Coord<f64>; 2] {
        ends(&self.grid.edges[edge as usize])
    }

    /// The faces south and north of an edge.
    pub(crate) fn sides(&self, edge: u32) -> [Option<FaceIndex>; 2] {
        self.grid.sides[edge as usize].map(face_index)
    }
}

/// More than degrees between places of a line and the same worked out in floats. Chosen; more would have more edges looked at.
const ROUNDING_DEGREES: f64 = 1e-12;

fn each_once<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items.dedup();
    items
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
