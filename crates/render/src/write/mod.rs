//! From the scene to files: each writer takes it as it is.

pub mod moving;

mod pixels;
mod png;
mod svg;

pub use pixels::{Canvas, pixels};
pub use png::{EncodingFailed, PngText, png, png_of_pixels};
pub use svg::svg;
