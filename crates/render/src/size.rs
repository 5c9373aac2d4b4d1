//! How large a picture is: in pixels, and on paper.

/// Pixels of an inch on a screen, as CSS has it, and of pictures whose size is given in pixels.
const SCREEN_DPI: u32 = 96;

/// Dots of an inch in print. Chosen: what photo printers and printing houses ask for.
const PRINT_DPI: u32 = 300;

/// Paper by name, in millimetres: ISO 216.
const PAPERS: [(&str, f64, f64); 3] = [("a5", 148.0, 210.0), ("a4", 210.0, 297.0), ("a3", 297.0, 420.0)];

/// The size of a picture in pixels, and how many of these are an inch on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize {
    width: u32,
    height: u32,
    dpi: u32,
    height_is: HeightIs,
}

/// What the height of a size is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeightIs {
    /// That of the page.
    Asked,
    /// The most that the page may have.
    AtMost,
}

impl PageSize {
    /// A size of 200 to 10,000 pixels either way, 96 of them an inch; anything else is none: below nothing can be read, above memory
    /// runs out.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Option<Self> {
        Self::with_dpi(width, height, SCREEN_DPI)
    }

    /// A size by its name: `1600x1200` in pixels, or paper, `a5`, `a4` or `a3`, upright or `a4-landscape`. Of paper an inch has 300
    /// pixels, of other sizes 96, or as many as `dpi` says, 50 to 1200. None where the words are others, or there are fewer than 200
    /// pixels or more than 10,000.
    ///
    /// ```
    /// use marchland_render::PageSize;
    /// let page = PageSize::named("a4-landscape", Some(150)).unwrap();
    /// assert_eq!((page.width(), page.height(), page.dpi()), (1754, 1240, 150));
    /// assert_eq!(PageSize::named("1600x1200", None), PageSize::new(1600, 1200));
    /// ```
    #[must_use]
    pub fn named(name: &str, dpi: Option<u32>) -> Option<Self> {
        if let Some((width, height)) = name.split_once('x') {
            return Self::with_dpi(width.parse().ok()?, height.parse().ok()?, dpi.unwrap_or(SCREEN_DPI));
        }
        let (paper, is_landscape) = name.strip_suffix("-landscape").map_or((name, false), |paper| (paper, true));
        let &(_, width, height) = PAPERS.iter().find(|(known, ..)| *known == paper)?;
        let dpi = dpi.unwrap_or(PRINT_DPI);
        let [width, height] = [width, height].map(|millimetres| (millimetres / 25.4 * f64::from(dpi)).round() as u32);
        if is_landscape { Self::with_dpi(height, width, dpi) } else { Self::with_dpi(width, height, dpi) }
    }

    fn with_dpi(width: u32, height: u32, dpi: u32) -> Option<Self> {
        let is_sound = [width, height].iter().all(|side| (200..=10_000).contains(side)) && (50..=1200).contains(&dpi);
        is_sound.then_some(Self { width, height, dpi, height_is: HeightIs::Asked })
    }

    /// The size as the most there may be: a page of several maps or of rows that need less height than that is lower.
    ///
    /// ```
    /// use marchland_render::PageSize;
    /// let page = PageSize::new(1600, 1200).unwrap().or_lower();
    /// assert_eq!((page.width(), page.height()), (1600, 1200));
    /// ```
    #[must_use]
    pub fn or_lower(self) -> Self {
        Self { height_is: HeightIs::AtMost, ..self }
    }

    /// Whether a page may be lower than this size.
    pub(crate) fn may_be_lower(self) -> bool {
        self.height_is == HeightIs::AtMost
    }

    /// Whether a page of this size is wider than tall.
    #[must_use]
    pub fn is_wide(self) -> bool {
        self.width > self.height
    }

    /// Pixels across.
    #[must_use]
    pub fn width(self) -> u32 {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub fn height(self) -> u32 {
        self.height
    }

    /// Pixels of an inch on paper.
    #[must_use]
    pub fn dpi(self) -> u32 {
        self.dpi
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(name: &str, dpi: Option<u32>) -> Option<(u32, u32)> {
        PageSize::named(name, dpi).map(|size| (size.width(), size.height()))
    }

    #[test]
    fn paper_is_upright_unless_it_is_turned() {
        assert_eq!(sides("a4", None), Some((2480, 3508)));
        assert_eq!(sides("a3-landscape", Some(72)), Some((1191, 842)));
    }

    #[test]
    fn sizes_that_no_one_could_read_or_hold_are_none() {
        for name in ["", "a9", "a4-", "x", "100x100", "10001x500", "1600x", "-5x400", "1600X1200", "a4-landscape-landscape"] {
            assert_eq!(sides(name, None), None, "{name}");
        }
        assert_eq!((sides("a4", Some(0)), sides("a4", Some(1_200))), (None, None), "a4 at 1200 dots an inch is 14,031 pixels high");
    }
}
