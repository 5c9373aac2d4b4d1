//! Sites as points of the plane that generate cells.
//!
//! A point is itself; a line, or a polygon's ring, is a row of points along it ([`super::sampling`]). The ground within a polygon is
//! its site's whatever else is near: its edges are kept as claims.
//!
//! Who takes ground that is as near to several is settled here too, so that each piece has one place and no site has two. Sites take in
//! turn: points, then lines, then polygons, of lines and polygons the shorter first. What points of a site lie on one that came before,
//! it leaves: a post on a road takes the ground round the post, and a stretch of the road the ground along the stretch. A site that
//! has to leave all it is shares the cell of one that lies on it wholly, as those at one place do, of several the largest; the ground of one
//! that goes on beyond it is not near to it, and where there are only such it has none.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use geo_types::{Coord, Geometry};
use marchland_core::{LonLat, Metres, Projection, Site, SiteIndex};

use super::sampling::{Part, Sampled};
use super::{TessellationFault, rings};
use crate::arrangement::grid::{DEGREE, GridPoint};
use crate::arrangement::planar::Label;
use crate::shape::{polygons, shape};

/// Metres within which two places are one (the method's rule for sites at one place).
const ONE_PLACE_M: f64 = 1.0;

/// A point of the plane and the place it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Generator {
    pub(super) metres: Metres,
    pub(super) place: Label,
}

/// The generating points, no two at one place, and the sites at each place.
#[derive(Debug, Default)]
pub(super) struct Generators {
    pub(super) points: Vec<Generator>,
    /// The polygons of sites, in the order of sites.
    pub(super) areas: Vec<Area>,
    /// Every place of the sites that take ground.
    pub(super) spread: Vec<LonLat>,
    /// The first site of each place; places by it.
    first: Vec<SiteIndex>,
    /// The other sites of places, by place, in order.
    others: Vec<(Label, SiteIndex)>,
}

/// The polygons of a site on the grid.
#[derive(Debug)]
pub(super) struct Area {
    /// Rings, or edges, inside on the left.
    rings: Vec<Vec<GridPoint>>,
    /// Among all, from the smallest in square degrees on, of equal ones the first: whose ground it is where several overlap.
    pub(super) rank: u32,
    /// The place of its site, which no other site has.
    pub(super) place: Label,
    site: u32,
}

impl Area {
    pub(super) fn segments(&self) -> impl Iterator<Item = [GridPoint; 2]> {
        self.rings.iter().flat_map(|ring| ring.windows(2).map(|pair| [pair[0], pair[1]]))
    }
}

impl Generators {
    pub(super) fn new(sites: &[Site], projection: &dyn Projection) -> Result<Self, TessellationFault> {
        let mut generators = Self { areas: areas(sites)?, ..Self::default() };
        let covered = Covered::new(&generators.areas);
        let mut parts = Vec::with_capacity(sites.len());
        for (index, site) in taking_ground(sites) {
            if let Some(Geometry::Point(point)) = site.geometry {
                let place = LonLat::new(point.x(), point.y()).ok_or_else(|| out_of_range(site)(point.0))?;
                generators.spread.push(place);
                parts.push(Part { ends: [plane(place, projection)?; 2], site: index, turn: 0, is_covered: false });
                continue;
            }
            for row in rows(site)? {
                generators.spread.extend(row.iter().map(|point| point.lon_lat()));
                add_row(&row, index, &covered, projection, &mut parts)?;
            }
        }
        let turns = Turns::new(&mut parts, &mut generators.areas);
        generators.take_places(&Sampled::new(&parts), &turns);
        Ok(generators)
    }

    /// The sites at a place, in order.
    pub(super) fn sites(&self, place: Label) -> Vec<SiteIndex> {
        let start = self.others.partition_point(|other| other.0 < place);
        let others = self.others[start..].iter().take_while(|other| other.0 == place).map(|other| other.1);
        std::iter::once(self.first[place as usize]).chain(others).collect()
    }

    /// How many places there are.
    pub(super) fn places(&self) -> usize {
        self.first.len()
    }

    /// Gives each site, in turn, what points of it are not at the place of one before; to one that has none left the place of the largest that
    /// lies on it wholly, if any does.
    fn take_places(&mut self, sampled: &Sampled<'_>, turns: &Turns) {
        let is_crowded = crowded(&sampled.points);
        let mut squares = Squares::default();
        let mut keeps = Vec::with_capacity(turns.order.len());
        let mut places = vec![None; turns.order.len()];
        let mut kept = Vec::with_capacity(turns.order.len());
        let runs = runs(&sampled.points);
        for (turn, &number) in (0..).zip(&turns.order) {
            let (before, mut left_to) = (self.points.len(), BTreeSet::new());
            let run = runs[number as usize].clone();
            let site = sampled.points[run.start].1;
            for (&(metres, _), &is_crowded) in sampled.points[run.clone()].iter().zip(&is_crowded[run]) {
                let taken = if turn >= turns.lines {
                    sampled.beside(metres, ONE_PLACE_M, |part| keeps.get(part.turn as usize) == Some(&true))
                } else {
                    is_crowded.then(|| squares.take(metres, turn)).flatten()
                };
                left_to.extend(taken);
                self.points.extend(taken.is_none().then_some(Generator { metres, place: turn }));
            }
            kept.push(before..self.points.len());
            keeps.push(self.points.len() > before || turn >= turns.areas);
            places[number as usize] = if keeps[turn as usize] {
                Some(turn)
            } else {
                let points = |place: Label| self.points[kept[place as usize].clone()].iter().map(|point| point.metres);
                left_to.into_iter().rev().find(|&place| sampled.is_near(site, points(place), ONE_PLACE_M))
            };
        }
        self.number_places(&places, runs.iter().map(|run| SiteIndex(sampled.points[run.start].1)));
    }

    /// Numbers the places, so far the turns of those that keep them, in the order of their first sites.
    fn number_places(&mut self, places: &[Option<Label>], sites: impl Iterator<Item = SiteIndex>) {
        let mut numbers = vec![None; places.len()];
        for (place, site) in places.iter().zip(sites).filter_map(|(&place, site)| Some((place?, site))) {
            if let Some(number) = numbers[place as usize] {
                self.others.push((number, site));
            } else {
                numbers[place as usize] = Some(self.first.len() as Label);
                self.first.push(site);
            }
        }
        self.others.sort_unstable();
        let number = |place: Label| numbers[place as usize].expect("a point's place is that of a site");
        self.points.iter_mut().for_each(|point| point.place = number(point.place));
        self.areas.iter_mut().for_each(|area| area.place = number(area.place));
    }
}

/// The order in which sites take ground that is as near to several: points, lines, polygons, each the smaller first.
struct Turns {
    /// Sites that take ground, by their number among these.
    order: Vec<u32>,
    /// The first turn of one that is more than points.
    lines: Label,
    /// The first turn of one with polygons.
    areas: Label,
}

impl Turns {
    /// Gives all parts their turn.
    fn new(parts: &mut [Part], areas: &mut [Area]) -> Self {
        let mut extents = Vec::new();
        for of_site in parts.chunk_by(|one, other| one.site == other.site) {
            let is_area = areas.binary_search_by_key(&of_site[0].site, |area| area.site).is_ok();
            let length_m: f64 = of_site.iter().map(Part::length_m).sum();
            extents.push((is_area, length_m, of_site.len()));
        }
        let mut order: Vec<u32> = (0..extents.len() as u32).collect();
        let extent = |&site: &u32| extents[site as usize];
        let smaller = |one: (bool, f64, usize), other: (bool, f64, usize)| {
            one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)).then(one.2.cmp(&other.2))
        };
        order.sort_by(|one, other| smaller(extent(one), extent(other)));
        let mut turns = vec![0; order.len()];
        (0..).zip(&order).for_each(|(turn, &site)| turns[site as usize] = turn);
        for (of_site, &turn) in parts.chunk_by_mut(|one, other| one.site == other.site).zip(&turns) {
            for part in &mut *of_site {
                part.turn = turn;
            }
            if let Ok(area) = areas.binary_search_by_key(&of_site[0].site, |area| area.site) {
                areas[area].place = turn;
            }
        }
        let lines = order.partition_point(|site| extent(site).1 == 0.0) as Label;
        let areas = order.partition_point(|site| !extent(site).0) as Label;
        Self { order, lines, areas }
    }
}

/// The points of each site.
fn runs(points: &[(Metres, u32)]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for run in points.chunk_by(|one, other| one.1 == other.1) {
        let start = runs.last().map_or(0, |run| run.end);
        runs.push(start..start + run.len());
    }
    runs
}

fn taking_ground(sites: &[Site]) -> impl Iterator<Item = (u32, &Site)> {
    (0..).zip(sites).filter(|(_, site)| site.takes_ground())
}

fn out_of_range(site: &Site) -> impl Fn(Coord<f64>) -> TessellationFault {
    |at| TessellationFault::SiteOutOfRange { site: site.id.clone(), lon: at.x, lat: at.y }
}

/// The sites' polygons, those that enclose nothing left out.
fn areas(sites: &[Site]) -> Result<Vec<Area>, TessellationFault> {
    let mut areas = Vec::new();
    for (index, site) in taking_ground(sites) {
        let mut rings = Vec::new();
        for polygon in polygons(site.geometry.iter()) {
            rings.extend(rings::rings(&polygon).map_err(out_of_range(site))?);
        }
        if !rings.is_empty() {
            areas.push(Area { rings, rank: 0, place: 0, site: index });
        }
    }
    let doubled = |[a, b]: [GridPoint; 2]| i128::from(a.x) * i128::from(b.y) - i128::from(b.x) * i128::from(a.y);
    let size = |area: &Area| area.segments().map(doubled).sum::<i128>();
    let mut by_size: Vec<_> = areas.iter().map(size).zip(0_usize..).collect();
    by_size.sort_unstable();
    for (rank, (_, area)) in (0..).zip(by_size) {
        areas[area].rank = rank;
    }
    Ok(areas)
}

/// The points, lines and rings of a site on the grid.
fn rows(site: &Site) -> Result<Vec<Vec<GridPoint>>, TessellationFault> {
    let lines = shape(site.geometry.iter());
    lines.iter().map(|line| rings::line(line).map_err(out_of_range(site))).collect()
}

/// Adds the parts of a row between its places, or the one place it is.
fn add_row(
    row: &[GridPoint],
    site: u32,
    covered: &Covered,
    projection: &dyn Projection,
    parts: &mut Vec<Part>,
) -> Result<(), TessellationFault> {
    if let &[point] = row {
        parts.push(Part { ends: [plane(point.lon_lat(), projection)?; 2], site, turn: 0, is_covered: false });
    }
    for edge in row.windows(2).map(|edge| [edge[0], edge[1]]) {
        let is_covered = covered.contains(edge);
        let mut start = plane(edge[0].lon_lat(), projection)?;
        for point in if is_covered { vec![edge[1]] } else { bent(edge) } {
            let end = plane(point.lon_lat(), projection)?;
            parts.push(Part { ends: [start, end], site, turn: 0, is_covered });
            start = end;
        }
    }
    Ok(())
}

/// Degrees of an edge at most between places that are brought to the plane: along a parallel at 50 degrees of latitude the plane's straight
/// line is then 5 cm off the edge. With a tenth of a degree it would be 1.2 m, and a stretch of a road not on the road. Chosen.
const BEND_DEGREES: f64 = 0.02;

/// The places on an edge after its first, its last among them; the same ones whichever way it runs.
fn bent([from, to]: [GridPoint; 2]) -> Vec<GridPoint> {
    let [low, high] = if from < to { [from, to] } else { [to, from] };
    let (x, y) = (high.x - low.x, high.y - low.y);
    // An edge across the antimeridian is short already.
    let length = if x.abs() > 180 * DEGREE { 0 } else { x.abs().max(y.abs()) };
    let steps = (length as f64 / (BEND_DEGREES * DEGREE as f64)).ceil().max(1.0) as i64;
    let at = |step: i64| GridPoint { x: low.x + x * step / steps, y: low.y + y * step / steps };
    if from < to { (1..=steps).map(at).collect() } else { (0..steps).rev().map(at).collect() }
}

/// The edges that polygons lie on both sides of.
struct Covered(Vec<[GridPoint; 2]>);

impl Covered {
    fn new(areas: &[Area]) -> Self {
        let edges = areas.iter().flat_map(|area| &area.rings).flat_map(|ring| ring.windows(2));
        let mut edges: Vec<_> = edges.map(|edge| (Self::key([edge[0], edge[1]]), edge[0] < edge[1])).collect();
        edges.sort_unstable();
        edges.dedup();
        Self(edges.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0).collect())
    }

    fn key([from, to]: [GridPoint; 2]) -> [GridPoint; 2] {
        if from < to { [from, to] } else { [to, from] }
    }

    fn contains(&self, edge: [GridPoint; 2]) -> bool {
        self.0.binary_search(&Self::key(edge)).is_ok()
    }
}

/// The place on the plane, to a thousandth of a millimetre: triangulation refuses coordinates that are all but zero.
fn plane(lon_lat: LonLat, projection: &dyn Projection) -> Result<Metres, TessellationFault> {
    let usable = |metres: &Metres| metres.x.abs() < 1e9 && metres.y.abs() < 1e9;
    let metres = projection.forward(lon_lat).filter(usable);
    let metres = metres.ok_or(TessellationFault::NotOnPlane { lon: lon_lat.lon(), lat: lon_lat.lat() })?;
    let rounded = |value: f64| (value * 1e6).round() / 1e6;
    Ok(Metres { x: rounded(metres.x), y: rounded(metres.y) })
}

/// The column and row of the square of a metre that a point lies in.
fn square(metres: Metres) -> (i64, i64) {
    ((metres.x / ONE_PLACE_M).floor() as i64, (metres.y / ONE_PLACE_M).floor() as i64)
}

/// Whether another point lies in each point's square or one beside it; only such a point may be at another's place.
fn crowded(points: &[(Metres, u32)]) -> Vec<bool> {
    // Columns and rows of points below a thousand million metres, in 32 bits each, then the point.
    let key = |column: i64, row: i64| ((column + (1 << 31)) as u128) << 64 | ((row + (1 << 31)) as u128) << 32;
    let mut keys: Vec<u128> = points.iter().zip(0_u128..).map(|(point, index)| key(square(point.0).0, square(point.0).1) | index).collect();
    keys.sort_unstable();
    let mut is_crowded = vec![false; points.len()];
    let mut beside = [0, 0];
    for (position, &own) in keys.iter().enumerate() {
        let index = own as u32 as usize;
        let (column, row) = square(points[index].0);
        let starts_by = |from: usize, column: i64| keys.get(from).is_some_and(|&found| found < key(column, row + 2));
        let is_near = |column: i64, next: &mut usize| {
            while keys.get(*next).is_some_and(|&found| found < key(column, row - 1)) {
                *next += 1;
            }
            starts_by(*next, column)
        };
        let [west, east] = &mut beside;
        is_crowded[index] = starts_by(position + 1, column)
            || position > 0 && keys[position - 1] >= key(column, row - 1)
            || is_near(column - 1, west)
            || is_near(column + 1, east);
    }
    is_crowded
}

/// Crowded points by their square.
#[derive(Default)]
struct Squares(BTreeMap<(i64, i64), Vec<Generator>>);

impl Squares {
    /// The place of the first point less than a metre away; none where the point is free, which it then takes.
    fn take(&mut self, metres: Metres, place: Label) -> Option<Label> {
        let (column, row) = square(metres);
        let around = (column - 1..=column + 1).flat_map(|column| self.0.range((column, row - 1)..=(column, row + 1)));
        let is_near = |other: &&Generator| libm::hypot(other.metres.x - metres.x, other.metres.y - metres.y) < ONE_PLACE_M;
        let taken = around.flat_map(|(_, inside)| inside).filter(is_near).map(|other| other.place).min();
        if taken.is_none() {
            self.0.entry(square(metres)).or_default().push(Generator { metres, place });
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sites at each place, and how many points it has; each site a row of places.
    fn places(sites: &[&[(f64, f64)]]) -> Vec<(Vec<u32>, usize)> {
        let at = |&(x, y): &(f64, f64)| Metres { x, y };
        let part = |site: u32, from, to| Part { ends: [from, to], site, turn: 0, is_covered: false };
        let mut parts = Vec::new();
        for (site, row) in (0..).zip(sites) {
            parts.extend(row.windows(2).map(|pair| part(site, at(&pair[0]), at(&pair[1]))));
            parts.extend((row.len() == 1).then(|| part(site, at(&row[0]), at(&row[0]))));
        }
        let mut generators = Generators::default();
        let turns = Turns::new(&mut parts, &mut []);
        generators.take_places(&Sampled::new(&parts), &turns);
        let points = |place: Label| generators.points.iter().filter(|point| point.place == place).count();
        let sites = |place: Label| generators.sites(place).iter().map(|site| site.0).collect();
        (0..generators.places() as u32).map(|place| (sites(place), points(place))).collect()
    }

    fn sites_at_places(sites: &[&[(f64, f64)]]) -> Vec<Vec<u32>> {
        places(sites).into_iter().map(|place| place.0).collect()
    }

    #[test]
    fn a_site_whose_points_are_all_taken_shares_the_place_of_who_took_them() {
        let found = sites_at_places(&[&[(0.0, 0.0)], &[(-0.9, 0.0)], &[(-1.0, 0.0)], &[(5.0, 0.0)], &[(0.1, 0.1)]]);
        assert_eq!(found, [vec![0, 1, 4], vec![2], vec![3]]);
    }

    #[test]
    fn a_point_on_a_line_has_its_own_place_whichever_comes_first() {
        let (line, point): (&[_], &[_]) = (&[(0.0, 0.0), (9.0, 0.0), (18.0, 0.0)], &[(0.0, 0.0)]);
        let both = [vec![0], vec![1]];
        assert_eq!(sites_at_places(&[line, point]), both);
        assert_eq!(sites_at_places(&[point, line]), both);
        assert_eq!(sites_at_places(&[&[(0.0, 0.0), (0.5, 0.0)], &[(0.2, 0.0)]]), [[0, 1]], "a line of half a metre");
    }

    /// ```text
    /// 0 ────────────────────────      each stretch takes the points along it,
    /// 1         ────────              the longer lines what is left
    /// 2            ──
    /// ```
    #[test]
    fn a_stretch_of_a_line_has_its_own_place_and_the_line_the_rest() {
        let row: &dyn Fn(f64, f64) -> [(f64, f64); 2] = &|from, to| [(from, 0.0), (to, 0.0)];
        let (road, stretch, inner) = (row(0.0, 10_000.0), row(9_000.0, 3_000.0), row(4_321.0, 5_000.0));
        let found = places(&[&road, &stretch, &inner]);
        assert_eq!(found.iter().map(|place| place.0.clone()).collect::<Vec<_>>(), [[0], [1], [2]]);
        let turned = places(&[&inner, &stretch, &road]);
        assert_eq!(found.iter().rev().map(|place| place.1).collect::<Vec<_>>(), turned.iter().map(|place| place.1).collect::<Vec<_>>());
    }

    #[test]
    fn lines_that_are_one_another_share_a_place_and_so_does_one_made_up_of_others() {
        let there: &[(f64, f64)] = &[(0.0, 0.0), (500.0, 0.0)];
        assert_eq!(sites_at_places(&[there, &[(500.0, 0.4), (250.0, 0.4), (0.0, 0.4)]]), [[0, 1]], "less than a metre apart");
        assert_eq!(sites_at_places(&[there, &[(-400.0, 0.0), (0.0, 0.0)], there]), [vec![0, 2], vec![1]], "what it touches is another's");
        let across: [&[(f64, f64)]; 3] = [&[(-400.0, 0.0), (100.0, 0.0)], &[(100.0, 0.0), (700.0, 0.0)], &[(-100.0, 0.0), (501.0, 0.0)]];
        assert_eq!(sites_at_places(&across), [[0], [1]], "both go on beyond it");
        assert_eq!(sites_at_places(&[&[(0.0, 0.0), (900.0, 0.0)], there, &[(900.0, 0.0), (500.0, 0.0)]]), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn places_of_several_points_leave_a_point_to_the_site_that_is_that_point() {
        let mut generators = Generators::default();
        let part = |site: u32, x: f64| Part { ends: [Metres { x, y: 0.0 }; 2], site, turn: 0, is_covered: false };
        let mut parts = [part(0, 0.0), part(0, 50.0), part(1, 50.0)];
        let turns = Turns::new(&mut parts, &mut []);
        generators.take_places(&Sampled::new(&parts), &turns);
        assert_eq!([generators.sites(0), generators.sites(1)], [[SiteIndex(0)], [SiteIndex(1)]]);
    }

    #[test]
    fn points_across_the_edges_of_squares_are_crowded_and_those_alone_are_not() {
        let points = [(0.9, 0.9), (1.1, 1.1), (50.0, 0.0), (52.5, 0.0), (-7.5, 3.0), (-7.5, 2.9), (1.1, -0.1), (-1e8, 1e8)];
        let found = crowded(&points.map(|(x, y)| (Metres { x, y }, 0)));
        assert_eq!(found, [true, true, false, false, true, true, true, false]);
    }

    #[test]
    fn an_edge_that_two_polygons_share_is_covered() {
        let at = |x: i64, y: i64| GridPoint { x, y };
        let ring = |west: i64, east: i64| vec![at(west, 0), at(east, 0), at(east, 9), at(west, 9), at(west, 0)];
        let area = |rings| Area { rings, rank: 0, place: 0, site: 0 };
        let covered = Covered::new(&[area(vec![ring(0, 5)]), area(vec![ring(5, 9)]), area(vec![ring(5, 9)])]);
        assert!(covered.contains([at(5, 0), at(5, 9)]) && covered.contains([at(5, 9), at(5, 0)]));
        assert!(!covered.contains([at(9, 0), at(9, 9)]), "two on one side cover one side");
    }
}
