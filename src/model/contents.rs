//! Contents: what the newest messages of a mailbox show of its use, counted.
//!
//! In: flags and a few header fields, read by `imap`. Out: [`Contents`]. Never: a subject, a text, an address but those
//! that a judgement needs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most messages of one mailbox that are looked at.
pub const MOST_LOOKED_AT: u32 = 500;

/// Counts over the messages that were looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// Messages looked at.
    pub looked: u64,
    /// Marked as drafts: `\Draft`, or a field that mail programs write into drafts alone.
    pub drafts: u64,
    /// Marked as spam, by a keyword or by a filter, and not as wrongly so.
    pub spam: u64,
    /// Written to others and stored without ever having been delivered, by the sender's address in lower case: copies
    /// that a mail program or a server keeps of what is sent. The most frequent senders only.
    pub kept: BTreeMap<String, u64>,
    /// How many of those went to the one recipient that gets most of them.
    pub to_one: u64,
    /// Where delivered messages were addressed to, in lower case: `Delivered-To` and `X-Original-To`, else `To`. The most frequent only.
    pub delivered: BTreeMap<String, u64>,
    /// What stands there twice.
    #[serde(default)]
    pub saved_twice: SavedTwice,
}

/// Messages, drafts and spam left out, of which the mailbox holds two copies or more: they have one Message-ID and one Date.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedTwice {
    /// Messages that have several copies.
    pub messages: u64,
    /// Those of which one copy has been taken by a server that sends (`Received`) and another has not: the server keeps
    /// what is submitted to it, and a mail program saves what it has sent.
    pub by_server: u64,
    /// The mail programs that wrote them, as they call themselves (`User-Agent`, `X-Mailer`). The most frequent only.
    pub programs: BTreeMap<String, u64>,
}
