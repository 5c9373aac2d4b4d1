//! A small map to try things on.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{Actor, Assessment, Colour, ControlState, Ledger, LedgerDraft, LonLat, Metres, Period, Projection, Snapshot, Status};

use crate::PageSize;
use crate::layout::{Furniture, Inset};
use crate::map::{Arrows, MapRequest};

/// A degree is a kilometre.
pub(crate) struct Plane;

impl Projection for Plane {
    fn forward(&self, lon_lat: LonLat) -> Option<Metres> {
        Some(Metres { x: lon_lat.lon() * 1e3, y: lon_lat.lat() * 1e3 })
    }

    fn inverse(&self, metres: Metres) -> Option<LonLat> {
        LonLat::new(metres.x / 1e3, metres.y / 1e3)
    }

    fn name(&self) -> &'static str {
        "plane"
    }

    fn code(&self) -> &'static str {
        "plane"
    }
}

/// The North Pole in the middle, a degree of latitude 1 km on every side, 0° downwards.
pub(crate) struct Polar;

impl Projection for Polar {
    fn forward(&self, place: LonLat) -> Option<Metres> {
        let (sine, cosine) = libm::sincos(place.lon().to_radians());
        let from_pole = (90.0 - place.lat()) * 1e3;
        Some(Metres { x: from_pole * sine, y: -from_pole * cosine })
    }

    fn inverse(&self, Metres { x, y }: Metres) -> Option<LonLat> {
        LonLat::new(libm::atan2(x, -y).to_degrees(), 90.0 - libm::hypot(x, y) / 1e3)
    }

    fn name(&self) -> &'static str {
        "polar"
    }

    fn code(&self) -> &'static str {
        "polar"
    }
}

/// Hands a request for a map of nothing, of actors with such colours, to a function.
pub(crate) fn with_request<T>(colours: &[Colour], with: impl FnOnce(&MapRequest<'_>) -> T) -> T {
    let actors = (0..colours.len()).map(|at| Actor::new(format!("a{at}"), format!("Actor {at}"))).collect();
    let ledger = Ledger::new(LedgerDraft { actors, ..LedgerDraft::default() }).expect("actors alone are consistent");
    let snapshot = Snapshot {
        at: Timestamp::UNIX_EPOCH,
        as_of: None,
        rule: "latest 1".to_owned(),
        sites: Vec::new(),
        cells: Vec::new(),
        dissolved: Vec::new(),
        frontlines: Vec::new(),
    };
    with(&MapRequest {
        ledger: &ledger,
        snapshot: &snapshot,
        layers: &[],
        boundary: None,
        reach_m: None,
        projection: &Plane,
        time_zone: &TimeZone::UTC,
        time_zone_name: "UTC",
        colours,
        language: None,
        title: "A map",
        extent: None,
        size: PageSize::new(1_600, 1_200).expect("a sound size"),
        scale: None,
        furniture: Furniture { inset: Inset::None, ..Furniture::default() },
        marked: None,
        arrows: Arrows::None,
        sure: &[],
        sources: "",
        made: "",
    })
}

/// A state without reports.
pub(crate) fn state(control: ControlState, status: Status) -> Assessment {
    let period = Period::new(Timestamp::UNIX_EPOCH, Timestamp::MAX).expect("time goes on");
    Assessment::unsupported(period, control, status)
}
