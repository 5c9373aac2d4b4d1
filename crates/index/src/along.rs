//! Whose ground a line runs through: the stretches of a road by face.
//!
//! Each straight leg of the line is cut where it meets edges of the coverage: exact predicates tell which, and only the place of a cut is rounded.
//! Between two cuts the leg keeps to one face, which is that of the middle; or it runs along an edge, and then, as every place on one,
//! belongs to the face on its south (or east). Stretches of one face in a row are one.

use geo_types::{Coord, LineString, MultiLineString};
use marchland_core::{FaceIndex, LonLat};

use crate::CellIndex;
use crate::geodesic::straight_m;
use crate::predicate::{at, is_met, side};

/// A part of a line that runs through one face, or outside all.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Whose ground it is; none outside the boundary.
    pub face: Option<FaceIndex>,
    /// Kilometres along the line at which it begins.
    pub start_km: f64,
    /// Kilometres along the line at which it ends.
    pub end_km: f64,
    /// Its places in degrees, cut at the antimeridian.
    pub lines: MultiLineString<f64>,
}

impl CellIndex {
    /// The stretches of a line by face, in order, from its start to its end; those outside the boundary too.
    ///
    /// The line is straight in longitude and latitude between its places, and goes the short way round where two of them lie more than
    /// 180° apart. Kilometres are geodesic. Coordinates that are no place are left out; a line of fewer than two different places has
    /// no stretch. Costs in proportion to the squares and edges it meets.
    ///
    /// ```
    /// use marchland_core::Coverage;
    /// let road = geo_types::LineString::from(vec![(0.0, 0.0), (1.0, 0.0)]);
    /// let stretches = marchland_index::CellIndex::new(&Coverage::default()).along(&road);
    /// assert_eq!((stretches.len(), stretches[0].face), (1, None));
    /// assert!((stretches[0].end_km - 111.319).abs() < 1e-3);
    /// ```
    #[must_use]
    pub fn along(&self, line: &LineString<f64>) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        for leg in legs(line) {
            for (face, [from, to]) in self.cut(leg) {
                lengthen(&mut stretches, face, [from, to]);
            }
        }
        stretches
    }

    /// A leg's parts by face, in order.
    fn cut(&self, leg: [Coord<f64>; 2]) -> Vec<(Option<FaceIndex>, [Coord<f64>; 2])> {
        let [from, to] = leg;
        let (mut cuts, mut shared) = (vec![0.0, 1.0], Vec::new());
        for edge in self.edges_near(leg).into_iter().filter(|&edge| is_met(self.ends(edge), leg)) {
            let [one, other] = self.ends(edge);
            let (start, end) = (side(one, other, from), side(one, other, to));
            if start == 0.0 && end == 0.0 {
                let (first, last) = (share(leg, one), share(leg, other));
                cuts.extend([first, last]);
                let [south, north] = self.sides(edge);
                shared.push((first.min(last), first.max(last), south.or(north)));
            } else {
                cuts.push((start / (start - end)).clamp(0.0, 1.0));
            }
        }
        cuts.sort_unstable_by(f64::total_cmp);
        cuts.dedup();
        // The ends as they are given, not as they are worked out.
        let place = |share: f64| if share == 1.0 { to } else { from + (to - from) * share };
        let part = |pair: &[f64]| {
            let middle = f64::midpoint(pair[0], pair[1]);
            let along = shared.iter().find(|(first, last, _)| *first < middle && middle < *last);
            let face = along.map_or_else(|| self.face_at(place(middle)), |(_, _, face)| *face);
            (face, [place(pair[0]), place(pair[1])])
        };
        cuts.windows(2).map(part).collect()
    }
}

/// Each straight piece of a line, cut at the antimeridian.
fn legs(line: &LineString<f64>) -> Vec<[Coord<f64>; 2]> {
    let places: Vec<Coord<f64>> = line.coords().copied().filter(|coord| LonLat::new(coord.x, coord.y).is_some()).collect();
    let mut legs = Vec::new();
    for pair in places.windows(2).filter(|pair| pair[0] != pair[1]) {
        let (from, to) = (pair[0], pair[1]);
        if (to.x - from.x).abs() <= 180.0 {
            legs.push([from, to]);
            continue;
        }
        let border = if from.x > 0.0 { 180.0 } else { -180.0 };
        let share = (border - from.x) / (to.x + 2.0 * border - from.x);
        let lat = from.y + share * (to.y - from.y);
        legs.extend([[from, at(border, lat)], [at(-border, lat), to]].into_iter().filter(|[from, to]| from != to));
    }
    legs
}

/// How far along a leg a place on its line is, from 0 to 1 within it.
fn share([from, to]: [Coord<f64>; 2], place: Coord<f64>) -> f64 {
    let along = to - from;
    let share = if along.x.abs() > along.y.abs() { (place.x - from.x) / along.x } else { (place.y - from.y) / along.y };
    share.clamp(0.0, 1.0)
}

/// Adds a piece at the end: to the last stretch where that is of the same face, else as a new one.
fn lengthen(stretches: &mut Vec<Stretch>, face: Option<FaceIndex>, [from, to]: [Coord<f64>; 2]) {
    let start_km = stretches.last().map_or(0.0, |last| last.end_km);
    let end_km = start_km + straight_m(from, to) / 1e3;
    match stretches.last_mut().filter(|last| last.face == face) {
        Some(last) => {
            last.end_km = end_km;
            match last.lines.0.last_mut().filter(|line| line.0.last() == Some(&from)) {
                Some(line) => line.0.push(to),
                None => last.lines.0.push(LineString(vec![from, to])),
            }
        }
        None => stretches.push(Stretch { face, start_km, end_km, lines: MultiLineString(vec![LineString(vec![from, to])]) }),
    }
}

#[cfg(test)]
mod tests {
    use marchland_core::{Coverage, CoverageBuilder, Face, Ground};
    use proptest::prelude::*;

    use super::*;

    /// Two squares side by side, the western one face 0, and a strip of ground on either side of the antimeridian, face 2.
    ///
    /// ```text
    ///   1 ┌───┬───┐     ┌───┐
    ///     │ 0 │ 1 │     │ 2 │
    ///   0 └───┴───┘     └───┘
    ///     0   1   2   179  -179
    /// ```
    fn cells() -> CellIndex {
        let mut builder = CoverageBuilder::new();
        let mut at = |lon: f64, lat: f64| builder.vertex(LonLat::new(lon, lat).unwrap());
        let west = [at(1.0, 1.0), at(0.0, 1.0), at(0.0, 0.0), at(1.0, 0.0)];
        let east = [at(2.0, 0.0), at(2.0, 1.0)];
        let before = [at(180.0, 1.0), at(179.0, 1.0), at(179.0, 0.0), at(180.0, 0.0)];
        let after = [at(-180.0, 0.0), at(-179.0, 0.0), at(-179.0, 1.0), at(-180.0, 1.0)];
        let [zero, one, two] = [0; 3].map(|_| builder.face(Face { ground: Ground::BeyondReach, area_km2: 1.0 }));
        builder.arc(&west, Some(zero), None).unwrap();
        builder.arc(&[west[3], west[0]], Some(zero), Some(one)).unwrap();
        builder.arc(&[west[3], east[0], east[1], west[0]], Some(one), None).unwrap();
        builder.arc(&[before[0], before[1], before[2], before[3], before[0]], Some(two), None).unwrap();
        builder.arc(&[after[0], after[1], after[2], after[3], after[0]], Some(two), None).unwrap();
        CellIndex::new(&builder.finish())
    }

    fn along(line: Vec<(f64, f64)>) -> Vec<(Option<u32>, f64, f64)> {
        let stretches = cells().along(&LineString::from(line));
        stretches.iter().map(|stretch| (stretch.face.map(|face| face.0), stretch.start_km.round(), stretch.end_km.round())).collect()
    }

    #[test]
    fn a_road_is_cut_where_it_crosses_borders_and_its_outside_counts() {
        let road = along(vec![(-1.0, 0.5), (0.5, 0.5), (3.0, 0.5)]);
        assert_eq!(road, [(None, 0.0, 111.0), (Some(0), 111.0, 223.0), (Some(1), 223.0, 334.0), (None, 334.0, 445.0)]);
    }

    #[test]
    fn a_road_along_a_border_is_south_or_east_of_it() {
        assert_eq!(along(vec![(1.0, 0.0), (1.0, 1.0)]), [(Some(1), 0.0, 111.0)]);
        assert_eq!(along(vec![(0.0, 1.0), (2.0, 1.0)]), [(Some(0), 0.0, 111.0), (Some(1), 111.0, 223.0)]);
        assert_eq!(along(vec![(2.0, 0.0), (0.0, 0.0)]), [(Some(1), 0.0, 111.0), (Some(0), 111.0, 223.0)], "nothing lies south");
    }

    #[test]
    fn a_road_across_the_antimeridian_goes_the_short_way_in_two_lines() {
        let stretches = cells().along(&LineString::from(vec![(178.0, 0.0), (-178.0, 1.0)]));
        let found: Vec<_> = stretches.iter().map(|stretch| (stretch.face.map(|face| face.0), stretch.lines.0.len())).collect();
        assert_eq!(found, [(None, 1), (Some(2), 2), (None, 1)]);
        assert_eq!(stretches[1].lines.0[0].0[1], at(180.0, 0.5));
    }

    #[test]
    fn a_line_of_one_place_or_none_has_no_stretch() {
        assert_eq!(along(vec![]), []);
        assert_eq!(along(vec![(0.5, 0.5), (0.5, 0.5), (f64::NAN, 0.0), (1e308, 0.0)]), []);
        assert!(CellIndex::new(&Coverage::default()).along(&LineString::from(vec![(0.0, 0.0), (179.0, 80.0)])).len() == 1);
    }

    proptest! {
        #[test]
        fn stretches_follow_each_other_and_each_place_of_one_lies_in_its_face(
            places in prop::collection::vec((-2_i32..=24, -2_i32..=12), 2..8), offset in 0.0_f64..0.1,
        ) {
            let cells = cells();
            let line: LineString<f64> = places.iter().map(|&(x, y)| at(f64::from(x) / 8.0 + offset, f64::from(y) / 8.0)).collect();
            let stretches = cells.along(&line);
            for pair in stretches.windows(2) {
                prop_assert!(pair[0].end_km == pair[1].start_km && pair[0].face != pair[1].face);
            }
            for stretch in &stretches {
                for leg in stretch.lines.0.iter().flat_map(LineString::lines) {
                    let middle = leg.start + leg.delta() * 0.5;
                    let is_on_border = |&edge: &u32| is_met(cells.ends(edge), [middle - at(1e-9, 1e-9), middle + at(1e-9, 1e-9)]);
                    let is_near = cells.edges_near([middle, middle]).iter().any(is_on_border);
                    prop_assert!(is_near || cells.face_at(middle) == stretch.face, "{stretch:?}");
                }
            }
        }
    }
}
