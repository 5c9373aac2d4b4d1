//! Tables with columns of Arrow types: Parquet and Arrow IPC in, and out; also CSV to and from them.
//!
//! | what | where |
//! | --- | --- |
//! | any table → batches with their rows read | `source`; whether an Arrow file is whole: `messages` |
//! | columns → degrees and microseconds | `coordinates`, of points `geometry` |
//! | batches and answers → Parquet; Parquet → Parquet by copying | `row_groups`, the answers' columns `codes` |
//! | → Arrow | `ipc` |
//! | → CSV | `text` |
//!
//! A batch of an Arrow file is read whole, so memory grows with the longest one; writers make them of some ten thousand rows.

mod codes;
mod coordinates;
mod geometry;
mod ipc;
mod messages;
mod row_groups;
mod source;
mod text;

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::errors::ParquetError;

use super::names;
use super::{ANSWERS, Asking, PointsFault, TableFormat};
use source::Table;

/// Locates a table of any format into one of any format; CSV to CSV is done better elsewhere.
pub(super) fn locate(asking: &mut Asking<'_>, sink: &mut (impl Write + Send)) -> Result<(), PointsFault> {
    if asking.tables.output_format == TableFormat::Parquet && row_groups::copy(asking, sink)? == row_groups::Copied::Whole {
        return Ok(());
    }
    let mut table = Table::open(asking)?;
    let mut output = Output::new(&table, asking, sink)?;
    while let Some(batch) = table.next(asking)? {
        asking.ask()?;
        output.write(&batch, asking)?;
    }
    output.finish()
}

/// Where batches go.
enum Output<'s, 'w, W: Write + Send> {
    Csv(text::CsvOutput<'s, W>),
    Parquet(Box<row_groups::ParquetOutput<'s, 'w, W>>),
    Arrow(Box<ipc::ArrowOutput<'s, W>>),
}

impl<'s, 'w, W: Write + Send> Output<'s, 'w, W> {
    fn new(table: &Table, asking: &Asking<'w>, sink: &'s mut W) -> Result<Self, PointsFault> {
        Ok(match asking.tables.output_format {
            TableFormat::Csv => Self::Csv(text::CsvOutput::new(&table.schema, asking, sink)?),
            TableFormat::Parquet => Self::Parquet(Box::new(row_groups::ParquetOutput::new(&table.schema, asking, sink)?)),
            TableFormat::Arrow => Self::Arrow(Box::new(ipc::ArrowOutput::new(table, asking, sink)?)),
        })
    }

    fn write(&mut self, batch: &RecordBatch, asking: &Asking<'_>) -> Result<(), PointsFault> {
        match self {
            Self::Csv(output) => output.write(batch, asking),
            Self::Parquet(output) => output.write(batch, asking),
            Self::Arrow(output) => output.write(batch, asking),
        }
    }

    fn finish(self) -> Result<(), PointsFault> {
        match self {
            Self::Csv(output) => output.finish(),
            Self::Parquet(output) => output.finish(),
            Self::Arrow(output) => output.finish(),
        }
    }
}

/// The key under which a file says what made it.
const ABOUT: &str = "marchland";

/// The columns of the input under their names in the output.
fn kept_schema(input: &Schema) -> Schema {
    let names: Vec<String> = input.fields().iter().map(|field| field.name().clone()).collect();
    let fields = input.fields().iter().zip(names::kept(&names)).map(|(field, name)| field.as_ref().clone().with_name(name));
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), input.metadata().clone())
}

/// The columns of the answers.
fn answer_fields() -> Vec<Field> {
    let data_type = |name: &str| if name == "confidence" { DataType::Float64 } else { DataType::Utf8 };
    ANSWERS.iter().map(|name| Field::new(*name, data_type(name), true)).collect()
}

/// The schema of the output: the columns of the input, those of the answers, and what the file says of itself.
fn output_schema(input: &Schema, asking: &Asking<'_>) -> Schema {
    let kept = kept_schema(input);
    let fields = kept.fields().iter().cloned().chain(answer_fields().into_iter().map(Arc::new));
    let mut metadata = kept.metadata().clone();
    metadata.insert(ABOUT.to_owned(), asking.tables.about.to_owned());
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), metadata)
}

/// A writer's error, as what the sink said where it was the sink.
fn output_fault(error: ParquetError) -> PointsFault {
    PointsFault::Output(match error {
        ParquetError::External(cause) => cause.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error),
        other => io::Error::other(other),
    })
}

fn arrow_output_fault(error: ArrowError) -> PointsFault {
    PointsFault::Output(match error {
        ArrowError::IoError(_, cause) => cause,
        other => io::Error::other(other),
    })
}
