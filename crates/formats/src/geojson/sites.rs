//! Sites with their own geometry: points, lines and areas in files of their own.

use geo_types::{Geometry, MultiPolygon};

use super::Export;
use super::collection::{Collection, Shape, id};
use crate::provenance::Provenance;
use crate::rows::{Columns, Subject, Value};

/// The sites with their states, each with its own geometry, one file a geometry type: points in `sites`, lines in `sites_lines`, areas in
/// `sites_areas`; only those that hold anything, but always the points. A site of several points is a feature for each of them, the
/// later ones with `#2`, `#3` after their id; a site whose place nobody knows has a null geometry, in `sites`.
#[must_use]
pub fn sites(export: &Export<'_>) -> Vec<(&'static str, String)> {
    let columns = Columns::new(export.context.ledger);
    let mut files = SiteFiles::new(["sites", "sites_lines", "sites_areas"], &columns, export.provenance);
    for state in &export.snapshot.sites {
        let area_km2 = state.cell.map(|cell| export.snapshot.cells[cell].area_km2);
        let row = export.context.row(&columns, Subject { sites: &[state.site], area_km2 }, &state.assessment);
        files.add(export.context.ledger.site(state.site).geometry.as_ref(), &row);
    }
    files.finish()
}

/// Files of points, lines and areas that are filled together.
pub(crate) struct SiteFiles {
    names: [&'static str; 3],
    collections: [Collection; 3],
}

impl SiteFiles {
    pub(crate) fn new(names: [&'static str; 3], columns: &Columns, provenance: &Provenance) -> Self {
        Self { names, collections: names.map(|name| Collection::new(name, columns, provenance)) }
    }

    pub(crate) fn add(&mut self, geometry: Option<&Geometry<f64>>, row: &[Value]) {
        let id = id(row, "");
        let [points, lines, areas] = &mut self.collections;
        match geometry {
            Some(Geometry::Point(point)) => points.feature(&id, row, &Shape::Point(point.0)),
            Some(Geometry::MultiPoint(many)) => {
                for (at, point) in many.iter().enumerate() {
                    let id = if at == 0 { id.clone() } else { format!("{id}#{}", at + 1) };
                    points.feature(&id, row, &Shape::Point(point.0));
                }
            }
            Some(Geometry::LineString(line)) => lines.feature(&id, row, &Shape::Lines(&[line])),
            Some(Geometry::MultiLineString(many)) => lines.feature(&id, row, &Shape::Lines(&many.iter().collect::<Vec<_>>())),
            Some(Geometry::Polygon(polygon)) => areas.feature(&id, row, &Shape::Polygons(&MultiPolygon(vec![polygon.clone()]))),
            Some(Geometry::MultiPolygon(many)) => areas.feature(&id, row, &Shape::Polygons(many)),
            // The other forms are none of a dataset's.
            None | Some(_) => points.feature(&id, row, &Shape::Nowhere),
        }
    }

    pub(crate) fn finish(self) -> Vec<(&'static str, String)> {
        let named = self.names.into_iter().zip(self.collections);
        named
            .enumerate()
            .filter(|(at, (_, collection))| *at == 0 || collection.features > 0)
            .map(|(_, (name, collection))| (name, collection.finish()))
            .collect()
    }
}
