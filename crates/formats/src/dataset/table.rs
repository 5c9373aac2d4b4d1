//! A CSV table whose every cell knows its place.
//!
//! The `csv` crate splits records; where a cell stands is found from its record's own text only when a fault asks, so a sound
//! table of a hundred thousand rows pays nothing for it. The separator is the one of comma, semicolon and tab that the header has most of.

use std::collections::BTreeSet;

use marchland_core::{Extra, ExtraValue};

use crate::fault::{Fault, Place, Source};

/// A table that was read, with the columns it knows.
pub(crate) struct Table<'s> {
    source: &'s Source,
    separator: u8,
    header: Vec<String>,
    records: Vec<(csv::StringRecord, usize)>,
    is_whole: bool,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub(crate) struct Row<'t> {
    table: &'t Table<'t>,
    index: usize,
}

impl<'s> Table<'s> {
    /// Reads a table; columns of `needed` that it lacks are faults, and so are rows of another length than the header. Of a table
    /// that lacks a needed column, or whose quotes have no partner, there are no rows: one fault says so, and not each row again.
    pub(crate) fn read(source: &'s Source, needed: &[&str], faults: &mut Vec<Fault>) -> Self {
        let separator = sniff(&source.text);
        if let Some((at, message)) = broken_quote(&source.text, separator) {
            let hint = "close the quote; within a quoted cell write a double quote twice";
            faults.push(Fault::at(&source.place(at, 1), "unpaired-quote", message, hint));
            return Self { source, separator, header: Vec::new(), records: Vec::new(), is_whole: false };
        }
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(source.text.as_bytes());
        let mut records = Vec::new();
        let mut record = csv::StringRecord::new();
        while let Ok(true) = reader.read_record(&mut record) {
            let offset = record.position().map_or(0, |position| position.byte() as usize);
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                records.push((record.clone(), offset));
            }
        }
        let mut table = Self { source, separator, header: Vec::new(), records, is_whole: true };
        table.take_header(needed, faults);
        table.check_lengths(faults);
        table
    }

    fn take_header(&mut self, needed: &[&str], faults: &mut Vec<Fault>) {
        if self.records.is_empty() {
            let message = format!("expected a header with {} but got an empty file", needed.join(", "));
            faults.push(Fault::at(
                &Place::whole(&self.source.file),
                "empty-file",
                message,
                "write the header line, and a row for each record",
            ));
            self.is_whole = false;
            return;
        }
        let (record, offset) = self.records.remove(0);
        self.header = record.iter().map(|name| name.trim().to_owned()).collect();
        while self.header.last().is_some_and(String::is_empty) {
            self.header.pop();
        }
        let mut seen = BTreeSet::new();
        for (at, name) in self.header.iter().enumerate() {
            let place = || self.cell_place(offset, at);
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
            faults.push(Fault::at(&self.source.place(offset, 1), "missing-column", format!("expected a column \"{name}\""), hint));
        }
        if !missing.is_empty() {
            self.is_whole = false;
        }
    }

    fn check_lengths(&self, faults: &mut Vec<Fault>) {
        for (record, offset) in &self.records {
            let used = record.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).map(|(at, _)| at + 1).last().unwrap_or(0);
            if used > self.header.len() {
                let message = format!("expected {} cells, as the header has, but got {used}", self.header.len());
                let hint = "quote a cell that holds the separator, or name the column in the header";
                faults.push(Fault::at(&self.cell_place(*offset, self.header.len()), "too-many-cells", message, hint));
            } else if record.len() < self.header.len() {
                let message = format!("expected {} cells, as the header has, but got {}", self.header.len(), record.len());
                let hint = "look for a missing separator: an empty cell needs one too";
                faults.push(Fault::at(&self.cell_place(*offset, record.len()), "too-few-cells", message, hint));
            }
        }
    }

    /// The rows below the header, in file order; blank ones are left out.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let read = if self.is_whole { self.records.len() } else { 0 };
        (0..read).map(|index| Row { table: self, index })
    }

    /// The row at a position among [`Table::rows`].
    pub(crate) fn row(&self, index: usize) -> Option<Row<'_>> {
        (index < self.records.len()).then_some(Row { table: self, index })
    }

    /// Whether its rows could be read; otherwise a fault says why there are none.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The place of the cell at a column of the record that starts at an offset.
    fn cell_place(&self, offset: usize, column: usize) -> Place {
        let (start, end) = cell_range(&self.source.text[offset..], self.separator, column);
        self.source.place(offset + start, end - start)
    }
}

impl<'t> Row<'t> {
    /// The cell of a column without surrounding blanks; empty where the row or the table lacks it.
    pub(crate) fn cell(self, column: &str) -> &'t str {
        let record = &self.table.records[self.index].0;
        self.table.column(column).and_then(|at| record.get(at)).unwrap_or_default().trim()
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
        let offset = self.table.records[self.index].1;
        match self.table.column(column) {
            Some(at) => self.table.cell_place(offset, at),
            None => self.table.source.place(offset, 1),
        }
    }

    /// Where one part of a cell that lists several stands.
    pub(crate) fn item_place(self, column: &str, item: usize) -> Place {
        let Some(at) = self.table.column(column) else { return self.place(column) };
        let text = &self.table.source.text;
        let offset = self.table.records[self.index].1;
        let (start, end) = cell_range(&text[offset..], self.table.separator, at);
        let mut begin = offset + start;
        let mut parts = Vec::new();
        for part in text[begin..offset + end].split(';') {
            let name = part.trim();
            if !name.is_empty() {
                parts.push((begin + part.len() - part.trim_start().len(), name.len()));
            }
            begin += part.len() + 1;
        }
        parts.get(item).map_or_else(|| self.place(column), |&(begin, length)| self.table.source.place(begin, length))
    }

    /// The cells of columns that the format does not know.
    pub(crate) fn extra(self, known: &[&str]) -> Extra {
        let record = &self.table.records[self.index].0;
        let cells = self.table.header.iter().zip(record.iter());
        let unknown = cells.filter(|(name, _)| !known.contains(&name.as_str()) && !name.starts_with("name_"));
        unknown.map(|(name, cell)| (name.clone(), value(cell))).collect()
    }

    /// The columns `name_XX`, with their languages.
    pub(crate) fn names(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let record = &self.table.records[self.index].0;
        let cells = self.table.header.iter().zip(record.iter());
        cells.filter_map(|(name, cell)| Some((name.strip_prefix("name_")?, cell.trim())))
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

/// Where a cell of a record begins and ends, without its quotes, in bytes of the record's text.
fn cell_range(record: &str, separator: u8, column: usize) -> (usize, usize) {
    let bytes = record.as_bytes();
    let mut start = bytes.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    for _ in 0..column {
        match bytes.get(cell_end(bytes, start, separator)) {
            Some(&byte) if byte == separator => start = cell_end(bytes, start, separator) + 1,
            _ => {
                let end = cell_end(bytes, start, separator);
                return (end, end);
            }
        }
    }
    let end = cell_end(bytes, start, separator);
    let is_quoted = end >= start + 2 && bytes[start] == b'"' && bytes[end - 1] == b'"';
    if is_quoted { (start + 1, end - 1) } else { (start, end) }
}

/// Where the cell that begins here ends.
fn cell_end(bytes: &[u8], start: usize, separator: u8) -> usize {
    let mut is_quoted = false;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' if is_quoted || at == start => is_quoted = !is_quoted,
            b'"' if bytes.get(start) == Some(&b'"') => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'\n' | b'\r' => break,
            byte if byte == separator => break,
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("t.csv".as_ref(), text.as_bytes()).ok().unwrap()
    }

    #[test]
    fn a_cell_knows_its_line_and_column_after_a_quoted_line_break() {
        let source = source("a,b\r\n\"one\r\ntwo\",x\r\n\"q\"\"q\",wrong;pd2\r\n\r\n,\r\n");
        let mut faults = Vec::new();
        let table = Table::read(&source, &["a", "b"], &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        let rows: Vec<Row<'_>> = table.rows().collect();
        assert_eq!(rows.len(), 2);
        let place = rows[0].place("b");
        assert_eq!((place.line, place.column), (Some(3), Some(6)));
        let place = rows[1].item_place("b", 1);
        assert_eq!((place.line, place.column, place.length), (Some(4), Some(14), 3));
        assert_eq!(rows[1].cell("a"), "q\"q");
    }

    #[test]
    fn semicolons_and_tabs_separate_when_the_header_says_so() {
        for text in ["a;b\n1;2,5\n", "a\tb\n1\t2,5\n"] {
            let source = source(text);
            let table = Table::read(&source, &["a", "b"], &mut Vec::new());
            assert_eq!(table.rows().next().unwrap().cell("b"), "2,5");
        }
    }

    #[test]
    fn a_table_of_the_wrong_shape_says_where() {
        let source = source("a,a,,c\n1,2,3,4,5\n");
        let mut faults = Vec::new();
        Table::read(&source, &["a", "bb"], &mut faults);
        let said: Vec<String> =
            faults.iter().map(|fault| format!("{} {}:{}", fault.code, fault.line.unwrap(), fault.column.unwrap())).collect();
        assert_eq!(said, ["duplicate-column 1:3", "unnamed-column 1:5", "missing-column 1:1", "too-many-cells 2:9"]);
    }

    #[test]
    fn a_quote_without_its_partner_is_named_and_swallows_no_rows() {
        let first = |text: &str| {
            let source = source(text);
            let mut faults = Vec::new();
            assert_eq!(Table::read(&source, &["a", "b"], &mut faults).rows().count(), 0);
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
        let source = source("a,b\n5\" gun,\"say \"\"no\"\", twice\"\n\"\",\"\"\"x\"\"\"\n");
        let mut faults = Vec::new();
        let table = Table::read(&source, &["a", "b"], &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        let cells: Vec<_> = table.rows().map(|row| (row.cell("a"), row.cell("b"))).collect();
        assert_eq!(cells, [("5\" gun", "say \"no\", twice"), ("", "\"x\"")]);
    }

    #[test]
    fn a_row_that_ends_early_is_named_where_it_ends() {
        let source = source("a,b,c\n1,2\n3,4,\n");
        let mut faults = Vec::new();
        Table::read(&source, &["a", "b", "c"], &mut faults);
        assert_eq!(
            faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["t.csv:2:4: expected 3 cells, as the header has, but got 2; look for a missing separator: an empty cell needs one too"]
        );
    }

    #[test]
    fn an_empty_file_is_a_fault_of_the_file() {
        let source = source("\n \n");
        let mut faults = Vec::new();
        Table::read(&source, &["a"], &mut faults);
        assert_eq!(faults[0].code, "empty-file");
    }
}
