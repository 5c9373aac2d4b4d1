//! The moments of a span: a map for each day, a row for each change.

use jiff::{Span, Timestamp, ToSpan as _, ZonedDateTime};
use marchland_core::Timeline;

use crate::arguments::Steps;
use crate::failure::Failure;
use crate::question::Loaded;

/// Moments at most: a century of hours is 876,600, and nobody looks at more.
const MOST: usize = 1_000_000;

impl Loaded {
    /// The moments the user asks for, in order.
    ///
    /// Of a span from date to date, in steps of whole days, the close of each day (23:59:59 of the dataset's zone), as `--at` means a date; of any other
    /// the first instant and what follows in steps. With `--on-change` the span's first moment, and each instant at which a timeline changes control
    /// or status. Only what the dataset speaks for; without `--during` all of that.
    pub(crate) fn moments(&self, steps: &Steps, timelines: &[Timeline]) -> Result<Vec<Timestamp>, Failure> {
        let span = self.ledger().span();
        let (start, end) = self.during(steps.during.as_deref())?;
        let (start, end) = (start.max(span.start()), end.min(span.end()));
        let moments = match &steps.every {
            _ if steps.on_change => at_changes(timelines, start, end),
            Some(every) => self.stepped(steps, every, (start, end))?,
            None => {
                return Err(Failure::Usage(
                    "which moments of the span? --every P1D is one each day, --on-change one at each change".to_owned(),
                ));
            }
        };
        if moments.is_empty() {
            return Err(self.nothing_spoken_for(steps.during.as_deref()));
        }
        Ok(moments)
    }

    fn stepped(&self, steps: &Steps, every: &str, (start, end): (Timestamp, Timestamp)) -> Result<Vec<Timestamp>, Failure> {
        let step = step(every)?;
        let zone = &self.dataset.config.time_zone;
        let names_instants = steps.during.as_deref().is_some_and(|during| during.contains('T'));
        let closes_days = !names_instants && is_of_days(step);
        let first = start.to_zoned_datetime(zone.clone());
        let first = if closes_days { first.start_of_day().unwrap_or(first) } else { first };
        let mut moments = Vec::new();
        for count in 0.. {
            let next = step.checked_mul(count).ok().and_then(|step| first.checked_add(step).ok());
            let Some(moment) = next.and_then(|next| if closes_days { close_of_day(&next) } else { Some(next.timestamp()) }) else { break };
            if moment >= end {
                break;
            }
            if moments.len() == MOST {
                return Err(Failure::Usage(format!(
                    "--every {every} makes more than {MOST} moments: take a longer step, or a shorter span"
                )));
            }
            moments.push(moment);
        }
        Ok(moments)
    }
}

fn step(every: &str) -> Result<Span, Failure> {
    let span = every.parse().ok().filter(|span: &Span| span.is_positive());
    span.ok_or_else(|| {
        let expected = "expected an ISO 8601 duration above nought, such as P1D, P1W, P1M or PT6H";
        Failure::Usage(format!("--every {every}: {expected}"))
    })
}

/// Whether a step has no part shorter than a day.
fn is_of_days(step: Span) -> bool {
    (step.get_hours(), step.get_minutes(), step.get_seconds()) == (0, 0, 0)
        && (step.get_milliseconds(), step.get_microseconds(), step.get_nanoseconds()) == (0, 0, 0)
}

/// 23:59:59 of a local day.
fn close_of_day(day: &ZonedDateTime) -> Option<Timestamp> {
    let tomorrow = day.start_of_day().ok()?.checked_add(1.day()).ok()?;
    tomorrow.timestamp().checked_sub(1.second()).ok()
}

fn at_changes(timelines: &[Timeline], start: Timestamp, end: Timestamp) -> Vec<Timestamp> {
    let changes = timelines.iter().flat_map(|timeline| timeline.assessments().windows(2)).filter(|pair| {
        let (before, after) = (&pair[0], &pair[1]);
        before.control != after.control || before.status != after.status
    });
    let mut moments: Vec<Timestamp> = changes.map(|pair| pair[1].period.start()).filter(|at| start < *at && *at < end).collect();
    moments.extend((start < end).then_some(start));
    moments.sort_unstable();
    moments.dedup();
    moments
}
