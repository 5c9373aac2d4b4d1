//! Who held the ground at each row of a table: formats, columns, rows that have no answer, and the index in a file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;
#[expect(dead_code, reason = "other test files use the rest")]
mod written;

use std::fs;

use support::{Answer, Scratch, marchland};
use written::{file, point, table, with_states};

const KUNDUZ: &str = "data/kunduz";

/// Rows about Kunduz: in the city twice, beyond reach, outside, without time, before and after the dataset.
const ROWS: &str = "id,lon,lat,time,note\n\
    1,68.8722,36.7226,2016-10-03,\"near, the office\"\n\
    2,68.8722,36.7226,2015-09-29T12:00:00+04:30,\n\
    3,0,0,2016-10-03,outside\n\
    4,68.8722,36.7226,,no time\n\
    5,68.8722,36.7226,2031-01-01,after\n\
    6,68.8722,36.7226,1999-01-01,before\n";

fn locate(points: &str, output: &str, extra: &[&str]) -> Answer {
    marchland(["locate", KUNDUZ, points, "-o", output].into_iter().chain(extra.iter().copied()))
}

fn printed(points: &str, extra: &[&str]) -> String {
    let mut arguments = vec!["-f", "csv"];
    arguments.extend(extra);
    locate(points, "-", &arguments).ok()
}

/// A column of a table, cell by cell.
fn column(text: &str, name: &str) -> Vec<String> {
    let (header, rows) = table(text);
    let at = header.iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name} in {header:?}"));
    rows.into_iter().map(|mut row| row.remove(at)).collect()
}

#[test]
fn every_column_is_kept_in_its_place_and_the_answers_follow() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", ROWS);
    let text = printed(&points, &[]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "id,lon,lat,time,note,control,status,confidence,site_id,located");
    assert_eq!(lines.len(), 7);
    assert!(lines[1].starts_with("1,68.8722,36.7226,2016-10-03,\"near, the office\","), "{}", lines[1]);
    assert!(lines[2].starts_with("2,68.8722,36.7226,2015-09-29T12:00:00+04:30,,taliban,"), "{}", lines[2]);
}

#[test]
fn rows_that_have_no_answer_say_why() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", &ROWS.replace("\"near, the office\"", "near"));
    let text = printed(&points, &[]);
    assert_eq!(column(&text, "located"), ["ok", "ok", "outside", "no_time", "after", "before"]);
    let controls = column(&text, "control");
    assert_eq!(&controls[2..5], ["", "", ""], "{text}");
}

#[test]
fn ground_beyond_the_reach_of_every_place_is_unknown() {
    let scratch = Scratch::new();
    let folder = with_states(
        &scratch,
        "[territory]\nreach = \"5 km\"\nboundary = \"layers/boundary.geojson\"\n",
        &[("p", point(10.0, 50.0))],
        "p,2020-01-01,,a\n",
    );
    written::boundary(&folder, &written::collection(&[("area", written::square([9.5, 49.5, 10.5, 50.5]))]));
    let points = file(&scratch, "points.csv", "lon,lat,time\n10.01,50.01,2020-01-01\n10.4,50.4,2020-01-01\n11,50,2020-01-01\n");
    let text = marchland(["locate", folder.to_str().unwrap(), &points, "-o", "-", "-f", "csv"]).ok();
    assert_eq!(column(&text, "located"), ["ok", "beyond_reach", "outside"]);
    assert_eq!(column(&text, "control"), ["a", "unknown", ""]);
    assert_eq!(column(&text, "site_id"), ["p", "", ""]);
}

#[test]
fn answers_are_equal_whichever_formats_the_table_goes_through() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", ROWS);
    let expected = printed(&points, &[]);
    for ending in ["csv", "parquet", "arrow"] {
        let first = scratch.join(&format!("first.{ending}"));
        let first = first.to_str().unwrap();
        locate(&points, first, &[]).ok();
        // What was answered is asked again, by way of the same places and times.
        let again = locate(first, scratch.join(&format!("again-{ending}.csv")).to_str().unwrap(), &[]).stderr();
        let text =
            fs::read_to_string(scratch.join(&format!("again-{ending}.csv"))).unwrap_or_else(|error| panic!("{ending}: {error} {again}"));
        let header = text.lines().next().unwrap();
        assert!(
            header.starts_with("id,lon,lat,time,note,input_control,") && header.ends_with(",control,status,confidence,site_id,located"),
            "{header}"
        );
        for (again, expected) in text.lines().zip(expected.lines()).skip(1) {
            let answers: Vec<&str> = expected.rsplitn(6, ',').take(5).collect();
            let again: Vec<&str> = again.rsplitn(6, ',').take(5).collect();
            assert_eq!(again, answers, "{ending}");
        }
    }
}

#[test]
fn columns_of_any_name_are_found_when_they_are_named() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", "where_x,where_y,when\n68.8722,36.7226,2016-10-03\n");
    let text = printed(&points, &["--columns", "where_x,where_y,when"]);
    assert_eq!(column(&text, "located"), ["ok"]);
    let said = locate(&points, "-", &["-f", "csv", "--columns", "where_x,where_y"]).refused(2);
    assert!(said.contains("three names"), "{said}");
}

#[test]
fn a_column_that_is_missing_is_wrong_usage_that_lists_those_there_are() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", "where_x,where_y,when\n68.8722,36.7226,2016-10-03\n");
    let out = scratch.join("out.csv");
    for extra in [&[][..], &["--columns", "where_x,where_y,whenever"]] {
        let said = locate(&points, out.to_str().unwrap(), extra).refused(2);
        for word in ["where_x", "where_y", "when", "--columns"] {
            assert!(said.contains(word), "{word} is missing: {said}");
        }
        assert!(!out.exists());
    }
}

#[test]
fn a_row_that_cannot_be_read_is_refused_by_line_and_column_and_nothing_is_written() {
    let scratch = Scratch::new();
    for (row, place) in [
        ("2,east,36.7,2016-10-03", "points.csv:3:3"),
        ("2,68.8,96.7,2016-10-03", "points.csv:3:8"),
        ("2,1e308,36.7,2016-10-03", "points.csv:3:3"),
        ("2,NaN,36.7,2016-10-03", "points.csv:3:3"),
        ("2,68.8,36.7,03/10/2016", "points.csv:3:13"),
        ("2,,36.7,2016-10-03", "points.csv:3:3"),
    ] {
        let points = file(&scratch, "points.csv", &format!("id,lon,lat,time\n1,68.8722,36.7226,2016-10-03\n{row}\n3,0,0,2016-10-03\n"));
        let out = scratch.join("out.csv");
        let said = locate(&points, out.to_str().unwrap(), &[]).refused(4);
        assert!(said.contains(place), "{row}: {said}");
        assert_eq!(support::files_below(&scratch.0).len(), 1, "{row}: something is left");
    }
}

#[test]
fn with_on_bad_row_skip_a_bad_row_is_left_out_and_counted() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", "id,lon,lat,time\n1,68.8722,36.7226,2016-10-03\n2,east,36.7,2016-10-03\n3,0,0,2016-10-03\n");
    let out = scratch.join("out.csv");
    let answer = locate(&points, out.to_str().unwrap(), &["--on-bad-row", "skip", "--json"]);
    let said = answer.stderr();
    let answer = answer.json();
    assert_eq!((&answer["rows"], &answer["skipped"]), (&2.into(), &1.into()), "{answer}");
    assert_eq!((&answer["located"]["ok"], &answer["located"]["outside"]), (&1.into(), &1.into()), "{answer}");
    assert!(said.contains("left out: 1 row") && said.contains("points.csv:3:3"), "{said}");
    assert_eq!(column(&fs::read_to_string(&out).unwrap(), "id"), ["1", "3"]);
}

#[test]
fn a_table_of_a_header_alone_gives_a_header_alone() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", "lon,lat,time\n");
    assert_eq!(printed(&points, &[]), "lon,lat,time,control,status,confidence,site_id,located\n");
    let points = file(&scratch, "empty.csv", "");
    locate(&points, "-", &["-f", "csv"]).refused(4);
}

#[test]
fn an_output_that_exists_is_refused_and_a_table_of_unknown_kind_too() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", ROWS);
    let out = file(&scratch, "out.csv", "mine");
    locate(&points, &out, &[]).refused(3);
    assert_eq!(fs::read_to_string(&out).unwrap(), "mine");
    locate(&points, &out, &["--overwrite"]).ok();
    assert!(fs::read_to_string(&out).unwrap().starts_with("id,lon,lat,time"));
    let sheet = file(&scratch, "points.xlsx", ROWS);
    let said = locate(&sheet, "-", &["-f", "csv"]).refused(2);
    assert!(said.contains(".parquet") && said.contains(".csv"), "{said}");
    locate(scratch.join("absent.csv").to_str().unwrap(), "-", &["-f", "csv"]).refused(4);
    let text = file(&scratch, "text.parquet", ROWS);
    locate(&text, "-", &["-f", "csv"]).refused(4);
}

#[test]
fn locate_gives_the_answer_of_at_for_forty_points_and_three_times() {
    let scratch = Scratch::new();
    let times = ["2015-09-29", "2016-10-03T12:00:00+04:30", "2021-08-09"];
    let place = |at: u32| (68.8013 + f64::from(at % 8) * 0.0207, 36.6521 + f64::from(at / 8) * 0.0253);
    let rows: String = (0..40).fold("lon,lat,time\n".to_owned(), |rows, at| {
        let (lon, lat) = place(at);
        format!("{rows}{lon},{lat},{}\n", times[at as usize % 3])
    });
    let points = file(&scratch, "points.csv", &rows);
    let text = printed(&points, &[]);
    let (controls, sites, located) = (column(&text, "control"), column(&text, "site_id"), column(&text, "located"));
    for at in 0..40 {
        let (lon, lat) = place(at);
        let row = at as usize;
        let answer = marchland(["at", KUNDUZ, "--point", &format!("{lon},{lat}"), "--at", times[row % 3], "--json"]).json();
        assert_eq!(answer["control"].as_str().unwrap_or_default(), controls[row], "{lon},{lat} {}: {answer}", times[row % 3]);
        assert_eq!(answer["site_id"].as_str().unwrap_or_default(), sites[row], "{lon},{lat}");
        let inside = if located[row] == "ok" { "boundary" } else { &located[row] };
        assert_eq!(answer["inside"], inside, "{lon},{lat}");
    }
    assert!(located.iter().any(|word| word == "ok"));
}

#[test]
fn an_index_in_a_file_gives_the_bytes_that_locate_gives_without_it() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", ROWS);
    let index = scratch.join("k.mlx");
    let index = index.to_str().unwrap();
    marchland(["index", KUNDUZ, "-o", index]).ok();
    assert_eq!(printed(&points, &["--index", index]), printed(&points, &[]));
    marchland(["index", KUNDUZ, "-o", index]).refused(3);
    let first = fs::read(index).unwrap();
    marchland(["index", KUNDUZ, "-o", index, "--overwrite"]).ok();
    assert!(fs::read(index).unwrap() == first, "equal input gives equal bytes");
}

#[test]
fn an_index_of_another_dataset_rule_or_knowledge_is_refused_with_the_remedy() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", ROWS);
    let index = scratch.join("k.mlx");
    let index = index.to_str().unwrap();
    let out = scratch.join("out.csv");
    for made in [&["data/afghanistan-2021"][..], &[KUNDUZ, "--rule", "latest"], &[KUNDUZ, "--as-of", "2016-10-03"], &[KUNDUZ, "--online"]] {
        marchland(["index", "-o", index, "--overwrite"].iter().chain(made)).ok();
        let said = locate(&points, out.to_str().unwrap(), &["--index", index]).refused(4);
        assert!(said.contains("k.mlx") && said.contains("again"), "{made:?}: {said}");
        assert!(!out.exists());
    }
    marchland(["index", KUNDUZ, "--rule", "latest", "-o", index, "--overwrite"]).ok();
    assert_eq!(printed(&points, &["--index", index, "--rule", "latest"]), printed(&points, &["--rule", "latest"]));
}

#[test]
fn a_file_that_is_no_whole_index_is_refused_with_the_remedy() {
    let scratch = Scratch::new();
    let points = file(&scratch, "points.csv", ROWS);
    let index = scratch.join("k.mlx");
    let index = index.to_str().unwrap();
    marchland(["index", KUNDUZ, "-o", index]).ok();
    let whole = fs::read(index).unwrap();
    let mut damaged: Vec<Vec<u8>> =
        [0, 1, 7, 64, whole.len() / 2, whole.len() - 1].iter().map(|&length| whole[..length].to_vec()).collect();
    damaged.push(b"this is a text and no index of anything at all, however long it goes on, and it goes on a while yet\n".repeat(40));
    damaged.push([&whole[..], &[0; 8]].concat());
    for bytes in damaged {
        fs::write(index, &bytes).unwrap();
        let said = locate(&points, "-", &["-f", "csv", "--index", index]).refused(4);
        assert!(said.contains("k.mlx") && (said.contains("again") || said.contains("marchland index")), "{} bytes: {said}", bytes.len());
    }
    let said = locate(&points, "-", &["-f", "csv", "--index", scratch.join("absent.mlx").to_str().unwrap()]).refused(4);
    assert!(said.contains("absent.mlx"), "{said}");
}
