//! The ground on the map: context below, ground by state, the lines between, context above, front lines.
//!
//! Detail follows scale. Ground that looks alike is one shape. Lines between cells grow thinner as cells grow small on the page and are
//! left out where they would hide them; front lines likewise by how closely they lie.

use geo_types::Geometry;
use marchland_core::{Ground, Snapshot};

use crate::borders::{Border, borders};
use crate::fade;
use crate::map::MapRequest;
use crate::scene::{Ink, Item, Paint, Path, Step, Stroke, ink};
use crate::style::{INK, edge, paint, tint};
use crate::view::View;

/// Layers, cells, front lines; says what of them owns that it is not sure.
pub(crate) fn draw(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) -> Doubt {
    under(request, view, items);
    items.extend(fills(request, view, unit));
    let fading = fade::towards_the_reach(request, view);
    let fades = !fading.is_empty();
    items.extend(fading);
    let borders = drawn_borders(request, view, unit);
    draw_borders(request, view, &borders, unit, items);
    over(request, view, unit, items);
    draw_frontlines(request, view, unit, items);
    Doubt { has_edges: has_edges(request, view, &borders), has_fading: fades && fade::is_seen(request, view) }
}

/// What on a map's ground owns that it is not sure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// Whether there are dotted edges.
    pub(crate) has_edges: bool,
    /// Whether ground fades towards the end of a reach.
    pub(crate) has_fading: bool,
}

impl Doubt {
    pub(crate) fn take_in(&mut self, other: Self) {
        self.has_edges |= other.has_edges;
        self.has_fading |= other.has_fading;
    }
}

/// Whether there are dotted edges within the frame. Between two actors' ground runs a front line, which has a row of its own.
fn has_edges(request: &MapRequest<'_>, view: &View<'_>, borders: &[Border]) -> bool {
    let cells = &request.snapshot.cells;
    let is_seen = |border: &&Border| border.is_doubtful && border.line.iter().any(|&place| view.frame.holds(place));
    let is_edge = |border: &Border| {
        let [one, other] = border.cells.map(|cell| &cells[cell]);
        [one, other].iter().all(|cell| cell.ground != Ground::BeyondReach) && edge(request, [one, other], 1.0).is_some()
    };
    borders.iter().filter(is_seen).any(is_edge)
}

/// What of some ground is the same whatever its states are: where its cells, the borders between them and its fading lie on the page.
pub(crate) struct Plan {
    cells: Vec<Vec<Step>>,
    borders: Vec<Border>,
    fading: Vec<Item>,
}

impl Plan {
    pub(crate) fn new(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Self {
        Self {
            cells: request.snapshot.cells.iter().map(|cell| view.polygons(&cell.polygons).steps).collect(),
            borders: drawn_borders(request, view, unit),
            fading: fade::towards_the_reach(request, view),
        }
    }

    /// What owns that it is not sure.
    pub(crate) fn doubt(&self, request: &MapRequest<'_>, view: &View<'_>) -> Doubt {
        let has_fading = !self.fading.is_empty() && fade::is_seen(request, view);
        Doubt { has_edges: has_edges(request, view, &self.borders), has_fading }
    }

    /// A cell's outline.
    pub(crate) fn cell(&self, cell: usize) -> &[Step] {
        &self.cells[cell]
    }
}

/// The same as [`draw`], with what is known already.
pub(crate) fn draw_planned(request: &MapRequest<'_>, view: &View<'_>, plan: &Plan, unit: f64, items: &mut Vec<Item>) {
    under(request, view, items);
    let mut shapes = Shapes::default();
    for (cell, steps) in request.snapshot.cells.iter().zip(&plan.cells) {
        shapes.add(paint(request, &cell.assessment, unit), steps.iter().copied());
    }
    items.extend(shapes.filled());
    items.extend(plan.fading.iter().cloned());
    draw_borders(request, view, &plan.borders, unit, items);
    over(request, view, unit, items);
    draw_frontlines(request, view, unit, items);
}

/// Context that lies under the cells.
pub(crate) fn under(request: &MapRequest<'_>, view: &View<'_>, items: &mut Vec<Item>) {
    for feature in request.layers.iter().flat_map(|layer| &layer.features).filter(|feature| feature.kind == "built_up") {
        items.push(Item::Path(view.shape(&feature.geometry).filled(Paint::Solid(ink(0x00E4_DDD0)))));
    }
}

/// Context that lies on the cells, and the boundary.
pub(crate) fn over(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    for feature in request.layers.iter().flat_map(|layer| &layer.features) {
        draw_feature(view, &feature.kind, &feature.geometry, unit, items);
    }
    if let Some(boundary) = request.boundary {
        items.push(Item::Path(view.polygons(boundary).stroked(Ink { opacity: 0.8, ..ink(0x0078_7F88) }, 1.4 * unit)));
    }
}

/// The ground in shapes that are filled alike, each one path: neighbours then show no seam.
pub(crate) fn fills(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Vec<Item> {
    let mut shapes = Shapes::default();
    for part in &request.snapshot.dissolved {
        let cells = || part.cells.iter().map(|&cell| &request.snapshot.cells[cell]);
        let paints: Vec<Paint> = cells().map(|cell| paint(request, &cell.assessment, unit)).collect();
        if paints.iter().all(|paint| *paint == paints[0]) {
            paints.first().into_iter().for_each(|paint| shapes.add(*paint, view.polygons(&part.polygons).steps));
        } else {
            cells().zip(paints).for_each(|(cell, paint)| shapes.add(paint, view.polygons(&cell.polygons).steps));
        }
    }
    shapes.filled().collect()
}

/// Ground by how it is filled.
#[derive(Default)]
struct Shapes(Vec<(Paint, Vec<Step>)>);

impl Shapes {
    fn add(&mut self, paint: Paint, steps: impl IntoIterator<Item = Step>) {
        match self.0.iter_mut().find(|(known, _)| *known == paint) {
            Some((_, known)) => known.extend(steps),
            None => self.0.push((paint, steps.into_iter().collect())),
        }
    }

    fn filled(self) -> impl Iterator<Item = Item> {
        self.0.into_iter().map(|(paint, steps)| Item::Path(Path::of(steps).filled(paint)))
    }
}

/// Pixels of the width of a line between cells, and units of a cell's side below which it grows thin and at which it is gone (chosen:
/// of a cell of 28 pixels the line takes a tenth of the ground, as in small multiples; under eight nothing else would be seen).
const BORDER: f64 = 1.6;
const BORDER_SIDES: [f64; 2] = [8.0, 28.0];

/// The lines between cells, those of one look as one path.
fn draw_borders(request: &MapRequest<'_>, view: &View<'_>, borders: &[Border], unit: f64, items: &mut Vec<Item>) {
    let share = border_share(request, view, unit);
    if share <= 0.0 {
        return;
    }
    let width = BORDER * unit * share.max(0.3);
    let cells = &request.snapshot.cells;
    let mut shapes: Vec<(Stroke, Vec<Step>)> = Vec::new();
    if share >= 1.0 {
        items.extend(borders.iter().flat_map(|border| fade::across(request, view, border, unit)));
    }
    for &Border { ref line, cells: [one, other], is_doubtful } in borders {
        // Ground ends in no line where its place's reach does.
        if [one, other].iter().any(|&cell| cells[cell].ground == Ground::BeyondReach) {
            continue;
        }
        let Some(mut stroke) = edge(request, [&cells[one], &cells[other]], width) else { continue };
        if is_doubtful {
            stroke.dash = vec![0.1 * unit, 6.0 * unit];
            stroke.width *= 1.2;
        }
        match shapes.iter_mut().find(|(known, _)| *known == stroke) {
            Some((_, known)) => known.extend(Step::through(line)),
            None => shapes.push((stroke, Step::through(line).collect())),
        }
    }
    items.extend(shapes.into_iter().map(|(stroke, steps)| Item::Path(Path { stroke: Some(stroke), ..Path::of(steps) })));
}

/// The borders, where they are drawn at all.
fn drawn_borders(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Vec<Border> {
    let is_drawn = border_share(request, view, unit) > 0.0;
    if is_drawn { borders(&request.snapshot.cells, request.ledger.sites(), view) } else { Vec::new() }
}

/// How wide the lines between cells are drawn, as a share of the full width: nought where they are left out.
fn border_share(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> f64 {
    let side = mean_side(request.snapshot) * view.scale / unit;
    ((side - BORDER_SIDES[0]) / (BORDER_SIDES[1] - BORDER_SIDES[0])).clamp(0.0, 1.0)
}

/// The side in metres of a square as large as the mean cell of a place.
fn mean_side(snapshot: &Snapshot) -> f64 {
    let areas: Vec<f64> = snapshot.cells.iter().filter(|cell| !cell.sites().is_empty()).map(|cell| cell.area_km2).collect();
    1_000.0 * (areas.iter().sum::<f64>() / areas.len().max(1) as f64).sqrt()
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

/// Units of ground for each unit of front line below which the lines grow thin, and how thin at most; the least share at which they
/// have their holders' colours beside them (chosen: closer lines would hide the ground they part).
const FRONT_SPACE: f64 = 40.0;
const LEAST_FRONT: f64 = 0.2;
const LEAST_WITH_SIDES: f64 = 0.6;

/// The holders' colours on their sides of a dark line; dotted where the line is nearer to a place than that place is known.
fn draw_frontlines(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    let share = front_share(request.snapshot, view.scale / unit);
    let unit = unit * share;
    for front in &request.snapshot.frontlines {
        let colour_of = |actor: marchland_core::ActorIndex| Ink { colour: tint(request, actor, false), opacity: 1.0 };
        for line in &front.lines {
            let places = view.line(line);
            if share >= LEAST_WITH_SIDES {
                items.push(Item::Path(Path::line(&beside(&places, -2.6 * unit)).stroked(colour_of(front.left), 2.6 * unit)));
                items.push(Item::Path(Path::line(&beside(&places, 2.6 * unit)).stroked(colour_of(front.right), 2.6 * unit)));
            }
            items.push(Item::Path(Path::line(&places).stroked(ink(INK), 2.8 * unit)));
        }
        for line in &front.doubtful {
            items.push(Item::Path(Path::line(&view.line(line)).dashed(ink(INK), 3.4 * unit, &[0.1 * unit, 7.0 * unit])));
        }
    }
}

/// How wide front lines are drawn, as a share of the full width.
fn front_share(snapshot: &Snapshot, units_a_metre: f64) -> f64 {
    let length_km: f64 = snapshot.frontlines.iter().map(|front| front.length_km).sum();
    let ground_km2: f64 = snapshot.cells.iter().map(|cell| cell.area_km2).sum();
    let space = ground_km2 / length_km.max(1e-9) * 1_000.0 * units_a_metre;
    (space / FRONT_SPACE).clamp(LEAST_FRONT, 1.0)
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
