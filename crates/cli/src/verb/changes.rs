//! `changes`: who took what from whom, when, on whose word.

use std::io::Write;

use marchland_assess::Assessor;
use marchland_core::{Change, SiteIndex};
use marchland_formats::rows::{RowContext, Value};
use marchland_formats::{Provenance, csv, geojson};
use serde_json::json;

use crate::answer::Answer;
use crate::arguments::Changes;
use crate::failure::{Failure, count_of};
use crate::ground;
use crate::output::{self, Target};
use crate::phrase::Phrasing;
use crate::question;
use crate::say;
use crate::verb::explain::table;
use crate::verb::timeline::json_row;

const FORMATS: [&str; 2] = ["geojson", "csv"];

/// Lists the changes of control or status in a span, in order of time and then of the sites.
pub(crate) fn run(arguments: &Changes) -> Result<(), Failure> {
    let target = arguments.run.destination.target("changes", &FORMATS)?;
    target.iter().try_for_each(|target| arguments.run.destination.refuse_existing(target))?;
    let loaded = question::load(&arguments.run.dataset)?;
    let language = loaded.language(arguments.wording.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.run.weighing)?;
    let as_of = loaded.as_of(&arguments.run.weighing)?;
    let (start, end) = loaded.during(arguments.during.as_deref())?;
    let (publishable, left_out) = loaded.publishable();
    let ledger = if target.is_some() { &publishable } else { loaded.ledger() };
    let assessor = Assessor::new(ledger, &rule, as_of);
    let mut changes: Vec<Change> =
        ledger.site_indices().flat_map(|site| assessor.timeline(site).changes(site).collect::<Vec<_>>()).collect();
    changes.retain(|change| start <= change.time() && change.time() < end);
    changes.sort_by_key(|change| (change.time(), change.site));
    let areas = ground::divide(&loaded.dataset.config, ledger)?.areas_by_site(ledger.sites());
    let answer = Answer { loaded, language, rule: rule.label(), at: None, as_of };
    let context = RowContext { ledger, ..answer.context(&[]) };
    let area = |site: SiteIndex| areas[site.0 as usize];
    let rows: Vec<(Vec<Value<'_>>, SiteIndex)> =
        changes.iter().map(|change| (geojson::change_row(change, &context, area(change.site)), change.site)).collect();
    let in_json = || {
        let objects: Vec<_> = rows.iter().map(|(row, _)| json_row(geojson::change_columns().iter().copied(), row)).collect();
        json!({ "changes": objects }).as_object().cloned().unwrap_or_default()
    };
    match target {
        None if arguments.wording.json => answer.print(in_json()),
        None => output::print(&in_words(Phrasing { ledger, time_zone: &loaded.dataset.config.time_zone, language }, &changes)),
        Some(Target::Folder(folder)) => Err(Failure::Usage(format!("changes writes one file: name one in {}", folder.display()))),
        Some(Target::Standard(format)) => output::print_with(written(&format, &rows, &context, &answer.provenance(left_out))),
        Some(Target::File(path, format)) => {
            output::write_file(&path, written(&format, &rows, &context, &answer.provenance(left_out)))?;
            say::note(&format!("wrote {}: {}", path.display(), count_of(rows.len(), "change")));
            Ok(())
        }
    }
}

fn written<'a>(
    format: &'a str,
    rows: &'a [(Vec<Value<'a>>, SiteIndex)],
    context: &'a RowContext<'_>,
    provenance: &'a Provenance,
) -> impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Failure> + 'a {
    move |sink| {
        match format {
            "csv" => csv::changes(rows, sink)?,
            _ => geojson::changes(rows, context, provenance, sink)?,
        }
        Ok(())
    }
}

fn in_words(phrasing: Phrasing<'_>, changes: &[Change]) -> String {
    let rows: Vec<[String; 5]> = changes
        .iter()
        .map(|change| {
            [
                phrasing.time(change.time()),
                phrasing.site(change.site),
                phrasing.short_state(&change.before),
                phrasing.short_state(&change.after),
                phrasing.reports(&change.after.reports_for),
            ]
        })
        .collect();
    if rows.is_empty() { "no change\n".to_owned() } else { table(["time", "place", "before", "after", "on the word of"], &rows) }
}
