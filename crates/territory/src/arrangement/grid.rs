//! Places on a grid of whole numbers, where sides and crossings are exact.
//!
//! Degrees are counted in units of 2⁻³⁰, a tenth of a millimetre on the ground. The unit is a power of two, so a grid place is a
//! `f64` in degrees without rounding, and a place written with seven decimals is found again when it is printed so.

use std::cmp::Ordering;

use marchland_core::LonLat;

/// Units in a degree. Chosen; a larger one leaves less room for the products of [`crossing`], which need 120 bits of 127.
pub(crate) const DEGREE: i64 = 1 << 30;

const UNITS: f64 = DEGREE as f64;

/// Added to coordinates in keys, so that they are positive: more than 180 degrees, and with them below 2⁴⁰.
const KEY_ORIGIN: i64 = 1 << 39;

/// A place in units of 2⁻³⁰ degrees; ordered by longitude, then by latitude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GridPoint {
    pub(crate) x: i64,
    pub(crate) y: i64,
}

impl GridPoint {
    /// The grid place nearest to a place.
    pub(crate) fn nearest(lon_lat: LonLat) -> Self {
        Self { x: (lon_lat.lon() * UNITS).round() as i64, y: (lon_lat.lat() * UNITS).round() as i64 }
    }

    /// Its latitude in degrees, exactly.
    pub(crate) fn lat(self) -> f64 {
        self.y as f64 / UNITS
    }

    /// A number that sorts as the place and then as `tag`, and holds both.
    pub(crate) fn key(self, tag: u32) -> u128 {
        ((self.x + KEY_ORIGIN) as u128) << 72 | ((self.y + KEY_ORIGIN) as u128) << 32 | u128::from(tag)
    }

    /// The place and the tag of a [`GridPoint::key`].
    pub(crate) fn of_key(key: u128) -> (Self, u32) {
        let y = (key >> 32) as i64 & ((1 << 40) - 1);
        (Self { x: (key >> 72) as i64 - KEY_ORIGIN, y: y - KEY_ORIGIN }, key as u32)
    }

    /// The place in degrees, exactly.
    pub(crate) fn lon_lat(self) -> LonLat {
        LonLat::new(self.x as f64 / UNITS, self.y as f64 / UNITS).expect("a grid point lies between places in range, which are whole units")
    }
}

/// Positive where `c` lies left of the line from `a` to `b`, negative where right, zero on it.
pub(crate) fn side(a: GridPoint, b: GridPoint, c: GridPoint) -> i128 {
    let (u, v) = (GridPoint { x: b.x - a.x, y: b.y - a.y }, GridPoint { x: c.x - a.x, y: c.y - a.y });
    // Nearly all that is compared is under two degrees wide, and its products fit the machine's numbers.
    if [u.x, u.y, v.x, v.y].iter().all(|length| length.unsigned_abs() < 1 << 31) {
        return i128::from(u.x * v.y - u.y * v.x);
    }
    i128::from(u.x) * i128::from(v.y) - i128::from(u.y) * i128::from(v.x)
}

/// The grid place nearest to where the open segments `a`–`b` and `c`–`d` cross; none where they do not, or only touch.
pub(crate) fn crossing([a, b]: [GridPoint; 2], [c, d]: [GridPoint; 2]) -> Option<GridPoint> {
    let (from, to) = (side(c, d, a), side(c, d, b));
    if from.signum() * to.signum() >= 0 || side(a, b, c).signum() * side(a, b, d).signum() >= 0 {
        return None;
    }
    let (numerator, denominator) = if from > 0 { (from, from - to) } else { (-from, to - from) };
    let along = |start: i64, end: i64| start + rounded(i128::from(end - start) * numerator, denominator);
    Some(GridPoint { x: along(a.x, b.x), y: along(a.y, b.y) })
}

/// The whole number nearest to a fraction with a positive denominator; a half goes up.
fn rounded(numerator: i128, denominator: i128) -> i64 {
    (2 * numerator + denominator).div_euclid(2 * denominator) as i64
}

/// Whether the segment `a`–`b` enters the unit square round a grid place; of its border, the west and south side count.
pub(crate) fn enters_square([a, b]: [GridPoint; 2], centre: GridPoint) -> bool {
    let within = |value: i64, one: i64, other: i64| one.min(other) <= value && value <= one.max(other);
    if !within(centre.x, a.x, b.x) || !within(centre.y, a.y, b.y) {
        return false;
    }
    // Doubled, with the centre at zero, the corners of the square are whole numbers too.
    let doubled = |point: GridPoint| GridPoint { x: 2 * (point.x - centre.x), y: 2 * (point.y - centre.y) };
    let (a, b) = (doubled(a), doubled(b));
    let south_west = side(a, b, GridPoint { x: -1, y: -1 }).signum();
    let others = [(1, -1), (1, 1), (-1, 1)].map(|(x, y)| side(a, b, GridPoint { x, y }).signum());
    south_west == 0 || others.iter().any(|&other| other == -south_west)
}

/// Twice the area of a ring, positive where it runs counter-clockwise; first and last point may be equal or not.
pub(crate) fn doubled_area(ring: impl IntoIterator<Item = GridPoint>) -> i128 {
    let mut points = ring.into_iter();
    let Some(origin) = points.next() else { return 0 };
    let mut last = origin;
    let mut area = 0;
    for point in points {
        area += side(origin, last, point);
        last = point;
    }
    area
}

/// Compares two directions away from one place by their angle, from due east counter-clockwise.
pub(crate) fn by_angle(origin: GridPoint, a: GridPoint, b: GridPoint) -> Ordering {
    let lower = |point: GridPoint| (point.y, point.x) < (origin.y, origin.x);
    lower(a).cmp(&lower(b)).then_with(|| 0.cmp(&side(origin, a, b)))
}

/// The different places in order, and the position among them of each that is given.
pub(crate) fn numbered(places: impl Iterator<Item = GridPoint>) -> (Vec<GridPoint>, Vec<u32>) {
    let mut keys: Vec<u128> = places.zip(0..).map(|(place, position)| place.key(position)).collect();
    keys.sort_unstable();
    let mut different = Vec::with_capacity(keys.len() / 4);
    let mut numbers = vec![0; keys.len()];
    for key in keys {
        let (place, position) = GridPoint::of_key(key);
        if different.last() != Some(&place) {
            different.push(place);
        }
        numbers[position as usize] = different.len() as u32 - 1;
    }
    (different, numbers)
}

/// The numbers below `count` by the group each is in: where each group starts, and the members group by group, in order.
pub(crate) fn grouped(count: usize, groups: usize, group: impl Fn(usize) -> usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0; groups + 2];
    for member in 0..count {
        starts[group(member) + 2] += 1;
    }
    for place in 2..starts.len() {
        starts[place] += starts[place - 1];
    }
    let mut members = vec![0; count];
    for member in 0..count {
        let free: &mut u32 = &mut starts[group(member) + 1];
        members[*free as usize] = member as u32;
        *free += 1;
    }
    starts.pop();
    (starts, members)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(x: i64, y: i64) -> GridPoint {
        GridPoint { x, y }
    }

    #[test]
    fn seven_decimals_come_back_from_the_grid() {
        for (lon, lat) in [(68.868_123_4, 36.729_000_1), (-179.999_999_9, -89.999_999_9), (0.000_000_1, 0.0)] {
            let there = GridPoint::nearest(LonLat::new(lon, lat).unwrap()).lon_lat();
            assert_eq!(format!("{:.7} {:.7}", there.lon(), there.lat()), format!("{lon:.7} {lat:.7}"));
        }
    }

    #[test]
    fn keys_sort_as_places_and_give_them_back() {
        let far = 180 * (1 << 30);
        let places = [at(-far, far), at(-1, -5), at(-1, 5), at(0, -far), at(far, 0)];
        let keys = places.map(|place| place.key(7));
        assert!(keys.is_sorted());
        assert_eq!(keys.map(|key| GridPoint::of_key(key).0), places);
        assert_eq!(GridPoint::of_key(places[0].key(u32::MAX)), (places[0], u32::MAX));
        assert!(places[0].key(1) < places[0].key(2));
    }

    #[test]
    fn crossings_are_rounded_to_the_nearest_place() {
        assert_eq!(crossing([at(0, 0), at(10, 10)], [at(0, 10), at(10, 0)]), Some(at(5, 5)));
        assert_eq!(crossing([at(0, 0), at(3, 1)], [at(1, 1), at(1, -1)]), Some(at(1, 0)));
        assert_eq!(crossing([at(0, 0), at(10, 0)], [at(5, 0), at(5, 5)]), None, "touching is no crossing");
    }

    #[test]
    fn the_largest_coordinates_do_not_overflow() {
        let far = 180 * (1 << 30);
        assert_eq!(crossing([at(-far, -far), at(far, far)], [at(-far, far), at(far, -far)]), Some(at(0, 0)));
    }

    #[test]
    fn a_line_through_a_square_enters_it_and_one_past_its_north_east_corner_does_not() {
        assert!(enters_square([at(-3, -1), at(3, 1)], at(0, 0)));
        assert!(!enters_square([at(0, 1), at(1, 0)], at(0, 0)), "the north-east corner belongs to the next square");
        assert!(enters_square([at(0, -1), at(-1, 0)], at(0, 0)), "the south-west corner is its own");
        assert!(!enters_square([at(-5, -5), at(-1, -1)], at(0, 0)));
    }

    #[test]
    fn directions_go_round_from_the_east() {
        let mut round = [at(1, -1), at(-1, -1), at(-1, 0), at(-1, 1), at(0, 5), at(1, 1), at(7, 0)];
        round.sort_by(|&a, &b| by_angle(at(0, 0), a, b));
        assert_eq!(round, [at(7, 0), at(1, 1), at(0, 5), at(-1, 1), at(-1, 0), at(-1, -1), at(1, -1)]);
    }
}
