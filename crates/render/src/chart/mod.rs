//! Charts of control through time, on the page and in the patterns of the map.
//!
//! ```text
//! title, subtitle
//! ┌──────────────────────┐ [`areas`]: who held how much ground, stacked or as lines
//! │                      │ [`timeline`]: sites as rows, their states as bars, reports as ticks
//! └──────────────────────┘
//! times of the dataset's zone
//! what is drawn how; sources; version, arguments, digest
//! ```
//!
//! Control changes at instants and lasts between them, so nothing is drawn slanting: from one value to the next is a step.

pub mod areas;
pub mod timeline;

mod amounts;
mod axis;
#[cfg(test)]
mod example;
mod legend;
mod page;
mod rows;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{Colour, ControlState, Ledger, Period};
use thiserror::Error;

use crate::layout::Shown;
use crate::size::PageSize;

/// What stands on the page of any chart.
#[derive(Clone, Copy)]
pub struct Chart<'a> {
    /// The dataset: names of actors and sites.
    pub ledger: &'a Ledger,
    /// A colour for each actor, by its index.
    pub colours: &'a [Colour],
    /// The language of names; none: the dataset's first.
    pub language: Option<&'a str>,
    /// The zone of times on the page.
    pub time_zone: &'a TimeZone,
    /// Its IANA name.
    pub time_zone_name: &'a str,
    /// The title.
    pub title: &'a str,
    /// From when to when it is drawn.
    pub span: Period,
    /// The rule that weighed the reports, with its version.
    pub rule: &'a str,
    /// Knowledge time; none: everything is known.
    pub as_of: Option<Timestamp>,
    /// The size of the page.
    pub size: PageSize,
    /// Whether there is a legend, or of [`areas`] the names at the right end; without, what is drawn takes their room.
    pub legend: Shown,
    /// Sources and credits.
    pub sources: &'a str,
    /// Version, arguments, digest, licence.
    pub made: &'a str,
}

/// Why a chart cannot be drawn.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ChartFault {
    /// No moment to draw.
    #[error("there is nothing to draw: expected rows of at least one moment but got none")]
    NoMoment,
    /// No site to draw.
    #[error("there is nothing to draw: expected sites with a row each but got none; a hospital of whose control nothing was said has none")]
    NoSite,
}

/// The holder's name, or the state's.
fn control_name(chart: &Chart<'_>, control: &ControlState) -> String {
    match control {
        ControlState::Held(actor) => chart.ledger.actor(*actor).names.in_language(chart.language).to_owned(),
        ControlState::Contested(_) => "Contested".to_owned(),
        ControlState::Unknown => "Unknown".to_owned(),
    }
}
