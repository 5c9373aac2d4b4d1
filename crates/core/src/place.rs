//! Places on the earth and on a map's plane, and the way between the two.

/// A place in degrees of WGS 84: longitude −180 to 180, latitude −90 to 90, both finite.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

impl LonLat {
    /// A place, or none where either number is not finite or out of range.
    ///
    /// ```
    /// use marchland_core::LonLat;
    /// assert!(LonLat::new(68.868, 36.729).is_some());
    /// assert!(LonLat::new(36.729, 98.868).is_none());
    /// assert!(LonLat::new(f64::NAN, 0.0).is_none());
    /// ```
    #[must_use]
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        ((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat)).then_some(Self { lon, lat })
    }

    /// Longitude in degrees.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Latitude in degrees.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }
}

/// A place on a map's plane, in metres east and north of the projection's origin.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Metres {
    /// Metres east.
    pub x: f64,
    /// Metres north.
    pub y: f64,
}

/// A way between the earth and a map's plane.
///
/// Implemented in `marchland-projection`; territory and maps are handed one and never ask which.
pub trait Projection: Send + Sync {
    /// Where a place falls on the plane, or none where the projection is not defined there.
    fn forward(&self, lon_lat: LonLat) -> Option<Metres>;

    /// The place that falls at a point of the plane, or none where there is none.
    fn inverse(&self, metres: Metres) -> Option<LonLat>;

    /// What to print on a map: `UTM zone 42N`.
    fn name(&self) -> &str;

    /// How to name it to other programs: `EPSG:32642`, or a PROJ string.
    fn code(&self) -> &str;
}
