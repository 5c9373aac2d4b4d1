//! How the arcs of a coverage hang together, worked out once for all questions that are asked of it.
//!
//! Each arc is two *half-arcs*, one for each way it can be walked, each with a face on its left. Round every vertex where arcs end the
//! half-arcs that leave it are put in order by angle, as in a doubly connected edge list (Muller and Preparata 1978; de Berg et al.,
//! Computational Geometry, section 2.2). With that order, ground of any kind is walked round without looking at coordinates again:
//! arrive, turn clockwise, leave by the first half-arc with other ground beyond it.
//!
//! A face may be several *patches* of ground that do not touch along an arc. Each patch knows its way west: across which half-arcs one
//! comes from its westernmost vertex to the patch just west of that. Every step leads strictly further west, so following it from an
//! island ends at the ring round the island, whatever the ground in between is called: holes are given to their rings without
//! point-in-polygon tests. Only the patches of one face are told apart by geometry, here, once.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use marchland_core::{Coverage, FaceIndex};

use crate::ring::{is_counter_clockwise, is_lower, shells_round, side};

/// Stands for no half-arc, walk or patch.
pub(crate) const NONE: u32 = u32::MAX;

/// A coverage prepared for dissolving: build it once, and ask it as often as states change.
///
/// Building costs in proportion to the arcs; a million cells take some 170 MB. Lines that cross, or run one above the other, are no
/// coverage, and give polygons that are not valid.
///
/// ```
/// use marchland_core::{CoverageBuilder, Face, Ground, LonLat};
/// use marchland_territory::Topology;
/// let mut builder = CoverageBuilder::new();
/// let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)].map(|(lon, lat)| builder.vertex(LonLat::new(lon, lat).unwrap()));
/// let face = builder.face(Face { ground: Ground::BeyondReach, area_km2: 6_154.9 });
/// builder.arc(&[corners[0], corners[1], corners[2], corners[0]], Some(face), None).unwrap();
/// let coverage = builder.finish();
/// assert_eq!(Topology::new(&coverage).cells()[0].0[0].exterior().0.len(), 4);
/// ```
#[derive(Clone, Debug)]
pub struct Topology<'a> {
    coverage: &'a Coverage,
    /// Places of the coverage's vertices.
    coords: Vec<Coord<f64>>,
    /// Half-arc `2a` walks arc `a` as it is stored, `2a + 1` back.
    halves: Vec<HalfArc>,
    /// For each face its first patch, and at the end the number of patches, which is also the name of the outside.
    first_patch: Vec<u32>,
    /// For each patch the first and last half-arc to cross on the way west, clockwise; [`NONE`] where nothing is known.
    ways_west: Vec<[u32; 2]>,
    /// Half-arcs by the face on their left, and for each face the first of them.
    by_face: Vec<u32>,
    first_of_face: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct HalfArc {
    /// The vertex it leaves.
    start: u32,
    /// Its edges.
    steps: u32,
    /// The half-arc that leaves the same vertex next clockwise.
    clockwise: u32,
    /// The patch on its left.
    patch: u32,
}

/// The rings of a patch, as they are found.
#[derive(Clone, Default)]
struct PatchRings {
    shell: Option<LineString<f64>>,
    holes: Vec<LineString<f64>>,
}

impl<'a> Topology<'a> {
    /// Prepares a coverage.
    #[must_use]
    pub fn new(coverage: &'a Coverage) -> Self {
        let mut topology = Self {
            coverage,
            coords: coverage.vertices().iter().map(|place| Coord { x: place.lon(), y: place.lat() }).collect(),
            halves: half_arcs(coverage),
            first_patch: Vec::new(),
            ways_west: Vec::new(),
            by_face: Vec::new(),
            first_of_face: Vec::new(),
        };
        let around = Rotation::new(&topology);
        around.turn(&mut topology.halves);
        (topology.by_face, topology.first_of_face) = halves_by_face(coverage);
        let rims = Rims::new(&topology, &around);
        topology.lay_patches(&rims);
        topology
    }

    /// The coverage.
    #[must_use]
    pub fn coverage(&self) -> &'a Coverage {
        self.coverage
    }

    /// The ground of each face, in the coverage's order.
    ///
    /// Outer rings run counter-clockwise, holes clockwise (RFC 7946). A face without arcs has none.
    #[must_use]
    pub fn cells(&self) -> Vec<MultiPolygon<f64>> {
        let mut patches = self.ground_of_patches().into_iter();
        let polygons = |face| {
            let of_face = patches.by_ref().take(self.patches_of(FaceIndex(face)).len());
            of_face.filter_map(|patch| Some(Polygon::new(patch.shell?, patch.holes))).collect()
        };
        (0..self.coverage.faces().len() as u32).map(polygons).collect()
    }

    fn ground_of_patches(&self) -> Vec<PatchRings> {
        let mut ground = vec![PatchRings::default(); self.patches()];
        let mut stitcher = Stitcher::new(self);
        self.each_rim(|_, walk| {
            let Some(patch) = ground.get_mut(self.patch_of(walk[0]) as usize) else { return };
            for ring in stitcher.rings(walk) {
                if is_counter_clockwise(&ring) { patch.shell = Some(ring) } else { patch.holes.push(ring) }
            }
        });
        ground
    }

    /// Calls a function with the number of each closed walk round a face or the outside, and with its half-arcs from the lowest on.
    ///
    /// Walks come in the order of the arcs and not of the faces: arcs that lie together mostly stand together, while faces may come in
    /// any order, and going from one to the next would wait for memory at every step.
    fn each_rim(&self, mut with: impl FnMut(u32, &[u32])) {
        let mut taken = vec![false; self.halves.len()];
        let mut walk = Vec::new();
        let mut number = 0;
        for start in 0..self.halves() {
            if taken[start as usize] {
                continue;
            }
            walk.clear();
            walk.extend(walk_round(start, |half| self.clockwise(half ^ 1)).inspect(|&half| taken[half as usize] = true));
            with(number, &walk);
            number += 1;
        }
    }

    /// How many half-arcs there are: two for each arc.
    pub(crate) fn halves(&self) -> u32 {
        self.halves.len() as u32
    }

    /// The half-arcs with a face on their left, in order.
    pub(crate) fn halves_of(&self, face: FaceIndex) -> &[u32] {
        let face = face.0 as usize;
        &self.by_face[self.first_of_face[face] as usize..self.first_of_face[face + 1] as usize]
    }

    /// The half-arc that leaves the same vertex next clockwise.
    pub(crate) fn clockwise(&self, half: u32) -> u32 {
        self.halves[half as usize].clockwise
    }

    /// The patch on the left of a half-arc.
    pub(crate) fn patch_of(&self, half: u32) -> u32 {
        self.halves[half as usize].patch
    }

    /// Whether the outside is on the left of a half-arc.
    pub(crate) fn is_outside(&self, half: u32) -> bool {
        self.patch_of(half) as usize == self.ways_west.len()
    }

    /// The patches of a face.
    fn patches_of(&self, face: FaceIndex) -> std::ops::Range<usize> {
        self.first_patch[face.0 as usize] as usize..self.first_patch[face.0 as usize + 1] as usize
    }

    /// How many patches there are, which is also the patch of the outside.
    pub(crate) fn patches(&self) -> usize {
        self.ways_west.len()
    }

    /// The first and last half-arc to cross, clockwise, from a patch to the one west of it; [`NONE`] where nothing is known.
    pub(crate) fn way_west(&self, patch: u32) -> [u32; 2] {
        self.ways_west.get(patch as usize).copied().unwrap_or([NONE; 2])
    }

    /// The patch just west of the westernmost (then southernmost) vertex of a walk that has it on its left.
    pub(crate) fn west_of(&self, walk: &[u32]) -> u32 {
        let (half, position) = self.lowest_visit(walk);
        if position > 0 {
            return self.patch_of(half);
        }
        let leaving = walk_round(half, |half| self.clockwise(half));
        let first = leaving.reduce(|best, other| if self.is_before(other, best) { other } else { best });
        self.patch_of(first.unwrap_or(half))
    }

    /// Where a walk comes to its westernmost, then southernmost vertex: the half-arc it walks from there, and the vertex's position along it.
    fn lowest_visit(&self, walk: &[u32]) -> (u32, usize) {
        let mut lowest = (walk[0], 0);
        let mut at = self.coord(walk[0], 0);
        for &half in walk {
            for position in 0..self.steps(half) {
                let here = self.coord(half, position);
                if is_lower(here, at) {
                    (lowest, at) = ((half, position), here);
                }
            }
        }
        lowest
    }

    /// Edges of a half-arc.
    fn steps(&self, half: u32) -> usize {
        self.halves[half as usize].steps as usize
    }

    /// The vertex at a position along a half-arc.
    fn vertex(&self, half: u32, position: usize) -> u32 {
        if position == 0 {
            return self.start(half);
        }
        if position == self.steps(half) {
            return self.start(half ^ 1);
        }
        let vertices = self.coverage.arc(half as usize / 2).vertices;
        vertices[if half.is_multiple_of(2) { position } else { vertices.len() - 1 - position }]
    }

    /// The edges of a half-arc in order, in degrees.
    pub(crate) fn edges(&self, half: u32) -> impl Iterator<Item = [Coord<f64>; 2]> {
        (0..self.steps(half)).map(move |position| [position, position + 1].map(|position| self.coord(half, position)))
    }

    fn coord(&self, half: u32, position: usize) -> Coord<f64> {
        self.coords[self.vertex(half, position) as usize]
    }

    /// The vertex a half-arc leaves.
    pub(crate) fn start(&self, half: u32) -> u32 {
        self.halves[half as usize].start
    }

    /// Whether of two half-arcs that leave one vertex the first is met first, going clockwise from due west.
    fn is_before(&self, one: u32, other: u32) -> bool {
        let at = self.coord(one, 0);
        let (a, b) = (self.coord(one, 1), self.coord(other, 1));
        let is_southern = |ahead: Coord<f64>| ahead.y < at.y || ahead.y == at.y && ahead.x > at.x;
        match (is_southern(a), is_southern(b)) {
            (false, true) => true,
            (true, false) => false,
            _ => side(at, a, b) < 0.0,
        }
    }

    /// Names the patch on the left of every half-arc, and each patch's way west.
    fn lay_patches(&mut self, rims: &Rims) {
        let mut patch_of_rim = vec![NONE; rims.all.len()];
        let faces = self.coverage.faces().len();
        let (by_face, first) = sorted_into(faces + 1, || rims.all.iter().map(|rim| position(rim.face, faces)));
        for around in first.windows(2).take(faces) {
            self.first_patch.push(self.ways_west.len() as u32);
            self.lay_patches_of_face(rims, &by_face[around[0] as usize..around[1] as usize], &mut patch_of_rim);
        }
        let outside = self.ways_west.len() as u32;
        self.first_patch.push(outside);
        for (half, &rim) in self.halves.iter_mut().zip(&rims.of_half) {
            half.patch = patch_of_rim[rim as usize].min(outside);
        }
    }

    fn lay_patches_of_face(&mut self, rims: &Rims, of_face: &[u32], patch_of_rim: &mut [u32]) {
        let first = self.ways_west.len() as u32;
        let (shells, holes): (Vec<u32>, Vec<u32>) = of_face.iter().partition(|&&rim| rims.all[rim as usize].is_shell);
        for (patch, &shell) in (first..).zip(&shells) {
            patch_of_rim[shell as usize] = patch;
            self.ways_west.push(rims.all[shell as usize].way_west);
        }
        if shells.is_empty() && !holes.is_empty() {
            self.ways_west.push([NONE; 2]);
        }
        if shells.len() < 2 {
            for &hole in &holes {
                patch_of_rim[hole as usize] = first;
            }
        } else if !holes.is_empty() {
            let ring = |&rim: &u32| self.ring(rims.all[rim as usize].way_west[0]);
            let round = shells_round(shells.iter().map(ring).collect(), &holes.iter().map(ring).collect::<Vec<_>>());
            for (hole, shell) in holes.iter().zip(round) {
                patch_of_rim[*hole as usize] = first + shell.unwrap_or(0) as u32;
            }
        }
    }

    /// The closed line along a face's rim from one of its half-arcs on.
    fn ring(&self, start: u32) -> LineString<f64> {
        let walk = walk_round(start, |half| self.clockwise(half ^ 1));
        let open = walk.flat_map(|half| (0..self.steps(half)).map(move |position| self.coord(half, position)));
        open.chain([self.coord(start, 0)]).collect()
    }
}

/// Both half-arcs of each arc, which know nothing of each other yet.
fn half_arcs(coverage: &Coverage) -> Vec<HalfArc> {
    let halves = coverage.arcs().flat_map(|arc| {
        let last = arc.vertices.len() - 1;
        [arc.vertices[0], arc.vertices[last]].map(|start| HalfArc { start, steps: last as u32, clockwise: NONE, patch: NONE })
    });
    halves.collect()
}

/// Half-arcs from one on, as `next` leads, until it comes round.
pub(crate) fn walk_round(start: u32, next: impl Fn(u32) -> u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(start), move |&half| Some(next(half)).filter(|&next| next != start))
}

/// Half-arcs by the face on their left, and for each face the first of them; those with the outside on their left are last.
fn halves_by_face(coverage: &Coverage) -> (Vec<u32>, Vec<u32>) {
    let faces = coverage.faces().len();
    sorted_into(faces + 1, || coverage.arcs().flat_map(|arc| [arc.left, arc.right]).map(|face| position(face, faces)))
}

/// Where a face stands among so many; the outside stands behind them.
fn position(face: Option<FaceIndex>, faces: usize) -> usize {
    face.map_or(faces, |face| face.0 as usize)
}

/// Positions in a row of keys, by key and then in order, and for each key the place of its first.
fn sorted_into<I: Iterator<Item = usize>>(keys: usize, row: impl Fn() -> I) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0_u32; keys + 1];
    row().for_each(|key| first[key + 1] += 1);
    for key in 0..keys {
        first[key + 1] += first[key];
    }
    let mut filled = first.clone();
    let mut sorted = vec![0_u32; first[keys] as usize];
    for (position, key) in (0..).zip(row()) {
        sorted[filled[key] as usize] = position;
        filled[key] += 1;
    }
    (sorted, first)
}

/// The half-arcs that leave each vertex, clockwise from due west.
struct Rotation {
    leaving: Vec<u32>,
    first: Vec<u32>,
}

impl Rotation {
    fn new(topology: &Topology<'_>) -> Self {
        let starts = || topology.halves.iter().map(|half| half.start as usize);
        let (mut leaving, first) = sorted_into(topology.coords.len(), starts);
        for around in first.windows(2) {
            let around = &mut leaving[around[0] as usize..around[1] as usize];
            // Few half-arcs leave a vertex, and equal angles keep their order.
            around.sort_by(|&one, &other| topology.is_before(other, one).cmp(&topology.is_before(one, other)));
        }
        Self { leaving, first }
    }

    /// Tells each half-arc the next one clockwise.
    fn turn(&self, halves: &mut [HalfArc]) {
        for around in self.first.windows(2) {
            let around = &self.leaving[around[0] as usize..around[1] as usize];
            for (&half, &next) in around.iter().zip(around.iter().skip(1).chain(around.first())) {
                halves[half as usize].clockwise = next;
            }
        }
    }

    /// The last half-arc that leaves a vertex: crossing it clockwise one stands west of the vertex.
    fn last(&self, vertex: u32) -> u32 {
        self.leaving[self.first[vertex as usize + 1] as usize - 1]
    }
}

/// The closed walks round faces and the outside.
struct Rims {
    /// The rim of each half-arc.
    of_half: Vec<u32>,
    all: Vec<Rim>,
}

struct Rim {
    face: Option<FaceIndex>,
    /// Whether it is the outer rim of a patch, and not that of a hole.
    is_shell: bool,
    /// The first and last half-arc to cross, clockwise, going west from its westernmost vertex; the first is one of its own.
    way_west: [u32; 2],
}

impl Rims {
    fn new(topology: &Topology<'_>, around: &Rotation) -> Self {
        let mut rims = Self { of_half: vec![NONE; topology.halves.len()], all: Vec::new() };
        topology.each_rim(|rim, walk| {
            for &half in walk {
                rims.of_half[half as usize] = rim;
            }
            let arc = topology.coverage.arc(walk[0] as usize / 2);
            let face = if walk[0].is_multiple_of(2) { arc.left } else { arc.right };
            let lowest = topology.lowest_visit(walk);
            let (half, position) = lowest;
            let way_west = [half, if position > 0 { half } else { around.last(topology.start(half)) }];
            rims.all.push(Rim { face, is_shell: is_shell(topology, walk, lowest), way_west });
        });
        rims
    }
}

/// Whether a walk has its ground inside: at every visit to its westernmost vertex it turns left.
fn is_shell(topology: &Topology<'_>, walk: &[u32], (half, position): (u32, usize)) -> bool {
    let turns_left =
        |before: Coord<f64>, half, position| side(before, topology.coord(half, position), topology.coord(half, position + 1)) > 0.0;
    if position > 0 {
        return turns_left(topology.coord(half, position - 1), half, position);
    }
    let vertex = topology.start(half);
    let arriving = walk.iter().cycle().skip(walk.len() - 1);
    let visits = arriving.zip(walk).filter(|&(_, &leaving)| topology.start(leaving) == vertex);
    visits
        .map(|(&arriving, &leaving)| (topology.coord(arriving, topology.steps(arriving) - 1), leaving))
        .all(|(before, leaving)| turns_left(before, leaving, 0))
}

/// Makes rings of walks.
pub(crate) struct Stitcher<'t> {
    topology: &'t Topology<'t>,
    /// For each vertex where in `open` it may stand.
    place_of: Vec<u32>,
    /// The vertices that the present ring has left, and where in `line` each stands.
    open: Vec<(u32, u32)>,
    line: Vec<Coord<f64>>,
}

impl<'t> Stitcher<'t> {
    pub(crate) fn new(topology: &'t Topology<'_>) -> Self {
        Self { topology, place_of: vec![0; topology.coords.len()], open: Vec::new(), line: Vec::new() }
    }

    /// The rings of a closed walk; where it comes to a vertex again, a ring is taken off, so that none meets itself.
    pub(crate) fn rings(&mut self, walk: &[u32]) -> Vec<LineString<f64>> {
        let mut rings = Vec::with_capacity(1);
        self.open.clear();
        self.line.clear();
        for &half in walk {
            let vertex = self.topology.start(half);
            self.place_of[vertex as usize] = self.open.len() as u32;
            self.open.push((vertex, self.line.len() as u32));
            self.topology.draw(half, &mut self.line);
            let end = self.topology.start(half ^ 1);
            let place = self.place_of[end as usize] as usize;
            // Places are not erased when a ring is taken off: one holds only where its vertex still stands there.
            if let Some(&(_, from)) = self.open.get(place).filter(|&&(vertex, _)| vertex == end) {
                let mut ring = Vec::with_capacity(self.line.len() - from as usize + 1);
                ring.extend_from_slice(&self.line[from as usize..]);
                ring.push(ring[0]);
                rings.push(LineString(ring));
                self.line.truncate(from as usize);
                self.open.truncate(place);
            }
        }
        rings
    }
}

impl Topology<'_> {
    /// Adds the places along a half-arc to a line, all but its end.
    fn draw(&self, half: u32, line: &mut Vec<Coord<f64>>) {
        line.push(self.coords[self.start(half) as usize]);
        if self.steps(half) == 1 {
            return;
        }
        let vertices = self.coverage.arc(half as usize / 2).vertices;
        let within = vertices[1..vertices.len() - 1].iter().map(|&vertex| self.coords[vertex as usize]);
        if half.is_multiple_of(2) { line.extend(within) } else { line.extend(within.rev()) }
    }
}
