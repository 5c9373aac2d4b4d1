//! Ground dissolved by who holds it, day by day: polygons of every day, and their areas in square degrees as a table.
//! `cargo run --release --example dissolve_days -- DATASET DAYS areas.csv`, of a dataset whose places are polygons (`method = "sites"`).
//!
//! Polygons that stay from one day to the next are made once, so a year costs little more than its changes.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use geo_types::LineString;
use jiff::{SignedDuration, Timestamp};
use marchland_assess::{Assessor, Rule};
use marchland_core::ControlState;
use marchland_formats::dataset;
use marchland_territory::{AreaSettings, Topology, areas, dissolved_through, history};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, days, out] = &arguments[..] else { return Err("expected a dataset, a number of days and a file to write".into()) };
    let dataset = dataset::read(Path::new(folder)).dataset.ok_or("the dataset is not sound: see `marchland check`")?;
    let ledger = &dataset.ledger;
    let rule = Rule::default();
    let timelines = Assessor::new(ledger, &rule, None).timelines();
    let ground = areas(ledger.sites(), &AreaSettings::default())?;
    let (topology, states) = (Topology::new(&ground.coverage), history(&ground.coverage, &timelines));

    // One part of the ground for each actor, and one for contested ground; unknown ground is left out.
    let contested = ledger.actors().len();
    let part = |control: &ControlState| match control {
        ControlState::Held(actor) => Some(actor.0 as usize),
        ControlState::Contested(_) => Some(contested),
        ControlState::Unknown => None,
    };
    let part_of_state: Vec<Option<usize>> = states.states().iter().map(|state| part(&state.control)).collect();
    let first: Timestamp = ledger.span().start() + SignedDuration::from_hours(48);
    let instants: Vec<Timestamp> = (0..days.parse()?).map(|day| first + SignedDuration::from_hours(24 * day)).collect();

    let mut table = BufWriter::new(File::create(out)?);
    writeln!(table, "time,control,area")?;
    for (parts, at) in dissolved_through(&topology, &states, &part_of_state, &instants).zip(&instants) {
        for (part, polygons) in parts.iter().enumerate() {
            let name = ledger.actors().get(part).map_or("contested", |actor| actor.id.as_str());
            let holes = |polygon: &geo_types::Polygon<f64>| polygon.interiors().iter().map(area).sum::<f64>();
            let area: f64 = polygons.iter().map(|polygon| area(polygon.exterior()) - holes(polygon)).sum();
            writeln!(table, "{at},{name},{area}")?;
        }
    }
    Ok(table.flush()?)
}

/// Square degrees within a ring (the shoelace formula, about its first place).
fn area(ring: &LineString<f64>) -> f64 {
    let origin = ring.0[0];
    let doubled: f64 =
        ring.lines().map(|edge| (edge.start - origin).x * (edge.end - origin).y - (edge.end - origin).x * (edge.start - origin).y).sum();
    doubled.abs() / 2.0
}
