//! Ground divided among sites.
//!
//! [`voronoi`] gives each site the ground nearest to it. The steps, one file each: sites become generating points
//! ([`generators`], lines by [`sampling`]); the boundary becomes lines ([`outline`], [`rings`]); neighbours are found
//! ([`neighbours`]); cells that stand clear of the boundary and of each other's rounding are set aside ([`settled`], [`squares`]); the
//! borders of the others are drawn on the map's plane ([`bisectors`]), cut to the reach ([`reach`]), and brought back to degrees
//! ([`trace`]); these lines are cut at each other and join the cells set aside ([`borders`]) as a coverage (the module `arrangement`).
//!
//! Because lines are cut at each other in degrees, on the very coordinates that are exported, no border crosses another there,
//! whatever the projection does to straight lines.

mod areas;
mod bisectors;
mod borders;
mod generators;
mod kernel;
mod maps;
mod neighbours;
mod outline;
mod reach;
mod rings;
mod sampling;
mod settled;
mod squares;
mod trace;

use geo_types::MultiPolygon;
use marchland_core::{Coverage, Ground, Metres, Projection, Site};
use thiserror::Error;

use crate::arrangement::assemble::assemble;
use crate::arrangement::grid::GridPoint;
use crate::arrangement::planar::{self, Label, Planar};
pub use areas::{AreaSettings, Areas, Flaw, FlawKind, areas};
use bisectors::Diagram;
use generators::Generators;
pub use kernel::{CellShape, Kernel, KernelSettings, kernel};
pub use maps::{Maps, maps};
use outline::Outline;
use settled::Standings;

/// The label of ground beyond every site's reach; all others are positions in [`Generators::places`].
const BEYOND: Label = Label::MAX;

/// Metres from which a reach is no limit: more than the plane of any map of the earth is wide (2π · 6 378 km = 40 075 km).
const NO_LIMIT_M: f64 = 1e8;

/// Degrees between the vertices of a line at most. Chosen: a geodesic this long keeps within 1.3 m of the straight line in degrees,
/// so that areas on the ellipsoid are those of the lines in files.
const STEP_DEGREES: f64 = 0.1;

/// What ground is divided, and how far a site's word carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroundSettings {
    /// The ground to divide, in degrees of WGS 84, edges straight in longitude and latitude; it may have parts and holes.
    ///
    /// Parts may overlap or touch; a ring that crosses itself has all it goes round, whichever way. None (the default): the box
    /// of the sites, round the other side from the widest gap of longitudes, grown on every side by the reach, or without one by a quarter of its diagonal, and by a kilometre at least.
    pub boundary: Option<MultiPolygon<f64>>,
    /// Ground farther than this from every site, in metres on the map's plane, is beyond reach; none (the default): no limit.
    ///
    /// Its edge is drawn with 128 points a circle, and so lies inside the true circle by at most 0.03 % of the reach.
    pub reach_m: Option<f64>,
}

/// Why ground cannot be divided.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TessellationFault {
    /// A boundary with a coordinate that is no place.
    #[error("expected a boundary of longitudes −180 to 180 and latitudes −90 to 90 but got {lon} {lat}")]
    BoundaryOutOfRange {
        /// The longitude found.
        lon: f64,
        /// The latitude found.
        lat: f64,
    },
    /// A boundary that encloses nothing.
    #[error("expected a boundary that encloses ground but got one of no area: check that its rings are closed and not flat")]
    EmptyBoundary,
    /// A site with a coordinate that is no place.
    #[error("expected a longitude −180 to 180 and a latitude −90 to 90 but site \"{site}\" has {lon} {lat}")]
    SiteOutOfRange {
        /// Its id.
        site: String,
        /// The longitude found.
        lon: f64,
        /// The latitude found.
        lat: f64,
    },
    /// A place the map's projection cannot show.
    #[error("the projection has no place for longitude {lon}, latitude {lat}: choose one made for this region")]
    NotOnPlane {
        /// Its longitude.
        lon: f64,
        /// Its latitude.
        lat: f64,
    },
    /// A point of the map near the boundary that is no place on the earth.
    #[error(
        "the projection has no place on the earth for {x} m east, {y} m north, which lies near the boundary: choose one made for this region"
    )]
    NotOnEarth {
        /// Metres east.
        x: f64,
        /// Metres north.
        y: f64,
    },
    /// A reach that is no distance.
    #[error("expected a reach above 0 m but got {0} m: leave it out for no limit")]
    NoReach(f64),
    /// A bandwidth that is no distance.
    #[error("expected a bandwidth above 0 m but got {0} m: leave it out for twice the median distance between nearest sites")]
    NoBandwidth(f64),
    /// A spacing that is no distance.
    #[error("expected a spacing above 0 m but got {0} m: leave it out for a fifth of the bandwidth")]
    NoSpacing(f64),
    /// A width of slivers that is none.
    #[error("expected a width of slivers of 0 m or more but got {0} m: leave it out for 10 m")]
    NoSliverWidth(f64),
}

/// Divides the ground among the sites that take some ([`Site::takes_ground`]), each part to the nearest.
///
/// A [`SiteIndex`](marchland_core::SiteIndex) in the result is a position in `sites`. Nearest is meant on the plane of the projection.
/// - Sites at points less than a metre apart share a face.
/// - Of a line the nearest point counts. Ground as near to several, because one lies on the other within a metre, is that of the smaller:
///   a point, then the shorter line, then a polygon's ring; of equal ones the first. A site that lies wholly on others before it
///   shares the face of the largest of these that lies on it as wholly, or has none.
/// - Ground within a polygon is its site's, in its holes it is not; of overlapping polygons the
///   smallest in square degrees has it, of equal ones the first. So a point or line within another site's polygon has no face.
/// - A line or ring is taken as points along it, close enough that no ground is a site's that is farther by more than 5 m, or a
///   hundred-thousandth of the extent of all sites, or a millionth of the length of all lines, than the nearest.
/// - A site outside the boundary has a face if its ground reaches in; a site without any ground has none.
/// - Ground beyond reach of every site, or all ground where there is no site, is one last face, [`Ground::BeyondReach`].
/// - Without sites and boundary the coverage is empty.
/// - A boundary, line or polygon may be cut at the antimeridian, as RFC 7946 has it, or drawn across: an edge whose ends lie more than
///   180 degrees of longitude apart goes the short way, but from −180 to 180 along the whole parallel. A ring round a pole is closed
///   along the nearer one. Faces are cut at the antimeridian.
///
/// Borders follow the straight lines of the plane within a metre. Vertices lie on a grid of 2⁻³⁰ degrees (a tenth of a
/// millimetre), and every line has one at least every tenth of a degree.
///
/// Costs near n log n in the number of sites and boundary vertices together.
///
/// # Errors
///
/// [`TessellationFault`] where coordinates are out of range, the boundary encloses nothing, the reach is no distance, or the
/// projection fails where it is needed.
///
/// ```
/// # use marchland_core::{Extra, LonLat, Metres, Names, Projection, Site};
/// # struct Plane;
/// # impl Projection for Plane {
/// #     fn forward(&self, at: LonLat) -> Option<Metres> { Some(Metres { x: at.lon() * 111_320.0, y: at.lat() * 111_320.0 }) }
/// #     fn inverse(&self, at: Metres) -> Option<LonLat> { LonLat::new(at.x / 111_320.0, at.y / 111_320.0) }
/// #     fn name(&self) -> &str { "plane" }
/// #     fn code(&self) -> &str { "EPSG:4087" }
/// # }
/// # let site = |lon: f64, lat: f64| Site {
/// #     id: String::new(), names: Names::new(""), kind: String::new(), geometry: Some(geo_types::Point::new(lon, lat).into()),
/// #     precision_m: None, estimate: false, ground: true, parent: None, children: [].into(), population: None, weight: None,
/// #     source: String::new(), note: String::new(), extra: Extra::new(),
/// # };
/// use marchland_territory::{GroundSettings, polygons, voronoi};
/// let sites = [site(68.8, 36.7), site(68.9, 36.7)];
/// let coverage = voronoi(&sites, &GroundSettings { boundary: None, reach_m: Some(3_000.0) }, &Plane)?;
/// assert_eq!(coverage.faces().len(), 3, "one for each site, and the ground beyond");
/// assert!((coverage.faces()[0].area_km2 - 28.3 * 0.80).abs() < 0.2, "a circle of 3 km, on a plane stretched eastwards by 1 / cos 36.7°");
/// # Ok::<(), marchland_territory::TessellationFault>(())
/// ```
pub fn voronoi(sites: &[Site], ground: &GroundSettings, projection: &dyn Projection) -> Result<Coverage, TessellationFault> {
    if let Some(reach_m) = ground.reach_m.filter(|reach_m| reach_m.is_nan() || *reach_m <= 0.0) {
        return Err(TessellationFault::NoReach(reach_m));
    }
    let generators = Generators::new(sites, projection)?;
    let Some(outline) = Outline::new(&generators, ground)? else { return Ok(Coverage::default()) };
    let reach_m = ground.reach_m.filter(|&reach_m| reach_m < NO_LIMIT_M);
    let diagram = Diagram::new(&generators, outline.plane_box(projection)?, projection);
    let mut standings = Standings::new(&diagram, &outline, reach_m);
    let planar = divided(&diagram, &outline, reach_m, &mut standings)?;
    if planar.sides.iter().flatten().all(Option::is_none) {
        return Err(TessellationFault::EmptyBoundary);
    }
    Ok(assemble(&planar, |label| match label {
        BEYOND => Ground::BeyondReach,
        place => Ground::Sites(generators.sites(place)),
    }))
}

/// The graph of all borders; what is not settled is cut at what it meets.
fn divided(diagram: &Diagram<'_>, outline: &Outline, reach_m: Option<f64>, standings: &mut Standings) -> Result<Planar, TessellationFault> {
    let (borders, pieces) = borders::cut(diagram, outline, reach_m, standings)?;
    let cut = planar::read(&pieces, &borders.lines, |edge| nearest(diagram, reach_m, edge));
    Ok(borders.joined(cut, diagram, standings))
}

/// A straight stretch of border on the plane, and the labels of the ground on its sides.
struct Border {
    from: Spot,
    to: Spot,
    left: Label,
    right: Label,
}

/// A point of the plane; where it is known already, also its place on the grid.
#[derive(Clone, Copy)]
struct Spot {
    metres: Metres,
    point: Option<GridPoint>,
}

impl Spot {
    fn new(metres: Metres) -> Self {
        Self { metres, point: None }
    }
}

/// Places looked at to name a face that no border touches. Chosen; more would cost more and seldom decide otherwise.
const LOOKS: usize = 16;

/// The label of a face that no border touches: that of the place on its edge where it is least in doubt.
fn nearest(diagram: &Diagram<'_>, reach_m: Option<f64>, edge: &[GridPoint]) -> Label {
    let step = edge.len().div_ceil(LOOKS);
    let looks = edge.iter().step_by(step).filter_map(|at| diagram.projection.forward(at.lon_lat()));
    let surest = looks.filter_map(|metres| diagram.nearest(metres, reach_m)).max_by(|one, other| one.1.total_cmp(&other.1));
    surest.map_or(BEYOND, |(label, _)| label)
}

#[cfg(test)]
pub(crate) mod tests;
