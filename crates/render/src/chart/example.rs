//! A small dataset to draw charts of: a town with a hall and a ford, two sides, an hour's time.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{
    Actor, ActorIndex, Assertion, Assessment, Colour, ControlState, Ledger, LedgerDraft, Names, Period, ReportDraft, SiteDraft,
    SourceDraft, Status, Timeline, Window,
};

use crate::chart::Chart;
use crate::layout::Shown;
use crate::map::Drawn;
use crate::scene::{Item, Text};
use crate::size::PageSize;

pub(crate) const RED: ControlState = ControlState::Held(ActorIndex(0));
pub(crate) const BLUE: ControlState = ControlState::Held(ActorIndex(1));

/// A minute of the example's hour.
pub(crate) fn minute(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap()
}

/// A site of a kind, in another or in none.
pub(crate) fn site(id: &str, kind: &str, parent: Option<&str>) -> SiteDraft {
    SiteDraft { id: id.to_owned(), names: Names::new(id), kind: kind.to_owned(), parent: parent.map(str::to_owned), ..SiteDraft::default() }
}

/// What the reds take, in this minute.
pub(crate) fn report(id: &str, site: &str, at: i64) -> ReportDraft {
    ReportDraft::new(id, site, "red", Assertion::Takes, Window::instant(minute(at)), "s")
}

/// Reds and blues at these sites, with these reports.
pub(crate) fn ledger(sites: Vec<SiteDraft>, reports: Vec<ReportDraft>) -> Ledger {
    let actors = vec![Actor::new("red", "Reds"), Actor::new("blue", "Blues")];
    let sources = vec![SourceDraft { id: "s".to_owned(), ..SourceDraft::default() }];
    Ledger::new(LedgerDraft { actors, sources, sites, reports, ..LedgerDraft::default() }).unwrap()
}

/// States one after the other, each from its minute to the next one's, the last to the hour's end.
pub(crate) fn timeline(states: &[(i64, ControlState, Status)]) -> Timeline {
    let ends = states.iter().skip(1).map(|(start, ..)| *start).chain([60]);
    let state = |((start, control, status), end): (&(i64, ControlState, Status), i64)| {
        Assessment::unsupported(Period::new(minute(*start), minute(end)).unwrap(), control.clone(), *status)
    };
    Timeline::new(states.iter().zip(ends).map(state).collect()).unwrap()
}

/// Hands the request for a chart of the hour to a function.
pub(crate) fn with_chart<T>(ledger: &Ledger, size: (u32, u32), with: impl FnOnce(&Chart<'_>) -> T) -> T {
    let colours = [Colour { red: 200, green: 0, blue: 0 }, Colour { red: 0, green: 0, blue: 200 }];
    with(&Chart {
        ledger,
        colours: &colours,
        language: None,
        time_zone: &TimeZone::UTC,
        time_zone_name: "UTC",
        title: "The ford",
        span: Period::new(minute(0), minute(60)).unwrap(),
        rule: "latest 1",
        as_of: None,
        size: PageSize::new(size.0, size.1).unwrap(),
        legend: Shown::Yes,
        sources: "Hearsay.",
        made: "by hand",
    })
}

/// The lines of text on a page.
pub(crate) fn texts(drawn: &Drawn) -> Vec<&Text> {
    drawn.scene.items.iter().filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None }).collect()
}

/// The words on a page.
pub(crate) fn said(drawn: &Drawn) -> String {
    texts(drawn).iter().map(|text| &*text.shaped.text).collect::<Vec<_>>().join("\n")
}
