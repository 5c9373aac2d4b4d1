//! From the scene to files: each writer takes it as it is.

pub mod moving;

mod canvas;
#[cfg(feature = "pdf")]
mod pdf;
mod pixels;
mod png;
mod svg;
mod tiles;

pub use canvas::{Canvas, Layer, Redrawn};
#[cfg(feature = "pdf")]
pub use pdf::{PdfFailed, pdf};
pub use pixels::pixels;
pub use png::{EncodingFailed, PngText, png, png_of_pixels};
pub use svg::svg;
pub use tiles::{Changed, Tiles};
