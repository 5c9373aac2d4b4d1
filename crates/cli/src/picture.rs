//! What all pictures have in common: the size of a page, the line that says how it was made, and a page as a file.

use std::io::Write;

use marchland_formats::Provenance;
use marchland_render::scene::Scene;
use marchland_render::{Drawn, PageSize, PngText, write};

use crate::failure::Failure;
use crate::output::Target;
use crate::say;

/// The size of a page: `--size 1600x1200`.
pub(crate) fn page_size(text: &str) -> Result<PageSize, Failure> {
    let numbers = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    numbers.and_then(|(width, height)| PageSize::new(width, height)).ok_or_else(|| {
        Failure::Usage(format!("--size {text}: expected width and height in pixels, from 200x200 to 10000x10000, such as 1600x1200"))
    })
}

/// How a picture was made, in a line: `marchland 0.1.0 · snapshot … · dataset 3f9c2a71 · CC-BY-4.0`.
pub(crate) fn made(provenance: &Provenance) -> String {
    let Provenance { version, arguments, digest, licence, .. } = provenance;
    let short = digest.get(..8).unwrap_or(digest);
    let licence = if licence.is_empty() { String::new() } else { format!(" · {licence}") };
    format!("marchland {version} · {} · dataset {short}{licence}", arguments.join(" "))
}

/// The page of what was drawn; what a reader would not see of it is said.
pub(crate) fn page(drawn: Drawn) -> Scene {
    for warning in &drawn.warnings {
        say::note(&format!("warning: {warning}"));
    }
    drawn.scene
}

/// Whether what is asked for is a picture.
pub(crate) fn is_asked(target: &Target) -> bool {
    matches!(target, Target::File(_, format) | Target::Standard(format) if FORMATS.contains(&format.as_str()))
}

/// The formats of pictures.
pub(crate) const FORMATS: [&str; 2] = ["png", "svg"];

/// Writes a page in one of [`FORMATS`].
pub(crate) fn write(scene: &Scene, format: &str, provenance: &Provenance, sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
    if format == "svg" {
        return Ok(sink.write_all(write::svg(scene).as_bytes())?);
    }
    Ok(sink.write_all(&png(scene, provenance)?)?)
}

/// A page as a PNG that tells where it comes from and holds the arguments that make it again.
pub(crate) fn png(scene: &Scene, provenance: &Provenance) -> Result<Vec<u8>, Failure> {
    let chunk = |keyword: &str, text: &str| (keyword.to_owned(), text.to_owned());
    let text = PngText {
        chunks: vec![
            chunk("Title", &scene.title),
            chunk("Description", &scene.description),
            chunk("Copyright", &provenance.licence),
            chunk("Software", &format!("marchland {}", provenance.version)),
            chunk("Comment", &format!("marchland {}", provenance.arguments.join(" "))),
            chunk("Source", &format!("dataset {} {}", provenance.dataset, provenance.digest)),
        ],
    };
    write::png(scene, &text).map_err(|error| Failure::Failed(error.to_string()))
}
