//! What is different at a second moment: one feature or row for all ground and sites that went the same way.

use std::io::{self, Write};

use geo_types::MultiPolygon;
use jiff::Timestamp;
use marchland_core::{CellKey, SiteIndex};

use super::collection::{Bounds, Collection, Head, Shape, text_of};
use crate::provenance::Provenance;
use crate::rows::{RowContext, Value, utc};

/// The columns of what is different, in order.
pub(crate) const COMPARED: [&str; 15] = [
    "before",
    "before_name",
    "status_before",
    "after",
    "after_name",
    "status_after",
    "time_start",
    "time_end",
    "n_sites",
    "site_ids",
    "site_names",
    "area_km2",
    "fill",
    "stroke",
    "fill-opacity",
];

/// All that went from one state to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// What it was; none where it lay outside the boundary.
    pub before: Option<CellKey>,
    /// What it became; none where it lies outside the boundary.
    pub after: Option<CellKey>,
    /// The sites whose own states went so, in order, also those without ground.
    pub sites: Vec<SiteIndex>,
    /// The ground that went so; empty where only sites without ground did.
    pub polygons: MultiPolygon<f64>,
    /// Its geodesic area in square kilometres.
    pub area_km2: f64,
}

/// Two moments compared.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// What is different, in order.
    pub passages: &'a [Passage],
    /// The first moment and the second.
    pub moments: [Timestamp; 2],
    /// What the rows have in common.
    pub context: RowContext<'a>,
    /// Where they come from.
    pub provenance: &'a Provenance,
}

/// The row of a passage, coloured by what it became; a side outside the boundary is null.
#[must_use]
pub fn compared_row<'a>(comparison: &Comparison<'a>, passage: &Passage) -> Vec<Value<'a>> {
    let context = &comparison.context;
    let named = |key: Option<&CellKey>| match key {
        Some(key) => [
            Value::Text(context.control(&key.control).into()),
            Value::Text(context.control_name(&key.control)),
            Value::Text(key.status.word().into()),
        ],
        None => [Value::Null, Value::Null, Value::Null],
    };
    let joined = |text: &dyn Fn(SiteIndex) -> String| passage.sites.iter().map(|&site| text(site)).collect::<Vec<_>>().join(";");
    let style = passage.after.as_ref().map(|key| context.style(&key.control, key.status));
    let mut row: Vec<Value<'_>> = named(passage.before.as_ref()).into_iter().chain(named(passage.after.as_ref())).collect();
    row.extend([
        Value::Text(utc(comparison.moments[0]).into()),
        Value::Text(utc(comparison.moments[1]).into()),
        Value::Integer(passage.sites.len() as i64),
        Value::text(joined(&|site| context.ledger.site(site).id.clone())),
        Value::text(joined(&|site| context.ledger.site(site).names.in_language(context.language).to_owned())),
        Value::rounded(Some(passage.area_km2), 6),
        style.as_ref().map_or(Value::Null, |style| Value::Text(style.fill.to_string().into())),
        style.as_ref().map_or(Value::Null, |style| Value::Text(style.stroke.to_string().into())),
        style.as_ref().map_or(Value::Null, |style| Value::Number(style.fill_opacity)),
    ]);
    row
}

/// The names of the columns of what is different.
#[must_use]
pub fn compared_columns() -> &'static [&'static str] {
    &COMPARED
}

/// Writes the ground that is different as MultiPolygons, with the id `NUMBER:BEFORE-STATUS>AFTER-STATUS@TIME_END`, numbered in their
/// order since contested ground of different parties has one word; passages without ground are in the table alone.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn compared(comparison: &Comparison<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let grounds = || comparison.passages.iter().filter(|passage| !passage.polygons.0.is_empty());
    let bounds = Bounds::of(grounds().map(|passage| Shape::Polygons(&passage.polygons)));
    let head = Head { name: "change", provenance: comparison.provenance, bounds };
    let mut collection = Collection::named(&head, COMPARED.iter().map(|&name| name.to_owned()), sink);
    for (number, passage) in (1..).zip(grounds()) {
        let row = compared_row(comparison, passage);
        let side = |at: usize| match text_of(&row[at]) {
            "" => "outside".to_owned(),
            control => format!("{control}-{}", text_of(&row[at + 2])),
        };
        let id = format!("{number}:{}>{}@{}", side(0), side(3), text_of(&row[7]));
        collection.feature(&id, &row, &Shape::Polygons(&passage.polygons))?;
    }
    collection.finish()
}
