//! The straight borders between generating points that are neighbours.
//!
//! Each border is drawn on the bisector of its own two points and only within
//! a box round the boundary, so that the far corners of thin triangles, which no float can place, are never needed. Corners within
//! the box are computed once a triangle and shared by its three borders.

use marchland_core::{Metres, Projection};
use robust::{Coord, orient2d};
use spade::handles::{DirectedEdgeHandle, FaceHandle, PossiblyOuterTag};
use spade::{DelaunayTriangulation, Point2, Triangulation};

use super::generators::{Area, Generator, Generators};
use super::neighbours::triangulated;
use super::settled::{Standing, Standings};
use super::{BEYOND, Border, Spot, TessellationFault};
use crate::arrangement::grid::GridPoint;
use crate::arrangement::planar::Label;

type VertexHandle<'a, V> = spade::handles::VertexHandle<'a, V, (), (), ()>;
type Edge<'a> = DirectedEdgeHandle<'a, Generator, (), (), ()>;
type Side<'a> = FaceHandle<'a, PossiblyOuterTag, Generator, (), (), ()>;

/// A box on the plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlaneBox {
    low: Metres,
    high: Metres,
}

impl PlaneBox {
    pub(super) const EMPTY: Self =
        Self { low: Metres { x: f64::INFINITY, y: f64::INFINITY }, high: Metres { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY } };

    pub(super) fn include(&mut self, metres: Metres) {
        self.low = Metres { x: self.low.x.min(metres.x), y: self.low.y.min(metres.y) };
        self.high = Metres { x: self.high.x.max(metres.x), y: self.high.y.max(metres.y) };
    }

    /// A hundredth larger and by ten metres at least on every side, so that what crosses it ends outside the boundary.
    pub(super) fn grown(self) -> Self {
        let margin = 10.0 + 0.01 * (self.high.x - self.low.x).max(self.high.y - self.low.y);
        Self {
            low: Metres { x: self.low.x - margin, y: self.low.y - margin },
            high: Metres { x: self.high.x + margin, y: self.high.y + margin },
        }
    }

    /// Its south-west and north-east corner.
    pub(super) fn corners(&self) -> (Metres, Metres) {
        (self.low, self.high)
    }

    fn contains(&self, metres: Metres) -> bool {
        (self.low.x..=self.high.x).contains(&metres.x) && (self.low.y..=self.high.y).contains(&metres.y)
    }

    /// The stretch of the line `origin + t · direction` in the box, as the first and last `t` (Liang and Barsky 1984).
    fn stretch(&self, origin: Metres, direction: Metres) -> Option<(f64, f64)> {
        let mut stretch = (f64::NEG_INFINITY, f64::INFINITY);
        for (low, high, start, step) in [(self.low.x, self.high.x, origin.x, direction.x), (self.low.y, self.high.y, origin.y, direction.y)]
        {
            if step == 0.0 {
                if !(low..=high).contains(&start) {
                    return None;
                }
                continue;
            }
            let (one, other) = ((low - start) / step, (high - start) / step);
            stretch = (stretch.0.max(one.min(other)), stretch.1.min(one.max(other)));
        }
        (stretch.0 <= stretch.1).then_some(stretch)
    }

    /// The part of a segment in the box; its ends stay what they are where they lie in it.
    pub(super) fn clip(&self, from: Spot, to: Spot) -> Option<(Spot, Spot)> {
        let (start, end) = (from.metres, to.metres);
        if self.contains(start) && self.contains(end) {
            return Some((from, to));
        }
        let step = Metres { x: end.x - start.x, y: end.y - start.y };
        let (first, last) = self.stretch(start, step)?;
        let at = |t: f64| Spot::new(Metres { x: start.x + t * step.x, y: start.y + t * step.y });
        let clipped = (if first > 0.0 { at(first) } else { from }, if last < 1.0 { at(last) } else { to });
        (first < 1.0 && last > 0.0).then_some(clipped)
    }
}

/// Where three cells meet.
#[derive(Clone, Copy)]
pub(super) struct Corner {
    /// Where, if within the box.
    pub(super) spot: Option<Spot>,
    /// The distance to the three points, squared; not finite where no float can hold it.
    pub(super) distance_squared: f64,
}

/// The border between two generating points, on their bisector, from the first's right to its left hand as it faces the second.
#[derive(Clone, Copy)]
pub(super) struct Bisector {
    pub(super) left: Generator,
    pub(super) right: Generator,
    /// Halfway between the points.
    pub(super) foot: Metres,
    /// The unit vector along the border.
    pub(super) direction: Metres,
    /// Half the distance between the points.
    pub(super) half_m: f64,
    /// Metres along `direction` at which the border starts and ends.
    pub(super) ends_m: [f64; 2],
    /// The corners there; none where the border is endless.
    pub(super) corners: [Option<Corner>; 2],
}

impl Bisector {
    pub(super) fn at(&self, along_m: f64) -> Metres {
        Metres { x: self.foot.x + along_m * self.direction.x, y: self.foot.y + along_m * self.direction.y }
    }
}

/// Two generating points that are neighbours.
#[derive(Clone, Copy)]
pub(super) struct Neighbours {
    /// The places on the left and right of the border between them.
    pub(super) places: [Label; 2],
    /// The triangles at whose corners the border starts and ends; that outside the hull has none.
    pub(super) triangles: [u32; 2],
}

/// The ground nearest to one generating point.
pub(super) struct Cell<'a> {
    vertex: VertexHandle<'a, Generator>,
    corners: &'a [Corner],
}

impl Cell<'_> {
    pub(super) fn place(&self) -> Label {
        self.vertex.data().place
    }

    /// Its corners on the grid, counter-clockwise, those that fall together once; corners without a place are left out.
    pub(super) fn ring(&self, ring: &mut Vec<GridPoint>) {
        ring.clear();
        ring.extend(self.vertex.out_edges().filter_map(|edge| self.corners[edge.face().index()].spot?.point));
        ring.dedup();
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
    }
}

/// Generating points, who is whose neighbour, and the box in which borders are wanted.
pub(super) struct Diagram<'a> {
    triangulation: DelaunayTriangulation<Generator>,
    places: usize,
    corners: Vec<Corner>,
    /// The polygons of sites.
    pub(super) areas: &'a [Area],
    pub(super) within: PlaneBox,
    pub(super) projection: &'a dyn Projection,
}

impl<'a> Diagram<'a> {
    /// The neighbours of `generators`, and their common corners with their places on the earth where they lie within the box.
    pub(super) fn new(generators: &'a Generators, within: PlaneBox, projection: &'a dyn Projection) -> Self {
        let triangulation = triangulated(&generators.points);
        let corners = triangulation.all_faces().map(|face| corner(face, within, projection)).collect();
        Self { triangulation, places: generators.places(), corners, areas: &generators.areas, within, projection }
    }

    /// How many places there are.
    pub(super) fn places(&self) -> usize {
        self.places
    }

    /// How many triangles there are, with that outside the hull.
    pub(super) fn triangles(&self) -> usize {
        self.corners.len()
    }

    pub(super) fn corner(&self, triangle: u32) -> Corner {
        self.corners[triangle as usize]
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let placed = self.triangulation.vertices().filter(|vertex| vertex.data().place != BEYOND);
        placed.map(|vertex| Cell { vertex, corners: &self.corners })
    }

    /// Every two neighbours once; of the place [`BEYOND`] are points far from all.
    pub(super) fn sides(&self) -> impl Iterator<Item = Neighbours> {
        self.triangulation.undirected_edges().map(|edge| {
            let edge = edge.as_directed();
            let places = [edge.from().data().place, edge.to().data().place];
            Neighbours { places, triangles: [edge.rev().face().index() as u32, edge.face().index() as u32] }
        })
    }

    /// The generating points whose cells are cut, each with the borders of its cell, counter-clockwise, itself on the left.
    pub(super) fn cut_cells(&self, standings: &Standings) -> impl Iterator<Item = (Generator, Vec<Bisector>)> {
        let is_cut = |place: Label| place != BEYOND && standings.of(place) == Standing::Cut;
        let cut = self.triangulation.vertices().filter(move |vertex| is_cut(vertex.data().place));
        cut.map(|vertex| (*vertex.data(), vertex.out_edges().map(|edge| self.bisector(edge)).collect()))
    }

    /// Every border that is to be cut, once.
    pub(super) fn bisectors(&self, standings: &Standings) -> impl Iterator<Item = Bisector> {
        let edges = self.triangulation.undirected_edges().map(|edge| edge.as_directed());
        let cut = edges.filter(|edge| standings.cuts([edge.from().data().place, edge.to().data().place]));
        cut.map(|edge| self.bisector(edge))
    }

    /// Every stretch of border within the box that is to be cut.
    pub(super) fn borders(
        &self,
        standings: &Standings,
        mut add: impl FnMut(Border) -> Result<(), TessellationFault>,
    ) -> Result<(), TessellationFault> {
        for bisector in self.bisectors(standings) {
            if let Some(border) =
                self.border(&bisector, bisector.ends_m, bisector.corners.map(|corner| corner.and_then(|corner| corner.spot)))
            {
                add(border)?;
            }
        }
        Ok(())
    }

    /// The stretch of a border between two distances along it, as far as it lies in the box; `spots` are its ends where known.
    pub(super) fn border(&self, bisector: &Bisector, ends_m: [f64; 2], spots: [Option<Spot>; 2]) -> Option<Border> {
        let (first, last) = self.within.stretch(bisector.foot, bisector.direction)?;
        let [start, end] = ends_m;
        if spots.iter().any(Option::is_none) && (start > last || end < first || start > end) {
            return None;
        }
        let from = spots[0].unwrap_or_else(|| Spot::new(bisector.at(start.max(first))));
        let to = spots[1].unwrap_or_else(|| Spot::new(bisector.at(end.min(last))));
        Some(Border { from, to, left: bisector.left.place, right: bisector.right.place })
    }

    fn bisector(&self, edge: Edge<'_>) -> Bisector {
        let (left, right) = (*edge.from().data(), *edge.to().data());
        let (a, b) = (left.metres, right.metres);
        let apart_m = libm::hypot(b.x - a.x, b.y - a.y);
        let sides = [edge.rev().face(), edge.face()];
        let ahead = |face: Side<'_>| apex(face, edge).map_or(f64::INFINITY, |apex| 0.5 * apart_m * cotangent(apex, a, b));
        Bisector {
            left,
            right,
            foot: Metres { x: f64::midpoint(a.x, b.x), y: f64::midpoint(a.y, b.y) },
            direction: Metres { x: (a.y - b.y) / apart_m, y: (b.x - a.x) / apart_m },
            half_m: 0.5 * apart_m,
            ends_m: [-ahead(sides[0]), ahead(sides[1])],
            corners: sides.map(|side| side.as_inner().map(|_| self.corners[side.index()])),
        }
    }

    /// The label of the ground at a point of the plane, and by how many metres it is not another; none without generating points.
    pub(super) fn nearest(&self, metres: Metres, reach_m: Option<f64>) -> Option<(Label, f64)> {
        let vertex = self.triangulation.nearest_neighbor(Point2::new(metres.x, metres.y))?;
        let away_m = |generator: &Generator| libm::hypot(generator.metres.x - metres.x, generator.metres.y - metres.y);
        let distance_m = away_m(vertex.data());
        let others = vertex.out_edges().map(|edge| edge.to()).filter(|other| other.data().place != vertex.data().place);
        let margin_m = others.map(|other| away_m(other.data()) - distance_m).fold(f64::INFINITY, f64::min);
        Some(match reach_m {
            Some(reach_m) if distance_m > reach_m => (BEYOND, distance_m - reach_m),
            Some(reach_m) => (vertex.data().place, margin_m.min(reach_m - distance_m)),
            None => (vertex.data().place, margin_m),
        })
    }
}

/// The vertex of a triangle that is not on the edge; none outside the hull.
fn apex(face: Side<'_>, edge: Edge<'_>) -> Option<Metres> {
    let triangle = face.as_inner()?;
    let ends = [edge.from().fix(), edge.to().fix()];
    triangle.vertices().iter().find(|vertex| !ends.contains(&vertex.fix())).map(|vertex| vertex.data().metres)
}

/// The cotangent of the angle at `apex` in its triangle with `a` and `b`; its sign is exact.
fn cotangent(apex: Metres, a: Metres, b: Metres) -> f64 {
    let dot = (a.x - apex.x) * (b.x - apex.x) + (a.y - apex.y) * (b.y - apex.y);
    dot / doubled_triangle(apex, a, b).abs()
}

fn doubled_triangle(a: Metres, b: Metres, c: Metres) -> f64 {
    let coord = |metres: Metres| Coord { x: metres.x, y: metres.y };
    orient2d(coord(a), coord(b), coord(c))
}

/// The point as far from each of a triangle's vertices; nowhere for the outer face.
fn corner(face: Side<'_>, within: PlaneBox, projection: &dyn Projection) -> Corner {
    let Some(triangle) = face.as_inner() else { return Corner { spot: None, distance_squared: f64::INFINITY } };
    let [a, b, c] = triangle.vertices().map(|vertex| vertex.data().metres);
    let (u, v) = (Metres { x: b.x - a.x, y: b.y - a.y }, Metres { x: c.x - a.x, y: c.y - a.y });
    let (uu, vv) = (u.x * u.x + u.y * u.y, v.x * v.x + v.y * v.y);
    let scale = 2.0 * doubled_triangle(a, b, c);
    let away = Metres { x: (v.y * uu - u.y * vv) / scale, y: (u.x * vv - v.x * uu) / scale };
    let metres = Metres { x: a.x + away.x, y: a.y + away.y };
    let spot = within.contains(metres).then(|| Spot { metres, point: projection.inverse(metres).map(GridPoint::nearest) });
    Corner { spot, distance_squared: away.x * away.x + away.y * away.y }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres(x: f64, y: f64) -> Metres {
        Metres { x, y }
    }

    #[test]
    fn a_segment_is_clipped_to_the_box_and_keeps_the_ends_within() {
        let plane_box = PlaneBox { low: metres(0.0, 0.0), high: metres(10.0, 10.0) };
        let clip = |from, to| plane_box.clip(Spot::new(from), Spot::new(to)).map(|(from, to)| (from.metres, to.metres));
        assert_eq!(clip(metres(-5.0, 5.0), metres(5.0, 5.0)), Some((metres(0.0, 5.0), metres(5.0, 5.0))));
        assert_eq!(clip(metres(1.0, 1.0), metres(2.0, 9.0)), Some((metres(1.0, 1.0), metres(2.0, 9.0))));
        assert_eq!(clip(metres(-5.0, 1.0), metres(-1.0, 9.0)), None);
        assert_eq!(clip(metres(-5.0, 20.0), metres(20.0, -5.0)), Some((metres(5.0, 10.0), metres(10.0, 5.0))));
    }

    #[test]
    fn the_angle_of_a_flat_triangle_keeps_its_sign() {
        assert_eq!(cotangent(metres(0.0, 1.0), metres(-1.0, 0.0), metres(1.0, 0.0)), 0.0);
        assert!(cotangent(metres(0.0, 1e-9), metres(-1.0, 0.0), metres(1.0, 0.0)) < -1e8);
        assert!(cotangent(metres(0.0, 1e9), metres(-1.0, 0.0), metres(1.0, 0.0)) > 1e8);
    }
}
