//! Timelines: one feature a state, the layer for a time slider.

use std::io::{self, Write};

use geo_types::MultiPolygon;
use marchland_core::{Assessment, LatticeCell, SiteIndex};

use super::collection::{Bounds, Collection, Head, Shape, face_id};
use super::sites::{SiteLayer, add, bounds};
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

/// What is written of a timeline.
#[derive(Clone, Copy, Debug)]
pub struct TimelineExport<'a> {
    /// The states, in the order in which they are written.
    pub rows: &'a [TimelineRow<'a>],
    /// What the rows have in common.
    pub context: RowContext<'a>,
    /// Where they come from.
    pub provenance: &'a Provenance,
}

/// Writes a timeline of cells: one feature a state, as MultiPolygons; rows without ground are left out.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn timeline_of_cells(export: &TimelineExport<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let columns = Columns::new(export.context.ledger);
    let grounds = || export.rows.iter().filter_map(|row| Some((row, row.ground?)));
    let bounds = Bounds::of(grounds().map(|(_, (polygons, _))| Shape::Polygons(polygons)));
    let mut collection = Collection::new(&Head { name: "timeline", provenance: export.provenance, bounds }, &columns, sink);
    for (row, (polygons, area_km2)) in grounds() {
        let values = export.context.row(&columns, Subject { sites: row.sites, area_km2: Some(area_km2) }, row.state);
        collection.feature(&face_id(&values, row.cell), &values, &Shape::Polygons(polygons))?;
    }
    collection.finish()
}

/// Writes the timeline of a layer of sites: one feature a state, with the sites' own geometry, as in [`sites`](crate::geojson::sites()).
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn timeline_of_sites(export: &TimelineExport<'_>, layer: SiteLayer, sink: &mut dyn Write) -> io::Result<()> {
    let (ledger, columns) = (export.context.ledger, Columns::new(export.context.ledger));
    let of_layer = || {
        let placed = export.rows.iter().map(|row| (row.sites.first().and_then(|&site| ledger.site(site).geometry.as_ref()), row));
        placed.filter(|(geometry, _)| SiteLayer::of_geometry(*geometry) == layer)
    };
    let name = format!("timeline{}", layer.suffix());
    let head = Head { name: &name, provenance: export.provenance, bounds: bounds(of_layer().map(|(geometry, _)| geometry)) };
    let mut collection = Collection::new(&head, &columns, sink);
    for (geometry, row) in of_layer() {
        let area_km2 = row.ground.map(|(_, area_km2)| area_km2);
        add(&mut collection, geometry, &export.context.row(&columns, Subject { sites: row.sites, area_km2 }, row.state))?;
    }
    collection.finish()
}
