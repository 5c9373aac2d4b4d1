//! The legend of ground, which doubles as the table, and of markers: of one map, or of several together.
//!
//! What is in it is gathered before anything is drawn: of several maps, and of all frames of an animation, one legend tells of
//! everything that any of them shows, in an order of its own, so that nothing moves from one to the next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use marchland_core::{Assessment, CellKey, ControlState, Ledger, Site, SiteIndex, Snapshot, Status};

use crate::furniture::{Column, SECONDARY, in_groups, share, square_kilometres, text};
use crate::ground::Doubt;
use crate::lines::{fitted, isolated, narrowed, shrunk, wrapped};
use crate::map::MapRequest;
use crate::marker::marker;
use crate::places::{DOTS, Marked, has_marker};
use crate::samples::{self, Kinds, Sample};
use crate::scene::{Ink, Item, Paint, Path, Rect, ink};
use crate::style::{INK, number, paint};
use crate::text::{Shaped, Weight, shape};

/// What some maps show between them, one of each kind.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// A state of each control and status that ground or a place has.
    grounds: BTreeMap<CellKey, Assessment>,
    /// States of marked places: at most two of each status.
    marks: BTreeMap<Status, Vec<Assessment>>,
    /// Whether there are front lines, and such as run somewhere near.
    lines: [bool; 2],
    has_circles: bool,
    has_rings: bool,
    has_arrows: bool,
    too_close: usize,
    kinds: Kinds,
    doubt: Doubt,
    /// Ground on which the last word is old.
    stale: Option<Assessment>,
}

impl Seen {
    /// Adds the ground of a map, the states of places without any, and its front lines.
    pub fn add(&mut self, ledger: &Ledger, snapshot: &Snapshot) {
        for part in &snapshot.dissolved {
            let states = || part.cells.iter().map(|&cell| &snapshot.cells[cell].assessment);
            let fresh = states().find(|state| !state.is_stale(snapshot.at)).or_else(|| states().next());
            if let Some(state) = fresh {
                self.add_ground(state, snapshot.at);
            }
        }
        let is_told = |site: SiteIndex| ledger.site(site).children.is_empty();
        for state in snapshot.sites.iter().filter(|state| state.assessment.control != ControlState::Unknown && is_told(state.site)) {
            // What is on no ground is shown as if it were fresh: nothing on the map looks otherwise.
            let key = CellKey { control: state.assessment.control.clone(), status: state.assessment.status };
            self.grounds.entry(key).or_insert_with(|| Assessment { stale_from: None, ..(*state.assessment).clone() });
        }
        if self.stale.is_none() {
            let is_old = |state: &&Assessment| state.control != ControlState::Unknown && state.is_stale(snapshot.at);
            let old = snapshot.cells.iter().map(|cell| &*cell.assessment).find(is_old);
            self.stale = old.map(|state| timeless(state, snapshot.at));
        }
        self.lines[0] |= snapshot.frontlines.iter().any(|front| !front.lines.is_empty());
        self.lines[1] |= snapshot.frontlines.iter().any(|front| !front.doubtful.is_empty());
    }

    /// A state that is known already is another one only where that is fresh and the known one stale.
    fn add_ground(&mut self, state: &Assessment, at: Timestamp) {
        let key = CellKey { control: state.control.clone(), status: state.status };
        let is_wanted = self.grounds.get(&key).is_none_or(|known| known.stale_from.is_some() && !state.is_stale(at));
        if is_wanted {
            self.grounds.insert(key, timeless(state, at));
        }
    }

    /// Adds the markers of all sites of a map that are ever marked.
    pub fn mark(&mut self, ledger: &Ledger, snapshot: &Snapshot) {
        let is_circled = |site: &Site| site.estimate && site.precision_m.is_some();
        self.has_circles |= ledger.sites().iter().any(|site| has_marker(site) && is_circled(site));
        self.mark_all(snapshot, ledger.site_indices().filter(|&site| has_marker(ledger.site(site))));
    }

    fn mark_all(&mut self, snapshot: &Snapshot, sites: impl Iterator<Item = SiteIndex>) {
        for site in sites {
            let state = &snapshot.sites[site.0 as usize].assessment;
            let known = self.marks.entry(state.status).or_default();
            let alike = known.iter().position(|other| other.control == state.control);
            match alike {
                None if known.len() < 2 => known.push(timeless(state, snapshot.at)),
                Some(at) if known[at].stale_from.is_some() => known[at] = timeless(state, snapshot.at),
                _ => {}
            }
        }
    }

    /// Adds the markers that a map has.
    pub(crate) fn add_marked(&mut self, snapshot: &Snapshot, marked: &Marked) {
        self.mark_all(snapshot, marked.on_map.iter().copied());
        self.add_standing(marked);
        self.has_circles |= marked.has_circles;
        self.has_rings |= marked.has_rings;
        self.has_arrows |= marked.has_arrows;
        self.too_close = self.too_close.max(marked.too_close);
    }

    /// Adds what is the same whatever the states are: kinds of place, and what is not sure of the ground.
    pub(crate) fn add_standing(&mut self, marked: &Marked) {
        for (&symbol, words) in &marked.kinds {
            self.kinds.entry(symbol).or_default().extend(words.iter().cloned());
        }
        self.doubt.take_in(marked.doubt);
    }

    /// Samples of what is not sure, of what is there.
    pub(crate) fn unsure(&self, request: &MapRequest<'_>) -> Vec<Sample> {
        let Doubt { has_edges, has_fading } = self.doubt;
        // Of greys there is nothing that fades.
        let fresh = |state: &Assessment| Assessment { stale_from: None, ..state.clone() };
        let is_duller = |state: &&Assessment| paint(request, state, 1.0) != paint(request, &fresh(state), 1.0);
        let stale = self.stale.as_ref().filter(is_duller).cloned().map(|state| Sample::Stale(Box::new(state)));
        [has_edges.then_some(Sample::Edge), has_fading.then_some(Sample::Reach), stale].into_iter().flatten().collect()
    }

    /// The state that stands for a control and status.
    pub(crate) fn of(&self, key: &CellKey) -> Option<&Assessment> {
        self.grounds.get(key)
    }

    /// How many rows its ground takes, front lines included.
    pub(crate) fn rows(&self) -> usize {
        self.grounds.len() + self.lines.iter().filter(|&&has| has).count()
    }
}

/// A state that is as fresh or stale whenever it is looked at as it was at an instant.
fn timeless(state: &Assessment, at: Timestamp) -> Assessment {
    Assessment { stale_from: state.is_stale(at).then_some(Timestamp::MIN), ..state.clone() }
}

/// Where the words and the numbers of a table go: in an animation only the numbers change.
pub(crate) struct Sinks<'i> {
    pub(crate) words: &'i mut Vec<Item>,
    pub(crate) numbers: &'i mut Vec<Item>,
}

/// A row for each state that any map has, with its ground on each map: of one map its area and share, of several a column each.
///
/// Where there are many, rows are set closer; of those that have no room even so, the ones with the least ground are left out and counted.
pub(crate) fn ground(request: &MapRequest<'_>, seen: &Seen, maps: &[&Snapshot], column: &mut Column<'_>, sinks: &mut Sinks<'_>) {
    let unit = column.page.unit;
    column.heading("GROUND", sinks.words);
    let mut table = Table::new(maps, seen, column);
    table.head(column, sinks);
    let keys = table.fit(request, seen, column);
    for (key, state) in seen.grounds.iter().filter(|(key, _)| keys.contains(key)) {
        let close = table.close * unit;
        let swatch = Rect::new(column.x, column.y, 52.0 * unit, 34.0 * close);
        let edge = Ink { opacity: 0.5, ..ink(SECONDARY) };
        sinks.words.push(Item::Path(Path::rect(swatch).filled(paint(request, state, unit)).stroked(edge, unit)));
        let left = column.x + 66.0 * unit;
        let room = table.left - left - 10.0 * unit;
        text(sinks.words, [left, column.y + 15.0 * close], shrunk(&name(request, key), 18.0 * close, room), INK);
        text(sinks.words, [left, column.y + 33.0 * close], narrowed(definition(key), 14.5 * close, room), SECONDARY);
        table.row(key, column, sinks);
        column.y += table.height * close;
    }
    others_row(seen.grounds.len() - keys.len(), column, sinks.words);
    numbers_row(request, seen, column, sinks.words);
    frontline_rows(seen, column, sinks.words);
}

/// How many states have no row.
fn others_row(count: usize, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    if count > 0 {
        let words = format!("and {count} more with less ground: see map.md");
        text(items, [column.x, column.y + 14.0 * unit], fitted(&words, 16.0 * unit, Weight::Regular, column.width), SECONDARY);
        column.y += OTHERS * unit;
    }
}

/// Units of the line on states without a row, and of what follows all rows: the sentence on numbers, a front line, and beside the map the
/// heading and a row of markers and how sure it is.
const OTHERS: f64 = 24.0;
const NUMBERS: f64 = 42.0;
const FRONT: f64 = 28.0;
const FURTHER: f64 = 150.0;

/// How close rows are set at least (chosen: closer, their letters are smaller than any other's).
const CLOSEST: f64 = 0.7;

/// The numbers of the legend's rows.
struct Table<'m> {
    maps: &'m [&'m Snapshot],
    totals: Vec<f64>,
    /// The right edge of each map's numbers.
    rights: Vec<f64>,
    /// The left edge of all.
    left: f64,
    /// Units below a row's top at which its numbers stand, and of a row.
    lines: [f64; 2],
    height: f64,
    size: f64,
    /// How close rows are set: a share of their height and letters.
    close: f64,
}

/// Units between the numbers of two maps, and of a column of shares.
const GAP: f64 = 22.0;
const SHARE: f64 = 62.0;
/// Units that a row's words need beside its numbers; where they have less, the numbers stand below them.
const WORDS: f64 = 150.0;

impl<'m> Table<'m> {
    fn new(maps: &'m [&'m Snapshot], seen: &Seen, column: &Column<'_>) -> Self {
        let unit = column.page.unit;
        let totals = maps.iter().map(|map| map.dissolved.iter().map(|part| part.area_km2).sum()).collect::<Vec<f64>>();
        let right = column.x + column.width;
        let (lines, size) = ([15.0, 33.0], 17.0);
        if maps.len() < 2 {
            let amounts = || seen.grounds.keys().flat_map(|key| amounts(maps, &totals, 0, key));
            let widest = amounts().map(|amount| shape(&amount, size * unit, Weight::Regular).width).fold(0.0, f64::max);
            return Self { maps, totals, rights: vec![right], left: right - widest, lines, height: 44.0, size, close: 1.0 };
        }
        let count = maps.len() as f64;
        let room = column.width / unit - 66.0;
        let areas = || (0..maps.len()).flat_map(|map| seen.grounds.keys().map(move |key| (map, key)));
        let width = |(map, key)| shape(&amounts(maps, &totals, map, key)[0], size * unit, Weight::Regular).width;
        let widest = areas().map(width).fold(0.0, f64::max) / unit + GAP;
        let step = [widest, SHARE].into_iter().find(|width| room - count * width >= WORDS);
        let (step, lines, height) = step.map_or((room / count, [52.0, 52.0], 64.0), |step| (step, lines, 44.0));
        let rights = (0..maps.len()).map(|map| right - (maps.len() - 1 - map) as f64 * step * unit).collect();
        let left = if height > 44.0 { right } else { right - count * step * unit };
        Self { maps, totals, rights, left, lines, height, size: size.min(step / SHARE * size), close: 1.0 }
    }

    /// Sets the rows as close as they must be, and says of which states there are some.
    fn fit<'s>(&mut self, request: &MapRequest<'_>, seen: &'s Seen, column: &Column<'_>) -> BTreeSet<&'s CellKey> {
        let has_numbers = if is_numbered(request, seen) { NUMBERS } else { 0.0 };
        let fronts = FRONT * seen.lines.iter().filter(|&&has| has).count() as f64;
        let further = if column.has_parts() { 0.0 } else { FURTHER };
        let room = (column.bottom - column.y) / column.page.unit - has_numbers - fronts - further;
        let count = seen.grounds.len();
        self.close = (room / (self.height * count as f64)).clamp(CLOSEST, 1.0);
        let height = self.height * self.close;
        // A row's last letters reach a little below it.
        let fits = |rows: usize, others: f64| rows as f64 * height + others <= room + 1e-6;
        let rows = if fits(count, 0.0) { count } else { (0..count).rev().find(|&rows| fits(rows, OTHERS)).unwrap_or(0).max(1) };
        let most = |key: &CellKey| {
            let parts = self.maps.iter().flat_map(|map| map.dissolved.iter().filter(|part| part.key == *key));
            parts.map(|part| part.area_km2).fold(0.0, f64::max)
        };
        let mut keys: Vec<&CellKey> = seen.grounds.keys().collect();
        keys.sort_by(|one, other| most(other).total_cmp(&most(one)));
        keys.into_iter().take(rows).collect()
    }

    /// Whether there is room for areas, and not only for shares.
    fn has_areas(&self, unit: f64) -> bool {
        self.maps.len() < 2 || (self.height < 50.0 && self.rights[1] - self.rights[0] > (SHARE + 1.0) * unit)
    }

    /// The letters of the maps above their numbers.
    fn head(&self, column: &mut Column<'_>, sinks: &mut Sinks<'_>) {
        let unit = column.page.unit;
        if self.maps.len() < 2 {
            return;
        }
        for (map, &right) in self.rights.iter().enumerate() {
            let shaped = shape(&letter(map), 17.0 * unit, Weight::Bold);
            text(sinks.words, [right - shaped.width, column.y - 12.0 * unit], shaped, INK);
        }
    }

    fn row(&self, key: &CellKey, column: &Column<'_>, sinks: &mut Sinks<'_>) {
        let unit = column.page.unit;
        let close = self.close * unit;
        let number = |amount: &str| shape(amount, self.size * close, Weight::Regular);
        let right = column.x + column.width;
        if self.maps.iter().all(|map| map.dissolved.iter().all(|part| part.key != *key)) {
            let shaped = number("no ground");
            text(sinks.numbers, [right - shaped.width, column.y + self.lines[0] * close], shaped, INK);
            return;
        }
        for (map, &right) in self.rights.iter().enumerate() {
            let [area, part] = amounts(self.maps, &self.totals, map, key);
            let mut put =
                |shaped: Shaped, line: f64, rgb: u32| text(sinks.numbers, [right - shaped.width, column.y + line * close], shaped, rgb);
            if self.has_areas(unit) {
                put(number(&area), self.lines[0], INK);
                put(number(&part), self.lines[1], SECONDARY);
            } else {
                let line = if self.lines[0] == self.lines[1] { self.lines[0] } else { 22.0 };
                put(number(if part.is_empty() { "–" } else { &part }), line, INK);
            }
        }
    }
}

/// The area and the share of a state on one of some maps.
fn amounts(maps: &[&Snapshot], totals: &[f64], map: usize, key: &CellKey) -> [String; 2] {
    let part = maps[map].dissolved.iter().find(|part| part.key == *key);
    let nothing = if maps.len() < 2 { "no ground" } else { "–" };
    part.map_or_else(|| [nothing.to_owned(), String::new()], |part| [square_kilometres(part.area_km2), share(part.area_km2, totals[map])])
}

/// What a map of several is called, by its place among them: A to Z, then AA.
///
/// ```
/// assert_eq!([0, 1, 26].map(marchland_render::letter), ["A", "B", "AA"]);
/// ```
#[must_use]
pub fn letter(map: usize) -> String {
    let last = char::from(b'A' + (map % 26) as u8);
    if map < 26 { last.to_string() } else { letter(map / 26 - 1) + &last.to_string() }
}

/// That there are more actors than colours, where numbers tell them apart.
fn numbers_row(request: &MapRequest<'_>, seen: &Seen, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    if is_numbered(request, seen) && column.room(40.0) {
        for line in wrapped("More actors than colours: white dots and a number tell those of one colour apart.", 14.5 * unit, column.width)
        {
            text(items, [column.x, column.y + 12.0 * unit], shape(&line, 14.5 * unit, Weight::Regular), SECONDARY);
            column.y += 19.0 * unit;
        }
    }
}

/// Whether any actor is told from another by a number.
fn is_numbered(request: &MapRequest<'_>, seen: &Seen) -> bool {
    let controls = seen.grounds.keys().map(|key| &key.control);
    controls.flat_map(ControlState::actors).any(|&actor| number(request, actor).is_some())
}

fn frontline_rows(seen: &Seen, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    for (has, words) in seen.lines.into_iter().zip(["Front line", "Front line, somewhere here"]) {
        if has && column.room(30.0) {
            let y = column.y + 8.0 * unit;
            let line = Path::line(&[[column.x + 2.0 * unit, y], [column.x + 50.0 * unit, y]]);
            let dark = ink(INK);
            items.push(Item::Path(if words.len() > 10 {
                line.dashed(dark, 3.4 * unit, &[0.1 * unit, 7.0 * unit])
            } else {
                line.stroked(dark, 3.4 * unit)
            }));
            text(items, [column.x + 66.0 * unit, column.y + 14.0 * unit], shape(words, 17.0 * unit, Weight::Regular), INK);
            column.y += 28.0 * unit;
        }
    }
}

/// What each symbol on the markers means, below them, as far as there is room above so many units for what follows.
pub(crate) fn kinds(request: &MapRequest<'_>, seen: &Seen, kept: f64, column: &mut Column<'_>, items: &mut Vec<Item>) {
    if !seen.marks.is_empty() {
        samples::draw(request, &samples::of_kinds(&seen.kinds), kept, column, items);
    }
}

/// What each marker means, of those on the maps.
pub(crate) fn markers(request: &MapRequest<'_>, seen: &Seen, heading: &str, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    if seen.marks.is_empty() || !column.room(80.0) {
        return;
    }
    column.heading(heading, items);
    for (status, shown) in &seen.marks {
        if !column.room(30.0) {
            continue;
        }
        for (at, state) in shown.iter().enumerate() {
            let offset = if shown.len() == 1 { 26.0 } else { 14.0 + 26.0 * at as f64 };
            marker(request, state, [column.x + offset * unit, column.y + 10.0 * unit], 8.0 * unit, items);
        }
        let words = match status {
            Status::Confirmed => "held, confirmed",
            Status::Claimed => "held, claimed only",
            Status::Contested => "contested",
            Status::Unknown => "unknown",
        };
        text(items, [column.x + 66.0 * unit, column.y + 16.0 * unit], shape(words, 17.0 * unit, Weight::Regular), INK);
        column.y += 27.0 * unit;
    }
    if seen.too_close > 0 && column.room(30.0) {
        let places = if seen.too_close == 1 { "place" } else { "places" };
        let words = format!("{} {places} too close to others to draw", in_groups(seen.too_close));
        text(items, [column.x, column.y + 16.0 * unit], fitted(&words, 16.0 * unit, Weight::Regular, column.width), SECONDARY);
        column.y += 27.0 * unit;
    }
    somewhere_rows(column, seen, items);
}

/// What dotted lines round places mean, and arrows.
fn somewhere_rows(column: &mut Column<'_>, seen: &Seen, items: &mut Vec<Item>) {
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
    if seen.has_circles {
        row("place lies somewhere in the circle", &|y| vec![dotted(Path::circle([x, y], 13.0 * unit))]);
    }
    if seen.has_rings {
        row("place lies somewhere on the line", &|y| vec![dotted(Path::line(&[[x - 22.0 * unit, y], [x + 22.0 * unit, y]]))]);
    }
    if seen.has_arrows {
        row("said to move there; way not known", &|y| {
            let line = Path::line(&[[x - 20.0 * unit, y], [x + 8.0 * unit, y]]).stroked(ink(SECONDARY), 4.5 * unit);
            let tip = Path::line(&[[x + 20.0 * unit, y], [x + 6.0 * unit, y - 8.0 * unit], [x + 6.0 * unit, y + 8.0 * unit]]);
            vec![Item::Path(line), Item::Path(tip.filled(Paint::Solid(ink(SECONDARY))))]
        });
    }
}

/// The holder's name, or the state's.
pub(crate) fn name(request: &MapRequest<'_>, key: &CellKey) -> String {
    match &key.control {
        ControlState::Held(actor) => {
            let name = request.ledger.actor(*actor).names.in_language(request.language);
            number(request, *actor).map_or_else(|| name.to_owned(), |number| format!("{number} {name}"))
        }
        ControlState::Contested(_) => "Contested".to_owned(),
        ControlState::Unknown => "Unknown".to_owned(),
    }
}

/// The holder's name and how surely it holds, or the state's.
pub(crate) fn label(request: &MapRequest<'_>, key: &CellKey) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_lettered_on_beyond_the_alphabet() {
        assert_eq!([0, 25, 26, 27 + 25].map(letter), ["A", "Z", "AA", "BA"]);
    }
}
