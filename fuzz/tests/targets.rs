//! Every target of `rolecall::fuzz` for bolero. `cargo test` gives each inputs by chance; `cargo bolero test NAME` lets an
//! engine that watches the branches choose them (`cargo install cargo-bolero`; libFuzzer needs a nightly compiler).

#[path = "../../tests/fuzz/chance.rs"]
mod chance;
#[path = "../../tests/fuzz/mutate.rs"]
mod mutate;

use std::{fs, path::Path};

use chance::Chance;
use mutate::mutated;
use rolecall::fuzz::TARGETS;

/// What the engine gives begins with a seed for the corpus; the rest is put behind the input that is made with it.
fn fuzz(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora").join(name);
    let files = fs::read_dir(folder).expect("a corpus");
    let seeds: Vec<Vec<u8>> = files
        .map(|file| fs::read(file.expect("a file").path()).expect("an input"))
        .collect();
    let (_, target) = TARGETS
        .iter()
        .find(|(target, _)| *target == name)
        .expect("a target");
    bolero::check!().for_each(|octets: &[u8]| {
        target(octets);
        let (head, rest) = octets.split_at(octets.len().min(8));
        let mut seed = [0; 8];
        seed[..head.len()].copy_from_slice(head);
        let mut chance = Chance::new(u64::from_le_bytes(seed));
        let mut input = mutated(&seeds, &mut chance);
        target(&input);
        input.extend_from_slice(rest);
        target(&input);
    });
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test] fn $name() { fuzz(stringify!($name)); })*

        #[test]
        fn every_target_is_here() {
            let here = [$(stringify!($name)),*];
            assert!(TARGETS.iter().all(|(name, _)| here.contains(name)));
        }
    };
}

targets!(response list sets mutf7 fold mapping plan accounts journal escapes commands mask sieve lists autoconfig);
