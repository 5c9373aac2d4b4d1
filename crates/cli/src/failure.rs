//! Why a run stopped, and with which exit code.

use std::any::Any;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// What the process tells its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Failed while running: a disk is full, a file cannot be written.
    Failed = 1,
    /// Wrong usage: a flag, a verb or an id that does not exist.
    Usage = 2,
    /// The output exists and `--overwrite` was not given.
    OutputExists = 3,
    /// The input is not sound.
    UnsoundInput = 4,
}

/// Why a run stopped.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// A flag's value makes no sense for this dataset.
    #[error("{0}")]
    Usage(String),

    /// An id that the dataset does not have.
    #[error("no {what} \"{id}\"{}", did_you_mean(nearest))]
    UnknownId {
        /// What was looked for.
        what: &'static str,
        /// The id given.
        id: String,
        /// Ids that look like it.
        nearest: Vec<String>,
    },

    /// A format that the verb does not write.
    #[error("{verb} does not write \"{format}\": it writes {}", known.join(", "))]
    UnknownFormat {
        /// The verb.
        verb: &'static str,
        /// The format given.
        format: String,
        /// The formats it writes.
        known: Vec<&'static str>,
    },

    /// The output is there already.
    #[error("{} exists: choose another, or replace it with --overwrite", .0.display())]
    OutputExists(PathBuf),

    /// The dataset has faults; they have been printed.
    #[error("{} in {folder}: see `marchland check {folder}`", count_of(*.errors, "fault"), folder = .folder.display())]
    Unsound {
        /// The dataset.
        folder: PathBuf,
        /// How many.
        errors: usize,
    },

    /// A file beside the dataset is not sound, or cannot be read.
    #[error("{0}")]
    Input(String),

    /// A file cannot be written.
    #[error("cannot write {}: {source}{}", path.display(), way_out(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// A sink cannot be written to; whoever opened it says which.
    #[error("cannot write: {0}")]
    Sink(#[from] io::Error),

    /// The reader of standard output is gone, which is no error.
    #[error("standard output is closed")]
    ClosedOutput,

    /// Anything that went wrong in a library, in its own words.
    #[error("{0}")]
    Failed(String),
}

impl Failure {
    /// The exit code that tells of it.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::UnknownId { .. } | Self::UnknownFormat { .. } => Exit::Usage,
            Self::OutputExists(_) => Exit::OutputExists,
            Self::Unsound { .. } | Self::Input(_) => Exit::UnsoundInput,
            Self::Write { .. } | Self::Sink(_) | Self::ClosedOutput | Self::Failed(_) => Exit::Failed,
        }
    }

    /// The same failure, with the file that could not be written to.
    pub(crate) fn in_file(self, path: &Path) -> Self {
        if let Self::Sink(source) = self { Self::write(path)(source) } else { self }
    }

    /// A panic: a fault of ours, whatever the input.
    pub(crate) fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("no message");
        Self::Failed(format!("marchland has met a fault of its own ({text}): please report it, with the command and the dataset"))
    }

    /// A failure to write a file.
    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}

/// What to do where a file cannot be written, by why it cannot.
fn way_out(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::PermissionDenied => ": choose a place you may write to, or ask its owner for leave",
        io::ErrorKind::ReadOnlyFilesystem => ": choose a place on a disk that can be written to",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ": make room, or choose a place on another disk",
        io::ErrorKind::NotFound => ": make the folder it is to stand in, or choose one that is there",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => ": a file stands where a folder is needed; choose another path",
        io::ErrorKind::IsADirectory => ": a folder has that name; choose another, or end the path with / for the whole set",
        io::ErrorKind::InvalidFilename => ": choose a shorter name, of letters this disk takes",
        _ => "",
    }
}

/// `1 fault`, `2 faults`.
pub(crate) fn count_of(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; did you mean \"{}\"?", nearest.join("\", \"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_is_named_with_the_cause_and_the_way_out() {
        for (kind, way_out) in [
            (io::ErrorKind::PermissionDenied, "choose a place you may write to, or ask its owner for leave"),
            (io::ErrorKind::ReadOnlyFilesystem, "choose a place on a disk that can be written to"),
            (io::ErrorKind::StorageFull, "make room, or choose a place on another disk"),
            (io::ErrorKind::NotFound, "make the folder it is to stand in, or choose one that is there"),
            (io::ErrorKind::NotADirectory, "a file stands where a folder is needed; choose another path"),
        ] {
            let failure = Failure::write(Path::new("out/map.png"))(kind.into());
            assert_eq!(failure.to_string(), format!("cannot write out/map.png: {}: {way_out}", io::Error::from(kind)));
            assert_eq!(failure.exit() as u8, 1);
        }
    }
}
