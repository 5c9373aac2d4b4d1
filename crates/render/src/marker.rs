//! What marks a site: a disc by its state, and the symbol of its kind on it.

use marchland_core::{Assessment, Colour, ControlState, Status};

use crate::map::MapRequest;
use crate::scene::{Ink, Item, Paint, Path, Step, ink};
use crate::style::{contenders, tint};

/// Pixels of a radius below which a dashed ring has fewer and stronger dashes (chosen: eight of them would be a pale blur).
const SMALL: f64 = 6.0;

/// How far a notch begins from the middle, in radii (chosen: a symbol reaches as far).
const NOTCH: f64 = 0.56;

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
            items.extend(notches(at, radius));
        }
        (ControlState::Unknown, _) => items.push(Item::Path(Path::circle(at, radius * 0.86).stroked(ink(0x0086_8C94), radius * 0.28))),
    }
}

/// Notches where the halves meet, above and below the symbol: in grey the two colours may be one.
fn notches([x, y]: [f64; 2], radius: f64) -> [Item; 2] {
    [-1.0, 1.0].map(|side| {
        let notch = Path::line(&[[x, y + side * radius], [x, y + side * radius * NOTCH]]);
        Item::Path(notch.stroked(ink(0x00FF_FFFF), (radius * 0.22).max(1.0)))
    })
}

fn left_half(at: [f64; 2], radius: f64) -> Path {
    let whole = Path::circle(at, radius).steps;
    let mut steps = vec![Step::Move([at[0], at[1] + radius])];
    steps.extend_from_slice(&whole[2..4]);
    steps.push(Step::Close);
    Path::of(steps)
}

#[cfg(test)]
mod tests {
    use marchland_core::ActorIndex;

    use super::*;
    use crate::example::{state, with_request};
    use crate::scene::{Scene, colour};

    /// The pixels of a marker on a map whose actors all have one colour, as they have in a grey print.
    fn pixels(control: ControlState, status: Status) -> Vec<u8> {
        let mut items = vec![Item::Path(Path::circle([20.0, 20.0], 40.0).filled(Paint::Solid(ink(0x0088_8888))))];
        with_request(&[colour(0x0044_4444); 2], |request| marker(request, &state(control, status), [20.0, 20.0], 10.0, &mut items));
        crate::write::pixels(&Scene { width: 40, height: 40, dpi: 96, title: String::new(), description: String::new(), items })
    }

    #[test]
    fn a_contested_place_is_told_from_a_held_one_where_both_colours_are_one_grey() {
        let held = pixels(ControlState::Held(ActorIndex(0)), Status::Confirmed);
        let contested = pixels(ControlState::Contested(vec![ActorIndex(0), ActorIndex(1)]), Status::Contested);
        let apart = held.chunks_exact(3).zip(contested.chunks_exact(3)).filter(|(one, other)| one[0].abs_diff(other[0]) > 60).count();
        assert!((10..60).contains(&apart), "{apart} pixels");
    }
}
