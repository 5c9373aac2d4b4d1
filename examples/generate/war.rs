//! The true course of the war: a front that bends and drifts from day to day, and a militia's valleys behind it.
//!
//! North of the front holds the government, south of it the rebels. The front's height is a sum of waves whose sizes and places walk at random,
//! so that it advances here and gives way there. What each place's state is follows from where it lies; nothing else is decided.

use std::f64::consts::TAU;

use crate::land::Land;
use crate::numbers::Numbers;

/// The parties, by their number in [`Change`]; the last is no party but contested ground.
pub(crate) const HOLDERS: [&str; 4] = ["government", "rebels", "militia", "contested"];
const GOVERNMENT: u8 = 0;
const REBELS: u8 = 1;
const MILITIA: u8 = 2;
const CONTESTED: u8 = 3;

/// Strips of longitude in which the front's height is held.
const STRIPS: usize = 1_024;

/// Waves of the front.
const WAVES: usize = 24;

/// How far the front walks in a day, as a share of the land's height. Chosen: a half to one place in a hundred then changes hands.
const STEP: f64 = 0.004;

/// Half the width of contested ground along the front, as a share of the land's height.
const CONTEST: f64 = 0.004;

/// A place that changed hands.
#[derive(Clone, Copy)]
pub(crate) struct Change {
    pub(crate) day: u32,
    pub(crate) site: u32,
    pub(crate) before: u8,
    pub(crate) after: u8,
}

/// What was so on the first day, and what changed, by day and then by site.
pub(crate) struct War {
    pub(crate) first: Vec<u8>,
    pub(crate) changes: Vec<Change>,
}

impl War {
    pub(crate) fn new(land: &Land, days: u32, numbers: &mut Numbers) -> Self {
        let places: Vec<[f64; 2]> = land.sites.iter().map(|&place| Land::share(place)).collect();
        let mut front = Front::new(numbers);
        let first: Vec<u8> = front.states(&places);
        let mut now = first.clone();
        let mut changes = Vec::new();
        for day in 1..days {
            front.walk(numbers);
            for (site, (before, after)) in (0..).zip(now.iter_mut().zip(front.states(&places))) {
                if *before != after {
                    changes.push(Change { day, site, before: *before, after });
                    *before = after;
                }
            }
        }
        Self { first, changes }
    }
}

struct Front {
    /// Height and phase of each wave.
    waves: Vec<[f64; 2]>,
    /// Middle and radius of each valley of the militia.
    valleys: Vec<[f64; 3]>,
}

impl Front {
    fn new(numbers: &mut Numbers) -> Self {
        let wave = |wave: usize, numbers: &mut Numbers| [0.15 / (1.0 + wave as f64) * numbers.normal(), numbers.between(0.0, TAU)];
        Self {
            waves: (0..WAVES).map(|number| wave(number, numbers)).collect(),
            valleys: (0..5).map(|_| [numbers.unit(), numbers.unit(), numbers.between(0.02, 0.08)]).collect(),
        }
    }

    fn walk(&mut self, numbers: &mut Numbers) {
        for (number, [height, phase]) in self.waves.iter_mut().enumerate() {
            let scale = 1.0 / (1.0 + number as f64).sqrt();
            // Heights are drawn back to nought, or a front would in time run off the land.
            *height = 0.99 * *height + STEP * scale * numbers.normal();
            *phase += 0.02 * numbers.normal();
        }
        for [_, _, radius] in &mut self.valleys {
            *radius = (*radius + 0.001 * numbers.normal()).clamp(0.01, 0.12);
        }
    }

    fn states(&self, places: &[[f64; 2]]) -> Vec<u8> {
        let heights: Vec<f64> = (0..=STRIPS).map(|strip| self.height(strip as f64 / STRIPS as f64)).collect();
        places.iter().map(|&place| self.state(place, &heights)).collect()
    }

    fn height(&self, across: f64) -> f64 {
        let swell = self.waves.iter().enumerate().map(|(number, [height, phase])| height * libm::cos(TAU * number as f64 * across + phase));
        0.5 + swell.sum::<f64>()
    }

    fn state(&self, [across, up]: [f64; 2], heights: &[f64]) -> u8 {
        let is_near = |[x, y, radius]: &[f64; 3]| libm::hypot(across - x, up - y) < *radius;
        if self.valleys.iter().any(is_near) {
            return MILITIA;
        }
        let above = up - heights[(across.clamp(0.0, 1.0) * STRIPS as f64) as usize];
        match above {
            _ if above.abs() < CONTEST => CONTESTED,
            _ if above > 0.0 => GOVERNMENT,
            _ => REBELS,
        }
    }
}
