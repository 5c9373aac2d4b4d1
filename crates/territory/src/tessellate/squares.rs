//! Where the boundary runs, square by square, to tell what lies clear of it.
//!
//! A lattice of squares covers the boundary. Squares that a line of it comes near are *crossed*; of any other the middle tells
//! whether it lies inside, and with it the whole square: lines to the west of it that run south count up, lines that run north down.
//! All in whole numbers, so that the answer is that of the graph the boundary later becomes part of.

use super::outline::Outline;
use super::settled::Standing;
use crate::arrangement::grid::GridPoint;

/// Squares at most. Chosen; more would tell more cells from the boundary, and cost memory.
const MOST: usize = 1 << 22;

/// Units by which a line is taken to be wider than it is, so that neither rounding nor a hot square reaches an uncrossed square.
const MARGIN: i64 = 4;

/// Squares over the box of a boundary, with two rows and columns more on every side, so that the outermost are clear of it.
pub(super) struct Squares {
    south_west: GridPoint,
    side: i64,
    columns: i64,
    of_square: Vec<Standing>,
}

impl Squares {
    /// About four squares a cell, or one a line of the boundary if they are more.
    pub(super) fn new(outline: &Outline, cells: usize) -> Self {
        let (low, high) = grid_box(outline.segments().flatten()).expect("an outline has a ring with places");
        let (width, height) = (high.x - low.x + 1, high.y - low.y + 1);
        let wanted = (4 * cells).max(outline.segments().count()).clamp(64, MOST) as f64;
        let side = (width as f64 * height as f64 / wanted).sqrt().max(width.max(height) as f64 / wanted);
        let side = (side.ceil() as i64).max(4 * MARGIN);
        let columns = width / side + 5;
        let rows = height / side + 5;
        let south_west = GridPoint { x: low.x - 2 * side, y: low.y - 2 * side };
        let mut squares = Self { south_west, side, columns, of_square: vec![Standing::Outside; (columns * rows) as usize] };
        squares.fill_inside(outline);
        for segment in outline.segments() {
            squares.cross(segment);
        }
        squares
    }

    /// How what lies in the box of some points stands to the boundary.
    pub(super) fn standing(&self, points: &[GridPoint]) -> Standing {
        let Some((low, high)) = grid_box(points.iter().copied()) else { return Standing::Cut };
        let (columns, rows) = (self.column(low.x)..=self.column(high.x), self.row(low.y)..=self.row(high.y));
        let mut found = rows.flat_map(|row| columns.clone().map(move |column| self.of_square[(row * self.columns + column) as usize]));
        let standing = found.next().unwrap_or(Standing::Cut);
        if found.all(|other| other == standing) { standing } else { Standing::Cut }
    }

    /// Counts all in the box of some lines as crossed.
    pub(super) fn cover(&mut self, segments: impl Iterator<Item = [GridPoint; 2]>) {
        let Some((low, high)) = grid_box(segments.flatten()) else { return };
        let columns = self.column(low.x - MARGIN)..=self.column(high.x + MARGIN);
        for row in self.row(low.y - MARGIN)..=self.row(high.y + MARGIN) {
            let start = row * self.columns;
            self.of_square[(start + columns.start()) as usize..=(start + columns.end()) as usize].fill(Standing::Cut);
        }
    }

    fn rows(&self) -> i64 {
        self.of_square.len() as i64 / self.columns
    }

    fn column(&self, x: i64) -> i64 {
        (x - self.south_west.x).div_euclid(self.side).clamp(0, self.columns - 1)
    }

    fn row(&self, y: i64) -> i64 {
        (y - self.south_west.y).div_euclid(self.side).clamp(0, self.rows() - 1)
    }

    /// The middles of the squares inside the boundary.
    fn fill_inside(&mut self, outline: &Outline) {
        let mut steps = vec![0_i32; self.of_square.len()];
        for [from, to] in outline.segments() {
            let (low, high) = if from.y <= to.y { (from, to) } else { (to, from) };
            for row in self.row(low.y)..=self.row(high.y) {
                let middle = self.south_west.y + row * self.side + self.side / 2;
                if low.y <= middle && middle < high.y {
                    let column = self.column(x_at(low, high, middle));
                    steps[(row * self.columns + column) as usize] += if from.y > to.y { 1 } else { -1 };
                }
            }
        }
        for (row, squares) in steps.chunks(self.columns as usize).zip(self.of_square.chunks_mut(self.columns as usize)) {
            let mut winding = 0;
            for (step, square) in row.iter().zip(squares) {
                *square = if winding > 0 { Standing::Inside } else { Standing::Outside };
                winding += step;
            }
        }
    }

    /// Marks the squares that a line comes near.
    fn cross(&mut self, [from, to]: [GridPoint; 2]) {
        let (low, high) = if from.y <= to.y { (from, to) } else { (to, from) };
        for row in self.row(low.y - MARGIN)..=self.row(high.y + MARGIN) {
            let south = self.south_west.y + row * self.side - MARGIN;
            let [one, other] = [south, south + self.side + 2 * MARGIN].map(|y| x_at(low, high, y.clamp(low.y, high.y)));
            // A level line is met at both its ends and nowhere else.
            let (one, other) = if low.y == high.y { (low.x, high.x) } else { (one, other) };
            for column in self.column(one.min(other) - MARGIN)..=self.column(one.max(other) + MARGIN) {
                self.of_square[(row * self.columns + column) as usize] = Standing::Cut;
            }
        }
    }
}

/// The south-west and north-east corner of the box of some places.
fn grid_box(mut points: impl Iterator<Item = GridPoint>) -> Option<(GridPoint, GridPoint)> {
    let first = points.next()?;
    Some(points.fold((first, first), |(low, high), point| {
        let (low_x, low_y) = (low.x.min(point.x), low.y.min(point.y));
        (GridPoint { x: low_x, y: low_y }, GridPoint { x: high.x.max(point.x), y: high.y.max(point.y) })
    }))
}

/// Where a line is at a latitude it reaches, within a unit.
fn x_at(low: GridPoint, high: GridPoint, y: i64) -> i64 {
    let rise = i128::from((high.y - low.y).max(1));
    low.x + (i128::from(high.x - low.x) * i128::from(y - low.y) / rise) as i64
}

#[cfg(test)]
mod tests {
    use geo_types::{LineString, MultiPolygon, Polygon};

    use super::super::GroundSettings;
    use super::super::generators::Generators;
    use super::*;

    fn outline(boundary: MultiPolygon<f64>) -> Outline {
        let ground = GroundSettings { boundary: Some(boundary), reach_m: None };
        Outline::new(&Generators::default(), &ground).unwrap().unwrap()
    }

    fn ring(corners: &[(f64, f64)]) -> LineString<f64> {
        corners.to_vec().into()
    }

    fn box_at(lon: f64, lat: f64) -> [GridPoint; 2] {
        let unit = f64::from(1 << 30);
        [(lon, lat), (lon + 0.01, lat + 0.01)].map(|(lon, lat)| GridPoint { x: (lon * unit) as i64, y: (lat * unit) as i64 })
    }

    /// ```text
    /// ┌────────┐
    /// │ ┌────┐ │      a hole, and an island in it
    /// │ │ ▪  │ │
    /// │ └────┘ │
    /// └────────┘
    /// ```
    #[test]
    fn boxes_stand_inside_outside_or_on_a_boundary_with_hole_and_island() {
        let square = |from: f64, to: f64| ring(&[(from, from), (to, from), (to, to), (from, to), (from, from)]);
        let boundary =
            MultiPolygon::new(vec![Polygon::new(square(0.0, 9.0), vec![square(2.0, 7.0)]), Polygon::new(square(4.0, 5.0), vec![])]);
        let squares = Squares::new(&outline(boundary), 10_000);
        let standing = |lon, lat| squares.standing(&box_at(lon, lat));
        assert_eq!([standing(1.0, 1.0), standing(8.0, 4.0), standing(4.5, 4.5)], [Standing::Inside; 3]);
        assert_eq!([standing(3.0, 3.0), standing(-5.0, 4.0), standing(10.0, 90.0)], [Standing::Outside; 3]);
        assert_eq!([standing(1.995, 4.0), standing(8.999, 8.999)], [Standing::Cut; 2]);
        assert_eq!(squares.standing(&[]), Standing::Cut);
    }

    #[test]
    fn a_slanting_line_crosses_only_squares_along_it() {
        let squares =
            Squares::new(&outline(MultiPolygon::new(vec![Polygon::new(ring(&[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0)]), vec![])])), 40_000);
        let crossed = squares.of_square.iter().filter(|&&square| square == Standing::Cut).count();
        assert!((1_200..3_000).contains(&crossed), "{crossed}");
    }
}
