//! Words that stand in many rows of a table, each kept once.

use std::collections::HashSet;
use std::sync::Arc;

/// The words met so far.
#[derive(Default)]
pub(crate) struct Words {
    known: HashSet<Arc<str>>,
    /// The word met last: tables are sorted more often than not.
    last: Option<Arc<str>>,
}

impl Words {
    /// The word, shared with everyone who asked for it before.
    pub(crate) fn shared(&mut self, word: &str) -> Arc<str> {
        if let Some(last) = self.last.as_ref().filter(|last| ***last == *word) {
            return Arc::clone(last);
        }
        let found = self.known.get(word).map(Arc::clone);
        let shared = found.unwrap_or_else(|| {
            let new: Arc<str> = word.into();
            self.known.insert(Arc::clone(&new));
            new
        });
        self.last = Some(Arc::clone(&shared));
        shared
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
}
