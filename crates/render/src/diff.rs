//! One map of what is different between two: changed ground as it is on the second, all else pale.
//!
//! ```text
//! title, from what to what
//! ┌────────────────────┐ what changed: [was] → [is], how many places, how much ground
//! │ changed ground and │ unchanged
//! │ places; the rest   │ places that changed
//! │ pale               │ how sure
//! └────────────────────┘
//! ```
//!
//! Ground is pale where its state is the same on both maps, whoever holds it: a map of changes that coloured it too would say again
//! what the two maps say. What changed is outlined, so that it is found where the new state's pattern is faint.

use geo_types::MultiPolygon;
use marchland_core::{CellKey, SiteIndex, Snapshot};

use crate::borders::{Border, borders};
use crate::furniture::{self, Column, SECONDARY, in_groups, square_kilometres, text};
use crate::ground::{self, Doubt};
use crate::layout::Shown;
use crate::legend::{self, Seen, label};
use crate::lines::{fitted, isolated, shrunk, wrapped};
use crate::map::{self, Drawn, MapFault, MapRequest};
use crate::measure;
use crate::moment::{self, caption};
use crate::page::Page;
use crate::places::{self, Marked};
use crate::scene::{Ink, Item, Paint, Path, Rect, Scene, ink};
use crate::style::{INK, LAND, paint};
use crate::text::{Weight, shape};
use crate::view::View;

/// What went one way together: from one state to another.
#[derive(Clone, Copy, Debug)]
pub struct Passed<'a> {
    /// What it was; none: outside the map.
    pub before: Option<&'a CellKey>,
    /// What it is; none: outside the map.
    pub after: Option<&'a CellKey>,
    /// The sites whose own state went so, in order.
    pub sites: &'a [SiteIndex],
    /// The ground that went so.
    pub polygons: &'a MultiPolygon<f64>,
    /// Its area in square kilometres.
    pub area_km2: f64,
}

/// Two maps and what is different on the second.
#[derive(Clone, Copy)]
pub struct DiffRequest<'a> {
    /// The page; its snapshot is the second map.
    pub map: MapRequest<'a>,
    /// The first map.
    pub before: &'a Snapshot,
    /// What is different.
    pub passed: &'a [Passed<'a>],
}

/// Ground whose state is the same (chosen: lighter than any state's ground, darker than the land outside).
const PALE: u32 = 0x00E9_E8E4;

/// Lays out the map of what is different. Where nothing is, all is pale and the legend says so.
///
/// # Errors
///
/// [`MapFault::Nothing`] where nothing has a place on the projection's plane.
pub fn scene(request: &DiffRequest<'_>) -> Result<Drawn, MapFault> {
    let mut changed: Vec<SiteIndex> = request.passed.iter().flat_map(|passed| passed.sites).copied().collect();
    changed.sort_unstable();
    let (map, left_out) = MapRequest { marked: Some(&changed), ..request.map }.on_its_page();
    let page = Page::new(map.size, map.furniture.legend);
    let view = map::view_of(&map, map::shown(&map), page.frame, page.unit).ok_or(MapFault::Nothing)?;
    let (mut items, mut warnings) = (Vec::new(), Vec::from_iter(left_out.clone()));
    let mut seen = Seen::default();
    seen.add(map.ledger, map.snapshot);
    let marked = panel(request, &map, &seen, &view, page.unit, (&mut items, &mut warnings));
    let maps = [request.before, map.snapshot];
    let subtitle = subtitle(&map, &maps);
    furniture::title(map.title, &subtitle, &page, &mut items);
    if map.furniture.legend == Shown::Yes {
        column(request, &map, &page, &marked, &mut items);
    }
    furniture::footer(&map, &page, &marked, &mut items);
    map::note_missing(&items, &mut warnings);
    let mut description = crate::words::different(request, &subtitle);
    map::say(&mut description, left_out.as_deref());
    let (width, height) = (map.size.width(), map.size.height());
    Ok(Drawn { scene: Scene { width, height, dpi: map.size.dpi(), title: map.title.to_owned(), description, items }, warnings })
}

/// `What is different: 27 September 2015 → 29 September 2015 · Each as at the end of its day, Asia/Kabul (+04:30)`
fn subtitle(map: &MapRequest<'_>, maps: &[&Snapshot; 2]) -> String {
    let [from, to] = [0, 1].map(|at| caption(maps, at, map.time_zone));
    format!("What is different: {from} → {to} · {}", moment::in_common(maps, map.time_zone, map.time_zone_name))
}

/// The items of a page and the warnings about it, while they are gathered.
type Out<'o> = (&'o mut Vec<Item>, &'o mut Vec<String>);

/// The map within its frame.
fn panel(request: &DiffRequest<'_>, map: &MapRequest<'_>, seen: &Seen, view: &View<'_>, unit: f64, (items, warnings): Out<'_>) -> Marked {
    let mut within = vec![Item::Path(Path::rect(view.frame).filled(Paint::Solid(ink(LAND))))];
    ground::under(map, view, &mut within);
    for part in &map.snapshot.dissolved {
        within.push(Item::Path(view.polygons(&part.polygons).filled(Paint::Solid(ink(PALE)))));
    }
    for passed in request.passed.iter().filter(|passed| !passed.polygons.0.is_empty()) {
        let shape = view.polygons(passed.polygons);
        // Land below, that the colour is the legend's and not darkened by the pale ground.
        within.push(Item::Path(shape.clone().filled(Paint::Solid(ink(LAND)))));
        within.push(Item::Path(shape.filled(swatch(map, seen, passed.after, unit))));
    }
    ground::over(map, view, unit, &mut within);
    let doubt = outlines(request, map, view, unit, &mut within);
    measure::graticule(map, view, unit).draw(unit, &mut within);
    let marked = Marked { doubt, ..places::draw(map, view, unit, &mut within, warnings) };
    measure::draw(map, view, unit, &mut within);
    items.push(Item::Clipped(view.frame, within));
    items.push(Item::Path(Path::rect(view.frame).stroked(ink(0x00C9_CDD2), unit)));
    marked
}

/// The edges of what changed: dotted where they are nearer to a place than that place is known; says whether there are such.
fn outlines(request: &DiffRequest<'_>, map: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) -> Doubt {
    let dark = Ink { opacity: 0.8, ..ink(INK) };
    let (before, after) = (&request.before.cells, &map.snapshot.cells);
    let is_lattice = after.iter().any(|cell| cell.ground.lattice().is_some());
    let is_same_ground = before.len() == after.len() && before.iter().zip(after).all(|(one, other)| one.polygons == other.polygons);
    if is_lattice || !is_same_ground {
        for passed in request.passed {
            items.push(Item::Path(view.polygons(passed.polygons).stroked(dark, 1.6 * unit)));
        }
        return Doubt::default();
    }
    let mut doubt = Doubt::default();
    let way = |cell: usize| (before[cell].key(), after[cell].key());
    for Border { line, cells: [one, other], is_doubtful } in borders(after, map.ledger.sites(), view) {
        let (one, other) = (way(one), way(other));
        if one != other && (one.0 != one.1 || other.0 != other.1) {
            doubt.has_edges |= is_doubtful && line.iter().any(|&place| view.frame.holds(place));
            let line = Path::line(&line);
            let drawn = if is_doubtful { line.dashed(dark, 2.2 * unit, &[0.1 * unit, 5.5 * unit]) } else { line.stroked(dark, 1.6 * unit) };
            items.push(Item::Path(drawn));
        }
    }
    doubt
}

/// How ground of a state looks; outside the map, white.
fn swatch(map: &MapRequest<'_>, seen: &Seen, key: Option<&CellKey>, unit: f64) -> Paint {
    let state = key.and_then(|key| seen.of(key));
    state.map_or(Paint::Solid(ink(0x00FF_FFFF)), |state| paint(map, state, unit))
}

/// The legend: what changed, what did not, markers, how sure.
fn column(request: &DiffRequest<'_>, map: &MapRequest<'_>, page: &Page, marked: &Marked, items: &mut Vec<Item>) {
    let mut column = Column::new(page, page.column.bottom());
    changes(request, map, &mut column, items);
    column.next_part();
    let mut seen = Seen::default();
    seen.add_marked(map.snapshot, marked);
    legend::markers(map, &seen, "PLACES THAT CHANGED", &mut column, items);
    let kept = if column.has_parts() { 0.0 } else { furniture::sure_height(map, &seen, &column) };
    legend::kinds(map, &seen, kept, &mut column, items);
    column.next_part();
    furniture::sure(map, &seen, &mut column, items);
}

/// Units of a row of the legend of changes, and of what is kept below them for the rest.
const ROW: f64 = 74.0;
const KEPT: f64 = 96.0;

fn changes(request: &DiffRequest<'_>, map: &MapRequest<'_>, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    column.heading("WHAT CHANGED", items);
    let mut seen = Seen::default();
    for snapshot in [request.before, map.snapshot] {
        seen.add(map.ledger, snapshot);
    }
    let mut passed: Vec<&Passed<'_>> = request.passed.iter().collect();
    passed.sort_by(|one, other| other.area_km2.total_cmp(&one.area_km2).then(other.sites.len().cmp(&one.sites.len())));
    if passed.is_empty() {
        note("Nothing is different.", column, items);
    }
    let mut left = passed.len();
    for passed in passed {
        if !column.room(ROW + KEPT) {
            break;
        }
        row(map, &seen, passed, column, items);
        left -= 1;
    }
    if left > 0 {
        let ways = if left == 1 { "way" } else { "ways" };
        note(&format!("and {left} more {ways}, which map.md lists"), column, items);
    }
    let total: f64 = map.snapshot.dissolved.iter().map(|part| part.area_km2).sum();
    let changed: f64 = request.passed.iter().map(|passed| passed.area_km2).sum();
    let pale = Rect::new(column.x, column.y, 30.0 * unit, 22.0 * unit);
    items.push(Item::Path(Path::rect(pale).filled(Paint::Solid(ink(PALE))).stroked(Ink { opacity: 0.5, ..ink(SECONDARY) }, unit)));
    let words = format!("in the same state on both, {}", square_kilometres((total - changed).max(0.0)));
    let shaped = fitted(&words, 16.0 * unit, Weight::Regular, column.width - 42.0 * unit);
    text(items, [column.x + 42.0 * unit, column.y + 16.0 * unit], shaped, INK);
    column.y += 32.0 * unit;
}

/// Both states with an arrow between, their names, and how much went so: `4 sites, 3.1 km²`.
fn row(map: &MapRequest<'_>, seen: &Seen, passed: &Passed<'_>, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    let edge = Ink { opacity: 0.5, ..ink(SECONDARY) };
    for (at, key) in [passed.before, passed.after].into_iter().enumerate() {
        let rect = Rect::new(column.x + 54.0 * at as f64 * unit, column.y, 30.0 * unit, 34.0 * unit);
        items.push(Item::Path(Path::rect(rect).filled(swatch(map, seen, key, unit)).stroked(edge, unit)));
    }
    let (x, y) = (column.x + 34.0 * unit, column.y + 17.0 * unit);
    let (tip, barb) = (x + 16.0 * unit, 5.0 * unit);
    items.push(Item::Path(Path::line(&[[x, y], [tip, y]]).stroked(ink(INK), 2.0 * unit)));
    items.push(Item::Path(Path::line(&[[tip - barb, y - barb], [tip, y], [tip - barb, y + barb]]).stroked(ink(INK), 2.0 * unit)));
    let left = column.x + 98.0 * unit;
    let room = column.width - 98.0 * unit;
    let named = |key: Option<&CellKey>| key.map_or_else(|| "outside the map".to_owned(), |key| isolated(&label(map, key)));
    text(items, [left, column.y + 13.0 * unit], shrunk(&named(passed.before), 17.0 * unit, room), INK);
    text(items, [left, column.y + 34.0 * unit], shrunk(&format!("→ {}", named(passed.after)), 17.0 * unit, room), INK);
    text(items, [left, column.y + 55.0 * unit], fitted(&amount(passed), 16.0 * unit, Weight::Regular, room), SECONDARY);
    column.y += ROW * unit;
}

/// `4 sites, 3.1 km²`
pub(crate) fn amount(passed: &Passed<'_>) -> String {
    let count = passed.sites.len();
    let sites = format!("{} {}", in_groups(count), if count == 1 { "site" } else { "sites" });
    if passed.polygons.0.is_empty() { format!("{sites}, no ground") } else { format!("{sites}, {}", square_kilometres(passed.area_km2)) }
}

fn note(words: &str, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    for line in wrapped(words, 16.0 * unit, column.width) {
        text(items, [column.x, column.y + 14.0 * unit], shape(&line, 16.0 * unit, Weight::Regular), INK);
        column.y += 24.0 * unit;
    }
}
