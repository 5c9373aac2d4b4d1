//! Which way rings run, and which lies in which.

use geo_types::{Coord, LineString};
use robust::orient2d;

/// Positive where `c` lies left of the line from `a` to `b`; its sign is exact.
pub(crate) fn side(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> f64 {
    let coord = |coord: Coord<f64>| robust::Coord { x: coord.x, y: coord.y };
    orient2d(coord(a), coord(b), coord(c))
}

/// Whether one place lies west of another, or straight south of it.
pub(crate) fn is_lower(one: Coord<f64>, other: Coord<f64>) -> bool {
    (one.x, one.y) < (other.x, other.y)
}

/// Whether a ring that does not meet itself runs counter-clockwise: it turns so at its westernmost, then southernmost vertex.
pub(crate) fn is_counter_clockwise(ring: &LineString<f64>) -> bool {
    let open = &ring.0[..ring.0.len().saturating_sub(1)];
    let lowest = (0..open.len()).reduce(|best, other| if is_lower(open[other], open[best]) { other } else { best });
    lowest.is_some_and(|lowest| {
        let (before, after) = (open[(lowest + open.len() - 1) % open.len()], open[(lowest + 1) % open.len()]);
        side(before, open[lowest], after) > 0.0
    })
}

/// For each hole the smallest shell round it; none where it lies in none.
///
/// A shell may touch itself and run along holes of its own, and no hole may cross one. Costs in proportion to the shells' and holes'
/// vertices, times the shells that share a strip of longitudes with a hole.
pub(crate) fn shells_round(shells: Vec<LineString<f64>>, holes: &[LineString<f64>]) -> Vec<Option<usize>> {
    let shells: Vec<Shell> = shells.into_iter().map(Shell::new).collect();
    let strips = Strips::new(&shells);
    let shell_round = |hole: &LineString<f64>| {
        let candidates = strips.at(hole.0.first()?.x).iter().map(|&shell| shell as usize);
        let around = candidates.filter(|&shell| shells[shell].contains(hole));
        around.min_by(|&one, &other| shells[one].size.total_cmp(&shells[other].size))
    };
    holes.iter().map(shell_round).collect()
}

/// An outer ring, its box, and the box's area.
struct Shell {
    ring: LineString<f64>,
    low: Coord<f64>,
    high: Coord<f64>,
    size: f64,
}

impl Shell {
    fn new(ring: LineString<f64>) -> Self {
        let mut low = Coord { x: f64::INFINITY, y: f64::INFINITY };
        let mut high = Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY };
        for coord in &ring.0 {
            low = Coord { x: low.x.min(coord.x), y: low.y.min(coord.y) };
            high = Coord { x: high.x.max(coord.x), y: high.y.max(coord.y) };
        }
        Self { ring, low, high, size: (high.x - low.x) * (high.y - low.y) }
    }

    /// Whether a ring that does not cross this one lies in it: its first vertex that is not on this one decides.
    fn contains(&self, hole: &LineString<f64>) -> bool {
        let within = |coord: &Coord<f64>| (self.low.x..=self.high.x).contains(&coord.x) && (self.low.y..=self.high.y).contains(&coord.y);
        hole.0.iter().all(within) && hole.0.iter().find_map(|&coord| self.is_inside(coord)).unwrap_or(true)
    }

    /// Whether a place lies inside the ring; none on it.
    fn is_inside(&self, at: Coord<f64>) -> Option<bool> {
        let mut inside = false;
        for edge in self.ring.lines() {
            let (from, to) = (edge.start, edge.end);
            let turn = side(from, to, at);
            let on_its_box = (from.x.min(to.x)..=from.x.max(to.x)).contains(&at.x) && (from.y.min(to.y)..=from.y.max(to.y)).contains(&at.y);
            if turn == 0.0 && on_its_box {
                return None;
            }
            if (from.y <= at.y) != (to.y <= at.y) && (turn > 0.0) == (to.y > from.y) {
                inside = !inside;
            }
        }
        Some(inside)
    }
}

/// Shells by the strips of longitude their boxes cross; as many strips as shells.
struct Strips {
    west: f64,
    width: f64,
    shells: Vec<Vec<u32>>,
}

impl Strips {
    fn new(shells: &[Shell]) -> Self {
        let west = shells.iter().map(|shell| shell.low.x).fold(f64::INFINITY, f64::min);
        let east = shells.iter().map(|shell| shell.high.x).fold(f64::NEG_INFINITY, f64::max);
        let mut strips = Self { west, width: (east - west) / shells.len() as f64, shells: vec![Vec::new(); shells.len().max(1)] };
        for (index, shell) in (0..).zip(shells) {
            let (from, to) = (strips.strip(shell.low.x), strips.strip(shell.high.x));
            for strip in &mut strips.shells[from..=to] {
                strip.push(index);
            }
        }
        strips
    }

    fn strip(&self, x: f64) -> usize {
        // What lies west of all strips goes into the first, what lies east into the last: the cast keeps a float within range.
        (((x - self.west) / self.width) as usize).min(self.shells.len() - 1)
    }

    fn at(&self, x: f64) -> &[u32] {
        &self.shells[self.strip(x)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, size: f64) -> LineString<f64> {
        LineString::from(vec![(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)])
    }

    #[test]
    fn a_ring_turns_left_at_its_westernmost_vertex_or_runs_clockwise() {
        let mut ring = square(0.0, 0.0, 1.0);
        assert!(is_counter_clockwise(&ring));
        ring.0.reverse();
        assert!(!is_counter_clockwise(&ring));
        assert!(!is_counter_clockwise(&LineString::new(vec![])));
    }

    /// ```text
    /// ┌─────────┐  ┌───┐
    /// │ ┌───┐   │  │   │      the inner square lies in two, the small one is round it
    /// │ │ h │   │  └───┘
    /// │ └───┘   │
    /// └─────────┘
    /// ```
    #[test]
    fn a_hole_lies_in_the_smallest_ring_round_it() {
        let shells = vec![square(0.0, 0.0, 9.0), square(1.0, 1.0, 5.0), square(20.0, 0.0, 2.0)];
        let holes = [square(2.0, 2.0, 1.0), square(7.0, 7.0, 1.0), square(30.0, 0.0, 1.0), square(20.5, 0.5, 1.0)];
        assert_eq!(shells_round(shells, &holes), [Some(1), Some(0), None, Some(2)]);
        assert_eq!(shells_round(vec![], &holes[..1]), [None]);
    }
}
