//! The boundary as lines on the grid, inside on the left.

use geo_types::{MultiPolygon, Rect};
use marchland_core::{LonLat, Projection};

use super::bisectors::PlaneBox;
use super::generators::Generators;
use super::trace::opposite;
use super::{GroundSettings, TessellationFault, rings};
use crate::arrangement::grid::GridPoint;

/// Metres in a degree of latitude, near enough to grow a box (a quarter of the meridian is 10 002 km).
pub(super) const METRES_A_DEGREE: f64 = 111_133.0;

/// Rings of grid places, or edges alone, inside on the left.
pub(super) struct Outline {
    rings: Vec<Vec<GridPoint>>,
}

impl Outline {
    /// The boundary given, or the box of the sites; none without either.
    pub(super) fn new(generators: &Generators, ground: &GroundSettings) -> Result<Option<Self>, TessellationFault> {
        match &ground.boundary {
            Some(boundary) => Self::of(boundary).map(Some),
            None => grown_box(&generators.spread, ground.reach_m).map(|boundary| Self::of(&boundary)).transpose(),
        }
    }

    /// The boundary given.
    pub(super) fn of(boundary: &MultiPolygon<f64>) -> Result<Self, TessellationFault> {
        let mut rings = Vec::new();
        for polygon in boundary {
            rings.extend(rings::rings(polygon).map_err(|at| TessellationFault::BoundaryOutOfRange { lon: at.x, lat: at.y })?);
        }
        if rings.is_empty() { Err(TessellationFault::EmptyBoundary) } else { Ok(Self { rings }) }
    }

    /// Closed rings, and edges alone.
    pub(super) fn rings(&self) -> &[Vec<GridPoint>] {
        &self.rings
    }

    pub(super) fn segments(&self) -> impl Iterator<Item = [GridPoint; 2]> {
        self.rings.iter().flat_map(|ring| ring.windows(2).map(|pair| [pair[0], pair[1]]))
    }

    /// The box of the boundary on the plane, a little larger; where the boundary encloses the place opposite the plane's centre, which
    /// is the plane's whole edge, the box of all that.
    pub(super) fn plane_box(&self, projection: &dyn Projection) -> Result<PlaneBox, TessellationFault> {
        let mut plane_box = PlaneBox::EMPTY;
        for lon_lat in opposite(projection).into_iter().flat_map(|opposite| self.round(opposite)) {
            projection.forward(lon_lat).into_iter().for_each(|metres| plane_box.include(metres));
        }
        for lon_lat in self.rings.iter().flatten().map(|point| point.lon_lat()) {
            let fault = TessellationFault::NotOnPlane { lon: lon_lat.lon(), lat: lon_lat.lat() };
            plane_box.include(projection.forward(lon_lat).filter(|metres| metres.x.is_finite() && metres.y.is_finite()).ok_or(fault)?);
        }
        Ok(plane_box.grown())
    }

    /// Places a little to each side of one within the box of the boundary in degrees; none round one outside it.
    fn round(&self, at: LonLat) -> Vec<LonLat> {
        /// Degrees aside: a metre from the edge of the plane of a whole earth.
        const ASIDE: f64 = 0.01;
        let (low, high) = self.rings.iter().flatten().fold((at, at), |(low, high), point| {
            let there = point.lon_lat();
            let of = |lon: f64, lat: f64| LonLat::new(lon, lat).expect("between two places lies a place");
            (of(low.lon().min(there.lon()), low.lat().min(there.lat())), of(high.lon().max(there.lon()), high.lat().max(there.lat())))
        });
        let is_within = low.lon() < at.lon() && at.lon() < high.lon() && low.lat() < at.lat() && at.lat() < high.lat();
        let aside = [(ASIDE, 0.0), (-ASIDE, 0.0), (0.0, ASIDE), (0.0, -ASIDE)].into_iter().filter(|_| is_within);
        aside.filter_map(|(lon, lat)| LonLat::new(at.lon() + lon / libm::cos(at.lat().to_radians()), at.lat() + lat)).collect()
    }
}

/// The box of places in degrees, round the other side from the widest gap of longitudes, grown on every side by the reach, or by a
/// quarter of its diagonal, and by a kilometre at least; in two parts where it crosses the antimeridian.
fn grown_box(spread: &[LonLat], reach_m: Option<f64>) -> Option<MultiPolygon<f64>> {
    let lats = || spread.iter().map(|lon_lat| lon_lat.lat());
    let (south, north) = (lats().reduce(f64::min)?, lats().reduce(f64::max)?);
    let (west, width) = round_the_widest_gap(spread)?;
    // Degrees of longitude are shortest at the latitude farthest from the equator; near a pole they are taken as at 89 degrees.
    let narrowing = |lat: f64| libm::cos(lat.abs().min(89.0).to_radians());
    let width_m = width * METRES_A_DEGREE * narrowing(f64::midpoint(south, north));
    let height_m = (north - south) * METRES_A_DEGREE;
    let margin_m = reach_m.unwrap_or(libm::hypot(width_m, height_m) / 4.0).max(1_000.0);
    let margin = margin_m / METRES_A_DEGREE;
    let (south, north) = ((south - margin).max(-90.0), (north + margin).min(90.0));
    let margin = margin / narrowing(south.abs().max(north.abs()));
    let (west, east) = (west - margin, west + width + margin);
    let boxed = |west: f64, east: f64| Rect::new((west, south), (east, north)).to_polygon();
    Some(MultiPolygon::new(match (west, east) {
        // A box that reaches a pole goes all round it.
        _ if east - west >= 360.0 || south == -90.0 || north == 90.0 => vec![boxed(-180.0, 180.0)],
        _ if west < -180.0 => vec![boxed(west + 360.0, 180.0), boxed(-180.0, east)],
        _ if east > 180.0 => vec![boxed(west, 180.0), boxed(-180.0, east - 360.0)],
        _ => vec![boxed(west, east)],
    }))
}

/// The first longitude east of the widest gap between places, and how far from there they go.
fn round_the_widest_gap(spread: &[LonLat]) -> Option<(f64, f64)> {
    let mut lons: Vec<f64> = spread.iter().map(|lon_lat| lon_lat.lon()).collect();
    lons.sort_unstable_by(f64::total_cmp);
    let (first, last) = (*lons.first()?, *lons.last()?);
    let across = (first + 360.0 - last, first);
    let gaps = lons.windows(2).map(|pair| (pair[1] - pair[0], pair[1]));
    let (gap, west) = gaps.fold(across, |widest, gap| if gap.0 > widest.0 { gap } else { widest });
    Some((west, 360.0 - gap))
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;

    #[test]
    fn a_clockwise_unclosed_shell_is_closed_and_turned() {
        let boundary = MultiPolygon::new(vec![polygon![(x: 0.0, y: 0.0), (x: 0.0, y: 0.05), (x: 0.05, y: 0.0)]]);
        let outline = Outline::of(&boundary).unwrap();
        let corners: Vec<_> = outline.rings[0].iter().map(|point| (point.lon_lat().lon(), point.lon_lat().lat())).collect();
        assert_eq!(corners[0], corners[3]);
        assert!(corners[1].0 > 0.0 && corners[2].1 > 0.0, "{corners:?}");
    }

    #[test]
    fn a_flat_boundary_and_one_out_of_range_are_refused() {
        let flat = MultiPolygon::new(vec![polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 2.0, y: 2.0)]]);
        assert_eq!(Outline::of(&flat).err(), Some(TessellationFault::EmptyBoundary));
        let far = MultiPolygon::new(vec![polygon![(x: 0.0, y: 0.0), (x: 1e308, y: 0.0), (x: 2.0, y: 2.0)]]);
        assert_eq!(Outline::of(&far).err(), Some(TessellationFault::BoundaryOutOfRange { lon: 1e308, lat: 0.0 }));
    }

    #[test]
    fn one_site_without_reach_has_a_box_of_a_kilometre_each_way() {
        let boundary = grown_box(&[LonLat::new(0.0, 0.0).unwrap()], None).unwrap();
        let edge = 1_000.0 / METRES_A_DEGREE;
        assert!(boundary.0[0].exterior().0.iter().all(|coord| (coord.x.abs() - edge).abs() < 1e-6 && (coord.y.abs() - edge).abs() < 1e-12));
        assert_eq!(grown_box(&[], Some(1.0)), None);
    }

    #[test]
    fn a_box_across_the_antimeridian_has_two_parts_and_one_at_a_pole_goes_round() {
        let grown = |places: &[(f64, f64)]| {
            let places: Vec<_> = places.iter().map(|&(lon, lat)| LonLat::new(lon, lat).unwrap()).collect();
            grown_box(&places, Some(1_000.0)).unwrap()
        };
        let fiji = grown(&[(177.3, -18.1), (-179.9, -17.0)]);
        assert_eq!(fiji.0.len(), 2);
        let lons: Vec<_> = fiji.iter().flat_map(|part| &part.exterior().0).map(|coord| coord.x.abs()).collect();
        assert!(lons.iter().all(|&lon| lon > 177.2), "{lons:?}");
        let pole = grown(&[(12.0, 89.999), (100.0, 80.0)]);
        assert!(pole.0[0].exterior().0.iter().all(|coord| coord.x.abs() == 180.0), "{pole:?}");
    }
}
