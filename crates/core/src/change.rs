//! What is different after an instant.

use jiff::Timestamp;

use crate::{Assessment, SiteIndex};

/// A site's state before and after the instant at which `after` begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where.
    pub site: SiteIndex,
    /// The state that ended.
    pub before: Assessment,
    /// The state that began.
    pub after: Assessment,
}

impl Change {
    /// The first instant of the new state.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.after.period.start()
    }
}
