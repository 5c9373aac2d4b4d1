//! The lines that are cut at each other, and how what comes of them joins the cells that needed no cutting.

use super::bisectors::Diagram;
use super::generators::Area;
use super::outline::Outline;
use super::reach;
use super::settled::{Standing, Standings};
use super::trace::Tracer;
use super::{Border, TessellationFault};
use crate::arrangement::grid::{GridPoint, grouped};
use crate::arrangement::noding::{Piece, node};
use crate::arrangement::planar::{Edge, Label, Line, Planar};

/// Times that bent cells are unsettled before all are. Chosen: each time reaches one cell farther, and more than one is seldom needed.
const ROUNDS: usize = 4;

/// All lines that are cut, on the grid, and what each says of its sides.
pub(super) struct Borders {
    segments: Vec<[GridPoint; 2]>,
    pub(super) lines: Vec<Line>,
    /// The segments that a settled cell borders, and that cell's place.
    settled: Vec<(u32, Label)>,
}

/// Draws what is to be cut and cuts it, with more of it wherever cutting bends the border of a settled cell.
pub(super) fn cut(
    diagram: &Diagram<'_>,
    outline: &Outline,
    reach_m: Option<f64>,
    standings: &mut Standings,
) -> Result<(Borders, Vec<Piece>), TessellationFault> {
    let tracer = Tracer::new(diagram.projection);
    for round in 0.. {
        if round == ROUNDS {
            standings.unsettle_all();
        }
        let mut borders = Borders::of(outline, diagram.areas);
        match reach_m {
            None => diagram.borders(standings, |border| borders.add(&tracer, standings, &border))?,
            Some(reach_m) => reach::borders(diagram, reach_m, standings, |border| borders.add(&tracer, standings, &border))?,
        }
        let pieces = node(&borders.segments);
        let bent = borders.bent(&pieces);
        if bent.is_empty() {
            return Ok((borders, pieces));
        }
        for place in bent {
            standings.unsettle(place);
        }
    }
    unreachable!("once all cells are cut there is no settled one to be bent")
}

impl Borders {
    fn of(outline: &Outline, areas: &[Area]) -> Self {
        let segments: Vec<_> = outline.segments().collect();
        let mut borders = Self { lines: vec![Line::Outline; segments.len()], segments, settled: Vec::new() };
        for area in areas {
            borders.segments.extend(area.segments());
            borders.lines.resize(borders.segments.len(), Line::Claim { rank: area.rank, label: area.place });
        }
        borders
    }

    fn add(&mut self, tracer: &Tracer<'_>, standings: &Standings, border: &Border) -> Result<(), TessellationFault> {
        let settled = [border.left, border.right].into_iter().find(|&place| standings.of(place) != Standing::Cut);
        for segment in tracer.trace(border.from, border.to)? {
            self.settled.extend(settled.filter(|_| segment[0] != segment[1]).map(|place| (self.segments.len() as u32, place)));
            self.segments.push(segment);
            self.lines.push(Line::Border { left: border.left, right: border.right });
        }
        Ok(())
    }

    /// The settled places of which a border has not come out of the cutting as it went in.
    fn bent(&self, pieces: &[Piece]) -> Vec<Label> {
        let is_whole = |segment: u32| {
            let first = pieces.partition_point(|piece| piece.segment < segment);
            let [from, to] = self.segments[segment as usize];
            pieces.get(first) == Some(&Piece { segment, from, to })
        };
        self.settled.iter().filter(|&&(segment, _)| !is_whole(segment)).map(|&(_, place)| place).collect()
    }

    /// The graph of what was cut together with all borders between settled cells, in the order it has if everything is cut.
    pub(super) fn joined(&self, mut cut: Planar, diagram: &Diagram<'_>, standings: &Standings) -> Planar {
        self.name_settled_sides(&mut cut);
        let inside = |place: Label| standings.of(place) == Standing::Inside;
        let between = || diagram.sides().filter(|side| side.places[0] != side.places[1] && side.places.iter().all(|&place| inside(place)));
        let met = |triangle: u32| diagram.corner(triangle).spot.and_then(|spot| spot.point).expect("a settled cell has all its corners");
        let (vertices, numbers) = numbered(&cut.vertices, diagram.triangles(), between().flat_map(|side| side.triangles), met);
        let mut edges: Vec<_> =
            cut.edges.iter().zip(cut.sides).map(|(edge, sides)| (edge.ends.map(|end| numbers[end as usize]), sides)).collect();
        for side in between() {
            let [from, to] = side.triangles.map(|triangle| numbers[cut.vertices.len() + triangle as usize]);
            let [left, right] = side.places.map(Some);
            if from != to {
                edges.push(if from < to { ([from, to], [left, right]) } else { ([to, from], [right, left]) });
            }
        }
        let (edges, sides) = in_order(&edges, vertices.len());
        Planar { vertices, edges, sides }
    }

    /// Gives the settled side of each border its own place: the graph knows all settled cells that touch as one face.
    fn name_settled_sides(&self, cut: &mut Planar) {
        for &(segment, place) in &self.settled {
            let [from, to] = self.segments[segment as usize];
            let Line::Border { left, .. } = self.lines[segment as usize] else { continue };
            let Some(edge) = cut.edge_between(from, to) else { continue };
            let side = usize::from((left == place) != (from < to));
            cut.sides[edge][side] = cut.sides[edge][side].map(|_| place);
        }
    }
}

/// Vertices of a graph and corners of triangles in one order, and the place in it of each: first of the vertices, then of the triangles.
fn numbered(
    vertices: &[GridPoint],
    triangles: usize,
    used: impl Iterator<Item = u32>,
    corner: impl Fn(u32) -> GridPoint,
) -> (Vec<GridPoint>, Vec<u32>) {
    let mut is_used = vec![false; triangles];
    used.for_each(|triangle| is_used[triangle as usize] = true);
    let of_vertices = vertices.iter().zip(0..).map(|(vertex, number)| vertex.key(number));
    let corners = (0..triangles as u32).filter(|&triangle| is_used[triangle as usize]);
    let of_corners = corners.map(|triangle| corner(triangle).key(vertices.len() as u32 + triangle));
    let mut keys: Vec<u128> = of_vertices.chain(of_corners).collect();
    keys.sort_unstable();
    let mut in_order = Vec::with_capacity(keys.len());
    let mut numbers = vec![u32::MAX; vertices.len() + triangles];
    for (point, tag) in keys.into_iter().map(GridPoint::of_key) {
        if in_order.last() != Some(&point) {
            in_order.push(point);
        }
        numbers[tag as usize] = in_order.len() as u32 - 1;
    }
    (in_order, numbers)
}

type Sides = [Option<Label>; 2];

/// Edges by their lower, then their higher end.
fn in_order(edges: &[([u32; 2], Sides)], vertices: usize) -> (Vec<Edge>, Vec<Sides>) {
    let (starts, mut members) = grouped(edges.len(), vertices, |edge| edges[edge].0[0] as usize);
    for pair in starts.windows(2) {
        members[pair[0] as usize..pair[1] as usize].sort_unstable_by_key(|&edge| edges[edge as usize].0[1]);
    }
    members.into_iter().map(|edge| (Edge { ends: edges[edge as usize].0 }, edges[edge as usize].1)).unzip()
}
