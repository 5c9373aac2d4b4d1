//! Front lines, by pair of actors and by how well their place is known.

use std::io::{self, Write};

use geo_types::LineString;
use marchland_core::{ActorIndex, Frontline, Period, Snapshot};

use super::Export;
use super::collection::{Bounds, Collection, Head, Shape};
use crate::rows::{Value, utc};

/// The columns of a front line.
const FRONTLINE: [&str; 12] = [
    "left",
    "left_name",
    "right",
    "right_name",
    "certainty",
    "time_start",
    "time_end",
    "length_km",
    "rule",
    "stroke",
    "left_colour",
    "right_colour",
];

/// Writes the lines between ground held by different actors, as MultiLineStrings: for each pair of actors one feature of the stretches whose
/// place is known (`certainty` is `known`) and one of those within the precision of a site (`doubtful`). `left` holds the ground on the left.
///
/// # Errors
///
/// Where the sink cannot be written to.
pub fn frontline(export: &Export<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let parts: Vec<Part<'_>> = export.snapshot.frontlines.iter().flat_map(parts).filter(|part| !part.lines.is_empty()).collect();
    let bounds = Bounds::of(parts.iter().map(|part| Shape::Lines(&part.lines)));
    let head = Head { name: "frontline", provenance: export.provenance, bounds };
    let mut collection = Collection::named(&head, FRONTLINE.into_iter().map(str::to_owned), sink);
    for Part { front, certainty, lines } in &parts {
        let row = frontline_row(export, front, certainty);
        let actor = |actor: ActorIndex| &export.context.ledger.actor(actor).id;
        let id = format!("{}|{}|{certainty}@{}", actor(front.left), actor(front.right), utc(export.snapshot.at));
        collection.feature(&id, &row, &Shape::Lines(lines))?;
    }
    collection.finish()
}

/// The stretches of a front line of one certainty.
struct Part<'a> {
    front: &'a Frontline,
    certainty: &'static str,
    lines: Vec<&'a LineString<f64>>,
}

fn parts(front: &Frontline) -> [Part<'_>; 2] {
    [("known", &front.lines), ("doubtful", &front.doubtful)].map(|(certainty, lines)| Part {
        front,
        certainty,
        lines: lines.iter().collect(),
    })
}

fn frontline_row<'a>(export: &Export<'a>, front: &Frontline, certainty: &'static str) -> Vec<Value<'a>> {
    let context = &export.context;
    let id = |actor| Value::Text(context.ledger.actor(actor).id.as_str().into());
    let name = |actor: ActorIndex| Value::Text(context.ledger.actor(actor).names.in_language(context.language).into());
    let (start, end) = common_period(export.snapshot);
    vec![
        id(front.left),
        name(front.left),
        id(front.right),
        name(front.right),
        Value::Text(certainty.into()),
        Value::Text(start.into()),
        Value::Text(end.into()),
        Value::rounded(Some(front.length_km), 3),
        Value::Text(context.rule.into()),
        Value::Text("#22262b".into()),
        Value::Text(context.colour(front.left).to_string().into()),
        Value::Text(context.colour(front.right).to_string().into()),
    ]
}

/// The period round the snapshot's moment in which no cell changes.
fn common_period(snapshot: &Snapshot) -> (String, String) {
    let periods = || snapshot.cells.iter().map(|cell| cell.assessment.period);
    let start = periods().map(Period::start).max().unwrap_or(snapshot.at);
    let end = periods().map(Period::end).min().unwrap_or(snapshot.at);
    (utc(start), utc(end))
}
