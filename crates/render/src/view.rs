//! From degrees to the page: which part of the plane a frame shows, and at what scale.

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use marchland_core::{LonLat, Metres, Projection};

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

    /// Pixels down from the northernmost of some places to the southernmost: at least those of a kilometre.
    pub(crate) fn height_of(&self, places: impl Iterator<Item = Coord<f64>>) -> f64 {
        let ys = places.filter_map(|place| project(self.projection, place)).map(|[_, y]| y);
        let [south, north] = ys.fold([f64::INFINITY, f64::NEG_INFINITY], |[south, north], y| [south.min(y), north.max(y)]);
        (north - south).max(1_000.0) * self.scale
    }

    /// The same ground at the same scale in another frame with the same middle.
    pub(crate) fn within(self, frame: Rect) -> Self {
        Self { frame, ..self }
    }

    /// The same middle, with so many pixels for a metre of ground there.
    pub(crate) fn with_ground_scale(self, pixels: f64) -> Self {
        Self { scale: self.scale * pixels / self.ground_scale(), ..self }
    }

    /// The degrees of a place on the page; none where the plane has no ground.
    pub(crate) fn ground(&self, [x, y]: [f64; 2]) -> Option<Coord<f64>> {
        let middle = [self.frame.x + self.frame.width / 2.0, self.frame.y + self.frame.height / 2.0];
        let metres = Metres { x: self.centre[0] + (x - middle[0]) / self.scale, y: self.centre[1] - (y - middle[1]) / self.scale };
        let place = self.projection.inverse(metres)?;
        Some(Coord { x: place.lon(), y: place.lat() })
    }

    /// Where the frame lies on the plane, as GDAL's geotransform has it: metres of its left edge, a pixel across, 0, of its upper edge,
    /// 0, a pixel down.
    pub(crate) fn geotransform(&self) -> [f64; 6] {
        let pixel = 1.0 / self.scale;
        let (left, top) = (self.centre[0] - self.frame.width / 2.0 * pixel, self.centre[1] + self.frame.height / 2.0 * pixel);
        [left, pixel, 0.0, top, 0.0, -pixel]
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

    /// The degrees of the frame's corners and the first again, for a frame of this view on another.
    pub(crate) fn outline(&self) -> Vec<Coord<f64>> {
        let Rect { x, y, .. } = self.frame;
        let (right, bottom) = (self.frame.right(), self.frame.bottom());
        let corners = [[x, y], [right, y], [right, bottom], [x, bottom], [x, y]];
        corners.into_iter().filter_map(|corner| self.ground(corner)).collect()
    }

    /// Pixels of a metre of ground across the frame's middle: what the scale bar measures. A projection's plane is stretched.
    pub(crate) fn ground_scale(&self) -> f64 {
        self.scale_about(self.centre)
    }

    /// So many metres of ground about a place, in pixels: a plane is stretched more in one place than in another.
    pub(crate) fn pixels(&self, metres: f64, about: Coord<f64>) -> f64 {
        metres * project(self.projection, about).map_or(self.scale, |about| self.scale_about(about))
    }

    fn scale_about(&self, [x, y]: [f64; 2]) -> f64 {
        let at = |east: f64| self.projection.inverse(Metres { x: x + east, y });
        let (Some(west), Some(east)) = (at(-500.0), at(500.0)) else { return self.scale };
        let metres = short_way(west, east);
        if metres > 1.0 { self.scale * 1_000.0 / metres } else { self.scale }
    }
}

/// Metres between places some kilometres apart on WGS 84, along the ellipsoid's radii of curvature halfway (Snyder 1987, 4-18 and
/// 4-20): off by less than a millionth.
fn short_way(one: LonLat, other: LonLat) -> f64 {
    const A: f64 = 6_378_137.0;
    const E2: f64 = 0.006_694_379_990_141_316; // of the flattening 1/298.257223563
    let (sine, cosine) = libm::sincos(f64::midpoint(one.lat(), other.lat()).to_radians());
    let flat = 1.0 - E2 * sine * sine;
    let across = A / flat.sqrt() * cosine * turned(other.lon() - one.lon()).to_radians();
    let up = A * (1.0 - E2) / (flat * flat.sqrt()) * (other.lat() - one.lat()).to_radians();
    libm::hypot(across, up)
}

/// A difference of longitudes the short way round, from −180 up to but without 180.
pub(crate) fn turned(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}

fn project(projection: &dyn Projection, coord: Coord<f64>) -> Option<[f64; 2]> {
    let metres = projection.forward(LonLat::new(coord.x, coord.y)?)?;
    (metres.x.is_finite() && metres.y.is_finite()).then_some([metres.x, metres.y])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres([west, south]: [f64; 2], [east, north]: [f64; 2]) -> f64 {
        let [one, other] = [[west, south], [east, north]].map(|[lon, lat]| LonLat::new(lon, lat).unwrap());
        short_way(one, other)
    }

    #[test]
    fn short_ways_are_those_of_the_ellipsoid_whichever_way_round_and_across_the_antimeridian() {
        // A hundredth of a degree: of the equator 1,113.195 m, of a meridian at 45° 1,111.318 m (Snyder 1987, table 3: 111,131.8 m a degree).
        assert!((metres([10.0, 0.0], [10.01, 0.0]) - 1_113.195).abs() < 1e-3);
        assert!((metres([179.995, 0.0], [-179.995, 0.0]) - 1_113.195).abs() < 1e-3);
        assert!((metres([10.0, 45.005], [10.0, 44.995]) - 1_111.318).abs() < 1e-3);
    }
}
