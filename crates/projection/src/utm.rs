//! Universal Transverse Mercator by Krüger's series in the third flattening, to its sixth order.
//!
//! C. F. F. Karney, *Transverse Mercator with an accuracy of a few nanometers*, Journal of Geodesy 85 (2011): equations 7 to 12
//! forward, 35 and 36 the coefficients, 15 to 21 inverse. Within 35° of the central meridian the series is good to nanometres.
//!
//! Left out: the zone exceptions of Norway and Svalbard, which concern grid references and not maps.

use marchland_core::{LonLat, Metres, Projection};

use crate::ellipsoid::{A, E2, F, longitude_difference};

/// Scale on the central meridian (NGA.SIG.0012, 2014).
const SCALE: f64 = 0.9996;

/// Metres added east, so that no easting is negative (NGA.SIG.0012).
const FALSE_EASTING: f64 = 500_000.0;

/// Metres added north in the southern hemisphere (NGA.SIG.0012).
const FALSE_NORTHING_SOUTH: f64 = 10_000_000.0;

/// Degrees from the central meridian beyond which the series is no longer trusted (chosen; Karney's error bound holds to 35°).
const REACH_DEGREES: f64 = 35.0;

/// Which half of a UTM zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hemisphere {
    /// North of the equator: northings from the equator.
    North,
    /// South of it: northings from 10,000 km south of the equator.
    South,
}

/// A zone of Universal Transverse Mercator on WGS 84.
///
/// ```
/// use marchland_core::{LonLat, Projection};
/// use marchland_projection::{Hemisphere, Utm};
/// let zone = Utm::new(42, Hemisphere::North).unwrap();
/// let square = zone.forward(LonLat::new(68.86806, 36.72861).unwrap()).unwrap();
/// assert_eq!((square.x.round(), square.y.round()), (488_219.0, 4_064_775.0));
/// assert_eq!(zone.name(), "UTM zone 42N");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Utm {
    central_meridian: f64,
    false_northing: f64,
    name: String,
    code: String,
}

impl Utm {
    /// The zone 1 to 60; any other number is none.
    #[must_use]
    pub fn new(zone: u8, hemisphere: Hemisphere) -> Option<Self> {
        let (letter, epsg, false_northing) = match hemisphere {
            Hemisphere::North => ('N', 32_600, 0.0),
            Hemisphere::South => ('S', 32_700, FALSE_NORTHING_SOUTH),
        };
        (1..=60).contains(&zone).then(|| Self {
            central_meridian: f64::from(zone) * 6.0 - 183.0,
            false_northing,
            name: format!("UTM zone {zone}{letter}"),
            code: format!("EPSG:{}", epsg + u32::from(zone)),
        })
    }

    /// The zone a place lies in, 1 to 60; 180° east lies in zone 60.
    #[must_use]
    pub fn zone_of(lon: f64) -> u8 {
        (((lon + 180.0) / 6.0).floor() as i64 + 1).clamp(1, 60) as u8
    }
}

impl Projection for Utm {
    fn forward(&self, lon_lat: LonLat) -> Option<Metres> {
        let east = longitude_difference(lon_lat.lon(), self.central_meridian);
        if east.abs() > REACH_DEGREES {
            return None;
        }
        let (sin_lambda, cos_lambda) = libm::sincos(east.to_radians());
        let tau = conformal_tangent(libm::tan(lon_lat.lat().to_radians()));
        let xi = libm::atan2(tau, cos_lambda);
        let eta = libm::asinh(sin_lambda / libm::hypot(tau, cos_lambda));
        let (xi, eta) = series(&ALPHA, 1.0, xi, eta);
        Some(Metres { x: FALSE_EASTING + SCALE * RADIUS * eta, y: self.false_northing + SCALE * RADIUS * xi })
    }

    fn inverse(&self, metres: Metres) -> Option<LonLat> {
        let xi = (metres.y - self.false_northing) / (SCALE * RADIUS);
        let eta = (metres.x - FALSE_EASTING) / (SCALE * RADIUS);
        // Half the way round the earth in either direction: outside, the series answers with nonsense.
        if !(xi.abs() <= std::f64::consts::FRAC_PI_2 && eta.abs() <= 1.0) {
            return None;
        }
        let (xi, eta) = series(&BETA, -1.0, xi, eta);
        let (sinh_eta, cos_xi) = (libm::sinh(eta), libm::cos(xi));
        let tau = geographic_tangent(libm::sin(xi) / libm::hypot(sinh_eta, cos_xi));
        let lon = self.central_meridian + libm::atan2(sinh_eta, cos_xi).to_degrees();
        LonLat::new(longitude_difference(lon, 0.0), libm::atan(tau).to_degrees())
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn code(&self) -> &str {
        &self.code
    }
}

/// Third flattening.
const N: f64 = F / (2.0 - F);

/// The radius of the rectifying sphere (Karney's equation 14).
const RADIUS: f64 = A / (1.0 + N) * (1.0 + N * N / 4.0 + N * N * N * N / 64.0 + N * N * N * N * N * N / 256.0);

/// Adds `sign · Σ c_j sin 2jξ cosh 2jη` and its companion (Karney's equations 11 and 15).
fn series(coefficients: &[f64; 6], sign: f64, xi: f64, eta: f64) -> (f64, f64) {
    let mut sum = (xi, eta);
    for (index, coefficient) in coefficients.iter().enumerate() {
        let double = 2.0 * (index as f64 + 1.0);
        let (sin_xi, cos_xi) = libm::sincos(double * xi);
        sum.0 += sign * coefficient * sin_xi * libm::cosh(double * eta);
        sum.1 += sign * coefficient * cos_xi * libm::sinh(double * eta);
    }
    sum
}

/// The tangent of the conformal latitude from that of the geographic one (Karney's equations 7 to 9).
fn conformal_tangent(tau: f64) -> f64 {
    let e = E2.sqrt();
    let sigma = libm::sinh(e * libm::atanh(e * tau / (1.0 + tau * tau).sqrt()));
    tau * (1.0 + sigma * sigma).sqrt() - sigma * (1.0 + tau * tau).sqrt()
}

/// The inverse of [`conformal_tangent`] by Newton's method (Karney's equations 19 to 21): three steps reach the last digit.
fn geographic_tangent(conformal: f64) -> f64 {
    let mut tau = conformal / (1.0 - E2);
    for _ in 0..5 {
        let guess = conformal_tangent(tau);
        let step =
            (conformal - guess) / (1.0 + guess * guess).sqrt() * (1.0 + (1.0 - E2) * tau * tau) / ((1.0 - E2) * (1.0 + tau * tau).sqrt());
        if !step.is_finite() {
            break;
        }
        tau += step;
    }
    tau
}

/// Krüger's α to the sixth order in n (Karney's equation 35).
const ALPHA: [f64; 6] = {
    let (n1, n2) = (N, N * N);
    let (n3, n4) = (n2 * n1, n2 * n2);
    let (n5, n6) = (n4 * n1, n4 * n2);
    [
        n1 / 2.0 - 2.0 / 3.0 * n2 + 5.0 / 16.0 * n3 + 41.0 / 180.0 * n4 - 127.0 / 288.0 * n5 + 7891.0 / 37_800.0 * n6,
        13.0 / 48.0 * n2 - 3.0 / 5.0 * n3 + 557.0 / 1440.0 * n4 + 281.0 / 630.0 * n5 - 1_983_433.0 / 1_935_360.0 * n6,
        61.0 / 240.0 * n3 - 103.0 / 140.0 * n4 + 15_061.0 / 26_880.0 * n5 + 167_603.0 / 181_440.0 * n6,
        49_561.0 / 161_280.0 * n4 - 179.0 / 168.0 * n5 + 6_601_661.0 / 7_257_600.0 * n6,
        34_729.0 / 80_640.0 * n5 - 3_418_889.0 / 1_995_840.0 * n6,
        212_378_941.0 / 319_334_400.0 * n6,
    ]
};

/// Krüger's β to the sixth order in n (Karney's equation 36).
const BETA: [f64; 6] = {
    let (n1, n2) = (N, N * N);
    let (n3, n4) = (n2 * n1, n2 * n2);
    let (n5, n6) = (n4 * n1, n4 * n2);
    [
        n1 / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3 - 1.0 / 360.0 * n4 - 81.0 / 512.0 * n5 + 96_199.0 / 604_800.0 * n6,
        1.0 / 48.0 * n2 + 1.0 / 15.0 * n3 - 437.0 / 1440.0 * n4 + 46.0 / 105.0 * n5 - 1_118_711.0 / 3_870_720.0 * n6,
        17.0 / 480.0 * n3 - 37.0 / 840.0 * n4 - 209.0 / 4480.0 * n5 + 5569.0 / 90_720.0 * n6,
        4397.0 / 161_280.0 * n4 - 11.0 / 504.0 * n5 - 830_251.0 / 7_257_600.0 * n6,
        4583.0 / 161_280.0 * n5 - 108_847.0 / 3_991_680.0 * n6,
        20_648_693.0 / 638_668_800.0 * n6,
    ]
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Zone, place, and where PROJ 9.5 (`+proj=utm`, extended precision) puts it.
    const PROJ: &[(u8, Hemisphere, f64, f64, f64, f64)] = &[
        (42, Hemisphere::North, 68.86806, 36.72861, 488_218.904_250_0, 4_064_774.996_714_3),
        (42, Hemisphere::North, 68.9108, 36.6651, 492_028.661_814_8, 4_057_725.579_264_1),
        (42, Hemisphere::North, 66.0, 1.5, 166_135.334_225_6, 166_024.409_939_3),
        (37, Hemisphere::North, 41.9, 48.3, 715_059.315_438_4, 5_353_710.123_969_3),
        (60, Hemisphere::South, -179.5, -17.2, 872_346.310_506_7, 8_094_953.759_270_8),
        (31, Hemisphere::North, 20.0, 70.0, 1_141_577.148_724_1, 7_856_129.599_153_8),
        (31, Hemisphere::North, 3.0, 0.0, 500_000.000_000_0, 0.000_000_0),
        (42, Hemisphere::North, 85.0, 45.0, 1_760_874.636_381_1, 5_109_086.272_366_3),
    ];

    #[test]
    fn places_fall_within_a_micrometre_of_where_proj_puts_them() {
        for &(zone, hemisphere, lon, lat, x, y) in PROJ {
            let metres = Utm::new(zone, hemisphere).unwrap().forward(LonLat::new(lon, lat).unwrap()).unwrap();
            assert!((metres.x - x).abs() < 1e-6 && (metres.y - y).abs() < 1e-6, "{lon} {lat}: {metres:?}");
        }
    }

    #[test]
    fn a_place_on_the_far_side_of_the_earth_has_no_place_on_the_plane() {
        let zone = Utm::new(42, Hemisphere::North).unwrap();
        assert_eq!(zone.forward(LonLat::new(-111.0, 0.0).unwrap()), None);
        assert_eq!(zone.inverse(Metres { x: 1e9, y: f64::NAN }), None);
    }

    #[test]
    fn the_antimeridian_does_not_part_a_zone() {
        let zone = Utm::new(60, Hemisphere::South).unwrap();
        let west = zone.forward(LonLat::new(-180.0, -17.0).unwrap()).unwrap();
        let east = zone.forward(LonLat::new(180.0, -17.0).unwrap()).unwrap();
        assert_eq!(west, east);
        assert_eq!((Utm::zone_of(180.0), Utm::zone_of(-180.0), Utm::zone_of(68.9)), (60, 1, 42));
    }

    proptest! {
        #[test]
        fn forward_and_back_returns_to_the_place(east in -20.0..20.0, lat in -88.0..88.0) {
            let zone = Utm::new(31, Hemisphere::North).unwrap();
            let place = LonLat::new(3.0 + east, lat).unwrap();
            let back = zone.inverse(zone.forward(place).unwrap()).unwrap();
            prop_assert!((back.lon() - place.lon()).abs() < 1e-10 / libm::cos(lat.to_radians()));
            prop_assert!((back.lat() - place.lat()).abs() < 1e-11 * 10.0);
        }
    }
}
