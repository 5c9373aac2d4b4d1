//! Parties that can hold ground.

use std::fmt::{self, Write as _};

use crate::{Extra, Names};

/// Place of an [`Actor`] in [`Ledger::actors`](crate::Ledger::actors).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorIndex(pub u32);

/// A party that can hold ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    /// Unique id, used in files: `government`.
    pub id: String,
    /// Label, and labels in other languages.
    pub names: Names,
    /// Its colour on maps; none leaves the choice to the palette.
    pub colour: Option<Colour>,
    /// Actors of one side are allies: ground passing between them is no loss of their side.
    pub side: Option<String>,
    /// Free text.
    pub note: String,
    /// Columns the format does not know.
    pub extra: Extra,
}

impl Actor {
    /// An actor with an id and a name and nothing else.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), names: Names::new(name), colour: None, side: None, note: String::new(), extra: Extra::new() }
    }
}

/// An opaque sRGB colour.
///
/// ```
/// use marchland_core::Colour;
/// let colour = Colour::from_hex("#D55E00").unwrap();
/// assert_eq!(colour, Colour { red: 0xD5, green: 0x5E, blue: 0x00 });
/// assert_eq!(colour.to_string(), "#d55e00");
/// assert_eq!(Colour::from_hex("red"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

impl Colour {
    /// Reads `#rrggbb`, in either case; anything else is none.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then(|| Some(Self { red: channel(0)?, green: channel(2)?, blue: channel(4)? }))
            .flatten()
    }
}

impl fmt::Display for Colour {
    /// Writes `#rrggbb` in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
        let of_channel = |channel: u8| [digit(channel >> 4), digit(channel & 15)];
        f.write_char('#')?;
        [self.red, self.green, self.blue].into_iter().flat_map(of_channel).try_for_each(|digit| f.write_char(digit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_or_a_wide_letter_in_a_colour_is_refused() {
        assert_eq!(Colour::from_hex("#+1+2+3"), None);
        assert_eq!(Colour::from_hex("#ééé"), None);
        assert_eq!(Colour::from_hex("0072B2"), None);
    }
}
