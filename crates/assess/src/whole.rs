//! The state of a whole of which nobody spoke: what its parts say together.
//!
//! All parts in one state: theirs. Parts in different known states: contested by all who hold or contest one. Some parts known
//! and alike, others unknown: unknown, since a town is not held because its gate is.

use jiff::Timestamp;
use marchland_core::{ActorIndex, Assessment, ControlState, Ledger, Period, Status, Timeline};

/// The timeline of a whole from those of its parts, at least one.
pub(crate) fn timeline(ledger: &Ledger, parts: &[Timeline]) -> Timeline {
    let span = ledger.span();
    let mut starts: Vec<Timestamp> =
        parts.iter().flat_map(Timeline::assessments).map(|row| row.period.start()).filter(|start| span.contains(*start)).collect();
    starts.push(span.start());
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([span.end()]);
    let mut rows: Vec<Assessment> = Vec::new();
    let mut last_confirmed = None;
    for (&start, end) in starts.iter().zip(ends) {
        let Ok(period) = Period::new(start, end) else { continue };
        let now: Vec<&Assessment> = parts.iter().map(|part| part.at(start)).collect();
        let row = together(period, &now, &mut last_confirmed);
        match rows.last_mut() {
            Some(last) if is_same(last, &row) => join(last, &row),
            _ => rows.push(row),
        }
    }
    Timeline::new(rows).expect("starts are those of the span and within it, in order")
}

fn together(period: Period, now: &[&Assessment], last_confirmed: &mut Option<ActorIndex>) -> Assessment {
    let known = || now.iter().filter(|part| part.control != ControlState::Unknown);
    let alike = known().all(|part| known().next().is_some_and(|first| first.control.holder() == part.control.holder()));
    let all_known = known().count() == now.len();
    let holder = known().next().and_then(|part| part.control.holder());
    let (control, status) = match holder {
        _ if known().next().is_none() => (ControlState::Unknown, Status::Unknown),
        Some(holder) if alike && all_known => (ControlState::Held(holder), least_sure(now)),
        None if alike && all_known => (ControlState::Contested(actors(now)), Status::Contested),
        _ if alike => (ControlState::Unknown, Status::Unknown),
        _ => (ControlState::Contested(actors(now)), Status::Contested),
    };
    if status == Status::Confirmed {
        *last_confirmed = control.holder();
    }
    let confidences = || now.iter().filter_map(|part| part.confidence);
    let weighed = alike && all_known && confidences().count() == now.len();
    let mut claimed_by: Vec<ActorIndex> = now.iter().flat_map(|part| part.claimed_by.iter().copied()).collect();
    claimed_by.retain(|actor| control.holder() != Some(*actor));
    claimed_by.sort_unstable();
    claimed_by.dedup();
    Assessment {
        last_confirmed: *last_confirmed,
        claimed_by,
        confidence: if weighed { confidences().reduce(f64::min) } else { None },
        stale_from: if control == ControlState::Unknown { None } else { stale_from(period, now) },
        ..Assessment::unsupported(period, control, status)
    }
}

fn least_sure(now: &[&Assessment]) -> Status {
    if now.iter().all(|part| part.status == Status::Confirmed) { Status::Confirmed } else { Status::Claimed }
}

fn actors(now: &[&Assessment]) -> Vec<ActorIndex> {
    let mut actors: Vec<ActorIndex> = now.iter().flat_map(|part| part.control.actors().iter().copied()).collect();
    actors.sort_unstable();
    actors.dedup();
    actors
}

/// A whole is as stale as the part spoken of last.
fn stale_from(period: Period, now: &[&Assessment]) -> Option<Timestamp> {
    let of_each: Option<Vec<Timestamp>> = now.iter().map(|part| part.stale_from).collect();
    of_each?.into_iter().max().filter(|from| *from < period.end())
}

fn is_same(last: &Assessment, row: &Assessment) -> bool {
    (&last.control, last.status, &last.claimed_by, last.stale_from) == (&row.control, row.status, &row.claimed_by, row.stale_from)
}

fn join(last: &mut Assessment, row: &Assessment) {
    last.period = Period::new(last.period.start(), row.period.end()).unwrap_or(last.period);
    last.confidence = last.confidence.zip(row.confidence).map(|(one, other)| one.min(other));
}

#[cfg(test)]
mod tests {
    use crate::testimony::scene::{Scene, close, day};
    use crate::{Assessor, Rule};
    use marchland_core::Assertion::{Attacks, Takes};
    use marchland_core::{ActorIndex, ControlState, SiteDraft};

    const RED: ActorIndex = ActorIndex(0);
    const BLUE: ActorIndex = ActorIndex(2);

    /// A city of two parts.
    fn scene() -> Scene {
        let mut scene = Scene::new();
        scene.source("wire", 'A', "");
        scene.draft.sites.push(SiteDraft { id: "pd3".into(), parent: Some("city".into()), ..SiteDraft::default() });
        scene
    }

    fn city(scene: &Scene, at: i64) -> ControlState {
        let ledger = scene.ledger();
        let rule = Rule::default();
        Assessor::new(&ledger, &rule, None).state_at(ledger.site_with_id("city").unwrap(), close(at)).control
    }

    #[test]
    fn a_whole_nobody_spoke_of_is_what_its_parts_are() {
        let mut scene = scene();
        scene.held_first("blue");
        scene.say("a", "pd2", "red", Takes, day(10), "wire");
        scene.say("b", "pd3", "red", Takes, day(12), "wire");
        assert_eq!(
            [9, 10, 12].map(|at| city(&scene, at)),
            [ControlState::Held(BLUE), ControlState::Contested(vec![RED, BLUE]), ControlState::Held(RED)]
        );
    }

    #[test]
    fn a_whole_is_not_held_because_one_known_part_is() {
        let mut scene = scene();
        scene.say("a", "pd2", "red", Takes, day(10), "wire");
        scene.say("b", "place", "red", Takes, day(12), "wire");
        assert_eq!(city(&scene, 11), ControlState::Unknown);
    }

    #[test]
    fn a_word_about_the_whole_itself_decides_it() {
        let mut scene = scene();
        scene.held_first("blue");
        scene.say("a", "pd2", "red", Takes, day(10), "wire");
        scene.say("b", "city", "red", Attacks, day(10), "wire");
        assert_eq!(city(&scene, 10), ControlState::Contested(vec![RED, BLUE]));
        scene.draft.reports.remove(0);
        assert_eq!(city(&scene, 10), ControlState::Contested(vec![RED, BLUE]));
    }
}
