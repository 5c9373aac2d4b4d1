//! The sites nearest to a place, with geodesic distances.
//!
//! Candidates come from an R-tree of points in space, on the surface of the ellipsoid, where neither the antimeridian nor the poles
//! are special; then geodesics decide (Karney 2013). A straight line through the earth is never longer than the geodesic, and by a
//! bound that grows with it: so the search stops as soon as no candidate left can be nearer.

use geo_types::Coord;
use marchland_core::{LonLat, Site, SiteIndex};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

use crate::geodesic::{STEP_DEGREES, geodesic_m};
use crate::predicate::is_in;
use crate::shape::{Part, parts};

/// Semi-major axis and first eccentricity squared of WGS 84 (NIMA TR8350.2, tables 3.1 and 3.3).
const AXIS_M: f64 = 6_378_137.0;
const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_14e-3;

/// A site and how far it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearSite {
    /// Which.
    pub site: SiteIndex,
    /// Geodesic distance on the WGS 84 ellipsoid in metres; zero inside a polygon.
    pub distance_m: f64,
}

/// Finds the sites nearest to a place.
///
/// Of a line or polygon its nearest place counts. Sites without a geometry, and parts of one with a coordinate out of range, are never
/// found. Built once in n log n for n points and
/// tenths of a degree of line, and then unchanging: it can be shared between threads.
#[derive(Debug)]
pub struct NearestSites {
    pieces: RTree<Piece>,
    areas: RTree<Area>,
}

impl NearestSites {
    /// Indexes sites; a [`SiteIndex`] in answers is a position in `sites`.
    #[must_use]
    pub fn new(sites: &[Site]) -> Self {
        let (mut pieces, mut areas) = (Vec::new(), Vec::new());
        for (index, site) in (0..).zip(sites) {
            for part in parts(site.geometry.as_ref()) {
                part.rings().for_each(|ring| pieces.extend(pieces_of(SiteIndex(index), ring)));
                if let Part::Area(rings) = part {
                    areas.push(Area { site: SiteIndex(index), rings });
                }
            }
        }
        Self { pieces: RTree::bulk_load(pieces), areas: RTree::bulk_load(areas) }
    }

    /// The sites nearest to a place, at most `count`, the nearest first and of equally near ones the lower index.
    ///
    /// Costs near log n for a few sites. Distances to points are exact to nanometres, to lines within two metres of their place.
    ///
    /// ```
    /// use marchland_core::LonLat;
    /// use marchland_index::NearestSites;
    /// assert_eq!(NearestSites::new(&[]).nearest(LonLat::new(68.868, 36.729).unwrap(), 3), []);
    /// ```
    #[must_use]
    pub fn nearest(&self, lon_lat: LonLat, count: usize) -> Vec<NearSite> {
        let mut found = self.around(lon_lat);
        found.truncate(count);
        let place = Coord { x: lon_lat.lon(), y: lon_lat.lat() };
        for (piece, chord_squared) in self.pieces.nearest_neighbor_iter_with_distance_2(&in_space(place)) {
            let is_full = found.len() >= count;
            if is_full && found.last().is_none_or(|last| least_geodesic_m(chord_squared.sqrt()) > last.distance_m) {
                break;
            }
            insert(&mut found, NearSite { site: piece.site, distance_m: piece.distance_m(place) });
            found.truncate(count);
        }
        found
    }

    /// The sites in whose polygons a place lies.
    fn around(&self, lon_lat: LonLat) -> Vec<NearSite> {
        let place = Coord { x: lon_lat.lon(), y: lon_lat.lat() };
        let areas = self.areas.locate_in_envelope_intersecting(&AABB::from_point([place.x, place.y]));
        let around = areas.filter(|area| is_in(area.rings.iter().map(Vec::as_slice), place));
        let mut sites: Vec<SiteIndex> = around.map(|area| area.site).collect();
        sites.sort_unstable();
        sites.dedup();
        sites.into_iter().map(|site| NearSite { site, distance_m: 0.0 }).collect()
    }
}

/// Puts a site at its rank, unless it is there already and nearer.
fn insert(found: &mut Vec<NearSite>, near: NearSite) {
    if let Some(known) = found.iter().position(|known| known.site == near.site) {
        if found[known].distance_m <= near.distance_m {
            return;
        }
        found.remove(known);
    }
    let rank = found.partition_point(|known| (known.distance_m, known.site) < (near.distance_m, near.site));
    found.insert(rank, near);
}

/// The least a geodesic can measure whose ends are so far apart in a straight line.
///
/// A geodesic bends at least as much as a circle of the ellipsoid's largest radius of curvature, and so is at least as long as that
/// circle's arc over the same chord (Schur's comparison theorem, for curves that are all but plane: a thousandth is left for that).
fn least_geodesic_m(chord_m: f64) -> f64 {
    // The radius of curvature at the poles, a² / b.
    let radius_m = AXIS_M / (1.0 - ECCENTRICITY_SQUARED).sqrt();
    0.999 * 2.0 * radius_m * libm::asin((chord_m / (2.0 * radius_m)).min(1.0))
}

/// A place on the ellipsoid in metres from the earth's centre.
fn in_space(place: Coord<f64>) -> [f64; 3] {
    let (sine, cosine) = libm::sincos(place.y.to_radians());
    let (east, towards) = libm::sincos(place.x.to_radians());
    let across_m = AXIS_M / (1.0 - ECCENTRICITY_SQUARED * sine * sine).sqrt();
    [across_m * cosine * towards, across_m * cosine * east, across_m * (1.0 - ECCENTRICITY_SQUARED) * sine]
}

/// A short straight piece of a site's line; of no length for a point.
#[derive(Debug)]
struct Piece {
    site: SiteIndex,
    ends: [Coord<f64>; 2],
    in_space: [[f64; 3]; 2],
}

fn pieces_of(site: SiteIndex, line: &[Coord<f64>]) -> Vec<Piece> {
    let piece = |from: Coord<f64>, to: Coord<f64>| Piece { site, ends: [from, to], in_space: [in_space(from), in_space(to)] };
    if let [point] = line {
        return vec![piece(*point, *point)];
    }
    let mut pieces = Vec::new();
    for edge in line.windows(2) {
        let (from, along) = (edge[0], edge[1] - edge[0]);
        let steps = (along.x.abs().max(along.y.abs()) / STEP_DEGREES).ceil().clamp(1.0, 3_600.0);
        let at = |step: f64| from + along * (step / steps);
        pieces.extend((0..steps as u32).map(|step| piece(at(f64::from(step)), at(f64::from(step) + 1.0))));
    }
    pieces
}

impl Piece {
    /// The distance of a place from the piece.
    ///
    /// The foot in space is not quite that on the ellipsoid: over hundreds of kilometres the two are decimetres apart. The square of the
    /// geodesic distance along so short a piece is all but a parabola, whose lowest place is the better one.
    fn distance_m(&self, place: Coord<f64>) -> f64 {
        let along = self.ends[1] - self.ends[0];
        let at = |share: f64| geodesic_m(place, self.ends[0] + along * share);
        let foot = at(nearest_share(self.in_space, in_space(place)));
        if self.ends[0] == self.ends[1] {
            return foot;
        }
        let [start, middle, end] = [0.0, 0.5, 1.0].map(|share| at(share) * at(share));
        let bend = 4.0 * (start - 2.0 * middle + end);
        let lowest = if bend > 0.0 { (3.0 * start - 4.0 * middle + end) / bend } else { 0.5 };
        foot.min(at(lowest.clamp(0.0, 1.0)))
    }
}

/// Where on a straight line in space a point is nearest, as a share from 0 to 1.
fn nearest_share([from, to]: [[f64; 3]; 2], point: [f64; 3]) -> f64 {
    let along = difference(to, from);
    let length_squared = dot(along, along);
    if length_squared == 0.0 { 0.0 } else { (dot(difference(point, from), along) / length_squared).clamp(0.0, 1.0) }
}

fn difference(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.in_space[0], self.in_space[1])
    }
}

impl PointDistance for Piece {
    fn distance_2(&self, point: &[f64; 3]) -> f64 {
        let share = nearest_share(self.in_space, *point);
        let along = difference(self.in_space[1], self.in_space[0]);
        let foot = [0, 1, 2].map(|axis| self.in_space[0][axis] + share * along[axis]);
        let away = difference(*point, foot);
        dot(away, away)
    }
}

/// A polygon and whose it is.
#[derive(Debug)]
struct Area {
    site: SiteIndex,
    rings: Vec<Vec<Coord<f64>>>,
}

impl RTreeObject for Area {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let corners: Vec<[f64; 2]> = self.rings.iter().flatten().map(|coord| [coord.x, coord.y]).collect();
        AABB::from_points(&corners)
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{Geometry, LineString, Point, polygon};
    use marchland_core::{Extra, Names};
    use proptest::prelude::*;

    use super::*;

    fn site(geometry: impl Into<Geometry<f64>>) -> Site {
        Site {
            id: "site".to_owned(),
            names: Names::new("Site"),
            kind: String::new(),
            geometry: Some(geometry.into()),
            precision_m: None,
            estimate: false,
            ground: true,
            parent: None,
            children: Box::default(),
            population: None,
            weight: None,
            source: String::new(),
            note: String::new(),
            extra: Extra::new(),
        }
    }

    fn place(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    /// The example of GeographicLib's documentation of inverse geodesics, JFK to LHR: 5 551.759 km.
    #[test]
    fn a_distance_is_the_published_one() {
        let nearest = NearestSites::new(&[site(Point::new(-0.5, 51.6))]).nearest(place(-73.8, 40.6), 1);
        assert!((nearest[0].distance_m - 5_551_759.400).abs() < 1e-3, "{nearest:?}");
    }

    #[test]
    fn sites_across_the_antimeridian_and_over_the_pole_are_near() {
        let sites = NearestSites::new(&[site(Point::new(-179.9, 0.0)), site(Point::new(170.0, 0.0)), site(Point::new(10.0, 89.9))]);
        assert_eq!(sites.nearest(place(179.9, 0.0), 1)[0].site, SiteIndex(0));
        assert_eq!(sites.nearest(place(-170.0, 89.9), 1)[0].site, SiteIndex(2));
    }

    #[test]
    fn the_inside_of_a_polygon_is_no_distance_away_and_equal_ones_go_by_index() {
        let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0), (x: 0.0, y: 0.0)];
        let sites = NearestSites::new(&[site(Point::new(0.5, 0.6)), site(square.clone()), site(square)]);
        let near = sites.nearest(place(0.5, 0.5), 2);
        assert_eq!(near, [NearSite { site: SiteIndex(1), distance_m: 0.0 }, NearSite { site: SiteIndex(2), distance_m: 0.0 }]);
        assert!(sites.nearest(place(0.5, 0.5), 9).len() == 3 && sites.nearest(place(0.5, 0.5), 0).is_empty());
    }

    #[test]
    fn the_foot_on_a_line_counts() {
        let sites = NearestSites::new(&[site(LineString::from(vec![(-1.0, 0.0), (1.0, 0.0)]))]);
        let near = sites.nearest(place(0.33, 0.01), 1);
        let expected = geodesic_m(Coord { x: 0.33, y: 0.01 }, Coord { x: 0.33, y: 0.0 });
        assert!((near[0].distance_m - expected).abs() < 1e-3, "{near:?}");
    }

    /// A foot 397 km away, found by sampling the line at 2,001 places.
    #[test]
    fn the_foot_on_a_line_far_away_is_no_farther_than_a_sample_of_it() {
        let line =
            LineString::from(vec![(2.501_762_291_867_667_6, 42.130_083_584_350_835), (-0.147_783_008_775_236_54, 40.556_919_405_360_574)]);
        let near = NearestSites::new(&[site(line)]).nearest(place(-2.594_553_758_698_942, 43.683_619_653_740_15), 1);
        assert!(near[0].distance_m <= 397_210.558_620_864_9 + 0.001, "{near:?}");
    }

    #[test]
    fn what_has_no_place_is_never_found() {
        let mut nowhere = site(Point::new(0.0, 0.0));
        nowhere.geometry = None;
        let sites =
            NearestSites::new(&[nowhere, site(Point::new(f64::NAN, 0.0)), site(LineString::<f64>(vec![])), site(Point::new(1e308, 0.0))]);
        assert_eq!(sites.nearest(place(0.0, 0.0), 5), []);
    }

    fn anywhere() -> impl Strategy<Value = (f64, f64)> {
        let close = (-0.01_f64..0.01, -0.01_f64..0.01);
        prop_oneof![(-180.0_f64..=180.0, -90.0_f64..=90.0), close, (179.9_f64..=180.0, -1.0_f64..1.0), (-180.0_f64..180.0, 89.0_f64..90.0)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn nearest_points_are_those_of_brute_force(points in prop::collection::vec(anywhere(), 1..60), from in anywhere(), count in 1_usize..6) {
            let sites: Vec<_> = points.iter().map(|&(lon, lat)| site(Point::new(lon, lat))).collect();
            let there = Coord { x: from.0, y: from.1 };
            let mut expected: Vec<_> = (0..).zip(&points).map(|(index, &(x, y))| (geodesic_m(there, Coord { x, y }), index)).collect();
            expected.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
            let found: Vec<_> = NearestSites::new(&sites).nearest(place(from.0, from.1), count).iter().map(|near| (near.distance_m, near.site.0)).collect();
            prop_assert_eq!(&found[..], &expected[..count.min(expected.len())]);
        }

        #[test]
        fn nearest_lines_are_those_of_dense_sampling(
            lines in prop::collection::vec((-3.0_f64..3.0, 40.0_f64..44.0, -3.0_f64..3.0, 40.0_f64..44.0), 1..8), from in (-3.0_f64..3.0, 40.0_f64..44.0),
        ) {
            let there = Coord { x: from.0, y: from.1 };
            let sites: Vec<_> = lines.iter().map(|&(a, b, c, d)| site(LineString::from(vec![(a, b), (c, d)]))).collect();
            let sampled = |&(a, b, c, d): &(f64, f64, f64, f64)| {
                let along = (0..=2_000).map(|step| f64::from(step) / 2_000.0);
                along.map(|share| geodesic_m(there, Coord { x: a + share * (c - a), y: b + share * (d - b) })).fold(f64::INFINITY, f64::min)
            };
            let expected = lines.iter().map(sampled).fold(f64::INFINITY, f64::min);
            let near = NearestSites::new(&sites).nearest(place(from.0, from.1), 1);
            // Samples lie at most 400 m apart, so that the nearest misses the foot by 200 m along the line at most.
            prop_assert!(near[0].distance_m <= expected + 0.1, "{near:?} but {expected}");
            prop_assert!(near[0].distance_m >= expected - 200.0, "{near:?} but {expected}");
        }
    }
}
