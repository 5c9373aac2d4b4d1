//! The picture and the drawing are of one scene: what another program makes of our SVG is held against our own pixels. And
//! whatever stands in a dataset, the page holds.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

#[expect(dead_code, reason = "the goldens use the rest")]
mod pixels;

use std::fs;
use std::path::Path;

use resvg::usvg;
use support::{Scratch, marchland};

/// Width, height and the red, green and blue of each pixel of a PNG, with its text chunks.
fn decoded(path: &Path) -> (u32, u32, Vec<u8>, Vec<(String, String)>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(fs::read(path).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let texts = reader.info().utf8_text.iter().map(|chunk| (chunk.keyword.clone(), chunk.get_text().unwrap())).collect();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    (info.width, info.height, pixels, texts)
}

#[test]
fn the_drawing_and_the_pixels_are_of_one_scene() {
    let scratch = Scratch::new();
    for (dataset, at, language) in [("kunduz", "2016-10-03", "fa"), ("afghanistan-2021", "2021-08-13", "fa")] {
        let path = |name: &str| scratch.join(&format!("{dataset}.{name}"));
        for name in ["png", "svg"] {
            let (folder, output) = (format!("data/{dataset}"), path(name));
            let common = ["snapshot", &folder, "--at", at, "--lang", language, "--size", "1000x750", "-o", output.to_str().unwrap()];
            marchland(common).ok();
        }
        let (_, _, ours, _) = decoded(&path("png"));
        let theirs = pixels::of_svg(&fs::read_to_string(path("svg")).unwrap()).rgb;
        assert_eq!(ours.len(), theirs.len());
        let differences: Vec<u8> = ours.iter().zip(&theirs).map(|(&one, &other)| one.abs_diff(other)).collect();
        let mean = differences.iter().map(|&difference| f64::from(difference)).sum::<f64>() / differences.len() as f64;
        let far = differences.iter().filter(|&&difference| difference > 64).count() as f64 / differences.len() as f64;
        // Letters are placed to a hundredth of a pixel; the edges of stripes, which fill most of Kunduz, are sampled differently.
        assert!(mean < 3.5 && far < 0.01, "{dataset}: {mean:.2} of 255 on average, {:.2} % far off", far * 100.0);
    }
}

#[test]
fn a_picture_holds_the_arguments_that_make_it_again() {
    let scratch = Scratch::new();
    let path = scratch.join("map.png");
    marchland(["snapshot", "data/kunduz", "--at", "2016-10-03", "--size", "400x300", "-o", path.to_str().unwrap()]).ok();
    let (width, height, _, texts) = decoded(&path);
    assert_eq!((width, height), (400, 300));
    let text = |keyword: &str| texts.iter().find(|(known, _)| known == keyword).unwrap().1.clone();
    assert!(text("Comment").starts_with("marchland snapshot data/kunduz --at 2016-10-03 --size 400x300"));
    assert!(text("Software").starts_with("marchland "));
    assert_eq!(text("Copyright"), "CC-BY-4.0");
    assert!(text("Description").contains("contested"));
}

#[test]
fn names_that_are_mark_up_or_long_or_strange_do_no_harm() {
    let scratch = Scratch::new();
    let folder = scratch.join("mine");
    let path = folder.to_str().unwrap();
    marchland(["new", path]).ok();
    let sites = fs::read_to_string(folder.join("sites.geojson")).unwrap();
    let long = "long ".repeat(100);
    let sites = sites
        .replace("Town hall", "<script>alert(1)</script> & \\\"x\\\"")
        .replace("The ford", &long)
        .replace("Old mill", "\u{1F600} \u{202E}mill\\u0007");
    fs::write(folder.join("sites.geojson"), sites).unwrap();
    let title = "A title | with <b>mark-up</b> ".repeat(20);
    for size in ["200x200", "1080x1080", "620x877", "1600x1200"] {
        let out = scratch.join(&format!("out{size}/"));
        marchland(["snapshot", path, "--title", &title, "--size", size, "-o", out.to_str().unwrap()]).ok();
        let svg = fs::read_to_string(out.join("map.svg")).unwrap();
        assert!(!svg.contains("<script") && !svg.contains("<b>") && svg.contains("&lt;b&gt;"), "{size}");
        // On the smallest page there is no room for the label.
        assert!(size == "200x200" || svg.contains("&lt;script&gt;"), "{size}");
        usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
        assert!(fs::read_to_string(out.join("map.md")).unwrap().contains("\\<script\\>"));
    }
    let answer = marchland(["snapshot", path, "-o", scratch.join("a.png").to_str().unwrap()]);
    assert!(answer.stderr().contains("no font has \"\u{1F600}\""), "{}", answer.stderr());
    marchland(["snapshot", path, "--size", "1x1", "-o", scratch.join("b.png").to_str().unwrap()]).refused(2);
}

#[test]
fn the_hospital_has_no_pin_and_no_label_on_the_map_of_kunduz() {
    let svg = marchland(["snapshot", "data/kunduz", "--at", "2015-10-03", "-o", "-", "-f", "svg"]).ok();
    assert!(!svg.contains("MSF trauma") && !svg.contains("Regional hospital"));
    assert!(svg.contains("NDS office"));
}

#[test]
fn a_palette_replaces_the_datasets_colours_and_an_unknown_one_is_refused_with_those_there_are() {
    let picture = |palette: &str| marchland(["snapshot", "data/kunduz", "--palette", palette, "-o", "-", "-f", "svg"]);
    let svg = picture("mono").ok();
    assert!(svg.contains("#1e1e1e") && !svg.to_lowercase().contains("#0072b2"));
    let refused = picture("rainbow");
    let reason = refused.stderr();
    for word in ["rainbow", "okabe-ito", "tol-highcontrast", "tol-muted", "mono"] {
        assert!(reason.contains(word), "{reason}");
    }
    assert_eq!(refused.code(), 2);
}

#[test]
fn more_actors_than_colours_have_dots_and_numbers_and_the_legend_says_so() {
    let scratch = Scratch::new();
    let folder = scratch.join("mine");
    let path = folder.to_str().unwrap();
    marchland(["new", path]).ok();
    let actors = fs::read_to_string(folder.join("actors.csv")).unwrap();
    let (header, rows) = actors.split_once('\n').unwrap();
    let commas = ",".repeat(header.matches(',').count() - 1);
    let others: String = ["w", "x", "y", "z"].map(|id| format!("{id},Other{commas}\n")).concat();
    fs::write(folder.join("actors.csv"), format!("{header}\n{others}{rows}")).unwrap();
    let svg = marchland(["snapshot", path, "--palette", "tol-highcontrast", "-o", "-", "-f", "svg"]).ok();
    assert!(svg.contains("More actors than colours"), "{actors}");
}

#[test]
fn an_arrow_is_drawn_only_where_it_is_asked_for_and_its_legend_owns_that_the_way_is_not_known() {
    let svg = |extra: &[&str]| marchland([&["snapshot", "data/kunduz", "--at", "2016-10-03", "-o", "-", "-f", "svg"], extra].concat()).ok();
    assert!(svg(&["--arrows"]).contains("said to move there; way not known"));
    assert!(!svg(&[]).contains("said to move there"));
}

#[test]
fn a_place_of_which_only_a_distance_is_known_is_a_line_and_has_no_marker() {
    let scratch = Scratch::new();
    let folder = scratch.join("mine");
    let path = folder.to_str().unwrap();
    marchland(["new", path]).ok();
    let mut sites: serde_json::Value = serde_json::from_str(&fs::read_to_string(folder.join("sites.geojson")).unwrap()).unwrap();
    let site = &mut sites["features"][0];
    let at = site["geometry"]["coordinates"].as_array().unwrap().clone();
    let [lon, lat] = [at[0].as_f64().unwrap(), at[1].as_f64().unwrap()];
    let ring: Vec<[f64; 2]> = [(0.0, 0.01), (0.01, 0.0), (0.0, -0.01), (-0.01, 0.0)].map(|(x, y)| [lon + x, lat + y]).to_vec();
    site["geometry"] = serde_json::json!({ "type": "LineString", "coordinates": ring });
    site["properties"]["estimate"] = true.into();
    site["properties"]["ground"] = false.into();
    site["properties"]["name"] = "Somewhere".into();
    fs::write(folder.join("sites.geojson"), sites.to_string()).unwrap();
    let svg = marchland(["snapshot", path, "-o", "-", "-f", "svg"]).ok();
    assert!(svg.contains("place lies somewhere on the line") && !svg.contains(">Somewhere<"));
}

#[test]
fn what_is_left_out_of_a_map_of_many_places_is_counted_on_it() {
    let scratch = Scratch::new();
    let folder = scratch.join("mine");
    let path = folder.to_str().unwrap();
    marchland(["new", path]).ok();
    let mut sites: serde_json::Value = serde_json::from_str(&fs::read_to_string(folder.join("sites.geojson")).unwrap()).unwrap();
    let features = sites["features"].as_array_mut().unwrap();
    let at = features[0]["geometry"]["coordinates"].clone();
    let [lon, lat] = [at[0].as_f64().unwrap(), at[1].as_f64().unwrap()];
    features.extend((0..1_600).map(|at| {
        let place = [lon + f64::from(at % 40) * 1e-4, lat + f64::from(at / 40) * 1e-4];
        let geometry = serde_json::json!({ "type": "Point", "coordinates": place });
        serde_json::json!({ "type": "Feature", "id": format!("s{at}"), "properties": { "name": format!("Site {at}") }, "geometry": geometry })
    }));
    fs::write(folder.join("sites.geojson"), sites.to_string()).unwrap();
    let svg = marchland(["snapshot", path, "-o", "-", "-f", "svg"]).ok();
    assert!(svg.contains("places too close to others to draw") && !svg.contains(">Site 1<"));
}

#[test]
fn the_legend_tells_of_symbols_and_of_what_is_not_sure_where_they_are_and_nowhere_else() {
    let svg = |dataset: &str, at: &str, extra: &[&str]| {
        marchland([&["snapshot", dataset, "--at", at, "-o", "-", "-f", "svg"], extra].concat()).ok()
    };
    let words = [">police<", ">intersection<", ">edge, about here<", ">end of its reach<", ">place lies somewhere in the circle<"];
    let kunduz = svg("data/kunduz", "2016-10-03", &[]);
    assert!(words.iter().all(|word| kunduz.contains(word)) && !kunduz.contains("the last word is old"));
    assert!(svg("data/kunduz", "2016-06-01", &[]).contains(">duller: the last word is old<"));
    let country = svg("data/afghanistan-2021", "2021-08-13", &[]);
    assert!(words.iter().all(|word| !country.contains(word)) && !country.contains("the last word is old"));
}

#[test]
fn no_legend_runs_into_the_caption_or_over_itself() {
    let dates = ["--dates", "2015-09-27,2015-09-29,2015-10-03,2015-10-13"];
    let may = ["--before", "2015-09-27", "--after", "2015-10-13"];
    let snapshot: [&str; 4] = ["snapshot", "data/kunduz", "--at", "2016-06-01"];
    let compare = |extra: &[&'static str]| [&["compare", "data/kunduz"], extra].concat();
    for verb in [snapshot.to_vec(), compare(&dates), compare(&may), compare(&[&may[..], &["--layout", "diff"]].concat())] {
        for size in ["640x480", "800x600", "1920x1080", "1000x1600", "1600x1200"] {
            let svg = marchland([&verb[..], &["--size", size, "-o", "-", "-f", "svg"]].concat()).ok();
            let tree = usvg::roxmltree::Document::parse(&svg).unwrap();
            let number = |node: &usvg::roxmltree::Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
            let texts: Vec<_> = tree.descendants().filter(|node| node.has_tag_name("text")).collect();
            let said = |node: &usvg::roxmltree::Node<'_, '_>| node.text().unwrap_or_default().to_owned();
            let caption = texts.iter().find(|text| said(text).contains("outside the frame. ")).map(|text| number(text, "y")).unwrap();
            let heading = texts.iter().find(|text| ["GROUND", "WHAT CHANGED"].contains(&said(text).as_str())).unwrap();
            let in_legend = |text: &&usvg::roxmltree::Node<'_, '_>| {
                number(text, "y") >= number(heading, "y") && number(text, "x") >= number(heading, "x") && number(text, "y") < caption
            };
            let legend: Vec<_> =
                texts.iter().filter(in_legend).filter(|text| text.ancestors().all(|node| node.attribute("clip-path").is_none())).collect();
            assert!(legend.len() > 8, "{verb:?} {size}");
            for (at, one) in legend.iter().enumerate() {
                let [x, y, size_one, wide] = ["x", "y", "font-size", "textLength"].map(|name| number(one, name));
                for other in &legend[at + 1..] {
                    let [left, low, high, width] = ["x", "y", "font-size", "textLength"].map(|name| number(other, name));
                    let is_over = x < left + width - 0.5 && left < x + wide - 0.5 && y > low - 0.72 * high && low > y - 0.72 * size_one;
                    assert!(!is_over, "{verb:?} {size}: \"{}\" and \"{}\"", said(one), said(other));
                }
            }
        }
    }
}

#[test]
fn on_a_page_too_small_for_a_legend_all_words_are_legible_and_its_absence_is_said() {
    let may = ["--before", "2015-09-27", "--after", "2015-10-13"];
    let compare = |extra: &[&'static str]| [&["compare", "data/kunduz"], &may[..], extra].concat();
    for verb in [vec!["snapshot", "data/kunduz", "--at", "2016-10-03"], compare(&[]), compare(&["--layout", "diff"])] {
        let answer = marchland([&verb[..], &["--size", "400x300", "-o", "-", "-f", "svg"]].concat());
        assert!(answer.stderr().contains("warning: the legend is left out: 400x300 pixels have no room"), "{}", answer.stderr());
        let svg = answer.ok();
        let tree = usvg::roxmltree::Document::parse(&svg).unwrap();
        let description = tree.descendants().find(|node| node.has_tag_name("desc")).and_then(|node| node.text()).unwrap();
        assert!(description.ends_with(" The legend is left out."), "{description}");
        let texts = || tree.descendants().filter(|node| node.has_tag_name("text"));
        assert!(texts().all(|text| text.attribute("font-size").unwrap().parse::<f64>().unwrap() >= 7.5 && text.text() != Some("GROUND")));
        // Stripes of contested ground and the lines of a claim are told apart: none is narrower than two pixels.
        let patterns = tree.descendants().filter(|node| node.has_tag_name("pattern"));
        assert!(patterns.filter_map(|pattern| pattern.attribute("width")).all(|width| width.parse::<f64>().unwrap() >= 4.0));
    }
}
