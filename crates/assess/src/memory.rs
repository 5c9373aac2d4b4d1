//! How long words are remembered.
//!
//! A place nobody has spoken of for longer than the rule's memory is unknown, and from half of it on its state is stale. Only
//! when words were spoken matters here, not what they said.

use crate::word::Instants;

/// Words in the order in which they were first spoken, and how far the words up to each reach.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    words: Vec<Remembered>,
    length_s: i64,
}

#[derive(Clone, Copy, Debug)]
struct Remembered {
    from: i64,
    /// The end of what the words up to this one speak of.
    reach: i64,
}

impl Memory {
    /// The memory of words for a time in seconds.
    pub(crate) fn new(instants: impl Iterator<Item = Instants>, length_s: f64) -> Self {
        let mut words: Vec<Remembered> = instants.map(|word| Remembered { from: word.first(), reach: word.last() }).collect();
        words.sort_unstable_by_key(|word| (word.from, word.reach));
        let mut reach = i64::MIN;
        for word in &mut words {
            reach = reach.max(word.reach);
            word.reach = reach;
        }
        Self { words, length_s: length_s as i64 }
    }

    /// The last moment at or before `at` of which a word speaks; an interval is spoken of throughout.
    pub(crate) fn last_word(&self, at: i64) -> Option<i64> {
        let heard = self.words.partition_point(|word| word.from <= at);
        self.words[..heard].last().map(|word| word.reach.min(at))
    }

    /// Whether a word at or before `at` is still remembered.
    pub(crate) fn remembers(&self, at: i64) -> bool {
        self.last_word(at).is_some_and(|last| at - last < self.length_s)
    }

    /// From when the state at `at` is stale, if nothing more is said.
    pub(crate) fn stale_from(&self, at: i64) -> Option<i64> {
        let heard = self.words.partition_point(|word| word.from <= at);
        self.words[..heard].last().map(|word| word.reach.saturating_add(self.length_s / 2))
    }

    /// Every moment at which memory runs out.
    pub(crate) fn ends(&self) -> impl Iterator<Item = i64> {
        self.gaps().map(|(reach, next)| (reach.saturating_add(self.length_s), next)).filter(|(end, next)| end < next).map(|(end, _)| end)
    }

    /// Every word that was spoken when the last had grown stale.
    pub(crate) fn refreshed(&self) -> impl Iterator<Item = i64> {
        self.gaps().filter(|(reach, next)| reach.saturating_add(self.length_s / 2) < *next && *next < i64::MAX).map(|(_, next)| next)
    }

    /// The end of what each word and those before it speak of, and when the next is spoken.
    fn gaps(&self) -> impl Iterator<Item = (i64, i64)> {
        let next = self.words.iter().skip(1).map(|word| word.from).chain([i64::MAX]);
        self.words.iter().map(|word| word.reach).zip(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Instants::{Once, Throughout};

    #[test]
    fn a_word_is_remembered_until_the_memory_has_run_out() {
        let memory = Memory::new([Once(100)].into_iter(), 40.0);
        assert_eq!([99, 100, 139, 140].map(|at| memory.remembers(at)), [false, true, true, false]);
        assert_eq!(memory.stale_from(110), Some(120));
        assert_eq!(memory.ends().collect::<Vec<_>>(), [140]);
    }

    #[test]
    fn a_state_throughout_an_interval_is_fresh_inside_it() {
        let memory = Memory::new([Throughout(100, 900)].into_iter(), 40.0);
        assert_eq!(memory.last_word(500), Some(500));
        assert_eq!(memory.ends().collect::<Vec<_>>(), [940]);
    }

    #[test]
    fn a_word_to_a_stale_state_refreshes_it() {
        let memory = Memory::new([Once(100), Once(125), Once(130)].into_iter(), 40.0);
        assert_eq!(memory.refreshed().collect::<Vec<_>>(), [125]);
        assert_eq!(memory.ends().collect::<Vec<_>>(), [170]);
    }
}
