//! Messages of which it is not known where they are, after a person has given a run up.
//!
//! In: nothing. Out: plain data for journals and receipts. Never: a message that was seen somewhere.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{mailbox::MailboxName, uid::Uid};
use crate::language::Phrase;

/// One such message, as it was before its command was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnknownMessage {
    /// The UID that it had.
    pub uid: Uid,
    /// Its size in octets.
    pub size: u64,
    /// INTERNALDATE, RFC 3339 in UTC; null where the server did not tell.
    pub date: Option<String>,
}

/// Messages of one mailbox that share a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnknownMessages {
    /// The plan's step.
    pub step: u32,
    /// The mailbox in which they were seen last, by the name that it had then.
    pub mailbox: MailboxName,
    /// Where they were to go; null where they were to stay.
    pub target: Option<MailboxName>,
    /// How many they are, as far as is known.
    pub count: u64,
    /// Those whose numbers are known; the first ten thousand.
    pub messages: Vec<UnknownMessage>,
    /// Why it cannot be told where they are.
    pub why: Phrase,
}
