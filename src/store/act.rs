//! What may be done to an account, and how it can fail.
//!
//! In: nothing. Out: an [`Act`] for each mutating command, its answer, and why it or a look has none. Never: octets of a
//! command.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{later::Later, script_text::ScriptText};
use crate::{
    language::{Phrase, errors_that_say, text},
    model::{
        mailbox::MailboxName,
        role::Role,
        uid::{Uid, UidSet},
    },
};

/// What one mutating command does. It is journalled as it stands before its first octet is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are the command's own arguments")]
pub enum Act {
    /// CREATE, with USE (RFC 6154 §3) where the server offers CREATE-SPECIAL-USE.
    Create {
        name: MailboxName,
        role: Option<Role>,
    },
    /// RENAME; children follow (RFC 9051 §6.3.6).
    Rename { from: MailboxName, to: MailboxName },
    /// DELETE; only ever of a tombstone of ours that was seen empty.
    Delete { name: MailboxName },
    /// SUBSCRIBE.
    Subscribe { name: MailboxName },
    /// UNSUBSCRIBE.
    Unsubscribe { name: MailboxName },
    /// UID MOVE out of the open mailbox `from`.
    Move {
        from: MailboxName,
        uids: UidSet,
        to: MailboxName,
    },
    /// UID COPY out of the open mailbox `from`.
    Copy {
        from: MailboxName,
        uids: UidSet,
        to: MailboxName,
    },
    /// UID STORE +FLAGS.SILENT in the open mailbox `of`.
    AddFlags {
        of: MailboxName,
        uids: UidSet,
        flags: Vec<String>,
    },
    /// UID STORE -FLAGS.SILENT in the open mailbox `of`.
    RemoveFlags {
        of: MailboxName,
        uids: UidSet,
        flags: Vec<String>,
    },
    /// UID EXPUNGE of exactly these in the open mailbox `of` (RFC 4315).
    Expunge { of: MailboxName, uids: UidSet },
    /// EXPUNGE of all that is marked; only ever in a tombstone of ours (docs/safety.md, "The path by capability").
    ExpungeAll { of: MailboxName },
    /// SETACL that takes everybody's right to put messages in (RFC 4314 `i` and `p` of `-anyone`); only ever of a tombstone
    /// of ours, just before it is removed.
    Lock { name: MailboxName },
    /// DELETEACL that gives it back.
    Unlock { name: MailboxName },
    /// SETMETADATA /private/specialuse (RFC 6154 §5.4): sets the role's attribute, or clears it.
    Mark {
        name: MailboxName,
        role: Option<Role>,
    },
    /// PUTSCRIPT (RFC 5804 §2.6): stores a filter script under a name of its own, beside those that are there.
    PutScript { name: String, text: ScriptText },
    /// SETACTIVE (RFC 5804 §2.8): lets this script run in place of the one that did.
    ActivateScript { name: String },
}

impl Act {
    /// Whether it is about filters, which are not on the IMAP server.
    #[must_use]
    pub fn is_of_scripts(&self) -> bool {
        matches!(self, Self::PutScript { .. } | Self::ActivateScript { .. })
    }
}

/// Where a MOVE or COPY says that messages went (RFC 4315 §3). Evidence, never the only proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyUid {
    /// UIDVALIDITY of the target, or what the server claims it is.
    pub uid_validity: u32,
    /// Old UID to new UID, in the order given; empty where the two sets do not pair up.
    pub pairs: Vec<(Uid, Uid)>,
}

/// A tagged OK. It proves nothing but that the server has answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The response code of the tagged line (RFC 9051 §7.1), brackets taken off.
    pub code: Option<String>,
    /// COPYUID, tagged or untagged.
    pub copy_uid: Option<CopyUid>,
}

/// Why a mutating command has no tagged OK.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "`text` and `why` say what they are")]
pub enum ActError {
    /// No octet left this machine.
    NotSent {
        why: Phrase,
        /// What the server has said in parting.
        later: Later,
    },
    /// Tagged NO or BAD. All-or-nothing commands did nothing; a MOVE may have moved a part (RFC 9051 §6.4.8).
    Refused {
        /// Response code without brackets.
        code: Option<String>,
        /// The server's words; hostile until made safe.
        text: Phrase,
        /// COPYUID of the part that was moved.
        copy_uid: Option<CopyUid>,
    },
    /// Sent, and no tagged answer came: the server may have done it, may be doing it, may do it later.
    Unknown {
        why: Phrase,
        /// What the server has said in parting.
        later: Later,
    },
}

/// Why a look failed. Looks change nothing, so the account is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "`text` and `why` say what they are")]
pub enum LookError {
    /// Tagged NO or BAD.
    Refused {
        /// Response code without brackets.
        code: Option<String>,
        /// The server's words; hostile until made safe.
        text: Phrase,
    },
    /// The connection is gone, or did not answer in time.
    Lost {
        why: Phrase,
        /// What the server has said in parting.
        later: Later,
    },
    /// The server said something that cannot be true or cannot be read.
    Protocol { why: Phrase },
}

impl ActError {
    /// What happened, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::NotSent { why, .. } => text::nothing_was_sent(why),
            Self::Refused { text, .. } => text::the_server_refused(text),
            Self::Unknown { why, .. } => text::no_answer_came(why),
        }
    }

    /// Whether the server has asked to be tried again, and when. Of a command without an answer it says nothing.
    #[must_use]
    pub fn passing(&self) -> Option<Later> {
        match self {
            Self::Refused { code, text, .. } => Later::told(code.as_deref(), text.english()),
            Self::NotSent { .. } | Self::Unknown { .. } => None,
        }
    }

    /// How long the server wants to be left alone, whether it said so in its answer or in parting.
    #[must_use]
    pub fn after(&self) -> Option<Duration> {
        match self {
            Self::Refused { .. } => self.passing()?.after,
            Self::NotSent { later, .. } | Self::Unknown { later, .. } => later.after,
        }
    }
}

impl LookError {
    /// What happened, as a fragment.
    #[must_use]
    pub fn said(&self) -> Phrase {
        match self {
            Self::Refused { text, .. } => text::the_server_refused(text),
            Self::Lost { why, .. } => text::connection_is_gone(why),
            Self::Protocol { why } => text::answer_makes_no_sense(why),
        }
    }

    /// Whether a later look, on a connection of its own, may go better; none where it would end the same.
    #[must_use]
    pub fn passing(&self) -> Option<Later> {
        match self {
            Self::Refused { code, text } => Later::told(code.as_deref(), text.english()),
            Self::Lost { later, .. } => Some(*later),
            Self::Protocol { .. } => None,
        }
    }
}

errors_that_say!(ActError, LookError);
