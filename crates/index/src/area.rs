//! A polygon asked again and again whether places lie in it.
//!
//! Its borders are sorted into bands of latitude, so that a place is held only against those of its own band.

use geo_types::{Coord, Polygon};
use marchland_core::LonLat;

use crate::predicate::{at, is_in};

/// A polygon with its holes; its edge belongs to it.
#[derive(Debug)]
pub(crate) struct Area {
    borders: Vec<[Coord<f64>; 2]>,
    corners: [Coord<f64>; 2],
    /// For each band the borders that reach into it.
    bands: Vec<Vec<u32>>,
}

impl Area {
    /// None of a polygon without edges, or with one that is no place.
    pub(crate) fn new(polygon: &Polygon<f64>) -> Option<Self> {
        let rings = || std::iter::once(polygon.exterior()).chain(polygon.interiors());
        let mut corners = rings().flat_map(|ring| &ring.0);
        if !corners.clone().all(|corner| LonLat::new(corner.x, corner.y).is_some()) {
            return None;
        }
        let &first = corners.next()?;
        let low = corners.clone().fold(first, |low, corner| at(low.x.min(corner.x), low.y.min(corner.y)));
        let high = corners.fold(first, |high, corner| at(high.x.max(corner.x), high.y.max(corner.y)));
        let borders: Vec<_> = rings().flat_map(|ring| ring.0.windows(2)).map(|pair| [pair[0], pair[1]]).collect();
        if borders.is_empty() {
            return None;
        }
        let mut area = Self { bands: vec![Vec::new(); borders.len()], corners: [low, high], borders };
        for (border, [from, to]) in (0..).zip(&area.borders) {
            let (one, other) = (area.band(from.y), area.band(to.y));
            area.bands[one.min(other)..=one.max(other)].iter_mut().for_each(|band| band.push(border));
        }
        Some(area)
    }

    /// Its rings' edges, the outer ring's first.
    pub(crate) fn borders(&self) -> &[[Coord<f64>; 2]] {
        &self.borders
    }

    /// Its south-western and north-eastern corner.
    pub(crate) fn corners(&self) -> [Coord<f64>; 2] {
        self.corners
    }

    /// Whether a place lies in it or on its edge; exact.
    pub(crate) fn contains(&self, place: Coord<f64>) -> bool {
        let [low, high] = self.corners;
        let is_near = (low.x..=high.x).contains(&place.x) && (low.y..=high.y).contains(&place.y);
        is_near && is_in(self.bands[self.band(place.y)].iter().map(|&border| &self.borders[border as usize][..]), place)
    }

    fn band(&self, lat: f64) -> usize {
        let [low, high] = self.corners;
        let share = (lat - low.y) / (high.y - low.y);
        ((share * self.bands.len() as f64) as usize).min(self.bands.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;

    #[test]
    fn the_edge_belongs_to_an_area_and_the_inside_of_a_hole_does_not() {
        let area = Area::new(&polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 9.0, y: 9.0), (x: 0.0, y: 9.0)],
            interiors: [[(x: 3.0, y: 3.0), (x: 6.0, y: 3.0), (x: 6.0, y: 6.0), (x: 3.0, y: 6.0)]],
        ));
        let is_in = |x, y| area.as_ref().unwrap().contains(at(x, y));
        assert!(is_in(0.0, 0.0) && is_in(1.0, 4.0) && is_in(6.0, 5.0) && is_in(9.0, 9.0));
        assert!(!is_in(4.0, 4.0) && !is_in(9.5, 4.0) && !is_in(4.0, -1e-300));
    }

    #[test]
    fn a_flat_polygon_is_its_edge_and_one_without_edges_or_off_the_earth_is_none() {
        let flat = Area::new(&polygon![(x: 0.0, y: 1.0), (x: 5.0, y: 1.0)]).unwrap();
        assert!(flat.contains(at(2.0, 1.0)) && !flat.contains(at(6.0, 1.0)));
        assert!(Area::new(&polygon![]).is_none() && Area::new(&polygon![(x: 0.0, y: 1.0)]).is_none());
        assert!(Area::new(&polygon![(x: 0.0, y: 91.0)]).is_none());
    }
}
