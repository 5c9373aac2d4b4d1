//! The sites nearest to a point.

use marchland_core::Assessment;
use marchland_index::{NearSite, NearestSites};
use serde_json::{Map, Value, json};

use super::Asked;
use super::point::lon_lat;
use crate::failure::Failure;
use crate::output;
use crate::verb::explain::table;

/// Answers for so many sites, the nearest first.
pub(super) fn run(asked: &Asked<'_>, text: &str, count: usize) -> Result<(), Failure> {
    let place = lon_lat("--nearest", text)?;
    let near = NearestSites::new(asked.answer.loaded.ledger().sites()).nearest(place, count);
    let states: Vec<(NearSite, Assessment)> = near.into_iter().map(|near| (near, asked.assessor.state_at(near.site, asked.at))).collect();
    if asked.json {
        let objects: Vec<Value> = states.iter().map(|(near, state)| object(asked, *near, state)).collect();
        return asked.answer.print(Map::from_iter([("nearest".to_owned(), json!(objects))]));
    }
    let phrasing = asked.phrasing();
    let row = |(near, state): &(NearSite, Assessment)| {
        [format!("{:.2} km", near.distance_m / 1e3), phrasing.site(near.site), phrasing.short_state(state), phrasing.since(state)]
    };
    output::print(&table(["away", "place", "state", "since"], &states.iter().map(row).collect::<Vec<_>>()))
}

fn object(asked: &Asked<'_>, near: NearSite, state: &Assessment) -> Value {
    let mut fields = asked.answer.state(&[near.site], state);
    fields.insert("distance_m".to_owned(), json!((near.distance_m * 10.0).round() / 10.0));
    Value::Object(fields)
}
