//! The rule `bayes` held to the sum over every course events may have taken.
//!
//! Written apart from the rule: the words' numbers are put down by hand, the flow between them is the exponential of its rate
//! matrix by Taylor's series, and the posterior adds up the weight of every sequence of hypotheses, one before and one after
//! each word, one at the moment asked for. Four hypotheses: held by red, held by blue, contested, held by another.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail with it, as the test itself may")]

use jiff::Timestamp;
use marchland_assess::{Assessor, Rule};
use marchland_core::{
    Actor, Assertion, InitialDraft, Ledger, LedgerDraft, Reliability, ReportDraft, SiteDraft, SourceDraft, Window, Written,
};

type Row = [f64; 4];
type Matrix = [Row; 4];

const DAY: i64 = 86_400;
const A: f64 = 0.95;
const B: f64 = 0.85;
const ANOTHER: f64 = 0.01;
const FIRST: Row = [0.05 / 2.01, 0.95, 0.05 / 2.01, 0.0005 / 2.01];

/// What is left of a worth when its log-odds are halved.
fn halved(p: f64) -> f64 {
    1.0 / (1.0 + ((1.0 - p) / p).sqrt())
}

fn product(one: &Matrix, other: &Matrix) -> Matrix {
    std::array::from_fn(|row| std::array::from_fn(|column| (0..4).map(|inner| one[row][inner] * other[inner][column]).sum()))
}

/// How hypotheses turn into each other in some days: the exponential of the rates, halved forty times over and squared back.
fn flow(days: f64, fading: bool) -> Matrix {
    let unseen = 0.001;
    let fade = if fading { 1.0 } else { 0.0 };
    let mut rates = [[0.0; 4]; 4];
    for (from, row) in rates.iter_mut().enumerate() {
        for (to, rate) in row.iter_mut().enumerate() {
            *rate += if to < 3 { unseen / 3.0 } else { 0.0 } - if from == to { unseen } else { 0.0 };
            *rate += if from == 2 { [fade / 2.0, fade / 2.0, -fade, 0.0][to] } else { 0.0 };
        }
    }
    let step = days / f64::from(1 << 12);
    let identity: Matrix = std::array::from_fn(|row| std::array::from_fn(|column| f64::from(u8::from(row == column))));
    let (mut sum, mut term) = (identity, identity);
    for order in 1..20 {
        term = product(&term, &rates).map(|row| row.map(|value| value * step / f64::from(order)));
        sum = std::array::from_fn(|row| std::array::from_fn(|column| sum[row][column] + term[row][column]));
    }
    (0..12).fold(sum, |power, _| product(&power, &power))
}

/// What an instant does: before, then a share that goes to a target, then the words.
fn instant(before: Row, share: f64, target: Row, words: Row) -> Matrix {
    std::array::from_fn(|from| {
        std::array::from_fn(|to| {
            let stays = if from == to { 1.0 - share } else { 0.0 };
            before[from] * (stays + share * target[to]) * words[to]
        })
    })
}

const NOTHING: Row = [1.0; 4];

/// The weights of the hypotheses at the moment marked, over every course through the steps.
fn courses(steps: &[Matrix], mark: usize) -> Row {
    let mut sums = [0.0; 4];
    for (first, weight) in FIRST.into_iter().enumerate() {
        course(steps, mark, (first, weight, first), &mut sums);
    }
    let total: f64 = sums.iter().sum();
    sums.map(|sum| sum / total)
}

fn course(steps: &[Matrix], left_to_mark: usize, (now, weight, marked): (usize, f64, usize), sums: &mut Row) {
    let Some((step, rest)) = steps.split_first() else {
        sums[marked] += weight;
        return;
    };
    for (to, factor) in step[now].iter().enumerate() {
        let marked = if left_to_mark == 1 { to } else { marked };
        course(rest, left_to_mark.saturating_sub(1), (to, weight * factor, marked), sums);
    }
}

fn second(n: i64) -> Timestamp {
    Timestamp::from_second(n).unwrap()
}

fn draft() -> LedgerDraft {
    let source = |id: &str| SourceDraft { id: id.into(), reliability: Reliability::from_letter(id).unwrap(), ..SourceDraft::default() };
    LedgerDraft {
        actors: vec![Actor::new("red", "Red"), Actor::new("blue", "Blue")],
        sites: vec![SiteDraft { id: "place".into(), ..SiteDraft::default() }],
        sources: ["A", "B", "C", "D", "E", "F"].map(source).into(),
        initial: Some(InitialDraft { actor: "blue".into(), confidence: 0.95 }),
        horizon: Some(second(90 * DAY)),
        ..LedgerDraft::default()
    }
}

fn say(draft: &mut LedgerDraft, actor: &str, asserts: Assertion, days: (i64, i64), source: &str) {
    let id = draft.reports.len().to_string();
    let time = Window::new(second(days.0 * DAY), second(days.1 * DAY), Written::Interval).unwrap();
    draft.reports.push(ReportDraft::new(&id, "place", actor, asserts, time, source));
}

#[track_caller]
fn agree(draft: LedgerDraft, rule: &Rule, at: i64, reference: Row) {
    let ledger = Ledger::new(draft).unwrap();
    let found = Assessor::new(&ledger, rule, None).states_at(second(at)).remove(0).probabilities;
    for ((hypothesis, p), reference) in found.into_iter().zip(reference) {
        assert!((p - reference).abs() < 1e-9, "{hypothesis:?}: expected {reference} but got {p}");
    }
}

/// An attack on day 10; on day 12 a capture, and a bulletin that contradicts it; a denial throughout days 14 to 30.
fn siege() -> (LedgerDraft, [Matrix; 4]) {
    let mut draft = draft();
    say(&mut draft, "red", Assertion::Attacks, (10, 10), "B");
    say(&mut draft, "red", Assertion::Takes, (12, 12), "A");
    say(&mut draft, "blue", Assertion::Controls, (12, 12), "D");
    say(&mut draft, "red", Assertion::Denies, (14, 30), "F");
    let (fought, denied) = (halved(B), halved(0.6));
    let attack =
        instant([1.0 - fought, fought, fought, fought], 0.4, [0.0, 0.0, 1.0, 0.0], [1.0 - fought, 1.0 - fought, fought, 1.0 - fought]);
    let words = [A * 0.45, (1.0 - A) * 0.55, (1.0 - A) * 0.45, (1.0 - A) * 0.45];
    let capture = instant([1.0 - A, A, A, A], 0.4, [0.8, 0.2, 0.0, 0.0], words);
    let target = [0.0, 1.0 / 2.01, 1.0 / 2.01, ANOTHER / 2.01];
    let denial = instant(NOTHING, 0.1, target, [1.0 - denied, denied, denied, denied]);
    (draft, [attack, capture, denial, denial])
}

#[test]
fn a_siege_between_two_words_is_the_sum_over_all_its_courses() {
    let (draft, [attack, capture, denial, again]) = siege();
    // Contested fades but from day 10 to day 17.
    let steps = [
        flow(1.0, true),
        attack,
        flow(2.0, false),
        capture,
        flow(1.5, false),
        product(&flow(0.5, false), &denial),
        product(&product(&flow(3.0, false), &flow(13.0, true)), &again),
    ];
    agree(draft.clone(), &Rule::default(), 13 * DAY + DAY / 2, courses(&steps, 5));
    agree(draft.clone(), &Rule::default(), 12 * DAY, courses(&steps, 4));
    agree(draft, &Rule::default(), 12 * DAY - 1, {
        let just_before =
            [steps[0], attack, flow(2.0 - 1.0 / 86_400.0, false), flow(1.0 / 86_400.0, false), capture, steps[4], steps[5], steps[6]];
        courses(&just_before, 3)
    });
}

#[test]
fn a_siege_while_contested_fades_is_the_sum_over_all_its_courses() {
    let (draft, [attack, capture, denial, again]) = siege();
    let steps = [
        product(&flow(1.0, true), &attack),
        product(&flow(2.0, false), &capture),
        product(&flow(2.0, false), &denial),
        flow(3.0, false),
        flow(1.0, true),
        flow(12.0, true),
        again,
    ];
    agree(draft.clone(), &Rule::default(), 17 * DAY, courses(&steps, 4));
    agree(draft.clone(), &Rule::default(), 18 * DAY, courses(&steps, 5));
    agree(draft.clone(), &Rule::default(), 30 * DAY, courses(&steps, 7));
    agree(draft, &Rule::default().online(), 18 * DAY, courses(&steps[..5], 5));
}

/// Blue's forces enter some time in days 20 to 24; red leaves in days 21 to 26; a column nears and all is quiet on day 40.
#[test]
fn windows_of_change_weigh_their_start_and_their_end() {
    let mut draft = draft();
    say(&mut draft, "red", Assertion::Enters, (20, 24), "C");
    say(&mut draft, "red", Assertion::Loses, (21, 26), "B");
    say(&mut draft, "blue", Assertion::Approaches, (40, 40), "A");
    say(&mut draft, "blue", Assertion::Quiet, (40, 40), "E");
    let nearing = 1.0 / (1.0 + (0.05_f64 / 0.95).sqrt().sqrt());
    let entry = instant([0.3, 0.7, 0.7, 0.7], 0.4, [0.5, 0.0, 0.5, 0.0], [0.7, 0.3, 0.7, 0.3]);
    let before_leaving = instant([B, 1.0 - B, B, 1.0 - B], 0.0, [0.0; 4], NOTHING);
    let left = [0.0, 1.0 / 2.01, 1.0 / 2.01, ANOTHER / 2.01];
    let leaving = instant(NOTHING, 0.4, left, [1.0 - B, B, B, B]);
    let quiet = [1.0 / 2.01, 1.0 / 2.01, 0.0, ANOTHER / 2.01];
    let target: Row = std::array::from_fn(|at| (0.1 * quiet[at] + 0.025 * [0.0, 0.0, 1.0, 0.0][at]) / 0.125);
    let nearer = instant(NOTHING, 0.1, target, [0.25, 0.25, 0.5 * nearing, 0.25]);
    // Contested fades but from day 20 to day 31, a week after the window of the entry.
    let steps = [
        product(&flow(1.0, true), &entry),
        product(&flow(1.0, false), &before_leaving),
        flow(2.0, false),
        product(&flow(3.0, false), &leaving),
        flow(5.0, false),
        flow(2.0, true),
        product(&flow(7.0, true), &nearer),
    ];
    agree(draft.clone(), &Rule::default(), 20 * DAY, courses(&steps, 1));
    agree(draft.clone(), &Rule::default(), 23 * DAY, courses(&steps, 3));
    agree(draft.clone(), &Rule::default(), 33 * DAY, courses(&steps, 6));
    agree(draft, &Rule::default(), 40 * DAY, courses(&steps, 7));
}
