//! A snapshot with simplified borders.
//!
//! Each layer is simplified on the arcs it shows, so that neighbours stay neighbours in each: cells on the arcs between cells, ground and front
//! lines on the arcs between what is held differently, which are longer and can lose more.

use std::sync;

use marchland_core::{ControlState, Coverage, Site, Snapshot};

use crate::frontline::frontlines;
use crate::merge::merged;
use crate::simplify::simplified;
use crate::topology::Topology;

/// The snapshot, of a coverage and its sites, with the borders of [`simplified`](crate::simplified) coverages.
///
/// Areas stay those of the ground as it is: a border drawn more simply is no other border. Front lines run on the edges of the simplified
/// ground by control, and not on those of the cells. A tolerance of zero or less, or no number, changes nothing.
///
/// ```
/// use marchland_core::{CoverageBuilder, Face, Ground, LonLat};
/// use marchland_territory::{Moment, Topology, coarsened, snapshot};
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (1.001, 0.6), (1.0, 1.0), (0.0, 1.0)];
/// let mut ring: Vec<u32> = corners.iter().map(|&(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap())).collect();
/// ring.push(ring[0]);
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 12_311.5 });
/// builder.arc(&ring, Some(face), None).unwrap();
/// let (coverage, moment) = (builder.finish(), Moment { at: "2024-01-01T00:00:00Z".parse().unwrap(), as_of: None, rule: String::new() });
/// let coarse = coarsened(snapshot(&Topology::new(&coverage), &[], vec![], moment), &coverage, &[], 3_000.0);
/// assert_eq!((coarse.cells[0].polygons.0[0].exterior().0.len(), coarse.cells[0].area_km2), (5, 12_311.5));
/// ```
#[must_use]
pub fn coarsened(mut snapshot: Snapshot, coverage: &Coverage, sites: &[Site], tolerance_m: f64) -> Snapshot {
    if tolerance_m.is_nan() || tolerance_m <= 0.0 {
        return snapshot;
    }
    let cells = Topology::new(&simplified(coverage, tolerance_m)).cells();
    for (cell, polygons) in snapshot.cells.iter_mut().zip(cells) {
        cell.polygons = sync::Arc::new(polygons);
    }
    let mut part_of = vec![None; snapshot.cells.len()];
    for (part, dissolved) in snapshot.dissolved.iter().enumerate() {
        for &cell in &dissolved.cells {
            part_of[cell] = Some(part);
        }
    }
    let ground = simplified(&merged(coverage, &part_of), tolerance_m);
    let topology = Topology::new(&ground);
    let control: Vec<&ControlState> = snapshot.dissolved.iter().map(|part| &part.key.control).collect();
    snapshot.frontlines = frontlines(&topology, sites, &control);
    for (part, polygons) in snapshot.dissolved.iter_mut().zip(topology.cells()) {
        part.polygons = polygons;
    }
    snapshot
}
