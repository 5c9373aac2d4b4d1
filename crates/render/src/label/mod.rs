//! Labels beside their places, none over another.
//!
//! Greedy, in order of priority: each label takes the first of its positions that overlaps no marker, no label and no leader line
//! set before it, and not the frame's edge. Greedy is what a page needs: the most important name stands best, and adding a name
//! of less importance moves none of the others. (Christensen, Marks and Shieber 1995, *An Empirical Study of Algorithms for
//! Point-Feature Label Placement*, find that annealing places a few per cent more on crowded pages; it moves them all.)
//!
//! The positions round a place are Imhof's (1975, *Positioning Names on Maps*): right before left, then above, then below, raised
//! before lowered; first close by, then at five distances with a line that leads there. A label may have several shapes, such as
//! two short lines for a long one: each is tried close by before any is led away. Where nothing is free the label is left out.
//!
//! What is taken lies in a grid of squares, so a position is held only against its neighbours.

mod taken;

use crate::scene::Rect;
pub(crate) use taken::Taken;

/// Pixels between a marker and its label for each pixel of the label's height (chosen: a fifth of a line reads as "belongs").
const GAP: f64 = 0.2;

/// How far away labels are led, in lines of text (chosen: farther than six lines nobody follows the leader).
const LED: [f64; 5] = [0.9, 1.7, 2.7, 4.0, 6.0];

/// A label to be placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// What its marker covers; of an area's name the place it should stand on, without height and width.
    pub marker: Rect,
    /// Width and height of each way to set it, the best first. None: it is left out.
    pub shapes: Vec<[f64; 2]>,
    /// Where it may stand.
    pub stand: Stand,
}

/// Where a label may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Beside its marker, or at the end of a line.
    Led,
    /// Beside its marker, nowhere else.
    Beside,
    /// On the middle of its area, nowhere else.
    Upon,
}

/// Which way a placed label's lines are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// They begin at the same place.
    Left,
    /// They end at the same place.
    Right,
    /// Their middles are one above the other.
    Middle,
}

/// Where a label stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// What it covers.
    pub rect: Rect,
    /// Which of its shapes it has.
    pub shape: usize,
    /// How its lines are set.
    pub align: Align,
    /// The line from its marker to it, where it stands apart.
    pub leader: Option<[[f64; 2]; 2]>,
}

/// Where each label goes, none where there is no room: the first is the most important. `taken` is what must stay free.
///
/// A place outside the frame, or without a shape, has no label. Empty lists give empty lists.
///
/// ```
/// use marchland_render::label::{Align, Stand, Wish, place};
/// use marchland_render::scene::Rect;
/// let wish = |x| Wish { marker: Rect::new(x, 50.0, 10.0, 10.0), shapes: vec![[60.0, 20.0]], stand: Stand::Beside };
/// let placed = place(&[wish(20.0), wish(180.0)], Rect::new(0.0, 0.0, 200.0, 100.0), &[]);
/// assert_eq!(placed[0].unwrap().align, Align::Left);
/// assert_eq!(placed[1].unwrap().align, Align::Right);
/// ```
#[must_use]
pub fn place(wishes: &[Wish], frame: Rect, taken: &[Rect]) -> Vec<Option<Placed>> {
    let mut page = Taken::new(frame);
    for &rect in taken {
        page.take(rect);
    }
    wishes.iter().map(|wish| settle(wish, frame, &mut page)).collect()
}

/// The first free position of a label, which is then taken.
fn settle(wish: &Wish, frame: Rect, page: &mut Taken) -> Option<Placed> {
    let is_free = |placed: &Placed, page: &Taken| {
        let mut line = placed.leader.into_iter().flat_map(|leader| pieces(wish.marker, leader));
        frame.contains(placed.rect) && page.is_free(placed.rect) && line.all(|piece| page.is_free(piece))
    };
    let found = match wish.stand {
        Stand::Upon => each_shape(wish).map(|(shape, size)| upon(wish, shape, size)).find(|placed| is_free(placed, page)),
        Stand::Beside => each_shape(wish).flat_map(|(shape, size)| beside(wish.marker, shape, size)).find(|placed| is_free(placed, page)),
        Stand::Led => {
            let near = each_shape(wish).flat_map(|(shape, size)| beside(wish.marker, shape, size));
            let led = LED.into_iter().flat_map(|far| each_shape(wish).flat_map(move |(shape, size)| led(wish.marker, shape, size, far)));
            near.chain(led).find(|placed| is_free(placed, page))
        }
    }?;
    page.take(found.rect);
    for piece in found.leader.into_iter().flat_map(|leader| pieces(wish.marker, leader)) {
        page.take(piece);
    }
    Some(found)
}

fn each_shape(wish: &Wish) -> impl Iterator<Item = (usize, [f64; 2])> + '_ {
    wish.shapes.iter().copied().enumerate()
}

fn upon(wish: &Wish, shape: usize, [width, height]: [f64; 2]) -> Placed {
    let [x, y] = middle(wish.marker);
    Placed { rect: Rect::new(x - width / 2.0, y - height / 2.0, width, height), shape, align: Align::Middle, leader: None }
}

fn middle(rect: Rect) -> [f64; 2] {
    [rect.x + rect.width / 2.0, rect.y + rect.height / 2.0]
}

/// The positions close by.
///
/// ```text
///     10 8 11
///     3     5      1, 2: level with the marker; 3 to 6: raised and lowered by half a line
///     2  ●  1      8, 9: above and below; 10 to 13: the same, flush with the marker
///     6     4
///     12 9 13
/// ```
fn beside(marker: Rect, shape: usize, [width, height]: [f64; 2]) -> [Placed; 12] {
    let gap = GAP * height.min(30.0);
    let y = middle(marker)[1];
    let (right, left) = (marker.right() + gap, marker.x - gap - width);
    let (above, below) = (marker.y - gap * 0.5 - height, marker.bottom() + gap * 0.5);
    let (level, raised, lowered) = (y - height / 2.0, y - height * 0.9, y - height * 0.1);
    let centred = middle(marker)[0] - width / 2.0;
    let (from, to) = (marker.x, marker.right() - width);
    [
        (right, level, Align::Left),
        (left, level, Align::Right),
        (right, raised, Align::Left),
        (right, lowered, Align::Left),
        (left, raised, Align::Right),
        (left, lowered, Align::Right),
        (centred, above, Align::Middle),
        (centred, below, Align::Middle),
        (from, above, Align::Left),
        (to, above, Align::Right),
        (from, below, Align::Left),
        (to, below, Align::Right),
    ]
    .map(|(x, y, align)| Placed { rect: Rect::new(x, y, width, height), shape, align, leader: None })
}

/// The ways a label is led: right, left, and what lies between, upward before downward.
const DIRECTIONS: [[f64; 2]; 10] =
    [[0.9, -0.45], [0.9, 0.45], [-0.9, -0.45], [-0.9, 0.45], [0.6, -0.8], [0.6, 0.8], [-0.6, -0.8], [-0.6, 0.8], [0.0, -1.0], [0.0, 1.0]];

/// The positions at a distance of some heights, each with its leader line.
fn led(marker: Rect, shape: usize, [width, height]: [f64; 2], far: f64) -> [Placed; 10] {
    let from = middle(marker);
    let far = far * height.min(24.0);
    DIRECTIONS.map(|direction| {
        let reach = leaving(marker, direction) + far;
        let [x, y] = [from[0] + direction[0] * reach, from[1] + direction[1] * reach];
        // The line ends at the middle of the label's nearest side, a hair away from it.
        let (left, top, align) = match direction {
            [across, _] if across > 0.5 => (x + HAIR, y - height / 2.0, Align::Left),
            [across, _] if across < -0.5 => (x - HAIR - width, y - height / 2.0, Align::Right),
            [_, down] if down < 0.0 => (x - width / 2.0, y - HAIR - height, Align::Middle),
            _ => (x - width / 2.0, y + HAIR, Align::Middle),
        };
        Placed { rect: Rect::new(left, top, width, height), shape, align, leader: Some([from, [x, y]]) }
    })
}

/// Pixels between a leader line and its label (chosen: touching letters, a line reads as one of them).
const HAIR: f64 = 2.0;

/// How far one goes from a marker's middle until one is outside what it covers.
fn leaving(marker: Rect, [across, down]: [f64; 2]) -> f64 {
    (marker.width / 2.0 / across.abs().max(1e-9)).min(marker.height / 2.0 / down.abs().max(1e-9)) + HAIR / 2.0
}

/// Small boxes along a leader line, outside its marker: what it takes of the page.
fn pieces(marker: Rect, [from, to]: [[f64; 2]; 2]) -> Vec<Rect> {
    let (across, down) = (to[0] - from[0], to[1] - from[1]);
    let length = libm::hypot(across, down).max(1e-9);
    let [across, down] = [across / length, down / length];
    let start = leaving(marker, [across, down]);
    let count = ((length - start) / PIECE).ceil().clamp(1.0, 100.0);
    let on = |piece: f64| start + (length - start) * piece / count;
    (0..count as usize)
        .map(|piece| {
            let (near, far) = (on(piece as f64), on(piece as f64 + 1.0));
            let [x, y] = [from[0] + across * near.min(far), from[1] + down * near.min(far)];
            let (width, height) = (across.abs() * (far - near), down.abs() * (far - near));
            Rect::new(x - if across < 0.0 { width } else { 0.0 }, y - if down < 0.0 { height } else { 0.0 }, width, height)
        })
        .collect()
}

/// Pixels of a piece of leader line (chosen: boxes of slanted pieces are little wider than the line).
const PIECE: f64 = 6.0;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: Rect = Rect { x: 0.0, y: 0.0, width: 400.0, height: 300.0 };

    fn wish(x: f64, y: f64) -> Wish {
        Wish { marker: Rect::new(x - 5.0, y - 5.0, 10.0, 10.0), shapes: vec![[100.0, 20.0]], stand: Stand::Led }
    }

    /// What a placed label covers, its leader line included.
    fn covered(wish: &Wish, placed: &Placed) -> Vec<Rect> {
        placed.leader.into_iter().flat_map(|leader| pieces(wish.marker, leader)).chain([placed.rect]).collect()
    }

    #[test]
    fn a_label_stands_to_the_right_where_there_is_room_and_to_the_left_at_the_edge() {
        let placed = place(&[wish(100.0, 100.0), wish(390.0, 200.0)], FRAME, &[]);
        let first = Placed { rect: Rect::new(109.0, 90.0, 100.0, 20.0), shape: 0, align: Align::Left, leader: None };
        assert_eq!(placed[0], Some(first));
        assert_eq!(placed[1].unwrap().align, Align::Right);
    }

    // The second marker stands where the first one's label would: ●●
    #[test]
    fn the_more_important_of_two_neighbours_has_the_better_position() {
        let wishes = [wish(100.0, 100.0), wish(112.0, 100.0)];
        let markers = wishes.each_ref().map(|wish| wish.marker);
        let placed = place(&wishes, FRAME, &markers);
        assert!(placed[0].unwrap().rect.right() <= 105.0 - 10.0 || placed[0].unwrap().rect.bottom() <= 95.0, "{placed:?}");
        assert_eq!(placed[1].unwrap().rect.x, 121.0);
    }

    #[test]
    fn a_label_without_room_close_by_is_led_away_and_its_line_stays_free() {
        let around: Vec<Rect> = [(90.0, 86.0), (106.0, 86.0)].map(|(x, y)| Rect::new(x, y, 4.0, 28.0)).to_vec();
        let wishes = [Wish { shapes: vec![[30.0, 20.0]], ..wish(100.0, 100.0) }, wish(100.0, 65.0)];
        let walls = [Rect::new(60.0, 84.0, 80.0, 1.0), Rect::new(60.0, 115.0, 80.0, 1.0)];
        let placed = place(&wishes[..1], FRAME, &[around.as_slice(), &walls[..1]].concat());
        assert!(placed[0].unwrap().leader.is_none() || placed[0].unwrap().rect.y > 105.0, "{placed:?}");
        let boxed = place(&wishes[..1], FRAME, &[around.as_slice(), walls.as_slice()].concat());
        assert_eq!(boxed, [None]);
    }

    #[test]
    fn a_name_that_is_too_long_takes_two_lines_before_it_is_led_away() {
        let long = Wish { shapes: vec![[380.0, 20.0], [150.0, 40.0]], ..wish(200.0, 150.0) };
        let placed = place(
            &[long],
            Rect::new(0.0, 100.0, 400.0, 100.0),
            &[Rect::new(0.0, 100.0, 20.0, 100.0), Rect::new(390.0, 100.0, 10.0, 100.0)],
        )[0]
        .unwrap();
        assert_eq!((placed.shape, placed.leader), (1, None));
    }

    #[test]
    fn the_name_of_an_area_stands_on_it_or_nowhere() {
        let area = Wish { marker: Rect::new(50.0, 50.0, 0.0, 0.0), shapes: vec![[40.0, 20.0]], stand: Stand::Upon };
        let placed = place(&[area.clone(), area], FRAME, &[]);
        assert_eq!((placed[0].unwrap().rect, placed[1]), (Rect::new(30.0, 40.0, 40.0, 20.0), None));
    }

    #[test]
    fn nothing_placed_is_nothing_and_a_label_without_a_shape_is_left_out() {
        assert_eq!(place(&[], FRAME, &[]), []);
        assert_eq!(place(&[Wish { shapes: Vec::new(), ..wish(50.0, 50.0) }], FRAME, &[]), [None]);
        assert_eq!(place(&[wish(-500.0, 50.0), wish(f64::from(u32::MAX), 50.0)], FRAME, &[]), [None, None]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_label_or_leader_line_lies_on_a_label_a_marker_or_the_edge(
            places in prop::collection::vec((0.0..400.0_f64, 0.0..300.0_f64, 10.0..120.0_f64, 8.0..40.0_f64), 0..60),
        ) {
            let wishes: Vec<Wish> = places
                .iter()
                .map(|&(x, y, width, height)| Wish { shapes: vec![[width, height], [width / 2.0, height]], ..wish(x, y) })
                .collect();
            let markers: Vec<Rect> = wishes.iter().map(|wish| wish.marker).collect();
            let placed = place(&wishes, FRAME, &markers);
            let all: Vec<Vec<Rect>> =
                wishes.iter().zip(&placed).map(|(wish, placed)| placed.iter().flat_map(|placed| covered(wish, placed)).collect()).collect();
            for (at, one) in all.iter().enumerate() {
                prop_assert!(one.last().is_none_or(|label| FRAME.contains(*label)));
                let others = all[at + 1..].iter().flatten().chain(&markers);
                prop_assert!(others.clone().all(|other| one.iter().all(|piece| !piece.overlaps(*other))), "{:?}", placed[at]);
            }
        }
    }
}
