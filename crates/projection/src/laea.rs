//! Lambert azimuthal equal-area, oblique, on the ellipsoid.
//!
//! J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper 1395 (1987), pages 187 to 190; the equation numbers
//! below are Snyder's. The authalic latitude is inverted by Newton's method on its exact equation and not by his series, so the way back is
//! as exact as the way out. Equal area on the plane is what makes it the default of wide maps.

use marchland_core::{LonLat, Metres, Projection};

use crate::ellipsoid::{A, E2, longitude_difference};

/// Lambert azimuthal equal-area on WGS 84 round a centre.
///
/// ```
/// use marchland_core::{LonLat, Metres, Projection};
/// use marchland_projection::Laea;
/// let centre = LonLat::new(66.0, 34.0).unwrap();
/// let map = Laea::new(centre);
/// let origin = map.forward(centre).unwrap();
/// assert!(origin.x.abs() < 1e-6 && origin.y.abs() < 1e-6);
/// assert_eq!(map.code(), "+proj=laea +lat_0=34 +lon_0=66 +datum=WGS84 +units=m");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Laea {
    centre: LonLat,
    /// q of the pole, which all others are compared to.
    q_pole: f64,
    sin_beta_1: f64,
    cos_beta_1: f64,
    /// Radius of the sphere of equal area (3-13).
    radius: f64,
    /// Stretch that makes scale true at the centre (24-20).
    d: f64,
    code: String,
}

impl Laea {
    /// The projection round a centre; a centre at a pole is moved 1e-9 degrees off it, where the oblique equations hold.
    #[must_use]
    pub fn new(centre: LonLat) -> Self {
        let lat = centre.lat().clamp(-90.0 + 1e-9, 90.0 - 1e-9);
        let (sin_phi, cos_phi) = libm::sincos(lat.to_radians());
        let q_pole = authalic_q(1.0);
        let sin_beta_1 = (authalic_q(sin_phi) / q_pole).clamp(-1.0, 1.0);
        let cos_beta_1 = (1.0 - sin_beta_1 * sin_beta_1).max(0.0).sqrt();
        let radius = A * (q_pole / 2.0).sqrt();
        // (14-15): the ellipsoid's parallel at the centre, in units of its semi-major axis.
        let parallel = cos_phi / (1.0 - E2 * sin_phi * sin_phi).sqrt();
        let code = format!("+proj=laea +lat_0={} +lon_0={} +datum=WGS84 +units=m", centre.lat(), centre.lon());
        Self { centre, q_pole, sin_beta_1, cos_beta_1, radius, d: A * parallel / (radius * cos_beta_1), code }
    }
}

impl Projection for Laea {
    fn forward(&self, lon_lat: LonLat) -> Option<Metres> {
        let (sin_lambda, cos_lambda) = libm::sincos(longitude_difference(lon_lat.lon(), self.centre.lon()).to_radians());
        let sin_beta = (authalic_q(libm::sin(lon_lat.lat().to_radians())) / self.q_pole).clamp(-1.0, 1.0);
        let cos_beta = (1.0 - sin_beta * sin_beta).max(0.0).sqrt();
        let towards = 1.0 + self.sin_beta_1 * sin_beta + self.cos_beta_1 * cos_beta * cos_lambda;
        if towards < 1e-12 {
            return None; // The point opposite the centre is a circle on the plane.
        }
        let b = self.radius * (2.0 / towards).sqrt(); // (24-19)
        Some(Metres {
            x: b * self.d * cos_beta * sin_lambda,                                                  // (24-17)
            y: b / self.d * (self.cos_beta_1 * sin_beta - self.sin_beta_1 * cos_beta * cos_lambda), // (24-18)
        })
    }

    fn inverse(&self, metres: Metres) -> Option<LonLat> {
        let (x, y) = (metres.x / self.d, metres.y * self.d);
        let rho = libm::hypot(x, y); // (24-28)
        if rho == 0.0 {
            return Some(self.centre);
        }
        let half = rho / (2.0 * self.radius);
        if half.is_nan() || half > 1.0 {
            return None;
        }
        let (sin_c, cos_c) = libm::sincos(2.0 * libm::asin(half)); // (24-29)
        let sin_beta = cos_c * self.sin_beta_1 + y * sin_c * self.cos_beta_1 / rho; // (24-30), with q = qp sin β
        let east = libm::atan2(x * sin_c, rho * self.cos_beta_1 * cos_c - y * self.sin_beta_1 * sin_c); // (24-26)
        LonLat::new(longitude_difference(self.centre.lon() + east.to_degrees(), 0.0), latitude(sin_beta, self.q_pole).to_degrees())
    }

    fn name(&self) -> &'static str {
        "Lambert azimuthal equal-area"
    }

    fn code(&self) -> &str {
        &self.code
    }
}

/// q of a latitude's sine (3-12).
fn authalic_q(sin_phi: f64) -> f64 {
    let x = E2 * sin_phi * sin_phi;
    // atanh(√x) / √x by its series: with x up to e² the first term left out is under 10⁻¹⁸.
    let series = (0..8).rev().fold(0.0, |sum, power| sum * x + 1.0 / f64::from(2 * power + 1));
    (1.0 - E2) * sin_phi * (1.0 / (1.0 - x) + series)
}

/// The latitude in radians whose authalic latitude has this sine: Newton's method on (3-12), as (3-16), from the first term of (3-18).
fn latitude(sin_beta: f64, q_pole: f64) -> f64 {
    let sin_beta = sin_beta.clamp(-1.0, 1.0);
    let q = q_pole * sin_beta;
    let mut sin_phi = sin_beta * (1.0 + 2.0 / 3.0 * E2 * (1.0 - sin_beta * sin_beta));
    // Each step squares the error, which is below 10⁻⁴ at first; a step that small is the last that counts.
    for _ in 0..8 {
        let denominator = 1.0 - E2 * sin_phi * sin_phi;
        let step = (q - authalic_q(sin_phi)) * denominator * denominator / (2.0 * (1.0 - E2));
        sin_phi = (sin_phi + step).clamp(-1.0, 1.0);
        if step.abs() < 1e-12 {
            break;
        }
    }
    libm::asin(sin_phi)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Centre, place, and where PROJ 9.5 (`+proj=laea`) puts it.
    const PROJ: &[(f64, f64, f64, f64, f64, f64)] = &[
        (66.0, 34.0, 60.5, 29.4, -533_849.354_078_8, -496_093.875_918_3),
        (66.0, 34.0, 74.9, 38.5, 775_435.863_583_7, 533_760.992_518_4),
        (10.0, 52.0, -9.1, 38.7, -1_652_716.559_431_8, -1_266_498.976_365_7),
        (0.0, 0.0, 120.0, -45.0, 6_889_603.711_756_0, -7_902_184.318_451_2),
        (-150.0, -60.0, 170.0, -30.0, -3_781_338.758_359_8, 2_200_775.098_920_5),
    ];

    #[test]
    fn places_fall_within_a_micrometre_of_where_proj_puts_them() {
        for &(lon_0, lat_0, lon, lat, x, y) in PROJ {
            let metres = Laea::new(LonLat::new(lon_0, lat_0).unwrap()).forward(LonLat::new(lon, lat).unwrap()).unwrap();
            assert!((metres.x - x).abs() < 1e-6 && (metres.y - y).abs() < 1e-6, "{lon} {lat}: {metres:?}");
        }
    }

    #[test]
    fn the_point_opposite_the_centre_has_no_place() {
        let map = Laea::new(LonLat::new(10.0, 0.0).unwrap());
        assert_eq!(map.forward(LonLat::new(-170.0, 0.0).unwrap()), None);
        assert_eq!(map.inverse(Metres { x: 2e7, y: 0.0 }), None);
    }

    proptest! {
        #[test]
        fn forward_and_back_returns_to_the_place(lon in -179.0..179.0, lat in -89.0..89.0, lon_0 in -180.0..180.0, lat_0 in -90.0..=90.0) {
            let map = Laea::new(LonLat::new(lon_0, lat_0).unwrap());
            let place = LonLat::new(lon, lat).unwrap();
            let metres = map.forward(place).unwrap();
            prop_assume!(libm::hypot(metres.x, metres.y) < 1.2e7);
            let back = map.inverse(metres).unwrap();
            prop_assert!(longitude_difference(back.lon(), lon).abs() * libm::cos(lat.to_radians()) < 1e-8, "{back:?}");
            prop_assert!((back.lat() - lat).abs() < 1e-8, "{back:?}");
        }
    }
}
