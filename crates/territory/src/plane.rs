//! Small distances and areas in metres.

use geo_types::Coord;

/// Metres east and north of an origin on the plane that touches the WGS 84 ellipsoid there.
pub(crate) fn tangent_plane(origin: Coord<f64>, place: Coord<f64>) -> Coord<f64> {
    // Semi-major axis and first eccentricity squared of WGS 84 (NIMA TR8350.2, tables 3.1 and 3.3).
    const AXIS_M: f64 = 6_378_137.0;
    const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_14e-3;
    let (sine, cosine) = libm::sincos(origin.y.to_radians());
    let w_squared = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
    let across_m = AXIS_M / w_squared.sqrt();
    let along_m = across_m * (1.0 - ECCENTRICITY_SQUARED) / w_squared;
    let east = (place.x - origin.x + 540.0).rem_euclid(360.0) - 180.0;
    Coord { x: east.to_radians() * cosine * across_m, y: (place.y - origin.y).to_radians() * along_m }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_north_of_the_equator_is_1_843_metres_and_the_antimeridian_is_no_edge() {
        let minute = 1.0 / 60.0;
        let north = tangent_plane(Coord { x: 180.0, y: 0.0 }, Coord { x: -180.0 + minute, y: minute });
        assert!((north.y - 1_842.9).abs() < 0.1 && (north.x - 1_855.3).abs() < 0.1, "{north:?}");
    }
}
