//! `sites.geojson` and the layers: places whose control is tracked, and context to draw.

use std::collections::BTreeMap;

use geo_types::{Coord, Geometry, MultiPolygon};
use marchland_core::{ContextFeature, Extra, ExtraValue, Layer, Names, SiteDraft};

use super::features::{Feature, Reader, span};
use super::id;
use super::json::{Json, Kind};
use crate::fault::{Fault, Span};

/// Where the parts of a site stand that the ledger may refuse.
pub(crate) struct SitePlaces {
    pub(crate) id: Span,
    pub(crate) parent: Span,
}

/// Properties that have a meaning, beside `name_XX`.
const KNOWN: [&str; 10] = ["name", "kind", "precision_m", "estimate", "ground", "parent", "population", "weight", "source", "note"];

/// Every site of a file, with the places of its ids; whether it takes ground follows from the reach where the file does not say.
pub(crate) fn sites(reader: &mut Reader<'_, '_>, json: &Json<'_>, reach_m: Option<f64>) -> Vec<(SiteDraft, SitePlaces)> {
    let features = reader.features(json);
    let sites: Vec<(SiteDraft, SitePlaces)> = features.iter().map(|feature| site(reader, feature, reach_m)).collect();
    warn_of_swaps(reader, &features);
    sites
}

fn site(reader: &mut Reader<'_, '_>, feature: &Feature<'_, '_>, reach_m: Option<f64>) -> (SiteDraft, SitePlaces) {
    let mut properties = Properties::new(feature);
    let id = site_id(reader, feature, &mut properties);
    let names = names(reader, &mut properties);
    if names.default_name().is_empty() {
        let place = reader.source.at(feature.span);
        reader.faults.push(Fault::at(&place, "missing-name", format!("site \"{id}\" has no name"), "give it a property \"name\""));
    }
    let precision_m = properties.amount(reader, "precision_m");
    let parent = properties.get("parent").map_or(feature.span, span);
    let said = properties.flag(reader, "ground");
    // A place known no better than half the reach would take ground from its neighbours by chance.
    let known_well_enough = !matches!((precision_m, reach_m), (Some(precision), Some(reach)) if precision > reach / 2.0);
    if feature.is_null && said != Some(false) {
        let hint = "give it a geometry, or \"ground\": false where nobody knows the place";
        let place = reader.source.at(feature.geometry_span);
        reader.faults.push(Fault::at(&place, "no-geometry", format!("site \"{id}\" has no geometry"), hint));
    }
    let draft = SiteDraft {
        names,
        kind: properties.text(reader, "kind").unwrap_or_default(),
        geometry: feature.geometry.clone(),
        precision_m,
        estimate: properties.flag(reader, "estimate").unwrap_or(false),
        ground: said.unwrap_or(known_well_enough),
        parent: properties.text(reader, "parent").filter(|parent| !parent.is_empty()),
        population: properties.amount(reader, "population"),
        weight: properties.amount(reader, "weight"),
        source: properties.text(reader, "source").unwrap_or_default(),
        note: properties.text(reader, "note").unwrap_or_default(),
        extra: properties.rest(reader),
        id,
    };
    (draft, SitePlaces { id: feature.id_span, parent })
}

/// The feature's id, or a property `id` where programs put it; both only where they agree.
fn site_id(reader: &mut Reader<'_, '_>, feature: &Feature<'_, '_>, properties: &mut Properties<'_, '_>) -> String {
    let property = properties.take("id").and_then(|json| Some((reader.id(json)?, span(json))));
    let (found, at) = match (&feature.id, property) {
        (Some(id), Some((property, at))) if *id != property => {
            let message = format!("the feature's id is \"{id}\" and its property id \"{property}\"");
            reader.faults.push(Fault::at(&reader.source.at(at), "two-ids", message, "take the property away"));
            (id.clone(), feature.id_span)
        }
        (Some(id), _) => (id.clone(), feature.id_span),
        (None, Some(property)) => property,
        (None, None) => (String::new(), feature.span),
    };
    id::check(&found, || reader.source.at(at), reader.faults);
    found
}

fn names(reader: &mut Reader<'_, '_>, properties: &mut Properties<'_, '_>) -> Names {
    let mut names = Names::new(properties.text(reader, "name").unwrap_or_default());
    let translated: Vec<String> = properties.left.keys().filter(|key| key.starts_with("name_")).map(|key| (*key).to_owned()).collect();
    for key in translated {
        if let Some(name) = properties.text(reader, &key) {
            names.add(&key[5..], name);
        }
    }
    names
}

/// A layer of context under its name.
pub(crate) fn layer(reader: &mut Reader<'_, '_>, json: &Json<'_>, name: &str) -> Layer {
    let features = reader.features(json);
    let features = features.iter().filter_map(|feature| {
        let mut properties = Properties::new(feature);
        let names = names(reader, &mut properties);
        let kind = properties.text(reader, "kind").unwrap_or_default();
        let precision_m = properties.amount(reader, "precision_m");
        let estimate = properties.flag(reader, "estimate").unwrap_or(false);
        let geometry = feature.geometry.clone()?;
        Some(ContextFeature { id: feature.id.clone().unwrap_or_default(), names, kind, geometry, precision_m, estimate })
    });
    Layer { name: name.to_owned(), features: features.collect() }
}

/// All polygons of a file together.
pub(crate) fn boundary(reader: &mut Reader<'_, '_>, json: &Json<'_>) -> Option<MultiPolygon<f64>> {
    let before = reader.faults.len();
    let features = reader.features(json);
    let polygons: Vec<_> = features
        .into_iter()
        .flat_map(|feature| match feature.geometry {
            Some(Geometry::Polygon(polygon)) => vec![polygon],
            Some(Geometry::MultiPolygon(polygons)) => polygons.0,
            _ => Vec::new(),
        })
        .collect();
    if polygons.is_empty() && reader.faults.len() == before {
        reader.fault(
            json,
            "no-boundary",
            "expected a polygon, the boundary of the territory",
            "draw one, or take \"boundary\" out of dataset.toml",
        );
    }
    (!polygons.is_empty()).then_some(MultiPolygon(polygons))
}

/// The properties of a feature that have not been taken yet; of a name given twice, the last.
struct Properties<'j, 't> {
    left: BTreeMap<&'j str, &'j Json<'t>>,
}

impl<'j, 't> Properties<'j, 't> {
    fn new(feature: &Feature<'j, 't>) -> Self {
        Self { left: feature.properties.iter().map(|(name, _, value)| (name.as_str(), value)).collect() }
    }

    fn get(&self, name: &str) -> Option<&'j Json<'t>> {
        self.left.get(name).copied()
    }

    fn take(&mut self, name: &str) -> Option<&'j Json<'t>> {
        self.left.remove(name).filter(|json| !json.is_null())
    }

    fn text(&mut self, reader: &mut Reader<'_, '_>, name: &str) -> Option<String> {
        let json = self.take(name)?;
        match &json.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Number(_, text) => Some((*text).to_owned()),
            _ => {
                reader.fault(json, "wrong-type", format!("expected text for {name} but got {}", json.what()), "write it in quotes");
                None
            }
        }
    }

    fn flag(&mut self, reader: &mut Reader<'_, '_>, name: &str) -> Option<bool> {
        let json = self.take(name)?;
        if let Kind::Bool(flag) = json.kind {
            return Some(flag);
        }
        reader.fault(json, "wrong-type", format!("expected true or false for {name} but got {}", json.what()), "write it without quotes");
        None
    }

    /// A number from 0 up; also as text, as spreadsheets export it.
    fn amount(&mut self, reader: &mut Reader<'_, '_>, name: &str) -> Option<f64> {
        let json = self.take(name)?;
        let number = json.number().or_else(|| json.text()?.trim().parse().ok());
        let sound = number.filter(|number| number.is_finite() && *number >= 0.0);
        if sound.is_none() {
            reader.fault(
                json,
                "not-a-number",
                format!("expected a number from 0 up for {name}"),
                "write it without unit and quotes, or null",
            );
        }
        sound
    }

    /// What has no meaning here; nested values as their JSON text.
    fn rest(self, reader: &Reader<'_, '_>) -> Extra {
        let unknown = self.left.into_iter().filter(|(name, _)| !KNOWN.contains(name));
        unknown.map(|(name, json)| (name.to_owned(), value(reader, json))).collect()
    }
}

fn value(reader: &Reader<'_, '_>, json: &Json<'_>) -> ExtraValue {
    match &json.kind {
        Kind::Null => ExtraValue::Null,
        Kind::Bool(flag) => ExtraValue::Bool(*flag),
        Kind::Number(number, text) => text.parse().map_or(ExtraValue::Number(*number), ExtraValue::Integer),
        Kind::Text(text) => ExtraValue::Text(text.clone()),
        Kind::Array(_) | Kind::Object(_) => {
            ExtraValue::Text(reader.source.text[json.start..json.end].split('\n').map(str::trim).collect::<Vec<_>>().join(" "))
        }
    }
}

/// Warns of a point that lies outside the extent of all others, and inside it once its coordinates are swapped. With fewer than
/// four sites there is no extent to speak of.
fn warn_of_swaps(reader: &mut Reader<'_, '_>, features: &[Feature<'_, '_>]) {
    let points: Vec<(&Feature<'_, '_>, Coord<f64>)> = features
        .iter()
        .filter_map(|feature| if let Some(Geometry::Point(point)) = &feature.geometry { Some((feature, point.0)) } else { None })
        .collect();
    if points.len() < 4 {
        return;
    }
    let sorted = |axis: fn(&Coord<f64>) -> f64| {
        let mut values: Vec<f64> = points.iter().map(|(_, point)| axis(point)).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (lons, lats) = (sorted(|point| point.x), sorted(|point| point.y));
    for (feature, point) in &points {
        let is_among = |values: &[f64], own: f64, value: f64| {
            // Without its own value the extent is that of the others.
            let low = values.iter().copied().find(|&low| low != own).unwrap_or(own);
            let high = values.iter().rev().copied().find(|&high| high != own).unwrap_or(own);
            (low..=high).contains(&value)
        };
        let is_out = !is_among(&lons, point.x, point.x) && !is_among(&lats, point.y, point.y);
        if is_out && is_among(&lons, point.x, point.y) && is_among(&lats, point.y, point.x) {
            let message = format!("{} {} lies outside all other sites, and among them when swapped", point.x, point.y);
            reader.faults.push(Fault::warning_at(&reader.source.at(feature.geometry_span), "swapped", message, "longitude comes first"));
        }
    }
}
