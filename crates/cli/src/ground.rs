//! From a dataset to its ground: the projection that fits it, and the coverage of its sites.

use geo_types::{Coord, Geometry};
use marchland_core::{Coverage, Ledger, Projection};
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
    let extent = config.map.extent.or_else(|| extent(config, ledger)).unwrap_or([-1.0, -1.0, 1.0, 1.0]);
    Ok(marchland_projection::fitting(extent))
}

/// West, south, east, north of the boundary, or of the sites where there is none.
pub(crate) fn extent(config: &Config, ledger: &Ledger) -> Option<[f64; 4]> {
    let boundary = config.territory.boundary.clone().map(Geometry::from);
    let shapes: Vec<&Geometry<f64>> = match &boundary {
        Some(boundary) => vec![boundary],
        None => ledger.sites().iter().filter_map(|site| site.geometry.as_ref()).collect(),
    };
    let mut bounds: Option<[f64; 4]> = None;
    for shape in shapes {
        for Coord { x, y } in coords(shape) {
            let [west, south, east, north] = bounds.unwrap_or([x, y, x, y]);
            bounds = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
        }
    }
    bounds
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

fn coords(geometry: &Geometry<f64>) -> Vec<Coord<f64>> {
    let rings = |polygon: &geo_types::Polygon<f64>| polygon.exterior().0.clone();
    match geometry {
        Geometry::Point(point) => vec![point.0],
        Geometry::MultiPoint(points) => points.iter().map(|point| point.0).collect(),
        Geometry::LineString(line) => line.0.clone(),
        Geometry::MultiLineString(lines) => lines.iter().flat_map(|line| line.0.clone()).collect(),
        Geometry::Polygon(polygon) => rings(polygon),
        Geometry::MultiPolygon(polygons) => polygons.iter().flat_map(rings).collect(),
        _ => Vec::new(),
    }
}
