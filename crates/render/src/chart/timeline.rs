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
//! The page is as high as asked, lower where no height was asked for and the rows need less, and higher where the rows need it, up to the greatest picture; beyond that the sites with the fewest changes have none,
//! and the page says so. A hospital
//! has a row only where a report speaks of who controls it: what is drawn from its neighbours would be read as a statement about it.

use marchland_core::{Colour, SiteIndex, Status, Timeline};

use crate::chart::axis::{Side, TimeAxis};
use crate::chart::legend::Legend;
use crate::chart::page::{HAIRLINE, Page, SECONDARY, words};
use crate::chart::rows::{Row, Speaks, has_row, moment, rows};
use crate::chart::{Chart, ChartFault, control_name};
use crate::layout::Shown;
use crate::lines::fitted;
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
pub(super) const PATTERN: f64 = 0.65;

/// Units of the axes above and below the rows.
const ABOVE: f64 = 34.0;
const BELOW: f64 = 58.0;

/// Lays out the states of sites through time; `timelines` are in the ledger's order of sites. Of `chosen` sites alone, in any order; none: of
/// all.
///
/// # Errors
///
/// [`ChartFault::NoSite`] where no site has a row.
pub fn scene(chart: &Chart<'_>, timelines: &[Timeline], chosen: Option<&[SiteIndex]>) -> Result<Drawn, ChartFault> {
    let mut rows = rows(chart, timelines);
    let silent: Vec<SiteIndex> = chart.ledger.site_indices().filter(|&site| !has_row(chart.ledger, site)).collect();
    let is_chosen = |site: SiteIndex| chosen.is_none_or(|chosen| chosen.contains(&site));
    rows.retain(|row| is_chosen(row.index));
    if rows.is_empty() {
        return Err(ChartFault::NoSite);
    }
    let hospitals = silent.into_iter().filter(|&site| is_chosen(site)).count();
    let legend = if chart.legend == Shown::Yes { Legend::of(chart, &rows) } else { Legend::default() };
    let page = Page::new(chart, &notes(chart, hospitals, 0));
    let unit = page.unit;
    let around = (ABOVE + BELOW) * unit + legend.height(chart, page.room.width, unit);
    let mut page = page.with_room(ROW.map(|row| row * unit * rows.len() as f64 + around), MOST);
    let count = ((page.room.height - around) / (ROW[0] * unit)).floor().max(1.0) as usize;
    if count < rows.len() {
        let no_room = rows.len() - count;
        keep_most_changed(&mut rows, count);
        page = Page::new(chart, &notes(chart, hospitals, no_room)).with_room([page.room.height; 2], MOST);
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

/// Keeps the rows that change most, in their order.
fn keep_most_changed(rows: &mut Vec<Row<'_>>, count: usize) {
    let mut ranked: Vec<usize> = (0..rows.len()).collect();
    ranked.sort_by_key(|&at| std::cmp::Reverse(rows[at].changes()));
    let mut kept = vec![false; rows.len()];
    ranked.into_iter().take(count).for_each(|at| kept[at] = true);
    let mut kept = kept.into_iter();
    rows.retain(|_| kept.next().unwrap_or(false));
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
            let x = self.time.x(moment(tick.report));
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
pub(super) fn draw_ticks(stems: Vec<Step>, roofs: Vec<Step>, unit: f64, items: &mut Vec<Item>) {
    for (steps, width) in [(roofs, 0.9), (stems, 1.6)] {
        if !steps.is_empty() {
            items.push(Item::Path(Path::of(steps).stroked(ink(INK), width * unit)));
        }
    }
}

/// A tick, and its roof where that is wider than the tick.
pub(super) fn tick_lines(x: f64, roof: [f64; 2], speaks: Speaks, (middle, half): (f64, f64)) -> [Vec<Step>; 2] {
    let away = if speaks == Speaks::For { -1.0 } else { 1.0 };
    let outer = middle + away * half * 1.8;
    let stem = Path::line(&[[x, middle + away * half * 1.06], [x, outer]]).steps;
    let is_wide = roof[1] - roof[0] > 3.0;
    [stem, if is_wide { Path::line(&[[roof[0], outer], [roof[1], outer]]).steps } else { Vec::new() }]
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
    use super::*;
    use crate::chart::example::{BLUE, RED, ledger, said, site, texts, timeline, with_chart};

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
            with_chart(&ledger(sites, vec![]), (800, 500), |chart| scene(chart, &timelines, None)).unwrap()
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
    fn letters_on_a_bar_are_dark_or_white_as_the_bar_is_light_or_dark() {
        let solid = |rgb: u32, opacity: f64| letters_on(Paint::Solid(Ink { opacity, ..ink(rgb) }));
        assert_eq!([solid(0x001E_1E1E, 0.65), solid(0x001E_1E1E, 0.2), solid(0x00E6_9F00, 0.4)], [0x00FF_FFFF, INK, INK]);
    }

    #[test]
    fn without_a_site_there_is_nothing_to_draw() {
        let empty = ledger(vec![], vec![]);
        assert_eq!(with_chart(&empty, (400, 300), |chart| scene(chart, &[], None)).unwrap_err(), ChartFault::NoSite);
    }
}
