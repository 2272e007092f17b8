//! One word a thing: no two types that can be seen outside their file have the same name.
//!
//! The embedded server plays the other side, so `demo` has its own mailbox, message and session: its types are compared
//! with each other only.

use std::collections::BTreeMap;

use super::sources::sources;

/// Names that two types have all the same, each with the rooms that are to find a name of their own. Delete a line when it
/// is no longer needed.
const SHARED: &[(&str, &str)] = &[
    (
        "Answer",
        "apply: a kind of record, always named `record::Answer`; mapping",
    ),
    ("Command", "imap: of the protocol; cli: what is typed"),
    ("Ending", "imap, apply"),
    ("Entry", "config, imap"),
    ("Limits", "imap, fleet"),
    ("Record", "apply, cli"),
    ("Reply", "imap; apply: what a journal records of one"),
    ("Seen", "model: serialised under this name; apply"),
    (
        "Sought",
        "apply: a kind of record, always named `record::Sought`; config",
    ),
    (
        "Stood",
        "apply: a kind of record, always named `record::Stood`; what the books keep of it",
    ),
    (
        "Tombstone",
        "apply: a kind of record, always named `record::Tombstone`; what the run knows of one",
    ),
    ("Value", "config, imap"),
    ("Verify", "apply; cli: the option's values"),
    ("Waits", "apply, store"),
];

/// The type that a line defines where others can see it.
fn defined(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub")?;
    let rest = match rest.strip_prefix('(') {
        Some(rest) => rest.split_once(") ")?.1,
        None => rest.strip_prefix(' ')?,
    };
    let kinds = ["struct ", "enum ", "trait ", "type "];
    let name = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    name.split(|letter: char| !letter.is_alphanumeric()).next()
}

#[test]
fn a_type_s_name_means_one_thing_in_the_whole_house() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        for name in source.code.lines().filter_map(defined) {
            let side = if source.room == "demo" { "demo " } else { "" };
            let places = places.entry(format!("{side}{name}")).or_default();
            places.push(source.name());
        }
    }
    let is_shared = |name: &str| SHARED.iter().any(|(shared, _)| *shared == name);
    let twice: Vec<_> = places
        .iter()
        .filter(|(name, places)| places.len() > 1 && !is_shared(name))
        .collect();
    assert!(twice.is_empty(), "one name for several types: {twice:#?}");
    for (name, _) in SHARED {
        let is_twice = places.get(*name).is_some_and(|places| places.len() > 1);
        assert!(is_twice, "{name} is one type's name now: delete its line");
    }
}
