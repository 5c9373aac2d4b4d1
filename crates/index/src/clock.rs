//! Starts of states as ticks that fit 32 bits, so that half as much memory is gone through to find one.
//!
//! A tick is the longest time of which all starts are whole multiples from the first, mostly a second or a day. Where such ticks are too
//! many for 32 bits they are made longer, and the starts themselves decide between a time and the states that begin in its tick.

/// When ticks begin, and how long one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) start_us: i64,
    /// At least 1.
    pub(crate) tick_us: i64,
}

impl Clock {
    /// The clock of some starts.
    pub(crate) fn of(starts_us: &[i64]) -> Self {
        let start_us = starts_us.iter().copied().min().unwrap_or_default();
        let since = |at_us: &i64| at_us.abs_diff(start_us);
        let longest = starts_us.iter().map(since).max().unwrap_or_default();
        let whole = starts_us.iter().map(since).fold(0, greatest_common_divisor).max(1);
        // The last tick is left to all that comes later.
        let least = longest / (u64::from(u32::MAX) - 1) + 1;
        Self { start_us, tick_us: i64::try_from(whole.max(least)).unwrap_or(i64::MAX) }
    }

    /// The tick of a time: 0 before the first, and the last for all that comes later.
    #[inline]
    pub(crate) fn tick(self, at_us: i64) -> u32 {
        if at_us < self.start_us {
            return 0;
        }
        (at_us.abs_diff(self.start_us) / self.tick_us.unsigned_abs()).min(u64::from(u32::MAX)) as u32
    }

    /// Whether all starts are whole ticks, which then tell all.
    pub(crate) fn tells(self, starts_us: &[i64]) -> bool {
        starts_us.iter().all(|start_us| start_us.abs_diff(self.start_us).is_multiple_of(self.tick_us.unsigned_abs()))
    }
}

fn greatest_common_divisor(one: u64, other: u64) -> u64 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_days_are_ticks_of_a_day_and_tell_all() {
        let days = [3, 5, 10].map(|day| day * 86_400_000_000);
        let clock = Clock::of(&days);
        assert_eq!((clock.start_us, clock.tick_us), (days[0], 86_400_000_000));
        assert!(clock.tells(&days));
        assert_eq!([i64::MIN, days[1] - 1, days[1]].map(|at| clock.tick(at)), [0, 1, 2]);
    }

    #[test]
    fn microseconds_over_years_have_ticks_that_do_not_tell_all() {
        let starts = [0, 1, 4_000_000_000_000_000];
        assert!(!Clock::of(&starts).tells(&starts));
        assert_eq!(Clock::of(&[]).tick(i64::MAX), u32::MAX);
    }

    proptest! {
        #[test]
        fn a_later_time_has_no_earlier_tick(starts in prop::collection::vec(any::<i64>(), 0..5), one in any::<i64>(), other in any::<i64>()) {
            let clock = Clock::of(&starts);
            prop_assert!(clock.tick(one.min(other)) <= clock.tick(one.max(other)));
        }
    }
}
