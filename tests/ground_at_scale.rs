//! Every way to get a coverage, as a user sees it: polygons brought along, dated maps, votes on a lattice; round the earth too.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;
#[expect(dead_code, reason = "other test files use the rest")]
mod written;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{Scratch, marchland};
use written::{
    area_of, assert_valid, features, file, layer, point, ring, shared_segments, square, square_degrees, sum, table, with_states,
};

/// Square kilometres of a box of the ellipsoid at 50° north, a degree of longitude by one of latitude, to a thousandth.
fn degrees_km2(layer: &Value) -> f64 {
    square_degrees(layer) * 111.24 * 71.70
}

fn near(one: f64, other: f64, share: f64) -> bool {
    (one - other).abs() <= share * other.abs()
}

fn path(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

fn at(folder: &Path, place: &str, time: &str) -> Value {
    marchland(["at", path(folder), "--point", place, "--at", time, "--json"]).json()
}

/// Answers for `lon,lat,time` rows: columns `control` and `located` of each.
fn located(scratch: &Scratch, folder: &Path, rows: &[&str]) -> Vec<(String, String)> {
    let asked = file(scratch, "asked.csv", &format!("lon,lat,time\n{}\n", rows.join("\n")));
    let text = marchland(["locate", path(folder), &asked, "-o", "-", "-f", "csv"]).ok();
    let (header, rows) = table(&text);
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    rows.iter().map(|row| (row[column("control")].clone(), row[column("located")].clone())).collect()
}

// `sites`: polygons that are their own territory.

/// ```text
///  50.1 ┌─────────┬┬─────────┐          ┌──────┐
///       │   w     ││    e    │ gap, no, │      │
///  50.0 └─────────┴┴─────────┘ open     └──────┘
///       10.0  10.10 10.09  10.2
/// ```
/// Two squares share a strip of 0.01°; four bars leave a hole in their middle.
fn two_that_overlap_and_leave_a_gap(scratch: &Scratch) -> PathBuf {
    let places = [
        ("w", square([10.0, 50.0, 10.1, 50.1])),
        ("e", square([10.09, 50.0, 10.2, 50.1])),
        // Round a hole from 10.05 to 10.15 and 50.12 to 50.15.
        (
            "n",
            json!({ "type": "Polygon", "coordinates": [
                [[10.0, 50.1], [10.05, 50.1], [10.05, 50.15], [10.15, 50.15], [10.15, 50.1], [10.2, 50.1], [10.2, 50.2], [10.0, 50.2], [10.0, 50.1]]
            ] }),
        ),
    ];
    with_states(scratch, "[territory]\nmethod = \"sites\"\n", &places, "w,2020-01-01,,a\ne,2020-01-01,,b\nn,2020-01-01,,c\n")
}

#[test]
fn polygons_that_overlap_become_a_coverage_that_is_valid_and_counts_no_ground_twice() {
    let scratch = Scratch::new();
    let folder = two_that_overlap_and_leave_a_gap(&scratch);
    let territory = layer(&folder, "territory", "last");
    assert_valid(&territory);
    assert!(near(area_of(&territory, ""), degrees_km2(&territory), 0.005), "{} {}", area_of(&territory, ""), degrees_km2(&territory));
    // Two squares to 10.2 without the strip twice, and the horseshoe, 0.2 by 0.1 less 0.1 by 0.05.
    assert!((square_degrees(&territory) - (0.02 + 0.015)).abs() < 1e-6, "{}", square_degrees(&territory));
    // The smaller polygon, the western, keeps the strip.
    assert_eq!(at(&folder, "10.095,50.05", "last")["site_id"], "w");
    assert_eq!(at(&folder, "10.1,50.12", "last")["inside"], "outside", "nobody has the gap");
}

#[test]
fn the_borders_of_neighbouring_polygons_are_equal_vertex_by_vertex_in_the_file() {
    let scratch = Scratch::new();
    let folder = two_that_overlap_and_leave_a_gap(&scratch);
    let out = scratch.join("x.geojson");
    marchland(["snapshot", path(&folder), "-o", path(&out), "--layer", "territory"]).ok();
    let territory = written::read(&out);
    assert_eq!(features(&territory).len(), 3);
    assert!(shared_segments(&territory) >= 3, "w with e, w with n, e with n");
    shared_segments(&layer(&folder, "control", "last"));
}

#[test]
fn check_with_lint_names_overlap_and_gap_with_area_line_and_code() {
    let scratch = Scratch::new();
    let folder = two_that_overlap_and_leave_a_gap(&scratch);
    let said = marchland(["check", path(&folder), "--lint"]);
    assert_eq!(said.code(), 0, "{}", said.stderr());
    let told = format!("{}{}", said.stdout(), said.stderr());
    for word in ["overlap", "gap", "km²", "sites.geojson:2:", "\"w\"", "\"e\""] {
        assert!(told.contains(word), "{word} is missing: {told}");
    }
    let answer = marchland(["check", path(&folder), "--lint", "--json"]).json();
    let faults = answer["faults"].as_array().unwrap();
    let codes: Vec<&str> = faults.iter().map(|fault| fault["code"].as_str().unwrap()).collect();
    assert_eq!(codes.iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from(["gap", "overlap"]), "{answer}");
    for fault in faults {
        assert_eq!(fault["severity"], "warning", "{fault}");
        assert!(fault["file"].as_str().unwrap().ends_with("sites.geojson") && fault["line"] == 2, "{fault}");
        assert!(!fault["hint"].as_str().unwrap().is_empty(), "{fault}");
    }
    // The strip has 0.01° by 0.1°: 7.97 km²; the gap 0.1° by 0.05°: 39.8 km².
    let message = |code: &str| faults.iter().find(|fault| fault["code"] == code).unwrap()["message"].as_str().unwrap().to_owned();
    let km2 = |code: &str| {
        let message = message(code);
        let words: Vec<&str> = message.split(' ').collect();
        let unit = words.iter().position(|word| word.starts_with("km²")).unwrap();
        words[unit - 1].parse::<f64>().unwrap()
    };
    assert!(near(km2("overlap"), 7.97, 0.01), "{}", message("overlap"));
    assert!(near(km2("gap"), 39.8, 0.01), "{}", message("gap"));
}

#[test]
fn check_without_lint_is_silent_about_overlaps_and_gaps() {
    let scratch = Scratch::new();
    let folder = two_that_overlap_and_leave_a_gap(&scratch);
    assert_eq!(marchland(["check", path(&folder), "--json"]).json()["faults"], json!([]));
    let said = marchland(["check", path(&folder)]).stderr();
    assert!(!said.contains("warning") && !said.contains("overlap"), "{said}");
    let explained = marchland(["check", "--explain", "overlap"]).ok();
    assert!(explained.starts_with("overlap:") && explained.contains("To mend it"), "{explained}");
}

#[test]
fn a_polygon_within_another_keeps_its_ground_and_the_other_gets_a_hole() {
    let scratch = Scratch::new();
    let places =
        [("big", square([10.0, 50.0, 10.4, 50.4])), ("town", square([10.1, 50.1, 10.2, 50.2])), ("twin", square([10.1, 50.1, 10.2, 50.2]))];
    let states = "big,2020-01-01,,a\ntown,2020-01-01,,b\ntwin,2020-01-01,,c\n";
    let folder = with_states(&scratch, "[territory]\nmethod = \"sites\"\n", &places, states);
    let territory = layer(&folder, "territory", "last");
    assert_valid(&territory);
    assert!((square_degrees(&territory) - 0.16).abs() < 1e-6, "{}", square_degrees(&territory));
    // Whose the town is cannot be told: two have drawn it alike. It is a sixteenth of all.
    assert!(near(area_of(&territory, "contested") * 16.0, area_of(&territory, ""), 0.01), "{territory}");
    let answer = at(&folder, "10.15,50.15", "last");
    assert_eq!((&answer["control"], &answer["site_id"]), (&json!("contested"), &json!("town;twin")), "{answer}");
}

#[test]
fn check_with_lint_does_not_say_that_the_smallest_polygon_keeps_ground_that_two_of_one_size_share() {
    let scratch = Scratch::new();
    let places = [("town", square([10.1, 50.1, 10.2, 50.2])), ("twin", square([10.1, 50.1, 10.2, 50.2]))];
    let folder = with_states(&scratch, "[territory]\nmethod = \"sites\"\n", &places, "town,2020-01-01,,b\ntwin,2020-01-01,,c\n");
    let said = marchland(["check", path(&folder), "--lint"]).stderr();
    assert!(said.contains("\"town\" and \"twin\" overlap") && !said.contains("the smallest polygon keeps"), "{said}");
}

// `maps`: polygons drawn for some days.

/// ```text
///  1st and 2nd:  a has a box with a hole, in the hole b; c an island of two parts
///  3rd:          b has taken the box's eastern half; c has one part
/// ```
fn three_days(scratch: &Scratch) -> PathBuf {
    let west = [10.0, 50.0, 10.2, 50.4];
    let hole = [10.15, 50.15, 10.25, 50.25];
    let holed = |outer: [f64; 4]| {
        let mut inner = ring(hole);
        inner.as_array_mut().unwrap().reverse();
        json!({ "type": "Polygon", "coordinates": [ring(outer), inner] })
    };
    let islands = json!({ "type": "MultiPolygon", "coordinates": [[ring([11.0, 50.0, 11.1, 50.1])], [ring([11.2, 50.0, 11.3, 50.1])]] });
    let places = [
        ("a1", holed([10.0, 50.0, 10.4, 50.4])),
        ("b1", square(hole)),
        ("c1", islands.clone()),
        ("a2", holed([10.0, 50.0, 10.4, 50.4])),
        ("b2", square(hole)),
        ("c2", islands),
        ("a3", square(west)),
        ("b3", square([10.2, 50.0, 10.4, 50.4])),
        ("c3", square([11.0, 50.0, 11.1, 50.1])),
    ];
    let day =
        |drawn: usize, start: &str, end: &str| ["a", "b", "c"].map(|actor| format!("{actor}{drawn},{start},{end},{actor}\n")).concat();
    let states = day(1, "2022-03-01", "2022-03-02") + &day(2, "2022-03-02", "2022-03-03") + &day(3, "2022-03-03", "2022-03-04");
    with_states(scratch, "horizon = \"2022-03-03\"\n[territory]\nmethod = \"maps\"\n", &places, &states)
}

#[test]
fn each_day_has_the_ground_that_was_drawn_for_it() {
    let scratch = Scratch::new();
    let folder = three_days(&scratch);
    marchland(["check", path(&folder), "-q"]).ok();
    // Square degrees of a, b and c.
    for (day, expected) in [("2022-03-01", [0.15, 0.01, 0.02]), ("2022-03-02", [0.15, 0.01, 0.02]), ("2022-03-03", [0.08, 0.08, 0.01])] {
        for name in ["territory", "control"] {
            let drawn = layer(&folder, name, day);
            assert_valid(&drawn);
            shared_segments(&drawn);
            for (actor, expected) in ["a", "b", "c"].into_iter().zip(expected) {
                let mut own = drawn.clone();
                own["features"] = features(&drawn).iter().filter(|feature| feature["properties"]["control"] == actor).cloned().collect();
                assert!((square_degrees(&own) - expected).abs() < 1e-6, "{name} of {actor} on {day}: {}", square_degrees(&own));
                assert!(near(area_of(&drawn, actor), degrees_km2(&own), 0.01), "{day} {actor}: {}", area_of(&drawn, actor));
            }
        }
    }
}

#[test]
fn the_map_of_each_day_shows_the_polygons_of_no_other_day() {
    let scratch = Scratch::new();
    let folder = three_days(&scratch);
    let ids = |day: &str| -> Vec<String> {
        let mut ids: Vec<String> = features(&layer(&folder, "territory", day))
            .iter()
            .map(|feature| feature["properties"]["site_id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(ids("2022-03-01"), ["a1", "b1", "c1"]);
    assert_eq!(ids("2022-03-02"), ["a2", "b2", "c2"]);
    assert_eq!(ids("2022-03-03"), ["a3", "b3", "c3"]);
}

#[test]
fn a_timeline_of_dated_maps_has_a_row_for_each_polygon_and_the_days_it_was_drawn() {
    let scratch = Scratch::new();
    let folder = three_days(&scratch);
    let timeline = marchland(["timeline", path(&folder), "-o", "-", "-f", "geojson"]).json();
    assert_valid(&timeline);
    let held = |day: &str| {
        let start = format!("{day}T00:00:00Z");
        let rows = features(&timeline).iter().filter(|feature| feature["properties"]["control"] != "unknown");
        let of_day = rows.filter(|row| {
            row["properties"]["time_start"].as_str() <= Some(&start) && Some(start.as_str()) < row["properties"]["time_end"].as_str()
        });
        let mut controls: Vec<&str> = of_day.map(|row| row["properties"]["control"].as_str().unwrap()).collect();
        controls.sort_unstable();
        controls.join("")
    };
    for day in ["2022-03-01", "2022-03-02", "2022-03-03"] {
        assert_eq!(held(day), "abc", "{day}");
    }
    // Nothing is said of polygons on days for which they were not drawn.
    assert!(features(&timeline).iter().all(|row| row["properties"]["control"] != "unknown"), "{timeline}");
}

#[test]
fn locate_answers_by_the_map_of_the_day_with_holes_and_islands() {
    let scratch = Scratch::new();
    let folder = three_days(&scratch);
    let answers = located(
        &scratch,
        &folder,
        &[
            "10.3,50.05,2022-03-01T12:00:00Z",
            "10.3,50.05,2022-03-02T23:59:59Z",
            "10.3,50.05,2022-03-03T00:00:00Z",
            "10.18,50.2,2022-03-02T12:00:00Z",
            "10.18,50.2,2022-03-03T12:00:00Z",
            "11.25,50.05,2022-03-02T12:00:00Z",
            "11.25,50.05,2022-03-03T12:00:00Z",
            "11.15,50.05,2022-03-01T12:00:00Z",
        ],
    );
    let controls: Vec<&str> = answers.iter().map(|(control, _)| control.as_str()).collect();
    assert_eq!(controls, ["a", "a", "b", "b", "a", "c", "", ""]);
    let located: Vec<&str> = answers.iter().map(|(_, located)| located.as_str()).collect();
    assert_eq!(located, ["ok", "ok", "ok", "ok", "ok", "ok", "outside", "outside"]);
}

#[test]
fn the_areas_of_a_series_follow_the_dated_maps() {
    let scratch = Scratch::new();
    let folder = three_days(&scratch);
    let text = marchland(["series", path(&folder), "--during", "2022-03-01/2022-03-03", "--every", "P1D", "-o", "-", "-f", "csv"]).ok();
    let (header, rows) = table(&text);
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    for day in ["2022-03-01", "2022-03-02", "2022-03-03"] {
        let territory = layer(&folder, "territory", day);
        for actor in ["a", "b", "c"] {
            let row = rows.iter().find(|row| row[column("time")].starts_with(day) && row[column("control")] == actor).unwrap();
            let area: f64 = row[column("area_km2")].parse().unwrap();
            assert!(near(area, area_of(&territory, actor), 1e-6), "{day} {actor}: {area} and {}", area_of(&territory, actor));
            assert_eq!(row[column("n_sites")], "1", "one polygon of {actor} is drawn on {day}: {text}");
        }
    }
}

#[test]
fn comparing_two_days_with_different_drawings_gives_the_ground_that_changed_hands() {
    let scratch = Scratch::new();
    let folder = three_days(&scratch);
    let compare = |before: &str, after: &str, extra: &[&str]| {
        let arguments = ["compare", path(&folder), "--before", before, "--after", after, "-o", "-", "-f", "geojson"];
        marchland(arguments.into_iter().chain(extra.iter().copied())).json()
    };
    let changed = compare("2022-03-02", "2022-03-03", &[]);
    assert_valid(&changed);
    let degrees = |before: Value, after: Value| {
        let mut own = changed.clone();
        let is_it = |feature: &&Value| feature["properties"]["before"] == before && feature["properties"]["after"] == after;
        own["features"] = features(&changed).iter().filter(is_it).cloned().collect();
        square_degrees(&own)
    };
    // The eastern half less its part of the hole; the hole's western half; an island that is no more.
    assert!((degrees(json!("a"), json!("b")) - 0.075).abs() < 1e-6, "{changed}");
    assert!((degrees(json!("b"), json!("a")) - 0.005).abs() < 1e-6, "{changed}");
    assert!(
        (degrees(json!("c"), Value::Null) - 0.01).abs() < 1e-6 || (degrees(json!("c"), json!("outside")) - 0.01).abs() < 1e-6,
        "{changed}"
    );
    assert!(near(sum(&changed, "area_km2", "", ""), degrees_km2(&changed), 0.01));
    assert!(features(&compare("2022-03-01", "2022-03-02", &[])).is_empty(), "two equal days");
}

// `kernel`: votes on a lattice.

/// Twelve places of three rows and four columns, a tenth of a degree apart: a has the west, b the east; a false report has one of a's for b.
fn twelve_that_vote(scratch: &Scratch, settings: &str) -> PathBuf {
    let ids: Vec<String> = (0..12).map(|at| format!("p{at}")).collect();
    let places: Vec<(&str, Value)> = (0..12_u8)
        .map(|at| (ids[usize::from(at)].as_str(), point(10.0 + f64::from(at % 4) * 0.1, 50.0 + f64::from(at / 4) * 0.1)))
        .collect();
    let state = |at: u32| format!("p{at},2020-01-01,,{}", if at % 4 < 2 && at != 4 { "a" } else { "b" });
    let states = (0..12).map(state).collect::<Vec<_>>().join("\n") + "\n";
    let boundary = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon",
        "coordinates":[[[9.9,49.9],[10.4,49.9],[10.4,50.3],[9.9,50.3],[9.9,49.9]]]}}]}"#;
    let settings = format!("[territory]\nmethod = \"kernel\"\nboundary = \"layers/boundary.geojson\"\n{settings}");
    let folder = with_states(scratch, &settings, &places, &states);
    written::boundary(&folder, boundary);
    folder
}

#[test]
fn on_a_lattice_a_false_report_among_true_ones_takes_little_or_no_ground() {
    let scratch = Scratch::new();
    let folder = twelve_that_vote(&scratch, "");
    marchland(["check", path(&folder), "-q"]).ok();
    let territory = layer(&folder, "territory", "last");
    assert_valid(&territory);
    assert!(near(area_of(&territory, ""), 0.2 * 111.24 * 71.60, 0.01), "{}", area_of(&territory, ""));
    assert_eq!(at(&folder, "10.0,50.1", "last")["control"], "a", "the false report's own place follows the others");
    let folder = twelve_that_vote(&scratch, "bandwidth = \"7 km\"\n");
    let territory = layer(&folder, "territory", "last");
    assert_valid(&territory);
    assert_eq!(at(&folder, "10.0,50.1", "last")["control"], "a");
    assert!(area_of(&territory, "a") > 0.35 * area_of(&territory, ""), "{}", area_of(&territory, "a"));
    assert!(area_of(&territory, "b") > 0.4 * area_of(&territory, ""), "{}", area_of(&territory, "b"));
}

#[test]
fn ground_got_by_votes_has_an_id_of_its_own_in_every_layer() {
    let scratch = Scratch::new();
    let folder = twelve_that_vote(&scratch, "");
    for name in ["territory", "control", "sites"] {
        let layer = layer(&folder, name, "last");
        let ids: BTreeSet<String> = features(&layer).iter().map(|feature| feature["id"].to_string()).collect();
        assert_eq!(ids.len(), features(&layer).len(), "{name}: {ids:?}");
        assert!(!ids.contains("null"), "{name}: {ids:?}");
    }
    let timeline = marchland(["timeline", path(&folder), "-o", "-", "-f", "geojson"]).json();
    let ids: BTreeSet<String> = features(&timeline).iter().map(|feature| feature["id"].to_string()).collect();
    assert_eq!(ids.len(), features(&timeline).len());
}

#[test]
fn locate_and_the_map_agree_about_ground_got_by_votes() {
    use geo::Contains;
    let scratch = Scratch::new();
    for settings in ["", "lattice = \"squares\"\n", "bandwidth = \"4 km\"\nspacing = \"1 km\"\n", "reach = \"5 km\"\n"] {
        let folder = twelve_that_vote(&scratch, settings);
        let control = layer(&folder, "control", "last");
        assert_valid(&control);
        shared_segments(&control);
        let asked: Vec<(f64, f64)> =
            (0..60_u8).map(|at| (9.9137 + f64::from(at % 10) * 0.05, 49.9113 + f64::from(at / 10) * 0.07)).collect();
        let rows: Vec<String> = asked.iter().map(|(lon, lat)| format!("{lon},{lat},2020-01-01T12:00:00Z")).collect();
        let answers = located(&scratch, &folder, &rows.iter().map(String::as_str).collect::<Vec<_>>());
        for ((lon, lat), (said, how)) in asked.iter().zip(answers) {
            let place = geo_types::Point::new(*lon, *lat);
            let drawn = features(&control).iter().find(|feature| written::geometry(feature).contains(&place));
            let drawn = drawn.map_or("unknown", |feature| feature["properties"]["control"].as_str().unwrap());
            assert_eq!(said, drawn, "{settings:?} at {lon},{lat}: {how}");
        }
    }
}

#[test]
fn the_bandwidth_and_the_shape_of_the_lattice_change_the_ground() {
    let scratch = Scratch::new();
    let drawn = |settings: &str| {
        let territory = layer(&twelve_that_vote(&scratch, settings), "territory", "last");
        assert_valid(&territory);
        written::segments(&territory)
    };
    let hexagons = drawn("bandwidth = \"4 km\"\nspacing = \"2 km\"\n");
    assert_eq!(drawn("bandwidth = \"4 km\"\nspacing = \"2 km\"\nlattice = \"hexagons\"\n"), hexagons);
    assert_ne!(drawn("bandwidth = \"4 km\"\nspacing = \"2 km\"\nlattice = \"squares\"\n"), hexagons);
    assert_ne!(drawn("bandwidth = \"4 km\"\nspacing = \"1 km\"\n"), hexagons);
    assert_ne!(drawn("bandwidth = \"20 km\"\nspacing = \"2 km\"\n"), hexagons);
}

#[test]
fn a_narrow_bandwidth_lets_a_lone_voice_have_its_own_ground() {
    let scratch = Scratch::new();
    let folder = twelve_that_vote(&scratch, "bandwidth = \"1 km\"\nspacing = \"1 km\"\n");
    assert_eq!(at(&folder, "10.0,50.1", "last")["control"], "b");
}

#[test]
fn an_unknown_lattice_is_refused_with_the_list_of_those_there_are() {
    let scratch = Scratch::new();
    let folder = twelve_that_vote(&scratch, "lattice = \"triangles\"\n");
    let said = marchland(["snapshot", path(&folder), "-o", path(&scratch.join("x.geojson"))]).refused(4);
    for word in ["dataset.toml:8:11", "unknown lattice \"triangles\"", "\"hexagons\", \"squares\""] {
        assert!(said.contains(word), "{word} is missing: {said}");
    }
    assert!(!scratch.join("x.geojson").exists());
    let folder = twelve_that_vote(&scratch, "bandwidth = \"wide\"\n");
    let said = marchland(["check", path(&folder)]).refused(4);
    assert!(said.contains("\"3 km\"") && said.contains("\"wide\""), "{said}");
}

// Settings of another method.

#[test]
fn a_setting_of_another_method_is_warned_about_and_not_heeded() {
    let scratch = Scratch::new();
    for (settings, idle) in [
        ("method = \"voronoi\"\nbandwidth = \"5 km\"\n", "bandwidth"),
        ("method = \"voronoi\"\nsliver = \"5 m\"\n", "sliver"),
        ("method = \"sites\"\nreach = \"5 km\"\n", "reach"),
        ("method = \"maps\"\nlattice = \"squares\"\n", "lattice"),
        ("method = \"kernel\"\nsliver = \"5 m\"\n", "sliver"),
    ] {
        let places = [("w", square([10.0, 50.0, 10.1, 50.1])), ("e", square([10.1, 50.0, 10.2, 50.1]))];
        let folder = with_states(&scratch, &format!("[territory]\n{settings}"), &places, "w,2020-01-01,,a\ne,2020-01-01,,b\n");
        let answer = marchland(["check", path(&folder), "--json"]).json();
        let faults = answer["faults"].as_array().unwrap();
        assert_eq!(faults.len(), 1, "{settings}: {answer}");
        assert_eq!(
            (&faults[0]["code"], &faults[0]["severity"], &faults[0]["line"]),
            (&json!("idle-setting"), &json!("warning"), &json!(7))
        );
        assert!(faults[0]["message"].as_str().unwrap().contains(&format!("\"{idle}\"")), "{answer}");
        assert_valid(&layer(&folder, "territory", "last"));
    }
}

// Round the earth.

#[test]
fn ground_across_the_antimeridian_is_cut_there_and_no_area_is_lost() {
    let scratch = Scratch::new();
    let boundary = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"MultiPolygon","coordinates":[
        [[[179.0,-18.0],[180.0,-18.0],[180.0,-17.0],[179.0,-17.0],[179.0,-18.0]]],
        [[[-180.0,-18.0],[-179.0,-18.0],[-179.0,-17.0],[-180.0,-17.0],[-180.0,-18.0]]]]}}]}"#;
    let places = [("west", point(179.5, -17.5)), ("east", point(-179.5, -17.5)), ("north", point(179.9, -17.1))];
    let states = "west,2020-01-01,,a\neast,2020-01-01,,b\nnorth,2020-01-01,,c\n";
    let folder = with_states(&scratch, "[territory]\nboundary = \"layers/boundary.geojson\"\n", &places, states);
    written::boundary(&folder, boundary);
    for name in ["territory", "control"] {
        let drawn = layer(&folder, name, "last");
        assert_valid(&drawn);
        shared_segments(&drawn);
        assert_eq!(features(&drawn).len(), 3);
        assert!((square_degrees(&drawn) - 2.0).abs() < 1e-4, "{name}: {}", square_degrees(&drawn));
        // Two degrees of longitude by one of latitude at 17.5° south.
        assert!(near(area_of(&drawn, ""), 2.0 * 106.18 * 110.66, 0.003), "{name}: {}", area_of(&drawn, ""));
    }
    let answers = located(
        &scratch,
        &folder,
        &[
            "179.4,-17.6,2020-01-01",
            "-179.4,-17.6,2020-01-01",
            "-179.95,-17.1,2020-01-01",
            "180,-17.1,2020-01-01",
            "-180,-17.1,2020-01-01",
            "178.9,-17.5,2020-01-01",
        ],
    );
    let controls: Vec<&str> = answers.iter().map(|(control, _)| control.as_str()).collect();
    assert_eq!(controls, ["a", "b", "c", "c", "c", ""]);
    let found = marchland(["at", path(&folder), "--bbox", "179.8,-17.9,-179.8,-17.0", "--json"]).json();
    assert_eq!(found["places"].as_array().unwrap().len(), 3, "{found}");
}

/// The boundary is a line round the pole at 80° north, closed over the pole along the antimeridian as RFC 7946 has it.
#[test]
fn ground_round_the_north_pole_is_whole_and_valid() {
    let scratch = Scratch::new();
    let mut outline: Vec<Value> = (-12..=12).map(|at| json!([f64::from(at) * 15.0, 80.0])).collect();
    outline.extend([json!([180.0, 90.0]), json!([-180.0, 90.0]), json!([-180.0, 80.0])]);
    let boundary = json!({ "type": "FeatureCollection", "features": [
        { "type": "Feature", "properties": {}, "geometry": { "type": "Polygon", "coordinates": [outline] } }] });
    let places = [("s", point(0.0, 85.0)), ("e", point(90.0, 85.0)), ("n", point(180.0, 85.0)), ("w", point(-90.0, 85.0))];
    let states = "s,2020-01-01,,a\ne,2020-01-01,,b\nn,2020-01-01,,a\nw,2020-01-01,,c\n";
    let folder = with_states(&scratch, "[territory]\nboundary = \"layers/boundary.geojson\"\n", &places, states);
    written::boundary(&folder, &boundary.to_string());
    marchland(["check", path(&folder), "-q"]).ok();
    let territory = layer(&folder, "territory", "last");
    assert_valid(&territory);
    assert_eq!(features(&territory).len(), 4);
    // A cap of the sphere from 80°: 2πR²(1 − sin 80°) is 3.87 million km²; on the ellipsoid 3.91 million.
    let whole = area_of(&territory, "");
    assert!(near(whole, 3.9e6, 0.01), "{whole}");
    for (actor, share) in [("a", 0.5), ("b", 0.25), ("c", 0.25)] {
        assert!(near(area_of(&territory, actor), share * whole, 0.02), "{actor}: {} of {whole}", area_of(&territory, actor));
    }
    let answers = located(
        &scratch,
        &folder,
        &["5,88,2020-01-01", "95,81,2020-01-01", "-100,89,2020-01-01", "179,84,2020-01-01", "-179,84,2020-01-01", "0,79.5,2020-01-01"],
    );
    let controls: Vec<&str> = answers.iter().map(|(control, _)| control.as_str()).collect();
    assert_eq!(controls, ["a", "b", "c", "a", "a", ""]);
}
