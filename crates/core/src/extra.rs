//! What a dataset's rows carry beyond the known columns.

use std::collections::BTreeMap;

/// One flat value of an unknown column or GeoJSON property.
#[derive(Clone, Debug, PartialEq)]
pub enum ExtraValue {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// Any other number; always finite.
    Number(f64),
    /// Text; nested JSON is kept as its compact text.
    Text(String),
}

/// Unknown columns by name, carried to the exports as they are.
pub type Extra = BTreeMap<String, ExtraValue>;
