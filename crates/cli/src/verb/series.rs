//! `series`: area, sites and population of each actor through time.

use std::io::Write;

use marchland_assess::Assessor;
use marchland_core::SeriesRow;
use marchland_formats::rows::{RowContext, Value};
use marchland_formats::{csv, series};
use marchland_territory::Chronicle;
use serde_json::json;

use crate::answer::Answer;
use crate::arguments::Series;
use crate::failure::{Failure, count_of};
use crate::ground;
use crate::output::{self, Target};
use crate::phrase::Phrasing;
use crate::question;
use crate::say;
use crate::verb::explain::table;
use crate::verb::timeline::json_row;

#[cfg(feature = "columnar")]
const FORMATS: [&str; 2] = ["csv", "parquet"];
#[cfg(not(feature = "columnar"))]
const FORMATS: [&str; 1] = ["csv"];

/// One row for each moment and control, in order.
pub(crate) fn run(arguments: &Series) -> Result<(), Failure> {
    let target = arguments.destination.target("series", &FORMATS)?;
    target.iter().try_for_each(|target| arguments.destination.refuse_existing(target))?;
    let loaded = question::load(&arguments.dataset)?;
    let language = loaded.language(arguments.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.weighing)?;
    let as_of = loaded.as_of(&arguments.weighing)?;
    let (publishable, left_out) = loaded.publishable();
    let ledger = if target.is_some() { &publishable } else { loaded.ledger() };
    let timelines = Assessor::new(ledger, &rule, as_of).timelines();
    let moments = loaded.moments(&arguments.steps, &timelines)?;
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
        if arguments.json {
            let objects: Vec<_> = values.iter().map(|row| json_row(series::COLUMNS.into_iter(), row)).collect();
            return answer.print(json!({ "series": objects }).as_object().cloned().unwrap_or_default());
        }
        return output::print(&in_words(Phrasing { ledger, time_zone: &loaded.dataset.config.time_zone, language }, &context, &rows));
    };
    for line in &left_out {
        say::note(&format!("left out: {line}"));
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
