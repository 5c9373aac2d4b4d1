//! The shape of the house, read off the manifests and the sources: which crate may use which, and where each outside library
//! lives. A new arrow or a new library is an event, and is entered here.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The crates that do one thing each to the nouns of `core`.
const WORKING_CRATES: [&str; 6] = ["assess", "formats", "index", "projection", "render", "territory"];

/// Every outside library of the build, and the places it is used in: one home, but for what the command prints with, and for the
/// geodesic that measures areas in one crate and distances in another; `everywhere` for what all may see.
const HOMES: &[(&str, &str)] = &[
    ("anstream", "command"),
    ("arrow-array", "formats"),
    ("arrow-cast", "formats"),
    ("arrow-ipc", "formats"),
    ("arrow-schema", "formats"),
    ("arrow-select", "formats"),
    ("bytemuck", "index"),
    ("bytes", "formats"),
    ("clap", "command"),
    ("clap_complete", "command"),
    ("clap_mangen", "command"),
    ("crs-definitions", "projection"),
    ("geo-types", "everywhere"),
    ("geographiclib-rs", "territory index"),
    ("gif", "render"),
    ("image-webp", "render"),
    ("jiff", "everywhere"),
    ("krilla", "render"),
    ("libc", "command"),
    ("libm", "everywhere"),
    ("memmap2", "command"),
    ("notosans", "render"),
    ("parquet", "formats"),
    ("png", "render"),
    ("proj4rs", "projection"),
    ("rayon", "territory index formats command"),
    ("robust", "everywhere"),
    ("rstar", "index"),
    ("rustybuzz", "render"),
    ("serde_json", "formats command"),
    ("sha2", "formats"),
    ("spade", "territory"),
    ("strsim", "core"),
    ("thiserror", "everywhere"),
    ("tiny-skia", "render"),
    ("toml", "formats"),
    ("unicode-bidi", "render"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names under `[dependencies]` of a manifest, features and targets left aside.
fn dependencies(manifest: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(manifest).unwrap();
    let section = text.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    section
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#') && line.contains('='))
        .map(|line| line.split(['.', '=', ' ']).next().unwrap_or_default().to_owned())
        .collect()
}

fn manifest_of(place: &str) -> PathBuf {
    if place == "command" { root().join("Cargo.toml") } else { root().join("crates").join(place).join("Cargo.toml") }
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

/// The code of a file above its tests, without comments.
fn code(text: &str) -> String {
    let above_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    above_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn working_crates_use_core_and_no_other_crate_of_ours() {
    for name in WORKING_CRATES {
        let ours: Vec<String> = dependencies(&manifest_of(name)).into_iter().filter(|name| name.starts_with("marchland")).collect();
        assert_eq!(ours, ["marchland-core"], "crates/{name}/Cargo.toml");
    }
    assert!(dependencies(&manifest_of("core")).iter().all(|name| !name.starts_with("marchland")));
}

#[test]
fn each_outside_library_has_one_home() {
    let homes: BTreeMap<&str, &str> = HOMES.iter().copied().collect();
    let mut used = BTreeSet::new();
    for place in WORKING_CRATES.into_iter().chain(["core", "command"]) {
        for library in dependencies(&manifest_of(place)).into_iter().filter(|name| !name.starts_with("marchland")) {
            let home = homes.get(library.as_str()).copied();
            let may_see = home.is_some_and(|home| home == "everywhere" || home.split(' ').any(|home| home == place));
            assert!(may_see, "{library} is used in {place}, its home is {home:?}");
            used.insert(library);
        }
    }
    for (library, home) in HOMES {
        assert!(used.contains(*library), "{library} has a home in {home} and is used nowhere");
    }
}

#[test]
fn every_folder_under_crates_is_on_the_map_of_the_code() {
    let map = fs::read_to_string(root().join("crates/README.md")).unwrap();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(map.contains(&format!("`{name}`")), "crates/README.md does not name {name}");
        }
    }
    for name in map.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|line| line.split('`').next()) {
        assert!(root().join("crates").join(name).is_dir(), "crates/README.md names {name}, which is not there");
    }
}

/// Each row: a crate, words its code must not hold, and the invariant they would break.
const ABSENCES: &[(&str, &[&str], &str)] = &[
    ("core", &["std::fs", "std::io", "std::env", "std::process", "serde"], "core does no input or output and derives no serialisation"),
    ("assess", &["LonLat", "Metres", "geo_types", "std::fs", "std::io", "std::env"], "assess has never heard of a coordinate"),
    (
        "territory",
        &["ReportDraft", "Report,", "Report>", "Credibility", "Reliability", "std::fs", "std::io"],
        "territory has never heard of a report",
    ),
    ("index", &["Report,", "Assertion", "std::fs", "std::io", "std::env"], "index knows places and nothing else"),
    ("projection", &["std::fs", "std::io", "std::env"], "projection touches no files"),
    ("render", &["std::fs", "std::env", "std::process", "std::net"], "render touches no files"),
    ("formats", &["std::env", "std::process", "std::net"], "formats touches files and nothing else of the world"),
];

#[test]
fn invariants_that_are_absences_hold() {
    for (name, forbidden, invariant) in ABSENCES {
        for (path, text) in sources(&root().join("crates").join(name).join("src")) {
            let code = code(&text);
            for word in *forbidden {
                assert!(!code.contains(word), "{}: `{word}` breaks: {invariant}", path.display());
            }
        }
    }
}

#[test]
fn every_manifest_takes_the_lints_of_the_workspace() {
    for place in WORKING_CRATES.into_iter().chain(["core", "command"]) {
        let text = fs::read_to_string(manifest_of(place)).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{place}");
    }
}

#[test]
fn the_only_unsafe_code_is_where_a_file_is_mapped_and_memory_kept() {
    for (path, text) in sources(&root().join("crates")) {
        let is_unsafe = code(&text).lines().any(|line| line.contains("unsafe ") || line.contains("unsafe_code"));
        let may = ["cli/src/mapped.rs", "cli/src/memory.rs"].iter().any(|file| path.ends_with(file));
        assert!(!is_unsafe || may, "{}", path.display());
    }
}
