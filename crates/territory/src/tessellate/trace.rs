//! Straight lines of the plane as lines in degrees.
//!
//! Between its ends, a line that is straight on the plane is curved in degrees. It gets vertices until each part keeps within a
//! metre of the plane's line and no part is longer than a tenth of a degree; parts under a kilometre are left straight up to 85 degrees of latitude, where they leave it by 0.2 m.
//! Where a part crosses the antimeridian it is cut there. Where the plane reaches beyond the earth, as round a map of the whole
//! world, the line ends at its edge. On an azimuthal plane that edge is one place, opposite the centre, and all lines that end at it meet there.

use marchland_core::{LonLat, Metres, Projection};

use super::{STEP_DEGREES, Spot, TessellationFault};
use crate::arrangement::grid::GridPoint;

/// Metres a line may leave its place. Chosen; a smaller number gives more vertices.
const TOLERANCE_M: f64 = 1.0;

/// Metres under which a line stays straight. Chosen; changing it trades time for precision near the poles.
const SHORT_M: f64 = 1_000.0;

/// Latitude beyond which no line is short: towards a pole lines in degrees bend without bound. Chosen, as 0.2 m is well within a metre.
const POLAR_DEGREES: f64 = 85.0;

/// Latitude beyond which a line may span more than a tenth of a degree of longitude, that being under 2 m there.
const POLE_DEGREES: f64 = 89.99;

/// Halvings at most: enough to bring the longest line on earth under half a metre, as it may have to be beside a pole.
const DEPTH: u32 = 26;

/// Degrees from the place opposite the centre within which a line that leaves the earth ends. A micrometre from the edge of an azimuthal
/// plane, where the search for it ends, is some metres from there.
const OPPOSITE_DEGREES: f64 = 1e-3;

/// Halvings in search of the earth along a line both of whose ends lie off it.
const SEARCHES: u32 = 6;

/// Brings lines from the plane to the grid.
pub(super) struct Tracer<'a> {
    projection: &'a dyn Projection,
    /// The place opposite the plane's centre, where the plane has no point for it.
    opposite: Option<LonLat>,
}

impl<'a> Tracer<'a> {
    pub(super) fn new(projection: &'a dyn Projection) -> Self {
        Self { projection, opposite: opposite(projection) }
    }

    /// The segments in degrees of a straight line on the plane, in order; what of it lies off the earth is left out.
    pub(super) fn trace(&self, from: Spot, to: Spot) -> Result<Vec<[GridPoint; 2]>, TessellationFault> {
        let mut segments = Vec::with_capacity(1);
        self.trace_on_earth([from, to], SEARCHES, &mut segments)?;
        Ok(segments)
    }

    fn trace_on_earth(&self, line: [Spot; 2], searches: u32, segments: &mut Vec<[GridPoint; 2]>) -> Result<(), TessellationFault> {
        match line.map(|spot| self.place(spot)) {
            [Some(start), Some(end)] => self.halve(line.map(|spot| spot.metres), [start, end], DEPTH, segments),
            [Some(_), None] => {
                let last = self.last_on_earth(line[0], line[1]);
                self.trace_on_earth([line[0], last], 0, segments)?;
                segments.extend(self.beyond(last).into_iter().flatten());
                Ok(())
            }
            [None, Some(_)] => {
                let first = self.last_on_earth(line[1], line[0]);
                segments.extend(self.beyond(first).into_iter().flatten().map(|[from, to]| [to, from]));
                self.trace_on_earth([first, line[1]], 0, segments)
            }
            [None, None] if searches > 0 => {
                let middle = Spot::new(halfway(line[0].metres, line[1].metres));
                self.trace_on_earth([line[0], middle], searches - 1, segments)?;
                self.trace_on_earth([middle, line[1]], searches - 1, segments)
            }
            [None, None] => Ok(()),
        }
    }

    /// The last spot on the earth on the way to one that is not, to a thousandth of a millimetre, so that it meets a boundary there.
    fn last_on_earth(&self, on: Spot, off: Spot) -> Spot {
        let (mut on, mut off) = (on, off);
        while libm::hypot(off.metres.x - on.metres.x, off.metres.y - on.metres.y) > 1e-6 {
            let middle = Spot::new(halfway(on.metres, off.metres));
            if middle.metres == on.metres || middle.metres == off.metres {
                break;
            }
            *if self.place(middle).is_some() { &mut on } else { &mut off } = middle;
        }
        on
    }

    /// The way on from the last spot on the earth to the place opposite the plane's centre, if that is where the earth ends.
    fn beyond(&self, last: Spot) -> Option<Vec<[GridPoint; 2]>> {
        let (from, to) = (self.place(last)?, self.opposite?);
        let east = (from.lon() - to.lon()).abs() * libm::cos(to.lat().to_radians());
        let is_there = east.min(360.0 - east).max((from.lat() - to.lat()).abs()) < OPPOSITE_DEGREES;
        is_there.then(|| cut_at_antimeridian([from, to]))
    }

    fn place(&self, spot: Spot) -> Option<LonLat> {
        spot.point.map(GridPoint::lon_lat).or_else(|| self.projection.inverse(spot.metres))
    }

    fn inverse(&self, metres: Metres) -> Result<LonLat, TessellationFault> {
        self.projection.inverse(metres).ok_or(TessellationFault::NotOnEarth { x: metres.x, y: metres.y })
    }

    fn halve(&self, line: [Metres; 2], ends: [LonLat; 2], depth: u32, segments: &mut Vec<[GridPoint; 2]>) -> Result<(), TessellationFault> {
        if depth == 0 || self.keeps_straight(line, ends) {
            segments.extend(cut_at_antimeridian(ends));
            return Ok(());
        }
        let middle = halfway(line[0], line[1]);
        let place = self.inverse(middle)?;
        self.halve([line[0], middle], [ends[0], place], depth - 1, segments)?;
        self.halve([middle, line[1]], [place, ends[1]], depth - 1, segments)
    }

    /// Whether a line between two places on the grid is one segment.
    pub(super) fn is_straight(&self, line: [Metres; 2], ends: [GridPoint; 2]) -> bool {
        let ends = ends.map(GridPoint::lon_lat);
        (ends[0].lon() - ends[1].lon()).abs() <= 180.0 && self.keeps_straight(line, ends)
    }

    fn keeps_straight(&self, line: [Metres; 2], ends: [LonLat; 2]) -> bool {
        let (x, y) = (line[1].x - line[0].x, line[1].y - line[0].y);
        let is_short = x * x + y * y < SHORT_M * SHORT_M && ends[0].lat().abs() < POLAR_DEGREES;
        is_short || self.departs_by_m(ends, halfway(line[0], line[1])) <= TOLERANCE_M
    }

    /// How far the middle of the line in degrees lies from the middle of the line on the plane; too far where it is too long.
    fn departs_by_m(&self, [from, to]: [LonLat; 2], middle: Metres) -> f64 {
        let turned = |lon: f64| if lon.abs() > 180.0 { lon - 360.0_f64.copysign(lon) } else { lon };
        let east = turned(to.lon() - from.lon());
        let is_long = east.abs().max((from.lat() - to.lat()).abs()) > STEP_DEGREES;
        if is_long && from.lat().abs().max(to.lat().abs()) < POLE_DEGREES {
            return f64::INFINITY;
        }
        LonLat::new(turned(from.lon() + east / 2.0), f64::midpoint(from.lat(), to.lat()))
            .and_then(|halfway| self.projection.forward(halfway))
            .map_or(f64::INFINITY, |halfway| libm::hypot(halfway.x - middle.x, halfway.y - middle.y))
    }
}

/// The place opposite the plane's centre, where the plane has no point for it, as azimuthal planes have not.
pub(super) fn opposite(projection: &dyn Projection) -> Option<LonLat> {
    let centre = projection.inverse(Metres { x: 0.0, y: 0.0 })?;
    let lon = if centre.lon() > 0.0 { centre.lon() - 180.0 } else { centre.lon() + 180.0 };
    let has_point = |at: &LonLat| projection.forward(*at).is_some_and(|metres| metres.x.is_finite() && metres.y.is_finite());
    LonLat::new(lon, -centre.lat()).filter(|at| !has_point(at))
}

fn halfway(from: Metres, to: Metres) -> Metres {
    Metres { x: f64::midpoint(from.x, to.x), y: f64::midpoint(from.y, to.y) }
}

/// The segment, or its two parts on either side of the antimeridian where the shorter way between its ends crosses it.
fn cut_at_antimeridian([from, to]: [LonLat; 2]) -> Vec<[GridPoint; 2]> {
    let segment = [GridPoint::nearest(from), GridPoint::nearest(to)];
    if (from.lon() - to.lon()).abs() <= 180.0 {
        return vec![segment];
    }
    let edge = 180.0_f64.copysign(from.lon());
    let (before, after) = (edge - from.lon(), to.lon() + edge);
    let share = if before == after { 0.5 } else { before / (before + after) };
    let lat = from.lat() + share * (to.lat() - from.lat());
    let at = |lon: f64| LonLat::new(lon, lat.clamp(-90.0, 90.0)).map(GridPoint::nearest);
    match (at(edge), at(-edge)) {
        (Some(leave), Some(enter)) => vec![[segment[0], leave], [enter, segment[1]]],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    #[test]
    fn a_step_over_the_antimeridian_is_cut_at_it() {
        let parts = cut_at_antimeridian([place(179.0, 10.0), place(-178.0, 13.0)]);
        let ends: Vec<_> = parts.iter().flatten().map(|point| (point.lon_lat().lon(), point.lon_lat().lat().round())).collect();
        assert_eq!(ends, [(179.0, 10.0), (180.0, 11.0), (-180.0, 11.0), (-178.0, 13.0)]);
    }

    #[test]
    fn a_step_elsewhere_is_left_whole() {
        assert_eq!(cut_at_antimeridian([place(-90.0, 0.0), place(90.0, 0.0)]).len(), 1);
    }
}
