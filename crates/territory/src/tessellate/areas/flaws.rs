//! Where polygons that should fit do not: what overlaps, what is left open, what was too thin to be meant.

use marchland_core::{LonLat, SiteIndex};

use super::cover::{Covers, NOBODY, OUTSIDE, Owner};
use super::drawing::Drawing;
use super::slivers::{NONE, Settled, for_each_border, widths_m};
use crate::arrangement::grid::GridPoint;
use crate::arrangement::planar::Faces;
use crate::measure::area_under_m2;

/// What is wrong between polygons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlawKind {
    /// Ground of several sites at once.
    Overlap,
    /// Ground of none, with sites' ground all round it.
    Gap,
    /// An overlap, a gap, or ground left over beside them, that is narrower than the settings' `sliver_m`.
    Sliver,
}

/// All ground on which the same sites do not fit together in the same way.
#[derive(Clone, Debug, PartialEq)]
pub struct Flaw {
    /// What is wrong.
    pub kind: FlawKind,
    /// Of an overlap the sites whose polygons cover it, of more than eight polygons those of the eight smallest; of a gap the sites round it.
    /// In order, at least one.
    pub sites: Vec<SiteIndex>,
    /// In how many pieces.
    pub pieces: usize,
    /// Geodesic area of them all in square kilometres.
    pub area_km2: f64,
    /// Where to look: the middle of an edge of the largest piece.
    pub place: LonLat,
}

/// All flaws within the boundary, by kind and then by sites.
pub(super) fn flaws(faces: &Faces, drawing: &Drawing, (covers, settled): (&Covers, &Settled), sliver_m: f64) -> Vec<Flaw> {
    let mut found = overlaps(faces, drawing, covers, sliver_m);
    found.extend(open_ground(faces, drawing, settled));
    found.sort_by(|one, other| (one.kind, &one.sites).cmp(&(other.kind, &other.sites)).then(other.area_km2.total_cmp(&one.area_km2)));
    found.dedup_by(|next, first| {
        let same = (next.kind, &next.sites) == (first.kind, &first.sites);
        if same {
            first.pieces += 1;
            first.area_km2 += next.area_km2;
        }
        same
    });
    found
}

/// The faces that several sites cover.
fn overlaps(faces: &Faces, drawing: &Drawing, covers: &Covers, sliver_m: f64) -> Vec<Flaw> {
    let mut piece_of = vec![NONE; faces.count];
    for (piece, &(face, _)) in (0..).zip(&covers.overlaps) {
        piece_of[face as usize] = piece;
    }
    let widths_m = widths_m(faces, &piece_of, covers.overlaps.len());
    let extents = extents(faces, &piece_of, covers.overlaps.len());
    let flaw = |((width_m, extent), (_, shapes)): ((f64, Extent), &(u32, Vec<u32>))| {
        let kind = if width_m < sliver_m { FlawKind::Sliver } else { FlawKind::Overlap };
        extent.flaw(kind, sites(drawing, shapes))
    };
    widths_m.into_iter().zip(extents).zip(&covers.overlaps).map(flaw).collect()
}

/// The regions that were given away, and those of nobody in the midst of several sites' ground.
fn open_ground(faces: &Faces, drawing: &Drawing, settled: &Settled) -> Vec<Flaw> {
    let drawn = &settled.regions.drawn;
    let is_given = |region: u32| settled.owners[region as usize] != drawn[region as usize];
    let is_open = |region: u32| settled.owners[region as usize] == NOBODY;
    let mut neighbours: Vec<(u32, Owner)> = Vec::new();
    for sides in &faces.beside {
        let [left, right] = sides.map(|face| settled.regions.of_face[face as usize]);
        for (region, other) in [(left, right), (right, left)] {
            // What was given away beside it is of the same flaw, and has no neighbour of its own to tell.
            let owners = if is_given(region) { drawn } else { &settled.owners };
            if left != right && (is_given(region) || is_open(region)) {
                neighbours.push((region, owners[other as usize]));
            }
        }
    }
    neighbours.sort_unstable();
    neighbours.dedup();
    let mut pieces: Vec<(u32, FlawKind, Vec<u32>)> = Vec::new();
    for around in neighbours.chunk_by(|one, other| one.0 == other.0) {
        let region = around[0].0;
        let shapes = around.iter().map(|&(_, owner)| owner).chain([drawn[region as usize]]).filter(|&owner| owner < NOBODY);
        if is_given(region) {
            pieces.push((region, FlawKind::Sliver, shapes.collect()));
        } else if around.len() > 1 && around.iter().all(|&(_, owner)| owner != OUTSIDE) {
            pieces.push((region, FlawKind::Gap, shapes.collect()));
        }
    }
    let mut piece_of_region = vec![NONE; settled.owners.len()];
    for (piece, &(region, ..)) in (0..).zip(&pieces) {
        piece_of_region[region as usize] = piece;
    }
    let piece_of: Vec<u32> = settled.regions.of_face.iter().map(|&region| piece_of_region[region as usize]).collect();
    let extents = extents(faces, &piece_of, pieces.len());
    extents.into_iter().zip(&pieces).map(|(extent, (_, kind, shapes))| extent.flaw(*kind, sites(drawing, shapes))).collect()
}

/// The sites of shapes, in order, each once.
fn sites(drawing: &Drawing, shapes: &[u32]) -> Vec<SiteIndex> {
    let mut sites: Vec<SiteIndex> = shapes.iter().flat_map(|&shape| &drawing.shapes[shape as usize].sites).copied().collect();
    sites.sort_unstable();
    sites.dedup();
    sites
}

/// How large a piece is, and its longest edge by the larger of its two differences.
#[derive(Clone, Default)]
struct Extent {
    area_m2: f64,
    longest: Option<(i64, [GridPoint; 2])>,
}

impl Extent {
    fn flaw(self, kind: FlawKind, sites: Vec<SiteIndex>) -> Flaw {
        let (_, [from, to]) = self.longest.expect("a piece has edges");
        let middle = GridPoint { x: i64::midpoint(from.x, to.x), y: i64::midpoint(from.y, to.y) };
        Flaw { kind, sites, pieces: 1, area_km2: self.area_m2.max(0.0) / 1e6, place: middle.lon_lat() }
    }
}

/// The extent of each of so many pieces, given the piece of each face.
fn extents(faces: &Faces, piece_of: &[u32], pieces: usize) -> Vec<Extent> {
    let mut extents = vec![Extent::default(); pieces];
    for_each_border(faces, piece_of, |piece, ends, turn| {
        let [from, to] = ends;
        let extent = &mut extents[piece as usize];
        // The area under a line is positive where it runs east, with the ground it bounds on its right.
        extent.area_m2 -= f64::from(turn) * area_under_m2(from.lon_lat(), to.lon_lat());
        let reach = (to.x - from.x).abs().max((to.y - from.y).abs());
        if extent.longest.is_none_or(|(longest, _)| reach > longest) {
            extent.longest = Some((reach, ends));
        }
    });
    extents
}
