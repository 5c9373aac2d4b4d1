//! Who held the ground at each of a million places and times? `cargo run --release --example a_million_questions`.

#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use std::error::Error;
use std::path::Path;

use marchland_assess::{Assessor, Rule};
use marchland_core::{AnswerBatch, Atlas, Located, PointBatch, microseconds};
use marchland_formats::dataset;
use marchland_index::SpaceTimeIndex;
use marchland_territory::{GroundSettings, history, voronoi};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/kunduz");
    let dataset = dataset::read(&folder).dataset.ok_or("the dataset is not sound: see `marchland check`")?;
    let (config, ledger) = (&dataset.config, &dataset.ledger);

    // Reports to timelines, sites to ground, and both to one index: once.
    let rule = Rule::default();
    let timelines = Assessor::new(ledger, &rule, None).timelines();
    let ground = GroundSettings { boundary: config.territory.boundary.clone(), reach_m: config.territory.reach_m };
    let projection = marchland_projection::fitting([68.78, 36.66, 68.95, 36.79]);
    let coverage = voronoi(ledger.sites(), &ground, projection.as_ref())?;
    let states = history(&coverage, &timelines);
    let index = SpaceTimeIndex::new(&Atlas::fixed(coverage), &[states], ledger, &dataset.digest)?;

    // A thousand by a thousand places, each at a moment of its own in October 2016.
    let start = microseconds("2016-10-01T00:00:00+04:30".parse()?);
    let mut points = PointBatch::default();
    for number in 0..1_000_000_u32 {
        points.lons.push(68.78 + 0.17 * f64::from(number % 1_000) / 1e3);
        points.lats.push(36.66 + 0.13 * f64::from(number / 1_000) / 1e3);
        points.times_us.push(start + i64::from(number) * 2_592_000);
    }
    let mut answers = AnswerBatch::default();
    index.locate(&points, &mut answers);

    for (code, control) in (0..).zip(index.controls()) {
        let held = answers.controls.iter().filter(|&&answer| answer == code).count();
        println!("{control:>12}: {held} of the places");
    }
    let outside = answers.located.iter().filter(|&&located| located == Located::Outside).count();
    println!("{:>12}: {outside}", "outside");
    println!("the index has {} kB, and can be saved and mapped again", index.as_bytes().len() / 1_000);
    Ok(())
}
