//! `snapshot.json`: what was made, from what, how; a STAC Item, so that catalogues of maps can list it.
//!
//! Written last of a set: where it stands, the set is whole, and its digests tell whether a file has changed since.

use std::fmt::Write as _;
use std::io::{self, Write};

use marchland_core::{Snapshot, Status};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::geojson::Export;
use crate::rows::utc;

/// The version of the shape of this file and of the answers in JSON.
pub const SCHEMA_VERSION: u32 = 1;

/// A file of the set, once it has been written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name.
    pub name: String,
    /// How many bytes are in it.
    pub size: u64,
    /// SHA-256 of them, in hexadecimal.
    pub sha256: String,
}

/// A sink that measures what goes through it.
///
/// ```
/// use std::io::Write;
/// let mut out = Vec::new();
/// let mut measured = marchland_formats::manifest::Measured::new(&mut out);
/// measured.write_all(b"abc").unwrap();
/// let asset = measured.asset("abc.txt");
/// assert_eq!((asset.size, &asset.sha256[..8]), (3, "ba7816bf"));
/// ```
pub struct Measured<'w> {
    sink: &'w mut (dyn Write + Send),
    size: u64,
    digest: Sha256,
}

impl<'w> Measured<'w> {
    /// A sink before another, through which nothing has gone.
    pub fn new(sink: &'w mut (dyn Write + Send)) -> Self {
        Self { sink, size: 0, digest: Sha256::new() }
    }

    /// What has gone through, as a file.
    #[must_use]
    pub fn asset(self, name: &str) -> Asset {
        Asset { name: name.to_owned(), size: self.size, sha256: hexadecimal(&self.digest.finalize()) }
    }
}

impl Write for Measured<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
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
pub fn manifest(export: &Export<'_>, assets: &[Asset]) -> String {
    let provenance = export.provenance;
    let snapshot = export.snapshot;
    let bounds = bounds(snapshot);
    let listed: Map<String, Value> = assets.iter().map(|asset| (asset.name.clone(), described(asset))).collect();
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

fn described(asset: &Asset) -> Value {
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
        "file:size": asset.size,
        // A multihash: 12 for SHA-256, 20 for its 32 bytes.
        "file:checksum": format!("1220{}", asset.sha256),
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
