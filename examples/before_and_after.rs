//! Two maps of one place with one frame, scale and legend. `cargo run --example before_and_after` writes them to `target/`.

#![expect(clippy::print_stdout, reason = "an example says what it wrote")]

use std::error::Error;
use std::fs;
use std::path::Path;

use marchland_assess::{Assessor, Rule};
use marchland_formats::dataset;
use marchland_render::{Arrows, Furniture, MapRequest, PageSize, PngText, map, palette, write};
use marchland_territory::{GroundSettings, Moment, Topology, snapshot, voronoi};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dataset = dataset::read(&root.join("data/afghanistan-2021")).dataset.ok_or("the dataset is not sound: see `marchland check`")?;
    let (config, ledger) = (&dataset.config, &dataset.ledger);
    let projection = marchland_projection::fitting([60.5, 29.4, 74.9, 38.5]);
    let ground = GroundSettings { boundary: config.territory.boundary.clone(), reach_m: config.territory.reach_m };
    let coverage = voronoi(ledger.sites(), &ground, projection.as_ref())?;
    let topology = Topology::new(&coverage);
    let rule = Rule::default();
    let assessor = Assessor::new(ledger, &rule, None);

    for (name, at) in [("before", "2021-08-05T19:29:59Z"), ("after", "2021-08-15T19:29:59Z")] {
        let at = at.parse()?;
        let moment = Moment { at, as_of: None, rule: rule.label() };
        let snapshot = snapshot(&topology, ledger.sites(), assessor.states_at(at), moment);
        let drawn = map::scene(&MapRequest {
            ledger,
            snapshot: &snapshot,
            layers: &dataset.layers,
            boundary: config.territory.boundary.as_ref(),
            reach_m: config.territory.reach_m,
            projection: projection.as_ref(),
            time_zone: &config.time_zone,
            time_zone_name: &config.time_zone_name,
            colours: &palette::colours(ledger.actors()),
            language: None,
            title: &config.title,
            extent: None,
            size: PageSize::new(1200, 900).ok_or("no such size")?,
            scale: None,
            furniture: Furniture::default(),
            marked: None,
            arrows: Arrows::None,
            sure: &[],
            sources: &config.credits.join(". "),
            made: &format!("{name}, rule {}", rule.label()),
        })?;
        let path = root.join("target").join(format!("{name}.png"));
        fs::create_dir_all(root.join("target"))?;
        fs::write(&path, write::png(&drawn.scene, &PngText::default())?)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}
