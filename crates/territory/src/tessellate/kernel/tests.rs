//! The lattice of votes held against brute force, and its robustness against false reports measured.

use geo::{BoundingRect, Validation};
use geo_types::{Coord, LineString, MultiPolygon, Point, polygon};
use marchland_core::{ActorIndex, Assessment, ControlState, Face, Period, Status};
use proptest::prelude::*;

use super::*;
use crate::tessellate::tests::{Equirectangular, METRE, assert_sound, cells, is_inside, is_on_edge, rectangle, site, square};
use crate::{ground_state, voronoi};

fn sites(places: &[(f64, f64)]) -> Vec<Site> {
    places.iter().map(|&(lon, lat)| site(Point::new(lon, lat))).collect()
}

fn bounded(boundary: MultiPolygon<f64>) -> GroundSettings {
    GroundSettings { boundary: Some(boundary), reach_m: None }
}

fn made(places: &[(f64, f64)], ground: &GroundSettings, settings: &KernelSettings) -> Kernel {
    let made = kernel(&sites(places), ground, settings, &Equirectangular).unwrap();
    assert_sound(&made.coverage);
    made
}

fn coarse(bandwidth_m: f64, spacing_m: f64) -> KernelSettings {
    KernelSettings { bandwidth_m: Some(bandwidth_m), spacing_m: Some(spacing_m), shape: CellShape::Hexagons }
}

fn lattice_cells<'a>(coverage: &'a Coverage) -> Vec<&'a LatticeCell> {
    let cell = |face: &'a Face| match &face.ground {
        Ground::Lattice(cell) => Some(cell),
        _ => None,
    };
    coverage.faces().iter().filter_map(cell).collect()
}

#[test]
fn the_bandwidth_is_twice_the_median_distance_and_the_spacing_a_fifth_of_it() {
    // Nearest distances of 1, 1, 2 and 5 hundredths of a degree: their median is 1.5.
    let places = [(0.0, 0.0), (0.01, 0.0), (0.03, 0.0), (0.08, 0.0)];
    let kernel = made(&places, &GroundSettings::default(), &KernelSettings::default());
    assert!((kernel.bandwidth_m * METRE - 0.03).abs() < 1e-9, "{}", kernel.bandwidth_m);
    assert!((kernel.spacing_m * METRE - 0.006).abs() < 1e-9);
}

/// ```text
///   ╱╲╱╲╱╲
///  │ 0│  │1│     each cell hears both, the nearer more
///   ╲╱╲╱╲╱
/// ```
#[test]
fn the_votes_of_a_cell_are_a_gaussian_of_the_distance_from_its_middle() {
    let places = [(0.0, 0.0), (0.05, 0.0)];
    let kernel = made(&places, &bounded(square(-0.02, 0.07)), &coarse(3_000.0, 1_500.0));
    let cells = lattice_cells(&kernel.coverage);
    let by_hand = |cell: &LatticeCell, place: (f64, f64)| {
        let shift = 0.5 * f64::from(cell.row.rem_euclid(2));
        let (x, y) = (1_500.0 * (f64::from(cell.column) + shift), 1_500.0 * f64::from(cell.row) * 3_f64.sqrt() / 2.0);
        let away = libm::hypot(x - place.0 / METRE, y - place.1 / METRE);
        if away > 9_000.0 { 0.0 } else { libm::exp(-away * away / (2.0 * 9e6)) }
    };
    for cell in &cells {
        let weights = places.map(|place| by_hand(cell, place));
        let total: f64 = weights.iter().sum();
        for vote in &cell.votes {
            assert!((vote.weight - weights[vote.site.0 as usize] / total).abs() < 1e-9, "{cell:?}");
        }
        assert!(cell.votes.windows(2).all(|pair| pair[0].weight >= pair[1].weight));
        assert_eq!(cell.votes.len(), weights.iter().filter(|&&weight| weight > 0.0).count());
    }
    let home = cells.iter().find(|cell| cell.standing == [SiteIndex(0)]).unwrap();
    assert_eq!((home.column, home.row), (0, 0));
    let mut names: Vec<_> = cells.iter().map(|cell| (cell.row, cell.column)).collect();
    assert!(names.is_sorted(), "row by row");
    names.dedup();
    assert_eq!(names.len(), cells.len(), "each name once");
}

#[test]
fn ground_farther_than_the_reach_from_every_site_is_beyond_it() {
    let places = [(0.0, 0.0)];
    let far = |reach_m: Option<f64>| {
        let ground = GroundSettings { boundary: Some(square(-0.2, 0.2)), reach_m };
        let kernel = made(&places, &ground, &coarse(2_000.0, 1_000.0));
        let lattice: f64 = kernel.coverage.faces().iter().filter(|face| face.ground != Ground::BeyondReach).map(|face| face.area_km2).sum();
        lattice.round()
    };
    assert!((far(None) - 113.0).abs() < 8.0, "three bandwidths round: {}", far(None));
    assert!((far(Some(4_000.0)) - 50.0).abs() < 5.0, "{}", far(Some(4_000.0)));
    assert_eq!(far(Some(1e9)), 1_969.0, "the nearest has a word where none votes");
    assert!((far(Some(1.0)) - 1.0).abs() < 7.0, "the cell of a site is never beyond: {}", far(Some(1.0)));
}

#[test]
fn without_sites_the_ground_is_beyond_reach_and_without_boundary_there_is_none() {
    let none = kernel(&[], &GroundSettings::default(), &KernelSettings::default(), &Equirectangular).unwrap();
    assert_eq!(none, Kernel::default());
    let open = made(&[], &bounded(square(0.0, 0.1)), &KernelSettings::default());
    assert_eq!(open.coverage.faces().iter().map(|face| face.ground.clone()).collect::<Vec<_>>(), [Ground::BeyondReach]);
}

#[test]
fn one_site_and_sites_at_one_place_have_a_bandwidth_of_the_reach() {
    for places in [vec![(0.0, 0.0)], vec![(0.0, 0.0), (0.0, 0.0)]] {
        let ground = GroundSettings { boundary: Some(square(-0.05, 0.05)), reach_m: Some(3_000.0) };
        let kernel = made(&places, &ground, &KernelSettings::default());
        assert_eq!((kernel.bandwidth_m, kernel.spacing_m), (3_000.0, 600.0));
        let cell = lattice_cells(&kernel.coverage)[0];
        assert_eq!(cell.votes.len(), places.len());
        assert!(made(&places, &bounded(square(-0.05, 0.05)), &KernelSettings::default()).bandwidth_m > 1_000.0);
    }
}

#[test]
fn a_lattice_of_squares_has_straight_borders() {
    let settings = KernelSettings { shape: CellShape::Squares, ..coarse(2_000.0, 1_113.194_907_93) };
    let kernel = made(&[(0.0, 0.0)], &bounded(square(-0.02, 0.02)), &settings);
    assert_eq!(lattice_cells(&kernel.coverage).len(), 25);
}

#[test]
fn a_tiny_boundary_within_one_cell_is_that_cell() {
    let kernel = made(&[(0.0, 0.0)], &bounded(square(0.001, 0.002)), &coarse(10_000.0, 5_000.0));
    let cells = lattice_cells(&kernel.coverage);
    assert_eq!(cells.iter().map(|cell| (cell.column, cell.row)).collect::<Vec<_>>(), [(0, 0)]);
}

#[test]
fn too_fine_a_lattice_is_made_coarser_and_says_so() {
    let places = [(0.0, 0.0), (0.000_1, 0.0), (3.0, 3.0)];
    let electorate_of = |settings: &KernelSettings| {
        let sites = sites(&places);
        let generators = Generators::new(&sites, &Equirectangular).unwrap();
        let outline = Outline::new(&generators, &bounded(square(-1.0, 4.0))).unwrap().unwrap();
        let within = outline.plane_box(&Equirectangular).unwrap();
        let electorate = Electorate::new(&generators, None, settings, &within);
        (electorate.lattice.len(), electorate.lattice.spacing_m, electorate.limit_m)
    };
    let (cells, spacing_m, limit_m) = electorate_of(&KernelSettings::default());
    assert!((190_000..205_000).contains(&cells) && spacing_m > 1_000.0, "{cells} {spacing_m}");
    assert_eq!(limit_m, spacing_m, "a site still has its own cell");
}

#[test]
fn holes_and_parts_and_lines_and_polygons_are_cut_and_vote() {
    let mut boundary = square(0.0, 0.1);
    boundary.0[0].interiors_push(rectangle(0.03, 0.03, 0.06, 0.06).exterior().clone());
    boundary.0.push(rectangle(0.11, 0.0, 0.13, 0.1));
    let road = site(LineString::from(vec![(0.0, 0.0), (0.13, 0.1)]));
    let town = site(rectangle(0.02, 0.07, 0.03, 0.08));
    let kernel = kernel(&[road, town], &bounded(boundary.clone()), &coarse(1_500.0, 700.0), &Equirectangular).unwrap();
    assert_sound(&kernel.coverage);
    let total: f64 = kernel.coverage.faces().iter().map(|face| face.area_km2).sum();
    assert!((total / crate::area_km2(&boundary) - 1.0).abs() < 1e-6);
    assert!(lattice_cells(&kernel.coverage).iter().all(|cell| cell.votes.len() <= 2));
    assert_eq!(lattice_cells(&kernel.coverage).iter().map(|cell| cell.standing.len()).sum::<usize>(), 2);
}

#[test]
fn distances_that_are_none_are_refused() {
    let refused = |ground: GroundSettings, settings| kernel(&[], &ground, &settings, &Equirectangular).unwrap_err();
    let none = GroundSettings::default;
    for metres in [0.0, -5.0, f64::INFINITY] {
        assert_eq!(refused(none(), coarse(metres, 1.0)), TessellationFault::NoBandwidth(metres));
        assert_eq!(refused(none(), coarse(1.0, metres)), TessellationFault::NoSpacing(metres));
    }
    assert_eq!(refused(GroundSettings { boundary: None, reach_m: Some(0.0) }, KernelSettings::default()), TessellationFault::NoReach(0.0));
    let flat = MultiPolygon(vec![rectangle(0.0, 0.0, 0.1, 0.0)]);
    assert_eq!(refused(bounded(flat), KernelSettings::default()), TessellationFault::EmptyBoundary);
    let nowhere = kernel(&sites(&[(1e308, 0.0)]), &none(), &KernelSettings::default(), &Equirectangular).unwrap_err();
    assert!(matches!(nowhere, TessellationFault::SiteOutOfRange { .. }), "{nowhere}");
}

/// The next number from 0 to 1 of a linear congruential generator (Knuth's MMIX constants).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

/// A winding front: 1 north of it, else 0.
fn holder(at: Coord<f64>) -> u32 {
    u32::from(at.y > 0.5 + 0.12 * libm::sin(7.0 * at.x) + 0.05 * libm::sin(23.0 * at.x))
}

fn held_by(actor: u32) -> Assessment {
    let period = Period::new("2024-01-01T00:00:00Z".parse().unwrap(), "2024-01-02T00:00:00Z".parse().unwrap()).unwrap();
    Assessment::unsupported(period, ControlState::Held(ActorIndex(actor)), Status::Confirmed)
}

/// Of a lattice of looks, the share at which the ground's state is the true one.
fn share_right(coverage: &Coverage, states: &[Assessment]) -> f64 {
    let cells = cells(coverage);
    let (mut right, mut looks) = (0_u32, 0_u32);
    for (cell, face) in cells.iter().zip(coverage.faces()) {
        let state = ground_state(&face.ground, |site| states.get(site.0 as usize));
        let extent = cell.bounding_rect().unwrap();
        // Looks at every hundredth of a degree, off the corners of cells.
        let steps = |from: f64, to: f64| ((from * 100.0).floor() as i32)..=((to * 100.0).ceil() as i32);
        for (row, column) in
            steps(extent.min().y, extent.max().y).flat_map(|row| steps(extent.min().x, extent.max().x).map(move |column| (row, column)))
        {
            let at = Coord { x: 0.01 * f64::from(column) + 0.004_7, y: 0.01 * f64::from(row) + 0.005_3 };
            if is_inside(cell, at) {
                looks += 1;
                let found = state.as_ref().and_then(|state| state.control.holder());
                right += u32::from(found == Some(ActorIndex(holder(at))));
            }
        }
    }
    assert!(looks > 9_900, "{looks}");
    f64::from(right) / f64::from(looks)
}

/// 3,000 reports along a front, every tenth of them wrong. Measured on a real front with as many: nearest .878, Gaussian .965.
#[test]
fn one_false_report_in_ten_hardly_moves_the_votes_and_misleads_the_nearest() {
    let mut seed = 11;
    let places: Vec<Coord<f64>> = (0..3_000).map(|_| Coord { x: random(&mut seed), y: random(&mut seed) }).collect();
    let states: Vec<_> = places.iter().map(|&at| held_by(if random(&mut seed) < 0.1 { 1 - holder(at) } else { holder(at) })).collect();
    let sites: Vec<_> = places.iter().map(|&at| site(Point::from(at))).collect();
    let ground = bounded(square(0.0, 1.0));
    let nearest = share_right(&voronoi(&sites, &ground, &Equirectangular).unwrap(), &states);
    let settings = KernelSettings { spacing_m: Some(1_200.0), ..KernelSettings::default() };
    let votes = share_right(&kernel(&sites, &ground, &settings, &Equirectangular).unwrap().coverage, &states);
    assert!((0.86..0.90).contains(&nearest), "{nearest}");
    assert!(votes > 0.95, "{votes} where the nearest has {nearest}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_lattice_is_sound_and_every_place_lies_in_the_cell_whose_middle_is_nearest(
        places in prop::collection::vec((-0.1..0.2, -0.1..0.2), 0..12),
        spacing_m in 900.0..4_000.0,
        reach_m in prop::option::of(500.0..30_000.0),
        shape in prop::sample::select(vec![CellShape::Hexagons, CellShape::Squares]),
    ) {
        let boundary = MultiPolygon(vec![polygon![(x: 0.0, y: 0.0), (x: 0.12, y: 0.02), (x: 0.08, y: 0.05), (x: 0.1, y: 0.12), (x: -0.02, y: 0.09)]]);
        let ground = GroundSettings { boundary: Some(boundary.clone()), reach_m };
        let settings = KernelSettings { bandwidth_m: None, spacing_m: Some(spacing_m), shape };
        let kernel = made(&places, &ground, &settings);
        let shapes = cells(&kernel.coverage);
        prop_assert!(shapes.iter().all(MultiPolygon::is_valid));
        for step in 0..100_i32 {
            let at = Coord { x: -0.019 + 0.014_3 * f64::from(step % 10), y: 0.001 + 0.012_1 * f64::from(step / 10) };
            if shapes.iter().any(|shape| is_on_edge(shape, at)) {
                continue;
            }
            let found: Vec<_> = shapes.iter().zip(kernel.coverage.faces()).filter(|(shape, _)| is_inside(shape, at)).map(|(_, face)| &face.ground).collect();
            prop_assert_eq!(found.len(), usize::from(is_inside(&boundary, at)));
            let Some(Ground::Lattice(cell)) = found.first() else { continue };
            let far = libm::hypot(spacing_m, spacing_m) * METRE / 2.0;
            let (column, row) = (f64::from(cell.column), f64::from(cell.row));
            let (x, y) = match shape {
                CellShape::Hexagons => (column + 0.5 * f64::from(cell.row.rem_euclid(2)), row * 3_f64.sqrt() / 2.0),
                CellShape::Squares => (column, row),
            };
            prop_assert!(libm::hypot(x * spacing_m * METRE - at.x, y * spacing_m * METRE - at.y) <= far * 1.000_001);
        }
    }
}
