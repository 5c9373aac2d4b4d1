//! An invented land: a ragged coast, and places strewn over it, denser round its towns.

use std::f64::consts::TAU;

use crate::numbers::Numbers;

/// The middle of the land in degrees, and half its width and height: open ocean, as large as a country.
const MIDDLE: [f64; 2] = [-14.0, -28.0];
const HALF: [f64; 2] = [6.0, 4.0];

/// One place in so many lies near a town.
const NEAR_TOWN: f64 = 0.4;

/// The land: its coast and its places, in degrees with seven decimals.
pub(crate) struct Land {
    pub(crate) coast: Vec<[f64; 2]>,
    pub(crate) sites: Vec<[f64; 2]>,
}

impl Land {
    pub(crate) fn new(sites: u32, vertices: u32, numbers: &mut Numbers) -> Self {
        let waves: Vec<[f64; 3]> = (2..vertices / 4)
            .map(|wave| {
                // Amplitudes that fall with the wave's number make an outline rough at every scale.
                let wave = f64::from(wave);
                [wave, 0.25 * libm::pow(wave, -1.2) * numbers.normal(), numbers.between(0.0, TAU)]
            })
            .collect();
        let coast = (0..vertices).map(|vertex| on_coast(TAU * f64::from(vertex) / f64::from(vertices), &waves)).collect();
        let towns: Vec<[f64; 2]> = (0..60).map(|_| anywhere(numbers)).collect();
        let mut land = Self { coast, sites: Vec::with_capacity(sites as usize) };
        let radii = land.radii();
        while land.sites.len() < sites as usize {
            let place = if numbers.chance(NEAR_TOWN) { near(towns[numbers.below(60) as usize], numbers) } else { anywhere(numbers) };
            if is_inland(place, &radii) {
                land.sites.push(place.map(rounded));
            }
        }
        land
    }

    /// Where a place lies in the land's box, from 0 to 1.
    pub(crate) fn share(place: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| (place[axis] - MIDDLE[axis] + HALF[axis]) / (2.0 * HALF[axis]))
    }

    /// How far out the coast lies in each direction, as a share of the box.
    fn radii(&self) -> Vec<f64> {
        self.coast.iter().map(|place| scaled(*place)).map(|[x, y]| libm::hypot(x, y)).collect()
    }
}

pub(crate) fn anywhere(numbers: &mut Numbers) -> [f64; 2] {
    [0, 1].map(|axis| MIDDLE[axis] + HALF[axis] * numbers.between(-1.0, 1.0)).map(rounded)
}

fn near(town: [f64; 2], numbers: &mut Numbers) -> [f64; 2] {
    town.map(|degrees| degrees + 0.15 * numbers.normal())
}

/// The coast is a star: one point in each direction from the middle.
fn on_coast(angle: f64, waves: &[[f64; 3]]) -> [f64; 2] {
    let swell: f64 = waves.iter().map(|[wave, height, phase]| height * libm::cos(wave * angle + phase)).sum();
    let radius = (0.8 + swell).clamp(0.3, 1.0);
    let (sine, cosine) = libm::sincos(angle);
    [MIDDLE[0] + HALF[0] * radius * cosine, MIDDLE[1] + HALF[1] * radius * sine].map(rounded)
}

/// A little inside the coast, whatever way its straight edges cut the corners.
fn is_inland(place: [f64; 2], radii: &[f64]) -> bool {
    let [x, y] = scaled(place);
    let turn = libm::atan2(y, x).rem_euclid(TAU) / TAU * radii.len() as f64;
    let (before, after) = (turn as usize % radii.len(), (turn as usize + 1) % radii.len());
    libm::hypot(x, y) < 0.98 * radii[before].min(radii[after])
}

fn scaled(place: [f64; 2]) -> [f64; 2] {
    [0, 1].map(|axis| (place[axis] - MIDDLE[axis]) / HALF[axis])
}

fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}
