//! CSV to CSV: the bytes of the input with the answers behind each record.
//!
//! Quotes, spaces, line ends and the byte order mark stay as they are, and so does the separator; a last record without line end gets the
//! header's. Empty lines are left out. A missing answer is an empty cell.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fs::File;
use std::io::{Read, Write};
use std::ops::Range;

use marchland_core::{AnswerBatch, Located, NO_TIME, NONE, Status};

use super::names;
use super::records::{Record, Records, unquoted};
use super::{ANSWERS, Asking, Axis, BATCH, CERTAIN, Complaint, Point, PointsFault, Words, confidence, coordinate, unreadable};
use crate::fault::{Fault, Place};

/// Locates a CSV table into a CSV table.
pub(super) fn locate(asking: &mut Asking<'_>, sink: &mut impl Write) -> Result<(), PointsFault> {
    let mut rows = Rows::open(asking)?;
    let texts = AnswerTexts::new(asking.words, rows.records.separator());
    let mut out = rows.head();
    let mut kept: Vec<(Range<usize>, usize)> = Vec::new();
    loop {
        kept.clear();
        let progress = rows.read_batch(asking, &mut |_, record| {
            kept.push((record.bytes.clone(), record.end));
            Ok(())
        })?;
        asking.ask()?;
        for (row, (bytes, end)) in kept.iter().enumerate() {
            out.extend_from_slice(&rows.records.block()[bytes.clone()]);
            texts.append(&asking.answers, row, &mut out);
            let line_end = &rows.records.block()[bytes.end..*end];
            out.extend_from_slice(if line_end.is_empty() { &rows.line_end } else { line_end });
        }
        sink.write_all(&out).map_err(PointsFault::Output)?;
        out.clear();
        if progress == Progress::Done {
            return sink.flush().map_err(PointsFault::Output);
        }
    }
}

/// The rows of a CSV table, with what its header says.
pub(super) struct Rows<R> {
    pub(super) records: Records<R>,
    pub(super) names: Vec<String>,
    /// The positions of longitude, latitude and time.
    pub(super) asked: [usize; 3],
    /// The bytes between the cells of the header and its line end.
    header: Vec<Vec<u8>>,
    line_end: Vec<u8>,
    record: Record,
    is_in_block: bool,
}

/// Whether a table has more to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    More,
    Done,
}

/// Takes a sound row, given with the records it is one of; what it refuses is a bad row.
pub(super) type Keep<'k, R> = dyn FnMut(&Records<R>, &Record) -> Result<(), Fault> + 'k;

impl Rows<File> {
    /// Opens the input and reads its header.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, has no header or lacks a column.
    pub(super) fn open(asking: &Asking<'_>) -> Result<Self, Fault> {
        let input = asking.tables.input;
        let file = File::open(input).map_err(|error| unreadable(input, &error))?;
        Self::new(file, asking)
    }
}

impl<R: Read> Rows<R> {
    fn new(input: R, asking: &Asking<'_>) -> Result<Self, Fault> {
        let file = asking.tables.input;
        let mut records = Records::new(input, file)?;
        let mut record = Record::default();
        if !records.read(&mut record)? {
            let message = "expected a header with longitude, latitude and time but got an empty file";
            return Err(Fault::at(&Place::whole(file), "empty-file", message, "write the header line, and a row for each place"));
        }
        let cell = |cell: &Range<usize>| records.block()[cell.clone()].to_vec();
        let header: Vec<Vec<u8>> = record.cells.iter().map(cell).collect();
        let names: Vec<String> = header.iter().map(|cell| String::from_utf8_lossy(&unquoted(cell)).into_owned()).collect();
        let line_end = records.block()[record.bytes.end..record.end].to_vec();
        let line_end = if line_end.is_empty() { b"\n".to_vec() } else { line_end };
        let asked = names::find(file, &names, asking.tables.columns.as_ref())?;
        Ok(Self { records, names, asked, header, line_end, record, is_in_block: true })
    }

    /// The header of the output.
    fn head(&self) -> Vec<u8> {
        let mut out = self.records.mark().to_vec();
        let separator = self.records.separator();
        let kept = names::kept(&self.names);
        for ((cell, name), kept) in self.header.iter().zip(&self.names).zip(&kept) {
            if name == kept {
                out.extend_from_slice(cell);
            } else {
                push_cell(&mut out, kept, separator);
            }
            out.push(separator);
        }
        out.extend_from_slice(ANSWERS.join(&String::from(char::from(separator))).as_bytes());
        out.extend_from_slice(&self.line_end);
        out
    }

    /// Reads the points of a batch into `asking` and hands its rows to `keep`, bytes of which stand in the block until the next call.
    /// Bad rows are left out, or end the reading.
    pub(super) fn read_batch(&mut self, asking: &mut Asking<'_>, keep: &mut Keep<'_, R>) -> Result<Progress, Fault> {
        asking.clear_points();
        if !self.is_in_block {
            self.is_in_block = self.records.next_block()?;
        }
        while asking.points.lons.len() < BATCH {
            if !self.records.read(&mut self.record)? {
                self.is_in_block = false;
                return Ok(if self.records.is_done() { Progress::Done } else { Progress::More });
            }
            match self.point(asking).and_then(|point| keep(&self.records, &self.record).map(|()| point)) {
                Ok(point) => asking.push_point(point),
                Err(fault) => asking.bad_row(fault)?,
            }
        }
        Ok(Progress::More)
    }

    fn point(&self, asking: &mut Asking<'_>) -> Result<Point, Fault> {
        self.check_length()?;
        let [lon, lat, time] = self.asked;
        let at = |column: usize| move |complaint: Complaint| self.fault(column, complaint);
        let time_us = self.text(time).and_then(|text| asking.clock.read(&text)).map_err(at(time))?.unwrap_or(NO_TIME);
        let lon = self.text(lon).and_then(|text| coordinate(Axis::Lon, &text)).map_err(at(lon))?;
        let lat = self.text(lat).and_then(|text| coordinate(Axis::Lat, &text)).map_err(at(lat))?;
        Ok(Point { lon, lat, time_us })
    }

    fn check_length(&self) -> Result<(), Fault> {
        let (expected, got) = (self.names.len(), self.record.cells.len());
        let message = || format!("expected {expected} cells, as the header has, but got {got}");
        let (code, hint) = match got.cmp(&expected) {
            Ordering::Equal => return Ok(()),
            Ordering::Less => ("too-few-cells", "look for a missing separator: an empty cell needs one too"),
            Ordering::Greater => ("too-many-cells", "quote a cell that holds the separator, or name the column in the header"),
        };
        let last = self.record.cells[got.min(expected + 1) - 1].clone();
        Err(Fault::at(&self.records.place(&self.record, &last), code, message(), hint))
    }

    fn text(&self, column: usize) -> Result<Cow<'_, str>, Complaint> {
        text(&self.records.block()[self.record.cells[column].clone()])
    }

    fn fault(&self, column: usize, complaint: Complaint) -> Fault {
        complaint.at(&self.records.place(&self.record, &self.record.cells[column]))
    }
}

/// What a cell says.
///
/// # Errors
///
/// Bytes that are no UTF-8.
pub(super) fn text(cell: &[u8]) -> Result<Cow<'_, str>, Complaint> {
    let read = match unquoted(cell) {
        Cow::Borrowed(bytes) => str::from_utf8(bytes).map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|error| error.utf8_error()),
    };
    read.map_err(|_unreadable| Complaint {
        code: "not-utf8",
        message: format!("expected UTF-8 but got \"{}\"", String::from_utf8_lossy(cell)),
        hint: "save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")".to_owned(),
    })
}

/// The answers as the cells behind a row, each word quoted beforehand where the separator asks for it.
pub(super) struct AnswerTexts {
    controls: Vec<Vec<u8>>,
    statuses: Vec<Vec<u8>>,
    confidences: Vec<Vec<u8>>,
    places: Vec<Vec<u8>>,
    located: Vec<Vec<u8>>,
    separator: u8,
}

impl AnswerTexts {
    pub(super) fn new(words: Words<'_>, separator: u8) -> Self {
        let cell = |word: &str| {
            let mut out = Vec::new();
            push_cell(&mut out, word, separator);
            out
        };
        let cells = |words: &[String]| words.iter().map(|word| cell(word)).collect();
        Self {
            controls: cells(words.controls),
            statuses: Status::ALL.iter().map(|status| cell(status.word())).collect(),
            confidences: (0..=CERTAIN).map(|ten_thousandths| confidence(ten_thousandths).to_string().into_bytes()).collect(),
            places: cells(words.places),
            located: Located::ALL.iter().map(|located| cell(located.word())).collect(),
            separator,
        }
    }

    /// Writes the answers to a row of a batch, a separator before each.
    pub(super) fn append(&self, answers: &AnswerBatch, row: usize, out: &mut Vec<u8>) {
        let coded = [
            (&self.controls, answers.controls[row]),
            (&self.statuses, answers.statuses[row]),
            (&self.confidences, answers.confidences[row]),
            (&self.places, answers.places[row]),
            (&self.located, answers.located[row] as u32),
        ];
        for (cells, code) in coded {
            out.push(self.separator);
            if code != NONE {
                out.extend_from_slice(&cells[code as usize]);
            }
        }
    }
}

/// Writes a cell, quoted where it must be.
pub(super) fn push_cell(out: &mut Vec<u8>, text: &str, separator: u8) {
    if !text.bytes().any(|byte| byte == separator || matches!(byte, b'"' | b'\n' | b'\r')) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}
