//! Who held a point, when, how surely? `cargo run --example who_held_this_point`
//!
//! The dataset is read whole; its sites become ground; an index finds the cell a point is in; the rule says who held its sites.

#![expect(clippy::print_stdout, reason = "an example prints its answer")]

use std::error::Error;
use std::path::Path;

use marchland_assess::{Assessor, Rule, confidence_term};
use marchland_core::{Ground, LonLat};
use marchland_formats::dataset;
use marchland_index::CellIndex;
use marchland_territory::{GroundSettings, voronoi};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/kunduz");
    let dataset = dataset::read(&folder).dataset.ok_or("the dataset is not sound: see `marchland check`")?;
    let (config, ledger) = (dataset.config, dataset.ledger);

    let projection = marchland_projection::from_code("EPSG:32642")?;
    let ground = GroundSettings { boundary: config.territory.boundary, reach_m: config.territory.reach_m };
    let coverage = voronoi(ledger.sites(), &ground, projection.as_ref())?;
    let index = CellIndex::new(&coverage);

    let rule = Rule::default();
    let assessor = Assessor::new(&ledger, &rule, None);
    let point = LonLat::new(68.872, 36.723).ok_or("no such place")?;
    let Some(Ground::Sites(sites)) = index.at(point).map(|face| &coverage.face(face).ground) else {
        println!("nobody knows: the point lies beyond the reach of every site");
        return Ok(());
    };
    for at in ["2015-09-27T12:00:00Z", "2015-09-29T12:00:00Z", "2016-10-03T12:00:00Z", "2021-08-09T12:00:00Z"] {
        for &site in sites {
            let state = assessor.state_at(site, at.parse()?);
            let holder = state.control.holder().map_or("nobody for sure", |actor| &ledger.actor(actor).id);
            let sure = state.confidence.map_or("–", confidence_term);
            println!("{at} {:<24} {holder} ({}, {sure})", ledger.site(site).names.default_name(), state.status.word());
        }
    }
    Ok(())
}
