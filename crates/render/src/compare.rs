//! Several maps on one page, with one extent, scale, legend and order: before and after, small multiples, rules and knowledge times.
//!
//! ```text
//! title, what the maps have in common
//! A 27 September 2015   B 29 September 2015     the legend beside the maps or below them,
//! ┌──────────────────┐  ┌──────────────────┐    wherever the maps come out larger; its rows
//! │                  │  │                  │    are the states that any map shows, its columns
//! └──────────────────┘  └──────────────────┘    the maps
//! ```
//!
//! What differs between the maps, and nothing else, stands above each. A caption is as large as the title, so that it is read on a
//! page shown at a quarter of its size.

use geo_types::Coord;
use marchland_core::Snapshot;

use crate::furniture::{self, Column, SECONDARY, text};
use crate::layout::{Furniture, Measure, Shown};
use crate::legend::{self, Seen, Sinks, letter};
use crate::lines::{fitted, wrapped};
use crate::map::{self, Drawn, MapFault, MapRequest};
use crate::measure;
use crate::moment::{self, caption};
use crate::page::{self, Page};
use crate::places::Marked;
use crate::scene::{Item, Rect, Scene};
use crate::style::INK;
use crate::text::{Weight, shape};
use crate::view::View;

/// Maps to be laid out together.
#[derive(Clone, Copy)]
pub struct CompareRequest<'a> {
    /// What they have in common. Its own snapshot is not drawn, and there is no overview.
    pub map: MapRequest<'a>,
    /// The maps, in reading order.
    pub snapshots: &'a [&'a Snapshot],
    /// How many stand beside each other: all for a row, one for a stack; none: as many as let the maps come out largest.
    pub columns: Option<usize>,
    /// The one map that is drawn, on a page with the legend and the scale of all; none: all are.
    pub only: Option<usize>,
}

/// Units above a map for its caption, between maps, and of the caption's letters.
const HEAD: f64 = 52.0;
const GAP: f64 = 26.0;
const CAPTION: f64 = 34.0;

/// Units of the foot of a page: four lines of sources and arguments.
const FOOT: f64 = 102.0;

/// Units that a legend needs beside the rows of its table: headings, markers, and how sure the maps are.
const UNSURE: f64 = 400.0;

/// Units above and below the ground of a lowered frame that names have beside the margin (chosen: a name led out of a crowd finds room there).
const NAMES: f64 = 70.0;

/// Units of a frame's sides below which a map is no map (chosen: the scale bar fills the least one's width).
const LEAST: [f64; 2] = [300.0, 160.0];

/// Lays out several maps on one page.
///
/// All show the same ground at the same scale: the extent asked for, else all that any of them shows. One map is laid out as several
/// are. Columns beyond the number of maps count as that number, and nought as one.
///
/// # Errors
///
/// [`MapFault::Nothing`] where no place is on the projection's plane or there is no map; [`MapFault::TooMany`] where frames would be
/// smaller than a map can be.
pub fn scene(request: &CompareRequest<'_>) -> Result<Drawn, MapFault> {
    let (map, left_out) = request.map.on_its_page();
    match laid_out(&CompareRequest { map, ..*request }, left_out.as_deref()) {
        // On a small page the maps go before the legend.
        Err(MapFault::TooMany { .. }) if map.furniture.legend == Shown::Yes && page::is_small(map.size) => {
            let (map, left_out) = map.without_legend();
            laid_out(&CompareRequest { map, ..*request }, left_out.as_deref())
        }
        laid_out => laid_out,
    }
}

/// The page, with or without a legend; `left_out` tells of one that was asked for.
fn laid_out(request: &CompareRequest<'_>, left_out: Option<&str>) -> Result<Drawn, MapFault> {
    let CompareRequest { map, snapshots, only, .. } = *request;
    let furniture = Furniture { measure: Measure::AboveMap, ..map.furniture };
    let requests: Vec<MapRequest<'_>> = snapshots.iter().map(|&snapshot| MapRequest { snapshot, furniture, ..map }).collect();
    let mut seen = Seen::default();
    for request in &requests {
        seen.add(request.ledger, request.snapshot);
    }
    let (sheet, view) = sheet(request, &requests, &seen)?;
    let unit = sheet.page.unit;
    let (mut items, mut warnings) = (Vec::new(), left_out.map(str::to_owned).into_iter().collect::<Vec<_>>());
    let mut all = Marked::default();
    let drawn = requests.iter().enumerate().filter(|&(at, _)| only.is_none_or(|only| only == at));
    for ((at, request), &frame) in drawn.zip(&sheet.frames) {
        let view = view.within(frame);
        let words = [&*letter(at), &caption(snapshots, at, map.time_zone)];
        let right = measure::scale_above(request, &view, (unit, frame.width - least_head(words, unit)), &mut items);
        head(words, Rect { width: right - frame.x, ..frame }, unit, &mut items);
        let marked = map::panel(request, &view, unit, &mut items, &mut warnings);
        seen.add_marked(request.snapshot, &marked);
        measure::north_alone(request, &view, unit, &mut items);
        all.take_in(marked);
    }
    let subtitle = moment::in_common(snapshots, map.time_zone, map.time_zone_name);
    furniture::title(map.title, &subtitle, &sheet.page, &mut items);
    if map.furniture.legend == Shown::Yes {
        column(&requests, &sheet, &seen, &all, &mut items);
    }
    furniture::footer(&map, &sheet.page, &all, &mut items);
    warnings.sort_unstable();
    warnings.dedup();
    map::note_missing(&items, &mut warnings);
    let mut description = crate::words::compared(&requests);
    map::say(&mut description, left_out);
    let (width, height) = (sheet.page.width as u32, sheet.page.height as u32);
    Ok(Drawn { scene: Scene { width, height, dpi: map.size.dpi(), title: map.title.to_owned(), description, items }, warnings })
}

/// Where the maps and the legend stand.
struct Sheet {
    page: Page,
    frames: Vec<Rect>,
    legend: Legend,
    rows: usize,
}

/// Where the legend stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Legend {
    /// To the right of the maps.
    Beside,
    /// Under the maps.
    Below,
    /// Where the last row has no maps.
    Between,
    /// Nowhere.
    Nowhere,
}

/// The sheet on which the maps come out larger, with the legend beside them or below, and what the first of its frames shows.
fn sheet<'a>(request: &'a CompareRequest<'a>, requests: &'a [MapRequest<'a>], seen: &Seen) -> Result<(Sheet, View<'a>), MapFault> {
    let map = &request.map;
    let places: Vec<Coord<f64>> = requests.iter().flat_map(|request| map::shown(request)).collect();
    let count = request.only.map_or(requests.len(), |_| 1);
    let tried = request.columns.map_or(1..=count, |columns| columns.clamp(1, count.max(1))..=columns.clamp(1, count.max(1)));
    let grids = tried.map(|columns| [columns, count.div_ceil(columns)]);
    let sheets = grids.flat_map(|grid| {
        let pages = match map.furniture.legend {
            Shown::Yes => [Some(beside(map)), Some(below(map, seen)), (!count.is_multiple_of(grid[0])).then(|| between(map))],
            Shown::No => [Some(maps_alone(map)), None, None],
        };
        pages.into_iter().flatten().map(move |(mut page, legend)| {
            let frames = frames(page.frame, grid, page.unit);
            page.frame = frames[0];
            if legend == Legend::Between {
                let (free, last) = (frames[count], frames[frames.len() - 1]);
                let top = free.y - HEAD * page.unit;
                page.column = Rect::new(free.x + 14.0 * page.unit, top, last.right() - free.x - 14.0 * page.unit, free.bottom() - top);
            }
            Sheet { page, frames, legend, rows: grid[1].max(1) }
        })
    });
    let viewed = |sheet: Sheet| {
        let frame = sheet.page.frame;
        let view = View::of(places.iter().copied(), map.projection, map::room_for(map, frame, sheet.page.unit))?;
        Some((sheet, view.within(frame)))
    };
    // Of sheets that are as good, the first.
    let larger = |best: (Sheet, View<'a>), other: (Sheet, View<'a>)| if other.1.scale > best.1.scale * 1.001 { other } else { best };
    let best = sheets.filter_map(viewed).reduce(larger).ok_or(MapFault::Nothing)?;
    let Rect { width, height, .. } = best.0.page.frame;
    let unit = best.0.page.unit;
    if count > 1 && (width < LEAST[0] * unit || height < LEAST[1] * unit) {
        return Err(MapFault::TooMany { maps: count, width: map.size.width(), height: map.size.height() });
    }
    let (sheet, view) = (best.0, map::at_scale(map, best.1));
    if map.size.may_be_lower() { Ok(lowered(sheet, view, &places, (map, seen))) } else { Ok((sheet, view)) }
}

/// The sheet without what its frames have above and below the maps; the legend keeps the room it needs.
fn lowered<'a>(sheet: Sheet, view: View<'a>, places: &[Coord<f64>], (map, seen): (&MapRequest<'_>, &Seen)) -> (Sheet, View<'a>) {
    let Sheet { mut page, frames, legend, rows } = sheet;
    let frame = frames[0];
    let room = map::room_for(map, frame, page.unit);
    let margins = frame.height - room.height;
    let needed = view.height_of(places.iter().copied()) + margins + NAMES * page.unit;
    let spare = (frame.height - needed).floor().max(0.0);
    // Beside maps or between them the legend is as high as they are.
    let kept = (UNSURE + 46.0 * seen.rows() as f64) * page.unit;
    let spare = match legend {
        Legend::Beside => spare.min((page.column.height - kept) / rows as f64),
        Legend::Between => spare.min(page.column.height - kept),
        Legend::Below | Legend::Nowhere => spare,
    };
    let spare = spare.max(0.0).floor();
    let lower = |frame: Rect, row: f64| Rect { y: frame.y - row * spare, height: frame.height - spare, ..frame };
    let columns = frames.len() / rows;
    let frames: Vec<Rect> = frames.into_iter().enumerate().map(|(at, frame)| lower(frame, (at / columns) as f64)).collect();
    let all = spare * rows as f64;
    page.height -= all;
    page.frame = frames[0];
    page.column = match legend {
        Legend::Beside => Rect { height: page.column.height - all, ..page.column },
        Legend::Between => lower(page.column, (rows - 1) as f64),
        Legend::Below => Rect { y: page.column.y - all, ..page.column },
        Legend::Nowhere => page.column,
    };
    let view = view.within(page.frame);
    (Sheet { page, frames, legend, rows }, view)
}

fn beside(map: &MapRequest<'_>) -> (Page, Legend) {
    let (width, height) = (f64::from(map.size.width()), f64::from(map.size.height()));
    let unit = unit(map);
    let column = Rect::new(width - 390.0 * unit, 118.0 * unit, 350.0 * unit, height - 118.0 * unit - FOOT * unit);
    let frame = Rect::new(40.0 * unit, 118.0 * unit, (column.x - 70.0 * unit).max(10.0), column.height.max(10.0));
    (Page { unit, width, height, frame, column, overview: Rect::new(0.0, 0.0, 0.0, 0.0) }, Legend::Beside)
}

fn below(map: &MapRequest<'_>, seen: &Seen) -> (Page, Legend) {
    let (width, height) = (f64::from(map.size.width()), f64::from(map.size.height()));
    let unit = unit(map);
    let tall = (60.0 + 46.0 * seen.rows() as f64).clamp(200.0, 0.5 * height / unit) * unit;
    let bottom = height - FOOT * unit;
    let frame = Rect::new(40.0 * unit, 118.0 * unit, (width - 80.0 * unit).max(10.0), (bottom - tall - 130.0 * unit).max(10.0));
    let column = Rect::new(40.0 * unit, bottom - tall, (width - 80.0 * unit).max(10.0), tall);
    (Page { unit, width, height, frame, column, overview: Rect::new(0.0, 0.0, 0.0, 0.0) }, Legend::Below)
}

fn between(map: &MapRequest<'_>) -> (Page, Legend) {
    (maps_alone(map).0, Legend::Between)
}

/// A page whose maps have all of the room.
fn maps_alone(map: &MapRequest<'_>) -> (Page, Legend) {
    let (width, height) = (f64::from(map.size.width()), f64::from(map.size.height()));
    let unit = unit(map);
    let frame = Rect::new(40.0 * unit, 118.0 * unit, (width - 80.0 * unit).max(10.0), (height - (118.0 + FOOT) * unit).max(10.0));
    let nowhere = Rect::new(0.0, 0.0, 0.0, 0.0);
    (Page { unit, width, height, frame, column: nowhere, overview: nowhere }, Legend::Nowhere)
}

/// Pixels of a unit: those of a single map's page, whose legend is as wide.
fn unit(map: &MapRequest<'_>) -> f64 {
    Page::new(map.size, Shown::Yes).unit
}

/// Frames in rows from the upper left, each below its caption.
fn frames(room: Rect, [columns, rows]: [usize; 2], unit: f64) -> Vec<Rect> {
    let part = |whole: f64, count: usize| (whole - GAP * unit * (count - 1) as f64) / count as f64;
    let (width, height) = (part(room.width, columns), part(room.height, rows.max(1)));
    let place = |at: usize| {
        let [x, y] = [(at % columns) as f64 * (width + GAP * unit), (at / columns) as f64 * (height + GAP * unit)];
        let head = HEAD * unit;
        page::whole(room.x + x, room.y + y + head, width.max(1.0), (height - head).max(1.0))
    };
    (0..columns * rows.max(1)).map(place).collect()
}

/// The share of their size at which a caption's words are smallest.
const SMALLEST: f64 = 0.5;

/// Pixels that the head of a map needs at least, with the gap behind it.
fn least_head([letter, words]: [&str; 2], unit: f64) -> f64 {
    let width = |words: &str, weight: Weight| shape(words, CAPTION * unit, weight).width;
    width(letter, Weight::Bold) + 16.0 * unit + SMALLEST * width(words, Weight::Regular) + 21.0 * unit
}

/// The letter of a map, and what is its own, above its frame.
fn head([letter, words]: [&str; 2], frame: Rect, unit: f64, items: &mut Vec<Item>) {
    let y = frame.y - 14.0 * unit;
    let letter = shape(letter, CAPTION * unit, Weight::Bold);
    let x = frame.x + letter.width + 16.0 * unit;
    let room = frame.right() - 20.0 * unit - x;
    let whole = shape(words, CAPTION * unit, Weight::Regular);
    let size = CAPTION * unit * (room / whole.width.max(1.0)).clamp(SMALLEST, 1.0) * 0.999;
    text(items, [frame.x, y], letter, INK);
    text(items, [x, y], fitted(words, size, Weight::Regular, room), INK);
}

/// One legend for all maps: ground, places, what is not on them, how sure.
fn column(requests: &[MapRequest<'_>], sheet: &Sheet, seen: &Seen, all: &Marked, items: &mut Vec<Item>) {
    let Some(request) = requests.first() else { return };
    let (page, area, unit) = (&sheet.page, sheet.page.column, sheet.page.unit);
    let is_in_parts = area.width > 2.2 * area.height;
    let parts = if is_in_parts { [0.5, 0.25, 0.25] } else { [1.0; 3] };
    let gap = 40.0 * unit;
    let mut column =
        Column { page, x: area.x, width: area.width * parts[0] - if is_in_parts { gap } else { 0.0 }, y: area.y, bottom: area.bottom() };
    let maps: Vec<&Snapshot> = requests.iter().map(|request| request.snapshot).collect();
    let mut numbers = Vec::new();
    legend::ground(request, seen, &maps, &mut column, &mut Sinks { words: items, numbers: &mut numbers });
    items.append(&mut numbers);
    let next = |column: &mut Column<'_>, part: usize| {
        if is_in_parts {
            column.x = area.x + area.width * parts[..part].iter().sum::<f64>();
            column.width = area.width * parts[part] - if part < 2 { gap } else { 0.0 };
            column.y = area.y;
        }
    };
    next(&mut column, 1);
    legend::markers(request, seen, "PLACES", &mut column, items);
    let kept = if is_in_parts { UNMARKED } else { UNMARKED + furniture::sure_height(request, seen, &column) };
    legend::kinds(request, seen, kept, &mut column, items);
    unmarked(all, &mut column, items);
    next(&mut column, 2);
    furniture::sure(request, seen, &mut column, items);
}

/// Units that are kept for it.
const UNMARKED: f64 = 28.0;

/// How many places have no marker: named for each map in `map.md`. Those outside the frame are counted in the caption.
fn unmarked(all: &Marked, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    let counted = |count: usize, words: &str| match count {
        0 => None,
        1 => Some(format!("1 place {words}")),
        count => Some(format!("{} places {words}", furniture::in_groups(count))),
    };
    let line = counted(all.beside.len(), "without a place on the map");
    for line in line.into_iter().flat_map(|line| wrapped(&line, 16.0 * unit, column.width)) {
        if column.room(24.0) {
            text(items, [column.x, column.y + 16.0 * unit], fitted(&line, 16.0 * unit, Weight::Regular, column.width), SECONDARY);
            column.y += 24.0 * unit;
        }
    }
}
