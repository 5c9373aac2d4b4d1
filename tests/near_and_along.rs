//! Who held what lies near a point, in a box, in an area, along a road.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;
#[expect(dead_code, reason = "other test files use the rest")]
mod written;

use serde_json::Value;
use support::{Answer, Scratch, marchland};
use written::{collection, file, point, square};

fn at(place: &[&str]) -> Answer {
    marchland(["at", "data/kunduz", "--at", "2016-10-03", "--json"].iter().chain(place))
}

fn list<'a>(answer: &'a Value, name: &str) -> &'a Vec<Value> {
    answer[name].as_array().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

#[test]
fn the_nearest_sites_come_nearest_first_with_their_states() {
    let answer = at(&["--nearest", "68.8722,36.7226", "--count", "4"]).json();
    let near = list(&answer, "nearest");
    assert_eq!(near.len(), 4);
    let metres: Vec<f64> = near.iter().map(|near| near["distance_m"].as_f64().unwrap()).collect();
    assert!(metres[0] < 1.0 && metres.is_sorted(), "{metres:?}");
    for key in ["site_id", "control", "status", "confidence", "time_start", "report_ids"] {
        assert!(near[0].get(key).is_some(), "{key}");
    }
    assert_eq!(list(&at(&["--nearest", "68.8722,36.7226"]).json(), "nearest").len(), 5);
}

#[test]
fn a_box_and_a_polygon_of_its_corners_find_the_same_places() {
    let scratch = Scratch::new();
    let by_box = at(&["--bbox", "68.86,36.71,68.88,36.73"]).json();
    let area = file(&scratch, "area.geojson", &collection(&[("area", square([68.86, 36.71, 68.88, 36.73]))]));
    let by_area = at(&["--within", &area]).json();
    assert!(list(&by_box, "places").len() > 1);
    assert_eq!(by_box["places"], by_area["places"]);
    for place in list(&by_box, "places") {
        assert!(["boundary", "beyond_reach", "no_ground"].contains(&place["inside"].as_str().unwrap()), "{place}");
        assert!(place.get("area_km2").is_some() && place["control"].is_string(), "{place}");
    }
    assert_eq!(at(&["--bbox", "170,-80,-170,80"]).json()["places"], serde_json::json!([]), "a box across the antimeridian");
}

#[test]
fn the_stretches_of_a_road_follow_each_other_and_sum_to_its_length() {
    let answer = at(&["--along", "data/kunduz/layers/roads.geojson"]).json();
    for line in list(&answer, "lines") {
        let length = line["length_km"].as_f64().unwrap();
        let (mut end, mut sum) = (0.0, 0.0);
        for stretch in list(line, "stretches") {
            assert_eq!(stretch["from_km"].as_f64().unwrap(), end, "{stretch}");
            end = stretch["to_km"].as_f64().unwrap();
            sum += stretch["length_km"].as_f64().unwrap();
        }
        let by_control: f64 = line["km_by_control"].as_object().unwrap().values().map(|km| km.as_f64().unwrap()).sum();
        assert!(end == length && (sum - length).abs() < 0.01 && (by_control - length).abs() < 0.01, "{length} {sum} {by_control}");
    }
}

#[test]
fn places_that_are_none_are_refused_with_the_right_form() {
    for place in [
        ["--bbox", "1,2,3"],
        ["--bbox", "68,37,69,36"],
        ["--bbox", "68,36,190,37"],
        ["--bbox", "a,b,c,d"],
        ["--nearest", "1,99"],
        ["--nearest", "1"],
        ["--point", "NaN,0"],
        ["--point", "1,x,2"],
    ] {
        let said = at(&place).refused(2);
        assert!(said.contains(place[0]) && said.contains("such as"), "{said}");
    }
    at(&["--nearest", "68,36", "--count", "0"]).refused(2);
}

#[test]
fn files_without_what_is_asked_about_are_refused_as_unsound_input() {
    let scratch = Scratch::new();
    let empty = file(&scratch, "empty.geojson", "");
    let none = file(&scratch, "none.geojson", &collection(&[]));
    let points = file(&scratch, "points.geojson", &collection(&[("p", point(68.0, 36.0))]));
    for flag in ["--within", "--along"] {
        for path in [&empty, &none, &points, &scratch.join("absent.geojson").display().to_string()] {
            let said = at(&[flag, path]).refused(4);
            assert!(said.contains(".geojson"), "{said}");
        }
    }
}
