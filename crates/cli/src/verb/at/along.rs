//! The stretches of a line, such as a road: who held the ground along it, and for how many kilometres.

use std::collections::BTreeMap;
use std::path::Path;

use geo_types::{Geometry, LineString};
use marchland_core::{Assessment, Coverage};
use marchland_index::{CellIndex, Stretch};
use marchland_territory::ground_state;
use serde_json::{Map, Value, json};

use super::Asked;
use super::area::read;
use super::point::inside;
use crate::failure::Failure;
use crate::output;
use crate::verb::explain::table;

/// Answers for each line of a file.
pub(super) fn run(asked: &Asked<'_>, file: &Path) -> Result<(), Failure> {
    let lines: Vec<(String, LineString<f64>)> = read(file)?
        .features
        .into_iter()
        .flat_map(|feature| {
            let name = feature.names.in_language(asked.answer.language).to_owned();
            let lines = match feature.geometry {
                Geometry::LineString(line) => vec![line],
                Geometry::MultiLineString(lines) => lines.0,
                _ => Vec::new(),
            };
            lines.into_iter().map(move |line| (name.clone(), line))
        })
        .collect();
    if lines.is_empty() {
        return Err(Failure::Input(format!("{}: expected a line but got none: draw the road asked about", file.display())));
    }
    let ground = asked.ground()?;
    let coverage = ground.at(asked.at);
    let cells = CellIndex::new(coverage);
    let roads: Vec<Road<'_>> = lines.into_iter().map(|(name, line)| Road::new(asked, coverage, name, cells.along(&line))).collect();
    if asked.json {
        let objects: Vec<Value> = roads.iter().map(|road| road.object(asked)).collect();
        return asked.answer.print(Map::from_iter([("lines".to_owned(), json!(objects))]));
    }
    output::print(&roads.iter().map(|road| road.in_words(asked)).collect::<Vec<_>>().join("\n"))
}

/// A line and what it runs through.
struct Road<'a> {
    name: String,
    parts: Vec<Part<'a>>,
}

/// A stretch of it in one cell, or outside all.
struct Part<'a> {
    stretch: Stretch,
    ground: Option<&'a marchland_core::Ground>,
    state: Option<Assessment>,
}

impl<'a> Road<'a> {
    fn new(asked: &Asked<'_>, coverage: &'a Coverage, name: String, stretches: Vec<Stretch>) -> Self {
        let part = |stretch: Stretch| {
            let ground = stretch.face.map(|face| &coverage.face(face).ground);
            let states = ground.map(|ground| asked.states_of(ground)).unwrap_or_default();
            let state = ground.and_then(|ground| ground_state(ground, |site| states.get(&site)));
            Part { stretch, ground, state }
        };
        Self { name, parts: stretches.into_iter().map(part).collect() }
    }

    fn length_km(&self) -> f64 {
        self.parts.last().map_or(0.0, |part| part.stretch.end_km)
    }

    fn object(&self, asked: &Asked<'_>) -> Value {
        let stretches: Vec<Value> = self.parts.iter().map(|part| part.object(asked)).collect();
        let by_control: Map<String, Value> = self
            .by(|part| part.control(asked).unwrap_or("outside").to_owned())
            .into_iter()
            .map(|(control, km)| (control, metres(km)))
            .collect();
        json!({ "name": self.name, "length_km": metres(self.length_km()), "km_by_control": by_control, "stretches": stretches })
    }

    /// Kilometres by something said of each part.
    fn by(&self, key: impl Fn(&Part<'_>) -> String) -> BTreeMap<String, f64> {
        let mut sums = BTreeMap::new();
        for part in &self.parts {
            *sums.entry(key(part)).or_insert(0.0) += part.stretch.end_km - part.stretch.start_km;
        }
        sums
    }

    /// The stretches, those in a row that are in one state together; and the sums.
    fn in_words(&self, asked: &Asked<'_>) -> String {
        let mut rows: Vec<(f64, f64, String, Vec<String>)> = Vec::new();
        for part in &self.parts {
            let (state, places) = (part.state_in_words(asked), part.places(asked));
            match rows.last_mut() {
                Some(last) if last.2 == state => {
                    last.1 = part.stretch.end_km;
                    last.3.extend(places);
                }
                _ => rows.push((part.stretch.start_km, part.stretch.end_km, state, places)),
            }
        }
        let row = |(start, end, state, mut places): (f64, f64, String, Vec<String>)| {
            places.dedup();
            [format!("{start:.2}"), format!("{end:.2}"), format!("{:.2}", end - start), state, places.join(", ")]
        };
        let lines = table(["from km", "to km", "km", "state", "through"], &rows.into_iter().map(row).collect::<Vec<_>>());
        let sums: Vec<String> =
            self.by(|part| part.state_in_words(asked)).into_iter().map(|(state, km)| format!("{state}: {km:.2} km")).collect();
        let name = if self.name.is_empty() { "line".to_owned() } else { self.name.clone() };
        format!("{name}, {:.2} km, {}\n{lines}{}\n", self.length_km(), asked.answer.moment_in_words(), sums.join("; "))
    }
}

impl Part<'_> {
    /// An actor's id, `contested` or `unknown`; none outside the boundary.
    fn control<'b>(&'b self, asked: &'b Asked<'_>) -> Option<&'b str> {
        let ledger = asked.answer.loaded.ledger();
        self.ground.map(|_| match self.state.as_ref().map(|state| &state.control) {
            Some(marchland_core::ControlState::Held(actor)) => ledger.actor(*actor).id.as_str(),
            Some(marchland_core::ControlState::Contested(_)) => "contested",
            Some(marchland_core::ControlState::Unknown) | None => "unknown",
        })
    }

    fn object(&self, asked: &Asked<'_>) -> Value {
        let sites = self.ground.map_or(&[][..], marchland_core::Ground::sites);
        let mut fields = self
            .state
            .as_ref()
            .map_or_else(|| Map::from_iter([("control".to_owned(), json!(self.control(asked)))]), |state| asked.answer.state(sites, state));
        let (start, end) = (self.stretch.start_km, self.stretch.end_km);
        fields.insert("inside".to_owned(), json!(inside(self.ground)));
        fields.insert("from_km".to_owned(), metres(start));
        fields.insert("to_km".to_owned(), metres(end));
        fields.insert("length_km".to_owned(), metres(end - start));
        Value::Object(fields)
    }

    fn state_in_words(&self, asked: &Asked<'_>) -> String {
        match (&self.state, self.ground) {
            (Some(state), _) => asked.phrasing().short_state(state),
            (None, Some(_)) => "unknown".to_owned(),
            (None, None) => "outside the boundary".to_owned(),
        }
    }

    fn places(&self, asked: &Asked<'_>) -> Vec<String> {
        let sites = self.ground.map_or(&[][..], marchland_core::Ground::sites);
        sites.iter().map(|&site| asked.phrasing().site(site)).collect()
    }
}

/// Kilometres to the metre.
fn metres(km: f64) -> Value {
    json!((km * 1e3).round() / 1e3)
}
