//! What placing labels costs: `cargo bench -p marchland-render --bench label -- [COUNT …]`.
//!
//! Places strewn at random over a page of 1600 by 1200, each with a name of two shapes; most find no room, which costs most. Prints CPU
//! milliseconds where the system tells them (`/proc/self/schedstat`), else milliseconds; asserts nothing.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use marchland_render::label::{Stand, Wish, place};
use marchland_render::scene::Rect;

const FRAME: Rect = Rect { x: 0.0, y: 0.0, width: 1_600.0, height: 1_200.0 };

/// The next number from 0 to 1 of a linear congruential generator (Knuth's MMIX constants).
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

fn wishes(count: usize, stand: Stand) -> Vec<Wish> {
    let mut state = 1;
    let mut next = || random(&mut state);
    let wish = |_| {
        let (x, y, width) = (next() * FRAME.width, next() * FRAME.height, 30.0 + next() * 90.0);
        Wish { marker: Rect::new(x - 4.0, y - 4.0, 8.0, 8.0), shapes: vec![[width, 16.0], [width / 1.8, 32.0]], stand }
    };
    (0..count).map(wish).collect()
}

/// Milliseconds of this process's CPU, where Linux tells them.
fn cpu_ms(since: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.as_deref().and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| since.elapsed().as_secs_f64() * 1e3, |nanoseconds| nanoseconds / 1e6)
}

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let since = Instant::now();
    for count in if asked.is_empty() { vec![500, 5_000, 50_000] } else { asked } {
        for (stand, words) in [(Stand::Beside, "beside"), (Stand::Led, "or led")] {
            let wishes = wishes(count, stand);
            let markers: Vec<Rect> = wishes.iter().map(|wish| wish.marker).collect();
            let start = cpu_ms(since);
            let placed = place(&wishes, FRAME, &markers).iter().flatten().count();
            println!("{count} labels {words}: {placed} placed in {:.1} ms", cpu_ms(since) - start);
        }
    }
}
