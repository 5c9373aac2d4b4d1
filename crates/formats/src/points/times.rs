//! Times of rows, in microseconds since 1970: read fast where they are written the common way, by [`edtf`] otherwise.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Complaint;
use crate::edtf;

pub(super) const SECOND_US: i64 = 1_000_000;
pub(super) const DAY_US: i64 = 86_400 * SECOND_US;

/// The last second of a day, from its start: what a bare date means, here as for `--at`.
const LAST_SECOND_US: i64 = DAY_US - SECOND_US;

/// Days whose offset is remembered (chosen: eleven years in a row; a power of two).
const REMEMBERED_DAYS: usize = 4096;

/// Turns local times of a zone into instants, remembering the offset of each day on which it does not change.
///
/// Asking the zone costs about as much as reading the text; tables come back to the same days.
pub(super) struct LocalClock {
    zone: TimeZone,
    /// By day modulo the length: the day, and what to take from its local times; none: the offset changes on that day.
    days: Vec<(i64, Option<i64>)>,
}

impl LocalClock {
    pub(super) fn new(zone: TimeZone) -> Self {
        Self { zone, days: vec![(i64::MIN, None); REMEMBERED_DAYS] }
    }

    /// The instant of a local time, both in microseconds; none outside the years −9999 to 9999. Of a time that the clocks skip or
    /// repeat, what the zone makes of it at first.
    pub(super) fn instant(&mut self, local_us: i64) -> Option<i64> {
        let day = local_us.div_euclid(DAY_US);
        let slot = day.rem_euclid(REMEMBERED_DAYS as i64) as usize;
        if self.days[slot].0 != day {
            self.days[slot] = (day, self.offset_of_day(day));
        }
        match self.days[slot].1 {
            Some(offset_us) => Some(local_us - offset_us),
            None => self.ask(local_us),
        }
    }

    /// The last second of a day counted from 1970.
    #[cfg(feature = "columnar")]
    pub(super) fn end_of_day(&mut self, day: i64) -> Option<i64> {
        self.instant(day.checked_mul(DAY_US)?.checked_add(LAST_SECOND_US)?)
    }

    fn offset_of_day(&self, day: i64) -> Option<i64> {
        let (start, end) = (day.checked_mul(DAY_US)?, day.checked_add(1)?.checked_mul(DAY_US)?);
        let (first, last) = (self.ask(start)?, self.ask(end)?);
        let changes = self.zone.following(Timestamp::from_microsecond(first - 1).ok()?).next();
        let is_quiet = changes.is_none_or(|change| change.timestamp().as_microsecond() > last);
        (is_quiet && last - first == DAY_US).then_some(start - first)
    }

    fn ask(&self, local_us: i64) -> Option<i64> {
        let local: DateTime = TimeZone::UTC.to_datetime(Timestamp::from_microsecond(local_us).ok()?);
        self.zone.to_ambiguous_timestamp(local).compatible().ok().map(Timestamp::as_microsecond)
    }

    /// The instant that a text means; none where it is empty.
    pub(super) fn read(&mut self, text: &str) -> Result<Option<i64>, Complaint> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        match common(text.as_bytes()) {
            Some(Common::Instant(at_us)) => Ok(Some(at_us)),
            Some(Common::Local(local_us)) => self.instant(local_us).map(Some).ok_or_else(|| unreadable(text, &self.zone)),
            None => self.read_other(text).map(Some),
        }
    }

    fn read_other(&self, text: &str) -> Result<i64, Complaint> {
        let has_space = text.as_bytes().get(10) == Some(&b' ');
        let text = if has_space { text.replacen(' ', "T", 1) } else { text.to_owned() };
        edtf::moment(&text, &self.zone).map(Timestamp::as_microsecond).map_err(|_fault| unreadable(&text, &self.zone))
    }
}

/// The complaint about a text that is no time.
fn unreadable(text: &str, zone: &TimeZone) -> Complaint {
    let (message, hint) = match edtf::moment(text, zone) {
        Err(fault) => (fault.to_string(), fault.hint()),
        Ok(_) => (format!("\"{text}\" is no time of the calendar"), "check its year".to_owned()),
    };
    Complaint { code: "unreadable-time", message, hint: format!("{hint}, or leave such rows out with --on-bad-row skip") }
}

/// A time in one of the common forms.
enum Common {
    Instant(i64),
    Local(i64),
}

/// Reads `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM:SS` and the same with `Z`, the `T` perhaps a space; none for all else, and for what no calendar has.
fn common(text: &[u8]) -> Option<Common> {
    let day_us = day(text.get(..10)?)? * DAY_US;
    match text.len() {
        10 => Some(Common::Local(day_us + LAST_SECOND_US)),
        19 => Some(Common::Local(day_us + clock(&text[10..])?)),
        20 if text[19] == b'Z' => Some(Common::Instant(day_us + clock(&text[10..19])?)),
        _ => None,
    }
}

fn day(text: &[u8]) -> Option<i64> {
    let year = number(&text[..4])?;
    let (month, day) = (number(&text[5..7])?, number(&text[8..10])?);
    let is_sound = text[4] == b'-' && text[7] == b'-' && (1..=12).contains(&month) && day >= 1 && day <= days_of_month(year, month);
    is_sound.then(|| days_from_civil(year, month, day))
}

/// `THH:MM:SS` from midnight.
fn clock(text: &[u8]) -> Option<i64> {
    let (hour, minute, second) = (number(&text[1..3])?, number(&text[4..6])?, number(&text[7..9])?);
    let is_sound = matches!(text[0], b'T' | b' ') && text[3] == b':' && text[6] == b':' && hour < 24 && minute < 60 && second < 60;
    is_sound.then_some((hour * 3600 + minute * 60 + second) * SECOND_US)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

fn days_of_month(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The year, month and day of a day counted from 1970 (Hinnant, as above).
#[cfg(feature = "columnar")]
fn civil_from_days(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let day_of_era = day.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

/// Writes a time as `YYYY-MM-DDTHH:MM:SS`, behind it a fraction where there is one.
#[cfg(feature = "columnar")]
pub(super) fn write(second: i64, nanosecond: u32, out: &mut Vec<u8>) {
    let (year, month, day) = civil_from_days(second.div_euclid(86_400));
    let of_day = second.rem_euclid(86_400);
    if (0..=9999).contains(&year) {
        push_digits(out, year, 4);
    } else {
        out.extend_from_slice(year.to_string().as_bytes());
    }
    for (mark, number) in [(b'-', month), (b'-', day), (b'T', of_day / 3600), (b':', of_day / 60 % 60), (b':', of_day % 60)] {
        out.push(mark);
        push_digits(out, number, 2);
    }
    if nanosecond > 0 {
        out.push(b'.');
        push_digits(out, i64::from(nanosecond), 9);
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
}

#[cfg(feature = "columnar")]
fn push_digits(out: &mut Vec<u8>, number: i64, digits: u32) {
    out.extend((0..digits).rev().map(|place| b'0' + (number / 10_i64.pow(place) % 10) as u8));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, zone: &str) -> String {
        match LocalClock::new(TimeZone::get(zone).unwrap()).read(text) {
            Ok(Some(at_us)) => Timestamp::from_microsecond(at_us).unwrap().to_string(),
            Ok(None) => "none".to_owned(),
            Err(complaint) => format!("{}; {}", complaint.message, complaint.hint),
        }
    }

    #[test]
    fn times_are_read_with_and_without_offset_and_dates_end_their_day() {
        for (text, expected) in [
            ("2016-10-03T14:00:00Z", "2016-10-03T14:00:00Z"),
            ("2016-10-03T14:00:00", "2016-10-03T09:30:00Z"),
            ("2016-10-03 14:00:00", "2016-10-03T09:30:00Z"),
            ("2016-10-03 14:00:00+00", "2016-10-03T14:00:00Z"),
            ("2016-10-03T14:00:00.25+02:00", "2016-10-03T12:00:00.25Z"),
            ("2016-10-03", "2016-10-03T19:29:59Z"),
            ("2016-10", "2016-10-31T19:29:59Z"),
            (" 2016-10-03 ", "2016-10-03T19:29:59Z"),
            ("", "none"),
        ] {
            assert_eq!(read(text, "Asia/Kabul"), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_told_with_what_was_meant() {
        let skip = ", or leave such rows out with --on-bad-row skip";
        assert!(read("03/10/2016", "UTC").ends_with(&format!("; write 2016-10-03 or 2016-03-10{skip}")));
        assert_eq!(read("2016-02-30", "UTC"), format!("\"2016-02-30\" is no time of the calendar; check its month, day and hour{skip}"));
        assert!(read("2016-02-03T24:00:00Z", "UTC").contains("no time of the calendar"));
    }

    #[cfg(feature = "columnar")]
    #[test]
    fn times_are_written_with_a_fraction_only_where_there_is_one() {
        let written = |second: i64, nanosecond: u32| {
            let mut out = Vec::new();
            write(second, nanosecond, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(0, 0), "1970-01-01T00:00:00");
        assert_eq!(written(-1, 250_000_000), "1969-12-31T23:59:59.25");
        assert_eq!(written(1_709_164_799, 1), "2024-02-28T23:59:59.000000001");
        assert_eq!(written(253_402_300_800, 0), "10000-01-01T00:00:00");
    }

    proptest! {
        #[cfg(feature = "columnar")]
        #[test]
        fn times_written_are_read_as_themselves(second in -62_167_219_200_i64..253_402_300_800) {
            let mut out = Vec::new();
            write(second, 0, &mut out);
            out.push(b'Z');
            let read = LocalClock::new(TimeZone::UTC).read(std::str::from_utf8(&out).unwrap()).unwrap();
            prop_assert_eq!(read, Some(second * SECOND_US));
        }

        #[test]
        fn the_fast_way_and_the_remembered_offsets_agree_with_the_slow_way(second in -2_208_988_800_i64..4_102_444_800, zone in 0_usize..5) {
            let name = ["UTC", "Asia/Kabul", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"][zone];
            let zone = TimeZone::get(name).unwrap();
            let local = TimeZone::UTC.to_datetime(Timestamp::from_second(second).unwrap());
            let mut clock = LocalClock::new(zone.clone());
            for text in [local.to_string(), format!("{local}Z"), local.date().to_string()] {
                prop_assert!(common(text.as_bytes()).is_some());
                let slow = edtf::moment(&text, &zone).unwrap().as_microsecond();
                prop_assert_eq!(clock.read(&text).unwrap(), Some(slow), "{}", text);
            }
        }
    }
}
