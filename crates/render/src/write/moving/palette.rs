//! At most 255 colours that stand for all the colours of some frames.
//!
//! Where there are no more than that, they are the colours themselves. Else those that fill a good part of the frames are taken, then the most
//! frequent of the others, then the next that lies no nearer to one taken than a distance, and so on; of some distances the least that leaves
//! no more than 255 is used. So the flat colours of a map, which fill most of it, are exact, every colour has another within that distance,
//! and equal colours stay equal from frame to frame. Quantisers that average (median cut, Wu 1991, `NeuQuant` 1994) fit photographs better, and shift the flat colours a little.

use std::collections::BTreeMap;

/// Colours at most: 256, and one index is for what is left clear.
const MOST: usize = 255;

/// A colour that fills one in so many pixels is taken however near it lies to another, of the most frequent [`FLAT`] (chosen: the land round
/// a map is nearly white, and would else be whatever pale tint comes next).
const PART: u64 = 500;
const FLAT: usize = 96;

/// Squares of the distances tried, in levels of 255 (chosen: the last is a coarse grid of colours, reached by noise alone).
const DISTANCES: [u32; 12] = [0, 3, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 8_192];

/// The colours of an animation, and for each colour the nearest of them.
#[derive(Clone, Debug)]
pub struct Palette {
    colours: Vec<[u8; 3]>,
    /// For each colour one more than its index here; nought where that is not yet known.
    nearest: Vec<u16>,
}

impl Palette {
    /// The colours of some frames: red, green and blue of each pixel.
    ///
    /// ```
    /// use marchland_render::write::moving::Palette;
    /// let mut palette = Palette::of([vec![0, 0, 0, 250, 0, 0]]);
    /// assert_eq!((palette.len(), palette.index([251, 0, 0])), (2, palette.index([250, 0, 0])));
    /// ```
    #[must_use]
    pub fn of(frames: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut counts: BTreeMap<[u8; 3], u64> = BTreeMap::new();
        for frame in frames {
            for alike in frame.as_chunks::<3>().0.chunk_by(|one, other| one == other) {
                *counts.entry(alike[0]).or_default() += alike.len() as u64;
            }
        }
        let mut colours: Vec<[u8; 3]> = counts.keys().copied().collect();
        colours.sort_by_key(|colour| std::cmp::Reverse(counts[colour]));
        let total: u64 = counts.values().sum();
        let flat = colours.iter().take(FLAT).take_while(|&colour| counts[colour] * PART >= total).count();
        let chosen = DISTANCES.iter().find_map(|&distance| apart(&colours, flat, distance));
        let colours = chosen.unwrap_or_else(|| colours.into_iter().take(MOST).collect());
        Self { colours, nearest: vec![0; 1 << 24] }
    }

    /// How many colours there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.colours.len()
    }

    /// Whether there is none, as of no frames.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.colours.is_empty()
    }

    /// Which colour is nearest to one; the first of those as near.
    pub fn index(&mut self, colour: [u8; 3]) -> u8 {
        let place = number(colour);
        if self.nearest[place] == 0 {
            let nearest = (0..self.colours.len()).min_by_key(|&at| squared(self.colours[at], colour)).unwrap_or(0);
            self.nearest[place] = nearest as u16 + 1;
        }
        (self.nearest[place] - 1) as u8
    }

    /// The colours, one after the other.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.colours.iter().flatten().copied().collect()
    }
}

/// So many of the first colours, and those of the others of which none is nearer to one before it than a distance; none where they are too many.
fn apart(colours: &[[u8; 3]], first: usize, distance: u32) -> Option<Vec<[u8; 3]>> {
    let (first, others) = colours.split_at(first);
    let mut taken: Vec<[u8; 3]> = first.to_vec();
    for &colour in others {
        if taken.iter().all(|&known| squared(known, colour) > distance) {
            if taken.len() == MOST {
                return None;
            }
            taken.push(colour);
        }
    }
    Some(taken)
}

fn number([red, green, blue]: [u8; 3]) -> usize {
    usize::from(red) << 16 | usize::from(green) << 8 | usize::from(blue)
}

fn squared(one: [u8; 3], other: [u8; 3]) -> u32 {
    one.into_iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_as_they_are() {
        let frame: Vec<u8> = (0..=254).flat_map(|level| [level, 0, 0]).collect();
        let mut palette = Palette::of([frame]);
        assert_eq!(palette.len(), 255);
        let [one, other] = [[7, 0, 0], [8, 0, 0]].map(|colour| palette.index(colour));
        assert_ne!(one, other);
    }

    #[test]
    fn two_pale_colours_that_fill_much_are_both_exact_among_thousands_of_others() {
        let [white, land] = [[255, 255, 255], [250, 249, 246]];
        let flat = [white.repeat(6_000), land.repeat(5_000)].concat();
        let shades: Vec<u8> =
            (0..4_096_u32).flat_map(|at| [(at % 16 * 16) as u8, (at / 16 % 16 * 16) as u8, (at / 256 * 16) as u8]).collect();
        let mut palette = Palette::of([flat, shades]);
        for colour in [white, land] {
            let at = usize::from(palette.index(colour));
            assert_eq!(palette.colours[at], colour);
        }
    }

    #[test]
    fn of_many_colours_the_frequent_are_exact_and_the_others_near() {
        let flat = [10, 200, 30].repeat(5_000);
        let shades = (0..4_096_u32).flat_map(|at| [(at % 16 * 16) as u8, (at / 16 % 16 * 16) as u8, (at / 256 * 16) as u8]);
        let mut palette = Palette::of([flat, shades.clone().collect()]);
        assert!(palette.len() <= MOST);
        let of = |palette: &mut Palette, colour| {
            let at = usize::from(palette.index(colour));
            palette.colours[at]
        };
        assert_eq!(of(&mut palette, [10, 200, 30]), [10, 200, 30]);
        let worst = shades.collect::<Vec<_>>().chunks(3).map(|c| squared(of(&mut palette, [c[0], c[1], c[2]]), [c[0], c[1], c[2]])).max();
        assert!(worst.unwrap() <= 2_048, "{worst:?}");
    }
}
