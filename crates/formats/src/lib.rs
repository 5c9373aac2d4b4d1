//! Files and nouns: datasets read with every fault named, maps written as GeoJSON, CSV and styles.

pub mod csv;
pub mod geojson;
pub mod manifest;
pub mod qml;
pub mod rows;

mod provenance;

pub use geojson::{Export, TimelineRow};
pub use provenance::Provenance;
pub use rows::RowContext;
