//! `marchland import`: an archive of daily maps becomes a dataset that answers for each day what that day's file says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;
#[expect(dead_code, reason = "other test files use the rest")]
mod written;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use geo::{Area, Contains};
use serde_json::{Value, json};
use support::{Scratch, files_below, marchland};
use written::{assert_valid, features, geometry, layer, point, ring, square, table};

const DAYS: [&str; 6] = ["2024-02-24", "2024-02-25", "2024-02-26", "2024-02-27", "2024-02-28", "2024-02-29"];

/// The day that has no file: the map of the day before is still the map.
const MISSING: &str = "2024-02-27";

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn drawn(geometry: &Value, control: &str) -> Value {
    json!({ "type": "Feature", "properties": { "control": control, "fill": "#ff0000" }, "geometry": geometry })
}

/// A box with a hole in it.
fn holed(outer: [f64; 4], hole: [f64; 4]) -> Value {
    let mut inner = ring(hole);
    inner.as_array_mut().unwrap().reverse();
    json!({ "type": "Polygon", "coordinates": [ring(outer), inner] })
}

/// ```text
/// 24th                25th: equal, in    26th: the east      27th: no map    28th: a hand     29th: a quarrel
/// ┌────┬──────┐       another order      grows over half                     changed, the      over the west,
/// │west│ east │       and begun at       of the west; an                     islands gone,     a pocket in it
/// │    │ ┌──┐ │       other corners      islet in the hole                   and all named
/// │    │ └──┘ │  ▫ ▫
/// └────┴──────┘ islands
/// ```
fn archive(scratch: &Scratch) -> PathBuf {
    let west = square([30.0, 50.0, 31.0, 51.0]);
    let east = holed([31.0, 50.0, 32.0, 51.0], [31.3, 50.3, 31.7, 50.7]);
    let islands = json!({ "type": "MultiPolygon", "coordinates": [[ring([33.0, 50.0, 33.2, 50.2])], [ring([33.4, 50.0, 33.6, 50.2])]] });
    let swapped = json!({ "type": "MultiPolygon", "coordinates": [[ring([33.4, 50.0, 33.6, 50.2])], [ring([33.0, 50.0, 33.2, 50.2])]] });
    let turned = json!({ "type": "Polygon", "coordinates": [[[31, 51, 9], [30, 51, 9], [30, 50, 9], [31, 50, 9], [31, 51, 9]]] });
    let half = square([30.0, 50.0, 30.5, 51.0]);
    let grown = holed([30.5, 50.0, 32.0, 51.0], [31.3, 50.3, 31.7, 50.7]);
    let islet = square([31.4, 50.4, 31.6, 50.6]);
    let pocket = square([30.2, 50.4, 30.4, 50.6]);
    let marker = json!({ "type": "Feature", "properties": { "name": "HQ" }, "geometry": point(31.0, 50.5) });
    let days: [(&str, Vec<Value>); 5] = [
        (DAYS[0], vec![drawn(&west, "West Front"), drawn(&east, "East"), drawn(&islands, "Clan"), marker]),
        (DAYS[1], vec![drawn(&swapped, "Clan"), drawn(&east, "East"), drawn(&turned, "West Front")]),
        (DAYS[2], vec![drawn(&half, "West Front"), drawn(&grown, "East"), drawn(&islet, "unknown")]),
        (DAYS[4], vec![drawn(&west, "East"), drawn(&east, "East")]),
        (DAYS[5], vec![drawn(&west, "Contested"), drawn(&pocket, "West Front"), drawn(&east, "East")]),
    ];
    let folder = scratch.join("archive");
    fs::create_dir(&folder).unwrap();
    for (day, features) in days {
        let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
        fs::write(folder.join(format!("deepstate_{}.geojson", day.replace('-', ""))), text).unwrap();
    }
    folder
}

fn import(archive: &Path, output: &Path, extra: &[&str]) -> support::Answer {
    marchland(["import", "maps", path(archive), "-o", path(output)].into_iter().chain(extra.iter().copied()))
}

/// Who holds a point by the file of a day: the smallest of the polygons it lies in.
fn by_file(archive: &Path, day: &str, (lon, lat): (f64, f64)) -> Option<String> {
    let day = if day == MISSING { DAYS[2] } else { day };
    let file = written::read(&archive.join(format!("deepstate_{}.geojson", day.replace('-', ""))));
    let at = geo_types::Point::new(lon, lat);
    let areas = features(&file).iter().filter(|feature| feature["geometry"]["type"] != "Point");
    let holding = areas.filter(|feature| geometry(feature).contains(&at));
    let smallest = holding.min_by(|one, other| geometry(one).unsigned_area().total_cmp(&geometry(other).unsigned_area()))?;
    Some(smallest["properties"]["control"].as_str()?.to_lowercase().replace(' ', "-"))
}

/// Points that lie on no border.
fn grid() -> Vec<(f64, f64)> {
    let lons = (0..23).map(|at| 29.91 + 0.17 * f64::from(at));
    lons.flat_map(|lon| (0..6).map(move |at| (lon, 49.93 + 0.19 * f64::from(at)))).collect()
}

#[test]
fn each_day_is_answered_as_its_own_file_says_point_by_point() {
    let scratch = Scratch::new();
    let (archive, out) = (archive(&scratch), scratch.join("out"));
    import(&archive, &out, &[]).ok();
    marchland(["check", path(&out)]).ok();
    let mut rows = "lon,lat,time,expected\n".to_owned();
    let mut held = BTreeMap::new();
    for day in DAYS {
        for at in grid() {
            let expected = by_file(&archive, day, at);
            *held.entry(expected.clone().unwrap_or_default()).or_insert(0) += 1;
            let expected = expected.as_deref().unwrap_or_default();
            writeln!(rows, "{},{},{day},{expected}\n{},{},{day}T00:00:00Z,{expected}", at.0, at.1, at.0, at.1).unwrap();
        }
    }
    assert_eq!(held.keys().map(String::as_str).collect::<Vec<_>>(), ["", "clan", "contested", "east", "unknown", "west-front"]);
    let points = written::file(&scratch, "points.csv", &rows);
    let located = marchland(["locate", path(&out), &points, "-o", "-", "-f", "csv"]).ok();
    let (header, rows) = table(&located);
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (expected, control) = (column("expected"), column("control"));
    for row in &rows {
        assert_eq!(row[expected], row[control], "{row:?}");
    }
    assert_eq!(rows.len(), DAYS.len() * grid().len() * 2);
}

#[test]
fn at_a_point_and_the_map_of_a_day_say_what_the_file_of_the_day_says() {
    let scratch = Scratch::new();
    let (archive, out) = (archive(&scratch), scratch.join("out"));
    import(&archive, &out, &[]).ok();
    for day in DAYS {
        for at in [(30.3, 50.5), (30.7, 50.5), (31.2, 50.5), (31.5, 50.5), (33.5, 50.1), (33.3, 50.1)] {
            let asked = format!("{},{}", at.0, at.1);
            let answer = marchland(["at", path(&out), "--point", &asked, "--at", day, "--json"]).json();
            let expected = by_file(&archive, day, at);
            assert_eq!(answer["control"].as_str(), expected.as_deref(), "{day} {at:?}");
            let is_within = answer["distance_m"].as_f64() == Some(0.0);
            assert_eq!(is_within, expected.is_some(), "{day} {at:?}: what is drawn on other days is not near: {answer}");
        }
        let drawn = layer(&out, "control", day);
        assert_valid(&drawn);
    }
    let islands = layer(&out, "control", DAYS[0]);
    let clan = features(&islands).iter().find(|feature| feature["properties"]["control"] == "clan").unwrap();
    assert_eq!(clan["geometry"]["coordinates"].as_array().unwrap().len(), 2);
}

#[test]
fn equal_days_are_one_row_a_polygon_and_the_last_day_is_open() {
    let scratch = Scratch::new();
    let (archive, out) = (archive(&scratch), scratch.join("out"));
    let answer = import(&archive, &out, &["--json"]).json();
    assert_eq!(answer["counts"], json!({ "maps": 5, "sites": 7, "states": 10, "actors": 3 }));
    assert_eq!(answer["actors"], json!(["clan", "east", "west-front"]));
    assert_eq!(answer["left_out"], json!(["1 point"]));
    let (_, rows) = table(&fs::read_to_string(out.join("control.csv")).unwrap());
    let short: Vec<String> = rows.iter().map(|row| format!("{} {} {} {}", row[0], row[1], row[2], row[3])).collect();
    let expected = [
        "p1 2024-02-24 2024-02-26 west-front",
        "p1 2024-02-28 2024-02-29 east",
        "p1 2024-02-29  contested",
        "p2 2024-02-24 2024-02-26 east",
        "p2 2024-02-28  east",
        "p3 2024-02-24 2024-02-26 clan",
        "p4 2024-02-26 2024-02-28 west-front",
        "p5 2024-02-26 2024-02-28 east",
        "p6 2024-02-26 2024-02-28 unknown",
        "p7 2024-02-29  west-front",
    ];
    assert_eq!(short, expected);
}

#[test]
fn the_same_files_in_any_order_give_the_same_bytes() {
    let scratch = Scratch::new();
    let folder = archive(&scratch);
    let mut files: Vec<String> = files_below(&folder).iter().map(|file| path(&folder.join(file)).to_owned()).collect();
    files.rotate_left(2);
    files.reverse();
    import(&folder, &scratch.join("one/maps"), &[]).ok();
    let other = scratch.join("other/maps");
    let named = ["import", "maps", "-o", path(&other)].into_iter().map(str::to_owned).chain(files);
    marchland(named).ok();
    for name in files_below(&other) {
        assert!(
            fs::read(scratch.join("one/maps").join(&name)).unwrap() == fs::read(other.join(&name)).unwrap(),
            "{} differs",
            name.display()
        );
    }
    let names: Vec<String> = files_below(&other).iter().map(|name| name.display().to_string()).collect();
    assert_eq!(names, ["actors.csv", "control.csv", "dataset.toml", "sites.geojson", "sources.csv"]);
}

#[test]
fn an_output_that_exists_is_left_alone_without_overwrite_and_so_is_one_of_bad_input() {
    let scratch = Scratch::new();
    let (archive, out) = (archive(&scratch), scratch.join("out"));
    import(&archive, &out, &[]).ok();
    let before = fs::read_to_string(out.join("control.csv")).unwrap();
    assert!(import(&archive, &out, &[]).refused(3).contains("--overwrite"));
    fs::write(archive.join("2024-03-01.geojson"), "{\"type\": \"FeatureCollection\", \"features\": [").unwrap();
    let said = import(&archive, &out, &["--overwrite"]).refused(4);
    assert!(said.contains("2024-03-01.geojson:1:") && said.contains("1 fault in the files: nothing was written"), "{said}");
    assert_eq!(fs::read_to_string(out.join("control.csv")).unwrap(), before);
    assert!(import(&archive, &scratch.join("new"), &[]).refused(4).contains("nothing was written"));
    assert!(!scratch.join("new").exists());
    fs::write(archive.join("2024-03-01.geojson"), "{\"type\": \"FeatureCollection\", \"features\": []}").unwrap();
    import(&archive, &out, &["--overwrite", "-q"]).ok();
    assert_eq!(marchland(["at", path(&out), "--point", "31.2,50.5", "--json"]).json()["control"], Value::Null, "the last map is empty");
}

#[test]
fn properties_are_named_with_map_and_silent_polygons_may_be_given_a_holder() {
    let scratch = Scratch::new();
    let bare = json!({ "type": "MultiPolygon", "coordinates": [[ring([30.0, 50.0, 31.0, 51.0])]] });
    let of_day =
        |day: &str| json!({ "type": "Feature", "properties": { "date": day, "title": "The pocket" }, "geometry": bare }).to_string();
    let file = written::file(&scratch, "all.geojson", &of_day("2024-07-08"));
    let out = scratch.join("out");
    let said = import(Path::new(&file), &out, &["--map", "time=date"]).refused(4);
    assert!(said.contains("expected who holds the polygon in \"control\" but got only \"date\", \"title\""), "{said}");
    import(Path::new(&file), &out, &["--map", "time=date,name=title", "--control", "Red Army", "--time-zone", "Europe/Kyiv"]).ok();
    let answer = marchland(["at", path(&out), "--point", "30.5,50.5", "--at", "2024-07-08T00:00:00+03:00", "--json"]).json();
    assert_eq!((&answer["control"], &answer["site_name"]), (&json!("red-army"), &json!("The pocket")));
    let renamed = scratch.join("renamed");
    import(Path::new(&file), &renamed, &["--map", "time=date,control=title", "--as", "The pocket=contested"]).ok();
    assert_eq!(marchland(["at", path(&renamed), "--point", "30.5,50.5", "--json"]).json()["control"], "contested");
    for (unknown, expected) in [("keep", 0), ("drop", 4), ("error", 4)] {
        let out = scratch.join(unknown);
        assert_eq!(import(Path::new(&file), &out, &["--map", "time=date", "--unknown", unknown]).code(), expected, "{unknown}");
    }
    let answer = marchland(["at", path(&scratch.join("keep")), "--point", "30.5,50.5", "--json"]).json();
    assert_eq!(answer["control"], "unknown");
}

#[test]
fn wrong_usage_is_told_with_what_there_is() {
    let scratch = Scratch::new();
    let (archive, out) = (archive(&scratch), scratch.join("out"));
    let refused = |extra: &[&str]| import(&archive, &out, extra).refused(2);
    assert!(refused(&["--map", "who=control"]).contains("no field \"who\": maps have control, time, name"));
    assert!(refused(&["--map", "control"]).contains("such as control=status"));
    assert!(refused(&["--as", "Red"]).contains("such as occupied=Red"));
    assert!(refused(&["--time-zone", "Europe/Kiyv"]).contains("did you mean"));
    assert!(refused(&["--unknown", "keep", "--control", "Red"]).contains("cannot be used with"));
    assert!(marchland(["import", "shapes", path(&archive), "-o", path(&out)]).refused(2).contains("unrecognized subcommand"));
    assert!(!out.exists());
}
