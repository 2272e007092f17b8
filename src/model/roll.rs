//! The roll: every mailbox with its role, how sure that is, and why; per role the one to keep.
//!
//! In: `detect`'s judgement. Out: [`Roll`]. Never: advice (that is `audit`), steps (that is `planner`).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    difference::Difference,
    mailbox::MailboxName,
    role::{Certainty, Role},
    set_aside::SetAsideBy,
};
use crate::language::Phrase;

/// What kind of reason it is, strongest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// The user said so (`--role`).
    Override,
    /// The server marks the mailbox with a special-use attribute.
    Attribute,
    /// A METADATA entry says so (RFC 6154 §4, Kolab's folder type).
    Metadata,
    /// This provider is known to use this mailbox so.
    Provider,
    /// The mapping table knows the name.
    Name,
    /// No table knows the name, but it is like one that a table knows.
    Resemblance,
    /// What else is there in the account says so.
    Context,
    /// What is inside says so.
    Content,
}

/// One reason that a mailbox has a role; reasons are never merged away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What kind of reason.
    pub kind: EvidenceKind,
    /// The role it speaks for; null where an override takes the mailbox out.
    pub role: Option<Role>,
    /// The attribute, the matched name, or the option, as found; of a context or a content, what was found.
    pub detail: Phrase,
    /// The matched table entry's own name, by which it is found again in its table; for no reader.
    #[serde(skip)]
    pub entry: Option<String>,
    /// Locale of the matched table entry.
    pub locale: Option<String>,
    /// Where the table entry was seen.
    pub source: Option<String>,
    /// How the name differs from the known one that it resembles.
    pub difference: Option<Difference>,
}

/// Why a mailbox has no role in this account, whatever its name and its mark say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aside {
    /// It belongs to somebody else or is shared (RFC 2342).
    Foreign,
    /// It lies in another personal namespace than INBOX. The user may take it in (`--role`).
    OtherNamespace,
    /// It is another name of this mailbox.
    Alias(MailboxName),
    /// It shows the mail of other mailboxes, of this one among them: what is moved out of it leaves those.
    View(MailboxName),
    /// A run has set it aside.
    SetAside {
        /// How that run stands.
        by: SetAsideBy,
        /// Its id.
        run: String,
    },
}

impl Aside {
    /// The word in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Foreign => "foreign",
            Self::OtherNamespace => "other-namespace",
            Self::Alias(_) => "alias",
            Self::View(_) => "view",
            Self::SetAside { by, .. } => by.word(),
        }
    }
}

/// One mailbox on the roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollEntry {
    /// Which mailbox.
    pub name: MailboxName,
    /// Its role; none for an ordinary mailbox, and for an ambiguous name.
    pub role: Option<Role>,
    /// How sure; none for an ordinary mailbox.
    pub certainty: Option<Certainty>,
    /// Why it has no role here, whatever its name and its mark say.
    pub aside: Option<Aside>,
    /// Every reason found, strongest first.
    pub evidence: Vec<Evidence>,
    /// Whether the mailbox looks like a role's name without being one (invisible or foreign letters): which role.
    pub lookalike: Option<Role>,
    /// What the last level of a garbled name was, before it was encoded twice or read in the wrong character set.
    pub meant: Option<String>,
}

impl RollEntry {
    /// Whether its role is too unsure to move mail on it before the user has said so.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.certainty == Some(Certainty::Doubtful)
    }

    /// Whether it is only another name of a mailbox.
    #[must_use]
    pub fn is_alias(&self) -> bool {
        matches!(self.aside, Some(Aside::Alias(_)))
    }

    /// Whether the user has said what it is.
    #[must_use]
    pub fn is_stated_by_user(&self) -> bool {
        let mut evidence = self.evidence.iter();
        evidence.any(|one| one.kind == EvidenceKind::Override)
    }

    /// Whether it is certain that it is an inbox: the user says so, or it has the name that clients give the inbox.
    #[must_use]
    pub fn is_surely_an_inbox(&self) -> bool {
        let known = self.roles_by(EvidenceKind::Name);
        self.role == Some(Role::Inbox) || known == BTreeSet::from([Role::Inbox])
    }

    /// Whether its name, which no table has, is like an inbox's: what it holds may tell whether it is one.
    #[must_use]
    pub fn is_like_an_inbox(&self) -> bool {
        let is_named = self.named() == BTreeSet::from([Role::Inbox]);
        is_named && self.roles_by(EvidenceKind::Name).is_empty()
    }

    /// Whether it is like an inbox, and nothing that it holds speaks against that. Where its name is only made of words for an
    /// inbox ("Received"), what it holds must speak for it.
    fn may_be_an_inbox(&self) -> bool {
        let mut resembles = self.evidence.iter();
        let is_like_one = resembles.any(|one| one.entry.is_some());
        let mut inside = self.evidence.iter();
        let says =
            |role| move |one: &Evidence| one.kind == EvidenceKind::Content && one.role == role;
        if inside.clone().any(says(Some(Role::Inbox))) {
            return true;
        }
        is_like_one && !inside.any(says(None))
    }

    /// The roles that the name speaks for: as a known name, or else by what it is like.
    #[must_use]
    pub fn named(&self) -> BTreeSet<Role> {
        let known = self.roles_by(EvidenceKind::Name);
        if known.is_empty() {
            self.roles_by(EvidenceKind::Resemblance)
        } else {
            known
        }
    }

    /// The roles that evidence of this kind speaks for, each once, in order.
    #[must_use]
    pub fn roles_by(&self, kind: EvidenceKind) -> BTreeSet<Role> {
        let evidence = self.evidence.iter().filter(|one| one.kind == kind);
        evidence.filter_map(|one| one.role).collect()
    }
}

/// The members of one role, and the one that keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    /// The mailbox that keeps the role.
    pub keep: MailboxName,
    /// Why this one, as a fragment: "the server marks it \Sent".
    pub because: Phrase,
    /// Whether nothing but the order of their names tells which of several is to stay: the user is asked.
    pub unclear: bool,
    /// Whether there is no other, or INBOX, the user or the server's mark has decided: nothing that is in them tells more.
    pub is_settled: bool,
    /// Every member, the kept one first, then in byte order.
    pub members: Vec<MailboxName>,
}

/// Entries of one of the user's own tables that no mailbox matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// The table's file.
    pub table: String,
    /// The entries' names, in the order of the file.
    pub entries: Vec<String>,
    /// How many entries the table has.
    pub of: usize,
}

/// A folder that holds a whole set of mailboxes with names of roles, like an account of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTree {
    /// The folder's name.
    pub top: String,
    /// Its mailboxes with the roles that their names say.
    pub mailboxes: Vec<(MailboxName, Role)>,
}

/// Every mailbox with its role, and per role its members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roll {
    /// One entry a mailbox, in the listing's order, which is that of the names.
    pub entries: Vec<RollEntry>,
    /// Roles that have at least one member.
    pub roles: BTreeMap<Role, Members>,
    /// Folders that hold a whole set of mailboxes.
    pub trees: Vec<MailTree>,
    /// The user's own tables that have entries which matched nothing.
    pub unused: Vec<Unused>,
    /// Mailboxes that earlier runs could not remove, by wire name: an empty one is left as it is.
    pub kept_by_server: BTreeSet<Vec<u8>>,
}

impl Roll {
    /// The entry of a mailbox.
    #[must_use]
    pub fn entry(&self, name: &MailboxName) -> Option<&RollEntry> {
        let place = self.entries.binary_search_by(|entry| entry.name.cmp(name));
        self.entries.get(place.ok()?)
    }

    /// The mailboxes that are named as an inbox, or may be one by their name and what they hold, or are one as the user says, beside
    /// INBOX where mail arrives.
    pub fn second_inboxes(&self) -> impl Iterator<Item = &RollEntry> {
        self.entries.iter().filter(|entry| {
            let is_named = entry.role.is_none()
                && entry.certainty.is_none()
                && entry.named() == BTreeSet::from([Role::Inbox])
                && (!entry.is_like_an_inbox() || entry.may_be_an_inbox());
            let is_stated = entry.role == Some(Role::Inbox) && entry.is_stated_by_user();
            let is_out = entry.evidence.iter().any(|one| {
                one.kind == EvidenceKind::Override && one.role != Some(Role::Inbox)
                    || one.kind == EvidenceKind::Attribute
            });
            let is_another = !entry.name.is_inbox() && entry.aside.is_none();
            is_another && !is_out && (is_named || is_stated)
        })
    }

    /// The role of a mailbox.
    #[must_use]
    pub fn role_of(&self, name: &MailboxName) -> Option<Role> {
        self.entry(name).and_then(|entry| entry.role)
    }
}
