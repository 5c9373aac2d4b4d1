//! `at`: who held a site or a point, how sure, since when.

use jiff::Timestamp;
use marchland_assess::{Assessor, confidence_term};
use marchland_core::{Assessment, Ground, LonLat, SiteIndex};
use marchland_index::{CellIndex, NearestSites};
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::arguments::At;
use crate::failure::Failure;
use crate::phrase::Phrasing;
use crate::question::{self, Loaded};
use crate::{ground, output};

/// Answers for a site, or for the cell a point lies in.
pub(crate) fn run(arguments: &At) -> Result<(), Failure> {
    let loaded = question::load(&arguments.dataset)?;
    let language = loaded.language(arguments.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.moment.weighing)?;
    let (at, as_of) = loaded.clocks(&arguments.moment)?;
    let answer = Answer { loaded: &loaded, language, rule: rule.label(), at: Some(at), as_of };
    let assessor = Assessor::new(loaded.ledger(), &rule, as_of);
    match (&arguments.site, &arguments.point) {
        (Some(id), _) => {
            let site = loaded.site(id)?;
            let state = assessor.state_at(site, at);
            if arguments.json {
                return answer.print(answer.state(&[site], &state));
            }
            output::print(&in_words(&answer, &[site], &state))
        }
        (None, Some(point)) => {
            let found = locate(&loaded, point, at)?;
            let states: Vec<Assessment> = found.sites.iter().map(|&site| assessor.state_at(site, at)).collect();
            let state = marchland_territory::shared_state(&states.iter().collect::<Vec<_>>());
            if arguments.json {
                return answer.print(point_fields(&answer, &found, state.as_ref()));
            }
            output::print(&point_in_words(&answer, &found, state.as_ref()))
        }
        (None, None) => Err(Failure::Usage("at needs --site or --point".to_owned())),
    }
}

/// What lies at a point.
struct Found {
    /// The sites whose cell it is; none beyond reach and outside.
    sites: Vec<SiteIndex>,
    /// `boundary`, `beyond_reach` or `outside`.
    inside: &'static str,
    /// Metres to the nearest site that takes ground.
    distance_m: Option<f64>,
}

fn locate(loaded: &Loaded, point: &str, at: Timestamp) -> Result<Found, Failure> {
    let place = lon_lat(point)?;
    let ground = ground::divide(&loaded.dataset.config, loaded.ledger())?;
    let face = CellIndex::new(ground.at(at)).at(place).map(|face| &ground.at(at).face(face).ground);
    let (sites, inside) = match face {
        Some(Ground::BeyondReach) => (Vec::new(), "beyond_reach"),
        Some(ground) => (ground.sites().to_vec(), "boundary"),
        None => (Vec::new(), "outside"),
    };
    let all = loaded.ledger().sites();
    let near = NearestSites::new(all).nearest(place, all.len());
    let distance_m = near.iter().find(|near| all[near.site.0 as usize].takes_ground()).map(|near| near.distance_m);
    Ok(Found { sites, inside, distance_m })
}

fn lon_lat(text: &str) -> Result<LonLat, Failure> {
    let numbers: Vec<f64> = text.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let place = if let [lon, lat] = numbers[..] { LonLat::new(lon, lat) } else { None };
    place.ok_or_else(|| {
        Failure::Usage(format!("--point {text}: expected longitude and latitude in degrees, such as 68.87,36.73 (−180 to 180, −90 to 90)"))
    })
}

fn point_fields(answer: &Answer<'_>, found: &Found, state: Option<&Assessment>) -> Map<String, Value> {
    let mut fields = match state {
        Some(state) => answer.state(&found.sites, state),
        // Nobody knows of ground beyond reach; of ground outside the boundary nothing is said at all.
        None => Map::from_iter([("control".to_owned(), if found.inside == "outside" { Value::Null } else { json!("unknown") })]),
    };
    fields.insert("inside".to_owned(), json!(found.inside));
    fields.insert("distance_m".to_owned(), json!(found.distance_m.map(|metres| (metres * 10.0).round() / 10.0)));
    fields
}

fn point_in_words(answer: &Answer<'_>, found: &Found, state: Option<&Assessment>) -> String {
    let distance = found.distance_m.map_or_else(String::new, |metres| format!(" ({:.1} km from the nearest place)", metres / 1e3));
    match state {
        Some(state) => format!("in the cell of {}", in_words(answer, &found.sites, state)),
        None if found.inside == "outside" => format!("outside the boundary{distance}: the dataset says nothing of it\n"),
        None => format!("unknown: beyond the reach of every place{distance}\n"),
    }
}

fn in_words(answer: &Answer<'_>, sites: &[SiteIndex], state: &Assessment) -> String {
    let ledger = answer.loaded.ledger();
    let phrasing = Phrasing { ledger, time_zone: &answer.loaded.dataset.config.time_zone, language: answer.language };
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
