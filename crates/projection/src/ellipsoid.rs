//! The WGS 84 ellipsoid (NIMA TR8350.2, 2000): what both projections here stand on.

/// Semi-major axis in metres.
pub(crate) const A: f64 = 6_378_137.0;

/// Flattening.
pub(crate) const F: f64 = 1.0 / 298.257_223_563;

/// First eccentricity squared.
pub(crate) const E2: f64 = F * (2.0 - F);

/// The difference of two longitudes, in −180 to 180 degrees.
pub(crate) fn longitude_difference(lon: f64, from: f64) -> f64 {
    let difference = (lon - from) % 360.0;
    match difference {
        wide if wide > 180.0 => wide - 360.0,
        wide if wide < -180.0 => wide + 360.0,
        difference => difference,
    }
}
