//! The state of ground from the states of its sites.

use marchland_core::{ActorIndex, Assessment, ControlState, Ground, LatticeCell, Period, ReportIndex, SiteIndex, Status};

/// The state of a piece of ground, given the states of its sites at one moment: of sites at one place their [`shared_state`], of a cell of a
/// lattice what its sites vote for; none beyond reach, or where no site has a state.
#[must_use]
pub fn ground_state<'a>(ground: &Ground, state_of: impl Fn(SiteIndex) -> Option<&'a Assessment>) -> Option<Assessment> {
    match ground {
        Ground::Sites(sites) => shared_state(&sites.iter().filter_map(|&site| state_of(site)).collect::<Vec<_>>()),
        Ground::Lattice(cell) => voted(cell, state_of),
        Ground::BeyondReach => None,
    }
}

/// The state with the most weight behind it.
fn voted<'a>(cell: &LatticeCell, state_of: impl Fn(SiteIndex) -> Option<&'a Assessment>) -> Option<Assessment> {
    let mut votes: Vec<(&Assessment, f64)> = Vec::new();
    for vote in &cell.votes {
        let Some(state) = state_of(vote.site) else { continue };
        match votes.iter_mut().find(|(known, _)| known.control == state.control) {
            Some((_, weight)) => *weight += vote.weight,
            None => votes.push((state, vote.weight)),
        }
    }
    let winner = votes.into_iter().reduce(|best, other| if other.1 > best.1 { other } else { best })?;
    Some(winner.0.clone())
}

/// The state of a place from those of the sites that stand there: theirs where they agree or only one is known, else contested by
/// everyone they name, over the period they have in common. None without a site.
#[must_use]
pub fn shared_state(states: &[&Assessment]) -> Option<Assessment> {
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
