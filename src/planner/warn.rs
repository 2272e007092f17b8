//! Warnings: what a person has to know of a role before its mail moves, or instead.
//!
//! In: a role as it is planned. Out: remarks, and entries under `manual`. Never: a step.

use super::{keeper::Keeper, maker::Maker};
use crate::{
    language::{Phrase, text},
    model::{
        finding::Code,
        mailbox::{Mailbox, MailboxName},
        plan::Action,
        role::Role,
    },
};

impl Maker<'_> {
    /// Nothing tells the members apart, so nothing is done before the user has chosen.
    pub(super) fn leave_to_user(&mut self, role: Role, keeper: &Keeper<'_>, sources: &[&Mailbox]) {
        let names = std::iter::once(&keeper.name).chain(sources.iter().map(|one| &one.name));
        let names = names.map(|name| text::quoted(name.text()));
        let names = Phrase::and(names.collect());
        self.by_hand(
            role,
            Code::KeeperUnclear,
            text::nothing_tells_keeper(names, role, role.word()),
        );
    }

    /// A mark decides, whatever its mailbox is called; that clients do not know the name is worth a word before mail moves.
    pub(super) fn tell_of_mark(&mut self, role: Role) {
        let told = self
            .findings
            .iter()
            .find(|finding| finding.code == Code::MarkOnUnknownName && finding.role == Some(role));
        if let Some(message) = told.map(|finding| finding.message.clone()) {
            self.by_hand(role, Code::MarkOnUnknownName, message);
        }
    }

    /// Tells where a mailbox that an earlier run has kept for the role is merged into another one.
    pub(super) fn warn_of_change(&mut self, role: Role, source: &Mailbox, keeper: &Keeper<'_>) {
        let name = &source.name;
        let Some(run) = self.policy.kept_before.get(name.wire()) else {
            return;
        };
        let option = format!("{}={}", role.word(), self.listing.typed(name));
        let option = shell_words::quote(&option);
        let message = text::was_kept_before(name, role, run, &keeper.name, &*option);
        self.warn(Some(role), Code::KeptBefore, message);
    }

    /// The warning wherever mail goes into trash or junk, by MOVE or by RENAME: timers count from then on (docs/safety.md, "Trash, junk and timers").
    pub(super) fn warn_of_timers(&mut self, role: Role, keeper: &Keeper<'_>) {
        let steps = self.steps.iter();
        let goes = steps.filter(|step| {
            step.role == Some(role) && matches!(step.action, Action::Merge | Action::Rename)
        });
        let sources: Vec<&MailboxName> = goes.filter_map(|step| step.source.as_ref()).collect();
        if sources.is_empty() {
            return;
        }
        let quoted = sources.iter();
        let quoted = quoted.map(|name| text::quoted(name.text()));
        let quoted = Phrase::and(quoted.collect());
        let message = text::may_be_purged(&keeper.name, why_held_back(role));
        let message = match role {
            Role::Junk => text::clauses(message, text::filter_may_fill_again(quoted)),
            _ => message,
        };
        let marked = sources.iter().filter(|name| {
            let mailbox = self.listing.find(name.wire());
            mailbox.is_some_and(|mailbox| mailbox.is_marked(Role::Junk))
        });
        let marked: Vec<Phrase> = marked.map(|name| text::quoted(name.text())).collect();
        self.warn(Some(role), Code::MayBePurged, message);
        if role == Role::Junk && !marked.is_empty() {
            let message = text::learns_no_spam(Phrase::and(marked));
            self.warn(Some(role), Code::FilterMayLearn, message);
        }
    }

    pub(super) fn hold_back(&mut self, role: Role, keeper: &Keeper<'_>, sources: &[&Mailbox]) {
        let names = sources.iter();
        let names = names.map(|source| text::quoted(source.name.text()));
        let names = Phrase::and(names.collect());
        let because = why_held_back(role);
        let message = match (keeper.mailbox, sources) {
            (None, [_]) => text::would_be_renamed(names, &keeper.name, role.word(), because),
            (Some(_), [_]) => text::would_be_merged(names, &keeper.name, role.word(), because),
            _ => text::would_all_be_merged(names, &keeper.name, role.word(), because),
        };
        self.warn(Some(role), Code::HeldBack, message);
    }

    /// A lone mailbox that other clients may not find is a person's to settle.
    pub(super) fn tell_findings(&mut self, role: Role) {
        let told: Vec<(Code, Phrase)> = self
            .findings
            .iter()
            .filter(|finding| finding.role == Some(role) && finding.code == Code::ClientWillCreate)
            .map(|finding| (finding.code, finding.message.clone()))
            .collect();
        for (code, message) in told {
            self.by_hand(role, code, message);
        }
    }

    /// What the user has to say before anything is done with a mailbox of a doubtful role.
    pub(super) fn say_first(&self, role: Role, name: &MailboxName) -> Phrase {
        let option = format!("{}={role}", self.listing.typed(name));
        let mut option = shell_words::quote(&option).into_owned();
        if role == Role::Inbox {
            option += " --include inbox";
        }
        let mailbox = self.listing.find(name.wire());
        let messages = mailbox.and_then(|mailbox| mailbox.status.messages);
        let messages = messages.map_or_else(text::messages_unknown, text::messages);
        text::say_first(name, messages, role, option)
    }
}

/// What may become of mail in a mailbox of a held-back role.
fn why_held_back(role: Role) -> Phrase {
    match role {
        Role::Junk => text::may_train_filter(),
        Role::Inbox => text::inbox_is_watched(),
        _ => text::timer_may_purge(),
    }
}
