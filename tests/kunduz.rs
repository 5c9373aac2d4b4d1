//! The answers the map of Kunduz must give. Each test is a sentence that a reader of the reports would agree with.
//!
//! A bare date is the end of that day in Kabul, for both clocks.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Scratch, data, marchland};

/// The places inside the city whose control is tracked.
const CITY: [&str; 15] = [
    "KDZ-CITY",
    "KDZ-CHOWK",
    "KDZ-GOV",
    "KDZ-PHQ",
    "KDZ-NDS",
    "KDZ-PD1",
    "KDZ-PD2",
    "KDZ-PD3",
    "KDZ-RECRUIT",
    "KDZ-BALAHISAR",
    "KDZ-PRISON",
    "KDZ-GATE-IMAMSAHIB",
    "KDZ-FZSCHOOL",
    "KDZ-ZAKHEL",
    "KDZ-BAGHSHERKAT",
];

/// Who held a site of a dataset, as known at `as_of`, or as known today.
fn at_in(dataset: &Path, site: &str, at: &str, as_of: Option<&str>) -> Value {
    let mut arguments = vec!["at", dataset.to_str().unwrap(), "--site", site, "--at", at, "--json"];
    arguments.extend(as_of.into_iter().flat_map(|as_of| ["--as-of", as_of]));
    marchland(arguments).json()
}

fn at(site: &str, at: &str, as_of: Option<&str>) -> Value {
    at_in(&data("kunduz"), site, at, as_of)
}

fn control(answer: &Value) -> &str {
    answer["control"].as_str().unwrap()
}

fn probability(answer: &Value, hypothesis: &str) -> f64 {
    answer["probabilities"][hypothesis].as_f64().unwrap()
}

#[test]
fn every_site_in_the_city_was_held_by_the_government_on_2_october_2016() {
    for site in CITY {
        let answer = at(site, "2016-10-02", None);
        assert_eq!(control(&answer), "government", "{site}: {answer}");
        assert!(probability(&answer, "government") >= 0.86, "{site}: {answer}");
    }
}

#[test]
fn the_main_intersection_as_known_on_3_october_was_not_surely_the_governments() {
    let answer = at("KDZ-CHOWK", "2016-10-03", Some("2016-10-03"));
    assert!(["taliban", "contested"].contains(&control(&answer)), "{answer}");
}

#[test]
fn the_main_intersection_on_4_october_as_known_on_the_13th_was_held_by_the_government() {
    assert_eq!(control(&at("KDZ-CHOWK", "2016-10-04", Some("2016-10-13"))), "government");
}

#[test]
fn police_district_2_and_the_recruiting_centre_were_claimed_or_contested_and_never_confirmed() {
    for site in ["KDZ-PD2", "KDZ-RECRUIT"] {
        let answer = at(site, "2016-10-03", Some("2016-10-03"));
        let claimed = control(&answer) == "taliban" && answer["status"] == "claimed";
        assert!(claimed || control(&answer) == "contested", "{site}: {answer}");
    }
}

#[test]
fn the_governors_compound_and_police_headquarters_were_contested_on_3_october() {
    for site in ["KDZ-GOV", "KDZ-PHQ"] {
        assert_eq!(control(&at(site, "2016-10-03", None)), "contested", "{site}");
    }
}

#[test]
fn the_governors_compound_and_police_headquarters_were_not_held_by_the_taliban_on_any_day_of_october_2016() {
    for site in ["KDZ-GOV", "KDZ-PHQ"] {
        for day in 1..=31 {
            let answer = at(site, &format!("2016-10-{day:02}"), None);
            assert_ne!(control(&answer), "taliban", "{site} on {day} October: {answer}");
        }
    }
}

#[test]
fn the_nds_office_as_known_on_3_october_was_the_talibans_or_contested_and_as_known_on_the_13th_less_surely_theirs() {
    let then = at("KDZ-NDS", "2016-10-03", Some("2016-10-03"));
    let later = at("KDZ-NDS", "2016-10-03", Some("2016-10-13"));
    assert!(["taliban", "contested"].contains(&control(&then)), "{then}");
    assert!(probability(&later, "taliban") < probability(&then, "taliban") - 0.1, "{then} {later}");
}

#[test]
fn the_airport_was_held_by_the_government_throughout_2016() {
    for month in 1..=12 {
        for day in [1, 3, 5, 9, 12, 18, 25] {
            let answer = at("KDZ-AIRPORT", &format!("2016-{month:02}-{day:02}"), None);
            assert_eq!(control(&answer), "government", "{answer}");
        }
    }
}

/// A copy of the dataset whose reports are those the question keeps.
fn copy_with_reports(scratch: &Scratch, name: &str, keep: impl Fn(&str) -> bool) -> std::path::PathBuf {
    let folder = scratch.join(name);
    fs::rename(scratch.copy_of("kunduz"), &folder).unwrap();
    let path = folder.join("reports.csv");
    let text = fs::read_to_string(&path).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| keep(line.split(',').next().unwrap())).collect();
    fs::write(path, kept.join("\n")).unwrap();
    folder
}

#[test]
fn resolute_supports_denial_moved_belief_about_the_city_towards_the_government_and_its_update_moved_it_back() {
    let scratch = Scratch::new();
    let city = |name, left_out: &[&str]| {
        let folder = copy_with_reports(&scratch, name, |id| !left_out.contains(&id));
        at_in(&folder, "KDZ-CITY", "2016-10-03", Some("2016-10-03"))
    };
    let without = city("without", &["S18", "S19", "S20", "S21", "S22"]);
    let denial = city("denial", &["S20", "S21", "S22"]);
    let update = city("update", &[]);
    assert!(probability(&denial, "government") > probability(&without, "government") + 0.03, "{without} {denial}");
    assert!(probability(&denial, "contested") < probability(&without, "contested") - 0.03, "{without} {denial}");
    assert!(probability(&update, "government") < probability(&denial, "government") - 0.03, "{denial} {update}");
    assert!(probability(&update, "contested") > probability(&denial, "contested") + 0.03, "{denial} {update}");
}

#[test]
fn the_city_on_18_october_as_known_that_day_was_held_by_the_government() {
    assert_eq!(control(&at("KDZ-CITY", "2016-10-18", Some("2016-10-18"))), "government");
}

#[test]
fn the_main_intersection_was_held_by_the_taliban_on_29_september_2015_and_confirmed() {
    let answer = at("KDZ-CHOWK", "2015-09-29", None);
    assert_eq!((control(&answer), &answer["status"]), ("taliban", &Value::from("confirmed")), "{answer}");
}

#[test]
fn the_main_intersection_was_held_by_the_government_on_14_october_2015() {
    assert_eq!(control(&at("KDZ-CHOWK", "2015-10-14", None)), "government");
}

#[test]
fn the_governors_compound_was_held_by_the_taliban_on_9_august_2021_and_the_airport_only_from_the_12th() {
    assert_eq!(control(&at("KDZ-GOV", "2021-08-09", None)), "taliban");
    assert_eq!(control(&at("KDZ-AIRPORT", "2021-08-09", None)), "government");
    assert_eq!(control(&at("KDZ-AIRPORT", "2021-08-12", None)), "taliban");
}

#[test]
fn explain_shows_why_the_nds_office_looked_different_ten_days_later() {
    let explain =
        |as_of| marchland(["explain", "data/kunduz", "--site", "KDZ-NDS", "--at", "2016-10-03", "--as-of", as_of, "--json"]).json();
    let (then, later) = (explain("2016-10-03"), explain("2016-10-13"));
    let report = |answer: &Value, id: &str| {
        answer["reports"].as_array().unwrap().iter().find(|report| report["report"] == id).cloned().unwrap_or_else(|| panic!("{id}"))
    };
    // On the day nobody could know what the broadcaster said on the 5th.
    let unheard = report(&then, "E324b");
    assert_eq!((&unheard["used"], &unheard["effect"]), (&Value::from(false), &Value::from("none")), "{unheard}");
    assert!(unheard["reason"].as_str().unwrap().starts_with("said after "), "{unheard}");
    assert_eq!(report(&later, "E324b")["used"], true);
    // The broadcaster's word of the 3rd had lost a grade by the 13th.
    assert_ne!(report(&then, "S15")["credibility"], report(&later, "S15")["credibility"]);
    // What is said of the city is heard of the office too, and the answer says so.
    assert!(report(&then, "S04")["reason"].as_str().unwrap().contains("by way of KDZ-CITY"));
}

#[test]
fn what_was_known_on_3_october_differs_from_what_was_known_on_the_13th() {
    let probabilities = |as_of| at("KDZ-NDS", "2016-10-03", Some(as_of))["probabilities"].clone();
    assert_ne!(probabilities("2016-10-03"), probabilities("2016-10-13"));
}
