//! Where ground held by one actor meets ground held by another.
//!
//! Front lines are arcs of the coverage, so they run exactly on the edges of both territories. Where a line passes nearer to one
//! of its sites than that site's place is known, nobody can say on which side of the site it runs: that stretch is doubtful.

use std::collections::{BTreeMap, BTreeSet};

use geo_types::{Coord, LineString};
use marchland_core::{ActorIndex, ControlState, Coverage, FaceIndex, Frontline, Site};

use crate::measure::distance_m;
use crate::plane::tangent_plane;
use crate::shape::shape;
use crate::topology::Topology;

/// The front lines between faces held by different actors, by pair of actors; `control` is each face's, in the coverage's order.
///
/// Each line has the actor of the lower index on its left. Arcs of a pair that meet end to end are one line; where three or more
/// meet, lines end. Ground that is contested or unknown has no front line. `lines` and `doubtful` together are the arcs of the
/// pair; where an arc is partly doubtful it is cut where its distance from the site equals the site's precision.
#[must_use]
pub fn frontlines(topology: &Topology<'_>, sites: &[Site], control: &[&ControlState]) -> Vec<Frontline> {
    let mut fronts = Fronts::new(topology, sites);
    for (face, control) in (0..).zip(control) {
        fronts.assign(FaceIndex(face), control.holder());
    }
    fronts.lines()
}

/// The front lines of a coverage, kept from one division of it to the next: only those of a pair of actors whose front has moved are
/// drawn anew, and each arc's doubt is found once.
pub(crate) struct Fronts<'t> {
    holders: Vec<Option<ActorIndex>>,
    by_pair: BTreeMap<[ActorIndex; 2], Front>,
    doubt: Doubt<'t>,
}

/// Where two actors meet.
#[derive(Default)]
struct Front {
    /// Half-arcs with the actor of the lower index on their left.
    halves: BTreeSet<u32>,
    /// None where a half-arc has come or gone since it was drawn.
    drawn: Option<Frontline>,
}

impl<'t> Fronts<'t> {
    /// No one holds anything.
    pub(crate) fn new(topology: &'t Topology<'_>, sites: &'t [Site]) -> Self {
        let holders = vec![None; topology.coverage().faces().len()];
        Self { holders, by_pair: BTreeMap::new(), doubt: Doubt { topology, sites, cut: BTreeMap::new() } }
    }

    /// Puts a face that the coverage has into an actor's hands, or into nobody's.
    pub(crate) fn assign(&mut self, face: FaceIndex, holder: Option<ActorIndex>) {
        if self.holders[face.0 as usize] == holder {
            return;
        }
        let halves = self.doubt.topology.halves_of(face);
        // Along ground that nobody holds there is no front.
        let meeting = |this: &Self, half: &u32| this.holders[face.0 as usize].and_then(|_| this.meeting(*half));
        for half in halves {
            if let Some((pair, half)) = meeting(self, half) {
                self.front(pair).halves.remove(&half);
            }
        }
        self.holders[face.0 as usize] = holder;
        for half in halves {
            if let Some((pair, half)) = meeting(self, half) {
                self.front(pair).halves.insert(half);
            }
        }
    }

    /// The front of a pair, about to change.
    fn front(&mut self, pair: [ActorIndex; 2]) -> &mut Front {
        let front = self.by_pair.entry(pair).or_default();
        front.drawn = None;
        front
    }

    /// The pair of actors that meet along an arc, and which of its half-arcs has the lower on its left.
    fn meeting(&self, half: u32) -> Option<([ActorIndex; 2], u32)> {
        let arc = self.doubt.topology.coverage().arc(half as usize / 2);
        let [left, right] = [arc.left?, arc.right?].map(|face| self.holders[face.0 as usize]);
        let (left, right) = (left?, right?);
        (left != right).then(|| ([left.min(right), left.max(right)], half & !1 | u32::from(left > right)))
    }

    /// The front lines as faces are held now.
    pub(crate) fn lines(&mut self) -> Vec<Frontline> {
        for (&pair, front) in self.by_pair.iter_mut().filter(|(_, front)| front.drawn.is_none()) {
            for half in &front.halves {
                self.doubt.find(half / 2);
            }
            front.drawn = Some(drawn(pair, &front.halves, &self.doubt));
        }
        let met = self.by_pair.values().filter(|front| !front.halves.is_empty());
        met.filter_map(|front| front.drawn.clone()).collect()
    }
}

/// The front line of a pair along half-arcs whose doubt is found.
fn drawn([left, right]: [ActorIndex; 2], halves: &BTreeSet<u32>, doubt: &Doubt<'_>) -> Frontline {
    let halves: Vec<u32> = halves.iter().copied().collect();
    let ends: Vec<[u32; 2]> = halves.iter().map(|&half| [half, half ^ 1].map(|half| doubt.topology.start(half))).collect();
    let (mut lines, mut doubtful, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    chained(&ends, |chain| {
        parts.clear();
        for &arc in chain {
            doubt.along(halves[arc], &mut parts);
        }
        for (line, is_doubtful) in runs(&parts) {
            if is_doubtful { &mut doubtful } else { &mut lines }.push(line);
        }
    });
    let length_km = halves.iter().map(|half| arc_km(doubt.topology.coverage(), half / 2)).sum();
    Frontline { left, right, lines, doubtful, length_km }
}

/// Geodesic length of an arc in kilometres.
fn arc_km(coverage: &Coverage, arc: u32) -> f64 {
    let metres = |pair: &[u32]| distance_m(coverage.vertices()[pair[0] as usize], coverage.vertices()[pair[1] as usize]);
    coverage.arc(arc as usize).vertices.windows(2).map(metres).sum::<f64>() / 1e3
}

/// Hands over arcs, given by the vertices they leave and come to, in rows that follow each other end to end wherever one alone arrives
/// and one alone leaves.
fn chained(arcs: &[[u32; 2]], mut take: impl FnMut(&[usize])) {
    let following = following(arcs);
    let mut is_followed = vec![false; arcs.len()];
    following.iter().flatten().for_each(|&next| is_followed[next] = true);
    let mut taken = vec![false; arcs.len()];
    let mut chain = Vec::new();
    let begin_first = (0..arcs.len()).filter(|&arc| !is_followed[arc]).chain(0..arcs.len());
    for start in begin_first {
        chain.clear();
        let mut here = Some(start);
        while let Some(arc) = here.filter(|&arc| !taken[arc]) {
            taken[arc] = true;
            chain.push(arc);
            here = following[arc];
        }
        if !chain.is_empty() {
            take(&chain);
        }
    }
}

/// For each arc the one that goes on from its end, where that is the only one to leave and it the only one to arrive.
fn following(arcs: &[[u32; 2]]) -> Vec<Option<usize>> {
    let by_vertex = |end: usize| {
        let mut arcs: Vec<(u32, usize)> = arcs.iter().zip(0..).map(|(ends, arc)| (ends[end], arc)).collect();
        arcs.sort_unstable();
        arcs
    };
    let (leaving, arriving) = (by_vertex(0), by_vertex(1));
    let mut following = vec![None; arcs.len()];
    let mut first = 0;
    for together in arriving.chunk_by(|one, other| one.0 == other.0) {
        let at_vertex = |position: usize| leaving.get(position).filter(|leaving| leaving.0 == together[0].0);
        while leaving.get(first).is_some_and(|leaving| leaving.0 < together[0].0) {
            first += 1;
        }
        if let (&[(_, arc)], Some(&(_, next)), None) = (together, at_vertex(first), at_vertex(first + 1)) {
            following[arc] = Some(next);
        }
    }
    following
}

/// A straight part of a front line, and whether its place is doubtful.
type Part = ([Coord<f64>; 2], bool);

/// Tells which parts of a line are doubtful.
struct Doubt<'t> {
    topology: &'t Topology<'t>,
    sites: &'t [Site],
    /// The parts, as it is stored, of each arc asked about beside which a site's place is not sure.
    cut: BTreeMap<u32, Vec<Part>>,
}

impl Doubt<'_> {
    /// Cuts an arc where doubt begins and ends, if it may.
    fn find(&mut self, arc: u32) {
        let (coverage, sites) = (self.topology.coverage(), self.sites);
        let ends = coverage.arc(arc as usize);
        let faces = [ends.left, ends.right].into_iter().flatten();
        let beside = faces.flat_map(|face| coverage.face(face).ground.sites()).filter_map(|site| sites.get(site.0 as usize));
        let mut unsure = beside.filter(|site| site.precision_m.is_some()).peekable();
        if unsure.peek().is_some() && !self.cut.contains_key(&arc) {
            let unsure: Vec<&Site> = unsure.collect();
            let cut = self.topology.edges(2 * arc).flat_map(|ends| parts(ends, &unsure)).collect();
            self.cut.insert(arc, cut);
        }
    }

    /// Adds the parts of an arc whose doubt is found, in the direction of one of its half-arcs.
    fn along(&self, half: u32, parts: &mut Vec<Part>) {
        match self.cut.get(&(half / 2)) {
            None => parts.extend(self.topology.edges(half).map(|ends| (ends, false))),
            Some(cut) if half.is_multiple_of(2) => parts.extend(cut),
            Some(cut) => parts.extend(cut.iter().rev().map(|&([start, end], is_doubtful)| ([end, start], is_doubtful))),
        }
    }
}

/// An edge cut where doubt begins and ends.
fn parts(ends: [Coord<f64>; 2], unsure: &[&Site]) -> Vec<Part> {
    let mut near: Vec<(f64, f64)> = unsure.iter().flat_map(|site| near(site, ends)).collect();
    near.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    cut(ends, &near)
}

/// The stretches of an edge nearer to the site than its place is known, as shares of the edge.
fn near(site: &Site, ends: [Coord<f64>; 2]) -> Vec<(f64, f64)> {
    let Some(radius_m) = site.precision_m.filter(|&radius_m| radius_m > 0.0) else { return Vec::new() };
    let lines = shape(site.geometry.iter());
    let edges = lines.iter().flat_map(|line| {
        let point = line.0.first().filter(|_| line.0.len() == 1).map(|&point| [point, point]);
        point.into_iter().chain(line.lines().map(|edge| [edge.start, edge.end]))
    });
    edges.filter_map(|edge| stretch_within(ends, edge, radius_m)).collect()
}

/// The stretch of a segment nearer than `radius_m` to another, as shares from 0 to 1.
///
/// Distances are taken on the plane that touches the ellipsoid at the other segment's start, which is right to a thousandth for
/// some tens of kilometres. What lies so near a segment is a disc round each end and a strip between them: convex together,
/// so that the stretch is one.
fn stretch_within(segment: [Coord<f64>; 2], other: [Coord<f64>; 2], radius_m: f64) -> Option<(f64, f64)> {
    let plane = |place: Coord<f64>| tangent_plane(other[0], place);
    let (from, to, end) = (plane(segment[0]), plane(segment[1]), plane(other[1]));
    let step = to - from;
    let discs = [Coord { x: 0.0, y: 0.0 }, end].map(|centre| disc(from - centre, step, radius_m));
    let stretches = discs.into_iter().chain([strip(from, step, end, radius_m)]).flatten();
    let whole = stretches.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))?;
    let clipped = (whole.0.max(0.0), whole.1.min(1.0));
    (clipped.0 < clipped.1).then_some(clipped)
}

/// Where `from + t · step` lies within a disc round the origin.
fn disc(from: Coord<f64>, step: Coord<f64>, radius_m: f64) -> Option<(f64, f64)> {
    let a = dot(step, step);
    let half_b = dot(from, step);
    let c = dot(from, from) - radius_m * radius_m;
    let root = (half_b * half_b - a * c).sqrt();
    (root > 0.0 && a > 0.0).then(|| ((-half_b - root) / a, (-half_b + root) / a))
}

/// Where `from + t · step` lies beside the segment from the origin to `end`, within the radius of it.
fn strip(from: Coord<f64>, step: Coord<f64>, end: Coord<f64>, radius_m: f64) -> Option<(f64, f64)> {
    let length_m = dot(end, end).sqrt();
    if length_m == 0.0 {
        return None;
    }
    let along = Coord { x: end.x / length_m, y: end.y / length_m };
    let across = Coord { x: -along.y, y: along.x };
    let beside = between(dot(from, along), dot(step, along), [0.0, length_m])?;
    let near = between(dot(from, across), dot(step, across), [-radius_m, radius_m])?;
    let both = (beside.0.max(near.0), beside.1.min(near.1));
    (both.0 < both.1).then_some(both)
}

/// The `t` for which `start + t · step` lies between two bounds.
fn between(start: f64, step: f64, [low, high]: [f64; 2]) -> Option<(f64, f64)> {
    if step == 0.0 {
        return (low < start && start < high).then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let (one, other) = ((low - start) / step, (high - start) / step);
    Some((one.min(other), one.max(other)))
}

fn dot(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.x + a.y * b.y
}

/// An edge as parts by turns sure and doubtful; `near` are its doubtful stretches by their start.
fn cut(ends: [Coord<f64>; 2], near: &[(f64, f64)]) -> Vec<Part> {
    let at = |share: f64| match share {
        0.0 => ends[0],
        1.0 => ends[1],
        _ => Coord { x: ends[0].x + share * (ends[1].x - ends[0].x), y: ends[0].y + share * (ends[1].y - ends[0].y) },
    };
    let mut parts = Vec::new();
    let mut walked = 0.0;
    for &(start, end) in near {
        if start > walked {
            parts.push(([at(walked), at(start)], false));
        }
        if end > walked {
            parts.push(([at(start.max(walked)), at(end)], true));
            walked = end;
        }
    }
    if walked < 1.0 {
        parts.push(([at(walked), ends[1]], false));
    }
    parts
}

/// Parts in a row that are alike, as lines; of a closed line the last run goes on into the first.
fn runs(parts: &[Part]) -> Vec<(LineString<f64>, bool)> {
    let mut runs: Vec<(Vec<Coord<f64>>, bool)> = parts
        .chunk_by(|one, other| one.1 == other.1)
        .map(|run| (std::iter::once(run[0].0[0]).chain(run.iter().map(|part| part.0[1])).collect(), run[0].1))
        .collect();
    let is_closed = parts.first().map(|part| part.0[0]) == parts.last().map(|part| part.0[1]);
    if is_closed && runs.len() > 2 && runs[0].1 == runs[runs.len() - 1].1 {
        let first = runs.remove(0);
        if let Some(last) = runs.last_mut() {
            last.0.extend(&first.0[1..]);
        }
    }
    runs.into_iter().map(|(coords, is_doubtful)| (LineString(coords), is_doubtful)).collect()
}

#[cfg(test)]
mod tests {
    use geo_types::{Geometry, Point, line_string};
    use marchland_core::{CoverageBuilder, Extra, Face, Ground, LonLat, Names, SiteIndex};

    use super::*;
    use crate::length_km;

    const A: ControlState = ControlState::Held(ActorIndex(0));
    const B: ControlState = ControlState::Held(ActorIndex(1));
    const C: ControlState = ControlState::Held(ActorIndex(2));

    fn site(geometry: impl Into<Geometry<f64>>, precision_m: Option<f64>) -> Site {
        Site {
            id: "site".to_owned(),
            names: Names::new("Site"),
            kind: String::new(),
            geometry: Some(geometry.into()),
            precision_m,
            estimate: false,
            ground: true,
            parent: None,
            children: Box::default(),
            population: None,
            weight: None,
            source: String::new(),
            note: String::new(),
            extra: Extra::new(),
        }
    }

    /// ```text
    ///  3───4───5      faces 0 (west), 1 (east); the border 1–4 is stored from south to north,
    ///  │ 0 │ 1 │      with face 0 on its left
    ///  0───1───2
    /// ```
    fn two_cells() -> Coverage {
        let mut builder = CoverageBuilder::new();
        for (lon, lat) in [(0.0, 0.0), (0.1, 0.0), (0.2, 0.0), (0.0, 0.1), (0.1, 0.1), (0.2, 0.1)] {
            builder.vertex(LonLat::new(lon, lat).unwrap());
        }
        let mut face = |site| builder.face(Face { ground: Ground::Sites(vec![SiteIndex(site)]), area_km2: 123.0 });
        let (west, east) = (face(0), face(1));
        builder.arc(&[1, 4], Some(west), Some(east)).unwrap();
        builder.arc(&[4, 3, 0, 1], Some(west), None).unwrap();
        builder.arc(&[1, 2, 5, 4], Some(east), None).unwrap();
        builder.finish()
    }

    #[test]
    fn the_border_between_two_holders_is_a_line_with_the_lower_actor_on_its_left() {
        let sites = [site(Point::new(0.05, 0.05), None), site(Point::new(0.15, 0.05), None)];
        let northward = line_string![(x: 0.1, y: 0.0), (x: 0.1, y: 0.1)];
        let found = frontlines(&Topology::new(&two_cells()), &sites, &[&A, &B]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].left, found[0].right), (ActorIndex(0), ActorIndex(1)));
        assert_eq!(found[0].lines, std::slice::from_ref(&northward), "west of a line that runs north is its left");
        assert!(found[0].doubtful.is_empty());
        // A tenth of a degree of latitude at the equator measures 11 057.4 m.
        assert!((found[0].length_km - 11.0574).abs() < 1e-4, "{}", found[0].length_km);
        let southward = line_string![(x: 0.1, y: 0.1), (x: 0.1, y: 0.0)];
        assert_eq!(frontlines(&Topology::new(&two_cells()), &sites, &[&B, &A])[0].lines, [southward]);
    }

    #[test]
    fn ground_of_one_actor_contested_or_unknown_has_no_front_line() {
        let contested = ControlState::Contested(vec![ActorIndex(0), ActorIndex(1)]);
        for (west, east) in [(&A, &A), (&A, &contested), (&ControlState::Unknown, &B)] {
            assert_eq!(frontlines(&Topology::new(&two_cells()), &[], &[west, east]), []);
        }
    }

    /// The western site is known within 6 km, and the line passes it at 5.57 km: doubtful is what lies within √(6² − 5.57²) = 2.2 km.
    #[test]
    fn a_line_is_doubtful_where_it_runs_nearer_to_a_site_than_its_precision() {
        let sites = [site(Point::new(0.05, 0.05), Some(6_000.0)), site(Point::new(0.15, 0.05), Some(1_000.0))];
        let found = frontlines(&Topology::new(&two_cells()), &sites, &[&A, &B]);
        assert_eq!((found[0].lines.len(), found[0].doubtful.len()), (2, 1));
        let expected_km = 2.0 * (36.0_f64 - 5.565_975_f64.powi(2)).sqrt();
        assert!((length_km(&found[0].doubtful) - expected_km).abs() < 0.01, "{} {expected_km}", length_km(&found[0].doubtful));
        assert_eq!(found[0].lines[0].0.last(), found[0].doubtful[0].0.first());
    }

    #[test]
    fn an_imprecise_road_makes_the_line_beside_it_doubtful_along_its_length() {
        let road = line_string![(x: 0.09, y: 0.02), (x: 0.09, y: 0.06)];
        let sites = [site(road, Some(1_200.0)), site(Point::new(0.15, 0.05), None)];
        let found = frontlines(&Topology::new(&two_cells()), &sites, &[&A, &B]);
        let run = &found[0].doubtful[0].0;
        let overhang = (1_200.0_f64.powi(2) - 1_113.195_f64.powi(2)).sqrt() / 110_574.0;
        assert!((run[0].y - (0.02 - overhang)).abs() < 1e-5 && (run[1].y - (0.06 + overhang)).abs() < 1e-5, "{run:?} {overhang}");
    }

    #[test]
    fn a_site_known_within_more_than_the_whole_line_makes_all_of_it_doubtful() {
        let sites = [site(Point::new(0.05, 0.05), Some(1e6)), site(Point::new(0.15, 0.05), Some(1e6))];
        let found = frontlines(&Topology::new(&two_cells()), &sites, &[&A, &B]);
        assert_eq!((found[0].lines.len(), found[0].doubtful.len()), (0, 1));
    }

    #[test]
    fn arcs_of_a_pair_are_joined_end_to_end_and_end_where_three_meet() {
        let chained = |arcs: &[[u32; 2]]| {
            let mut chains = Vec::new();
            chained(arcs, |chain| chains.push(chain.to_vec()));
            chains
        };
        assert_eq!(chained(&[[5, 6], [1, 3], [3, 5]]), [[1, 2, 0]]);
        assert_eq!(chained(&[[1, 2], [2, 1]]), [[0, 1]], "a closed line stays closed");
        assert_eq!(chained(&[[1, 2], [2, 3], [2, 4]]), [[0], [1], [2]]);
    }

    #[test]
    fn a_doubtful_stretch_over_the_seam_of_a_closed_line_is_one() {
        let at = |x: f64, y: f64| Coord { x, y };
        let corners = [at(0.0, 0.0), at(1.0, 0.0), at(1.0, 1.0), at(0.0, 0.0)];
        let parts: Vec<Part> = corners.windows(2).zip([true, false, true]).map(|(pair, doubtful)| ([pair[0], pair[1]], doubtful)).collect();
        let runs = runs(&parts);
        assert_eq!(runs.iter().map(|run| (run.0.0.len(), run.1)).collect::<Vec<_>>(), [(2, false), (3, true)]);
    }

    /// ```text
    /// two pairs at once: A | B | C from west to east
    /// ```
    #[test]
    fn pairs_are_told_apart_and_sorted() {
        let mut builder = CoverageBuilder::new();
        for (lon, lat) in [(0.1, 0.0), (0.1, 0.1), (0.2, 0.0), (0.2, 0.1)] {
            builder.vertex(LonLat::new(lon, lat).unwrap());
        }
        let faces = [0, 1, 2].map(|site| builder.face(Face { ground: Ground::Sites(vec![SiteIndex(site)]), area_km2: 1.0 }));
        builder.arc(&[2, 3], Some(faces[1]), Some(faces[2])).unwrap();
        builder.arc(&[1, 0], Some(faces[1]), Some(faces[0])).unwrap();
        let found = frontlines(&Topology::new(&builder.finish()), &[], &[&A, &B, &C]);
        let pairs: Vec<_> = found.iter().map(|line| (line.left.0, line.right.0, line.lines[0].0[0].y)).collect();
        assert_eq!(pairs, [(0, 1, 0.0), (1, 2, 0.0)], "both run north, the lower actor in the west");
    }
}
