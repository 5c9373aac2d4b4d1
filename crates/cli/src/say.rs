//! What is said beside the answer, on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::sync::OnceLock;

use marchland_core::printable;

use crate::arguments::{Manner, Progress};

/// How much is said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Volume {
    Errors,
    Notes,
    Steps,
}

static VOLUME: OnceLock<Volume> = OnceLock::new();
static PROGRESS: OnceLock<Progress> = OnceLock::new();

/// Settles for this run how much is said.
pub(crate) fn set(manner: &Manner) {
    let volume = match manner {
        Manner { quiet: true, .. } => Volume::Errors,
        Manner { verbose: true, .. } => Volume::Steps,
        Manner { .. } => Volume::Notes,
    };
    VOLUME.get_or_init(|| volume);
    PROGRESS.get_or_init(|| manner.progress);
}

fn volume() -> Volume {
    VOLUME.get().copied().unwrap_or(Volume::Notes)
}

/// Says why the run failed.
pub(crate) fn error(text: &str) {
    line(&format!("\u{1b}[1;31merror\u{1b}[0m: {}", harmless(text)));
}

/// Says what the reader should know about a run that went well; not with `--quiet`.
pub(crate) fn note(text: &str) {
    if volume() >= Volume::Notes {
        line(&harmless(text));
    }
}

/// Says what is being done; only with `--verbose`.
pub(crate) fn step(text: &str) {
    if volume() >= Volume::Steps {
        line(&harmless(text));
    }
}

/// Says how far a run of many steps is; after the last one nothing is left of it on a terminal.
pub(crate) fn progress(what: &str, done: usize, of: usize) {
    let how = PROGRESS.get().copied().unwrap_or(Progress::Auto);
    if volume() < Volume::Notes || how == Progress::Off {
        return;
    }
    let is_next_tenth = done * 10 / of.max(1) > done.saturating_sub(1) * 10 / of.max(1);
    if how == Progress::Plain && is_next_tenth {
        line(&format!("{what} {done} of {of}"));
    } else if how == Progress::Auto && std::io::stderr().is_terminal() {
        let text = if done < of { format!("\r{what} {done} of {of}") } else { "\r\u{1b}[2K".to_owned() };
        // Nobody is left to be told that standard error is closed.
        let _ = write!(anstream::stderr().lock(), "{text}");
    }
}

/// Text whose lines a terminal shows and does not obey: [`printable`] but for the ends of lines.
pub(crate) fn harmless(text: &str) -> String {
    text.split('\n').map(|line| printable(line.to_owned())).collect::<Vec<_>>().join("\n")
}

/// Writes a line to standard error, with its colours where they are shown.
pub(crate) fn line(text: &str) {
    // Nobody is left to be told that standard error is closed.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}
