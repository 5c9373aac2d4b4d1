//! The cell a point lies in.

use std::collections::BTreeSet;

use marchland_core::{Assessment, Coverage, Ground, LonLat, SiteIndex};
use marchland_index::{CellIndex, NearestSites};
use marchland_territory::ground_state;
use serde_json::{Map, Value, json};

use super::Asked;
use crate::failure::Failure;
use crate::output;

/// Answers for the cell a point lies in.
pub(super) fn run(asked: &Asked<'_>, text: &str) -> Result<(), Failure> {
    let place = lon_lat("--point", text)?;
    let ground = asked.ground()?;
    let coverage = ground.at(asked.at);
    let face = CellIndex::new(coverage).at(place).map(|face| &coverage.face(face).ground);
    let states = face.map(|ground| asked.states_of(ground)).unwrap_or_default();
    let state = face.and_then(|ground| ground_state(ground, |site| states.get(&site)));
    let found =
        Found { sites: face.map_or(&[], Ground::sites), inside: inside(face), distance_m: distance_m(asked, place, coverage, face) };
    if asked.json {
        return asked.answer.print(found.fields(asked, state.as_ref()));
    }
    output::print(&found.in_words(asked, state.as_ref()))
}

/// Longitude and latitude as a flag takes them.
pub(super) fn lon_lat(flag: &str, text: &str) -> Result<LonLat, Failure> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    let place = if let Some([lon, lat]) = numbers.as_deref() { LonLat::new(*lon, *lat) } else { None };
    place.ok_or_else(|| {
        Failure::Usage(format!("{flag} {text}: expected longitude and latitude in degrees, such as 68.87,36.73 (−180 to 180, −90 to 90)"))
    })
}

/// `boundary`, `beyond_reach` or `outside`.
pub(super) fn inside(ground: Option<&Ground>) -> &'static str {
    match ground {
        Some(Ground::BeyondReach) => "beyond_reach",
        Some(Ground::Sites(_) | Ground::Lattice(_)) => "boundary",
        None => "outside",
    }
}

/// Metres to the site whose cell it is, to the nearest of several; where the cell is none's, to the nearest on the map of that moment.
fn distance_m(asked: &Asked<'_>, place: LonLat, coverage: &Coverage, face: Option<&Ground>) -> Option<f64> {
    let of = |ground: &Ground| -> Vec<SiteIndex> {
        let voters = ground.lattice().into_iter().flat_map(|cell| &cell.votes).map(|vote| vote.site);
        ground.sites().iter().copied().chain(voters).collect()
    };
    let own = face.map_or(&[][..], Ground::sites).to_vec();
    let near: BTreeSet<SiteIndex> =
        if own.is_empty() { coverage.faces().iter().flat_map(|face| of(&face.ground)).collect() } else { own.into_iter().collect() };
    let sites: Vec<_> = near.into_iter().map(|site| asked.answer.loaded.ledger().site(site).clone()).collect();
    NearestSites::new(&sites).nearest(place, 1).first().map(|near| near.distance_m)
}

/// What lies at a point.
struct Found<'a> {
    /// The sites whose cell it is; none beyond reach and outside.
    sites: &'a [SiteIndex],
    inside: &'static str,
    distance_m: Option<f64>,
}

impl Found<'_> {
    fn fields(&self, asked: &Asked<'_>, state: Option<&Assessment>) -> Map<String, Value> {
        let mut fields = match state {
            Some(state) => asked.answer.state(self.sites, state),
            // Nobody knows of ground beyond reach; of ground outside the boundary nothing is said at all.
            None => Map::from_iter([("control".to_owned(), if self.inside == "outside" { Value::Null } else { json!("unknown") })]),
        };
        fields.insert("inside".to_owned(), json!(self.inside));
        fields.insert("distance_m".to_owned(), json!(self.distance_m.map(|metres| (metres * 10.0).round() / 10.0)));
        fields
    }

    fn in_words(&self, asked: &Asked<'_>, state: Option<&Assessment>) -> String {
        let distance = self.distance_m.map_or_else(String::new, |metres| format!(" ({:.1} km from the nearest place)", metres / 1e3));
        match state {
            Some(state) if self.sites.is_empty() => format!("by the vote of the places round it{distance}\n{}", asked.in_words(&[], state)),
            Some(state) => format!("in the cell of {}", asked.in_words(self.sites, state)),
            None if self.inside == "outside" => format!("outside the boundary{distance}: the dataset says nothing of it\n"),
            None => format!("unknown: beyond the reach of every place{distance}\n"),
        }
    }
}
