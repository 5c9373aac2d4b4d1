//! Which ids a dataset may use.
//!
//! An id is written into lists joined by `;`, into feature ids, and into columns that GDAL types by their looks.

use crate::fault::{Fault, Place};

/// Adds a fault where an id cannot be used. An empty one is left to the ledger, which knows that it is missing.
pub(crate) fn check(id: &str, place: impl FnOnce() -> Place, faults: &mut Vec<Fault>) {
    let (message, hint) = if id.contains(';') {
        ("holds \";\", which parts lists of ids", "use - or _ in its place")
    } else if id.chars().any(char::is_control) {
        ("holds a control character", "write it without line breaks and tabs")
    } else if id.trim() != id {
        ("has blanks round it", "take them away")
    } else if looks_like_a_time(id) {
        ("looks like a date or a time, and GDAL would take it for one", "put a letter before it")
    } else {
        return;
    };
    faults.push(Fault::at(&place(), "unusable-id", format!("id \"{id}\" {message}"), hint));
}

/// Digits in the shape of a date or a time: `2016-10`, `2016-10-03`, `2016/10/03`, `2:3`, `12:30:05` (seen with GDAL 3.6).
fn looks_like_a_time(id: &str) -> bool {
    if !id.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let is_split_by = |separator: char, counts: std::ops::RangeInclusive<usize>| {
        let parts: Vec<&str> = id.split(separator).collect();
        counts.contains(&parts.len())
            && parts.iter().all(|part| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    is_split_by('-', 2..=3) || is_split_by('/', 3..=3) || is_split_by(':', 2..=3)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn ids_that_would_break_lists_or_types_are_refused() {
        let refused = |id: &str| {
            let mut faults = Vec::new();
            check(id, || Place::whole(Path::new("f")), &mut faults);
            !faults.is_empty()
        };
        for id in ["a;b", "2016-10", "2016-10-03", "2:3", "12:30:05", " a", "a\nb"] {
            assert!(refused(id), "{id}");
        }
        for id in ["KDZ-GOV", "12", "461727", "pd2", "2016-10-x", "a:b"] {
            assert!(!refused(id), "{id}");
        }
    }
}
