//! The lines between cells: no sharper than the places they lie between.
//!
//! A border is drawn whole where it lies farther from both its places than they are uncertain, and dotted where it lies nearer:
//! there the line runs somewhere. Neighbours share their vertices to the last bit, so an edge of one cell is found in the other.

use geo_types::{Coord, LineString};
use marchland_core::{Cell, Site};

use crate::view::View;

/// Pixels of the pieces in which a border is looked at (chosen: as long as two dots and their gap).
const PIECE: f64 = 9.0;

/// A stretch of border between two cells as a line on the page.
#[derive(Debug)]
pub(crate) struct Border {
    /// How it runs.
    pub(crate) line: Vec<[f64; 2]>,
    /// The cells on its sides, the lower first.
    pub(crate) cells: [usize; 2],
    /// Whether it is nearer to a place than that place is known: the border runs somewhere here.
    pub(crate) is_doubtful: bool,
}

/// A place on the page, and the radius in pixels within which it lies.
type Spot = ([f64; 2], f64);

/// Reads the borders off the cells' rings, each once. Cells of a lattice are no places: there is no line between two of them.
pub(crate) fn borders(cells: &[Cell], sites: &[Site], view: &View<'_>) -> Vec<Border> {
    let spots: Vec<Vec<Spot>> = cells.iter().map(|cell| cell_spots(cell, sites, view)).collect();
    let edges = edges(cells);
    let mut borders = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        for ring in rings(cell) {
            let mut run = Run::default();
            for edge in ring.0.windows(2) {
                match neighbour(&edges, edge, at) {
                    // The neighbour that comes first draws the border.
                    Some(other) if other > at && !is_lattice(cell, &cells[other]) => {
                        run.between([at, other], &mut borders);
                        run.along(edge, [&spots[at], &spots[other]], view, &mut borders);
                    }
                    _ => run.finish(&mut borders),
                }
            }
            run.finish(&mut borders);
        }
    }
    borders
}

fn is_lattice(one: &Cell, other: &Cell) -> bool {
    one.ground.lattice().is_some() && other.ground.lattice().is_some()
}

fn rings(cell: &Cell) -> impl Iterator<Item = &LineString<f64>> {
    cell.polygons.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
}

fn cell_spots(cell: &Cell, sites: &[Site], view: &View<'_>) -> Vec<Spot> {
    let spot = |site: &Site| {
        let point = crate::places::point(site)?;
        Some((view.place(point)?, view.pixels(site.precision_m?, point)))
    };
    cell.sites().iter().filter_map(|site| spot(&sites[site.0 as usize])).collect()
}

/// Both ends of an edge, the lower first, bit by bit.
type Key = [u64; 4];

fn key(edge: &[Coord<f64>]) -> Key {
    let bits = |coord: Coord<f64>| [coord.x.to_bits(), coord.y.to_bits()];
    let (one, other) = (bits(edge[0]), bits(edge[1]));
    let (low, high) = if one <= other { (one, other) } else { (other, one) };
    [low[0], low[1], high[0], high[1]]
}

/// Every edge with its cell, sorted: the two sides of a border lie side by side.
fn edges(cells: &[Cell]) -> Vec<(Key, usize)> {
    let of_cell = |(at, cell): (usize, &Cell)| -> Vec<(Key, usize)> {
        rings(cell).flat_map(|ring| ring.0.windows(2)).map(|edge| (key(edge), at)).collect()
    };
    let mut edges: Vec<(Key, usize)> = cells.iter().enumerate().flat_map(of_cell).collect();
    edges.sort_unstable();
    edges
}

/// The cell on the other side of an edge.
fn neighbour(edges: &[(Key, usize)], edge: &[Coord<f64>], cell: usize) -> Option<usize> {
    let key = key(edge);
    let first = edges.partition_point(|(known, _)| *known < key);
    edges[first..].iter().take_while(|(known, _)| *known == key).map(|&(_, other)| other).find(|&other| other != cell)
}

/// A line while it is drawn, of one kind.
#[derive(Default)]
struct Run {
    places: Vec<[f64; 2]>,
    cells: [usize; 2],
    is_doubtful: bool,
}

impl Run {
    /// Begins a new line where the cells on its sides are others.
    fn between(&mut self, cells: [usize; 2], borders: &mut Vec<Border>) {
        if self.cells != cells {
            self.finish(borders);
            self.cells = cells;
        }
    }

    /// Goes along an edge in short pieces, and begins a new line where its kind changes.
    fn along(&mut self, edge: &[Coord<f64>], spots: [&Vec<Spot>; 2], view: &View<'_>, borders: &mut Vec<Border>) {
        let (Some(from), Some(to)) = (view.place(edge[0]), view.place(edge[1])) else { return self.finish(borders) };
        let length = libm::hypot(to[0] - from[0], to[1] - from[1]);
        // Borders may run far beyond the frame: a thousand pieces are enough for any page.
        let count = (length / PIECE).ceil().clamp(1.0, 1_000.0);
        let on = |share: f64| [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
        for piece in 0..count as usize {
            let (start, end) = (on(piece as f64 / count), on((piece as f64 + 1.0) / count));
            let middle = on((piece as f64 + 0.5) / count);
            let near = |(at, radius): &Spot| libm::hypot(at[0] - middle[0], at[1] - middle[1]) < *radius;
            let is_doubtful = spots.into_iter().flatten().any(near);
            if self.places.is_empty() || is_doubtful != self.is_doubtful {
                self.finish(borders);
                self.is_doubtful = is_doubtful;
                self.places.push(start);
            }
            self.places.push(end);
        }
    }

    fn finish(&mut self, borders: &mut Vec<Border>) {
        let line = std::mem::take(&mut self.places);
        if line.len() > 1 {
            borders.push(Border { line, cells: self.cells, is_doubtful: self.is_doubtful });
        }
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, Point, Polygon};
    use jiff::Timestamp;
    use marchland_core::{Assessment, ControlState, Ground, Ledger, LedgerDraft, Period, SiteDraft, SiteIndex, Status};

    use super::*;
    use crate::example::Plane;
    use crate::scene::Rect;

    fn square(site: u32, west: f64) -> Cell {
        let ring = [(west, 0.0), (west + 1.0, 0.0), (west + 1.0, 1.0), (west, 1.0), (west, 0.0)];
        let period = Period::new(Timestamp::UNIX_EPOCH, Timestamp::MAX).unwrap();
        Cell {
            ground: Ground::Sites(vec![SiteIndex(site)]),
            assessment: Assessment::unsupported(period, ControlState::Unknown, Status::Unknown).into(),
            polygons: MultiPolygon(vec![Polygon::new(LineString::from(ring.to_vec()), vec![])]).into(),
            area_km2: 1.0,
        }
    }

    fn length(borders: &[Border], is_doubtful: bool) -> f64 {
        let lines = borders.iter().filter(|border| border.is_doubtful == is_doubtful).map(|border| &border.line);
        lines.flat_map(|line| line.windows(2)).map(|step| libm::hypot(step[1][0] - step[0][0], step[1][1] - step[0][1])).sum()
    }

    /// Metres of a degree of the equator, a hundred pixels here: the plane takes it for a kilometre.
    const DEGREE_M: f64 = 111_319.49;

    // ┌─────┬─────┐
    // │  0  ┊  1  │   Only the line between the two is a border; what of it lies within site 1's circle is doubtful.
    // └─────┴─────┘
    #[test]
    fn a_border_is_drawn_once_and_dotted_where_it_is_nearer_than_its_place_is_known() {
        let site = |id: &str, lon: f64, precision_m| SiteDraft {
            id: id.into(),
            geometry: Some(Point::new(lon, 0.5).into()),
            precision_m,
            ground: true,
            ..SiteDraft::default()
        };
        let draft = LedgerDraft { sites: vec![site("a", 0.5, None), site("b", 1.3, Some(0.5 * DEGREE_M))], ..LedgerDraft::default() };
        let ledger = Ledger::new(draft).unwrap();
        let corners = [(0.0, 0.0), (2.0, 2.0)].map(|(x, y)| Coord { x, y });
        let view = View::of(corners.into_iter(), &Plane, Rect::new(0.0, 0.0, 200.0, 200.0)).unwrap();
        let borders = borders(&[square(0, 0.0), square(1, 1.0)], ledger.sites(), &view);
        // The circle of half a degree round (1.3, 0.5) cuts the line at x = 1 over 2 · √(0.5² − 0.3²) = 0.8 degrees: 80 of its 100 pixels.
        assert!((length(&borders, true) - 80.0).abs() < 10.0, "{borders:?}");
        assert!((length(&borders, false) + length(&borders, true) - 100.0).abs() < 1e-6, "{borders:?}");
    }

    #[test]
    fn what_lies_round_a_line_is_no_circle_and_dots_no_border() {
        let line = LineString::from(vec![(1.1, 0.1), (1.1, 0.9)]);
        let draft = SiteDraft { id: "a".into(), geometry: Some(line.into()), precision_m: Some(0.5 * DEGREE_M), ..SiteDraft::default() };
        let ledger = Ledger::new(LedgerDraft { sites: vec![draft], ..LedgerDraft::default() }).unwrap();
        let corners = [(0.0, 0.0), (2.0, 2.0)].map(|(x, y)| Coord { x, y });
        let view = View::of(corners.into_iter(), &Plane, Rect::new(0.0, 0.0, 200.0, 200.0)).unwrap();
        let beyond = Cell { ground: Ground::BeyondReach, ..square(0, 0.0) };
        assert!(borders(&[square(0, 1.0), beyond], ledger.sites(), &view).iter().all(|border| !border.is_doubtful));
    }
}
