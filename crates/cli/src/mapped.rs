//! Files mapped into memory: asked where they lie, without being read first.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

use crate::failure::Failure;

/// A file's bytes where they lie.
pub(crate) type Mapped = Mmap;

/// Maps a file.
///
/// While it is mapped nobody may cut it short, or the process ends; what is changed in it meanwhile may change answers, and does no more,
/// since an index looks everything up with a check.
#[expect(unsafe_code, reason = "the one place where a file is mapped: no library can promise that no other process changes it")]
pub(crate) fn map(path: &Path) -> Result<Mapped, Failure> {
    let unread = |error: std::io::Error| Failure::Input(format!("{}: cannot be read: {error}", path.display()));
    let file = File::open(path).map_err(unread)?;
    // SAFETY: the map is only read, and every number in it that points elsewhere is checked where it is used.
    unsafe { Mmap::map(&file) }.map_err(unread)
}
