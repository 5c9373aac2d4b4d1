//! The index against brute force: every place in every cell by whole-number arithmetic, every state by going through them all.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use marchland_core::{
    Actor, ActorIndex, AnswerBatch, Assessment, Atlas, ControlState, Coverage, CoverageBuilder, Face, FaceIndex, GivenDraft,
    GivenStateDraft, Ground, History, HistoryBuilder, Ledger, LedgerDraft, Located, LonLat, NO_TIME, NONE, Period, PointBatch, Sheet,
    SiteDraft, SiteIndex, Status,
};
use marchland_index::{CellIndex, SpaceTimeIndex};
use proptest::prelude::*;

/// A place in whole numbers.
type Place = (i64, i64);

/// Whole numbers to a degree: a power of two, so that floats hold them exactly.
const UNIT: f64 = 1024.0;

/// Faces of a mesh; each has several parts and holes, for its cells are strewn.
const FACES: u32 = 4;

/// Convex cells side by side, each of a face or of none: a lattice of uneven columns and rows, its corners moved, some of its cells
/// halved, and all of it slanted.
#[derive(Clone, Debug)]
struct Mesh {
    cells: Vec<(Option<u32>, Vec<Place>)>,
}

/// What a mesh is made of.
#[derive(Clone, Debug)]
struct Plan {
    /// Widths of columns and heights of rows.
    gaps: [Vec<i64>; 2],
    /// For each corner how far it is moved, in fifths of the way to its neighbours at most, from -1 to 1.
    moves: Vec<(i64, i64)>,
    /// For each cell how it is halved, and whose each half is.
    faces: Vec<(u8, Option<u32>, Option<u32>)>,
    slant: i64,
    /// Where its south-western corner is put.
    origin: Place,
}

impl Plan {
    fn mesh(&self) -> Mesh {
        let [columns, rows] = [0, 1].map(|axis| self.gaps[axis].len());
        let corner = |column: usize, row: usize| {
            let moves = self.moves[row * (columns + 1) + column];
            let [x, y] = [(0, column, moves.0), (1, row, moves.1)].map(|(axis, line, share)| {
                let gaps = &self.gaps[axis];
                let near = gaps[line.saturating_sub(1)..=line.min(gaps.len() - 1)].iter().min().unwrap();
                gaps[..line].iter().sum::<i64>() + share * (near / 5)
            });
            (self.origin.0 + x, self.origin.1 + y + self.slant * x)
        };
        let mut cells = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                let quad = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(x, y)| corner(column + x, row + y));
                let (halving, one, other) = self.faces[row * columns + column];
                match halving {
                    0 => cells.push((one, quad.to_vec())),
                    1 => cells.extend([(one, vec![quad[0], quad[1], quad[2]]), (other, vec![quad[0], quad[2], quad[3]])]),
                    _ => cells.extend([(one, vec![quad[0], quad[1], quad[3]]), (other, vec![quad[1], quad[2], quad[3]])]),
                }
            }
        }
        Mesh { cells }
    }
}

fn plans() -> impl Strategy<Value = Plan> {
    let gaps = || prop::collection::vec(prop_oneof![Just(2_i64), Just(10), Just(64), Just(700)], 2..7);
    let face = || prop::option::weighted(0.8, 0..FACES);
    let origins = prop_oneof![Just((0, 0)), Just((-2_000, -500)), Just((175 * 1024, 0)), Just((140 - 180 * 1024, -80 * 1024))];
    (gaps(), gaps(), -1_i64..=1, origins).prop_flat_map(move |(across, up, slant, origin)| {
        let corners = (across.len() + 1) * (up.len() + 1);
        let moves = prop::collection::vec((-1_i64..=1, -1_i64..=1), corners);
        let faces = prop::collection::vec((0_u8..3, face(), face()), across.len() * up.len());
        (moves, faces).prop_map(move |(moves, faces)| Plan { gaps: [across.clone(), up.clone()], moves, faces, slant, origin })
    })
}

impl Mesh {
    /// The cells' borders as a coverage, an arc for each edge between different faces.
    fn coverage(&self) -> Coverage {
        let mut left: BTreeMap<(Place, Place), u32> = BTreeMap::new();
        for (face, corners) in &self.cells {
            let next = corners.iter().cycle().skip(1);
            left.extend(corners.iter().zip(next).filter_map(|(&from, &to)| Some(((from, to), (*face)?))));
        }
        let mut builder = CoverageBuilder::new();
        for face in 0..FACES {
            let ground = if face == 3 { Ground::BeyondReach } else { Ground::Sites(vec![SiteIndex(face)]) };
            builder.face(Face { ground, area_km2: 1.0 });
        }
        let face = |from: Place, to: Place| left.get(&(from, to)).map(|&face| FaceIndex(face));
        for &(from, to) in left.keys() {
            let (here, there) = (face(from, to), face(to, from));
            if here != there && (from < to || there.is_none()) {
                let ends = [from, to].map(|place| builder.vertex(degrees(place)));
                builder.arc(&ends, here, there).unwrap();
            }
        }
        builder.finish()
    }

    /// Faces whose closed cells hold a place given in units of `scale` to one, the lowest.
    fn touching(&self, (x, y): (i128, i128), scale: i128) -> Option<u32> {
        let turn = |a: Place, b: Place| {
            let [(ax, ay), (bx, by)] = [a, b].map(|(x, y)| (i128::from(x), i128::from(y)));
            (bx - ax) * (y - ay * scale) - (by - ay) * (x - ax * scale)
        };
        let holds = |corners: &[Place]| (0..corners.len()).all(|corner| turn(corners[corner], corners[(corner + 1) % corners.len()]) >= 0);
        self.cells.iter().filter(|(_, corners)| holds(corners)).filter_map(|(face, _)| *face).min()
    }

    /// The face a little south, and much less east, of a place; on the boundary the lowest that touches it.
    fn face(&self, (x, y): Place) -> Option<u32> {
        let scale = 1_i128 << 40;
        let (x, y) = (i128::from(x), i128::from(y));
        self.touching((x * scale + 1, y * scale - (1 << 18)), scale).or_else(|| self.touching((x, y), 1))
    }

    /// The faces a convex polygon meets: those of whose cells no side of either parts the two.
    fn meeting(&self, polygon: &[Place]) -> Vec<FaceIndex> {
        let sides = |corners: &[Place]| corners.iter().copied().zip(corners.iter().copied().cycle().skip(1)).collect::<Vec<_>>();
        let turn = |(a, b): (Place, Place), c: Place| (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0);
        let is_parting = |side: (Place, Place), other: &[Place]| other.iter().all(|&corner| turn(side, corner) < 0);
        let are_apart = |one: &[Place], other: &[Place]| {
            sides(one).into_iter().any(|side| is_parting(side, other)) || sides(other).into_iter().any(|side| is_parting(side, one))
        };
        let met = self.cells.iter().filter(|(_, corners)| !are_apart(corners, polygon)).filter_map(|(face, _)| face.map(FaceIndex));
        met.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Corners, middles of edges, places in line with them, and a few between.
    fn places(&self) -> Vec<Place> {
        let corners: Vec<Place> = self.cells.iter().flat_map(|(_, corners)| corners.clone()).collect();
        let other = corners.iter().cycle().skip(7);
        let pairs = corners.iter().zip(corners.iter().cycle().skip(1)).chain(corners.iter().zip(other));
        let mixed = pairs.flat_map(|(one, other)| {
            let middle = (i64::midpoint(one.0, other.0), i64::midpoint(one.1, other.1));
            [*one, (one.0, other.1), middle, (middle.0 + 1, middle.1), (one.0 - 1, one.1), (one.0 + 3, middle.1)]
        });
        mixed.filter(|&(x, y)| (-180.0..=180.0).contains(&(x as f64 / UNIT)) && (-90.0..=90.0).contains(&(y as f64 / UNIT))).collect()
    }
}

fn degrees((x, y): Place) -> LonLat {
    LonLat::new(x as f64 / UNIT, y as f64 / UNIT).unwrap()
}

/// Actors, sites and a span from 0 to 100 seconds.
fn ledger() -> Ledger {
    let site = |id: &str| SiteDraft { id: id.to_owned(), geometry: Some(geo_types::Point::new(0.0, 0.0).into()), ..SiteDraft::default() };
    let given = |start, end| GivenDraft {
        site: "s0".into(),
        start: Timestamp::from_second(start).unwrap(),
        end: Some(Timestamp::from_second(end).unwrap()),
        state: GivenStateDraft { control: "red".to_owned(), ..GivenStateDraft::default() }.into(),
    };
    let draft = LedgerDraft {
        actors: vec![Actor::new("red", "Red"), Actor::new("blue", "Blue")],
        sites: ["s0", "s1", "s2"].map(site).to_vec(),
        given: vec![given(0, 50), given(50, 100)],
        horizon: Some(Timestamp::from_second(100).unwrap()),
        ..LedgerDraft::default()
    };
    Ledger::new(draft).unwrap()
}

/// Microseconds at which states begin, with what they are: 0 and 1 held, 2 contested, 3 unknown.
type States = Vec<(i64, u32, Option<u16>)>;

fn states() -> impl Strategy<Value = States> {
    let begins = prop_oneof![(0_i64..100).prop_map(|second| second * 1_000_000), 0_i64..100_000_000, 50_000_000_i64..50_000_004];
    let state = (begins, 0_u32..4, prop::option::of(0_u16..=10_000));
    prop::collection::vec(state, 1..12).prop_map(|mut states| {
        states.sort_unstable_by_key(|state| state.0);
        states.dedup_by_key(|state| state.0);
        states
    })
}

fn history(faces: &[States]) -> History {
    let mut builder = HistoryBuilder::new();
    for states in faces {
        let ends = states[1..].iter().map(|state| state.0).chain([200_000_000]);
        let time = |us| Timestamp::from_microsecond(us).unwrap();
        let assessments: Vec<Assessment> = states
            .iter()
            .zip(ends)
            .map(|(&(start, control, confidence), end)| {
                let (control, status) = match control {
                    2 => (ControlState::Contested(vec![]), Status::Contested),
                    3 => (ControlState::Unknown, Status::Unknown),
                    actor => (ControlState::Held(ActorIndex(actor)), Status::Claimed),
                };
                let assessment = Assessment::unsupported(Period::new(time(start), time(end)).unwrap(), control, status);
                Assessment { confidence: confidence.map(|count| f64::from(count) / 1e4), ..assessment }
            })
            .collect();
        builder.face(&assessments);
    }
    builder.finish()
}

/// Located, control, status, confidence, place, by going through everything.
fn answer(mesh: &Mesh, faces: &[States], place: Place, at_us: i64) -> (Located, [u32; 4]) {
    let when = match at_us {
        NO_TIME => Located::NoTime,
        // The dataset speaks from a day before its first word.
        at if at < -86_400_000_000 => Located::Before,
        at if at >= 100_000_000 => Located::After,
        _ => Located::Ok,
    };
    if when != Located::Ok {
        return (when, [NONE; 4]);
    }
    let Some(face) = mesh.face(place) else {
        return (Located::Outside, [NONE; 4]);
    };
    if face == 3 {
        return (Located::BeyondReach, [3, 3, NONE, NONE]);
    }
    let states = &faces[face as usize];
    let (_, control, confidence) = states.iter().rev().find(|state| state.0 <= at_us).unwrap_or(&states[0]);
    (Located::Ok, [*control, (*control).max(1), confidence.map_or(NONE, u32::from), face])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_place_is_in_the_cell_brute_force_finds(plan in plans()) {
        let mesh = plan.mesh();
        let cells = CellIndex::new(&mesh.coverage());
        for place in mesh.places() {
            prop_assert_eq!(cells.at(degrees(place)), mesh.face(place).map(FaceIndex), "at {:?}", place);
        }
    }

    #[test]
    fn a_polygon_has_the_faces_brute_force_finds(plan in plans(), chosen in prop::collection::vec(prop::array::uniform3(0_usize..900), 12)) {
        let mesh = plan.mesh();
        let cells = CellIndex::new(&mesh.coverage());
        let places = mesh.places();
        for three in chosen {
            let mut corners = three.map(|index| places[index % places.len()]);
            let [a, b, c] = corners;
            if (b.0 - a.0) * (c.1 - a.1) < (b.1 - a.1) * (c.0 - a.0) {
                corners.swap(0, 1);
            }
            let ring = corners.map(|corner| (degrees(corner).lon(), degrees(corner).lat())).to_vec();
            let polygon = geo_types::Polygon::new(ring.into(), vec![]);
            prop_assert_eq!(cells.within(&polygon.into()), mesh.meeting(&corners), "{:?}", corners);
        }
    }

    #[test]
    fn an_answer_is_the_one_brute_force_gives_on_each_of_several_sheets(
        plans in prop::collection::vec(plans(), 1..4),
        faces in prop::collection::vec(prop::collection::vec(states(), FACES as usize), 4),
        turns in prop::collection::vec((0_i64..100_000_000, 0_usize..3), 1..5),
    ) {
        let meshes: Vec<Mesh> = plans.iter().map(Plan::mesh).collect();
        let histories: Vec<History> = (0..meshes.len()).map(|mesh| history(&faces[mesh])).collect();
        let turns: BTreeMap<i64, usize> = turns.iter().map(|&(from, mesh)| (from, mesh % meshes.len())).collect();
        let sheets = turns.iter().map(|(&from, &coverage)| Sheet { from: Timestamp::from_microsecond(from).unwrap(), coverage });
        let atlas = Atlas::new(meshes.iter().map(Mesh::coverage).collect(), sheets.collect()).unwrap();
        let index = SpaceTimeIndex::new(&atlas, &histories, &ledger(), "d").unwrap();

        let starts = faces.iter().flatten().flatten().map(|state| state.0).chain(turns.keys().copied());
        let mut times = vec![NO_TIME, i64::MAX, -86_400_000_001, -86_400_000_000, 99_999_999, 100_000_000];
        times.extend(starts.flat_map(|start| [start - 1, start, start + 1]));
        let places: Vec<Place> = meshes.iter().flat_map(Mesh::places).collect();
        let asked: Vec<(Place, i64)> = places.iter().copied().zip(times.iter().copied().cycle()).collect();
        let points = PointBatch {
            lons: asked.iter().map(|(place, _)| degrees(*place).lon()).collect(),
            lats: asked.iter().map(|(place, _)| degrees(*place).lat()).collect(),
            times_us: asked.iter().map(|asked| asked.1).collect(),
        };
        let mut answers = AnswerBatch::default();
        index.locate(&points, &mut answers);
        prop_assert_eq!(answers.located.len(), asked.len());
        let words = index.places();
        let known = |code: u32| Some(code).filter(|&code| code != NONE);
        for (row, &(place, at_us)) in asked.iter().enumerate() {
            let mesh = turns.range(..=at_us).next_back().or(turns.iter().next()).map(|(_, &mesh)| mesh).unwrap();
            let (control, place_code) = (answers.controls[row], answers.places[row]);
            let site = known(place_code).map_or(NONE, |code| words[code as usize][1..].parse().unwrap());
            let found = (answers.located[row], [control, answers.statuses[row], answers.confidences[row], site]);
            prop_assert_eq!(found, answer(&meshes[mesh], &faces[mesh], place, at_us), "at {:?} {}", place, at_us);
            let one = index.at(degrees(place), at_us);
            prop_assert_eq!((one.located, one.control, one.place), (found.0, known(control), known(place_code)));
        }
    }
}
