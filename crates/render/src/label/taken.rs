//! What is taken of the page, in a grid of squares.
//!
//! Each rectangle is listed in every square it touches, so whether a place is free is asked only of what lies near.

use crate::scene::Rect;

/// Pixels of a square's side (chosen: about a label's length, so that a label touches two or three; half or twice is no faster).
const SIDE: f64 = 64.0;

/// What is taken of a frame.
pub(crate) struct Taken {
    frame: Rect,
    across: usize,
    down: usize,
    squares: Vec<Vec<Rect>>,
}

impl Taken {
    /// A frame of which nothing is taken.
    pub(crate) fn new(frame: Rect) -> Self {
        // A page has at most 10,000 pixels either way.
        let count = |length: f64| (length / SIDE).ceil().clamp(1.0, 200.0) as usize;
        let (across, down) = (count(frame.width), count(frame.height));
        Self { frame, across, down, squares: vec![Vec::new(); across * down] }
    }

    /// Takes a rectangle. What lies outside the frame is taken of the squares at its edge.
    pub(crate) fn take(&mut self, rect: Rect) {
        for square in self.touched(rect) {
            self.squares[square].push(rect);
        }
    }

    /// Whether nothing taken lies on a rectangle.
    pub(crate) fn is_free(&self, rect: Rect) -> bool {
        self.touched(rect).all(|square| !self.squares[square].iter().any(|other| other.overlaps(rect)))
    }

    fn touched(&self, rect: Rect) -> impl Iterator<Item = usize> + use<> {
        let at = |place: f64, start: f64, count: usize| ((place - start) / SIDE).floor().clamp(0.0, count as f64 - 1.0) as usize;
        let (left, right) = (at(rect.x, self.frame.x, self.across), at(rect.right(), self.frame.x, self.across));
        let (top, bottom) = (at(rect.y, self.frame.y, self.down), at(rect.bottom(), self.frame.y, self.down));
        let across = self.across;
        (top..=bottom).flat_map(move |row| (left..=right).map(move |column| row * across + column))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_free_where_no_rectangle_of_all_lies_on_it(
            rects in prop::collection::vec((-50.0..450.0_f64, -50.0..450.0_f64, 0.0..150.0_f64, 0.0..150.0_f64), 1..40),
        ) {
            let mut rects: Vec<Rect> = rects.into_iter().map(|(x, y, width, height)| Rect::new(x, y, width, height)).collect();
            let asked = rects.pop().unwrap();
            let mut page = Taken::new(Rect::new(0.0, 0.0, 400.0, 300.0));
            for &rect in &rects {
                page.take(rect);
            }
            prop_assert_eq!(page.is_free(asked), !rects.iter().any(|rect| rect.overlaps(asked)));
        }
    }
}
