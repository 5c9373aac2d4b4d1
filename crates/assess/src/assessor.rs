//! A ledger seen through a rule, at a moment of knowledge: the crate's door.

use jiff::Timestamp;
use marchland_core::{Assessment, ControlState, Hypothesis, Ledger, SiteIndex, Timeline};

use crate::bayes::Belief;
use crate::explain::{Explainer, Explanation, Reason, name_the_last, weigh};
use crate::hearing::Knowledge;
use crate::periods::{Remembered, timeline, within_span};
use crate::testimony::{Copies, Testimony};
use crate::worth::Scale;
use crate::{Rule, given, latest, whole};

/// Assesses the sites of a ledger under a rule, with what was known at a moment.
///
/// The timelines cover the ledger's span, whole seconds within it. A site with given states has those; a whole of which no
/// report that counts speaks has the state of its parts; every other site has what the rule makes of its reports.
#[derive(Clone, Debug)]
pub struct Assessor<'a> {
    knowledge: Knowledge<'a>,
    rule: &'a Rule,
}

/// Where a site's timeline comes from.
enum Basis {
    Given,
    Parts,
    Words,
}

impl<'a> Assessor<'a> {
    /// An assessor that uses only reports said, withdrawals said, and grades given by `as_of`; none: all there are.
    #[must_use]
    pub fn new(ledger: &'a Ledger, rule: &'a Rule, as_of: Option<Timestamp>) -> Self {
        Self { knowledge: Knowledge::new(ledger, as_of), rule }
    }

    /// A site's states through time; a site without a report is unknown throughout, or whoever held it first holds it.
    #[must_use]
    pub fn timeline(&self, site: SiteIndex) -> Timeline {
        let ledger = self.knowledge.ledger;
        match self.basis(site) {
            Basis::Given => given::timeline(ledger, given::states(ledger, site)),
            Basis::Parts => {
                let parts: Vec<Timeline> = ledger.site(site).children.iter().map(|&part| self.timeline(part)).collect();
                whole::timeline(ledger, &parts)
            }
            Basis::Words => self.weighed(&self.testimony(site)),
        }
    }

    /// Every site's states through time, in the ledger's order.
    #[must_use]
    pub fn timelines(&self) -> Vec<Timeline> {
        self.knowledge.ledger.site_indices().map(|site| self.timeline(site)).collect()
    }

    /// A site's state at an instant: the row of its timeline, with confidence and probabilities at exactly that instant.
    ///
    /// Before the span its first moment answers, after it its last.
    #[must_use]
    pub fn state_at(&self, site: SiteIndex, at: Timestamp) -> Assessment {
        let at = at.clamp(self.knowledge.ledger.span().start(), self.knowledge.ledger.span().end());
        match (self.basis(site), self.rule) {
            (Basis::Words, Rule::Bayes(settings)) => {
                let testimony = self.testimony(site);
                self.sharpened(&testimony, &Belief::new(&testimony, settings), at)
            }
            (Basis::Parts, Rule::Bayes(_)) => self.of_parts(site, at),
            _ => self.timeline(site).at(at).clone(),
        }
    }

    /// Every site's state at an instant, in the ledger's order.
    #[must_use]
    pub fn states_at(&self, at: Timestamp) -> Vec<Assessment> {
        self.knowledge.ledger.site_indices().map(|site| self.state_at(site, at)).collect()
    }

    /// Why a site is in the state it is in at an instant: what every report about it did.
    ///
    /// Under `bayes` each voice is left out in turn, so the cost grows with the square of their number: 5,000 took 7 s when
    /// measured.
    #[must_use]
    pub fn explain(&self, site: SiteIndex, at: Timestamp) -> Explanation {
        let overruled = match self.basis(site) {
            Basis::Given => Some(Reason::StateGiven),
            Basis::Parts => Some(Reason::StateOfParts),
            Basis::Words => None,
        };
        let state = self.state_at(site, at);
        let mut reports = Explainer { knowledge: &self.knowledge, site, scale: self.scale(), overruled }.reports();
        let second = within_span(self.knowledge.ledger, at);
        if overruled.is_none() {
            let testimony = self.testimony(site);
            match self.rule {
                Rule::Bayes(settings) => weigh(&mut reports, &Belief::new(&testimony, settings), &state, second),
                Rule::Latest(_) => name_the_last(&mut reports, &testimony, &state, second),
            }
        }
        Explanation { state, reports }
    }

    fn basis(&self, site: SiteIndex) -> Basis {
        let ledger = self.knowledge.ledger;
        if !given::states(ledger, site).is_empty() {
            Basis::Given
        } else if !ledger.site(site).children.is_empty() && !self.knowledge.speaks_of(site) {
            Basis::Parts
        } else {
            Basis::Words
        }
    }

    fn scale(&self) -> Scale {
        match self.rule {
            Rule::Bayes(settings) => settings.scale(),
            Rule::Latest(_) => latest::SCALE,
        }
    }

    fn testimony(&self, site: SiteIndex) -> Testimony<'a> {
        let copies = match self.rule {
            Rule::Bayes(_) => Copies::Silent,
            Rule::Latest(_) => latest::COPIES,
        };
        Testimony::new(&self.knowledge, site, self.scale(), copies)
    }

    fn weighed(&self, testimony: &Testimony<'a>) -> Timeline {
        match self.rule {
            Rule::Bayes(settings) => believed(testimony, &Belief::new(testimony, settings), settings.memory_s),
            Rule::Latest(settings) => {
                let remembered = Remembered::new(testimony, settings.memory_s);
                let decisions = latest::decisions(testimony);
                let readings = latest::readings(testimony, &decisions, &remembered.all, remembered.cuts(testimony));
                timeline(testimony, &remembered, &readings, |_| Vec::new())
            }
        }
    }

    /// The row of a whole's timeline at an instant, as sure as the least sure of its parts is then.
    fn of_parts(&self, site: SiteIndex, at: Timestamp) -> Assessment {
        let row = self.timeline(site).at(at).clone();
        let parts = || self.knowledge.ledger.site(site).children.iter();
        let confidence = row.confidence.and_then(|_| parts().filter_map(|&part| self.state_at(part, at).confidence).reduce(f64::min));
        Assessment { confidence, ..row }
    }

    /// The row of a site's timeline at an instant, with what is believed at that instant.
    fn sharpened(&self, testimony: &Testimony<'a>, belief: &Belief<'_>, at: Timestamp) -> Assessment {
        let memory_s = if let Rule::Bayes(settings) = self.rule { settings.memory_s } else { 0.0 };
        let row = believed(testimony, belief, memory_s).at(at).clone();
        let probabilities = belief.probabilities(within_span(testimony.ledger, at));
        let of = |hypothesis| probabilities.iter().find(|(known, _)| *known == hypothesis).map(|(_, probability)| *probability);
        let confidence = match row.control {
            ControlState::Held(actor) => of(Hypothesis::HeldBy(actor)),
            ControlState::Contested(_) => of(Hypothesis::Contested),
            ControlState::Unknown => None,
        };
        Assessment { confidence, probabilities, ..row }
    }
}

fn believed(testimony: &Testimony<'_>, belief: &Belief<'_>, memory_s: f64) -> Timeline {
    let remembered = Remembered::new(testimony, memory_s);
    let readings = belief.readings(&remembered.all, remembered.cuts(testimony));
    timeline(testimony, &remembered, &readings, |at| belief.probabilities(at))
}
