//! Dated polygon maps: one drawing of control after the other.
//!
//! Archives of a war's maps have a drawing a day. In the dataset each polygon is a site, and its states say on which days it was drawn. So
//! polygons may lie on top of each other as long as their days do not meet, and the ground of a day is made of that day's polygons
//! alone, as [`areas`](super::areas) makes it.
//!
//! Only where the set of polygons drawn changes is there a new map. A set that comes again, on the next day or years later, is the
//! same coverage; a polygon that changes hands is no new map. Two sites with equal polygons are two sites, and their maps
//! two coverages, since faces name their sites: who brings an archive into a dataset makes one site of polygons that are equal day
//! after day, and then equal days are stored once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use marchland_core::{Atlas, Coverage, Period, Sheet, Site, SiteIndex};
use rayon::prelude::*;

use super::TessellationFault;
use super::areas::{AreaSettings, Areas, Flaw, divide, outline};

/// Dated maps, and what did not fit on each.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// The maps and their days.
    pub atlas: Atlas,
    /// The flaws of each coverage of the atlas, in its order.
    pub flaws: Vec<Vec<Flaw>>,
}

/// Makes a map of each set of polygons that were drawn together; `drawn` has the periods of each site, in the order of `sites`.
///
/// - Each map is what [`areas`](super::areas) makes of its polygons, with the same settings.
/// - The maps tile time: before the first polygon, after the last, and where none is drawn the map has no polygon. There is always a
///   first sheet at [`Timestamp::MIN`].
/// - The periods of a site may overlap or touch; a site without any is on no map, nor is one beyond the end of `drawn`.
/// - Sites that take no ground ([`Site::takes_ground`]) make no map.
///
/// Costs what the different maps cost, and their polygons; they are made side by side on all cores.
///
/// # Errors
///
/// [`TessellationFault`], as [`areas`](super::areas); of several maps at fault that of the earliest.
///
/// ```
/// # use marchland_core::{Extra, Names, Period, Site};
/// # use geo_types::Rect;
/// # let site = |west: f64, east: f64| Site {
/// #     id: String::new(), names: Names::new(""), kind: String::new(), geometry: Some(Rect::new((west, 36.0), (east, 36.1)).into()),
/// #     precision_m: None, estimate: false, ground: true, parent: None, children: [].into(), population: None, weight: None,
/// #     source: String::new(), note: String::new(), extra: Extra::new(),
/// # };
/// use marchland_territory::{AreaSettings, maps};
/// let day = |from: &str, to: &str| vec![Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()];
/// let drawn = [day("2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z"), day("2024-03-02T00:00:00Z", "2024-03-05T00:00:00Z")];
/// let maps = maps(&[site(68.0, 68.2), site(68.0, 68.3)], &drawn, &AreaSettings::default())?;
/// let on = |at: &str| maps.atlas.coverages()[maps.atlas.at(at.parse().unwrap())].faces().len();
/// assert_eq!([on("2024-02-01T00:00:00Z"), on("2024-03-01T12:00:00Z"), on("2024-03-04T00:00:00Z")], [0, 1, 1]);
/// assert_eq!(maps.flaws.iter().map(Vec::len).sum::<usize>(), 0, "no two polygons of one day overlap");
/// # Ok::<(), marchland_territory::TessellationFault>(())
/// ```
pub fn maps(sites: &[Site], drawn: &[Vec<Period>], settings: &AreaSettings) -> Result<Maps, TessellationFault> {
    let boundary = outline(settings)?;
    let (sets, sheets) = sheets(sites, drawn);
    let made =
        sets.par_iter().map(|set| divide(set.iter().map(|&site| (site, &sites[site.0 as usize])), boundary.as_ref(), settings.sliver_m));
    // Collected before a fault is looked for, so that it is the earliest.
    let made: Vec<Result<Areas, TessellationFault>> = made.collect();
    let made = made.into_iter().collect::<Result<Vec<_>, _>>()?;
    let (coverages, flaws): (Vec<Coverage>, Vec<Vec<Flaw>>) = made.into_iter().map(|areas| (areas.coverage, areas.flaws)).unzip();
    Ok(Maps { atlas: bound(coverages, sheets), flaws })
}

fn bound(coverages: Vec<Coverage>, sheets: Vec<Sheet>) -> Atlas {
    Atlas::new(coverages, sheets).expect("there is a first sheet, instants are in order, and every set has a coverage")
}

/// The different sets of sites drawn together, by when they first were, and when each is the map.
fn sheets(sites: &[Site], drawn: &[Vec<Period>]) -> (Vec<Vec<SiteIndex>>, Vec<Sheet>) {
    let mut numbers: BTreeMap<Vec<SiteIndex>, usize> = BTreeMap::new();
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut turn = |from: Timestamp, drawn: &BTreeMap<SiteIndex, u32>| {
        let set: Vec<SiteIndex> = drawn.keys().copied().collect();
        let next = numbers.len();
        let coverage = *numbers.entry(set).or_insert(next);
        if sheets.last().is_none_or(|last| last.coverage != coverage) {
            sheets.push(Sheet { from, coverage });
        }
    };
    let mut now: BTreeMap<SiteIndex, u32> = BTreeMap::new();
    let turns = turns(sites, drawn);
    if turns.first().is_none_or(|first| first.at > Timestamp::MIN) {
        turn(Timestamp::MIN, &now);
    }
    for together in turns.chunk_by(|one, other| one.at == other.at) {
        for change in together {
            change.apply(&mut now);
        }
        turn(together[0].at, &now);
    }
    let mut sets = vec![Vec::new(); numbers.len()];
    for (set, number) in numbers {
        sets[number] = set;
    }
    (sets, sheets)
}

/// A polygon comes on the map or leaves it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    at: Timestamp,
    /// Coming before leaving, so that counts stay above nought.
    leaves: bool,
    site: SiteIndex,
}

impl Turn {
    /// Counts the periods in which each site is drawn; one with none is left out.
    fn apply(self, now: &mut BTreeMap<SiteIndex, u32>) {
        let count = now.entry(self.site).or_insert(0);
        if !self.leaves {
            *count += 1;
        } else if *count > 1 {
            *count -= 1;
        } else {
            now.remove(&self.site);
        }
    }
}

/// When polygons come and leave, in order.
fn turns(sites: &[Site], drawn: &[Vec<Period>]) -> Vec<Turn> {
    let grounds = (0..).map(SiteIndex).zip(sites).zip(drawn).filter(|((_, site), _)| site.takes_ground());
    let mut turns: Vec<Turn> = grounds
        .flat_map(|((site, _), periods)| periods.iter().map(move |period| (site, period)))
        .flat_map(|(site, period)| [Turn { at: period.start(), leaves: false, site }, Turn { at: period.end(), leaves: true, site }])
        .collect();
    turns.sort_unstable();
    turns
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, polygon};
    use proptest::prelude::*;

    use super::*;
    use crate::tessellate::areas::areas;
    use crate::tessellate::tests::{assert_sound, cells, grounds, rectangle, site, square};

    fn second(number: i64) -> Timestamp {
        Timestamp::from_second(number).unwrap()
    }

    fn days(spans: &[(i64, i64)]) -> Vec<Period> {
        spans.iter().map(|&(start, end)| Period::new(second(start), second(end)).unwrap()).collect()
    }

    fn on(maps: &Maps, at: i64) -> Vec<Vec<u32>> {
        grounds(&maps.atlas.coverages()[maps.atlas.at(second(at))])
    }

    /// ```text
    /// day    1 2 3 4 5 6
    /// west   ■ ■ ■ ■ · ■      site 0
    /// east   ■ · ■ ■ · ■      site 1
    /// all    · · · · ■ ·      site 2
    /// ```
    #[test]
    fn equal_days_are_stored_once_also_when_they_come_again() {
        let sites = [rectangle(0.0, 0.0, 0.1, 0.1), rectangle(0.1, 0.0, 0.2, 0.1), rectangle(0.0, 0.0, 0.2, 0.1)].map(site);
        let drawn = [days(&[(1, 5), (6, 7)]), days(&[(1, 2), (3, 4), (4, 5), (6, 7)]), days(&[(5, 6)])];
        let maps = maps(&sites, &drawn, &AreaSettings::default()).unwrap();
        let both = vec![vec![0], vec![1]];
        assert_eq!([0, 1, 2, 3, 4].map(|at| on(&maps, at)), [vec![], both.clone(), vec![vec![0]], both.clone(), both.clone()]);
        assert_eq!([5, 6, 7].map(|at| on(&maps, at)), [vec![vec![2]], both, vec![]]);
        assert_eq!(maps.atlas.coverages().len(), 4);
        let starts: Vec<_> = maps.atlas.sheets().iter().map(|sheet| sheet.from.as_second()).collect();
        assert_eq!(starts[1..], [1, 2, 3, 5, 6, 7], "nothing changes at 4");
        assert_eq!(maps.flaws, vec![vec![]; 4], "polygons of different days do not overlap");
    }

    #[test]
    fn each_day_is_what_its_polygons_alone_make() {
        let lake = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 0.3, y: 0.0), (x: 0.3, y: 0.3), (x: 0.0, y: 0.3)],
            interiors: [[(x: 0.1, y: 0.1), (x: 0.2, y: 0.1), (x: 0.2, y: 0.2), (x: 0.1, y: 0.2)]],
        );
        let islands = MultiPolygon(vec![rectangle(0.4, 0.0, 0.5, 0.1), rectangle(0.4, 0.2, 0.5, 0.3)]);
        let sites = [site(lake), site(islands), site(rectangle(0.2, 0.0, 0.45, 0.1))];
        let drawn = [days(&[(1, 9)]), days(&[(1, 5)]), days(&[(5, 9)])];
        let settings = AreaSettings { boundary: Some(square(-0.1, 0.6)), ..AreaSettings::default() };
        let maps = maps(&sites, &drawn, &settings).unwrap();
        let first = &maps.atlas.coverages()[maps.atlas.at(second(1))];
        assert_eq!(*first, areas(&sites[..2], &settings).unwrap().coverage);
        assert_eq!(
            cells(first).iter().map(|cell| (cell.0.len(), cell.0[0].interiors().len())).collect::<Vec<_>>(),
            [(1, 1), (2, 0), (2, 3)]
        );
        assert_eq!(on(&maps, 6), [vec![0], vec![2], vec![]]);
        assert_eq!(maps.flaws[maps.atlas.at(second(6))].len(), 1, "the two of that day overlap");
    }

    #[test]
    fn without_a_day_there_is_one_map_of_no_polygon() {
        for drawn in [vec![], vec![vec![]]] {
            let maps = maps(&[site(rectangle(0.0, 0.0, 0.1, 0.1))], &drawn, &AreaSettings::default()).unwrap();
            assert_eq!(maps.atlas, Atlas::fixed(Coverage::default()));
        }
        let bounded = AreaSettings { boundary: Some(square(0.0, 0.1)), ..AreaSettings::default() };
        assert_eq!(on(&maps(&[], &[], &bounded).unwrap(), 0), [Vec::<u32>::new()]);
    }

    #[test]
    fn a_polygon_drawn_for_ever_is_the_only_map() {
        let ever = vec![Period::new(Timestamp::MIN, Timestamp::MAX).unwrap()];
        let maps = maps(&[site(rectangle(0.0, 0.0, 0.1, 0.1))], &[ever], &AreaSettings::default()).unwrap();
        assert_eq!(maps.atlas.at(second(0)), 0);
        assert_eq!(on(&maps, 0), [[0]]);
    }

    #[test]
    fn of_several_faults_the_earliest_is_told() {
        let mut sites = [1e308, f64::NAN].map(|bad| site(polygon![(x: 0.0, y: 0.0), (x: bad, y: 0.0), (x: 0.1, y: 0.1)]));
        sites[1].id = "earlier".to_owned();
        let fault = maps(&sites, &[days(&[(5, 9)]), days(&[(1, 3)])], &AreaSettings::default()).unwrap_err();
        assert!(matches!(fault, TessellationFault::SiteOutOfRange { ref site, .. } if site == "earlier"), "{fault}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn every_instant_has_the_map_of_the_polygons_drawn_then(
            spans in prop::collection::vec(prop::collection::vec((0_i64..20, 1_i64..8), 0..4), 0..6),
        ) {
            let sites: Vec<_> = (0..spans.len()).map(|at| 0.03 * at as f64).map(|west| site(rectangle(west, 0.0, west + 0.05, 0.1))).collect();
            let drawn: Vec<_> = spans.iter().map(|spans| days(&spans.iter().map(|&(start, days)| (start, start + days)).collect::<Vec<_>>())).collect();
            let maps = maps(&sites, &drawn, &AreaSettings::default()).unwrap();
            for at in -1..30 {
                let mut then = sites.clone();
                for (site, periods) in then.iter_mut().zip(&drawn) {
                    site.ground = periods.iter().any(|period| period.contains(second(at)));
                }
                let expected = areas(&then, &AreaSettings::default()).unwrap();
                let number = maps.atlas.at(second(at));
                prop_assert_eq!(&maps.atlas.coverages()[number], &expected.coverage);
                prop_assert_eq!(&maps.flaws[number], &expected.flaws);
                assert_sound(&expected.coverage);
            }
            let coverages = maps.atlas.coverages();
            prop_assert!(coverages.iter().enumerate().all(|(at, one)| coverages[at + 1..].iter().all(|other| one != other)), "each once");
        }
    }
}
