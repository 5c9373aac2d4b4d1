//! A file read piece by piece: of hundreds of megabytes only the part at hand is in memory.
//!
//! ```text
//! file ────────────────────────────────▶
//!        forgotten │ shown by faults │ at │ unread │ not yet in memory
//!                  └───────── the piece ──────────┘
//! ```
//!
//! A reader works on the text of the piece from its own position on. Where the text ends before what it reads does, it asks for
//! more and reads that part again from its beginning. Each time at least as much text is added as is kept, so that a part of any
//! length is read in a time that grows with its length.

use std::io::Read;
use std::path::Path;

use crate::fault::{Fault, KEPT, Place, Source};

/// Bytes by which a piece grows at least (chosen: small enough for a processor's cache, large enough to make asking rare).
const STEP: usize = 1 << 18;

/// Things that must have been read before the rest is judged by them (chosen: the first few may be unlike the others).
const SAMPLE: usize = 512;

/// A file in reading, and the piece of it at hand.
pub(crate) struct Pieces<'r> {
    pub(crate) source: Source,
    input: Box<dyn Read + 'r>,
    /// Bytes read and not yet taken as text: a character cut short.
    left: Vec<u8>,
    step: usize,
    is_ended: bool,
    /// Bytes of the whole file, where they are known.
    length: Option<u64>,
}

impl<'r> Pieces<'r> {
    /// A file of which nothing has been read.
    pub(crate) fn new(file: &Path, input: Box<dyn Read + 'r>) -> Self {
        Self { source: Source::empty(file), input, left: Vec::new(), step: STEP, is_ended: false, length: None }
    }

    /// A file on disk of which nothing has been read.
    ///
    /// # Errors
    ///
    /// A fault where it cannot be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let unread = |error: std::io::Error| {
            Fault::at(&Place::whole(path), "no-file", format!("cannot be read: {error}"), "check the path, and who may read it")
        };
        Ok(Self::new(path, Box::new(std::fs::File::open(path).map_err(unread)?)))
    }

    /// The same, of a file that has so many bytes.
    pub(crate) fn of_length(self, length: u64) -> Self {
        Self { length: Some(length), ..self }
    }

    /// Makes room in a full list for what the rest of the file probably holds, where what is in the list stands before a position of the
    /// text: a list that grows step by step is copied each time. Rather an eighth too much than one too few, for what is not used costs
    /// nothing; but no more than twice the bytes that are left.
    pub(crate) fn make_room<T>(&self, list: &mut Vec<T>, at: usize) {
        if list.len() < list.capacity() || list.len() < SAMPLE {
            return;
        }
        let read = self.source.span(at, 0).start as u64;
        let left = self.length.map_or(0, |length| length.saturating_sub(read));
        let likely = (left * list.len() as u64).checked_div(read).map_or(0, |more| more + more / 8);
        list.reserve(likely.min(2 * left / size_of::<T>().max(1) as u64) as usize);
    }

    /// The same, growing by so many bytes at a time.
    #[cfg(test)]
    pub(crate) fn in_steps_of(self, step: usize) -> Self {
        Self { step, ..self }
    }

    /// The whole of a file at once.
    ///
    /// # Errors
    ///
    /// A fault where the file cannot be read, or at the first byte that is no text.
    pub(crate) fn whole(mut self) -> Result<Source, Fault> {
        self.all()?;
        Ok(self.source)
    }

    /// Reads on to the end of the file.
    ///
    /// # Errors
    ///
    /// A fault where the file cannot be read, or at the first byte that is no text.
    pub(crate) fn all(&mut self) -> Result<(), Fault> {
        while !self.is_ended {
            self.add()?;
        }
        Ok(())
    }

    /// Whether the text reaches to the end of the file.
    pub(crate) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// Whether all of the file has been read that a look from this position of the text may need.
    pub(crate) fn has_enough(&self, at: usize) -> bool {
        self.is_ended || at + KEPT.1 <= self.source.text.len()
    }

    /// Reads on, letting go of what stands before a position of the text; returns where that position is now.
    ///
    /// # Errors
    ///
    /// A fault where the file cannot be read, or at the first byte that is no text.
    pub(crate) fn more(&mut self, at: usize) -> Result<usize, Fault> {
        let gone = self.source.forget(at);
        let wanted = self.source.text.len() * 2;
        self.add()?;
        while !self.is_ended && self.source.text.len() < wanted {
            self.add()?;
        }
        Ok(at - gone)
    }

    fn add(&mut self) -> Result<(), Fault> {
        let file = self.source.file.clone();
        let unreadable =
            |error: std::io::Error| Fault::at(&Place::whole(&file), "no-file", format!("cannot be read: {error}"), "check who may read it");
        let mut bytes = std::mem::take(&mut self.left);
        bytes.reserve(self.step);
        let read = self.input.by_ref().take(self.step as u64).read_to_end(&mut bytes).map_err(unreadable)?;
        let taken = self.source.append(&bytes)?;
        self.is_ended = read < self.step;
        if self.is_ended {
            self.source.end(&bytes[taken..])?;
        }
        bytes.drain(..taken);
        self.left = bytes;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_made_for_what_is_left_but_not_for_more_than_twice_its_bytes() {
        let pieces = || Pieces::new("f".as_ref(), Box::new(&b""[..])).of_length(9_000);
        let room = |mut list: Vec<u32>, at: usize| {
            pieces().make_room(&mut list, at);
            list.capacity()
        };
        assert_eq!(room(vec![0; 600], 3_000), 600 + 1_350, "1,200 more and an eighth of them");
        assert_eq!(room(vec![0; 600], 60), 600 + 4_470, "of 8,940 bytes that are left");
        assert_eq!(room(vec![0; 100], 3_000), 100, "too few to judge by");
    }

    #[test]
    fn a_position_moves_with_the_text_that_goes_and_no_character_is_cut() {
        let text = "aé日\n".repeat(200_000);
        let mut pieces = Pieces::new("f".as_ref(), Box::new(text.as_bytes()));
        let (mut at, mut read) = (0, String::new());
        while !pieces.has_enough(at) {
            at = pieces.more(at).ok().unwrap();
            read.push_str(&pieces.source.text[at..]);
            at = pieces.source.text.len();
            assert!(at < 2 * STEP);
        }
        assert!(read == text);
        assert_eq!(pieces.source.place(at - 4, 3).line, Some(200_000));
    }

    #[test]
    fn a_file_that_ends_within_a_character_is_refused_there() {
        let fault = Pieces::new("f".as_ref(), Box::new(&b"ab\xC3"[..])).whole().err().unwrap();
        assert_eq!((fault.column, fault.message.as_str()), (Some(3), "expected UTF-8 but got the byte 0xc3"));
    }
}
