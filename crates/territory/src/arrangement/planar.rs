//! Reading noded pieces as a planar graph: its faces, what lies inside the boundary, and which label each face has.
//!
//! Faces are found by walking ([`super::walks`]). Inside and outside spread from face to face by counting how often the boundary is
//! crossed, and so does what claims enclose.

use std::collections::BTreeMap;

use super::grid::{GridPoint, grouped, numbered};
use super::noding::Piece;
use super::walks::{Walks, faces, tail};

/// What a face is called; the caller gives the meaning.
pub(crate) type Label = u32;

/// What a line says about the ground on its sides.
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
    /// The edge of ground, on its left, that has one label whatever borders say; of several claims the lowest rank counts.
    Claim {
        /// Its place among the claims; no two labels have the same.
        rank: u32,
        /// The label.
        label: Label,
    },
}

/// A piece of the graph from its lower to its higher vertex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    /// Positions of its ends in [`Planar::vertices`], the lower first.
    pub(crate) ends: [u32; 2],
}

/// All that the lines along an edge say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    /// By how much more often the boundary encloses its left side than its right.
    winding: i32,
    /// Labels on the left and right, where a border says so.
    labels: Option<[Label; 2]>,
}

/// What a claim along an edge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    edge: u32,
    rank: u32,
    label: Label,
    /// By how much more often it encloses the left side than the right.
    step: i32,
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

impl Planar {
    /// The edge between two places; none where there is none.
    pub(crate) fn edge_between(&self, from: GridPoint, to: GridPoint) -> Option<usize> {
        let place = |point| self.vertices.binary_search(&point).ok().map(|place| place as u32);
        let ends = [place(from.min(to))?, place(from.max(to))?];
        self.edges.binary_search_by_key(&ends, |edge| edge.ends).ok()
    }
}

/// Reads the graph; `nearest` names the label of a face that no border line touches, from places on its edge.
pub(crate) fn read(pieces: &[Piece], lines: &[Line], nearest: impl Fn(&[GridPoint]) -> Label) -> Planar {
    let (vertices, ends) = vertices(pieces);
    let (mut said, mut claims, mut together) = (Vec::new(), Vec::new(), Together::default());
    let edges = edges(pieces, &ends, |same| {
        together.hear(same, lines);
        let (what, claimed) = together.said(said.len() as u32);
        let matters = what.winding != 0 || what.labels.is_some() || !claimed.is_empty();
        if matters {
            said.push(what);
            claims.extend_from_slice(claimed);
        }
        matters
    });
    let walks = Walks::new(&vertices, &edges);
    let face_of_walk = faces(&vertices, &edges, &walks);
    let graph = Graph { vertices: &vertices, edges: &edges, walks: &walks, face_of_walk: &face_of_walk };
    let enclosed = enclosed(&graph, &said);
    let labels = labels(&graph, &said, &claimed(&graph, &claims), &enclosed, nearest);
    let label = |half: usize| labels[graph.face(half)];
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
pub(crate) fn faces_of(pieces: &[Piece], keep: impl FnMut(&[Along]) -> bool) -> Faces {
    let (vertices, ends) = vertices(pieces);
    let edges = edges(pieces, &ends, keep);
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

    /// The half-edges round each face: where each face's start, and all of them; `2e` lies on the left of edge `e`, `2e + 1` on the right.
    pub(crate) fn around(&self) -> (Vec<u32>, Vec<u32>) {
        grouped(2 * self.beside.len(), self.count, |half| self.beside[half / 2][half % 2] as usize)
    }

    /// The graph once every face has its label, or none where it is outside.
    pub(crate) fn labelled(self, labels: &[Option<Label>]) -> Planar {
        let sides = self.beside.iter().map(|sides| sides.map(|face| labels[face as usize])).collect();
        Planar { vertices: self.vertices, edges: self.edges, sides }
    }
}

/// The places where pieces end, in order, and for each end of each piece its position among them.
fn vertices(pieces: &[Piece]) -> (Vec<GridPoint>, Vec<[u32; 2]>) {
    let (vertices, numbers) = numbered(pieces.iter().flat_map(|piece| [piece.from, piece.to]));
    (vertices, numbers.chunks_exact(2).map(|ends| [ends[0], ends[1]]).collect())
}

/// A segment along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Along {
    /// Its position.
    pub(crate) segment: u32,
    /// 1 where it runs from the lower vertex to the higher, else −1.
    pub(crate) turn: i32,
}

/// The edges of which `keep`, shown what runs along each, says that they part anything.
fn edges(pieces: &[Piece], ends: &[[u32; 2]], mut keep: impl FnMut(&[Along]) -> bool) -> Vec<Edge> {
    // The ends from the lower on, and the piece: numbers that sort as such.
    let key = |(piece, &[from, to]): (usize, &[u32; 2])| u128::from(from.min(to)) << 64 | u128::from(from.max(to)) << 32 | piece as u128;
    let mut keys: Vec<u128> = ends.iter().enumerate().map(key).collect();
    keys.sort_unstable();
    let mut edges = Vec::with_capacity(keys.len() / 2);
    let mut along = Vec::new();
    for same in keys.chunk_by(|one, other| one >> 32 == other >> 32) {
        along.clear();
        along.extend(
            same.iter()
                .map(|&key| key as u32 as usize)
                .map(|piece| Along { segment: pieces[piece].segment, turn: if ends[piece][0] < ends[piece][1] { 1 } else { -1 } }),
        );
        if keep(&along) {
            edges.push(Edge { ends: [(same[0] >> 64) as u32, (same[0] >> 32) as u32] });
        }
    }
    edges
}

/// What all lines along one edge say.
#[derive(Default)]
struct Together {
    winding: i32,
    lefts: Vec<Label>,
    rights: Vec<Label>,
    claims: Vec<Claim>,
}

impl Together {
    /// Hears all lines along one edge, and forgets those of the one before.
    fn hear(&mut self, same: &[Along], lines: &[Line]) {
        self.winding = 0;
        self.lefts.clear();
        self.rights.clear();
        self.claims.clear();
        for along in same {
            self.add(lines[along.segment as usize], along.turn);
        }
    }

    /// Hears one more line, whose `turn` is 1 where it runs from the lower end to the higher, else −1.
    fn add(&mut self, line: Line, turn: i32) {
        let forward = turn > 0;
        match line {
            Line::Outline => self.winding += turn,
            Line::Border { left, right } => {
                self.lefts.push(if forward { left } else { right });
                self.rights.push(if forward { right } else { left });
            }
            Line::Claim { rank, label } => self.claims.push(Claim { edge: 0, rank, label, step: turn }),
        }
    }

    fn said(&mut self, edge: u32) -> (Said, &[Claim]) {
        self.claims.sort_unstable();
        self.claims.dedup_by(|next, first| {
            let is_same = first.rank == next.rank;
            first.step += if is_same { next.step } else { 0 };
            is_same
        });
        self.claims.retain(|claim| claim.step != 0);
        self.claims.iter_mut().for_each(|claim| claim.edge = edge);
        (Said { winding: self.winding, labels: outermost(&self.lefts, &mut self.rights) }, &self.claims)
    }
}

/// The labels on the outer sides of borders that have fallen together: what lay between them cancels.
fn outermost(lefts: &[Label], rights: &mut Vec<Label>) -> Option<[Label; 2]> {
    let mut left = None;
    for &label in lefts {
        if let Some(found) = rights.iter().position(|&right| right == label) {
            rights.swap_remove(found);
        } else {
            left = left.or(Some(label));
        }
    }
    Some([left?, *rights.first()?])
}

/// A graph, the walks along it, and the face of each walk.
struct Graph<'a> {
    vertices: &'a [GridPoint],
    edges: &'a [Edge],
    walks: &'a Walks,
    face_of_walk: &'a [u32],
}

impl Graph<'_> {
    /// How many faces there are with the outside, which is the last.
    fn faces(&self) -> usize {
        self.walks.starts.len() + 1
    }

    /// The face on the left of a half-edge.
    fn face(&self, half: usize) -> usize {
        self.face_of_walk[self.walks.of_half[half] as usize] as usize
    }

    /// What holds of each face, from what holds outside and how it changes across a half-edge, from its left to its right.
    fn spread<T>(&self, outside: T, across: impl Fn(&T, u32) -> T) -> Vec<Option<T>> {
        let (starts, halves) = grouped(2 * self.edges.len(), self.faces(), |half| self.face(half));
        let mut holds: Vec<Option<T>> = (0..self.faces()).map(|_| None).collect();
        let last = self.faces() - 1;
        holds[last] = Some(outside);
        let mut waiting = vec![last];
        while let Some(here) = waiting.pop() {
            for &half in &halves[starts[here] as usize..starts[here + 1] as usize] {
                let there = self.face(half as usize ^ 1);
                if holds[there].is_none() {
                    holds[there] = holds[here].as_ref().map(|holds| across(holds, half));
                    waiting.push(there);
                }
            }
        }
        holds
    }
}

/// Whether each face lies inside the boundary; the last is the outside.
fn enclosed(graph: &Graph<'_>, said: &[Said]) -> Vec<bool> {
    let winding = graph.spread(0_i32, |count, half| {
        let step = said[half as usize / 2].winding;
        if half.is_multiple_of(2) { count - step } else { count + step }
    });
    winding.into_iter().map(|count| count.is_some_and(|count| count > 0)).collect()
}

/// The label of each face that is claimed.
fn claimed(graph: &Graph<'_>, claims: &[Claim]) -> Vec<Option<Label>> {
    if claims.is_empty() {
        return vec![None; graph.faces()];
    }
    let along = |edge: u32| claims[claims.partition_point(|claim| claim.edge < edge)..].iter().take_while(move |claim| claim.edge == edge);
    // By rank, each claim that encloses a face, with its label and how often it does.
    let enclosing = graph.spread(BTreeMap::new(), |enclosing: &BTreeMap<u32, (Label, i32)>, half| {
        let mut enclosing = enclosing.clone();
        for claim in along(half / 2) {
            enclosing.entry(claim.rank).or_insert((claim.label, 0)).1 += if half.is_multiple_of(2) { -claim.step } else { claim.step };
        }
        enclosing.retain(|_, (_, count)| *count != 0);
        enclosing
    });
    let lowest = |enclosing: BTreeMap<u32, (Label, i32)>| enclosing.into_values().find(|(_, count)| *count > 0).map(|(label, _)| label);
    enclosing.into_iter().map(|enclosing| enclosing.and_then(lowest)).collect()
}

/// The label of each face; none outside.
fn labels(
    graph: &Graph<'_>,
    said: &[Said],
    claimed: &[Option<Label>],
    enclosed: &[bool],
    nearest: impl Fn(&[GridPoint]) -> Label,
) -> Vec<Option<Label>> {
    let mut labels: Vec<_> = claimed.iter().zip(enclosed).map(|(&claimed, &enclosed)| claimed.filter(|_| enclosed)).collect();
    for half in 0..2 * said.len() {
        let face = graph.face(half);
        if enclosed[face] && labels[face].is_none() {
            labels[face] = said[half / 2].labels.map(|sides| sides[half % 2]);
        }
    }
    for (walk, &face) in graph.face_of_walk.iter().enumerate() {
        let face = face as usize;
        if enclosed[face] && labels[face].is_none() {
            let edge: Vec<_> = graph.walks.halves(walk).map(|half| graph.vertices[tail(graph.edges, half) as usize]).collect();
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

    /// ```text
    /// +-----------------+
    /// | 99              |
    /// |   +-----+       |
    /// |   | 7 +-+---+   |   the claim of 8 is the lower:
    /// |   |   |8    |   |   it has what both claim
    /// |   +---+ 8   |   |
    /// |       +-----+   |
    /// +-----------------+
    /// ```
    #[test]
    fn of_two_claims_the_lower_rank_has_what_both_enclose() {
        let one = Line::Claim { rank: 2, label: 7 };
        let other = Line::Claim { rank: 1, label: 8 };
        let planar = read_all(&[(square(0, 50), Line::Outline), (square(10, 30), one), (square(20, 40), other)]);
        let parting = planar.sides.iter().filter(|sides| sides[0] != sides[1]).count();
        assert_eq!(labels_met(&planar), [None, Some(7), Some(8), Some(99)]);
        assert_eq!(parting, 4 + 6 + 4, "the two pieces of 7 inside 8 part nothing");
    }

    #[test]
    fn a_claim_beyond_the_boundary_ends_with_it() {
        let planar = read_all(&[(square(0, 20), Line::Outline), (square(10, 30), Line::Claim { rank: 0, label: 7 })]);
        assert_eq!(labels_met(&planar), [None, Some(7), Some(99)]);
    }

    #[test]
    fn borders_that_fall_together_keep_their_outer_labels() {
        assert_eq!(outermost(&[1, 2], &mut vec![2, 3]), Some([1, 3]));
        assert_eq!(outermost(&[2, 1], &mut vec![3, 2]), Some([1, 3]));
        assert_eq!(outermost(&[1, 2], &mut vec![2, 1]), None);
    }
}
