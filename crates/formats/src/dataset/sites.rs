//! `sites.geojson` and the layers: places whose control is tracked, and context to draw.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use geo_types::{Coord, Geometry, MultiPolygon, Polygon};
use marchland_core::{ContextFeature, Extra, ExtraValue, Layer, Names, SiteDraft, printable};

use super::features::{self, Feature, Reader};
use super::id;
use super::pieces::Pieces;
use super::tape::{Json, Kind};
use crate::fault::{Fault, Span};

/// Where the parts of a site stand of which something may be said once all sites are known.
#[derive(Clone, Copy)]
pub(crate) struct SitePlaces {
    pub(crate) id: Span,
    pub(crate) parent: Span,
    pub(crate) geometry: Span,
}

/// Every site of a file, with its places; whether it takes ground follows from the reach where the file does not say.
pub(crate) fn sites(pieces: Pieces<'_>, reach_m: Option<f64>, faults: &mut Vec<Fault>) -> (Vec<SiteDraft>, Vec<SitePlaces>) {
    let mut places = Vec::new();
    let read = features::read(pieces, faults, |reader, feature| {
        let (draft, place) = site(reader, feature, reach_m);
        places.push(place);
        Some(draft)
    });
    let sites = read.map_or_else(Vec::new, |read| read.items);
    places.truncate(sites.len());
    (sites, places)
}

fn site(reader: &mut Reader<'_, '_>, feature: Feature<'_>, reach_m: Option<f64>) -> (SiteDraft, SitePlaces) {
    let properties = Properties::new(feature.properties);
    let (id, id_span) = site_id(reader, &feature, &properties);
    let names = properties.names(reader);
    if names.default_name().is_empty() {
        let place = reader.source.at(feature.span);
        reader.faults.push(Fault::at(&place, "missing-name", format!("site \"{id}\" has no name"), "give it a property \"name\""));
    }
    let precision_m = properties.amount(reader, Known::PrecisionM);
    let said = properties.flag(reader, Known::Ground);
    // A place known no better than half the reach would take ground from its neighbours by chance.
    let known_well_enough = !matches!((precision_m, reach_m), (Some(precision), Some(reach)) if precision > reach / 2.0);
    if feature.is_null && said != Some(false) {
        let hint = "give it a geometry, or \"ground\": false where nobody knows the place";
        let place = reader.source.at(feature.geometry_span);
        reader.faults.push(Fault::at(&place, "no-geometry", format!("site \"{id}\" has no geometry"), hint));
    }
    let parent = properties.get(Known::Parent).map_or(feature.span, |parent| reader.span(parent));
    let draft = SiteDraft {
        id,
        names,
        kind: printable(properties.text(reader, Known::Kind).unwrap_or_default()),
        geometry: feature.geometry,
        precision_m,
        estimate: properties.flag(reader, Known::Estimate).unwrap_or(false),
        ground: said.unwrap_or(known_well_enough),
        parent: properties.text(reader, Known::Parent).filter(|parent| !parent.is_empty()),
        population: properties.amount(reader, Known::Population),
        weight: properties.amount(reader, Known::Weight),
        source: properties.text(reader, Known::Source).unwrap_or_default(),
        note: properties.text(reader, Known::Note).unwrap_or_default(),
        extra: properties.extra(),
    };
    (draft, SitePlaces { id: id_span, parent, geometry: feature.geometry_span })
}

/// The feature's id, or a property `id` where programs put it; both only where they agree.
fn site_id(reader: &mut Reader<'_, '_>, feature: &Feature<'_>, properties: &Properties<'_>) -> (String, Span) {
    let property = properties.get(Known::Id).filter(|json| !json.is_null());
    let property = property.and_then(|json| Some((reader.id(json)?, reader.span(json))));
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
    (found, at)
}

/// A layer of context, called like its file.
pub(crate) fn layer(pieces: Pieces<'_>, faults: &mut Vec<Fault>) -> Option<Layer> {
    let name = pieces.source.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let read = features::read(pieces, faults, |reader, feature| {
        let properties = Properties::new(feature.properties);
        let names = properties.names(reader);
        let kind = printable(properties.text(reader, Known::Kind).unwrap_or_default());
        let precision_m = properties.amount(reader, Known::PrecisionM);
        let estimate = properties.flag(reader, Known::Estimate).unwrap_or(false);
        Some(ContextFeature { id: feature.id.unwrap_or_default(), names, kind, geometry: feature.geometry?, precision_m, estimate })
    });
    Some(Layer { name, features: read?.items })
}

/// All polygons of a file together.
pub(crate) fn boundary(pieces: Pieces<'_>, faults: &mut Vec<Fault>) -> Option<MultiPolygon<f64>> {
    let before = faults.len();
    let read = features::read(pieces, faults, |_, feature| match feature.geometry {
        Some(Geometry::Polygon(polygon)) => Some(vec![polygon]),
        Some(Geometry::MultiPolygon(polygons)) => Some(polygons.0),
        _ => None,
    })?;
    let polygons: Vec<Polygon<f64>> = read.items.into_iter().flatten().collect();
    if polygons.is_empty() && faults.len() == before {
        let message = "expected a polygon, the boundary of the territory";
        faults.push(Fault::at(&read.place, "no-boundary", message, "draw one, or take \"boundary\" out of dataset.toml"));
    }
    (!polygons.is_empty()).then_some(MultiPolygon(polygons))
}

/// Properties that have a meaning, beside `name_XX`.
#[derive(Clone, Copy)]
enum Known {
    Id,
    Name,
    Kind,
    PrecisionM,
    Estimate,
    Ground,
    Parent,
    Population,
    Weight,
    Source,
    Note,
}

impl Known {
    const ALL: [(&'static str, Self); 11] = [
        ("id", Self::Id),
        ("name", Self::Name),
        ("kind", Self::Kind),
        ("precision_m", Self::PrecisionM),
        ("estimate", Self::Estimate),
        ("ground", Self::Ground),
        ("parent", Self::Parent),
        ("population", Self::Population),
        ("weight", Self::Weight),
        ("source", Self::Source),
        ("note", Self::Note),
    ];

    fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    fn with_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|&(_, known)| known)
    }
}

/// The properties of a feature; of a name given twice, the last.
struct Properties<'t> {
    all: Option<Json<'t>>,
    known: [Option<Json<'t>>; Known::ALL.len()],
    has_translations: bool,
}

impl<'t> Properties<'t> {
    fn new(all: Option<Json<'t>>) -> Self {
        let mut properties = Self { all, known: [None; Known::ALL.len()], has_translations: false };
        for (name, value) in all.into_iter().flat_map(Json::members) {
            let name = name.text().unwrap_or_default();
            match Known::with_name(&name) {
                Some(known) => properties.known[known as usize] = Some(value),
                None => properties.has_translations |= name.starts_with("name_"),
            }
        }
        properties
    }

    fn get(&self, known: Known) -> Option<Json<'t>> {
        self.known[known as usize]
    }

    /// Those without a meaning of their own, translated names among them, in order of their names.
    fn others(&self) -> BTreeMap<Cow<'t, str>, Json<'t>> {
        let members = self.all.into_iter().flat_map(Json::members);
        let named = members.filter_map(|(name, value)| Some((name.text()?, value)));
        named.filter(|(name, _)| Known::with_name(name).is_none()).collect()
    }

    fn text(&self, reader: &mut Reader<'_, '_>, known: Known) -> Option<String> {
        text(reader, self.get(known)?, known.name())
    }

    fn flag(&self, reader: &mut Reader<'_, '_>, known: Known) -> Option<bool> {
        let json = self.get(known).filter(|json| !json.is_null())?;
        if let Kind::Bool(flag) = json.kind() {
            return Some(flag);
        }
        let message = format!("expected true or false for {} but got {}", known.name(), json.what());
        reader.fault(json, "wrong-type", message, "write it without quotes");
        None
    }

    /// A number from 0 up; also as text, as spreadsheets export it.
    fn amount(&self, reader: &mut Reader<'_, '_>, known: Known) -> Option<f64> {
        let json = self.get(known).filter(|json| !json.is_null())?;
        let number = json.number().or_else(|| json.text()?.trim().parse().ok());
        let sound = number.filter(|number| number.is_finite() && *number >= 0.0);
        if sound.is_none() {
            let message = format!("expected a number from 0 up for {}", known.name());
            reader.fault(json, "not-a-number", message, "write it without unit and quotes, or null");
        }
        sound
    }

    /// The name and its translations.
    fn names(&self, reader: &mut Reader<'_, '_>) -> Names {
        let mut names = Names::new(self.text(reader, Known::Name).unwrap_or_default());
        let others = if self.has_translations { self.others() } else { BTreeMap::new() };
        for (key, value) in others {
            if let Some(language) = key.strip_prefix("name_")
                && let Some(name) = text(reader, value, &key)
            {
                names.add(language, name);
            }
        }
        names
    }

    /// What has no meaning here; nested values as their JSON text.
    fn extra(&self) -> Extra {
        let unknown = self.others().into_iter().filter(|(name, _)| !name.starts_with("name_"));
        unknown.map(|(name, json)| (name.into_owned(), value(json))).collect()
    }
}

/// A text, or a number as it is written; none where it is null.
fn text(reader: &mut Reader<'_, '_>, json: Json<'_>, name: &str) -> Option<String> {
    match json.kind() {
        Kind::Null => None,
        Kind::Plain(_) | Kind::Escaped(_) => json.text().map(Cow::into_owned),
        Kind::Number(_) => Some(json.raw().to_owned()),
        Kind::Bool(_) | Kind::Array(_) | Kind::Object(_) => {
            reader.fault(json, "wrong-type", format!("expected text for {name} but got {}", json.what()), "write it in quotes");
            None
        }
    }
}

fn value(json: Json<'_>) -> ExtraValue {
    match json.kind() {
        Kind::Null => ExtraValue::Null,
        Kind::Bool(flag) => ExtraValue::Bool(flag),
        Kind::Number(number) => json.raw().parse().map_or(ExtraValue::Number(number), ExtraValue::Integer),
        Kind::Plain(_) | Kind::Escaped(_) => ExtraValue::Text(json.text().map(Cow::into_owned).unwrap_or_default()),
        Kind::Array(_) | Kind::Object(_) => ExtraValue::Text(json.raw().split('\n').map(str::trim).collect::<Vec<_>>().join(" ")),
    }
}

/// The points that lie outside the extent of all others, and inside it once their coordinates are swapped, with the position of
/// each. With fewer than four points there is no extent to speak of.
pub(crate) fn swapped(sites: &[SiteDraft]) -> Vec<(usize, Coord<f64>)> {
    let points = || sites.iter().enumerate().filter_map(|(at, site)| Some((at, point(site)?)));
    if points().nth(3).is_none() {
        return Vec::new();
    }
    let (lons, lats) = (Extent::of(points().map(|(_, point)| point.x)), Extent::of(points().map(|(_, point)| point.y)));
    let is_out = |point: Coord<f64>| !lons.without(point.x).contains(&point.x) && !lats.without(point.y).contains(&point.y);
    let is_in_when_swapped = |point: Coord<f64>| lons.without(point.x).contains(&point.y) && lats.without(point.y).contains(&point.x);
    points().filter(|&(_, point)| is_out(point) && is_in_when_swapped(point)).collect()
}

fn point(site: &SiteDraft) -> Option<Coord<f64>> {
    if let Some(Geometry::Point(point)) = &site.geometry { Some(point.0) } else { None }
}

/// The two lowest and the two highest of some different values.
struct Extent {
    low: [f64; 2],
    high: [f64; 2],
}

impl Extent {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut extent = Self { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] };
        for value in values {
            if value < extent.low[0] {
                extent.low = [value, extent.low[0]];
            } else if value > extent.low[0] && value < extent.low[1] {
                extent.low[1] = value;
            }
            if value > extent.high[0] {
                extent.high = [value, extent.high[0]];
            } else if value < extent.high[0] && value > extent.high[1] {
                extent.high[1] = value;
            }
        }
        extent
    }

    /// The extent of all values but one: where there is no other, that one.
    fn without(&self, value: f64) -> RangeInclusive<f64> {
        let other = |[first, second]: [f64; 2]| if first == value { second } else { first };
        let (low, high) = (other(self.low), other(self.high));
        if low.is_finite() && high.is_finite() { low..=high } else { value..=value }
    }
}
