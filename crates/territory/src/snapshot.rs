//! Everything resolved for one moment: sites' states laid on the ground.

use std::collections::BTreeMap;
use std::sync;

use geo_types::{MultiPolygon, Polygon};
use jiff::{SignedDuration, Timestamp};
use marchland_core::{
    Assessment, Cell, CellKey, ControlState, Coverage, Dissolved, Face, FaceIndex, Ground, Period, Site, SiteIndex, SiteState, Snapshot,
    Status,
};

use crate::dissolve::Dissolver;
use crate::frontline::Fronts;
use crate::state::ground_state;
use crate::topology::Topology;

/// Which moment a snapshot is of, and how its states were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Valid time: the moment shown.
    pub at: Timestamp,
    /// Knowledge time: only what had been said by then counts; none counts everything.
    pub as_of: Option<Timestamp>,
    /// The rule and its version: `bayes 1`.
    pub rule: String,
}

/// Lays the sites' states at one moment on the ground: the one map of a [`Mapmaker`].
///
/// Costs in proportion to the coverage's arcs.
#[must_use]
pub fn snapshot(topology: &Topology<'_>, sites: &[Site], states: impl IntoIterator<Item = Assessment>, moment: Moment) -> Snapshot {
    let mut maker = Mapmaker::new(topology, sites, states, moment.clone());
    maker.at(moment);
    maker.map
}

/// The same cell by cell and site by site, for whoever asks for nothing else: no ground is dissolved, and there are no front lines.
#[must_use]
pub fn undissolved(topology: &Topology<'_>, sites: &[Site], states: impl IntoIterator<Item = Assessment>, moment: Moment) -> Snapshot {
    let mut states: Vec<_> = states.into_iter().map(sync::Arc::new).collect();
    let unknown = Assessment::unsupported(span(states.iter(), moment.at), ControlState::Unknown, Status::Unknown);
    let unknown = sync::Arc::new(unknown);
    states.resize(sites.len(), sync::Arc::clone(&unknown));
    let cell = |(face, polygons): (&Face, MultiPolygon<f64>)| Cell {
        ground: face.ground.clone(),
        assessment: cell_state(&face.ground, |site| states.get(site.0 as usize)).unwrap_or_else(|| sync::Arc::clone(&unknown)),
        polygons: sync::Arc::new(polygons),
        area_km2: face.area_km2,
    };
    let cells: Vec<Cell> = topology.coverage().faces().iter().zip(topology.cells()).map(cell).collect();
    let Moment { at, as_of, rule } = moment;
    Snapshot { at, as_of, rule, sites: site_states(states, &cells), cells, dissolved: Vec::new(), frontlines: Vec::new() }
}

/// The state of a cell: of a million nearly all are one site's, and have its very state.
fn cell_state<'a>(ground: &Ground, state_of: impl Fn(SiteIndex) -> Option<&'a sync::Arc<Assessment>>) -> Option<sync::Arc<Assessment>> {
    match ground {
        Ground::Sites(sites) if sites.len() == 1 => state_of(sites[0]).map(sync::Arc::clone),
        ground => ground_state(ground, |site| state_of(site).map(AsRef::as_ref)).map(sync::Arc::new),
    }
}

/// Makes the maps of one coverage, moment after moment: whatever stays as it was is not made again.
///
/// Begins with the states of all sites at one moment; [`tell`](Self::tell) it those that are other ones later, and ask for the map
/// [`at`](Self::at) that moment.
///
/// - The cells are the coverage's faces, in its order. A cell of one site has its state; a cell of several has theirs where they
///   agree or only one is known, with the surer status left to all being so and the reports of all; where they differ it is
///   contested by everyone they name, with no confidence, for no rule weighed it.
/// - Ground beyond reach is unknown, over the period from the earliest start to the latest end of any state.
/// - A site without a state (where states are short) is unknown; states beyond the last site are left out.
///
/// ```
/// use marchland_core::{CoverageBuilder, Face, Ground, LonLat};
/// use marchland_territory::{Mapmaker, Moment, Topology};
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)].map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap()));
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 6_154.9 });
/// builder.arc(&[corners[0], corners[1], corners[2], corners[0]], Some(face), None).unwrap();
/// let coverage = builder.finish();
/// let (topology, at) = (Topology::new(&coverage), "2024-01-01T00:00:00Z".parse().unwrap());
/// let moment = Moment { at, as_of: None, rule: "bayes 1".to_owned() };
/// let mut maker = Mapmaker::new(&topology, &[], vec![], moment.clone());
/// let map = maker.at(moment);
/// assert_eq!((map.cells.len(), map.dissolved.len()), (1, 1));
/// ```
pub struct Mapmaker<'t> {
    map: Snapshot,
    /// The cells each site has a say in.
    heard: Heard,
    /// Cells whose sites have been told other states since the last map, or were never drawn.
    restated: Vec<usize>,
    /// Cells beyond every site's reach.
    beyond: Vec<usize>,
    dissolver: Dissolver<'t>,
    fronts: Fronts<'t>,
    /// What has been met so far, and which part of the dissolver it is.
    part_of_key: BTreeMap<CellKey, usize>,
    part_of_cell: Vec<usize>,
}

impl<'t> Mapmaker<'t> {
    /// A maker of maps of a coverage and its sites, whose states at a moment are these.
    #[must_use]
    pub fn new(topology: &'t Topology<'_>, sites: &'t [Site], states: impl IntoIterator<Item = Assessment>, moment: Moment) -> Self {
        let map = undissolved(topology, sites, states, moment);
        let cells = 0..map.cells.len();
        Self {
            heard: Heard::new(topology.coverage(), sites.len()),
            restated: cells.clone().collect(),
            beyond: cells.clone().filter(|&cell| map.cells[cell].ground == Ground::BeyondReach).collect(),
            dissolver: Dissolver::new(topology),
            fronts: Fronts::new(topology, sites),
            part_of_key: BTreeMap::new(),
            part_of_cell: vec![0; cells.len()],
            map,
        }
    }

    /// Tells the state of a site from now on; of a site that there is not, nothing.
    pub fn tell(&mut self, site: SiteIndex, state: Assessment) {
        if let Some(told) = self.map.sites.get_mut(site.0 as usize) {
            told.assessment = sync::Arc::new(state);
            self.restated.extend(self.heard.of(site).iter().map(|&cell| cell as usize));
        }
    }

    /// The map of a moment at which all sites have the states told last.
    pub fn at(&mut self, moment: Moment) -> &Snapshot {
        Moment { at: self.map.at, as_of: self.map.as_of, rule: self.map.rule } = moment;
        self.restate();
        self.map.frontlines = self.fronts.lines();
        self.map.dissolved = self.dissolved();
        &self.map
    }

    /// Gives cells that their sites' states bear on theirs.
    fn restate(&mut self) {
        let Snapshot { at, sites, cells, .. } = &mut self.map;
        if !self.beyond.is_empty() {
            let span = span(sites.iter().map(|site| &site.assessment), *at);
            for &cell in &self.beyond {
                sync::Arc::make_mut(&mut cells[cell].assessment).period = span;
            }
        }
        self.restated.sort_unstable();
        self.restated.dedup();
        for position in self.restated.drain(..) {
            let cell = &mut cells[position];
            let state = cell_state(&cell.ground, |site| sites.get(site.0 as usize).map(|site| &site.assessment));
            if let Some(state) = state {
                cell.assessment = state;
            }
            let known = self.part_of_key.len();
            let part = *self.part_of_key.entry(cell.key()).or_insert(known);
            self.part_of_cell[position] = part;
            let face = FaceIndex(position as u32);
            self.dissolver.assign(face, Some(part));
            self.fronts.assign(face, cell.assessment.control.holder());
        }
    }

    fn dissolved(&mut self) -> Vec<Dissolved> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.part_of_key.len()];
        for (cell, &part) in self.part_of_cell.iter().enumerate() {
            members[part].push(cell);
        }
        let parts = self.dissolver.parts();
        let dissolved = self.part_of_key.iter().map(|(key, &part)| {
            let cells_of = std::mem::take(&mut members[part]);
            let polygons = parts.get(part).into_iter().flatten().map(|polygon| Polygon::clone(polygon)).collect();
            let area_km2 = cells_of.iter().map(|&cell| self.map.cells[cell].area_km2).sum();
            Dissolved { key: key.clone(), cells: cells_of, polygons, area_km2 }
        });
        dissolved.filter(|part| !part.cells.is_empty()).collect()
    }
}

/// For each site the faces it has a say in.
struct Heard {
    faces: Vec<u32>,
    first: Vec<u32>,
}

impl Heard {
    fn new(coverage: &Coverage, sites: usize) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(coverage.faces().len());
        for (face, of) in (0..).zip(coverage.faces()) {
            let speak =
                of.ground.sites().iter().chain(of.ground.lattice().into_iter().flat_map(|cell| cell.votes.iter().map(|vote| &vote.site)));
            pairs.extend(speak.map(|site| (site.0, face)));
        }
        pairs.sort_unstable();
        let first = (0..=sites as u32).map(|site| pairs.partition_point(|&(heard, _)| heard < site) as u32).collect();
        Self { faces: pairs.into_iter().map(|(_, face)| face).collect(), first }
    }

    fn of(&self, site: SiteIndex) -> &[u32] {
        let site = site.0 as usize;
        &self.faces[self.first[site] as usize..self.first[site + 1] as usize]
    }
}

/// The widest period the states speak for; without a state, the second of the moment.
fn span<'a>(states: impl Iterator<Item = &'a sync::Arc<Assessment>> + Clone, at: Timestamp) -> Period {
    let start = states.clone().map(|state| state.period.start()).min();
    let end = states.map(|state| state.period.end()).max();
    let second = SignedDuration::from_secs(1);
    let after = || Period::new(at, at.checked_add(second).ok()?).ok();
    let before = || Period::new(at.checked_sub(second).ok()?, at).ok();
    let given = start.zip(end).and_then(|(start, end)| Period::new(start, end).ok());
    given.or_else(after).or_else(before).expect("an instant has a second after it or one before it")
}

fn site_states(states: Vec<sync::Arc<Assessment>>, cells: &[Cell]) -> Vec<SiteState> {
    let mut cell_of = vec![None; states.len()];
    for (position, cell) in cells.iter().enumerate() {
        for site in cell.sites() {
            if let Some(place) = cell_of.get_mut(site.0 as usize) {
                *place = Some(position);
            }
        }
    }
    let states = (0..).zip(states).zip(cell_of);
    states.map(|((site, assessment), cell)| SiteState { site: SiteIndex(site), assessment, cell }).collect()
}

#[cfg(test)]
mod tests {
    use geo::{Area, Validation, Winding};
    use marchland_core::{ActorIndex, CoverageBuilder, Extra, LonLat, Names, ReportIndex};

    use super::*;
    use crate::polygons;

    fn second(number: i64) -> Timestamp {
        Timestamp::from_second(number).unwrap()
    }

    fn state(control: ControlState, status: Status) -> Assessment {
        Assessment::unsupported(Period::new(second(0), second(100)).unwrap(), control, status)
    }

    fn held(actor: u32, status: Status) -> Assessment {
        state(ControlState::Held(ActorIndex(actor)), status)
    }

    fn site(ground: bool) -> Site {
        Site {
            id: "site".to_owned(),
            names: Names::new("Site"),
            kind: String::new(),
            geometry: Some(geo_types::Point::new(0.0, 0.0).into()),
            precision_m: None,
            estimate: false,
            ground,
            parent: None,
            children: Box::default(),
            population: None,
            weight: None,
            source: String::new(),
            note: String::new(),
            extra: Extra::new(),
        }
    }

    /// ```text
    ///  4───5───6───7      face 0: site 0;  face 1: sites 1 and 3;  face 2: beyond reach
    ///  │ 0 │ 1 │ 2 │      site 2 takes no ground
    ///  0───1───2───3
    /// ```
    fn three_cells() -> Coverage {
        let mut builder = CoverageBuilder::new();
        for lat in [0.0, 0.1] {
            for lon in [0.0, 0.1, 0.2, 0.3] {
                builder.vertex(LonLat::new(lon, lat).unwrap());
            }
        }
        let grounds = [Ground::Sites(vec![SiteIndex(0)]), Ground::Sites(vec![SiteIndex(1), SiteIndex(3)]), Ground::BeyondReach];
        let [west, middle, east] = grounds.map(|ground| Some(builder.face(Face { ground, area_km2: 123.0 })));
        for (arc, left, right) in [
            (&[1, 5][..], west, middle),
            (&[2, 6], middle, east),
            (&[5, 4, 0, 1], west, None),
            (&[1, 2], middle, None),
            (&[6, 5], middle, None),
            (&[2, 3, 7, 6], east, None),
        ] {
            builder.arc(arc, left, right).unwrap();
        }
        builder.finish()
    }

    fn moment() -> Moment {
        Moment { at: second(50), as_of: Some(second(60)), rule: "latest 1".to_owned() }
    }

    fn taken(states: Vec<Assessment>) -> Snapshot {
        let sites = [site(true), site(true), site(false), site(true)];
        snapshot(&Topology::new(&three_cells()), &sites, states, moment())
    }

    fn all_sure() -> Vec<Assessment> {
        [0, 1, 1, 1].map(|actor| held(actor, Status::Confirmed)).into()
    }

    #[test]
    fn an_undissolved_snapshot_has_the_same_cells_and_sites_and_nothing_else() {
        let (coverage, sites) = (three_cells(), [site(true), site(true), site(false), site(true)]);
        let (whole, topology) = (taken(all_sure()), Topology::new(&coverage));
        let plain = undissolved(&topology, &sites, all_sure(), moment());
        assert_eq!(plain, Snapshot { dissolved: Vec::new(), frontlines: Vec::new(), ..whole });
    }

    #[test]
    fn the_moment_and_every_site_are_there_once_in_order() {
        let snapshot = taken(all_sure());
        assert_eq!((snapshot.at, snapshot.as_of, snapshot.rule.as_str()), (second(50), Some(second(60)), "latest 1"));
        let sites: Vec<_> = snapshot.sites.iter().map(|state| (state.site.0, state.cell)).collect();
        assert_eq!(sites, [(0, Some(0)), (1, Some(1)), (2, None), (3, Some(1))]);
    }

    #[test]
    fn cells_and_dissolved_parts_tile_the_boundary_with_rings_in_order() {
        let snapshot = taken(all_sure());
        let all = polygons(&three_cells(), &[0, 1, 2].map(FaceIndex));
        let cells: Vec<_> = snapshot.cells.iter().map(|cell| &*cell.polygons).collect();
        let dissolved: Vec<_> = snapshot.dissolved.iter().map(|part| &part.polygons).collect();
        for parts in [cells, dissolved] {
            let sum: f64 = parts.iter().map(|part| part.unsigned_area()).sum();
            assert!((sum / all.unsigned_area() - 1.0).abs() < 1e-12);
            assert!(parts.iter().all(|part| part.is_valid()));
            assert!(parts.iter().flat_map(|part| part.iter()).all(|polygon| polygon.exterior().is_ccw() && polygon.exterior().is_closed()));
        }
    }

    #[test]
    fn ground_is_dissolved_by_control_and_status_holders_first_unknown_last() {
        let contested = state(ControlState::Contested(vec![ActorIndex(0), ActorIndex(1)]), Status::Contested);
        let keys = |states| taken(states).dissolved.iter().map(|part| (part.key.clone(), part.cells.clone())).collect::<Vec<_>>();
        let key = |control, status| CellKey { control, status };
        let unknown = (key(ControlState::Unknown, Status::Unknown), vec![2]);
        let one = key(ControlState::Held(ActorIndex(1)), Status::Claimed);
        let both = vec![held(1, Status::Claimed), held(1, Status::Claimed), held(9, Status::Confirmed), held(1, Status::Claimed)];
        assert_eq!(keys(both), [(one.clone(), vec![0, 1]), unknown.clone()]);
        let mixed = vec![contested.clone(), held(1, Status::Claimed), held(9, Status::Confirmed), held(1, Status::Claimed)];
        assert_eq!(keys(mixed), [(one, vec![1]), (key(contested.control, Status::Contested), vec![0]), unknown]);
    }

    #[test]
    fn areas_of_dissolved_parts_are_the_sums_of_their_cells() {
        let both = taken([1, 1, 0, 1].map(|actor| held(actor, Status::Confirmed)).into());
        assert_eq!(both.dissolved.iter().map(|part| part.area_km2).collect::<Vec<_>>(), [246.0, 123.0]);
    }

    #[test]
    fn a_front_line_runs_on_an_edge_of_both_territories() {
        let snapshot = taken(all_sure());
        let line = &snapshot.frontlines[0].lines[0];
        for part in &snapshot.dissolved[..2] {
            let edges: Vec<_> = part.polygons.iter().flat_map(|polygon| polygon.exterior().lines()).collect();
            let runs_on = |edge: geo_types::Line<f64>| {
                edges.iter().any(|other| [other.start, other.end].contains(&edge.start) && [other.start, other.end].contains(&edge.end))
            };
            assert!(line.lines().all(runs_on));
        }
    }

    #[test]
    fn sites_at_one_place_that_agree_share_their_state_the_less_sure_one() {
        let mut states = all_sure();
        states[1] = held(1, Status::Claimed);
        states[1].reports_for = vec![ReportIndex(7)];
        states[3].reports_for = vec![ReportIndex(2), ReportIndex(7)];
        states[3].claimed_by = vec![ActorIndex(0)];
        let cell = &taken(states).cells[1];
        assert_eq!((&cell.assessment.control, cell.assessment.status), (&ControlState::Held(ActorIndex(1)), Status::Claimed));
        assert_eq!(cell.assessment.reports_for, [ReportIndex(2), ReportIndex(7)]);
        assert_eq!(cell.assessment.claimed_by, [ActorIndex(0)]);
    }

    #[test]
    fn of_sites_at_one_place_the_only_known_one_speaks() {
        let mut states = all_sure();
        states[3] = state(ControlState::Unknown, Status::Unknown);
        assert_eq!(taken(states).cells[1].assessment, held(1, Status::Confirmed).into());
    }

    #[test]
    fn sites_at_one_place_that_differ_make_it_contested_by_their_holders() {
        let mut states = all_sure();
        states[3] = held(0, Status::Confirmed);
        states[3].confidence = Some(0.9);
        states[3].period = Period::new(second(20), second(200)).unwrap();
        let cell = Assessment::clone(&taken(states).cells[1].assessment);
        assert_eq!((cell.control.clone(), cell.status), (ControlState::Contested(vec![ActorIndex(0), ActorIndex(1)]), Status::Contested));
        assert_eq!((cell.confidence, cell.period), (None, Period::new(second(20), second(100)).unwrap()));
    }

    #[test]
    fn ground_beyond_reach_is_unknown_over_the_span_of_all_states() {
        let mut states = all_sure();
        states[2].period = Period::new(second(-30), second(10)).unwrap();
        let beyond = &taken(states).cells[2];
        let span = Period::new(second(-30), second(100)).unwrap();
        assert_eq!(beyond.assessment, Assessment::unsupported(span, ControlState::Unknown, Status::Unknown).into());
        assert_eq!(beyond.sites(), []);
    }

    #[test]
    fn states_that_are_missing_are_unknown_and_a_moment_at_the_end_of_time_is_one() {
        let last = Moment { at: Timestamp::MAX, as_of: None, rule: String::new() };
        let snapshot = snapshot(&Topology::new(&three_cells()), &[site(true), site(true)], Vec::new(), last);
        assert!(snapshot.sites.iter().all(|state| state.assessment.control == ControlState::Unknown));
        assert_eq!(snapshot.dissolved.len(), 1);
    }

    #[test]
    fn a_maker_of_many_maps_makes_each_as_if_it_were_alone() {
        let (coverage, sites) = (three_cells(), [site(true), site(true), site(false), site(true)]);
        let topology = Topology::new(&coverage);
        let contested = state(ControlState::Contested(vec![]), Status::Contested);
        let other = vec![held(1, Status::Claimed), contested, held(9, Status::Confirmed), held(1, Status::Claimed)];
        let mut maker = Mapmaker::new(&topology, &sites, all_sure(), moment());
        for (states, second_at) in [(all_sure(), 50), (other, 60), (all_sure(), 70)] {
            let moment = Moment { at: second(second_at), as_of: None, rule: "bayes 1".to_owned() };
            for (site, state) in (0..).zip(&states) {
                maker.tell(SiteIndex(site), state.clone());
            }
            maker.tell(SiteIndex(99), held(1, Status::Claimed));
            assert_eq!(*maker.at(moment.clone()), snapshot(&topology, &sites, states, moment));
        }
    }
}
