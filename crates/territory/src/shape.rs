//! Any geometry as lines, which is all that nearness looks at.

use std::borrow::Cow;

use geo_types::{Geometry, LineString, Polygon};

/// Every point, line and ring of geometries, in order; a point is a line of one place.
pub(crate) fn shape<'a>(geometries: impl Iterator<Item = &'a Geometry<f64>>) -> Vec<LineString<f64>> {
    let mut lines = Vec::new();
    for geometry in geometries {
        match geometry {
            Geometry::Point(point) => lines.push(LineString(vec![point.0])),
            Geometry::MultiPoint(points) => lines.extend(points.iter().map(|point| LineString(vec![point.0]))),
            Geometry::Line(line) => lines.push(LineString(vec![line.start, line.end])),
            Geometry::LineString(line) => lines.push(line.clone()),
            Geometry::MultiLineString(several) => lines.extend(several.iter().cloned()),
            Geometry::Polygon(polygon) => lines.extend(rings(polygon)),
            Geometry::MultiPolygon(polygons) => lines.extend(polygons.iter().flat_map(rings)),
            Geometry::Rect(rect) => lines.extend(rings(&rect.to_polygon())),
            Geometry::Triangle(triangle) => lines.extend(rings(&triangle.to_polygon())),
            Geometry::GeometryCollection(collection) => lines.extend(shape(collection.iter())),
        }
    }
    lines
}

/// Every polygon of geometries, in order.
pub(crate) fn polygons<'a>(geometries: impl Iterator<Item = &'a Geometry<f64>>) -> Vec<Cow<'a, Polygon<f64>>> {
    let mut polygons = Vec::new();
    for geometry in geometries {
        match geometry {
            Geometry::Polygon(polygon) => polygons.push(Cow::Borrowed(polygon)),
            Geometry::MultiPolygon(several) => polygons.extend(several.iter().map(Cow::Borrowed)),
            Geometry::Rect(rect) => polygons.push(Cow::Owned(rect.to_polygon())),
            Geometry::Triangle(triangle) => polygons.push(Cow::Owned(triangle.to_polygon())),
            Geometry::GeometryCollection(collection) => polygons.extend(self::polygons(collection.iter())),
            Geometry::Point(_) | Geometry::MultiPoint(_) | Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => (),
        }
    }
    polygons
}

fn rings(polygon: &Polygon<f64>) -> Vec<LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).cloned().collect()
}

#[cfg(test)]
mod tests {
    use geo_types::{GeometryCollection, Point, polygon};

    use super::*;

    #[test]
    fn a_collection_is_all_its_parts() {
        let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0)];
        let collection = Geometry::GeometryCollection(GeometryCollection(vec![Point::new(5.0, 5.0).into(), square.into()]));
        let lengths: Vec<_> = shape(std::iter::once(&collection)).iter().map(|line| line.0.len()).collect();
        assert_eq!(lengths, [1, 4]);
        assert_eq!(polygons(std::iter::once(&collection)).len(), 1);
    }
}
