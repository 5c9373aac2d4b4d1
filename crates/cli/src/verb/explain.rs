//! `explain`: why a site is shown as it is, report by report.

use jiff::Timestamp;
use marchland_assess::{Assessor, Effect, Explained, Reason};
use marchland_core::{Ledger, SourceIndex};
use marchland_formats::rows::utc;
use serde_json::{Value, json};

use crate::answer::{Answer, rounded};
use crate::arguments::Explain;
use crate::failure::Failure;
use crate::output;
use crate::phrase::Phrasing;
use crate::question;

/// Lists every report about a site with what it did to the state shown.
pub(crate) fn run(arguments: &Explain) -> Result<(), Failure> {
    let loaded = question::load(&arguments.question.dataset)?;
    let site = loaded.site(&arguments.site)?;
    let language = loaded.language(arguments.question.wording.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.question.moment.weighing)?;
    let (at, as_of) = loaded.clocks(&arguments.question.moment)?;
    let ledger = loaded.ledger();
    let explanation = Assessor::new(ledger, &rule, as_of).explain(site, at);
    let answer = Answer { loaded, language, rule: rule.label(), at: Some(at), as_of };
    if arguments.question.wording.json {
        let mut fields = answer.state(&[site], &explanation.state);
        let reports: Vec<Value> = explanation.reports.iter().map(|explained| row(ledger, as_of, explained)).collect();
        fields.insert("reports".to_owned(), Value::Array(reports));
        return answer.print(fields);
    }
    let phrasing = Phrasing { ledger, time_zone: &loaded.dataset.config.time_zone, language };
    let mut text = format!(
        "{}, {}\n  {}\n  {}\n\n",
        phrasing.site(site),
        answer.moment_in_words(),
        phrasing.state(&explanation.state),
        phrasing.since(&explanation.state)
    );
    let lines: Vec<[String; 6]> = explanation.reports.iter().map(|explained| line(phrasing, as_of, explained)).collect();
    text.push_str(&table(["weight", "report", "source", "says", "of", "why"], &lines));
    text.push_str("\nweight: log-odds towards the state shown, by leaving the report out; · where it does nothing\n");
    output::print(&text)
}

fn row(ledger: &Ledger, as_of: Option<Timestamp>, explained: &Explained) -> Value {
    let report = ledger.report(explained.report);
    let source = |source: SourceIndex| ledger.source(source).id.as_str();
    let via: Vec<&str> = report.via.iter().map(|&via| source(via)).collect();
    json!({
        "report": report.id,
        "source": source(report.source),
        "asserts": report.asserts.word(),
        "actor": report.actor.map(|actor| &ledger.actor(actor).id),
        "time_start": utc(report.time.earliest()),
        "time_end": utc(report.time.latest()),
        "said": utc(report.known_from()),
        "via": via,
        "reliability": ledger.source(report.source).reliability.letter(),
        "credibility": report.credibility_as_of(as_of).digit(),
        "worth": explained.worth.map(rounded),
        "weight": rounded(explained.weight),
        "effect": match explained.effect {
            Effect::For => "for",
            Effect::Against => "against",
            Effect::None => "none",
        },
        "used": explained.used,
        "reason": reasons(ledger, &explained.reasons),
    })
}

/// Why a report counts as it does, in words; empty where nothing is to be said.
fn reasons(ledger: &Ledger, reasons: &[Reason]) -> String {
    reasons.iter().map(|&reason| in_words(ledger, reason)).collect::<Vec<_>>().join("; ")
}

fn in_words(ledger: &Ledger, reason: Reason) -> String {
    match reason {
        Reason::Context => "speaks of no control".to_owned(),
        Reason::StateGiven => "the state was given, no report counts".to_owned(),
        Reason::StateOfParts => "the state is that of its parts".to_owned(),
        Reason::SaidAfter(known) => format!("said after {}", utc(known)),
        Reason::SupersededBy(report) => format!("superseded by {}", ledger.report(report).id),
        Reason::SameOriginalAs(report) => format!("same original as {}", ledger.report(report).id),
        Reason::OfLaterTime => "tells of a later time".to_owned(),
        Reason::OvertakenBy(report) => format!("overtaken by {}", ledger.report(report).id),
        Reason::ByWayOf(site) => format!("by way of {}", ledger.site(site).id),
        Reason::ReviewedGrade => "with its later grade".to_owned(),
    }
}

fn line(phrasing: Phrasing<'_>, as_of: Option<Timestamp>, explained: &Explained) -> [String; 6] {
    let ledger = phrasing.ledger;
    let report = ledger.report(explained.report);
    let source = ledger.source(report.source);
    let weight = if explained.effect == Effect::None { "·".to_owned() } else { format!("{:+.2}", explained.weight) };
    let actor = report.actor.map_or_else(String::new, |actor| phrasing.actor(actor));
    [
        weight,
        report.id.clone(),
        format!("{} {}{}", source.id, source.reliability.letter(), report.credibility_as_of(as_of).digit()),
        format!("{actor} {}", report.asserts.word()),
        phrasing.window(report.time),
        reasons(ledger, &explained.reasons),
    ]
}

/// Rows under their headings, each column as wide as its widest cell; the first is set to the right.
pub(crate) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).chain([headings[column].chars().count()]).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let headings = headings.map(str::to_owned);
    std::iter::once(&headings).chain(rows).fold(String::new(), |mut text, row| {
        let cells = row.iter().zip(widths).enumerate();
        let padded = cells.map(|(at, (cell, width))| if at == 0 { format!("{cell:>width$}") } else { format!("{cell:<width$}") });
        text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
        text
    })
}
