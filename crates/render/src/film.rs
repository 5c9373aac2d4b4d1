//! The frames of an animation: what stands still is laid out once, and each frame adds what is of its moment.
//!
//! ```text
//! title
//! 16 August 2021             end of day, Asia/Kabul     the moment, large
//! ━━━━━━━━━━━━━━━━━━━────────────────────────────────   how far through the span it is
//! ┌────────────────────┐ ground: rows for all that any frame shows,
//! │ what changed since │ in one order; only the numbers change
//! │ the frame before   │ places
//! │ is outlined        │ how sure
//! └────────────────────┘
//! ```
//!
//! Extent, scale, legend and the places of words are those of all frames together, so that nothing jumps. Ground whose control or status
//! is another than in the frame before has a dark outline in this one frame.

use std::sync;

use geo_types::MultiPolygon;
use jiff::Timestamp;
use marchland_core::{CellKey, Snapshot};

use crate::furniture::{self, Column, SECONDARY, text};
use crate::ground::{self, Plan};
use crate::layout::Shown;
use crate::legend::{self, Seen, Sinks};
use crate::lines::fitted;
use crate::map::{self, Drawn, MapFault, MapRequest};
use crate::measure;
use crate::moment;
use crate::page::{self, Page};
use crate::places::{Arranged, Marked};
use crate::scene::{Ink, Item, Paint, Path, Rect, Scene, ink};
use crate::style::{INK, LAND};
use crate::text::{Weight, shape};
use crate::view::View;
use crate::write::Layer;

/// Frames to be laid out.
#[derive(Clone, Copy)]
pub struct FilmRequest<'a> {
    /// What all frames have in common. Its own snapshot is not drawn, and there is no overview.
    pub map: MapRequest<'a>,
    /// One map of each ground that is shown: what they cover is in the frame.
    pub grounds: &'a [&'a Snapshot],
    /// What any frame shows, for the legend.
    pub seen: &'a Seen,
    /// The moments of the first frame and the last.
    pub span: [Timestamp; 2],
}

/// An animation while its frames are laid out, in order.
pub struct Film<'a> {
    request: FilmRequest<'a>,
    /// What the page has no room for.
    left_out: Option<String>,
    page: Page,
    view: View<'a>,
    /// The ground of the frame before, its plan, and the states it had.
    last: Option<Last>,
}

/// What a frame leaves for the next.
struct Last {
    ground: Option<sync::Arc<MultiPolygon<f64>>>,
    plan: Plan,
    arranged: Arranged,
    /// Lines of degrees, which lie on the ground and below the places.
    graticule: Vec<Item>,
    /// Names, scale bar and edge of the frame.
    above: sync::Arc<Layer>,
    keys: Vec<CellKey>,
}

impl Last {
    /// Nothing was before: the ground is looked at for the first time.
    fn new(map: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Self {
        let arranged = Arranged::new(map, view, unit);
        let mut names = Vec::new();
        arranged.draw_names(&mut names);
        measure::draw(map, view, unit, &mut names);
        let edge = Path::rect(view.frame).stroked(ink(0x00C9_CDD2), unit);
        let above = Layer::new([map.size.width(), map.size.height()], &[Item::Clipped(view.frame, names), Item::Path(edge)]);
        let ground = map.snapshot.cells.first().map(|cell| sync::Arc::clone(&cell.polygons));
        let mut graticule = Vec::new();
        measure::graticule(map, view, unit).draw(unit, &mut graticule);
        Self { ground, plan: Plan::new(map, view, unit), arranged, graticule, above: sync::Arc::new(above), keys: Vec::new() }
    }
}

/// What a frame adds to the page.
pub struct Frame {
    /// What is of its moment.
    pub items: Vec<Item>,
    /// What lies above that: the same from frame to frame, as long as the ground is.
    pub above: sync::Arc<Layer>,
}

impl<'a> Film<'a> {
    /// Settles where everything stands.
    ///
    /// # Errors
    ///
    /// [`MapFault::Nothing`] where no ground and no place is on the projection's plane.
    pub fn new(request: FilmRequest<'a>) -> Result<Self, MapFault> {
        let (map, left_out) = request.map.on_its_page();
        let request = FilmRequest { map, ..request };
        let mut page = Page::new(map.size, map.furniture.legend);
        let down = 14.0 * page.unit;
        page.frame = page::whole(page.frame.x, page.frame.y + down, page.frame.width, page.frame.height - down - 8.0 * page.unit);
        let requests: Vec<MapRequest<'_>> = request.grounds.iter().map(|&snapshot| MapRequest { snapshot, ..map }).collect();
        let places = requests.iter().flat_map(map::shown);
        let view = map::view_of(&map, places, page.frame, page.unit).ok_or(MapFault::Nothing)?;
        Ok(Self { request, left_out, page, view, last: None })
    }

    /// What stands still: title, the words of the legend, sources; and warnings about any frame's words.
    #[must_use]
    pub fn still(&self) -> Drawn {
        let (map, page) = (&self.request.map, &self.page);
        let mut items = Vec::new();
        furniture::title(map.title, "", page, &mut items);
        let arranged = Arranged::new(map, &self.view, page.unit);
        let standing = arranged.marked();
        if map.furniture.legend == Shown::Yes {
            self.legend(standing, &mut items);
        }
        let (outside, beside) = (standing.outside.clone(), standing.beside.clone());
        furniture::footer(map, page, &Marked { outside, beside, ..Marked::default() }, &mut items);
        let bar = self.bar();
        items.push(Item::Path(Path::rect(bar).filled(Paint::Solid(ink(0x00DD_E0E4)))));
        let [from, to] = self.request.span.map(|at| moment::date(at, map.time_zone));
        let (mut names, mut warnings) = (Vec::new(), Vec::from_iter(self.left_out.clone()));
        arranged.draw_names(&mut names);
        map::note_missing(&items, &mut warnings);
        map::note_missing(&names, &mut warnings);
        let mut description = format!("Animated map: {}. From {from} to {to}.", map.title.trim_end_matches('.'));
        map::say(&mut description, self.left_out.as_deref());
        let (width, height) = (map.size.width(), map.size.height());
        Drawn { scene: Scene { width, height, dpi: map.size.dpi(), title: map.title.to_owned(), description, items }, warnings }
    }

    /// The words of the legend, on what any frame shows and where its places stand.
    fn legend(&self, standing: &Marked, items: &mut Vec<Item>) {
        let (map, page) = (&self.request.map, &self.page);
        let mut column = Column::new(page, page.column.bottom());
        let mut numbers = Vec::new();
        let doubt = Plan::new(map, &self.view, page.unit).doubt(map, &self.view);
        let mut seen = self.request.seen.clone();
        seen.add_standing(&Marked { doubt, ..standing.clone() });
        legend::ground(map, &seen, &[map.snapshot], &mut column, &mut Sinks { words: items, numbers: &mut numbers });
        changed_row(&mut column, items);
        column.next_part();
        legend::markers(map, &seen, "PLACES", &mut column, items);
        let kept = if column.has_parts() { 0.0 } else { furniture::sure_height(map, &seen, &column) };
        legend::kinds(map, &seen, kept, &mut column, items);
        column.next_part();
        furniture::sure(map, &seen, &mut column, items);
    }

    /// What a frame adds to the page: its moment, how far that is, the map, the numbers of the legend.
    #[must_use]
    pub fn frame(&mut self, snapshot: &Snapshot) -> Frame {
        let map = MapRequest { snapshot, ..self.request.map };
        let (page, view) = (&self.page, &self.view);
        let unit = page.unit;
        let mut within = vec![Item::Path(Path::rect(view.frame).filled(Paint::Solid(ink(LAND))))];
        let ground = snapshot.cells.first().map(|cell| &cell.polygons);
        let is_same = |last: &Last| last.ground.as_ref().zip(ground).is_some_and(|(one, other)| sync::Arc::ptr_eq(one, other));
        let last = self.last.take().filter(is_same);
        let last = last.unwrap_or_else(|| Last::new(&map, view, unit));
        ground::draw_planned(&map, view, &last.plan, unit, &mut within);
        flash(snapshot, &last.keys, &last.plan, unit, &mut within);
        within.extend(last.graticule.iter().cloned());
        last.arranged.draw(&map, view, unit, &mut within);
        let mut items = vec![Item::Clipped(view.frame, within)];
        self.time(snapshot.at, &mut items);
        if map.furniture.legend == Shown::Yes {
            let mut column = Column::new(page, page.column.bottom());
            let mut words = Vec::new();
            legend::ground(&map, self.request.seen, &[snapshot], &mut column, &mut Sinks { words: &mut words, numbers: &mut items });
        }
        let above = sync::Arc::clone(&last.above);
        self.last = Some(Last { keys: snapshot.cells.iter().map(marchland_core::Cell::key).collect(), ..last });
        Frame { items, above }
    }

    /// The moment in large letters, and the bar filled up to it.
    fn time(&self, at: Timestamp, items: &mut Vec<Item>) {
        let (map, page, unit) = (&self.request.map, &self.page, self.page.unit);
        let date = shape(&moment::date(at, map.time_zone), 34.0 * unit, Weight::Bold);
        let room = page.width - 100.0 * unit - date.width;
        let zone = fitted(&moment::hour(at, map.time_zone, map.time_zone_name), 19.0 * unit, Weight::Regular, room);
        text(items, [page.width - 40.0 * unit - zone.width, 102.0 * unit], zone, SECONDARY);
        text(items, [40.0 * unit, 102.0 * unit], date, INK);
        let [first, last] = self.request.span.map(|at| at.as_second() as f64);
        let share = if last > first { ((at.as_second() as f64 - first) / (last - first)).clamp(0.0, 1.0) } else { 1.0 };
        let bar = self.bar();
        items.push(Item::Path(Path::rect(Rect { width: bar.width * share, ..bar }).filled(Paint::Solid(ink(INK)))));
    }

    /// The bar of the span, above the map.
    fn bar(&self) -> Rect {
        let Rect { x, y, width, .. } = self.page.frame;
        let unit = self.page.unit;
        page::whole(x, y - 12.0 * unit, width, (7.0 * unit).max(3.0))
    }
}

/// Dark on white: the edge of what changed since the frame before.
fn outlined(path: &Path, unit: f64, items: &mut Vec<Item>) {
    let path = |stroke: Ink, width: f64| Item::Path(path.clone().stroked(stroke, width * unit));
    items.extend([path(ink(0x00FF_FFFF), 6.0), path(ink(INK), 3.0)]);
}

/// Outlines the cells whose state is another than in the frame before, on the same ground.
fn flash(snapshot: &Snapshot, last: &[CellKey], plan: &Plan, unit: f64, items: &mut Vec<Item>) {
    let cells = snapshot.cells.iter().zip(last).enumerate();
    let changed = cells.filter(|(_, (cell, key))| cell.assessment.control != key.control || cell.assessment.status != key.status);
    let steps: Vec<_> = changed.flat_map(|(at, _)| plan.cell(at)).copied().collect();
    if !steps.is_empty() {
        outlined(&Path::of(steps), unit, items);
    }
}

/// What the outline means.
fn changed_row(column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    if column.room(34.0) {
        let swatch = Rect::new(column.x + 4.0 * unit, column.y + 2.0 * unit, 44.0 * unit, 18.0 * unit);
        outlined(&Path::rect(swatch), unit * 0.8, items);
        let words = fitted("changed since the last frame", 17.0 * unit, Weight::Regular, column.width - 66.0 * unit);
        text(items, [column.x + 66.0 * unit, column.y + 17.0 * unit], words, INK);
        column.y += 32.0 * unit;
    }
}
