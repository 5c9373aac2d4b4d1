//! Arrows for reports that an actor moves towards a place: drawn only where they are asked for.
//!
//! Such a report names the place and not the way. The arrow comes from the nearest place, farther than its own length, that the actor
//! holds or fights for at the moment shown, which is a guess, and its legend says so; where there is none, no arrow is drawn.

use jiff::SignedDuration;
use marchland_core::{ActorIndex, Assertion, Report, ReportIndex, SiteIndex};

use crate::map::{Arrows, MapRequest};
use crate::places::spot;
use crate::scene::{Ink, Item, Paint, Path, Rect, Step, ink};
use crate::style::tint;
use crate::view::View;

/// For how long after its time a report still speaks of the moment (chosen: a column that was on its way three days ago has arrived).
const DAYS: i64 = 3;

/// Units of an arrow's length, of the gap before its place, and of its head (chosen: as long as four markers are wide).
const LENGTH: f64 = 80.0;
const GAP: f64 = 16.0;
const HEAD: f64 = 15.0;

/// The arrows on the map, in the order of the reports; two that would lie on each other are one.
pub(crate) fn arrows(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Vec<Item> {
    ways(request, view, unit).iter().flat_map(|way| way.draw(request, unit)).collect()
}

/// What names leave free for them.
pub(crate) fn taken(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Vec<Rect> {
    ways(request, view, unit).iter().flat_map(|way| way.squares(unit)).collect()
}

/// The ways of all arrows.
fn ways(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Vec<Way> {
    if request.arrows == Arrows::None {
        return Vec::new();
    }
    let mut moves: Vec<(ActorIndex, SiteIndex)> = Vec::new();
    for report in request.ledger.reports().iter().filter(|report| speaks(request, report)) {
        moves.extend(report.actor.into_iter().flat_map(|actor| report.sites.iter().map(move |&site| (actor, site))));
    }
    moves.sort_unstable();
    moves.dedup();
    moves.into_iter().filter_map(|(actor, site)| way(request, view, (actor, site), unit)).collect()
}

/// Whether a report is of a move at the moment, is known, and is not withdrawn by one that is known.
fn speaks(request: &MapRequest<'_>, report: &Report) -> bool {
    let (at, as_of) = (request.snapshot.at, request.snapshot.as_of);
    let is_known = |report: &Report| as_of.is_none_or(|as_of| report.known_from() <= as_of);
    let is_now = report.time.earliest() <= at && at.duration_since(report.time.latest()) <= SignedDuration::from_hours(24 * DAYS);
    let withdraws = |other: &Report| other.supersedes.iter().any(|&ReportIndex(at)| request.ledger.reports()[at as usize].id == report.id);
    report.asserts == Assertion::Approaches
        && is_now
        && is_known(report)
        && !request.ledger.reports().iter().any(|other| is_known(other) && withdraws(other))
}

/// Who moves where, and the direction in which an arrow points there.
struct Way {
    actor: ActorIndex,
    target: [f64; 2],
    direction: [f64; 2],
}

/// The way of an arrow; none where the actor has no other place on the page's plane.
fn way(request: &MapRequest<'_>, view: &View<'_>, (actor, site): (ActorIndex, SiteIndex), unit: f64) -> Option<Way> {
    let place = |site: SiteIndex| spot(request, view, &request.snapshot.sites[site.0 as usize], unit);
    let target = place(site).filter(|&at| view.frame.holds(at))?;
    let theirs = request.snapshot.sites.iter().filter(|state| state.site != site && state.assessment.control.actors().contains(&actor));
    let far = |[x, y]: &[f64; 2]| libm::hypot(target[0] - x, target[1] - y);
    let origins = theirs.filter_map(|state| place(state.site)).filter(|at| far(at) >= (GAP + LENGTH) * unit);
    let origin = origins.min_by(|one, other| far(one).total_cmp(&far(other)))?;
    let length = far(&origin);
    Some(Way { actor, target, direction: [(target[0] - origin[0]) / length, (target[1] - origin[1]) / length] })
}

impl Way {
    /// A place so many units before the target, and aside.
    fn before(&self, units: f64, aside: f64, unit: f64) -> [f64; 2] {
        let [[x, y], [across, down]] = [self.target, self.direction];
        [x - (across * units + down * aside) * unit, y - (down * units - across * aside) * unit]
    }

    /// Squares along the arrow that together cover it.
    fn squares(&self, unit: f64) -> Vec<Rect> {
        let half = HEAD * 0.6;
        let count = (LENGTH / half).ceil() as usize;
        let middles = (0..count).map(|at| self.before(GAP + half * (at as f64 + 0.5), 0.0, unit));
        middles.map(|[x, y]| Rect::new(x - half * unit, y - half * unit, 2.0 * half * unit, 2.0 * half * unit)).collect()
    }

    /// The arrow, white under the actor's colour.
    fn draw(&self, request: &MapRequest<'_>, unit: f64) -> [Item; 4] {
        let before = |units: f64, aside: f64| self.before(units, aside, unit);
        let shaft = Path::line(&[before(GAP + LENGTH, 0.0), before(GAP + HEAD * 0.8, 0.0)]);
        let tip = [before(GAP, 0.0), before(GAP + HEAD, HEAD * 0.55), before(GAP + HEAD, -HEAD * 0.55)];
        let head = Path::of([Path::line(&tip).steps, vec![Step::Close]].concat());
        let colour = Ink { colour: tint(request, self.actor, false), opacity: 1.0 };
        let white = ink(0x00FF_FFFF);
        [
            Item::Path(shaft.clone().stroked(white, 9.0 * unit)),
            Item::Path(head.clone().stroked(white, 5.0 * unit)),
            Item::Path(shaft.stroked(colour, 4.5 * unit)),
            Item::Path(head.filled(Paint::Solid(colour))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```text
    ///  ┌──┬──┬──┐
    ///  ───────► ●   the shaft and the head are covered, the place is not
    ///  └──┴──┴──┘
    /// ```
    #[test]
    fn names_leave_an_arrow_free_from_its_end_to_its_tip_and_no_more() {
        for direction in [[1.0, 0.0], [0.0, -1.0], [0.6, 0.8]] {
            let way = Way { actor: ActorIndex(0), target: [500.0, 300.0], direction };
            let squares = way.squares(2.0);
            let is_taken = |at: [f64; 2]| squares.iter().any(|square| square.holds(at));
            for units in 0..=LENGTH as usize {
                assert!(is_taken(way.before(GAP + units as f64, 0.0, 2.0)), "{units} units before {direction:?}");
            }
            assert!(is_taken(way.before(GAP + HEAD, HEAD * 0.5, 2.0)), "the head's corner");
            assert!(!is_taken(way.target) && !is_taken(way.before(GAP + LENGTH + 2.0 * HEAD, 0.0, 2.0)));
        }
    }
}
