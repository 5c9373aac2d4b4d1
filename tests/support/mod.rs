//! Running the command as a user does, and reading what it answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

/// The root of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A shipped dataset.
pub(crate) fn data(name: &str) -> PathBuf {
    root().join("data").join(name)
}

/// What `marchland` with these arguments did.
pub(crate) fn marchland<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Answer {
    let output = Command::new(env!("CARGO_BIN_EXE_marchland")).args(arguments).current_dir(root()).output().unwrap();
    Answer { output }
}

/// What a run printed, and how it ended.
pub(crate) struct Answer {
    /// As the system gave it.
    pub(crate) output: Output,
}

impl Answer {
    /// Standard output.
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    /// Standard error.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    /// The exit code.
    pub(crate) fn code(&self) -> i32 {
        self.output.status.code().expect("no signal ends a run")
    }

    /// Standard output, where the run went well.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code(), 0, "{}", self.stderr());
        self.stdout()
    }

    /// Standard output as JSON, where the run went well.
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    /// Standard error, where the run ended with this code, without panic or backtrace.
    pub(crate) fn refused(self, code: i32) -> String {
        let said = self.stderr();
        assert_eq!(self.code(), code, "{said}");
        assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
        said
    }
}

/// A folder that is gone when the test is over.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    /// A new and empty one.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("marchland-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A path in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A copy of a shipped dataset in it.
    pub(crate) fn copy_of(&self, name: &str) -> PathBuf {
        let target = self.join(name);
        copy(&data(name), &target);
        target
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Every file below a folder, by its path from there, in order.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path.strip_prefix(folder).unwrap().to_owned()) }
        }
    }
    found.sort();
    found
}
