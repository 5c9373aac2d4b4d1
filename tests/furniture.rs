//! What can be turned off and on round a map and on it, the scale on paper, and the map alone, which a GIS places on the ground.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use marchland_core::{LonLat, Metres, Projection};
use marchland_projection::from_code;
use support::{Scratch, files_below, marchland};

const OCTOBER: [&str; 4] = ["snapshot", "data/kunduz", "--at", "2016-10-03"];
const FALL: [&str; 6] = ["compare", "data/kunduz", "--before", "2015-09-27", "--after", "2015-09-29"];

/// The drawing that some arguments make.
fn svg(arguments: &[&str], extra: &[&str]) -> String {
    marchland([arguments, extra, &["-o", "-", "-f", "svg"]].concat()).ok()
}

/// The width of the frame of the first map: what is cut to it.
fn frame_width(svg: &str) -> f64 {
    let rect = svg.split("<clipPath").nth(1).unwrap().split("width=\"").nth(1).unwrap();
    rect.split('"').next().unwrap().parse().unwrap()
}

#[test]
fn without_labels_no_place_is_named_on_the_map_and_the_legend_stays() {
    for page in [&OCTOBER[..], &FALL[..]] {
        let [with, without] = [&[][..], &["--no-labels"][..]].map(|extra| svg(page, extra));
        assert!(with.contains(">Main intersection<") && !without.contains(">Main intersection<"), "{page:?}");
        assert!(without.contains(">PLACES<") && without.contains(">HOW SURE<") && frame_width(&with) == frame_width(&without));
    }
}

#[test]
fn without_a_legend_the_map_takes_its_room_and_the_foot_says_what_is_not_shown_and_how_sure() {
    let layouts: [&[&str]; 6] = [
        &OCTOBER,
        &["snapshot", "data/kunduz", "--size", "a5", "--dpi", "100"],
        &FALL,
        &["compare", "data/kunduz", "--before", "2015-09-27", "--after", "2015-09-29", "--layout", "stack"],
        &["compare", "data/kunduz", "--before", "2015-09-27", "--after", "2015-09-29", "--layout", "diff"],
        &["compare", "data/kunduz", "--dates", "2015-09-27,2015-09-29,2015-10-13"],
    ];
    for page in layouts {
        let [with, without] = [&[][..], &["--no-legend"][..]].map(|extra| svg(page, extra));
        assert!(!without.contains(">PLACES<") && !without.contains(">HOW SURE<"), "{page:?}");
        assert!(without.contains("Kunduz: who held what</text>"), "the title stays: {page:?}");
        assert!(frame_width(&without) >= frame_width(&with), "{page:?}");
        let foot = without.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(foot.contains("UTM zone 42N.") && foot.contains("not on the map."), "{page:?}");
    }
    assert!(frame_width(&svg(&OCTOBER, &["--no-legend"])) == 1_520.0);
}

#[test]
fn an_animation_and_a_chart_leave_their_legends_out_too() {
    let scratch = Scratch::new();
    let frame = |extra: &[&str]| {
        let folder = scratch.join(&extra.len().to_string());
        let days = ["animate", "data/kunduz", "--during", "2016-10-01/2016-10-02", "--every", "P1D", "--size", "400x300", "--frames"];
        marchland([&days[..], &[folder.to_str().unwrap()], extra].concat()).ok();
        fs::read(folder.join("frame-0001.png")).unwrap()
    };
    assert!(frame(&[]) != frame(&["--no-legend"]));
    let bars = ["timeline", "data/kunduz", "--during", "2016-09-25/2016-10-31"];
    assert!(svg(&bars, &[]).contains("report for the state shown") && !svg(&bars, &["--no-legend"]).contains("report for the state shown"));
    let areas = ["series", "data/kunduz", "--during", "2016-09-25/2016-10-31"];
    assert!(svg(&areas, &[]).contains(">Taliban<") && !svg(&areas, &["--no-legend"]).contains(">Taliban<"));
}

#[test]
fn charts_offer_only_the_flags_that_do_something_there() {
    for verb in ["series", "timeline"] {
        let help = marchland([verb, "--help"]).ok();
        assert!(["--size", "--dpi", "--title", "--palette", "--no-legend"].iter().all(|flag| help.contains(flag)), "{help}");
        for flag in ["--crs", "--inset", "--arrows", "--scale", "--graticule", "--no-labels", "--frame-only"] {
            assert!(!help.contains(flag), "{verb} {flag}");
        }
    }
    let refused = marchland(["series", "data/kunduz", "--crs", "EPSG:3857", "-o", "a.svg"]).refused(2);
    assert!(refused.contains("'--crs'"), "{refused}");
}

/// Page units of the scale bar: from the left end of its line to the right one, in order of `M x y-9 L x y L half y … L right y L right y-9`.
fn bar_length(svg: &str) -> f64 {
    let paths = svg.split(" d=\"M").skip(1).filter_map(|path| path.split('"').next());
    let points = |path: &str| -> Option<Vec<[f64; 2]>> {
        let point = |point: &str| point.split_once(' ').and_then(|(x, y)| Some([x.parse().ok()?, y.parse().ok()?]));
        path.split('L').map(point).collect()
    };
    let is_bar = |line: &Vec<[f64; 2]>| line.len() == 7 && line[0][0] == line[1][0] && line[1][1] == line[5][1] && line[5][0] == line[6][0];
    let bar = paths.filter_map(points).find(is_bar).unwrap();
    bar[5][0] - bar[1][0]
}

/// Metres of the number at the right end of the bar: the last text before the ratio.
fn bar_metres(svg: &str, ratio: &str) -> f64 {
    let texts: Vec<&str> = svg.split("</text>").map(|text| text.rsplit('>').next().unwrap()).collect();
    let at = texts.iter().position(|text| *text == ratio).unwrap();
    let (number, unit) = texts[at - 1].split_once(' ').unwrap();
    number.parse::<f64>().unwrap() * if unit == "km" { 1_000.0 } else { 1.0 }
}

#[test]
fn at_a_scale_the_bar_is_as_long_on_paper_as_its_metres_by_the_scale() {
    let scales = [("1:25000", "1:25\u{2009}000", 25_000.0), ("100000", "1:100\u{2009}000", 100_000.0)];
    for (asked, printed, scale) in scales {
        for (paper, dpi) in [("a4", 300.0), ("a4-landscape", 150.0), ("1600x1200", 96.0)] {
            for crs in ["EPSG:32642", "EPSG:3857"] {
                let page = svg(&OCTOBER, &["--scale", asked, "--size", paper, "--dpi", &dpi.to_string(), "--crs", crs]);
                let on_paper_m = bar_length(&page) / dpi * 0.0254;
                let share = on_paper_m * scale / bar_metres(&page, printed);
                // Lengths are written to a hundredth of a pixel.
                assert!((share - 1.0).abs() < 2e-4, "{asked} {paper} {crs}: {share}");
            }
        }
    }
}

#[cfg(feature = "pdf")]
#[test]
fn a_pdf_is_as_large_on_paper_as_its_name_says_so_that_its_scale_is_right() {
    let scratch = Scratch::new();
    let path = scratch.join("a4.pdf");
    marchland([&OCTOBER[..], &["--scale", "1:25000", "--size", "a4", "-o", path.to_str().unwrap()]].concat()).ok();
    let bytes = fs::read(&path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let page = text.split("/MediaBox").nth(1).unwrap();
    let numbers: Vec<f64> = page.split(['[', ']', ' ']).filter_map(|number| number.parse().ok()).take(4).collect();
    // 210 by 297 mm in points, to half a pixel of 300 an inch.
    assert!((numbers[2] - 595.276).abs() < 0.13 && (numbers[3] - 841.89).abs() < 0.13, "{numbers:?}");
}

#[test]
fn a_scale_is_of_the_ground_and_not_of_a_stretched_plane() {
    // Web Mercator is stretched by 1 / cos 36.7° = 1.25 at Kunduz.
    let metres_a_pixel = |crs: &str| {
        let scratch = Scratch::new();
        let path = scratch.join("a.png");
        let extra = ["--frame-only", "--scale", "50000", "--size", "800x600", "--crs", crs, "-o", path.to_str().unwrap()];
        marchland([&OCTOBER[..], &extra].concat()).ok();
        geotransform(&path)[1]
    };
    let true_m = 0.0254 / 96.0 * 50_000.0;
    let stretch = metres_a_pixel("EPSG:3857") / true_m;
    assert!((stretch - 1.0 / libm::cos(36.7_f64.to_radians())).abs() < 3e-3, "{stretch}");
    assert!((metres_a_pixel("EPSG:32642") / true_m - 0.9996).abs() < 1e-5, "near its meridian UTM shrinks by 0.9996");
}

#[test]
fn places_outside_the_frame_at_a_scale_are_counted_and_a_frame_without_a_place_is_warned_of() {
    let page = svg(&OCTOBER, &["--scale", "5000", "--size", "800x600", "--no-legend"]);
    assert!(page.contains("places lie outside the frame. "), "counted at the foot");
    let near = marchland([&OCTOBER[..], &["--scale", "500", "--size", "200x200", "-o", "-", "-f", "svg"]].concat());
    assert!(near.stderr().contains("no place lies within the frame: take a smaller --scale"), "{}", near.stderr());
    assert_eq!(near.code(), 0);
    let far = svg(&OCTOBER, &["--scale", "500000000"]);
    assert!(far.contains("1:500\u{2009}000\u{2009}000"));
}

#[test]
fn a_scale_that_is_none_is_refused_with_the_form_that_is_expected() {
    for bad in ["1:0", "wide", "1:25,000", "1:499", "-5"] {
        let refused = marchland([&OCTOBER[..], &[&format!("--scale={bad}"), "-o", "a.png"]].concat()).refused(2);
        assert!(refused.contains("such as 1:25000, from 1:500 to 1:500000000") && refused.contains(bad), "{refused}");
    }
}

#[test]
fn a_graticule_has_round_degrees_at_the_edge_of_every_map() {
    let page = svg(&OCTOBER, &["--graticule"]);
    assert!(page.contains(">36°44′N<") && page.contains(">68°52′E<"));
    assert!(!svg(&OCTOBER, &[]).contains("68°52′E"));
    let several = ["compare", "data/afghanistan-2021", "--dates", "2021-08-05,2021-08-10,2021-08-16", "--cols", "3"];
    assert_eq!(svg(&several, &["--graticule"]).matches(">65°E<").count(), 3);
    let diff = ["compare", "data/afghanistan-2021", "--before", "2021-08-05", "--after", "2021-08-10", "--layout", "diff"];
    assert!(svg(&diff, &["--graticule"]).contains(">65°E<"));
}

#[test]
fn an_arrow_to_the_north_stands_only_on_a_map_whose_north_is_not_up() {
    let has_arrow = |extra: &[&str]| svg(&OCTOBER, extra).contains(">N<");
    assert!(!has_arrow(&[]) && !has_arrow(&["--crs", "EPSG:3857"]));
    assert!(has_arrow(&["--crs", "EPSG:3035"]) && !has_arrow(&["--crs", "EPSG:3035", "--frame-only"]));
    let each = svg(&FALL, &["--crs", "EPSG:3035"]);
    assert_eq!(each.matches(">N<").count(), 2, "each map of a comparison has its own");
}

/// The geotransform that a world file says.
fn geotransform(picture: &Path) -> [f64; 6] {
    let file = fs::read_to_string(picture.with_extension("pgw")).unwrap();
    let lines: Vec<f64> = file.lines().map(|line| line.parse().unwrap()).collect();
    let [x_across, y_across, x_down, y_down, x, y] = <[f64; 6]>::try_from(lines).unwrap();
    assert_eq!([y_across, x_down], [0.0, 0.0], "north is up on the plane");
    [x - x_across / 2.0, x_across, x_down, y - y_down / 2.0, y_across, y_down]
}

/// The pixel of a place by a geotransform.
fn pixel(place: Metres, [left, across, _, top, _, down]: [f64; 6]) -> [f64; 2] {
    [(place.x - left) / across, (place.y - top) / down]
}

/// The middles of the circles of a drawing, which are of four curves each.
fn circles(svg: &str) -> Vec<[f64; 2]> {
    let paths = svg.split(" d=\"M").skip(1).filter_map(|path| path.split('"').next()).filter(|path| path.matches('C').count() == 4);
    let numbers = paths.map(|path| path.split(['C', ' ', 'Z']).filter_map(|number| number.parse().ok()).collect::<Vec<f64>>());
    numbers.map(|at| [f64::midpoint(at[0], at[12]), f64::midpoint(at[1], at[13])]).collect()
}

#[test]
fn a_site_is_where_the_world_file_says_that_its_marker_is() {
    let scratch = Scratch::new();
    let lon_lat = LonLat::new(68.86806, 36.72861).unwrap(); // the main intersection
    for (crs, size) in [("EPSG:32642", "1000x800"), ("EPSG:3857", "600x900"), ("EPSG:3035", "777x555")] {
        let path = scratch.join(&format!("{}.png", &crs[5..]));
        let map = ["--frame-only", "--no-labels", "--crs", crs, "--size", size];
        marchland([&OCTOBER[..], &map, &["-o", path.to_str().unwrap()]].concat()).ok();
        let header = png::Decoder::new(std::io::Cursor::new(fs::read(&path).unwrap())).read_info().unwrap();
        assert_eq!(format!("{}x{}", header.info().width, header.info().height), size);
        let place = from_code(crs).unwrap().forward(lon_lat).unwrap();
        let [x, y] = pixel(place, geotransform(&path));
        let found = circles(&svg(&OCTOBER, &map));
        // A drawing's numbers have two decimals.
        assert!(found.iter().any(|at| (at[0] - x).abs() < 0.02 && (at[1] - y).abs() < 0.02), "{crs}: {x} {y} in {found:?}");
    }
}

#[test]
fn the_map_alone_has_no_furniture_and_names_only_where_they_are_not_turned_off() {
    let page = svg(&OCTOBER, &["--frame-only"]);
    let texts = page.split("<desc>").nth(1).unwrap();
    assert!(!texts.contains(">PLACES<") && !texts.contains("UTM zone") && page.contains(">Main intersection<"));
    assert!(!texts.contains(" km<") && !texts.contains(" m<"), "no scale bar");
    assert!(!svg(&OCTOBER, &["--frame-only", "--no-labels"]).contains("<text"));
}

#[test]
fn the_files_that_place_the_map_are_listed_and_never_replaced_unasked() {
    let scratch = Scratch::new();
    let folder = scratch.join("out/");
    let path = |name: &str| scratch.join("out").join(name);
    marchland([&OCTOBER[..], &["--frame-only", "--size", "400x300", "-o", folder.to_str().unwrap()]].concat()).ok();
    let manifest = fs::read_to_string(path("snapshot.json")).unwrap();
    for name in ["map.png", "map.pgw", "map.png.aux.xml"] {
        assert!(path(name).exists() && manifest.contains(&format!("\"{name}\"")), "{name}");
    }
    let again = |extra: &[&str]| {
        let target = path("map.png");
        marchland([&OCTOBER[..], &["--frame-only", "--size", "400x300", "-o", target.to_str().unwrap()], extra].concat())
    };
    fs::remove_file(path("map.png")).unwrap();
    let refused = again(&[]).refused(3);
    assert!(refused.contains("map.pgw exists"), "{refused}");
    let told = again(&["--overwrite", "--json"]).json();
    let names: Vec<&str> = told["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["map.png", "map.pgw", "map.png.aux.xml"]);
}

#[test]
fn many_moments_alone_have_each_their_world_file() {
    let scratch = Scratch::new();
    let folder = scratch.join("days/");
    let days = ["snapshot", "data/kunduz", "--during", "2016-10-01/2016-10-02", "--every", "P1D", "-f", "png", "--size", "300x200"];
    marchland([&days[..], &["--frame-only", "-o", folder.to_str().unwrap()]].concat()).ok();
    let names: Vec<String> = files_below(&folder).iter().map(|path| path.display().to_string()).collect();
    let of = |day: &str| ["pgw", "png", "png.aux.xml"].map(|ending| format!("map_2016-10-{day}.{ending}"));
    assert_eq!(names, [of("01"), of("02")].concat());
}

#[test]
fn where_no_world_file_can_lie_beside_it_the_map_alone_says_so() {
    for format in ["png", "svg"] {
        let answer = marchland([&OCTOBER[..], &["--frame-only", "--size", "300x200", "-o", "-", "-f", format]].concat());
        assert!(answer.stderr().contains("no world file is written"), "{}", answer.stderr());
        assert_eq!(answer.code(), 0);
    }
}

/// On a machine without GDAL nothing can be held to it; `MARCHLAND_WITH_GDAL=1`, which the gate sets, makes that a failure.
#[test]
fn gdal_places_the_map_alone_as_the_projection_does() {
    if Command::new("gdaltransform").arg("--version").output().is_err() {
        assert!(std::env::var_os("MARCHLAND_WITH_GDAL").is_none(), "gdaltransform is missing: install gdal-bin");
        return;
    }
    let scratch = Scratch::new();
    let maps = [
        ("kunduz", "2016-10-03", None),
        ("kunduz", "2016-10-03", Some("EPSG:3857")),
        ("kunduz", "2016-10-03", Some("EPSG:3035")),
        ("afghanistan-2021", "2021-08-13", None),
    ];
    for (at, (dataset, day, crs)) in maps.into_iter().enumerate() {
        let path = scratch.join(&format!("{at}.png"));
        let mut arguments = vec!["snapshot".to_owned(), format!("data/{dataset}"), "--at".to_owned(), day.to_owned()];
        arguments.extend(["--frame-only", "--size", "500x400", "-o"].map(str::to_owned));
        arguments.push(path.display().to_string());
        arguments.extend(crs.iter().flat_map(|crs| ["--crs".to_owned(), (*crs).to_owned()]));
        marchland(&arguments).ok();
        let projection: Box<dyn Projection> = match crs {
            Some(crs) => from_code(crs).unwrap(),
            None if dataset == "kunduz" => from_code("EPSG:32642").unwrap(),
            None => laea(&fs::read_to_string(path.with_extension("png.aux.xml")).unwrap()),
        };
        for pixel in [[0.0, 0.0], [250.0, 200.0], [500.0, 400.0]] {
            let [left, across, _, top, _, down] = geotransform(&path);
            let ours = projection.inverse(Metres { x: left + pixel[0] * across, y: top + pixel[1] * down }).unwrap();
            let theirs = by_gdal(&path, pixel);
            // A ten-millionth of a degree is a centimetre.
            assert!(
                (ours.lon() - theirs[0]).abs() < 1e-7 && (ours.lat() - theirs[1]).abs() < 1e-7,
                "{dataset} {crs:?}: {ours:?} {theirs:?}"
            );
        }
    }
}

/// The plane whose centre a definition names.
fn laea(wkt: &str) -> Box<dyn Projection> {
    let centre = |name: &str| wkt.split(&format!("\"{name}\",")).nth(1).unwrap().split(']').next().unwrap().parse().unwrap();
    Box::new(marchland_projection::Laea::new(LonLat::new(centre("longitude_of_center"), centre("latitude_of_center")).unwrap()))
}

/// The degrees of a pixel, by the picture's `.aux.xml` alone.
fn by_gdal(path: &Path, [x, y]: [f64; 2]) -> [f64; 2] {
    let mut child = Command::new("gdaltransform")
        .args(["-t_srs", "EPSG:4326", "-output_xy"])
        .arg(path)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{x} {y}\n").as_bytes()).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let numbers: Vec<f64> = said.split_whitespace().map(|number| number.parse().unwrap()).collect();
    [numbers[0], numbers[1]]
}
