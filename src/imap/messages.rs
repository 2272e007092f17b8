//! Messages: what identifies them.
//!
//! In: an open mailbox and UIDs. Out: [`Message`]s, digests. A long message is read in windows and never held whole; no
//! message is marked as read.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{
    command::Command,
    read::{self, Fetched},
    session::Session,
};
use crate::{
    model::uid::{Uid, UidSet},
    store::{Depth, LookError, Message},
};

/// Octets of message text asked for at once.
const WINDOW: u64 = 4 << 20;
/// Messages in one FETCH.
const FETCH_MOST: usize = 2_000;

impl Session {
    /// Messages of the open mailbox, by ascending UID; those that are gone are left out.
    pub(super) async fn read_messages(
        &mut self,
        uids: &UidSet,
        depth: Depth,
    ) -> Result<Vec<Message>, LookError> {
        let identity = match self.traits.message_id_item {
            Some(item) => format!(" {item}"),
            None => String::new(),
        };
        let section = match depth {
            Depth::MessageId => " BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]",
            Depth::Facts | Depth::Content => "",
        };
        let items = format!("(UID FLAGS INTERNALDATE RFC822.SIZE{identity}{section})");
        let fetched = self.fetch(uids, &items).await?;
        let contents: BTreeMap<Uid, String> = match depth {
            Depth::Content => self.content_digests(&fetched).await?.into_iter().collect(),
            Depth::Facts | Depth::MessageId => BTreeMap::new(),
        };
        let mut messages = Vec::with_capacity(fetched.len());
        for (uid, message) in fetched {
            let digest = match depth {
                Depth::Facts => None,
                Depth::MessageId => message.section.as_deref().and_then(read::message_id_digest),
                Depth::Content => contents.get(&uid).cloned(),
            };
            // Flags of another client's making may arrive for a message that is gone: it has no size.
            messages.extend(message.message(uid, digest));
        }
        messages.sort_by_key(|message| message.uid);
        Ok(messages)
    }

    /// FETCH of a set, cut so that every command is short enough.
    async fn fetch(
        &mut self,
        uids: &UidSet,
        items: &str,
    ) -> Result<Vec<(Uid, Fetched)>, LookError> {
        let mut all = Vec::new();
        for set in uids.pieces(FETCH_MOST) {
            let mut missing = set;
            loop {
                let command = Command::new("UID FETCH").uids(&missing).words(items);
                let reply = self.look(command).await?;
                let mut fetched = read::fetched(&reply.data);
                fetched.retain(|uid, _| missing.contains(*uid));
                // Some servers process from the highest UID down and stop (RFC 9738): the rest is asked for again, as
                // long as something comes.
                let goes_on = read::is_truncated(reply.code.as_deref()) && !fetched.is_empty();
                let left = missing.as_slice().iter().copied();
                missing = left.filter(|uid| !fetched.contains_key(uid)).collect();
                all.extend(fetched);
                if !goes_on || missing.is_empty() {
                    break;
                }
            }
        }
        Ok(all)
    }

    /// SHA-256 of each message's text, read in windows so that no message is held whole.
    async fn content_digests(
        &mut self,
        messages: &[(Uid, Fetched)],
    ) -> Result<Vec<(Uid, String)>, LookError> {
        let mut digests = Vec::with_capacity(messages.len());
        let mut batch: Vec<Uid> = Vec::new();
        let mut octets = 0;
        for (uid, message) in messages {
            let size = message.size.unwrap_or(0);
            if size >= WINDOW {
                digests.push((*uid, self.large_digest(*uid, size).await?));
                continue;
            }
            if octets + size > WINDOW {
                digests.extend(self.small_digests(&mut batch).await?);
                octets = 0;
            }
            batch.push(*uid);
            octets += size;
        }
        digests.extend(self.small_digests(&mut batch).await?);
        Ok(digests)
    }

    async fn small_digests(
        &mut self,
        uids: &mut Vec<Uid>,
    ) -> Result<Vec<(Uid, String)>, LookError> {
        let set = UidSet::new(std::mem::take(uids));
        let fetched = self.fetch(&set, "(UID BODY.PEEK[])").await?;
        Ok(fetched
            .into_iter()
            .filter_map(|(uid, message)| {
                let text = message.section?;
                Some((uid, read::digest(&Sha256::digest(&text))))
            })
            .collect())
    }

    async fn large_digest(&mut self, uid: Uid, size: u64) -> Result<String, LookError> {
        let mut sha = Sha256::new();
        // RFC822.SIZE may be wrong, so the text's own end is waited for, but not for ever.
        for window in 0..=size / WINDOW * 2 + 2 {
            let items = format!("(UID BODY.PEEK[]<{}.{WINDOW}>)", window * WINDOW);
            let fetched = self.fetch(&UidSet::new(vec![uid]), &items).await?;
            let text = fetched.into_iter().find_map(|(_, message)| message.section);
            let Some(text) = text else { break };
            sha.update(&text);
            if (text.len() as u64) < WINDOW {
                break;
            }
        }
        Ok(read::digest(&sha.finalize()))
    }
}
