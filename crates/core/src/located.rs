//! Many questions at once, and their answers: who held the ground at each of these places and times.

/// Rows of places and times, column by column; all columns have one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointBatch {
    /// Longitudes in degrees of WGS 84, −180 to 180.
    pub lons: Vec<f64>,
    /// Latitudes in degrees of WGS 84, −90 to 90.
    pub lats: Vec<f64>,
    /// Microseconds since 1970-01-01T00:00:00Z; [`NO_TIME`] where the row has none.
    pub times_us: Vec<i64>,
}

/// Stands in [`PointBatch::times_us`] for a row without a time.
pub const NO_TIME: i64 = i64::MIN;

/// Stands in the columns of [`AnswerBatch`] for no answer.
pub const NONE: u32 = u32::MAX;

/// What came of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Located {
    /// The place lies in a cell, and its state then is given.
    Ok = 0,
    /// The place lies inside the boundary and beyond every site's reach: unknown.
    BeyondReach = 1,
    /// The place lies outside the boundary.
    Outside = 2,
    /// The row has no time.
    NoTime = 3,
    /// The time lies before what the dataset speaks for.
    Before = 4,
    /// The time lies at or after the dataset's horizon.
    After = 5,
}

impl Located {
    /// All of them, by their number.
    pub const ALL: [Self; 6] = [Self::Ok, Self::BeyondReach, Self::Outside, Self::NoTime, Self::Before, Self::After];

    /// The word files use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::BeyondReach => "beyond_reach",
            Self::Outside => "outside",
            Self::NoTime => "no_time",
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// Answers to a [`PointBatch`], row by row in its order, column by column.
///
/// `controls` and `places` hold codes: positions in the lists of words that whoever answers hands along (`controls`: the actors' ids,
/// then `contested` and `unknown`; `places`: the ids of the sites of each cell).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnswerBatch {
    /// What came of it.
    pub located: Vec<Located>,
    /// Who held the ground; [`NONE`] where nothing is said of the place or time.
    pub controls: Vec<u32>,
    /// How surely, as a position in [`Status::ALL`](crate::Status::ALL); [`NONE`] where nothing is said.
    pub statuses: Vec<u32>,
    /// Probability in ten-thousandths; [`NONE`] where none was weighed.
    pub confidences: Vec<u32>,
    /// The site or sites of the cell; [`NONE`] beyond reach and outside.
    pub places: Vec<u32>,
}

impl AnswerBatch {
    /// Takes all rows out, keeping the room for the next ones.
    pub fn clear(&mut self) {
        self.located.clear();
        self.controls.clear();
        self.statuses.clear();
        self.confidences.clear();
        self.places.clear();
    }
}
