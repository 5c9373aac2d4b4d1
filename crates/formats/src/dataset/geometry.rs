//! Geometries of GeoJSON, each fault at its position, line or ring.
//!
//! Taken as they come: heights (dropped), clockwise outer rings (turned), repeated points (dropped). Refused: rings that are not closed,
//! cross themselves or hold no ground, geometry collections, and coordinates off the earth.

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::features::Reader;
use super::ring;
use super::tape::Json;

impl Reader<'_, '_> {
    /// The geometry of a feature; none where it was refused.
    pub(crate) fn geometry(&mut self, json: Json<'_>) -> Option<Geometry<f64>> {
        let kind = json.get("type").and_then(Json::text).unwrap_or_default();
        if kind == "GeometryCollection" {
            self.fault(
                json,
                "geometry-collection",
                "a GeometryCollection is no place",
                "make it a Point, LineString, Polygon or one of their Multi forms",
            );
            return None;
        }
        if !["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"].contains(&kind.as_ref()) {
            let message = format!("expected a geometry but got \"{kind}\"");
            self.fault(json, "not-geojson", message, "the types are Point, LineString, Polygon and their Multi forms");
            return None;
        }
        let Some(coordinates) = json.get("coordinates") else {
            self.fault(json, "not-geojson", "expected \"coordinates\"", "");
            return None;
        };
        Some(match kind.as_ref() {
            "Point" => Geometry::Point(Point(self.position(coordinates)?)),
            "MultiPoint" => Geometry::MultiPoint(MultiPoint(self.all(coordinates, |this, json| this.position(json).map(Point))?)),
            "LineString" => Geometry::LineString(self.line(coordinates)?),
            "MultiLineString" => Geometry::MultiLineString(MultiLineString(self.all(coordinates, Self::line)?)),
            "Polygon" => Geometry::Polygon(self.polygon(coordinates)?),
            _ => Geometry::MultiPolygon(MultiPolygon(self.all(coordinates, Self::polygon)?)),
        })
    }

    /// Every element read; none where the value is no list, is empty, or an element was refused. All elements are looked at.
    fn all<T>(&mut self, json: Json<'_>, mut read: impl FnMut(&mut Self, Json<'_>) -> Option<T>) -> Option<Vec<T>> {
        let count = json.elements().map_or(0, Iterator::count);
        if count == 0 {
            let got = if json.elements().is_some() { "an empty one" } else { json.what() };
            self.fault(json, "not-geojson", format!("expected a list of coordinates but got {got}"), "");
        }
        let mut all = Vec::with_capacity(count);
        for element in json.elements()? {
            all.extend(read(self, element));
        }
        (count > 0 && all.len() == count).then_some(all)
    }

    fn position(&mut self, json: Json<'_>) -> Option<Coord<f64>> {
        let Some((lon, lat)) = numbers(json) else {
            self.fault(json, "not-a-position", "expected a position: longitude and latitude in degrees", "such as [68.868, 36.729]");
            return None;
        };
        let off_by = |what: &str, value: f64, most: u8| format!("expected a {what} of −{most} to {most} but got {value}");
        let swapped = "longitude comes first: they look swapped";
        if !(-90.0..=90.0).contains(&lat) {
            let hint = if (-90.0..=90.0).contains(&lon) && (-180.0..=180.0).contains(&lat) {
                swapped
            } else {
                "coordinates in metres have to be exported as EPSG:4326"
            };
            self.fault(json, "off-the-earth", off_by("latitude", lat, 90), hint);
            return None;
        }
        if !(-180.0..=180.0).contains(&lon) {
            self.fault(json, "off-the-earth", off_by("longitude", lon, 180), "coordinates in metres have to be exported as EPSG:4326");
            return None;
        }
        Some(Coord { x: lon, y: lat })
    }

    fn positions(&mut self, json: Json<'_>) -> Option<Vec<Coord<f64>>> {
        let mut positions = self.all(json, Self::position)?;
        positions.dedup();
        Some(positions)
    }

    fn line(&mut self, json: Json<'_>) -> Option<LineString<f64>> {
        let positions = self.positions(json)?;
        if positions.len() < 2 {
            self.fault(json, "short-line", "expected a line of at least two places but got one", "make it a Point");
            return None;
        }
        Some(LineString(positions))
    }

    fn polygon(&mut self, json: Json<'_>) -> Option<Polygon<f64>> {
        let mut interiors = self.all(json, Self::ring)?;
        let mut exterior = interiors.remove(0);
        // Most have no hole, and there are millions.
        interiors.shrink_to_fit();
        ring::turn(&mut exterior, ring::Turn::Left);
        for hole in &mut interiors {
            ring::turn(hole, ring::Turn::Right);
        }
        Some(Polygon::new(exterior, interiors))
    }

    fn ring(&mut self, json: Json<'_>) -> Option<LineString<f64>> {
        let positions = self.positions(json)?;
        if positions.len() < 2 || positions.first() != positions.last() {
            let last = json.elements().and_then(Iterator::last).unwrap_or(json);
            self.fault(last, "unclosed-ring", "the ring does not end where it starts", "repeat its first position at its end");
            return None;
        }
        if positions.len() < 4 {
            self.fault(json, "flat-ring", "expected a ring of at least three places", "make it a Point or a LineString");
            return None;
        }
        if let Some(Coord { x, y }) = ring::crossing(&positions) {
            let hint = "in QGIS: Processing, Fix geometries";
            self.fault(json, "crossing-ring", format!("the ring crosses or touches itself near {x} {y}"), hint);
            return None;
        }
        if ring::doubled_area(&positions) == 0.0 {
            self.fault(json, "flat-ring", "the ring encloses no ground", "make it a LineString");
            return None;
        }
        Some(LineString(positions))
    }
}

/// The first two numbers of a list of nothing but numbers.
fn numbers(json: Json<'_>) -> Option<(f64, f64)> {
    let mut elements = json.elements()?;
    let (lon, lat) = (elements.next()?.number()?, elements.next()?.number()?);
    elements.all(|element| element.number().is_some()).then_some((lon, lat))
}
