//! An archive of dated polygon maps: one GeoJSON a day, as archives of a war's maps have them.
//!
//! ```text
//! 2024-02-24.geojson ─┐ in order of   each polygon once;   on which maps it is drawn,
//! 2024-02-25.geojson ─┼────time────▶  a site           ──▶ and whose: a state each run   ──▶ draft
//! 2024-02-27.geojson ─┘
//! ```
//!
//! **When.** A file is the map of the date in its name; with a property for the time, each polygon is of the map of its own date, and those of one
//! date are one map whichever file they stand in. A map counts from its beginning until the next begins, the last until its day is over. So a
//! day without a map has that of the day before, and a map without polygons is a day on which nobody holds anything.
//!
//! **Who.** A property says who holds the polygon, in its own words or in such as [`MapSettings::meant`] explains; see [`Silent`] for polygons that do not say. A polygon twice on one map is one polygon;
//! with two holders it is a fault, since the ground cannot be cut between them.
//!
//! **Where.** Polygons and multipolygons, holes and all, as they are drawn; points, lines and features without geometry are counted and
//! left out. A polygon that is the same on several maps (see `polygons` for when it is) is one site, and its runs of maps are its
//! states: equal days are one coverage of the atlas. Where polygons of one map overlap, the dataset's rule for its ground decides.
//!
//! Files are read piece by piece, in order of time. Memory grows with the different polygons and their changes, not with the days. With a
//! property for the time everything is read twice, because the order of the maps is not known before. Other properties are left behind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use geo_types::MultiPolygon;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use marchland_core::{GivenDraft, GivenStateDraft, LedgerDraft, Names, Publish, Reliability, SiteDraft, SourceDraft};

use super::archive::{by_name, listed, name_of};
use super::holders::Holders;
use super::polygons::Polygons;
use super::runs::Runs;
use super::saying::{Groundless, Said, each_polygon, instead, many, said};
use super::{Imported, dates};
use crate::dataset::Method;
use crate::dataset::features::{Feature, Reader};
use crate::fault::{Fault, Place};

/// How maps are read.
#[derive(Clone, Debug)]
pub struct MapSettings {
    /// The zone in which the maps' days are meant.
    pub time_zone: TimeZone,
    /// Which properties say what.
    pub fields: MapFields,
    /// What becomes of polygons that do not say who holds them.
    pub silent: Silent,
    /// Who is meant where a polygon says something else than a holder's name: what it says, and the name, `contested` or `unknown`.
    pub meant: BTreeMap<String, String>,
}

/// The properties that say something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapFields {
    /// Who holds the polygon: an actor's name, `contested` or `unknown`.
    pub control: String,
    /// Of which day it is; none: the date stands in the file's name.
    pub time: Option<String>,
    /// What it is called, where it says so.
    pub name: String,
}

impl Default for MapFields {
    /// `control`, no time, `name`.
    fn default() -> Self {
        Self { control: "control".to_owned(), time: None, name: "name".to_owned() }
    }
}

/// What becomes of polygons that do not say who holds them: whose property is missing, null or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Silent {
    /// They are a fault.
    #[default]
    Fault,
    /// They are kept: who holds them is unknown.
    Unknown,
    /// They are left out, and counted.
    LeftOut,
    /// They are held by the actor of this name.
    Held(String),
}

/// Reads an archive of dated maps: files, and folders of which the files that end in `.geojson` are read, or where there are none in `.json`.
///
/// The order in which they are given does not matter. Sites are numbered as they are met, file by file: in the order of the dates in their
/// names, so that more maps at the end of an archive change no id, or with a property for the time in the order of the names.
///
/// # Errors
///
/// Every fault of every file, by file, line and column; of polygons that do not say who holds them the first of each file. Also where no file
/// holds a polygon.
///
/// ```
/// use std::collections::BTreeMap;
/// use marchland_formats::import::{MapFields, MapSettings, Silent, maps};
/// let time_zone = jiff::tz::TimeZone::UTC;
/// let settings = MapSettings { time_zone, fields: MapFields::default(), silent: Silent::Fault, meant: BTreeMap::new() };
/// let faults = maps(&["no/such/2024-02-24.geojson".into()], &settings).unwrap_err();
/// assert_eq!(faults[0].code, "no-file");
/// ```
pub fn maps(paths: &[PathBuf], settings: &MapSettings) -> Result<Imported, Vec<Fault>> {
    let mut faults = Vec::new();
    let files = listed(paths, &mut faults);
    let (files, moments) = match &settings.fields.time {
        None => by_name(files, &settings.time_zone, &mut faults),
        Some(property) => by_property(files, (property, &settings.time_zone), &mut faults),
    };
    let mut reading = Reading::new(settings, &moments);
    // What is wrong with a feature would be told twice of features read again.
    if faults.is_empty() || settings.fields.time.is_none() {
        for (number, file) in (0..).zip(&files) {
            reading.file(number, file, &mut faults);
        }
    }
    if faults.is_empty() && reading.drawn.is_empty() {
        let place = Place::whole(files.first().map_or(Path::new("."), PathBuf::as_path));
        let message = format!("expected polygons but got none in {}", many(files.len(), "file"));
        faults.push(Fault::at(
            &place,
            "no-polygon",
            message,
            "check that these are the files that were meant, and what was left out of them",
        ));
    }
    if faults.is_empty() { Ok(reading.imported(&files)) } else { Err(in_order(faults, reading.has_spoken)) }
}

/// The files as they are, and the different times that their polygons say.
fn by_property(files: Vec<PathBuf>, said_by: (&str, &TimeZone), faults: &mut Vec<Fault>) -> (Vec<PathBuf>, Vec<Timestamp>) {
    let mut moments = BTreeSet::new();
    for file in &files {
        each_polygon(file, faults, &mut Groundless::default(), |reader, feature, _| moments.extend(moment(reader, feature, said_by)));
    }
    (files, moments.into_iter().collect())
}

/// The time that a feature says; where it says none that can be read, that is a fault.
fn moment(reader: &mut Reader<'_, '_>, feature: &Feature<'_>, (property, zone): (&str, &TimeZone)) -> Option<Timestamp> {
    let (code, message, hint) = match said(reader, feature, property) {
        Said::Refused => return None,
        Said::Nothing => {
            let message = format!("expected the day of the polygon in \"{property}\" but got {}", instead(feature, property));
            ("missing-time", message, "name the property that has the day with --map time=PROPERTY".to_owned())
        }
        Said::Text(text) => match dates::moment(&text, zone) {
            Ok(at) => return Some(at),
            Err(fault) => ("unreadable-time", fault.to_string(), fault.hint()),
        },
    };
    let place = reader.source.at(feature.span);
    reader.faults.push(Fault::at(&place, code, message, hint));
    None
}

/// The faults by their places; that no polygon at all says who holds it is one fault, and not one a file.
fn in_order(mut faults: Vec<Fault>, has_spoken: bool) -> Vec<Fault> {
    faults.sort_by(|one, other| (&one.file, one.line, one.column, one.code).cmp(&(&other.file, other.line, other.column, other.code)));
    let (mut silences, mut others): (Vec<Fault>, Vec<Fault>) = faults.into_iter().partition(|fault| fault.code == SILENCE);
    if !has_spoken && silences.len() > 1 {
        silences[0].message = format!("{}, and so in {}", silences[0].message, many(silences.len() - 1, "other file"));
        silences.truncate(1);
    }
    others.extend(silences);
    others.sort_by(|one, other| (&one.file, one.line, one.column).cmp(&(&other.file, other.line, other.column)));
    others
}

/// The code of a polygon that does not say who holds it.
const SILENCE: &str = "missing-control";

/// Id of the source that all states name.
const SOURCE: &str = "maps";

/// A polygon and its maps.
struct Drawn {
    name: String,
    runs: Runs,
}

/// An archive in reading.
struct Reading<'a> {
    settings: &'a MapSettings,
    /// When the maps begin, in order.
    moments: &'a [Timestamp],
    polygons: Polygons,
    /// By the polygons' numbers.
    drawn: Vec<Drawn>,
    holders: Holders,
    groundless: Groundless,
    /// Polygons left out because they do not say who holds them.
    silent: usize,
    /// Whether any polygon has said who holds it.
    has_spoken: bool,
}

impl<'a> Reading<'a> {
    fn new(settings: &'a MapSettings, moments: &'a [Timestamp]) -> Self {
        Self {
            settings,
            moments,
            polygons: Polygons::default(),
            drawn: Vec::new(),
            holders: Holders::default(),
            groundless: Groundless::default(),
            silent: 0,
            has_spoken: false,
        }
    }

    /// Reads a file; without a property for the time its number is that of its map.
    fn file(&mut self, number: u32, file: &Path, faults: &mut Vec<Fault>) {
        let mut groundless = std::mem::take(&mut self.groundless);
        let mut silence = None;
        each_polygon(file, faults, &mut groundless, |reader, feature, polygons| {
            let map = self.map(reader, feature).unwrap_or(number);
            let Some(holder) = self.holder(reader, feature, &mut silence) else { return };
            self.draw(reader, feature, (polygons, map, holder, number));
        });
        self.groundless = groundless;
        faults.extend(silence);
    }

    /// The number of the map that a feature says it is of.
    fn map(&self, reader: &mut Reader<'_, '_>, feature: &Feature<'_>) -> Option<u32> {
        let property = self.settings.fields.time.as_deref()?;
        let at = moment(reader, feature, (property, &self.settings.time_zone))?;
        self.moments.binary_search(&at).ok().map(|map| map as u32)
    }

    /// Who holds a polygon; none where it is left out, or where that is a fault: the first of a file becomes its `silence`.
    fn holder(&mut self, reader: &mut Reader<'_, '_>, feature: &Feature<'_>, silence: &mut Option<Fault>) -> Option<u32> {
        let property = &self.settings.fields.control;
        match said(reader, feature, property) {
            Said::Refused => return None,
            Said::Text(name) => {
                self.has_spoken = true;
                let meant = self.settings.meant.get(name.trim()).map_or(&*name, String::as_str);
                return Some(self.holders.number(meant));
            }
            Said::Nothing => {}
        }
        match &self.settings.silent {
            Silent::Unknown => Some(self.holders.number("unknown")),
            Silent::Held(name) => Some(self.holders.number(name)),
            Silent::LeftOut => {
                self.silent += 1;
                None
            }
            Silent::Fault => {
                silence.get_or_insert_with(|| {
                    let message = format!("expected who holds the polygon in \"{property}\" but got {}", instead(feature, property));
                    let hint = "name the property that says it with --map control=PROPERTY; or give --unknown keep, --unknown drop or --control NAME";
                    Fault::at(&reader.source.at(feature.span), SILENCE, message, hint)
                });
                None
            }
        }
    }

    /// Draws a polygon on a map, held by somebody, as a file has it.
    fn draw(
        &mut self,
        reader: &mut Reader<'_, '_>,
        feature: &Feature<'_>,
        (polygons, map, holder, file): (MultiPolygon<f64>, u32, u32, u32),
    ) {
        let number = self.polygons.number(polygons) as usize;
        if number == self.drawn.len() {
            let name = self.name(reader, feature);
            self.drawn.push(Drawn { name, runs: Runs::default() });
        }
        if let Err(other) = self.drawn[number].runs.draw(map, holder, file) {
            let (one, other) = (self.holders.name(other), self.holders.name(holder));
            let day = self.day(self.moments[map as usize]);
            let message = format!("\"{other}\" holds this polygon, and \"{one}\" the same one on the map of {day}");
            let hint = "take one of them out, or say of one that it is contested and take the other out";
            reader.faults.push(Fault::at(&reader.source.at(feature.span), "two-holders", message, hint));
        }
    }

    /// What a polygon is called where it is first met: nothing where its name is the holder's, who may lose it.
    fn name(&self, reader: &mut Reader<'_, '_>, feature: &Feature<'_>) -> String {
        let MapFields { name, control, .. } = &self.settings.fields;
        match said(reader, feature, name) {
            Said::Text(text) if name != control => text.trim().to_owned(),
            _ => String::new(),
        }
    }

    fn day(&self, at: Timestamp) -> Date {
        self.settings.time_zone.to_datetime(at).date()
    }

    /// The draft of what was read.
    fn imported(self, files: &[PathBuf]) -> Imported {
        let (actors, words) = self.holders.actors();
        let state = |(holder, file): (u32, u32)| GivenStateDraft {
            control: words[holder as usize].to_string(),
            source: Some(SOURCE.to_owned()),
            citation: name_of(&files[file as usize]).into_owned(),
            ..GivenStateDraft::default()
        };
        let mut states = BTreeMap::new();
        let mut given = Vec::new();
        let mut sites = Vec::with_capacity(self.drawn.len());
        let horizon = self.moments.last().and_then(|&last| dates::start_of(self.day(last).tomorrow().ok()?, &self.settings.time_zone).ok());
        let (read, left_out) = (vec![("map", self.moments.len())], self.left_out());
        for ((count, drawn), geometry) in (1..).zip(self.drawn).zip(self.polygons.into_geometries()) {
            let id: Arc<str> = format!("p{count}").into();
            given.extend(drawn.runs.iter().map(|run| GivenDraft {
                site: Arc::clone(&id),
                start: self.moments[run.first as usize],
                end: self.moments.get(run.last as usize + 1).copied(),
                state: Arc::clone(states.entry((run.holder, run.file)).or_insert_with_key(|&of| state(of).into())),
            }));
            let name = if drawn.name.is_empty() { id.as_ref() } else { &drawn.name };
            sites.push(SiteDraft {
                id: id.to_string(),
                names: Names::new(name),
                geometry: Some(geometry),
                ground: true,
                ..SiteDraft::default()
            });
        }
        let draft = LedgerDraft { actors, sources: vec![source()], sites, given, horizon, ..LedgerDraft::default() };
        Imported { draft, method: Method::Maps, time_zone: self.settings.time_zone.clone(), read, left_out }
    }

    fn left_out(&self) -> Vec<String> {
        let mut told = self.groundless.told();
        told.extend((self.silent > 0).then(|| format!("{} without a holder", many(self.silent, "polygon"))));
        told
    }
}

/// The archive, as whoever drew it.
fn source() -> SourceDraft {
    SourceDraft {
        id: SOURCE.to_owned(),
        name: "Imported maps".to_owned(),
        kind: "maps".to_owned(),
        leans_to: None,
        reliability: Reliability::F,
        licence: String::new(),
        publish: Publish::Yes,
        note: "Who drew the maps, and under which licence, is to be written here".to_owned(),
        extra: marchland_core::Extra::new(),
    }
}
