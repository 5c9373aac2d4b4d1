//! The text of a FeatureCollection, written feature by feature.
//!
//! Going through a tree of values would cost more than the writing, and its maps would not keep the order of the columns, on which
//! QGIS's choice of time fields rests.

use std::fmt::Write as _;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use marchland_core::LatticeCell;

use crate::provenance::Provenance;
use crate::rows::{Columns, Value, utc};

/// The id of a row that is about sites: `SITE@TIME_START`, with a name for ground without a site.
pub(super) fn id(row: &[Value], without_site: &str) -> String {
    let site = if let Value::Text(site) = &row[0] { site.as_str() } else { without_site };
    format!("{site}@{}", text_of(&row[7]))
}

/// The id of a row that is about a face: that of its sites, `beyond-reach@TIME_START` where it has none, and for a cell of a lattice, in
/// which sites seldom stand, `cell_COLUMN_ROW@TIME_START`.
pub(super) fn face_id(row: &[Value], cell: Option<&LatticeCell>) -> String {
    match cell {
        Some(LatticeCell { column, row: place, .. }) => format!("cell_{column}_{place}@{}", text_of(&row[7])),
        None => id(row, "beyond-reach"),
    }
}

/// The text of a value; of anything else, nothing.
pub(super) fn text_of(value: &Value) -> &str {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_so_that_no_reader_stumbles() {
        assert_eq!(quoted("a\"b\\c\n\u{1}\u{2028}é"), "\"a\\\"b\\\\c\\n\\u0001\\u2028é\"");
    }

    #[test]
    fn faces_are_named_by_their_sites_or_their_place_in_the_lattice() {
        let mut row = vec![Value::Null; 8];
        row[7] = Value::Text("2016-10-03T00:00:00Z".to_owned());
        let cell = LatticeCell { column: -12, row: 7, standing: Vec::new(), votes: Vec::new() };
        assert_eq!(face_id(&row, Some(&cell)), "cell_-12_7@2016-10-03T00:00:00Z");
        assert_eq!(face_id(&row, None), "beyond-reach@2016-10-03T00:00:00Z");
        row[0] = Value::Text("kunduz".to_owned());
        assert_eq!(face_id(&row, Some(&cell)), "cell_-12_7@2016-10-03T00:00:00Z", "two sites may stand in it, or leave it");
        assert_eq!(face_id(&row, None), "kunduz@2016-10-03T00:00:00Z");
    }

    #[test]
    fn degrees_have_seven_decimals_and_no_negative_nought() {
        assert_eq!(rounded(68.868_061_249).to_string(), "68.8680612");
        assert_eq!(rounded(-0.000_000_01).to_string(), "0");
    }

    #[test]
    fn positions_that_are_one_when_rounded_are_written_once() {
        let mut collection = Collection::named("x", &[], &Provenance::default());
        let ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.000_000_001), (1.0, 1.0), (0.0, 0.0)];
        let polygon = Polygon::new(LineString::from(ring.to_vec()), vec![]);
        collection.feature("a", &[], &Shape::Polygons(&MultiPolygon(vec![polygon])));
        let text = collection.finish();
        assert!(text.contains("\"coordinates\":[[[[0,0],[1,0],[1,1],[0,0]]]]"), "{text}");
        assert!(text.contains("\"bbox\":[0,0,1,1]"), "{text}");
    }
}
