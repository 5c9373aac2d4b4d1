//! `locate`: who held the ground at each of many places and times.

use std::path::Path;

use marchland_core::{AnswerBatch, Located, PointBatch};
use marchland_formats::points::{self, LocateTables, LocatedRows, OnBadRow, PointsFault, TableFormat, Words};
use marchland_index::SpaceTimeIndex;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::arguments::{BadRow, Locate};
use crate::failure::{Failure, count_of};
use crate::output::{self, Target};
use crate::question::{self, Loaded};
use crate::verb::index;
use crate::{mapped, say};

const FORMATS: [&str; 3] = ["csv", "parquet", "arrow"];

/// Answers every row of a table, and writes the table with the answers.
pub(crate) fn run(arguments: &Locate) -> Result<(), Failure> {
    let target = arguments.destination.target("locate", &FORMATS)?;
    let target = target.ok_or_else(|| Failure::Usage("locate needs a file: give one with -o, such as -o located.csv".to_owned()))?;
    arguments.destination.refuse_existing(&target)?;
    let input_format = input_format(&arguments.points)?;
    let columns = columns(arguments.columns.as_deref())?;
    let loaded = question::load(&arguments.dataset)?;
    let rule = loaded.asked_rule(&arguments.weighing)?;
    let as_of = loaded.as_of(&arguments.weighing)?;
    let answer = Answer { loaded, language: None, rule: rule.label(), at: None, as_of };
    let about = answer.about();
    let tables = LocateTables {
        input: &arguments.points,
        input_format,
        output_format: output_format(&target)?,
        columns,
        on_bad_row: match arguments.on_bad_row {
            BadRow::Fail => OnBadRow::Fail,
            BadRow::Skip => OnBadRow::Skip,
        },
        zone: &loaded.dataset.config.time_zone,
        about: &about,
    };
    let rows = match &arguments.index {
        None => answered(&index::build(loaded, &arguments.weighing)?, &tables, &target)?,
        Some(path) => answered(&opened(path, loaded, arguments)?, &tables, &target)?,
    };
    tell(&rows);
    if arguments.json { answer.print(counts(&rows)) } else { Ok(()) }
}

fn input_format(points: &Path) -> Result<TableFormat, Failure> {
    TableFormat::of(points).ok_or_else(|| {
        let message = "expected a table that ends in .csv, .tsv, .parquet, .geoparquet, .arrow, .feather or .ipc";
        Failure::Usage(format!("{}: {message}", points.display()))
    })
}

fn output_format(target: &Target) -> Result<TableFormat, Failure> {
    match target {
        Target::Folder(folder) => Err(Failure::Usage(format!("locate writes one file: name one in {}", folder.display()))),
        Target::File(_, format) | Target::Standard(format) => Ok(match format.as_str() {
            "parquet" => TableFormat::Parquet,
            "arrow" => TableFormat::Arrow,
            _ => TableFormat::Csv,
        }),
    }
}

fn columns(asked: Option<&str>) -> Result<Option<[String; 3]>, Failure> {
    let Some(text) = asked else { return Ok(None) };
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    let found: Result<[String; 3], _> = names.try_into();
    found.map(Some).map_err(|names| {
        Failure::Usage(format!("--columns {text}: expected three names, of longitude, latitude and time, but got {}", names.len()))
    })
}

/// The index of a file, where it is of this dataset, rule and knowledge.
fn opened(path: &Path, loaded: &Loaded, arguments: &Locate) -> Result<SpaceTimeIndex<mapped::Mapped>, Failure> {
    let expected = index::identity(loaded, &arguments.weighing)?;
    let bytes = mapped::map(path)?;
    SpaceTimeIndex::from_bytes(bytes, Some(&expected)).map_err(|fault| Failure::Input(format!("{}: {fault}", path.display())))
}

fn answered<B: AsRef<[u8]>>(index: &SpaceTimeIndex<B>, tables: &LocateTables<'_>, target: &Target) -> Result<LocatedRows, Failure> {
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (controls, places) = (owned(index.controls()), owned(index.places()));
    let words = Words { controls: &controls, places: &places };
    let answer = &mut |points: &PointBatch, answers: &mut AnswerBatch| index.locate(points, answers);
    if let Target::File(path, _) = target {
        return output::write_file(path, |mut sink| points::locate(tables, words, answer, &mut sink).map_err(refused));
    }
    let mut rows = LocatedRows::default();
    output::print_with(|mut sink| {
        rows = points::locate(tables, words, answer, &mut sink).map_err(refused)?;
        Ok(())
    })?;
    Ok(rows)
}

/// A column that is not there was asked for wrongly; all else that is wrong with the input is the input's.
fn refused(fault: PointsFault) -> Failure {
    match fault {
        PointsFault::Input(fault) if fault.code == "missing-column" => Failure::Usage(fault.to_string()),
        PointsFault::Input(_) | PointsFault::NotBuilt(_) => Failure::Input(fault.to_string()),
        PointsFault::Output(error) => Failure::Sink(error),
        PointsFault::Answers { .. } => Failure::Failed(fault.to_string()),
    }
}

fn tell(rows: &LocatedRows) {
    let counted = Located::ALL.iter().zip(rows.located).filter(|(_, count)| *count > 0);
    let counted: Vec<String> = counted.map(|(located, count)| format!("{count} {}", located.word())).collect();
    let rest = if counted.is_empty() { String::new() } else { format!(": {}", counted.join(", ")) };
    say::note(&format!("located {}{rest}", count_of(rows.rows as usize, "row")));
    if rows.skipped > 0 {
        say::note(&format!("left out: {} that cannot be read", count_of(rows.skipped as usize, "row")));
        for fault in &rows.first_skipped {
            say::note(&format!("  {fault}"));
        }
    }
}

fn counts(rows: &LocatedRows) -> Map<String, Value> {
    let located: Map<String, Value> =
        Located::ALL.iter().zip(rows.located).map(|(located, count)| (located.word().to_owned(), json!(count))).collect();
    Map::from_iter([
        ("rows".to_owned(), json!(rows.rows)),
        ("located".to_owned(), Value::Object(located)),
        ("skipped".to_owned(), json!(rows.skipped)),
    ])
}
