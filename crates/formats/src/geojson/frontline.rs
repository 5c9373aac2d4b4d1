//! Front lines, by pair of actors and by how well their place is known.

use marchland_core::{ActorIndex, Frontline, Period, Snapshot};

use super::Export;
use super::collection::{Collection, Shape};
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

/// Lines between ground held by different actors, as MultiLineStrings: for each pair of actors one feature of the stretches whose
/// place is known (`certainty` is `known`) and one of those within the precision of a site (`doubtful`). `left` holds the ground on the left.
#[must_use]
pub fn frontline(export: &Export<'_>) -> String {
    let columns = FRONTLINE.map(str::to_owned);
    let mut collection = Collection::named("frontline", &columns, export.provenance);
    for front in &export.snapshot.frontlines {
        for (certainty, lines) in [("known", &front.lines), ("doubtful", &front.doubtful)] {
            if !lines.is_empty() {
                let row = frontline_row(export, front, certainty);
                let actor = |actor: ActorIndex| &export.context.ledger.actor(actor).id;
                let id = format!("{}|{}|{certainty}@{}", actor(front.left), actor(front.right), utc(export.snapshot.at));
                collection.feature(&id, &row, &Shape::Lines(&lines.iter().collect::<Vec<_>>()));
            }
        }
    }
    collection.finish()
}

fn frontline_row(export: &Export<'_>, front: &Frontline, certainty: &str) -> Vec<Value> {
    let context = &export.context;
    let id = |actor| Value::Text(context.ledger.actor(actor).id.clone());
    let name = |actor: ActorIndex| Value::Text(context.ledger.actor(actor).names.in_language(context.language).to_owned());
    let (start, end) = common_period(export.snapshot);
    vec![
        id(front.left),
        name(front.left),
        id(front.right),
        name(front.right),
        Value::Text(certainty.to_owned()),
        Value::Text(start),
        Value::Text(end),
        Value::rounded(Some(front.length_km), 3),
        Value::Text(context.rule.to_owned()),
        Value::Text("#22262b".to_owned()),
        Value::Text(context.colour(front.left).to_string()),
        Value::Text(context.colour(front.right).to_string()),
    ]
}

/// The period round the snapshot's moment in which no cell changes.
fn common_period(snapshot: &Snapshot) -> (String, String) {
    let periods = || snapshot.cells.iter().map(|cell| cell.assessment.period);
    let start = periods().map(Period::start).max().unwrap_or(snapshot.at);
    let end = periods().map(Period::end).min().unwrap_or(snapshot.at);
    (utc(start), utc(end))
}
