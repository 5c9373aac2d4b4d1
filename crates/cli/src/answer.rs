//! Answers in JSON: one object with `schema_version`, the dataset, both clocks, the rule, and then the answer's own fields.

use jiff::Timestamp;
use marchland_assess::confidence_term;
use marchland_core::{ActorIndex, Assessment, Colour, SiteIndex, printable};
use marchland_formats::rows::{RowContext, utc};
use marchland_formats::{Provenance, manifest};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::output;
use crate::question::Loaded;

/// What every answer to one question says of itself.
pub(crate) struct Answer<'a> {
    /// The dataset.
    pub(crate) loaded: &'a Loaded,
    /// The language of names.
    pub(crate) language: Option<&'a str>,
    /// The rule and its version.
    pub(crate) rule: String,
    /// Valid time, where the answer is of one moment.
    pub(crate) at: Option<Timestamp>,
    /// Knowledge time.
    pub(crate) as_of: Option<Timestamp>,
}

impl Answer<'_> {
    /// Prints the answer with what it says of itself.
    pub(crate) fn print(&self, fields: Map<String, Value>) -> Result<(), Failure> {
        let mut object = Map::new();
        object.insert("schema_version".to_owned(), json!(manifest::SCHEMA_VERSION));
        object.insert("dataset".to_owned(), json!(self.loaded.dataset.config.name));
        object.insert("at".to_owned(), json!(self.at.map(utc)));
        object.insert("as_of".to_owned(), json!(self.as_of.map(utc)));
        object.insert("rule".to_owned(), json!(self.rule));
        object.extend(fields);
        output::print(&format!("{:#}\n", Value::Object(object)))
    }

    /// The fields of a state; lists are arrays here.
    pub(crate) fn state(&self, sites: &[SiteIndex], state: &Assessment) -> Map<String, Value> {
        let ledger = self.loaded.ledger();
        let context = self.context(&[]);
        let ids: Vec<&str> = sites.iter().map(|&site| ledger.site(site).id.as_str()).collect();
        let names: Vec<&str> = sites.iter().map(|&site| ledger.site(site).names.in_language(self.language)).collect();
        let actors = |actors: &[ActorIndex]| -> Vec<&str> { actors.iter().map(|&actor| ledger.actor(actor).id.as_str()).collect() };
        let reports: Vec<&str> = state.reports_for.iter().map(|&report| ledger.report(report).id.as_str()).collect();
        let sources = context.sources(&state.reports_for);
        let sources: Vec<&str> = sources.iter().map(|&source| ledger.source(source).id.as_str()).collect();
        let fields = json!({
            "site_id": ids.join(";"),
            "site_name": names.join(";"),
            "control": context.control(&state.control),
            "control_name": context.control_name(&state.control),
            "contested_by": if state.control.holder().is_none() { actors(state.control.actors()) } else { Vec::new() },
            "status": state.status.word(),
            "claimed_by": actors(&state.claimed_by),
            "last_confirmed": state.last_confirmed.map(|actor| &ledger.actor(actor).id),
            "confidence": state.confidence.map(rounded),
            "confidence_term": state.confidence.map(confidence_term),
            "time_start": utc(state.period.start()),
            "time_end": utc(state.period.end()),
            "open_start": state.open_start,
            "open_end": state.open_end,
            "stale": self.at.is_some_and(|at| state.is_stale(at)),
            "n_reports": state.reports_for.len() + state.reports_against.len(),
            "n_against": state.reports_against.len(),
            "report_ids": reports,
            "source_ids": sources,
            "probabilities": self.probabilities(state),
        });
        if let Value::Object(fields) = fields { fields } else { Map::new() }
    }

    fn probabilities(&self, state: &Assessment) -> Map<String, Value> {
        let name = |hypothesis| match hypothesis {
            marchland_core::Hypothesis::HeldBy(actor) => self.loaded.ledger().actor(actor).id.clone(),
            marchland_core::Hypothesis::Contested => "contested".to_owned(),
            marchland_core::Hypothesis::HeldByAnother => "another".to_owned(),
        };
        state.probabilities.iter().map(|&(hypothesis, probability)| (name(hypothesis), json!(rounded(probability)))).collect()
    }

    /// What the rows of an export have in common.
    pub(crate) fn context<'c>(&'c self, colours: &'c [Colour]) -> RowContext<'c> {
        RowContext { ledger: self.loaded.ledger(), colours, language: self.language, rule: &self.rule, term: confidence_term }
    }

    /// Where an export comes from.
    pub(crate) fn provenance(&self, left_out: Vec<String>) -> Provenance {
        let config = &self.loaded.dataset.config;
        Provenance {
            dataset: config.name.clone(),
            title: config.title.clone(),
            digest: self.loaded.dataset.digest.clone(),
            arguments: std::env::args_os().skip(1).map(|word| printable(word.to_string_lossy().into_owned())).collect(),
            rule: self.rule.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            licence: config.licence.clone(),
            credits: config.credits.clone(),
            time_zone: config.time_zone_name.clone(),
            at: self.at,
            as_of: self.as_of,
            left_out,
        }
    }

    /// What a table says of itself, as JSON.
    pub(crate) fn about(&self) -> String {
        let provenance = self.provenance(Vec::new());
        let fields = json!({
            "dataset": provenance.dataset,
            "digest": provenance.digest,
            "rule": provenance.rule,
            "arguments": provenance.arguments,
            "version": provenance.version,
            "licence": provenance.licence,
            "credits": provenance.credits,
        });
        fields.to_string()
    }

    /// `at 2016-10-03 23:59:59 +04:30, as known at …`.
    pub(crate) fn moment_in_words(&self) -> String {
        let local = |at: Timestamp| {
            at.to_zoned_datetime(self.loaded.dataset.config.time_zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
        };
        let at = self.at.map_or_else(String::new, |at| format!("at {}", local(at)));
        self.as_of.map_or_else(|| at.clone(), |as_of| format!("{at}, as known at {}", local(as_of)))
    }
}

/// Four digits: finer than any grade is meant.
pub(crate) fn rounded(probability: f64) -> f64 {
    (probability * 1e4).round() / 1e4
}
