//! `snapshot.json`: what was made, from what, how; a STAC Item, so that catalogues of maps can list it.
//!
//! Written last of a set: where it stands, the set is whole, and its digests tell whether a file has changed since.

use std::fmt::Write as _;

use marchland_core::{Snapshot, Status};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::geojson::Export;
use crate::rows::utc;

/// The version of the shape of this file and of the answers in JSON.
pub const SCHEMA_VERSION: u32 = 1;

/// A file of the set.
#[derive(Clone, Copy, Debug)]
pub struct Asset<'a> {
    /// Its name.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The manifest of a snapshot and its files.
#[must_use]
pub fn manifest(export: &Export<'_>, assets: &[Asset<'_>]) -> String {
    let provenance = export.provenance;
    let snapshot = export.snapshot;
    let bounds = bounds(snapshot);
    let listed: Map<String, Value> = assets.iter().map(|asset| (asset.name.to_owned(), described(asset))).collect();
    let item = json!({
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": ["https://stac-extensions.github.io/file/v2.1.0/schema.json"],
        "id": format!("{}@{}", provenance.dataset, utc(snapshot.at)),
        "bbox": bounds,
        "geometry": bounds.map(|[west, south, east, north]| json!({
            "type": "Polygon",
            "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
        })),
        "properties": {
            "datetime": utc(snapshot.at),
            "title": provenance.title,
            "license": provenance.licence,
        },
        "links": [],
        "assets": listed,
        "schema_version": SCHEMA_VERSION,
        "marchland": {
            "version": provenance.version,
            "arguments": provenance.arguments,
            "dataset": provenance.dataset,
            "digest": provenance.digest,
            "rule": snapshot.rule,
            "at": utc(snapshot.at),
            "as_of": snapshot.as_of.map(utc),
            "time_zone": provenance.time_zone,
            "credits": provenance.credits,
            "left_out": provenance.left_out,
            "area_method": "geodesic on WGS 84 (Karney 2013)",
            "areas_km2": areas_km2(export),
            "n_sites": counts(export),
        },
    });
    format!("{item:#}\n")
}

/// Square kilometres by control, every control that has ground, `unknown` always.
#[must_use]
pub fn areas_km2(export: &Export<'_>) -> Value {
    let mut areas: Map<String, Value> = Map::new();
    areas.insert("unknown".to_owned(), json!(0.0));
    for part in &export.snapshot.dissolved {
        let name = export.context.control(&part.key.control).to_owned();
        let before = areas.get(&name).and_then(Value::as_f64).unwrap_or(0.0);
        areas.insert(name, json!(((before + part.area_km2) * 1e6).round() / 1e6));
    }
    Value::Object(areas)
}

/// Sites by control: they sum to all sites.
fn counts(export: &Export<'_>) -> Value {
    let mut counts: Map<String, Value> = Map::new();
    for state in &export.snapshot.sites {
        let name = export.context.control(&state.assessment.control).to_owned();
        let before = counts.get(&name).and_then(Value::as_u64).unwrap_or(0);
        counts.insert(name, json!(before + 1));
    }
    let confirmed = export.snapshot.sites.iter().filter(|state| state.assessment.status == Status::Confirmed).count();
    json!({ "by_control": counts, "confirmed": confirmed, "all": export.snapshot.sites.len() })
}

fn described(asset: &Asset<'_>) -> Value {
    let digest = digest(asset.bytes);
    let (media_type, role) = match asset.name.rsplit('.').next() {
        Some("geojson") => ("application/geo+json", "data"),
        Some("png") => ("image/png", "overview"),
        Some("svg") => ("image/svg+xml", "overview"),
        Some("md") => ("text/markdown", "metadata"),
        Some("qml") => ("application/xml", "style"),
        _ => ("text/plain", "metadata"),
    };
    json!({
        "href": format!("./{}", asset.name),
        "type": media_type,
        "roles": [role],
        "file:size": asset.bytes.len(),
        // A multihash: 12 for SHA-256, 20 for its 32 bytes.
        "file:checksum": format!("1220{digest}"),
    })
}

/// West, south, east, north of the ground.
fn bounds(snapshot: &Snapshot) -> Option<[f64; 4]> {
    let polygons = snapshot.cells.iter().flat_map(|cell| cell.polygons.iter());
    let corners = polygons.flat_map(|polygon| polygon.exterior().coords());
    corners
        .map(|corner| [corner.x, corner.y, corner.x, corner.y])
        .reduce(|one, other| [one[0].min(other[0]), one[1].min(other[1]), one[2].max(other[2]), one[3].max(other[3])])
}
