//! Small symbols by the kind of a site, drawn in a square from −1 to 1, legible at 12 pixels.

use crate::scene::{Path, Step};

/// The symbol of a kind, its middle at a place; none for kinds without one, whose marker says enough.
///
/// Free text is matched by the words in it: `police district` is `police`, `city gate` a `gate`.
pub(crate) fn symbol(kind: &str, at: [f64; 2], size: f64) -> Option<Path> {
    let has = |word: &str| kind.to_lowercase().contains(word);
    let parts: &[&[[f64; 2]]] = if has("police") {
        STAR
    } else if has("government") {
        HALL
    } else if has("airport") {
        PLANE
    } else if has("intersection") || has("crossing") {
        CROSSROADS
    } else if has("gate") {
        GATE
    } else if has("fort") {
        TOWER
    } else if has("school") {
        FLAG
    } else if has("bridge") {
        BRIDGE
    } else if has("intelligence") || has("security") || has("military") {
        SHIELD
    } else {
        return None;
    };
    let scaled = |&[x, y]: &[f64; 2]| [at[0] + x * size, at[1] + y * size];
    let steps = parts.iter().flat_map(|part| {
        let mut steps = Path::line(&part.iter().map(scaled).collect::<Vec<_>>()).steps;
        steps.push(Step::Close);
        steps
    });
    Some(Path::of(steps.collect()))
}

const STAR: &[&[[f64; 2]]] = &[&[
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
const HALL: &[&[[f64; 2]]] = &[
    &[[0.0, -0.95], [0.9, -0.35], [-0.9, -0.35]],
    &[[-0.8, -0.2], [-0.45, -0.2], [-0.45, 0.55], [-0.8, 0.55]],
    &[[-0.18, -0.2], [0.18, -0.2], [0.18, 0.55], [-0.18, 0.55]],
    &[[0.45, -0.2], [0.8, -0.2], [0.8, 0.55], [0.45, 0.55]],
    &[[-0.9, 0.65], [0.9, 0.65], [0.9, 0.9], [-0.9, 0.9]],
];
const PLANE: &[&[[f64; 2]]] = &[&[
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
const CROSSROADS: &[&[[f64; 2]]] = &[&[
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
const GATE: &[&[[f64; 2]]] =
    &[&[[-0.85, -0.7], [0.85, -0.7], [0.85, 0.85], [0.45, 0.85], [0.45, -0.2], [-0.45, -0.2], [-0.45, 0.85], [-0.85, 0.85]]];
const TOWER: &[&[[f64; 2]]] = &[&[
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
const FLAG: &[&[[f64; 2]]] = &[&[[-0.6, -0.9], [0.8, -0.45], [-0.35, 0.0], [-0.35, 0.95], [-0.6, 0.95]]];
const BRIDGE: &[&[[f64; 2]]] = &[&[[-1.0, -0.3], [1.0, -0.3], [1.0, 0.5], [0.7, 0.5], [0.4, 0.05], [-0.4, 0.05], [-0.7, 0.5], [-1.0, 0.5]]];
const SHIELD: &[&[[f64; 2]]] = &[&[[-0.8, -0.85], [0.8, -0.85], [0.75, 0.1], [0.45, 0.6], [0.0, 0.95], [-0.45, 0.6], [-0.75, 0.1]]];
