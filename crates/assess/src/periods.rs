//! From what a rule reads off a site to the rows of its timeline.
//!
//! A rule says, second by second, who holds the site and whether surely. What that makes of the site in the eyes of a reader is
//! the same for all rules and stands here: whether the hold is confirmed or claimed, who else claims the site, who contests it,
//! when the state began and on whose word.
//!
//! # Readings
//!
//! - A hold is confirmed by a `takes` or `controls` spoken since the hold before it ended, up to the moment: a later word does
//!   not confirm an earlier day. Who held the site first is confirmed by the dataset's own word.
//! - Claims count from the end of the last confirmed state; while a state is confirmed nobody claims the site.
//! - A row also ends where a word refreshes a stale state, so that a state is stale from one moment to the end of its row.

use jiff::Timestamp;
use marchland_core::{ActorIndex, Assessment, ControlState, Hypothesis, Ledger, Period, ReportIndex, Status, Timeline, Window, Written};

use crate::memory::Memory;
use crate::second::{instant, whole, whole_after};
use crate::testimony::Testimony;
use crate::word::{Says, Word};

/// What a rule shows from a second on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    pub(crate) start: i64,
    pub(crate) shown: Shown,
    /// Whether a hold is probable enough to be confirmed.
    pub(crate) sure: bool,
    /// The least probability of what is shown until the next reading; none where nothing was weighed.
    pub(crate) least: Option<f64>,
}

/// The state shown, before it is said who contests it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Held(ActorIndex),
    Contested,
    Unknown,
}

/// What of a site's testimony is remembered.
pub(crate) struct Remembered {
    /// Words by anybody about anybody.
    pub(crate) all: Memory,
    /// Words about each contender, in their order.
    by_contender: Vec<Memory>,
}

impl Remembered {
    /// With the length of the rule's memory in seconds.
    pub(crate) fn new(testimony: &Testimony<'_>, length_s: f64) -> Self {
        let words = || testimony.voices.iter().map(|voice| &voice.word);
        let about = |actor| Memory::new(words().filter(move |word| word.actor == actor).map(Word::instants), length_s);
        let by_contender = testimony.contenders.iter().map(|&actor| about(actor)).collect();
        Self { all: Memory::new(words().map(Word::instants), length_s), by_contender }
    }

    /// The seconds at which a reading must begin anew: a word is spoken, or forgotten.
    pub(crate) fn cuts(&self, testimony: &Testimony<'_>) -> Vec<i64> {
        let forgotten = self.by_contender.iter().flat_map(Memory::ends);
        testimony.spoken.iter().map(|(at, _)| *at).chain(forgotten).chain(self.all.ends()).collect()
    }
}

/// A site's timeline from a rule's readings, which begin at the start of the span and are in order.
pub(crate) fn timeline(
    testimony: &Testimony<'_>,
    remembered: &Remembered,
    readings: &[Reading],
    probabilities: impl Fn(i64) -> Vec<(Hypothesis, f64)>,
) -> Timeline {
    let rows = rows(testimony, remembered, readings);
    let ends = rows.iter().skip(1).map(|row| row.start).chain([testimony.end]);
    let assessments = rows.iter().zip(ends).map(|(row, end)| Assessment {
        began: began(testimony, row),
        stale_from: stale_from(remembered, row, end),
        probabilities: probabilities(row.start),
        reports_for: reports(testimony, row, end, Says::For),
        reports_against: reports(testimony, row, end, Says::Against),
        confidence: row.least,
        last_confirmed: row.last_confirmed,
        claimed_by: row.claimed_by.clone(),
        ..Assessment::unsupported(span(testimony.ledger, row.start, end), row.control.clone(), row.status)
    });
    Timeline::new(assessments.collect()).expect("rows begin where the last ended, and there is one at the start of the span")
}

/// The period from second to second, ending where the ledger's span does.
pub(crate) fn span(ledger: &Ledger, start: i64, end: i64) -> Period {
    let whole_span = ledger.span();
    let start = if start <= whole(whole_span.start()) { whole_span.start() } else { instant(start) };
    let end = if end >= whole_after(whole_span.end()) { whole_span.end() } else { instant(end) };
    Period::new(start, end).expect("whole seconds inside a span lie apart from each other and from its ends")
}

/// The second of the timeline that answers for an instant, within the span.
pub(crate) fn within_span(ledger: &Ledger, at: Timestamp) -> i64 {
    let (start, end) = (whole(ledger.span().start()), whole_after(ledger.span().end()));
    whole(at).clamp(start, end - 1)
}

/// A row to be: what is the same throughout it.
struct Row {
    start: i64,
    control: ControlState,
    status: Status,
    claimed_by: Vec<ActorIndex>,
    last_confirmed: Option<ActorIndex>,
    least: Option<f64>,
}

fn rows(testimony: &Testimony<'_>, remembered: &Remembered, readings: &[Reading]) -> Vec<Row> {
    let mut record = Record::new(testimony);
    let refreshed: Vec<i64> = remembered.all.refreshed().collect();
    let mut rows: Vec<Row> = Vec::new();
    for reading in readings {
        let row = record.read(testimony, remembered, reading);
        match rows.last_mut() {
            Some(last)
                if (&last.control, last.status, &last.claimed_by) == (&row.control, row.status, &row.claimed_by)
                    && refreshed.binary_search(&row.start).is_err() =>
            {
                last.least = last.least.into_iter().chain(row.least).reduce(f64::min);
            }
            _ => rows.push(row),
        }
    }
    rows
}

/// What has come about so far, as readings are gone through in order.
struct Record {
    /// Position of the next of `Testimony::spoken`.
    next: usize,
    /// For each contender, when it was last said to take or control the site.
    claimed: Vec<Option<i64>>,
    /// The same, by a source that does not lean to it.
    borne_out: Vec<Option<i64>>,
    /// The hold now shown, or the last one.
    holder: Option<ActorIndex>,
    /// Whether that hold is over.
    is_over: bool,
    /// When the hold before it ended; none where there was none.
    since: Option<i64>,
    /// When the last confirmed state ended, or the first reading where there has been none; none while it lasts.
    unconfirmed_since: Option<i64>,
    last_confirmed: Option<ActorIndex>,
}

impl Record {
    fn new(testimony: &Testimony<'_>) -> Self {
        let nobody = vec![None; testimony.contenders.len()];
        Self {
            next: 0,
            claimed: nobody.clone(),
            borne_out: nobody,
            holder: None,
            is_over: true,
            since: None,
            unconfirmed_since: None,
            last_confirmed: None,
        }
    }

    fn read(&mut self, testimony: &Testimony<'_>, remembered: &Remembered, reading: &Reading) -> Row {
        self.hear(testimony, reading.start);
        self.follow(reading);
        let confirmed = match reading.shown {
            Shown::Held(actor) => reading.sure && self.is_borne_out(testimony, actor),
            Shown::Contested | Shown::Unknown => false,
        };
        self.unconfirmed_since = if confirmed { None } else { self.unconfirmed_since.or(Some(reading.start)) };
        let claimed_by = self.claimed_by(testimony, reading.shown);
        let (control, status) = match reading.shown {
            Shown::Held(actor) => {
                if confirmed {
                    self.last_confirmed = Some(actor);
                }
                (ControlState::Held(actor), if confirmed { Status::Confirmed } else { Status::Claimed })
            }
            Shown::Contested => (ControlState::Contested(self.contesting(testimony, remembered, reading.start)), Status::Contested),
            Shown::Unknown => (ControlState::Unknown, Status::Unknown),
        };
        Row { start: reading.start, control, status, claimed_by, last_confirmed: self.last_confirmed, least: reading.least }
    }

    /// Takes in the words up to a second.
    fn hear(&mut self, testimony: &Testimony<'_>, until: i64) {
        while let Some(&(at, voice)) = testimony.spoken.get(self.next).filter(|(at, _)| *at <= until) {
            self.next += 1;
            let voice = &testimony.voices[voice];
            let Ok(contender) = testimony.contenders.binary_search(&voice.word.actor) else { continue };
            if voice.word.is_of_holding() {
                self.claimed[contender] = Some(at);
                if testimony.has_unleaning_source(voice, voice.word.actor) {
                    self.borne_out[contender] = Some(at);
                }
            }
        }
    }

    /// Notes where holds begin and end.
    fn follow(&mut self, reading: &Reading) {
        let now = if let Shown::Held(actor) = reading.shown { Some(actor) } else { None };
        if !self.is_over && now != self.holder {
            self.is_over = true;
            self.since = Some(reading.start);
        }
        if now.is_some() {
            self.holder = now;
            self.is_over = false;
        }
    }

    /// Whether a source that does not lean to the holder says so, since the hold before ended. The dataset itself says so of
    /// whoever held the site first.
    fn is_borne_out(&self, testimony: &Testimony<'_>, holder: ActorIndex) -> bool {
        let at_first = self.since.is_none() && testimony.initial.is_some_and(|initial| initial.actor == holder);
        let said = testimony.contenders.binary_search(&holder).ok().and_then(|contender| self.borne_out[contender]);
        at_first || said.is_some_and(|said| self.since.is_none_or(|since| since <= said))
    }

    /// Actors other than the holder who were said to take or control the site since the last confirmed state.
    fn claimed_by(&self, testimony: &Testimony<'_>, shown: Shown) -> Vec<ActorIndex> {
        let Some(since) = self.unconfirmed_since else { return Vec::new() };
        let claims = testimony.contenders.iter().zip(&self.claimed);
        let recent = claims.filter(|(actor, claimed)| Shown::Held(**actor) != shown && claimed.is_some_and(|claimed| since <= claimed));
        recent.map(|(actor, _)| *actor).collect()
    }

    /// Who is remembered to have been named, and the last confirmed holder; at least two where there are two.
    fn contesting(&self, testimony: &Testimony<'_>, remembered: &Remembered, at: i64) -> Vec<ActorIndex> {
        let named = |position: &usize| {
            remembered.by_contender[*position].remembers(at) || self.last_confirmed == Some(testimony.contenders[*position])
        };
        let mut positions: Vec<usize> = (0..testimony.contenders.len()).filter(named).collect();
        let mut others: Vec<usize> = (0..testimony.contenders.len()).filter(|position| !positions.contains(position)).collect();
        others.sort_by_key(|position| std::cmp::Reverse(remembered.by_contender[*position].last_word(at)));
        positions.extend(others.into_iter().take(2_usize.saturating_sub(positions.len())));
        positions.sort_unstable();
        positions.into_iter().map(|position| testimony.contenders[position]).collect()
    }
}

/// The window of the words whose instant begins a row, as wide as all of them: those that speak for its state, or else all.
fn began(testimony: &Testimony<'_>, row: &Row) -> Option<Window> {
    let at_once: Vec<&Word> = testimony.spoken_within(row.start, row.start + 1).map(|voice| &voice.word).collect();
    let speaking: Vec<&Word> = at_once.iter().copied().filter(|word| says(word, &row.control) == Says::For).collect();
    let words = if speaking.is_empty() { at_once } else { speaking };
    let earliest = words.iter().map(|word| word.window.earliest()).min()?;
    let latest = words.iter().map(|word| word.window.latest()).max()?;
    match words[..] {
        [word] => Some(word.window),
        _ if words.iter().all(|word| (word.window.earliest(), word.window.latest()) == (earliest, latest)) => Some(words[0].window),
        _ => Window::new(earliest, latest, Written::Interval),
    }
}

/// How a word stands to a state shown.
pub(crate) fn says(word: &Word, control: &ControlState) -> Says {
    match control {
        ControlState::Held(actor) => word.says(Hypothesis::HeldBy(*actor)),
        ControlState::Contested(_) => word.says(Hypothesis::Contested),
        ControlState::Unknown => Says::Nothing,
    }
}

/// From when a row's state is stale, where that is before its end.
fn stale_from(remembered: &Remembered, row: &Row, end: i64) -> Option<Timestamp> {
    let known = row.control != ControlState::Unknown;
    let from = remembered.all.stale_from(end - 1).filter(|from| known && *from < end)?;
    Some(instant(from))
}

/// Seconds before a row's start from which reports are listed: a week, within which repetitions are one voice and fighting keeps
/// *contested* from fading. The words that made a state are often a little older than the one that tipped the balance.
const LISTED_BEFORE: i64 = 7 * 86_400;

/// The reports, copies at their own times among them, that speak for or against a row's state: from a week before its start, or the
/// last word before that, up to its end.
fn reports(testimony: &Testimony<'_>, row: &Row, end: i64, side: Says) -> Vec<ReportIndex> {
    let from = testimony.last_spoken(row.start).unwrap_or(row.start).min(row.start.saturating_sub(LISTED_BEFORE));
    let telling = testimony.told_within(from, end).filter(|(_, word)| says(word, &row.control) == side);
    let mut reports: Vec<ReportIndex> = telling.map(|(report, _)| report).collect();
    reports.sort_unstable();
    reports.dedup();
    reports
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::scene::{Scene, close, day, second};
    use crate::{Assessor, Rule};
    use marchland_core::Assertion::{Attacks, Controls, Loses, Takes};
    use marchland_core::SiteIndex;

    const RED: ActorIndex = ActorIndex(0);
    const BLUE: ActorIndex = ActorIndex(2);
    const PLACE: SiteIndex = SiteIndex(0);

    fn scene() -> Scene {
        let mut scene = Scene::new();
        scene.source("wire", 'A', "").source("paper", 'B', "").source("general", 'A', "red").source("witness", 'D', "").held_first("blue");
        scene
    }

    fn place(scene: &Scene) -> Timeline {
        let (ledger, rule) = (scene.ledger(), Rule::default());
        Assessor::new(&ledger, &rule, None).timeline(PLACE)
    }

    #[test]
    fn a_hold_on_the_holders_own_word_is_claimed_until_another_source_says_so() {
        let mut scene = scene();
        scene.say("a", "place", "red", Takes, day(10), "general");
        scene.say("b", "place", "red", Controls, day(20), "general");
        scene.say("c", "place", "red", Controls, day(30), "wire");
        scene.say("d", "place", "red", Controls, day(40), "general");
        let timeline = place(&scene);
        let rows: Vec<_> = timeline.assessments().iter().map(|row| (row.control.holder(), row.status, row.last_confirmed)).collect();
        let (first, last) = (Some(BLUE), Some(RED));
        let expected = [(Some(BLUE), Status::Confirmed, first), (Some(RED), Status::Claimed, first), (Some(RED), Status::Confirmed, last)];
        assert_eq!(rows, expected);
        assert_eq!(timeline.assessments()[2].period.start(), close(30));
    }

    #[test]
    fn what_confirmed_an_earlier_hold_does_not_confirm_a_later_one() {
        let mut scene = scene();
        scene.say("a", "place", "red", Takes, day(10), "wire");
        scene.say("b", "place", "blue", Takes, day(20), "wire");
        scene.source("colonel", 'A', "red").say("c", "place", "red", Takes, day(30), "colonel");
        scene.say("d", "place", "red", Takes, day(30), "general");
        let timeline = place(&scene);
        assert!(timeline.at(close(30)).confidence.unwrap() > 0.8);
        let status = [10, 20, 30].map(|n| (timeline.at(close(n)).control.holder(), timeline.at(close(n)).status));
        let expected = [(Some(RED), Status::Confirmed), (Some(BLUE), Status::Confirmed), (Some(RED), Status::Claimed)];
        assert_eq!(status, expected);
    }

    #[test]
    fn a_claim_is_forgotten_once_a_state_has_been_confirmed() {
        let mut scene = scene();
        scene.say("a", "place", "red", Attacks, day(9), "wire");
        scene.say("b", "place", "pink", Controls, day(10), "witness");
        scene.say("c", "place", "red", Takes, day(20), "wire");
        scene.say("d", "place", "blue", Attacks, day(30), "wire");
        scene.say("e", "place", "blue", Attacks, day(30), "paper");
        let timeline = place(&scene);
        let claims = [10, 20, 30].map(|n| (timeline.at(close(n)).status, timeline.at(close(n)).claimed_by.clone()));
        let expected = [(Status::Contested, vec![ActorIndex(1)]), (Status::Confirmed, vec![]), (Status::Contested, vec![])];
        assert_eq!(claims, expected);
    }

    #[test]
    fn a_contested_place_says_who_claims_it_and_who_contests_it() {
        let mut scene = scene();
        scene.say("a", "place", "red", Attacks, day(10), "wire");
        scene.say("b", "place", "red", Attacks, day(10), "paper");
        scene.say("c", "place", "pink", Controls, day(11), "witness");
        let timeline = place(&scene);
        let before = timeline.at(second(11 * 86_400));
        assert_eq!((&before.control, &before.claimed_by[..]), (&ControlState::Contested(vec![RED, BLUE]), &[][..]));
        let after = timeline.at(close(11));
        assert_eq!(after.control, ControlState::Contested(vec![RED, ActorIndex(1), BLUE]));
        assert_eq!(after.claimed_by, [ActorIndex(1)]);
        assert_eq!((after.status, after.last_confirmed), (Status::Contested, Some(BLUE)));
    }

    #[test]
    fn a_state_begins_within_the_windows_of_the_words_that_began_it() {
        let mut scene = scene();
        let afternoon = Window::new(second(10 * 86_400 + 43_200), close(10), Written::Interval).unwrap();
        scene.say("a", "place", "red", Takes, afternoon, "wire");
        scene.say("b", "place", "red", Takes, day(10), "paper");
        scene.say("c", "place", "blue", Controls, day(10), "witness");
        let timeline = place(&scene);
        let taken = timeline.at(close(10));
        let began = taken.began.unwrap();
        assert_eq!((began.earliest(), began.latest()), (second(10 * 86_400), close(10)));
        assert_eq!((&taken.reports_for[..], &taken.reports_against[..]), (&[ReportIndex(0), ReportIndex(1)][..], &[ReportIndex(2)][..]));
        assert_eq!(timeline.assessments()[0].began, None);
    }

    #[test]
    fn a_silent_place_is_stale_after_two_hundred_days_and_unknown_after_four_hundred() {
        let mut scene = scene();
        scene.say("a", "place", "red", Takes, day(10), "wire");
        scene.say("b", "place", "red", Controls, day(310), "wire");
        scene.draft.horizon = Some(close(1000));
        let timeline = place(&scene);
        assert!(!timeline.at(close(209)).is_stale(close(209)) && timeline.at(close(210)).is_stale(close(210)));
        assert!(!timeline.at(close(310)).is_stale(close(310)) && timeline.at(close(510)).is_stale(close(510)));
        assert_eq!(timeline.at(close(709)).control, ControlState::Held(RED));
        assert_eq!((&timeline.at(close(710)).control, timeline.at(close(710)).began), (&ControlState::Unknown, None));
    }

    #[test]
    fn a_place_without_a_report_is_unknown_or_the_first_holders_throughout() {
        let mut silent = Scene::new();
        silent.source("wire", 'A', "").say("a", "city", "red", Loses, day(10), "wire");
        let state = |scene: &Scene| {
            let timeline = place(scene);
            assert_eq!(timeline.assessments().len(), 1);
            (timeline.assessments()[0].control.clone(), timeline.assessments()[0].status)
        };
        assert_eq!(state(&silent), (ControlState::Unknown, Status::Unknown));
        silent.held_first("blue");
        assert_eq!(state(&silent), (ControlState::Held(BLUE), Status::Confirmed));
    }
}
