//! How much fits: which markers are drawn, how large, and which stand side by side.
//!
//! A city of twenty places has the full size, and neighbours stand side by side. Where many would touch, all shrink together; where
//! even small ones touch, the more important stand and the others are left out and counted: what is drawn can be told apart. So a
//! country of four hundred districts and one of ten thousand villages read as well as the city.
//!
//! A capital comes first. Else a place is the more important the more people live there or the more it weighs, then the more reports tell
//! of it, then the earlier it stands in the dataset. Who holds it does not matter.

use marchland_core::{Site, SiteIndex};

use crate::label::Taken;
use crate::map::MapRequest;
use crate::scene::Rect;

/// Radii of markers in units, the largest at which at most [`CROWDED`] of the places touch another is taken (chosen: the first shows
/// symbols of 11 pixels, the last is the smallest disc whose halves tell two colours apart).
pub(crate) const RADII: [f64; 4] = [10.0, 7.5, 5.5, 4.0];

/// The share of places that may touch a more important one before all shrink (chosen: of a city's twenty places, five). They also shrink
/// where more places are drawn then.
const CROWDED: f64 = 0.25;

/// Markers side by side at one spot (chosen: more hide the ground and no longer point at a place).
const MOST_TOGETHER: usize = 4;

/// Radii that places at one spot may be apart (chosen: a marker's width; set side by side, places farther apart would seem to lie elsewhere).
const MOST_APART: f64 = 2.3;

/// Radii that a row may be moved sideways to stand clear of others, and the steps in which that is tried (chosen: beyond a marker and a half
/// it would seem to lie elsewhere).
const MOST_MOVED: f64 = 1.5;
const STEPS: i32 = 5;

/// The most markers on a page: those of the least size cover five per cent of it then (chosen: more of them hide the ground).
const MOST_MARKERS: f64 = 1_500.0;

/// The radius below which markers have no symbol of their kind, in units and in pixels (chosen: smaller symbols are blots).
const LEAST_WITH_SYMBOL: f64 = 7.0;
const LEAST_PIXELS_WITH_SYMBOL: f64 = 5.0;

/// Sites at one spot of the page: so near to each other that their markers would overlap, and are set side by side.
#[derive(Clone)]
pub(crate) struct Spot {
    /// Their middle.
    at: [f64; 2],
    /// From left to right, each with its own place.
    sites: Vec<([f64; 2], SiteIndex)>,
    /// Pixels of each marker's radius.
    pub(crate) radius: f64,
    unit: f64,
}

impl Spot {
    /// Whether a marker at a place would overlap those that stand here side by side.
    fn touches(&self, at: [f64; 2]) -> bool {
        let (across, down) = ((self.at[0] - at[0]).abs(), (self.at[1] - at[1]).abs());
        let is_beside = across < (1.15 * self.sites.len() as f64 + 1.1) * self.radius && down < 1.2 * self.radius;
        libm::hypot(across, down) < 2.2 * self.radius || is_beside
    }

    /// What the markers cover.
    pub(crate) fn area(&self) -> Rect {
        let half = self.radius * 1.15 * self.sites.len() as f64;
        Rect::new(self.at[0] - half, self.at[1] - self.radius, half * 2.0, 2.0 * self.radius)
    }

    /// The same with one more site, about the middle of all.
    fn with(&self, at: [f64; 2], site: SiteIndex) -> Self {
        let mut sites = self.sites.clone();
        let after = sites.partition_point(|&(place, _)| place[0] <= at[0]);
        sites.insert(after, (at, site));
        let mean = |axis: usize| sites.iter().map(|&(place, _)| place[axis]).sum::<f64>() / sites.len() as f64;
        Self { at: [mean(0), mean(1)], sites, ..*self }
    }

    /// The same, moved to the right or left if it must be to overlap no other; none where that takes more than [`MOST_MOVED`].
    fn clear_of<I: Iterator<Item = Rect>>(self, others: impl Fn() -> I) -> Option<Self> {
        let steps = (0..=STEPS).flat_map(|step| [f64::from(step), -f64::from(step)]);
        let moved = |step: f64| Self { at: [self.at[0] + step / f64::from(STEPS) * MOST_MOVED * self.radius, self.at[1]], ..self.clone() };
        steps.map(moved).find(|row| others().all(|other| !other.overlaps(row.area())))
    }

    /// Whether a site at a place may stand beside the others: there are not too many, and all are about where it is.
    fn has_room(&self, at: [f64; 2]) -> bool {
        let is_near = |&(place, _): &([f64; 2], SiteIndex)| libm::hypot(at[0] - place[0], at[1] - place[1]) <= MOST_APART * self.radius;
        self.sites.len() < MOST_TOGETHER && self.sites.iter().all(is_near)
    }

    /// The sites, from left to right.
    pub(crate) fn sites(&self) -> impl Iterator<Item = SiteIndex> + '_ {
        self.sites.iter().map(|&(_, site)| site)
    }

    /// Where each marker stands.
    pub(crate) fn markers(&self) -> impl Iterator<Item = ([f64; 2], SiteIndex)> + '_ {
        let step = 2.3 * self.radius;
        let start = self.at[0] - step * (self.sites.len() as f64 - 1.0) / 2.0;
        self.sites().enumerate().map(move |(at, site)| ([start + step * at as f64, self.at[1]], site))
    }

    /// Whether its markers are large enough for the symbols of kinds.
    pub(crate) fn shows_kinds(&self) -> bool {
        self.radius >= (LEAST_WITH_SYMBOL * self.unit).max(LEAST_PIXELS_WITH_SYMBOL)
    }
}

/// Sorts by importance, the most important first; the order of the dataset decides between equals.
pub(crate) fn by_importance<T>(request: &MapRequest<'_>, places: &mut [T], site_of: impl Fn(&T) -> SiteIndex) {
    places.sort_by_cached_key(|place| {
        let site = site_of(place);
        let number = |number: Option<f64>| (number.unwrap_or(0.0).max(0.0)).to_bits(); // of numbers above nought, bits are in order
        let Site { kind, population, weight, .. } = request.ledger.site(site);
        let reports = request.ledger.reports_about(site).len();
        std::cmp::Reverse((kind == "capital", number(*population), number(*weight), reports, std::cmp::Reverse(site)))
    });
}

/// The spots of some places, the most important of which come first; what is in none of them stands too close to others.
pub(crate) fn gathered(places: &[([f64; 2], SiteIndex)], frame: Rect, unit: f64) -> Vec<Spot> {
    let count = places.len() as f64;
    let mut best: Vec<Spot> = Vec::new();
    for radius in RADII.map(|radius| radius * unit) {
        let alone = thinned(places, frame, radius, unit);
        let is_airy = count <= MOST_MARKERS && alone.len() as f64 >= count * (1.0 - CROWDED);
        if is_airy || radius == RADII[RADII.len() - 1] * unit {
            let spots = if count <= MOST_MARKERS { side_by_side(places, radius, unit) } else { alone };
            if drawn(&spots) > drawn(&best) {
                best = spots;
            }
        }
    }
    best
}

fn drawn(spots: &[Spot]) -> usize {
    spots.iter().map(|spot| spot.sites.len()).sum()
}

fn side_by_side(places: &[([f64; 2], SiteIndex)], radius: f64, unit: f64) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    for &(at, site) in places {
        match spots.iter().position(|spot| spot.touches(at)) {
            Some(beside) if spots[beside].has_room(at) => {
                let others = || spots.iter().enumerate().filter(|&(other, _)| other != beside).map(|(_, spot)| spot.area());
                if let Some(row) = spots[beside].with(at, site).clear_of(others) {
                    spots[beside] = row;
                }
            }
            Some(_) => {}
            None => spots.push(Spot { at, sites: vec![(at, site)], radius, unit }),
        }
    }
    spots
}

/// One marker a spot, of those that touch the most important; of many places so few that they do not hide the ground.
fn thinned(places: &[([f64; 2], SiteIndex)], frame: Rect, radius: f64, unit: f64) -> Vec<Spot> {
    let mut page = Taken::new(frame);
    // Boxes of a side set down at random until none fits cover 0.56 of the page (Palásti 1960; Brosilow, Ziff and Vigil 1991).
    let sparse = (0.56 * frame.width * frame.height / MOST_MARKERS).sqrt();
    let side = if places.len() as f64 > MOST_MARKERS { sparse.max(2.2 * radius) } else { 2.2 * radius };
    let mut spots = Vec::new();
    for &(at, site) in places {
        if page.is_free(Rect::new(at[0] - side / 2.0, at[1] - side / 2.0, side, side)) {
            page.take(Rect::new(at[0] - side / 2.0, at[1] - side / 2.0, side, side));
            spots.push(Spot { at, sites: vec![(at, site)], radius, unit });
        }
    }
    spots
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Rect = Rect { x: 0.0, y: 0.0, width: 1_140.0, height: 1_000.0 };

    /// Places on a lattice of so many pixels.
    fn lattice(count: usize, step: f64) -> Vec<([f64; 2], SiteIndex)> {
        let across = (FRAME.width / step) as usize;
        let at = |site: usize| [step * (0.5 + (site % across) as f64), step * (0.5 + (site / across) as f64)];
        (0..count).map(|site| (at(site), SiteIndex(site as u32))).collect()
    }

    #[test]
    fn twenty_places_have_the_full_size_and_two_that_touch_stand_side_by_side() {
        let mut places = lattice(20, 100.0);
        places.push(([52.0, 51.0], SiteIndex(20)));
        let spots = gathered(&places, FRAME, 1.0);
        assert_eq!((spots.len(), drawn(&spots), spots[0].radius), (20, 21, 10.0));
        let markers: Vec<[f64; 2]> = spots[0].markers().map(|(at, _)| at).collect();
        assert_eq!(markers, [[39.5, 50.5], [62.5, 50.5]]);
    }

    /// ```text
    ///  ●         one that stands clear of two, and would be covered by the row of three
    ///    ●●●
    /// ```
    #[test]
    fn a_row_grows_over_no_other_marker() {
        let mut places = lattice(20, 100.0);
        places.extend(
            [([50.0, 950.0], 20), ([84.0, 961.0], 21), ([84.0, 961.0], 22), ([85.0, 961.0], 23)].map(|(at, site)| (at, SiteIndex(site))),
        );
        let spots = gathered(&places, FRAME, 1.0);
        let meets = |one: usize, other: usize| one != other && spots[one].area().overlaps(spots[other].area());
        assert!((0..spots.len()).all(|one| (0..spots.len()).all(|other| !meets(one, other))));
        assert_eq!((drawn(&spots), spots[0].radius), (24, 10.0), "moved aside by a little, all are drawn in full size");
    }

    /// ```text
    /// a row of five, each touching the next: side by side they would walk away from their places
    /// ```
    #[test]
    fn places_farther_apart_than_a_marker_is_wide_do_not_stand_side_by_side() {
        let mut places = lattice(20, 100.0);
        places.extend((20..24).map(|site| ([50.0 + 21.0 * f64::from(site - 19), 50.0], SiteIndex(site))));
        let spots = gathered(&places, FRAME, 1.0);
        let apart = |spot: &Spot| spot.sites[spot.sites.len() - 1].0[0] - spot.sites[0].0[0];
        assert!(spots.iter().all(|spot| apart(spot) <= MOST_APART * spot.radius));
        assert_eq!((drawn(&spots), spots[0].radius), (24, 7.5), "smaller, all have their own place");
    }

    #[test]
    fn of_many_places_at_one_spot_four_are_drawn() {
        let mut places = lattice(60, 100.0);
        places.extend((60..70).map(|site| ([50.0, 50.0], SiteIndex(site))));
        assert_eq!(drawn(&gathered(&places, FRAME, 1.0)), 63);
    }

    #[test]
    fn places_that_would_touch_shrink_together_and_none_is_left_out() {
        let spots = gathered(&lattice(3_000, 17.0)[..1_400], FRAME, 1.0);
        assert_eq!((spots.len(), spots[0].radius, spots[0].shows_kinds()), (1_400, 7.5, true));
        assert!(!gathered(&lattice(1_400, 13.0), FRAME, 1.0)[0].shows_kinds());
    }

    #[test]
    fn of_thousands_of_places_as_many_are_drawn_as_leave_the_ground_to_be_seen() {
        let spots = gathered(&lattice(10_000, 10.0), FRAME, 1.0);
        assert!(spots.len() > 500 && spots.len() <= 2_400, "{}", spots.len());
        assert_eq!(spots[0].sites[0].1, SiteIndex(0));
        assert_eq!(spots[0].radius, RADII[3]);
    }

    #[test]
    fn no_places_make_no_spots() {
        assert!(gathered(&[], FRAME, 1.0).is_empty());
    }
}
