//! Polygons that are the same on many maps, each kept once.
//!
//! Two polygons are the same where their normal forms are: each ring begins at its westernmost position, of several the southernmost; outer
//! rings run counter-clockwise and holes clockwise; the holes of a polygon, and the polygons of a multipolygon, are in the order of their
//! positions; a multipolygon of one is a polygon. Repeated positions and heights are gone. No position is moved, so what differs in the last digit
//! differs. They are told apart by the SHA-256 of the normal form, of which no two different ones have ever been found equal.

use std::cmp::Ordering;
use std::collections::HashMap;

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use sha2::{Digest as _, Sha256};

/// Different polygons, in the order in which they were met.
#[derive(Default)]
pub(crate) struct Polygons {
    met: HashMap<[u8; 32], u32>,
    shapes: Vec<MultiPolygon<f64>>,
}

impl Polygons {
    /// The number of a polygon, from nought; a new one where it was not met before. Its rings are closed and simple, the outer ones
    /// counter-clockwise and the holes clockwise.
    pub(crate) fn number(&mut self, polygons: MultiPolygon<f64>) -> u32 {
        let shape = normal(polygons);
        let next = self.shapes.len() as u32;
        let number = *self.met.entry(digest(&shape)).or_insert(next);
        if number == next {
            self.shapes.push(shape);
        }
        number
    }

    /// The polygons, by their numbers.
    pub(crate) fn into_geometries(self) -> impl Iterator<Item = Geometry<f64>> {
        self.shapes.into_iter().map(|mut shape| match shape.0.len() {
            1 => Geometry::Polygon(shape.0.remove(0)),
            _ => Geometry::MultiPolygon(shape),
        })
    }
}

fn normal(MultiPolygon(polygons): MultiPolygon<f64>) -> MultiPolygon<f64> {
    let mut polygons: Vec<Polygon<f64>> = polygons.into_iter().map(normal_polygon).collect();
    polygons.sort_by(|one, other| {
        let holes = || one.interiors().iter().zip(other.interiors()).map(|(one, other)| order(one, other)).find(|order| order.is_ne());
        order(one.exterior(), other.exterior()).then_with(|| holes().unwrap_or(one.interiors().len().cmp(&other.interiors().len())))
    });
    MultiPolygon(polygons)
}

fn normal_polygon(polygon: Polygon<f64>) -> Polygon<f64> {
    let (outer, holes) = polygon.into_inner();
    let mut holes: Vec<LineString<f64>> = holes.into_iter().map(normal_ring).collect();
    holes.sort_by(order);
    Polygon::new(normal_ring(outer), holes)
}

/// The same closed ring, begun at its first position from the west.
fn normal_ring(LineString(mut ring): LineString<f64>) -> LineString<f64> {
    ring.pop();
    for position in &mut ring {
        // Adding nought makes the two noughts one.
        *position = Coord { x: position.x + 0.0, y: position.y + 0.0 };
    }
    let first = (0..ring.len()).min_by(|&one, &other| along(&ring[one], &ring[other])).unwrap_or(0);
    ring.rotate_left(first);
    ring.extend(ring.first().copied());
    LineString(ring)
}

fn order(one: &LineString<f64>, other: &LineString<f64>) -> Ordering {
    one.0.iter().zip(&other.0).map(|(one, other)| along(one, other)).find(|order| order.is_ne()).unwrap_or(one.0.len().cmp(&other.0.len()))
}

fn along(one: &Coord<f64>, other: &Coord<f64>) -> Ordering {
    one.x.total_cmp(&other.x).then(one.y.total_cmp(&other.y))
}

fn digest(shape: &MultiPolygon<f64>) -> [u8; 32] {
    let mut bytes = Vec::new();
    for polygon in shape {
        bytes.extend((polygon.interiors().len() as u64).to_le_bytes());
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            bytes.extend((ring.0.len() as u64).to_le_bytes());
            bytes.extend(ring.0.iter().flat_map(|position| [position.x, position.y]).flat_map(f64::to_le_bytes));
        }
    }
    Sha256::digest(&bytes).into()
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;
    use proptest::prelude::*;

    use super::*;

    /// A box, begun at one of its corners.
    fn square(west: f64, start: usize) -> LineString<f64> {
        let corners = [(west, 0.0), (west + 1.0, 0.0), (west + 1.0, 1.0), (west, 1.0)];
        (start..=start + 4).map(|at| corners[at % 4]).collect()
    }

    #[test]
    fn a_polygon_met_again_has_its_number_wherever_its_ring_begins() {
        let mut polygons = Polygons::default();
        let alone = |west, start| MultiPolygon(vec![Polygon::new(square(west, start), vec![])]);
        assert_eq!([alone(0.0, 0), alone(5.0, 1), alone(0.0, 2), alone(-0.0, 3)].map(|shape| polygons.number(shape)), [0, 1, 0, 0]);
        assert_eq!(polygons.number(alone(1e-12, 0)), 2, "no position is moved");
        assert_eq!(polygons.into_geometries().next().unwrap(), Geometry::Polygon(Polygon::new(square(0.0, 0), vec![])));
    }

    #[test]
    fn the_parts_of_a_multipolygon_and_the_holes_of_a_polygon_have_no_order() {
        let mut polygons = Polygons::default();
        let holed = |first: usize, second: usize| {
            let hole = |at: usize| {
                [polygon![(x: 1., y: 1.), (x: 1., y: 2.), (x: 2., y: 1.)], polygon![(x: 5., y: 1.), (x: 5., y: 2.), (x: 6., y: 1.)]][at]
                    .exterior()
                    .clone()
            };
            let outer = polygon![(x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 9.), (x: 0., y: 9.)];
            Polygon::new(outer.exterior().clone(), vec![hole(first), hole(second)])
        };
        let island = Polygon::new(square(20.0, 0), vec![]);
        let one = polygons.number(MultiPolygon(vec![holed(0, 1), island.clone()]));
        assert_eq!(polygons.number(MultiPolygon(vec![island.clone(), holed(1, 0)])), one);
        assert_ne!(polygons.number(MultiPolygon(vec![island])), one);
    }

    proptest! {
        #[test]
        fn polygons_have_one_number_exactly_where_they_are_equal_as_sets(parts in prop::collection::vec((0..3_u8, 0..4_usize), 1..4), other in prop::collection::vec((0..3_u8, 0..4_usize), 1..4)) {
            let shape = |parts: &[(u8, usize)]| MultiPolygon(parts.iter().map(|&(west, start)| Polygon::new(square(f64::from(west) * 2.0, start), vec![])).collect());
            let set = |parts: &[(u8, usize)]| { let mut wests: Vec<u8> = parts.iter().map(|part| part.0).collect(); wests.sort_unstable(); wests };
            let mut polygons = Polygons::default();
            prop_assert_eq!(polygons.number(shape(&parts)) == polygons.number(shape(&other)), set(&parts) == set(&other));
        }
    }
}
