//! What is drawn how on a timeline: a sample of each state, of age and of ticks, of what is there and nothing else.

use marchland_core::{ControlState, Status};

use crate::chart::page::{SECONDARY, words};
use crate::chart::rows::{Row, Speaks};
use crate::chart::timeline::{PATTERN, draw_ticks, tick_lines};
use crate::chart::{Chart, control_name};
use crate::lines::{fitted, isolated, rightward};
use crate::scene::{Ink, Item, Path, Rect, ink};
use crate::style::{INK, Look, fill};
use crate::text::{Shaped, Weight};

/// Units from one line of the legend to the next.
const LINE: f64 = 28.0;

/// What is drawn how, of what is there.
#[derive(Default)]
pub(super) struct Legend<'a> {
    entries: Vec<Sample<'a>>,
}

/// One entry of the legend.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sample<'a> {
    State(Look<'a>),
    Stale(Look<'a>),
    Tick(Speaks),
}

impl<'a> Legend<'a> {
    pub(super) fn of(chart: &Chart<'_>, rows: &[Row<'a>]) -> Self {
        let mut looks: Vec<Look<'a>> = Vec::new();
        let mut stale = None;
        for look in rows.iter().flat_map(|row| &row.stretches).map(|stretch| stretch.look) {
            let is_alike = |other: &Look<'_>| match (look.control, other.control) {
                (ControlState::Contested(_), ControlState::Contested(_)) => true,
                (one, other_control) => one == other_control && look.status == other.status,
            };
            if !looks.iter().any(is_alike) {
                looks.push(Look { is_stale: false, ..look });
            }
            stale = stale.or((look.is_stale && look.status == Status::Confirmed).then_some(look));
        }
        looks.sort_by(|one, other| (one.control, one.status).cmp(&(other.control, other.status)));
        let mut entries: Vec<Sample<'a>> = looks.into_iter().map(Sample::State).collect();
        // Of greys there is nothing to fade.
        let is_seen = |look: &Look<'_>| fill(chart.colours, *look, 1.0) != fill(chart.colours, Look { is_stale: false, ..*look }, 1.0);
        entries.extend(stale.filter(is_seen).map(Sample::Stale));
        let has = |speaks: Speaks| rows.iter().any(|row| row.ticks.iter().any(|tick| tick.speaks == speaks));
        entries.extend([Speaks::For, Speaks::Against].into_iter().filter(|&speaks| has(speaks)).map(Sample::Tick));
        Self { entries }
    }

    /// Where each entry stands, line by line, and its words; the height is that of the lines.
    fn placed(&self, chart: &Chart<'_>, width: f64, unit: f64) -> Vec<([f64; 2], Shaped)> {
        let (mut x, mut y) = (0.0, 0.0);
        let place = |entry: &Sample<'_>| {
            let shaped = fitted(&entry.words(chart), 15.5 * unit, Weight::Regular, (width - 44.0 * unit).max(1.0));
            let needed = shaped.width + 44.0 * unit;
            if x > 0.0 && x + needed > width {
                (x, y) = (0.0, y + LINE * unit);
            }
            let at = [x, y];
            x += needed + 26.0 * unit;
            (at, shaped)
        };
        self.entries.iter().map(place).collect()
    }

    pub(super) fn height(&self, chart: &Chart<'_>, width: f64, unit: f64) -> f64 {
        self.placed(chart, width, unit).last().map_or(0.0, |([_, y], _)| y + LINE * unit)
    }

    pub(super) fn draw(&self, chart: &Chart<'_>, [x, y]: [f64; 2], (width, unit): (f64, f64), items: &mut Vec<Item>) {
        for (entry, ([left, top], shaped)) in self.entries.iter().zip(self.placed(chart, width, unit)) {
            let swatch = Rect::new(x + left, y + top, 34.0 * unit, 17.0 * unit);
            let border = Ink { opacity: 0.6, ..ink(SECONDARY) };
            match entry {
                Sample::State(look) | Sample::Stale(look) => {
                    items.push(Item::Path(
                        Path::rect(swatch).filled(fill(chart.colours, *look, unit * PATTERN)).stroked(border, 0.8 * unit),
                    ));
                }
                Sample::Tick(speaks) => {
                    let bar = Rect::new(swatch.x, swatch.y + 4.5 * unit, swatch.width, 8.0 * unit);
                    items.push(Item::Path(Path::rect(bar).stroked(border, 0.8 * unit)));
                    let at = swatch.x + swatch.width / 2.0;
                    let [stem, roof] = tick_lines(at, [at - 6.0 * unit, at + 6.0 * unit], *speaks, (swatch.y + 8.5 * unit, 4.5 * unit));
                    draw_ticks(stem, roof, unit, items);
                }
            }
            words(items, [swatch.right() + 10.0 * unit, swatch.y + 14.0 * unit], shaped, INK);
        }
    }
}

impl Sample<'_> {
    fn words(&self, chart: &Chart<'_>) -> String {
        match self {
            Self::State(look) => {
                let name = control_name(chart, look.control);
                match look.status {
                    Status::Confirmed => rightward(&format!("{}, confirmed", isolated(&name))),
                    Status::Claimed => rightward(&format!("{}, claimed only", isolated(&name))),
                    Status::Contested | Status::Unknown => name,
                }
            }
            Self::Stale(_) => "duller: the last word is old".to_owned(),
            Self::Tick(Speaks::For) => "report for the state shown".to_owned(),
            Self::Tick(Speaks::Against) => "report against it".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use marchland_core::{ActorIndex, Timeline};

    use super::*;
    use crate::chart::example::{RED, ledger, said, site, timeline, with_chart};
    use crate::chart::timeline::scene;
    use crate::scene::Paint;

    #[test]
    fn the_legend_has_what_there_is_and_nothing_else() {
        let ledger = ledger(["a", "b", "c", "d"].map(|id| site(id, "", None)).to_vec(), vec![]);
        let contested = ControlState::Contested(vec![ActorIndex(0), ActorIndex(1)]);
        let timelines = [(RED, Status::Confirmed), (RED, Status::Claimed), (contested, Status::Contested), (RED, Status::Confirmed)];
        let timelines: Vec<Timeline> = timelines.into_iter().map(|(control, status)| timeline(&[(0, control, status)])).collect();
        let page = with_chart(&ledger, (1_600, 1_000), |chart| scene(chart, &timelines, None)).unwrap();
        let said = said(&page);
        assert!(said.contains("Reds, confirmed\nReds, claimed only\nContested\n"), "{said}");
        assert!(!said.contains("Blues") && !said.contains("report for") && !said.contains("last word"), "{said}");
        let has = |is: fn(&Paint) -> bool| {
            page.scene.items.iter().any(|item| matches!(item, Item::Path(Path { fill: Some(paint), .. }) if is(paint)))
        };
        assert!(has(|paint| matches!(paint, Paint::Hatch { .. })) && has(|paint| matches!(paint, Paint::Stripes { .. })));
    }
}
