//! Writes a dataset of an invented war on invented land, as large as asked: for benches, and to size a machine before the real thing.
//!
//! ```sh
//! cargo run --release --example generate -- --sites 30000 --days 365 --seed 1 -o big/
//! marchland check big/
//! ```
//!
//! A front moves over a land in the South Atlantic, where nobody takes it for a real one; sources of both sides and of neither tell of it, late,
//! partly and sometimes wrongly. The same arguments give the same bytes. `--assessed` writes the true states as `control.csv` in place
//! of reports, `--points N` adds `points.csv`: N random places and times for `locate`.

#![expect(clippy::print_stdout, reason = "an example says what it wrote")]

mod files;
mod land;
mod numbers;
mod reports;
mod war;

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;

use crate::land::Land;
use crate::numbers::Numbers;
use crate::war::War;

/// Writes a dataset of an invented war, as large as asked.
#[derive(Debug, Parser)]
struct Arguments {
    /// Places whose control is tracked
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    sites: u32,

    /// Days of war, from 2020-01-01 on
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,

    /// Another number, another war
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Vertices of the boundary
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(8..=1_000_000))]
    vertices: u32,

    /// Write the true states as control.csv, not what sources say of them
    #[arg(long)]
    assessed: bool,

    /// Write so many random places and times too, as points.csv
    #[arg(long, default_value_t = 0)]
    points: u64,

    /// Folder to make; it must not be there
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut numbers = Numbers::new(arguments.seed);
    let land = Land::new(arguments.sites, arguments.vertices, &mut numbers);
    let war = War::new(&land, arguments.days, &mut numbers);
    let written = files::write(&arguments, &land, &war, &mut numbers)?;
    let per_day = war.changes.len() as f64 / f64::from(arguments.days) / f64::from(arguments.sites);
    println!(
        "{}: {} sites, {} changes of control ({:.2} % of the sites a day), {written}",
        arguments.output.display(),
        arguments.sites,
        war.changes.len(),
        100.0 * per_day
    );
    Ok(())
}
