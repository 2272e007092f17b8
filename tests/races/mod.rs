//! rolecall on a real Dovecot and a real Cyrus while others write into the mailboxes that it removes, and killed at every
//! record of its journal. What the server has accepted must be there afterwards, once.

mod by_id;
mod distant;
mod killed;
pub mod merges;
mod writers;

use std::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// Plays so many scenes, a few at the same time: they wait for the server and for the clock more than they compute.
fn in_lanes(count: usize, scene: impl Fn(usize) + Sync) {
    let cores = thread::available_parallelism().map_or(2, NonZero::get);
    in_so_many_lanes((2 * cores).clamp(4, 8), count, scene);
}

pub fn in_so_many_lanes(lanes: usize, count: usize, scene: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| {
                loop {
                    match next.fetch_add(1, Ordering::Relaxed) {
                        number if number < count => scene(number),
                        _ => return,
                    }
                }
            });
        }
    });
}
