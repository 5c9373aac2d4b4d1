//! Datasets as people hand them in: sound ones, and every way a spreadsheet or a GIS can spoil one.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use marchland_formats::dataset::{self, Files, Reading};
use marchland_formats::{Severity, codes};

fn sound() -> Files {
    dataset::scaffold().into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect()
}

fn read(files: &Files) -> Reading {
    dataset::read_files(Path::new("d"), files)
}

/// What is said of the scaffold after one text in one file was replaced: `file:line:column code` a fault.
fn after(file: &str, from: &str, to: &str) -> Vec<String> {
    let mut files = sound();
    let text = String::from_utf8(files[file].clone()).unwrap();
    assert!(text.contains(from), "{from} is not in {file}");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
    said(&read(&files))
}

fn said(reading: &Reading) -> Vec<String> {
    let place = |number: Option<usize>| number.map_or_else(String::new, |number| format!(":{number}"));
    let name = |path: &Path| path.strip_prefix("d").unwrap().display().to_string();
    reading.faults.iter().map(|fault| format!("{}{}{} {}", name(&fault.file), place(fault.line), place(fault.column), fault.code)).collect()
}

#[test]
fn the_shipped_datasets_and_the_scaffold_are_sound_without_a_warning() {
    for name in ["kunduz", "afghanistan-2021"] {
        let reading = dataset::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name));
        let faults: Vec<String> = reading.faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        assert!(reading.dataset.is_some());
    }
    assert_eq!(said(&read(&sound())), Vec::<String>::new());
}

#[test]
fn the_digest_is_that_of_the_files_and_not_of_the_folder() {
    let digest = |folder: &str, files: &Files| dataset::read_files(Path::new(folder), files).dataset.unwrap().digest;
    let mut changed = sound();
    changed.get_mut("README.md").unwrap().push(b'\n');
    assert_eq!(digest("a", &sound()), digest("b", &sound()));
    assert_ne!(digest("a", &sound()), digest("a", &changed));
}

#[test]
fn spreadsheets_may_add_a_byte_order_mark_line_ends_blank_rows_and_other_separators() {
    let mut files = sound();
    for name in ["actors.csv", "sources.csv", "reports.csv"] {
        let text = String::from_utf8(files[name].clone()).unwrap();
        let text = format!("\u{feff}{}\r\n,,,,\r\n\r\n", text.trim_end().replace('\n', "\r\n"));
        files.insert(name.to_owned(), text.into_bytes());
    }
    assert_eq!(said(&read(&files)), Vec::<String>::new());
    let semicolons = String::from_utf8(sound()["actors.csv"].clone()).unwrap().replace(',', ";");
    files.insert("actors.csv".to_owned(), semicolons.into_bytes());
    assert_eq!(said(&read(&files)), Vec::<String>::new());
}

#[test]
fn each_slip_in_a_table_is_named_where_it_stands() {
    let reports = |from, to| after("reports.csv", from, to);
    assert_eq!(reports("r1,ford,", "r1,frod,"), ["reports.csv:2:4 unknown-id"]);
    assert_eq!(reports("r1,ford,", "r1,mill;frod,"), ["reports.csv:2:9 unknown-id"]);
    assert_eq!(reports("r1,ford,", "r1,,"), ["reports.csv:2:4 missing-site"]);
    assert_eq!(reports("r1,ford,", "r1,ford;ford,"), ["reports.csv:2:9 site-twice"]);
    assert_eq!(reports("r2,ford,league", "r1,ford,league"), ["reports.csv:3:1 duplicate-id"]);
    assert_eq!(reports("r2,ford,league", "2016-10,ford,league"), ["reports.csv:3:1 unusable-id"]);
    assert_eq!(reports("league,attacks,2020-05-01", "league,attaks,2020-05-01"), ["reports.csv:2:16 unknown-word"]);
    assert_eq!(reports("attacks,2020-05-01", "attacks,01/05/2020"), ["reports.csv:2:24 unreadable-time"]);
    assert_eq!(reports("attacks,2020-05-01", "attacks,"), ["reports.csv:2:24 missing-time"]);
    assert_eq!(reports("wire,,2,,Fighting", "wire,,7,,Fighting"), ["reports.csv:2:52 unreadable-grade"]);
    assert_eq!(reports("wire,,2,,Fighting", ",,2,,Fighting"), ["reports.csv:2:46 missing-source"]);
    assert_eq!(reports("r1,ford,league,", "r1,ford,,"), ["reports.csv:2:9 missing-actor"]);
    assert_eq!(reports("attacks,2020-05-01,2020-05-01", "attacks,2020-05-01,2020-04-01"), ["reports.csv:2:35 said-before"]);
    assert_eq!(
        reports("attacks,2020-05-01,2020-05-01", "attacks,2220-05-01,2220-05-01"),
        ["reports.csv:2:24 far-future", "reports.csv:2:35 far-future"]
    );
    assert_eq!(reports("Fighting at the ford since the morning", "Fighting, at the ford"), ["reports.csv:2:64 too-many-cells"]);
    assert_eq!(reports("Fighting at the ford", "\"Fighting at the ford"), ["reports.csv:2:55 unpaired-quote"]);
    assert_eq!(reports(",Fighting at the ford since the morning", ""), ["reports.csv:2:54 too-few-cells"]);
    assert_eq!(reports("report,site", "report,place"), ["reports.csv:1:1 missing-column"]);
    assert_eq!(after("actors.csv", "actor,name", "actor,label"), ["actors.csv:1:1 missing-column"]);
    assert_eq!(after("actors.csv", "The Crown", "\"The Crown"), ["actors.csv:2:7 unpaired-quote"]);
    assert_eq!(after("actors.csv", "crown,The Crown,,", "crown,The Crown,red,"), ["actors.csv:2:17 unreadable-colour"]);
    assert_eq!(after("actors.csv", "league,", "contested,").first().unwrap(), "actors.csv:3:1 reserved-id");
    assert_eq!(after("sources.csv", ",,B,,yes", ",,G,,yes"), ["sources.csv:2:28 unreadable-grade"]);
    assert_eq!(after("sources.csv", ",,B,,yes", ",,B,,maybe"), ["sources.csv:2:31 unknown-word"]);
}

#[test]
fn a_slip_in_one_row_is_told_once_and_not_again_where_the_row_is_named() {
    let mut files = sound();
    let text = String::from_utf8(files["reports.csv"].clone()).unwrap();
    let text = text.replacen("credibility,", "credibility,supersedes,", 1).replacen(",2,,Fighting", ",2,r2,,Fighting", 1).replacen(
        "takes,2020-05-02",
        "takes,someday",
        1,
    );
    files.insert("reports.csv".to_owned(), text.into_bytes());
    let faults = said(&read(&files));
    assert_eq!(faults.iter().filter(|fault| !fault.ends_with("-cells")).collect::<Vec<_>>(), ["reports.csv:3:22 unreadable-time"]);
}

#[test]
fn each_slip_in_a_place_is_named_where_it_stands() {
    let sites = |from, to| after("sites.geojson", from, to);
    assert_eq!(sites("[10.02,50.01]", "[10.02,50.01,350]"), Vec::<String>::new());
    assert_eq!(sites("\"id\":\"town\"", "\"id\":12"), ["reports.csv:7:4 unknown-id", "reports.csv:8:4 unknown-id"]);
    assert_eq!(
        sites("\"features\":[", "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},\"features\":["),
        Vec::<String>::new()
    );
    assert_eq!(
        sites("\"features\":[", "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:32642\"}},\"features\":["),
        ["sites.geojson:1:35 foreign-crs"]
    );
    assert_eq!(sites("{\"type\":\"Point\",\"coordinates\":[10.01,50.0]}", "null"), Vec::<String>::new());
    assert_eq!(sites("{\"type\":\"Point\",\"coordinates\":[10.02,50.01]}", "null"), ["sites.geojson:2:1 no-geometry"]);
    assert_eq!(sites("[10.02,50.01]", "[10.02,\"50\"]"), ["sites.geojson:2:126 not-a-position"]);
    assert_eq!(sites("[10.02,50.01]", "[50.01,120.02]"), ["sites.geojson:2:126 off-the-earth"]);
    assert_eq!(sites("[10.02,50.01]", "[NaN,50.01]"), ["sites.geojson:2:127 not-a-number"]);
    assert_eq!(sites("\"id\":\"ford\"", "\"id\":\"town\"").first().unwrap(), "reports.csv:2:4 unknown-id");
    assert!(sites("\"id\":\"ford\"", "\"id\":\"town\"").contains(&"sites.geojson:3:24 duplicate-id".to_owned()));
    assert_eq!(sites("\"name\":\"Town hall\",", ""), ["sites.geojson:2:1 missing-name"]);
    assert_eq!(sites("\"precision_m\":200", "\"precision_m\":\"about 200\""), ["sites.geojson:3:93 not-a-number"]);
    assert_eq!(sites("\"precision_m\":200", "\"precision_m\":\"200\""), Vec::<String>::new());
    assert_eq!(sites("\"precision_m\":200", "\"parent\":\"twon\""), ["sites.geojson:3:88 unknown-id"]);
    assert_eq!(sites("\"precision_m\":200", "\"parent\":\"ford\""), ["sites.geojson:3:88 parent-cycle"]);
    assert_eq!(
        sites("\"type\":\"Point\",\"coordinates\":[10.02,50.01]", "\"type\":\"GeometryCollection\",\"geometries\":[]"),
        ["sites.geojson:2:96 geometry-collection"]
    );
    assert_eq!(sites("]}\n", "]\n"), ["sites.geojson:8:1 json-syntax"]);
}

#[test]
fn latitude_and_longitude_that_look_swapped_are_a_warning() {
    let mut files = sound();
    let text = String::from_utf8(files["sites.geojson"].clone()).unwrap().replace("[10.02,50.01]", "[50.01,10.02]");
    files.insert("sites.geojson".to_owned(), text.into_bytes());
    let reading = read(&files);
    assert_eq!(said(&reading), ["sites.geojson:2:96 swapped"]);
    assert!(reading.dataset.is_some());
}

#[test]
fn each_slip_in_a_ring_is_named_where_it_stands() {
    let ring = |to| after("layers/boundary.geojson", "[[9.93,49.95],[10.07,49.95],[10.07,50.05],[9.93,50.05],[9.93,49.95]]", to);
    assert_eq!(ring("[[9.93,49.95],[10.07,49.95],[10.07,50.05],[9.93,50.05]]"), ["layers/boundary.geojson:2:174 unclosed-ring"]);
    assert_eq!(
        ring("[[9.93,49.95],[10.07,50.05],[10.07,49.95],[9.93,50.05],[9.93,49.95]]"),
        ["layers/boundary.geojson:2:132 crossing-ring"]
    );
    assert_eq!(ring("[[9.93,49.95],[9.93,50.05],[10.07,50.05],[10.07,49.95],[9.93,49.95]]"), Vec::<String>::new());
    assert_eq!(ring("[[9.93,49.95],[10.07,49.95],[9.93,49.95]]"), ["layers/boundary.geojson:2:132 flat-ring"]);
    assert_eq!(ring("[]"), ["layers/boundary.geojson:2:132 not-geojson"]);
    assert_eq!(
        after(
            "layers/boundary.geojson",
            "\"type\":\"Polygon\",\"coordinates\":[[[9.93,49.95],[10.07,49.95],[10.07,50.05],[9.93,50.05],[9.93,49.95]]]",
            "\"type\":\"Point\",\"coordinates\":[10,50]"
        ),
        ["layers/boundary.geojson:1:1 no-boundary"]
    );
}

#[test]
fn each_slip_in_the_settings_is_named_where_it_stands() {
    let settings = |from, to| after("dataset.toml", from, to);
    assert_eq!(settings("format    = 1", "format = 2"), ["dataset.toml:3:10 wrong-format"]);
    assert_eq!(settings("licence ", "license "), ["dataset.toml:7:1 unknown-key"]);
    assert_eq!(settings("\"UTC\"", "\"Asia/Kabull\""), ["dataset.toml:6:13 unknown-time-zone"]);
    assert_eq!(settings("\"voronoi\"", "\"kernal\""), ["dataset.toml:11:12 unknown-method"]);
    assert_eq!(settings("\"voronoi\"", "\"sites\""), ["dataset.toml:13:1 idle-setting"]);
    assert_eq!(settings("\"voronoi\"", "\"kernel\"\nlattice = \"triangles\""), ["dataset.toml:12:11 unknown-word"]);
    assert_eq!(settings("\"4 km\"", "\"far\""), ["dataset.toml:13:12 unreadable-distance"]);
    assert_eq!(settings("\"layers/boundary.geojson\"", "\"layers/border.geojson\""), ["dataset.toml:12:12 missing-file"]);
    assert_eq!(settings("initial = \"crown\"", "initial = \"king\""), ["dataset.toml:16:11 unknown-id"]);
    assert_eq!(settings("initial = \"crown\"", "initial = \"crown\"\ninitial_confidence = 2"), ["dataset.toml:17:22 no-probability"]);
    assert_eq!(settings("[territory]", "[map]\nextent = [1, 2, 3]\n[territory]"), ["dataset.toml:11:10 unusable-extent"]);
    assert_eq!(settings("[territory]", "horizon = \"2020-05-03\"\n[territory]"), ["dataset.toml:10:11 horizon-too-early"]);
    assert_eq!(settings("title     = ", "title     "), ["dataset.toml:5:11 toml-syntax"]);
}

#[test]
fn a_folder_that_lacks_what_it_needs_is_told_all_of_it() {
    let mut files = sound();
    files.remove("actors.csv");
    files.remove("sites.geojson");
    files.remove("sources.csv");
    assert_eq!(said(&read(&files)), ["actors.csv missing-file", "sites.geojson missing-file", "sources.csv missing-file"]);
    let nothing = ["actors.csv", "dataset.toml", "reports.csv", "sites.geojson"].map(|name| format!("{name} missing-file"));
    assert_eq!(said(&read(&Files::new())), nothing);
    let mut files = sound();
    files.insert("reports.csv".to_owned(), Vec::new());
    assert_eq!(said(&read(&files)), ["reports.csv empty-file"]);
    files.insert("reports.csv".to_owned(), b"report,site\nr\xE9,x\n".to_vec());
    assert_eq!(said(&read(&files)), ["reports.csv:2:2 not-utf8"]);
}

#[test]
fn given_states_are_read_and_held_against_each_other() {
    let mut files = sound();
    files.remove("reports.csv");
    files.insert(
        "control.csv".to_owned(),
        b"site,time_start,time_end,control\nford,2020-05-01,2020-05-03,crown\nford,2020-05-03,2020-05-09,contested\n".to_vec(),
    );
    let reading = read(&files);
    assert_eq!(said(&reading), Vec::<String>::new());
    assert_eq!(reading.dataset.unwrap().ledger.given().len(), 2);
    files.insert(
        "control.csv".to_owned(),
        b"site,time_start,time_end,control\nford,2020-05-01,2020-05-04,crown\nford,2020-05-03,2020-05-03,nobody\nford,2020-05-02,,league\n"
            .to_vec(),
    );
    assert_eq!(said(&read(&files)), ["control.csv:3:17 empty-period", "control.csv:3:28 unknown-id", "control.csv:4:6 overlapping-states"]);
    files.insert(
        "control.csv".to_owned(),
        b"site,time_start,time_end,control\nford,2020-05-01,4.5.2020,crown\nford,2020-05-03,,league\n,2020-05-02,,\n".to_vec(),
    );
    assert_eq!(
        said(&read(&files)),
        ["control.csv:2:17 unreadable-time", "control.csv:4:1 missing-site", "control.csv:4:14 missing-control"]
    );
}

#[test]
fn given_states_are_the_same_in_whatever_order_their_columns_stand_and_whether_quoted_or_not() {
    let given = |control: &str| {
        let mut files = sound();
        files.insert("control.csv".to_owned(), control.as_bytes().to_vec());
        let reading = read(&files);
        assert_eq!(said(&reading), Vec::<String>::new());
        reading.dataset.unwrap().ledger.given().to_vec()
    };
    let plain = given(
        "site,time_start,time_end,control,status,confidence,citation\n\
         ford,2020-05-01,2020-05-03,crown,claimed,0.5,\"p. 4, 5\"\n\
         ford,2020-05-03,2020-05-04,league,,,\n\
         ford,2020-05-04,2020-05-05,crown,claimed,0.5,\"p. 4, 5\"\n",
    );
    let turned = given(
        "citation,control,status,site,time_start,confidence,time_end\n\
         \"p. 4, 5\",crown,claimed,ford,2020-05-01,0.5,2020-05-03\n\
         ,\"league\",,ford,2020-05-03,,2020-05-04\n\
         \"p. 4, 5\",\"crown\", claimed,ford,2020-05-04,\"0.5\",2020-05-05\n",
    );
    assert_eq!(plain, turned);
    assert_eq!((plain[2].state.confidence, plain[2].state.citation.as_str()), (Some(0.5), "p. 4, 5"));
    assert!(std::sync::Arc::ptr_eq(&plain[0].state, &plain[2].state), "written alike, and so kept once");
}

#[test]
fn a_dataset_of_a_hundred_faults_reports_a_hundred() {
    let mut files = sound();
    let mut rows = String::from("report,site,actor,asserts,time,source\n");
    for row in 0..100 {
        let rest = [
            "nowhere,league,takes,2020-05-01",
            "ford,nobody,takes,2020-05-01",
            "ford,league,takes,1.5.2020",
            "ford,league,grabs,2020-05-01",
        ];
        writeln!(rows, "x{row},{},wire", rest[row % 4]).unwrap();
    }
    files.insert("reports.csv".to_owned(), rows.into_bytes());
    let faults = said(&read(&files));
    assert_eq!(faults.len(), 100);
    let lines: BTreeSet<&str> = faults.iter().map(|fault| fault.split(' ').next().unwrap().split(':').nth(1).unwrap()).collect();
    assert_eq!(lines.len(), 100);
}

#[test]
fn faults_far_into_a_large_file_are_named_where_they_stand() {
    let site = |at: usize| {
        let geometry = format!("{{\"type\":\"Point\",\"coordinates\":[{},{}]}}", 60.0 + at as f64 / 1e3, 30.0 + at as f64 / 1e4);
        format!("{{\"type\":\"Feature\",\"id\":\"s{at}\",\"properties\":{{\"name\":\"Ort é{at}\"}},\"geometry\":{geometry}}}")
    };
    let mut lines: Vec<String> = (0..6_000).map(site).collect();
    lines[4_000] = lines[4_000].replace("s4000", "s17");
    lines[5_000] = lines[5_000].replace("[65,", "[265,");
    lines[5_500] = lines[5_500].replace("\"s5500\"", "[5500]");
    let mut files = sound();
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}", lines.join(",\n"));
    assert!(text.len() > 600_000, "more than two pieces");
    files.insert("sites.geojson".to_owned(), text.into_bytes());
    let reading = read(&files);
    let of_sites = reading.faults.iter().filter(|fault| fault.file.ends_with("sites.geojson"));
    let said: Vec<String> = of_sites.map(|fault| format!("{}:{} {}", fault.line.unwrap(), fault.column.unwrap(), fault.code)).collect();
    assert_eq!(said, ["4002:24 duplicate-id", "5002:107 off-the-earth", "5502:1 missing-id", "5502:24 unusable-id"]);
    let duplicate = reading.faults.iter().find(|fault| fault.code == "duplicate-id").unwrap();
    assert_eq!(duplicate.message, "\"s17\" is already the id of line 19");
}

#[test]
fn every_code_in_the_sources_has_a_meaning_and_every_meaning_is_of_a_code() {
    let known: BTreeSet<&str> = codes().iter().map(|meaning| meaning.code).collect();
    assert_eq!(known.len(), codes().len());
    let mut sources = String::new();
    for folder in ["src", "src/dataset", "src/import", "src/points", "src/points/columnar", "../cli/src", "../cli/src/verb"] {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("codes.rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    for code in &known {
        assert!(sources.contains(&format!("\"{code}\"")), "no fault has the code {code}");
    }
    for reading in [after("sites.geojson", "town", ""), after("dataset.toml", "format", "formt")] {
        for fault in reading {
            assert!(known.contains(fault.split(' ').nth(1).unwrap()), "{fault}");
        }
    }
}

/// A plain generator of the same numbers everywhere (SplitMix64: Steele, Lea and Flood 2014).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

fn mutate(files: &mut Files, numbers: &mut Numbers) {
    let names: Vec<String> = files.keys().cloned().collect();
    let name = &names[numbers.below(names.len())];
    let bytes = files.get_mut(name).unwrap();
    let at = numbers.below(bytes.len().max(1));
    match numbers.below(6) {
        0 => bytes.truncate(at),
        1 => bytes
            .splice(at..at, [b'"', b',', b'\n', 0xFF, 0, b'[', b'{', b'9', b'-', b'/'][numbers.below(10)..][..1].to_vec())
            .for_each(drop),
        2 if !bytes.is_empty() => bytes[at] ^= 1 << numbers.below(8),
        3 if !bytes.is_empty() => drop(bytes.remove(at)),
        4 => {
            let end = (at + numbers.below(30)).min(bytes.len());
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part).for_each(drop);
        }
        _ => drop(files.remove(name)),
    }
}

#[test]
fn no_bytes_make_reading_panic_and_what_is_unsound_says_why() {
    for seed in 0..3_000 {
        let mut numbers = Numbers(seed);
        let mut files = sound();
        for _ in 0..=numbers.below(4) {
            if !files.is_empty() {
                mutate(&mut files, &mut numbers);
            }
        }
        let reading = read(&files);
        let errors = reading.faults.iter().filter(|fault| fault.severity == Severity::Error).count();
        assert_eq!(reading.dataset.is_none(), errors > 0, "seed {seed}");
        for fault in &reading.faults {
            assert!(!fault.to_string().contains('\n') && !fault.message.is_empty(), "seed {seed}: {fault}");
            assert!(fault.snippet().starts_with(fault.severity.word()), "seed {seed}");
        }
    }
}
