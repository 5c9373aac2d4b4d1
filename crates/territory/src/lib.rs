//! From sites to ground: coverages, dissolved territory, front lines, areas.
//!
//! ```text
//! sites ──voronoi, kernel, areas──▶ Coverage ──snapshot (states at a moment)──▶ Snapshot
//!       └─maps──▶ Atlas of them        │
//!                                      ├── Topology             how arcs hang together, worked out once
//!                                      │      ├── Dissolver     ground by whatever is asked, rings read off arcs; again and again
//!                                      │      ├── Mapmaker      snapshots of one moment after another
//!                                      │      └── changed_ground   what was one thing and became another
//!                                      ├── frontlines           arcs between different holders
//!                                      ├── merged, simplified   coverages of joined faces, of fewer vertices
//!                                      └── history (timelines)  the states of all faces through time
//!                                             ├── dissolved_through   the ground at each of many instants
//!                                             └── series        area, sites and people through time
//! ```
//!
//! Four ways to ground: [`voronoi`] gives it to the nearest site, [`kernel`] lets sites vote by distance, [`areas`] takes polygons as
//! they were drawn, and [`maps`] does so for dated ones.
//!
//! Ground is a coverage: cells that share edges exactly. It is made once; states change, cells do not. This crate has never
//! heard of a report, and is handed its projection.

mod arrangement;
mod change;
mod coarse;
mod dissolve;
mod frontline;
mod hilbert;
mod history;
mod measure;
mod merge;
mod overlay;
mod plane;
mod ring;
mod series;
mod shape;
mod simplify;
mod snapshot;
#[cfg(test)]
mod squares;
mod state;
mod tessellate;
mod through;
mod topology;

pub use change::{changed_between, changed_ground, keys_at};
pub use coarse::coarsened;
pub use dissolve::{Dissolver, dissolve, polygons};
pub use frontline::frontlines;
pub use history::{face_states, history};
pub use measure::{area_km2, length_km};
pub use merge::merged;
pub use series::{Chronicle, series};
pub use simplify::simplified;
pub use snapshot::{Mapmaker, Moment, snapshot, undissolved};
pub use state::{ground_state, shared_state};
pub use tessellate::{
    AreaSettings, Areas, CellShape, Flaw, FlawKind, GroundSettings, Kernel, KernelSettings, Maps, TessellationFault, areas, kernel, maps,
    voronoi,
};
pub use through::dissolved_through;
pub use topology::Topology;
