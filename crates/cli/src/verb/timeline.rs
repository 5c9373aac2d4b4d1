//! `timeline`: all states as intervals, one row a state: the layer for QGIS's Temporal Controller.

use std::io::Write;

use jiff::Timestamp;
use marchland_assess::Assessor;
use marchland_core::{Assessment, ControlState, Coverage, FaceIndex, Ground, Ledger, Period, SiteIndex, Status};
use marchland_formats::rows::{RowContext, Value};
use marchland_formats::{SiteLayer, TimelineExport, TimelineRow, csv, geojson};
use marchland_render::palette;
use serde_json::{Map, json};

use crate::answer::Answer;
use crate::arguments::{Geometry, Timeline};
use crate::failure::{Failure, count_of};
use crate::output::{self, Set, Target};
use crate::question;
use crate::{ground, say};

const FORMATS: [&str; 2] = ["geojson", "csv"];

/// Writes every state in a span as a row, in order of the sites and then of time.
pub(crate) fn run(arguments: &Timeline) -> Result<(), Failure> {
    let target = arguments.destination.target("timeline", &FORMATS)?;
    let target = target.ok_or_else(|| Failure::Usage("timeline needs a file: give one with -o, such as -o timeline.geojson".to_owned()))?;
    arguments.destination.refuse_existing(&target)?;
    let loaded = question::load(&arguments.dataset)?;
    let language = loaded.language(arguments.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.weighing)?;
    let as_of = loaded.as_of(&arguments.weighing)?;
    let during = loaded.during(arguments.during.as_deref())?;
    let (ledger, mut left_out) = loaded.publishable();
    let states = Assessor::new(&ledger, &rule, as_of).timelines();
    let divided = ground::divide(&loaded.dataset.config, &ledger)?;
    let shared: Vec<SharedState> = match arguments.geometry {
        Geometry::Cells => cells(&ledger, &divided.coverage, &states),
        Geometry::Sites => sites(&states),
    };
    if arguments.geometry == Geometry::Cells {
        let without = ledger.sites().iter().filter(|site| !site.takes_ground()).count();
        if without > 0 {
            left_out.push(format!("{} without ground, or wholes: they are in --geometry sites", count_of(without, "site")));
        }
    }
    let ground: Vec<_> = (0..divided.coverage.faces().len() as u32)
        .map(|face| marchland_territory::polygons(&divided.coverage, &[FaceIndex(face)]))
        .collect();
    let rows: Vec<TimelineRow<'_>> = shared
        .iter()
        .filter(|shared| during.0 < shared.state.period.end() && shared.state.period.start() < during.1)
        .map(|shared| TimelineRow {
            sites: &shared.sites,
            state: &shared.state,
            ground: shared.face.map(|face| (&ground[face], divided.coverage.faces()[face].area_km2)),
        })
        .collect();
    let colours = palette::colours(ledger.actors());
    let answer = Answer { loaded: &loaded, language, rule: rule.label(), at: None, as_of };
    let context = RowContext { ledger: &ledger, ..answer.context(&colours) };
    write(arguments, &target, &rows, &context, &answer, left_out)
}

fn write(
    arguments: &Timeline,
    target: &Target,
    rows: &[TimelineRow<'_>],
    context: &RowContext<'_>,
    answer: &Answer<'_>,
    left_out: Vec<String>,
) -> Result<(), Failure> {
    for line in &left_out {
        say::note(&format!("left out: {line}"));
    }
    let provenance = answer.provenance(left_out);
    let format = match target {
        Target::Standard(format) | Target::File(_, format) => format.as_str(),
        Target::Folder(_) => "geojson",
    };
    let export = TimelineExport { rows, context: *context, provenance: &provenance };
    let layers = match (format, arguments.geometry) {
        ("csv", _) | (_, Geometry::Cells) => vec![SiteLayer::Points],
        (_, Geometry::Sites) => SiteLayer::holding(rows.iter().flat_map(|row| row.sites).map(|&site| context.ledger.site(site))),
    };
    let layer = |layer: SiteLayer, sink: &mut dyn Write| -> Result<(), Failure> {
        match (format, arguments.geometry) {
            ("csv", _) => csv::timeline(rows, context, sink)?,
            (_, Geometry::Cells) => geojson::timeline_of_cells(&export, sink)?,
            (_, Geometry::Sites) => geojson::timeline_of_sites(&export, layer, sink)?,
        }
        Ok(())
    };
    let mut written = Vec::new();
    match target {
        Target::Standard(_) => return output::print_with(|sink| layer(SiteLayer::Points, sink)),
        Target::File(path, _) => {
            for of in layers {
                let path = beside(path, of);
                output::write_file(&path, |sink| layer(of, sink))?;
                written.push(path.display().to_string());
            }
        }
        Target::Folder(folder) => {
            let mut set = Set::new(folder)?;
            for of in layers {
                let name = format!("timeline{}.{format}", of.suffix());
                set.write(&name, |sink| layer(of, sink))?;
                written.push(folder.join(name).display().to_string());
            }
            set.publish()?;
        }
    }
    say::note(&format!("wrote {}: {}", written.join(", "), count_of(rows.len(), "state")));
    if arguments.json {
        return answer.print(Map::from_iter([("files".to_owned(), json!(written)), ("left_out".to_owned(), json!(provenance.left_out))]));
    }
    Ok(())
}

/// The path for a further layer of a file: `a.geojson` has `a_lines.geojson` beside it.
fn beside(path: &std::path::Path, layer: SiteLayer) -> std::path::PathBuf {
    let suffix = layer.suffix();
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = path.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}{suffix}{extension}"))
}

/// A state of one or more sites, and the face they stand in.
struct SharedState {
    sites: Vec<SiteIndex>,
    face: Option<usize>,
    state: Assessment,
}

/// Every state of every site.
fn sites(timelines: &[marchland_core::Timeline]) -> Vec<SharedState> {
    let of_site = |(site, timeline): (u32, &marchland_core::Timeline)| -> Vec<SharedState> {
        let alone = |state: &Assessment| SharedState { sites: vec![SiteIndex(site)], face: None, state: state.clone() };
        timeline.assessments().iter().map(alone).collect()
    };
    (0..).zip(timelines).flat_map(of_site).collect()
}

/// Every state of every face; ground beyond reach is unknown throughout.
fn cells(ledger: &Ledger, coverage: &Coverage, timelines: &[marchland_core::Timeline]) -> Vec<SharedState> {
    let of_face = |(face, ground): (usize, &marchland_core::Face)| match &ground.ground {
        Ground::BeyondReach => {
            let mut state = Assessment::unsupported(ledger.span(), ControlState::Unknown, Status::Unknown);
            (state.open_start, state.open_end) = (true, true);
            vec![SharedState { sites: Vec::new(), face: Some(face), state }]
        }
        Ground::Sites(_) | Ground::Lattice(_) => {
            let sites = ground.ground.sites();
            let states = together(sites, timelines).into_iter();
            states.map(|state| SharedState { sites: sites.to_vec(), face: Some(face), state }).collect()
        }
    };
    coverage.faces().iter().enumerate().flat_map(of_face).collect()
}

/// The states of the place where some sites stand: from each change of any of them to the next.
fn together(sites: &[SiteIndex], timelines: &[marchland_core::Timeline]) -> Vec<Assessment> {
    let timelines: Vec<_> = sites.iter().map(|site| &timelines[site.0 as usize]).collect();
    let mut starts: Vec<Timestamp> =
        timelines.iter().flat_map(|timeline| timeline.assessments()).map(|state| state.period.start()).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut states: Vec<Assessment> = Vec::with_capacity(starts.len());
    for start in starts {
        let now: Vec<&Assessment> = timelines.iter().map(|timeline| timeline.at(start)).collect();
        let Some(state) = marchland_territory::shared_state(&now) else { continue };
        match states.last_mut() {
            Some(last) if is_same(last, &state) => extend(last, &state),
            _ => states.push(state),
        }
    }
    states
}

fn is_same(one: &Assessment, other: &Assessment) -> bool {
    one.control == other.control && one.status == other.status && one.claimed_by == other.claimed_by
}

/// Lets a state go on over the next one's period.
fn extend(last: &mut Assessment, next: &Assessment) {
    if let Ok(period) = Period::new(last.period.start(), next.period.end()) {
        last.period = period;
    }
    last.open_end = next.open_end;
    last.confidence = last.confidence.zip(next.confidence).map(|(one, other)| one.min(other));
    for (reports, further) in [(&mut last.reports_for, &next.reports_for), (&mut last.reports_against, &next.reports_against)] {
        reports.extend(further);
        reports.sort_unstable();
        reports.dedup();
    }
}

/// A row as an object under its columns' names.
pub(crate) fn json_row<'n>(names: impl Iterator<Item = &'n str>, row: &[Value]) -> serde_json::Value {
    let value = |value: &Value| match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => json!(flag),
        Value::Integer(number) => json!(number),
        Value::Number(number) => json!(number),
        Value::Text(text) => json!(text),
    };
    serde_json::Value::Object(names.zip(row).map(|(name, cell)| (name.to_owned(), value(cell))).collect())
}
