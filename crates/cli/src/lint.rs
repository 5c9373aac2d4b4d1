//! What is implausible in a dataset that is sound: polygons that do not fit together.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use marchland_core::SiteIndex;
use marchland_formats::{Fault, dataset};
use marchland_territory::{Flaw, FlawKind};

use crate::failure::{Failure, count_of};
use crate::ground::{self, Grounded};
use crate::question::Loaded;

/// What was found, each at the place of the first site concerned; warnings all.
pub(crate) fn lint(folder: &Path, loaded: &Loaded) -> Result<Vec<Fault>, Failure> {
    let ground = ground::divide(&loaded.dataset.config, loaded.ledger())?;
    let found = gathered(&ground);
    let sites: Vec<SiteIndex> = found.iter().map(|found| found.flaw.sites[0]).collect();
    let places = dataset::site_places(folder, &sites);
    let mut faults: Vec<Fault> = found
        .iter()
        .zip(places)
        .map(|(found, place)| Fault::warning_at(&place, code(found.flaw.kind), found.message(loaded), remedy(found.flaw.kind)))
        .collect();
    faults.sort_by_key(|fault| (fault.line, fault.column));
    Ok(faults)
}

/// A flaw, and on how many maps it is.
struct Found<'a> {
    /// As it is on the map where it is largest.
    flaw: &'a Flaw,
    maps: usize,
    /// When the first of them begins, where there are several maps.
    since: Option<Timestamp>,
    /// Whether the polygons are the very same, and so have one cell together.
    is_shared: bool,
}

/// The flaws of all maps, those of the same sites together.
fn gathered(ground: &Grounded) -> Vec<Found<'_>> {
    let is_dated = ground.atlas.coverages().len() > 1;
    let mut found: BTreeMap<(FlawKind, &[SiteIndex]), Found<'_>> = BTreeMap::new();
    for (coverage, flaws) in ground.flaws.iter().enumerate() {
        let sheet = ground.atlas.sheets().iter().find(|sheet| sheet.coverage == coverage);
        let since = sheet.map(|sheet| sheet.from).filter(|_| is_dated);
        let faces = ground.atlas.coverages()[coverage].faces();
        let shared: Vec<&[SiteIndex]> = faces.iter().map(|face| face.ground.sites()).filter(|sites| sites.len() > 1).collect();
        for flaw in flaws {
            let is_shared = shared.iter().any(|sites| flaw.sites.iter().all(|site| sites.contains(site)));
            let known = found.entry((flaw.kind, &flaw.sites)).or_insert(Found { flaw, maps: 0, since, is_shared });
            known.maps += 1;
            known.since = known.since.min(since);
            if flaw.area_km2 > known.flaw.area_km2 {
                known.flaw = flaw;
            }
        }
    }
    found.into_values().collect()
}

impl Found<'_> {
    /// `a and b overlap by 12.345678 km² near 68.1234 36.1234; the smaller polygon keeps it`.
    fn message(&self, loaded: &Loaded) -> String {
        let ledger = loaded.ledger();
        let names: Vec<String> = self.flaw.sites.iter().map(|&site| format!("\"{}\"", ledger.site(site).id)).collect();
        let names = match &names[..] {
            [first @ .., one, other] if !first.is_empty() => format!("{}, {one} and {other}", first.join(", ")),
            few => few.join(" and "),
        };
        let area = format!("{:.6} km²", self.flaw.area_km2);
        let what = match self.flaw.kind {
            FlawKind::Overlap if self.is_shared => format!("{names} overlap by {area}: they are one polygon, and share the ground"),
            FlawKind::Overlap => format!("{names} overlap by {area}: the smallest polygon keeps the ground, of equal ones the first"),
            FlawKind::Gap => format!("a gap of {area} lies between {names}: it is nobody's"),
            FlawKind::Sliver => format!("the borders of {names} miss each other by {area}: the neighbour with the most border has it"),
        };
        let pieces = if self.flaw.pieces > 1 { format!(", in {}", count_of(self.flaw.pieces, "piece")) } else { String::new() };
        let near = format!(", near {:.5} {:.5}", self.flaw.place.lon(), self.flaw.place.lat());
        let dated = self.since.map_or_else(String::new, |since| {
            format!(", on {} since {}", count_of(self.maps, "map"), loaded.local_date(since.max(ledger.span().start())))
        });
        format!("{what}{pieces}{near}{dated}")
    }
}

fn code(kind: FlawKind) -> &'static str {
    match kind {
        FlawKind::Overlap => "overlap",
        FlawKind::Gap => "gap",
        FlawKind::Sliver => "sliver",
    }
}

fn remedy(kind: FlawKind) -> &'static str {
    match kind {
        FlawKind::Overlap => "draw one of them back to the border, or leave it so where one is meant to lie within the other",
        FlawKind::Gap => "draw one of them out to the border, or leave it so where nobody's ground is meant",
        FlawKind::Sliver => "snap their borders together; \"sliver\" under [territory] says how wide a miss is mended",
    }
}
