//! Filling the squares of a grid: which edges meet each, and which face it has at its corner.
//!
//! An edge goes through the rows of a grid from its lower end to its upper; in each it meets the columns between the one where it
//! comes in and the one where it leaves. The columns are told by exact predicates at the grid's own crossings, so a square lists
//! the edges that meet it and no others. Then each row is gone along from its western end: the face at a square's north-western corner is
//! the one east of the last edge that crossed the row's top (just below it, for a vertex may lie on it). Squares with many edges are
//! divided again as long as that parts the edges. Building costs in proportion to the edges and the squares they meet.
//!
//! Left out: coverages whose edges cross. They are no coverages; looked up in one, a place has some face and nothing panics.

use marchland_core::{Coverage, FaceIndex};

use crate::order;
use crate::predicate::{at, side};
use crate::squares::{
    BELOW, BELOW_INSIDE, DIVIDED, Dividing, EAST_OF_FALLING, EAST_OF_RISING, EDGE, Edge, Frame, LAST, LIST, MOST_LINES, OUTSIDE,
    QUANTUM_BITS, Sides, Squares, Test, ends,
};

/// Squares of the top for each edge. Chosen by measurement: with twice as many questions take a tenth less time and squares a third more
/// memory, with half as many it is the other way round.
const SQUARES_PER_EDGE: f64 = 2.0;

/// Edges a square may list before it is divided. Chosen by measurement: fewer cost memory, more cost time.
const MOST_LISTED: usize = 8;

/// Edges of a square of which each is compared with each. Chosen: more take longer to compare than they save in questions.
const MOST_COMPARED: usize = 64;

/// Squares an edge may meet on average. Chosen: where edges are long and lie slanting side by side, as between sites in a row, more would
/// take memory beyond measure, and fewer time.
const MOST_SQUARES_MET: f64 = 64.0;

/// The most bits one division takes; a square with more edges is divided in several steps.
const MOST_BITS: u32 = 8;

/// The squares of one or several grids, and the edges they test.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    pub(crate) words: Vec<u32>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) sides: Vec<Sides>,
}

impl Grid {
    pub(crate) fn squares(&self) -> Squares<'_> {
        Squares { words: &self.words, edges: &self.edges, sides: &self.sides }
    }

    /// Adds a grid over a coverage, its faces numbered as told, in their order.
    pub(crate) fn add(&mut self, coverage: &Coverage, number: impl Fn(FaceIndex) -> u32) -> Frame {
        let edges = edges(coverage, number);
        let frame = frame_around(&edges, self.words.len() as u32);
        let first_edge = self.edges.len() as u32;
        // Edges of one square stand together.
        let mut order: Vec<(u32, u32)> =
            (0..).zip(&edges).map(|(index, (edge, _))| (frame.square(frame.quanta(middle(edge))), index)).collect();
        order.sort_unstable();
        self.edges.extend(order.iter().map(|&(_, index)| edges[index as usize].0));
        self.sides.extend(order.iter().map(|&(_, index)| edges[index as usize].1));
        assert!(self.edges.len() <= EDGE as usize && self.words.len() < OUTSIDE as usize, "an index holds at most 500 million edges");
        if frame.count[0] == 0 {
            return frame;
        }
        let plot = Plot::whole(frame);
        let meetings = plot.meetings(&self.edges, first_edge..self.edges.len() as u32);
        self.words.resize(self.words.len() + plot.squares(), OUTSIDE);
        self.fill(&plot, &meetings, &vec![OUTSIDE; plot.count[1]], frame.first as usize);
        frame
    }

    /// Writes the words of a plot's squares from `at` on, where `corners` are the faces at the western end of its rows' tops.
    fn fill(&mut self, plot: &Plot, meetings: &Meetings, corners: &[u32], at: usize) {
        for (row, &corner) in corners.iter().enumerate() {
            let mut corner = corner;
            for column in 0..plot.count[0] {
                let square = row * plot.count[0] + column;
                let met = meetings.of(square);
                self.words[at + square] = if met.is_empty() { corner } else { self.mixed(plot, square, met, corner) };
                let crossing = met.iter().filter(|&&meeting| is_crossing(meeting)).map(|&meeting| meeting >> 1);
                let last = crossing.reduce(|one, other| if order::is_west(&self.edges, one, other) { other } else { one });
                corner = last.map_or(corner, |last| self.east_of(last));
            }
        }
    }

    /// The face east of an edge that crosses a parallel.
    fn east_of(&self, edge: u32) -> u32 {
        self.sides[edge as usize][usize::from(is_falling(&self.edges[edge as usize]))]
    }

    /// Writes a square that edges meet, and gives its word.
    fn mixed(&mut self, plot: &Plot, square: usize, met: &[u32], corner: u32) -> u32 {
        if met.len() > MOST_LISTED
            && let Some((inner, meetings)) = plot.divided(&self.edges, square, met)
        {
            let at = self.words.len();
            self.words.push(inner.dividing().to_word());
            self.words.resize(at + 1 + inner.squares(), OUTSIDE);
            let corners = self.western_corners(&inner, met, corner);
            self.fill(&inner, &meetings, &corners, at + 1);
            return DIVIDED | at as u32;
        }
        let at = self.words.len();
        self.words.push(corner);
        let (column, row) = (square % plot.count[0], square / plot.count[0]);
        self.list(met, [plot.lines[0][column], plot.lines[0][column + 1]], plot.lines[1][row + 1]);
        LIST | at as u32
    }

    /// The faces at the western end of the tops of a plot's rows, given that of the topmost.
    ///
    /// They are read off the edges that cross the plot's western border, going down it (a little west of it, for a vertex may lie
    /// on it).
    fn western_corners(&self, plot: &Plot, met: &[u32], corner: u32) -> Vec<u32> {
        let west = plot.lines[0][0];
        let is_crossing = |edge: &Edge| edge[0] < west && west <= edge[2];
        let crossing = met.iter().map(|meeting| meeting >> 1).filter(|&edge| is_crossing(&self.edges[edge as usize]));
        let mut crossing = order::from_south(&self.edges, crossing.collect());
        let is_above = |edge: u32, lat: f64| {
            let edge = &self.edges[edge as usize];
            let [from, to] = ends(edge);
            let side = if lat.is_finite() { side(from, to, at(west, lat)) } else { 1.0 };
            side < 0.0 || side == 0.0 && edge[3] <= edge[1]
        };
        let mut corner = corner;
        let mut corners = vec![corner; plot.count[1]];
        while crossing.pop_if(|edge| is_above(*edge, plot.lines[1][plot.count[1]])).is_some() {}
        for row in (0..plot.count[1] - 1).rev() {
            while let Some(edge) = crossing.pop_if(|edge| is_above(*edge, plot.lines[1][row + 1])) {
                corner = self.sides[edge as usize][0];
            }
            corners[row] = corner;
        }
        corners
    }

    /// The edges crossing a square's top that have to be held against places below them, because they hide others from them; sorted.
    ///
    /// Those are the edges above them in the column that do not cross the top or hide others themselves. An edge that falls hides those
    /// that cross east of it as well, for those are held against places first. It is never wrong to name one too many: of a
    /// square that many edges meet, all are named.
    fn hiding(&self, crossing: &[u32], inner: &[u32], column: [f64; 2]) -> Vec<u32> {
        let edges = &self.edges;
        let is_hidden =
            |by: u32, other: &u32| meet_in(column, &edges[by as usize], &edges[*other as usize]) && order::is_below(edges, by, *other);
        let mut hiding: Vec<u32> = if crossing.len() + inner.len() > MOST_COMPARED { crossing.to_vec() } else { Vec::new() };
        loop {
            let hides = |edge: &u32| {
                let eastern = if is_falling(&edges[*edge as usize]) { crossing } else { &[] };
                inner.iter().chain(&hiding).chain(eastern).any(|other| is_hidden(*edge, other))
            };
            let is_new = |edge: &u32| hiding.len() < crossing.len() && !hiding.contains(edge);
            let more: Vec<u32> = crossing.iter().copied().filter(|edge| is_new(edge) && hides(edge)).collect();
            hiding.extend(&more);
            if more.is_empty() {
                hiding.sort_unstable();
                return hiding;
            }
        }
    }

    /// Writes the tests of an undivided square.
    fn list(&mut self, met: &[u32], column: [f64; 2], top: f64) {
        let edges = &self.edges;
        let (crossing, inner): (Vec<u32>, Vec<u32>) = met.iter().partition(|&&meeting| is_crossing(meeting));
        let [crossing, inner] = [crossing, inner].map(|meetings| meetings.into_iter().map(|meeting| meeting >> 1).collect::<Vec<u32>>());
        let (upright, inner): (Vec<u32>, Vec<u32>) = inner.into_iter().partition(|&edge| is_upright(&edges[edge as usize]));
        let hiding = self.hiding(&crossing, &inner, column);
        let is_hiding = |edge: u32| hiding.binary_search(&edge).is_ok();
        let below = order::from_south(edges, inner.iter().chain(&hiding).copied().collect());
        let south_of = |&edge: &u32| [edge | if is_hiding(edge) { BELOW_INSIDE } else { BELOW }, self.sides[edge as usize][0]];
        let mut tests: Vec<Test> = below.iter().map(south_of).collect();
        let east = order::from_east(edges, crossing);
        let kind = |edge: u32| if is_falling(&edges[edge as usize]) { EAST_OF_FALLING } else { EAST_OF_RISING };
        tests.extend(east.iter().map(|&edge| [edge | kind(edge), self.east_of(edge)]));
        // No place is below an edge that runs due north; but a place on it touches its faces.
        tests.extend(upright.iter().map(|&edge| [edge | BELOW, OUTSIDE]));
        if let Some([last, _]) = tests.last_mut() {
            *last |= LAST;
        }
        self.words.extend(tests.iter().flatten());
        if !hiding.is_empty() {
            self.words.extend([top.to_bits() as u32, (top.to_bits() >> 32) as u32]);
        }
    }
}

/// The edges of a coverage with their sides, each from its western end or, due north, from its southern.
fn edges(coverage: &Coverage, number: impl Fn(FaceIndex) -> u32) -> Vec<(Edge, Sides)> {
    let number = |face: Option<FaceIndex>| face.map_or(OUTSIDE, &number);
    let mut edges = Vec::new();
    for arc in coverage.arcs() {
        let (left, right) = (number(arc.left), number(arc.right));
        for pair in arc.vertices.windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|vertex| coverage.vertices()[vertex as usize]).map(|place| (place.lon(), place.lat()));
            if from < to {
                edges.push(([from.0, from.1, to.0, to.1], [right, left]));
            } else if from != to {
                edges.push(([to.0, to.1, from.0, from.1], [left, right]));
            }
        }
    }
    edges
}

/// A grid of squares as high as wide in metres where the coverage lies; without columns where there are no edges.
fn frame_around(edges: &[(Edge, Sides)], first: u32) -> Frame {
    let corner = |choose: fn(f64, f64) -> f64, start: f64| {
        edges
            .iter()
            .fold([start; 2], |[lon, lat], (edge, _)| [choose(choose(lon, edge[0]), edge[2]), choose(choose(lat, edge[1]), edge[3])])
    };
    if edges.is_empty() {
        return Frame { first, ..Frame::default() };
    }
    let (low, high) = (corner(f64::min, f64::INFINITY), corner(f64::max, f64::NEG_INFINITY));
    let [width, height] = [0, 1].map(|axis| high[axis] - low[axis]);
    // A degree of longitude is shorter than one of latitude by the cosine of the latitude; at the poles no shape is right.
    let narrowing = libm::cos(f64::midpoint(low[1], high[1]).to_radians()).max(0.1);
    let squares = (edges.len() as f64 * SQUARES_PER_EDGE).max(1.0);
    let columns = (squares * width * narrowing / height).sqrt();
    // Columns and rows that edges go through on average, were the columns and rows as many as wanted.
    let through = |axis: usize| edges.iter().map(|(edge, _)| (edge[axis + 2] - edge[axis]).abs()).sum::<f64>() / edges.len() as f64;
    let met = columns * through(0) / width + squares / columns * through(1) / height;
    let [columns, squares] = if met > MOST_SQUARES_MET {
        [columns * MOST_SQUARES_MET / met, squares * (MOST_SQUARES_MET / met).powi(2)]
    } else {
        [columns, squares]
    };
    let lines = |wanted: f64| if wanted.is_finite() { wanted.ceil().clamp(1.0, f64::from(MOST_LINES)) } else { 1.0 };
    let count = [lines(columns), lines(squares / columns)];
    let scale = [0, 1].map(|axis| {
        let scale = count[axis] * f64::from(1 << QUANTUM_BITS) / [width, height][axis];
        if scale.is_finite() { scale } else { 0.0 }
    });
    Frame { low, high, scale, count: count.map(|count| count as u32), first }
}

fn middle(edge: &Edge) -> geo_types::Coord<f64> {
    at(f64::midpoint(edge[0], edge[2]), f64::midpoint(edge[1], edge[3]))
}

fn is_falling(edge: &Edge) -> bool {
    edge[3] < edge[1]
}

fn is_upright(edge: &Edge) -> bool {
    edge[0] == edge[2]
}

/// Whether two edges span a common meridian of a column.
fn meet_in([west, east]: [f64; 2], one: &Edge, other: &Edge) -> bool {
    one[0].max(other[0]).max(west) < one[2].min(other[2]).min(east)
}

/// A meeting is an edge's number doubled, and one more where the edge crosses the square's top.
fn is_crossing(meeting: u32) -> bool {
    meeting & 1 == 1
}

/// The edges that meet each square of a plot.
#[derive(Debug)]
struct Meetings {
    first: Vec<u32>,
    all: Vec<u32>,
}

impl Meetings {
    fn of(&self, square: usize) -> &[u32] {
        &self.all[self.first[square] as usize..self.first[square + 1] as usize]
    }
}

/// Columns and rows being filled: the whole of a grid, or what a square is divided into.
#[derive(Debug)]
struct Plot {
    frame: Frame,
    /// The quanta of its south-western corner.
    origin: [u32; 2],
    /// Of the quanta of one of its squares.
    shift: [u32; 2],
    count: [usize; 2],
    /// The least longitude of each column and latitude of each row, and after the last those of what lies beyond.
    lines: [Vec<f64>; 2],
}

impl Plot {
    fn whole(frame: Frame) -> Self {
        Self::new(frame, [0; 2], [QUANTUM_BITS; 2], frame.count.map(|count| count as usize))
    }

    fn new(frame: Frame, origin: [u32; 2], shift: [u32; 2], count: [usize; 2]) -> Self {
        let lines = [0, 1].map(|axis| {
            let quanta = (0..=count[axis] as u64).map(|line| u64::from(origin[axis]) + (line << shift[axis]));
            quanta.map(|quantum| line(&frame, axis, quantum)).collect()
        });
        Self { frame, origin, shift, count, lines }
    }

    fn squares(&self) -> usize {
        self.count[0] * self.count[1]
    }

    fn dividing(&self) -> Dividing {
        Dividing { bits: self.count.map(usize::ilog2), shift: self.shift }
    }

    /// The column or row of a number of degrees; before the first negative, after the last more than there are.
    fn place(&self, axis: usize, degrees: f64) -> i64 {
        (i64::from(self.frame.quantum(axis, degrees)) - i64::from(self.origin[axis])) >> self.shift[axis]
    }

    /// Which edges meet each square.
    fn meetings(&self, edges: &[Edge], chosen: impl Iterator<Item = u32>) -> Meetings {
        let mut met: Vec<(u32, u32)> = Vec::new();
        for edge in chosen {
            self.walk(&edges[edge as usize], &mut |square, is_crossing| met.push((square as u32, edge << 1 | is_crossing)));
        }
        let mut first = vec![0_u32; self.squares() + 1];
        for &(square, _) in &met {
            first[square as usize + 1] += 1;
        }
        for square in 1..first.len() {
            first[square] += first[square - 1];
        }
        let (mut next, mut all) = (first.clone(), vec![0; met.len()]);
        for (square, meeting) in met {
            all[next[square as usize] as usize] = meeting;
            next[square as usize] += 1;
        }
        Meetings { first, all }
    }

    /// Visits the squares an edge meets, with 1 where it crosses the square's top and 0 elsewhere.
    fn walk(&self, edge: &Edge, visit: &mut impl FnMut(usize, u32)) {
        let [columns, rows] = self.count.map(|count| count as i64);
        let (lower, upper) =
            if is_falling(edge) { ([edge[2], edge[3]], [edge[0], edge[1]]) } else { ([edge[0], edge[1]], [edge[2], edge[3]]) };
        let (bottom, top) = (self.place(1, lower[1]), self.place(1, upper[1]));
        let mut enters = if bottom < 0 { self.crossed(edge, 0) } else { self.place(0, lower[0]) };
        for row in bottom.max(0)..=top.min(rows - 1) {
            let leaves = if row == top { self.place(0, upper[0]) } else { self.crossed(edge, row as usize + 1) };
            for column in enters.min(leaves).max(0)..=enters.max(leaves).min(columns - 1) {
                visit((row * columns + column) as usize, u32::from(row < top && column == leaves));
            }
            enters = leaves;
        }
    }

    /// The column where an edge crosses the southern line of a row; exact within the plot.
    fn crossed(&self, edge: &Edge, row: usize) -> i64 {
        let [from, to] = ends(edge);
        let (west, east) = (self.place(0, edge[0]).max(-1), self.place(0, edge[2]).min(self.count[0] as i64));
        if west >= east {
            return west;
        }
        let lat = self.lines[1][row];
        // Of columns between the two ends, whether the edge crosses in it or further east.
        let is_reached = |column: i64| {
            let side = side(from, to, at(self.lines[0][column as usize], lat));
            if is_falling(edge) { side <= 0.0 } else { side >= 0.0 }
        };
        let about = from.x + (lat - from.y) / (to.y - from.y) * (to.x - from.x);
        let mut column = self.place(0, about).clamp(west, east);
        while column > west && !is_reached(column) {
            column -= 1;
        }
        while column < east && is_reached(column + 1) {
            column += 1;
        }
        column
    }

    /// What a square is divided into, if that parts its edges.
    fn divided(&self, edges: &[Edge], square: usize, met: &[u32]) -> Option<(Self, Meetings)> {
        let place = [square % self.count[0], square / self.count[0]];
        let origin = [0, 1].map(|axis| self.origin[axis] + ((place[axis] as u32) << self.shift[axis]));
        let bits = self.bits(edges, place, met)?;
        let shift = [0, 1].map(|axis| self.shift[axis] - bits[axis]);
        let inner = Self::new(self.frame, origin, shift, bits.map(|bits| 1 << bits));
        let meetings = inner.meetings(edges, met.iter().map(|meeting| meeting >> 1));
        let most = (0..inner.squares()).map(|square| meetings.of(square).len()).max().unwrap_or_default();
        // Edges through one vertex, or side by side on a slant, are not parted however small the squares.
        let is_parted = 2 * most <= met.len() && meetings.all.len() <= 2 * met.len() || meetings.all.len() <= met.len() + met.len() / 4;
        is_parted.then_some((inner, meetings))
    }

    /// How to divide a square, in powers of two: squares like the edges in it, lying where they lie and upright where they stand.
    fn bits(&self, edges: &[Edge], place: [usize; 2], met: &[u32]) -> Option<[u32; 2]> {
        let mean_extent = |axis: usize| {
            let (low, high) =
                (self.lines[axis][place[axis]].max(self.frame.low[axis]), self.lines[axis][place[axis] + 1].min(self.frame.high[axis]));
            let extent = |meeting: &u32| {
                let edge = &edges[(meeting >> 1) as usize];
                let (one, other) = (edge[axis].clamp(low, high), edge[axis + 2].clamp(low, high));
                (one - other).abs() / (high - low)
            };
            met.iter().map(extent).filter(|share| share.is_finite()).sum::<f64>() / met.len() as f64
        };
        let extents = [mean_extent(0), mean_extent(1)];
        let total = (met.len().ilog2() - 1).clamp(2, MOST_BITS).min(self.shift[0] + self.shift[1]);
        let choices = (total.saturating_sub(self.shift[1])..=total.min(self.shift[0])).map(|columns| [columns, total - columns]);
        let lists = |bits: [u32; 2]| extents[0] * f64::from(1 << bits[0]) + extents[1] * f64::from(1 << bits[1]);
        choices.filter(|_| total > 0).min_by(|one, other| lists(*one).total_cmp(&lists(*other)))
    }
}

/// The least number of degrees on an axis whose quantum is at least this; infinite where there is none.
fn line(frame: &Frame, axis: usize, quantum: u64) -> f64 {
    let is_reached = |degrees: f64| u64::from(frame.quantum(axis, degrees)) >= quantum;
    let (mut below, mut reached) = (frame.low[axis], frame.high[axis]);
    if quantum == 0 {
        return f64::NEG_INFINITY;
    }
    if !is_reached(reached) {
        return f64::INFINITY;
    }
    // Most often a few units in the last place decide; else all between the box's sides are looked through by halves.
    let about = frame.low[axis] + quantum as f64 / frame.scale[axis];
    let slack = f64::EPSILON * (frame.low[axis].abs() + frame.high[axis].abs());
    for (tried, is_low) in [(about - slack, true), (about + slack, false)] {
        if is_low && tried > below && !is_reached(tried) {
            below = tried;
        } else if !is_low && tried < reached && is_reached(tried) {
            reached = tried;
        }
    }
    let (mut low, mut high) = (rank(below), rank(reached));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_reached(ranked(middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    ranked(high)
}

/// The rank of a number among all floats.
fn rank(number: f64) -> i128 {
    let bits = i128::from(number.to_bits() & !(1 << 63));
    if number.is_sign_negative() { -bits } else { bits }
}

fn ranked(rank: i128) -> f64 {
    let magnitude = f64::from_bits(rank.unsigned_abs() as u64);
    if rank < 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use marchland_core::{CoverageBuilder, Face, Ground, LonLat};

    use super::*;
    use crate::squares::TAG;

    /// A polygon of one face.
    fn polygon(corners: impl Iterator<Item = (f64, f64)>, builder: &mut CoverageBuilder) {
        let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 1.0 });
        let mut corners: Vec<u32> = corners.map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap())).collect();
        corners.push(corners[0]);
        builder.arc(&corners, Some(face), None).unwrap();
    }

    fn grid(builder: CoverageBuilder) -> (Grid, Frame) {
        let mut grid = Grid::default();
        let frame = grid.add(&builder.finish(), |face| face.0);
        (grid, frame)
    }

    /// Longitude and latitude of a corner of a polygon of 500 corners.
    fn corner(number: u32) -> (f64, f64) {
        let (sine, cosine) = libm::sincos(std::f64::consts::TAU * f64::from(number) / 500.0);
        (cosine, sine)
    }

    #[test]
    fn a_city_in_a_country_is_divided_again_and_the_country_around_is_not() {
        let mut builder = CoverageBuilder::new();
        polygon([(0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (0.0, 40.0)].into_iter(), &mut builder);
        polygon((0..500).map(corner).map(|(x, y)| (20.0 + x / 1e3, 20.0 + y / 1e3)), &mut builder);
        let (grid, frame) = grid(builder);
        let top = &grid.words[..(frame.count[0] * frame.count[1]) as usize];
        assert!((1..=4).contains(&top.iter().filter(|&&word| word & TAG == DIVIDED).count()));
        let face = |lon: f64, lat: f64| grid.squares().face(&frame, at(lon, lat));
        assert_eq!([face(20.0, 20.0), face(20.000_9, 20.0), face(20.001_1, 20.0), face(41.0, 1.0)], [1, 1, OUTSIDE, OUTSIDE]);
        assert!(grid.words.len() < 8 * grid.edges.len());
    }

    #[test]
    fn every_square_has_a_least_place_and_none_below_it_falls_in() {
        let frame = Frame { low: [-1.0, -0.3], high: [2.0, 0.7], scale: [70_000.1, 655_360.0], count: [4, 10], first: 0 };
        for quantum in [1, 2, 23_333, 23_334, 65_536, 200_000] {
            for axis in [0, 1] {
                let least = line(&frame, axis, quantum);
                assert!(u64::from(frame.quantum(axis, least)) >= quantum && u64::from(frame.quantum(axis, least.next_down())) < quantum);
            }
        }
        assert_eq!((line(&frame, 0, 0), line(&frame, 0, 4 << QUANTUM_BITS)), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn coverages_of_no_extent_have_no_place_inside() {
        for corners in
            [vec![(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)], vec![(1.0, 0.0), (1.0, 5.0), (1.0, 2.0)], vec![(0.0, 1.0), (5.0, 1.0), (2.0, 1.0)]]
        {
            let mut builder = CoverageBuilder::new();
            polygon(corners.into_iter(), &mut builder);
            let (grid, frame) = grid(builder);
            assert_eq!(grid.squares().face(&frame, at(3.0, 3.0)), OUTSIDE);
        }
    }

    #[test]
    fn many_long_edges_side_by_side_on_a_slant_take_memory_within_measure() {
        let mut builder = CoverageBuilder::new();
        for number in 0..300 {
            let lon = f64::from(number) / 100.0;
            polygon([(lon, 10.0 - lon), (lon + 0.005, 9.995 - lon), (lon + 9.0, 19.0 - lon)].into_iter(), &mut builder);
        }
        let (grid, frame) = grid(builder);
        assert!(grid.words.len() < 300 * grid.edges.len(), "{} words", grid.words.len());
        assert_eq!(grid.squares().face(&frame, at(2.000_1, 8.000_05)), 200);
    }
}
