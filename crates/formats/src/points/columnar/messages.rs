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
    let mut units = footer.schema().and_then(units);
    let blocks = [footer.dictionaries(), footer.recordBatches()];
    blocks.into_iter().flatten().flatten().try_for_each(|block| check_block(file, block, (length, &mut units)))
}

fn check_block(file: &mut File, block: &Block, (length, units): (u64, &mut Option<Vec<u64>>)) -> Result<(), String> {
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
    let (mut at, mut units) = (0, None);
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
fn check_message(file: &mut File, message: &[u8], room: Body, units: &mut Option<Vec<u64>>) -> Result<u64, String> {
    let message = root_as_message(message).map_err(shown)?;
    let length = u64::try_from(message.bodyLength()).ok().filter(|length| *length <= room.length);
    let body = Body { length: length.ok_or("the body of a message goes beyond the end of the file")?, ..room };
    let batch = message.header_as_record_batch().or_else(|| message.header_as_dictionary_batch().and_then(|batch| batch.data()));
    match (batch, message.header_as_schema()) {
        // The buffers of a dictionary are those of one column, and not of the schema's.
        (Some(batch), _) => {
            let units = if message.header_as_record_batch().is_some() { units.as_deref() } else { None };
            check_batch(file, batch, body, units)?;
        }
        (None, Some(schema)) => *units = self::units(schema),
        (None, None) => return Err("a message is neither schema, nor batch, nor dictionary".to_owned()),
    }
    Ok(body.length)
}

/// For each buffer of a batch the bytes of the numbers it is made of, 1 where that does not matter; none where the columns are of
/// kinds whose buffers cannot be counted from the schema alone.
fn units(schema: Schema<'_>) -> Option<Vec<u64>> {
    let mut units = Vec::new();
    schema.fields()?.iter().try_for_each(|field| push_units(field, &mut units))?;
    Some(units)
}

fn push_units(field: Field<'_>, units: &mut Vec<u64>) -> Option<()> {
    if let Some(dictionary) = field.dictionary() {
        let bits = dictionary.indexType().map_or(32, |index| index.bitWidth());
        units.extend([1, u64::try_from(bits / 8).unwrap_or(1).max(1)]);
        return Some(());
    }
    match field.type_type() {
        Type::Null => {}
        Type::Utf8 | Type::Binary => units.extend([1, 4, 1]),
        Type::LargeUtf8 | Type::LargeBinary => units.extend([1, 8, 1]),
        Type::List | Type::Map => units.extend([1, 4]),
        Type::LargeList => units.extend([1, 8]),
        Type::FixedSizeList | Type::Struct_ => units.push(1),
        Type::Utf8View | Type::BinaryView | Type::Union | Type::RunEndEncoded | Type::ListView | Type::LargeListView => return None,
        _ => units.extend([1, 1]),
    }
    field.children().into_iter().flatten().try_for_each(|child| push_units(child, units))
}

fn check_batch(file: &mut File, batch: RecordBatch<'_>, body: Body, units: Option<&[u64]>) -> Result<(), String> {
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
        let unit = units.and_then(|units| units.get(at)).copied().unwrap_or(1);
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
