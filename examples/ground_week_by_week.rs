//! How the ground each side held changed from week to week. `cargo run --example ground_week_by_week`.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use std::error::Error;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use marchland_assess::{Assessor, Rule};
use marchland_core::{Atlas, SiteIndex};
use marchland_formats::dataset;
use marchland_territory::{Chronicle, GroundSettings, history, series, voronoi};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/afghanistan-2021");
    let dataset = dataset::read(&folder).dataset.ok_or("the dataset is not sound: see `marchland check`")?;
    let (config, ledger) = (&dataset.config, &dataset.ledger);
    let rule = Rule::default();
    let timelines = Assessor::new(ledger, &rule, None).timelines();

    // A timeline is a row of states, each from a moment to a moment, on the word of some reports.
    let first = &timelines[0];
    println!("{}:", ledger.site(SiteIndex(0)).names.default_name());
    for state in first.assessments() {
        println!("  from {} {:?}, {}", state.period.start(), state.control, state.status.word());
    }

    // The ground is made once; what changes is who holds it.
    let ground = GroundSettings { boundary: config.territory.boundary.clone(), reach_m: config.territory.reach_m };
    let coverage = voronoi(ledger.sites(), &ground, marchland_projection::fitting([60.5, 29.4, 74.9, 38.5]).as_ref())?;
    let histories = [history(&coverage, &timelines)];
    let atlas = Atlas::fixed(coverage);
    let chronicle =
        Chronicle { actors: ledger.actors().len(), sites: ledger.sites(), timelines: &timelines, atlas: &atlas, histories: &histories };
    let week = SignedDuration::from_hours(7 * 24);
    let start: Timestamp = "2021-08-01T19:29:59Z".parse()?;
    let weeks: Vec<Timestamp> = (0..4).map(|number| start + week * number).collect();
    for row in series(&chronicle, &weeks) {
        println!("{}  {:?}: {} places, {:.0} km²", row.time, row.control, row.n_sites, row.area_km2);
    }
    Ok(())
}
