//! The scene as PNG, with what is needed to make it again in its text chunks.

use std::io;

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter, PixelDimensions, Unit};
use thiserror::Error;

use super::pixels::pixels;
use crate::scene::Scene;

/// Pixels a metre of a screen of 96 dots an inch, written so that print programs know the size that is meant.
const PIXELS_PER_METRE: u32 = 3780;

/// What the text chunks say: keyword and text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PngText {
    /// The chunks, in order: `Title`, `Description`, `Software`, …; a keyword has 1 to 79 letters of Latin-1.
    pub chunks: Vec<(String, String)>,
}

/// The picture could not be encoded.
#[derive(Debug, Error)]
pub enum EncodingFailed {
    /// As PNG, still or animated.
    #[error("the picture could not be written as PNG: {0}")]
    Png(#[from] EncodingError),
    /// As GIF.
    #[error("the animation could not be written as GIF: {0}")]
    Gif(#[from] gif::EncodingError),
    /// As WebP.
    #[error("the animation could not be written as WebP: {0}")]
    Webp(#[from] image_webp::EncodingError),
    /// The sink refused.
    #[error("{0}")]
    Sink(#[from] io::Error),
}

/// The scene as a PNG of 8-bit colours.
///
/// # Errors
///
/// [`EncodingFailed`] where a keyword is no PNG keyword, or the scene has no pixels.
pub fn png(scene: &Scene, text: &PngText) -> Result<Vec<u8>, EncodingFailed> {
    png_of_pixels([scene.width, scene.height], &pixels(scene), text)
}

/// Pixels as such a PNG: red, green and blue of each, row by row from the top.
///
/// # Errors
///
/// [`EncodingFailed`] where a keyword is no PNG keyword, or the pixels are not as many as the size says.
pub fn png_of_pixels([width, height]: [u32; 2], pixels: &[u8], text: &PngText) -> Result<Vec<u8>, EncodingFailed> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    // Measured on maps: most of it flat, so filtering by the row above and a fast deflate are smaller and quicker than trying all.
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Up);
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: PIXELS_PER_METRE, yppu: PIXELS_PER_METRE, unit: Unit::Meter }));
    for (keyword, text) in &text.chunks {
        encoder.add_itxt_chunk(keyword.clone(), text.clone())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}
