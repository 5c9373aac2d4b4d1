//! How fast datasets are read and territory is written: `cargo bench -p marchland-formats -- [CELLS …]`.
//!
//! Square cells in rows, each with eleven states: as sites, as a layer with one feature a state, as rows of `control.csv`, and written as
//! territory. Prints megabytes per second of the processor's time, all threads and the kernel included, and the most memory held on
//! the way, as Linux counts both; asserts nothing.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use geo_types::MultiPolygon;
use marchland_core::{Assessment, Cell, Colour, Ground, SiteIndex, Snapshot};
use marchland_formats::dataset::{self, Dataset};
use marchland_formats::{Export, Provenance, RowContext, geojson};

/// States of each cell.
const STATES: usize = 11;

const ACTORS: &str = "actor,name\nnorth,North\nsouth,South\n";
const COLLECTION: &str = "{\"type\":\"FeatureCollection\",\"features\":[\n";

/// The outline of a cell: an octagon, so that it has about as many corners as a Voronoi cell has with its neighbours' noise.
fn outline(cell: usize) -> String {
    let (west, south) = (60.0 + (cell % 1_000) as f64 * 0.01, 30.0 + (cell / 1_000) as f64 * 0.01);
    let corners = [(0.0, 0.2), (0.2, 0.0), (0.8, 0.0), (1.0, 0.2), (1.0, 0.8), (0.8, 1.0), (0.2, 1.0), (0.0, 0.8), (0.0, 0.2)];
    let corners = corners.map(|(x, y)| format!("[{:.7},{:.7}]", west + x * 0.009_137, south + y * 0.009_137));
    format!("{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}", corners.join(","))
}

fn sites(cells: usize) -> String {
    let mut text = COLLECTION.to_owned();
    for cell in 0..cells {
        let end = if cell + 1 == cells { "" } else { "," };
        let properties = format!("{{\"name\":\"Cell {cell}\",\"kind\":\"district\"}}");
        let _ = writeln!(
            text,
            "{{\"type\":\"Feature\",\"id\":\"c{cell:06}\",\"properties\":{properties},\"geometry\":{}}}{end}",
            outline(cell)
        );
    }
    text + "]}\n"
}

/// When a state of a cell begins.
fn start(cell: usize, state: usize) -> String {
    format!("2020-{:02}-{:02}T{:02}:30:00Z", state + 1, cell % 28 + 1, cell % 24)
}

fn layer(cells: usize) -> String {
    let mut text = COLLECTION.to_owned();
    for state in 0..cells * STATES {
        let (cell, at) = (state / STATES, state % STATES);
        let end = if state + 1 == cells * STATES { "" } else { "," };
        let properties = format!(
            "{{\"site_id\":\"c{cell:06}\",\"name\":\"Cell {cell}\",\"control\":\"north\",\"status\":\"confirmed\",\"time_start\":\"{}\",\"open_end\":false,\"confidence\":0.9}}",
            start(cell, at)
        );
        let _ = writeln!(text, "{{\"type\":\"Feature\",\"properties\":{properties},\"geometry\":{}}}{end}", outline(cell));
    }
    text + "]}\n"
}

fn control(cells: usize) -> String {
    let mut text = "site,time_start,time_end,control,status,confidence,source,citation\n".to_owned();
    for (cell, state) in (0..cells).flat_map(|cell| (0..STATES).map(move |state| (cell, state))) {
        let holder = ["north", "south"][state % 2];
        let _ = writeln!(text, "c{cell:06},{},{},{holder},confirmed,0.9,,", start(cell, state), start(cell, state + 1));
    }
    text
}

/// A dataset's folder; it goes when this goes.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("marchland-read-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("layers")).expect("a temporary folder");
        let settings = "format = 1\nname = \"bench\"\ntime_zone = \"UTC\"\n";
        for (name, text) in files.iter().chain(&[("dataset.toml", settings), ("actors.csv", ACTORS)]) {
            fs::write(folder.join(name), text).expect("a temporary file");
        }
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// User and system seconds of this process, and its peak of resident kilobytes since the last call.
fn spent() -> (f64, u64) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok());
    // Five sets the peak back to what is held now (proc_pid_clear_refs(5)).
    let _ = fs::write("/proc/self/clear_refs", "5");
    // A hundred ticks are a second on every Linux of our time.
    ((ticks(11) + ticks(12)) / 100.0, peak.unwrap_or(0))
}

fn measure<T>(what: &str, work: impl FnOnce() -> (T, u64)) -> T {
    let (before, _) = spent();
    let (made, bytes) = work();
    let (after, peak) = spent();
    let (seconds, megabytes) = (after - before, bytes as f64 / 1e6);
    println!("{what}: {megabytes:.0} MB in {seconds:.2} CPU s, {:.0} MB a second, peak {} MB", megabytes / seconds, peak / 1_000);
    made
}

fn read(folder: &Path) -> (Dataset, u64) {
    let sizes =
        ["sites.geojson", "control.csv", "layers/states.geojson"].map(|name| fs::metadata(folder.join(name)).map_or(0, |file| file.len()));
    (dataset::read(folder).dataset.expect("the dataset is sound"), sizes.iter().sum())
}

/// The moment of a dataset at which every site's polygon is its ground.
fn snapshot(dataset: &Dataset) -> Snapshot {
    let ledger = &dataset.ledger;
    let cell = |(at, site): (u32, &marchland_core::Site)| {
        let given = &ledger.given()[at as usize * STATES];
        let (period, state) = (given.period, &given.state);
        let polygons = match &site.geometry {
            Some(geo_types::Geometry::Polygon(polygon)) => MultiPolygon(vec![polygon.clone()]),
            _ => MultiPolygon(Vec::new()),
        };
        let assessment =
            Assessment { confidence: state.confidence, ..Assessment::unsupported(period, state.control.clone(), state.status) };
        Cell { ground: Ground::Sites(vec![SiteIndex(at)]), assessment: assessment.into(), polygons: polygons.into(), area_km2: 0.951_372 }
    };
    let cells = (0..).zip(ledger.sites()).map(cell).collect();
    let at = ledger.span().start();
    Snapshot { at, as_of: None, rule: "bench 1".to_owned(), sites: Vec::new(), cells, dissolved: Vec::new(), frontlines: Vec::new() }
}

fn bench(cells: usize) {
    let one = "site,time_start,control\nc000000,2020-01-01,north\n";
    let few = sites(1);
    let folder = Folder::new("sites", &[("sites.geojson", &sites(cells)), ("control.csv", one)]);
    measure(&format!("{cells} sites"), || read(&folder.0));
    let folder = Folder::new("layer", &[("sites.geojson", &few), ("control.csv", one), ("layers/states.geojson", &layer(cells))]);
    measure(&format!("a layer of {} features", cells * STATES), || read(&folder.0));
    let folder = Folder::new("control", &[("sites.geojson", &sites(cells)), ("control.csv", &control(cells))]);
    let dataset = measure(&format!("{cells} sites and {} states", cells * STATES), || read(&folder.0));
    let snapshot = snapshot(&dataset);
    let colours = [Colour { red: 0, green: 114, blue: 178 }; 2];
    let context = RowContext { ledger: &dataset.ledger, colours: &colours, language: None, rule: "bench 1", term: |_| "almost certain" };
    let export = Export { snapshot: &snapshot, context, provenance: &Provenance::default() };
    measure(&format!("territory of {cells} cells, written"), || {
        let path = folder.0.join("territory.geojson");
        let mut file = fs::File::create(&path).expect("a temporary file");
        geojson::territory(&export, &mut file).and_then(|()| file.flush()).expect("a temporary file can be written");
        ((), fs::metadata(path).map_or(0, |file| file.len()))
    });
}

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for cells in if asked.is_empty() { vec![3_000, 30_000] } else { asked } {
        bench(cells);
    }
}
