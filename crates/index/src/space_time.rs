//! Where and when: who held the ground at each of millions of places and times.
//!
//! A question finds the sheet of its time, the face of its place on that sheet (`squares.rs`), and the face's state then by
//! binary search in the face's row of starts. Each step waits for memory most of the time, so a block of questions
//! goes through the steps together: then a processor fetches for many of them at once.
//! The index is its bytes (`file.rs`), the same in memory as in a file. Left out: threads. The index never changes, so any number of
//! threads may ask one at once, each with batches of its own, and whoever asks keeps the order.

use std::collections::BTreeMap;
use std::hint::{black_box, select_unpredictable};

use bytemuck::cast_slice;
use geo_types::Coord;
use marchland_core::{
    AnswerBatch, Atlas, CellState, Confidence, ControlState, Coverage, FaceIndex, Ground, History, Ledger, Located, LonLat, NO_TIME, NONE,
    PointBatch, SiteIndex, Status, microseconds,
};
use thiserror::Error;

use crate::clock::Clock;
use crate::file::{IndexBytes, IndexFault, Layout, Section, lay_out};
use crate::predicate::at;
use crate::raster::Grid;
use crate::squares::{Frame, LIST, OUTSIDE, PAYLOAD, Squares, TAG};

/// Questions that go through the steps together. Chosen by measurement: from 64 to 1,024 it hardly matters.
const BLOCK: usize = 256;

/// Stands for the place of a face beyond every site's reach.
const BEYOND_REACH: u32 = NONE - 1;

/// A state in 32 bits: the control in the upper half, two bits of status, fourteen of ten-thousandths of probability.
const CONTROL_SHIFT: u32 = 16;
const STATUS_SHIFT: u32 = 14;
const NOT_WEIGHED: u32 = (1 << STATUS_SHIFT) - 1;

/// The most actors a state's bits can tell apart, beside contested and unknown.
const MOST_ACTORS: usize = (1 << (32 - CONTROL_SHIFT)) - 2;

/// Why no index could be made.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BuildFault {
    /// States and ground do not belong together.
    #[error("expected a history for each of {coverages} coverages but got {histories}: make one of each, in order")]
    Histories {
        /// Coverages there are.
        coverages: usize,
        /// Histories given.
        histories: usize,
    },
    /// States and faces do not belong together.
    #[error("expected states of {faces} faces in coverage {coverage} but got {found}: make its history of its own faces")]
    Faces {
        /// Which coverage.
        coverage: usize,
        /// Faces it has.
        faces: usize,
        /// Faces its history has.
        found: usize,
    },
    /// More parties than an answer can name.
    #[error("expected at most {MOST_ACTORS} actors but got {found}: leave out those that hold nothing")]
    TooManyActors {
        /// Actors there are.
        found: usize,
    },
}

/// What came of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What came of it.
    pub located: Located,
    /// Who held the ground, as a position in [`SpaceTimeIndex::controls`]; none where nothing is said of the place or time.
    pub control: Option<u32>,
    /// How surely; none where nothing is said.
    pub status: Option<Status>,
    /// Its probability; none where none was weighed.
    pub confidence: Option<Confidence>,
    /// The site or sites of the cell, as a position in [`SpaceTimeIndex::places`]; none unless the place lies in a cell of sites.
    pub place: Option<u32>,
}

/// Answers who held the ground at a place and time; from memory, or from a file's bytes where they lie.
///
/// Made once of the ground through time and its states; it never changes and can be shared between threads. Equal input gives equal
/// bytes. A place belongs to a face as in [`CellIndex`](crate::CellIndex), a time to the state that has begun and not ended.
///
/// ```
/// use marchland_core::{Atlas, Coverage, History, Ledger, LedgerDraft, Located, LonLat};
/// use marchland_index::SpaceTimeIndex;
/// let ledger = Ledger::new(LedgerDraft::default()).unwrap();
/// let index = SpaceTimeIndex::new(&Atlas::fixed(Coverage::default()), &[History::default()], &ledger, "digest").unwrap();
/// let from_file = SpaceTimeIndex::from_bytes(index.as_bytes(), Some("digest")).unwrap();
/// let now = marchland_core::microseconds(ledger.span().start());
/// assert_eq!(from_file.at(LonLat::new(68.9, 36.7).unwrap(), now).located, Located::Outside);
/// ```
#[derive(Clone, Debug)]
pub struct SpaceTimeIndex<B = IndexBytes> {
    bytes: B,
    layout: Layout,
}

impl SpaceTimeIndex {
    /// Makes an index of an atlas, the history of each of its coverages in their order, and a ledger's actors, sites and span.
    ///
    /// `digest` names the dataset (and whatever else the states rest on), and is looked at when a file is opened.
    ///
    /// # Errors
    ///
    /// [`BuildFault`] where the histories are not those of the coverages, or there are more than 65,534 actors.
    pub fn new(atlas: &Atlas, histories: &[History], ledger: &Ledger, digest: &str) -> Result<Self, BuildFault> {
        check(atlas, histories, ledger)?;
        let (mut grid, mut frames, mut states) = (Grid::default(), Vec::new(), StateTables::default());
        for (coverage, history) in atlas.coverages().iter().zip(histories) {
            let heads = states.add(coverage, history, ledger);
            frames.push(grid.add(coverage, |face| heads[face.0 as usize]));
        }
        let sheet_starts: Vec<i64> = atlas.sheets().iter().map(|sheet| microseconds(sheet.from)).collect();
        let sheet_coverages: Vec<u32> = atlas.sheets().iter().map(|sheet| sheet.coverage as u32).collect();
        let boxes: Vec<[f64; 6]> =
            frames.iter().map(|frame| [frame.low[0], frame.low[1], frame.high[0], frame.high[1], frame.scale[0], frame.scale[1]]).collect();
        let counts: Vec<[u32; 3]> = frames.iter().map(|frame| [frame.count[0], frame.count[1], frame.first]).collect();
        let actors = ledger.actors().iter().map(|actor| actor.id.as_str());
        let (control_ends, controls) = words(actors.chain(["contested", "unknown"]));
        let (place_ends, places) = words(states.places.iter().map(String::as_str));
        let clock = Clock::of(&states.starts);
        let rows = states.rows(clock);
        let starts: &[i64] = if clock.tells(&states.starts) { &[] } else { &states.starts };
        let span_us = [ledger.span().start(), ledger.span().end()].map(microseconds);
        let bytes = lay_out(
            span_us,
            clock,
            [
                digest.as_bytes(),
                cast_slice(&sheet_starts),
                cast_slice(&sheet_coverages),
                cast_slice(&boxes),
                cast_slice(&counts),
                cast_slice(&grid.words),
                cast_slice(&grid.edges),
                cast_slice(&grid.sides),
                cast_slice(&rows),
                cast_slice(starts),
                cast_slice(&control_ends),
                controls.as_bytes(),
                cast_slice(&place_ends),
                places.as_bytes(),
            ],
        );
        let layout = Layout::of(bytes.as_ref()).expect("what was just laid out is sound");
        Ok(Self { bytes, layout })
    }
}

impl<B: AsRef<[u8]>> SpaceTimeIndex<B> {
    /// An index from its bytes, such as a file's, which stay where they are; with a digest, only of the dataset that has it.
    ///
    /// The bytes have to begin at a multiple of 8 in memory, as mapped files and [`IndexBytes`] do. They are read through once.
    ///
    /// # Errors
    ///
    /// [`IndexFault`] where the bytes are no index, not of this version or machine, cut off, damaged, or of another dataset.
    ///
    /// ```
    /// use marchland_index::{IndexFault, SpaceTimeIndex};
    /// assert_eq!(SpaceTimeIndex::from_bytes(b"PK", None).unwrap_err(), IndexFault::NotAnIndex { found: 2 });
    /// ```
    pub fn from_bytes(bytes: B, expected_digest: Option<&str>) -> Result<Self, IndexFault> {
        let layout = Layout::of(bytes.as_ref())?;
        let found = layout.text(bytes.as_ref(), Section::Digest)?;
        if let Some(expected) = expected_digest.filter(|expected| *expected != found) {
            return Err(IndexFault::WrongDigest { expected: expected.to_owned(), found: found.to_owned() });
        }
        layout.text(bytes.as_ref(), Section::Controls)?;
        layout.text(bytes.as_ref(), Section::Places)?;
        Ok(Self { bytes, layout })
    }

    /// The bytes to write to a file.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// The digest the index was made with.
    pub fn digest(&self) -> &str {
        self.layout.text(self.as_bytes(), Section::Digest).unwrap_or_default()
    }

    /// The first microsecond since 1970 the index speaks for, and the first after it.
    pub fn span_us(&self) -> [i64; 2] {
        self.layout.span_us
    }

    /// The words behind the codes of controls: the actors' ids in the ledger's order, then `contested` and `unknown`.
    pub fn controls(&self) -> Vec<&str> {
        self.words(Section::ControlEnds, Section::Controls)
    }

    /// The words behind the codes of places: the ids of the sites of a cell, joined by `;`.
    pub fn places(&self) -> Vec<&str> {
        self.words(Section::PlaceEnds, Section::Places)
    }

    fn words(&self, ends: Section, text: Section) -> Vec<&str> {
        let ends: &[u32] = self.layout.section(self.as_bytes(), ends);
        let text = self.layout.text(self.as_bytes(), text).unwrap_or_default();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, &end)| text.get(start as usize..end as usize).unwrap_or_default()).collect()
    }

    /// What is said of one place at one time, in microseconds since 1970-01-01T00:00:00Z.
    pub fn at(&self, lon_lat: LonLat, at_us: i64) -> Answer {
        let tables = self.tables();
        let place = at(lon_lat.lon(), lon_lat.lat());
        let face = |located: Located| if located == Located::Ok { tables.squares.face(&tables.frame(at_us), place) } else { OUTSIDE };
        let when = tables.when(at_us);
        let code = tables.state(face(when), when, at_us);
        let known = |code: u32| (code != NONE).then_some(code);
        Answer {
            located: code.located,
            control: known(code.control()),
            status: known(code.status()).and_then(|status| Status::ALL.get(status as usize).copied()),
            confidence: known(code.confidence()).and_then(|count| Confidence::from_ten_thousandths(count as u16)),
            place: known(code.place),
        }
    }

    /// Answers a batch: `answers` then holds a row for each of its rows, in order. Uses one core.
    ///
    /// The time decides first: a row without one is [`Located::NoTime`], one before or after what the dataset speaks for
    /// [`Located::Before`] or [`Located::After`], wherever its place; of these and of places [`Located::Outside`] nothing else is said.
    /// Ground [`Located::BeyondReach`] is `unknown`. A coordinate that is not finite or out of range lies outside. Several
    /// threads may ask at once, each with batches of its own.
    pub fn locate(&self, points: &PointBatch, answers: &mut AnswerBatch) {
        answers.clear();
        let tables = self.tables();
        let blocks = points.lons.chunks(BLOCK).zip(points.lats.chunks(BLOCK)).zip(points.times_us.chunks(BLOCK));
        for ((lons, lats), times_us) in blocks {
            let count = lons.len().min(lats.len()).min(times_us.len());
            tables.locate(&Questions { lons: &lons[..count], lats: &lats[..count], times_us: &times_us[..count] }, answers);
        }
    }

    fn tables(&self) -> Tables<'_> {
        let (bytes, layout) = (self.bytes.as_ref(), &self.layout);
        Tables {
            squares: Squares {
                words: layout.section(bytes, Section::Squares),
                edges: layout.section(bytes, Section::Edges),
                sides: layout.section(bytes, Section::Sides),
            },
            span_us: layout.span_us,
            sheet_starts: layout.section(bytes, Section::SheetStarts),
            sheet_coverages: layout.section(bytes, Section::SheetCoverages),
            boxes: layout.section(bytes, Section::Boxes),
            counts: layout.section(bytes, Section::Counts),
            clock: layout.clock,
            rows: layout.section(bytes, Section::Rows),
            starts: layout.section(bytes, Section::Starts),
        }
    }
}

fn check(atlas: &Atlas, histories: &[History], ledger: &Ledger) -> Result<(), BuildFault> {
    let coverages = atlas.coverages();
    if coverages.len() != histories.len() {
        return Err(BuildFault::Histories { coverages: coverages.len(), histories: histories.len() });
    }
    for (index, (coverage, history)) in coverages.iter().zip(histories).enumerate() {
        if coverage.faces().len() != history.faces() {
            return Err(BuildFault::Faces { coverage: index, faces: coverage.faces().len(), found: history.faces() });
        }
    }
    let found = ledger.actors().len();
    if found > MOST_ACTORS { Err(BuildFault::TooManyActors { found }) } else { Ok(()) }
}

/// Where each word ends, and all of them one behind the other.
fn words<'a>(words: impl Iterator<Item = &'a str>) -> (Vec<u32>, String) {
    let (mut ends, mut text) = (Vec::new(), String::new());
    for word in words {
        text.push_str(word);
        ends.push(text.len() as u32);
    }
    (ends, text)
}

/// Faces and their states through time.
#[derive(Debug, Default)]
struct StateTables {
    /// Each face's number of rows and place.
    heads: Vec<[u32; 2]>,
    /// When each row begins; before the rows of a face its head, which begins with the first.
    starts: Vec<i64>,
    states: Vec<u32>,
    places: Vec<String>,
    known: BTreeMap<Vec<SiteIndex>, u32>,
}

impl StateTables {
    /// Adds the faces of a coverage and gives the positions of their heads.
    fn add(&mut self, coverage: &Coverage, history: &History, ledger: &Ledger) -> Vec<u32> {
        let actors = ledger.actors().len() as u32;
        let mut heads = Vec::with_capacity(coverage.faces().len());
        for (index, face) in (0..).zip(coverage.faces()) {
            let place = self.place(&face.ground, ledger);
            let rows = history.of_face(FaceIndex(index));
            let head = self.starts.len();
            heads.push(head as u32);
            self.push(rows[0].start_us, NONE);
            if place == BEYOND_REACH {
                self.push(rows[0].start_us, unknown(actors));
            } else {
                for row in rows {
                    // States may differ in what answers do not tell, such as who else claims the ground.
                    let state = packed(history.state(row), row.confidence, actors);
                    if self.states.len() == head + 1 || self.states.last() != Some(&state) {
                        self.push(row.start_us, state);
                    }
                }
            }
            self.heads.push([(self.starts.len() - head - 1) as u32, place]);
        }
        heads
    }

    fn push(&mut self, start_us: i64, state: u32) {
        self.starts.push(start_us);
        self.states.push(state);
    }

    /// Heads and rows as the section holds them.
    fn rows(&self, clock: Clock) -> Vec<[u32; 2]> {
        let mut rows: Vec<[u32; 2]> = self.starts.iter().zip(&self.states).map(|(&start, &state)| [clock.tick(start), state]).collect();
        let mut at = 0;
        for &head in &self.heads {
            rows[at] = head;
            at += head[0] as usize + 1;
        }
        rows
    }

    fn place(&mut self, ground: &Ground, ledger: &Ledger) -> u32 {
        let sites = ground.sites();
        match ground {
            Ground::BeyondReach => return BEYOND_REACH,
            Ground::Lattice(_) | Ground::Sites(_) if sites.is_empty() => return NONE,
            Ground::Lattice(_) | Ground::Sites(_) => {}
        }
        if let Some(&known) = self.known.get(sites) {
            return known;
        }
        let place = self.places.len() as u32;
        self.places.push(sites.iter().map(|&site| ledger.site(site).id.as_str()).collect::<Vec<_>>().join(";"));
        self.known.insert(sites.to_vec(), place);
        place
    }
}

/// The state of ground beyond reach.
fn unknown(actors: u32) -> u32 {
    packed(
        &CellState { control: ControlState::Unknown, status: Status::Unknown, claimed_by: Vec::new(), contradicted: false },
        None,
        actors,
    )
}

fn packed(state: &CellState, confidence: Option<Confidence>, actors: u32) -> u32 {
    let control = match &state.control {
        ControlState::Held(actor) => actor.0,
        ControlState::Contested(_) => actors,
        ControlState::Unknown => actors + 1,
    };
    let status = Status::ALL.iter().position(|&status| status == state.status).unwrap_or_default() as u32;
    let confidence = confidence.map_or(NOT_WEIGHED, |confidence| u32::from(confidence.ten_thousandths()));
    control << CONTROL_SHIFT | status << STATUS_SHIFT | confidence
}

/// The answer to one question, its state still in one number.
#[derive(Clone, Copy, Debug)]
struct Coded {
    located: Located,
    state: Option<u32>,
    place: u32,
}

impl Coded {
    fn control(self) -> u32 {
        self.state.map_or(NONE, |state| state >> CONTROL_SHIFT)
    }

    fn status(self) -> u32 {
        self.state.map_or(NONE, |state| state >> STATUS_SHIFT & 3)
    }

    fn confidence(self) -> u32 {
        self.state.map(|state| state & NOT_WEIGHED).filter(|&confidence| confidence != NOT_WEIGHED).unwrap_or(NONE)
    }
}

/// At most [`BLOCK`] questions.
#[derive(Debug)]
struct Questions<'a> {
    lons: &'a [f64],
    lats: &'a [f64],
    times_us: &'a [i64],
}

impl Questions<'_> {
    fn place(&self, row: usize) -> Coord<f64> {
        at(self.lons[row], self.lats[row])
    }
}

/// The sections as what they hold.
#[derive(Clone, Copy, Debug)]
struct Tables<'a> {
    squares: Squares<'a>,
    span_us: [i64; 2],
    sheet_starts: &'a [i64],
    sheet_coverages: &'a [u32],
    boxes: &'a [[f64; 6]],
    counts: &'a [[u32; 3]],
    clock: Clock,
    rows: &'a [[u32; 2]],
    starts: &'a [i64],
}

impl Tables<'_> {
    /// Answers a block step by step.
    fn locate(&self, questions: &Questions<'_>, answers: &mut AnswerBatch) {
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
        let coded = (0..count).map(|row| self.state(faces[row], when[row], questions.times_us[row]));
        for code in coded {
            answers.located.push(code.located);
            answers.controls.push(code.control());
            answers.statuses.push(code.status());
            answers.confidences.push(code.confidence());
            answers.places.push(code.place);
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

    fn when(&self, at_us: i64) -> Located {
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
    fn frame(&self, at_us: i64) -> Frame {
        let sheet = self.sheet_starts.partition_point(|&start| start <= at_us).saturating_sub(1);
        let coverage = self.sheet_coverages.get(sheet).copied().unwrap_or_default() as usize;
        let (Some(&[west, south, east, north, across, up]), Some(&[columns, rows, first])) =
            (self.boxes.get(coverage), self.counts.get(coverage))
        else {
            return Frame::default();
        };
        Frame { low: [west, south], high: [east, north], scale: [across, up], count: [columns, rows], first }
    }

    /// What is said of a face at a time.
    #[inline]
    fn state(&self, face: u32, when: Located, at_us: i64) -> Coded {
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

/// The last of some rows that has begun at a tick, in order; the first where none has.
#[inline]
fn last_begun(rows: &[[u32; 2]], tick: u32) -> usize {
    let (mut base, mut count) = (0, rows.len());
    while count > 1 {
        let half = count / 2;
        // Which half is as good as random, and a wrong guess costs more than the comparison.
        base = select_unpredictable(rows[base + half][0] <= tick, base + half, base);
        count -= half;
    }
    base
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use marchland_core::{Actor, ActorIndex, Assessment, CoverageBuilder, Face, HistoryBuilder, LedgerDraft, Period, Sheet, SiteDraft};
    use proptest::prelude::*;

    use super::*;
    use crate::file::tests::forged;

    const DAY_US: i64 = 86_400_000_000;

    fn second(n: i64) -> Timestamp {
        Timestamp::from_second(n).unwrap()
    }

    /// Two actors, two sites, and the span of a day before 1970 and a day in it.
    fn ledger() -> Ledger {
        let site = |id: &str| SiteDraft { id: id.to_owned(), ..SiteDraft::default() };
        let window = marchland_core::Window::instant(second(0));
        let mut report = marchland_core::ReportDraft::new("r", "north", "red", marchland_core::Assertion::Controls, window, "s");
        report.said = Some(window);
        let draft = LedgerDraft {
            actors: vec![Actor::new("red", "Red"), Actor::new("blue", "Blue")],
            sources: vec![marchland_core::SourceDraft { id: "s".to_owned(), ..marchland_core::SourceDraft::default() }],
            sites: vec![site("north"), site("south")],
            reports: vec![report],
            horizon: Some(second(86_400)),
            ..LedgerDraft::default()
        };
        Ledger::new(draft).unwrap()
    }

    /// The northern triangle is of both sites, the southern beyond reach.
    ///
    /// ```text
    ///   1 ┌────┐
    ///     │ 0 ╱│     red at first, blue from noon
    ///     │ ╱ 1│     beyond reach
    ///   0 └────┘
    ///     0    1
    /// ```
    fn coverage() -> Coverage {
        let mut builder = CoverageBuilder::new();
        let [south_west, south_east, north_east, north_west] =
            [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap()));
        let [north, south] = [Ground::Sites(vec![SiteIndex(0), SiteIndex(1)]), Ground::BeyondReach]
            .map(|ground| builder.face(Face { ground, area_km2: 1.0 }));
        builder.arc(&[south_west, north_east], Some(north), Some(south)).unwrap();
        builder.arc(&[north_east, north_west, south_west], Some(north), None).unwrap();
        builder.arc(&[south_west, south_east, north_east], Some(south), None).unwrap();
        builder.finish()
    }

    fn history() -> History {
        let held = |start, end, actor, confidence| {
            let period = Period::new(second(start), second(end)).unwrap();
            let state = Assessment::unsupported(period, ControlState::Held(ActorIndex(actor)), Status::Claimed);
            Assessment { confidence, ..state }
        };
        let mut builder = HistoryBuilder::new();
        builder.face(&[held(0, 43_200, 0, Some(0.75)), held(43_200, 86_400, 1, None)]);
        builder.face(&[held(0, 86_400, 1, None)]);
        builder.finish()
    }

    fn index() -> SpaceTimeIndex {
        SpaceTimeIndex::new(&Atlas::fixed(coverage()), &[history()], &ledger(), "digest").unwrap()
    }

    const NORTH: (f64, f64) = (0.25, 0.75);

    fn located(index: &SpaceTimeIndex<impl AsRef<[u8]>>, (lon, lat): (f64, f64), at_us: i64) -> Answer {
        index.at(LonLat::new(lon, lat).unwrap(), at_us)
    }

    #[test]
    fn a_state_begins_at_its_instant_and_lasts_until_the_next() {
        let at = |second: i64| located(&index(), NORTH, second * 1_000_000);
        let index = index();
        let word = |answer: Answer| index.controls()[answer.control.unwrap() as usize].to_owned();
        assert_eq!([word(at(43_199)), word(at(43_200)), word(at(-5))], ["red", "blue", "red"]);
        assert_eq!(at(0).confidence, Confidence::from_ten_thousandths(7_500));
        assert_eq!((at(43_200).confidence, at(43_200).status), (None, Some(Status::Claimed)));
        assert_eq!(index.places(), ["north;south"]);
        assert_eq!(index.controls(), ["red", "blue", "contested", "unknown"]);
    }

    #[test]
    fn what_is_not_known_is_told_apart() {
        let index = index();
        assert_eq!(index.span_us(), [-DAY_US, DAY_US]);
        let nothing = |located| Answer { located, control: None, status: None, confidence: None, place: None };
        assert_eq!(located(&index, NORTH, NO_TIME), nothing(Located::NoTime));
        assert_eq!(located(&index, NORTH, -DAY_US - 1), nothing(Located::Before));
        assert_eq!(located(&index, NORTH, DAY_US), nothing(Located::After));
        assert_eq!(located(&index, (2.0, 0.5), 0), nothing(Located::Outside));
        let beyond = located(&index, (0.75, 0.25), 0);
        assert_eq!(beyond, Answer { control: Some(3), status: Some(Status::Unknown), ..nothing(Located::BeyondReach) });
    }

    #[test]
    fn places_that_are_none_lie_outside_and_rows_keep_their_order() {
        let lons = vec![f64::NAN, 1e308, NORTH.0, -f64::INFINITY, NORTH.0];
        let points = PointBatch { lons, lats: vec![0.5, 0.5, NORTH.1, 0.5, NORTH.1], times_us: vec![0, 0, 0, 0, NO_TIME] };
        let mut answers = AnswerBatch::default();
        index().locate(&points, &mut answers);
        let outside = Located::Outside;
        assert_eq!(answers.located, [outside, outside, Located::Ok, outside, Located::NoTime]);
        index().locate(&PointBatch::default(), &mut answers);
        assert_eq!(answers, AnswerBatch::default());
    }

    #[test]
    fn the_sheet_of_the_time_is_asked() {
        let coverages = vec![coverage(), Coverage::default()];
        let sheets = vec![Sheet { from: second(0), coverage: 0 }, Sheet { from: second(600), coverage: 1 }];
        let atlas = Atlas::new(coverages, sheets).unwrap();
        let index = SpaceTimeIndex::new(&atlas, &[history(), HistoryBuilder::new().finish()], &ledger(), "").unwrap();
        let located = |second: i64| located(&index, NORTH, second * 1_000_000).located;
        assert_eq!([located(-9), located(599), located(600)], [Located::Ok, Located::Ok, Located::Outside]);
    }

    #[test]
    fn histories_that_are_not_those_of_the_coverages_are_refused() {
        let atlas = Atlas::fixed(coverage());
        let fault = |histories: &[History]| SpaceTimeIndex::new(&atlas, histories, &ledger(), "").unwrap_err();
        assert_eq!(fault(&[]), BuildFault::Histories { coverages: 1, histories: 0 });
        assert_eq!(fault(&[HistoryBuilder::new().finish()]), BuildFault::Faces { coverage: 0, faces: 2, found: 0 });
    }

    #[test]
    fn an_index_can_be_shared_and_is_the_same_from_its_bytes() {
        fn shared<T: Send + Sync>(_: &T) {}
        let index = index();
        shared(&index);
        let again = SpaceTimeIndex::from_bytes(index.as_bytes(), Some("digest")).unwrap();
        assert_eq!((located(&again, NORTH, 0), again.digest()), (located(&index, NORTH, 0), "digest"));
        assert_eq!(again.as_bytes(), self::index().as_bytes(), "equal input gives equal bytes");
        let fault = SpaceTimeIndex::from_bytes(index.as_bytes(), Some("other")).unwrap_err();
        assert_eq!(fault, IndexFault::WrongDigest { expected: "other".to_owned(), found: "digest".to_owned() });
    }

    /// Asks an index of anything there may be in it.
    fn ask(index: &SpaceTimeIndex<impl AsRef<[u8]>>) {
        let lons: Vec<f64> = (0..64).map(|row| f64::from(row % 8) / 7.0).collect();
        let lats = (0..64).map(|row| f64::from(row / 8) / 7.0).collect();
        let times_us = (0..64).map(|row| row * DAY_US / 64).collect();
        let mut answers = AnswerBatch::default();
        index.locate(&PointBatch { lons, lats, times_us }, &mut answers);
        assert_eq!(answers.located.len(), 64);
        assert!(index.controls().len() + index.places().len() < 1_000);
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_found(at in 0_usize..100_000, change in 1_u8..) {
            let index = index();
            let mut bytes = IndexBytes::copy_of(index.as_bytes()).as_ref().to_vec();
            let at = at % bytes.len();
            bytes[at] ^= change;
            prop_assert!(SpaceTimeIndex::from_bytes(IndexBytes::copy_of(&bytes), None).is_err());
            let cut = IndexBytes::copy_of(&index.as_bytes()[..at]);
            prop_assert!(SpaceTimeIndex::from_bytes(cut, None).is_err());
        }

        #[test]
        fn bytes_forged_with_a_fitting_checksum_are_refused_or_answer_anything_and_never_panic(
            changes in prop::collection::vec((0_usize..100_000, any::<u8>()), 1..12),
        ) {
            if let Ok(forged) = SpaceTimeIndex::from_bytes(forged(index().as_bytes(), &changes), None) {
                ask(&forged);
            }
        }
    }
}
