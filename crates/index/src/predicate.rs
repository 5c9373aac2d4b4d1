//! Exact answers about places and straight lines.

use geo_types::Coord;
use robust::orient2d;

/// A place by its longitude and latitude, wherever it came from.
#[inline]
pub(crate) fn at(lon: f64, lat: f64) -> Coord<f64> {
    Coord { x: lon, y: lat }
}

/// Positive where `c` lies left of the line from `a` to `b`, negative where right, zero on it; the sign is exact.
#[inline]
pub(crate) fn side(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> f64 {
    let coord = |coord: Coord<f64>| robust::Coord { x: coord.x, y: coord.y };
    orient2d(coord(a), coord(b), coord(c))
}

/// Whether a place lies on the segment from `a` to `b`, its ends included.
pub(crate) fn is_on(a: Coord<f64>, b: Coord<f64>, place: Coord<f64>) -> bool {
    let within = |value: f64, one: f64, other: f64| one.min(other) <= value && value <= one.max(other);
    within(place.x, a.x, b.x) && within(place.y, a.y, b.y) && side(a, b, place) == 0.0
}

/// Whether two segments have a place in common.
pub(crate) fn is_met(one: [Coord<f64>; 2], other: [Coord<f64>; 2]) -> bool {
    let parts = |[from, to]: [Coord<f64>; 2], [a, b]: [Coord<f64>; 2]| (side(from, to, a), side(from, to, b));
    let is_apart = |(a, b): (f64, f64)| a > 0.0 && b > 0.0 || a < 0.0 && b < 0.0;
    let are_boxes_apart = |along: fn(Coord<f64>) -> f64| {
        let [[a, b], [c, d]] = [one, other].map(|ends| ends.map(along));
        a.max(b) < c.min(d) || c.max(d) < a.min(b)
    };
    !are_boxes_apart(|place| place.x) && !are_boxes_apart(|place| place.y) && !is_apart(parts(one, other)) && !is_apart(parts(other, one))
}

/// Whether a place lies in the area that closed rings bound together (holes are rings within rings), or on its edge.
pub(crate) fn is_in<'a>(rings: impl Iterator<Item = &'a [Coord<f64>]>, place: Coord<f64>) -> bool {
    let mut inside = false;
    for edge in rings.flat_map(|ring| ring.windows(2)) {
        let (from, to) = (edge[0], edge[1]);
        if is_on(from, to, place) {
            return true;
        }
        // An edge counts if the parallel crosses it, its lower end included and its upper not, east of the place.
        if (from.y <= place.y) != (to.y <= place.y) && (side(from, to, place) > 0.0) == (to.y > from.y) {
            inside = !inside;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_on_a_segment_is_told_from_one_beside_it() {
        assert!(is_on(at(0.0, 0.0), at(3.0, 1.0), at(3.0, 1.0)));
        assert!(!is_on(at(0.0, 0.0), at(3.0, 1.0), at(1.0, 1.0 / 3.0 + f64::EPSILON)));
        assert!(!is_on(at(0.0, 0.0), at(3.0, 1.0), at(6.0, 2.0)));
    }

    #[test]
    fn segments_that_touch_meet_and_those_in_line_only_where_they_overlap() {
        let line = [at(0.0, 0.0), at(3.0, 1.0)];
        assert!(is_met(line, [at(1.0, 0.0), at(1.0, 5.0)]) && is_met(line, [at(3.0, 1.0), at(9.0, 1.0)]));
        assert!(is_met(line, [at(0.0, 0.0), at(6.0, 2.0)]) && !is_met(line, [at(6.0, 2.0), at(9.0, 3.0)]));
        assert!(!is_met(line, [at(1.0, 1.0 / 3.0 + f64::EPSILON), at(1.0, 5.0)]));
    }

    #[test]
    fn a_hole_is_outside_and_its_edge_inside() {
        let ring = |from: f64, to: f64| vec![at(from, from), at(to, from), at(to, to), at(from, to), at(from, from)];
        let rings = [ring(0.0, 10.0), ring(4.0, 6.0)];
        let is_in = |place| is_in(rings.iter().map(Vec::as_slice), place);
        assert!(is_in(at(1.0, 5.0)) && is_in(at(4.0, 5.0)) && is_in(at(0.0, 0.0)));
        assert!(!is_in(at(5.0, 5.0)) && !is_in(at(11.0, 5.0)) && !is_in(at(-1.0, 10.0)));
    }
}
