//! Charts as a user makes them: their files, what they say, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

use std::fs;

use resvg::usvg;
use support::{Scratch, marchland};

const KUNDUZ: &str = "data/kunduz";

fn svg<'a>(arguments: impl IntoIterator<Item = &'a str>) -> String {
    marchland(arguments.into_iter().chain(["-o", "-", "-f", "svg"])).ok()
}

#[test]
fn a_series_is_drawn_at_every_change_unless_the_moments_are_named() {
    let stacked = svg(["series", KUNDUZ, "--during", "2015-09-01/2016-12-31"]);
    assert!(stacked.contains("1 September 2015 to 31 December 2016, Asia/Kabul"), "the span and its zone");
    for words in ["Afghan government", "Taliban", "Contested", "km²", "sources.csv", "CC-BY-4.0"] {
        assert!(stacked.contains(words), "{words}");
    }
    assert_ne!(stacked, svg(["series", KUNDUZ, "--during", "2015-09-01/2016-12-31", "--every", "P1M"]));
    let lines = svg(["series", KUNDUZ, "--during", "2015-09-01/2016-12-31", "--layout", "lines"]);
    assert!(lines.contains("where no word disputes it"));
}

#[test]
fn a_single_moment_and_a_single_day_are_drawn() {
    for arguments in
        [vec!["--during", "2016-10-03/2016-10-03", "--every", "P1D"], vec!["--during", "2016-10-03T06:00:00Z/2016-10-03T06:00:01Z"]]
    {
        let drawn = svg(["series", KUNDUZ].into_iter().chain(arguments));
        usvg::Tree::from_str(&drawn, &usvg::Options::default()).unwrap();
        assert!(drawn.contains("3 October 2016"));
    }
}

#[test]
fn a_timeline_names_the_sites_in_the_language_asked_and_no_silent_hospital() {
    let drawn = svg(["timeline", KUNDUZ]);
    assert!(drawn.contains("Main intersection") && drawn.contains("2 hospitals of whose control nothing was said"));
    assert!(!drawn.contains("MSF trauma"));
    let dari = svg(["timeline", KUNDUZ, "--lang", "fa", "--during", "2016-09-25/2016-10-31", "--as-of", "2016-10-13"]);
    assert!(dari.contains("چوک کندز") && dari.contains("as known on 13 October 2016"));
}

#[test]
fn a_timeline_of_some_sites_has_their_rows_and_no_others() {
    let drawn = svg(["timeline", KUNDUZ, "--site", "KDZ-NDS", "--site", "KDZ-PHQ"]);
    assert!(drawn.contains("NDS office") && drawn.contains("Police headquarters") && !drawn.contains("Main intersection"));
    let of = |extra: &[&str]| marchland([&["timeline", KUNDUZ, "--site", "KDZ-NDS", "-o", "-", "-f", "csv"], extra].concat()).ok();
    for table in [of(&[]), of(&["--geometry", "sites"])] {
        assert!(table.lines().count() > 2 && table.lines().skip(1).all(|line| line.starts_with("KDZ-NDS,")), "{table}");
    }
    let scratch = Scratch::new();
    let path = scratch.join("city.geojson");
    let whole = marchland(["timeline", KUNDUZ, "--site", "KDZ-CITY", "-o", path.to_str().unwrap()]);
    assert!(whole.stderr().contains("left out: 1 site without ground"), "{}", whole.stderr());
}

#[test]
fn without_a_size_a_timeline_is_as_high_as_its_rows_need() {
    let height = |extra: &[&'static str]| -> f64 {
        let page = svg([&["timeline", KUNDUZ], extra].concat());
        let tree = usvg::roxmltree::Document::parse(&page).unwrap();
        tree.root_element().attribute("height").unwrap().parse().unwrap()
    };
    let two = ["--site", "KDZ-NDS", "--site", "KDZ-PHQ"];
    assert!((350.0..550.0).contains(&height(&two)), "{}", height(&two));
    assert_eq!([height(&[]), height(&[&two[..], &["--size", "1600x1200"]].concat())], [1_200.0; 2]);
}

#[test]
fn ground_that_is_only_claimed_is_hatched_in_the_chart_of_areas() {
    let year = svg(["series", KUNDUZ, "--during", "2016-01-01/2016-05-31"]);
    assert!(year.contains("Hatched: claimed only, not confirmed.") && year.contains("67 km² claimed only"), "{year}");
    assert!(!svg(["series", KUNDUZ, "--during", "2015-01-01/2015-08-31"]).contains("claimed only"));
}

#[test]
fn a_timeline_of_an_unknown_site_is_refused_with_the_nearest() {
    let scratch = Scratch::new();
    let path = scratch.join("a.svg");
    let said = marchland(["timeline", KUNDUZ, "--site", "KDZ-NDX", "-o", path.to_str().unwrap()]).refused(2);
    assert!(said.contains("no site \"KDZ-NDX\"") && said.contains("KDZ-NDS"), "{said}");
    let silent = marchland(["timeline", KUNDUZ, "--site", "KDZ-MSF", "-o", path.to_str().unwrap()]).refused(1);
    assert!(silent.contains("hospital of whose control nothing was said"), "{silent}");
    assert!(!path.exists());
}

#[test]
fn a_chart_is_told_of_in_json_and_holds_the_arguments_that_make_it_again() {
    let scratch = Scratch::new();
    let path = scratch.join("timeline.png");
    let told = marchland(["timeline", KUNDUZ, "--size", "800x600", "--json", "-o", path.to_str().unwrap()]).json();
    assert!(told["files"][0]["name"].as_str().unwrap().ends_with("timeline.png"));
    assert_eq!(told["files"][0]["sha256"].as_str().unwrap().len(), 64);
    let reader = png::Decoder::new(std::io::Cursor::new(fs::read(&path).unwrap())).read_info().unwrap();
    let texts: Vec<String> = reader.info().utf8_text.iter().map(|chunk| chunk.get_text().unwrap()).collect();
    assert!(texts.iter().any(|text| text.starts_with("marchland timeline data/kunduz --size 800x600")), "{texts:?}");
    assert_eq!(marchland(["timeline", KUNDUZ, "-o", path.to_str().unwrap()]).code(), 3, "the file is there already");
}

#[test]
fn what_cannot_be_drawn_is_refused_in_words() {
    let scratch = Scratch::new();
    let path = scratch.join("a.png");
    let path = path.to_str().unwrap();
    for verb in ["series", "timeline"] {
        let said = marchland([verb, KUNDUZ, "--size", "tall", "-o", path]).refused(2);
        assert!(said.contains("--size tall: expected width and height"), "{said}");
        let said = marchland([verb, KUNDUZ, "--during", "1999-01-01/1999-12-31", "-o", path]).refused(2);
        assert!(said.contains("no moment that the dataset speaks for"), "{said}");
        marchland([verb, KUNDUZ, "--lang", "xx", "-o", path]).refused(2);
        marchland([verb, KUNDUZ, "-o", "a.jpeg"]).refused(2);
    }
    assert!(!scratch.join("a.png").exists());
}

#[test]
fn names_that_are_mark_up_or_long_or_strange_do_no_harm_to_a_chart() {
    let scratch = Scratch::new();
    let folder = scratch.join("mine");
    let path = folder.to_str().unwrap();
    marchland(["new", path]).ok();
    let sites = fs::read_to_string(folder.join("sites.geojson")).unwrap();
    let sites = sites.replace("Town hall", "<script>alert(1)</script> & \\\"x\\\"").replace("The ford", &"long ".repeat(100));
    fs::write(folder.join("sites.geojson"), sites.replace("Old mill", "\u{1F600} mill\\u0007")).unwrap();
    let title = "A title | with <b>mark-up</b> ".repeat(20);
    for verb in ["series", "timeline"] {
        for size in ["200x200", "400x300", "620x877", "a4"] {
            let drawn = svg([verb, path, "--title", &title, "--size", size]);
            assert!(!drawn.contains("<script") && !drawn.contains("<b>") && drawn.contains("&lt;b&gt;"), "{verb} {size}");
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{verb} {size}");
            usvg::Tree::from_str(&drawn, &usvg::Options::default()).unwrap();
        }
    }
    let answer = marchland(["timeline", path, "-o", scratch.join("a.png").to_str().unwrap()]);
    assert!(answer.stderr().contains("no font has \"\u{1F600}\""), "{}", answer.stderr());
}
