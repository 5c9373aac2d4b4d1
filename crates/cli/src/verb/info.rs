//! `info`: what is in a dataset, and where nobody has looked.

use std::fmt::Write as _;

use marchland_core::{Assertion, Ledger, ReportIndex, SiteIndex};
use marchland_formats::rows::utc;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::arguments::Info;
use crate::failure::{Failure, count_of};
use crate::phrase::Phrasing;
use crate::{extent, output, question};

/// Counts, time span, extent, actors and gaps; or the gaps alone.
pub(crate) fn run(arguments: &Info) -> Result<(), Failure> {
    let loaded = question::load(&arguments.dataset)?;
    let (config, ledger) = (&loaded.dataset.config, loaded.ledger());
    let gaps = Gaps::of(ledger);
    let extent = extent::extent(config, ledger);
    let phrasing = Phrasing { ledger, time_zone: &config.time_zone, language: None };
    if arguments.json {
        let answer = Answer { loaded, language: None, rule: loaded.rule.label(), at: None, as_of: None };
        let all = json!({
            "title": config.title,
            "licence": config.licence,
            "digest": loaded.dataset.digest,
            "counts": counts(ledger).into_iter().map(|(name, count)| (name.to_owned(), json!(count))).collect::<Map<String, Value>>(),
            "time_span": { "start": utc(ledger.span().start()), "end": utc(ledger.span().end()) },
            "extent": extent,
            "actors": ledger.actors().iter().map(|actor| json!({ "actor": actor.id, "name": actor.names.default_name(), "side": actor.side })).collect::<Vec<_>>(),
            "gaps": gaps.in_json(ledger),
        });
        let mut fields = all.as_object().cloned().unwrap_or_default();
        if arguments.gaps {
            fields.retain(|name, _| name == "gaps");
        }
        return answer.print(fields);
    }
    if arguments.gaps {
        return output::print(&gaps.in_words(phrasing));
    }
    let counted: Vec<String> = counts(ledger).into_iter().map(|(name, count)| count_of(count, name.trim_end_matches('s'))).collect();
    let actors: Vec<String> = ledger.actors().iter().map(|actor| format!("{} ({})", actor.names.default_name(), actor.id)).collect();
    let extent = extent.map_or_else(|| "no place".to_owned(), |[west, south, east, north]| format!("{west} {south} to {east} {north}"));
    output::print(&format!(
        "{} ({})\n  {}\n  from {} to {}\n  {extent} (longitude latitude)\n  actors: {}\n  rule {}; licence {}\n  digest {}\n\n{}",
        config.title,
        config.name,
        counted.join(", "),
        phrasing.time(ledger.span().start()),
        phrasing.time(ledger.span().end()),
        actors.join(", "),
        loaded.rule.label(),
        config.licence,
        loaded.dataset.digest,
        gaps.in_words(phrasing)
    ))
}

fn counts(ledger: &Ledger) -> [(&'static str, usize); 5] {
    [
        ("actors", ledger.actors().len()),
        ("sites", ledger.sites().len()),
        ("sources", ledger.sources().len()),
        ("reports", ledger.reports().len()),
        ("given states", ledger.given().len()),
    ]
}

/// Where nobody has looked.
struct Gaps {
    /// Sites of which no report speaks of control, nor of a whole they lie in, and whose state is not given.
    unreported: Vec<SiteIndex>,
    /// Sites whose last word is that they were taken or lost, with that report.
    never_checked: Vec<(SiteIndex, ReportIndex)>,
}

impl Gaps {
    fn of(ledger: &Ledger) -> Self {
        let given: std::collections::BTreeSet<SiteIndex> = ledger.given().iter().map(|given| given.site).collect();
        let mut gaps = Self { unreported: Vec::new(), never_checked: Vec::new() };
        for site in ledger.site_indices().filter(|site| !given.contains(site) && ledger.site(*site).children.is_empty()) {
            match last_word(ledger, site) {
                None => gaps.unreported.push(site),
                Some(report) if matches!(ledger.report(report).asserts, Assertion::Takes | Assertion::Loses) => {
                    gaps.never_checked.push((site, report));
                }
                Some(_) => {}
            }
        }
        gaps
    }

    fn in_json(&self, ledger: &Ledger) -> Value {
        let id = |site: &SiteIndex| ledger.site(*site).id.as_str();
        let never_checked: Vec<Value> = self
            .never_checked
            .iter()
            .map(|(site, report)| json!({ "site_id": id(site), "report": ledger.report(*report).id, "time": utc(ledger.report(*report).time.latest()) }))
            .collect();
        json!({ "no_report": self.unreported.iter().map(id).collect::<Vec<_>>(), "never_checked_again": never_checked })
    }

    fn in_words(&self, phrasing: Phrasing<'_>) -> String {
        let mut text = format!("{} without a report of control\n", count_of(self.unreported.len(), "site"));
        for &site in &self.unreported {
            let _ = writeln!(text, "  {}", phrasing.site(site));
        }
        let _ = writeln!(text, "{} taken or lost and never checked again", count_of(self.never_checked.len(), "site"));
        for &(site, report) in &self.never_checked {
            let report = phrasing.ledger.report(report);
            let _ = writeln!(text, "  {}: {} {}", phrasing.site(site), phrasing.window(report.time), report.id);
        }
        text
    }
}

/// The last report of control about a site or a whole it lies in.
fn last_word(ledger: &Ledger, site: SiteIndex) -> Option<ReportIndex> {
    let wholes = std::iter::successors(Some(site), |&site| ledger.site(site).parent);
    let reports = wholes.flat_map(|site| ledger.reports_about(site)).copied();
    reports
        .filter(|&report| ledger.report(report).asserts != Assertion::Context)
        .max_by_key(|&report| (ledger.report(report).time.latest(), report))
}
