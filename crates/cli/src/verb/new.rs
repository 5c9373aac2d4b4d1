//! `new`: a small made-up dataset to start from, which passes `check`.

use crate::arguments::New;
use crate::failure::Failure;
use crate::output::{self, File};
use crate::say;

/// Writes the scaffold into a folder that is not there or empty.
pub(crate) fn run(arguments: &New) -> Result<(), Failure> {
    let folder = &arguments.folder;
    if output::is_taken(folder) {
        return Err(Failure::OutputExists(folder.clone()));
    }
    let files: Vec<File> = marchland_formats::dataset::scaffold()
        .into_iter()
        .map(|(name, contents)| File { name: name.to_owned(), bytes: contents.as_bytes().to_vec() })
        .collect();
    output::write_set(folder, &files)?;
    let shown = folder.display();
    say::note(&format!("made {shown}\n\nnext:\n  marchland check {shown}\n  marchland snapshot {shown} -o {shown}-map/"));
    Ok(())
}
