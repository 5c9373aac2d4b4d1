//! From reports to timelines: the rules that weigh who held what, when, how surely.
//!
//! A [`Rule`] is a named, versioned function from the reports about a site, as far as they had been said by a given moment, to
//! the site's [`Timeline`](marchland_core::Timeline). It never looks at the map: this crate has never heard of a coordinate.
//!
//! | rule | in one sentence | where |
//! | --- | --- | --- |
//! | `bayes` | weigh every report by grade, lean and age, and say how sure that leaves us | `bayes/` |
//! | `latest` | the last report that speaks for or against control wins | `latest.rs` |
//!
//! ```
//! use marchland_assess::{Assessor, Rule};
//! use marchland_core::{Actor, Assertion, ControlState, Ledger, LedgerDraft, ReportDraft, SiteDraft, SourceDraft, Window};
//!
//! let mut draft = LedgerDraft { actors: vec![Actor::new("red", "Red")], ..LedgerDraft::default() };
//! draft.sites.push(SiteDraft { id: "pd2".into(), ..SiteDraft::default() });
//! draft.sources.push(SourceDraft { id: "wire".into(), ..SourceDraft::default() });
//! let noon = Window::instant("2016-10-03T07:30:00Z".parse().unwrap());
//! draft.reports.push(ReportDraft::new("r1", "pd2", "red", Assertion::Takes, noon, "wire"));
//! let (ledger, rule) = (Ledger::new(draft).unwrap(), Rule::default());
//! let state = &Assessor::new(&ledger, &rule, None).states_at(noon.latest())[0];
//! assert_eq!(state.control, ControlState::Held(ledger.actor_with_id("red").unwrap()));
//! ```
//!
//! # How the rules hear
//!
//! What is common to all rules stands in one file each: which reports a site hears (`hearing.rs`), what a report is worth
//! (`worth.rs`) and says (`word.rs`), what counts as one word (`voice.rs`), how long a word is remembered (`memory.rs`), and how
//! the states a rule reads off become the rows of a timeline (`periods.rs`). Sites whose states were given, and wholes that
//! nobody spoke of, take their timeline from elsewhere (`given.rs`, `whole.rs`).

mod assessor;
mod bayes;
mod course;
mod explain;
mod given;
mod hearing;
mod latest;
mod memory;
mod periods;
mod rule;
mod second;
mod setting;
mod term;
mod testimony;
mod voice;
mod whole;
mod word;
mod worth;

pub use assessor::Assessor;
pub use bayes::BayesSettings;
pub use course::Course;
pub use explain::{Effect, Explained, Explanation, Reason};
pub use latest::LatestSettings;
pub use rule::{Rule, RuleSummary, UnknownRule, rules};
pub use setting::{SettingFault, SettingValue};
pub use term::confidence_term;
