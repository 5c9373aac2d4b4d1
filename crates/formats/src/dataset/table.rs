//! A CSV table (RFC 4180) whose every cell knows its place.
//!
//! A file is read piece by piece, and its records are split where they stand, one after the other, into a list of cells that is used
//! again for the next: a table of millions of rows costs what is made of them and nothing more. Line and column of a cell are looked
//! for only when a fault asks. The separator is the one of comma, semicolon and tab that the header has most of.

use marchland_core::{Extra, ExtraValue};

use super::pieces::Pieces;
use crate::fault::{Fault, Place, Source};

/// What was made of a table's rows.
pub(crate) struct Rows<T> {
    /// One for each row of which something was made, in file order.
    pub(crate) items: Vec<T>,
    /// Where in the file's text the row of each begins.
    pub(crate) offsets: Vec<usize>,
    /// Whether the rows could be read; otherwise a fault says why there are none.
    pub(crate) is_whole: bool,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { items: Vec::new(), offsets: Vec::new(), is_whole: false }
    }
}

/// Reads a table and makes something of each row below the header, in file order; blank ones are left out. Columns of `needed` that it
/// lacks are faults, and so are rows of another length than the header.
///
/// Of a table that lacks a needed column, whose quotes have no partner or that is no text there are no rows: one fault says so, and not
/// each row again.
pub(crate) fn read<T>(
    pieces: Pieces<'_>,
    needed: &[&str],
    faults: &mut Vec<Fault>,
    make: impl FnMut(Row<'_>, &mut Vec<Fault>) -> Option<T>,
) -> Rows<T> {
    let before = faults.len();
    read_rows(pieces, needed, faults, make).unwrap_or_else(|fault| {
        faults.truncate(before);
        faults.push(fault);
        Rows::default()
    })
}

fn read_rows<T>(
    pieces: Pieces<'_>,
    needed: &[&str],
    faults: &mut Vec<Fault>,
    mut make: impl FnMut(Row<'_>, &mut Vec<Fault>) -> Option<T>,
) -> Result<Rows<T>, Fault> {
    let mut record = Record::default();
    let (mut table, body) = Table::open(pieces, &mut record)?;
    let Some(mut at) = body else {
        let message = format!("expected a header with {} but got an empty file", needed.join(", "));
        let hint = "write the header line, and a row for each record";
        return Err(Fault::at(&Place::whole(&table.pieces.source.file), "empty-file", message, hint));
    };
    table.check_header(&record, faults);
    let mut rows = Rows { is_whole: table.has(needed, &record, faults), ..Rows::default() };
    while let Some(after) = table.next(at, &mut record)? {
        table.check_length(&record, faults);
        let row = Row { table: &table, record: &record };
        if let Some(item) = rows.is_whole.then(|| make(row, faults)).flatten() {
            table.pieces.make_room(&mut rows.items, record.offset);
            table.pieces.make_room(&mut rows.offsets, record.offset);
            rows.items.push(item);
            rows.offsets.push(table.pieces.source.span(record.offset, 1).start);
        }
        at = after;
    }
    Ok(rows)
}

/// A table in reading, or read whole: its text, and what its header says.
pub(crate) struct Table<'r> {
    pieces: Pieces<'r>,
    separator: u8,
    header: Vec<String>,
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
    table: &'t Table<'t>,
    record: &'t Record,
}

impl<'r> Table<'r> {
    /// All of a table in memory, for whoever looks up single rows.
    ///
    /// # Errors
    ///
    /// A fault where the file cannot be read or its quotes have no partner.
    pub(crate) fn whole(mut pieces: Pieces<'r>) -> Result<Self, Fault> {
        pieces.all()?;
        Ok(Self::open(pieces, &mut Record::default())?.0)
    }

    /// Reads the header into a record too, and says where the first record below it begins; an empty file has none.
    fn open(mut pieces: Pieces<'r>, record: &mut Record) -> Result<(Self, Option<usize>), Fault> {
        while !pieces.is_ended() && !pieces.source.text.trim_start().contains('\n') {
            pieces.more(0)?;
        }
        let separator = sniff(first_line(&pieces.source.text).unwrap_or_default());
        let mut table = Self { pieces, separator, header: Vec::new() };
        let body = table.next(0, record)?;
        if body.is_some() {
            table.header = (0..record.cells.len()).map(|at| record.text(&table.pieces.source, at).trim().to_owned()).collect();
            while table.header.last().is_some_and(String::is_empty) {
                table.header.pop();
            }
        }
        Ok((table, body))
    }

    /// The row that begins at an offset, of a table read whole, split into a record.
    pub(crate) fn row<'t>(&'t self, offset: usize, record: &'t mut Record) -> Option<Row<'t>> {
        split(&self.pieces.source.text, self.separator, offset, record).ok()?;
        Some(Row { table: self, record })
    }

    /// Splits the next record that is not blank, reading on where it does not end within the piece at hand; returns where it ends, or
    /// none at the end of the file.
    fn next(&mut self, mut at: usize, record: &mut Record) -> Result<Option<usize>, Fault> {
        while at < self.pieces.source.text.len() || !self.pieces.is_ended() {
            let found = split(&self.pieces.source.text, self.separator, at, record);
            match found {
                Ok(end) if end < self.pieces.source.text.len() || self.pieces.is_ended() => {
                    if (0..record.cells.len()).any(|cell| !trimmed(record.text(&self.pieces.source, cell)).is_empty()) {
                        return Ok(Some(end));
                    }
                    at = end;
                }
                Err((at, message)) if self.pieces.is_ended() => {
                    let hint = "close the quote; within a quoted cell write a double quote twice";
                    return Err(Fault::at(&self.pieces.source.place(at, 1), "unpaired-quote", message, hint));
                }
                _ => at = self.pieces.more(at)?,
            }
        }
        Ok(None)
    }

    /// Names columns without a name, and those named twice.
    fn check_header(&self, record: &Record, faults: &mut Vec<Fault>) {
        for (at, name) in self.header.iter().enumerate() {
            let place = || self.cell_place(record, at);
            if name.is_empty() {
                let message = "expected a column's name but got nothing";
                faults.push(Fault::at(&place(), "unnamed-column", message, "name the column, or take it out"));
            } else if self.header[..at].contains(name) {
                faults.push(Fault::at(&place(), "duplicate-column", format!("column \"{name}\" is there twice"), "rename one of them"));
            }
        }
    }

    /// Whether there are all columns that are needed; those that there are not are faults.
    fn has(&self, needed: &[&str], record: &Record, faults: &mut Vec<Fault>) -> bool {
        let missing = || needed.iter().filter(|name| self.column(name).is_none());
        for name in missing() {
            let near = marchland_core::nearest_names(name, self.header.iter().map(String::as_str));
            let hint =
                near.first().map_or_else(|| format!("the header has {}", self.header.join(", ")), |near| format!("is it \"{near}\"?"));
            let place = self.pieces.source.place(record.offset, 1);
            faults.push(Fault::at(&place, "missing-column", format!("expected a column \"{name}\""), hint));
        }
        missing().next().is_none()
    }

    fn check_length(&self, record: &Record, faults: &mut Vec<Fault>) {
        let (length, expected) = (record.cells.len(), self.header.len());
        if length == expected {
            return;
        }
        let used = (0..length).rev().find(|&at| !trimmed(record.text(&self.pieces.source, at)).is_empty()).map_or(0, |at| at + 1);
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
        self.pieces.source.place(start, end - start)
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
        self.text(self.table.column(column))
    }

    /// Which cell of a row each column is; none where the table lacks it.
    pub(crate) fn columns<const N: usize>(self, names: [&str; N]) -> [Option<usize>; N] {
        names.map(|name| self.table.column(name))
    }

    /// The text of a cell without surrounding blanks; empty where the row or the table lacks it.
    pub(crate) fn text(self, cell: Option<usize>) -> &'t str {
        cell.map_or("", |at| trimmed(self.record.text(&self.table.pieces.source, at)))
    }

    /// The row as it is written from a cell on, quotes and separators too; nothing behind its last cell.
    pub(crate) fn written_from(self, cell: usize) -> &'t str {
        let bytes = self.table.pieces.source.text.as_bytes();
        let (Some(first), Some(last)) = (self.record.cells.get(cell), self.record.cells.last()) else { return "" };
        // A cell's own text is within its quotes, and no other text has one beside it.
        let start = first.start - usize::from(first.start > 0 && bytes[first.start - 1] == b'"');
        let end = last.end + usize::from(bytes.get(last.end) == Some(&b'"'));
        &self.table.pieces.source.text[start..end]
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
            None => self.table.pieces.source.place(self.record.offset, 1),
        }
    }

    /// Where one part of a cell that lists several stands.
    pub(crate) fn item_place(self, column: &str, item: usize) -> Place {
        let Some(at) = self.table.column(column) else { return self.place(column) };
        let source = &self.table.pieces.source;
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
        let texts = (0..self.record.cells.len()).map(move |at| self.record.text(&self.table.pieces.source, at));
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

/// The first line that is not blank.
fn first_line(text: &str) -> Option<&str> {
    text.lines().find(|line| !line.trim().is_empty())
}

/// The separator that a header has most of; a comma where it has none.
fn sniff(header: &str) -> u8 {
    let count = |separator: u8| header.bytes().filter(|&byte| byte == separator).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|&separator| count(separator))
        .filter(|&separator| count(separator) > 0)
        .unwrap_or(b',')
}

/// A text without surrounding blanks; most have none, which two bytes tell.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// A double quote that is wrong: its byte, and what is wrong with it.
type Broken = (usize, &'static str);

/// Splits the record that begins at a byte; returns where the next begins.
///
/// # Errors
///
/// The first double quote that opens a cell and is not closed as it should be. The `csv` crate reads such a text without complaint:
/// all rows down to the next quote, or to the end, become one cell.
fn split(text: &str, separator: u8, start: usize, record: &mut Record) -> Result<usize, Broken> {
    let bytes = text.as_bytes();
    record.offset = start;
    record.cells.clear();
    record.unquoted.clear();
    let mut at = start;
    loop {
        let end = cell_end(bytes, at, separator)?;
        record.cells.push(cell(text, at, end, &mut record.unquoted));
        at = end + 1;
        if bytes.get(end) != Some(&separator) {
            break;
        }
    }
    Ok(if bytes.get(at - 1) == Some(&b'\r') && bytes.get(at) == Some(&b'\n') { at + 1 } else { at })
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
fn cell_end(bytes: &[u8], start: usize, separator: u8) -> Result<usize, Broken> {
    // Nearly all bytes are above every one that ends a cell: one comparison tells.
    let most = separator.max(b'\r');
    let is_end = |byte: u8| byte <= most && (byte == separator || matches!(byte, b'\n' | b'\r'));
    if bytes.get(start) != Some(&b'"') {
        let rest = &bytes[start..];
        return Ok(start + rest.iter().position(|&byte| is_end(byte)).unwrap_or(rest.len()));
    }
    let end = closing_quote(bytes, start).ok_or((start, "this quote is never closed"))? + 1;
    match bytes.get(end) {
        Some(&next) if !is_end(next) => Err((start, "the cell goes on after the quote that closes this one")),
        _ => Ok(end),
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(text: &str) -> Pieces<'_> {
        Pieces::new("t.csv".as_ref(), Box::new(text.as_bytes()))
    }

    /// Two cells of each row.
    fn cells_of(pieces: Pieces<'_>, columns: [&str; 2]) -> (Vec<[String; 2]>, Vec<Fault>) {
        let mut faults = Vec::new();
        let rows = read(pieces, &columns, &mut faults, |row, _| Some(columns.map(|column| row.cell(column).to_owned())));
        (rows.items, faults)
    }

    fn cells(text: &str, columns: [&str; 2]) -> (Vec<[String; 2]>, Vec<Fault>) {
        cells_of(pieces(text), columns)
    }

    #[test]
    fn a_cell_knows_its_line_and_column_after_a_quoted_line_break() {
        let mut faults = Vec::new();
        let text = "a,b\r\n\"one\r\ntwo\",x\r\n\"q\"\"q\",wrong;pd2\r\n\r\n,\r\n";
        let made = |row: Row<'_>| (row.cell("a").to_owned(), row.place("b"), row.item_place("b", 1));
        let rows = read(pieces(text), &["a", "b"], &mut faults, |row, _| Some(made(row)));
        assert!(faults.is_empty(), "{faults:?}");
        let [(_, first, _), (text_of_a, _, item)] = &rows.items[..] else { unreachable!("two rows") };
        assert_eq!((first.line, first.column), (Some(3), Some(6)));
        assert_eq!((item.line, item.column, item.length), (Some(4), Some(14), 3));
        assert_eq!(text_of_a, "q\"q");
        let again = Table::whole(pieces(text)).ok().unwrap();
        assert_eq!(again.row(rows.offsets[1], &mut Record::default()).unwrap().item_place("b", 1), *item);
    }

    #[test]
    fn rows_deep_in_a_long_table_are_placed_as_in_the_whole_text() {
        let text = format!("a,b\n{}last,\"two\nlines\",more\n", "é,1\n".repeat(3_000));
        let mut faults = Vec::new();
        let rows = read(pieces(&text).in_steps_of(64), &["a", "b"], &mut faults, |row, _| Some(row.place("b")));
        let again = Table::whole(pieces(&text)).ok().unwrap();
        let mut record = Record::default();
        for at in [0, 1_500, 3_000] {
            assert_eq!(again.row(rows.offsets[at], &mut record).unwrap().place("b"), rows.items[at]);
        }
        assert_eq!(
            faults.iter().map(|fault| (fault.code, fault.line, fault.column)).collect::<Vec<_>>(),
            [("too-many-cells", Some(3_003), Some(8))]
        );
    }

    #[test]
    fn a_row_from_a_cell_on_is_as_it_is_written() {
        let mut faults = Vec::new();
        let text = "a,b,c\n1,\"x,\"\"y\",\"\"\n2,x,\"z\"\r\n3\n";
        let written = |row: Row<'_>| [1, 2, 3].map(|cell| row.written_from(cell).to_owned());
        let rows = read(pieces(text), &["a"], &mut faults, |row, _| Some(written(row)));
        assert_eq!(rows.items, [["\"x,\"\"y\",\"\"", "\"\"", ""], ["x,\"z\"", "\"z\"", ""], ["", "", ""]]);
    }

    #[test]
    fn semicolons_and_tabs_separate_when_the_header_says_so() {
        for text in ["a;b\n1;2,5\n", "a\tb\n1\t2,5\n"] {
            assert_eq!(cells(text, ["a", "b"]).0, [["1", "2,5"]]);
        }
    }

    #[test]
    fn the_separator_is_that_of_the_whole_header_though_it_comes_in_pieces_after_blank_lines() {
        for step in 1..9 {
            assert_eq!(cells_of(pieces("\n \na;b\n1;2,5\n").in_steps_of(step), ["a", "b"]).0, [["1", "2,5"]], "{step}");
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

        #[test]
        fn a_table_read_in_small_pieces_gives_the_same_cells_and_faults(text in "(a,b\n)?([abé\",\r\n ]|\"\"){0,32}", step in 1_usize..9) {
            prop_assert_eq!(cells_of(pieces(&text).in_steps_of(step), ["a", "b"]), cells(&text, ["a", "b"]));
        }
    }
}
