//! Ground by vote: each site has a say in the state of the ground round it, the less the farther away.
//!
//! Where sites are many and some of what is said of them is wrong, the nearest site alone is a poor witness: one false report
//! turns its whole cell. Here the plane is tiled by a fine lattice ([`lattice`]), and each of its cells hears every site within
//! three bandwidths, weighed by a Gaussian of the distance from the cell's middle (Nadaraya 1964 and Watson 1964 for the
//! estimate; the sites are found with [`points`]). What the votes come to at a moment is
//! [`ground_state`](crate::ground_state)'s to say; who votes does not change with time.
//!
//! The lattice's edges are cut to the boundary like all other borders (the module `arrangement`), so cells share them vertex by
//! vertex, and dissolving merges cells of equal state.

mod lattice;
mod points;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use marchland_core::{Coverage, Ground, LatticeCell, Metres, Projection, Site, SiteIndex, Vote};

use super::bisectors::PlaneBox;
use super::generators::Generators;
use super::outline::Outline;
use super::trace::Tracer;
use super::{BEYOND, GroundSettings, Spot, TessellationFault};
use crate::arrangement::grid::GridPoint;
use crate::arrangement::planar::{Label, Line};
use crate::arrangement::{assemble::assemble, noding::node, planar};
pub use lattice::CellShape;
use lattice::{Lattice, Place};
use points::Points;

/// Bandwidths by which the distance between nearest sites, the median of all, is stretched. The method's choice: with it a Gaussian
/// put .965 of cells right where the nearest site put .878 and the five nearest .956 (3,000 reports of which a tenth was wrong).
const NEAREST: f64 = 2.0;

/// Bandwidths beyond which a site has no say. Chosen: a Gaussian has 1 % of its weight beyond (e^−4.5).
const CUTOFF: f64 = 3.0;

/// Cells a bandwidth. Chosen: over a fifth of it weights change by a few hundredths, and finer cells show nothing new.
const CELLS: f64 = 5.0;

/// Metres between the middles of neighbouring cells at least: nearer sites are one place.
const FINEST_M: f64 = 1.0;

/// Cells over the boundary's box at most. Chosen; more would take longer and, on a map of a page, be smaller than its pixels.
const MOST_CELLS: f64 = 200_000.0;

/// Votes in all cells at most: 256 MB. Chosen; of more the lightest of each cell are left out.
const MOST_VOTES: usize = 16_000_000;

/// How sites vote.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KernelSettings {
    /// The standard deviation of the Gaussian in metres on the map's plane; none (the default): twice the median distance from a site
    /// to the nearest other one.
    pub bandwidth_m: Option<f64>,
    /// Metres between the middles of neighbouring cells; none (the default): a fifth of the bandwidth. A metre at least, and more
    /// where the boundary's box would otherwise hold over 200,000 cells.
    pub spacing_m: Option<f64>,
    /// The shape of the cells.
    pub shape: CellShape,
}

/// A lattice of votes, and what was chosen for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kernel {
    /// The ground; its faces are [`Ground::Lattice`], row by row from the south, and [`Ground::BeyondReach`] last.
    pub coverage: Coverage,
    /// The bandwidth used, in metres.
    pub bandwidth_m: f64,
    /// Metres between the middles of neighbouring cells; wider than asked for where there would have been too many.
    pub spacing_m: f64,
}

/// Divides the ground into the cells of a lattice for whose state the sites that take ground ([`Site::takes_ground`]) vote.
///
/// A [`SiteIndex`] in the result is a position in `sites`. Distances are meant on the plane of the projection.
/// - Every site within three bandwidths of a cell's middle votes, with the weight exp(−d² / 2h²), d metres away under a bandwidth of
///   h; the weights of a cell sum to 1. Of a line the nearest point counts, of a polygon the nearest of its rings.
/// - A cell whose middle is farther than `reach_m` from every site is beyond reach; without a reach the limit is three bandwidths. Where
///   the reach is longer than that, a cell that no site votes for has the nearest one's word. A cell in which a site stands is
///   never beyond.
/// - A site stands in the cell of its first point, if that meets the boundary. Columns and rows count from the origin of the plane, so a cell
///   keeps its name while projection and spacing stay.
/// - A cell cut by the boundary into several parts is one face.
/// - Without two sites apart the bandwidth is the reach, or without one a tenth of the longer side of the boundary's box.
/// - No cell has more than 16 million votes by the number of cells; beyond that the lightest are left out.
/// - Without sites all ground inside the boundary is beyond reach; without sites and boundary the coverage is empty.
///
/// Costs in proportion to cells and votes, and near n log n in the number of sites.
///
/// # Errors
///
/// [`TessellationFault`], as [`voronoi`](crate::voronoi), and where bandwidth or spacing is no distance.
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
/// # let site = |lon: f64| Site {
/// #     id: String::new(), names: Names::new(""), kind: String::new(), geometry: Some(geo_types::Point::new(lon, 0.0).into()),
/// #     precision_m: None, estimate: false, ground: true, parent: None, children: [].into(), population: None, weight: None,
/// #     source: String::new(), note: String::new(), extra: Extra::new(),
/// # };
/// use marchland_core::Ground;
/// use marchland_territory::{GroundSettings, KernelSettings, kernel};
/// let sites = [site(0.0), site(0.01), site(0.02)];
/// let made = kernel(&sites, &GroundSettings::default(), &KernelSettings::default(), &Plane)?;
/// assert!((made.bandwidth_m - 2.0 * 1_113.2).abs() < 0.1 && (made.spacing_m - made.bandwidth_m / 5.0).abs() < 1e-9);
/// let Ground::Lattice(cell) = &made.coverage.faces()[0].ground else { panic!("cells come first") };
/// assert!((cell.votes.iter().map(|vote| vote.weight).sum::<f64>() - 1.0).abs() < 1e-12);
/// # Ok::<(), marchland_territory::TessellationFault>(())
/// ```
pub fn kernel(
    sites: &[Site],
    ground: &GroundSettings,
    settings: &KernelSettings,
    projection: &dyn Projection,
) -> Result<Kernel, TessellationFault> {
    look_at(ground, settings)?;
    let generators = Generators::new(sites, projection)?;
    let Some(outline) = Outline::new(&generators, ground)? else { return Ok(Kernel::default()) };
    let within = outline.plane_box(projection)?;
    let electorate = Electorate::new(&generators, ground.reach_m, settings, &within);
    let coverage = electorate.coverage(&outline, projection)?;
    Ok(Kernel { coverage, bandwidth_m: electorate.bandwidth_m, spacing_m: electorate.lattice.spacing_m })
}

fn look_at(ground: &GroundSettings, settings: &KernelSettings) -> Result<(), TessellationFault> {
    let is_distance = |metres: f64| metres > 0.0 && metres.is_finite();
    if let Some(reach_m) = ground.reach_m.filter(|reach_m| reach_m.is_nan() || *reach_m <= 0.0) {
        return Err(TessellationFault::NoReach(reach_m));
    }
    match (settings.bandwidth_m, settings.spacing_m) {
        (Some(bandwidth_m), _) if !is_distance(bandwidth_m) => Err(TessellationFault::NoBandwidth(bandwidth_m)),
        (_, Some(spacing_m)) if !is_distance(spacing_m) => Err(TessellationFault::NoSpacing(spacing_m)),
        _ => Ok(()),
    }
}

/// The cells, and who votes.
struct Electorate<'a> {
    generators: &'a Generators,
    points: Points,
    lattice: Lattice,
    bandwidth_m: f64,
    /// Cells whose middle is farther than this from every site are beyond reach.
    limit_m: f64,
}

impl<'a> Electorate<'a> {
    fn new(generators: &'a Generators, reach_m: Option<f64>, settings: &KernelSettings, within: &PlaneBox) -> Self {
        let points = Points::new(generators.points.clone());
        let (low, high) = within.corners();
        let alone_m = || reach_m.filter(|reach_m| reach_m.is_finite()).unwrap_or(0.1 * (high.x - low.x).max(high.y - low.y));
        let chosen_m = || median_m(generators, &points).map_or_else(alone_m, |median_m| NEAREST * median_m);
        let bandwidth_m = settings.bandwidth_m.unwrap_or_else(chosen_m);
        let spacing_m = settings.spacing_m.unwrap_or(bandwidth_m / CELLS).max(FINEST_M);
        let lattice = Lattice::new(settings.shape, spacing_m, within, MOST_CELLS);
        let limit_m = reach_m.unwrap_or(CUTOFF * bandwidth_m).max(lattice.spacing_m);
        Self { generators, points, lattice, bandwidth_m, limit_m }
    }

    fn coverage(&self, outline: &Outline, projection: &dyn Projection) -> Result<Coverage, TessellationFault> {
        let labels: Vec<Label> = (0..).zip(self.lattice.places()).map(|(number, place)| self.label(number, place)).collect();
        let label_of = |place: Place| self.lattice.number(place).map_or(BEYOND, |number| labels[number as usize]);
        let mut segments: Vec<[GridPoint; 2]> = outline.segments().collect();
        let mut lines = vec![Line::Outline; segments.len()];
        let tracer = Tracer::new(projection);
        for side in self.lattice.places().flat_map(|place| self.lattice.sides(place)) {
            let (left, right) = (label_of(side.left), label_of(side.right));
            if left != right {
                let [from, to] = side.ends.map(Spot::new);
                segments.extend(tracer.trace(from, to)?);
                lines.resize(segments.len(), Line::Border { left, right });
            }
        }
        let planar = planar::read(&node(&segments), &lines, |edge| self.nearest(projection, edge).map_or(BEYOND, label_of));
        if planar.sides.iter().flatten().all(Option::is_none) {
            return Err(TessellationFault::EmptyBoundary);
        }
        let standing = self.standing();
        Ok(assemble(&planar, |label| match label {
            BEYOND => Ground::BeyondReach,
            number => Ground::Lattice(self.cell(number, standing.get(&number).cloned().unwrap_or_default())),
        }))
    }

    fn label(&self, number: u32, place: Place) -> Label {
        let near = self.points.nearest(self.lattice.centre(place), self.limit_m * self.limit_m, |_| true);
        if near.is_some() { number } else { BEYOND }
    }

    /// The cell that a face with this edge lies in, where no side of a cell crosses it: that whose middle is nearest.
    fn nearest(&self, projection: &dyn Projection, edge: &[GridPoint]) -> Option<Place> {
        let away = |&(metres, place): &(Metres, Place)| {
            let centre = self.lattice.centre(place);
            libm::hypot(centre.x - metres.x, centre.y - metres.y)
        };
        let looks = edge.iter().filter_map(|at| projection.forward(at.lon_lat())).map(|metres| (metres, self.lattice.place_at(metres)));
        looks.min_by(|one, other| away(one).total_cmp(&away(other))).map(|(_, place)| place)
    }

    /// The sites that stand in each cell, in order.
    fn standing(&self) -> BTreeMap<u32, Vec<SiteIndex>> {
        let mut standing: BTreeMap<u32, Vec<SiteIndex>> = BTreeMap::new();
        for of_place in self.generators.points.chunk_by(|one, other| one.place == other.place) {
            if let Some(number) = self.lattice.number(self.lattice.place_at(of_place[0].metres)) {
                standing.entry(number).or_default().extend(self.generators.sites(of_place[0].place));
            }
        }
        for sites in standing.values_mut() {
            sites.sort_unstable();
        }
        standing
    }

    fn cell(&self, number: u32, standing: Vec<SiteIndex>) -> LatticeCell {
        let Place { column, row } = self.lattice.place(number);
        LatticeCell { column, row, standing, votes: self.votes(self.lattice.centre(Place { column, row })) }
    }

    /// Who votes for the state of a cell.
    fn votes(&self, centre: Metres) -> Vec<Vote> {
        let mut near = Vec::new();
        self.points.within(centre, CUTOFF * self.bandwidth_m, &mut near);
        if near.is_empty() {
            near.extend(self.points.nearest(centre, self.limit_m * self.limit_m, |_| true).map(|(away_m2, place)| (place, away_m2)));
        }
        near.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        near.dedup_by_key(|near| near.0);
        let weight = |away_m2: f64| libm::exp(-away_m2 / (2.0 * self.bandwidth_m * self.bandwidth_m));
        let nearest_m2 = near.iter().map(|near| near.1).fold(f64::INFINITY, f64::min);
        let of_place = |&(place, away_m2): &(u32, f64)| {
            let weight = weight(away_m2 - nearest_m2);
            self.generators.sites(place).into_iter().map(move |site| Vote { site, weight })
        };
        let mut votes: Vec<Vote> = near.iter().flat_map(of_place).filter(|vote| vote.weight > 0.0).collect();
        votes.sort_unstable_by(|one, other| other.weight.total_cmp(&one.weight).then(one.site.cmp(&other.site)));
        votes.truncate(MOST_VOTES / self.lattice.len());
        votes.shrink_to_fit();
        let total: f64 = votes.iter().map(|vote| vote.weight).sum();
        for vote in &mut votes {
            vote.weight /= total;
        }
        votes
    }
}

/// The median distance from a place to the nearest other one; none where there are no two.
fn median_m(generators: &Generators, points: &Points) -> Option<f64> {
    let mut nearest: Vec<f64> = Vec::with_capacity(generators.places());
    for of_place in generators.points.chunk_by(|one, other| one.place == other.place) {
        let own = of_place[0].place;
        let away = of_place.iter().fold(f64::INFINITY, |nearest_m2, point| {
            points.nearest(point.metres, nearest_m2, |place| place != own).map_or(nearest_m2, |near| near.0)
        });
        nearest.extend(Some(away.sqrt()).filter(|away| away.is_finite()));
    }
    nearest.sort_unstable_by(f64::total_cmp);
    let middle = nearest.len() / 2;
    let upper = *nearest.get(middle)?;
    Some(if nearest.len().is_multiple_of(2) { f64::midpoint(nearest[middle - 1], upper) } else { upper })
}
