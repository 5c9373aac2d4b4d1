//! Cold processes: what a user waits for. `cargo bench --bench cold` prints a table; figures stand in `benches/README.md`.
//!
//! Each row is the whole process from start to exit, the median of the runs after one that is not counted. Memory is the peak
//! resident set as `/usr/bin/time` gives it, where that is installed.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs counted in each row.
const RUNS: usize = 9;

fn main() {
    let scratch = std::env::temp_dir().join(format!("marchland-bench-{}", std::process::id()));
    fs::create_dir_all(&scratch).expect("the temporary folder can be written");
    let large = scratch.join("large");
    write_dataset(&large, 2_000, 100_000);
    let kunduz = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/kunduz");
    let (kunduz, large) = (kunduz.to_string_lossy(), large.to_string_lossy());
    let picture = scratch.join("map.png").to_string_lossy().into_owned();
    let folder = format!("{}/", scratch.join("out").display());
    println!("| work | median | least | most | peak memory |\n| --- | --- | --- | --- | --- |");
    row("check data/kunduz", &["check", &kunduz]);
    row("at data/kunduz --site", &["at", &kunduz, "--site", "KDZ-NDS", "--at", "2016-10-03"]);
    row("map.png 1600x1200, data/kunduz", &["snapshot", &kunduz, "--at", "2016-10-03", "-o", &picture, "--overwrite"]);
    row("the whole set, data/kunduz", &["snapshot", &kunduz, "--at", "2016-10-03", "-o", &folder, "--overwrite"]);
    row("check, 2,000 sites and 100,000 reports", &["check", &large]);
    row("the whole set, 2,000 sites and 100,000 reports", &["snapshot", &large, "-o", &folder, "--overwrite"]);
    let _ = fs::remove_dir_all(&scratch);
}

fn row(name: &str, arguments: &[&str]) {
    run(arguments);
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run(arguments)).collect();
    times.sort();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "| {name} | {:.1} ms | {:.1} ms | {:.1} ms | {} |",
        milliseconds(times[RUNS / 2]),
        milliseconds(times[0]),
        milliseconds(times[RUNS - 1]),
        peak_memory(arguments)
    );
}

fn run(arguments: &[&str]) -> Duration {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_marchland"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the command starts");
    let time = start.elapsed();
    assert!(status.success(), "marchland {arguments:?} failed");
    time
}

fn peak_memory(arguments: &[&str]) -> String {
    let timed = Command::new("/usr/bin/time").args(["-f", "%M", env!("CARGO_BIN_EXE_marchland"), "--quiet"]).args(arguments).output();
    let kilobytes = timed.ok().and_then(|output| String::from_utf8_lossy(&output.stderr).trim().parse::<f64>().ok());
    kilobytes.map_or_else(|| "–".to_owned(), |kilobytes| format!("{:.0} MB", kilobytes / 1e3))
}

/// A plain generator of the same numbers everywhere (Steele, Lea and Flood 2014: SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn write_dataset(folder: &PathBuf, sites: u64, reports: u64) {
    fs::create_dir_all(folder).expect("the temporary folder can be written");
    let mut numbers = Numbers(1);
    let mut features = String::new();
    for site in 0..sites {
        let lon = 64.0 + numbers.below(4_000_000) as f64 / 1e6;
        let lat = 32.0 + numbers.below(4_000_000) as f64 / 1e6;
        let comma = if site == 0 { "" } else { ",\n" };
        let _ = write!(
            features,
            r#"{comma}{{"type":"Feature","id":"s{site}","properties":{{"name":"Site {site}","kind":"village"}},"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}}}}"#
        );
    }
    let mut rows = String::from("report,site,actor,asserts,time,said,source,via,credibility\n");
    for report in 0..reports {
        let actor = ["government", "rebels"][numbers.below(2) as usize];
        let word = ["controls", "takes", "attacks", "enters", "loses", "denies", "controls", "controls"][numbers.below(8) as usize];
        let (month, day) = (numbers.below(12) + 1, numbers.below(28) + 1);
        let (site, source, digit) = (numbers.below(sites), numbers.below(20), numbers.below(6) + 1);
        let _ = writeln!(rows, "r{report},s{site},{actor},{word},2020-{month:02}-{day:02},,source{source},,{digit}");
    }
    let mut sources = String::from("source,name,kind,actor,reliability\n");
    for source in 0..20 {
        let letter = ["A", "B", "C", "D", "F"][source % 5];
        let leans = ["", "", "government", "rebels"][source % 4];
        let _ = writeln!(sources, "source{source},Source {source},agency,{leans},{letter}");
    }
    let settings = "format = 1\nname = \"large\"\ntitle = \"Large\"\ntime_zone = \"UTC\"\n\n[territory]\nmethod = \"voronoi\"\nreach = \"20 km\"\n\n[assess]\ninitial = \"government\"\nrule = \"bayes\"\n";
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("the temporary folder can be written");
    write("dataset.toml", settings);
    write("actors.csv", "actor,name\ngovernment,Government\nrebels,Rebels\n");
    write("sources.csv", &sources);
    write("reports.csv", &rows);
    write("sites.geojson", &format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{features}\n]}}\n"));
}
