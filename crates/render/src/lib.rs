//! From a snapshot to one scene, and from the scene to SVG, pixels and PDF.
//!
//! ```text
//! Snapshot ───map::scene────▶ Scene ─┬─ write::svg ──▶ text
//! series, timelines ─chart::─▶       ├─ write::png ──▶ pixels
//!                                    └─ write::pdf ──▶ a page to print (feature `pdf`)
//! ```
//!
//! The scene is laid out once; the writers decide nothing, so the outputs cannot disagree. This crate decides nothing of who holds
//! what or how surely; it reads no fonts but its own, no files and no clock.

pub mod chart;
pub mod compare;
pub mod diff;
pub mod film;
pub mod label;
pub mod map;
pub mod palette;
pub mod scene;
pub mod words;
pub mod write;

mod arrows;
mod borders;
#[cfg(test)]
mod example;
mod fade;
mod furniture;
mod graticule;
mod ground;
mod layout;
mod legend;
mod lines;
mod marker;
mod measure;
mod moment;
mod names;
mod north;
mod page;
mod places;
mod samples;
mod seat;
mod size;
mod spots;
mod style;
mod symbol;
mod text;
mod view;
#[cfg(test)]
mod vision;

pub use layout::{Furniture, Inset, Measure, Scale, Shown, UnusableScale};
pub use legend::{Seen, letter};
pub use map::{Arrows, Drawn, MapFault, MapRequest};
pub use size::PageSize;
pub use text::{Shaped, Weight, shape};
#[cfg(feature = "pdf")]
pub use write::PdfFailed;
pub use write::{EncodingFailed, PngText};
