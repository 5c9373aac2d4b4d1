//! The columns every export shares, in one order: what a GIS analyst joins on, times and colours by.
//!
//! A row is a list of flat values, one for each name of [`Columns`]; GeoJSON, CSV and JSON answers write the same rows.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;
use marchland_core::{
    ActorIndex, Assessment, Colour, ControlState, Credibility, Extra, ExtraValue, Ledger, Publish, Reliability, ReportIndex, SiteIndex,
    SourceIndex, Status,
};

use crate::digits;

/// One flat value; of a million rows most texts are the ledger's, and are not copied.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number, already rounded.
    Number(f64),
    /// Text.
    Text(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// A number rounded to some decimals; null where there is none or it is not finite.
    #[must_use]
    pub fn rounded(number: Option<f64>, decimals: u8) -> Self {
        let scale = 10_f64.powi(i32::from(decimals));
        match number.map(|number| (number * scale).round() / scale).filter(|number| number.is_finite()) {
            // Adding nought turns a negative nought into a plain one.
            Some(number) => Self::Number(number + 0.0),
            None => Self::Null,
        }
    }

    /// Text, null where it is empty.
    #[must_use]
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Null } else { Self::Text(text) }
    }

    /// The same with a text of its own.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Integer(number) => Value::Integer(number),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::Text(text.into_owned().into()),
        }
    }
}

impl<'a> From<&'a ExtraValue> for Value<'a> {
    fn from(value: &'a ExtraValue) -> Self {
        match value {
            ExtraValue::Null => Self::Null,
            ExtraValue::Bool(flag) => Self::Bool(*flag),
            ExtraValue::Integer(number) => Self::Integer(*number),
            ExtraValue::Number(number) => Self::Number(*number),
            ExtraValue::Text(text) => Self::Text(text.into()),
        }
    }
}

/// The names of the shared columns, in the order of every export. `time_start` and `time_end` come before any other time: QGIS takes the first
/// fields that look like a start and an end.
pub const SHARED: [&str; 27] = [
    "site_id",
    "site_name",
    "site_kind",
    "control",
    "control_name",
    "status",
    "claimed_by",
    "time_start",
    "time_end",
    "open_start",
    "open_end",
    "confidence",
    "confidence_term",
    "admiralty",
    "n_reports",
    "n_against",
    "report_ids",
    "source_ids",
    "rule",
    "time_start_min",
    "time_start_max",
    "area_km2",
    "population",
    "parent",
    "fill",
    "stroke",
    "fill-opacity",
];

/// What the dataset says of how well a site's place is known, in metres and yes or no; the first of its own columns.
const PLACE: [&str; 2] = ["precision_m", "estimate"];

/// What the columns of an export are called: the shared ones, then the dataset's own: how well the place is known, and what the
/// format does not know in order of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    extra: Vec<String>,
}

impl Columns {
    /// The columns for a ledger's sites. A column of the dataset's own that is called like a shared one, or `id`, which would
    /// take the feature's id from it, is exported with `dataset_` before its name.
    #[must_use]
    pub fn new(ledger: &Ledger) -> Self {
        let own: BTreeSet<&String> = ledger.sites().iter().flat_map(|site| site.extra.keys()).collect();
        Self { extra: own.into_iter().cloned().collect() }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        let own = self
            .extra
            .iter()
            .map(|name| if SHARED.contains(&name.as_str()) || name == "id" { format!("dataset_{name}") } else { name.clone() });
        SHARED.iter().chain(&PLACE).map(|&name| name.to_owned()).chain(own)
    }

    fn extra_values<'v>(&self, extra: Option<&'v Extra>) -> impl Iterator<Item = Value<'v>> {
        self.extra.iter().map(move |name| extra.and_then(|extra| extra.get(name)).map_or(Value::Null, Value::from))
    }
}

/// What all rows of an export have in common.
#[derive(Clone, Copy, Debug)]
pub struct RowContext<'a> {
    /// The dataset.
    pub ledger: &'a Ledger,
    /// A colour for each actor, by its index.
    pub colours: &'a [Colour],
    /// The language of names; none: the dataset's first.
    pub language: Option<&'a str>,
    /// The rule and its version.
    pub rule: &'a str,
    /// The word for a probability: the yardstick of the assessment.
    pub term: fn(f64) -> &'static str,
}

/// What a row is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The sites, none for ground beyond reach; several where they stand at one place or their ground is dissolved.
    pub sites: &'a [SiteIndex],
    /// Their ground.
    pub area_km2: Option<f64>,
}

impl<'a> RowContext<'a> {
    /// The row of a state: one value for each of the columns' names.
    ///
    /// Lists are joined by `;`. `report_ids` and `source_ids` are those that speak for the state; those of sources whose rows may
    /// not leave the dataset are counted in `n_reports` and not named. A state that began otherwise than by a report, by fading or at the
    /// start, has its own start in `time_start_min` and `time_start_max`, so that the columns stay times throughout.
    #[must_use]
    pub fn row(&self, columns: &Columns, subject: Subject<'_>, state: &Assessment) -> Vec<Value<'a>> {
        let style = self.style(&state.control, state.status);
        let (first, last) = state.began.map_or((state.period.start(), state.period.start()), |began| (began.earliest(), began.latest()));
        let named = self.publishable(&state.reports_for);
        let single = if let [site] = subject.sites { Some(self.ledger.site(*site)) } else { None };
        let shared = [
            site_list(subject.sites, |site| self.ledger.site(site).id.as_str()),
            site_list(subject.sites, |site| self.ledger.site(site).names.in_language(self.language)),
            site_list(subject.sites, |site| self.ledger.site(site).kind.as_str()),
            Value::Text(self.control(&state.control).into()),
            Value::Text(self.control_name(&state.control)),
            Value::Text(state.status.word().into()),
            Value::text(self.ids(&state.claimed_by)),
            Value::Text(utc(state.period.start()).into()),
            Value::Text(utc(state.period.end()).into()),
            Value::Bool(state.open_start),
            Value::Bool(state.open_end),
            Value::rounded(state.confidence, 4),
            state.confidence.map_or(Value::Null, |confidence| Value::Text((self.term)(confidence).into())),
            self.admiralty(&state.reports_for),
            Value::Integer((state.reports_for.len() + state.reports_against.len()) as i64),
            Value::Integer(state.reports_against.len() as i64),
            Value::text(joined(named.iter().map(|&report| self.ledger.report(report).id.as_str()))),
            Value::text(self.source_ids(&named)),
            Value::Text(self.rule.into()),
            Value::Text(utc(first).into()),
            Value::Text(utc(last).into()),
            Value::rounded(subject.area_km2, 6),
            Value::rounded(self.population(subject.sites), 3),
            single.and_then(|site| site.parent).map_or(Value::Null, |parent| Value::Text(self.ledger.site(parent).id.as_str().into())),
            Value::Text(style.fill.to_string().into()),
            Value::Text(style.stroke.to_string().into()),
            Value::Number(style.fill_opacity),
        ];
        let place =
            [Value::rounded(single.and_then(|site| site.precision_m), 3), single.map_or(Value::Null, |site| Value::Bool(site.estimate))];
        shared.into_iter().chain(place).chain(columns.extra_values(single.map(|site| &site.extra))).collect()
    }

    /// An actor's id, `contested` or `unknown`.
    #[must_use]
    pub fn control(&self, control: &ControlState) -> &'a str {
        match control {
            ControlState::Held(actor) => &self.ledger.actor(*actor).id,
            ControlState::Contested(_) => "contested",
            ControlState::Unknown => "unknown",
        }
    }

    /// The same in words: the actor's name, `Contested: Taliban, Afghan government`, `Unknown`.
    #[must_use]
    pub fn control_name(&self, control: &ControlState) -> Cow<'a, str> {
        match control {
            ControlState::Held(actor) => self.actor_name(*actor).into(),
            ControlState::Contested(actors) if actors.is_empty() => "Contested".into(),
            ControlState::Contested(actors) => {
                let names: Vec<&str> = actors.iter().map(|&actor| self.actor_name(actor)).collect();
                format!("Contested: {}", names.join(", ")).into()
            }
            ControlState::Unknown => "Unknown".into(),
        }
    }

    /// The reports of sources whose rows may leave the dataset.
    #[must_use]
    pub fn publishable(&self, reports: &[ReportIndex]) -> Vec<ReportIndex> {
        let may_leave = |report: &ReportIndex| self.ledger.source(self.ledger.report(*report).source).publish == Publish::Yes;
        reports.iter().copied().filter(may_leave).collect()
    }

    /// The sources of some reports, in the ledger's order, each once.
    #[must_use]
    pub fn sources(&self, reports: &[ReportIndex]) -> Vec<SourceIndex> {
        let sources: BTreeSet<SourceIndex> = reports.iter().map(|&report| self.ledger.report(report).source).collect();
        sources.into_iter().collect()
    }

    /// How a state is coloured by clients that know only one fill: simplestyle 1.1's keys.
    #[must_use]
    pub fn style(&self, control: &ControlState, status: Status) -> Style {
        let fill = match control {
            ControlState::Held(actor) => self.colour(*actor),
            ControlState::Contested(actors) if !actors.is_empty() => mean(actors.iter().map(|&actor| self.colour(actor))),
            ControlState::Contested(_) => CONTESTED,
            ControlState::Unknown => UNKNOWN,
        };
        // Chosen: as map-like as one fill can be; a claim is half as strong as a confirmed hold.
        let fill_opacity = match status {
            Status::Confirmed | Status::Contested => 0.55,
            Status::Claimed | Status::Unknown => 0.25,
        };
        Style { fill, stroke: darker(fill), fill_opacity }
    }

    /// The colour of an actor; grey where the palette has none.
    #[must_use]
    pub fn colour(&self, actor: ActorIndex) -> Colour {
        self.colours.get(actor.0 as usize).copied().unwrap_or(UNKNOWN)
    }

    fn actor_name(&self, actor: ActorIndex) -> &'a str {
        self.ledger.actor(actor).names.in_language(self.language)
    }

    fn ids(&self, actors: &[ActorIndex]) -> Cow<'a, str> {
        joined(actors.iter().map(|&actor| self.ledger.actor(actor).id.as_str()))
    }

    fn source_ids(&self, reports: &[ReportIndex]) -> Cow<'a, str> {
        joined(self.sources(reports).iter().map(|&source| self.ledger.source(source).id.as_str()))
    }

    fn population(&self, sites: &[SiteIndex]) -> Option<f64> {
        let counted: Vec<f64> = sites.iter().filter_map(|&site| self.ledger.site(site).population).collect();
        (!counted.is_empty()).then(|| counted.iter().sum())
    }

    /// The best grade among reports: letter and digit, `B2`; by letter first.
    fn admiralty(&self, reports: &[ReportIndex]) -> Value<'a> {
        let grade = |report: &ReportIndex| -> (Reliability, Credibility) {
            let report = self.ledger.report(*report);
            (self.ledger.source(report.source).reliability, report.credibility)
        };
        reports
            .iter()
            .map(grade)
            .min()
            .map_or(Value::Null, |(letter, digit)| Value::Text(format!("{}{}", letter.letter(), digit.digit()).into()))
    }
}

/// A fill, a line and how strong the fill is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// The fill.
    pub fill: Colour,
    /// The line.
    pub stroke: Colour,
    /// Opacity of the fill, 0 to 1.
    pub fill_opacity: f64,
}

/// The grey of what nobody knows.
const UNKNOWN: Colour = Colour { red: 0xd9, green: 0xda, blue: 0xdb };

/// The brown of what is contested by nobody knows whom.
const CONTESTED: Colour = Colour { red: 0x8c, green: 0x6d, blue: 0x5a };

fn mean(colours: impl ExactSizeIterator<Item = Colour>) -> Colour {
    let count = colours.len().max(1) as u32;
    let sum = colours.fold([0_u32; 3], |sum, colour| {
        [sum[0] + u32::from(colour.red), sum[1] + u32::from(colour.green), sum[2] + u32::from(colour.blue)]
    });
    let channel = |sum: u32| (sum / count) as u8;
    Colour { red: channel(sum[0]), green: channel(sum[1]), blue: channel(sum[2]) }
}

fn darker(colour: Colour) -> Colour {
    let channel = |value: u8| (u16::from(value) * 2 / 3) as u8;
    Colour { red: channel(colour.red), green: channel(colour.green), blue: channel(colour.blue) }
}

/// What the sites are called, joined; null without a site.
fn site_list<'t>(sites: &[SiteIndex], text: impl Fn(SiteIndex) -> &'t str) -> Value<'t> {
    Value::text(joined(sites.iter().map(|&site| text(site))))
}

fn joined<'t>(mut parts: impl Iterator<Item = &'t str>) -> Cow<'t, str> {
    let mut all = Cow::Borrowed(parts.next().unwrap_or_default());
    for part in parts {
        let all = all.to_mut();
        all.push(';');
        all.push_str(part);
    }
    all
}

/// An instant as GIS clients read it: UTC, to the second, seconds always there.
#[must_use]
pub fn utc(at: Timestamp) -> String {
    digits::utc(at)
}
