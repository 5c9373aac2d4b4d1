//! Polygons as edges on the grid: which polygons there are, which of them are the same, and every edge once.
//!
//! Neighbours drawn to fit have their common edges twice; each is kept once, with all polygons it is an edge of, before anything is cut.

use std::ops::Range;

use geo_types::{Coord, LineString, Polygon};
use marchland_core::{LonLat, Site, SiteIndex};

use crate::arrangement::grid::{DEGREE, GridPoint, doubled_area, grouped, numbered, side};
use crate::arrangement::planar::Edge;
use crate::shape::polygons;
use crate::tessellate::outline::{METRES_A_DEGREE, Outline};
use crate::tessellate::{TessellationFault, rings};

/// Parts of a degree in which areas are compared. Chosen: files have up to seven decimals, and so equal areas are found equal.
const PARTS: f64 = 1e7;

/// Metres in a unit of the grid, of latitude.
pub(super) const METRES_A_UNIT: f64 = METRES_A_DEGREE / DEGREE as f64;

/// Stands for a part where a ring is one of the boundary.
pub(super) const BOUNDARY: u32 = u32::MAX >> 1;

/// All polygons and the boundary, on the grid.
#[derive(Default)]
pub(super) struct Drawing {
    /// Geometries, by their first site.
    pub(super) shapes: Vec<Shape>,
    /// The single polygons, shape by shape.
    pub(super) parts: Vec<Part>,
    /// Part by part, those of the boundary last.
    pub(super) rings: Vec<Ring>,
    /// The corners of all rings, one ring after the other.
    corners: Vec<GridPoint>,
}

/// A geometry, and the sites that have it.
pub(super) struct Shape {
    /// In order, at least one.
    pub(super) sites: Vec<SiteIndex>,
    /// Twice its area, in squares of a ten-millionth of a degree, once measured.
    pub(super) doubled_area: i128,
    rings: Range<usize>,
}

/// One polygon of a geometry, with its holes.
pub(super) struct Part {
    /// Whose it is.
    pub(super) shape: u32,
    /// How wide it is, in metres, once measured: twice its area by the length of its edges, as at the latitude of its first vertex.
    pub(super) width_m: f64,
}

/// A closed row of corners, the first of which is also the last; or a single edge of the boundary.
pub(super) struct Ring {
    /// The part it is of, or [`BOUNDARY`].
    pub(super) of: u32,
    is_hole: bool,
    corners: Range<usize>,
}

/// A ring's way along an edge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run(u32);

impl Run {
    fn new(of: u32, is_back: bool) -> Self {
        Self(of << 1 | u32::from(is_back))
    }

    /// The part whose ring it is, or [`BOUNDARY`].
    pub(super) fn of(self) -> u32 {
        self.0 >> 1
    }

    /// Whether it goes from the edge's higher end to the lower.
    pub(super) fn is_back(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Edges, each once.
pub(super) struct Lines {
    /// The places where they end, in order.
    pub(super) vertices: Vec<GridPoint>,
    /// By their ends.
    pub(super) edges: Vec<Edge>,
    first: Vec<u32>,
    runs: Vec<Run>,
}

impl Lines {
    /// Adds so many segments behind the edges that are no part's edge.
    pub(super) fn add_chords(&mut self, count: usize) {
        self.first.resize(self.first.len() + count, self.runs.len() as u32);
    }

    /// Whether a segment is no part's edge.
    pub(super) fn is_chord(&self, segment: u32) -> bool {
        self.runs(segment).is_empty()
    }

    /// The ways of rings along a segment, in order of their parts.
    pub(super) fn runs(&self, segment: u32) -> &[Run] {
        &self.runs[self.first[segment as usize] as usize..self.first[segment as usize + 1] as usize]
    }

    /// Each edge from its lower to its higher end.
    pub(super) fn segments(&self) -> Vec<[GridPoint; 2]> {
        (0..self.edges.len()).map(|edge| self.ends(edge)).collect()
    }

    /// The lower and the higher end of an edge.
    pub(super) fn ends(&self, edge: usize) -> [GridPoint; 2] {
        self.edges[edge].ends.map(|end| self.vertices[end as usize])
    }
}

impl Drawing {
    /// The polygons of sites, a shape for each site, and the boundary; what else they are is left out.
    pub(super) fn new<'a>(
        sites: impl Iterator<Item = (SiteIndex, &'a Site)>,
        boundary: Option<&Outline>,
    ) -> Result<Self, TessellationFault> {
        let mut drawing = Self::default();
        for (index, site) in sites {
            let rings = drawing.rings.len();
            for polygon in polygons(site.geometry.iter()) {
                drawing.add(site, &polygon)?;
            }
            if drawing.rings.len() > rings {
                drawing.shapes.push(Shape { sites: vec![index], doubled_area: 0, rings: rings..drawing.rings.len() });
            }
        }
        for ring in boundary.iter().flat_map(|boundary| boundary.rings()) {
            drawing.add_ring(BOUNDARY, false, ring);
        }
        Ok(drawing)
    }

    /// Adds a part, if it has edges.
    fn add(&mut self, site: &Site, polygon: &Polygon<f64>) -> Result<(), TessellationFault> {
        let (of, rings) = (self.parts.len() as u32, self.rings.len());
        for (position, line) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
            let out_of_range = |at: Coord<f64>| TessellationFault::SiteOutOfRange { site: site.id.clone(), lon: at.x, lat: at.y };
            let (is_straight, mut drawn) = (is_straight(line), rings::as_drawn(line).map_err(out_of_range)?);
            // One that stays on a parallel is straight too, and may go round a pole all the same.
            let goes_round_a_pole = |ring: &[GridPoint]| doubled_area(ring.iter().copied()).abs() > i128::from(DEGREE) * i128::from(DEGREE);
            drawn.retain(|ring| if is_straight { goes_round_a_pole(ring) } else { ring.len() > 1 });
            for ring in drawn {
                self.add_ring(of, position > 0, &ring);
            }
        }
        if self.rings.len() > rings {
            self.parts.push(Part { shape: self.shapes.len() as u32, width_m: 0.0 });
        }
        Ok(())
    }

    fn add_ring(&mut self, of: u32, is_hole: bool, ring: &[GridPoint]) {
        let start = self.corners.len();
        self.corners.extend(ring);
        self.rings.push(Ring { of, is_hole, corners: start..self.corners.len() });
    }

    /// Measures shapes and parts.
    pub(super) fn measure(&mut self) {
        for rings in self.rings.chunk_by(|one, other| one.of == other.of) {
            let Some(part) = self.parts.get_mut(rings[0].of as usize) else { return };
            let (mut area, mut length, mut narrowing) = (0, 0.0, 1.0);
            for ring in rings {
                let corners = &self.corners[ring.corners.clone()];
                let enclosed = doubled_area(corners.iter().map(|&at| in_parts(at))).abs();
                area += if ring.is_hole { -enclosed } else { enclosed };
                narrowing = libm::cos(corners[0].lat().to_radians());
                for pair in corners.windows(2) {
                    length += libm::hypot((pair[1].x - pair[0].x) as f64 * narrowing, (pair[1].y - pair[0].y) as f64);
                }
            }
            let doubled_m2 = area as f64 * narrowing * (METRES_A_DEGREE / PARTS).powi(2);
            part.width_m = doubled_m2 / (length * METRES_A_UNIT);
            self.shapes[part.shape as usize].doubled_area += area;
        }
    }

    /// Whether there is a boundary.
    pub(super) fn is_bounded(&self) -> bool {
        self.rings.last().is_some_and(|last| last.of == BOUNDARY)
    }

    /// The corners of a ring.
    pub(super) fn corners(&self, ring: &Ring) -> &[GridPoint] {
        &self.corners[ring.corners.clone()]
    }

    /// Makes one shape of those whose edges are the same.
    pub(super) fn bring_together(&mut self) {
        let first = self.first_alike();
        let mut places = vec![0; first.len()];
        for (number, shape) in std::mem::take(&mut self.shapes).into_iter().enumerate() {
            let first = first[number] as usize;
            if first == number {
                places[number] = self.shapes.len() as u32;
                self.shapes.push(shape);
            } else {
                places[number] = places[first];
                self.shapes[places[first] as usize].sites.extend(shape.sites);
            }
        }
        for part in &mut self.parts {
            part.shape = places[part.shape as usize];
        }
    }

    /// For each shape the first with the same edges.
    fn first_alike(&self) -> Vec<u32> {
        let mut by_sums: Vec<_> = self.shapes.iter().map(|shape| self.sums(shape)).zip(0..).collect();
        by_sums.sort_unstable();
        let mut first: Vec<u32> = (0..self.shapes.len() as u32).collect();
        for alike in by_sums.chunk_by(|one, other| one.0 == other.0).filter(|alike| alike.len() > 1) {
            let mut by_edges: Vec<_> = alike.iter().map(|&(_, shape)| (self.sorted_edges(&self.shapes[shape as usize]), shape)).collect();
            by_edges.sort_unstable();
            for same in by_edges.chunk_by(|one, other| one.0 == other.0) {
                for &(_, shape) in same {
                    first[shape as usize] = same[0].1;
                }
            }
        }
        first
    }

    fn edges(&self, shape: &Shape) -> impl Iterator<Item = [GridPoint; 2]> {
        self.rings[shape.rings.clone()].iter().flat_map(|ring| self.corners(ring).windows(2)).map(|pair| [pair[0], pair[1]])
    }

    /// What all drawings of one geometry have in common, and few others: the number of its edges and the sums of their coordinates.
    fn sums(&self, shape: &Shape) -> (usize, i64, i64) {
        self.edges(shape).fold((0, 0, 0), |(count, x, y), [from, _]| (count + 1, x + from.x, y + from.y))
    }

    fn sorted_edges(&self, shape: &Shape) -> Vec<[GridPoint; 2]> {
        let mut edges: Vec<_> = self.edges(shape).map(|[from, to]| [from.min(to), from.max(to)]).collect();
        edges.sort_unstable();
        edges
    }

    /// Every edge once.
    pub(super) fn lines(&self) -> Lines {
        let (vertices, numbers) = numbered(self.corners.iter().copied());
        // The lower end of each edge; and its higher end and run, as a number that sorts as they do.
        let mut ends = Vec::with_capacity(numbers.len());
        for ring in &self.rings {
            ends.extend(numbers[ring.corners.clone()].windows(2).map(|pair| {
                let (low, high) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
                (low, u64::from(high) << 32 | u64::from(Run::new(ring.of, low != pair[0]).0))
            }));
        }
        let (starts, order) = grouped(ends.len(), vertices.len(), |end| ends[end].0 as usize);
        let half = ends.len() / 2;
        let mut lines =
            Lines { vertices, edges: Vec::with_capacity(half), first: Vec::with_capacity(half), runs: Vec::with_capacity(2 * half) };
        let mut leaving: Vec<u64> = Vec::new();
        for (low, around) in (0..).zip(starts.windows(2)) {
            leaving.clear();
            leaving.extend(order[around[0] as usize..around[1] as usize].iter().map(|&end| ends[end as usize].1));
            leaving.sort_unstable();
            for same in leaving.chunk_by(|one, other| one >> 32 == other >> 32) {
                lines.edges.push(Edge { ends: [low, (same[0] >> 32) as u32] });
                lines.first.push(lines.runs.len() as u32);
                lines.runs.extend(same.iter().map(|&run| Run(run as u32)));
            }
        }
        lines.first.push(lines.runs.len() as u32);
        lines
    }
}

/// Whether all places of a ring lie on one line, to seven decimals; on the grid they might lie beside it, and enclose a needle.
fn is_straight(line: &LineString<f64>) -> bool {
    let mut places = line.coords().filter_map(|at| Some(in_parts(GridPoint::nearest(LonLat::new(at.x, at.y)?))));
    let Some(first) = places.next() else { return true };
    let Some(second) = places.find(|&place| place != first) else { return true };
    places.all(|place| side(first, second, place) == 0)
}

/// A place in parts of a degree.
fn in_parts(at: GridPoint) -> GridPoint {
    let parts = |units: i64| (units as f64 * (PARTS / DEGREE as f64)).round() as i64;
    GridPoint { x: parts(at.x), y: parts(at.y) }
}
