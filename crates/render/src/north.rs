//! The arrow to the north, drawn only where north is not up.
//!
//! It points to true north at the middle of the map, on a panel like that of the scale bar. Where one arrow cannot be right, because
//! north at a corner lies half a right angle or more from north at the middle, as round a pole, there is none: the graticule tells.

use geo_types::Coord;

use crate::furniture::text;
use crate::scene::{Ink, Item, Paint, Path, Rect, Step, ink};
use crate::style::INK;
use crate::text::{Weight, shape};
use crate::view::{View, turned};

/// Degrees up to which north counts as up (chosen: a sheet of paper on a table lies no straighter; the zones of UTM stay below it up to
/// latitude 41, at any place of theirs).
const UPRIGHT: f64 = 2.0;

/// Degrees by which north may lie otherwise at a corner than at the middle (chosen: half a right angle, where it is as much east).
const MOST_TURN: f64 = 45.0;

/// Degrees of latitude on either side of a place between which north is looked for: some 11 m.
const STEP: f64 = 1e-4;

/// Units of the panel's sides: as high as that of the scale bar.
const SIDE: f64 = 62.0;

/// The panel of the arrow, `left` of which all is taken; none where there is no arrow.
pub(crate) fn area(view: &View<'_>, left: f64, unit: f64) -> Option<Rect> {
    direction(view)?;
    Some(Rect::new(left, view.frame.bottom() - 76.0 * unit, SIDE * unit, SIDE * unit))
}

/// Draws the arrow on its panel, where there is one.
pub(crate) fn draw(view: &View<'_>, left: f64, unit: f64, items: &mut Vec<Item>) {
    let (Some(area), Some(degrees)) = (area(view, left, unit), direction(view)) else { return };
    items.push(Item::Path(Path::rect(area).filled(Paint::Solid(Ink { opacity: 0.85, ..ink(0x00FF_FFFF) }))));
    let (sine, cosine) = libm::sincos(degrees.to_radians());
    let middle = [area.x + area.width / 2.0, area.y + area.height / 2.0];
    // Along the arrow and to the right of it, in units from the middle.
    let at =
        |along: f64, right: f64| [middle[0] + (along * sine + right * cosine) * unit, middle[1] + (right * sine - along * cosine) * unit];
    let [tip, left, notch, right] = [at(14.0, 0.0), at(-20.0, -8.5), at(-13.0, 0.0), at(-20.0, 8.5)];
    let half = |wing| Path::of(vec![Step::Move(tip), Step::Line(wing), Step::Line(notch), Step::Close]);
    items.push(Item::Path(half(left).filled(Paint::Solid(ink(INK))).stroked(ink(INK), unit)));
    items.push(Item::Path(half(right).filled(Paint::Solid(ink(0x00FF_FFFF))).stroked(ink(INK), unit)));
    let letter = shape("N", 14.0 * unit, Weight::Bold);
    let [x, y] = at(23.0, 0.0);
    text(items, [x - letter.width / 2.0, y + 5.0 * unit], letter, INK);
}

/// Where north is at the middle of the frame, in degrees clockwise from up; none where that is up, or differs too much over the frame.
fn direction(view: &View<'_>) -> Option<f64> {
    let Rect { x, y, width, height } = view.frame;
    let north = |[right, down]: [f64; 2]| north_at(view, [x + width * right, y + height * down]);
    let middle = north([0.5, 0.5])?;
    let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(north);
    let is_one = corners.into_iter().flatten().all(|corner| turned(corner - middle).abs() < MOST_TURN);
    (middle.abs() > UPRIGHT && is_one).then_some(middle)
}

/// Where north is at a place of the page.
fn north_at(view: &View<'_>, at: [f64; 2]) -> Option<f64> {
    let Coord { x, y } = view.ground(at)?;
    let [south, north] = [-STEP, STEP].map(|step| view.place(Coord { x, y: (y + step).clamp(-90.0, 90.0) }));
    let [from, to] = [south?, north?];
    Some(libm::atan2(to[0] - from[0], from[1] - to[1]).to_degrees())
}

#[cfg(test)]
mod tests {
    use marchland_core::{LonLat, Metres, Projection};

    use super::*;
    use crate::example::Polar;

    /// A degree is a kilometre, and north so many degrees clockwise from up.
    struct Turned(f64);

    impl Projection for Turned {
        fn forward(&self, place: LonLat) -> Option<Metres> {
            let (sine, cosine) = libm::sincos(self.0.to_radians());
            Some(Metres { x: (place.lon() * cosine + place.lat() * sine) * 1e3, y: (place.lat() * cosine - place.lon() * sine) * 1e3 })
        }

        fn inverse(&self, Metres { x, y }: Metres) -> Option<LonLat> {
            let (sine, cosine) = libm::sincos(self.0.to_radians());
            LonLat::new((x * cosine - y * sine) / 1e3, (x * sine + y * cosine) / 1e3)
        }

        fn name(&self) -> &'static str {
            "turned"
        }

        fn code(&self) -> &'static str {
            "turned"
        }
    }

    fn found(projection: &dyn Projection, [west, south, east, north]: [f64; 4]) -> Option<f64> {
        let corners = [Coord { x: west, y: south }, Coord { x: east, y: north }];
        View::of(corners.into_iter(), projection, Rect::new(0.0, 0.0, 400.0, 300.0)).as_ref().and_then(direction)
    }

    #[test]
    fn an_arrow_points_north_where_north_is_not_up_and_there_is_none_where_it_is() {
        let turn = |degrees: f64| found(&Turned(degrees), [10.0, 20.0, 30.0, 40.0]);
        assert_eq!([turn(0.0), turn(1.9), turn(-1.9)], [None; 3]);
        for degrees in [2.1, -30.0, 135.0] {
            assert!((turn(degrees).unwrap() - degrees).abs() < 1e-6, "{degrees}");
        }
    }

    #[test]
    fn round_a_pole_one_arrow_would_be_wrong_and_there_is_none() {
        assert_eq!(found(&Polar, [-170.0, 60.0, 10.0, 60.0]), None, "the pole is in the middle");
        assert!(found(&Polar, [80.0, 60.0, 82.0, 62.0]).is_some(), "far from the pole north is to the left");
    }

    #[test]
    fn the_arrow_and_its_letter_stay_on_their_panel_whichever_way_north_is() {
        for degrees in (-180..180).step_by(15).map(f64::from).filter(|degrees| degrees.abs() > UPRIGHT) {
            let turned = Turned(degrees);
            let corners = [Coord { x: 10.0, y: 10.0 }, Coord { x: 20.0, y: 20.0 }];
            let view = View::of(corners.into_iter(), &turned, Rect::new(0.0, 0.0, 400.0, 300.0)).unwrap();
            let mut items = Vec::new();
            draw(&view, 100.0, 1.0, &mut items);
            let panel = area(&view, 100.0, 1.0).unwrap();
            let places = items.iter().flat_map(|item| match item {
                Item::Path(path) => {
                    path.steps.iter().filter_map(|step| if let Step::Line(at) | Step::Move(at) = step { Some(*at) } else { None }).collect()
                }
                Item::Text(text) => vec![text.at, [text.at[0] + text.shaped.width, text.at[1] - text.shaped.size * 0.72]],
                Item::Clipped(..) => Vec::new(),
            });
            assert!(places.into_iter().all(|place| panel.holds(place)), "{degrees}");
        }
    }
}
