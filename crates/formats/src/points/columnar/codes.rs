//! A Parquet column chunk made of codes: a dictionary of the words that occur, and pages of their positions.
//!
//! Answers come as positions in lists of words. The writers of the `parquet` crate take values and look each one up in a hash table
//! to find such a position again, which costs more than all the rest of writing; here the code itself is the way to it. The bytes follow the format's own
//! description (Apache Parquet, "Encodings": dictionary, and the hybrid of run lengths and bit packing), nulls as definition levels,
//! data pages of version 1, one a batch, uncompressed: packed codes do not get smaller.

use std::sync::Arc;

use bytes::Bytes;
use marchland_core::NONE;
use parquet::basic::Encoding;
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::super::{CERTAIN, confidence};

/// What the codes of a column stand for.
#[derive(Clone, Debug)]
pub(super) enum Meanings<'a> {
    /// Texts, by their position.
    Texts(Vec<&'a str>),
    /// Probabilities in ten-thousandths.
    Probabilities,
}

impl Meanings<'_> {
    fn count(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Probabilities => CERTAIN as usize + 1,
        }
    }

    /// Writes a value as the dictionary holds it: plain.
    fn write(&self, code: u32, out: &mut Vec<u8>) {
        match self {
            Self::Texts(texts) => {
                let text = texts[code as usize];
                out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
            Self::Probabilities => out.extend_from_slice(&confidence(code).to_le_bytes()),
        }
    }

    /// The least and the greatest of some values, for readers that skip row groups.
    fn statistics(&self, codes: &[u32], nulls: u64) -> Statistics {
        match self {
            Self::Texts(texts) => {
                let words = || codes.iter().map(|&code| texts[code as usize]);
                let bound = |word: Option<&str>| word.map(|word| word.as_bytes().to_vec().into());
                Statistics::byte_array(bound(words().min()), bound(words().max()), None, Some(nulls), false)
            }
            Self::Probabilities => {
                let bound = |code: Option<&u32>| code.map(|&code| confidence(code));
                Statistics::double(bound(codes.iter().min()), bound(codes.iter().max()), None, Some(nulls), false)
            }
        }
    }
}

/// A column chunk that grows page by page.
pub(super) struct CodeChunk<'a> {
    column: ColumnDescPtr,
    meanings: Meanings<'a>,
    /// By code: its position in this chunk's dictionary, or [`NONE`].
    positions: Vec<u32>,
    /// The codes of the dictionary, in order of their first row.
    dictionary: Vec<u32>,
    pages: TrackedWrite<Vec<u8>>,
    uncompressed: usize,
    rows: u64,
    nulls: u64,
    packed: Vec<u32>,
    levels: Vec<u32>,
}

impl<'a> CodeChunk<'a> {
    /// An empty chunk of a column of the file.
    pub(super) fn new(column: ColumnDescPtr, meanings: Meanings<'a>) -> Self {
        Self {
            column,
            positions: vec![NONE; meanings.count()],
            dictionary: Vec::new(),
            pages: TrackedWrite::new(Vec::new()),
            uncompressed: 0,
            rows: 0,
            nulls: 0,
            packed: Vec::new(),
            levels: Vec::new(),
            meanings,
        }
    }

    /// Adds a page of codes, [`NONE`] for null.
    pub(super) fn push(&mut self, codes: &[u32]) -> Result<()> {
        if codes.is_empty() {
            return Ok(());
        }
        self.packed.clear();
        self.levels.clear();
        for &code in codes {
            let is_there = code != NONE;
            self.levels.push(u32::from(is_there));
            if is_there {
                let position = self.position(code);
                self.packed.push(position);
            }
        }
        self.rows += codes.len() as u64;
        self.nulls += (codes.len() - self.packed.len()) as u64;
        let mut levels = Vec::new();
        hybrid(&self.levels, 1, &mut levels);
        let mut page = (levels.len() as u32).to_le_bytes().to_vec();
        page.extend_from_slice(&levels);
        // No reader needs more than one bit for a dictionary of one word, and some stumble over none.
        let width = (u32::BITS - (self.dictionary.len().max(2) as u32 - 1).leading_zeros()) as u8;
        page.push(width);
        hybrid(&self.packed, width, &mut page);
        self.write_page(Page::DataPage {
            buf: page.into(),
            num_values: codes.len() as u32,
            encoding: Encoding::RLE_DICTIONARY,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })
    }

    fn position(&mut self, code: u32) -> u32 {
        let position = &mut self.positions[code as usize];
        if *position == NONE {
            *position = self.dictionary.len() as u32;
            self.dictionary.push(code);
        }
        *position
    }

    fn write_page(&mut self, page: Page) -> Result<()> {
        self.uncompressed += write_page(&mut self.pages, page)?.uncompressed_size;
        Ok(())
    }

    /// The bytes of the chunk, dictionary first, and what its file has to know of them; the chunk is empty afterwards.
    pub(super) fn finish(&mut self) -> Result<(Bytes, ColumnCloseResult)> {
        let mut words = Vec::new();
        for &code in &self.dictionary {
            self.meanings.write(code, &mut words);
        }
        let mut head = TrackedWrite::new(Vec::new());
        let count = self.dictionary.len() as u32;
        let page = Page::DictionaryPage { buf: words.into(), num_values: count, encoding: Encoding::PLAIN, is_sorted: false };
        let uncompressed = write_page(&mut head, page)?.uncompressed_size + self.uncompressed;
        let mut bytes = head.into_inner()?;
        let data_offset = bytes.len() as i64;
        let pages = std::mem::replace(&mut self.pages, TrackedWrite::new(Vec::new()));
        bytes.extend_from_slice(&pages.into_inner()?);
        let metadata = ColumnChunkMetaData::builder(Arc::clone(&self.column))
            .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
            .set_total_compressed_size(bytes.len() as i64)
            .set_total_uncompressed_size(uncompressed as i64)
            .set_num_values(self.rows as i64)
            .set_dictionary_page_offset(Some(0))
            .set_data_page_offset(data_offset)
            .set_statistics(self.meanings.statistics(&self.dictionary, self.nulls))
            .build()?;
        let (bytes_written, rows_written) = (bytes.len() as u64, self.rows);
        self.clear();
        let close = ColumnCloseResult { bytes_written, rows_written, metadata, bloom_filter: None, column_index: None, offset_index: None };
        Ok((bytes.into(), close))
    }

    fn clear(&mut self) {
        for code in self.dictionary.drain(..) {
            self.positions[code as usize] = NONE;
        }
        (self.uncompressed, self.rows, self.nulls) = (0, 0, 0);
    }
}

fn write_page(out: &mut TrackedWrite<Vec<u8>>, page: Page) -> Result<PageWriteSpec> {
    let size = page.buffer().len();
    SerializedPageWriter::new(out).write_page(CompressedPage::new(page, size))
}

/// Values that are looked at as one: a run of equal ones is written as a run, any other bit by bit (chosen; a multiple of eight).
const STRETCH: usize = 64;

/// Writes numbers of some bits in the hybrid of run lengths and bit packing.
fn hybrid(values: &[u32], width: u8, out: &mut Vec<u8>) {
    let mut at = 0;
    while at < values.len() {
        let run: usize =
            values[at..].chunks(STRETCH).take_while(|stretch| stretch.iter().all(|&value| value == values[at])).map(<[u32]>::len).sum();
        if run > 0 {
            varint((run as u64) << 1, out);
            out.extend_from_slice(&values[at].to_le_bytes()[..usize::from(width).div_ceil(8)]);
            at += run;
            continue;
        }
        let is_mixed = |stretch: &&[u32]| stretch.iter().any(|&value| value != stretch[0]);
        let mixed: usize = values[at..].chunks(STRETCH).take_while(is_mixed).map(<[u32]>::len).sum();
        varint((mixed.div_ceil(8) as u64) << 1 | 1, out);
        pack(&values[at..at + mixed], width, out);
        at += mixed;
    }
}

/// Writes numbers bit by bit, the lowest first, with noughts up to a multiple of eight numbers.
fn pack(values: &[u32], width: u8, out: &mut Vec<u8>) {
    let (mut bits, mut count) = (0_u64, 0_u32);
    let padding = values.len().next_multiple_of(8) - values.len();
    for value in values.iter().copied().chain(std::iter::repeat_n(0, padding)) {
        bits |= u64::from(value) << count;
        count += u32::from(width);
        if count >= 32 {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= 32;
            count -= 32;
        }
    }
    out.extend_from_slice(&bits.to_le_bytes()[..count.div_ceil(8) as usize]);
}

/// Writes a whole number in groups of seven bits (ULEB 128).
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
