//! What is different after an instant.

use geo_types::MultiPolygon;
use jiff::Timestamp;

use crate::{Assessment, CellKey, SiteIndex};

/// A site's state before and after the instant at which `after` begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where.
    pub site: SiteIndex,
    /// The state that ended.
    pub before: Assessment,
    /// The state that began.
    pub after: Assessment,
}

impl Change {
    /// The first instant of the new state.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.after.period.start()
    }
}

/// All ground that was one thing at one moment and another at a later one.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedGround {
    /// What it was; none where it lay outside the boundary.
    pub before: Option<CellKey>,
    /// What it became; none where it lies outside the boundary. It differs from `before`.
    pub after: Option<CellKey>,
    /// The sites of its cells, before or after, in order.
    pub sites: Vec<SiteIndex>,
    /// Where it lies, in degrees of WGS 84; outer rings counter-clockwise, holes clockwise.
    pub polygons: MultiPolygon<f64>,
    /// Geodesic area in square kilometres.
    pub area_km2: f64,
}
