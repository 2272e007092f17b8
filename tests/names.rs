//! How many of the names that clients and servers give their mailboxes the locale table knows, and that it takes none
//! for another role.
//!
//! `names/*.tsv` are facts (name, locale, role), gathered apart from the table: what Exchange and Outlook create, what
//! Gmail does, what other clients and servers create, what Geary and Evolution look for, what clients only show; `fresh` is
//! what 31 other programs show and make, gathered when the table was there; `later` is what 20 more show, gathered when the
//! rules beside the table were there; `studied` and `heldout` are what 20 more say, parted by program before any was looked
//! at: rules were mended by the first half, and the second was judged once when that was done; `studied-again` and
//! `heldout-again` are what 33 more say, parted in the same way; `studied-mail` and `heldout-mail` are what 22 more say, all of
//! them about mail; `ordinary` are folders of people's own.

use std::path::Path;

use rolecall::{
    detect::Hints,
    mapping::{Mapping, fold},
    model::{
        listing::Listing,
        role::{Certainty, Role},
    },
};

use crate::imagined;

struct Fact {
    name: String,
    locale: String,
    role: Role,
}

fn facts(set: &str) -> Vec<Fact> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/names/{set}.tsv"));
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().skip(1).map(|line| {
        let cells: Vec<_> = line.split('\t').collect();
        Fact {
            name: cells[0].to_owned(),
            locale: cells[1].to_owned(),
            role: Role::from_word(cells[2]).unwrap(),
        }
    });
    lines.collect()
}

/// An account on an unknown server whose only mailbox has this name and no mark.
fn listing(name: &str) -> Listing {
    Listing {
        mailboxes: [imagined::mailbox(name)].into_iter().collect(),
        ..imagined::account()
    }
}

#[derive(Default)]
struct Score {
    right: usize,
    ambiguous: usize,
    missing: Vec<String>,
    wrong: Vec<String>,
}

/// Judges every name alone; the account's language is said or not.
fn score(set: &str, is_locale_known: bool) -> Score {
    let mut score = Score::default();
    for fact in facts(set) {
        let hints = Hints {
            locales: is_locale_known
                .then(|| fact.locale.clone())
                .into_iter()
                .collect(),
            ..Hints::default()
        };
        let judged = imagined::hinted(hints).judge(listing(&fact.name)).unwrap();
        let entry = &judged.roll.entries[0];
        let line = format!("{} {} {}", fact.name, fact.locale, fact.role);
        match (entry.role, entry.certainty) {
            (Some(role), _) if role == fact.role => score.right += 1,
            (Some(_), _) => score.wrong.push(line),
            (None, Some(Certainty::Ambiguous)) => score.ambiguous += 1,
            (None, _) => score.missing.push(line),
        }
    }
    let of = score.right + score.ambiguous + score.missing.len() + score.wrong.len();
    println!(
        "{set}, language {}: {of} names, {} right ({} %), {} ambiguous, {} missing, {} wrong",
        if is_locale_known { "known" } else { "unknown" },
        score.right,
        score.right * 1000 / of / 10,
        score.ambiguous,
        score.missing.len(),
        score.wrong.len()
    );
    score
}

/// Both scores of a set: at least so many per cent right, no more missing than that, and the wrong ones exactly these.
fn holds(set: &str, at_least: usize, missing: usize, wrong: &[&str]) {
    for is_locale_known in [false, true] {
        let score = score(set, is_locale_known);
        let of = score.right + score.ambiguous + score.missing.len() + score.wrong.len();
        println!("missing: {}", score.missing.join("; "));
        assert_eq!(score.wrong, wrong);
        assert!(score.missing.len() <= missing, "{set}");
        assert!(score.right * 100 >= of * at_least, "{set}");
    }
}

#[test]
fn what_exchange_and_outlook_create_is_known_in_every_language() {
    // grommunio's Maltese name for Sent says "unwanted mail": ambiguous.
    holds("exchange", 99, 0, &[]);
}

#[test]
fn what_gmail_creates_is_known() {
    holds("gmail", 96, 0, &[]);
}

#[test]
fn what_other_clients_and_servers_create_is_known() {
    // The rest means trash to one and junk to another, or is NetEase's own: its mailboxes for advertising and viruses.
    holds("created", 95, 4, &[]);
}

#[test]
fn what_clients_look_for_is_known_but_for_verbs_and_slips() {
    holds("looked-up", 92, 72, &[]);
}

#[test]
fn what_clients_only_show_is_known_but_for_verbs_and_slips() {
    // Slips of one translator each, against all others; what they are to us is left alone (templates).
    let slips = ["Шаблони mk drafts", "Szablony pl drafts"];
    holds("shown", 89, 68, &slips);
}

/// The names that programs call a role by mistake, from `mappings/refused.yaml`: name and role.
fn refused() -> Vec<(String, Role)> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Refused {
        name: String,
        locale: String,
        role: Role,
        source: String,
        why: String,
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/refused.yaml");
    let text = std::fs::read_to_string(file).unwrap();
    let refused: Vec<Refused> = serde_yaml::from_str(&text).unwrap();
    for one in &refused {
        let parts = [&one.name, &one.locale, &one.source, &one.why];
        assert!(parts.iter().all(|part| !part.is_empty()), "{}", one.name);
    }
    let refused = refused.into_iter();
    refused.map(|one| (one.name, one.role)).collect()
}

#[test]
fn what_is_refused_is_in_no_table_for_that_role_and_is_little() {
    let mapping = Mapping::built_in();
    let refused = refused();
    assert!(refused.len() <= 60, "{}", refused.len());
    for (name, role) in refused {
        let matches = mapping.lookup(&name);
        assert!(matches.iter().all(|found| found.role != role), "{name}");
    }
}

#[test]
fn names_of_programs_that_the_table_was_not_made_from_are_known_or_doubtful() {
    let refused = refused();
    let is_refused = |fact: &Fact| {
        let mut refused = refused.iter();
        refused
            .any(|(name, role)| fold::exact(name) == fold::exact(&fact.name) && *role == fact.role)
    };
    let (mut known, mut doubtful, mut unknown, mut wrong) = (0, 0, Vec::new(), Vec::new());
    let facts = facts("fresh");
    for fact in facts.iter().filter(|fact| !is_refused(fact)) {
        let judged = imagined::hinted(Hints::default())
            .judge(listing(&fact.name))
            .unwrap();
        let entry = &judged.roll.entries[0];
        let line = format!("{} {} {}", fact.name, fact.locale, fact.role);
        let may_be = entry.evidence.iter().any(|one| one.role == Some(fact.role));
        match (entry.role, entry.certainty) {
            (Some(role), _) if role != fact.role => wrong.push(line),
            (Some(_), Some(Certainty::Doubtful)) => doubtful += 1,
            (Some(_), _) => known += 1,
            (None, Some(Certainty::Ambiguous)) if may_be => doubtful += 1,
            (None, _) => unknown.push(line),
        }
    }
    println!(
        "{} names: {known} known, {doubtful} doubtful or ambiguous, {} unknown, {} wrong; unknown: {unknown:?}",
        facts.len(),
        unknown.len(),
        wrong.len()
    );
    assert_eq!(wrong, Vec::<String>::new());
    assert!((known + doubtful) * 1000 >= facts.len() * 970);
}

/// What becomes of the names of a set by name alone, but of those that programs have by mistake.
#[derive(Default)]
struct Tally {
    known: usize,
    doubtful: usize,
    unknown: Vec<String>,
    wrong: Vec<String>,
}

fn tally(set: &str) -> Tally {
    let mapping = Mapping::built_in();
    let refused: Vec<(String, Role)> = refused()
        .into_iter()
        .map(|(name, role)| (fold::exact(&name), role))
        .collect();
    let mut tally = Tally::default();
    for fact in facts(set) {
        if refused.contains(&(fold::exact(&fact.name), fact.role)) {
            continue;
        }
        let answer = mapping.answer(&fact.name);
        let line = format!("{} {} {}", fact.name, fact.locale, fact.role);
        let roles = answer.roles();
        match answer.certainty() {
            None => tally.unknown.push(line),
            Some(_) if !roles.contains(&fact.role) => tally.wrong.push(line),
            Some(Certainty::Doubtful | Certainty::Ambiguous) => tally.doubtful += 1,
            Some(_) => tally.known += 1,
        }
    }
    println!(
        "{set}: {} known, {} doubtful, {} unknown: {:?}",
        tally.known,
        tally.doubtful,
        tally.unknown.len(),
        tally.unknown
    );
    tally
}

#[test]
fn names_of_programs_that_came_later_are_found() {
    let tally = tally("later");
    assert_eq!(tally.wrong, Vec::<String>::new());
    let found = tally.known + tally.doubtful;
    assert!(found * 100 >= (found + tally.unknown.len()) * 93);
}

#[test]
fn names_of_programs_that_were_studied_are_found() {
    let tally = tally("studied");
    // A library looks for drafts under "unsent messages".
    assert_eq!(tally.wrong, ["mesazhe të padërguara und drafts"]);
    let found = tally.known + tally.doubtful;
    assert!(found * 100 >= (found + tally.unknown.len()) * 93);
}

#[test]
fn names_of_programs_that_were_held_out_are_found() {
    let tally = tally("heldout");
    // "Sent ones" as the name of an outbox, by one translator each.
    let slips = ["Enviados es outbox", "Gönderilenler tr outbox"];
    assert_eq!(tally.wrong, slips);
    let found = tally.known + tally.doubtful;
    assert!(found * 100 >= (found + tally.unknown.len()) * 90);
}

#[test]
fn names_of_programs_that_were_studied_again_are_found() {
    let tally = tally("studied-again");
    // "Sent ones", and once "incoming", as the name of an outbox, by one translator each.
    let slips = [
        "Отправленные ru outbox",
        "الوارد ar outbox",
        "ارسالی fa outbox",
        "Elküldött levelek hu outbox",
        "Надіслані uk outbox",
        "Messaggi inviati it outbox",
        "Odoslané sk outbox",
        "Elküldött üzenetek hu outbox",
    ];
    assert_eq!(tally.wrong, slips);
    let found = tally.known + tally.doubtful;
    assert!(found * 100 >= (found + tally.unknown.len()) * 96);
}

#[test]
fn names_of_programs_that_were_held_out_again_are_found() {
    let tally = tally("heldout-again");
    // Words for "sent" in programs whose outbox shows what was sent: OpenStreetMap, Choqok, Ushahidi. An outbox of that name
    // is told from sent mail by nothing but what it holds.
    let is_outbox = |line: &&String| line.ends_with(" outbox");
    let (outboxes, slips): (Vec<&String>, Vec<&String>) = tally.wrong.iter().partition(is_outbox);
    assert_eq!(outboxes.len(), 33);
    // A basket for spam, two names in one, unsent ones for sent.
    let known_slips = [
        "Кошче bg junk",
        "Изпратени/Изходяща кутия bg sent",
        "غير المرسل ar sent",
    ];
    assert_eq!(slips, known_slips);
    let found = tally.known + tally.doubtful;
    assert!(found * 100 >= (found + tally.unknown.len()) * 93);
}

#[test]
fn names_of_mail_programs_that_were_studied_are_found() {
    let tally = tally("studied-mail");
    // "Sent ones" as the name of an outbox, by one translator each.
    let slips = [
        "Messages envoyés fr outbox",
        "ప౦పి౦చిన మైల్సు ను వు౦చు పెట్టె te outbox",
        "Elementos enviados es outbox",
    ];
    assert_eq!(tally.wrong, slips);
    let found = tally.known + tally.doubtful;
    assert!(found * 100 >= (found + tally.unknown.len()) * 97);
}

#[test]
fn names_of_mail_programs_that_were_held_out_are_found() {
    let tally = tally("heldout-mail");
    // What an archiver takes for sent mail although every client's outbox is called so.
    assert_eq!(tally.wrong, ["outbox und sent"]);
    let found = tally.known + tally.doubtful;
    assert!(found * 100 >= (found + tally.unknown.len()) * 98);
}

#[test]
fn folders_of_people_s_own_are_hardly_ever_drawn_in() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/names/ordinary.tsv");
    let text = std::fs::read_to_string(file).unwrap();
    let names: Vec<&str> = text
        .lines()
        .skip(1)
        .flat_map(|line| line.split('\t'))
        .collect();
    assert!(names.len() > 1_000, "{}", names.len());
    let mapping = Mapping::built_in();
    let drawn_in: Vec<&&str> = names
        .iter()
        .filter(|name| mapping.answer(name).certainty().is_some())
        .collect();
    println!("{} names, drawn in: {drawn_in:?}", names.len());
    // "Cancelled ones 2019": a trash of that year may well be called so. Most of the others are what a client makes or shows.
    let may_be = [
        "Ausgang",
        "Salida",
        "Cancellati 2019",
        "Models",
        "Queue",
        "Unwanted items",
        "Draft 2",
        "Rubbish",
        "Indesiderato",
        "Affald",
        "Mandat",
        "Návrhy",
        "Σε αναμονή",
    ];
    assert_eq!(drawn_in, may_be.iter().collect::<Vec<_>>());
    let moved = |name: &&&str| {
        let certainty = mapping.answer(name).certainty();
        matches!(certainty, Some(Certainty::Known | Certainty::Likely))
    };
    let moved: Vec<&&str> = names.iter().filter(|name| moved(name)).collect();
    // What Apple's clients make in Britain: nobody has seen a folder of somebody's own called so.
    assert_eq!(moved, [&"Rubbish"]);
}

/// What programs and people put around a name.
const AROUND: [(&str, &str); 18] = [
    ("01 ", ""),
    ("1. ", ""),
    ("02_", ""),
    ("", " 2"),
    ("", "_1"),
    ("", " (2)"),
    ("", " - Copy"),
    ("Copy of ", ""),
    ("", " (old)"),
    ("_", ""),
    (".", ""),
    ("@", ""),
    ("[", "]"),
    ("INBOX.", ""),
    ("", " alice@example.com"),
    ("alice@example.com - ", ""),
    ("📁 ", ""),
    ("", " (IMAP)"),
];

#[test]
fn every_sure_name_is_found_again_with_what_is_put_around_it() {
    let mapping = Mapping::built_in();
    let is_sure = |roles: &[Role], weak: bool| roles.len() == 1 && roles[0].can_merge() && !weak;
    let mut lost = Vec::new();
    // A part of them, since all take ten seconds.
    for (_, entry) in mapping.entries().step_by(7) {
        if !is_sure(&entry.roles, entry.weak) || entry.roles[0] == Role::Archive {
            continue;
        }
        for (before, behind) in AROUND {
            let name = format!("{before}{}{behind}", entry.name);
            if !mapping.answer(&name).roles().contains(&entry.roles[0]) {
                lost.push(name);
            }
        }
    }
    assert_eq!(lost, Vec::<String>::new());
}
