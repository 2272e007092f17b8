//! One case of a client that is in use: what it does after the account has changed under it.
//!
//! In: the same [`Case`] before and after. Out: a [`CaseOutcome`]. Never: the name of a client, what its user chose by hand.
//!
//! What it had is what it did before. A mailbox that it would have made and that is not there, it had not made yet.

use super::{
    case::{Case, CaseOutcome, union},
    profile::{Again, Does, Letters, NamePlace},
};
use crate::{
    language::{Phrase, text},
    model::{client::Use, mailbox::MailboxName},
};

/// A client in use.
pub(super) struct Stay<'a> {
    pub(super) before: Case<'a>,
    pub(super) after: Case<'a>,
}

impl<'a> Stay<'a> {
    pub(super) fn outcome(&self) -> CaseOutcome<'a> {
        let had = self.before.outcome();
        match &had.does {
            Use::Creates(_) | Use::Asks => self.after.outcome(),
            // Which of them it had, a listing does not tell.
            Use::OneOf(names) => {
                let each = names.iter().map(|name| CaseOutcome {
                    does: Use::Mailbox(name.clone()),
                    ..had.clone()
                });
                let ends: Vec<CaseOutcome> = each.map(|had| self.keep(&had)).collect();
                let every: Vec<&Use> = ends.iter().map(|end| &end.does).collect();
                self.end(&had, union(&every), had.because.clone())
            }
            _ => self.keep(&had),
        }
    }

    /// The first way decides that finds a mailbox.
    fn keep(&self, had: &CaseOutcome<'a>) -> CaseOutcome<'a> {
        let anew = self.after.outcome();
        let Some(ways) = &self.after.profile.keeps.ways else {
            return if anew.does == had.does {
                anew
            } else {
                self.unknown(had)
            };
        };
        for way in ways {
            let found = match way {
                Again::Anew => Some(anew.clone()),
                Again::Marked => self.after.marked_outcome(),
                Again::KeptUnmarked if self.was_marked(had) => Some(anew.clone()),
                Again::Kept | Again::KeptUnmarked => self.kept(had),
            };
            if let Some(mut found) = found {
                found.said.push(&self.after.profile.keeps.said);
                return found;
            }
        }
        self.lose(had)
    }

    /// What it had, while that is there.
    fn kept(&self, had: &CaseOutcome<'a>) -> Option<CaseOutcome<'a>> {
        let because = match &had.does {
            Use::Mailbox(name) if self.is_there(name) => text::keeps_what_it_has(),
            Use::Computer => text::stays_on_computer(),
            Use::Unknown => text::in_use_undocumented(),
            _ => return None,
        };
        Some(CaseOutcome {
            because,
            ..had.clone()
        })
    }

    /// What it had is gone, or was nothing.
    fn lose(&self, had: &CaseOutcome<'a>) -> CaseOutcome<'a> {
        let Use::Mailbox(name) = &had.does else {
            return had.clone();
        };
        let (does, because) = match self.after.profile.keeps.gone {
            None => return self.unknown(had),
            Some(Does::Creates) => (
                Use::Creates(vec![name.text().to_owned()]),
                text::makes_again(),
            ),
            Some(Does::Computer) => (Use::Computer, text::miss_computer()),
            Some(Does::InPlace) => (Use::InPlace, text::miss_in_place()),
            Some(Does::Asks) => (Use::Asks, text::miss_asks()),
            Some(Does::Nothing) => (Use::Nothing, text::miss_nothing()),
        };
        self.end(had, does, because)
    }

    fn is_there(&self, name: &MailboxName) -> bool {
        let found = self
            .after
            .view
            .named(name.text(), NamePlace::Top, Letters::AsWritten);
        found
            .into_iter()
            .any(|mailbox| mailbox.name == *name && self.after.sees(mailbox))
    }

    fn was_marked(&self, had: &CaseOutcome) -> bool {
        let mut marked = self.before.view.marked(self.before.role).iter();
        marked.any(|mailbox| had.does.mailboxes().contains(&mailbox.name))
    }

    fn unknown(&self, had: &CaseOutcome<'a>) -> CaseOutcome<'a> {
        self.end(had, Use::Unknown, text::in_use_undocumented())
    }

    /// It rests on what it did before as well.
    fn end(&self, had: &CaseOutcome<'a>, does: Use, because: Phrase) -> CaseOutcome<'a> {
        let said = had.said.iter().copied();
        CaseOutcome {
            does,
            because,
            said: said.chain([&self.after.profile.keeps.said]).collect(),
        }
    }
}
