//! What the ledger finds wrong between the files, each at its place.
//!
//! The texts of the files are gone by the time the ledger is made; of each record only its offset was kept. So the files at fault are
//! read once more, which costs nothing where nothing is wrong.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::Path;

use marchland_core::{Inconsistency, Problem, Record, SiteIndex};

use super::config::Config;
use super::folder::Folder;
use super::sites::{self, SitePlaces};
use super::table::{self, Table};
use crate::fault::{Fault, Place, Source};

/// Where the records of the draft stand in the files, and what is missing from it.
#[derive(Default)]
pub(crate) struct Records {
    pub(crate) actors: Kept,
    pub(crate) sources: Kept,
    pub(crate) reports: Kept,
    pub(crate) given: Kept,
    pub(crate) sites: Vec<SitePlaces>,
    /// Ids of reports whose rows could not be read.
    pub(crate) unread: BTreeSet<String>,
}

/// Where the rows of a table begin.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) offsets: Vec<usize>,
    pub(crate) is_whole: bool,
}

impl Records {
    /// Whether a fault was told already: what is missing only because its own file or row could not be read.
    pub(crate) fn explain(&self, found: &Inconsistency) -> bool {
        match &found.problem {
            Problem::UnknownId { record: "report", id, .. } => self.unread.contains(id),
            Problem::UnknownId { record: "actor", .. } => !self.actors.is_whole,
            Problem::UnknownId { record: "source", .. } => !self.sources.is_whole,
            Problem::UnknownId { record: "site", .. } => self.sites.is_empty(),
            Problem::EmptyId => match found.record {
                Record::Actor => !self.actors.is_whole,
                Record::Source => !self.sources.is_whole,
                _ => false,
            },
            _ => false,
        }
    }
}

/// Where the ids of some sites stand in a dataset's `sites.geojson`, for what is found out about them later; the file itself where
/// it can no longer be read. `sites` are positions in the ledger, which is in the file's order.
#[must_use]
pub fn site_places(folder: &Path, sites: &[SiteIndex]) -> Vec<Place> {
    let read_again = || {
        let folder = Folder::on_disk(folder).ok()?;
        let (_, places) = sites::sites(folder.pieces("sites.geojson").ok()?, None, &mut Vec::new());
        Some((places, folder.whole("sites.geojson").ok()?))
    };
    let found = read_again();
    let place = |site: &SiteIndex| found.as_ref().and_then(|(places, source)| Some(source.at(places.get(site.0 as usize)?.id)));
    sites.iter().map(|site| place(site).unwrap_or_else(|| Place::whole(&folder.join("sites.geojson")))).collect()
}

/// The files, read once more as far as faults ask for them.
pub(crate) struct Placing<'a> {
    folder: &'a Folder<'a>,
    config: &'a Config,
    records: &'a Records,
    actors: OnceCell<Option<Table<'a>>>,
    sources: OnceCell<Option<Table<'a>>>,
    reports: OnceCell<Option<Table<'a>>>,
    given: OnceCell<Option<Table<'a>>>,
    sites: OnceCell<Option<Source>>,
}

impl<'a> Placing<'a> {
    pub(crate) fn new(folder: &'a Folder<'a>, config: &'a Config, records: &'a Records) -> Self {
        let (actors, sources, reports, given, sites) = Default::default();
        Self { folder, config, records, actors, sources, reports, given, sites }
    }

    /// The fault that an inconsistency is, at its cell.
    pub(crate) fn fault(&self, found: &Inconsistency) -> Fault {
        Fault::at(&self.place(found), code(&found.problem), self.message(found), hint(&found.problem))
    }

    fn message(&self, found: &Inconsistency) -> String {
        let line = match &found.problem {
            Problem::DuplicateId { first, .. } => self.record(found.record, *first, ("", 0)).line,
            Problem::OverlappingStates { other } => self.record(Record::Given, *other, ("", 0)).line,
            _ => None,
        };
        match (&found.problem, line) {
            (Problem::DuplicateId { id, .. }, Some(line)) => format!("\"{id}\" is already the id of line {line}"),
            (Problem::OverlappingStates { .. }, Some(line)) => format!("the state overlaps that of line {line} at the same site"),
            (Problem::UnknownId { record, id, .. }, _) => format!("no {record} \"{id}\" in {}", file_of(record)),
            (problem, _) => problem.to_string(),
        }
    }

    fn place(&self, found: &Inconsistency) -> Place {
        match found.record {
            Record::Settings => self.setting(found.column),
            record => self.record(record, found.index, (found.column, found.item)),
        }
    }

    /// The place of a part of a cell of a record; of a column that it lacks, the record's.
    fn record(&self, record: Record, index: usize, item: (&str, usize)) -> Place {
        let Records { actors, sources, reports, given, .. } = self.records;
        let (name, kept, again) = match record {
            Record::Actor => ("actors.csv", actors, &self.actors),
            Record::Source => ("sources.csv", sources, &self.sources),
            Record::Report => ("reports.csv", reports, &self.reports),
            Record::Given => ("control.csv", given, &self.given),
            Record::Site | Record::Settings => return self.site(index, item.0),
        };
        let table = again.get_or_init(|| self.folder.pieces(name).and_then(Table::whole).ok());
        let mut cells = table::Record::default();
        let row = kept.offsets.get(index).and_then(|&offset| table.as_ref()?.row(offset, &mut cells));
        row.map_or_else(|| Place::whole(&self.folder.path(name)), |row| row.item_place(item.0, item.1))
    }

    fn site(&self, index: usize, column: &str) -> Place {
        let span = self.records.sites.get(index).map(|places| match column {
            "parent" => places.parent,
            "geometry" => places.geometry,
            _ => places.id,
        });
        let source = self.sites.get_or_init(|| self.folder.whole("sites.geojson").ok());
        let place = span.zip(source.as_ref()).map(|(span, source)| source.at(span));
        place.unwrap_or_else(|| Place::whole(&self.folder.path("sites.geojson")))
    }

    /// The warning of a site whose coordinates look swapped.
    pub(crate) fn swapped(&self, index: usize, (lon, lat): (f64, f64)) -> Fault {
        let message = format!("{lon} {lat} lies outside all other sites, and among them when swapped");
        Fault::warning_at(&self.site(index, "geometry"), "swapped", message, "longitude comes first")
    }

    fn setting(&self, column: &str) -> Place {
        let assess = &self.config.assess;
        let place = match column {
            "horizon" => self.config.horizon_place.clone(),
            "initial" => assess.initial.as_ref().map(|initial| initial.place.clone()),
            "initial_confidence" => assess.initial_confidence.as_ref().map(|confidence| confidence.place.clone()),
            _ => None,
        };
        place.unwrap_or_else(|| Place::whole(&self.folder.path("dataset.toml")))
    }
}

/// The file that holds a kind of record.
fn file_of(record: &str) -> &'static str {
    match record {
        "actor" => "actors.csv",
        "site" => "sites.geojson",
        "source" => "sources.csv",
        _ => "reports.csv",
    }
}

fn code(problem: &Problem) -> &'static str {
    match problem {
        Problem::EmptyId => "missing-id",
        Problem::DuplicateId { .. } => "duplicate-id",
        Problem::ReservedId { .. } => "reserved-id",
        Problem::UnknownId { .. } => "unknown-id",
        Problem::NoSite => "missing-site",
        Problem::SiteTwice { .. } => "site-twice",
        Problem::NoActor { .. } => "missing-actor",
        Problem::SupersedesItself { .. } => "supersedes-itself",
        Problem::ParentCycle { .. } => "parent-cycle",
        Problem::EmptyPeriod { .. } => "empty-period",
        Problem::OverlappingStates { .. } => "overlapping-states",
        Problem::NoProbability { .. } => "no-probability",
        Problem::HorizonTooEarly { .. } => "horizon-too-early",
    }
}

fn hint(problem: &Problem) -> String {
    match problem {
        Problem::EmptyId => "give it one: short, of letters and digits".to_owned(),
        Problem::DuplicateId { .. } => "rename one of them".to_owned(),
        Problem::ReservedId { .. } => "rename the actor".to_owned(),
        Problem::UnknownId { record, nearest, .. } => match nearest.first() {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("add it to {}", file_of(record)),
        },
        Problem::NoSite => "name one or more, between them \";\"".to_owned(),
        Problem::SiteTwice { .. } | Problem::SupersedesItself { .. } => "take it out".to_owned(),
        Problem::NoActor { .. } => "name whom the statement is about".to_owned(),
        Problem::ParentCycle { .. } => "take one of the parents out".to_owned(),
        Problem::EmptyPeriod { .. } => "an end is the first day on which the state is no longer so".to_owned(),
        Problem::OverlappingStates { .. } => "end one where the other starts".to_owned(),
        Problem::NoProbability { .. } => "write it with a point: 0.85".to_owned(),
        Problem::HorizonTooEarly { .. } => "move the horizon behind the last report, or take it out".to_owned(),
    }
}
