//! Timelines: one feature a state, the layer for a time slider.

use geo_types::MultiPolygon;
use marchland_core::{Assessment, LatticeCell, SiteIndex};

use super::collection::{Collection, Shape, face_id};
use super::sites::SiteFiles;
use crate::provenance::Provenance;
use crate::rows::{Columns, RowContext, Subject};

/// One state of one or more sites, with its ground, for a timeline.
#[derive(Clone, Copy, Debug)]
pub struct TimelineRow<'a> {
    /// The sites, none for ground beyond reach.
    pub sites: &'a [SiteIndex],
    /// The cell of a lattice, where the ground is one: it names the row.
    pub cell: Option<&'a LatticeCell>,
    /// The state.
    pub state: &'a Assessment,
    /// Its ground, for a timeline of cells.
    pub ground: Option<(&'a MultiPolygon<f64>, f64)>,
}

/// A timeline of cells: one feature a state, as MultiPolygons; rows without ground are left out.
#[must_use]
pub fn timeline_of_cells(rows: &[TimelineRow<'_>], context: &RowContext<'_>, provenance: &Provenance) -> String {
    let columns = Columns::new(context.ledger);
    let mut collection = Collection::new("timeline", &columns, provenance);
    for row in rows {
        if let Some((polygons, area_km2)) = row.ground {
            let values = context.row(&columns, Subject { sites: row.sites, area_km2: Some(area_km2) }, row.state);
            collection.feature(&face_id(&values, row.cell), &values, &Shape::Polygons(polygons));
        }
    }
    collection.finish()
}

/// A timeline of sites: one feature a state, with the sites' own geometry; files as in [`sites`](crate::geojson::sites), named `timeline`, `timeline_lines` and `timeline_areas`.
#[must_use]
pub fn timeline_of_sites(rows: &[TimelineRow<'_>], context: &RowContext<'_>, provenance: &Provenance) -> Vec<(&'static str, String)> {
    let columns = Columns::new(context.ledger);
    let mut files = SiteFiles::new(["timeline", "timeline_lines", "timeline_areas"], &columns, provenance);
    for row in rows {
        let values = context.row(&columns, Subject { sites: row.sites, area_km2: row.ground.map(|(_, area_km2)| area_km2) }, row.state);
        let site = row.sites.first().map(|&site| context.ledger.site(site));
        files.add(site.and_then(|site| site.geometry.as_ref()), &values);
    }
    files.finish()
}
