//! Time: uncertain instants and spans of valid time.
//!
//! All instants are UTC; zones are for reading files and labelling maps, which is not done here.

use jiff::Timestamp;
use thiserror::Error;

/// How a window was written, which decides where a statement of state inside it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Written {
    /// An instant: `2016-10-03T14:00+04:30`.
    Instant,
    /// A date or an uncertain date: `2016-10-03`, `2015-09~`, `2016-10-0X`.
    Date,
    /// An interval: `2015-09-28/2015-10-13`.
    Interval,
}

/// An uncertain instant: somewhere from `earliest` to `latest`, both included.
///
/// A day runs from 00:00:00 to 23:59:59 of its zone.
///
/// ```
/// use marchland_core::{Window, Written};
/// let window = Window::new("2016-10-02T19:30:00Z".parse().unwrap(), "2016-10-03T19:29:59Z".parse().unwrap(), Written::Date);
/// assert!(window.is_some());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    earliest: Timestamp,
    latest: Timestamp,
    written: Written,
}

impl Window {
    /// A window, or none where `latest` lies before `earliest`.
    #[must_use]
    pub fn new(earliest: Timestamp, latest: Timestamp, written: Written) -> Option<Self> {
        (earliest <= latest).then_some(Self { earliest, latest, written })
    }

    /// An instant known to the second.
    #[must_use]
    pub fn instant(at: Timestamp) -> Self {
        Self { earliest: at, latest: at, written: Written::Instant }
    }

    /// The first instant it may be.
    #[must_use]
    pub fn earliest(self) -> Timestamp {
        self.earliest
    }

    /// The last instant it may be.
    #[must_use]
    pub fn latest(self) -> Timestamp {
        self.latest
    }

    /// How it was written.
    #[must_use]
    pub fn written(self) -> Written {
        self.written
    }

    /// Whether some instant lies in both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.earliest <= other.latest && other.earliest <= self.latest
    }
}

/// A half-open span of valid time, `[start, end)`, never empty (the `PERIOD` of SQL:2011).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    start: Timestamp,
    end: Timestamp,
}

/// A period that would hold no instant.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("expected a period that ends after it starts but got {start} to {end}: swap them, or move the end")]
pub struct EmptyPeriod {
    /// The start given.
    pub start: Timestamp,
    /// The end given.
    pub end: Timestamp,
}

impl Period {
    /// The period from `start` up to `end`.
    ///
    /// # Errors
    ///
    /// [`EmptyPeriod`] where `end` does not lie after `start`.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, EmptyPeriod> {
        if start < end { Ok(Self { start, end }) } else { Err(EmptyPeriod { start, end }) }
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> Timestamp {
        self.start
    }

    /// The first instant after it.
    #[must_use]
    pub fn end(self) -> Timestamp {
        self.end
    }

    /// Whether the instant lies in it: the start does, the end does not.
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    /// Whether some instant lies in both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: i64) -> Timestamp {
        Timestamp::from_second(n).unwrap()
    }

    #[test]
    fn periods_that_only_touch_do_not_overlap() {
        let first = Period::new(second(0), second(10)).unwrap();
        let next = Period::new(second(10), second(20)).unwrap();
        assert!(!first.overlaps(next));
        assert!(!first.contains(second(10)) && next.contains(second(10)));
    }

    #[test]
    fn a_period_that_would_be_empty_is_refused() {
        assert_eq!(Period::new(second(5), second(5)), Err(EmptyPeriod { start: second(5), end: second(5) }));
    }

    #[test]
    fn windows_that_share_one_second_overlap() {
        let early = Window::new(second(0), second(10), Written::Date).unwrap();
        assert!(early.overlaps(Window::instant(second(10))));
        assert_eq!(Window::new(second(1), second(0), Written::Interval), None);
    }
}
