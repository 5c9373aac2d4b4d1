//! Joining the pieces between faces of different labels to the arcs of a coverage.
//!
//! Pieces that part nothing are left out. An arc ends where other than two pieces meet. Vertices, and arcs by their first vertex, stand
//! along a Hilbert curve, so that whoever walks through the coverage finds neighbours near in memory. All else is found by position,
//! without sorting.

use marchland_core::{Coverage, CoverageBuilder, Face, FaceIndex, Ground};

use super::planar::{Label, Planar};
use crate::hilbert::along_hilbert;
use crate::measure::area_under_m2;

/// Stands for no number in tables by position.
const NONE: u32 = u32::MAX;

/// The coverage of a labelled graph: a face for each label met, in the order of labels, whose ground `ground` names.
pub(crate) fn assemble(planar: &Planar, ground: impl Fn(Label) -> Ground) -> Coverage {
    let labels = Labels::met(planar);
    let stars = Stars::new(planar);
    let mut builder = CoverageBuilder::with_room(planar.vertices.len(), stars.halves.len() / 2);
    let order = along_hilbert(&planar.vertices, |point| [point.x as f64, point.y as f64]);
    let numbers = number_vertices(planar, &stars, &order, &mut builder);
    for &label in &labels.in_order {
        builder.face(Face { ground: ground(label), area_km2: 0.0 });
    }
    let mut areas_m2 = vec![0.0; labels.in_order.len()];
    let mut vertices = Vec::new();
    stars.chains(planar, &order, |chain| {
        let [left, right] = sides(planar, chain[0]).map(|side| side.map(|label| labels.face(label)));
        let under_m2: f64 = chain.iter().map(|&half| area_under_half_m2(planar, half)).sum();
        // The area under a line is positive where it runs east, with the ground it bounds on its right.
        for (side, share_m2) in [(left, -under_m2), (right, under_m2)] {
            if let Some(side) = side {
                areas_m2[side.0 as usize] += share_m2;
            }
        }
        vertices.clear();
        vertices.push(numbers[tail(planar, chain[0]) as usize]);
        vertices.extend(chain.iter().map(|&half| numbers[tail(planar, half ^ 1) as usize]));
        builder.arc(&vertices, left, right).expect("an arc has two ends, known vertices and faces, and differs on its sides");
    });
    for (face, area_m2) in (0..).map(FaceIndex).zip(areas_m2) {
        builder.measure(face, area_m2.max(0.0) / 1e6);
    }
    builder.finish()
}

/// The labels met, in order, and the place of each.
struct Labels {
    in_order: Vec<Label>,
    /// The place of each label below the number of sides, which nearly all are.
    low: Vec<u32>,
}

impl Labels {
    fn met(planar: &Planar) -> Self {
        let mut low = vec![NONE; 2 * planar.edges.len()];
        let mut high = Vec::new();
        for label in planar.sides.iter().flatten().copied().flatten() {
            match low.get_mut(label as usize) {
                Some(place) => *place = 0,
                None => high.push(label),
            }
        }
        high.sort_unstable();
        high.dedup();
        let mut in_order = Vec::new();
        for (label, place) in (0..).zip(&mut low).filter(|(_, place)| **place != NONE) {
            *place = in_order.len() as u32;
            in_order.push(label);
        }
        in_order.extend(high);
        Self { in_order, low }
    }

    fn face(&self, label: Label) -> FaceIndex {
        let low = self.low.get(label as usize).copied();
        FaceIndex(low.unwrap_or_else(|| self.in_order.binary_search(&label).expect("every label met is listed") as u32))
    }
}

/// The half-edges of parting pieces that leave each vertex, in order.
struct Stars {
    /// Where those of each vertex start in `halves`.
    starts: Vec<u32>,
    halves: Vec<u32>,
}

impl Stars {
    fn new(planar: &Planar) -> Self {
        let parting = || (0..2 * planar.edges.len() as u32).filter(|&half| parts(planar, half));
        let mut starts = vec![0; planar.vertices.len() + 2];
        for half in parting() {
            starts[tail(planar, half) as usize + 2] += 1;
        }
        for vertex in 2..starts.len() {
            starts[vertex] += starts[vertex - 1];
        }
        let mut halves = vec![0; starts[starts.len() - 1] as usize];
        for half in parting() {
            let free = &mut starts[tail(planar, half) as usize + 1];
            halves[*free as usize] = half;
            *free += 1;
        }
        Self { starts, halves }
    }

    fn around(&self, vertex: u32) -> &[u32] {
        &self.halves[self.starts[vertex as usize] as usize..self.starts[vertex as usize + 1] as usize]
    }

    fn is_through(&self, vertex: u32) -> bool {
        self.around(vertex).len() == 2
    }

    /// Hands over the rows of half-edges that become arcs, by their first vertices in an order of these; closed ones last.
    fn chains(&self, planar: &Planar, order: &[u32], mut take: impl FnMut(&[u32])) {
        let mut taken = vec![false; planar.edges.len()];
        let mut chain = Vec::new();
        let mut left = self.halves.len() / 2;
        let of = |&vertex: &u32| self.around(vertex);
        let ends = order.iter().filter(|&&vertex| !self.is_through(vertex)).flat_map(of);
        for &half in ends.chain(order.iter().flat_map(of)) {
            if left == 0 {
                break;
            }
            if !taken[half as usize / 2] {
                self.follow(planar, half, &mut taken, &mut chain);
                left -= chain.len();
                take(&chain);
            }
        }
    }

    /// The row of half-edges from one on, as far as two pieces meet.
    fn follow(&self, planar: &Planar, first: u32, taken: &mut [bool], chain: &mut Vec<u32>) {
        chain.clear();
        let start = tail(planar, first);
        let mut next = Some(first);
        while let Some(half) = next {
            taken[half as usize / 2] = true;
            chain.push(half);
            let end = tail(planar, half ^ 1);
            let goes_on = end != start && self.is_through(end);
            next = self.around(end).iter().copied().find(|&next| goes_on && !taken[next as usize / 2]);
        }
    }
}

/// Whether the ground differs on the two sides of a half-edge.
fn parts(planar: &Planar, half: u32) -> bool {
    let [left, right] = planar.sides[half as usize / 2];
    left != right
}

/// The vertex a half-edge leaves; half-edge `2e` runs along edge `e` from its lower to its higher vertex, `2e + 1` back.
fn tail(planar: &Planar, half: u32) -> u32 {
    planar.edges[half as usize / 2].ends[half as usize % 2]
}

/// The labels on the left and right of a half-edge.
fn sides(planar: &Planar, half: u32) -> [Option<Label>; 2] {
    let [left, right] = planar.sides[half as usize / 2];
    if half.is_multiple_of(2) { [left, right] } else { [right, left] }
}

/// Gives every vertex that a parting piece ends at its place in the coverage, by an order of the vertices.
fn number_vertices(planar: &Planar, stars: &Stars, order: &[u32], builder: &mut CoverageBuilder) -> Vec<u32> {
    let mut numbers = vec![NONE; planar.vertices.len()];
    for &vertex in order.iter().filter(|&&vertex| !stars.around(vertex).is_empty()) {
        numbers[vertex as usize] = builder.vertex(planar.vertices[vertex as usize].lon_lat());
    }
    numbers
}

fn area_under_half_m2(planar: &Planar, half: u32) -> f64 {
    let at = |half: u32| planar.vertices[tail(planar, half) as usize].lon_lat();
    area_under_m2(at(half), at(half ^ 1))
}

#[cfg(test)]
mod tests {
    use super::super::grid::GridPoint;
    use super::super::noding::node;
    use super::super::planar::{Line, read};
    use super::*;

    /// ```text
    /// d───────c
    /// │ 1 │ 2 │      one outline, one border from top to bottom
    /// a───────b
    /// ```
    #[test]
    fn a_border_across_a_square_gives_three_arcs() {
        let at = |x: i64, y: i64| GridPoint { x: x << 30, y: y << 30 };
        let corners = [at(0, 0), at(2, 0), at(2, 2), at(0, 2), at(0, 0)];
        let mut segments: Vec<_> = corners.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        let mut lines = vec![Line::Outline; 4];
        segments.push([at(1, -1), at(1, 3)]);
        lines.push(Line::Border { left: 1, right: 2 });
        let planar = read(&node(&segments), &lines, |_| 9);
        let coverage = assemble(&planar, |_| Ground::BeyondReach);
        assert_eq!(coverage.faces().len(), 2);
        let mut lengths: Vec<_> = coverage.arcs().map(|arc| arc.vertices.len()).collect();
        lengths.sort_unstable();
        assert_eq!(lengths, [2, 4, 4]);
        assert_eq!(coverage.vertices().len(), 6);
        let [west, east] = [0, 1].map(|face| coverage.faces()[face].area_km2);
        assert!((west - east).abs() < 1e-6 && (west - 24_600.0).abs() < 30.0, "{west} {east}");
    }
}
