//! Borders drawn with fewer vertices, so that neighbours stay neighbours.
//!
//! Visvalingam and Whyatt (1993, "Line generalisation by repeated elimination of points", The Cartographic Journal 30:46–51): of all
//! corners the one whose triangle with its neighbours along the line is smallest goes first, until no triangle is smaller than the
//! square of the tolerance. It is done to arcs, which neighbours share, and to all arcs at once. A corner goes only where
//! no other vertex lies in its triangle; then the line sweeps over nothing, and no line can come to cross or touch another. Ends of
//! arcs stay, so that the same faces meet at the same places; a face between two arcs keeps a corner in one of them, and a closed
//! arc keeps three.
//!
//! Left out: joining, moving or dropping of small faces. They stay, however small.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use geo_types::Coord;
use marchland_core::{Coverage, CoverageBuilder, Face, LonLat};

use crate::measure::area_under_m2;
use crate::plane::tangent_plane;
use crate::ring::side;

/// Leaves out the corners of arcs whose triangle is smaller than the square of a tolerance in metres.
///
/// Faces, arcs, and which face lies on either side of an arc are those of the coverage, in its order; areas are measured anew where borders
/// change. Of a larger tolerance the vertices are some of those of a smaller one; a tolerance of zero, or no number,
/// changes nothing. Vertices at ±180 degrees stay, for they have a twin on the other side. To simplify ground that is dissolved, join
/// it first with [`merged`](crate::merged): where three cells meet, a vertex stays. Costs in proportion to the vertices and the
/// logarithm of their number.
///
/// ```
/// use marchland_core::{CoverageBuilder, Face, Ground, LonLat};
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (1.001, 0.6), (1.0, 1.0), (0.0, 1.0)];
/// let mut ring: Vec<u32> = corners.iter().map(|&(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap())).collect();
/// ring.push(ring[0]);
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 12_311.5 });
/// builder.arc(&ring, Some(face), None).unwrap();
/// let coarse = marchland_territory::simplified(&builder.finish(), 3_000.0);
/// assert_eq!(coarse.arcs().next().unwrap().vertices.len(), 5); // a square
/// ```
#[must_use]
pub fn simplified(coverage: &Coverage, tolerance_m: f64) -> Coverage {
    if tolerance_m.is_nan() || tolerance_m <= 0.0 {
        return coverage.clone();
    }
    let mut lines = Lines::new(coverage);
    let mut heap: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
    for corner in 0..lines.vertices.len() as u32 {
        lines.weigh(corner, &mut heap);
    }
    while let Some(Reverse((area_bits, corner))) = heap.pop() {
        if f64::from_bits(area_bits) >= tolerance_m * tolerance_m {
            break;
        }
        if lines.areas[corner as usize] == Some(area_bits) {
            lines.drop_corner(corner, &mut heap);
        }
    }
    lines.coverage()
}

/// The arcs as lists of corners from which any can be taken out.
struct Lines<'a> {
    coverage: &'a Coverage,
    coords: Vec<Coord<f64>>,
    /// The vertex of each corner, arc by arc.
    vertices: Vec<u32>,
    /// The corner where each arc begins.
    first: Vec<u32>,
    /// The corners before and after each along its arc.
    before: Vec<u32>,
    after: Vec<u32>,
    /// How many corners each arc has left, its ends included.
    left: Vec<u32>,
    arc_of: Vec<u32>,
    /// The bits of each corner's area, by which it waits to be taken out; none where it stays or is gone.
    areas: Vec<Option<u64>>,
    /// Vertices that stay wherever they stand in an arc.
    fixed: Vec<bool>,
    /// Corners that cannot go as long as a vertex lies in their triangle.
    waiting: BTreeMap<u32, Vec<u32>>,
    /// Ends of arcs without corners between them.
    straight: BTreeSet<[u32; 2]>,
    near: Near,
}

impl<'a> Lines<'a> {
    fn new(coverage: &'a Coverage) -> Self {
        let coords: Vec<Coord<f64>> = coverage.vertices().iter().map(|place| Coord { x: place.lon(), y: place.lat() }).collect();
        let vertices: Vec<u32> = coverage.arcs().flat_map(|arc| arc.vertices.iter().copied()).collect();
        let mut used = vec![0_u32; coords.len()];
        for &vertex in &vertices {
            used[vertex as usize] += 1;
        }
        let fixed = used.iter().zip(&coords).map(|(&used, coord)| used > 1 || coord.x.abs() == 180.0).collect();
        let known: Vec<u32> = (0..coords.len() as u32).filter(|&vertex| used[vertex as usize] > 0).collect();
        let (before, after) = (0..vertices.len() as u32).map(|corner| (corner.wrapping_sub(1), corner + 1)).unzip();
        let mut lines = Self {
            coverage,
            near: Near::new(&coords, &known),
            first: Vec::new(),
            before,
            after,
            left: coverage.arcs().map(|arc| arc.vertices.len() as u32).collect(),
            arc_of: Vec::with_capacity(vertices.len()),
            areas: vec![None; vertices.len()],
            fixed,
            waiting: BTreeMap::new(),
            straight: BTreeSet::new(),
            coords,
            vertices,
        };
        for (position, arc) in coverage.arcs().enumerate() {
            lines.first.push(lines.arc_of.len() as u32);
            lines.arc_of.resize(lines.arc_of.len() + arc.vertices.len(), position as u32);
            if arc.vertices.len() == 2 {
                lines.straight.insert(ordered([arc.vertices[0], arc.vertices[1]]));
            }
        }
        lines
    }

    fn is_end(&self, corner: u32) -> bool {
        let arc = self.arc_of[corner as usize];
        corner == self.first[arc as usize] || self.arc_of.get(corner as usize + 1) != Some(&arc)
    }

    fn triangle(&self, corner: u32) -> [u32; 3] {
        [self.before[corner as usize], corner, self.after[corner as usize]].map(|corner| self.vertices[corner as usize])
    }

    /// Puts a corner in its place in the order of going.
    fn weigh(&mut self, corner: u32, heap: &mut BinaryHeap<Reverse<(u64, u32)>>) {
        if self.is_end(corner) || self.fixed[self.vertices[corner as usize] as usize] {
            return;
        }
        let [a, b, c] = self.triangle(corner).map(|vertex| self.coords[vertex as usize]);
        let (a, c) = (tangent_plane(b, a), tangent_plane(b, c));
        let area_m2 = (a.x * c.y - a.y * c.x).abs() / 2.0;
        // Areas are not negative, so their bits are in their order.
        self.areas[corner as usize] = Some(area_m2.to_bits());
        heap.push(Reverse((area_m2.to_bits(), corner)));
    }

    /// Takes a corner out, if it may go now.
    fn drop_corner(&mut self, corner: u32, heap: &mut BinaryHeap<Reverse<(u64, u32)>>) {
        let [a, b, c] = self.triangle(corner);
        let arc = self.arc_of[corner as usize] as usize;
        let would_be_straight = self.left[arc] == 3;
        if a == c || would_be_straight && self.straight.contains(&ordered([a, c])) || self.left[arc] == 4 && self.is_closed(arc) {
            self.areas[corner as usize] = None;
            return;
        }
        if let Some(within) = self.near.within([a, b, c], &self.coords) {
            self.waiting.entry(within).or_default().push(corner);
            return;
        }
        if would_be_straight {
            self.straight.insert(ordered([a, c]));
        }
        self.left[arc] -= 1;
        self.areas[corner as usize] = None;
        self.near.remove(b, &self.coords);
        let (before, after) = (self.before[corner as usize], self.after[corner as usize]);
        self.after[before as usize] = after;
        self.before[after as usize] = before;
        self.weigh(before, heap);
        self.weigh(after, heap);
        for freed in self.waiting.remove(&b).unwrap_or_default() {
            if let Some(area_bits) = self.areas[freed as usize] {
                heap.push(Reverse((area_bits, freed)));
            }
        }
    }

    fn is_closed(&self, arc: usize) -> bool {
        let vertices = self.coverage.arc(arc).vertices;
        vertices[0] == vertices[vertices.len() - 1]
    }

    /// The vertices left of an arc.
    fn arc(&self, arc: usize) -> Vec<u32> {
        let corners = std::iter::successors(Some(self.first[arc]), |&corner| Some(self.after[corner as usize]));
        corners.take(self.left[arc] as usize).map(|corner| self.vertices[corner as usize]).collect()
    }

    fn coverage(&self) -> Coverage {
        let arcs: Vec<Vec<u32>> = (0..self.first.len()).map(|arc| self.arc(arc)).collect();
        let mut kept: Vec<u32> = arcs.iter().flatten().copied().collect();
        kept.sort_unstable();
        kept.dedup();
        let mut builder = CoverageBuilder::new();
        for &vertex in &kept {
            builder.vertex(self.coverage.vertices()[vertex as usize]);
        }
        for face in self.faces(&arcs) {
            builder.face(face);
        }
        for (arc, before) in arcs.iter().zip(self.coverage.arcs()) {
            let place = |vertex| kept.binary_search(vertex).expect("the vertices of all arcs are kept") as u32;
            let vertices: Vec<u32> = arc.iter().map(place).collect();
            builder.arc(&vertices, before.left, before.right).expect("an arc keeps its ends and sides");
        }
        builder.finish()
    }

    /// The faces with their areas: what lies under an arc now, less what lay under it before, is gained on its right and lost on its left.
    fn faces(&self, arcs: &[Vec<u32>]) -> Vec<Face> {
        let mut gained_m2 = vec![0.0; self.coverage.faces().len()];
        for (arc, before) in arcs.iter().zip(self.coverage.arcs()) {
            if arc.len() == before.vertices.len() {
                continue;
            }
            let change_m2 = self.area_under_m2(arc) - self.area_under_m2(before.vertices);
            for (side, share_m2) in [(before.left, -change_m2), (before.right, change_m2)] {
                if let Some(face) = side {
                    gained_m2[face.0 as usize] += share_m2;
                }
            }
        }
        let faces = self.coverage.faces().iter().zip(gained_m2);
        faces.map(|(face, gained_m2)| Face { ground: face.ground.clone(), area_km2: (face.area_km2 + gained_m2 / 1e6).max(0.0) }).collect()
    }

    fn area_under_m2(&self, vertices: &[u32]) -> f64 {
        let place = |vertex: u32| -> LonLat { self.coverage.vertices()[vertex as usize] };
        vertices.windows(2).map(|pair| area_under_m2(place(pair[0]), place(pair[1]))).sum()
    }
}

fn ordered([one, other]: [u32; 2]) -> [u32; 2] {
    [one.min(other), one.max(other)]
}

/// Vertices by the squares of a grid, about two in each.
struct Near {
    low: Coord<f64>,
    step: f64,
    columns: usize,
    rows: usize,
    /// For each square the place of its first vertex, and how many it has.
    squares: Vec<(u32, u32)>,
    vertices: Vec<u32>,
}

impl Near {
    fn new(coords: &[Coord<f64>], vertices: &[u32]) -> Self {
        let places = || vertices.iter().map(|&vertex| coords[vertex as usize]);
        let low =
            places().fold(Coord { x: 180.0, y: 90.0 }, |low: Coord<f64>, place| Coord { x: low.x.min(place.x), y: low.y.min(place.y) });
        let high = places().fold(low, |high, place| Coord { x: high.x.max(place.x), y: high.y.max(place.y) });
        let (width, height, count) = (high.x - low.x, high.y - low.y, vertices.len() as f64 + 1.0);
        // Of very long and thin ground there are no more columns or rows than vertices.
        let step = (2.0 * width * height / count).sqrt().max(width.max(height) / count).max(f64::MIN_POSITIVE);
        let (columns, rows) = ((width / step) as usize + 1, (height / step) as usize + 1);
        let mut near = Self { low, step, columns, rows, squares: vec![(0, 0); columns * rows], vertices: vec![0; vertices.len()] };
        for place in places() {
            let square = near.square(place);
            near.squares[square].1 += 1;
        }
        let mut filled = 0;
        for square in &mut near.squares {
            let count = square.1;
            *square = (filled, 0);
            filled += count;
        }
        for &vertex in vertices {
            let square = near.square(coords[vertex as usize]);
            let (first, count) = &mut near.squares[square];
            near.vertices[(*first + *count) as usize] = vertex;
            *count += 1;
        }
        near
    }

    fn column(&self, x: f64) -> usize {
        (((x - self.low.x) / self.step) as usize).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.low.y) / self.step) as usize).min(self.rows - 1)
    }

    fn square(&self, place: Coord<f64>) -> usize {
        self.row(place.y) * self.columns + self.column(place.x)
    }

    fn remove(&mut self, vertex: u32, coords: &[Coord<f64>]) {
        let square = self.square(coords[vertex as usize]);
        let (first, count) = self.squares[square];
        let here = &mut self.vertices[first as usize..(first + count) as usize];
        if let Some(place) = here.iter().position(|&other| other == vertex) {
            here.swap(place, count as usize - 1);
            self.squares[square].1 -= 1;
        }
    }

    /// A vertex that lies in a triangle or on its edges, besides its own.
    fn within(&self, triangle: [u32; 3], coords: &[Coord<f64>]) -> Option<u32> {
        let corners = triangle.map(|vertex| coords[vertex as usize]);
        let xs = corners.map(|corner| self.column(corner.x));
        let ys = corners.map(|corner| self.row(corner.y));
        let rows = ys[0].min(ys[1]).min(ys[2])..=ys[0].max(ys[1]).max(ys[2]);
        let columns = xs[0].min(xs[1]).min(xs[2])..=xs[0].max(xs[1]).max(xs[2]);
        let squares = rows.flat_map(|row| columns.clone().map(move |column| row * self.columns + column));
        let near = squares.flat_map(|square| {
            let (first, count) = self.squares[square];
            &self.vertices[first as usize..(first + count) as usize]
        });
        near.copied().find(|vertex| !triangle.contains(vertex) && is_within(coords[*vertex as usize], corners))
    }
}

/// Whether a place lies in a triangle or on its edges.
fn is_within(place: Coord<f64>, [a, b, c]: [Coord<f64>; 3]) -> bool {
    let sides = [side(a, b, place), side(b, c, place), side(c, a, place)];
    let is_inside = sides.iter().all(|&side| side >= 0.0) || sides.iter().all(|&side| side <= 0.0);
    // On the line of a triangle without area, what lies beyond its ends is outside.
    let between = |value: f64, one: f64, two: f64, three: f64| one.min(two).min(three) <= value && value <= one.max(two).max(three);
    is_inside && between(place.x, a.x, b.x, c.x) && between(place.y, a.y, b.y, c.y)
}

#[cfg(test)]
mod tests {
    use geo::Validation;
    use geo_types::{LineString, MultiPolygon};
    use marchland_core::{FaceIndex, Ground};
    use proptest::prelude::*;

    use super::*;
    use crate::squares::{letters, squares};
    use crate::{Topology, area_km2, merged};

    /// An arc by the places of its vertices, and the faces on its left and right.
    type Drawn<'a> = (&'a [(f64, f64)], Option<u32>, Option<u32>);

    /// A coverage of arcs and of faces 0 and 1; each place is one vertex.
    fn coverage(arcs: &[Drawn<'_>]) -> Coverage {
        let mut builder = CoverageBuilder::new();
        let mut known: Vec<(f64, f64)> = Vec::new();
        let rows: Vec<Vec<u32>> = arcs
            .iter()
            .map(|(places, ..)| {
                let vertex = |place: &(f64, f64)| {
                    known.iter().position(|other| other == place).unwrap_or_else(|| {
                        known.push(*place);
                        known.len() - 1
                    }) as u32
                };
                places.iter().map(vertex).collect()
            })
            .collect();
        for (lon, lat) in known {
            builder.vertex(LonLat::new(lon, lat).unwrap());
        }
        for _ in 0..2 {
            builder.face(Face { ground: Ground::BeyondReach, area_km2: 0.0 });
        }
        for (row, &(_, left, right)) in rows.iter().zip(arcs) {
            builder.arc(row, left.map(FaceIndex), right.map(FaceIndex)).unwrap();
        }
        builder.finish()
    }

    fn lengths(coverage: &Coverage) -> Vec<usize> {
        coverage.arcs().map(|arc| arc.vertices.len()).collect()
    }

    /// ```text
    ///   ┌────┬─────┐
    ///   │    /     │     the border in the middle bends by a tenth, the boundary has right angles
    ///   │    \     │
    ///   └────┴─────┘
    /// ```
    #[test]
    fn a_small_bend_of_a_common_border_goes_for_both_neighbours() {
        let bent = coverage(&[
            (&[(1.0, 0.0), (0.9, 0.5), (1.0, 1.0)], Some(0), Some(1)),
            (&[(1.0, 1.0), (0.0, 1.0), (0.0, 0.0), (1.0, 0.0)], Some(0), None),
            (&[(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0)], Some(1), None),
        ]);
        // The bend's triangle has 11 km by 110 km halved, the corners' four times as much and more.
        assert_eq!(lengths(&simplified(&bent, 20_000.0)), [3, 4, 4]);
        assert_eq!(lengths(&simplified(&bent, 30_000.0)), [2, 4, 4]);
        let straight = simplified(&bent, 30_000.0);
        let gained: Vec<f64> = straight.faces().iter().map(|face| face.area_km2).collect();
        assert!((gained[0] - 615.3).abs() < 1.0 && gained[1] == 0.0, "{gained:?}: the west gains what the east loses");
    }

    /// ```text
    /// ┌──────┐
    /// │  /\  │      the bay is small enough to go, but an island lies in it
    /// │ /◇ \ │
    /// └/    \┘
    /// ```
    #[test]
    fn a_corner_stays_while_an_island_lies_in_its_triangle() {
        let island = [(0.5, 0.2), (0.51, 0.21), (0.5, 0.22), (0.49, 0.21), (0.5, 0.2)];
        let bay = [(0.0, 0.0), (0.5, 0.3), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
        let round = coverage(&[(&island, Some(1), None), (&bay, Some(0), None)]);
        assert_eq!(lengths(&simplified(&round, 50_000.0)), [4, 6], "the island keeps three corners, the bay its own");
        assert_eq!(lengths(&simplified(&coverage(&[(&bay, Some(0), None)]), 50_000.0)), [5]);
    }

    /// ```text
    ///   ╭───╮
    ///   •   •     two arcs between the same ends: one of them keeps a corner
    ///   ╰───╯
    /// ```
    #[test]
    fn a_face_between_two_arcs_never_vanishes() {
        let lens =
            coverage(&[(&[(0.0, 0.0), (0.5, -0.1), (1.0, 0.0)], Some(0), None), (&[(1.0, 0.0), (0.5, 0.2), (0.0, 0.0)], Some(0), None)]);
        assert_eq!(lengths(&simplified(&lens, 1e6)), [2, 3]);
    }

    #[test]
    fn no_tolerance_changes_nothing_and_the_antimeridian_stays() {
        let square = coverage(&[(&[(179.0, 0.0), (180.0, 0.0), (180.0, 0.5), (180.0, 1.0), (179.0, 0.0)], Some(0), None)]);
        for tolerance_m in [0.0, -5.0, f64::NAN] {
            assert_eq!(simplified(&square, tolerance_m), square);
        }
        assert_eq!(simplified(&square, f64::INFINITY), square);
        assert_eq!(simplified(&Coverage::default(), 10.0), Coverage::default());
    }

    fn borders(coverage: &Coverage) -> Vec<(Option<FaceIndex>, Option<FaceIndex>)> {
        coverage.arcs().map(|arc| (arc.left, arc.right)).collect()
    }

    /// Random ground with its vertices moved a little off the lattice, and its areas measured.
    fn ground(parts: &[usize], moves: &[(f64, f64)]) -> Coverage {
        let (lattice, _) = squares(&letters(6, 6));
        let joined = merged(&lattice, &parts.iter().map(|&part| part.checked_sub(1)).collect::<Vec<_>>());
        let mut builder = CoverageBuilder::new();
        for (place, (east, north)) in joined.vertices().iter().zip(moves) {
            builder.vertex(LonLat::new((place.lon() + east) / 100.0, (place.lat() + north) / 100.0).unwrap());
        }
        for face in joined.faces() {
            builder.face(face.clone());
        }
        for arc in joined.arcs() {
            builder.arc(arc.vertices, arc.left, arc.right).unwrap();
        }
        let moved = builder.finish();
        let mut measured = CoverageBuilder::new();
        for &place in moved.vertices() {
            measured.vertex(place);
        }
        for (face, polygons) in moved.faces().iter().zip(Topology::new(&moved).cells()) {
            measured.face(Face { ground: face.ground.clone(), area_km2: area_km2(&polygons) });
        }
        for arc in moved.arcs() {
            measured.arc(arc.vertices, arc.left, arc.right).unwrap();
        }
        measured.finish()
    }

    fn corners(cells: &[MultiPolygon<f64>]) -> usize {
        let rings = |polygon: &geo_types::Polygon<f64>| {
            polygon.interiors().iter().chain([polygon.exterior()]).map(|ring: &LineString<f64>| ring.0.len()).sum::<usize>()
        };
        cells.iter().flatten().map(rings).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn simplified_ground_is_valid_has_the_same_neighbours_and_measures_what_it_says(
            parts in proptest::collection::vec(0_usize..4, 36),
            moves in proptest::collection::vec((-0.24_f64..0.24, -0.24_f64..0.24), 49),
        ) {
            let fine = ground(&parts, &moves);
            let mut before = corners(&Topology::new(&fine).cells());
            for tolerance_m in [200.0, 500.0, 1_000.0, 3_000.0, 1e5] {
                let coarse = simplified(&fine, tolerance_m);
                let cells = Topology::new(&coarse).cells();
                prop_assert_eq!(borders(&coarse), borders(&fine));
                for ((cell, fine_cell), face) in cells.iter().zip(Topology::new(&fine).cells()).zip(coarse.faces()) {
                    prop_assert!(cell.is_valid(), "{:?} {:?}", cell.validation_errors(), cell);
                    prop_assert_eq!(cell.0.len(), fine_cell.0.len());
                    prop_assert!((area_km2(cell) - face.area_km2).abs() < 1e-9, "{} {}", area_km2(cell), face.area_km2);
                }
                let after = corners(&cells);
                prop_assert!(after <= before);
                before = after;
                let together: f64 = cells.iter().map(area_km2).sum();
                let all = merged(&coarse, &vec![Some(0); coarse.faces().len()]);
                let whole: f64 = Topology::new(&all).cells().iter().map(area_km2).sum();
                prop_assert!((together - whole).abs() < 1e-9, "faces overlap nowhere: {together} {whole}");
            }
        }
    }
}
