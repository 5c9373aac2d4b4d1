//! What marks a site: a disc by its state, and the symbol of its kind on it.

use marchland_core::{Assessment, Colour, ControlState, Status};

use crate::map::MapRequest;
use crate::scene::{Ink, Item, Paint, Path, Step, ink};
use crate::style::{contenders, tint};

/// Pixels of a radius below which a dashed ring has fewer and stronger dashes (chosen: eight of them would be a pale blur).
const SMALL: f64 = 6.0;

/// A marker by state: filled, a dashed ring, split in halves, hollow.
pub(crate) fn marker(request: &MapRequest<'_>, state: &Assessment, at: [f64; 2], radius: f64, items: &mut Vec<Item>) {
    let is_stale = state.is_stale(request.snapshot.at);
    let of = |actor: marchland_core::ActorIndex| tint(request, actor, is_stale);
    let halo = Path::circle(at, radius + radius * 0.24).filled(Paint::Solid(ink(0x00FF_FFFF)));
    items.push(Item::Path(halo));
    let disc = |colour: Colour| Path::circle(at, radius).filled(Paint::Solid(Ink { colour, opacity: 1.0 }));
    match (&state.control, state.status) {
        (ControlState::Held(actor), Status::Claimed) => {
            let (middle, [dashes, width]) = (radius * 0.86, if radius < SMALL { [5.0, 0.44] } else { [8.0, 0.34] });
            let dash = middle * std::f64::consts::PI / dashes;
            let ring = Path::circle(at, middle).dashed(Ink { colour: of(*actor), opacity: 1.0 }, radius * width, &[dash, dash]);
            items.push(Item::Path(ring));
        }
        (ControlState::Held(actor), _) => items.push(Item::Path(disc(of(*actor)))),
        (ControlState::Contested(actors), _) => {
            let [first, second] = contenders(request, actors, is_stale);
            items.push(Item::Path(disc(first)));
            items.push(Item::Path(left_half(at, radius).filled(Paint::Solid(Ink { colour: second, opacity: 1.0 }))));
        }
        (ControlState::Unknown, _) => items.push(Item::Path(Path::circle(at, radius * 0.86).stroked(ink(0x0086_8C94), radius * 0.28))),
    }
}

fn left_half(at: [f64; 2], radius: f64) -> Path {
    let whole = Path::circle(at, radius).steps;
    let mut steps = vec![Step::Move([at[0], at[1] + radius])];
    steps.extend_from_slice(&whole[2..4]);
    steps.push(Step::Close);
    Path::of(steps)
}
