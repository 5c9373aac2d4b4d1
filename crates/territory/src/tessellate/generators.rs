//! Sites as points of the plane that generate cells.
//!
//! A point is itself; a line, or a polygon's ring, is a row of points along it. Sites at one place are brought together here.

use std::collections::BTreeMap;

use geo_types::Coord;
use marchland_core::{LonLat, Metres, Projection, Site, SiteIndex};

use super::TessellationFault;
use crate::shape::shape;

/// Metres between the points that stand for a line. Chosen; a larger step makes borders beside lines rougher.
const SPACING_M: f64 = 250.0;

/// Points that stand for one line at most. Chosen; it bounds the work a long river makes.
const POINTS: usize = 256;

/// Metres within which two places are one (the method's rule for sites at one place).
const ONE_PLACE_M: f64 = 1.0;

/// A point of the plane and the place it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Generator {
    pub(super) metres: Metres,
    pub(super) place: u32,
}

/// The generating points, no two at one place, and the sites at each place.
#[derive(Debug, Default)]
pub(super) struct Generators {
    pub(super) points: Vec<Generator>,
    /// The sites of each place, in order; places by their first site.
    pub(super) places: Vec<Vec<SiteIndex>>,
    /// Every coordinate of the sites that take ground.
    pub(super) spread: Vec<LonLat>,
}

impl Generators {
    pub(super) fn new(sites: &[Site], projection: &dyn Projection) -> Result<Self, TessellationFault> {
        let mut generators = Self { points: Vec::new(), places: Vec::new(), spread: Vec::new() };
        let mut squares = Squares::default();
        for (index, site) in (0..).zip(sites).filter(|(_, site)| site.takes_ground()) {
            let points = points_of(site, projection, &mut generators.spread)?;
            generators.add(SiteIndex(index), &points, &mut squares);
        }
        Ok(generators)
    }

    /// Gives a site a place of its own for what points of it are not taken, or, where all are, that of the first taken.
    fn add(&mut self, site: SiteIndex, points: &[Metres], squares: &mut Squares) {
        let place = self.places.len() as u32;
        let before = self.points.len();
        let mut shared = None;
        for &metres in points {
            if let Some(taken) = squares.near(metres, &self.points) {
                shared = shared.or(Some(self.points[taken].place));
            } else {
                squares.insert(metres, self.points.len());
                self.points.push(Generator { metres, place });
            }
        }
        if self.points.len() > before {
            self.places.push(vec![site]);
        } else if let Some(place) = shared {
            self.places[place as usize].push(site);
        }
    }
}

/// Points by the square of a metre they lie in.
#[derive(Default)]
struct Squares(BTreeMap<(i64, i64), Vec<usize>>);

impl Squares {
    fn key(metres: Metres) -> (i64, i64) {
        ((metres.x / ONE_PLACE_M).floor() as i64, (metres.y / ONE_PLACE_M).floor() as i64)
    }

    fn insert(&mut self, metres: Metres, point: usize) {
        self.0.entry(Self::key(metres)).or_default().push(point);
    }

    /// The first point less than a metre away.
    fn near(&self, metres: Metres, points: &[Generator]) -> Option<usize> {
        let (column, row) = Self::key(metres);
        let around = (column - 1..=column + 1).flat_map(|column| self.0.range((column, row - 1)..=(column, row + 1)));
        let is_near = |&point: &usize| {
            let there = points[point].metres;
            libm::hypot(there.x - metres.x, there.y - metres.y) < ONE_PLACE_M
        };
        around.flat_map(|(_, inside)| inside.iter().copied()).filter(is_near).min()
    }
}

/// The points that stand for a site, on the plane; its coordinates are added to `spread`.
fn points_of(site: &Site, projection: &dyn Projection, spread: &mut Vec<LonLat>) -> Result<Vec<Metres>, TessellationFault> {
    let mut points = Vec::new();
    for line in shape(site.geometry.iter()) {
        let lon_lats = line.0.iter().map(|&coord| lon_lat(site, coord)).collect::<Result<Vec<_>, _>>()?;
        let metres = lon_lats.iter().map(|&lon_lat| plane(lon_lat, projection)).collect::<Result<Vec<_>, _>>()?;
        spread.extend(lon_lats);
        points.extend(sampled(&metres));
    }
    Ok(points)
}

fn lon_lat(site: &Site, coord: Coord<f64>) -> Result<LonLat, TessellationFault> {
    let fault = || TessellationFault::SiteOutOfRange { site: site.id.clone(), lon: coord.x, lat: coord.y };
    LonLat::new(coord.x, coord.y).ok_or_else(fault)
}

/// The place on the plane, to a thousandth of a millimetre: triangulation refuses coordinates that are all but zero.
fn plane(lon_lat: LonLat, projection: &dyn Projection) -> Result<Metres, TessellationFault> {
    let usable = |metres: &Metres| metres.x.abs() < 1e9 && metres.y.abs() < 1e9;
    let metres = projection.forward(lon_lat).filter(usable);
    let metres = metres.ok_or(TessellationFault::NotOnPlane { lon: lon_lat.lon(), lat: lon_lat.lat() })?;
    let rounded = |value: f64| (value * 1e6).round() / 1e6;
    Ok(Metres { x: rounded(metres.x), y: rounded(metres.y) })
}

/// Points along a line, evenly spaced, both ends among them.
fn sampled(line: &[Metres]) -> Vec<Metres> {
    let lengths: Vec<f64> = line.windows(2).map(|pair| libm::hypot(pair[1].x - pair[0].x, pair[1].y - pair[0].y)).collect();
    let total: f64 = lengths.iter().sum();
    let steps = (total / SPACING_M).ceil().clamp(1.0, (POINTS - 1) as f64);
    let mut points: Vec<_> = line.first().copied().into_iter().collect();
    let mut walked = 0.0;
    for (pair, length) in line.windows(2).zip(lengths) {
        let mut next = points.len() as f64 * total / steps;
        while next <= walked + length && (points.len() as f64) < steps {
            let share = (next - walked) / length;
            points.push(Metres { x: pair[0].x + share * (pair[1].x - pair[0].x), y: pair[0].y + share * (pair[1].y - pair[0].y) });
            next = points.len() as f64 * total / steps;
        }
        walked += length;
    }
    points.extend(line.last().copied().filter(|_| line.len() > 1));
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres(x: f64, y: f64) -> Metres {
        Metres { x, y }
    }

    #[test]
    fn a_line_is_sampled_evenly_with_both_ends() {
        let points = sampled(&[metres(0.0, 0.0), metres(600.0, 0.0), metres(600.0, 150.0)]);
        assert_eq!(points, [metres(0.0, 0.0), metres(250.0, 0.0), metres(500.0, 0.0), metres(600.0, 150.0)]);
    }

    #[test]
    fn a_long_line_has_256_points_and_a_line_of_no_length_its_ends() {
        assert_eq!(sampled(&[metres(0.0, 0.0), metres(1e6, 0.0)]).len(), 256);
        assert_eq!(sampled(&[metres(5.0, 5.0), metres(5.0, 5.0)]), [metres(5.0, 5.0), metres(5.0, 5.0)]);
        assert_eq!(sampled(&[metres(5.0, 5.0)]), [metres(5.0, 5.0)]);
        assert_eq!(sampled(&[]), []);
    }

    #[test]
    fn a_site_whose_points_are_all_taken_shares_the_place_of_the_first() {
        let mut generators = Generators { points: Vec::new(), places: Vec::new(), spread: Vec::new() };
        let mut squares = Squares::default();
        generators.add(SiteIndex(0), &[metres(0.0, 0.0)], &mut squares);
        generators.add(SiteIndex(1), &[metres(-0.9, 0.0)], &mut squares);
        generators.add(SiteIndex(2), &[metres(-1.0, 0.0)], &mut squares);
        assert_eq!(generators.places, [vec![SiteIndex(0), SiteIndex(1)], vec![SiteIndex(2)]]);
    }
}
