//! The files of an archive: which there are, and of which days.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::dates;
use crate::fault::{Fault, Place};

/// The files, and those in the folders, in the order of their names; a path given twice is one. Of a folder the files that end in
/// `.geojson` count, or where there are none in `.json`; not those of folders in it.
pub(crate) fn listed(paths: &[PathBuf], faults: &mut Vec<Fault>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let found = [".geojson", ".json"].map(|ending| in_folder(path, ending)).into_iter().find(|found| !found.is_empty());
        if found.is_none() {
            let hint = "name the folder they lie in, or the files themselves";
            faults.push(Fault::at(&Place::whole(path), "no-file", "expected a folder with files that end in .geojson but got none", hint));
        }
        files.extend(found.unwrap_or_default());
    }
    files.sort_by(|one, other| (one.file_name(), one).cmp(&(other.file_name(), other)));
    files.dedup();
    files
}

fn in_folder(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| name_of(path).to_lowercase().ends_with(ending) && path.is_file()).collect()
}

/// The name of a file, without its folder.
pub(crate) fn name_of(path: &Path) -> Cow<'_, str> {
    path.file_name().unwrap_or_default().to_string_lossy()
}

/// The files in the order of the dates in their names, and when the map of each begins; those without one date, and the second of one date,
/// are faults.
pub(crate) fn by_name(files: Vec<PathBuf>, zone: &TimeZone, faults: &mut Vec<Fault>) -> (Vec<PathBuf>, Vec<Timestamp>) {
    let mut dated: Vec<(Timestamp, PathBuf)> = Vec::new();
    for file in files {
        match begins(&file, zone) {
            Ok(at) => dated.push((at, file)),
            Err(fault) => faults.push(fault),
        }
    }
    dated.sort();
    for pair in dated.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        let message = format!("the map of {} is {} already", zone.to_datetime(pair[0].0).date(), pair[0].1.display());
        let hint = "take one of them out; or name the property that tells their times apart with --map time=PROPERTY";
        faults.push(Fault::at(&Place::whole(&pair[1].1), "two-maps", message, hint));
    }
    dated.into_iter().map(|(at, file)| (file, at)).unzip()
}

/// When the map of a file begins, by its name.
fn begins(file: &Path, zone: &TimeZone) -> Result<Timestamp, Fault> {
    let fault = |code, message: String| {
        let hint = "call it like 2024-02-24.geojson; or name the property that has the date with --map time=PROPERTY";
        Fault::at(&Place::whole(file), code, message, hint)
    };
    match dates::in_name(&name_of(file))[..] {
        [day] => dates::start_of(day, zone).map_err(|refused| fault("unreadable-time", refused.to_string())),
        [] => Err(fault("missing-time", "expected a date in the name of the file but got none".to_owned())),
        [one, other, ..] => Err(fault("unreadable-time", format!("expected one date in the name of the file but got {one} and {other}"))),
    }
}
