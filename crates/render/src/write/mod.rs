//! From the scene to files: each writer takes it as it is.

pub mod moving;

#[cfg(feature = "pdf")]
mod pdf;
mod pixels;
mod png;
mod svg;

#[cfg(feature = "pdf")]
pub use pdf::{PdfFailed, pdf};
pub use pixels::{Canvas, Layer, pixels};
pub use png::{EncodingFailed, PngText, png, png_of_pixels};
pub use svg::svg;
