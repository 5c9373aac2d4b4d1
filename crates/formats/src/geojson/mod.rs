//! GeoJSON as RFC 7946 has it and as QGIS reads it best.
//!
//! One geometry type a file; every key in every feature; flat values; ids `SITE@TIME_START`; a `bbox`; no `crs`; 7 decimals, about
//! a centimetre. A top-level `name` names the layer in QGIS, and a top-level `marchland` object says where the file comes from.
//!
//! | file | writes |
//! | --- | --- |
//! | `ground` | the cells of a snapshot, and the same by control |
//! | `sites` | the sites with their own geometry |
//! | `frontline` | lines between ground held by different actors |
//! | `timeline` | one feature a state |
//! | `changes` | one feature a change |
//! | `compared` | what is different at a second moment |
//! | `collection` | the text of them all |

mod changes;
mod collection;
mod compared;
mod frontline;
mod ground;
mod sites;
mod timeline;

use marchland_core::Snapshot;

pub use changes::{change_columns, change_row, changes};
pub use compared::{Comparison, Passage, compared, compared_columns, compared_row};
pub use frontline::frontline;
pub(crate) use ground::control_rows;
pub use ground::{control, territory};
pub use sites::{SiteLayer, sites};
pub use timeline::{TimelineExport, TimelineRow, timeline_of_cells, timeline_of_sites};

use crate::provenance::Provenance;
use crate::rows::RowContext;

/// A snapshot, what its rows have in common, and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// Everything resolved for the moment.
    pub snapshot: &'a Snapshot,
    /// What all rows have in common.
    pub context: RowContext<'a>,
    /// Where it comes from.
    pub provenance: &'a Provenance,
}
