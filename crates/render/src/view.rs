//! From degrees to the page: which part of the plane a frame shows, and at what scale.

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use marchland_core::{LonLat, Projection};

use crate::scene::{Path, Rect, Step};

/// A frame of the page and the ground it shows.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    projection: &'a dyn Projection,
    /// The frame on the page.
    pub(crate) frame: Rect,
    /// Pixels of a metre on the plane.
    pub(crate) scale: f64,
    /// The plane's place at the frame's middle.
    centre: [f64; 2],
}

impl<'a> View<'a> {
    /// A view that shows all of some places, as large as the frame allows; none where nothing can be projected.
    ///
    /// Places that coincide are shown with a kilometre round them.
    pub(crate) fn of(places: impl Iterator<Item = Coord<f64>>, projection: &'a dyn Projection, frame: Rect) -> Option<Self> {
        let mut bounds: Option<[f64; 4]> = None;
        for [x, y] in places.filter_map(|place| project(projection, place)) {
            let [west, south, east, north] = bounds.unwrap_or([x, y, x, y]);
            bounds = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
        }
        let [west, south, east, north] = bounds?;
        let (width, height) = ((east - west).max(1_000.0), (north - south).max(1_000.0));
        let scale = (frame.width / width).min(frame.height / height);
        Some(Self { projection, frame, scale, centre: [f64::midpoint(west, east), f64::midpoint(south, north)] })
    }

    /// The same ground at the same scale in another frame with the same middle.
    pub(crate) fn within(self, frame: Rect) -> Self {
        Self { frame, ..self }
    }

    /// Where a place lies on the page; none where the projection has no place for it.
    pub(crate) fn place(&self, coord: Coord<f64>) -> Option<[f64; 2]> {
        let [x, y] = project(self.projection, coord)?;
        let middle = [self.frame.x + self.frame.width / 2.0, self.frame.y + self.frame.height / 2.0];
        Some([middle[0] + (x - self.centre[0]) * self.scale, middle[1] - (y - self.centre[1]) * self.scale])
    }

    /// The pixels of a line.
    pub(crate) fn line(&self, line: &LineString<f64>) -> Vec<[f64; 2]> {
        line.coords().filter_map(|&coord| self.place(coord)).collect()
    }

    /// The pixels of the rings of some polygons.
    pub(crate) fn rings(&self, polygons: &MultiPolygon<f64>) -> Vec<Vec<[f64; 2]>> {
        let rings = polygons.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        rings.map(|ring| self.line(ring)).collect()
    }

    /// The shape of some polygons.
    pub(crate) fn polygons(&self, polygons: &MultiPolygon<f64>) -> Path {
        Path::of(polygons.iter().flat_map(|polygon| self.polygon(polygon)).collect())
    }

    fn polygon(&self, polygon: &Polygon<f64>) -> Vec<Step> {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        rings.flat_map(|ring| self.ring(ring)).collect()
    }

    fn ring(&self, ring: &LineString<f64>) -> Vec<Step> {
        let mut steps = Path::line(&self.line(ring)).steps;
        if !steps.is_empty() {
            steps.push(Step::Close);
        }
        steps
    }

    /// The shape of any geometry: of a point, nothing.
    pub(crate) fn shape(&self, geometry: &Geometry<f64>) -> Path {
        match geometry {
            Geometry::LineString(line) => Path::line(&self.line(line)),
            Geometry::MultiLineString(lines) => Path::of(lines.iter().flat_map(|line| Path::line(&self.line(line)).steps).collect()),
            Geometry::Polygon(polygon) => Path::of(self.polygon(polygon)),
            Geometry::MultiPolygon(polygons) => self.polygons(polygons),
            _ => Path::of(Vec::new()),
        }
    }

    /// The degrees of the frame's corners and middles of edges, for a frame of this view on another.
    pub(crate) fn outline(&self) -> Vec<Coord<f64>> {
        let Rect { width, height, .. } = self.frame;
        let corners = [[-1.0, 1.0], [1.0, 1.0], [1.0, -1.0], [-1.0, -1.0], [-1.0, 1.0]];
        let metres = corners.map(|[x, y]| [self.centre[0] + x * width / 2.0 / self.scale, self.centre[1] + y * height / 2.0 / self.scale]);
        let places = metres.iter().filter_map(|&[x, y]| self.projection.inverse(marchland_core::Metres { x, y }));
        places.map(|place| Coord { x: place.lon(), y: place.lat() }).collect()
    }

    /// Pixels of a metre of ground at the frame's middle: what the scale bar measures. A projection's plane is stretched.
    pub(crate) fn ground_scale(&self) -> f64 {
        const EARTH_M: f64 = 6_371_008.8; // IUGG mean radius
        let at = |x: f64| self.projection.inverse(marchland_core::Metres { x: self.centre[0] + x, y: self.centre[1] });
        let (Some(west), Some(east)) = (at(-500.0), at(500.0)) else { return self.scale };
        let north = (west.lat() - east.lat()).to_radians();
        let across = (west.lon() - east.lon()).to_radians() * libm::cos(f64::midpoint(west.lat(), east.lat()).to_radians());
        let metres = EARTH_M * libm::hypot(north, across);
        if metres > 1.0 { self.scale * 1_000.0 / metres } else { self.scale }
    }
}

fn project(projection: &dyn Projection, coord: Coord<f64>) -> Option<[f64; 2]> {
    let metres = projection.forward(LonLat::new(coord.x, coord.y)?)?;
    (metres.x.is_finite() && metres.y.is_finite()).then_some([metres.x, metres.y])
}
