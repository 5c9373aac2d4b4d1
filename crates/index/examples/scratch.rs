//! x
#![allow(warnings)]
struct Instant(f64);
struct El(f64);
impl El {
    fn as_secs_f64(&self) -> f64 {
        self.0
    }
}
fn cpu() -> f64 {
    std::fs::read_to_string("/proc/self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}
impl Instant {
    fn now() -> Self {
        Instant(cpu())
    }
    fn elapsed(&self) -> El {
        El(cpu() - self.0)
    }
}
use marchland_core::*;
use marchland_index::{CellIndex, SpaceTimeIndex};
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}
fn coverage(columns: u32, rows: u32) -> Coverage {
    let mut builder = CoverageBuilder::new();
    let mut seed = 3;
    for row in 0..=rows {
        for column in 0..=columns {
            let moved = |place: u32, seed: &mut u64| (f64::from(place) + 0.6 * random(seed));
            let (lon, lat) = (moved(column, &mut seed), moved(row, &mut seed));
            builder.vertex(LonLat::new(30.0 + lon * 10.0 / columns as f64, 40.0 + lat * 7.5 / rows as f64).expect("a place"));
        }
    }
    let faces: Vec<_> =
        (0..columns * rows).map(|site| builder.face(Face { ground: Ground::Sites(vec![SiteIndex(site)]), area_km2: 1.0 })).collect();
    let face = |column: Option<u32>, row: Option<u32>| {
        let (column, row) = (column.filter(|&c| c < columns)?, row.filter(|&row| row < rows)?);
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

fn second(n: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(n).unwrap()
}
const DAY: i64 = 86400;
fn history(faces: usize, states: i64) -> History {
    let mut b = HistoryBuilder::new();
    let mut seed = 5;
    for _ in 0..faces {
        let mut cuts: Vec<i64> = (1..states).map(|_| (random(&mut seed) * 365.0 * 86400.0) as i64).collect();
        cuts.insert(0, 0);
        cuts.sort();
        cuts.dedup();
        cuts.push(365 * DAY);
        let s: Vec<_> = cuts
            .windows(2)
            .enumerate()
            .map(|(i, w)| {
                let mut a = Assessment::unsupported(
                    Period::new(second(w[0]), second(w[1])).unwrap(),
                    ControlState::Held(ActorIndex((i % 2) as u32)),
                    Status::Confirmed,
                );
                a.confidence = Some(random(&mut seed));
                a
            })
            .collect();
        b.face(&s);
    }
    b.finish()
}
fn ledger(sites: u32, end: i64) -> Ledger {
    let mut d = LedgerDraft::default();
    d.actors = vec![Actor::new("a", "a"), Actor::new("b", "b")];
    d.sites = (0..sites)
        .map(|i| SiteDraft {
            id: format!("s{i}"),
            ground: true,
            geometry: Some(geo_types::Point::new(30.0, 40.0).into()),
            ..Default::default()
        })
        .collect();
    d.given = vec![GivenDraft {
        site: "s0".into(),
        start: second(0),
        end: Some(second(end)),
        control: "a".into(),
        status: None,
        confidence: None,
        source: None,
        citation: String::new(),
    }];
    d.horizon = Some(second(end));
    Ledger::new(d).unwrap()
}
fn daily(vertices: usize, seed0: u64) -> Coverage {
    let mut seed = seed0.wrapping_mul(77777) + 1;
    let mut b = CoverageBuilder::new();
    let tau = std::f64::consts::TAU;
    let rough: Vec<f64> = {
        let mut r = vec![1.0; 4];
        let mut amp = 0.5;
        while r.len() < vertices {
            let n = r.len();
            r = (0..2 * n)
                .map(|i| if i % 2 == 0 { r[i / 2] } else { (r[i / 2] + r[(i / 2 + 1) % n]) / 2.0 + amp * (random(&mut seed) - 0.5) })
                .collect();
            amp *= 0.55;
        }
        r
    };
    let n = rough.len();
    let ring: Vec<u32> = (0..vertices)
        .map(|i| {
            let a = tau * i as f64 / vertices as f64;
            let r = 2.0 * rough[i * n / vertices];
            b.vertex(LonLat::new(35.0 + r * a.cos(), 45.0 + r * a.sin()).unwrap())
        })
        .collect();
    let square: Vec<u32> =
        [(30.0, 40.0), (40.0, 40.0), (40.0, 50.0), (30.0, 50.0)].iter().map(|&(x, y)| b.vertex(LonLat::new(x, y).unwrap())).collect();
    let f: Vec<_> = (0..2).map(|i| b.face(Face { ground: Ground::Sites(vec![SiteIndex(i)]), area_km2: 1.0 })).collect();
    let close = |mut v: Vec<u32>| {
        v.push(v[0]);
        v
    };
    b.arc(&close(ring), Some(f[0]), Some(f[1])).unwrap();
    b.arc(&close(square), Some(f[1]), None).unwrap();
    b.finish()
}
fn ask(index: &SpaceTimeIndex, end: i64, what: &str) {
    let mut seed = 9;
    let mut points = PointBatch::default();
    for _ in 0..4_000_000 {
        points.lons.push(30.0 + 10.0 * random(&mut seed));
        points.lats.push(40.0 + if end > 365 * DAY { 10.0 } else { 7.5 } * random(&mut seed));
        points.times_us.push((random(&mut seed) * end as f64) as i64 * 1_000_000);
    }
    let mut answers = AnswerBatch::default();
    for sorted in [false, false, false, false, true] {
        if sorted {
            let mut o: Vec<usize> = (0..points.lons.len()).collect();
            o.sort_by_key(|&i| ((points.lats[i] * 100.0) as i64, (points.lons[i] * 1000.0) as i64));
            points = PointBatch {
                lons: o.iter().map(|&i| points.lons[i]).collect(),
                lats: o.iter().map(|&i| points.lats[i]).collect(),
                times_us: o.iter().map(|&i| points.times_us[i]).collect(),
            };
        }
        let start = Instant::now();
        let mut ok = 0;
        for k in 0..points.lons.len() / 8192 {
            let r = k * 8192..(k + 1) * 8192;
            let p = PointBatch {
                lons: points.lons[r.clone()].to_vec(),
                lats: points.lats[r.clone()].to_vec(),
                times_us: points.times_us[r].to_vec(),
            };
            index.locate(&p, &mut answers);
            ok += answers.located.iter().filter(|&&l| l == Located::Ok).count();
        }
        println!(
            "{what} sorted {sorted}: locate {:.1} M/s ok {ok} {:.1} MB",
            4.0 / start.elapsed().as_secs_f64(),
            index.as_bytes().len() as f64 / 1e6
        );
    }
}
fn main() {
    for (c, r) in std::env::args()
        .nth(1)
        .map_or(vec![(40, 25), (200, 150), (632, 474)], |a| vec![[(40, 25), (200, 150), (632, 474)][a.parse::<usize>().unwrap()]])
    {
        let coverage = coverage(c, r);
        let start = Instant::now();
        let cells = CellIndex::new(&coverage);
        let build = start.elapsed().as_secs_f64();
        let mut seed = 9;
        let places: Vec<_> =
            (0..4_000_000).map(|_| LonLat::new(30.0 + 10.0 * random(&mut seed), 40.0 + 7.5 * random(&mut seed)).unwrap()).collect();
        let start = Instant::now();
        let found: u64 = places.iter().map(|&place| cells.at(place).map_or(0, |f| f.0 as u64)).sum();
        let t = start.elapsed().as_secs_f64();
        let edges: usize = coverage.arcs().map(|a| a.vertices.len() - 1).sum();
        println!(
            "{} cells {} edges build {:.4} s; {:.1} M/s  {} | bytes/edge {:.1} {:?}",
            coverage.faces().len(),
            edges,
            build,
            4.0 / t,
            found,
            cells.bytes() as f64 / edges as f64,
            cells
        );
        let start = Instant::now();
        let history = history(coverage.faces().len(), 11);
        let ledger = ledger(coverage.faces().len() as u32, 365 * DAY);
        let index = {
            let atlas = Atlas::fixed(coverage);
            let start = Instant::now();
            let i = SpaceTimeIndex::new(&atlas, &[history], &ledger, "x").unwrap();
            println!("build {:.3}", start.elapsed().as_secs_f64());
            i
        };
        ask(&index, 365 * DAY, "cells");
    }
    if std::env::args().len() > 1 {
        return;
    }
    let coverages: Vec<_> = (0..650).map(|d| daily(5000, d)).collect();
    let histories: Vec<_> = coverages.iter().map(|c| history(2, 1)).collect();
    let sheets = (0..650).map(|d| Sheet { from: second(d * DAY), coverage: d as usize }).collect();
    let atlas = Atlas::new(coverages, sheets).unwrap();
    let start = Instant::now();
    let index = SpaceTimeIndex::new(&atlas, &histories, &ledger(2, 650 * DAY), "x").unwrap();
    println!("daily build {:.3}", start.elapsed().as_secs_f64());
    ask(&index, 650 * DAY, "daily");
    let c = CellIndex::new(&atlas.coverages()[0]);
    println!("{:?} bytes/edge {}", c, c.bytes() as f64 / 5004.0);
}
