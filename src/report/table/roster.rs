//! The mailboxes of an account by role, the one that keeps it first.
//!
//! In: a listing and its roll. Out: one table. Never: a mailbox left out without being counted.

use std::collections::BTreeSet;

use super::{
    grid::{Grid, GridCell, GridColumn},
    ink::Ink,
    look::Look,
    page::Page,
    why::{sources, why},
};
use crate::{
    language::{Phrase, text},
    model::{
        listing::Listing,
        mailbox::{Mailbox, MailboxName},
        role::{Certainty, Role},
        roll::{Aside, EvidenceKind, Members, Roll, RollEntry},
        set_aside::SetAsideBy,
    },
    report::text::{count_or_unknown, date, name, size_or_unknown},
};

/// From this width on there is room for whole words in the heads.
const WIDE: usize = 100;

/// A listing and its roll, joined by name.
pub(super) struct Roster<'a> {
    look: Look,
    listing: &'a Listing,
    roll: &'a Roll,
    /// A server that tells no sizes would fill a column with question marks.
    has_sizes: bool,
    /// Dates are shown where they help to choose: among several mailboxes of one role.
    has_dates: bool,
}

impl<'a> Roster<'a> {
    pub(super) fn new(listing: &'a Listing, roll: &'a Roll, look: Look) -> Self {
        let any = |has: fn(&Mailbox) -> bool| listing.mailboxes.iter().any(has);
        Self {
            look,
            listing,
            roll,
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
                    (true, _) => GridCell::new(self.look.say(Phrase::from(*role)), Ink::Strong),
                    (_, true) if members.unclear => {
                        GridCell::new(self.look.say(text::role_kept_perhaps(*role)), Ink::Odd)
                    }
                    (_, true) => GridCell::new(self.look.say(text::role_kept(*role)), Ink::Strong),
                    (_, false) => GridCell::new(self.look.say(text::also_role(*role)), Ink::Odd),
                };
                self.add(&mut grid, role, member);
                if is_kept && !is_alone {
                    self.note_choice(&mut grid, members);
                }
                seen.insert(member);
            }
        }
        let rest = self.roll.entries.iter();
        let rest = rest.filter(|entry| !seen.contains(&entry.name));
        let (doubtful, ordinary): (Vec<&RollEntry>, Vec<&RollEntry>) =
            rest.partition(|entry| is_doubtful(entry));
        for entry in &doubtful {
            let word = match (&entry.aside, entry.lookalike) {
                (Some(_), _) => text::left_alone(),
                (None, Some(role)) => text::like_role(role),
                (None, None) => text::ambiguous(),
            };
            let word = GridCell::new(self.look.say(word), Ink::Odd);
            self.add(&mut grid, word, &entry.name);
        }
        if self.look.verbose {
            for entry in &ordinary {
                self.add(&mut grid, GridCell::default(), &entry.name);
            }
        }
        if !grid.is_empty() {
            page.grid(&grid);
        }
        if !(ordinary.is_empty() || self.look.verbose) {
            let ordinary = text::ordinary_mailboxes(ordinary.len() as u64);
            let line = if grid.is_empty() {
                text::dash_v_lists(ordinary)
            } else {
                text::and_dash_v_lists(ordinary)
            };
            page.line(&self.look.say(line), Ink::Faint);
        }
    }

    fn grid(&self) -> Grid {
        let subscribed = if self.look.width >= WIDE {
            text::head_subscribed()
        } else {
            text::head_subs()
        };
        let say = |head: Phrase| self.look.say(head);
        let mut columns = vec![
            GridColumn::word(say(text::head_role())),
            GridColumn::text(say(text::head_mailbox()), 16),
            GridColumn::text(say(text::head_why()), 12),
            GridColumn::number(say(text::head_messages())),
        ];
        if self.has_sizes {
            columns.push(GridColumn::number(say(text::head_size())).spare());
        }
        columns.push(GridColumn::word(say(subscribed)).spare());
        if self.has_dates {
            columns.push(GridColumn::word(say(text::head_newest())).spare());
        }
        Grid::new(columns)
    }

    /// Why this one is kept; a lone mark speaks for itself.
    fn note_choice(&self, grid: &mut Grid, members: &Members) {
        let mark = self.roll.entry(&members.keep).and_then(|entry| {
            let mut evidence = entry.evidence.iter();
            let mark = evidence.find(|one| one.kind == EvidenceKind::Attribute)?;
            Some(text::server_marks_it(&mark.detail))
        });
        if mark.as_ref() != Some(&members.because) {
            let because = if members.unclear {
                members.because.clone()
            } else {
                text::kept_because(&members.because)
            };
            grid.note(GridCell::new(self.look.safe(&because), Ink::Faint));
        }
    }

    /// Adds a row and, where asked for, where its name is known from.
    fn add(&self, grid: &mut Grid, role: GridCell, mailbox: &MailboxName) {
        let entry = self.roll.entry(mailbox);
        let found = self.listing.find(mailbox.wire());
        let status = found.map(|mailbox| &mailbox.status);
        let holds_mail = found.is_none_or(|mailbox| mailbox.selectable);
        let number = |text: String| GridCell::from(if holds_mail { text } else { "-".to_owned() });
        let aside = entry.and_then(|entry| {
            entry
                .aside
                .as_ref()
                .filter(|_| entry.role.is_none() || entry.is_alias())
        });
        let reason = match (aside, entry) {
            (Some(Aside::Foreign), _) => text::not_personal(),
            (Some(Aside::OtherNamespace), _) => text::in_other_namespace(),
            (Some(Aside::Alias(real)), _) => text::other_name_of(real),
            (Some(Aside::View(real)), _) => text::view_of(real),
            (Some(Aside::SetAside { by, .. }), _) => set_aside(*by),
            (None, _) if !holds_mail => text::holds_no_messages(),
            (None, Some(entry)) => why(entry, self.look.verbose),
            (None, None) => Phrase::default(),
        };
        let messages = status.and_then(|status| status.messages);
        let mut cells = vec![
            role,
            GridCell::from(name(mailbox)),
            GridCell::new(self.look.safe(&reason), Ink::Faint),
            number(count_or_unknown(messages)),
        ];
        if self.has_sizes {
            let size = status.and_then(|status| status.size);
            cells.push(number(self.look.say(size_or_unknown(size))));
        }
        cells.push(match found.and_then(|mailbox| mailbox.subscribed) {
            Some(true) => GridCell::from(self.look.say(text::yes())),
            Some(false) => GridCell::new(self.look.say(text::no()), Ink::Odd),
            None => GridCell::from("?"),
        });
        if self.has_dates {
            let newest = found.and_then(newest);
            cells.push(GridCell::from(newest.map_or_else(String::new, date)));
        }
        grid.row(cells);
        if self.look.verbose {
            for source in entry.into_iter().flat_map(sources) {
                grid.note(GridCell::new(self.look.safe(&source), Ink::Faint));
            }
        }
    }
}

/// A name that may have a role, if the user says so, or that has one of its own kind elsewhere: worth a line.
fn is_doubtful(entry: &RollEntry) -> bool {
    let is_left = entry.is_alias() && entry.role.is_some()
        || entry.role.is_none()
            && entry.aside.is_some()
            && entry
                .evidence
                .iter()
                .any(|one| one.role.is_some_and(Role::can_merge));
    entry.certainty == Some(Certainty::Ambiguous) || entry.lookalike.is_some() || is_left
}

fn newest(mailbox: &Mailbox) -> Option<i64> {
    mailbox.sample.as_ref().and_then(|sample| sample.newest)
}

/// How a mailbox stands that a run has set aside.
fn set_aside(by: SetAsideBy) -> Phrase {
    match by {
        SetAsideBy::Waiting => text::waits_to_be_removed(),
        SetAsideBy::Removed => text::kept_by_the_server(),
        SetAsideBy::Interrupted | SetAsideBy::GivenUp => text::is_set_aside(),
    }
}
