//! `actors.csv` and `sources.csv`: the parties, and who says things.

use marchland_core::{Actor, Colour, Names, Publish, Reliability, SourceDraft, printable};

use super::id;
use super::pieces::Pieces;
use super::table::{self, Row, Rows};
use crate::fault::Fault;

const ACTOR: [&str; 5] = ["actor", "name", "colour", "side", "note"];
const SOURCE: [&str; 8] = ["source", "name", "kind", "actor", "reliability", "licence", "publish", "note"];

/// The parties of a table, one a row.
pub(crate) fn actors(pieces: Pieces<'_>, faults: &mut Vec<Fault>) -> Rows<Actor> {
    table::read(pieces, &["actor", "name"], faults, |row, faults| Some(actor(row, faults)))
}

fn actor(row: Row<'_>, faults: &mut Vec<Fault>) -> Actor {
    id::check(row.cell("actor"), || row.place("actor"), faults);
    let colour = row.some("colour").and_then(|text| {
        let colour = Colour::from_hex(text);
        if colour.is_none() {
            let message = format!("expected a colour such as #0072b2 but got \"{text}\"");
            faults.push(Fault::at(&row.place("colour"), "unreadable-colour", message, "or leave it empty: the palette has one"));
        }
        colour
    });
    Actor {
        id: row.cell("actor").to_owned(),
        names: names(row),
        colour,
        side: row.some("side").map(str::to_owned),
        note: row.cell("note").to_owned(),
        extra: row.extra(&ACTOR),
    }
}

/// The label and its translations; without a label the id.
fn names(row: Row<'_>) -> Names {
    let mut names = Names::new(row.some("name").unwrap_or_else(|| row.cell("actor")));
    row.names().for_each(|(language, name)| names.add(language, name));
    names
}

/// Who says things, one a row.
pub(crate) fn sources(pieces: Pieces<'_>, faults: &mut Vec<Fault>) -> Rows<SourceDraft> {
    table::read(pieces, &["source", "name"], faults, |row, faults| Some(source(row, faults)))
}

fn source(row: Row<'_>, faults: &mut Vec<Fault>) -> SourceDraft {
    id::check(row.cell("source"), || row.place("source"), faults);
    let reliability = row.some("reliability").map_or(Reliability::F, |letter| {
        Reliability::from_letter(letter).unwrap_or_else(|| {
            let message = format!("expected an Admiralty letter A to F but got \"{letter}\"");
            faults.push(Fault::at(
                &row.place("reliability"),
                "unreadable-grade",
                message,
                "A is completely reliable, E unreliable, F cannot be judged",
            ));
            Reliability::F
        })
    });
    let publish = match row.cell("publish") {
        "" | "yes" => Publish::Yes,
        "derived" => Publish::Derived,
        "no" => Publish::No,
        other => {
            let message = format!("expected yes, derived or no but got \"{other}\"");
            faults.push(Fault::at(&row.place("publish"), "unknown-word", message, "derived: states made from it may leave, its rows not"));
            Publish::No
        }
    };
    SourceDraft {
        id: row.cell("source").to_owned(),
        name: printable(row.some("name").unwrap_or_else(|| row.cell("source")).to_owned()),
        kind: row.cell("kind").to_owned(),
        leans_to: row.some("actor").map(str::to_owned),
        reliability,
        licence: row.cell("licence").to_owned(),
        publish,
        note: row.cell("note").to_owned(),
        extra: row.extra(&SOURCE),
    }
}
