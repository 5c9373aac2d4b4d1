//! Everything resolved for one moment: sites' states laid on the ground.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use marchland_core::{
    ActorIndex, Assessment, Cell, CellKey, ControlState, Coverage, Dissolved, Ground, Period, ReportIndex, Site, SiteIndex, SiteState,
    Snapshot, Status,
};

use crate::dissolve::dissolve;
use crate::frontline::frontlines;

/// Which moment a snapshot is of, and how its states were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Valid time: the moment shown.
    pub at: Timestamp,
    /// Knowledge time: only what had been said by then counts; none counts everything.
    pub as_of: Option<Timestamp>,
    /// The rule and its version: `bayes 1`.
    pub rule: String,
}

/// Lays the sites' states at one moment on the ground; `states` has one for each site, in the sites' order.
///
/// - The cells are the coverage's faces, in its order. A cell of one site has its state; a cell of several has theirs where they
///   agree or only one is known, with the surer status left to all being so and the reports of all; where they differ it is
///   contested by everyone they name, with no confidence, for no rule weighed it.
/// - Ground beyond reach is unknown, over the period from the earliest start to the latest end of any state.
/// - A site without a state (where `states` is short) is unknown; states beyond the last site are left out.
///
/// Costs in proportion to the coverage's arcs.
#[must_use]
pub fn snapshot(coverage: &Coverage, sites: &[Site], states: Vec<Assessment>, moment: Moment) -> Snapshot {
    let span = span(&states, moment.at);
    let unknown = || Assessment::unsupported(span, ControlState::Unknown, Status::Unknown);
    let mut states = states;
    states.resize_with(sites.len(), unknown);
    let cells = cells(coverage, &states, &unknown);
    let control: Vec<&ControlState> = cells.iter().map(|cell| &cell.assessment.control).collect();
    let frontlines = frontlines(coverage, sites, &control);
    let dissolved = dissolved(coverage, &cells);
    let Moment { at, as_of, rule } = moment;
    Snapshot { at, as_of, rule, sites: site_states(states, &cells), cells, dissolved, frontlines }
}

/// The widest period the states speak for; without a state, the second of the moment.
fn span(states: &[Assessment], at: Timestamp) -> Period {
    let start = states.iter().map(|state| state.period.start()).min();
    let end = states.iter().map(|state| state.period.end()).max();
    let second = SignedDuration::from_secs(1);
    let after = || Period::new(at, at.checked_add(second).ok()?).ok();
    let before = || Period::new(at.checked_sub(second).ok()?, at).ok();
    let given = start.zip(end).and_then(|(start, end)| Period::new(start, end).ok());
    given.or_else(after).or_else(before).expect("an instant has a second after it or one before it")
}

fn cells(coverage: &Coverage, states: &[Assessment], unknown: &impl Fn() -> Assessment) -> Vec<Cell> {
    let each_its_own: Vec<_> = (0..coverage.faces().len()).map(Some).collect();
    let ground = dissolve(coverage, &each_its_own);
    let cell = |(face, polygons): (&marchland_core::Face, _)| Cell {
        ground: face.ground.clone(),
        assessment: match &face.ground {
            Ground::Sites(sites) => {
                shared(&sites.iter().filter_map(|site| states.get(site.0 as usize)).collect::<Vec<_>>()).unwrap_or_else(unknown)
            }
            Ground::BeyondReach => unknown(),
        },
        polygons,
        area_km2: face.area_km2,
    };
    coverage.faces().iter().zip(ground).map(cell).collect()
}

/// The state of a place from those of the sites that stand there; none without a site.
fn shared(states: &[&Assessment]) -> Option<Assessment> {
    let known: Vec<_> = states.iter().copied().filter(|state| state.control != ControlState::Unknown).collect();
    let speaking = if known.is_empty() { states } else { &known };
    let least_sure = speaking.iter().copied().max_by_key(|state| state.status)?;
    if states.len() == 1 {
        return Some(least_sure.clone());
    }
    let mut place = if speaking.iter().all(|state| state.control == least_sure.control) {
        least_sure.clone()
    } else {
        let actors: Vec<ActorIndex> = union(speaking, |state| state.control.actors());
        Assessment::unsupported(least_sure.period, ControlState::Contested(actors), Status::Contested)
    };
    common_period(&mut place, speaking);
    let holder = place.control.holder();
    place.claimed_by = union(states, |state| &state.claimed_by);
    place.claimed_by.retain(|&actor| Some(actor) != holder);
    place.reports_for = union::<ReportIndex>(speaking, |state| &state.reports_for);
    place.reports_against = union(states, |state| &state.reports_against);
    Some(place)
}

/// What any of the states lists, in order, each once.
fn union<T: Copy + Ord>(states: &[&Assessment], list: impl Fn(&Assessment) -> &[T]) -> Vec<T> {
    let mut all: Vec<T> = states.iter().flat_map(|state| list(state)).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Narrows a place's period to when all its states hold together.
fn common_period(place: &mut Assessment, states: &[&Assessment]) {
    let Some(last_to_start) = states.iter().max_by_key(|state| state.period.start()) else { return };
    let Some(first_to_end) = states.iter().min_by_key(|state| state.period.end()) else { return };
    if let Ok(period) = Period::new(last_to_start.period.start(), first_to_end.period.end()) {
        place.period = period;
        place.began = last_to_start.began;
        place.open_start = last_to_start.open_start;
        place.open_end = first_to_end.open_end;
    }
}

fn dissolved(coverage: &Coverage, cells: &[Cell]) -> Vec<Dissolved> {
    let mut by_key: BTreeMap<CellKey, Vec<usize>> = BTreeMap::new();
    for (position, cell) in cells.iter().enumerate() {
        by_key.entry(cell.key()).or_default().push(position);
    }
    let mut part_of = vec![None; cells.len()];
    for (part, members) in by_key.values().enumerate() {
        for &cell in members {
            part_of[cell] = Some(part);
        }
    }
    let ground = dissolve(coverage, &part_of);
    let parts = by_key.into_iter().zip(ground);
    parts
        .map(|((key, members), polygons)| {
            let area_km2 = members.iter().map(|&cell| cells[cell].area_km2).sum();
            Dissolved { key, cells: members, polygons, area_km2 }
        })
        .collect()
}

fn site_states(states: Vec<Assessment>, cells: &[Cell]) -> Vec<SiteState> {
    let mut cell_of = vec![None; states.len()];
    for (position, cell) in cells.iter().enumerate() {
        for site in cell.sites() {
            if let Some(place) = cell_of.get_mut(site.0 as usize) {
                *place = Some(position);
            }
        }
    }
    let states = (0..).zip(states).zip(cell_of);
    states.map(|((site, assessment), cell)| SiteState { site: SiteIndex(site), assessment, cell }).collect()
}
