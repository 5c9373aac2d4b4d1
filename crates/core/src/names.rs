//! A label and what it is called in other languages.

use std::collections::BTreeMap;

/// A name, and the same name in other languages by ISO 639 code; each can be shown: see [`printable`].
///
/// ```
/// let mut names = marchland_core::Names::new("Kunduz city");
/// names.add("fa", "شهر قندوز");
/// assert_eq!(names.in_language(Some("fa")), "شهر قندوز");
/// assert_eq!(names.in_language(Some("uk")), "Kunduz city");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    default: String,
    by_language: BTreeMap<String, String>,
}

impl Names {
    /// A name without translations.
    #[must_use]
    pub fn new(default: impl Into<String>) -> Self {
        Self { default: printable(default.into()), by_language: BTreeMap::new() }
    }

    /// Adds the name in a language (an ISO 639 code: `fa`, `ps`); an empty text adds nothing.
    pub fn add(&mut self, language: impl Into<String>, name: impl Into<String>) {
        let name = name.into();
        if !name.is_empty() {
            self.by_language.insert(language.into(), printable(name));
        }
    }

    /// The name the dataset gives first.
    #[must_use]
    pub fn default_name(&self) -> &str {
        &self.default
    }

    /// The name in the language, or the default where there is none or no language is asked for.
    #[must_use]
    pub fn in_language(&self, language: Option<&str>) -> &str {
        language.and_then(|language| self.by_language.get(language)).unwrap_or(&self.default)
    }

    /// The languages beside the default, with the names, in the order of their codes.
    pub fn translations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_language.iter().map(|(language, name)| (language.as_str(), name.as_str()))
    }
}

/// Text that can be shown in a line anywhere: control characters and ends of lines become blanks, and the marks that turn round all that
/// follows them (U+202A to U+202E) are left out, for they would move words that are not theirs. Whatever else is there stays, emoji and
/// mark-up too.
///
/// ```
/// use marchland_core::printable;
/// assert_eq!(printable("the\u{7} mill\n".to_owned()), "the  mill ");
/// assert_eq!(printable("\u{202E}mill".to_owned()), "mill");
/// assert_eq!(printable("قندوز <b>".to_owned()), "قندوز <b>");
/// ```
#[must_use]
pub fn printable(text: String) -> String {
    let turns = |letter: char| matches!(letter, '\u{202A}'..='\u{202E}');
    let is_blank = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    if !text.contains(|letter: char| turns(letter) || is_blank(letter)) {
        return text;
    }
    text.chars().filter(|&letter| !turns(letter)).map(|letter| if is_blank(letter) { ' ' } else { letter }).collect()
}
