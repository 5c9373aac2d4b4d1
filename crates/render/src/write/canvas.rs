//! A page on which something stands still while frame after frame is drawn on it: what an animation is made of.
//!
//! ```text
//! the page as it stands ─▶ what is of the frame ─▶ a layer above     drawn of those tiles alone on which something changed
//! ```

use tiny_skia::{Color, IntRect, Pixmap, PixmapPaint, Transform};

use super::pixels::{Patterns, draw_all, draw_within, rgb};
use super::tiles::{Changed, Tile};
use crate::scene::{Item, Scene};

/// A page with what stands still on it.
pub struct Canvas {
    still: Pixmap,
}

/// Things drawn once on a clear page, to be laid over others.
pub struct Layer(Option<Pixmap>);

/// The pixels of what changed from one frame to the next.
pub struct Redrawn {
    /// Pixels of a row of the page.
    width: u32,
    /// Left, top, width and height of each tile, and red, green and blue of its pixels.
    tiles: Vec<([u32; 4], Vec<u8>)>,
}

impl Canvas {
    /// The page with a scene on it; none where the scene has no pixels.
    #[must_use]
    pub fn new(still: &Scene) -> Option<Self> {
        let mut pixmap = Pixmap::new(still.width, still.height)?;
        pixmap.fill(Color::WHITE);
        draw_all(&mut pixmap, &still.items, Transform::identity(), &mut Patterns::default());
        Some(Self { still: pixmap })
    }

    /// The pixels of the page before the first frame: red, green and blue of each, row by row from the top.
    #[must_use]
    pub fn pixels(&self) -> Vec<u8> {
        rgb(&self.still)
    }

    /// The pixels of the page with all of a frame and a layer above it, drawn in one go: what tiles show, and quicker where all changed.
    #[must_use]
    pub fn whole(&self, items: &[Item], above: &Layer) -> Vec<u8> {
        let mut pixmap = self.still.clone();
        draw_all(&mut pixmap, items, Transform::identity(), &mut Patterns::default());
        if let Some(above) = &above.0 {
            pixmap.draw_pixmap(0, 0, above.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
        }
        rgb(&pixmap)
    }

    /// Draws what changed.
    #[must_use]
    pub fn draw(&self, changed: &Changed) -> Redrawn {
        let mut patterns = Patterns::default();
        let tiles = changed.tiles.iter().filter_map(|tile| Some((tile.area, self.tile(tile, &changed.above, &mut patterns)?)));
        Redrawn { width: self.still.width(), tiles: tiles.collect() }
    }

    fn tile(&self, tile: &Tile, above: &Layer, patterns: &mut Patterns) -> Option<Vec<u8>> {
        let [left, top, width, height] = tile.area;
        let area = IntRect::from_xywh(left as i32, top as i32, width, height)?;
        let mut pixmap = self.still.clone_rect(area)?;
        let shift = Transform::from_translate(-(left as f32), -(top as f32));
        for (clip, items) in &tile.items {
            draw_within(&mut pixmap, *clip, shift, |page, shift| draw_all(page, items, shift, patterns));
        }
        if let Some(above) = above.0.as_ref().and_then(|above| above.clone_rect(area)) {
            pixmap.draw_pixmap(0, 0, above.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
        }
        Some(rgb(&pixmap))
    }
}

impl Layer {
    /// Things on a page of so many pixels across and down; of a page without pixels, nothing.
    #[must_use]
    pub fn new([width, height]: [u32; 2], items: &[Item]) -> Self {
        let mut pixmap = Pixmap::new(width, height);
        if let Some(pixmap) = &mut pixmap {
            draw_all(pixmap, items, Transform::identity(), &mut Patterns::default());
        }
        Self(pixmap)
    }
}

impl Redrawn {
    /// Lays what changed on the pixels of the frame before: red, green and blue of each, row by row from the top.
    pub fn lay_on(&self, page: &mut [u8]) {
        for ([left, top, width, _], pixels) in &self.tiles {
            let row = *width as usize * 3;
            for (at, pixels) in pixels.chunks_exact(row).enumerate() {
                let first = ((*top as usize + at) * self.width as usize + *left as usize) * 3;
                page[first..first + row].copy_from_slice(pixels);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync;

    use proptest::prelude::*;

    use super::*;
    use crate::scene::{Paint, Path, Rect, Text, colour, ink};
    use crate::text::{Weight, shape};
    use crate::write::{Tiles, pixels};

    const SIZE: [u32; 2] = [150, 90];

    fn page(items: Vec<Item>) -> Scene {
        Scene { width: SIZE[0], height: SIZE[1], dpi: 96, title: String::new(), description: String::new(), items }
    }

    fn clear() -> sync::Arc<Layer> {
        sync::Arc::new(Layer::new(SIZE, &[]))
    }

    /// Cells side by side, each filled with one of three paints, the lines round them, and a word; all but that within a frame.
    fn map(states: &[usize]) -> Vec<Item> {
        let stripes = Paint::Stripes { inks: [ink(0x00E0_8040), ink(0x0040_80E0)], period: 7.0 };
        let paints =
            [Paint::Solid(ink(0x0030_60C0)), stripes, Paint::Dots { ground: ink(0x00F0_F0F0), dot: ink(0), period: 6.0, radius: 1.0 }];
        let cell = |at: usize| Path::rect(Rect::new(8.3 + 23.7 * (at % 6) as f64, 7.9 + 19.1 * (at / 6) as f64, 23.7, 19.1)).steps;
        let fill = |paint: usize| {
            let cells = (0..states.len()).filter(|&at| states[at] == paint).flat_map(cell);
            Item::Path(Path::of(cells.collect()).filled(paints[paint]))
        };
        let lines = Path::of((0..states.len()).flat_map(cell).collect()).stroked(ink(0x0022_2222), 1.7);
        let dots = Path::line(&[[0.0, 0.0], [150.0, 90.0]]).dashed(ink(0x00CC_0000), 2.0, &[4.0, 3.0]);
        let within = (0..3).map(fill).chain([Item::Path(lines), Item::Path(dots)]).collect();
        let word = Text { at: [30.4, 50.0], shaped: shape("Kunduz", 19.0, Weight::Bold), colour: colour(0), halo: 2.0 };
        vec![Item::Clipped(Rect::new(10.0, 10.0, 130.0, 70.0), within), Item::Text(word)]
    }

    #[test]
    fn a_page_of_tiles_looks_as_the_page_drawn_whole_does() {
        let map = map(&[0, 1, 2, 0, 1, 2, 2, 1, 0, 2, 1, 0, 0, 0, 1, 1, 2, 2]);
        let canvas = Canvas::new(&page(Vec::new())).unwrap();
        let mut drawn = canvas.pixels();
        canvas.draw(&Tiles::new(SIZE).changed(&map, &clear())).lay_on(&mut drawn);
        let whole = canvas.whole(&map, &clear());
        assert_eq!(whole, pixels(&page(map)));
        // Where a curve is cut at the edge of a tile, rounding may move one of the sixteen samples of a pixel, or of each of two layers.
        let off: Vec<u8> = drawn.iter().zip(&whole).map(|(one, other)| one.abs_diff(*other)).filter(|&off| off > 0).collect();
        assert!(off.iter().all(|&off| off <= 32) && off.len() < whole.len() / 200, "{off:?}");
    }

    #[test]
    fn what_lies_above_is_drawn_where_it_is_another_than_before() {
        let canvas = Canvas::new(&page(Vec::new())).unwrap();
        let (mut tiles, mut drawn) = (Tiles::new(SIZE), canvas.pixels());
        canvas.draw(&tiles.changed(&[], &clear())).lay_on(&mut drawn);
        let word = Item::Path(Path::rect(Rect::new(20.0, 20.0, 9.0, 9.0)).filled(Paint::Solid(ink(0))));
        canvas.draw(&tiles.changed(&[], &sync::Arc::new(Layer::new(SIZE, std::slice::from_ref(&word))))).lay_on(&mut drawn);
        assert_eq!(drawn, pixels(&page(vec![word])));
    }

    proptest! {
        #[test]
        fn whatever_was_before_a_frame_looks_as_it_would_without(frames in prop::collection::vec(prop::collection::vec(0..3_usize, 18), 2..5)) {
            let canvas = Canvas::new(&page(Vec::new())).unwrap();
            let (mut tiles, mut drawn, above) = (Tiles::new(SIZE), canvas.pixels(), clear());
            for states in frames {
                canvas.draw(&tiles.changed(&map(&states), &above)).lay_on(&mut drawn);
                let mut anew = canvas.pixels();
                canvas.draw(&Tiles::new(SIZE).changed(&map(&states), &above)).lay_on(&mut anew);
                prop_assert_eq!(&drawn, &anew);
            }
        }
    }
}
