//! Roles: what a mailbox is for, in the words of JMAP (RFC 8621 §2) and RFC 6154.
//!
//! In: attribute spellings, role words. Out: [`Role`] and what may be done with each. Never: names or languages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a mailbox is for.
///
/// The first nine are JMAP's words; the others are named by clients and servers
/// but are never merged.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each variant is its registered word")]
pub enum Role {
    Inbox,
    Drafts,
    Sent,
    Trash,
    Junk,
    Archive,
    All,
    Flagged,
    Important,
    Templates,
    Outbox,
    Memos,
    Scheduled,
    Snoozed,
}

impl Role {
    /// Every role, in the order in which reports show them.
    pub const EVERY: [Self; 14] = [
        Self::Inbox,
        Self::Drafts,
        Self::Sent,
        Self::Trash,
        Self::Junk,
        Self::Archive,
        Self::All,
        Self::Flagged,
        Self::Important,
        Self::Templates,
        Self::Outbox,
        Self::Memos,
        Self::Scheduled,
        Self::Snoozed,
    ];

    /// The role's word in JSON, options and tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Drafts => "drafts",
            Self::Sent => "sent",
            Self::Trash => "trash",
            Self::Junk => "junk",
            Self::Archive => "archive",
            Self::All => "all",
            Self::Flagged => "flagged",
            Self::Important => "important",
            Self::Templates => "templates",
            Self::Outbox => "outbox",
            Self::Memos => "memos",
            Self::Scheduled => "scheduled",
            Self::Snoozed => "snoozed",
        }
    }

    /// Reads a role's word, any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::EVERY
            .into_iter()
            .find(|role| role.word().eq_ignore_ascii_case(word))
    }

    /// Reads a mailbox attribute as LIST or XLIST sends it, any case (Cyrus' autocreate sends `\sent`).
    ///
    /// XLIST's own spellings `\Inbox \Spam \Starred \AllMail` are understood too.
    #[must_use]
    pub fn from_attribute(attribute: &str) -> Option<Self> {
        let word = attribute.strip_prefix('\\')?;
        let is = |spelling: &str| word.eq_ignore_ascii_case(spelling);
        if is("Spam") {
            Some(Self::Junk)
        } else if is("Starred") {
            Some(Self::Flagged)
        } else if is("AllMail") {
            Some(Self::All)
        } else {
            // Nobody marks an outbox; Yandex marks templates, without a registered attribute.
            Self::from_word(word).filter(|role| *role != Self::Outbox)
        }
    }

    /// The special-use attribute that marks this role (RFC 6154, 8457, 9979), where one is registered.
    #[must_use]
    pub fn attribute(self) -> Option<&'static str> {
        Some(match self {
            Self::Drafts => "\\Drafts",
            Self::Sent => "\\Sent",
            Self::Trash => "\\Trash",
            Self::Junk => "\\Junk",
            Self::Archive => "\\Archive",
            Self::All => "\\All",
            Self::Flagged => "\\Flagged",
            Self::Important => "\\Important",
            Self::Memos => "\\Memos",
            Self::Scheduled => "\\Scheduled",
            Self::Snoozed => "\\Snoozed",
            Self::Inbox | Self::Templates | Self::Outbox => return None,
        })
    }

    /// Whether members of this role may be merged at all.
    ///
    /// The rest are virtual views, server-driven, or in use by a client that would send what it finds.
    #[must_use]
    pub fn can_merge(self) -> bool {
        matches!(
            self,
            Self::Sent | Self::Drafts | Self::Archive | Self::Trash | Self::Junk
        )
    }

    /// Whether merging is held back until the user says so: these mailboxes have timers and spam training.
    #[must_use]
    pub fn held_back(self) -> bool {
        matches!(self, Self::Trash | Self::Junk)
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

/// How sure it is that a mailbox has its role, best first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The user or the server says so.
    Stated,
    /// The name is one that clients or servers give to exactly this role.
    Known,
    /// The name matches only after accents are dropped or a garbled name is read, or the stated language settles it. It is
    /// merged without a question, as a known one is.
    Likely,
    /// The role rests on what is inside, on what else is there, on a name that little speaks for or that is only like a
    /// known one, or on a mark at an odd place. No mail is moved on it before the user has said so.
    Doubtful,
    /// The name is used for more than one role; nothing is done without the user.
    Ambiguous,
}

impl Certainty {
    /// The certainty's word in JSON and tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Known => "known",
            Self::Likely => "likely",
            Self::Doubtful => "doubtful",
            Self::Ambiguous => "ambiguous",
        }
    }
}
