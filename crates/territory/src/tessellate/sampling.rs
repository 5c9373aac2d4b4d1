//! Lines as rows of points that stand for them, as close together as the ground's borders ask.
//!
//! A place at distance `d` from a line is at `√(d² + s²/4)` at most from the nearest of points spaced `s` along it, ends among them.
//! With another site at `d′` the place then goes to the wrong one of two only where `d′² − d² < s²/4`, that is, `d′ − d` is below
//! `s² / 4 (d + d′)`. Where the line passes the other site at `D`, `d + d′` is at least `D`: so points as close as `s² ≤ 4 D ε` leave
//! no place with a site more than `ε` farther than the nearest, and where `D` is next to nothing, as at a crossing, `s ≤ ε` does.
//! So a line is halved until each part is short enough or has no other site that near; whether it has is looked up in a lattice of
//! squares over all sites. What is left out: the curvature of the plane between two points, some centimetres.
//!
//! Where lines lie along each other, as a stretch of a road on the road, one of them stands for all: that whose turn comes first. Of
//! parts with the same ends it alone has points between them, and whether a point of another is on it is told by [`Sampled::beside`].

use marchland_core::Metres;

/// Metres that a place's site may be farther than the nearest one, at least. Chosen; half of it costs twice the points.
const PRECISION_M: f64 = 5.0;

/// The share of the extent of all sites that it may be, and that of the length of all lines, which bounds the points that stand for
/// them. Chosen.
const SHARE_OF_EXTENT: f64 = 1e-5;
const SHARE_OF_LENGTH: f64 = 1e-6;

/// Squares in the lattice at most. Chosen.
const MOST_SQUARES: f64 = 4e6;

/// A straight part of a site on the plane; a point is one of no length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) ends: [Metres; 2],
    pub(super) site: u32,
    /// Its site's place in the order in which sites take ground.
    pub(super) turn: u32,
    /// Whether ground of polygons lies on both sides, so that no place outside them is nearest to it.
    pub(super) is_covered: bool,
}

impl Part {
    pub(super) fn length_m(&self) -> f64 {
        distance_m(self.ends[0], self.ends[1])
    }

    /// The distance of a place from the nearest point of it.
    pub(super) fn distance_m(&self, from: Metres) -> f64 {
        let [a, b] = self.ends;
        let along = Metres { x: b.x - a.x, y: b.y - a.y };
        let squared = along.x * along.x + along.y * along.y;
        let share = ((from.x - a.x) * along.x + (from.y - a.y) * along.y) / squared;
        let share = if squared > 0.0 { share.clamp(0.0, 1.0) } else { 0.0 };
        distance_m(from, Metres { x: a.x + share * along.x, y: a.y + share * along.y })
    }
}

fn distance_m(one: Metres, other: Metres) -> f64 {
    libm::hypot(one.x - other.x, one.y - other.y)
}

fn halfway(one: Metres, other: Metres) -> Metres {
    Metres { x: f64::midpoint(one.x, other.x), y: f64::midpoint(one.y, other.y) }
}

/// Points that stand for lines, and what lines there are.
pub(super) struct Sampled<'a> {
    /// By site, in the order of the parts: the first end of each part always, the last where the next part does not start there.
    pub(super) points: Vec<(Metres, u32)>,
    parts: &'a [Part],
    /// None where no part is longer than a point.
    lattice: Option<Lattice<'a>>,
}

impl<'a> Sampled<'a> {
    pub(super) fn new(parts: &'a [Part]) -> Self {
        let is_repeated = repeated(parts);
        let lattice = parts.iter().any(|part| part.ends[0] != part.ends[1]).then(|| Lattice::new(parts, &is_repeated));
        let mut points = Vec::with_capacity(parts.len());
        for (position, part) in parts.iter().enumerate() {
            points.push((part.ends[0], part.site));
            if let Some(lattice) = lattice.as_ref().filter(|_| !part.is_covered && !is_repeated[position]) {
                lattice.halve(*part, &mut points);
            }
            let goes_on = parts.get(position + 1).is_some_and(|next| next.site == part.site && next.ends[0] == part.ends[1]);
            if !goes_on && part.ends[0] != part.ends[1] {
                points.push((part.ends[1], part.site));
            }
        }
        Self { points, parts, lattice }
    }

    /// Whether a site is nearer to all of some places than a distance in metres.
    pub(super) fn is_near(&self, site: u32, mut places: impl Iterator<Item = Metres>, distance_m: f64) -> bool {
        let start = self.parts.partition_point(|part| part.site < site);
        let of_site = || self.parts[start..].iter().take_while(|part| part.site == site);
        places.all(|place| of_site().any(|part| part.distance_m(place) < distance_m))
    }

    /// The first turn of the parts that are asked for and nearer to a place than a distance in metres.
    pub(super) fn beside(&self, place: Metres, distance_m: f64, is_asked: impl Fn(&Part) -> bool) -> Option<u32> {
        let lattice = self.lattice.as_ref()?;
        let near = lattice.around(place, distance_m).filter(|part| is_asked(part) && part.distance_m(place) < distance_m);
        near.map(|part| part.turn).min()
    }
}

/// Whether a part has the ends of one whose turn comes before, which stands for both: no place is nearer to either.
fn repeated(parts: &[Part]) -> Vec<bool> {
    let bits = |metres: Metres| (metres.x.to_bits(), metres.y.to_bits());
    let key = |(part, index): (&Part, usize)| {
        let [from, to] = part.ends.map(bits);
        (from.min(to), from.max(to), part.turn, index)
    };
    let mut keys: Vec<_> = parts.iter().zip(0..).filter(|(part, _)| part.ends[0] != part.ends[1]).map(key).collect();
    keys.sort_unstable();
    let mut is_repeated = vec![false; parts.len()];
    for pair in keys.windows(2).filter(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)) {
        is_repeated[pair[1].3] = true;
    }
    is_repeated
}

/// The metres that a place's site may be farther than the nearest one.
fn precision_m(parts: &[Part]) -> f64 {
    let (low, high) = bounds(parts);
    let length_m: f64 = parts.iter().filter(|part| !part.is_covered).map(Part::length_m).sum();
    PRECISION_M.max(distance_m(low, high) * SHARE_OF_EXTENT).max(length_m * SHARE_OF_LENGTH)
}

fn bounds(parts: &[Part]) -> (Metres, Metres) {
    let mut low = Metres { x: f64::INFINITY, y: f64::INFINITY };
    let mut high = Metres { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY };
    for end in parts.iter().flat_map(|part| part.ends) {
        low = Metres { x: low.x.min(end.x), y: low.y.min(end.y) };
        high = Metres { x: high.x.max(end.x), y: high.y.max(end.y) };
    }
    (low, high)
}

/// All parts by the squares they touch.
struct Lattice<'a> {
    parts: &'a [Part],
    low: Metres,
    side_m: f64,
    columns: i64,
    rows: i64,
    /// Where the parts of each square start in `touching`.
    starts: Vec<u32>,
    touching: Vec<u32>,
    precision_m: f64,
}

impl<'a> Lattice<'a> {
    fn new(parts: &'a [Part], is_repeated: &[bool]) -> Self {
        let (low, high) = bounds(parts);
        let (width, height) = (high.x - low.x, high.y - low.y);
        let squares = (2.0 * parts.len() as f64).min(MOST_SQUARES);
        let side_m = (width * height / squares).sqrt().max(width.max(height) / squares).max(1.0);
        let (columns, rows) = ((width / side_m) as i64 + 1, (height / side_m) as i64 + 1);
        let precision_m = precision_m(parts);
        let mut lattice = Self { parts, low, side_m, columns, rows, starts: Vec::new(), touching: Vec::new(), precision_m };
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(parts.len());
        for (part, index) in parts.iter().zip(0..).filter(|(_, index)| !is_repeated[*index as usize]) {
            lattice.touched(part, |square| pairs.push((square, index)));
        }
        pairs.sort_unstable();
        lattice.starts = vec![0; (columns * rows) as usize + 1];
        for pair in &pairs {
            lattice.starts[pair.0 as usize + 1] += 1;
        }
        for square in 1..lattice.starts.len() {
            lattice.starts[square] += lattice.starts[square - 1];
        }
        lattice.touching = pairs.into_iter().map(|pair| pair.1).collect();
        lattice
    }

    fn place(&self, metres: Metres) -> (i64, i64) {
        let place = |offset: f64, count: i64| ((offset / self.side_m) as i64).clamp(0, count - 1);
        (place(metres.x - self.low.x, self.columns), place(metres.y - self.low.y, self.rows))
    }

    /// Every square that the boxes of stretches of a part, no longer than a square is wide, lie in.
    fn touched(&self, part: &Part, mut touch: impl FnMut(u32)) {
        let stretches = (part.length_m() / self.side_m).ceil().max(1.0) as i64;
        let [a, b] = part.ends;
        let at = |step: i64| {
            let share = step as f64 / stretches as f64;
            self.place(Metres { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) })
        };
        for step in 0..stretches {
            let (one, other) = (at(step), at(step + 1));
            for row in one.1.min(other.1)..=one.1.max(other.1) {
                for column in one.0.min(other.0)..=one.0.max(other.0) {
                    touch((row * self.columns + column) as u32);
                }
            }
        }
    }

    /// Points between the ends of a part, halving it until each half is close enough.
    fn halve(&self, part: Part, points: &mut Vec<(Metres, u32)>) {
        let length_m = part.length_m();
        // The middle is nearer by half the length to what the nearest of its points is near to.
        let clear_m = length_m * length_m / (4.0 * self.precision_m) + length_m / 2.0;
        let middle = halfway(part.ends[0], part.ends[1]);
        if length_m <= self.precision_m || self.is_clear(middle, clear_m, part.site) {
            return;
        }
        self.halve(Part { ends: [part.ends[0], middle], ..part }, points);
        points.push((middle, part.site));
        self.halve(Part { ends: [middle, part.ends[1]], ..part }, points);
    }

    /// Whether no other site is nearer to a place than a distance.
    fn is_clear(&self, from: Metres, distance_m: f64, site: u32) -> bool {
        self.around(from, distance_m).all(|part| part.site == site || part.distance_m(from) >= distance_m)
    }

    /// Every part that may be nearer to a place than a distance, those in nearer squares first; a part may come twice.
    fn around(&self, from: Metres, distance_m: f64) -> impl Iterator<Item = &'a Part> {
        let (column, row) = self.place(from);
        let farthest = self.columns.max(self.rows).min((distance_m / self.side_m) as i64 + 1);
        (0..=farthest).flat_map(move |ring| self.ring(column, row, ring)).flat_map(|square| self.touching(square))
    }

    fn touching(&self, square: usize) -> impl Iterator<Item = &'a Part> {
        self.touching[self.starts[square] as usize..self.starts[square + 1] as usize].iter().map(|&part| &self.parts[part as usize])
    }

    /// The squares of the lattice that are so many columns or rows away.
    fn ring(&self, column: i64, row: i64, ring: i64) -> impl Iterator<Item = usize> {
        let rows = (row - ring).max(0)..=(row + ring).min(self.rows - 1);
        rows.flat_map(move |there| {
            let step = if (there - row).abs() == ring { 1 } else { (2 * ring).max(1) };
            let columns = (column - ring..=column + ring).step_by(step as usize);
            columns.filter(|there| (0..self.columns).contains(there)).map(move |column| (there * self.columns + column) as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(site: u32, from: (f64, f64), to: (f64, f64)) -> Part {
        Part { ends: [from, to].map(|(x, y)| Metres { x, y }), site, turn: site, is_covered: false }
    }

    fn spacings(parts: &[Part]) -> Vec<f64> {
        let points = Sampled::new(parts).points;
        let pairs = points.windows(2).filter(|pair| pair[0].1 == 0 && pair[1].1 == 0);
        pairs.map(|pair| distance_m(pair[0].0, pair[1].0)).collect()
    }

    /// ```text
    /// ·   ·   ·   · · ····· · ·   ·   ·   a road,
    ///                 ×                   and a post beside it
    /// ```
    #[test]
    fn points_are_closest_where_another_site_is_near() {
        let found = spacings(&[part(0, (0.0, 0.0), (100_000.0, 0.0)), part(1, (50_000.0, -20.0), (50_000.0, -20.0))]);
        let (least, most) = (found.iter().copied().fold(f64::INFINITY, f64::min), found.iter().copied().fold(0.0, f64::max));
        assert!(least < 25.0 && most > 500.0, "{least} to {most}");
        assert!(found.len() < 1_500, "{}", found.len());
    }

    #[test]
    fn a_line_alone_is_its_ends_and_a_point_itself() {
        assert_eq!(spacings(&[part(0, (0.0, 0.0), (1e6, 0.0))]), [1e6]);
        assert_eq!(Sampled::new(&[part(0, (5.0, 5.0), (5.0, 5.0))]).points.len(), 1);
        assert_eq!(Sampled::new(&[]).points, []);
    }

    #[test]
    fn a_line_along_another_is_sampled_once() {
        let both = [part(0, (0.0, 0.0), (5_000.0, 0.0)), part(1, (5_000.0, 0.0), (0.0, 0.0))];
        assert_eq!(Sampled::new(&both).points.len(), 4, "the ends of each");
    }

    #[test]
    fn a_line_along_another_is_sampled_with_the_one_whose_turn_comes_first() {
        let turned = |turn: u32, part: Part| Part { turn, ..part };
        let both =
            [turned(1, part(0, (0.0, 0.0), (400.0, 0.0))), turned(0, part(1, (0.0, 0.0), (400.0, 0.0))), part(2, (9.0, 9.0), (9.0, 9.0))];
        let sampled = Sampled::new(&both);
        let points = |site: u32| sampled.points.iter().filter(|point| point.1 == site).count();
        assert!(points(0) == 2 && points(1) > 10, "{} and {}", points(0), points(1));
        assert_eq!(sampled.beside(Metres { x: 200.0, y: 0.5 }, 1.0, |_| true), Some(0));
        assert_eq!(sampled.beside(Metres { x: 200.0, y: 0.5 }, 1.0, |part| part.site == 2), None);
        assert_eq!(sampled.beside(Metres { x: 200.0, y: 1.0 }, 1.0, |_| true), None, "no nearer than that");
    }

    #[test]
    fn a_crossing_is_sampled_as_closely_as_the_precision() {
        let found = spacings(&[part(0, (-1_000.0, 0.0), (1_000.0, 0.0)), part(1, (0.0, -1_000.0), (0.0, 1_000.0))]);
        assert!(found.iter().copied().fold(f64::INFINITY, f64::min) <= PRECISION_M);
    }

    #[test]
    fn what_polygons_cover_on_both_sides_has_no_points_between_its_ends() {
        let covered = Part { is_covered: true, ..part(0, (0.0, 0.0), (1_000.0, 0.0)) };
        assert_eq!(Sampled::new(&[covered, part(1, (10.0, 1.0), (10.0, 1.0))]).points.len(), 3);
    }
}
