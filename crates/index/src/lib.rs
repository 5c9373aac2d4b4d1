//! Which cell a place is in, who held it when, which sites are nearest, and what lies in a window, a polygon or along a line.
//!
//! [`CellIndex`] answers for the faces of a coverage, [`SpaceTimeIndex`] for their states through time, millions of rows at once and from a
//! file's bytes where they lie, [`NearestSites`] and [`SiteIndexTree`] for sites. Each is built once, never changes, and can be shared
//! between threads. Answers are indices into what they were built from, and do not depend on the order in which an index was filled.
//!
//! What this crate leaves out: it opens no file, starts no thread, and never decides who holds what.

mod along;
mod area;
mod cells;
mod clock;
mod file;
mod geodesic;
mod nearest;
mod order;
mod predicate;
mod raster;
mod shape;
mod space_time;
mod squares;
mod states;
mod tables;
mod window;

pub use along::Stretch;
pub use cells::CellIndex;
pub use file::{IndexBytes, IndexFault};
pub use nearest::{NearSite, NearestSites};
pub use space_time::{Answer, BuildFault, SpaceTimeIndex};
pub use window::{SiteIndexTree, Window};
