//! Which generating points are neighbours: spade's Delaunay triangulation, made in one of two ways.
//!
//! Its bulk load sweeps outwards in circles and finds its way by angle, which costs the square of the points where these lie in a
//! row. Such points are inserted one by one along a Hilbert curve, each found from the one before, into a triangle so large that no
//! place on a map is nearest to a corner of it.

use marchland_core::Metres;
use spade::{DelaunayTriangulation, HasPosition, Point2, Triangulation};

use super::BEYOND;
use super::generators::Generator;
use crate::hilbert::{along_hilbert, square_round};

/// Metres from the middle of the plane to the corners of the large triangle: a map is at most 10⁹ m wide, half of which is nearer.
const FAR_M: f64 = 1e11;

/// Directions told apart, and the share of points that so few of them may have before points are in a row. Chosen.
const DIRECTIONS: usize = 64;
const FEW_DIRECTIONS: usize = 8;
const SHARE_IN_A_ROW: f64 = 0.9;

/// Points below which the way makes no difference. Chosen.
const FEW: usize = 1_000;

impl HasPosition for Generator {
    type Scalar = f64;

    fn position(&self) -> Point2<f64> {
        Point2::new(self.metres.x, self.metres.y)
    }
}

/// The triangulation of points, no two at one place; points of the place [`BEYOND`] in it are far from all.
pub(super) fn triangulated(points: &[Generator]) -> DelaunayTriangulation<Generator> {
    if points.len() < FEW || !are_in_a_row(points) {
        return DelaunayTriangulation::bulk_load(points.to_vec()).expect("generating points are finite, rounded, and below 10⁹ metres");
    }
    let far = [(0.0, FAR_M), (-FAR_M, -FAR_M), (FAR_M, -FAR_M)].map(|(x, y)| Generator { metres: Metres { x, y }, place: BEYOND });
    let mut triangulation = DelaunayTriangulation::bulk_load(far.to_vec()).expect("three corners are finite");
    let mut before = None;
    for position in along_hilbert(points, place) {
        let point = points[position as usize];
        let inserted = match before {
            Some(before) => triangulation.insert_with_hint(point, before),
            None => triangulation.insert(point),
        };
        before = Some(inserted.expect("generating points are finite, rounded, and below 10⁹ metres"));
    }
    triangulation
}

/// Whether most points lie in few directions from the middle of their box.
fn are_in_a_row(points: &[Generator]) -> bool {
    let (corner, size) = square_round(points.iter().map(place));
    let middle = corner.map(|low| low + size / 2.0);
    let mut counts = [0_usize; DIRECTIONS];
    for point in points {
        let (x, y) = (point.metres.x - middle[0], point.metres.y - middle[1]);
        // A number from 0 to 4 that grows with the angle.
        let slope = x / (x.abs() + y.abs()).max(f64::MIN_POSITIVE);
        let turn = if y < 0.0 { 3.0 + slope } else { 1.0 - slope };
        counts[((turn / 4.0 * DIRECTIONS as f64) as usize).min(DIRECTIONS - 1)] += 1;
    }
    counts.sort_unstable();
    counts[DIRECTIONS - FEW_DIRECTIONS..].iter().sum::<usize>() as f64 > SHARE_IN_A_ROW * points.len() as f64
}

fn place(point: &Generator) -> [f64; 2] {
    [point.metres.x, point.metres.y]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generators(places: impl Iterator<Item = (f64, f64)>) -> Vec<Generator> {
        places.zip(0..).map(|((x, y), place)| Generator { metres: Metres { x, y }, place }).collect()
    }

    #[test]
    fn points_in_a_row_are_told_from_points_all_round() {
        let row = |bend: f64| generators((0..2_000).map(move |step| (bend * f64::from(step * step), f64::from(step) * 50.0)));
        assert!(are_in_a_row(&row(0.0)) && are_in_a_row(&row(1e-4)));
        assert!(!are_in_a_row(&generators((0..2_000).map(|step| (f64::from(step % 50), f64::from(step / 50))))));
    }

    #[test]
    fn points_in_a_row_have_the_neighbours_before_and_after_them() {
        let triangulation = triangulated(&generators((0..5_000).map(|step| (7.0, f64::from(step) * 10.0))));
        for vertex in triangulation.vertices().filter(|vertex| vertex.data().place != BEYOND) {
            let mut near: Vec<_> = vertex.out_edges().map(|edge| edge.to().data().place).filter(|&place| place != BEYOND).collect();
            near.sort_unstable();
            let own = vertex.data().place;
            assert_eq!(near, (own.saturating_sub(1)..=(own + 1).min(4_999)).filter(|&place| place != own).collect::<Vec<_>>());
        }
    }
}
