//! How each state looks: one channel for each thing. Hue is the actor, pattern the status, saturation the age of the last word.
//!
//! | state | ground | its edge |
//! | --- | --- | --- |
//! | confirmed | the holder's colour | a solid line, darker |
//! | claimed | hatched in the claimant's colour over a little of the last confirmed holder's | dashed |
//! | contested | stripes of both colours, as wide as each other | dashes and dots, dark |
//! | unknown | light grey with sparse dots | a thin grey line |
//!
//! Patterns run at 45° but for the dots, so that they tell the states apart where there is no colour.

use marchland_core::{ActorIndex, Assessment, Cell, Colour, ControlState, Status};

use crate::map::MapRequest;
use crate::palette::faded;
use crate::scene::{Ink, Paint, Stroke, colour, ink};

/// The land under all ground.
pub(crate) const LAND: u32 = 0x00FA_F9F6;

/// Dark lines and words.
pub(crate) const INK: u32 = 0x0022_262B;

/// Who fights where nobody knows who does: two greys far enough apart for stripes to be seen.
const UNNAMED: [u32; 2] = [0x005E_656D, 0x00C4_C8CC];

/// How opaque ground is: held, the lines of a claim, what was there before the claim, the stripes of a contest. The first three are
/// the style's; stripes are chosen fainter than held ground, for a map where everything is contested must leave its names to be read.
const HELD: f64 = 0.55;
const CLAIM: f64 = 0.62;
const BEFORE: f64 = 0.15;
const CONTEST: f64 = 0.4;

/// How ground of a state is filled.
pub(crate) fn paint(request: &MapRequest<'_>, state: &Assessment, unit: f64) -> Paint {
    let is_stale = state.is_stale(request.snapshot.at);
    let of = |actor: ActorIndex| tint(request, actor, is_stale);
    let with = |colour: Colour, opacity: f64| Ink { colour, opacity };
    match (&state.control, state.status) {
        (ControlState::Held(actor), Status::Claimed) => {
            let ground = state.last_confirmed.map_or(Ink { opacity: 0.3, ..ink(0x00D9_DADB) }, |last| with(of(last), BEFORE));
            Paint::Hatch { ground, line: with(of(*actor), CLAIM), period: whole(12.0 * unit), width: 5.0 * unit }
        }
        (ControlState::Held(actor), _) => Paint::Solid(with(of(*actor), HELD)),
        (ControlState::Contested(actors), _) => {
            let [first, second] = contenders(request, actors, is_stale).map(|colour| with(colour, CONTEST));
            Paint::Stripes { inks: [second, first], period: whole(18.0 * unit) }
        }
        (ControlState::Unknown, _) => {
            Paint::Dots { ground: with(colour(0x00D9_DADB), 0.6), dot: ink(0x008A_9098), period: whole(14.0 * unit), radius: 1.5 * unit }
        }
    }
}

/// A pattern's period in whole pixels: between them, programs round it each in their own way, and patterns drift apart.
fn whole(period: f64) -> f64 {
    period.round().max(3.0)
}

/// An actor's colour, faded where the last word is old; grey for an actor without one.
pub(crate) fn tint(request: &MapRequest<'_>, actor: ActorIndex, is_stale: bool) -> Colour {
    let colour = request.colours.get(actor.0 as usize).copied().unwrap_or(colour(UNNAMED[0]));
    if is_stale { faded(colour) } else { colour }
}

/// The colours of the first two who contend; greys for those nobody names.
pub(crate) fn contenders(request: &MapRequest<'_>, actors: &[ActorIndex], is_stale: bool) -> [Colour; 2] {
    [0, 1].map(|at| actors.get(at).map_or(colour(UNNAMED[at]), |&actor| tint(request, actor, is_stale)))
}

/// The line between the ground of two cells in pixels: white where they are in one state, else as the less sure of the two has it.
///
/// None where two actors' ground meets: that is a front line.
pub(crate) fn edge(request: &MapRequest<'_>, cells: [&Cell; 2], width: f64) -> Option<Stroke> {
    let [one, other] = cells.map(|cell| &cell.assessment);
    let stroke = |ink: Ink, dash: &[f64]| Some(Stroke { ink, width, dash: dash.iter().map(|length| length * width).collect() });
    if one.control == other.control && one.status == other.status {
        return stroke(Ink { opacity: 0.9, ..ink(0x00FF_FFFF) }, &[]);
    }
    let holder = |state: &Assessment| match &state.control {
        ControlState::Held(actor) => Some(darker(tint(request, *actor, state.is_stale(request.snapshot.at)))),
        ControlState::Contested(_) | ControlState::Unknown => None,
    };
    let has = |status: Status| [one, other].into_iter().find(|state| state.status == status);
    match (&one.control, &other.control) {
        (ControlState::Contested(_), _) | (_, ControlState::Contested(_)) => {
            stroke(Ink { opacity: 0.7, ..ink(INK) }, &[6.0, 2.5, 1.2, 2.5])
        }
        (ControlState::Held(one), ControlState::Held(other)) if one != other => None,
        _ => {
            let surest = has(Status::Claimed).or_else(|| has(Status::Confirmed))?;
            let dash: &[f64] = if surest.status == Status::Claimed { &[4.0, 3.0] } else { &[] };
            stroke(Ink { colour: holder(surest)?, opacity: 0.9 }, dash)
        }
    }
}

/// The same colour with two thirds of its light.
fn darker(colour: Colour) -> Colour {
    let channel = |value: u8| (f64::from(value) * 0.66).round() as u8;
    Colour { red: channel(colour.red), green: channel(colour.green), blue: channel(colour.blue) }
}
