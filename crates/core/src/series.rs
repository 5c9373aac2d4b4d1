//! Ground, sites and people by who holds them, through time.

use jiff::Timestamp;

use crate::ControlState;

/// What one control holds at one instant.
///
/// A series has, for every instant, a row for each actor in the ledger's order, then one for contested and one for unknown, also where
/// they hold nothing. Of one instant, `n_sites` sum to the number of sites, `area_km2` to the boundary's area, and `population` to
/// that of all sites.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesRow {
    /// When.
    pub time: Timestamp,
    /// Held by an actor, contested (by whomever: its list of actors is empty), or unknown.
    pub control: ControlState,
    /// Sites in that state, each by its own timeline: also wholes and sites without ground.
    pub n_sites: u64,
    /// Geodesic area of the ground in that state, in square kilometres.
    pub area_km2: f64,
    /// Its least area, in square kilometres: what no word disputes. Of an actor the ground it holds that nobody else claims and no report
    /// speaks against; of contested ground what no report speaks against; of unknown ground what nobody claims.
    pub area_km2_min: f64,
    /// Its greatest area, in square kilometres: what any word gives it. Of an actor the ground it holds, contests or claims; contested is also
    /// held ground that another claims or a report speaks against; unknown ground is what it is.
    pub area_km2_max: f64,
    /// People at the sites in that state; none where no site tells. Those of a whole are left out where a part of it tells of its own.
    pub population: Option<f64>,
    /// `area_km2` as a share of the boundary's area, from 0 to 1; none where there is no ground.
    pub share_area: Option<f64>,
}
