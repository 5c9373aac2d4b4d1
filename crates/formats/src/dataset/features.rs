//! GeoJSON (RFC 7946) as people and programs write it, with the place of everything that can be wrong.
//!
//! Taken as they come: heights (dropped), clockwise outer rings (turned), repeated points (dropped), a `crs` that says WGS 84, numeric ids.
//! Refused: rings that are not closed, cross themselves or hold no ground, geometry collections, any other `crs`, and coordinates off the earth.

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::json::{Json, Kind};
use super::ring;
use crate::fault::{Fault, Place, Source, Span};

/// One feature, its parts still in the file's terms.
pub(crate) struct Feature<'j, 't> {
    pub(crate) id: Option<String>,
    pub(crate) id_span: Span,
    pub(crate) span: Span,
    /// None where it is null, or was refused.
    pub(crate) geometry: Option<Geometry<f64>>,
    /// Whether there is no geometry because it is null or missing.
    pub(crate) is_null: bool,
    pub(crate) geometry_span: Span,
    pub(crate) properties: &'j [(String, usize, Json<'t>)],
}

/// The bytes of a value; of a long one its beginning.
pub(crate) fn span(json: &Json<'_>) -> Span {
    Span { start: json.start, length: (json.end - json.start).min(60) }
}

/// Reads geometry from one source, collecting faults.
pub(crate) struct Reader<'s, 'f> {
    pub(crate) source: &'s Source,
    pub(crate) faults: &'f mut Vec<Fault>,
}

impl Reader<'_, '_> {
    /// Where a value stands; of a long one its beginning.
    pub(crate) fn place(&self, json: &Json<'_>) -> Place {
        self.source.at(span(json))
    }

    /// Adds a fault at a value.
    pub(crate) fn fault(&mut self, json: &Json<'_>, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        let place = self.place(json);
        self.faults.push(Fault::at(&place, code, message, hint));
    }

    /// The features of a collection; a single feature is a collection of one, and a bare geometry a feature without properties.
    pub(crate) fn features<'j, 't>(&mut self, json: &'j Json<'t>) -> Vec<Feature<'j, 't>> {
        if let Some(crs) = json.get("crs") {
            self.check_crs(crs);
        }
        match json.get("type").and_then(Json::text) {
            Some("FeatureCollection") => {
                let features = json.get("features").and_then(Json::elements);
                if features.is_none() {
                    self.fault(
                        json,
                        "not-geojson",
                        "expected \"features\", a list",
                        "write {\"type\": \"FeatureCollection\", \"features\": []}",
                    );
                }
                features.unwrap_or_default().iter().filter_map(|feature| self.feature(feature)).collect()
            }
            Some("Feature") => self.feature(json).into_iter().collect(),
            Some(_) => vec![self.described(json, Some(json), &[])],
            None => {
                self.fault(
                    json,
                    "not-geojson",
                    "expected a GeoJSON FeatureCollection",
                    "the file begins {\"type\": \"FeatureCollection\", \"features\": [",
                );
                Vec::new()
            }
        }
    }

    fn feature<'j, 't>(&mut self, json: &'j Json<'t>) -> Option<Feature<'j, 't>> {
        if json.get("type").and_then(Json::text) != Some("Feature") {
            self.fault(json, "not-geojson", "expected a Feature", "each element of \"features\" has \"type\": \"Feature\"");
            return None;
        }
        let properties = json.get("properties").map_or(&[][..], Json::members);
        let mut feature = self.described(json, json.get("geometry").filter(|geometry| !geometry.is_null()), properties);
        if let Some(id) = json.get("id").filter(|id| !id.is_null()) {
            feature.id_span = span(id);
            feature.id = self.id(id);
        }
        Some(feature)
    }

    fn described<'j, 't>(
        &mut self,
        json: &Json<'t>,
        geometry: Option<&Json<'t>>,
        properties: &'j [(String, usize, Json<'t>)],
    ) -> Feature<'j, 't> {
        let span_of_all = span(json);
        Feature {
            id: None,
            id_span: span_of_all,
            geometry_span: geometry.map_or(span_of_all, span),
            is_null: geometry.is_none(),
            geometry: geometry.and_then(|geometry| self.geometry(geometry)),
            properties,
            span: span_of_all,
        }
    }

    /// Text, or a whole number however it is written: `12` and `461727.0` are the ids `12` and `461727`.
    pub(crate) fn id(&mut self, json: &Json<'_>) -> Option<String> {
        match &json.kind {
            Kind::Text(text) => Some(text.clone()),
            // Beyond 2^53 neighbouring whole numbers are one float, and two ids would be one.
            Kind::Number(number, _) if number.fract() == 0.0 && number.abs() < 9.0e15 => Some(format!("{number:.0}")),
            _ => {
                self.fault(
                    json,
                    "unusable-id",
                    format!("expected an id of text or a whole number but got {}", json.what()),
                    "write it in quotes",
                );
                None
            }
        }
    }

    /// WGS 84 in longitude and latitude is what RFC 7946 means anyway; QGIS and GDAL write these names of it.
    fn check_crs(&mut self, crs: &Json<'_>) {
        let name = crs.get("properties").and_then(|properties| properties.get("name")).and_then(Json::text).unwrap_or_default();
        let tail = name.rsplit([':', '/']).next().unwrap_or_default();
        if !crs.is_null() && !["CRS84", "CRS84h", "4326", "4979"].contains(&tail) {
            let message = format!("expected WGS 84 but the file says \"{name}\"");
            self.fault(crs, "foreign-crs", message, "export it again as EPSG:4326, the only one GeoJSON has");
        }
    }

    fn geometry(&mut self, json: &Json<'_>) -> Option<Geometry<f64>> {
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
        if !["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"].contains(&kind) {
            let message = format!("expected a geometry but got \"{kind}\"");
            self.fault(json, "not-geojson", message, "the types are Point, LineString, Polygon and their Multi forms");
            return None;
        }
        let Some(coordinates) = json.get("coordinates") else {
            self.fault(json, "not-geojson", "expected \"coordinates\"", "");
            return None;
        };
        Some(match kind {
            "Point" => Geometry::Point(Point(self.position(coordinates)?)),
            "MultiPoint" => Geometry::MultiPoint(MultiPoint(self.all(coordinates, |this, json| this.position(json).map(Point))?)),
            "LineString" => Geometry::LineString(self.line(coordinates)?),
            "MultiLineString" => Geometry::MultiLineString(MultiLineString(self.all(coordinates, Self::line)?)),
            "Polygon" => Geometry::Polygon(self.polygon(coordinates)?),
            _ => Geometry::MultiPolygon(MultiPolygon(self.all(coordinates, Self::polygon)?)),
        })
    }

    /// Every element read; none where the value is no list, is empty, or an element was refused. All elements are looked at.
    fn all<T>(&mut self, json: &Json<'_>, mut read: impl FnMut(&mut Self, &Json<'_>) -> Option<T>) -> Option<Vec<T>> {
        let Some(elements) = json.elements().filter(|elements| !elements.is_empty()) else {
            self.fault(
                json,
                "not-geojson",
                format!("expected a list of coordinates but got {}", if json.elements().is_some() { "an empty one" } else { json.what() }),
                "",
            );
            return None;
        };
        let read: Vec<Option<T>> = elements.iter().map(|element| read(self, element)).collect();
        read.into_iter().collect()
    }

    fn position(&mut self, json: &Json<'_>) -> Option<Coord<f64>> {
        let numbers: Vec<f64> = json.elements().unwrap_or_default().iter().filter_map(Json::number).collect();
        let (is_whole, found) = (json.elements().is_some_and(|elements| elements.len() == numbers.len()), &numbers[..]);
        let (true, [lon, lat, ..]) = (is_whole, found) else {
            self.fault(json, "not-a-position", "expected a position: longitude and latitude in degrees", "such as [68.868, 36.729]");
            return None;
        };
        let (lon, lat) = (*lon, *lat);
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

    fn positions(&mut self, json: &Json<'_>) -> Option<Vec<Coord<f64>>> {
        let mut positions = self.all(json, Self::position)?;
        positions.dedup();
        Some(positions)
    }

    fn line(&mut self, json: &Json<'_>) -> Option<LineString<f64>> {
        let positions = self.positions(json)?;
        if positions.len() < 2 {
            self.fault(json, "short-line", "expected a line of at least two places but got one", "make it a Point");
            return None;
        }
        Some(LineString(positions))
    }

    fn polygon(&mut self, json: &Json<'_>) -> Option<Polygon<f64>> {
        let mut rings = self.all(json, Self::ring)?.into_iter();
        let mut exterior = rings.next()?;
        let mut interiors: Vec<LineString<f64>> = rings.collect();
        ring::turn(&mut exterior, ring::Turn::Left);
        for hole in &mut interiors {
            ring::turn(hole, ring::Turn::Right);
        }
        Some(Polygon::new(exterior, interiors))
    }

    fn ring(&mut self, json: &Json<'_>) -> Option<LineString<f64>> {
        let positions = self.positions(json)?;
        if positions.len() < 2 || positions.first() != positions.last() {
            let last = json.elements().and_then(<[Json<'_>]>::last).unwrap_or(json);
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
