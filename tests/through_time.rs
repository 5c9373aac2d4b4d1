//! Through time: series of areas, what changed between two moments, and a folder of dated maps.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;
#[expect(dead_code, reason = "other test files use the rest")]
mod written;

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use support::{Answer, Scratch, marchland};
use written::{assert_valid, features, layer, read, shared_segments, square_degrees, sum, table, vertices};

const KUNDUZ: &str = "data/kunduz";
const DAYS: &str = "2016-10-01/2016-10-03";

fn series(extra: &[&str]) -> Answer {
    marchland(["series", KUNDUZ, "-o", "-", "-f", "csv"].iter().chain(extra))
}

fn times(text: &str) -> Vec<String> {
    let mut times: Vec<String> = table(text).1.into_iter().map(|mut row| row.remove(0)).collect();
    times.dedup();
    times
}

#[test]
fn a_series_has_a_row_for_each_day_and_control_in_the_columns_scripts_rely_on() {
    let text = series(&["--during", DAYS, "--every", "P1D"]).ok();
    let (header, rows) = table(&text);
    assert_eq!(header.join(","), "time,control,control_name,n_sites,area_km2,area_km2_min,area_km2_max,population,share_area");
    assert_eq!(times(&text), ["2016-10-01T19:29:59Z", "2016-10-02T19:29:59Z", "2016-10-03T19:29:59Z"]);
    let whole = sum(&layer(KUNDUZ.as_ref(), "territory", "2016-10-03"), "area_km2", "", "");
    let controls = |time: &str| rows.iter().filter(|row| row[0] == time).map(|row| row[1].clone()).collect::<Vec<_>>();
    for time in times(&text) {
        assert_eq!(controls(&time), controls("2016-10-01T19:29:59Z"), "every control on every date");
        let total = |column: usize| rows.iter().filter(|row| row[0] == time).map(|row| row[column].parse::<f64>().unwrap()).sum::<f64>();
        assert_eq!(total(3), 27.0);
        assert!((total(4) - whole).abs() < 1e-4, "{} and {whole}", total(4));
        assert!((total(8) - 1.0).abs() < 1e-5, "{}", total(8));
    }
    for row in &rows {
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        assert!(number(5) <= number(4) && number(4) <= number(6), "{row:?}");
    }
}

#[test]
fn a_series_takes_steps_of_hours_and_of_changes() {
    let hours = times(&series(&["--during", "2016-10-02/2016-10-02", "--every", "PT6H"]).ok());
    assert_eq!(hours, ["2016-10-01T19:30:00Z", "2016-10-02T01:30:00Z", "2016-10-02T07:30:00Z", "2016-10-02T13:30:00Z"]);
    let text = series(&["--during", DAYS, "--on-change"]).ok();
    let changes = times(&text);
    assert!(changes.len() > 1 && changes[0] == "2016-09-30T19:30:00Z", "{changes:?}");
    let answer = marchland(["changes", KUNDUZ, "--during", DAYS, "--json"]).json();
    for change in answer["changes"].as_array().unwrap() {
        assert!(changes.iter().any(|time| change["time"] == time.as_str()), "{change}");
    }
}

#[test]
fn steps_that_are_none_are_refused_with_those_that_are() {
    for every in ["P0D", "-P1D", "day", "", "P1"] {
        let said = series(&["--during", DAYS, &format!("--every={every}")]).refused(2);
        assert!(said.contains("P1D"), "{every}: {said}");
    }
    let said = series(&["--during", DAYS]).refused(2);
    assert!(said.contains("--every") && said.contains("--on-change"), "{said}");
    series(&["--during", "2016-10-03/2016-10-01", "--every", "P1D"]).refused(2);
    series(&["--during", "2031-01-01/2031-02-01", "--every", "P1D"]).refused(2);
}

#[test]
fn a_series_is_written_as_parquet_too_and_never_over_another_file() {
    let scratch = Scratch::new();
    let out = scratch.join("s.parquet");
    let arguments = ["series", KUNDUZ, "--during", DAYS, "--every", "P1D", "-o", out.to_str().unwrap()];
    marchland(arguments).ok();
    let bytes = fs::read(&out).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    marchland(arguments).refused(3);
}

#[test]
fn comparing_two_moments_writes_files_whose_areas_are_those_of_the_answer() {
    let scratch = Scratch::new();
    let out = scratch.join("out");
    let folder = format!("{}/", out.display());
    let arguments = ["compare", KUNDUZ, "--before", "2015-09-27", "--after", "2015-09-29", "-o", &folder, "--json"];
    let answer = marchland(arguments).json();
    let names: Vec<String> = support::files_below(&out).iter().map(|path| path.display().to_string()).collect();
    let pictures = ["map.alt.txt", "map.md", "map.png", "map.svg"];
    assert_eq!(names, [&["after.png", "before.png", "change.csv", "change.geojson", "change.qml"], &pictures[..]].concat());
    let change = read(&out.join("change.geojson"));
    assert_valid(&change);
    shared_segments(&change);
    let told: f64 = answer["changed"].as_array().unwrap().iter().map(|row| row["area_km2"].as_f64().unwrap()).sum();
    assert!(told > 0.0 && (sum(&change, "area_km2", "", "") - told).abs() < 1e-6, "{told}");
    // At 36.7° north a square degree has 9,930 km².
    assert!((square_degrees(&change) * 9_930.0 / told - 1.0).abs() < 0.01, "{}", square_degrees(&change));
    marchland(arguments).refused(3);
    let coarse =
        marchland(["compare", KUNDUZ, "--before", "2015-09-27", "--after", "2015-09-29", "--simplify", "500m", "-o", "-", "-f", "geojson"])
            .json();
    assert_valid(&coarse);
    shared_segments(&coarse);
    assert!(vertices(&coarse) < vertices(&change), "{} of {}", vertices(&coarse), vertices(&change));
    let said = marchland(["compare", KUNDUZ, "--before", "2015-09-29", "--after", "2015-09-27"]).refused(2);
    assert!(said.contains("swap"), "{said}");
}

/// A map without what says how it was asked for.
fn without_arguments(mut map: Value) -> Value {
    map["marchland"].as_object_mut().unwrap().remove("arguments");
    map
}

#[test]
fn a_folder_of_dated_maps_holds_for_each_day_the_map_of_that_day() {
    let scratch = Scratch::new();
    let out = scratch.join("out");
    let folder = format!("{}/", out.display());
    marchland(["snapshot", KUNDUZ, "--during", DAYS, "--every", "P1D", "-o", &folder]).ok();
    for day in ["2016-10-01", "2016-10-02", "2016-10-03"] {
        for name in ["territory", "control", "frontline", "sites"] {
            let dated = read(&out.join(day).join(format!("{name}.geojson")));
            assert!(without_arguments(dated) == without_arguments(layer(KUNDUZ.as_ref(), name, day)), "{name} of {day}");
        }
    }
    assert_eq!(fs::read_dir(&out).unwrap().count(), 3);
}

#[test]
fn dated_maps_of_one_layer_are_one_file_a_day_and_simplified_neighbours_stay_neighbours() {
    let scratch = Scratch::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, extra) in [("fine", &[][..]), ("coarse", &["--simplify", "500m"])] {
        let folder = format!("{}/", scratch.join(name).display());
        let arguments = ["snapshot", KUNDUZ, "--during", DAYS, "--every", "P1D", "--layer", "control", "-o", &folder];
        marchland(arguments.iter().chain(extra)).ok();
        let names: Vec<String> = support::files_below(&scratch.join(name)).iter().map(|path| path.display().to_string()).collect();
        assert_eq!(names, ["control_2016-10-01.geojson", "control_2016-10-02.geojson", "control_2016-10-03.geojson"]);
        for file in names {
            let control = read(&scratch.join(name).join(file));
            assert_valid(&control);
            assert!(features(&control).len() < 2 || shared_segments(&control) > 0);
            *counts.entry(name).or_default() += vertices(&control);
        }
    }
    assert!(counts["coarse"] < counts["fine"], "{counts:?}");
    let file = scratch.join("x.geojson");
    let said = marchland(["snapshot", KUNDUZ, "--during", DAYS, "--every", "P1D", "-o", file.to_str().unwrap()]).refused(2);
    assert!(said.contains("folder") && !file.exists(), "{said}");
}
