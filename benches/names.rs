//! How fast names are classified: a million of them on one core, beside a plain reference in the same run.
//!
//!     cargo bench --bench names
//!
//! The mix is what listings hold: names of the table in every script, in other case, without accents; people's own
//! folders; near misses. The reference is what a program does that does not think of Unicode: one hash table of
//! names in lower case.

use std::{
    collections::HashMap,
    hint::black_box,
    time::{Duration, Instant},
};

use rolecall::{mapping::Mapping, model::role::Role};

const NAMES: usize = 1_000_000;

const ORDINARY: [&str; 16] = [
    "Projects",
    "Clients 2024",
    "Invoices",
    "Receipts & Orders",
    "Rechnungen März",
    "Familie",
    "Société",
    "Réunions d’équipe",
    "Newsletter",
    "GitHub",
    "Проекты",
    "Отчёты 2023",
    "会議",
    "프로젝트",
    "مشاريع",
    "To Do",
];

const NEAR_MISSES: [&str; 8] = [
    "Sent to clients",
    "Trash items",
    "Archive 2023",
    "Drafts (old)",
    "Ѕеnt",
    "Éléments envoyés 2",
    "Papierkorb alt",
    "Отправленные 2",
];

fn main() {
    let mapping = Mapping::built_in();
    let names = mix(&mapping);
    let entries = mapping.entries().count();
    println!("{NAMES} names against {entries} entries");
    let ours = best_of_three(|| names.iter().filter(|name| is_known(&mapping, name)).count());
    let reference: HashMap<String, Vec<Role>> = mapping
        .entries()
        .map(|(_, entry)| (entry.name.to_lowercase(), entry.roles.to_vec()))
        .collect();
    let plain = best_of_three(|| {
        let known = |name: &&String| black_box(reference.get(&name.to_lowercase())).is_some();
        names.iter().filter(known).count()
    });
    for (what, (time, known)) in [("rolecall", ours), ("to_lowercase", plain)] {
        let rate = u128::try_from(NAMES).unwrap_or(0) * 1_000_000 / time.as_micros().max(1);
        println!("{what:<14} {time:>9.3?} {rate:>10} names/s, {known} known");
    }
    let ratio = ours.0.as_secs_f64() / plain.0.as_secs_f64();
    println!("rolecall takes {ratio:.2} times the reference");
}

/// As `detect` asks.
fn is_known(mapping: &Mapping, name: &str) -> bool {
    !black_box(mapping.read(name)).matches.is_empty()
}

/// Half of the table's names as typed and in other ways, a third of people's own, the rest near misses.
fn mix(mapping: &Mapping) -> Vec<String> {
    let table: Vec<&str> = mapping
        .entries()
        .map(|(_, entry)| entry.name.as_ref())
        .collect();
    let pick = |of: &[&str], at: usize| {
        of.get(at % of.len().max(1))
            .copied()
            .unwrap_or_default()
            .to_owned()
    };
    (0..NAMES)
        .map(|at| match at % 12 {
            0..=3 => pick(&table, at / 2),
            4 => pick(&table, at / 3).to_uppercase(),
            5 => pick(&table, at / 5).replace(['é', 'è'], "e"),
            6..=9 => pick(&ORDINARY, at / 7),
            _ => pick(&NEAR_MISSES, at / 3),
        })
        .collect()
}

fn best_of_three(mut work: impl FnMut() -> usize) -> (Duration, usize) {
    let mut best = (Duration::MAX, 0);
    for _ in 0..3 {
        let start = Instant::now();
        let known = work();
        best = best.min((start.elapsed(), known));
    }
    best
}
