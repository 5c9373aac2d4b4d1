//! Parquet out: row groups of the input's columns, written or copied, and of the answers' codes.
//!
//! **Copied.** From Parquet to Parquet the columns of the input need no change: only those asked about are read, and the compressed
//! chunks of all go into the output byte for byte, with their statistics, in the same row groups. What cannot be copied is read and
//! written anew: a table with renamed columns, with rows left out, or with row groups too long to hold their answers in memory.
//!
//! **Written anew.** Snappy (chosen: of the codecs that every reader knows the cheapest), row groups of a million rows, or fewer where these
//! are wide. Arrow's own schema goes along, so that zones, dictionaries and large types come back.
//!
//! Metadata of the input is kept (`geo` among it). Page indexes and Bloom filters of the input are left out.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use marchland_core::{AnswerBatch, Located, Status};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowSchemaConverter, ProjectionMask, encode_arrow_schema};
use parquet::basic::Compression;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::{KeyValue, RowGroupMetaData};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use super::super::{ANSWERS, Asking, BATCH, LocatedRows, OnBadRow, PointsFault, TableFormat, Words};
use super::codes::{CodeChunk, Meanings};
use super::coordinates::{self, Asked, damaged};
use super::{ABOUT, answer_fields, kept_schema, output_fault, output_schema, source};
use crate::fault::{Fault, Place};

/// Rows of a row group that is written anew (the default of most writers), and of the longest that is copied (chosen: the codes of its
/// answers take some 50 MB).
const GROUP_ROWS: usize = 1 << 20;
const LONGEST_COPIED: i64 = 8 << 20;

/// Bytes in memory at which a row group is closed (chosen).
const GROUP_BYTES: usize = 64 << 20;

/// Whether a table was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copied {
    /// From beginning to end.
    Whole,
    /// It cannot be: nothing was written.
    Not,
}

/// Copies a Parquet table with its answers, if it can be copied.
pub(super) fn copy(asking: &mut Asking<'_>, sink: &mut (impl Write + Send)) -> Result<Copied, PointsFault> {
    if asking.tables.input_format != TableFormat::Parquet {
        return Ok(Copied::Not);
    }
    let (file, metadata) = source::open_parquet(asking)?;
    let input = asking.tables.input;
    let asked = Asked::find(input, metadata.schema(), asking.tables.columns.as_ref())?;
    let groups = metadata.metadata().row_groups();
    let is_long = groups.iter().any(|group| group.num_rows() > LONGEST_COPIED);
    let is_renamed = kept_schema(metadata.schema()).fields() != metadata.schema().fields();
    if is_long || is_renamed || has_bad_rows(asking, (&file, &metadata), &asked)? {
        return Ok(Copied::Not);
    }
    let root = metadata.parquet_schema().root_schema();
    let metadata_of_input = metadata.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let mut writer = file_writer(root, metadata.schema(), metadata_of_input, (asking, sink))?;
    let mut chunks = answer_chunks(&writer, asking.words);
    let mut rows_read = 0;
    for (at, group) in groups.iter().enumerate() {
        let reader = reader(&file, &metadata, &asked, Some(at)).map_err(|error| damaged(input, &error))?;
        let first_row = rows_read;
        for batch in reader {
            let batch = batch.map_err(|error| damaged(input, &error))?;
            coordinates::read(&asked, &batch, rows_read + 1, asking)?;
            rows_read += batch.num_rows() as u64;
            asking.ask()?;
            push_answers(&mut chunks, &asking.answers).map_err(output_fault)?;
        }
        if rows_read - first_row != group.num_rows() as u64 {
            return Err(damaged(input, &format!("row group {} has fewer rows than it says", at + 1)).into());
        }
        let mut target = writer.next_row_group().map_err(output_fault)?;
        copy_columns(&mut target, &file, group).map_err(output_fault)?;
        append_answers(&mut target, &mut chunks).map_err(output_fault)?;
        target.close().map_err(output_fault)?;
    }
    finish(writer)?;
    Ok(Copied::Whole)
}

/// Whether rows would have to be left out: where they may be, all are looked at before anything is written.
fn has_bad_rows(asking: &mut Asking<'_>, (file, metadata): (&File, &ArrowReaderMetadata), asked: &Asked) -> Result<bool, Fault> {
    if asking.tables.on_bad_row == OnBadRow::Fail {
        return Ok(false);
    }
    let input = asking.tables.input;
    let reader = reader(file, metadata, asked, None).map_err(|error| damaged(input, &error))?;
    for batch in reader {
        let batch = batch.map_err(|error| damaged(input, &error))?;
        if coordinates::read(asked, &batch, 1, asking)?.is_some() {
            asking.summary = LocatedRows::default();
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads the columns asked about, of one row group or all.
fn reader(file: &File, metadata: &ArrowReaderMetadata, asked: &Asked, group: Option<usize>) -> ParquetResult<ParquetRecordBatchReader> {
    let schema = metadata.schema();
    let roots = asked.names().into_iter().filter_map(|name| schema.index_of(name).ok());
    let mask = ProjectionMask::roots(metadata.parquet_schema(), roots);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file.try_clone()?, metadata.clone());
    let builder = builder.with_projection(mask).with_batch_size(BATCH);
    if let Some(group) = group { builder.with_row_groups(vec![group]) } else { builder }.build()
}

fn copy_columns<W: Write + Send>(target: &mut SerializedRowGroupWriter<'_, W>, file: &File, group: &RowGroupMetaData) -> ParquetResult<()> {
    for column in group.columns() {
        let close = ColumnCloseResult {
            bytes_written: column.compressed_size() as u64,
            rows_written: group.num_rows() as u64,
            metadata: column.clone(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        target.append_column(file, close)?;
    }
    Ok(())
}

/// A Parquet file that is being written anew.
pub(super) struct ParquetOutput<'s, 'w, W: Write + Send> {
    writer: SerializedFileWriter<&'s mut W>,
    schema: SchemaRef,
    groups: ArrowRowGroupWriterFactory,
    columns: Vec<ArrowColumnWriter>,
    chunks: [CodeChunk<'w>; 5],
    rows: usize,
    groups_written: usize,
}

impl<'s, 'w, W: Write + Send> ParquetOutput<'s, 'w, W> {
    /// Begins a file for the columns of the input.
    ///
    /// # Errors
    ///
    /// A column of a type that Parquet has no form for.
    pub(super) fn new(input: &Schema, asking: &Asking<'w>, sink: &'s mut W) -> Result<Self, PointsFault> {
        let schema = kept_schema(input);
        let parquet = ArrowSchemaConverter::new().convert(&schema).map_err(|error| {
            let message = format!("expected columns that Parquet can hold but got: {error}");
            Fault::at(&Place::whole(asking.tables.input), "wrong-type", message, "write a file .arrow or .csv")
        })?;
        let metadata = schema.metadata().iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
        let mut metadata: Vec<KeyValue> = metadata.chain([KeyValue::new(ARROW_SCHEMA_META_KEY.to_owned(), None)]).collect();
        metadata.sort_by(|one, other| one.key.cmp(&other.key));
        let writer = file_writer(parquet.root_schema(), input, metadata, (asking, sink))?;
        let schema = Arc::new(schema);
        let chunks = answer_chunks(&writer, asking.words);
        let groups = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&schema));
        Ok(Self { writer, schema, groups, columns: Vec::new(), chunks, rows: 0, groups_written: 0 })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch, asking: &Asking<'_>) -> Result<(), PointsFault> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.write_columns(batch).map_err(output_fault)?;
        push_answers(&mut self.chunks, &asking.answers).map_err(output_fault)?;
        self.rows += batch.num_rows();
        let bytes: usize = self.columns.iter().map(ArrowColumnWriter::get_estimated_total_bytes).sum();
        if self.rows >= GROUP_ROWS || bytes >= GROUP_BYTES { self.close_group().map_err(output_fault) } else { Ok(()) }
    }

    fn write_columns(&mut self, batch: &RecordBatch) -> ParquetResult<()> {
        if self.columns.is_empty() {
            self.columns = self.groups.create_column_writers(self.groups_written)?;
        }
        let mut columns = self.columns.iter_mut();
        for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
            for (leaf, writer) in compute_leaves(field, column)?.iter().zip(&mut columns) {
                writer.write(leaf)?;
            }
        }
        Ok(())
    }

    fn close_group(&mut self) -> ParquetResult<()> {
        let mut target = self.writer.next_row_group()?;
        for column in self.columns.drain(..) {
            column.close()?.append_to_row_group(&mut target)?;
        }
        append_answers(&mut target, &mut self.chunks)?;
        target.close()?;
        self.rows = 0;
        self.groups_written += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), PointsFault> {
        if self.rows > 0 {
            self.close_group().map_err(output_fault)?;
        }
        finish(self.writer)
    }
}

/// Begins a file with the columns of a root, given what the input says of itself, and those of the answers.
fn file_writer<'a, W: Write + Send>(
    root: &Type,
    arrow: &Schema,
    about_input: Vec<KeyValue>,
    (asking, sink): (&Asking<'_>, &'a mut W),
) -> Result<SerializedFileWriter<&'a mut W>, PointsFault> {
    let answers = ArrowSchemaConverter::new().convert(&Schema::new(answer_fields())).map_err(output_fault)?;
    let fields: Vec<TypePtr> = root.get_fields().iter().chain(answers.root_schema().get_fields()).cloned().collect();
    let root = Type::group_type_builder(root.name()).with_fields(fields).build().map_err(output_fault)?;
    let mut metadata: Vec<KeyValue> = about_input.into_iter().filter(|entry| entry.key != ABOUT).collect();
    for entry in metadata.iter_mut().filter(|entry| entry.key == ARROW_SCHEMA_META_KEY) {
        let bare = Schema::new(output_schema(arrow, asking).fields().clone());
        entry.value = Some(encode_arrow_schema(&bare));
    }
    metadata.push(KeyValue::new(ABOUT.to_owned(), asking.tables.about.to_owned()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("marchland".to_owned())
        .set_key_value_metadata(Some(metadata))
        .build();
    SerializedFileWriter::new(sink, Arc::new(root), Arc::new(properties)).map_err(output_fault)
}

fn finish<W: Write + Send>(mut writer: SerializedFileWriter<&mut W>) -> Result<(), PointsFault> {
    writer.finish().map_err(output_fault)?;
    writer.flush().map_err(PointsFault::Output)
}

/// A chunk for each column of the answers, in their order: the last of the file.
fn answer_chunks<'w, W: Write + Send>(writer: &SerializedFileWriter<W>, words: Words<'w>) -> [CodeChunk<'w>; 5] {
    let columns = writer.schema_descr().columns();
    let chunk = |at: usize, meanings: Meanings<'w>| CodeChunk::new(Arc::clone(&columns[columns.len() - ANSWERS.len() + at]), meanings);
    [
        chunk(0, Meanings::Texts(words.controls.iter().map(String::as_str).collect())),
        chunk(1, Meanings::Texts(Status::ALL.iter().map(|status| status.word()).collect())),
        chunk(2, Meanings::Probabilities),
        chunk(3, Meanings::Texts(words.places.iter().map(String::as_str).collect())),
        chunk(4, Meanings::Texts(Located::ALL.iter().map(|located| located.word()).collect())),
    ]
}

/// Adds the answers to a batch, a page to each chunk.
fn push_answers(chunks: &mut [CodeChunk<'_>; 5], answers: &AnswerBatch) -> ParquetResult<()> {
    let located: Vec<u32> = answers.located.iter().map(|&located| located as u32).collect();
    let columns = [&answers.controls, &answers.statuses, &answers.confidences, &answers.places, &located];
    chunks.iter_mut().zip(columns).try_for_each(|(chunk, codes)| chunk.push(codes))
}

/// Appends the chunks of the answers to a row group that has all other columns.
fn append_answers<W: Write + Send>(target: &mut SerializedRowGroupWriter<'_, W>, chunks: &mut [CodeChunk<'_>; 5]) -> ParquetResult<()> {
    for chunk in chunks {
        let (bytes, close) = chunk.finish()?;
        target.append_column(&bytes, close)?;
    }
    Ok(())
}
