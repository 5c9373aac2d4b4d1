//! The rows of a series as a table of amounts: of ground, or where there is none, of sites.

use std::iter::repeat;

use jiff::Timestamp;
use marchland_core::{ControlState, SeriesRow};

use crate::chart::ChartFault;
use crate::chart::areas::{Areas, AreasLayout};
use crate::furniture::{share, square_kilometres};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Ground,
    Sites,
}

impl Measure {
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Ground => "Ground, km²",
            Self::Sites => "Sites",
        }
    }

    fn none(self) -> &'static str {
        match self {
            Self::Ground => "no ground",
            Self::Sites => "no site",
        }
    }

    /// What a control has at a moment, and how much of it is claimed only.
    fn amounts(self, row: &SeriesRow, claimed: f64) -> Amounts {
        let sites = row.n_sites as f64;
        let [least, amount, greatest] = match self {
            Self::Ground => [row.area_km2_min, row.area_km2, row.area_km2_max],
            Self::Sites => [sites; 3],
        };
        [least, amount, greatest, claimed.clamp(0.0, amount)]
    }

    pub(super) fn in_words(self, amount: f64) -> String {
        match self {
            Self::Ground => square_kilometres(amount),
            Self::Sites if amount == 1.0 => "1 site".to_owned(),
            Self::Sites => format!("{amount} sites"),
        }
    }
}

/// The least, the amount, the greatest; and what of the amount is claimed only.
pub(super) type Amounts = [f64; 4];

/// Rows by moment and control.
pub(super) struct Table {
    pub(super) measure: Measure,
    pub(super) controls: Vec<ControlState>,
    pub(super) moments: Vec<(Timestamp, Vec<Amounts>)>,
}

impl Table {
    pub(super) fn of(areas: &Areas<'_>) -> Result<Self, ChartFault> {
        let rows = areas.rows;
        let first = rows.first().ok_or(ChartFault::NoMoment)?.time;
        let measure = if rows.iter().any(|row| row.area_km2 > 0.0) { Measure::Ground } else { Measure::Sites };
        let control = |row: &SeriesRow| match &row.control {
            ControlState::Contested(_) => ControlState::Contested(areas.contenders.to_vec()),
            control => control.clone(),
        };
        let controls = rows.iter().take_while(|row| row.time == first).map(control).collect();
        let mut claimed = areas.claimed.iter().copied().chain(repeat(0.0));
        let mut of_moment = |rows: &[SeriesRow]| {
            let amounts = rows.iter().zip(claimed.by_ref()).map(|(row, claimed)| measure.amounts(row, claimed));
            (rows[0].time, amounts.collect())
        };
        let moments = rows.chunk_by(|one, other| one.time == other.time).map(&mut of_moment).collect();
        Ok(Self { measure, controls, moments })
    }

    /// The controls that hold anything at any moment, by their column; of lines also those that may.
    pub(super) fn present(&self, layout: AreasLayout) -> Vec<usize> {
        let amount = if layout == AreasLayout::Stacked { 1 } else { 2 };
        (0..self.controls.len()).filter(|&at| self.moments.iter().any(|(_, amounts)| held(amounts, at)[amount] > 0.0)).collect()
    }

    pub(super) fn total(&self, amounts: &[Amounts]) -> f64 {
        (0..self.controls.len()).map(|at| held(amounts, at)[1]).sum()
    }

    /// `87 km² · 58 %`, `87 km² · 58 %, 15 km² claimed only`, `no ground`.
    pub(super) fn in_words(&self, [_, amount, _, claimed]: Amounts, total: f64) -> String {
        let claim = match claimed / amount {
            part if part > 0.999 => ", claimed only".to_owned(),
            part if part > 0.0 => format!(", {} claimed only", self.measure.in_words(claimed)),
            _ => String::new(),
        };
        if amount > 0.0 {
            format!("{} · {}{claim}", self.measure.in_words(amount), share(amount, total))
        } else {
            self.measure.none().to_owned()
        }
    }

    /// Whether anything is claimed only, at any moment.
    pub(super) fn has_claims(&self) -> bool {
        self.moments.iter().flat_map(|(_, amounts)| amounts).any(|amounts| amounts[3] > 0.0)
    }

    pub(super) fn last(&self) -> &[Amounts] {
        self.moments.last().map_or(&[], |(_, amounts)| amounts)
    }
}

/// The least, the amount and the greatest of a control; nought where a moment has no row for it.
pub(super) fn held(amounts: &[Amounts], control: usize) -> Amounts {
    amounts.get(control).copied().unwrap_or_default()
}
