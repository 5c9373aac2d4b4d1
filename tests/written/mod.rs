//! Tiny datasets that a test writes, and the layers that come of them.

use std::fs;
use std::path::{Path, PathBuf};

use geo::{Area, Validation};
use serde_json::{Value, json};

use crate::support::{Scratch, marchland};

/// A site: its id and its geometry.
pub(crate) type Place<'a> = (&'a str, Value);

/// A dataset of places whose states somebody else has assessed, in UTC: its folder.
///
/// `settings` follow the name in `dataset.toml`; `states` are rows `site,time_start,time_end,control`.
pub(crate) fn with_states(scratch: &Scratch, settings: &str, places: &[Place<'_>], states: &str) -> PathBuf {
    let folder = with_places(scratch, settings, places);
    fs::write(folder.join("control.csv"), format!("site,time_start,time_end,control\n{states}")).unwrap();
    folder
}

/// The same without states.
pub(crate) fn with_places(scratch: &Scratch, settings: &str, places: &[Place<'_>]) -> PathBuf {
    let folder = scratch.join("dataset");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("dataset.toml", &format!("format = 1\nname = \"tiny\"\ntitle = \"Tiny\"\ntime_zone = \"UTC\"\n{settings}"));
    write("actors.csv", "actor,name\na,Army\nb,Band\nc,Clan\n");
    write("sites.geojson", &collection(places));
    folder
}

/// Gives a dataset whose settings name it `layers/boundary.geojson`.
pub(crate) fn boundary(folder: &Path, text: &str) {
    fs::create_dir_all(folder.join("layers")).unwrap();
    fs::write(folder.join("layers/boundary.geojson"), text).unwrap();
}

/// A FeatureCollection, one feature a line, the first on line 2.
pub(crate) fn collection(places: &[Place<'_>]) -> String {
    let feature = |(id, geometry): &Place<'_>| {
        json!({ "type": "Feature", "id": id, "properties": { "name": format!("Place {id}") }, "geometry": geometry }).to_string()
    };
    let features: Vec<String> = places.iter().map(feature).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", features.join(",\n"))
}

/// A box from its south-west to its north-east corner, as rings have it.
pub(crate) fn ring([west, south, east, north]: [f64; 4]) -> Value {
    json!([[west, south], [east, south], [east, north], [west, north], [west, south]])
}

/// A box as a polygon.
pub(crate) fn square(corners: [f64; 4]) -> Value {
    json!({ "type": "Polygon", "coordinates": [ring(corners)] })
}

/// A point.
pub(crate) fn point(lon: f64, lat: f64) -> Value {
    json!({ "type": "Point", "coordinates": [lon, lat] })
}

/// A layer of the map of one moment.
pub(crate) fn layer(folder: &Path, name: &str, at: &str) -> Value {
    let path = folder.to_str().unwrap();
    marchland(["snapshot", path, "--at", at, "-o", "-", "-f", "geojson", "--layer", name]).json()
}

/// A file of GeoJSON or JSON.
pub(crate) fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).unwrap()
}

/// The features of a collection.
pub(crate) fn features(layer: &Value) -> &[Value] {
    layer["features"].as_array().unwrap()
}

/// The geometry of a feature.
pub(crate) fn geometry(feature: &Value) -> geo_types::Geometry<f64> {
    let geometry: geojson::Geometry = feature["geometry"].to_string().parse().unwrap();
    geometry.try_into().unwrap()
}

/// Asserts that each geometry of a layer is a valid simple feature.
pub(crate) fn assert_valid(layer: &Value) {
    for feature in features(layer) {
        let geometry = geometry(feature);
        assert!(geometry.is_valid(), "{}: {:?}", feature["id"], geometry.validation_errors());
    }
}

/// The sum of a number over the features of which a property has a value; of all where the value is empty.
pub(crate) fn sum(layer: &Value, number: &str, property: &str, value: &str) -> f64 {
    let chosen = features(layer).iter().filter(|feature| value.is_empty() || feature["properties"][property] == value);
    chosen.map(|feature| feature["properties"][number].as_f64().unwrap()).sum()
}

/// Square kilometres by control.
pub(crate) fn area_of(layer: &Value, control: &str) -> f64 {
    sum(layer, "area_km2", "control", control)
}

/// The area of all geometries in square degrees.
pub(crate) fn square_degrees(layer: &Value) -> f64 {
    features(layer).iter().map(|feature| geometry(feature).unsigned_area()).sum()
}

/// How many vertices a layer has.
pub(crate) fn vertices(layer: &Value) -> usize {
    use geo::CoordsIter;
    features(layer).iter().map(|feature| geometry(feature).coords_count()).sum()
}

/// Every segment of every ring, as its ends are written, the lesser first.
pub(crate) fn segments(layer: &Value) -> Vec<[(i64, i64); 2]> {
    use geo::LinesIter;
    let grid = |at: geo_types::Coord<f64>| ((at.x * 1e7).round() as i64, (at.y * 1e7).round() as i64);
    let lines = |feature: &Value| match geometry(feature) {
        geo_types::Geometry::Polygon(polygon) => polygon.lines_iter().collect::<Vec<_>>(),
        geo_types::Geometry::MultiPolygon(polygons) => polygons.lines_iter().collect(),
        other => panic!("expected polygons but got {other:?}"),
    };
    let mut found: Vec<[(i64, i64); 2]> = features(layer)
        .iter()
        .flat_map(lines)
        .map(|line| {
            let mut ends = [grid(line.start), grid(line.end)];
            ends.sort_unstable();
            ends
        })
        .collect();
    found.sort_unstable();
    found
}

/// Asserts that neighbours share borders vertex by vertex: no vertex lies on the inside of another's segment, and no segment is
/// there more than twice. Says how many segments two polygons share.
pub(crate) fn shared_segments(layer: &Value) -> usize {
    let all = segments(layer);
    let mut corners: Vec<(i64, i64)> = all.iter().flatten().copied().collect();
    corners.sort_unstable();
    corners.dedup();
    for [start, end] in &all {
        for corner in &corners {
            let cross =
                i128::from(end.0 - start.0) * i128::from(corner.1 - start.1) - i128::from(end.1 - start.1) * i128::from(corner.0 - start.0);
            let between = |low: i64, at: i64, high: i64| low.min(high) <= at && at <= low.max(high);
            let on_it = cross == 0 && between(start.0, corner.0, end.0) && between(start.1, corner.1, end.1);
            assert!(!on_it || corner == start || corner == end, "{corner:?} lies on the border from {start:?} to {end:?}, which lacks it");
        }
    }
    assert!(all.windows(3).all(|three| three[0] != three[2]), "a segment is there three times");
    all.windows(2).filter(|two| two[0] == two[1]).count()
}

/// A text written into a file of the folder: its path.
pub(crate) fn file(scratch: &Scratch, name: &str, text: &str) -> String {
    let path = scratch.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The rows of a CSV file whose cells need no quotes, and its header.
pub(crate) fn table(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    (lines.next().unwrap(), lines.collect())
}
