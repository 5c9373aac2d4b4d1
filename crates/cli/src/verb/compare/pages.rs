//! The pages of a comparison: maps beside each other, what is different, and all of it in words.

use std::io::Write;

use marchland_core::Snapshot;
use marchland_formats::Passage;
use marchland_render::compare::{self, CompareRequest};
use marchland_render::diff::{self, DiffRequest, Passed};
use marchland_render::scene::Scene;
use marchland_render::write::moving::{Format, Moving, Palette, Settings};
use marchland_render::{MapRequest, letter, words, write};
use marchland_territory::{Moment, Topology, coarsened, snapshot};

use super::Asked;
use super::sides::Side;
use crate::arguments::{Compare, Layout};
use crate::failure::Failure;
use crate::output::Set;
use crate::pages::{Pages, drawn};
use crate::picture;

/// How long each map of a blink is shown (chosen: long enough to find one's place again, short enough to still see the other).
const BLINK_MS: u32 = 1_200;

/// Where the pages are made: the maps of all sides.
pub(super) struct Atelier<'a> {
    arguments: &'a Compare,
    maps: Vec<Snapshot>,
    pages: Pages<'a>,
}

impl<'a> Atelier<'a> {
    pub(super) fn new(asked: &'a Asked<'_>, sides: &[Side], pages: Pages<'a>) -> Self {
        let map = |(side, states): (&Side, &Vec<_>)| {
            let coverage = asked.divided.at(side.at);
            let moment = Moment { at: side.at, as_of: side.as_of, rule: side.rule.label() };
            let sites = asked.ledger.sites();
            let map = snapshot(&Topology::new(coverage), sites, states.clone(), moment);
            match asked.simplify_m {
                Some(tolerance_m) => coarsened(map, coverage, sites, tolerance_m),
                None => map,
            }
        };
        Self { arguments: asked.arguments, maps: sides.iter().zip(&asked.states).map(map).collect(), pages }
    }

    /// Adds each map, the page that is asked for, and all in words, and says how many files that is.
    pub(super) fn add_all(&self, passages: &[Passage], set: &mut Set) -> Result<usize, Failure> {
        let each = [("before.png", Some(0)), ("after.png", Some(1))];
        for (name, only) in each {
            let page = self.with(|request| drawn(compare::scene(&CompareRequest { only, ..*request })))?;
            set.write(name, |sink| picture::write(&page, "png", self.pages.provenance, sink))?;
        }
        let is_moving = self.arguments.layout == Some(Layout::Blink);
        let names: &[&str] = if is_moving { &["map.gif", "map.md"] } else { &["map.png", "map.svg", "map.alt.txt", "map.md"] };
        for name in names {
            let format = name.rsplit('.').next().unwrap_or(name);
            set.write(name, |sink| self.one(format, passages, sink))?;
        }
        Ok(each.len() + names.len())
    }

    /// Writes one page, in a format.
    pub(super) fn one(&self, format: &str, passages: &[Passage], sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
        let bytes = match format {
            "md" => self.with(|request| Ok(words::comparison(request, &passed(passages)).into_bytes()))?,
            "txt" => (self.page(passages)?.description + "\n").into_bytes(),
            "svg" | "pdf" if self.arguments.layout == Some(Layout::Blink) => {
                return Err(Failure::Usage("--layout blink is an animation: write it as gif, apng or webp".to_owned()));
            }
            _ if format != "svg" && format != "pdf" && self.blinks(format)? => return self.blink(format, sink),
            _ => return picture::write(&self.page(passages)?, format, self.pages.provenance, sink),
        };
        Ok(sink.write_all(&bytes)?)
    }

    /// Whether an animation of the two maps is asked for: by name, or by a format that holds nothing else.
    fn blinks(&self, format: &str) -> Result<bool, Failure> {
        match self.arguments.layout {
            Some(Layout::Blink) => Ok(true),
            _ if format == "png" => Ok(false),
            None if self.maps.len() == 2 => Ok(true),
            _ => Err(Failure::Usage(format!("{format} holds the animation of two maps: --layout blink; write this layout as png or svg"))),
        }
    }

    /// One map after the other in one place, again and again.
    fn blink(&self, format: &str, sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
        let page = |only: usize| self.with(|request| drawn(compare::scene(&CompareRequest { only: Some(only), ..*request })));
        let (before, after) = (page(0)?, page(1)?);
        let frames = [&before, &after].map(write::pixels);
        let format = match format {
            "gif" => Format::Gif(Palette::of(frames.clone())),
            "webp" => Format::Webp,
            _ => Format::Apng,
        };
        let settings =
            Settings { size: [before.width, before.height], frames: 2, text: &picture::png_text(&before, self.pages.provenance) };
        let mut moving = Moving::new(format, settings, sink).map_err(picture::encoding)?;
        frames.iter().try_for_each(|frame| moving.add(frame, BLINK_MS)).map_err(picture::encoding)?;
        moving.finish().map_err(picture::encoding)
    }

    /// The page in the layout that is asked for.
    fn page(&self, passages: &[Passage]) -> Result<Scene, Failure> {
        self.with(|request| match self.arguments.layout {
            Some(Layout::Diff) => {
                let passed = passed(passages);
                drawn(diff::scene(&DiffRequest { map: request.map, before: request.snapshots[0], passed: &passed }))
            }
            _ => drawn(compare::scene(request)),
        })
    }

    /// The maps in their columns, handed to a function.
    fn with<T>(&self, with: impl FnOnce(&CompareRequest<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let snapshots: Vec<&Snapshot> = self.maps.iter().collect();
        let last = snapshots.last().expect("there are two sides or more");
        let name = |at: usize| match self.arguments.layout {
            Some(Layout::Diff) => ["before", "after"][at].to_owned(),
            _ => letter(at),
        };
        let named: Vec<(String, &Snapshot)> = snapshots.iter().enumerate().map(|(at, &map)| (name(at), map)).collect();
        self.pages.with_map(last, &self.pages.how_sure(&named), |map: &MapRequest<'_>| {
            let columns = match self.arguments.layout {
                _ if !self.arguments.dates.is_empty() => self.arguments.cols.map(usize::from),
                Some(Layout::Side) => Some(2),
                Some(Layout::Stack) => Some(1),
                Some(Layout::Diff | Layout::Blink) | None => Some(if map.size.is_wide() { 2 } else { 1 }),
            };
            with(&CompareRequest { map: *map, snapshots: &snapshots, columns, only: None })
        })
    }
}

/// Passages as the page of differences takes them.
fn passed(passages: &[Passage]) -> Vec<Passed<'_>> {
    passages.iter().map(as_passed).collect()
}

fn as_passed(passage: &Passage) -> Passed<'_> {
    let Passage { before, after, sites, polygons, area_km2 } = passage;
    Passed { before: before.as_ref(), after: after.as_ref(), sites, polygons, area_km2: *area_km2 }
}
