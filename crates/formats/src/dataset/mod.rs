//! The dataset folder: read whole, or every fault found.
//!
//! ```text
//! files ─▶ config ─▶ tables and GeoJSON ─▶ LedgerDraft ─▶ Ledger
//!             └────────────┴── faults, each at its place ◀──┘ what contradicts itself
//! ```
//!
//! A fault in one file does not keep the others from being read, so that one run names them all.

mod config;
mod features;
mod id;
mod json;
mod parties;
mod ring;
mod scaffold;
mod sites;
mod statements;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{Inconsistency, InitialDraft, Layer, Ledger, LedgerDraft, Problem, Record};
use sha2::{Digest as _, Sha256};

pub use config::{AssessConfig, Config, LatticeShape, MapConfig, Method, Placed, Setting, SettingTable, SettingValue, TerritoryConfig};
pub use scaffold::scaffold;

use crate::fault::{Fault, Place, Severity, Source};
use features::Reader;
use sites::SitePlaces;
use table::Table;

/// Belief in the initial holder where the dataset does not say how sure it is (the method's default).
const INITIAL_CONFIDENCE: f64 = 0.95;

/// A dataset, sound and in memory.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Its settings.
    pub config: Config,
    /// Actors, sources, sites and reports.
    pub ledger: Ledger,
    /// Context to draw, by file name.
    pub layers: Vec<Layer>,
    /// SHA-256 of the names and bytes of its files, in hexadecimal; the same wherever the folder lies.
    pub digest: String,
}

/// What came of reading.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The dataset, where no fault is an error.
    pub dataset: Option<Dataset>,
    /// Every fault, by file, line and column.
    pub faults: Vec<Fault>,
}

/// The files of a dataset, by their path below its folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Reads a dataset's folder whole.
///
/// ```
/// use marchland_formats::dataset;
/// let reading = dataset::read("no/such/folder".as_ref());
/// assert!(reading.dataset.is_none());
/// assert_eq!(reading.faults[0].code, "no-folder");
/// ```
#[must_use]
pub fn read(folder: &Path) -> Reading {
    match collect(folder) {
        Ok(files) => read_files(folder, &files),
        Err(fault) => Reading { dataset: None, faults: vec![fault] },
    }
}

/// Reads a dataset from the bytes of its files; `folder` is what messages call it.
///
/// ```
/// use marchland_formats::dataset;
/// let files = dataset::scaffold().into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect();
/// let reading = dataset::read_files("mine".as_ref(), &files);
/// assert!(reading.faults.is_empty());
/// assert_eq!(reading.dataset.unwrap().ledger.actors().len(), 2);
/// ```
#[must_use]
pub fn read_files(folder: &Path, files: &Files) -> Reading {
    let mut assembly = Assembly { folder, files, faults: Vec::new() };
    let dataset = assembly.dataset();
    let mut faults = assembly.faults;
    faults.sort_by(|one, other| (&one.file, one.line, one.column, one.code).cmp(&(&other.file, other.line, other.column, other.code)));
    let is_sound = faults.iter().all(|fault| fault.severity == Severity::Warning);
    Reading { dataset: dataset.filter(|_| is_sound), faults }
}

/// The bytes of the files that a dataset has.
fn collect(folder: &Path) -> Result<Files, Fault> {
    let whole = |message: &str, hint: &str| Fault::at(&Place::whole(folder), "no-folder", message, hint);
    if !folder.exists() {
        return Err(whole("there is no such folder", "check the path, or make a dataset there with `marchland new`"));
    }
    if !folder.is_dir() {
        return Err(whole("expected a folder but got a file", "name the folder that holds dataset.toml"));
    }
    let mut files = Files::new();
    for name in NAMES {
        take(folder, name.to_owned(), &mut files)?;
    }
    let layers = folder.join("layers");
    if let Ok(entries) = fs::read_dir(&layers) {
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if Path::new(&name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("geojson")) {
                take(folder, format!("layers/{name}"), &mut files)?;
            }
        }
    }
    Ok(files)
}

/// The files of a dataset beside its layers.
const NAMES: [&str; 6] = ["dataset.toml", "actors.csv", "sites.geojson", "sources.csv", "reports.csv", "control.csv"];

fn take(folder: &Path, name: String, files: &mut Files) -> Result<(), Fault> {
    let path = folder.join(&name);
    match fs::read(&path) {
        Ok(bytes) => {
            files.insert(name, bytes);
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(_) if path.is_dir() => Err(Fault::at(&Place::whole(&path), "no-file", "expected a file but got a folder", "rename the folder")),
        Err(error) => Err(Fault::at(&Place::whole(&path), "no-file", format!("cannot be read: {error}"), "check who may read it")),
    }
}

/// Reading in progress.
struct Assembly<'a> {
    folder: &'a Path,
    files: &'a Files,
    faults: Vec<Fault>,
}

impl Assembly<'_> {
    fn dataset(&mut self) -> Option<Dataset> {
        let mut config = self.config();
        let sources = Sources {
            actors: self.needed("actors.csv"),
            sites: self.needed("sites.geojson"),
            speakers: self.optional("sources.csv"),
            reports: self.optional("reports.csv"),
            control: self.optional("control.csv"),
        };
        self.check_presence(&sources);
        self.boundary(&mut config);
        let layers = self.layers();
        let ledger = self.ledger(&config, &sources)?;
        Some(Dataset { config, ledger, layers, digest: self.digest() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn optional(&mut self, name: &str) -> Option<Source> {
        let bytes = self.files.get(name)?;
        Source::new(&self.path(name), bytes).map_err(|fault| self.faults.push(fault)).ok()
    }

    fn needed(&mut self, name: &str) -> Option<Source> {
        if !self.files.contains_key(name) {
            let hint = "make one; `marchland new` shows what it looks like";
            self.faults.push(Fault::at(&Place::whole(&self.path(name)), "missing-file", format!("a dataset needs {name}"), hint));
        }
        self.optional(name)
    }

    /// The settings; without a file that can be read those of an empty one, so that the other files' faults are told too.
    fn config(&mut self) -> Config {
        if let Some(source) = self.needed("dataset.toml") {
            return config::read(&source, &mut self.faults);
        }
        config::read(&Source::empty(&self.path("dataset.toml")), &mut Vec::new())
    }

    fn check_presence(&mut self, sources: &Sources) {
        let has = |name: &str| self.files.contains_key(name);
        if !has("reports.csv") && !has("control.csv") {
            let message = "a dataset needs reports.csv, or control.csv";
            self.faults.push(Fault::at(
                &Place::whole(&self.path("reports.csv")),
                "missing-file",
                message,
                "write who said what, or the states somebody assessed",
            ));
        } else if sources.reports.is_some() && !has("sources.csv") {
            let message = "reports.csv needs sources.csv";
            self.faults.push(Fault::at(
                &Place::whole(&self.path("sources.csv")),
                "missing-file",
                message,
                "write who says things: columns source and name",
            ));
        }
    }

    fn boundary(&mut self, config: &mut Config) {
        let Some(file) = &config.territory.boundary_file else { return };
        let name = file.value.clone();
        if !self.files.contains_key(&name) {
            let known: Vec<&str> = self.files.keys().map(String::as_str).filter(|name| name.starts_with("layers/")).collect();
            let hint = if known.is_empty() { "put it into layers/".to_owned() } else { format!("there are {}", known.join(", ")) };
            self.faults.push(Fault::at(&file.place, "missing-file", format!("no file \"{name}\" in the dataset"), hint));
            return;
        }
        // What is wrong with the file is told once, when it is read as a layer.
        let mut told = Vec::new();
        if let Ok(source) = Source::new(&self.path(&name), &self.files[&name])
            && let Ok(json) = json::read(&source)
        {
            config.territory.boundary = sites::boundary(&mut Reader { source: &source, faults: &mut told }, &json);
        }
        self.faults.extend(told.into_iter().filter(|fault| fault.code == "no-boundary"));
    }

    fn layers(&mut self) -> Vec<Layer> {
        let names: Vec<String> = self.files.keys().filter(|name| name.starts_with("layers/")).cloned().collect();
        names.iter().filter_map(|name| self.layer(name)).collect()
    }

    fn layer(&mut self, name: &str) -> Option<Layer> {
        let source = self.optional(name)?;
        let json = json::read(&source).map_err(|fault| self.faults.push(fault)).ok()?;
        let title = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Some(sites::layer(&mut Reader { source: &source, faults: &mut self.faults }, &json, &title))
    }

    fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (name, bytes) in self.files {
            // Lengths keep the end of one file from passing for the beginning of the next.
            digest.update(format!("{name} {}\n", bytes.len()));
            digest.update(bytes);
        }
        crate::manifest::hexadecimal(&digest.finalize())
    }

    fn ledger(&mut self, config: &Config, sources: &Sources) -> Option<Ledger> {
        let faults = &mut self.faults;
        let zone = &config.time_zone;
        let actors = sources.actors.as_ref().map(|source| Table::read(source, &["actor", "name"], faults));
        let speakers = sources.speakers.as_ref().map(|source| Table::read(source, &["source", "name"], faults));
        let statements =
            sources.reports.as_ref().map(|source| Table::read(source, &["report", "site", "actor", "asserts", "time", "source"], faults));
        let states = sources.control.as_ref().map(|source| Table::read(source, &["site", "time_start", "control"], faults));
        let sites = sources.sites.as_ref().map_or_else(Vec::new, |source| match json::read(source) {
            Ok(json) => sites::sites(&mut Reader { source, faults }, &json, config.territory.reach_m),
            Err(fault) => {
                faults.push(fault);
                Vec::new()
            }
        });
        let (site_drafts, site_places): (Vec<_>, Vec<SitePlaces>) = sites.into_iter().unzip();
        let reports = statements.as_ref().map_or_else(Vec::new, |table| statements::reports(table, zone, faults));
        let given = states.as_ref().map_or_else(Vec::new, |table| statements::given(table, zone, faults));
        let (report_rows, reports): (Vec<usize>, Vec<_>) = reports.into_iter().unzip();
        let (given_rows, given): (Vec<usize>, Vec<_>) = given.into_iter().unzip();
        let draft = LedgerDraft {
            actors: actors.as_ref().map_or_else(Vec::new, |table| parties::actors(table, faults)),
            sources: speakers.as_ref().map_or_else(Vec::new, |table| parties::sources(table, faults)),
            sites: site_drafts,
            horizon: config.horizon.or_else(|| horizon(reports.iter().map(|report| report.time.latest()), zone)),
            initial: config.assess.initial.as_ref().map(|initial| InitialDraft {
                actor: initial.value.clone(),
                confidence: config.assess.initial_confidence.as_ref().map_or(INITIAL_CONFIDENCE, |confidence| confidence.value),
            }),
            reports,
            given,
        };
        let tables = Tables {
            folder: self.folder,
            sites: sources.sites.as_ref(),
            config,
            actors,
            speakers,
            statements,
            states,
            report_rows,
            given_rows,
            site_places,
        };
        let unread = tables.unread();
        match Ledger::new(draft) {
            Ok(ledger) => Some(ledger),
            Err(inconsistencies) => {
                let told = inconsistencies.iter().filter(|found| !unread.explains(found));
                self.faults.extend(told.map(|found| tables.fault(found)));
                None
            }
        }
    }
}

/// The texts of the files.
struct Sources {
    actors: Option<Source>,
    sites: Option<Source>,
    speakers: Option<Source>,
    reports: Option<Source>,
    control: Option<Source>,
}

/// The local midnight that ends the day after the last report.
fn horizon(latest: impl Iterator<Item = Timestamp>, zone: &TimeZone) -> Option<Timestamp> {
    let day = zone.to_datetime(latest.max()?).date();
    let after = day.tomorrow().ok()?.tomorrow().ok()?;
    zone.to_ambiguous_timestamp(after.to_datetime(jiff::civil::Time::midnight())).compatible().ok()
}

/// Where the ledger's records stand in the files.
struct Tables<'a> {
    folder: &'a Path,
    sites: Option<&'a Source>,
    config: &'a Config,
    actors: Option<Table<'a>>,
    speakers: Option<Table<'a>>,
    statements: Option<Table<'a>>,
    states: Option<Table<'a>>,
    report_rows: Vec<usize>,
    given_rows: Vec<usize>,
    site_places: Vec<SitePlaces>,
}

impl Tables<'_> {
    /// The fault that an inconsistency is, at its cell.
    fn fault(&self, found: &Inconsistency) -> Fault {
        Fault::at(&self.place(found), code(&found.problem), self.message(found), hint(&found.problem))
    }

    fn message(&self, found: &Inconsistency) -> String {
        let row = |table: &Option<Table<'_>>, at: usize| table.as_ref().and_then(|table| table.row(at)).and_then(|row| row.place("").line);
        let line = match (&found.problem, found.record) {
            (Problem::DuplicateId { first, .. }, Record::Actor) => row(&self.actors, *first),
            (Problem::DuplicateId { first, .. }, Record::Source) => row(&self.speakers, *first),
            (Problem::DuplicateId { first, .. }, Record::Report) => self.report_rows.get(*first).and_then(|&at| row(&self.statements, at)),
            (Problem::DuplicateId { first, .. }, Record::Site) => self.site_place(*first, "id").and_then(|place| place.line),
            (Problem::OverlappingStates { other }, _) => self.given_rows.get(*other).and_then(|&at| row(&self.states, at)),
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
        let cell = |table: &Option<Table<'_>>, at: Option<usize>, name: &str| {
            let row = at.and_then(|at| table.as_ref()?.row(at));
            row.map_or_else(|| Place::whole(&self.folder.join(name)), |row| row.item_place(found.column, found.item))
        };
        match found.record {
            Record::Actor => cell(&self.actors, Some(found.index), "actors.csv"),
            Record::Source => cell(&self.speakers, Some(found.index), "sources.csv"),
            Record::Report => cell(&self.statements, self.report_rows.get(found.index).copied(), "reports.csv"),
            Record::Given => cell(&self.states, self.given_rows.get(found.index).copied(), "control.csv"),
            Record::Site => self.site_place(found.index, found.column).unwrap_or_else(|| Place::whole(&self.folder.join("sites.geojson"))),
            Record::Settings => self.setting(found.column),
        }
    }

    fn site_place(&self, index: usize, column: &str) -> Option<Place> {
        let places = self.site_places.get(index)?;
        Some(self.sites?.at(if column == "parent" { places.parent } else { places.id }))
    }

    fn setting(&self, column: &str) -> Place {
        let assess = &self.config.assess;
        let place = match column {
            "horizon" => self.config.horizon_place.clone(),
            "initial" => assess.initial.as_ref().map(|initial| initial.place.clone()),
            "initial_confidence" => assess.initial_confidence.as_ref().map(|confidence| confidence.place.clone()),
            _ => None,
        };
        place.unwrap_or_else(|| Place::whole(&self.folder.join("dataset.toml")))
    }

    /// The ids of records that a fault of their own kept out of the draft.
    fn unread(&self) -> Unread {
        let mut reports = BTreeSet::new();
        if let Some(table) = &self.statements {
            let read: BTreeSet<usize> = self.report_rows.iter().copied().collect();
            let left = table.rows().enumerate().filter(|(at, _)| !read.contains(at));
            reports.extend(left.map(|(_, row)| row.cell("report").to_owned()));
        }
        let lacks = |table: &Option<Table<'_>>| !table.as_ref().is_some_and(Table::is_whole);
        Unread { reports, actors: lacks(&self.actors), sources: lacks(&self.speakers), sites: self.site_places.is_empty() }
    }
}

/// What is missing only because its own file or row could not be read: one fault is told once.
struct Unread {
    reports: BTreeSet<String>,
    actors: bool,
    sources: bool,
    sites: bool,
}

impl Unread {
    fn explains(&self, found: &Inconsistency) -> bool {
        match &found.problem {
            Problem::UnknownId { record: "report", id, .. } => self.reports.contains(id),
            Problem::UnknownId { record: "actor", .. } => self.actors,
            Problem::UnknownId { record: "source", .. } => self.sources,
            Problem::UnknownId { record: "site", .. } => self.sites,
            Problem::EmptyId => {
                matches!(found.record, Record::Actor if self.actors) || matches!(found.record, Record::Source if self.sources)
            }
            _ => false,
        }
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
