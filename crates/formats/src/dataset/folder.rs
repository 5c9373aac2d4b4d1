//! The dataset's folder: which files there are, and their bytes one after the other.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Files;
use super::pieces::Pieces;
use crate::fault::{Fault, Place, Source};

/// The files of a dataset beside its layers.
const NAMES: [&str; 6] = ["dataset.toml", "actors.csv", "sites.geojson", "sources.csv", "reports.csv", "control.csv"];

/// A dataset's files, on disk or in memory.
pub(crate) struct Folder<'a> {
    path: &'a Path,
    /// How long each file is, by its path below the folder.
    lengths: BTreeMap<String, u64>,
    in_memory: Option<&'a Files>,
}

impl<'a> Folder<'a> {
    /// The files that a dataset has on disk.
    ///
    /// # Errors
    ///
    /// A fault where the folder is none, or a file cannot be read.
    pub(crate) fn on_disk(path: &'a Path) -> Result<Self, Fault> {
        let whole = |message: &str, hint: &str| Fault::at(&Place::whole(path), "no-folder", message, hint);
        if !path.exists() {
            return Err(whole("there is no such folder", "check the path, or make a dataset there with `marchland new`"));
        }
        if !path.is_dir() {
            return Err(whole("expected a folder but got a file", "name the folder that holds dataset.toml"));
        }
        let mut folder = Self { path, lengths: BTreeMap::new(), in_memory: None };
        for name in NAMES {
            folder.find(name.to_owned())?;
        }
        if let Ok(entries) = fs::read_dir(path.join("layers")) {
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if Path::new(&name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("geojson")) {
                    folder.find(format!("layers/{name}"))?;
                }
            }
        }
        Ok(folder)
    }

    /// Files in memory, called as if they lay in a folder.
    pub(crate) fn in_memory(path: &'a Path, files: &'a Files) -> Self {
        let lengths = files.iter().map(|(name, bytes)| (name.clone(), bytes.len() as u64)).collect();
        Self { path, lengths, in_memory: Some(files) }
    }

    fn find(&mut self, name: String) -> Result<(), Fault> {
        let path = self.path(&name);
        let refused = |message: String, hint: &str| Fault::at(&Place::whole(&path), "no-file", message, hint);
        match fs::File::open(&path).and_then(|file| file.metadata()) {
            Ok(found) if found.is_dir() => Err(refused("expected a file but got a folder".to_owned(), "rename the folder")),
            Ok(found) => {
                self.lengths.insert(name, found.len());
                Ok(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(_) if path.is_dir() => Err(refused("expected a file but got a folder".to_owned(), "rename the folder")),
            Err(error) => Err(refused(format!("cannot be read: {error}"), "check who may read it")),
        }
    }

    /// What messages call a file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The paths of all files below the folder, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.lengths.keys().map(String::as_str)
    }

    /// Whether there is a file.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.lengths.contains_key(name)
    }

    /// The text of a file.
    ///
    /// # Errors
    ///
    /// A fault where it cannot be read, or is no text.
    pub(crate) fn whole(&self, name: &str) -> Result<Source, Fault> {
        self.pieces(name)?.whole()
    }

    /// A file to be read piece by piece.
    ///
    /// # Errors
    ///
    /// A fault where it cannot be read.
    pub(crate) fn pieces(&self, name: &str) -> Result<Pieces<'_>, Fault> {
        Ok(Pieces::new(&self.path(name), self.open(name)?))
    }

    /// A file to be read piece by piece, of which name, length and bytes are added to a digest.
    ///
    /// # Errors
    ///
    /// A fault where it cannot be read.
    pub(crate) fn digested<'r>(&'r self, name: &str, digest: &'r mut Sha256) -> Result<Pieces<'r>, Fault> {
        // Lengths keep the end of one file from passing for the beginning of the next.
        let length = self.lengths.get(name).copied().unwrap_or(0);
        digest.update(format!("{name} {length}\n"));
        Ok(Pieces::new(&self.path(name), Box::new(Digested { input: self.open(name)?, digest })).of_length(length))
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + '_>, Fault> {
        if let Some(files) = self.in_memory {
            return Ok(Box::new(files.get(name).map_or(&[][..], Vec::as_slice)));
        }
        let path = self.path(name);
        match fs::File::open(&path) {
            Ok(file) => Ok(Box::new(file)),
            Err(error) => Err(Fault::at(&Place::whole(&path), "no-file", format!("cannot be read: {error}"), "check who may read it")),
        }
    }
}

/// Input whose bytes are added to a digest as they are read.
struct Digested<'r> {
    input: Box<dyn Read + 'r>,
    digest: &'r mut Sha256,
}

impl Read for Digested<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.digest.update(&buffer[..read]);
        Ok(read)
    }
}
