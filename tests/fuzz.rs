//! Fuzzing without an engine: inputs are made of the corpora by a seed, and given to every target.
//!
//! The short run gives each target a few thousand inputs, `cargo nextest run --test pure --run-ignored only fuzz::` a
//! million; ROLECALL_FUZZ says another number. The crate in `fuzz/` has the same targets for bolero's engines.

#[path = "fuzz/chance.rs"]
mod chance;
#[path = "fuzz/mutate.rs"]
mod mutate;

use std::{fs, path::Path};

use rolecall::fuzz::TARGETS;

use chance::Chance;
use mutate::mutated;

/// Inputs of the short run, and of the long one.
const SHORT: u64 = 2_000;
const LONG: u64 = 1_000_000;

/// The first inputs of a target, by their names.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpora");
    let mut inputs: Vec<(String, Vec<u8>)> = fs::read_dir(folder.join(target))
        .unwrap_or_else(|error| panic!("{target}: {error}"))
        .map(|file| {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            (name, fs::read(file.path()).unwrap())
        })
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "{target} has no inputs");
    inputs
}

/// Says which input it was when a target panics.
struct Witness<'i>(&'i str, &'i [u8]);

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the target {} fails at: {}", self.0, self.1.escape_ascii());
        }
    }
}

fn give(name: &str, target: rolecall::fuzz::Target, input: &[u8]) {
    let _witness = Witness(name, input);
    target(input);
}

fn run(names: &[&str], short_or_long: u64) {
    let asked = std::env::var("ROLECALL_FUZZ").ok();
    let number = asked.map_or(short_or_long, |number| number.parse().unwrap());
    for name in names {
        let found = TARGETS.iter().find(|(target, _)| target == name);
        let (_, target) = found.unwrap_or_else(|| panic!("no target {name}"));
        let seeds: Vec<Vec<u8>> = corpus(name).into_iter().map(|(_, input)| input).collect();
        let mut chance = Chance::new(0x00c0_ffee);
        for _ in 0..number {
            give(name, *target, &mutated(&seeds, &mut chance));
        }
        println!("{name}: {number} inputs, 0 panics");
    }
}

#[test]
fn every_target_takes_what_is_in_its_corpus() {
    for (name, target) in TARGETS {
        for (_, input) in corpus(name) {
            give(name, *target, &input);
            for length in 0..input.len().min(200) {
                give(name, *target, &input[..length]);
            }
        }
    }
}

#[test]
fn a_corpus_that_no_target_has_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpora");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(TARGETS.iter().any(|(target, _)| *target == name), "{name}");
    }
}

const PROTOCOL: &[&str] = &[
    "response", "list", "sets", "mutf7", "commands", "mask", "sieve",
];
const FILES: &[&str] = &["mapping", "plan", "accounts", "lists", "autoconfig"];
const REST: &[&str] = &["fold", "journal", "escapes"];

#[test]
fn every_target_is_in_one_of_the_runs() {
    let mut all = [PROTOCOL, FILES, REST].concat();
    all.sort_unstable();
    let mut targets: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    targets.sort_unstable();
    assert_eq!(all, targets);
}

#[test]
fn no_input_makes_a_reader_of_the_protocol_panic() {
    run(PROTOCOL, SHORT);
}

#[test]
fn no_input_makes_a_reader_of_files_panic() {
    run(FILES, SHORT);
}

#[test]
fn no_input_makes_folding_the_journal_or_an_escape_panic() {
    run(REST, SHORT);
}

macro_rules! long_runs {
    ($($target:ident)*) => {
        /// Each target alone, so that those that take long go on beside each other.
        mod no_input_of_a_million_is_too_much_for {
            $(
                #[test]
                #[ignore = "a million inputs: tests/run --long"]
                fn $target() {
                    super::run(&[stringify!($target)], super::LONG);
                }
            )*
        }

        #[test]
        fn every_target_has_a_long_run() {
            let targets: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!([$(stringify!($target)),*], *targets);
        }
    };
}

long_runs! {
    response list sets mutf7 fold mapping plan accounts journal escapes commands mask sieve lists autoconfig
}
