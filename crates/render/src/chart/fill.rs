//! The patterns of the map at the scale of a chart: solid where held, hatched where claimed, striped where contested, dotted where unknown.

use marchland_core::{ActorIndex, Colour, ControlState, Status};

use crate::palette::faded;
use crate::scene::{Ink, Paint, colour, ink};

/// A state as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Look {
    pub(crate) control: ControlState,
    pub(crate) status: Status,
    /// Who held it for sure before it was claimed.
    pub(crate) last_confirmed: Option<ActorIndex>,
    /// Whether the last word is old.
    pub(crate) age: Age,
}

/// How old the last word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Age {
    Fresh,
    Stale,
}

/// How a state is filled; the patterns repeat every 8 units, so that a bar of 10 shows them.
pub(crate) fn fill(colours: &[Colour], look: &Look, unit: f64) -> Paint {
    let of = |actor: ActorIndex| tint(colours, actor, look.age);
    let with = |colour: Colour, opacity: f64| Ink { colour, opacity };
    match (&look.control, look.status) {
        (ControlState::Held(actor), Status::Claimed) => {
            let ground = look.last_confirmed.map_or(Ink { opacity: 0.3, ..ink(0x00D9_DADB) }, |last| with(of(last), 0.15));
            Paint::Hatch { ground, line: with(of(*actor), 0.62), period: whole(8.0 * unit), width: 3.4 * unit }
        }
        (ControlState::Held(actor), _) => Paint::Solid(with(of(*actor), 0.55)),
        (ControlState::Contested(actors), _) => {
            let grey = [colour(0x005E_656D), colour(0x00C4_C8CC)];
            let [first, second] = [0, 1].map(|at| with(actors.get(at).map_or(grey[at], |&actor| of(actor)), 0.55));
            Paint::Stripes { inks: [second, first], period: whole(10.0 * unit) }
        }
        (ControlState::Unknown, _) => {
            Paint::Dots { ground: with(colour(0x00D9_DADB), 0.6), dot: ink(0x008A_9098), period: whole(7.0 * unit), radius: unit }
        }
    }
}

fn whole(period: f64) -> f64 {
    period.round().max(3.0)
}

/// An actor's colour, faded where the last word is old.
pub(crate) fn tint(colours: &[Colour], actor: ActorIndex, age: Age) -> Colour {
    let colour = colours.get(actor.0 as usize).copied().unwrap_or(colour(0x005E_656D));
    if age == Age::Stale { faded(colour) } else { colour }
}
