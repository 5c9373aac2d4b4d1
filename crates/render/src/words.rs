//! The map in words: a sentence for those who cannot see it, and a page with every state.

use std::fmt::Write as _;

use marchland_core::{Assessment, ControlState, SiteIndex, Status};

use crate::furniture::{share, square_kilometres, subtitle};
use crate::map::MapRequest;

/// What the picture shows, in two sentences: who holds how much of the ground, and when.
#[must_use]
pub fn alt_text(request: &MapRequest<'_>) -> String {
    let total: f64 = request.snapshot.dissolved.iter().map(|part| part.area_km2).sum();
    let parts: Vec<String> = request
        .snapshot
        .dissolved
        .iter()
        .map(|part| {
            let words = match (&part.key.control, part.key.status) {
                (ControlState::Held(_), Status::Claimed) => {
                    format!("held by {}, claimed and not confirmed,", holder(request, &part.key.control))
                }
                (ControlState::Held(_), _) => format!("held by {}", holder(request, &part.key.control)),
                (ControlState::Contested(_), _) => "contested".to_owned(),
                (ControlState::Unknown, _) => "unknown".to_owned(),
            };
            format!("{words} {}", share(part.area_km2, total))
        })
        .collect();
    let ground =
        if parts.is_empty() { "No ground is shown".to_owned() } else { format!("Of {}: {}", square_kilometres(total), parts.join(", ")) };
    format!("Map: {}. {}. {ground}.", request.title.trim_end_matches('.'), subtitle(request))
}

/// The whole map in words, as Markdown: ground by state, every place with its state, sources.
#[must_use]
pub fn description(request: &MapRequest<'_>) -> String {
    let mut out = format!("# {}\n\n{}.\n\n{}\n\n", line(request.title), line(&subtitle(request)), line(&alt_text(request)));
    ground_table(request, &mut out);
    place_table(request, &mut out);
    out.push_str("## How sure\n\n");
    for sentence in request.sure {
        let _ = writeln!(out, "{}  ", line(sentence));
    }
    let _ = write!(out, "\n## Sources\n\n{}\n\n{}\n", line(request.sources), line(request.made));
    out
}

fn ground_table(request: &MapRequest<'_>, out: &mut String) {
    let total: f64 = request.snapshot.dissolved.iter().map(|part| part.area_km2).sum();
    out.push_str("## Ground\n\n| control | status | ground | share | places |\n| --- | --- | --- | --- | --- |\n");
    for part in &request.snapshot.dissolved {
        let sites = part.cells.iter().flat_map(|&cell| request.snapshot.cells[cell].sites());
        let names: Vec<String> = sites.map(|&site| site_name(request, site)).collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            line(&holder(request, &part.key.control)),
            part.key.status.word(),
            square_kilometres(part.area_km2),
            share(part.area_km2, total),
            names.join(", ")
        );
    }
    out.push('\n');
}

fn place_table(request: &MapRequest<'_>, out: &mut String) {
    out.push_str("## Places\n\n| place | control | status | probability | since | claimed by | on the word of | ground |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for state in &request.snapshot.sites {
        let assessment = &state.assessment;
        let reports: Vec<&str> = assessment.reports_for.iter().map(|&report| request.ledger.report(report).id.as_str()).collect();
        let claimed: Vec<String> =
            assessment.claimed_by.iter().map(|&actor| line(request.ledger.actor(actor).names.in_language(request.language))).collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            site_name(request, state.site),
            line(&holder(request, &assessment.control)),
            assessment.status.word(),
            assessment.confidence.map_or_else(|| "–".to_owned(), |confidence| format!("{confidence:.2}")),
            since(request, assessment),
            claimed.join(", "),
            line(&reports.join(", ")),
            if state.cell.is_some() { "yes" } else { "none" }
        );
    }
    out.push('\n');
}

fn since(request: &MapRequest<'_>, state: &Assessment) -> String {
    let start = state.period.start().to_zoned_datetime(request.time_zone.clone()).strftime("%Y-%m-%d %H:%M");
    if state.open_start { format!("before {start}") } else { start.to_string() }
}

fn site_name(request: &MapRequest<'_>, site: SiteIndex) -> String {
    line(request.ledger.site(site).names.in_language(request.language))
}

/// Who holds it: a name, `contested` with the contenders, `unknown`.
fn holder(request: &MapRequest<'_>, control: &ControlState) -> String {
    let names: Vec<&str> = control.actors().iter().map(|&actor| request.ledger.actor(actor).names.in_language(request.language)).collect();
    match control {
        ControlState::Held(_) => names.join(""),
        ControlState::Contested(_) if names.is_empty() => "contested".to_owned(),
        ControlState::Contested(_) => format!("contested: {}", names.join(", ")),
        ControlState::Unknown => "unknown".to_owned(),
    }
}

/// Text as one line of Markdown in which nothing is mark-up.
fn line(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '|' | '<' | '>' | '*' | '_' | '`' | '[' | ']' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
        out
    })
}
