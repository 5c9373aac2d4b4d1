//! What changes of the ground from one instant to the next, and the ground dissolved at each.

use std::sync;

use geo_types::Polygon;
use jiff::Timestamp;
use marchland_core::{FaceIndex, History, microseconds};

use crate::dissolve::Dissolver;
use crate::topology::Topology;

/// The ground of each part at each of some instants: `part_of_state` names the part of each of the history's states, in their order, or
/// none to leave its ground out.
///
/// Gives for each instant, in the order given, what [`Dissolver::parts`] does. Instants are in order of time; one before the one before
/// it is taken for that. Costs in proportion to what changes: polygons that stay are shared from instant to instant, and an instant at
/// which nothing has changed is the one before again.
///
/// ```
/// use marchland_core::{Assessment, ControlState, CoverageBuilder, Face, Ground, LonLat, Period, SiteIndex, Status, Timeline};
/// use marchland_territory::{Topology, dissolved_through, history};
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)].map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap()));
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 6_154.9 });
/// builder.arc(&[corners[0], corners[1], corners[2], corners[0]], Some(face), None).unwrap();
/// let (coverage, day) = (builder.finish(), "2024-01-01T00:00:00Z".parse().unwrap());
/// let (topology, history) = (Topology::new(&coverage), history(&coverage, &[]));
/// assert_eq!(dissolved_through(&topology, &history, &[Some(0)], &[day, day]).map(|parts| parts[0].len()).collect::<Vec<_>>(), [1, 1]);
/// ```
pub fn dissolved_through<'a>(
    topology: &'a Topology<'_>,
    history: &History,
    part_of_state: &'a [Option<usize>],
    instants: &[Timestamp],
) -> impl Iterator<Item = Vec<Vec<sync::Arc<Polygon<f64>>>>> + use<'a> {
    let steps = Steps::new(history, instants);
    let mut dissolver = Dissolver::new(topology);
    (0..instants.len()).map(move |instant| {
        for &(face, state) in steps.at(instant) {
            dissolver.assign(face, part_of_state.get(state as usize).copied().flatten());
        }
        dissolver.parts().to_vec()
    })
}

/// Instants of which none is before the one before it.
pub(crate) fn in_order(instants: &[Timestamp]) -> Vec<Timestamp> {
    let mut latest = Timestamp::MIN;
    let later = |&at: &Timestamp| {
        latest = latest.max(at);
        latest
    };
    instants.iter().map(later).collect()
}

/// Which faces take which state at each of some instants: all at the first, and then those whose state differs from the instant before.
struct Steps {
    /// By instant, and then by face.
    changes: Vec<(FaceIndex, u32)>,
    /// For each instant its first change.
    first: Vec<usize>,
}

impl Steps {
    fn new(history: &History, instants: &[Timestamp]) -> Self {
        let instants_us: &[i64] = &in_order(instants).into_iter().map(microseconds).collect::<Vec<_>>();
        let mut first = vec![0; instants_us.len() + 2];
        let mut found: Vec<(u32, FaceIndex, u32)> = Vec::with_capacity(history.rows().len());
        for face in (0..history.faces() as u32).map(FaceIndex) {
            let states = history.of_face(face).iter().map(|row| (row.start_us, row.state));
            seen(states, instants_us, |instant, state| found.push((instant as u32, face, state)));
        }
        for &(instant, ..) in &found {
            first[instant as usize + 2] += 1;
        }
        for instant in 2..first.len() {
            first[instant] += first[instant - 1];
        }
        let mut changes = vec![(FaceIndex(0), 0); found.len()];
        for (instant, face, state) in found {
            let place = &mut first[instant as usize + 1];
            changes[*place] = (face, state);
            *place += 1;
        }
        Self { changes, first }
    }

    fn at(&self, instant: usize) -> &[(FaceIndex, u32)] {
        &self.changes[self.first[instant]..self.first[instant + 1]]
    }
}

/// Calls `see` with each state that is the present one at one of the instants or more, and the first such instant; a state that is
/// the same as the one seen before is passed over.
///
/// `states` are told by the microsecond at which each begins, in order; the first also stands for the time before it.
pub(crate) fn seen<S: Copy + PartialEq>(states: impl Iterator<Item = (i64, S)>, instants_us: &[i64], mut see: impl FnMut(usize, S)) {
    let mut last_seen = None;
    let mut present: Option<(usize, S)> = None;
    for (start_us, state) in states {
        let here = present.map_or(0, |(before, _)| before + instants_us[before..].partition_point(|&at| at < start_us));
        if let Some((before, state)) = present.filter(|&(before, state)| before < here && last_seen != Some(state)) {
            see(before, state);
            last_seen = Some(state);
        }
        present = Some((here, state));
    }
    if let Some((instant, state)) = present.filter(|&(instant, state)| instant < instants_us.len() && last_seen != Some(state)) {
        see(instant, state);
    }
}

#[cfg(test)]
mod tests {
    use marchland_core::{ActorIndex, Assessment, ControlState, Period, Status, Timeline};
    use proptest::prelude::*;

    use super::*;
    use crate::squares::{letters, squares};
    use crate::{dissolve, history};

    fn second(number: i64) -> Timestamp {
        Timestamp::from_second(number).unwrap()
    }

    fn timeline(lengths: &[(i64, u32)]) -> Timeline {
        let mut end = 0;
        let state = |&(length, actor): &(i64, u32)| {
            let period = Period::new(second(end), second(end + length)).unwrap();
            end += length;
            Assessment::unsupported(period, ControlState::Held(ActorIndex(actor)), Status::Confirmed)
        };
        Timeline::new(lengths.iter().map(state).collect()).unwrap()
    }

    /// ```text
    /// seconds   0    5    10        of the states that begin between two instants the last is seen,
    /// site      0000 1 22 2222      and one that comes back in between is no change
    /// ```
    #[test]
    fn a_face_changes_at_the_first_instant_that_sees_another_state() {
        let (coverage, _) = squares(&["ab"]);
        let history = history(&coverage, &[timeline(&[(4, 0), (1, 1), (9, 2)]), timeline(&[(6, 0), (1, 1), (9, 0)])]);
        let steps = Steps::new(&history, &[3, 8, 12].map(second));
        let told: Vec<Vec<(u32, u32)>> = (0..3).map(|at| steps.at(at).iter().map(|&(face, state)| (face.0, state)).collect()).collect();
        let two = history.of_face(FaceIndex(0))[2].state;
        assert_eq!(told, [vec![(0, 0), (1, 0)], vec![(0, two)], vec![]]);
    }

    #[test]
    fn instants_before_the_timeline_take_its_first_state_and_those_out_of_order_wait() {
        assert_eq!(in_order(&[5, 3, 9].map(second)), [5, 5, 9].map(second));
        let (coverage, _) = squares(&["a"]);
        let history = history(&coverage, &[timeline(&[(4, 0), (9, 2)])]);
        assert_eq!(Steps::new(&history, &[second(-7)]).at(0), [(FaceIndex(0), 0)]);
        let none: Vec<Timestamp> = Vec::new();
        assert_eq!(dissolved_through(&Topology::new(&coverage), &history, &[Some(0)], &none).count(), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn each_instant_is_what_dissolving_it_alone_gives(
            lengths in proptest::collection::vec(proptest::collection::vec((1_i64..30, 0_u32..3), 1..5), 25),
            mut at in proptest::collection::vec(-5_i64..120, 1..9),
        ) {
            let (coverage, _) = squares(&letters(5, 5));
            let timelines: Vec<Timeline> = lengths.iter().map(|lengths| timeline(lengths)).collect();
            let (topology, history) = (Topology::new(&coverage), history(&coverage, &timelines));
            at.sort_unstable();
            let instants: Vec<Timestamp> = at.into_iter().map(second).collect();
            let part = |control: &ControlState| control.holder().map(|actor| actor.0 as usize).filter(|&part| part < 2);
            let part_of: Vec<_> = history.states().iter().map(|state| part(&state.control)).collect();
            for (parts, &at) in dissolved_through(&topology, &history, &part_of, &instants).zip(&instants) {
                let now: Vec<_> = timelines.iter().map(|timeline| part(&timeline.at(at).control)).collect();
                let expected = dissolve(&coverage, &now);
                let found: Vec<Vec<Polygon<f64>>> = parts.iter().map(|part| part.iter().map(|polygon| (**polygon).clone()).collect()).collect();
                prop_assert_eq!(found, expected.into_iter().map(|part| part.0).collect::<Vec<_>>());
            }
        }
    }
}
