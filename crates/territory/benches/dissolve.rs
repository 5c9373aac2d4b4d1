//! What a year of days costs on a coverage: `cargo bench -p marchland-territory --bench dissolve -- [CELLS …]`.
//!
//! Cells are bricks, each with six neighbours; one in a hundred changes hands every day, mostly along fronts that fray. Prints CPU
//! seconds where the system tells them (`/proc/self/schedstat`), else seconds; asserts nothing.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use marchland_core::{
    ActorIndex, Assessment, Atlas, ControlState, Coverage, CoverageBuilder, Extra, Face, FaceIndex, Ground, LonLat, Names, Period, Site,
    SiteIndex, Status, Timeline, microseconds,
};
use marchland_territory::{Chronicle, Mapmaker, Moment, Topology, dissolved_through, history, merged, series, simplified};

const DAYS: i64 = 365;
const ACTORS: u32 = 5;

/// The next number from 0 to 1 of a linear congruential generator (Knuth's MMIX constants).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

/// ```text
/// ┌──┬──┬──┐
/// └┬─┴┬─┴┬─┴┐     odd rows stand half a brick to the east
/// ┌┴─┬┴─┬┴─┬┘
/// └──┴──┴──┘
/// ```
fn bricks(width: u32, height: u32) -> Coverage {
    let mut builder = CoverageBuilder::new();
    let across = 2 * width + 2;
    for y in 0..=height {
        for x in 0..across {
            let place = LonLat::new(20.0 + 10.0 * f64::from(x) / f64::from(across), 40.0 + 10.0 * f64::from(y) / f64::from(height));
            builder.vertex(place.expect("ten degrees of Europe"));
        }
    }
    for site in 0..width * height {
        builder.face(Face { ground: Ground::Sites(vec![SiteIndex(site)]), area_km2: 1.0 });
    }
    let brick = |x: i64, y: i64| {
        let column = (x - y.rem_euclid(2)).div_euclid(2);
        let is_there = (0..i64::from(width)).contains(&column) && (0..i64::from(height)).contains(&y);
        is_there.then(|| FaceIndex((y * i64::from(width) + column) as u32))
    };
    let vertex = |x: i64, y: i64| (y * i64::from(across) + x) as u32;
    for y in 0..=i64::from(height) {
        for x in 0..i64::from(across) {
            // Lines between a brick and itself, or outside all, part nothing and are refused.
            let _ = x + 1 < i64::from(across) && builder.arc(&[vertex(x, y), vertex(x + 1, y)], brick(x, y), brick(x, y - 1)).is_ok();
            let _ = y < i64::from(height) && builder.arc(&[vertex(x, y), vertex(x, y + 1)], brick(x - 1, y), brick(x, y)).is_ok();
        }
    }
    builder.finish()
}

/// Each site's states: it starts with the actor of its strip, and takes over a neighbour's actor now and then.
fn timelines(width: u32, height: u32, start: Timestamp, days: i64) -> Vec<Timeline> {
    let mut seed = 1;
    let count = (width * height) as usize;
    let mut now: Vec<u32> = (0..width * height).map(|site| site % width * ACTORS / width).collect();
    let mut changes: Vec<Vec<(i64, u32)>> = now.iter().map(|&actor| vec![(0, actor)]).collect();
    for day in 1..days {
        for _ in 0..count / 100 {
            let site = (random(&mut seed) * count as f64) as usize % count;
            let neighbour = if random(&mut seed) < 0.5 { site + 1 } else { site + width as usize } % count;
            if now[site] != now[neighbour] || random(&mut seed) < 0.2 {
                now[site] = if now[site] == now[neighbour] { (now[site] + 1) % ACTORS } else { now[neighbour] };
                changes[site].push((day, now[site]));
            }
        }
    }
    let at = |day: i64| start + SignedDuration::from_hours(24 * day);
    let timeline = |changes: Vec<(i64, u32)>| {
        let ends = changes.iter().skip(1).map(|change| change.0).chain([DAYS]).collect::<Vec<_>>();
        let states = changes.into_iter().zip(ends).filter(|((from, _), to)| from < to).map(|((from, actor), to)| {
            let period = Period::new(at(from), at(to)).expect("it lasts a day or more");
            Assessment::unsupported(period, ControlState::Held(ActorIndex(actor)), Status::Confirmed)
        });
        Timeline::new(states.collect()).expect("each state begins where the last ends")
    };
    changes.into_iter().map(timeline).collect()
}

fn site() -> Site {
    Site {
        id: String::new(),
        names: Names::default(),
        kind: String::new(),
        geometry: None,
        precision_m: None,
        estimate: false,
        ground: true,
        parent: None,
        children: Box::default(),
        population: Some(1_000.0),
        weight: None,
        source: String::new(),
        note: String::new(),
        extra: Extra::new(),
    }
}

/// CPU seconds of this thread so far, or seconds since the start where the system does not tell.
fn clock(start: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

/// Where a year of days would take minutes, only the map of a day is measured.
const LARGEST_YEAR: u32 = 300_000;

fn measure(cells: u32) {
    let width = f64::from(cells).sqrt() as u32;
    let coverage = bricks(width, cells / width);
    let start = "2024-01-01T00:00:00Z".parse().expect("an instant");
    let timelines = timelines(width, cells / width, start, if cells > LARGEST_YEAR { 1 } else { DAYS });
    let sites = vec![site(); timelines.len()];
    let began = Instant::now();
    let mut last = clock(began);
    let mut tell = |what: &str| {
        let now = clock(began);
        println!("{cells} cells: {what} {:.3} s", now - last);
        last = clock(began);
    };
    let topology = Topology::new(&coverage);
    tell("topology");
    let states = timelines.iter().map(|timeline| timeline.at(start).clone()).collect::<Vec<_>>();
    tell("states of a day");
    let moment = Moment { at: start, as_of: None, rule: "bench 1".to_owned() };
    let mut maker = Mapmaker::new(&topology, &sites, states, moment.clone());
    tell("states and ground of all cells");
    let parts = maker.at(moment).dissolved.len();
    tell(&format!("snapshot of {parts} parts"));
    drop(maker);
    if cells > LARGEST_YEAR {
        return;
    }
    let histories = [history(&coverage, &timelines)];
    tell(&format!("history of {} rows", histories[0].rows().len()));
    let days: Vec<Timestamp> = (0..DAYS).map(|day| start + SignedDuration::from_hours(24 * day)).collect();
    let atlas = Atlas::fixed(coverage.clone());
    tell("a copy of the coverage");
    let chronicle = Chronicle { actors: ACTORS as usize, sites: &sites, timelines: &timelines, atlas: &atlas, histories: &histories };
    let rows = series(&chronicle, &days);
    tell(&format!("series of {} rows", rows.len()));
    let holders = histories[0].states().iter().map(|state| state.control.holder().map(|actor| actor.0 as usize));
    let mut vertices = 0;
    for parts in dissolved_through(&topology, &histories[0], &holders.collect::<Vec<_>>(), &days) {
        vertices += parts.iter().flatten().map(|polygon| polygon.exterior().0.len()).sum::<usize>();
    }
    tell(&format!("{DAYS} days dissolved, {vertices} vertices of outer rings,"));
    let last_day = days.last().map_or(i64::MAX, |&day| microseconds(day));
    let holder = |face| histories[0].state(histories[0].at(FaceIndex(face), last_day)).control.holder().map(|actor| actor.0 as usize);
    let joined = merged(&coverage, &(0..coverage.faces().len() as u32).map(holder).collect::<Vec<_>>());
    tell(&format!("merged to {} arcs", joined.arcs().len()));
    let coarse = simplified(&joined, 5_000.0);
    let corners = |coverage: &Coverage| coverage.arcs().map(|arc| arc.vertices.len()).sum::<usize>();
    tell(&format!("simplified from {} to {} corners", corners(&joined), corners(&coarse)));
}

fn main() {
    let asked: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for cells in if asked.is_empty() { vec![3_000, 30_000, 1_000_000] } else { asked } {
        measure(cells);
    }
}
