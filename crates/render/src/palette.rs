//! A colour for every actor: the dataset's own, else one that colour-blind readers tell from the others.
//!
//! Ground is drawn in an actor's colour thinned with land. How much is set colour by colour, so that two actors' grounds differ in
//! lightness too: a grey print of blue and vermilion at one opacity is one grey. What the palettes reach is measured in `vision.rs`.

use marchland_core::{Actor, Colour};

use crate::scene::colour;

/// How many of an actor's colour ground has that is in no palette (the style's; changing it makes all ground darker or paler).
const HELD: f64 = 0.55;

/// Colours with the opacity of ground in them. Opacities of the longer two palettes are found by search over steps of a twentieth. For the first,
/// from .3 to .75, they are those of the largest least distance in grey of all pairs, of the first three and of the first two, that leaves all apart for
/// the colour-blind; for the other, up to .85, those that leave its palest colour, sand, as strong as it can be where all that `vision.rs` holds is kept.
type Tints = &'static [(u32, f64)];

/// Okabe and Ito (2008), *Color Universal Design*, in an order that keeps blue and vermilion, the pair told apart best, first.
const OKABE_ITO: Tints = &[
    (0x0000_72B2, 0.75),
    (0x00D5_5E00, 0.55),
    (0x00E6_9F00, 0.5),
    (0x0056_B4E9, 0.3),
    (0x0000_9E73, 0.75),
    (0x00CC_79A7, 0.55),
    (0x00F0_E442, 0.3),
];

/// Paul Tol (2021), *Colour Schemes*, technical note SRON/EPS/TN/09-002: high contrast, made for grey prints.
const TOL_HIGH_CONTRAST: Tints = &[(0x0000_4488, 0.55), (0x00DD_AA33, 0.55), (0x00BB_5566, 0.55)];

/// The same note: muted, nine colours without a strong one; in an order that keeps the first six apart in grey.
const TOL_MUTED: Tints = &[
    (0x0033_2288, 0.85),
    (0x00DD_CC77, 0.5),
    (0x00CC_6677, 0.8),
    (0x0088_CCEE, 0.8),
    (0x0011_7733, 0.85),
    (0x0088_2255, 0.8),
    (0x0044_AA99, 0.8),
    (0x0099_9933, 0.6),
    (0x00AA_4499, 0.75),
];

/// Greys for black print: no marker so light that it is lost on white, and grounds as far apart as four can be (chosen: a fifth could
/// not be told from unknown ground).
const MONO: Tints = &[(0x001E_1E1E, 0.65), (0x008C_8C8C, 0.35), (0x0055_5555, 0.45), (0x006E_6E6E, 0.8)];

/// Colours that stand for actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// Seven strong colours by Okabe and Ito: the default.
    OkabeIto,
    /// Three colours by Paul Tol that stay apart in grey.
    TolHighContrast,
    /// Nine quiet colours by Paul Tol.
    TolMuted,
    /// Four greys.
    Mono,
}

impl Palette {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::OkabeIto, Self::TolHighContrast, Self::TolMuted, Self::Mono];

    /// The word the command line uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OkabeIto => "okabe-ito",
            Self::TolHighContrast => "tol-highcontrast",
            Self::TolMuted => "tol-muted",
            Self::Mono => "mono",
        }
    }

    /// Reads a word; none for any text that is not one of [`Palette::ALL`]'s to the letter.
    ///
    /// ```
    /// use marchland_render::palette::Palette;
    /// assert_eq!(Palette::from_word("mono"), Some(Palette::Mono));
    /// assert_eq!(Palette::from_word("rainbow"), None);
    /// ```
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|palette| palette.word() == word)
    }

    fn tints(self) -> Tints {
        match self {
            Self::OkabeIto => OKABE_ITO,
            Self::TolHighContrast => TOL_HIGH_CONTRAST,
            Self::TolMuted => TOL_MUTED,
            Self::Mono => MONO,
        }
    }

    /// A colour for each actor, in their order, whatever colours they have of their own.
    ///
    /// With more actors than colours they begin anew; a map then numbers the later ones and dots their ground.
    ///
    /// ```
    /// use marchland_core::Actor;
    /// use marchland_render::palette::Palette;
    /// let actors: Vec<Actor> = ["a", "b", "c", "d"].map(|id| Actor::new(id, id)).to_vec();
    /// let colours = Palette::TolHighContrast.colours(&actors);
    /// assert_eq!((colours[0].to_string().as_str(), colours[3]), ("#004488", colours[0]));
    /// ```
    #[must_use]
    pub fn colours(self, actors: &[Actor]) -> Vec<Colour> {
        self.tints().iter().map(|&(rgb, _)| colour(rgb)).cycle().take(actors.len()).collect()
    }
}

/// A colour for each actor, in their order.
///
/// An actor without a colour of its own gets the first of Okabe and Ito's that nobody has yet; with more actors than colours they
/// begin anew, and a map numbers the later ones and dots their ground.
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
    let all = || OKABE_ITO.iter().map(|&(rgb, _)| colour(rgb));
    let mut free = all().filter(|colour| !own.contains(colour)).chain(all().cycle());
    actors.iter().map(|actor| actor.colour.or_else(|| free.next()).unwrap_or(colour(OKABE_ITO[0].0))).collect()
}

/// How opaque ground of a colour is.
pub(crate) fn opacity(colour_of: Colour) -> f64 {
    let all = Palette::ALL.into_iter().flat_map(Palette::tints);
    all.copied().find(|&(rgb, _)| colour(rgb) == colour_of).map_or(HELD, |(_, opacity)| opacity)
}

/// The same hue with less of it: what is stale is drawn so.
pub(crate) fn faded(colour: Colour) -> Colour {
    // Luma of Rec. 601 keeps the lightness; a third of the colour is left of it (chosen: fainter cannot be told from grey).
    let luma = 0.299 * f64::from(colour.red) + 0.587 * f64::from(colour.green) + 0.114 * f64::from(colour.blue);
    let channel = |value: u8| (luma + (f64::from(value) - luma) * 0.35).round() as u8;
    Colour { red: channel(colour.red), green: channel(colour.green), blue: channel(colour.blue) }
}

/// How far two colours are apart in light, 1 to 21: WCAG 2.1, relative luminance and contrast ratio.
pub(crate) fn contrast(one: Colour, other: Colour) -> f64 {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.03928 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
    };
    let luminance = |colour: Colour| 0.2126 * channel(colour.red) + 0.7152 * channel(colour.green) + 0.0722 * channel(colour.blue);
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
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
    fn a_palette_replaces_the_colours_that_actors_have() {
        let mut actors = vec![Actor::new("a", "A")];
        actors[0].colour = Colour::from_hex("#ff0000");
        assert_eq!(Palette::Mono.colours(&actors)[0].to_string(), "#1e1e1e");
        assert_eq!(Palette::Mono.colours(&[]), []);
    }

    #[test]
    fn more_actors_than_colours_still_get_one_each() {
        let actors: Vec<Actor> = (0..20).map(|at| Actor::new(at.to_string(), "")).collect();
        assert_eq!(colours(&actors).len(), 20);
        assert!(Palette::ALL.into_iter().all(|palette| palette.colours(&actors).len() == 20));
    }

    #[test]
    fn every_palette_is_found_by_its_word() {
        assert!(Palette::ALL.into_iter().all(|palette| Palette::from_word(palette.word()) == Some(palette)));
    }
}
