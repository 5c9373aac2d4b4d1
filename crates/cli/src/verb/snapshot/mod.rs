//! `snapshot`: the map of one moment, as layers, pictures, words and a manifest; or of many moments, each in a folder of its own.

mod made;
mod many;

use std::borrow::Cow;

use jiff::Timestamp;
use marchland_assess::{Assessor, Rule};
use marchland_core::{Coverage, Ledger, Snapshot};
use marchland_render::PageSize;
use marchland_territory::{Moment, Topology, coarsened, snapshot, undissolved};

use crate::answer::Answer;
use crate::arguments::{self, LayerName};
use crate::failure::{Failure, count_of};
use crate::ground::{self, Grounded};
use crate::output::Target;
use crate::pages::{self, Pages};
use crate::picture;
use crate::question::{self, Loaded};
use crate::{distance, say};
use made::Made;

const FORMATS: &[&str] = &[
    "geojson",
    "csv",
    "qml",
    "png",
    "svg",
    #[cfg(feature = "pdf")]
    "pdf",
    "txt",
    "md",
    "json",
];

/// Resolves a moment, or many, and writes what is asked.
pub(crate) fn run(arguments: &arguments::Snapshot) -> Result<(), Failure> {
    let target = arguments.destination.target("snapshot", FORMATS)?;
    let target = target.ok_or_else(|| {
        Failure::Usage("snapshot needs a place to write to: -o out/ for the whole set, or a file such as -o map.png".to_owned())
    })?;
    arguments.destination.refuse_existing(&target)?;
    let size = picture::page_size(&arguments.map.picture, picture::PAGE)?;
    let simplify_m = arguments.borders.simplify.as_deref().map(|text| distance::metres("--simplify", text)).transpose()?;
    let loaded = question::load(&arguments.dataset)?;
    let (ledger, left_out) = loaded.publishable();
    for line in &left_out {
        say::note(&format!("left out: {line}"));
    }
    let (steps, config) = (&arguments.steps, &loaded.dataset.config);
    let is_one = steps.during.is_none() && steps.every.is_none() && !steps.on_change;
    let mut divided =
        if is_one { ground::divide_at(config, &ledger, &[loaded.clocks(&arguments.moment)?.0])? } else { ground::divide(config, &ledger)? };
    pages::on_plane(&arguments.map, &mut divided)?;
    let asked = kept(Asked {
        arguments,
        loaded,
        ledger: &ledger,
        language: loaded.language(arguments.wording.lang.as_deref())?,
        rule: loaded.asked_rule(&arguments.moment.weighing)?,
        as_of: loaded.as_of(&arguments.moment.weighing)?,
        divided,
        simplify_m,
        size,
        left_out,
    });
    if is_one { asked.one(&target) } else { many::run(asked, &target) }
}

/// Keeps something in memory until the process ends: to give a million cells back one by one would take a tenth of all the time.
fn kept<'k, T: 'k>(thing: T) -> &'k mut T {
    Box::leak(Box::new(thing))
}

/// What is asked, looked up, but for the moment.
struct Asked<'a> {
    arguments: &'a arguments::Snapshot,
    loaded: &'a Loaded,
    ledger: &'a Ledger,
    language: Option<&'a str>,
    rule: Rule,
    as_of: Option<Timestamp>,
    divided: Grounded,
    simplify_m: Option<f64>,
    size: PageSize,
    left_out: Vec<String>,
}

impl Asked<'_> {
    fn one(&self, target: &Target) -> Result<(), Failure> {
        let (at, _) = self.loaded.clocks(&self.arguments.moment)?;
        let coverage = self.divided.at(at);
        say::step(&format!("divided the ground into {}", count_of(coverage.faces().len(), "cell")));
        let assessor = Assessor::new(self.ledger, &self.rule, self.as_of);
        let states = self.ledger.site_indices().map(|site| assessor.state_at(site, at));
        let (topology, sites, moment) = (kept(Topology::new(coverage)), self.ledger.sites(), self.moment(at));
        let made = if self.asks_for_cells_alone(target) {
            undissolved(topology, sites, states, moment)
        } else {
            snapshot(topology, sites, states, moment)
        };
        say::step(&format!("weighed {} by rule {}", count_of(self.ledger.reports().len(), "report"), self.rule.label()));
        self.with(at, kept(self.coarser(Cow::Owned(made), coverage)), |made| made.write(target))
    }

    /// Whether nothing is asked that needs dissolved ground: a single layer of cells or sites.
    fn asks_for_cells_alone(&self, target: &Target) -> bool {
        let is_table = |format: &str| ["geojson", "csv"].contains(&format);
        let is_alone = matches!(target, Target::File(_, format) | Target::Standard(format) if is_table(format));
        let layer = self.arguments.layer.unwrap_or(LayerName::Territory);
        is_alone && matches!(layer, LayerName::Territory | LayerName::Sites) && !self.arguments.wording.json
    }

    fn moment(&self, at: Timestamp) -> Moment {
        Moment { at, as_of: self.as_of, rule: self.rule.label() }
    }

    /// The snapshot with simplified borders, where that is asked.
    fn coarser<'s>(&self, snapshot: Cow<'s, Snapshot>, coverage: &Coverage) -> Cow<'s, Snapshot> {
        match self.simplify_m {
            Some(tolerance_m) => Cow::Owned(coarsened(snapshot.into_owned(), coverage, self.ledger.sites(), tolerance_m)),
            None => snapshot,
        }
    }

    /// Hands the resolved moment, with all that its files need, to a function.
    fn with<T>(&self, at: Timestamp, snapshot: &Snapshot, with: impl FnOnce(&Made<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let answer = Answer { loaded: self.loaded, language: self.language, rule: self.rule.label(), at: Some(at), as_of: self.as_of };
        let pages = Pages {
            answer: &answer,
            ledger: self.ledger,
            projection: self.divided.projection.as_ref(),
            colours: &picture::colours(&self.arguments.map.picture, self.ledger.actors()),
            provenance: &answer.provenance(self.left_out.clone()),
            layout: &self.arguments.map,
            size: self.size,
        };
        with(&Made { arguments: self.arguments, pages, snapshot })
    }
}
