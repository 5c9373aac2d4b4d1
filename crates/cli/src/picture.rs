//! What all pictures have in common: the size of a page, the line that says how it was made, and a page as a file.

use std::io::Write;

use marchland_core::{Actor, Colour};
use marchland_formats::Provenance;
use marchland_render::scene::Scene;
use marchland_render::{Drawn, EncodingFailed, PageSize, PngText, palette, write};

use crate::arguments::Picture;
use crate::failure::Failure;
use crate::output::Target;
use crate::say;

/// The size of a page, where none is asked for.
pub(crate) const PAGE: &str = "1600x1200";

/// The size of a page: `--size 1600x1200` or `--size a4 --dpi 150`, or where none is asked for another, or lower.
pub(crate) fn page_size(picture: &Picture, default: &str) -> Result<PageSize, Failure> {
    let size = picture.size.as_deref().unwrap_or(default);
    let page = PageSize::named(size, picture.dpi).map(|page| if picture.size.is_none() { page.or_lower() } else { page });
    page.ok_or_else(|| {
        let dpi = picture.dpi.map_or_else(String::new, |dpi| format!(" --dpi {dpi}"));
        Failure::Usage(format!(
            "--size {size}{dpi}: expected width and height in pixels, such as 1600x1200, or a5, a4 or a3, upright or such as a4-landscape; \
             either way from 200 to 10000 pixels, 50 to 1200 of them an inch"
        ))
    })
}

/// A colour for each actor: those of the palette that is asked, else the dataset's own.
pub(crate) fn colours(picture: &Picture, actors: &[Actor]) -> Vec<Colour> {
    picture.palette.map_or_else(|| palette::colours(actors), |palette| palette.colours(actors))
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
pub(crate) const FORMATS: &[&str] = &[
    "png",
    "svg",
    #[cfg(feature = "pdf")]
    "pdf",
];

/// Writes a page in one of [`FORMATS`].
pub(crate) fn write(scene: &Scene, format: &str, provenance: &Provenance, sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
    let bytes = match format {
        "svg" => write::svg(scene).into_bytes(),
        #[cfg(feature = "pdf")]
        "pdf" => write::pdf(scene, &format!("marchland {}", provenance.version)).map_err(|error| Failure::Failed(error.to_string()))?,
        _ => png(scene, provenance)?,
    };
    Ok(sink.write_all(&bytes)?)
}

/// A page as a PNG that tells where it comes from and holds the arguments that make it again.
pub(crate) fn png(scene: &Scene, provenance: &Provenance) -> Result<Vec<u8>, Failure> {
    write::png(scene, &png_text(scene, provenance)).map_err(encoding)
}

/// What a picture says of itself: title, description, licence, and what makes it again.
pub(crate) fn png_text(scene: &Scene, provenance: &Provenance) -> PngText {
    let chunk = |keyword: &str, text: &str| (keyword.to_owned(), text.to_owned());
    PngText {
        chunks: vec![
            chunk("Title", &scene.title),
            chunk("Description", &scene.description),
            chunk("Copyright", &provenance.licence),
            chunk("Software", &format!("marchland {}", provenance.version)),
            chunk("Comment", &format!("marchland {}", provenance.arguments.join(" "))),
            chunk("Source", &format!("dataset {} {}", provenance.dataset, provenance.digest)),
        ],
    }
}

/// A picture that cannot be encoded; where the sink refused, that.
pub(crate) fn encoding(error: EncodingFailed) -> Failure {
    match error {
        EncodingFailed::Sink(error) => Failure::Sink(error),
        error => Failure::Failed(error.to_string()),
    }
}
