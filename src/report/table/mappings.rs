//! The mapping table: its names by role and language, one name in full, a review of one's own table.

use std::collections::BTreeSet;

use super::{
    grid::{Grid, GridCell, GridColumn},
    ink::Ink,
    look::Look,
    page::Page,
};
use crate::{
    mapping::{
        Answer, Change, Exactness, Head, MappingEntry, Match, Resemblance, Review, Table, Unknown,
    },
    model::{
        difference::Difference,
        role::{Certainty, Role},
    },
    report::text::{counted, safe},
};

/// Shows entries by role and language: one line a language, or with its source each entry on its own.
#[must_use]
pub fn mappings(entries: &[(&Head, &MappingEntry)], look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    let grid = if look.verbose {
        one_each(entries)
    } else {
        by_locale(entries)
    };
    if !grid.is_empty() {
        page.grid(&grid);
        page.gap();
    }
    let count = counted(entries.len() as u64, "entry", "entries");
    let more = if look.verbose || entries.is_empty() {
        ""
    } else {
        "; -v shows who gives each"
    };
    page.line(&format!("{count}{more}"), Ink::Plain);
    page.finish()
}

fn by_locale(entries: &[(&Head, &MappingEntry)]) -> Grid {
    let mut grid = Grid::new([
        GridColumn::word("role"),
        GridColumn::word("locale"),
        GridColumn::text("names", 20),
    ]);
    let mut last: Option<&[Role]> = None;
    for group in entries.chunk_by(|(head, entry), (other, next)| {
        (&entry.roles, &head.locale) == (&next.roles, &other.locale)
    }) {
        let Some((head, entry)) = group.first() else {
            continue;
        };
        let names: Vec<String> = group.iter().map(|(_, entry)| safe(&entry.name)).collect();
        let is_new = last != Some(&*entry.roles);
        let roles = if is_new {
            words(&entry.roles)
        } else {
            String::new()
        };
        grid.row([
            GridCell::new(roles, Ink::Strong),
            GridCell::from(safe(&head.locale)),
            GridCell::from(names.join(", ")),
        ]);
        last = Some(&*entry.roles);
    }
    grid
}

fn one_each(entries: &[(&Head, &MappingEntry)]) -> Grid {
    let mut grid = Grid::new([
        GridColumn::word("role"),
        GridColumn::word("locale"),
        GridColumn::text("name", 16),
        GridColumn::word("").spare(),
        GridColumn::text("source", 16),
    ]);
    for (head, entry) in entries {
        grid.row([
            GridCell::from(words(&entry.roles)),
            GridCell::from(safe(&head.locale)),
            GridCell::from(safe(&entry.name)),
            GridCell::new(marks(entry.created, entry.weak), Ink::Faint),
            GridCell::from(safe(&entry.source)),
        ]);
    }
    grid
}

/// What is special about an entry.
fn marks(created: bool, weak: bool) -> &'static str {
    match (created, weak) {
        (true, false) => "created",
        (true, true) => "created, weak",
        (false, true) => "weak",
        (false, false) => "",
    }
}

/// Shows what the table says of one name; `asked` is the name as typed, `meant` what it stands for where that was
/// modified UTF-7 or garbled.
#[must_use]
pub fn answer(asked: &str, meant: Option<&str>, answer: &Answer<'_>, look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    let ink = if answer.unknown.is_some() {
        Ink::Odd
    } else {
        Ink::Strong
    };
    page.line(&format!("\"{}\": {}", safe(asked), verdict(answer)), ink);
    for remark in remarks(meant, answer) {
        page.line(&remark, Ink::Plain);
    }
    let without = if answer.bare == answer.exact {
        String::new()
    } else {
        format!("; without accents as \"{}\"", safe(&answer.bare))
    };
    page.line(
        &format!("compared as \"{}\"{without}", safe(&answer.exact)),
        Ink::Faint,
    );
    if !answer.matches.is_empty() {
        page.gap();
        page.grid(&matches(&answer.matches));
    }
    if answer.resembles.iter().any(|one| one.name.is_some()) {
        page.gap();
        page.grid(&resembled(&answer.resembles));
    }
    page.finish()
}

/// The answer in a sentence, which JSON has too.
#[must_use]
pub fn verdict(answer: &Answer<'_>) -> String {
    let roles: Vec<Role> = answer.roles().into_iter().collect();
    let words = words(&roles);
    match (&answer.unknown, answer.certainty()) {
        (Some(unknown), _) => why(unknown),
        (None, Some(Certainty::Ambiguous)) => {
            format!("ambiguous, since clients differ: {words}")
        }
        (None, _) if roles == [Role::Inbox] => {
            "a word for the inbox; but mail arrives in INBOX alone, so a mailbox of this name gets no role".to_owned()
        }
        (None, Some(Certainty::Likely)) => format!("likely {words}; {}", doubt(answer)),
        (None, Some(Certainty::Doubtful)) => format!("doubtful {words}; {}", doubt(answer)),
        (None, _) => words,
    }
}

fn doubt(answer: &Answer<'_>) -> &'static str {
    if let Some(one) = answer.resembles.first() {
        return match one.difference {
            Difference::Words => "no table has it, but it is made of words of such names",
            Difference::Spelling => "it is a known name but for spaces and signs",
            Difference::Letters => {
                "it is a known name but for how letters are written, or were lost"
            }
            Difference::Number => "it is such a name with a number",
            Difference::Year => "it is such a name with a year",
            Difference::Address => "it is such a name with an address",
            Difference::Owner => "it is such a name with a word behind it",
            Difference::Copy => "it is such a name with a word for a copy, or for where it is from",
            Difference::Prefix => "it is such a name after the prefix of another server",
        };
    }
    let is_settled = answer.certainty() == Some(Certainty::Likely)
        && answer
            .matches
            .iter()
            .any(|one| !one.weak && one.exactness == Exactness::Exact);
    if is_settled {
        return "the stated language settles it";
    }
    let is_bare = answer
        .matches
        .iter()
        .any(|one| one.exactness == Exactness::Bare);
    if is_bare {
        "it is a known name but for its accents"
    } else {
        "it is little attested"
    }
}

fn why(unknown: &Unknown) -> String {
    match unknown {
        Unknown::Unheard => "no client or server is known to use it".to_owned(),
        Unknown::Part { part, roles } => {
            let roles: Vec<Role> = roles.iter().copied().collect();
            format!(
                "no client or server is known to use it; its part \"{}\" is a name for {}, but a name counts whole or not at all",
                safe(part),
                words(&roles)
            )
        }
        Unknown::LooksLike { role, letters } => {
            let letters: Vec<String> = letters.iter().map(|letter| letter_as(*letter)).collect();
            let with = if letters.is_empty() {
                "other letters".to_owned()
            } else {
                letters.join(", ")
            };
            format!("it only looks like a name for {role}: it is written with {with}")
        }
    }
}

/// A letter by its number, and by its script where that is what misleads.
fn letter_as(letter: char) -> String {
    let number = u32::from(letter);
    let script = match number {
        0x370..=0x3ff => "Greek ",
        0x400..=0x52f => "Cyrillic ",
        0x530..=0x58f => "Armenian ",
        _ => "",
    };
    let shown = safe(&letter.to_string());
    let shown = if shown.chars().count() == 1 && !letter.is_whitespace() {
        format!(" ({shown})")
    } else {
        " (invisible)".to_owned()
    };
    format!("{script}U+{number:04X}{shown}")
}

fn remarks(meant: Option<&str>, answer: &Answer<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(meant) = meant {
        remarks.push(format!(
            "it is as servers send names (modified UTF-7) or garbled; it stands for \"{}\"",
            safe(meant)
        ));
    }
    if answer.is_level {
        remarks.push(format!(
            "of a path its last level counts, \"{}\", and only at the top, below INBOX or below [Gmail]",
            safe(&answer.name)
        ));
    }
    remarks
}

/// The entries, each with its roles.
fn matches(matches: &[Match<'_>]) -> Grid {
    let mut grid = Grid::new([
        GridColumn::word("role"),
        GridColumn::text("name in the table", 12),
        GridColumn::word("locale"),
        GridColumn::word("").spare(),
        GridColumn::text("source", 16),
    ]);
    for (at, one) in matches.iter().enumerate() {
        // An ambiguous entry matches once a role; it is shown once.
        if matches
            .iter()
            .take(at)
            .any(|other| entry_of(other) == entry_of(one))
        {
            continue;
        }
        let same = matches
            .iter()
            .filter(|other| entry_of(other) == entry_of(one));
        let roles: Vec<Role> = same.map(|other| other.role).collect();
        grid.row([
            GridCell::new(words(&roles), Ink::Strong),
            GridCell::from(safe(one.name)),
            GridCell::from(safe(one.locale)),
            GridCell::new(marks(one.created, one.weak), Ink::Faint),
            GridCell::from(safe(one.source)),
        ]);
    }
    grid
}

/// The entries that it is like, each once a role.
fn resembled(resembles: &[Resemblance<'_>]) -> Grid {
    let mut grid = Grid::new([
        GridColumn::word("role"),
        GridColumn::text("like the name", 12),
        GridColumn::word("locale"),
        GridColumn::text("source", 16),
    ]);
    for one in resembles {
        grid.row([
            GridCell::new(one.role.word(), Ink::Strong),
            GridCell::from(safe(one.name.unwrap_or_default())),
            GridCell::from(safe(one.locale)),
            GridCell::from(safe(one.source)),
        ]);
    }
    grid
}

/// What tells entries apart.
fn entry_of<'a>(one: &Match<'a>) -> (&'a str, &'a str, &'a str) {
    (one.name, one.locale, one.source)
}

/// Shows what a table of one's own changes.
#[must_use]
pub fn review(table: &Table, review: &Review, look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    let names = counted(table.rows.len() as u64, "name", "names");
    page.line(
        &format!("{}: {names}, {}", safe(&table.file), safe(&table.locale)),
        Ink::Strong,
    );
    page.line(
        &format!(
            "{} new, {} as in the built-in table, {} with another role",
            review.new,
            review.repeated,
            review.changed.len()
        ),
        Ink::Plain,
    );
    if !review.changed.is_empty() {
        page.gap();
        page.grid(&changes(&review.changed));
    }
    page.finish()
}

fn changes(changes: &[Change]) -> Grid {
    let mut grid = Grid::new([
        GridColumn::number("line"),
        GridColumn::text("name", 16),
        GridColumn::text("built in", 8),
        GridColumn::text("yours", 8),
    ]);
    let shown = |roles: &BTreeSet<Role>| {
        let roles: Vec<Role> = roles.iter().copied().collect();
        words(&roles)
    };
    for change in changes {
        grid.row([
            GridCell::from(change.line.to_string()),
            GridCell::from(safe(&change.name)),
            GridCell::from(shown(&change.from)),
            GridCell::new(shown(&change.to), Ink::Odd),
        ]);
    }
    grid
}

fn words(roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    words.join(" or ")
}
