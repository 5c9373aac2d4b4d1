//! Belief through time: forward–backward over the events of a site.
//!
//! Between two breakpoints belief flows in closed form, so what is kept is belief just after each breakpoint and how well each
//! hypothesis just before the next explains what follows; the posterior at any second in between is their product. Breakpoints
//! are the events and the moments at which *contested* begins to fade.

use super::event::{Event, events, first_belief, scale_to_one};
use super::flow::Flow;
use super::hypotheses::Hypotheses;
use super::{BayesSettings, Pass};
use crate::second::whole;
use crate::testimony::Testimony;
use crate::voice::Voice;

/// A site's belief through time.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    stretches: Vec<Stretch>,
    /// Belief just after each stretch begins, row by row.
    ahead: Vec<f64>,
    /// How well each hypothesis just before each stretch ends explains what follows, row by row.
    behind: Vec<f64>,
    hypotheses: usize,
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    start: i64,
    end: i64,
    flow: Flow,
}

impl Chain {
    /// Weighs all voices of a testimony but one, or all.
    pub(super) fn new(testimony: &Testimony<'_>, settings: &BayesSettings, left_out: Option<usize>) -> Self {
        let kept = |(position, _): &(usize, &Voice)| Some(*position) != left_out;
        let voices: Vec<&Voice> = testimony.voices.iter().enumerate().filter(kept).map(|(_, voice)| voice).collect();
        let hypotheses = Hypotheses::new(&testimony.contenders);
        let happening: Vec<(i64, Event)> = events(&voices, hypotheses, settings).into_iter().collect();
        let stretches = stretches(testimony, &happening, &sieges(&voices, settings), settings);
        let rows = stretches.len() * hypotheses.count();
        let mut chain = Self { stretches, ahead: Vec::with_capacity(rows), behind: vec![1.0; rows], hypotheses: hypotheses.count() };
        chain.pass_forward(&happening, first_belief(hypotheses, testimony.initial));
        if settings.pass == Pass::Smoothed {
            chain.pass_backward(&happening);
        }
        chain
    }

    fn pass_forward(&mut self, happening: &[(i64, Event)], mut belief: Vec<f64>) {
        let mut next = happening.iter().peekable();
        for stretch in &self.stretches {
            if let Some((_, event)) = next.next_if(|(at, _)| *at == stretch.start) {
                event.forward(&mut belief);
            }
            self.ahead.extend_from_slice(&belief);
            stretch.flow.forward(&mut belief, stretch.end - stretch.start);
        }
    }

    fn pass_backward(&mut self, happening: &[(i64, Event)]) {
        let mut previous = happening.iter().rev().peekable();
        let mut explains = vec![1.0; self.hypotheses];
        for (position, stretch) in self.stretches.iter().enumerate().rev() {
            self.behind[position * self.hypotheses..][..self.hypotheses].copy_from_slice(&explains);
            stretch.flow.backward(&mut explains, stretch.end - stretch.start);
            if let Some((_, event)) = previous.next_if(|(at, _)| *at == stretch.start) {
                event.backward(&mut explains);
            }
        }
    }

    /// The seconds at which belief may bend: starts of stretches, in order.
    pub(super) fn breakpoints(&self) -> impl Iterator<Item = i64> {
        self.stretches.iter().map(|stretch| stretch.start)
    }

    /// How belief flows at a second.
    pub(super) fn flow_at(&self, at: i64) -> Flow {
        self.stretches[self.position(at)].flow
    }

    /// The probability of each hypothesis at a second, written over `row`.
    ///
    /// Before the first breakpoint it is belief at that breakpoint.
    pub(super) fn posterior(&self, at: i64, row: &mut Vec<f64>) {
        let position = self.position(at);
        let (stretch, rows) = (self.stretches[position], position * self.hypotheses..(position + 1) * self.hypotheses);
        let at = at.max(stretch.start);
        row.clear();
        row.extend_from_slice(&self.ahead[rows.clone()]);
        stretch.flow.forward(row, at - stretch.start);
        let explains = &self.behind[rows];
        if explains.iter().any(|value| *value != 1.0) {
            let mut explains = explains.to_vec();
            stretch.flow.backward(&mut explains, (stretch.end - at).max(0));
            row.iter_mut().zip(explains).for_each(|(value, explained)| *value *= explained);
        }
        scale_to_one(row);
    }

    fn position(&self, at: i64) -> usize {
        self.stretches.partition_point(|stretch| stretch.start <= at).saturating_sub(1)
    }
}

/// Spans of fighting, from the word of it until *contested* begins to fade, in order and without overlap.
fn sieges(voices: &[&Voice], settings: &BayesSettings) -> Vec<(i64, i64)> {
    let fighting = voices.iter().map(|voice| &voice.word).filter(|word| word.is_of_fighting());
    let wait = settings.fade_after_s as i64;
    let mut spans: Vec<(i64, i64)> =
        fighting.map(|word| (word.instants().first(), whole(word.window.latest()).saturating_add(wait))).collect();
    spans.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
    for (start, end) in spans {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

fn stretches(testimony: &Testimony<'_>, happening: &[(i64, Event)], sieges: &[(i64, i64)], settings: &BayesSettings) -> Vec<Stretch> {
    let last = testimony.end.max(happening.last().map_or(i64::MIN, |(at, _)| at + 1));
    let first = testimony.start.min(happening.first().map_or(i64::MAX, |(at, _)| *at));
    let mut starts: Vec<i64> = std::iter::once(first)
        .chain(happening.iter().map(|(at, _)| *at))
        .chain(sieges.iter().map(|(_, end)| *end).filter(|end| (first..last).contains(end)))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([last]);
    let besieged = |at: i64| sieges[..sieges.partition_point(|(start, _)| *start <= at)].last().is_some_and(|(_, end)| at < *end);
    let first_event = happening.first().map_or(i64::MAX, |(at, _)| *at);
    let flow = |start: i64| match testimony.initial {
        None if start < first_event => Flow::still(),
        _ => Flow::new(settings, !besieged(start)),
    };
    starts.iter().zip(ends).map(|(&start, end)| Stretch { start, end, flow: flow(start) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testimony::scene::{Scene, day, second, testimony};
    use marchland_core::Assertion::{Attacks, Takes};
    use marchland_core::Window;

    #[test]
    fn without_a_first_holder_belief_is_even_until_the_first_word_however_long_that_is() {
        let believed = |first_elsewhere: i64| {
            let mut scene = Scene::new();
            scene.source("spokesman", 'D', "");
            scene.say("a", "city", "blue", Takes, day(first_elsewhere), "spokesman");
            scene.say("b", "place", "red", Takes, Window::instant(second(900 * 86_400)), "spokesman");
            let ledger = scene.ledger();
            let chain = Chain::new(&testimony(&ledger, "place"), &BayesSettings::default(), None);
            let mut row = Vec::new();
            chain.posterior(900 * 86_400, &mut row);
            row[0]
        };
        assert!((believed(890) - 0.71).abs() < 0.005, "{}", believed(890));
        assert_eq!(believed(890), believed(1));
    }

    #[test]
    fn contested_begins_to_fade_a_week_after_the_last_window_of_fighting_that_has_been_told() {
        let mut scene = Scene::new();
        scene.source("wire", 'A', "").source("paper", 'B', "").held_first("blue");
        scene.say("a", "place", "red", Attacks, day(10), "wire");
        scene.say("b", "place", "red", Attacks, day(13), "paper");
        scene.draft.horizon = Some(second(99 * 86_400));
        let ledger = scene.ledger();
        let testimony = testimony(&ledger, "place");
        let voices: Vec<&Voice> = testimony.voices.iter().collect();
        assert_eq!(sieges(&voices, &BayesSettings::default()), [(10 * 86_400, 21 * 86_400 - 1)]);
        let chain = Chain::new(&testimony, &BayesSettings::default(), None);
        let fading = [9, 12, 20, 21].map(|day| chain.flow_at(day * 86_400).fading_days().is_some());
        assert_eq!(fading, [true, false, false, true]);
    }
}
