//! `timeline`: all states as intervals, one row a state: the layer for QGIS's Temporal Controller. As a picture, one row a site.

use std::io::Write;

use geo_types::MultiPolygon;
use jiff::Timestamp;
use marchland_assess::Assessor;
use marchland_core::{Assessment, Atlas, Ledger, Period, SiteIndex};
use marchland_formats::rows::{RowContext, Value};
use marchland_formats::{SiteLayer, TimelineExport, TimelineRow, csv, geojson};
use marchland_render::chart::timeline;
use marchland_render::palette;
use marchland_territory::Topology;
use serde_json::{Map, json};

use crate::answer::Answer;
use crate::arguments::{Geometry, Timeline};
use crate::failure::{Failure, count_of};
use crate::output::{self, Set, Target};
use crate::question::{self, Loaded};
use crate::{chart, ground, picture, say};

const TABLES: [&str; 2] = ["geojson", "csv"];

/// Writes every state in a span as a row, in order of the sites and then of time.
pub(crate) fn run(arguments: &Timeline) -> Result<(), Failure> {
    let target = arguments.run.destination.target("timeline", &[&TABLES, picture::FORMATS].concat())?;
    let target = target.ok_or_else(|| Failure::Usage("timeline needs a file: give one with -o, such as -o timeline.geojson".to_owned()))?;
    arguments.run.destination.refuse_existing(&target)?;
    let loaded = question::load(&arguments.run.dataset)?;
    let language = loaded.language(arguments.wording.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.run.weighing)?;
    let as_of = loaded.as_of(&arguments.run.weighing)?;
    let during = loaded.during(arguments.during.as_deref())?;
    let chosen = chosen(arguments, loaded)?;
    let (ledger, mut left_out) = loaded.publishable();
    let states = Assessor::new(&ledger, &rule, as_of).timelines();
    let answer = Answer { loaded, language, rule: rule.label(), at: None, as_of };
    if picture::is_asked(&target) {
        let states = States { ledger: &ledger, timelines: &states, chosen: chosen.as_deref() };
        return draw(arguments, &target, states, &answer, left_out);
    }
    let is_chosen = |sites: &[SiteIndex]| chosen.as_ref().is_none_or(|chosen| sites.iter().any(|site| chosen.contains(site)));
    let divided = ground::divide(&loaded.dataset.config, &ledger)?;
    let ground: Vec<_> = divided.atlas.coverages().iter().map(|coverage| Topology::new(coverage).cells()).collect();
    let shared: Vec<SharedState> = match arguments.geometry {
        Geometry::Cells if divided.atlas.coverages().len() > 1 => joined(cells(&divided.atlas, &states), &ground),
        Geometry::Cells => cells(&divided.atlas, &states),
        Geometry::Sites => sites(&states),
    };
    if arguments.geometry == Geometry::Cells {
        let has_none = |site: SiteIndex| is_chosen(&[site]) && !ledger.site(site).takes_ground();
        let without = ledger.site_indices().filter(|&site| has_none(site)).count();
        if without > 0 {
            left_out.push(format!("{} without ground, or wholes: they are in --geometry sites", count_of(without, "site")));
        }
    }
    let rows: Vec<TimelineRow<'_>> = shared
        .iter()
        .filter(|shared| during.0 < shared.state.period.end() && shared.state.period.start() < during.1 && is_chosen(&shared.sites))
        .map(|shared| TimelineRow {
            sites: &shared.sites,
            cell: shared.face.and_then(|(coverage, face)| divided.atlas.coverages()[coverage].faces()[face].ground.lattice()),
            state: &shared.state,
            ground: shared
                .face
                .map(|(coverage, face)| (&ground[coverage][face], divided.atlas.coverages()[coverage].faces()[face].area_km2)),
        })
        .collect();
    let colours = palette::colours(ledger.actors());
    let context = RowContext { ledger: &ledger, ..answer.context(&colours) };
    write(arguments, &target, &rows, &context, &answer, left_out)
}

/// The sites whose rows are asked for; none: all.
fn chosen(arguments: &Timeline, loaded: &Loaded) -> Result<Option<Vec<SiteIndex>>, Failure> {
    let sites = arguments.site.iter().map(|id| loaded.site(id)).collect::<Result<Vec<_>, _>>()?;
    Ok((!sites.is_empty()).then_some(sites))
}

/// The states of all sites, and which sites are drawn.
struct States<'a> {
    ledger: &'a Ledger,
    timelines: &'a [marchland_core::Timeline],
    chosen: Option<&'a [SiteIndex]>,
}

/// Draws the states of sites as a chart, of what the dataset speaks for.
fn draw(
    arguments: &Timeline,
    target: &Target,
    States { ledger, timelines, chosen }: States<'_>,
    answer: &Answer<'_>,
    left_out: Vec<String>,
) -> Result<(), Failure> {
    for line in &left_out {
        say::note(&format!("left out: {line}"));
    }
    let span = answer.loaded.span_spoken_for(arguments.during.as_deref())?;
    let chart = chart::Asked { ledger, answer, picture: &arguments.picture, span, left_out };
    let written = chart.write(target, |chart| timeline::scene(chart, timelines, chosen))?;
    match written {
        Some(fields) if arguments.wording.json => answer.print(fields),
        _ => Ok(()),
    }
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
    let layer = |layer: SiteLayer, sink: &mut (dyn Write + Send)| -> Result<(), Failure> {
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
    if arguments.wording.json {
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

/// A state of one or more sites, and the coverage and face they stand in.
pub(crate) struct SharedState {
    sites: Vec<SiteIndex>,
    pub(crate) face: Option<(usize, usize)>,
    pub(crate) state: Assessment,
}

/// Every state of every site.
fn sites(timelines: &[marchland_core::Timeline]) -> Vec<SharedState> {
    let of_site = |(site, timeline): (u32, &marchland_core::Timeline)| -> Vec<SharedState> {
        let alone = |state: &Assessment| SharedState { sites: vec![SiteIndex(site)], face: None, state: state.clone() };
        timeline.assessments().iter().map(alone).collect()
    };
    (0..).zip(timelines).flat_map(of_site).collect()
}

/// Every state of every face, while its coverage is the map; ground beyond reach is unknown throughout.
pub(crate) fn cells(atlas: &Atlas, timelines: &[marchland_core::Timeline]) -> Vec<SharedState> {
    let mut rows = Vec::new();
    for (number, coverage) in atlas.coverages().iter().enumerate() {
        let shown = shown(atlas, number);
        for (face, ground) in coverage.faces().iter().enumerate() {
            for state in marchland_territory::face_states(&ground.ground, timelines) {
                let parts = shown.iter().filter_map(|&(from, until)| within(&state, from, until));
                rows.extend(parts.map(|state| SharedState { sites: ground.ground.sites().to_vec(), face: Some((number, face)), state }));
            }
        }
    }
    rows
}

/// Rows of dated maps by site and then by time, ground of nobody last; what a place is on neighbouring maps, with the same ground and in the same
/// state, is one row.
fn joined(mut rows: Vec<SharedState>, ground: &[Vec<MultiPolygon<f64>>]) -> Vec<SharedState> {
    let rank = |row: &SharedState| (row.sites.is_empty(), row.sites.first().copied(), row.state.period.start());
    rows.sort_by_key(rank);
    let polygons = |row: &SharedState| row.face.map(|(coverage, face)| &ground[coverage][face]);
    let mut joined: Vec<SharedState> = Vec::with_capacity(rows.len());
    for row in rows {
        match joined.last_mut() {
            Some(last) if goes_on(last, &row) && polygons(last) == polygons(&row) => {
                last.state.period = Period::new(last.state.period.start(), row.state.period.end()).unwrap_or(last.state.period);
                last.state.open_end = row.state.open_end;
            }
            _ => joined.push(row),
        }
    }
    joined
}

/// Whether a row begins where the one before ended and says the same of the same sites.
fn goes_on(last: &SharedState, row: &SharedState) -> bool {
    let says = |row: &SharedState| (row.state.control.clone(), row.state.status, row.state.claimed_by.clone(), row.state.confidence);
    last.sites == row.sites && last.state.period.end() == row.state.period.start() && says(last) == says(row)
}

/// From when to when a coverage is the map.
fn shown(atlas: &Atlas, coverage: usize) -> Vec<(Timestamp, Timestamp)> {
    let ends = atlas.sheets().iter().skip(1).map(|sheet| sheet.from).chain([Timestamp::MAX]);
    atlas.sheets().iter().zip(ends).filter(|(sheet, _)| sheet.coverage == coverage).map(|(sheet, end)| (sheet.from, end)).collect()
}

/// The part of a state in a span, if any.
fn within(state: &Assessment, from: Timestamp, until: Timestamp) -> Option<Assessment> {
    let (start, end) = (state.period.start(), state.period.end());
    let period = Period::new(start.max(from), end.min(until)).ok()?;
    let (open_start, open_end) = (state.open_start && from <= start, state.open_end && end <= until);
    Some(Assessment { period, open_start, open_end, ..state.clone() })
}

/// A row as an object under its columns' names.
pub(crate) fn json_row<'n>(names: impl Iterator<Item = &'n str>, row: &[Value<'_>]) -> serde_json::Value {
    let value = |value: &Value<'_>| match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => json!(flag),
        Value::Integer(number) => json!(number),
        Value::Number(number) => json!(number),
        Value::Text(text) => json!(text),
    };
    serde_json::Value::Object(names.zip(row).map(|(name, cell)| (name.to_owned(), value(cell))).collect())
}
