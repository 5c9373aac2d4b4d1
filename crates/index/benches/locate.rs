//! How long it takes to find the cell of a place and the site nearest to it: `cargo bench -p marchland-index`.
//!
//! A lattice of 30,000 cells, one site in each, and a million random places. Prints seconds; asserts nothing.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use geo_types::Point;
use marchland_core::{Coverage, CoverageBuilder, Extra, Face, Ground, LonLat, Names, Site, SiteIndex};
use marchland_index::{CellIndex, NearestSites};

const COLUMNS: u32 = 200;
const ROWS: u32 = 150;

/// The next number from 0 to 1 of a linear congruential generator (Knuth's MMIX constants).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

/// Squares of a twentieth of a degree, their corners moved a little.
fn coverage() -> Coverage {
    let mut builder = CoverageBuilder::new();
    let mut seed = 3;
    for row in 0..=ROWS {
        for column in 0..=COLUMNS {
            let moved = |place: u32, seed: &mut u64| 0.05 * (f64::from(place) + 0.4 * random(seed));
            let (lon, lat) = (moved(column, &mut seed), moved(row, &mut seed));
            builder.vertex(LonLat::new(30.0 + lon, 40.0 + lat).expect("a place"));
        }
    }
    let cells = COLUMNS * ROWS;
    let faces: Vec<_> = (0..cells).map(|site| builder.face(Face { ground: Ground::Sites(vec![SiteIndex(site)]), area_km2: 1.0 })).collect();
    let face = |column: Option<u32>, row: Option<u32>| {
        let (column, row) = (column.filter(|&column| column < COLUMNS)?, row.filter(|&row| row < ROWS)?);
        Some(faces[(row * COLUMNS + column) as usize])
    };
    let vertex = |column: u32, row: u32| row * (COLUMNS + 1) + column;
    for row in 0..=ROWS {
        for column in 0..=COLUMNS {
            let here = face(Some(column), Some(row));
            let (below, before) = (face(Some(column), row.checked_sub(1)), face(column.checked_sub(1), Some(row)));
            if column < COLUMNS {
                builder.arc(&[vertex(column, row), vertex(column + 1, row)], here, below).expect("an arc");
            }
            if row < ROWS {
                builder.arc(&[vertex(column, row), vertex(column, row + 1)], before, here).expect("an arc");
            }
        }
    }
    builder.finish()
}

fn site(column: u32, row: u32) -> Site {
    Site {
        id: String::new(),
        names: Names::default(),
        kind: String::new(),
        geometry: Some(Point::new(30.035 + 0.05 * f64::from(column), 40.035 + 0.05 * f64::from(row)).into()),
        precision_m: None,
        estimate: false,
        ground: true,
        parent: None,
        children: Vec::new(),
        population: None,
        weight: None,
        source: String::new(),
        note: String::new(),
        extra: Extra::new(),
    }
}

fn main() {
    let coverage = coverage();
    let sites: Vec<_> = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| site(column, row))).collect();
    let mut seed = 9;
    let mut place = || LonLat::new(30.0 + 10.0 * random(&mut seed), 40.0 + 7.5 * random(&mut seed)).expect("a place");
    let places: Vec<_> = (0..1_000_000).map(|_| place()).collect();

    let start = Instant::now();
    let cells = CellIndex::new(&coverage);
    println!("{} cells indexed in {:.3} s", coverage.faces().len(), start.elapsed().as_secs_f64());
    let start = Instant::now();
    let found = places.iter().filter(|&&place| cells.at(place).is_some()).count();
    println!("{} places located in {:.3} s, {found} inside", places.len(), start.elapsed().as_secs_f64());

    let start = Instant::now();
    let nearest = NearestSites::new(&sites);
    println!("{} sites indexed in {:.3} s", sites.len(), start.elapsed().as_secs_f64());
    let start = Instant::now();
    let total_m: f64 = places[..100_000].iter().flat_map(|&place| nearest.nearest(place, 1)).map(|near| near.distance_m).sum();
    println!("100000 nearest sites in {:.3} s, {:.0} m away on average", start.elapsed().as_secs_f64(), total_m / 1e5);
}
