//! Batches and answers as CSV.
//!
//! Numbers as short as they can be read back, timestamps with a zone in UTC with `Z`, others without; a fraction of a second only where there is
//! one. Null is an empty cell, empty text a quoted one. Bytes are hexadecimal; lists and structs as Arrow shows them.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType};
use arrow_array::{Array, ArrayRef};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, Schema, TimeUnit};

use super::super::csv::{AnswerTexts, push_cell};
use super::super::times::{self, SECOND_US};
use super::super::{ANSWERS, Asking, PointsFault};
use super::coordinates::damaged;
use super::kept_schema;
use crate::fault::{Fault, Place};

const SEPARATOR: u8 = b',';

/// A CSV that is being written.
pub(super) struct CsvOutput<'a, W: Write> {
    sink: &'a mut W,
    texts: AnswerTexts,
    out: Vec<u8>,
}

impl<'a, W: Write> CsvOutput<'a, W> {
    pub(super) fn new(schema: &Schema, asking: &Asking<'_>, sink: &'a mut W) -> Result<Self, PointsFault> {
        let mut out = Vec::new();
        for field in kept_schema(schema).fields() {
            push_cell(&mut out, field.name(), SEPARATOR);
            out.push(SEPARATOR);
        }
        out.extend_from_slice(ANSWERS.join(",").as_bytes());
        out.push(b'\n');
        sink.write_all(&out).map_err(PointsFault::Output)?;
        Ok(Self { sink, texts: AnswerTexts::new(asking.words, SEPARATOR), out: Vec::new() })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch, asking: &Asking<'_>) -> Result<(), PointsFault> {
        let cells = batch.columns().iter().map(|column| cells(column)).collect::<Result<Vec<_>, _>>();
        let cells = cells.map_err(|error| {
            let message = format!("expected columns that can be shown as text but got: {error}");
            Fault::at(&Place::whole(asking.tables.input), "wrong-type", message, "write a file .parquet or .arrow")
        })?;
        self.out.clear();
        for row in 0..batch.num_rows() {
            for (column, (at, write)) in batch.columns().iter().zip(cells.iter().enumerate()) {
                if at > 0 {
                    self.out.push(SEPARATOR);
                }
                if !column.is_null(row) {
                    write(row, &mut self.out).map_err(|error| damaged(asking.tables.input, &error))?;
                }
            }
            self.texts.append(&asking.answers, row, &mut self.out);
            self.out.push(b'\n');
        }
        self.sink.write_all(&self.out).map_err(PointsFault::Output)
    }

    pub(super) fn finish(self) -> Result<(), PointsFault> {
        self.sink.flush().map_err(PointsFault::Output)
    }
}

/// Writes the cell of a row, which is not null.
type Cells<'c> = Box<dyn Fn(usize, &mut Vec<u8>) -> Result<(), ArrowError> + 'c>;

fn cells(column: &ArrayRef) -> Result<Cells<'_>, ArrowError> {
    Ok(match column.data_type() {
        DataType::Float64 => {
            let numbers = column.as_primitive::<Float64Type>();
            Box::new(move |row, out| write!(out, "{}", numbers.value(row)).map_err(ArrowError::from))
        }
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            Box::new(move |row, out| {
                push_text(out, texts.value(row));
                Ok(())
            })
        }
        DataType::Timestamp(unit, zone) => {
            let suffix: &[u8] = if zone.is_some() { b"Z" } else { b"" };
            let time = timestamp(column, *unit);
            Box::new(move |row, out| {
                let (second, nanosecond) = time(row);
                times::write(second, nanosecond, out);
                out.extend_from_slice(suffix);
                Ok(())
            })
        }
        _ => {
            let formatter = ArrayFormatter::try_new(column, &FORMAT)?;
            Box::new(move |row, out| {
                push_text(out, &formatter.value(row).try_to_string()?);
                Ok(())
            })
        }
    })
}

/// Anything that cannot be shown is an error, and not a cell that says so.
const FORMAT: FormatOptions<'static> = FormatOptions::new().with_display_error(false);

fn push_text(out: &mut Vec<u8>, text: &str) {
    if text.is_empty() { out.extend_from_slice(b"\"\"") } else { push_cell(out, text, SEPARATOR) }
}

/// A row's time in seconds since 1970 and nanoseconds after them.
fn timestamp<'c>(column: &'c ArrayRef, unit: TimeUnit) -> Box<dyn Fn(usize) -> (i64, u32) + 'c> {
    let parts = |ticks: i64, second: i64| (ticks.div_euclid(second), (ticks.rem_euclid(second) * (1_000 * SECOND_US / second)) as u32);
    match unit {
        TimeUnit::Second => Box::new(move |row| (column.as_primitive::<TimestampSecondType>().value(row), 0)),
        TimeUnit::Millisecond => Box::new(move |row| parts(column.as_primitive::<TimestampMillisecondType>().value(row), 1000)),
        TimeUnit::Microsecond => Box::new(move |row| parts(column.as_primitive::<TimestampMicrosecondType>().value(row), SECOND_US)),
        TimeUnit::Nanosecond => Box::new(move |row| parts(column.as_primitive::<TimestampNanosecondType>().value(row), 1000 * SECOND_US)),
    }
}
