//! The files of the dataset.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::Arguments;
use crate::land::{self, Land};
use crate::numbers::Numbers;
use crate::reports::{SOURCES, reports};
use crate::war::{HOLDERS, War};

/// The first day of the war.
const START: Date = date(2020, 1, 1);

const BOUNDARY: &str = "layers/boundary.geojson";

/// Writes them all, and says what was written.
pub(crate) fn write(arguments: &Arguments, land: &Land, war: &War, numbers: &mut Numbers) -> Result<String, Box<dyn std::error::Error>> {
    let folder = &arguments.output;
    fs::create_dir(folder).map_err(|error| format!("{}: {error}: choose a folder that is not there yet", folder.display()))?;
    fs::create_dir(folder.join("layers"))?;
    fs::write(folder.join("dataset.toml"), settings(arguments)?)?;
    fs::write(
        folder.join("actors.csv"),
        "actor,name,colour,side\ngovernment,Government,#0072B2,\nrebels,Rebels,#D55E00,\nmilitia,Militia,#009E73,\n",
    )?;
    fs::write(folder.join(BOUNDARY), boundary(land))?;
    sites(&mut create(folder, "sites.geojson")?, land)?;
    if arguments.points > 0 {
        points(&mut create(folder, "points.csv")?, arguments, numbers)?;
    }
    if arguments.assessed {
        let rows = states(&mut create(folder, "control.csv")?, war)?;
        return Ok(format!("{rows} states"));
    }
    speakers(&mut create(folder, "sources.csv")?)?;
    let rows = statements(&mut create(folder, "reports.csv")?, arguments, war, numbers)?;
    Ok(format!("{rows} reports"))
}

fn create(folder: &Path, name: &str) -> io::Result<BufWriter<File>> {
    File::create(folder.join(name)).map(BufWriter::new)
}

fn day(number: u32) -> Result<Date, jiff::Error> {
    START.checked_add(i64::from(number).days())
}

fn settings(arguments: &Arguments) -> Result<String, jiff::Error> {
    let Arguments { sites, days, seed, .. } = arguments;
    let horizon = day(*days)?;
    Ok(format!(
        "format = 1\nname = \"generated\"\ntitle = \"An invented war: {sites} places, {days} days, seed {seed}\"\ntime_zone = \"UTC\"\nhorizon = \"{horizon}\"\nlicence = \"CC0-1.0\"\n\n\
         [territory]\nmethod = \"voronoi\"\nboundary = \"{BOUNDARY}\"\n"
    ))
}

fn boundary(land: &Land) -> String {
    let closed = land.coast.iter().chain(land.coast.first());
    let ring: Vec<String> = closed.map(|[lon, lat]| format!("[{lon},{lat}]")).collect();
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[\n{{\"type\":\"Feature\",\"properties\":{{\"name\":\"Coast\",\"kind\":\"boundary\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}}}\n]}}\n",
        ring.join(",")
    )
}

fn sites(out: &mut impl Write, land: &Land) -> io::Result<()> {
    writeln!(out, "{{\"type\":\"FeatureCollection\",\"features\":[")?;
    for (number, [lon, lat]) in land.sites.iter().enumerate() {
        let comma = if number + 1 == land.sites.len() { "" } else { "," };
        writeln!(
            out,
            "{{\"type\":\"Feature\",\"id\":\"s{number}\",\"properties\":{{\"name\":\"Place {number}\",\"kind\":\"village\"}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{lon},{lat}]}}}}{comma}"
        )?;
    }
    writeln!(out, "]}}")
}

fn speakers(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "source,name,kind,actor,reliability")?;
    SOURCES.iter().try_for_each(|source| writeln!(out, "{}", source.join(",")))
}

fn statements(out: &mut impl Write, arguments: &Arguments, war: &War, numbers: &mut Numbers) -> Result<usize, Box<dyn std::error::Error>> {
    writeln!(out, "report,site,actor,asserts,time,said,source,credibility")?;
    let reports = reports(war, arguments.days, numbers);
    for (number, report) in reports.iter().enumerate() {
        let (time, said) = (day(report.day)?, day((report.day + report.said_after).min(arguments.days))?);
        writeln!(out, "r{number},s{},{},{},{time},{said},{},{}", report.site, report.actor, report.asserts, report.source, report.digit)?;
    }
    Ok(reports.len())
}

/// The true states, by site and then by day.
fn states(out: &mut impl Write, war: &War) -> Result<usize, Box<dyn std::error::Error>> {
    writeln!(out, "site,time_start,time_end,control,confidence")?;
    let mut changes = war.changes.clone();
    changes.sort_by_key(|change| (change.site, change.day));
    let mut of_site = changes.chunk_by(|one, other| one.site == other.site).peekable();
    for (site, &first) in (0..).zip(&war.first) {
        let changes = of_site.next_if(|changes| changes[0].site == site).unwrap_or_default();
        let starts = std::iter::once((0, first)).chain(changes.iter().map(|change| (change.day, change.after)));
        let ends = changes.iter().map(|change| Some(change.day)).chain([None]);
        for ((start, holder), end) in starts.zip(ends) {
            let end = end.map(day).transpose()?.map_or_else(String::new, |end| end.to_string());
            writeln!(out, "s{site},{},{end},{},0.9", day(start)?, HOLDERS[holder as usize])?;
        }
    }
    Ok(war.first.len() + changes.len())
}

/// Random places in the land's box, some of them at sea, and random times of the war.
fn points(out: &mut impl Write, arguments: &Arguments, numbers: &mut Numbers) -> Result<(), Box<dyn std::error::Error>> {
    writeln!(out, "lon,lat,time")?;
    for _ in 0..arguments.points {
        let [lon, lat] = land::anywhere(numbers);
        let second = numbers.below(86_400);
        let time = day(numbers.below(arguments.days))?.at((second / 3_600) as i8, (second / 60 % 60) as i8, (second % 60) as i8, 0);
        writeln!(out, "{lon},{lat},{time}Z")?;
    }
    Ok(())
}
