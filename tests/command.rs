//! The command line's contract: exit codes, standard output, files, and what a wrong word is answered with.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

mod support;

use std::fs;

use serde_json::Value;
use support::{Scratch, files_below, marchland};

const SET: [&str; 13] = [
    "control.geojson",
    "control.qml",
    "frontline.geojson",
    "frontline.qml",
    "map.alt.txt",
    "map.md",
    "map.png",
    "map.svg",
    "sites.geojson",
    "sites.qml",
    "snapshot.json",
    "territory.geojson",
    "territory.qml",
];

fn snapshot_into(folder: &std::path::Path, extra: &[&str]) -> support::Answer {
    let output = format!("{}/", folder.display());
    let arguments = ["snapshot", "data/kunduz", "--at", "2016-10-03", "-o", &output];
    marchland(arguments.into_iter().chain(extra.iter().copied()))
}

#[test]
fn a_snapshot_into_a_folder_writes_the_whole_set_and_nothing_else() {
    let scratch = Scratch::new();
    let out = scratch.join("out");
    snapshot_into(&out, &[]).ok();
    let names: Vec<String> = files_below(&out).iter().map(|path| path.to_string_lossy().into_owned()).collect();
    assert_eq!(names, SET);
}

#[test]
fn the_same_input_arguments_and_version_give_the_same_bytes() {
    let scratch = Scratch::new();
    let (first, second) = (scratch.join("out"), scratch.join("kept"));
    snapshot_into(&first, &[]).ok();
    fs::rename(&first, &second).unwrap();
    snapshot_into(&first, &[]).ok();
    for name in SET {
        assert!(fs::read(first.join(name)).unwrap() == fs::read(second.join(name)).unwrap(), "{name} differs");
    }
}

#[test]
fn an_output_that_exists_is_refused_and_left_alone_without_overwrite() {
    let scratch = Scratch::new();
    let out = scratch.join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("mine.txt"), "mine").unwrap();
    let said = snapshot_into(&out, &[]).refused(3);
    assert!(said.contains("exists") && said.contains("--overwrite"), "{said}");
    assert_eq!(files_below(&out).len(), 1);
    snapshot_into(&out, &["--overwrite"]).ok();
    assert_eq!(fs::read_to_string(out.join("mine.txt")).unwrap(), "mine");
    assert_eq!(files_below(&out).len(), SET.len() + 1);
}

#[test]
fn one_file_is_refused_when_it_exists_and_replaced_with_overwrite() {
    let scratch = Scratch::new();
    let file = scratch.join("map.svg");
    fs::write(&file, "before").unwrap();
    let path = file.to_str().unwrap();
    marchland(["snapshot", "data/kunduz", "-o", path]).refused(3);
    assert_eq!(fs::read_to_string(&file).unwrap(), "before");
    marchland(["snapshot", "data/kunduz", "-o", path, "--overwrite"]).ok();
    assert!(fs::read_to_string(&file).unwrap().starts_with("<svg"));
    assert_eq!(files_below(&scratch.0).len(), 1, "nothing half-written is left beside it");
}

#[test]
fn each_file_of_the_set_can_be_had_alone_by_its_extension() {
    let scratch = Scratch::new();
    for (name, start) in
        [("a.geojson", "{"), ("a.csv", "site_id"), ("a.png", "\u{89}PNG"), ("a.svg", "<svg"), ("a.md", "#"), ("a.qml", "<")]
    {
        let path = scratch.join(name);
        marchland(["snapshot", "data/kunduz", "-o", path.to_str().unwrap()]).ok();
        let bytes = fs::read(&path).unwrap();
        let first: String = bytes.iter().take(8).map(|&byte| char::from(byte)).collect();
        assert!(first.starts_with(start) || String::from_utf8_lossy(&bytes).starts_with(start), "{name}: {first}");
    }
}

#[test]
fn standard_output_takes_data_when_the_format_is_named() {
    let text = marchland(["snapshot", "data/kunduz", "-o", "-", "-f", "geojson", "--layer", "control"]).ok();
    let collection: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(collection["type"], "FeatureCollection");
    marchland(["snapshot", "data/kunduz", "-o", "-"]).refused(2);
}

#[test]
fn an_unknown_verb_is_answered_with_the_verbs_there_are() {
    let said = marchland(["animate", "data/kunduz"]).refused(2);
    for verb in ["new", "check", "info", "at", "explain", "snapshot", "timeline", "changes", "import", "completions", "man"] {
        assert!(said.contains(verb), "{verb} is not listed: {said}");
    }
}

#[test]
fn an_unknown_format_is_answered_with_the_formats_there_are() {
    let said = marchland(["snapshot", "data/kunduz", "-o", "map.docx"]).refused(2);
    assert!(said.contains("geojson") && said.contains("png"), "{said}");
    assert!(!support::root().join("map.docx").exists());
}

#[test]
fn an_id_the_dataset_does_not_have_is_answered_with_the_nearest_ones() {
    let said = marchland(["at", "data/kunduz", "--site", "kdz-gov"]).refused(2);
    assert_eq!(said, "error: no site \"kdz-gov\"; did you mean \"KDZ-GOV\"?\n");
    let said = marchland(["at", "data/kunduz", "--site", "KDZ-GOV", "--rule", "bayse"]).refused(2);
    assert!(said.contains("bayes") && said.contains("latest"), "{said}");
    let said = marchland(["at", "data/kunduz", "--site", "KDZ-GOV", "--lang", "xx"]).refused(2);
    assert!(said.contains("fa"), "{said}");
}

#[test]
fn a_moment_after_the_horizon_is_wrong_usage_that_names_the_span() {
    let said = marchland(["at", "data/kunduz", "--site", "KDZ-GOV", "--at", "2031-01-01"]).refused(2);
    assert!(said.contains("2014-09-30") && said.contains("2021-09-01"), "{said}");
}

#[test]
fn before_the_first_report_the_initial_state_is_the_answer() {
    let answer = marchland(["at", "data/kunduz", "--site", "KDZ-GOV", "--at", "2010-01-01", "--json"]).json();
    assert_eq!((&answer["control"], &answer["open_start"]), (&Value::from("government"), &Value::from(true)));
}

#[test]
fn a_date_that_is_no_date_is_answered_with_the_right_form() {
    let said = marchland(["at", "data/kunduz", "--site", "KDZ-GOV", "--at", "03/10/2016"]).refused(2);
    assert!(said.contains("2016-10-03") || said.contains("2016-03-10"), "{said}");
}

#[test]
fn a_point_is_answered_by_the_cell_it_lies_in() {
    let at = |point| marchland(["at", "data/kunduz", "--point", point, "--at", "2016-10-03", "--json"]).json();
    let inside = at("68.8722,36.7226");
    assert_eq!(inside["inside"], "boundary");
    assert!(inside["distance_m"].as_f64().unwrap() < 1.0, "{inside}");
    let outside = at("0,0");
    assert_eq!((&outside["inside"], &outside["control"]), (&Value::from("outside"), &Value::Null));
    marchland(["at", "data/kunduz", "--point", "68.87", "--json"]).refused(2);
    marchland(["at", "data/kunduz", "--point", "200,36", "--json"]).refused(2);
}

#[test]
fn json_answers_carry_the_schema_version_the_moment_and_the_rule() {
    let answer = marchland(["at", "data/kunduz", "--site", "KDZ-GOV", "--at", "2016-10-03", "--as-of", "2016-10-03", "--json"]).json();
    assert!(answer["schema_version"].is_u64());
    assert_eq!(answer["dataset"], "kunduz");
    assert_eq!(answer["at"], "2016-10-03T19:29:59Z");
    assert_eq!(answer["as_of"], "2016-10-03T19:29:59Z");
    assert_eq!(answer["rule"], "bayes 1");
    let keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    for key in [
        "site_id",
        "control",
        "status",
        "claimed_by",
        "confidence",
        "confidence_term",
        "time_start",
        "time_end",
        "report_ids",
        "probabilities",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
}

#[test]
fn a_new_dataset_passes_check_without_a_warning_and_makes_a_map() {
    let scratch = Scratch::new();
    let folder = scratch.join("mine");
    let path = folder.to_str().unwrap();
    marchland(["new", path]).ok();
    let checked = marchland(["check", path]);
    assert!(!checked.stderr().contains("warning"), "{}", checked.stderr());
    checked.ok();
    marchland(["snapshot", path, "-o", scratch.join("map.png").to_str().unwrap()]).ok();
    marchland(["new", path]).refused(3);
}

#[test]
fn both_shipped_datasets_pass_check_without_a_warning() {
    for name in ["kunduz", "afghanistan-2021"] {
        let answer = marchland(["check", &format!("data/{name}"), "--json"]).json();
        assert_eq!(answer["faults"], Value::Array(vec![]), "{name}");
    }
}

#[test]
fn changes_say_who_took_what_from_whom_and_when() {
    let answer = marchland(["changes", "data/afghanistan-2021", "--during", "2021-08-06/2021-08-06", "--json"]).json();
    let changes = answer["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{answer}");
    assert_eq!((&changes[0]["before"], &changes[0]["after"]), (&Value::from("government"), &Value::from("taliban")));
}

#[test]
fn a_timeline_tiles_the_span_of_the_dataset_at_every_site() {
    let text = marchland(["timeline", "data/kunduz", "-o", "-", "-f", "geojson", "--geometry", "sites"]).ok();
    let collection: Value = serde_json::from_str(&text).unwrap();
    let mut last: Option<(String, String)> = None;
    for feature in collection["features"].as_array().unwrap() {
        let property = |name: &str| feature["properties"][name].as_str().unwrap().to_owned();
        if let Some((site, end)) = &last
            && *site == property("site_id")
        {
            assert_eq!(*end, property("time_start"));
        }
        last = Some((property("site_id"), property("time_end")));
    }
    assert!(last.is_some());
}

#[test]
fn the_manual_and_the_completions_know_every_verb() {
    let man = marchland(["man"]).ok();
    let bash = marchland(["completions", "bash"]).ok();
    for verb in ["snapshot", "explain", "timeline"] {
        assert!(man.contains(verb) && bash.contains(verb), "{verb}");
    }
}

#[test]
fn quiet_says_nothing_and_standard_output_carries_only_the_answer() {
    let scratch = Scratch::new();
    let path = scratch.join("map.png");
    let answer = marchland(["snapshot", "data/kunduz", "-o", path.to_str().unwrap(), "--quiet"]);
    assert_eq!((answer.stdout().as_str(), answer.stderr().as_str()), ("", ""));
}

#[test]
fn a_dataset_that_is_not_sound_is_refused_by_every_verb_with_one_line_a_fault_and_nothing_written() {
    let scratch = Scratch::new();
    let folder = scratch.copy_of("kunduz");
    let reports = folder.join("reports.csv");
    let text = fs::read_to_string(&reports).unwrap().replacen("KDZ-PD2,taliban", "KDZ-PD-2,taliban", 1).replacen(
        ",2016-10-03,",
        ",03/10/2016,",
        1,
    );
    fs::write(&reports, text).unwrap();
    let (path, out) = (folder.to_str().unwrap(), scratch.join("out/"));
    for arguments in [
        vec!["snapshot", path, "-o", out.to_str().unwrap()],
        vec!["timeline", path, "-o", out.to_str().unwrap()],
        vec!["at", path, "--site", "KDZ-GOV"],
        vec!["explain", path, "--site", "KDZ-GOV"],
        vec!["info", path],
        vec!["changes", path],
    ] {
        let said = marchland(&arguments).refused(4);
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 3, "{said}");
        assert!(lines[0].contains("reports.csv:2:") && lines[0].ends_with("write 2016-10-03 or 2016-03-10"), "{said}");
        assert!(lines[1].contains("no site \"KDZ-PD-2\" in sites.geojson; did you mean \"KDZ-PD2\"?"), "{said}");
    }
    assert!(!scratch.join("out").exists());
    let checked = marchland(["check", path, "--json"]);
    assert_eq!(checked.code(), 4);
    let answer: Value = serde_json::from_str(&checked.stdout()).unwrap();
    assert_eq!(answer["faults"][0]["code"], "unreadable-time");
    assert_eq!(answer["faults"].as_array().unwrap().len(), 2);
}

#[test]
fn what_must_not_be_published_is_neither_exported_nor_weighed_in_exports() {
    let scratch = Scratch::new();
    let folder = scratch.copy_of("kunduz");
    let sources = folder.join("sources.csv");
    let text = fs::read_to_string(&sources).unwrap();
    let header = text.lines().next().unwrap();
    let publish = header.split(',').position(|name| name == "publish").unwrap();
    let changed: Vec<String> = text
        .lines()
        .map(|line| {
            if line.starts_with("SRC-TOLO,") {
                let mut cells: Vec<&str> = line.split(',').collect();
                cells[publish] = "no";
                cells.join(",")
            } else {
                line.to_owned()
            }
        })
        .collect();
    fs::write(&sources, changed.join("\n")).unwrap();
    let path = folder.to_str().unwrap();
    marchland(["check", path]).ok();
    let exported = marchland(["snapshot", path, "--at", "2016-10-03", "-o", "-", "-f", "geojson", "--layer", "sites"]).ok();
    assert!(!exported.contains("S15") && !exported.contains("SRC-TOLO"));
    assert!(exported.contains("of sources that are not to be published"));
}
