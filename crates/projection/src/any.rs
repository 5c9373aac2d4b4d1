//! Any projected CRS of the EPSG register whose unit is the metre, through `proj4rs` and the definitions of `crs-definitions`.
//!
//! Datum shifts follow PROJ.4: seven parameters where the definition has them, no grids.

use marchland_core::{LonLat, Metres, Projection};
use proj4rs::Proj;
use thiserror::Error;

/// Why a CRS cannot be a map's.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum UnusableCrs {
    /// The text names no CRS.
    #[error("expected a CRS such as EPSG:32642 but got \"{0}\"")]
    NoCode(String),
    /// The register has no such number.
    #[error("no EPSG:{0} is known here: take the UTM zone of the map, EPSG:32601 to EPSG:32660 north of the equator")]
    UnknownCode(u16),
    /// It is in degrees.
    #[error("EPSG:{0} is in degrees and a map needs metres: leave crs out, or take a projected one such as EPSG:32642")]
    Geographic(u16),
    /// Its unit is a foot or another.
    #[error("EPSG:{code} counts in units of {metres} metres: take one whose unit is the metre")]
    NotMetres {
        /// The code.
        code: u16,
        /// Its unit.
        metres: String,
    },
    /// The library cannot do this projection.
    #[error("EPSG:{0} uses a projection that is not known here: take the UTM zone of the map, EPSG:32601 to EPSG:32660")]
    UnknownProjection(u16),
}

/// A projected CRS by its EPSG code.
pub(crate) struct Any {
    plane: Proj,
    earth: Proj,
    code: String,
}

impl Any {
    pub(crate) fn new(code: u16) -> Result<Self, UnusableCrs> {
        let definition = crs_definitions::from_code(code).ok_or(UnusableCrs::UnknownCode(code))?;
        let parse = |text| Proj::from_proj_string(text).map_err(|_unsupported| UnusableCrs::UnknownProjection(code));
        let plane = parse(definition.proj4)?;
        if plane.is_latlong() || plane.is_geocent() {
            return Err(UnusableCrs::Geographic(code));
        }
        if plane.to_meter() != 1.0 {
            return Err(UnusableCrs::NotMetres { code, metres: plane.to_meter().to_string() });
        }
        if !(plane.has_forward() && plane.has_inverse()) {
            return Err(UnusableCrs::UnknownProjection(code));
        }
        Ok(Self { plane, earth: parse("+proj=longlat +datum=WGS84 +no_defs")?, code: format!("EPSG:{code}") })
    }
}

impl Projection for Any {
    fn forward(&self, lon_lat: LonLat) -> Option<Metres> {
        let mut point = (lon_lat.lon().to_radians(), lon_lat.lat().to_radians(), 0.0);
        proj4rs::transform::transform(&self.earth, &self.plane, &mut point).ok()?;
        (point.0.is_finite() && point.1.is_finite()).then_some(Metres { x: point.0, y: point.1 })
    }

    fn inverse(&self, metres: Metres) -> Option<LonLat> {
        let mut point = (metres.x, metres.y, 0.0);
        proj4rs::transform::transform(&self.plane, &self.earth, &mut point).ok()?;
        LonLat::new(point.0.to_degrees(), point.1.to_degrees())
    }

    fn name(&self) -> &str {
        &self.code
    }

    fn code(&self) -> &str {
        &self.code
    }
}
