//! What stands round the map: title, legend that doubles as the table, what is not on the map, how sure, footer.

use marchland_core::{CellKey, SiteIndex};

use crate::layout::Shown;
use crate::legend::{self, Seen, Sinks, label};
use crate::lines::{fitted, isolated, narrowed, rightward, shrunk, wrapped};
use crate::map::MapRequest;
use crate::moment;
use crate::page::Page;
use crate::places::{Marked, is_hospital};
use crate::samples;
use crate::scene::{Item, Rect, Text, colour};
use crate::style::INK;
use crate::text::{Shaped, Weight, shape};

/// Ink of words that matter less (chosen: contrast on white 5.9:1, that of others is 15:1).
pub(crate) const SECONDARY: u32 = 0x005A_6470;

/// A line of text at a place.
pub(crate) fn text(items: &mut Vec<Item>, at: [f64; 2], shaped: Shaped, rgb: u32) {
    items.push(Item::Text(Text { at, shaped, colour: colour(rgb), halo: 0.0 }));
}

/// The title, and when the map is of.
pub(crate) fn title(title: &str, subtitle: &str, page: &Page, items: &mut Vec<Item>) {
    let unit = page.unit;
    let width = page.width - 80.0 * unit;
    text(items, [40.0 * unit, 58.0 * unit], shrunk(title, 36.0 * unit, width), INK);
    text(items, [40.0 * unit, 94.0 * unit], narrowed(subtitle, 21.0 * unit, width), SECONDARY);
}

/// The moment of a map in words.
pub(crate) fn subtitle(request: &MapRequest<'_>) -> String {
    moment::in_full((request.snapshot.at, request.snapshot.as_of), request.time_zone, request.time_zone_name)
}

/// The legend's column while it is filled from above.
pub(crate) struct Column<'p> {
    pub(crate) page: &'p Page,
    /// The left edge of what is written now.
    pub(crate) x: f64,
    /// The width of what is written now.
    pub(crate) width: f64,
    pub(crate) y: f64,
    /// Where the space for words ends.
    pub(crate) bottom: f64,
}

impl<'p> Column<'p> {
    /// The legend's column down to `bottom`: beside the map its whole width, below the map the first of three.
    pub(crate) fn new(page: &'p Page, bottom: f64) -> Self {
        let Rect { x, y, width, height } = page.column;
        let width = if width > height * 1.5 { (width - 60.0 * page.unit) / 3.0 } else { width };
        Self { page, x, width, y, bottom }
    }

    pub(crate) fn heading(&mut self, words: &str, items: &mut Vec<Item>) {
        let unit = self.page.unit;
        self.y += 14.0 * unit;
        text(items, [self.x, self.y + 14.0 * unit], shape(words, 14.5 * unit, Weight::Bold), SECONDARY);
        self.y += 30.0 * unit;
    }

    pub(crate) fn room(&self, units: f64) -> bool {
        self.y + units * self.page.unit <= self.bottom
    }

    /// Whether the legend is in parts beside each other.
    pub(crate) fn has_parts(&self) -> bool {
        self.width < self.page.column.width * 0.9
    }

    /// On a page with the legend below the map, the next part begins a column of its own.
    pub(crate) fn next_part(&mut self) {
        let Rect { x, y, width, .. } = self.page.column;
        if self.has_parts() && self.width < width && self.x + self.width * 1.5 < x + width {
            self.x += self.width + 30.0 * self.page.unit;
            self.y = y;
        }
    }
}

/// The legend, where one is asked for: ground, places, what is not on the map, how sure.
pub(crate) fn column(request: &MapRequest<'_>, page: &Page, marked: &Marked, has_overview: OverviewShown, items: &mut Vec<Item>) {
    if request.furniture.legend == Shown::No {
        return;
    }
    let is_below = page.column.width > page.column.height * 1.5;
    let bottom = if has_overview && !is_below { page.overview.y - 10.0 * page.unit } else { page.column.bottom() };
    let mut column = Column::new(page, bottom);
    let mut seen = Seen::default();
    seen.add(request.ledger, request.snapshot);
    seen.add_marked(request.snapshot, marked);
    let mut numbers = Vec::new();
    legend::ground(request, &seen, &[request.snapshot], &mut column, &mut Sinks { words: items, numbers: &mut numbers });
    items.append(&mut numbers);
    column.next_part();
    if has_overview && is_below {
        // Below the map the overview lies at the foot of the middle part.
        column.bottom = page.overview.y - 10.0 * page.unit;
    }
    legend::markers(request, &seen, "PLACES", &mut column, items);
    let kept = if is_below { 0.0 } else { sure_height(request, &seen, &column) + ONE_LINE };
    legend::kinds(request, &seen, kept, &mut column, items);
    column.bottom = bottom;
    column.next_part();
    let kept = sure_height(request, &seen, &column);
    beside(request, &mut column, (marked, has_overview), kept, items);
    sure(request, &seen, &mut column, items);
}

/// Units that are kept for a line on the places that are not on the map.
const ONE_LINE: f64 = 26.0;

/// Whether the overview takes the foot of the column.
type OverviewShown = bool;

/// Sites without a marker, by state; of areas and hospitals without a word of their own, nothing.
///
/// So many units of the column are kept for how sure the map is.
fn beside(
    request: &MapRequest<'_>,
    column: &mut Column<'_>,
    (marked, has_overview): (&Marked, OverviewShown),
    kept: f64,
    items: &mut Vec<Item>,
) {
    let unit = column.page.unit;
    // What lies outside the frame is marked and named on the overview.
    let unnamed = if has_overview { &[][..] } else { &marked.outside[..] };
    let groups = beside_by_state(request, &[&marked.beside, unnamed].concat());
    let count = marked.beside.len() + unnamed.len();
    if groups.is_empty() || !column.room(kept + 66.0) {
        if !groups.is_empty() && column.room(kept + ONE_LINE) {
            let places = if count == 1 { "place" } else { "places" };
            let words = format!("Not on the map: {} {places}, see map.md", in_groups(count));
            text(items, [column.x, column.y + 17.0 * unit], fitted(&words, 16.0 * unit, Weight::Regular, column.width), SECONDARY);
            column.y += ONE_LINE * unit;
        }
        return;
    }
    column.heading("NOT ON THE MAP", items);
    let room = (((column.bottom - column.y) / unit - kept) / 22.0).floor().max(1.0) as usize;
    for line in beside_in_words(&groups, count, room, |line| wrapped(line, 16.0 * unit, column.width)) {
        let shaped = fitted(&rightward(&line), 16.0 * unit, Weight::Regular, column.width);
        text(items, [column.x, column.y + 13.0 * unit], shaped, INK);
        column.y += 22.0 * unit;
    }
}

/// As many whole names, state by state, as the lines there is room for hold, and how many of all places are not named.
fn beside_in_words(groups: &[(String, Vec<String>)], count: usize, room: usize, wrap: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let told = |named: usize| -> Vec<String> {
        let mut left = named;
        let mut lines = Vec::new();
        for (state, names) in groups {
            let shown = &names[..left.min(names.len())];
            left -= shown.len();
            if !shown.is_empty() {
                lines.extend(wrap(&format!("{state}: {}", shown.join(", "))));
            }
        }
        if named < count {
            let more = if named == 0 { "places" } else { "more" };
            lines.push(format!("{}{} {more}, which map.md names", if named == 0 { "" } else { "and " }, in_groups(count - named)));
        }
        lines
    };
    let all = groups.iter().map(|(_, names)| names.len()).sum();
    (0..=all).rev().map(told).find(|lines| lines.len() <= room).unwrap_or_default()
}

/// The names of places by state, `Taliban, claimed` and `Recruiting centre`, `Prison`. Areas around the map and hospitals of which
/// nothing was said themselves are not among them.
fn beside_by_state(request: &MapRequest<'_>, sites: &[SiteIndex]) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(CellKey, Vec<String>)> = Vec::new();
    for &site in sites {
        let state = &request.snapshot.sites[site.0 as usize].assessment;
        let spoken_of = request
            .ledger
            .reports_about(site)
            .iter()
            .any(|&report| request.ledger.report(report).asserts != marchland_core::Assertion::Context);
        let place = request.ledger.site(site);
        if matches!(place.kind.as_str(), "district" | "province") || (is_hospital(&place.kind) && !spoken_of) {
            continue;
        }
        let key = CellKey { control: state.control.clone(), status: state.status };
        let name = isolated(place.names.in_language(request.language));
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, names)) => names.push(name),
            None => groups.push((key, vec![name])),
        }
    }
    groups.sort();
    groups.into_iter().map(|(key, names)| (label(request, &key), names)).collect()
}

/// Samples of what is not sure on the map, and whole sentences on how sure it is, as far as there is room.
pub(crate) fn sure(request: &MapRequest<'_>, seen: &Seen, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    let samples = seen.unsure(request);
    if (request.sure.is_empty() && samples.is_empty()) || !column.room(70.0) {
        return;
    }
    column.heading("HOW SURE", items);
    samples::draw(request, &samples, 0.0, column, items);
    for sentence in request.sure {
        let lines = wrapped(sentence, 15.5 * unit, column.width);
        if !column.room(21.0 * lines.len() as f64 - 3.0) {
            break;
        }
        for line in lines {
            text(items, [column.x, column.y + 13.0 * unit], fitted(&line, 15.5 * unit, Weight::Regular, column.width), INK);
            column.y += 21.0 * unit;
        }
    }
}

/// Units that all of it needs.
pub(crate) fn sure_height(request: &MapRequest<'_>, seen: &Seen, column: &Column<'_>) -> f64 {
    let lines = request.sure.iter().flat_map(|line| wrapped(line, 15.5 * column.page.unit, column.width)).count();
    50.0 + 21.0 * lines as f64 + samples::height(&seen.unsure(request), column)
}

/// Square kilometres with as many digits as mean something: thousands parted by thin blanks.
pub(crate) fn square_kilometres(area: f64) -> String {
    let text = if area < 9.95 { format!("{area:.1}") } else { grouped(area.round()) };
    format!("{text} km²")
}

/// A count with its thousands parted.
pub(crate) fn in_groups(count: usize) -> String {
    grouped(count as f64)
}

pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let length = digits.len();
    digits.chars().enumerate().fold(String::new(), |mut out, (at, digit)| {
        if at > 0 && (length - at).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
        out
    })
}

/// A share in per cent; what is there but small is not nought.
pub(crate) fn share(area: f64, total: f64) -> String {
    let percent = if total > 0.0 { area / total * 100.0 } else { 0.0 };
    if percent > 0.0 && percent < 0.5 { "< 1 %".to_owned() } else { format!("{percent:.0} %") }
}

/// `12 places lie outside the frame`, where any do.
pub(crate) fn outside(marked: &Marked) -> Option<String> {
    match marked.outside.len() {
        0 => None,
        1 => Some("1 place lies outside the frame".to_owned()),
        count => Some(format!("{} places lie outside the frame", in_groups(count))),
    }
}

/// What a legend would have said, on a page without one: how many places are known too little to be on the map.
fn not_on_the_map(request: &MapRequest<'_>, marked: &Marked) -> String {
    match (request.furniture.legend, marked.beside.len()) {
        (Shown::Yes, _) | (_, 0) => String::new(),
        (Shown::No, 1) => "1 place is not on the map. ".to_owned(),
        (Shown::No, count) => format!("{} places are not on the map. ", in_groups(count)),
    }
}

/// Sources and licence; what made the map and how to make it again. On a page without a legend also what that would have said of places
/// that are not shown, and of how sure the map is.
pub(crate) fn footer(request: &MapRequest<'_>, page: &Page, marked: &Marked, items: &mut Vec<Item>) {
    let unit = page.unit;
    let width = page.width - 80.0 * unit;
    let without = marked.names_left_out.places + marked.names_left_out.areas;
    let left_out = if without > 0 { format!("Names without room: {}, which map.md has. ", in_groups(without)) } else { String::new() };
    let beside = not_on_the_map(request, marked);
    let sure = if request.furniture.legend == Shown::No { format!(" {}", request.sure.join(" ")) } else { String::new() };
    let outside = outside(marked).map_or_else(String::new, |words| format!("{words}. "));
    let credits = request.sources.trim_end_matches('.');
    let credits = if credits.is_empty() { String::new() } else { format!("{credits}. ") };
    let sources = format!("{outside}{beside}{left_out}{credits}{}.{sure}", request.projection.name());
    let size = 13.5 * unit;
    let mut lines = wrapped(&sources, size, width);
    if lines.len() > 3 {
        let rest = lines.split_off(2).join(" ");
        lines.push(rest);
    }
    // Three lines are set closer, that the first keeps clear of the map.
    let [below, apart] = if lines.len() > 2 { [13.0, 16.5] } else { [16.0, 18.0] };
    for (at, line) in lines.iter().enumerate() {
        let y = page.height - (below + apart * (lines.len() - at) as f64 + 2.0) * unit;
        text(items, [40.0 * unit, y], fitted(line, size, Weight::Regular, width), SECONDARY);
    }
    text(items, [40.0 * unit, page.height - below * unit], made(request.made, size, width), SECONDARY);
}

/// What made a page, in a line: where it is too long, arguments are left out, and dataset and licence stay.
pub(crate) fn made(words: &str, size: f64, width: f64) -> Shaped {
    let whole = shape(words, size, Weight::Regular);
    let Some(at) = words.rfind(" · dataset ").filter(|_| whole.width > width) else { return fitted(words, size, Weight::Regular, width) };
    let (arguments, dataset) = words.split_at(at);
    let left = (width - shape(dataset, size, Weight::Regular).width).max(0.0);
    let arguments = fitted(arguments, size, Weight::Regular, left).text;
    fitted(&format!("{arguments}{dataset}"), size, Weight::Regular, width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::contrast;

    #[test]
    fn of_a_long_command_the_dataset_and_licence_stay() {
        let words = format!("marchland 0.1.0 · snapshot --title {} · dataset 3f9c2a71 · CC-BY-4.0", "long ".repeat(100));
        let line = made(&words, 13.5, 600.0);
        assert!(line.width <= 600.0 && line.text.ends_with("… · dataset 3f9c2a71 · CC-BY-4.0"), "{}", line.text);
        assert_eq!(made("short · dataset 1", 13.5, 600.0).text, "short · dataset 1");
    }

    #[test]
    fn words_are_dark_enough_on_white() {
        let white = colour(0x00FF_FFFF);
        assert!(contrast(colour(INK), white) > 4.5 && contrast(colour(SECONDARY), white) > 4.5);
    }

    #[test]
    fn areas_have_the_digits_that_mean_something() {
        assert_eq!(
            [square_kilometres(0.04), square_kilometres(26.4), square_kilometres(652_230.0)],
            ["0.0 km²", "26 km²", "652\u{2009}230 km²"]
        );
        assert_eq!([share(0.1, 100.0), share(50.4, 100.0), share(1.0, 0.0)], ["< 1 %", "50 %", "0 %"]);
    }
}
