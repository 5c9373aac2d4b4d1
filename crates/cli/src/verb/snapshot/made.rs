//! The files of a resolved moment: layers, styles, pictures, words, a manifest.

use std::io::Write;
use std::path::Path;

use marchland_core::Snapshot;
use marchland_formats::manifest::{Asset, Measured};
use marchland_formats::rows::RowContext;
use marchland_formats::{Export, SiteLayer, csv, geojson, georeference, manifest, qml};
use marchland_render::scene::Scene;
use marchland_render::{MapRequest, map, words};
use serde_json::json;

use crate::arguments::{self, LayerName};
use crate::failure::{Failure, count_of};
use crate::output::{self, Set, Target};
use crate::pages::{Pages, drawn, failure};
use crate::{picture, say};

/// A resolved moment with all that its files need.
pub(super) struct Made<'a> {
    pub(super) arguments: &'a arguments::Snapshot,
    pub(super) pages: Pages<'a>,
    pub(super) snapshot: &'a Snapshot,
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
                let beside = self.beside(&name, format)?;
                let others = beside.iter().map(|(name, _)| path.with_file_name(name));
                others.clone().try_for_each(|path| self.arguments.destination.refuse_existing(&Target::File(path, String::new())))?;
                let asset = output::write_file_with(path, &beside, |sink| {
                    if self.arguments.wording.json {
                        measured(&name, sink, |sink| self.one(format, sink)).map(Some)
                    } else {
                        self.one(format, sink).map(|()| None)
                    }
                })?;
                let written: Vec<String> = [path.clone()].into_iter().chain(others).map(|path| path.display().to_string()).collect();
                say::note(&format!("wrote {}", written.join(", ")));
                let beside = beside.iter().map(|(name, content)| measured(name, &mut std::io::sink(), text(content.clone())));
                self.answer(&asset.into_iter().map(Ok).chain(beside).collect::<Result<Vec<_>, _>>()?)
            }
            Target::Standard(format) => {
                self.beside("", format)?;
                output::print_with(|sink| self.one(format, sink))
            }
        }
    }

    /// What was written, for scripts.
    fn answer(&self, assets: &[Asset]) -> Result<(), Failure> {
        if !self.arguments.wording.json {
            return Ok(());
        }
        let listed: Vec<_> = assets.iter().map(|asset| json!({ "name": asset.name, "sha256": asset.sha256 })).collect();
        let fields =
            json!({ "files": listed, "areas_km2": manifest::areas_km2(&self.export()), "left_out": self.pages.provenance.left_out });
        self.pages.answer.print(fields.as_object().cloned().unwrap_or_default())
    }

    /// Writes every file of the set, the manifest last.
    fn set(&self, folder: &Path) -> Result<Vec<Asset>, Failure> {
        let mut set = Set::new(folder)?;
        let mut assets = self.layers(&mut set, "")?;
        let mut add = |name: &str, content: Content<'_>| -> Result<(), Failure> {
            assets.push(set.write(name, |sink| measured(name, sink, content))?);
            Ok(())
        };
        for (name, content) in self.beside("map.png", "png")? {
            add(&name, &text(content))?;
        }
        self.with_map(|request| {
            let drawn = self.drawn(request)?;
            for format in ["png", "svg"] {
                add(&format!("map.{format}"), &|sink| picture::write(&drawn, format, self.pages.provenance, sink))?;
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
        for layer in SiteLayer::holding(self.pages.ledger.sites().iter()) {
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
            ("png" | "svg" | "pdf", _) => {
                self.with_map(|request| picture::write(&self.drawn(request)?, format, self.pages.provenance, sink))?;
            }
            ("md", _) => text(self.with_map(|request| Ok(words::description(request)))?)(sink)?,
            _ => text(self.with_map(|request| Ok(words::alt_text(request) + "\n"))?)(sink)?,
        }
        Ok(())
    }

    /// The map on its page, or alone.
    fn drawn(&self, request: &MapRequest<'_>) -> Result<Scene, Failure> {
        drawn(if self.arguments.frame_only { map::bare(request) } else { map::scene(request) })
    }

    /// Names and texts of the files that place a PNG of the map alone on the ground: a world file and an `.aux.xml`. Of other pictures
    /// there are none, which is said where they could be expected.
    pub(super) fn beside(&self, picture: &str, format: &str) -> Result<Vec<(String, String)>, Failure> {
        if !self.arguments.frame_only || !picture::FORMATS.contains(&format) {
            return Ok(Vec::new());
        }
        if format != "png" || picture.is_empty() {
            say::note("no world file is written: only a PNG in a file of its own has one");
            return Ok(Vec::new());
        }
        let geotransform = self.with_map(|request| map::geotransform(request).map_err(|fault| failure(&fault)))?;
        let projection = self.pages.projection;
        let wkt = marchland_projection::wkt(projection)
            .ok_or_else(|| Failure::Failed(format!("{} has no definition as well-known text: take another --crs", projection.code())))?;
        let aux = (format!("{picture}.aux.xml"), georeference::aux_xml(geotransform, &wkt));
        Ok(vec![(georeference::world_file_name(picture), georeference::world_file(geotransform)), aux])
    }

    fn with_map<T>(&self, with: impl FnOnce(&MapRequest<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        self.pages.with_map(self.snapshot, &self.pages.how_sure(&[(String::new(), self.snapshot)]), with)
    }

    fn export(&self) -> Export<'_> {
        let context = RowContext { ledger: self.pages.ledger, ..self.pages.answer.context(self.pages.colours) };
        Export { snapshot: self.snapshot, context, provenance: self.pages.provenance }
    }
}

/// Writes a text.
pub(crate) fn text(text: String) -> impl Fn(&mut (dyn Write + Send)) -> Result<(), Failure> {
    move |sink| Ok(sink.write_all(text.as_bytes())?)
}

/// Writes a file and measures it.
pub(crate) fn measured(
    name: &str,
    sink: &mut (dyn Write + Send),
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Failure>,
) -> Result<Asset, Failure> {
    let mut measured = Measured::new(sink);
    write(&mut measured)?;
    Ok(measured.asset(name))
}
