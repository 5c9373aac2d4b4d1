//! Arrow columns → rows to ask: numbers and text to degrees, timestamps, dates and text to microseconds.

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, BooleanArray, RecordBatch};
use arrow_cast::cast;
use arrow_cast::display::array_value_to_string;
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use marchland_core::NO_TIME;

use super::super::names;
use super::super::times::{DAY_US, LocalClock, SECOND_US};
use super::super::{Asking, Axis, Complaint, on_earth};
use super::geometry::{self, PointForm};
use crate::fault::{Fault, Place};

/// Stands among times for one that cannot be read.
const UNREADABLE: i64 = i64::MIN + 1;

/// The columns of a table that rows are asked from, by name: no two have one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    place: PlaceColumns,
    time: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PlaceColumns {
    Pair(String, String),
    Points(String, PointForm),
}

impl Asked {
    /// Finds the columns in a schema.
    ///
    /// # Errors
    ///
    /// A column that is not there, or of a type that holds no coordinates or times.
    pub(super) fn find(input: &Path, schema: &Schema, wanted: Option<&[String; 3]>) -> Result<Self, Fault> {
        let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let points = if names::lack_coordinates(input, &names, wanted)? { geometry::point_column(input, schema)? } else { None };
        if let Some((at, form)) = points {
            let time = names::find_time(input, &names)?;
            check_type(input, schema.field(time), "times", holds_times)?;
            return Ok(Self { place: PlaceColumns::Points(names[at].clone(), form), time: names[time].clone() });
        }
        let [lon, lat, time] = names::find(input, &names, wanted)?;
        check_type(input, schema.field(lon), "longitudes", holds_numbers)?;
        check_type(input, schema.field(lat), "latitudes", holds_numbers)?;
        check_type(input, schema.field(time), "times", holds_times)?;
        Ok(Self { place: PlaceColumns::Pair(names[lon].clone(), names[lat].clone()), time: names[time].clone() })
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> Vec<&str> {
        match &self.place {
            PlaceColumns::Pair(lon, lat) => vec![lon, lat, &self.time],
            PlaceColumns::Points(points, _) => vec![points, &self.time],
        }
    }
}

fn check_type(input: &Path, field: &Field, what: &str, holds: fn(&DataType) -> bool) -> Result<(), Fault> {
    let data_type = match field.data_type() {
        DataType::Dictionary(_, values) => values.as_ref(),
        data_type => data_type,
    };
    if holds(data_type) {
        return Ok(());
    }
    let message = format!("expected {what} in the column \"{}\" but got values of type {}", field.name(), field.data_type());
    Err(Fault::at(&Place::whole(input), "wrong-type", message, "convert the column, or name another with --columns LON,LAT,TIME"))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// A column of nulls holds what it is asked for: nothing.
fn holds_numbers(data_type: &DataType) -> bool {
    data_type.is_numeric() || is_text(data_type) || data_type == &DataType::Null
}

fn holds_times(data_type: &DataType) -> bool {
    is_text(data_type) || matches!(data_type, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 | DataType::Null)
}

/// Reads the rows of a batch into `asking`, of which `first_row` is the first in the table, from 1. Where bad rows are left out, the
/// answer says which rows were kept; none where all were.
///
/// # Errors
///
/// The first bad row, unless these are to be left out.
pub(super) fn read(asked: &Asked, batch: &RecordBatch, first_row: u64, asking: &mut Asking<'_>) -> Result<Option<BooleanArray>, Fault> {
    asking.clear_points();
    let input = asking.tables.input;
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| damaged(input, &format!("a batch has no column \"{name}\"")));
    match &asked.place {
        PlaceColumns::Pair(lon, lat) => {
            numbers(column(lon)?, &mut asking.points.lons).map_err(|error| damaged(input, &error))?;
            numbers(column(lat)?, &mut asking.points.lats).map_err(|error| damaged(input, &error))?;
        }
        PlaceColumns::Points(name, form) => geometry::points(column(name)?, *form, &mut asking.points.lons, &mut asking.points.lats),
    }
    times(column(&asked.time)?, &mut asking.clock, &mut asking.points.times_us).map_err(|error| damaged(input, &error))?;
    let points = &asking.points;
    let lies_within = |degrees: &[f64], axis: Axis| degrees.iter().all(|degrees| degrees.abs() <= axis.bound());
    let is_sound = lies_within(&points.lons, Axis::Lon) && lies_within(&points.lats, Axis::Lat) && !points.times_us.contains(&UNREADABLE);
    if is_sound { Ok(None) } else { leave_out(asked, batch, first_row, asking).map(Some) }
}

/// Takes the bad rows out of the points.
fn leave_out(asked: &Asked, batch: &RecordBatch, first_row: u64, asking: &mut Asking<'_>) -> Result<BooleanArray, Fault> {
    let mut kept = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        let complaint = complaint(asked, batch, row, asking);
        kept.push(complaint.is_none());
        if let Some((column, complaint)) = complaint {
            let message = format!("row {}, column \"{column}\": {}", first_row + row as u64, complaint.message);
            asking.bad_row(Complaint { message, ..complaint }.at(&Place::whole(asking.tables.input)))?;
        }
    }
    retain(&mut asking.points.lons, &kept);
    retain(&mut asking.points.lats, &kept);
    retain(&mut asking.points.times_us, &kept);
    Ok(BooleanArray::from(kept))
}

fn retain<T>(values: &mut Vec<T>, kept: &[bool]) {
    let mut flags = kept.iter();
    values.retain(|_| flags.next().is_none_or(|&flag| flag));
}

/// What is wrong with a row, and in which column.
fn complaint<'c>(asked: &'c Asked, batch: &RecordBatch, row: usize, asking: &mut Asking<'_>) -> Option<(&'c str, Complaint)> {
    let (lon, lat, time_us) = (asking.points.lons[row], asking.points.lats[row], asking.points.times_us[row]);
    for (axis, degrees, place) in [(Axis::Lon, lon, 0), (Axis::Lat, lat, 1)] {
        if on_earth(axis, degrees).is_err() {
            let name = match &asked.place {
                PlaceColumns::Pair(lon, lat) => [lon, lat][place],
                PlaceColumns::Points(points, _) => points,
            };
            return Some((name, bad_coordinate(axis, degrees, batch.column_by_name(name)?, row)));
        }
    }
    if time_us != UNREADABLE {
        return None;
    }
    let text = shown(batch.column_by_name(&asked.time)?, row);
    let beyond = || Complaint {
        code: "unreadable-time",
        message: format!("expected a time of the years -9999 to 9999 but got {text}"),
        hint: "mend the row, or leave such rows out with --on-bad-row skip".to_owned(),
    };
    Some((&asked.time, asking.clock.read(&text).err().unwrap_or_else(beyond)))
}

fn bad_coordinate(axis: Axis, degrees: f64, column: &ArrayRef, row: usize) -> Complaint {
    if column.is_null(row) {
        return Complaint::no_number(axis, "");
    }
    if matches!(column.data_type(), DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::Struct(_))
        && degrees.is_nan()
    {
        let hint = "keep the rows with points, or leave such rows out with --on-bad-row skip".to_owned();
        return Complaint { code: "not-a-point", message: "expected a point but got another geometry, or an empty one".to_owned(), hint };
    }
    if degrees.is_nan() { Complaint::no_number(axis, &shown(column, row)) } else { Complaint::off_the_earth(axis, degrees) }
}

fn shown(column: &ArrayRef, row: usize) -> String {
    array_value_to_string(column, row).unwrap_or_default()
}

/// Appends the numbers of a column, NaN where there is none.
fn numbers(column: &ArrayRef, out: &mut Vec<f64>) -> Result<(), ArrowError> {
    match column.data_type() {
        DataType::Float64 => {
            let from = out.len();
            let values = column.as_primitive::<Float64Type>();
            out.extend_from_slice(values.values());
            if let Some(nulls) = values.nulls() {
                (0..values.len()).filter(|&row| nulls.is_null(row)).for_each(|row| out[from + row] = f64::NAN);
            }
            Ok(())
        }
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            out.extend(texts.iter().map(|text| text.and_then(|text| text.trim().parse().ok()).unwrap_or(f64::NAN)));
            Ok(())
        }
        DataType::Dictionary(_, values) => numbers(&cast(column, values)?, out),
        data_type if is_text(data_type) => numbers(&cast(column, &DataType::Utf8)?, out),
        _ => numbers(&cast(column, &DataType::Float64)?, out),
    }
}

/// Appends the times of a column, [`NO_TIME`] where there is none and [`UNREADABLE`] where none can be made of it.
fn times(column: &ArrayRef, clock: &mut LocalClock, out: &mut Vec<i64>) -> Result<(), ArrowError> {
    match column.data_type() {
        DataType::Timestamp(unit, zone) => {
            let from = out.len();
            instants(column, *unit, out);
            if zone.is_none() {
                let times = out[from..].iter_mut().filter(|time| !matches!(**time, NO_TIME | UNREADABLE));
                times.for_each(|time| *time = clock.instant(*time).unwrap_or(UNREADABLE));
            }
        }
        DataType::Date32 => extend::<Date32Type>(column, out, |day| clock.end_of_day(i64::from(day))),
        // Milliseconds, though of whole days.
        DataType::Date64 => extend::<Date64Type>(column, out, |at_ms| clock.end_of_day(at_ms.div_euclid(DAY_US / 1000))),
        DataType::Utf8 => {
            let texts = column.as_string::<i32>().iter();
            out.extend(texts.map(|text| text.map_or(NO_TIME, |text| clock.read(text).map_or(UNREADABLE, |time| time.unwrap_or(NO_TIME)))));
        }
        DataType::Null => out.extend(std::iter::repeat_n(NO_TIME, column.len())),
        DataType::Dictionary(_, values) => return times(&cast(column, values)?, clock, out),
        _ => return times(&cast(column, &DataType::Utf8)?, clock, out),
    }
    Ok(())
}

/// Appends timestamps of any unit as microseconds; parts of one are dropped.
fn instants(column: &ArrayRef, unit: TimeUnit, out: &mut Vec<i64>) {
    match unit {
        TimeUnit::Second => extend::<TimestampSecondType>(column, out, |time| time.checked_mul(SECOND_US)),
        TimeUnit::Millisecond => extend::<TimestampMillisecondType>(column, out, |time| time.checked_mul(1000)),
        TimeUnit::Microsecond if column.null_count() == 0 => {
            // The sentinels are no times that anybody means: NumPy's "not a time", and a microsecond after it.
            out.extend_from_slice(column.as_primitive::<TimestampMicrosecondType>().values());
        }
        TimeUnit::Microsecond => extend::<TimestampMicrosecondType>(column, out, Some),
        TimeUnit::Nanosecond => extend::<TimestampNanosecondType>(column, out, |time| Some(time.div_euclid(1000))),
    }
}

fn extend<T: ArrowPrimitiveType>(column: &ArrayRef, out: &mut Vec<i64>, mut time: impl FnMut(T::Native) -> Option<i64>) {
    let values = column.as_primitive::<T>().iter();
    out.extend(values.map(|value| value.map_or(NO_TIME, |value| time(value).unwrap_or(UNREADABLE))));
}

/// A file whose parts do not fit each other.
pub(super) fn damaged(input: &Path, error: &dyn std::fmt::Display) -> Fault {
    let hint = "write the file again: it is damaged or was cut off";
    Fault::at(&Place::whole(input), "damaged-table", format!("expected a sound table but got: {error}"), hint)
}
