//! Comparisons and animations as the command writes them: what is on the pages, frames read again by other code, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

use std::fs;
use std::io::Cursor;
use std::path::Path;

use resvg::usvg;
use support::{Scratch, marchland};

const KUNDUZ: &str = "data/kunduz";

/// What `compare` writes of Kunduz before and after 28 September 2015, as SVG.
fn compared(extra: &[&str]) -> String {
    let common = ["compare", KUNDUZ, "-o", "-", "-f", "svg", "--size", "1000x700"];
    marchland([&common[..], extra].concat()).ok()
}

const FELL: [&str; 4] = ["--before", "2015-09-27", "--after", "2015-09-29"];

#[test]
fn both_maps_are_on_the_page_under_their_dates_with_one_legend() {
    let svg = compared(&FELL);
    for words in [">27 September 2015<", ">29 September 2015<", ">A<", ">B<"] {
        assert!(svg.contains(words), "{words}");
    }
    assert_eq!(svg.matches(">GROUND<").count(), 1);
    assert_eq!(svg.matches("<g clip-path").count(), 2);
    assert_eq!(svg.matches(">Zakhel<").count(), 2, "each map has its names");
}

/// Width and height of an SVG.
fn size_of(svg: &str) -> [f64; 2] {
    let tree = usvg::roxmltree::Document::parse(svg).unwrap();
    ["width", "height"].map(|side| tree.root_element().attribute(side).unwrap().trim_end_matches("px").parse().unwrap())
}

#[test]
fn without_a_size_a_page_of_wide_maps_is_no_higher_than_they_need() {
    let august = ["compare", "data/afghanistan-2021", "--dates", "2021-08-05,2021-08-10,2021-08-16", "--cols", "3", "-o", "-", "-f", "svg"];
    let [width, height] = size_of(&marchland(august).ok());
    assert!(width == 1_600.0 && (700.0..950.0).contains(&height), "{height}");
    let asked = marchland([&august[..], &["--size", "1600x1200"]].concat()).ok();
    assert_eq!(size_of(&asked), [1_600.0, 1_200.0], "a size that is asked for is kept");
    let stacked = marchland([&["compare", KUNDUZ, "--layout", "stack", "-o", "-", "-f", "svg"], &FELL[..]].concat()).ok();
    assert!(size_of(&stacked)[1] <= 1_200.0 && stacked.contains(">HOW SURE<"));
}

#[test]
fn names_keep_clear_of_no_scale_bar_where_it_stands_above_the_map() {
    let four = ["compare", KUNDUZ, "--dates", "2015-09-27,2015-09-29,2015-10-03,2015-10-13", "-o", "-", "-f", "svg"];
    assert_eq!(marchland(four).ok().matches(">NDS office<").count(), 4, "the place nearest to the lower left corner has its name");
}

#[test]
fn what_differs_stands_above_each_map_and_what_they_share_below_the_title() {
    let rules = compared(&["--at", "2016-10-03", "--rule-before", "latest", "--rule-after", "bayes"]);
    assert!(rules.contains(">rule latest 1<") && rules.contains(">rule bayes 1<"));
    assert!(rules.contains("As at the end of Monday 3 October 2016"));
    let known = compared(&["--at", "2016-10-03", "--as-of-before", "2016-10-03", "--as-of-after", "2016-10-13"]);
    assert!(known.contains(">as known on 3 October 2016<") && known.contains(">as known on 13 October 2016<"));
}

#[test]
fn the_map_of_what_changed_says_from_whom_to_whom_and_how_much() {
    let svg = compared(&[&FELL[..], &["--layout", "diff"]].concat());
    for words in ["Afghan government, confirmed", "→ Taliban, confirmed", "15 sites, 52 km²", "in the same state on both"] {
        assert!(svg.contains(words), "{words}");
    }
    let same = compared(&["--before", "2016-10-20", "--after", "2016-10-21", "--layout", "diff"]);
    assert!(same.contains("Nothing is different") || same.contains("WHAT CHANGED"));
}

#[test]
fn a_folder_takes_both_maps_the_page_and_the_words() {
    let scratch = Scratch::new();
    let folder = scratch.join("out/");
    let answer = marchland([&["compare", KUNDUZ, "--size", "500x400", "-o", folder.to_str().unwrap()], &FELL[..]].concat());
    assert!(answer.stderr().contains("wrote 9 files"), "{}", answer.stderr());
    let mut names: Vec<String> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let expected = ["after.png", "before.png", "change.csv", "change.geojson", "change.qml", "map.alt.txt", "map.md", "map.png", "map.svg"];
    assert_eq!(names, expected);
    let words = fs::read_to_string(folder.join("map.md")).unwrap();
    assert!(
        words.contains("## What changed from A to B") && words.contains("| Afghan government, confirmed | Taliban, claimed |"),
        "{words}"
    );
}

#[test]
fn two_rules_differ_in_the_data_as_they_do_on_the_maps() {
    let of_rules = ["compare", KUNDUZ, "--at", "2016-10-03", "--rule-before", "latest", "--rule-after", "bayes", "--json"];
    let answer = marchland(of_rules).json();
    assert_eq!([&answer["sides"][0]["rule"], &answer["sides"][1]["rule"]], ["latest 1", "bayes 1"]);
    assert!(!answer["changed"].as_array().unwrap().is_empty());
}

/// Red, green and blue of each pixel of each frame, laid over the ones before.
fn frames_of_gif(path: &Path) -> Vec<Vec<u8>> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(fs::File::open(path).unwrap()).unwrap();
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    let (mut page, mut frames) = (vec![0; width * height * 3], Vec::new());
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        let (left, top, across) = (usize::from(frame.left), usize::from(frame.top), usize::from(frame.width));
        for (at, pixel) in frame.buffer.chunks_exact(4).enumerate().filter(|(_, pixel)| pixel[3] > 0) {
            let place = ((top + at / across) * width + left + at % across) * 3;
            page[place..place + 3].copy_from_slice(&pixel[..3]);
        }
        frames.push(page.clone());
    }
    frames
}

fn frames_of_webp(path: &Path) -> Vec<Vec<u8>> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    assert!(decoder.is_animated() && decoder.has_alpha());
    (0..decoder.num_frames())
        .map(|_| {
            let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
            decoder.read_frame(&mut pixels).unwrap();
            pixels.chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect()
        })
        .collect()
}

fn frames_of_png(path: &Path) -> Vec<Vec<u8>> {
    let mut decoder = png::Decoder::new(Cursor::new(fs::read(path).unwrap()));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let count = reader.info().animation_control().map_or(1, |control| control.num_frames);
    let width = reader.info().width as usize;
    let mut page = vec![0; width * reader.info().height as usize * 3];
    (0..count)
        .map(|_| {
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut pixels).unwrap();
            let (left, top, across, down) = match reader.info().frame_control() {
                Some(part) => (part.x_offset as usize, part.y_offset as usize, part.width as usize, part.height as usize),
                None => (0, 0, width, page.len() / 3 / width),
            };
            let channels = reader.output_color_type().0.samples();
            for (at, pixel) in pixels.chunks_exact(channels).take(across * down).enumerate() {
                let place = ((top + at / across) * width + left + at % across) * 3;
                if channels < 4 || pixel[3] == 255 {
                    page[place..place + 3].copy_from_slice(&pixel[..3]);
                }
            }
            page.clone()
        })
        .collect()
}

#[test]
fn every_format_shows_the_frames_that_the_stills_show() {
    let scratch = Scratch::new();
    let animate = |place: &[&str]| {
        let common = ["animate", KUNDUZ, "--during", "2016-10-02/2016-10-05", "--every", "P1D", "--size", "320x240"];
        marchland([&common[..], place].concat()).ok();
    };
    let paths = ["a.gif", "a.webp", "a.png"].map(|name| scratch.join(name));
    for path in &paths {
        animate(&["-o", path.to_str().unwrap()]);
    }
    let folder = scratch.join("stills");
    animate(&["--frames", folder.to_str().unwrap()]);
    let stills: Vec<Vec<u8>> = (1..=4).map(|at| frames_of_png(&folder.join(format!("frame-{at:04}.png"))).remove(0)).collect();
    assert!(stills.windows(2).all(|pair| pair[0] != pair[1]), "each day has its own date");
    // At the foot of the page stand the arguments, which differ.
    let above_the_foot = 320 * 205 * 3;
    let is_same = |frames: &[Vec<u8>], off: u8| {
        let alike = |(one, other): (&Vec<u8>, &Vec<u8>)| {
            one[..above_the_foot].iter().zip(&other[..above_the_foot]).all(|(one, other)| one.abs_diff(*other) <= off)
        };
        frames.len() == stills.len() && frames.iter().zip(&stills).all(alike)
    };
    assert!(is_same(&frames_of_png(&paths[2]), 0), "APNG");
    // This decoder rounds down what shows through clear pixels, once a frame.
    assert!(is_same(&frames_of_webp(&paths[1]), 4), "WebP");
    // Two hundred and fifty-five colours stand for all: none is far off.
    assert!(is_same(&frames_of_gif(&paths[0]), 32), "GIF");
}

#[test]
fn a_blink_is_the_two_maps_in_one_place() {
    let scratch = Scratch::new();
    let path = scratch.join("blink.webp");
    marchland([&["compare", KUNDUZ, "--size", "320x240", "-o", path.to_str().unwrap()], &FELL[..]].concat()).ok();
    let frames = frames_of_webp(&path);
    assert!(frames.len() == 2 && frames[0] != frames[1]);
}

#[test]
fn what_makes_no_sense_is_refused_with_the_way_out_and_leaves_no_file() {
    let scratch = Scratch::new();
    let path = scratch.join("a.png");
    let out = path.to_str().unwrap();
    let refused = |arguments: &[&str], said: &str| {
        let answer = marchland([arguments, &["-o", out]].concat()).refused(2);
        assert!(answer.contains(said), "{answer}");
        assert!(!path.exists());
    };
    refused(&["compare", KUNDUZ, "--before", "2015-09-27", "--after", "2015-09-29", "--layout", "beside"], "side, stack, diff, blink");
    refused(&["compare", KUNDUZ, "--before", "2015-09-29", "--after", "2015-09-27"], "swap them");
    refused(&["compare", KUNDUZ, "--before", "2015-09-29"], "--after");
    refused(&["compare", KUNDUZ, "--at", "2015-09-29"], "both maps are the same");
    refused(&["compare", KUNDUZ, "--dates", "2015-09-29"], "give two or more");
    refused(&["compare", KUNDUZ, "--dates", "2015-09-29,2015-09-28"], "give them in order");
    refused(&["compare", KUNDUZ, "--dates", "2015-09-27,2015-09-28", "--cols", "0"], "--cols");
    let nine: Vec<String> = (20..29).map(|day| format!("2015-09-{day}")).collect();
    refused(&["compare", KUNDUZ, "--dates", &nine.join(","), "--size", "200x200"], "9 maps do not fit");
    refused(&["compare", KUNDUZ, "--at", "2016-10-03", "--rule-before", "newest"], "newest");
    let animate = ["animate", KUNDUZ];
    refused(&[&animate[..], &["--during", "2016-10-03/2016-10-03", "--every", "P1D"]].concat(), "an animation needs two");
    refused(&[&animate[..], &["--during", "1990-01-01/1990-02-01", "--every", "P1D"]].concat(), "speaks for");
    refused(&[&animate[..], &["--during", "2015-09-01/2016-10-30", "--every", "PT30M"]].concat(), "at most 5000");
    refused(&[&animate[..], &["--during", "2016-10-01/2016-10-03"]].concat(), "--every P1D");
    refused(&[&animate[..], &["--every", "P1M", "--delay", "0"]].concat(), "expected seconds");
}
