//! Coverages through time: the ground may be drawn anew, and each drawing has its days.

use jiff::Timestamp;
use thiserror::Error;

use crate::Coverage;

/// From when a coverage is the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The first instant it is the map; it is so until the next sheet begins.
    pub from: Timestamp,
    /// Which, as a position in [`Atlas::coverages`].
    pub coverage: usize,
}

/// The ground through time: one coverage for ever where cells stay and states change; where maps are drawn day by day a
/// coverage for each different drawing, and the sheets that say when it was the map.
///
/// A drawing that comes again is one coverage with several sheets. Guarantees: there is at least one sheet, sheets are in order of time,
/// and each points at a coverage that exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Atlas {
    coverages: Vec<Coverage>,
    sheets: Vec<Sheet>,
}

/// Why something is no atlas.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AtlasFault {
    /// Nothing says what the ground is.
    #[error("expected at least one sheet but got none")]
    Empty,
    /// A sheet that does not begin after the one before.
    #[error("expected a sheet that begins after {before} but got one that begins at {found}: sort the sheets and drop those of no time")]
    NotInOrder {
        /// The start of the sheet before.
        before: Timestamp,
        /// The start found.
        found: Timestamp,
    },
    /// A sheet of a coverage that is not there.
    #[error("expected a coverage below {coverages} but got {found}")]
    UnknownCoverage {
        /// Coverages there are.
        coverages: usize,
        /// The coverage named.
        found: usize,
    },
}

impl Atlas {
    /// One coverage for ever.
    #[must_use]
    pub fn fixed(coverage: Coverage) -> Self {
        Self { coverages: vec![coverage], sheets: vec![Sheet { from: Timestamp::MIN, coverage: 0 }] }
    }

    /// Coverages and when each is the map. The first sheet also answers for all time before it.
    ///
    /// # Errors
    ///
    /// [`AtlasFault`] where there is no sheet, one does not begin after the last, or one points at no coverage.
    ///
    /// ```
    /// use marchland_core::{Atlas, AtlasFault, Coverage, Sheet};
    /// let days = ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"].map(|day| day.parse().unwrap());
    /// let sheets = days.map(|from| Sheet { from, coverage: 0 }).to_vec();
    /// assert!(Atlas::new(vec![Coverage::default()], sheets).is_ok());
    /// assert_eq!(Atlas::new(vec![], vec![]), Err(AtlasFault::Empty));
    /// ```
    pub fn new(coverages: Vec<Coverage>, sheets: Vec<Sheet>) -> Result<Self, AtlasFault> {
        if sheets.is_empty() {
            return Err(AtlasFault::Empty);
        }
        if let Some(pair) = sheets.windows(2).find(|pair| pair[0].from >= pair[1].from) {
            return Err(AtlasFault::NotInOrder { before: pair[0].from, found: pair[1].from });
        }
        if let Some(sheet) = sheets.iter().find(|sheet| sheet.coverage >= coverages.len()) {
            return Err(AtlasFault::UnknownCoverage { coverages: coverages.len(), found: sheet.coverage });
        }
        Ok(Self { coverages, sheets })
    }

    /// The different coverages.
    #[must_use]
    pub fn coverages(&self) -> &[Coverage] {
        &self.coverages
    }

    /// When each is the map, in order.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The position of the coverage that is the map at an instant; before the first sheet that of the first. One binary search.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> usize {
        let after = self.sheets.partition_point(|sheet| sheet.from <= at);
        self.sheets[after.saturating_sub(1)].coverage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: i64) -> Timestamp {
        Timestamp::from_second(n).unwrap()
    }

    #[test]
    fn a_sheet_is_the_map_from_its_start_until_the_next_begins() {
        let sheets = vec![Sheet { from: second(10), coverage: 1 }, Sheet { from: second(20), coverage: 0 }];
        let atlas = Atlas::new(vec![Coverage::default(); 2], sheets).unwrap();
        assert_eq!([5, 10, 19, 20, 99].map(|n| atlas.at(second(n))), [1, 1, 1, 0, 0]);
        assert_eq!(Atlas::fixed(Coverage::default()).at(second(-9)), 0);
    }

    #[test]
    fn sheets_out_of_order_or_of_no_coverage_are_refused() {
        let sheet = |n, coverage| Sheet { from: second(n), coverage };
        let one = vec![Coverage::default()];
        let fault = Atlas::new(one.clone(), vec![sheet(10, 0), sheet(10, 0)]).unwrap_err();
        assert_eq!(fault, AtlasFault::NotInOrder { before: second(10), found: second(10) });
        assert_eq!(Atlas::new(one, vec![sheet(0, 1)]), Err(AtlasFault::UnknownCoverage { coverages: 1, found: 1 }));
    }
}
