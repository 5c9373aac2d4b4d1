//! GeoJSON as RFC 7946 has it and as QGIS reads it best.
//!
//! One geometry type a file; every key in every feature; flat values; ids `SITE@TIME_START`; a `bbox`; no `crs`; 7 decimals, about
//! a centimetre. A top-level `name` names the layer in QGIS, and a top-level `marchland` object says where the file comes from.
//!
//! It is written feature by feature into one text: going through a tree of values costs more than the writing, and its maps
//! would not keep the order of the columns, on which QGIS's choice of time fields rests.

use std::fmt::Write as _;

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use marchland_core::{ActorIndex, Assessment, Change, Frontline, Period, SiteIndex, Snapshot};

use crate::provenance::Provenance;
use crate::rows::{Columns, RowContext, Subject, Value, utc};

/// A snapshot, what its rows have in common, and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// Everything resolved for the moment.
    pub snapshot: &'a Snapshot,
    /// What all rows have in common.
    pub context: RowContext<'a>,
    /// Where it comes from.
    pub provenance: &'a Provenance,
}

/// The ground cell by cell, as MultiPolygons. Ground beyond reach is one row without a site, with the id `beyond-reach@TIME_START`.
#[must_use]
pub fn territory(export: &Export<'_>) -> String {
    let columns = Columns::new(export.context.ledger);
    let mut collection = Collection::new("territory", &columns, export.provenance);
    for cell in &export.snapshot.cells {
        let subject = Subject { sites: cell.sites(), area_km2: Some(cell.area_km2) };
        let row = export.context.row(&columns, subject, &cell.assessment);
        collection.feature(&id(&row, "beyond-reach"), &row, &Shape::Polygons(&cell.polygons));
    }
    collection.finish()
}

/// The ground dissolved by control and status, as MultiPolygons. `site_id` lists the sites whose ground it is; the state is open to
/// join by `control` and `status`. Its period is that in which none of its cells changes.
#[must_use]
pub fn control(export: &Export<'_>) -> String {
    let columns = Columns::new(export.context.ledger);
    let mut collection = Collection::new("control", &columns, export.provenance);
    for (row, polygons) in control_rows(export, &columns) {
        collection.feature(&dissolved_id(&row), &row, &Shape::Polygons(polygons));
    }
    collection.finish()
}

/// The rows of [`control`], with their ground.
pub(crate) fn control_rows<'a>(export: &Export<'a>, columns: &Columns) -> Vec<(Vec<Value>, &'a MultiPolygon<f64>)> {
    let snapshot = export.snapshot;
    let row = |part: &'a marchland_core::Dissolved| {
        let cells = part.cells.iter().map(|&cell| &snapshot.cells[cell]);
        let sites: Vec<_> = cells.clone().flat_map(|cell| cell.sites().iter().copied()).collect();
        let state = together(&cells.map(|cell| &cell.assessment).collect::<Vec<_>>())?;
        let subject = Subject { sites: &sites, area_km2: Some(part.area_km2) };
        Some((export.context.row(columns, subject, &state), &part.polygons))
    };
    snapshot.dissolved.iter().filter_map(row).collect()
}

/// What several states of one control and status are together: reports and claims of all, the period they have in common, the
/// least confidence.
fn together(states: &[&Assessment]) -> Option<Assessment> {
    let (first, rest) = states.split_first()?;
    let mut all = (*first).clone();
    for state in rest {
        all.claimed_by.extend(&state.claimed_by);
        all.reports_for.extend(&state.reports_for);
        all.reports_against.extend(&state.reports_against);
        all.confidence = all.confidence.zip(state.confidence).map(|(one, other)| one.min(other));
    }
    all.claimed_by.sort_unstable();
    all.claimed_by.dedup();
    for reports in [&mut all.reports_for, &mut all.reports_against] {
        reports.sort_unstable();
        reports.dedup();
    }
    let last_to_start = states.iter().max_by_key(|state| state.period.start())?;
    let first_to_end = states.iter().min_by_key(|state| state.period.end())?;
    if let Ok(period) = Period::new(last_to_start.period.start(), first_to_end.period.end()) {
        all.period = period;
        all.began = last_to_start.began;
        all.open_start = last_to_start.open_start;
        all.open_end = first_to_end.open_end;
    }
    Some(all)
}

/// The sites with their states, each with its own geometry, one file a geometry type: points in `sites`, lines in `sites_lines`, areas in
/// `sites_areas`; only those that hold anything, but always the points. A site of several points is a feature for each of them, the
/// later ones with `#2`, `#3` after their id; a site whose place nobody knows has a null geometry, in `sites`.
#[must_use]
pub fn sites(export: &Export<'_>) -> Vec<(&'static str, String)> {
    let columns = Columns::new(export.context.ledger);
    let rows = export.snapshot.sites.iter().map(|state| {
        let area_km2 = state.cell.map(|cell| export.snapshot.cells[cell].area_km2);
        (state.site, export.context.row(&columns, Subject { sites: std::slice::from_ref(&state.site), area_km2 }, &state.assessment))
    });
    sites_by_geometry(export, &columns, rows)
}

/// One row a state of the sites, with their own geometry: files as in [`sites`], named `timeline`, `timeline_lines`, `timeline_areas`.
fn sites_by_geometry(
    export: &Export<'_>,
    columns: &Columns,
    rows: impl Iterator<Item = (SiteIndex, Vec<Value>)>,
) -> Vec<(&'static str, String)> {
    let mut files = SiteFiles::new(["sites", "sites_lines", "sites_areas"], columns, export.provenance);
    for (site, row) in rows {
        files.add(export.context.ledger.site(site).geometry.as_ref(), &row);
    }
    files.finish()
}

/// Files of points, lines and areas that are filled together.
pub(crate) struct SiteFiles {
    names: [&'static str; 3],
    collections: [Collection; 3],
}

impl SiteFiles {
    pub(crate) fn new(names: [&'static str; 3], columns: &Columns, provenance: &Provenance) -> Self {
        Self { names, collections: names.map(|name| Collection::new(name, columns, provenance)) }
    }

    pub(crate) fn add(&mut self, geometry: Option<&Geometry<f64>>, row: &[Value]) {
        let id = id(row, "");
        let [points, lines, areas] = &mut self.collections;
        match geometry {
            Some(Geometry::Point(point)) => points.feature(&id, row, &Shape::Point(point.0)),
            Some(Geometry::MultiPoint(many)) => {
                for (at, point) in many.iter().enumerate() {
                    let id = if at == 0 { id.clone() } else { format!("{id}#{}", at + 1) };
                    points.feature(&id, row, &Shape::Point(point.0));
                }
            }
            Some(Geometry::LineString(line)) => lines.feature(&id, row, &Shape::Lines(&[line])),
            Some(Geometry::MultiLineString(many)) => lines.feature(&id, row, &Shape::Lines(&many.iter().collect::<Vec<_>>())),
            Some(Geometry::Polygon(polygon)) => areas.feature(&id, row, &Shape::Polygons(&MultiPolygon(vec![polygon.clone()]))),
            Some(Geometry::MultiPolygon(many)) => areas.feature(&id, row, &Shape::Polygons(many)),
            // The other forms are none of a dataset's.
            None | Some(_) => points.feature(&id, row, &Shape::Nowhere),
        }
    }

    pub(crate) fn finish(self) -> Vec<(&'static str, String)> {
        let named = self.names.into_iter().zip(self.collections);
        named
            .enumerate()
            .filter(|(at, (_, collection))| *at == 0 || collection.features > 0)
            .map(|(_, (name, collection))| (name, collection.finish()))
            .collect()
    }
}

/// The columns of a front line.
const FRONTLINE: [&str; 12] = [
    "left",
    "left_name",
    "right",
    "right_name",
    "certainty",
    "time_start",
    "time_end",
    "length_km",
    "rule",
    "stroke",
    "left_colour",
    "right_colour",
];

/// Lines between ground held by different actors, as MultiLineStrings: for each pair of actors one feature of the stretches whose
/// place is known (`certainty` is `known`) and one of those within the precision of a site (`doubtful`). `left` holds the ground on the left.
#[must_use]
pub fn frontline(export: &Export<'_>) -> String {
    let columns = FRONTLINE.map(str::to_owned);
    let mut collection = Collection::named("frontline", &columns, export.provenance);
    for front in &export.snapshot.frontlines {
        for (certainty, lines) in [("known", &front.lines), ("doubtful", &front.doubtful)] {
            if !lines.is_empty() {
                let row = frontline_row(export, front, certainty);
                let actor = |actor: ActorIndex| &export.context.ledger.actor(actor).id;
                let id = format!("{}|{}|{certainty}@{}", actor(front.left), actor(front.right), utc(export.snapshot.at));
                collection.feature(&id, &row, &Shape::Lines(&lines.iter().collect::<Vec<_>>()));
            }
        }
    }
    collection.finish()
}

fn frontline_row(export: &Export<'_>, front: &Frontline, certainty: &str) -> Vec<Value> {
    let context = &export.context;
    let id = |actor| Value::Text(context.ledger.actor(actor).id.clone());
    let name = |actor: ActorIndex| Value::Text(context.ledger.actor(actor).names.in_language(context.language).to_owned());
    let (start, end) = common_period(export.snapshot);
    vec![
        id(front.left),
        name(front.left),
        id(front.right),
        name(front.right),
        Value::Text(certainty.to_owned()),
        Value::Text(start),
        Value::Text(end),
        Value::rounded(Some(front.length_km), 3),
        Value::Text(context.rule.to_owned()),
        Value::Text("#22262b".to_owned()),
        Value::Text(context.colour(front.left).to_string()),
        Value::Text(context.colour(front.right).to_string()),
    ]
}

/// The period round the snapshot's moment in which no cell changes.
fn common_period(snapshot: &Snapshot) -> (String, String) {
    let periods = || snapshot.cells.iter().map(|cell| cell.assessment.period);
    let start = periods().map(Period::start).max().unwrap_or(snapshot.at);
    let end = periods().map(Period::end).min().unwrap_or(snapshot.at);
    (utc(start), utc(end))
}

/// The id of a row that is about sites: `SITE@TIME_START`, with a name for ground without a site.
fn id(row: &[Value], without_site: &str) -> String {
    let site = if let Value::Text(site) = &row[0] { site.as_str() } else { without_site };
    format!("{site}@{}", text_of(&row[7]))
}

/// The id of dissolved ground: `CONTROL|STATUS@TIME_START`; contested ground names its contenders too, by their names.
fn dissolved_id(row: &[Value]) -> String {
    let control = if text_of(&row[3]) == "contested" { text_of(&row[4]) } else { text_of(&row[3]) };
    format!("{control}|{}@{}", text_of(&row[5]), text_of(&row[7]))
}

fn text_of(value: &Value) -> &str {
    if let Value::Text(text) = value { text } else { "" }
}

/// The geometry of one feature.
pub(crate) enum Shape<'a> {
    Nowhere,
    Point(Coord<f64>),
    Lines(&'a [&'a LineString<f64>]),
    Polygons(&'a MultiPolygon<f64>),
}

/// A FeatureCollection as it is written.
pub(crate) struct Collection {
    columns: Vec<String>,
    head: String,
    body: String,
    bounds: Option<[f64; 4]>,
    pub(crate) features: usize,
}

impl Collection {
    pub(crate) fn new(name: &str, columns: &Columns, provenance: &Provenance) -> Self {
        Self::named(name, &columns.names().collect::<Vec<_>>(), provenance)
    }

    pub(crate) fn named(name: &str, columns: &[String], provenance: &Provenance) -> Self {
        let mut head = String::from("{\"type\":\"FeatureCollection\",\"name\":");
        write_text(&mut head, name);
        head.push_str(",\"marchland\":");
        write_provenance(&mut head, provenance);
        let columns = columns.iter().map(|column| quoted(column)).collect();
        Self { columns, head, body: String::new(), bounds: None, features: 0 }
    }

    pub(crate) fn feature(&mut self, id: &str, row: &[Value], shape: &Shape<'_>) {
        self.body.push_str(if self.features == 0 { "\n" } else { ",\n" });
        self.features += 1;
        self.body.push_str("{\"type\":\"Feature\",\"id\":");
        write_text(&mut self.body, id);
        self.body.push_str(",\"properties\":{");
        for (at, (column, value)) in self.columns.iter().zip(row).enumerate() {
            if at > 0 {
                self.body.push(',');
            }
            self.body.push_str(column);
            self.body.push(':');
            write_value(&mut self.body, value);
        }
        self.body.push_str("},\"geometry\":");
        self.shape(shape);
        self.body.push('}');
    }

    fn shape(&mut self, shape: &Shape<'_>) {
        match shape {
            Shape::Nowhere => self.body.push_str("null"),
            Shape::Point(coord) => {
                self.body.push_str("{\"type\":\"Point\",\"coordinates\":");
                self.position(*coord);
                self.body.push('}');
            }
            Shape::Lines(lines) => {
                self.body.push_str("{\"type\":\"MultiLineString\",\"coordinates\":");
                self.list(lines, |this, line| this.positions(line));
                self.body.push('}');
            }
            Shape::Polygons(polygons) => {
                self.body.push_str("{\"type\":\"MultiPolygon\",\"coordinates\":");
                self.list(&polygons.0, Self::polygon);
                self.body.push('}');
            }
        }
    }

    fn polygon(&mut self, polygon: &Polygon<f64>) {
        let rings: Vec<&LineString<f64>> = std::iter::once(polygon.exterior()).chain(polygon.interiors()).collect();
        self.list(&rings, |this, ring| this.positions(ring));
    }

    /// The positions of a line, of several that are one when rounded the first; a line that would collapse keeps them all.
    fn positions(&mut self, line: &LineString<f64>) {
        let mut rounded: Vec<Coord<f64>> = line.coords().map(|coord| Coord { x: rounded(coord.x), y: rounded(coord.y) }).collect();
        rounded.dedup();
        let kept = if rounded.len() >= 4 || rounded.len() == line.0.len() { &rounded } else { &line.0 };
        self.list(kept, |this, &coord| this.position(coord));
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.body.push('[');
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.body.push(',');
            }
            write(self, item);
        }
        self.body.push(']');
    }

    fn position(&mut self, coord: Coord<f64>) {
        let (x, y) = (rounded(coord.x), rounded(coord.y));
        let bounds = self.bounds.get_or_insert([x, y, x, y]);
        *bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        // Writing to a string cannot fail.
        let _ = write!(self.body, "[{x},{y}]");
    }

    pub(crate) fn finish(self) -> String {
        let mut text = self.head;
        if let Some([west, south, east, north]) = self.bounds {
            let _ = write!(text, ",\"bbox\":[{west},{south},{east},{north}]");
        }
        text.push_str(",\"features\":[");
        text.push_str(&self.body);
        text.push_str("\n]}\n");
        text
    }
}

/// Degrees to 7 decimals, about a centimetre; never a negative nought.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7 + 0.0
}

fn write_provenance(out: &mut String, provenance: &Provenance) {
    let list = |items: &[String]| format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(","));
    let time = |at: Option<jiff::Timestamp>| at.map_or_else(|| "null".to_owned(), |at| quoted(&utc(at)));
    let _ = write!(
        out,
        "{{\"dataset\":{},\"title\":{},\"digest\":{},\"version\":{},\"arguments\":{},\"rule\":{},\"at\":{},\"as_of\":{},\"time_zone\":{},\"licence\":{},\"credits\":{},\"left_out\":{}}}",
        quoted(&provenance.dataset),
        quoted(&provenance.title),
        quoted(&provenance.digest),
        quoted(&provenance.version),
        list(&provenance.arguments),
        quoted(&provenance.rule),
        time(provenance.at),
        time(provenance.as_of),
        quoted(&provenance.time_zone),
        quoted(&provenance.licence),
        list(&provenance.credits),
        list(&provenance.left_out),
    );
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Integer(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Text(text) => write_text(out, text),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(&mut out, text);
    out
}

/// A JSON string; control characters and the line separators that JavaScript stumbles over are escaped.
fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() || matches!(control, '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}

/// One state of one or more sites, with its ground, for a timeline.
#[derive(Clone, Copy, Debug)]
pub struct TimelineRow<'a> {
    /// The sites, none for ground beyond reach.
    pub sites: &'a [SiteIndex],
    /// The state.
    pub state: &'a Assessment,
    /// Its ground, for a timeline of cells.
    pub ground: Option<(&'a MultiPolygon<f64>, f64)>,
}

/// A timeline of cells: one feature a state, as MultiPolygons; rows without ground are left out.
#[must_use]
pub fn timeline_of_cells(rows: &[TimelineRow<'_>], context: &RowContext<'_>, provenance: &Provenance) -> String {
    let columns = Columns::new(context.ledger);
    let mut collection = Collection::new("timeline", &columns, provenance);
    for row in rows {
        if let Some((polygons, area_km2)) = row.ground {
            let values = context.row(&columns, Subject { sites: row.sites, area_km2: Some(area_km2) }, row.state);
            collection.feature(&id(&values, "beyond-reach"), &values, &Shape::Polygons(polygons));
        }
    }
    collection.finish()
}

/// A timeline of sites: one feature a state, with the sites' own geometry; files as in [`sites`], named `timeline`, `timeline_lines` and `timeline_areas`.
#[must_use]
pub fn timeline_of_sites(rows: &[TimelineRow<'_>], context: &RowContext<'_>, provenance: &Provenance) -> Vec<(&'static str, String)> {
    let columns = Columns::new(context.ledger);
    let mut files = SiteFiles::new(["timeline", "timeline_lines", "timeline_areas"], &columns, provenance);
    for row in rows {
        let values = context.row(&columns, Subject { sites: row.sites, area_km2: row.ground.map(|(_, area_km2)| area_km2) }, row.state);
        let site = row.sites.first().map(|&site| context.ledger.site(site));
        files.add(site.and_then(|site| site.geometry.as_ref()), &values);
    }
    files.finish()
}

/// The columns of a change.
pub(crate) const CHANGE: [&str; 12] = [
    "site_id",
    "site_name",
    "time",
    "time_min",
    "time_max",
    "before",
    "after",
    "status_before",
    "status_after",
    "confidence",
    "report_ids",
    "area_km2",
];

/// The row of a change; `report_ids` are those on whose word the new state rests.
#[must_use]
pub fn change_row(change: &Change, context: &RowContext<'_>, area_km2: Option<f64>) -> Vec<Value> {
    let (before, after) = (&change.before, &change.after);
    let site = context.ledger.site(change.site);
    let (first, last) = after.began.map_or((change.time(), change.time()), |began| (began.earliest(), began.latest()));
    let reports = context.publishable(&after.reports_for);
    let ids: Vec<&str> = reports.iter().map(|&report| context.ledger.report(report).id.as_str()).collect();
    vec![
        Value::Text(site.id.clone()),
        Value::Text(site.names.in_language(context.language).to_owned()),
        Value::Text(utc(change.time())),
        Value::Text(utc(first)),
        Value::Text(utc(last)),
        Value::Text(context.control(&before.control).to_owned()),
        Value::Text(context.control(&after.control).to_owned()),
        Value::Text(before.status.word().to_owned()),
        Value::Text(after.status.word().to_owned()),
        Value::rounded(after.confidence, 4),
        Value::text(&ids.join(";")),
        Value::rounded(area_km2, 6),
    ]
}

/// The names of the columns of a change.
#[must_use]
pub fn change_columns() -> &'static [&'static str] {
    &CHANGE
}

/// Changes at the places of their sites: points; a change at a site of another geometry has none.
#[must_use]
pub fn changes(rows: &[(Vec<Value>, SiteIndex)], context: &RowContext<'_>, provenance: &Provenance) -> String {
    let mut collection = Collection::named("changes", &CHANGE.map(str::to_owned), provenance);
    for (row, site) in rows {
        let id = format!("{}@{}", text_of(&row[0]), text_of(&row[2]));
        let shape = match &context.ledger.site(*site).geometry {
            Some(Geometry::Point(point)) => Shape::Point(point.0),
            _ => Shape::Nowhere,
        };
        collection.feature(&id, row, &shape);
    }
    collection.finish()
}
