//! The state of ground from the states of its sites.

use marchland_core::{ActorIndex, Assessment, ControlState, Ground, LatticeCell, Period, ReportIndex, SiteIndex, Status};

/// The state of a piece of ground, given the states of its sites at one moment: of sites at one place their [`shared_state`], of a cell of a
/// lattice what its sites vote for; none beyond reach, or where no site has a state.
///
/// The votes of a cell are counted so:
/// - A site whose state is unknown has no voice; where all are unknown, so is the cell. What follows is of those that speak.
/// - An actor with more than half of the weight holds the cell. That is *confirmed* where more than half of the weight is that of sites
///   confirmed to be the actor's, else *claimed*. The confidence is the actor's share of the weight.
/// - Else the cell is contested. Its contenders are the actors with at least half as much weight as the strongest, where a contested
///   site's weight counts for each contender it names. It has a confidence, their share, where more than half of the weight is that
///   of contested sites; otherwise none, for no site says so.
/// - It is claimed by every actor other than its holder with at least half the strongest's weight, where now the weight of a site counts for
///   all who hold it, contend for it or claim it.
/// - Reports for it are those of the sites that vote for its state, and where no one state prevails those of all; reports against it are
///   what speaks against those sites, and the reports of sites that vote for an actor with at least half the strongest's weight. So what
///   a lone false report says is not heard across the map.
/// - The period is what all its sites have in common, the silent included; it is stale once every site that votes for it is.
#[must_use]
pub fn ground_state<'a>(ground: &Ground, state_of: impl Fn(SiteIndex) -> Option<&'a Assessment>) -> Option<Assessment> {
    match ground {
        Ground::Sites(sites) => shared_state(&sites.iter().filter_map(|&site| state_of(site)).collect::<Vec<_>>()),
        Ground::Lattice(cell) => voted(cell, state_of),
        Ground::BeyondReach => None,
    }
}

fn voted<'a>(cell: &LatticeCell, state_of: impl Fn(SiteIndex) -> Option<&'a Assessment>) -> Option<Assessment> {
    let votes: Vec<(&Assessment, f64)> = cell.votes.iter().filter_map(|vote| Some((state_of(vote.site)?, vote.weight))).collect();
    let first = votes.first()?.0;
    let count = Count::of(&votes);
    let control = count.control();
    let status = count.status(&control);
    let mut state = Assessment::unsupported(first.period, control, status);
    state.confidence = count.confidence(&state.control);
    speak(&mut state, &votes, &count);
    common_period(&mut state, &votes.iter().map(|vote| vote.0).collect::<Vec<_>>());
    Some(state)
}

/// How much weight speaks for what.
#[derive(Default)]
struct Count {
    speaking: f64,
    contested: f64,
    /// By actor, in the order of their first vote.
    actors: Vec<Weight>,
}

/// The weight behind one actor.
struct Weight {
    actor: ActorIndex,
    held: f64,
    confirmed: f64,
    /// Of sites that it holds or contends for.
    named: f64,
    /// Of sites that it holds, contends for or claims.
    claimed: f64,
}

impl Count {
    fn of(votes: &[(&Assessment, f64)]) -> Self {
        let mut count = Self::default();
        for &(state, weight) in votes.iter().filter(|vote| vote.0.control != ControlState::Unknown) {
            count.speaking += weight;
            let named = state.control.actors();
            for &actor in named {
                count.actor(actor).named += weight;
            }
            for &actor in named.iter().chain(state.claimed_by.iter().filter(|claimant| !named.contains(claimant))) {
                count.actor(actor).claimed += weight;
            }
            match state.control.holder() {
                None => count.contested += weight,
                Some(holder) => {
                    let holder = count.actor(holder);
                    holder.held += weight;
                    holder.confirmed += if state.status == Status::Confirmed { weight } else { 0.0 };
                }
            }
        }
        count
    }

    fn actor(&mut self, actor: ActorIndex) -> &mut Weight {
        let position = self.actors.iter().position(|weight| weight.actor == actor).unwrap_or(self.actors.len());
        if position == self.actors.len() {
            self.actors.push(Weight { actor, held: 0.0, confirmed: 0.0, named: 0.0, claimed: 0.0 });
        }
        &mut self.actors[position]
    }

    fn is_most(&self, weight: f64) -> bool {
        2.0 * weight > self.speaking
    }

    fn control(&self) -> ControlState {
        if self.speaking == 0.0 {
            return ControlState::Unknown;
        }
        let holder = self.actors.iter().find(|weight| self.is_most(weight.held));
        holder.map_or_else(|| ControlState::Contested(self.strong(|weight| weight.named)), |weight| ControlState::Held(weight.actor))
    }

    fn status(&self, control: &ControlState) -> Status {
        match control {
            ControlState::Unknown => Status::Unknown,
            ControlState::Contested(_) => Status::Contested,
            ControlState::Held(holder) => {
                let is_confirmed = self.actors.iter().any(|weight| weight.actor == *holder && self.is_most(weight.confirmed));
                if is_confirmed { Status::Confirmed } else { Status::Claimed }
            }
        }
    }

    /// The share of the weight that speaks for a control, where that is most of it.
    fn confidence(&self, control: &ControlState) -> Option<f64> {
        let weight = match control {
            ControlState::Held(holder) => self.actors.iter().find(|weight| weight.actor == *holder)?.held,
            ControlState::Contested(_) => self.contested,
            ControlState::Unknown => return None,
        };
        self.is_most(weight).then(|| weight / self.speaking)
    }

    /// The actors with at least half the weight of the strongest, in order.
    fn strong(&self, weight: impl Fn(&Weight) -> f64) -> Vec<ActorIndex> {
        let strongest = self.actors.iter().map(&weight).fold(0.0, f64::max);
        let strong = self.actors.iter().filter(|actor| weight(actor) > 0.0 && 2.0 * weight(actor) >= strongest);
        let mut strong: Vec<_> = strong.map(|actor| actor.actor).collect();
        strong.sort_unstable();
        strong
    }
}

/// Adds what the voters for a state, and the strong against it, go by.
fn speak(state: &mut Assessment, votes: &[(&Assessment, f64)], count: &Count) {
    let is_for = |vote: &Assessment| match &state.control {
        ControlState::Contested(_) if state.confidence.is_none() => vote.control != ControlState::Unknown,
        ControlState::Contested(_) => matches!(vote.control, ControlState::Contested(_)),
        control => vote.control == *control,
    };
    let (for_it, others): (Vec<&Assessment>, Vec<&Assessment>) = votes.iter().map(|vote| vote.0).partition(|vote| is_for(vote));
    let strong = count.strong(|weight| weight.named);
    let is_strong = |vote: &&Assessment| vote.control.actors().iter().any(|actor| strong.contains(actor));
    let against: Vec<&Assessment> = others.into_iter().filter(is_strong).collect();
    let holder = state.control.holder();
    let confirmed = holder.filter(|_| state.status == Status::Confirmed);
    state.last_confirmed = confirmed.or_else(|| for_it.first().and_then(|vote| vote.last_confirmed));
    state.claimed_by = count.strong(|weight| weight.claimed).into_iter().filter(|&actor| holder != Some(actor)).collect();
    state.reports_for = union(&for_it, |vote| &vote.reports_for);
    state.reports_against = union(&for_it, |vote| &vote.reports_against);
    state.reports_against.extend(union(&against, |vote| &vote.reports_for));
    state.reports_against.sort_unstable();
    state.reports_against.dedup();
    let stale: Option<Vec<_>> = for_it.iter().map(|vote| vote.stale_from).collect();
    state.stale_from = stale.and_then(|stale| stale.into_iter().max());
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use marchland_core::Vote;

    use super::*;

    fn second(number: i64) -> Timestamp {
        Timestamp::from_second(number).unwrap()
    }

    fn state(control: ControlState, status: Status) -> Assessment {
        Assessment::unsupported(Period::new(second(0), second(100)).unwrap(), control, status)
    }

    fn held(actor: u32) -> Assessment {
        state(ControlState::Held(ActorIndex(actor)), Status::Confirmed)
    }

    fn contested(actors: &[u32]) -> Assessment {
        state(ControlState::Contested(actors.iter().map(|&actor| ActorIndex(actor)).collect()), Status::Contested)
    }

    fn unknown() -> Assessment {
        state(ControlState::Unknown, Status::Unknown)
    }

    /// The state of a cell whose sites vote with these weights.
    fn poll(votes: &[(Assessment, f64)]) -> Option<Assessment> {
        let vote = |(site, vote): (u32, &(Assessment, f64))| Vote { site: SiteIndex(site), weight: vote.1 };
        let votes_of = (0..).zip(votes).map(vote).collect();
        let ground = Ground::Lattice(LatticeCell { column: 0, row: 0, standing: Vec::new(), votes: votes_of });
        ground_state(&ground, |site| votes.get(site.0 as usize).map(|vote| &vote.0))
    }

    fn shown(votes: &[(Assessment, f64)]) -> (ControlState, Status, Option<f64>) {
        let state = poll(votes).unwrap();
        (state.control, state.status, state.confidence)
    }

    #[test]
    fn more_than_half_of_the_weight_that_speaks_holds_the_cell() {
        let (control, status, confidence) = shown(&[(held(1), 0.3), (held(0), 0.25), (unknown(), 0.25), (held(1), 0.2)]);
        assert_eq!((control, status), (ControlState::Held(ActorIndex(1)), Status::Confirmed));
        assert!((confidence.unwrap() - 0.5 / 0.75).abs() < 1e-12, "the unknown has no voice");
    }

    #[test]
    fn a_cell_is_confirmed_only_where_most_of_the_weight_confirms_it() {
        let claimed = state(ControlState::Held(ActorIndex(0)), Status::Claimed);
        assert_eq!(shown(&[(held(0), 0.4), (claimed.clone(), 0.6)]).1, Status::Claimed);
        assert_eq!(shown(&[(held(0), 0.6), (claimed, 0.4)]).1, Status::Confirmed);
    }

    #[test]
    fn where_nobody_has_more_than_half_the_strong_contend() {
        let (control, status, confidence) = shown(&[(held(2), 0.45), (held(0), 0.35), (held(1), 0.2)]);
        assert_eq!((control, status, confidence), (contested(&[0, 2]).control, Status::Contested, None));
        assert_eq!(shown(&[(held(1), 0.5), (held(0), 0.5)]).0, contested(&[0, 1]).control, "half is not most");
    }

    #[test]
    fn contested_sites_count_for_contested_and_name_their_contenders() {
        let (control, status, confidence) = shown(&[(contested(&[1, 3]), 0.6), (held(0), 0.4)]);
        assert_eq!((control, status, confidence), (contested(&[0, 1, 3]).control, Status::Contested, Some(0.6)));
        let (control, _, confidence) = shown(&[(held(0), 0.45), (contested(&[0, 1]), 0.3), (held(1), 0.25)]);
        assert_eq!((control, confidence), (contested(&[0, 1]).control, None));
        assert_eq!(shown(&[(contested(&[]), 1.0)]).0, contested(&[]).control);
    }

    #[test]
    fn where_all_are_unknown_or_have_no_state_so_is_the_cell() {
        assert_eq!(shown(&[(unknown(), 0.6), (unknown(), 0.4)]), (ControlState::Unknown, Status::Unknown, None));
        assert_eq!(poll(&[]), None);
    }

    #[test]
    fn reports_and_claims_are_told_by_whether_they_speak_for_the_winner() {
        let with = |mut state: Assessment, reports_for: &[u32], reports_against: &[u32]| {
            state.reports_for = reports_for.iter().map(|&report| ReportIndex(report)).collect();
            state.reports_against = reports_against.iter().map(|&report| ReportIndex(report)).collect();
            state
        };
        let winner = with(held(0), &[4, 7], &[9]);
        let loser = with(held(1), &[5], &[4]);
        let cell =
            poll(&[(winner.clone(), 0.4), (loser, 0.35), (with(held(0), &[1], &[]), 0.2), (with(held(2), &[6], &[3]), 0.05)]).unwrap();
        assert_eq!(cell.reports_for, [1, 4, 7].map(ReportIndex));
        assert_eq!(cell.reports_against, [5, 9].map(ReportIndex), "one vote in twenty is not heard");
        assert_eq!(cell.claimed_by, [ActorIndex(1)], "and no claim");
        assert_eq!(cell.last_confirmed, Some(ActorIndex(0)));
    }

    #[test]
    fn claims_on_most_of_the_weight_are_claims_on_the_cell() {
        let mut claimed = held(0);
        claimed.claimed_by = vec![ActorIndex(3)];
        assert_eq!(poll(&[(claimed.clone(), 0.6), (held(0), 0.4)]).unwrap().claimed_by, [ActorIndex(3)]);
        assert_eq!(poll(&[(claimed.clone(), 0.4), (held(0), 0.6)]).unwrap().claimed_by, []);
        assert_eq!(poll(&[(claimed, 0.5), (contested(&[0, 3]), 0.5)]).unwrap().claimed_by, [ActorIndex(0), ActorIndex(3)]);
    }

    #[test]
    fn a_cell_lasts_as_long_as_all_its_voters_do_and_fades_with_its_winners() {
        let mut early = held(0);
        early.period = Period::new(second(0), second(50)).unwrap();
        early.stale_from = Some(second(20));
        let mut silent = unknown();
        silent.period = Period::new(second(10), second(90)).unwrap();
        let mut late = held(0);
        late.stale_from = Some(second(40));
        let cell = poll(&[(early.clone(), 0.5), (silent, 0.3), (late, 0.2)]).unwrap();
        assert_eq!((cell.period.start(), cell.period.end()), (second(10), second(50)));
        assert_eq!(cell.stale_from, Some(second(40)));
        assert_eq!(poll(&[(early, 0.5), (held(0), 0.5)]).unwrap().stale_from, None);
    }
}
