//! Hexagons and squares that tile the plane, named by column and row from the plane's origin.
//!
//! Corners are named by whole numbers and placed from those, so the same corner is the same place whichever cell asks.

use marchland_core::Metres;

use crate::tessellate::bisectors::PlaneBox;

/// The shape of a lattice's cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellShape {
    /// Six neighbours, all equally far: borders have no favoured direction.
    #[default]
    Hexagons,
    /// Rows and columns, as other rasters have them.
    Squares,
}

impl CellShape {
    /// The word for it in settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hexagons => "hexagons",
            Self::Squares => "squares",
        }
    }

    /// Reads a word; anything but the two is none.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Hexagons, Self::Squares].into_iter().find(|shape| shape.word() == word)
    }

    /// The area of a cell whose neighbours lie one metre away, in square metres.
    fn area(self) -> f64 {
        match self {
            Self::Hexagons => 3_f64.sqrt() / 2.0,
            Self::Squares => 1.0,
        }
    }
}

/// A cell by its column, eastwards, and its row, northwards. Every other row of hexagons stands half a cell farther east.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) column: i32,
    pub(super) row: i32,
}

/// A lattice, as far as it covers a box.
pub(super) struct Lattice {
    shape: CellShape,
    pub(super) spacing_m: f64,
    low: Place,
    columns: u32,
    rows: u32,
}

/// An edge of a lattice: its ends, and the cells on its left and right.
pub(super) struct Side {
    pub(super) ends: [Metres; 2],
    pub(super) left: Place,
    pub(super) right: Place,
}

impl Lattice {
    /// Cells over a box, with neighbours as far apart as wanted; farther where there would be more than `most`.
    pub(super) fn new(shape: CellShape, spacing_m: f64, within: &PlaneBox, most: f64) -> Self {
        let (low, high) = within.corners();
        let box_m2 = (high.x - low.x) * (high.y - low.y);
        let spacing_m = spacing_m.max((box_m2 / (shape.area() * most)).sqrt());
        let mut lattice = Self { shape, spacing_m, low: Place { column: 0, row: 0 }, columns: 0, rows: 0 };
        let (first, last) = (lattice.place_at(low), lattice.place_at(high));
        // One more on every side: rows of hexagons are shifted.
        lattice.low = Place { column: first.column.saturating_sub(1), row: first.row.saturating_sub(1) };
        lattice.columns = (i64::from(last.column) - i64::from(first.column)) as u32 + 3;
        lattice.rows = (i64::from(last.row) - i64::from(first.row)) as u32 + 3;
        lattice
    }

    /// How many cells there are.
    pub(super) fn len(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// Every cell, row by row.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        (0..self.len() as u32).map(|number| self.place(number))
    }

    /// A cell by its number in the order of [`Self::places`].
    pub(super) fn place(&self, number: u32) -> Place {
        Place { column: self.low.column + (number % self.columns) as i32, row: self.low.row + (number / self.columns) as i32 }
    }

    /// The number of a cell; none beyond the box.
    pub(super) fn number(&self, place: Place) -> Option<u32> {
        let column = u32::try_from(i64::from(place.column) - i64::from(self.low.column)).ok().filter(|&column| column < self.columns)?;
        let row = u32::try_from(i64::from(place.row) - i64::from(self.low.row)).ok().filter(|&row| row < self.rows)?;
        Some(row * self.columns + column)
    }

    /// Metres to a step of corners eastwards and northwards: half a cell, or of hexagons half their own side northwards.
    fn steps_m(&self) -> (f64, f64) {
        let half = self.spacing_m / 2.0;
        match self.shape {
            CellShape::Hexagons => (half, half / 3_f64.sqrt()),
            CellShape::Squares => (half, half),
        }
    }

    /// The middle of a cell in steps of corners.
    fn middle(&self, place: Place) -> (i64, i64) {
        let (column, row) = (i64::from(place.column), i64::from(place.row));
        match self.shape {
            CellShape::Hexagons => (2 * column + (row & 1), 3 * row),
            CellShape::Squares => (2 * column, 2 * row),
        }
    }

    fn metres(&self, (east, north): (i64, i64)) -> Metres {
        let (step_east, step_north) = self.steps_m();
        Metres { x: east as f64 * step_east, y: north as f64 * step_north }
    }

    /// The middle of a cell.
    pub(super) fn centre(&self, place: Place) -> Metres {
        self.metres(self.middle(place))
    }

    /// The cell whose middle is nearest; of equally near ones the first in rows and columns.
    pub(super) fn place_at(&self, metres: Metres) -> Place {
        let (step_east, step_north) = self.steps_m();
        let away = |place: &Place| {
            let centre = self.centre(*place);
            (centre.x - metres.x) * (centre.x - metres.x) + (centre.y - metres.y) * (centre.y - metres.y)
        };
        let rows_apart = if self.shape == CellShape::Hexagons { 3.0 } else { 2.0 };
        let south = (metres.y / (rows_apart * step_north)).floor() as i32;
        let near = [south, south + 1].map(|row| {
            let shift = self.middle(Place { column: 0, row }).0 as f64;
            let west = ((metres.x / step_east - shift) / 2.0).floor() as i32;
            [Place { column: west, row }, Place { column: west + 1, row }]
        });
        let [first, rest @ ..] = near.as_flattened() else { unreachable!("four are near") };
        rest.iter().fold(*first, |best, other| if away(other) < away(&best) { *other } else { best })
    }

    /// The edges of a cell towards the neighbours after it; with those of all cells before it, each edge comes once.
    pub(super) fn sides(&self, place: Place) -> impl Iterator<Item = Side> + '_ {
        let Place { column, row } = place;
        let (corners, neighbours): (&[(i64, i64)], Vec<Place>) = match self.shape {
            CellShape::Hexagons => {
                let north_east = column + (row & 1);
                let neighbours = [(column + 1, row), (north_east, row + 1), (north_east - 1, row + 1)];
                (&[(1, -1), (1, 1), (0, 2), (-1, 1)], neighbours.map(|(column, row)| Place { column, row }).to_vec())
            }
            CellShape::Squares => (&[(1, -1), (1, 1), (-1, 1)], vec![Place { column: column + 1, row }, Place { column, row: row + 1 }]),
        };
        let (east, north) = self.middle(place);
        let at = move |(right, up): (i64, i64)| self.metres((east + right, north + up));
        corners.windows(2).zip(neighbours).map(move |(ends, right)| Side { ends: [at(ends[0]), at(ends[1])], left: place, right })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lattice(shape: CellShape) -> Lattice {
        let mut within = PlaneBox::EMPTY;
        within.include(Metres { x: -950.0, y: -430.0 });
        within.include(Metres { x: 700.0, y: 1_210.0 });
        Lattice::new(shape, 100.0, &within, 1e6)
    }

    #[test]
    fn every_place_is_in_the_cell_whose_middle_is_nearest() {
        for shape in [CellShape::Hexagons, CellShape::Squares] {
            let lattice = lattice(shape);
            for step in 0..1_000_i32 {
                let at = Metres { x: -940.0 + 1.63 * f64::from(step), y: -420.0 + 37.3 * f64::from(step % 43) };
                let found = lattice.place_at(at);
                let away = |place: Place| libm::hypot(lattice.centre(place).x - at.x, lattice.centre(place).y - at.y);
                assert!(lattice.places().all(|other| away(found) <= away(other)), "{shape:?} {at:?}");
                assert_eq!(lattice.number(found).map(|number| lattice.place(number)), Some(found));
            }
        }
    }

    /// ```text
    ///   ╱╲
    ///  ╱  ╲       three sides of each hexagon towards the cells after it,
    /// │    │      two of each square
    ///  ╲  ╱
    ///   ╲╱
    /// ```
    #[test]
    fn each_side_stands_halfway_between_the_middles_of_its_cells() {
        for (shape, count, length) in [(CellShape::Hexagons, 3, 57.735), (CellShape::Squares, 2, 100.0)] {
            let lattice = lattice(shape);
            for place in [Place { column: -3, row: -2 }, Place { column: 2, row: 5 }] {
                let sides: Vec<_> = lattice.sides(place).collect();
                assert_eq!(sides.len(), count);
                for Side { ends: [from, to], left, right } in sides {
                    let (one, other) = (lattice.centre(left), lattice.centre(right));
                    assert!((libm::hypot(to.x - from.x, to.y - from.y) - length).abs() < 1e-3);
                    assert!((libm::hypot(one.x - other.x, one.y - other.y) - 100.0).abs() < 1e-9);
                    assert!((from.x + to.x - one.x - other.x).abs() + (from.y + to.y - one.y - other.y).abs() < 1e-9);
                    let turn = (to.x - from.x) * (one.y - from.y) - (to.y - from.y) * (one.x - from.x);
                    assert!(turn > 0.0, "the cell is on the left");
                }
            }
        }
    }

    #[test]
    fn a_lattice_of_too_many_cells_is_made_coarser() {
        let mut within = PlaneBox::EMPTY;
        within.include(Metres { x: 0.0, y: 0.0 });
        within.include(Metres { x: 1e6, y: 1e6 });
        let lattice = Lattice::new(CellShape::Hexagons, 1.0, &within, 10_000.0);
        assert!((9_500..11_000).contains(&lattice.len()), "{}", lattice.len());
        assert!(lattice.spacing_m > 10_000.0);
    }
}
