//! Polygons as edges on the grid: which polygons there are, which of them are the same, and every edge once.
//!
//! Neighbours drawn to fit have their common edges twice; each is kept once, with all polygons it is an edge of, before anything is cut.

use std::collections::BTreeMap;
use std::ops::Range;

use geo_types::{Coord, LineString, Polygon};
use marchland_core::{LonLat, Site, SiteIndex};

use crate::arrangement::grid::{DEGREE, GridPoint, doubled_area, side};
use crate::shape::polygons;
use crate::tessellate::outline::{METRES_A_DEGREE, Outline};
use crate::tessellate::{TessellationFault, rings};

/// Parts of a degree in which areas are compared. Chosen: files have up to seven decimals, and so equal areas are found equal.
const PARTS: f64 = 1e7;

/// Metres in a unit of the grid, of latitude.
pub(super) const METRES_A_UNIT: f64 = METRES_A_DEGREE / DEGREE as f64;

/// An edge of the boundary that runs from its lower to its higher end; all other owners of edges are parts.
pub(super) const BOUNDARY_FORWARD: u32 = u32::MAX;

/// An edge of the boundary that runs the other way.
pub(super) const BOUNDARY_BACK: u32 = u32::MAX - 1;

/// All polygons, on the grid.
#[derive(Default)]
pub(super) struct Drawing {
    /// Different geometries, by their first site.
    pub(super) shapes: Vec<Shape>,
    /// The single polygons.
    pub(super) parts: Vec<Part>,
    edges: Vec<Edge>,
}

/// A geometry, and the sites that have it.
pub(super) struct Shape {
    /// In order, at least one.
    pub(super) sites: Vec<SiteIndex>,
    /// Twice its area, in squares of a ten-millionth of a degree.
    pub(super) doubled_area: i128,
}

/// One polygon of a geometry, with its holes.
pub(super) struct Part {
    /// Whose it is.
    pub(super) shape: u32,
    /// Twice its area, in squares of a ten-millionth of a degree.
    pub(super) doubled_area: i128,
    /// How wide it is, in metres: twice its area by the length of its edges, as at the latitude of its first vertex.
    pub(super) width_m: f64,
}

/// An edge from its lower to its higher end, and the part it is of; or the boundary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    ends: [GridPoint; 2],
    of: u32,
}

/// Edges, each once.
pub(super) struct Lines {
    /// From the lower to the higher end, in order.
    pub(super) segments: Vec<[GridPoint; 2]>,
    first: Vec<u32>,
    of: Vec<u32>,
}

impl Lines {
    /// Adds segments that are no part's edge.
    pub(super) fn add_chords(&mut self, chords: &[[GridPoint; 2]]) {
        self.segments.extend(chords);
        self.first.resize(self.segments.len() + 1, self.of.len() as u32);
    }

    /// Whether a segment is no part's edge.
    pub(super) fn is_chord(&self, segment: u32) -> bool {
        self.parts(segment).is_empty()
    }

    /// The parts a segment is an edge of, in order, each as often as it runs there.
    pub(super) fn parts(&self, segment: u32) -> &[u32] {
        &self.of[self.first[segment as usize] as usize..self.first[segment as usize + 1] as usize]
    }
}

impl Drawing {
    /// The polygons of sites; what else they are is left out.
    pub(super) fn new<'a>(sites: impl Iterator<Item = (SiteIndex, &'a Site)>) -> Result<Self, TessellationFault> {
        let mut drawing = Self::default();
        let mut drawn = Vec::new();
        for (index, site) in sites {
            let (edges, parts) = (drawing.edges.len(), drawing.parts.len());
            for polygon in polygons(site.geometry.iter()) {
                drawing.add(site, &polygon)?;
            }
            if drawing.edges.len() > edges {
                drawn.push(Drawn { site: index, edges: edges..drawing.edges.len(), parts: parts..drawing.parts.len() });
            }
        }
        drawing.bring_together(&drawn);
        Ok(drawing)
    }

    fn add(&mut self, site: &Site, polygon: &Polygon<f64>) -> Result<(), TessellationFault> {
        let mut part = Part { shape: 0, doubled_area: 0, width_m: 0.0 };
        let (of, mut length, mut narrowing) = (self.parts.len() as u32, 0.0, 1.0);
        for (position, line) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
            let out_of_range = |at: Coord<f64>| TessellationFault::SiteOutOfRange { site: site.id.clone(), lon: at.x, lat: at.y };
            let (is_straight, mut drawn) = (is_straight(line), rings::as_drawn(line).map_err(out_of_range)?);
            // One that stays on a parallel is straight too, and may go round a pole all the same.
            drawn.retain(|ring| !is_straight || doubled_area(ring.iter().copied()).abs() > i128::from(DEGREE) * i128::from(DEGREE));
            for ring in drawn {
                let area = doubled_area(ring.iter().map(|&at| in_parts(at))).abs();
                part.doubled_area += if position == 0 { area } else { -area };
                narrowing = ring.first().map_or(narrowing, |first| libm::cos(first.lat().to_radians()));
                for pair in ring.windows(2) {
                    length += libm::hypot((pair[1].x - pair[0].x) as f64 * narrowing, (pair[1].y - pair[0].y) as f64);
                    self.edges.push(Edge { ends: [pair[0].min(pair[1]), pair[0].max(pair[1])], of });
                }
            }
        }
        let doubled_m2 = part.doubled_area as f64 * narrowing * (METRES_A_DEGREE / PARTS).powi(2);
        part.width_m = doubled_m2 / (length * METRES_A_UNIT);
        self.parts.push(part);
        Ok(())
    }

    /// Makes one shape of the sites whose edges are the same.
    fn bring_together(&mut self, drawn: &[Drawn]) {
        let mut alike: BTreeMap<_, Vec<&Drawn>> = BTreeMap::new();
        for one in drawn {
            alike.entry(self.sums(one)).or_default().push(one);
        }
        let mut groups: Vec<Vec<&Drawn>> = Vec::with_capacity(drawn.len());
        for mut members in alike.into_values() {
            if members.len() == 1 {
                groups.push(members);
                continue;
            }
            members.sort_by_cached_key(|one| (self.sorted(one), one.site));
            groups.extend(members.chunk_by(|one, other| self.sorted(one) == self.sorted(other)).map(<[_]>::to_vec));
        }
        groups.sort_unstable_by_key(|group| group[0].site);
        for (shape, group) in (0..).zip(&groups) {
            for part in group.iter().flat_map(|one| one.parts.clone()) {
                self.parts[part].shape = shape;
            }
            let doubled_area = self.parts[group[0].parts.clone()].iter().map(|part| part.doubled_area).sum();
            self.shapes.push(Shape { sites: group.iter().map(|one| one.site).collect(), doubled_area });
        }
    }

    /// What all drawings of one geometry have in common, and few others: the number of its edges and the sums of their coordinates.
    fn sums(&self, one: &Drawn) -> (usize, i64, i64) {
        let sum = |coordinate: fn(GridPoint) -> i64| self.edges[one.edges.clone()].iter().map(|edge| coordinate(edge.ends[0])).sum();
        (one.edges.len(), sum(|end| end.x), sum(|end| end.y))
    }

    fn sorted(&self, one: &Drawn) -> Vec<[GridPoint; 2]> {
        let mut ends: Vec<_> = self.edges[one.edges.clone()].iter().map(|edge| edge.ends).collect();
        ends.sort_unstable();
        ends
    }

    /// Every edge once, those of the boundary among them; takes them out of the drawing.
    pub(super) fn lines(&mut self, boundary: Option<&Outline>) -> Lines {
        let mut edges = std::mem::take(&mut self.edges);
        edges.extend(
            boundary.iter().flat_map(|boundary| boundary.segments()).map(|[from, to]| Edge {
                ends: [from.min(to), from.max(to)],
                of: if from < to { BOUNDARY_FORWARD } else { BOUNDARY_BACK },
            }),
        );
        edges.sort_unstable();
        let mut lines = Lines { segments: Vec::new(), first: Vec::new(), of: Vec::with_capacity(edges.len()) };
        for edge in edges {
            if lines.segments.last() != Some(&edge.ends) {
                lines.segments.push(edge.ends);
                lines.first.push(lines.of.len() as u32);
            }
            lines.of.push(edge.of);
        }
        lines.first.push(lines.of.len() as u32);
        lines
    }
}

/// A site's edges and parts in the drawing.
struct Drawn {
    site: SiteIndex,
    edges: Range<usize>,
    parts: Range<usize>,
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
