//! What a picture makes of words, sizes, extents, titles and names that nobody should give it: refused with the way out, or drawn and owned up to.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use resvg::usvg;
use serde_json::{Value, json};
use support::{Scratch, files_below, marchland};

/// The dataset that `marchland new` writes.
fn ford(scratch: &Scratch) -> PathBuf {
    let folder = scratch.join("ford");
    marchland(["new", folder.to_str().unwrap()]).ok();
    folder
}

fn replace(path: &Path, pairs: &[(&str, &str)]) {
    let text = fs::read_to_string(path).unwrap();
    let text = pairs.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{} has no {from}", path.display());
        text.replace(from, to)
    });
    fs::write(path, text).unwrap();
}

fn svg(arguments: &[&str]) -> String {
    let drawn = marchland([arguments, &["-o", "-", "-f", "svg"]].concat()).ok();
    usvg::Tree::from_str(&drawn, &usvg::Options::default()).unwrap();
    drawn
}

#[test]
fn an_unknown_palette_layout_size_or_language_is_refused_with_those_there_are() {
    let scratch = Scratch::new();
    let path = scratch.join("a.png");
    let refused = |arguments: &[&str], words: &[&str]| {
        let said = marchland([arguments, &["-o", path.to_str().unwrap()]].concat()).refused(2);
        assert!(words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
        assert!(!path.exists(), "{arguments:?}");
    };
    let may = ["--before", "2015-09-27", "--after", "2015-09-29"];
    let palettes = ["okabe-ito", "tol-highcontrast", "tol-muted", "mono"];
    for verb in [vec!["snapshot"], [&["compare"], &may[..]].concat(), vec!["animate", "--every", "P1M"], vec!["series"], vec!["timeline"]] {
        let with = |extra: [&'static str; 2]| [&verb[..1], &["data/kunduz"], &verb[1..], &extra].concat();
        refused(&with(["--palette", "rainbow"]), &palettes);
        for size in ["a9", "1600", "0x0", "199x200", "99999x99999", "1600x1200x3", "x", ""] {
            refused(&with(["--size", size]), &["a5, a4 or a3", "1600x1200", "from 200 to 10000"]);
        }
        refused(&with(["--lang", "tlh"]), &["tlh", "fa"]);
    }
    refused(&[&["compare", "data/kunduz"], &may[..], &["--layout", "pile"]].concat(), &["side, stack, diff, blink"]);
    refused(&["series", "data/kunduz", "--layout", "pie"], &["stacked, lines"]);
    refused(&["snapshot", "data/kunduz", "--inset", "maybe"], &["auto, none"]);
    let own = ford(&scratch);
    refused(&["snapshot", own.to_str().unwrap(), "--lang", "fa"], &["no language but its own"]);
}

#[test]
fn an_output_that_cannot_be_written_is_named_with_the_cause_and_what_to_do() {
    let scratch = Scratch::new();
    let file = scratch.join("a.txt");
    fs::write(&file, "here first").unwrap();
    let in_file = |name: &str| format!("{}/{name}", file.display());
    let nowhere = scratch.join("nowhere/a.png");
    for (output, remedy) in [
        (in_file("map.png"), "a file stands where a folder is needed; choose another path"),
        (in_file("out/"), "a file stands where a folder is needed; choose another path"),
        (nowhere.display().to_string(), "make the folder it is to stand in, or choose one that is there"),
    ] {
        let said = marchland(["snapshot", "data/kunduz", "--size", "400x300", "-o", &output]).refused(1);
        assert!(said.contains("cannot write") && said.contains(output.trim_end_matches('/')) && said.contains(remedy), "{output}: {said}");
    }
    assert_eq!((fs::read_to_string(&file).unwrap(), fs::read_dir(scratch.join(".")).unwrap().count()), ("here first".to_owned(), 1));
}

#[test]
fn a_bare_map_of_a_comparison_or_an_animation_is_refused_with_the_verb_that_makes_it() {
    let may: [&[&str]; 2] =
        [&["compare", "data/kunduz", "--before", "2015-09-27", "--after", "2015-09-29"], &["animate", "data/kunduz", "--every", "P1M"]];
    for verb in may {
        let said = marchland([verb, &["--frame-only", "-o", "a.png"]].concat()).refused(2);
        assert!(said.contains("--frame-only: ") && said.contains("`marchland snapshot DATASET --"), "{said}");
    }
}

#[test]
fn an_extent_of_nothing_is_a_fault_at_its_place_and_no_picture() {
    let scratch = Scratch::new();
    let folder = ford(&scratch);
    let config = fs::read_to_string(folder.join("dataset.toml")).unwrap();
    let picture = scratch.join("a.png");
    for extent in
        ["[10.0, 50.0, 10.0, 50.0]", "[10.0, 50.0, 10.0, 51.0]", "[10.0, 51.0, 11.0, 50.0]", "[10.0, 50.0]", "[nan, 50, 11, 51]", "[]"]
    {
        fs::write(folder.join("dataset.toml"), format!("{config}\n[map]\nextent = {extent}\n")).unwrap();
        let said = marchland(["snapshot", folder.to_str().unwrap(), "-o", picture.to_str().unwrap()]).refused(4);
        assert!(said.contains("dataset.toml:20:10") && said.contains("west below east"), "{extent}: {said}");
        assert!(!picture.exists());
    }
}

#[test]
fn places_outside_the_extent_are_counted_in_the_caption() {
    let kunduz = ["snapshot", "data/kunduz", "--at", "2016-10-03"];
    for inset in ["auto", "none"] {
        assert!(svg(&[&kunduz[..], &["--inset", inset]].concat()).contains(">2 places lie outside the frame."), "{inset}");
    }
    assert!(
        svg(&["compare", "data/kunduz", "--before", "2015-09-27", "--after", "2015-09-29"]).contains("2 places lie outside the frame.")
    );
    let scratch = Scratch::new();
    let folder = ford(&scratch);
    assert!(!svg(&["snapshot", folder.to_str().unwrap()]).contains("outside the frame"));
    replace(&folder.join("dataset.toml"), &[("[territory]", "[map]\nextent = [0.0, 0.0, 1.0, 1.0]\n\n[territory]")]);
    let picture = scratch.join("a.svg");
    let answer = marchland(["snapshot", folder.to_str().unwrap(), "-o", picture.to_str().unwrap()]);
    assert!(answer.stderr().contains("warning: no place lies within the frame: see the extent"), "{}", answer.stderr());
    assert!(fs::read_to_string(picture).unwrap().contains("4 places lie outside the frame."));
}

/// Places in rows of four, each taken by an actor of its own on 1 May and by another some days later.
fn many_actors(scratch: &Scratch, count: u32) -> String {
    let folder = ford(scratch);
    let actors = (0..count).fold("actor,name\n".to_owned(), |rows, at| format!("{rows}a{at},Faction {}\n", at + 1));
    let reports = (0..count).fold("report,site,actor,asserts,time,source,credibility\n".to_owned(), |rows, at| {
        let (next, day) = ((at + 7) % count, 3 + at % 5);
        format!("{rows}r{at},s{at},a{at},takes,2020-05-01,wire,1\nq{at},s{at},a{next},takes,2020-05-0{day},wire,1\n")
    });
    let feature = |at: u32| {
        let place = [9.94 + 0.04 * f64::from(at % 4), 49.96 + 0.32 / f64::from(count) * f64::from(at / 4)];
        let geometry = json!({ "type": "Point", "coordinates": place });
        json!({ "type": "Feature", "id": format!("s{at}"), "properties": { "name": format!("Place {at}") }, "geometry": geometry })
    };
    let features: Vec<Value> = (0..count).map(feature).collect();
    fs::write(folder.join("actors.csv"), actors).unwrap();
    fs::write(folder.join("reports.csv"), reports).unwrap();
    fs::write(folder.join("sites.geojson"), json!({ "type": "FeatureCollection", "features": features }).to_string()).unwrap();
    replace(&folder.join("dataset.toml"), &[("\"crown\"", "\"a0\"")]);
    replace(&folder.join("sources.csv"), &[(",crown,", ",a0,")]);
    folder.to_str().unwrap().to_owned()
}

#[test]
fn twelve_actors_have_patterns_and_numbers_and_dashes_and_the_legend_says_so() {
    let scratch = Scratch::new();
    let path = many_actors(&scratch, 12);
    let maps = [
        svg(&["snapshot", &path, "--at", "2020-05-02"]),
        svg(&["compare", &path, "--before", "2020-05-02", "--after", "2020-05-04", "--size", "1600x1600"]),
    ];
    for drawn in &maps {
        assert!(drawn.contains("More actors than colours: white dots"));
        for number in 8..=12 {
            assert!(drawn.contains(&format!(">{number}<")) && drawn.contains(&format!(">{number} Faction {number}<")), "{number}");
        }
        assert!(!drawn.contains(">1<") && !drawn.contains(">1 Faction 1<"));
    }
    // Of a stacked chart and a timeline each swatch has its pattern, and each line its dashes.
    for chart in [svg(&["series", &path]), svg(&["timeline", &path])] {
        assert!(chart.matches("<pattern").count() >= 5, "{} patterns", chart.matches("<pattern").count());
    }
    let lines = svg(&["series", &path, "--layout", "lines"]);
    assert!(lines.contains("#0072b2") && lines.matches("stroke-dasharray").count() >= 10, "five lines and their samples are dashed");
    let film = scratch.join("a.gif");
    marchland(["animate", &path, "--every", "P1D", "--size", "400x300", "-o", film.to_str().unwrap()]).ok();
}

#[test]
fn of_more_states_than_the_legend_has_room_for_those_with_the_least_ground_are_counted() {
    let scratch = Scratch::new();
    let path = many_actors(&scratch, 24);
    let drawn = svg(&["snapshot", &path, "--at", "2020-05-02"]);
    let rows = drawn.matches(">held, confirmed<").count();
    // One of them is the row of markers.
    assert!((12..25).contains(&rows) && drawn.contains(&format!(">and {} more with less ground: see map.md<", 25 - rows)), "{rows}");
    assert!(drawn.contains(">More actors than colours") && drawn.contains(">HOW SURE<"));
}

#[test]
fn a_title_of_five_hundred_characters_is_cut_on_the_page_and_whole_beside_it() {
    let scratch = Scratch::new();
    let folder = ford(&scratch);
    let path = folder.to_str().unwrap();
    let title = "A very long title of many words ".repeat(16).trim_end().to_owned();
    assert!(title.len() > 500);
    let may: &[&str] = &["compare", path, "--before", "2020-05-02", "--after", "2020-05-05"];
    let diff = [may, &["--layout", "diff"]].concat();
    for verb in [&["snapshot", path], may, &diff, &["series", path], &["timeline", path]] {
        for size in ["1600x1200", "800x600", "400x300", "a4"] {
            let drawn = svg(&[verb, &["--title", &title, "--size", size]].concat());
            assert!(drawn.contains(&format!("<title>{title}</title>")), "{verb:?}");
            let cut = drawn.lines().filter(|line| line.contains(">A very long title of many words") && line.contains("…</text>")).count();
            assert_eq!(cut, 1, "{verb:?} {size}: the title is cut once");
            assert!(drawn.contains("… · dataset ") && drawn.contains(" · CC0-1.0<"), "{verb:?} {size}: what the map is made of stays");
        }
    }
    let out = scratch.join("out/");
    marchland(["snapshot", path, "--title", &title, "-o", out.to_str().unwrap()]).ok();
    assert!(fs::read_to_string(out.join("map.alt.txt")).unwrap().contains(&title));
    assert!(fs::read_to_string(out.join("map.md")).unwrap().contains(&title));
    let reader = png::Decoder::new(std::io::Cursor::new(fs::read(out.join("map.png")).unwrap())).read_info().unwrap();
    assert!(reader.info().utf8_text.iter().any(|chunk| chunk.keyword == "Title" && chunk.get_text().unwrap() == title));
}

const SCRIPT: &str = "<script>alert(1)</script>";

/// A dataset whose every name is mark-up, emoji, or holds characters that a terminal would obey.
fn strange(scratch: &Scratch) -> String {
    let folder = ford(scratch);
    let sites = [
        ("Town hall", "<script>alert(1)</script> & \\\"x\\\" 'y'"),
        ("The ford", "\u{1F600} ford \u{202E}drof"),
        ("\"bridge\"", "\"bridge\\u0007 <b>\u{202E}\""),
        ("Old mill", "bell\\u0007 nul\\u0000 red\\u001b[31m"),
        ("\"Chapel\"", "\"\u{202B}line\\nbreak | pipe ]]> --> }\""),
    ];
    replace(&folder.join("sites.geojson"), &sites);
    let crown = format!("{SCRIPT} Crown \u{1F451}");
    replace(&folder.join("actors.csv"), &[("The Crown", &crown), ("The League", "\"League, \u{202E}eugael\"\" \u{8}\"")]);
    replace(&folder.join("sources.csv"), &[("The Wire", "<script>alert(1)</script>\u{7} Wire")]);
    replace(&folder.join("reports.csv"), &[("The League is across", "<script>alert(1)</script> \u{202E}\u{7} across")]);
    let title = format!("\"{SCRIPT} \\u0007 \\U0001F600 \\u202Eford ]]>\"");
    let credit = format!("\"{SCRIPT} & credits \\u0007\"");
    let config =
        [("\"The ford: who held what\"", &*title), ("\"Everything here is made up\"", &*credit), ("\"CC0-1.0\"", "\"CC0 <b>\\u001b\"")];
    replace(&folder.join("dataset.toml"), &config);
    folder.to_str().unwrap().to_owned()
}

/// Whether text has characters that a terminal or a reader obeys and does not show.
fn obeys(text: &str) -> bool {
    text.contains(|letter: char| letter.is_control() && !"\n\r\t".contains(letter) || ('\u{202A}'..='\u{202E}').contains(&letter))
}

#[test]
fn mark_up_and_hidden_characters_in_names_do_no_harm_in_any_file() {
    let scratch = Scratch::new();
    let path = strange(&scratch);
    let (map, compared) = (scratch.join("map/"), scratch.join("compared/"));
    let answer = marchland(["snapshot", &path, "-o", map.to_str().unwrap()]);
    assert_eq!(answer.code(), 0, "{}", answer.stderr());
    let warned = answer.stderr();
    assert!(warned.contains("no font has \"\u{1F600}\" of \"\u{1F600} ford drof\"") && !obeys(&warned), "{warned}");
    assert_eq!(warned.matches('\u{1F451}').count(), 2, "each text is warned of once: {warned}");
    marchland(["compare", &path, "--before", "2020-05-02", "--after", "2020-05-05", "-o", compared.to_str().unwrap()]).ok();
    for verb in ["series", "timeline"] {
        fs::write(map.join(format!("{verb}.svg")), svg(&[verb, &path])).unwrap();
    }
    let csv = marchland(["timeline", &path, "-o", "-", "-f", "csv"]).ok();
    fs::write(map.join("timeline.csv"), csv).unwrap();
    for folder in [&map, &compared] {
        for file in files_below(folder) {
            let bytes = fs::read(folder.join(&file)).unwrap();
            let name = file.to_str().unwrap();
            let Ok(text) = String::from_utf8(bytes) else {
                assert!(name.ends_with("png"), "{name}");
                continue;
            };
            assert!(!obeys(&text), "{name}");
            match name.rsplit('.').next().unwrap() {
                "svg" | "qml" => {
                    assert!(!text.contains("<script") && !text.contains("<b>"), "{name}");
                    usvg::roxmltree::Document::parse_with_options(
                        &text,
                        usvg::roxmltree::ParsingOptions { allow_dtd: true, ..usvg::roxmltree::ParsingOptions::default() },
                    )
                    .unwrap();
                }
                "md" => assert!(!text.replace("\\<", "").contains('<'), "{name}"),
                "json" | "geojson" => drop(serde_json::from_str::<Value>(&text).unwrap()),
                _ => {}
            }
        }
    }
}

#[test]
fn hidden_characters_in_names_and_titles_are_in_no_picture_and_on_no_terminal() {
    let scratch = Scratch::new();
    let path = strange(&scratch);
    let out = |name: &str| scratch.join(name).to_str().unwrap().to_owned();
    for name in ["a.png", "b.png"] {
        let verb: &[&str] = if name == "a.png" { &["snapshot", &path] } else { &["animate", &path, "--every", "P1D", "--size", "400x300"] };
        let said = marchland([verb, &["--title", "<b>\u{7}\u{202E}title\u{1F600}", "-o", &out(name)]].concat());
        assert!(
            said.stderr().contains("no font has \"\u{1F600}\" of \"<b> title\u{1F600}\"") && !obeys(&said.stderr()),
            "{}",
            said.stderr()
        );
        let reader = png::Decoder::new(std::io::Cursor::new(fs::read(out(name)).unwrap())).read_info().unwrap();
        for chunk in &reader.info().utf8_text {
            assert!(!obeys(&chunk.get_text().unwrap()), "{}", chunk.keyword);
        }
    }
    let span = ["--before", "2020-05-02", "--after", "2020-05-05"];
    for question in [
        vec!["at", &path, "--site", "mill"],
        vec!["at", &path, "--nearest", "10,50"],
        vec!["explain", &path, "--site", "ford"],
        vec!["info", &path],
        vec!["info", &path, "--gaps"],
        vec!["changes", &path],
        vec!["series", &path, "--every", "P1D"],
        [&["compare", path.as_str()], &span[..]].concat(),
        vec!["check", &path],
    ] {
        let answer = marchland(&question);
        assert_eq!(answer.code(), 0, "{question:?}");
        assert!(!obeys(&answer.stdout()) && !obeys(&answer.stderr()), "{question:?}");
    }
}

#[cfg(feature = "pdf")]
#[test]
fn a_pdf_of_strange_names_and_its_metadata_are_without_hidden_characters() {
    let scratch = Scratch::new();
    let path = strange(&scratch);
    let pdf = scratch.join("a.pdf");
    marchland(["snapshot", &path, "-o", pdf.to_str().unwrap()]).ok();
    let bytes = fs::read(pdf).unwrap();
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(bytes.starts_with(b"%PDF") && has(b"%%EOF"));
    // Metadata is XML within, where mark-up is escaped.
    assert!(!has(b"<script>"), "no mark-up in the metadata");
    assert!(!has(&[0x20, 0x2E, 0x00]), "no override");
}

#[cfg(unix)]
#[test]
fn a_name_of_a_file_that_is_no_unicode_is_taken() {
    use std::os::unix::ffi::OsStrExt as _;
    let scratch = Scratch::new();
    let name = std::ffi::OsStr::from_bytes(b"a\xFF.svg");
    let path = scratch.0.join(name);
    let arguments = ["snapshot", "data/kunduz", "-o"].map(std::ffi::OsStr::new).into_iter().chain([path.as_os_str()]);
    marchland(arguments).ok();
    assert!(path.exists());
}
