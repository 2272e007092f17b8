//! The mailboxes of an account by role, the one that keeps it first.
//!
//! In: a listing and its roll. Out: one table. Never: a mailbox left out without being counted.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Ink, Look,
    grid::{Cell, Column, Grid},
    page::Page,
    why::{sources, why},
};
use crate::{
    model::{
        listing::Listing,
        mailbox::{Mailbox, MailboxName},
        role::Certainty,
        roll::{Entry, Members, Roll},
    },
    report::text::{count_or_unknown, counted, date, name, safe, size_or_unknown},
};

/// From this width on there is room for whole words in the heads.
const WIDE: usize = 100;

/// A listing and its roll, joined by name.
pub(super) struct Roster<'a> {
    look: Look,
    roll: &'a Roll,
    entries: BTreeMap<&'a MailboxName, &'a Entry>,
    mailboxes: BTreeMap<&'a MailboxName, &'a Mailbox>,
    listing: &'a Listing,
    /// A server that tells no sizes would fill a column with question marks.
    has_sizes: bool,
    /// Dates are shown where they help to choose: among several mailboxes of one role.
    has_dates: bool,
}

impl<'a> Roster<'a> {
    pub(super) fn new(listing: &'a Listing, roll: &'a Roll, look: Look) -> Self {
        let any = |has: fn(&Mailbox) -> bool| listing.mailboxes.iter().any(has);
        let entries = roll.entries.iter().map(|entry| (&entry.name, entry));
        let mailboxes = listing.mailboxes.iter().map(|one| (&one.name, one));
        Self {
            look,
            roll,
            entries: entries.collect(),
            mailboxes: mailboxes.collect(),
            listing,
            has_sizes: any(|mailbox| mailbox.status.size.is_some()),
            has_dates: roll
                .roles
                .values()
                .filter(|members| members.members.len() > 1)
                .flat_map(|members| &members.members)
                .any(|name| listing.find(name.wire()).and_then(newest).is_some()),
        }
    }

    /// Those with a role, those that may have one, and the ordinary ones, which are only counted unless asked for.
    pub(super) fn draw(&self, page: &mut Page) {
        let mut grid = self.grid();
        let mut seen: BTreeSet<&MailboxName> = BTreeSet::new();
        for (role, members) in &self.roll.roles {
            let is_alone = members.members.len() < 2;
            for member in &members.members {
                let is_kept = *member == members.keep;
                let role = match (is_alone, is_kept) {
                    (true, _) => Cell::new(role.word(), Ink::Strong),
                    (_, true) => Cell::new(format!("{role} (kept)"), Ink::Strong),
                    (_, false) => Cell::new(format!("also {role}"), Ink::Odd),
                };
                self.add(&mut grid, role, member);
                if is_kept && !is_alone {
                    note_choice(&mut grid, members);
                }
                seen.insert(member);
            }
        }
        let rest = self.roll.entries.iter();
        let rest = rest.filter(|entry| !seen.contains(&entry.name));
        let (doubtful, ordinary): (Vec<&Entry>, Vec<&Entry>) =
            rest.partition(|entry| is_doubtful(entry));
        for entry in &doubtful {
            let word = match entry.lookalike {
                Some(role) => format!("like {role}"),
                None => "ambiguous".to_owned(),
            };
            self.add(&mut grid, Cell::new(word, Ink::Odd), &entry.name);
        }
        if self.look.verbose {
            for entry in &ordinary {
                self.add(&mut grid, Cell::default(), &entry.name);
            }
        }
        if !grid.is_empty() {
            page.grid(&grid);
        }
        if !(ordinary.is_empty() || self.look.verbose) {
            let and = if grid.is_empty() { "" } else { "and " };
            let ordinary = counted(
                ordinary.len() as u64,
                "ordinary mailbox",
                "ordinary mailboxes",
            );
            page.line(&format!("{and}{ordinary} (-v lists them)"), Ink::Faint);
        }
    }

    fn grid(&self) -> Grid {
        let is_wide = self.look.width >= WIDE;
        let mut columns = vec![
            Column::word("role"),
            Column::text("mailbox", 16),
            Column::text("why", 12),
            Column::number("messages"),
        ];
        if self.has_sizes {
            columns.push(Column::number("size").spare());
        }
        columns.push(Column::word(if is_wide { "subscribed" } else { "subs." }).spare());
        if self.has_dates {
            columns.push(Column::word("newest").spare());
        }
        Grid::new(columns)
    }

    /// Adds a row and, where asked for, where its name is known from.
    fn add(&self, grid: &mut Grid, role: Cell, mailbox: &MailboxName) {
        let entry = self.entries.get(mailbox);
        let found = self.mailboxes.get(mailbox);
        let status = found.map(|mailbox| &mailbox.status);
        let holds_mail = found.is_none_or(|mailbox| mailbox.selectable);
        let number = |text: String| Cell::from(if holds_mail { text } else { "-".to_owned() });
        let reason = match entry {
            _ if self.listing.is_foreign(mailbox) => "not personal".to_owned(),
            _ if !holds_mail => "holds no messages".to_owned(),
            Some(entry) => why(entry, self.look.verbose),
            None => String::new(),
        };
        let messages = status.and_then(|status| status.messages);
        let mut cells = vec![
            role,
            Cell::from(name(mailbox)),
            Cell::new(reason, Ink::Faint),
            number(count_or_unknown(messages)),
        ];
        if self.has_sizes {
            let size = status.and_then(|status| status.size);
            cells.push(number(size_or_unknown(size)));
        }
        cells.push(match found.and_then(|mailbox| mailbox.subscribed) {
            Some(true) => Cell::from("yes"),
            Some(false) => Cell::new("no", Ink::Odd),
            None => Cell::from("?"),
        });
        if self.has_dates {
            let newest = found.and_then(|mailbox| newest(mailbox));
            cells.push(Cell::from(newest.map_or_else(String::new, date)));
        }
        grid.row(cells);
        if self.look.verbose {
            for source in entry.into_iter().flat_map(|entry| sources(entry)) {
                grid.note(Cell::new(source, Ink::Faint));
            }
        }
    }
}

/// Why this one is kept; a lone mark speaks for itself.
fn note_choice(grid: &mut Grid, members: &Members) {
    if !members.because.starts_with("the server marks it") {
        let because = format!("kept: {}", safe(&members.because));
        grid.note(Cell::new(because, Ink::Faint));
    }
}

/// A name that may have a role, if the user says so.
fn is_doubtful(entry: &Entry) -> bool {
    entry.certainty == Some(Certainty::Ambiguous) || entry.lookalike.is_some()
}

fn newest(mailbox: &Mailbox) -> Option<i64> {
    mailbox.sample.as_ref().and_then(|sample| sample.newest)
}
