//! Small samples in the legend, set one after the other in lines: kinds of place by their symbols, and what owns that something is not sure.
//!
//! ```text
//! ● police  ● school  ● intersection        kinds whose symbols are on the map
//! ···· edge, about here    ▒░ end of its reach
//! ▒ duller: the last word is old
//! ```
//!
//! Only what is on the map is there. Where there is not room for all, the first stay, and the last words say how many more there are; where
//! there is not room for a line, nothing is said: states, markers and how sure the map is go first.

use std::collections::{BTreeMap, BTreeSet};

use marchland_core::Assessment;

use crate::furniture::{Column, SECONDARY, text};
use crate::lines::fitted;
use crate::map::MapRequest;
use crate::scene::{Ink, Item, Paint, Path, Rect, ink};
use crate::style::{INK, LAND, paint};
use crate::symbol::symbol;
use crate::text::{Shaped, Weight, shape};

/// Units from one line of samples to the next, of their letters, and between two of them.
const LINE: f64 = 24.0;
const LETTERS: f64 = 15.0;
const GAP: f64 = 20.0;

/// Units below the last line.
const BELOW: f64 = 5.0;

/// Kinds of place whose symbols are on a map: by symbol the words that have it.
pub(crate) type Kinds = BTreeMap<usize, BTreeSet<String>>;

/// What is explained by a sample.
#[derive(Clone, Debug)]
pub(crate) enum Sample {
    /// The symbol of these kinds of place.
    Kinds(Vec<String>),
    /// An edge nearer to a place than that place is known.
    Edge,
    /// Ground that fades towards the end of a reach.
    Reach,
    /// Ground on which the last word is old.
    Stale(Box<Assessment>),
}

/// A sample for each symbol, in the symbols' own order.
pub(crate) fn of_kinds(kinds: &Kinds) -> Vec<Sample> {
    kinds.values().map(|words| Sample::Kinds(words.iter().cloned().collect())).collect()
}

/// Units that samples need, all of them.
pub(crate) fn height(samples: &[Sample], column: &Column<'_>) -> f64 {
    let placed = placed(samples, column, usize::MAX);
    placed.last().map_or(0.0, |at| at.place[1] / column.page.unit + LINE + BELOW)
}

/// Draws samples in lines, as far as there is room above so many units that are kept for other things.
pub(crate) fn draw(request: &MapRequest<'_>, samples: &[Sample], kept: f64, column: &mut Column<'_>, items: &mut Vec<Item>) {
    let unit = column.page.unit;
    let room = (((column.bottom - column.y) / unit - kept - BELOW) / LINE).floor().max(0.0) as usize;
    let placed = placed(samples, column, room);
    for Placed { sample, place: [x, y], shaped } in &placed {
        let at = [column.x + x, column.y + y];
        let lead = sample.map_or(0.0, |sample| {
            sample.draw(request, [at[0], at[1] + 10.0 * unit], unit, items);
            sample.lead() * unit
        });
        text(items, [at[0] + lead, at[1] + 15.0 * unit], shaped.clone(), if sample.is_some() { INK } else { SECONDARY });
    }
    column.y += placed.last().map_or(0.0, |last| last.place[1] + (LINE + BELOW) * unit);
}

/// A sample and its words; without one, words on those that have no room.
struct Placed<'s> {
    sample: Option<&'s Sample>,
    place: [f64; 2],
    shaped: Shaped,
}

/// Where samples stand in at most so many lines, from the column's upper left.
fn placed<'s>(samples: &'s [Sample], column: &Column<'_>, lines: usize) -> Vec<Placed<'s>> {
    let unit = column.page.unit;
    let bottom = lines as f64 * LINE * unit;
    let next = |placed: &[Placed<'_>], width: f64| {
        let Some(last) = placed.last() else { return [0.0, 0.0] };
        let right = last.place[0] + last.sample.map_or(0.0, Sample::lead) * unit + last.shaped.width + GAP * unit;
        if right + width <= column.width { [right, last.place[1]] } else { [0.0, last.place[1] + LINE * unit] }
    };
    let has_room = |[_, y]: [f64; 2]| y + LINE * unit <= bottom + 1e-6;
    let mut all: Vec<Placed<'s>> = Vec::new();
    for sample in samples {
        let lead = sample.lead() * unit;
        let shaped = fitted(&sample.words(), LETTERS * unit, Weight::Regular, (column.width - lead).max(1.0));
        let place = next(&all, lead + shaped.width);
        if !has_room(place) {
            break;
        }
        all.push(Placed { sample: Some(sample), place, shaped });
    }
    while all.len() < samples.len() && !all.is_empty() {
        let others = shape(&format!("and {} more", samples.len() - all.len()), LETTERS * unit, Weight::Regular);
        let place = next(&all, others.width);
        if has_room(place) {
            all.push(Placed { sample: None, place, shaped: others });
            break;
        }
        all.pop();
    }
    all
}

impl Sample {
    fn words(&self) -> String {
        match self {
            Self::Kinds(words) => words.join(", "),
            Self::Edge => "edge, about here".to_owned(),
            Self::Reach => "end of its reach".to_owned(),
            Self::Stale(_) => "duller: the last word is old".to_owned(),
        }
    }

    /// Units from its left edge to its words.
    fn lead(&self) -> f64 {
        if matches!(self, Self::Kinds(_)) { 24.0 } else { 42.0 }
    }

    /// Draws it, its left edge and middle at a place.
    fn draw(&self, request: &MapRequest<'_>, [x, y]: [f64; 2], unit: f64, items: &mut Vec<Item>) {
        let swatch = Rect::new(x, y - 8.0 * unit, 32.0 * unit, 16.0 * unit);
        let edge = Ink { opacity: 0.5, ..ink(SECONDARY) };
        match self {
            Self::Kinds(words) => {
                let middle = [x + 9.0 * unit, y];
                items.push(Item::Path(Path::circle(middle, 9.0 * unit).filled(Paint::Solid(ink(SECONDARY)))));
                let symbol = words.first().and_then(|kind| symbol(kind, middle, 5.4 * unit));
                items.extend(symbol.map(|symbol| Item::Path(symbol.filled(Paint::Solid(ink(0x00FF_FFFF))))));
            }
            Self::Edge => {
                let line = Path::line(&[[x + unit, y], [x + 31.0 * unit, y]]);
                items.push(Item::Path(line.dashed(ink(INK), 2.4 * unit, &[0.1 * unit, 6.0 * unit])));
            }
            Self::Reach => {
                items.push(Item::Path(Path::rect(swatch).filled(Paint::Solid(ink(0x008A_9098)))));
                let fading = Paint::Fading { ink: ink(LAND), from: [swatch.right(), y], to: [x + 6.0 * unit, y] };
                items.push(Item::Path(Path::rect(swatch).filled(fading)));
            }
            Self::Stale(state) => items.push(Item::Path(Path::rect(swatch).filled(paint(request, state, unit * 0.65)).stroked(edge, unit))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PageSize;
    use crate::layout::Shown;
    use crate::page::Page;

    fn kinds(count: usize) -> Vec<Sample> {
        (0..count).map(|at| Sample::Kinds(vec![format!("kind {at}")])).collect()
    }

    fn said(samples: &[Sample], lines: usize) -> Vec<String> {
        let page = Page::new(PageSize::new(1_600, 1_200).unwrap(), Shown::Yes);
        let column = Column::new(&page, page.column.bottom());
        placed(samples, &column, lines).into_iter().map(|placed| placed.shaped.text).collect()
    }

    #[test]
    fn what_has_no_room_is_counted_in_the_last_words() {
        let samples = kinds(9);
        assert_eq!(said(&samples, 9).len(), 9);
        let two = said(&samples, 2);
        let shown = two.len() - 1;
        assert!((2..9).contains(&shown) && two[shown] == format!("and {} more", 9 - shown), "{two:?}");
        assert!(said(&samples, 0).is_empty() && said(&[], 5).is_empty());
    }

    #[test]
    fn samples_stay_within_the_column_and_below_each_other() {
        let page = Page::new(PageSize::new(1_600, 1_200).unwrap(), Shown::Yes);
        let column = Column::new(&page, page.column.bottom());
        let samples = [kinds(12), vec![Sample::Kinds(vec!["long ".repeat(50)]), Sample::Edge, Sample::Reach]].concat();
        let placed = placed(&samples, &column, 40);
        for Placed { sample, place, shaped } in &placed {
            assert!(place[0] + sample.unwrap().lead() * page.unit + shaped.width <= column.width + 1e-6);
        }
        let lines: BTreeSet<u64> = placed.iter().map(|placed| placed.place[1].to_bits()).collect();
        let units = height(&samples, &column);
        assert!((units - LINE * lines.len() as f64 - BELOW).abs() < 1e-6 && lines.len() > 3, "{units}");
    }
}
