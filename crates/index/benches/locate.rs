//! Who held the ground at millions of places and times, and what is nearest: `cargo bench -p marchland-index`.
//!
//! Lattices of jittered cells, eleven states in each, and maps drawn anew each day. Prints million questions a second of one core, seconds
//! to build, bytes, and how cost grows with the cells; asserts nothing. Seconds are the processor's where the system tells them.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fs;
use std::time::Instant;

use geo_types::{LineString, Point, polygon};
use jiff::Timestamp;
use marchland_core::{
    Actor, ActorIndex, AnswerBatch, Assertion, Assessment, Atlas, ControlState, Coverage, CoverageBuilder, Face, Ground, History,
    HistoryBuilder, Ledger, LedgerDraft, LonLat, Period, PointBatch, ReportDraft, Sheet, SiteDraft, SiteIndex, SourceDraft, Status, Window,
};
use marchland_index::{CellIndex, NearestSites, SpaceTimeIndex};

const DAY: i64 = 86_400;
const QUESTIONS: usize = 2_000_000;
const BATCH: usize = 8_192;
const STATES: usize = 11;

/// Daily maps and corners of each.
const MAPS: i64 = 650;
const CORNERS: u32 = 5_000;

/// South-western corner of all ground, and its extent in degrees.
const WEST: f64 = 30.0;
const SOUTH: f64 = 40.0;
const EXTENT: f64 = 10.0;

fn main() {
    println!("| coverage | cells | random, M/s | sorted, M/s | one by one, M/s | build, s | bytes |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let costs: Vec<(f64, [f64; 2])> = [(40, 25), (200, 150), (632, 474)].map(|(columns, rows)| fixed(columns, rows)).to_vec();
    daily();
    for (pair, range) in costs.windows(2).zip(["1k to 30k", "30k to 300k"]) {
        let exponent = |which: usize| libm::log(pair[1].1[which] / pair[0].1[which]) / libm::log(pair[1].0 / pair[0].0);
        println!("growth from {range} cells: building {:.2}, random questions {:.2}", exponent(0), exponent(1));
    }
    geometry();
    nearest();
}

/// The next number from 0 to 1 of a linear congruential generator (Knuth's MMIX constants).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

/// Seconds a work takes one core, and what it gives.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let (wall, start) = (Instant::now(), core_seconds());
    let result = work();
    let seconds = start.zip(core_seconds()).map(|(start, end)| end - start);
    (seconds.unwrap_or_else(|| wall.elapsed().as_secs_f64()), result)
}

/// Linux counts nanoseconds of each thread here.
fn core_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

fn fixed(columns: u32, rows: u32) -> (f64, [f64; 2]) {
    let coverage = lattice(columns, rows);
    let cells = coverage.faces().len();
    let history = history(cells, STATES);
    let ledger = ledger(cells, 365);
    let atlas = Atlas::fixed(coverage);
    let make = || SpaceTimeIndex::new(&atlas, std::slice::from_ref(&history), &ledger, "bench").expect("an index");
    // Small ones are made again and again, for the system's clock of a core is coarse.
    let times = (300_000 / cells).max(1);
    let build = timed(|| (0..times).for_each(|_| drop(make()))).0 / times as f64;
    let index = make();
    (cells as f64, [build, ask("fixed", cells, build, &index)])
}

fn daily() {
    let coverages: Vec<Coverage> = (0..MAPS).map(|day| drawn(day as u64)).collect();
    let histories: Vec<History> = coverages.iter().map(|_| history(2, 1)).collect();
    let sheets = (0..MAPS).map(|day| Sheet { from: second(day * DAY), coverage: day as usize }).collect();
    let atlas = Atlas::new(coverages, sheets).expect("an atlas");
    let (build, index) = timed(|| SpaceTimeIndex::new(&atlas, &histories, &ledger(2, MAPS), "bench").expect("an index"));
    ask("650 daily maps", 2, build, &index);
}

/// Asks an index, prints a row, and gives the seconds of the random questions.
fn ask(what: &str, cells: usize, build: f64, index: &SpaceTimeIndex) -> f64 {
    let [_, end_us] = index.span_us();
    let mut seed = 9;
    let mut rows: Vec<(f64, f64, i64)> = (0..QUESTIONS)
        .map(|_| {
            let [lon, lat, time] = [0; 3].map(|_| random(&mut seed));
            (WEST + EXTENT * lon, SOUTH + EXTENT * lat, (time * end_us as f64) as i64)
        })
        .collect();
    let in_random_order = locate(index, &rows);
    let (one_by_one, _) = timed(|| {
        let places = rows.iter().filter_map(|&(lon, lat, time)| Some((LonLat::new(lon, lat)?, time)));
        places.filter(|&(place, time)| index.at(place, time).control == Some(0)).count()
    });
    // In rows of a hundredth of a degree from south to north.
    rows.sort_unstable_by(|one, other| (one.1 * 100.0).floor().total_cmp(&(other.1 * 100.0).floor()).then(one.0.total_cmp(&other.0)));
    let sorted = locate(index, &rows);
    let [random, sorted, one_by_one] = [in_random_order, sorted, one_by_one].map(|seconds| QUESTIONS as f64 / seconds / 1e6);
    println!("| {what} | {cells} | {random:.1} | {sorted:.1} | {one_by_one:.1} | {build:.3} | {} |", index.as_bytes().len());
    in_random_order
}

fn locate(index: &SpaceTimeIndex, rows: &[(f64, f64, i64)]) -> f64 {
    let batch = |rows: &[(f64, f64, i64)]| PointBatch {
        lons: rows.iter().map(|row| row.0).collect(),
        lats: rows.iter().map(|row| row.1).collect(),
        times_us: rows.iter().map(|row| row.2).collect(),
    };
    let batches: Vec<PointBatch> = rows.chunks(BATCH).map(batch).collect();
    let mut answers = AnswerBatch::default();
    timed(|| batches.iter().for_each(|batch| index.locate(batch, &mut answers))).0
}

/// Polygons and roads over a coverage.
fn geometry() {
    let coverage = lattice(632, 474);
    let (build, cells) = timed(|| CellIndex::new(&coverage));
    let road: LineString<f64> = (0..1_000).map(|step| (WEST + 0.009 * f64::from(step), SOUTH + 0.008 * f64::from(step))).collect();
    let (along, stretches) = timed(|| cells.along(&road).len());
    let square = polygon![(x: 32.0, y: 42.0), (x: 37.0, y: 43.0), (x: 38.0, y: 48.0), (x: 33.0, y: 47.0)];
    let (within, faces) = timed(|| cells.within(&square.into()).len());
    println!(
        "{} cells indexed in {build:.3} s; {stretches} stretches of a road in {along:.4} s; {faces} cells of a polygon in {within:.3} s",
        coverage.faces().len()
    );
}

fn nearest() {
    let mut seed = 4;
    let sites: Vec<_> = ledger(30_000, 1).sites().to_vec();
    let places: Vec<_> =
        (0..100_000).filter_map(|_| LonLat::new(WEST + EXTENT * random(&mut seed), SOUTH + EXTENT * random(&mut seed))).collect();
    let (build, nearest) = timed(|| NearestSites::new(&sites));
    let (one, _) = timed(|| places.iter().flat_map(|&place| nearest.nearest(place, 1)).map(|near| near.distance_m).sum::<f64>());
    let (ten, _) = timed(|| places.iter().flat_map(|&place| nearest.nearest(place, 10)).map(|near| near.distance_m).sum::<f64>());
    println!("{} sites indexed in {build:.3} s; nearest 1 of {} places in {one:.3} s, nearest 10 in {ten:.3} s", sites.len(), places.len());
}

fn place(across: f64, up: f64) -> LonLat {
    LonLat::new(WEST + EXTENT * across, SOUTH + EXTENT * up).expect("a place")
}

fn face(builder: &mut CoverageBuilder, site: u32) -> marchland_core::FaceIndex {
    builder.face(Face { ground: Ground::Sites(vec![SiteIndex(site)]), area_km2: 1.0 })
}

/// Cells side by side, their corners moved by up to 0.6 of their extent.
fn lattice(columns: u32, rows: u32) -> Coverage {
    let (mut builder, mut seed) = (CoverageBuilder::new(), 3);
    for row in 0..=rows {
        for column in 0..=columns {
            let mut moved = |line: u32, count: u32| (f64::from(line) + 0.6 * random(&mut seed)) / (f64::from(count) + 0.6);
            builder.vertex(place(moved(column, columns), moved(row, rows)));
        }
    }
    let faces: Vec<_> = (0..columns * rows).map(|site| face(&mut builder, site)).collect();
    let face = |column: Option<u32>, row: Option<u32>| {
        let (column, row) = (column.filter(|&column| column < columns)?, row.filter(|&row| row < rows)?);
        Some(faces[(row * columns + column) as usize])
    };
    let vertex = |column: u32, row: u32| row * (columns + 1) + column;
    for row in 0..=rows {
        for column in 0..=columns {
            let here = face(Some(column), Some(row));
            let (below, before) = (face(Some(column), row.checked_sub(1)), face(column.checked_sub(1), Some(row)));
            if column < columns {
                builder.arc(&[vertex(column, row), vertex(column + 1, row)], here, below).expect("an arc");
            }
            if row < rows {
                builder.arc(&[vertex(column, row), vertex(column, row + 1)], before, here).expect("an arc");
            }
        }
    }
    builder.finish()
}

/// A map of one day: ground held by one party, with a rough border, in the midst of another's.
fn drawn(day: u64) -> Coverage {
    let (mut builder, mut seed) = (CoverageBuilder::new(), day.wrapping_mul(77_777) + 1);
    let (mut radii, mut rough) = (vec![0.2; 4], 0.1);
    while radii.len() < CORNERS as usize {
        let between = |at: usize| f64::midpoint(radii[at], radii[(at + 1) % radii.len()]);
        let finer =
            (0..2 * radii.len()).map(|at| if at % 2 == 0 { radii[at / 2] } else { between(at / 2) + rough * (random(&mut seed) - 0.5) });
        radii = finer.collect();
        rough *= 0.55;
    }
    let corner = |at: u32| {
        let (sine, cosine) = libm::sincos(std::f64::consts::TAU * f64::from(at) / f64::from(CORNERS));
        let radius = radii[at as usize * radii.len() / CORNERS as usize];
        place(0.5 + radius * cosine, 0.5 + radius * sine)
    };
    let mut inner: Vec<u32> = (0..CORNERS).map(|at| builder.vertex(corner(at))).collect();
    let mut outer: Vec<u32> = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].iter().map(|&(x, y)| builder.vertex(place(x, y))).collect();
    inner.push(inner[0]);
    outer.push(outer[0]);
    let [held, around] = [0, 1].map(|site| face(&mut builder, site));
    builder.arc(&inner, Some(held), Some(around)).expect("an arc");
    builder.arc(&outer, Some(around), None).expect("an arc");
    builder.finish()
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("an instant")
}

/// States that begin at random seconds of a year, each face's own.
fn history(faces: usize, states: usize) -> History {
    let (mut builder, mut seed) = (HistoryBuilder::new(), 5);
    for _ in 0..faces {
        let mut starts: Vec<i64> = (1..states).map(|_| 1 + (random(&mut seed) * 365.0 * DAY as f64) as i64).chain([0]).collect();
        starts.sort_unstable();
        starts.dedup();
        starts.push(366 * DAY);
        let state = |(number, pair): (usize, &[i64])| {
            let period = Period::new(second(pair[0]), second(pair[1])).expect("a period");
            let held = ControlState::Held(ActorIndex(number as u32 % 2));
            Assessment { confidence: Some(0.8), ..Assessment::unsupported(period, held, Status::Confirmed) }
        };
        builder.face(&starts.windows(2).enumerate().map(state).collect::<Vec<_>>());
    }
    builder.finish()
}

/// Two actors, sites at random, and a span of so many days from 1970 on.
fn ledger(sites: usize, days: i64) -> Ledger {
    let mut seed = 7;
    let mut site = |number: usize| SiteDraft {
        id: format!("site-{number}"),
        ground: true,
        geometry: Some(Point::new(WEST + EXTENT * random(&mut seed), SOUTH + EXTENT * random(&mut seed)).into()),
        ..SiteDraft::default()
    };
    let draft = LedgerDraft {
        actors: vec![Actor::new("red", "Red"), Actor::new("blue", "Blue")],
        sources: vec![SourceDraft { id: "source".to_owned(), ..SourceDraft::default() }],
        sites: (0..sites).map(&mut site).collect(),
        reports: vec![ReportDraft::new("first", "site-0", "red", Assertion::Controls, Window::instant(second(0)), "source")],
        horizon: Some(second(days * DAY)),
        ..LedgerDraft::default()
    };
    Ledger::new(draft).expect("a ledger")
}
