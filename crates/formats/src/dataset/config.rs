//! `dataset.toml`: what a dataset is called, where it lies, how its sites become ground and which rule weighs its reports.

use std::ops::Range;

use geo_types::MultiPolygon;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{nearest_names, printable};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::edtf;
use crate::fault::{Fault, Place, Source};

/// The settings of a dataset.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its name, used in file names.
    pub name: String,
    /// Its title, printed on maps.
    pub title: String,
    /// Its zone: reads times without an offset, labels maps.
    pub time_zone: TimeZone,
    /// The zone's IANA name.
    pub time_zone_name: String,
    /// The first instant the dataset no longer speaks for, where it says so.
    pub horizon: Option<Timestamp>,
    /// Where the horizon stands.
    pub(crate) horizon_place: Option<Place>,
    /// SPDX id or free text.
    pub licence: String,
    /// Credits, one line each.
    pub credits: Vec<String>,
    /// How maps are drawn.
    pub map: MapConfig,
    /// How sites become ground.
    pub territory: TerritoryConfig,
    /// How reports are weighed.
    pub assess: AssessConfig,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// `[map]`
#[derive(Clone, Debug, Default)]
pub struct MapConfig {
    /// The projection: `EPSG:` and a number. Which there are, the projections know.
    pub crs: Option<Placed<String>>,
    /// West, south, east, north of rendered maps, in degrees.
    pub extent: Option<[f64; 4]>,
}

/// How sites become ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Ground is that of the nearest site.
    #[default]
    Voronoi,
    /// Sites vote for the cells of a lattice, the nearer the more.
    Kernel,
    /// The sites' own polygons are their ground.
    Sites,
    /// Polygons drawn for some days, each site one of them.
    Maps,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 4] = [Self::Voronoi, Self::Kernel, Self::Sites, Self::Maps];

    /// The word `dataset.toml` uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Voronoi => "voronoi",
            Self::Kernel => "kernel",
            Self::Sites => "sites",
            Self::Maps => "maps",
        }
    }

    /// The keys of `[territory]` that the method heeds, beside `method` and `boundary`.
    #[must_use]
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Voronoi => &["reach"],
            Self::Kernel => &["reach", "bandwidth", "lattice", "spacing"],
            Self::Sites | Self::Maps => &["sliver"],
        }
    }
}

/// The shape of the cells of a lattice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LatticeShape {
    /// Regular hexagons: each as far from all its neighbours.
    #[default]
    Hexagons,
    /// Squares.
    Squares,
}

impl LatticeShape {
    /// Both shapes.
    pub const ALL: [Self; 2] = [Self::Hexagons, Self::Squares];

    /// The word `dataset.toml` uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hexagons => "hexagons",
            Self::Squares => "squares",
        }
    }
}

/// `[territory]`
#[derive(Clone, Debug, Default)]
pub struct TerritoryConfig {
    /// How sites become ground.
    pub method: Method,
    /// The file of the boundary, below the dataset's folder.
    pub boundary_file: Option<Placed<String>>,
    /// What the file holds.
    pub boundary: Option<MultiPolygon<f64>>,
    /// Ground farther than this from every site is nobody's, in metres.
    pub reach_m: Option<f64>,
    /// Of `kernel`: the standard deviation of the Gaussian by which sites vote, in metres.
    pub bandwidth_m: Option<f64>,
    /// Of `kernel`: the shape of the lattice's cells.
    pub lattice: LatticeShape,
    /// Of `kernel`: metres between the centres of neighbouring cells.
    pub spacing_m: Option<f64>,
    /// Of `sites` and `maps`: overlaps and gaps thinner than this, in metres, are slips of the pen.
    pub sliver_m: Option<f64>,
}

/// `[assess]`; which rules there are and what they take, the rules know.
#[derive(Clone, Debug, Default)]
pub struct AssessConfig {
    /// Id of the actor who held every site before its first report.
    pub initial: Option<Placed<String>>,
    /// How surely, 0 to 1.
    pub initial_confidence: Option<Placed<f64>>,
    /// The rule.
    pub rule: Option<Placed<String>>,
    /// The tables `[assess.RULE]`.
    pub settings: Vec<SettingTable>,
}

/// `[assess.RULE]`
#[derive(Clone, Debug)]
pub struct SettingTable {
    /// The rule.
    pub rule: String,
    /// Where the table's name stands.
    pub place: Place,
    /// Its settings, in the order of their names.
    pub settings: Vec<Setting>,
}

/// One key of `[assess.RULE]`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: SettingValue,
    /// Where the value stands.
    pub place: Place,
}

/// What a setting was given.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingValue {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// True or false.
    Flag(bool),
}

const TOP: [&str; 10] = ["format", "name", "title", "time_zone", "horizon", "licence", "credits", "map", "territory", "assess"];
const MAP: [&str; 2] = ["crs", "extent"];
const TERRITORY: [&str; 7] = ["method", "boundary", "reach", "bandwidth", "lattice", "spacing", "sliver"];
const ASSESS: [&str; 3] = ["initial", "initial_confidence", "rule"];

/// Reads the settings, as far as they can be read; what cannot is a fault.
pub(crate) fn read(source: &Source, faults: &mut Vec<Fault>) -> Config {
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let place = source.place(span.start, span.len());
        faults.push(Fault::at(
            &place,
            "toml-syntax",
            error.message().lines().next().unwrap_or_default(),
            "see https://toml.io for the format",
        ));
    }
    let mut reader = Reader { source, faults };
    let top = Table { name: "dataset.toml", entries: document.get_ref() };
    if errors.is_empty() {
        reader.check_format(&top);
    }
    reader.unknown_keys(&top, &TOP, |_| false);
    let (time_zone, time_zone_name) = reader.time_zone(&top, errors.is_empty());
    let (horizon, horizon_place) = reader.horizon(&top, &time_zone).unzip();
    Config {
        name: reader.name(&top, errors.is_empty()),
        title: reader.text(&top, "title").map_or_else(String::new, |title| printable(title.value)),
        horizon,
        horizon_place,
        licence: reader.text(&top, "licence").map_or_else(String::new, |licence| printable(licence.value)),
        credits: reader.credits(&top),
        map: reader.map(&top),
        territory: reader.territory(&top),
        assess: reader.assess(&top),
        time_zone,
        time_zone_name,
    }
}

type Value<'t> = Spanned<DeValue<'t>>;

/// A table of the file, and what to call it.
struct Table<'t> {
    name: &'static str,
    entries: &'t DeTable<'t>,
}

impl<'t> Table<'t> {
    fn get(&self, key: &str) -> Option<&'t Value<'t>> {
        self.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }
}

struct Reader<'s, 'f> {
    source: &'s Source,
    faults: &'f mut Vec<Fault>,
}

impl Reader<'_, '_> {
    fn place(&self, span: Range<usize>) -> Place {
        self.source.place(span.start, span.len())
    }

    fn fault(&mut self, span: Range<usize>, code: &'static str, message: String, hint: &str) {
        let place = self.place(span);
        self.faults.push(Fault::at(&place, code, message, hint));
    }

    fn unknown_keys(&mut self, table: &Table<'_>, known: &[&str], is_known: impl Fn(&Value<'_>) -> bool) {
        for (key, value) in table.entries {
            if !known.contains(&key.get_ref().as_ref()) && !is_known(value) {
                let near = nearest_names(key.get_ref(), known.iter().copied());
                let list = format!("{} has {}", table.name, known.join(", "));
                let hint = near.first().map_or(list, |near| format!("did you mean \"{near}\"?"));
                self.fault(key.span(), "unknown-key", format!("unknown key \"{}\"", key.get_ref()), &hint);
            }
        }
    }

    fn check_format(&mut self, top: &Table<'_>) {
        match top.get("format") {
            None => self.fault(0..0, "missing-key", "expected \"format = 1\"".to_owned(), "write format = 1 as the first line"),
            Some(value) if number(value) == Some(1.0) => {}
            Some(value) => {
                self.fault(value.span(), "wrong-format", "expected format 1".to_owned(), "this version of marchland reads format = 1");
            }
        }
    }

    fn text(&mut self, table: &Table<'_>, key: &'static str) -> Option<Placed<String>> {
        let value = table.get(key)?;
        let place = self.place(value.span());
        if let Some(text) = value.get_ref().as_str() {
            return Some(Placed { value: text.to_owned(), place });
        }
        self.wrong_kind(value, key, "text in quotes");
        None
    }

    fn wrong_kind(&mut self, value: &Value<'_>, key: &str, expected: &str) {
        let message = format!("expected {expected} for {key} but got {}", value.get_ref().type_str());
        self.fault(value.span(), "wrong-type", message, "");
    }

    fn name(&mut self, top: &Table<'_>, is_whole: bool) -> String {
        let Some(name) = self.text(top, "name") else {
            if is_whole && top.get("name").is_none() {
                self.fault(0..0, "missing-key", "expected \"name\"".to_owned(), "write name = \"my-dataset\"; it is used in file names");
            }
            return String::new();
        };
        let is_sound = !name.value.is_empty() && name.value.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'));
        if !is_sound {
            let message = format!("expected a name of letters, digits, - and _ but got \"{}\"", name.value);
            self.faults.push(Fault::at(&name.place, "unusable-name", message, "it is used in file names"));
        }
        name.value
    }

    fn time_zone(&mut self, top: &Table<'_>, is_whole: bool) -> (TimeZone, String) {
        let Some(name) = self.text(top, "time_zone") else {
            if is_whole && top.get("time_zone").is_none() {
                let hint = "write time_zone = \"Asia/Kabul\", the IANA name of the zone in which dates are meant";
                self.fault(0..0, "missing-key", "expected \"time_zone\"".to_owned(), hint);
            }
            return (TimeZone::UTC, "UTC".to_owned());
        };
        let near = match time_zone(&name.value) {
            Ok(zone) => return (zone, name.value),
            Err(near) => near,
        };
        let hint = near.first().map_or_else(|| "zones are named like Asia/Kabul".to_owned(), |near| format!("did you mean \"{near}\"?"));
        self.faults.push(Fault::at(&name.place, "unknown-time-zone", format!("no time zone \"{}\"", name.value), hint));
        (TimeZone::UTC, "UTC".to_owned())
    }

    /// A date includes its day: the horizon is the first instant after it.
    fn horizon(&mut self, top: &Table<'_>, zone: &TimeZone) -> Option<(Timestamp, Place)> {
        let text = match top.get("horizon")?.get_ref().as_datetime() {
            Some(date) => Placed { value: date.to_string(), place: self.place(top.get("horizon")?.span()) },
            None => self.text(top, "horizon")?,
        };
        match edtf::period(&text.value, zone) {
            Ok((_, horizon)) => horizon.map(|horizon| (horizon, text.place)),
            Err(fault) => {
                self.faults.push(Fault::at(&text.place, "unreadable-time", fault.to_string(), fault.hint()));
                None
            }
        }
    }

    fn credits(&mut self, top: &Table<'_>) -> Vec<String> {
        let Some(value) = top.get("credits") else { return Vec::new() };
        let lines = value.get_ref().as_array().map(|lines| {
            lines.iter().map(|line| line.get_ref().as_str().map(|line| printable(line.to_owned()))).collect::<Option<Vec<_>>>()
        });
        lines.flatten().unwrap_or_else(|| {
            self.wrong_kind(value, "credits", "a list of texts, such as [\"Reuters\"],");
            Vec::new()
        })
    }

    fn table<'t>(&mut self, top: &Table<'t>, name: &'static str) -> Option<Table<'t>> {
        let value = top.get(name)?;
        if let Some(entries) = value.get_ref().as_table() {
            return Some(Table { name, entries });
        }
        self.wrong_kind(value, name, "a table");
        None
    }

    fn map(&mut self, top: &Table<'_>) -> MapConfig {
        let Some(table) = self.table(top, "map") else { return MapConfig::default() };
        self.unknown_keys(&table, &MAP, |_| false);
        MapConfig { crs: self.text(&table, "crs"), extent: self.extent(&table) }
    }

    fn extent(&mut self, table: &Table<'_>) -> Option<[f64; 4]> {
        let value = table.get("extent")?;
        let numbers = value.get_ref().as_array().and_then(|array| array.iter().map(number).collect::<Option<Vec<f64>>>());
        let extent: Option<[f64; 4]> = numbers.and_then(|numbers| numbers.try_into().ok());
        let is_sound = |[west, south, east, north]: &[f64; 4]| {
            [west, east].iter().all(|lon| (-180.0..=180.0).contains(*lon))
                && west < east
                && -90.0 <= *south
                && south < north
                && *north <= 90.0
        };
        let sound = extent.filter(is_sound);
        if sound.is_none() {
            let message = "expected an extent of west, south, east, north in degrees".to_owned();
            self.fault(
                value.span(),
                "unusable-extent",
                message,
                "such as extent = [68.80, 36.64, 68.95, 36.78], west below east and south below north",
            );
        }
        sound
    }

    fn territory(&mut self, top: &Table<'_>) -> TerritoryConfig {
        let Some(table) = self.table(top, "territory") else { return TerritoryConfig::default() };
        self.unknown_keys(&table, &TERRITORY, |_| false);
        let method = self.one_of(&table, "method", "unknown-method", Method::ALL.map(|method| (method.word(), method))).unwrap_or_default();
        self.warn_of_idle(&table, method);
        TerritoryConfig {
            method,
            boundary_file: self.text(&table, "boundary"),
            boundary: None,
            reach_m: self.distance_m(&table, "reach"),
            bandwidth_m: self.distance_m(&table, "bandwidth"),
            lattice: self
                .one_of(&table, "lattice", "unknown-word", LatticeShape::ALL.map(|shape| (shape.word(), shape)))
                .unwrap_or_default(),
            spacing_m: self.distance_m(&table, "spacing"),
            sliver_m: self.distance_m(&table, "sliver"),
        }
    }

    /// What a word stands for; a word that is none of them is a fault that lists them.
    fn one_of<T, const N: usize>(
        &mut self,
        table: &Table<'_>,
        key: &'static str,
        code: &'static str,
        words: [(&'static str, T); N],
    ) -> Option<T> {
        let text = self.text(table, key)?;
        let list = words.each_ref().map(|(word, _)| format!("\"{word}\"")).join(", ");
        let found = words.into_iter().find(|(word, _)| *word == text.value).map(|(_, meaning)| meaning);
        if found.is_none() {
            let message = format!("unknown {key} \"{}\"", text.value);
            self.faults.push(Fault::at(&text.place, code, message, format!("there are {list}")));
        }
        found
    }

    /// Warns of settings that the method does not heed: whoever wrote them expects them to do something.
    fn warn_of_idle(&mut self, table: &Table<'_>, method: Method) {
        for (key, _) in table.entries {
            let name = key.get_ref().as_ref();
            let heeds = ["method", "boundary"].contains(&name) || method.keys().contains(&name) || !TERRITORY.contains(&name);
            if !heeds {
                let message = format!("\"{name}\" means nothing to method \"{}\"", method.word());
                let hint = format!("it heeds boundary, {}: take \"{name}\" out, or choose another method", method.keys().join(", "));
                self.faults.push(Fault::warning_at(&self.place(key.span()), "idle-setting", message, hint));
            }
        }
    }

    /// `"3 km"` or `"500 m"`, in metres; more than nothing and less than the earth's circumference.
    fn distance_m(&mut self, table: &Table<'_>, key: &'static str) -> Option<f64> {
        let text = self.text(table, key)?;
        let kilometres = text.value.strip_suffix("km").map(|number| (number, 1000.0));
        let split = kilometres.or_else(|| text.value.strip_suffix('m').map(|number| (number, 1.0)));
        let metres = split.and_then(|(number, unit)| Some(number.trim().parse::<f64>().ok()? * unit));
        let sound = metres.filter(|metres| *metres > 0.0 && *metres < 4.0e7);
        if sound.is_none() {
            let message = format!("expected a distance such as \"3 km\" or \"500 m\" but got \"{}\"", text.value);
            self.faults.push(Fault::at(&text.place, "unreadable-distance", message, ""));
        }
        sound
    }

    fn assess(&mut self, top: &Table<'_>) -> AssessConfig {
        let Some(table) = self.table(top, "assess") else { return AssessConfig::default() };
        self.unknown_keys(&table, &ASSESS, |value| value.get_ref().is_table());
        let settings = table.entries.iter().filter_map(|(name, value)| {
            let entries = value.get_ref().as_table()?;
            Some(SettingTable {
                rule: name.get_ref().to_string(),
                place: self.place(name.span()),
                settings: entries.iter().map(|(key, value)| self.setting(key.get_ref(), value)).collect(),
            })
        });
        let settings = settings.collect();
        let initial_confidence = table.get("initial_confidence").and_then(|value| {
            let found = number(value).map(|number| Placed { value: number, place: self.place(value.span()) });
            if found.is_none() {
                self.wrong_kind(value, "initial_confidence", "a number from 0 to 1");
            }
            found
        });
        AssessConfig { initial: self.text(&table, "initial"), initial_confidence, rule: self.text(&table, "rule"), settings }
    }

    fn setting(&self, key: &str, value: &Value<'_>) -> Setting {
        let kind = value.get_ref();
        let given = match (number(value), kind.as_str(), kind.as_bool()) {
            (Some(number), ..) => SettingValue::Number(number),
            (_, Some(text), _) => SettingValue::Text(text.to_owned()),
            (_, _, Some(flag)) => SettingValue::Flag(flag),
            // No rule takes another kind: as text it is refused with what the key takes.
            _ => SettingValue::Text(kind.type_str().to_owned()),
        };
        Setting { key: key.to_owned(), value: given, place: self.place(value.span()) }
    }
}

/// The zone with an IANA name such as `Asia/Kabul`, from the database in the binary.
///
/// # Errors
///
/// The names most like it, nearest first, where there is no such zone.
///
/// ```
/// use marchland_formats::dataset::time_zone;
/// assert!(time_zone("Asia/Kabul").is_ok());
/// assert_eq!(time_zone("Asia/Kabool").unwrap_err()[0], "Asia/Kabul");
/// ```
pub fn time_zone(name: &str) -> Result<TimeZone, Vec<String>> {
    let nearest = |_unknown| {
        let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.as_str().to_owned()).collect();
        nearest_names(name, known.iter().map(String::as_str))
    };
    TimeZone::get(name).map_err(nearest)
}

/// A whole or broken number.
fn number(value: &Value<'_>) -> Option<f64> {
    let kind = value.get_ref();
    let text = kind.as_float().map(|float| float.as_str().to_owned());
    let text = text.or_else(|| kind.as_integer().filter(|integer| integer.radix() == 10).map(|integer| integer.as_str().to_owned()))?;
    text.parse().ok()
}
