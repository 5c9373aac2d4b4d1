//! Whole seconds: the grain in which rules reckon.
//!
//! Timelines begin and end states on whole seconds, so that two runs, and the timeline and a question about one moment of it,
//! agree to the instant. What lies between two seconds counts as the earlier one.

use jiff::Timestamp;

/// Seconds of a day; all of them have as many, since instants are UTC without leap seconds.
pub(crate) const DAY_S: f64 = 86_400.0;

/// The last whole second at or before an instant.
pub(crate) fn whole(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

/// The first whole second at or after an instant.
pub(crate) fn whole_after(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

/// The instant of a second; what no calendar holds is the calendar's first or last instant.
pub(crate) fn instant(second: i64) -> Timestamp {
    let nearest = if second < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(second).unwrap_or(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_of_a_second_counts_as_the_second_before_also_before_1970() {
        assert_eq!(whole("1970-01-01T00:00:01.5Z".parse().unwrap()), 1);
        assert_eq!(whole("1969-12-31T23:59:58.5Z".parse().unwrap()), -2);
        assert_eq!(whole_after("1969-12-31T23:59:58.5Z".parse().unwrap()), -1);
        assert_eq!(whole_after("1970-01-01T00:00:01Z".parse().unwrap()), 1);
        assert_eq!(instant(i64::MAX), Timestamp::MAX);
    }
}
