//! Ground too thin to be meant: what is left over where polygons that should fit do not quite.
//!
//! Faces that touch and have one owner are a region. A region is thin where twice its area by the length of its edge, which is the
//! width of a long strip, is below the tolerance. It goes to the neighbour with which it has the most border; one whose neighbours
//! are all thin waits until one of them has been given away. A gap between more than two owners is cut into stretches first
//! ([`super::stretches`]). No vertex moves: a border is left out, and the rest stays.

use super::cover::{Covers, NOBODY, OUTSIDE, Owner};
use super::drawing::{Drawing, METRES_A_UNIT};
use crate::arrangement::grid::{GridPoint, side};
use crate::arrangement::planar::Faces;

/// Stands for a face that is in none of the pieces looked at.
pub(super) const NONE: u32 = u32::MAX;

/// Faces that touch and have one owner.
pub(super) struct Regions {
    /// The region of each face.
    pub(super) of_face: Vec<u32>,
    /// Who has each.
    pub(super) drawn: Vec<Owner>,
    /// Whether each is thin, though it was not drawn so.
    pub(super) is_thin: Vec<bool>,
}

/// The regions, thin where under a width in metres; chords part faces as if their owners differed.
pub(super) fn regions(faces: &Faces, covers: &Covers, drawing: &Drawing, sliver_m: f64) -> Regions {
    let (of_face, drawn) = joined(faces, covers);
    let widths_m = widths_m(faces, &of_face, drawn.len());
    let is_thin = thin(&widths_m, &of_face, (covers, drawing), sliver_m);
    Regions { of_face, drawn, is_thin }
}

/// Who has what once thin ground has been given away.
pub(super) struct Settled {
    /// The regions as they were.
    pub(super) regions: Regions,
    /// Who has each now.
    pub(super) owners: Vec<Owner>,
}

impl Settled {
    /// Who has a face.
    pub(super) fn owner(&self, face: u32) -> Owner {
        self.owners[self.regions.of_face[face as usize] as usize]
    }
}

/// Gives away all thin regions that touch others.
pub(super) fn settle(faces: &Faces, regions: Regions) -> Settled {
    let mut owners = regions.drawn.clone();
    if regions.is_thin.contains(&true) {
        give_away(&contacts(faces, &regions), regions.is_thin.clone(), &mut owners);
    }
    Settled { regions, owners }
}

/// The region of each face, and who has each.
fn joined(faces: &Faces, covers: &Covers) -> (Vec<u32>, Vec<Owner>) {
    let owners = &covers.owners;
    let mut root: Vec<u32> = (0..faces.count as u32).collect();
    for (edge, &[left, right]) in faces.beside.iter().enumerate() {
        if owners[left as usize] == owners[right as usize] && !covers.is_chord[edge] {
            let (one, other) = (find(&mut root, left), find(&mut root, right));
            root[one.max(other) as usize] = one.min(other);
        }
    }
    let mut region_of = vec![0; faces.count];
    let mut drawn = Vec::new();
    for face in 0..faces.count as u32 {
        let first = find(&mut root, face);
        if first == face {
            region_of[face as usize] = drawn.len() as u32;
            drawn.push(owners[face as usize]);
        } else {
            region_of[face as usize] = region_of[first as usize];
        }
    }
    (region_of, drawn)
}

fn find(root: &mut [u32], mut face: u32) -> u32 {
    while root[face as usize] != face {
        root[face as usize] = root[root[face as usize] as usize];
        face = root[face as usize];
    }
    face
}

/// Whether each region is thin, though it was not drawn so.
fn thin(widths_m: &[f64], region_of: &[u32], (covers, drawing): (&Covers, &Drawing), sliver_m: f64) -> Vec<bool> {
    let mut is_thin: Vec<bool> = widths_m.iter().map(|&width_m| width_m < sliver_m).collect();
    for (face, &region) in region_of.iter().enumerate() {
        let owner = covers.owners[face];
        if owner == OUTSIDE || owner != NOBODY && drawing.parts[covers.parts[face] as usize].width_m < sliver_m {
            is_thin[region as usize] = false;
        }
    }
    is_thin
}

/// The width in metres of each of so many pieces, given the piece of each face.
pub(super) fn widths_m(faces: &Faces, piece_of: &[u32], pieces: usize) -> Vec<f64> {
    #[derive(Clone, Default)]
    struct Measure {
        doubled_area: i128,
        length: f64,
        /// The cosine of the latitude, by the length of each edge.
        narrowing: f64,
    }
    let mut measures = vec![Measure::default(); pieces];
    let origin = GridPoint { x: 0, y: 0 };
    for_each_border(faces, piece_of, |piece, [from, to], turn| {
        let measure = &mut measures[piece as usize];
        let narrowing = libm::cos(from.lat().to_radians());
        let length = libm::hypot((to.x - from.x) as f64 * narrowing, (to.y - from.y) as f64);
        measure.doubled_area += i128::from(turn) * side(origin, from, to);
        measure.length += length;
        measure.narrowing += length * narrowing;
    });
    measures
        .iter()
        .map(|measure| measure.doubled_area as f64 * measure.narrowing / (measure.length * measure.length) * METRES_A_UNIT)
        .collect()
}

/// Shows each edge of each piece: with 1 where the piece lies on its left, −1 where on its right.
pub(super) fn for_each_border(faces: &Faces, piece_of: &[u32], mut show: impl FnMut(u32, [GridPoint; 2], i32)) {
    for (&[left, right], ends) in faces.beside.iter().zip(faces.ends()) {
        let (left, right) = (piece_of[left as usize], piece_of[right as usize]);
        if left == right {
            continue;
        }
        for (piece, turn) in [(left, 1), (right, -1)] {
            if piece != NONE {
                show(piece, ends, turn);
            }
        }
    }
}

/// A thin region, one it touches, and the length of their common border in units of the grid.
struct Contact {
    thin: u32,
    other: u32,
    length: f64,
}

/// The contacts of thin regions, in order; those between the same two are one.
fn contacts(faces: &Faces, regions: &Regions) -> Vec<Contact> {
    let mut contacts = Vec::new();
    for (&beside, [from, to]) in faces.beside.iter().zip(faces.ends()) {
        let [left, right] = beside.map(|face| regions.of_face[face as usize]);
        if left == right {
            continue;
        }
        for (thin, other) in [(left, right), (right, left)] {
            if regions.is_thin[thin as usize] {
                let narrowing = libm::cos(from.lat().to_radians());
                let length = libm::hypot((to.x - from.x) as f64 * narrowing, (to.y - from.y) as f64);
                contacts.push(Contact { thin, other, length });
            }
        }
    }
    contacts.sort_by_key(|contact| (contact.thin, contact.other));
    contacts.dedup_by(|next, first| {
        let same = (next.thin, next.other) == (first.thin, first.other);
        first.length += if same { next.length } else { 0.0 };
        same
    });
    contacts
}

/// Gives thin regions away, those first that touch ground which is not thin.
fn give_away(contacts: &[Contact], mut waits: Vec<bool>, owners: &mut [Owner]) {
    let of = |region: u32| {
        let start = contacts.partition_point(|contact| contact.thin < region);
        contacts[start..].iter().take_while(move |contact| contact.thin == region)
    };
    let mut asking: Vec<u32> = contacts.iter().map(|contact| contact.thin).collect();
    while !asking.is_empty() {
        asking.dedup();
        let taken: Vec<(u32, Owner)> = asking.iter().filter_map(|&region| Some((region, taker(of(region), &waits, owners)?))).collect();
        for &(region, owner) in &taken {
            owners[region as usize] = owner;
            waits[region as usize] = false;
        }
        asking =
            taken.iter().flat_map(|&(region, _)| of(region)).map(|contact| contact.other).filter(|&other| waits[other as usize]).collect();
        asking.sort_unstable();
    }
}

/// The neighbour with the most border, of equal ones the first, among those that have ground and are not thin.
fn taker<'a>(contacts: impl Iterator<Item = &'a Contact>, waits: &[bool], owners: &[Owner]) -> Option<Owner> {
    let mut neighbours: Vec<(Owner, f64)> = contacts
        .filter(|contact| !waits[contact.other as usize])
        .map(|contact| (owners[contact.other as usize], contact.length))
        .filter(|&(owner, _)| owner < NOBODY)
        .collect();
    neighbours.sort_by_key(|neighbour| neighbour.0);
    neighbours.dedup_by(|next, first| {
        let same = next.0 == first.0;
        first.1 += if same { next.1 } else { 0.0 };
        same
    });
    neighbours.into_iter().reduce(|best, other| if other.1 > best.1 { other } else { best }).map(|best| best.0)
}
