//! One step of a plan, and how it is done.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    language::Phrase,
    model::{
        action::Action, listing::Server, mailbox::MailboxName, name_encoding::NameEncoding,
        role::Role, uid::UidSet,
    },
};

/// How messages leave the source (docs/safety.md, "The path by capability").
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// UID MOVE, COPYUID tells where each went.
    MoveUidplus,
    /// UID MOVE; the new UIDs are found by fingerprint.
    Move,
    /// UID COPY, verified, then UID STORE and UID EXPUNGE of exactly those.
    CopyUidplus,
    /// UID COPY, verified; the source is emptied only inside its tombstone.
    CopyOnly,
}

impl Path {
    /// How messages travel on this server; none where there is no way to empty a mailbox of chosen messages only.
    #[must_use]
    pub fn of(server: &Server) -> Option<Self> {
        match (server.can("MOVE"), server.can("UIDPLUS")) {
            (true, true) => Some(Self::MoveUidplus),
            (true, false) => Some(Self::Move),
            (false, true) => Some(Self::CopyUidplus),
            (false, false) => None,
        }
    }

    /// Whether messages are copied first and leave the source by a command of its own.
    #[must_use]
    pub fn copies(self) -> bool {
        matches!(self, Self::CopyUidplus | Self::CopyOnly)
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its number, from 1, larger than that of the step before it; what `--skip-step` names.
    pub id: u32,
    /// What it does.
    pub action: Action,
    /// The mailbox that is emptied or renamed.
    pub source: Option<MailboxName>,
    /// The mailbox that keeps the role, or that the action is about.
    pub target: Option<MailboxName>,
    /// The role in question.
    pub role: Option<Role>,
    /// Messages seen in the source when the plan was made.
    pub messages: Option<u64>,
    /// Octets seen in the source when the plan was made.
    pub size: Option<u64>,
    /// Why, as short clauses.
    pub because: Vec<Phrase>,
    /// Whether `rolecall undo` can reverse it.
    pub reversible: bool,
    /// rename: it stands only if the server then marks the target with the role, by its name; else the source gets its own
    /// name back.
    #[serde(default, skip_serializing_if = "is_not")]
    pub if_marked: bool,
    /// merge: how messages travel.
    pub path: Option<Path>,
    /// merge: whether the emptied source is removed.
    pub remove: bool,
    /// merge: only these UIDs of the source (an undo moves back what a run moved).
    pub uids: Option<UidSet>,
    /// repair-filters: which script is to run in place of which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<FilterChange>,
}

impl Step {
    /// A step that an undo can reverse, and of which nothing else is said yet.
    #[must_use]
    pub fn new(id: u32, action: Action) -> Self {
        Self {
            id,
            action,
            source: None,
            target: None,
            role: None,
            messages: None,
            size: None,
            because: Vec::new(),
            reversible: true,
            if_marked: false,
            path: None,
            remove: false,
            uids: None,
            filter: None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_not(said: &bool) -> bool {
    !said
}

/// One filter script in the place of another. The text of neither is here: it is its owner's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterChange {
    /// The name of the script that runs now; it stays as it is.
    pub script: String,
    /// SHA-256 of its text, in hexadecimal; one that was changed since is left alone.
    pub sha256: String,
    /// The name of the script that is to run.
    pub to: String,
    /// SHA-256 of its text.
    pub to_sha256: String,
    /// The mailboxes that its rules are to name in place of others, all else being as in the other script. Where there are
    /// none, the script is there already, and only takes the place of the other.
    pub names: Vec<FilterName>,
    /// How the server reads names in scripts that are not ASCII.
    pub encoding: NameEncoding,
}

impl FilterName {
    /// What each name in a script becomes.
    #[must_use]
    pub fn renames(names: &[Self]) -> BTreeMap<String, String> {
        let names = names.iter();
        let names = names.map(|name| (name.from.text().to_owned(), name.to.text().to_owned()));
        names.collect()
    }
}

/// A mailbox that filters are to name in place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterName {
    /// The mailbox that they name now.
    pub from: MailboxName,
    /// The mailbox that they are to name.
    pub to: MailboxName,
}
