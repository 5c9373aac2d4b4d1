//! `animate`: the maps of many moments as one animation, or as numbered pictures for programs that make films.
//!
//! The moments are gone through twice, and for a GIF a few of them once more: first to learn what any frame shows, so that one legend
//! tells of all; then to draw. Of each frame only what changed is drawn, side by side on all cores, and the frames are written in order, a
//! few at a time, so that a long animation takes no more memory than a short one. States are read off the rows of timelines: how sure
//! they are moves on from day to day, and is not drawn.

use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use marchland_assess::{Assessor, Course, Rule};
use marchland_core::{Ledger, Snapshot, Timeline};
use marchland_render::film::{Film, FilmRequest, Frame};
use marchland_render::scene::Scene;
use marchland_render::write::moving::{Format, Moving, Palette, Settings};
use marchland_render::write::{Canvas, Changed, Redrawn, Tiles};
use marchland_render::{MapFault, PngText, Seen, write};
use marchland_territory::{Moment, Topology};
use rayon::prelude::*;
use serde_json::json;

use crate::answer::Answer;
use crate::arguments::Animate;
use crate::courses::Maps;
use crate::failure::{Failure, count_of};
use crate::ground::{self, Grounded};
use crate::output::{self, Set, Target};
use crate::pages::{self, Pages};
use crate::picture;
use crate::question::{self, Loaded};
use crate::say;

const FORMATS: [&str; 4] = ["gif", "png", "apng", "webp"];

/// Frames at most (chosen: at ten a second the eye has had more than enough after eight minutes; more would be a film).
const MOST: usize = 5_000;

/// Frames of which a GIF takes its colours, spread over all (chosen: colours are those of the states, and few frames have them all).
const SAMPLED: usize = 16;

/// Frames that are drawn side by side.
const TOGETHER: usize = 4;

/// How long the last frame is held beyond the others.
const HELD_MS: u32 = 3_000;

/// Draws a frame for each moment.
pub(crate) fn run(arguments: &Animate) -> Result<(), Failure> {
    if arguments.whole.frame_only {
        return Err(Failure::Usage(
            "--frame-only: frames without their time and legend cannot be read, and no world file places an animation; make dated maps, with \
             `marchland snapshot DATASET --during A/B --every P1D --frame-only -f png -o maps/`"
                .to_owned(),
        ));
    }
    let target = match &arguments.frames {
        Some(folder) => Target::Folder(folder.clone()),
        None => arguments.run.destination.target("animate", &FORMATS)?.ok_or_else(nowhere)?,
    };
    if let (Target::Folder(folder), None) = (&target, &arguments.frames) {
        return Err(Failure::Usage(format!("animate writes one file: name one in {}, or give --frames {0}", folder.display())));
    }
    arguments.run.destination.refuse_existing(&target)?;
    let size = picture::page_size(&arguments.map.picture, "1000x750")?;
    let delay = arguments.delay.map(milliseconds).transpose()?;
    let loaded = question::load(&arguments.run.dataset)?;
    let language = loaded.language(arguments.wording.lang.as_deref())?;
    let rule = loaded.asked_rule(&arguments.run.weighing)?;
    let as_of = loaded.as_of(&arguments.run.weighing)?;
    let (ledger, left_out) = loaded.publishable();
    let assessor = Assessor::new(&ledger, &rule, as_of);
    let courses: Vec<Course<'_>> = ledger.site_indices().map(|site| assessor.course(site).rows_alone()).collect();
    let moments = moments(arguments, loaded, &courses)?;
    let mut divided = ground::divide(&loaded.dataset.config, &ledger)?;
    pages::on_plane(&arguments.map, &mut divided)?;
    let topologies: Vec<Topology<'_>> = divided.atlas.coverages().iter().map(Topology::new).collect();
    let answer = Answer { loaded, language, rule: rule.label(), at: None, as_of };
    let pages = Pages {
        answer: &answer,
        ledger: &ledger,
        projection: divided.projection.as_ref(),
        colours: &picture::colours(&arguments.map.picture, ledger.actors()),
        provenance: &answer.provenance(left_out),
        layout: &arguments.map,
        size,
    };
    let delay = delay.unwrap_or_else(|| (30_000 / moments.len() as u32).clamp(100, 800));
    let shoot =
        Shoot { ledger: &ledger, courses: &courses, divided: &divided, topologies: &topologies, moments, rule: &rule, as_of, delay };
    shoot.make(pages, &target)?;
    if !arguments.wording.json {
        return Ok(());
    }
    answer.print(json!({ "frames": shoot.moments.len(), "delay_ms": delay }).as_object().cloned().unwrap_or_default())
}

fn nowhere() -> Failure {
    Failure::Usage("animate needs a place to write to: -o map.gif, map.png or map.webp, or --frames DIR".to_owned())
}

fn milliseconds(seconds: f64) -> Result<u32, Failure> {
    if (0.02..=60.0).contains(&seconds) {
        return Ok((seconds * 1_000.0).round() as u32);
    }
    Err(Failure::Usage(format!("--delay {seconds}: expected seconds from 0.02, which is as fast as programs show frames, to 60")))
}

fn moments(arguments: &Animate, loaded: &Loaded, courses: &[Course<'_>]) -> Result<Vec<Timestamp>, Failure> {
    let timelines: Vec<Timeline> =
        if arguments.steps.on_change { courses.iter().map(|course| course.timeline().clone()).collect() } else { Vec::new() };
    let moments = loaded.moments(&arguments.steps, &timelines)?;
    match moments.len() {
        1 => Err(Failure::Usage("the span has one moment, and an animation needs two: take a longer span, or a snapshot".to_owned())),
        count if count > MOST => Err(Failure::Usage(format!(
            "that makes {count} frames, and an animation has at most {MOST}: take a longer step (--every), or a shorter span (--during)"
        ))),
        _ => Ok(moments),
    }
}

/// All that frames are made of.
struct Shoot<'a> {
    ledger: &'a Ledger,
    courses: &'a [Course<'a>],
    divided: &'a Grounded,
    topologies: &'a [Topology<'a>],
    moments: Vec<Timestamp>,
    rule: &'a Rule,
    as_of: Option<Timestamp>,
    delay: u32,
}

impl<'a> Shoot<'a> {
    fn make(&self, pages: Pages<'_>, target: &Target) -> Result<(), Failure> {
        let (seen, grounds) = self.look();
        let grounds: Vec<&Snapshot> = grounds.iter().collect();
        let first = *grounds.first().ok_or_else(|| Failure::Failed(MapFault::Nothing.to_string()))?;
        let sure = pages.how_sure_throughout(&self.rule.label());
        pages.with_map(first, &sure, |map| {
            let span = [self.moments[0], self.moments[self.moments.len() - 1]];
            let request = FilmRequest { map: *map, grounds: &grounds, seen: &seen, span };
            let film = || Film::new(request).map_err(|fault| Failure::Failed(fault.to_string()));
            let still = picture::page(film()?.still());
            let canvas = Canvas::new(&still).ok_or_else(|| Failure::Failed("the picture has no pixels".to_owned()))?;
            let text = picture::png_text(&still, pages.provenance);
            let takes = Takes { shoot: self, canvas: &canvas, text: &text, still: &still };
            takes.write(&film, target)
        })
    }

    /// What any frame shows, and the first map of each ground.
    fn look(&self) -> (Seen, Vec<Snapshot>) {
        let mut maps = self.maps();
        let (mut seen, mut grounds) = (Seen::default(), vec![None; self.topologies.len()]);
        for &at in &self.moments {
            let map = maps.at(self.moment(at));
            seen.add(self.ledger, map);
            seen.mark(self.ledger, map);
            grounds[self.divided.atlas.at(at)].get_or_insert_with(|| map.clone());
        }
        (seen, grounds.into_iter().flatten().collect())
    }

    fn maps(&self) -> Maps<'a> {
        Maps::new(&self.divided.atlas, self.topologies, self.ledger.sites(), self.courses)
    }

    fn moment(&self, at: Timestamp) -> Moment {
        Moment { at, as_of: self.as_of, rule: self.rule.label() }
    }

    /// At most so many of the moments, the first and the last among them.
    fn sample(&self, most: usize) -> Vec<Timestamp> {
        let last = self.moments.len() - 1;
        let mut sampled: Vec<usize> = (0..most).map(|at| at * last / (most - 1)).collect();
        sampled.dedup();
        sampled.into_iter().map(|at| self.moments[at]).collect()
    }
}

/// Frames on their way from the maps to a file.
struct Takes<'t> {
    shoot: &'t Shoot<'t>,
    canvas: &'t Canvas,
    text: &'t PngText,
    still: &'t Scene,
}

/// What begins the frames anew.
type Begin<'b, 'f> = &'b dyn Fn() -> Result<Film<'f>, Failure>;

impl Takes<'_> {
    fn write(&self, film: Begin<'_, '_>, target: &Target) -> Result<(), Failure> {
        let frames = count_of(self.shoot.moments.len(), "frame");
        match target {
            Target::Folder(folder) => {
                self.stills_to(film()?, folder)?;
                say::note(&format!("wrote {frames} into {}", folder.display()));
            }
            Target::File(path, format) => {
                output::write_file(path, |sink| self.film_to(film, format, sink))?;
                say::note(&format!("wrote {}: {frames}", path.display()));
            }
            Target::Standard(format) => output::print_with(|sink| self.film_to(film, format, sink))?,
        }
        Ok(())
    }

    /// An animation of all frames.
    fn film_to(&self, film: Begin<'_, '_>, format: &str, sink: &mut (dyn Write + Send)) -> Result<(), Failure> {
        let format = match format {
            "gif" => Format::Gif(self.palette(film()?)),
            "webp" => Format::Webp,
            _ => Format::Apng,
        };
        let moments = &self.shoot.moments;
        let settings = Settings { size: [self.still.width, self.still.height], frames: moments.len() as u32, text: self.text };
        let failed = |error: write::EncodingFailed| picture::encoding(error);
        let mut moving = Moving::new(format, settings, sink).map_err(failed)?;
        self.each(film()?, moments, |at, pixels| {
            say::progress("frame", at + 1, moments.len());
            let held = if at + 1 == moments.len() { HELD_MS } else { 0 };
            moving.add(pixels, self.shoot.delay + held).map_err(failed)
        })?;
        moving.finish().map_err(failed)
    }

    /// The colours of some frames; these lie so far apart that each is drawn whole.
    fn palette(&self, mut film: Film<'_>) -> Palette {
        let mut maps = self.shoot.maps();
        let mut sampled: Vec<Vec<u8>> = Vec::new();
        for together in self.shoot.sample(SAMPLED).chunks(TOGETHER) {
            let frames: Vec<Frame> = together.iter().map(|&at| film.frame(maps.at(self.shoot.moment(at)))).collect();
            let whole = frames.par_iter().map(|frame| self.canvas.whole(&frame.items, &frame.above));
            sampled.extend(whole.collect::<Vec<_>>());
        }
        Palette::of(sampled)
    }

    /// A numbered picture of each frame.
    fn stills_to(&self, film: Film<'_>, folder: &Path) -> Result<(), Failure> {
        let mut set = Set::new(folder)?;
        let moments = &self.shoot.moments;
        self.each(film, moments, |at, pixels| {
            say::progress("frame", at + 1, moments.len());
            let png = write::png_of_pixels(self.still, pixels, self.text).map_err(picture::encoding)?;
            set.write(&format!("frame-{:04}.png", at + 1), |sink| Ok(sink.write_all(&png)?))
        })?;
        set.publish()
    }

    /// Hands the pixels of the frame of each moment to a function, in order.
    fn each(
        &self,
        mut film: Film<'_>,
        moments: &[Timestamp],
        mut take: impl FnMut(usize, &[u8]) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        let mut maps = self.shoot.maps();
        let mut tiles = Tiles::new([self.still.width, self.still.height]);
        let mut lay_out = |together: &[Timestamp]| -> Vec<Changed> {
            let mut changed = |&at: &Timestamp| {
                let frame = film.frame(maps.at(self.shoot.moment(at)));
                tiles.changed(&frame.items, &frame.above)
            };
            together.iter().map(&mut changed).collect()
        };
        let draw = |changed: &[Changed]| -> Vec<Redrawn> { changed.par_iter().map(|changed| self.canvas.draw(changed)).collect() };
        let mut chunks = moments.chunks(TOGETHER);
        let mut laid_out = chunks.next().map(&mut lay_out).unwrap_or_default();
        let (mut drawn, mut done, mut page) = (Vec::new(), 0, self.canvas.pixels());
        // While some frames are written, the next are drawn, and those after them laid out.
        while !(laid_out.is_empty() && drawn.is_empty()) {
            let mut hand_on = |frames: Vec<Redrawn>| {
                frames.into_iter().try_for_each(|drawn| {
                    drawn.lay_on(&mut page);
                    done += 1;
                    take(done - 1, &page)
                })
            };
            let ready = std::mem::take(&mut drawn);
            let others = || rayon::join(|| draw(&laid_out), || chunks.next().map(&mut lay_out).unwrap_or_default());
            let (handed_on, (next, after)) = rayon::join(|| hand_on(ready), others);
            handed_on?;
            (drawn, laid_out) = (next, after);
        }
        Ok(())
    }
}
