//! What stands on the page of a map beside the ground, part by part, and at what scale the ground is drawn.

use std::str::FromStr;

use thiserror::Error;

/// Whether a part is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is drawn.
    Yes,
    /// It is left out.
    No,
}

/// Whether a small map shows what lies outside the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inset {
    /// Where the map shows a part. It stands at the foot of the legend: without a legend there is none.
    #[default]
    Auto,
    /// Never.
    None,
}

/// Where the scale bar stands, and the arrow to the north where north is not up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// On the map, in its lower left corner.
    OnMap,
    /// Above the map; the arrow alone is in that corner.
    AboveMap,
    /// Nowhere.
    None,
}

/// The parts of a map's page that can be turned off or on. Title, sources and what made the map always stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Furniture {
    /// The names of places and areas.
    pub names: Shown,
    /// The legend beside the map or below it, which doubles as the table; without it the map takes its room.
    pub legend: Shown,
    /// The scale bar, and the arrow to the north where north is not up. Of several maps on a page each has its bar above it.
    pub measure: Measure,
    /// Lines of round degrees or minutes, with their labels at the edge of the map.
    pub graticule: Shown,
    /// The small map of the whole.
    pub inset: Inset,
}

impl Default for Furniture {
    /// All but the graticule.
    fn default() -> Self {
        Self { names: Shown::Yes, legend: Shown::Yes, measure: Measure::OnMap, graticule: Shown::No, inset: Inset::Auto }
    }
}

/// Scales that a map can have (chosen: at 1:500 a page shows some streets, at 1:500,000,000 the earth is a thumb's breadth).
const SCALES: std::ops::RangeInclusive<u32> = 500..=500_000_000;

/// How many metres of ground are one on paper, at the middle of the map.
///
/// ```
/// use marchland_render::Scale;
/// let scale: Scale = "1:25000".parse().unwrap();
/// assert_eq!(("25000".parse(), scale.metres(), scale.to_string()), (Ok(scale), 25_000.0, "1:25\u{2009}000".to_owned()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(u32);

impl Scale {
    /// Metres of ground of a metre on paper.
    #[must_use]
    pub fn metres(self) -> f64 {
        f64::from(self.0)
    }
}

impl std::fmt::Display for Scale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "1:{}", crate::furniture::grouped(self.metres()))
    }
}

/// A text that is no scale, or none that a map can have.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("expected a scale such as 1:25000, from 1:500 to 1:500000000, but got \"{0}\": write it as 1:N or N, N a whole number")]
pub struct UnusableScale(String);

impl FromStr for Scale {
    type Err = UnusableScale;

    /// Reads `1:25000`, or the number alone; blanks among the digits are passed over, as the page prints them.
    fn from_str(text: &str) -> Result<Self, UnusableScale> {
        let close: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let number = close.strip_prefix("1:").unwrap_or(&close);
        let is_whole = number.bytes().all(|byte| byte.is_ascii_digit());
        let scale = number.parse().ok().filter(|scale| is_whole && SCALES.contains(scale));
        scale.map(Self).ok_or_else(|| UnusableScale(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_read_as_it_is_printed_and_as_a_number_alone() {
        for text in ["1:25000", "25000", "1:25 000", " 1 : 25\u{2009}000 "] {
            assert_eq!(text.parse(), Ok(Scale(25_000)), "{text}");
        }
    }

    #[test]
    fn what_is_no_scale_or_shows_nothing_is_refused_with_the_form_that_is_expected() {
        for text in ["", "1:", "25,000", "1:2.5e4", "2:25000", "1:-25000", "1:+25000", "1:499", "1:500000001", "1:99999999999", "big"] {
            let refused = text.parse::<Scale>().unwrap_err().to_string();
            assert!(refused.contains(&format!("\"{text}\"")) && refused.contains("such as 1:25000"), "{refused}");
        }
    }
}
