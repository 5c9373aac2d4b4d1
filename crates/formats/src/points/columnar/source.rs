//! Tables of any format as batches of Arrow columns, their rows already read into [`Asking`] and bad ones left out.
//!
//! Columns of a CSV get types by one rule: longitude and latitude are numbers, time is a timestamp of UTC, all else is text, null where the
//! cell is empty and not quoted.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, TimestampMicrosecondArray};
use arrow_ipc::reader::{FileReader, FileReaderBuilder, StreamReader};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow_select::filter::filter_record_batch;
use marchland_core::NO_TIME;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use super::super::csv::{Progress, Rows, text};
use super::super::records::{Record, Records};
use super::super::{Asking, BATCH, PointsFault, TableFormat, unreadable};
use super::coordinates::{self, Asked, damaged};
use super::messages;
use crate::fault::{Fault, Place};

/// Bytes that a batch of a Parquet file may take in memory (chosen; wide rows come in fewer at a time).
const BATCH_BYTES: i64 = 32 << 20;

/// A table that is read batch by batch.
pub(super) struct Table {
    /// Its columns, called as in the input.
    pub(super) schema: SchemaRef,
    batches: Batches,
    asked: Option<Asked>,
    rows_read: u64,
    /// What is left of a batch that is longer than what is asked at once.
    rest: Option<RecordBatch>,
}

enum Batches {
    Parquet(Box<ParquetRecordBatchReader>),
    File(Box<FileReader<BufReader<File>>>),
    Stream(Box<StreamReader<BufReader<File>>>),
    Csv(Box<CsvTable>),
}

impl Table {
    /// Opens the input and finds its columns.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is damaged or lacks a column.
    pub(super) fn open(asking: &Asking<'_>) -> Result<Self, Fault> {
        let input = asking.tables.input;
        let wanted = asking.tables.columns.as_ref();
        let (schema, batches) = match asking.tables.input_format {
            TableFormat::Csv => {
                let table = CsvTable::new(Rows::open(asking)?);
                return Ok(Self::new(Arc::clone(&table.schema), Batches::Csv(Box::new(table)), None));
            }
            TableFormat::Parquet => {
                let (file, metadata) = open_parquet(asking)?;
                let schema = Arc::clone(metadata.schema());
                let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
                let rows = batch_rows(builder.metadata());
                let reader = builder.with_batch_size(rows).build().map_err(|error| damaged(input, &error))?;
                (schema, Batches::Parquet(Box::new(reader)))
            }
            TableFormat::Arrow => open_ipc(asking)?,
        };
        let asked = Asked::find(input, &schema, wanted)?;
        Ok(Self::new(schema, batches, Some(asked)))
    }

    fn new(schema: SchemaRef, batches: Batches, asked: Option<Asked>) -> Self {
        Self { schema, batches, asked, rows_read: 0, rest: None }
    }

    /// Whether dictionaries of the table stay the same throughout, as an Arrow file holds them.
    pub(super) fn has_fixed_dictionaries(&self) -> bool {
        matches!(self.batches, Batches::File(_))
    }

    /// The next batch, its rows read into `asking`; none at the end.
    ///
    /// # Errors
    ///
    /// A bad row, or a file that is damaged.
    pub(super) fn next(&mut self, asking: &mut Asking<'_>) -> Result<Option<RecordBatch>, PointsFault> {
        let input = asking.tables.input;
        if let Batches::Csv(table) = &mut self.batches {
            return Ok(table.next(asking)?);
        }
        let Some(asked) = &self.asked else { return Ok(None) };
        let next = match self.rest.take() {
            Some(rest) => Some(Ok(rest)),
            None => self.batches.next(),
        };
        let Some(batch) = next.transpose().map_err(|error| damaged(input, &error))? else { return Ok(None) };
        let length = batch.num_rows().min(BATCH);
        if length < batch.num_rows() {
            self.rest = Some(batch.slice(length, batch.num_rows() - length));
        }
        let batch = batch.slice(0, length);
        let kept = coordinates::read(asked, &batch, self.rows_read + 1, asking)?;
        self.rows_read += length as u64;
        let Some(kept) = kept else { return Ok(Some(batch)) };
        Ok(Some(filter_record_batch(&batch, &kept).map_err(|error| damaged(input, &error))?))
    }
}

impl Batches {
    fn next(&mut self) -> Option<Result<RecordBatch, ArrowError>> {
        match self {
            Self::Parquet(reader) => reader.next(),
            Self::File(reader) => reader.next(),
            Self::Stream(reader) => reader.next(),
            Self::Csv(..) => None,
        }
    }
}

/// Opens a Parquet file and reads what its end says of it.
///
/// # Errors
///
/// A file that cannot be read, or is damaged.
pub(super) fn open_parquet(asking: &Asking<'_>) -> Result<(File, ArrowReaderMetadata), Fault> {
    let input = asking.tables.input;
    let file = File::open(input).map_err(|error| unreadable(input, &error))?;
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|error| damaged(input, &error))?;
    check_extent(&file, metadata.metadata()).map_err(|error| damaged(input, &error))?;
    Ok((file, metadata))
}

/// Every column chunk must lie in the file: a reader would otherwise set aside as much memory as a damaged length says.
fn check_extent(file: &File, metadata: &ParquetMetaData) -> Result<(), String> {
    let length = file.metadata().map_err(|error| error.to_string())?.len() as i64;
    for column in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
        let is_within =
            start >= 4 && column.compressed_size() >= 0 && start.checked_add(column.compressed_size()).is_some_and(|end| end <= length);
        if !is_within || column.data_page_offset() < start {
            return Err(format!("the column \"{}\" lies beyond the end of the file", column.column_path().string()));
        }
    }
    if metadata.row_groups().iter().any(|group| group.num_rows() < 0) {
        return Err("a row group has less than no rows".to_owned());
    }
    Ok(())
}

/// How many rows of a file go into a batch.
pub(super) fn batch_rows(metadata: &ParquetMetaData) -> usize {
    let groups = metadata.row_groups();
    let (bytes, rows) = groups.iter().fold((0_i64, 0_i64), |(bytes, rows), group| {
        (bytes.saturating_add(group.total_byte_size().max(0)), rows.saturating_add(group.num_rows().max(0)))
    });
    let width = (bytes / rows.max(1)).max(1);
    usize::try_from(BATCH_BYTES / width).unwrap_or(BATCH).clamp(1024, BATCH)
}

/// Arrow files begin with this (Arrow columnar format, "IPC File Format"); what does not is a stream.
const ARROW_MAGIC: &[u8] = b"ARROW1";

/// The older Feather format, which is another.
const FEATHER_1_MAGIC: &[u8] = b"FEA1";

fn open_ipc(asking: &Asking<'_>) -> Result<(SchemaRef, Batches), Fault> {
    let input = asking.tables.input;
    let mut file = File::open(input).map_err(|error| unreadable(input, &error))?;
    let mut head = Vec::new();
    file.by_ref().take(8).read_to_end(&mut head).and_then(|_| file.rewind()).map_err(|error| unreadable(input, &error))?;
    if head.starts_with(FEATHER_1_MAGIC) {
        let message = "expected Arrow IPC but got Feather version 1";
        return Err(Fault::at(&Place::whole(input), "damaged-table", message, "write it again as Feather version 2, Parquet or CSV"));
    }
    let is_file = head.starts_with(ARROW_MAGIC);
    let checked = if is_file { messages::check_file(&mut file) } else { messages::check_stream(&mut file) };
    checked.map_err(|error| damaged(input, &error))?;
    file.rewind().map_err(|error| unreadable(input, &error))?;
    let file = BufReader::new(file);
    if is_file {
        let reader = FileReaderBuilder::new().build(file).map_err(|error| damaged(input, &error))?;
        return Ok((reader.schema(), Batches::File(Box::new(reader))));
    }
    let reader = StreamReader::try_new(file, None).map_err(|error| damaged(input, &error))?;
    Ok((reader.schema(), Batches::Stream(Box::new(reader))))
}

/// The rows of a CSV on their way into columns.
struct CsvTable {
    rows: Rows<File>,
    schema: SchemaRef,
    progress: Progress,
}

impl CsvTable {
    fn new(rows: Rows<File>) -> Self {
        let [lon, lat, time] = rows.asked;
        let data_type = |at: usize| match at {
            at if at == lon || at == lat => DataType::Float64,
            at if at == time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            _ => DataType::Utf8,
        };
        let fields = rows.names.iter().enumerate().map(|(at, name)| Field::new(name, data_type(at), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Self { rows, schema, progress: Progress::More }
    }

    fn next(&mut self, asking: &mut Asking<'_>) -> Result<Option<RecordBatch>, Fault> {
        if self.progress == Progress::Done {
            return Ok(None);
        }
        let mut texts: Vec<StringBuilder> = self.rows.names.iter().map(|_| StringBuilder::new()).collect();
        let asked = self.rows.asked;
        self.progress = self.rows.read_batch(asking, &mut |records, record| keep_texts(records, record, asked, &mut texts))?;
        let [lon, lat, time] = asked;
        let column = |(at, mut texts): (usize, StringBuilder)| -> ArrayRef {
            match at {
                at if at == lon => Arc::new(Float64Array::from(asking.points.lons.clone())),
                at if at == lat => Arc::new(Float64Array::from(asking.points.lats.clone())),
                at if at == time => Arc::new(timestamps(&asking.points.times_us)),
                _ => Arc::new(texts.finish()),
            }
        };
        let columns = texts.into_iter().enumerate().map(column).collect();
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map(Some).map_err(|error| damaged(asking.tables.input, &error))
    }
}

/// Appends the cells of a row that are neither place nor time; an empty one is null, unless it is quoted.
fn keep_texts(records: &Records<File>, record: &Record, asked: [usize; 3], texts: &mut [StringBuilder]) -> Result<(), Fault> {
    let bytes = |cell: &Range<usize>| &records.block()[cell.clone()];
    // All cells are looked at before one is kept: a row is kept whole or not at all.
    for cell in &record.cells {
        text(bytes(cell)).map_err(|complaint| complaint.at(&records.place(record, cell)))?;
    }
    for (_, (cell, texts)) in record.cells.iter().zip(texts).enumerate().filter(|(at, _)| !asked.contains(at)) {
        match bytes(cell) {
            [] => texts.append_null(),
            cell => texts.append_value(text(cell).unwrap_or_default()),
        }
    }
    Ok(())
}

fn timestamps(times_us: &[i64]) -> TimestampMicrosecondArray {
    times_us.iter().map(|&time_us| (time_us != NO_TIME).then_some(time_us)).collect::<TimestampMicrosecondArray>().with_timezone("UTC")
}
