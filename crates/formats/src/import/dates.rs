//! When a map begins: the date in a file's name, or what a property says.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use marchland_core::Written;

use crate::edtf::{self, TimeFault};

/// The different dates in a name, in its order: `2024-02-24`, with `_` or `.` for the `-`, or `20240224`, also with a time of four or six
/// digits behind it. Digits that touch others are part of another number, and days that do not exist are no dates.
pub(crate) fn in_name(name: &str) -> Vec<Date> {
    let numbers = numbers(name);
    let mut dates = Vec::new();
    for (at, &(start, digits)) in numbers.iter().enumerate() {
        let parted = || {
            let [month, day] = [numbers.get(at + 1)?, numbers.get(at + 2)?];
            let marks = [name.get(start + 4..month.0)?, name.get(month.0 + 2..day.0)?];
            let is_date = [month.1.len(), day.1.len()] == [2, 2] && marks[0] == marks[1] && ["-", "_", "."].contains(&marks[0]);
            is_date.then_some([digits, month.1, day.1])
        };
        let parts = match digits.len() {
            4 => parted(),
            8 | 12 | 14 => Some([&digits[..4], &digits[4..6], &digits[6..8]]),
            _ => None,
        };
        dates.extend(parts.and_then(|[year, month, day]| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()));
    }
    dates.dedup();
    dates
}

/// Where each run of digits begins, and its digits.
fn numbers(name: &str) -> Vec<(usize, &str)> {
    let is_digit = |at: usize| name.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let starts = (0..name.len()).filter(|&at| is_digit(at) && (at == 0 || !is_digit(at - 1)));
    let length = |start: usize| name.as_bytes()[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    starts.map(|start| (start, &name[start..start + length(start)])).collect()
}

/// The local midnight with which a day begins; where the clocks skip it, the first instant of the day.
pub(crate) fn start_of(day: Date, zone: &TimeZone) -> Result<Timestamp, TimeFault> {
    edtf::boundary(&day.to_string(), zone)
}

/// The instant from which a map counts: that of an instant, the start of a day. Beside the forms of [`edtf`] those that programs write
/// are read: `20240224`, `2024/02/24`, and a blank for the `T`.
pub(crate) fn moment(text: &str, zone: &TimeZone) -> Result<Timestamp, TimeFault> {
    let text = text.trim();
    let refused = || TimeFault::Form { text: text.to_owned() };
    if !text.is_ascii() {
        return Err(refused());
    }
    let plain = match text.as_bytes() {
        digits if digits.len() == 8 && digits.iter().all(u8::is_ascii_digit) => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        [_, _, _, _, mark, _, _, other, ..] if text.len() >= 10 && mark == other => {
            format!("{}{}", text[..10].replace('/', "-"), text[10..].replacen(' ', "T", 1))
        }
        _ => return Err(refused()),
    };
    let window = edtf::window(&plain, zone)?;
    let is_day = window.written() == Written::Date && plain.len() == 10 && !plain.contains('X');
    if is_day || window.written() == Written::Instant { Ok(window.earliest()) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(name: &str) -> String {
        in_name(name).iter().map(Date::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn dates_are_found_in_the_names_that_archives_give_their_files() {
        for name in
            ["2024-02-24", "20240224", "deepstate_2024-02-24_v3", "map 2024.02.24 final", "x2024_02_24", "d20240224T0300Z", "202402241530"]
        {
            assert_eq!(found(name), "2024-02-24", "{name}");
        }
    }

    #[test]
    fn numbers_that_are_no_dates_are_left_alone() {
        for name in ["map", "120240224", "2024-02-30", "2024-2-24", "2024-02_24", "24-02-2024", "2024-02", "2024-02-241", "é2024"] {
            assert_eq!(found(name), "", "{name}");
        }
        assert_eq!(found("2024-02-24_2024-02-25"), "2024-02-24 2024-02-25");
        assert_eq!(found("2024-02-24 (20240224)"), "2024-02-24");
    }

    #[test]
    fn a_property_says_a_day_or_an_instant_as_programs_write_them() {
        let kyiv = TimeZone::get("Europe/Kyiv").unwrap();
        let read = |text: &str| moment(text, &kyiv).map_or_else(|fault| fault.to_string(), |at| at.to_string());
        for text in
            ["2024-02-24", "20240224", "2024/02/24", " 2024-02-24 ", "2024-02-24 00:00:00", "2024/02/24T00:00", "2024-02-23T22:00:00Z"]
        {
            assert_eq!(read(text), "2024-02-23T22:00:00Z", "{text}");
        }
        for text in ["2024-02", "2024", "2024-02-2X", "2024-02-24/2024-02-25", "24.02.2024", "", "سال", "2024-02-24~"] {
            assert!(read(text).starts_with("expected a time such as"), "{text}: {}", read(text));
        }
        assert!(read("2024-02-30").contains("no time of the calendar"));
    }

    proptest! {
        #[test]
        fn every_day_is_found_in_a_name_and_no_name_is_too_odd(day in 0..200_000_i32, before in "[a-zé_ ]{0,4}", odd in "\\PC{0,20}") {
            let day = Date::constant(1800, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
            prop_assert_eq!(in_name(&format!("{before}{day}x")), [day]);
            prop_assert_eq!(in_name(&format!("{before}{}.", day.strftime("%Y%m%d"))), [day]);
            in_name(&odd);
            let _ = moment(&odd, &TimeZone::UTC);
        }
    }
}
