//! `snapshot`: the map of one moment, as layers, pictures, words and a manifest.

use std::io::Write;
use std::path::Path;

use marchland_assess::Assessor;
use marchland_core::{Assessment, Colour, Ledger, Snapshot};
use marchland_formats::manifest::{Asset, Measured};
use marchland_formats::rows::RowContext;
use marchland_formats::{Export, Provenance, SiteLayer, csv, geojson, manifest, qml};
use marchland_render::scene::Scene;
use marchland_render::{Inset, MapRequest, PageSize, PngText, map, palette, words, write};
use marchland_territory::Moment;
use serde_json::json;

use crate::answer::Answer;
use crate::arguments::{self, LayerName, Overview};
use crate::failure::{Failure, count_of};
use crate::ground::{self, Grounded};
use crate::output::{self, Set, Target};
use crate::question;
use crate::say;

const FORMATS: [&str; 8] = ["geojson", "csv", "qml", "png", "svg", "txt", "md", "json"];

/// Resolves a moment and writes it: the whole set into a folder, or one file.
pub(crate) fn run(arguments: &arguments::Snapshot) -> Result<(), Failure> {
    let target = arguments.destination.target("snapshot", &FORMATS)?;
    let target = target.ok_or_else(|| {
        Failure::Usage("snapshot needs a place to write to: -o out/ for the whole set, or a file such as -o map.png".to_owned())
    })?;
    arguments.destination.refuse_existing(&target)?;
    let size = page_size(&arguments.picture.size)?;
    let loaded = question::load(&arguments.dataset)?;
    let language = loaded.language(arguments.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.moment.weighing)?;
    let (at, as_of) = loaded.clocks(&arguments.moment)?;
    let (ledger, left_out) = loaded.publishable();
    for line in &left_out {
        say::note(&format!("left out: {line}"));
    }
    let mut divided = ground::divide(&loaded.dataset.config, &ledger)?;
    if let Some(code) = &arguments.picture.crs {
        // The ground stays divided as the dataset says: only the picture is drawn on another plane.
        divided.projection = marchland_projection::from_code(code).map_err(|error| Failure::Usage(format!("--crs {code}: {error}")))?;
    }
    say::step(&format!("divided the ground into {}", count_of(divided.at(at).faces().len(), "cell")));
    let states = Assessor::new(&ledger, &rule, as_of).states_at(at);
    let moment = Moment { at, as_of, rule: rule.label() };
    let snapshot = marchland_territory::snapshot(divided.at(at), ledger.sites(), states, moment);
    say::step(&format!("weighed {} by rule {}", count_of(ledger.reports().len(), "report"), rule.label()));
    let answer = Answer { loaded: &loaded, language, rule: rule.label(), at: Some(at), as_of };
    let made = Made {
        arguments,
        answer: &answer,
        ledger: &ledger,
        snapshot: &snapshot,
        divided: &divided,
        colours: palette::colours(ledger.actors()),
        provenance: answer.provenance(left_out),
        size,
    };
    made.write(&target)
}

fn page_size(text: &str) -> Result<PageSize, Failure> {
    let numbers = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    numbers.and_then(|(width, height)| PageSize::new(width, height)).ok_or_else(|| {
        Failure::Usage(format!("--size {text}: expected width and height in pixels, from 200x200 to 10000x10000, such as 1600x1200"))
    })
}

/// A resolved moment with all that its files need.
struct Made<'a> {
    arguments: &'a arguments::Snapshot,
    answer: &'a Answer<'a>,
    ledger: &'a Ledger,
    snapshot: &'a Snapshot,
    divided: &'a Grounded,
    colours: Vec<Colour>,
    provenance: Provenance,
    size: PageSize,
}

impl Made<'_> {
    fn write(&self, target: &Target) -> Result<(), Failure> {
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
        let export = self.export();
        let mut set = Set::new(folder)?;
        let mut assets = Vec::new();
        let mut add = |name: &str, write: &dyn Fn(&mut (dyn Write + Send)) -> Result<(), Failure>| -> Result<(), Failure> {
            assets.push(set.write(name, |sink| measured(name, sink, write))?);
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
        self.with_map(|request| {
            let drawn = drawn(request)?;
            let png = self.png(&drawn)?;
            add("map.png", &|sink| Ok(sink.write_all(&png)?))?;
            add("map.svg", &text(write::svg(&drawn)))?;
            add("map.alt.txt", &text(words::alt_text(request) + "\n"))?;
            add("map.md", &text(words::description(request)))
        })?;
        assets.sort_by(|one, other| one.name.cmp(&other.name));
        let listed = manifest::manifest(&export, &assets);
        assets.push(set.write("snapshot.json", |sink| measured("snapshot.json", sink, text(listed)))?);
        set.publish()?;
        Ok(assets)
    }

    /// Writes one file, in a format.
    fn one(&self, format: &str, sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
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
            ("png", _) => sink.write_all(&self.with_map(|request| self.png(&drawn(request)?))?)?,
            ("svg", _) => text(self.with_map(|request| Ok(write::svg(&drawn(request)?)))?)(sink)?,
            ("md", _) => text(self.with_map(|request| Ok(words::description(request)))?)(sink)?,
            _ => text(self.with_map(|request| Ok(words::alt_text(request) + "\n"))?)(sink)?,
        }
        Ok(())
    }

    fn export(&self) -> Export<'_> {
        let context = RowContext { ledger: self.ledger, ..self.answer.context(&self.colours) };
        Export { snapshot: self.snapshot, context, provenance: &self.provenance }
    }

    /// What the map needs, handed to a function, since its texts live only here.
    fn with_map<T>(&self, with: impl FnOnce(&MapRequest<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let config = &self.answer.loaded.dataset.config;
        let sure = how_sure(self.ledger, self.snapshot, config.territory.reach_m);
        let sources = self.provenance.credits.join(". ");
        with(&MapRequest {
            ledger: self.ledger,
            snapshot: self.snapshot,
            layers: &self.answer.loaded.dataset.layers,
            boundary: config.territory.boundary.as_ref(),
            projection: self.divided.projection.as_ref(),
            time_zone: &config.time_zone,
            time_zone_name: &config.time_zone_name,
            colours: &self.colours,
            language: self.answer.language,
            title: self.arguments.picture.title.as_deref().unwrap_or(&config.title),
            extent: config.map.extent,
            size: self.size,
            inset: match self.arguments.picture.inset {
                Overview::Auto => Inset::Auto,
                Overview::None => Inset::None,
            },
            sure: &sure,
            sources: &sources,
            made: &self.made(),
        })
    }

    /// How the map was made, in a line: `marchland 0.1.0 · snapshot … · dataset 3f9c2a71 · CC-BY-4.0`.
    fn made(&self) -> String {
        let Provenance { version, arguments, digest, licence, .. } = &self.provenance;
        let short = digest.get(..8).unwrap_or(digest);
        let licence = if licence.is_empty() { String::new() } else { format!(" · {licence}") };
        format!("marchland {version} · {} · dataset {short}{licence}", arguments.join(" "))
    }

    fn png(&self, scene: &Scene) -> Result<Vec<u8>, Failure> {
        let chunk = |keyword: &str, text: &str| (keyword.to_owned(), text.to_owned());
        let text = PngText {
            chunks: vec![
                chunk("Title", &scene.title),
                chunk("Description", &scene.description),
                chunk("Copyright", &self.provenance.licence),
                chunk("Software", &format!("marchland {}", self.provenance.version)),
                chunk("Comment", &format!("marchland {}", self.provenance.arguments.join(" "))),
                chunk("Source", &format!("dataset {} {}", self.provenance.dataset, self.provenance.digest)),
            ],
        };
        write::png(scene, &text).map_err(|error| Failure::Failed(error.to_string()))
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

/// The page of a map; what a reader would not see of it is said.
fn drawn(request: &MapRequest<'_>) -> Result<Scene, Failure> {
    let drawn = map::scene(request).map_err(|error| Failure::Failed(error.to_string()))?;
    for warning in &drawn.warnings {
        say::note(&format!("warning: {warning}"));
    }
    Ok(drawn.scene)
}

/// Three sentences on how sure the map is: reports and rule, contradictions, what the ground rests on.
fn how_sure(ledger: &Ledger, snapshot: &Snapshot, reach_m: Option<f64>) -> Vec<String> {
    let heard = |reports: fn(&Assessment) -> &Vec<marchland_core::ReportIndex>| {
        let all = snapshot.sites.iter().flat_map(move |state| reports(&state.assessment).iter().copied());
        all.collect::<std::collections::BTreeSet<_>>()
    };
    let (speak_for, against) = (heard(|state| &state.reports_for), heard(|state| &state.reports_against));
    let all: std::collections::BTreeSet<_> = speak_for.union(&against).copied().collect();
    let sources: std::collections::BTreeSet<_> = all.iter().map(|&report| ledger.report(report).source).collect();
    let contradicted = snapshot.sites.iter().filter(|state| !state.assessment.reports_against.is_empty()).count();
    let mut lines = vec![
        format!(
            "{} of {} bear on these states, weighed by rule {}.",
            count_of(all.len(), "report"),
            count_of(sources.len(), "source"),
            snapshot.rule
        ),
        format!("Reports contradict the state shown at {}.", count_of(contradicted, "place")),
    ];
    let reach = reach_m.map_or_else(String::new, |reach| format!(", within {} km", reach / 1_000.0));
    let estimates = ledger.sites().iter().filter(|site| site.estimate && site.takes_ground()).count();
    let moved = if estimates > 0 { " Dotted edges lie nearer to a place than that place is known." } else { "" };
    lines.push(format!("Ground is that of the nearest place{reach}.{moved}"));
    lines
}
