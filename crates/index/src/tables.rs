//! A block of questions gone through step by step.
//!
//! A question waits for memory most of its time: for its square, the tests there and their edges, then for its face's rows. So all questions of a
//! block take a step before any takes the next, and at the end of a step each has a look at what it will need then: the processor fetches
//! for many at once, and few steps have to wait. What is looked at too early is not used; results do not depend on it.

use std::hint::black_box;

use geo_types::Coord;
use marchland_core::{AnswerBatch, Located, NO_TIME, NONE};

use crate::clock::Clock;
use crate::predicate::at;
use crate::squares::{Frame, LIST, OUTSIDE, PAYLOAD, Squares, TAG};
use crate::states::{BEYOND_REACH, confidence, control, last_begun, status};

/// Questions that go through the steps together. Chosen by measurement: from 64 to 1,024 it hardly matters.
pub(crate) const BLOCK: usize = 256;

/// The answer to one question; of a state nothing where nothing is said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coded {
    pub(crate) located: Located,
    pub(crate) state: Option<u32>,
    pub(crate) place: u32,
}

/// At most [`BLOCK`] questions.
#[derive(Debug)]
pub(crate) struct Questions<'a> {
    pub(crate) lons: &'a [f64],
    pub(crate) lats: &'a [f64],
    pub(crate) times_us: &'a [i64],
}

impl Questions<'_> {
    fn place(&self, row: usize) -> Coord<f64> {
        at(self.lons[row], self.lats[row])
    }
}

/// The sections as what they hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tables<'a> {
    pub(crate) squares: Squares<'a>,
    pub(crate) span_us: [i64; 2],
    pub(crate) sheet_starts: &'a [i64],
    pub(crate) sheet_coverages: &'a [u32],
    pub(crate) boxes: &'a [[f64; 6]],
    pub(crate) counts: &'a [[u32; 3]],
    pub(crate) clock: Clock,
    pub(crate) rows: &'a [[u32; 2]],
    pub(crate) starts: &'a [i64],
}

impl Tables<'_> {
    /// Answers a block step by step.
    pub(crate) fn locate(&self, questions: &Questions<'_>, answers: &mut AnswerBatch) {
        let count = questions.times_us.len();
        let mut when = [Located::Outside; BLOCK];
        let mut words = [OUTSIDE; BLOCK];
        self.find_squares(questions, &mut when, &mut words);
        let mut faces = [OUTSIDE; BLOCK];
        for row in 0..count {
            let face = self.squares.face_in(words[row], questions.place(row));
            faces[row] = if when[row] == Located::Ok { face } else { OUTSIDE };
        }
        black_box(faces.map(|face| [0, 8].map(|on| self.rows.get(face as usize + on).map(|row| row[0]))));
        for row in 0..count {
            let Coded { located, state, place } = self.state(faces[row], when[row], questions.times_us[row]);
            answers.located.push(located);
            answers.controls.push(state.map_or(NONE, control));
            answers.statuses.push(state.map_or(NONE, status));
            answers.confidences.push(state.map_or(NONE, confidence));
            answers.places.push(place);
        }
    }

    /// Finds the undivided square of each question, and has a look at what will be asked of it, so that it is near when asked.
    fn find_squares(&self, questions: &Questions<'_>, when: &mut [Located; BLOCK], words: &mut [u32; BLOCK]) {
        let count = questions.times_us.len();
        let mut quanta = [[0; 2]; BLOCK];
        let only = (self.sheet_starts.len() == 1).then(|| self.frame(0));
        for row in 0..count {
            let at_us = questions.times_us[row];
            when[row] = self.when(at_us);
            let frame = only.unwrap_or_else(|| self.frame(at_us));
            let place = questions.place(row);
            quanta[row] = frame.quanta(place);
            words[row] = if frame.contains(place) { self.squares.word(frame.square(quanta[row])) } else { OUTSIDE };
        }
        for row in 0..count {
            words[row] = self.squares.undivided(words[row], quanta[row]);
        }
        let tests =
            words.map(|word| if word & TAG == LIST { [1, 3].map(|test| self.squares.word((word & PAYLOAD) + test)) } else { [0; 2] });
        black_box(tests.map(|tests| tests.map(|test| self.squares.edge(test)[0])));
    }

    pub(crate) fn when(&self, at_us: i64) -> Located {
        let [start, end] = self.span_us;
        if at_us == NO_TIME {
            Located::NoTime
        } else if at_us < start {
            Located::Before
        } else if at_us >= end {
            Located::After
        } else {
            Located::Ok
        }
    }

    /// The grid of the sheet of a time.
    #[inline]
    pub(crate) fn frame(&self, at_us: i64) -> Frame {
        let sheet = self.sheet(at_us);
        let coverage = self.sheet_coverages.get(sheet).copied().unwrap_or_default() as usize;
        let (Some(&[west, south, east, north, across, up]), Some(&[columns, rows, first])) =
            (self.boxes.get(coverage), self.counts.get(coverage))
        else {
            return Frame::default();
        };
        Frame { low: [west, south], high: [east, north], scale: [across, up], count: [columns, rows], first }
    }

    /// The sheet of a time. Where sheets follow each other evenly, day by day, its place is as good as known; else it is searched.
    #[inline]
    fn sheet(&self, at_us: i64) -> usize {
        let Some((&first, &last)) = self.sheet_starts.first().zip(self.sheet_starts.last()) else {
            return 0;
        };
        let steps = (self.sheet_starts.len() - 1) as f64;
        let about = ((at_us as f64 - first as f64) / (last as f64 - first as f64) * steps) as usize;
        match self.sheet_starts.get(about..) {
            Some([start, next, ..]) if *start <= at_us && at_us < *next => about,
            _ => self.sheet_starts.partition_point(|&start| start <= at_us).saturating_sub(1),
        }
    }

    /// What is said of a face at a time.
    #[inline]
    pub(crate) fn state(&self, face: u32, when: Located, at_us: i64) -> Coded {
        let nothing = |located: Located| Coded { located, state: None, place: NONE };
        if when != Located::Ok {
            return nothing(when);
        }
        let Some((&[count, place], rows)) = self.rows.get(face as usize..).and_then(<[_]>::split_first) else {
            return nothing(Located::Outside);
        };
        let rows = rows.get(..count as usize).unwrap_or_default();
        let mut last = last_begun(rows, self.clock.tick(at_us));
        if !self.starts.is_empty() {
            // Of rows that begin in the tick some may begin later in it.
            let is_later = |row: usize| self.starts.get(face as usize + 1 + row).is_some_and(|&start| at_us < start);
            while last > 0 && is_later(last) {
                last -= 1;
            }
        }
        let (located, place) = if place == BEYOND_REACH { (Located::BeyondReach, NONE) } else { (Located::Ok, place) };
        Coded { located, state: rows.get(last).map(|row| row[1]), place }
    }
}
