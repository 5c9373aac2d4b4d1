//! A ring of ten million vertices goes through reading, dividing and asking, and each answer is known.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use geo_types::Polygon;
use marchland_core::{FaceIndex, LonLat};
use marchland_formats::dataset;
use marchland_index::CellIndex;
use marchland_territory::{AreaSettings, area_km2, areas};
use support::Scratch;

/// Positions along the top, foot and tip by turns from the west; with two corners on the equator they are ten million.
const ALONG_THE_TOP: u32 = 10_000_000 - 2;

/// Ten-millionths of a degree from foot to tip: half the width of a tooth.
const STEP: u32 = 2;

/// ```text
///  0.1001  ╱╲╱╲╱╲   ╱╲╱│   tips
///  0.1    │      ...   │   feet
///         │            │
///  0      └────────────┘
///         0            1.9999994
/// ```
fn write_saw(path: &Path) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let head = r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"saw","properties":{"name":"Saw"},"#;
    let east = f64::from((ALONG_THE_TOP - 1) * STEP) / 1e7;
    write!(file, r#"{head}"geometry":{{"type":"Polygon","coordinates":[[[0,0],[{east},0]"#).unwrap();
    for step in (0..ALONG_THE_TOP).rev() {
        let (lon, lat) = (step * STEP, if step % 2 == 0 { "0.1" } else { "0.1001" });
        write!(file, ",[{}.{:07},{lat}]", lon / 10_000_000, lon % 10_000_000).unwrap();
    }
    file.write_all(b",[0,0]]]}}]}\n").unwrap();
}

#[test]
fn a_ring_of_ten_million_vertices_is_read_divided_and_asked() {
    let scratch = Scratch::new();
    let folder = scratch.0.as_path();
    fs::write(
        folder.join("dataset.toml"),
        "format = 1\nname = \"saw\"\ntitle = \"Saw\"\ntime_zone = \"UTC\"\n[territory]\nmethod = \"sites\"\n",
    )
    .unwrap();
    fs::write(folder.join("actors.csv"), "actor,name\nred,Red\n").unwrap();
    fs::write(folder.join("control.csv"), "site,time_start,time_end,control\nsaw,2024-01-01,2024-01-02,red\n").unwrap();
    write_saw(&folder.join("sites.geojson"));

    let reading = dataset::read(folder);
    assert!(reading.faults.is_empty(), "{:?}", reading.faults);
    let sites = reading.dataset.unwrap().ledger.sites().to_vec();
    let made = areas(&sites, &AreaSettings::default()).unwrap();
    assert!(made.flaws.is_empty(), "{:?}", made.flaws);
    let coverage = made.coverage;
    assert_eq!(coverage.faces().len(), 1);
    assert!(coverage.vertices().len() >= 10_000_000, "every vertex is kept: {}", coverage.vertices().len());

    // Teeth are half ground: all together it is a rectangle up to halfway between feet and tips, whose upper edge follows the parallel.
    let east = f64::from((ALONG_THE_TOP - 1) * STEP) / 1e7;
    let top = (0..=2_000).rev().map(|part| (east * f64::from(part) / 2_000.0, 0.100_05));
    let rectangle = Polygon::new([(0.0, 0.0), (east, 0.0)].into_iter().chain(top).collect(), Vec::new());
    let expected = area_km2(&rectangle.into());
    let found = coverage.faces()[0].area_km2;
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} km² and not {expected}");

    let cells = CellIndex::new(&coverage);
    let at = |lon: u32, lat: f64| cells.at(LonLat::new(f64::from(lon) / 1e7, lat).unwrap());
    for tip in [1, 1_000_001, ALONG_THE_TOP - 3].map(|step| step * STEP) {
        assert_eq!(at(tip, 0.100_09), Some(FaceIndex(0)), "below a tip");
        assert_eq!(at(tip - STEP, 0.100_01), None, "above the foot beside it");
        assert_eq!(at(tip - STEP, 0.099_99), Some(FaceIndex(0)), "below the foot");
        assert_eq!(at(tip, 0.100_11), None, "above the tip");
    }
}
