//! What belief does while nobody speaks.
//!
//! Every hypothesis is drawn afresh, evenly among the contenders and *contested*, at the rate of unseen change; and where it
//! fades, *contested* goes to *held*, evenly among the contenders. The flow is linear with constant rates, so a stretch of any
//! length is one step of exponentials: no small steps, and equal results however a stretch is cut.

use super::BayesSettings;
use crate::second::DAY_S;

/// Rates per day during one stretch without a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    unseen: f64,
    fade: f64,
}

impl Flow {
    /// The rates, with or without the fading of *contested*.
    pub(super) fn new(settings: &BayesSettings, fading: bool) -> Self {
        Self { unseen: settings.unseen, fade: if fading { settings.fade } else { 0.0 } }
    }

    /// Nothing moves.
    pub(super) fn still() -> Self {
        Self { unseen: 0.0, fade: 0.0 }
    }

    /// Belief after some seconds; a row of contenders, *contested*, *another*. The sum stays.
    pub(super) fn forward(self, belief: &mut [f64], seconds: i64) {
        let contenders = belief.len() - 2;
        let Decay { kept, kept_contested, rate } = self.decay(contenders, seconds);
        let total: f64 = belief.iter().sum();
        let held: f64 = belief[..contenders].iter().sum();
        let level = if rate > 0.0 { self.unseen * total / (contenders as f64 + 1.0) / rate } else { 0.0 };
        let contested = level + (belief[contenders] - level) * kept_contested;
        let another = belief[contenders + 1] * kept;
        let gained = (total - contested - another - held * kept).max(0.0) / contenders.max(1) as f64;
        belief[..contenders].iter_mut().for_each(|value| *value = *value * kept + gained);
        belief[contenders] = if contenders == 0 { total - another } else { contested };
        belief[contenders + 1] = another;
    }

    /// How well each hypothesis some seconds earlier explains what is explained now; the transpose of [`Flow::forward`].
    pub(super) fn backward(self, explains: &mut [f64], seconds: i64) {
        let contenders = explains.len() - 2;
        let Decay { kept, kept_contested, rate } = self.decay(contenders, seconds);
        let contested = explains[contenders];
        // Without contenders everything is drawn to *contested*, which then stays as it is.
        let held = if contenders == 0 { contested } else { explains[..contenders].iter().sum::<f64>() / contenders as f64 };
        let gap = contested - held;
        let drawn = if rate > 0.0 { self.unseen * gap / (contenders as f64 + 1.0) * (1.0 - kept_contested) / rate } else { 0.0 };
        let mean = held + drawn;
        for value in explains.iter_mut() {
            *value = mean + (*value - held) * kept;
        }
        explains[contenders] = mean + gap * kept_contested;
    }

    fn decay(self, contenders: usize, seconds: i64) -> Decay {
        let days = seconds as f64 / DAY_S;
        let rate = self.unseen + if contenders == 0 { 0.0 } else { self.fade };
        Decay { kept: libm::exp(-self.unseen * days), kept_contested: libm::exp(-rate * days), rate }
    }

    /// Days in which *contested* falls to 1/e; none where it does not fade.
    pub(super) fn fading_days(self) -> Option<f64> {
        (self.fade > 0.0).then(|| 1.0 / self.fade)
    }

    /// Days in which any belief falls to 1/e unseen; none where it never does.
    pub(super) fn unseen_days(self) -> Option<f64> {
        (self.unseen > 0.0).then(|| 1.0 / self.unseen)
    }
}

/// What is left after a stretch.
struct Decay {
    /// Of what a contender or another held.
    kept: f64,
    /// Of how far *contested* is from its level.
    kept_contested: f64,
    /// At which *contested* nears its level, per day.
    rate: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn flow(unseen: f64, fade: f64) -> Flow {
        Flow { unseen, fade }
    }

    /// A million Euler steps: slow, and not the closed form.
    fn stepped(unseen: f64, fade: f64, belief: &[f64], days: f64) -> Vec<f64> {
        let (steps, contenders) = (1_000_000, belief.len() - 2);
        let dt = days / f64::from(steps);
        let mut now = belief.to_vec();
        for _ in 0..steps {
            let total: f64 = now.iter().sum();
            let faded = if contenders == 0 { 0.0 } else { fade * now[contenders] * dt };
            let drawn = unseen * dt;
            let share = total * drawn / (contenders as f64 + 1.0);
            for (position, value) in now.iter_mut().enumerate() {
                *value *= 1.0 - drawn;
                if position <= contenders {
                    *value += share;
                }
                if position < contenders {
                    *value += faded / contenders as f64;
                }
            }
            now[contenders] -= faded;
        }
        now
    }

    #[test]
    fn the_closed_form_is_what_small_steps_tend_to() {
        for (unseen, fade) in [(0.001, 1.0), (0.2, 0.5), (0.0, 1.0), (0.3, 0.0), (0.0, 0.0)] {
            for belief in [vec![0.1, 0.2, 0.6, 0.1], vec![0.3, 0.65, 0.05], vec![0.4, 0.6]] {
                let mut exact = belief.clone();
                flow(unseen, fade).forward(&mut exact, 3 * DAY);
                let steps = stepped(unseen, fade, &belief, 3.0);
                let gap = exact.iter().zip(&steps).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
                assert!(gap < 2e-6, "{unseen} {fade} {belief:?}: {exact:?} and {steps:?}");
            }
        }
    }

    #[test]
    fn backward_is_the_transpose_of_forward() {
        let belief = [0.1, 0.2, 0.6, 0.1];
        let explains = [0.7, 0.1, 0.9, 0.3];
        for (unseen, fade) in [(0.001, 1.0), (0.2, 0.5), (0.0, 1.0), (0.3, 0.0)] {
            let (mut ahead, mut behind) = (belief, explains);
            flow(unseen, fade).forward(&mut ahead, 5 * DAY);
            flow(unseen, fade).backward(&mut behind, 5 * DAY);
            let dot = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
            assert!((dot(&ahead, &explains) - dot(&belief, &behind)).abs() < 1e-14);
        }
    }

    #[test]
    fn a_contested_place_is_somebodys_after_a_few_days_and_belief_in_a_holder_fades_over_years() {
        let mut contested = [0.0, 0.0, 1.0, 0.0];
        flow(0.001, 1.0).forward(&mut contested, 5 * DAY);
        assert!((contested[2] - 0.0071).abs() < 1e-4 && (contested[0] - contested[1]).abs() < 1e-15);
        let mut held = [1.0, 0.0, 0.0, 0.0];
        flow(0.001, 0.0).forward(&mut held, 1000 * DAY);
        assert!((held[0] - (1.0 / 3.0 + 2.0 / 3.0 * 0.367_879)).abs() < 1e-5);
    }
}
