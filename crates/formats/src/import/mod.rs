//! Other people's files in, a dataset out: one file an import source.
//!
//! | kind | reads | where |
//! | --- | --- | --- |
//! | `maps` | GeoJSON, one polygon map a day | [`maps`] |
//!
//! Each reads its files into the same draft that a dataset's own files are read into, and [`dataset::write`](crate::dataset::write) makes the
//! files of it. A fault names the file it stands in, as those of a dataset do.

mod archive;
mod dates;
mod holders;
mod maps;
mod polygons;
mod runs;
mod saying;

use jiff::tz::TimeZone;
use marchland_core::LedgerDraft;

use crate::dataset::Method;

pub use maps::{MapFields, MapSettings, Silent, maps};

/// What was made of somebody's files.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// Everything the dataset is to hold.
    pub draft: LedgerDraft,
    /// How its sites become ground.
    pub method: Method,
    /// The zone in which its days are meant.
    pub time_zone: TimeZone,
    /// How many there were of what was read, each with its noun in the singular.
    pub read: Vec<(&'static str, usize)>,
    /// What was left out, in words: `3 points`.
    pub left_out: Vec<String>,
}
