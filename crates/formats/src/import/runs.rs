//! On which maps a polygon is drawn, and whose it is there: runs of maps that follow each other.

/// Maps one after the other on which a polygon has one holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Number of the first map, from nought in order of time.
    pub(crate) first: u32,
    /// Number of the last.
    pub(crate) last: u32,
    /// Number of the holder.
    pub(crate) holder: u32,
    /// Number of the file that the first was read from.
    pub(crate) file: u32,
}

/// The runs of one polygon: in order, disjoint, and two that touch have different holders. They take as much memory as the polygon has
/// changes, however many maps it is on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs(Vec<Run>);

impl Runs {
    /// Draws the polygon on a map; a second time with the same holder changes nothing.
    ///
    /// # Errors
    ///
    /// The holder it has on that map, where that is another.
    pub(crate) fn draw(&mut self, map: u32, holder: u32, file: u32) -> Result<(), u32> {
        let after = self.0.partition_point(|run| run.first <= map);
        if let Some(run) = after.checked_sub(1).map(|at| self.0[at]).filter(|run| map <= run.last) {
            return if run.holder == holder { Ok(()) } else { Err(run.holder) };
        }
        let continues = after > 0 && self.0[after - 1].holder == holder && self.0[after - 1].last + 1 == map;
        let precedes = self.0.get(after).is_some_and(|next| next.holder == holder && map + 1 == next.first);
        match (continues, precedes) {
            (true, true) => self.0[after - 1].last = self.0.remove(after).last,
            (true, false) => self.0[after - 1].last = map,
            (false, true) => (self.0[after].first, self.0[after].file) = (map, file),
            (false, false) => self.0.insert(after, Run { first: map, last: map, holder, file }),
        }
        Ok(())
    }

    /// The runs, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Run> {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn maps_that_follow_each_other_are_one_run_and_a_gap_or_another_holder_ends_it() {
        let mut runs = Runs::default();
        for (map, holder) in [(0, 7), (1, 7), (1, 7), (2, 8), (4, 8)] {
            runs.draw(map, holder, map).unwrap();
        }
        let told: Vec<(u32, u32, u32)> = runs.iter().map(|run| (run.first, run.last, run.holder)).collect();
        assert_eq!(told, [(0, 1, 7), (2, 2, 8), (4, 4, 8)]);
        assert_eq!(runs.draw(1, 8, 0), Err(7));
    }

    proptest! {
        #[test]
        fn runs_say_what_a_table_of_maps_says_in_whatever_order_they_are_drawn(drawn in prop::collection::vec((0..9_u32, 0..2_u32), 0..20)) {
            let (mut runs, mut table) = (Runs::default(), BTreeMap::new());
            for (map, holder) in drawn {
                let expected = *table.entry(map).or_insert(holder);
                prop_assert_eq!(runs.draw(map, holder, map), if expected == holder { Ok(()) } else { Err(expected) });
            }
            let told: Vec<(u32, u32)> = runs.iter().flat_map(|run| (run.first..=run.last).map(move |map| (map, run.holder))).collect();
            prop_assert_eq!(told, table.into_iter().collect::<Vec<_>>());
            let all: Vec<Run> = runs.iter().collect();
            prop_assert!(all.windows(2).all(|two| two[0].last + 1 < two[1].first || two[0].holder != two[1].holder));
            prop_assert!(all.iter().all(|run| run.file == run.first));
        }
    }
}
