//! Labels beside their places, none over another.
//!
//! Greedy, in order of priority: each label takes the first of its candidate positions that overlaps no marker, no label set
//! before it and not the frame's edge (Christensen, Marks and Shieber 1995 call the positions' order that of cartographic
//! preference). What finds no room is left out, and counted.

use crate::scene::Rect;

/// A label to be placed.
pub(crate) struct Wish {
    /// The middle of its marker.
    pub(crate) at: [f64; 2],
    /// Pixels from the middle that the marker takes.
    pub(crate) radius: f64,
    /// Its width and height.
    pub(crate) size: [f64; 2],
}

/// Which way a placed label's lines are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
    Middle,
}

/// Where each label goes, none where there is no room; `taken` is what must stay free.
pub(crate) fn place(wishes: &[Wish], frame: Rect, taken: &[Rect]) -> Vec<Option<(Rect, Align)>> {
    let mut taken = taken.to_vec();
    wishes
        .iter()
        .map(|wish| {
            let free = |rect: &Rect| frame.contains(*rect) && !taken.iter().any(|other| other.overlaps(*rect));
            let found = candidates(wish).into_iter().find(|(rect, _)| free(rect));
            taken.extend(found.map(|(rect, _)| rect));
            found
        })
        .collect()
}

/// Right, left, below, above, the corners, and then the same at some distance.
fn candidates(wish: &Wish) -> Vec<(Rect, Align)> {
    let [width, height] = wish.size;
    let [x, y] = wish.at;
    let at = |left: f64, top: f64| Rect::new(left, top, width, height);
    let ring = |distance: f64| {
        let slant = distance * std::f64::consts::FRAC_1_SQRT_2;
        [
            (at(x + distance, y - height / 2.0), Align::Left),
            (at(x - distance - width, y - height / 2.0), Align::Right),
            (at(x - width / 2.0, y + distance), Align::Middle),
            (at(x - width / 2.0, y - distance - height), Align::Middle),
            (at(x + slant, y - slant - height * 0.7), Align::Left),
            (at(x + slant, y + slant - height * 0.3), Align::Left),
            (at(x - slant - width, y - slant - height * 0.7), Align::Right),
            (at(x - slant - width, y + slant - height * 0.3), Align::Right),
        ]
    };
    let near = wish.radius + 4.0;
    [near, near + height * 0.5, near + height].into_iter().flat_map(ring).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Rect = Rect { x: 0.0, y: 0.0, width: 400.0, height: 300.0 };

    fn wish(x: f64, y: f64) -> Wish {
        Wish { at: [x, y], radius: 5.0, size: [100.0, 20.0] }
    }

    #[test]
    fn a_label_stands_to_the_right_where_there_is_room_and_to_the_left_at_the_edge() {
        let placed = place(&[wish(100.0, 100.0), wish(390.0, 200.0)], FRAME, &[]);
        assert_eq!(placed[0], Some((Rect::new(109.0, 90.0, 100.0, 20.0), Align::Left)));
        assert_eq!(placed[1].unwrap().1, Align::Right);
    }

    #[test]
    fn no_two_labels_overlap_and_what_finds_no_room_is_left_out() {
        let wishes: Vec<Wish> = (0..60).map(|at| wish(200.0 + f64::from(at % 3), 150.0)).collect();
        let placed: Vec<Rect> = place(&wishes, FRAME, &[]).into_iter().flatten().map(|(rect, _)| rect).collect();
        assert!(placed.len() > 3 && placed.len() < wishes.len());
        for (at, one) in placed.iter().enumerate() {
            assert!(placed[at + 1..].iter().all(|other| !one.overlaps(*other)));
        }
    }
}
