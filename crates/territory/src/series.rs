//! Area, sites and people by control through time.
//!
//! States last; so each is added to a table at the first instant that sees it and taken off at the first that does not, and running sums
//! over the table give the series: the cost grows with the changes, and with the dates only as the table does. Amounts are
//! counted in whole numbers, so what is taken off is exactly what was added, and the order of adding does not matter.

use jiff::Timestamp;
use marchland_core::{ActorIndex, Atlas, CellState, ControlState, Coverage, FaceIndex, History, SeriesRow, Site, Timeline, microseconds};

use crate::through::{in_order, seen};

/// All that a series counts.
#[derive(Clone, Copy, Debug)]
pub struct Chronicle<'a> {
    /// How many actors there are.
    pub actors: usize,
    /// The sites, for their people.
    pub sites: &'a [Site],
    /// The states of each site, in the sites' order; a site without is unknown.
    pub timelines: &'a [Timeline],
    /// The ground.
    pub atlas: &'a Atlas,
    /// The states of each of the atlas's coverages, in their order; ground without is unknown.
    pub histories: &'a [History],
}

/// What each control holds at each instant: [`SeriesRow`] says what is counted. Actors beyond the number of actors are not.
///
/// Instants are in order of time; one before the one before it is taken for that. Costs in proportion to the states of all sites and faces,
/// and to the rows given.
///
/// ```
/// use marchland_core::{ActorIndex, Atlas, Coverage, CoverageBuilder, Face, Ground};
/// use marchland_territory::{Chronicle, history, series};
/// let mut builder = CoverageBuilder::new();
/// builder.face(Face { ground: Ground::BeyondReach, area_km2: 5.0 });
/// let atlas = Atlas::fixed(builder.finish());
/// let histories = [history(&atlas.coverages()[0], &[])];
/// let chronicle = Chronicle { actors: 0, sites: &[], timelines: &[], atlas: &atlas, histories: &histories };
/// let rows = series(&chronicle, &["2024-01-01T00:00:00Z".parse().unwrap()]);
/// assert_eq!(rows.iter().map(|row| row.area_km2).collect::<Vec<_>>(), [0.0, 5.0]); // contested, unknown
/// ```
#[must_use]
pub fn series(chronicle: &Chronicle<'_>, instants: &[Timestamp]) -> Vec<SeriesRow> {
    let instants = in_order(instants);
    let instants_us: Vec<i64> = instants.iter().copied().map(microseconds).collect();
    let columns = chronicle.actors + 2;
    let mut table = count_sites(chronicle, &instants_us, columns);
    let mut shown_of = vec![Vec::new(); chronicle.atlas.coverages().len()];
    for (instant, &at) in instants.iter().enumerate() {
        shown_of[chronicle.atlas.at(at)].push(instant);
    }
    for ((position, coverage), shown) in chronicle.atlas.coverages().iter().enumerate().zip(shown_of) {
        let shown_us: Vec<i64> = shown.iter().map(|&instant| instants_us[instant]).collect();
        let mut ground = measure_ground(coverage, chronicle.histories.get(position), &shown_us, columns);
        for (row, instant) in shown.into_iter().enumerate() {
            table.row(instant).iter_mut().zip(ground.row(row)).for_each(|(sum, tally)| sum.add(tally));
        }
    }
    rows(chronicle, &instants, &table)
}

fn rows(chronicle: &Chronicle<'_>, instants: &[Timestamp], table: &Table) -> Vec<SeriesRow> {
    let actors = (0..chronicle.actors as u32).map(|actor| ControlState::Held(ActorIndex(actor)));
    let controls: Vec<_> = actors.chain([ControlState::Contested(Vec::new()), ControlState::Unknown]).collect();
    let is_told = chronicle.sites.iter().any(|site| site.population.is_some());
    let mut rows = Vec::with_capacity(table.tallies.len());
    for (&time, tallies) in instants.iter().zip(table.tallies.chunks(table.columns)) {
        let boundary: i128 = tallies.iter().map(|tally| tally.area).sum();
        for (tally, control) in tallies.iter().zip(&controls) {
            rows.push(SeriesRow {
                time,
                control: control.clone(),
                n_sites: tally.sites.unsigned_abs(),
                area_km2: amount(tally.area),
                area_km2_min: amount(tally.area_min),
                area_km2_max: amount(tally.area_max),
                population: is_told.then(|| amount(tally.people)),
                share_area: (boundary > 0).then(|| tally.area as f64 / boundary as f64),
            });
        }
    }
    rows
}

/// Units in a square kilometre or a person. Chosen; the earth's area and people fit 10²⁰ times over.
const UNITS: f64 = 1e9;

/// An amount in whole units; what is no number counts nothing, and none counts more than 10¹⁸.
fn whole(amount: f64) -> i128 {
    (amount.clamp(0.0, 1e18) * UNITS).round() as i128
}

fn amount(whole: i128) -> f64 {
    whole as f64 / UNITS
}

/// What one control holds at one instant, in whole units.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    sites: i64,
    people: i128,
    area: i128,
    area_min: i128,
    area_max: i128,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.sites += other.sites;
        self.people += other.people;
        self.area += other.area;
        self.area_min += other.area_min;
        self.area_max += other.area_max;
    }
}

/// Tallies by instant, and in an instant by control.
struct Table {
    columns: usize,
    tallies: Vec<Tally>,
}

impl Table {
    fn new(rows: usize, columns: usize) -> Self {
        Self { columns, tallies: vec![Tally::default(); rows * columns] }
    }

    fn row(&mut self, row: usize) -> &mut [Tally] {
        &mut self.tallies[row * self.columns..(row + 1) * self.columns]
    }

    /// Turns what is added and taken off at each instant into what there is.
    fn run(&mut self) {
        for place in self.columns..self.tallies.len() {
            let before = self.tallies[place - self.columns];
            self.tallies[place].add(&before);
        }
    }
}

/// The column of a control: that of its actor, else of the two after the last actor. None for an actor there is not.
fn column(control: &ControlState, columns: usize) -> Option<usize> {
    match control {
        ControlState::Held(actor) => Some(actor.0 as usize).filter(|&column| column < columns - 2),
        ControlState::Contested(_) => Some(columns - 2),
        ControlState::Unknown => Some(columns - 1),
    }
}

/// Sites and people by control at each instant.
fn count_sites(chronicle: &Chronicle<'_>, instants_us: &[i64], columns: usize) -> Table {
    let mut table = Table::new(instants_us.len(), columns);
    let unknown = columns - 1;
    for (site, people) in people(chronicle.sites).into_iter().enumerate() {
        let states = chronicle.timelines.get(site).map_or(&[][..], Timeline::assessments).iter();
        let mut states = states.map(|state| (microseconds(state.period.start()), column(&state.control, columns).unwrap_or(unknown)));
        let first = states.next().unwrap_or((i64::MIN, unknown));
        let mut before = None;
        seen(std::iter::once(first).chain(states), instants_us, |instant, column| {
            let row = table.row(instant);
            if let Some(before) = before.replace(column) {
                row[before].sites -= 1;
                row[before].people -= people;
            }
            row[column].sites += 1;
            row[column].people += people;
        });
    }
    table.run();
    table
}

/// People to count at each site: those of a whole only where no part of it tells of its own.
fn people(sites: &[Site]) -> Vec<i128> {
    let mut is_told_below = vec![false; sites.len()];
    for site in sites.iter().filter(|site| site.population.is_some()) {
        let mut whole = site.parent;
        while let Some(parent) = whole.filter(|parent| is_told_below.get(parent.0 as usize) == Some(&false)) {
            is_told_below[parent.0 as usize] = true;
            whole = sites[parent.0 as usize].parent;
        }
    }
    let counted = |(site, told_below): (&Site, bool)| site.population.filter(|_| !told_below).map_or(0, whole);
    sites.iter().zip(is_told_below).map(counted).collect()
}

/// What each control holds of a coverage at each of the instants that show it.
fn measure_ground(coverage: &Coverage, history: Option<&History>, instants_us: &[i64], columns: usize) -> Table {
    let mut table = Table::new(instants_us.len(), columns);
    if instants_us.is_empty() {
        return table;
    }
    let states = history.map_or(&[][..], History::states);
    let gains: Vec<Gain> = states.iter().map(|state| Gain::of(state, columns)).collect();
    let unknown = Gain { column: columns - 1, is_undisputed: true, at_most: vec![columns - 1] };
    for (face, ground) in (0..).zip(coverage.faces()) {
        let area = whole(ground.area_km2);
        let Some(history) = history.filter(|history| face < history.faces()) else {
            unknown.give(table.row(0), area);
            continue;
        };
        let rows = history.of_face(FaceIndex(face as u32)).iter().map(|row| (row.start_us, row.state as usize));
        let mut before: Option<usize> = None;
        seen(rows, instants_us, |instant, state| {
            if let Some(before) = before.replace(state) {
                gains[before].give(table.row(instant), -area);
            }
            gains[state].give(table.row(instant), area);
        });
    }
    table.run();
    table
}

/// Which columns ground in a state counts in.
struct Gain {
    column: usize,
    /// Whether it counts in the least area too.
    is_undisputed: bool,
    /// In whose greatest area it counts.
    at_most: Vec<usize>,
}

impl Gain {
    fn of(state: &CellState, columns: usize) -> Self {
        let (contested, unknown) = (columns - 2, columns - 1);
        let column = column(&state.control, columns).unwrap_or(unknown);
        let is_claimed = !state.claimed_by.is_empty();
        let is_undisputed = match state.control {
            ControlState::Held(_) => !is_claimed && !state.contradicted,
            ControlState::Contested(_) => !state.contradicted,
            ControlState::Unknown => !is_claimed,
        };
        let named = state.control.actors().iter().chain(&state.claimed_by);
        let mut at_most: Vec<usize> = named.map(|actor| actor.0 as usize).filter(|&actor| actor < contested).chain([column]).collect();
        if state.control.holder().is_some() && !is_undisputed {
            at_most.push(contested);
        }
        at_most.sort_unstable();
        at_most.dedup();
        Self { column, is_undisputed, at_most }
    }

    fn give(&self, tallies: &mut [Tally], area: i128) {
        tallies[self.column].area += area;
        if self.is_undisputed {
            tallies[self.column].area_min += area;
        }
        for &column in &self.at_most {
            tallies[column].area_max += area;
        }
    }
}

#[cfg(test)]
mod tests {
    use marchland_core::{Assessment, Extra, Names, Period, ReportIndex, Sheet, SiteIndex, Status};
    use proptest::prelude::*;

    use super::*;
    use crate::squares::{letters, squares};
    use crate::{ground_state, history};

    fn second(number: i64) -> Timestamp {
        Timestamp::from_second(number).unwrap()
    }

    fn site(population: Option<f64>, parent: Option<u32>) -> Site {
        Site {
            id: String::new(),
            names: Names::default(),
            kind: String::new(),
            geometry: None,
            precision_m: None,
            estimate: false,
            ground: true,
            parent: parent.map(SiteIndex),
            children: Box::default(),
            population,
            weight: None,
            source: String::new(),
            note: String::new(),
            extra: Extra::new(),
        }
    }

    /// Seconds and a number from 0 to 7, in which control, claims and contradiction are told apart.
    fn timeline(lengths: &[(i64, u32)]) -> Timeline {
        let mut end = 0;
        let state = |&(length, code): &(i64, u32)| {
            let period = Period::new(second(end), second(end + length)).unwrap();
            end += length;
            let control = match code {
                0 | 1 => ControlState::Held(ActorIndex(code)),
                2 | 3 => ControlState::Held(ActorIndex(0)),
                4 | 5 => ControlState::Contested(vec![ActorIndex(0), ActorIndex(1)]),
                _ => ControlState::Unknown,
            };
            let mut state = Assessment::unsupported(period, control, Status::Claimed);
            state.claimed_by = if [2, 7].contains(&code) { vec![ActorIndex(1)] } else { vec![] };
            state.reports_against = if [3, 5].contains(&code) { vec![ReportIndex(0)] } else { vec![] };
            state
        };
        Timeline::new(lengths.iter().map(state).collect()).unwrap()
    }

    fn areas(rows: &[SeriesRow]) -> Vec<[f64; 3]> {
        rows.iter().map(|row| [row.area_km2_min, row.area_km2, row.area_km2_max]).collect()
    }

    #[test]
    fn ranges_run_from_what_no_word_disputes_to_what_any_word_gives() {
        let all: Vec<Timeline> = (0..8).map(|code| timeline(&[(10, code)])).collect();
        let atlas = Atlas::fixed(squares(&["abcdefgh"]).0);
        let histories = [history(&atlas.coverages()[0], &all)];
        let sites = vec![site(None, None); 9];
        let rows = series(&Chronicle { actors: 2, sites: &sites, timelines: &all, atlas: &atlas, histories: &histories }, &[second(5)]);
        let expected = [[1.0, 3.0, 5.0], [1.0, 1.0, 5.0], [1.0, 2.0, 4.0], [1.0, 2.0, 2.0]];
        assert_eq!(areas(&rows), expected, "of the two actors, contested, unknown");
        assert_eq!(rows.iter().map(|row| row.n_sites).collect::<Vec<_>>(), [3, 1, 2, 3], "a site without a timeline is unknown");
        assert_eq!((rows[0].population, rows[0].share_area), (None, Some(0.375)));
    }

    #[test]
    fn people_of_a_whole_count_only_where_none_of_its_parts_tells_of_its_own() {
        let sites = [site(Some(100.0), None), site(None, Some(0)), site(Some(30.0), Some(1)), site(Some(7.0), None), site(None, Some(3))];
        assert_eq!(people(&sites), [0, 0, whole(30.0), whole(7.0), 0]);
    }

    /// ```text
    /// seconds    0      10     20
    /// the map    ab     aa     ab      drawn anew at 10, and as before at 20
    /// ```
    #[test]
    fn each_drawing_counts_while_it_is_the_map() {
        let sheets = [(0, 0), (10, 1), (20, 0)].map(|(from, coverage)| Sheet { from: second(from), coverage }).to_vec();
        let atlas = Atlas::new(vec![squares(&["ab"]).0, squares(&["aa"]).0], sheets).unwrap();
        let timelines = [timeline(&[(25, 0), (9, 1)]), timeline(&[(5, 0), (30, 1)])];
        let histories: Vec<History> = atlas.coverages().iter().map(|coverage| history(coverage, &timelines)).collect();
        let sites = vec![site(Some(2.0), None); 2];
        let chronicle = Chronicle { actors: 2, sites: &sites, timelines: &timelines, atlas: &atlas, histories: &histories };
        let rows = series(&chronicle, &[0, 6, 12, 22, 28].map(second));
        let of_first: Vec<_> = rows.iter().step_by(4).map(|row| (row.area_km2, row.population)).collect();
        assert_eq!(of_first, [(2.0, Some(4.0)), (1.0, Some(2.0)), (2.0, Some(2.0)), (1.0, Some(2.0)), (0.0, Some(0.0))]);
    }

    #[test]
    fn no_instant_gives_no_row_and_amounts_that_are_no_numbers_count_nothing() {
        let atlas = Atlas::fixed(Coverage::default());
        let chronicle = Chronicle { actors: 1, sites: &[], timelines: &[], atlas: &atlas, histories: &[] };
        assert_eq!(series(&chronicle, &[]), []);
        assert_eq!(series(&chronicle, &[second(0)])[0].share_area, None);
        assert_eq!((whole(f64::NAN), whole(-3.0), whole(f64::INFINITY)), (0, 0, whole(1e18)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn at_each_instant_sites_and_ground_are_those_counted_one_by_one(
            lengths in proptest::collection::vec(proptest::collection::vec((1_i64..30, 0_u32..8), 1..6), 12),
            mut at in proptest::collection::vec(-5_i64..140, 1..9),
        ) {
            at.sort_unstable();
            let instants: Vec<Timestamp> = at.into_iter().map(second).collect();
            let timelines: Vec<Timeline> = lengths.iter().map(|lengths| timeline(lengths)).collect();
            let atlas = Atlas::fixed(squares(&letters(4, 3)).0);
            let histories = [history(&atlas.coverages()[0], &timelines)];
            let sites = vec![site(Some(1.5), None); 12];
            let rows = series(&Chronicle { actors: 2, sites: &sites, timelines: &timelines, atlas: &atlas, histories: &histories }, &instants);
            for (rows, &at) in rows.chunks(4).zip(&instants) {
                let faces = atlas.coverages()[0].faces();
                let states: Vec<Assessment> =
                    faces.iter().map(|face| ground_state(&face.ground, |site| Some(timelines[site.0 as usize].at(at))).unwrap()).collect();
                for row in rows {
                    let held = states.iter().filter(|state| column(&state.control, 4) == column(&row.control, 4)).count();
                    prop_assert_eq!((row.n_sites, row.area_km2, row.population), (held as u64, held as f64, Some(1.5 * held as f64)));
                    prop_assert!(row.area_km2_min <= row.area_km2 && row.area_km2 <= row.area_km2_max);
                }
                prop_assert_eq!(rows.iter().map(|row| row.area_km2).sum::<f64>(), 12.0);
            }
        }
    }
}
