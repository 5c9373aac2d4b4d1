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
use crate::palette::{contrast, faded, opacity};
use crate::scene::{Ink, Paint, Stroke, colour, ink};

/// The land under all ground.
pub(crate) const LAND: u32 = 0x00FA_F9F6;

/// Dark lines and words.
pub(crate) const INK: u32 = 0x0022_262B;

/// Who fights where nobody knows who does: two greys far enough apart for stripes to be seen.
const UNNAMED: [u32; 2] = [0x005E_656D, 0x00C4_C8CC];

/// How opaque are the lines of a claim at least, what was there before the claim (the style's), and the stripes of a contest, as a share of
/// held ground: fainter, for a map where everything is contested must leave its names to be read (chosen; at one it is a wall of stripes).
const CLAIM: f64 = 0.5;
const BEFORE: f64 = 0.15;
const CONTEST: f64 = 0.55;

/// A state as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look<'a> {
    pub(crate) control: &'a ControlState,
    pub(crate) status: Status,
    /// Who held it for sure, before it was claimed.
    pub(crate) last_confirmed: Option<ActorIndex>,
    /// Whether the last word is old.
    pub(crate) is_stale: bool,
}

/// How ground of a state is filled.
pub(crate) fn paint(request: &MapRequest<'_>, state: &Assessment, unit: f64) -> Paint {
    let Assessment { control, status, last_confirmed, .. } = state;
    let is_stale = state.is_stale(request.snapshot.at);
    fill(request.colours, Look { control, status: *status, last_confirmed: *last_confirmed, is_stale }, unit)
}

/// How a state is filled, with these colours of actors by their index.
pub(crate) fn fill(colours: &[Colour], look: Look<'_>, unit: f64) -> Paint {
    let of = |actor: ActorIndex| tinted(colours, actor, look.is_stale);
    let with = |colour: Colour, opacity: f64| Ink { colour, opacity };
    match (look.control, look.status) {
        (ControlState::Held(actor), Status::Claimed) => {
            let ground = look.last_confirmed.map_or(Ink { opacity: 0.3, ..ink(0x00D9_DADB) }, |last| with(of(last), BEFORE));
            let line = with(of(*actor), held(colours, *actor).max(CLAIM));
            Paint::Hatch { ground, line, period: whole(12.0 * unit), width: 5.0 * unit }
        }
        (ControlState::Held(actor), _) => {
            let ground = with(of(*actor), held(colours, *actor));
            match alike_before(colours, *actor) {
                0 => Paint::Solid(ground),
                rank => Paint::Dots {
                    ground,
                    dot: ink(0x00FF_FFFF),
                    period: whole(12.0 * unit),
                    radius: (1.2 + 0.7 * rank.min(3) as f64) * unit,
                },
            }
        }
        (ControlState::Contested(actors), _) => {
            let of = |at: usize| actors.get(at).map_or(colour(UNNAMED[at]), |&actor| of(actor));
            let share = |at: usize| CONTEST * actors.get(at).map_or(0.55, |&actor| held(colours, actor));
            let [first, second] = [0, 1].map(|at| with(of(at), share(at)));
            Paint::Stripes { inks: [second, first], period: whole(24.0 * unit) }
        }
        (ControlState::Unknown, _) => {
            Paint::Dots { ground: with(colour(0x00D9_DADB), 0.6), dot: ink(0x008A_9098), period: whole(14.0 * unit), radius: 1.5 * unit }
        }
    }
}

/// How opaque ground is that an actor holds.
fn held(colours: &[Colour], actor: ActorIndex) -> f64 {
    colours.get(actor.0 as usize).map_or(0.55, |&colour| opacity(colour))
}

/// How many actors before this one have its colour: of all but the first, ground is dotted in white and markers have a number.
pub(crate) fn alike_before(colours: &[Colour], actor: ActorIndex) -> usize {
    let at = actor.0 as usize;
    let Some(colour) = colours.get(at) else { return 0 };
    colours[..at].iter().filter(|other| *other == colour).count()
}

/// The number by which an actor is told from those of its colour, if there are any before it: its place in the dataset's list.
pub(crate) fn number(request: &MapRequest<'_>, actor: ActorIndex) -> Option<u32> {
    (alike_before(request.colours, actor) > 0).then_some(actor.0 + 1)
}

/// Black or white, whichever is seen better on a disc.
pub(crate) fn symbol_tint(disc: Colour) -> Colour {
    let [dark, light] = [colour(INK), colour(0x00FF_FFFF)];
    // White is kept where it is seen well enough: the discs of one map then look alike.
    if contrast(light, disc) >= 3.0 { light } else { dark }
}

/// A pattern's period in whole pixels: between them, programs round it each in their own way, and patterns drift apart.
fn whole(period: f64) -> f64 {
    period.round().max(3.0)
}

/// An actor's colour, faded where the last word is old; grey for an actor without one.
pub(crate) fn tint(request: &MapRequest<'_>, actor: ActorIndex, is_stale: bool) -> Colour {
    tinted(request.colours, actor, is_stale)
}

/// The same, of these colours.
pub(crate) fn tinted(colours: &[Colour], actor: ActorIndex, is_stale: bool) -> Colour {
    let colour = colours.get(actor.0 as usize).copied().unwrap_or(colour(UNNAMED[0]));
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    use crate::example::{state, with_request};
    use crate::scene::colour;

    const BLUE: u32 = 0x0000_72B2;

    fn held_by(actor: u32) -> ControlState {
        ControlState::Held(ActorIndex(actor))
    }

    /// What ground looks like in each state that three actors with such colours can make.
    pub(crate) fn each_state(colours: &[Colour]) -> Vec<(&'static str, Paint)> {
        let contested = |one, other| ControlState::Contested(vec![ActorIndex(one), ActorIndex(other)]);
        with_request(colours, |request| {
            [
                ("held by the first", held_by(0), Status::Confirmed),
                ("held by the second", held_by(1), Status::Confirmed),
                ("held by the third", held_by(2), Status::Confirmed),
                ("claimed by the first", held_by(0), Status::Claimed),
                ("claimed by the second", held_by(1), Status::Claimed),
                ("claimed by the third", held_by(2), Status::Claimed),
                ("contested by the first and second", contested(0, 1), Status::Contested),
                ("contested by the first and third", contested(0, 2), Status::Contested),
                ("contested by the second and third", contested(1, 2), Status::Contested),
                ("unknown", ControlState::Unknown, Status::Unknown),
            ]
            .map(|(name, control, status)| (name, paint(request, &state(control, status), 1.0)))
            .to_vec()
        })
    }

    #[test]
    fn each_state_has_a_pattern_of_its_own_and_stripes_are_as_wide_as_each_other() {
        for (name, look) in each_state(&[colour(BLUE), colour(0x00D5_5E00), colour(0x00E6_9F00)]) {
            let is_its_own = match &name[..4] {
                "held" => matches!(look, Paint::Solid(_)),
                "clai" => matches!(look, Paint::Hatch { .. }),
                "cont" => matches!(look, Paint::Stripes { .. }),
                _ => matches!(look, Paint::Dots { .. }),
            };
            assert!(is_its_own, "{name}: {look:?}");
        }
    }

    #[test]
    fn a_claim_hatches_over_a_little_of_what_was_last_confirmed() {
        with_request(&[colour(BLUE), colour(0x00D5_5E00)], |request| {
            let claim = Assessment { last_confirmed: Some(ActorIndex(1)), ..state(held_by(0), Status::Claimed) };
            let Paint::Hatch { ground, line, .. } = paint(request, &claim, 1.0) else { panic!("a claim is hatched") };
            assert_eq!((ground.colour, ground.opacity, line.colour), (colour(0x00D5_5E00), 0.15, colour(BLUE)));
        });
    }

    #[test]
    fn what_is_stale_keeps_its_lightness_and_loses_its_colour() {
        with_request(&[colour(BLUE)], |request| {
            let old = Assessment { stale_from: Some(request.snapshot.at), ..state(held_by(0), Status::Confirmed) };
            let Paint::Solid(ink) = paint(request, &old, 1.0) else { panic!("held ground is solid") };
            assert_eq!((ink.colour, ink.opacity), (faded(colour(BLUE)), opacity(colour(BLUE))));
        });
    }

    #[test]
    fn contested_by_nobody_named_is_striped_in_two_greys() {
        with_request(&[], |request| {
            let contested = state(ControlState::Contested(Vec::new()), Status::Contested);
            let Paint::Stripes { inks: [one, other], .. } = paint(request, &contested, 1.0) else { panic!("contested is striped") };
            assert!(contrast(one.colour, other.colour) > 3.0);
        });
    }

    #[test]
    fn of_two_actors_of_one_colour_the_later_has_dots_and_a_number() {
        with_request(&[colour(BLUE), colour(0x00D5_5E00), colour(BLUE)], |request| {
            let ground = |actor| paint(request, &state(held_by(actor), Status::Confirmed), 1.0);
            assert!(matches!((ground(0), ground(2)), (Paint::Solid(_), Paint::Dots { .. })));
            assert_eq!([0, 1, 2].map(|actor| number(request, ActorIndex(actor))), [None, None, Some(3)]);
        });
    }
}
