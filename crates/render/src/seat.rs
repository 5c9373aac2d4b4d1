//! Where the name of an area stands: on the widest stretch across it near its middle.
//!
//! Some bands as high as the name are drawn across the area from west to east; the longest run inside it, counted for less towards the top and the bottom, is the
//! seat. Names are level, so what counts is width on a line and not distance from the edge all round (polylabel's measure).

use crate::scene::Rect;

/// Bands drawn across an area (chosen: more move no name by more than a letter's height).
const BANDS: u32 = 9;

/// Room for a name on an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seat {
    /// Its middle.
    pub(crate) at: [f64; 2],
    /// Pixels across.
    pub(crate) width: f64,
    /// Pixels up and down that the area has at all.
    pub(crate) height: f64,
}

/// The seat of a name of a height within rings, by the even-odd rule and within the frame; none where they have no width there.
pub(crate) fn seat(rings: &[Vec<[f64; 2]>], frame: Rect, line: f64) -> Option<Seat> {
    let places = || rings.iter().flatten();
    let top = places().map(|place| place[1]).fold(f64::INFINITY, f64::min).max(frame.y);
    let bottom = places().map(|place| place[1]).fold(f64::NEG_INFINITY, f64::max).min(frame.bottom());
    let height = bottom - top;
    let mut best: Option<(f64, Seat)> = None;
    for count in 1..=BANDS {
        let share = f64::from(count) / f64::from(BANDS + 1);
        let y = top + height * share;
        let over_and_under = [y - line / 2.0, y + line / 2.0].map(|y| longest_run(rings, y, frame));
        let [Some(over), Some(under)] = over_and_under else { continue };
        let [from, to] = [over[0].max(under[0]), over[1].min(under[1])];
        let worth = (to - from) * (1.0 - (share - 0.5).abs());
        if worth > best.map_or(0.0, |(most, _)| most) {
            best = Some((worth, Seat { at: [f64::midpoint(from, to), y], width: to - from, height }));
        }
    }
    best.map(|(_, seat)| seat)
}

/// The longest stretch inside the rings at a height.
fn longest_run(rings: &[Vec<[f64; 2]>], y: f64, frame: Rect) -> Option<[f64; 2]> {
    let edges = rings.iter().flat_map(|ring| ring.windows(2));
    let crossings = edges.filter(|edge| (edge[0][1] > y) != (edge[1][1] > y));
    let mut across: Vec<f64> =
        crossings.map(|edge| edge[0][0] + (y - edge[0][1]) / (edge[1][1] - edge[0][1]) * (edge[1][0] - edge[0][0])).collect();
    across.sort_by(f64::total_cmp);
    let runs = across.chunks_exact(2).map(|run| [run[0].max(frame.x), run[1].min(frame.right())]);
    runs.filter(|[from, to]| from < to).max_by(|one, other| (one[1] - one[0]).total_cmp(&(other[1] - other[0])))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Rect = Rect { x: 0.0, y: 0.0, width: 400.0, height: 300.0 };

    //  ┌─┐        The upright of the L is narrow, its foot is wide.
    //  │ │
    //  │ └─────┐
    //  └───────┘
    #[test]
    fn a_name_stands_where_its_area_is_wide() {
        let l = vec![[0.0, 0.0], [20.0, 0.0], [20.0, 60.0], [200.0, 60.0], [200.0, 100.0], [0.0, 100.0], [0.0, 0.0]];
        let seat = seat(&[l], FRAME, 12.0).unwrap();
        assert_eq!((seat.at, seat.width, seat.height), ([100.0, 70.0], 200.0, 100.0));
    }

    #[test]
    fn a_hole_and_the_edge_of_the_frame_leave_less_room() {
        let square = |from: f64, to: f64| vec![[from, from], [to, from], [to, to], [from, to], [from, from]];
        let seat = seat(&[square(-100.0, 100.0), square(40.0, 60.0)], FRAME, 12.0).unwrap();
        assert_eq!((seat.at, seat.width), ([50.0, 30.0], 100.0));
    }

    #[test]
    fn an_area_outside_the_frame_or_without_width_has_no_room() {
        assert_eq!(seat(&[vec![[500.0, 0.0], [600.0, 0.0], [600.0, 90.0], [500.0, 0.0]]], FRAME, 12.0), None);
        assert_eq!(seat(&[vec![[5.0, 0.0], [5.0, 90.0], [5.0, 0.0]]], FRAME, 12.0), None);
        assert_eq!(seat(&[], FRAME, 12.0), None);
    }
}
