//! Which columns of a table hold longitude, latitude and time, and what the columns of the output are called.

use std::path::Path;

use super::ANSWERS;
use crate::fault::{Fault, Place};

/// The names each of the three columns goes by, the first found wins.
const KNOWN: [(&str, &[&str]); 3] = [
    ("longitude", &["lon", "longitude", "x"]),
    ("latitude", &["lat", "latitude", "y"]),
    ("time", &["time", "date", "datetime", "timestamp"]),
];

/// Finds the columns of longitude, latitude and time among a table's names: their positions.
///
/// # Errors
///
/// A column that is not there, listing those that are; or one whose name two have.
pub(super) fn find(input: &Path, names: &[String], wanted: Option<&[String; 3]>) -> Result<[usize; 3], Fault> {
    let at = |role: usize| {
        let found = match wanted {
            Some(wanted) => named(input, names, &wanted[role]),
            None => known(input, names, role),
        };
        found?.ok_or_else(|| missing(input, names, wanted, role))
    };
    Ok([at(0)?, at(1)?, at(2)?])
}

/// Whether a table has neither longitudes nor latitudes, and nobody named its columns: then points serve.
#[cfg(feature = "columnar")]
pub(super) fn lack_coordinates(input: &Path, names: &[String], wanted: Option<&[String; 3]>) -> Result<bool, Fault> {
    Ok(wanted.is_none() && known(input, names, 0)?.is_none() && known(input, names, 1)?.is_none())
}

/// Finds the column of times by its name.
///
/// # Errors
///
/// As for [`find`].
#[cfg(feature = "columnar")]
pub(super) fn find_time(input: &Path, names: &[String]) -> Result<usize, Fault> {
    known(input, names, 2)?.ok_or_else(|| missing(input, names, None, 2))
}

/// The column of exactly this name, or else of this name in another case.
fn named(input: &Path, names: &[String], name: &str) -> Result<Option<usize>, Fault> {
    let exact = only(input, names, name, |other| other == name)?;
    if exact.is_some() { Ok(exact) } else { only(input, names, name, |other| other.eq_ignore_ascii_case(name)) }
}

fn known(input: &Path, names: &[String], role: usize) -> Result<Option<usize>, Fault> {
    for name in KNOWN[role].1 {
        if let Some(at) = named(input, names, name)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn only(input: &Path, names: &[String], name: &str, is_it: impl Fn(&str) -> bool) -> Result<Option<usize>, Fault> {
    let mut found = names.iter().enumerate().filter(|(_, other)| is_it(other.trim()));
    let first = found.next().map(|(at, _)| at);
    if found.next().is_some() {
        let message = format!("expected one column \"{name}\" but got several");
        let hint = "rename all but one of them, or name another with --columns LON,LAT,TIME";
        return Err(Fault::at(&Place::whole(input), "duplicate-column", message, hint));
    }
    Ok(first)
}

fn missing(input: &Path, names: &[String], wanted: Option<&[String; 3]>, role: usize) -> Fault {
    let expected = match wanted {
        Some(wanted) => format!("\"{}\"", wanted[role]),
        None => format!("of {}s called {}", KNOWN[role].0, KNOWN[role].1.join(", ")),
    };
    let message = format!("expected a column {expected} but got {}", listed(names));
    Fault::at(&Place::whole(input), "missing-column", message, "name the columns with --columns LON,LAT,TIME")
}

/// Names that a message lists (chosen: a line or two of a terminal).
const LISTED: usize = 30;

fn listed(names: &[String]) -> String {
    let more = if names.len() > LISTED { format!(" and {} more", names.len() - LISTED) } else { String::new() };
    if names.is_empty() { "no column".to_owned() } else { format!("{}{more}", names[..names.len().min(LISTED)].join(", ")) }
}

/// What the columns of the input are called in the output: as they were, with `input_` before a name that an answer takes, whatever
/// its case (SQL does not tell `Control` from `control`).
pub(super) fn kept(names: &[String]) -> Vec<String> {
    let is_taken = |name: &str, at: usize| {
        let by_answer = ANSWERS.iter().any(|answer| answer.eq_ignore_ascii_case(name));
        by_answer || (name != names[at] && names.iter().any(|other| other.eq_ignore_ascii_case(name)))
    };
    let renamed = |at: usize| {
        let mut name = names[at].clone();
        while is_taken(&name, at) {
            name.insert_str(0, "input_");
        }
        name
    };
    (0..names.len()).map(renamed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    fn found(text: &str) -> String {
        match find("p.csv".as_ref(), &names(text), None) {
            Ok([lon, lat, time]) => format!("{lon} {lat} {time}"),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn columns_are_found_by_their_names_whatever_their_case() {
        assert_eq!(found("id,LON,Lat,Time"), "1 2 3");
        assert_eq!(found("timestamp,x,y"), "1 2 0");
        assert_eq!(found("x,y,longitude,latitude,date"), "2 3 4", "the longer name goes before x and y");
        assert_eq!(found("Lon,lon,lat,time"), "1 2 3", "a name as it is written goes before one of another case");
    }

    #[test]
    fn a_column_that_is_missing_or_doubled_is_told_with_the_columns_there_are() {
        let hint = "; name the columns with --columns LON,LAT,TIME";
        assert_eq!(
            found("a,lat,time"),
            format!("p.csv: expected a column of longitudes called lon, longitude, x but got a, lat, time{hint}")
        );
        assert!(found("lon,b,time").contains("a column of latitudes called lat, latitude, y"));
        assert!(found("lon,lat").contains("a column of times called time, date, datetime, timestamp but got lon, lat"));
        assert!(found("lon,lat,lat,time").contains("expected one column \"lat\" but got several"));
    }

    #[test]
    fn columns_may_be_named() {
        let wanted = ["E", "N", "seen"].map(str::to_owned);
        assert_eq!(find("p".as_ref(), &names("n,e,seen"), Some(&wanted)).unwrap(), [1, 0, 2]);
        let fault = find("p".as_ref(), &names("n,seen"), Some(&wanted)).unwrap_err();
        assert!(fault.message.contains("expected a column \"E\" but got n, seen"), "{fault}");
    }

    #[cfg(feature = "columnar")]
    #[test]
    fn points_serve_where_there_are_no_numbers() {
        let lack = |text: &str| lack_coordinates("p".as_ref(), &names(text), None).unwrap();
        assert_eq!((lack("geometry,time"), lack("geometry,lat,time")), (true, false));
        assert_eq!(find_time("p".as_ref(), &names("geometry,date")).unwrap(), 1);
        assert!(find_time("p".as_ref(), &names("geometry,a")).unwrap_err().message.contains("a column of times"));
    }

    #[test]
    fn input_columns_called_like_an_answer_give_way() {
        assert_eq!(kept(&names("lon,Control,status")), ["lon", "input_Control", "input_status"]);
        assert_eq!(kept(&names("control,input_control")), ["input_input_control", "input_control"]);
        assert_eq!(kept(&names("a,a")), ["a", "a"]);
    }
}
