//! Areas and lengths on the WGS 84 ellipsoid, by Karney's geodesics (2013, "Algorithms for geodesics", J. Geodesy 87:43–55).
//!
//! Edges count as geodesics. Tessellation sets a vertex at least every tenth of a degree, so that they keep within two metres of
//! the straight lines in longitude and latitude that files mean.
//!
//! Solving for a geodesic costs more than a microsecond, and a coverage has millions of edges, nearly all short. Under a short edge
//! the area is that under the straight line in degrees and that between the line and the geodesic, in closed form:
//! - With `Q(φ)` the area from the equator to a latitude in a radian of longitude (Snyder 1987, "Map projections: a working manual",
//!   equation 3-12, times a²/2), the area under the line is the mean of `Q` along it times the difference of longitudes. About the
//!   middle latitude the mean is `Q + Q″ Δφ² / 24`; the next term is under 10⁻¹⁴ of it.
//! - The line leaves the geodesic by its geodesic curvature κ, and a curve so slightly bent encloses `κ s³ / 12` with its chord. In
//!   the metric `M² dφ² + r² dλ²`, `r = N cos φ`, the curvature of a line on which both degrees grow evenly is
//!   `κ s³ = sin φ Δλ ((r Δλ)² + (M Δφ)² (2 + 3 e′² cos² φ))`, from the Christoffel symbols (do Carmo 1976, "Differential geometry of
//!   curves and surfaces", sections 4-3 and 4-4).
//!
//! What is left out is of fifth order in the length; the tests hold the sum to Karney's.
//!
//! The length of a short edge is that of the same line, less what the geodesic saves: `κ² s³ / 24`. The line's is the integral of
//! `√(M² Δφ² + r² Δλ²)` along it, by Gauss's rule of two points. Here too what is left out is of fifth order.

use std::sync::LazyLock;

use geo_types::{LineString, MultiPolygon, Polygon};
use geographiclib_rs::{Geodesic, InverseGeodesic};
use marchland_core::LonLat;

static WGS_84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// Square of the first eccentricity of WGS 84, from its flattening (NIMA TR8350.2, 2000).
const E2: f64 = (2.0 - 1.0 / 298.257_223_563) / 298.257_223_563;

/// Square of the semi-minor axis of WGS 84, from its semi-major axis of 6 378 137 m, in square metres.
const B2: f64 = 6_378_137.0 * 6_378_137.0 * (1.0 - E2);

/// Degrees an edge may span to be measured in closed form. Chosen; what is left out grows with its fifth power.
const SHORT_DEGREES: f64 = 0.101;

/// Latitude beyond which no edge is short: towards a pole, lines in degrees bend without bound. Chosen.
const POLAR_DEGREES: f64 = 75.0;

/// Square metres between the geodesic from one place to another and the equator, positive where it runs east in the north.
///
/// A place on the antimeridian may be written either way; the edge is the short one.
pub(crate) fn area_under_m2(from: LonLat, to: LonLat) -> f64 {
    if let Some([middle, east, north]) = short(from, to) {
        return area_under_short_m2(middle, east, north);
    }
    let measures: (f64, f64, f64, f64, f64, f64, f64, f64) = WGS_84.inverse(from.lat(), from.lon(), to.lat(), to.lon());
    measures.6
}

/// The middle latitude of a short edge, and how far east and north it goes, in radians; none of a long one.
fn short(from: LonLat, to: LonLat) -> Option<[f64; 3]> {
    let (east, north) = (to.lon() - from.lon(), to.lat() - from.lat());
    let middle = f64::midpoint(from.lat(), to.lat());
    let is_short = east.abs() <= SHORT_DEGREES && north.abs() <= SHORT_DEGREES && middle.abs() <= POLAR_DEGREES;
    is_short.then(|| [middle, east, north].map(f64::to_radians))
}

/// The area under a short geodesic about a middle latitude that goes so far east and north, all in radians.
fn area_under_short_m2(middle: f64, east: f64, north: f64) -> f64 {
    let (s, c) = libm::sincos(middle);
    let w2 = 1.0 - E2 * s * s;
    let q = B2 / 2.0 * s * (1.0 / w2 + hyperbolic(E2 * s * s));
    let bend = -B2 * s / (w2 * w2) * (1.0 - 4.0 * E2 * c * c / w2);
    let under_line = east * (q + bend * north * north / 24.0);
    under_line + s * east / 12.0 * turning(s, c, east, north)
}

/// What `sin φ Δλ` times is `κ s³`, at a latitude given by its sine and cosine.
fn turning(s: f64, c: f64, east: f64, north: f64) -> f64 {
    let [r2, m2] = metric(s, c);
    r2 * east * east + m2 * north * north * (2.0 + 3.0 * E2 / (1.0 - E2) * c * c)
}

/// `r²` and `M²` at a latitude, by its sine and cosine.
fn metric(s: f64, c: f64) -> [f64; 2] {
    let w2 = 1.0 - E2 * s * s;
    // With b² = a² (1 − e²).
    [B2 / (1.0 - E2) * c * c / w2, B2 * (1.0 - E2) / (w2 * w2 * w2)]
}

/// `atanh(√x) / √x` by its series, for `x` up to e² = 0.0067, where the first term left out is under 10⁻¹⁸.
fn hyperbolic(x: f64) -> f64 {
    (0..8).rev().fold(0.0, |sum, power| sum * x + 1.0 / f64::from(2 * power + 1))
}

/// Geodesic area of polygons in square kilometres: outer rings less holes, whichever way they run.
///
/// Coordinates are degrees of WGS 84. Rings that hold a pole must run along the pole's parallel from −180 to 180 degrees, as
/// RFC 7946 has them. Polygons that overlap count twice. Rounding leaves some thousandths of a square metre an edge.
///
/// ```
/// use geo_types::{polygon, MultiPolygon};
/// let degree = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0), (x: 0.0, y: 0.0)];
/// let area_km2 = marchland_territory::area_km2(&MultiPolygon::new(vec![degree]));
/// assert!((area_km2 - 12_308.778).abs() < 0.001);
/// ```
#[must_use]
pub fn area_km2(polygons: &MultiPolygon<f64>) -> f64 {
    polygons.iter().map(polygon_area_m2).sum::<f64>() / 1e6
}

fn polygon_area_m2(polygon: &Polygon<f64>) -> f64 {
    let holes: f64 = polygon.interiors().iter().map(ring_area_m2).sum();
    (ring_area_m2(polygon.exterior()) - holes).max(0.0)
}

fn ring_area_m2(ring: &LineString<f64>) -> f64 {
    edges(ring).map(|(from, to)| area_under_m2(from, to)).sum::<f64>().abs()
}

/// Geodesic length of lines in kilometres; coordinates are degrees of WGS 84.
///
/// ```
/// use geo_types::line_string;
/// let quarter_meridian = line_string![(x: 30.0, y: 0.0), (x: 30.0, y: 45.0), (x: 30.0, y: 90.0)];
/// assert!((marchland_territory::length_km(&[quarter_meridian]) - 10_001.965_729).abs() < 1e-6);
/// ```
#[must_use]
pub fn length_km(lines: &[LineString<f64>]) -> f64 {
    let metres: f64 = lines.iter().flat_map(edges).map(|(from, to)| distance_m(from, to)).sum();
    metres / 1e3
}

/// Metres along the geodesic from one place to another.
pub(crate) fn distance_m(from: LonLat, to: LonLat) -> f64 {
    match short(from, to) {
        Some([middle, east, north]) => short_distance_m(middle, east, north),
        None => WGS_84.inverse(from.lat(), from.lon(), to.lat(), to.lon()),
    }
}

/// The length of a short geodesic about a middle latitude that goes so far east and north, all in radians.
fn short_distance_m(middle: f64, east: f64, north: f64) -> f64 {
    /// Where the rule looks, either way from the middle, in parts of the whole: 1 / (2 √3).
    const ASIDE: f64 = 0.288_675_134_594_812_9;
    let pace = |lat: f64| {
        let (s, c) = libm::sincos(lat);
        let [r2, m2] = metric(s, c);
        (r2 * east * east + m2 * north * north).sqrt()
    };
    let line = f64::midpoint(pace(middle - ASIDE * north), pace(middle + ASIDE * north));
    let (s, c) = libm::sincos(middle);
    let bent = s * east * turning(s, c, east, north);
    if line > 0.0 { line - bent * bent / (24.0 * line * line * line) } else { 0.0 }
}

/// The edges of a line; one with an end out of range is left out.
fn edges(line: &LineString<f64>) -> impl Iterator<Item = (LonLat, LonLat)> {
    line.lines().filter_map(|edge| Some((LonLat::new(edge.start.x, edge.start.y)?, LonLat::new(edge.end.x, edge.end.y)?)))
}

#[cfg(test)]
mod tests {
    use geo::GeodesicArea;
    use geo_types::polygon;
    use proptest::prelude::*;

    use super::*;

    /// Karney 2013, section 6, gives the area of the ellipsoid as 510 065 621.724 km².
    #[test]
    fn the_octants_of_the_earth_sum_to_its_published_area() {
        let octant =
            polygon![(x: 0.0, y: 0.0), (x: 30.0, y: 0.0), (x: 60.0, y: 0.0), (x: 90.0, y: 0.0), (x: 0.0, y: 90.0), (x: 0.0, y: 0.0)];
        assert!((8.0 * area_km2(&MultiPolygon::new(vec![octant])) - 510_065_621.724).abs() < 0.001);
    }

    #[test]
    fn areas_are_those_of_an_independent_sum() {
        let kunduz = polygon!(
            exterior: [(x: 68.7, y: 36.6), (x: 69.1, y: 36.65), (x: 69.0, y: 36.9), (x: 68.75, y: 36.85), (x: 68.7, y: 36.6)],
            interiors: [[(x: 68.8, y: 36.7), (x: 68.85, y: 36.75), (x: 68.9, y: 36.7), (x: 68.8, y: 36.7)]],
        );
        let expected = kunduz.geodesic_area_unsigned() / 1e6;
        assert!((area_km2(&MultiPolygon::new(vec![kunduz])) / expected - 1.0).abs() < 1e-12);
    }

    proptest! {
        /// A triangle of short edges: what they leave out must not show in its area, which is far smaller than that under them.
        #[test]
        fn short_edges_measure_what_karney_measures(
            lon in -179.0_f64..179.0, lat in -74.8_f64..74.8, size in prop::sample::select(vec![1e-4, 1e-3, 0.01, 0.1]),
            one in (-1.0_f64..1.0, -1.0_f64..1.0), other in (-1.0_f64..1.0, -1.0_f64..1.0),
        ) {
            prop_assume!((one.0 * other.1 - one.1 * other.0).abs() > 0.1 && (one.0 - other.0).abs() < 1.0 && (one.1 - other.1).abs() < 1.0);
            let at = |(east, north): (f64, f64)| LonLat::new(lon + size * east, lat + size * north).unwrap();
            let corners = [at((0.0, 0.0)), at(one), at(other), at((0.0, 0.0))];
            let found: f64 = corners.windows(2).map(|edge| area_under_m2(edge[0], edge[1])).sum();
            let ring: LineString<f64> = corners.iter().map(|corner| (corner.lon(), corner.lat())).collect();
            let expected = Polygon::new(ring, vec![]).geodesic_area_signed();
            // Karney's sum has an error of its own, of up to a thousandth of a square metre.
            prop_assert!((found + expected).abs() <= 1e-9 * expected.abs() + 1e-3, "{} but {}", found, -expected);
        }

        #[test]
        fn one_short_edge_has_the_area_under_its_geodesic(
            lat in -74.9_f64..74.9, east in -0.1_f64..0.1, north in -0.05_f64..0.05,
        ) {
            let (from, to) = (LonLat::new(10.0, lat - north).unwrap(), LonLat::new(10.0 + east, lat + north).unwrap());
            let geodesic: (f64, f64, f64, f64, f64, f64, f64, f64) = WGS_84.inverse(from.lat(), from.lon(), to.lat(), to.lon());
            prop_assert!((area_under_m2(from, to) - geodesic.6).abs() <= 0.2, "{} but {}", area_under_m2(from, to), geodesic.6);
        }

        /// To a ten-thousandth of a millimetre.
        #[test]
        fn one_short_edge_has_the_length_of_its_geodesic(
            lat in -74.9_f64..74.9, size in prop::sample::select(vec![1e-6, 1e-3, 1.0]), east in -0.1_f64..0.1, north in -0.05_f64..0.05,
        ) {
            let (east, north) = (size * east, size * north);
            let (from, to) = (LonLat::new(10.0, lat - north).unwrap(), LonLat::new(10.0 + east, lat + north).unwrap());
            let geodesic: f64 = WGS_84.inverse(from.lat(), from.lon(), to.lat(), to.lon());
            prop_assert!((distance_m(from, to) - geodesic).abs() <= 1e-7, "{} but {}", distance_m(from, to), geodesic);
        }
    }

    #[test]
    fn an_empty_geometry_measures_nothing() {
        assert_eq!(area_km2(&MultiPolygon::new(vec![])), 0.0);
        assert_eq!(length_km(&[]), 0.0);
    }
}
