//! What is one word: reports that repeat each other count once.
//!
//! Reports on one site and actor with the same word are one voice when they lie within seven days and have the same source, or
//! one's source stands in the other's `via`. The strongest is heard first and takes with it every report linked to it; the
//! strongest of those left is heard next. So sixty daily bulletins are a word a week and not one word, nor sixty. A report heard
//! by way of a whole and one about the part itself are two, contrary words always both count, and so do opponents quoted by one
//! paper.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use marchland_core::{Assertion, Ledger, Report, ReportIndex, SourceIndex};

use crate::hearing::Hearing;
use crate::second::whole;
use crate::word::Word;

/// Reports further apart are words of their own; chosen: simulated wars gave the same with 1 and with 30 days.
const SPAN_S: i64 = 7 * 86_400;

/// One word, spoken by a report and repeated by its copies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Voice {
    /// The strongest of the reports.
    pub(crate) hearing: Hearing,
    /// What it says.
    pub(crate) word: Word,
    /// The others, in order of their index, and what each would say by itself.
    pub(crate) copies: Vec<(ReportIndex, Word)>,
}

impl Voice {
    /// All its reports, the strongest first.
    pub(crate) fn reports(&self) -> impl Iterator<Item = ReportIndex> {
        self.said().map(|(report, _)| report)
    }

    /// The same, each with its own word.
    pub(crate) fn said(&self) -> impl Iterator<Item = (ReportIndex, &Word)> {
        std::iter::once((self.hearing.report, &self.word)).chain(self.copies.iter().map(|(report, word)| (*report, word)))
    }
}

/// Groups words into voices, ordered by time and then by content, so that the order of the file does not matter.
pub(crate) fn voices(ledger: &Ledger, mut heard: Vec<(Hearing, Word)>) -> Vec<Voice> {
    heard.sort_by(|one, other| strongest_first(ledger, one, other));
    let mut chorus = Chorus { ledger, voices: Vec::new(), by_source: BTreeMap::new() };
    for (hearing, word) in heard {
        chorus.hear(hearing, word);
    }
    let mut voices = chorus.voices;
    for voice in &mut voices {
        voice.copies.sort_unstable_by_key(|(report, _)| *report);
    }
    voices.sort_by(|one, other| in_time(ledger, one, other));
    voices
}

/// Who shares a voice at all: steps down from the whole, actor, word.
type Kin = (u32, u32, Assertion);

/// The voices found so far, as words are gone through from the strongest on.
struct Chorus<'a> {
    ledger: &'a Ledger,
    voices: Vec<Voice>,
    by_source: BTreeMap<(Kin, SourceIndex), Spoken>,
}

/// The voices a source has asserted, and those it has passed on; positions, in order.
#[derive(Default)]
struct Spoken {
    asserted: Vec<usize>,
    passed_on: Vec<usize>,
}

impl Chorus<'_> {
    fn hear(&mut self, hearing: Hearing, word: Word) {
        let report = self.ledger.report(hearing.report);
        let kin: Kin = (hearing.steps, word.actor.0, word.asserts);
        if let Some(voice) = self.original(kin, report) {
            self.voices[voice].copies.push((hearing.report, word));
            return;
        }
        self.by_source.entry((kin, report.source)).or_default().asserted.push(self.voices.len());
        for via in &report.via {
            self.by_source.entry((kin, *via)).or_default().passed_on.push(self.voices.len());
        }
        self.voices.push(Voice { hearing, word, copies: Vec::new() });
    }

    /// The strongest voice of which a report is a copy.
    fn original(&self, kin: Kin, report: &Report) -> Option<usize> {
        let spoken = |source| self.by_source.get(&(kin, source));
        let near = |&&voice: &&usize| lie_near(report, self.ledger.report(self.voices[voice].hearing.report));
        let own = spoken(report.source).and_then(|spoken| spoken.asserted.iter().chain(&spoken.passed_on).filter(near).min());
        let through = report.via.iter().filter_map(|via| spoken(*via)?.asserted.iter().find(near)).min();
        own.into_iter().chain(through).min().copied()
    }
}

/// Whether at most seven days lie between the end of one window and the start of the other.
fn lie_near(one: &Report, other: &Report) -> bool {
    let latest_start = one.time.earliest().max(other.time.earliest());
    let earliest_end = one.time.latest().min(other.time.latest());
    whole(latest_start) - whole(earliest_end) <= SPAN_S
}

/// The stronger first; of equals the earlier. The place in the file decides only between reports alike in all this.
fn strongest_first(ledger: &Ledger, one: &(Hearing, Word), other: &(Hearing, Word)) -> Ordering {
    other.1.log_odds.total_cmp(&one.1.log_odds).then_with(|| content(ledger, one.0, &one.1).cmp(&content(ledger, other.0, &other.1)))
}

fn in_time(ledger: &Ledger, one: &Voice, other: &Voice) -> Ordering {
    content(ledger, one.hearing, &one.word)
        .cmp(&content(ledger, other.hearing, &other.word))
        .then_with(|| one.word.log_odds.total_cmp(&other.word.log_odds))
}

/// What orders reports by what they say: window, actor, word, when said, by whom, and their ids last of all.
fn content<'a>(ledger: &'a Ledger, hearing: Hearing, word: &Word) -> impl Ord + use<'a> {
    let report = ledger.report(hearing.report);
    let when = (report.time.earliest(), report.time.latest(), report.time.written());
    (when, word.actor, word.asserts, report.known_from(), report.source, hearing.steps, report.id.as_str())
}

#[cfg(test)]
mod tests {
    use crate::testimony::scene::{Scene, day, testimony};
    use marchland_core::Assertion::{Controls, Denies, Takes};

    /// The ids of each voice's reports, the strongest first.
    fn voices(scene: &Scene, site: &str) -> Vec<Vec<String>> {
        let ledger = scene.ledger();
        let testimony = testimony(&ledger, site);
        let ids = |voice: &super::Voice| voice.reports().map(|report| ledger.report(report).id.clone()).collect();
        testimony.voices.iter().map(ids).collect()
    }

    fn scene() -> Scene {
        let mut scene = Scene::new();
        scene.source("wire", 'A', "").source("paper", 'B', "").source("spokesman", 'D', "red");
        scene
    }

    #[test]
    fn a_source_that_repeats_itself_within_seven_days_is_heard_once() {
        let mut scene = scene();
        for (id, n) in [("a", 1), ("b", 5), ("c", 8), ("d", 9)] {
            scene.say(id, "place", "red", Controls, day(n), "wire");
        }
        assert_eq!(voices(&scene, "place"), [vec!["a", "b", "c"], vec!["d"]]);
    }

    #[test]
    fn an_agency_that_passes_a_spokesman_on_speaks_with_his_voice_and_the_stronger_counts() {
        let mut scene = scene();
        scene.say("claim", "place", "red", Takes, day(1), "spokesman");
        scene.say("wired", "place", "red", Takes, day(2), "wire").via = vec!["spokesman".into()];
        assert_eq!(voices(&scene, "place"), [["wired", "claim"]]);
    }

    #[test]
    fn two_spokesmen_quoted_by_one_paper_are_two_voices() {
        let mut scene = scene();
        scene.source("colonel", 'D', "blue");
        scene.say("one", "place", "red", Takes, day(1), "spokesman").via = vec!["paper".into()];
        scene.say("two", "place", "red", Takes, day(1), "colonel").via = vec!["paper".into()];
        assert_eq!(voices(&scene, "place").len(), 2);
    }

    #[test]
    fn contrary_words_of_one_source_both_count() {
        let mut scene = scene();
        scene.say("one", "place", "red", Controls, day(1), "wire");
        scene.say("two", "place", "red", Denies, day(1), "wire");
        scene.say("three", "place", "blue", Controls, day(1), "wire");
        assert_eq!(voices(&scene, "place").len(), 3);
    }

    #[test]
    fn a_word_about_the_whole_and_one_about_the_part_are_two() {
        let mut scene = scene();
        scene.say("whole", "city", "red", Takes, day(1), "wire");
        scene.say("part", "pd2", "red", Takes, day(1), "wire");
        assert_eq!(voices(&scene, "pd2").len(), 2);
        assert_eq!(voices(&scene, "city"), [["whole"]]);
    }

    #[test]
    fn a_report_that_names_the_whole_and_the_part_is_heard_once_at_its_nearest() {
        let mut scene = scene();
        scene.say("both", "city", "red", Takes, day(1), "wire").sites.push("pd2".into());
        assert_eq!(voices(&scene, "pd2"), [["both"]]);
    }
}
