//! The scene as PNG, with what is needed to make it again in its text chunks.

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter, PixelDimensions, Unit};
use thiserror::Error;

use super::pixels::pixels;
use crate::scene::Scene;

/// What the text chunks say: keyword and text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PngText {
    /// The chunks, in order: `Title`, `Description`, `Software`, …; a keyword has 1 to 79 letters of Latin-1.
    pub chunks: Vec<(String, String)>,
}

/// The picture could not be encoded.
#[derive(Debug, Error)]
#[error("the picture could not be written as PNG: {0}")]
pub struct EncodingFailed(#[from] EncodingError);

/// The scene as a PNG of 8-bit colours.
///
/// # Errors
///
/// [`EncodingFailed`] where a keyword is no PNG keyword, or the scene has no pixels.
pub fn png(scene: &Scene, text: &PngText) -> Result<Vec<u8>, EncodingFailed> {
    let pixels = pixels(scene);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, scene.width, scene.height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    // Measured on maps of Kunduz, of Afghanistan and of 30,000 cells: flat colours and patterns repeat as they are, and filtering by the
    // row above or the pixel before makes files larger by a quarter.
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::NoFilter);
    // So that print programs know the size that is meant.
    let per_metre = (f64::from(scene.dpi) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: per_metre, yppu: per_metre, unit: Unit::Meter }));
    for (keyword, text) in &text.chunks {
        encoder.add_itxt_chunk(keyword.clone(), text.clone())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(bytes)
}
