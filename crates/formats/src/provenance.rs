//! Where an export comes from: written into every file, so that any of them can be made again.

use jiff::Timestamp;

/// Where an export comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The dataset's name.
    pub dataset: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its files, in hexadecimal.
    pub digest: String,
    /// The arguments, as typed.
    pub arguments: Vec<String>,
    /// The rule and its version.
    pub rule: String,
    /// marchland's version.
    pub version: String,
    /// The dataset's licence.
    pub licence: String,
    /// Its credits, one line each.
    pub credits: Vec<String>,
    /// Its zone: an IANA name.
    pub time_zone: String,
    /// Valid time, where the export is of one moment.
    pub at: Option<Timestamp>,
    /// Knowledge time; none: everything said.
    pub as_of: Option<Timestamp>,
    /// What was left out, in words.
    pub left_out: Vec<String>,
}
