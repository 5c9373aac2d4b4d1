//! Faces joined to polygons by leaving out the arcs between them.
//!
//! What is left of the arcs has the polygons' ground on one side, and is stitched into rings: no polygon is ever cut or united, so
//! there are no slivers and neighbours keep their common vertices. The idea is TopoJSON's `merge`.
//!
//! Rings touch themselves nowhere: where ground meets itself at a single vertex, it becomes two rings that share it, as OGC
//! simple features ask.

use std::collections::HashMap;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use marchland_core::{Coverage, FaceIndex};
use robust::orient2d;

/// Joins faces part by part: `part_of` names the part of each face, in the coverage's order, or none to leave it out.
///
/// Gives one geometry for each part from 0 to the highest named, empty where no face has it. Outer rings run counter-clockwise,
/// holes clockwise (RFC 7946); polygons stand in the order of the coverage's arcs. Faces beyond the end of `part_of` are left
/// out. Costs in proportion to the arcs.
#[must_use]
pub fn dissolve(coverage: &Coverage, part_of: &[Option<usize>]) -> Vec<MultiPolygon<f64>> {
    let part = |face: Option<FaceIndex>| face.and_then(|face| part_of.get(face.0 as usize).copied().flatten());
    let parts = part_of.iter().flatten().max().map_or(0, |&last| last + 1);
    let mut rims: Vec<Vec<Stretch<'_>>> = vec![Vec::new(); parts];
    for arc in coverage.arcs() {
        let (left, right) = (part(arc.left), part(arc.right));
        if left == right {
            continue;
        }
        if let Some(left) = left {
            rims[left].push(Stretch { vertices: arc.vertices, reversed: false });
        }
        if let Some(right) = right {
            rims[right].push(Stretch { vertices: arc.vertices, reversed: true });
        }
    }
    let coords: Vec<Coord<f64>> = coverage.vertices().iter().map(|place| Coord { x: place.lon(), y: place.lat() }).collect();
    rims.into_iter().map(|rim| nested(rings(&coords, &rim))).collect()
}

/// The ground of some faces together; the ground of all is the boundary.
///
/// ```
/// use marchland_core::{CoverageBuilder, Face, Ground, LonLat};
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)].map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap()));
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 6_154.9 });
/// builder.arc(&[corners[0], corners[1], corners[2], corners[0]], Some(face), None).unwrap();
/// assert_eq!(marchland_territory::polygons(&builder.finish(), &[face]).0[0].exterior().0.len(), 4);
/// ```
#[must_use]
pub fn polygons(coverage: &Coverage, faces: &[FaceIndex]) -> MultiPolygon<f64> {
    let mut part_of = vec![None; coverage.faces().len()];
    for face in faces {
        if let Some(part) = part_of.get_mut(face.0 as usize) {
            *part = Some(0);
        }
    }
    dissolve(coverage, &part_of).pop().unwrap_or_else(|| MultiPolygon::new(Vec::new()))
}

/// An arc with the part's ground on its left.
#[derive(Clone, Copy)]
struct Stretch<'a> {
    vertices: &'a [u32],
    reversed: bool,
}

impl Stretch<'_> {
    fn vertex(&self, position: usize) -> u32 {
        self.vertices[if self.reversed { self.vertices.len() - 1 - position } else { position }]
    }

    fn start(&self) -> u32 {
        self.vertex(0)
    }

    fn end(&self) -> u32 {
        self.vertex(self.vertices.len() - 1)
    }
}

/// The closed rings of a part, none of which meets itself.
fn rings(coords: &[Coord<f64>], rim: &[Stretch<'_>]) -> Vec<LineString<f64>> {
    let mut leaving: Vec<(u32, usize)> = rim.iter().enumerate().map(|(position, stretch)| (stretch.start(), position)).collect();
    leaving.sort_unstable();
    let mut taken = vec![false; rim.len()];
    let mut rings = Vec::new();
    for start in 0..rim.len() {
        let mut walk = Walk::default();
        let mut here = start;
        while !taken[here] {
            taken[here] = true;
            rings.extend(walk.step(rim, here).map(|ring| line(coords, rim, &ring)));
            let Some(next) = next(coords, rim, &leaving, here) else { break };
            here = next;
        }
    }
    rings
}

/// A walk along stretches from which rings are taken off as soon as they close.
#[derive(Default)]
struct Walk {
    stretches: Vec<usize>,
    position_of_start: HashMap<u32, usize>,
}

impl Walk {
    fn step(&mut self, rim: &[Stretch<'_>], stretch: usize) -> Option<Vec<usize>> {
        self.position_of_start.insert(rim[stretch].start(), self.stretches.len());
        self.stretches.push(stretch);
        let closes_at = *self.position_of_start.get(&rim[stretch].end())?;
        let ring = self.stretches.split_off(closes_at);
        for &stretch in &ring {
            self.position_of_start.remove(&rim[stretch].start());
        }
        Some(ring)
    }
}

fn line(coords: &[Coord<f64>], rim: &[Stretch<'_>], ring: &[usize]) -> LineString<f64> {
    let first = std::iter::once(rim[ring[0]].start());
    let others = ring.iter().flat_map(|&stretch| (1..rim[stretch].vertices.len()).map(move |position| rim[stretch].vertex(position)));
    first.chain(others).map(|vertex| coords[vertex as usize]).collect()
}

/// The stretch that goes on along the same ground: of those leaving the end, the first clockwise from the way we came.
fn next(coords: &[Coord<f64>], rim: &[Stretch<'_>], leaving: &[(u32, usize)], here: usize) -> Option<usize> {
    let node = rim[here].end();
    let from = leaving.partition_point(|&(start, _)| start < node);
    let candidates = leaving[from..].iter().take_while(|&&(start, _)| start == node).map(|&(_, stretch)| stretch);
    let at = coords[node as usize];
    let back = coords[rim[here].vertex(rim[here].vertices.len() - 2) as usize];
    let ahead = |stretch: usize| coords[rim[stretch].vertex(1) as usize];
    candidates.reduce(|best, other| if is_before(at, back, ahead(other), ahead(best)) { other } else { best })
}

/// Whether going clockwise round `at` from the direction of `back`, `one` is met before `other`.
fn is_before(at: Coord<f64>, back: Coord<f64>, one: Coord<f64>, other: Coord<f64>) -> bool {
    let half = |ahead: Coord<f64>| {
        let turn = side(at, back, ahead);
        if turn < 0.0 { 0 } else { 1 + u8::from(turn > 0.0) }
    };
    half(one) < half(other) || half(one) == half(other) && side(at, other, one) > 0.0
}

/// Positive where `c` lies left of the line from `a` to `b`; its sign is exact.
fn side(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> f64 {
    let coord = |coord: Coord<f64>| robust::Coord { x: coord.x, y: coord.y };
    orient2d(coord(a), coord(b), coord(c))
}

/// Rings as polygons: each clockwise ring is a hole of the smallest counter-clockwise one round it.
fn nested(rings: Vec<LineString<f64>>) -> MultiPolygon<f64> {
    let (shells, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(is_counter_clockwise);
    let shells: Vec<Shell> = shells.into_iter().map(Shell::new).collect();
    let mut holes_of: Vec<Vec<LineString<f64>>> = vec![Vec::new(); shells.len()];
    for hole in holes {
        let around = shells.iter().enumerate().filter(|(_, shell)| shells.len() == 1 || shell.contains(&hole));
        if let Some((position, _)) = around.min_by(|one, other| one.1.size.total_cmp(&other.1.size)) {
            holes_of[position].push(hole);
        }
    }
    shells.into_iter().zip(holes_of).map(|(shell, holes)| Polygon::new(shell.ring, holes)).collect()
}

/// Whether a ring that does not meet itself runs counter-clockwise: it turns so at its westernmost, then southernmost vertex.
fn is_counter_clockwise(ring: &LineString<f64>) -> bool {
    let open = &ring.0[..ring.0.len() - 1];
    let rank = |coord: &Coord<f64>| (coord.x, coord.y);
    let lowest = (0..open.len()).reduce(|best, other| if rank(&open[other]) < rank(&open[best]) { other } else { best });
    lowest.is_some_and(|lowest| {
        let (before, after) = (open[(lowest + open.len() - 1) % open.len()], open[(lowest + 1) % open.len()]);
        side(before, open[lowest], after) > 0.0
    })
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

#[cfg(test)]
mod tests {
    use geo::Validation;
    use marchland_core::{CoverageBuilder, Face, Ground, LonLat};

    use super::*;

    /// A coverage of unit squares; each text line is a row from north to south, each letter a face.
    fn squares(rows: &[&str]) -> (Coverage, Vec<char>) {
        let (height, width) = (rows.len() as i32, rows[0].len() as i32);
        let mut names: Vec<char> = rows.iter().flat_map(|row| row.chars()).filter(|&name| name != '.').collect();
        names.sort_unstable();
        names.dedup();
        let mut builder = CoverageBuilder::new();
        for y in 0..=height {
            for x in 0..=width {
                builder.vertex(LonLat::new(f64::from(x), f64::from(y)).unwrap());
            }
        }
        let faces: Vec<_> = names.iter().map(|_| builder.face(Face { ground: Ground::BeyondReach, area_km2: 1.0 })).collect();
        let face = |x: i32, y: i32| {
            let row = rows.get(usize::try_from(height - 1 - y).ok()?)?;
            let name = row.chars().nth(usize::try_from(x).ok()?)?;
            names.binary_search(&name).ok().map(|position| faces[position])
        };
        let vertex = |x: i32, y: i32| (y * (width + 1) + x) as u32;
        for y in 0..=height {
            for x in 0..=width {
                // Arcs with equal sides part nothing and are refused.
                let _ = builder.arc(&[vertex(x, y), vertex(x + 1, y)], face(x, y), face(x, y - 1)).is_ok();
                let _ = y < height && builder.arc(&[vertex(x, y), vertex(x, y + 1)], face(x - 1, y), face(x, y)).is_ok();
            }
        }
        (builder.finish(), names)
    }

    fn dissolved(rows: &[&str], wanted: &str) -> MultiPolygon<f64> {
        let (coverage, names) = squares(rows);
        let faces: Vec<_> = (0..).zip(&names).filter(|(_, name)| wanted.contains(**name)).map(|(face, _)| FaceIndex(face)).collect();
        let polygons = polygons(&coverage, &faces);
        assert!(polygons.is_valid(), "{:?}", polygons.validation_errors());
        polygons
    }

    fn shape(polygons: &MultiPolygon<f64>) -> Vec<(usize, usize)> {
        polygons.iter().map(|polygon| (polygon.exterior().0.len() - 1, polygon.interiors().len())).collect()
    }

    #[test]
    fn the_arc_between_joined_faces_is_gone() {
        assert_eq!(shape(&dissolved(&["ab"], "ab")), [(6, 0)]);
        assert_eq!(shape(&dissolved(&["ab"], "a")), [(4, 0)]);
    }

    #[test]
    fn a_face_round_another_has_a_hole_and_the_hole_runs_clockwise() {
        let ring = dissolved(&["aaa", "aba", "aaa"], "a");
        assert_eq!(shape(&ring), [(12, 1)]);
        assert!(!is_counter_clockwise(&ring.0[0].interiors()[0]) && is_counter_clockwise(ring.0[0].exterior()));
    }

    #[test]
    fn squares_that_meet_at_a_corner_are_two_polygons() {
        assert_eq!(shape(&dissolved(&["ab", "ba"], "a")), [(4, 0), (4, 0)]);
    }

    /// ```text
    /// aaa
    /// aba      the middle b touches the corner b, and with it the outer ring of a
    /// aab
    /// ```
    #[test]
    fn a_hole_that_touches_the_outer_ring_at_a_corner_is_a_hole() {
        assert_eq!(shape(&dissolved(&["aaa", "aba", "aab"], "a")), [(12, 1)]);
        assert_eq!(shape(&dissolved(&["aaa", "aba", "aab"], "b")), [(4, 0), (4, 0)]);
    }

    /// ```text
    /// abc
    /// bab      the middle a meets the corner ones at its four corners
    /// cba
    /// ```
    #[test]
    fn a_square_that_meets_others_at_all_its_corners_is_its_own_polygon() {
        assert_eq!(shape(&dissolved(&["aba", "bab", "aba"], "a")), [(4, 0); 5]);
        assert_eq!(shape(&dissolved(&["aba", "bab", "aba"], "b")), [(4, 0); 4]);
    }

    #[test]
    fn an_island_in_a_lake_on_an_island_nests() {
        let rows = ["aaaaa", "abbba", "abcba", "abbba", "aaaaa"];
        assert_eq!(shape(&dissolved(&rows, "ac")), [(20, 1), (4, 0)]);
        assert_eq!(shape(&dissolved(&rows, "abc")), [(20, 0)]);
    }

    #[test]
    fn no_face_gives_no_ground() {
        assert_eq!(dissolved(&["ab"], ""), MultiPolygon::new(vec![]));
        assert_eq!(polygons(&Coverage::default(), &[FaceIndex(3)]), MultiPolygon::new(vec![]));
    }
}
