//! What is left of the palettes for readers who see fewer colours, or none: a simulation, a measure of distance, and what they show.
//!
//! Deficiencies: Machado, Oliveira and Fernandes (2009), *A Physiologically-based Model for Simulation of Color Vision Deficiency*, IEEE
//! TVCG 15(6), the matrices of severity 1.0, on linear light. Grey: relative luminance (Rec. 709). Distance: CIEDE2000, after Sharma, Wu
//! and Dalal (2005), *The CIEDE2000 Color-Difference Formula*, whose test pairs stand below. One unit is about the least difference seen
//! side by side.

use marchland_core::Colour;

use crate::palette::{Palette, contrast, opacity};
use crate::scene::{Ink, Item, Paint, Path, Rect, Scene, colour};
use crate::style::{INK, LAND};

/// How somebody sees.
#[derive(Clone, Copy, Debug)]
enum Eye {
    Normal,
    Protanopia,
    Deuteranopia,
    Tritanopia,
    Grey,
}

const COLOUR_BLIND: [Eye; 3] = [Eye::Protanopia, Eye::Deuteranopia, Eye::Tritanopia];

/// Red, green and blue light, 0 to 1.
type Light = [f64; 3];

/// Lightness and the two axes of CIELAB.
type Lab = [f64; 3];

fn seen(light: Light, eye: Eye) -> Light {
    let by = |rows: [Light; 3]| rows.map(|row| (row[0] * light[0] + row[1] * light[1] + row[2] * light[2]).clamp(0.0, 1.0));
    match eye {
        Eye::Normal => light,
        Eye::Protanopia => by([[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]]),
        Eye::Deuteranopia => {
            by([[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]])
        }
        Eye::Tritanopia => by([[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]]),
        Eye::Grey => by([[0.2126, 0.7152, 0.0722]; 3]),
    }
}

/// Light of an sRGB channel (IEC 61966-2-1).
fn light(channel: f64) -> f64 {
    if channel <= 0.040_45 { channel / 12.92 } else { libm::pow((channel + 0.055) / 1.055, 2.4) }
}

/// CIELAB of light, white being that of D65.
fn lab([red, green, blue]: Light) -> Lab {
    let x = (0.412_456_4 * red + 0.357_576_1 * green + 0.180_437_5 * blue) / 0.950_47;
    let y = 0.212_672_9 * red + 0.715_152_2 * green + 0.072_175 * blue;
    let z = (0.019_333_9 * red + 0.119_192 * green + 0.950_304_1 * blue) / 1.088_83;
    let [x, y, z] = [x, y, z].map(|part| if part > 216.0 / 24_389.0 { libm::cbrt(part) } else { (24_389.0 / 27.0 * part + 16.0) / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIEDE2000, in the order and the names of Sharma's paper.
fn distance(one: Lab, other: Lab) -> f64 {
    let chroma = |[_, a, b]: Lab| libm::hypot(a, b);
    let seventh = |c: f64| libm::sqrt(libm::pow(c, 7.0) / (libm::pow(c, 7.0) + libm::pow(25.0, 7.0)));
    let g = 0.5 * (1.0 - seventh(f64::midpoint(chroma(one), chroma(other))));
    let [one, other] = [one, other].map(|[l, a, b]| [l, a * (1.0 + g), b]);
    let (c1, c2) = (chroma(one), chroma(other));
    let hue = |[_, a, b]: Lab| if a == 0.0 && b == 0.0 { 0.0 } else { libm::atan2(b, a).to_degrees().rem_euclid(360.0) };
    let (h1, h2) = (hue(one), hue(other));
    let is_grey = c1 * c2 == 0.0;
    let turn = if is_grey { 0.0 } else { (h2 - h1 + 180.0).rem_euclid(360.0) - 180.0 };
    let mean_hue = match (is_grey, (h1 - h2).abs() > 180.0) {
        (true, _) => h1 + h2,
        (false, false) => f64::midpoint(h1, h2),
        (false, true) => f64::midpoint(h1, h2) + if h1 + h2 < 360.0 { 180.0 } else { -180.0 },
    };
    let cos = |degrees: f64| libm::cos(degrees.to_radians());
    let t = 1.0 - 0.17 * cos(mean_hue - 30.0) + 0.24 * cos(2.0 * mean_hue) + 0.32 * cos(3.0 * mean_hue + 6.0)
        - 0.2 * cos(4.0 * mean_hue - 63.0);
    let (l, c) = (f64::midpoint(one[0], other[0]) - 50.0, f64::midpoint(c1, c2));
    let dl = (other[0] - one[0]) / (1.0 + 0.015 * l * l / libm::sqrt(20.0 + l * l));
    let dc = (c2 - c1) / (1.0 + 0.045 * c);
    let dh = 2.0 * libm::sqrt(c1 * c2) * libm::sin(turn.to_radians() / 2.0) / (1.0 + 0.015 * c * t);
    let theta = 30.0 * libm::exp(-libm::pow((mean_hue - 275.0) / 25.0, 2.0));
    let rotation = -libm::sin((2.0 * theta).to_radians()) * 2.0 * seventh(c);
    libm::sqrt(dl * dl + dc * dc + dh * dh + rotation * dc * dh)
}

/// Held ground of a colour on land.
fn ground(colour_of: Colour) -> Light {
    let (land, share) = (colour(LAND), opacity(colour_of));
    [(colour_of.red, land.red), (colour_of.green, land.green), (colour_of.blue, land.blue)]
        .map(|(ink, land)| light((share * f64::from(ink) + (1.0 - share) * f64::from(land)) / 255.0))
}

/// The least distance between any two of a palette's first grounds.
fn least(palette: Palette, first: usize, eye: Eye) -> f64 {
    let actors: Vec<_> = (0..first).map(|at| marchland_core::Actor::new(at.to_string(), "")).collect();
    let grounds: Vec<Lab> = palette.colours(&actors).into_iter().map(|colour| lab(seen(ground(colour), eye))).collect();
    let pairs = (0..first).flat_map(|one| (one + 1..first).map(move |other| (one, other)));
    pairs.map(|(one, other)| distance(grounds[one], grounds[other])).fold(f64::INFINITY, f64::min)
}

#[test]
fn the_distance_is_that_of_published_pairs() {
    // Sharma, Wu and Dalal (2005), table 1: pairs with a turn of hue below and above 180°, of greys, and of every size.
    for (one, other, published) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, -0.0010, 2.4900], [50.0, 0.0009, -2.4900], 4.8045),
        ([50.0, -0.0010, 2.4900], [50.0, 0.0011, -2.4900], 4.7461),
        ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
        ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
    ] {
        assert!((distance(one, other) - published).abs() < 1e-4, "{one:?} {other:?}: {}", distance(one, other));
    }
}

// Five is chosen: what differs so much is told apart across a page, not only side by side.
#[test]
fn any_two_actors_grounds_are_told_apart_by_the_colour_blind() {
    for (palette, count) in [(Palette::OkabeIto, 7), (Palette::TolHighContrast, 3), (Palette::TolMuted, 9), (Palette::Mono, 4)] {
        for eye in [[Eye::Normal].as_slice(), &COLOUR_BLIND].concat() {
            let least = least(palette, count, eye);
            assert!(least >= 6.0, "{}: {least:.1} with {eye:?}", palette.word());
        }
    }
}

// All pairs differ by more than side by side is needed, the first two and three, which most maps have, by much more.
#[test]
fn any_two_actors_grounds_are_told_apart_in_grey_the_first_of_a_palette_best() {
    for (palette, count, expected) in [
        (Palette::OkabeIto, 2, 11.5),
        (Palette::OkabeIto, 3, 7.7),
        (Palette::OkabeIto, 7, 3.5),
        (Palette::TolHighContrast, 3, 8.0),
        (Palette::TolMuted, 3, 18.0),
        (Palette::TolMuted, 9, 4.3),
        (Palette::Mono, 4, 7.5),
    ] {
        let least = least(palette, count, Eye::Grey);
        assert!(least >= expected, "the first {count} of {}: {least:.1}", palette.word());
    }
}

/// A square of a paint on land, in grey, 0 to 255.
fn patch(paint: Paint) -> Vec<f64> {
    let square = |paint| Item::Path(Path::rect(Rect::new(0.0, 0.0, 64.0, 64.0)).filled(paint));
    let land = Paint::Solid(Ink { colour: colour(LAND), opacity: 1.0 });
    let scene = Scene {
        width: 64,
        height: 64,
        dpi: 96,
        title: String::new(),
        description: String::new(),
        items: vec![square(land), square(paint)],
    };
    let pixels = crate::write::pixels(&scene);
    pixels.chunks_exact(3).map(|rgb| 0.2126 * f64::from(rgb[0]) + 0.7152 * f64::from(rgb[1]) + 0.0722 * f64::from(rgb[2])).collect()
}

/// How far one patch is from the other in grey, wherever their patterns begin: the mean difference of the middles, at its least.
fn apart(one: &[f64], other: &[f64]) -> f64 {
    let middle = |patch: &[f64], [x, y]: [usize; 2]| -> Vec<f64> {
        (0..32).flat_map(|row| patch[(row + y) * 64 + x..(row + y) * 64 + x + 32].to_vec()).collect()
    };
    let fixed = middle(one, [16, 16]);
    let shifts = (0..32).step_by(2).flat_map(|x| (0..32).step_by(2).map(move |y| [x, y]));
    let difference = |shift| fixed.iter().zip(middle(other, shift)).map(|(one, other)| (one - other).abs()).sum::<f64>() / 1_024.0;
    shifts.map(difference).fold(f64::INFINITY, f64::min)
}

#[test]
fn patterns_tell_the_states_apart_without_any_colour() {
    for palette in Palette::ALL {
        let actors = ["a", "b", "c"].map(|id| marchland_core::Actor::new(id, ""));
        let states: Vec<(&str, Vec<f64>)> =
            crate::style::tests::each_state(&palette.colours(&actors)).into_iter().map(|(name, paint)| (name, patch(paint))).collect();
        for one in 0..states.len() {
            for other in one + 1..states.len() {
                let apart = apart(&states[one].1, &states[other].1);
                // A fiftieth of the range of grey over all pixels (chosen: the sparse dots of unknown ground are the least pattern).
                let names = [one, other].map(|state| states[state].0);
                assert!(apart > 5.0, "{}: {names:?} differ by {apart:.1} of 255", palette.word());
            }
        }
    }
}

#[test]
fn words_and_symbols_stand_out_from_what_is_under_them() {
    let white = colour(0x00FF_FFFF);
    // Words stand on white or on their white halo: WCAG asks for 4.5. Symbols are as large as graphics, of which it asks 3.
    assert!(contrast(colour(INK), white) >= 4.5);
    for palette in Palette::ALL {
        let actors: Vec<_> = (0..9).map(|at| marchland_core::Actor::new(at.to_string(), "")).collect();
        for disc in palette.colours(&actors) {
            let symbol = crate::style::symbol_tint(disc);
            assert!(contrast(symbol, disc) >= 3.0, "{symbol} on {disc}: {}", contrast(symbol, disc));
        }
    }
}
