//! From a dataset to its ground: the projection that fits it, and the coverage of its sites.

use geo_types::{Geometry, LineString};
use marchland_core::{Coverage, Ledger, LonLat, Projection};
use marchland_formats::dataset::Config;
use marchland_territory::{GroundSettings, voronoi};

use crate::failure::Failure;

/// The ground of a dataset, and the projection it was divided in.
pub(crate) struct Grounded {
    /// The cells.
    pub(crate) coverage: Coverage,
    /// The plane of the map.
    pub(crate) projection: Box<dyn Projection>,
}

/// Divides the ground of a dataset among its sites.
pub(crate) fn divide(config: &Config, ledger: &Ledger) -> Result<Grounded, Failure> {
    let projection = projection(config, ledger)?;
    let settings = GroundSettings { boundary: config.territory.boundary.clone(), reach_m: config.territory.reach_m };
    let coverage = voronoi(ledger.sites(), &settings, projection.as_ref()).map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(Grounded { coverage, projection })
}

/// The projection a dataset names, else the one that fits its boundary and sites.
fn projection(config: &Config, ledger: &Ledger) -> Result<Box<dyn Projection>, Failure> {
    if let Some(crs) = &config.map.crs {
        return marchland_projection::from_code(&crs.value).map_err(|error| Failure::Usage(error.to_string()));
    }
    Ok(match config.map.extent {
        Some(extent) => marchland_projection::fitting(extent),
        None => marchland_projection::fitting_places(places(config, ledger)),
    })
}

/// West, south, east, north of the boundary, or of the sites where there is none; west exceeds east across the antimeridian.
pub(crate) fn extent(config: &Config, ledger: &Ledger) -> Option<[f64; 4]> {
    marchland_projection::extent(places(config, ledger))
}

/// Degrees between the places that stand for an edge. Chosen; what is chosen by them needs no closer.
const STEP_DEGREES: f64 = 0.5;

/// Places all along the boundary, or the sites where there is none.
fn places(config: &Config, ledger: &Ledger) -> Vec<LonLat> {
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

/// Square kilometres of each site's cell; none where it takes no ground.
pub(crate) fn areas_by_site(config: &Config, ledger: &Ledger) -> Result<Vec<Option<f64>>, Failure> {
    let divided = divide(config, ledger)?;
    let mut areas = vec![None; ledger.sites().len()];
    for face in divided.coverage.faces() {
        for site in face.ground.sites() {
            areas[site.0 as usize] = Some(face.area_km2);
        }
    }
    Ok(areas)
}
