//! The maps of one moment after another: each report is weighed once, the ground is divided once, and only what changes is made anew.

use jiff::Timestamp;
use marchland_assess::Course;
use marchland_core::{Assessment, Atlas, Site, SiteIndex, Snapshot};
use marchland_territory::{Mapmaker, Moment, Topology};

/// The maps of moments that rise.
pub(crate) struct Maps<'a> {
    atlas: &'a Atlas,
    topologies: &'a [Topology<'a>],
    sites: &'a [Site],
    present: Present<'a>,
    step: usize,
    /// For each coverage its maker, and the last step that it was told of.
    makers: Vec<Option<(Mapmaker<'a>, usize)>>,
}

impl<'a> Maps<'a> {
    /// Of sites whose courses these are, on ground with a topology for each coverage.
    pub(crate) fn new(atlas: &'a Atlas, topologies: &'a [Topology<'a>], sites: &'a [Site], courses: &'a [Course<'a>]) -> Self {
        let makers = topologies.iter().map(|_| None).collect();
        Self { atlas, topologies, sites, present: Present::new(courses), step: 0, makers }
    }

    /// The map of a moment, which is not before the one asked for last.
    pub(crate) fn at(&mut self, moment: Moment) -> &Snapshot {
        self.step += 1;
        self.present.go_to(self.step, moment.at);
        let coverage = self.atlas.at(moment.at);
        let (maker, told) = self.makers[coverage].get_or_insert_with(|| {
            let states = self.present.states.iter().map(|state| state.assessment.clone());
            (Mapmaker::new(&self.topologies[coverage], self.sites, states, moment.clone()), self.step)
        });
        for (site, state) in self.present.since(*told) {
            maker.tell(site, state.clone());
        }
        *told = self.step;
        maker.at(moment)
    }
}

/// The states of all sites at one moment after another: those that stay are not asked for again.
struct Present<'a> {
    courses: &'a [Course<'a>],
    states: Vec<State>,
}

struct State {
    assessment: Assessment,
    lasts_until: Timestamp,
    /// The step at which it became the present one.
    since: usize,
}

impl<'a> Present<'a> {
    fn new(courses: &'a [Course<'a>]) -> Self {
        Self { courses, states: Vec::with_capacity(courses.len()) }
    }

    /// Goes on to a moment, the one of a step; moments and steps rise.
    fn go_to(&mut self, step: usize, at: Timestamp) {
        let state = |course: &Course<'_>| State { assessment: course.at(at), lasts_until: course.lasts_until(at), since: step };
        if self.states.is_empty() {
            self.states.extend(self.courses.iter().map(state));
            return;
        }
        for (present, course) in self.states.iter_mut().zip(self.courses) {
            if present.lasts_until <= at {
                *present = state(course);
            }
        }
    }

    /// The states that have become present after a step.
    fn since(&self, step: usize) -> impl Iterator<Item = (SiteIndex, &Assessment)> {
        let numbered = (0..).map(SiteIndex).zip(&self.states);
        numbered.filter(move |(_, state)| state.since > step).map(|(site, state)| (site, &state.assessment))
    }
}
