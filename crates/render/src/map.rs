//! A snapshot laid out as one page.
//!
//! ```text
//! title, subtitle
//! ┌────────────────────┐ ground: what there is, km² and share
//! │ layers, cells,     │ places: what the markers mean
//! │ front lines,       │ not on the map: named with their states
//! │ places, labels     │ how sure
//! └────────────────────┘ overview
//! sources and licence; version, arguments, digest
//! ```
//!
//! Nothing is decided here of who holds what or how surely: one channel for each thing that was settled before. Hue is the actor,
//! pattern the status, saturation the age of the last word.

use geo_types::{Coord, Geometry, LineString, MultiPolygon};
use jiff::tz::TimeZone;
use marchland_core::{Assessment, Cell, Colour, ControlState, Dissolved, Layer, Ledger, Projection, Snapshot, Status};
use thiserror::Error;

use crate::borders::borders;
use crate::furniture::{self, Page};
use crate::palette::faded;
use crate::places;
use crate::scene::{Ink, Item, Paint, Path, Rect, Scene, colour, ink};
use crate::view::View;

/// The size of a picture in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize {
    width: u32,
    height: u32,
}

impl PageSize {
    /// A size of 200 to 10,000 pixels either way; anything else is none: below nothing can be read, above memory runs out.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Option<Self> {
        let sound = 200..=10_000;
        (sound.contains(&width) && sound.contains(&height)).then_some(Self { width, height })
    }
}

/// Whether a small map shows what lies outside the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inset {
    /// Where the map shows a part.
    #[default]
    Auto,
    /// Never.
    None,
}

/// What a map shows, and all that stands on its page.
#[derive(Clone, Copy)]
pub struct MapRequest<'a> {
    /// The dataset: names of actors and sites.
    pub ledger: &'a Ledger,
    /// Everything resolved for the moment.
    pub snapshot: &'a Snapshot,
    /// Context to draw.
    pub layers: &'a [Layer],
    /// The boundary of the territory.
    pub boundary: Option<&'a MultiPolygon<f64>>,
    /// The plane of the map.
    pub projection: &'a dyn Projection,
    /// The zone of times on the page.
    pub time_zone: &'a TimeZone,
    /// Its IANA name.
    pub time_zone_name: &'a str,
    /// A colour for each actor, by its index.
    pub colours: &'a [Colour],
    /// The language of names; none: the dataset's first.
    pub language: Option<&'a str>,
    /// The title.
    pub title: &'a str,
    /// West, south, east, north of what is shown, in degrees; none: everything.
    pub extent: Option<[f64; 4]>,
    /// The size of the page.
    pub size: PageSize,
    /// Whether an overview is drawn.
    pub inset: Inset,
    /// How sure the map is, a line each.
    pub sure: &'a [String],
    /// Sources and credits.
    pub sources: &'a str,
    /// Version, arguments, digest, licence.
    pub made: &'a str,
}

/// A page, and what a reader of the map would not see.
#[derive(Debug)]
pub struct Drawn {
    /// The page.
    pub scene: Scene,
    /// Texts with letters that no font has, and the like.
    pub warnings: Vec<String>,
}

/// Why a map cannot be drawn.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MapFault {
    /// Neither ground nor a place to show.
    #[error("there is nothing to map: no site has a place on the map's projection")]
    Nothing,
}

/// Lays out a map.
///
/// # Errors
///
/// [`MapFault::Nothing`] where neither the extent nor the ground nor a site has a place on the projection's plane.
pub fn scene(request: &MapRequest<'_>) -> Result<Drawn, MapFault> {
    let page = Page::new(request.size.width, request.size.height);
    let view = View::of(shown(request), request.projection, room_for(request, &page)).ok_or(MapFault::Nothing)?.within(page.frame);
    let whole = overview_view(request, &page, &view);
    let mut warnings = Vec::new();
    let mut ground = vec![Item::Path(Path::rect(page.frame).filled(Paint::Solid(ink(0x00FA_F9F6))))];
    draw_ground(request, &view, page.unit, &mut ground);
    let marked = places::draw(request, &view, page.unit, &mut ground, &mut warnings);
    furniture::scale_bar(&page, view.ground_scale(), &mut ground);
    let mut items = vec![Item::Clipped(page.frame, ground)];
    items.push(Item::Path(Path::rect(page.frame).stroked(ink(0x00C9_CDD2), page.unit)));
    furniture::title(request, &page, &mut items);
    furniture::column(request, &page, &marked, whole.is_some(), &mut items);
    if let Some(whole) = whole {
        draw_overview(request, &whole, &view, page.unit, &mut items);
    }
    furniture::footer(request, &page, &marked, &mut items);
    note_missing(&items, &mut warnings);
    let (width, height) = (request.size.width, request.size.height);
    let description = crate::words::alt_text(request);
    Ok(Drawn { scene: Scene { width, height, title: request.title.to_owned(), description, items }, warnings })
}

/// The part of the frame that what is shown fills: where no extent was asked for, not up to its edge.
fn room_for(request: &MapRequest<'_>, page: &Page) -> Rect {
    let margin = if request.extent.is_some() { 0.0 } else { (18.0 * page.unit).min(page.frame.width / 4.0).min(page.frame.height / 4.0) };
    let Rect { x, y, width, height } = page.frame;
    Rect::new(x + margin, y + margin, width - 2.0 * margin, height - 2.0 * margin)
}

/// The places that must be in the frame.
fn shown<'a>(request: &'a MapRequest<'a>) -> Box<dyn Iterator<Item = Coord<f64>> + 'a> {
    match request.extent {
        Some([west, south, east, north]) => {
            Box::new([(west, south), (east, south), (east, north), (west, north)].into_iter().map(|(x, y)| Coord { x, y }))
        }
        None => everything(request),
    }
}

/// Every vertex of the ground, or of the sites where there is none.
fn everything<'a>(request: &'a MapRequest<'a>) -> Box<dyn Iterator<Item = Coord<f64>> + 'a> {
    let cells = &request.snapshot.cells;
    if cells.is_empty() {
        let geometries = request.ledger.sites().iter().filter_map(|site| site.geometry.as_ref());
        return Box::new(geometries.filter_map(places::middle));
    }
    Box::new(cells.iter().flat_map(|cell| cell.polygons.iter()).flat_map(|polygon| polygon.exterior().coords().copied()))
}

fn overview_view<'a>(request: &'a MapRequest<'a>, page: &Page, view: &View<'_>) -> Option<View<'a>> {
    let whole = View::of(everything(request), request.projection, page.overview)?;
    let is_part = everything(request).filter_map(|place| view.place(place)).any(|place| !view.frame.holds(place));
    (request.inset == Inset::Auto && is_part).then_some(whole)
}

/// Layers, cells, front lines.
fn draw_ground(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    let features = || request.layers.iter().flat_map(|layer| &layer.features);
    for feature in features().filter(|feature| feature.kind == "built_up") {
        items.push(Item::Path(view.shape(&feature.geometry).filled(Paint::Solid(ink(0x00E4_DDD0)))));
    }
    for (polygons, assessment) in pieces(request.snapshot) {
        items.push(Item::Path(view.polygons(polygons).filled(paint(request, assessment, unit))));
    }
    let borders = borders(&request.snapshot.cells, request.ledger.sites(), view);
    let white = Ink { opacity: 0.9, ..ink(0x00FF_FFFF) };
    items.push(Item::Path(lines(&borders.sure).stroked(white, 1.6 * unit)));
    items.push(Item::Path(lines(&borders.doubtful).dashed(white, 1.9 * unit, &[0.1 * unit, 6.0 * unit])));
    for feature in features() {
        draw_feature(view, &feature.kind, &feature.geometry, unit, items);
    }
    if let Some(boundary) = request.boundary {
        items.push(Item::Path(view.polygons(boundary).stroked(Ink { opacity: 0.8, ..ink(0x0078_7F88) }, 1.4 * unit)));
    }
    draw_frontlines(request, view, unit, items);
}

/// The ground in pieces that are filled alike: cell by cell, but the cells of a lattice, which are no places, together where they look alike.
fn pieces(snapshot: &Snapshot) -> Vec<(&MultiPolygon<f64>, &Assessment)> {
    let looks = |cell: &Cell| (cell.assessment.is_stale(snapshot.at), cell.assessment.last_confirmed);
    let is_one = |part: &Dissolved| {
        let mut cells = part.cells.iter().map(|&cell| &snapshot.cells[cell]);
        cells.next().is_some_and(|first| first.ground.lattice().is_some() && cells.all(|cell| looks(cell) == looks(first)))
    };
    let (whole, parted): (Vec<&Dissolved>, Vec<&Dissolved>) = snapshot.dissolved.iter().partition(|part| is_one(part));
    let together = whole.into_iter().map(|part| (&part.polygons, &*snapshot.cells[part.cells[0]].assessment));
    let mut apart: Vec<usize> = parted.into_iter().flat_map(|part| part.cells.iter().copied()).collect();
    apart.sort_unstable();
    together.chain(apart.into_iter().map(|cell| (&*snapshot.cells[cell].polygons, &*snapshot.cells[cell].assessment))).collect()
}

/// Several lines as one shape.
fn lines(lines: &[Vec<[f64; 2]>]) -> Path {
    Path::of(lines.iter().flat_map(|line| Path::line(line).steps).collect())
}

fn draw_feature(view: &View<'_>, kind: &str, geometry: &Geometry<f64>, unit: f64, items: &mut Vec<Item>) {
    let mut draw = |rgb: u32, width: f64| items.push(Item::Path(view.shape(geometry).stroked(ink(rgb), width * unit)));
    match kind {
        "river" | "water" | "canal" => draw(0x0079_B4E0, 3.2),
        "road" | "street" | "highway" => {
            draw(0x006B_6358, 5.2);
            draw(0x00FF_FDF8, 2.6);
        }
        "railway" => draw(0x0077_7777, 2.0),
        _ => {}
    }
}

/// The holders' colours on their sides of a dark line; dotted where the line is nearer to a place than that place is known.
fn draw_frontlines(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    for front in &request.snapshot.frontlines {
        let colour_of = |actor: marchland_core::ActorIndex| Ink { colour: request.colours[actor.0 as usize], opacity: 1.0 };
        for line in &front.lines {
            let places = view.line(line);
            items.push(Item::Path(Path::line(&beside(&places, -2.6 * unit)).stroked(colour_of(front.left), 2.6 * unit)));
            items.push(Item::Path(Path::line(&beside(&places, 2.6 * unit)).stroked(colour_of(front.right), 2.6 * unit)));
            items.push(Item::Path(Path::line(&places).stroked(ink(0x0022_262B), 2.8 * unit)));
        }
        for line in &front.doubtful {
            items.push(Item::Path(Path::line(&view.line(line)).dashed(ink(0x0022_262B), 3.4 * unit, &[0.1 * unit, 7.0 * unit])));
        }
    }
}

/// A line moved sideways, to the right where the distance is positive as one walks it on the page.
fn beside(line: &[[f64; 2]], distance: f64) -> Vec<[f64; 2]> {
    let direction = |from: [f64; 2], to: [f64; 2]| {
        let length = libm::hypot(to[0] - from[0], to[1] - from[1]).max(1e-9);
        [(to[0] - from[0]) / length, (to[1] - from[1]) / length]
    };
    (0..line.len())
        .map(|at| {
            let before = if at == 0 { None } else { Some(direction(line[at - 1], line[at])) };
            let after = line.get(at + 1).map(|&next| direction(line[at], next));
            let [x, y] = match (before, after) {
                (Some(one), Some(other)) => [f64::midpoint(one[0], other[0]), f64::midpoint(one[1], other[1])],
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => [0.0, 0.0],
            };
            [line[at][0] - y * distance, line[at][1] + x * distance]
        })
        .collect()
}

/// How ground of a state is filled.
pub(crate) fn paint(request: &MapRequest<'_>, state: &Assessment, unit: f64) -> Paint {
    let is_stale = state.is_stale(request.snapshot.at);
    let of = |actor: marchland_core::ActorIndex| {
        let colour = request.colours.get(actor.0 as usize).copied().unwrap_or(colour(0x0099_9999));
        if is_stale { faded(colour) } else { colour }
    };
    let with = |colour: Colour, opacity: f64| Ink { colour, opacity };
    match (&state.control, state.status) {
        (ControlState::Held(actor), Status::Claimed) => {
            let ground = state.last_confirmed.map_or(Ink { opacity: 0.3, ..ink(0x00D9_DADB) }, |last| with(of(last), 0.15));
            Paint::Hatch { ground, line: with(of(*actor), 0.62), period: 12.0 * unit, width: 5.0 * unit }
        }
        (ControlState::Held(actor), _) => Paint::Solid(with(of(*actor), 0.55)),
        (ControlState::Contested(actors), _) => {
            let grey = with(colour(0x008C_9299), 0.5);
            let first = actors.first().map_or(grey, |&actor| with(of(actor), 0.58));
            let second = actors.get(1).map_or(grey, |&actor| with(of(actor), 0.58));
            Paint::Stripes { inks: [second, first], period: 16.0 * unit }
        }
        (ControlState::Unknown, _) => {
            Paint::Dots { ground: with(colour(0x00D9_DADB), 0.6), dot: ink(0x008A_9098), period: 14.0 * unit, radius: 1.5 * unit }
        }
    }
}

/// The whole, small, with the frame of the map on it.
fn draw_overview(request: &MapRequest<'_>, whole: &View<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    for (polygons, assessment) in pieces(request.snapshot) {
        items.push(Item::Path(whole.polygons(polygons).filled(paint(request, assessment, unit * 0.55))));
    }
    if let Some(boundary) = request.boundary {
        items.push(Item::Path(whole.polygons(boundary).stroked(ink(0x0078_7F88), unit)));
    }
    let frame: Vec<[f64; 2]> = whole.line(&LineString(view.outline()));
    items.push(Item::Path(Path::line(&frame).stroked(ink(0x0022_262B), 2.0 * unit)));
    places::draw_outside(request, whole, view, unit, items);
}

fn note_missing(items: &[Item], warnings: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Text(text) if !text.shaped.missing.is_empty() => {
                warnings.push(format!("no font has \"{}\" of \"{}\": it is drawn as an empty box", text.shaped.missing, text.shaped.text));
            }
            Item::Clipped(_, items) => note_missing(items, warnings),
            Item::Text(_) | Item::Path(_) => {}
        }
    }
}
