//! Drawn areas held against brute force, and against what their docs promise.

use geo::Validation;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon, polygon};
use marchland_core::Site;
use proptest::prelude::*;

use super::*;
use crate::tessellate::tests::{METRE, assert_sound, cells, grounds, is_inside, is_on_edge, outline, rectangle, site, square};
use crate::{area_km2, dissolve};

fn drawn(polygons: &[Polygon<f64>]) -> Vec<Site> {
    polygons.iter().map(|polygon| site(polygon.clone())).collect()
}

fn within(boundary: MultiPolygon<f64>) -> AreaSettings {
    AreaSettings { boundary: Some(boundary), ..AreaSettings::default() }
}

fn made(sites: &[Site], settings: &AreaSettings) -> Areas {
    let made = areas(sites, settings).unwrap();
    assert_sound(&made.coverage);
    made
}

fn made_of(polygons: &[Polygon<f64>]) -> Areas {
    made(&drawn(polygons), &AreaSettings::default())
}

/// Kind, sites, pieces, and square kilometres to a tenth.
fn told(areas: &Areas) -> Vec<(FlawKind, Vec<u32>, usize, f64)> {
    let sites = |flaw: &Flaw| flaw.sites.iter().map(|site| site.0).collect();
    areas.flaws.iter().map(|flaw| (flaw.kind, sites(flaw), flaw.pieces, (flaw.area_km2 * 10.0).round() / 10.0)).collect()
}

fn areas_km2(areas: &Areas) -> Vec<f64> {
    areas.coverage.faces().iter().map(|face| face.area_km2.round()).collect()
}

/// ```text
/// ┌───┬───┐
/// │ 0 │ 1 ├───┐      1 and 2 have a corner of the other in the midst of an edge
/// │   │   │ 2 │
/// └───┴───┤   │
///         └───┘
/// ```
#[test]
fn neighbours_share_their_border_vertex_by_vertex() {
    let made = made_of(&[rectangle(0.0, 0.0, 0.05, 0.1), rectangle(0.05, 0.0, 0.1, 0.1), rectangle(0.1, -0.03, 0.15, 0.06)]);
    assert_eq!(grounds(&made.coverage), [vec![0], vec![1], vec![2]]);
    assert_eq!(made.flaws, []);
    let between = |one: u32, other: u32| {
        let sides = [Some(marchland_core::FaceIndex(one)), Some(marchland_core::FaceIndex(other))];
        made.coverage.arcs().filter(|arc| [arc.left, arc.right] == sides || [arc.right, arc.left] == sides).count()
    };
    assert_eq!([between(0, 1), between(1, 2), between(0, 2)], [1, 1, 0]);
    let shells: Vec<_> = cells(&made.coverage).iter().map(|cell| cell.0[0].exterior().0.clone()).collect();
    let common = |one: &LineString<f64>, other: &LineString<f64>| one.0[1..].iter().filter(|place| other.0.contains(place)).count();
    assert_eq!(common(&LineString(shells[1].clone()), &LineString(shells[2].clone())), 2, "the corner of each on the other's edge");
}

/// ```text
/// ┌─────────┐
/// │ 0 ┌───┐ │
/// │   │ 1 │ │      drawn over, without a hole
/// │   └───┘ │
/// └─────────┘
/// ```
#[test]
fn an_enclave_drawn_over_its_surroundings_keeps_its_ground() {
    for order in [[0, 1], [1, 0]] {
        let rings = [rectangle(0.0, 0.0, 0.3, 0.3), rectangle(0.1, 0.1, 0.2, 0.2)];
        let made = made_of(&order.map(|at| rings[at].clone()));
        let mut sizes = areas_km2(&made);
        sizes.sort_by(f64::total_cmp);
        assert_eq!(sizes, [123.0, 985.0]);
        assert_eq!(told(&made), [(FlawKind::Overlap, vec![0, 1], 1, 123.1)]);
    }
}

#[test]
fn of_equal_polygons_that_overlap_the_first_has_the_ground() {
    let made = made_of(&[rectangle(0.0, 0.0, 0.1, 0.1), rectangle(0.05, 0.0, 0.15, 0.1)]);
    assert_eq!(areas_km2(&made), [123.0, 62.0]);
    assert_eq!(told(&made), [(FlawKind::Overlap, vec![0, 1], 1, 61.5)]);
}

#[test]
fn the_same_polygon_of_two_sites_is_one_face_wherever_it_starts() {
    let turned = polygon![(x: 0.1, y: 0.1), (x: 0.1, y: 0.0), (x: 0.0, y: 0.0), (x: 0.0, y: 0.1)];
    let made = made_of(&[rectangle(0.0, 0.0, 0.1, 0.1), rectangle(0.1, 0.0, 0.2, 0.1), turned]);
    assert_eq!(grounds(&made.coverage), [vec![0, 2], vec![1]]);
    assert_eq!(told(&made), [(FlawKind::Overlap, vec![0, 2], 1, 123.1)]);
}

/// ```text
/// ┌───┬───┐
/// │ 0 │ 1 │
/// │  ┌┴┐  │      nobody's in the middle
/// │  └┬┘  │
/// └───┴───┘
/// ```
#[test]
fn a_gap_between_sites_is_told_and_stays_nobodys() {
    let west = polygon![(x: 0.0, y: 0.0), (x: 0.1, y: 0.0), (x: 0.1, y: 0.04), (x: 0.09, y: 0.04), (x: 0.09, y: 0.06), (x: 0.1, y: 0.06), (x: 0.1, y: 0.1), (x: 0.0, y: 0.1)];
    let east = polygon![(x: 0.1, y: 0.0), (x: 0.2, y: 0.0), (x: 0.2, y: 0.1), (x: 0.1, y: 0.1), (x: 0.1, y: 0.06), (x: 0.11, y: 0.06), (x: 0.11, y: 0.04), (x: 0.1, y: 0.04)];
    let sites = drawn(&[west, east]);
    let open = made(&sites, &AreaSettings::default());
    assert_eq!(grounds(&open.coverage), [[0], [1]]);
    assert_eq!(told(&open), [(FlawKind::Gap, vec![0, 1], 1, 4.9)]);
    let bounded = made(&sites, &within(square(-0.1, 0.3)));
    assert_eq!(grounds(&bounded.coverage), [vec![0], vec![1], vec![]]);
    assert_eq!(told(&bounded), told(&open), "the ground round them is open too, and no gap");
}

#[test]
fn a_hole_of_one_site_is_drawn_so_and_an_island_in_it_is_its_own() {
    let ring = polygon!(
        exterior: [(x: 0.0, y: 0.0), (x: 0.3, y: 0.0), (x: 0.3, y: 0.3), (x: 0.0, y: 0.3)],
        interiors: [[(x: 0.05, y: 0.05), (x: 0.25, y: 0.05), (x: 0.25, y: 0.25), (x: 0.05, y: 0.25)]],
    );
    assert_eq!(made_of(std::slice::from_ref(&ring)).flaws, []);
    let made = made_of(&[ring, rectangle(0.1, 0.1, 0.2, 0.2)]);
    assert_eq!(areas_km2(&made), [615.0, 123.0]);
    assert_eq!(told(&made), [(FlawKind::Gap, vec![0, 1], 1, 369.3)]);
}

#[test]
fn parts_of_one_site_stay_apart_and_count_once_where_they_overlap() {
    let parts = MultiPolygon(vec![rectangle(0.0, 0.0, 0.1, 0.1), rectangle(0.05, 0.0, 0.1, 0.1), rectangle(0.3, 0.0, 0.4, 0.1)]);
    let made = made(&[site(parts)], &AreaSettings::default());
    assert_eq!((areas_km2(&made), made.flaws.len()), (vec![246.0], 0));
    assert_eq!(cells(&made.coverage)[0].0.len(), 2);
}

/// ```text
/// ┌────╲───┐
/// │ 0   │1 │     the two sides of one border, drawn twice, cross
/// └────╱───┘
/// ```
#[test]
fn slips_of_the_pen_along_a_border_leave_no_sliver() {
    let slip = 3.0 * METRE;
    let middle = |sign: f64| (0..=20).map(move |step| (0.1 + sign * slip * f64::from(step % 3 - 1), 0.005 * f64::from(step)));
    let west: Vec<_> = [(0.0, 0.0)].into_iter().chain(middle(1.0)).chain([(0.0, 0.1)]).collect();
    let east: Vec<_> = [(0.2, 0.0)].into_iter().chain(middle(-1.0)).chain([(0.2, 0.1)]).collect();
    let polygons = [west, east].map(|ring| Polygon::new(LineString::from(ring), vec![]));
    let made = made_of(&polygons);
    assert_eq!(grounds(&made.coverage), [[0], [1]]);
    assert!(cells(&made.coverage).iter().all(|cell| cell.0.len() == 1 && cell.0[0].interiors().is_empty()));
    assert!(made.flaws.iter().all(|flaw| flaw.kind == FlawKind::Sliver && flaw.area_km2 < 0.05), "{:?}", made.flaws);
    assert!(made.flaws.len() == 1 && made.flaws[0].pieces > 10, "{:?}", made.flaws);
    let kept = areas(&drawn(&polygons), &AreaSettings { sliver_m: 0.0, ..AreaSettings::default() }).unwrap();
    assert!(!outline(&kept.coverage).0[0].interiors().is_empty(), "at 0 m gaps stay");
}

/// ```text
/// ┌──────┐┌──────┐
/// │  0   ││  1   │     all gaps hang together; each stretch between two
/// └──────┘└──────┘     goes to one of these two
/// ┌──────┐┌──────┐
/// │  2   ││  3   │
/// └──────┘└──────┘
/// ```
#[test]
fn a_network_of_thin_gaps_is_cut_into_stretches_between_two_sites_each() {
    let shy = 1.0 * METRE;
    let polygons: Vec<_> = (0..9)
        .map(|number| (0.1 * f64::from(number % 3), 0.1 * f64::from(number / 3)))
        .map(|(west, south)| rectangle(west + shy, south + shy, west + 0.1 - shy, south + 0.1 - shy))
        .collect();
    let made = made(&drawn(&polygons), &within(square(0.0, 0.3)));
    assert_eq!(grounds(&made.coverage), (0..9).map(|site| vec![site]).collect::<Vec<_>>());
    let cells = cells(&made.coverage);
    assert!(cells.iter().all(|cell| cell.0.len() == 1 && cell.0[0].interiors().is_empty()), "nobody surrounds anybody");
    let total = area_km2(&square(0.0, 0.3));
    assert!(made.coverage.faces().iter().all(|face| (face.area_km2 / total - 1.0 / 9.0).abs() < 1e-4));
    assert!(made.flaws.iter().all(|flaw| flaw.kind == FlawKind::Sliver && flaw.sites.len() <= 2), "{:?}", made.flaws);
}

#[test]
fn a_polygon_drawn_too_small_for_its_place_keeps_all_its_neighbours() {
    let around = [(0.0, 0.0), (0.1, 0.0), (0.2, 0.0), (0.0, 0.1), (0.2, 0.1), (0.0, 0.2), (0.1, 0.2), (0.2, 0.2)];
    let mut polygons: Vec<_> = around.iter().map(|&(west, south)| rectangle(west, south, west + 0.1, south + 0.1)).collect();
    polygons.push(rectangle(0.1 + METRE, 0.1 + METRE, 0.2 - METRE, 0.2 - METRE));
    let made = made_of(&polygons);
    assert!(cells(&made.coverage).iter().all(|cell| cell.0[0].interiors().is_empty()));
    let neighbours = |site: u32| {
        let beside = |arc: marchland_core::Arc<'_>| [arc.left, arc.right].contains(&Some(marchland_core::FaceIndex(site)));
        made.coverage.arcs().filter(|arc| beside(*arc)).count()
    };
    assert!(neighbours(8) >= 4, "{}", neighbours(8));
}

#[test]
fn what_was_drawn_thin_stays_and_slips_along_the_boundary_do_not() {
    let trench = rectangle(0.0, 0.0, 0.1, 2.0 * METRE);
    assert_eq!(grounds(&made_of(&[trench]).coverage), [[0]]);
    let short = rectangle(0.0, 0.0, 0.1, 0.1 - 4.0 * METRE);
    let made = made(&drawn(&[short]), &within(square(0.0, 0.1)));
    assert_eq!(grounds(&made.coverage), [[0]], "the strip along the boundary's north is the site's");
    assert_eq!(told(&made), [(FlawKind::Sliver, vec![0], 1, 0.0)]);
}

#[test]
fn thin_rings_within_each_other_are_given_away_one_after_the_other() {
    let nested: Vec<_> =
        (0..40).map(|ring| 2.0 * METRE * f64::from(ring)).map(|grown| rectangle(-grown, -grown, 0.1 + grown, 0.1 + grown)).collect();
    let made = made_of(&nested);
    assert_eq!(grounds(&made.coverage), [[0]]);
    let outline = crate::polygons(&made.coverage, &[marchland_core::FaceIndex(0)]);
    assert!((area_km2(&outline) - made.coverage.faces()[0].area_km2).abs() < 1e-6);
}

#[test]
fn ground_is_cut_to_the_boundary_and_the_rest_is_beyond_reach() {
    let polygons = [rectangle(-0.05, 0.0, 0.05, 0.1), rectangle(0.5, 0.5, 0.6, 0.6)];
    let made = made(&drawn(&polygons), &within(square(0.0, 0.1)));
    assert_eq!(grounds(&made.coverage), [vec![0], vec![]]);
    assert_eq!(areas_km2(&made), [62.0, 62.0]);
    assert_eq!(made.flaws, []);
}

#[test]
fn without_polygons_the_boundary_is_beyond_reach_and_without_boundary_there_is_nothing() {
    let points = [site(Point::new(0.0, 0.0)), site(LineString::from(vec![(0.0, 0.0), (1.0, 1.0)]))];
    assert_eq!(areas(&points, &AreaSettings::default()).unwrap(), Areas::default());
    assert_eq!(areas(&[], &AreaSettings::default()).unwrap(), Areas::default());
    assert_eq!(grounds(&made(&points, &within(square(0.0, 0.1))).coverage), [Vec::<u32>::new()]);
}

#[test]
fn a_site_that_takes_no_ground_has_no_face() {
    let mut whole = site(rectangle(0.0, 0.0, 0.1, 0.1));
    whole.ground = false;
    assert_eq!(areas(&[whole], &AreaSettings::default()).unwrap(), Areas::default());
}

#[test]
fn flat_polygons_and_holes_equal_to_their_shells_enclose_nothing() {
    let flat = polygon![(x: 0.0, y: 0.0), (x: 0.3, y: 0.1), (x: 0.6, y: 0.2)];
    let corners = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.0)];
    let hollow = Polygon::new(LineString::from(corners.to_vec()), vec![LineString::from(corners.to_vec())]);
    let empty = Polygon::new(LineString(vec![]), vec![]);
    let dot = Polygon::new(LineString::from(vec![(0.05, 0.05)]), vec![]);
    assert_eq!(made_of(&[flat.clone(), hollow.clone(), empty, dot]), Areas::default());
    assert_eq!(grounds(&made_of(&[flat, hollow, rectangle(0.0, 0.0, 0.1, 0.1)]).coverage), [[2]]);
}

/// ```text
/// │╲  ╱│
/// │ ╲╱ │
/// │ ╱╲ │
/// │╱  ╲│
/// ```
#[test]
fn both_halves_of_a_bow_tie_are_its_ground() {
    let bow_tie = polygon![(x: 0.0, y: 0.0), (x: 0.0, y: 0.1), (x: 0.1, y: 0.0), (x: 0.1, y: 0.1)];
    let made = made_of(&[bow_tie]);
    assert_eq!(areas_km2(&made), [62.0]);
    assert_eq!(cells(&made.coverage)[0].0.len(), 2);
}

#[test]
fn polygons_cut_at_the_antimeridian_keep_both_sides() {
    let both = MultiPolygon(vec![rectangle(179.9, 0.0, 180.0, 0.1), rectangle(-180.0, 0.0, -179.9, 0.1)]);
    let made = made(&[site(both), site(rectangle(-179.9, 0.0, -179.8, 0.1))], &AreaSettings::default());
    assert_eq!(areas_km2(&made), [246.0, 123.0]);
    assert!(cells(&made.coverage).iter().all(MultiPolygon::is_valid));
    let across = polygon![(x: 179.9, y: 0.0), (x: -179.9, y: 0.0), (x: -179.9, y: 0.1), (x: 179.9, y: 0.1)];
    assert_eq!(areas_km2(&made_of(&[across])), [246.0], "also where one ring goes across");
    for round in [[0.0, 120.0, -120.0], [0.0, -120.0, 120.0]] {
        let cap = Polygon::new(round.map(|lon| (lon, 89.9)).to_vec().into(), vec![]);
        assert_eq!(areas_km2(&made_of(&[cap])), [392.0], "and round a pole: a circle of 11.17 km");
    }
}

#[test]
fn coordinates_that_are_no_place_are_a_fault_that_names_the_site() {
    for bad in [1e308, -1e308, f64::NAN, f64::INFINITY, 180.000_001] {
        let fault = areas(&[site(polygon![(x: 0.0, y: 0.0), (x: bad, y: 0.0), (x: 0.1, y: 0.1)])], &AreaSettings::default()).unwrap_err();
        assert!(matches!(fault, TessellationFault::SiteOutOfRange { ref site, lat: 0.0, .. } if site == "site"), "{fault}");
    }
    let far = areas(&[], &within(square(0.0, 1e308))).unwrap_err();
    assert!(matches!(far, TessellationFault::BoundaryOutOfRange { .. }), "{far}");
}

#[test]
fn a_boundary_of_no_area_and_a_width_that_is_none_are_refused() {
    let hollow = MultiPolygon(vec![rectangle(0.0, 0.0, 0.1, 0.1)]);
    let flat = MultiPolygon(vec![polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 2.0, y: 2.0)]]);
    assert_eq!(areas(&drawn(&hollow.0), &within(flat)).unwrap_err(), TessellationFault::EmptyBoundary);
    for sliver_m in [-1.0, f64::INFINITY] {
        let settings = AreaSettings { sliver_m, ..AreaSettings::default() };
        assert_eq!(areas(&[], &settings).unwrap_err(), TessellationFault::NoSliverWidth(sliver_m));
    }
    assert!(areas(&[], &AreaSettings { sliver_m: f64::NAN, ..AreaSettings::default() }).is_err());
}

#[test]
fn other_geometries_with_polygons_in_them_take_ground() {
    let members = vec![Geometry::from(Point::new(0.0, 0.0)), rectangle(0.0, 0.0, 0.1, 0.1).into()];
    let collection = Geometry::GeometryCollection(members.into());
    let rect = Geometry::Rect(geo_types::Rect::new((0.1, 0.0), (0.2, 0.1)));
    let triangle = Geometry::Triangle(geo_types::Triangle::new((0.2, 0.0).into(), (0.3, 0.0).into(), (0.2, 0.1).into()));
    let sites = [collection, rect, triangle].map(site);
    assert_eq!(areas_km2(&made(&sites, &AreaSettings::default())), [123.0, 123.0, 62.0]);
}

/// Whether polygons are found to fit, and what is made of them the general way.
fn the_general_way(sites: &[Site], sliver_m: f64) -> (bool, Areas) {
    let drawing = Drawing::new((0..).map(SiteIndex).zip(sites), None).unwrap();
    let lines = drawing.lines();
    (fitting::sides(&drawing, &lines, sliver_m).is_some(), overlaid(drawing, lines, sliver_m).unwrap())
}

/// Five rows of five squares, each from a corner of the lattice counter-clockwise.
fn board() -> Vec<Vec<(i32, i32)>> {
    (0..25).map(|cell| (cell % 5, cell / 5)).map(|(x, y)| vec![(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]).collect()
}

fn board_fits(rings: &[Vec<(i32, i32)>]) -> bool {
    let ring = |places: &Vec<(i32, i32)>| places.iter().map(|&(x, y)| (0.01 * f64::from(x), 0.01 * f64::from(y))).collect();
    the_general_way(&drawn(&rings.iter().map(|places| Polygon::new(ring(places), vec![])).collect::<Vec<_>>()), 10.0).0
}

/// ```text
/// ├─┬─┼─┼
/// ├─┤ │ │
/// │ └─┤ ├      the lowest row: one goes round a corner, one is two squares high
/// └───┴─┴
/// ```
#[test]
fn neighbours_with_the_very_same_corners_fit_whichever_way_they_run() {
    assert!(board_fits(&board()));
    let mut bent = board();
    bent[7].reverse();
    bent[0] = vec![(0, 0), (2, 0), (2, 2), (1, 2), (1, 1), (0, 1)];
    bent[1] = vec![(7, 0), (8, 0), (8, 1), (7, 1)];
    bent[6] = vec![(8, 1), (9, 1), (9, 2), (8, 2)];
    bent[2] = vec![(2, 0), (3, 0), (3, 1), (3, 2), (2, 2)];
    bent[7] = vec![(7, 7), (8, 7), (8, 8)];
    assert!(board_fits(&bent), "a corner that turns the other way, and islands, of which two touch");
}

#[test]
fn what_overlaps_leaves_a_gap_or_has_a_corner_in_the_midst_of_an_edge_does_not_fit() {
    let but = |cell: usize, ring: Vec<(i32, i32)>| {
        let mut board = board();
        board[cell] = ring;
        board_fits(&board)
    };
    assert!(!but(12, vec![(7, 7), (8, 7), (8, 8)]), "a gap in the middle");
    assert!(!but(4, board()[3].clone()), "the same twice");
    let mut twins = board();
    twins[4] = vec![(7, 7), (8, 7), (8, 8)];
    twins[0] = twins[4].clone();
    assert!(!board_fits(&twins), "the same twice, apart from all others");
    assert!(!but(4, vec![(0, 0), (5, 0), (5, 5), (0, 5)]), "one under all others");
    assert!(!but(0, vec![(1, 1), (0, 0), (0, 2), (1, 2)]), "one over a part of another");
    assert!(!but(4, vec![(4, 0), (5, 0), (5, 1), (4, 1), (4, 2), (4, 1)]), "one that goes there and back along an edge");
    assert!(!but(24, vec![(0, 5), (2, 5), (2, 6)]), "a corner in the midst of an edge");
}

/// Rectangles and triangles with corners on a coarse lattice, so that edges often fall together.
fn shapes() -> impl Strategy<Value = Vec<Polygon<f64>>> {
    let corner = || (0_i32..12, 0_i32..12);
    let degrees = |number: i32| 0.01 * f64::from(number);
    let rectangles = (corner(), (1_i32..6, 1_i32..6))
        .prop_map(move |((x, y), (width, height))| rectangle(degrees(x), degrees(y), degrees(x + width), degrees(y + height)));
    let triangles = (corner(), corner(), corner()).prop_map(move |corners| {
        let ring = [corners.0, corners.1, corners.2].map(|(x, y)| (degrees(x), degrees(y)));
        Polygon::new(LineString::from(ring.to_vec()), vec![])
    });
    prop::collection::vec(prop_oneof![rectangles, triangles], 0..12)
}

/// Twice the area in square units of the lattice, without rounding.
fn doubled(polygon: &Polygon<f64>) -> i64 {
    let units: Vec<(i64, i64)> =
        polygon.exterior().coords().map(|at| ((at.x * 100.0).round() as i64, (at.y * 100.0).round() as i64)).collect();
    units.windows(2).map(|pair| pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1).sum::<i64>().abs()
}

/// The corners in order.
fn corners(polygon: &Polygon<f64>) -> Vec<(i64, i64)> {
    let mut corners: Vec<_> =
        polygon.exterior().coords().map(|at| ((at.x * 100.0).round() as i64, (at.y * 100.0).round() as i64)).collect();
    corners.pop();
    corners.sort_unstable();
    corners
}

/// Whose a place is, by looking at every polygon; none on an edge.
fn expected(polygons: &[Polygon<f64>], at: Coord<f64>) -> Option<Vec<u32>> {
    let several: Vec<_> = polygons.iter().map(|polygon| MultiPolygon(vec![polygon.clone()])).collect();
    if several.iter().any(|polygon| is_on_edge(polygon, at)) {
        return None;
    }
    let covering = (0_u32..).zip(polygons).filter(|(index, _)| is_inside(&several[*index as usize], at));
    let Some((_, smallest)) = covering.min_by_key(|(index, polygon)| (doubled(polygon), *index)) else { return Some(Vec::new()) };
    Some((0..).zip(polygons).filter(|(_, polygon)| corners(polygon) == corners(smallest)).map(|(index, _)| index).collect())
}

/// What is done to a cell of a lattice.
#[derive(Clone, Copy, Debug)]
enum Change {
    Keep,
    Drop,
    Reverse,
    Nudge,
    Copy,
    WithTheNextCell,
    WithTheNextSite,
}

/// Lattices whose corners are moved, in units of the grid, in metres or in hundreds of metres; most cells as they are.
fn lattices() -> impl Strategy<Value = Vec<Site>> {
    let change = prop_oneof![
        40 => Just(Change::Keep), 2 => Just(Change::WithTheNextCell), 1 => Just(Change::Drop), 2 => Just(Change::Reverse),
        1 => Just(Change::Nudge), 1 => Just(Change::Copy), 1 => Just(Change::WithTheNextSite),
    ];
    let unit = prop::sample::select(vec![1.0 / f64::from(1 << 30), 1.0 / f64::from(1 << 30), 1e-5, 1e-3]);
    let steps = (2_i32..7, prop::sample::select(vec![6_i32, 30]));
    (3_usize..7, 3_usize..7, steps, unit).prop_flat_map(move |(columns, rows, steps, unit)| {
        let moves = (-1..=1, -steps.1 / 2..=steps.1 / 2);
        let corners = prop::collection::vec(prop_oneof![Just((0, 0)), moves], (columns + 1) * (rows + 1));
        let changes = prop::collection::vec(change.clone(), columns * rows);
        (corners, changes).prop_map(move |(moved, changes)| cells_of(columns, steps, &moved, &changes, unit))
    })
}

fn cells_of(columns: usize, steps: (i32, i32), moved: &[(i32, i32)], changes: &[Change], unit: f64) -> Vec<Site> {
    let corner = |column: usize, row: usize| {
        let (x, y) = moved[row * (columns + 1) + column];
        (unit * f64::from(steps.0 * column as i32 + x), unit * f64::from(steps.1 * row as i32 + y))
    };
    let mut sites: Vec<Vec<Polygon<f64>>> = Vec::new();
    let mut joined = false;
    for (cell, change) in changes.iter().enumerate() {
        let (column, row) = (cell % columns, cell / columns);
        let is_last = column + 1 == columns;
        if std::mem::take(&mut joined) {
            continue;
        }
        let mut ring = vec![corner(column, row), corner(column + 1, row), corner(column + 1, row + 1), corner(column, row + 1)];
        match change {
            Change::Drop => continue,
            Change::Reverse => ring.reverse(),
            Change::Nudge => ring[2].0 += unit,
            Change::WithTheNextCell if !is_last => {
                ring.splice(2..2, [corner(column + 2, row), corner(column + 2, row + 1)]);
                joined = true;
            }
            Change::Copy => sites.push(vec![Polygon::new(ring.clone().into(), vec![])]),
            _ => (),
        }
        let polygon = Polygon::new(ring.into(), vec![]);
        match sites.last_mut().filter(|_| matches!(change, Change::WithTheNextSite)) {
            Some(last) => last.push(polygon),
            None => sites.push(vec![polygon]),
        }
    }
    sites.into_iter().map(|polygons| site(MultiPolygon(polygons))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_fits_is_what_the_general_way_makes_of_it(sites in lattices(), sliver_m in prop::sample::select(vec![0.0, 10.0])) {
        let (_, expected) = the_general_way(&sites, sliver_m);
        prop_assert_eq!(areas(&sites, &AreaSettings { sliver_m, ..AreaSettings::default() }).unwrap(), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn every_place_is_whose_brute_force_says(polygons in shapes(), boundary in prop::option::of(Just(square(0.02, 0.11)))) {
        let bounded = boundary.is_some();
        let settings = AreaSettings { boundary, sliver_m: 0.0 };
        let made = made(&drawn(&polygons), &settings);
        let (cells, names) = (cells(&made.coverage), grounds(&made.coverage));
        for step in 0..300_i32 {
            let at = Coord { x: 0.000_371_93 + 0.009_137_71 * f64::from(step % 20), y: 0.000_531_17 + 0.011_311_39 * f64::from(step / 20) };
            let Some(mut expected) = expected(&polygons, at) else { continue };
            let found: Vec<_> = cells.iter().zip(&names).filter(|(cell, _)| is_inside(cell, at)).map(|(_, name)| name.clone()).collect();
            let inside = !bounded || is_inside(&square(0.02, 0.11), at);
            if cells.iter().any(|cell| is_on_edge(cell, at)) {
                continue;
            }
            let is_known = inside && (bounded || !expected.is_empty());
            if !is_known {
                expected.clear();
            }
            prop_assert_eq!(found, if is_known { vec![expected] } else { vec![] }, "at {:?}", at);
        }
    }

    #[test]
    fn slivers_given_away_leave_a_sound_coverage_of_the_same_ground(polygons in shapes(), slip in 0.0..8.0_f64) {
        let moved = |(index, polygon): (usize, &Polygon<f64>)| {
            let away = slip * METRE * (index % 5) as f64 / 5.0;
            Polygon::new(polygon.exterior().coords().map(|at| Coord { x: at.x + away, y: at.y - 0.7 * away }).collect(), vec![])
        };
        let moved: Vec<_> = polygons.iter().enumerate().map(moved).collect();
        let settings = within(square(0.0, 0.12));
        let thick = made(&drawn(&moved), &settings);
        let total: f64 = thick.coverage.faces().iter().map(|face| face.area_km2).sum();
        prop_assert!((total / area_km2(&square(0.0, 0.12)) - 1.0).abs() < 1e-6, "{}", total);
        let again = dissolve(&thick.coverage, &(0..thick.coverage.faces().len()).map(Some).collect::<Vec<_>>());
        prop_assert!(again.iter().all(MultiPolygon::is_valid));
    }
}
