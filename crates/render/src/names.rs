//! The names on the map: of places beside their markers, of areas upon them.
//!
//! Names are set alike as far as there is room: the more there are, the smaller all of them, and where one finds no room it is tried
//! in two lines and then smaller. On a crowded page only the most important are named at all; the rest is counted.

use geo_types::Geometry;
use marchland_core::{Cell, Site, SiteIndex};

use crate::label::{self, Align, Placed, Stand, Wish};
use crate::layout::Shown;
use crate::lines::{halved, shortened};
use crate::map::MapRequest;
use crate::places::is_area;
use crate::scene::{Item, Path, Rect, Text, colour, ink};
use crate::seat::seat;
use crate::spots::{Spot, by_importance};
use crate::text::{Shaped, Weight, shape};
use crate::view::View;
use crate::{arrows, measure};

/// Sizes of names by how many there are at most: what finds no room in the first is tried in the second (chosen: 13.5 units are nine
/// typographic points of an A4 page, the least that is read at arm's length).
const SIZES: [(usize, [f64; 2]); 3] = [(60, [19.0, 16.0]), (120, [16.0, 13.5]), (usize::MAX, [13.5, 13.5])];

/// Names that are led to their places by a line only where there are at most so many (chosen: more lines are a tangle).
const MOST_LED: usize = 60;

/// Square units of the frame for each name (chosen: 150 names on the default page; more are not read).
const AREA_OF_A_NAME: f64 = 7_600.0;

/// How much wider than its area a name may be (chosen: a letter over on either side does not yet look like the neighbour's).
const OVER: f64 = 1.2;

/// Areas that are tried for each name there may be (chosen: of those that are no wider than a name, most find no room).
const AREAS_TRIED: usize = 3;

/// Letters from which a name is also tried in two lines.
const LONG: usize = 13;

/// Names that are not on the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NamesLeftOut {
    /// Of places with a marker.
    pub(crate) places: usize,
    /// Of areas.
    pub(crate) areas: usize,
}

impl NamesLeftOut {
    /// `no room on the map for 12 of the names: …`, where there was none.
    pub(crate) fn in_words(self) -> Option<String> {
        let count = self.places + self.areas;
        (count > 0).then(|| {
            format!("no room on the map for {count} of the names: the map in words has them, -f md, and a larger --size more room")
        })
    }
}

/// The names that have found their places.
pub(crate) struct Named {
    names: Vec<(Placed, Vec<Shaped>)>,
    /// Names for which there was no room.
    pub(crate) left_out: NamesLeftOut,
}

/// Finds room for the names of spots, the most important of which come first, and of areas; where none are asked for, there are none.
pub(crate) fn placed(request: &MapRequest<'_>, view: &View<'_>, spots: &[Spot], unit: f64) -> Named {
    if request.furniture.names == Shown::No {
        return Named { names: Vec::new(), left_out: NamesLeftOut::default() };
    }
    let most = (view.frame.width * view.frame.height / (unit * unit) / AREA_OF_A_NAME).ceil() as usize;
    let tried = &spots[..spots.len().min(most)];
    let areas = areas(request, view);
    let named_areas = &areas[..areas.len().min((most - tried.len()) * AREAS_TRIED)];
    let count = tried.len() + named_areas.len();
    let sizes = SIZES.iter().find(|(most, _)| count <= *most).map_or([13.5; 2], |(_, sizes)| *sizes).map(|size| size * unit);
    let stand = if spots.len() <= MOST_LED { Stand::Led } else { Stand::Beside };
    let labels = tried.iter().map(|spot| of_spot(request, spot, sizes, stand));
    let labels: Vec<Label> = labels.chain(named_areas.iter().map(|&area| of_area(request, view, area, sizes))).collect();
    let wishes: Vec<Wish> = labels.iter().map(|label| label.wish.clone()).collect();
    let mut taken: Vec<Rect> = spots.iter().map(Spot::area).collect();
    taken.extend(measure::taken(request, view, unit));
    taken.extend(arrows::taken(request, view, unit));
    let found = label::place(&wishes, view.frame, &taken);
    let is_missing = |at: usize| found.get(at).is_none_or(Option::is_none);
    let unnamed = spots.iter().enumerate().filter(|&(at, _)| at >= tried.len() || is_missing(at));
    let left_out = NamesLeftOut {
        places: unnamed.map(|(_, spot)| spot.sites().count()).sum(),
        areas: areas.len() - found[tried.len()..].iter().flatten().count(),
    };
    let with_lines = |(mut label, placed): (Label, Placed)| (placed, label.ways.swap_remove(placed.shape));
    let names = labels.into_iter().zip(found).filter_map(|(label, placed)| Some(with_lines((label, placed?)))).collect();
    Named { names, left_out }
}

/// Areas with ground on the map, the most important first, and then the largest: of those that are mapped as areas.
fn areas(request: &MapRequest<'_>, view: &View<'_>) -> Vec<(SiteIndex, usize)> {
    let is_named = |site: SiteIndex| {
        let Site { kind, geometry, .. } = request.ledger.site(site);
        is_area(kind) && matches!(geometry, Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)))
    };
    let areas = request.marks().filter(|state| is_named(state.site)).filter_map(|state| Some((state.site, state.cell?)));
    let is_shown = |&(_, cell): &(SiteIndex, usize)| {
        (request.extent.is_none() && request.scale.is_none()) || reaches_into(view, &request.snapshot.cells[cell])
    };
    let mut areas: Vec<(SiteIndex, usize)> = areas.filter(is_shown).collect();
    let size = |&(_, cell): &(SiteIndex, usize)| request.snapshot.cells[cell].area_km2;
    areas.sort_by(|one, other| size(other).total_cmp(&size(one)));
    by_importance(request, &mut areas, |&(site, _)| site);
    areas
}

/// Corners of an area that are looked at (chosen: one that reaches into the frame between two of them has no room for a name there).
const LOOKED_AT: usize = 8;

fn reaches_into(view: &View<'_>, cell: &Cell) -> bool {
    let mut rings = cell.polygons.iter().map(|polygon| &polygon.exterior().0);
    rings.any(|ring| {
        let some = ring.iter().step_by((ring.len() / LOOKED_AT).max(1));
        some.filter_map(|&corner| view.place(corner)).any(|place| view.frame.holds(place))
    })
}

/// A name, or the names at a spot, in each way it may be set.
struct Label {
    wish: Wish,
    ways: Vec<Vec<Shaped>>,
}

/// The names at a spot, one below the other.
fn of_spot(request: &MapRequest<'_>, spot: &Spot, sizes: [f64; 2], stand: Stand) -> Label {
    let names: Vec<String> = spot.sites().map(|site| name(request, site)).collect();
    let ways = ways(&names, sizes);
    let shapes = ways.iter().map(|way| extent(way)).collect();
    Label { wish: Wish { marker: spot.area(), shapes, stand }, ways }
}

/// The name of an area, in the ways that its ground has room for.
fn of_area(request: &MapRequest<'_>, view: &View<'_>, (site, cell): (SiteIndex, usize), sizes: [f64; 2]) -> Label {
    let Some(seat) = seat(&view.rings(&request.snapshot.cells[cell].polygons), view.frame, sizes[0]) else {
        return Label { wish: Wish { marker: view.frame, shapes: Vec::new(), stand: Stand::Upon }, ways: Vec::new() };
    };
    let mut ways = ways(&[name(request, site)], sizes);
    ways.retain(|way| {
        let [width, height] = extent(way);
        width <= seat.width * OVER && height <= seat.height
    });
    let shapes = ways.iter().map(|way| extent(way)).collect();
    Label { wish: Wish { marker: Rect::new(seat.at[0], seat.at[1], 0.0, 0.0), shapes, stand: Stand::Upon }, ways }
}

fn name(request: &MapRequest<'_>, site: SiteIndex) -> String {
    shortened(request.ledger.site(site).names.in_language(request.language))
}

/// Lines of names: each on one, then long ones on two, then both in the smaller size.
fn ways(names: &[String], [large, small]: [f64; 2]) -> Vec<Vec<Shaped>> {
    let whole: Vec<Shaped> = names.iter().map(|name| shape(name, large, Weight::Bold)).collect();
    let mut ways = vec![whole];
    if names.iter().any(|name| name.chars().count() >= LONG && name.contains(' ')) {
        let lines = names.iter().flat_map(|name| match halved(name).filter(|_| name.chars().count() >= LONG) {
            Some(halves) => halves.to_vec(),
            None => vec![name.clone()],
        });
        ways.push(lines.map(|line| shape(&line, large, Weight::Bold)).collect());
    }
    if small < large {
        let smaller: Vec<Vec<Shaped>> = ways.iter().map(|way| way.iter().map(|line| line.at_size(small)).collect()).collect();
        ways.extend(smaller);
    }
    ways
}

/// Width and height of some lines.
fn extent(lines: &[Shaped]) -> [f64; 2] {
    [lines.iter().map(|line| line.width).fold(0.0, f64::max), lines.iter().map(leading).sum()]
}

/// Pixels from a line to the next.
fn leading(line: &Shaped) -> f64 {
    line.size * 1.16
}

impl Named {
    /// Draws the lines that lead to names: to be drawn before the markers, in whose middles they begin.
    pub(crate) fn leaders(&self, unit: f64, items: &mut Vec<Item>) {
        for line in self.names.iter().filter_map(|(placed, _)| placed.leader) {
            items.push(Item::Path(Path::line(&line).stroked(ink(0x00FF_FFFF), 4.0 * unit)));
            items.push(Item::Path(Path::line(&line).stroked(ink(0x0022_262B), 1.4 * unit)));
        }
    }

    /// Draws the names.
    pub(crate) fn draw(&self, items: &mut Vec<Item>) {
        for (placed, lines) in &self.names {
            let &Placed { rect, align, .. } = placed;
            let mut top = rect.y;
            for shaped in lines {
                let x = match align {
                    Align::Left => rect.x,
                    Align::Right => rect.right() - shaped.width,
                    Align::Middle => rect.x + (rect.width - shaped.width) / 2.0,
                };
                let at = [x, top + shaped.size * 0.92];
                top += leading(shaped);
                let halo = 0.17 * shaped.size;
                items.push(Item::Text(Text { at, colour: colour(0x0022_262B), halo, shaped: shaped.clone() }));
            }
        }
    }
}
