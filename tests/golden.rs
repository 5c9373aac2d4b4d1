//! Files that must not change by accident, made of the dataset that `marchland new` writes, and charts of Kunduz.
//!
//! `MARCHLAND_BLESS=1 cargo test --test golden` writes them anew; look at the difference before it is committed. What was made in place of a
//! golden file is left in `target/tmp/golden`, and beside it, of a picture, what differs in red.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

mod pixels;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pixels::Pixels;
use support::{Scratch, data, root};

/// Holds a snapshot of the dataset that `marchland new` writes to the file of the same name under `tests/golden`.
fn hold(name: &str, extra: &[&str]) {
    hold_made(name, &[&["snapshot", "ford", "--at", "2020-05-03"], extra].concat());
}

/// The same of any verb.
fn hold_made(name: &str, arguments: &[&str]) {
    let scratch = Scratch::new();
    run(&scratch, &["new", "ford"]);
    run(&scratch, &[arguments, &["-o", name]].concat());
    compare(&scratch, name);
}

/// Holds a chart of Kunduz to the file of the same name under `tests/golden`.
fn hold_chart(name: &str, arguments: &[&str]) {
    let scratch = Scratch::new();
    // From where the dataset is, so that the chart says the same wherever the project lies.
    let copy = scratch.join("kunduz");
    fs::create_dir_all(copy.join("layers")).unwrap();
    for folder in ["", "layers"] {
        for entry in fs::read_dir(data("kunduz").join(folder)).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), copy.join(folder).join(entry.file_name())).unwrap();
        }
    }
    run(&scratch, &[arguments, &["-o", name]].concat());
    compare(&scratch, name);
}

fn run(scratch: &Scratch, arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_marchland")).args(arguments).current_dir(&scratch.0).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn compare(scratch: &Scratch, name: &str) {
    let made = fs::read(scratch.join(name)).unwrap();
    let golden = root().join("tests/golden").join(name);
    if std::env::var_os("MARCHLAND_BLESS").is_some() {
        fs::create_dir_all(golden.parent().unwrap()).unwrap();
        fs::write(&golden, &made).unwrap();
    }
    let was = fs::read(&golden).unwrap_or_default();
    assert!(was == made, "{}", told_apart(name, &was, &made));
}

/// Leaves what was made, and of a picture what differs, and says where.
fn told_apart(name: &str, was: &[u8], made: &[u8]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    fs::create_dir_all(&folder).unwrap();
    let left = folder.join(name);
    fs::write(&left, made).unwrap();
    let seen = seen_apart(name, was, made).map_or_else(String::new, |(apart, count)| {
        let path = folder.join(format!("{name}.difference.png"));
        fs::write(&path, pixels::png(&apart)).unwrap();
        format!("\n  {count} pixels differ, in red: {}", path.display())
    });
    format!(
        "tests/golden/{name} is not what is made now\n  made now: {}{seen}\n  where that is as it should be: MARCHLAND_BLESS=1 cargo test --test golden",
        left.display()
    )
}

/// What differs between two pictures that can be read; none of other files, and where there was no picture before.
fn seen_apart(name: &str, was: &[u8], made: &[u8]) -> Option<(Pixels, usize)> {
    let read: fn(&[u8]) -> Pixels = match PathBuf::from(name).extension()?.to_str()? {
        "png" => pixels::of_png,
        "svg" => |bytes| pixels::of_svg(std::str::from_utf8(bytes).unwrap()),
        _ => return None,
    };
    (!was.is_empty()).then(|| pixels::difference(&read(was), &read(made)))
}

#[test]
fn what_differs_is_red_on_the_rest_in_grey() {
    let one = Pixels { width: 2, height: 1, rgb: vec![0, 0, 0, 255, 255, 255] };
    let other = Pixels { width: 2, height: 2, rgb: vec![0, 0, 0, 255, 0, 255, 9, 9, 9, 9, 9, 9] };
    let (apart, count) = pixels::difference(&one, &other);
    assert_eq!((apart.width, apart.height, count), (2, 2, 3));
    assert_eq!(apart.rgb, [192, 192, 192, 230, 0, 0, 230, 0, 0, 230, 0, 0]);
    assert_eq!(pixels::difference(&one, &one).1, 0);
    assert_eq!(pixels::of_png(&pixels::png(&other)), other);
}

#[test]
fn ground_by_control_is_as_it_was() {
    hold("control.geojson", &["--layer", "control"]);
}

#[test]
fn places_are_as_they_were() {
    hold("sites.geojson", &["--layer", "sites"]);
}

#[test]
fn the_table_of_cells_is_as_it_was() {
    hold("territory.csv", &[]);
}

#[test]
fn the_style_of_ground_is_as_it_was() {
    hold("control.qml", &["--layer", "control"]);
}

#[test]
fn the_map_in_words_is_as_it_was() {
    hold("map.md", &[]);
}

#[test]
fn the_drawing_is_as_it_was() {
    hold("map.svg", &["--size", "640x480"]);
}

#[test]
fn graticule_scale_and_arrow_on_a_map_without_a_legend_are_as_they_were() {
    let turned = ["--no-legend", "--no-labels", "--graticule", "--scale", "1:200000", "--crs", "EPSG:3413", "--size", "640x480"];
    hold("turned.svg", &turned);
    hold("turned.png", &turned);
}

#[test]
fn the_pixels_are_as_they_were() {
    hold("map.png", &["--size", "560x420"]);
}

const MAY: [&str; 6] = ["compare", "ford", "--before", "2020-05-02", "--after", "2020-05-04"];

#[test]
fn maps_beside_each_other_are_as_they_were() {
    hold_made("side.png", &[&MAY[..], &["--size", "640x480"]].concat());
    hold_made("side.svg", &[&MAY[..], &["--size", "800x500"]].concat());
}

#[test]
fn maps_above_each_other_are_as_they_were() {
    hold_made("stack.png", &[&MAY[..], &["--layout", "stack", "--size", "640x480"]].concat());
}

#[test]
fn the_map_of_what_changed_is_as_it_was() {
    hold_made("diff.png", &[&MAY[..], &["--layout", "diff", "--size", "560x420"]].concat());
    hold_made("diff.svg", &[&MAY[..], &["--layout", "diff", "--size", "800x500"]].concat());
}

#[test]
fn small_multiples_are_as_they_were() {
    hold_made("multiples.png", &["compare", "ford", "--dates", "2020-05-01,2020-05-02,2020-05-03", "--size", "640x480"]);
}

#[test]
fn a_comparison_in_words_is_as_it_was() {
    hold_made("compared.md", &MAY);
}

#[test]
fn the_chart_of_areas_is_as_it_was() {
    hold_chart("areas.svg", &["series", "kunduz", "--during", "2015-09-01/2016-12-31", "--size", "800x500"]);
}

#[test]
fn the_chart_of_sites_is_as_it_was() {
    hold_chart("timeline.svg", &["timeline", "kunduz", "--during", "2016-09-25/2016-10-31", "--size", "800x600"]);
}
