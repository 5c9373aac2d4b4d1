//! Changes: one feature each, at the place of its site.

use std::io::{self, Write};

use geo_types::Geometry;
use marchland_core::{Change, SiteIndex};

use super::collection::{Bounds, Collection, Head, Shape, text_of};
use crate::provenance::Provenance;
use crate::rows::{RowContext, Value, utc};

/// The columns of a change.
pub(crate) const CHANGE: [&str; 12] = [
    "site_id",
    "site_name",
    "time",
    "time_min",
    "time_max",
    "before",
    "after",
    "status_before",
    "status_after",
    "confidence",
    "report_ids",
    "area_km2",
];

/// The row of a change; `report_ids` are those on whose word the new state rests.
#[must_use]
pub fn change_row<'a>(change: &Change, context: &RowContext<'a>, area_km2: Option<f64>) -> Vec<Value<'a>> {
    let (before, after) = (&change.before, &change.after);
    let site = context.ledger.site(change.site);
    let (first, last) = after.began.map_or((change.time(), change.time()), |began| (began.earliest(), began.latest()));
    let reports = context.publishable(&after.reports_for);
    let ids: Vec<&str> = reports.iter().map(|&report| context.ledger.report(report).id.as_str()).collect();
    vec![
        Value::Text(site.id.as_str().into()),
        Value::Text(site.names.in_language(context.language).into()),
        Value::Text(utc(change.time()).into()),
        Value::Text(utc(first).into()),
        Value::Text(utc(last).into()),
        Value::Text(context.control(&before.control).into()),
        Value::Text(context.control(&after.control).into()),
        Value::Text(before.status.word().into()),
        Value::Text(after.status.word().into()),
        Value::rounded(after.confidence, 4),
        Value::text(ids.join(";")),
        Value::rounded(area_km2, 6),
    ]
}

/// The names of the columns of a change.
#[must_use]
pub fn change_columns() -> &'static [&'static str] {
    &CHANGE
}

/// Writes changes at the places of their sites: points; a change at a site of another geometry has none.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn changes(
    rows: &[(Vec<Value<'_>>, SiteIndex)],
    context: &RowContext<'_>,
    provenance: &Provenance,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let shape = |site: SiteIndex| match &context.ledger.site(site).geometry {
        Some(Geometry::Point(point)) => Shape::Point(point.0),
        _ => Shape::Nowhere,
    };
    let bounds = Bounds::of(rows.iter().map(|&(_, site)| shape(site)));
    let head = Head { name: "changes", provenance, bounds };
    let mut collection = Collection::named(&head, CHANGE.into_iter().map(str::to_owned), sink);
    for (row, site) in rows {
        let id = format!("{}@{}", text_of(&row[0]), text_of(&row[2]));
        collection.feature(&id, row, &shape(*site))?;
    }
    collection.finish()
}
