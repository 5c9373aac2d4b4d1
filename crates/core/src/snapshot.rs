//! Everything resolved for one moment.

use std::sync;

use geo_types::{LineString, MultiPolygon};
use jiff::Timestamp;

use crate::{ActorIndex, Assessment, ControlState, Ground, SiteIndex, Status};

/// Everything resolved for one moment: who held what at `at`, as known at `as_of`.
///
/// What it guarantees, and every map and export may rely on:
/// - coordinates are degrees of WGS 84;
/// - cells do not overlap, and together cover the boundary; so do the dissolved parts, unless only cells were asked for;
/// - rings are closed and in the order of RFC 7946 (outer rings counter-clockwise, holes clockwise);
/// - each front line runs on the edge of both its actors' ground, `left` on its left as one walks it;
/// - every site of the ledger is in `sites` once, in the ledger's order; a site without ground has no cell;
/// - lists are sorted, so equal input gives equal snapshots.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Valid time: the moment shown.
    pub at: Timestamp,
    /// Knowledge time: only what had been said by then counts; none counts everything.
    pub as_of: Option<Timestamp>,
    /// The rule and its version: `bayes 1`.
    pub rule: String,
    /// Every site's state, in the ledger's order.
    pub sites: Vec<SiteState>,
    /// The ground cell by cell, in the coverage's order.
    pub cells: Vec<Cell>,
    /// The ground by control and status: actors in the ledger's order, then contested, then unknown.
    pub dissolved: Vec<Dissolved>,
    /// The front lines, by pair of actors.
    pub frontlines: Vec<Frontline>,
}

/// A site's state at the snapshot's moment.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteState {
    /// Where.
    pub site: SiteIndex,
    /// Its state, with the confidence at the very moment; the very one of its cell, where it stands there alone.
    pub assessment: sync::Arc<Assessment>,
    /// Its cell in [`Snapshot::cells`]; none where it takes no ground.
    pub cell: Option<usize>,
}

/// The ground of one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Whose ground it is.
    pub ground: Ground,
    /// Its state: the sites' where they agree or only one is known, contested by their holders where they do not.
    pub assessment: sync::Arc<Assessment>,
    /// Its ground, shared by the snapshots of one coverage.
    pub polygons: sync::Arc<MultiPolygon<f64>>,
    /// Geodesic area in square kilometres.
    pub area_km2: f64,
}

impl Cell {
    /// The sites that stand in the cell, in order; none beyond reach.
    #[must_use]
    pub fn sites(&self) -> &[SiteIndex] {
        self.ground.sites()
    }

    /// By what the cell is dissolved.
    #[must_use]
    pub fn key(&self) -> CellKey {
        CellKey { control: self.assessment.control.clone(), status: self.assessment.status }
    }
}

/// By what ground is dissolved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    /// Who holds it.
    pub control: ControlState,
    /// How surely.
    pub status: Status,
}

/// All ground of one control and status.
#[derive(Clone, Debug, PartialEq)]
pub struct Dissolved {
    /// What the ground has in common.
    pub key: CellKey,
    /// Its cells in [`Snapshot::cells`], in order.
    pub cells: Vec<usize>,
    /// Its ground.
    pub polygons: MultiPolygon<f64>,
    /// Geodesic area in square kilometres: the sum of its cells'.
    pub area_km2: f64,
}

/// Where ground held by one actor meets ground held by another.
#[derive(Clone, Debug, PartialEq)]
pub struct Frontline {
    /// The actor on the left as one walks each line; its index is the lower.
    pub left: ActorIndex,
    /// The actor on the right.
    pub right: ActorIndex,
    /// Stretches whose place is known better than the sites' precision, if any.
    pub lines: Vec<LineString<f64>>,
    /// Stretches nearer to one of their sites than that site's place is known: the line runs somewhere here.
    pub doubtful: Vec<LineString<f64>>,
    /// Geodesic length of all stretches in kilometres.
    pub length_km: f64,
}
