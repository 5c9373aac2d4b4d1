//! From a dataset to its ground: the projection that fits it, and the coverage of its sites.

use jiff::{SignedDuration, Timestamp};
use marchland_core::{Atlas, Coverage, History, Ledger, Period, Projection, Site, Timeline};
use marchland_formats::dataset::{Config, LatticeShape, Method, TerritoryConfig};
use marchland_territory::{AreaSettings, CellShape, Flaw, GroundSettings, KernelSettings, areas, history, kernel, maps, voronoi};

use crate::extent::places;
use crate::failure::Failure;

/// The ground of a dataset, and the projection it was divided in.
pub(crate) struct Grounded {
    /// The cells, and when they are the map.
    pub(crate) atlas: Atlas,
    /// What did not fit of polygons that were drawn, for each of the atlas's coverages.
    pub(crate) flaws: Vec<Vec<Flaw>>,
    /// The plane of the map.
    pub(crate) projection: Box<dyn Projection>,
}

impl Grounded {
    /// The cells at a moment.
    pub(crate) fn at(&self, at: Timestamp) -> &Coverage {
        &self.atlas.coverages()[self.atlas.at(at)]
    }

    /// The states of all cells through time, for each of the atlas's coverages.
    pub(crate) fn histories(&self, timelines: &[Timeline]) -> Vec<History> {
        self.atlas.coverages().iter().map(|coverage| history(coverage, timelines)).collect()
    }

    /// Square kilometres of each site's cell, of the last map it is on; none where it takes no ground.
    pub(crate) fn areas_by_site(&self, sites: &[Site]) -> Vec<Option<f64>> {
        let mut areas = vec![None; sites.len()];
        for sheet in self.atlas.sheets() {
            for face in self.atlas.coverages()[sheet.coverage].faces() {
                for site in face.ground.sites() {
                    areas[site.0 as usize] = Some(face.area_km2);
                }
            }
        }
        areas
    }
}

/// Divides the ground of a dataset as its settings say.
pub(crate) fn divide(config: &Config, ledger: &Ledger) -> Result<Grounded, Failure> {
    divide_as_drawn(config, ledger, || drawn(ledger))
}

/// The same where only some moments are asked for: of dated maps, only theirs are made.
pub(crate) fn divide_at(config: &Config, ledger: &Ledger, moments: &[Timestamp]) -> Result<Grounded, Failure> {
    let at = |period: &Period| moments.iter().filter(|&&at| period.contains(at)).filter_map(|&at| instant(at)).collect::<Vec<_>>();
    divide_as_drawn(config, ledger, || drawn(ledger).iter().map(|periods| periods.iter().flat_map(at).collect()).collect())
}

/// The shortest period that begins at a moment; none at the end of time.
fn instant(at: Timestamp) -> Option<Period> {
    Period::new(at, at.checked_add(SignedDuration::from_nanos(1)).ok()?).ok()
}

fn divide_as_drawn(config: &Config, ledger: &Ledger, drawn: impl FnOnce() -> Vec<Vec<Period>>) -> Result<Grounded, Failure> {
    let projection = projection(config, ledger)?;
    let sites = ledger.sites();
    let territory = &config.territory;
    let settings = GroundSettings { boundary: territory.boundary.clone(), reach_m: territory.reach_m };
    let fixed = |coverage| (Atlas::fixed(coverage), vec![Vec::new()]);
    let divided = match territory.method {
        Method::Voronoi => voronoi(sites, &settings, projection.as_ref()).map(fixed),
        Method::Kernel => kernel(sites, &settings, &kernel_settings(territory), projection.as_ref()).map(|kernel| fixed(kernel.coverage)),
        Method::Sites => areas(sites, &area_settings(territory)).map(|areas| (Atlas::fixed(areas.coverage), vec![areas.flaws])),
        Method::Maps => maps(sites, &drawn(), &area_settings(territory)).map(|maps| (maps.atlas, maps.flaws)),
    };
    let (atlas, flaws) = divided.map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(Grounded { atlas, flaws, projection })
}

fn kernel_settings(territory: &TerritoryConfig) -> KernelSettings {
    let shape = match territory.lattice {
        LatticeShape::Hexagons => CellShape::Hexagons,
        LatticeShape::Squares => CellShape::Squares,
    };
    KernelSettings { bandwidth_m: territory.bandwidth_m, spacing_m: territory.spacing_m, shape }
}

fn area_settings(territory: &TerritoryConfig) -> AreaSettings {
    let default = AreaSettings::default();
    AreaSettings { boundary: territory.boundary.clone(), sliver_m: territory.sliver_m.unwrap_or(default.sliver_m) }
}

/// When each site was drawn: in the periods of its given states, or where it has none, always.
fn drawn(ledger: &Ledger) -> Vec<Vec<Period>> {
    let mut drawn = vec![Vec::new(); ledger.sites().len()];
    for given in ledger.given() {
        drawn[given.site.0 as usize].push(given.period);
    }
    for periods in drawn.iter_mut().filter(|periods| periods.is_empty()) {
        periods.push(ledger.span());
    }
    drawn
}

/// The projection a dataset names, else the one that fits its boundary and sites.
fn projection(config: &Config, ledger: &Ledger) -> Result<Box<dyn Projection>, Failure> {
    if let Some(crs) = &config.map.crs {
        return marchland_projection::from_code(&crs.value).map_err(|error| Failure::Usage(error.to_string()));
    }
    Ok(match config.map.extent {
        Some(extent) => marchland_projection::fitting(extent),
        None => marchland_projection::fitting_places(places(config, ledger).iter().copied()),
    })
}
