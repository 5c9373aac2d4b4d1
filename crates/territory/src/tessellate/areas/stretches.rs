//! Thin gaps between more than two owners, cut into stretches between two of them each.
//!
//! Where every polygon was drawn a little too small, all gaps hang together, and whoever took them whole would surround everybody
//! else. So such a gap is triangulated between its vertices (constrained Delaunay): a triangle lies between the owner of its edge
//! and the one at its far corner, and where that pair changes the gap is cut along the triangle's side. No vertex is added or moved,
//! and a chord between vertices of a face crosses none of its edges.

use spade::handles::{DirectedEdgeHandle, FixedFaceHandle, InnerTag};
use spade::{CdtEdge, ConstrainedDelaunayTriangulation, Point2, Triangulation};

use super::cover::{NOBODY, Owner};
use super::slivers::Regions;
use crate::arrangement::grid::GridPoint;
use crate::arrangement::planar::Faces;

type Cdt = ConstrainedDelaunayTriangulation<Point2<f64>>;
type Edge<'a> = DirectedEdgeHandle<'a, Point2<f64>, (), CdtEdge<()>, ()>;
type Pair = [Owner; 2];

/// An edge of a thin gap, which lies on its left, and who has the other side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Border {
    region: u32,
    ends: [GridPoint; 2],
    across: Owner,
}

/// The chords that cut thin gaps of nobody between more than two owners into stretches, each from its lower to its higher end.
pub(super) fn chords(faces: &Faces, regions: &Regions) -> Vec<[GridPoint; 2]> {
    let is_gap = |region: u32| regions.is_thin[region as usize] && regions.drawn[region as usize] == NOBODY;
    let mut borders = Vec::new();
    for (sides, [low, high]) in faces.beside.iter().zip(faces.ends()) {
        let [left, right] = sides.map(|face| regions.of_face[face as usize]);
        for (region, other, ends) in [(left, right, [low, high]), (right, left, [high, low])] {
            if left != right && is_gap(region) {
                borders.push(Border { region, ends, across: regions.drawn[other as usize] });
            }
        }
    }
    borders.sort_unstable();
    borders.chunk_by(|one, other| one.region == other.region).flat_map(chords_of).collect()
}

fn chords_of(borders: &[Border]) -> Vec<[GridPoint; 2]> {
    let mut owners: Vec<Owner> = borders.iter().map(|border| border.across).collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.len() < 3 { Vec::new() } else { Gap::new(borders).map_or_else(Vec::new, |gap| gap.chords()) }
}

/// A gap's triangulation.
struct Gap {
    vertices: Vec<GridPoint>,
    /// Its edges by the positions of their ends, and who is across.
    edges: Vec<([usize; 2], Owner)>,
    /// Its vertices and who is across an edge there.
    corners: Vec<(usize, Owner)>,
    cdt: Cdt,
}

impl Gap {
    /// None where the triangulation fails, which edges that meet only at their ends give no reason for.
    fn new(borders: &[Border]) -> Option<Self> {
        let mut vertices: Vec<GridPoint> = borders.iter().flat_map(|border| border.ends).collect();
        vertices.sort_unstable();
        vertices.dedup();
        let place = |point: GridPoint| vertices.binary_search(&point).expect("every end is a vertex");
        let mut edges: Vec<_> = borders.iter().map(|border| (border.ends.map(place), border.across)).collect();
        edges.sort_unstable();
        let mut corners: Vec<_> = edges.iter().flat_map(|&(ends, across)| ends.map(|end| (end, across))).collect();
        corners.sort_unstable();
        corners.dedup();
        let origin = vertices[0];
        let on_plane = |point: &GridPoint| Point2::new((point.x - origin.x) as f64, (point.y - origin.y) as f64);
        let mut is_sound = true;
        let ends = edges.iter().map(|edge| edge.0).collect();
        let cdt = Cdt::try_bulk_load_cdt(vertices.iter().map(on_plane).collect(), ends, |_| is_sound = false).ok()?;
        (is_sound && cdt.num_vertices() == vertices.len()).then_some(Self { vertices, edges, corners, cdt })
    }

    /// Who is across an edge that has the gap on its left; none where it is not the gap's.
    fn across(&self, edge: Edge<'_>) -> Option<Owner> {
        let ends = [edge.from().index(), edge.to().index()];
        self.edges.binary_search_by_key(&ends, |edge| edge.0).ok().map(|position| self.edges[position].1)
    }

    /// The first owner at a vertex other than one.
    fn other_at(&self, vertex: usize, than: Owner) -> Option<Owner> {
        let start = self.corners.partition_point(|corner| corner.0 < vertex);
        self.corners[start..].iter().take_while(|corner| corner.0 == vertex).map(|corner| corner.1).find(|&owner| owner != than)
    }

    /// Chords wherever triangles of different pairs meet.
    fn chords(&self) -> Vec<[GridPoint; 2]> {
        let (inside, pairs) = self.pairs();
        let mut chords = Vec::new();
        for face in self.cdt.inner_faces().filter(|face| inside[face.index()]) {
            for edge in face.adjacent_edges() {
                let (from, to, there) = (edge.from().index(), edge.to().index(), edge.rev().face().index());
                if from < to && self.across(edge).is_none() && pairs[there] != pairs[face.index()] {
                    chords.push([self.vertices[from], self.vertices[to]]);
                }
            }
        }
        chords
    }

    /// Whether each triangle lies in the gap, and between which two owners.
    fn pairs(&self) -> (Vec<bool>, Vec<Option<Pair>>) {
        let mut inside = vec![false; self.cdt.num_all_faces()];
        let mut pairs = vec![None; inside.len()];
        let mut waiting: Vec<FixedFaceHandle<InnerTag>> = Vec::new();
        for face in self.cdt.inner_faces().filter(|face| face.adjacent_edges().iter().any(|&edge| self.across(edge).is_some())) {
            inside[face.index()] = true;
            pairs[face.index()] = self.pair(face.adjacent_edges());
            waiting.push(face.fix());
        }
        // Triangles that no owner touches, in the middle of where several stretches meet, go with one of those.
        let mut next = 0;
        while let Some(&here) = waiting.get(next) {
            next += 1;
            for edge in self.cdt.face(here).adjacent_edges().into_iter().filter(|&edge| self.across(edge).is_none()) {
                let Some(there) = edge.rev().face().as_inner() else { continue };
                let is_new = !std::mem::replace(&mut inside[there.index()], true);
                let takes = pairs[there.index()].is_none() && pairs[here.index()].is_some();
                if takes {
                    pairs[there.index()] = pairs[here.index()];
                }
                if is_new || takes {
                    waiting.push(there.fix());
                }
            }
        }
        (inside, pairs)
    }

    /// The owners across a triangle's edges; of one alone, and that at the corner opposite.
    fn pair(&self, edges: [Edge<'_>; 3]) -> Option<Pair> {
        let mut owners: Vec<Owner> = edges.iter().filter_map(|&edge| self.across(edge)).collect();
        owners.sort_unstable();
        owners.dedup();
        let &first = owners.first()?;
        let opposite = || {
            let edge = edges.iter().find(|&&edge| self.across(edge).is_some())?;
            self.other_at(edge.next().to().index(), first)
        };
        let other = owners.get(1).copied().or_else(opposite)?;
        Some([first.min(other), first.max(other)])
    }
}
