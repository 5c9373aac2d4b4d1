//! What is compared: moments, or one moment by two rules or with two states of knowledge.

use jiff::Timestamp;
use marchland_assess::Rule;
use marchland_formats::rows::utc;
use serde_json::{Value, json};

use crate::arguments::{Compare, Weighing};
use crate::failure::Failure;
use crate::question::Loaded;

/// One of the maps: of which moment, knowing what, by which rule.
pub(super) struct Side {
    pub(super) at: Timestamp,
    pub(super) as_of: Option<Timestamp>,
    pub(super) rule: Rule,
}

impl Side {
    /// For scripts.
    pub(super) fn in_json(&self) -> Value {
        json!({ "at": utc(self.at), "as_of": self.as_of.map(utc), "rule": self.rule.label() })
    }
}

/// The sides that are asked for, two or more, in order.
pub(super) fn sides(arguments: &Compare, loaded: &Loaded) -> Result<Vec<Side>, Failure> {
    let side = |flag: &str, text: &str, weighing: &Weighing| {
        Ok(Side { at: loaded.valid_time(flag, text)?, as_of: loaded.as_of(weighing)?, rule: loaded.asked_rule(weighing)? })
    };
    if !arguments.dates.is_empty() {
        let sides: Result<Vec<Side>, Failure> = arguments.dates.iter().map(|text| side("--dates", text, &arguments.run.weighing)).collect();
        let sides = sides?;
        return in_order(&sides, &arguments.dates).map(|()| sides);
    }
    let of_both = arguments.at.as_deref().map(|at| [("--at", at), ("--at", at)]);
    let each = || Some([("--before", arguments.before.as_deref()?), ("--after", arguments.after.as_deref()?)]);
    let Some([before, after]) = of_both.or_else(each) else {
        return Err(Failure::Usage("compare needs --before and --after, --dates, or --at with two rules or --as-of".to_owned()));
    };
    let first = side(before.0, before.1, &weighing(arguments, [&arguments.as_of_before, &arguments.rule_before]))?;
    let second = side(after.0, after.1, &weighing(arguments, [&arguments.as_of_after, &arguments.rule_after]))?;
    if first.at > second.at || (first.at == second.at && arguments.at.is_none() && is_same(&first, &second)) {
        return Err(Failure::Usage(format!("--before {} does not lie before --after {}: swap them", before.1, after.1)));
    }
    if first.at == second.at && is_same(&first, &second) {
        let message = "both maps are the same: give two rules (--rule-before, --rule-after) or two states of knowledge (--as-of-before, --as-of-after)";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(vec![first, second])
}

fn in_order(sides: &[Side], dates: &[String]) -> Result<(), Failure> {
    if sides.len() < 2 {
        return Err(Failure::Usage(format!(
            "--dates {}: one moment is no comparison: give two or more, parted by commas",
            dates.join(",")
        )));
    }
    match sides.windows(2).position(|pair| pair[0].at >= pair[1].at) {
        Some(at) => Err(Failure::Usage(format!("--dates: {} does not lie before {}: give them in order", dates[at], dates[at + 1]))),
        None => Ok(()),
    }
}

/// How one side is weighed: its own flags before those of both.
fn weighing(arguments: &Compare, [as_of, rule]: [&Option<String>; 2]) -> Weighing {
    let Weighing { as_of: common, rule: common_rule, online } = arguments.run.weighing.clone();
    Weighing { as_of: as_of.clone().or(common), rule: rule.clone().or(common_rule), online }
}

fn is_same(one: &Side, other: &Side) -> bool {
    one.as_of == other.as_of && one.rule.label() == other.rule.label()
}

/// The rules of the sides, in a word each.
pub(super) fn rules(sides: &[Side]) -> String {
    let mut labels: Vec<String> = sides.iter().map(|side| side.rule.label()).collect();
    labels.dedup();
    labels.join("; ")
}
