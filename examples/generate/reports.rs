//! What sources say of the war: late, partly, in their own interest, and sometimes wrongly.

use crate::numbers::Numbers;
use crate::war::{Change, HOLDERS, War};

/// Who says things: id, name, kind, the actor it leans to, and its Admiralty letter.
pub(crate) const SOURCES: [[&str; 5]; 10] = [
    ["wire", "A news agency", "agency", "", "B"],
    ["paper", "A newspaper", "newspaper", "", "C"],
    ["radio", "A local radio", "broadcaster", "", "C"],
    ["aid", "An aid organisation", "organisation", "", "B"],
    ["mission", "An observer mission", "mission", "", "A"],
    ["witness", "Residents by telephone", "witness", "", "D"],
    ["ministry", "The ministry of defence", "spokesman", "government", "C"],
    ["command", "The rebels' spokesman", "spokesman", "rebels", "D"],
    ["elders", "The militia's elders", "spokesman", "militia", "D"],
    ["channel", "An anonymous channel", "social media", "", "F"],
];

/// The sources without a side, and the spokesman of each party by its number.
const NEUTRAL: [&str; 7] = ["wire", "paper", "radio", "aid", "mission", "witness", "channel"];
const SPOKESMEN: [&str; 3] = ["ministry", "command", "elders"];

/// Days between visits to a place where nothing happens.
const VISIT_DAYS: u32 = 120;

/// One statement.
pub(crate) struct Report {
    pub(crate) day: u32,
    pub(crate) site: u32,
    pub(crate) actor: &'static str,
    pub(crate) asserts: &'static str,
    pub(crate) said_after: u32,
    pub(crate) source: &'static str,
    pub(crate) digit: u32,
}

/// Every statement, by day.
pub(crate) fn reports(war: &War, days: u32, numbers: &mut Numbers) -> Vec<Report> {
    let mut reports = visits(war, days, numbers);
    for &change in &war.changes {
        tell(change, numbers, &mut reports);
    }
    reports.sort_by_key(|report| (report.day, report.site));
    reports
}

/// Who held each place when somebody came by: once in the first days, then now and again.
fn visits(war: &War, days: u32, numbers: &mut Numbers) -> Vec<Report> {
    let mut now = war.first.clone();
    let mut changes = war.changes.iter().peekable();
    let mut reports = Vec::new();
    for day in 0..days {
        while let Some(change) = changes.next_if(|change| change.day == day) {
            now[change.site as usize] = change.after;
        }
        for (site, &holder) in (0..).zip(&now) {
            if day == 0 || numbers.chance(1.0 / f64::from(VISIT_DAYS)) {
                reports.push(visit(day, site, holder, numbers));
            }
        }
    }
    reports
}

fn visit(day: u32, site: u32, holder: u8, numbers: &mut Numbers) -> Report {
    // One visitor in twenty is told the wrong name.
    let told = if numbers.chance(0.05) { numbers.below(3) as u8 } else { holder };
    let (actor, asserts) = if told == 3 { ("rebels", "attacks") } else { (HOLDERS[told as usize], "controls") };
    Report { day, site, actor, asserts, said_after: numbers.below(4), source: neutral(numbers), digit: 2 + numbers.below(3) }
}

/// What is said of a change: fighting before it, the taker's spokesman, others a day or two later, and the loser's denial.
fn tell(change: Change, numbers: &mut Numbers, reports: &mut Vec<Report>) {
    let Change { day, site, before, after } = change;
    let mut say = |actor: u8, asserts, said_after, source, digit| {
        reports.push(Report { day, site, actor: HOLDERS[actor as usize], asserts, said_after, source, digit });
    };
    if after == 3 {
        // Whoever does not hold the ground attacks it: the rebels the government, the government all others.
        let attacker = u8::from(before == 0);
        say(attacker, "attacks", numbers.below(2), neutral(numbers), 2 + numbers.below(3));
        return;
    }
    if numbers.chance(0.8) {
        say(after, "takes", 0, SPOKESMEN[after as usize], 3);
    }
    if numbers.chance(0.7) {
        say(after, "takes", numbers.below(3), neutral(numbers), 1 + numbers.below(3));
    }
    if before != 3 && numbers.chance(0.3) {
        say(after, "denies", 0, SPOKESMEN[before as usize], 4);
    }
    if before != 3 && numbers.chance(0.2) {
        say(before, "loses", 1, neutral(numbers), 2);
    }
}

fn neutral(numbers: &mut Numbers) -> &'static str {
    NEUTRAL[numbers.below(NEUTRAL.len() as u32) as usize]
}
