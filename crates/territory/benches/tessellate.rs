//! How long it takes to divide ground and to lay states on it: `cargo bench -p marchland-territory -- [SITES …]`.
//!
//! Random sites in a star-shaped boundary of 5,000 vertices, on a plane made for the region, without and with a reach, and by vote; a
//! hundred sites in a boundary of as many vertices as there were sites, and as many sites on one meridian. Then as many districts
//! drawn to fit, and drawn with a slip of the pen of up to 3 m at every corner; and 650 daily maps of two fronts with 5,000
//! vertices each. Prints seconds; asserts nothing.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::f64::consts::TAU;
use std::time::Instant;

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};
use jiff::Timestamp;
use marchland_core::{ActorIndex, Assessment, ControlState, Extra, LonLat, Metres, Names, Period, Projection, Site, Status};
use marchland_territory::{AreaSettings, GroundSettings, KernelSettings, Moment, Topology, areas, kernel, maps, snapshot, voronoi};

/// Lambert's azimuthal equal-area projection of a sphere (Snyder 1987, equations 24-2 to 24-18).
struct Azimuthal {
    lon: f64,
    lat: f64,
}

const RADIUS_M: f64 = 6_371_007.2;

impl Projection for Azimuthal {
    fn forward(&self, lon_lat: LonLat) -> Option<Metres> {
        let (sine, cosine) = libm::sincos(lon_lat.lat().to_radians());
        let (sine_0, cosine_0) = libm::sincos(self.lat.to_radians());
        let (east, towards) = libm::sincos((lon_lat.lon() - self.lon).to_radians());
        let scale = RADIUS_M * (2.0 / (1.0 + sine_0 * sine + cosine_0 * cosine * towards)).sqrt();
        Some(Metres { x: scale * cosine * east, y: scale * (cosine_0 * sine - sine_0 * cosine * towards) })
    }

    fn inverse(&self, metres: Metres) -> Option<LonLat> {
        let away = libm::hypot(metres.x, metres.y);
        if away == 0.0 {
            return LonLat::new(self.lon, self.lat);
        }
        let (sine, cosine) = libm::sincos(2.0 * libm::asin(away / (2.0 * RADIUS_M)));
        let (sine_0, cosine_0) = libm::sincos(self.lat.to_radians());
        let lat = libm::asin(cosine * sine_0 + metres.y * sine * cosine_0 / away);
        let lon = libm::atan2(metres.x * sine, away * cosine_0 * cosine - metres.y * sine_0 * sine);
        LonLat::new(self.lon + lon.to_degrees(), lat.to_degrees())
    }

    fn name(&self) -> &'static str {
        "azimuthal"
    }

    fn code(&self) -> &'static str {
        "azimuthal"
    }
}

/// The next number from 0 to 1 of a linear congruential generator (Knuth's MMIX constants).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

fn site(geometry: impl Into<Geometry<f64>>) -> Site {
    Site {
        id: String::new(),
        names: Names::default(),
        kind: String::new(),
        geometry: Some(geometry.into()),
        precision_m: Some(2_000.0),
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

/// A star of so many vertices, whose rays are as many whatever these.
fn boundary(vertices: u32) -> MultiPolygon<f64> {
    let mut seed = 7;
    let corner = |step: u32| {
        let turn = f64::from(step) / f64::from(vertices);
        let (sine, cosine) = libm::sincos(TAU * turn);
        let radius = 4.5 + 0.5 * libm::sin(turn * 54.0) + 100.0 / f64::from(vertices) * random(&mut seed);
        (67.0 + radius * cosine, 34.0 + radius * sine)
    };
    MultiPolygon::new(vec![Polygon::new((0..vertices).map(corner).collect(), vec![])])
}

const PLANE: Azimuthal = Azimuthal { lon: 67.0, lat: 34.0 };

fn measure_ring(vertices: u32) {
    let places = (0..100).map(|step: u32| site(Point::new(64.0 + 0.6 * f64::from(step % 10), 31.0 + 0.6 * f64::from(step / 10))));
    let (sites, ground) = (places.collect::<Vec<_>>(), GroundSettings { boundary: Some(boundary(vertices)), reach_m: None });
    let start = Instant::now();
    let coverage = voronoi(&sites, &ground, &PLANE).expect("the ground is sound");
    println!("a boundary of {vertices} vertices: {:.3} s, {} vertices", start.elapsed().as_secs_f64(), coverage.vertices().len());
}

fn measure_meridian(count: usize) {
    let sites: Vec<_> = (0..count).map(|step| site(Point::new(67.2, 30.0 + 8.0 * step as f64 / count as f64))).collect();
    let start = Instant::now();
    let coverage = voronoi(&sites, &GroundSettings { boundary: None, reach_m: Some(1_000.0) }, &PLANE).expect("the ground is sound");
    println!("{count} sites on a meridian: {:.3} s, {} faces", start.elapsed().as_secs_f64(), coverage.faces().len());
}

fn random_sites(count: usize) -> Vec<Site> {
    let mut seed = 1;
    (0..count).map(|_| site(Point::new(62.5 + 9.0 * random(&mut seed), 29.5 + 9.0 * random(&mut seed)))).collect()
}

fn measure(count: usize, reach_m: Option<f64>) {
    let sites = random_sites(count);
    let ground = GroundSettings { boundary: Some(boundary(5_000)), reach_m };
    let start = Instant::now();
    let coverage = voronoi(&sites, &ground, &PLANE).expect("the ground is sound");
    let tessellated = start.elapsed().as_secs_f64();
    let at = "2016-10-03T00:00:00Z".parse().expect("an instant");
    let period = Period::new(at, "2016-10-04T00:00:00Z".parse().expect("an instant")).expect("a day");
    let west_or_east = |site: &Site| match &site.geometry {
        Some(Geometry::Point(point)) => ControlState::Held(ActorIndex(u32::from(point.x() > 67.0))),
        _ => ControlState::Unknown,
    };
    let states: Vec<_> = sites.iter().map(|site| Assessment::unsupported(period, west_or_east(site), Status::Confirmed)).collect();
    let start = Instant::now();
    let snapshot = snapshot(&Topology::new(&coverage), &sites, states, Moment { at, as_of: None, rule: "bench 1".to_owned() });
    let laid = start.elapsed().as_secs_f64();
    println!("{count} sites, reach {reach_m:?}: divided {tessellated:.3} s, snapshot {laid:.3} s, {} cells", snapshot.cells.len());
}

fn measure_votes(count: usize) {
    let sites = random_sites(count);
    let ground = GroundSettings { boundary: Some(boundary(5_000)), reach_m: None };
    let start = Instant::now();
    let made = kernel(&sites, &ground, &KernelSettings::default(), &PLANE).expect("the ground is sound");
    let seconds = start.elapsed().as_secs_f64();
    println!("{count} sites vote: {seconds:.3} s, {} cells {:.0} m apart", made.coverage.faces().len(), made.spacing_m);
}

/// Districts in rows and columns whose corners, and the middles of whose sides, lie off the lattice by up to a third of a side.
fn districts(count: usize, slip_m: f64) -> Vec<Site> {
    let side = (count as f64).sqrt().ceil() as i32;
    let step = 9.0 / f64::from(side);
    let mut slips = 3;
    // Two steps to a side; the same whichever district asks.
    let mut corner = |column: i32, row: i32| {
        let mut seed = (u64::from(column.cast_unsigned()) << 32) | u64::from(row.cast_unsigned());
        random(&mut seed);
        let mut off = || 0.3 * step * (random(&mut seed) - 0.5) + slip_m / 100_000.0 * (2.0 * random(&mut slips) - 1.0);
        Coord { x: 62.5 + 0.5 * step * f64::from(column) + off(), y: 29.5 + 0.5 * step * f64::from(row) + off() }
    };
    let round = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)];
    let mut district = |number: i32| {
        let (column, row) = (2 * (number % side), 2 * (number / side));
        let ring: LineString<f64> = round.iter().map(|&(east, north)| corner(column + east, row + north)).collect();
        site(Polygon::new(ring, vec![]))
    };
    (0..count as i32).map(&mut district).collect()
}

fn measure_areas(count: usize, slip_m: f64) {
    let sites = districts(count, slip_m);
    let start = Instant::now();
    let made = areas(&sites, &AreaSettings::default()).expect("the districts are sound");
    let seconds = start.elapsed().as_secs_f64();
    println!("{count} districts, slips of {slip_m} m: {seconds:.3} s, {} faces, {} flaws", made.coverage.faces().len(), made.flaws.len());
}

/// Three parties a day; every day a sixteenth of each front moves.
fn measure_maps(days: i64) {
    let steps = 1_600_usize;
    let mut seed = 5;
    let mut fronts = [36.0, 39.0].map(|lon| vec![lon; steps]);
    let (mut sites, mut drawn) = (Vec::new(), Vec::new());
    for day in 0..days {
        for front in &mut fronts {
            let first = (random(&mut seed) * (steps - 100) as f64) as usize;
            front[first..first + 100].iter_mut().for_each(|lon| *lon += 0.05 * (random(&mut seed) - 0.5));
        }
        let line = |front: &[f64]| front.iter().zip(0..).map(|(&lon, step)| (lon, 46.0 + 0.003 * f64::from(step))).collect::<Vec<_>>();
        let [west, east] = [line(&fronts[0]), line(&fronts[1])];
        let back = |line: &[(f64, f64)]| line.iter().rev().copied().collect::<Vec<_>>();
        let rings = [
            [vec![(30.0, 50.797), (30.0, 46.0)], west.clone()],
            [back(&west), east.clone()],
            [back(&east), vec![(45.0, 46.0), (45.0, 50.797)]],
        ];
        let seconds = |day: i64| Timestamp::from_second(1_700_000_000 + 86_400 * day).expect("an instant");
        for ring in rings {
            sites.push(site(Polygon::new(LineString::from(ring.concat()), vec![])));
            drawn.push(vec![Period::new(seconds(day), seconds(day + 1)).expect("a day")]);
        }
    }
    let start = Instant::now();
    let made = maps(&sites, &drawn, &AreaSettings::default()).expect("the maps are sound");
    let vertices: usize = made.atlas.coverages().iter().map(|coverage| coverage.vertices().len()).sum();
    println!("{days} daily maps: {:.3} s, {vertices} vertices", start.elapsed().as_secs_f64());
}

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for count in if asked.is_empty() { vec![2_000, 100_000] } else { asked } {
        measure(count, None);
        measure(count, Some(20_000.0));
        measure_ring(count as u32);
        measure_meridian(count);
        measure_votes(count);
        measure_areas(count, 0.0);
        measure_areas(count, 3.0);
    }
    measure_maps(650);
}
