//! Series of area, sites and people by control, as rows.

use marchland_core::SeriesRow;

#[cfg(feature = "columnar")]
use crate::parquet::ColumnType;
use crate::rows::{RowContext, Value, utc};

/// The columns of a series, in order.
pub const COLUMNS: [&str; 9] =
    ["time", "control", "control_name", "n_sites", "area_km2", "area_km2_min", "area_km2_max", "population", "share_area"];

/// The kinds of the columns, for tables that have them.
#[cfg(feature = "columnar")]
pub const TYPES: [(&str, ColumnType); 9] = [
    ("time", ColumnType::Time),
    ("control", ColumnType::Text),
    ("control_name", ColumnType::Text),
    ("n_sites", ColumnType::Integer),
    ("area_km2", ColumnType::Number),
    ("area_km2_min", ColumnType::Number),
    ("area_km2_max", ColumnType::Number),
    ("population", ColumnType::Number),
    ("share_area", ColumnType::Number),
];

/// One value for each of [`COLUMNS`]: areas to a square metre, shares to six digits, people to a thousandth as sites tell them.
#[must_use]
pub fn row<'a>(row: &SeriesRow, context: &RowContext<'a>) -> Vec<Value<'a>> {
    vec![
        Value::Text(utc(row.time).into()),
        Value::Text(context.control(&row.control).into()),
        Value::Text(context.control_name(&row.control)),
        Value::Integer(row.n_sites as i64),
        Value::rounded(Some(row.area_km2), 6),
        Value::rounded(Some(row.area_km2_min), 6),
        Value::rounded(Some(row.area_km2_max), 6),
        Value::rounded(row.population, 3),
        Value::rounded(row.share_area, 6),
    ]
}
