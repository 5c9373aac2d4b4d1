//! How long it takes to divide ground and to lay states on it: `cargo bench -p marchland-territory -- [SITES …]`.
//!
//! Random sites in a star-shaped boundary of 5,000 vertices, on a plane made for the region, without and with a reach, then a hundred
//! sites in a boundary of as many vertices as there were sites, and as many sites on one meridian. Prints seconds; asserts nothing.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::f64::consts::TAU;
use std::time::Instant;

use geo_types::{MultiPolygon, Point, Polygon};
use marchland_core::{ActorIndex, Assessment, ControlState, Extra, LonLat, Metres, Names, Period, Projection, Site, Status};
use marchland_territory::{GroundSettings, Moment, snapshot, voronoi};

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

fn site(lon: f64, lat: f64) -> Site {
    Site {
        id: String::new(),
        names: Names::default(),
        kind: String::new(),
        geometry: Some(Point::new(lon, lat).into()),
        precision_m: Some(2_000.0),
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
    let places = (0..100).map(|step: u32| site(64.0 + 0.6 * f64::from(step % 10), 31.0 + 0.6 * f64::from(step / 10)));
    let (sites, ground) = (places.collect::<Vec<_>>(), GroundSettings { boundary: Some(boundary(vertices)), reach_m: None });
    let start = Instant::now();
    let coverage = voronoi(&sites, &ground, &PLANE).expect("the ground is sound");
    println!("a boundary of {vertices} vertices: {:.3} s, {} vertices", start.elapsed().as_secs_f64(), coverage.vertices().len());
}

fn measure_meridian(count: usize) {
    let sites: Vec<_> = (0..count).map(|step| site(67.2, 30.0 + 8.0 * step as f64 / count as f64)).collect();
    let start = Instant::now();
    let coverage = voronoi(&sites, &GroundSettings { boundary: None, reach_m: Some(1_000.0) }, &PLANE).expect("the ground is sound");
    println!("{count} sites on a meridian: {:.3} s, {} faces", start.elapsed().as_secs_f64(), coverage.faces().len());
}

fn measure(count: usize, reach_m: Option<f64>) {
    let mut seed = 1;
    let sites: Vec<_> = (0..count).map(|_| site(62.5 + 9.0 * random(&mut seed), 29.5 + 9.0 * random(&mut seed))).collect();
    let ground = GroundSettings { boundary: Some(boundary(5_000)), reach_m };
    let start = Instant::now();
    let coverage = voronoi(&sites, &ground, &PLANE).expect("the ground is sound");
    let tessellated = start.elapsed().as_secs_f64();
    let at = "2016-10-03T00:00:00Z".parse().expect("an instant");
    let period = Period::new(at, "2016-10-04T00:00:00Z".parse().expect("an instant")).expect("a day");
    let west_or_east = |site: &Site| match &site.geometry {
        Some(geo_types::Geometry::Point(point)) => ControlState::Held(ActorIndex(u32::from(point.x() > 67.0))),
        _ => ControlState::Unknown,
    };
    let states = sites.iter().map(|site| Assessment::unsupported(period, west_or_east(site), Status::Confirmed)).collect();
    let start = Instant::now();
    let snapshot = snapshot(&coverage, &sites, states, Moment { at, as_of: None, rule: "bench 1".to_owned() });
    let laid = start.elapsed().as_secs_f64();
    println!("{count} sites, reach {reach_m:?}: divided {tessellated:.3} s, snapshot {laid:.3} s, {} cells", snapshot.cells.len());
}

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for count in if asked.is_empty() { vec![2_000, 100_000] } else { asked } {
        measure(count, None);
        measure(count, Some(20_000.0));
        measure_ring(count as u32);
        measure_meridian(count);
    }
}
