//! `reports.csv` and `control.csv`: statements, and states that somebody else assessed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{Assertion, Credibility, GivenDraft, GivenStateDraft, ReportDraft, Review, Status, Window, nearest_names};

use super::id;
use super::pieces::Pieces;
use super::shared::{Last, Recent};
use super::table::{self, Row, Rows};
use crate::edtf::{self, TimeFault};
use crate::fault::Fault;

const REPORT: [&str; 14] = [
    "report",
    "site",
    "actor",
    "asserts",
    "time",
    "said",
    "source",
    "via",
    "credibility",
    "reviewed_credibility",
    "reviewed",
    "supersedes",
    "citation",
    "note",
];

/// Years after which a time is probably a slip of the hand (chosen: no report is of the 23rd century).
const LAST_YEAR: i16 = 2200;

/// The statements of a table, and the ids of those that are none: a row that cannot be read is a fault and no statement.
pub(crate) fn reports(pieces: Pieces<'_>, zone: &TimeZone, faults: &mut Vec<Fault>) -> (Rows<ReportDraft>, BTreeSet<String>) {
    let mut unread = BTreeSet::new();
    let needed = ["report", "site", "actor", "asserts", "time", "source"];
    let rows = table::read(pieces, &needed, faults, |row, faults| {
        let report = report(row, zone, faults);
        if report.is_none() {
            unread.insert(row.cell("report").to_owned());
        }
        report
    });
    (rows, unread)
}

fn report(row: Row<'_>, zone: &TimeZone, faults: &mut Vec<Fault>) -> Option<ReportDraft> {
    id::check(row.cell("report"), || row.place("report"), faults);
    let asserts = assertion(row, faults);
    let time = window(row, "time", zone, faults);
    if time.is_none() && row.some("time").is_none() {
        faults.push(Fault::at(
            &row.place("time"),
            "missing-time",
            "expected a time but got nothing",
            "write the day, month or year in which it was so",
        ));
    }
    let said = row.some("said").and_then(|_| window(row, "said", zone, faults));
    if let (Some(time), Some(said)) = (time, said)
        && said.latest() < time.earliest()
    {
        let message = format!("said at {}, before it happened at {}", said.latest(), time.earliest());
        faults.push(Fault::warning_at(&row.place("said"), "said-before", message, "check both times"));
    }
    if row.some("source").is_none() {
        faults.push(Fault::at(
            &row.place("source"),
            "missing-source",
            "expected a source but got nothing",
            "name who asserts it, by its id in sources.csv",
        ));
    }
    let review = review(row, zone, faults);
    let credibility = grade(row, "credibility", faults).unwrap_or_default();
    Some(ReportDraft {
        id: row.cell("report").to_owned(),
        sites: row.list("site").map(str::to_owned).collect(),
        actor: row.some("actor").map(str::to_owned),
        asserts: asserts?,
        time: time?,
        said,
        source: row.some("source")?.to_owned(),
        via: row.list("via").map(str::to_owned).collect(),
        credibility,
        review,
        supersedes: row.list("supersedes").map(str::to_owned).collect(),
        citation: row.cell("citation").to_owned(),
        note: row.cell("note").to_owned(),
        extra: row.extra(&REPORT),
    })
}

fn assertion(row: Row<'_>, faults: &mut Vec<Fault>) -> Option<Assertion> {
    let word = row.cell("asserts");
    Assertion::from_word(word)
        .map_err(|unknown| {
            let near = nearest_names(word, Assertion::words());
            let hint = near.first().map_or_else(String::new, |near| format!("did you mean \"{near}\"?"));
            faults.push(Fault::at(&row.place("asserts"), "unknown-word", unknown.to_string(), hint));
        })
        .ok()
}

fn review(row: Row<'_>, zone: &TimeZone, faults: &mut Vec<Fault>) -> Option<Review> {
    match (row.some("reviewed_credibility"), row.some("reviewed")) {
        (None, None) => None,
        (Some(_), Some(_)) => {
            let credibility = grade(row, "reviewed_credibility", faults);
            let given = moment(row, "reviewed", zone, faults);
            Some(Review { credibility: credibility?, given: given? })
        }
        (Some(_), None) => {
            let hint = "write when the later grade was given: only then can it be kept from those who did not know it";
            faults.push(Fault::at(&row.place("reviewed"), "missing-time", "expected the time of the review but got nothing", hint));
            None
        }
        (None, Some(_)) => {
            faults.push(Fault::at(
                &row.place("reviewed_credibility"),
                "unreadable-grade",
                "expected a grade beside the time of its review but got nothing",
                "write 1 to 6, or leave both empty",
            ));
            None
        }
    }
}

fn grade(row: Row<'_>, column: &'static str, faults: &mut Vec<Fault>) -> Option<Credibility> {
    let digit = row.some(column)?;
    let grade = Credibility::from_digit(digit);
    if grade.is_none() {
        let message = format!("expected an Admiralty digit 1 to 6 but got \"{digit}\"");
        faults.push(Fault::at(&row.place(column), "unreadable-grade", message, "1 is confirmed, 5 improbable, 6 cannot be judged"));
    }
    grade
}

fn window(row: Row<'_>, column: &'static str, zone: &TimeZone, faults: &mut Vec<Fault>) -> Option<Window> {
    let window = readable(row, column, faults, |text| edtf::window(text, zone))?;
    warn_of_far_future(row, column, window.latest(), faults);
    Some(window)
}

fn moment(row: Row<'_>, column: &'static str, zone: &TimeZone, faults: &mut Vec<Fault>) -> Option<Timestamp> {
    readable(row, column, faults, |text| edtf::window(text, zone)).map(Window::latest)
}

fn readable<T>(row: Row<'_>, column: &'static str, faults: &mut Vec<Fault>, read: impl Fn(&str) -> Result<T, TimeFault>) -> Option<T> {
    read(row.some(column)?).map_err(|fault| faults.push(unreadable_time(row, column, &fault))).ok()
}

fn unreadable_time(row: Row<'_>, column: &str, fault: &TimeFault) -> Fault {
    Fault::at(&row.place(column), "unreadable-time", fault.to_string(), fault.hint())
}

fn warn_of_far_future(row: Row<'_>, column: &'static str, at: Timestamp, faults: &mut Vec<Fault>) {
    if TimeZone::UTC.to_datetime(at).year() > LAST_YEAR {
        faults.push(Fault::warning_at(&row.place(column), "far-future", format!("{at} lies after the year {LAST_YEAR}"), "check the year"));
    }
}

/// The states of a table; those that are alike are shared, and so are the ids of their sites.
pub(crate) fn given(pieces: Pieces<'_>, zone: &TimeZone, faults: &mut Vec<Fault>) -> Rows<GivenDraft> {
    let (mut columns, mut met) = (None, Met::default());
    table::read(pieces, &["site", "time_start", "control"], faults, |row, faults| {
        let columns = columns.get_or_insert_with(|| GivenColumns::of(row));
        given_state(row, columns, zone, (&mut met, faults))
    })
}

/// Where a table of states has its columns.
struct GivenColumns {
    when: [Option<usize>; 3],
    what: [Option<usize>; 5],
    /// The first cell that only says what is given, as all behind it do.
    what_from: usize,
}

impl GivenColumns {
    fn of(row: Row<'_>) -> Self {
        let when = row.columns(["site", "time_start", "time_end"]);
        let what = row.columns(["control", "status", "confidence", "source", "citation"]);
        let behind = when.iter().flatten().max().map_or(0, |last| last + 1);
        // In a table whose columns stand in another order, rows that say the same are seldom seen to do so.
        let what_from = if what.iter().flatten().all(|&column| column >= behind) { behind } else { 0 };
        Self { when, what, what_from }
    }
}

/// What the rows of a table of states have in common.
#[derive(Default)]
struct Met {
    site: Last,
    states: Recent<GivenStateDraft>,
}

fn given_state(row: Row<'_>, columns: &GivenColumns, zone: &TimeZone, (met, faults): (&mut Met, &mut Vec<Fault>)) -> Option<GivenDraft> {
    let [site, start, end] = columns.when.map(|column| row.text(column));
    let before = faults.len();
    if start.is_empty() {
        let message = "expected the start of the state but got nothing";
        faults.push(Fault::at(&row.place("time_start"), "missing-time", message, "write its first day"));
    }
    if site.is_empty() {
        let hint = "name it by its id in sites.geojson";
        faults.push(Fault::at(&row.place("site"), "missing-site", "expected a site but got nothing", hint));
    }
    let start = boundary(row, ("time_start", start), zone, faults);
    let end = boundary(row, ("time_end", end), zone, faults);
    // A state of no one, or without a sound start and end, would be no state, or seem to overlap those after it.
    let is_sound = faults.len() == before;
    let state = met.states.shared(row.written_from(columns.what_from), || what_is_given(row, columns.what, faults));
    (is_sound && !state.control.is_empty()).then_some(GivenDraft { site: met.site.shared(site), start: start?, end, state })
}

/// What the cells of some columns say, and whether it can be taken for others that are written alike: it made no fault.
fn what_is_given(row: Row<'_>, columns: [Option<usize>; 5], faults: &mut Vec<Fault>) -> (GivenStateDraft, bool) {
    let [control, status, confidence, source, citation] = columns.map(|column| row.text(column));
    let before = faults.len();
    if control.is_empty() {
        let (message, hint) = ("expected who holds the site but got nothing", "write an actor's id, contested or unknown");
        faults.push(Fault::at(&row.place("control"), "missing-control", message, hint));
    }
    let state = GivenStateDraft {
        control: control.to_owned(),
        status: given_status(row, status, faults),
        confidence: given_confidence(row, confidence, faults),
        source: (!source.is_empty()).then(|| source.to_owned()),
        citation: citation.to_owned(),
    };
    (state, faults.len() == before)
}

/// The instant at which a state starts or ends; none where the cell is empty.
fn boundary(row: Row<'_>, (column, text): (&'static str, &str), zone: &TimeZone, faults: &mut Vec<Fault>) -> Option<Timestamp> {
    if text.is_empty() {
        return None;
    }
    edtf::boundary(text, zone).map_err(|fault| faults.push(unreadable_time(row, column, &fault))).ok()
}

fn given_status(row: Row<'_>, word: &str, faults: &mut Vec<Fault>) -> Option<Status> {
    let status = Status::from_word(word);
    if status.is_none() && !word.is_empty() {
        let message = format!("expected confirmed, claimed, contested or unknown but got \"{word}\"");
        faults.push(Fault::at(&row.place("status"), "unknown-word", message, "or leave it empty"));
    }
    status
}

fn given_confidence(row: Row<'_>, text: &str, faults: &mut Vec<Fault>) -> Option<f64> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    if number.is_none() && !text.is_empty() {
        let message = format!("expected a probability from 0 to 1 but got \"{text}\"");
        faults.push(Fault::at(&row.place("confidence"), "not-a-number", message, "write it with a point: 0.85"));
    }
    number
}
