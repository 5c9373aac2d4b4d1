//! Where map, legend and overview stand on a page.

use crate::layout::Shown;
use crate::scene::Rect;
use crate::size::PageSize;

/// Pixels of a unit at least: with fewer, the smallest words of a legend, 14.5 units high, would have less than eight pixels, of which no
/// letter is made out.
const LEAST_UNIT: f64 = 0.56;

/// The share of a page that the map must keep beside or above a legend (chosen: with less, the legend is the picture).
const MAP_AT_LEAST: f64 = 0.45;

/// Where things stand on a page. Lengths are those of a page of 1600 by 1200 times `unit`.
pub(crate) struct Page {
    pub(crate) unit: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// The map.
    pub(crate) frame: Rect,
    /// The legend.
    pub(crate) column: Rect,
    /// The overview, at the foot of the legend.
    pub(crate) overview: Rect,
}

impl Page {
    /// A page with the legend beside the map, or below it where the page is taller than wide; without a legend the map takes its room.
    pub(crate) fn new(size: PageSize, legend: Shown) -> Self {
        let (width, height) = (f64::from(size.width()), f64::from(size.height()));
        let is_wide = is_wide(size);
        let unit = unit_that_fills(size).max(LEAST_UNIT);
        let [frame, column, overview] = match (legend, is_wide) {
            (Shown::Yes, true) => beside(width, height, unit),
            (Shown::Yes, false) => below(width, height, unit),
            (Shown::No, _) => {
                let nowhere = Rect::new(0.0, 0.0, 0.0, 0.0);
                [whole(40.0 * unit, 118.0 * unit, (width - 80.0 * unit).max(10.0), (height - 214.0 * unit).max(10.0)), nowhere, nowhere]
            }
        };
        Self { unit, width, height, frame, column, overview }
    }
}

fn is_wide(size: PageSize) -> bool {
    f64::from(size.width()) >= f64::from(size.height()) * 0.95
}

/// Pixels of a unit where all of a page is in proportion.
fn unit_that_fills(size: PageSize) -> f64 {
    let (across, down) = if is_wide(size) { (1600.0, 1000.0) } else { (1130.0, 1600.0) };
    (f64::from(size.width()) / across).min(f64::from(size.height()) / down)
}

/// Whether a page is so small that its words are larger than in proportion.
pub(crate) fn is_small(size: PageSize) -> bool {
    unit_that_fills(size) < LEAST_UNIT
}

/// Whether a page of this size has room for a legend whose words can be read, and a map beside it.
pub(crate) fn has_room_for_legend(size: PageSize) -> bool {
    let Page { width, height, frame, .. } = Page::new(size, Shown::Yes);
    frame.width >= MAP_AT_LEAST * width && frame.height >= MAP_AT_LEAST * height.min(width)
}

/// Map, legend and overview side by side.
fn beside(width: f64, height: f64, unit: f64) -> [Rect; 3] {
    let column = Rect::new(width - 390.0 * unit, 118.0 * unit, 350.0 * unit, height - 200.0 * unit);
    let frame = whole(40.0 * unit, 118.0 * unit, (column.x - 70.0 * unit).max(10.0), (height - 200.0 * unit).max(10.0));
    // On a low page it leaves room for words: those on how sure the map is come first.
    let tall = (150.0 + 0.5 * (height / unit - 1_000.0)).clamp(150.0, 212.0) * unit;
    let overview = Rect::new(column.x + 20.0 * unit, column.bottom() - 2.0 * unit - tall, column.width - 60.0 * unit, tall);
    [frame, column, overview]
}

/// Map, and legend with overview below it.
fn below(width: f64, height: f64, unit: f64) -> [Rect; 3] {
    let frame = whole(40.0 * unit, 118.0 * unit, (width - 80.0 * unit).max(10.0), (height - 118.0 * unit - 620.0 * unit).max(10.0));
    let top = frame.bottom() + 26.0 * unit;
    let column = Rect::new(40.0 * unit, top, width - 80.0 * unit, (height - 90.0 * unit - top).max(10.0));
    let left = column.x + column.width / 3.0 + 20.0 * unit;
    [frame, column, Rect::new(left, column.bottom() - 226.0 * unit, column.width / 3.0 - 60.0 * unit, 222.0 * unit)]
}

/// A rectangle whose edges are those of pixels, so that nothing is cut off between two.
pub(crate) fn whole(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect::new(x.round(), y.round(), width.round(), height.round())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(width: u32, height: u32) -> PageSize {
        PageSize::new(width, height).unwrap()
    }

    #[test]
    fn a_legend_stands_only_where_its_words_can_be_read() {
        for (width, height) in [(1_600, 1_200), (800, 600), (640, 480), (620, 877), (1_080, 1_080), (1_600, 400)] {
            let page = Page::new(sized(width, height), Shown::Yes);
            assert!(14.5 * page.unit >= 8.0 && has_room_for_legend(sized(width, height)), "{width}x{height}");
        }
        for (width, height) in [(400, 300), (300, 200), (200, 200), (320, 480)] {
            assert!(!has_room_for_legend(sized(width, height)), "{width}x{height}");
        }
    }
}
