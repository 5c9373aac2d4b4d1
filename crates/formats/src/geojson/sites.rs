//! Sites with their own geometry: points, lines and areas in files of their own.

use std::io::{self, Write};

use geo_types::{Geometry, LineString, MultiPolygon};
use marchland_core::Site;

use super::Export;
use super::collection::{Bounds, Collection, Head, Shape, id};
use crate::rows::{Columns, Subject, Value};

/// One of the files that sites are written into, by type of geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SiteLayer {
    /// Points, and sites whose place nobody knows.
    Points,
    /// Lines.
    Lines,
    /// Areas.
    Areas,
}

impl SiteLayer {
    /// The layers of some sites, in order: only those that hold anything, but always the points.
    pub fn holding<'a>(sites: impl Iterator<Item = &'a Site>) -> Vec<Self> {
        let mut layers: Vec<Self> = sites.map(|site| Self::of_geometry(site.geometry.as_ref())).chain([Self::Points]).collect();
        layers.sort_unstable();
        layers.dedup();
        layers
    }

    /// What stands behind a file's name for it: nothing for points, `_lines`, `_areas`.
    ///
    /// ```
    /// assert_eq!(marchland_formats::SiteLayer::Lines.suffix(), "_lines");
    /// ```
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Points => "",
            Self::Lines => "_lines",
            Self::Areas => "_areas",
        }
    }

    pub(crate) fn of_geometry(geometry: Option<&Geometry<f64>>) -> Self {
        match geometry {
            Some(Geometry::LineString(_) | Geometry::MultiLineString(_)) => Self::Lines,
            Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)) => Self::Areas,
            // The other forms are none of a dataset's.
            None | Some(_) => Self::Points,
        }
    }
}

/// Writes the sites of a layer with their states, each with its own geometry. A site of several points is a feature for each of them, the
/// later ones with `#2`, `#3` after their id; a site whose place nobody knows has a null geometry, among the points.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn sites(export: &Export<'_>, layer: SiteLayer, sink: &mut dyn Write) -> io::Result<()> {
    let (ledger, columns) = (export.context.ledger, Columns::new(export.context.ledger));
    let of_layer = || {
        let placed = export.snapshot.sites.iter().map(|state| (ledger.site(state.site).geometry.as_ref(), state));
        placed.filter(|(geometry, _)| SiteLayer::of_geometry(*geometry) == layer)
    };
    let name = format!("sites{}", layer.suffix());
    let head = Head { name: &name, provenance: export.provenance, bounds: bounds(of_layer().map(|(geometry, _)| geometry)) };
    let mut collection = Collection::new(&head, &columns, sink);
    for (geometry, state) in of_layer() {
        let area_km2 = state.cell.map(|cell| export.snapshot.cells[cell].area_km2);
        let row = export.context.row(&columns, Subject { sites: &[state.site], area_km2 }, &state.assessment);
        add(&mut collection, geometry, &row)?;
    }
    collection.finish()
}

/// The extent of some sites.
pub(crate) fn bounds<'a>(geometries: impl Iterator<Item = Option<&'a Geometry<f64>>>) -> Bounds {
    let mut corners = Vec::new();
    for geometry in geometries.flatten() {
        match geometry {
            Geometry::Point(point) => corners.push(point.0),
            Geometry::MultiPoint(many) => corners.extend(many.iter().map(|point| point.0)),
            Geometry::LineString(line) => corners.extend(line.coords()),
            Geometry::MultiLineString(many) => corners.extend(many.iter().flat_map(LineString::coords)),
            Geometry::Polygon(polygon) => corners.extend(polygon.exterior().coords()),
            Geometry::MultiPolygon(many) => corners.extend(many.iter().flat_map(|polygon| polygon.exterior().coords())),
            _ => {}
        }
    }
    Bounds::of(corners.into_iter().map(Shape::Point))
}

/// Writes a site at its geometry.
pub(crate) fn add(collection: &mut Collection<'_>, geometry: Option<&Geometry<f64>>, row: &[Value<'_>]) -> io::Result<()> {
    let id = id(row, "");
    match geometry {
        Some(Geometry::Point(point)) => collection.feature(&id, row, &Shape::Point(point.0)),
        Some(Geometry::MultiPoint(many)) => many.iter().enumerate().try_for_each(|(at, point)| {
            let id = if at == 0 { id.clone() } else { format!("{id}#{}", at + 1) };
            collection.feature(&id, row, &Shape::Point(point.0))
        }),
        Some(Geometry::LineString(line)) => collection.feature(&id, row, &Shape::Lines(&[line])),
        Some(Geometry::MultiLineString(many)) => collection.feature(&id, row, &Shape::Lines(&many.iter().collect::<Vec<_>>())),
        Some(Geometry::Polygon(polygon)) => collection.feature(&id, row, &Shape::Polygons(&MultiPolygon(vec![polygon.clone()]))),
        Some(Geometry::MultiPolygon(many)) => collection.feature(&id, row, &Shape::Polygons(many)),
        None | Some(_) => collection.feature(&id, row, &Shape::Nowhere),
    }
}
