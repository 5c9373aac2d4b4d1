//! x
#![allow(warnings)]
use std::time::Instant;
use marchland_core::*;
use marchland_index::CellIndex;
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}
fn coverage(columns: u32, rows: u32) -> Coverage {
    let mut builder = CoverageBuilder::new();
    let mut seed = 3;
    for row in 0..=rows { for column in 0..=columns {
            let moved = |place: u32, seed: &mut u64| (f64::from(place) + 0.6 * random(seed));
            let (lon, lat) = (moved(column, &mut seed), moved(row, &mut seed));
            builder.vertex(LonLat::new(30.0 + lon*10.0/columns as f64, 40.0 + lat*7.5/rows as f64).expect("a place"));
    } }
    let faces: Vec<_> = (0..columns*rows).map(|site| builder.face(Face { ground: Ground::Sites(vec![SiteIndex(site)]), area_km2: 1.0 })).collect();
    let face = |column: Option<u32>, row: Option<u32>| {
        let (column, row) = (column.filter(|&c| c < columns)?, row.filter(|&row| row < rows)?);
        Some(faces[(row * columns + column) as usize])
    };
    let vertex = |column: u32, row: u32| row * (columns + 1) + column;
    for row in 0..=rows { for column in 0..=columns {
        let here = face(Some(column), Some(row));
        let (below, before) = (face(Some(column), row.checked_sub(1)), face(column.checked_sub(1), Some(row)));
        if column < columns { builder.arc(&[vertex(column, row), vertex(column + 1, row)], here, below).expect("an arc"); }
        if row < rows { builder.arc(&[vertex(column, row), vertex(column, row + 1)], before, here).expect("an arc"); }
    } }
    builder.finish()
}
fn main() {
    for (c, r) in [(40,25),(200,150),(632,474)] {
        let coverage = coverage(c, r);
        let start = Instant::now();
        let cells = CellIndex::new(&coverage);
        let build = start.elapsed().as_secs_f64();
        let mut seed = 9;
        let places: Vec<_> = (0..4_000_000).map(|_| LonLat::new(30.0 + 10.0 * random(&mut seed), 40.0 + 7.5 * random(&mut seed)).unwrap()).collect();
        let start = Instant::now();
        let found: u64 = places.iter().map(|&place| cells.at(place).map_or(0, |f| f.0 as u64)).sum();
        let t = start.elapsed().as_secs_f64();
        let edges: usize = coverage.arcs().map(|a| a.vertices.len()-1).sum();
        println!("{} cells {} edges build {:.4} s; {:.1} M/s  {} | bytes/edge {:.1} {:?}", coverage.faces().len(), edges, build, 4.0/t, found, cells.bytes() as f64/edges as f64, cells);
    }
}
