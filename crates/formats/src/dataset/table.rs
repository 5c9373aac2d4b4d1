//! A CSV table (RFC 4180) whose every cell knows its place.
//!
//! Records are split where they stand, one after the other, into a list of cells that is used again for the next: a table of
//! millions of rows costs its text and nothing more. Line and column of a cell are looked for only when a fault asks. The separator is
//! the one of comma, semicolon and tab that the header has most of.

use std::collections::BTreeSet;

use marchland_core::{Extra, ExtraValue};

use crate::fault::{Fault, Place, Source};

/// A table: its text, and what its header says.
pub(crate) struct Table {
    source: Source,
    separator: u8,
    header: Vec<String>,
    /// Where the first record below the header begins; none where records cannot be told apart.
    body: Option<usize>,
    is_whole: bool,
}

/// What was made of a table's rows.
pub(crate) struct Rows<T> {
    /// One for each row of which something was made, in file order.
    pub(crate) items: Vec<T>,
    /// Where in the text the row of each begins.
    pub(crate) offsets: Vec<usize>,
    /// Whether the rows could be read; otherwise a fault says why there are none.
    pub(crate) is_whole: bool,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { items: Vec::new(), offsets: Vec::new(), is_whole: false }
    }
}

/// The cells of one record.
#[derive(Default)]
pub(crate) struct Record {
    offset: usize,
    cells: Vec<Cell>,
    /// The texts of quoted cells that hold quotes.
    unquoted: String,
}

/// Where a cell's text stands, without its quotes.
#[derive(Clone, Copy)]
struct Cell {
    start: usize,
    end: usize,
    /// The end of its text among the unquoted ones, where that is not as the file has it.
    unquoted: Option<usize>,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub(crate) struct Row<'t> {
    table: &'t Table,
    record: &'t Record,
}

impl Table {
    /// Reads a table's header; columns of `needed` that it lacks are faults. Of a table that lacks a needed column, or whose quotes
    /// have no partner, there are no rows: one fault says so, and not each row again.
    pub(crate) fn read(source: Source, needed: &[&str], faults: &mut Vec<Fault>) -> Self {
        let separator = sniff(&source.text);
        let mut table = Self { source, separator, header: Vec::new(), body: None, is_whole: false };
        if let Some((at, message)) = broken_quote(&table.source.text, separator) {
            let hint = "close the quote; within a quoted cell write a double quote twice";
            faults.push(Fault::at(&table.source.place(at, 1), "unpaired-quote", message, hint));
            return table;
        }
        let mut record = Record::default();
        table.body = table.next(0, &mut record);
        if table.body.is_some() {
            table.is_whole = true;
            table.take_header(&record, needed, faults);
        } else {
            let message = format!("expected a header with {} but got an empty file", needed.join(", "));
            let hint = "write the header line, and a row for each record";
            faults.push(Fault::at(&Place::whole(&table.source.file), "empty-file", message, hint));
        }
        table
    }

    fn take_header(&mut self, record: &Record, needed: &[&str], faults: &mut Vec<Fault>) {
        self.header = (0..record.cells.len()).map(|at| record.text(&self.source, at).trim().to_owned()).collect();
        while self.header.last().is_some_and(String::is_empty) {
            self.header.pop();
        }
        let mut seen = BTreeSet::new();
        for (at, name) in self.header.iter().enumerate() {
            let place = || self.cell_place(record, at);
            if name.is_empty() {
                faults.push(Fault::at(
                    &place(),
                    "unnamed-column",
                    "expected a column's name but got nothing",
                    "name the column, or take it out",
                ));
            } else if !seen.insert(name) {
                faults.push(Fault::at(&place(), "duplicate-column", format!("column \"{name}\" is there twice"), "rename one of them"));
            }
        }
        let missing: Vec<&str> = needed.iter().copied().filter(|name| !seen.contains(&(*name).to_owned())).collect();
        for name in &missing {
            let near = marchland_core::nearest_names(name, self.header.iter().map(String::as_str));
            let hint =
                near.first().map_or_else(|| format!("the header has {}", self.header.join(", ")), |near| format!("is it \"{near}\"?"));
            faults.push(Fault::at(&self.source.place(record.offset, 1), "missing-column", format!("expected a column \"{name}\""), hint));
        }
        self.is_whole = missing.is_empty();
    }

    /// Makes something of each row below the header, in file order; blank ones are left out. Rows of another length than the header
    /// are faults.
    pub(crate) fn rows<T>(&self, faults: &mut Vec<Fault>, mut make: impl FnMut(Row<'_>, &mut Vec<Fault>) -> Option<T>) -> Rows<T> {
        let mut rows = Rows { is_whole: self.is_whole, ..Rows::default() };
        let mut record = Record::default();
        let mut next = self.body.and_then(|body| self.next(body, &mut record));
        while let Some(after) = next {
            self.check_length(&record, faults);
            let made = if self.is_whole { make(Row { table: self, record: &record }, faults) } else { None };
            if let Some(item) = made {
                rows.items.push(item);
                rows.offsets.push(record.offset);
            }
            next = self.next(after, &mut record);
        }
        rows
    }

    /// The row that begins at an offset, split into a record.
    pub(crate) fn row<'t>(&'t self, offset: usize, record: &'t mut Record) -> Option<Row<'t>> {
        self.next(offset, record)?;
        Some(Row { table: self, record })
    }

    /// Splits the next record that is not blank; returns where it ends, or none at the end of the text.
    fn next(&self, mut at: usize, record: &mut Record) -> Option<usize> {
        while at < self.source.text.len() {
            let end = split(&self.source.text, self.separator, at, record);
            if (0..record.cells.len()).any(|cell| !record.text(&self.source, cell).trim().is_empty()) {
                return Some(end);
            }
            at = end;
        }
        None
    }

    fn check_length(&self, record: &Record, faults: &mut Vec<Fault>) {
        let (length, expected) = (record.cells.len(), self.header.len());
        if length == expected {
            return;
        }
        let used = (0..length).rev().find(|&at| !record.text(&self.source, at).trim().is_empty()).map_or(0, |at| at + 1);
        if used > expected {
            let message = format!("expected {expected} cells, as the header has, but got {used}");
            let hint = "quote a cell that holds the separator, or name the column in the header";
            faults.push(Fault::at(&self.cell_place(record, expected), "too-many-cells", message, hint));
        } else if length < expected {
            let message = format!("expected {expected} cells, as the header has, but got {length}");
            let hint = "look for a missing separator: an empty cell needs one too";
            faults.push(Fault::at(&self.cell_place(record, length), "too-few-cells", message, hint));
        }
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The place of the cell at a column; behind the last cell the record's end.
    fn cell_place(&self, record: &Record, column: usize) -> Place {
        let (start, end) = record.range(column);
        self.source.place(start, end - start)
    }
}

impl Record {
    /// The text of a cell; empty behind the last.
    fn text<'t>(&'t self, source: &'t Source, at: usize) -> &'t str {
        let Some(cell) = self.cells.get(at) else { return "" };
        match cell.unquoted {
            None => &source.text[cell.start..cell.end],
            Some(end) => {
                let before = self.cells[..at].iter().rev().find_map(|cell| cell.unquoted).unwrap_or(0);
                &self.unquoted[before..end]
            }
        }
    }

    /// Where a cell begins and ends in the text; behind the last cell twice the end of the record.
    fn range(&self, column: usize) -> (usize, usize) {
        let end = || self.cells.last().map_or(self.offset, |last| last.end);
        self.cells.get(column).map_or_else(|| (end(), end()), |cell| (cell.start, cell.end))
    }
}

impl<'t> Row<'t> {
    /// The cell of a column without surrounding blanks; empty where the row or the table lacks it.
    pub(crate) fn cell(self, column: &str) -> &'t str {
        self.table.column(column).map_or("", |at| self.record.text(&self.table.source, at).trim())
    }

    /// The cell of a column, none where it is empty.
    pub(crate) fn some(self, column: &str) -> Option<&'t str> {
        Some(self.cell(column)).filter(|cell| !cell.is_empty())
    }

    /// The parts of a cell that lists several, between `;`; empty parts are left out.
    pub(crate) fn list(self, column: &str) -> impl Iterator<Item = &'t str> {
        self.cell(column).split(';').map(str::trim).filter(|part| !part.is_empty())
    }

    /// Where the cell of a column stands; of a column the table lacks, the row.
    pub(crate) fn place(self, column: &str) -> Place {
        match self.table.column(column) {
            Some(at) => self.table.cell_place(self.record, at),
            None => self.table.source.place(self.record.offset, 1),
        }
    }

    /// Where one part of a cell that lists several stands.
    pub(crate) fn item_place(self, column: &str, item: usize) -> Place {
        let Some(at) = self.table.column(column) else { return self.place(column) };
        let source = &self.table.source;
        let (mut begin, end) = self.record.range(at);
        let mut parts = Vec::new();
        for part in source.text[begin..end].split(';') {
            let name = part.trim();
            if !name.is_empty() {
                parts.push((begin + part.len() - part.trim_start().len(), name.len()));
            }
            begin += part.len() + 1;
        }
        parts.get(item).map_or_else(|| self.place(column), |&(begin, length)| source.place(begin, length))
    }

    /// The cells of columns that the format does not know.
    pub(crate) fn extra(self, known: &[&str]) -> Extra {
        let unknown = self.cells().filter(|(name, _)| !known.contains(name) && !name.starts_with("name_"));
        unknown.map(|(name, cell)| (name.to_owned(), value(cell))).collect()
    }

    /// The columns `name_XX`, with their languages.
    pub(crate) fn names(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.cells().filter_map(|(name, cell)| Some((name.strip_prefix("name_")?, cell.trim())))
    }

    /// The cells that the row has, with the names of their columns.
    fn cells(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let texts = (0..self.record.cells.len()).map(move |at| self.record.text(&self.table.source, at));
        self.table.header.iter().map(String::as_str).zip(texts)
    }
}

/// A cell without a column's meaning: a number where it is one to the letter, else text.
fn value(cell: &str) -> ExtraValue {
    if cell.is_empty() {
        return ExtraValue::Null;
    }
    match cell.parse::<i64>() {
        Ok(number) if number.to_string() == cell => ExtraValue::Integer(number),
        _ => ExtraValue::Text(cell.to_owned()),
    }
}

/// The separator that the first line has most of; a comma where it has none.
fn sniff(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|&byte| byte == separator).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|&separator| count(separator))
        .filter(|&separator| count(separator) > 0)
        .unwrap_or(b',')
}

/// The byte of the first double quote that opens a cell and is not closed as it should be, and what is wrong with it.
///
/// The `csv` crate reads such a text without complaint: all rows down to the next quote, or to the end, become one cell.
fn broken_quote(text: &str, separator: u8) -> Option<(usize, &'static str)> {
    if !text.contains('"') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'"' {
            let Some(close) = closing_quote(bytes, at) else { return Some((at, "this quote is never closed")) };
            if bytes.get(close + 1).is_some_and(|&next| !matches!(next, b'\n' | b'\r') && next != separator) {
                return Some((at, "the cell goes on after the quote that closes this one"));
            }
        }
        at = cell_end(bytes, at, separator) + 1;
    }
    None
}

/// The quote that closes the cell whose opening quote stands at a byte; two in a row are one within the cell.
fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Splits the record that begins at a byte; returns where the next begins. The quotes are known to be in pairs.
fn split(text: &str, separator: u8, start: usize, record: &mut Record) -> usize {
    let bytes = text.as_bytes();
    record.offset = start;
    record.cells.clear();
    record.unquoted.clear();
    let mut at = start;
    loop {
        let end = cell_end(bytes, at, separator);
        record.cells.push(cell(text, at, end, &mut record.unquoted));
        at = end + 1;
        if bytes.get(end) != Some(&separator) {
            break;
        }
    }
    if bytes.get(at - 1) == Some(&b'\r') && bytes.get(at) == Some(&b'\n') { at + 1 } else { at }
}

/// The cell between two bytes.
fn cell(text: &str, start: usize, end: usize, unquoted: &mut String) -> Cell {
    if text.as_bytes().get(start) != Some(&b'"') || end < start + 2 {
        return Cell { start, end, unquoted: None };
    }
    let (start, end) = (start + 1, end - 1);
    let inner = &text[start..end];
    let is_changed = inner.contains('"');
    if is_changed {
        unquoted.push_str(&inner.replace("\"\"", "\""));
    }
    Cell { start, end, unquoted: is_changed.then_some(unquoted.len()) }
}

/// Where the cell that begins here ends.
fn cell_end(bytes: &[u8], start: usize, separator: u8) -> usize {
    let behind = if bytes.get(start) == Some(&b'"') { closing_quote(bytes, start).map_or(bytes.len(), |close| close + 1) } else { start };
    let rest = &bytes[behind..];
    behind + rest.iter().position(|&byte| byte == separator || matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(text: &str, needed: &[&str], faults: &mut Vec<Fault>) -> Table {
        Table::read(Source::new("t.csv".as_ref(), text.as_bytes()).ok().unwrap(), needed, faults)
    }

    /// Two cells of each row.
    fn cells(text: &str, columns: [&str; 2]) -> (Vec<[String; 2]>, Vec<Fault>) {
        let mut faults = Vec::new();
        let table = table(text, &columns, &mut faults);
        let rows = table.rows(&mut faults, |row, _| Some(columns.map(|column| row.cell(column).to_owned())));
        (rows.items, faults)
    }

    #[test]
    fn a_cell_knows_its_line_and_column_after_a_quoted_line_break() {
        let mut faults = Vec::new();
        let table = table("a,b\r\n\"one\r\ntwo\",x\r\n\"q\"\"q\",wrong;pd2\r\n\r\n,\r\n", &["a", "b"], &mut faults);
        let rows = table.rows(&mut faults, |row, _| Some((row.cell("a").to_owned(), row.place("b"), row.item_place("b", 1))));
        assert!(faults.is_empty(), "{faults:?}");
        let [(_, first, _), (text, _, item)] = &rows.items[..] else { unreachable!("two rows") };
        assert_eq!((first.line, first.column), (Some(3), Some(6)));
        assert_eq!((item.line, item.column, item.length), (Some(4), Some(14), 3));
        assert_eq!(text, "q\"q");
        assert_eq!(table.row(rows.offsets[1], &mut Record::default()).unwrap().item_place("b", 1), *item);
    }

    #[test]
    fn semicolons_and_tabs_separate_when_the_header_says_so() {
        for text in ["a;b\n1;2,5\n", "a\tb\n1\t2,5\n"] {
            assert_eq!(cells(text, ["a", "b"]).0, [["1", "2,5"]]);
        }
    }

    #[test]
    fn a_table_of_the_wrong_shape_says_where() {
        let (_, faults) = cells("a,a,,c\n1,2,3,4,5\n", ["a", "bb"]);
        let said: Vec<String> =
            faults.iter().map(|fault| format!("{} {}:{}", fault.code, fault.line.unwrap(), fault.column.unwrap())).collect();
        assert_eq!(said, ["duplicate-column 1:3", "unnamed-column 1:5", "missing-column 1:1", "too-many-cells 2:9"]);
    }

    #[test]
    fn a_quote_without_its_partner_is_named_and_swallows_no_rows() {
        let first = |text: &str| {
            let (rows, faults) = cells(text, ["a", "b"]);
            assert!(rows.is_empty());
            faults.iter().map(|fault| format!("{} {}:{}", fault.code, fault.line.unwrap(), fault.column.unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(first("a,b\n1,\"2\n3,4\n5,6\n"), ["unpaired-quote 2:3"]);
        assert_eq!(first("a,b\n1,\"2\n3,\"4\"\n"), ["unpaired-quote 2:3"]);
        assert_eq!(first("a,b\n\"1\"x,2\n"), ["unpaired-quote 2:1"]);
        assert_eq!(first("a,b\n1,\"2\"\"\n"), ["unpaired-quote 2:3"]);
        assert_eq!(first("\"a,b\n1,2\n"), ["unpaired-quote 1:1"]);
    }

    #[test]
    fn quotes_within_a_cell_and_quoted_separators_are_taken() {
        let (rows, faults) = cells("a,b\n5\" gun,\"say \"\"no\"\", twice\"\n\"\",\"\"\"x\"\"\"\n\"\"\"\",\"\"\"y\"\n", ["a", "b"]);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(rows, [["5\" gun", "say \"no\", twice"], ["", "\"x\""], ["\"", "\"y"]]);
    }

    #[test]
    fn a_row_that_ends_early_is_named_where_it_ends() {
        let (_, faults) = cells("a,b,c\n1,2\n3,4,\n", ["a", "b"]);
        assert_eq!(
            faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["t.csv:2:4: expected 3 cells, as the header has, but got 2; look for a missing separator: an empty cell needs one too"]
        );
    }

    #[test]
    fn an_empty_file_is_a_fault_of_the_file() {
        assert_eq!(cells("\n \n", ["a", "b"]).1[0].code, "empty-file");
    }

    proptest! {
        #[test]
        fn the_csv_crate_reads_the_same_cells(text in "(a,b\n)([ab\",\r\n ]|\"\"){0,24}") {
            let (rows, faults) = cells(&text, ["a", "b"]);
            let mut judge = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<csv::StringRecord> = judge.records().map(Result::unwrap).collect();
            let theirs = theirs.iter().filter(|record| record.iter().any(|cell| !cell.trim().is_empty()));
            let theirs: Vec<[String; 2]> = theirs.map(|record| [0, 1].map(|at| record.get(at).unwrap_or("").trim().to_owned())).collect();
            prop_assert!(faults.iter().any(|fault| fault.code == "unpaired-quote") || rows == theirs, "{rows:?} {theirs:?}");
        }
    }
}
