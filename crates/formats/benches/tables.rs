//! What reading and writing tables of points costs, the answers themselves left out:
//! `cargo bench -p marchland-formats --features columnar -- IN OUT`, the formats by the names of the files.
//!
//! Without arguments a million rows of CSV go to CSV. The answers are made up, of 30,000 cells and 5 actors. Prints seconds; asserts nothing.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::tz::TimeZone;
use marchland_core::{AnswerBatch, Located, NONE, PointBatch};
use marchland_formats::points::{LocateTables, OnBadRow, TableFormat, Words, locate};

const PLACES: u64 = 30_000;
const CONTROLS: u64 = 5;

/// Answers that look like real ones: most of many cells, some outside.
fn answer(points: &PointBatch, answers: &mut AnswerBatch) {
    for (lon, lat) in points.lons.iter().zip(&points.lats) {
        let mixed = (lon.to_bits() ^ lat.to_bits().rotate_left(17)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let place = (mixed * PLACES) >> 32;
        let is_outside = mixed % 100 == 0;
        let code = |code: u64| if is_outside { NONE } else { code as u32 };
        answers.located.push(if is_outside { Located::Outside } else { Located::Ok });
        answers.controls.push(code(place % CONTROLS));
        answers.statuses.push(code(place % 3));
        answers.confidences.push(code(5_000 + place % 5_000));
        answers.places.push(code(place));
    }
}

/// A million rows of CSV in the folder for temporary files.
fn made_up() -> std::io::Result<PathBuf> {
    let path = std::env::temp_dir().join("marchland-bench-points.csv");
    let mut file = BufWriter::new(File::create(&path)?);
    writeln!(file, "lon,lat,time")?;
    for row in 0..1_000_000_u32 {
        let (lon, lat) = (f64::from(row % 14_000) / 1000.0 + 60.0, f64::from(row % 9_000) / 1000.0 + 29.0);
        writeln!(file, "{lon},{lat},2020-{:02}-{:02}T14:23:05Z", row % 12 + 1, row % 28 + 1)?;
    }
    file.flush()?;
    Ok(path)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let (input, output) = match paths.as_slice() {
        [input, output] => (PathBuf::from(input), PathBuf::from(output)),
        _ => (made_up()?, std::env::temp_dir().join("marchland-bench-located.csv")),
    };
    let format = |path: &Path| TableFormat::of(path).ok_or_else(|| format!("expected a table but got {}", path.display()));
    let tables = LocateTables {
        input: &input,
        input_format: format(&input)?,
        output_format: format(&output)?,
        columns: None,
        on_bad_row: OnBadRow::Fail,
        zone: &TimeZone::UTC,
        about: "{}",
    };
    let controls: Vec<String> = (0..CONTROLS).map(|control| format!("actor{control}")).collect();
    let places: Vec<String> = (0..PLACES).map(|place| format!("c{place:06}")).collect();
    let (start, mut answering) = (Instant::now(), 0.0);
    let mut sink = BufWriter::with_capacity(1 << 20, File::create(&output)?);
    let rows = locate(
        &tables,
        Words { controls: &controls, places: &places },
        &mut |points, answers| {
            let start = Instant::now();
            answer(points, answers);
            answering += start.elapsed().as_secs_f64();
        },
        &mut sink,
    )?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{} rows in {seconds:.2} s, {answering:.2} s of them for made-up answers; {:?}", rows.rows, rows.located);
    Ok(())
}
