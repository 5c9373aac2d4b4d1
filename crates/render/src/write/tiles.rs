//! What of a page is to be drawn again: the tiles on which something else lies than in the frame before.
//!
//! From one day to the next a map changes in a few places, and drawing is most of what a frame costs. What lies on a page is taken apart
//! into *parts*, the least that is drawn as a whole: a ring of what is filled, a step of a line, a text. The page is a grid of square
//! tiles, and each has a *print*, a hash of the parts that touch it, in order. Where the print is that of the frame before, the tile stays
//! as it is; the others are drawn anew, each from its own parts.
//!
//! ```text
//! ┌──┬──┬──┬──┐
//! │  │▓▓│▓▓│  │   one cell changed hands: of eight tiles four are drawn
//! ├──┼▓▓┼▓▓┼──┤
//! │  │  │  │  │
//! └──┴──┴──┴──┘
//! ```
//!
//! So a tile depends on nothing but what touches it, neither on the frames before nor on the order in which tiles are drawn. That a line
//! is cut into steps is not seen: ends and corners are round alike. Where a curve crosses the edge of a tile, rounding may move one of the
//! sixteen samples of a pixel. A ring that touches no pixel of a tile adds nothing there, whichever
//! way it runs round it. Prints have 64 bits: a change goes unseen once in 10¹⁹ tiles.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync;

use super::canvas::Layer;
use crate::scene::{Ink, Item, Paint, Path, Rect, Step, Text};

/// Pixels of a tile's side (chosen: smaller ones have less to draw that did not change, and more parts to draw twice; 32 take as long).
const SIDE: u32 = 16;

/// The tiles of a page from frame to frame.
pub struct Tiles {
    size: [u32; 2],
    across: usize,
    /// Of each tile, row by row, in the frame before.
    prints: Vec<u64>,
    /// What lay above the frame before.
    above: Option<sync::Arc<Layer>>,
}

/// What is to be drawn of a frame.
pub struct Changed {
    pub(super) tiles: Vec<Tile>,
    pub(super) above: sync::Arc<Layer>,
}

/// A part of the page, and what lies there.
pub(super) struct Tile {
    /// Its pixels on the page: left, top, width, height.
    pub(super) area: [u32; 4],
    /// What touches it, from below to above, and where that is seen.
    pub(super) items: Vec<(Rect, Vec<Item>)>,
    /// Which item of the frame the last one is of.
    last: usize,
}

impl Tiles {
    /// The tiles of a page of so many pixels across and down, before its first frame.
    #[must_use]
    pub fn new(size: [u32; 2]) -> Self {
        let [across, down] = size.map(|pixels| pixels.div_ceil(SIDE) as usize);
        Self { size, across, prints: vec![0; across * down], above: None }
    }

    /// What of a frame and the layer above it is not as in the frame before.
    #[must_use]
    pub fn changed(&mut self, items: &[Item], above: &sync::Arc<Layer>) -> Changed {
        let page = Rect::new(0.0, 0.0, f64::from(self.size[0]), f64::from(self.size[1]));
        let (mut prints, mut touched) = (vec![0; self.prints.len()], Vec::new());
        parts(items, page, &mut 0, &mut |part| {
            let (own, by_it) = (part.print(), self.touched(part));
            self.each(by_it, |tile| prints[tile] = folded(prints[tile], own));
            touched.push(by_it);
        });
        let is_same = self.above.as_ref().is_some_and(|before| sync::Arc::ptr_eq(before, above));
        let is_other = |tile: usize| !is_same || prints[tile] != self.prints[tile];
        let mut tiles: Vec<Option<Tile>> = (0..prints.len()).map(|tile| is_other(tile).then(|| self.tile(tile))).collect();
        let mut touched = touched.into_iter();
        parts(items, page, &mut 0, &mut |part| {
            let by_it = touched.next().unwrap_or_default();
            self.each(by_it, |tile| tiles[tile].iter_mut().for_each(|tile| tile.add(part)));
        });
        (self.prints, self.above) = (prints, Some(sync::Arc::clone(above)));
        Changed { tiles: tiles.into_iter().flatten().collect(), above: sync::Arc::clone(above) }
    }

    fn tile(&self, tile: usize) -> Tile {
        let [left, top] = [tile % self.across, tile / self.across].map(|at| at as u32 * SIDE);
        Tile { area: [left, top, SIDE.min(self.size[0] - left), SIDE.min(self.size[1] - top)], items: Vec::new(), last: 0 }
    }

    /// The tiles that a part may touch: the first column and row, and those after the last.
    fn touched(&self, part: &Part<'_>) -> [u16; 4] {
        let Some([left, top, right, bottom]) = part.touched() else { return [0; 4] };
        let place = |pixels: f64| (pixels.max(0.0) / f64::from(SIDE)) as usize;
        let (columns, rows) = (self.across, self.prints.len() / self.across);
        [place(left), place(top), (place(right) + 1).min(columns), (place(bottom) + 1).min(rows)].map(|at| at as u16)
    }

    fn each(&self, [left, top, right, bottom]: [u16; 4], mut call: impl FnMut(usize)) {
        for row in usize::from(top)..usize::from(bottom) {
            (usize::from(left)..usize::from(right)).for_each(|column| call(row * self.across + column));
        }
    }
}

/// The least that is drawn as a whole.
struct Part<'p> {
    /// What it is of, and which of the frame's items that is.
    item: &'p Item,
    number: usize,
    /// A hash of the item's look.
    look: u64,
    /// Where it is seen.
    clip: Rect,
    /// Of a step of a line, where it begins.
    from: Option<[f64; 2]>,
    /// Its outline.
    steps: &'p [Step],
    /// Pixels beyond its outline that it may touch.
    margin: f64,
}

/// Pixels beyond a shape's outline in which its smooth edge may lie.
const EDGE: f64 = 1.0;

/// Calls for each part of some items, in order.
fn parts(items: &[Item], clip: Rect, number: &mut usize, visit: &mut impl FnMut(&Part<'_>)) {
    for item in items {
        *number += 1;
        let mut part = Part { item, number: *number, look: look(item), clip, from: None, steps: &[], margin: EDGE };
        match item {
            Item::Clipped(rect, items) => parts(items, common(clip, *rect), number, visit),
            Item::Text(text) => {
                part.margin += text.halo;
                let outlines = text.shaped.outlines(text.at);
                visit(&Part { steps: &outlines, ..part });
            }
            Item::Path(Path { steps, fill, stroke }) => {
                // What is thinner than a pixel is drawn as a faint line of one.
                part.margin += stroke.as_ref().map_or(0.0, |stroke| stroke.width.max(1.0) / 2.0);
                match stroke {
                    Some(stroke) if fill.is_none() && stroke.dash.is_empty() => each_step(steps, &part, visit),
                    _ => each_ring(steps, &part, visit),
                }
            }
        }
    }
}

/// The parts of a whole line: its steps.
fn each_step(steps: &[Step], line: &Part<'_>, visit: &mut impl FnMut(&Part<'_>)) {
    let (mut start, mut from) = ([0.0; 2], [0.0; 2]);
    for step in steps {
        let drawn = if *step == Step::Close { Step::Line(start) } else { *step };
        let to = end(drawn);
        if let Step::Move(_) = drawn {
            start = to;
        } else {
            visit(&Part { from: Some(from), steps: &[drawn], ..*line });
        }
        from = to;
    }
}

/// The parts of what is filled or dashed: its rings.
fn each_ring(steps: &[Step], shape: &Part<'_>, visit: &mut impl FnMut(&Part<'_>)) {
    let mut left = steps;
    while let Some((_, after)) = left.split_first() {
        let next = after.iter().position(|step| matches!(step, Step::Move(_))).map_or(left.len(), |at| at + 1);
        let (ring, rest) = left.split_at(next);
        visit(&Part { steps: ring, ..*shape });
        left = rest;
    }
}

/// Where a step ends; of one that closes a ring it is not known.
fn end(step: Step) -> [f64; 2] {
    match step {
        Step::Move(to) | Step::Line(to) | Step::Curve(_, _, to) => to,
        Step::Close => [f64::NAN; 2],
    }
}

fn common(one: Rect, other: Rect) -> Rect {
    let (x, y) = (one.x.max(other.x), one.y.max(other.y));
    Rect::new(x, y, (one.right().min(other.right()) - x).max(0.0), (one.bottom().min(other.bottom()) - y).max(0.0))
}

impl Part<'_> {
    /// Calls for each of its places and handles.
    fn each_place(&self, mut call: impl FnMut([f64; 2])) {
        self.from.into_iter().for_each(&mut call);
        for step in self.steps {
            match *step {
                Step::Move(to) | Step::Line(to) => call(to),
                Step::Curve(one, other, to) => [one, other, to].into_iter().for_each(&mut call),
                Step::Close => {}
            }
        }
    }

    /// Left, top, right and bottom of what it may touch; none where that is nothing.
    fn touched(&self) -> Option<[f64; 4]> {
        let [mut left, mut top, mut right, mut bottom] = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        self.each_place(|[x, y]| {
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
        });
        let Rect { x, y, .. } = self.clip;
        let left = (left - self.margin).max(x - EDGE);
        let top = (top - self.margin).max(y - EDGE);
        let right = (right + self.margin).min(self.clip.right() + EDGE);
        let bottom = (bottom + self.margin).min(self.clip.bottom() + EDGE);
        (left <= right && top <= bottom).then_some([left, top, right, bottom])
    }

    /// A hash of how it looks.
    fn print(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(self.look);
        self.each_place(|place| hash_numbers(&place, &mut hasher));
        hasher.finish()
    }
}

/// A tile's print with one more part on top of the others.
fn folded(print: u64, part: u64) -> u64 {
    (print.rotate_left(17) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// A hash of what an item looks like wherever it lies.
fn look(item: &Item) -> u64 {
    let mut hasher = DefaultHasher::new();
    match item {
        Item::Clipped(..) => {}
        Item::Text(text) => {
            hash_ink(Ink { colour: text.colour, opacity: 1.0 }, &mut hasher);
            hash_numbers(&[text.halo], &mut hasher);
        }
        Item::Path(Path { fill, stroke, .. }) => {
            if let Some(paint) = fill {
                hash_paint(paint, &mut hasher);
            }
            if let Some(stroke) = stroke {
                hash_ink(stroke.ink, &mut hasher);
                hash_numbers(&[stroke.width], &mut hasher);
                hash_numbers(&stroke.dash, &mut hasher);
            }
        }
    }
    hasher.finish()
}

fn hash_paint(paint: &Paint, hasher: &mut DefaultHasher) {
    std::mem::discriminant(paint).hash(hasher);
    let ([one, other], numbers) = match *paint {
        Paint::Solid(ink) => ([ink; 2], [0.0; 4]),
        Paint::Hatch { ground, line, period, width } => ([ground, line], [period, width, 0.0, 0.0]),
        Paint::Stripes { inks, period } => (inks, [period, 0.0, 0.0, 0.0]),
        Paint::Dots { ground, dot, period, radius } => ([ground, dot], [period, radius, 0.0, 0.0]),
        Paint::Fading { ink, from, to } => ([ink; 2], [from[0], from[1], to[0], to[1]]),
        Paint::Rim { ink, centre, radii } => ([ink; 2], [centre[0], centre[1], radii[0], radii[1]]),
    };
    hash_ink(one, hasher);
    hash_ink(other, hasher);
    hash_numbers(&numbers, hasher);
}

fn hash_ink(Ink { colour, opacity }: Ink, hasher: &mut DefaultHasher) {
    hasher.write(&[colour.red, colour.green, colour.blue]);
    hash_numbers(&[opacity], hasher);
}

fn hash_numbers(numbers: &[f64], hasher: &mut DefaultHasher) {
    for number in numbers {
        hasher.write_u64(number.to_bits());
    }
}

impl Tile {
    /// Lays a part on top.
    fn add(&mut self, part: &Part<'_>) {
        let is_same = std::mem::replace(&mut self.last, part.number) == part.number;
        if self.items.last().is_none_or(|(clip, _)| *clip != part.clip) {
            self.items.push((part.clip, Vec::new()));
        }
        let Some((_, items)) = self.items.last_mut() else { return };
        match (items.last_mut(), part.item) {
            (Some(Item::Path(path)), Item::Path(_)) if is_same => part.join(&mut path.steps),
            (_, Item::Path(Path { fill, stroke, .. })) => {
                let mut path = Path { fill: *fill, stroke: stroke.clone(), steps: Vec::new() };
                part.join(&mut path.steps);
                items.push(Item::Path(path));
            }
            (_, Item::Text(text)) => items.push(Item::Text(Text::clone(text))),
            (_, Item::Clipped(..)) => {}
        }
    }
}

impl Part<'_> {
    /// Adds its outline; a step of a line goes on from the step before, where that ended there.
    fn join(&self, steps: &mut Vec<Step>) {
        let last = steps.last().map(|&step| end(step));
        steps.extend(self.from.filter(|&from| last != Some(from)).map(Step::Move));
        steps.extend_from_slice(self.steps);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::ink;

    fn square(x: f64, y: f64, rgb: u32) -> Item {
        Item::Path(Path::rect(Rect::new(x, y, 10.0, 10.0)).filled(Paint::Solid(ink(rgb))))
    }

    fn areas(tiles: &mut Tiles, items: &[Item], above: &sync::Arc<Layer>) -> Vec<[u32; 2]> {
        tiles.changed(items, above).tiles.iter().map(|tile| [tile.area[0], tile.area[1]]).collect()
    }

    // ┌──┬──┬──┐
    // │▪ │  │  │   the square in the first tile becomes another, and that on the edge goes
    // ├──┼──▪──┤
    // │  │  │  │
    // └──┴──┴──┘
    #[test]
    fn the_tiles_are_drawn_that_something_else_touches_than_before() {
        let (mut tiles, above) = (Tiles::new([3 * SIDE, 2 * SIDE]), sync::Arc::new(Layer::new([0, 0], &[])));
        let side = f64::from(SIDE);
        let edge = square(2.0 * side - 5.0, side - 5.0, 7);
        let all = [square(4.0, 4.0, 7), edge];
        assert_eq!(areas(&mut tiles, &all, &above).len(), 6, "the first frame is drawn whole");
        assert_eq!(areas(&mut tiles, &all, &above), [[0; 2]; 0]);
        let one = [square(4.0, 4.0, 8)];
        assert_eq!(areas(&mut tiles, &one, &above), [[0, 0], [SIDE, 0], [2 * SIDE, 0], [SIDE, SIDE], [2 * SIDE, SIDE]]);
        let anew = sync::Arc::new(Layer::new([0, 0], &[]));
        assert_eq!(areas(&mut tiles, &one, &anew).len(), 6, "under another layer all is drawn");
    }

    #[test]
    fn a_line_is_drawn_again_where_it_turned_and_no_further() {
        let (mut tiles, above) = (Tiles::new([4 * SIDE, SIDE]), sync::Arc::new(Layer::new([0, 0], &[])));
        let side = f64::from(SIDE);
        let line = |y: f64| [0.0, 1.25, 2.5, 3.75].map(|x| [x * side, if x > 3.0 { y * side } else { 0.3 * side }]);
        let drawn = |y: f64| [Item::Path(Path::line(&line(y)).stroked(ink(0), 1.0))];
        let _ = tiles.changed(&drawn(0.3), &above);
        assert_eq!(areas(&mut tiles, &drawn(0.6), &above), [[2 * SIDE, 0], [3 * SIDE, 0]]);
    }
}
