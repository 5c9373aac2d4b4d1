//! The faces of a planar graph: closed walks along half-edges, each with its face on the left.
//!
//! What is not connected to the rest by edges (an island, a hole, a circle on its own) has an outer walk of its own, and lies in the
//! face found by looking straight down from its westernmost point.

use super::grid::{GridPoint, by_angle, doubled_area, grouped, side};
use super::planar::Edge;

/// The closed walks along half-edges that keep one face on their left.
///
/// Half-edge `2e` runs along edge `e` from its lower to its higher vertex, `2e + 1` back.
pub(crate) struct Walks {
    /// The walk of each half-edge.
    pub(crate) of_half: Vec<u32>,
    /// One half-edge of each walk: the lowest.
    pub(crate) starts: Vec<usize>,
    /// The half-edge after each.
    next: Vec<u32>,
}

impl Walks {
    pub(crate) fn new(vertices: &[GridPoint], edges: &[Edge]) -> Self {
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

    /// The half-edges of a walk in order.
    pub(crate) fn halves(&self, walk: usize) -> impl Iterator<Item = usize> {
        let start = self.starts[walk];
        std::iter::successors(Some(start), move |&half| Some(self.next[half] as usize).filter(|&next| next != start))
    }
}

/// The vertex a half-edge leaves.
pub(crate) fn tail(edges: &[Edge], half: usize) -> u32 {
    edges[half / 2].ends[half % 2]
}

/// The half-edge after each, turning left as sharply as the graph allows.
fn next_halves(vertices: &[GridPoint], edges: &[Edge]) -> Vec<u32> {
    let (starts, mut leaving) = grouped(2 * edges.len(), vertices.len(), |half| tail(edges, half) as usize);
    let point = |half: u32| vertices[tail(edges, half as usize ^ 1) as usize];
    let mut next = vec![0; leaving.len()];
    for (vertex, &origin) in vertices.iter().enumerate() {
        let around = &mut leaving[starts[vertex] as usize..starts[vertex + 1] as usize];
        around.sort_unstable_by(|&a, &b| by_angle(origin, point(a), point(b)));
        for (position, &half) in around.iter().enumerate() {
            let clockwise = around[(position + around.len() - 1) % around.len()];
            next[half as usize ^ 1] = clockwise;
        }
    }
    next
}

/// The face of each walk, named by the walk round it; the outside is named by the number of walks.
pub(crate) fn faces(vertices: &[GridPoint], edges: &[Edge], walks: &Walks) -> Vec<u32> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// ```text
    /// 1───────3
    /// │ 4─6   │      a square in a square that it does not touch
    /// │ │ │   │
    /// │ └─┘   │
    /// 0───────2
    /// ```
    #[test]
    fn an_island_lies_in_the_face_round_it() {
        let corners = [(0, 0), (0, 9), (9, 0), (9, 9), (3, 3), (3, 6), (6, 3), (6, 6)];
        let mut vertices = corners.map(|(x, y)| GridPoint { x, y }).to_vec();
        let edges: Vec<_> =
            [(0, 1), (0, 2), (1, 3), (2, 3), (4, 5), (4, 6), (5, 7), (6, 7)].map(|(a, b)| [vertices[a], vertices[b]]).to_vec();
        vertices.sort_unstable();
        let place = |point| vertices.binary_search(&point).unwrap() as u32;
        let edges: Vec<_> = edges.into_iter().map(|[a, b]| Edge { ends: [place(a.min(b)), place(a.max(b))] }).collect();
        let walks = Walks::new(&vertices, &edges);
        let face_of_walk = faces(&vertices, &edges, &walks);
        let mut found = face_of_walk.clone();
        found.sort_unstable();
        found.dedup();
        assert_eq!((walks.starts.len(), found.len()), (4, 3), "the outside, between the squares, and within the inner one");
    }
}
