//! Where a dataset lies: the places that its extent and the fitting projection are taken from.

use geo_types::{Geometry, LineString};
use marchland_core::{Ledger, LonLat};
use marchland_formats::dataset::Config;

/// West, south, east, north of the boundary, or of the sites where there is none; west exceeds east across the antimeridian.
pub(crate) fn extent(config: &Config, ledger: &Ledger) -> Option<[f64; 4]> {
    marchland_projection::extent(places(config, ledger))
}

/// Degrees between the places that stand for an edge. Chosen; what is chosen by them needs no closer.
const STEP_DEGREES: f64 = 0.5;

/// Places all along the boundary, or the sites where there is none.
pub(crate) fn places(config: &Config, ledger: &Ledger) -> Vec<LonLat> {
    let mut places = Vec::new();
    match &config.territory.boundary {
        Some(boundary) => add_places(&Geometry::MultiPolygon(boundary.clone()), &mut places),
        None => ledger.sites().iter().filter_map(|site| site.geometry.as_ref()).for_each(|shape| add_places(shape, &mut places)),
    }
    places
}

fn add_places(geometry: &Geometry<f64>, places: &mut Vec<LonLat>) {
    match geometry {
        Geometry::Point(point) => places.extend(LonLat::new(point.x(), point.y())),
        Geometry::MultiPoint(points) => places.extend(points.iter().filter_map(|point| LonLat::new(point.x(), point.y()))),
        Geometry::LineString(line) => add_line(line, places),
        Geometry::MultiLineString(lines) => lines.iter().for_each(|line| add_line(line, places)),
        Geometry::Polygon(polygon) => add_line(polygon.exterior(), places),
        Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|polygon| add_line(polygon.exterior(), places)),
        _ => (),
    }
}

/// Places along a line, its edges straight in degrees the short way round, but along a parallel from −180 to 180.
fn add_line(line: &LineString<f64>, places: &mut Vec<LonLat>) {
    places.extend(line.0.first().and_then(|first| LonLat::new(first.x, first.y)));
    for edge in line.lines() {
        let (east, north) = (edge.end.x - edge.start.x, edge.end.y - edge.start.y);
        let is_parallel = edge.start.x.abs() == 180.0 && edge.end.x.abs() == 180.0;
        let east = if east.abs() <= 180.0 || is_parallel { east } else { east - 360.0_f64.copysign(east) };
        let steps = (east.abs().max(north.abs()) / STEP_DEGREES).ceil().clamp(1.0, 720.0) as u32;
        let between = (1..steps).map(|step| f64::from(step) / f64::from(steps));
        let turned = |lon: f64| if lon.abs() > 180.0 { lon - 360.0_f64.copysign(lon) } else { lon };
        places.extend(between.filter_map(|share| LonLat::new(turned(edge.start.x + share * east), edge.start.y + share * north)));
        places.extend(LonLat::new(edge.end.x, edge.end.y));
    }
}
