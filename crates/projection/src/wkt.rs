//! A projection's definition as well-known text, which GIS clients read beside a picture.
//!
//! Of the WKT dialects the first (OGC 01-009) is written, as GDAL has it: every client reads it, old ones nothing else. Codes of the EPSG
//! register have theirs from `crs-definitions`; that of Lambert azimuthal equal-area, which has a centre of its own for each map, is put
//! together here.

use marchland_core::Projection;

/// The geographic CRS that planes of our own stand on.
const WGS_84: &str = "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],\
    AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],\
    UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4326\"]]";

/// The definition of a projection made here as WKT 1; none of one that this crate does not make.
///
/// ```
/// use marchland_projection::{fitting, from_code, wkt};
/// let utm = wkt(from_code("EPSG:32642").unwrap().as_ref()).unwrap();
/// assert!(utm.starts_with("PROJCS[\"WGS 84 / UTM zone 42N\",") && utm.ends_with("AUTHORITY[\"EPSG\",\"32642\"]]"));
/// let wide = wkt(fitting([60.5, 29.4, 74.9, 38.5]).as_ref()).unwrap();
/// assert!(wide.contains("PARAMETER[\"longitude_of_center\",67.7]"));
/// ```
#[must_use]
pub fn wkt(projection: &dyn Projection) -> Option<String> {
    let code = projection.code();
    if let Some(number) = code.strip_prefix("EPSG:") {
        return Some(crs_definitions::from_code(number.parse().ok()?)?.wkt.to_owned());
    }
    let centre = |key: &str| code.split(' ').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
    let (lat, lon) = (centre("+lat_0")?, centre("+lon_0")?);
    code.starts_with("+proj=laea ").then(|| {
        format!(
            "PROJCS[\"{} round {lat} {lon}\",{WGS_84},PROJECTION[\"Lambert_Azimuthal_Equal_Area\"],\
             PARAMETER[\"latitude_of_center\",{lat}],PARAMETER[\"longitude_of_center\",{lon}],\
             PARAMETER[\"false_easting\",0],PARAMETER[\"false_northing\",0],\
             UNIT[\"metre\",1,AUTHORITY[\"EPSG\",\"9001\"]],AXIS[\"Easting\",EAST],AXIS[\"Northing\",NORTH]]",
            projection.name()
        )
    })
}

#[cfg(test)]
mod tests {
    use marchland_core::{LonLat, Metres};

    use super::*;
    use crate::{Laea, from_code};

    #[test]
    fn every_code_that_can_carry_a_map_has_a_definition_that_names_it() {
        let codes = [2154, 3034, 3035, 3413, 3857, 5070, 6933, 25833].into_iter().chain(32_601..=32_660).chain(32_701..=32_760);
        for code in codes {
            let projection = from_code(&format!("EPSG:{code}")).unwrap();
            let text = wkt(projection.as_ref()).unwrap();
            assert!(text.starts_with("PROJCS[") && text.ends_with(&format!("AUTHORITY[\"EPSG\",\"{code}\"]]")), "{text}");
        }
    }

    #[test]
    fn a_centre_is_written_as_it_is_to_the_last_digit() {
        let text = wkt(&Laea::new(LonLat::new(-71.0625, -33.456_789).unwrap())).unwrap();
        assert!(text.contains("[\"latitude_of_center\",-33.456789],PARAMETER[\"longitude_of_center\",-71.0625]"), "{text}");
        assert_eq!(text.matches('[').count(), text.matches(']').count());
    }

    #[test]
    fn a_plane_of_somebody_elses_has_no_definition() {
        struct Other(&'static str);
        impl Projection for Other {
            fn forward(&self, _: LonLat) -> Option<Metres> {
                None
            }
            fn inverse(&self, _: Metres) -> Option<LonLat> {
                None
            }
            fn name(&self) -> &str {
                self.0
            }
            fn code(&self) -> &str {
                self.0
            }
        }
        for code in ["", "plane", "EPSG:", "EPSG:1", "EPSG:99999", "+proj=laea", "+proj=merc +lat_0=1 +lon_0=2"] {
            assert_eq!(wkt(&Other(code)), None, "{code}");
        }
    }
}
