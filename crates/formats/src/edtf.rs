//! Times as people write them: ISO 8601 and the forms of EDTF level 1 (Library of Congress, 2019; ISO 8601-2) that reports need.
//!
//! | written | window |
//! | --- | --- |
//! | `2016-10-03T14:00+04:30`, `…T14:00:30Z`, `2016-10-03T14:00` (local) | that instant |
//! | `2016-10-03`, `2016-10`, `2016` | the first to the last second of that local day, month or year |
//! | `2016-10-0X`, `2016-XX`, `201X` | all that the missing digits leave open |
//! | `2016-21` to `2016-24` | spring, summer, autumn, winter of the northern year: March to May, … December to February |
//! | `2016-10-03~`, `?`, `%` | the same window as without: how far "about" goes only the writer knows, so a wider window is written as one |
//! | `A/B` | from the start of A to the end of B |
//!
//! Everything else is refused with the form that was probably meant. The last second of a day is 23:59:59.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use marchland_core::{Window, Written};
use thiserror::Error;

/// Why a text is no time.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TimeFault {
    /// No form that is known.
    #[error("expected a time such as 2016-10-03, 2016-10-03T14:00+04:30 or 2015-09-28/2015-10-13 but got \"{text}\"")]
    Form {
        /// The text.
        text: String,
    },
    /// A day, month or hour that does not exist.
    #[error("\"{text}\" is no time of the calendar")]
    Calendar {
        /// The text.
        text: String,
    },
    /// An interval that ends before it starts.
    #[error("the interval \"{text}\" ends before it starts")]
    Backwards {
        /// The text.
        text: String,
    },
    /// An interval with an open end, where both are needed.
    #[error("the interval \"{text}\" has an open end")]
    Open {
        /// The text.
        text: String,
    },
}

impl TimeFault {
    /// The way out, with the form that was probably meant; of `03/10/2016`, both.
    ///
    /// ```
    /// use jiff::tz::TimeZone;
    /// let fault = marchland_formats::edtf::window("03/10/2016", &TimeZone::UTC).unwrap_err();
    /// assert_eq!(fault.hint(), "write 2016-10-03 or 2016-03-10");
    /// ```
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Form { text } => meant(text),
            Self::Calendar { .. } => "check its month, day and hour".to_owned(),
            Self::Backwards { .. } => "swap its ends".to_owned(),
            Self::Open { .. } => "write both its ends".to_owned(),
        }
    }
}

/// The window that a text means; times without offset are read in the zone.
///
/// # Errors
///
/// [`TimeFault`] where the text is of no known form, or names a time that does not exist.
///
/// ```
/// use jiff::tz::TimeZone;
/// use marchland_formats::edtf;
/// let kabul = TimeZone::get("Asia/Kabul").unwrap();
/// let day = edtf::window("2016-10-03", &kabul).unwrap();
/// assert_eq!(day.earliest().to_string(), "2016-10-02T19:30:00Z");
/// assert_eq!(day.latest().to_string(), "2016-10-03T19:29:59Z");
/// assert!(edtf::window("03/10/2016", &kabul).is_err());
/// ```
pub fn window(text: &str, zone: &TimeZone) -> Result<Window, TimeFault> {
    let Some((start, end)) = text.split_once('/') else {
        let (start, end, written) = part(text, zone)?;
        return Window::new(start, end, written).ok_or_else(|| TimeFault::Calendar { text: text.to_owned() });
    };
    if [start, end].iter().any(|part| matches!(*part, ".." | "")) {
        return Err(TimeFault::Open { text: text.to_owned() });
    }
    let named = |fault| if is_slashed_date(text) { TimeFault::Form { text: text.to_owned() } } else { fault };
    let (start, ..) = part(start, zone).map_err(named)?;
    let (_, end, _) = part(end, zone).map_err(named)?;
    Window::new(start, end, Written::Interval).ok_or_else(|| TimeFault::Backwards { text: text.to_owned() })
}

/// The moment that a text means on the command line: an instant, or the last second of a date.
///
/// # Errors
///
/// [`TimeFault`] as for [`window`]; an interval is no moment.
pub fn moment(text: &str, zone: &TimeZone) -> Result<Timestamp, TimeFault> {
    if text.contains('/') { Err(TimeFault::Form { text: text.to_owned() }) } else { part(text, zone).map(|(_, end, _)| end) }
}

/// The span that `A/B` means, as its first instant and the first after it; `..` leaves an end open, and the day B is included.
///
/// # Errors
///
/// [`TimeFault`] as for [`window`]; a single date is the span of that day.
pub fn period(text: &str, zone: &TimeZone) -> Result<(Option<Timestamp>, Option<Timestamp>), TimeFault> {
    let (start, end) = text.split_once('/').unwrap_or((text, text));
    let open = |part: &str| matches!(part, ".." | "");
    let first = if open(start) { None } else { Some(part(start, zone)?.0) };
    let last = if open(end) { None } else { Some(after(part(end, zone)?)) };
    match (first, last) {
        (Some(first), Some(last)) if last <= first => Err(TimeFault::Backwards { text: text.to_owned() }),
        _ => Ok((first, last)),
    }
}

/// The instant at which a state of `control.csv` starts or ends: a bare date is local midnight at the start of that day.
pub(crate) fn boundary(text: &str, zone: &TimeZone) -> Result<Timestamp, TimeFault> {
    if let Some(at) = utc_second(text) {
        return Ok(at);
    }
    if text.contains('/') { Err(TimeFault::Form { text: text.to_owned() }) } else { part(text, zone).map(|(start, ..)| start) }
}

/// The first instant after a window's last second, or the instant itself.
fn after((_, end, written): (Timestamp, Timestamp, Written)) -> Timestamp {
    match written {
        Written::Instant => end,
        Written::Date | Written::Interval => end.checked_add(SignedDuration::from_secs(1)).unwrap_or(end),
    }
}

fn part(text: &str, zone: &TimeZone) -> Result<(Timestamp, Timestamp, Written), TimeFault> {
    if text.contains('T') {
        return instant(text, zone).map(|at| (at, at, Written::Instant));
    }
    let date = text.strip_suffix(['~', '?', '%']).unwrap_or(text);
    let (first, last) = days(date).ok_or_else(|| {
        if looks_like_a_date(date) { TimeFault::Calendar { text: text.to_owned() } } else { TimeFault::Form { text: text.to_owned() } }
    })?;
    let calendar = || TimeFault::Calendar { text: text.to_owned() };
    let start = local(first.to_datetime(Time::midnight()), zone).ok_or_else(calendar)?;
    let end = local(last.to_datetime(Time::constant(23, 59, 59, 0)), zone).ok_or_else(calendar)?;
    Ok((start, end, Written::Date))
}

/// An instant with an offset, or local; of a local time that the clocks skip or repeat, what the zone makes of it at first.
fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, TimeFault> {
    if let Some(at) = utc_second(text) {
        return Ok(at);
    }
    let form = || TimeFault::Form { text: text.to_owned() };
    let (date, time) = text.split_once('T').ok_or_else(form)?;
    let has_form = date.len() == 10 && time.len() >= 5 && time.as_bytes()[2] == b':' && text.is_ascii();
    if !has_form {
        return Err(form());
    }
    let has_offset = time.ends_with('Z') || time[5..].contains(['+', '-']);
    let calendar = || TimeFault::Calendar { text: text.to_owned() };
    if has_offset {
        let hours = time.rsplit(['+', '-']).next().and_then(|offset| offset.get(..2)?.parse::<u8>().ok());
        // No zone was ever farther than 18 hours from UTC (the bound that java.time and ISO 8601 readers use too).
        if !time.ends_with('Z') && hours.is_none_or(|hours| hours > 18) {
            return Err(calendar());
        }
        text.parse().map_err(|_unreadable| calendar())
    } else {
        let local_time: DateTime = text.parse().map_err(|_unreadable| calendar())?;
        local(local_time, zone).ok_or_else(calendar)
    }
}

/// `2016-10-03T14:00:30Z`, the form of nearly all rows of large files, read without a parser; of anything else nothing.
fn utc_second(text: &str) -> Option<Timestamp> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    if [bytes[4], bytes[7], bytes[10], bytes[13], bytes[16], bytes[19]] != *b"--T::Z" {
        return None;
    }
    let two = |at: usize| {
        let digits = [bytes[at].wrapping_sub(b'0'), bytes[at + 1].wrapping_sub(b'0')];
        (digits[0] < 10 && digits[1] < 10).then(|| (digits[0] * 10 + digits[1]) as i8)
    };
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    let (date, time) = (Date::new(year, two(5)?, two(8)?).ok()?, Time::new(two(11)?, two(14)?, two(17)?, 0).ok()?);
    Offset::UTC.to_timestamp(date.to_datetime(time)).ok()
}

fn local(time: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(time).compatible().ok()
}

/// The first and last day that a date leaves open.
fn days(text: &str) -> Option<(Date, Date)> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    // Only the last digits may be open (EDTF level 1): `2016-XX-03` is twelve days, and no span of them.
    if text.trim_end_matches(['X', '-']).contains('X') {
        return None;
    }
    let (first_year, last_year) = digits(year, 4)?;
    let Some(month) = month else {
        return Some((date(first_year, 1, 1)?, date(last_year, 12, 31)?));
    };
    if let (None, Some((start, end))) = (day, season(month)) {
        let ends = if end < start { last_year + 1 } else { last_year };
        return Some((date(first_year, start, 1)?, date(ends, end, 1)?.last_of_month()));
    }
    let (first_month, last_month) = bounded(digits(month, 2)?, 1, 12)?;
    let Some(day) = day else {
        return Some((date(first_year, first_month, 1)?, date(last_year, last_month, 1)?.last_of_month()));
    };
    let end = date(last_year, last_month, 1)?.last_of_month();
    let (first_day, last_day) = bounded(digits(day, 2)?, 1, i32::from(end.day()))?;
    Some((date(first_year, first_month, first_day)?, date(last_year, last_month, last_day)?))
}

/// The lowest and highest number that some digits, of which the last may be `X`, can mean.
fn digits(text: &str, length: usize) -> Option<(i32, i32)> {
    let known = text.trim_end_matches('X');
    let is_sound = text.len() == length && known.bytes().all(|byte| byte.is_ascii_digit());
    is_sound.then(|| Some((text.replace('X', "0").parse().ok()?, text.replace('X', "9").parse().ok()?))).flatten()
}

/// Cuts a range of open digits to what exists; a range of known digits must exist as it is.
fn bounded((low, high): (i32, i32), first: i32, last: i32) -> Option<(i32, i32)> {
    let cut = if low == high { (low, high) } else { (low.max(first), high.min(last)) };
    (first <= cut.0 && cut.0 <= cut.1 && cut.1 <= last).then_some(cut)
}

fn season(month: &str) -> Option<(i32, i32)> {
    Some(match month {
        "21" => (3, 5),
        "22" => (6, 8),
        "23" => (9, 11),
        "24" => (12, 2),
        _ => return None,
    })
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn looks_like_a_date(text: &str) -> bool {
    let shape: String = text.chars().map(|letter| if letter.is_ascii_digit() || letter == 'X' { '9' } else { letter }).collect();
    matches!(shape.as_str(), "9999" | "9999-99" | "9999-99-99")
}

/// Three numbers with slashes between: a date as no two countries read it.
fn is_slashed_date(text: &str) -> bool {
    numbers(text).is_some()
}

fn numbers(text: &str) -> Option<[u32; 3]> {
    let separator = text.chars().find(|letter| matches!(letter, '/' | '.' | '-'))?;
    let parts: Vec<u32> = text.split(separator).map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    parts.try_into().ok()
}

/// What was probably meant, as a hint.
fn meant(text: &str) -> String {
    let form = |year: u32, month: u32, day: u32| format!("{year:04}-{month:02}-{day:02}");
    let exists = |year: u32, month: u32, day: u32| date(year as i32, month as i32, day as i32).is_some();
    let readings: Vec<String> = match numbers(text) {
        Some([year, month, day]) if year > 31 && exists(year, month, day) => vec![form(year, month, day)],
        Some([one, other, year]) if year > 31 && year < 10_000 => {
            let mut readings: Vec<String> = Vec::new();
            for (month, day) in [(other, one), (one, other)] {
                if exists(year, month, day) && !readings.contains(&form(year, month, day)) {
                    readings.push(form(year, month, day));
                }
            }
            readings
        }
        None => unpadded_or_parted(text).into_iter().collect(),
        _ => Vec::new(),
    };
    if readings.is_empty() {
        "write it year first: 2016-10-03, 2016-10 or 2016".to_owned()
    } else {
        format!("write {}", readings.join(" or "))
    }
}

/// `2016-9` with its nought, `2016-10-03 14:00` with its `T`.
fn unpadded_or_parted(text: &str) -> Option<String> {
    let mended = match text.split_once(' ') {
        Some((day, clock)) => format!("{day}T{}", clock.trim()),
        None => text.split_once('-').filter(|(_, month)| month.len() == 1).map(|(year, month)| format!("{year}-0{month}"))?,
    };
    window(&mended, &TimeZone::UTC).is_ok().then_some(mended)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kabul() -> TimeZone {
        TimeZone::get("Asia/Kabul").unwrap()
    }

    fn read(text: &str) -> String {
        match window(text, &TimeZone::UTC) {
            Ok(window) => format!("{} {}", window.earliest(), window.latest()),
            Err(fault) => format!("{fault}; {}", fault.hint()),
        }
    }

    #[test]
    fn each_form_means_its_window() {
        for (text, expected) in [
            ("2016-10-03", "2016-10-03T00:00:00Z 2016-10-03T23:59:59Z"),
            ("2016-02", "2016-02-01T00:00:00Z 2016-02-29T23:59:59Z"),
            ("2016", "2016-01-01T00:00:00Z 2016-12-31T23:59:59Z"),
            ("2015-09~", "2015-09-01T00:00:00Z 2015-09-30T23:59:59Z"),
            ("2016-10-0X", "2016-10-01T00:00:00Z 2016-10-09T23:59:59Z"),
            ("2016-10-3X", "2016-10-30T00:00:00Z 2016-10-31T23:59:59Z"),
            ("2016-10-XX", "2016-10-01T00:00:00Z 2016-10-31T23:59:59Z"),
            ("2016-XX", "2016-01-01T00:00:00Z 2016-12-31T23:59:59Z"),
            ("2016-XX-XX", "2016-01-01T00:00:00Z 2016-12-31T23:59:59Z"),
            ("2016-1X", "2016-10-01T00:00:00Z 2016-12-31T23:59:59Z"),
            ("2015-02-2X", "2015-02-20T00:00:00Z 2015-02-28T23:59:59Z"),
            ("201X", "2010-01-01T00:00:00Z 2019-12-31T23:59:59Z"),
            ("2016-24", "2016-12-01T00:00:00Z 2017-02-28T23:59:59Z"),
            ("2015-09-28/2015-10-13", "2015-09-28T00:00:00Z 2015-10-13T23:59:59Z"),
            ("2015-09-28T12:00+04:30/2015-09-28T15:30+04:30", "2015-09-28T07:30:00Z 2015-09-28T11:00:00Z"),
            ("2016-10-03T14:00+04:30", "2016-10-03T09:30:00Z 2016-10-03T09:30:00Z"),
            ("2016-10-03T14:00:30Z", "2016-10-03T14:00:30Z 2016-10-03T14:00:30Z"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_what_was_meant() {
        assert!(read("03/10/2016").ends_with("; write 2016-10-03 or 2016-03-10"), "{}", read("03/10/2016"));
        assert!(read("31.12.2016").ends_with("; write 2016-12-31"));
        assert!(read("2016-10-3").ends_with("; write 2016-10-03"));
        assert_eq!(read("2016-13-40"), "\"2016-13-40\" is no time of the calendar; check its month, day and hour");
        assert!(read("2016-02-30").contains("no time of the calendar"));
        assert!(read("2016-XX-03").contains("no time of the calendar"));
        assert!(read("2016-10-03T14:00+25:00").contains("no time of the calendar"));
        assert!(read("2016-10-03 14:00").ends_with("; write 2016-10-03T14:00"), "{}", read("2016-10-03 14:00"));
        assert!(read("2016-9").ends_with("; write 2016-09"), "{}", read("2016-9"));
        assert!(read("2015-10-13/2015-09-28").contains("swap its ends"));
        assert!(read("2015-10-13/..").contains("write both its ends"));
        assert!(read("yesterday").contains("expected a time such as"));
        assert!(read("20211103T143000Z").contains("expected a time such as"));
    }

    #[test]
    fn a_moment_is_the_end_of_its_day_and_a_span_includes_its_last_day() {
        assert_eq!(moment("2016-10-03", &kabul()).unwrap().to_string(), "2016-10-03T19:29:59Z");
        assert_eq!(moment("2016-10-03T14:00", &kabul()).unwrap().to_string(), "2016-10-03T09:30:00Z");
        let (start, end) = period("2016-10-03/2016-10-04", &TimeZone::UTC).unwrap();
        assert_eq!((start.unwrap().to_string(), end.unwrap().to_string()), ("2016-10-03T00:00:00Z".into(), "2016-10-05T00:00:00Z".into()));
        assert_eq!(period("../..", &TimeZone::UTC).unwrap(), (None, None));
        assert!(moment("2016-10-03/2016-10-04", &kabul()).is_err());
    }

    #[test]
    fn a_local_time_that_the_clocks_skip_is_read_as_the_zone_reads_it() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(moment("2021-03-28T02:30", &berlin).unwrap().to_string(), "2021-03-28T01:30:00Z");
    }

    proptest! {
        #[test]
        fn seconds_of_utc_are_read_as_the_parser_reads_them(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z") {
            let plain: Option<Timestamp> = text.parse().ok();
            prop_assert!(utc_second(&text).is_none_or(|at| Some(at) == plain));
            prop_assert_eq!(window(&text, &kabul()).ok().map(Window::latest), plain);
        }

        #[test]
        fn any_text_gets_an_answer(text in "[0-9X/.T:~+Z-]{0,24}|\\PC{0,12}") {
            let _ = window(&text, &kabul());
            let _ = period(&text, &kabul());
        }
    }
}
