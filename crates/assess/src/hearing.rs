//! Which reports a site hears, and by way of whom.
//!
//! A report about a whole speaks for each of its parts too, one step further off at each level. Whether a report counts as of
//! a moment is decided here: it must have been said by then, and nothing said by then may have withdrawn it. What it says and
//! how much that is worth is not.

use jiff::Timestamp;
use marchland_core::{Assertion, Ledger, Report, ReportIndex, SiteIndex};

/// A report as it reaches a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hearing {
    /// The report.
    pub(crate) report: ReportIndex,
    /// The whole it speaks of, where it does not name the site itself.
    pub(crate) by_way_of: Option<SiteIndex>,
    /// Steps down from that whole to the site; 0 for the site's own.
    pub(crate) steps: u32,
}

/// What is known of a ledger at a moment.
#[derive(Clone, Debug)]
pub(crate) struct Knowledge<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) as_of: Option<Timestamp>,
    superseded_by: Vec<Option<ReportIndex>>,
}

impl<'a> Knowledge<'a> {
    /// What is known as of a moment; none: all there is.
    pub(crate) fn new(ledger: &'a Ledger, as_of: Option<Timestamp>) -> Self {
        let mut superseded_by = vec![None; ledger.reports().len()];
        for (index, report) in ledger.reports().iter().enumerate() {
            if as_of.is_some_and(|as_of| report.known_from() > as_of) {
                continue;
            }
            for silenced in &report.supersedes {
                superseded_by[silenced.0 as usize].get_or_insert(ReportIndex(index as u32));
            }
        }
        Self { ledger, as_of, superseded_by }
    }

    /// Whether the report had been said.
    pub(crate) fn is_said(&self, report: ReportIndex) -> bool {
        self.as_of.is_none_or(|as_of| self.ledger.report(report).known_from() <= as_of)
    }

    /// The first report in the file that withdraws this one and had been said.
    pub(crate) fn superseder(&self, report: ReportIndex) -> Option<ReportIndex> {
        self.superseded_by[report.0 as usize]
    }

    /// Every report that speaks of the site or of a whole above it, the site's own first; each once, at its nearest.
    pub(crate) fn about(&self, site: SiteIndex) -> Vec<Hearing> {
        let mut hearings = Vec::new();
        let mut below = Vec::new();
        let mut level = Some(site);
        while let Some(here) = level {
            let steps = below.len() as u32;
            let by_way_of = (steps > 0).then_some(here);
            let nearer = |report: &Report| report.sites.iter().any(|named| below.contains(named));
            let here_first = self.ledger.reports_about(here).iter().filter(|&&report| !nearer(self.ledger.report(report)));
            hearings.extend(here_first.map(|&report| Hearing { report, by_way_of, steps }));
            below.push(here);
            level = self.ledger.site(here).parent;
        }
        hearings
    }

    /// Whether the report counts: said, not withdrawn, and about control.
    pub(crate) fn counts(&self, report: ReportIndex) -> bool {
        self.ledger.report(report).asserts != Assertion::Context && self.is_said(report) && self.superseder(report).is_none()
    }

    /// Whether a report that counts names the site itself.
    pub(crate) fn speaks_of(&self, site: SiteIndex) -> bool {
        self.ledger.reports_about(site).iter().any(|&report| self.counts(report))
    }
}
