//! Any geometry as lines and areas.

use geo_types::{Coord, Geometry, LineString, Polygon};
use marchland_core::LonLat;

/// A connected part of a geometry, in degrees; all its coordinates are places.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// A line; of one place, a point.
    Line(Vec<Coord<f64>>),
    /// An area by its closed rings, the outer one first.
    Area(Vec<Vec<Coord<f64>>>),
}

impl Part {
    /// Its lines or rings.
    pub(crate) fn rings(&self) -> impl Iterator<Item = &[Coord<f64>]> {
        match self {
            Self::Line(line) => std::slice::from_ref(line),
            Self::Area(rings) => rings,
        }
        .iter()
        .map(Vec::as_slice)
    }
}

/// The parts of a geometry, in order; those without a place, or with a coordinate out of range, are left out.
pub(crate) fn parts(geometry: Option<&Geometry<f64>>) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(geometry) = geometry {
        collect(geometry, &mut parts);
    }
    parts.retain(|part| part.rings().flatten().all(|coord| LonLat::new(coord.x, coord.y).is_some()));
    parts.retain(|part| part.rings().next().is_some_and(|ring| !ring.is_empty()));
    parts
}

fn collect(geometry: &Geometry<f64>, parts: &mut Vec<Part>) {
    match geometry {
        Geometry::Point(point) => parts.push(Part::Line(vec![point.0])),
        Geometry::MultiPoint(points) => parts.extend(points.iter().map(|point| Part::Line(vec![point.0]))),
        Geometry::Line(line) => parts.push(Part::Line(vec![line.start, line.end])),
        Geometry::LineString(line) => parts.push(Part::Line(line.0.clone())),
        Geometry::MultiLineString(lines) => parts.extend(lines.iter().map(|line| Part::Line(line.0.clone()))),
        Geometry::Polygon(polygon) => parts.push(area(polygon)),
        Geometry::MultiPolygon(polygons) => parts.extend(polygons.iter().map(area)),
        Geometry::Rect(rect) => parts.push(area(&rect.to_polygon())),
        Geometry::Triangle(triangle) => parts.push(area(&triangle.to_polygon())),
        Geometry::GeometryCollection(collection) => collection.iter().for_each(|geometry| collect(geometry, parts)),
    }
}

fn area(polygon: &Polygon<f64>) -> Part {
    let ring = |line: &LineString<f64>| line.0.clone();
    Part::Area(std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect())
}
