//! Arrows for reports that an actor moves towards a place: drawn only where they are asked for.
//!
//! Such a report names the place and not the way. The arrow comes from the nearest place, farther than its own length, that the actor
//! holds or fights for at the moment shown, which is a guess, and its legend says so; where there is none, no arrow is drawn.

use jiff::SignedDuration;
use marchland_core::{ActorIndex, Assertion, Report, ReportIndex, SiteIndex};

use crate::map::MapRequest;
use crate::places::spot;
use crate::scene::{Ink, Item, Paint, Path, Step, ink};
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
    let mut moves: Vec<(ActorIndex, SiteIndex)> = Vec::new();
    for report in request.ledger.reports().iter().filter(|report| speaks(request, report)) {
        moves.extend(report.actor.into_iter().flat_map(|actor| report.sites.iter().map(move |&site| (actor, site))));
    }
    moves.sort_unstable();
    moves.dedup();
    moves.into_iter().flat_map(|(actor, site)| arrow(request, view, actor, site, unit)).collect()
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

/// One arrow, white under the actor's colour; nothing where the actor has no other place on the page's plane.
fn arrow(request: &MapRequest<'_>, view: &View<'_>, actor: ActorIndex, site: SiteIndex, unit: f64) -> Vec<Item> {
    let place = |site: SiteIndex| spot(request, view, &request.snapshot.sites[site.0 as usize], unit);
    let Some(target) = place(site).filter(|&at| view.frame.holds(at)) else { return Vec::new() };
    let theirs = request.snapshot.sites.iter().filter(|state| state.site != site && state.assessment.control.actors().contains(&actor));
    let far = |[x, y]: &[f64; 2]| libm::hypot(target[0] - x, target[1] - y);
    let origins = theirs.filter_map(|state| place(state.site)).filter(|at| far(at) >= (GAP + LENGTH) * unit);
    let Some(origin) = origins.min_by(|one, other| far(one).total_cmp(&far(other))) else { return Vec::new() };
    let length = far(&origin);
    let direction = [(target[0] - origin[0]) / length, (target[1] - origin[1]) / length];
    let before = |units: f64, aside: f64| {
        [
            target[0] - direction[0] * units * unit - direction[1] * aside * unit,
            target[1] - direction[1] * units * unit + direction[0] * aside * unit,
        ]
    };
    let shaft = Path::line(&[before(GAP + LENGTH, 0.0), before(GAP + HEAD * 0.8, 0.0)]);
    let tip = [before(GAP, 0.0), before(GAP + HEAD, HEAD * 0.55), before(GAP + HEAD, -HEAD * 0.55)];
    let head = Path::of([Path::line(&tip).steps, vec![Step::Close]].concat());
    let colour = Ink { colour: tint(request, actor, false), opacity: 1.0 };
    let white = ink(0x00FF_FFFF);
    vec![
        Item::Path(shaft.clone().stroked(white, 9.0 * unit)),
        Item::Path(head.clone().stroked(white, 5.0 * unit)),
        Item::Path(shaft.stroked(colour, 4.5 * unit)),
        Item::Path(head.filled(Paint::Solid(colour))),
    ]
}
