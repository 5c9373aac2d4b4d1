//! `at`: who held a place, how sure, since when; and of a box, an area, a road, all that lies there.
//!
//! | file | asks for |
//! | --- | --- |
//! | `site` | here: one site |
//! | `point` | the cell a point lies in |
//! | `nearest` | the sites nearest to a point |
//! | `area` | every cell and site in a box or in polygons |
//! | `along` | the stretches of a line |

mod along;
mod area;
mod nearest;
mod point;

use std::collections::BTreeMap;

use jiff::Timestamp;
use marchland_assess::{Assessor, confidence_term};
use marchland_core::{Assessment, Ground, SiteIndex};

use crate::answer::Answer;
use crate::arguments::At;
use crate::failure::Failure;
use crate::ground::{self, Grounded};
use crate::output;
use crate::phrase::Phrasing;
use crate::question;

/// Answers for whatever place was named.
pub(crate) fn run(arguments: &At) -> Result<(), Failure> {
    let loaded = question::load(&arguments.question.dataset)?;
    let language = loaded.language(arguments.question.wording.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.question.moment.weighing)?;
    let (at, as_of) = loaded.clocks(&arguments.question.moment)?;
    let answer = Answer { loaded, language, rule: rule.label(), at: Some(at), as_of };
    let assessor = Assessor::new(loaded.ledger(), &rule, as_of);
    let asked = Asked { answer: &answer, assessor: &assessor, at, json: arguments.question.wording.json };
    match arguments {
        At { site: Some(id), .. } => asked.site(id),
        At { point: Some(point), .. } => point::run(&asked, point),
        At { nearest: Some(point), count, .. } => nearest::run(&asked, point, *count as usize),
        At { bbox: Some(bbox), .. } => area::in_box(&asked, bbox),
        At { within: Some(file), .. } => area::in_polygons(&asked, file),
        At { along: Some(file), .. } => along::run(&asked, file),
        At { .. } => Err(Failure::Usage("at needs a place: --site, --point, --nearest, --bbox, --within or --along".to_owned())),
    }
}

/// A question of one moment, without its place.
struct Asked<'a> {
    answer: &'a Answer<'a>,
    assessor: &'a Assessor<'a>,
    at: Timestamp,
    json: bool,
}

impl Asked<'_> {
    fn site(&self, id: &str) -> Result<(), Failure> {
        let site = self.answer.loaded.site(id)?;
        let state = self.assessor.state_at(site, self.at);
        if self.json {
            return self.answer.print(self.answer.state(&[site], &state));
        }
        output::print(&self.in_words(&[site], &state))
    }

    fn ground(&self) -> Result<Grounded, Failure> {
        ground::divide_at(&self.answer.loaded.dataset.config, self.answer.loaded.ledger(), &[self.at])
    }

    /// The states of all sites that have a say in a piece of ground.
    fn states_of(&self, ground: &Ground) -> BTreeMap<SiteIndex, Assessment> {
        let voters = ground.lattice().into_iter().flat_map(|cell| cell.votes.iter().map(|vote| vote.site));
        ground.sites().iter().copied().chain(voters).map(|site| (site, self.assessor.state_at(site, self.at))).collect()
    }

    fn phrasing(&self) -> Phrasing<'_> {
        let loaded = self.answer.loaded;
        Phrasing { ledger: loaded.ledger(), time_zone: &loaded.dataset.config.time_zone, language: self.answer.language }
    }

    /// A state as a person reads it.
    fn in_words(&self, sites: &[SiteIndex], state: &Assessment) -> String {
        let (answer, phrasing) = (self.answer, self.phrasing());
        let names: Vec<String> = sites.iter().map(|&site| phrasing.site(site)).collect();
        let sure = state
            .confidence
            .map_or_else(String::new, |confidence| format!("  probability {confidence:.2} ({})\n", confidence_term(confidence)));
        let shares: Vec<String> = state
            .probabilities
            .iter()
            .filter(|(_, probability)| *probability >= 0.005)
            .map(|&(hypothesis, probability)| format!("{} {probability:.2}", phrasing.hypothesis(hypothesis)))
            .collect();
        let beliefs = if shares.is_empty() { String::new() } else { format!("  belief: {}\n", shares.join(", ")) };
        format!(
            "{}, {}\n  {}\n  {}\n{sure}{beliefs}  rests on {}; against it {}\n  rule {}\n",
            names.join(" and "),
            answer.moment_in_words(),
            phrasing.state(state),
            phrasing.since(state),
            phrasing.reports(&state.reports_for),
            phrasing.reports(&state.reports_against),
            answer.rule,
        )
    }
}
