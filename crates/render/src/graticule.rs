//! Lines of round degrees, minutes or seconds across the map, with their labels at its edge.
//!
//! ```text
//! ┌────68°50′E────68°55′E───┐   meridians are named at the upper edge, parallels at the right one;
//! │      │          │       │   where a line does not come there, or a name finds no room, at another;
//! │──────┼──────────┼──36°45′N  a parallel that closes within the map, at its easternmost place
//! │      │          │       │
//! └─────────────────────────┘
//! ```
//!
//! The frame is looked at in a grid of places, which gives the longitudes and latitudes in it; of both, the largest round step is taken
//! of which at least three lines cross the frame. Every line is a chain of short ones on the projection, parted where the plane is:
//! at the antimeridian of a cylinder, or where there is no ground. Round a pole all longitudes are seen, and only those of right angles
//! run up to it. Lines lie on the ground and below places and names; names of places keep clear of the labels.

use geo_types::Coord;

use crate::furniture::SECONDARY;
use crate::layout::Shown;
use crate::map::MapRequest;
use crate::scene::{Ink, Item, Path, Rect, Text, colour, ink};
use crate::text::{Shaped, Weight, shape};
use crate::view::{View, turned};

/// Seconds of arc from line to line. Chosen so that no step is more than twice the next: then at most six lines cross the frame where
/// the next larger step has fewer than three.
const STEPS: [i64; 20] =
    [216_000, 108_000, 54_000, 36_000, 18_000, 10_800, 7_200, 3_600, 1_800, 900, 600, 300, 180, 120, 60, 30, 15, 10, 5, 2];

/// Lines of a kind that cross the frame at least, where any step is fine enough.
const LEAST: i64 = 3;

/// Places looked at along each side of the frame, and pieces of a line (chosen: a piece of a parallel that goes once round the frame
/// lies less than a pixel off the curve).
const GRID: u32 = 24;
const PIECES: u32 = 180;

/// The share of the degrees in a frame, at either end, in which a line is none that crosses it (chosen: less than a label's height).
const EDGE: f64 = 0.02;

/// Degrees from a pole at which meridians end there, at most: else one parallel short of it.
const MOST_SHORT: f64 = 15.0;

/// Units of a label's letters, and from it to the frame's edge and to the next label beside it.
const LETTERS: f64 = 13.0;
const INDENT: f64 = 7.0;

/// Lines and labels where they stand on the page.
pub(crate) struct Graticule {
    lines: Vec<Vec<[f64; 2]>>,
    labels: Vec<(Rect, Shaped)>,
}

impl Graticule {
    /// The lines in a frame, and labels for as many of them as find room that is not `taken`; where none is asked for, nothing.
    pub(crate) fn of(request: &MapRequest<'_>, view: &View<'_>, taken: &[Rect], unit: f64) -> Self {
        let mut graticule = Self { lines: Vec::new(), labels: Vec::new() };
        let seen = if request.furniture.graticule == Shown::Yes { Seen::of(view) } else { None };
        for (line, pieces) in seen.iter().flat_map(|seen| seen.lines(view)) {
            let shaped = shape(&line.words(), LETTERS * unit, Weight::Regular);
            let size = [shaped.width, LETTERS * unit];
            let is_free = |rect: &Rect| {
                let clear = Rect::new(rect.x - INDENT * unit, rect.y, rect.width + 2.0 * INDENT * unit, rect.height);
                !taken.iter().chain(graticule.labels.iter().map(|(rect, _)| rect)).any(|other| other.overlaps(clear))
            };
            let found = places(&line, &pieces, view.frame, size, unit).into_iter().find(is_free);
            graticule.labels.extend(found.map(|rect| (rect, shaped)));
            graticule.lines.extend(pieces);
        }
        graticule
    }

    /// What the labels take of the frame.
    pub(crate) fn taken(&self) -> impl Iterator<Item = Rect> {
        self.labels.iter().map(|&(rect, _)| rect)
    }

    /// Draws the lines and their labels.
    pub(crate) fn draw(self, unit: f64, items: &mut Vec<Item>) {
        let quiet = Ink { opacity: 0.5, ..ink(SECONDARY) };
        let steps: Vec<_> = self.lines.iter().flat_map(|line| Path::line(line).steps).collect();
        if !steps.is_empty() {
            items.push(Item::Path(Path::of(steps).stroked(quiet, (0.9 * unit).max(0.4))));
        }
        items.extend(self.labels.into_iter().map(|(rect, shaped)| {
            let at = [rect.x, rect.bottom() - 0.14 * rect.height];
            Item::Text(Text { at, shaped, colour: colour(SECONDARY), halo: 4.0 * unit })
        }));
    }
}

/// A meridian or a parallel, in seconds of arc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Meridian(i64),
    Parallel(i64),
}

impl Line {
    /// `68°50′E`, `36°N`, `36°40′30″N`; at the ends of either scale without a letter.
    fn words(self) -> String {
        let (seconds, [positive, negative], end) = match self {
            Self::Meridian(seconds) => (seconds, ["E", "W"], 648_000),
            Self::Parallel(seconds) => (seconds, ["N", "S"], i64::MAX),
        };
        let letter = match seconds {
            0 => "",
            _ if seconds.abs() == end => "",
            ..0 => negative,
            _ => positive,
        };
        let (degrees, minutes, rest) = (seconds.abs() / 3_600, seconds.abs() / 60 % 60, seconds.abs() % 60);
        match (minutes, rest) {
            (0, 0) => format!("{degrees}°{letter}"),
            (_, 0) => format!("{degrees}°{minutes:02}′{letter}"),
            _ => format!("{degrees}°{minutes:02}′{rest:02}″{letter}"),
        }
    }
}

/// The degrees that are in a frame.
struct Seen {
    /// From west to east: east exceeds 180 across the antimeridian.
    lon: [f64; 2],
    /// From south to north.
    lat: [f64; 2],
    /// Whether a pole is in the frame, and with it all longitudes.
    has_pole: [bool; 2],
}

impl Seen {
    fn of(view: &View<'_>) -> Option<Self> {
        let Rect { x, y, width, height } = view.frame;
        let at = |step: u32, length: f64| f64::from(step) / f64::from(GRID) * length;
        let grid = (0..=GRID).flat_map(|row| (0..=GRID).map(move |column| (column, row)));
        let places: Vec<Coord<f64>> = grid.filter_map(|(column, row)| view.ground([x + at(column, width), y + at(row, height)])).collect();
        let middle = view.ground([x + width / 2.0, y + height / 2.0]).or(places.first().copied())?.x;
        let has_pole = [-90.0, 90.0].map(|y| view.place(Coord { x: middle, y }).is_some_and(|place| view.frame.holds(place)));
        let range = |of: &dyn Fn(&Coord<f64>) -> f64| {
            places.iter().map(of).fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], value| [least.min(value), most.max(value)])
        };
        let lon = if has_pole.contains(&true) { [-180.0, 180.0] } else { range(&|place| middle + turned(place.x - middle)) };
        let [south, north] = range(&|place| place.y);
        Some(Self { lon, lat: [if has_pole[0] { -90.0 } else { south }, if has_pole[1] { 90.0 } else { north }], has_pole })
    }

    /// The round lines in the frame, each with its pieces on the page: meridians from west to east, then parallels from south to north.
    fn lines(&self, view: &View<'_>) -> Vec<(Line, Vec<Vec<[f64; 2]>>)> {
        let parallels = rounds(self.lat.map(|lat| lat * 3_600.0));
        let mut meridians = rounds(self.lon.map(|lon| lon * 3_600.0));
        // What goes all round begins where it ends.
        if meridians.first().zip(meridians.last()).is_some_and(|(first, last)| last - first == 1_296_000) {
            meridians.pop();
        }
        let step = parallels.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(0) as f64 / 3_600.0;
        let short_of_the_pole = step.min(MOST_SHORT);
        let drawn = |line| (line, pieces(view, self, line, short_of_the_pole));
        let meridians = meridians.into_iter().map(|seconds| Line::Meridian((seconds + 648_000).rem_euclid(1_296_000) - 648_000));
        let parallels = parallels.into_iter().filter(|seconds| seconds.abs() < 324_000).map(Line::Parallel);
        meridians.chain(parallels).map(drawn).collect()
    }
}

/// The multiples of the largest step of which there are enough in a range, in seconds of arc; what lies along its ends is not
/// counted, for there it is on the frame's edge; the whole round has none.
fn rounds([from, to]: [f64; 2]) -> Vec<i64> {
    let edge = if to - from < 1_296_000.0 { (to - from) * EDGE } else { 0.0 };
    let within = |step: i64| [((from + edge) / step as f64).ceil() as i64, ((to - edge) / step as f64).floor() as i64];
    let has_enough = |&&step: &&i64| {
        let [first, last] = within(step);
        last - first + 1 >= LEAST
    };
    let step = *STEPS.iter().find(has_enough).unwrap_or(&STEPS[STEPS.len() - 1]);
    let [first, last] = within(step);
    (first..=last).map(|at| at * step).collect()
}

/// The chains of a line on the page, parted where the plane is.
fn pieces(view: &View<'_>, seen: &Seen, line: Line, short_of_the_pole: f64) -> Vec<Vec<[f64; 2]>> {
    let along = |[from, to]: [f64; 2]| {
        // A little over, for between the places looked at a curve may reach further.
        let over = (to - from) * 0.03;
        (0..=PIECES).map(move |at| from - over + f64::from(at) / f64::from(PIECES) * (to - from + 2.0 * over))
    };
    let coords: Vec<Coord<f64>> = match line {
        Line::Meridian(seconds) => {
            let is_whole = seconds.rem_euclid(324_000) == 0;
            let stop = |has_pole: bool| if has_pole && !is_whole { 90.0 - short_of_the_pole } else { 90.0 };
            let (least, most) = (-stop(seen.has_pole[0]), stop(seen.has_pole[1]));
            along(seen.lat).map(|y| Coord { x: seconds as f64 / 3_600.0, y: y.clamp(least, most) }).collect()
        }
        Line::Parallel(seconds) => along(seen.lon).map(|x| Coord { x: turned(x), y: seconds as f64 / 3_600.0 }).collect(),
    };
    // A jump of a quarter of the frame is no piece of a curve.
    let jump = view.frame.width.max(view.frame.height) / 4.0;
    let mut pieces: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    for place in coords.into_iter().map(|coord| view.place(coord)) {
        let last = pieces.last().and_then(|piece| piece.last()).copied();
        match (place, last) {
            (Some(place), Some(last)) if libm::hypot(place[0] - last[0], place[1] - last[1]) > jump => pieces.push(vec![place]),
            (Some(place), _) => pieces.last_mut().into_iter().for_each(|piece| piece.push(place)),
            (None, _) => pieces.push(Vec::new()),
        }
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// Where a label of a size can stand, the best place first: on its line, wholly within the frame and at its edge.
fn places(line: &Line, pieces: &[Vec<[f64; 2]>], frame: Rect, [width, height]: [f64; 2], unit: f64) -> Vec<Rect> {
    let [aside, below] = [INDENT * unit + width / 2.0, INDENT * unit + height / 2.0];
    let room = Rect::new(frame.x + aside, frame.y + below, frame.width - 2.0 * aside, frame.height - 2.0 * below);
    let (left, right, top, bottom) = (Side(0, room.x), Side(0, room.right()), Side(1, room.y), Side(1, room.bottom()));
    let sides = match line {
        Line::Meridian(_) => [top, bottom, right, left],
        Line::Parallel(_) => [right, left, top, bottom],
    };
    let mut middles: Vec<[f64; 2]> = sides.iter().flat_map(|side| side.crossings(pieces)).filter(|&at| room.holds(at)).collect();
    if middles.is_empty() {
        let inside = pieces.iter().flatten().copied().filter(|&at| room.holds(at));
        middles.extend(inside.max_by(|one, other| one[0].total_cmp(&other[0])));
    }
    middles.into_iter().map(|[x, y]| Rect::new(x - width / 2.0, y - height / 2.0, width, height)).collect()
}

/// An upright line at an x (axis 0), or a level one at a y (axis 1).
#[derive(Clone, Copy)]
struct Side(usize, f64);

impl Side {
    fn crossings(self, pieces: &[Vec<[f64; 2]>]) -> Vec<[f64; 2]> {
        let Self(axis, value) = self;
        let edges = pieces.iter().flat_map(|piece| piece.windows(2));
        let crossing = edges.filter(|edge| (edge[0][axis] > value) != (edge[1][axis] > value)).map(|edge| {
            let share = (value - edge[0][axis]) / (edge[1][axis] - edge[0][axis]);
            let mut at = [0, 1].map(|axis| edge[0][axis] + share * (edge[1][axis] - edge[0][axis]));
            at[axis] = value;
            at
        });
        crossing.collect()
    }
}

#[cfg(test)]
mod tests {
    use marchland_core::{LonLat, Metres, Projection};

    use super::*;
    use crate::example::{Plane, Polar, with_request};
    use crate::layout::Furniture;

    const FRAME: Rect = Rect { x: 100.0, y: 50.0, width: 400.0, height: 300.0 };

    /// A cylinder, as Plane, but with the antimeridian in its middle.
    struct Pacific;

    impl Projection for Pacific {
        fn forward(&self, place: LonLat) -> Option<Metres> {
            Some(Metres { x: place.lon().rem_euclid(360.0) * 1e3, y: place.lat() * 1e3 })
        }

        fn inverse(&self, metres: Metres) -> Option<LonLat> {
            LonLat::new(turned(metres.x / 1e3), metres.y / 1e3)
        }

        fn name(&self) -> &'static str {
            "pacific"
        }

        fn code(&self) -> &'static str {
            "pacific"
        }
    }

    /// The graticule of a frame round two places, as words, and as it stands.
    fn of(projection: &dyn Projection, [west, south, east, north]: [f64; 4], taken: &[Rect]) -> (Vec<String>, Graticule) {
        let corners = [Coord { x: west, y: south }, Coord { x: east, y: north }];
        let view = View::of(corners.into_iter(), projection, FRAME).unwrap();
        let graticule = with_request(&[], |request| {
            let furniture = Furniture { graticule: Shown::Yes, ..request.furniture };
            Graticule::of(&MapRequest { furniture, ..*request }, &view, taken, 1.0)
        });
        (graticule.labels.iter().map(|(_, shaped)| shaped.text.clone()).collect(), graticule)
    }

    #[test]
    fn three_to_six_lines_of_each_kind_cross_a_frame_of_any_size_and_shape() {
        for size in [0.002_f64, 0.013, 0.09, 0.4, 1.1, 3.7, 12.0, 31.0, 77.0] {
            for shift in [0.0, 0.31, 0.77] {
                let [from, to] = [10.0 + shift * size, 10.0 + (1.0 + shift) * size];
                for range in [[from, to], [-to, -from], [-from, to - 2.0 * from]] {
                    let lines = rounds(range.map(|degrees| degrees * 3_600.0)).len();
                    assert!((3..=6).contains(&lines), "{range:?}: {lines}");
                }
            }
        }
    }

    #[test]
    fn labels_have_degrees_and_as_many_minutes_and_seconds_as_their_step_asks_for() {
        let words = [Line::Parallel(132_000), Line::Parallel(-129_600), Line::Meridian(248_130), Line::Meridian(-3_660)].map(Line::words);
        assert_eq!(words, ["36°40′N", "36°S", "68°55′30″E", "1°01′W"]);
        assert_eq!([Line::Parallel(0), Line::Meridian(0), Line::Meridian(-648_000)].map(Line::words), ["0°", "0°", "180°"]);
    }

    #[test]
    fn meridians_are_named_at_the_upper_edge_and_parallels_at_the_right_one_each_on_its_line() {
        let (words, graticule) = of(&Plane, [68.1, 36.1, 71.9, 38.9], &[]);
        assert_eq!(words, ["69°E", "70°E", "71°E", "36°30′N", "37°N", "37°30′N", "38°N", "38°30′N"]);
        for (rect, shaped) in &graticule.labels {
            assert!(FRAME.contains(*rect));
            let at_the_edge = if shaped.text.ends_with('E') { rect.y - FRAME.y } else { FRAME.right() - rect.right() };
            assert!((at_the_edge - INDENT).abs() < 1e-9, "{}", shaped.text);
        }
    }

    #[test]
    fn a_label_gives_way_to_what_is_taken_and_no_two_lie_on_each_other() {
        let top = Rect::new(FRAME.x, FRAME.y, FRAME.width, 40.0);
        let (_, graticule) = of(&Plane, [68.1, 36.1, 71.9, 38.9], &[top]);
        let rects: Vec<Rect> = graticule.taken().collect();
        assert!(rects.iter().all(|rect| !rect.overlaps(top)));
        assert!(
            rects.iter().filter(|rect| (rect.bottom() - (FRAME.bottom() - INDENT)).abs() < 1e-9).count() >= 3,
            "they went to the lower edge"
        );
        for (at, one) in rects.iter().enumerate() {
            assert!(rects[at + 1..].iter().all(|other| !one.overlaps(*other)));
        }
    }

    #[test]
    fn the_antimeridian_is_crossed_without_a_line_across_the_map() {
        let (words, graticule) = of(&Pacific, [177.2, -19.0, -177.2, -15.0], &[]);
        assert!(
            words.contains(&"180°".to_owned()) && words.contains(&"178°E".to_owned()) && words.contains(&"178°W".to_owned()),
            "{words:?}"
        );
        let (_, parted) = of(&Plane, [-179.0, -60.0, 179.0, 60.0], &[]);
        for line in graticule.lines.iter().chain(&parted.lines) {
            assert!(line.windows(2).all(|pair| libm::hypot(pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]) < 20.0));
        }
    }

    #[test]
    fn round_a_pole_parallels_are_closed_and_only_meridians_of_right_angles_reach_it() {
        let (words, graticule) = of(&Polar, [0.0, 60.0, 180.0, 60.0], &[]);
        assert!(words.iter().any(|word| word.ends_with('N')) && words.iter().any(|word| word.ends_with('W')), "{words:?}");
        let pole = [FRAME.x + FRAME.width / 2.0, FRAME.y + FRAME.height / 2.0];
        let reach = |line: &&Vec<[f64; 2]>| line.iter().any(|at| libm::hypot(at[0] - pole[0], at[1] - pole[1]) < 2.0);
        assert_eq!(graticule.lines.iter().filter(reach).count(), 2, "0° and 180°, of steps of 60°");
    }

    #[test]
    fn where_none_is_asked_for_there_is_none() {
        let corners = [Coord { x: 1.0, y: 1.0 }, Coord { x: 2.0, y: 2.0 }];
        let view = View::of(corners.into_iter(), &Plane, FRAME).unwrap();
        let graticule = with_request(&[], |request| Graticule::of(request, &view, &[], 1.0));
        assert!(graticule.lines.is_empty() && graticule.labels.is_empty());
    }
}
