//! Where places lie on the globe, which has no first and no last longitude.

use marchland_core::LonLat;

/// Strips of longitude in which places are gathered to find the widest gap: a tenth of a degree each.
const STRIPS: usize = 3_600;

/// West, south, east, north of places in degrees, round the other side from the widest gap of longitudes; west exceeds east where that
/// crosses the antimeridian. None without a place; from −180 to 180 where no gap is wider than a tenth of a degree.
///
/// Places on the antimeridian count on whichever side makes the extent narrower. Those at a pole, which has all longitudes, count
/// for the latitude alone, unless there are no others.
///
/// ```
/// use marchland_core::LonLat;
/// use marchland_projection::extent;
/// let fiji = [(177.3, -18.1), (179.4, -16.5), (-179.9, -17.0)].map(|(lon, lat)| LonLat::new(lon, lat).unwrap());
/// assert_eq!(extent(fiji), Some([177.3, -18.1, -179.9, -16.5]));
/// ```
#[must_use]
pub fn extent(places: impl IntoIterator<Item = LonLat>) -> Option<[f64; 4]> {
    let mut strips = vec![None::<[f64; 2]>; STRIPS];
    let mut latitudes = None::<[f64; 2]>;
    let mut at_pole = None;
    for place in places {
        let (lon, lat) = (place.lon(), place.lat());
        latitudes = Some(latitudes.map_or([lat; 2], |[south, north]| [south.min(lat), north.max(lat)]));
        if lat.abs() == 90.0 {
            at_pole = at_pole.or(Some([lon; 2]));
            continue;
        }
        // The antimeridian is the start of the first strip, and either name is kept.
        let strip = if lon == 180.0 { 0 } else { ((lon + 180.0) * 10.0) as usize };
        let within = strips[strip.min(STRIPS - 1)].get_or_insert([lon; 2]);
        *within = [west_of(within[0], lon), east_of(within[1], lon)];
    }
    let [south, north] = latitudes?;
    let [west, east] = round_the_widest_gap(&strips).or(at_pole)?;
    Some([west, south, east, north])
}

/// A longitude counted from −180 up to but without 180.
fn turned(lon: f64) -> f64 {
    if lon == 180.0 { -180.0 } else { lon }
}

fn west_of(one: f64, other: f64) -> f64 {
    if turned(other) < turned(one) { other } else { one }
}

fn east_of(one: f64, other: f64) -> f64 {
    if turned(other) > turned(one) { other } else { one }
}

/// The ends of what lies round the other side from the widest gap between strips.
fn round_the_widest_gap(strips: &[Option<[f64; 2]>]) -> Option<[f64; 2]> {
    let taken: Vec<[f64; 2]> = strips.iter().copied().flatten().collect();
    let (first, last) = (*taken.first()?, *taken.last()?);
    // The gap across the antimeridian, which that all in order lie clear of.
    let mut widest = (turned(first[0]) + 360.0 - turned(last[1]), [first[0], last[1]]);
    for pair in taken.windows(2) {
        let gap = turned(pair[1][0]) - turned(pair[0][1]);
        if gap > widest.0 {
            widest = (gap, [pair[1][0], pair[0][1]]);
        }
    }
    if widest.0 <= 360.0 / STRIPS as f64 {
        return Some([-180.0, 180.0]);
    }
    let [west, east] = widest.1;
    // What starts or ends at the antimeridian names it as the side it lies on does.
    let west = if west == 180.0 && east < 180.0 { -180.0 } else { west };
    let east = if east == -180.0 && west > -180.0 { 180.0 } else { east };
    Some([west, east])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(places: &[(f64, f64)]) -> Option<[f64; 4]> {
        extent(places.iter().map(|&(lon, lat)| LonLat::new(lon, lat).unwrap()))
    }

    #[test]
    fn places_on_one_side_have_the_plain_box() {
        assert_eq!(of(&[(68.8, 36.64), (68.95, 36.78), (68.81, 36.7)]), Some([68.8, 36.64, 68.95, 36.78]));
        assert_eq!(of(&[(-75.0, 40.0), (116.0, 39.0)]), Some([116.0, 39.0, -75.0, 40.0]), "round by the Pacific is shorter");
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(5.0, 6.0)]), Some([5.0, 6.0, 5.0, 6.0]));
    }

    #[test]
    fn the_antimeridian_is_a_place_like_any_other() {
        assert_eq!(of(&[(157.0, 62.0), (180.0, 65.0), (-180.0, 70.0), (-169.7, 66.0)]), Some([157.0, 62.0, -169.7, 70.0]));
        assert_eq!(of(&[(170.0, 0.0), (-180.0, 1.0)]), Some([170.0, 0.0, 180.0, 1.0]));
        assert_eq!(of(&[(180.0, 0.0), (-170.0, 1.0)]), Some([-180.0, 0.0, -170.0, 1.0]));
        assert_eq!(of(&[(-180.0, 0.0), (180.0, 1.0)]).map(|found| found[1..] == [0.0, found[2], 1.0]), Some(true));
    }

    #[test]
    fn a_pole_counts_for_the_latitude_alone() {
        assert_eq!(of(&[(100.0, 80.0), (120.0, 85.0), (0.0, 90.0)]), Some([100.0, 80.0, 120.0, 90.0]));
        assert_eq!(of(&[(7.0, -90.0)]), Some([7.0, -90.0, 7.0, -90.0]));
    }

    #[test]
    fn what_goes_all_round_has_all_longitudes() {
        let round: Vec<_> = (0..7_200).map(|step| (f64::from(step) * 0.05 - 180.0, 70.0)).collect();
        assert_eq!(of(&round), Some([-180.0, 70.0, 180.0, 70.0]));
    }
}
