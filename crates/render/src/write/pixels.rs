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
    draw_all(&mut pixmap, &scene.items, Transform::identity());
    rgb(&pixmap)
}

/// A page that is drawn once and drawn on again and again: what stands still in an animation.
pub struct Canvas {
    still: Pixmap,
}

impl Canvas {
    /// The page with a scene on it; none where the scene has no pixels.
    #[must_use]
    pub fn new(still: &Scene) -> Option<Self> {
        let mut pixmap = Pixmap::new(still.width, still.height)?;
        pixmap.fill(Color::WHITE);
        draw_all(&mut pixmap, &still.items, Transform::identity());
        Some(Self { still: pixmap })
    }

    /// The pixels of the page with more on it, and a layer above that: red, green and blue of each, row by row from the top.
    #[must_use]
    pub fn with(&self, items: &[Item], above: &Layer) -> Vec<u8> {
        let mut pixmap = self.still.clone();
        draw_all(&mut pixmap, items, Transform::identity());
        if let Some(above) = &above.0 {
            pixmap.draw_pixmap(0, 0, above.as_ref(), &tiny_skia::PixmapPaint::default(), Transform::identity(), None);
        }
        rgb(&pixmap)
    }
}

/// Things drawn once on a clear page, to be laid over others.
pub struct Layer(Option<Pixmap>);

impl Layer {
    /// Things on a page of so many pixels across and down; of a page without pixels, nothing.
    #[must_use]
    pub fn new([width, height]: [u32; 2], items: &[Item]) -> Self {
        let mut pixmap = Pixmap::new(width, height);
        if let Some(pixmap) = &mut pixmap {
            draw_all(pixmap, items, Transform::identity());
        }
        Self(pixmap)
    }
}

fn rgb(pixmap: &Pixmap) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(pixmap.data().len() / 4 * 3);
    for pixel in pixmap.data().chunks_exact(4) {
        pixels.extend_from_slice(&pixel[..3]);
    }
    pixels
}

/// Draws items, moved to where the pixmap begins.
fn draw_all(pixmap: &mut Pixmap, items: &[Item], shift: Transform) {
    for item in items {
        match item {
            Item::Path(path) => draw_path(pixmap, path, shift),
            Item::Text(text) => draw_text(pixmap, text, shift),
            Item::Clipped(rect, items) => draw_within(pixmap, *rect, items, shift),
        }
    }
}

/// Draws items on a page as large as a rectangle, which then takes its place: far quicker than a mask. Its edges are those of pixels.
fn draw_within(pixmap: &mut Pixmap, rect: Rect, items: &[Item], shift: Transform) {
    let within = |edge: f64, shift: f32, end: u32| (edge + f64::from(shift)).round().clamp(0.0, f64::from(end)) as i32;
    let [left, right] = [rect.x, rect.right()].map(|edge| within(edge, shift.tx, pixmap.width()));
    let [top, bottom] = [rect.y, rect.bottom()].map(|edge| within(edge, shift.ty, pixmap.height()));
    let part = IntRect::from_ltrb(left, top, right, bottom);
    let Some(mut page) = part.and_then(|part| pixmap.clone_rect(part)) else { return };
    draw_all(&mut page, items, shift.post_translate(-left as f32, -top as f32));
    let plain = tiny_skia::PixmapPaint { blend_mode: tiny_skia::BlendMode::Source, ..tiny_skia::PixmapPaint::default() };
    pixmap.draw_pixmap(left, top, page.as_ref(), &plain, Transform::identity(), None);
}

fn draw_path(pixmap: &mut Pixmap, path: &Path, shift: Transform) {
    let Some(outline) = outline(&path.steps) else { return };
    if let Some(paint) = path.fill {
        let tile = tile(&paint);
        if let Some(shader) = shader(&paint, tile.as_ref()) {
            let paint = tiny_skia::Paint { shader, ..tiny_skia::Paint::default() };
            pixmap.fill_path(&outline, &paint, FillRule::EvenOdd, shift, None);
        }
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
