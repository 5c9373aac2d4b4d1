//! Which polygons cover each face, and whose it is.
//!
//! Crossing an edge enters the polygons it is an edge of, or leaves them. So one walk over all faces, from the outside in and back,
//! knows at each face what covers it, and keeps only what is asked for: near-linear, whatever lies on top of each other.

use super::drawing::{BOUNDARY, Drawing, Lines};
use crate::arrangement::planar::{Along, Faces};

/// Who has a face: a position in [`Drawing::shapes`], or one of the two below.
pub(super) type Owner = u32;

/// Ground outside the boundary; without one, all that is not enclosed.
pub(super) const OUTSIDE: Owner = u32::MAX;

/// Ground that no polygon covers.
pub(super) const NOBODY: Owner = u32::MAX - 1;

/// Shapes named at most where many overlap, the smallest. Chosen; it bounds what is told where a year of daily maps lies on one pile.
const NAMED: usize = 8;

/// What changes as one crosses each edge.
#[derive(Default)]
pub(super) struct Crossings {
    parts: Vec<u32>,
    edges: Vec<Crossing>,
}

struct Crossing {
    /// Where its parts begin.
    first: u32,
    /// By how much more often the boundary encloses its left side than its right.
    winding: i32,
}

impl Crossings {
    /// Notes what runs along the next edge; false where together it changes nothing, and then nothing is noted.
    pub(super) fn note(&mut self, same: &[Along], lines: &Lines) -> bool {
        let first = self.parts.len();
        let mut winding = 0;
        for along in same {
            for run in lines.runs(along.segment) {
                match run.of() {
                    BOUNDARY if run.is_back() => winding -= along.turn,
                    BOUNDARY => winding += along.turn,
                    part => self.parts.push(part),
                }
            }
        }
        cancel_pairs(&mut self.parts, first);
        let changes = winding != 0 || self.parts.len() > first || same.iter().any(|along| lines.is_chord(along.segment));
        if changes {
            self.edges.push(Crossing { first: first as u32, winding });
        }
        changes
    }

    /// Whether an edge changes nothing, and is there to part a gap.
    fn is_chord(&self, edge: usize) -> bool {
        self.edges[edge].winding == 0 && self.parts(edge).is_empty()
    }

    fn parts(&self, edge: usize) -> &[u32] {
        let end = self.edges.get(edge + 1).map_or(self.parts.len(), |next| next.first as usize);
        &self.parts[self.edges[edge].first as usize..end]
    }
}

/// Sorts the parts from a position on and leaves out what is there an even number of times.
fn cancel_pairs(parts: &mut Vec<u32>, first: usize) {
    parts[first..].sort_unstable();
    let mut kept = first;
    for position in first..parts.len() {
        if kept > first && parts[kept - 1] == parts[position] {
            kept -= 1;
        } else {
            parts[kept] = parts[position];
            kept += 1;
        }
    }
    parts.truncate(kept);
}

/// What covers the faces.
pub(super) struct Covers {
    /// Who has each face.
    pub(super) owners: Vec<Owner>,
    /// For each face the part it lies in by which its owner has it; without meaning where nobody has it.
    pub(super) parts: Vec<u32>,
    /// For each edge whether it is a chord.
    pub(super) is_chord: Vec<bool>,
    /// The faces that more than one site covers, and the smallest shapes that do, in order.
    pub(super) overlaps: Vec<(u32, Vec<u32>)>,
}

/// Walks over all faces. Of several shapes the smallest has the face, of equal ones the first.
pub(super) fn cover(faces: &Faces, crossings: &Crossings, drawing: &Drawing) -> Covers {
    let (starts, halves) = faces.around();
    let is_chord = (0..faces.beside.len()).map(|edge| crossings.is_chord(edge)).collect();
    let mut covers = Covers { owners: vec![OUTSIDE; faces.count], parts: vec![0; faces.count], is_chord, overlaps: Vec::new() };
    let mut seen = vec![false; faces.count];
    let mut here = Here { rank: ranks(drawing), covering: Vec::new(), winding: i32::from(!drawing.is_bounded()) };
    let outside = faces.count as u32 - 1;
    seen[outside as usize] = true;
    let mut path = vec![(outside, 0, None)];
    while let Some((face, next, entered)) = path.last_mut() {
        let Some(&half) = halves[starts[*face as usize] as usize..starts[*face as usize + 1] as usize].get(*next) else {
            if let Some(half) = *entered {
                here.cross(half ^ 1, crossings, drawing);
            }
            path.pop();
            continue;
        };
        *next += 1;
        let there = faces.beside[half as usize / 2][1 - half as usize % 2];
        if !std::mem::replace(&mut seen[there as usize], true) {
            here.cross(half, crossings, drawing);
            here.note(there, drawing, &mut covers);
            path.push((there, 0, Some(half)));
        }
    }
    covers
}

/// The place of each shape in the order by area, then by its first site.
fn ranks(drawing: &Drawing) -> Vec<u32> {
    let mut order: Vec<u32> = (0..drawing.shapes.len() as u32).collect();
    order.sort_by_key(|&shape| drawing.shapes[shape as usize].doubled_area);
    let mut ranks = vec![0; order.len()];
    for (rank, shape) in (0..).zip(order) {
        ranks[shape as usize] = rank;
    }
    ranks
}

/// What covers the face the walk has come to.
struct Here {
    rank: Vec<u32>,
    /// The covering parts after their shapes' ranks, in order.
    covering: Vec<(u32, u32)>,
    winding: i32,
}

impl Here {
    /// Crosses an edge from the side of a half-edge: the left of an even one, the right of an odd one.
    fn cross(&mut self, half: u32, crossings: &Crossings, drawing: &Drawing) {
        let edge = half as usize / 2;
        let winding = crossings.edges[edge].winding;
        self.winding += if half.is_multiple_of(2) { -winding } else { winding };
        for &part in crossings.parts(edge) {
            let key = (self.rank[drawing.parts[part as usize].shape as usize], part);
            match self.covering.binary_search(&key) {
                Ok(position) => drop(self.covering.remove(position)),
                Err(position) => self.covering.insert(position, key),
            }
        }
    }

    fn note(&self, face: u32, drawing: &Drawing, covers: &mut Covers) {
        if self.winding <= 0 {
            return;
        }
        let Some(&(first, part)) = self.covering.first() else {
            covers.owners[face as usize] = NOBODY;
            return;
        };
        let shape = drawing.parts[part as usize].shape;
        covers.owners[face as usize] = shape;
        covers.parts[face as usize] = part;
        let several = self.covering.last().is_some_and(|last| last.0 != first);
        if several || drawing.shapes[shape as usize].sites.len() > 1 {
            let one_a_shape = self.covering.chunk_by(|one, other| one.0 == other.0).map(|parts| parts[0].1);
            let mut shapes: Vec<u32> = one_a_shape.take(NAMED).map(|part| drawing.parts[part as usize].shape).collect();
            shapes.sort_unstable();
            covers.overlaps.push((face, shapes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_twice_cancels_and_thrice_stays() {
        let mut parts = vec![9, 9, 4, 2, 4, 4, 7];
        cancel_pairs(&mut parts, 2);
        assert_eq!(parts, [9, 9, 2, 4, 7]);
    }
}
