//! From the scene to files: each writer takes it as it is.

#[cfg(feature = "pdf")]
mod pdf;
mod pixels;
mod png;
mod svg;

#[cfg(feature = "pdf")]
pub use pdf::{PdfFailed, pdf};
pub use pixels::pixels;
pub use png::{EncodingFailed, PngText, png};
pub use svg::svg;
