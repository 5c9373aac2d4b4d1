//! Ground that changed hands between two moments.
//!
//! Cells whose state differs are dissolved by what they were and what they became, so what many cells share is one piece of ground.

use std::collections::BTreeMap;

use jiff::Timestamp;
use marchland_core::{CellKey, ChangedGround, Coverage, FaceIndex, History, SiteIndex, microseconds};

use crate::dissolve::Dissolver;
use crate::measure::area_km2;
use crate::overlay::overlay;
use crate::topology::Topology;

/// The ground whose control or status differs, given that of each face before and after, in the coverage's order.
///
/// One for each pair of states, in order of what it was (actors in the ledger's order, then contested, then unknown) and then of what it
/// became; none where nothing differs. Faces beyond the end of a list count as outside. [`keys_at`] gives the lists from a
/// history, and [`Cell::key`](marchland_core::Cell::key) from a snapshot.
///
/// ```
/// use marchland_core::{ActorIndex, CellKey, ControlState, CoverageBuilder, Face, Ground, LonLat, Status};
/// use marchland_territory::{Topology, changed_ground};
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)].map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap()));
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 6_154.9 });
/// builder.arc(&[corners[0], corners[1], corners[2], corners[0]], Some(face), None).unwrap();
/// let [red, blue] = [0, 1].map(|actor| CellKey { control: ControlState::Held(ActorIndex(actor)), status: Status::Confirmed });
/// assert_eq!(changed_ground(&Topology::new(&builder.finish()), &[red], &[blue])[0].area_km2, 6_154.9);
/// ```
#[must_use]
pub fn changed_ground(topology: &Topology<'_>, before: &[CellKey], after: &[CellKey]) -> Vec<ChangedGround> {
    let coverage = topology.coverage();
    let changes = changes(topology, |face| [before.get(face.0 as usize), after.get(face.0 as usize)]);
    let changed = changes.into_iter().map(|(mut change, faces)| {
        change.sites = in_order(faces.iter().flat_map(|&face| coverage.face(face).ground.sites()));
        change.area_km2 = faces.iter().map(|&face| coverage.face(face).area_km2).sum();
        change
    });
    changed.collect()
}

/// The ground whose control or status differs where it is drawn anew: coverages, and the keys of their faces, before and after.
///
/// Both coverages are laid over each other exactly, so borders that stay leave no slivers; ground that only one of them has came from, or
/// went, outside. Else as [`changed_ground`]; areas are those of the polygons.
#[must_use]
pub fn changed_between(coverages: [&Coverage; 2], keys: [&[CellKey]; 2]) -> Vec<ChangedGround> {
    let (both, pairs) = overlay(coverages);
    let key = |which: usize, face: FaceIndex| keys[which].get(pairs[face.0 as usize][which]?.0 as usize);
    let changes = changes(&Topology::new(&both), |face| [key(0, face), key(1, face)]);
    let changed = changes.into_iter().map(|(mut change, faces)| {
        let under = faces.iter().flat_map(|face| pairs[face.0 as usize].into_iter().enumerate());
        let under = under.filter_map(|(which, face)| Some(coverages[which].face(face?)));
        change.sites = in_order(under.flat_map(|face| face.ground.sites()));
        change.area_km2 = area_km2(&change.polygons);
        change
    });
    changed.collect()
}

/// The ground of each pair of different keys, and its faces.
fn changes<'k>(topology: &Topology<'_>, keys: impl Fn(FaceIndex) -> [Option<&'k CellKey>; 2]) -> Vec<(ChangedGround, Vec<FaceIndex>)> {
    let mut by_pair: BTreeMap<[Option<&CellKey>; 2], Vec<FaceIndex>> = BTreeMap::new();
    for face in (0..topology.coverage().faces().len() as u32).map(FaceIndex) {
        let [before, after] = keys(face);
        if before != after {
            by_pair.entry([before, after]).or_default().push(face);
        }
    }
    let mut dissolver = Dissolver::new(topology);
    for (part, faces) in by_pair.values().enumerate() {
        for &face in faces {
            dissolver.assign(face, Some(part));
        }
    }
    let ground = dissolver.into_polygons(by_pair.len());
    let change = |(([before, after], faces), polygons): (([Option<&CellKey>; 2], _), _)| {
        (ChangedGround { before: before.cloned(), after: after.cloned(), sites: Vec::new(), polygons, area_km2: 0.0 }, faces)
    };
    by_pair.into_iter().zip(ground).map(change).collect()
}

/// Control and status of each face at an instant, in the coverage's order.
#[must_use]
pub fn keys_at(history: &History, at: Timestamp) -> Vec<CellKey> {
    let at_us = microseconds(at);
    let key = |face: u32| {
        let state = history.state(history.at(FaceIndex(face), at_us));
        CellKey { control: state.control.clone(), status: state.status }
    };
    (0..history.faces() as u32).map(key).collect()
}

fn in_order<'a>(sites: impl Iterator<Item = &'a SiteIndex>) -> Vec<SiteIndex> {
    let mut sites: Vec<SiteIndex> = sites.copied().collect();
    sites.sort_unstable();
    sites.dedup();
    sites
}

#[cfg(test)]
mod tests {
    use marchland_core::{ActorIndex, Assessment, ControlState, Period, Status, Timeline};

    use super::*;
    use crate::history;
    use crate::squares::squares;

    fn key(actor: u32) -> CellKey {
        CellKey { control: ControlState::Held(ActorIndex(actor)), status: Status::Confirmed }
    }

    /// ```text
    /// before  0 0 0 1      after  0 1 1 0      b and c went from 0 to 1 together, d from 1 to 0
    ///         a b c d             a b c d
    /// ```
    #[test]
    fn cells_that_went_the_same_way_are_one_piece_of_ground() {
        let (coverage, _) = squares(&["abcd"]);
        let topology = Topology::new(&coverage);
        let changes = changed_ground(&topology, &[0, 0, 0, 1].map(key), &[0, 1, 1, 0].map(key));
        let told: Vec<_> = changes.iter().map(|change| (change.before.clone(), change.after.clone(), change.area_km2)).collect();
        assert_eq!(told, [(Some(key(0)), Some(key(1)), 2.0), (Some(key(1)), Some(key(0)), 1.0)]);
        assert_eq!(changes[0].sites, [SiteIndex(1), SiteIndex(2)]);
        assert_eq!((changes[0].polygons.0.len(), changes[0].polygons.0[0].exterior().0.len()), (1, 7));
        assert_eq!(changed_ground(&topology, &[0, 0, 0, 1].map(key), &[0, 0, 0, 1].map(key)), []);
    }

    #[test]
    fn keys_of_an_instant_are_those_of_the_states_then() {
        let second = |number| Timestamp::from_second(number).unwrap();
        let state = |from, to, actor| {
            let period = Period::new(second(from), second(to)).unwrap();
            Assessment::unsupported(period, ControlState::Held(ActorIndex(actor)), Status::Confirmed)
        };
        let (coverage, _) = squares(&["a"]);
        let history = history(&coverage, &[Timeline::new(vec![state(0, 5, 0), state(5, 9, 1)]).unwrap()]);
        assert_eq!([keys_at(&history, second(4)), keys_at(&history, second(5))], [[key(0)], [key(1)]]);
    }

    /// ```text
    /// before  aab      after  a.cc      b went to 1, the outside in the east came to 1, and the middle a went outside
    /// ```
    #[test]
    fn ground_drawn_anew_is_compared_where_it_lies() {
        let (before, after) = (squares(&["aab"]).0, squares(&["a.cc"]).0);
        let changes = changed_between([&before, &after], [&[0, 0].map(key), &[0, 1].map(key)]);
        let told: Vec<_> = changes.iter().map(|change| (change.before.clone(), change.after.clone(), change.polygons.0.len())).collect();
        assert_eq!(told, [(None, Some(key(1)), 1), (Some(key(0)), None, 1), (Some(key(0)), Some(key(1)), 1)]);
        assert!(changes.iter().all(|change| (change.area_km2 - 12_308.8).abs() < 1.0), "each is a square of a degree");
        assert_eq!(changes[2].sites, [SiteIndex(1)]);
    }
}
