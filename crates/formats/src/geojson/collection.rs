//! The text of a FeatureCollection, written feature by feature to where it goes.
//!
//! Going through a tree of values would cost more than the writing, and its maps would not keep the order of the columns, on which
//! QGIS's choice of time fields rests. Only the `bbox`, which stands before the features, needs a look at all of them: at their
//! shapes, which are in memory anyway.

use std::io::{self, Write};

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use marchland_core::LatticeCell;

use crate::digits;
use crate::provenance::Provenance;
use crate::rows::{Columns, Value, utc};

/// The id of a row that is about sites: `SITE@TIME_START`, with a name for ground without a site.
pub(super) fn id(row: &[Value<'_>], without_site: &str) -> String {
    let site = if let Value::Text(site) = &row[0] { site } else { without_site };
    [site, "@", text_of(&row[7])].concat()
}

/// The id of a row that is about a face: that of its sites, `beyond-reach@TIME_START` where it has none, and for a cell of a lattice, in
/// which sites seldom stand, `cell_COLUMN_ROW@TIME_START`.
pub(super) fn face_id(row: &[Value<'_>], cell: Option<&LatticeCell>) -> String {
    match cell {
        Some(LatticeCell { column, row: place, .. }) => format!("cell_{column}_{place}@{}", text_of(&row[7])),
        None => id(row, "beyond-reach"),
    }
}

/// The text of a value; of anything else, nothing.
pub(super) fn text_of<'v>(value: &'v Value<'_>) -> &'v str {
    if let Value::Text(text) = value { text } else { "" }
}

/// The geometry of one feature.
pub(crate) enum Shape<'a> {
    Nowhere,
    Point(Coord<f64>),
    Lines(&'a [&'a LineString<f64>]),
    Polygons(&'a MultiPolygon<f64>),
}

impl Shape<'_> {
    /// Calls a function with each of its positions that may lie on the edge of its extent.
    fn each_position(&self, mut with: impl FnMut(Coord<f64>)) {
        match self {
            Self::Nowhere => {}
            Self::Point(coord) => with(*coord),
            Self::Lines(lines) => lines.iter().flat_map(|line| line.coords()).for_each(|&coord| with(coord)),
            Self::Polygons(polygons) => polygons.iter().flat_map(|polygon| polygon.exterior().coords()).for_each(|&coord| with(coord)),
        }
    }
}

/// West, south, east and north of some shapes, in ten-millionths of a degree; none where they have no position.
#[derive(Default)]
pub(crate) struct Bounds(Option<[i64; 4]>);

impl Bounds {
    pub(crate) fn of<'a>(shapes: impl Iterator<Item = Shape<'a>>) -> Self {
        let mut bounds: Option<[f64; 4]> = None;
        for shape in shapes {
            shape.each_position(|Coord { x, y }| {
                let [west, south, east, north] = bounds.unwrap_or([x, y, x, y]);
                bounds = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
            });
        }
        Self(bounds.map(|bounds| bounds.map(digits::rounded)))
    }
}

/// What stands at the top of a collection.
pub(crate) struct Head<'a> {
    pub(crate) name: &'a str,
    pub(crate) provenance: &'a Provenance,
    pub(crate) bounds: Bounds,
}

/// Bytes that are gathered before they are written (chosen: more saves no time).
const GATHERED: usize = 1 << 16;

/// A FeatureCollection as it is written.
pub(crate) struct Collection<'w> {
    sink: &'w mut dyn Write,
    /// The names of the columns with quotes, colon, and the comma before all but the first.
    columns: Vec<String>,
    body: Vec<u8>,
    /// The positions of the line at hand, in ten-millionths of a degree.
    positions: Vec<[i64; 2]>,
    is_empty: bool,
}

impl<'w> Collection<'w> {
    /// Begins a collection of rows of these columns.
    pub(crate) fn new(head: &Head<'_>, columns: &Columns, sink: &'w mut dyn Write) -> Self {
        Self::named(head, columns.names(), sink)
    }

    /// Begins a collection of rows with columns of these names.
    pub(crate) fn named(head: &Head<'_>, columns: impl Iterator<Item = String>, sink: &'w mut dyn Write) -> Self {
        let mut body = b"{\"type\":\"FeatureCollection\",\"name\":".to_vec();
        write_text(&mut body, head.name);
        body.extend_from_slice(b",\"marchland\":");
        write_provenance(&mut body, head.provenance);
        if let Bounds(Some(bounds)) = head.bounds {
            for (at, bound) in bounds.into_iter().enumerate() {
                body.extend_from_slice(if at == 0 { b",\"bbox\":[" } else { b"," });
                digits::ten_millionths(&mut body, bound);
            }
            body.push(b']');
        }
        body.extend_from_slice(b",\"features\":[");
        let columns = columns.enumerate().map(|(at, name)| format!("{}{}:", if at == 0 { "" } else { "," }, quoted(&name))).collect();
        Self { sink, columns, body, positions: Vec::new(), is_empty: true }
    }

    /// Writes one feature.
    ///
    /// # Errors
    ///
    /// Where the sink cannot be written to.
    pub(crate) fn feature(&mut self, id: &str, row: &[Value<'_>], shape: &Shape<'_>) -> io::Result<()> {
        self.put(if self.is_empty { "\n" } else { ",\n" });
        self.is_empty = false;
        self.put("{\"type\":\"Feature\",\"id\":");
        write_text(&mut self.body, id);
        self.put(",\"properties\":{");
        for (column, value) in self.columns.iter().zip(row) {
            self.body.extend_from_slice(column.as_bytes());
            write_value(&mut self.body, value);
        }
        self.put("},\"geometry\":");
        self.shape(shape);
        self.put("}");
        if self.body.len() >= GATHERED {
            self.sink.write_all(&self.body)?;
            self.body.clear();
        }
        Ok(())
    }

    fn put(&mut self, text: &str) {
        self.body.extend_from_slice(text.as_bytes());
    }

    fn shape(&mut self, shape: &Shape<'_>) {
        match shape {
            Shape::Nowhere => self.put("null"),
            Shape::Point(coord) => {
                self.put("{\"type\":\"Point\",\"coordinates\":");
                self.position([digits::rounded(coord.x), digits::rounded(coord.y)]);
                self.put("}");
            }
            Shape::Lines(lines) => {
                self.put("{\"type\":\"MultiLineString\",\"coordinates\":");
                self.list(lines.iter(), |this, line| this.line(line));
                self.put("}");
            }
            Shape::Polygons(polygons) => {
                self.put("{\"type\":\"MultiPolygon\",\"coordinates\":");
                self.list(polygons.iter(), Self::polygon);
                self.put("}");
            }
        }
    }

    fn polygon(&mut self, polygon: &Polygon<f64>) {
        self.list(std::iter::once(polygon.exterior()).chain(polygon.interiors()), Self::line);
    }

    /// The positions of a line, of several that are one when rounded the first; a line that would collapse keeps them all.
    fn line(&mut self, line: &LineString<f64>) {
        let mut positions = std::mem::take(&mut self.positions);
        positions.clear();
        positions.extend(line.coords().map(|coord| [digits::rounded(coord.x), digits::rounded(coord.y)]));
        if positions.windows(2).filter(|pair| pair[0] != pair[1]).count() >= 3 {
            positions.dedup();
        }
        self.list(positions.iter(), |this, &position| this.position(position));
        self.positions = positions;
    }

    fn list<T>(&mut self, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.put("[");
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.put(",");
            }
            write(self, item);
        }
        self.put("]");
    }

    fn position(&mut self, [x, y]: [i64; 2]) {
        self.put("[");
        digits::ten_millionths(&mut self.body, x);
        self.put(",");
        digits::ten_millionths(&mut self.body, y);
        self.put("]");
    }

    /// Ends the collection.
    ///
    /// # Errors
    ///
    /// Where the sink cannot be written to.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.put("\n]}\n");
        self.sink.write_all(&self.body)
    }
}

fn write_provenance(out: &mut Vec<u8>, provenance: &Provenance) {
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

fn write_value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Integer(number) => {
            // Writing to memory cannot fail.
            let _ = write!(out, "{number}");
        }
        Value::Number(number) => digits::number(out, *number),
        Value::Text(text) => write_text(out, text),
    }
}

fn quoted(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    write_text(&mut out, text);
    String::from_utf8(out).expect("quotes and escapes of text are text")
}

/// A JSON string; control characters and the line separators that JavaScript stumbles over are escaped.
fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')) {
        out.extend_from_slice(text.as_bytes());
    } else {
        text.chars().for_each(|letter| write_letter(out, letter));
    }
    out.push(b'"');
}

fn write_letter(out: &mut Vec<u8>, letter: char) {
    match letter {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        control if control.is_control() || matches!(control, '\u{2028}' | '\u{2029}') => {
            let _ = write!(out, "\\u{:04x}", u32::from(control));
        }
        letter => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
    }
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
        row[7] = Value::Text("2016-10-03T00:00:00Z".into());
        let cell = LatticeCell { column: -12, row: 7, standing: Vec::new(), votes: Vec::new() };
        assert_eq!(face_id(&row, Some(&cell)), "cell_-12_7@2016-10-03T00:00:00Z");
        assert_eq!(face_id(&row, None), "beyond-reach@2016-10-03T00:00:00Z");
        row[0] = Value::Text("kunduz".into());
        assert_eq!(face_id(&row, Some(&cell)), "cell_-12_7@2016-10-03T00:00:00Z", "two sites may stand in it, or leave it");
        assert_eq!(face_id(&row, None), "kunduz@2016-10-03T00:00:00Z");
    }

    #[test]
    fn positions_that_are_one_when_rounded_are_written_once() {
        let ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.000_000_001), (1.0, 1.0), (-0.000_000_01, 0.0)];
        let polygons = MultiPolygon(vec![Polygon::new(LineString::from(ring.to_vec()), vec![])]);
        let shape = || Shape::Polygons(&polygons);
        let head = Head { name: "x", provenance: &Provenance::default(), bounds: Bounds::of([shape()].into_iter()) };
        let mut out = Vec::new();
        let mut collection = Collection::named(&head, std::iter::empty(), &mut out);
        collection.feature("a", &[], &shape()).unwrap();
        collection.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("\"coordinates\":[[[[0,0],[1,0],[1,1],[0,0]]]]"), "{text}");
        assert!(text.contains("\"bbox\":[0,0,1,1]"), "{text}");
    }
}
