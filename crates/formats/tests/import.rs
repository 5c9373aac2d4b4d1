//! Archives of dated maps: what they become is what they say, day by day, and what cannot be read is named.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use geo_types::Geometry;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{ControlState, Ledger};
use marchland_formats::dataset::{self, Part, Written};
use marchland_formats::import::{Imported, MapFields, MapSettings, Silent, maps};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A folder that is gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    /// One with these files in it.
    fn with(files: &[(String, String)]) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("marchland-import-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let scratch = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(&scratch.0).unwrap();
        for (name, text) in files {
            fs::write(scratch.0.join(name), text).unwrap();
        }
        scratch
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn settings() -> MapSettings {
    MapSettings { time_zone: TimeZone::UTC, fields: MapFields::default(), silent: Silent::Fault, meant: BTreeMap::new() }
}

/// A box of one degree, its ring begun at one of its corners.
fn square(west: u8, start: usize) -> Value {
    let west = f64::from(west);
    let corners = [[west, 50.0], [west + 1.0, 50.0], [west + 1.0, 51.0], [west, 51.0]];
    json!({ "type": "Polygon", "coordinates": [(start..=start + 4).map(|at| corners[at % 4]).collect::<Vec<_>>()] })
}

fn feature(geometry: &Value, properties: &Value) -> Value {
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

/// A collection, one feature a line, the first on line 2.
fn collection(features: &[Value]) -> String {
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"))
}

fn held(west: u8, control: &str) -> Value {
    feature(&square(west, 0), &json!({ "control": control }))
}

/// An archive of files by name.
fn archive(files: &[(&str, &[Value])]) -> Scratch {
    let files: Vec<(String, String)> = files.iter().map(|(name, features)| ((*name).to_owned(), collection(features))).collect();
    Scratch::with(&files)
}

/// The dataset that an import makes, which must be sound.
fn read_back(imported: &Imported) -> Ledger {
    let Imported { draft, method, time_zone, .. } = imported;
    let written = Written { name: "n", title: "A \"title\"", method: *method, time_zone, draft };
    let file = |part: Part| {
        let mut bytes = Vec::new();
        dataset::write(&written, part, &mut bytes).unwrap();
        (part.file().to_owned(), bytes)
    };
    let files = Part::ALL.map(file).into_iter().collect();
    let reading = dataset::read_files("d".as_ref(), &files);
    assert!(reading.faults.is_empty(), "{:?}", reading.faults);
    let dataset = reading.dataset.unwrap();
    assert_eq!(dataset.config.title, "A \"title\"");
    dataset.ledger
}

/// The rows of `control.csv` without source and citation.
fn rows(imported: &Imported) -> Vec<String> {
    read_back(imported);
    let given = imported.draft.given.iter();
    given
        .map(|given| {
            format!("{} {} {} {}", given.site, given.start, given.end.map_or_else(String::new, |end| end.to_string()), given.state.control)
        })
        .collect()
}

/// The faults of an archive, each as file, line, code and the beginning of its message.
fn faults(scratch: &Scratch, settings: &MapSettings) -> Vec<String> {
    let faults = maps(std::slice::from_ref(&scratch.0), settings).unwrap_err();
    faults.iter().map(|fault| fault.to_string().replace(&format!("{}/", scratch.0.display()), "")).collect()
}

#[test]
fn a_polygon_is_one_site_and_the_days_it_is_drawn_are_its_states() {
    let scratch = archive(&[
        ("2024-02-24.geojson", &[held(1, "Red"), held(3, "Blue")]),
        ("2024-02-25.geojson", &[held(3, "Blue"), feature(&square(1, 2), &json!({ "control": "Red" }))]),
        ("2024-02-27.geojson", &[held(1, "Blue")]),
    ]);
    let imported = maps(std::slice::from_ref(&scratch.0), &settings()).unwrap();
    assert_eq!(imported.read, [("map", 3)]);
    let expected = [
        "p1 2024-02-24T00:00:00Z 2024-02-27T00:00:00Z red",
        "p1 2024-02-27T00:00:00Z  blue",
        "p2 2024-02-24T00:00:00Z 2024-02-27T00:00:00Z blue",
    ];
    assert_eq!(rows(&imported), expected);
    assert_eq!(imported.draft.horizon.unwrap().to_string(), "2024-02-28T00:00:00Z");
}

#[test]
fn a_day_begins_and_ends_at_midnight_of_its_zone_summer_time_or_not() {
    let scratch = archive(&[("2024-03-31.geojson", &[held(1, "a")]), ("2024-04-01.geojson", &[held(3, "a")])]);
    let kyiv = MapSettings { time_zone: TimeZone::get("Europe/Kyiv").unwrap(), ..settings() };
    let imported = maps(std::slice::from_ref(&scratch.0), &kyiv).unwrap();
    assert_eq!(rows(&imported), ["p1 2024-03-30T22:00:00Z 2024-03-31T21:00:00Z a", "p2 2024-03-31T21:00:00Z  a"]);
    assert_eq!(imported.draft.horizon.unwrap().to_string(), "2024-04-01T21:00:00Z");
    assert_eq!(read_back(&imported).span().end().to_string(), "2024-04-01T21:00:00Z");
}

#[test]
fn a_map_without_polygons_ends_what_was_held() {
    let scratch = archive(&[("20240101.geojson", &[held(1, "a")]), ("20240102.geojson", &[]), ("20240103.geojson", &[held(1, "a")])]);
    let imported = maps(std::slice::from_ref(&scratch.0), &settings()).unwrap();
    assert_eq!(rows(&imported), ["p1 2024-01-01T00:00:00Z 2024-01-02T00:00:00Z a", "p1 2024-01-03T00:00:00Z  a"]);
}

#[test]
fn a_property_may_say_the_day_of_each_polygon_in_whatever_order_and_file() {
    let dated = |west, day: &Value| feature(&square(west, 0), &json!({ "who": "a", "day": day }));
    let scratch = archive(&[
        ("one.geojson", &[dated(1, &json!("2024-01-03")), dated(1, &json!(20_240_101)), dated(3, &json!("2024/01/02"))]),
        ("two.json", &[]),
    ]);
    let more = archive(&[("more.geojson", &[dated(1, &json!("2024-01-02")), dated(3, &json!("2024-01-03T12:00:00Z"))])]);
    let fields = MapFields { control: "who".to_owned(), time: Some("day".to_owned()), ..MapFields::default() };
    let settings = MapSettings { fields, ..settings() };
    let imported = maps(&[scratch.0.clone(), more.0.join("more.geojson")], &settings).unwrap();
    let expected =
        ["p1 2024-01-01T00:00:00Z 2024-01-03T12:00:00Z a", "p2 2024-01-02T00:00:00Z 2024-01-03T00:00:00Z a", "p2 2024-01-03T12:00:00Z  a"];
    assert_eq!(rows(&imported), expected);
}

#[test]
fn polygons_that_do_not_say_who_holds_them_are_a_fault_or_what_was_asked_for() {
    let silent = |control: &Value| feature(&square(3, 0), &json!({ "control": control, "fill": "#f00" }));
    let day: &[Value] = &[held(1, "a"), silent(&Value::Null), silent(&json!(" "))];
    let scratch = archive(&[("2024-01-01.geojson", day), ("2024-01-02.geojson", &[feature(&square(1, 0), &json!({ "fill": 1, "a": 2 }))])]);
    let said = faults(&scratch, &settings());
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("2024-01-01.geojson:3:1: expected who holds the polygon in \"control\" but got null; name the property"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("2024-01-02.geojson:2:1: expected who holds the polygon in \"control\" but got only \"a\", \"fill\";"),
        "{said:?}"
    );
    let with = |silent| maps(std::slice::from_ref(&scratch.0), &MapSettings { silent, ..settings() }).unwrap();
    let controls = |imported: &Imported| imported.draft.given.iter().map(|given| given.state.control.clone()).collect::<Vec<_>>();
    assert_eq!(controls(&with(Silent::Unknown)), ["a", "unknown", "unknown"]);
    assert_eq!(controls(&with(Silent::Held("B 1".to_owned()))), ["a", "b-1", "b-1"]);
    let left = with(Silent::LeftOut);
    assert_eq!((controls(&left), left.left_out), (vec!["a".to_owned()], vec!["3 polygons without a holder".to_owned()]));
}

#[test]
fn what_polygons_say_may_mean_a_holder_or_a_state() {
    let scratch =
        archive(&[("2024-01-01.geojson", &[held(1, "occupied, 2014"), held(3, " Occupied"), held(5, "no status"), held(7, "free")])]);
    let meant = [("occupied, 2014", "Red"), ("Occupied", "Red"), ("no status", "unknown")];
    let meant = meant.map(|(said, name)| (said.to_owned(), name.to_owned())).into();
    let imported = maps(std::slice::from_ref(&scratch.0), &MapSettings { meant, ..settings() }).unwrap();
    let controls: Vec<&str> = imported.draft.given.iter().map(|given| &*given.state.control).collect();
    assert_eq!(controls, ["red", "red", "unknown", "free"]);
    assert_eq!(imported.draft.actors.iter().map(|actor| actor.names.default_name()).collect::<Vec<_>>(), ["Red", "free"]);
}

#[test]
fn a_property_that_no_file_has_is_told_once() {
    let day: &[Value] = &[feature(&square(1, 0), &json!({ "status": "a" }))];
    let scratch = archive(&[("2024-01-01.geojson", day), ("2024-01-02.geojson", day), ("2024-01-03.geojson", day)]);
    let said = faults(&scratch, &settings());
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("but got only \"status\", and so in 2 other files; name the property that says it with --map control=PROPERTY"),
        "{said:?}"
    );
}

#[test]
fn points_lines_and_nothing_are_left_out_and_counted() {
    let with = |geometry: Value| feature(&geometry, &json!({}));
    let day: &[Value] = &[
        held(1, "a"),
        with(json!({ "type": "Point", "coordinates": [1, 2, 0] })),
        with(json!({ "type": "MultiPoint", "coordinates": [[1, 2]] })),
        with(json!({ "type": "LineString", "coordinates": [[1, 2], [3, 4]] })),
        with(Value::Null),
    ];
    let scratch = archive(&[("2024-01-01.geojson", day)]);
    let imported = maps(std::slice::from_ref(&scratch.0), &settings()).unwrap();
    assert_eq!(imported.left_out, ["2 points", "1 line", "1 feature without geometry"]);
    let none = archive(&[("2024-01-01.geojson", &day[1..])]);
    assert!(faults(&none, &settings())[0].starts_with("2024-01-01.geojson: expected polygons but got none in 1 file"));
}

#[test]
fn heights_holes_and_parts_are_read_and_a_part_alone_is_a_polygon() {
    let ring = |west: f64, size: f64| {
        json!([[west, 50, 7], [west + size, 50, 7], [west + size, 50.0 + size, 7], [west, 50.0 + size, 7], [west, 50, 7]])
    };
    let hole = json!([[1.2, 50.2], [1.2, 50.3], [1.3, 50.3], [1.3, 50.2], [1.2, 50.2]]);
    let parts =
        feature(&json!({ "type": "MultiPolygon", "coordinates": [[ring(5.0, 0.5)], [ring(1.0, 0.5), hole]] }), &json!({ "control": "a" }));
    let alone = feature(&json!({ "type": "MultiPolygon", "coordinates": [[ring(7.0, 1.0)]] }), &json!({ "control": "a" }));
    let scratch = archive(&[("2024-01-01.geojson", &[parts, alone]), ("2024-01-02.geojson", &[held(7, "a")])]);
    let imported = maps(std::slice::from_ref(&scratch.0), &settings()).unwrap();
    let geometries: Vec<_> = read_back(&imported).sites().iter().map(|site| site.geometry.clone().unwrap()).collect();
    assert_eq!(geometries.len(), 2, "the same polygon without heights, and alone, is the same");
    let Geometry::MultiPolygon(shape) = &geometries[0] else { panic!("{geometries:?}") };
    assert_eq!(shape.0.iter().map(|part| part.interiors().len()).collect::<Vec<_>>(), [1, 0]);
    assert!(matches!(&geometries[1], Geometry::Polygon(_)));
}

#[test]
fn a_polygon_twice_on_one_map_is_one_and_with_two_holders_a_fault() {
    let twice = archive(&[("2024-01-01.geojson", &[held(1, "a"), held(1, "a")])]);
    assert_eq!(maps(std::slice::from_ref(&twice.0), &settings()).unwrap().draft.given.len(), 1);
    let torn = archive(&[("2024-01-01.geojson", &[held(1, "a"), held(3, "c"), held(1, "b")])]);
    let said = faults(&torn, &settings());
    assert!(
        said[0].starts_with("2024-01-01.geojson:4:1: \"b\" holds this polygon, and \"a\" the same one on the map of 2024-01-01; take one"),
        "{said:?}"
    );
}

#[test]
fn files_whose_names_do_not_say_one_day_each_are_named() {
    let day: &[Value] = &[held(1, "a")];
    let scratch = archive(&[
        ("a-2024-01-02.geojson", day),
        ("b-20240102.geojson", day),
        ("latest.geojson", day),
        ("2024-01-01_2024-01-05.geojson", day),
    ]);
    let said = faults(&scratch, &settings());
    let begun = [
        "2024-01-01_2024-01-05.geojson: expected one date in the name of the file but got 2024-01-01 and 2024-01-05; call it like",
        "b-20240102.geojson: the map of 2024-01-02 is a-2024-01-02.geojson already; take one of them out",
        "latest.geojson: expected a date in the name of the file but got none; call it like 2024-02-24.geojson",
    ];
    assert!(said.len() == begun.len() && said.iter().zip(begun).all(|(said, begun)| said.starts_with(begun)), "{said:#?}");
    let empty = Scratch::with(&[("notes.txt".to_owned(), String::new())]);
    assert!(maps(std::slice::from_ref(&empty.0), &settings()).unwrap_err()[0].message.contains("files that end in .geojson"));
}

#[test]
fn what_is_wrong_in_a_file_is_named_by_line_and_column_and_all_files_are_read() {
    let bad = collection(&[held(1, "a")]).replace("51.0", "510.0");
    let files = [
        ("2024-01-01.geojson", bad),
        ("2024-01-02.geojson", "{\"type\":\"FeatureCollection\",\n\"features\":[}".to_owned()),
        ("2024-01-03.geojson", collection(&[feature(&square(1, 0), &json!({ "control": ["a"] }))])),
        ("2024-01-04.geojson", String::new()),
    ];
    let scratch = Scratch::with(&files.map(|(name, text)| (name.to_owned(), text)));
    let said = faults(&scratch, &settings());
    let at: Vec<String> = said.iter().map(|said| said.split(": ").next().unwrap().to_owned()).collect();
    let in_line_2 = |at: &str, file: &str| at.starts_with(&format!("{file}.geojson:2:"));
    assert!(in_line_2(&at[0], "2024-01-01") && at.contains(&"2024-01-02.geojson:2:13".to_owned()), "{said:#?}");
    assert!(at.iter().any(|at| in_line_2(at, "2024-01-03")) && at.last().unwrap().starts_with("2024-01-04.geojson:1:1"), "{said:#?}");
}

#[test]
fn days_that_a_property_does_not_say_are_named_once_each() {
    let dated = |day: Value| feature(&square(1, 0), &json!({ "control": "a", "day": day }));
    let scratch = archive(&[("x.geojson", &[dated(json!("2024-01")), dated(json!(null)), dated(json!([1])), dated(json!("2024-01-01"))])]);
    let settings = MapSettings { fields: MapFields { time: Some("day".to_owned()), ..MapFields::default() }, ..settings() };
    let said = faults(&scratch, &settings);
    let begun = [
        "x.geojson:2:1: expected a time such as",
        "x.geojson:3:1: expected the day of the polygon in \"day\" but got null;",
        "x.geojson:4:",
    ];
    assert!(said.len() == 3 && said.iter().zip(begun).all(|(said, begun)| said.starts_with(begun)), "{said:#?}");
}

/// Days of an archive, each with the squares drawn on it: where, begun at which corner, whose.
type Days = BTreeMap<u8, Vec<(u8, usize, u8)>>;

fn written(days: &Days) -> Scratch {
    let name = |day: &u8| format!("map_2024-01-{day:02}.geojson");
    let file = |(day, squares): (&u8, &Vec<(u8, usize, u8)>)| {
        let features: Vec<Value> = squares
            .iter()
            .map(|&(west, start, holder)| {
                let name = ["Red", "Blue", "contested"][usize::from(holder)];
                feature(&square(west * 2, start), &json!({ "control": name }))
            })
            .collect();
        (name(day), collection(&features))
    };
    Scratch::with(&days.iter().map(file).collect::<Vec<_>>())
}

/// What a map says: the squares and their holders; the first of two that are one square.
fn said(squares: &[(u8, usize, u8)]) -> BTreeMap<u8, String> {
    let word = |holder: u8| ["red", "blue", "contested"][usize::from(holder)].to_owned();
    squares.iter().rev().map(|&(west, _, holder)| (west, word(holder))).collect()
}

/// What a dataset says at an instant.
fn says(ledger: &Ledger, at: Timestamp) -> BTreeMap<u8, String> {
    let now = ledger.given().iter().filter(|given| given.period.start() <= at && at < given.period.end());
    let west = |geometry: &Geometry<f64>| if let Geometry::Polygon(polygon) = geometry { polygon.exterior().0[0].x as u8 / 2 } else { 99 };
    let word = |control: &ControlState| match control {
        ControlState::Held(actor) => ledger.actors()[actor.0 as usize].id.clone(),
        ControlState::Contested(_) => "contested".to_owned(),
        ControlState::Unknown => "unknown".to_owned(),
    };
    now.map(|given| (west(ledger.site(given.site).geometry.as_ref().unwrap()), word(&given.state.control))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_hour_of_an_archive_is_told_as_its_last_map_tells_it(
        days in prop::collection::btree_map(1..12_u8, prop::collection::vec((0..4_u8, 0..4_usize, 0..3_u8), 0..4), 1..6),
        is_backwards in any::<bool>(),
    ) {
        // Of a square drawn twice on a day the first holder counts for both: two holders are another test.
        let days: Days = days.into_iter().map(|(day, squares)| {
            let mut met = BTreeSet::new();
            (day, squares.into_iter().filter(|square| met.insert(square.0)).collect())
        }).collect();
        let scratch = written(&days);
        let mut files: Vec<PathBuf> = fs::read_dir(&scratch.0).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let forwards = maps(&files, &settings());
        if is_backwards {
            files.reverse();
        }
        let imported = maps(&files, &settings());
        prop_assert_eq!(&imported, &forwards);
        if days.values().all(Vec::is_empty) {
            prop_assert_eq!(imported.unwrap_err()[0].code, "no-polygon");
            return Ok(());
        }
        let imported = imported.unwrap();
        let ledger = read_back(&imported);
        let different: BTreeSet<u8> = days.values().flatten().map(|square| square.0).collect();
        prop_assert_eq!(ledger.sites().len(), different.len());
        let last = *days.keys().last().unwrap();
        for hour in 0..u16::from(last) * 24 {
            let (day, of_day) = (hour / 24 + 1, hour % 24);
            let at: Timestamp = format!("2024-01-{day:02}T{of_day:02}:00:00Z").parse().unwrap();
            let map = days.range(..=day as u8).next_back().map_or(&[][..], |(_, squares)| squares);
            prop_assert_eq!(says(&ledger, at), said(map), "{}", at);
        }
        let runs: Vec<_> = imported.draft.given.windows(2).filter(|two| two[0].site == two[1].site && two[0].end == Some(two[1].start) && two[0].state.control == two[1].state.control).collect();
        prop_assert!(runs.is_empty(), "{:?}", runs);
    }
}

#[test]
fn a_path_that_is_not_there_is_a_fault() {
    let faults = maps(&["no/2024-01-01.geojson".into(), Path::new("no/folder").into()], &settings()).unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["no-file", "missing-time"]);
}
