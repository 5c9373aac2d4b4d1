//! `new`: a small made-up dataset to start from, which passes `check`.

use crate::arguments::New;
use crate::failure::Failure;
use crate::output::{self, Set};
use crate::say;

/// Writes the scaffold into a folder that is not there or empty.
pub(crate) fn run(arguments: &New) -> Result<(), Failure> {
    let folder = &arguments.folder;
    if output::is_taken(folder) {
        return Err(Failure::OutputExists(folder.clone()));
    }
    let mut set = Set::new(folder)?;
    for (name, contents) in marchland_formats::dataset::scaffold() {
        set.write(name, |sink| Ok(sink.write_all(contents.as_bytes())?))?;
    }
    set.publish()?;
    let shown = folder.display();
    say::note(&format!("made {shown}\n\nnext:\n  marchland check {shown}\n  marchland snapshot {shown} -o {shown}-map/"));
    Ok(())
}
