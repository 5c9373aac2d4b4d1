//! The values of a rule's settings, as a configuration file writes them, and what can be wrong with them.
//!
//! Which settings a rule has stands with the rule; here is only how one is read.

use jiff::{Span, SpanRelativeTo};
use marchland_core::nearest_names;
use thiserror::Error;

use crate::second::DAY_S;

/// A value given to a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingValue {
    /// A number: `change = 0.4`.
    Number(f64),
    /// Text: `fade_after = "7 days"`.
    Text(String),
    /// Yes or no; no rule has such a setting yet, so that it is always the wrong kind.
    Flag(bool),
}

impl std::fmt::Display for SettingValue {
    /// Writes the value as a configuration file has it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

/// Why a setting cannot be taken.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SettingFault {
    /// The rule has no such setting.
    #[error("rule \"{rule}\" has no setting \"{key}\"{}; it has {}", did_you_mean(nearest), known.join(", "))]
    UnknownKey {
        /// The rule.
        rule: &'static str,
        /// The key given.
        key: String,
        /// The keys there are.
        known: Vec<&'static str>,
        /// Keys that look like it, nearest first.
        nearest: Vec<String>,
    },
    /// The value is of another kind, or out of range.
    #[error("expected {expected} for \"{key}\" but got {found}; its default is {default}")]
    WrongValue {
        /// The setting.
        key: &'static str,
        /// What it takes: `a number from 0 to 1`.
        expected: &'static str,
        /// What was given.
        found: SettingValue,
        /// What holds where nothing is given.
        default: &'static str,
    },
}

/// `; did you mean "a" or "b"?`, or nothing where nothing is near.
pub(crate) fn did_you_mean(nearest: &[String]) -> String {
    let quoted: Vec<String> = nearest.iter().map(|name| format!("\"{name}\"")).collect();
    if quoted.is_empty() { String::new() } else { format!("; did you mean {}?", quoted.join(" or ")) }
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A number from 0 to 1.
    Share,
    /// A number that is not negative.
    Rate,
    /// A span of time, kept as seconds.
    Time,
}

impl Takes {
    fn expected(self) -> &'static str {
        match self {
            Self::Share => "a number from 0 to 1",
            Self::Rate => "a number that is not negative",
            Self::Time => "a span of time that is not negative, such as \"7 days\" or \"36 hours\",",
        }
    }

    fn read(self, value: &SettingValue) -> Option<f64> {
        match (self, value) {
            (Self::Share, SettingValue::Number(number)) => Some(*number).filter(|number| (0.0..=1.0).contains(number)),
            (Self::Rate, SettingValue::Number(number)) => Some(*number).filter(|number| (0.0..=f64::MAX).contains(number)),
            (Self::Time, SettingValue::Text(text)) => seconds(text),
            _ => None,
        }
    }
}

/// One setting of a rule: its key, what it takes, its default as written, and where its value lives.
pub(crate) struct Setting<'a> {
    pub(crate) key: &'static str,
    pub(crate) takes: Takes,
    pub(crate) default: &'static str,
    pub(crate) value: &'a mut f64,
}

/// Sets the setting of that key among those a rule has.
pub(crate) fn set(rule: &'static str, settings: Vec<Setting<'_>>, key: &str, value: &SettingValue) -> Result<(), SettingFault> {
    let known: Vec<&'static str> = settings.iter().map(|setting| setting.key).collect();
    let Some(setting) = settings.into_iter().find(|setting| setting.key == key) else {
        let nearest = nearest_names(key, known.iter().copied());
        return Err(SettingFault::UnknownKey { rule, key: key.to_owned(), known, nearest });
    };
    *setting.value = setting.takes.read(value).ok_or_else(|| SettingFault::WrongValue {
        key: setting.key,
        expected: setting.takes.expected(),
        found: value.clone(),
        default: setting.default,
    })?;
    Ok(())
}

/// A span of time in seconds, its days of 24 hours; months and years, whose length varies, are none.
fn seconds(text: &str) -> Option<f64> {
    let span: Span = text.parse().ok()?;
    let seconds = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.as_secs_f64();
    (0.0..=1e6 * DAY_S).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_read_in_words_and_in_iso_8601() {
        assert_eq!(seconds("7 days"), Some(604_800.0));
        assert_eq!(seconds("P7D"), Some(604_800.0));
        assert_eq!(seconds("36 hours"), Some(129_600.0));
        assert_eq!(seconds("1 week"), Some(604_800.0));
        assert_eq!([seconds("a while"), seconds("1 month"), seconds("-7 days"), seconds("")], [None; 4]);
    }

    #[test]
    fn a_wrong_value_names_the_range_and_the_default() {
        let mut change = 0.4;
        let settings = vec![Setting { key: "change", takes: Takes::Share, default: "0.4", value: &mut change }];
        let fault = set("bayes", settings, "change", &SettingValue::Number(1.5)).unwrap_err();
        assert_eq!(fault.to_string(), "expected a number from 0 to 1 for \"change\" but got 1.5; its default is 0.4");
        assert_eq!(change, 0.4);
    }

    #[test]
    fn not_a_number_is_in_no_range() {
        assert_eq!(Takes::Share.read(&SettingValue::Number(f64::NAN)), None);
        assert_eq!(Takes::Rate.read(&SettingValue::Number(f64::INFINITY)), None);
        assert_eq!(Takes::Time.read(&SettingValue::Number(7.0)), None);
    }
}
