//! Moments in words: of which time a map is and what was known of it, and of several maps what they share and what is each one's own.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use marchland_core::Snapshot;

/// `As at the end of Monday 3 October 2016, Asia/Kabul (+04:30) · as known that day`
pub(crate) fn in_full((at, as_of): (Timestamp, Option<Timestamp>), zone: &TimeZone, zone_name: &str) -> String {
    let at = local(at, zone);
    let known = as_of.map_or_else(String::new, |as_of| {
        let known = local(as_of, zone);
        match (known.date() == at.date(), is_close_of_day(&known)) {
            (true, true) => " · as known that day".to_owned(),
            (_, true) => format!(" · as known on {}", known.strftime("%-d %B %Y")),
            (_, false) => format!(" · as known at {}", known.strftime("%H:%M on %-d %B %Y")),
        }
    });
    format!("As at {}, {zone_name} ({}){known}", when(&at), at.strftime("%:z"))
}

/// `the end of Monday 3 October 2016`, `14:00 on Monday 3 October 2016`
fn when(at: &ZonedDateTime) -> String {
    let hour = if is_close_of_day(at) { "the end of".to_owned() } else { format!("{} on", at.strftime("%H:%M")) };
    format!("{hour} {}", at.strftime("%A %-d %B %Y"))
}

/// `3 October 2016` for the close of that day, else `14:00, 3 October 2016`
pub(crate) fn date(at: Timestamp, zone: &TimeZone) -> String {
    let at = local(at, zone);
    at.strftime(if is_close_of_day(&at) { "%-d %B %Y" } else { "%H:%M, %-d %B %Y" }).to_string()
}

/// `end of the day, Asia/Kabul (+04:30)`; of another hour the zone alone
pub(crate) fn hour(at: Timestamp, zone: &TimeZone, zone_name: &str) -> String {
    let at = local(at, zone);
    let end = if is_close_of_day(&at) { "end of the day, " } else { "" };
    format!("{end}{zone_name} ({})", at.strftime("%:z"))
}

/// What one of some maps has to itself: its date, what was known, its rule. Of a single map, its date.
pub(crate) fn caption(maps: &[&Snapshot], map: usize, zone: &TimeZone) -> String {
    let map = maps[map];
    let differ = Differences::of(maps);
    let known = map.as_of.map_or_else(|| "all that is known".to_owned(), |as_of| format!("as known on {}", date(as_of, zone)));
    let parts = [
        (differ.at || maps.len() < 2).then(|| date(map.at, zone)),
        differ.as_of.then_some(known),
        differ.rule.then(|| format!("rule {}", map.rule)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What some maps have in common: the moment where it is one, the zone, what was known where that is one.
pub(crate) fn in_common(maps: &[&Snapshot], zone: &TimeZone, zone_name: &str) -> String {
    let Some(first) = maps.first() else { return zone_name.to_owned() };
    let differ = Differences::of(maps);
    if !differ.at {
        return in_full((first.at, first.as_of.filter(|_| !differ.as_of)), zone, zone_name);
    }
    let of_days = maps.iter().all(|map| is_close_of_day(&local(map.at, zone)));
    let offsets: Vec<String> = maps.iter().map(|map| local(map.at, zone).strftime("%:z").to_string()).collect();
    let offset = if offsets.iter().all(|offset| *offset == offsets[0]) { format!(" ({})", offsets[0]) } else { String::new() };
    let known = first.as_of.filter(|_| !differ.as_of).map_or_else(String::new, |as_of| format!(" · as known on {}", date(as_of, zone)));
    let days = if of_days { "Each as at the end of its day, " } else { "Times of " };
    format!("{days}{zone_name}{offset}{known}")
}

/// In what some maps differ.
struct Differences {
    at: bool,
    as_of: bool,
    rule: bool,
}

impl Differences {
    fn of(maps: &[&Snapshot]) -> Self {
        let differ = |is_same: fn(&Snapshot, &Snapshot) -> bool| maps.windows(2).any(|pair| !is_same(pair[0], pair[1]));
        Self {
            at: differ(|one, other| one.at == other.at),
            as_of: differ(|one, other| one.as_of == other.as_of),
            rule: differ(|one, other| one.rule == other.rule),
        }
    }
}

fn local(at: Timestamp, zone: &TimeZone) -> ZonedDateTime {
    at.to_zoned_datetime(zone.clone())
}

fn is_close_of_day(at: &ZonedDateTime) -> bool {
    at.strftime("%H:%M:%S").to_string() == "23:59:59"
}
