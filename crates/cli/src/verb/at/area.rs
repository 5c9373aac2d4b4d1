//! Every cell and site that lies, in part at least, in a box or in polygons.

use std::path::Path;

use geo_types::{Geometry, MultiPolygon};
use marchland_core::{Assessment, Coverage, FaceIndex, SiteIndex};
use marchland_formats::dataset;
use marchland_index::{CellIndex, SiteIndexTree, Window};
use marchland_territory::ground_state;
use serde_json::{Map, Value, json};

use super::Asked;
use super::point::inside;
use crate::failure::Failure;
use crate::verb::explain::table;
use crate::{output, say};

/// Answers for a box.
pub(super) fn in_box(asked: &Asked<'_>, text: &str) -> Result<(), Failure> {
    let window = window(text)?;
    let ground = asked.ground()?;
    let coverage = ground.at(asked.at);
    let sites = SiteIndexTree::new(asked.answer.loaded.ledger().sites()).window(window);
    answer(asked, coverage, &CellIndex::new(coverage).window(window), &sites)
}

/// Answers for the polygons of a file.
pub(super) fn in_polygons(asked: &Asked<'_>, file: &Path) -> Result<(), Failure> {
    let layer = read(file)?;
    let polygons: Vec<_> = layer
        .features
        .into_iter()
        .flat_map(|feature| match feature.geometry {
            Geometry::Polygon(polygon) => vec![polygon],
            Geometry::MultiPolygon(polygons) => polygons.0,
            _ => Vec::new(),
        })
        .collect();
    if polygons.is_empty() {
        return Err(Failure::Input(format!("{}: expected a polygon but got none: draw the area asked about", file.display())));
    }
    let polygons = MultiPolygon(polygons);
    let ground = asked.ground()?;
    let coverage = ground.at(asked.at);
    let sites = SiteIndexTree::new(asked.answer.loaded.ledger().sites()).within(&polygons);
    answer(asked, coverage, &CellIndex::new(coverage).within(&polygons), &sites)
}

/// A GeoJSON file beside the dataset; of its faults the first is the failure, the others are said before.
pub(super) fn read(file: &Path) -> Result<marchland_core::Layer, Failure> {
    dataset::layer(file).map_err(|faults| {
        let mut said = faults.iter().map(ToString::to_string);
        let first = said.next().unwrap_or_default();
        said.for_each(|fault| say::error(&fault));
        Failure::Input(first)
    })
}

fn window(text: &str) -> Result<Window, Failure> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    let is_place = |lon: f64, lat: f64| marchland_core::LonLat::new(lon, lat).is_some();
    match numbers.as_deref() {
        Some(&[west, south, east, north]) if is_place(west, south) && is_place(east, north) && south <= north => {
            Ok(Window { west, south, east, north })
        }
        _ => Err(Failure::Usage(format!(
            "--bbox {text}: expected west, south, east and north in degrees, such as 68.80,36.64,68.95,36.78, south not above north"
        ))),
    }
}

/// What lies in an area: ground, or a site without ground.
struct Found {
    sites: Vec<SiteIndex>,
    inside: &'static str,
    area_km2: Option<f64>,
    state: Option<Assessment>,
}

fn answer(asked: &Asked<'_>, coverage: &Coverage, faces: &[FaceIndex], sites: &[SiteIndex]) -> Result<(), Failure> {
    let mut found: Vec<Found> = faces.iter().map(|&face| cell(asked, coverage, face)).collect();
    let ledger = asked.answer.loaded.ledger();
    let groundless = sites.iter().filter(|site| !found.iter().any(|found| found.sites.contains(site)));
    let groundless = groundless.filter(|&&site| !ledger.site(site).takes_ground());
    let alone = |&site: &SiteIndex| Found {
        sites: vec![site],
        inside: "no_ground",
        area_km2: None,
        state: Some(asked.assessor.state_at(site, asked.at)),
    };
    let alone: Vec<Found> = groundless.map(alone).collect();
    found.extend(alone);
    if asked.json {
        let objects: Vec<Value> = found.iter().map(|found| found.object(asked)).collect();
        return asked.answer.print(Map::from_iter([("places".to_owned(), json!(objects))]));
    }
    if found.is_empty() {
        return output::print("nothing of the dataset lies there\n");
    }
    let rows: Vec<[String; 4]> = found.iter().map(|found| found.row(asked)).collect();
    output::print(&table(["km²", "place", "state", "since"], &rows))
}

fn cell(asked: &Asked<'_>, coverage: &Coverage, face: FaceIndex) -> Found {
    let face = coverage.face(face);
    let states = asked.states_of(&face.ground);
    Found {
        sites: face.ground.sites().to_vec(),
        inside: inside(Some(&face.ground)),
        area_km2: Some(face.area_km2),
        state: ground_state(&face.ground, |site| states.get(&site)),
    }
}

impl Found {
    fn object(&self, asked: &Asked<'_>) -> Value {
        let mut fields = self
            .state
            .as_ref()
            .map_or_else(|| Map::from_iter([("control".to_owned(), json!("unknown"))]), |state| asked.answer.state(&self.sites, state));
        fields.insert("inside".to_owned(), json!(self.inside));
        fields.insert("area_km2".to_owned(), json!(self.area_km2.map(|area| (area * 1e6).round() / 1e6)));
        Value::Object(fields)
    }

    fn row(&self, asked: &Asked<'_>) -> [String; 4] {
        let phrasing = asked.phrasing();
        let names: Vec<String> = self.sites.iter().map(|&site| phrasing.site(site)).collect();
        let name = match (names.is_empty(), self.inside) {
            (true, "beyond_reach") => "beyond the reach of every place".to_owned(),
            (true, _) => "a cell of the lattice".to_owned(),
            (false, _) => names.join(" and "),
        };
        let area = self.area_km2.map_or_else(|| "no ground".to_owned(), |area| format!("{area:.2}"));
        let state = self.state.as_ref();
        [
            area,
            name,
            state.map_or_else(|| "unknown".to_owned(), |state| phrasing.short_state(state)),
            state.map_or_else(String::new, |state| phrasing.since(state)),
        ]
    }
}
