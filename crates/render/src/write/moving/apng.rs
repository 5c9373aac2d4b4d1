//! Animated PNG (PNG, third edition, 2025): all colours, each frame the rectangle that is not as it was, and in it what is as it was left
//! clear: of a map of many small cells that is a tenth of the bytes.

use std::io::Write;

use png::{BitDepth, BlendOp, ColorType, Compression, DisposeOp, Encoder, Filter};

use super::{Patch, Settings};
use crate::write::EncodingFailed;

pub(super) struct Writer<'w> {
    writer: png::Writer<&'w mut (dyn Write + Send)>,
}

impl<'w> Writer<'w> {
    pub(super) fn new(settings: Settings<'_>, sink: &'w mut (dyn Write + Send)) -> Result<Self, EncodingFailed> {
        let [width, height] = settings.size;
        let mut encoder = Encoder::new(sink, width, height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Balanced);
        encoder.set_filter(Filter::NoFilter);
        encoder.set_animated(settings.frames, 0)?;
        encoder.set_blend_op(BlendOp::Over)?;
        encoder.set_dispose_op(DisposeOp::None)?;
        for (keyword, text) in &settings.text.chunks {
            encoder.add_itxt_chunk(keyword.clone(), text.clone())?;
        }
        Ok(Self { writer: encoder.write_header()? })
    }

    pub(super) fn add(&mut self, patch: &Patch<'_>, milliseconds: u32) -> Result<(), EncodingFailed> {
        let [left, top, width, height] = [patch.left, patch.top, patch.width, patch.height].map(|pixels| pixels as u32);
        self.writer.reset_frame_position()?;
        self.writer.set_frame_dimension(width, height)?;
        self.writer.set_frame_position(left, top)?;
        self.writer.set_frame_delay(u16::try_from(milliseconds).unwrap_or(u16::MAX), 1_000)?;
        Ok(self.writer.write_image_data(&patch.with_clear())?)
    }

    pub(super) fn finish(self) -> Result<(), EncodingFailed> {
        Ok(self.writer.finish()?)
    }
}
