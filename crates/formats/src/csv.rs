//! The shared rows as CSV (RFC 4180): no geometry, but longitude and latitude for points.

use marchland_core::{LonLat, SiteIndex};

use crate::geojson::{Export, TimelineRow, change_columns, control_rows};
use crate::rows::{Columns, RowContext, Subject, Value};
use crate::series::COLUMNS;

/// A table: a header and rows of as many values.
pub(crate) fn table(header: impl Iterator<Item = String>, rows: impl Iterator<Item = Vec<Value>>) -> String {
    let mut out = String::new();
    write_record(&mut out, header.map(|name| field(&name)));
    for row in rows {
        write_record(&mut out, row.iter().map(shown));
    }
    out
}

/// The cells of a snapshot, in its order, ground beyond reach with an empty `site_id`.
#[must_use]
pub fn territory(export: &Export<'_>) -> String {
    let columns = Columns::new(export.context.ledger);
    let rows = export
        .snapshot
        .cells
        .iter()
        .map(|cell| export.context.row(&columns, Subject { sites: cell.sites(), area_km2: Some(cell.area_km2) }, &cell.assessment));
    table(columns.names(), rows)
}

/// The ground of a snapshot by control and status.
#[must_use]
pub fn control(export: &Export<'_>) -> String {
    let columns = Columns::new(export.context.ledger);
    let rows = control_rows(export, &columns);
    table(columns.names(), rows.into_iter().map(|(row, _)| row))
}

/// The sites of a snapshot, with `longitude` and `latitude` after the other columns where the site is one point.
#[must_use]
pub fn sites(export: &Export<'_>) -> String {
    let columns = Columns::new(export.context.ledger);
    let rows = export.snapshot.sites.iter().map(|state| {
        let area_km2 = state.cell.map(|cell| export.snapshot.cells[cell].area_km2);
        let mut row = export.context.row(&columns, Subject { sites: &[state.site], area_km2 }, &state.assessment);
        row.extend(place(export, state.site));
        row
    });
    table(columns.names().chain(["longitude".to_owned(), "latitude".to_owned()]), rows)
}

/// A timeline, one row a state.
#[must_use]
pub fn timeline(rows: &[TimelineRow<'_>], context: &RowContext<'_>) -> String {
    let columns = Columns::new(context.ledger);
    let row = |row: &TimelineRow<'_>| {
        context.row(&columns, Subject { sites: row.sites, area_km2: row.ground.map(|(_, area_km2)| area_km2) }, row.state)
    };
    table(columns.names(), rows.iter().map(row))
}

/// Changes, one row each.
#[must_use]
pub fn changes(rows: &[(Vec<Value>, SiteIndex)]) -> String {
    table(change_columns().iter().map(|&name| name.to_owned()), rows.iter().map(|(row, _)| row.clone()))
}

/// A series, one row a moment and control; each has a value for each of [`series::COLUMNS`](crate::series::COLUMNS).
#[must_use]
pub fn series(rows: Vec<Vec<Value>>) -> String {
    table(COLUMNS.iter().map(|&name| name.to_owned()), rows.into_iter())
}

fn place(export: &Export<'_>, site: SiteIndex) -> [Value; 2] {
    let point = match &export.context.ledger.site(site).geometry {
        Some(geo_types::Geometry::Point(point)) => LonLat::new(point.x(), point.y()),
        _ => None,
    };
    [Value::rounded(point.map(LonLat::lon), 7), Value::rounded(point.map(LonLat::lat), 7)]
}

fn write_record(out: &mut String, fields: impl Iterator<Item = String>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&field);
    }
    out.push('\n');
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => field(text),
    }
}

/// A field, quoted where it must be.
fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
