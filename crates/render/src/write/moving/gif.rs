//! GIF: one table of colours for all frames, and what is as it was left clear.

use std::io::Write;

use gif::{DisposalMethod, Encoder, Frame, Repeat};

use super::{Palette, Patch, Settings};
use crate::write::EncodingFailed;

/// The index of what is left clear.
const CLEAR: u8 = 255;

pub(super) struct Writer<'w> {
    encoder: Encoder<&'w mut (dyn Write + Send)>,
    palette: Palette,
}

impl<'w> Writer<'w> {
    pub(super) fn new(palette: Palette, settings: Settings<'_>, sink: &'w mut (dyn Write + Send)) -> Result<Self, EncodingFailed> {
        let mut colours = palette.bytes();
        colours.resize(3 * 256, 0);
        let [width, height] = settings.size.map(|side| u16::try_from(side).unwrap_or(u16::MAX));
        let mut encoder = Encoder::new(sink, width, height, &colours)?;
        encoder.set_repeat(Repeat::Infinite)?;
        let said: Vec<String> = settings.text.chunks.iter().map(|(keyword, text)| format!("{keyword}: {text}")).collect();
        let said = said.join("\n").into_bytes();
        let blocks: Vec<&[u8]> = said.chunks(255).collect();
        encoder.write_raw_extension(gif::Extension::Comment.into(), &blocks)?;
        Ok(Self { encoder, palette })
    }

    pub(super) fn add(&mut self, patch: &Patch<'_>, milliseconds: u32) -> Result<(), EncodingFailed> {
        let mut buffer = vec![CLEAR; patch.width * patch.height];
        patch.each_other(|at, colour| buffer[at] = self.palette.index(colour));
        let side = |pixels: usize| u16::try_from(pixels).unwrap_or(u16::MAX);
        let frame = Frame {
            delay: u16::try_from(milliseconds.div_ceil(10)).unwrap_or(u16::MAX),
            dispose: DisposalMethod::Keep,
            transparent: Some(CLEAR),
            left: side(patch.left),
            top: side(patch.top),
            width: side(patch.width),
            height: side(patch.height),
            buffer: buffer.into(),
            ..Frame::default()
        };
        Ok(self.encoder.write_frame(&frame)?)
    }

    pub(super) fn finish(self) -> Result<(), EncodingFailed> {
        self.encoder.into_inner()?.flush()?;
        Ok(())
    }
}
