//! Numbers and times as text, byte for byte as the standard library writes them, at a fraction of its cost.
//!
//! A million cells have a hundred million digits, and the shortest text that reads back as a float is dear to find. But what is written
//! here was rounded to some decimals before, so it is a whole number of ten-millionths: with at most 15 digits that decimal is
//! also the shortest text of its float, since no two decimals of 15 digits are one float (Steele and White 1990; IEEE 754 keeps 15).

use std::io::Write as _;

use jiff::Timestamp;
use jiff::tz::Offset;

/// Ten-millionths of a unit: of a degree, about a centimetre.
const PARTS: f64 = 1e7;

/// The beginning of whole numbers that a float may round to another (15 digits).
const TOO_LARGE: f64 = 1e15;

/// Writes a finite number as [`std::fmt::Display`] does.
pub(crate) fn number(out: &mut Vec<u8>, number: f64) {
    let parts = (number * PARTS).round();
    let is_negative_nought = number == 0.0 && number.is_sign_negative();
    if parts.abs() < TOO_LARGE && parts / PARTS == number && !is_negative_nought {
        ten_millionths(out, parts as i64);
    } else {
        // Writing to memory cannot fail.
        let _ = write!(out, "{number}");
    }
}

/// A number of degrees rounded to ten-millionths.
pub(crate) fn rounded(degrees: f64) -> i64 {
    (degrees * PARTS).round() as i64
}

/// Writes so many ten-millionths as a decimal without idle noughts; never a negative nought.
pub(crate) fn ten_millionths(out: &mut Vec<u8>, parts: i64) {
    if parts < 0 {
        out.push(b'-');
    }
    let (whole, mut rest) = (parts.unsigned_abs() / 10_000_000, parts.unsigned_abs() % 10_000_000);
    integer(out, whole);
    if rest == 0 {
        return;
    }
    out.push(b'.');
    let mut place = 1_000_000;
    while rest > 0 {
        out.push(b'0' + (rest / place) as u8);
        rest %= place;
        place /= 10;
    }
}

/// Writes a whole number.
fn integer(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}

/// An instant in UTC to the second: `2016-10-03T14:00:30Z`.
pub(crate) fn utc(at: Timestamp) -> String {
    let time = Offset::UTC.to_datetime(at);
    if !(0..=9999).contains(&time.year()) {
        return at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    }
    let mut text = String::with_capacity(20);
    let mut pair = |number: i16, mark: char| {
        text.push(char::from(b'0' + (number / 10) as u8));
        text.push(char::from(b'0' + (number % 10) as u8));
        if mark != ' ' {
            text.push(mark);
        }
    };
    pair(time.year() / 100, ' ');
    pair(time.year() % 100, '-');
    pair(time.month().into(), '-');
    pair(time.day().into(), 'T');
    pair(time.hour().into(), ':');
    pair(time.minute().into(), ':');
    pair(time.second().into(), 'Z');
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: f64) -> String {
        let mut out = Vec::new();
        number(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn noughts_are_left_out_and_odd_numbers_written_whole() {
        for value in [0.0, -0.0, 1.0, -0.5, 0.000_000_1, 68.868_061_2, 1e15, 1e300, 0.1 + 0.2, f64::MIN_POSITIVE, -12_345_678.9] {
            assert_eq!(written(value), value.to_string());
        }
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_the_standard_library_writes_them(number in any::<f64>().prop_filter("finite", |number| number.is_finite())) {
            prop_assert_eq!(written(number), number.to_string());
        }

        #[test]
        fn rounded_numbers_are_too(parts in -2_000_000_000_000_i64..2_000_000_000_000, decimals in 0..8) {
            let number = parts as f64 / 10_f64.powi(decimals);
            prop_assert_eq!(written(number), number.to_string());
            let mut out = Vec::new();
            ten_millionths(&mut out, parts);
            prop_assert_eq!(String::from_utf8(out).unwrap(), (parts as f64 / 1e7).to_string());
        }

        #[test]
        fn times_are_written_as_the_clock_library_writes_them(second in -377_705_023_201_i64..=253_402_207_200) {
            let at = Timestamp::from_second(second).unwrap();
            prop_assert_eq!(utc(at), at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
    }
}
