//! Named places whose control is tracked.

use geo_types::Geometry;

use crate::{Extra, Names};

/// Place of a [`Site`] in [`Ledger::sites`](crate::Ledger::sites).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteIndex(pub u32);

/// A named place whose control is tracked.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Unique id, used in files.
    pub id: String,
    /// Label, and labels in other languages.
    pub names: Names,
    /// Free text with a known core that has symbols: `government`, `police`, `airport`.
    pub kind: String,
    /// Points, lines or polygons in degrees of WGS 84; none where nobody knows the place, and then it takes no ground.
    pub geometry: Option<Geometry<f64>>,
    /// Radius in metres within which the true place lies.
    pub precision_m: Option<f64>,
    /// Whether the position is an estimate, and so never drawn as a pin.
    pub estimate: bool,
    /// Whether the site takes ground; a site whose place is too uncertain has states and no ground.
    pub ground: bool,
    /// The site this one lies in.
    pub parent: Option<SiteIndex>,
    /// The sites that lie in this one, in order; a site with children is a whole and takes no ground.
    pub children: Box<[SiteIndex]>,
    /// People, for statistics.
    pub population: Option<f64>,
    /// Weight, for statistics.
    pub weight: Option<f64>,
    /// Where the geometry comes from.
    pub source: String,
    /// Free text.
    pub note: String,
    /// Properties the format does not know.
    pub extra: Extra,
}

impl Site {
    /// Whether the site is a cell of the territory: a leaf whose place is known well enough.
    #[must_use]
    pub fn takes_ground(&self) -> bool {
        self.ground && self.children.is_empty() && self.geometry.is_some()
    }
}
