//! No edge sharper than its places: ground fades where it is said less surely to be its place's.
//!
//! - Over the last fifth of the reach, ground fades into the land: a reach drawn as a hard circle would look like a claim.
//! - Where a border is nearer to one of its places than that place is known, the border cuts off a segment of the circle in which the
//!   place lies. In that segment the ground of each side fades into the other's, and likewise in its mirror image across the border.
//!
//! What fades is laid over the ground as one colour, the mean of the other side's; patterns do not run over. Segments are cut to the
//! cell, which need not be convex (Sutherland and Hodgman 1974, *Reentrant Polygon Clipping*).

use marchland_core::{Cell, Colour, SiteIndex};

use crate::borders::Border;
use crate::map::MapRequest;
use crate::scene::{Ink, Item, Paint, Path, Rect, Step, colour};
use crate::style::{LAND, paint};
use crate::view::View;

/// The share of the reach within which ground is whole (the style's: it fades over the last fifth).
const WHOLE: f64 = 0.8;

/// How much of ground is gone at its reach (chosen: what is left still shows whose it is, for it counts in the table).
const GONE: f64 = 0.8;

/// How much of the other side's ground is laid over a border (chosen: at a half the two sides would be one; several circles add up).
const OTHER: f64 = 0.4;

/// Corners of a segment's arc (chosen: of a circle as wide as the page its sides are half a pixel off).
const CORNERS: u32 = 48;

/// Land laid over the ground that lies near the end of its place's reach.
pub(crate) fn towards_the_reach(request: &MapRequest<'_>, view: &View<'_>) -> Vec<Item> {
    let Some(reach_m) = request.reach_m else { return Vec::new() };
    let ink = Ink { colour: colour(LAND), opacity: GONE };
    let fading = |cell: &Cell| {
        let (centre, reach) = circle(request, view, *cell.sites().first()?, reach_m)?;
        let path = view.polygons(&cell.polygons);
        let is_far = path.steps.iter().any(|step| matches!(step, Step::Move(at) | Step::Line(at) if apart(*at, centre) > WHOLE * reach));
        (is_far && cell.ground.lattice().is_none())
            .then(|| Item::Path(path.filled(Paint::Rim { ink, centre, radii: [WHOLE * reach, reach] })))
    };
    request.snapshot.cells.iter().filter_map(fading).collect()
}

/// Whether any ground within the frame lies in the last fifth of its place's reach: by the corners of cells, of which a reach has many, and
/// those of the frame.
pub(crate) fn is_seen(request: &MapRequest<'_>, view: &View<'_>) -> bool {
    let Some(reach_m) = request.reach_m else { return false };
    let Rect { x, y, .. } = view.frame;
    let corners = [[x, y], [view.frame.right(), y], [view.frame.right(), view.frame.bottom()], [x, view.frame.bottom()]];
    let fades = |cell: &Cell| {
        let Some((centre, reach)) = cell.sites().first().and_then(|&site| circle(request, view, site, reach_m)) else { return false };
        let is_far = |place: [f64; 2]| apart(place, centre) > WHOLE * reach;
        let rings = view.rings(&cell.polygons);
        let has_corner = |corner: [f64; 2]| is_far(corner) && rings.iter().filter(|ring| goes_round(ring, corner)).count() % 2 == 1;
        rings.iter().flatten().any(|&place| view.frame.holds(place) && is_far(place)) || corners.into_iter().any(has_corner)
    };
    request.snapshot.cells.iter().filter(|cell| cell.ground.lattice().is_none()).any(fades)
}

/// Whether a ring goes round a place: a line from there to the right meets it an odd number of times.
fn goes_round(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let meets = |step: &&[[f64; 2]]| {
        let [[ax, ay], [bx, by]] = [step[0], step[1]];
        (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
    };
    ring.windows(2).filter(meets).count() % 2 == 1
}

/// Both sides' grounds laid over each other along a border that runs somewhere near; nothing along a sure one, or where both look alike.
pub(crate) fn across(request: &MapRequest<'_>, view: &View<'_>, border: &Border, unit: f64) -> Vec<Item> {
    let cells = border.cells.map(|cell| &request.snapshot.cells[cell]);
    let paints = cells.map(|cell| paint(request, &cell.assessment, unit));
    if !border.is_doubtful || paints[0] == paints[1] {
        return Vec::new();
    }
    let mut items = Vec::new();
    for run in straight_runs(&border.line) {
        for site in cells.iter().flat_map(|cell| cell.sites()) {
            let Some(segments) = segments(request, view, run, *site) else { continue };
            for (cell, other) in [(cells[0], paints[1]), (cells[1], paints[0])] {
                let ink = Ink { colour: seen_on_land(other), opacity: OTHER };
                items.extend(segments.iter().filter_map(|segment| segment.laid_over(cell, request, view, ink)));
            }
        }
    }
    items
}

fn site_place(request: &MapRequest<'_>, view: &View<'_>, site: SiteIndex) -> Option<[f64; 2]> {
    circle(request, view, site, 0.0).map(|circle| circle.0)
}

/// A site on the page that is a point, and the pixels of a radius in metres round it. What lies round lines and polygons is no circle: their
/// ground does not fade.
fn circle(request: &MapRequest<'_>, view: &View<'_>, site: SiteIndex, radius_m: f64) -> Option<([f64; 2], f64)> {
    let point = crate::places::point(request.ledger.site(site))?;
    Some((view.place(point)?, view.pixels(radius_m, point)))
}

fn apart(one: [f64; 2], other: [f64; 2]) -> f64 {
    libm::hypot(one[0] - other[0], one[1] - other[1])
}

/// The first and last place of each straight stretch of a line.
fn straight_runs(line: &[[f64; 2]]) -> Vec<[[f64; 2]; 2]> {
    let mut runs: Vec<[[f64; 2]; 2]> = Vec::new();
    for step in line.windows(2) {
        match runs.last_mut() {
            // A hundredth of a pixel off the line so far is straight.
            Some(run) if off([run[0], step[1]], run[1]).abs() < 0.01 => run[1] = step[1],
            _ => runs.push([step[0], step[1]]),
        }
    }
    runs
}

/// How far a place lies to the right of a line as one walks it on the page; nought for a line without length.
fn off([from, to]: [[f64; 2]; 2], place: [f64; 2]) -> f64 {
    let [x, y] = [to[0] - from[0], to[1] - from[1]];
    (x * (place[1] - from[1]) - y * (place[0] - from[0])) / libm::hypot(x, y).max(1e-9)
}

/// A part of a circle that a border cuts off.
struct Segment {
    /// Its corners, to the right as seen on the page.
    corners: Vec<[f64; 2]>,
    /// The middle of the chord.
    from: [f64; 2],
    /// The farthest place of the arc.
    to: [f64; 2],
}

/// The segment that a stretch of border cuts off the circle of a site, and its mirror image; none where it does not cut the circle.
fn segments(request: &MapRequest<'_>, view: &View<'_>, run: [[f64; 2]; 2], site: SiteIndex) -> Option<[Segment; 2]> {
    let (centre, radius) = circle(request, view, site, request.ledger.site(site).precision_m?)?;
    let middle = [f64::midpoint(run[0][0], run[1][0]), f64::midpoint(run[0][1], run[1][1])];
    let length = apart(run[0], run[1]);
    let off = off(run, centre);
    if length < 1e-6 || apart(middle, centre) >= radius || radius - off.abs() < 1.0 {
        return None;
    }
    let along = [(run[1][0] - run[0][0]) / length, (run[1][1] - run[0][1]) / length];
    // Away from the place, which lies `off` to the right of the border.
    let away = [along[1], -along[0]].map(|part| part * if off < 0.0 { -1.0 } else { 1.0 });
    let from = [centre[0] + away[0] * off.abs(), centre[1] + away[1] * off.abs()];
    let half = libm::acos(off.abs() / radius);
    let corner = |side: f64, at: u32| {
        let angle = half * (2.0 * f64::from(at) / f64::from(CORNERS) - 1.0);
        let (out, across) = (radius * libm::cos(angle) - off.abs(), radius * libm::sin(angle));
        [from[0] + away[0] * out * side + along[0] * across, from[1] + away[1] * out * side + along[1] * across]
    };
    Some([1.0, -1.0].map(|side| {
        let mut corners: Vec<[f64; 2]> = (0..=CORNERS).map(|at| corner(side, at)).collect();
        if self::off([corners[0], corners[1]], from) < 0.0 {
            corners.reverse();
        }
        let out = (radius - off.abs()) * side;
        Segment { corners, from, to: [from[0] + away[0] * out, from[1] + away[1] * out] }
    }))
}

impl Segment {
    /// The ink over the part of a cell that lies in the segment, fading from the border; nothing where none does.
    fn laid_over(&self, cell: &Cell, request: &MapRequest<'_>, view: &View<'_>, ink: Ink) -> Option<Item> {
        let place = site_place(request, view, *cell.sites().first()?)?;
        let is_its_side = apart(self.to, place) < apart(mirrored(self.to, self.from), place);
        let rings = cell.polygons.iter().filter(|_| is_its_side).map(|polygon| within(&view.line(polygon.exterior()), &self.corners));
        let rings = rings.filter(|ring| ring.len() > 2);
        let steps: Vec<Step> = rings.flat_map(|ring| Path::line(&ring).steps.into_iter().chain([Step::Close])).collect();
        (!steps.is_empty()).then(|| Item::Path(Path::of(steps).filled(Paint::Fading { ink, from: self.from, to: self.to })))
    }
}

/// A place on the other side of a middle, as far from it.
fn mirrored(place: [f64; 2], middle: [f64; 2]) -> [f64; 2] {
    [2.0 * middle[0] - place[0], 2.0 * middle[1] - place[1]]
}

/// The part of a ring that lies within a convex one, which runs to the right as seen on the page.
fn within(ring: &[[f64; 2]], convex: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut left = ring.to_vec();
    for at in 0..convex.len() {
        let edge = [convex[at], convex[(at + 1) % convex.len()]];
        let mut kept = Vec::with_capacity(left.len() + 4);
        for (at, &place) in left.iter().enumerate() {
            let before = left[(at + left.len() - 1) % left.len()];
            let (was, is) = (off(edge, before), off(edge, place));
            if (was >= 0.0) != (is >= 0.0) {
                let share = was / (was - is);
                kept.push([before[0] + (place[0] - before[0]) * share, before[1] + (place[1] - before[1]) * share]);
            }
            if is >= 0.0 {
                kept.push(place);
            }
        }
        left = kept;
    }
    left
}

/// The one colour that comes nearest to a paint on land.
fn seen_on_land(paint: Paint) -> Colour {
    let inks = match paint {
        Paint::Solid(ink) | Paint::Dots { ground: ink, .. } | Paint::Fading { ink, .. } | Paint::Rim { ink, .. } => vec![(ink, 1.0)],
        Paint::Hatch { ground, line, period, width } => vec![(ground, 1.0), (line, width / period)],
        Paint::Stripes { inks: [one, other], .. } => vec![(one, 0.5), (other, 0.5)],
    };
    let channel = |of: fn(Colour) -> u8| {
        let land = f64::from(of(colour(LAND)));
        inks.iter().fold(land, |sum, (ink, share)| sum + (f64::from(of(ink.colour)) - land) * ink.opacity * share).round().clamp(0.0, 255.0)
            as u8
    };
    Colour { red: channel(|colour| colour.red), green: channel(|colour| colour.green), blue: channel(|colour| colour.blue) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [[f64; 2]; 4] = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];

    // ┌──┐  ┌──┐     The square lies across both towers of the U: both and the bridge below are within.
    // │  └──┘  │
    // └────────┘
    #[test]
    fn a_segment_is_cut_to_a_cell_that_is_not_convex() {
        let u = [[-5.0, -5.0], [3.0, -5.0], [3.0, 5.0], [7.0, 5.0], [7.0, -5.0], [15.0, -5.0], [15.0, 20.0], [-5.0, 20.0]];
        let left = within(&u, &SQUARE);
        let area = |ring: &[[f64; 2]]| {
            let twice: f64 =
                (0..ring.len()).map(|at| (ring[at], ring[(at + 1) % ring.len()])).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum();
            (twice / 2.0).abs()
        };
        assert!((area(&left) - 80.0).abs() < 1e-9, "{left:?}");
        assert!(within(&[[20.0, 20.0], [30.0, 20.0], [30.0, 30.0]], &SQUARE).is_empty());
        assert!((area(&within(&SQUARE, &SQUARE)) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_line_is_parted_where_it_turns_and_nowhere_else() {
        let line = [[0.0, 0.0], [1.0, 1.0], [4.0, 4.0], [4.0, 9.0]];
        assert_eq!(straight_runs(&line), [[[0.0, 0.0], [4.0, 4.0]], [[4.0, 4.0], [4.0, 9.0]]]);
        assert_eq!(straight_runs(&line[..1]), Vec::<[[f64; 2]; 2]>::new());
    }

    #[test]
    fn stripes_are_seen_as_the_mean_of_their_colours() {
        let [black, white] = [0x0000_0000, 0x00FF_FFFF].map(|rgb| Ink { colour: colour(rgb), opacity: 1.0 });
        assert_eq!(seen_on_land(Paint::Stripes { inks: [black, white], period: 9.0 }), Colour { red: 128, green: 128, blue: 128 });
        assert_eq!(seen_on_land(Paint::Solid(black)), colour(0));
    }
}
