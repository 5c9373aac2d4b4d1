//! The scene as SVG 1.1: text stays text, patterns are patterns, and the picture says what it shows.

use std::fmt::Write as _;

use crate::scene::{Ink, Item, Paint, Path, Rect, Scene, Step, Stroke, Text};
use crate::text::Weight;

/// The scene as an SVG document.
#[must_use]
pub fn svg(scene: &Scene) -> String {
    let mut writer = Writer { body: String::new(), patterns: Vec::new(), clips: Vec::new() };
    writer.items(&scene.items);
    let (width, height) = (scene.width, scene.height);
    let [across, down] = [width, height].map(|side| length(side, scene.dpi));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{across}\" height=\"{down}\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"Noto Sans, Vazirmatn, sans-serif\">\n<title>{}</title>\n<desc>{}</desc>\n<defs>\n",
        escaped(&scene.title),
        escaped(&scene.description)
    );
    for (at, paint) in writer.patterns.iter().enumerate() {
        out.push_str(&pattern(at, paint));
    }
    for (at, rect) in writer.clips.iter().enumerate() {
        let Rect { x, y, width, height } = *rect;
        let _ = writeln!(
            out,
            "<clipPath id=\"clip{at}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
            n(x),
            n(y),
            n(width),
            n(height)
        );
    }
    let _ = write!(out, "</defs>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n");
    out.push_str(&writer.body);
    out.push_str("</svg>\n");
    out
}

/// A side of the page: in CSS pixels where these are the page's, else in millimetres.
fn length(pixels: u32, dpi: u32) -> String {
    const CSS_DPI: u32 = 96;
    if dpi == CSS_DPI { pixels.to_string() } else { format!("{}mm", n(f64::from(pixels) / f64::from(dpi) * 25.4)) }
}

struct Writer {
    body: String,
    patterns: Vec<Paint>,
    clips: Vec<Rect>,
}

impl Writer {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Path(path) => self.path(path),
                Item::Text(text) => self.text(text),
                Item::Clipped(rect, items) => {
                    self.clips.push(*rect);
                    let _ = writeln!(self.body, "<g clip-path=\"url(#clip{})\">", self.clips.len() - 1);
                    self.items(items);
                    self.body.push_str("</g>\n");
                }
            }
        }
    }

    fn path(&mut self, path: &Path) {
        let fill = path.fill.map_or_else(|| " fill=\"none\"".to_owned(), |paint| self.fill(&paint));
        let stroke = path.stroke.as_ref().map_or_else(String::new, stroke);
        let _ = writeln!(self.body, "<path d=\"{}\"{fill}{stroke}/>", data(&path.steps));
    }

    fn fill(&mut self, paint: &Paint) -> String {
        if let Paint::Solid(ink) = paint {
            return format!(" fill-rule=\"evenodd\"{}", inked("fill", *ink));
        }
        let known = self.patterns.iter().position(|pattern| pattern == paint);
        let at = known.unwrap_or_else(|| {
            self.patterns.push(*paint);
            self.patterns.len() - 1
        });
        format!(" fill-rule=\"evenodd\" fill=\"url(#pattern{at})\"")
    }

    /// Text as text; its length is ours, so that it fits where another font stands in.
    fn text(&mut self, text: &Text) {
        let shaped = &text.shaped;
        if shaped.text.trim().is_empty() {
            return;
        }
        let [x, y] = text.at;
        let weight = if shaped.weight == Weight::Bold { " font-weight=\"700\"" } else { "" };
        let halo = if text.halo > 0.0 {
            format!(" stroke=\"#ffffff\" stroke-width=\"{}\" stroke-linejoin=\"round\" paint-order=\"stroke\"", n(text.halo * 2.0))
        } else {
            String::new()
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight} fill=\"{}\"{halo} textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" direction=\"ltr\" unicode-bidi=\"plaintext\">{}</text>",
            n(x),
            n(y),
            n(shaped.size),
            text.colour,
            n(shaped.width),
            escaped(&shaped.text)
        );
    }
}

fn pattern(at: usize, paint: &Paint) -> String {
    let head = |period: f64, angle: &str| {
        format!("<pattern id=\"pattern{at}\" width=\"{}\" height=\"{}\" patternUnits=\"userSpaceOnUse\"{angle}>", n(period), n(period))
    };
    let turned = " patternTransform=\"rotate(45)\"";
    let bar = |from: f64, to: f64, period: f64, ink: Ink| {
        format!("<rect x=\"{}\" width=\"{}\" height=\"{}\"{}/>", n(from), n(to - from), n(period), inked("fill", ink))
    };
    let body = match *paint {
        Paint::Solid(_) => return String::new(),
        Paint::Hatch { ground, line, period, width } => {
            head(period, turned) + &bar(0.0, period, period, ground) + &bar(0.0, width, period, line)
        }
        Paint::Stripes { inks: [one, other], period } => {
            head(period, turned) + &bar(0.0, period / 2.0, period, one) + &bar(period / 2.0, period, period, other)
        }
        Paint::Dots { ground, dot, period, radius } => {
            let circle = |at: f64| format!("<circle cx=\"{0}\" cy=\"{0}\" r=\"{1}\"{2}/>", n(period * at), n(radius), inked("fill", dot));
            head(period, "") + &bar(0.0, period, period, ground) + &circle(0.25) + &circle(0.75)
        }
        Paint::Fading { ink, from, to } => return fading(at, ink, from, to),
        Paint::Rim { ink, centre, radii } => return rim(at, ink, centre, radii),
    };
    body + "</pattern>\n"
}

fn fading(at: usize, ink: Ink, from: [f64; 2], to: [f64; 2]) -> String {
    let stops = stop(0.0, ink) + &stop(1.0, Ink { opacity: 0.0, ..ink });
    let [[x1, y1], [x2, y2]] = [from, to].map(|place| place.map(n));
    format!(
        "<linearGradient id=\"pattern{at}\" gradientUnits=\"userSpaceOnUse\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\">{stops}</linearGradient>\n"
    )
}

fn rim(at: usize, ink: Ink, centre: [f64; 2], [inner, outer]: [f64; 2]) -> String {
    let stops = stop(inner / outer, Ink { opacity: 0.0, ..ink }) + &stop(1.0, ink);
    let ([cx, cy], r) = (centre.map(n), n(outer));
    format!(
        "<radialGradient id=\"pattern{at}\" gradientUnits=\"userSpaceOnUse\" cx=\"{cx}\" cy=\"{cy}\" r=\"{r}\">{stops}</radialGradient>\n"
    )
}

fn stop(offset: f64, ink: Ink) -> String {
    format!("<stop offset=\"{}\" stop-color=\"{}\" stop-opacity=\"{}\"/>", n(offset), ink.colour, n(ink.opacity))
}

fn stroke(stroke: &Stroke) -> String {
    let is_line = stroke.dash.is_empty() || stroke.dash[0] < 1.0;
    let cap = if is_line { " stroke-linecap=\"round\"" } else { "" };
    let dash = if stroke.dash.is_empty() {
        String::new()
    } else {
        format!(" stroke-dasharray=\"{}\"", stroke.dash.iter().map(|&length| n(length).to_string()).collect::<Vec<_>>().join(" "))
    };
    format!("{} stroke-width=\"{}\" stroke-linejoin=\"round\"{cap}{dash}", inked("stroke", stroke.ink), n(stroke.width))
}

fn inked(what: &str, ink: Ink) -> String {
    if ink.opacity >= 1.0 {
        format!(" {what}=\"{}\"", ink.colour)
    } else {
        format!(" {what}=\"{}\" {what}-opacity=\"{}\"", ink.colour, n(ink.opacity))
    }
}

fn data(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |mut data, step| {
        let _ = match *step {
            Step::Move([x, y]) => write!(data, "M{} {}", n(x), n(y)),
            Step::Line([x, y]) => write!(data, "L{} {}", n(x), n(y)),
            Step::Curve(a, b, c) => write!(data, "C{} {} {} {} {} {}", n(a[0]), n(a[1]), n(b[0]), n(b[1]), n(c[0]), n(c[1])),
            Step::Close => write!(data, "Z"),
        };
        data
    })
}

/// A number to a hundredth of a pixel, without needless noughts.
fn n(number: f64) -> f64 {
    (number * 100.0).round() / 100.0 + 0.0
}

/// Text of XML; characters that XML 1.0 does not have become blanks.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if letter.is_control() || matches!(letter, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            letter => out.push(letter),
        }
        out
    })
}
