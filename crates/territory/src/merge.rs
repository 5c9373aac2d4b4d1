//! The coverage of joined faces: fewer arcs, longer ones, and the same borders.
//!
//! Dissolving gives polygons; this gives a coverage again, for what is done next to its shared arcs, such as simplifying them.

use marchland_core::{Coverage, CoverageBuilder, Face, FaceIndex, Ground, SiteIndex};

/// Joins faces part by part: `part_of` names the part of each face, in the coverage's order, or none to leave it out.
///
/// The faces are the parts from 0 to the highest named, also those without ground. A part is ground of all its faces' sites, in order, or
/// beyond reach where they have none; its area is the sum of theirs. Arcs within a part are gone, and where only two are left at
/// a vertex they are one, which keeps all its vertices. Faces left out, and those beyond the end of `part_of`, are outside. Costs in
/// proportion to the arcs.
///
/// ```
/// use marchland_core::{CoverageBuilder, Face, Ground, LonLat};
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)].map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap()));
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 6_154.9 });
/// builder.arc(&[corners[0], corners[1]], Some(face), None).unwrap();
/// builder.arc(&[corners[1], corners[2], corners[0]], Some(face), None).unwrap();
/// assert_eq!(marchland_territory::merged(&builder.finish(), &[Some(0)]).arcs().len(), 1);
/// ```
#[must_use]
pub fn merged(coverage: &Coverage, part_of: &[Option<usize>]) -> Coverage {
    let mut builder = CoverageBuilder::new();
    for &place in coverage.vertices() {
        builder.vertex(place);
    }
    for face in joined(coverage, part_of) {
        builder.face(face);
    }
    let rims = Rims::new(coverage, part_of);
    for chain in rims.chains() {
        let mut vertices = vec![rims.vertices(chain[0]).next().expect("an arc has two vertices")];
        vertices.extend(chain.iter().flat_map(|&half| rims.vertices(half).skip(1)));
        let [left, right] = rims.sides(chain[0]).map(|part| part.map(|part| FaceIndex(part as u32)));
        builder.arc(&vertices, left, right).expect("it is made of arcs between different parts");
    }
    builder.finish()
}

/// A face for each part.
fn joined(coverage: &Coverage, part_of: &[Option<usize>]) -> Vec<Face> {
    let count = part_of.iter().flatten().max().map_or(0, |&last| last + 1);
    let mut parts: Vec<(Vec<SiteIndex>, f64)> = vec![(Vec::new(), 0.0); count];
    for (face, part) in coverage.faces().iter().zip(part_of) {
        if let Some((sites, area_km2)) = part.map(|part| &mut parts[part]) {
            sites.extend(face.ground.sites());
            *area_km2 += face.area_km2;
        }
    }
    let face = |(mut sites, area_km2): (Vec<SiteIndex>, f64)| {
        sites.sort_unstable();
        sites.dedup();
        Face { ground: if sites.is_empty() { Ground::BeyondReach } else { Ground::Sites(sites) }, area_km2 }
    };
    parts.into_iter().map(face).collect()
}

/// The arcs between different parts. Half-arc `2a` walks arc `a` as it is stored, `2a + 1` back.
struct Rims<'a> {
    coverage: &'a Coverage,
    part_of: &'a [Option<usize>],
    /// Half-arcs with the vertex they leave, in order.
    leaving: Vec<(u32, u32)>,
}

impl<'a> Rims<'a> {
    fn new(coverage: &'a Coverage, part_of: &'a [Option<usize>]) -> Self {
        let mut rims = Self { coverage, part_of, leaving: Vec::new() };
        let halves = (0..2 * coverage.arcs().len() as u32).filter(|&half| rims.sides(half)[0] != rims.sides(half)[1]);
        let mut leaving: Vec<(u32, u32)> = halves.map(|half| (rims.start(half), half)).collect();
        leaving.sort_unstable();
        rims.leaving = leaving;
        rims
    }

    /// The parts on the left and right.
    fn sides(&self, half: u32) -> [Option<usize>; 2] {
        let arc = self.coverage.arc(half as usize / 2);
        let part = |face: Option<FaceIndex>| face.and_then(|face| self.part_of.get(face.0 as usize).copied().flatten());
        let sides = if half.is_multiple_of(2) { [arc.left, arc.right] } else { [arc.right, arc.left] };
        sides.map(part)
    }

    fn start(&self, half: u32) -> u32 {
        let vertices = self.coverage.arc(half as usize / 2).vertices;
        vertices[if half.is_multiple_of(2) { 0 } else { vertices.len() - 1 }]
    }

    fn vertices(&self, half: u32) -> impl Iterator<Item = u32> {
        let vertices = self.coverage.arc(half as usize / 2).vertices;
        (0..vertices.len()).map(move |position| vertices[if half.is_multiple_of(2) { position } else { vertices.len() - 1 - position }])
    }

    /// Half-arcs in rows that each become an arc: first those that begin where other than two meet, then closed ones.
    fn chains(&self) -> Vec<Vec<u32>> {
        let mut taken = vec![false; self.coverage.arcs().len()];
        let mut chains = Vec::new();
        let is_end = |&&(_, half): &&(u32, u32)| self.following(half ^ 1).is_none();
        for &(_, first) in self.leaving.iter().filter(is_end).chain(&self.leaving) {
            let mut chain = Vec::new();
            let mut here = Some(first);
            while let Some(half) = here.filter(|&half| !taken[half as usize / 2]) {
                taken[half as usize / 2] = true;
                chain.push(half);
                here = self.following(half);
            }
            if !chain.is_empty() {
                chains.push(chain);
            }
        }
        chains
    }

    /// The half-arc that goes on where one ends, if these two alone meet there and part the same ground.
    fn following(&self, half: u32) -> Option<u32> {
        let vertex = self.start(half ^ 1);
        let from = self.leaving.partition_point(|&(start, _)| start < vertex);
        let around = &self.leaving[from..self.leaving.len().min(from + 3)];
        let [one, other] = around.iter().filter(|&&(start, _)| start == vertex).map(|&(_, half)| half).collect::<Vec<_>>()[..] else {
            return None;
        };
        Some(if one == half ^ 1 { other } else { one }).filter(|&next| self.sides(next) == self.sides(half))
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps};
    use proptest::prelude::*;

    use super::*;
    use crate::squares::{letters, squares};
    use crate::{Topology, dissolve};

    /// ```text
    /// abc      a and b together meet c in one arc of one edge, and the outside in one of five
    /// ```
    #[test]
    fn arcs_within_a_part_are_gone_and_those_left_are_joined() {
        let (coverage, _) = squares(&["abc"]);
        let merged = merged(&coverage, &[Some(0), Some(0), Some(1)]);
        let mut lengths: Vec<usize> = merged.arcs().map(|arc| arc.vertices.len()).collect();
        lengths.sort_unstable();
        assert_eq!((lengths, merged.faces().len()), (vec![2, 4, 6], 2));
        assert_eq!(merged.faces()[0], Face { ground: Ground::Sites(vec![SiteIndex(0), SiteIndex(1)]), area_km2: 2.0 });
    }

    #[test]
    fn an_island_is_one_closed_arc_and_a_part_without_faces_a_face_without_ground() {
        let (coverage, _) = squares(&["aaa", "aba", "aaa"]);
        let merged = merged(&coverage, &[None, Some(1)]);
        assert_eq!(merged.arcs().map(|arc| arc.vertices.len()).collect::<Vec<_>>(), [5]);
        assert_eq!((merged.faces()[0].ground.clone(), merged.faces()[0].area_km2), (Ground::BeyondReach, 0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn the_cells_of_merged_ground_are_the_parts(parts in proptest::collection::vec(0_usize..4, 30)) {
            let (coverage, _) = squares(&letters(6, 5));
            let part_of: Vec<Option<usize>> = parts.iter().map(|&part| part.checked_sub(1)).collect();
            let merged = merged(&coverage, &part_of);
            for (cell, part) in Topology::new(&merged).cells().iter().zip(dissolve(&coverage, &part_of)) {
                prop_assert_eq!(cell.unsigned_area(), part.unsigned_area());
                prop_assert!(cell.xor(&part).unsigned_area() < 1e-9);
            }
        }
    }
}
