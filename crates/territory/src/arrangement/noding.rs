//! Cutting segments so that no two pieces cross: snap rounding.
//!
//! Every end and every rounded crossing makes the unit square round it *hot*; a segment that enters a hot square is bent to the
//! square's centre. Pieces then meet only at their ends, and no line passes over a place it had on its other side (Guibas and
//! Marimont 1998, "Rounding arrangements dynamically"; Hobby 1999). Because the squares include their ends, places that merely
//! touch need no case of their own.
//!
//! Segments are sorted into squares, and those into smaller ones until each holds few, so the cost is near n log n for segments
//! that seldom cross, however unevenly they lie.
//! The smallest squares are independent of each other.

use super::grid::{GridPoint, crossing, enters_square, grouped, side};

/// Segments in a square before it is divided. Chosen; changing it moves time between dividing and comparing.
const LEAF: usize = 12;

/// Columns and rows into which a square is divided at most. Chosen: a long segment looks at all parts its box covers.
const MOST_PARTS: i64 = 128;

/// A straight piece between two ends, and the position of the segment it is part of; it runs the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) segment: u32,
    pub(crate) from: GridPoint,
    pub(crate) to: GridPoint,
}

/// Cuts segments at each other; pieces of a segment follow one another, those of no length are left out.
pub(crate) fn node(segments: &[[GridPoint; 2]]) -> Vec<Piece> {
    let mut cuts = Vec::new();
    if let Some(square) = Square::around(segments) {
        let all: Vec<u32> = (0..segments.len() as u32).collect();
        divide(segments, &all, square, &mut cuts);
    }
    cuts.sort_unstable_by_key(|&(segment, at)| (segment, along(segments[segment as usize], at)));
    cuts.dedup();
    pieces(segments, &cuts)
}

/// Ranks the places on one segment from its start to its end: bent segments still run one way in x and in y.
fn along([from, to]: [GridPoint; 2], at: GridPoint) -> (i64, i64) {
    (at.x * (to.x - from.x).signum(), at.y * (to.y - from.y).signum())
}

fn pieces(segments: &[[GridPoint; 2]], cuts: &[(u32, GridPoint)]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(segments.len() + cuts.len());
    let mut cuts = cuts.iter().peekable();
    for (segment, &[mut from, end]) in (0..).zip(segments) {
        while let Some(&(_, to)) = cuts.next_if(|cut| cut.0 == segment) {
            pieces.push(Piece { segment, from, to });
            from = to;
        }
        pieces.push(Piece { segment, from, to: end });
    }
    pieces.retain(|piece| piece.from != piece.to);
    pieces
}

/// A square of the plane: its south-west corner and its side, a power of two.
#[derive(Clone, Copy)]
struct Square {
    west: i64,
    south: i64,
    side: i64,
}

impl Square {
    fn around(segments: &[[GridPoint; 2]]) -> Option<Self> {
        let ends = || segments.iter().flatten();
        let (west, east) = (ends().map(|end| end.x).min()?, ends().map(|end| end.x).max()?);
        let (south, north) = (ends().map(|end| end.y).min()?, ends().map(|end| end.y).max()?);
        let side = ((east - west).max(north - south) + 1) as u64;
        Some(Self { west, south, side: side.next_power_of_two() as i64 })
    }

    /// The square's parts in `count` columns and rows.
    fn part(self, count: i64, column: i64, row: i64) -> Self {
        let side = self.side / count;
        Self { west: self.west + column * side, south: self.south + row * side, side }
    }

    /// The first and last column and row, of `count`, that the box of a segment comes within two units of.
    fn span(self, count: i64, [a, b]: [GridPoint; 2]) -> [std::ops::RangeInclusive<i64>; 2] {
        let side = self.side / count;
        let place = |offset: i64| offset.div_euclid(side).clamp(0, count - 1);
        [
            place(a.x.min(b.x) - 2 - self.west)..=place(a.x.max(b.x) + 2 - self.west),
            place(a.y.min(b.y) - 2 - self.south)..=place(a.y.max(b.y) + 2 - self.south),
        ]
    }

    /// The segments that come near each of the square's parts, row by row: where each part starts, and the segments part by part.
    fn parts(self, count: i64, segments: &[[GridPoint; 2]], members: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let mut near = Vec::with_capacity(members.len() + members.len() / 2);
        for &member in members {
            let segment = segments[member as usize];
            let [columns, rows] = self.span(count, segment);
            // Of a row or column of parts, a segment comes near all, or near enough.
            let is_straight = columns.start() == columns.end() || rows.start() == rows.end();
            for row in rows {
                let parts = columns.clone().filter(|&column| is_straight || self.part(count, column, row).is_near(segment));
                near.extend(parts.map(|column| ((row * count + column) as u32, member)));
            }
        }
        let (starts, order) = grouped(near.len(), (count * count) as usize, |place| near[place].0 as usize);
        (starts, order.into_iter().map(|place| near[place as usize].1).collect())
    }

    /// Whether a segment comes within two units of the square, so that it may enter a hot square whose centre lies in it.
    fn is_near(self, [a, b]: [GridPoint; 2]) -> bool {
        let (west, south) = (self.west - 2, self.south - 2);
        let (east, north) = (self.west + self.side + 2, self.south + self.side + 2);
        if a.x.max(b.x) < west || a.x.min(b.x) > east || a.y.max(b.y) < south || a.y.min(b.y) > north {
            return false;
        }
        let within = |point: GridPoint| (west..=east).contains(&point.x) && (south..=north).contains(&point.y);
        if within(a) || within(b) {
            return true;
        }
        // The two corners farthest to either side of a line that rises, or falls, decide alone.
        let rises = (b.x > a.x) == (b.y > a.y);
        let (left, right) = if rises { ((west, north), (east, south)) } else { ((west, south), (east, north)) };
        let corner = |(x, y)| side(a, b, GridPoint { x, y }).signum();
        corner(left) * corner(right) <= 0
    }
}

fn divide(segments: &[[GridPoint; 2]], members: &[u32], square: Square, cuts: &mut Vec<(u32, GridPoint)>) {
    let count = parts_a_side(members.len()).min(square.side / 4);
    if members.len() <= LEAF || count < 2 {
        return cut_leaf(segments, members, square, cuts);
    }
    let (starts, parts) = square.parts(count, segments, members);
    let of_part = |part: usize| &parts[starts[part] as usize..starts[part + 1] as usize];
    // A bundle of segments that stay together would be divided for ever: only what makes fewer pairs is worth dividing.
    if (0..starts.len() - 1).map(|part| of_part(part).len().pow(2)).sum::<usize>() >= members.len().pow(2) {
        return cut_leaf(segments, members, square, cuts);
    }
    for (part, position) in (0..starts.len() - 1).zip(0..) {
        divide(segments, of_part(part), square.part(count, position % count, position / count), cuts);
    }
}

/// Into how many columns and rows so many segments are divided: a power of two that leaves a few in each part.
fn parts_a_side(members: usize) -> i64 {
    let wanted = ((members / LEAF) as f64).sqrt() as u64;
    (wanted.next_power_of_two() as i64).clamp(2, MOST_PARTS)
}

fn cut_leaf(segments: &[[GridPoint; 2]], members: &[u32], square: Square, cuts: &mut Vec<(u32, GridPoint)>) {
    let mut hot: Vec<GridPoint> = members.iter().flat_map(|&member| segments[member as usize]).collect();
    for (position, &member) in members.iter().enumerate() {
        let one = segments[member as usize];
        let others = members[position + 1..].iter().map(|&other| segments[other as usize]).filter(|&other| may_cross(one, other));
        hot.extend(others.filter_map(|other| crossing(one, other)));
    }
    hot.retain(|centre| {
        (square.west - 1..=square.west + square.side + 1).contains(&centre.x)
            && (square.south - 1..=square.south + square.side + 1).contains(&centre.y)
    });
    hot.sort_unstable();
    hot.dedup();
    for &member in members {
        let segment = segments[member as usize];
        let entered = hot.iter().filter(|&&centre| centre != segment[0] && centre != segment[1] && enters_square(segment, centre));
        cuts.extend(entered.map(|&centre| (member, centre)));
    }
}

/// Whether the boxes of two segments overlap and they have no end in common.
fn may_cross([a, b]: [GridPoint; 2], [c, d]: [GridPoint; 2]) -> bool {
    a.x.min(b.x) <= c.x.max(d.x)
        && c.x.min(d.x) <= a.x.max(b.x)
        && a.y.min(b.y) <= c.y.max(d.y)
        && c.y.min(d.y) <= a.y.max(b.y)
        && ![a, b].iter().any(|end| [c, d].contains(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(x: i64, y: i64) -> GridPoint {
        GridPoint { x, y }
    }

    /// Whether two pieces have anything in common but ends, by looking at every pair.
    fn is_noded(pieces: &[Piece]) -> bool {
        pieces.iter().enumerate().all(|(position, one)| {
            pieces[position + 1..].iter().all(|other| {
                let (a, b, c, d) = (one.from, one.to, other.from, other.to);
                let equal = (a, b) == (c, d) || (a, b) == (d, c);
                let inside = |p: GridPoint, from: GridPoint, to: GridPoint| {
                    side(from, to, p) == 0 && p != from && p != to && enters_square([from, to], p)
                };
                equal || (crossing_exists(a, b, c, d) == 0 && !inside(c, a, b) && !inside(d, a, b) && !inside(a, c, d) && !inside(b, c, d))
            })
        })
    }

    fn crossing_exists(a: GridPoint, b: GridPoint, c: GridPoint, d: GridPoint) -> usize {
        let apart = |s: i128, t: i128| s.signum() * t.signum() < 0;
        usize::from(apart(side(a, b, c), side(a, b, d)) && apart(side(c, d, a), side(c, d, b)))
    }

    /// ```text
    ///   3
    ///   |  2 . . . .
    /// 0 + + + 1
    ///   |
    /// ```
    #[test]
    fn a_cross_becomes_four_pieces() {
        let pieces = node(&[[at(0, 0), at(10, 0)], [at(4, 5), at(4, -5)]]);
        let ends: Vec<_> = pieces.iter().map(|piece| (piece.segment, piece.from.x, piece.from.y, piece.to.x, piece.to.y)).collect();
        assert_eq!(ends, [(0, 0, 0, 4, 0), (0, 4, 0, 10, 0), (1, 4, 5, 4, 0), (1, 4, 0, 4, -5)]);
    }

    #[test]
    fn overlapping_segments_share_their_pieces() {
        let pieces = node(&[[at(0, 0), at(10, 0)], [at(15, 0), at(5, 0)]]);
        let ends: Vec<_> = pieces.iter().map(|piece| (piece.from.x, piece.to.x)).collect();
        assert_eq!(ends, [(0, 5), (5, 10), (15, 10), (10, 5)]);
    }

    #[test]
    fn no_segment_and_a_segment_of_no_length_give_no_piece() {
        assert_eq!(node(&[]), []);
        assert_eq!(node(&[[at(3, 3), at(3, 3)]]), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn pieces_meet_only_at_their_ends(ends in prop::collection::vec((0_i64..40, 0_i64..40, 0_i64..40, 0_i64..40), 1..40)) {
            let segments: Vec<_> = ends.iter().map(|&(a, b, c, d)| [at(a, b), at(c, d)]).collect();
            prop_assert!(is_noded(&node(&segments)));
        }

        #[test]
        fn pieces_of_large_segments_meet_only_at_their_ends(
            ends in prop::collection::vec((-190_000_000_000_i64..190_000_000_000, -9_i64..9, -190_000_000_000_i64..190_000_000_000, -9_i64..9), 1..30),
        ) {
            let segments: Vec<_> = ends.iter().map(|&(a, b, c, d)| [at(a, b), at(c, d)]).collect();
            prop_assert!(is_noded(&node(&segments)));
        }

        #[test]
        fn pieces_of_one_segment_run_from_its_start_to_its_end(ends in prop::collection::vec((0_i64..30, 0_i64..30, 0_i64..30, 0_i64..30), 1..20)) {
            let segments: Vec<_> = ends.iter().map(|&(a, b, c, d)| [at(a, b), at(c, d)]).collect();
            let pieces = node(&segments);
            for (index, segment) in (0..).zip(&segments) {
                let chain: Vec<_> = pieces.iter().filter(|piece| piece.segment == index).collect();
                prop_assert!(chain.windows(2).all(|pair| pair[0].to == pair[1].from));
                prop_assert!(chain.is_empty() || (chain[0].from == segment[0] && chain[chain.len() - 1].to == segment[1]));
            }
        }
    }
}
