//! The dataset in memory, its parts checked against each other.
//!
//! A [`LedgerDraft`] says things by id, as files and people do. [`Ledger::new`] resolves the ids, and refuses a draft that
//! contradicts itself with every [`Inconsistency`] found, each pointing at the record and column at fault, so that a reader of
//! files can name the line.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use geo_types::Geometry;
use jiff::{SignedDuration, Timestamp};

use crate::{
    Actor, ActorIndex, Assertion, ControlState, Credibility, Extra, Names, Period, Publish, Reliability, Report, ReportIndex, Review, Site,
    SiteIndex, Source, SourceIndex, Status, Window,
};

/// A [`Source`] said by ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceDraft {
    /// Unique id.
    pub id: String,
    /// Label.
    pub name: String,
    /// Agency, spokesman, broadcaster.
    pub kind: String,
    /// Id of the actor the source leans to.
    pub leans_to: Option<String>,
    /// The Admiralty letter.
    pub reliability: Reliability,
    /// SPDX id or free text.
    pub licence: String,
    /// What of it may leave.
    pub publish: Publish,
    /// Free text.
    pub note: String,
    /// Unknown columns.
    pub extra: Extra,
}

/// A [`Site`] said by ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteDraft {
    /// Unique id.
    pub id: String,
    /// Label and translations.
    pub names: Names,
    /// What it is.
    pub kind: String,
    /// Where it is, in degrees of WGS 84.
    pub geometry: Option<Geometry<f64>>,
    /// Radius in metres within which the true place lies.
    pub precision_m: Option<f64>,
    /// Whether the position is an estimate.
    pub estimate: bool,
    /// Whether it takes ground.
    pub ground: bool,
    /// Id of the site it lies in.
    pub parent: Option<String>,
    /// People.
    pub population: Option<f64>,
    /// Weight.
    pub weight: Option<f64>,
    /// Where the geometry comes from.
    pub source: String,
    /// Free text.
    pub note: String,
    /// Unknown properties.
    pub extra: Extra,
}

/// A [`Report`] said by ids.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportDraft {
    /// Unique id.
    pub id: String,
    /// Ids of the sites it speaks of.
    pub sites: Vec<String>,
    /// Id of the actor it is about.
    pub actor: Option<String>,
    /// What it asserts.
    pub asserts: Assertion,
    /// When it was so.
    pub time: Window,
    /// When it became known; none: the end of `time`.
    pub said: Option<Window>,
    /// Id of the source that asserts it.
    pub source: String,
    /// Ids of those through whom it reached us.
    pub via: Vec<String>,
    /// The grade of the day.
    pub credibility: Credibility,
    /// The grade given later.
    pub review: Option<Review>,
    /// Ids of the reports it withdraws or corrects.
    pub supersedes: Vec<String>,
    /// Reference.
    pub citation: String,
    /// Free text.
    pub note: String,
    /// Unknown columns.
    pub extra: Extra,
}

impl ReportDraft {
    /// A report with what every report needs, and nothing else: said at once, not graded.
    #[must_use]
    pub fn new(id: &str, site: &str, actor: &str, asserts: Assertion, time: Window, source: &str) -> Self {
        Self {
            id: id.to_owned(),
            sites: vec![site.to_owned()],
            actor: (!actor.is_empty()).then(|| actor.to_owned()),
            asserts,
            time,
            said: None,
            source: source.to_owned(),
            via: Vec::new(),
            credibility: Credibility::CannotBeJudged,
            review: None,
            supersedes: Vec::new(),
            citation: String::new(),
            note: String::new(),
            extra: Extra::new(),
        }
    }
}

/// A [`Given`] said by ids.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenDraft {
    /// Id of the site.
    pub site: Arc<str>,
    /// The first instant of the state.
    pub start: Timestamp,
    /// The first instant after it; none: the horizon.
    pub end: Option<Timestamp>,
    /// What is given.
    pub state: Arc<GivenStateDraft>,
}

/// A [`GivenState`] said by ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GivenStateDraft {
    /// An actor's id, `contested` or `unknown`.
    pub control: String,
    /// How surely; none: confirmed where held, else as the control says.
    pub status: Option<Status>,
    /// Probability, 0 to 1.
    pub confidence: Option<f64>,
    /// Id of the source, where it is one of the ledger's.
    pub source: Option<String>,
    /// Reference.
    pub citation: String,
}

/// Who held every site before its first report, said by id.
#[derive(Clone, Debug, PartialEq)]
pub struct InitialDraft {
    /// Id of the actor.
    pub actor: String,
    /// How surely, 0 to 1.
    pub confidence: f64,
}

/// Everything of a dataset, said by ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LedgerDraft {
    /// The parties.
    pub actors: Vec<Actor>,
    /// Who says things.
    pub sources: Vec<SourceDraft>,
    /// The places.
    pub sites: Vec<SiteDraft>,
    /// The statements.
    pub reports: Vec<ReportDraft>,
    /// States somebody else assessed.
    pub given: Vec<GivenDraft>,
    /// Who held every site first.
    pub initial: Option<InitialDraft>,
    /// The first instant the dataset no longer speaks for; none: a day after the last window.
    pub horizon: Option<Timestamp>,
}

/// A state somebody else already assessed.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Where.
    pub site: SiteIndex,
    /// When.
    pub period: Period,
    /// What; of a million states most are like others, and share it.
    pub state: Arc<GivenState>,
}

/// What somebody else assessed of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenState {
    /// Who held it.
    pub control: ControlState,
    /// How surely.
    pub status: Status,
    /// Probability, 0 to 1.
    pub confidence: Option<f64>,
    /// Who says so.
    pub source: Option<SourceIndex>,
    /// Reference.
    pub citation: String,
}

/// Who held every site before its first report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Initial {
    /// The holder.
    pub actor: ActorIndex,
    /// How surely, 0 to 1.
    pub confidence: f64,
}

/// Which list of a draft a record stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Record {
    /// [`LedgerDraft::actors`].
    Actor,
    /// [`LedgerDraft::sites`].
    Site,
    /// [`LedgerDraft::sources`].
    Source,
    /// [`LedgerDraft::reports`].
    Report,
    /// [`LedgerDraft::given`].
    Given,
    /// [`LedgerDraft::initial`] or [`LedgerDraft::horizon`].
    Settings,
}

/// A draft's contradiction, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Inconsistency {
    /// In which list.
    pub record: Record,
    /// At which position of the list.
    pub index: usize,
    /// In which column of the file format: `site`, `via`.
    pub column: &'static str,
    /// At which position of a cell that lists several ids.
    pub item: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong between the parts of a draft.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// A record without an id.
    #[error("expected an id but got nothing")]
    EmptyId,
    /// An id used twice in one list.
    #[error("\"{id}\" is already the id of record {}", first + 1)]
    DuplicateId {
        /// The id.
        id: String,
        /// Position of the record that had it first.
        first: usize,
    },
    /// An actor named like a state.
    #[error("\"{id}\" is the name of a state and cannot be an actor's id")]
    ReservedId {
        /// The id.
        id: String,
    },
    /// An id that is in no list.
    #[error("no {record} \"{id}\"")]
    UnknownId {
        /// What was looked for: `actor`, `site`, `source`, `report`.
        record: &'static str,
        /// The id.
        id: String,
        /// Ids that look like it, nearest first, at most three.
        nearest: Vec<String>,
    },
    /// A report without a site.
    #[error("expected at least one site but got none")]
    NoSite,
    /// A report that names a site twice.
    #[error("site \"{id}\" is named twice")]
    SiteTwice {
        /// The site.
        id: String,
    },
    /// A report of control that is about nobody.
    #[error("\"{asserts}\" needs an actor; only \"context\" may be about nobody")]
    NoActor {
        /// The word.
        asserts: &'static str,
    },
    /// A report that withdraws itself.
    #[error("report \"{id}\" supersedes itself")]
    SupersedesItself {
        /// The report.
        id: String,
    },
    /// Parents that go round in a circle.
    #[error("site \"{id}\" lies in itself, by way of its parents")]
    ParentCycle {
        /// The site.
        id: String,
    },
    /// A given state that ends before it starts.
    #[error("the state ends at {end}, not after its start {start}")]
    EmptyPeriod {
        /// The start.
        start: Timestamp,
        /// The end, given or the horizon.
        end: Timestamp,
    },
    /// Two given states of one site at one time.
    #[error("the state overlaps that of record {} at the same site", other + 1)]
    OverlappingStates {
        /// Position of the other record.
        other: usize,
    },
    /// A probability outside 0 to 1.
    #[error("expected a probability from 0 to 1 but got {found}")]
    NoProbability {
        /// The number.
        found: f64,
    },
    /// A horizon before the last report.
    #[error("the horizon {horizon} lies before the last report, which ends at {last}")]
    HorizonTooEarly {
        /// The horizon.
        horizon: Timestamp,
        /// The end of the last report's window.
        last: Timestamp,
    },
}

/// The dataset in memory: actors, sources, sites and reports, checked against each other.
///
/// Lists keep the order of the draft, so an index is a position in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    actors: Vec<Actor>,
    sources: Vec<Source>,
    sites: Vec<Site>,
    reports: Vec<Report>,
    given: Vec<Given>,
    initial: Option<Initial>,
    span: Period,
    reports_by_site: Vec<Vec<ReportIndex>>,
    /// Where each site's states begin among the given ones, and where the last one's end.
    given_by_site: Vec<u32>,
}

impl Ledger {
    /// Resolves a draft.
    ///
    /// # Errors
    ///
    /// Every [`Inconsistency`] of the draft, ordered by list, record and column.
    ///
    /// ```
    /// use marchland_core::{Ledger, LedgerDraft, ReportDraft, Assertion, Window, Problem};
    /// let mut draft = LedgerDraft::default();
    /// let noon = Window::instant("2016-10-03T07:30:00Z".parse().unwrap());
    /// draft.reports.push(ReportDraft::new("S01", "nowhere", "nobody", Assertion::Takes, noon, "no-one"));
    /// let faults = Ledger::new(draft).unwrap_err();
    /// assert_eq!(faults.len(), 3);
    /// assert!(matches!(&faults[0].problem, Problem::UnknownId { record: "site", .. }));
    /// ```
    pub fn new(draft: LedgerDraft) -> Result<Self, Vec<Inconsistency>> {
        let mut resolver = Resolver::new(&draft);
        let span = resolver.span(&draft);
        let initial = resolver.initial(&draft);
        let sources = resolver.sources(draft.sources);
        let sites = resolver.sites(draft.sites);
        let reports = resolver.reports(draft.reports);
        let (given, given_by_site) = resolver.given(draft.given, (&sites, span.end()));
        let mut faults = resolver.faults;
        if !faults.is_empty() {
            faults.sort_by_key(|fault| (fault.record, fault.index, fault.item));
            return Err(faults);
        }
        let mut reports_by_site = vec![Vec::new(); sites.len()];
        for (index, report) in reports.iter().enumerate() {
            for site in &report.sites {
                reports_by_site[site.0 as usize].push(ReportIndex(index as u32));
            }
        }
        Ok(Self { actors: draft.actors, sources, sites, reports, given, initial, span, reports_by_site, given_by_site })
    }

    /// The parties, in file order.
    #[must_use]
    pub fn actors(&self) -> &[Actor] {
        &self.actors
    }

    /// Who says things, in file order.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The places, in file order.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The statements, in file order.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// States somebody else assessed, by site and then by start.
    #[must_use]
    pub fn given(&self) -> &[Given] {
        &self.given
    }

    /// The given states of a site, by start.
    #[must_use]
    pub fn given_about(&self, site: SiteIndex) -> &[Given] {
        let site = site.0 as usize;
        &self.given[self.given_by_site[site] as usize..self.given_by_site[site + 1] as usize]
    }

    /// Who held every site before its first report.
    #[must_use]
    pub fn initial(&self) -> Option<Initial> {
        self.initial
    }

    /// What the dataset speaks for: from a day before its first window up to the horizon.
    #[must_use]
    pub fn span(&self) -> Period {
        self.span
    }

    /// The actor at an index that this ledger gave.
    #[must_use]
    pub fn actor(&self, actor: ActorIndex) -> &Actor {
        &self.actors[actor.0 as usize]
    }

    /// The source at an index that this ledger gave.
    #[must_use]
    pub fn source(&self, source: SourceIndex) -> &Source {
        &self.sources[source.0 as usize]
    }

    /// The site at an index that this ledger gave.
    #[must_use]
    pub fn site(&self, site: SiteIndex) -> &Site {
        &self.sites[site.0 as usize]
    }

    /// The report at an index that this ledger gave.
    #[must_use]
    pub fn report(&self, report: ReportIndex) -> &Report {
        &self.reports[report.0 as usize]
    }

    /// The reports that name the site itself, in file order.
    #[must_use]
    pub fn reports_about(&self, site: SiteIndex) -> &[ReportIndex] {
        &self.reports_by_site[site.0 as usize]
    }

    /// All indices of sites, in order.
    pub fn site_indices(&self) -> impl ExactSizeIterator<Item = SiteIndex> + use<> {
        (0..self.sites.len() as u32).map(SiteIndex)
    }

    /// The site with an id, by a walk through the sites.
    #[must_use]
    pub fn site_with_id(&self, id: &str) -> Option<SiteIndex> {
        self.site_indices().find(|&site| self.site(site).id == id)
    }

    /// The actor with an id, by a walk through the actors.
    #[must_use]
    pub fn actor_with_id(&self, id: &str) -> Option<ActorIndex> {
        (0..self.actors.len() as u32).map(ActorIndex).find(|&actor| self.actor(actor).id == id)
    }

    /// The ledger without the reports that `keep` refuses; everything else, the span too, stays as it is.
    #[must_use]
    pub fn with_reports(&self, keep: impl Fn(&Report) -> bool) -> Self {
        let kept: Vec<usize> = (0..self.reports.len()).filter(|&index| keep(&self.reports[index])).collect();
        let new_index: HashMap<usize, u32> = kept.iter().enumerate().map(|(new, &old)| (old, new as u32)).collect();
        let moved = |index: &ReportIndex| new_index.get(&(index.0 as usize)).map(|&new| ReportIndex(new));
        let reports = kept
            .iter()
            .map(|&old| {
                let report = &self.reports[old];
                Report { supersedes: report.supersedes.iter().filter_map(moved).collect(), ..report.clone() }
            })
            .collect();
        let reports_by_site = self.reports_by_site.iter().map(|about| about.iter().filter_map(moved).collect()).collect();
        Self { reports, reports_by_site, ..self.clone() }
    }
}

/// The ids of a list and where they stand, in order of the ids.
struct Ids {
    record: &'static str,
    positions: Vec<(String, u32)>,
}

impl Ids {
    /// The position of an id; of one given twice, the first.
    fn get(&self, id: &str) -> Result<u32, Problem> {
        let at = self.positions.partition_point(|(known, _)| known.as_str() < id);
        self.positions.get(at).filter(|(known, _)| known == id).map(|&(_, position)| position).ok_or_else(|| Problem::UnknownId {
            record: self.record,
            id: id.to_owned(),
            nearest: nearest_names(id, self.positions.iter().map(|(known, _)| known.as_str())),
        })
    }
}

struct Resolver {
    actors: Ids,
    sources: Ids,
    sites: Ids,
    reports: Ids,
    faults: Vec<Inconsistency>,
}

/// Where a value stands, while a draft is resolved.
#[derive(Clone, Copy)]
struct At(Record, usize, &'static str);

impl Resolver {
    fn new(draft: &LedgerDraft) -> Self {
        let mut faults = Vec::new();
        let mut ids = |record, name, column, all: Vec<&str>| collect_ids(At(record, 0, column), name, &all, &mut faults);
        let actors = ids(Record::Actor, "actor", "actor", draft.actors.iter().map(|actor| actor.id.as_str()).collect());
        let sites = ids(Record::Site, "site", "id", draft.sites.iter().map(|site| site.id.as_str()).collect());
        let sources = ids(Record::Source, "source", "source", draft.sources.iter().map(|source| source.id.as_str()).collect());
        let reports = ids(Record::Report, "report", "report", draft.reports.iter().map(|report| report.id.as_str()).collect());
        for (index, actor) in draft.actors.iter().enumerate() {
            if matches!(actor.id.as_str(), "contested" | "unknown" | "another") {
                let problem = Problem::ReservedId { id: actor.id.clone() };
                faults.push(Inconsistency { record: Record::Actor, index, column: "actor", item: 0, problem });
            }
        }
        Self { actors, sources, sites, reports, faults }
    }

    fn fault(&mut self, At(record, index, column): At, item: usize, problem: Problem) {
        self.faults.push(Inconsistency { record, index, column, item, problem });
    }

    /// Keeps the value, or the fault and nothing.
    fn keep<T>(&mut self, at: At, item: usize, found: Result<T, Problem>) -> Option<T> {
        found.map_err(|problem| self.fault(at, item, problem)).ok()
    }

    fn span(&mut self, draft: &LedgerDraft) -> Period {
        const DAY: SignedDuration = SignedDuration::from_hours(24);
        let windows = || draft.reports.iter().filter(|report| report.asserts != Assertion::Context).map(|report| report.time);
        let given = draft.given.iter().map(|given| (given.start, given.end.unwrap_or(given.start)));
        let spoken = windows().map(|window| (window.earliest(), window.latest())).chain(given);
        let ends = spoken.reduce(|(first, last), (start, end)| (first.min(start), last.max(end)));
        let (first, last) = (ends.map(|ends| ends.0), ends.map(|ends| ends.1));
        let last_word = last.unwrap_or(Timestamp::UNIX_EPOCH);
        if let (Some(horizon), Some(last)) = (draft.horizon, windows().map(Window::latest).max())
            && horizon < last
        {
            self.fault(At(Record::Settings, 0, "horizon"), 0, Problem::HorizonTooEarly { horizon, last });
        }
        let start = first.unwrap_or(last_word).saturating_sub(DAY).unwrap_or(Timestamp::MIN);
        let end = draft.horizon.unwrap_or_else(|| last_word.saturating_add(DAY).unwrap_or(Timestamp::MAX));
        Period::new(start, end.max(start.saturating_add(DAY).unwrap_or(Timestamp::MAX)))
            .unwrap_or_else(|_| Period::new(Timestamp::UNIX_EPOCH, Timestamp::MAX).expect("the epoch lies before the last instant"))
    }

    fn initial(&mut self, draft: &LedgerDraft) -> Option<Initial> {
        let initial = draft.initial.as_ref()?;
        let at = At(Record::Settings, 0, "initial");
        let found = self.actors.get(&initial.actor);
        let actor = self.keep(at, 0, found)?;
        if !(0.0..=1.0).contains(&initial.confidence) {
            self.fault(At(Record::Settings, 0, "initial_confidence"), 0, Problem::NoProbability { found: initial.confidence });
        }
        Some(Initial { actor: ActorIndex(actor), confidence: initial.confidence })
    }

    fn sources(&mut self, drafts: Vec<SourceDraft>) -> Vec<Source> {
        drafts
            .into_iter()
            .enumerate()
            .map(|(index, draft)| Source {
                leans_to: draft.leans_to.and_then(|id| {
                    let found = self.actors.get(&id);
                    self.keep(At(Record::Source, index, "actor"), 0, found).map(ActorIndex)
                }),
                id: draft.id,
                name: draft.name,
                kind: draft.kind,
                reliability: draft.reliability,
                licence: draft.licence,
                publish: draft.publish,
                note: draft.note,
                extra: draft.extra,
            })
            .collect()
    }

    fn sites(&mut self, drafts: Vec<SiteDraft>) -> Vec<Site> {
        let parents: Vec<Option<u32>> = drafts
            .iter()
            .enumerate()
            .map(|(index, draft)| {
                let found = self.sites.get(draft.parent.as_deref()?);
                self.keep(At(Record::Site, index, "parent"), 0, found)
            })
            .collect();
        let mut children = vec![Vec::new(); drafts.len()];
        for (index, parent) in parents.iter().enumerate() {
            if let Some(parent) = parent {
                children[*parent as usize].push(SiteIndex(index as u32));
            }
            if lies_in_itself(index, &parents) {
                let problem = Problem::ParentCycle { id: drafts[index].id.clone() };
                self.fault(At(Record::Site, index, "parent"), 0, problem);
            }
        }
        let families = parents.into_iter().zip(children);
        drafts
            .into_iter()
            .zip(families)
            .map(|(draft, (parent, children))| Site {
                id: draft.id,
                names: draft.names,
                kind: draft.kind,
                geometry: draft.geometry,
                precision_m: draft.precision_m,
                estimate: draft.estimate,
                ground: draft.ground,
                parent: parent.map(SiteIndex),
                children: children.into(),
                population: draft.population,
                weight: draft.weight,
                source: draft.source,
                note: draft.note,
                extra: draft.extra,
            })
            .collect()
    }

    fn reports(&mut self, drafts: Vec<ReportDraft>) -> Vec<Report> {
        drafts.into_iter().enumerate().filter_map(|(index, draft)| self.report(index, draft)).collect()
    }

    fn report(&mut self, index: usize, draft: ReportDraft) -> Option<Report> {
        let at = |column| At(Record::Report, index, column);
        let sites = self.report_sites(at("site"), &draft.sites);
        let actor = match &draft.actor {
            Some(id) => {
                let found = self.actors.get(id);
                self.keep(at("actor"), 0, found).map(ActorIndex)
            }
            None if draft.asserts == Assertion::Context => None,
            None => {
                self.fault(at("actor"), 0, Problem::NoActor { asserts: draft.asserts.word() });
                None
            }
        };
        let found = self.sources.get(&draft.source);
        let source = self.keep(at("source"), 0, found).map(SourceIndex);
        let mut via = Vec::with_capacity(draft.via.len());
        for (item, id) in draft.via.iter().enumerate() {
            let found = self.sources.get(id);
            via.extend(self.keep(at("via"), item, found).map(SourceIndex));
        }
        let mut supersedes = Vec::with_capacity(draft.supersedes.len());
        for (item, id) in draft.supersedes.iter().enumerate() {
            let found = if *id == draft.id { Err(Problem::SupersedesItself { id: id.clone() }) } else { self.reports.get(id) };
            supersedes.extend(self.keep(at("supersedes"), item, found).map(ReportIndex));
        }
        Some(Report {
            id: draft.id,
            sites,
            actor,
            asserts: draft.asserts,
            time: draft.time,
            said: draft.said.unwrap_or_else(|| Window::instant(draft.time.latest())),
            source: source?,
            via,
            credibility: draft.credibility,
            review: draft.review,
            supersedes,
            citation: draft.citation,
            note: draft.note,
            extra: draft.extra,
        })
    }

    fn report_sites(&mut self, at: At, ids: &[String]) -> Vec<SiteIndex> {
        if ids.is_empty() {
            self.fault(at, 0, Problem::NoSite);
        }
        let mut sites = Vec::with_capacity(ids.len());
        for (item, id) in ids.iter().enumerate() {
            let found = self
                .sites
                .get(id)
                .map(SiteIndex)
                .and_then(|site| if sites.contains(&site) { Err(Problem::SiteTwice { id: id.clone() }) } else { Ok(site) });
            sites.extend(self.keep(at, item, found));
        }
        sites
    }

    /// The given states by site and start, and where those of each site begin.
    fn given(&mut self, drafts: Vec<GivenDraft>, (sites, horizon): (&[Site], Timestamp)) -> (Vec<Given>, Vec<u32>) {
        let mut by_site = vec![0; sites.len() + 1];
        let mut positions: Vec<u32> = Vec::with_capacity(drafts.len());
        let (mut met, mut known) = (None, KnownStates::default());
        let resolved = drafts.into_iter().enumerate().filter_map(|(index, draft)| {
            let at = |column| At(Record::Given, index, column);
            let found = self.site_after(sites, met.as_ref(), &draft.site);
            let site = self.keep(at("site"), 0, found).map(SiteIndex);
            met = site.map(|site| (draft.site, site)).or_else(|| met.take());
            let state = known.get(&draft.state).or_else(|| {
                let (before, state) = (self.faults.len(), Arc::new(self.given_state(index, &draft.state)?));
                if self.faults.len() == before {
                    known.add(&draft.state, &state);
                }
                Some(state)
            });
            let found = Period::new(draft.start, draft.end.unwrap_or(horizon));
            let found = found.map_err(|empty| Problem::EmptyPeriod { start: empty.start, end: empty.end });
            let period = self.keep(at("time_end"), 0, found);
            let given = Given { site: site?, period: period?, state: state? };
            positions.push(index as u32);
            by_site[given.site.0 as usize + 1] += 1;
            Some(given)
        });
        let given = resolved.collect();
        for site in 0..sites.len() {
            by_site[site + 1] += by_site[site];
        }
        (self.in_order(given, &positions), by_site)
    }

    /// States by site and start, given with their positions in the draft; those of a site that overlap are faults.
    fn in_order(&mut self, mut given: Vec<Given>, positions: &[u32]) -> Vec<Given> {
        let is_after = |one: &Given, next: &Given| one.site < next.site || one.site == next.site && one.period.end() <= next.period.start();
        if given.is_sorted_by(is_after) {
            return given;
        }
        let key = |state: &Given| (state.site, state.period);
        let mut order: Vec<usize> = (0..given.len()).collect();
        order.sort_by_key(|&at| key(&given[at]));
        given.sort_by_key(key);
        for (pair, rows) in given.windows(2).zip(order.windows(2)) {
            if pair[0].site == pair[1].site && pair[0].period.overlaps(pair[1].period) {
                let [one, next] = [rows[0], rows[1]].map(|row| positions[row] as usize);
                let problem = Problem::OverlappingStates { other: one.min(next) };
                self.fault(At(Record::Given, one.max(next), "time_start"), 0, problem);
            }
        }
        given
    }

    /// The site with an id: mostly that of the row before or the one after it, and so it is looked for there first.
    fn site_after(&self, sites: &[Site], before: Option<&(Arc<str>, SiteIndex)>, id: &Arc<str>) -> Result<u32, Problem> {
        let next = match before {
            Some((known, site)) if Arc::ptr_eq(known, id) || known == id => return Ok(site.0),
            Some((_, site)) => site.0 + 1,
            None => 0,
        };
        if sites.get(next as usize).is_some_and(|site| site.id == **id) { Ok(next) } else { self.sites.get(id) }
    }

    fn given_state(&mut self, index: usize, draft: &GivenStateDraft) -> Option<GivenState> {
        let at = |column| At(Record::Given, index, column);
        let control = match draft.control.as_str() {
            "contested" => Some(ControlState::Contested(Vec::new())),
            "unknown" => Some(ControlState::Unknown),
            id => {
                let found = self.actors.get(id);
                self.keep(at("control"), 0, found).map(|actor| ControlState::Held(ActorIndex(actor)))
            }
        };
        let source = draft.source.as_deref().and_then(|id| {
            let found = self.sources.get(id);
            self.keep(at("source"), 0, found).map(SourceIndex)
        });
        if let Some(found) = draft.confidence.filter(|confidence| !(0.0..=1.0).contains(confidence)) {
            self.fault(at("confidence"), 0, Problem::NoProbability { found });
        }
        let control = control?;
        let status = draft.status.unwrap_or(match control {
            ControlState::Held(_) => Status::Confirmed,
            ControlState::Contested(_) => Status::Contested,
            ControlState::Unknown => Status::Unknown,
        });
        Some(GivenState { control, status, confidence: draft.confidence, source, citation: draft.citation.clone() })
    }
}

/// Given states resolved of late, found again where drafts share theirs.
#[derive(Default)]
struct KnownStates {
    recent: VecDeque<(Arc<GivenStateDraft>, Arc<GivenState>)>,
}

impl KnownStates {
    /// How many are kept (chosen: more than a dataset has actors, and few enough to look through).
    const KEPT: usize = 16;

    fn get(&self, draft: &Arc<GivenStateDraft>) -> Option<Arc<GivenState>> {
        self.recent.iter().find(|(known, _)| Arc::ptr_eq(known, draft)).map(|(_, state)| Arc::clone(state))
    }

    fn add(&mut self, draft: &Arc<GivenStateDraft>, state: &Arc<GivenState>) {
        self.recent.truncate(Self::KEPT - 1);
        self.recent.push_front((Arc::clone(draft), Arc::clone(state)));
    }
}

fn collect_ids(At(record, _, column): At, name: &'static str, ids: &[&str], faults: &mut Vec<Inconsistency>) -> Ids {
    let mut positions: Vec<(String, u32)> = ids.iter().map(|&id| id.to_owned()).zip(0..).collect();
    // In order already where ids are numbers, as most long lists' are.
    positions.sort();
    let mut fault = |index: u32, problem| faults.push(Inconsistency { record, index: index as usize, column, item: 0, problem });
    positions.iter().take_while(|(id, _)| id.is_empty()).for_each(|&(_, index)| fault(index, Problem::EmptyId));
    positions.dedup_by(|(id, index), (known, first)| {
        let is_twice = id == known;
        if is_twice && !id.is_empty() {
            fault(*index, Problem::DuplicateId { id: id.clone(), first: *first as usize });
        }
        is_twice
    });
    positions.retain(|(id, _)| !id.is_empty());
    Ids { record: name, positions }
}

/// Whether walking up from a site comes back to it.
fn lies_in_itself(site: usize, parents: &[Option<u32>]) -> bool {
    let mut above = parents[site];
    for _ in 0..parents.len() {
        match above {
            Some(parent) if parent as usize == site => return true,
            Some(parent) => above = parents[parent as usize],
            None => return false,
        }
    }
    false
}

/// The known names that look most like a wrong one, nearest first, at most three: what to offer after "did you mean".
///
/// Alike means a Damerau–Levenshtein distance of at most a third of the longer name (chosen; more offers stranger names),
/// and always of one letter or of letter case alone.
///
/// ```
/// use marchland_core::nearest_names;
/// assert_eq!(nearest_names("pd-2", ["pd1", "pd2", "airport"]), ["pd2"]);
/// assert_eq!(nearest_names("kdz-gov", ["KDZ-GOV", "KDZ-NDS"]), ["KDZ-GOV"]);
/// assert!(nearest_names("x", ["airport"]).is_empty());
/// ```
pub fn nearest_names<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let folded = wrong.to_lowercase();
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&folded, &name.to_lowercase()), name))
        .filter(|&(distance, name)| {
            distance <= (folded.chars().count().max(name.chars().count()) / 3).max(1) && distance < folded.chars().count().max(1)
        })
        .collect();
    near.sort_unstable();
    near.truncate(3);
    near.into_iter().map(|(_, name)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Timestamp {
        Timestamp::from_second(n * 86_400).unwrap()
    }

    fn draft() -> LedgerDraft {
        LedgerDraft {
            actors: vec![Actor::new("red", "Red"), Actor::new("blue", "Blue")],
            sources: vec![SourceDraft { id: "wire".into(), name: "Wire".into(), ..SourceDraft::default() }],
            sites: vec![
                SiteDraft { id: "city".into(), ..SiteDraft::default() },
                SiteDraft { id: "pd2".into(), parent: Some("city".into()), ..SiteDraft::default() },
            ],
            ..LedgerDraft::default()
        }
    }

    fn report(id: &str, site: &str) -> ReportDraft {
        ReportDraft::new(id, site, "red", Assertion::Takes, Window::instant(day(10)), "wire")
    }

    #[test]
    fn a_ledger_speaks_from_the_day_before_its_first_report_to_the_day_after_its_last() {
        let mut draft = draft();
        draft.reports.push(report("r1", "pd2"));
        let ledger = Ledger::new(draft).unwrap();
        assert_eq!((ledger.span().start(), ledger.span().end()), (day(9), day(11)));
        assert_eq!(*ledger.site(SiteIndex(0)).children, [SiteIndex(1)]);
        assert_eq!(ledger.reports_about(SiteIndex(1)), [ReportIndex(0)]);
    }

    #[test]
    fn every_wrong_id_is_reported_with_its_place_and_what_was_meant() {
        let mut draft = draft();
        let mut wrong = report("r1", "pd-2");
        wrong.via = vec!["wire".into(), "wirre".into()];
        wrong.supersedes = vec!["r1".into()];
        draft.reports.push(wrong);
        let faults = Ledger::new(draft).unwrap_err();
        let columns: Vec<_> = faults.iter().map(|fault| (fault.column, fault.item)).collect();
        assert_eq!(columns, [("site", 0), ("supersedes", 0), ("via", 1)]);
        assert_eq!(faults[0].problem, Problem::UnknownId { record: "site", id: "pd-2".into(), nearest: vec!["pd2".into()] });
    }

    #[test]
    fn parents_in_a_circle_are_refused_for_each_site_on_it() {
        let mut draft = draft();
        draft.sites[0].parent = Some("pd2".into());
        let faults = Ledger::new(draft).unwrap_err();
        assert_eq!(faults.iter().filter(|fault| matches!(fault.problem, Problem::ParentCycle { .. })).count(), 2);
    }

    #[test]
    fn given_states_of_one_site_must_not_overlap_but_may_touch() {
        let state = |start, end, control: &str| GivenDraft {
            site: "pd2".into(),
            start: day(start),
            end,
            state: GivenStateDraft { control: control.to_owned(), ..GivenStateDraft::default() }.into(),
        };
        let mut sound = draft();
        sound.given = vec![state(5, None, "blue"), state(1, Some(day(5)), "red")];
        sound.horizon = Some(day(9));
        let ledger = Ledger::new(sound.clone()).unwrap();
        assert_eq!(ledger.given()[1].period, Period::new(day(5), day(9)).unwrap());
        sound.given.push(state(4, Some(day(6)), "contested"));
        let faults = Ledger::new(sound).unwrap_err();
        assert!(faults.iter().all(|fault| fault.record == Record::Given && matches!(fault.problem, Problem::OverlappingStates { .. })));
        assert!(!faults.is_empty());
    }

    #[test]
    fn leaving_reports_out_keeps_the_rest_and_its_references() {
        let mut draft = draft();
        let mut last = report("r3", "pd2");
        last.supersedes = vec!["r1".into(), "r2".into()];
        draft.reports = vec![report("r1", "pd2"), report("r2", "city"), last];
        let ledger = Ledger::new(draft).unwrap().with_reports(|report| report.id != "r1");
        assert_eq!(ledger.reports().len(), 2);
        assert_eq!(ledger.report(ReportIndex(1)).supersedes, [ReportIndex(0)]);
        assert_eq!(ledger.reports_about(SiteIndex(1)), [ReportIndex(1)]);
    }
}
