//! Which points of the plane are near, however unevenly they lie: a tree of halves (Bentley 1975).
//!
//! The points themselves are the tree: the middle one of a slice parts those west of it from those east of it, in the halves south
//! from north, and so on.

use marchland_core::Metres;

use crate::tessellate::generators::Generator;

/// Points in the order of the tree.
pub(super) struct Points(Vec<Generator>);

impl Points {
    pub(super) fn new(mut points: Vec<Generator>) -> Self {
        halve(&mut points, Axis::X);
        Self(points)
    }

    /// The square of the distance to the nearest point of those asked for, if one is that near, and its place; of equally near ones the first place.
    pub(super) fn nearest(&self, at: Metres, within_m2: f64, asked: impl Fn(u32) -> bool) -> Option<(f64, u32)> {
        let mut best = None;
        let mut limit_m2 = within_m2;
        search(&self.0, Axis::X, at, &mut limit_m2, &mut |generator, away_m2, limit_m2| {
            if asked(generator.place) && best.is_none_or(|known| (away_m2, generator.place) < known) {
                best = Some((away_m2, generator.place));
                *limit_m2 = away_m2;
            }
        });
        best
    }

    /// The place of every point within a distance, and the square of the distance.
    pub(super) fn within(&self, at: Metres, radius_m: f64, found: &mut Vec<(u32, f64)>) {
        search(&self.0, Axis::X, at, &mut (radius_m * radius_m), &mut |generator, away_m2, _| found.push((generator.place, away_m2)));
    }
}

#[derive(Clone, Copy)]
enum Axis {
    X,
    Y,
}

impl Axis {
    fn of(self, metres: Metres) -> f64 {
        match self {
            Self::X => metres.x,
            Self::Y => metres.y,
        }
    }

    fn other(self) -> Self {
        match self {
            Self::X => Self::Y,
            Self::Y => Self::X,
        }
    }
}

fn halve(points: &mut [Generator], axis: Axis) {
    if points.len() < 2 {
        return;
    }
    let middle = points.len() / 2;
    let (before, _, after) = points.select_nth_unstable_by(middle, |one, other| {
        axis.of(one.metres).total_cmp(&axis.of(other.metres)).then(one.place.cmp(&other.place))
    });
    halve(before, axis.other());
    halve(after, axis.other());
}

/// Shows every point within a limit, and the square of its distance, near halves first; `show` may narrow the limit.
fn search(points: &[Generator], axis: Axis, at: Metres, limit_m2: &mut f64, show: &mut impl FnMut(&Generator, f64, &mut f64)) {
    let Some(middle) = points.get(points.len() / 2) else { return };
    let (before, after) = (&points[..points.len() / 2], &points[points.len() / 2 + 1..]);
    let (east, north) = (at.x - middle.metres.x, at.y - middle.metres.y);
    let away_m2 = east * east + north * north;
    if away_m2 <= *limit_m2 {
        show(middle, away_m2, limit_m2);
    }
    let beyond = axis.of(at) - axis.of(middle.metres);
    let (near, far) = if beyond < 0.0 { (before, after) } else { (after, before) };
    search(near, axis.other(), at, limit_m2, show);
    if beyond * beyond <= *limit_m2 {
        search(far, axis.other(), at, limit_m2, show);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn generators(places: &[(i32, i32, u32)]) -> Vec<Generator> {
        places.iter().map(|&(x, y, place)| Generator { metres: Metres { x: f64::from(x), y: f64::from(y) }, place }).collect()
    }

    proptest! {
        #[test]
        fn what_is_near_is_what_brute_force_finds(places in prop::collection::vec((0..30, 0..30, 0_u32..9), 0..60), x in -5..35, y in -5..35, radius in 0..20) {
            let all = generators(&places);
            let tree = Points::new(all.clone());
            let at = Metres { x: f64::from(x), y: f64::from(y) };
            let away = |generator: &Generator| (generator.metres.x - at.x).powi(2) + (generator.metres.y - at.y).powi(2);
            let limit = f64::from(radius * radius);
            let mut expected: Vec<_> = all.iter().map(|generator| (generator.place, away(generator))).filter(|near| near.1 <= limit).collect();
            let mut found = Vec::new();
            tree.within(at, f64::from(radius), &mut found);
            for list in [&mut expected, &mut found] {
                list.sort_by(|one, other| one.partial_cmp(other).unwrap());
            }
            prop_assert_eq!(&found, &expected);
            let odd = |place: u32| place % 2 == 1;
            let nearest = expected.iter().filter(|near| odd(near.0)).map(|&(place, away)| (away, place)).min_by(|one, other| one.partial_cmp(other).unwrap());
            prop_assert_eq!(tree.nearest(at, limit, odd), nearest);
        }
    }
}
