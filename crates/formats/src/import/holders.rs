//! Who holds ground, as other people's files say it, and the actors that come of it.
//!
//! What a file says is the actor's name; its id is the same in lower case, with `-` for all that is neither letter nor digit. `contested` and
//! `unknown`, in whatever case, are no actors but states. Names are one actor only where they are equal: of two that make one id the second, in
//! order of their names, has `-2` behind it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use marchland_core::Actor;

/// What is no actor but a state.
const STATES: [&str; 2] = ["contested", "unknown"];

/// The holders met so far, by number.
#[derive(Default)]
pub(crate) struct Holders {
    numbers: BTreeMap<String, u32>,
}

impl Holders {
    /// The number of a holder; a new one where it was not met before. Blanks round the name do not count, and line breaks are blanks.
    pub(crate) fn number(&mut self, name: &str) -> u32 {
        let name = name.trim();
        let name = STATES.iter().find(|state| name.eq_ignore_ascii_case(state)).copied().unwrap_or(name);
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let next = self.numbers.len() as u32;
        self.numbers.insert(name.to_owned(), next);
        next
    }

    /// The name of a holder.
    pub(crate) fn name(&self, number: u32) -> &str {
        self.numbers.iter().find(|(_, known)| **known == number).map_or("", |(name, _)| name)
    }

    /// The actors among them in order of their names, and by number what `control.csv` calls each holder.
    pub(crate) fn actors(&self) -> (Vec<Actor>, Vec<Arc<str>>) {
        let mut taken: BTreeSet<String> = STATES.iter().map(|&state| state.to_owned()).collect();
        let mut words: Vec<Arc<str>> = vec!["".into(); self.numbers.len()];
        let mut actors = Vec::new();
        for (name, &number) in &self.numbers {
            let id = if STATES.contains(&name.as_str()) { name.clone() } else { free_id(name, &mut taken) };
            words[number as usize] = id.as_str().into();
            if !STATES.contains(&name.as_str()) {
                actors.push(Actor::new(id, name.split(char::is_control).collect::<Vec<_>>().join(" ")));
            }
        }
        (actors, words)
    }
}

/// An id that is not taken yet.
fn free_id(name: &str, taken: &mut BTreeSet<String>) -> String {
    let id = id(name);
    let mut free = id.clone();
    let mut count = 1;
    while !taken.insert(free.clone()) {
        count += 1;
        free = format!("{id}-{count}");
    }
    free
}

/// A name as an id, which begins with a letter: programs take others for numbers and dates.
fn id(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let id = words.join("-");
    if id.chars().next().is_some_and(char::is_alphabetic) { id } else { format!("actor-{id}").trim_end_matches('-').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<String> {
        let mut holders = Holders::default();
        let numbers: Vec<u32> = names.iter().map(|name| holders.number(name)).collect();
        let (_, words) = holders.actors();
        numbers.iter().map(|&number| words[number as usize].to_string()).collect()
    }

    #[test]
    fn names_become_ids_that_no_program_takes_for_something_else() {
        assert_eq!(
            ids(&["Islamic State (IS)", "Окуповано", "2016-10", "!", " Red "]),
            ["islamic-state-is", "окуповано", "actor-2016-10", "actor", "red"]
        );
    }

    #[test]
    fn contested_and_unknown_are_states_in_whatever_case() {
        assert_eq!(ids(&["Contested", "UNKNOWN", "unknown", "contested!"]), ["contested", "unknown", "unknown", "contested-2"]);
        let mut holders = Holders::default();
        holders.number("unknown");
        assert!(holders.actors().0.is_empty());
    }

    #[test]
    fn different_names_are_different_actors_whoever_is_met_first() {
        assert_eq!(ids(&["A+", "A-", "a"]), ["a", "a-2", "a-3"]);
        assert_eq!(ids(&["a", "A-", "A+"]), ["a-3", "a-2", "a"]);
        assert_eq!(ids(&["A", "A "]), ["a", "a"]);
    }
}
