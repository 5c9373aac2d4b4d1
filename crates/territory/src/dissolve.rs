//! Faces joined to polygons by leaving out the arcs between them, as often as one likes.
//!
//! What is left of the arcs has the polygons' ground on one side, and is stitched into rings: no polygon is ever cut or united, so
//! there are no slivers and neighbours keep their common vertices. The idea is TopoJSON's `merge`; what is new is that it goes on from
//! one labelling to the next. When faces change hands, only the walks that pass one of their vertices are walked again, and only
//! polygons with a new ring are made again; all others are handed out once more. Holes find their rings by the ways west of
//! [`Topology`].
//!
//! Rings touch themselves nowhere: where ground meets itself at a single vertex, it becomes two rings that share it, as OGC
//! simple features ask.

use std::sync;

use geo_types::{LineString, MultiPolygon, Polygon};
use marchland_core::{Coverage, FaceIndex};

use crate::ring::is_counter_clockwise;
use crate::topology::{NONE, Stitcher, Topology, walk_round};

/// Joins faces part by part: `part_of` names the part of each face, in the coverage's order, or none to leave it out.
///
/// Gives one geometry for each part from 0 to the highest named, empty where no face has it. Outer rings run counter-clockwise,
/// holes clockwise (RFC 7946); polygons stand in the order of the coverage's arcs. Faces beyond the end of `part_of` are left
/// out. Costs in proportion to the arcs; to dissolve one coverage several times, keep a [`Dissolver`].
#[must_use]
pub fn dissolve(coverage: &Coverage, part_of: &[Option<usize>]) -> Vec<MultiPolygon<f64>> {
    let topology = Topology::new(coverage);
    let mut dissolver = Dissolver::new(&topology);
    for (face, part) in (0..coverage.faces().len() as u32).zip(part_of) {
        dissolver.assign(FaceIndex(face), *part);
    }
    dissolver.into_polygons(part_of.iter().flatten().max().map_or(0, |&last| last + 1))
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

/// The label of the outside, and of faces that are left out.
const OUTSIDE: u32 = u32::MAX;
const LEFT_OUT: u32 = u32::MAX - 1;

/// The parts of a coverage, kept from one division to the next.
///
/// Faces start left out. Name each one's part with [`assign`](Self::assign), read the ground with [`parts`](Self::parts), and assign
/// again what has changed: the cost of a change is that of the rings that run past the changed faces, and polygons that are as they were
/// are shared and not made again. The result is always that of [`dissolve`] with the same parts.
///
/// ```
/// use marchland_core::{CoverageBuilder, Face, FaceIndex, Ground, LonLat};
/// use marchland_territory::{Dissolver, Topology};
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)].map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap()));
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 6_154.9 });
/// builder.arc(&[corners[0], corners[1], corners[2], corners[0]], Some(face), None).unwrap();
/// let (coverage, mut lengths) = (builder.finish(), Vec::new());
/// let topology = Topology::new(&coverage);
/// let mut dissolver = Dissolver::new(&topology);
/// for part in [Some(1), Some(0), None] {
///     dissolver.assign(face, part);
///     lengths.push(dissolver.parts().iter().map(Vec::len).collect::<Vec<_>>());
/// }
/// assert_eq!(lengths, [vec![0, 1], vec![1], vec![]]);
/// ```
pub struct Dissolver<'t> {
    topology: &'t Topology<'t>,
    stitcher: Stitcher<'t>,
    sides: Vec<Side>,
    walks: Vec<Option<Walk>>,
    free: Vec<u32>,
    /// Faces that changed since the walks were walked; none before the first time.
    changed: Option<Vec<FaceIndex>>,
    /// How many walks have been walked.
    walked: u64,
    /// What was last asked for.
    parts: Vec<Vec<sync::Arc<Polygon<f64>>>>,
}

/// What is known of a half-arc.
#[derive(Clone, Copy)]
struct Side {
    /// The part on its left.
    label: u32,
    /// Its walk, if it has other ground on its right.
    walk: u32,
    /// The half-arc after it on its walk; [`NONE`] where that is to be found out.
    next: u32,
}

/// A closed walk along half-arcs with one part's ground on the left.
struct Walk {
    /// Tells it from every other walk there was.
    number: u64,
    /// From the lowest on.
    halves: Vec<u32>,
    label: u32,
    /// The rim of ground; none where the walk is only holes of ground that lies round it.
    shell: Option<LineString<f64>>,
    holes: Vec<LineString<f64>>,
    /// Where it is only holes, the patch west of it, which is its ground.
    west: u32,
    /// The polygon last made of the shell, and the walks whose holes it has.
    polygon: Option<(Vec<u64>, sync::Arc<Polygon<f64>>)>,
}

impl<'t> Dissolver<'t> {
    /// A dissolver in which every face is left out.
    #[must_use]
    pub fn new(topology: &'t Topology<'_>) -> Self {
        let label = |half| if topology.is_outside(half) { OUTSIDE } else { LEFT_OUT };
        let sides = (0..topology.halves()).map(|half| Side { label: label(half), walk: NONE, next: NONE }).collect();
        let stitcher = Stitcher::new(topology);
        Self { topology, stitcher, sides, walks: Vec::new(), free: Vec::new(), changed: None, walked: 0, parts: Vec::new() }
    }

    /// Puts a face that the coverage has into a part, or leaves it out. Parts are numbered from 0; there is a list for each up to the highest.
    pub fn assign(&mut self, face: FaceIndex, part: Option<usize>) {
        let label = part.map_or(LEFT_OUT, |part| part as u32);
        let halves = self.topology.halves_of(face);
        if halves.first().is_none_or(|&half| self.label(half) == label) {
            return;
        }
        for &half in halves {
            self.sides[half as usize].label = label;
        }
        if let Some(changed) = &mut self.changed {
            changed.push(face);
        }
    }

    /// The ground of each part: its polygons in the order of the coverage's arcs. Costs nothing where nothing was assigned anew.
    pub fn parts(&mut self) -> &[Vec<sync::Arc<Polygon<f64>>>] {
        if self.changed.as_ref().is_some_and(Vec::is_empty) {
            return &self.parts;
        }
        let loose = self.loosen();
        for half in loose {
            if self.sides[half as usize].walk == NONE && self.is_rim(half) {
                self.walk(half);
            }
        }
        self.make_polygons();
        self.parts = self.collect();
        &self.parts
    }

    /// The ground of so many parts, of which nothing is copied that no one else shares.
    pub(crate) fn into_polygons(mut self, count: usize) -> Vec<MultiPolygon<f64>> {
        self.parts();
        let mut parts = std::mem::take(&mut self.parts);
        drop(self);
        parts.resize_with(count, Vec::new);
        parts.into_iter().map(|polygons| polygons.into_iter().map(sync::Arc::unwrap_or_clone).collect()).collect()
    }

    /// Takes up the walks that pass changed faces, and gives the half-arcs that may belong to new ones.
    fn loosen(&mut self) -> Vec<u32> {
        let Some(changed) = self.changed.replace(Vec::new()) else { return (0..self.topology.halves()).collect() };
        let mut loose = Vec::new();
        for face in changed {
            for &half in self.topology.halves_of(face) {
                loose.extend([half, half ^ 1]);
                for leaving in walk_round(half, |half| self.topology.clockwise(half)) {
                    self.take_up(leaving, &mut loose);
                    self.take_up(leaving ^ 1, &mut loose);
                    self.sides[leaving as usize ^ 1].next = NONE;
                }
            }
        }
        loose
    }

    fn take_up(&mut self, half: u32, loose: &mut Vec<u32>) {
        let number = self.sides[half as usize].walk;
        let Some(walk) = self.walks.get_mut(number as usize).and_then(Option::take) else { return };
        for &half in &walk.halves {
            self.sides[half as usize].walk = NONE;
        }
        loose.extend(walk.halves);
        self.free.push(number);
    }

    fn label(&self, half: u32) -> u32 {
        self.sides[half as usize].label
    }

    fn is_rim(&self, half: u32) -> bool {
        self.label(half) != self.label(half ^ 1)
    }

    /// The half-arc that goes on along the same ground: the first with other ground beyond it, clockwise from the way we came.
    fn next(&self, half: u32) -> u32 {
        let mut next = self.topology.clockwise(half ^ 1);
        while !self.is_rim(next) {
            next = self.topology.clockwise(next);
        }
        next
    }

    /// The half-arcs from one on until the walk comes round, each marked as the walk's.
    fn round(&mut self, start: u32, place: u32) -> Vec<u32> {
        let mut halves = Vec::new();
        let mut half = start;
        loop {
            halves.push(half);
            let known = self.sides[half as usize].next;
            let next = if known == NONE { self.next(half) } else { known };
            let side = &mut self.sides[half as usize];
            (side.walk, side.next) = (place, next);
            if next == start {
                return halves;
            }
            half = next;
        }
    }

    fn walk(&mut self, start: u32) {
        let place = self.free.pop().unwrap_or(self.walks.len() as u32);
        let mut halves = self.round(start, place);
        let lowest = (0..halves.len()).min_by_key(|&position| halves[position]).unwrap_or(0);
        halves.rotate_left(lowest);
        self.walked += 1;
        let mut walk =
            Walk { number: self.walked, label: self.label(start), halves, shell: None, holes: Vec::new(), west: NONE, polygon: None };
        if walk.label < LEFT_OUT {
            for ring in self.stitcher.rings(&walk.halves) {
                if is_counter_clockwise(&ring) { walk.shell = Some(ring) } else { walk.holes.push(ring) }
            }
            if walk.shell.is_none() {
                walk.west = self.topology.west_of(&walk.halves);
            }
        }
        match self.walks.get_mut(place as usize) {
            Some(free) => *free = Some(walk),
            None => self.walks.push(Some(walk)),
        }
    }

    /// Brings every shell's polygon up to date.
    fn make_polygons(&mut self) {
        let mut holed: Vec<(u32, u32, u32)> = Vec::new();
        for (place, walk) in (0..).zip(&self.walks) {
            let Some(walk) = walk else { continue };
            let shell = if walk.shell.is_some() { Some(place) } else { self.shell_round(walk) };
            holed.extend(shell.map(|shell| (shell, walk.halves[0], place)));
        }
        holed.sort_unstable();
        for same in holed.chunk_by(|one, other| one.0 == other.0) {
            let walks = || same.iter().filter_map(|&(_, _, walk)| self.walks[walk as usize].as_ref());
            let Some(shell) = &self.walks[same[0].0 as usize] else { continue };
            let is_as_before = |(numbers, _): &(Vec<u64>, _)| walks().map(|walk| walk.number).eq(numbers.iter().copied());
            if shell.polygon.as_ref().is_some_and(is_as_before) {
                continue;
            }
            let Some(ring) = shell.shell.clone() else { continue };
            let holes = walks().flat_map(|walk| &walk.holes).cloned().collect();
            let made = (walks().map(|walk| walk.number).collect(), sync::Arc::new(Polygon::new(ring, holes)));
            if let Some(shell) = &mut self.walks[same[0].0 as usize] {
                shell.polygon = Some(made);
            }
        }
    }

    /// The walk whose shell lies round a walk that is only holes: the first met going west, or the one round that.
    fn shell_round(&self, hole: &Walk) -> Option<u32> {
        let mut patch = hole.west;
        // Every step leads further west, so each patch and walk is met once at most; lines that cross are no coverage and end here.
        for _ in 0..self.topology.patches() + self.walks.len() {
            let [first, last] = self.topology.way_west(patch);
            if first == NONE {
                return None;
            }
            let mut crossed = first;
            while self.sides[crossed as usize].walk == NONE && crossed != last {
                crossed = self.topology.clockwise(crossed);
            }
            let met = self.sides[crossed as usize].walk;
            match self.walks.get(met as usize) {
                Some(Some(walk)) if walk.shell.is_some() => return Some(met),
                Some(Some(walk)) => patch = walk.west,
                _ => patch = self.topology.patch_of(last ^ 1),
            }
        }
        None
    }

    fn collect(&self) -> Vec<Vec<sync::Arc<Polygon<f64>>>> {
        let walks = self.walks.iter().flatten();
        let mut polygons: Vec<_> =
            walks.filter_map(|walk| Some((walk.label as usize, walk.halves[0], &walk.polygon.as_ref()?.1))).collect();
        polygons.sort_unstable_by_key(|&(label, first, _)| (label, first));
        let mut parts = vec![Vec::new(); polygons.last().map_or(0, |&(label, _, _)| label + 1)];
        for (label, _, polygon) in polygons {
            parts[label].push(sync::Arc::clone(polygon));
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps, Validation};
    use geo_types::polygon;
    use proptest::prelude::*;

    use super::*;
    use crate::squares::{letters, squares};

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

    #[test]
    fn what_has_not_changed_is_shared_with_the_division_before() {
        let (coverage, _) = squares(&["abcdefg"]);
        let topology = Topology::new(&coverage);
        let mut dissolver = Dissolver::new(&topology);
        (0..7).for_each(|face| dissolver.assign(FaceIndex(face), Some(face as usize % 2)));
        let before = dissolver.parts().to_vec();
        dissolver.assign(FaceIndex(6), Some(1));
        let after = dissolver.parts();
        assert!(sync::Arc::ptr_eq(&before[0][0], &after[0][0]) && sync::Arc::ptr_eq(&before[1][0], &after[1][0]));
        assert_eq!((after[1][2].exterior().0.len(), after[0].len()), (7, 3), "f and g are one polygon of six corners");
    }

    /// ```text
    /// aabbb      aaaaa
    /// acdcb      abaca      c is two squares with d between them, in the hole of a and b;
    /// aaabb      aaaaa      on the right a is two pieces, and b an island in either
    ///
    ///            aaa
    ///            aba
    ///            aaa
    /// ```
    #[test]
    fn a_face_in_several_pieces_keeps_each_in_its_place() {
        let rows = ["aabbb", "acdcb", "aaabb"];
        assert_eq!(shape(&dissolved(&rows, "c")), [(4, 0), (4, 0)]);
        assert_eq!(shape(&dissolved(&rows, "ab")), [(16, 1)]);
        assert_eq!(shape(&dissolved(&["aaaaa", "abaca", "aaaaa", ".....", "aaa..", "aba..", "aaa.."], "a")), [(12, 1), (16, 2)]);
    }

    #[test]
    fn lines_that_cross_and_faces_that_lie_over_each_other_end_in_some_answer() {
        let mut builder = marchland_core::CoverageBuilder::new();
        let place = |lon: f64, lat: f64| marchland_core::LonLat::new(lon, lat).unwrap();
        let corners: Vec<u32> = [(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0), (1.0, 0.5), (1.0, 3.0), (-1.0, 1.0)]
            .map(|(lon, lat)| builder.vertex(place(lon, lat)))
            .to_vec();
        let face = |builder: &mut marchland_core::CoverageBuilder| {
            builder.face(marchland_core::Face { ground: marchland_core::Ground::BeyondReach, area_km2: 1.0 })
        };
        let (one, two) = (face(&mut builder), face(&mut builder));
        builder.arc(&[0, 1, 2, 3, 0], Some(one), None).unwrap();
        builder.arc(&[corners[4], corners[5], corners[6], corners[4]], Some(two), Some(one)).unwrap();
        builder.arc(&[0, 1, 0], Some(two), None).unwrap();
        let coverage = builder.finish();
        assert!(dissolve(&coverage, &[Some(0), Some(1)]).len() == 2 && Topology::new(&coverage).cells().len() == 2);
    }

    /// The squares of a part united by another library.
    fn united(width: usize, parts: &[u8], wanted: u8) -> MultiPolygon<f64> {
        let height = parts.len() / width;
        let square = |position: usize| {
            let (x, y) = ((position % width) as f64, (height - 1 - position / width) as f64);
            MultiPolygon::from(polygon![(x: x, y: y), (x: x + 1.0, y: y), (x: x + 1.0, y: y + 1.0), (x: x, y: y + 1.0)])
        };
        let squares = (0..parts.len()).filter(|&position| parts[position] == wanted).map(square);
        squares.fold(MultiPolygon::new(Vec::new()), |all, square| all.union(&square))
    }

    fn plain(width: usize, parts: &[u8]) -> Vec<Vec<Polygon<f64>>> {
        let (coverage, _) = squares(&letters(width, parts.len() / width));
        let part_of: Vec<_> = parts.iter().map(|&part| (part < 3).then_some(usize::from(part))).collect();
        dissolve(&coverage, &part_of).into_iter().map(|part| part.0).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn dissolved_squares_are_those_another_library_unites(parts in proptest::collection::vec(0_u8..4, 36)) {
            for (part, polygons) in (0..).zip(plain(6, &parts)) {
                let ours = MultiPolygon::new(polygons);
                let theirs = united(6, &parts, part);
                prop_assert!(ours.is_valid(), "{:?}", ours.validation_errors());
                prop_assert_eq!(ours.unsigned_area(), theirs.unsigned_area());
                prop_assert!(ours.xor(&theirs).unsigned_area() < 1e-9);
                prop_assert!(ours.iter().all(|polygon| is_counter_clockwise(polygon.exterior())));
                prop_assert!(ours.iter().flat_map(Polygon::interiors).all(|hole| !is_counter_clockwise(hole)));
            }
        }

        #[test]
        fn going_on_from_the_division_before_gives_what_starting_anew_does(
            start in proptest::collection::vec(0_u8..4, 49),
            changes in proptest::collection::vec((0_usize..49, 0_u8..4), 1..40),
        ) {
            let (coverage, _) = squares(&letters(7, 7));
            let topology = Topology::new(&coverage);
            let mut dissolver = Dissolver::new(&topology);
            let mut parts = start;
            let part = |part: u8| (part < 3).then_some(usize::from(part));
            (0..49).for_each(|face| dissolver.assign(FaceIndex(face), part(parts[face as usize])));
            for several in changes.chunks(4) {
                for &(face, to) in several {
                    parts[face] = to;
                    dissolver.assign(FaceIndex(face as u32), part(to));
                }
                let kept: Vec<Vec<Polygon<f64>>> =
                    dissolver.parts().iter().map(|part| part.iter().map(|polygon| (**polygon).clone()).collect()).collect();
                prop_assert_eq!(&kept[..], &plain(7, &parts)[..kept.len()]);
            }
        }

        /// Faces of any number of pieces, with holes and islands, touching at corners.
        #[test]
        fn faces_in_pieces_are_cells_as_another_library_unites_them(names in proptest::collection::vec(0_u8..5, 42)) {
            let rows: Vec<String> = names.chunks(7).map(|row| row.iter().map(|&name| char::from(b'a' + name)).collect()).collect();
            let (coverage, present) = squares(&rows);
            let cells = Topology::new(&coverage).cells();
            let each: Vec<_> = (0..cells.len()).map(Some).collect();
            for ((cell, name), part) in cells.iter().zip(present).zip(dissolve(&coverage, &each)) {
                prop_assert!(cell.is_valid(), "{:?}", cell.validation_errors());
                prop_assert!(cell.xor(&united(7, &names, name as u8 - b'a')).unsigned_area() < 1e-9);
                prop_assert!(cell.xor(&part).unsigned_area() < 1e-9);
                prop_assert_eq!(cell.0.len(), part.0.len());
            }
        }
    }
}
