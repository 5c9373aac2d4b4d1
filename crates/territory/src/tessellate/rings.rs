//! Rings and lines in degrees as rows of places on the grid.
//!
//! Edges are straight in longitude and latitude and get a place at least every tenth of a degree. An edge whose ends lie more than
//! 180 degrees of longitude apart goes the short way, across the antimeridian; but one from −180 to 180 itself runs all along its
//! parallel, as RFC 7946 has the edges of maps. A line is first laid out without the jump there, whatever longitudes that takes; a
//! ring that then ends a turn away from its start goes round a pole, and is closed along the nearer one. Then rings are cut at the
//! antimeridian: each window of 360 degrees takes the ring with all that lies beyond pushed onto its edge, where it encloses nothing.
//! Last, a ring that crosses itself is cut there, and all it goes round, whichever way, is within it.

use geo_types::{Coord, LineString, Polygon};
use marchland_core::LonLat;

use super::STEP_DEGREES;
use crate::arrangement::grid::{DEGREE, GridPoint, doubled_area};
use crate::arrangement::noding::{Piece, node};
use crate::arrangement::planar::{self, Line};

/// Half a turn and a whole one, in units of the grid.
const HALF: i64 = 180 * DEGREE;
const TURN: i64 = 2 * HALF;

/// The rings of a polygon within 180 degrees either way, shells counter-clockwise, holes clockwise; what encloses nothing is left out.
///
/// A ring is closed; one that crosses or meets itself comes as single edges instead, with all it encloses, either way round, on their
/// left, or right for a hole.
///
/// # Errors
///
/// The first coordinate that is no place.
pub(super) fn rings(polygon: &Polygon<f64>) -> Result<Vec<Vec<GridPoint>>, Coord<f64>> {
    let mut rings = untangled(cut_at_antimeridian(ring(polygon.exterior())?), 1);
    for hole in polygon.interiors() {
        rings.extend(untangled(cut_at_antimeridian(ring(hole)?), -1));
    }
    Ok(rings)
}

/// The closed rings of one within 180 degrees either way, as it was drawn: whichever way it runs, whatever it encloses.
///
/// # Errors
///
/// The first coordinate that is no place.
pub(super) fn as_drawn(line: &LineString<f64>) -> Result<Vec<Vec<GridPoint>>, Coord<f64>> {
    Ok(cut_at_antimeridian(ring(line)?))
}

/// The places of a line within 180 degrees either way.
///
/// # Errors
///
/// The first coordinate that is no place.
pub(super) fn line(line: &LineString<f64>) -> Result<Vec<GridPoint>, Coord<f64>> {
    let mut points = laid_out(line.0.iter().copied())?;
    for point in &mut points {
        if !(-HALF..=HALF).contains(&point.x) {
            point.x = (point.x + HALF).rem_euclid(TURN) - HALF;
        }
    }
    Ok(points)
}

/// A closed ring, its longitudes going on beyond 180 degrees.
fn ring(line: &LineString<f64>) -> Result<Vec<GridPoint>, Coord<f64>> {
    let mut points = laid_out(line.0.iter().chain(line.0.first()).copied())?;
    if let (Some(&first), Some(&last)) = (points.first(), points.last())
        && first.x != last.x
    {
        let north = points.iter().map(|point| i128::from(point.y)).sum::<i128>() >= 0;
        let pole = if north { 90 * DEGREE } else { -90 * DEGREE };
        for to in [GridPoint { x: last.x, y: pole }, GridPoint { x: first.x, y: pole }, first] {
            extend(&mut points, to);
        }
    }
    Ok(points)
}

/// Rings turned to the sign of the area wanted; edges for those that cross or meet themselves.
fn untangled(rings: Vec<Vec<GridPoint>>, sign: i128) -> Vec<Vec<GridPoint>> {
    let mut untangled = Vec::new();
    for mut ring in rings.into_iter().filter(|ring| ring.len() > 3) {
        let pieces = cut_at_itself(&ring);
        if !is_untouched(&ring, &pieces) {
            untangled.extend(enclosing_edges(&pieces, ring.len() - 1, sign));
            continue;
        }
        if doubled_area(ring.iter().copied()).signum() != sign {
            ring.reverse();
        }
        untangled.push(ring);
    }
    untangled
}

/// Whether a closed ring neither crosses nor meets itself, nor passes through the unit square round one of its places.
pub(super) fn is_simple(ring: &[GridPoint]) -> bool {
    is_untouched(ring, &cut_at_itself(ring))
}

fn cut_at_itself(ring: &[GridPoint]) -> Vec<Piece> {
    let segments: Vec<_> = ring.windows(2).map(|pair| [pair[0], pair[1]]).collect();
    node(&segments)
}

/// Whether a ring has come out of cutting it at itself as it went in, and is nowhere twice.
fn is_untouched(ring: &[GridPoint], pieces: &[Piece]) -> bool {
    let mut places = ring[1..].to_vec();
    places.sort_unstable();
    pieces.len() == ring.len() - 1
        && pieces.iter().zip(ring.windows(2)).all(|(piece, edge)| [piece.from, piece.to] == *edge)
        && places.windows(2).all(|pair| pair[0] != pair[1])
}

/// The edges round all that pieces of a ring enclose either way round.
fn enclosing_edges(pieces: &[Piece], segments: usize, sign: i128) -> Vec<Vec<GridPoint>> {
    let back: Vec<_> = pieces.iter().map(|piece| Piece { from: piece.to, to: piece.from, ..*piece }).collect();
    let lines = vec![Line::Outline; segments];
    let mut edges = Vec::new();
    for pieces in [pieces, &back] {
        let planar = planar::read(pieces, &lines, |_| 0);
        for (edge, sides) in planar.edges.iter().zip(&planar.sides).filter(|(_, sides)| sides[0] != sides[1]) {
            let mut ends = edge.ends.map(|end| planar.vertices[end as usize]);
            if sides[0].is_some() != (sign > 0) {
                ends.reverse();
            }
            edges.push(ends.to_vec());
        }
    }
    edges
}

/// The places of a line one after another, going the short way, whatever longitudes that takes.
fn laid_out(coords: impl Iterator<Item = Coord<f64>>) -> Result<Vec<GridPoint>, Coord<f64>> {
    let mut points: Vec<GridPoint> = Vec::with_capacity(coords.size_hint().0);
    let mut before = None;
    for coord in coords {
        let written = GridPoint::nearest(LonLat::new(coord.x, coord.y).ok_or(coord)?);
        let east = before.map_or(0, |before: GridPoint| short_way(before.x, written.x));
        let x = points.last().map_or(written.x, |last| last.x + east);
        extend(&mut points, GridPoint { x, y: written.y });
        before = Some(written);
    }
    Ok(points)
}

/// Units to go east from one longitude to another, negative westwards.
fn short_way(from: i64, to: i64) -> i64 {
    let east = to - from;
    if east.abs() <= HALF || from.abs() == HALF && to.abs() == HALF { east } else { east - TURN * east.signum() }
}

/// Walks on to a place, with places on the way where it is far.
fn extend(points: &mut Vec<GridPoint>, to: GridPoint) {
    let Some(&from) = points.last() else { return points.push(to) };
    let reach = (to.x - from.x).abs().max((to.y - from.y).abs());
    let step = (STEP_DEGREES * DEGREE as f64).ceil() as i64;
    let steps = (reach + step - 1) / step;
    if steps == 1 {
        return points.push(to);
    }
    // Counted from the lower end, so that an edge has the same places whichever way it is walked.
    let (low, high) = if from < to { (from, to) } else { (to, from) };
    let between = |start: i64, end: i64, at: i64| start + ((i128::from(end - start) * i128::from(at)) / i128::from(steps)) as i64;
    let place = |at: i64| if from < to { at } else { steps - at };
    points.extend((1..=steps).map(place).map(|at| GridPoint { x: between(low.x, high.x, at), y: between(low.y, high.y, at) }));
}

/// The parts of a closed ring in each window of 360 degrees, moved to within 180 degrees either way.
fn cut_at_antimeridian(ring: Vec<GridPoint>) -> Vec<Vec<GridPoint>> {
    let (Some(west), Some(east)) = (ring.iter().map(|point| point.x).min(), ring.iter().map(|point| point.x).max()) else {
        return Vec::new();
    };
    if -HALF <= west && east <= HALF {
        return vec![ring];
    }
    let ring = with_crossings(&ring);
    let windows = (west + HALF).div_euclid(TURN)..=(east + HALF - 1).div_euclid(TURN);
    windows.map(|window| within(&ring, window * TURN)).collect()
}

/// The ring with a place wherever it crosses the antimeridian.
fn with_crossings(ring: &[GridPoint]) -> Vec<GridPoint> {
    let mut points = Vec::with_capacity(ring.len() + 4);
    for pair in ring.windows(2) {
        let ([from, to], window) = ([pair[0], pair[1]], |x: i64| (x + HALF).div_euclid(TURN));
        points.push(from);
        let edge = window(from.x.max(to.x)) * TURN - HALF;
        if from.x.min(to.x) < edge && edge < from.x.max(to.x) {
            let rise = i128::from(to.y - from.y) * i128::from(edge - from.x) / i128::from(to.x - from.x);
            points.push(GridPoint { x: edge, y: from.y + rise as i64 });
        }
    }
    points.extend(ring.last());
    points
}

/// The ring in the window round a longitude, all beyond pushed onto its edges, moved to longitude 0.
fn within(ring: &[GridPoint], middle: i64) -> Vec<GridPoint> {
    let mut part: Vec<_> = ring.iter().map(|point| GridPoint { x: (point.x - middle).clamp(-HALF, HALF), y: point.y }).collect();
    part.dedup();
    part
}

#[cfg(test)]
mod tests {
    use geo_types::{line_string, polygon};

    use super::*;

    fn degrees(ring: &[GridPoint]) -> Vec<(f64, f64)> {
        ring.iter().map(|point| (point.lon_lat().lon(), point.lon_lat().lat())).collect()
    }

    fn bounds(ring: &[GridPoint]) -> [f64; 4] {
        let of = |pick: fn(&(f64, f64)) -> f64, better: fn(f64, f64) -> f64| degrees(ring).iter().map(pick).reduce(better).unwrap();
        [of(|at| at.0, f64::min), of(|at| at.1, f64::min), of(|at| at.0, f64::max), of(|at| at.1, f64::max)]
    }

    fn doubled(rings: &[Vec<GridPoint>]) -> i128 {
        let edges = rings.iter().flat_map(|ring| ring.windows(2));
        edges.map(|edge| i128::from(edge[0].x) * i128::from(edge[1].y) - i128::from(edge[1].x) * i128::from(edge[0].y)).sum()
    }

    /// ```text
    /// 3     1        and with its crossing as a place of its own
    /// │ \\ / │
    /// │ / \\ │
    /// 0     2
    /// ```
    #[test]
    fn a_ring_that_crosses_itself_keeps_both_wings() {
        let bow = polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 2.0), (x: 2.0, y: 0.0), (x: 0.0, y: 2.0)];
        let met = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 2.0, y: 2.0), (x: 2.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 2.0)];
        for polygon in [bow, met] {
            assert_eq!(doubled(&rings(&polygon).unwrap()), 4 * i128::from(DEGREE) * i128::from(DEGREE));
            let as_hole = untangled(vec![ring(polygon.exterior()).unwrap()], -1);
            assert_eq!(doubled(&as_hole), -4 * i128::from(DEGREE) * i128::from(DEGREE));
        }
    }

    #[test]
    fn a_flat_ring_encloses_nothing() {
        assert_eq!(doubled(&rings(&polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 2.0, y: 2.0)]).unwrap()), 0);
        assert!(rings(&polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 2.0, y: 2.0)]).unwrap().is_empty());
    }

    #[test]
    fn long_edges_have_a_place_every_tenth_of_a_degree() {
        let points = ring(&line_string![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 0.0)]).unwrap();
        assert_eq!(points.len(), 31);
    }

    #[test]
    fn an_edge_has_the_same_places_both_ways() {
        let [there, mut back] =
            [[(0.03, 0.01), (1.23, 0.77)], [(1.23, 0.77), (0.03, 0.01)]].map(|ends| line(&ends.to_vec().into()).unwrap());
        back.reverse();
        assert_eq!(there, back);
    }

    /// ```text
    ///        180
    ///    ┌────┊────┐       one ring drawn across,
    ///    └────┊────┘       two rings on the map
    ///   179       -179
    /// ```
    #[test]
    fn a_ring_drawn_across_the_antimeridian_is_cut_there() {
        let across = polygon![(x: 179.0, y: 1.0), (x: -179.0, y: 1.0), (x: -179.0, y: 2.0), (x: 179.0, y: 2.0)];
        let found = rings(&across).unwrap();
        let (west, east): (Vec<_>, Vec<_>) = found.into_iter().partition(|ring| ring[0].x > 0);
        assert_eq!([bounds(&west.concat()), bounds(&east.concat())], [[179.0, 1.0, 180.0, 2.0], [-180.0, 1.0, -179.0, 2.0]]);
    }

    #[test]
    fn a_ring_round_a_pole_is_closed_along_it() {
        let round = polygon![(x: 0.0, y: 80.0), (x: 120.0, y: 80.0), (x: -120.0, y: 80.0)];
        let parts = rings(&round).unwrap();
        assert_eq!(doubled(&parts), 2 * i128::from(TURN) * i128::from(10 * DEGREE));
        assert_eq!(bounds(&parts.concat()), [-180.0, 80.0, 180.0, 90.0]);
        let south = polygon![(x: 0.0, y: -80.0), (x: 120.0, y: -80.0), (x: -120.0, y: -80.0)];
        assert_eq!(bounds(&rings(&south).unwrap().concat()), [-180.0, -90.0, 180.0, -80.0]);
    }

    #[test]
    fn an_edge_along_a_whole_parallel_is_no_short_way() {
        let cap = polygon![(x: -180.0, y: 85.0), (x: 180.0, y: 85.0), (x: 180.0, y: 90.0), (x: -180.0, y: 90.0)];
        assert_eq!(rings(&cap).unwrap().iter().map(|ring| bounds(ring)).collect::<Vec<_>>(), [[-180.0, 85.0, 180.0, 90.0]]);
    }

    #[test]
    fn a_line_across_the_antimeridian_stays_within_the_map() {
        let places = degrees(&line(&line_string![(x: 179.95, y: 0.0), (x: -179.95, y: 0.1)]).unwrap());
        assert_eq!(places.len(), 2, "{places:?}");
        assert!(places.iter().all(|place| place.0.abs() > 179.9));
    }

    #[test]
    fn a_coordinate_that_is_no_place_is_named() {
        for (x, y) in [(1e308, 0.0), (f64::NAN, 0.0), (0.0, f64::INFINITY), (0.0, 90.000_001)] {
            let fault = line(&line_string![(x: 0.0, y: 0.0), (x: x, y: y)]).unwrap_err();
            assert!((fault.x.to_bits(), fault.y.to_bits()) == (x.to_bits(), y.to_bits()), "{fault:?}");
        }
    }
}
