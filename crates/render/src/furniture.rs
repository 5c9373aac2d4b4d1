//! What stands round the map: title, legend that doubles as the table, what is not on the map, how sure, scale bar, footer.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{Assessment, CellKey, ControlState, SiteIndex, Status};

use crate::lines::{fitted, isolated, rightward, shrunk, wrapped};
use crate::map::MapRequest;
use crate::marker::marker;
use crate::places::{DOTS, Marked};
use crate::scene::{Ink, Item, Paint, Path, Rect, Text, colour, ink};
use crate::style::{INK, number, paint};
use crate::text::{Shaped, Weight, shape};

/// Ink of words that matter less (chosen: contrast on white 5.9:1, that of others is 15:1).
const SECONDARY: u32 = 0x005A_6470;

/// Where things stand on a page. Lengths are those of a page of 1600 by 1200 times `unit`.
pub(crate) struct Page {
    pub(crate) unit: f64,
    width: f64,
    height: f64,
    /// The map.
    pub(crate) frame: Rect,
    /// The legend.
    column: Rect,
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
fn whole(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect::new(x.round(), y.round(), width.round(), height.round())
}

/// A line of text at a place.
fn text(items: &mut Vec<Item>, at: [f64; 2], shaped: Shaped, rgb: u32) {
    items.push(Item::Text(Text { at, shaped, colour: colour(rgb), halo: 0.0 }));
}

/// The title, and when the map is of.
pub(crate) fn title(request: &MapRequest<'_>, page: &Page, items: &mut Vec<Item>) {
    let unit = page.unit;
    let width = page.width - 80.0 * unit;
    text(items, [40.0 * unit, 58.0 * unit], fitted(request.title, 36.0 * unit, Weight::Bold, width), INK);
    text(items, [40.0 * unit, 94.0 * unit], fitted(&subtitle(request), 21.0 * unit, Weight::Regular, width), SECONDARY);
}

/// `As at the end of Monday 3 October 2016, Asia/Kabul (+04:30) · as known that day`
pub(crate) fn subtitle(request: &MapRequest<'_>) -> String {
    let at = local(request.snapshot.at, request.time_zone);
    let when = if is_close_of_day(&at) { "the end of".to_owned() } else { format!("{} on", at.strftime("%H:%M")) };
    let day = at.strftime("%A %-d %B %Y");
    let zone = at.strftime("%:z");
    let known = request.snapshot.as_of.map_or_else(String::new, |as_of| {
        let known = local(as_of, request.time_zone);
        match (known.date() == at.date(), is_close_of_day(&known)) {
            (true, true) => " · as known that day".to_owned(),
            (_, true) => format!(" · as known on {}", known.strftime("%-d %B %Y")),
            (_, false) => format!(" · as known at {}", known.strftime("%H:%M on %-d %B %Y")),
        }
    });
    format!("As at {when} {day}, {} ({zone}){known}", request.time_zone_name)
}

fn local(at: Timestamp, zone: &TimeZone) -> jiff::ZonedDateTime {
    at.to_zoned_datetime(zone.clone())
}

fn is_close_of_day(at: &jiff::ZonedDateTime) -> bool {
    at.strftime("%H:%M:%S").to_string() == "23:59:59"
}

/// The legend's column while it is filled from above.
struct Column<'p> {
    page: &'p Page,
    /// The left edge of what is written now.
    x: f64,
    /// The width of what is written now.
    width: f64,
    y: f64,
    /// Where the space for words ends.
    bottom: f64,
}

impl Column<'_> {
    fn heading(&mut self, words: &str, items: &mut Vec<Item>) {
        let unit = self.page.unit;
        self.y += 14.0 * unit;
        text(items, [self.x, self.y + 14.0 * unit], shape(words, 14.5 * unit, Weight::Bold), SECONDARY);
        self.y += 30.0 * unit;
    }

    fn room(&self, units: f64) -> bool {
        self.y + units * self.page.unit <= self.bottom
    }

    /// On a page with the legend below the map, the next part begins a column of its own.
    fn next_part(&mut self) {
        let Rect { x, y, width, height } = self.page.column;
        if width > height * 1.5 && self.width < width && self.x + self.width * 1.5 < x + width {
            self.x += self.width + 30.0 * self.page.unit;
            self.y = y;
        }
    }
}

/// The legend: ground, places, what is not on the map, how sure.
pub(crate) fn column(request: &MapRequest<'_>, page: &Page, marked: &Marked, has_overview: OverviewShown, items: &mut Vec<Item>) {
    let is_below = page.column.width > page.column.height * 1.5;
    let width = if is_below { (page.column.width - 60.0 * page.unit) / 3.0 } else { page.column.width };
    let bottom = if has_overview && !is_below { page.overview.y - 10.0 * page.unit } else { page.column.bottom() };
    let mut column = Column { page, x: page.column.x, width, y: page.column.y, bottom };
    ground(request, &mut column, items);
    column.next_part();
    markers(request, &mut column, marked, items);
    column.next_part();
    beside(request, &mut column, marked, has_overview, items);
    sure(request, &mut column, items);
}

/// Whether the overview takes the foot of the column.
type OverviewShown = bool;

/// A row for each state with ground, and for each that sites have without any.
fn ground(request: &MapRequest<'_>, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    column.heading("GROUND", items);
    let total: f64 = request.snapshot.dissolved.iter().map(|part| part.area_km2).sum();
    let mut rows: Vec<(CellKey, &Assessment, Option<f64>)> = Vec::new();
    for part in &request.snapshot.dissolved {
        let state =
            part.cells.iter().map(|&cell| &*request.snapshot.cells[cell].assessment).find(|state| !state.is_stale(request.snapshot.at));
        let state = state.or_else(|| part.cells.first().map(|&cell| &*request.snapshot.cells[cell].assessment));
        rows.extend(state.map(|state| (part.key.clone(), state, Some(part.area_km2))));
    }
    for state in request.snapshot.sites.iter().filter(|state| state.assessment.control != ControlState::Unknown) {
        let key = CellKey { control: state.assessment.control.clone(), status: state.assessment.status };
        let is_leaf = request.ledger.site(state.site).children.is_empty();
        if is_leaf && !rows.iter().any(|(known, ..)| *known == key) {
            rows.push((key, &state.assessment, None));
        }
    }
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    for (key, state, area) in rows {
        if !column.room(52.0) {
            break;
        }
        let swatch = Rect::new(column.x, column.y, 52.0 * unit, 34.0 * unit);
        items
            .push(Item::Path(Path::rect(swatch).filled(paint(request, state, unit)).stroked(Ink { opacity: 0.5, ..ink(SECONDARY) }, unit)));
        let left = column.x + 66.0 * unit;
        let amounts = area.map_or(["no ground".to_owned(), String::new()], |area| [square_kilometres(area), share(area, total)]);
        let shaped = amounts.map(|amount| shape(&amount, 17.0 * unit, Weight::Regular));
        let right = column.x + column.width;
        let room = column.width - 66.0 * unit - shaped[0].width.max(shaped[1].width) - 10.0 * unit;
        text(items, [left, column.y + 15.0 * unit], shrunk(&name(request, &key), 18.0 * unit, room), INK);
        text(items, [left, column.y + 33.0 * unit], fitted(definition(&key), 14.5 * unit, Weight::Regular, room), SECONDARY);
        let [amount, part] = shaped;
        text(items, [right - amount.width, column.y + 15.0 * unit], amount, INK);
        text(items, [right - part.width, column.y + 33.0 * unit], part, SECONDARY);
        column.y += 44.0 * unit;
    }
    numbers_row(request, column, items);
    frontline_rows(request, column, items);
}

/// That there are more actors than colours, where numbers tell them apart.
fn numbers_row(request: &MapRequest<'_>, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    let controls = request.snapshot.dissolved.iter().map(|part| &part.key.control);
    let is_numbered = controls.flat_map(ControlState::actors).any(|&actor| number(request, actor).is_some());
    if is_numbered && column.room(40.0) {
        for line in wrapped("More actors than colours: white dots and a number tell those of one colour apart.", 14.5 * unit, column.width)
        {
            text(items, [column.x, column.y + 12.0 * unit], shape(&line, 14.5 * unit, Weight::Regular), SECONDARY);
            column.y += 19.0 * unit;
        }
    }
}

fn frontline_rows(request: &MapRequest<'_>, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    let has = |doubtful: bool| {
        request.snapshot.frontlines.iter().any(|front| if doubtful { !front.doubtful.is_empty() } else { !front.lines.is_empty() })
    };
    for (is_doubtful, words) in [(false, "Front line"), (true, "Front line, somewhere here")] {
        if has(is_doubtful) && column.room(30.0) {
            let y = column.y + 8.0 * unit;
            let line = Path::line(&[[column.x + 2.0 * unit, y], [column.x + 50.0 * unit, y]]);
            let dark = ink(INK);
            items.push(Item::Path(if is_doubtful {
                line.dashed(dark, 3.4 * unit, &[0.1 * unit, 7.0 * unit])
            } else {
                line.stroked(dark, 3.4 * unit)
            }));
            text(items, [column.x + 66.0 * unit, column.y + 14.0 * unit], shape(words, 17.0 * unit, Weight::Regular), INK);
            column.y += 28.0 * unit;
        }
    }
}

/// What each marker means, of those on the map.
fn markers(request: &MapRequest<'_>, column: &mut Column<'_>, marked: &Marked, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    if marked.on_map.is_empty() || !column.room(80.0) {
        return;
    }
    column.heading("PLACES", items);
    for (status, words) in [
        (Status::Confirmed, "held, confirmed"),
        (Status::Claimed, "held, claimed only"),
        (Status::Contested, "contested"),
        (Status::Unknown, "unknown"),
    ] {
        let of_status = |site: &&SiteIndex| request.snapshot.sites[site.0 as usize].assessment.status == status;
        let mut shown: Vec<&Assessment> = Vec::new();
        for site in marked.on_map.iter().filter(of_status) {
            let state = &request.snapshot.sites[site.0 as usize].assessment;
            if shown.len() < 2 && !shown.iter().any(|other| other.control == state.control) {
                shown.push(state);
            }
        }
        if shown.is_empty() || !column.room(30.0) {
            continue;
        }
        for (at, state) in shown.iter().enumerate() {
            let offset = if shown.len() == 1 { 26.0 } else { 14.0 + 26.0 * at as f64 };
            marker(request, state, [column.x + offset * unit, column.y + 10.0 * unit], 8.0 * unit, items);
        }
        text(items, [column.x + 66.0 * unit, column.y + 16.0 * unit], shape(words, 17.0 * unit, Weight::Regular), INK);
        column.y += 27.0 * unit;
    }
    if marked.too_close > 0 && column.room(30.0) {
        let places = if marked.too_close == 1 { "place" } else { "places" };
        let words = format!("{} {places} too close to others to draw", in_groups(marked.too_close));
        text(items, [column.x, column.y + 16.0 * unit], fitted(&words, 16.0 * unit, Weight::Regular, column.width), SECONDARY);
        column.y += 27.0 * unit;
    }
    somewhere_rows(column, marked, items);
}

/// What dotted lines round places mean, and arrows.
fn somewhere_rows(column: &mut Column<'_>, marked: &Marked, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    let [x, dots] = [column.x + 26.0 * unit, 1.3 * unit];
    let dotted = |path: Path| Item::Path(path.dashed(Ink { opacity: 0.75, ..ink(0x003C_444C) }, dots, &DOTS.map(|length| length * unit)));
    let mut row = |words: &str, draw: &dyn Fn(f64) -> Vec<Item>| {
        if column.room(32.0) {
            items.extend(draw(column.y + 11.0 * unit));
            let shaped = fitted(words, 16.0 * unit, Weight::Regular, column.width - 66.0 * unit);
            text(items, [column.x + 66.0 * unit, column.y + 17.0 * unit], shaped, INK);
            column.y += 33.0 * unit;
        }
    };
    if marked.has_circles {
        row("place lies somewhere in the circle", &|y| vec![dotted(Path::circle([x, y], 13.0 * unit))]);
    }
    if marked.has_rings {
        row("place lies somewhere on the line", &|y| vec![dotted(Path::line(&[[x - 22.0 * unit, y], [x + 22.0 * unit, y]]))]);
    }
    if marked.has_arrows {
        row("said to move there; way not known", &|y| {
            let line = Path::line(&[[x - 20.0 * unit, y], [x + 8.0 * unit, y]]).stroked(ink(SECONDARY), 4.5 * unit);
            let tip = Path::line(&[[x + 20.0 * unit, y], [x + 6.0 * unit, y - 8.0 * unit], [x + 6.0 * unit, y + 8.0 * unit]]);
            vec![Item::Path(line), Item::Path(tip.filled(Paint::Solid(ink(SECONDARY))))]
        });
    }
}

/// Sites without a marker, by state; of areas and hospitals without a word of their own, nothing.
fn beside(request: &MapRequest<'_>, column: &mut Column<'_>, marked: &Marked, has_overview: OverviewShown, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    // What lies outside the frame is marked and named on the overview.
    let unnamed = if has_overview { &[][..] } else { &marked.outside[..] };
    let (lines, named) = beside_in_words(request, &[&marked.beside, unnamed].concat());
    let others = marked.beside.len() + unnamed.len() - named;
    // What is left of the column after these words is for how sure the map is.
    let sure = request.sure.iter().flat_map(|line| wrapped(line, 15.5 * unit, column.width)).count();
    let kept = 50.0 + 21.0 * sure as f64;
    if lines.is_empty() || !column.room(kept + 66.0) {
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

fn sure(request: &MapRequest<'_>, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    if request.sure.is_empty() || !column.room(70.0) {
        return;
    }
    column.heading("HOW SURE", items);
    for line in request.sure.iter().flat_map(|line| wrapped(line, 15.5 * unit, column.width)) {
        if !column.room(18.0) {
            break;
        }
        text(items, [column.x, column.y + 13.0 * unit], fitted(&line, 15.5 * unit, Weight::Regular, column.width), INK);
        column.y += 21.0 * unit;
    }
}

/// The holder's name, or the state's.
fn name(request: &MapRequest<'_>, key: &CellKey) -> String {
    match &key.control {
        ControlState::Held(actor) => {
            let name = request.ledger.actor(*actor).names.in_language(request.language);
            number(request, *actor).map_or_else(|| name.to_owned(), |number| format!("{number} {name}"))
        }
        ControlState::Contested(_) => "Contested".to_owned(),
        ControlState::Unknown => "Unknown".to_owned(),
    }
}

fn label(request: &MapRequest<'_>, key: &CellKey) -> String {
    match key.status {
        Status::Confirmed => format!("{}, confirmed", isolated(&name(request, key))),
        Status::Claimed => format!("{}, claimed", isolated(&name(request, key))),
        Status::Contested | Status::Unknown => name(request, key),
    }
}

/// What a state means, in as few words as there is room for.
fn definition(key: &CellKey) -> &'static str {
    match (&key.control, key.status) {
        (ControlState::Held(_), Status::Confirmed) => "held, confirmed",
        (ControlState::Held(_), _) => "held, claimed only",
        (ControlState::Contested(_), _) => "fought over or in dispute",
        (ControlState::Unknown, _) => "no report near enough",
    }
}

/// Square kilometres with as many digits as mean something: thousands parted by thin blanks.
pub(crate) fn square_kilometres(area: f64) -> String {
    let text = if area < 9.95 { format!("{area:.1}") } else { grouped(area.round()) };
    format!("{text} km²")
}

/// A count with its thousands parted.
fn in_groups(count: usize) -> String {
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

/// A scale bar of a round number of metres or kilometres at the frame's middle; `scale` is pixels of a metre of ground.
pub(crate) fn scale_bar(page: &Page, scale: f64, items: &mut Vec<Item>) {
    let unit = page.unit;
    let area = scale_bar_area(page.frame, unit);
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
    let credits = request.sources.trim_end_matches('.');
    let credits = if credits.is_empty() { String::new() } else { format!("{credits}. ") };
    let sources = format!("{left_out}{credits}{}.", request.projection.name());
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
    text(items, [40.0 * unit, page.height - 16.0 * unit], fitted(request.made, size, Weight::Regular, width), SECONDARY);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::contrast;

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
