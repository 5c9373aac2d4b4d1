//! Polygons that are their own territory: districts, drawn control areas.
//!
//! People draw neighbours one by one, so their borders fit to the digit, or nearly, or not at all. [`areas`] makes a coverage of
//! them without moving a vertex. The steps, one file each: polygons become edges on the grid, each once ([`drawing`]); where all fit,
//! that is all ([`fitting`]). Else they are cut at each other (the module `arrangement`); for every face it is found which polygons
//! cover it, and whose it is ([`cover`]); what is too thin to be meant goes to a neighbour ([`slivers`], [`stretches`]); and what did
//! not fit is told ([`flaws`]).
//!
//! Borders of one owner's faces are then left out, as everywhere. So neighbours share arcs by construction: an arc is one list of
//! vertices with a face on either side.

mod cover;
mod drawing;
mod fitting;
mod flaws;
mod slivers;
mod stretches;
#[cfg(test)]
mod tests;

use geo_types::MultiPolygon;
use marchland_core::{Coverage, Ground, Site, SiteIndex};

use super::outline::Outline;
use super::{BEYOND, TessellationFault};
use crate::arrangement::assemble::assemble;
use crate::arrangement::noding::{Piece, node};
use crate::arrangement::planar::{Faces, Planar, faces_of};
use cover::{Covers, Crossings, NOBODY, OUTSIDE, cover};
use drawing::{Drawing, Lines};
pub use flaws::{Flaw, FlawKind};
use slivers::settle;

/// What drawn ground is cut to, and what counts as drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaSettings {
    /// The ground there is, in degrees of WGS 84, as [`GroundSettings::boundary`](crate::GroundSettings::boundary): what lies
    /// outside is dropped, what no polygon covers is [`Ground::BeyondReach`]. None (the default): the polygons are all there is.
    pub boundary: Option<MultiPolygon<f64>>,
    /// Width in metres under which an overlap or a gap is a slip of the pen, and goes to a neighbour.
    ///
    /// The default is 10 m. Coordinates rounded to four decimals are off by up to 8 m, and on a map of 1 : 100,000 a line is
    /// wider (0.1 mm). At 0 nothing goes to a neighbour.
    pub sliver_m: f64,
}

impl Default for AreaSettings {
    fn default() -> Self {
        Self { boundary: None, sliver_m: 10.0 }
    }
}

/// Ground as it was drawn, and what did not fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Areas {
    /// The ground.
    pub coverage: Coverage,
    /// Overlaps, gaps and slivers, by kind and then by sites.
    pub flaws: Vec<Flaw>,
}

/// Makes a coverage of the polygons of the sites that take ground ([`Site::takes_ground`]).
///
/// A [`SiteIndex`] in the result is a position in `sites`. Faces are in the order of their first site, ground of nobody last.
/// - Ground that one polygon covers is its site's. Of several polygons the smallest has it, by area in square degrees, so that an
///   enclave drawn over its surroundings keeps its ground; of equal ones the first in `sites`.
/// - Sites with the very same polygons share a face, in order, wherever they start and whichever way they run.
/// - Ground that no polygon covers is nobody's: with a boundary it is one face, [`Ground::BeyondReach`]; without one it is outside.
/// - Ground under `sliver_m` wide goes to the neighbouring site with which it has the most border, of equal ones the first; so do
///   slips along the boundary. What touches no site's ground stays; so does what was drawn thinner than that by itself.
/// - Holes and separate parts stay. Parts of one site that overlap count once. A ring that crosses itself encloses what lies an odd
///   number of times inside it, as both halves of a bow tie; one of no area encloses nothing.
/// - Sites that are points or lines, and polygons wholly outside the boundary or under others, have no face. Without any polygon
///   and without a boundary the coverage is empty.
/// - Polygons cut at the antimeridian, as RFC 7946 has it, give faces cut there.
///
/// Each flaw is told once for all pieces with the same sites. A hole that one site's ground surrounds is drawn so and no gap, nor is
/// open ground that touches the boundary.
///
/// Edges are straight in longitude and latitude. Vertices lie on a grid of 2⁻³⁰ degrees (a tenth of a millimetre), and every line has
/// one at least every tenth of a degree. Costs near n log n in the number of vertices.
///
/// # Errors
///
/// [`TessellationFault`] where a coordinate is no place, the boundary encloses nothing, or `sliver_m` is no width.
///
/// ```
/// # use marchland_core::{Extra, Names, Site};
/// # use geo_types::Rect;
/// # let site = |west: f64, east: f64| Site {
/// #     id: String::new(), names: Names::new(""), kind: String::new(), geometry: Some(Rect::new((west, 36.0), (east, 36.1)).into()),
/// #     precision_m: None, estimate: false, ground: true, parent: None, children: [].into(), population: None, weight: None,
/// #     source: String::new(), note: String::new(), extra: Extra::new(),
/// # };
/// use marchland_territory::{AreaSettings, FlawKind, areas};
/// let sites = [site(68.0, 68.1), site(68.09, 68.3)];
/// let areas = areas(&sites, &AreaSettings::default())?;
/// assert_eq!(areas.coverage.faces().len(), 2);
/// assert_eq!(areas.flaws[0].kind, FlawKind::Overlap);
/// assert!((areas.flaws[0].area_km2 - 10.0).abs() < 0.1, "0.01 by 0.1 degrees, which the first, being smaller, keeps");
/// # Ok::<(), marchland_territory::TessellationFault>(())
/// ```
pub fn areas(sites: &[Site], settings: &AreaSettings) -> Result<Areas, TessellationFault> {
    let boundary = outline(settings)?;
    divide((0..).map(SiteIndex).zip(sites), boundary.as_ref(), settings.sliver_m)
}

/// The boundary as lines; also looks at the other settings.
pub(super) fn outline(settings: &AreaSettings) -> Result<Option<Outline>, TessellationFault> {
    if !(settings.sliver_m >= 0.0 && settings.sliver_m.is_finite()) {
        return Err(TessellationFault::NoSliverWidth(settings.sliver_m));
    }
    settings.boundary.as_ref().map(Outline::of).transpose()
}

/// Makes a coverage of some sites' polygons.
pub(super) fn divide<'a>(
    sites: impl Iterator<Item = (SiteIndex, &'a Site)>,
    boundary: Option<&Outline>,
    sliver_m: f64,
) -> Result<Areas, TessellationFault> {
    let drawing = Drawing::new(sites.filter(|(_, site)| site.takes_ground()), boundary)?;
    let lines = drawing.lines();
    let Some(sides) = fitting::sides(&drawing, &lines, sliver_m) else { return overlaid(drawing, lines, sliver_m) };
    let planar = Planar { vertices: lines.vertices, edges: lines.edges, sides };
    Ok(Areas { coverage: coverage(&planar, &drawing), flaws: Vec::new() })
}

/// Makes a coverage of polygons that may lie on each other in any way.
fn overlaid(mut drawing: Drawing, mut lines: Lines, sliver_m: f64) -> Result<Areas, TessellationFault> {
    drawing.measure();
    drawing.bring_together();
    let segments = lines.segments();
    let mut pieces = node(&segments);
    let mut ground = Drawn::new(&pieces, &lines, &drawing);
    if drawing.is_bounded() && ground.covers.owners.iter().all(|&owner| owner == OUTSIDE) {
        return Err(TessellationFault::EmptyBoundary);
    }
    let mut regions = slivers::regions(&ground.faces, &ground.covers, &drawing, sliver_m);
    let chords = stretches::chords(&ground.faces, &regions);
    if !chords.is_empty() {
        pieces.extend((segments.len() as u32..).zip(&chords).map(|(segment, &[from, to])| Piece { segment, from, to }));
        lines.add_chords(chords.len());
        ground = Drawn::new(&pieces, &lines, &drawing);
        regions = slivers::regions(&ground.faces, &ground.covers, &drawing, sliver_m);
    }
    let Drawn { faces, covers } = ground;
    let settled = settle(&faces, regions);
    let flaws = flaws::flaws(&faces, &drawing, (&covers, &settled), sliver_m);
    let label = |face| match settled.owner(face) {
        OUTSIDE => None,
        NOBODY => drawing.is_bounded().then_some(BEYOND),
        shape => Some(shape),
    };
    let labels: Vec<_> = (0..faces.count as u32).map(label).collect();
    Ok(Areas { coverage: coverage(&faces.labelled(&labels), &drawing), flaws })
}

/// The coverage of a graph whose labels are shapes.
fn coverage(planar: &Planar, drawing: &Drawing) -> Coverage {
    assemble(planar, |label| match label {
        BEYOND => Ground::BeyondReach,
        shape => Ground::Sites(drawing.shapes[shape as usize].sites.clone()),
    })
}

/// The faces of all lines, and what covers them.
struct Drawn {
    faces: Faces,
    covers: Covers,
}

impl Drawn {
    fn new(pieces: &[Piece], lines: &Lines, drawing: &Drawing) -> Self {
        let mut crossings = Crossings::default();
        let faces = faces_of(pieces, |same| crossings.note(same, lines));
        let covers = cover(&faces, &crossings, drawing);
        Self { faces, covers }
    }
}
