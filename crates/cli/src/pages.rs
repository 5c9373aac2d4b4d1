//! Pages with maps of a dataset: what all of them have in common, and how sure they are.

use std::collections::BTreeSet;

use marchland_core::{Colour, Ledger, Projection, Snapshot};
use marchland_formats::Provenance;
use marchland_formats::dataset::{Method, TerritoryConfig};
use marchland_render::scene::Scene;
use marchland_render::{Arrows, Drawn, Furniture, Inset, MapFault, MapRequest, PageSize, Shown};

use crate::answer::Answer;
use crate::arguments::{Map, Overview};
use crate::failure::{Failure, count_of};
use crate::ground::Grounded;
use crate::picture;

/// What the pages of one question have in common.
#[derive(Clone, Copy)]
pub(crate) struct Pages<'a> {
    /// The question: dataset, language, rule, clocks.
    pub(crate) answer: &'a Answer<'a>,
    /// What is drawn, without what must not leave it.
    pub(crate) ledger: &'a Ledger,
    /// The plane of the maps.
    pub(crate) projection: &'a dyn Projection,
    /// A colour for each actor.
    pub(crate) colours: &'a [Colour],
    /// Where it comes from.
    pub(crate) provenance: &'a Provenance,
    /// How the user wants it laid out.
    pub(crate) layout: &'a Map,
    /// The size that is.
    pub(crate) size: PageSize,
}

impl Pages<'_> {
    /// What a map needs, handed to a function, since its texts live only here.
    pub(crate) fn with_map<T>(
        &self,
        snapshot: &Snapshot,
        sure: &[String],
        with: impl FnOnce(&MapRequest<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let config = &self.answer.loaded.dataset.config;
        let sources = self.provenance.credits.join(". ");
        with(&MapRequest {
            ledger: self.ledger,
            snapshot,
            layers: &self.answer.loaded.dataset.layers,
            boundary: config.territory.boundary.as_ref(),
            reach_m: config.territory.reach_m.filter(|_| config.territory.method == Method::Voronoi),
            projection: self.projection,
            time_zone: &config.time_zone,
            time_zone_name: &config.time_zone_name,
            colours: self.colours,
            language: self.answer.language,
            title: self.layout.picture.title.as_deref().unwrap_or(&config.title),
            extent: config.map.extent,
            size: self.size,
            scale: self.layout.scale,
            furniture: furniture(self.layout),
            marked: None,
            arrows: if self.layout.arrows { Arrows::FromNearest } else { Arrows::None },
            sure,
            sources: &sources,
            made: &picture::made(self.provenance),
        })
    }

    /// How sure some maps are, each under its name.
    pub(crate) fn how_sure(&self, maps: &[(String, &Snapshot)]) -> Vec<String> {
        how_sure(self.ledger, maps, &self.answer.loaded.dataset.config.territory)
    }

    /// How sure the maps of an animation are: what does not change from frame to frame.
    pub(crate) fn how_sure_throughout(&self, rule: &str) -> Vec<String> {
        let weighed = if self.ledger.reports().is_empty() && !self.ledger.given().is_empty() {
            "The states are as the dataset gives them; no report was weighed.".to_owned()
        } else {
            format!("{} weighed by rule {rule}.", count_of(self.ledger.reports().len(), "report"))
        };
        vec![weighed, whose_ground(&self.answer.loaded.dataset.config.territory)]
    }
}

/// The parts of a page that are asked for.
fn furniture(layout: &Map) -> Furniture {
    let shown = |is_shown: bool| if is_shown { Shown::Yes } else { Shown::No };
    Furniture {
        names: shown(!layout.no_labels),
        legend: shown(!layout.picture.no_legend),
        graticule: shown(layout.graticule),
        inset: match layout.inset {
            Overview::Auto => Inset::Auto,
            Overview::None => Inset::None,
        },
        ..Furniture::default()
    }
}

/// Draws on the plane that is asked for: the ground stays divided as the dataset says.
pub(crate) fn on_plane(layout: &Map, divided: &mut Grounded) -> Result<(), Failure> {
    if let Some(code) = &layout.crs {
        divided.projection = marchland_projection::from_code(code).map_err(|error| Failure::Usage(format!("--crs {code}: {error}")))?;
    }
    Ok(())
}

/// The page of what was laid out.
pub(crate) fn drawn(laid_out: Result<Drawn, MapFault>) -> Result<Scene, Failure> {
    laid_out.map(picture::page).map_err(|fault| failure(&fault))
}

/// Why nothing was laid out.
pub(crate) fn failure(fault: &MapFault) -> Failure {
    match fault {
        MapFault::TooMany { .. } => Failure::Usage(fault.to_string()),
        MapFault::Nothing => Failure::Failed(fault.to_string()),
    }
}

/// Three sentences on how sure the maps are: reports and rule, contradictions, what the ground rests on.
fn how_sure(ledger: &Ledger, maps: &[(String, &Snapshot)], territory: &TerritoryConfig) -> Vec<String> {
    let heard: Vec<Heard> = maps.iter().map(|(_, snapshot)| Heard::of(ledger, snapshot)).collect();
    let mut lines = match &*heard {
        _ if heard.iter().all(|heard| heard.reports == 0) && !ledger.given().is_empty() => {
            vec!["The states are as the dataset gives them; no report was weighed.".to_owned()]
        }
        [one] => vec![
            format!(
                "{} of {} bear on these states, weighed by rule {}.",
                count_of(one.reports, "report"),
                count_of(one.sources, "source"),
                maps[0].1.rule
            ),
            format!("Reports contradict the state shown at {}.", count_of(one.contradicted, "place")),
        ],
        several => {
            let counts = |count: fn(&Heard) -> usize| {
                let of = |((name, _), heard): (&(String, _), &Heard)| format!("{name}\u{A0}{}", count(heard));
                maps.iter().zip(several).map(of).collect::<Vec<_>>().join(", ")
            };
            let is_one_rule = maps.iter().all(|(_, snapshot)| snapshot.rule == maps[0].1.rule);
            let rule = if is_one_rule { format!("rule {}", maps[0].1.rule) } else { "each map's rule".to_owned() };
            vec![
                format!("Reports that bear on the states: {}; weighed by {rule}.", counts(|heard| heard.reports)),
                format!("Places where reports contradict the state shown: {}.", counts(|heard| heard.contradicted)),
            ]
        }
    };
    lines.push(whose_ground(territory));
    lines
}

/// How much was heard of a map's states.
struct Heard {
    reports: usize,
    sources: usize,
    contradicted: usize,
}

impl Heard {
    fn of(ledger: &Ledger, snapshot: &Snapshot) -> Self {
        let states = || snapshot.sites.iter().map(|state| &state.assessment);
        let reports: BTreeSet<_> = states().flat_map(|state| state.reports_for.iter().chain(&state.reports_against)).copied().collect();
        let sources: BTreeSet<_> = reports.iter().map(|&report| ledger.report(report).source).collect();
        let contradicted = states().filter(|state| !state.reports_against.is_empty()).count();
        Self { reports: reports.len(), sources: sources.len(), contradicted }
    }
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
