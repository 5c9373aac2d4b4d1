//! Joining the pieces between faces of different labels to the arcs of a coverage.
//!
//! Pieces that part nothing are left out. An arc ends where other than two pieces meet.

use marchland_core::{Coverage, CoverageBuilder, Face, FaceIndex, Ground};

use super::grid::GridPoint;
use super::planar::{Label, Planar};
use crate::measure::area_under_m2;

/// The coverage of a labelled graph: a face for each label met, in the order of labels, whose ground `ground` names.
pub(crate) fn assemble(planar: &Planar, ground: impl Fn(Label) -> Ground) -> Coverage {
    let mut labels: Vec<Label> = planar.sides.iter().flatten().copied().flatten().collect();
    labels.sort_unstable();
    labels.dedup();
    let chains = chains(planar);
    let used = used_vertices(planar, &chains);
    let mut areas_m2 = vec![0.0; labels.len()];
    let mut builder = CoverageBuilder::new();
    for &vertex in &used {
        builder.vertex(planar.vertices[vertex as usize].lon_lat());
    }
    let arcs: Vec<_> = chains.iter().map(|chain| arc(planar, &labels, chain)).collect();
    for (arc, sides) in &arcs {
        let under = area_under_arc_m2(planar, arc);
        // The area under a line is positive where it runs east, with the ground it bounds on its right.
        for (side, share) in sides.iter().zip([-under, under]) {
            if let Some(side) = side {
                areas_m2[side.0 as usize] += share;
            }
        }
    }
    for (&label, area_m2) in labels.iter().zip(areas_m2) {
        builder.face(Face { ground: ground(label), area_km2: area_m2.max(0.0) / 1e6 });
    }
    for (arc, [left, right]) in arcs {
        let vertices: Vec<u32> = arc.iter().map(|vertex| used.binary_search(vertex).expect("vertices of arcs are used") as u32).collect();
        builder.arc(&vertices, left, right).expect("an arc has two ends, known vertices and faces, and differs on its sides");
    }
    builder.finish()
}

/// The rows of half-edges that become arcs, in the order of their first vertices; closed ones last.
fn chains(planar: &Planar) -> Vec<Vec<u32>> {
    let mut leaving: Vec<(u32, u32)> = (0..2 * planar.edges.len() as u32)
        .filter(|&half| planar.sides[half as usize / 2][0] != planar.sides[half as usize / 2][1])
        .map(|half| (tail(planar, half), half))
        .collect();
    leaving.sort_unstable();
    let around = |vertex: u32| {
        let start = leaving.partition_point(|&(tail, _)| tail < vertex);
        leaving[start..].iter().take_while(move |&&(tail, _)| tail == vertex).map(|&(_, half)| half)
    };
    let is_through = |vertex: u32| around(vertex).count() == 2;
    let mut taken = vec![false; planar.edges.len()];
    let mut chains = Vec::new();
    let ends_first = leaving.iter().filter(|&&(tail, _)| !is_through(tail)).chain(&leaving);
    for &(start, half) in ends_first {
        if taken[half as usize / 2] {
            continue;
        }
        taken[half as usize / 2] = true;
        let mut chain = vec![half];
        let mut last = half;
        while is_through(tail(planar, last ^ 1)) && tail(planar, last ^ 1) != start {
            let Some(next) = around(tail(planar, last ^ 1)).find(|&next| !taken[next as usize / 2]) else { break };
            taken[next as usize / 2] = true;
            chain.push(next);
            last = next;
        }
        chains.push(chain);
    }
    chains
}

/// The vertex a half-edge leaves; half-edge `2e` runs along edge `e` from its lower to its higher vertex, `2e + 1` back.
fn tail(planar: &Planar, half: u32) -> u32 {
    planar.edges[half as usize / 2].ends[half as usize % 2]
}

fn used_vertices(planar: &Planar, chains: &[Vec<u32>]) -> Vec<u32> {
    let mut used: Vec<u32> = chains.iter().flatten().flat_map(|&half| planar.edges[half as usize / 2].ends).collect();
    used.sort_unstable();
    used.dedup();
    used
}

/// An arc's vertices in the graph, and the faces on its left and right.
fn arc(planar: &Planar, labels: &[Label], chain: &[u32]) -> (Vec<u32>, [Option<FaceIndex>; 2]) {
    let half = chain[0];
    let vertices = std::iter::once(tail(planar, half)).chain(chain.iter().map(|&half| tail(planar, half ^ 1))).collect();
    let [left, right] = planar.sides[half as usize / 2];
    let sides = if half.is_multiple_of(2) { [left, right] } else { [right, left] };
    let face = |label: Label| FaceIndex(labels.binary_search(&label).expect("every label met is listed") as u32);
    (vertices, sides.map(|side| side.map(face)))
}

fn area_under_arc_m2(planar: &Planar, arc: &[u32]) -> f64 {
    let at = |vertex: u32| GridPoint::lon_lat(planar.vertices[vertex as usize]);
    arc.windows(2).map(|pair| area_under_m2(at(pair[0]), at(pair[1]))).sum()
}

#[cfg(test)]
mod tests {
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
