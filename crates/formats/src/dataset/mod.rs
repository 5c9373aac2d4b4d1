//! The dataset folder: read whole, or every fault found.
//!
//! ```text
//! files ─▶ config ─▶ tables and GeoJSON ─▶ LedgerDraft ─▶ Ledger
//!             └────────────┴── faults, each at its place ◀──┘ what contradicts itself
//! ```
//!
//! A fault in one file does not keep the others from being read, so that one run names them all.

mod config;
pub(crate) mod features;
mod folder;
mod geometry;
mod id;
mod json;
mod parties;
pub(crate) mod pieces;
mod placing;
mod ring;
mod scaffold;
mod shared;
mod sites;
mod statements;
mod table;
pub(crate) mod tape;

mod written;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{InitialDraft, Layer, Ledger, LedgerDraft};
use sha2::{Digest as _, Sha256};

pub use config::{
    AssessConfig, Config, LatticeShape, MapConfig, Method, Placed, Setting, SettingTable, SettingValue, TerritoryConfig, time_zone,
};
pub use placing::site_places;
pub use scaffold::scaffold;
pub use written::{Part, Written, write};

use crate::fault::{Fault, Place, Severity, Source};
use folder::Folder;
use pieces::Pieces;
use placing::{Kept, Placing, Records};
use table::Rows;

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
    match Folder::on_disk(folder) {
        Ok(folder) => read_folder(&folder),
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
    read_folder(&Folder::in_memory(folder, files))
}

/// Reads a GeoJSON file beside a dataset as a layer: a road, an area asked about.
///
/// # Errors
///
/// Every fault of the file, where one of them is an error.
///
/// ```
/// use marchland_formats::dataset;
/// assert_eq!(dataset::layer("no/such/road.geojson".as_ref()).unwrap_err()[0].code, "no-file");
/// ```
pub fn layer(path: &Path) -> Result<Layer, Vec<Fault>> {
    let pieces = Pieces::open(path).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    let layer = sites::layer(pieces, &mut faults);
    let is_sound = faults.iter().all(|fault| fault.severity == Severity::Warning);
    layer.filter(|_| is_sound).ok_or(faults)
}

fn read_folder(folder: &Folder<'_>) -> Reading {
    let mut assembly =
        Assembly { folder, faults: Vec::new(), draft: LedgerDraft::default(), records: Records::default(), layers: Vec::new() };
    let dataset = assembly.dataset();
    let mut faults = assembly.faults;
    faults.sort_by(|one, other| (&one.file, one.line, one.column, one.code).cmp(&(&other.file, other.line, other.column, other.code)));
    let is_sound = faults.iter().all(|fault| fault.severity == Severity::Warning);
    Reading { dataset: dataset.filter(|_| is_sound), faults }
}

/// Reading in progress.
struct Assembly<'a> {
    folder: &'a Folder<'a>,
    faults: Vec<Fault>,
    draft: LedgerDraft,
    records: Records,
    layers: Vec<Layer>,
}

impl Assembly<'_> {
    fn dataset(&mut self) -> Option<Dataset> {
        let mut config = self.config();
        self.check_presence();
        self.boundary(&mut config);
        let mut digest = Sha256::new();
        for name in self.folder.names() {
            self.file(name, &config, &mut digest).unwrap_or_else(|fault| self.faults.push(fault));
        }
        let digest = crate::manifest::hexadecimal(&digest.finalize());
        let ledger = self.ledger(&config)?;
        Some(Dataset { config, ledger, layers: std::mem::take(&mut self.layers), digest })
    }

    /// The settings; without a file that can be read those of an empty one, so that the other files' faults are told too.
    fn config(&mut self) -> Config {
        match self.folder.whole("dataset.toml") {
            Ok(source) if self.folder.has("dataset.toml") => config::read(&source, &mut self.faults),
            _ => config::read(&Source::empty(&self.folder.path("dataset.toml")), &mut Vec::new()),
        }
    }

    fn check_presence(&mut self) {
        let has = |name: &str| self.folder.has(name);
        let mut missing = Vec::new();
        for name in ["dataset.toml", "actors.csv", "sites.geojson"].into_iter().filter(|name| !has(name)) {
            missing.push((name, format!("a dataset needs {name}"), "make one; `marchland new` shows what it looks like"));
        }
        if !has("reports.csv") && !has("control.csv") {
            let message = "a dataset needs reports.csv, or control.csv".to_owned();
            missing.push(("reports.csv", message, "write who said what, or the states somebody assessed"));
        } else if has("reports.csv") && !has("sources.csv") {
            missing.push(("sources.csv", "reports.csv needs sources.csv".to_owned(), "write who says things: columns source and name"));
        }
        for (name, message, hint) in missing {
            self.faults.push(Fault::at(&Place::whole(&self.folder.path(name)), "missing-file", message, hint));
        }
    }

    fn boundary(&mut self, config: &mut Config) {
        let Some(file) = &config.territory.boundary_file else { return };
        let name = file.value.as_str();
        if !self.folder.has(name) {
            let known: Vec<&str> = self.folder.names().filter(|name| name.starts_with("layers/")).collect();
            let hint = if known.is_empty() { "put it there".to_owned() } else { format!("there are {}", known.join(", ")) };
            let message = format!("no file \"{name}\" among the dataset's layers/*.geojson");
            self.faults.push(Fault::at(&file.place, "missing-file", message, hint));
            return;
        }
        // What is wrong with the file is told once, when it is read as a layer.
        let mut told = Vec::new();
        if let Ok(pieces) = self.folder.pieces(name) {
            config.territory.boundary = sites::boundary(pieces, &mut told);
        }
        self.faults.extend(told.into_iter().filter(|fault| fault.code == "no-boundary"));
    }

    /// Reads one file into the draft or the layers. All are read in order of their names, so that one digest goes over them.
    fn file(&mut self, name: &str, config: &Config, digest: &mut Sha256) -> Result<(), Fault> {
        let pieces = self.folder.digested(name, digest)?;
        let (zone, faults, draft, records) = (&config.time_zone, &mut self.faults, &mut self.draft, &mut self.records);
        match name {
            "sites.geojson" => (draft.sites, records.sites) = sites::sites(pieces, config.territory.reach_m, faults),
            "actors.csv" => (draft.actors, records.actors) = kept(parties::actors(pieces, faults)),
            "sources.csv" => (draft.sources, records.sources) = kept(parties::sources(pieces, faults)),
            "reports.csv" => {
                let (reports, unread) = statements::reports(pieces, zone, faults);
                (draft.reports, records.reports) = kept(reports);
                records.unread = unread;
            }
            "control.csv" => (draft.given, records.given) = kept(statements::given(pieces, zone, faults)),
            name if name.starts_with("layers/") => self.layers.extend(sites::layer(pieces, faults)),
            // The settings were read before everything else.
            _ => drop(pieces.whole()?),
        }
        Ok(())
    }

    fn ledger(&mut self, config: &Config) -> Option<Ledger> {
        let mut draft = std::mem::take(&mut self.draft);
        let latest = draft.reports.iter().map(|report| report.time.latest());
        draft.horizon = config.horizon.or_else(|| horizon(latest, &config.time_zone));
        draft.initial = config.assess.initial.as_ref().map(|initial| InitialDraft {
            actor: initial.value.clone(),
            confidence: config.assess.initial_confidence.as_ref().map_or(INITIAL_CONFIDENCE, |confidence| confidence.value),
        });
        let placing = Placing::new(self.folder, config, &self.records);
        self.faults.extend(sites::swapped(&draft.sites).into_iter().map(|(at, place)| placing.swapped(at, place.x_y())));
        match Ledger::new(draft) {
            Ok(ledger) => Some(ledger),
            Err(inconsistencies) => {
                let told = inconsistencies.iter().filter(|found| !self.records.explain(found));
                self.faults.extend(told.map(|found| placing.fault(found)));
                None
            }
        }
    }
}

/// The local midnight that ends the day after the last report.
fn horizon(latest: impl Iterator<Item = Timestamp>, zone: &TimeZone) -> Option<Timestamp> {
    let day = zone.to_datetime(latest.max()?).date();
    let after = day.tomorrow().ok()?.tomorrow().ok()?;
    zone.to_ambiguous_timestamp(after.to_datetime(jiff::civil::Time::midnight())).compatible().ok()
}

fn kept<T>(rows: Rows<T>) -> (Vec<T>, Kept) {
    (rows.items, Kept { offsets: rows.offsets, is_whole: rows.is_whole })
}
