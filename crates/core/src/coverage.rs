//! Ground divided into faces that share their edges exactly.
//!
//! A coverage is held by its arcs, not by its polygons (as TopoJSON and PostGIS topology do): each stretch of border is stored
//! once and knows the face on either side. Neighbours cannot disagree about a border they both point to, and dissolving is
//! leaving arcs out. Making one, and reading rings off it, is `marchland-territory`'s work.

use std::ops::Range;

use thiserror::Error;

use crate::{LonLat, SiteIndex};

/// Place of a [`Face`] in [`Coverage::faces`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceIndex(pub u32);

/// What a face of the coverage is.
#[derive(Clone, Debug, PartialEq)]
pub enum Ground {
    /// Ground of these sites, which stand at one place; at least one, in order.
    Sites(Vec<SiteIndex>),
    /// A cell of a lattice, whose state the sites round it vote for.
    Lattice(LatticeCell),
    /// Ground inside the boundary that is no site's, or lies beyond every site's reach.
    BeyondReach,
}

impl Ground {
    /// The sites that stand in it, in order.
    #[must_use]
    pub fn sites(&self) -> &[SiteIndex] {
        match self {
            Self::Sites(sites) => sites,
            Self::Lattice(cell) => &cell.standing,
            Self::BeyondReach => &[],
        }
    }

    /// The cell of the lattice, where the ground is one.
    #[must_use]
    pub fn lattice(&self) -> Option<&LatticeCell> {
        match self {
            Self::Lattice(cell) => Some(cell),
            Self::Sites(_) | Self::BeyondReach => None,
        }
    }
}

/// A cell of a lattice.
#[derive(Clone, Debug, PartialEq)]
pub struct LatticeCell {
    /// Its column in the lattice, eastwards.
    pub column: i32,
    /// Its row in the lattice, northwards.
    pub row: i32,
    /// The sites that stand in it, in order; most cells have none.
    pub standing: Vec<SiteIndex>,
    /// The sites that have a say in its state, by their weight, the heaviest first; of equal weights the lower index.
    pub votes: Vec<Vote>,
}

/// A site's say in the state of a lattice cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vote {
    /// Whose.
    pub site: SiteIndex,
    /// How much it counts, above 0.
    pub weight: f64,
}

/// One cell of the coverage; it may have several parts and holes.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// Whose ground it is.
    pub ground: Ground,
    /// Its geodesic area on the WGS 84 ellipsoid in square kilometres.
    pub area_km2: f64,
}

/// A stretch of border between two faces, or between a face and the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc<'a> {
    /// Its vertices in order, at least two, as positions in [`Coverage::vertices`]; first and last are equal in a closed arc.
    pub vertices: &'a [u32],
    /// The face on the left as one walks the arc; none outside the boundary.
    pub left: Option<FaceIndex>,
    /// The face on the right.
    pub right: Option<FaceIndex>,
}

#[derive(Clone, Debug, PartialEq)]
struct ArcRecord {
    vertices: Range<u32>,
    left: Option<FaceIndex>,
    right: Option<FaceIndex>,
}

/// Cells that share edges exactly: vertices, arcs, faces, and which face lies on either side of each arc.
///
/// Guarantees: every arc has at least two vertices, different faces on its two sides, and points at vertices and faces that exist.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    vertices: Vec<LonLat>,
    arc_vertices: Vec<u32>,
    arcs: Vec<ArcRecord>,
    faces: Vec<Face>,
}

impl Coverage {
    /// The vertices that arcs point at, in degrees of WGS 84.
    #[must_use]
    pub fn vertices(&self) -> &[LonLat] {
        &self.vertices
    }

    /// The faces.
    #[must_use]
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// The face at an index that this coverage gave.
    #[must_use]
    pub fn face(&self, face: FaceIndex) -> &Face {
        &self.faces[face.0 as usize]
    }

    /// The arcs, in the order they were added.
    #[must_use]
    pub fn arcs(&self) -> impl ExactSizeIterator<Item = Arc<'_>> {
        (0..self.arcs.len()).map(|position| self.arc(position))
    }

    /// The arc at a position in [`Coverage::arcs`] that this coverage has.
    #[must_use]
    pub fn arc(&self, position: usize) -> Arc<'_> {
        let arc = &self.arcs[position];
        Arc { vertices: &self.arc_vertices[arc.vertices.start as usize..arc.vertices.end as usize], left: arc.left, right: arc.right }
    }
}

/// Why something is no coverage.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum CoverageFault {
    /// An arc needs two ends.
    #[error("expected an arc of at least two vertices but got {0}")]
    ShortArc(usize),
    /// An arc points at a vertex that was not added.
    #[error("expected a vertex below {vertices} but got {found}")]
    UnknownVertex {
        /// Vertices there are.
        vertices: usize,
        /// The vertex named.
        found: u32,
    },
    /// An arc points at a face that was not added.
    #[error("expected a face below {faces} but got {found}")]
    UnknownFace {
        /// Faces there are.
        faces: usize,
        /// The face named.
        found: u32,
    },
    /// An arc parts nothing.
    #[error("expected an arc between two faces but both its sides are the same")]
    SameSides,
}

/// Builds a [`Coverage`] part by part: vertices and faces first, then the arcs that point at them.
#[derive(Clone, Debug, Default)]
pub struct CoverageBuilder {
    coverage: Coverage,
}

impl CoverageBuilder {
    /// A coverage with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with room made at once for so many vertices, and so many arcs of two of them each.
    #[must_use]
    pub fn with_room(vertices: usize, arcs: usize) -> Self {
        let coverage = Coverage {
            vertices: Vec::with_capacity(vertices),
            arc_vertices: Vec::with_capacity(2 * arcs),
            arcs: Vec::with_capacity(arcs),
            faces: Vec::new(),
        };
        Self { coverage }
    }

    /// Adds a vertex and gives its position.
    pub fn vertex(&mut self, lon_lat: LonLat) -> u32 {
        self.coverage.vertices.push(lon_lat);
        self.coverage.vertices.len() as u32 - 1
    }

    /// Adds a face and gives its index.
    pub fn face(&mut self, face: Face) -> FaceIndex {
        self.coverage.faces.push(face);
        FaceIndex(self.coverage.faces.len() as u32 - 1)
    }

    /// Says how large a face is that was added before its borders were known.
    ///
    /// # Panics
    ///
    /// Where the face was not added.
    pub fn measure(&mut self, face: FaceIndex, area_km2: f64) {
        self.coverage.faces[face.0 as usize].area_km2 = area_km2;
    }

    /// Adds an arc with the faces on its left and right.
    ///
    /// # Errors
    ///
    /// [`CoverageFault`] where the arc is too short, points at what was not added, or has the same face on both sides.
    pub fn arc(&mut self, vertices: &[u32], left: Option<FaceIndex>, right: Option<FaceIndex>) -> Result<(), CoverageFault> {
        if vertices.len() < 2 {
            return Err(CoverageFault::ShortArc(vertices.len()));
        }
        let known = self.coverage.vertices.len();
        if let Some(&found) = vertices.iter().find(|&&vertex| vertex as usize >= known) {
            return Err(CoverageFault::UnknownVertex { vertices: known, found });
        }
        let faces = self.coverage.faces.len();
        if let Some(found) = [left, right].into_iter().flatten().find(|face| face.0 as usize >= faces) {
            return Err(CoverageFault::UnknownFace { faces, found: found.0 });
        }
        if left == right {
            return Err(CoverageFault::SameSides);
        }
        let start = self.coverage.arc_vertices.len() as u32;
        self.coverage.arc_vertices.extend_from_slice(vertices);
        self.coverage.arcs.push(ArcRecord { vertices: start..start + vertices.len() as u32, left, right });
        Ok(())
    }

    /// The coverage.
    #[must_use]
    pub fn finish(self) -> Coverage {
        self.coverage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arc_with_one_face_on_both_sides_is_refused() {
        let mut builder = CoverageBuilder::new();
        let vertices: Vec<u32> = [(0.0, 0.0), (1.0, 0.0)].iter().map(|&(x, y)| builder.vertex(LonLat::new(x, y).unwrap())).collect();
        let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 1.0 });
        assert_eq!(builder.arc(&vertices, Some(face), Some(face)), Err(CoverageFault::SameSides));
        assert_eq!(builder.arc(&vertices, Some(FaceIndex(7)), None), Err(CoverageFault::UnknownFace { faces: 1, found: 7 }));
        assert_eq!(builder.arc(&[0, 9], Some(face), None), Err(CoverageFault::UnknownVertex { vertices: 2, found: 9 }));
        assert_eq!(builder.arc(&vertices, Some(face), None), Ok(()));
        assert_eq!(builder.finish().arcs().len(), 1);
    }
}
