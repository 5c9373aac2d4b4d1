//! `compare`: what is different between two moments, two rules or two states of knowledge, as maps, as ground and as a table.

mod changed;
mod pages;
mod sides;

use std::io::Write;

use marchland_assess::Assessor;
use marchland_core::{Assessment, CellKey, Ledger};
use marchland_formats::rows::RowContext;
use marchland_formats::{Comparison, Passage, csv, geojson, qml};
use marchland_render::PageSize;
use serde_json::{Map, json};

use crate::answer::Answer;
use crate::arguments::Compare;
use crate::failure::{Failure, count_of};
use crate::ground::{self, Grounded};
use crate::output::{self, Set, Target};
use crate::pages::{self as map_pages, Pages};
use crate::phrase::Phrasing;
use crate::picture;
use crate::question;
use crate::verb::explain::table;
use crate::verb::timeline::json_row;
use crate::{distance, say};
use pages::Atelier;
use sides::Side;

const FORMATS: &[&str] = &[
    "geojson",
    "csv",
    "png",
    "svg",
    #[cfg(feature = "pdf")]
    "pdf",
    "gif",
    "apng",
    "webp",
    "md",
    "txt",
];

/// Lists all that is different at the second moment, by what it was and what it became; or lays out the maps.
pub(crate) fn run(arguments: &Compare) -> Result<(), Failure> {
    if arguments.whole.frame_only {
        return Err(Failure::Usage(
            "--frame-only: the maps of a comparison share a page, which no world file places on the ground; make each alone, with \
             `marchland snapshot DATASET --at T --frame-only -o T.png`"
                .to_owned(),
        ));
    }
    let target = arguments.run.destination.target("compare", FORMATS)?;
    target.iter().try_for_each(|target| arguments.run.destination.refuse_existing(target))?;
    let size = picture::page_size(&arguments.map.picture, picture::PAGE)?;
    let simplify_m = arguments.borders.simplify.as_deref().map(|text| distance::metres("--simplify", text)).transpose()?;
    let loaded = question::load(&arguments.run.dataset)?;
    let language = loaded.language(arguments.wording.lang.as_deref())?;
    let sides = sides::sides(arguments, loaded)?;
    let (publishable, left_out) = loaded.publishable();
    let ledger = if target.is_some() { &publishable } else { loaded.ledger() };
    let mut divided = ground::divide_at(&loaded.dataset.config, ledger, &sides.iter().map(|side| side.at).collect::<Vec<_>>())?;
    map_pages::on_plane(&arguments.map, &mut divided)?;
    let states = sides.iter().map(|side| Assessor::new(ledger, &side.rule, side.as_of).states_at(side.at)).collect();
    let last = sides.last().expect("there are two sides or more");
    let answer = Answer { loaded, language, rule: sides::rules(&sides), at: None, as_of: last.as_of };
    let asked = Asked { arguments, ledger, divided, states, simplify_m, size };
    asked.answer(&answer, &sides, left_out, target.as_ref())
}

/// What is asked, looked up, and the states of all sites on each side.
struct Asked<'a> {
    arguments: &'a Compare,
    ledger: &'a Ledger,
    divided: Grounded,
    states: Vec<Vec<Assessment>>,
    simplify_m: Option<f64>,
    size: PageSize,
}

impl Asked<'_> {
    fn answer(&self, answer: &Answer<'_>, sides: &[Side], left_out: Vec<String>, target: Option<&Target>) -> Result<(), Failure> {
        let colours = picture::colours(&self.arguments.map.picture, self.ledger.actors());
        let provenance = answer.provenance(left_out);
        let context = RowContext { ledger: self.ledger, ..answer.context(&colours) };
        let passages = if let [before, after] = sides { changed::passages(self, [before, after]) } else { Vec::new() };
        let moments = [sides[0].at, sides[sides.len() - 1].at];
        let comparison = Comparison { passages: &passages, moments, context, provenance: &provenance };
        let is_picture = |format: &str| !["geojson", "csv"].contains(&format);
        let asks_for_data = !matches!(target, Some(Target::File(_, format) | Target::Standard(format)) if is_picture(format));
        if sides.len() > 2 && asks_for_data {
            let message =
                "--dates of more than two moments lays out maps: write a picture, such as -o maps.png; or give --before and --after";
            return Err(Failure::Usage(message.to_owned()));
        }
        let pages = Pages {
            answer,
            ledger: self.ledger,
            projection: self.divided.projection.as_ref(),
            colours: &colours,
            provenance: &provenance,
            layout: &self.arguments.map,
            size: self.size,
        };
        match target {
            None if self.arguments.wording.json => {}
            None => {
                let time_zone = &answer.loaded.dataset.config.time_zone;
                return output::print(&in_words(Phrasing { ledger: self.ledger, time_zone, language: answer.language }, &comparison));
            }
            Some(target) => self.write(target, &Atelier::new(self, sides, pages), &comparison)?,
        }
        if self.arguments.wording.json { answer.print(in_json(&comparison, sides)) } else { Ok(()) }
    }

    fn write(&self, target: &Target, atelier: &Atelier<'_>, comparison: &Comparison<'_>) -> Result<(), Failure> {
        let counted = || count_of(comparison.passages.len(), "change");
        match target {
            Target::Folder(folder) => {
                let mut set = Set::new(folder)?;
                set.write("change.geojson", |sink| Ok(geojson::compared(comparison, sink)?))?;
                set.write("change.qml", |sink| Ok(sink.write_all(qml::compared(comparison).as_bytes())?))?;
                set.write("change.csv", |sink| Ok(csv::compared(comparison, sink)?))?;
                let pictures = atelier.add_all(comparison.passages, &mut set)?;
                set.publish()?;
                say::note(&format!("wrote {} into {}: {}", count_of(3 + pictures, "file"), folder.display(), counted()));
                Ok(())
            }
            Target::File(path, format) => {
                output::write_file(path, |sink| written(format, atelier, comparison, sink))?;
                say::note(&format!(
                    "wrote {}: {}",
                    path.display(),
                    if self.states.len() > 2 { count_of(self.states.len(), "map") } else { counted() }
                ));
                Ok(())
            }
            Target::Standard(format) => output::print_with(|sink| written(format, atelier, comparison, sink)),
        }
    }
}

fn written(format: &str, atelier: &Atelier<'_>, comparison: &Comparison<'_>, sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
    match format {
        "csv" => Ok(csv::compared(comparison, sink)?),
        "geojson" => Ok(geojson::compared(comparison, sink)?),
        picture => atelier.one(picture, comparison.passages, sink),
    }
}

fn in_json(comparison: &Comparison<'_>, sides: &[Side]) -> Map<String, serde_json::Value> {
    let row = |passage: &Passage| json_row(geojson::compared_columns().iter().copied(), &geojson::compared_row(comparison, passage));
    let changed = json!(comparison.passages.iter().map(row).collect::<Vec<_>>());
    Map::from_iter([("sides".to_owned(), json!(sides.iter().map(Side::in_json).collect::<Vec<_>>())), ("changed".to_owned(), changed)])
}

/// One line each way: `Afghan government, confirmed → Taliban, claimed   4 sites   3.1 km²   PD 1 (PD1), …`.
fn in_words(phrasing: Phrasing<'_>, comparison: &Comparison<'_>) -> String {
    if comparison.passages.is_empty() {
        return "nothing is different\n".to_owned();
    }
    let side = |key: &Option<CellKey>| {
        key.as_ref().map_or_else(|| "outside".to_owned(), |key| key_in_words(phrasing.ledger, &comparison.context, key))
    };
    let row = |passage: &Passage| {
        let sites: Vec<String> = passage.sites.iter().map(|&site| phrasing.site(site)).collect();
        [format!("{:.2}", passage.area_km2), passage.sites.len().to_string(), side(&passage.before), side(&passage.after), sites.join(", ")]
    };
    table(["km²", "sites", "before", "after", "which"], &comparison.passages.iter().map(row).collect::<Vec<_>>())
}

/// `Taliban, claimed`; contested and unknown as they are.
fn key_in_words(ledger: &Ledger, context: &RowContext<'_>, key: &CellKey) -> String {
    match key.control.holder() {
        Some(actor) => format!("{}, {}", ledger.actor(actor).names.in_language(context.language), key.status.word()),
        None => context.control_name(&key.control).into_owned(),
    }
}
