//! Whether an Arrow file or stream is whole, seen from its messages alone, before anything is read from it.
//!
//! The `arrow-ipc` crate trusts what a message says of where its buffers stand, and panics where they do not. So every message is
//! looked at beforehand (Arrow columnar format, "Serialization and IPC"): its place in the file, its buffers within its body, and no count below
//! nought. Only the messages are read, some hundred bytes a batch; their bodies are passed over. What buffers hold is the crate's to check.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use arrow_ipc::reader::read_footer_length;
use arrow_ipc::{Block, Field, RecordBatch, Schema, Type, root_as_footer, root_as_message};

/// Stands before the length of a message (none in files of before 2019).
const CONTINUATION: [u8; 4] = [0xFF; 4];

/// Bytes that a compressed buffer may unfold to (chosen: more than any batch; the crate sets them aside before it looks).
const LONGEST_BUFFER: i64 = 8 << 30;

/// Checks the messages of a file by way of its footer.
///
/// # Errors
///
/// What does not fit.
pub(super) fn check_file(file: &mut File) -> Result<(), String> {
    let length = end(file)?;
    let tail = bytes(file, length.checked_sub(10).ok_or("the file is too short")?, 10)?;
    let tail: [u8; 10] = tail.try_into().map_err(|_short| "the file is too short")?;
    let footer_length = read_footer_length(tail).map_err(shown)? as u64;
    let footer = bytes(file, (length - 10).checked_sub(footer_length).ok_or("the footer is longer than the file")?, footer_length)?;
    let footer = root_as_footer(&footer).map_err(shown)?;
    let mut units = footer.schema().map(Units::of).unwrap_or_default();
    let blocks = [footer.dictionaries(), footer.recordBatches()];
    blocks.into_iter().flatten().flatten().try_for_each(|block| check_block(file, block, (length, &mut units)))
}

fn check_block(file: &mut File, block: &Block, (length, units): (u64, &mut Units)) -> Result<(), String> {
    let whole = |number: i64| u64::try_from(number).map_err(|_negative| "a block lies before the file".to_owned());
    let (start, head, body) = (whole(block.offset())?, whole(block.metaDataLength().into())?, whole(block.bodyLength())?);
    let end = start.checked_add(head).and_then(|end| end.checked_add(body));
    if head < 8 || end.is_none_or(|end| end > length) {
        return Err("a block lies beyond the end of the file".to_owned());
    }
    let message = bytes(file, start, head)?;
    let message = message.strip_prefix(&CONTINUATION).unwrap_or(&message);
    check_message(file, &message[4..], Body { start: start + head, length: body }, units).map(|_body| ())
}

/// Checks the messages of a stream one after the other.
///
/// # Errors
///
/// What does not fit.
pub(super) fn check_stream(file: &mut File) -> Result<(), String> {
    let length = end(file)?;
    let (mut at, mut units) = (0, Units::default());
    while at + 4 <= length {
        let mut prefix = bytes(file, at, 4)?;
        at += 4;
        if prefix == CONTINUATION {
            prefix = bytes(file, at, 4)?;
            at += 4;
        }
        let head = prefix.try_into().map_or(0, u32::from_le_bytes);
        if head == 0 {
            return Ok(());
        }
        let start = at + u64::from(head);
        if start > length {
            return Err("a message goes beyond the end of the file".to_owned());
        }
        let message = bytes(file, at, u64::from(head))?;
        at = start + check_message(file, &message, Body { start, length: length - start }, &mut units)?;
    }
    Ok(())
}

/// Where the body of a message stands in the file, and how long it may be.
#[derive(Clone, Copy)]
struct Body {
    start: u64,
    length: u64,
}

/// Checks a message and gives the length of its body; a schema says of what its columns' buffers are made.
fn check_message(file: &mut File, message: &[u8], room: Body, units: &mut Units) -> Result<u64, String> {
    let message = root_as_message(message).map_err(shown)?;
    let length = u64::try_from(message.bodyLength()).ok().filter(|length| *length <= room.length);
    let body = Body { length: length.ok_or("the body of a message goes beyond the end of the file")?, ..room };
    let dictionary = message.header_as_dictionary_batch();
    if let Some(batch) = message.header_as_record_batch() {
        check_batch(file, batch, body, &units.columns)?;
    } else if let Some(batch) = dictionary.and_then(|dictionary| dictionary.data()) {
        let id = dictionary.map(|dictionary| dictionary.id());
        let units = units.dictionaries.iter().find(|(other, _)| Some(*other) == id);
        check_batch(file, batch, body, units.map_or(&[], |(_, units)| units))?;
    } else if let Some(schema) = message.header_as_schema() {
        *units = Units::of(schema);
    } else {
        return Err("a message is neither schema, nor batch, nor dictionary".to_owned());
    }
    Ok(body.length)
}

/// For each buffer of a batch the bytes of the numbers it is made of, 1 where that does not matter; nothing behind columns whose buffers
/// cannot be counted from the schema alone.
#[derive(Default)]
struct Units {
    columns: Vec<u64>,
    /// The same of each dictionary, by its number.
    dictionaries: Vec<(i64, Vec<u64>)>,
}

impl Units {
    fn of(schema: Schema<'_>) -> Self {
        let mut units = Self::default();
        let mut columns = Vec::new();
        let fields = schema.fields().into_iter().flatten();
        // The first column that cannot be counted ends the list.
        let _countable: Option<()> = fields.map(|field| units.push(field, &mut columns)).collect();
        Self { columns, ..units }
    }

    fn push(&mut self, field: Field<'_>, columns: &mut Vec<u64>) -> Option<()> {
        let Some(dictionary) = field.dictionary() else { return self.push_values(field, columns) };
        let mut values = Vec::new();
        let _countable = self.push_values(field, &mut values);
        self.dictionaries.push((dictionary.id(), values));
        let bits = dictionary.indexType().map_or(32, |index| index.bitWidth());
        columns.extend([1, u64::try_from(bits / 8).unwrap_or(1).max(1)]);
        Some(())
    }

    fn push_values(&mut self, field: Field<'_>, columns: &mut Vec<u64>) -> Option<()> {
        match field.type_type() {
            Type::Null => {}
            Type::Utf8 | Type::Binary => columns.extend([1, 4, 1]),
            Type::LargeUtf8 | Type::LargeBinary => columns.extend([1, 8, 1]),
            Type::List | Type::Map => columns.extend([1, 4]),
            Type::LargeList => columns.extend([1, 8]),
            Type::FixedSizeList | Type::Struct_ => columns.push(1),
            Type::Utf8View | Type::BinaryView | Type::Union | Type::RunEndEncoded | Type::ListView | Type::LargeListView => return None,
            _ => columns.extend([1, 1]),
        }
        field.children().into_iter().flatten().try_for_each(|child| self.push(child, columns))
    }
}

fn check_batch(file: &mut File, batch: RecordBatch<'_>, body: Body, units: &[u64]) -> Result<(), String> {
    let (Some(nodes), Some(buffers)) = (batch.nodes(), batch.buffers()) else { return Err("a batch has no columns".to_owned()) };
    if batch.length() < 0 || nodes.iter().any(|node| node.length() < 0 || node.null_count() < 0 || node.null_count() > node.length()) {
        return Err("a column has less than no rows".to_owned());
    }
    if batch.variadicBufferCounts().into_iter().flatten().any(|count| count < 0 || count > buffers.len() as i64) {
        return Err("a column has more buffers than there are".to_owned());
    }
    for (at, buffer) in buffers.iter().enumerate() {
        let (Ok(start), Ok(length)) = (u64::try_from(buffer.offset()), u64::try_from(buffer.length())) else {
            return Err("a buffer lies before its batch".to_owned());
        };
        if start.checked_add(length).is_none_or(|end| end > body.length) {
            return Err("a buffer lies beyond the end of its batch".to_owned());
        }
        let is_folded = batch.compression().is_some() && length > 0;
        let length = if is_folded { unfolded(&bytes(file, body.start + start, 8)?, length)? } else { length };
        let unit = units.get(at).copied().unwrap_or(1);
        if length % unit != 0 {
            return Err("a buffer ends within a number".to_owned());
        }
    }
    Ok(())
}

/// The length that a compressed buffer unfolds to stands before it, or −1 where it is not compressed after all.
fn unfolded(prefix: &[u8], length: u64) -> Result<u64, String> {
    match prefix.try_into().map_or(i64::MAX, i64::from_le_bytes) {
        -1 => Ok(length.saturating_sub(8)),
        unfolded @ 0..=LONGEST_BUFFER => Ok(unfolded as u64),
        unfolded => Err(format!("a compressed buffer of {unfolded} bytes")),
    }
}

fn end(file: &mut File) -> Result<u64, String> {
    file.seek(SeekFrom::End(0)).map_err(shown)
}

fn bytes(file: &mut File, start: u64, length: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start)).and_then(|_| file.by_ref().take(length).read_to_end(&mut bytes)).map_err(shown)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err("the file was cut off".to_owned()) }
}

fn shown(error: impl std::fmt::Display) -> String {
    error.to_string()
}
