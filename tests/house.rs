//! The rules of the house: which room may use which, and which may touch the network, the disk and the terminal.

#[path = "house/circles.rs"]
mod circles;
#[path = "house/paths.rs"]
mod paths;
#[path = "house/sentences.rs"]
mod sentences;
#[path = "house/sizes.rs"]
mod sizes;
#[path = "house/sources.rs"]
mod sources;
#[path = "house/words.rs"]
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use paths::paths;
use sources::sources;

/// Which rooms each room may use, as docs/architecture.md tells it.
fn may_use() -> BTreeMap<String, BTreeSet<String>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let page = fs::read_to_string(page).unwrap();
    let table = page
        .lines()
        .skip_while(|line| !line.starts_with("| room |"));
    let rows = table.skip(2).take_while(|line| line.starts_with('|'));
    let rows = rows.map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        let names = |cell: &str| {
            cell.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        let room: Vec<String> = names(cells[1]);
        let used: Vec<String> = names(cells[3]);
        (room.concat(), used.into_iter().collect())
    });
    rows.collect()
}

/// Words that only these rooms may write.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("async_imap", &["imap"]),
    ("rustls", &["imap"]),
    ("tokio::net", &["imap", "demo"]),
    ("TcpListener", &["demo", "cli"]),
    ("std::fs", &["apply", "config", "mapping", "cli", "private"]),
    ("println!", &["cli"]),
    ("eprintln!", &["cli"]),
    ("std::env", &["cli", "config", "guard"]),
    ("getrandom", &["cli"]),
    ("serde_yaml", &["mapping", "clients", "config", "cli"]),
    ("granit_parser", &["cli"]),
];

/// async-imap's methods that turn NO, BAD and a lost connection into an empty success.
const NEVER_CALLED: &[&str] = &[
    ".list(",
    ".lsub(",
    ".status(",
    ".select(",
    ".examine(",
    ".fetch(",
    ".uid_fetch(",
    ".store(",
    ".uid_store(",
    ".search(",
    ".uid_search(",
    ".expunge(",
    ".uid_expunge(",
    ".capabilities(",
    ".noop(",
    ".id(",
    ".get_metadata(",
    ".get_quota_root(",
    ".uid_mv(",
    ".uid_copy(",
    ".mv(",
    ".close(",
];

#[test]
fn rooms_know_only_the_rooms_they_may() {
    let allowed = may_use();
    let mut wrong = Vec::new();
    for source in sources() {
        if matches!(source.room.as_str(), "lib" | "main") {
            continue;
        }
        let may = allowed
            .get(source.room.as_str())
            .unwrap_or_else(|| panic!("docs/architecture.md has no room {}", source.room));
        for path in paths(&source.code) {
            let room = path.strip_prefix("crate::").unwrap_or_default();
            let room = room.split("::").next().unwrap_or_default();
            let is_known = allowed.contains_key(room) && room != source.room;
            if is_known && !may.contains(room) {
                wrong.push(format!("{} uses {room}", source.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn network_disk_chance_and_terminal_have_their_rooms() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (word, rooms) in ONLY_IN {
            let main = source.room == "main";
            if source.code.contains(word) && !rooms.contains(&source.room.as_str()) && !main {
                wrong.push(format!("{} writes {word}", source.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_data_returning_method_of_async_imap_is_called() {
    let mut wrong = Vec::new();
    for source in sources() {
        // Our own Session has methods of the same names; where async-imap is named, nobody may call any.
        let lines = source
            .code
            .lines()
            .filter(|_| source.code.contains("async_imap"));
        for line in lines {
            if NEVER_CALLED.iter().any(|method| line.contains(method)) {
                wrong.push(format!("{}: {}", source.name(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Products that only `model/server_traits.rs` may know by name, in lower case.
const PRODUCTS: &[&str] = &[
    "dovecot",
    "cyrus",
    "courier",
    "microsoft",
    "office365",
    "gmail",
    "gimap",
    "google",
    "x-gm-ext",
    "zimbra",
    "stalwart",
    "mailutils",
    "yahoo",
    "yandex",
    "zoho",
    "icloud",
    "fastmail",
    "proton",
];

/// Where products are named all the same: what writes lines for one product's configuration, what explains findings to
/// people, what reads the tables of `mappings/`, what lists the mail clients, and the server that plays them all.
const NAMES_PRODUCTS: &[&str] = &[
    "model/server_traits.rs",
    "model/finding.rs",
    "model/client.rs",
    "report/table/mappings.rs",
    "advice/",
    "clients/",
    "mapping/",
    "language/",
    "demo/",
    "cli/demo.rs",
    // Capabilities with a product's name in them, which a trace may show.
    "imap/trace/words.rs",
];

#[test]
fn products_are_known_by_name_in_one_place() {
    let mut wrong = Vec::new();
    for source in sources() {
        let path = source.path.display().to_string();
        let is_test = path.ends_with("tests.rs");
        if is_test || NAMES_PRODUCTS.iter().any(|place| path.starts_with(place)) {
            continue;
        }
        for line in source.code.lines() {
            // What a sentence of `language` is called is its author's business.
            let mut code = line.split("text::").enumerate().map(|(place, part)| {
                let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
                if place == 0 {
                    part
                } else {
                    part.trim_start_matches(is_name)
                }
            });
            let is_named = code.any(|part| {
                let lower = part.to_lowercase();
                part.contains("Exchange") || PRODUCTS.iter().any(|product| lower.contains(product))
            });
            if is_named {
                wrong.push(format!("{path}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The variants of an enum in the text of its file.
fn variants(text: &str) -> BTreeSet<String> {
    let body = text.split("pub enum Guard {").nth(1).unwrap();
    let body = body.split('}').next().unwrap();
    body.lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .filter(|line| !line.starts_with("//"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_guard_stands_at_one_place_and_is_missed_by_a_test() {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(crate_root.join(path)).unwrap();
    let guards = variants(&read("src/guard.rs"));
    let code: String = sources().into_iter().map(|source| source.code).collect();
    for guard in &guards {
        let places = code.matches(&format!("stands(Guard::{guard})")).count();
        assert_eq!(places, 1, "{guard}");
    }
    let list = read("tests/mutants.tsv");
    let mut missed = BTreeSet::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let [guard, _, test, _] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let (place, name) = test.rsplit_once("::").unwrap();
        let path = match place.strip_suffix("::tests") {
            Some(place) => format!("src/{}.rs", place.replace("::", "/")),
            None => format!("tests/{}.rs", place.replace("::", "/")),
        };
        assert!(
            read(&path).contains(&format!("fn {name}()")),
            "no test {test}"
        );
        missed.insert(guard.to_owned());
    }
    assert_eq!(missed, guards);
}

/// `autotests` is off, so a file that no binary names would silently never run.
#[test]
fn every_test_file_is_a_module_of_a_test_binary() {
    const BINARIES: [&str; 3] = ["command", "pure", "world"];
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut named = BTreeSet::from(BINARIES.map(str::to_owned));
    for binary in BINARIES {
        let text = fs::read_to_string(tests.join(format!("{binary}.rs"))).unwrap();
        let modules = text.lines().filter_map(|line| line.strip_prefix("mod "));
        named.extend(modules.map(|name| name.trim_end_matches(';').to_owned()));
    }
    for entry in fs::read_dir(&tests).unwrap() {
        let path = entry.unwrap().path();
        let is_module =
            path.extension().is_some_and(|ending| ending == "rs") || path.join("mod.rs").exists();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            !is_module || named.contains(name),
            "no test binary has tests/{name}"
        );
    }
}

#[test]
fn async_imap_runs_on_tokio_only() {
    let lock =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    for unwanted in ["async-std", "unsafe-libyaml", "openssl-sys", "aws-lc-sys"] {
        assert!(
            !lock.contains(&format!("name = \"{unwanted}\"")),
            "{unwanted} is in Cargo.lock"
        );
    }
}
