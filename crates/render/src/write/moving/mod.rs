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
    pub fn add(&mut self, pixels: &[u8], milliseconds: u32) -> Result<(), EncodingFailed> {
        let patch = Patch::of(&self.last, pixels, self.width);
        match &mut self.writer {
            Writer::Gif(writer) => writer.add(&patch, milliseconds)?,
            Writer::Apng(writer) => writer.add(&patch, milliseconds)?,
            Writer::Webp(writer) => writer.add(&patch, milliseconds)?,
        }
        self.last.clear();
        self.last.extend_from_slice(pixels);
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
        let mut pixels = vec![0; self.width * self.height * 4];
        self.each_other(|at, [red, green, blue]| pixels[at * 4..at * 4 + 4].copy_from_slice(&[red, green, blue, 255]));
        pixels
    }

    /// Calls for each pixel that is not as it was, with its place in the rectangle, counted row by row.
    fn each_other(&self, mut call: impl FnMut(usize, [u8; 3])) {
        for row in 0..self.height {
            let first = ((self.top + row) * self.page + self.left) * 3;
            let span = first..first + self.width * 3;
            let last = self.last.get(span.clone()).unwrap_or_default();
            for (run, colours) in self.pixels[span].chunks(RUN * 3).enumerate() {
                let before = last.get(run * RUN * 3..).map_or(&[][..], |last| &last[..colours.len().min(last.len())]);
                if before == colours {
                    continue;
                }
                let before = before.as_chunks::<3>().0;
                let others = colours.as_chunks::<3>().0.iter().enumerate().filter(|&(at, colour)| before.get(at) != Some(colour));
                others.for_each(|(at, colour)| call(row * self.width + run * RUN + at, *colour));
            }
        }
    }
}

/// Pixels that are compared at once: most are as they were (chosen: changes nothing but speed).
const RUN: usize = 16;

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
        let others = |patch: &Patch<'_>| {
            let mut others = Vec::new();
            patch.each_other(|at, colour| others.push((at, colour)));
            others
        };
        assert_eq!(others(&patch), [(4, [0, 9, 0]), (8, [0, 9, 0])]);
        let same = Patch::of(&after, &after, 6);
        assert_eq!((same.width, same.height, others(&same).len()), (2, 2, 0));
    }
}
