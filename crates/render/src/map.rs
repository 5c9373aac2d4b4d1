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

use geo_types::{Coord, LineString, MultiPolygon};
use jiff::tz::TimeZone;
use marchland_core::{Colour, Layer, Ledger, Projection, SiteIndex, SiteState, Snapshot};
use thiserror::Error;

use crate::furniture;
use crate::layout::{Furniture, Inset, Measure, Scale, Shown};
use crate::measure;
use crate::page::{self, Page};
use crate::places::Marked;
use crate::scene::{Item, Paint, Path, Rect, Scene, ink};
use crate::size::PageSize;
use crate::style::LAND;
use crate::view::View;
use crate::{fade, ground, places};

/// Whether arrows show who was said to move towards a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arrows {
    /// Never: such a report names no way.
    #[default]
    None,
    /// From the nearest place of whoever moves.
    FromNearest,
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
    /// How far a place's ground reaches, in metres; none: as far as its neighbours let it. Ground fades over the last fifth of it.
    pub reach_m: Option<f64>,
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
    /// The scale; none: as large as the frame lets what is shown be.
    pub scale: Option<Scale>,
    /// What stands on the page beside the ground.
    pub furniture: Furniture,
    /// The sites that are marked and named, in order; none: all.
    pub marked: Option<&'a [SiteIndex]>,
    /// Whether arrows are drawn.
    pub arrows: Arrows,
    /// How sure the map is, a line each.
    pub sure: &'a [String],
    /// Sources and credits.
    pub sources: &'a str,
    /// Version, arguments, digest, licence.
    pub made: &'a str,
}

impl<'a> MapRequest<'a> {
    /// The request with what the page has room for, and what is said of the rest.
    pub(crate) fn on_its_page(self) -> (Self, Option<String>) {
        if self.furniture.legend == Shown::No || page::has_room_for_legend(self.size) {
            return (self, None);
        }
        self.without_legend()
    }

    /// The request without the legend that it asks for, and what is said of that.
    pub(crate) fn without_legend(mut self) -> (Self, Option<String>) {
        self.furniture.legend = Shown::No;
        let (width, height) = (self.size.width(), self.size.height());
        let left_out =
            format!("the legend is left out: {width}x{height} pixels have no room for one that can be read; take a larger --size");
        (self, Some(left_out))
    }

    /// The states of the sites that are to be marked.
    pub(crate) fn marks(&self) -> impl Iterator<Item = &'a SiteState> + use<'a> {
        let marked = self.marked;
        self.snapshot.sites.iter().filter(move |state| marked.is_none_or(|marked| marked.binary_search(&state.site).is_ok()))
    }
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
    /// More maps than a page has room for.
    #[error("{maps} maps do not fit on a page of {width}x{height} pixels: take fewer, other columns, or a larger page")]
    TooMany {
        /// How many.
        maps: usize,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
}

/// Lays out a map.
///
/// # Errors
///
/// [`MapFault::Nothing`] where neither the extent nor the ground nor a site has a place on the projection's plane.
pub fn scene(request: &MapRequest<'_>) -> Result<Drawn, MapFault> {
    let (request, left_out) = request.on_its_page();
    let request = &request;
    let page = Page::new(request.size, request.furniture.legend);
    let view = view_of(request, shown(request), page.frame, page.unit).ok_or(MapFault::Nothing)?;
    let whole = overview_view(request, &page, &view);
    let (mut items, mut warnings) = (Vec::new(), Vec::from_iter(left_out.clone()));
    let marked = panel(request, &view, page.unit, &mut items, &mut warnings);
    measure::draw(request, &view, page.unit, &mut items);
    furniture::title(request.title, &furniture::subtitle(request), &page, &mut items);
    furniture::column(request, &page, &marked, whole.is_some(), &mut items);
    if let Some(whole) = whole {
        draw_overview(request, &whole, &view, page.unit, &mut items);
    }
    furniture::footer(request, &page, &marked, &mut items);
    let mut drawn = drawn(request, items, warnings);
    say(&mut drawn.scene.description, left_out.as_deref());
    Ok(drawn)
}

/// Adds to a picture in words what was left out of it.
pub(crate) fn say(description: &mut String, left_out: Option<&str>) {
    if left_out.is_some() {
        description.push_str(" The legend is left out.");
    }
}

/// Lays out ground, places and names alone, edge to edge; of the furniture, only names and graticule can be had. [`geotransform`] tells
/// where its pixels lie.
///
/// # Errors
///
/// As [`scene`].
pub fn bare(request: &MapRequest<'_>) -> Result<Drawn, MapFault> {
    let furniture = Furniture { legend: Shown::No, measure: Measure::None, inset: Inset::None, ..request.furniture };
    let request = MapRequest { furniture, ..*request };
    let (view, unit) = bare_view(&request)?;
    let mut warnings = Vec::new();
    let (within, marked) = within(&request, &view, unit, &mut warnings);
    // No caption counts them.
    warnings.extend(furniture::outside(&marked).filter(|_| !marked.on_map.is_empty()));
    Ok(drawn(&request, vec![Item::Clipped(view.frame, within)], warnings))
}

/// Where the pixels of a [`bare`] map lie on the plane of its projection, as GDAL has it: metres of the left edge, of a pixel across, 0, of
/// the upper edge, 0, of a pixel down, which is less than 0.
///
/// # Errors
///
/// As [`scene`].
pub fn geotransform(request: &MapRequest<'_>) -> Result<[f64; 6], MapFault> {
    bare_view(request).map(|(view, _)| view.geotransform())
}

/// The view that fills the picture, and the unit of what is drawn on it.
fn bare_view<'a>(request: &MapRequest<'a>) -> Result<(View<'a>, f64), MapFault> {
    let Page { unit, width, height, .. } = Page::new(request.size, Shown::No);
    let view = view_of(request, shown(request), Rect::new(0.0, 0.0, width, height), unit).ok_or(MapFault::Nothing)?;
    Ok((view, unit))
}

fn drawn(request: &MapRequest<'_>, items: Vec<Item>, mut warnings: Vec<String>) -> Drawn {
    note_missing(&items, &mut warnings);
    let (width, height) = (request.size.width(), request.size.height());
    let description = crate::words::alt_text(request);
    Drawn { scene: Scene { width, height, dpi: request.size.dpi(), title: request.title.to_owned(), description, items }, warnings }
}

/// Draws a map into its frame, ground, places and names, and says what became of the sites.
pub(crate) fn panel(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>, warnings: &mut Vec<String>) -> Marked {
    let (within, marked) = within(request, view, unit, warnings);
    items.push(Item::Clipped(view.frame, within));
    items.push(Item::Path(Path::rect(view.frame).stroked(ink(0x00C9_CDD2), unit)));
    marked
}

/// What is within the frame of a map, and what became of the sites.
fn within(request: &MapRequest<'_>, view: &View<'_>, unit: f64, warnings: &mut Vec<String>) -> (Vec<Item>, Marked) {
    let mut within = vec![Item::Path(Path::rect(view.frame).filled(Paint::Solid(ink(LAND))))];
    let doubt = ground::draw(request, view, unit, &mut within);
    measure::graticule(request, view, unit).draw(unit, &mut within);
    let marked = Marked { doubt, ..places::draw(request, view, unit, &mut within, warnings) };
    (within, marked)
}

/// The view of some places in a frame: as large as the frame lets them be, or round their middle at the scale that is asked for; none
/// where nothing can be projected.
pub(crate) fn view_of<'a>(request: &MapRequest<'a>, places: impl Iterator<Item = Coord<f64>>, frame: Rect, unit: f64) -> Option<View<'a>> {
    let view = View::of(places, request.projection, room_for(request, frame, unit))?.within(frame);
    Some(at_scale(request, view))
}

/// A view at the scale that is asked for, if one is.
pub(crate) fn at_scale<'a>(request: &MapRequest<'_>, view: View<'a>) -> View<'a> {
    const INCH_M: f64 = 0.0254;
    let pixels = request.scale.map(|scale| f64::from(request.size.dpi()) / INCH_M / scale.metres());
    pixels.map_or(view, |pixels| view.with_ground_scale(pixels))
}

/// The part of the frame that what is shown fills: where no extent was asked for, not up to its edge.
pub(crate) fn room_for(request: &MapRequest<'_>, frame: Rect, unit: f64) -> Rect {
    let Rect { x, y, width, height } = frame;
    let margin = if request.extent.is_some() { 0.0 } else { (18.0 * unit).min(width / 4.0).min(height / 4.0) };
    Rect::new(x + margin, y + margin, width - 2.0 * margin, height - 2.0 * margin)
}

/// The places that must be in the frame.
pub(crate) fn shown<'a>(request: &'a MapRequest<'a>) -> Box<dyn Iterator<Item = Coord<f64>> + 'a> {
    match request.extent {
        Some([west, south, east, north]) => {
            Box::new([(west, south), (east, south), (east, north), (west, north)].into_iter().map(|(x, y)| Coord { x, y }))
        }
        None => everything(request),
    }
}

/// Every vertex of the ground's outer edges, or of the sites where there is none.
fn everything<'a>(request: &'a MapRequest<'a>) -> Box<dyn Iterator<Item = Coord<f64>> + 'a> {
    let parts = &request.snapshot.dissolved;
    if parts.is_empty() {
        let geometries = request.ledger.sites().iter().filter_map(|site| site.geometry.as_ref());
        return Box::new(geometries.filter_map(places::middle));
    }
    Box::new(parts.iter().flat_map(|part| part.polygons.iter()).flat_map(|polygon| polygon.exterior().coords().copied()))
}

/// Units of a page's height below which there is no overview (chosen: its room is that of the words on how sure the map is).
const LOW: f64 = 900.0;

/// The view of the whole for the overview: none where a map shows all of it, or where there is no room or wish for one.
fn overview_view<'a>(request: &'a MapRequest<'a>, page: &Page, view: &View<'_>) -> Option<View<'a>> {
    let may_be_part = request.extent.is_some() || request.scale.is_some();
    let has_room = page.height >= LOW * page.unit;
    let is_asked = has_room && request.furniture.inset == Inset::Auto && request.furniture.legend == Shown::Yes;
    if !(may_be_part && is_asked) {
        return None;
    }
    let is_part = everything(request).filter_map(|place| view.place(place)).any(|place| !view.frame.holds(place));
    if is_part { View::of(everything(request), request.projection, page.overview) } else { None }
}

/// The whole, small, with the frame of the map on it.
fn draw_overview(request: &MapRequest<'_>, whole: &View<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    items.extend(ground::fills(request, whole, unit * 0.55));
    items.extend(fade::towards_the_reach(request, whole));
    if let Some(boundary) = request.boundary {
        items.push(Item::Path(whole.polygons(boundary).stroked(ink(0x0078_7F88), unit)));
    }
    let frame: Vec<[f64; 2]> = whole.line(&LineString(view.outline()));
    items.push(Item::Path(Path::line(&frame).stroked(ink(0x0022_262B), 2.0 * unit)));
    places::draw_outside(request, whole, view, unit, items);
}

/// Warns of texts with letters that no font has, of each once.
pub(crate) fn note_missing(items: &[Item], warnings: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Text(text) if !text.shaped.missing.is_empty() => {
                let words = format!("no font has \"{}\" of \"{}\": it is drawn as an empty box", text.shaped.missing, text.shaped.text);
                if !warnings.contains(&words) {
                    warnings.push(words);
                }
            }
            Item::Clipped(_, items) => note_missing(items, warnings),
            Item::Text(_) | Item::Path(_) => {}
        }
    }
}
