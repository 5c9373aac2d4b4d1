//! Tables of points as CSV: what goes in comes out byte for byte, with the answers behind it.

#![expect(clippy::unwrap_used, clippy::unwrap_in_result, reason = "a test fails where it is surprised")]

mod support;

use std::fs;

use jiff::tz::TimeZone;
use marchland_core::{AnswerBatch, Located, NO_TIME, PointBatch};
use marchland_formats::points::{LocateTables, LocatedRows, OnBadRow, PointsFault, TableFormat, Words, locate};
use support::{CONTROLS, PLACES, answer, expected, folder, request, run};

/// Locates a CSV given as bytes, to CSV.
fn csv_with(name: &str, bytes: &[u8], change: impl FnOnce(&mut LocateTables<'_>)) -> Result<(LocatedRows, String), PointsFault> {
    let input = folder(name).join("p.csv");
    fs::write(&input, bytes).unwrap();
    let zone = TimeZone::get("Asia/Kabul").unwrap();
    let mut tables = request(&input, TableFormat::Csv, &zone);
    change(&mut tables);
    run(&tables).map(|(rows, out)| (rows, String::from_utf8(out).unwrap()))
}

fn csv(name: &str, text: &str) -> String {
    csv_with(name, text.as_bytes(), |_| ()).unwrap().1
}

/// What is wrong, without the folder.
fn csv_fault(name: &str, bytes: &[u8]) -> String {
    let message = csv_with(name, bytes, |_| ()).unwrap_err().to_string();
    message.split_once("p.csv").unwrap().1.to_owned()
}

#[test]
fn csv_to_csv_keeps_every_byte_of_the_rows() {
    let out = csv(
        "bytes",
        "\u{feff}\"name\", lon ,\"lat\",time\r\n\"a, \"\"b\"\"\r\nc\", 2.5 ,\"36.10\",2020-03-01\r\n\r\né,3,36,\n4,4,70,2020-03-01T00:00:00Z",
    );
    assert_eq!(
        out,
        format!(
            "\u{feff}\"name\", lon ,\"lat\",time,control,status,confidence,site_id,located\r\n\
             \"a, \"\"b\"\"\r\nc\", 2.5 ,\"36.10\",2020-03-01,{}\r\né,3,36,,{}\n4,4,70,2020-03-01T00:00:00Z,,,,,outside\r\n",
            expected(2.5, true),
            expected(3.0, false)
        )
    );
}

#[test]
fn the_separator_is_kept_and_lists_are_quoted_where_it_is_theirs() {
    let out = csv("semicolons", "id;x;y;date\n1;2;36;2020\n");
    assert_eq!(out, "id;x;y;date;control;status;confidence;site_id;located\n1;2;36;2020;contested;contested;0.9998;\"p2;p3\";ok\n");
}

#[test]
fn a_table_with_only_a_header_gets_a_header_and_an_empty_file_is_refused() {
    assert_eq!(csv("header", "lon,lat,time"), "lon,lat,time,control,status,confidence,site_id,located\n");
    let header = "expected a header with longitude, latitude and time but got an empty file";
    assert_eq!(csv_fault("empty", b""), format!(": {header}; write the header line, and a row for each place"));
    assert!(csv_fault("blank", b"\n\n").contains(header));
}

#[test]
fn columns_named_like_answers_keep_their_values_under_another_name() {
    let out = csv("taken", "control,lon,lat,time\nmine,1,36,2020\n");
    assert_eq!(
        out,
        format!("input_control,lon,lat,time,control,status,confidence,site_id,located\nmine,1,36,2020,{}\n", expected(1.0, true))
    );
}

#[test]
fn bad_rows_are_told_at_their_line_and_column() {
    let hint = "mend the row, or leave such rows out with --on-bad-row skip";
    let fault = |name: &str, row: &str| csv_fault(name, format!("id,lon,lat,time\n\"a\nb\",1,2,2020\n{row}\n").as_bytes());
    assert_eq!(fault("text", "x,east,36,2020"), format!(":4:3: expected a longitude of -180 to 180 but got \"east\"; {hint}"));
    assert_eq!(fault("nothing", "x,1,,2020"), format!(":4:5: expected a latitude but got nothing; {hint}"));
    assert!(fault("off", "x,1,95.5,2020").starts_with(":4:5: expected a latitude of -90 to 90 but got 95.5; export the places"));
    assert!(fault("nan", "x,NaN,36,2020").starts_with(":4:3: expected a longitude of -180 to 180 but got NaN"));
    assert!(fault("huge", "x,1e308,36,2020").contains("of -180 to 180 but got 1"));
    assert!(fault("time", "x,1,36,03/10/2016").starts_with(":4:8: expected a time such as 2016-10-03"));
    assert!(fault("short", "x,1,36").starts_with(":4:5: expected 4 cells, as the header has, but got 3"));
    assert!(fault("long", "x,1,36,2020,,").starts_with(":4:13: expected 4 cells, as the header has, but got 6"));
    assert!(fault("quote", "x,\"1,36,2020").starts_with(":4:3: this quote is never closed"));
    assert!(csv_fault("latin", b"id,lon,lat,time\n1,1,36,\xE9\n").starts_with(":2:8: expected UTF-8"));
}

#[test]
fn bad_rows_are_left_out_and_counted_where_asked() {
    let text = "lon,lat,time\n1,36,2020\nx,36,2020\n1,36\n2,36,\n3,100,2020\n";
    let (rows, out) = csv_with("skip", text.as_bytes(), |tables| tables.on_bad_row = OnBadRow::Skip).unwrap();
    assert_eq!((rows.rows, rows.skipped, rows.located), (2, 3, [1, 0, 0, 1, 0, 0]));
    assert_eq!(rows.first_skipped.iter().map(|fault| fault.line.unwrap()).collect::<Vec<_>>(), [3, 4, 6]);
    assert_eq!(out.lines().skip(1).collect::<Vec<_>>(), [format!("1,36,2020,{}", expected(1.0, true)), "2,36,,,,,,no_time".to_owned()]);
}

#[test]
fn dates_and_times_without_offset_are_of_the_zone() {
    let input = folder("zones").join("p.csv");
    fs::write(&input, "lon,lat,time\n1,2,2016-10-03\n1,2,2016-10-03 14:00:00\n1,2,2016-10-03T14:00:00Z\n1,2,\n").unwrap();
    let zone = TimeZone::get("Asia/Kabul").unwrap();
    let mut times = Vec::new();
    let mut noting = |points: &PointBatch, answers: &mut AnswerBatch| {
        times.extend_from_slice(&points.times_us);
        answer(points, answers);
    };
    let (controls, places) = (CONTROLS.map(str::to_owned), PLACES.map(str::to_owned));
    locate(&request(&input, TableFormat::Csv, &zone), Words { controls: &controls, places: &places }, &mut noting, &mut Vec::new())
        .unwrap();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
    assert_eq!(times, [at("2016-10-03T19:29:59Z"), at("2016-10-03T09:30:00Z"), at("2016-10-03T14:00:00Z"), NO_TIME]);
}

#[test]
fn answers_that_do_not_fit_the_rows_are_refused() {
    let input = folder("short-answers").join("p.csv");
    fs::write(&input, "lon,lat,time\n1,2,\n").unwrap();
    let zone = TimeZone::UTC;
    let tables = request(&input, TableFormat::Csv, &zone);
    let words = Words { controls: &[], places: &[] };
    let fault = locate(&tables, words, &mut |_, _| (), &mut Vec::new()).unwrap_err();
    assert!(matches!(fault, PointsFault::Answers { rows: 1, answers: 0 }), "{fault}");
    let fault = locate(&tables, words, &mut |points, answers| (0..points.lons.len()).for_each(|_| push_one(answers)), &mut Vec::new());
    assert!(matches!(fault, Err(PointsFault::Answers { rows: 1, answers: 1 })));
}

/// An answer with codes that have no words.
fn push_one(answers: &mut AnswerBatch) {
    answers.located.push(Located::Ok);
    for column in [&mut answers.controls, &mut answers.statuses, &mut answers.confidences, &mut answers.places] {
        column.push(3);
    }
}

#[test]
fn a_sink_that_fails_is_told_as_such_with_its_kind() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let input = folder("closed").join("p.csv");
    fs::write(&input, "lon,lat,time\n1,2,\n").unwrap();
    let formats =
        if cfg!(feature = "columnar") { &[TableFormat::Csv, TableFormat::Parquet, TableFormat::Arrow][..] } else { &[TableFormat::Csv] };
    for format in formats {
        let words = Words { controls: &[], places: &[] };
        let fault = locate(&request(&input, *format, &TimeZone::UTC), words, &mut answer, &mut Closed).unwrap_err();
        assert!(matches!(&fault, PointsFault::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe), "{format:?}: {fault:?}");
    }
}

#[cfg(not(feature = "columnar"))]
#[test]
fn a_build_without_columns_says_so() {
    let fault = run(&request("p.parquet".as_ref(), TableFormat::Csv, &TimeZone::UTC)).unwrap_err();
    assert!(fault.to_string().starts_with("expected CSV but got Parquet: this marchland was built without"));
}
