//! Answers as a person reads them: neutral words, local times.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{ActorIndex, Assessment, ControlState, Hypothesis, Ledger, ReportIndex, SiteIndex, Status, Window};

/// Words for states and times of one dataset, in one language.
#[derive(Clone, Copy)]
pub(crate) struct Phrasing<'a> {
    /// The dataset.
    pub(crate) ledger: &'a Ledger,
    /// Its zone.
    pub(crate) time_zone: &'a TimeZone,
    /// The language of labels.
    pub(crate) language: Option<&'a str>,
}

impl Phrasing<'_> {
    /// `2016-10-03 23:59:59 +04:30`.
    pub(crate) fn time(self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.time_zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
    }

    /// `Taliban`.
    pub(crate) fn actor(self, actor: ActorIndex) -> String {
        self.ledger.actor(actor).names.in_language(self.language).to_owned()
    }

    /// `NDS provincial office (KDZ-NDS)`.
    pub(crate) fn site(self, site: SiteIndex) -> String {
        let site = self.ledger.site(site);
        format!("{} ({})", site.names.in_language(self.language), site.id)
    }

    /// `Taliban`, `contested`, `another`.
    pub(crate) fn hypothesis(self, hypothesis: Hypothesis) -> String {
        match hypothesis {
            Hypothesis::HeldBy(actor) => self.actor(actor),
            Hypothesis::Contested => "contested".to_owned(),
            Hypothesis::HeldByAnother => "another".to_owned(),
        }
    }

    /// `2016-10-03` for a whole local day, else the instant or both ends to the minute.
    pub(crate) fn window(self, window: Window) -> String {
        let local = |at: Timestamp| at.to_zoned_datetime(self.time_zone.clone());
        let (start, end) = (local(window.earliest()), local(window.latest()));
        let whole_days = start.strftime("%T").to_string() == "00:00:00" && end.strftime("%T").to_string() == "23:59:59";
        match (whole_days, start.date() == end.date()) {
            (true, true) => start.date().to_string(),
            (true, false) => format!("{}/{}", start.date(), end.date()),
            (false, _) if start == end => start.strftime("%F %H:%M").to_string(),
            (false, true) => format!("{}/{}", start.strftime("%F %H:%M"), end.strftime("%H:%M")),
            (false, false) => format!("{}/{}", start.strftime("%F %H:%M"), end.strftime("%F %H:%M")),
        }
    }

    /// `S15, E309`; `no report`.
    pub(crate) fn reports(self, reports: &[ReportIndex]) -> String {
        let ids: Vec<&str> = reports.iter().map(|&report| self.ledger.report(report).id.as_str()).collect();
        if ids.is_empty() { "no report".to_owned() } else { ids.join(", ") }
    }

    /// `Taliban and Afghan government`.
    pub(crate) fn actors(self, actors: &[ActorIndex]) -> String {
        actors.iter().map(|&actor| self.actor(actor)).collect::<Vec<_>>().join(" and ")
    }

    /// `held by Taliban, confirmed`; `contested by …; claimed by …`; `unknown`.
    pub(crate) fn state(self, state: &Assessment) -> String {
        let mut text = match (&state.control, state.status) {
            (ControlState::Held(actor), Status::Claimed) => format!("held by {}, claimed, not confirmed", self.actor(*actor)),
            (ControlState::Held(actor), _) => format!("held by {}, confirmed", self.actor(*actor)),
            (ControlState::Contested(actors), _) if actors.is_empty() => "contested".to_owned(),
            (ControlState::Contested(actors), _) => format!("contested by {}", self.actors(actors)),
            (ControlState::Unknown, _) => "unknown".to_owned(),
        };
        // Who is known to contend for a place need not be told to claim it.
        if !state.claimed_by.is_empty() && state.claimed_by != state.control.actors() {
            text.push_str("; claimed by ");
            text.push_str(&self.actors(&state.claimed_by));
        }
        text
    }

    /// `Taliban, claimed`, `contested`, `unknown`: for tables.
    pub(crate) fn short_state(self, state: &Assessment) -> String {
        match &state.control {
            ControlState::Held(actor) => format!("{}, {}", self.actor(*actor), state.status.word()),
            ControlState::Contested(_) => "contested".to_owned(),
            ControlState::Unknown => "unknown".to_owned(),
        }
    }

    /// `since 2016-10-03 23:59:59 +04:30`, `from before …` where the state is the timeline's first.
    pub(crate) fn since(self, state: &Assessment) -> String {
        let start = self.time(state.period.start());
        if state.open_start { format!("from before {start}") } else { format!("since {start}") }
    }
}
