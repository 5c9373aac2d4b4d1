//! The rows of a timeline: sites in their order, with the looks and the reports that fall into the span.

use std::collections::BTreeMap;

use jiff::Timestamp;
use marchland_core::{Assertion, Assessment, Ledger, Report, ReportIndex, Site, SiteIndex, Status, Timeline};

use crate::chart::Chart;
use crate::places::is_hospital;
use crate::style::Look;

/// A site and its states in the span.
pub(super) struct Row<'a> {
    pub(super) index: SiteIndex,
    pub(super) site: &'a Site,
    pub(super) stretches: Vec<Stretch<'a>>,
    pub(super) ticks: Vec<Tick<'a>>,
}

/// A look from when to when.
pub(super) struct Stretch<'a> {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) look: Look<'a>,
}

/// A report on one side of the bar.
pub(super) struct Tick<'a> {
    pub(super) report: &'a Report,
    pub(super) speaks: Speaks,
}

/// Which way a report counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaks {
    For,
    Against,
}

/// A row for each site that may have one: wholes before their parts.
pub(super) fn rows<'a>(chart: &Chart<'a>, timelines: &'a [Timeline]) -> Vec<Row<'a>> {
    let sites = in_order(chart.ledger).into_iter().filter(|&site| has_row(chart.ledger, site));
    let row = |site: SiteIndex| {
        let timeline = timelines.get(site.0 as usize)?;
        Some(Row { index: site, site: chart.ledger.site(site), stretches: stretches(chart, timeline), ticks: ticks(chart, timeline) })
    };
    sites.filter_map(row).collect()
}

/// Sites in the ledger's order, but parts behind their whole.
fn in_order(ledger: &Ledger) -> Vec<SiteIndex> {
    let mut next: Vec<SiteIndex> = ledger.site_indices().filter(|&site| ledger.site(site).parent.is_none()).collect();
    next.reverse();
    let mut order = Vec::with_capacity(ledger.sites().len());
    while let Some(site) = next.pop() {
        order.push(site);
        next.extend(ledger.site(site).children.iter().rev());
    }
    order
}

/// Whether a site may have a row: any but a hospital of whose control nothing was said.
pub(super) fn has_row(ledger: &Ledger, site: SiteIndex) -> bool {
    let is_hospital = is_hospital(&ledger.site(site).kind);
    let tells = |&report: &ReportIndex| ledger.report(report).asserts != Assertion::Context;
    !is_hospital || ledger.reports_about(site).iter().any(tells)
}

/// The looks in the span; what looks the same goes on.
fn stretches<'a>(chart: &Chart<'_>, timeline: &'a Timeline) -> Vec<Stretch<'a>> {
    let mut stretches: Vec<Stretch<'a>> = Vec::new();
    let mut add = |from: Timestamp, until: Timestamp, look: Look<'a>| {
        let (from, until) = (from.max(chart.span.start()), until.min(chart.span.end()));
        match stretches.last_mut() {
            _ if until <= from => {}
            Some(last) if last.look == look => last.until = until,
            _ => stretches.push(Stretch { from, until, look }),
        }
    };
    for state in timeline.assessments() {
        let (from, until) = (state.period.start(), state.period.end());
        let stale = state.stale_from.map_or(until, |at| at.clamp(from, until));
        add(from, stale, look(state));
        add(stale, until, Look { is_stale: true, ..look(state) });
    }
    stretches
}

fn look(state: &Assessment) -> Look<'_> {
    // Only of a claim the bar shows who held the place before.
    let last_confirmed = state.last_confirmed.filter(|_| state.status == Status::Claimed);
    Look { control: &state.control, status: state.status, last_confirmed, is_stale: false }
}

/// The reports that counted, of those whose time meets the span.
fn ticks<'a>(chart: &Chart<'a>, timeline: &Timeline) -> Vec<Tick<'a>> {
    let mut speaks: BTreeMap<ReportIndex, Speaks> = BTreeMap::new();
    for state in timeline.assessments() {
        let sides = [(Speaks::For, &state.reports_for), (Speaks::Against, &state.reports_against)];
        for (side, &report) in sides.into_iter().flat_map(|(side, reports)| reports.iter().map(move |report| (side, report))) {
            let is_of_its_time = state.period.contains(moment(chart.ledger.report(report)));
            if is_of_its_time || !speaks.contains_key(&report) {
                speaks.insert(report, side);
            }
        }
    }
    let is_in_span = |report: &Report| report.time.earliest() < chart.span.end() && chart.span.start() <= report.time.latest();
    let all = speaks.into_iter().map(|(report, speaks)| Tick { report: chart.ledger.report(report), speaks });
    all.filter(|tick| is_in_span(tick.report)).collect()
}

/// Where a report's tick stands: the middle of the time it speaks of.
pub(super) fn moment(report: &Report) -> Timestamp {
    let (earliest, latest) = (report.time.earliest(), report.time.latest());
    Timestamp::from_second(i64::midpoint(earliest.as_second(), latest.as_second())).unwrap_or(latest).clamp(earliest, latest)
}

impl Row<'_> {
    /// How often control or status changes.
    pub(super) fn changes(&self) -> usize {
        let differs = |pair: &&[Stretch<'_>]| pair[0].look.control != pair[1].look.control || pair[0].look.status != pair[1].look.status;
        self.stretches.windows(2).filter(differs).count()
    }
}

#[cfg(test)]
mod tests {
    use marchland_core::{ActorIndex, SiteDraft};

    use super::*;
    use crate::chart::example::{BLUE, RED, ledger, minute, report, said, site, timeline, with_chart};
    use crate::chart::timeline::scene;

    /// A mill that stands alone, and a town named after one of its parts.
    fn town() -> Vec<SiteDraft> {
        vec![site("ford", "", Some("town")), site("mill", "", None), site("town", "city", None), site("hall", "", Some("town"))]
    }

    #[test]
    fn a_whole_stands_above_its_parts_and_the_rest_as_the_ledger_has_it() {
        let ledger = ledger(town(), vec![]);
        let ids: Vec<&str> = in_order(&ledger).into_iter().map(|site| &*ledger.site(site).id).collect();
        assert_eq!(ids, ["mill", "town", "ford", "hall"]);
    }

    #[test]
    fn a_hospital_has_a_row_only_where_a_report_tells_who_controls_it() {
        let mut context = report("r2", "silent", 5);
        context.asserts = Assertion::Context;
        let sites = ["told", "silent", "unheard"].map(|id| site(id, "Regional hospital", None));
        let ledger = ledger(sites.to_vec(), vec![report("r1", "told", 5), context]);
        let shown: Vec<bool> = ledger.site_indices().map(|site| has_row(&ledger, site)).collect();
        assert_eq!(shown, [true, false, false]);
        let timelines = vec![timeline(&[(0, RED, Status::Confirmed)]); 3];
        let page = with_chart(&ledger, (1_600, 1_000), |chart| scene(chart, &timelines, None)).unwrap();
        let said = said(&page);
        assert!(
            said.contains("told") && !said.contains("silent\n") && said.contains("2 hospitals of whose control nothing was said"),
            "{said}"
        );
    }

    #[test]
    fn what_looks_the_same_is_one_bar_and_what_is_old_another() {
        let ledger = ledger(vec![site("a", "", None)], vec![]);
        let mut states =
            timeline(&[(0, RED, Status::Confirmed), (10, RED, Status::Confirmed), (40, BLUE, Status::Claimed)]).assessments().to_vec();
        states[1].stale_from = Some(minute(30));
        states[1].last_confirmed = Some(ActorIndex(0));
        let states = Timeline::new(states).unwrap();
        let seen: Vec<(Timestamp, bool)> = with_chart(&ledger, (1_600, 1_000), |chart| {
            stretches(chart, &states).iter().map(|bar| (bar.from, bar.look.is_stale)).collect()
        });
        assert_eq!(seen, [(minute(0), false), (minute(30), true), (minute(40), false)]);
    }

    /// ```text
    ///  red ▇▇▇▇▇▇▇▇▇▇|▇▇▇▇ blue    r1, of minute 10, speaks for red and later against blue;
    ///        ' r1     ' r2          r2, of minute 40, for blue
    /// ```
    #[test]
    fn a_report_is_on_the_side_it_has_in_the_state_of_its_time() {
        let ledger = ledger(vec![site("a", "", None)], vec![report("r1", "a", 10), report("r2", "a", 40), report("r3", "a", 50)]);
        let mut states = timeline(&[(0, RED, Status::Confirmed), (30, BLUE, Status::Confirmed)]).assessments().to_vec();
        states[0].reports_for = vec![ReportIndex(0)];
        states[1].reports_for = vec![ReportIndex(1)];
        states[1].reports_against = vec![ReportIndex(0)];
        let states = Timeline::new(states).unwrap();
        let ticks = with_chart(&ledger, (1_600, 1_000), |chart| {
            ticks(chart, &states).iter().map(|tick| (tick.report.id.clone(), tick.speaks)).collect::<Vec<_>>()
        });
        assert_eq!(ticks, [("r1".to_owned(), Speaks::For), ("r2".to_owned(), Speaks::For)], "r3 did not count");
    }
}
