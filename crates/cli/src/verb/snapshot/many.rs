//! The maps of many moments: each report is weighed once, the ground is divided once, and only what changes is made anew.

use std::borrow::Cow;
use std::path::Path;

use jiff::Timestamp;
use marchland_assess::{Assessor, Course};
use marchland_core::Timeline;
use marchland_territory::Topology;
use serde_json::json;

use super::Asked;
use super::made::{Made, text};
use crate::answer::Answer;
use crate::arguments::LayerName;
use crate::courses::Maps;
use crate::failure::{Failure, count_of};
use crate::output::{Set, Target};
use crate::say;

/// Writes a folder of dated maps: for each moment its layers in a folder, or with `--layer` or `--format` one file.
pub(super) fn run(asked: &Asked<'_>, target: &Target) -> Result<(), Failure> {
    let Target::Folder(folder) = target else {
        let message = "the maps of many moments need a folder: end the path with /, such as -o out/";
        return Err(Failure::Usage(message.to_owned()));
    };
    let assessor = Assessor::new(asked.ledger, &asked.rule, asked.as_of);
    let courses: Vec<Course<'_>> = asked.ledger.site_indices().map(|site| assessor.course(site)).collect();
    let timelines: Vec<Timeline> = courses.iter().map(|course| course.timeline().clone()).collect();
    let moments = asked.loaded.moments(&asked.arguments.steps, &timelines)?;
    let topologies: Vec<Topology<'_>> = asked.divided.atlas.coverages().iter().map(Topology::new).collect();
    let mut maps = Maps::new(&asked.divided.atlas, &topologies, asked.ledger.sites(), &courses);
    let mut set = Set::new(folder)?;
    let mut files = 0;
    for &at in &moments {
        let snapshot = asked.coarser(Cow::Borrowed(maps.at(asked.moment(at))), asked.divided.at(at));
        files += asked.with(at, &snapshot, |made| write(asked, made, at, &mut set))?;
    }
    set.publish()?;
    tell(asked, folder, &moments, files)
}

/// Adds the files of one moment, and says how many.
fn write(asked: &Asked<'_>, made: &Made<'_>, at: Timestamp, set: &mut Set) -> Result<usize, Failure> {
    let name = name(asked, at);
    let format = asked.arguments.destination.format.as_deref();
    if asked.arguments.layer.is_none() && format.is_none() {
        let below = format!("{name}/");
        let mut assets = made.layers(set, &below)?;
        made.manifest(set, &below, &mut assets)?;
        return Ok(assets.len());
    }
    let format = format.unwrap_or("geojson");
    let prefix = if ["geojson", "csv", "qml"].contains(&format) { layer_word(asked.arguments.layer) } else { "map" };
    let name = format!("{prefix}_{name}.{format}");
    let beside = made.beside(&name, format)?;
    for (name, content) in &beside {
        set.write(name, text(content.clone()))?;
    }
    set.write(&name, |sink| made.one(format, sink))?;
    Ok(1 + beside.len())
}

fn layer_word(layer: Option<LayerName>) -> &'static str {
    match layer {
        None | Some(LayerName::Territory) => "territory",
        Some(LayerName::Control) => "control",
        Some(LayerName::Sites) => "sites",
        Some(LayerName::Frontline) => "frontline",
    }
}

/// A moment in a file's name: `2016-10-03` for the close of that local day, else `2016-10-03T140000` in the dataset's zone.
fn name(asked: &Asked<'_>, at: Timestamp) -> String {
    let local = at.to_zoned_datetime(asked.loaded.dataset.config.time_zone.clone());
    let closes_day = local.strftime("%T").to_string() == "23:59:59";
    local.strftime(if closes_day { "%Y-%m-%d" } else { "%Y-%m-%dT%H%M%S" }).to_string()
}

fn tell(asked: &Asked<'_>, folder: &Path, moments: &[Timestamp], files: usize) -> Result<(), Failure> {
    say::note(&format!("wrote {} of {} into {}", count_of(files, "file"), count_of(moments.len(), "moment"), folder.display()));
    if !asked.arguments.wording.json {
        return Ok(());
    }
    let answer = Answer { loaded: asked.loaded, language: asked.language, rule: asked.rule.label(), at: None, as_of: asked.as_of };
    let names: Vec<String> = moments.iter().map(|&at| name(asked, at)).collect();
    let fields = json!({ "moments": names, "files": files, "left_out": asked.left_out });
    answer.print(fields.as_object().cloned().unwrap_or_default())
}
