//! `import`: a dataset made of other people's files.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use jiff::tz::TimeZone;
use marchland_formats::Fault;
use marchland_formats::dataset::{self, Part, Written};
use marchland_formats::import::{self, Imported, MapFields, MapSettings, Silent};
use serde_json::{Map, Value, json};

use crate::arguments::{Import, ImportKind, ImportMaps, Unsaid};
use crate::failure::{Failure, count_of};
use crate::output::{self, Set};
use crate::say;

/// Reads the files and writes the dataset.
pub(crate) fn run(arguments: &Import) -> Result<(), Failure> {
    match &arguments.kind {
        ImportKind::Maps(arguments) => maps(arguments),
    }
}

fn maps(arguments: &ImportMaps) -> Result<(), Failure> {
    let folder = &arguments.output;
    if output::is_taken(folder) && !arguments.overwrite {
        return Err(Failure::OutputExists(folder.clone()));
    }
    let silent = match (&arguments.control, arguments.unknown) {
        (Some(name), _) => Silent::Held(name.clone()),
        (None, Unsaid::Keep) => Silent::Unknown,
        (None, Unsaid::Drop) => Silent::LeftOut,
        (None, Unsaid::Error) => Silent::Fault,
    };
    let (time_zone, fields, meant) = (zone(&arguments.time_zone)?, fields(&arguments.map)?, meant(&arguments.meant)?);
    let settings = MapSettings { time_zone, fields, silent, meant };
    let imported = import::maps(&arguments.files, &settings).map_err(|faults| unsound(&faults))?;
    write(&imported, folder)?;
    tell(&imported, folder);
    if arguments.json { print(&imported, folder) } else { Ok(()) }
}

/// The fields that maps have.
const MAP_FIELDS: [&str; 3] = ["control", "time", "name"];

fn fields(pairs: &[String]) -> Result<MapFields, Failure> {
    let mut fields = MapFields::default();
    for pair in pairs {
        let (field, property) = pair.split_once('=').filter(|(_, property)| !property.is_empty()).ok_or_else(|| {
            Failure::Usage(format!("--map {pair}: expected a field and the property that says it, such as control=status"))
        })?;
        match field {
            "control" => property.clone_into(&mut fields.control),
            "time" => fields.time = Some(property.to_owned()),
            "name" => property.clone_into(&mut fields.name),
            _ => {
                let hint = format!("maps have {}", MAP_FIELDS.join(", "));
                return Err(Failure::Usage(format!("--map {pair}: no field \"{field}\": {hint}")));
            }
        }
    }
    Ok(fields)
}

/// What polygons say, and who is meant by it.
fn meant(pairs: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let parted = |pair: &String| {
        let (said, name) = pair.rsplit_once('=').filter(|(said, name)| !said.trim().is_empty() && !name.trim().is_empty())?;
        Some((said.trim().to_owned(), name.trim().to_owned()))
    };
    let expected =
        |pair: &String| Failure::Usage(format!("--as {pair}: expected what polygons say and who is meant, such as occupied=Red"));
    pairs.iter().map(|pair| parted(pair).ok_or_else(|| expected(pair))).collect()
}

fn zone(name: &str) -> Result<TimeZone, Failure> {
    dataset::time_zone(name).map_err(|nearest| Failure::UnknownId { what: "time zone", id: name.to_owned(), nearest })
}

/// The failure of an input with faults, after each has been said.
fn unsound(faults: &[Fault]) -> Failure {
    for fault in faults {
        say::error(&fault.to_string());
    }
    Failure::Input(format!("{} in the files: nothing was written", count_of(faults.len(), "fault")))
}

fn write(imported: &Imported, folder: &Path) -> Result<(), Failure> {
    let title = title(folder);
    let name: String = title.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
    let Imported { draft, method, time_zone, .. } = imported;
    let written = Written { name: &name, title: &title, method: *method, time_zone, draft };
    let mut set = Set::new(folder)?;
    for part in Part::ALL {
        set.write(part.file(), |sink| Ok(dataset::write(&written, part, sink)?))?;
    }
    set.publish()
}

/// The dataset is called like its folder.
fn title(folder: &Path) -> String {
    let mut names =
        folder.components().filter_map(|part| if let Component::Normal(name) = part { Some(name.to_string_lossy()) } else { None });
    names.next_back().map_or_else(|| "imported".to_owned(), std::borrow::Cow::into_owned)
}

fn counts(imported: &Imported) -> Vec<(&'static str, usize)> {
    let draft = &imported.draft;
    let made = [("site", draft.sites.len()), ("state", draft.given.len()), ("actor", draft.actors.len())];
    imported.read.iter().copied().chain(made).collect()
}

/// Their ids.
fn actors(imported: &Imported) -> Vec<&str> {
    imported.draft.actors.iter().map(|actor| actor.id.as_str()).collect()
}

fn tell(imported: &Imported, folder: &Path) {
    let counted: Vec<String> = counts(imported).into_iter().map(|(noun, count)| count_of(count, noun)).collect();
    let shown = folder.display();
    say::note(&format!("made {shown}: {}", counted.join(", ")));
    if !imported.draft.actors.is_empty() {
        say::note(&format!("actors: {}", actors(imported).join(", ")));
    }
    for line in &imported.left_out {
        say::note(&format!("left out: {line}"));
    }
    say::note(&format!("\nnext:\n  marchland check {shown}\n  marchland snapshot {shown} --at last -o {shown}-map/"));
}

fn print(imported: &Imported, folder: &Path) -> Result<(), Failure> {
    let counts: Map<String, Value> = counts(imported).into_iter().map(|(noun, count)| (format!("{noun}s"), json!(count))).collect();
    let files: Vec<String> = Part::ALL.iter().map(|part| folder.join(part.file()).display().to_string()).collect();
    let answer = json!({
        "schema_version": 1,
        "dataset": folder.display().to_string(),
        "counts": counts,
        "actors": actors(imported),
        "left_out": imported.left_out,
        "files": files,
    });
    output::print(&format!("{answer:#}\n"))
}
