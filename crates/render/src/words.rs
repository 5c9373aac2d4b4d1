//! The map in words: a sentence for those who cannot see it, and a page with every state.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use marchland_core::{Assessment, CellKey, ControlState, SiteIndex, Snapshot, Status};

use crate::compare::CompareRequest;
use crate::diff::{DiffRequest, Passed, amount};
use crate::furniture::{share, square_kilometres, subtitle};
use crate::legend::{label, letter};
use crate::map::MapRequest;
use crate::moment::{caption, in_common};

/// What the picture shows, in two sentences: who holds how much of the ground, and when.
#[must_use]
pub fn alt_text(request: &MapRequest<'_>) -> String {
    format!("Map: {}. {}. {}.", request.title.trim_end_matches('.'), subtitle(request), ground_in_words(request))
}

/// `Of 26 km²: held by Taliban 40 %, contested 60 %`
fn ground_in_words(request: &MapRequest<'_>) -> String {
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
    if parts.is_empty() { "No ground is shown".to_owned() } else { format!("Of {}: {}", square_kilometres(total), parts.join(", ")) }
}

/// What a page of several maps shows: of each when it is and who holds how much.
#[must_use]
pub(crate) fn compared(requests: &[MapRequest<'_>]) -> String {
    let maps: Vec<&Snapshot> = requests.iter().map(|request| request.snapshot).collect();
    let told = requests
        .iter()
        .enumerate()
        .map(|(at, request)| format!("{}, {}: {}", letter(at), caption(&maps, at, request.time_zone), ground_in_words(request)));
    let title = requests.first().map_or("", |request| request.title.trim_end_matches('.'));
    format!("Maps: {title}. {}.", told.collect::<Vec<_>>().join(". "))
}

/// What a map of changes shows: what went from whom to whom.
#[must_use]
pub(crate) fn different(request: &DiffRequest<'_>, subtitle: &str) -> String {
    let ways: Vec<String> = request.passed.iter().map(|passed| way(request, passed)).collect();
    let ways = if ways.is_empty() { "Nothing is different".to_owned() } else { ways.join("; ") };
    format!("Map of changes: {}. {subtitle}. {ways}.", request.map.title.trim_end_matches('.'))
}

/// `Afghan government, confirmed → Taliban, claimed: 4 sites, 3.1 km²`
fn way(request: &DiffRequest<'_>, passed: &Passed<'_>) -> String {
    let side = |key: Option<&CellKey>| key.map_or_else(|| "outside the map".to_owned(), |key| label(&request.map, key));
    format!("{} → {}: {}", side(passed.before), side(passed.after), amount(passed))
}

/// Several maps in words, as Markdown: who holds how much on each, and of two what is different on the second.
#[must_use]
pub fn comparison(request: &CompareRequest<'_>, passed: &[Passed<'_>]) -> String {
    let MapRequest { title, time_zone, time_zone_name, .. } = request.map;
    let maps = request.snapshots;
    let mut out = format!("# {}\n\n{}.\n\n", line(title), line(&in_common(maps, time_zone, time_zone_name)));
    for at in 0..maps.len() {
        let _ = writeln!(out, "- **{}**: {}", letter(at), line(&caption(maps, at, time_zone)));
    }
    out.push_str("\n## Ground\n\n| control | status |");
    let letters: String = (0..maps.len()).map(|at| letter(at) + " | ").collect();
    let _ = writeln!(out, " {}\n| --- | --- |{}", letters.trim_end(), " --- |".repeat(maps.len()));
    let keys: BTreeSet<&CellKey> = maps.iter().flat_map(|map| map.dissolved.iter().map(|part| &part.key)).collect();
    for key in keys {
        let area = |map: &&Snapshot| map.dissolved.iter().find(|part| part.key == *key).map(|part| square_kilometres(part.area_km2));
        let areas: Vec<String> = maps.iter().map(|map| area(map).unwrap_or_else(|| "–".to_owned())).collect();
        let _ = writeln!(out, "| {} | {} | {} |", line(&holder(&request.map, &key.control)), key.status.word(), areas.join(" | "));
    }
    if let [before, after] = *maps {
        different_table(&DiffRequest { map: MapRequest { snapshot: after, ..request.map }, before, passed }, &mut out);
    }
    out.push_str("\n## How sure\n\n");
    for sentence in request.map.sure {
        let _ = writeln!(out, "{}  ", line(sentence));
    }
    let _ = write!(out, "\n## Sources\n\n{}\n\n{}\n", line(request.map.sources), line(request.map.made));
    out
}

fn different_table(request: &DiffRequest<'_>, out: &mut String) {
    out.push_str("\n## What changed from A to B\n\n");
    if request.passed.is_empty() {
        out.push_str("Nothing is different.\n");
        return;
    }
    out.push_str("| was | is | ground | places |\n| --- | --- | --- | --- |\n");
    for passed in request.passed {
        let side = |key: Option<&CellKey>| key.map_or_else(|| "outside the map".to_owned(), |key| line(&label(&request.map, key)));
        let area = if passed.polygons.0.is_empty() { "–".to_owned() } else { square_kilometres(passed.area_km2) };
        let places: Vec<String> = passed.sites.iter().map(|&site| site_name(&request.map, site)).collect();
        let _ = writeln!(out, "| {} | {} | {area} | {} |", side(passed.before), side(passed.after), places.join(", "));
    }
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
