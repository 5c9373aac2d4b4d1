//! Animations, a frame at a time: of each only the rectangle that is not as it was.
//!
//! | | colours | what is kept of a frame |
//! | --- | --- | --- |
//! | GIF | one table of 255 for all frames | the rectangle, what is as it was in it left clear |
//! | APNG | all | the rectangle, what is as it was in it left clear |
//! | WebP | all | the rectangle, what is as it was in it left clear |
//!
//! All repeat for ever. Nothing but the frame before is in memory; of a WebP, whose head holds the size of the whole, also what was
//! written so far.

mod apng;
mod gif;
mod palette;
mod webp;

use std::io::Write;

pub use self::palette::Palette;
use super::png::{EncodingFailed, PngText};

/// What is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Pixels across and down: at most 16,384, which is as far as WebP counts.
    pub size: [u32; 2],
    /// How many frames there will be.
    pub frames: u32,
    /// What the file says of itself: text chunks of APNG, the comment of GIF; WebP has no place for it.
    pub text: &'a PngText,
}

/// In which format.
#[derive(Clone, Debug)]
pub enum Format {
    /// GIF with these colours; others become the nearest.
    Gif(Palette),
    /// Animated PNG.
    Apng,
    /// Animated WebP.
    Webp,
}

/// An animation while it is written.
pub struct Moving<'w> {
    writer: Writer<'w>,
    width: usize,
    last: Vec<u8>,
}

enum Writer<'w> {
    Gif(gif::Writer<'w>),
    Apng(Box<apng::Writer<'w>>),
    Webp(webp::Writer<'w>),
}

impl<'w> Moving<'w> {
    /// Begins an animation.
    ///
    /// # Errors
    ///
    /// [`EncodingFailed`] where the sink or the format refuses: no frames, or a size that it does not know.
    pub fn new(format: Format, settings: Settings<'_>, sink: &'w mut (dyn Write + Send)) -> Result<Self, EncodingFailed> {
        let writer = match format {
            Format::Gif(palette) => Writer::Gif(gif::Writer::new(palette, settings, sink)?),
            Format::Apng => Writer::Apng(Box::new(apng::Writer::new(settings, sink)?)),
            Format::Webp => Writer::Webp(webp::Writer::new(settings, sink)),
        };
        Ok(Self { writer, width: settings.size[0] as usize, last: Vec::new() })
    }

    /// Adds a frame: red, green and blue of each pixel, row by row from the top, shown for so many milliseconds.
    ///
    /// # Errors
    ///
    /// [`EncodingFailed`] where the sink refuses, or there are more frames than were said.
    pub fn add(&mut self, pixels: Vec<u8>, milliseconds: u32) -> Result<(), EncodingFailed> {
        let patch = Patch::of(&self.last, &pixels, self.width);
        match &mut self.writer {
            Writer::Gif(writer) => writer.add(&patch, milliseconds)?,
            Writer::Apng(writer) => writer.add(&patch, milliseconds)?,
            Writer::Webp(writer) => writer.add(&patch, milliseconds)?,
        }
        self.last = pixels;
        Ok(())
    }

    /// Ends the animation.
    ///
    /// # Errors
    ///
    /// [`EncodingFailed`] where the sink refuses, or there were fewer frames than were said.
    pub fn finish(self) -> Result<(), EncodingFailed> {
        match self.writer {
            Writer::Gif(writer) => writer.finish(),
            Writer::Apng(writer) => writer.finish(),
            Writer::Webp(writer) => writer.finish(),
        }
    }
}

/// The part of a frame that is not as it was in the frame before: all of the first one, and at least its first two pixels each way.
struct Patch<'p> {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    page: usize,
    pixels: &'p [u8],
    last: &'p [u8],
}

impl<'p> Patch<'p> {
    fn of(last: &'p [u8], pixels: &'p [u8], page: usize) -> Self {
        let row = page * 3;
        let height = pixels.len() / row.max(1);
        if last.len() != pixels.len() {
            return Self { left: 0, top: 0, width: page, height, page, pixels, last: &[] };
        }
        let differs = |at: &usize| last[at * row..(at + 1) * row] != pixels[at * row..(at + 1) * row];
        let (Some(top), Some(bottom)) = ((0..height).find(differs), (0..height).rev().find(differs)) else {
            return Self { left: 0, top: 0, width: page.min(2), height: height.min(2), page, pixels, last };
        };
        let (mut left, mut right) = (page, 0);
        for at in top..=bottom {
            let (one, other) = (&last[at * row..(at + 1) * row], &pixels[at * row..(at + 1) * row]);
            let differs = |at: &usize| one[at * 3..at * 3 + 3] != other[at * 3..at * 3 + 3];
            left = (0..left).find(differs).unwrap_or(left);
            right = (right..page).rev().find(differs).unwrap_or(right);
        }
        // Even, for WebP counts its places in twos.
        let (left, top) = (left & !1, top & !1);
        Self { left, top, width: right + 1 - left, height: bottom + 1 - top, page, pixels, last }
    }

    /// Red, green, blue and opacity of each pixel, row by row: what is as it was is clear.
    fn with_clear(&self) -> Vec<u8> {
        let opaque = |[red, green, blue]: [u8; 3]| [red, green, blue, 255];
        self.colours().flat_map(|colour| colour.map_or([0; 4], opaque)).collect()
    }

    /// Each pixel's colour, row by row; none where it is as it was.
    fn colours(&self) -> impl Iterator<Item = Option<[u8; 3]>> + '_ {
        let rows = self.top..self.top + self.height;
        rows.flat_map(move |y| (self.left..self.left + self.width).map(move |x| (y * self.page + x) * 3)).map(move |at| {
            let colour = [self.pixels[at], self.pixels[at + 1], self.pixels[at + 2]];
            let is_as_it_was = self.last.get(at..at + 3).is_some_and(|last| last == colour);
            (!is_as_it_was).then_some(colour)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```text
    /// ......     the rectangle of what differs begins at an even place
    /// ...x..
    /// ....x.
    /// ```
    #[test]
    fn a_patch_holds_all_that_differs_and_begins_at_even_places() {
        let before = vec![0_u8; 6 * 3 * 3];
        let mut after = before.clone();
        for at in [6 + 3, 12 + 4] {
            after[at * 3 + 1] = 9;
        }
        let patch = Patch::of(&before, &after, 6);
        assert_eq!((patch.left, patch.top, patch.width, patch.height), (2, 0, 3, 3));
        assert_eq!(patch.colours().flatten().count(), 2);
        let same = Patch::of(&after, &after, 6);
        assert_eq!((same.width, same.height, same.colours().flatten().count()), (2, 2, 0));
    }
}
