//! The shared rows as CSV (RFC 4180): no geometry, but longitude and latitude for points.

use std::io::{self, Write};

use marchland_core::{LonLat, SiteIndex};

use crate::digits;
use crate::geojson::{Comparison, Export, TimelineRow, change_columns, compared_columns, compared_row, control_rows};
use crate::rows::{Columns, RowContext, Subject, Value};
use crate::series::COLUMNS;

/// Bytes that are gathered before they are written (chosen: more saves no time).
const GATHERED: usize = 1 << 16;

/// Writes a table: a header and rows of as many values.
pub(crate) fn table<'a>(
    header: impl Iterator<Item = String>,
    rows: impl Iterator<Item = Vec<Value<'a>>>,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let mut out = Vec::new();
    record(&mut out, header, |out, name| field(out, &name));
    for row in rows {
        record(&mut out, row.iter(), cell);
        if out.len() >= GATHERED {
            sink.write_all(&out)?;
            out.clear();
        }
    }
    sink.write_all(&out)
}

/// Writes the cells of a snapshot, in its order, ground beyond reach with an empty `site_id`.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn territory(export: &Export<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let columns = Columns::new(export.context.ledger);
    let rows = export
        .snapshot
        .cells
        .iter()
        .map(|cell| export.context.row(&columns, Subject { sites: cell.sites(), area_km2: Some(cell.area_km2) }, &cell.assessment));
    table(columns.names(), rows, sink)
}

/// Writes the ground of a snapshot by control and status.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn control(export: &Export<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let columns = Columns::new(export.context.ledger);
    let rows = control_rows(export, &columns);
    table(columns.names(), rows.into_iter().map(|(row, _)| row), sink)
}

/// Writes the sites of a snapshot, with `longitude` and `latitude` after the other columns where the site is one point.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn sites(export: &Export<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let columns = Columns::new(export.context.ledger);
    let rows = export.snapshot.sites.iter().map(|state| {
        let area_km2 = state.cell.map(|cell| export.snapshot.cells[cell].area_km2);
        let mut row = export.context.row(&columns, Subject { sites: &[state.site], area_km2 }, &state.assessment);
        row.extend(place(export, state.site));
        row
    });
    table(columns.names().chain(["longitude".to_owned(), "latitude".to_owned()]), rows, sink)
}

/// Writes a timeline, one row a state.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn timeline(rows: &[TimelineRow<'_>], context: &RowContext<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let columns = Columns::new(context.ledger);
    let row = |row: &TimelineRow<'_>| {
        context.row(&columns, Subject { sites: row.sites, area_km2: row.ground.map(|(_, area_km2)| area_km2) }, row.state)
    };
    table(columns.names(), rows.iter().map(row), sink)
}

/// Writes changes, one row each.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn changes(rows: &[(Vec<Value<'_>>, SiteIndex)], sink: &mut dyn Write) -> io::Result<()> {
    table(change_columns().iter().map(|&name| name.to_owned()), rows.iter().map(|(row, _)| row.clone()), sink)
}

/// Writes what is different at a second moment, one row each way that anything went.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn compared(comparison: &Comparison<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let rows = comparison.passages.iter().map(|passage| compared_row(comparison, passage));
    table(compared_columns().iter().map(|&name| name.to_owned()), rows, sink)
}

/// Writes a series, one row a moment and control; each has a value for each of [`series::COLUMNS`](crate::series::COLUMNS).
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn series(rows: Vec<Vec<Value<'_>>>, sink: &mut dyn Write) -> io::Result<()> {
    table(COLUMNS.iter().map(|&name| name.to_owned()), rows.into_iter(), sink)
}

fn place(export: &Export<'_>, site: SiteIndex) -> [Value<'static>; 2] {
    let point = match &export.context.ledger.site(site).geometry {
        Some(geo_types::Geometry::Point(point)) => LonLat::new(point.x(), point.y()),
        _ => None,
    };
    [Value::rounded(point.map(LonLat::lon), 7), Value::rounded(point.map(LonLat::lat), 7)]
}

fn record<T>(out: &mut Vec<u8>, fields: impl Iterator<Item = T>, write: impl Fn(&mut Vec<u8>, T)) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, field);
    }
    out.push(b'\n');
}

fn cell(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Number(number) => digits::number(out, *number),
        Value::Text(text) => field(out, text),
    }
}

/// A field, quoted where it must be.
fn field(out: &mut Vec<u8>, text: &str) {
    if text.contains(['"', ',', '\n', '\r']) {
        out.extend_from_slice(format!("\"{}\"", text.replace('"', "\"\"")).as_bytes());
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}
