//! The scene as PNG, with what is needed to make it again in its text chunks.

use std::collections::BTreeMap;
use std::io;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, EncodingError, Filter, PixelDimensions, Unit};
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

/// How hard pixels are packed, of 9. Measured on the same maps: one more costs half as much time again for a hundredth to a thirtieth less,
/// one less saves a fifth of the time for up to a tenth more.
const LEVEL: u8 = 5;

/// The scene as a PNG of 8-bit colours; of a palette where the scene has so few of them, which is as exact and smaller.
///
/// # Errors
///
/// [`EncodingFailed`] where a keyword is no PNG keyword, or the scene has no pixels.
pub fn png(scene: &Scene, text: &PngText) -> Result<Vec<u8>, EncodingFailed> {
    png_of_pixels(scene, &pixels(scene), text)
}

/// Pixels of a page as large as a scene as such a PNG: red, green and blue of each, row by row from the top.
///
/// # Errors
///
/// [`EncodingFailed`] where a keyword is no PNG keyword, or the pixels are not as many as the size says.
pub fn png_of_pixels(scene: &Scene, pixels: &[u8], text: &PngText) -> Result<Vec<u8>, EncodingFailed> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, scene.width, scene.height);
    let indexed = indexed(pixels);
    match &indexed {
        Some((palette, _)) => {
            encoder.set_color(ColorType::Indexed);
            encoder.set_palette(palette.concat());
        }
        None => encoder.set_color(ColorType::Rgb),
    }
    encoder.set_depth(BitDepth::Eight);
    // Measured on maps of Kunduz, of Afghanistan and of 30,000 cells: flat colours and patterns repeat as they are, and filtering by the
    // row above or the pixel before makes files larger by a quarter.
    encoder.set_deflate_compression(DeflateCompression::Level(LEVEL));
    encoder.set_filter(Filter::NoFilter);
    // So that print programs know the size that is meant.
    let per_metre = (f64::from(scene.dpi) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: per_metre, yppu: per_metre, unit: Unit::Meter }));
    for (keyword, text) in &text.chunks {
        encoder.add_itxt_chunk(keyword.clone(), text.clone())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(indexed.as_ref().map_or(pixels, |(_, places)| places))?;
    writer.finish()?;
    Ok(bytes)
}

/// The colours of pixels by their first appearance, and each pixel as its colour's place among them; none where there are more than 256.
fn indexed(pixels: &[u8]) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    let mut palette: Vec<[u8; 3]> = Vec::new();
    let mut place_of: BTreeMap<[u8; 3], u8> = BTreeMap::new();
    let mut places = Vec::with_capacity(pixels.len() / 3);
    let mut last = None;
    for &pixel in pixels.as_chunks::<3>().0 {
        let known = last.filter(|&(colour, _)| colour == pixel).map(|(_, place)| place).or_else(|| place_of.get(&pixel).copied());
        let place = if let Some(place) = known { place } else { u8::try_from(palette.len()).ok()? };
        if known.is_none() {
            palette.push(pixel);
            place_of.insert(pixel, place);
        }
        last = Some((pixel, place));
        places.push(place);
    }
    Some((palette, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_become_places_in_a_palette_and_many_do_not() {
        let pixels = [7, 7, 7, 1, 2, 3, 1, 2, 3, 7, 7, 7];
        assert_eq!(indexed(&pixels), Some((vec![[7, 7, 7], [1, 2, 3]], vec![0, 1, 1, 0])));
        let greys: Vec<u8> = (0..=255).flat_map(|grey| [grey; 3]).collect();
        assert_eq!(indexed(&greys).map(|(palette, _)| palette.len()), Some(256));
        assert_eq!(indexed(&[greys, vec![1, 2, 3]].concat()), None);
    }
}
