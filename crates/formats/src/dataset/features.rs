//! GeoJSON (RFC 7946) as people and programs write it, with the place of everything that can be wrong.
//!
//! A collection is read feature by feature: of a file of any length one piece is in memory, and the tape of one feature. A file that
//! is one feature or one geometry is read whole.
//!
//! Taken as they come: members in any order, numeric ids, a `crs` that says WGS 84. Refused: any other `crs`.

use geo_types::Geometry;

use super::json::{Parser, Stop};
use super::pieces::Pieces;
use super::tape::{Json, Kind, Node};
use crate::fault::{Fault, Place, Source, Span};

/// One feature, its properties still in the file's terms.
pub(crate) struct Feature<'t> {
    pub(crate) id: Option<String>,
    pub(crate) id_span: Span,
    pub(crate) span: Span,
    /// None where it is null, or was refused.
    pub(crate) geometry: Option<Geometry<f64>>,
    /// Whether there is no geometry because it is null or missing.
    pub(crate) is_null: bool,
    pub(crate) geometry_span: Span,
    /// The object of its properties, if any.
    pub(crate) properties: Option<Json<'t>>,
}

/// What came of a file of GeoJSON.
pub(crate) struct Collected<T> {
    /// What was made of its features, in file order.
    pub(crate) items: Vec<T>,
    /// Where its value begins.
    pub(crate) place: Place,
}

/// Reads a file and makes something of each feature of its collection; a single feature is a collection of one, and a bare geometry a
/// feature without properties. Of a file that stops being JSON or text there is nothing but the fault that says where.
pub(crate) fn read<T>(
    pieces: Pieces<'_>,
    faults: &mut Vec<Fault>,
    make: impl FnMut(&mut Reader<'_, '_>, Feature<'_>) -> Option<T>,
) -> Option<Collected<T>> {
    let before = faults.len();
    let mut walk = Walk { pieces, at: 0, nodes: Vec::new(), faults, make, items: Vec::new() };
    match walk.file() {
        Ok(place) => Some(Collected { items: walk.items, place }),
        Err(fault) => {
            walk.faults.truncate(before);
            walk.faults.push(fault);
            None
        }
    }
}

/// Bytes behind a stop that may belong to what stopped: `-Infinity` and a pair of escapes are shorter.
const LOOKAHEAD: usize = 16;

/// Bytes of a value that a fault underlines (chosen: less than a line of a terminal).
const SHOWN: usize = 60;

/// A walk through a file, from one part that ends within the piece at hand to the next.
struct Walk<'r, 'f, T, F> {
    pieces: Pieces<'r>,
    at: usize,
    /// The tape of the part read last.
    nodes: Vec<Node>,
    faults: &'f mut Vec<Fault>,
    make: F,
    items: Vec<T>,
}

impl<T, F: FnMut(&mut Reader<'_, '_>, Feature<'_>) -> Option<T>> Walk<'_, '_, T, F> {
    /// Reads the file's value, and returns where it begins.
    fn file(&mut self) -> Result<Place, Fault> {
        self.part(|parser| {
            parser.blanks();
            Ok(())
        })?;
        let place = self.pieces.source.place(self.at, SHOWN);
        let opened = self.part(head)?;
        if opened == Member::Features {
            self.collection(&place)?;
        } else {
            self.whole();
        }
        Ok(place)
    }

    /// Reads a part of the text that ends within the piece; asks for more text until it does.
    fn part<R>(&mut self, read: impl Fn(&mut Parser<'_, '_>) -> Result<R, Stop>) -> Result<R, Fault> {
        loop {
            self.nodes.clear();
            let mut parser = Parser { text: &self.pieces.source.text, at: self.at, nodes: &mut self.nodes };
            match read(&mut parser) {
                Ok(read) if self.pieces.has_enough(parser.at) => {
                    self.at = parser.at;
                    return Ok(read);
                }
                Err(stop) if self.pieces.has_enough(stop.seen + LOOKAHEAD) => {
                    let place = self.pieces.source.place(stop.at, 1);
                    return Err(Fault::at(&place, stop.code, stop.message, stop.hint));
                }
                _ => self.at = self.pieces.more(self.at)?,
            }
        }
    }

    /// What the part read last holds, and who reads it.
    fn last(&mut self) -> (Json<'_>, Reader<'_, '_>, &mut F, &mut Vec<T>) {
        let reader = Reader { source: &self.pieces.source, faults: self.faults };
        (Json::first(&self.pieces.source.text, &self.nodes), reader, &mut self.make, &mut self.items)
    }

    /// Reads a collection from its first feature on.
    fn collection(&mut self, place: &Place) -> Result<(), Fault> {
        let before = self.faults.len();
        let mut is_named = self.is_named(false);
        let mut member = Member::Features;
        while member != Member::None {
            if member == Member::Features {
                self.features()?;
            }
            member = self.part(next_member)?;
            is_named = self.is_named(is_named);
        }
        self.part(end)?;
        if !is_named {
            self.items.clear();
            self.faults.truncate(before);
            self.faults.push(no_collection(place));
        }
        Ok(())
    }

    /// Checks what the members say that were read last, and returns whether they or those before call the file a collection.
    fn is_named(&mut self, before: bool) -> bool {
        if self.nodes.is_empty() {
            return before;
        }
        let (json, mut reader, ..) = self.last();
        reader.check_crs(json);
        json.get("type").map_or(before, |kind| kind.is_text(COLLECTION))
    }

    /// Reads the features of the list that was opened.
    fn features(&mut self) -> Result<(), Fault> {
        let mut is_last = self.part(|parser| Ok(parser.is_empty(b']')))?;
        while !is_last {
            is_last = self.part(element)?;
            self.pieces.make_room(&mut self.items, self.at);
            let (json, mut reader, make, items) = self.last();
            let feature = reader.feature(json);
            items.extend(feature.and_then(|feature| make(&mut reader, feature)));
        }
        Ok(())
    }

    /// Reads a value that is no collection, or one without features.
    fn whole(&mut self) {
        let (json, mut reader, make, items) = self.last();
        reader.check_crs(json);
        let feature = match json.get("type").and_then(Json::text).as_deref() {
            Some(COLLECTION) => {
                let hint = "write {\"type\": \"FeatureCollection\", \"features\": []}";
                reader.fault(json, "not-geojson", "expected \"features\", a list", hint);
                None
            }
            Some("Feature") => reader.feature(json),
            Some(_) => Some(reader.described(json, Some(json), None)),
            None => {
                let place = reader.place(json);
                reader.faults.push(no_collection(&place));
                None
            }
        };
        items.extend(feature.and_then(|feature| make(&mut reader, feature)));
    }
}

/// The type of a collection.
const COLLECTION: &str = "FeatureCollection";

fn no_collection(place: &Place) -> Fault {
    let hint = "the file begins {\"type\": \"FeatureCollection\", \"features\": [";
    Fault::at(place, "not-geojson", "expected a GeoJSON FeatureCollection", hint)
}

/// What was read of the outermost object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Member {
    /// The list of features was opened.
    Features,
    /// Another, which the tape holds as an object of its own.
    Other,
    /// Nothing but its end.
    None,
}

/// Reads from the beginning of a file up to its list of features; where there is none, or where the file calls itself something
/// else than a collection, the whole of it.
fn head(parser: &mut Parser<'_, '_>) -> Result<Member, Stop> {
    if parser.peek() != Some(b'{') {
        parser.value(0)?;
        return end(parser).map(|()| Member::None);
    }
    let own = parser.open();
    let mut may_be_collection = true;
    let mut is_ended = parser.is_empty(b'}');
    while !is_ended {
        let name = parser.nodes.len();
        parser.name()?;
        if may_be_collection && opens_features(parser, name) {
            parser.nodes.truncate(name);
            parser.close(own, Kind::Object);
            return Ok(Member::Features);
        }
        parser.value(1)?;
        let tape = Json::first(parser.text, parser.nodes);
        if tape.at(name).is_text("type") {
            may_be_collection = tape.at(name + 1).is_text(COLLECTION);
        }
        is_ended = parser.is_last(b'}')?;
    }
    parser.close(own, Kind::Object);
    end(parser).map(|()| Member::None)
}

/// Whether the name at a node is that of a list of features, which is then taken up to its opening bracket.
fn opens_features(parser: &mut Parser<'_, '_>, name: usize) -> bool {
    Json::first(parser.text, parser.nodes).at(name).is_text("features") && parser.is_empty(b'[')
}

/// One feature, and whether it is the last.
fn element(parser: &mut Parser<'_, '_>) -> Result<bool, Stop> {
    parser.value(2)?;
    parser.is_last(b']')
}

/// What follows the list of features.
fn next_member(parser: &mut Parser<'_, '_>) -> Result<Member, Stop> {
    parser.blanks();
    if parser.peek() != Some(b',') {
        return parser.is_last(b'}').map(|_| Member::None);
    }
    let own = parser.open();
    parser.name()?;
    if opens_features(parser, own + 1) {
        parser.nodes.clear();
        return Ok(Member::Features);
    }
    parser.value(1)?;
    parser.close(own, Kind::Object);
    Ok(Member::Other)
}

fn end(parser: &mut Parser<'_, '_>) -> Result<(), Stop> {
    parser.blanks();
    if parser.at == parser.text.len() { Ok(()) } else { Err(parser.expected("the end of the file")) }
}

/// Reads geometry from the text at hand, collecting faults.
pub(crate) struct Reader<'s, 'f> {
    pub(crate) source: &'s Source,
    pub(crate) faults: &'f mut Vec<Fault>,
}

impl Reader<'_, '_> {
    /// The bytes of a value; of a long one its beginning.
    pub(crate) fn span(&self, json: Json<'_>) -> Span {
        self.source.span(json.start(), json.length().min(SHOWN))
    }

    /// Where a value stands; of a long one its beginning.
    fn place(&self, json: Json<'_>) -> Place {
        self.source.at(self.span(json))
    }

    /// Adds a fault at a value.
    pub(crate) fn fault(&mut self, json: Json<'_>, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        let place = self.place(json);
        self.faults.push(Fault::at(&place, code, message, hint));
    }

    fn feature<'t>(&mut self, json: Json<'t>) -> Option<Feature<'t>> {
        let [kind, geometry, properties, id] = json.get_all(["type", "geometry", "properties", "id"]);
        if !kind.is_some_and(|kind| kind.is_text("Feature")) {
            self.fault(json, "not-geojson", "expected a Feature", "each element of \"features\" has \"type\": \"Feature\"");
            return None;
        }
        let mut feature = self.described(json, geometry.filter(|geometry| !geometry.is_null()), properties);
        if let Some(id) = id.filter(|id| !id.is_null()) {
            feature.id_span = self.span(id);
            feature.id = self.id(id);
        }
        Some(feature)
    }

    fn described<'t>(&mut self, json: Json<'t>, geometry: Option<Json<'t>>, properties: Option<Json<'t>>) -> Feature<'t> {
        let span = self.span(json);
        Feature {
            id: None,
            id_span: span,
            geometry_span: geometry.map_or(span, |geometry| self.span(geometry)),
            is_null: geometry.is_none(),
            geometry: geometry.and_then(|geometry| self.geometry(geometry)),
            properties,
            span,
        }
    }

    /// Text, or a whole number however it is written: `12` and `461727.0` are the ids `12` and `461727`.
    pub(crate) fn id(&mut self, json: Json<'_>) -> Option<String> {
        if let Some(text) = json.text() {
            return Some(text.into_owned());
        }
        // Beyond 2^53 neighbouring whole numbers are one float, and two ids would be one.
        let whole = json.number().filter(|number| number.fract() == 0.0 && number.abs() < 9.0e15);
        if whole.is_none() {
            let message = format!("expected an id of text or a whole number but got {}", json.what());
            self.fault(json, "unusable-id", message, "write it in quotes");
        }
        whole.map(|number| format!("{number:.0}"))
    }

    /// WGS 84 in longitude and latitude is what RFC 7946 means anyway; QGIS and GDAL write these names of it.
    fn check_crs(&mut self, json: Json<'_>) {
        let Some(crs) = json.get("crs").filter(|crs| !crs.is_null()) else { return };
        let name = crs.get("properties").and_then(|properties| properties.get("name")).and_then(Json::text).unwrap_or_default();
        let tail = name.rsplit([':', '/']).next().unwrap_or_default();
        if !["CRS84", "CRS84h", "4326", "4979"].contains(&tail) {
            let message = format!("expected WGS 84 but the file says \"{name}\"");
            self.fault(crs, "foreign-crs", message, "export it again as EPSG:4326, the only one GeoJSON has");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is made of a text read in steps of some bytes: ids, geometries and the texts of properties, or the faults.
    fn told(text: &[u8], step: usize) -> (Vec<String>, Vec<Fault>) {
        let mut faults = Vec::new();
        let pieces = Pieces::new("f.geojson".as_ref(), Box::new(text)).in_steps_of(step);
        let read = read(pieces, &mut faults, |reader, feature| {
            let place = reader.source.at(feature.geometry_span);
            let properties = feature.properties.map_or("", Json::raw);
            Some(format!("{:?} {properties} {:?} {:?}:{:?}", feature.id, feature.geometry, place.line, place.column))
        });
        (read.map_or_else(Vec::new, |read| read.items), faults)
    }

    fn ids(text: &str) -> Vec<String> {
        let (items, faults) = told(text.as_bytes(), 64);
        let first = |item: &String| item.split(' ').next().unwrap_or_default().to_owned();
        items.iter().map(first).chain(faults.iter().map(|fault| format!("{}:{}", fault.code, fault.column.unwrap()))).collect()
    }

    const POINT: &str = "\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}";

    #[test]
    fn the_members_of_a_collection_stand_in_any_order() {
        let feature = |id: u8| format!("{{\"id\":{id},{POINT},\"type\":\"Feature\"}}");
        let (one, two) = (feature(1), feature(2));
        let kind = "\"type\":\"FeatureCollection\"";
        let crs = "\"crs\":{\"properties\":{\"name\":\"EPSG:3857\"}}";
        let both = ["Some(\"1\")", "Some(\"2\")"];
        assert_eq!(ids(&format!("{{{kind},\"features\":[{one},{two}]}}")), both);
        assert_eq!(ids(&format!("{{\"features\":[{one} , {two} ] , {kind}}}\n")), both);
        assert_eq!(ids(&format!("{{\"x\":[{{}}],\"features\":[],{kind},\"features\":[{two}]}}")), both[1..]);
        assert_eq!(ids(&format!("{{\"features\":[{one}],{kind},{crs}}}")), [both[0], "foreign-crs:122"]);
        assert_eq!(ids(&format!("{{\"features\":[{one}]}}")), ["not-geojson:1"]);
        assert_eq!(ids(&format!("{{{kind}}}")), ["not-geojson:1"]);
        assert_eq!(ids(&format!("{{\"features\":[{one}],\"type\":\"Feature\",\"id\":7}}")), ["not-geojson:1"]);
    }

    #[test]
    fn a_feature_or_a_geometry_is_a_collection_of_one() {
        assert_eq!(ids(&format!("{{\"type\":\"Feature\",\"id\":\"a\",{POINT},\"features\":[]}}")), ["Some(\"a\")"]);
        assert_eq!(ids("{\"type\":\"Point\",\"coordinates\":[1,2]}"), ["None"]);
        assert_eq!(ids("[1,2]"), ["not-geojson:1"]);
        assert_eq!(ids(" {} x"), ["json-syntax:5"]);
    }

    #[test]
    fn of_a_file_that_stops_being_json_there_is_nothing_but_the_stop() {
        let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"id\":[],{POINT}}},{{\"type\":}}]}}");
        assert_eq!(ids(&text), ["json-syntax:124"]);
    }

    /// A file with one of everything, on long lines and short.
    fn sample() -> String {
        let ring = "[[0,0],[4,0.5],[4,4],[0,4],[0,0]]";
        let mut features: Vec<String> = (0..30)
            .map(|at| format!("{{\"type\":\"Feature\",\"id\":\"é{at}\",\"properties\":{{\"name\":\"N\\u00e9 {at}\",\"x\":[1,{{}}]}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}}"))
            .collect();
        features[7] = features[7].replace("4,4", "-1e2,1.25E1, 7");
        features[11] = features[11].replace(ring, "[[0,0],[4,4],[4,0],[0,4],[0,0]]");
        features[20] = "{\"type\":\"Feature\",\"geometry\":null}".to_owned();
        features[13].insert(0, '\n');
        format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}]}}", features.join(","))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn pieces_tell_what_the_whole_tells(
            changes in prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(any::<u8>())), 0..3),
            step in 1_usize..900,
        ) {
            let mut text = sample().into_bytes();
            for (at, byte) in changes {
                let at = at.index(text.len());
                match byte {
                    Some(byte) => text[at] = byte,
                    None => drop(text.remove(at)),
                }
            }
            let (whole, pieces) = (told(&text, text.len() + 1), told(&text, step));
            if std::str::from_utf8(&text).is_ok_and(|text| !text.contains('\0')) {
                prop_assert_eq!(whole, pieces);
            } else {
                // Of two faults that end the reading, pieces tell the first and the whole that of the bytes.
                prop_assert_eq!((whole.0.len(), whole.1.len(), pieces.0.len(), pieces.1.len()), (0, 1, 0, 1));
            }
        }
    }
}
