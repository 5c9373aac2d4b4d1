//! Charts of a dataset: what stands on their pages, and the files.

use jiff::Timestamp;
use marchland_core::{Ledger, Period};
use marchland_formats::manifest::Measured;
use marchland_render::chart::{Chart, ChartFault};
use marchland_render::{Drawn, Shown};
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::arguments::Picture;
use crate::failure::Failure;
use crate::output::{self, Target};
use crate::{picture, say};

/// A chart that is to be drawn.
pub(crate) struct Asked<'a> {
    /// The dataset, as far as it may leave it.
    pub(crate) ledger: &'a Ledger,
    /// The question.
    pub(crate) answer: &'a Answer<'a>,
    /// How it is laid out.
    pub(crate) picture: &'a Picture,
    /// From when to when.
    pub(crate) span: (Timestamp, Timestamp),
    /// What must not leave the dataset.
    pub(crate) left_out: Vec<String>,
}

impl Asked<'_> {
    /// Draws the chart and writes it; of a file, what is told of it.
    pub(crate) fn write(
        self,
        target: &Target,
        draw: impl FnOnce(&Chart<'_>) -> Result<Drawn, ChartFault>,
    ) -> Result<Option<Map<String, Value>>, Failure> {
        let config = &self.answer.loaded.dataset.config;
        let size = picture::page_size(self.picture, picture::PAGE)?;
        let colours = picture::colours(self.picture, self.ledger.actors());
        let provenance = self.answer.provenance(self.left_out);
        let chart = Chart {
            ledger: self.ledger,
            colours: &colours,
            language: self.answer.language,
            time_zone: &config.time_zone,
            time_zone_name: &config.time_zone_name,
            title: self.picture.title.as_deref().unwrap_or(&config.title),
            span: Period::new(self.span.0, self.span.1).map_err(|error| Failure::Usage(error.to_string()))?,
            rule: &self.answer.rule,
            as_of: self.answer.as_of,
            size,
            legend: if self.picture.no_legend { Shown::No } else { Shown::Yes },
            sources: &provenance.credits.join(". "),
            made: &picture::made(&provenance),
        };
        let scene = picture::page(draw(&chart).map_err(|fault| Failure::Failed(fault.to_string()))?);
        match target {
            Target::File(path, format) => {
                let asset = output::write_file(path, |sink| {
                    let mut measured = Measured::new(sink);
                    picture::write(&scene, format, &provenance, &mut measured)?;
                    Ok(measured.asset(&path.display().to_string()))
                })?;
                say::note(&format!("wrote {}", path.display()));
                let told = json!({ "files": [{ "name": asset.name, "sha256": asset.sha256 }], "left_out": provenance.left_out });
                Ok(told.as_object().cloned())
            }
            Target::Standard(format) => output::print_with(|sink| picture::write(&scene, format, &provenance, sink)).map(|()| None),
            Target::Folder(folder) => Err(Failure::Usage(format!("a chart is one file: name one in {}", folder.display()))),
        }
    }
}
