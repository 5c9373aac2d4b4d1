//! An index as one run of bytes: what is asked is what lies in the file.
//!
//! ```text
//! magic, 8 bytes · version, byte order, 4 each · length, checksum, 8 each · first and last microsecond, 8 each · clock, two of 8
//! where each section begins and how many bytes it has, 8 each
//! the sections in order, each beginning at a multiple of 64 bytes:
//!   digest of the dataset · sheets · grids · squares · edges · faces · states through time · words
//! ```
//!
//! All numbers stand as the machine has them in memory, so a file that is mapped into memory is asked without being read or parsed;
//! a machine of the other byte order refuses it. Opening checks the length, a checksum over all that follows it, and that each section
//! lies in the bytes. The checksum finds damage, every single changed word of it, not malice; but all numbers that point elsewhere are
//! looked up with a check, so that even a file made to mislead gives wrong answers and never a crash. Opening the file and
//! holding the map is the command's business.

use bytemuck::{AnyBitPattern, NoUninit, cast_slice, try_cast_slice};
use thiserror::Error;

use crate::clock::Clock;

/// The first bytes of every index.
const MAGIC: [u8; 8] = *b"marchidx";

/// Raised when the layout changes: an index is made again in seconds, so no older one is read.
const VERSION: u32 = 1;

/// Reads otherwise on a machine of the other byte order.
const BYTE_ORDER: u32 = 0x0102_0304;

/// Sections begin at multiples of a cache line, so that an edge never lies in two.
const ALIGNMENT: usize = 64;

/// Bytes before the table of sections: magic, version and byte order, length, checksum, span, clock.
const TABLE_AT: usize = 64;

/// Where what the checksum covers begins.
const CHECKED_FROM: usize = 32;

/// What lies in the file, in its order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Section {
    /// Text.
    Digest,
    /// For each sheet the microsecond it begins: `i64`.
    SheetStarts,
    /// For each sheet its coverage: `u32`.
    SheetCoverages,
    /// For each coverage the box of its grid and its scale: six `f64`.
    Boxes,
    /// For each coverage the columns and rows of its grid and where its squares begin: three `u32`.
    Counts,
    /// Squares and their tests: `u32`.
    Squares,
    /// Western and eastern end of each edge: four `f64`.
    Edges,
    /// Southern and northern face of each edge: two `u32`.
    Sides,
    /// For each face a head, its number of rows and its place, and behind it for each row the tick it begins and its state: two `u32`.
    /// The position of its head is a face's number in the other sections.
    Rows,
    /// For each row the microsecond it begins, where ticks do not tell it: `i64`.
    Starts,
    /// Where each control's word ends: `u32`.
    ControlEnds,
    /// Text.
    Controls,
    /// Where each place's word ends: `u32`.
    PlaceEnds,
    /// Text.
    Places,
}

const SECTIONS: usize = Section::Places as usize + 1;

/// Why bytes are no index to answer from.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum IndexFault {
    /// Something else, or nothing.
    #[error("expected an index but got {found} bytes that are none: make one with `marchland index`")]
    NotAnIndex {
        /// How many bytes there are.
        found: usize,
    },
    /// Made by another marchland.
    #[error("expected an index of version {expected} but got version {found}: make it again with this marchland")]
    WrongVersion {
        /// What this marchland reads.
        expected: u32,
        /// What the index is.
        found: u32,
    },
    /// Made on another kind of machine.
    #[error("expected an index in this machine's byte order but got the other: make it again on this machine")]
    WrongByteOrder,
    /// Cut off, or longer than it was made.
    #[error("expected an index of {expected} bytes but got {found}: copy it again whole")]
    WrongLength {
        /// What it was when made.
        expected: u64,
        /// What there is.
        found: usize,
    },
    /// Of another dataset, or of another state of it.
    #[error("expected an index of the dataset with digest {expected} but got one of {found}: make it again from this dataset")]
    WrongDigest {
        /// The dataset's.
        expected: String,
        /// The index's.
        found: String,
    },
    /// Bytes that do not begin at a multiple of eight in memory.
    #[error("expected bytes that begin at a multiple of 8 in memory but got some that do not: map the file or copy it into `IndexBytes`")]
    Misaligned,
    /// Changed since it was made.
    #[error("expected the checksum {expected:016x} but got {found:016x}: the index is damaged, make it again")]
    Damaged {
        /// What it was when made.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// Never made by marchland.
    #[error("expected a sound section {section} but got one that is not: make the index again")]
    Unsound {
        /// Which, counted from 0.
        section: usize,
    },
}

/// Bytes of an index in memory of their own, beginning at a cache line.
///
/// ```
/// use marchland_index::IndexBytes;
/// assert_eq!(IndexBytes::copy_of(b"any bytes").as_ref(), b"any bytes");
/// ```
#[derive(Debug)]
pub struct IndexBytes {
    room: Vec<u64>,
    start: usize,
    length: usize,
}

impl IndexBytes {
    /// Bytes as they were read from a file.
    #[must_use]
    pub fn copy_of(bytes: &[u8]) -> Self {
        let mut copy = Self::zeros(bytes.len());
        copy.bytes_mut().copy_from_slice(bytes);
        copy
    }

    fn zeros(length: usize) -> Self {
        let room = vec![0_u64; (length + ALIGNMENT).div_ceil(8)];
        let start = room.as_ptr().addr().next_multiple_of(ALIGNMENT) - room.as_ptr().addr();
        Self { room, start, length }
    }

    /// Writes the checksum of the other bytes.
    fn seal(&mut self) {
        let bytes = self.bytes_mut();
        let checksum = checksum(cast_slice(&bytes[CHECKED_FROM..]));
        bytes[24..CHECKED_FROM].copy_from_slice(cast_slice(&[checksum]));
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.room)[self.start..self.start + self.length]
    }
}

impl Clone for IndexBytes {
    fn clone(&self) -> Self {
        Self::copy_of(self.as_ref())
    }
}

impl AsRef<[u8]> for IndexBytes {
    fn as_ref(&self) -> &[u8] {
        &cast_slice(&self.room)[self.start..self.start + self.length]
    }
}

/// What an index's bytes say of themselves, checked.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The first microsecond the index speaks for, and the first after it.
    pub(crate) span_us: [i64; 2],
    /// How the ticks of rows run.
    pub(crate) clock: Clock,
    sections: [[usize; 2]; SECTIONS],
}

/// Lays sections out in their order behind a header.
pub(crate) fn lay_out(span_us: [i64; 2], clock: Clock, sections: [&[u8]; SECTIONS]) -> IndexBytes {
    let mut table = Vec::with_capacity(SECTIONS);
    let mut end = (TABLE_AT + SECTIONS * 16).next_multiple_of(ALIGNMENT);
    for section in sections {
        table.push([end as u64, section.len() as u64]);
        end = (end + section.len()).next_multiple_of(ALIGNMENT);
    }
    let mut laid = IndexBytes::zeros(end);
    let bytes = laid.bytes_mut();
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..16].copy_from_slice(cast_slice(&[VERSION, BYTE_ORDER]));
    bytes[16..24].copy_from_slice(cast_slice(&[end as u64]));
    bytes[CHECKED_FROM..TABLE_AT].copy_from_slice(cast_slice(&[span_us[0], span_us[1], clock.start_us, clock.tick_us]));
    bytes[TABLE_AT..TABLE_AT + SECTIONS * 16].copy_from_slice(cast_slice(&table));
    for (section, [start, length]) in sections.iter().zip(table) {
        bytes[start as usize..(start + length) as usize].copy_from_slice(section);
    }
    laid.seal();
    laid
}

impl Layout {
    /// Checks bytes from first to last.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, IndexFault> {
        if bytes.len() < TABLE_AT + SECTIONS * 16 || bytes[..8] != MAGIC {
            return Err(IndexFault::NotAnIndex { found: bytes.len() });
        }
        let word = |at: usize| u32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let (version, byte_order) = (word(8), word(12));
        if byte_order != BYTE_ORDER {
            return Err(IndexFault::WrongByteOrder);
        }
        if version != VERSION {
            return Err(IndexFault::WrongVersion { expected: VERSION, found: version });
        }
        let head: &[u64] = try_cast_slice(&bytes[..TABLE_AT + SECTIONS * 16]).or(Err(IndexFault::Misaligned))?;
        if head[2] != bytes.len() as u64 || !bytes.len().is_multiple_of(ALIGNMENT) {
            return Err(IndexFault::WrongLength { expected: head[2], found: bytes.len() });
        }
        let found = checksum(try_cast_slice(&bytes[CHECKED_FROM..]).or(Err(IndexFault::Misaligned))?);
        if head[3] != found {
            return Err(IndexFault::Damaged { expected: head[3], found });
        }
        Self::of_table(&head[4..], bytes.len())
    }

    fn of_table(head: &[u64], length: usize) -> Result<Self, IndexFault> {
        let mut sections = [[0; 2]; SECTIONS];
        for (section, place) in sections.iter_mut().enumerate() {
            let [start, count] = [head[4 + 2 * section], head[5 + 2 * section]];
            let is_sound = start.checked_add(count).is_some_and(|end| end <= length as u64) && start.is_multiple_of(ALIGNMENT as u64);
            if !is_sound {
                return Err(IndexFault::Unsound { section });
            }
            *place = [start as usize, (start + count) as usize];
        }
        let clock = Clock { start_us: head[2] as i64, tick_us: (head[3] as i64).max(1) };
        Ok(Self { span_us: [head[0] as i64, head[1] as i64], clock, sections })
    }

    /// A section as what it is made of; nothing where its length does not fit.
    pub(crate) fn section<'a, T: AnyBitPattern + NoUninit>(&self, bytes: &'a [u8], section: Section) -> &'a [T] {
        let [start, end] = self.sections[section as usize];
        bytes.get(start..end).and_then(|bytes| try_cast_slice(bytes).ok()).unwrap_or_default()
    }

    /// Text, if it is.
    pub(crate) fn text<'a>(&self, bytes: &'a [u8], section: Section) -> Result<&'a str, IndexFault> {
        std::str::from_utf8(self.section(bytes, section)).or(Err(IndexFault::Unsound { section: section as usize }))
    }
}

/// A checksum that no change of one word leaves as it is: each step can be undone, so different words lead to different sums.
///
/// Four sums run side by side, as a processor's multiplier does. The factor is odd, and chosen; another would do.
fn checksum(words: &[u64]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let mut sums = [1_u64, 2, 3, 4];
    let (fours, rest) = words.as_chunks::<4>();
    for four in fours {
        for (sum, &word) in sums.iter_mut().zip(four) {
            *sum = step(*sum, word);
        }
    }
    rest.iter().chain(&sums).fold(words.len() as u64, |sum, &word| step(sum, word))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Bytes of which some have been changed by somebody who knows how to make the checksum fit.
    pub(crate) fn forged(bytes: &[u8], changes: &[(usize, u8)]) -> IndexBytes {
        let mut forged = IndexBytes::copy_of(bytes);
        for &(at, value) in changes {
            let at = CHECKED_FROM + at % (bytes.len() - CHECKED_FROM);
            forged.bytes_mut()[at] = value;
        }
        forged.seal();
        forged
    }

    fn laid() -> IndexBytes {
        let mut sections = [&[][..]; SECTIONS];
        sections[Section::Digest as usize] = b"abc";
        sections[Section::Places as usize] = b"somewhere";
        lay_out([1, 2], Clock::of(&[]), sections)
    }

    #[test]
    fn what_was_laid_out_is_found_at_a_cache_line_of_its_own() {
        let laid = laid();
        let layout = Layout::of(laid.as_ref()).unwrap();
        assert_eq!((layout.span_us, layout.text(laid.as_ref(), Section::Places)), ([1, 2], Ok("somewhere")));
        assert_eq!(laid.as_ref().as_ptr().addr() % ALIGNMENT, 0);
        assert!(layout.sections.iter().all(|[start, _]| start.is_multiple_of(ALIGNMENT)));
    }

    #[test]
    fn each_fault_is_told_from_the_others() {
        let with = |at: usize, value: u8| {
            let mut bytes = laid();
            bytes.bytes_mut()[at] = value;
            Layout::of(bytes.as_ref()).unwrap_err()
        };
        assert!(matches!(with(0, b'M'), IndexFault::NotAnIndex { .. }));
        assert!(matches!(with(8, 9), IndexFault::WrongVersion { expected: 1, .. }));
        assert_eq!(with(12, 1), IndexFault::WrongByteOrder);
        assert!(matches!(with(16, 1), IndexFault::WrongLength { .. }));
        assert!(matches!(with(25, 1), IndexFault::Damaged { .. }) && matches!(with(320, 0), IndexFault::Damaged { .. }));
        let bytes = laid();
        let short = &bytes.as_ref()[..bytes.as_ref().len() - 64];
        assert_eq!(Layout::of(short).unwrap_err(), IndexFault::WrongLength { expected: short.len() as u64 + 64, found: short.len() });
        assert_eq!(Layout::of(&[]).unwrap_err(), IndexFault::NotAnIndex { found: 0 });
        assert_eq!(Layout::of(&[b"x", bytes.as_ref()].concat()).unwrap_err(), IndexFault::NotAnIndex { found: bytes.as_ref().len() + 1 });
    }
}
