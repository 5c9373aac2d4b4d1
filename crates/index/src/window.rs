//! Boxes of longitude and latitude, and which sites lie in one.

use geo_types::{Coord, MultiPolygon};
use marchland_core::{LonLat, Site, SiteIndex};
use rstar::{AABB, RTree, RTreeObject};

use crate::area::Area;
use crate::predicate::{is_in, is_met, side};
use crate::shape::{Part, parts};

/// A box in degrees; where `west` is greater than `east` it crosses the antimeridian.
///
/// Edges belong to it. A box with a number that is not finite, or with `south` above `north`, holds nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Western edge, −180 to 180.
    pub west: f64,
    /// Southern edge, −90 to 90.
    pub south: f64,
    /// Eastern edge, −180 to 180.
    pub east: f64,
    /// Northern edge, −90 to 90.
    pub north: f64,
}

/// A box that does not cross the antimeridian.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    low: Coord<f64>,
    high: Coord<f64>,
}

/// The window as one box, or as one on either side of the antimeridian.
pub(crate) fn spans(window: Window) -> Vec<Span> {
    let Window { west, south, east, north } = window;
    if ![west, south, east, north].iter().all(|edge| edge.is_finite()) || south > north {
        return Vec::new();
    }
    let span = |west: f64, east: f64| Span { low: Coord { x: west, y: south }, high: Coord { x: east, y: north } };
    if west <= east { vec![span(west, east)] } else { vec![span(west, 180.0), span(-180.0, east)] }
}

impl Span {
    pub(crate) fn envelope(&self) -> AABB<[f64; 2]> {
        AABB::from_corners([self.low.x, self.low.y], [self.high.x, self.high.y])
    }

    /// Its south-western and north-eastern corner.
    pub(crate) fn corners(&self) -> [Coord<f64>; 2] {
        [self.low, self.high]
    }

    /// A place in the box, as near to its south-western corner as there are places; none where the box lies off the earth.
    pub(crate) fn corner(&self) -> Option<LonLat> {
        let (lon, lat) = (self.low.x.max(-180.0), self.low.y.max(-90.0));
        LonLat::new(lon, lat).filter(|_| lon <= self.high.x && lat <= self.high.y)
    }

    fn contains(&self, place: Coord<f64>) -> bool {
        (self.low.x..=self.high.x).contains(&place.x) && (self.low.y..=self.high.y).contains(&place.y)
    }

    /// Whether a segment and the box have a place in common; exact.
    pub(crate) fn meets(&self, [from, to]: [Coord<f64>; 2]) -> bool {
        if self.contains(from) || self.contains(to) {
            return true;
        }
        let is_apart = |one: f64, other: f64, low: f64, high: f64| one.max(other) < low || one.min(other) > high;
        if is_apart(from.x, to.x, self.low.x, self.high.x) || is_apart(from.y, to.y, self.low.y, self.high.y) {
            return false;
        }
        let corners = [(self.low.x, self.low.y), (self.high.x, self.low.y), (self.high.x, self.high.y), (self.low.x, self.high.y)];
        let sides = corners.map(|(x, y)| side(from, to, Coord { x, y }));
        !(sides.iter().all(|&side| side > 0.0) || sides.iter().all(|&side| side < 0.0))
    }
}

/// A part of a site's geometry and whose it is.
#[derive(Debug)]
struct SitePart {
    site: SiteIndex,
    part: Part,
}

impl RTreeObject for SitePart {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let corners: Vec<[f64; 2]> = self.part.rings().flatten().map(|coord| [coord.x, coord.y]).collect();
        AABB::from_points(&corners)
    }
}

/// Finds the sites in a window.
///
/// Sites without a geometry, and parts of one with a coordinate out of range, are never found. Built once in n log n for n points, lines and
/// polygons, and then unchanging: it can be shared between threads.
#[derive(Debug)]
pub struct SiteIndexTree {
    parts: RTree<SitePart>,
}

impl SiteIndexTree {
    /// Indexes sites; a [`SiteIndex`] in answers is a position in `sites`.
    #[must_use]
    pub fn new(sites: &[Site]) -> Self {
        let all = (0..).zip(sites).flat_map(|(index, site)| {
            let parts = parts(site.geometry.as_ref());
            parts.into_iter().map(move |part| SitePart { site: SiteIndex(index), part })
        });
        Self { parts: RTree::bulk_load(all.collect()) }
    }

    /// The sites of which some place lies in the window, in order; touching counts, and a polygon round the window too.
    #[must_use]
    pub fn window(&self, window: Window) -> Vec<SiteIndex> {
        let mut sites = Vec::new();
        for span in spans(window) {
            let near = self.parts.locate_in_envelope_intersecting(&span.envelope());
            sites.extend(near.filter(|part| meets(&span, &part.part)).map(|part| part.site));
        }
        sites.sort_unstable();
        sites.dedup();
        sites
    }

    /// The sites of which some place lies in the polygons, in order; touching counts, and a polygon round them too.
    ///
    /// ```
    /// let nowhere = geo_types::MultiPolygon(vec![]);
    /// assert_eq!(marchland_index::SiteIndexTree::new(&[]).within(&nowhere), []);
    /// ```
    #[must_use]
    pub fn within(&self, polygons: &MultiPolygon<f64>) -> Vec<SiteIndex> {
        let mut sites = Vec::new();
        for area in polygons.iter().filter_map(Area::new) {
            let envelope = AABB::from_points(&area.corners().map(|corner| [corner.x, corner.y]));
            let near = self.parts.locate_in_envelope_intersecting(&envelope);
            sites.extend(near.filter(|part| shares(&area, &part.part)).map(|part| part.site));
        }
        sites.sort_unstable();
        sites.dedup();
        sites
    }
}

fn shares(area: &Area, part: &Part) -> bool {
    let crosses = |edge: &[Coord<f64>]| area.borders().iter().any(|border| is_met(*border, [edge[0], edge[1]]));
    let begins_within = part.rings().any(|ring| ring.first().is_some_and(|&first| area.contains(first)));
    let lies_round = matches!(part, Part::Area(rings) if is_in(rings.iter().map(Vec::as_slice), area.borders()[0][0]));
    begins_within || lies_round || part.rings().flat_map(|ring| ring.windows(2)).any(crosses)
}

fn meets(span: &Span, part: &Part) -> bool {
    match part {
        Part::Line(line) => {
            line.first().is_some_and(|&first| span.contains(first)) || line.windows(2).any(|edge| span.meets([edge[0], edge[1]]))
        }
        Part::Area(rings) => {
            rings.iter().flat_map(|ring| ring.windows(2)).any(|edge| span.meets([edge[0], edge[1]]))
                || is_in(rings.iter().map(Vec::as_slice), span.low)
        }
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{Geometry, LineString, Point, Polygon, polygon};
    use marchland_core::{Extra, Names};
    use proptest::prelude::*;

    use super::*;

    fn site(geometry: impl Into<Geometry<f64>>) -> Site {
        Site {
            id: "site".to_owned(),
            names: Names::new("Site"),
            kind: String::new(),
            geometry: Some(geometry.into()),
            precision_m: None,
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

    const WINDOW: Window = Window { west: 0.0, south: 0.0, east: 2.0, north: 1.0 };

    fn found(geometry: impl Into<Geometry<f64>>, window: Window) -> bool {
        !SiteIndexTree::new(&[site(geometry)]).window(window).is_empty()
    }

    #[test]
    fn a_line_through_a_corner_touches_and_one_past_it_does_not() {
        assert!(found(LineString::from(vec![(-1.0, 1.0), (1.0, -1.0)]), WINDOW));
        assert!(!found(LineString::from(vec![(-1.0, 1.0 - 1e-15), (1.0, -1.0)]), WINDOW));
        assert!(found(LineString::from(vec![(-9.0, 0.5), (9.0, 0.5)]), WINDOW), "no end of it lies in the window");
    }

    #[test]
    fn a_polygon_round_the_window_is_found_and_a_window_in_its_hole_is_not() {
        let ring = polygon!(
            exterior: [(x: -9.0, y: -9.0), (x: 9.0, y: -9.0), (x: 9.0, y: 9.0), (x: -9.0, y: 9.0), (x: -9.0, y: -9.0)],
            interiors: [[(x: -5.0, y: -5.0), (x: 5.0, y: -5.0), (x: 5.0, y: 5.0), (x: -5.0, y: 5.0), (x: -5.0, y: -5.0)]],
        );
        assert!(found(Polygon::new(ring.exterior().clone(), vec![]), WINDOW));
        assert!(!found(ring, WINDOW));
    }

    #[test]
    fn a_window_over_the_antimeridian_has_both_its_sides() {
        let window = Window { west: 170.0, south: -10.0, east: -170.0, north: 10.0 };
        let sites = SiteIndexTree::new(&[site(Point::new(-175.0, 0.0)), site(Point::new(0.0, 0.0)), site(Point::new(180.0, 10.0))]);
        assert_eq!(sites.window(window), [SiteIndex(0), SiteIndex(2)]);
    }

    #[test]
    fn a_window_that_is_none_has_nothing() {
        assert!(!found(Point::new(0.0, 0.0), Window { south: 2.0, ..WINDOW }));
        assert!(!found(Point::new(0.0, 0.0), Window { west: f64::NAN, ..WINDOW }));
        assert!(found(Point::new(0.0, 0.0), Window { west: 0.0, south: 0.0, east: 0.0, north: 0.0 }), "one place is a window");
    }

    /// ```text
    ///  +------+
    ///  | 0  +-|--+     site 0 a point, 1 a line across, 2 a polygon round all, 3 apart
    ///  |----1-|  |
    ///  +------+--+
    /// ```
    #[test]
    fn sites_in_polygons_are_those_that_lie_in_cross_or_enclose_them() {
        let square = |low: f64, high: f64| polygon![(x: low, y: low), (x: high, y: low), (x: high, y: high), (x: low, y: high)];
        let road = LineString::from(vec![(-1.0, 1.0), (9.0, 1.0)]);
        let tree = SiteIndexTree::new(&[site(Point::new(1.0, 2.0)), site(road), site(square(-5.0, 9.0)), site(Point::new(20.0, 0.0))]);
        assert_eq!(tree.within(&MultiPolygon(vec![square(0.0, 3.0)])), [SiteIndex(0), SiteIndex(1), SiteIndex(2)]);
        assert_eq!(tree.within(&MultiPolygon(vec![square(30.0, 31.0)])), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn points_in_a_window_are_those_of_brute_force(
            points in prop::collection::vec((-180_i32..=180, -90_i32..=90), 0..200), west in -180_i32..=180, east in -180_i32..=180, south in -90_i32..=90, height in 0_i32..60,
        ) {
            let sites: Vec<_> = points.iter().map(|&(lon, lat)| site(Point::new(f64::from(lon), f64::from(lat)))).collect();
            let window = Window { west: f64::from(west), south: f64::from(south), east: f64::from(east), north: f64::from(south + height) };
            let holds = |&(lon, lat): &(i32, i32)| {
                let is_between = if west <= east { west <= lon && lon <= east } else { lon >= west || lon <= east };
                is_between && south <= lat && lat <= south + height
            };
            let expected: Vec<_> = (0..).zip(&points).filter(|(_, point)| holds(point)).map(|(index, _)| SiteIndex(index)).collect();
            prop_assert_eq!(SiteIndexTree::new(&sites).window(window), expected);
        }
    }
}
