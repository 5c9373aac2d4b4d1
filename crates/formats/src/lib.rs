//! Files and nouns: datasets read with every fault named, maps written as GeoJSON, CSV and styles.
//!
//! | module | does |
//! | --- | --- |
//! | [`dataset`] | the dataset's folder → a ledger, or every [`Fault`] with file, line, column, code and remedy |
//! | [`edtf`] | times as people write them |
//! | [`geojson`], [`csv`] | snapshots, timelines and changes → files that GIS clients read |
//! | [`georeference`] | where a picture's pixels lie, as files beside it |
//! | [`qml`] | the styles beside them |
//! | [`import`] | other people's files → a dataset's |
//! | [`manifest`] | what was made, from what, how |
//! | `parquet` | rows of flat values → Parquet (feature `columnar`) |
//! | [`points`] | tables of places and times → the same with answers |
//! | [`rows`] | the columns that all of these share |
//! | [`series`] | series of area, sites and people, as rows |

pub mod csv;
pub mod dataset;
pub mod edtf;
pub mod geojson;
pub mod georeference;
pub mod import;
pub mod manifest;
#[cfg(feature = "columnar")]
pub mod parquet;
pub mod points;
pub mod qml;
pub mod rows;
pub mod series;

mod codes;
mod digits;
mod fault;
mod provenance;

pub use codes::{CodeMeaning, codes};
pub use fault::{Fault, Place, Severity};
pub use geojson::{Comparison, Export, Passage, SiteLayer, TimelineExport, TimelineRow};
pub use provenance::Provenance;
pub use rows::RowContext;
