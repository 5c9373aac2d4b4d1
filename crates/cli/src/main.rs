//! The `marchland` command: parse, run, explain.
//!
//! | file | holds |
//! | --- | --- |
//! | `arguments` | what a user types |
//! | `question` | the same, looked up in the dataset: a loaded ledger, a rule, two clocks |
//! | `verb/` | one file a verb |
//! | `distance` | distances as flags take them |
//! | `extent` | where a dataset lies |
//! | `ground` | the projection and the ground of a dataset |
//! | `lint` | what is implausible in a sound dataset |
//! | `mapped` | files mapped into memory |
//! | `memory` | memory that is used again |
//! | `moments` | the moments of a span: each day, each change |
//! | `answer`, `phrase` | answers in JSON, and in words |
//! | `picture`, `chart` | what all pictures have in common, and all charts |
//! | `output` | standard output and atomic files |
//! | `failure` | why a run stopped, and its exit code |

mod answer;
mod arguments;
mod chart;
mod courses;
mod distance;
mod extent;
mod failure;
mod ground;
mod lint;
mod mapped;
mod memory;
mod moments;
mod output;
mod pages;
mod phrase;
mod picture;
mod question;
mod say;
mod verb;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::arguments::{Arguments, Colouring, Verb};
use crate::failure::{Exit, Failure};

fn main() -> ExitCode {
    memory::keep();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return explain_usage(&error),
    };
    match arguments.manner.color {
        Colouring::Auto => {}
        Colouring::Always => anstream::ColorChoice::Always.write_global(),
        Colouring::Never => anstream::ColorChoice::Never.write_global(),
    }
    say::set(&arguments.manner);
    // A panic is told as every failure is, in one line; what was half-written is taken away as it unwinds.
    std::panic::set_hook(Box::new(|_| {}));
    let run = || run(arguments.verb);
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(Failure::of_panic(panic.as_ref()))) {
        Ok(()) | Err(Failure::ClosedOutput) => ExitCode::SUCCESS,
        Err(failure) => {
            say::error(&failure.to_string());
            ExitCode::from(failure.exit() as u8)
        }
    }
}

fn run(verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::New(arguments) => verb::new::run(&arguments),
        Verb::Check(arguments) => verb::check::run(&arguments),
        Verb::Info(arguments) => verb::info::run(&arguments),
        Verb::At(arguments) => verb::at::run(&arguments),
        Verb::Explain(arguments) => verb::explain::run(&arguments),
        Verb::Snapshot(arguments) => verb::snapshot::run(&arguments),
        Verb::Compare(arguments) => verb::compare::run(&arguments),
        Verb::Animate(arguments) => verb::animate::run(&arguments),
        Verb::Timeline(arguments) => verb::timeline::run(&arguments),
        Verb::Changes(arguments) => verb::changes::run(&arguments),
        Verb::Series(arguments) => verb::series::run(&arguments),
        Verb::Locate(arguments) => verb::locate::run(&arguments),
        Verb::Index(arguments) => verb::index::run(&arguments),
        Verb::Import(arguments) => verb::import::run(&arguments),
        Verb::Completions(arguments) => verb::manual::completions(&arguments),
        Verb::Man => verb::manual::man(),
    }
}

/// Prints what clap found wrong, or the help that was asked for; an unknown verb is answered with the list of verbs.
fn explain_usage(error: &clap::Error) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    // A closed pipe under `--help | head` is no error, and nothing else can be done about a failing terminal.
    let _ = error.print();
    if error.kind() == ErrorKind::InvalidSubcommand {
        say::line(&format!("\nverbs: {}", verb::names().join(", ")));
    }
    if asked { ExitCode::SUCCESS } else { ExitCode::from(Exit::Usage as u8) }
}
