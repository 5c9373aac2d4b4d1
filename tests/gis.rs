//! What GIS clients need of our files: GDAL reads each of them, and the traps that QGIS and GDAL are known for are kept clear of.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use geo::{Area, Validation};
use serde_json::Value;
use support::{Scratch, marchland};

/// Every GeoJSON that a user gets of both shipped datasets.
fn written(scratch: &Scratch) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (name, at) in [("kunduz", "2016-10-03"), ("afghanistan-2021", "2021-08-13")] {
        let (dataset, out) = (format!("data/{name}"), scratch.join(name));
        marchland(["snapshot", &dataset, "--at", at, "-o", &format!("{}/", out.display())]).ok();
        for geometry in ["cells", "sites"] {
            let path = out.join(format!("timeline_of_{geometry}.geojson"));
            marchland(["timeline", &dataset, "--geometry", geometry, "-o", path.to_str().unwrap()]).ok();
        }
        let entries = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
        files.extend(entries.filter(|path| path.extension().is_some_and(|extension| extension == "geojson")));
    }
    files.sort();
    files
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn features(collection: &Value) -> &Vec<Value> {
    collection["features"].as_array().unwrap()
}

/// On a machine without GDAL nothing can be held to it; `MARCHLAND_WITH_GDAL=1`, which the gate sets, makes that a failure.
#[test]
fn gdal_reads_every_file_with_its_times_as_times_and_every_feature() {
    let scratch = Scratch::new();
    if Command::new("ogrinfo").arg("--version").output().is_err() {
        assert!(std::env::var_os("MARCHLAND_WITH_GDAL").is_none(), "ogrinfo is missing: install gdal-bin");
        return;
    }
    for path in written(&scratch) {
        let output = Command::new("ogrinfo").args(["-ro", "-al", "-so"]).arg(&path).output().unwrap();
        let (said, warned) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && warned.is_empty(), "{}: {said}{warned}", path.display());
        let collection = read(&path);
        let name = collection["name"].as_str().unwrap();
        assert!(said.contains(&format!("Layer name: {name}\n")), "{said}");
        assert_eq!(said.matches("Layer name:").count(), 1, "{said}");
        assert!(said.contains(&format!("Feature Count: {}\n", features(&collection).len())), "{said}");
        if !features(&collection).is_empty() {
            assert!(said.contains("time_start: DateTime") && said.contains("time_end: DateTime"), "{}: {said}", path.display());
            assert!(said.contains("\nid: String"), "{said}");
        }
    }
}

#[test]
fn the_counts_of_the_layers_are_those_of_the_map() {
    let scratch = Scratch::new();
    let files = written(&scratch);
    let of = |name: &str| read(files.iter().find(|path| path.ends_with(name)).unwrap());
    assert_eq!(features(&of("kunduz/sites.geojson")).len(), 27);
    assert_eq!(features(&of("afghanistan-2021/sites.geojson")).len(), 34);
    assert_eq!(features(&of("afghanistan-2021/territory.geojson")).len(), 34);
    assert_eq!(features(&of("afghanistan-2021/control.geojson")).len(), 2);
    assert_eq!(features(&of("afghanistan-2021/frontline.geojson")).len(), 1);
}

#[test]
fn times_have_seconds_and_come_first_and_are_never_empty() {
    let scratch = Scratch::new();
    for path in written(&scratch) {
        let text = fs::read_to_string(&path).unwrap();
        for feature in features(&read(&path)) {
            for column in ["time_start", "time_end"] {
                let time = feature["properties"][column].as_str().unwrap();
                assert!(time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T', "{}: {time}", path.display());
            }
        }
        // QGIS takes the first fields whose names hold these syllables for the start and the end.
        let first = text.lines().nth(1).unwrap_or_default();
        let at = |column: &str| first.find(&format!("\"{column}\":")).unwrap_or(usize::MAX);
        for column in ["time_start_min", "time_start_max", "open_start", "open_end"] {
            assert!(at("time_start") <= at(column) && at("time_end") <= at(column), "{}: {column}", path.display());
        }
    }
}

#[test]
fn an_open_end_is_the_horizon_and_says_so() {
    let scratch = Scratch::new();
    let timeline = written(&scratch).into_iter().find(|path| path.ends_with("kunduz/timeline_of_cells.geojson")).unwrap();
    for feature in features(&read(&timeline)) {
        let properties = &feature["properties"];
        let is_horizon = properties["time_end"] == "2021-08-31T19:30:00Z";
        assert_eq!(properties["open_end"], is_horizon, "{properties}");
    }
}

#[test]
fn every_feature_has_every_key_with_flat_values_and_an_id_that_is_no_property() {
    let scratch = Scratch::new();
    for path in written(&scratch) {
        let collection = read(&path);
        assert!(collection.get("crs").is_none());
        let all = features(&collection);
        let mut ids: Vec<&str> = all.iter().map(|feature| feature["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all.len(), "{}: ids are unique", path.display());
        for feature in all {
            let properties = feature["properties"].as_object().unwrap();
            let keys: Vec<&String> = properties.keys().collect();
            let first: Vec<&String> = all[0]["properties"].as_object().unwrap().keys().collect();
            assert_eq!(keys, first, "{}", path.display());
            assert!(!properties.contains_key("id"));
            assert!(properties.values().all(|value| !value.is_object() && !value.is_array()));
            assert_eq!(feature["geometry"]["type"].as_str(), all[0]["geometry"]["type"].as_str(), "{}", path.display());
        }
    }
}

/// The rings of a feature's MultiPolygon, outer ones first in each part.
fn parts(feature: &Value) -> Vec<Vec<Vec<[f64; 2]>>> {
    serde_json::from_value(feature["geometry"]["coordinates"].clone()).unwrap()
}

fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    ring.windows(2).map(|edge| edge[0][0] * edge[1][1] - edge[1][0] * edge[0][1]).sum()
}

#[test]
fn rings_are_closed_and_run_as_rfc_7946_wants_with_seven_decimals_at_most() {
    let scratch = Scratch::new();
    for path in written(&scratch) {
        let collection = read(&path);
        for feature in features(&collection).iter().filter(|feature| feature["geometry"]["type"] == "MultiPolygon") {
            for rings in parts(feature) {
                for (at, ring) in rings.iter().enumerate() {
                    assert!(ring.len() >= 4 && ring.first() == ring.last(), "{}", path.display());
                    assert!(ring.windows(2).all(|edge| edge[0] != edge[1]), "{} repeats a vertex", path.display());
                    assert_eq!(doubled_area(ring) > 0.0, at == 0, "{}: {}", path.display(), feature["id"]);
                    assert!(ring.iter().flatten().all(|degrees| (degrees * 1e7 - (degrees * 1e7).round()).abs() < 1e-3));
                }
            }
        }
        if !features(&collection).is_empty() {
            assert_eq!(collection["bbox"].as_array().unwrap().len(), 4, "{}", path.display());
        }
    }
}

/// The geometries of a file, as the `geojson` library reads them.
fn geometries(path: &Path) -> Vec<geo::Geometry<f64>> {
    let collection: geojson::FeatureCollection = fs::read_to_string(path).unwrap().parse::<geojson::GeoJson>().unwrap().try_into().unwrap();
    let places = collection.features.into_iter().filter_map(|feature| feature.geometry);
    places.map(|geometry| geometry.try_into().unwrap()).collect()
}

#[test]
fn every_geometry_is_valid_by_the_simple_features_of_ogc() {
    let scratch = Scratch::new();
    for path in written(&scratch).into_iter().filter(|path| !path.ends_with("timeline_of_cells.geojson")) {
        for geometry in geometries(&path) {
            let errors = geometry.validation_errors();
            assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        }
    }
}

#[test]
fn cells_and_their_dissolved_ground_cover_the_boundary_once() {
    let scratch = Scratch::new();
    let files = written(&scratch);
    for (name, boundary) in [("kunduz", "study-area"), ("afghanistan-2021", "outline")] {
        let area = |path: &Path| -> f64 { geometries(path).iter().map(Area::unsigned_area).sum() };
        let of = |layer: &str| area(files.iter().find(|path| path.ends_with(format!("{name}/{layer}.geojson"))).unwrap());
        let whole = area(&support::data(name).join(format!("layers/{boundary}.geojson")));
        // Coordinates are rounded to 7 decimals, about a centimetre along each edge.
        assert!((of("territory") / whole - 1.0).abs() < 1e-6, "{name}: {} of {whole}", of("territory"));
        assert!((of("control") / of("territory") - 1.0).abs() < 1e-9, "{name}");
    }
}

#[test]
fn every_layer_of_a_snapshot_has_its_style_beside_it() {
    let scratch = Scratch::new();
    for path in written(&scratch).into_iter().filter(|path| !path.to_string_lossy().contains("timeline")) {
        let style = fs::read_to_string(path.with_extension("qml")).unwrap();
        assert!(style.contains("<renderer-v2 type=\"RuleRenderer\"") && style.contains("<Option type=\"Map\">"), "{}", path.display());
        assert_eq!(style.matches("<symbol ").count(), style.matches("</symbol>").count());
        assert_eq!(style.matches("<layer ").count(), style.matches("</layer>").count());
    }
}
