//! CSV (RFC 4180) split into records that know their lines, block by block, every byte kept.
//!
//! The `csv` crate gives the cells without the bytes round them; here the record's own bytes go to the output, so that quotes, spaces
//! and line ends stay as they are. A line feed, a carriage return or both end a record; an empty line is none. The separator is the one
//! of comma, semicolon and tab that the header has most of. A quoted cell may hold line ends; text after its closing quote, and a quote
//! never closed, are faults, for which rows are meant cannot be told.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::unreadable;
use crate::fault::{Fault, Place};

/// Bytes that are read at once (chosen: some tens of thousands of rows).
const BLOCK: usize = 4 << 20;

/// Bytes of the longest record (chosen: far beyond any real row; an unclosed quote would otherwise swallow the file).
const LONGEST: usize = 64 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A table's bytes, of which a block of whole records stands in memory.
pub(super) struct Records<R> {
    input: R,
    file: PathBuf,
    block: Vec<u8>,
    /// Where the next record starts in the block.
    next: usize,
    /// The line that record starts on, from 1.
    line: usize,
    is_at_end: bool,
    has_mark: bool,
    separator: u8,
}

/// A record: its cells' bytes with their quotes, in the block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// The cells.
    pub(super) cells: Vec<Range<usize>>,
    /// From its first byte to its line end, that left out.
    pub(super) bytes: Range<usize>,
    /// Where its line end ends.
    pub(super) end: usize,
    /// The line it starts on, from 1.
    pub(super) line: usize,
    /// Line ends within its quoted cells.
    breaks: usize,
}

impl<R: Read> Records<R> {
    /// Begins to read, and finds the separator.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, has nothing in it or is UTF-16.
    pub(super) fn new(input: R, file: &Path) -> Result<Self, Fault> {
        let (block, file) = (Vec::new(), file.to_owned());
        let mut records = Self { input, file, block, next: 0, line: 1, is_at_end: false, has_mark: false, separator: b',' };
        records.fill()?;
        if records.block.starts_with(&[0xFF, 0xFE]) || records.block.starts_with(&[0xFE, 0xFF]) || records.block.get(1) == Some(&0) {
            let message = "expected UTF-8 but got UTF-16";
            return Err(Fault::at(&Place::whole(&records.file), "not-utf8", message, "save the file as UTF-8"));
        }
        records.has_mark = records.block.starts_with(BYTE_ORDER_MARK);
        records.next = if records.has_mark { BYTE_ORDER_MARK.len() } else { 0 };
        records.separator = sniff(&records.block[records.next..]);
        Ok(records)
    }

    pub(super) fn separator(&self) -> u8 {
        self.separator
    }

    /// The byte order mark, where the file has one.
    pub(super) fn mark(&self) -> &'static [u8] {
        if self.has_mark { BYTE_ORDER_MARK } else { b"" }
    }

    /// The bytes that records of the last call of [`Records::next_block`] point into.
    pub(super) fn block(&self) -> &[u8] {
        &self.block
    }

    /// Drops the records given out and reads on; false at the end.
    pub(super) fn next_block(&mut self) -> Result<bool, Fault> {
        self.fill()?;
        Ok(self.next < self.block.len())
    }

    /// Whether no record is left, in this block and behind it.
    pub(super) fn is_done(&self) -> bool {
        self.is_at_end && self.next >= self.block.len()
    }

    /// The next whole record of the block.
    ///
    /// # Errors
    ///
    /// A quote without partner; a record that is too long to be one.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<bool, Fault> {
        loop {
            record.line = self.line;
            match split(&self.block, self.next, self, record) {
                Split::Whole if record.bytes.is_empty() => self.pass(record),
                Split::Whole => {
                    self.pass(record);
                    return Ok(true);
                }
                Split::Partial => return Ok(false),
                Split::Broken(at, message) => return Err(self.broken_quote(record, at, message)),
            }
        }
    }

    fn pass(&mut self, record: &Record) {
        self.line += 1 + record.breaks;
        self.next = record.end;
    }

    fn broken_quote(&self, record: &Record, at: usize, message: &'static str) -> Fault {
        let place = self.place(record, &(at..at + 1));
        Fault::at(&place, "unpaired-quote", message, "close the quote; within a quoted cell write a double quote twice")
    }

    /// Moves what is left to the front and reads a block behind it; a record that did not fit gets twice the room.
    fn fill(&mut self) -> Result<(), Fault> {
        self.block.drain(..self.next);
        self.next = 0;
        let wanted = BLOCK.max(2 * self.block.len());
        if wanted > LONGEST {
            let place = Place { line: Some(self.line), ..Place::whole(&self.file) };
            let message = format!("expected a row but got one of more than {} MB", LONGEST >> 21);
            return Err(Fault::at(&place, "unpaired-quote", message, "look for a double quote that is never closed"));
        }
        let room = (wanted - self.block.len()) as u64;
        let got = self.input.by_ref().take(room).read_to_end(&mut self.block).map_err(|error| unreadable(&self.file, &error))?;
        self.is_at_end = (got as u64) < room;
        Ok(())
    }

    /// Where some bytes of a record stand in the file.
    pub(super) fn place(&self, record: &Record, bytes: &Range<usize>) -> Place {
        let before = &self.block[record.bytes.start..bytes.start];
        let start = record.bytes.start + before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let end =
            self.block[bytes.start..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(self.block.len(), |at| bytes.start + at);
        let characters = |range: Range<usize>| String::from_utf8_lossy(&self.block[range]).chars().count();
        let shown = start..end.min(start + EXCERPT).max(start);
        Place {
            line: Some(record.line + lines(before)),
            column: Some(characters(start..bytes.start) + 1),
            length: characters(bytes.start..bytes.end.min(end).max(bytes.start)).max(1),
            excerpt: Some(String::from_utf8_lossy(&self.block[shown]).into_owned()),
            ..Place::whole(&self.file)
        }
    }
}

/// Bytes of a line that a fault shows (chosen: more than a terminal is wide).
const EXCERPT: usize = 800;

/// Line ends within a record: line feeds, and carriage returns without one.
fn lines(bytes: &[u8]) -> usize {
    let ends = |at: usize| bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    (0..bytes.len()).filter(|&at| ends(at)).count()
}

/// The separator that the first line has most of; a comma if none.
fn sniff(text: &[u8]) -> u8 {
    let header = text.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty()).unwrap_or_default();
    let count = |separator: u8| header.split(|&byte| byte == separator).count();
    // Of equals the last wins, so the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

enum Split {
    Whole,
    /// The block ends within the record.
    Partial,
    /// The quote at this byte is at fault.
    Broken(usize, &'static str),
}

/// Splits the record that starts at a byte of the block.
fn split<R>(block: &[u8], from: usize, table: &Records<R>, record: &mut Record) -> Split {
    record.cells.clear();
    (record.bytes, record.breaks) = (from..from, 0);
    if from >= block.len() {
        return Split::Partial;
    }
    let mut at = from;
    loop {
        let start = at;
        if block.get(at) == Some(&b'"') {
            let never_closed = || if table.is_at_end { Split::Broken(start, "this quote is never closed") } else { Split::Partial };
            let Some(close) = closing_quote(block, at) else { return never_closed() };
            at = close + 1;
            if block.get(at).is_some_and(|&byte| byte != table.separator && !matches!(byte, b'\n' | b'\r')) {
                return Split::Broken(start, "the cell goes on after the quote that closes this one");
            }
            record.breaks += lines(&block[start..at]);
        } else {
            at = block[at..].iter().position(|&byte| ends_cell(byte, table.separator)).map_or(block.len(), |length| at + length);
        }
        record.cells.push(start..at);
        let is_last = at + 1 >= block.len();
        match block.get(at) {
            Some(&byte) if byte == table.separator => at += 1,
            Some(b'\n') => return whole(record, at, 1),
            // A line feed may follow in the next block, and a quote at its end may turn out to be the first of two.
            _ if is_last && !table.is_at_end => return Split::Partial,
            Some(_) => return whole(record, at, if block.get(at + 1) == Some(&b'\n') { 2 } else { 1 }),
            None => return whole(record, at, 0),
        }
    }
}

fn ends_cell(byte: u8, separator: u8) -> bool {
    byte == separator || byte == b'\n' || byte == b'\r'
}

/// The quote that closes the cell whose opening quote stands at a byte; two in a row are one within the cell.
fn closing_quote(block: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += block.get(at..)?.iter().position(|&byte| byte == b'"')?;
        if block.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

fn whole(record: &mut Record, at: usize, line_end: usize) -> Split {
    record.bytes.end = at;
    record.end = at + line_end;
    Split::Whole
}

/// What a cell says: its bytes without the quotes round it, and of two quotes within it one.
pub(super) fn unquoted(cell: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")) else { return Cow::Borrowed(cell) };
    if !inner.contains(&b'"') {
        return Cow::Borrowed(inner);
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut was_quote = false;
    for &byte in inner {
        was_quote = byte == b'"' && !was_quote;
        if !was_quote {
            text.push(byte);
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The records of a text with their lines, read in blocks of a few bytes at a time.
    fn read(text: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Fault> {
        let mut records = Records::new(text, "p.csv".as_ref())?;
        let (mut record, mut all) = (Record::default(), Vec::new());
        while records.next_block()? {
            while records.read(&mut record)? {
                let cells = record.cells.iter().map(|cell| String::from_utf8_lossy(&unquoted(&records.block()[cell.clone()])).into_owned());
                all.push((record.line, cells.collect()));
            }
        }
        Ok(all)
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|&cell| cell.to_owned()).collect())
    }

    #[test]
    fn quoted_line_ends_count_as_lines_and_empty_lines_are_no_records() {
        let rows = read(b"\xEF\xBB\xBFa,b\r\n\"x\r\ny\",\"say \"\"so\"\"\"\n\n1,\r2,3").unwrap();
        assert_eq!(rows, [row(1, &["a", "b"]), row(2, &["x\r\ny", "say \"so\""]), row(5, &["1", ""]), row(6, &["2", "3"])]);
        assert_eq!(read(b"a;b\n1;2,5\n").unwrap()[1], row(2, &["1", "2,5"]));
    }

    #[test]
    fn quotes_without_partner_are_told_at_their_place() {
        let fault = read(b"a,b\n1,\"x\n2,y\n").unwrap_err();
        assert_eq!((fault.line, fault.column, fault.message.as_str()), (Some(2), Some(3), "this quote is never closed"));
        let fault = read(b"a,b\n1,2\n\"x\"y,2\n").unwrap_err();
        assert_eq!((fault.line, fault.column), (Some(3), Some(1)));
        assert!(read(b"a\0,\0b\0").unwrap_err().message.contains("UTF-16"));
    }

    #[test]
    fn a_record_longer_than_a_block_gets_more_room_and_one_without_end_is_refused() {
        let long = format!("a,b\n{},2\n3,4\n", "x".repeat(2 * BLOCK));
        assert_eq!(read(long.as_bytes()).unwrap().len(), 3);
        let endless = format!("a,b\n1,\"{}", "x\n".repeat(LONGEST / 2));
        assert!(read(endless.as_bytes()).unwrap_err().to_string().starts_with("p.csv:2: expected a row but got one of more than 32 MB"));
    }

    proptest! {
        #[test]
        fn cells_are_those_that_the_csv_crate_writes(rows in prop::collection::vec(prop::collection::vec("[a-c\",\r\n é]{0,6}", 3), 1..6)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["a", "b", "c"]).unwrap();
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let read: Vec<Vec<String>> = read(&writer.into_inner().unwrap()).unwrap().into_iter().skip(1).map(|(_, cells)| cells).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn any_bytes_get_an_answer(bytes in prop::collection::vec(prop::sample::select(b"\",;\r\nab\xFF\0".to_vec()), 0..40)) {
            let _ = read(&bytes);
        }
    }
}
