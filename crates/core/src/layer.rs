//! Context to draw under the territory.

use geo_types::Geometry;

use crate::Names;

/// A file of context: water, roads, boundaries, built-up ground, labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// The file's name without folder and ending: `rivers`.
    pub name: String,
    /// What is in it, in file order.
    pub features: Vec<ContextFeature>,
}

/// One thing of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct ContextFeature {
    /// Its id, or empty.
    pub id: String,
    /// Its label, or empty.
    pub names: Names,
    /// What it is, which decides how it is drawn: `river`, `road`, `boundary`, `built_up`.
    pub kind: String,
    /// In degrees of WGS 84.
    pub geometry: Geometry<f64>,
    /// Radius in metres within which the true line lies.
    pub precision_m: Option<f64>,
    /// Whether it is an estimate.
    pub estimate: bool,
}
