//! The policy: what the user wants and allows a plan to do.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    language::Phrase,
    model::{mailbox::MailboxName, role::Role},
};

/// What the user wants and allows.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
pub struct Policy {
    /// Only these roles.
    pub only: Option<BTreeSet<Role>>,
    /// Only mailboxes that hold no message are merged.
    pub only_empty: bool,
    /// Held-back roles (trash, junk) that are merged all the same.
    pub include: BTreeSet<Role>,
    /// The mailbox that shall keep a role; it may not exist yet.
    pub targets: BTreeMap<Role, MailboxName>,
    /// The mailbox yet to be made or renamed in which stated clients meet; `meet` finds it, `targets` go before it.
    pub suggested: BTreeMap<Role, Suggestion>,
    /// Messages marked `\Deleted` are moved too.
    pub move_deleted: bool,
    /// Keywords that the target cannot keep may be lost.
    pub allow_keyword_loss: bool,
    /// Emptied sources stay.
    pub keep_sources: bool,
    /// Garbled names become what was meant.
    pub repair_names: bool,
    /// Filters are changed so that they name the mailboxes that stay.
    pub repair_filters: bool,
    /// Merges on servers with neither MOVE nor UIDPLUS.
    pub remove_without_uidplus: bool,
    /// Merges mailboxes below a source into those of the same name below the target.
    pub with_children: bool,
    /// Names that earlier runs have tried, and that the server does not mark: wire names.
    pub tried_before: BTreeSet<Vec<u8>>,
    /// Sources of which earlier runs have made copies that the server then spoilt, so that they were left: wire names.
    pub copied_before: BTreeSet<Vec<u8>>,
    /// Mailboxes into which earlier runs have moved mail, and the last such run of each: wire names.
    pub kept_before: BTreeMap<Vec<u8>, String>,
    /// When the plan is made, RFC 3339.
    pub made: String,
}

/// A mailbox that could keep a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Its name.
    pub keep: MailboxName,
    /// Why it, as a fragment.
    pub because: Phrase,
    /// Whether it is of use only if the server marks it: a name that server configurations mark (Dovecot), which nothing
    /// but trying can tell.
    pub if_marked: bool,
}

impl Policy {
    /// Whether not all that could be done is wanted.
    pub(super) fn wants_a_part(&self) -> bool {
        self.only.is_some() || self.only_empty || self.keep_sources
    }

    /// Whether something is to be done about a role; about none, where all are wanted.
    pub(super) fn wants(&self, role: Option<Role>) -> bool {
        let only = self.only.as_ref();
        only.is_none_or(|only| role.is_some_and(|role| only.contains(&role)))
    }
}
