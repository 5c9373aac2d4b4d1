//! What tells the size and the lie of the ground on a map: scale bar, arrow to the north, graticule; and what names leave free for them.

use crate::furniture::text;
use crate::graticule::Graticule;
use crate::layout::Measure;
use crate::map::MapRequest;
use crate::north;
use crate::scene::{Ink, Item, Paint, Path, Rect, ink};
use crate::style::INK;
use crate::text::{Weight, shape};
use crate::view::View;

/// What names leave free of the frame: scale bar, arrow to the north, labels of the graticule.
pub(crate) fn taken(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Vec<Rect> {
    let mut taken = measure_areas(request, view, unit);
    let labels: Vec<Rect> = graticule(request, view, unit).taken().collect();
    taken.extend(labels);
    taken
}

/// The graticule of a map, where one is asked for; its labels leave scale bar and arrow free.
pub(crate) fn graticule(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Graticule {
    Graticule::of(request, view, &measure_areas(request, view, unit), unit)
}

/// The space of the scale bar and of the arrow to the north.
fn measure_areas(request: &MapRequest<'_>, view: &View<'_>, unit: f64) -> Vec<Rect> {
    let bar = scale_bar_area(view.frame, unit);
    match request.furniture.measure {
        Measure::OnMap => [Some(bar), north::area(view, bar.right(), unit)].into_iter().flatten().collect(),
        Measure::AboveMap => north::area(view, bar.x, unit).into_iter().collect(),
        Measure::None => Vec::new(),
    }
}

fn scale_bar_area(frame: Rect, unit: f64) -> Rect {
    let width = (longest(frame, unit) + 70.0 * unit).max(160.0 * unit);
    Rect::new(frame.x + 14.0 * unit, frame.bottom() - 76.0 * unit, width, 62.0 * unit)
}

/// How long a scale bar is at most: on a small frame a quarter of it, for its panel hides ground.
fn longest(frame: Rect, unit: f64) -> f64 {
    (230.0 * unit).min(frame.width / 4.0)
}

/// The scale bar, and beside it the arrow to the north where north is not up.
pub(crate) fn draw(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    if request.furniture.measure == Measure::OnMap {
        let right = scale_bar(request, view, unit, items);
        north::draw(view, right, unit, items);
    }
}

/// The arrow to the north in the corner of the scale bar, for maps whose bar is above them.
pub(crate) fn north_alone(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) {
    if request.furniture.measure == Measure::AboveMap {
        north::draw(view, scale_bar_area(view.frame, unit).x, unit, items);
    }
}

/// A scale bar of a round number of metres or kilometres at the frame's middle, beside it the scale where one was asked for; gives where
/// its panel ends.
fn scale_bar(request: &MapRequest<'_>, view: &View<'_>, unit: f64, items: &mut Vec<Item>) -> f64 {
    let scale = view.ground_scale();
    let area = scale_bar_area(view.frame, unit);
    let ratio = request.scale.map(|scale| shape(&scale.to_string(), 15.0 * unit, Weight::Regular));
    let longest = longest(view.frame, unit);
    let longest = if ratio.is_some() { longest.min(150.0 * unit) } else { longest };
    let Some(metres) = round_below(longest / scale) else { return area.x };
    let length = metres * scale;
    let beside = ratio.as_ref().map_or(70.0 * unit, |ratio| ratio.width + 56.0 * unit);
    let panel = Rect { width: length + beside, ..area };
    items.push(Item::Path(Path::rect(panel).filled(Paint::Solid(Ink { opacity: 0.85, ..ink(0x00FF_FFFF) }))));
    let (x, y) = (area.x + 14.0 * unit, area.bottom() - 14.0 * unit);
    let tick = 9.0 * unit;
    let half = x + length / 2.0;
    let bar = [[x, y - tick], [x, y], [half, y], [half, y - tick * 0.7], [half, y], [x + length, y], [x + length, y - tick]];
    items.push(Item::Path(Path::line(&bar).stroked(ink(INK), 2.0 * unit)));
    let [middle, end] = [metres / 2.0, metres].map(|metres| shape(&distance(metres), 15.0 * unit, Weight::Regular));
    // On a short bar there is room for one number.
    let is_apart = f64::midpoint(middle.width, end.width) + 6.0 * unit < length / 2.0;
    for (at, shaped) in [(half, middle), (x + length, end)].into_iter().skip(usize::from(!is_apart)) {
        text(items, [at - shaped.width / 2.0, y - 16.0 * unit], shaped, INK);
    }
    if let Some(ratio) = ratio {
        text(items, [panel.right() - 14.0 * unit - ratio.width, y], ratio, INK);
    }
    panel.right()
}

/// A scale bar above the frame, at its right end, for maps too small to give ground to one; before it the scale where one was asked for.
/// Gives where that begins, which is no further from the right end than there is room; where a bar would be a mere tick, there is none.
pub(crate) fn scale_above(request: &MapRequest<'_>, view: &View<'_>, (unit, room): (f64, f64), items: &mut Vec<Item>) -> f64 {
    let right = view.frame.right();
    let ratio = request.scale.map_or_else(String::new, |scale| format!("{scale} · "));
    let mut most = view.frame.width / 5.0;
    while let Some(metres) = round_below(most / view.ground_scale()).filter(|metres| metres * view.ground_scale() >= 14.0 * unit) {
        let left = right - metres * view.ground_scale();
        let shaped = shape(&format!("{ratio}{}", distance(metres)), 16.0 * unit, Weight::Regular);
        let begin = left - 10.0 * unit - shaped.width;
        if right - begin <= room {
            let (y, tick) = (view.frame.y - 14.0 * unit, 9.0 * unit);
            let bar = [[left, y - tick], [left, y], [right, y], [right, y - tick]];
            items.push(Item::Path(Path::line(&bar).stroked(ink(INK), 2.0 * unit)));
            text(items, [begin, y], shaped, INK);
            return begin;
        }
        most = (right - left) * 0.99;
    }
    right
}

/// The largest of 1, 2, 5 and their tenfolds that is not above a number.
fn round_below(number: f64) -> Option<f64> {
    let mut power = 1e-3;
    let mut best = None;
    while power <= 1e8 {
        best = [1.0, 2.0, 5.0].into_iter().map(|step| step * power).filter(|&round| round <= number).fold(best, |_, round| Some(round));
        power *= 10.0;
    }
    best
}

fn distance(metres: f64) -> String {
    if metres >= 1_000.0 { format!("{} km", metres / 1_000.0) } else { format!("{metres} m") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_bars_are_round() {
        assert_eq!([round_below(1_234.0), round_below(999.0), round_below(0.000_1)], [Some(1_000.0), Some(500.0), None]);
        assert_eq!([distance(500.0), distance(2_500.0)], ["500 m", "2.5 km"]);
    }
}
