//! What is drawn, laid out once: the writers take it and decide nothing.
//!
//! What a scene guarantees: lengths are pixels of the page, x to the right and y down; numbers are finite; text is shaped and placed,
//! and carries its letters; later items lie on top of earlier ones.

use marchland_core::Colour;

use crate::text::Shaped;

/// A page.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pixels of an inch on paper.
    pub dpi: u32,
    /// What the picture is called.
    pub title: String,
    /// What it shows, in a sentence.
    pub description: String,
    /// What is drawn, from below to above.
    pub items: Vec<Item>,
}

/// One thing drawn.
#[derive(Clone, Debug)]
pub enum Item {
    /// A shape.
    Path(Path),
    /// A line of text.
    Text(Text),
    /// Things drawn only within a rectangle.
    Clipped(Rect, Vec<Item>),
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

impl Rect {
    /// A rectangle.
    #[must_use]
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    /// Its right edge.
    #[must_use]
    pub fn right(self) -> f64 {
        self.x + self.width
    }

    /// Its lower edge.
    #[must_use]
    pub fn bottom(self) -> f64 {
        self.y + self.height
    }

    /// Whether some point lies in both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether the other lies wholly within.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.x <= other.x && other.right() <= self.right() && self.y <= other.y && other.bottom() <= self.bottom()
    }

    /// Whether a place lies within.
    #[must_use]
    pub fn holds(self, place: [f64; 2]) -> bool {
        (self.x..=self.right()).contains(&place[0]) && (self.y..=self.bottom()).contains(&place[1])
    }
}

/// A shape of lines and curves.
#[derive(Clone, Debug)]
pub struct Path {
    /// How it runs.
    pub steps: Vec<Step>,
    /// How it is filled, by the even-odd rule.
    pub fill: Option<Paint>,
    /// How its line is drawn.
    pub stroke: Option<Stroke>,
}

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Begin here.
    Move([f64; 2]),
    /// A straight line to here.
    Line([f64; 2]),
    /// A cubic curve: two handles and its end.
    Curve([f64; 2], [f64; 2], [f64; 2]),
    /// Back to where this part began.
    Close,
}

impl Step {
    /// The steps of a line through places.
    pub(crate) fn through(places: &[[f64; 2]]) -> impl Iterator<Item = Self> + '_ {
        places.iter().enumerate().map(|(at, &place)| if at == 0 { Self::Move(place) } else { Self::Line(place) })
    }
}

/// A colour and how opaque it is, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// The colour.
    pub colour: Colour,
    /// Its opacity.
    pub opacity: f64,
}

/// How a shape is filled. Patterns are laid from the page's corner, so neighbours of one pattern run on into each other; what fades does
/// so between places of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paint {
    /// One colour.
    Solid(Ink),
    /// Lines at 45° on a ground: a claim.
    Hatch {
        /// The ground between the lines.
        ground: Ink,
        /// The lines.
        line: Ink,
        /// Pixels from line to line.
        period: f64,
        /// Pixels of a line's width.
        width: f64,
    },
    /// Stripes of equal width at 45°: contested.
    Stripes {
        /// Two colours in turn.
        inks: [Ink; 2],
        /// Pixels of two stripes together.
        period: f64,
    },
    /// Dots on a ground: unknown.
    Dots {
        /// The ground.
        ground: Ink,
        /// The dots.
        dot: Ink,
        /// Pixels from dot to dot.
        period: f64,
        /// Pixels of a dot's radius.
        radius: f64,
    },
    /// A colour that fades along a line: whole at and before one place, nothing at and beyond another.
    Fading {
        /// The colour where it is whole.
        ink: Ink,
        /// Where it begins to fade.
        from: [f64; 2],
        /// Where nothing is left.
        to: [f64; 2],
    },
    /// A colour that grows round a place: nothing within the first radius, whole at and beyond the second.
    Rim {
        /// The colour where it is whole.
        ink: Ink,
        /// The place.
        centre: [f64; 2],
        /// Both radii in pixels, the lesser first.
        radii: [f64; 2],
    },
}

/// How a line is drawn; its ends and corners are round.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Colour and opacity.
    pub ink: Ink,
    /// Pixels.
    pub width: f64,
    /// Lengths of dashes and gaps in turn; none: one line.
    pub dash: Vec<f64>,
}

/// A line of text.
#[derive(Clone, Debug)]
pub struct Text {
    /// Where its left end stands on its baseline.
    pub at: [f64; 2],
    /// Its letters, shaped.
    pub shaped: Shaped,
    /// Its colour.
    pub colour: Colour,
    /// Pixels of white round its letters.
    pub halo: f64,
}

/// An opaque ink from `0xRRGGBB`.
#[must_use]
pub(crate) fn ink(rgb: u32) -> Ink {
    Ink { colour: colour(rgb), opacity: 1.0 }
}

/// A colour from `0xRRGGBB`.
#[must_use]
pub(crate) fn colour(rgb: u32) -> Colour {
    Colour { red: (rgb >> 16) as u8, green: (rgb >> 8) as u8, blue: rgb as u8 }
}

impl Path {
    /// A shape without fill and line.
    pub(crate) fn of(steps: Vec<Step>) -> Self {
        Self { steps, fill: None, stroke: None }
    }

    /// The shape, filled.
    pub(crate) fn filled(self, paint: Paint) -> Self {
        Self { fill: Some(paint), ..self }
    }

    /// The shape, its line drawn.
    pub(crate) fn stroked(self, ink: Ink, width: f64) -> Self {
        Self { stroke: Some(Stroke { ink, width, dash: Vec::new() }), ..self }
    }

    /// The shape, its line drawn in dashes.
    pub(crate) fn dashed(self, ink: Ink, width: f64, dash: &[f64]) -> Self {
        Self { stroke: Some(Stroke { ink, width, dash: dash.to_vec() }), ..self }
    }

    /// A rectangle.
    pub(crate) fn rect(rect: Rect) -> Self {
        let Rect { x, y, .. } = rect;
        Self::of(vec![
            Step::Move([x, y]),
            Step::Line([rect.right(), y]),
            Step::Line([rect.right(), rect.bottom()]),
            Step::Line([x, rect.bottom()]),
            Step::Close,
        ])
    }

    /// A circle of four cubic curves: off by 0.03 % of its radius (Goldapp 1991).
    pub(crate) fn circle([x, y]: [f64; 2], r: f64) -> Self {
        const HANDLE: f64 = 0.551_915_024_494;
        let h = r * HANDLE;
        Self::of(vec![
            Step::Move([x + r, y]),
            Step::Curve([x + r, y + h], [x + h, y + r], [x, y + r]),
            Step::Curve([x - h, y + r], [x - r, y + h], [x - r, y]),
            Step::Curve([x - r, y - h], [x - h, y - r], [x, y - r]),
            Step::Curve([x + h, y - r], [x + r, y - h], [x + r, y]),
            Step::Close,
        ])
    }

    /// A line through places.
    pub(crate) fn line(places: &[[f64; 2]]) -> Self {
        Self::of(Step::through(places).collect())
    }
}
