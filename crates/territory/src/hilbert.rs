//! Places in the order in which a Hilbert curve meets them (Hilbert 1891, "Ueber die stetige Abbildung einer Linie auf ein Flächenstück").
//!
//! What lies near each other on the ground is then near in memory too, so that walking from neighbour to neighbour meets what the
//! processor has at hand; and of what is inserted one by one, each is found from the one before.

/// The positions of places in the order in which a curve through their box meets them; those it cannot tell apart keep their order.
///
/// `place` gives finite numbers.
pub(crate) fn along_hilbert<T>(places: &[T], place: impl Fn(&T) -> [f64; 2]) -> Vec<u32> {
    let ([west, south], size) = square_round(places.iter().map(&place));
    let cells = f64::from(u32::MAX);
    let cell = |coordinate: f64, low: f64| ((coordinate - low) / size * cells) as u32;
    let along = |[x, y]: [f64; 2]| hilbert(cell(x, west), cell(y, south));
    let mut order: Vec<(u64, u32)> = places.iter().map(|of| along(place(of))).zip(0..).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, position)| position).collect()
}

/// The south-west corner and the side of a square round the middle of the places' box that holds them all; without extent, of side 1.
pub(crate) fn square_round(places: impl Iterator<Item = [f64; 2]>) -> ([f64; 2], f64) {
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for place in places {
        for axis in 0..2 {
            (low[axis], high[axis]) = (low[axis].min(place[axis]), high[axis].max(place[axis]));
        }
    }
    let extent = (high[0] - low[0]).max(high[1] - low[1]);
    let size = if extent > 0.0 { extent } else { 1.0 };
    ([0, 1].map(|axis| f64::midpoint(low[axis], high[axis]) - size / 2.0), size)
}

/// How far along the curve through 2³² columns and rows a cell is: at each halving its quarter, turned as the curve is there.
fn hilbert(mut x: u32, mut y: u32) -> u64 {
    let mut along = 0;
    for level in (0..32).rev() {
        let (right, up) = (x >> level & 1, y >> level & 1);
        along = along << 2 | u64::from((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    along
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```text
    /// 1 2     5 6
    /// 0 3 4 . . 7     each step goes to a cell beside the last
    /// ```
    #[test]
    fn the_curve_goes_from_cell_to_cell_beside_it() {
        let cells: Vec<[f64; 2]> = (0..8).flat_map(|x| (0..8).map(move |y| [x, y].map(f64::from))).collect();
        let order: Vec<[f64; 2]> = along_hilbert(&cells, |&cell| cell).into_iter().map(|position| cells[position as usize]).collect();
        assert!(order.windows(2).all(|pair| (pair[0][0] - pair[1][0]).abs() + (pair[0][1] - pair[1][1]).abs() == 1.0), "{order:?}");
    }

    #[test]
    fn a_square_round_no_places_or_one_has_a_side() {
        assert_eq!(square_round([[3.0, 4.0]].into_iter()), ([2.5, 3.5], 1.0));
        assert_eq!(along_hilbert(&[[3.0, 4.0]; 2], |&place| place), [0, 1]);
        assert!(along_hilbert(&[], |&place: &[f64; 2]| place).is_empty());
    }
}
