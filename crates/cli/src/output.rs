//! Getting answers out: standard output that may close early, files that are whole or not there.
//!
//! Every file is written beside its target under another name and then renamed. Of a set, nothing is renamed before everything
//! is written, and the last file given, its manifest, is renamed last: a run that fails leaves what was there. Whoever makes a file
//! writes it into a sink, so that a file of any length is never in memory.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::arguments::Destination;
use crate::failure::Failure;
use crate::say;

/// Prints text to standard output, without the control characters that a dataset may hold and a terminal would obey.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(say::harmless(text).as_bytes())
}

/// Prints bytes to standard output.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    print_with(|sink| Ok(sink.write_all(bytes)?))
}

/// Prints to standard output what a function writes.
pub(crate) fn print_with(write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut output = BufWriter::new(io::stdout());
    let written = write(&mut output).and_then(|()| Ok(output.flush()?));
    written.map_err(|failure| match failure {
        Failure::Sink(error) if error.kind() == io::ErrorKind::BrokenPipe => Failure::ClosedOutput,
        Failure::Sink(error) => Failure::Failed(format!("cannot write to standard output: {error}")),
        failure => failure,
    })
}

/// Where an answer goes, resolved from the flags.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Standard output, in this format.
    Standard(String),
    /// One file, in this format.
    File(PathBuf, String),
    /// A folder that takes the whole set.
    Folder(PathBuf),
}

impl Destination {
    /// Where the answer goes; none without `-o` and `-f`.
    pub(crate) fn target(&self, verb: &'static str, known: &[&'static str]) -> Result<Option<Target>, Failure> {
        let Some(output) = &self.output else {
            return self.format.as_deref().map(|format| known_format(verb, format, known).map(Target::Standard)).transpose();
        };
        if output.as_os_str() == "-" {
            let format = self.format.as_deref().ok_or_else(|| no_format(verb, known))?;
            return known_format(verb, format, known).map(Target::Standard).map(Some);
        }
        let text = output.as_os_str().to_string_lossy();
        if text.ends_with('/') || text.ends_with(std::path::MAIN_SEPARATOR) || output.is_dir() {
            return Ok(Some(Target::Folder(output.clone())));
        }
        let extension = output.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        let format = self.format.clone().or(extension).ok_or_else(|| no_format(verb, known))?;
        known_format(verb, &format, known).map(|format| Some(Target::File(output.clone(), format)))
    }

    /// Refuses a target that is there already, before anything is computed.
    pub(crate) fn refuse_existing(&self, target: &Target) -> Result<(), Failure> {
        if self.overwrite {
            return Ok(());
        }
        match target {
            Target::File(path, _) if path.exists() => Err(Failure::OutputExists(path.clone())),
            Target::Folder(folder) if is_taken(folder) => Err(Failure::OutputExists(folder.clone())),
            Target::File(..) | Target::Folder(_) | Target::Standard(_) => Ok(()),
        }
    }
}

fn no_format(verb: &'static str, known: &[&'static str]) -> Failure {
    Failure::Usage(format!("{verb} needs a format: give -f with one of {}, or end the path with / for a folder", known.join(", ")))
}

fn known_format(verb: &'static str, format: &str, known: &[&'static str]) -> Result<String, Failure> {
    if known.contains(&format) {
        Ok(format.to_owned())
    } else {
        Err(Failure::UnknownFormat { verb, format: format.to_owned(), known: known.to_vec() })
    }
}

/// Whether a folder's name is taken: by a file, or by a folder that is not empty.
pub(crate) fn is_taken(folder: &Path) -> bool {
    match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => folder.exists(),
    }
}

/// Writes one file whole, as a function writes it.
pub(crate) fn write_file<T>(path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, Failure>) -> Result<T, Failure> {
    write_file_with(path, &[], write)
}

/// Writes one file whole, as a function writes it, together with texts under other names beside it.
pub(crate) fn write_file_with<T>(
    path: &Path,
    beside: &[(String, String)],
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut staged = Staged::default();
    for (name, text) in beside {
        staged.write(&path.with_file_name(name), |sink| Ok(sink.write_all(text.as_bytes())?))?;
    }
    let written = staged.write(path, write)?;
    staged.publish()?;
    Ok(written)
}

/// A set of files in one folder, which is made where it is not there; none of them is in place before [`Set::publish`].
pub(crate) struct Set {
    folder: PathBuf,
    staged: Staged,
}

impl Set {
    /// A set without files.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failure> {
        let mut staged = Staged::default();
        staged.make_folder(folder)?;
        Ok(Self { folder: folder.to_owned(), staged })
    }

    /// Adds a file as a function writes it; its name may hold folders.
    pub(crate) fn write<T>(&mut self, name: &str, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, Failure>) -> Result<T, Failure> {
        let path = self.folder.join(name);
        self.staged.make_folder(path.parent().unwrap_or(&self.folder))?;
        self.staged.write(&path, write)
    }

    /// Puts every file in its place, the last one last.
    pub(crate) fn publish(self) -> Result<(), Failure> {
        self.staged.publish()
    }
}

/// Files written under another name, not yet in place. Dropped before that, it takes away what it made.
#[derive(Default)]
struct Staged {
    made_folders: Vec<PathBuf>,
    files: Vec<(PathBuf, PathBuf)>,
}

impl Staged {
    fn make_folder(&mut self, folder: &Path) -> Result<(), Failure> {
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder).map_err(Failure::write(folder))?;
            self.made_folders.push(folder.to_owned());
        }
        Ok(())
    }

    fn write<T>(&mut self, path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, Failure>) -> Result<T, Failure> {
        let Some(name) = path.file_name() else {
            return Err(Failure::Usage(format!("{} names no file", path.display())));
        };
        let staged = path.with_file_name(format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id()));
        self.files.push((staged.clone(), path.to_owned()));
        let mut file = fs::File::create(&staged).map_err(Failure::write(path))?;
        write(&mut file).map_err(|failure| failure.in_file(path))
    }

    fn publish(mut self) -> Result<(), Failure> {
        for (staged, path) in &self.files {
            fs::rename(staged, path).map_err(Failure::write(path))?;
        }
        self.files.clear();
        self.made_folders.clear();
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (staged, _) in &self.files {
            let _ = fs::remove_file(staged);
        }
        for folder in self.made_folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destination(output: Option<&str>, format: Option<&str>) -> Destination {
        Destination { output: output.map(PathBuf::from), format: format.map(str::to_owned), overwrite: false }
    }

    #[test]
    fn the_extension_names_the_format_unless_the_flag_does() {
        let target = |output, format| destination(output, format).target("snapshot", &["geojson", "png"]).unwrap();
        assert_eq!(target(Some("a.PNG"), None), Some(Target::File("a.PNG".into(), "png".into())));
        assert_eq!(target(Some("a.txt"), Some("geojson")), Some(Target::File("a.txt".into(), "geojson".into())));
        assert_eq!(target(Some("-"), Some("png")), Some(Target::Standard("png".into())));
        assert_eq!(target(Some("no-such-folder/"), None), Some(Target::Folder("no-such-folder/".into())));
        assert_eq!(target(None, None), None);
    }

    #[test]
    fn an_unknown_format_lists_those_there_are() {
        let failure = destination(Some("a.kml"), None).target("snapshot", &["geojson", "png"]).unwrap_err();
        assert_eq!(failure.to_string(), "snapshot does not write \"kml\": it writes geojson, png");
        assert_eq!(failure.exit() as u8, 2);
        let failure = destination(Some("-"), None).target("snapshot", &["geojson"]).unwrap_err();
        assert_eq!(failure.to_string(), "snapshot needs a format: give -f with one of geojson, or end the path with / for a folder");
    }

    #[test]
    fn a_set_that_cannot_be_written_whole_leaves_nothing() {
        let folder = std::env::temp_dir().join(format!("marchland-set-{}", std::process::id()));
        let mut set = Set::new(&folder).unwrap();
        set.write("a.txt", |sink| Ok(sink.write_all(&[1])?)).unwrap();
        set.write("b/c.txt", |sink| Ok(sink.write_all(&[2])?)).unwrap();
        let failed: Result<(), Failure> = set.write("d.txt", |_| Err(io::Error::other("the disk is full").into()));
        assert!(failed.unwrap_err().to_string().ends_with("d.txt: the disk is full"));
        drop(set);
        assert!(!folder.exists());
    }
}
