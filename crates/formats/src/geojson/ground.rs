//! Ground: the cells of a snapshot, and the same dissolved by control.

use std::io::{self, Write};

use geo_types::MultiPolygon;
use marchland_core::{Assessment, Dissolved, Period};

use super::Export;
use super::collection::{Bounds, Collection, Head, Shape, face_id, text_of};
use crate::rows::{Columns, Subject, Value};

/// Writes the ground cell by cell, as MultiPolygons. Ground beyond reach is one row without a site, with the id `beyond-reach@TIME_START`; a
/// cell of a lattice has the id `cell_COLUMN_ROW@TIME_START`, whether sites stand in it or not.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn territory(export: &Export<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let columns = Columns::new(export.context.ledger);
    let bounds = Bounds::of(export.snapshot.cells.iter().map(|cell| Shape::Polygons(&cell.polygons)));
    let mut collection = Collection::new(&Head { name: "territory", provenance: export.provenance, bounds }, &columns, sink);
    for cell in &export.snapshot.cells {
        let subject = Subject { sites: cell.sites(), area_km2: Some(cell.area_km2) };
        let row = export.context.row(&columns, subject, &cell.assessment);
        collection.feature(&face_id(&row, cell.ground.lattice()), &row, &Shape::Polygons(&cell.polygons))?;
    }
    collection.finish()
}

/// Writes the ground dissolved by control and status, as MultiPolygons. `site_id` lists the sites whose ground it is; the state is open to
/// join by `control` and `status`. Its period is that in which none of its cells changes.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn control(export: &Export<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let columns = Columns::new(export.context.ledger);
    let rows = control_rows(export, &columns);
    let bounds = Bounds::of(rows.iter().map(|(_, polygons)| Shape::Polygons(polygons)));
    let mut collection = Collection::new(&Head { name: "control", provenance: export.provenance, bounds }, &columns, sink);
    for (row, polygons) in rows {
        collection.feature(&dissolved_id(&row), &row, &Shape::Polygons(polygons))?;
    }
    collection.finish()
}

/// The rows of [`control`], with their ground.
pub(crate) fn control_rows<'a>(export: &Export<'a>, columns: &Columns) -> Vec<(Vec<Value<'a>>, &'a MultiPolygon<f64>)> {
    let snapshot = export.snapshot;
    let row = |part: &'a Dissolved| {
        let cells = part.cells.iter().map(|&cell| &snapshot.cells[cell]);
        let sites: Vec<_> = cells.clone().flat_map(|cell| cell.sites().iter().copied()).collect();
        let state = together(&cells.map(|cell| &*cell.assessment).collect::<Vec<_>>())?;
        let subject = Subject { sites: &sites, area_km2: Some(part.area_km2) };
        Some((export.context.row(columns, subject, &state), &part.polygons))
    };
    snapshot.dissolved.iter().filter_map(row).collect()
}

/// What several states of one control and status are together: reports and claims of all, the period they have in common, the
/// least confidence.
fn together(states: &[&Assessment]) -> Option<Assessment> {
    let (first, rest) = states.split_first()?;
    let mut all = (*first).clone();
    for state in rest {
        all.claimed_by.extend(&state.claimed_by);
        all.reports_for.extend(&state.reports_for);
        all.reports_against.extend(&state.reports_against);
        all.confidence = all.confidence.zip(state.confidence).map(|(one, other)| one.min(other));
    }
    all.claimed_by.sort_unstable();
    all.claimed_by.dedup();
    for reports in [&mut all.reports_for, &mut all.reports_against] {
        reports.sort_unstable();
        reports.dedup();
    }
    let last_to_start = states.iter().max_by_key(|state| state.period.start())?;
    let first_to_end = states.iter().min_by_key(|state| state.period.end())?;
    if let Ok(period) = Period::new(last_to_start.period.start(), first_to_end.period.end()) {
        all.period = period;
        all.began = last_to_start.began;
        all.open_start = last_to_start.open_start;
        all.open_end = first_to_end.open_end;
    }
    Some(all)
}

/// The id of dissolved ground: `CONTROL|STATUS@TIME_START`; contested ground names its contenders too, by their names.
fn dissolved_id(row: &[Value<'_>]) -> String {
    let control = if text_of(&row[3]) == "contested" { text_of(&row[4]) } else { text_of(&row[3]) };
    format!("{control}|{}@{}", text_of(&row[5]), text_of(&row[7]))
}
