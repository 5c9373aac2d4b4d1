//! Rows of flat values as Parquet, for tables that are small next to memory: the series by actor, for one.
//!
//! Each column has a type that is said beforehand, so that a column of nulls has one too. Snappy, times as timestamps of UTC in
//! microseconds; the same rows give the same bytes.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use thiserror::Error;

use crate::rows::Value;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Text.
    Text,
    /// Numbers; whole ones are taken too.
    Number,
    /// Whole numbers.
    Integer,
    /// True or false.
    Bool,
    /// Instants, given as text such as `2016-10-03T14:00:00Z`.
    Time,
}

impl ColumnType {
    fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Number => DataType::Float64,
            Self::Integer => DataType::Int64,
            Self::Bool => DataType::Boolean,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }
}

/// A table to be written: its columns, and what the file says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// Name and type of each column, in order.
    pub columns: &'a [(&'a str, ColumnType)],
    /// JSON, under the key `marchland`.
    pub about: &'a str,
}

/// Why a table could not be written.
#[derive(Debug, Error)]
pub enum TableFault {
    /// A value is not of its column's type, or a row is too short.
    #[error("expected {expected:?} in the column \"{column}\" of row {row} but got {got:?}: mend the row's maker")]
    Value {
        /// The column's name.
        column: String,
        /// The row, from 1.
        row: usize,
        /// The column's type.
        expected: ColumnType,
        /// What stands there; none: the row is shorter.
        got: Option<Value<'static>>,
    },
    /// The sink failed.
    #[error("the table cannot be written")]
    Write(#[source] io::Error),
}

/// Rows that are held as columns at once (chosen).
const BATCH: usize = 1 << 16;

/// Writes rows, each with a value for every column; without rows a file with the columns alone.
///
/// # Errors
///
/// [`TableFault`]: a value of another type than its column's, or a sink that fails.
///
/// ```
/// use marchland_formats::parquet::{ColumnType, Table, table};
/// use marchland_formats::rows::Value;
/// let columns = [("time", ColumnType::Time), ("control", ColumnType::Text), ("area_km2", ColumnType::Number)];
/// let row = vec![Value::Text("2016-10-03T00:00:00Z".into()), Value::Text("red".into()), Value::Null];
/// let mut file = Vec::new();
/// table(&Table { columns: &columns, about: "{}" }, &mut [row].into_iter(), &mut file).unwrap();
/// assert_eq!(&file[..4], b"PAR1");
/// ```
pub fn table(table: &Table<'_>, rows: &mut dyn Iterator<Item = Vec<Value<'_>>>, sink: &mut (impl Write + Send)) -> Result<(), TableFault> {
    let fields = table.columns.iter().map(|(name, column)| Field::new(*name, column.arrow(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("marchland".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new("marchland".to_owned(), table.about.to_owned())]))
        .build();
    let mut writer = ArrowWriter::try_new(&mut *sink, Arc::clone(&schema), Some(properties)).map_err(write_fault)?;
    let mut first_row = 1;
    loop {
        let batch: Vec<Vec<Value<'_>>> = rows.take(BATCH).collect();
        if batch.is_empty() {
            break;
        }
        writer.write(&record_batch(table, &schema, &batch, first_row)?).map_err(write_fault)?;
        first_row += batch.len();
    }
    writer.close().map_err(write_fault)?;
    sink.flush().map_err(TableFault::Write)
}

fn record_batch(table: &Table<'_>, schema: &SchemaRef, rows: &[Vec<Value<'_>>], first_row: usize) -> Result<RecordBatch, TableFault> {
    let columns = table.columns.iter().enumerate().map(|(at, (name, column))| {
        array(*column, rows, at).map_err(|row| TableFault::Value {
            column: (*name).to_owned(),
            row: first_row + row,
            expected: *column,
            got: rows[row].get(at).cloned().map(Value::into_owned),
        })
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(|error| TableFault::Write(io::Error::other(error)))
}

/// A column of the rows, or the row whose value is of another type.
fn array(column: ColumnType, rows: &[Vec<Value<'_>>], at: usize) -> Result<ArrayRef, usize> {
    Ok(match column {
        ColumnType::Text => Arc::new(StringArray::from(typed(rows, at, |value| match value {
            Value::Text(text) => Some(&**text),
            _ => None,
        })?)),
        ColumnType::Number => Arc::new(Float64Array::from(typed(rows, at, |value| match value {
            Value::Number(number) => Some(*number),
            Value::Integer(number) => Some(*number as f64),
            _ => None,
        })?)),
        ColumnType::Integer => Arc::new(Int64Array::from(typed(rows, at, |value| match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        })?)),
        ColumnType::Bool => Arc::new(BooleanArray::from(typed(rows, at, |value| match value {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        })?)),
        ColumnType::Time => Arc::new(TimestampMicrosecondArray::from(typed(rows, at, time)?).with_timezone("UTC")),
    })
}

fn time(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Text(text) => text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond),
        _ => None,
    }
}

fn typed<'r, T>(rows: &'r [Vec<Value<'r>>], at: usize, take: impl Fn(&'r Value<'r>) -> Option<T>) -> Result<Vec<Option<T>>, usize> {
    let value = |(row, values): (usize, &'r Vec<Value<'r>>)| match values.get(at).ok_or(row)? {
        Value::Null => Ok(None),
        value => take(value).map(Some).ok_or(row),
    };
    rows.iter().enumerate().map(value).collect()
}

fn write_fault(error: ParquetError) -> TableFault {
    TableFault::Write(match error {
        ParquetError::External(cause) => cause.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error),
        other => io::Error::other(other),
    })
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;
    use arrow_array::types::TimestampMicrosecondType;
    use arrow_cast::display::array_value_to_string;
    use bytes::Bytes;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;

    const COLUMNS: [(&str, ColumnType); 5] = [
        ("time", ColumnType::Time),
        ("control", ColumnType::Text),
        ("n", ColumnType::Integer),
        ("area", ColumnType::Number),
        ("open", ColumnType::Bool),
    ];

    fn written(rows: Vec<Vec<Value<'_>>>) -> Result<Bytes, TableFault> {
        let mut file = Vec::new();
        table(&Table { columns: &COLUMNS, about: "{}" }, &mut rows.into_iter(), &mut file)?;
        Ok(file.into())
    }

    #[test]
    fn rows_are_read_back_with_their_types() {
        let text = |text: &'static str| Value::Text(text.into());
        let rows = vec![
            vec![text("2016-10-03T14:00:00Z"), text("red"), Value::Integer(2), Value::Integer(3), Value::Bool(true)],
            vec![Value::Null, Value::Null, Value::Null, Value::Number(1.5), Value::Null],
        ];
        let batch = ParquetRecordBatchReaderBuilder::try_new(written(rows).unwrap()).unwrap().build().unwrap().next().unwrap().unwrap();
        let shown = |row: usize| batch.columns()[1..].iter().map(|column| array_value_to_string(column, row).unwrap()).collect::<Vec<_>>();
        let times = batch.column(0).as_primitive::<TimestampMicrosecondType>();
        assert_eq!(shown(0), ["red", "2", "3.0", "true"]);
        assert_eq!(shown(1), ["", "", "1.5", ""]);
        let at_us = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
        assert_eq!(times.iter().collect::<Vec<_>>(), [Some(at_us("2016-10-03T14:00:00Z")), None]);
        assert_eq!(batch.schema().field(0).data_type(), &ColumnType::Time.arrow());
    }

    #[test]
    fn a_table_without_rows_has_its_columns_and_a_value_of_another_type_is_told() {
        let empty = ParquetRecordBatchReaderBuilder::try_new(written(Vec::new()).unwrap()).unwrap();
        assert_eq!(empty.schema().fields().len(), 5);
        let fault = written(vec![vec![Value::Null; 5], vec![Value::Integer(1); 5]]).unwrap_err();
        assert_eq!(fault.to_string(), "expected Time in the column \"time\" of row 2 but got Some(Integer(1)): mend the row's maker");
        assert!(matches!(written(vec![vec![Value::Null]]), Err(TableFault::Value { row: 1, got: None, .. })));
    }
}
