//! Sound datasets of odd shapes: every verb answers, or refuses with a reason, and nothing panics.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Scratch, marchland};

/// A dataset of point sites with one report each, without boundary and layers.
fn write(folder: &Path, places: &[(f64, f64)], settings: &str) {
    fs::create_dir_all(folder).unwrap();
    let features: Vec<Value> = places
        .iter()
        .enumerate()
        .map(|(at, (lon, lat))| {
            let geometry = json!({ "type": "Point", "coordinates": [lon, lat] });
            json!({ "type": "Feature", "id": format!("s{at}"), "properties": { "name": format!("Site {at}") }, "geometry": geometry })
        })
        .collect();
    let sites = json!({ "type": "FeatureCollection", "features": features });
    let reports: String = (0..places.len()).fold("report,site,actor,asserts,time,source\n".to_owned(), |rows, at| {
        format!("{rows}r{at},s{at},{},takes,2020-01-{:02},wire\n", ["a", "b"][at % 2], at % 28 + 1)
    });
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("dataset.toml", &format!("format = 1\nname = \"odd\"\ntitle = \"Odd\"\ntime_zone = \"UTC\"\n{settings}"));
    write("actors.csv", "actor,name\na,A\nb,B\n");
    write("sources.csv", "source,name,reliability\nwire,Wire,B\n");
    write("reports.csv", &reports);
    write("sites.geojson", &sites.to_string());
}

#[test]
fn sites_of_every_odd_arrangement_make_a_map_or_a_reason() {
    let line: Vec<(f64, f64)> = (0..9).map(|at| (10.0 + f64::from(at) * 0.01, 50.0)).collect();
    let far_apart = vec![(-170.0, 60.0), (170.0, -60.0), (0.0, 0.0), (90.0, 89.0)];
    let arrangements: Vec<(&str, Vec<(f64, f64)>)> = vec![
        ("none", vec![]),
        ("one", vec![(10.0, 50.0)]),
        ("two", vec![(10.0, 50.0), (10.1, 50.0)]),
        ("two at one place", vec![(10.0, 50.0), (10.0, 50.0)]),
        ("five at one place", vec![(10.0, 50.0); 5]),
        ("on a line", line),
        ("nearer than a metre", vec![(10.0, 50.0), (10.000_001, 50.0), (10.2, 50.1)]),
        ("on both sides of the antimeridian", vec![(179.9, -17.0), (-179.9, -17.1), (180.0, -17.2), (-180.0, -17.3)]),
        ("at the north pole", vec![(0.0, 90.0), (90.0, 89.9), (-90.0, 89.9)]),
        ("at the south pole", vec![(0.0, -90.0), (0.0, -89.9)]),
        ("far apart", far_apart),
    ];
    let scratch = Scratch::new();
    for (name, places) in &arrangements {
        for (at, settings) in ["", "[territory]\nreach = \"1 km\"\n", "[territory]\nreach = \"20000 km\"\n", "[map]\ncrs = \"EPSG:3857\"\n"]
            .iter()
            .enumerate()
        {
            let folder = scratch.join(&format!("{name}-{at}"));
            write(&folder, places, settings);
            let path = folder.to_str().unwrap();
            marchland(["check", path, "-q"]).ok();
            let out = format!("{path}-map/");
            let answer = marchland(["snapshot", path, "-o", &out, "-q"]);
            let reason = answer.stderr();
            assert!([0, 1].contains(&answer.code()), "{name} {settings}: {reason}");
            assert!(!reason.contains("panicked"), "{name} {settings}: {reason}");
            assert_eq!(answer.code() == 1, reason.starts_with("error: ") && !Path::new(&out).exists(), "{name} {settings}: {reason}");
            assert_eq!(
                answer.code() == 1,
                places.is_empty() || reason.contains("projection") || reason.contains("plane"),
                "{name} {settings}: {reason}"
            );
            for arguments in [vec!["changes", path, "--json"], vec!["info", path, "--json"], vec!["at", path, "--point", "10,50", "--json"]]
            {
                let answer = marchland(&arguments);
                assert!(
                    [0, 1].contains(&answer.code()) && !answer.stderr().contains("panicked"),
                    "{name} {arguments:?}: {}",
                    answer.stderr()
                );
            }
        }
    }
}

#[test]
fn reports_of_every_odd_time_are_assessed() {
    let scratch = Scratch::new();
    let folder = scratch.join("times");
    write(&folder, &[(10.0, 50.0), (10.1, 50.0)], "[assess]\ninitial = \"a\"\n");
    let words = ["controls", "takes", "attacks", "enters", "loses", "denies", "quiet", "approaches", "context"];
    let times = [
        "0001-01-01",
        "2020",
        "2020-01-01/2020-12-31",
        "2020-02-29T12:00Z",
        "2020-06-15T23:59:59.999Z",
        "9999-01-01",
        "202X",
        "2020-24",
        "2020-06-15",
    ];
    let rows: String = (0..200).fold("report,site,actor,asserts,time,source\n".to_owned(), |rows, at| {
        let (word, time) = (words[at % words.len()], times[(at / 3) % times.len()]);
        format!("{rows}r{at},s{},{},{word},{time},wire\n", at % 2, ["a", "b"][(at / 2) % 2])
    });
    fs::write(folder.join("reports.csv"), rows).unwrap();
    let path = folder.to_str().unwrap();
    marchland(["check", path, "-q"]).ok();
    for rule in ["bayes", "latest"] {
        for at in ["first", "last", "2020-06-15"] {
            marchland(["explain", path, "--site", "s0", "--at", at, "--rule", rule, "--json"]).json();
        }
        marchland(["timeline", path, "--rule", rule, "-o", "-", "-f", "geojson"]).json();
        marchland(["changes", path, "--rule", rule, "--online", "--json"]).json();
    }
}
