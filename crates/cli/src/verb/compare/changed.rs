//! What is different between two sides: ground and sites that went the same way together.

use std::collections::BTreeMap;

use marchland_core::{Assessment, CellKey, ChangedGround, ControlState, Coverage, SiteIndex, Status};
use marchland_formats::Passage;
use marchland_territory::{Topology, changed_between, changed_ground, ground_state, merged, simplified};

use super::Asked;
use super::sides::Side;
use crate::say;

/// How a site went, or ground did.
type Way = (Option<CellKey>, Option<CellKey>);

/// Sites and ground that went the same way together, in order of what they were and became.
pub(super) fn passages(asked: &Asked<'_>, sides: [&Side; 2]) -> Vec<Passage> {
    let mut by_way: BTreeMap<Way, Passage> = BTreeMap::new();
    for changed in ground(asked, sides) {
        let way = (changed.before.clone(), changed.after.clone());
        let passage = Passage {
            before: changed.before,
            after: changed.after,
            sites: Vec::new(),
            polygons: changed.polygons,
            area_km2: changed.area_km2,
        };
        by_way.insert(way, passage);
    }
    for ((before, after), sites) in sites_that_changed(&asked.states) {
        let nowhere = || Passage {
            before: before.clone(),
            after: after.clone(),
            sites: Vec::new(),
            polygons: geo_types::MultiPolygon(Vec::new()),
            area_km2: 0.0,
        };
        by_way.entry((before.clone(), after.clone())).or_insert_with(nowhere).sites.clone_from(&sites);
    }
    by_way.into_values().collect()
}

/// The ground whose state is another on the second side, its borders simplified where that is asked.
fn ground(asked: &Asked<'_>, sides: [&Side; 2]) -> Vec<ChangedGround> {
    let moments = sides.map(|side| side.at);
    let coverages = moments.map(|at| asked.divided.at(at));
    let [before, after] = [0, 1].map(|side: usize| keys(coverages[side], &asked.states[side]));
    if asked.divided.atlas.at(moments[0]) != asked.divided.atlas.at(moments[1]) {
        if asked.simplify_m.is_some() {
            say::note("warning: --simplify leaves ground as it is that was drawn anew between the two moments");
        }
        return changed_between(coverages, [&before, &after]);
    }
    let mut changed = changed_ground(&Topology::new(coverages[0]), &before, &after);
    if let Some(tolerance_m) = asked.simplify_m {
        simplify(&mut changed, coverages[0], [&before, &after], tolerance_m);
    }
    changed
}

/// What each face is, with the sites in these states.
fn keys(coverage: &Coverage, states: &[Assessment]) -> Vec<CellKey> {
    let unknown = CellKey { control: ControlState::Unknown, status: Status::Unknown };
    let state = |face: &marchland_core::Face| ground_state(&face.ground, |site| states.get(site.0 as usize));
    coverage.faces().iter().map(|face| state(face).map_or_else(|| unknown.clone(), |state| key(&state))).collect()
}

fn key(state: &Assessment) -> CellKey {
    CellKey { control: state.control.clone(), status: state.status }
}

/// Draws changed ground with simplified borders: neighbours among it stay neighbours.
fn simplify(changed: &mut [ChangedGround], coverage: &Coverage, [before, after]: [&[CellKey]; 2], tolerance_m: f64) {
    let part = |(was, is): (&CellKey, &CellKey)| {
        changed.iter().position(|ground| (ground.before.as_ref(), ground.after.as_ref()) == (Some(was), Some(is)))
    };
    let part_of: Vec<Option<usize>> = before.iter().zip(after).map(part).collect();
    let ground = Topology::new(&simplified(&merged(coverage, &part_of), tolerance_m)).cells();
    for (changed, polygons) in changed.iter_mut().zip(ground) {
        changed.polygons = polygons;
    }
}

/// The sites whose own state is another on the second side.
fn sites_that_changed(states: &[Vec<Assessment>]) -> BTreeMap<Way, Vec<SiteIndex>> {
    let mut ways: BTreeMap<Way, Vec<SiteIndex>> = BTreeMap::new();
    for (site, (before, after)) in (0..).map(SiteIndex).zip(states[0].iter().zip(&states[1])) {
        let (before, after) = (key(before), key(after));
        if before != after {
            ways.entry((Some(before), Some(after))).or_default().push(site);
        }
    }
    ways
}
