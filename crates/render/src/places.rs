//! Sites on the map: circles where the place is not known better, markers by state, symbols by kind, labels.
//!
//! A hospital is never marked, and no estimate is marked on one: an estimate that would be is moved to the rim of its own circle.

use geo_types::{Coord, Geometry};
use marchland_core::{Assessment, Colour, ControlState, Site, SiteIndex, SiteState, Status};

use crate::arrows::arrows;
use crate::ground::Doubt;
use crate::label::{self, Placed, Stand, Wish};
use crate::layout::Shown;
use crate::lines::shortened;
use crate::map::MapRequest;
use crate::marker::marker;
use crate::names::{self, Named, NamesLeftOut};
use crate::samples::Kinds;
use crate::scene::{Ink, Item, Paint, Path, Rect, Text, colour, ink};
use crate::spots::{RADII, Spot, by_importance, gathered};
use crate::style::{INK, contenders, number, symbol_tint, tint};
use crate::symbol::{self, symbol};
use crate::text::{Shaped, Weight, shape};
use crate::view::View;

/// What became of the sites.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marked {
    /// Sites with a marker, the most important first.
    pub(crate) on_map: Vec<SiteIndex>,
    /// Sites that lie outside the frame.
    pub(crate) outside: Vec<SiteIndex>,
    /// Sites without a marker, which are named beside the map.
    pub(crate) beside: Vec<SiteIndex>,
    /// Sites on the map that stand too close to more important ones for a marker of their own.
    pub(crate) too_close: usize,
    /// Names for which there was no room.
    pub(crate) names_left_out: NamesLeftOut,
    /// Whether a circle of an uncertain place is drawn.
    pub(crate) has_circles: bool,
    /// Whether a ring is drawn of a place of which only a distance is known.
    pub(crate) has_rings: bool,
    /// Whether an arrow is drawn.
    pub(crate) has_arrows: bool,
    /// The kinds of place whose symbols are drawn.
    pub(crate) kinds: Kinds,
    /// What owns on the ground that something is not sure.
    pub(crate) doubt: Doubt,
}

impl Marked {
    /// Takes in what became of the sites of another map of the same places: the most of each.
    pub(crate) fn take_in(&mut self, other: Self) {
        let more = |one: &mut Vec<SiteIndex>, other: Vec<SiteIndex>| {
            if other.len() > one.len() {
                *one = other;
            }
        };
        more(&mut self.outside, other.outside);
        more(&mut self.beside, other.beside);
        let NamesLeftOut { places, areas } = other.names_left_out;
        self.names_left_out = NamesLeftOut { places: self.names_left_out.places.max(places), areas: self.names_left_out.areas.max(areas) };
    }
}

/// A circle is drawn where it is wider than this many markers: smaller ones say nothing.
const LEAST_CIRCLE: f64 = 1.6;

/// Draws the sites and says what became of them.
pub(crate) fn draw(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>, warnings: &mut Vec<String>) -> Marked {
    let arranged = Arranged::new(request, view, unit);
    let marked = arranged.draw(request, view, unit, items);
    arranged.draw_names(items);
    warnings.extend(marked.names_left_out.in_words());
    if marked.on_map.is_empty() && !marked.outside.is_empty() {
        let remedy = if request.scale.is_some() { "take a smaller --scale" } else { "see the extent under [map] in dataset.toml" };
        warnings.push(format!("no place lies within the frame: {remedy}"));
    }
    marked
}

/// Where markers and names stand: the same whatever the states are.
pub(crate) struct Arranged {
    spots: Vec<Spot>,
    named: Named,
    marked: Marked,
}

impl Arranged {
    pub(crate) fn new(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Self {
        let mut marked = Marked::default();
        let mut inside = Vec::new();
        for state in request.marks() {
            match spot(request, view, state, unit) {
                Some(at) if view.frame.holds(at) => inside.push((at, state.site)),
                Some(_) => marked.outside.push(state.site),
                None => marked.beside.push(state.site),
            }
        }
        by_importance(request, &mut inside, |&(_, site)| site);
        let spots = gathered(&inside, view.frame, unit);
        marked.on_map = spots.iter().flat_map(Spot::sites).collect();
        marked.too_close = inside.len() - marked.on_map.len();
        let named = names::placed(request, view, &spots, unit);
        marked.names_left_out = named.left_out;
        marked.kinds = kinds(request, &spots);
        Self { spots, named, marked }
    }

    /// Draws all but the names with the states of a moment, and says what became of the sites.
    pub(crate) fn draw(&self, request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) -> Marked {
        let Self { spots, named, marked } = self;
        let mut marked = marked.clone();
        for spot in spots {
            for site in spot.sites() {
                marked.has_circles |= draw_circle(request, view, site, spot.radius, items);
            }
        }
        let rings = rings(request, view, unit);
        let arrows = arrows(request, view, unit);
        (marked.has_rings, marked.has_arrows) = (!rings.is_empty(), !arrows.is_empty());
        items.extend(rings);
        named.leaders(unit, items);
        for spot in spots {
            draw_markers(request, spot, items);
        }
        items.extend(arrows);
        marked
    }

    /// What becomes of the sites, whatever their states are.
    pub(crate) fn marked(&self) -> &Marked {
        &self.marked
    }

    /// Draws the names, which lie above all else.
    pub(crate) fn draw_names(&self, items: &mut Vec<Item>) {
        self.named.draw(items);
    }
}

/// The kinds whose symbols are drawn on markers.
fn kinds(request: &MapRequest<'_>, spots: &[Spot]) -> Kinds {
    let mut kinds = Kinds::new();
    for site in spots.iter().filter(|spot| spot.shows_kinds()).flat_map(Spot::sites) {
        let kind = &request.ledger.site(site).kind;
        if let Some(rank) = symbol::rank(kind) {
            kinds.entry(rank).or_default().insert(kind.to_lowercase());
        }
    }
    kinds
}

/// Whether a site is marked at all, and where: leaves whose place is known, hospitals never.
pub(crate) fn spot(request: &MapRequest<'_>, view: &View<'_>, state: &SiteState, unit: f64) -> Option<[f64; 2]> {
    let site = request.ledger.site(state.site);
    if !has_marker(site) {
        return None;
    }
    let coord = middle(site.geometry.as_ref()?)?;
    let at = view.place(coord)?;
    if site.estimate && stands_on_a_hospital(request, view, at, unit) {
        // South-west on the rim of its circle: somewhere there it is, and not where the hospital stands.
        let radius = view.pixels(site.precision_m.unwrap_or(0.0), coord);
        let slant = radius * std::f64::consts::FRAC_1_SQRT_2;
        return Some([at[0] - slant, at[1] + slant]);
    }
    Some(at)
}

/// Whether a site is ever marked.
pub(crate) fn has_marker(site: &Site) -> bool {
    let is_known = site.takes_ground() || (!site.estimate && site.geometry.is_some());
    site.children.is_empty() && is_known && !is_area(&site.kind) && !is_ring(site) && !is_hospital(&site.kind)
}

/// Whether only the distance of a place from another is known: an estimate whose geometry is a line, the middle of which is not the place.
fn is_ring(site: &Site) -> bool {
    site.estimate && matches!(site.geometry, Some(Geometry::LineString(_) | Geometry::MultiLineString(_)))
}

/// The rings on which places lie.
fn rings(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Vec<Item> {
    let rings = request.ledger.sites().iter().filter(|site| is_ring(site) && !is_hospital(&site.kind));
    let shapes = rings.filter_map(|site| site.geometry.as_ref()).map(|geometry| view.shape(geometry));
    shapes
        .map(|path| Item::Path(path.dashed(Ink { opacity: 0.75, ..ink(0x003C_444C) }, 1.6 * unit, &DOTS.map(|length| length * unit))))
        .collect()
}

/// Units of dots and gaps of what lies somewhere.
pub(crate) const DOTS: [f64; 2] = [2.0, 4.0];

/// Whether a kind of place is a hospital's, which is never marked.
pub(crate) fn is_hospital(kind: &str) -> bool {
    kind.as_bytes().windows("hospital".len()).any(|word| word.eq_ignore_ascii_case(b"hospital"))
}

/// Kinds that are areas, whose middle is no place of theirs.
pub(crate) fn is_area(kind: &str) -> bool {
    matches!(kind, "district" | "province" | "country")
}

fn stands_on_a_hospital(request: &MapRequest<'_>, view: &View<'_>, at: [f64; 2], unit: f64) -> bool {
    let hospitals = request.ledger.sites().iter().filter(|site| is_hospital(&site.kind) && !site.estimate);
    let mut places = hospitals.filter_map(|site| view.place(middle(site.geometry.as_ref()?)?));
    places.any(|place| libm::hypot(place[0] - at[0], place[1] - at[1]) < RADII[0] * unit)
}

/// Where a site lies that is a point.
pub(crate) fn point(site: &Site) -> Option<Coord<f64>> {
    match site.geometry {
        Some(Geometry::Point(point)) => Some(point.0),
        _ => None,
    }
}

/// The middle of a geometry's box: of a point, the point.
pub(crate) fn middle(geometry: &Geometry<f64>) -> Option<Coord<f64>> {
    let coords: Vec<Coord<f64>> = match geometry {
        Geometry::Point(point) => vec![point.0],
        Geometry::MultiPoint(points) => points.iter().map(|point| point.0).collect(),
        Geometry::LineString(line) => line.0.clone(),
        Geometry::MultiLineString(lines) => lines.iter().flat_map(|line| line.0.clone()).collect(),
        Geometry::Polygon(polygon) => polygon.exterior().0.clone(),
        Geometry::MultiPolygon(polygons) => polygons.iter().flat_map(|polygon| polygon.exterior().0.clone()).collect(),
        _ => Vec::new(),
    };
    let first = *coords.first()?;
    let bounds =
        coords.iter().fold([first.x, first.y, first.x, first.y], |b, c| [b[0].min(c.x), b[1].min(c.y), b[2].max(c.x), b[3].max(c.y)]);
    Some(Coord { x: f64::midpoint(bounds[0], bounds[2]), y: f64::midpoint(bounds[1], bounds[3]) })
}

/// The circle in which an uncertain place lies, where it is wide enough to be seen.
fn draw_circle(request: &MapRequest<'_>, view: &View<'_>, site: SiteIndex, marker: f64, items: &mut Vec<Item>) -> bool {
    let unit = marker / RADII[0];
    let site = request.ledger.site(site);
    let Some(middle) = site.geometry.as_ref().and_then(middle).filter(|_| site.estimate) else { return false };
    let (Some(at), radius) = (view.place(middle), view.pixels(site.precision_m.unwrap_or(0.0), middle)) else { return false };
    if radius < LEAST_CIRCLE * marker {
        return false;
    }
    items.push(Item::Path(Path::circle(at, radius).dashed(
        Ink { opacity: 0.75, ..ink(0x003C_444C) },
        1.3 * unit,
        &DOTS.map(|length| length * unit),
    )));
    true
}

/// The markers of a spot, side by side.
fn draw_markers(request: &MapRequest<'_>, spot: &Spot, items: &mut Vec<Item>) {
    for (place, site) in spot.markers() {
        let state = &request.snapshot.sites[site.0 as usize].assessment;
        marker(request, state, place, spot.radius, items);
        if !spot.shows_kinds() {
            continue;
        }
        let tint = on_marker(request, state);
        let numbers: Vec<String> =
            state.control.actors().iter().filter_map(|&actor| number(request, actor)).map(|n| n.to_string()).collect();
        if !numbers.is_empty() {
            let shaped = shape(&numbers.join("/"), spot.radius * if numbers.len() > 1 { 0.8 } else { 1.2 }, Weight::Bold);
            let at = [place[0] - shaped.width / 2.0, place[1] + shaped.size * 0.36];
            items.push(Item::Text(Text { at, shaped, colour: tint, halo: 0.0 }));
        } else if let Some(symbol) = symbol(&request.ledger.site(site).kind, place, SYMBOL * spot.radius) {
            items.push(Item::Path(symbol.filled(Paint::Solid(Ink { colour: tint, opacity: 1.0 }))));
        }
    }
}

/// The colour of what is drawn on a marker: dark on rings, which are white within, else what is seen best on its disc.
fn on_marker(request: &MapRequest<'_>, state: &Assessment) -> Colour {
    let is_stale = state.is_stale(request.snapshot.at);
    match (&state.control, state.status) {
        (_, Status::Claimed) | (ControlState::Unknown, _) => colour(INK),
        (ControlState::Held(actor), _) => symbol_tint(tint(request, *actor, is_stale)),
        (ControlState::Contested(actors), _) => symbol_tint(contenders(request, actors, is_stale)[0]),
    }
}

/// Half a symbol's side, in radii of its marker (chosen: its corners stay within the disc).
const SYMBOL: f64 = 0.56;

/// Sites outside the frame that are marked and named on the overview (chosen: more of them and it is a map that nobody can read).
const MOST_OUTSIDE: usize = 8;

/// Markers and names on the overview for the most important sites that lie outside the frame.
pub(crate) fn draw_outside(request: &MapRequest<'_>, whole: &View<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    let place = |state: &SiteState| {
        let is_outside = spot(request, view, state, unit).is_some_and(|at| !view.frame.holds(at));
        let at = spot(request, whole, state, unit).filter(|&at| is_outside && whole.frame.holds(at))?;
        Some((at, state.site))
    };
    let mut outside: Vec<([f64; 2], SiteIndex)> = request.marks().filter_map(place).collect();
    by_importance(request, &mut outside, |&(_, site)| site);
    outside.truncate(MOST_OUTSIDE);
    let radius = 5.5 * unit;
    let name = |&(at, site): &([f64; 2], SiteIndex)| {
        let words = shortened(request.ledger.site(site).names.in_language(request.language));
        let shaped = shape(&words, 15.0 * unit, Weight::Regular);
        let marker = Rect::new(at[0] - radius, at[1] - radius, 2.0 * radius, 2.0 * radius);
        (Wish { marker, shapes: vec![[shaped.width, 17.0 * unit]], stand: Stand::Beside }, shaped)
    };
    let (wishes, names): (Vec<Wish>, Vec<Shaped>) = outside.iter().map(name).unzip();
    let Rect { x, y, width, height } = whole.frame;
    let room = Rect::new(x - 20.0 * unit, y, width + 60.0 * unit, height);
    let taken: Vec<Rect> = wishes.iter().map(|wish| wish.marker).collect();
    for &(at, site) in &outside {
        marker(request, &request.snapshot.sites[site.0 as usize].assessment, at, radius, items);
    }
    if request.furniture.names == Shown::No {
        return;
    }
    for (placed, shaped) in label::place(&wishes, room, &taken).into_iter().zip(names) {
        let Some(Placed { rect, .. }) = placed else { continue };
        items.push(Item::Text(Text { at: [rect.x, rect.y + 13.0 * unit], shaped, colour: colour(INK), halo: 2.6 * unit }));
    }
}
