//! Batches and answers as an Arrow IPC file, uncompressed, so that readers can map it into memory.
//!
//! A file holds one dictionary a column (Arrow columnar format, "IPC File Format"). Columns with dictionaries stay so where the input is
//! such a file; those of streams and Parquet, which may change on the way, are written as their plain values.

use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Schema, SchemaRef};
use marchland_core::{NONE, Status};

use super::super::{Asking, PointsFault, confidence};
use super::coordinates::damaged;
use super::source::Table;
use super::{arrow_output_fault, output_schema};

/// An Arrow file that is being written.
pub(super) struct ArrowOutput<'a, W: Write> {
    writer: FileWriter<&'a mut W>,
    schema: SchemaRef,
}

impl<'a, W: Write> ArrowOutput<'a, W> {
    pub(super) fn new(table: &Table, asking: &Asking<'_>, sink: &'a mut W) -> Result<Self, PointsFault> {
        let schema = output_schema(&table.schema, asking);
        let schema = Arc::new(if table.has_fixed_dictionaries() { schema } else { plain(&schema) });
        let writer = FileWriter::try_new(sink, &schema).map_err(arrow_output_fault)?;
        Ok(Self { writer, schema })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch, asking: &Asking<'_>) -> Result<(), PointsFault> {
        let input = asking.tables.input;
        let kept = batch.columns().iter().zip(self.schema.fields()).map(|(column, field)| {
            if column.data_type() == field.data_type() { Ok(Arc::clone(column)) } else { cast(column, field.data_type()) }
        });
        let mut columns = kept.collect::<Result<Vec<ArrayRef>, _>>().map_err(|error| damaged(input, &error))?;
        columns.extend(answers(asking));
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|error| damaged(input, &error))?;
        if batch.num_rows() == 0 { Ok(()) } else { self.writer.write(&batch).map_err(arrow_output_fault) }
    }

    pub(super) fn finish(mut self) -> Result<(), PointsFault> {
        self.writer.finish().map_err(arrow_output_fault)?;
        self.writer.get_mut().flush().map_err(PointsFault::Output)
    }
}

/// The schema with plain columns instead of those with dictionaries.
fn plain(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Dictionary(_, values) => Arc::new(field.as_ref().clone().with_data_type(values.as_ref().clone())),
        _ => Arc::clone(field),
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
}

/// The answers to a batch as columns.
fn answers<'a>(asking: &Asking<'a>) -> [ArrayRef; 5] {
    let (answers, words) = (&asking.answers, asking.words);
    let texts = |codes: &[u32], word: &dyn Fn(usize) -> &'a str| -> ArrayRef {
        Arc::new(codes.iter().map(|&code| (code != NONE).then(|| word(code as usize))).collect::<StringArray>())
    };
    let probability = |&code: &u32| (code != NONE).then(|| confidence(code));
    [
        texts(&answers.controls, &|code| &words.controls[code]),
        texts(&answers.statuses, &|code| Status::ALL[code].word()),
        Arc::new(answers.confidences.iter().map(probability).collect::<Float64Array>()),
        texts(&answers.places, &|code| &words.places[code]),
        Arc::new(answers.located.iter().map(|located| Some(located.word())).collect::<StringArray>()),
    ]
}
