//! Columns of points: GeoParquet and GeoArrow, as WKB (OGC 06-103r4) or as numbers side by side.
//!
//! The primary column of the metadata `geo` (GeoParquet 1.1), or the first column of a GeoArrow type. Its coordinate reference system must be
//! WGS 84; GeoParquet's default is. Longitude is the first number whatever the axis order of the system says (GeoParquet 1.1,
//! "Coordinate axis order"). Heights and measures are left aside; an empty point is a missing place.

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, Schema};
use serde_json::Value;

use crate::fault::{Fault, Place};

/// How a column holds points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PointForm {
    /// Well-known binary.
    Wkb,
    /// A struct with `x` and `y`.
    Struct,
    /// A list of two to four numbers.
    List,
}

/// The column of points of a table, by its position; none where it says of none that it is one.
///
/// # Errors
///
/// Points in another coordinate reference system than WGS 84, or in a form that is not read.
pub(super) fn point_column(input: &Path, schema: &Schema) -> Result<Option<(usize, PointForm)>, Fault> {
    let Some((at, crs)) = geo_parquet(schema).or_else(|| geo_arrow(schema)) else { return Ok(None) };
    let field = schema.field(at);
    if !is_wgs84(crs.as_ref()) {
        let shown = crs.as_ref().map_or_else(String::new, shown_crs);
        let message = format!("expected points of WGS 84 (OGC:CRS84 or EPSG:4326) in the column \"{}\" but got {shown}", field.name());
        return Err(Fault::at(&Place::whole(input), "foreign-crs", message, "export them again as EPSG:4326"));
    }
    form(field).map(|form| Some((at, form))).ok_or_else(|| {
        let message = format!("expected points as WKB, struct or list in the column \"{}\" but got {}", field.name(), field.data_type());
        Fault::at(&Place::whole(input), "wrong-type", message, "write the points as WKB, or as columns lon and lat")
    })
}

/// The primary column of the metadata `geo`, and its system if it names one.
fn geo_parquet(schema: &Schema) -> Option<(usize, Option<Value>)> {
    let geo: Value = serde_json::from_str(schema.metadata().get("geo")?).ok()?;
    let name = geo.get("primary_column")?.as_str()?;
    let (at, _) = schema.column_with_name(name)?;
    Some((at, geo.get("columns").and_then(|columns| columns.get(name)?.get("crs")).cloned()))
}

/// The first column whose extension type is one of GeoArrow's, and its system if it names one.
fn geo_arrow(schema: &Schema) -> Option<(usize, Option<Value>)> {
    let is_geo = |field: &Field| {
        let name = field.metadata().get("ARROW:extension:name");
        name.is_some_and(|name| matches!(name.as_str(), "geoarrow.point" | "geoarrow.wkb" | "ogc.wkb"))
    };
    let (at, field) = schema.fields().iter().enumerate().find(|(_, field)| is_geo(field))?;
    let about: Option<Value> = field.metadata().get("ARROW:extension:metadata").and_then(|text| serde_json::from_str(text).ok());
    // GeoArrow writes null where the system is not known, which GeoArrow's own readers take for none said.
    Some((at, about.and_then(|about| about.get("crs").cloned()).filter(|crs| !crs.is_null())))
}

/// Whether a system is WGS 84 in degrees: none said, or named so by its identifier.
fn is_wgs84(crs: Option<&Value>) -> bool {
    let Some(crs) = crs else { return true };
    matches!(identifier(crs).as_deref(), Some("OGC:CRS84" | "OGC:CRS84H" | "EPSG:4326" | "EPSG:4979"))
}

fn identifier(crs: &Value) -> Option<String> {
    if let Some(text) = crs.as_str() {
        return Some(text.to_ascii_uppercase());
    }
    let id = crs.get("id")?;
    let code = id.get("code")?;
    let code = code.as_str().map_or_else(|| code.to_string(), str::to_owned);
    Some(format!("{}:{code}", id.get("authority")?.as_str()?).to_ascii_uppercase())
}

fn shown_crs(crs: &Value) -> String {
    let name = || crs.get("name").and_then(Value::as_str).map(str::to_owned);
    let text = identifier(crs).or_else(name).unwrap_or_else(|| if crs.is_null() { "an unknown one".to_owned() } else { crs.to_string() });
    text.chars().take(100).collect()
}

fn form(field: &Field) -> Option<PointForm> {
    let is_number = |field: &Field| field.data_type() == &DataType::Float64;
    match field.data_type() {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Some(PointForm::Wkb),
        DataType::Struct(fields) => {
            let has = |name: &str| fields.find(name).is_some_and(|(_, field)| is_number(field));
            (has("x") && has("y")).then_some(PointForm::Struct)
        }
        DataType::FixedSizeList(item, 2..=4) if is_number(item) => Some(PointForm::List),
        _ => None,
    }
}

/// The longitude and latitude of each row; NaN where there is no point.
pub(super) fn points(column: &ArrayRef, form: PointForm, lons: &mut Vec<f64>, lats: &mut Vec<f64>) {
    let point: Box<dyn Fn(usize) -> Option<[f64; 2]> + '_> = match form {
        PointForm::Wkb => Box::new(|row| wkb_point(wkb(column, row)?)),
        PointForm::Struct => {
            let [x, y] = ["x", "y"]
                .map(|name| column.as_struct().column_by_name(name).map(AsArray::as_primitive::<arrow_array::types::Float64Type>));
            Box::new(move |row| Some([x?.value(row), y?.value(row)]))
        }
        PointForm::List => Box::new(|row| {
            let list = column.as_fixed_size_list().value(row);
            let numbers = list.as_primitive::<arrow_array::types::Float64Type>();
            Some([numbers.value(0), numbers.value(1)])
        }),
    };
    for row in 0..column.len() {
        let [lon, lat] = if column.is_null(row) { None } else { point(row) }.unwrap_or([f64::NAN; 2]);
        lons.push(lon);
        lats.push(lat);
    }
}

fn wkb(column: &ArrayRef, row: usize) -> Option<&[u8]> {
    match column.data_type() {
        DataType::Binary => Some(column.as_binary::<i32>().value(row)),
        DataType::LargeBinary => Some(column.as_binary::<i64>().value(row)),
        DataType::BinaryView => Some(column.as_binary_view().value(row)),
        _ => None,
    }
}

/// The first two numbers of a point in well-known binary, of either byte order, with or without height, measure and (EWKB) identifier.
fn wkb_point(bytes: &[u8]) -> Option<[f64; 2]> {
    let is_little = match bytes.first()? {
        0 => false,
        1 => true,
        _ => return None,
    };
    let word: [u8; 4] = bytes.get(1..5)?.try_into().ok()?;
    let kind = if is_little { u32::from_le_bytes(word) } else { u32::from_be_bytes(word) };
    // EWKB marks height, measure and identifier in the highest bits; the identifier takes four bytes.
    let start = if kind & 0x2000_0000 == 0 { 5 } else { 9 };
    if (kind & 0x0FFF_FFFF) % 1000 != 1 {
        return None;
    }
    let number = |at: usize| -> Option<f64> {
        let bytes: [u8; 8] = bytes.get(at..at + 8)?.try_into().ok()?;
        Some(if is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    };
    Some([number(start)?, number(start + 8)?])
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn column(geo: &str) -> Result<Option<(usize, PointForm)>, Fault> {
        let fields = vec![Field::new("id", DataType::Utf8, true), Field::new("geometry", DataType::Binary, true)];
        point_column("p.parquet".as_ref(), &Schema::new_with_metadata(fields, HashMap::from([("geo".to_owned(), geo.to_owned())])))
    }

    #[test]
    fn the_primary_column_is_found_and_its_system_must_be_wgs_84() {
        let with = |crs: &str| column(&format!(r#"{{"primary_column":"geometry","columns":{{"geometry":{{"encoding":"WKB"{crs}}}}}}}"#));
        assert_eq!(with("").unwrap(), Some((1, PointForm::Wkb)));
        assert_eq!(with(r#","crs":{"id":{"authority":"EPSG","code":4326}}"#).unwrap(), Some((1, PointForm::Wkb)));
        let fault = with(r#","crs":{"name":"x","id":{"authority":"EPSG","code":32642}}"#).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "p.parquet: expected points of WGS 84 (OGC:CRS84 or EPSG:4326) in the column \"geometry\" but got EPSG:32642; \
             export them again as EPSG:4326"
        );
        assert!(with(r#","crs":null"#).unwrap_err().message.ends_with("but got an unknown one"));
        assert_eq!(column("{}").unwrap(), None);
        assert_eq!(column("not json").unwrap(), None);
    }

    #[test]
    fn points_are_read_in_either_byte_order_with_heights_and_identifiers() {
        let little = |kind: u32, before: &[u8]| {
            let head = [&[1][..], &kind.to_le_bytes(), before].concat();
            [head, 68.5_f64.to_le_bytes().to_vec(), 36.5_f64.to_le_bytes().to_vec(), vec![0; 8]].concat()
        };
        let big = [&[0, 0, 0, 0, 1][..], &68.5_f64.to_be_bytes(), &36.5_f64.to_be_bytes()].concat();
        for bytes in [little(1, &[]), little(1001, &[]), little(0x8000_0001, &[]), little(0x2000_0001, &[0; 4]), big] {
            assert_eq!(wkb_point(&bytes), Some([68.5, 36.5]), "{bytes:?}");
        }
        assert_eq!(wkb_point(&little(2, &[])), None, "a line");
        assert_eq!(wkb_point(&little(1, &[])[..20]), None, "cut off");
        assert_eq!(wkb_point(&[]), None);
    }
}
