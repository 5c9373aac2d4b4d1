//! Sites as points of the plane that generate cells.
//!
//! A point is itself; a line, or a polygon's ring, is a row of points along it ([`super::sampling`]). The ground within a polygon is
//! its site's whatever else is near: its edges are kept as claims. Points at one place are brought together here.

use std::collections::BTreeMap;

use geo_types::{Coord, Geometry};
use marchland_core::{LonLat, Metres, Projection, Site, SiteIndex};

use super::sampling::{Part, sampled};
use super::{TessellationFault, rings};
use crate::arrangement::grid::GridPoint;
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
                parts.push(Part { ends: [plane(place, projection)?; 2], site: index, is_covered: false });
                continue;
            }
            for row in rows(site)? {
                generators.spread.extend(row.iter().map(|point| point.lon_lat()));
                add_row(&row, index, &covered, projection, &mut parts)?;
            }
        }
        generators.take_places(&sampled(&parts));
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

    /// Gives each site a place of its own for what points of it are not taken, or, where all are, that of the first taken. Where a site
    /// that is one point lies on a line, the line leaves that point to it, whichever comes first, unless it has no other.
    fn take_places(&mut self, points: &[(Metres, u32)]) {
        let is_crowded = crowded(points);
        let alone = points_alone(points, &is_crowded);
        let mut squares = Squares::default();
        let mut position = 0;
        let mut areas = 0;
        for of_site in points.chunk_by(|one, other| one.1 == other.1) {
            let (place, before) = (self.first.len() as Label, self.points.len());
            let mut shared = None;
            let crowd = &is_crowded[position..position + of_site.len()];
            let is_left = |(point, is_crowded): (&(Metres, u32), &bool)| *is_crowded && alone.near(point.0).is_some();
            let keeps_all = of_site.len() == 1 || of_site.iter().zip(crowd).all(is_left);
            for point in of_site {
                let metres = point.0;
                if !keeps_all && is_left((point, &is_crowded[position])) {
                    position += 1;
                    continue;
                }
                let taken = if is_crowded[position] { squares.take(metres, place) } else { None };
                position += 1;
                match taken {
                    Some(taken) => shared = shared.or(Some(taken)),
                    None => self.points.push(Generator { metres, place }),
                }
            }
            let site = of_site[0].1;
            let area = self.areas.get_mut(areas).filter(|area| area.site == site);
            match shared.filter(|_| self.points.len() == before && area.is_none()) {
                Some(shared) => self.others.push((shared, SiteIndex(site))),
                None => self.first.push(SiteIndex(site)),
            }
            if let Some(area) = area {
                area.place = place;
                areas += 1;
            }
        }
        self.others.sort_unstable();
    }
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
    let mut before = None;
    for &point in row {
        let metres = plane(point.lon_lat(), projection)?;
        if let Some((from, start)) = before {
            parts.push(Part { ends: [start, metres], site, is_covered: covered.contains([from, point]) });
        }
        before = Some((point, metres));
    }
    parts.extend(before.filter(|_| row.len() == 1).map(|(_, metres)| Part { ends: [metres; 2], site, is_covered: false }));
    Ok(())
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

/// The crowded points of sites that are one point.
fn points_alone(points: &[(Metres, u32)], is_crowded: &[bool]) -> Squares {
    let mut alone = Squares::default();
    let mut position = 0;
    for of_site in points.chunk_by(|one, other| one.1 == other.1) {
        if of_site.len() == 1 && is_crowded[position] {
            alone.take(of_site[0].0, 0);
        }
        position += of_site.len();
    }
    alone
}

/// Crowded points by their square.
#[derive(Default)]
struct Squares(BTreeMap<(i64, i64), Vec<Generator>>);

impl Squares {
    /// The place of the first point less than a metre away; none where the point is free, which it then takes.
    fn take(&mut self, metres: Metres, place: Label) -> Option<Label> {
        let taken = self.near(metres);
        if taken.is_none() {
            self.0.entry(square(metres)).or_default().push(Generator { metres, place });
        }
        taken
    }

    /// The place of the first point less than a metre away.
    fn near(&self, metres: Metres) -> Option<Label> {
        let (column, row) = square(metres);
        let around = (column - 1..=column + 1).flat_map(|column| self.0.range((column, row - 1)..=(column, row + 1)));
        let is_near = |other: &&Generator| libm::hypot(other.metres.x - metres.x, other.metres.y - metres.y) < ONE_PLACE_M;
        around.flat_map(|(_, inside)| inside).filter(is_near).map(|other| other.place).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(points: &[(f64, f64, u32)]) -> Vec<Vec<SiteIndex>> {
        let mut generators = Generators::default();
        generators.take_places(&points.iter().map(|&(x, y, site)| (Metres { x, y }, site)).collect::<Vec<_>>());
        (0..generators.places() as u32).map(|place| generators.sites(place)).collect()
    }

    #[test]
    fn a_site_whose_points_are_all_taken_shares_the_place_of_the_first() {
        let found = places(&[(0.0, 0.0, 0), (-0.9, 0.0, 1), (-1.0, 0.0, 2), (5.0, 0.0, 3), (0.1, 0.1, 4)]);
        assert_eq!(found, [vec![SiteIndex(0), SiteIndex(1), SiteIndex(4)], vec![SiteIndex(2)], vec![SiteIndex(3)]]);
    }

    #[test]
    fn a_point_on_a_line_has_its_own_place_whichever_comes_first() {
        let (line, point) = ([(0.0, 0.0), (9.0, 0.0), (18.0, 0.0)], (0.0, 0.0));
        let row = |site: u32| line.map(|(x, y)| (x, y, site)).to_vec();
        let both = [vec![SiteIndex(0)], vec![SiteIndex(1)]];
        assert_eq!(places(&[row(0), vec![(point.0, point.1, 1)]].concat()), both);
        assert_eq!(places(&[vec![(point.0, point.1, 0)], row(1)].concat()), both);
        assert_eq!(places(&[(0.0, 0.0, 0), (0.5, 0.0, 0), (0.2, 0.0, 1)]), [[SiteIndex(0), SiteIndex(1)]], "a line of half a metre");
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
