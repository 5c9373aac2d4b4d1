//! What is said beside the answer, on standard error.

use std::io::Write as _;
use std::sync::OnceLock;

use crate::arguments::Manner;

/// How much is said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Volume {
    Errors,
    Notes,
    Steps,
}

static VOLUME: OnceLock<Volume> = OnceLock::new();

/// Settles for this run how much is said.
pub(crate) fn set(manner: &Manner) {
    let volume = match manner {
        Manner { quiet: true, .. } => Volume::Errors,
        Manner { verbose: true, .. } => Volume::Steps,
        Manner { .. } => Volume::Notes,
    };
    VOLUME.get_or_init(|| volume);
}

fn volume() -> Volume {
    VOLUME.get().copied().unwrap_or(Volume::Notes)
}

/// Says why the run failed.
pub(crate) fn error(text: &str) {
    line(&format!("\u{1b}[1;31merror\u{1b}[0m: {text}"));
}

/// Says what the reader should know about a run that went well; not with `--quiet`.
pub(crate) fn note(text: &str) {
    if volume() >= Volume::Notes {
        line(text);
    }
}

/// Says what is being done; only with `--verbose`.
pub(crate) fn step(text: &str) {
    if volume() >= Volume::Steps {
        line(text);
    }
}

/// Writes a line to standard error, with its colours where they are shown.
pub(crate) fn line(text: &str) {
    // Nobody is left to be told that standard error is closed.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}
