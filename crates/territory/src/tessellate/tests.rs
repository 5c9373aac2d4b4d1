//! The tessellation held against brute force, against `geo`'s boolean operations, and against itself.

use geo::{Area, BooleanOps, Validation};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon, polygon};
use marchland_core::{FaceIndex, LonLat, Metres, Names, SiteIndex};
use proptest::prelude::*;

use super::*;
use crate::{area_km2, dissolve, polygons};

/// Degrees as metres of the equator everywhere: the plane of the tests is the grid of longitude and latitude.
pub(super) struct Equirectangular;

pub(super) const METRE: f64 = 1.0 / 111_319.490_793;

impl Projection for Equirectangular {
    fn forward(&self, lon_lat: LonLat) -> Option<Metres> {
        Some(Metres { x: lon_lat.lon() / METRE, y: lon_lat.lat() / METRE })
    }

    fn inverse(&self, metres: Metres) -> Option<LonLat> {
        LonLat::new(metres.x * METRE, metres.y * METRE)
    }

    fn name(&self) -> &'static str {
        "equirectangular"
    }

    fn code(&self) -> &'static str {
        "EPSG:4087"
    }
}

pub(super) fn site(geometry: impl Into<Geometry<f64>>) -> Site {
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
        extra: marchland_core::Extra::new(),
    }
}

fn sites(places: &[(f64, f64)]) -> Vec<Site> {
    places.iter().map(|&(lon, lat)| site(Point::new(lon, lat))).collect()
}

pub(super) fn square(from: f64, to: f64) -> MultiPolygon<f64> {
    MultiPolygon::new(vec![polygon![(x: from, y: from), (x: to, y: from), (x: to, y: to), (x: from, y: to), (x: from, y: from)]])
}

fn settings(boundary: MultiPolygon<f64>, reach_m: Option<f64>) -> GroundSettings {
    GroundSettings { boundary: Some(boundary), reach_m }
}

fn divide(places: &[(f64, f64)], ground: &GroundSettings) -> Coverage {
    voronoi(&sites(places), ground, &Equirectangular).unwrap()
}

pub(super) fn grounds(coverage: &Coverage) -> Vec<Vec<u32>> {
    coverage.faces().iter().map(|face| face.ground.sites().iter().map(|site| site.0).collect()).collect()
}

pub(super) fn cells(coverage: &Coverage) -> Vec<MultiPolygon<f64>> {
    dissolve(coverage, &(0..coverage.faces().len()).map(Some).collect::<Vec<_>>())
}

pub(super) fn outline(coverage: &Coverage) -> MultiPolygon<f64> {
    polygons(coverage, &(0..coverage.faces().len() as u32).map(FaceIndex).collect::<Vec<_>>())
}

/// What every coverage must be, whatever it was made from.
pub(super) fn assert_sound(coverage: &Coverage) {
    let cells = cells(coverage);
    let outline = outline(coverage);
    // Validation costs the square of the vertices.
    let is_small = coverage.vertices().len() < 2_000;
    assert!(!is_small || outline.is_valid(), "{:?}", outline.validation_errors());
    for (cell, face) in cells.iter().zip(coverage.faces()) {
        assert!(!is_small || cell.is_valid(), "{:?}", cell.validation_errors());
        assert!(!cell.0.is_empty(), "a face without ground: {face:?}");
        assert!((area_km2(cell) - face.area_km2).abs() <= 1e-6 + 1e-9 * face.area_km2, "{} but {}", area_km2(cell), face.area_km2);
    }
    let planar: f64 = cells.iter().map(MultiPolygon::unsigned_area).sum();
    assert!((planar - outline.unsigned_area()).abs() <= 1e-9 * planar + 1e-15, "{planar} of {}", outline.unsigned_area());
    let geodesic: f64 = coverage.faces().iter().map(|face| face.area_km2).sum();
    // Each edge's area to the equator is known to some thousandths of a square metre, which only slivers show.
    assert!((geodesic - area_km2(&outline)).abs() <= 1e-9 * geodesic + 1e-7, "{geodesic} of {}", area_km2(&outline));
    let mut seen: Vec<_> = coverage.vertices().iter().map(|place| (place.lon().to_bits(), place.lat().to_bits())).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), coverage.vertices().len(), "every place is one vertex");
}

/// The face of a place, by who is nearest and whether that is within reach; none near a border, where rounding decides.
fn expected_face(places: &[(f64, f64)], reach_m: Option<f64>, at: Coord<f64>) -> Option<Vec<u32>> {
    let away = |place: &(f64, f64)| libm::hypot(place.0 - at.x, place.1 - at.y) / METRE;
    let mut order: Vec<(f64, u32)> = places.iter().map(away).zip(0..).collect();
    order.sort_by(|one, other| one.0.total_cmp(&other.0));
    let Some(&(nearest_m, nearest)) = order.first() else { return Some(Vec::new()) };
    let there = places[nearest as usize];
    let is_one_place = |place: &(f64, f64)| libm::hypot(place.0 - there.0, place.1 - there.1) < METRE;
    let owners: Vec<u32> = (0..).zip(places).filter(|(_, place)| is_one_place(place)).map(|(site, _)| site).collect();
    let runner_up = order.iter().find(|(_, site)| !owners.contains(site)).map_or(f64::INFINITY, |next| next.0);
    if runner_up < nearest_m + 1.0 {
        return None;
    }
    match reach_m {
        Some(reach_m) if nearest_m > reach_m * 1.000_1 + 1.0 => Some(Vec::new()),
        Some(reach_m) if nearest_m > reach_m * 0.999_5 - 1.0 => None,
        _ => Some(owners),
    }
}

pub(super) fn is_inside(polygons: &MultiPolygon<f64>, at: Coord<f64>) -> bool {
    use geo::CoordinatePosition;
    polygons.coordinate_position(&at) == geo::coordinate_position::CoordPos::Inside
}

pub(super) fn is_on_edge(polygons: &MultiPolygon<f64>, at: Coord<f64>) -> bool {
    use geo::CoordinatePosition;
    polygons.coordinate_position(&at) == geo::coordinate_position::CoordPos::OnBoundary
}

/// Each place of a lattice lies in the one face that brute force says, or in none outside the boundary.
fn assert_nearest(coverage: &Coverage, places: &[(f64, f64)], ground: &GroundSettings) {
    let cells = cells(coverage);
    let boundary = ground.boundary.as_ref().unwrap();
    let names = grounds(coverage);
    for step in 0..400_u32 {
        let at = Coord { x: -1.5 + 0.157 * f64::from(step % 20), y: -1.5 + 0.149 * f64::from(step / 20) };
        let found: Vec<_> = (0..cells.len()).filter(|&cell| is_inside(&cells[cell], at)).collect();
        if is_on_edge(boundary, at) || cells.iter().any(|cell| is_on_edge(cell, at)) {
            continue;
        }
        assert_eq!(found.len(), usize::from(is_inside(boundary, at)), "at {at:?}");
        if let (Some(&cell), Some(expected)) = (found.first(), expected_face(places, ground.reach_m, at)) {
            assert_eq!(names[cell], expected, "at {at:?}");
        }
    }
}

/// ```text
/// ┌─────┬─────┐
/// │  0  │  1  │      the border runs halfway
/// └─────┴─────┘
/// ```
#[test]
fn two_sites_halve_a_square() {
    let coverage = divide(&[(-0.5, 0.0), (0.5, 0.0)], &settings(square(-1.0, 1.0), None));
    assert_eq!(grounds(&coverage), [vec![0], vec![1]]);
    assert!((coverage.faces()[0].area_km2 - coverage.faces()[1].area_km2).abs() < 1e-6);
    assert_eq!(coverage.arcs().len(), 3);
    let border = coverage.arcs().find(|arc| arc.left.is_some() && arc.right.is_some()).unwrap();
    assert!(border.vertices.iter().all(|&vertex| coverage.vertices()[vertex as usize].lon() == 0.0));
    assert_sound(&coverage);
}

#[test]
fn one_site_has_the_whole_boundary() {
    let coverage = divide(&[(5.0, 5.0)], &settings(square(-1.0, 1.0), None));
    assert_eq!(grounds(&coverage), [vec![0]]);
    assert_sound(&coverage);
}

#[test]
fn without_sites_the_ground_is_beyond_reach_and_without_boundary_there_is_none() {
    assert_eq!(grounds(&divide(&[], &settings(square(-1.0, 1.0), None))), [Vec::<u32>::new()]);
    assert_eq!(divide(&[], &GroundSettings::default()), Coverage::default());
}

#[test]
fn collinear_sites_have_strips() {
    let coverage = divide(&[(-0.75, 0.0), (-0.25, 0.0), (0.25, 0.0), (0.75, 0.0)], &settings(square(-1.0, 1.0), None));
    assert_eq!(grounds(&coverage), [vec![0], vec![1], vec![2], vec![3]]);
    assert!(coverage.faces().iter().all(|face| (face.area_km2 / coverage.faces()[0].area_km2 - 1.0).abs() < 1e-6));
    assert_sound(&coverage);
}

#[test]
fn sites_nearer_than_a_metre_share_a_face_and_sites_at_two_metres_do_not() {
    let ground = settings(square(-1.0, 1.0), None);
    assert_eq!(grounds(&divide(&[(0.0, 0.0), (0.5, 0.0), (0.0, 0.9 * METRE)], &ground)), [vec![0, 2], vec![1]]);
    let apart = divide(&[(0.0, 0.0), (0.0, 2.0 * METRE)], &ground);
    assert_eq!(grounds(&apart), [vec![0], vec![1]]);
    assert_sound(&apart);
}

#[test]
fn a_site_outside_reaches_in_only_if_it_is_nearest_somewhere() {
    let coverage = divide(&[(0.0, 0.0), (1.5, 0.0), (50.0, 0.0)], &settings(square(-1.0, 1.0), None));
    assert_eq!(grounds(&coverage), [vec![0], vec![1]]);
    assert_sound(&coverage);
}

/// ```text
/// ┌────────────┐
/// │   __       │
/// │  /0 \      │     a circle that touches nothing, and ground beyond
/// │  \__/      │
/// └────────────┘
/// ```
#[test]
fn reach_leaves_one_face_beyond() {
    let coverage = divide(&[(-0.5, 0.0)], &settings(square(-1.0, 1.0), Some(20_000.0)));
    assert_eq!(grounds(&coverage), [vec![0], vec![]]);
    // A polygon of 128 corners has n/2π · sin(2π/n) of its circle's area.
    let planar_m2 = cells(&coverage)[0].unsigned_area() / METRE / METRE;
    let expected_m2 = 64.0 * libm::sin(std::f64::consts::TAU / 128.0) * 20_000.0_f64.powi(2);
    assert!((planar_m2 / expected_m2 - 1.0).abs() < 1e-8, "{planar_m2} {expected_m2}");
    assert_sound(&coverage);
}

#[test]
fn circles_that_overlap_meet_on_the_border_between_their_sites() {
    let places = [(-0.1, 0.0), (0.1, 0.0), (0.05, 0.3)];
    let ground = settings(square(-1.0, 1.0), Some(20_000.0));
    let coverage = divide(&places, &ground);
    assert_eq!(grounds(&coverage), [vec![0], vec![1], vec![2], vec![]]);
    assert_sound(&coverage);
    assert_nearest(&coverage, &places, &ground);
}

#[test]
fn a_reach_beyond_the_earth_is_no_limit_and_a_tiny_one_leaves_dots() {
    let places = [(-0.5, 0.1), (0.5, -0.1)];
    for reach_m in [9e7, 1e308, f64::INFINITY] {
        let huge = divide(&places, &settings(square(-1.0, 1.0), Some(reach_m)));
        assert_eq!(grounds(&huge), [vec![0], vec![1]]);
        assert_sound(&huge);
    }
    let tiny = divide(&places, &settings(square(-1.0, 1.0), Some(0.5)));
    assert_eq!(grounds(&tiny), [vec![0], vec![1], vec![]]);
    assert_sound(&tiny);
}

#[test]
fn a_reach_of_nothing_is_refused() {
    for reach_m in [0.0, -1.0, f64::NAN] {
        let ground = settings(square(-1.0, 1.0), Some(reach_m));
        assert!(matches!(voronoi(&[], &ground, &Equirectangular), Err(TessellationFault::NoReach(_))));
    }
}

/// ```text
/// ┌────────────┐   ┌───┐
/// │    ┌──┐    │   │   │    a hole, and a part that no site stands in
/// │ 0  └──┘  1 │   │   │
/// └────────────┘   └───┘
/// ```
#[test]
fn holes_are_outside_and_every_part_has_its_nearest_site() {
    let mut boundary = square(-1.0, 1.0);
    boundary.0[0].interiors_push(square(-0.2, 0.3).0[0].exterior().clone());
    boundary.0.extend(square(1.2, 1.4));
    let ground = settings(boundary, None);
    let places = [(-0.5, 0.0), (0.5, 0.0)];
    let coverage = divide(&places, &ground);
    assert_sound(&coverage);
    assert_nearest(&coverage, &places, &ground);
    assert_eq!(outline(&coverage).0.len(), 2);
    assert_eq!(outline(&coverage).iter().map(|polygon| polygon.interiors().len()).sum::<usize>(), 1);
}

#[test]
fn a_border_that_runs_along_the_boundary_makes_no_sliver() {
    let coverage = divide(&[(-1.5, 0.0), (-0.5, 0.0), (0.5, 0.0)], &settings(square(-1.0, 1.0), None));
    assert_eq!(grounds(&coverage), [vec![1], vec![2]], "the border of site 0 is the boundary's west side");
    assert_sound(&coverage);
}

#[test]
fn without_a_boundary_the_box_of_the_sites_is_grown() {
    let ground = GroundSettings { boundary: None, reach_m: Some(30_000.0) };
    let coverage = divide(&[(10.0, 50.0), (10.2, 50.1)], &ground);
    assert_eq!(grounds(&coverage), [vec![0], vec![1], vec![]]);
    assert_sound(&coverage);
    assert_sound(&divide(&[(10.0, 50.0)], &GroundSettings::default()));
    assert_sound(&divide(&[(179.99, 89.99)], &GroundSettings::default()));
}

#[test]
fn a_line_and_a_polygon_have_the_ground_nearest_to_them() {
    let road = site(LineString::from(vec![(-0.8, -0.5), (0.8, -0.5)]));
    let town = site(square(0.2, 0.4).0[0].clone());
    let post = site(Point::new(-0.5, 0.5));
    let coverage = voronoi(&[road, town, post], &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap();
    assert_eq!(grounds(&coverage), [vec![0], vec![1], vec![2]]);
    assert_sound(&coverage);
    let cells = cells(&coverage);
    assert!(is_inside(&cells[0], Coord { x: 0.7, y: -0.4 }) && is_inside(&cells[1], Coord { x: 0.3, y: 0.3 }));
}

#[test]
fn a_site_without_ground_has_no_face() {
    let mut wholes = sites(&[(-0.5, 0.0), (0.0, 0.5), (0.5, 0.0)]);
    wholes[0].ground = false;
    wholes[1].children = [SiteIndex(2)].into();
    let coverage = voronoi(&wholes, &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap();
    assert_eq!(grounds(&coverage), [vec![2]]);
}

#[test]
fn equal_input_gives_an_equal_coverage() {
    let ground = settings(square(-1.0, 1.0), Some(40_000.0));
    let places = [(-0.5, 0.1), (0.5, -0.1), (0.3, 0.3)];
    assert_eq!(divide(&places, &ground), divide(&places, &ground));
}

/// Lambert's azimuthal equal-area projection of a sphere (Snyder 1987, equations 24-2 to 24-18), on which straight lines in degrees
/// are curved.
struct Azimuthal {
    lon: f64,
    lat: f64,
}

impl Azimuthal {
    const RADIUS_M: f64 = 6_371_007.2;
}

impl Projection for Azimuthal {
    fn forward(&self, lon_lat: LonLat) -> Option<Metres> {
        let (sine, cosine) = libm::sincos(lon_lat.lat().to_radians());
        let (sine_0, cosine_0) = libm::sincos(self.lat.to_radians());
        let (east, towards) = libm::sincos((lon_lat.lon() - self.lon).to_radians());
        let near = 1.0 + sine_0 * sine + cosine_0 * cosine * towards;
        let scale = Self::RADIUS_M * (2.0 / Some(near).filter(|&near| near > 1e-12)?).sqrt();
        Some(Metres { x: scale * cosine * east, y: scale * (cosine_0 * sine - sine_0 * cosine * towards) })
    }

    fn inverse(&self, metres: Metres) -> Option<LonLat> {
        let away = libm::hypot(metres.x, metres.y);
        if away == 0.0 {
            return LonLat::new(self.lon, self.lat);
        }
        let (sine, cosine) = libm::sincos(2.0 * libm::asin(away / (2.0 * Self::RADIUS_M)));
        let (sine_0, cosine_0) = libm::sincos(self.lat.to_radians());
        let lat = libm::asin((cosine * sine_0 + metres.y * sine * cosine_0 / away).clamp(-1.0, 1.0));
        let lon = libm::atan2(metres.x * sine, away * cosine_0 * cosine - metres.y * sine_0 * sine);
        let turned = (self.lon + lon.to_degrees() + 180.0).rem_euclid(360.0) - 180.0;
        LonLat::new(turned, lat.to_degrees())
    }

    fn name(&self) -> &'static str {
        "azimuthal"
    }

    fn code(&self) -> &'static str {
        "azimuthal"
    }
}

pub(super) fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Polygon<f64> {
    polygon![(x: west, y: south), (x: east, y: south), (x: east, y: north), (x: west, y: north), (x: west, y: south)]
}

/// Each place lies in the face of the site nearest on the plane, unless two are within a few metres of equally near.
fn assert_nearest_on(projection: &Azimuthal, places: &[(f64, f64)], coverage: &Coverage, looks: &[(f64, f64)]) {
    let cells = cells(coverage);
    let names = grounds(coverage);
    let plane = |&(lon, lat): &(f64, f64)| projection.forward(LonLat::new(lon, lat).unwrap()).unwrap();
    for look in looks {
        let here = plane(look);
        let away = |place: &(f64, f64)| libm::hypot(plane(place).x - here.x, plane(place).y - here.y);
        let mut order: Vec<(f64, u32)> = places.iter().map(away).zip(0..).collect();
        order.sort_by(|one, other| one.0.total_cmp(&other.0));
        if order.len() > 1 && order[1].0 - order[0].0 < 5.0 {
            continue;
        }
        let found: Vec<_> = (0..cells.len()).filter(|&cell| is_inside(&cells[cell], Coord { x: look.0, y: look.1 })).collect();
        assert_eq!(found.iter().map(|&cell| names[cell].clone()).collect::<Vec<_>>(), [vec![order[0].1]], "at {look:?}");
    }
}

fn lattice(west: f64, south: f64, east: f64, north: f64) -> Vec<(f64, f64)> {
    let shares = (0..15).map(|step| (f64::from(step) + 0.37) / 15.0);
    shares.clone().flat_map(|x| shares.clone().map(move |y| (west + x * (east - west), south + y * (north - south)))).collect()
}

#[test]
fn borders_follow_the_plane_where_degrees_are_curved() {
    let projection = Azimuthal { lon: 20.0, lat: 60.0 };
    let places = [(12.0, 56.0), (28.0, 56.5), (20.0, 64.0), (14.0, 61.0), (26.0, 62.0)];
    let ground = settings(MultiPolygon::new(vec![rectangle(10.0, 55.0, 30.0, 65.0)]), None);
    let coverage = voronoi(&sites(&places), &ground, &projection).unwrap();
    assert_sound(&coverage);
    assert_nearest_on(&projection, &places, &coverage, &lattice(10.0, 55.0, 30.0, 65.0));
}

/// ```text
/// ┌──────┐ ┌──────┐
/// │  0   │ │   1  │      one country, cut at 180° as RFC 7946 asks
/// └──────┘ └──────┘
///      180° −180°
/// ```
#[test]
fn a_boundary_cut_at_the_antimeridian_is_divided_across_it() {
    let projection = Azimuthal { lon: 180.0, lat: -17.0 };
    let places = [(177.5, -17.0), (-177.0, -18.0), (179.9, -16.0)];
    let parts = vec![rectangle(177.0, -19.0, 180.0, -15.0), rectangle(-180.0, -19.0, -176.0, -15.0)];
    let coverage = voronoi(&sites(&places), &settings(MultiPolygon::new(parts), None), &projection).unwrap();
    assert_sound(&coverage);
    assert_nearest_on(&projection, &places, &coverage, &lattice(177.0, -19.0, 180.0, -15.0));
    assert_nearest_on(&projection, &places, &coverage, &lattice(-180.0, -19.0, -176.0, -15.0));
    assert_eq!(cells(&coverage)[2].0.len(), 2, "the third site's ground lies on both sides");
    let reached =
        voronoi(&sites(&places), &settings(MultiPolygon::new(vec![rectangle(177.0, -19.0, 180.0, -15.0)]), Some(50_000.0)), &projection);
    assert_sound(&reached.unwrap());
}

/// Where on the antimeridian each site's ground lies, seen from one side: rows of places along its faces' edges there.
fn along_antimeridian(coverage: &Coverage, lon: f64) -> Vec<(Vec<u32>, Vec<[f64; 2]>)> {
    let names = grounds(coverage);
    let of_cell = |cell: &MultiPolygon<f64>| -> Vec<[f64; 2]> {
        let rings = cell.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let edges = rings.flat_map(LineString::lines).filter(|edge| edge.start.x == lon && edge.end.x == lon);
        let mut spans: Vec<_> = edges.map(|edge| [edge.start.y.min(edge.end.y), edge.start.y.max(edge.end.y)]).collect();
        spans.sort_unstable_by(|one, other| one[0].total_cmp(&other[0]));
        // Spans that follow one another are one, whatever vertices lie between.
        spans.dedup_by(|next, before| {
            let goes_on = before[1] == next[0];
            before[1] = if goes_on { next[1] } else { before[1] };
            goes_on
        });
        spans
    };
    let all = names.into_iter().zip(cells(coverage)).map(|(name, cell)| (name, of_cell(&cell)));
    all.filter(|(_, spans)| !spans.is_empty()).collect()
}

/// ```text
///       180
///   ┌────┊────┐
///   │ 0  ┊ 2  │     drawn across, as no GeoJSON should but many do
///   └────┊────┘
/// ```
#[test]
fn a_boundary_drawn_across_the_antimeridian_is_the_one_cut_there() {
    let projection = Azimuthal { lon: 180.0, lat: -17.0 };
    let places = [(177.5, -17.0), (-177.0, -18.0), (179.9, -16.0), (-179.95, -17.5)];
    let across = MultiPolygon::new(vec![rectangle(177.0, -19.0, -176.0, -15.0)]);
    let cut = MultiPolygon::new(vec![rectangle(177.0, -19.0, 180.0, -15.0), rectangle(-180.0, -19.0, -176.0, -15.0)]);
    let [across, cut] = [across, cut].map(|boundary| voronoi(&sites(&places), &settings(boundary, None), &projection).unwrap());
    for coverage in [&across, &cut] {
        assert_sound(coverage);
        assert_nearest_on(&projection, &places, coverage, &lattice(177.0, -19.0, 180.0, -15.0));
        assert_nearest_on(&projection, &places, coverage, &lattice(-180.0, -19.0, -176.0, -15.0));
        assert_eq!(along_antimeridian(coverage, 180.0), along_antimeridian(coverage, -180.0));
    }
    for (one, other) in across.faces().iter().zip(cut.faces()) {
        assert!((one.area_km2 / other.area_km2 - 1.0).abs() < 1e-9, "{one:?} {other:?}");
    }
    // The zone between two latitudes over seven degrees, from the area of the whole zone.
    let found_km2: f64 = across.faces().iter().map(|face| face.area_km2).sum();
    let expected_km2 = zone_km2(-19.0, -15.0) * 7.0 / 360.0;
    assert!((found_km2 / expected_km2 - 1.0).abs() < 1e-5, "{found_km2} {expected_km2}");
}

#[test]
fn ground_round_a_pole_agrees_along_the_antimeridian() {
    let projection = Azimuthal { lon: 0.0, lat: 90.0 };
    let places = [(10.0, 87.0), (100.0, 88.0), (-130.0, 86.5), (179.0, 84.0), (-178.0, 82.0), (60.0, 70.0)];
    // Drawn as a ring round the pole, without a side along it.
    let ring: Vec<_> = (0..36).map(|step| (f64::from(step) * 10.0 - 175.0, 66.5)).collect();
    let boundary = MultiPolygon::new(vec![Polygon::new(LineString::from(ring), vec![])]);
    let coverage = voronoi(&sites(&places), &settings(boundary, None), &projection).unwrap();
    assert_sound(&coverage);
    assert_nearest_on(&projection, &places, &coverage, &lattice(-180.0, 66.6, 180.0, 89.99));
    assert_eq!(along_antimeridian(&coverage, 180.0), along_antimeridian(&coverage, -180.0));
    let found_km2: f64 = coverage.faces().iter().map(|face| face.area_km2).sum();
    assert!((found_km2 / zone_km2(66.5, 90.0) - 1.0).abs() < 1e-5, "{found_km2} {}", zone_km2(66.5, 90.0));
}

#[test]
fn a_whole_earth_on_a_round_plane_is_divided_and_agrees_along_the_antimeridian() {
    let projection = Azimuthal { lon: 15.123, lat: 10.456 };
    let places = [(-100.0, 40.0), (100.0, 30.0), (10.0, -20.0), (175.0, -40.0), (-175.0, 65.0), (30.0, 60.0)];
    let earth = MultiPolygon::new(vec![rectangle(-180.0, -90.0, 180.0, 90.0)]);
    let coverage = voronoi(&sites(&places), &settings(earth, None), &projection).unwrap();
    let found_km2: f64 = coverage.faces().iter().map(|face| face.area_km2).sum();
    assert!((found_km2 / 510_065_621.724 - 1.0).abs() < 1e-9, "{found_km2}");
    assert_eq!(along_antimeridian(&coverage, 180.0), along_antimeridian(&coverage, -180.0));
    assert_eq!(coverage.faces().len(), 6);
}

/// The area of the ellipsoid between two latitudes: Snyder 1987, equation 3-12.
fn zone_km2(south: f64, north: f64) -> f64 {
    let eccentricity_squared: f64 = 6.694_379_990_14e-3;
    let eccentricity = eccentricity_squared.sqrt();
    let q = |lat: f64| {
        let sine = libm::sin(lat.to_radians());
        let part = libm::log((1.0 - eccentricity * sine) / (1.0 + eccentricity * sine)) / (2.0 * eccentricity);
        (1.0 - eccentricity_squared) * (sine / (1.0 - eccentricity_squared * sine * sine) - part)
    };
    std::f64::consts::PI * 6_378.137_f64.powi(2) * (q(north) - q(south))
}

/// The cap beyond 85 degrees has the area of the zone there: Snyder 1987, equation 3-12, with the authalic q.
#[test]
fn the_ground_round_a_pole_is_divided_and_measured() {
    let projection = Azimuthal { lon: 0.0, lat: 90.0 };
    let places = [(0.0, 87.0), (100.0, 88.0), (-130.0, 86.5)];
    let cap = rectangle(-180.0, 85.0, 180.0, 90.0);
    let coverage = voronoi(&sites(&places), &settings(MultiPolygon::new(vec![cap]), None), &projection).unwrap();
    assert_sound(&coverage);
    assert_nearest_on(&projection, &places, &coverage, &lattice(-180.0, 85.0, 180.0, 89.8));
    let expected_km2 = zone_km2(85.0, 90.0);
    let found_km2: f64 = coverage.faces().iter().map(|face| face.area_km2).sum();
    // Edges along the parallel are geodesics of a tenth of a degree, which bulge to the pole.
    assert!((found_km2 / expected_km2 - 1.0).abs() < 1e-5, "{found_km2} {expected_km2}");
}

/// Karney 2013, section 6, gives the area of the ellipsoid as 510 065 621.724 km².
#[test]
fn the_whole_earth_is_divided_without_remainder() {
    let earth = MultiPolygon::new(vec![rectangle(-180.0, -90.0, 180.0, 90.0)]);
    let coverage = divide(&[(-100.0, 40.0), (100.0, 30.0), (10.0, -20.0)], &settings(earth, None));
    let found_km2: f64 = coverage.faces().iter().map(|face| face.area_km2).sum();
    assert!((found_km2 / 510_065_621.724 - 1.0).abs() < 1e-9, "{found_km2}");
    assert_eq!(grounds(&coverage), [vec![0], vec![1], vec![2]]);
}

#[test]
fn a_projection_that_fails_is_a_fault_that_names_the_place() {
    struct Nowhere;
    impl Projection for Nowhere {
        fn forward(&self, _: LonLat) -> Option<Metres> {
            None
        }
        fn inverse(&self, _: Metres) -> Option<LonLat> {
            None
        }
        fn name(&self) -> &'static str {
            "nowhere"
        }
        fn code(&self) -> &'static str {
            "nowhere"
        }
    }
    let fault = voronoi(&sites(&[(5.0, 6.0)]), &settings(square(-1.0, 1.0), None), &Nowhere).unwrap_err();
    assert_eq!(fault, TessellationFault::NotOnPlane { lon: 5.0, lat: 6.0 });
    let out = voronoi(&sites(&[(5.0, 96.0)]), &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap_err();
    assert_eq!(out.to_string(), "expected a longitude −180 to 180 and a latitude −90 to 90 but site \"site\" has 5 96");
}

/// The coverage with settled cells and with all lines cut at each other, and how many cells were settled at first.
fn settled_and_cut(places: &[(f64, f64)], ground: &GroundSettings) -> ([Option<Coverage>; 2], usize) {
    let generators = Generators::new(&sites(places), &Equirectangular).unwrap();
    let outline = Outline::new(&generators, ground).unwrap().unwrap();
    let diagram = Diagram::new(&generators, outline.plane_box(&Equirectangular).unwrap(), &Equirectangular);
    let mut standings = Standings::new(&diagram, &outline, ground.reach_m);
    let settled = (0..generators.places() as u32).filter(|&place| standings.of(place) != settled::Standing::Cut).count();
    let mut all_cut = Standings::new(&diagram, &outline, ground.reach_m);
    all_cut.unsettle_all();
    let coverages = [&mut standings, &mut all_cut].map(|standings| {
        let planar = divided(&diagram, &outline, ground.reach_m, standings).ok()?;
        Some(assemble(&planar, |label| match label {
            BEYOND => Ground::BeyondReach,
            place => Ground::Sites(generators.sites(place)),
        }))
    });
    (coverages, settled)
}

fn many_places() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let free = prop::collection::vec((-1.4_f64..1.4, -1.4_f64..1.4), 20..300);
    // Four corners fall together at every crossing of a lattice; near one, they lie some units apart.
    let on_lattice = (prop::sample::select(vec![0.0, 1e-9, 1e-6]), prop::collection::vec((-9_i32..10, -9_i32..10, -1.0_f64..1.0), 20..200))
        .prop_map(|(off, places)| places.into_iter().map(|(x, y, by)| (f64::from(x) * 0.09 + off * by, f64::from(y) * 0.09)).collect());
    let close = prop::collection::vec((-9_i32..10, -9_i32..10), 20..200)
        .prop_map(|places| places.into_iter().map(|(x, y)| (f64::from(x) * 1.5 * METRE, f64::from(y) * 1.5 * METRE)).collect());
    let round = (0.01_f64..0.9).prop_map(|radius| {
        let corner = |step: u32| libm::sincos(f64::from(step) * std::f64::consts::TAU / 24.0);
        (0..24).map(corner).map(|(sine, cosine)| (radius * sine, radius * cosine)).chain([(0.95, 0.95)]).collect()
    });
    prop_oneof![3 => free, 3 => on_lattice, 2 => close, 1 => round]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn settled_cells_are_those_that_cutting_everything_gives(places in many_places(), boundary in boundaries(), reach_m in reaches()) {
        let ([settled, cut], _) = settled_and_cut(&places, &settings(boundary, reach_m.filter(|&reach_m| reach_m < NO_LIMIT_M)));
        prop_assert!(settled.is_some());
        prop_assert!(settled == cut);
    }
}

#[test]
fn most_cells_of_many_are_settled() {
    let places: Vec<_> = (0..400).map(|step| (f64::from(step % 20) * 0.09 - 0.855, f64::from(step / 20) * 0.09 - 0.855)).collect();
    let ([settled, cut], count) = settled_and_cut(&places, &settings(square(-0.89, 0.89), None));
    assert!(settled == cut);
    assert_eq!(count, 18 * 18, "all but the outermost");
}

/// Points, lines and polygons of any kind, near each other and far, crossing, touching, one within another.
fn geometries() -> impl Strategy<Value = Vec<Geometry<f64>>> {
    let place = || {
        prop_oneof![(-0.9_f64..0.9, -0.9_f64..0.9), (-9_i32..10, -9_i32..10).prop_map(|(x, y)| (f64::from(x) * 0.1, f64::from(y) * 0.1))]
    };
    let point = place().prop_map(|(x, y)| Point::new(x, y).into());
    let line = prop::collection::vec(place(), 2..5).prop_map(|places| LineString::from(places).into());
    // Stretches of two roads that cross, so that they lie along each other, whole or in part.
    let stretch = (any::<bool>(), -9_i32..10, -9_i32..10).prop_map(|(is_north, from, to)| {
        let at = |step: i32| if is_north { (0.05, f64::from(step) * 0.1) } else { (f64::from(step) * 0.1, 0.05) };
        LineString::from(vec![at(from), at(to)]).into()
    });
    let tile = (-4_i32..4, -4_i32..4)
        .prop_map(|(x, y)| rectangle(0.2 * f64::from(x), 0.2 * f64::from(y), 0.2 * f64::from(x + 1), 0.2 * f64::from(y + 1)));
    let triangle = (place(), place(), place()).prop_map(|(a, b, c)| Polygon::new(LineString::from(vec![a, b, c]), vec![]));
    let ring = (-0.7_f64..0.5, 0.05_f64..0.3).prop_map(|(from, size)| {
        Polygon::new(
            square(from, from + size).0[0].exterior().clone(),
            vec![square(from + 0.01, from + size - 0.01).0[0].exterior().clone()],
        )
    });
    let polygon = prop_oneof![tile, triangle, ring].prop_map(Geometry::from);
    prop::collection::vec(prop_oneof![3 => point, 2 => line, 2 => stretch, 2 => polygon], 1..9)
}

/// The distance in metres of a place from a geometry, nought within a polygon, and the size of the smallest polygon it lies in.
fn away_m(geometry: &Geometry<f64>, at: Coord<f64>) -> (f64, f64) {
    let part = |from: Coord<f64>, to: Coord<f64>| sampling::Part {
        ends: [from, to].map(|end| Metres { x: end.x / METRE, y: end.y / METRE }),
        site: 0,
        turn: 0,
        is_covered: false,
    };
    let here = Metres { x: at.x / METRE, y: at.y / METRE };
    let lines = crate::shape::shape(std::iter::once(geometry));
    let nearest = |line: &LineString<f64>| match line.0.as_slice() {
        [only] => part(*only, *only).distance_m(here),
        several => several.windows(2).map(|pair| part(pair[0], pair[1]).distance_m(here)).fold(f64::INFINITY, f64::min),
    };
    let encloses = |polygon: &&Polygon<f64>| polygon.unsigned_area() > 0.0 && is_inside(&MultiPolygon::new(vec![(*polygon).clone()]), at);
    let polygons = crate::shape::polygons(std::iter::once(geometry));
    match polygons.iter().map(AsRef::as_ref).find(encloses) {
        Some(polygon) => (0.0, polygon.unsigned_area()),
        None => (lines.iter().map(nearest).fold(f64::INFINITY, f64::min), f64::INFINITY),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 64, ..ProptestConfig::default() })]

    /// On the plane of degrees, brute force over all sites says which is nearest, to within the 5 m promised and a metre for points
    /// that share a place.
    #[test]
    fn ground_is_the_sites_whose_geometry_is_nearest(
        geometries in geometries(), looks in prop::collection::vec((-1.0_f64..1.0, -1.0_f64..1.0), 150),
    ) {
        let sites: Vec<_> = geometries.iter().cloned().map(site).collect();
        let coverage = voronoi(&sites, &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap();
        assert_sound(&coverage);
        let (cells, names) = (cells(&coverage), grounds(&coverage));
        for (x, y) in looks {
            let at = Coord { x, y };
            let found: Vec<_> = (0..cells.len()).filter(|&cell| is_inside(&cells[cell], at)).collect();
            prop_assert!(found.len() == 1 || cells.iter().any(|cell| is_on_edge(cell, at)));
            let away: Vec<_> = geometries.iter().map(|geometry| away_m(geometry, at)).collect();
            let nearest = away.iter().fold((f64::INFINITY, f64::INFINITY), |least, next| if next < &least { *next } else { least });
            for owner in found.iter().flat_map(|&cell| &names[cell]) {
                let owner = away[*owner as usize];
                prop_assert!(owner.0 <= nearest.0 + 6.0, "{owner:?} but {nearest:?} at {at:?}");
                prop_assert!(nearest.0 > 0.0 || owner == nearest, "{owner:?} but {nearest:?} at {at:?}");
            }
        }
    }
}

/// ```text
///   1═══════0      a point on the end of a line: what lies before the other end is the line's alone
/// ```
#[test]
fn a_point_on_the_end_of_a_line_takes_no_ground_that_is_nearer_to_the_line() {
    let line = LineString::from(vec![(0.0, 0.5), (-0.3, 0.5)]);
    let sites = [site(line), site(Point::new(0.0, 0.5))];
    let coverage = voronoi(&sites, &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap();
    assert_sound(&coverage);
    let (cells, names) = (cells(&coverage), grounds(&coverage));
    let owner = |x: f64, y: f64| {
        (0..cells.len()).filter(|&cell| is_inside(&cells[cell], Coord { x, y })).map(|cell| &names[cell]).collect::<Vec<_>>()
    };
    assert_eq!(owner(-0.8159, 0.5175), [&[0]]);
    assert_eq!(owner(0.5, 0.5), [&[1]], "as near to both: the point's");
}

/// ```text
///   0━━━━━━1━━1━━━━0      a stretch of a road takes the ground along it, and the road what is nearer to the rest of it
/// ```
#[test]
fn a_stretch_of_a_road_takes_no_ground_that_is_nearer_to_the_rest_of_the_road() {
    let row = |from: f64, to: f64| LineString::from(vec![(from, 0.0), (to, 0.0)]);
    for order in [[0, 1], [1, 0]] {
        let sites = order.map(|site: u32| if site == 0 { row(-0.9, 0.9) } else { row(0.0, 0.3) }).map(site);
        let coverage = voronoi(&sites, &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap();
        assert_sound(&coverage);
        let (cells, names) = (cells(&coverage), grounds(&coverage));
        let owner = |x: f64, y: f64| {
            let found: Vec<_> = (0..cells.len()).filter(|&cell| is_inside(&cells[cell], Coord { x, y })).map(|cell| &names[cell]).collect();
            assert!(found.len() == 1 && found[0].len() == 1, "{found:?}");
            order[found[0][0] as usize]
        };
        let owners = [(-0.5, 0.9), (-0.01, -0.9), (0.01, 0.9), (0.15, 0.01), (0.29, -0.9), (0.31, 0.9)].map(|(x, y)| owner(x, y));
        assert_eq!(owners, [0, 0, 1, 1, 1, 0]);
        let areas: Vec<_> = cells.iter().map(Area::unsigned_area).collect();
        assert!((areas[order[1] as usize] - 0.6).abs() < 1e-3, "{areas:?}");
    }
}

/// A parallel is straight in degrees and bent on nearly every plane, on which its stretches of different lengths keep to different chords.
#[test]
fn a_stretch_of_a_parallel_lies_on_it_on_both_sides() {
    let projection = Azimuthal { lon: 10.0, lat: 50.0 };
    let row = |from: f64, to: f64| site(LineString::from(vec![(from, 50.0), (to, 50.0)]));
    let boundary = MultiPolygon::new(vec![rectangle(9.9, 49.9, 10.1, 50.1)]);
    let coverage = voronoi(&[row(9.95, 10.05), row(9.99, 10.01)], &settings(boundary, None), &projection).unwrap();
    assert_sound(&coverage);
    let share = coverage.faces()[1].area_km2 / (coverage.faces()[0].area_km2 + coverage.faces()[1].area_km2);
    assert!((share - 0.1).abs() < 0.002, "{share}: a tenth of the width");
}

/// ```text
/// ┌─────┬─────┐
/// │  0  │  1  │      polygons that tile the ground keep the border they share,
/// ├─────┴──┐  │      and what lies outside both is the nearer's
/// │        └──┘
/// ```
#[test]
fn polygons_that_share_a_border_keep_it_vertex_by_vertex() {
    let tiles = [rectangle(-0.5, 0.0, 0.0, 0.5), rectangle(0.0, 0.0, 0.5, 0.5)];
    let sites: Vec<_> = tiles.into_iter().map(site).collect();
    let coverage = voronoi(&sites, &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap();
    assert_sound(&coverage);
    assert_eq!(grounds(&coverage), [vec![0], vec![1]]);
    let between = coverage.arcs().find(|arc| arc.left.is_some() && arc.right.is_some()).unwrap();
    let (shared, beyond): (Vec<LonLat>, Vec<LonLat>) =
        between.vertices.iter().map(|&vertex| coverage.vertices()[vertex as usize]).partition(|at| at.lat() > 0.0 && at.lat() < 0.5);
    assert!(shared.len() == 4 && shared.iter().all(|at| at.lon() == 0.0), "{shared:?}");
    assert!(beyond.iter().all(|at| at.lon().abs() < 6.0 * METRE), "{beyond:?}");
    assert!((coverage.faces()[0].area_km2 / coverage.faces()[1].area_km2 - 1.0).abs() < 1e-4);
}

#[test]
fn of_polygons_that_overlap_wholly_the_smaller_has_its_ground_and_of_equal_ones_the_first() {
    let sites: Vec<_> = [square(-0.5, 0.5), square(-0.2, 0.2), square(-0.2, 0.2)].into_iter().map(site).collect();
    let coverage = voronoi(&sites, &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap();
    assert_sound(&coverage);
    assert_eq!(grounds(&coverage), [vec![0], vec![1]]);
    assert!((cells(&coverage)[1].unsigned_area() - 0.16).abs() < 1e-9);
}

#[test]
fn a_polygons_hole_is_the_nearest_sites() {
    let mut ring = square(-0.5, 0.5).0[0].clone();
    ring.interiors_push(square(-0.4, 0.4).0[0].exterior().clone());
    let sites = [site(ring), site(Point::new(0.0, 0.0))];
    let coverage = voronoi(&sites, &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap();
    assert_sound(&coverage);
    // Bounded by four parabolas: of a square with half its side a, 4/3 · (4 √2 − 5) · a².
    let expected = 4.0 / 3.0 * (4.0 * 2.0_f64.sqrt() - 5.0) * 0.16;
    let of_point = cells(&coverage)[1].unsigned_area();
    assert!((of_point / expected - 1.0).abs() < 1e-4, "{of_point} but {expected}");
    assert_eq!(cells(&coverage)[0].0[0].interiors().len(), 1);
}

/// A cell as the brute-force intersection of half planes.
fn half_planes(places: &[(f64, f64)], owner: usize) -> Polygon<f64> {
    let mut ring = vec![(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)];
    for &other in places.iter().filter(|&&other| other != places[owner]) {
        let away = |p: (f64, f64), q: (f64, f64)| (p.0 - q.0).powi(2) + (p.1 - q.1).powi(2);
        let lead = |p: (f64, f64)| away(p, other) - away(p, places[owner]);
        let mut kept = Vec::new();
        for position in 0..ring.len() {
            let (from, to) = (ring[position], ring[(position + 1) % ring.len()]);
            if lead(from) >= 0.0 {
                kept.push(from);
            }
            if (lead(from) >= 0.0) != (lead(to) >= 0.0) {
                let share = lead(from) / (lead(from) - lead(to));
                kept.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
            }
        }
        ring = kept;
    }
    Polygon::new(LineString::from(ring), vec![])
}

fn boundaries() -> impl Strategy<Value = MultiPolygon<f64>> {
    let plain = Just(square(-1.0, 1.0));
    let with_hole_and_part = (-0.8_f64..0.0, 0.1_f64..0.8).prop_map(|(from, to)| {
        let mut boundary = square(-1.0, 1.0);
        boundary.0[0].interiors_push(square(from, to).0[0].exterior().clone());
        boundary.0.extend(square(1.1, 1.3));
        boundary
    });
    let star = prop::collection::vec(0.2_f64..1.2, 5..24).prop_map(|radii| {
        let count = radii.len() as f64;
        let corner = |(position, radius): (u32, &f64)| {
            let (sine, cosine) = libm::sincos(std::f64::consts::TAU * f64::from(position) / count);
            (radius * cosine, radius * sine)
        };
        MultiPolygon::new(vec![Polygon::new((0..).zip(&radii).map(corner).collect(), vec![])])
    });
    prop_oneof![plain, with_hole_and_part, star]
}

fn random_places() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let free = prop::collection::vec((-1.4_f64..1.4, -1.4_f64..1.4), 0..14);
    let on_grid = prop::collection::vec((-4_i32..5, -4_i32..5), 0..20)
        .prop_map(|places| places.into_iter().map(|(x, y)| (f64::from(x) * 0.25, f64::from(y) * 0.25)).collect());
    let in_line =
        prop::collection::vec(-9_i32..10, 0..9).prop_map(|places| places.into_iter().map(|x| (f64::from(x) * 0.1, 0.05)).collect());
    let close = prop::collection::vec((-4_i32..5, -4_i32..5), 0..9)
        .prop_map(|places| places.into_iter().map(|(x, y)| (f64::from(x) * 3.0 * METRE, f64::from(y) * 3.0 * METRE)).collect());
    prop_oneof![free, on_grid, in_line, close]
}

fn reaches() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![Just(None), Just(Some(9e7)), (1.0_f64..5.3).prop_map(|power| Some(libm::exp10(power)))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_coverage_is_sound_and_every_place_belongs_to_its_nearest_site(
        places in random_places(), boundary in boundaries(), reach_m in reaches(),
    ) {
        let ground = settings(boundary, reach_m);
        let coverage = divide(&places, &ground);
        assert_sound(&coverage);
        assert_nearest(&coverage, &places, &ground);
        let whole = outline(&coverage).unsigned_area();
        let given = ground.boundary.unwrap().unsigned_area();
        prop_assert!((whole / given - 1.0).abs() < 1e-7, "{whole} of {given}");
    }

    #[test]
    fn cells_equal_brute_force_half_planes_cut_by_boolean_operations(
        places in prop::collection::vec((-1.4_f64..1.4, -1.4_f64..1.4), 1..9), boundary in boundaries(),
    ) {
        let coverage = divide(&places, &settings(boundary.clone(), None));
        let cells = cells(&coverage);
        let names = grounds(&coverage);
        for owner in 0..places.len() {
            let expected = half_planes(&places, owner).intersection(&boundary).unsigned_area();
            let found = names.iter().position(|name| name.contains(&(owner as u32))).map_or(0.0, |cell| cells[cell].unsigned_area());
            prop_assert!((found - expected).abs() < 1e-7, "site {owner}: {found} but {expected}");
        }
    }

    #[test]
    fn dissolved_parts_equal_unions_by_boolean_operations(
        places in random_places(), boundary in boundaries(), reach_m in reaches(), parts in prop::collection::vec(prop::option::of(0_usize..3), 21),
    ) {
        let coverage = divide(&places, &settings(boundary, reach_m));
        let cells = cells(&coverage);
        for (part, found) in dissolve(&coverage, &parts[..cells.len()]).iter().enumerate() {
            prop_assert!(found.is_valid(), "{:?}", found.validation_errors());
            let members = cells.iter().zip(&parts).filter(|(_, of)| **of == Some(part)).map(|(cell, _)| cell);
            let expected = members.fold(MultiPolygon::new(vec![]), |union, cell| union.union(cell));
            prop_assert!((found.unsigned_area() - expected.unsigned_area()).abs() < 1e-7);
            prop_assert!(found.difference(&expected).unsigned_area() < 1e-7);
        }
    }

    #[test]
    fn probes_beside_every_arc_find_its_two_faces(places in random_places(), boundary in boundaries(), reach_m in reaches()) {
        let ground = settings(boundary, reach_m);
        let coverage = divide(&places, &ground);
        let cells = cells(&coverage);
        let vertex = |index: u32| coverage.vertices()[index as usize];
        for arc in coverage.arcs() {
            let longest = arc.vertices.windows(2).map(|pair| (vertex(pair[0]), vertex(pair[1])));
            let length = |(a, b): (LonLat, LonLat)| libm::hypot(b.lon() - a.lon(), b.lat() - a.lat());
            let (from, to) = longest.max_by(|&one, &other| length(one).total_cmp(&length(other))).unwrap();
            let aside = 1e-8 / length((from, to));
            if aside > 1e-3 {
                continue;
            }
            let middle = Coord { x: f64::midpoint(from.lon(), to.lon()), y: f64::midpoint(from.lat(), to.lat()) };
            let step = Coord { x: -(to.lat() - from.lat()) * aside, y: (to.lon() - from.lon()) * aside };
            for (probe, face) in [(middle + step, arc.left), (middle - step, arc.right)] {
                let found: Vec<_> = (0..cells.len()).filter(|&cell| is_inside(&cells[cell], probe)).collect();
                let expected: Vec<_> = face.iter().map(|face| face.0 as usize).collect();
                prop_assert!(found == expected, "{found:?} but {expected:?}");
            }
        }
    }
}

/// Each edge of a face's rings that is no edge of the whole is, reversed, in exactly one other face's rings.
fn assert_shared_vertex_by_vertex(coverage: &Coverage) {
    let bits = |at: Coord<f64>| (at.x.to_bits(), at.y.to_bits());
    let edges_of = |ground: &MultiPolygon<f64>| -> Vec<_> {
        let rings = ground.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        rings.flat_map(LineString::lines).map(|edge| (bits(edge.start), bits(edge.end))).collect()
    };
    let mut edges: Vec<_> = cells(coverage).iter().flat_map(edges_of).collect();
    edges.sort_unstable();
    assert!(edges.windows(2).all(|pair| pair[0] != pair[1]), "an edge is in one face's rings this way round");
    let mut rim = edges_of(&outline(coverage));
    rim.sort_unstable();
    for &(from, to) in &edges {
        let is_shared = edges.binary_search(&(to, from)).is_ok();
        assert!(is_shared != rim.binary_search(&(from, to)).is_ok(), "{from:?} to {to:?}");
    }
}

/// The least width that a face can have without being a sliver: some units of the grid, in degrees.
const SLIVER_DEGREES: f64 = 1e-8;

/// No face is thinner than rounding makes one: twice its area by half the length round it.
fn assert_no_slivers(coverage: &Coverage) {
    use geo::{Euclidean, Length};
    for (cell, face) in cells(coverage).iter().zip(coverage.faces()) {
        for polygon in cell {
            let width = 2.0 * polygon.unsigned_area() / Euclidean.length(polygon.exterior());
            assert!(width > SLIVER_DEGREES, "{width} in {face:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn neighbours_share_their_borders_vertex_by_vertex(places in random_places(), boundary in boundaries(), reach_m in reaches()) {
        assert_shared_vertex_by_vertex(&divide(&places, &settings(boundary, reach_m)));
    }

    /// Sites at random stand nowhere so that a true cell is that thin.
    #[test]
    fn no_face_is_a_sliver(
        places in prop::collection::vec((-1.4_f64..1.4, -1.4_f64..1.4), 1..80), boundary in boundaries(),
        reach_m in prop::option::of(5_000.0_f64..200_000.0),
    ) {
        let coverage = divide(&places, &settings(boundary, reach_m));
        assert_shared_vertex_by_vertex(&coverage);
        assert_no_slivers(&coverage);
    }
}

/// ```text
/// ┌───────────┐
/// │ ┌───────┐ │   ┌──┐
/// │ │ ┌──┐  │ │   └──┘     a lake, an island in it, and one beyond the shore
/// │ │ └──┘  │ │
/// │ └───────┘ │
/// └───────────┘
/// ```
#[test]
fn islands_in_lakes_are_divided_with_the_rest_within_reach() {
    let mut boundary = square(-1.0, 1.0);
    boundary.0[0].interiors_push(square(-0.6, 0.6).0[0].exterior().clone());
    boundary.0.extend(square(-0.2, 0.2));
    boundary.0.push(rectangle(1.2, -0.1, 1.4, 0.1));
    let places = [(-0.8, 0.0), (0.8, 0.0), (0.0, 0.8)];
    for reach_m in [None, Some(60_000.0), Some(95_000.0)] {
        let ground = settings(boundary.clone(), reach_m);
        let coverage = divide(&places, &ground);
        assert_sound(&coverage);
        assert_shared_vertex_by_vertex(&coverage);
        assert_no_slivers(&coverage);
        assert_nearest(&coverage, &places, &ground);
        assert!((outline(&coverage).unsigned_area() / boundary.unsigned_area() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn twenty_thousand_sites_at_one_place_share_its_face() {
    let places = vec![(0.1, 0.2); 20_000];
    let coverage = divide(&places, &settings(square(-1.0, 1.0), None));
    assert_eq!(coverage.faces().len(), 1);
    assert_eq!(coverage.faces()[0].ground.sites().len(), 20_000);
}

#[test]
fn thousands_of_sites_on_a_meridian_have_strips_in_order() {
    let places: Vec<_> = (0..3_000).map(|step| (0.0, 0.001 * f64::from(step) - 1.5)).collect();
    let coverage = divide(&places, &settings(MultiPolygon::new(vec![rectangle(-0.05, -1.6, 0.05, 1.6)]), None));
    assert_eq!(grounds(&coverage), (0..3_000).map(|site| vec![site]).collect::<Vec<_>>());
    let inner = &coverage.faces()[1..2_999];
    assert!(inner.iter().all(|face| (face.area_km2 / 1.23 - 1.0).abs() < 0.01), "{inner:?}");
}

/// ```text
/// 3     1
/// │ \ / │     the edges cross in the middle
/// │ / \ │
/// 0     2
/// ```
#[test]
fn a_bow_tie_keeps_both_its_wings() {
    let bow = |x: f64| polygon![(x: -1.0, y: -1.0), (x: x, y: 1.0), (x: x, y: -1.0), (x: -1.0, y: 1.0)];
    for (x, expected) in [(1.0, 2.0), (0.5, f64::NAN)] {
        let coverage = divide(&[(-0.9, 0.0), (0.4, 0.0)], &settings(MultiPolygon::new(vec![bow(x)]), None));
        assert_sound(&coverage);
        let area = outline(&coverage).unsigned_area();
        assert!(expected.is_nan() || (area - expected).abs() < 1e-6, "{area}");
        assert_eq!(outline(&coverage).0.len(), 2);
    }
}

#[test]
fn boundaries_of_no_area_are_refused() {
    let flat = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 2.0, y: 2.0)];
    let point = Polygon::new(LineString::from(vec![(1.0, 1.0)]), vec![]);
    let empty = Polygon::new(LineString::new(vec![]), vec![]);
    let hollow = Polygon::new(square(0.0, 1.0).0[0].exterior().clone(), vec![square(0.0, 1.0).0[0].exterior().clone()]);
    for polygon in [flat, point, empty, hollow] {
        let fault = voronoi(&sites(&[(0.5, 0.5)]), &settings(MultiPolygon::new(vec![polygon]), None), &Equirectangular).unwrap_err();
        assert_eq!(fault, TessellationFault::EmptyBoundary);
    }
    assert!(TessellationFault::EmptyBoundary.to_string().contains("check that its rings are closed and not flat"));
}

#[test]
fn coordinates_that_are_no_place_are_named_in_sites_and_boundaries() {
    for bad in [1e308, -1e308, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 180.000_001] {
        let ground = settings(
            MultiPolygon::new(vec![rectangle(0.0, 0.0, 1.0, 1.0), polygon![(x: 0.0, y: 0.0), (x: bad, y: 1.0), (x: 2.0, y: 2.0)]]),
            None,
        );
        let fault = voronoi(&sites(&[(0.5, 0.5)]), &ground, &Equirectangular).unwrap_err();
        assert!(matches!(fault, TessellationFault::BoundaryOutOfRange { lon, .. } if lon.to_bits() == bad.to_bits()), "{fault}");
        let shapes = [
            site(Point::new(bad, 0.0)),
            site(LineString::from(vec![(0.0, 0.0), (bad, 0.0)])),
            site(polygon![(x: 0.0, y: 0.0), (x: bad, y: 1.0), (x: 2.0, y: 2.0)]),
        ];
        for shape in shapes {
            let fault = voronoi(&[shape], &settings(square(-1.0, 1.0), None), &Equirectangular).unwrap_err();
            assert!(matches!(&fault, TessellationFault::SiteOutOfRange { lon, .. } if lon.to_bits() == bad.to_bits()), "{fault}");
        }
    }
}

/// Ten million are `cargo bench -p marchland-territory -- 10000000`, which measures such a ring among others.
#[test]
fn a_boundary_of_thirty_thousand_vertices_is_cut_to() {
    let corner = |step: u32| {
        let (sine, cosine) = libm::sincos(std::f64::consts::TAU * f64::from(step) / 3e4);
        (0.9 * cosine, 0.9 * sine)
    };
    let boundary = MultiPolygon::new(vec![Polygon::new((0..30_000).map(corner).collect(), vec![])]);
    let coverage = divide(&[(-0.5, 0.0), (0.5, 0.0)], &settings(boundary, None));
    assert_eq!(grounds(&coverage), [vec![0], vec![1]]);
    assert!((coverage.faces()[0].area_km2 / coverage.faces()[1].area_km2 - 1.0).abs() < 1e-4);
}

/// Rings that may cross themselves and each other, run either way, repeat places, or lie flat.
fn wild_boundaries() -> impl Strategy<Value = MultiPolygon<f64>> {
    let place = prop_oneof![(-4_i32..5, -4_i32..5).prop_map(|(x, y)| (f64::from(x), f64::from(y))), (-5.0_f64..5.0, -5.0_f64..5.0)];
    let ring = prop::collection::vec(place, 0..9).prop_map(LineString::from);
    let polygon = (ring.clone(), prop::collection::vec(ring, 0..2)).prop_map(|(shell, holes)| Polygon::new(shell, holes));
    prop::collection::vec(polygon, 0..3).prop_map(MultiPolygon::new)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_boundary_gives_a_sound_coverage_or_a_fault(
        boundary in wild_boundaries(), places in prop::collection::vec((-5_i32..6, -5_i32..6), 0..12), reach_m in reaches(),
    ) {
        let places: Vec<_> = places.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
        match voronoi(&sites(&places), &settings(boundary, reach_m), &Equirectangular) {
            Ok(coverage) => assert_sound(&coverage),
            Err(fault) => prop_assert!(matches!(fault, TessellationFault::EmptyBoundary | TessellationFault::NotOnEarth { .. }), "{fault}"),
        }
    }

    #[test]
    fn coverages_on_a_curved_plane_are_sound(
        places in prop::collection::vec((8.0_f64..32.0, 53.0_f64..67.0), 1..30), reach_m in prop::option::of(10_000.0_f64..900_000.0),
    ) {
        let ground = settings(MultiPolygon::new(vec![rectangle(10.0, 55.0, 30.0, 65.0)]), reach_m);
        let projection = Azimuthal { lon: 20.0, lat: 60.0 };
        let coverage = voronoi(&sites(&places), &ground, &projection).unwrap();
        assert_sound(&coverage);
        if reach_m.is_none() {
            assert_nearest_on(&projection, &places, &coverage, &lattice(10.0, 55.0, 30.0, 65.0));
        }
    }
}
