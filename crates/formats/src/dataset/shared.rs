//! What stands in many rows of a table, kept once.

use std::collections::VecDeque;
use std::sync::Arc;

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

/// What was made of some text of late, for the rows to come that have the same.
pub(crate) struct Recent<T> {
    made: VecDeque<(String, Arc<T>)>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self { made: VecDeque::new() }
    }
}

impl<T> Recent<T> {
    /// How many are kept (chosen: more than a dataset has actors, and few enough to look through for each row).
    const KEPT: usize = 16;

    /// What is made of a text: made before where it is the same, else made now, and kept where `make` says that it can be.
    pub(crate) fn shared(&mut self, text: &str, make: impl FnOnce() -> (T, bool)) -> Arc<T> {
        if let Some((_, made)) = self.made.iter().find(|(known, _)| known == text) {
            return Arc::clone(made);
        }
        let (made, can_be_kept) = make();
        let made = Arc::new(made);
        if can_be_kept {
            self.made.truncate(Self::KEPT - 1);
            self.made.push_front((text.to_owned(), Arc::clone(&made)));
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_shared_only_with_those_that_follow_it() {
        let mut last = Last::default();
        let (first, again, other, late) = (last.shared("red"), last.shared("red"), last.shared("blue"), last.shared("red"));
        assert!(Arc::ptr_eq(&first, &again) && !Arc::ptr_eq(&first, &late));
        assert_eq!((&*first, &*other, &*late), ("red", "blue", "red"));
    }

    #[test]
    fn what_was_made_of_the_same_text_of_late_is_shared_if_it_can_be() {
        let (mut recent, mut count) = (Recent::default(), 0);
        let mut made = |text: &str, can_be_kept| {
            *recent.shared(text, || {
                count += 1;
                (count, can_be_kept)
            })
        };
        assert_eq!([made("red", true), made("blue", false), made("blue", true), made("red", true)], [1, 2, 3, 1]);
        for number in 0..20 {
            made(&number.to_string(), true);
        }
        assert_eq!((made("red", true), made("19", true)), (24, 23));
    }
}
