//! Classes of attack and kinds of field cases, each with the test that proves it (`classes.tsv`).

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path, sync::Arc};

use rolecall::{
    cli,
    config::accounts,
    judge::Criteria,
    mapping::{self, Mapping},
    model::mailbox::MailboxName,
    planner::Policy,
};

use crate::imagined::{account, clients, told};

fn file(path: &str) -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()
}

/// Every class that must have a row.
fn expected() -> BTreeSet<String> {
    let numbered = |head: &str, most: usize| {
        let head = head.to_owned();
        (1..=most).map(move |number| format!("{head}{number}"))
    };
    let mut all: BTreeSet<String> = numbered("S", 30).collect();
    for (head, most) in [
        ("F-T", 21),
        ("F-S", 18),
        ("F-H", 11),
        ("F-N", 11),
        ("F-K", 14),
        ("F-C", 10),
        ("U-", 16),
    ] {
        all.extend(numbered(head, most));
    }
    all.extend(["C3", "C4", "F-T4a", "F-N3a", "F-P"].map(str::to_owned));
    all.extend(["U-errors", "U-json", "U-promised"].map(str::to_owned));
    all
}

/// Whether a test exists under this name: `place::name` in `tests/place.rs`, or `room::file::tests::name` in `src`.
fn exists(test: &str) -> bool {
    let Some((place, name)) = test.rsplit_once("::") else {
        return false;
    };
    let path = place.replace("::", "/");
    let inside = path.trim_end_matches("/tests");
    let places = [
        format!("tests/{path}.rs"),
        format!("tests/{path}/mod.rs"),
        format!("src/{inside}.rs"),
        format!("src/{inside}/mod.rs"),
    ];
    let texts = places.iter().filter_map(|path| file(path));
    let mut texts = texts.filter(|text| text.contains(&format!("fn {name}(")));
    texts.next().is_some()
}

#[test]
fn every_class_has_its_tests_and_every_test_exists() {
    let table = file("tests/classes.tsv").unwrap();
    let mut classes = BTreeSet::new();
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [class, kind, tests] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}");
        };
        assert!(!kind.is_empty(), "{class} says nothing");
        assert!(classes.insert(class.to_owned()), "{class} is there twice");
        if let Some(number) = tests.strip_prefix("issue ") {
            assert!(number.parse::<u32>().is_ok(), "{class}: {tests}");
            continue;
        }
        if let Some(why) = tests.strip_prefix("none: ") {
            assert!(why.len() > 20, "{class} gives no reason");
            continue;
        }
        let tests = tests.split(' ').filter(|test| !exists(test));
        wrong.extend(tests.map(|test| format!("{class}: {test}")));
    }
    assert!(wrong.is_empty(), "no such test: {wrong:#?}");
    assert_eq!(classes, expected());
}

/// Text of YAML that is small and means a great deal.
fn swelling() -> Vec<String> {
    let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        let ten = [before.as_str(); 10].join(", ");
        writeln!(laughs, "a{level}: &a{level} [{ten}]").unwrap();
    }
    let merged = "a: &a {x: 1}\n".to_owned() + &"<<: *a\n".repeat(50_000);
    vec![
        laughs,
        merged,
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "a: ".repeat(100_000),
        format!("{}: x\n", "? ".repeat(50_000)),
        "a: &a [*a]\n".to_owned(),
        "x: !!python/object/apply:os.system [\"true\"]\n".to_owned(),
        "a: 1\na: 2\n".to_owned(),
    ]
}

#[test]
fn yaml_that_swells_is_refused_in_no_time() {
    for text in swelling() {
        let head: String = text.chars().take(40).collect();
        assert!(mapping::file::parse("x.yaml", &text).is_err(), "{head}");
        for is_json in [false, true] {
            assert!(cli::parse_plan(&text, is_json).is_err(), "{head}");
        }
        let read = accounts::parse(Path::new("x.yaml"), text.as_bytes(), None);
        assert!(read.is_err(), "{head}");
        let inside = format!("accounts:\n- account: imaps://a@h\n  role: {text}");
        let read = accounts::parse(Path::new("x.yaml"), inside.as_bytes(), None);
        assert!(read.is_err(), "{head}");
    }
}

#[test]
fn a_mapping_that_takes_inbox_or_everything_moves_nothing() {
    let names = ["INBOX", "*", "%", "Invoices", "Shared", "", ".*", "Sent"];
    let entries: Vec<String> = names
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| format!("    - name: \"{name}\"\n"))
        .collect();
    let text = format!("locale: xx\nroles:\n  sent:\n{}", entries.concat());
    // What is no name of a mailbox may be refused when it is read; the rest is judged.
    let table = mapping::file::parse("evil.yaml", &text).or_else(|_| {
        let text = "locale: xx\nroles:\n  sent:\n    - name: INBOX\n    - name: Sent\n";
        mapping::file::parse("evil.yaml", text)
    });
    let tables: Vec<_> = table.into_iter().collect();
    let mapping = Arc::new(Mapping::built_in().with(tables));
    let criteria = Criteria::new(mapping, Arc::new(clients(&[])));
    let mut listing = account();
    listing.mailboxes = [
        "INBOX",
        "Sent \\Sent",
        "Letters",
        "Projects",
        "Projects/2024",
    ]
    .map(told)
    .into_iter()
    .collect();
    let judged = criteria.judge(listing).unwrap();
    let plan = criteria.plan(&judged, &Policy::default());
    let sources: Vec<&str> = plan
        .steps
        .iter()
        .filter_map(|step| step.source.as_ref())
        .map(MailboxName::text)
        .collect();
    assert_eq!(sources, [""; 0], "{plan:?}");
}
