//! Sites on the map: circles where the place is not known better, markers by state, symbols by kind, labels.
//!
//! A hospital is never marked, and no estimate is marked on one: an estimate that would be is moved to the rim of its own circle.

use geo_types::{Coord, Geometry};
use marchland_core::{Assessment, Colour, ControlState, SiteIndex, SiteState, Status};

use crate::label::{self, Align, Wish};
use crate::map::MapRequest;
use crate::scene::{Ink, Item, Paint, Path, Rect, Step, Text, colour, ink};
use crate::symbol::symbol;
use crate::text::{Shaped, Weight, shape};
use crate::view::View;

/// What became of the sites.
#[derive(Debug, Default)]
pub(crate) struct Marked {
    /// Sites with a marker, in order.
    pub(crate) on_map: Vec<SiteIndex>,
    /// Sites that lie outside the frame.
    pub(crate) outside: Vec<SiteIndex>,
    /// Sites without a marker, which are named beside the map.
    pub(crate) beside: Vec<SiteIndex>,
    /// Labels for which there was no room.
    pub(crate) labels_left_out: usize,
    /// Whether a circle of an uncertain place is drawn.
    pub(crate) has_circles: bool,
}

/// Sites at one spot of the page: so near to each other that their markers would overlap, and are set side by side.
struct Spot {
    /// Their middle.
    at: [f64; 2],
    /// From left to right, each with its own place across the page.
    sites: Vec<(f64, SiteIndex)>,
}

impl Spot {
    /// Whether a marker at a place would overlap those that stand here side by side.
    fn touches(&self, at: [f64; 2], unit: f64) -> bool {
        let (across, down) = ((self.at[0] - at[0]).abs(), (self.at[1] - at[1]).abs());
        let marker = MARKER * unit;
        libm::hypot(across, down) < 2.2 * marker || (across < (1.15 * self.sites.len() as f64 + 1.1) * marker && down < 1.2 * marker)
    }

    /// What the markers cover.
    fn area(&self, unit: f64) -> Rect {
        let half = MARKER * unit * 1.15 * self.sites.len() as f64;
        Rect::new(self.at[0] - half, self.at[1] - MARKER * unit, half * 2.0, 2.0 * MARKER * unit)
    }

    fn add(&mut self, site: SiteIndex, at: [f64; 2]) {
        let count = self.sites.len() as f64;
        let mean = |here: f64, there: f64| (here * count + there) / (count + 1.0);
        self.at = [mean(self.at[0], at[0]), mean(self.at[1], at[1])];
        let after = self.sites.partition_point(|&(x, _)| x <= at[0]);
        self.sites.insert(after, (at[0], site));
    }
}

/// Radius of a marker, in units.
const MARKER: f64 = 10.0;

/// A circle is drawn where it is wider than this many markers: smaller ones say nothing.
const LEAST_CIRCLE: f64 = 1.6;

/// Draws the sites and says what became of them.
pub(crate) fn draw(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>, warnings: &mut Vec<String>) -> Marked {
    let mut marked = Marked::default();
    let mut spots: Vec<Spot> = Vec::new();
    for state in &request.snapshot.sites {
        match spot(request, view, state, unit) {
            Some(at) if view.frame.holds(at) => {
                marked.on_map.push(state.site);
                match spots.iter_mut().find(|spot| spot.touches(at, unit)) {
                    Some(spot) => spot.add(state.site, at),
                    None => spots.push(Spot { at, sites: vec![(at[0], state.site)] }),
                }
            }
            Some(_) => marked.outside.push(state.site),
            None => marked.beside.push(state.site),
        }
    }
    for &site in &marked.on_map {
        marked.has_circles |= draw_circle(request, view, site, unit, items);
    }
    for spot in &spots {
        draw_markers(request, spot, unit, items);
    }
    let left_out = draw_labels(request, view, &spots, unit, items);
    if left_out > 0 {
        warnings.push(format!("no room on the map for {left_out} of the labels"));
    }
    marked.labels_left_out = left_out;
    marked
}

/// Whether a site is marked at all, and where: leaves whose place is known, hospitals never.
fn spot(request: &MapRequest<'_>, view: &View<'_>, state: &SiteState, unit: f64) -> Option<[f64; 2]> {
    let site = request.ledger.site(state.site);
    let is_known = site.takes_ground() || (!site.estimate && site.geometry.is_some());
    if !site.children.is_empty() || !is_known || is_hospital(&site.kind) || is_area(&site.kind) {
        return None;
    }
    let coord = middle(site.geometry.as_ref()?)?;
    let at = view.place(coord)?;
    if site.estimate && stands_on_a_hospital(request, view, at, unit) {
        // South-west on the rim of its circle: somewhere there it is, and not where the hospital stands.
        let radius = site.precision_m.unwrap_or(0.0) * view.scale;
        let slant = radius * std::f64::consts::FRAC_1_SQRT_2;
        return Some([at[0] - slant, at[1] + slant]);
    }
    Some(at)
}

fn is_hospital(kind: &str) -> bool {
    kind.to_lowercase().contains("hospital")
}

/// Kinds that are areas, whose middle is no place of theirs.
fn is_area(kind: &str) -> bool {
    matches!(kind, "district" | "province" | "country")
}

fn stands_on_a_hospital(request: &MapRequest<'_>, view: &View<'_>, at: [f64; 2], unit: f64) -> bool {
    let hospitals = request.ledger.sites().iter().filter(|site| is_hospital(&site.kind) && !site.estimate);
    let mut places = hospitals.filter_map(|site| view.place(middle(site.geometry.as_ref()?)?));
    places.any(|place| libm::hypot(place[0] - at[0], place[1] - at[1]) < MARKER * unit)
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
fn draw_circle(request: &MapRequest<'_>, view: &View<'_>, site: SiteIndex, unit: f64, items: &mut Vec<Item>) -> bool {
    let site = request.ledger.site(site);
    let radius = site.precision_m.unwrap_or(0.0) * view.scale;
    let Some(at) = site.geometry.as_ref().and_then(middle).and_then(|middle| view.place(middle)) else { return false };
    if !site.estimate || radius < LEAST_CIRCLE * MARKER * unit {
        return false;
    }
    items.push(Item::Path(Path::circle(at, radius).dashed(
        Ink { opacity: 0.75, ..ink(0x003C_444C) },
        1.3 * unit,
        &[2.0 * unit, 4.0 * unit],
    )));
    true
}

/// The markers of a spot, side by side.
fn draw_markers(request: &MapRequest<'_>, spot: &Spot, unit: f64, items: &mut Vec<Item>) {
    let step = 2.0 * MARKER * unit + 3.0 * unit;
    let start = spot.at[0] - step * (spot.sites.len() as f64 - 1.0) / 2.0;
    for (at, &(_, site)) in spot.sites.iter().enumerate() {
        let place = [start + step * at as f64, spot.at[1]];
        let state = &request.snapshot.sites[site.0 as usize].assessment;
        marker(request, state, place, MARKER * unit, items);
        let is_light = state.status == Status::Claimed || state.status == Status::Unknown;
        let tint = if is_light { ink(0x0022_262B) } else { ink(0x00FF_FFFF) };
        if let Some(symbol) = symbol(&request.ledger.site(site).kind, place, 0.52 * MARKER * unit) {
            items.push(Item::Path(symbol.filled(Paint::Solid(tint))));
        }
    }
}

/// A marker by state: filled, a dashed ring, split in halves, hollow.
pub(crate) fn marker(request: &MapRequest<'_>, state: &Assessment, at: [f64; 2], radius: f64, items: &mut Vec<Item>) {
    let fade = |colour: Colour| if state.is_stale(request.snapshot.at) { crate::palette::faded(colour) } else { colour };
    let of = |actor: marchland_core::ActorIndex| fade(request.colours.get(actor.0 as usize).copied().unwrap_or(colour(0x0099_9999)));
    let halo = Path::circle(at, radius + radius * 0.24).filled(Paint::Solid(ink(0x00FF_FFFF)));
    items.push(Item::Path(halo));
    let disc = |colour: Colour| Path::circle(at, radius).filled(Paint::Solid(Ink { colour, opacity: 1.0 }));
    match (&state.control, state.status) {
        (ControlState::Held(actor), Status::Claimed) => {
            let dash = radius * std::f64::consts::TAU / 16.0;
            let ring = Path::circle(at, radius * 0.86).dashed(Ink { colour: of(*actor), opacity: 1.0 }, radius * 0.34, &[dash, dash]);
            items.push(Item::Path(ring));
        }
        (ControlState::Held(actor), _) => items.push(Item::Path(disc(of(*actor)))),
        (ControlState::Contested(actors), _) => {
            let second = actors.get(1).map_or(colour(0x008C_9299), |&actor| of(actor));
            let first = actors.first().map_or(colour(0x008C_9299), |&actor| of(actor));
            items.push(Item::Path(disc(first)));
            items.push(Item::Path(left_half(at, radius).filled(Paint::Solid(Ink { colour: second, opacity: 1.0 }))));
        }
        (ControlState::Unknown, _) => items.push(Item::Path(Path::circle(at, radius * 0.86).stroked(ink(0x0086_8C94), radius * 0.28))),
    }
}

fn left_half(at: [f64; 2], radius: f64) -> Path {
    let whole = Path::circle(at, radius).steps;
    let mut steps = vec![Step::Move([at[0], at[1] + radius])];
    steps.extend_from_slice(&whole[2..4]);
    steps.push(Step::Close);
    Path::of(steps)
}

/// Sizes of labels, in units: what finds no room in the first is tried again in the next.
const LABEL_SIZES: [f64; 3] = [19.0, 16.0, 13.5];

/// Draws the names of the sites, and says how many found no room.
fn draw_labels(request: &MapRequest<'_>, view: &View<'_>, spots: &[Spot], unit: f64, items: &mut Vec<Item>) -> usize {
    let mut taken: Vec<Rect> = spots.iter().map(|spot| spot.area(unit)).collect();
    taken.push(crate::furniture::scale_bar_area(view.frame, unit));
    let mut waiting: Vec<&Spot> = spots.iter().collect();
    for size in LABEL_SIZES {
        let labels: Vec<Label> = waiting.iter().map(|spot| Label::new(request, spot, size * unit)).collect();
        let wishes: Vec<Wish> = waiting.iter().zip(&labels).map(|(spot, label)| label.wish(spot, unit)).collect();
        let placed = label::place(&wishes, view.frame, &taken);
        let mut left = Vec::new();
        for ((spot, label), place) in waiting.into_iter().zip(labels).zip(placed) {
            match place {
                Some((rect, align)) => {
                    taken.push(rect);
                    label.draw(rect, align, unit, items);
                }
                None => left.push(spot),
            }
        }
        waiting = left;
    }
    waiting.iter().map(|spot| spot.sites.len()).sum()
}

/// The names at a spot, one below the other.
struct Label {
    lines: Vec<Shaped>,
    size: f64,
}

impl Label {
    fn new(request: &MapRequest<'_>, spot: &Spot, size: f64) -> Self {
        let names = spot.sites.iter().map(|&(_, site)| request.ledger.site(site).names.in_language(request.language));
        Self { lines: names.map(|name| shape(&shortened(name), size, Weight::Bold)).collect(), size }
    }

    /// Pixels from line to line.
    fn leading(&self) -> f64 {
        self.size * 1.16
    }

    fn wish(&self, spot: &Spot, unit: f64) -> Wish {
        let width = self.lines.iter().map(|line| line.width).fold(0.0, f64::max);
        Wish { at: spot.at, radius: spot.area(unit).width / 2.0, size: [width, self.leading() * self.lines.len() as f64] }
    }

    fn draw(self, rect: Rect, align: Align, unit: f64, items: &mut Vec<Item>) {
        let (size, leading) = (self.size, self.leading());
        for (at, shaped) in self.lines.into_iter().enumerate() {
            let x = match align {
                Align::Left => rect.x,
                Align::Right => rect.right() - shaped.width,
                Align::Middle => rect.x + (rect.width - shaped.width) / 2.0,
            };
            let baseline = rect.y + leading * at as f64 + size * 0.92;
            items.push(Item::Text(Text { at: [x, baseline], shaped, colour: colour(0x0022_262B), halo: 3.2 * unit }));
        }
    }
}

/// A name of at most 40 letters: a longer one would cover the map.
fn shortened(name: &str) -> String {
    if name.chars().count() <= 40 { name.to_owned() } else { name.chars().take(39).chain(['…']).collect() }
}

/// Markers on the overview for sites that lie outside the frame.
pub(crate) fn draw_outside(request: &MapRequest<'_>, whole: &View<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    for state in &request.snapshot.sites {
        let is_outside = spot(request, view, state, unit).is_some_and(|at| !view.frame.holds(at));
        let at = spot(request, whole, state, unit).filter(|&at| whole.frame.holds(at));
        let (true, Some(at)) = (is_outside, at) else { continue };
        marker(request, &state.assessment, at, 5.5 * unit, items);
        let name = request.ledger.site(state.site).names.in_language(request.language);
        let shaped = shape(&shortened(name), 15.0 * unit, Weight::Regular);
        let fits = at[0] + 9.0 * unit + shaped.width <= whole.frame.right() + 40.0 * unit;
        let x = if fits { at[0] + 9.0 * unit } else { at[0] - 9.0 * unit - shaped.width };
        items.push(Item::Text(Text { at: [x, at[1] + 5.0 * unit], shaped, colour: colour(0x0022_262B), halo: 2.6 * unit }));
    }
}
