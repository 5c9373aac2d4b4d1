//! Who held how much ground through time: bands upon each other, or lines with their ranges.
//!
//! An amount lasts from its moment to the next, so it is drawn in steps. Bands lie in the ledger's order of actors from below, then
//! contested, then unknown ground; together they are the boundary's area. A line has a paler band behind it, from what no word disputes to what any
//! word gives. Of what a side holds in a band, that which it only claims is hatched, as on the map. Names stand at the right end beside their bands, with what they hold there. Where the dataset has no ground, sites are
//! counted. Changes nearer to each other than a fifth of a pixel are drawn as the last of them.

use std::iter::once;

use marchland_core::{ActorIndex, ControlState, SeriesRow, Status};

use crate::chart::amounts::{Amounts, Measure, Table, held};
use crate::chart::axis::{AmountAxis, Side, TimeAxis};
use crate::chart::page::{HAIRLINE, Page, SECONDARY, words};
use crate::chart::{Chart, ChartFault, control_name};
use crate::layout::Shown;
use crate::lines::{fitted, narrowed, shrunk};
use crate::map::Drawn;
use crate::scene::{Ink, Item, Paint, Path, Rect, Step, ink};
use crate::style::{INK, Look, alike_before, fill, tinted};
use crate::text::{Weight, shape};

/// Dashes in units of the lines of held ground, by how many actors before have the same colour.
const DASHES: [&[f64]; 4] = [&[], &[16.0, 6.0], &[9.0, 5.0], &[4.0, 4.0]];

/// How amounts are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AreasLayout {
    /// Bands upon each other.
    #[default]
    Stacked,
    /// A line each, with its range.
    Lines,
}

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Areas<'a> {
    /// What each control holds at each moment, as a series has it.
    pub rows: &'a [SeriesRow],
    /// Of each row how much is claimed only, not confirmed: of its ground, or where no row has ground of its sites. Rows beyond them have no
    /// claims.
    pub claimed: &'a [f64],
    /// The actors who contend the most, for the stripes of contested ground; those after the second are not seen.
    pub contenders: &'a [ActorIndex],
    /// How it is drawn.
    pub layout: AreasLayout,
}

/// Lays out amounts through time.
///
/// Of a single moment the amounts are drawn across the whole span.
///
/// # Errors
///
/// [`ChartFault::NoMoment`] without a row.
pub fn scene(chart: &Chart<'_>, areas: &Areas<'_>) -> Result<Drawn, ChartFault> {
    let table = Table::of(areas)?;
    let page = Page::new(chart, &notes(areas.layout, &table));
    let plot = Plot::of(chart, areas, &table, &page);
    let mut items = Vec::new();
    plot.axes(&mut items);
    match areas.layout {
        AreasLayout::Stacked => plot.bands(&mut items),
        AreasLayout::Lines => plot.lines(&mut items),
    }
    let Rect { x, y, .. } = plot.frame;
    let base = [[x, plot.frame.bottom()], [plot.frame.right(), plot.frame.bottom()]];
    items.push(Item::Path(Path::line(&base).stroked(ink(SECONDARY), plot.unit)));
    words(&mut items, [x, y - 12.0 * plot.unit], shape(table.measure.heading(), 15.0 * plot.unit, Weight::Regular), SECONDARY);
    if chart.legend == Shown::Yes {
        plot.names(&mut items);
    }
    Ok(page.finish(chart, &description(chart, &table), items))
}

fn notes(layout: AreasLayout, table: &Table) -> String {
    let what = match table.measure {
        Measure::Ground => "Ground",
        Measure::Sites => "No site has ground, so sites are counted: what",
    };
    match layout {
        AreasLayout::Stacked => {
            let hatched = if table.has_claims() { " Hatched: claimed only, not confirmed." } else { "" };
            format!("{what} each holds, one upon the other, from each moment to the next.{hatched}")
        }
        AreasLayout::Lines => {
            format!(
                "{what} each holds from each moment to the next; paler: what a side holds at least, where no word disputes it, and at most, where any word gives it."
            )
        }
    }
}

/// The chart within its axes.
struct Plot<'a> {
    chart: &'a Chart<'a>,
    areas: &'a Areas<'a>,
    table: &'a Table,
    unit: f64,
    frame: Rect,
    /// Where names stand.
    column: Rect,
    time: TimeAxis<'a>,
    amount: AmountAxis,
}

impl<'a> Plot<'a> {
    fn of(chart: &'a Chart<'a>, areas: &'a Areas<'a>, table: &'a Table, page: &Page) -> Self {
        let unit = page.unit;
        let greatest = |amounts: &Vec<Amounts>| match areas.layout {
            AreasLayout::Stacked => table.total(amounts),
            AreasLayout::Lines => amounts.iter().map(|amounts| amounts[2]).fold(0.0, f64::max),
        };
        let most = table.moments.iter().map(|(_, amounts)| greatest(amounts)).fold(0.0, f64::max);
        let room = Rect::new(page.room.x, page.room.y + 34.0 * unit, page.room.width, (page.room.height - 88.0 * unit).max(10.0));
        let amount = AmountAxis { most, top: room.y, bottom: room.bottom() };
        let ticks = amount.ticks();
        let margin = ticks.iter().map(|(_, words)| shape(words, 15.0 * unit, Weight::Regular).width).fold(0.0, f64::max) + 12.0 * unit;
        // Without names there is still the last label of the axis, which reaches beyond its tick.
        let names = if chart.legend == Shown::Yes { (290.0 * unit).min(room.width * 0.34) } else { 24.0 * unit };
        let frame = Rect::new(room.x + margin, room.y, (room.width - margin - names).max(10.0), room.height);
        let column = Rect::new(frame.right() + 34.0 * unit, room.y, (names - 34.0 * unit).max(10.0), room.height);
        let time = TimeAxis { span: chart.span, zone: chart.time_zone, left: frame.x, right: frame.right() };
        Self { chart, areas, table, unit, frame, column, time, amount }
    }

    fn axes(&self, items: &mut Vec<Item>) {
        let Rect { x, y, .. } = self.frame;
        self.time.grid((y, self.frame.bottom()), self.unit, items);
        self.time.labels(self.frame.bottom(), Side::Below, self.unit, items);
        for (amount, label) in self.amount.ticks() {
            let at = self.amount.y(amount);
            items.push(Item::Path(Path::line(&[[x, at], [self.frame.right(), at]]).stroked(ink(HAIRLINE), self.unit)));
            let shaped = shape(&label, 15.0 * self.unit, Weight::Regular);
            words(items, [x - shaped.width - 9.0 * self.unit, at + 5.0 * self.unit], shaped, SECONDARY);
        }
    }

    /// From where to where each moment is drawn: those without a width are not.
    fn stretches(&self) -> Vec<(f64, f64, &'a [Amounts])> {
        let moments = &self.table.moments;
        let ends = moments.iter().skip(1).map(|(at, _)| self.time.x(*at)).chain(once(self.time.right));
        let mut stretches = Vec::new();
        // A single moment stands for the whole span.
        let mut start = if moments.len() == 1 { self.time.left } else { self.time.x(moments[0].0) };
        for ((_, amounts), end) in moments.iter().zip(ends) {
            if end - start > 0.2 {
                stretches.push((start, end, &amounts[..]));
                start = end;
            }
        }
        stretches
    }

    fn bands(&self, items: &mut Vec<Item>) {
        let stretches = self.stretches();
        let mut below = vec![0.0; stretches.len()];
        for control in self.table.present(self.areas.layout) {
            let above: Vec<f64> = stretches.iter().zip(&below).map(|((.., amounts), below)| below + held(amounts, control)[1]).collect();
            let claims = |(above, (.., amounts)): (&f64, &(f64, f64, &[Amounts]))| above - held(amounts, control)[3];
            let sure: Vec<f64> = above.iter().zip(&stretches).map(claims).collect();
            for (from, to, status) in [(&below, &sure, Status::Confirmed), (&sure, &above, Status::Claimed)] {
                if from != to || (status == Status::Confirmed && sure == above) {
                    let band = self.band(&stretches, from, to).filled(self.paint(control, status));
                    let white = Ink { opacity: 0.9, ..ink(0x00FF_FFFF) };
                    items.push(Item::Path(band.stroked(white, 0.7 * self.unit)));
                }
            }
            below = above;
        }
    }

    /// Ground between two amounts, in steps.
    fn band(&self, stretches: &[(f64, f64, &[Amounts])], below: &[f64], above: &[f64]) -> Path {
        let mut places = self.stairs(stretches, above);
        places.extend(self.stairs(stretches, below).into_iter().rev());
        let mut steps = Path::line(&places).steps;
        steps.push(Step::Close);
        Path::of(steps)
    }

    /// A line in steps; corners where nothing changes are left out.
    fn stairs(&self, stretches: &[(f64, f64, &[Amounts])], amounts: &[f64]) -> Vec<[f64; 2]> {
        let mut places: Vec<[f64; 2]> = Vec::new();
        for ((from, until, _), &amount) in stretches.iter().zip(amounts) {
            let y = self.amount.y(amount);
            match places.last_mut() {
                Some(last) if last[1] == y => last[0] = *until,
                _ => places.extend([[*from, y], [*until, y]]),
            }
        }
        places
    }

    fn lines(&self, items: &mut Vec<Item>) {
        let stretches = self.stretches();
        let present = self.table.present(self.areas.layout);
        let amounts =
            |control: usize, which: usize| -> Vec<f64> { stretches.iter().map(|(.., amounts)| held(amounts, control)[which]).collect() };
        // Ranges of what is held; more of them upon each other would be a grey of which nothing can be told.
        for &control in present.iter().filter(|&&control| matches!(self.table.controls[control], ControlState::Held(_))) {
            let range = self.band(&stretches, &amounts(control, 0), &amounts(control, 2));
            let with = |opacity: f64| Ink { opacity, ..self.line_ink(control) };
            items.push(Item::Path(range.filled(Paint::Solid(with(0.13))).stroked(with(0.45), 0.8 * self.unit)));
        }
        for &control in &present {
            let line = Path::line(&self.stairs(&stretches, &amounts(control, 1)));
            items.push(Item::Path(line.dashed(self.line_ink(control), 3.0 * self.unit, &self.dash(control))));
        }
    }

    fn line_ink(&self, control: usize) -> Ink {
        match &self.table.controls[control] {
            ControlState::Held(actor) => Ink { colour: tinted(self.chart.colours, *actor, false), opacity: 1.0 },
            ControlState::Contested(_) => ink(INK),
            ControlState::Unknown => ink(0x008A_9098),
        }
    }

    /// Held ground has a line of one piece, or of ever shorter dashes where others have its colour before it; contested ground of dashes and
    /// dots, unknown ground of dots.
    fn dash(&self, control: usize) -> Vec<f64> {
        let dash: &[f64] = match &self.table.controls[control] {
            ControlState::Held(actor) => DASHES[alike_before(self.chart.colours, *actor).min(DASHES.len() - 1)],
            ControlState::Contested(_) => &[12.0, 6.0, 0.1, 6.0],
            ControlState::Unknown => &[0.1, 6.0],
        };
        dash.iter().map(|length| length * self.unit).collect()
    }

    /// How a control is filled; of held ground as its status says.
    fn paint(&self, control: usize, held: Status) -> Paint {
        let control = &self.table.controls[control];
        let status = match control {
            ControlState::Held(_) => held,
            ControlState::Contested(_) => Status::Contested,
            ControlState::Unknown => Status::Unknown,
        };
        fill(self.chart.colours, Look { control, status, last_confirmed: None, is_stale: false }, self.unit)
    }

    /// The names at the right end, each as near to its band or line as there is room, from above to below.
    fn names(&self, items: &mut Vec<Item>) {
        let mut wishes: Vec<(usize, f64)> = Vec::new();
        let mut below = 0.0;
        for control in self.table.present(self.areas.layout) {
            let amount = held(self.table.last(), control)[1];
            wishes.push((control, self.amount.y(if self.areas.layout == AreasLayout::Stacked { below + amount / 2.0 } else { amount })));
            below += amount;
        }
        wishes.reverse();
        wishes.sort_by(|one, other| one.1.total_cmp(&other.1));
        // Two lines for each name, or one where there are many; of more the greatest at the end, and the rest are counted.
        let (two, one) = (46.0 * self.unit, 24.0 * self.unit);
        let height = if two * wishes.len() as f64 <= self.column.height { two } else { one };
        let left_out = self.keep_greatest(&mut wishes, ((self.column.height / height) as usize).max(1));
        let middles = apart(&wishes.iter().map(|(_, y)| *y).collect::<Vec<_>>(), height, (self.column.y, self.column.bottom()));
        for ((control, wish), middle) in wishes.iter().zip(middles) {
            self.name(*control, *wish, middle, if height == two { 2 } else { 1 }, items);
        }
        if left_out > 0 {
            let others = format!("and {left_out} more");
            let shaped = fitted(&others, 14.5 * self.unit, Weight::Regular, self.column.width);
            words(items, [self.column.x, self.column.bottom() + 14.0 * self.unit], shaped, SECONDARY);
        }
    }

    /// Keeps so many of the controls, those with the most at the end, in their order; says how many were left out.
    fn keep_greatest(&self, wishes: &mut Vec<(usize, f64)>, count: usize) -> usize {
        let amount = |control: usize| held(self.table.last(), control)[1];
        let mut ranked: Vec<usize> = wishes.iter().map(|&(control, _)| control).collect();
        ranked.sort_by(|&one, &other| amount(other).total_cmp(&amount(one)));
        ranked.truncate(count);
        let before = wishes.len();
        wishes.retain(|(control, _)| ranked.contains(control));
        before - wishes.len()
    }

    fn name(&self, control: usize, wish: f64, middle: f64, lines: usize, items: &mut Vec<Item>) {
        let unit = self.unit;
        let Rect { x, width, .. } = self.column;
        let leader = [[self.frame.right() + 3.0 * unit, wish], [x - 20.0 * unit, middle], [x - 6.0 * unit, middle]];
        items.push(Item::Path(Path::line(&leader).stroked(ink(SECONDARY), unit)));
        let swatch = Rect::new(x, middle - 9.0 * unit, 30.0 * unit, 18.0 * unit);
        if self.areas.layout == AreasLayout::Stacked {
            let border = Ink { opacity: 0.5, ..ink(SECONDARY) };
            let [_, amount, _, claimed] = held(self.table.last(), control);
            let paint = self.paint(control, if claimed > 0.5 * amount { Status::Claimed } else { Status::Confirmed });
            items.push(Item::Path(Path::rect(swatch).filled(paint).stroked(border, unit)));
        } else {
            let line = Path::line(&[[swatch.x, middle], [swatch.right(), middle]]);
            items.push(Item::Path(line.dashed(self.line_ink(control), 3.0 * unit, &self.dash(control))));
        }
        let name = control_name(self.chart, &self.table.controls[control]);
        let (left, room) = (swatch.right() + 10.0 * unit, width - 40.0 * unit);
        let (size, last) = (17.0 * unit, self.table.last());
        let baseline = if lines == 2 { middle - 2.0 * unit } else { middle + 6.0 * unit };
        words(items, [left, baseline], shrunk(&name, size, room), INK);
        if lines == 2 {
            let held = self.table.in_words(held(last, control), self.table.total(last));
            words(items, [left, middle + 16.0 * unit], narrowed(&held, 14.5 * unit, room), SECONDARY);
        }
    }
}

/// Middles as near to the wished ones, which are in order, as keeps them a height apart and within two bounds.
///
/// Each is first moved down from the one above it, then up from the one below; with more than there is room for, they begin at the top.
fn apart(wishes: &[f64], height: f64, (top, bottom): (f64, f64)) -> Vec<f64> {
    let mut middles: Vec<f64> = Vec::with_capacity(wishes.len());
    for &wish in wishes {
        let least = middles.last().map_or(top + height / 2.0, |last| last + height);
        middles.push(wish.max(least));
    }
    let mut most = bottom - height / 2.0;
    for middle in middles.iter_mut().rev() {
        *middle = middle.min(most);
        most = *middle - height;
    }
    middles
}

/// What the chart shows, in a sentence: who holds how much at its end.
fn description(chart: &Chart<'_>, table: &Table) -> String {
    let (last, total) = (table.last(), table.total(table.last()));
    let of = |control: usize| format!("{} {}", control_name(chart, &table.controls[control]), table.in_words(held(last, control), total));
    let parts: Vec<String> = table.present(AreasLayout::Stacked).into_iter().map(of).collect();
    format!("Chart: {}. At the end: {}.", chart.title.trim_end_matches('.'), parts.join(", "))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::chart::example::{BLUE, RED, ledger, minute, said, site, texts, with_chart};

    fn row(at: i64, control: ControlState, area_km2: f64) -> SeriesRow {
        let (area_km2_min, area_km2_max) = (area_km2 / 2.0, area_km2 * 1.5);
        SeriesRow { time: minute(at), control, n_sites: 1, area_km2, area_km2_min, area_km2_max, population: None, share_area: None }
    }

    fn rows(moments: &[(i64, [f64; 3])]) -> Vec<SeriesRow> {
        let controls = [RED, BLUE, ControlState::Unknown];
        moments.iter().flat_map(|(at, areas)| controls.iter().cloned().zip(areas).map(|(control, &area)| row(*at, control, area))).collect()
    }

    fn drawn(rows: &[SeriesRow], layout: AreasLayout, size: (u32, u32)) -> Result<Drawn, ChartFault> {
        with_claims(rows, &[], layout, size)
    }

    fn with_claims(rows: &[SeriesRow], claimed: &[f64], layout: AreasLayout, size: (u32, u32)) -> Result<Drawn, ChartFault> {
        with_chart(&ledger(vec![site("a", "", None)], vec![]), size, |chart| {
            scene(chart, &Areas { rows, claimed, contenders: &[], layout })
        })
    }

    /// The shapes that are filled with one colour and are not swatches, in order.
    fn solids(drawn: &Drawn) -> Vec<Vec<[f64; 2]>> {
        let places = |path: &Path| {
            path.steps.iter().filter_map(|step| if let Step::Move(at) | Step::Line(at) = step { Some(*at) } else { None }).collect()
        };
        let is_band = |path: &&Path| {
            matches!(path.fill, Some(Paint::Solid(_))) && path.stroke.as_ref().is_some_and(|stroke| stroke.ink.opacity > 0.5)
        };
        let paths = drawn.scene.items.iter().filter_map(|item| if let Item::Path(path) = item { Some(path) } else { None });
        paths.filter(is_band).map(places).collect()
    }

    /// ```text
    ///  blue │▔▔▔▔▔▔▔▔   of 10 km²: red holds 5, and from the half hour on 10
    ///  red  │▁▁▁▁▐███
    /// ```
    #[test]
    fn an_amount_lasts_until_the_next_and_is_drawn_in_steps() {
        let page = drawn(&rows(&[(0, [5.0, 5.0, 0.0]), (30, [10.0, 0.0, 0.0])]), AreasLayout::Stacked, (1_600, 1_000)).unwrap();
        let bands = solids(&page);
        let red = &bands[0];
        let (left, right) = (red[0][0], red[3][0]);
        let (half, full) = (red[0][1], red[3][1]);
        let base = red[4][1];
        let middle = f64::midpoint(left, right);
        assert_eq!(red[..4], [[left, half], [middle, half], [middle, full], [right, full]]);
        assert!((base - half - (half - full)).abs() < 1e-9, "half the ground is half the height");
        assert_eq!(bands.len(), 2, "unknown ground there is none of");
    }

    /// ```text
    ///  red  │////////   of 10 km² red holds 8, of which it only claims 3 at first
    ///       │████████   and then nothing
    /// ```
    #[test]
    fn what_is_claimed_only_is_hatched_above_what_is_confirmed_and_said() {
        let rows = rows(&[(0, [8.0, 0.0, 2.0]), (30, [8.0, 0.0, 2.0])]);
        let page = with_claims(&rows, &[3.0, 0.0, 0.0, 3.0, 0.0, 0.0], AreasLayout::Stacked, (1_600, 1_000)).unwrap();
        let hatched = page.scene.items.iter().filter(|item| matches!(item, Item::Path(Path { fill: Some(Paint::Hatch { .. }), .. })));
        assert_eq!((hatched.count(), solids(&page).len()), (1, 1));
        assert!(
            said(&page).contains("8.0 km² · 80 %, 3.0 km² claimed only") && said(&page).contains("Hatched: claimed only"),
            "{}",
            said(&page)
        );
        let all = with_claims(&rows, &[8.0, 0.0, 0.0, 8.0], AreasLayout::Stacked, (1_600, 1_000)).unwrap();
        assert!(said(&all).contains("8.0 km² · 80 %, claimed only") && solids(&all).is_empty(), "{}", said(&all));
    }

    #[test]
    fn names_stand_at_the_end_with_what_is_held_there_and_none_upon_another() {
        let page = drawn(&rows(&[(0, [5.0, 5.0, 0.0]), (30, [9.9, 0.0, 0.1])]), AreasLayout::Stacked, (1_600, 1_000)).unwrap();
        let said = said(&page);
        assert!(
            said.contains("Reds\n9.9 km² · 99 %") && said.contains("Blues\nno ground") && said.contains("Unknown\n0.1 km² · 1 %"),
            "{said}"
        );
        let mut names: Vec<f64> =
            texts(&page).iter().filter(|text| ["Reds", "Blues", "Unknown"].contains(&&*text.shaped.text)).map(|text| text.at[1]).collect();
        names.sort_by(f64::total_cmp);
        assert!(names.windows(2).all(|pair| pair[1] - pair[0] >= 45.9), "{names:?}");
        assert!(page.scene.description.starts_with("Chart: The ford. At the end: Reds 9.9 km² · 99 %"));
    }

    #[test]
    fn one_moment_is_drawn_across_the_span_and_none_is_a_fault() {
        let page = drawn(&rows(&[(59, [5.0, 5.0, 0.0])]), AreasLayout::Stacked, (1_600, 1_000)).unwrap();
        let red = &solids(&page)[0];
        assert!(red[1][0] - red[0][0] > 1_000.0);
        assert_eq!(drawn(&[], AreasLayout::Stacked, (400, 300)).unwrap_err(), ChartFault::NoMoment);
    }

    #[test]
    fn without_ground_sites_are_counted() {
        let page = drawn(&rows(&[(0, [0.0; 3])]), AreasLayout::Lines, (1_600, 1_000)).unwrap();
        assert!(said(&page).contains("1 site · 33 %") && said(&page).contains("Sites"), "{}", said(&page));
    }

    #[test]
    fn many_changes_in_a_pixel_are_drawn_as_the_last_of_them() {
        let moments: Vec<SeriesRow> = (0..30_000)
            .map(|at| SeriesRow {
                time: Timestamp::from_millisecond(at * 120).unwrap(),
                ..row(0, RED, if at % 2 == 0 { 1.0 } else { 2.0 })
            })
            .collect();
        let page = drawn(&moments, AreasLayout::Stacked, (400, 300)).unwrap();
        assert!(solids(&page)[0].len() < 4 * 400 * 5, "{}", solids(&page)[0].len());
    }

    #[test]
    fn more_names_than_room_are_counted() {
        let moments: Vec<SeriesRow> = (0..40).map(|at| row(0, if at % 2 == 0 { RED } else { BLUE }, 1.0 + f64::from(at))).collect();
        let page = drawn(&moments, AreasLayout::Stacked, (400, 200)).unwrap();
        assert!(said(&page).contains("and 36 more"), "{}", said(&page));
        assert!(texts(&page).iter().all(|text| text.at[1] <= 200.0));
    }

    #[test]
    fn names_keep_apart_as_near_to_their_places_as_there_is_room() {
        assert_eq!(apart(&[10.0, 50.0], 20.0, (0.0, 100.0)), [10.0, 50.0]);
        assert_eq!(apart(&[50.0, 50.0, 50.0], 20.0, (0.0, 100.0)), [50.0, 70.0, 90.0]);
        assert_eq!(apart(&[99.0, 99.0], 20.0, (0.0, 100.0)), [70.0, 90.0]);
        assert_eq!(apart(&[], 20.0, (0.0, 100.0)), Vec::<f64>::new());
    }
}
