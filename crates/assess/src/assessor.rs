//! A ledger seen through a rule, at a moment of knowledge: the crate's door.

use jiff::Timestamp;
use marchland_core::{Assessment, Ledger, SiteIndex, Timeline};

use crate::bayes::Belief;
use crate::explain::{Explainer, Explanation, Reason, name_the_last, weigh};
use crate::hearing::Knowledge;
use crate::periods::{Remembered, timeline, within_span};
use crate::testimony::{Copies, Testimony};
use crate::worth::Scale;
use crate::{Course, Rule, given, latest};

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
        self.course(site).into_timeline()
    }

    /// A site's states through time, to be asked for many instants.
    #[must_use]
    pub fn course(&self, site: SiteIndex) -> Course<'a> {
        let ledger = self.knowledge.ledger;
        match self.basis(site) {
            Basis::Given => Course::plain(ledger, given::timeline(ledger, site)),
            Basis::Parts => {
                let parts: Vec<Course<'a>> = ledger.site(site).children.iter().map(|&part| self.course(part)).collect();
                Course::of_parts(ledger, parts)
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
        match self.basis(site) {
            Basis::Given => given::state_at(self.knowledge.ledger, site, at),
            Basis::Parts | Basis::Words => self.course(site).at(at),
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
        if !ledger.given_about(site).is_empty() {
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

    fn weighed(&self, testimony: &Testimony<'a>) -> Course<'a> {
        match self.rule {
            Rule::Bayes(settings) => {
                let belief = Belief::new(testimony, settings);
                Course::believed(testimony.ledger, believed(testimony, &belief, settings.memory_s), belief.posterior())
            }
            Rule::Latest(settings) => {
                let remembered = Remembered::new(testimony, settings.memory_s);
                let decisions = latest::decisions(testimony);
                let readings = latest::readings(testimony, &decisions, &remembered.all, remembered.cuts(testimony));
                Course::plain(testimony.ledger, timeline(testimony, &remembered, &readings, |_| Vec::new()))
            }
        }
    }
}

fn believed(testimony: &Testimony<'_>, belief: &Belief<'_>, memory_s: f64) -> Timeline {
    let remembered = Remembered::new(testimony, memory_s);
    let readings = belief.readings(&remembered.all, remembered.cuts(testimony));
    timeline(testimony, &remembered, &readings, |at| belief.probabilities(at))
}
