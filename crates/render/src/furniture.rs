//! What stands round the map: title, legend that doubles as the table, what is not on the map, how sure, scale bar, footer.

use marchland_core::{CellKey, SiteIndex};

use crate::legend::{self, Seen, Sinks, label};
use crate::lines::{fitted, isolated, rightward, wrapped};
use crate::map::MapRequest;
use crate::moment;
use crate::places::Marked;
use crate::samples;
use crate::scene::{Ink, Item, Paint, Path, Rect, Text, colour, ink};
use crate::style::INK;
use crate::text::{Shaped, Weight, shape};
use crate::view::View;

/// Ink of words that matter less (chosen: contrast on white 5.9:1, that of others is 15:1).
pub(crate) const SECONDARY: u32 = 0x005A_6470;

/// Where things stand on a page. Lengths are those of a page of 1600 by 1200 times `unit`.
pub(crate) struct Page {
    pub(crate) unit: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// The map.
    pub(crate) frame: Rect,
    /// The legend.
    pub(crate) column: Rect,
    /// The overview, at the foot of the legend.
    pub(crate) overview: Rect,
}

impl Page {
    /// A page with the legend beside the map, or below it where the page is taller than wide.
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (f64::from(width), f64::from(height));
        if width >= height * 0.95 {
            let unit = (width / 1600.0).min(height / 1000.0).max(0.25);
            let column = Rect::new(width - 390.0 * unit, 118.0 * unit, 350.0 * unit, height - 200.0 * unit);
            let frame = whole(40.0 * unit, 118.0 * unit, (column.x - 70.0 * unit).max(10.0), (height - 200.0 * unit).max(10.0));
            let overview = Rect::new(column.x + 20.0 * unit, column.bottom() - 214.0 * unit, column.width - 60.0 * unit, 212.0 * unit);
            return Self { unit, width, height, frame, column, overview };
        }
        let unit = (width / 1130.0).min(height / 1600.0).max(0.25);
        let frame = whole(40.0 * unit, 118.0 * unit, (width - 80.0 * unit).max(10.0), (height - 118.0 * unit - 620.0 * unit).max(10.0));
        let top = frame.bottom() + 26.0 * unit;
        let column = Rect::new(40.0 * unit, top, width - 80.0 * unit, (height - 90.0 * unit - top).max(10.0));
        let overview = Rect::new(
            column.x + column.width / 3.0 + 20.0 * unit,
            column.bottom() - 226.0 * unit,
            column.width / 3.0 - 60.0 * unit,
            222.0 * unit,
        );
        Self { unit, width, height, frame, column, overview }
    }
}

/// A rectangle whose edges are those of pixels, so that nothing is cut off between two.
pub(crate) fn whole(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect::new(x.round(), y.round(), width.round(), height.round())
}

/// A line of text at a place.
pub(crate) fn text(items: &mut Vec<Item>, at: [f64; 2], shaped: Shaped, rgb: u32) {
    items.push(Item::Text(Text { at, shaped, colour: colour(rgb), halo: 0.0 }));
}

/// The title, and when the map is of.
pub(crate) fn title(title: &str, subtitle: &str, page: &Page, items: &mut Vec<Item>) {
    let unit = page.unit;
    let width = page.width - 80.0 * unit;
    text(items, [40.0 * unit, 58.0 * unit], fitted(title, 36.0 * unit, Weight::Bold, width), INK);
    text(items, [40.0 * unit, 94.0 * unit], fitted(subtitle, 21.0 * unit, Weight::Regular, width), SECONDARY);
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
        self.page.column.width > self.page.column.height * 1.5
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

/// The legend: ground, places, what is not on the map, how sure.
pub(crate) fn column(request: &MapRequest<'_>, page: &Page, marked: &Marked, has_overview: OverviewShown, items: &mut Vec<Item>) {
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
    let (lines, named) = beside_in_words(request, &[&marked.beside, unnamed].concat());
    let others = marked.beside.len() + unnamed.len() - named;
    if lines.is_empty() || !column.room(kept + 66.0) {
        if !lines.is_empty() && column.room(kept + ONE_LINE) {
            let places = if named + others == 1 { "place" } else { "places" };
            let words = format!("Not on the map: {} {places}, see map.md", in_groups(named + others));
            text(items, [column.x, column.y + 17.0 * unit], fitted(&words, 16.0 * unit, Weight::Regular, column.width), SECONDARY);
            column.y += ONE_LINE * unit;
        }
        return;
    }
    column.heading("NOT ON THE MAP", items);
    let mut wrapped: Vec<String> = lines.iter().flat_map(|line| wrapped(line, 16.0 * unit, column.width)).collect();
    if others > 0 {
        wrapped.push(format!("and {others} more, which map.md names"));
    }
    let room = (((column.bottom - column.y) / unit - kept) / 22.0).floor().max(1.0) as usize;
    let cut = wrapped.len() > room;
    for (at, line) in wrapped.iter().take(room).enumerate() {
        let line = if cut && at + 1 == room { "… and others, which map.md names".to_owned() } else { line.clone() };
        let shaped = fitted(&rightward(&line), 16.0 * unit, Weight::Regular, column.width);
        text(items, [column.x, column.y + 13.0 * unit], shaped, INK);
        column.y += 22.0 * unit;
    }
}

/// One line a state, `Taliban, claimed: Recruiting centre, Prison`, and how many sites are named. Areas around the map and
/// hospitals of which nothing was said themselves are not.
fn beside_in_words(request: &MapRequest<'_>, sites: &[SiteIndex]) -> (Vec<String>, usize) {
    let mut groups: Vec<(CellKey, Vec<String>)> = Vec::new();
    for &site in sites {
        let state = &request.snapshot.sites[site.0 as usize].assessment;
        let spoken_of = request
            .ledger
            .reports_about(site)
            .iter()
            .any(|&report| request.ledger.report(report).asserts != marchland_core::Assertion::Context);
        let place = request.ledger.site(site);
        if (place.kind.to_lowercase().contains("hospital") && !spoken_of) || matches!(place.kind.as_str(), "district" | "province") {
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
    let named = groups.iter().map(|(_, names)| names.len()).sum();
    let lines = groups.into_iter().map(|(key, names)| format!("{}: {}", label(request, &key), names.join(", "))).collect();
    (lines, named)
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

/// The space of the scale bar, which labels leave free.
pub(crate) fn scale_bar_area(frame: Rect, unit: f64) -> Rect {
    Rect::new(frame.x + 14.0 * unit, frame.bottom() - 76.0 * unit, 300.0 * unit, 62.0 * unit)
}

/// A scale bar of a round number of metres or kilometres at the frame's middle.
pub(crate) fn scale_bar(view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    let scale = view.ground_scale();
    let area = scale_bar_area(view.frame, unit);
    let Some(metres) = round_below(230.0 * unit / scale) else { return };
    let length = metres * scale;
    let panel = Rect { width: length + 70.0 * unit, ..area };
    items.push(Item::Path(Path::rect(panel).filled(Paint::Solid(Ink { opacity: 0.85, ..ink(0x00FF_FFFF) }))));
    let (x, y) = (area.x + 14.0 * unit, area.bottom() - 14.0 * unit);
    let tick = 9.0 * unit;
    let half = x + length / 2.0;
    let bar = [[x, y - tick], [x, y], [half, y], [half, y - tick * 0.7], [half, y], [x + length, y], [x + length, y - tick]];
    items.push(Item::Path(Path::line(&bar).stroked(ink(INK), 2.0 * unit)));
    for (at, metres) in [(half, metres / 2.0), (x + length, metres)] {
        let shaped = shape(&distance(metres), 15.0 * unit, Weight::Regular);
        text(items, [at - shaped.width / 2.0, y - 16.0 * unit], shaped, INK);
    }
}

/// A scale bar above the frame, at its right end, for maps too small to give ground to one; gives where it begins.
pub(crate) fn scale_above(view: &View<'_>, unit: f64, items: &mut Vec<Item>) -> f64 {
    let right = view.frame.right();
    let Some(metres) = round_below(view.frame.width / 5.0 / view.ground_scale()) else { return right };
    let left = right - metres * view.ground_scale();
    let (y, tick) = (view.frame.y - 14.0 * unit, 9.0 * unit);
    items.push(Item::Path(Path::line(&[[left, y - tick], [left, y], [right, y], [right, y - tick]]).stroked(ink(INK), 2.0 * unit)));
    let shaped = shape(&distance(metres), 16.0 * unit, Weight::Regular);
    let begin = left - 10.0 * unit - shaped.width;
    text(items, [begin, y], shaped, INK);
    begin
}

/// The largest of 1, 2, 5 and their tenfolds that is not above a number.
fn round_below(number: f64) -> Option<f64> {
    let mut power = 1e-3;
    let mut best = None;
    while power <= 1e8 {
        best = [1.0, 2.0, 5.0].into_iter().map(|step| step * power).filter(|&round| round <= number).fold(best, |_, round| Some(round));
        power *= 10.0;
    }
    best
}

fn distance(metres: f64) -> String {
    if metres >= 1_000.0 { format!("{} km", metres / 1_000.0) } else { format!("{metres} m") }
}

/// Sources and licence; what made the map and how to make it again.
pub(crate) fn footer(request: &MapRequest<'_>, page: &Page, marked: &Marked, items: &mut Vec<Item>) {
    let unit = page.unit;
    let width = page.width - 80.0 * unit;
    let without = marked.names_left_out.places + marked.names_left_out.areas;
    let left_out = if without > 0 { format!("Names without room: {}, which map.md has. ", in_groups(without)) } else { String::new() };
    let outside = match marked.outside.len() {
        0 => String::new(),
        1 => "1 place lies outside the frame. ".to_owned(),
        count => format!("{} places lie outside the frame. ", in_groups(count)),
    };
    let credits = request.sources.trim_end_matches('.');
    let credits = if credits.is_empty() { String::new() } else { format!("{credits}. ") };
    let sources = format!("{outside}{left_out}{credits}{}.", request.projection.name());
    let size = 13.5 * unit;
    let mut lines = wrapped(&sources, size, width);
    if lines.len() > 3 {
        let rest = lines.split_off(2).join(" ");
        lines.push(rest);
    }
    for (at, line) in lines.iter().enumerate() {
        text(
            items,
            [40.0 * unit, page.height - (16.0 + 18.0 * (lines.len() - at) as f64 + 2.0) * unit],
            fitted(line, size, Weight::Regular, width),
            SECONDARY,
        );
    }
    text(items, [40.0 * unit, page.height - 16.0 * unit], made(request.made, size, width), SECONDARY);
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
    fn scale_bars_are_round_and_areas_have_the_digits_that_mean_something() {
        assert_eq!([round_below(1_234.0), round_below(999.0), round_below(0.000_1)], [Some(1_000.0), Some(500.0), None]);
        assert_eq!([distance(500.0), distance(2_500.0)], ["500 m", "2.5 km"]);
        assert_eq!(
            [square_kilometres(0.04), square_kilometres(26.4), square_kilometres(652_230.0)],
            ["0.0 km²", "26 km²", "652\u{2009}230 km²"]
        );
        assert_eq!([share(0.1, 100.0), share(50.4, 100.0), share(1.0, 0.0)], ["< 1 %", "50 %", "0 %"]);
    }
}
