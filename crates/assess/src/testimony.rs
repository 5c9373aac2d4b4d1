//! All that is said of one site, ready to be weighed.

use marchland_core::{ActorIndex, Initial, Ledger, ReportIndex, SiteIndex};

use crate::hearing::{Hearing, Knowledge};
use crate::second::{whole, whole_after};
use crate::voice::{Voice, voices};
use crate::word::Word;
use crate::worth::{Scale, log_odds, same_side};

/// Whether copies of a report count beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copies {
    /// A report and its copies are one voice.
    Silent,
    /// Every report is a voice.
    Heard,
}

/// What is said of one site.
#[derive(Clone, Debug)]
pub(crate) struct Testimony<'a> {
    pub(crate) ledger: &'a Ledger,
    /// Every actor a voice names, and whoever held the site first; in order.
    pub(crate) contenders: Vec<ActorIndex>,
    /// Who held the site first.
    pub(crate) initial: Option<Initial>,
    /// In order of time.
    pub(crate) voices: Vec<Voice>,
    /// Each instant at which a voice speaks, with its position in `voices`; in order.
    pub(crate) spoken: Vec<(i64, usize)>,
    /// Each instant at which a report, a copy too, tells of something, with the report and its word; in order.
    pub(crate) told: Vec<(i64, ReportIndex, Word)>,
    /// The first second to assess.
    pub(crate) start: i64,
    /// The first second after.
    pub(crate) end: i64,
}

impl<'a> Testimony<'a> {
    /// What is known to be said of a site.
    pub(crate) fn new(knowledge: &Knowledge<'a>, site: SiteIndex, scale: Scale, copies: Copies) -> Self {
        let ledger = knowledge.ledger;
        let heard = knowledge.about(site).into_iter().filter(|hearing| knowledge.counts(hearing.report));
        let words: Vec<(Hearing, Word)> = heard.filter_map(|hearing| Some((hearing, word(knowledge, hearing, scale)?))).collect();
        let voices = match copies {
            Copies::Silent => voices(ledger, words),
            Copies::Heard => words.into_iter().map(|(hearing, word)| Voice { hearing, word, copies: Vec::new() }).collect(),
        };
        let initial = ledger.initial();
        let mut contenders: Vec<ActorIndex> = voices.iter().map(|voice| voice.word.actor).collect();
        contenders.extend(initial.map(|initial| initial.actor));
        contenders.sort_unstable();
        contenders.dedup();
        let instants = |(position, voice): (usize, &Voice)| voice.word.instants().each().map(move |at| (at, position));
        let mut spoken: Vec<(i64, usize)> = voices.iter().enumerate().flat_map(instants).collect();
        spoken.sort_unstable();
        let said = voices.iter().flat_map(Voice::said);
        let mut told: Vec<(i64, ReportIndex, Word)> =
            said.flat_map(|(report, word)| word.instants().each().map(move |at| (at, report, *word))).collect();
        told.sort_unstable_by_key(|(at, report, _)| (*at, *report));
        let (start, end) = (whole(ledger.span().start()), whole_after(ledger.span().end()));
        Self { ledger, contenders, initial, voices, spoken, told, start, end }
    }

    /// The first instant at which anybody speaks.
    pub(crate) fn first_spoken(&self) -> Option<i64> {
        self.spoken.first().map(|(at, _)| *at)
    }

    /// The voices that speak from `from` up to before `until`, as often as they do.
    pub(crate) fn spoken_within(&self, from: i64, until: i64) -> impl Iterator<Item = &Voice> {
        let first = self.spoken.partition_point(|(at, _)| *at < from);
        self.spoken[first..].iter().take_while(move |(at, _)| *at < until).map(|(_, voice)| &self.voices[*voice])
    }

    /// The reports, copies too, that tell of something from `from` up to before `until`.
    pub(crate) fn told_within(&self, from: i64, until: i64) -> impl Iterator<Item = (ReportIndex, &Word)> {
        let first = self.told.partition_point(|(at, ..)| *at < from);
        self.told[first..].iter().take_while(move |(at, ..)| *at < until).map(|(_, report, word)| (*report, word))
    }

    /// The last instant at or before `at` at which anybody speaks.
    pub(crate) fn last_spoken(&self, at: i64) -> Option<i64> {
        let after = self.spoken.partition_point(|(spoken, _)| *spoken <= at);
        self.spoken[..after].last().map(|(spoken, _)| *spoken)
    }

    /// Whether two contenders are of different sides.
    pub(crate) fn has_opponents(&self) -> bool {
        self.contenders.first().is_some_and(|&first| self.contenders.iter().any(|&other| !same_side(self.ledger, first, other)))
    }

    /// Whether one of the voice's sources does not lean to the actor.
    pub(crate) fn has_unleaning_source(&self, voice: &Voice, actor: ActorIndex) -> bool {
        voice.reports().any(|report| {
            let source = self.ledger.source(self.ledger.report(report).source);
            source.leans_to.is_none_or(|own| !same_side(self.ledger, own, actor))
        })
    }
}

/// What a report says at a site; none where it says nothing of anybody's control.
pub(crate) fn word(knowledge: &Knowledge<'_>, hearing: Hearing, scale: Scale) -> Option<Word> {
    let report = knowledge.ledger.report(hearing.report);
    let log_odds = log_odds(hearing, knowledge, scale);
    Some(Word { actor: report.actor?, asserts: report.asserts, window: report.time, log_odds })
}

/// Small datasets for the tests of this crate.
#[cfg(test)]
pub(crate) mod scene {
    use super::{Copies, Testimony};
    use crate::hearing::Knowledge;
    use crate::worth::Scale;
    use jiff::Timestamp;
    use marchland_core::{
        Actor, Assertion, InitialDraft, Ledger, LedgerDraft, Reliability, ReportDraft, SiteDraft, SourceDraft, Window, Written,
    };

    /// The dataset of a test: actors red, pink, blue; a city with the part pd2, and a place apart.
    pub(crate) struct Scene {
        pub(crate) draft: LedgerDraft,
    }

    pub(crate) fn second(n: i64) -> Timestamp {
        Timestamp::from_second(n).unwrap()
    }

    /// The close of day n after 1970 began.
    pub(crate) fn close(n: i64) -> Timestamp {
        second((n + 1) * 86_400 - 1)
    }

    /// Day n after 1970 began.
    pub(crate) fn day(n: i64) -> Window {
        Window::new(second(n * 86_400), close(n), Written::Date).unwrap()
    }

    /// From the start of day n to the close of day m.
    pub(crate) fn interval(n: i64, m: i64) -> Window {
        Window::new(second(n * 86_400), close(m), Written::Interval).unwrap()
    }

    impl Scene {
        pub(crate) fn new() -> Self {
            let site = |id: &str, parent: Option<&str>| SiteDraft { id: id.into(), parent: parent.map(Into::into), ..SiteDraft::default() };
            let draft = LedgerDraft {
                actors: vec![Actor::new("red", "Red"), Actor::new("pink", "Pink"), Actor::new("blue", "Blue")],
                sites: vec![site("place", None), site("city", None), site("pd2", Some("city"))],
                ..LedgerDraft::default()
            };
            Self { draft }
        }

        pub(crate) fn held_first(&mut self, actor: &str) -> &mut Self {
            self.draft.initial = Some(InitialDraft { actor: actor.into(), confidence: 0.95 });
            self
        }

        pub(crate) fn source(&mut self, id: &str, letter: char, leans_to: &str) -> &mut Self {
            self.draft.sources.push(SourceDraft {
                id: id.into(),
                reliability: Reliability::from_letter(&letter.to_string()).unwrap(),
                leans_to: (!leans_to.is_empty()).then(|| leans_to.into()),
                ..SourceDraft::default()
            });
            self
        }

        pub(crate) fn side(&mut self, actor: &str, side: &str) -> &mut Self {
            self.draft.actors.iter_mut().find(|known| known.id == actor).unwrap().side = Some(side.into());
            self
        }

        pub(crate) fn say(
            &mut self,
            id: &str,
            site: &str,
            actor: &str,
            asserts: Assertion,
            time: Window,
            source: &str,
        ) -> &mut ReportDraft {
            self.draft.reports.push(ReportDraft::new(id, site, actor, asserts, time, source));
            self.draft.reports.last_mut().unwrap()
        }

        pub(crate) fn ledger(&self) -> Ledger {
            Ledger::new(self.draft.clone()).unwrap()
        }
    }

    /// What is said of a site, copies silent.
    pub(crate) fn testimony<'a>(ledger: &'a Ledger, site: &str) -> Testimony<'a> {
        let site = ledger.site_with_id(site).unwrap();
        Testimony::new(&Knowledge::new(ledger, None), site, Scale { fighting: 0.5, part: 0.5 }, Copies::Silent)
    }
}
