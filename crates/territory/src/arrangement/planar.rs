//! Reading noded pieces as a planar graph: its faces, what lies inside the boundary, and which label each face has.
//!
//! Faces are found by walking half-edges with the face on the left. What is not connected to the rest by pieces (an island, a
//! hole, a circle on its own) is placed by looking straight down from its westernmost point. Inside and outside spread from
//! face to face by counting how often the boundary is crossed.

use super::grid::{GridPoint, by_angle, doubled_area, side};
use super::noding::Piece;

/// What a face is called; the caller gives the meaning.
pub(crate) type Label = u32;

/// What a line says about the ground on its two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The boundary: inside on the left, outside on the right.
    Outline,
    /// A border between labels, which says nothing of the boundary.
    Border {
        /// The label on the left.
        left: Label,
        /// The label on the right.
        right: Label,
    },
}

/// A piece of the graph from its lower to its higher vertex, and all that the lines along it say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    /// Positions of its ends in [`Planar::vertices`], the lower first.
    pub(crate) ends: [u32; 2],
    /// By how much more often the boundary encloses its left side than its right.
    winding: i32,
    /// Labels on the left and right, where a border says so.
    labels: Option<[Label; 2]>,
}

/// The graph and the labels of the ground on both sides of its edges.
#[derive(Debug)]
pub(crate) struct Planar {
    /// Where pieces end, in order.
    pub(crate) vertices: Vec<GridPoint>,
    /// The pieces, each once, by their ends.
    pub(crate) edges: Vec<Edge>,
    /// For each edge the label of its left and of its right side; none outside the boundary.
    pub(crate) sides: Vec<[Option<Label>; 2]>,
}

/// Reads the graph; `nearest` names the label of a face that no border line touches, from places on its edge.
pub(crate) fn read(pieces: &[Piece], lines: &[Line], nearest: impl Fn(&[GridPoint]) -> Label) -> Planar {
    let vertices = vertices(pieces);
    let edges = edges(pieces, lines, &vertices);
    let walks = Walks::new(&vertices, &edges);
    let face_of_walk = faces(&vertices, &edges, &walks);
    let faces = walks.starts.len();
    let enclosed = enclosed(&edges, &walks, &face_of_walk, faces);
    let labels = labels(&vertices, &edges, &walks, &face_of_walk, &enclosed, nearest);
    let label = |half: usize| labels[face_of_walk[walks.of_half[half] as usize] as usize];
    let sides = (0..edges.len()).map(|edge| [label(2 * edge), label(2 * edge + 1)]).collect();
    Planar { vertices, edges, sides }
}

/// The graph of pieces and its faces, of which nothing is said yet.
#[derive(Debug)]
pub(crate) struct Faces {
    /// Where pieces end, in order.
    pub(crate) vertices: Vec<GridPoint>,
    edges: Vec<Edge>,
    /// For each edge the face on its left and on its right.
    pub(crate) beside: Vec<[u32; 2]>,
    /// How many there are, the outside included, which is the last.
    pub(crate) count: usize,
}

/// Reads the faces; `keep` is shown what runs along each edge, in their order, and says whether it parts anything.
pub(crate) fn faces_of(pieces: &[Piece], mut keep: impl FnMut(&[Along]) -> bool) -> Faces {
    let vertices = vertices(pieces);
    let oriented = oriented(pieces, &vertices);
    let kept = oriented.chunk_by(|one, other| one.ends == other.ends).filter(|same| keep(same));
    let edges: Vec<_> = kept.map(|same| Edge { ends: same[0].ends, winding: 0, labels: None }).collect();
    let walks = Walks::new(&vertices, &edges);
    let face_of_walk = faces(&vertices, &edges, &walks);
    let beside = (0..edges.len()).map(|edge| [2 * edge, 2 * edge + 1].map(|half| face_of_walk[walks.of_half[half] as usize])).collect();
    Faces { vertices, edges, beside, count: walks.starts.len() + 1 }
}

impl Faces {
    /// The ends of each edge, the lower first.
    pub(crate) fn ends(&self) -> impl Iterator<Item = [GridPoint; 2]> {
        self.edges.iter().map(|edge| edge.ends.map(|end| self.vertices[end as usize]))
    }

    /// The graph once every face has its label, or none where it is outside.
    pub(crate) fn labelled(self, labels: &[Option<Label>]) -> Planar {
        let sides = self.beside.iter().map(|sides| sides.map(|face| labels[face as usize])).collect();
        Planar { vertices: self.vertices, edges: self.edges, sides }
    }
}

fn vertices(pieces: &[Piece]) -> Vec<GridPoint> {
    let mut vertices: Vec<_> = pieces.iter().flat_map(|piece| [piece.from, piece.to]).collect();
    vertices.sort_unstable();
    vertices.dedup();
    vertices
}

fn edges(pieces: &[Piece], lines: &[Line], vertices: &[GridPoint]) -> Vec<Edge> {
    oriented(pieces, vertices).chunk_by(|one, other| one.ends == other.ends).filter_map(|same| merged(same, lines)).collect()
}

/// A piece between two vertices, the lower first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Along {
    ends: [u32; 2],
    /// The segment it is part of.
    pub(crate) segment: u32,
    /// Whether that runs from the lower vertex to the higher.
    forward: bool,
}

impl Along {
    /// 1 where the segment runs from the lower vertex to the higher, else −1.
    pub(crate) fn turn(self) -> i32 {
        if self.forward { 1 } else { -1 }
    }
}

/// The pieces, those between the same vertices together.
fn oriented(pieces: &[Piece], vertices: &[GridPoint]) -> Vec<Along> {
    let place = |point| vertices.binary_search(&point).expect("every end is a vertex") as u32;
    let along = |piece: &Piece| {
        let (from, to) = (place(piece.from), place(piece.to));
        Along { ends: [from.min(to), from.max(to)], segment: piece.segment, forward: from < to }
    };
    let mut oriented: Vec<_> = pieces.iter().map(along).collect();
    oriented.sort_unstable();
    oriented
}

/// One edge for all lines along one piece; none where together they say nothing.
fn merged(same: &[Along], lines: &[Line]) -> Option<Edge> {
    let mut edge = Edge { ends: same[0].ends, winding: 0, labels: None };
    let (mut lefts, mut rights) = (Vec::new(), Vec::new());
    for along in same {
        let forward = along.forward;
        match lines[along.segment as usize] {
            Line::Outline => edge.winding += along.turn(),
            Line::Border { left, right } => {
                lefts.push(if forward { left } else { right });
                rights.push(if forward { right } else { left });
            }
        }
    }
    edge.labels = outermost(lefts, rights);
    (edge.winding != 0 || edge.labels.is_some()).then_some(edge)
}

/// The labels on the outer sides of borders that have fallen together: what lay between them cancels.
fn outermost(lefts: Vec<Label>, mut rights: Vec<Label>) -> Option<[Label; 2]> {
    let mut left = None;
    for label in lefts {
        if let Some(found) = rights.iter().position(|&right| right == label) {
            rights.swap_remove(found);
        } else {
            left = left.or(Some(label));
        }
    }
    Some([left?, *rights.first()?])
}

/// The closed walks along half-edges that keep one face on their left.
///
/// Half-edge `2e` runs along edge `e` from its lower to its higher vertex, `2e + 1` back.
struct Walks {
    /// The walk of each half-edge.
    of_half: Vec<u32>,
    /// One half-edge of each walk: the lowest.
    starts: Vec<usize>,
    /// The half-edge after each.
    next: Vec<u32>,
}

impl Walks {
    fn new(vertices: &[GridPoint], edges: &[Edge]) -> Self {
        let next = next_halves(vertices, edges);
        let mut of_half = vec![u32::MAX; next.len()];
        let mut starts = Vec::new();
        for start in 0..next.len() {
            if of_half[start] != u32::MAX {
                continue;
            }
            let mut half = start;
            while of_half[half] == u32::MAX {
                of_half[half] = starts.len() as u32;
                half = next[half] as usize;
            }
            starts.push(start);
        }
        Self { of_half, starts, next }
    }

    fn halves(&self, walk: usize) -> impl Iterator<Item = usize> {
        let start = self.starts[walk];
        std::iter::successors(Some(start), move |&half| Some(self.next[half] as usize).filter(|&next| next != start))
    }
}

/// The vertex a half-edge leaves.
fn tail(edges: &[Edge], half: usize) -> u32 {
    edges[half / 2].ends[half % 2]
}

/// The half-edge after each, turning left as sharply as the graph allows.
fn next_halves(vertices: &[GridPoint], edges: &[Edge]) -> Vec<u32> {
    let mut leaving: Vec<u32> = (0..2 * edges.len() as u32).collect();
    let point = |half: u32, end: usize| vertices[edges[half as usize / 2].ends[end] as usize];
    leaving.sort_unstable_by(|&a, &b| {
        let (one, other) = (tail(edges, a as usize), tail(edges, b as usize));
        one.cmp(&other).then_with(|| by_angle(vertices[one as usize], point(a, 1 - a as usize % 2), point(b, 1 - b as usize % 2)))
    });
    let mut next = vec![0; leaving.len()];
    for around in leaving.chunk_by(|&a, &b| tail(edges, a as usize) == tail(edges, b as usize)) {
        for (position, &half) in around.iter().enumerate() {
            let clockwise = around[(position + around.len() - 1) % around.len()];
            next[half as usize ^ 1] = clockwise;
        }
    }
    next
}

/// The face of each walk, named by the walk round it; the outside is named by the number of walks.
fn faces(vertices: &[GridPoint], edges: &[Edge], walks: &Walks) -> Vec<u32> {
    let outside = walks.starts.len() as u32;
    let mut face: Vec<u32> = (0..outside).collect();
    let mut outer: Vec<(u32, usize)> = (0..walks.starts.len())
        .filter(|&walk| doubled_area(walks.halves(walk).map(|half| vertices[tail(edges, half) as usize])) <= 0)
        .map(|walk| (walks.halves(walk).map(|half| tail(edges, half)).min().expect("a walk has a half-edge"), walk))
        .collect();
    outer.sort_unstable();
    let columns = (outer.len() > 1).then(|| Columns::new(vertices, edges));
    for (lowest, walk) in outer {
        let below = columns.as_ref().and_then(|columns| columns.edge_below(vertices, edges, lowest));
        face[walk] = below.map_or(outside, |edge| face[walks.of_half[2 * edge] as usize]);
    }
    face
}

/// Edges by the strip of longitudes they cross, to find the one straight below a vertex.
struct Columns {
    west: i64,
    width: i64,
    edges: Vec<Vec<u32>>,
}

impl Columns {
    fn new(vertices: &[GridPoint], edges: &[Edge]) -> Self {
        let (west, east) = (vertices[0].x, vertices[vertices.len() - 1].x);
        let count = (edges.len() as i64).clamp(1, 4096);
        let mut columns = Self { west, width: (east - west) / count + 1, edges: vec![Vec::new(); count as usize] };
        for (index, edge) in (0..).zip(edges) {
            let [from, to] = edge.ends.map(|end| columns.column(vertices[end as usize].x));
            for column in &mut columns.edges[from..=to] {
                column.push(index);
            }
        }
        columns
    }

    fn column(&self, x: i64) -> usize {
        ((x - self.west) / self.width) as usize
    }

    /// The first edge met going straight down from a vertex, seen a little to its east.
    fn edge_below(&self, vertices: &[GridPoint], edges: &[Edge], vertex: u32) -> Option<usize> {
        let from = vertices[vertex as usize];
        let ends = |edge: usize| edges[edge].ends.map(|end| vertices[end as usize]);
        let candidates = self.edges[self.column(from.x)].iter().map(|&edge| edge as usize);
        let below = candidates.filter(|&edge| {
            let [west, east] = ends(edge);
            west.x <= from.x && from.x < east.x && side(west, east, from) > 0
        });
        below.reduce(|highest, edge| if lies_above(ends(edge), ends(highest)) { edge } else { highest })
    }
}

/// Whether of two edges that do not cross and span a common longitude, each from west to east, the first is the higher.
fn lies_above(one: [GridPoint; 2], other: [GridPoint; 2]) -> bool {
    let (start, end) = if one[0].x >= other[0].x {
        (side(other[0], other[1], one[0]), side(other[0], other[1], one[1]))
    } else {
        (-side(one[0], one[1], other[0]), -side(one[0], one[1], other[1]))
    };
    start > 0 || start == 0 && end > 0
}

/// Whether each face lies inside the boundary; the last is the outside.
fn enclosed(edges: &[Edge], walks: &Walks, face_of_walk: &[u32], faces: usize) -> Vec<bool> {
    let face = |half: usize| face_of_walk[walks.of_half[half] as usize];
    let mut halves: Vec<u32> = (0..2 * edges.len() as u32).collect();
    halves.sort_unstable_by_key(|&half| (face(half as usize), half));
    let mut first = vec![0_usize; faces + 2];
    for &half in &halves {
        first[face(half as usize) as usize + 1] += 1;
    }
    for position in 1..first.len() {
        first[position] += first[position - 1];
    }
    let mut winding = vec![None; faces + 1];
    winding[faces] = Some(0);
    let mut waiting = vec![faces];
    while let Some(here) = waiting.pop() {
        let count: i32 = winding[here].expect("a face waits once it is counted");
        for &half in &halves[first[here]..first[here + 1]] {
            let forward = half.is_multiple_of(2);
            let step = edges[half as usize / 2].winding;
            let there = face(half as usize ^ 1) as usize;
            if winding[there].is_none() {
                winding[there] = Some(if forward { count - step } else { count + step });
                waiting.push(there);
            }
        }
    }
    winding.into_iter().map(|count| count.is_some_and(|count| count > 0)).collect()
}

/// The label of each face; none outside.
fn labels(
    vertices: &[GridPoint],
    edges: &[Edge],
    walks: &Walks,
    face_of_walk: &[u32],
    enclosed: &[bool],
    nearest: impl Fn(&[GridPoint]) -> Label,
) -> Vec<Option<Label>> {
    let mut labels = vec![None; enclosed.len()];
    for half in 0..walks.of_half.len() {
        let face = face_of_walk[walks.of_half[half] as usize] as usize;
        if enclosed[face] && labels[face].is_none() {
            labels[face] = edges[half / 2].labels.map(|sides| sides[half % 2]);
        }
    }
    for (walk, &face) in face_of_walk.iter().enumerate() {
        let face = face as usize;
        if enclosed[face] && labels[face].is_none() {
            let edge: Vec<_> = walks.halves(walk).map(|half| vertices[tail(edges, half) as usize]).collect();
            labels[face] = Some(nearest(&edge));
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::super::noding::node;
    use super::*;

    const fn at(x: i64, y: i64) -> GridPoint {
        GridPoint { x, y }
    }

    fn square(from: i64, to: i64) -> Vec<[GridPoint; 2]> {
        let corners = [at(from, from), at(to, from), at(to, to), at(from, to), at(from, from)];
        corners.windows(2).map(|pair| [pair[0], pair[1]]).collect()
    }

    fn reversed(segments: Vec<[GridPoint; 2]>) -> Vec<[GridPoint; 2]> {
        segments.into_iter().rev().map(|[from, to]| [to, from]).collect()
    }

    fn read_all(parts: &[(Vec<[GridPoint; 2]>, Line)]) -> Planar {
        let segments: Vec<_> = parts.iter().flat_map(|part| part.0.clone()).collect();
        let lines: Vec<_> = parts.iter().flat_map(|part| vec![part.1; part.0.len()]).collect();
        read(&node(&segments), &lines, |_| 99)
    }

    fn labels_met(planar: &Planar) -> Vec<Option<Label>> {
        let mut labels: Vec<_> = planar.sides.iter().flatten().copied().collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    /// ```text
    /// +-----------+
    /// |  99       |
    /// |   +---+   |
    /// |   | 7 |   |     an inner square that touches nothing
    /// |   +---+   |
    /// +-----------+
    /// ```
    #[test]
    fn an_island_of_a_label_lies_in_the_face_round_it() {
        let planar = read_all(&[(square(0, 30), Line::Outline), (square(10, 20), Line::Border { left: 7, right: 3 })]);
        assert_eq!(labels_met(&planar), [None, Some(3), Some(7)]);
    }

    #[test]
    fn a_hole_is_outside_and_an_island_in_it_inside_again() {
        let parts = [(square(0, 50), Line::Outline), (reversed(square(10, 40)), Line::Outline), (square(20, 30), Line::Outline)];
        let planar = read_all(&parts);
        assert_eq!(labels_met(&planar), [None, Some(99)]);
        assert!(planar.sides.iter().all(|sides| sides[0].is_some() != sides[1].is_some()), "no piece runs inside or outside");
    }

    #[test]
    fn a_hole_equal_to_its_shell_leaves_nothing() {
        let planar = read_all(&[(square(0, 50), Line::Outline), (reversed(square(0, 50)), Line::Outline)]);
        assert!(planar.edges.is_empty());
    }

    #[test]
    fn parts_that_overlap_count_once() {
        let planar = read_all(&[(square(0, 20), Line::Outline), (square(10, 30), Line::Outline)]);
        let inner = planar.sides.iter().filter(|sides| **sides == [Some(99), Some(99)]).count();
        assert_eq!(inner, 4, "the four sides of the overlap part nothing");
    }

    #[test]
    fn borders_that_fall_together_keep_their_outer_labels() {
        assert_eq!(outermost(vec![1, 2], vec![2, 3]), Some([1, 3]));
        assert_eq!(outermost(vec![2, 1], vec![3, 2]), Some([1, 3]));
        assert_eq!(outermost(vec![1, 2], vec![2, 1]), None);
    }
}
