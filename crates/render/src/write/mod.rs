//! From the scene to files: each writer takes it as it is.

mod pixels;
mod png;
mod svg;

pub use pixels::pixels;
pub use png::{EncodingFailed, PngText, png};
pub use svg::svg;
