//! The scene as pixels.

use tiny_skia::{
    Color, FillRule, FilterQuality, GradientStop, IntRect, LineCap, LineJoin, LinearGradient, PathBuilder, Pattern, Pixmap, Point,
    RadialGradient, Shader, SpreadMode, StrokeDash, Transform,
};

use crate::scene::{Ink, Item, Paint, Path, Rect, Scene, Step, Stroke, Text};

/// Pixels drawn of each pixel of a pattern's tile, so that its slanted edges stay smooth.
const FINENESS: f64 = 4.0;

/// The scene's pixels: red, green and blue of each, row by row from the top.
#[must_use]
pub fn pixels(scene: &Scene) -> Vec<u8> {
    let Some(mut pixmap) = Pixmap::new(scene.width, scene.height) else { return Vec::new() };
    pixmap.fill(Color::WHITE);
    draw_all(&mut pixmap, &scene.items, Transform::identity(), &mut Patterns::default());
    rgb(&pixmap)
}

/// Red, green and blue of each pixel, row by row from the top.
pub(super) fn rgb(pixmap: &Pixmap) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(pixmap.data().len() / 4 * 3);
    for pixel in pixmap.data().chunks_exact(4) {
        pixels.extend_from_slice(&pixel[..3]);
    }
    pixels
}

/// Draws items, moved to where the pixmap begins.
pub(super) fn draw_all(pixmap: &mut Pixmap, items: &[Item], shift: Transform, patterns: &mut Patterns) {
    for item in items {
        match item {
            Item::Path(path) => draw_path(pixmap, path, shift, patterns),
            Item::Text(text) => draw_text(pixmap, text, shift),
            Item::Clipped(rect, items) => {
                draw_within(pixmap, *rect, shift, |page, shift| draw_all(page, items, shift, patterns));
            }
        }
    }
}

/// Draws on a page as large as a rectangle, which then takes its place: far quicker than a mask. Its edges are those of pixels.
pub(super) fn draw_within(pixmap: &mut Pixmap, rect: Rect, shift: Transform, draw: impl FnOnce(&mut Pixmap, Transform)) {
    let within = |edge: f64, shift: f32, end: u32| (edge + f64::from(shift)).round().clamp(0.0, f64::from(end)) as i32;
    let [left, right] = [rect.x, rect.right()].map(|edge| within(edge, shift.tx, pixmap.width()));
    let [top, bottom] = [rect.y, rect.bottom()].map(|edge| within(edge, shift.ty, pixmap.height()));
    if [left, top] == [0, 0] && [right, bottom] == [pixmap.width() as i32, pixmap.height() as i32] {
        return draw(pixmap, shift);
    }
    let part = IntRect::from_ltrb(left, top, right, bottom);
    let Some(mut page) = part.and_then(|part| pixmap.clone_rect(part)) else { return };
    draw(&mut page, shift.post_translate(-left as f32, -top as f32));
    let (whole, part) = (pixmap.width() as usize * 4, page.width() as usize * 4);
    let rows = pixmap.data_mut().chunks_exact_mut(whole).skip(top as usize);
    for (row, drawn) in rows.zip(page.data().chunks_exact(part)) {
        row[left as usize * 4..][..part].copy_from_slice(drawn);
    }
}

fn draw_path(pixmap: &mut Pixmap, path: &Path, shift: Transform, patterns: &mut Patterns) {
    let Some(outline) = outline(&path.steps) else { return };
    if let Some(paint) = path.fill
        && let Some(shader) = shader(&paint, patterns.tile(paint))
    {
        let paint = tiny_skia::Paint { shader, ..tiny_skia::Paint::default() };
        pixmap.fill_path(&outline, &paint, FillRule::EvenOdd, shift, None);
    }
    if let Some(stroke) = &path.stroke {
        draw_stroke(pixmap, &outline, stroke, shift);
    }
}

fn draw_text(pixmap: &mut Pixmap, text: &Text, shift: Transform) {
    let Some(outline) = outline(&text.shaped.outlines(text.at)) else { return };
    if text.halo > 0.0 {
        let white = Stroke { ink: crate::scene::ink(0x00FF_FFFF), width: text.halo * 2.0, dash: Vec::new() };
        draw_stroke(pixmap, &outline, &white, shift);
    }
    let mut paint = tiny_skia::Paint::default();
    paint.set_color(skia(Ink { colour: text.colour, opacity: 1.0 }));
    // Letters may overlap where scripts join: a whole counts once.
    pixmap.fill_path(&outline, &paint, FillRule::Winding, shift, None);
}

fn draw_stroke(pixmap: &mut Pixmap, outline: &tiny_skia::Path, stroke: &Stroke, shift: Transform) {
    let mut paint = tiny_skia::Paint::default();
    paint.set_color(skia(stroke.ink));
    let dash = StrokeDash::new(stroke.dash.iter().map(|&length| length as f32).collect(), 0.0);
    let drawn = tiny_skia::Stroke {
        width: stroke.width as f32,
        line_cap: cap(stroke),
        line_join: LineJoin::Round,
        dash,
        ..tiny_skia::Stroke::default()
    };
    pixmap.stroke_path(outline, &paint, &drawn, shift, None);
}

/// Whole lines end round, dashes end straight: a round end would close the gaps.
fn cap(stroke: &Stroke) -> LineCap {
    if stroke.dash.is_empty() || stroke.dash[0] < 1.0 { LineCap::Round } else { LineCap::Butt }
}

fn outline(steps: &[Step]) -> Option<tiny_skia::Path> {
    let mut builder = PathBuilder::with_capacity(steps.len(), steps.len());
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

fn skia(ink: Ink) -> Color {
    let mut colour = Color::from_rgba8(ink.colour.red, ink.colour.green, ink.colour.blue, 255);
    colour.set_alpha(ink.opacity as f32);
    colour
}

/// One period of each pattern met so far, drawn fine; none of what has no period.
#[derive(Default)]
pub(super) struct Patterns(Vec<(Paint, Option<Pixmap>)>);

impl Patterns {
    fn tile(&mut self, paint: Paint) -> Option<&Pixmap> {
        if let Paint::Solid(_) | Paint::Fading { .. } | Paint::Rim { .. } = paint {
            return None;
        }
        let known = self.0.iter().position(|(known, _)| *known == paint);
        let at = known.unwrap_or_else(|| {
            self.0.push((paint, tile(&paint)));
            self.0.len() - 1
        });
        self.0[at].1.as_ref()
    }
}

/// One period of a pattern, drawn fine.
fn tile(paint: &Paint) -> Option<Pixmap> {
    let (period, shapes) = match *paint {
        Paint::Solid(_) | Paint::Fading { .. } | Paint::Rim { .. } => return None,
        Paint::Hatch { ground, line, period, width } => (period, vec![(bar(0.0, period, period), ground), (bar(0.0, width, period), line)]),
        Paint::Stripes { inks: [one, other], period } => {
            (period, vec![(bar(0.0, period / 2.0, period), one), (bar(period / 2.0, period, period), other)])
        }
        Paint::Dots { ground, dot, period, radius } => {
            let quarter = |at: f64| Path::circle([period * at, period * at], radius);
            (period, vec![(bar(0.0, period, period), ground), (quarter(0.25), dot), (quarter(0.75), dot)])
        }
    };
    let side = (period * FINENESS).round() as u32;
    let mut pixmap = Pixmap::new(side, side)?;
    let scale = side as f32 / period as f32;
    for (path, ink) in shapes {
        let mut paint = tiny_skia::Paint::default();
        paint.set_color(skia(ink));
        pixmap.fill_path(&outline(&path.steps)?, &paint, FillRule::EvenOdd, Transform::from_scale(scale, scale), None);
    }
    Some(pixmap)
}

fn bar(from: f64, to: f64, height: f64) -> Path {
    Path::rect(Rect::new(from, 0.0, to - from, height))
}

fn shader<'t>(paint: &Paint, tile: Option<&'t Pixmap>) -> Option<Shader<'t>> {
    let (period, angle) = match *paint {
        Paint::Solid(ink) => return Some(Shader::SolidColor(skia(ink))),
        Paint::Hatch { period, .. } | Paint::Stripes { period, .. } => (period, 45.0),
        Paint::Dots { period, .. } => (period, 0.0),
        Paint::Fading { ink, from, to } => return fading(ink, from, to),
        Paint::Rim { ink, centre, radii } => return rim(ink, centre, radii),
    };
    let tile = tile?;
    let scale = period as f32 / tile.width() as f32;
    let transform = Transform::from_rotate(angle).pre_scale(scale, scale);
    Some(Pattern::new(tile.as_ref(), SpreadMode::Repeat, FilterQuality::Bilinear, 1.0, transform))
}

fn fading(ink: Ink, from: [f64; 2], to: [f64; 2]) -> Option<Shader<'static>> {
    let stops = vec![GradientStop::new(0.0, skia(ink)), GradientStop::new(1.0, skia(Ink { opacity: 0.0, ..ink }))];
    LinearGradient::new(point(from), point(to), stops, SpreadMode::Pad, Transform::identity())
}

fn rim(ink: Ink, centre: [f64; 2], [inner, outer]: [f64; 2]) -> Option<Shader<'static>> {
    let stops = vec![GradientStop::new((inner / outer) as f32, skia(Ink { opacity: 0.0, ..ink })), GradientStop::new(1.0, skia(ink))];
    RadialGradient::new(point(centre), 0.0, point(centre), outer as f32, stops, SpreadMode::Pad, Transform::identity())
}

fn point([x, y]: [f64; 2]) -> Point {
    Point::from_xy(x as f32, y as f32)
}
