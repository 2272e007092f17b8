//! The mapping table: its names by role and language, one name in full, a review of one's own table.

use std::collections::BTreeSet;

use super::{
    grid::{Grid, GridCell, GridColumn},
    ink::Ink,
    look::Look,
    page::Page,
};
use crate::{
    language::{Phrase, text},
    mapping::{
        Answer, Change, Exactness, Head, MappingEntry, Match, Resemblance, Review, Table, Unknown,
    },
    model::{
        difference::Difference,
        role::{Certainty, Role},
    },
    report::text::safe,
};

/// Shows entries by role and language: one line a language, or with its source each entry on its own.
#[must_use]
pub fn mappings(entries: &[(&Head, &MappingEntry)], look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    let grid = if look.verbose {
        one_each(entries, look)
    } else {
        by_locale(entries, look)
    };
    if !grid.is_empty() {
        page.grid(&grid);
        page.gap();
    }
    let count = text::table_entries(entries.len() as u64);
    let told = if look.verbose || entries.is_empty() {
        count
    } else {
        text::and_verbose_shows_sources(count)
    };
    page.line(&look.say(told), Ink::Plain);
    page.finish()
}

fn by_locale(entries: &[(&Head, &MappingEntry)], look: Look) -> Grid {
    let mut grid = Grid::new([
        GridColumn::word(look.say(text::head_role())),
        GridColumn::word(look.say(text::head_locale())),
        GridColumn::text(look.say(text::head_names()), 20),
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
            look.say(words(&entry.roles))
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

fn one_each(entries: &[(&Head, &MappingEntry)], look: Look) -> Grid {
    let mut grid = Grid::new([
        GridColumn::word(look.say(text::head_role())),
        GridColumn::word(look.say(text::head_locale())),
        GridColumn::text(look.say(text::head_name()), 16),
        GridColumn::word("").spare(),
        GridColumn::text(look.say(text::head_source()), 16),
    ]);
    for (head, entry) in entries {
        grid.row([
            GridCell::from(look.say(words(&entry.roles))),
            GridCell::from(safe(&head.locale)),
            GridCell::from(safe(&entry.name)),
            GridCell::new(look.say(marks(entry.created, entry.weak)), Ink::Faint),
            GridCell::from(look.safe(&text::given_by(&entry.source))),
        ]);
    }
    grid
}

/// What is special about an entry.
fn marks(created: bool, weak: bool) -> Phrase {
    match (created, weak) {
        (true, false) => text::mark_created(),
        (true, true) => text::mark_created_weak(),
        (false, true) => text::mark_weak(),
        (false, false) => Phrase::default(),
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
    // What is said is true of the level alone: where a path is, no name tells.
    let named = if answer.is_level { &answer.name } else { asked };
    let told = text::name_is(safe(named), verdict(answer));
    page.line(&look.say(told), ink);
    for remark in remarks(asked, meant, answer) {
        page.line(&look.say(remark), Ink::Plain);
    }
    let exact = safe(&answer.exact);
    let compared = if answer.bare == answer.exact {
        text::compared_as(exact)
    } else {
        text::compared_as_and_without_accents(exact, safe(&answer.bare))
    };
    page.line(&look.say(compared), Ink::Faint);
    if !answer.matches.is_empty() {
        page.gap();
        page.grid(&matches(&answer.matches, look));
    }
    if answer.resembles.iter().any(|one| one.name.is_some()) {
        page.gap();
        page.grid(&resembled(&answer.resembles, look));
    }
    page.finish()
}

/// The answer in a sentence, which JSON has too.
#[must_use]
pub fn verdict(answer: &Answer<'_>) -> Phrase {
    let roles: Vec<Role> = answer.roles().into_iter().collect();
    let words = words(&roles);
    match (&answer.unknown, answer.certainty()) {
        (Some(unknown), _) => why(unknown),
        (None, Some(Certainty::Ambiguous)) => text::means_several(words),
        (None, _) if roles == [Role::Inbox] => text::word_for_inbox(),
        (None, Some(Certainty::Likely)) => text::likely_since(words, doubt(answer)),
        (None, Some(Certainty::Doubtful)) => text::doubtful_since(words, doubt(answer)),
        (None, _) => words,
    }
}

fn doubt(answer: &Answer<'_>) -> Phrase {
    if let Some(one) = answer.resembles.first() {
        return match one.difference {
            Difference::Words => text::differs_in_words(),
            Difference::Spelling => text::differs_in_spelling(),
            Difference::Letters => text::differs_in_letters(),
            Difference::Number => text::differs_by_number(),
            Difference::Year => text::differs_by_year(),
            Difference::Address => text::differs_by_address(),
            Difference::Owner => text::differs_by_owner(),
            Difference::Copy => text::differs_by_copy(),
            Difference::Prefix => text::differs_by_prefix(),
        };
    }
    let is_settled = answer.certainty() == Some(Certainty::Likely)
        && answer
            .matches
            .iter()
            .any(|one| !one.weak && one.exactness == Exactness::Exact);
    if is_settled {
        return text::language_settles_it();
    }
    let is_bare = answer
        .matches
        .iter()
        .any(|one| one.exactness == Exactness::Bare);
    if is_bare {
        text::differs_in_accents()
    } else {
        text::is_little_attested()
    }
}

fn why(unknown: &Unknown) -> Phrase {
    match unknown {
        Unknown::Unheard => text::nobody_uses_it(),
        Unknown::Part { part, roles } => {
            let roles: Vec<Role> = roles.iter().copied().collect();
            text::nobody_uses_it_but_a_part(safe(part), words(&roles))
        }
        Unknown::LooksLike { role, letters } => {
            let with = if letters.is_empty() {
                text::other_letters()
            } else {
                Phrase::joined(letters.iter().map(|letter| letter_as(*letter)), ", ")
            };
            text::only_looks_like(*role, with)
        }
    }
}

/// A letter by its number, and by its script where that is what misleads.
fn letter_as(letter: char) -> Phrase {
    let number = u32::from(letter);
    let written = format!("U+{number:04X}");
    let told = match number {
        0x370..=0x3ff => text::letter_greek(written),
        0x400..=0x52f => text::letter_cyrillic(written),
        0x530..=0x58f => text::letter_armenian(written),
        _ => written.into(),
    };
    let shown = safe(&letter.to_string());
    if shown.chars().count() == 1 && !letter.is_whitespace() {
        text::letter_shown(told, shown)
    } else {
        text::letter_invisible(told)
    }
}

fn remarks(asked: &str, meant: Option<&str>, answer: &Answer<'_>) -> Vec<Phrase> {
    let mut remarks = Vec::new();
    if let Some(meant) = meant {
        remarks.push(text::name_stands_for(safe(meant)));
    }
    if answer.is_level {
        remarks.push(text::last_level_counts(safe(asked)));
    }
    remarks
}

/// The entries, each with its roles.
fn matches(matches: &[Match<'_>], look: Look) -> Grid {
    let mut grid = Grid::new([
        GridColumn::word(look.say(text::head_role())),
        GridColumn::text(look.say(text::head_in_table()), 12),
        GridColumn::word(look.say(text::head_locale())),
        GridColumn::word("").spare(),
        GridColumn::text(look.say(text::head_source()), 16),
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
            GridCell::new(look.say(words(&roles)), Ink::Strong),
            GridCell::from(safe(one.name)),
            GridCell::from(safe(one.locale)),
            GridCell::new(look.say(marks(one.created, one.weak)), Ink::Faint),
            GridCell::from(look.safe(&text::given_by(one.source))),
        ]);
    }
    grid
}

/// The entries that it is like, each once a role.
fn resembled(resembles: &[Resemblance<'_>], look: Look) -> Grid {
    let mut grid = Grid::new([
        GridColumn::word(look.say(text::head_role())),
        GridColumn::text(look.say(text::head_like()), 12),
        GridColumn::word(look.say(text::head_locale())),
        GridColumn::text(look.say(text::head_source()), 16),
    ]);
    for one in resembles {
        grid.row([
            GridCell::new(look.say(one.role), Ink::Strong),
            GridCell::from(safe(one.name.unwrap_or_default())),
            GridCell::from(safe(one.locale)),
            GridCell::from(look.safe(&text::given_by(one.source))),
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
    let names = text::table_names(table.rows.len() as u64);
    let head = text::table_has(safe(&table.file), names, safe(&table.locale));
    page.line(&look.say(head), Ink::Strong);
    let changes_are = text::table_changes(
        review.new.to_string(),
        review.repeated.to_string(),
        review.changed.len().to_string(),
    );
    page.line(&look.say(changes_are), Ink::Plain);
    if !review.changed.is_empty() {
        page.gap();
        page.grid(&changes(&review.changed, look));
    }
    page.finish()
}

fn changes(changes: &[Change], look: Look) -> Grid {
    let mut grid = Grid::new([
        GridColumn::number(look.say(text::head_line())),
        GridColumn::text(look.say(text::head_name()), 16),
        GridColumn::text(look.say(text::head_built_in()), 8),
        GridColumn::text(look.say(text::head_yours()), 8),
    ]);
    let shown = |roles: &BTreeSet<Role>| {
        let roles: Vec<Role> = roles.iter().copied().collect();
        look.say(words(&roles))
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

fn words(roles: &[Role]) -> Phrase {
    Phrase::or(roles.iter().copied())
}
