//! The polygons of a file, and what their properties say.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use geo_types::{Geometry, MultiPolygon};

use crate::dataset::features::{self, Feature, Reader};
use crate::dataset::pieces::Pieces;
use crate::dataset::tape::{Json, Kind};
use crate::fault::Fault;

/// Features that hold no ground, by what they are.
#[derive(Default)]
pub(crate) struct Groundless {
    points: usize,
    lines: usize,
    nowhere: usize,
}

impl Groundless {
    /// Each kind that there is, in words.
    pub(crate) fn told(&self) -> Vec<String> {
        let counts = [(self.points, "point"), (self.lines, "line"), (self.nowhere, "without geometry")];
        let some = counts.into_iter().filter(|(count, _)| *count > 0);
        some.map(|(count, noun)| if noun.contains(' ') { format!("{} {noun}", many(count, "feature")) } else { many(count, noun) })
            .collect()
    }
}

/// `1 map`, `2 maps`.
pub(crate) fn many(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Calls a function with each feature of a file that is a polygon or several, and with these; counts the others.
pub(crate) fn each_polygon(
    file: &Path,
    faults: &mut Vec<Fault>,
    groundless: &mut Groundless,
    mut with: impl FnMut(&mut Reader<'_, '_>, &Feature<'_>, MultiPolygon<f64>),
) {
    let pieces = match Pieces::open(file) {
        Ok(pieces) => pieces,
        Err(fault) => return faults.push(fault),
    };
    features::read(pieces, faults, |reader, mut feature| -> Option<()> {
        match feature.geometry.take() {
            Some(Geometry::Polygon(polygon)) => with(reader, &feature, MultiPolygon(vec![polygon])),
            Some(Geometry::MultiPolygon(polygons)) => with(reader, &feature, polygons),
            Some(Geometry::Point(_) | Geometry::MultiPoint(_)) => groundless.points += 1,
            Some(_) => groundless.lines += 1,
            None => groundless.nowhere += usize::from(feature.is_null),
        }
        None
    });
}

/// What a property says.
pub(crate) enum Said<'t> {
    /// Text, or anything else that is one value, as it is written.
    Text(Cow<'t, str>),
    /// It is missing, null or empty.
    Nothing,
    /// A list or an object; the fault is told.
    Refused,
}

/// What a property of a feature says.
pub(crate) fn said<'t>(reader: &mut Reader<'_, '_>, feature: &Feature<'t>, property: &str) -> Said<'t> {
    let Some(json) = feature.properties.and_then(|properties| properties.get(property)) else { return Said::Nothing };
    match json.kind() {
        Kind::Null => Said::Nothing,
        Kind::Plain(_) | Kind::Escaped(_) => json.text().filter(|text| !text.trim().is_empty()).map_or(Said::Nothing, Said::Text),
        Kind::Number(_) | Kind::Bool(_) => Said::Text(Cow::Borrowed(json.raw())),
        Kind::Array(_) | Kind::Object(_) => {
            let message = format!("expected text for \"{property}\" but got {}", json.what());
            reader.fault(json, "wrong-type", message, "name another property with --map");
            Said::Refused
        }
    }
}

/// What there is in the place of what a property should say: `null`, an empty text, or which other properties there are.
pub(crate) fn instead(feature: &Feature<'_>, property: &str) -> String {
    if let Some(json) = feature.properties.and_then(|properties| properties.get(property)) {
        return if json.is_null() { "null" } else { "an empty text" }.to_owned();
    }
    let members = feature.properties.into_iter().flat_map(Json::members);
    let names: BTreeSet<Cow<'_, str>> = members.filter_map(|(name, _)| name.text()).collect();
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    if names.is_empty() { "no properties".to_owned() } else { format!("only {}", names.join(", ")) }
}
