//! `series`: area, sites and population of each actor through time, as a table or a chart.

use std::io::Write;

use jiff::Timestamp;
use marchland_assess::Assessor;
use marchland_core::{ActorIndex, Assessment, ControlState, Ledger, SeriesRow, Status, Timeline};
use marchland_formats::rows::{RowContext, Value};
use marchland_formats::{csv, series};
use marchland_render::chart::areas::{self, Areas};
use marchland_territory::Chronicle;
use serde_json::json;

use crate::answer::Answer;
use crate::arguments::{self, Series, Steps};
use crate::failure::{Failure, count_of};
use crate::ground::Grounded;
use crate::output::{self, Target};
use crate::phrase::Phrasing;
use crate::question;
use crate::say;
use crate::verb::explain::table;
use crate::verb::timeline::{SharedState, cells, json_row};
use crate::{chart, ground, picture};

#[cfg(feature = "columnar")]
const TABLES: [&str; 2] = ["csv", "parquet"];
#[cfg(not(feature = "columnar"))]
const TABLES: [&str; 1] = ["csv"];

/// One row for each moment and control, in order.
pub(crate) fn run(arguments: &Series) -> Result<(), Failure> {
    let target = arguments.run.destination.target("series", &[&TABLES, picture::FORMATS].concat())?;
    target.iter().try_for_each(|target| arguments.run.destination.refuse_existing(target))?;
    let loaded = question::load(&arguments.run.dataset)?;
    let language = loaded.language(arguments.wording.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.run.weighing)?;
    let as_of = loaded.as_of(&arguments.run.weighing)?;
    let (publishable, left_out) = loaded.publishable();
    let ledger = if target.is_some() { &publishable } else { loaded.ledger() };
    let timelines = Assessor::new(ledger, &rule, as_of).timelines();
    let is_drawn = target.as_ref().is_some_and(picture::is_asked);
    let moments = loaded.moments(&steps(&arguments.steps, is_drawn), &timelines)?;
    let ground = ground::divide(&loaded.dataset.config, ledger)?;
    let histories = ground.histories(&timelines);
    let chronicle = Chronicle {
        actors: ledger.actors().len(),
        sites: ledger.sites(),
        timelines: &timelines,
        atlas: &ground.atlas,
        histories: &histories,
    };
    let rows = marchland_territory::series(&chronicle, &moments);
    let answer = Answer { loaded, language, rule: rule.label(), at: None, as_of };
    let context = RowContext { ledger, ..answer.context(&[]) };
    let values: Vec<Vec<Value<'_>>> = rows.iter().map(|row| series::row(row, &context)).collect();
    let Some(target) = target else {
        if arguments.wording.json {
            let objects: Vec<_> = values.iter().map(|row| json_row(series::COLUMNS.into_iter(), row)).collect();
            return answer.print(json!({ "series": objects }).as_object().cloned().unwrap_or_default());
        }
        return output::print(&in_words(Phrasing { ledger, time_zone: &loaded.dataset.config.time_zone, language }, &context, &rows));
    };
    for line in &left_out {
        say::note(&format!("left out: {line}"));
    }
    if is_drawn {
        let claimed = claimed(&ground, &timelines, &rows);
        let counted = Counted { ledger, answer: &answer, timelines: &timelines, moments: &moments, rows: &rows, claimed: &claimed };
        return draw(arguments, &target, &counted, left_out);
    }
    let counted = format!("{} of {}", count_of(rows.len(), "row"), count_of(moments.len(), "moment"));
    match target {
        Target::Folder(folder) => Err(Failure::Usage(format!("series writes one file: name one in {}", folder.display()))),
        Target::Standard(format) => output::print_with(|sink| written(&format, values, &answer, sink)),
        Target::File(path, format) => {
            output::write_file(&path, |sink| written(&format, values, &answer, sink))?;
            say::note(&format!("wrote {}: {counted}", path.display()));
            Ok(())
        }
    }
}

/// The steps that are asked for; of a picture without any, every change.
fn steps(asked: &Steps, is_drawn: bool) -> Steps {
    Steps { on_change: asked.on_change || is_drawn && asked.every.is_none(), ..asked.clone() }
}

/// What a chart of a series needs.
struct Counted<'a> {
    ledger: &'a Ledger,
    answer: &'a Answer<'a>,
    timelines: &'a [Timeline],
    moments: &'a [Timestamp],
    rows: &'a [SeriesRow],
    claimed: &'a [f64],
}

/// Draws the rows from the first moment to the end of the span; of a single moment, over all of the span.
fn draw(arguments: &Series, target: &Target, counted: &Counted<'_>, left_out: Vec<String>) -> Result<(), Failure> {
    let Counted { ledger, answer, timelines, moments, rows, claimed } = *counted;
    let (start, end) = answer.loaded.span_spoken_for(arguments.steps.during.as_deref())?;
    let start = if let [first, _, ..] = moments { *first } else { start };
    let contenders = contenders(timelines, ledger.actors().len());
    let layout = match arguments.layout {
        arguments::AreasLayout::Stacked => areas::AreasLayout::Stacked,
        arguments::AreasLayout::Lines => areas::AreasLayout::Lines,
    };
    let chart = chart::Asked { ledger, answer, picture: &arguments.picture, span: (start, end), left_out };
    let written = chart.write(target, |chart| areas::scene(chart, &Areas { rows, claimed, contenders: &contenders, layout }))?;
    match written {
        Some(fields) if arguments.wording.json => answer.print(fields),
        _ => Ok(()),
    }
}

/// Of each row how much is claimed only: ground, or where no row has ground, sites.
fn claimed(ground: &Grounded, timelines: &[Timeline], rows: &[SeriesRow]) -> Vec<f64> {
    let columns = rows.iter().take_while(|row| row.time == rows[0].time).count();
    let moments: Vec<Timestamp> = rows.iter().step_by(columns.max(1)).map(|row| row.time).collect();
    let mut claimed = vec![0.0; rows.len()];
    let mut add = |state: &Assessment, amount: f64| {
        let (ControlState::Held(actor), Status::Claimed) = (&state.control, state.status) else { return };
        let [from, until] = [state.period.start(), state.period.end()].map(|end| moments.partition_point(|&at| at < end));
        (from..until).for_each(|moment| claimed[moment * columns + actor.0 as usize] += amount);
    };
    if rows.iter().any(|row| row.area_km2 > 0.0) {
        for SharedState { face, state, .. } in cells(&ground.atlas, timelines) {
            let area_km2 = face.map_or(0.0, |(coverage, face)| ground.atlas.coverages()[coverage].faces()[face].area_km2);
            add(&state, area_km2);
        }
    } else {
        timelines.iter().flat_map(Timeline::assessments).for_each(|state| add(state, 1.0));
    }
    claimed
}

/// The two actors that contend for sites the longest, in the ledger's order; fewer where fewer do.
fn contenders(timelines: &[Timeline], actors: usize) -> Vec<ActorIndex> {
    let mut seconds = vec![0_i64; actors];
    for state in timelines.iter().flat_map(Timeline::assessments) {
        if let ControlState::Contested(contenders) = &state.control {
            let lasts = state.period.end().as_second().saturating_sub(state.period.start().as_second());
            for actor in contenders {
                let sum = &mut seconds[actor.0 as usize];
                *sum = sum.saturating_add(lasts);
            }
        }
    }
    let mut ranked: Vec<u32> = (0..actors as u32).filter(|&actor| seconds[actor as usize] > 0).collect();
    ranked.sort_by_key(|&actor| std::cmp::Reverse(seconds[actor as usize]));
    ranked.truncate(2);
    ranked.sort_unstable();
    ranked.into_iter().map(ActorIndex).collect()
}

#[cfg(feature = "columnar")]
fn written(format: &str, rows: Vec<Vec<Value<'_>>>, answer: &Answer<'_>, mut sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
    if format == "csv" {
        return Ok(csv::series(rows, sink)?);
    }
    let table = marchland_formats::parquet::Table { columns: &series::TYPES, about: &answer.about() };
    marchland_formats::parquet::table(&table, &mut rows.into_iter(), &mut sink).map_err(|fault| Failure::Failed(fault.to_string()))
}

#[cfg(not(feature = "columnar"))]
fn written(_: &str, rows: Vec<Vec<Value<'_>>>, _: &Answer<'_>, sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
    Ok(csv::series(rows, sink)?)
}

/// One line a moment and control that has anything.
fn in_words(phrasing: Phrasing<'_>, context: &RowContext<'_>, rows: &[SeriesRow]) -> String {
    let line = |row: &SeriesRow| {
        [
            phrasing.time(row.time),
            context.control_name(&row.control).into_owned(),
            row.n_sites.to_string(),
            format!("{:.1}", row.area_km2),
            format!("{:.1} to {:.1}", row.area_km2_min, row.area_km2_max),
            row.share_area.map_or_else(String::new, |share| format!("{:.1} %", 100.0 * share)),
            row.population.map_or_else(String::new, |people| format!("{people:.0}")),
        ]
    };
    let told = rows.iter().filter(|row| row.n_sites > 0 || row.area_km2_max > 0.0);
    table(["time", "control", "sites", "km²", "unanimous to any claim", "share", "people"], &told.map(line).collect::<Vec<_>>())
}
