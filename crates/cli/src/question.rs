//! What a user asks, looked up in the dataset: a loaded ledger, a rule, two clocks.
//!
//! Every verb starts here, so what `check` would refuse is refused by all of them in the same words.

use std::borrow::Cow;
use std::path::Path;

use jiff::Timestamp;
use marchland_assess::Rule;
use marchland_core::{Ledger, Publish, Report, SiteIndex, nearest_names};
use marchland_formats::dataset::{self, Dataset};
use marchland_formats::{Fault, Severity, edtf};

use crate::arguments::{Moment, Weighing};
use crate::failure::{Failure, count_of};
use crate::say;

/// A dataset read whole and found sound.
pub(crate) struct Loaded {
    /// What is in it.
    pub(crate) dataset: Dataset,
    /// The rule it names, with its settings.
    pub(crate) rule: Rule,
}

/// Reads a dataset whole: what is in it where it is sound, and every fault found, warnings too.
pub(crate) fn read(folder: &Path) -> (Option<Loaded>, Vec<Fault>) {
    let reading = dataset::read(folder);
    let mut faults = reading.faults;
    let loaded = reading.dataset.and_then(|dataset| {
        let (rule, refused) = dataset_rule(&dataset);
        faults.extend(refused);
        if let Some(crs) = &dataset.config.map.crs
            && let Err(error) = marchland_projection::from_code(&crs.value)
        {
            faults.push(Fault::at(&crs.place, "unusable-crs", error.to_string(), ""));
        }
        rule.map(|rule| Loaded { dataset, rule })
    });
    (loaded, faults)
}

/// Reads a dataset that must be sound. It stays in memory until the process ends: to give a million places back one by one would
/// take longer than many answers.
///
/// # Errors
///
/// [`Failure::Unsound`] after every fault has been said, one line each.
pub(crate) fn load(folder: &Path) -> Result<&'static Loaded, Failure> {
    let (loaded, faults) = read(folder);
    let errors = faults.iter().filter(|fault| fault.severity == Severity::Error).count();
    match loaded {
        Some(loaded) if errors == 0 => {
            for fault in &faults {
                say::note(&format!("warning: {fault}"));
            }
            say::step(&format!(
                "read {}, {} and {} of {}",
                count_of(loaded.dataset.ledger.sites().len(), "site"),
                count_of(loaded.dataset.ledger.sources().len(), "source"),
                count_of(loaded.dataset.ledger.reports().len(), "report"),
                folder.display()
            ));
            Ok(Box::leak(Box::new(loaded)))
        }
        _ => {
            for fault in faults.iter().filter(|fault| fault.severity == Severity::Error) {
                say::error(&fault.to_string());
            }
            Err(Failure::Unsound { folder: folder.to_owned(), errors })
        }
    }
}

impl Loaded {
    /// The ledger.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.dataset.ledger
    }

    /// The rule the user asks for: the dataset's, unless the flags say otherwise.
    pub(crate) fn asked_rule(&self, weighing: &Weighing) -> Result<Rule, Failure> {
        let rule = match &weighing.rule {
            Some(name) => Rule::named(name).map_err(|error| Failure::Usage(error.to_string()))?,
            None => self.rule.clone(),
        };
        Ok(if weighing.online { rule.online() } else { rule })
    }

    /// The knowledge time the user asks for.
    pub(crate) fn as_of(&self, weighing: &Weighing) -> Result<Option<Timestamp>, Failure> {
        weighing.as_of.as_deref().map(|text| self.moment("--as-of", text)).transpose()
    }

    /// Both clocks of a moment.
    pub(crate) fn clocks(&self, moment: &Moment) -> Result<(Timestamp, Option<Timestamp>), Failure> {
        Ok((self.valid_time("--at", &moment.at)?, self.as_of(&moment.weighing)?))
    }

    /// A moment that the dataset speaks for, or one before it.
    pub(crate) fn valid_time(&self, flag: &str, text: &str) -> Result<Timestamp, Failure> {
        let at = self.moment(flag, text)?;
        let span = self.ledger().span();
        if at >= span.end() {
            let spoken_for = format!("{} to {}", self.local_date(span.start()), self.local_date(span.end()));
            return Err(Failure::Usage(format!("{flag} {text} lies after the dataset's horizon: it speaks for {spoken_for}")));
        }
        Ok(at)
    }

    fn moment(&self, flag: &str, text: &str) -> Result<Timestamp, Failure> {
        let span = self.ledger().span();
        match text {
            "first" => Ok(span.start()),
            "last" => Ok(span.end().checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(span.end())),
            _ => edtf::moment(text, &self.dataset.config.time_zone)
                .map_err(|error| Failure::Usage(format!("{flag} {text}: {error}; {}", error.hint()))),
        }
    }

    /// A span the user asks for, `A/B` with `..` for an open end, as its first instant and the first after it; without one, everything.
    pub(crate) fn during(&self, text: Option<&str>) -> Result<(Timestamp, Timestamp), Failure> {
        let span = self.ledger().span();
        let Some(text) = text else { return Ok((span.start(), span.end())) };
        let (start, end) = edtf::period(text, &self.dataset.config.time_zone)
            .map_err(|error| Failure::Usage(format!("--during {text}: {error}; {}", error.hint())))?;
        Ok((start.unwrap_or(span.start()), end.unwrap_or(span.end())))
    }

    /// A span the user asks for, as far as the dataset speaks for it.
    pub(crate) fn span_spoken_for(&self, during: Option<&str>) -> Result<(Timestamp, Timestamp), Failure> {
        let span = self.ledger().span();
        let (start, end) = self.during(during)?;
        let (start, end) = (start.max(span.start()), end.min(span.end()));
        if start < end { Ok((start, end)) } else { Err(self.nothing_spoken_for(during)) }
    }

    /// A span without a moment that the dataset speaks for.
    pub(crate) fn nothing_spoken_for(&self, during: Option<&str>) -> Failure {
        let span = self.ledger().span();
        let spoken_for = format!("{} to {}", self.local_date(span.start()), self.local_date(span.end()));
        let during = during.unwrap_or("..");
        Failure::Usage(format!("--during {during} has no moment that the dataset speaks for: it speaks for {spoken_for}"))
    }

    /// The site with an id.
    pub(crate) fn site(&self, id: &str) -> Result<SiteIndex, Failure> {
        self.ledger().site_with_id(id).ok_or_else(|| Failure::UnknownId {
            what: "site",
            id: id.to_owned(),
            nearest: nearest_names(id, self.ledger().sites().iter().map(|site| site.id.as_str())),
        })
    }

    /// The language asked for, where the dataset has names in it.
    pub(crate) fn language<'a>(&self, asked: Option<&'a str>) -> Result<Option<&'a str>, Failure> {
        let Some(language) = asked else { return Ok(None) };
        let sites = self.ledger().sites().iter().map(|site| &site.names);
        let names = sites.chain(self.ledger().actors().iter().map(|actor| &actor.names));
        let mut known: Vec<&str> = names.flat_map(|names| names.translations().map(|(language, _)| language)).collect();
        known.sort_unstable();
        known.dedup();
        if known.contains(&language) {
            return Ok(Some(language));
        }
        let there = if known.is_empty() { "no language but its own".to_owned() } else { known.join(", ") };
        Err(Failure::Usage(format!("no name in language \"{language}\": the dataset has names in {there}")))
    }

    /// The ledger without what must not leave it, and what was left out in words.
    pub(crate) fn publishable(&self) -> (Cow<'_, Ledger>, Vec<String>) {
        let ledger = self.ledger();
        let may_leave = |report: &Report| ledger.source(report.source).publish != Publish::No;
        let left_out = ledger.reports().iter().filter(|report| !may_leave(report)).count();
        if left_out == 0 {
            return (Cow::Borrowed(ledger), Vec::new());
        }
        let words = format!("{} of sources that are not to be published", count_of(left_out, "report"));
        (Cow::Owned(ledger.with_reports(may_leave)), vec![words])
    }

    /// A local date, for messages.
    pub(crate) fn local_date(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.dataset.config.time_zone.clone()).date().to_string()
    }
}

/// The rule a dataset names, with its settings; a name or a setting that the rules do not know is a fault at its place.
fn dataset_rule(dataset: &Dataset) -> (Option<Rule>, Vec<Fault>) {
    let assess = &dataset.config.assess;
    let mut faults = Vec::new();
    let named = assess.rule.as_ref().map(|rule| (&rule.value, &rule.place));
    let mut rule = match named {
        None => Some(Rule::default()),
        Some((name, place)) => match Rule::named(name) {
            Ok(rule) => Some(rule),
            Err(error) => {
                faults.push(Fault::at(place, "unknown-rule", error.to_string(), String::new()));
                None
            }
        },
    };
    for table in &assess.settings {
        let mut own = match Rule::named(&table.rule) {
            Ok(own) => own,
            Err(error) => {
                faults.push(Fault::at(&table.place, "unknown-rule", error.to_string(), String::new()));
                continue;
            }
        };
        for setting in &table.settings {
            if let Err(error) = own.set(&setting.key, &taken(&setting.value)) {
                faults.push(Fault::at(&setting.place, "unusable-setting", error.to_string(), String::new()));
            }
        }
        if rule.as_ref().is_some_and(|rule| rule.name() == own.name()) {
            rule = Some(own);
        }
    }
    (rule, faults)
}

/// A setting as the rules take it.
fn taken(value: &dataset::SettingValue) -> marchland_assess::SettingValue {
    match value {
        dataset::SettingValue::Number(number) => marchland_assess::SettingValue::Number(*number),
        dataset::SettingValue::Text(text) => marchland_assess::SettingValue::Text(text.clone()),
        dataset::SettingValue::Flag(flag) => marchland_assess::SettingValue::Flag(*flag),
    }
}
