//! Text: fonts, shaping, both directions of writing.
//!
//! The fonts lie in the binary; system fonts are never read, so a map looks the same everywhere. A letter is set in Noto Sans where
//! that has it, else in Vazirmatn (Arabic script); what neither has is set as an empty box and named in the warnings.

use std::ops::Range;
use std::sync::OnceLock;

use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::BidiInfo;

use crate::scene::Step;

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Running text.
    Regular,
    /// Titles and names.
    Bold,
}

/// A line of text, shaped: glyphs from left to right with their places.
#[derive(Clone, Debug)]
pub struct Shaped {
    /// The letters, in the order they are read.
    pub text: String,
    /// Pixels of an em.
    pub size: f64,
    /// How heavy.
    pub weight: Weight,
    /// Pixels from end to end.
    pub width: f64,
    /// The glyphs.
    pub(crate) glyphs: Vec<Glyph>,
    /// Letters that no font has.
    pub missing: String,
}

/// One glyph and where it stands, in pixels from the start of the baseline, y down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// Its font, a position in [`FONTS`].
    pub(crate) font: usize,
    pub(crate) id: u16,
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Where in the text the letters it stands for begin, in bytes.
    #[cfg_attr(not(feature = "pdf"), expect(dead_code, reason = "only a PDF tells which letters a glyph stands for"))]
    pub(crate) letter: usize,
}

/// Noto Sans and Vazirmatn, regular and then bold.
pub(crate) const FONTS: [&[u8]; 4] = [
    notosans::REGULAR_TTF,
    include_bytes!("../fonts/Vazirmatn-Regular.ttf"),
    notosans::BOLD_TTF,
    include_bytes!("../fonts/Vazirmatn-Bold.ttf"),
];

fn fonts() -> &'static [Face<'static>; 4] {
    static FACES: OnceLock<[Face<'static>; 4]> = OnceLock::new();
    FACES.get_or_init(|| FONTS.map(|bytes| Face::from_slice(bytes, 0).expect("the fonts in the binary are sound")))
}

/// Shapes a line of text; control characters become blanks, and characters that turn all that follows them are left out.
///
/// ```
/// use marchland_render::{Weight, shape};
/// let short = shape("Kunduz", 20.0, Weight::Regular);
/// let long = shape("Kunduz city", 20.0, Weight::Regular);
/// assert!(0.0 < short.width && short.width < long.width);
/// assert_eq!(shape("شهر قندوز", 20.0, Weight::Bold).missing, "");
/// ```
#[must_use]
pub fn shape(text: &str, size: f64, weight: Weight) -> Shaped {
    let upright = text.chars().filter(|letter| !matches!(letter, '\u{202A}'..='\u{202E}'));
    let text: String = upright.map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mut shaped = Shaped { size, weight, width: 0.0, glyphs: Vec::new(), missing: String::new(), text: text.clone() };
    let pieces = pieces(&text, weight);
    let bidi = BidiInfo::new(&text, None);
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let is_leftward = levels.get(run.start).is_some_and(unicode_bidi::Level::is_rtl);
            let parts = pieces.iter().map(|(font, piece)| (*font, piece.start.max(run.start)..piece.end.min(run.end)));
            let mut parts: Vec<(usize, Range<usize>)> = parts.filter(|(_, part)| !part.is_empty()).collect();
            if is_leftward {
                parts.reverse();
            }
            for (font, part) in parts {
                shaped.add(font, part, if is_leftward { Direction::RightToLeft } else { Direction::LeftToRight });
            }
        }
    }
    shaped
}

impl Shaped {
    /// Adds the glyphs of a part of the text.
    fn add(&mut self, font: usize, part: Range<usize>, direction: Direction) {
        let face = &fonts()[font];
        let piece = &self.text[part.clone()];
        let scale = self.size / f64::from(face.units_per_em());
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(piece);
        buffer.set_direction(direction);
        buffer.guess_segment_properties();
        let set = rustybuzz::shape(face, &[], buffer);
        for (info, position) in set.glyph_infos().iter().zip(set.glyph_positions()) {
            if info.glyph_id == 0 {
                self.missing.extend(self.text[part.start + info.cluster as usize..].chars().next());
            }
            self.glyphs.push(Glyph {
                font,
                id: info.glyph_id as u16,
                x: self.width + f64::from(position.x_offset) * scale,
                y: -f64::from(position.y_offset) * scale,
                letter: part.start + info.cluster as usize,
            });
            self.width += f64::from(position.x_advance) * scale;
        }
    }

    /// The same line in another size.
    pub(crate) fn at_size(&self, size: f64) -> Self {
        let share = size / self.size;
        let glyphs = self.glyphs.iter().map(|glyph| Glyph { x: glyph.x * share, y: glyph.y * share, ..*glyph }).collect();
        Self { size, width: self.width * share, glyphs, ..self.clone() }
    }

    /// The outlines of the letters, their baseline starting at a place.
    pub(crate) fn outlines(&self, [x, y]: [f64; 2]) -> Vec<Step> {
        let mut outliner = Outliner { steps: Vec::new(), x: 0.0, y: 0.0, scale: 1.0, last: [0.0; 2] };
        for glyph in &self.glyphs {
            let face = &fonts()[glyph.font];
            outliner.scale = self.size / f64::from(face.units_per_em());
            (outliner.x, outliner.y) = (x + glyph.x, y + glyph.y);
            face.outline_glyph(rustybuzz::ttf_parser::GlyphId(glyph.id), &mut outliner);
        }
        outliner.steps
    }
}

/// Cuts text into pieces that one font sets: font and range. Blanks, digits and marks stay with the letter before them, whichever way
/// they run, so that a pair of brackets is of one font.
fn pieces(text: &str, weight: Weight) -> Vec<(usize, Range<usize>)> {
    let first = if weight == Weight::Bold { 2 } else { 0 };
    let font_of = |letter: char| (first..first + 2).find(|&font| fonts()[font].glyph_index(letter).is_some()).unwrap_or(first);
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for (at, letter) in text.char_indices() {
        let font = match cuts.last() {
            Some(&(font, _)) if letter.is_whitespace() || fonts()[font].glyph_index(letter).is_some() && !letter.is_alphabetic() => font,
            _ => font_of(letter),
        };
        if cuts.last().is_none_or(|&(last, _)| last != font) {
            cuts.push((font, at));
        }
    }
    let ends = cuts.iter().skip(1).map(|&(_, start)| start).chain([text.len()]);
    cuts.iter().zip(ends).map(|(&(font, start), end)| (font, start..end)).collect()
}

/// Collects a glyph's outline in page pixels; quadratic curves become cubic ones.
struct Outliner {
    steps: Vec<Step>,
    x: f64,
    y: f64,
    scale: f64,
    last: [f64; 2],
}

impl Outliner {
    fn place(&self, x: f32, y: f32) -> [f64; 2] {
        [self.x + f64::from(x) * self.scale, self.y - f64::from(y) * self.scale]
    }
}

impl rustybuzz::ttf_parser::OutlineBuilder for Outliner {
    fn move_to(&mut self, x: f32, y: f32) {
        self.last = self.place(x, y);
        self.steps.push(Step::Move(self.last));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.last = self.place(x, y);
        self.steps.push(Step::Line(self.last));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (handle, end) = (self.place(x1, y1), self.place(x, y));
        let towards = |from: [f64; 2]| [from[0] + (handle[0] - from[0]) * 2.0 / 3.0, from[1] + (handle[1] - from[1]) * 2.0 / 3.0];
        self.steps.push(Step::Curve(towards(self.last), towards(end), end));
        self.last = end;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.last = self.place(x, y);
        self.steps.push(Step::Curve(self.place(x1, y1), self.place(x2, y2), self.last));
    }

    fn close(&mut self) {
        self.steps.push(Step::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_letters_join_and_run_to_the_left() {
        let joined = shape("قندوز", 100.0, Weight::Regular);
        let apart: f64 = "قندوز".chars().map(|letter| shape(&letter.to_string(), 100.0, Weight::Regular).width).sum();
        assert!(joined.width < apart, "{} {apart}", joined.width);
        assert!(joined.missing.is_empty());
    }

    #[test]
    fn a_mixed_line_keeps_each_direction() {
        let mixed = shape("NDS قندوز", 100.0, Weight::Regular);
        assert!(mixed.glyphs.first().unwrap().font == 0 && mixed.glyphs.last().unwrap().font == 1);
    }

    /// Where in a line another line's glyphs stand, in glyphs from the left.
    fn position(line: &str, part: &str) -> Option<usize> {
        let ids = |text: &str| shape(text, 10.0, Weight::Regular).glyphs.iter().map(|glyph| (glyph.font, glyph.id)).collect::<Vec<_>>();
        let part = ids(part);
        ids(line).windows(part.len()).position(|window| window == part)
    }

    #[test]
    fn a_list_of_names_from_the_right_runs_as_its_sentence_does() {
        use crate::lines::{isolated, rightward};
        let line = rightward(&["کابل", "Kunduz", "کندز"].map(isolated).join(", "));
        let places = ["کابل", "Kunduz", "کندز"].map(|name| position(&line, name).unwrap());
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!(shape(&line, 10.0, Weight::Bold).missing, "");
    }

    #[test]
    fn numbers_and_brackets_keep_their_order_within_a_name_from_the_right() {
        // In a line from the right, what closes a bracket stands on its left and looks to the right; digits run to the right.
        let line = shape("حوزه (12)", 10.0, Weight::Regular);
        let from_the_left: Vec<u16> = line.glyphs[..4].iter().map(|glyph| glyph.id).collect();
        assert_eq!(from_the_left, ['(', '1', '2', ')'].map(|letter| fonts()[1].glyph_index(letter).unwrap().0));
        assert_eq!(line.missing, "");
    }

    #[test]
    fn characters_that_turn_or_hide_text_do_neither() {
        let plain = shape("Kunduz", 10.0, Weight::Regular);
        for strange in ["\u{202E}Kunduz", "Kun\u{202D}duz\u{202C}", "\u{202B}Kunduz"] {
            let shaped = shape(strange, 10.0, Weight::Regular);
            assert_eq!((shaped.text.as_str(), shaped.width, shaped.missing.as_str()), ("Kunduz", plain.width, ""));
        }
        assert_eq!(shape("a\u{7}\nb", 10.0, Weight::Regular).text, "a  b");
        assert_eq!(shape("\u{2066}\u{200F}\u{FEFF}\u{200D}", 10.0, Weight::Regular).missing, "");
    }

    #[test]
    fn a_letter_that_no_font_has_is_named() {
        assert_eq!(shape("a\u{1F600}b", 10.0, Weight::Bold).missing, "\u{1F600}");
        assert_eq!(shape("", 10.0, Weight::Bold).width, 0.0);
    }
}
