//! The nouns of control of territory.
//!
//! Everything marchland knows is said with these words, and every other crate speaks them:
//!
//! | noun | meaning |
//! | --- | --- |
//! | [`Actor`] | a party that can hold ground |
//! | [`Source`], [`Reliability`] | who says so, and how far it can be trusted |
//! | [`Site`] | a named place whose control is tracked |
//! | [`Report`], [`Assertion`], [`Credibility`] | one statement by one source about one or more sites |
//! | [`Window`], [`Period`] | an uncertain instant; a span of valid time |
//! | [`Ledger`] | the dataset in memory, its parts checked against each other |
//! | [`ControlState`], [`Status`] | who holds a place, and how surely |
//! | [`Assessment`], [`Timeline`] | a state over a period; a site's ordered, disjoint assessments |
//! | [`Coverage`], [`Ground`] | cells that share edges exactly; what each of them is |
//! | [`Atlas`], [`Sheet`] | coverages through time, where the ground is drawn anew |
//! | [`History`], [`CellState`] | the states of all cells through time, as one table of changes |
//! | [`PointBatch`], [`AnswerBatch`] | many questions of place and time, and their answers |
//! | [`Snapshot`], [`Cell`], [`Frontline`] | everything resolved for one moment |
//! | [`Change`] | a site's state before and after |
//! | [`ChangedGround`] | ground that was one thing and became another |
//! | [`SeriesRow`] | what one control holds at one instant |
//!
//! What this crate leaves out, and a reader may rely on: it does no input or output, reads no clock, computes no geometry,
//! and derives no serialisation. Rows of files pass through the same constructors as values made in code.

mod actor;
mod atlas;
mod change;
mod control;
mod coverage;
mod extra;
mod history;
mod layer;
mod ledger;
mod located;
mod names;
mod place;
mod report;
mod series;
mod site;
mod snapshot;
mod source;
mod time;
mod timeline;

pub use actor::{Actor, ActorIndex, Colour};
pub use atlas::{Atlas, AtlasFault, Sheet};
pub use change::{Change, ChangedGround};
pub use control::{ControlState, Hypothesis, Status};
pub use coverage::{Arc, Coverage, CoverageBuilder, CoverageFault, Face, FaceIndex, Ground, LatticeCell, Vote};
pub use extra::{Extra, ExtraValue};
pub use history::{CellState, Confidence, History, HistoryBuilder, HistoryRow, microseconds};
pub use layer::{ContextFeature, Layer};
pub use ledger::{
    Given, GivenDraft, GivenState, GivenStateDraft, Inconsistency, Initial, InitialDraft, Ledger, LedgerDraft, Problem, Record,
    ReportDraft, SiteDraft, SourceDraft, nearest_names,
};
pub use located::{AnswerBatch, Located, NO_TIME, NONE, PointBatch};
pub use names::{Names, printable};
pub use place::{LonLat, Metres, Projection};
pub use report::{Assertion, Credibility, Report, ReportIndex, Review, UnknownWord};
pub use series::SeriesRow;
pub use site::{Site, SiteIndex};
pub use snapshot::{Cell, CellKey, Dissolved, Frontline, SiteState, Snapshot};
pub use source::{Publish, Reliability, Source, SourceIndex};
pub use time::{EmptyPeriod, Period, Window, Written};
pub use timeline::{Assessment, Timeline, TimelineFault};
