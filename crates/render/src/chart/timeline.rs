//! Sites as rows, their states as bars, and what was said of them as ticks.
//!
//! ```text
//!               2015      2016      2017
//!               |   ''    | '       |
//! Main square   ████//////░░░░░░░░░░████    ' a report for the state shown
//!               |      ,  |         |       , a report against it
//! ```
//!
//! A whole, its name in bold, stands above its parts; else the order is the ledger's. A bar has the patterns of the map, faded from
//! when the last word is old. A tick stands at the time a report speaks of, its roof as wide as that time is unsure; which side it is on is
//! how it counted in the state of that time, or where that state does not know it, in the first that does.
//!
//! The page is as high as asked, and higher where the rows need it, up to the greatest picture; beyond that the sites with the fewest changes have none,
//! and the page says so. A hospital
//! has a row only where a report speaks of who controls it: what is drawn from its neighbours would be read as a statement about it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use marchland_core::{Assertion, Assessment, Colour, ControlState, Ledger, ReportIndex, Site, SiteIndex, Status, Timeline};

use crate::chart::axis::{Side, TimeAxis};
use crate::chart::page::{HAIRLINE, Page, SECONDARY, words};
use crate::chart::{Chart, ChartFault, control_name};
use crate::lines::{fitted, isolated, rightward};
use crate::map::Drawn;
use crate::palette::contrast;
use crate::scene::{Ink, Item, Paint, Path, Rect, Step, colour, ink};
use crate::style::{INK, Look, fill};
use crate::text::{Shaped, Weight, shape};

/// The least and the greatest height of a row in units (chosen: below, ticks touch the row above; above, a row is a stripe and no line).
const ROW: [f64; 2] = [21.0, 46.0];

/// Pixels that a page grows to at most: those of any picture.
const MOST: f64 = 10_000.0;

/// Pixels of the smallest letters on a bar (chosen: smaller ones are a smudge).
const LEAST_LETTERS: f64 = 8.0;

/// How much finer the map's patterns are on a bar, which is a tenth of a cell's height.
const PATTERN: f64 = 0.65;

/// Units of the axes above and below the rows.
const ABOVE: f64 = 34.0;
const BELOW: f64 = 58.0;

/// Lays out the states of sites through time; `timelines` are in the ledger's order of sites.
///
/// # Errors
///
/// [`ChartFault::NoSite`] where no site has a row.
pub fn scene(chart: &Chart<'_>, timelines: &[Timeline]) -> Result<Drawn, ChartFault> {
    let mut rows = rows(chart, timelines);
    if rows.is_empty() {
        return Err(ChartFault::NoSite);
    }
    let hospitals = timelines.len() - rows.len();
    let legend = Legend::of(chart, &rows);
    let page = Page::new(chart, &notes(chart, hospitals, 0));
    let unit = page.unit;
    let around = (ABOVE + BELOW) * unit + legend.height(chart, page.room.width, unit);
    let mut page = page.with_room(ROW[0] * unit * rows.len() as f64 + around, MOST);
    let count = ((page.room.height - around) / (ROW[0] * unit)).floor().max(1.0) as usize;
    if count < rows.len() {
        let no_room = rows.len() - count;
        keep_most_changed(&mut rows, count);
        page = Page::new(chart, &notes(chart, hospitals, no_room)).with_room(page.room.height, MOST);
    }
    let height = ((page.room.height - around) / rows.len() as f64).clamp(ROW[0] * unit * 0.5, ROW[1] * unit);
    let grid = Grid::of(chart, &rows, &page, height);
    let mut items = Vec::new();
    grid.draw(&rows, &mut items);
    legend.draw(chart, [page.room.x, grid.frame.bottom() + BELOW * unit], (page.room.width, unit), &mut items);
    let description = description(chart, &rows);
    Ok(page.finish(chart, &description, items))
}

/// How to read a chart, and how many sites have no row, because they are such hospitals or because there was no room.
fn notes(chart: &Chart<'_>, hospitals: usize, no_room: usize) -> String {
    let whole = if chart.ledger.sites().iter().any(|site| !site.children.is_empty()) { " Bold: a whole, above its parts." } else { "" };
    let silent = match hospitals {
        0 => String::new(),
        1 => " Without a row: a hospital of whose control nothing was said.".to_owned(),
        _ => format!(" Without a row: {hospitals} hospitals of whose control nothing was said."),
    };
    let crowded = match no_room {
        0 => String::new(),
        1 => " No room for 1 site, of those that change least.".to_owned(),
        _ => format!(" No room for {no_room} sites, those that change least."),
    };
    format!("A tick is a report, at the time it speaks of; its roof is as wide as that time is unsure.{whole}{silent}{crowded}")
}

/// A site and its states in the span.
struct Row<'a> {
    site: &'a Site,
    stretches: Vec<Stretch<'a>>,
    ticks: Vec<Tick<'a>>,
}

/// A look from when to when.
struct Stretch<'a> {
    from: Timestamp,
    until: Timestamp,
    look: Look<'a>,
}

/// A report on one side of the bar.
struct Tick<'a> {
    report: &'a marchland_core::Report,
    speaks: Speaks,
}

/// Which way a report counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    For,
    Against,
}

/// A row for each site that may have one: wholes before their parts.
fn rows<'a>(chart: &Chart<'a>, timelines: &'a [Timeline]) -> Vec<Row<'a>> {
    let sites = in_order(chart.ledger).into_iter().filter(|&site| has_row(chart.ledger, site));
    let row = |site: SiteIndex| {
        let timeline = timelines.get(site.0 as usize)?;
        Some(Row { site: chart.ledger.site(site), stretches: stretches(chart, timeline), ticks: ticks(chart, timeline) })
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
fn has_row(ledger: &Ledger, site: SiteIndex) -> bool {
    let is_hospital = ledger.site(site).kind.to_lowercase().contains("hospital");
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
            let is_of_its_time = state.period.contains(middle(chart.ledger.report(report)));
            if is_of_its_time || !speaks.contains_key(&report) {
                speaks.insert(report, side);
            }
        }
    }
    let is_in_span =
        |report: &marchland_core::Report| report.time.earliest() < chart.span.end() && chart.span.start() <= report.time.latest();
    let all = speaks.into_iter().map(|(report, speaks)| Tick { report: chart.ledger.report(report), speaks });
    all.filter(|tick| is_in_span(tick.report)).collect()
}

/// The middle of the time a report speaks of.
fn middle(report: &marchland_core::Report) -> Timestamp {
    let (earliest, latest) = (report.time.earliest(), report.time.latest());
    Timestamp::from_second(i64::midpoint(earliest.as_second(), latest.as_second())).unwrap_or(latest).clamp(earliest, latest)
}

/// Keeps the rows that change most, in their order.
fn keep_most_changed(rows: &mut Vec<Row<'_>>, count: usize) {
    let mut ranked: Vec<usize> = (0..rows.len()).collect();
    ranked.sort_by_key(|&at| std::cmp::Reverse(rows[at].changes()));
    let mut kept = vec![false; rows.len()];
    ranked.into_iter().take(count).for_each(|at| kept[at] = true);
    let mut kept = kept.into_iter();
    rows.retain(|_| kept.next().unwrap_or(false));
}

impl Row<'_> {
    /// How often control or status changes.
    fn changes(&self) -> usize {
        let differs = |pair: &&[Stretch<'_>]| pair[0].look.control != pair[1].look.control || pair[0].look.status != pair[1].look.status;
        self.stretches.windows(2).filter(differs).count()
    }
}

/// Where rows stand.
struct Grid<'a> {
    chart: &'a Chart<'a>,
    unit: f64,
    /// The height of a row.
    height: f64,
    /// Where the bars are.
    frame: Rect,
    names: Vec<Shaped>,
    time: TimeAxis<'a>,
}

impl<'a> Grid<'a> {
    fn of(chart: &'a Chart<'a>, rows: &[Row<'_>], page: &Page, height: f64) -> Self {
        let unit = page.unit;
        let size = (height * 0.66).min(17.0 * unit);
        let most = page.room.width * 0.3;
        let name = |row: &Row<'_>| {
            let weight = if row.site.children.is_empty() { Weight::Regular } else { Weight::Bold };
            fitted(row.site.names.in_language(chart.language), size, weight, most)
        };
        let names: Vec<Shaped> = rows.iter().map(name).collect();
        let margin = names.iter().map(|name| name.width).fold(0.0, f64::max) + 14.0 * unit;
        let Rect { x, y, width, .. } = page.room;
        // The last label of the axis reaches beyond its tick.
        let frame = Rect::new(x + margin, y + ABOVE * unit, (width - margin - 24.0 * unit).max(10.0), height * rows.len() as f64);
        let time = TimeAxis { span: chart.span, zone: chart.time_zone, left: frame.x, right: frame.right() };
        Self { chart, unit, height, frame, names, time }
    }

    fn draw(&self, rows: &[Row<'_>], items: &mut Vec<Item>) {
        let unit = self.unit;
        let Rect { x, y, .. } = self.frame;
        self.time.grid((y, self.frame.bottom()), unit, items);
        for edge in [y, self.frame.bottom()] {
            items.push(Item::Path(Path::line(&[[x, edge], [self.frame.right(), edge]]).stroked(ink(HAIRLINE), unit)));
        }
        self.time.labels(y, Side::Above, unit, items);
        self.time.labels(self.frame.bottom(), Side::Below, unit, items);
        for (at, (row, name)) in rows.iter().zip(&self.names).enumerate() {
            let middle = y + self.height * (at as f64 + 0.5);
            words(items, [x - 10.0 * unit - name.width, middle + name.size * 0.35], name.clone(), INK);
            self.bars(row, middle, items);
            self.ticks(row, middle, items);
        }
    }

    /// Half the height of a bar.
    fn half(&self) -> f64 {
        self.height * 0.26
    }

    fn bars(&self, row: &Row<'_>, middle: f64, items: &mut Vec<Item>) {
        let unit = self.unit;
        let mut named = None;
        for stretch in &row.stretches {
            // A state shorter than a pixel is seen as one.
            let (from, until) = (self.time.x(stretch.from), self.time.x(stretch.until));
            let bar = Rect::new(from, middle - self.half(), (until - from).max(0.8), 2.0 * self.half());
            let border = Ink { opacity: 0.6, ..ink(SECONDARY) };
            items.push(Item::Path(
                Path::rect(bar).filled(fill(self.chart.colours, stretch.look, unit * PATTERN)).stroked(border, 0.8 * unit),
            ));
            if named != Some(stretch.look.control) {
                self.holder(stretch.look, bar, items);
            }
            named = Some(stretch.look.control);
        }
    }

    /// The holder's name on a bar that has room for it, so that colours need not be told apart: solid ones, for on a pattern it is not read.
    fn holder(&self, look: Look<'_>, bar: Rect, items: &mut Vec<Item>) {
        let size = (bar.height * 0.8).min(13.5 * self.unit);
        if look.status != Status::Confirmed || size < LEAST_LETTERS {
            return;
        }
        let shaped = shape(&control_name(self.chart, look.control), size, Weight::Regular);
        if shaped.width + 14.0 * self.unit <= bar.width {
            let at = [bar.x + 6.0 * self.unit, bar.y + bar.height / 2.0 + size * 0.36];
            words(items, at, shaped, letters_on(fill(self.chart.colours, look, self.unit)));
        }
    }

    /// Ticks above the bar for reports that speak for the state, below for those against.
    fn ticks(&self, row: &Row<'_>, middle: f64, items: &mut Vec<Item>) {
        let (mut stems, mut roofs) = (Vec::new(), Vec::new());
        for tick in &row.ticks {
            let x = self.time.x(self::middle(tick.report));
            let roof = [tick.report.time.earliest(), tick.report.time.latest()].map(|at| self.time.x(at));
            let [stem, roof] = tick_lines(x, roof, tick.speaks, (middle, self.half()));
            stems.extend(stem);
            roofs.extend(roof);
        }
        draw_ticks(stems, roofs, self.unit, items);
    }
}

/// Dark letters or white ones, whichever are read better on a bar of held ground.
fn letters_on(paint: Paint) -> u32 {
    let (Paint::Solid(ground) | Paint::Dots { ground, .. }) = paint else { return INK };
    let over_white = |value: u8| (255.0 - (255.0 - f64::from(value)) * ground.opacity).round() as u8;
    let Colour { red, green, blue } = ground.colour;
    let seen = Colour { red: over_white(red), green: over_white(green), blue: over_white(blue) };
    [INK, 0x00FF_FFFF]
        .into_iter()
        .max_by(|&one, &other| contrast(colour(one), seen).total_cmp(&contrast(colour(other), seen)))
        .unwrap_or(INK)
}

/// Ticks, dark, and their roofs, finer: where many lie upon each other the ticks are still counted.
fn draw_ticks(stems: Vec<Step>, roofs: Vec<Step>, unit: f64, items: &mut Vec<Item>) {
    for (steps, width) in [(roofs, 0.9), (stems, 1.6)] {
        if !steps.is_empty() {
            items.push(Item::Path(Path::of(steps).stroked(ink(INK), width * unit)));
        }
    }
}

/// A tick, and its roof where that is wider than the tick.
fn tick_lines(x: f64, roof: [f64; 2], speaks: Speaks, (middle, half): (f64, f64)) -> [Vec<Step>; 2] {
    let away = if speaks == Speaks::For { -1.0 } else { 1.0 };
    let outer = middle + away * half * 1.8;
    let stem = Path::line(&[[x, middle + away * half * 1.06], [x, outer]]).steps;
    let is_wide = roof[1] - roof[0] > 3.0;
    [stem, if is_wide { Path::line(&[[roof[0], outer], [roof[1], outer]]).steps } else { Vec::new() }]
}

/// What is drawn how, of what is there.
struct Legend<'a> {
    entries: Vec<Sample<'a>>,
}

/// One entry of the legend.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sample<'a> {
    State(Look<'a>),
    Stale(Look<'a>),
    Tick(Speaks),
}

impl<'a> Legend<'a> {
    fn of(chart: &Chart<'_>, rows: &[Row<'a>]) -> Self {
        let mut looks: Vec<Look<'a>> = Vec::new();
        let mut stale = None;
        for look in rows.iter().flat_map(|row| &row.stretches).map(|stretch| stretch.look) {
            let is_alike = |other: &Look<'_>| match (look.control, other.control) {
                (ControlState::Contested(_), ControlState::Contested(_)) => true,
                (one, other_control) => one == other_control && look.status == other.status,
            };
            if !looks.iter().any(is_alike) {
                looks.push(Look { is_stale: false, ..look });
            }
            stale = stale.or((look.is_stale && look.status == Status::Confirmed).then_some(look));
        }
        looks.sort_by(|one, other| (one.control, one.status).cmp(&(other.control, other.status)));
        let mut entries: Vec<Sample<'a>> = looks.into_iter().map(Sample::State).collect();
        // Of greys there is nothing to fade.
        let is_seen = |look: &Look<'_>| fill(chart.colours, *look, 1.0) != fill(chart.colours, Look { is_stale: false, ..*look }, 1.0);
        entries.extend(stale.filter(is_seen).map(Sample::Stale));
        let has = |speaks: Speaks| rows.iter().any(|row| row.ticks.iter().any(|tick| tick.speaks == speaks));
        entries.extend([Speaks::For, Speaks::Against].into_iter().filter(|&speaks| has(speaks)).map(Sample::Tick));
        Self { entries }
    }

    /// Where each entry stands, line by line, and its words; the height is that of the lines.
    fn placed(&self, chart: &Chart<'_>, width: f64, unit: f64) -> Vec<([f64; 2], Shaped)> {
        let (mut x, mut y) = (0.0, 0.0);
        let place = |entry: &Sample<'_>| {
            let shaped = fitted(&entry.words(chart), 15.5 * unit, Weight::Regular, (width - 44.0 * unit).max(1.0));
            let needed = shaped.width + 44.0 * unit;
            if x > 0.0 && x + needed > width {
                (x, y) = (0.0, y + LINE * unit);
            }
            let at = [x, y];
            x += needed + 26.0 * unit;
            (at, shaped)
        };
        self.entries.iter().map(place).collect()
    }

    fn height(&self, chart: &Chart<'_>, width: f64, unit: f64) -> f64 {
        self.placed(chart, width, unit).last().map_or(0.0, |([_, y], _)| y + LINE * unit)
    }

    fn draw(&self, chart: &Chart<'_>, [x, y]: [f64; 2], (width, unit): (f64, f64), items: &mut Vec<Item>) {
        for (entry, ([left, top], shaped)) in self.entries.iter().zip(self.placed(chart, width, unit)) {
            let swatch = Rect::new(x + left, y + top, 34.0 * unit, 17.0 * unit);
            let border = Ink { opacity: 0.6, ..ink(SECONDARY) };
            match entry {
                Sample::State(look) | Sample::Stale(look) => {
                    items.push(Item::Path(
                        Path::rect(swatch).filled(fill(chart.colours, *look, unit * PATTERN)).stroked(border, 0.8 * unit),
                    ));
                }
                Sample::Tick(speaks) => {
                    let bar = Rect::new(swatch.x, swatch.y + 4.5 * unit, swatch.width, 8.0 * unit);
                    items.push(Item::Path(Path::rect(bar).stroked(border, 0.8 * unit)));
                    let at = swatch.x + swatch.width / 2.0;
                    let [stem, roof] = tick_lines(at, [at - 6.0 * unit, at + 6.0 * unit], *speaks, (swatch.y + 8.5 * unit, 4.5 * unit));
                    draw_ticks(stem, roof, unit, items);
                }
            }
            words(items, [swatch.right() + 10.0 * unit, swatch.y + 14.0 * unit], shaped, INK);
        }
    }
}

/// Units from one line of the legend to the next.
const LINE: f64 = 28.0;

impl Sample<'_> {
    fn words(&self, chart: &Chart<'_>) -> String {
        match self {
            Self::State(look) => {
                let name = control_name(chart, look.control);
                match look.status {
                    Status::Confirmed => rightward(&format!("{}, confirmed", isolated(&name))),
                    Status::Claimed => rightward(&format!("{}, claimed only", isolated(&name))),
                    Status::Contested | Status::Unknown => name,
                }
            }
            Self::Stale(_) => "duller: the last word is old".to_owned(),
            Self::Tick(Speaks::For) => "report for the state shown".to_owned(),
            Self::Tick(Speaks::Against) => "report against it".to_owned(),
        }
    }
}

/// What the chart shows, in a sentence: how many sites, how often they change, on how many reports.
fn description(chart: &Chart<'_>, rows: &[Row<'_>]) -> String {
    let changes: usize = rows.iter().map(Row::changes).sum();
    let ticks: usize = rows.iter().map(|row| row.ticks.len()).sum();
    let title = chart.title.trim_end_matches('.');
    format!("Chart: {title}. Sites as rows: {}; changes of state: {changes}; ticks of reports: {ticks}.", rows.len())
}

#[cfg(test)]
mod tests {
    use marchland_core::{ActorIndex, SiteDraft};

    use super::*;
    use crate::chart::example::{BLUE, RED, ledger, minute, report, said, site, texts, timeline, with_chart};

    /// The town with its hall and its ford, a hospital, and a tower in the wrong order: `z` stands after `a`, its whole before both.
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
        let page = with_chart(&ledger, (1_600, 1_000), |chart| scene(chart, &timelines)).unwrap();
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

    #[test]
    fn sides_of_a_bar_differ_and_a_time_that_is_unsure_has_a_roof() {
        let [stem, roof] = tick_lines(5.0, [5.0, 5.0], Speaks::For, (100.0, 10.0));
        assert_eq!(stem.len(), 2);
        assert!(roof.is_empty());
        let [below, roof] = tick_lines(5.0, [0.0, 10.0], Speaks::Against, (100.0, 10.0));
        assert!(matches!((stem[1], below[1]), (Step::Line(up), Step::Line(down)) if up[1] < 90.0 && down[1] > 110.0));
        assert_eq!(roof.len(), 2);
    }

    #[test]
    fn a_page_grows_with_its_rows_and_says_for_how_many_there_is_no_room() {
        let many = |count: usize| {
            let sites = (0..count).map(|at| site(&format!("s{at}"), "", None)).collect();
            let one = timeline(&[(0, RED, Status::Confirmed)]);
            let two = timeline(&[(0, RED, Status::Confirmed), (30, BLUE, Status::Confirmed)]);
            let timelines: Vec<Timeline> = (0..count).map(|at| if at == count - 1 { two.clone() } else { one.clone() }).collect();
            with_chart(&ledger(sites, vec![]), (800, 500), |chart| scene(chart, &timelines)).unwrap()
        };
        assert_eq!(many(4).scene.height, 500);
        let tall = many(100);
        assert!(tall.scene.height > 1_000 && said(&tall).contains("\ns99\n"), "{}", tall.scene.height);
        let crowded = many(2_000);
        assert_eq!(crowded.scene.height, 10_000);
        let said = said(&crowded);
        assert!(said.contains("No room for 1") && said.contains("sites, those that change least.") && said.contains("\ns1999\n"));
        assert!(texts(&crowded).iter().all(|text| text.at[1] <= 10_000.0));
    }

    #[test]
    fn the_legend_has_what_there_is_and_nothing_else() {
        let ledger = ledger(town(), vec![]);
        let contested = ControlState::Contested(vec![ActorIndex(0), ActorIndex(1)]);
        let timelines = [(RED, Status::Confirmed), (RED, Status::Claimed), (contested, Status::Contested), (RED, Status::Confirmed)];
        let timelines: Vec<Timeline> = timelines.into_iter().map(|(control, status)| timeline(&[(0, control, status)])).collect();
        let page = with_chart(&ledger, (1_600, 1_000), |chart| scene(chart, &timelines)).unwrap();
        let said = said(&page);
        assert!(said.contains("Reds, confirmed\nReds, claimed only\nContested\n"), "{said}");
        assert!(!said.contains("Blues") && !said.contains("report for") && !said.contains("last word"), "{said}");
        let has = |is: fn(&Paint) -> bool| {
            page.scene.items.iter().any(|item| matches!(item, Item::Path(Path { fill: Some(paint), .. }) if is(paint)))
        };
        assert!(has(|paint| matches!(paint, Paint::Hatch { .. })) && has(|paint| matches!(paint, Paint::Stripes { .. })));
    }

    #[test]
    fn letters_on_a_bar_are_dark_or_white_as_the_bar_is_light_or_dark() {
        let solid = |rgb: u32, opacity: f64| letters_on(Paint::Solid(Ink { opacity, ..ink(rgb) }));
        assert_eq!([solid(0x001E_1E1E, 0.65), solid(0x001E_1E1E, 0.2), solid(0x00E6_9F00, 0.4)], [0x00FF_FFFF, INK, INK]);
    }

    #[test]
    fn without_a_site_there_is_nothing_to_draw() {
        let empty = ledger(vec![], vec![]);
        assert_eq!(with_chart(&empty, (400, 300), |chart| scene(chart, &[])).unwrap_err(), ChartFault::NoSite);
    }
}
