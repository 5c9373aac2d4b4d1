//! Text: fonts, shaping, both directions of writing.
//!
//! The fonts lie in the binary; system fonts are never read, so a map looks the same everywhere. A letter is set in Noto Sans where
//! that has it, else in Vazirmatn (Arabic script); what neither has is set as an empty box and named in the warnings.

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
    font: usize,
    id: u16,
    x: f64,
    y: f64,
}

/// Noto Sans and Vazirmatn, regular and then bold.
fn fonts() -> &'static [Face<'static>; 4] {
    static FONTS: OnceLock<[Face<'static>; 4]> = OnceLock::new();
    FONTS.get_or_init(|| {
        let bytes: [&'static [u8]; 4] = [
            notosans::REGULAR_TTF,
            include_bytes!("../fonts/Vazirmatn-Regular.ttf"),
            notosans::BOLD_TTF,
            include_bytes!("../fonts/Vazirmatn-Bold.ttf"),
        ];
        bytes.map(|bytes| Face::from_slice(bytes, 0).expect("the fonts in the binary are sound"))
    })
}

/// Shapes a line of text; control characters become blanks.
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
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mut shaped = Shaped { size, weight, width: 0.0, glyphs: Vec::new(), missing: String::new(), text: text.clone() };
    let bidi = BidiInfo::new(&text, None);
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let is_leftward = levels.get(run.start).is_some_and(unicode_bidi::Level::is_rtl);
            let mut pieces = pieces(&text[run], weight);
            if is_leftward {
                pieces.reverse();
            }
            for (font, piece) in pieces {
                shaped.add(font, piece, if is_leftward { Direction::RightToLeft } else { Direction::LeftToRight });
            }
        }
    }
    shaped
}

impl Shaped {
    fn add(&mut self, font: usize, piece: &str, direction: Direction) {
        let face = &fonts()[font];
        let scale = self.size / f64::from(face.units_per_em());
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(piece);
        buffer.set_direction(direction);
        buffer.guess_segment_properties();
        let set = rustybuzz::shape(face, &[], buffer);
        for (info, position) in set.glyph_infos().iter().zip(set.glyph_positions()) {
            if info.glyph_id == 0 {
                self.missing.extend(piece[info.cluster as usize..].chars().next());
            }
            self.glyphs.push(Glyph {
                font,
                id: info.glyph_id as u16,
                x: self.width + f64::from(position.x_offset) * scale,
                y: -f64::from(position.y_offset) * scale,
            });
            self.width += f64::from(position.x_advance) * scale;
        }
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

/// Cuts a run into pieces that one font sets. Blanks and marks stay with the letter before them.
fn pieces(run: &str, weight: Weight) -> Vec<(usize, &str)> {
    let first = if weight == Weight::Bold { 2 } else { 0 };
    let font_of = |letter: char| (first..first + 2).find(|&font| fonts()[font].glyph_index(letter).is_some()).unwrap_or(first);
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for (at, letter) in run.char_indices() {
        let font = match cuts.last() {
            Some(&(font, _)) if letter.is_whitespace() || fonts()[font].glyph_index(letter).is_some() && !letter.is_alphabetic() => font,
            _ => font_of(letter),
        };
        if cuts.last().is_none_or(|&(last, _)| last != font) {
            cuts.push((font, at));
        }
    }
    let ends = cuts.iter().skip(1).map(|&(_, start)| start).chain([run.len()]);
    cuts.iter().zip(ends).map(|(&(font, start), end)| (font, &run[start..end])).collect()
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

    #[test]
    fn a_letter_that_no_font_has_is_named() {
        assert_eq!(shape("a\u{1F600}b", 10.0, Weight::Bold).missing, "\u{1F600}");
        assert_eq!(shape("", 10.0, Weight::Bold).width, 0.0);
    }
}
