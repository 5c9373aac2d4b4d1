//! `compare`: what changed between two moments, as ground and as a table.

use std::collections::BTreeMap;

use jiff::Timestamp;
use marchland_assess::Assessor;
use marchland_core::{CellKey, ChangedGround, Coverage, Ledger, SiteIndex, Timeline};
use marchland_formats::rows::RowContext;
use marchland_formats::{Comparison, Passage, csv, geojson, qml};
use marchland_render::palette;
use marchland_territory::{Topology, changed_between, changed_ground, history, keys_at, merged, simplified};
use serde_json::{Map, json};

use crate::answer::Answer;
use crate::arguments::Compare;
use crate::failure::{Failure, count_of};
use crate::ground::{self, Grounded};
use crate::output::{self, Set, Target};
use crate::phrase::Phrasing;
use crate::question;
use crate::verb::explain::table;
use crate::verb::timeline::json_row;
use crate::{distance, say};

const FORMATS: [&str; 2] = ["geojson", "csv"];

/// Lists all that is different at the second moment, by what it was and what it became.
pub(crate) fn run(arguments: &Compare) -> Result<(), Failure> {
    let target = arguments.destination.target("compare", &FORMATS)?;
    target.iter().try_for_each(|target| arguments.destination.refuse_existing(target))?;
    let simplify_m = arguments.simplify.as_deref().map(|text| distance::metres("--simplify", text)).transpose()?;
    let loaded = question::load(&arguments.dataset)?;
    let language = loaded.language(arguments.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.weighing)?;
    let as_of = loaded.as_of(&arguments.weighing)?;
    let moments = [loaded.valid_time("--before", &arguments.before)?, loaded.valid_time("--after", &arguments.after)?];
    if moments[0] >= moments[1] {
        let message = format!("--before {} does not lie before --after {}: swap them", arguments.before, arguments.after);
        return Err(Failure::Usage(message));
    }
    let (publishable, left_out) = loaded.publishable();
    let ledger = if target.is_some() { &publishable } else { loaded.ledger() };
    let timelines = Assessor::new(ledger, &rule, as_of).timelines();
    let divided = ground::divide(&loaded.dataset.config, ledger)?;
    let ground = changed(&divided, &timelines, moments, simplify_m);
    let passages = passages(&sites_that_changed(&timelines, moments), ground);
    let colours = palette::colours(ledger.actors());
    let answer = Answer { loaded, language, rule: rule.label(), at: None, as_of };
    let provenance = answer.provenance(left_out);
    let context = RowContext { ledger, ..answer.context(&colours) };
    let comparison = Comparison { passages: &passages, moments, context, provenance: &provenance };
    match target {
        None if arguments.json => answer.print(in_json(&comparison)),
        None => output::print(&in_words(Phrasing { ledger, time_zone: &loaded.dataset.config.time_zone, language }, &comparison)),
        Some(target) => {
            write(&target, &comparison)?;
            if arguments.json { answer.print(in_json(&comparison)) } else { Ok(()) }
        }
    }
}

/// The ground whose state is another at the second moment, its borders simplified where that is asked.
fn changed(divided: &Grounded, timelines: &[Timeline], moments: [Timestamp; 2], simplify_m: Option<f64>) -> Vec<ChangedGround> {
    let coverages = moments.map(|at| divided.at(at));
    let [before, after] = [0, 1].map(|side: usize| keys_at(&history(coverages[side], timelines), moments[side]));
    if divided.atlas.at(moments[0]) != divided.atlas.at(moments[1]) {
        if simplify_m.is_some() {
            say::note("warning: --simplify leaves ground as it is that was drawn anew between the two moments");
        }
        return changed_between(coverages, [&before, &after]);
    }
    let mut changed = changed_ground(&Topology::new(coverages[0]), &before, &after);
    if let Some(tolerance_m) = simplify_m {
        simplify(&mut changed, coverages[0], [&before, &after], tolerance_m);
    }
    changed
}

/// Draws changed ground with simplified borders: neighbours among it stay neighbours.
fn simplify(changed: &mut [ChangedGround], coverage: &Coverage, [before, after]: [&[CellKey]; 2], tolerance_m: f64) {
    let part = |(was, is): (&CellKey, &CellKey)| {
        changed.iter().position(|ground| (ground.before.as_ref(), ground.after.as_ref()) == (Some(was), Some(is)))
    };
    let part_of: Vec<Option<usize>> = before.iter().zip(after).map(part).collect();
    let ground = Topology::new(&simplified(&merged(coverage, &part_of), tolerance_m)).cells();
    for (changed, polygons) in changed.iter_mut().zip(ground) {
        changed.polygons = polygons;
    }
}

/// How a site went, or ground did.
type Way = (Option<CellKey>, Option<CellKey>);

/// The sites whose own state is another at the second moment.
fn sites_that_changed(timelines: &[Timeline], moments: [Timestamp; 2]) -> BTreeMap<Way, Vec<SiteIndex>> {
    let mut ways: BTreeMap<Way, Vec<SiteIndex>> = BTreeMap::new();
    for (site, timeline) in (0..).zip(timelines) {
        let [before, after] = moments.map(|at| {
            let state = timeline.at(at);
            CellKey { control: state.control.clone(), status: state.status }
        });
        if before != after {
            ways.entry((Some(before), Some(after))).or_default().push(SiteIndex(site));
        }
    }
    ways
}

/// Sites and ground that went the same way together, in order of what they were and became.
fn passages(sites: &BTreeMap<Way, Vec<SiteIndex>>, ground: Vec<ChangedGround>) -> Vec<Passage> {
    let mut by_way: BTreeMap<Way, Passage> = BTreeMap::new();
    for changed in ground {
        let way = (changed.before.clone(), changed.after.clone());
        let passage = Passage {
            before: changed.before,
            after: changed.after,
            sites: Vec::new(),
            polygons: changed.polygons,
            area_km2: changed.area_km2,
        };
        by_way.insert(way, passage);
    }
    for ((before, after), sites) in sites {
        let nowhere = || Passage {
            before: before.clone(),
            after: after.clone(),
            sites: Vec::new(),
            polygons: geo_types::MultiPolygon(Vec::new()),
            area_km2: 0.0,
        };
        by_way.entry((before.clone(), after.clone())).or_insert_with(nowhere).sites.clone_from(sites);
    }
    by_way.into_values().collect()
}

fn write(target: &Target, comparison: &Comparison<'_>) -> Result<(), Failure> {
    match target {
        Target::Folder(folder) => {
            let mut set = Set::new(folder)?;
            set.write("change.geojson", |sink| Ok(geojson::compared(comparison, sink)?))?;
            set.write("change.qml", |sink| Ok(sink.write_all(qml::compared(comparison).as_bytes())?))?;
            set.write("change.csv", |sink| Ok(csv::compared(comparison, sink)?))?;
            set.publish()?;
            say::note(&format!("wrote 3 files into {}: {}", folder.display(), count_of(comparison.passages.len(), "change")));
            Ok(())
        }
        Target::File(path, format) => {
            output::write_file(path, |sink| written(format, comparison, sink))?;
            say::note(&format!("wrote {}: {}", path.display(), count_of(comparison.passages.len(), "change")));
            Ok(())
        }
        Target::Standard(format) => output::print_with(|sink| written(format, comparison, sink)),
    }
}

fn written(format: &str, comparison: &Comparison<'_>, sink: &mut (dyn std::io::Write + Send)) -> Result<(), Failure> {
    match format {
        "csv" => Ok(csv::compared(comparison, sink)?),
        _ => Ok(geojson::compared(comparison, sink)?),
    }
}

fn in_json(comparison: &Comparison<'_>) -> Map<String, serde_json::Value> {
    let row = |passage: &Passage| json_row(geojson::compared_columns().iter().copied(), &geojson::compared_row(comparison, passage));
    Map::from_iter([("changed".to_owned(), json!(comparison.passages.iter().map(row).collect::<Vec<_>>()))])
}

/// One line each way: `Afghan government, confirmed → Taliban, claimed   4 sites   3.1 km²   PD 1 (PD1), …`.
fn in_words(phrasing: Phrasing<'_>, comparison: &Comparison<'_>) -> String {
    if comparison.passages.is_empty() {
        return "nothing is different\n".to_owned();
    }
    let side = |key: &Option<CellKey>| {
        key.as_ref().map_or_else(|| "outside".to_owned(), |key| key_in_words(phrasing.ledger, &comparison.context, key))
    };
    let row = |passage: &Passage| {
        let sites: Vec<String> = passage.sites.iter().map(|&site| phrasing.site(site)).collect();
        [format!("{:.2}", passage.area_km2), passage.sites.len().to_string(), side(&passage.before), side(&passage.after), sites.join(", ")]
    };
    table(["km²", "sites", "before", "after", "which"], &comparison.passages.iter().map(row).collect::<Vec<_>>())
}

/// `Taliban, claimed`; contested and unknown as they are.
fn key_in_words(ledger: &Ledger, context: &RowContext<'_>, key: &CellKey) -> String {
    match key.control.holder() {
        Some(actor) => format!("{}, {}", ledger.actor(actor).names.in_language(context.language), key.status.word()),
        None => context.control_name(&key.control).into_owned(),
    }
}
