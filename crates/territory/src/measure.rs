//! Areas and lengths on the WGS 84 ellipsoid, by Karney's geodesics (2013, "Algorithms for geodesics", J. Geodesy 87:43–55).
//!
//! Edges count as geodesics. Tessellation sets a vertex at least every tenth of a degree, so that they keep within two metres of
//! the straight lines in longitude and latitude that files mean.

use std::sync::LazyLock;

use geo_types::{LineString, MultiPolygon, Polygon};
use geographiclib_rs::{Geodesic, InverseGeodesic};
use marchland_core::LonLat;

static WGS_84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// Square metres between the geodesic from one place to another and the equator, positive where it runs east in the north.
pub(crate) fn area_under_m2(from: LonLat, to: LonLat) -> f64 {
    // A place on the antimeridian may be written either way; the edge is the short one.
    let measures: (f64, f64, f64, f64, f64, f64, f64, f64) = WGS_84.inverse(from.lat(), from.lon(), to.lat(), to.lon());
    measures.6
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

fn distance_m(from: LonLat, to: LonLat) -> f64 {
    WGS_84.inverse(from.lat(), from.lon(), to.lat(), to.lon())
}

/// The edges of a line; one with an end out of range is left out.
fn edges(line: &LineString<f64>) -> impl Iterator<Item = (LonLat, LonLat)> {
    line.lines().filter_map(|edge| Some((LonLat::new(edge.start.x, edge.start.y)?, LonLat::new(edge.end.x, edge.end.y)?)))
}

#[cfg(test)]
mod tests {
    use geo::GeodesicArea;
    use geo_types::polygon;

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

    #[test]
    fn an_empty_geometry_measures_nothing() {
        assert_eq!(area_km2(&MultiPolygon::new(vec![])), 0.0);
        assert_eq!(length_km(&[]), 0.0);
    }
}
