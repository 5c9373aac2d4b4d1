//! The scene as a PDF of one page: vector paths, and text as text in fonts that lie within.
//!
//! Patterns are drawn as the lines and dots they are, cut to their shape: a tile repeated by the reader of the file shows hairs between
//! tiles, on screens and in print. The page is one figure with its description as the text read out in its stead.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, LinearGradient, RadialGradient, SpreadMethod, Stop, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{ContentTag, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use thiserror::Error;

use crate::scene::{Ink, Item, Paint, Path, Rect, Scene, Step, Stroke, Text};
use crate::text::{FONTS, Glyph, Shaped};

/// Points of an inch.
const POINTS: f32 = 72.0;

/// The picture could not be written as PDF.
#[derive(Debug, Error)]
#[error("the picture could not be written as PDF: {0}")]
pub struct PdfFailed(String);

/// The scene as a PDF of one page, as large as its pixels are on paper; `made_by` names the program.
///
/// # Errors
///
/// [`PdfFailed`] where the scene has no pixels, or is beyond what a PDF can hold.
pub fn pdf(scene: &Scene, made_by: &str) -> Result<Vec<u8>, PdfFailed> {
    let points = POINTS / scene.dpi as f32;
    let settings = PageSettings::from_wh(scene.width as f32 * points, scene.height as f32 * points);
    let settings = settings.ok_or_else(|| PdfFailed("expected a page of some size".to_owned()))?;
    let mut document = Document::new();
    let title = scene.title.clone();
    document.set_metadata(Metadata::new().title(title).description(scene.description.clone()).creator(made_by.to_owned()));
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let content = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
    surface.push_transform(&Transform::from_scale(points, points));
    let sheet = Rect::new(0.0, 0.0, f64::from(scene.width), f64::from(scene.height));
    let mut pen = Pen { surface: &mut surface, fonts: fonts(), seen: sheet };
    pen.items(&scene.items);
    surface.pop();
    surface.end_tagged();
    surface.finish();
    page.finish();
    let mut figure = TagGroup::new(Tag::Figure(Some(scene.description.clone())));
    figure.push(content);
    let mut tags = TagTree::new();
    tags.push(figure);
    document.set_tag_tree(tags);
    document.finish().map_err(|error| PdfFailed(format!("{error:?}")))
}

fn fonts() -> Vec<Font> {
    FONTS.iter().map(|&bytes| Font::new(bytes.into(), 0).expect("the fonts in the binary are sound")).collect()
}

/// Draws items on a surface.
struct Pen<'s, 'd> {
    surface: &'s mut Surface<'d>,
    fonts: Vec<Font>,
    /// What can be seen of what is drawn now.
    seen: Rect,
}

impl Pen<'_, '_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Path(path) => self.path(path),
                Item::Text(text) => self.text(text),
                Item::Clipped(rect, items) => {
                    if let Some(edge) = outline(&Path::rect(*rect).steps) {
                        self.surface.push_clip_path(&edge, &FillRule::NonZero);
                        let round = self.seen;
                        self.seen = common(round, *rect);
                        self.items(items);
                        self.seen = round;
                        self.surface.pop();
                    }
                }
            }
        }
    }

    fn path(&mut self, path: &Path) {
        let Some(shape) = outline(&path.steps) else { return };
        if let Some(paint) = path.fill {
            self.fill(&shape, paint, common(self.seen, bounds(&path.steps)));
        }
        if let Some(stroke) = &path.stroke {
            self.surface.set_fill(None);
            self.surface.set_stroke(Some(drawn(stroke)));
            self.surface.draw_path(&shape);
        }
    }

    /// Fills a shape, of which what lies in a rectangle is seen.
    fn fill(&mut self, shape: &krilla::geom::Path, paint: Paint, seen: Rect) {
        let fill = match paint {
            Paint::Solid(ink) => filled(ink),
            Paint::Fading { ink, from, to } => fading(ink, from, to),
            Paint::Rim { ink, centre, radii } => rim(ink, centre, radii),
            Paint::Hatch { .. } | Paint::Stripes { .. } | Paint::Dots { .. } => {
                self.surface.push_clip_path(shape, &FillRule::EvenOdd);
                for (steps, ink) in layers(paint, seen) {
                    self.steps(&steps, ink);
                }
                return self.surface.pop();
            }
        };
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill));
        self.surface.draw_path(shape);
    }

    fn steps(&mut self, steps: &[Step], ink: Ink) {
        if let Some(shape) = outline(steps) {
            self.surface.set_stroke(None);
            self.surface.set_fill(Some(filled(ink)));
            self.surface.draw_path(&shape);
        }
    }

    fn text(&mut self, text: &Text) {
        let shaped = &text.shaped;
        if text.halo > 0.0
            && let Some(letters) = outline(&shaped.outlines(text.at))
        {
            let white = Stroke { ink: crate::scene::ink(0x00FF_FFFF), width: text.halo * 2.0, dash: Vec::new() };
            self.surface.set_fill(None);
            self.surface.set_stroke(Some(drawn(&white)));
            self.surface.draw_path(&letters);
        }
        self.surface.set_stroke(None);
        // Letters may overlap where scripts join: a whole counts once.
        self.surface.set_fill(Some(Fill { rule: FillRule::NonZero, ..filled(Ink { colour: text.colour, opacity: 1.0 }) }));
        let mut start = 0;
        for run in shaped.glyphs.chunk_by(|one, other| one.font == other.font) {
            start += run.len();
            let end = shaped.glyphs.get(start).map_or(shaped.width, |next| next.x);
            let at = Point::from_xy((text.at[0] + run[0].x) as f32, text.at[1] as f32);
            self.surface.draw_glyphs(
                at,
                &glyphs(shaped, run, end),
                self.fonts[run[0].font].clone(),
                &shaped.text,
                shaped.size as f32,
                false,
            );
        }
    }
}

/// Glyphs of one font as they follow each other up to an end.
fn glyphs(shaped: &Shaped, run: &[Glyph], end: f64) -> Vec<KrillaGlyph> {
    let ends = run.iter().skip(1).map(|next| next.x).chain([end]);
    let ems = |pixels: f64| (pixels / shaped.size) as f32;
    let set = run.iter().zip(ends).map(|(glyph, end)| {
        let letters = glyph.letter..after(shaped, glyph.letter);
        KrillaGlyph::new(GlyphId::new(u32::from(glyph.id)), ems(end - glyph.x), 0.0, ems(-glyph.y), 0.0, letters, None)
    });
    set.collect()
}

/// Where the letters that stand together with the one at a place in the text end.
fn after(shaped: &Shaped, letter: usize) -> usize {
    shaped.glyphs.iter().map(|glyph| glyph.letter).filter(|&other| other > letter).min().unwrap_or(shaped.text.len())
}

/// The shapes of a pattern over a rectangle, laid from the page's corner.
fn layers(paint: Paint, seen: Rect) -> Vec<(Vec<Step>, Ink)> {
    if seen.width <= 0.0 || seen.height <= 0.0 {
        return Vec::new();
    }
    let whole = || Path::rect(seen).steps;
    match paint {
        Paint::Solid(ink) | Paint::Fading { ink, .. } | Paint::Rim { ink, .. } => vec![(whole(), ink)],
        Paint::Hatch { ground, line, period, width } => vec![(whole(), ground), (bars(seen, period, [0.0, width]), line)],
        Paint::Stripes { inks: [one, other], period } => {
            vec![(bars(seen, period, [0.0, period / 2.0]), one), (bars(seen, period, [period / 2.0, period]), other)]
        }
        Paint::Dots { ground, dot, period, radius } => vec![(whole(), ground), (dots(seen, period, radius), dot)],
    }
}

/// Bars at 45° over a rectangle: of each period across them, the part from one length to another.
fn bars(rect: Rect, period: f64, [from, to]: [f64; 2]) -> Vec<Step> {
    let half = std::f64::consts::FRAC_1_SQRT_2;
    // Across the bars and along them: the page turned by 45° about its corner.
    let across = [(rect.x + rect.y) * half, (rect.right() + rect.bottom()) * half];
    let along = [(rect.y - rect.right()) * half, (rect.bottom() - rect.x) * half];
    let on_page = |u: f64, v: f64| [(u - v) * half, (u + v) * half];
    let numbers = (across[0] / period).floor() as i64..=(across[1] / period).ceil() as i64;
    let bar = |number: i64| {
        let [u, end] = [from, to].map(|length| number as f64 * period + length);
        let corners = [on_page(u, along[0]), on_page(end, along[0]), on_page(end, along[1]), on_page(u, along[1])];
        [Step::Move(corners[0]), Step::Line(corners[1]), Step::Line(corners[2]), Step::Line(corners[3]), Step::Close]
    };
    numbers.flat_map(bar).collect()
}

/// Dots over a rectangle: two in each square of a period.
fn dots(rect: Rect, period: f64, radius: f64) -> Vec<Step> {
    let squares = |from: f64, to: f64| (from / period).floor() as i64..=(to / period).floor() as i64;
    let of_square = |column: i64, row: i64| {
        let at = move |share: f64| [(column as f64 + share) * period, (row as f64 + share) * period];
        [0.25, 0.75].into_iter().flat_map(move |share| Path::circle(at(share), radius).steps)
    };
    squares(rect.y, rect.bottom()).flat_map(|row| squares(rect.x, rect.right()).flat_map(move |column| of_square(column, row))).collect()
}

/// What two rectangles have in common; of no width or height where that is nothing.
fn common(one: Rect, other: Rect) -> Rect {
    let (x, y) = (one.x.max(other.x), one.y.max(other.y));
    Rect::new(x, y, (one.right().min(other.right()) - x).max(0.0), (one.bottom().min(other.bottom()) - y).max(0.0))
}

/// The rectangle round all places of a path.
fn bounds(steps: &[Step]) -> Rect {
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for step in steps {
        let places = match *step {
            Step::Move(place) | Step::Line(place) => vec![place],
            Step::Curve(one, other, end) => vec![one, other, end],
            Step::Close => Vec::new(),
        };
        for [x, y] in places {
            (low, high) = ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)]);
        }
    }
    Rect::new(low[0], low[1], high[0] - low[0], high[1] - low[1])
}

fn outline(steps: &[Step]) -> Option<krilla::geom::Path> {
    let mut builder = PathBuilder::new();
    for step in steps {
        match *step {
            Step::Move([x, y]) => builder.move_to(x as f32, y as f32),
            Step::Line([x, y]) => builder.line_to(x as f32, y as f32),
            Step::Curve([ax, ay], [bx, by], [x, y]) => builder.cubic_to(ax as f32, ay as f32, bx as f32, by as f32, x as f32, y as f32),
            Step::Close => builder.close(),
        }
    }
    builder.finish()
}

fn filled(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), opacity: opacity(ink), rule: FillRule::EvenOdd }
}

fn fading(ink: Ink, from: [f64; 2], to: [f64; 2]) -> Fill {
    let [[x1, y1], [x2, y2]] = [from, to].map(|place| place.map(|length| length as f32));
    let stops = vec![stop(0.0, ink), stop(1.0, Ink { opacity: 0.0, ..ink })];
    let (transform, spread_method) = (Transform::identity(), SpreadMethod::Pad);
    Fill { paint: LinearGradient { x1, y1, x2, y2, transform, spread_method, stops, anti_alias: false }.into(), ..filled(ink_whole(ink)) }
}

fn rim(ink: Ink, centre: [f64; 2], [inner, outer]: [f64; 2]) -> Fill {
    let [cx, cy] = centre.map(|length| length as f32);
    let stops = vec![stop(inner / outer, Ink { opacity: 0.0, ..ink }), stop(1.0, ink)];
    let (transform, spread_method) = (Transform::identity(), SpreadMethod::Pad);
    let gradient = RadialGradient { cx, cy, cr: outer as f32, fx: cx, fy: cy, fr: 0.0, transform, spread_method, stops, anti_alias: false };
    Fill { paint: gradient.into(), ..filled(ink_whole(ink)) }
}

fn ink_whole(ink: Ink) -> Ink {
    Ink { opacity: 1.0, ..ink }
}

fn stop(offset: f64, ink: Ink) -> Stop {
    let offset = NormalizedF32::new(offset as f32).unwrap_or(NormalizedF32::ONE);
    Stop { offset, color: colour(ink).into(), opacity: opacity(ink) }
}

fn drawn(stroke: &Stroke) -> krilla::paint::Stroke {
    // Whole lines end round, dashes end straight: a round end would close the gaps.
    let is_round = stroke.dash.is_empty() || stroke.dash[0] < 1.0;
    let dash = StrokeDash { array: stroke.dash.iter().map(|&length| length as f32).collect(), offset: 0.0 };
    krilla::paint::Stroke {
        paint: colour(stroke.ink).into(),
        width: stroke.width as f32,
        opacity: opacity(stroke.ink),
        line_cap: if is_round { LineCap::Round } else { LineCap::Butt },
        line_join: LineJoin::Round,
        dash: (!stroke.dash.is_empty()).then_some(dash),
        ..krilla::paint::Stroke::default()
    }
}

fn colour(ink: Ink) -> rgb::Color {
    rgb::Color::new(ink.colour.red, ink.colour.green, ink.colour.blue)
}

fn opacity(ink: Ink) -> NormalizedF32 {
    NormalizedF32::new(ink.opacity as f32).unwrap_or(NormalizedF32::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```text
    /// a square of four pixels, bars of half a period of √2 pixels: the first runs through its upper left corner
    /// ```
    #[test]
    fn bars_cover_a_rectangle_and_begin_at_the_corner_of_the_page() {
        let period = std::f64::consts::SQRT_2;
        let steps = bars(Rect::new(0.0, 0.0, 4.0, 4.0), period, [0.0, period / 2.0]);
        let Step::Move(first) = steps[0] else { panic!("a bar begins somewhere") };
        assert!((first[0] + first[1]).abs() < 1e-9, "{first:?}");
        assert_eq!(steps.len(), 5 * 5, "bars at 0, 1, 2, 3 and 4 periods of two pixels along an edge");
    }

    #[test]
    fn two_dots_stand_in_each_square_of_a_period() {
        assert_eq!(dots(Rect::new(0.0, 0.0, 9.0, 9.0), 5.0, 1.0).len(), 4 * 2 * Path::circle([0.0; 2], 1.0).steps.len());
    }

    #[test]
    fn what_is_seen_of_a_shape_lies_in_both_rectangles_or_is_nothing() {
        let seen = common(Rect::new(0.0, 0.0, 10.0, 10.0), Rect::new(5.0, -5.0, 20.0, 10.0));
        assert_eq!(seen, Rect::new(5.0, 0.0, 5.0, 5.0));
        assert_eq!(common(seen, Rect::new(50.0, 50.0, 1.0, 1.0)).width, 0.0);
    }

    #[test]
    fn letters_that_join_are_told_apart_by_where_they_begin() {
        let shaped = crate::shape("قندوز", 10.0, crate::Weight::Regular);
        let ranges: Vec<_> = glyphs(&shaped, &shaped.glyphs, shaped.width).into_iter().map(|glyph| glyph.text_range).collect();
        assert_eq!(ranges.iter().map(|letters| &shaped.text[letters.clone()]).collect::<String>(), "زودنق", "from left to right");
    }
}
