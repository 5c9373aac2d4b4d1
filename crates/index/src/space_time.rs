//! Where and when: who held the ground at each of millions of places and times.
//!
//! A question finds the sheet of its time, the face of its place on that sheet (`squares.rs`), and the face's state then by
//! binary search in the face's row of starts. Each step waits for memory most of the time, so a block of questions
//! goes through the steps together: then a processor fetches for many of them at once.
//! The index is its bytes (`file.rs`), the same in memory as in a file. Left out: threads. The index never changes, so any number of
//! threads may ask one at once, each with batches of its own, and whoever asks keeps the order.

use bytemuck::cast_slice;
use marchland_core::{AnswerBatch, Atlas, Confidence, History, Ledger, Located, LonLat, NONE, PointBatch, Status, microseconds};
use thiserror::Error;

use crate::clock::Clock;
use crate::file::{IndexBytes, IndexFault, Layout, Section, lay_out};
use crate::predicate::at;
use crate::raster::Grid;
use crate::squares::{Frame, OUTSIDE, Squares};
use crate::states::{MOST_ACTORS, StateTables, confidence, control, status};
use crate::tables::{BLOCK, Questions, Tables};

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
        Ok(Self::of_sound(Parts { atlas, ledger, digest, grid, frames, states }.lay_out()))
    }

    fn of_sound(bytes: IndexBytes) -> Self {
        let layout = Layout::of(bytes.as_ref()).expect("what was just laid out is sound");
        Self { bytes, layout }
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
        let coded = tables.state(face(when), when, at_us);
        Answer {
            located: coded.located,
            control: coded.state.map(control),
            status: coded.state.and_then(|state| Status::ALL.get(status(state) as usize).copied()),
            confidence: coded.state.and_then(|state| Confidence::from_ten_thousandths(u16::try_from(confidence(state)).ok()?)),
            place: (coded.place != NONE).then_some(coded.place),
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

/// All that goes into an index.
#[derive(Debug)]
struct Parts<'a> {
    atlas: &'a Atlas,
    ledger: &'a Ledger,
    digest: &'a str,
    grid: Grid,
    /// One for each coverage.
    frames: Vec<Frame>,
    states: StateTables,
}

impl Parts<'_> {
    fn lay_out(&self) -> IndexBytes {
        let sheet_starts: Vec<i64> = self.atlas.sheets().iter().map(|sheet| microseconds(sheet.from)).collect();
        let sheet_coverages: Vec<u32> = self.atlas.sheets().iter().map(|sheet| sheet.coverage as u32).collect();
        let numbers = |frame: &Frame| [frame.low, frame.high, frame.scale].as_flattened().to_vec();
        let boxes: Vec<f64> = self.frames.iter().flat_map(numbers).collect();
        let counts: Vec<[u32; 3]> = self.frames.iter().map(|frame| [frame.count[0], frame.count[1], frame.first]).collect();
        let actors = self.ledger.actors().iter().map(|actor| actor.id.as_str());
        let (control_ends, controls) = words(actors.chain(["contested", "unknown"]));
        let (place_ends, places) = words(self.states.places.iter().map(String::as_str));
        let clock = Clock::of(&self.states.starts);
        let rows = self.states.rows(clock);
        let starts: &[i64] = if clock.tells(&self.states.starts) { &[] } else { &self.states.starts };
        let span_us = [self.ledger.span().start(), self.ledger.span().end()].map(microseconds);
        let sections = [
            self.digest.as_bytes(),
            cast_slice(&sheet_starts),
            cast_slice(&sheet_coverages),
            cast_slice(&boxes),
            cast_slice(&counts),
            cast_slice(&self.grid.words),
            cast_slice(&self.grid.edges),
            cast_slice(&self.grid.sides),
            cast_slice(&rows),
            cast_slice(starts),
            cast_slice(&control_ends),
            controls.as_bytes(),
            cast_slice(&place_ends),
            places.as_bytes(),
        ];
        lay_out(span_us, clock, sections)
    }
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use marchland_core::{
        Actor, ActorIndex, Assertion, Assessment, ControlState, Coverage, CoverageBuilder, Face, Ground, HistoryBuilder, LedgerDraft,
        NO_TIME, Period, ReportDraft, Sheet, SiteDraft, SiteIndex, SourceDraft, Window,
    };
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
        let window = Window::instant(second(0));
        let mut report = ReportDraft::new("r", "north", "red", Assertion::Controls, window, "s");
        report.said = Some(window);
        let draft = LedgerDraft {
            actors: vec![Actor::new("red", "Red"), Actor::new("blue", "Blue")],
            sources: vec![SourceDraft { id: "s".to_owned(), ..SourceDraft::default() }],
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
