//! Axes: times at round steps of the local clock and calendar, amounts at round numbers.
//!
//! The step is the shortest whose labels keep apart. Labels stand in two lines: `06:00`, `3 Oct` or `Oct`, and where that changes what they
//! are part of, the day or the year. What would still overlap is left out, its tick is not.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};
use marchland_core::{Period, microseconds};

use crate::chart::page::{HAIRLINE, SECONDARY, words};
use crate::scene::{Item, Path, ink};
use crate::text::{Weight, shape};

/// Size of the words on an axis, and the least blank between two of them.
const SIZE: f64 = 15.0;
const GAP: f64 = 18.0;

/// Time from left to right.
pub(crate) struct TimeAxis<'a> {
    pub(crate) span: Period,
    pub(crate) zone: &'a TimeZone,
    pub(crate) left: f64,
    pub(crate) right: f64,
}

/// On which side of what is drawn the labels stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Above,
    Below,
}

/// From one tick to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Seconds of the local day, of which they are a whole part.
    Seconds(i32),
    /// Days; seven of them begin on a Monday.
    Days(i32),
    /// Months of the calendar.
    Months(i32),
}

/// The steps there are, from short to long: those of clocks and calendars.
const STEPS: [Step; 26] = [
    Step::Seconds(1),
    Step::Seconds(5),
    Step::Seconds(15),
    Step::Seconds(60),
    Step::Seconds(300),
    Step::Seconds(900),
    Step::Seconds(3_600),
    Step::Seconds(3 * 3_600),
    Step::Seconds(6 * 3_600),
    Step::Seconds(12 * 3_600),
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(3),
    Step::Months(6),
    Step::Months(12),
    Step::Months(24),
    Step::Months(60),
    Step::Months(120),
    Step::Months(240),
    Step::Months(600),
    Step::Months(1_200),
    Step::Months(6_000),
    Step::Months(12_000),
];

impl Step {
    /// The least seconds it lasts.
    fn least(self) -> f64 {
        match self {
            Self::Seconds(count) => f64::from(count),
            Self::Days(count) => 86_400.0 * f64::from(count),
            Self::Months(count) if count < 12 => 28.0 * 86_400.0 * f64::from(count),
            Self::Months(count) => 365.0 * 86_400.0 / 12.0 * f64::from(count),
        }
    }

    /// How its ticks are written, and what those are part of.
    fn formats(self) -> (&'static str, &'static str) {
        match self {
            Self::Seconds(count) if count < 60 => ("%H:%M:%S", "%-d %B %Y"),
            Self::Seconds(_) => ("%H:%M", "%-d %B %Y"),
            Self::Days(_) => ("%-d %b", "%Y"),
            Self::Months(count) if count < 12 => ("%b", "%Y"),
            Self::Months(_) => ("%Y", ""),
        }
    }

    /// The last tick that is not after a local time.
    fn floor(self, at: DateTime) -> Option<DateTime> {
        let date = at.date();
        Some(match self {
            Self::Seconds(count) => {
                let second = i32::from(at.hour()) * 3_600 + i32::from(at.minute()) * 60 + i32::from(at.second());
                let second = second - second % count;
                date.at((second / 3_600) as i8, (second / 60 % 60) as i8, (second % 60) as i8, 0)
            }
            Self::Days(count) => {
                let monday = Date::new(1970, 1, 5).ok()?;
                let days = monday.until(date).ok()?.get_days().rem_euclid(count);
                date.checked_sub(days.days()).ok()?.to_datetime(Time::midnight())
            }
            Self::Months(count) => {
                let months = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
                let months = months - months.rem_euclid(count);
                Date::new(months.div_euclid(12) as i16, (months.rem_euclid(12) + 1) as i8, 1).ok()?.to_datetime(Time::midnight())
            }
        })
    }

    fn span(self) -> Span {
        match self {
            Self::Seconds(count) => count.seconds(),
            Self::Days(count) => count.days(),
            Self::Months(count) => count.months(),
        }
    }
}

/// A tick and its two lines of words.
struct Tick {
    at: Timestamp,
    label: String,
    context: String,
}

impl TimeAxis<'_> {
    /// Where a time stands; outside the span at its end.
    pub(crate) fn x(&self, at: Timestamp) -> f64 {
        let [from, until, at] = [self.span.start(), self.span.end(), at].map(|at| microseconds(at) as f64);
        let share = if from < until { (at - from) / (until - from) } else { 0.0 };
        self.left + share.clamp(0.0, 1.0) * (self.right - self.left)
    }

    /// Lines from above to below at the ticks.
    pub(crate) fn grid(&self, (top, bottom): (f64, f64), unit: f64, items: &mut Vec<Item>) {
        let steps =
            self.ticks(unit).iter().flat_map(|tick| Path::line(&[[self.x(tick.at), top], [self.x(tick.at), bottom]]).steps).collect();
        items.push(Item::Path(Path::of(steps).stroked(ink(HAIRLINE), unit)));
    }

    /// The words at the ticks, above or below an edge of what is drawn.
    pub(crate) fn labels(&self, edge: f64, side: Side, unit: f64, items: &mut Vec<Item>) {
        let ticks = self.ticks(unit);
        let [near, far] = match side {
            Side::Above => [edge - 9.0 * unit, edge - 28.0 * unit],
            Side::Below => [edge + 21.0 * unit, edge + 40.0 * unit],
        };
        let of = |words: fn(&Tick) -> &String| ticks.iter().map(|tick| (self.x(tick.at), words(tick).clone())).collect::<Vec<_>>();
        line(&of(|tick| &tick.label), near, unit, items);
        // Where what ticks are part of changes soon after the first, the change says more.
        let contexts: Vec<_> = of(|tick| &tick.context).into_iter().filter(|(_, words)| !words.is_empty()).collect();
        let width = |words: &str| shape(words, SIZE * unit, Weight::Bold).width;
        let is_crowded = matches!(&contexts[..], [first, second, ..] if second.0 - first.0 < f64::midpoint(width(&first.1), width(&second.1)) + GAP * unit);
        line(&contexts[usize::from(is_crowded)..], far, unit, items);
    }

    fn ticks(&self, unit: f64) -> Vec<Tick> {
        let seconds = (microseconds(self.span.end()) - microseconds(self.span.start())) as f64 / 1e6;
        let room = (self.right - self.left).max(1.0);
        // The widest of its kind: digits are as wide as each other, and "Sep" is the widest month but for "Mar" and "May".
        let widest = |step: Step| match step.formats().0 {
            "%H:%M:%S" => "00:00:00",
            "%H:%M" => "00:00",
            "%-d %b" => "30 May",
            "%b" => "May",
            _ => "2000",
        };
        let width = |words: &str| shape(words, SIZE * unit, Weight::Regular).width + GAP * unit;
        let pixels = |step: Step| step.least() / seconds * room;
        // Hours tell nothing where there is no room to name each day.
        let names_days = |step: &Step| !matches!(step, Step::Seconds(_)) || pixels(Step::Days(1)) >= width("30 September 2000");
        let is_wide_enough = |step: &Step| pixels(*step) >= width(widest(*step)) && names_days(step);
        let step = STEPS.into_iter().find(is_wide_enough).unwrap_or(STEPS[STEPS.len() - 1]);
        self.at_steps(step)
    }

    fn at_steps(&self, step: Step) -> Vec<Tick> {
        let local = |at: Timestamp| at.to_zoned_datetime(self.zone.clone());
        let (label, context) = step.formats();
        let mut next = step.floor(local(self.span.start()).datetime());
        let mut ticks: Vec<Tick> = Vec::new();
        let mut last_context = String::new();
        while let Some(civil) = next {
            let Ok(zoned) = civil.to_zoned_datetime(self.zone.clone()) else { break };
            let at = zoned.timestamp();
            if at > self.span.end() {
                break;
            }
            // A clock that is put back shows an hour twice: it has one tick.
            if at >= self.span.start() && ticks.last().is_none_or(|last| last.at < at) {
                let now = zoned.strftime(context).to_string();
                let context = if now == last_context { String::new() } else { now.clone() };
                last_context = now;
                ticks.push(Tick { at, label: zoned.strftime(label).to_string(), context });
            }
            next = civil.checked_add(step.span()).ok();
        }
        ticks
    }
}

/// Words in a line, the middle of each at its place; what would overlap the one before is left out.
fn line(labels: &[(f64, String)], y: f64, unit: f64, items: &mut Vec<Item>) {
    let mut free = f64::NEG_INFINITY;
    for (x, label) in labels {
        let shaped = shape(label, SIZE * unit, Weight::Regular);
        let start = x - shaped.width / 2.0;
        if free <= start {
            free = start + shaped.width + GAP / 2.0 * unit;
            words(items, [start, y], shaped, SECONDARY);
        }
    }
}

/// Amounts from below to above, from nought.
pub(crate) struct AmountAxis {
    /// The greatest amount there is.
    pub(crate) most: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl AmountAxis {
    /// Where an amount stands.
    pub(crate) fn y(&self, amount: f64) -> f64 {
        let share = if self.most > 0.0 { (amount / self.most).clamp(0.0, 1.0) } else { 0.0 };
        self.bottom - share * (self.bottom - self.top)
    }

    /// Round amounts, some five of them, and how they are written.
    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let Some(step) = round_above(self.most / 6.0) else { return vec![(0.0, "0".to_owned())] };
        let count = (self.most / step * (1.0 + 1e-9)).floor() as u32;
        (0..=count).map(|at| f64::from(at) * step).map(|amount| (amount, written(amount, step))).collect()
    }
}

/// The least of 1, 2, 5 and their tenfolds that is not below a number; none for nought.
fn round_above(number: f64) -> Option<f64> {
    let exponent = (number > 0.0).then(|| libm::log10(number).floor())?;
    let tenfold = |by: f64| libm::pow(10.0, exponent + by);
    [tenfold(0.0), 2.0 * tenfold(0.0), 5.0 * tenfold(0.0), tenfold(1.0)].into_iter().find(|&round| round >= number * (1.0 - 1e-9))
}

/// An amount with the digits that a step needs; thousands are parted by thin blanks.
fn written(amount: f64, step: f64) -> String {
    let places = (-libm::log10(step).floor()).clamp(0.0, 9.0) as usize;
    if places > 0 { format!("{amount:.places$}") } else { crate::furniture::grouped(amount.round()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(from: &str, until: &str, zone: &'static str) -> TimeAxis<'static> {
        let span = Period::new(from.parse().unwrap(), until.parse().unwrap()).unwrap();
        TimeAxis { span, zone: Box::leak(Box::new(TimeZone::get(zone).unwrap())), left: 0.0, right: 1_000.0 }
    }

    fn labels(axis: &TimeAxis<'_>) -> Vec<String> {
        let context = |tick: Tick| if tick.context.is_empty() { tick.label } else { format!("{} {}", tick.label, tick.context) };
        axis.ticks(1.0).into_iter().map(context).collect()
    }

    #[test]
    fn steps_are_of_clocks_and_calendars_by_the_length_of_the_span() {
        let first = |until: &str, count: usize| labels(&axis("2016-10-01T00:00:00Z", until, "UTC"))[..count].join(" | ");
        assert_eq!(first("2016-10-01T00:00:04Z", 2), "00:00:00 1 October 2016 | 00:00:01");
        assert_eq!(first("2016-10-02T06:00:00Z", 3), "00:00 1 October 2016 | 03:00 | 06:00");
        assert_eq!(first("2016-10-09T00:00:00Z", 2), "1 Oct 2016 | 2 Oct");
        assert_eq!(first("2016-12-31T00:00:00Z", 2), "3 Oct 2016 | 10 Oct");
        assert_eq!(first("2017-10-01T00:00:00Z", 4), "Oct 2016 | Nov | Dec | Jan 2017");
        assert_eq!(first("2030-01-01T00:00:00Z", 2), "2017 | 2018");
        assert_eq!(first("2900-01-01T00:00:00Z", 2), "2050 | 2100");
    }

    #[test]
    fn ticks_are_at_the_midnights_of_the_zone_also_where_its_clock_is_changed() {
        // Paris is two hours ahead of UTC until 30 October 2016, and then one.
        let axis = axis("2016-10-28T00:00:00Z", "2016-11-01T12:00:00Z", "Europe/Paris");
        let seconds: Vec<String> = axis.at_steps(Step::Days(1)).iter().map(|tick| tick.at.to_string()).collect();
        assert_eq!(seconds, ["2016-10-28T22:00:00Z", "2016-10-29T22:00:00Z", "2016-10-30T23:00:00Z", "2016-10-31T23:00:00Z"]);
        let hours = axis.at_steps(Step::Seconds(3_600));
        assert!(hours.windows(2).all(|pair| pair[0].at < pair[1].at));
    }

    #[test]
    fn labels_never_lie_upon_each_other() {
        for (until, zone) in [("2016-10-01T00:00:07Z", "UTC"), ("2016-10-02T09:00:00Z", "Asia/Kabul"), ("2018-02-03T00:00:00Z", "UTC")] {
            for width in [30.0, 120.0, 400.0, 1_000.0] {
                let mut items = Vec::new();
                TimeAxis { right: width, ..axis("2016-10-01T00:00:00Z", until, zone) }.labels(0.0, Side::Below, 1.0, &mut items);
                let ends = items.iter().map(|item| match item {
                    Item::Text(text) => (text.at[1], text.at[0], text.at[0] + text.shaped.width),
                    Item::Path(_) | Item::Clipped(..) => unreachable!(),
                });
                let ends: Vec<_> = ends.collect();
                assert!(ends.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].2 < pair[1].1), "{until} {width}: {ends:?}");
            }
        }
    }

    #[test]
    fn a_year_that_changes_soon_is_named_and_not_the_one_before() {
        let mut items = Vec::new();
        axis("2016-12-31T00:00:00Z", "2017-03-01T00:00:00Z", "UTC").labels(0.0, Side::Below, 1.0, &mut items);
        let words: Vec<&str> =
            items.iter().filter_map(|item| if let Item::Text(text) = item { Some(&*text.shaped.text) } else { None }).collect();
        assert!(words.contains(&"2017"), "{words:?}");
    }

    #[test]
    fn times_outside_the_span_stand_at_its_ends() {
        let axis = axis("2016-10-01T00:00:00Z", "2016-10-02T00:00:00Z", "UTC");
        assert_eq!([Timestamp::MIN, "2016-10-01T12:00:00Z".parse().unwrap(), Timestamp::MAX].map(|at| axis.x(at)), [0.0, 500.0, 1_000.0]);
        let whole = TimeAxis { span: Period::new(Timestamp::MIN, Timestamp::MAX).unwrap(), ..axis };
        assert!(labels(&whole).len() < 30);
    }

    #[test]
    fn amounts_are_written_at_round_numbers_with_the_digits_that_the_step_needs() {
        let written =
            |most: f64| AmountAxis { most, top: 0.0, bottom: 100.0 }.ticks().into_iter().map(|(_, words)| words).collect::<Vec<_>>();
        assert_eq!(written(150.2), ["0", "50", "100", "150"]);
        assert_eq!(written(0.25), ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25"]);
        assert_eq!(written(641_000.0), ["0", "200\u{2009}000", "400\u{2009}000", "600\u{2009}000"]);
        assert_eq!(written(0.0), ["0"]);
        let nothing = AmountAxis { most: 0.0, top: 0.0, bottom: 100.0 };
        assert_eq!([nothing.y(0.0), nothing.y(7.0)], [100.0, 100.0]);
    }
}
