//! The rules there are, by name, and their settings.

use marchland_core::nearest_names;
use thiserror::Error;

use crate::setting::did_you_mean;
use crate::{BayesSettings, LatestSettings, SettingFault, SettingValue, bayes};

/// A named, versioned way from the reports about a site to its timeline.
///
/// ```
/// use marchland_assess::{Rule, SettingValue};
/// let mut rule = Rule::named("bayes").unwrap();
/// assert_eq!(rule.label(), "bayes 1");
/// rule.set("fade_after", &SettingValue::Text("10 days".into())).unwrap();
/// let fault = rule.set("fadeafter", &SettingValue::Number(3.0)).unwrap_err();
/// assert!(fault.to_string().contains("did you mean \"fade_after\"?"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Weigh every report by grade, lean and age, and say how sure that leaves us.
    Bayes(BayesSettings),
    /// The last report that speaks for or against control wins.
    Latest(LatestSettings),
}

/// What to tell a user of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSummary {
    /// Its name, as datasets and flags have it.
    pub name: &'static str,
    /// Raised whenever its answers change.
    pub version: u32,
    /// What it does, in one sentence.
    pub sentence: &'static str,
}

const BAYES: RuleSummary =
    RuleSummary { name: "bayes", version: 1, sentence: "Weigh every report by grade, lean and age, and say how sure that leaves us." };
const LATEST: RuleSummary =
    RuleSummary { name: "latest", version: 1, sentence: "The last report that speaks for or against control wins." };

/// The rules there are, the default first.
#[must_use]
pub fn rules() -> &'static [RuleSummary] {
    &[BAYES, LATEST]
}

/// A name that is no rule's.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no rule \"{name}\"{}; there are {}", did_you_mean(nearest), known.join(", "))]
pub struct UnknownRule {
    /// The name given.
    pub name: String,
    /// The names there are.
    pub known: Vec<&'static str>,
    /// Names that look like it, nearest first.
    pub nearest: Vec<String>,
}

impl Default for Rule {
    /// `bayes` with its default settings.
    fn default() -> Self {
        Self::Bayes(BayesSettings::default())
    }
}

impl Rule {
    /// The rule of a name, with its default settings.
    ///
    /// # Errors
    ///
    /// [`UnknownRule`], which lists the names there are, for any other text.
    pub fn named(name: &str) -> Result<Self, UnknownRule> {
        match name {
            "bayes" => Ok(Self::Bayes(BayesSettings::default())),
            "latest" => Ok(Self::Latest(LatestSettings::default())),
            _ => {
                let known: Vec<&'static str> = rules().iter().map(|rule| rule.name).collect();
                let nearest = nearest_names(name, known.iter().copied());
                Err(UnknownRule { name: name.to_owned(), known, nearest })
            }
        }
    }

    /// What to tell a user of it.
    #[must_use]
    pub fn summary(&self) -> RuleSummary {
        match self {
            Self::Bayes(_) => BAYES,
            Self::Latest(_) => LATEST,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.summary().name
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.summary().version
    }

    /// Name and version, as outputs carry them: `bayes 1`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.name(), self.version())
    }

    /// Sets one key of `[assess.RULE]`.
    ///
    /// # Errors
    ///
    /// [`SettingFault::UnknownKey`] for a key the rule does not have, [`SettingFault::WrongValue`] for a value of the wrong
    /// kind or out of range; the rule is then as it was.
    pub fn set(&mut self, key: &str, value: &SettingValue) -> Result<(), SettingFault> {
        match self {
            Self::Bayes(settings) => settings.set(key, value),
            Self::Latest(settings) => settings.set(key, value),
        }
    }

    /// The rule that at each instant uses only what is reported of the time up to it; `latest` always does.
    #[must_use]
    pub fn online(self) -> Self {
        match self {
            Self::Bayes(settings) => Self::Bayes(BayesSettings { pass: bayes::Pass::Forward, ..settings }),
            Self::Latest(settings) => Self::Latest(settings),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_listed_can_be_had_by_its_name() {
        for summary in rules() {
            assert_eq!(Rule::named(summary.name).unwrap().summary(), *summary);
        }
    }

    #[test]
    fn a_wrong_name_lists_the_rules_and_the_nearest() {
        let fault = Rule::named("baies").unwrap_err();
        assert_eq!(fault.to_string(), "no rule \"baies\"; did you mean \"bayes\"?; there are bayes, latest");
    }

    #[test]
    fn every_setting_of_the_default_rule_can_be_set() {
        let mut rule = Rule::default();
        for key in ["change", "state", "unseen", "fade", "fighting", "part"] {
            rule.set(key, &SettingValue::Number(0.25)).unwrap();
        }
        for key in ["fade_after", "memory"] {
            rule.set(key, &SettingValue::Text("3 days".into())).unwrap();
        }
        assert!(matches!(rule.set("online", &SettingValue::Flag(true)), Err(SettingFault::UnknownKey { .. })));
    }

    #[test]
    fn online_changes_nothing_of_latest() {
        let latest = Rule::named("latest").unwrap();
        assert_eq!(latest.clone().online(), latest);
        assert_ne!(Rule::default().online(), Rule::default());
    }
}
