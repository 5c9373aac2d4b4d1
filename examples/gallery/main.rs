//! Every layout of both datasets in one folder, with a contact sheet to look at.
//!
//! ```sh
//! cargo run --release --example gallery              # writes target/gallery/index.html
//! cargo run --release --example gallery -- shown/    # or another folder
//! ```
//!
//! The pictures are made by the command itself, as a user would: cargo builds it first, in the profile of this example, and it runs in the
//! root of the repository. What stands in the folder is replaced. A picture that is refused ends the run, and the sheet is written last.

#![expect(clippy::print_stdout, reason = "an example says what it wrote")]

mod pictures;
mod sheet;

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pictures::{Picture, SUBJECTS};

fn main() -> Result<(), Box<dyn Error>> {
    let root = &fs::canonicalize(env!("CARGO_MANIFEST_DIR"))?;
    let folder = std::env::args_os().nth(1).map_or_else(|| root.join("target/gallery"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    let folder = fs::canonicalize(folder)?;
    // As it is typed in the root of the repository, where that is shorter.
    let folder = folder.strip_prefix(root).unwrap_or(&folder);
    let marchland = built(root)?;
    let subjects = SUBJECTS.map(|subject| (subject.title, pictures::of(&subject)));
    let all = || subjects.iter().flat_map(|(_, parts)| parts).flat_map(|(_, pictures)| pictures);
    all().try_for_each(|picture| make(picture, &marchland, (root, folder)))?;
    let sheet = root.join(folder).join("index.html");
    fs::write(&sheet, sheet::html(&subjects, folder))?;
    println!("{} pictures, all on {}", all().count(), sheet.display());
    Ok(())
}

/// Builds the command beside this example, `target/PROFILE/examples/gallery`, and says where it is.
fn built(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let this = std::env::current_exe()?;
    let profile_folder = this.parent().and_then(Path::parent).ok_or("the example lies in no target folder: run it with cargo")?;
    let target = profile_folder.parent().ok_or("the example lies in no target folder: run it with cargo")?;
    let profile = match profile_folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut build = Command::new(cargo);
    build.args(["build", "--locked", "--quiet", "--bin", "marchland", "--profile", profile, "--target-dir"]).arg(target).current_dir(root);
    if !build.status()?.success() {
        return Err("the command cannot be built: see what cargo says above".into());
    }
    Ok(profile_folder.join("marchland").with_extension(std::env::consts::EXE_EXTENSION))
}

/// Makes a picture anew. Its arguments stand at its foot, and are those that the sheet shows: what is left of an older one is taken away first.
fn make(picture: &Picture, marchland: &Path, (root, folder): (&Path, &Path)) -> Result<(), Box<dyn Error>> {
    let path = folder.join(&picture.file);
    let beside = ["", ".aux.xml"].map(|end| root.join(folder).join(format!("{}{end}", picture.file)));
    for old in beside.into_iter().chain([root.join(&path).with_extension("pgw")]).filter(|old| old.exists()) {
        fs::remove_file(old)?;
    }
    let status = Command::new(marchland).args(&picture.arguments).arg("-o").arg(&path).current_dir(root).status()?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: its reason stands above", picture.command(folder)).into()) }
}
