//! The states of ground through time, from the timelines of its sites.
//!
//! Ground changes when a site that has a say in it does: between two such instants its state stays. So each change of a site is met
//! once, in order of time, and only then is the ground's state asked for. Two results: [`face_states`] keeps all that was said, for
//! one piece of ground; [`history`] keeps what maps draw and tables count, for all of it.

use jiff::Timestamp;
use marchland_core::{
    Assessment, Confidence, ControlState, Coverage, Ground, History, HistoryBuilder, Period, SiteIndex, Status, Timeline,
};

use crate::state::ground_state;

/// The states of every face of a coverage through time; `timelines` has one for each site, in the sites' order.
///
/// Ground beyond reach, and ground whose sites have no timeline (where `timelines` is short), is unknown throughout. A face has a row
/// wherever control, status, claims, contradiction or confidence differ from the moment before.
///
/// Costs in proportion to the sites' states; for a lattice, to the states of all voters of all cells.
#[must_use]
pub fn history(coverage: &Coverage, timelines: &[Timeline]) -> History {
    let unknown = unknown(timelines);
    let mut builder = HistoryBuilder::new();
    for face in coverage.faces() {
        if let Some(timeline) = only_timeline(&face.ground, timelines) {
            builder.face(timeline.assessments());
            continue;
        }
        let states = states(&face.ground, timelines, differ);
        builder.face(if states.is_empty() { std::slice::from_ref(&unknown) } else { &states });
    }
    builder.finish()
}

/// The timeline of ground that is one site's, whose states are the ground's.
fn only_timeline<'a>(ground: &Ground, timelines: &'a [Timeline]) -> Option<&'a Timeline> {
    match ground {
        Ground::Sites(sites) if sites.len() == 1 => timelines.get(sites[0].0 as usize),
        _ => None,
    }
}

/// Every state of a piece of ground through time, with all that was said; `timelines` has one for each site, in the sites' order.
///
/// States that follow each other and agree in control, status and claims are one: its confidence is the least in it, and its reports are
/// those of all. Periods tile the time from the first start to the last end of the sites that have a say. Ground beyond reach, and ground
/// whose sites have no timeline, is unknown from the first start to the last end of all timelines, and open at both.
///
/// ```
/// use marchland_core::{ActorIndex, Assessment, ControlState, Ground, Period, SiteIndex, Status, Timeline};
/// let day = |text: &str| text.parse().unwrap();
/// let period = Period::new(day("2024-01-01T00:00:00Z"), day("2024-01-02T00:00:00Z")).unwrap();
/// let state = Assessment::unsupported(period, ControlState::Held(ActorIndex(0)), Status::Claimed);
/// let timelines = [Timeline::new(vec![state]).unwrap()];
/// let states = marchland_territory::face_states(&Ground::Sites(vec![SiteIndex(0)]), &timelines);
/// assert_eq!((states.len(), states[0].status), (1, Status::Claimed));
/// ```
#[must_use]
pub fn face_states(ground: &Ground, timelines: &[Timeline]) -> Vec<Assessment> {
    let mut joined: Vec<Assessment> = Vec::new();
    for state in states(ground, timelines, |_, _| true) {
        match joined.last_mut() {
            Some(last) if is_same(last, &state) => extend(last, &state),
            _ => joined.push(state),
        }
    }
    if joined.is_empty() { vec![unknown(timelines)] } else { joined }
}

/// The state of ground of which nobody says anything.
fn unknown(timelines: &[Timeline]) -> Assessment {
    let first = timelines.iter().filter_map(|timeline| timeline.assessments().first()).map(|state| state.period.start()).min();
    let last = timelines.iter().filter_map(|timeline| timeline.assessments().last()).map(|state| state.period.end()).max();
    let (start, end) = first.zip(last).unwrap_or((Timestamp::MIN, Timestamp::MAX));
    let period = Period::new(start, end).expect("the last end of any state lies after the first start of any");
    Assessment { open_start: true, open_end: true, ..Assessment::unsupported(period, ControlState::Unknown, Status::Unknown) }
}

/// The ground's state from each instant at which a site's state changes in a way that `matters` to the next such instant; none where no
/// site that is heard has a timeline.
fn states(ground: &Ground, timelines: &[Timeline], matters: impl Fn(&Assessment, &Assessment) -> bool) -> Vec<Assessment> {
    let sites = sites_heard(ground);
    let heard: Vec<Option<&Timeline>> = sites.iter().map(|site| timelines.get(site.0 as usize)).collect();
    // A site's first state also stands for the time before it.
    let mut now: Vec<Option<&Assessment>> =
        heard.iter().map(|timeline| timeline.and_then(|timeline| timeline.assessments().first())).collect();
    let all = heard.iter().enumerate().flat_map(|(place, timeline)| timeline.iter().flat_map(move |timeline| of_place(place, timeline)));
    let mut changes: Vec<(Timestamp, usize, &Assessment)> = all.collect();
    changes.sort_unstable_by_key(|&(start, place, _)| (start, place));
    let end = changes.iter().map(|(_, _, state)| state.period.end()).max().unwrap_or(Timestamp::MAX);
    let mut states: Vec<Assessment> = Vec::new();
    for together in changes.chunk_by(|one, other| one.0 == other.0) {
        let mut is_new = states.is_empty();
        for &(_, place, state) in together {
            let before = now[place].replace(state);
            is_new = is_new || before.is_none_or(|before| matters(before, state));
        }
        if is_new {
            let state = ground_state(ground, |site| now[sites.binary_search(&site).ok()?]);
            begin_next(&mut states, state, [together[0].0, end]);
        }
    }
    states
}

/// The states of a timeline by their start, marked with the place of their site among those heard.
fn of_place(place: usize, timeline: &Timeline) -> impl Iterator<Item = (Timestamp, usize, &Assessment)> {
    timeline.assessments().iter().map(move |state| (state.period.start(), place, state))
}

/// The sites whose states decide a piece of ground's, in order.
fn sites_heard(ground: &Ground) -> Vec<SiteIndex> {
    let mut sites = match ground {
        Ground::Sites(sites) => sites.clone(),
        Ground::Lattice(cell) => cell.votes.iter().map(|vote| vote.site).collect(),
        Ground::BeyondReach => Vec::new(),
    };
    sites.sort_unstable();
    sites.dedup();
    sites
}

/// Ends the last state where the next begins, for the ground's periods are not those of any one site.
fn begin_next(states: &mut Vec<Assessment>, state: Option<Assessment>, [start, end]: [Timestamp; 2]) {
    let Some(state) = state else { return };
    let Ok(period) = Period::new(start, end) else { return };
    if let Some(last) = states.last_mut() {
        last.period = Period::new(last.period.start(), start).unwrap_or(last.period);
        last.open_end = false;
    }
    let began = state.began.filter(|_| state.period.start() == start);
    states.push(Assessment { period, began, open_start: states.is_empty(), open_end: true, ..state });
}

/// Whether maps and tables tell two states apart.
fn differ(one: &Assessment, other: &Assessment) -> bool {
    let confidence = |state: &Assessment| state.confidence.map(Confidence::nearest);
    one.control != other.control
        || one.status != other.status
        || one.claimed_by != other.claimed_by
        || one.reports_against.is_empty() != other.reports_against.is_empty()
        || confidence(one) != confidence(other)
}

fn is_same(one: &Assessment, other: &Assessment) -> bool {
    one.control == other.control && one.status == other.status && one.claimed_by == other.claimed_by
}

/// Lets a state go on over the next one's period.
fn extend(last: &mut Assessment, next: &Assessment) {
    last.period = Period::new(last.period.start(), next.period.end()).unwrap_or(last.period);
    last.open_end = next.open_end;
    last.confidence = last.confidence.zip(next.confidence).map(|(one, other)| one.min(other));
    for (reports, further) in [(&mut last.reports_for, &next.reports_for), (&mut last.reports_against, &next.reports_against)] {
        reports.extend(further);
        reports.sort_unstable();
        reports.dedup();
    }
}

#[cfg(test)]
mod tests {
    use marchland_core::{ActorIndex, CellState, Face, FaceIndex, LatticeCell, ReportIndex, Vote, microseconds};
    use proptest::prelude::*;

    use super::*;

    fn second(number: i64) -> Timestamp {
        Timestamp::from_second(number).unwrap()
    }

    fn held(from: i64, to: i64, actor: u32) -> Assessment {
        let control = if actor == 9 { ControlState::Unknown } else { ControlState::Held(ActorIndex(actor)) };
        Assessment::unsupported(Period::new(second(from), second(to)).unwrap(), control, Status::Confirmed)
    }

    fn timeline(states: &[(i64, i64, u32)]) -> Timeline {
        Timeline::new(states.iter().map(|&(from, to, actor)| held(from, to, actor)).collect()).unwrap()
    }

    fn told(states: &[Assessment]) -> Vec<(i64, i64, &ControlState)> {
        states.iter().map(|state| (state.period.start().as_second(), state.period.end().as_second(), &state.control)).collect()
    }

    fn coverage(grounds: Vec<Ground>) -> Coverage {
        let mut builder = marchland_core::CoverageBuilder::new();
        for ground in grounds {
            builder.face(Face { ground, area_km2: 1.0 });
        }
        builder.finish()
    }

    fn lattice(weights: &[(u32, f64)]) -> Ground {
        let votes = weights.iter().map(|&(site, weight)| Vote { site: SiteIndex(site), weight }).collect();
        Ground::Lattice(LatticeCell { column: 0, row: 0, standing: Vec::new(), votes })
    }

    /// ```text
    /// site 0   0000000000          contested where both are known and differ, and
    /// site 1   99999 11111         what only one knows is so
    /// ```
    #[test]
    fn the_states_of_sites_at_one_place_change_when_any_of_them_does() {
        let timelines = [timeline(&[(0, 100, 0)]), timeline(&[(0, 50, 9), (50, 100, 1)])];
        let states = face_states(&Ground::Sites(vec![SiteIndex(0), SiteIndex(1)]), &timelines);
        let both = ControlState::Contested(vec![ActorIndex(0), ActorIndex(1)]);
        assert_eq!(told(&states), [(0, 50, &ControlState::Held(ActorIndex(0))), (50, 100, &both)]);
        assert_eq!(states.iter().map(|state| (state.open_start, state.open_end)).collect::<Vec<_>>(), [(true, false), (false, true)]);
    }

    #[test]
    fn a_lattice_cell_changes_when_a_voter_that_tips_the_scale_does() {
        let timelines = [timeline(&[(0, 100, 0)]), timeline(&[(0, 20, 0), (20, 100, 1)]), timeline(&[(0, 60, 0), (60, 100, 1)])];
        let states = face_states(&lattice(&[(0, 0.45), (1, 0.3), (2, 0.25)]), &timelines);
        let [zero, one] = [0, 1].map(|actor| ControlState::Held(ActorIndex(actor)));
        assert_eq!(told(&states), [(0, 60, &zero), (60, 100, &one)]);
    }

    #[test]
    fn states_that_agree_are_one_with_the_reports_of_all_and_the_least_confidence() {
        let mut states = vec![held(0, 50, 0), held(50, 100, 0)];
        (states[0].confidence, states[1].confidence) = (Some(0.9), Some(0.8));
        (states[0].reports_for, states[1].reports_for) = (vec![ReportIndex(3)], vec![ReportIndex(1)]);
        let timelines = [Timeline::new(states).unwrap()];
        let ground = Ground::Sites(vec![SiteIndex(0)]);
        let joined = face_states(&ground, &timelines);
        assert_eq!((joined.len(), joined[0].confidence, &joined[0].reports_for[..]), (1, Some(0.8), &[ReportIndex(1), ReportIndex(3)][..]));
        let kept = history(&coverage(vec![ground]), &timelines);
        assert_eq!(kept.rows().len(), 2, "a table of changes tells the confidences apart");
    }

    #[test]
    fn ground_of_which_nobody_speaks_is_unknown_throughout() {
        let timelines = [timeline(&[(0, 50, 0), (50, 100, 1)])];
        for ground in [Ground::BeyondReach, Ground::Sites(vec![SiteIndex(7)]), lattice(&[])] {
            let states = face_states(&ground, &timelines);
            assert_eq!(told(&states), [(0, 100, &ControlState::Unknown)]);
            assert!(states[0].open_start && states[0].open_end);
            let history = history(&coverage(vec![ground]), &timelines);
            assert_eq!(history.state(history.at(FaceIndex(0), 0)).control, ControlState::Unknown);
        }
        assert_eq!(face_states(&Ground::BeyondReach, &[])[0].period.start(), Timestamp::MIN);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn at_every_instant_a_history_says_what_the_ground_state_is(
            changes in proptest::collection::vec(proptest::collection::vec((1_i64..40, 0_u32..3), 1..5), 4),
            at in 0_i64..180,
        ) {
            let timelines: Vec<Timeline> = changes.iter().map(|lengths| {
                let mut end = 0;
                let states: Vec<_> = lengths.iter().map(|&(length, actor)| { end += length; (end - length, end, actor * 9 / 2) }).collect();
                timeline(&states)
            }).collect();
            let all: Vec<SiteIndex> = (0..4).map(SiteIndex).collect();
            let grounds = vec![Ground::Sites(all), lattice(&[(2, 0.5), (0, 0.3), (1, 0.3), (3, 0.1)]), Ground::Sites(vec![SiteIndex(3)])];
            let history = history(&coverage(grounds.clone()), &timelines);
            for (face, ground) in (0..).zip(&grounds) {
                let expected = ground_state(ground, |site| Some(timelines[site.0 as usize].at(second(at)))).unwrap();
                let found = history.state(history.at(FaceIndex(face), microseconds(second(at))));
                prop_assert_eq!(found, &CellState::from(&expected));
                let states = face_states(ground, &timelines);
                let whole = Timeline::new(states).unwrap();
                prop_assert_eq!(&whole.at(second(at)).control, &expected.control);
            }
        }
    }
}
