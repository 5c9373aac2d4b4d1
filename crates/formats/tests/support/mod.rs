//! Answers made up from the row itself, so that each row of an output tells whether its answer belongs to it.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use marchland_core::{AnswerBatch, Located, NO_TIME, NONE, PointBatch};
use marchland_formats::points::{LocateTables, LocatedRows, OnBadRow, PointsFault, TableFormat, Words, locate};

pub(crate) const CONTROLS: [&str; 3] = ["red", "blue", "contested"];
pub(crate) const PLACES: [&str; 4] = ["p0", "p1", "p2;p3", "p4"];

/// Rows without time get `no_time`, those north of 60° `outside`; of the rest the longitude's whole degrees choose place and control.
pub(crate) fn answer(points: &PointBatch, answers: &mut AnswerBatch) {
    for ((lon, lat), time_us) in points.lons.iter().zip(&points.lats).zip(&points.times_us) {
        let located = match (*time_us, *lat) {
            (NO_TIME, _) => Located::NoTime,
            (_, lat) if lat > 60.0 => Located::Outside,
            _ => Located::Ok,
        };
        let degree = lon.abs() as u32;
        let code = |code: u32| if located == Located::Ok { code } else { NONE };
        answers.located.push(located);
        answers.controls.push(code(degree % 3));
        answers.statuses.push(code(degree % 4));
        answers.confidences.push(code(10_000 - degree));
        answers.places.push(code(degree % 4));
    }
}

/// The columns of [`answer`] for a row, as CSV.
pub(crate) fn expected(lon: f64, is_located: bool) -> String {
    let degree = lon.abs() as usize;
    let status = ["confirmed", "claimed", "contested", "unknown"][degree % 4];
    let confidence = (10_000.0 - degree as f64) / 10_000.0;
    if is_located { format!("{},{status},{confidence},{},ok", CONTROLS[degree % 3], PLACES[degree % 4]) } else { ",,,,no_time".to_owned() }
}

/// A folder of its own for a test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("marchland-points-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A request for one of the formats, all else as it is by default.
pub(crate) fn request<'a>(input: &'a Path, output_format: TableFormat, zone: &'a TimeZone) -> LocateTables<'a> {
    let input_format = TableFormat::of(input).unwrap();
    LocateTables { input, input_format, output_format, columns: None, on_bad_row: OnBadRow::Fail, zone, about: r#"{"rule":"latest"}"# }
}

pub(crate) fn run(tables: &LocateTables<'_>) -> Result<(LocatedRows, Vec<u8>), PointsFault> {
    let (controls, places) = (CONTROLS.map(str::to_owned), PLACES.map(str::to_owned));
    let mut out = Vec::new();
    let rows = locate(tables, Words { controls: &controls, places: &places }, &mut answer, &mut out)?;
    Ok((rows, out))
}
