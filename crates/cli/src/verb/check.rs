//! `check`: every fault of a dataset, as a compiler would show it.

use std::path::Path;

use marchland_core::nearest_names;
use marchland_formats::{Fault, Severity, codes};
use serde_json::{Value, json};

use crate::arguments::Check;
use crate::failure::{Failure, count_of};
use crate::lint::lint;
use crate::{output, question, say};

/// Reads a dataset whole and prints every fault; or tells what a code means.
pub(crate) fn run(arguments: &Check) -> Result<(), Failure> {
    match (&arguments.explain, &arguments.dataset) {
        (Some(code), _) => explain(code),
        (None, Some(folder)) => check(folder, arguments),
        (None, None) => Err(Failure::Usage("check needs a dataset, or --explain with a code".to_owned())),
    }
}

fn check(folder: &Path, arguments: &Check) -> Result<(), Failure> {
    let (loaded, mut faults) = question::read(folder);
    if let Some(loaded) = loaded.filter(|_| arguments.lint) {
        faults.extend(lint(folder, &loaded)?);
    }
    let errors = faults.iter().filter(|fault| fault.severity == Severity::Error).count();
    let warnings = faults.len() - errors;
    if arguments.json {
        let rows: Vec<Value> = faults.iter().map(row).collect();
        let answer = json!({ "schema_version": 1, "dataset": folder.display().to_string(), "faults": rows });
        output::print(&format!("{answer:#}\n"))?;
    } else {
        for fault in &faults {
            say::line(&fault.snippet());
        }
    }
    if errors > 0 {
        return Err(Failure::Unsound { folder: folder.to_owned(), errors });
    }
    say::note(&match warnings {
        0 => format!("{} is sound", folder.display()),
        _ => format!("{} is sound, with {}", folder.display(), count_of(warnings, "warning")),
    });
    Ok(())
}

fn row(fault: &Fault) -> Value {
    json!({
        "code": fault.code,
        "severity": fault.severity.word(),
        "file": fault.file.display().to_string(),
        "line": fault.line,
        "column": fault.column,
        "message": fault.message,
        "hint": fault.hint,
    })
}

fn explain(code: &str) -> Result<(), Failure> {
    let known = codes();
    let meaning = known.iter().find(|known| known.code == code).ok_or_else(|| Failure::UnknownId {
        what: "code",
        id: code.to_owned(),
        nearest: nearest_names(code, known.iter().map(|known| known.code)),
    })?;
    output::print(&format!("{}: {}\n\n{}\n\nTo mend it: {}\n", meaning.code, meaning.title, meaning.meaning, meaning.mend))
}
