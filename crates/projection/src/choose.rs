//! Which projection a map gets.

use marchland_core::{LonLat, Projection};

use crate::any::Any;
use crate::extent::extent;
use crate::{Hemisphere, Laea, UnusableCrs, Utm};

/// Degrees of longitude up to which a map is drawn in one UTM zone: the width of a zone.
const UTM_WIDTH: f64 = 6.0;

/// Latitudes between which UTM is defined (NGA.SIG.0012).
const UTM_LATITUDES: std::ops::RangeInclusive<f64> = -80.0..=84.0;

/// The projection that a code names: `EPSG:` and a number, the letters in either case.
///
/// # Errors
///
/// [`UnusableCrs`] where the text is no code, the code is not known, or its unit is not the metre.
///
/// ```
/// use marchland_projection::from_code;
/// assert_eq!(from_code("EPSG:32642").unwrap().name(), "UTM zone 42N");
/// assert_eq!(from_code("EPSG:3035").unwrap().code(), "EPSG:3035");
/// assert!(from_code("EPSG:4326").is_err());
/// ```
pub fn from_code(code: &str) -> Result<Box<dyn Projection>, UnusableCrs> {
    let number = code.get(..5).filter(|prefix| prefix.eq_ignore_ascii_case("EPSG:")).and_then(|_| code[5..].parse::<u16>().ok());
    let number = number.ok_or_else(|| UnusableCrs::NoCode(code.to_owned()))?;
    let utm = match number {
        32_601..=32_660 => Utm::new((number - 32_600) as u8, Hemisphere::North),
        32_701..=32_760 => Utm::new((number - 32_700) as u8, Hemisphere::South),
        _ => None,
    };
    Ok(match utm {
        Some(utm) => Box::new(utm),
        None => Box::new(Any::new(number)?),
    })
}

/// The projection that fits an extent (west, south, east, north in degrees; west may exceed east, across the antimeridian):
/// the UTM zone of its centre where it is no wider than a zone, else Lambert azimuthal equal-area round its centre.
///
/// ```
/// use marchland_projection::fitting;
/// assert_eq!(fitting([68.80, 36.64, 68.95, 36.78]).name(), "UTM zone 42N");
/// assert_eq!(fitting([60.5, 29.4, 74.9, 38.5]).name(), "Lambert azimuthal equal-area");
/// assert_eq!(fitting([179.0, -18.0, -179.0, -16.0]).name(), "UTM zone 1S");
/// ```
#[must_use]
pub fn fitting([west, south, east, north]: [f64; 4]) -> Box<dyn Projection> {
    let width = if west <= east { east - west } else { east + 360.0 - west };
    let centre_lon = middle_longitude(west, width);
    let centre_lat = f64::midpoint(south, north);
    let hemisphere = if centre_lat < 0.0 { Hemisphere::South } else { Hemisphere::North };
    if width <= UTM_WIDTH
        && UTM_LATITUDES.contains(&south)
        && UTM_LATITUDES.contains(&north)
        && let Some(utm) = Utm::new(Utm::zone_of(centre_lon), hemisphere)
    {
        return Box::new(utm);
    }
    round(LonLat::new(tidy(centre_lon), tidy(centre_lat)))
}

/// Degrees of longitude up to which the box of places is as good as the places: half the earth.
const HALF_ROUND: f64 = 180.0;

/// The share of places on one side from which on they have a middle; below it they lie evenly all round. Chosen.
const ONE_SIDED: f64 = 1e-3;

/// The projection that fits places: that of their extent where it is no wider than half the earth ([`fitting`]), else Lambert azimuthal
/// equal-area round the middle of the places on the globe, which for those all round a pole is at the pole.
///
/// Of lines and polygons give places all along their edges, a degree apart or less. Without a place, and where places lie evenly over
/// the whole earth, the centre is at latitude 0. The plane of a whole earth has no place for the one point opposite its centre.
///
/// ```
/// use marchland_core::LonLat;
/// use marchland_projection::fitting_places;
/// let place = |lon, lat| LonLat::new(lon, lat).unwrap();
/// assert_eq!(fitting_places([place(177.3, -18.1), place(-179.9, -17.0)]).name(), "UTM zone 60S");
/// let antarctica = (0..36).map(|step| place(f64::from(step) * 10.0 - 180.0, -70.0));
/// assert_eq!(fitting_places(antarctica).code(), "+proj=laea +lat_0=-90 +lon_0=0 +datum=WGS84 +units=m");
/// ```
#[must_use]
pub fn fitting_places(places: impl IntoIterator<Item = LonLat> + Clone) -> Box<dyn Projection> {
    let Some([west, south, east, north]) = extent(places.clone()) else { return fitting([f64::NAN; 4]) };
    let width = if west <= east { east - west } else { east + 360.0 - west };
    if width <= HALF_ROUND {
        return fitting([west, south, east, north]);
    }
    let (mut middle, mut count) = ([0.0; 3], 0.0);
    for place in places {
        let (sine, cosine) = libm::sincos(place.lat().to_radians());
        let (east, towards) = libm::sincos(place.lon().to_radians());
        middle = [middle[0] + cosine * towards, middle[1] + cosine * east, middle[2] + sine];
        count += 1.0;
    }
    let [x, y, z] = middle.map(|sum| sum / count);
    let level = libm::hypot(x, y);
    if libm::hypot(level, z) < ONE_SIDED {
        return round(LonLat::new(tidy(middle_longitude(west, width)), 0.0));
    }
    let lon = if level < ONE_SIDED { 0.0 } else { libm::atan2(y, x).to_degrees() };
    let lat = if level < ONE_SIDED { 90.0_f64.copysign(z) } else { libm::atan2(z, level).to_degrees() };
    round(LonLat::new(tidy(lon), tidy(lat)))
}

/// Six decimals, a tenth of a metre: a centre is printed in files and must read back the same.
fn tidy(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// The longitude in the middle of so many degrees east of another, from −180 up to but without 180.
fn middle_longitude(west: f64, width: f64) -> f64 {
    let lon = crate::ellipsoid::longitude_difference(west + width / 2.0, 0.0);
    if lon == 180.0 { -180.0 } else { lon }
}

fn round(centre: Option<LonLat>) -> Box<dyn Projection> {
    Box::new(Laea::new(centre.or_else(|| LonLat::new(0.0, 0.0)).expect("nought, nought is a place")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(places: &[(f64, f64)]) -> String {
        fitting_places(places.iter().map(|&(lon, lat)| LonLat::new(lon, lat).unwrap())).code().to_owned()
    }

    fn laea(lat: &str, lon: &str) -> String {
        format!("+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m")
    }

    #[test]
    fn places_across_the_antimeridian_get_a_plane_made_for_them() {
        assert_eq!(code(&[(177.3, -18.1), (-179.9, -17.0)]), "EPSG:32760", "Fiji");
        assert_eq!(code(&[(157.0, 62.0), (180.0, 65.0), (-169.5, 70.0)]), laea("66", "173.75"), "Chukotka");
    }

    #[test]
    fn places_round_a_pole_get_the_pole_or_their_own_middle() {
        let ring: Vec<_> = (0..36).map(|step| (f64::from(step) * 10.0 - 180.0, 66.5)).collect();
        assert_eq!(code(&ring), laea("90", "0"));
        assert!(code(&[(0.0, 66.0), (100.0, 70.0), (-140.0, 72.0), (-10.0, 65.0)]).starts_with("+proj=laea +lat_0=8"));
        assert_eq!(code(&[(0.0, -90.0)]), laea("-90", "0"));
    }

    #[test]
    fn the_whole_earth_and_no_place_get_the_equator() {
        let all: Vec<_> = (-18..18).flat_map(|lon| (-9..=9).map(move |lat| (f64::from(lon) * 10.0, f64::from(lat) * 10.0))).collect();
        assert!(code(&all).contains("+lat_0=0 "), "{}", code(&all));
        assert_eq!(code(&[]), laea("0", "0"));
    }

    /// Code, place, and where PROJ 9.5 puts it.
    const PROJ: &[(&str, f64, f64, f64, f64)] = &[
        ("EPSG:3035", 13.4, 52.5, 4_551_801.973_288_3, 3_271_028.983_159_8),
        ("EPSG:3857", 68.868, 36.7286, 7_666_350.691_951_2, 4_401_344.341_776_5),
        ("EPSG:32642", 68.86806, 36.72861, 488_218.904_250_0, 4_064_774.996_714_3),
        ("EPSG:5070", -100.0, 40.0, -338_390.587_550_9, 1_894_100.140_042_6),
        ("EPSG:2154", 2.35, 48.85, 652_301.564_830_5, 6_861_302.725_899_6),
        ("EPSG:3413", -45.0, 70.0, 0.000_000_0, -2_187_927.649_279_0),
        ("EPSG:6933", 30.0, 15.0, 2_894_588.407_526_9, 1_892_380.583_034_9),
        ("EPSG:3034", 20.0, 50.0, 4_690_272.520_550_2, 2_631_919.193_163_9),
        ("EPSG:25833", 14.0, 51.0, 429_831.138_489_0, 5_650_300.786_521_5),
    ];

    #[test]
    fn places_fall_within_a_millimetre_of_where_proj_puts_them() {
        for &(code, lon, lat, x, y) in PROJ {
            let projection = from_code(code).unwrap();
            let place = LonLat::new(lon, lat).unwrap();
            let metres = projection.forward(place).unwrap();
            assert!((metres.x - x).abs() < 1e-3 && (metres.y - y).abs() < 1e-3, "{code} {lon} {lat}: {metres:?}");
            let back = projection.inverse(metres).unwrap();
            assert!((back.lon() - lon).abs() < 1e-8 && (back.lat() - lat).abs() < 1e-8, "{code}: {back:?}");
        }
    }

    #[test]
    fn what_cannot_carry_a_map_is_refused_with_the_way_out() {
        let refusal = |code| from_code(code).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refusal("EPSG:4326").contains("is in degrees"));
        assert!(refusal("EPSG:9").contains("no EPSG:9 is known"));
        assert!(refusal("32642").contains("expected a CRS such as EPSG:32642"));
        assert!(refusal("EPSG:2263").contains("take one whose unit is the metre"));
        assert!(refusal("ÉPSG:1").contains("expected a CRS"));
    }

    #[test]
    fn an_extent_of_nonsense_still_gets_a_projection() {
        assert_eq!(fitting([f64::NAN; 4]).name(), "Lambert azimuthal equal-area");
        assert_eq!(fitting([-180.0, -90.0, 180.0, 90.0]).name(), "Lambert azimuthal equal-area");
    }
}
