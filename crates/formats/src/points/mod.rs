//! Tables of places and times in, the same tables with answers out: the files of `marchland locate`.
//!
//! A table is CSV, Parquet or Arrow IPC (file or stream); its rows stream through in batches, so memory grows with the width of a
//! row and not with their number. Who answers is not known here: [`locate`] hands each [`PointBatch`] to a callback.
//!
//! | what | where |
//! | --- | --- |
//! | which columns are longitude, latitude, time; what the columns of the output are called | `names` |
//! | text and civil times → microseconds, and back | `times` |
//! | CSV → records that know their lines | `records` |
//! | CSV → CSV, byte for byte but for the columns added | `csv` |
//! | Parquet and Arrow (feature `columnar`), and CSV to and from them | `columnar` |
//!
//! **Columns.** Longitude is the first of `lon`, `longitude`, `x` that the table has, latitude of `lat`, `latitude`, `y`, time of
//! `time`, `date`, `datetime`, `timestamp`, whatever their case; or [`LocateTables::columns`] names all three. Where a table has
//! neither of the first two, a column of points serves (GeoParquet or GeoArrow, WKB or native, in WGS 84).
//! Coordinates are numbers of any kind, or text that reads as one. Times are timestamps, dates, or text as [`edtf`](crate::edtf)
//! reads it, a space for the `T` allowed (RFC 3339, section 5.6): a date means the end of that local day, a time without offset
//! (also a timestamp without zone) is local.
//!
//! **Answers.** [`ANSWERS`] stand after the columns of the input, which keep value, type and order. An input column of the same name
//! gets `input_` before it, so that scripts find ours under its own name.
//!
//! **Bad rows** are those whose place is missing, unreadable or off the earth, whose time is unreadable, and of CSV those of another
//! length than the header. A row without a time is none: its answer is `no_time`.

mod csv;
mod names;
mod records;
mod times;

#[cfg(feature = "columnar")]
mod columnar;

use std::io::{self, Write};
use std::path::Path;

use jiff::tz::TimeZone;
use marchland_core::{AnswerBatch, NONE, PointBatch, Status};
use thiserror::Error;

use crate::fault::{Fault, Place};
use times::LocalClock;

/// The columns that answers add, in order: text, text, number, text, text.
pub const ANSWERS: [&str; 5] = ["control", "status", "confidence", "site_id", "located"];

/// Rows that are asked at once (chosen: some megabytes; fewer cost a call each, more do not fit the processor's cache).
const BATCH: usize = 1 << 17;

/// How many rows left out are described (chosen: as many as a reader looks at).
const SHOWN_BAD_ROWS: usize = 5;

/// A kind of table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated values with a header; of the input, also separated by semicolons or tabs.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Apache Arrow IPC: the file format; of the input, also the stream.
    Arrow,
}

impl TableFormat {
    /// The format of a file called so: `.csv` and `.tsv`, `.parquet` and `.geoparquet`, `.arrow`, `.arrows`, `.feather` and `.ipc`.
    ///
    /// ```
    /// use marchland_formats::points::TableFormat;
    /// assert_eq!(TableFormat::of("shells.PARQUET".as_ref()), Some(TableFormat::Parquet));
    /// assert_eq!(TableFormat::of("shells.xlsx".as_ref()), None);
    /// ```
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "parquet" | "geoparquet" => Some(Self::Parquet),
            "arrow" | "arrows" | "feather" | "ipc" => Some(Self::Arrow),
            _ => None,
        }
    }
}

/// What to do with a row that cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OnBadRow {
    /// Stop with an error that names its place.
    #[default]
    Fail,
    /// Leave it out of the output, and count it.
    Skip,
}

/// What is read and how it is written.
#[derive(Clone, Debug)]
pub struct LocateTables<'a> {
    /// The table of places and times. Parquet and Arrow files must be files; CSV may be a pipe.
    pub input: &'a Path,
    /// What kind of table it is.
    pub input_format: TableFormat,
    /// What kind of table is written.
    pub output_format: TableFormat,
    /// The columns of longitude, latitude and time; none: found by their names.
    pub columns: Option<[String; 3]>,
    /// What happens to rows that cannot be asked.
    pub on_bad_row: OnBadRow,
    /// The zone of dates, and of times without offset.
    pub zone: &'a TimeZone,
    /// What the output says of itself, as JSON: Parquet and Arrow hold it under the key `marchland`, CSV leaves it out.
    pub about: &'a str,
}

/// The words behind the codes of an [`AnswerBatch`].
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Behind `controls`: the actors' ids, then `contested` and `unknown`.
    pub controls: &'a [String],
    /// Behind `places`: the ids of each cell's sites.
    pub places: &'a [String],
}

/// What came of all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocatedRows {
    /// Rows asked and written.
    pub rows: u64,
    /// How many of them came out as each of [`Located::ALL`](marchland_core::Located::ALL), in that order.
    pub located: [u64; 6],
    /// Bad rows left out.
    pub skipped: u64,
    /// What is wrong with the first few of these.
    pub first_skipped: Vec<Fault>,
}

/// Why a table could not be located.
#[derive(Debug, Error)]
pub enum PointsFault {
    /// The input is not sound: the file, and of a row its place.
    #[error("{0}")]
    Input(Fault),
    /// The output could not be written.
    #[error("the output cannot be written")]
    Output(#[source] io::Error),
    /// This build can neither read nor write the format.
    #[error("expected CSV but got {0:?}: this marchland was built without Parquet and Arrow (feature `columnar`)")]
    NotBuilt(TableFormat),
    /// The answers do not fit the rows: a fault of whoever answers.
    #[error("expected answers to {rows} rows but got {answers}, or a code beyond its words: mend the callback")]
    Answers {
        /// Rows asked.
        rows: usize,
        /// The shortest column of answers.
        answers: usize,
    },
}

impl From<Fault> for PointsFault {
    fn from(fault: Fault) -> Self {
        Self::Input(fault)
    }
}

/// Reads a table, has its rows answered in batches and writes it with the answers, in the order of its rows.
///
/// The callback gets a batch of rows and an empty [`AnswerBatch`] to fill. The same input, words and answers give the same bytes.
/// Parquet to Parquet without renamed columns and rows left out, the columns of the input are copied as they stand, compressed.
///
/// # Errors
///
/// [`PointsFault`]: an input that is damaged, lacks a column or has a bad row (unless these are skipped), or a sink that fails. What was
/// written until then is no whole file: write beside the target and rename.
///
/// ```
/// use marchland_core::{AnswerBatch, Located, NONE, PointBatch};
/// use marchland_formats::points::{LocateTables, OnBadRow, TableFormat, Words, locate};
/// let input = std::env::temp_dir().join("marchland-locate-example.csv");
/// std::fs::write(&input, "name,lon,lat,time\nbridge,68.87,36.73,\n").unwrap();
/// let (zone, format) = (jiff::tz::TimeZone::UTC, TableFormat::Csv);
/// let tables = LocateTables {
///     input: &input, input_format: format, output_format: format, columns: None, on_bad_row: OnBadRow::Fail, zone: &zone, about: "{}",
/// };
/// let mut out = Vec::new();
/// let nothing = &mut |points: &PointBatch, answers: &mut AnswerBatch| {
///     let none = vec![NONE; points.lons.len()];
///     answers.located = vec![Located::NoTime; points.lons.len()];
///     [answers.controls, answers.statuses, answers.confidences, answers.places] = [(); 4].map(|()| none.clone());
/// };
/// let rows = locate(&tables, Words { controls: &[], places: &[] }, nothing, &mut out).unwrap();
/// assert_eq!(rows.rows, 1);
/// assert_eq!(String::from_utf8(out).unwrap().lines().last(), Some("bridge,68.87,36.73,,,,,,no_time"));
/// ```
pub fn locate(
    tables: &LocateTables<'_>,
    words: Words<'_>,
    answer: &mut dyn FnMut(&PointBatch, &mut AnswerBatch),
    sink: &mut (impl Write + Send),
) -> Result<LocatedRows, PointsFault> {
    let mut asking = Asking::new(tables, words, answer);
    match (tables.input_format, tables.output_format) {
        (TableFormat::Csv, TableFormat::Csv) => csv::locate(&mut asking, sink)?,
        #[cfg(feature = "columnar")]
        _ => guarded(tables.input, || columnar::locate(&mut asking, sink))?,
        #[cfg(not(feature = "columnar"))]
        (TableFormat::Csv, format) | (format, _) => return Err(PointsFault::NotBuilt(format)),
    }
    Ok(asking.summary)
}

/// What a function gives; where it panics, the fault of a damaged table.
///
/// Arrow's messages are checked before they are read, and so are the extents of Parquet's columns; but one in some thousands of damaged Parquet files
/// still panics within the crate that reads it, and a damaged file must end in a sentence.
#[cfg(feature = "columnar")]
fn guarded<T>(input: &Path, locate: impl FnOnce() -> Result<T, PointsFault>) -> Result<T, PointsFault> {
    let damaged = |_| {
        let message = "the table is damaged: its reader met what cannot be";
        PointsFault::Input(Fault::at(&Place::whole(input), "damaged-table", message, "copy it again whole, or write it anew"))
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(locate)).unwrap_or_else(|panic| Err(damaged(panic)))
}

/// Rows on their way from a reader by way of the callback to a writer.
struct Asking<'a> {
    tables: &'a LocateTables<'a>,
    words: Words<'a>,
    clock: LocalClock,
    points: PointBatch,
    answers: AnswerBatch,
    summary: LocatedRows,
    answer: &'a mut dyn FnMut(&PointBatch, &mut AnswerBatch),
}

impl<'a> Asking<'a> {
    fn new(tables: &'a LocateTables<'a>, words: Words<'a>, answer: &'a mut dyn FnMut(&PointBatch, &mut AnswerBatch)) -> Self {
        let clock = LocalClock::new(tables.zone.clone());
        let (points, answers, summary) = (PointBatch::default(), AnswerBatch::default(), LocatedRows::default());
        Self { tables, words, clock, points, answers, summary, answer }
    }

    /// Has the rows answered that stand in `points`.
    fn ask(&mut self) -> Result<(), PointsFault> {
        self.answers.clear();
        (self.answer)(&self.points, &mut self.answers);
        let rows = self.points.times_us.len();
        let lengths = [self.answers.controls.len(), self.answers.statuses.len(), self.answers.confidences.len(), self.answers.places.len()];
        let shortest = lengths.into_iter().fold(self.answers.located.len(), usize::min);
        let longest = lengths.into_iter().fold(self.answers.located.len(), usize::max);
        if shortest != rows || longest != rows || !self.codes_have_words() {
            return Err(PointsFault::Answers { rows, answers: shortest });
        }
        self.summary.rows += rows as u64;
        for located in &self.answers.located {
            self.summary.located[*located as usize] += 1;
        }
        Ok(())
    }

    fn codes_have_words(&self) -> bool {
        let below = |codes: &[u32], bound: usize| codes.iter().all(|&code| code == NONE || (code as usize) < bound);
        below(&self.answers.controls, self.words.controls.len())
            && below(&self.answers.statuses, Status::ALL.len())
            && below(&self.answers.confidences, CERTAIN as usize + 1)
            && below(&self.answers.places, self.words.places.len())
    }

    /// Takes note of a bad row.
    ///
    /// # Errors
    ///
    /// The fault itself, unless bad rows are to be skipped.
    fn bad_row(&mut self, fault: Fault) -> Result<(), Fault> {
        if self.tables.on_bad_row == OnBadRow::Fail {
            return Err(fault);
        }
        self.summary.skipped += 1;
        if self.summary.first_skipped.len() < SHOWN_BAD_ROWS {
            self.summary.first_skipped.push(fault);
        }
        Ok(())
    }

    fn clear_points(&mut self) {
        self.points.lons.clear();
        self.points.lats.clear();
        self.points.times_us.clear();
    }

    fn push_point(&mut self, point: Point) {
        self.points.lons.push(point.lon);
        self.points.lats.push(point.lat);
        self.points.times_us.push(point.time_us);
    }
}

/// The row of a [`PointBatch`].
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    lon: f64,
    lat: f64,
    time_us: i64,
}

/// A probability of one, in the ten-thousandths of [`AnswerBatch::confidences`].
const CERTAIN: u32 = 10_000;

/// The probability that a code of [`AnswerBatch::confidences`] means.
fn confidence(ten_thousandths: u32) -> f64 {
    f64::from(ten_thousandths) / f64::from(CERTAIN)
}

/// Which of a place's two numbers is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    Lon,
    Lat,
}

impl Axis {
    /// How far the earth goes in this direction, in degrees.
    fn bound(self) -> f64 {
        match self {
            Self::Lon => 180.0,
            Self::Lat => 90.0,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Lon => "longitude",
            Self::Lat => "latitude",
        }
    }
}

/// What is wrong with a coordinate or a time, before its place is known.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Complaint {
    code: &'static str,
    message: String,
    hint: String,
}

impl Complaint {
    fn at(self, place: &Place) -> Fault {
        Fault::at(place, self.code, self.message, self.hint)
    }

    /// No number where there should be one.
    fn no_number(axis: Axis, text: &str) -> Self {
        let (word, bound) = (axis.word(), axis.bound());
        let hint = "mend the row, or leave such rows out with --on-bad-row skip";
        if text.is_empty() {
            let message = format!("expected a {word} but got nothing");
            return Self { code: "missing-coordinate", message, hint: hint.to_owned() };
        }
        let message = format!("expected a {word} of -{bound} to {bound} but got \"{text}\"");
        Self { code: "not-a-number", message, hint: hint.to_owned() }
    }

    /// A number that is no coordinate.
    fn off_the_earth(axis: Axis, number: f64) -> Self {
        let (word, bound) = (axis.word(), axis.bound());
        let message = format!("expected a {word} of -{bound} to {bound} but got {number}");
        let hint =
            "export the places as degrees of WGS 84, longitude in the column of longitudes, or leave such rows out with --on-bad-row skip";
        Self { code: "off-the-earth", message, hint: hint.to_owned() }
    }
}

/// A coordinate, if it lies on the earth.
fn on_earth(axis: Axis, number: f64) -> Result<f64, Complaint> {
    // NaN compares false.
    if number.abs() <= axis.bound() { Ok(number) } else { Err(Complaint::off_the_earth(axis, number)) }
}

/// A coordinate written as text.
fn coordinate(axis: Axis, text: &str) -> Result<f64, Complaint> {
    let text = text.trim();
    let number = text.parse::<f64>().map_err(|_unreadable| Complaint::no_number(axis, text))?;
    on_earth(axis, number)
}

/// What is wrong with the input as a whole.
fn unreadable(input: &Path, error: &io::Error) -> Fault {
    Fault::at(&Place::whole(input), "no-file", format!("cannot be read: {error}"), "check the path, and who may read the file")
}

#[cfg(all(test, feature = "columnar"))]
mod tests {
    use super::*;

    #[test]
    fn a_panic_within_a_reader_is_a_damaged_table() {
        let fault = guarded("shells.parquet".as_ref(), || -> Result<(), PointsFault> { panic!("no dictionary") }).unwrap_err();
        assert!(fault.to_string().starts_with("shells.parquet: the table is damaged"), "{fault}");
        assert!(guarded("shells.parquet".as_ref(), || Ok(1)).is_ok());
    }
}
