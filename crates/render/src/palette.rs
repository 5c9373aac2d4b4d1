//! A colour for every actor: the dataset's own, else one that colour-blind readers tell from the others.

use marchland_core::{Actor, Colour};

/// Okabe and Ito (2008), *Color Universal Design*, in an order that keeps blue and vermilion, the pair told apart best, first.
const OKABE_ITO: [u32; 7] = [0x0000_72B2, 0x00D5_5E00, 0x00E6_9F00, 0x0056_B4E9, 0x0000_9E73, 0x00CC_79A7, 0x00F0_E442];

/// A colour for each actor, in their order.
///
/// An actor without a colour of its own gets the first of Okabe and Ito's that nobody has yet; with more actors than colours, greys
/// of falling lightness, which only the names in the legend tell apart for sure.
///
/// ```
/// use marchland_core::Actor;
/// use marchland_render::palette;
/// let colours = palette::colours(&[Actor::new("a", "A"), Actor::new("b", "B")]);
/// assert_eq!([colours[0].to_string(), colours[1].to_string()], ["#0072b2", "#d55e00"]);
/// ```
#[must_use]
pub fn colours(actors: &[Actor]) -> Vec<Colour> {
    let own: Vec<Colour> = actors.iter().filter_map(|actor| actor.colour).collect();
    let greys = (1_u8..=5).map(|step| grey(30 * step)).cycle();
    let mut free = OKABE_ITO.into_iter().map(colour).filter(|colour| !own.contains(colour)).chain(greys);
    actors.iter().map(|actor| actor.colour.or_else(|| free.next()).unwrap_or(grey(120))).collect()
}

fn colour(rgb: u32) -> Colour {
    Colour { red: (rgb >> 16) as u8, green: (rgb >> 8) as u8, blue: rgb as u8 }
}

fn grey(level: u8) -> Colour {
    Colour { red: level, green: level, blue: level }
}

/// The same hue with less of it: what is stale is drawn so.
pub(crate) fn faded(colour: Colour) -> Colour {
    // Luma of Rec. 601 keeps the lightness; a third of the colour is left of it (chosen: fainter cannot be told from grey).
    let luma = 0.299 * f64::from(colour.red) + 0.587 * f64::from(colour.green) + 0.114 * f64::from(colour.blue);
    let channel = |value: u8| (luma + (f64::from(value) - luma) * 0.35).round() as u8;
    Colour { red: channel(colour.red), green: channel(colour.green), blue: channel(colour.blue) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_that_an_actor_has_is_given_to_nobody_else() {
        let mut actors = vec![Actor::new("a", "A"), Actor::new("b", "B")];
        actors[1].colour = Colour::from_hex("#0072b2");
        assert_eq!(colours(&actors)[0].to_string(), "#d55e00");
    }

    #[test]
    fn more_actors_than_colours_still_get_one_each() {
        let actors: Vec<Actor> = (0..20).map(|at| Actor::new(at.to_string(), "")).collect();
        assert_eq!(colours(&actors).len(), 20);
    }
}
