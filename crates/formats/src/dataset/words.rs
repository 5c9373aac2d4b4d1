//! Words that stand in many rows of a table, each kept once.

use std::collections::BTreeSet;
use std::sync::Arc;

/// The words met so far.
#[derive(Default)]
pub(crate) struct Words {
    known: BTreeSet<Arc<str>>,
}

impl Words {
    /// The word, shared with everyone who asked for it before.
    pub(crate) fn shared(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.known.get(word) {
            return Arc::clone(known);
        }
        let new: Arc<str> = word.into();
        self.known.insert(Arc::clone(&new));
        new
    }
}

/// The word met last: enough where equal words follow each other, as they do in a sorted table, and cheap where all differ.
pub(crate) struct Last(Arc<str>);

impl Default for Last {
    fn default() -> Self {
        Self("".into())
    }
}

impl Last {
    /// The word, shared with the one before where they are equal.
    pub(crate) fn shared(&mut self, word: &str) -> Arc<str> {
        if *self.0 != *word {
            self.0 = word.into();
        }
        Arc::clone(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_met_again_is_the_same_and_another_is_not() {
        let mut words = Words::default();
        let (first, other, again) = (words.shared("red"), words.shared("blue"), words.shared("red"));
        assert!(Arc::ptr_eq(&first, &again) && !Arc::ptr_eq(&first, &other));
        assert_eq!((&*first, &*other), ("red", "blue"));
    }

    #[test]
    fn the_last_word_is_shared_only_with_those_that_follow_it() {
        let mut last = Last::default();
        let (first, again, other, late) = (last.shared("red"), last.shared("red"), last.shared("blue"), last.shared("red"));
        assert!(Arc::ptr_eq(&first, &again) && !Arc::ptr_eq(&first, &late));
        assert_eq!((&*first, &*other, &*late), ("red", "blue", "red"));
    }
}
