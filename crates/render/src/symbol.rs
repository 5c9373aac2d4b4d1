//! Small symbols by the kind of a site, drawn by us in a square from −1 to 1, legible at 12 pixels: one plain shape each, no detail
//! thinner than a pixel there.

use crate::scene::{Path, Step};

/// Rings of corners.
type Parts = &'static [&'static [[f64; 2]]];

/// Words in a kind, without the s of the plural, and their symbol; the first that is found counts, so `police district` is `police` and a `city gate` a `gate`.
const SYMBOLS: &[(&[&str], Parts)] = &[
    (&["police"], STAR),
    (&["government", "ministry", "palace"], HALL),
    (&["airport", "airfield", "airbase"], PLANE),
    (&["intersection", "crossing", "roundabout"], CROSSROADS),
    (&["gate", "checkpoint"], GATE),
    (&["fort", "fortres", "castle", "tower"], TOWER),
    (&["school", "university"], FLAG),
    (&["bridge"], BRIDGE),
    (&["prison"], BARS),
    (&["port", "harbour"], ANCHOR),
    (&["station"], RAILS),
    (&["power", "dam"], BOLT),
    (&["intelligence", "security", "military", "base"], SHIELD),
];

/// The symbol of a kind, its middle at a place and so many pixels from there to its sides; none for kinds without one, whose marker says
/// enough. Kinds are free text of any case.
pub(crate) fn symbol(kind: &str, at: [f64; 2], size: f64) -> Option<Path> {
    let (_, parts) = SYMBOLS[rank(kind)?];
    let scaled = |&[x, y]: &[f64; 2]| [at[0] + x * size, at[1] + y * size];
    let steps = parts.iter().flat_map(|part| {
        let mut steps = Path::line(&part.iter().map(scaled).collect::<Vec<_>>()).steps;
        steps.push(Step::Close);
        steps
    });
    Some(Path::of(steps.collect()))
}

/// Which of the symbols a kind has, by a number that is the symbol's own.
pub(crate) fn rank(kind: &str) -> Option<usize> {
    let kind = kind.to_lowercase();
    let of_kind: Vec<&str> =
        kind.split(|letter: char| !letter.is_alphanumeric()).map(|word| word.strip_suffix('s').unwrap_or(word)).collect();
    SYMBOLS.iter().position(|(words, _)| words.iter().any(|word| of_kind.contains(word)))
}

const STAR: Parts = &[&[
    [0.0, -1.0],
    [0.26, -0.36],
    [0.95, -0.31],
    [0.42, 0.14],
    [0.59, 0.81],
    [0.0, 0.44],
    [-0.59, 0.81],
    [-0.42, 0.14],
    [-0.95, -0.31],
    [-0.26, -0.36],
]];
const HALL: Parts = &[
    &[[0.0, -0.95], [0.9, -0.35], [-0.9, -0.35]],
    &[[-0.8, -0.2], [-0.45, -0.2], [-0.45, 0.55], [-0.8, 0.55]],
    &[[-0.18, -0.2], [0.18, -0.2], [0.18, 0.55], [-0.18, 0.55]],
    &[[0.45, -0.2], [0.8, -0.2], [0.8, 0.55], [0.45, 0.55]],
    &[[-0.9, 0.65], [0.9, 0.65], [0.9, 0.9], [-0.9, 0.9]],
];
const PLANE: Parts = &[&[
    [0.0, -1.0],
    [0.16, -0.75],
    [0.16, -0.2],
    [0.95, 0.25],
    [0.95, 0.45],
    [0.16, 0.2],
    [0.13, 0.65],
    [0.4, 0.85],
    [0.4, 1.0],
    [0.0, 0.88],
    [-0.4, 1.0],
    [-0.4, 0.85],
    [-0.13, 0.65],
    [-0.16, 0.2],
    [-0.95, 0.45],
    [-0.95, 0.25],
    [-0.16, -0.2],
    [-0.16, -0.75],
]];
const CROSSROADS: Parts = &[&[
    [-0.25, -0.95],
    [0.25, -0.95],
    [0.25, -0.25],
    [0.95, -0.25],
    [0.95, 0.25],
    [0.25, 0.25],
    [0.25, 0.95],
    [-0.25, 0.95],
    [-0.25, 0.25],
    [-0.95, 0.25],
    [-0.95, -0.25],
    [-0.25, -0.25],
]];
const GATE: Parts =
    &[&[[-0.85, -0.7], [0.85, -0.7], [0.85, 0.85], [0.45, 0.85], [0.45, -0.2], [-0.45, -0.2], [-0.45, 0.85], [-0.85, 0.85]]];
const TOWER: Parts = &[&[
    [-0.8, -0.85],
    [-0.45, -0.85],
    [-0.45, -0.5],
    [-0.18, -0.5],
    [-0.18, -0.85],
    [0.18, -0.85],
    [0.18, -0.5],
    [0.45, -0.5],
    [0.45, -0.85],
    [0.8, -0.85],
    [0.6, -0.1],
    [0.6, 0.85],
    [-0.6, 0.85],
    [-0.6, -0.1],
]];
const FLAG: Parts = &[&[[-0.6, -0.9], [0.8, -0.45], [-0.35, 0.0], [-0.35, 0.95], [-0.6, 0.95]]];
const BRIDGE: Parts = &[&[[-1.0, -0.3], [1.0, -0.3], [1.0, 0.5], [0.7, 0.5], [0.4, 0.05], [-0.4, 0.05], [-0.7, 0.5], [-1.0, 0.5]]];
const SHIELD: Parts = &[&[[-0.8, -0.85], [0.8, -0.85], [0.75, 0.1], [0.45, 0.6], [0.0, 0.95], [-0.45, 0.6], [-0.75, 0.1]]];
const BARS: Parts = &[
    &[[-1.0, -1.0], [1.0, -1.0], [1.0, -0.667], [-1.0, -0.667]],
    &[[-1.0, 0.667], [1.0, 0.667], [1.0, 1.0], [-1.0, 1.0]],
    &[[-0.833, -0.667], [-0.5, -0.667], [-0.5, 0.667], [-0.833, 0.667]],
    &[[-0.167, -0.667], [0.167, -0.667], [0.167, 0.667], [-0.167, 0.667]],
    &[[0.5, -0.667], [0.833, -0.667], [0.833, 0.667], [0.5, 0.667]],
];
const ANCHOR: Parts = &[&[
    [-0.2, -0.95],
    [0.2, -0.95],
    [0.2, -0.6],
    [0.6, -0.6],
    [0.6, -0.25],
    [0.2, -0.25],
    [0.2, 0.45],
    [0.6, 0.1],
    [0.95, 0.1],
    [0.7, 0.7],
    [0.0, 0.98],
    [-0.7, 0.7],
    [-0.95, 0.1],
    [-0.6, 0.1],
    [-0.2, 0.45],
    [-0.2, -0.25],
    [-0.6, -0.25],
    [-0.6, -0.6],
    [-0.2, -0.6],
]];
const RAILS: Parts = &[
    &[[-0.667, -1.0], [-0.333, -1.0], [-0.333, 1.0], [-0.667, 1.0]],
    &[[0.333, -1.0], [0.667, -1.0], [0.667, 1.0], [0.333, 1.0]],
    &[[-1.0, -0.667], [-0.667, -0.667], [-0.667, -0.333], [-1.0, -0.333]],
    &[[-0.333, -0.667], [0.333, -0.667], [0.333, -0.333], [-0.333, -0.333]],
    &[[0.667, -0.667], [1.0, -0.667], [1.0, -0.333], [0.667, -0.333]],
    &[[-1.0, 0.333], [-0.667, 0.333], [-0.667, 0.667], [-1.0, 0.667]],
    &[[-0.333, 0.333], [0.333, 0.333], [0.333, 0.667], [-0.333, 0.667]],
    &[[0.667, 0.333], [1.0, 0.333], [1.0, 0.667], [0.667, 0.667]],
];
const BOLT: Parts = &[&[[0.4, -1.0], [-0.8, 0.2], [-0.1, 0.2], [-0.4, 1.0], [0.8, -0.3], [0.1, -0.3]]];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Item, Paint, Rect, Scene, ink};

    /// How dark each of 12 by 12 pixels is that a symbol fills, 0 to 1.
    fn pixels(kind: &str) -> Vec<f64> {
        let path = symbol(kind, [6.0, 6.0], 6.0).unwrap().filled(Paint::Solid(ink(0)));
        let items = vec![Item::Clipped(Rect::new(0.0, 0.0, 12.0, 12.0), vec![Item::Path(path)])];
        let scene = Scene { width: 12, height: 12, dpi: 96, title: String::new(), description: String::new(), items };
        crate::write::pixels(&scene).chunks_exact(3).map(|rgb| 1.0 - f64::from(rgb[0]) / 255.0).collect()
    }

    #[test]
    fn at_twelve_pixels_every_symbol_is_seen_and_none_is_taken_for_another() {
        let all: Vec<(&str, Vec<f64>)> = SYMBOLS.iter().map(|(words, _)| (words[0], pixels(words[0]))).collect();
        for (at, (kind, one)) in all.iter().enumerate() {
            let filled: f64 = one.iter().sum();
            // Of 144 pixels: a quarter to three quarters, and in most of them either dark or light.
            assert!((28.0..110.0).contains(&filled), "{kind}: {filled}");
            let sharp = one.iter().filter(|&&dark| !(0.25..0.75).contains(&dark)).count();
            assert!(sharp >= 100, "{kind}: {sharp} of 144 pixels are dark or light");
            for (other_kind, other) in &all[at + 1..] {
                let apart: f64 = one.iter().zip(other).map(|(one, other)| (one - other).abs()).sum();
                assert!(apart > 20.0, "{kind} and {other_kind} differ by {apart} pixels");
            }
        }
    }

    #[test]
    fn a_kind_is_found_by_a_word_in_it_and_others_have_no_symbol() {
        let steps = |kind: &str| symbol(kind, [0.0, 0.0], 1.0).map(|path| path.steps);
        assert_eq!(steps("City Gate"), steps("gate"));
        assert_eq!(steps("police district"), steps("police"));
        assert_eq!(steps("gates"), steps("gate"));
        assert_eq!([steps("village"), steps("support"), steps("")], [None, None, None]);
    }
}
