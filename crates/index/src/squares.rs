//! Squares that know their face: how a grid over a coverage is laid out, and how a place is looked up in it.
//!
//! The box round a coverage is divided into columns and rows of squares. A square that no edge meets lies whole in one face, and
//! is that face's number. A square that many edges meet is divided again. Any other holds a short list of tests, each of an edge,
//! and the first that passes names the face:
//!
//! ```text
//!        ┌──╱───────┬───┐  going north from a place, either an edge is met inside the square: the face is the one on its south;
//!        │ ╱c      ╱d   │  or the way is free up to the top. Along the top the face changes only where an edge crosses it,
//!        │╱   ·   ╱     │  so there the first crossing to the west decides: the face on its east. With none to the west it is the
//!        ╱       ╱──────┤  face at the square's north-western corner.
//!        │      ╱   e · │  Tests, in order: below e? east of d? east of c? else the corner's face.
//!        └─────╱────────┘
//! ```
//!
//! Squares are half open: a line between two belongs to the northern or eastern one. Where the lines run is decided by one
//! monotone function from degrees to whole numbers ([`Frame::quanta`]), for edges and places alike, so that no place falls
//! between squares; on which side of an edge a place lies is told by exact predicates. Filling the squares is `raster.rs`.
//! All is held in plain numbers, so that a file of them can be read where it lies; a number that points nowhere, as a damaged
//! file may hold, gives a wrong face or none and nothing worse.

use std::hint::select_unpredictable;

use geo_types::Coord;
use marchland_core::FaceIndex;

use crate::predicate::{at, is_on, side};

/// The number of no face: outside the boundary.
pub(crate) const OUTSIDE: u32 = PAYLOAD;

/// A square's word has what it is in its two highest bits; the rest says which face, or where in the words its list or its
/// own squares stand.
pub(crate) const TAG: u32 = 3 << 30;
pub(crate) const LIST: u32 = 1 << 30;
pub(crate) const DIVIDED: u32 = 2 << 30;
pub(crate) const PAYLOAD: u32 = !TAG;

/// A test and the face it names. The test has its kind in its two highest bits, then whether it is the last of its list; the rest
/// says which edge.
pub(crate) type Test = [u32; 2];
pub(crate) const KIND: u32 = 3 << 30;
/// Passes below an edge or on it. Spanned are places from an edge's western end to its eastern, the western included.
pub(crate) const BELOW: u32 = 0;
/// Passes below an edge or on it where the edge itself runs below the square's top.
pub(crate) const BELOW_INSIDE: u32 = 1 << 30;
/// Passes east of an edge that rises eastwards, or on it.
pub(crate) const EAST_OF_RISING: u32 = 2 << 30;
/// Passes east of an edge that falls eastwards.
pub(crate) const EAST_OF_FALLING: u32 = 3 << 30;
pub(crate) const LAST: u32 = 1 << 29;
pub(crate) const EDGE: u32 = LAST - 1;

/// Squares of the top can be divided until they are 2⁻¹⁶ of their width.
pub(crate) const QUANTUM_BITS: u32 = 16;

/// The most columns or rows, so that quanta fit 32 bits.
pub(crate) const MOST_LINES: u32 = (1 << QUANTUM_BITS) - 1;

/// An edge from west to east, or from south to north: longitude and latitude of either end.
pub(crate) type Edge = [f64; 4];

/// The two ends of an edge.
#[inline]
pub(crate) fn ends(&[west, south, east, north]: &Edge) -> [Coord<f64>; 2] {
    [at(west, south), at(east, north)]
}

/// The faces on an edge's south and north; of one due north on its east and west.
pub(crate) type Sides = [u32; 2];

/// The grid over one coverage: where it lies and how finely it is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Frame {
    /// The south-western corner in degrees.
    pub(crate) low: [f64; 2],
    /// The north-eastern corner in degrees.
    pub(crate) high: [f64; 2],
    /// Quanta a degree.
    pub(crate) scale: [f64; 2],
    /// Columns and rows.
    pub(crate) count: [u32; 2],
    /// Where the words of its squares begin, row by row from the south-western one.
    pub(crate) first: u32,
}

impl Frame {
    /// Whether a place lies in the box; none does in that of a coverage without edges.
    #[inline]
    pub(crate) fn contains(&self, place: Coord<f64>) -> bool {
        let [west, south] = self.low;
        let [east, north] = self.high;
        west <= place.x && place.x <= east && south <= place.y && place.y <= north && self.count[0] != 0
    }

    /// How far along an axis, in quanta; monotone, and for places beyond the box that of its nearest side.
    #[inline]
    pub(crate) fn quantum(&self, axis: usize, degrees: f64) -> u32 {
        let most = (self.count[axis] << QUANTUM_BITS).wrapping_sub(1);
        (((degrees - self.low[axis]) * self.scale[axis]) as u32).min(most)
    }

    #[inline]
    pub(crate) fn quanta(&self, place: Coord<f64>) -> [u32; 2] {
        [self.quantum(0, place.x), self.quantum(1, place.y)]
    }

    /// Where in the words a place's top square stands.
    #[inline]
    pub(crate) fn square(&self, [x, y]: [u32; 2]) -> u32 {
        let square = (y >> QUANTUM_BITS).wrapping_mul(self.count[0]).wrapping_add(x >> QUANTUM_BITS);
        self.first.wrapping_add(square)
    }
}

/// The columns and rows a square is divided into, as powers of two, and what is left of the quanta within one of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dividing {
    pub(crate) bits: [u32; 2],
    pub(crate) shift: [u32; 2],
}

impl Dividing {
    pub(crate) fn to_word(self) -> u32 {
        self.bits[0] | self.bits[1] << 8 | self.shift[0] << 16 | self.shift[1] << 24
    }

    #[inline]
    pub(crate) fn from_word(word: u32) -> Self {
        Self { bits: [word & 15, word >> 8 & 15], shift: [word >> 16 & 31, word >> 24 & 31] }
    }

    /// Which of its squares holds a place.
    #[inline]
    pub(crate) fn square(self, [x, y]: [u32; 2]) -> u32 {
        let along = |axis: usize, quantum: u32| quantum >> self.shift[axis] & ((1 << self.bits[axis]) - 1);
        along(1, y) << self.bits[0] | along(0, x)
    }
}

/// The squares of one or several grids, and the edges they test; borrowed from wherever they lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Squares<'a> {
    pub(crate) words: &'a [u32],
    pub(crate) edges: &'a [Edge],
    pub(crate) sides: &'a [Sides],
}

impl<'a> Squares<'a> {
    /// The face at a place, or [`OUTSIDE`].
    #[inline]
    pub(crate) fn face(&self, frame: &Frame, place: Coord<f64>) -> u32 {
        if !frame.contains(place) {
            return OUTSIDE;
        }
        let quanta = frame.quanta(place);
        self.face_in(self.undivided(self.word(frame.square(quanta)), quanta), place)
    }

    /// The word at a position; outside where there is none.
    #[inline]
    pub(crate) fn word(&self, at: u32) -> u32 {
        self.words.get(at as usize).copied().unwrap_or(OUTSIDE)
    }

    #[inline]
    pub(crate) fn edge(&self, test: u32) -> Edge {
        self.edges.get((test & EDGE) as usize).copied().unwrap_or_default()
    }

    /// The faces on the two sides of a test's edge.
    #[inline]
    pub(crate) fn sides(&self, test: u32) -> Sides {
        self.sides.get((test & EDGE) as usize).copied().unwrap_or([OUTSIDE; 2])
    }

    /// Goes down from a square to the one within it that is divided no more.
    #[inline]
    pub(crate) fn undivided(&self, mut word: u32, quanta: [u32; 2]) -> u32 {
        // Each division takes at least one bit of the two axes' quanta: more there are in no sound file.
        for _ in 0..2 * QUANTUM_BITS {
            if word & TAG != DIVIDED {
                break;
            }
            let at = word & PAYLOAD;
            word = self.word(at + 1 + Dividing::from_word(self.word(at)).square(quanta));
        }
        word
    }

    /// The face at a place in an undivided square, or [`OUTSIDE`].
    #[inline]
    pub(crate) fn face_in(&self, word: u32, place: Coord<f64>) -> u32 {
        if word & TAG != LIST {
            return word & PAYLOAD;
        }
        let (corner, tests) = self.list(word);
        // Lists are short: it costs less to go on behind the test that passed than to guess wrongly which it will be.
        let (mut face, mut is_open) = (corner, true);
        for &[test, then] in tests {
            let passes = self.passes(test, place, tests);
            face = select_unpredictable(passes & is_open, then, face);
            is_open &= !passes;
            if test & LAST != 0 {
                break;
            }
        }
        if face == OUTSIDE { self.touching(tests, place) } else { face }
    }

    /// The face at a listed square's north-western corner, and all there is from its first test on.
    #[inline]
    fn list(&self, word: u32) -> (u32, &'a [Test]) {
        let from = self.words.get((word & PAYLOAD) as usize..).unwrap_or_default();
        from.split_first().map_or((OUTSIDE, &[]), |(&corner, tests)| (corner, tests.as_chunks().0))
    }

    /// The tests of an undivided square; none where it lies whole in one face.
    pub(crate) fn tests(&self, word: u32) -> &'a [Test] {
        if word & TAG != LIST {
            return &[];
        }
        let tests = self.list(word).1;
        &tests[..count(tests)]
    }

    #[inline]
    fn passes(&self, test: u32, place: Coord<f64>, tests: &[Test]) -> bool {
        let [from, to] = ends(&self.edge(test));
        let kind = test & KIND;
        let (is_begun, is_over) = (from.x <= place.x, to.x <= place.x);
        let is_below = side(from, to, place) <= 0.0;
        let passes = is_begun && select_unpredictable(is_over, kind >= EAST_OF_RISING, is_below != (kind == EAST_OF_FALLING));
        passes && (kind != BELOW_INSIDE || side(from, to, at(place.x, top(tests))) > 0.0)
    }

    /// The lowest face whose edge a place lies on, or [`OUTSIDE`].
    #[cold]
    fn touching(&self, tests: &[Test], place: Coord<f64>) -> u32 {
        let mut lowest = OUTSIDE;
        for &[test, _] in &tests[..count(tests)] {
            let [from, to] = ends(&self.edge(test));
            if is_on(from, to, place) {
                lowest = self.sides(test).into_iter().fold(lowest, u32::min);
            }
        }
        lowest
    }

    /// Calls `visit` with the word of each undivided square between two corners, their own squares included.
    pub(crate) fn between(&self, frame: &Frame, [low, high]: [Coord<f64>; 2], visit: &mut impl FnMut(u32)) {
        if frame.count[0] == 0 {
            return;
        }
        let (low, high) = (frame.quanta(low), frame.quanta(high));
        for row in low[1] >> QUANTUM_BITS..=high[1] >> QUANTUM_BITS {
            for column in low[0] >> QUANTUM_BITS..=high[0] >> QUANTUM_BITS {
                let origin = [column << QUANTUM_BITS, row << QUANTUM_BITS];
                self.within(self.word(frame.square(origin)), (origin, [low, high]), visit);
            }
        }
    }

    fn within(&self, word: u32, (origin, [low, high]): ([u32; 2], [[u32; 2]; 2]), visit: &mut impl FnMut(u32)) {
        if word & TAG != DIVIDED {
            return visit(word);
        }
        let at = word & PAYLOAD;
        let dividing = Dividing::from_word(self.word(at));
        let Dividing { bits, shift } = dividing;
        for row in 0..1_u32 << bits[1] {
            for column in 0..1_u32 << bits[0] {
                let corner = [origin[0] + (column << shift[0]), origin[1] + (row << shift[1])];
                let is_between = |axis: usize| corner[axis] <= high[axis] && low[axis] <= corner[axis] + ((1 << shift[axis]) - 1);
                if is_between(0) && is_between(1) {
                    self.within(self.word(at + 1 + dividing.square(corner)), (corner, [low, high]), visit);
                }
            }
        }
    }
}

/// How many tests there are up to the last of their list.
fn count(tests: &[Test]) -> usize {
    tests.iter().position(|[test, _]| test & LAST != 0).map_or(tests.len(), |last| last + 1)
}

/// The latitude of a square's top, which follows its last test if one asks for it.
fn top(tests: &[Test]) -> f64 {
    let [low, high] = tests.get(count(tests)).copied().unwrap_or_default().map(u64::from);
    f64::from_bits(low | high << 32)
}

/// A number as a face; none outside.
pub(crate) fn face_index(number: u32) -> Option<FaceIndex> {
    (number != OUTSIDE).then_some(FaceIndex(number))
}
