//! The files of a resolved moment: layers, styles, pictures, words, a manifest.

use std::io::Write;
use std::path::Path;

use marchland_core::{Assessment, Colour, Ledger, Projection, Snapshot};
use marchland_formats::dataset::{Method, TerritoryConfig};
use marchland_formats::manifest::{Asset, Measured};
use marchland_formats::rows::RowContext;
use marchland_formats::{Export, Provenance, SiteLayer, csv, geojson, manifest, qml};
use marchland_render::scene::Scene;
use marchland_render::{Arrows, Inset, MapRequest, PageSize, map, words};
use serde_json::json;

use crate::answer::Answer;
use crate::arguments::{self, LayerName, Overview};
use crate::failure::{Failure, count_of};
use crate::output::{self, Set, Target};
use crate::{picture, say};

/// A resolved moment with all that its files need.
pub(super) struct Made<'a> {
    pub(super) arguments: &'a arguments::Snapshot,
    pub(super) answer: &'a Answer<'a>,
    pub(super) ledger: &'a Ledger,
    pub(super) snapshot: &'a Snapshot,
    pub(super) projection: &'a dyn Projection,
    pub(super) colours: &'a [Colour],
    pub(super) provenance: Provenance,
    pub(super) size: PageSize,
}

/// A file's content, written into a sink.
type Content<'c> = &'c dyn Fn(&mut (dyn Write + Send)) -> Result<(), Failure>;

impl Made<'_> {
    /// Writes the whole set, or one file.
    pub(super) fn write(&self, target: &Target) -> Result<(), Failure> {
        match target {
            Target::Folder(folder) => {
                let assets = self.set(folder)?;
                say::note(&format!("wrote {} into {}", count_of(assets.len(), "file"), folder.display()));
                self.answer(&assets)
            }
            Target::File(path, format) => {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let asset = output::write_file(path, |sink| {
                    if self.arguments.json {
                        measured(&name, sink, |sink| self.one(format, sink)).map(Some)
                    } else {
                        self.one(format, sink).map(|()| None)
                    }
                })?;
                say::note(&format!("wrote {}", path.display()));
                self.answer(asset.as_slice())
            }
            Target::Standard(format) => output::print_with(|sink| self.one(format, sink)),
        }
    }

    /// What was written, for scripts.
    fn answer(&self, assets: &[Asset]) -> Result<(), Failure> {
        if !self.arguments.json {
            return Ok(());
        }
        let listed: Vec<_> = assets.iter().map(|asset| json!({ "name": asset.name, "sha256": asset.sha256 })).collect();
        let fields = json!({ "files": listed, "areas_km2": manifest::areas_km2(&self.export()), "left_out": self.provenance.left_out });
        self.answer.print(fields.as_object().cloned().unwrap_or_default())
    }

    /// Writes every file of the set, the manifest last.
    fn set(&self, folder: &Path) -> Result<Vec<Asset>, Failure> {
        let mut set = Set::new(folder)?;
        let mut assets = self.layers(&mut set, "")?;
        let mut add = |name: &str, content: Content<'_>| -> Result<(), Failure> {
            assets.push(set.write(name, |sink| measured(name, sink, content))?);
            Ok(())
        };
        self.with_map(|request| {
            let drawn = drawn(request)?;
            for format in ["png", "svg"] {
                add(&format!("map.{format}"), &|sink| picture::write(&drawn, format, &self.provenance, sink))?;
            }
            add("map.alt.txt", &text(words::alt_text(request) + "\n"))?;
            add("map.md", &text(words::description(request)))
        })?;
        self.manifest(&mut set, "", &mut assets)?;
        set.publish()?;
        Ok(assets)
    }

    /// Adds the layers and their styles to a set, below a folder of it (a name that ends in `/`, or nothing).
    pub(super) fn layers(&self, set: &mut Set, below: &str) -> Result<Vec<Asset>, Failure> {
        let export = self.export();
        let mut assets = Vec::new();
        let mut add = |name: &str, content: Content<'_>| -> Result<(), Failure> {
            assets.push(set.write(&format!("{below}{name}"), |sink| measured(name, sink, content))?);
            Ok(())
        };
        add("territory.geojson", &|sink| Ok(geojson::territory(&export, sink)?))?;
        add("territory.qml", &text(qml::ground(&export)))?;
        add("control.geojson", &|sink| Ok(geojson::control(&export, sink)?))?;
        add("control.qml", &text(qml::ground(&export)))?;
        add("frontline.geojson", &|sink| Ok(geojson::frontline(&export, sink)?))?;
        add("frontline.qml", &text(qml::frontline()))?;
        for layer in SiteLayer::holding(self.ledger.sites().iter()) {
            add(&format!("sites{}.geojson", layer.suffix()), &|sink| Ok(geojson::sites(&export, layer, sink)?))?;
            add(&format!("sites{}.qml", layer.suffix()), &text(qml::sites(&export)))?;
        }
        Ok(assets)
    }

    /// Adds what lists a set and marks it whole.
    pub(super) fn manifest(&self, set: &mut Set, below: &str, assets: &mut Vec<Asset>) -> Result<(), Failure> {
        assets.sort_by(|one, other| one.name.cmp(&other.name));
        let listed = manifest::manifest(&self.export(), assets);
        let name = "snapshot.json";
        assets.push(set.write(&format!("{below}{name}"), |sink| measured(name, sink, text(listed)))?);
        Ok(())
    }

    /// Writes one file, in a format.
    pub(super) fn one(&self, format: &str, sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
        let export = self.export();
        match (format, self.arguments.layer.unwrap_or(LayerName::Territory)) {
            ("geojson", LayerName::Territory) => geojson::territory(&export, sink)?,
            ("geojson", LayerName::Control) => geojson::control(&export, sink)?,
            ("geojson", LayerName::Frontline) => geojson::frontline(&export, sink)?,
            ("geojson", LayerName::Sites) => geojson::sites(&export, SiteLayer::Points, sink)?,
            ("csv", LayerName::Control) => csv::control(&export, sink)?,
            ("csv", LayerName::Sites) => csv::sites(&export, sink)?,
            ("csv", LayerName::Territory) => csv::territory(&export, sink)?,
            ("csv", LayerName::Frontline) => {
                return Err(Failure::Usage("front lines are lines and no table: write them as geojson".to_owned()));
            }
            ("qml", LayerName::Sites) => text(qml::sites(&export))(sink)?,
            ("qml", LayerName::Frontline) => text(qml::frontline())(sink)?,
            ("qml", _) => text(qml::ground(&export))(sink)?,
            ("json", _) => text(manifest::manifest(&export, &[]))(sink)?,
            ("png" | "svg" | "pdf", _) => self.with_map(|request| picture::write(&drawn(request)?, format, &self.provenance, sink))?,
            ("md", _) => text(self.with_map(|request| Ok(words::description(request)))?)(sink)?,
            _ => text(self.with_map(|request| Ok(words::alt_text(request) + "\n"))?)(sink)?,
        }
        Ok(())
    }

    fn export(&self) -> Export<'_> {
        let context = RowContext { ledger: self.ledger, ..self.answer.context(self.colours) };
        Export { snapshot: self.snapshot, context, provenance: &self.provenance }
    }

    /// What the map needs, handed to a function, since its texts live only here.
    fn with_map<T>(&self, with: impl FnOnce(&MapRequest<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let config = &self.answer.loaded.dataset.config;
        let sure = how_sure(self.ledger, self.snapshot, &config.territory);
        let sources = self.provenance.credits.join(". ");
        with(&MapRequest {
            ledger: self.ledger,
            snapshot: self.snapshot,
            layers: &self.answer.loaded.dataset.layers,
            boundary: config.territory.boundary.as_ref(),
            reach_m: config.territory.reach_m.filter(|_| config.territory.method == Method::Voronoi),
            projection: self.projection,
            time_zone: &config.time_zone,
            time_zone_name: &config.time_zone_name,
            colours: self.colours,
            language: self.answer.language,
            title: self.arguments.picture.title.as_deref().unwrap_or(&config.title),
            extent: config.map.extent,
            size: self.size,
            inset: match self.arguments.picture.inset {
                Overview::Auto => Inset::Auto,
                Overview::None => Inset::None,
            },
            arrows: if self.arguments.picture.arrows { Arrows::FromNearest } else { Arrows::None },
            sure: &sure,
            sources: &sources,
            made: &picture::made(&self.provenance),
        })
    }
}

/// Writes a text.
fn text(text: String) -> impl Fn(&mut (dyn Write + Send)) -> Result<(), Failure> {
    move |sink| Ok(sink.write_all(text.as_bytes())?)
}

/// Writes a file and measures it.
fn measured(
    name: &str,
    sink: &mut (dyn Write + Send),
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Failure>,
) -> Result<Asset, Failure> {
    let mut measured = Measured::new(sink);
    write(&mut measured)?;
    Ok(measured.asset(name))
}

/// The page of a map.
fn drawn(request: &MapRequest<'_>) -> Result<Scene, Failure> {
    map::scene(request).map(picture::page).map_err(|error| Failure::Failed(error.to_string()))
}

/// Three sentences on how sure the map is: reports and rule, contradictions, what the ground rests on.
fn how_sure(ledger: &Ledger, snapshot: &Snapshot, territory: &TerritoryConfig) -> Vec<String> {
    let heard = |reports: fn(&Assessment) -> &Vec<marchland_core::ReportIndex>| {
        let all = snapshot.sites.iter().flat_map(move |state| reports(&state.assessment).iter().copied());
        all.collect::<std::collections::BTreeSet<_>>()
    };
    let (speak_for, against) = (heard(|state| &state.reports_for), heard(|state| &state.reports_against));
    let all: std::collections::BTreeSet<_> = speak_for.union(&against).copied().collect();
    let sources: std::collections::BTreeSet<_> = all.iter().map(|&report| ledger.report(report).source).collect();
    let contradicted = snapshot.sites.iter().filter(|state| !state.assessment.reports_against.is_empty()).count();
    let mut lines = if all.is_empty() && !ledger.given().is_empty() {
        vec!["The states are as the dataset gives them; no report was weighed.".to_owned()]
    } else {
        vec![
            format!(
                "{} of {} bear on these states, weighed by rule {}.",
                count_of(all.len(), "report"),
                count_of(sources.len(), "source"),
                snapshot.rule
            ),
            format!("Reports contradict the state shown at {}.", count_of(contradicted, "place")),
        ]
    };
    let estimates = ledger.sites().iter().filter(|site| site.estimate && site.takes_ground()).count();
    let moved = if estimates > 0 { " Dotted edges lie nearer to a place than that place is known." } else { "" };
    lines.push(format!("{}{moved}", whose_ground(territory)));
    lines
}

/// What ground rests on, by the dataset's method.
fn whose_ground(territory: &TerritoryConfig) -> String {
    let reach = territory.reach_m.map_or_else(String::new, |reach| format!(", within {} km", reach / 1_000.0));
    match territory.method {
        Method::Voronoi => format!("Ground is that of the nearest place{reach}."),
        Method::Kernel => format!("Ground is as the places round it vote, the nearer the more{reach}."),
        Method::Sites => "Ground is as the places' own polygons have it.".to_owned(),
        Method::Maps => "Ground is as it was drawn for that time.".to_owned(),
    }
}
