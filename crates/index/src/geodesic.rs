//! Lengths on the ellipsoid (Karney 2013).

use std::sync::LazyLock;

use geo_types::Coord;
use geographiclib_rs::{Geodesic, InverseGeodesic};

static WGS_84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// Degrees between the places by which lines are measured. Chosen: a piece this short is straight within a metre or two, and as long as
/// its geodesic to a ten-millionth.
pub(crate) const STEP_DEGREES: f64 = 0.1;

/// Metres between two places.
pub(crate) fn geodesic_m(from: Coord<f64>, to: Coord<f64>) -> f64 {
    WGS_84.inverse(from.y, from.x, to.y, to.x)
}

/// Metres along a line that is straight in longitude and latitude.
pub(crate) fn straight_m(from: Coord<f64>, to: Coord<f64>) -> f64 {
    let along = to - from;
    let steps = (along.x.abs().max(along.y.abs()) / STEP_DEGREES).ceil().clamp(1.0, 3_600.0);
    let place = |step: u32| from + along * (f64::from(step) / steps);
    (0..steps as u32).map(|step| geodesic_m(place(step), place(step + 1))).sum()
}
