//! A dataset made in code, with no file read or written. `cargo run --example dataset_in_code`
//!
//! What a file could get wrong, code can too: the draft is checked in the same words.

#![expect(clippy::print_stdout, reason = "an example prints its answer")]

use std::error::Error;

use marchland_assess::{Assessor, Rule};
use marchland_core::{
    Actor, Assertion, Credibility, Ledger, LedgerDraft, Names, Reliability, ReportDraft, SiteDraft, SourceDraft, Window, Written,
};

fn main() -> Result<(), Box<dyn Error>> {
    let day = |day: u8| {
        let at = |hour: &str| format!("2020-05-{day:02}T{hour}Z").parse();
        Ok::<_, Box<dyn Error>>(Window::new(at("00:00:00")?, at("23:59:59")?, Written::Date).ok_or("a day begins before it ends")?)
    };
    let report = |id: &str, actor: &str, asserts: Assertion, time: Window, source: &str| ReportDraft {
        credibility: Credibility::Probable,
        ..ReportDraft::new(id, "bridge", actor, asserts, time, source)
    };
    let draft = LedgerDraft {
        actors: vec![Actor::new("north", "The North"), Actor::new("south", "The South")],
        sources: vec![
            SourceDraft { id: "wire".to_owned(), name: "The Wire".to_owned(), reliability: Reliability::B, ..SourceDraft::default() },
            SourceDraft {
                id: "herald".to_owned(),
                leans_to: Some("south".to_owned()),
                reliability: Reliability::D,
                ..SourceDraft::default()
            },
        ],
        sites: vec![SiteDraft { id: "bridge".to_owned(), names: Names::new("The bridge"), ..SiteDraft::default() }],
        reports: vec![
            report("r1", "north", Assertion::Controls, day(1)?, "wire"),
            report("r2", "south", Assertion::Takes, day(4)?, "herald"),
            report("r3", "south", Assertion::Takes, day(5)?, "wire"),
        ],
        ..LedgerDraft::default()
    };
    let ledger =
        Ledger::new(draft).map_err(|faults| faults.into_iter().map(|fault| fault.problem.to_string()).collect::<Vec<_>>().join("\n"))?;

    let rule = Rule::default();
    let timeline = Assessor::new(&ledger, &rule, None).timeline(marchland_core::SiteIndex(0));
    for state in timeline.assessments() {
        let holder = state.control.holder().map_or("–", |actor| ledger.actor(actor).names.default_name());
        println!("{} to {}: {holder} ({})", state.period.start(), state.period.end(), state.status.word());
    }
    Ok(())
}
