//! Borders cut to the reach of their sites.
//!
//! Along a border both its points are equally far, so their circles cross it at the same two places, which are computed once.
//! Whether a corner is within reach is decided once a corner. So each cell's rim is a row of stretches of border within reach,
//! joined by arcs of the cell's own circle, and the two halves of it meet by construction.

use std::f64::consts::{PI, TAU};

use marchland_core::Metres;

use super::bisectors::{Bisector, Diagram};
use super::generators::Generator;
use super::settled::Standings;
use super::{BEYOND, Border, Spot, TessellationFault};

/// Points on a whole circle. Chosen: its polygon then lies within the circle by at most 1 − cos(π / 128) = 0.03 % of the reach.
const POINTS: usize = 128;

/// Every stretch of border within reach that is to be cut, and every arc of circle that ends a place's ground.
pub(super) fn borders(
    diagram: &Diagram<'_>,
    reach_m: f64,
    standings: &Standings,
    mut add: impl FnMut(Border) -> Result<(), TessellationFault>,
) -> Result<(), TessellationFault> {
    for bisector in diagram.bisectors(standings) {
        if let Some(border) = within_reach(&bisector, reach_m).and_then(|stretch| stretch.border(diagram, &bisector)) {
            add(border)?;
        }
    }
    for (generator, rim) in diagram.cut_cells(standings) {
        for arc in arcs(generator, &rim, reach_m) {
            arc.borders(diagram, generator, reach_m, &mut add)?;
        }
    }
    Ok(())
}

/// An end of a stretch of border within reach.
#[derive(Clone, Copy)]
enum End {
    /// At the border's corner.
    Corner,
    /// Where it crosses the circles, so many metres along.
    Circle(f64),
}

/// A stretch of border within reach.
#[derive(Clone, Copy)]
struct Stretch([End; 2]);

impl Stretch {
    fn border(self, diagram: &Diagram<'_>, bisector: &Bisector) -> Option<Border> {
        let at = |side: usize| match self.0[side] {
            End::Corner => (bisector.ends_m[side], bisector.corners[side].and_then(|corner| corner.spot)),
            End::Circle(along_m) => (along_m, None),
        };
        let ((start, from), (end, to)) = (at(0), at(1));
        diagram.border(bisector, [start, end], [from, to])
    }
}

/// The part of a border within reach of its two points, if any.
fn within_reach(bisector: &Bisector, reach_m: f64) -> Option<Stretch> {
    let is_within = |side: usize| bisector.corners[side].is_some_and(|corner| corner.distance_squared <= reach_m * reach_m);
    let chord_m = (reach_m * reach_m - bisector.half_m * bisector.half_m).max(0.0).sqrt();
    match [is_within(0), is_within(1)] {
        [true, true] => Some(Stretch([End::Corner, End::Corner])),
        [true, false] => Some(Stretch([End::Corner, End::Circle(chord_m)])),
        [false, true] => Some(Stretch([End::Circle(-chord_m), End::Corner])),
        [false, false] => {
            let passes_its_foot = bisector.ends_m[0] < 0.0 && bisector.ends_m[1] > 0.0;
            (passes_its_foot && chord_m > 0.0).then_some(Stretch([End::Circle(-chord_m), End::Circle(chord_m)]))
        }
    }
}

/// An arc of a point's circle that lies in its own cell, counter-clockwise.
#[derive(Clone, Copy)]
struct Arc {
    /// Where it starts, and the direction from the point to there in radians.
    from: (Metres, f64),
    /// Where it ends.
    to: Metres,
    /// The angle it turns through.
    turn: f64,
}

/// The arcs of a point's circle between the stretches of its rim that lie within reach; the whole circle where there are none.
fn arcs(generator: Generator, rim: &[Bisector], reach_m: f64) -> Vec<Arc> {
    let centre = generator.metres;
    let mut crossings = Vec::new();
    let mut touched = false;
    for bisector in rim {
        let Some(Stretch(ends)) = within_reach(bisector, reach_m) else { continue };
        touched = true;
        for (enters, end) in [true, false].into_iter().zip(ends) {
            if let End::Circle(along_m) = end {
                crossings.push((enters, bisector.at(along_m)));
            }
        }
    }
    if !touched {
        let east = Metres { x: centre.x + reach_m, y: centre.y };
        return vec![Arc { from: (east, 0.0), to: east, turn: TAU }];
    }
    // The rim enters the circle and leaves it by turns; the arcs run from a leaving to the entering after it.
    if crossings.first().is_some_and(|crossing| !crossing.0) {
        crossings.rotate_left(1);
    }
    turned(centre, &crossings)
}

/// Pairs crossings, of which the first enters, to arcs; together with the chords between them these turn round once.
fn turned(centre: Metres, crossings: &[(bool, Metres)]) -> Vec<Arc> {
    let angle = |at: Metres| libm::atan2(at.y - centre.y, at.x - centre.x);
    let turn = |from: Metres, to: Metres| (angle(to) - angle(from)).rem_euclid(TAU);
    let following = |position: usize| crossings[(position + 1) % crossings.len()].1;
    let mut turns: Vec<f64> = crossings.iter().enumerate().map(|(position, &(_, at))| turn(at, following(position))).collect();
    // Of two crossings that all but coincide, rounding may put the later first, and its turn then counts a whole circle too much.
    while turns.iter().sum::<f64>() > 1.5 * TAU {
        let Some(largest) = turns.iter_mut().max_by(|one, other| one.total_cmp(other)) else { break };
        *largest = 0.0;
    }
    // Where a chord is so short that its ends coincide, the arc is the whole circle.
    if turns.iter().sum::<f64>() < PI
        && let [_, only] = turns.as_mut_slice()
    {
        *only += TAU;
    }
    let leaving = crossings.iter().enumerate().filter(|(_, crossing)| !crossing.0);
    leaving.map(|(position, &(_, at))| Arc { from: (at, angle(at)), to: following(position), turn: turns[position] }).collect()
}

impl Arc {
    /// Its straight parts within the box, the point's ground on their left.
    fn borders(
        self,
        diagram: &Diagram<'_>,
        generator: Generator,
        reach_m: f64,
        add: &mut impl FnMut(Border) -> Result<(), TessellationFault>,
    ) -> Result<(), TessellationFault> {
        let mut from = Spot::new(self.from.0);
        for to in self.points(generator.metres, reach_m).chain([self.to]).map(Spot::new) {
            if let Some((from, to)) = diagram.within.clip(from, to) {
                add(Border { from, to, left: generator.place, right: BEYOND })?;
            }
            from = to;
        }
        Ok(())
    }

    /// The points of the circle between its ends, which stand at fixed angles whatever the arc.
    fn points(self, centre: Metres, reach_m: f64) -> impl Iterator<Item = Metres> {
        // Nearer than this to an end, in radians, a point adds nothing.
        const APART: f64 = 1e-9;
        let step = TAU / POINTS as f64;
        let start = self.from.1 + APART;
        let end = self.from.1 + self.turn - APART;
        let first = (start / step).ceil() as i64;
        let last = (end / step).floor() as i64;
        (first..=last).map(move |position| {
            let (sine, cosine) = libm::sincos(position as f64 * step);
            Metres { x: centre.x + reach_m * cosine, y: centre.y + reach_m * sine }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres(x: f64, y: f64) -> Metres {
        Metres { x, y }
    }

    /// ```text
    ///      ___
    ///    /     |   a chord at the east cuts off a part of the circle:
    ///   |   ·  |   the arc runs from its north end round to its south end
    ///    \ ___ |
    /// ```
    #[test]
    fn a_circle_with_one_chord_has_the_arc_round_its_centre() {
        let (south, north) = (metres(0.6, -0.8), metres(0.6, 0.8));
        let arcs = turned(metres(0.0, 0.0), &[(true, south), (false, north)]);
        assert_eq!(arcs.len(), 1);
        assert_eq!((arcs[0].from.0, arcs[0].to), (north, south));
        assert!((arcs[0].turn - (TAU - 2.0 * libm::atan2(0.8, 0.6))).abs() < 1e-12);
    }

    #[test]
    fn crossings_that_rounding_has_swapped_do_not_add_a_circle() {
        let swapped = [(true, metres(1.0, 0.0)), (false, metres(0.0, 1.0 + 1e-17)), (true, metres(1e-16, 1.0)), (false, metres(-1.0, 0.0))];
        let arcs = turned(metres(0.0, 0.0), &swapped);
        assert!(arcs[0].turn < 1e-9, "{}", arcs[0].turn);
        assert!((arcs[1].turn - PI).abs() < 1e-9);
    }
}
