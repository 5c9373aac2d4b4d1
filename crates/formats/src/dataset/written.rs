//! The dataset folder, written: a draft as the files that are read back as that draft.
//!
//! Times are written as short as they can be: the start of a local day as its date, any other as an instant in UTC. Positions are written to the last
//! digit, so that what is read is what was written. Of a draft without reports there is no `reports.csv`: nothing here makes reports yet.

use std::borrow::Cow;
use std::io::{self, Write};

use geo_types::{Coord, Geometry, LineString, Polygon};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use marchland_core::{Actor, GivenDraft, LedgerDraft, Names, Publish, SiteDraft, SourceDraft};
use serde_json::json;

use super::Method;
use crate::rows::Value;
use crate::{csv, digits, edtf};

/// What the files of a dataset are to hold.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// Its name, of letters, digits, `-` and `_`.
    pub name: &'a str,
    /// Its title.
    pub title: &'a str,
    /// How its sites become ground.
    pub method: Method,
    /// The zone in which its days are meant; one without an IANA name is written as UTC.
    pub time_zone: &'a TimeZone,
    /// Everything else.
    pub draft: &'a LedgerDraft,
}

/// A file of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The parties.
    Actors,
    /// Who says things.
    Sources,
    /// The places.
    Sites,
    /// States somebody assessed.
    Control,
    /// The settings.
    Settings,
}

impl Part {
    /// All of them; the settings, which make a folder a dataset, last.
    pub const ALL: [Self; 5] = [Self::Actors, Self::Sources, Self::Sites, Self::Control, Self::Settings];

    /// The name of the file.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Actors => "actors.csv",
            Self::Sources => "sources.csv",
            Self::Sites => "sites.geojson",
            Self::Control => "control.csv",
            Self::Settings => "dataset.toml",
        }
    }
}

/// Writes one file of a dataset.
///
/// Of names the default is written and of everything unknown nothing: a draft that was made by the program has no more.
///
/// # Errors
///
/// Where the sink cannot be written to.
///
/// ```
/// use marchland_core::{Actor, LedgerDraft};
/// use marchland_formats::dataset::{Method, Part, Written, write};
/// let draft = LedgerDraft { actors: vec![Actor::new("red", "Red, the")], ..LedgerDraft::default() };
/// let utc = jiff::tz::TimeZone::UTC;
/// let mut text = Vec::new();
/// write(&Written { name: "n", title: "T", method: Method::Maps, time_zone: &utc, draft: &draft }, Part::Actors, &mut text)?;
/// assert_eq!(text, b"actor,name,colour,side,note\nred,\"Red, the\",,,\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write(written: &Written<'_>, part: Part, sink: &mut dyn Write) -> io::Result<()> {
    let draft = written.draft;
    let named = |columns: &'static [&'static str]| columns.iter().map(|&column| column.to_owned());
    match part {
        Part::Settings => sink.write_all(settings(written).as_bytes()),
        Part::Actors => csv::table(named(&["actor", "name", "colour", "side", "note"]), draft.actors.iter().map(actor), sink),
        Part::Sources => csv::table(named(&SOURCE), draft.sources.iter().map(source), sink),
        Part::Sites => sites(&draft.sites, sink),
        Part::Control => csv::table(named(&CONTROL), draft.given.iter().map(|given| state(given, written.time_zone)), sink),
    }
}

const SOURCE: [&str; 8] = ["source", "name", "kind", "actor", "reliability", "licence", "publish", "note"];
const CONTROL: [&str; 8] = ["site", "time_start", "time_end", "control", "status", "confidence", "source", "citation"];

fn settings(written: &Written<'_>) -> String {
    let zone = written.time_zone.iana_name().unwrap_or("UTC");
    let horizon =
        written.draft.horizon.map_or_else(String::new, |horizon| format!("horizon = {}\n", quoted(&last(horizon, written.time_zone))));
    format!(
        "format = 1\nname = {}\ntitle = {}\ntime_zone = {}\n{horizon}# licence = \"\"\n# credits = [\"\"]\n\n[territory]\nmethod = {}\n",
        quoted(written.name),
        quoted(written.title),
        quoted(zone),
        quoted(written.method.word())
    )
}

/// A text as TOML has it, which is as JSON has it where it holds no control characters.
fn quoted(text: &str) -> String {
    json!(text.replace(char::is_control, " ")).to_string()
}

/// The last day before a horizon, or the horizon itself where it ends no day.
fn last(horizon: Timestamp, zone: &TimeZone) -> String {
    let before = horizon.checked_sub(SignedDuration::from_secs(1)).unwrap_or(horizon);
    let day = zone.to_datetime(before).date().to_string();
    let ends = edtf::period(&day, zone).ok().and_then(|(_, end)| end);
    if ends == Some(horizon) { day } else { horizon.to_string() }
}

/// An instant as `control.csv` has it: a date where it begins one.
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let day = zone.to_datetime(at).date().to_string();
    if edtf::boundary(&day, zone) == Ok(at) { day } else { at.to_string() }
}

fn text<'a>(text: impl Into<Cow<'a, str>>) -> Value<'a> {
    Value::Text(text.into())
}

fn name(names: &Names) -> Value<'_> {
    text(names.default_name())
}

fn actor(actor: &Actor) -> Vec<Value<'_>> {
    let colour = actor.colour.map_or_else(String::new, |colour| colour.to_string());
    vec![text(&actor.id), name(&actor.names), text(colour), text(actor.side.as_deref().unwrap_or_default()), text(&actor.note)]
}

fn source(source: &SourceDraft) -> Vec<Value<'_>> {
    let publish = match source.publish {
        Publish::Yes => "yes",
        Publish::Derived => "derived",
        Publish::No => "no",
    };
    let leans_to = source.leans_to.as_deref().unwrap_or_default();
    let reliability = source.reliability.letter().to_string();
    let (id, name, kind) = (text(&source.id), text(&source.name), text(&source.kind));
    vec![id, name, kind, text(leans_to), text(reliability), text(&source.licence), text(publish), text(&source.note)]
}

fn state<'a>(given: &'a GivenDraft, zone: &TimeZone) -> Vec<Value<'a>> {
    let end = given.end.map_or_else(String::new, |end| moment(end, zone));
    let state = &given.state;
    let status = state.status.map_or("", marchland_core::Status::word);
    let source = state.source.as_deref().unwrap_or_default();
    vec![
        text(&*given.site),
        text(moment(given.start, zone)),
        text(end),
        text(&state.control),
        text(status),
        state.confidence.map_or(Value::Null, Value::Number),
        text(source),
        text(&state.citation),
    ]
}

/// Writes the places, one a line.
fn sites(sites: &[SiteDraft], sink: &mut dyn Write) -> io::Result<()> {
    sink.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
    let mut line = Vec::new();
    for (at, site) in sites.iter().enumerate() {
        line.clear();
        line.extend_from_slice(if at > 0 { b",\n" } else { b"\n" });
        let (id, name) = (json!(site.id), json!(site.names.default_name()));
        line.extend_from_slice(format!("{{\"type\":\"Feature\",\"id\":{id},\"properties\":{{\"name\":{name}}},\"geometry\":").as_bytes());
        geometry(&mut line, site.geometry.as_ref());
        line.push(b'}');
        sink.write_all(&line)?;
    }
    sink.write_all(b"\n]}\n")
}

/// A point or polygons; whatever else a place may be is null, since nothing makes such places.
fn geometry(out: &mut Vec<u8>, geometry: Option<&Geometry<f64>>) {
    let mut typed = |name: &str, write: &dyn Fn(&mut Vec<u8>)| {
        out.extend_from_slice(format!("{{\"type\":\"{name}\",\"coordinates\":").as_bytes());
        write(out);
        out.push(b'}');
    };
    match geometry {
        Some(Geometry::Point(point)) => typed("Point", &|out| position(out, point.0)),
        Some(Geometry::Polygon(shape)) => typed("Polygon", &|out| polygon(out, shape)),
        Some(Geometry::MultiPolygon(shapes)) => typed("MultiPolygon", &|out| list(out, shapes.iter(), polygon)),
        _ => out.extend_from_slice(b"null"),
    }
}

fn polygon(out: &mut Vec<u8>, polygon: &Polygon<f64>) {
    let ring = |out: &mut Vec<u8>, ring: &LineString<f64>| list(out, ring.coords(), |out, &at| position(out, at));
    list(out, std::iter::once(polygon.exterior()).chain(polygon.interiors()), ring);
}

fn position(out: &mut Vec<u8>, at: Coord<f64>) {
    list(out, [at.x, at.y].into_iter(), digits::number);
}

fn list<T>(out: &mut Vec<u8>, items: impl Iterator<Item = T>, write: impl Fn(&mut Vec<u8>, T)) {
    for (at, item) in items.enumerate() {
        out.push(if at > 0 { b',' } else { b'[' });
        write(out, item);
    }
    out.push(b']');
}
