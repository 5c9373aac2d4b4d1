//! The page of a chart: title and subtitle above, sources at its foot, and between them the room for what is drawn.

use jiff::Timestamp;
use marchland_core::Period;

use crate::chart::Chart;
use crate::furniture::made;
use crate::lines::{fitted, wrapped};
use crate::map::{Drawn, note_missing};
use crate::scene::{Item, Rect, Scene, Text, colour};
use crate::style::INK;
use crate::text::{Shaped, Weight};

/// Ink of words that matter less: that of the map.
pub(crate) const SECONDARY: u32 = 0x005A_6470;

/// Lines across a chart, which are there to be looked past (chosen: seen beside a bar, not through one).
pub(crate) const HAIRLINE: u32 = 0x00DF_E3E7;

/// Size of the words at the foot, and from one of its lines to the next.
const FOOT: [f64; 2] = [13.5, 18.0];

/// Where things stand on a page. Lengths are those of a page of 1600 by 1000 times `unit`.
pub(crate) struct Page {
    pub(crate) unit: f64,
    width: f64,
    height: f64,
    may_be_lower: bool,
    foot: Vec<String>,
    /// What is between the subtitle and the foot.
    pub(crate) room: Rect,
}

impl Page {
    /// A page as large as asked; `notes` say at its foot what is drawn how.
    pub(crate) fn new(chart: &Chart<'_>, notes: &str) -> Self {
        let (width, height) = (f64::from(chart.size.width()), f64::from(chart.size.height()));
        // Half a unit is the least that is read: on a smaller page there is room for less.
        let unit = (width / 1600.0).min(height / 1000.0).max(0.5);
        let mut foot = wrapped(&format!("{notes} {}", credits(chart.sources)), FOOT[0] * unit, width - 80.0 * unit);
        if foot.len() > 4 {
            let rest = foot.split_off(3).join(" ");
            foot.push(rest);
        }
        let bottom = height - (44.0 + FOOT[1] * (foot.len() + 1) as f64) * unit;
        let room = Rect::new(40.0 * unit, 118.0 * unit, (width - 80.0 * unit).max(10.0), (bottom - 118.0 * unit).max(10.0));
        Self { unit, width, height, may_be_lower: chart.size.may_be_lower(), foot, room }
    }

    /// The page, its room at least as high as the first height, as far as `most` pixels allow. Where it may be lower than asked, its room is
    /// no higher than the second.
    pub(crate) fn with_room(self, [least, enough]: [f64; 2], most: f64) -> Self {
        let so_high = |room: f64| (self.height + room - self.room.height).ceil();
        let lowest = if self.may_be_lower { so_high(enough.max(least)).min(self.height) } else { self.height };
        let height = so_high(least).clamp(lowest, most.max(lowest));
        let room = Rect { height: self.room.height + height - self.height, ..self.room };
        Self { height, room, ..self }
    }

    /// The page with its title, subtitle and foot round what is drawn.
    pub(crate) fn finish(self, chart: &Chart<'_>, description: &str, mut items: Vec<Item>) -> Drawn {
        let unit = self.unit;
        let (left, width) = (40.0 * unit, self.width - 80.0 * unit);
        words(&mut items, [left, 58.0 * unit], fitted(chart.title, 36.0 * unit, Weight::Bold, width), INK);
        words(&mut items, [left, 94.0 * unit], fitted(&subtitle(chart), 21.0 * unit, Weight::Regular, width), SECONDARY);
        let lines = self.foot.iter().map(|line| fitted(line, FOOT[0] * unit, Weight::Regular, width));
        for (at, line) in lines.chain([made(chart.made, FOOT[0] * unit, width)]).enumerate() {
            let y = self.height - (16.0 + FOOT[1] * (self.foot.len() - at) as f64) * unit;
            words(&mut items, [left, y], line, SECONDARY);
        }
        let mut warnings = Vec::new();
        note_missing(&items, &mut warnings);
        warnings.dedup();
        let description = format!("{description} {}.", subtitle(chart));
        let (width, height) = (self.width as u32, self.height as u32);
        Drawn { scene: Scene { width, height, dpi: chart.size.dpi(), title: chart.title.to_owned(), description, items }, warnings }
    }
}

fn credits(sources: &str) -> String {
    let sources = sources.trim_end_matches('.');
    if sources.is_empty() { String::new() } else { format!("{sources}.") }
}

/// A line of text at a place.
pub(crate) fn words(items: &mut Vec<Item>, at: [f64; 2], shaped: Shaped, rgb: u32) {
    items.push(Item::Text(Text { at, shaped, colour: colour(rgb), halo: 0.0 }));
}

/// `1 October 2016 to 31 October 2016, Asia/Kabul · by rule bayes/1 · as known on 3 October 2016`
pub(crate) fn subtitle(chart: &Chart<'_>) -> String {
    let known = chart.as_of.map_or_else(String::new, |as_of| {
        let [known, _] = ends(chart, as_of, as_of);
        format!(" · as known {}", if known.contains(':') { format!("at {known}") } else { format!("on {known}") })
    });
    format!("{}, {} · by rule {}{known}", in_words(chart, chart.span), chart.time_zone_name, chart.rule)
}

/// `1 October 2016 to 3 October 2016`, of whole days; `3 October 2016` of one; else with the hours.
pub(crate) fn in_words(chart: &Chart<'_>, span: Period) -> String {
    let [from, until] = ends(chart, span.start(), span.end());
    if from == until { from } else { format!("{from} to {until}") }
}

/// The first and the last of a span's local days where it is of whole days, the close of a day standing for its day; else its ends to the minute.
fn ends(chart: &Chart<'_>, from: Timestamp, until: Timestamp) -> [String; 2] {
    let local = |at: Timestamp| at.to_zoned_datetime(chart.time_zone.clone());
    let clock = |at: Timestamp| local(at).strftime("%H:%M:%S").to_string();
    let is_edge = |at: Timestamp| ["00:00:00", "23:59:59"].contains(&clock(at).as_str());
    let is_days = is_edge(from) && is_edge(until);
    let last =
        if clock(until) == "00:00:00" && from < until { Timestamp::from_second(until.as_second() - 1).unwrap_or(until) } else { until };
    let format = if is_days { "%-d %B %Y" } else { "%H:%M, %-d %B %Y" };
    [from, if is_days { last } else { until }].map(|at| local(at).strftime(format).to_string())
}
