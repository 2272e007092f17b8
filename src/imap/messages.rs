//! Messages: what identifies them.
//!
//! In: an open mailbox and UIDs. Out: [`Message`]s, digests. A long message is read in windows and never held whole; no
//! message is marked as read.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::{
    command::Command,
    read::{self, Fetched},
    reply::Reply,
    session::Session,
};
use crate::{
    language::text,
    model::{
        mailbox::MailboxName,
        uid::{Uid, UidSet},
    },
    store::{Depth, Description, Flags, LookError, Message},
};

/// Octets of message text asked for at once.
const WINDOW: u64 = 4 << 20;
/// The field by which people and clients know a message.
const MESSAGE_ID: &str = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]";
/// What is asked for where flags alone are.
const FLAGS: &str = "(UID FLAGS)";
/// Octets of a Message-ID that are kept.
const LONGEST_ID: usize = 250;
/// Single messages in a row that may be refused: where nothing at all has come, and at the most.
const FEW_REFUSED: usize = 10;
const MOST_REFUSED: usize = 100;

impl Session {
    /// Messages of the open mailbox, by ascending UID; those that are gone are left out.
    pub(super) async fn read_messages(
        &mut self,
        uids: &UidSet,
        depth: Depth,
    ) -> Result<Vec<Message>, LookError> {
        let fetched = self.fetch(uids, &self.items(depth)).await?;
        let contents: BTreeMap<Uid, Box<str>> = match depth {
            Depth::Content => self.content_digests(&fetched).await?.into_iter().collect(),
            Depth::Facts | Depth::MessageId => BTreeMap::new(),
        };
        let mut messages = Vec::with_capacity(fetched.len());
        for (uid, message) in fetched {
            let digest = match depth {
                Depth::Facts => None,
                Depth::MessageId => message.section.as_deref().and_then(read::message_id_digest),
                // Without its text it cannot be compared as was asked.
                Depth::Content => match contents.get(&uid) {
                    Some(digest) => Some(digest.clone()),
                    None => continue,
                },
            };
            // Flags of another client's making may arrive for a message that is gone: it has no size.
            messages.extend(message.message(uid, digest));
        }
        Ok(messages)
    }

    /// Flags of messages of the open mailbox, by ascending UID; those that are gone are left out.
    pub(super) async fn read_flags(
        &mut self,
        uids: &UidSet,
    ) -> Result<Vec<(Uid, Flags)>, LookError> {
        let fetched = self.fetch(uids, FLAGS).await?.into_iter();
        let flags = fetched.filter_map(|(uid, message)| Some((uid, message.flags?)));
        Ok(flags.collect())
    }

    /// What is asked for of each message.
    fn items(&self, depth: Depth) -> String {
        let identity = match self.traits.message_id_item {
            Some(item) => format!(" {item}"),
            None => String::new(),
        };
        let section = match depth {
            Depth::MessageId => format!(" {MESSAGE_ID}"),
            Depth::Facts | Depth::Content => String::new(),
        };
        format!("(UID FLAGS INTERNALDATE RFC822.SIZE{identity}{section})")
    }

    /// The commands by which messages of a mailbox will be read: those of the first look at each.
    pub(super) fn message_commands(
        &self,
        mailbox: Option<&MailboxName>,
        uids: &UidSet,
        depth: Depth,
    ) -> Vec<Command> {
        self.fetch_commands(mailbox, uids, &self.items(depth))
    }

    /// The same for their flags alone.
    pub(super) fn flag_commands(
        &self,
        mailbox: Option<&MailboxName>,
        uids: &UidSet,
    ) -> Vec<Command> {
        self.fetch_commands(mailbox, uids, FLAGS)
    }

    fn fetch_commands(
        &self,
        mailbox: Option<&MailboxName>,
        uids: &UidSet,
        items: &str,
    ) -> Vec<Command> {
        let set = self.readable(mailbox, uids);
        let pieces = set.pieces(self.lasting.care.most());
        pieces.map(|piece| fetch_command(&piece, items)).collect()
    }

    /// FETCH of a set, in commands that are short enough and that the server bears. What it does not bring is left out: it is
    /// gone, or cannot be read.
    ///
    /// A set that is refused is halved, down to the messages that are.
    async fn fetch(
        &mut self,
        uids: &UidSet,
        items: &str,
    ) -> Result<BTreeMap<Uid, Fetched>, LookError> {
        let mut all = BTreeMap::new();
        let mut waiting = vec![uids.clone()];
        let mut refused = 0;
        while let Some(set) = waiting.pop() {
            let set = self.readable(self.open_name(), &set);
            let most = self.lasting.care.most();
            let pieces: Vec<UidSet> = set.pieces(most).collect();
            let set = match <[UidSet; 1]>::try_from(pieces) {
                Ok([set]) => set,
                Err(pieces) => {
                    waiting.extend(pieces.into_iter().rev());
                    continue;
                }
            };
            let mut reply = self.fetch_once(&set, items).await?;
            let mut fetched = read::fetched(std::mem::take(&mut reply.data));
            fetched.retain(|uid, _| set.contains(*uid));
            let left = set.as_slice().iter().copied();
            let missing: UidSet = left.filter(|uid| !fetched.contains_key(uid)).collect();
            let goes_on = !fetched.is_empty() && !missing.is_empty();
            all.append(&mut fetched);
            if reply.is_ok() {
                refused = 0;
                // Some servers process from the highest UID down and stop (RFC 9738): the rest is asked for again, as long
                // as something comes.
                if goes_on && read::is_truncated(reply.code.as_deref()) {
                    waiting.push(missing);
                }
            } else if goes_on {
                waiting.push(missing);
            } else if missing.len() > 1 {
                waiting.extend(halves(&missing));
            } else if !missing.is_empty() {
                refused += 1;
                if refused > MOST_REFUSED || all.is_empty() && refused > FEW_REFUSED {
                    // It is not these messages that it refuses.
                    return Err(LookError::Refused {
                        code: reply.code,
                        text: reply.text,
                    });
                }
            }
        }
        Ok(all)
    }

    /// Without those that are not asked for any more.
    pub(super) fn readable(&self, mailbox: Option<&MailboxName>, uids: &UidSet) -> UidSet {
        let Some(open) = mailbox else {
            return uids.clone();
        };
        let care = &self.lasting.care;
        let uids = uids.as_slice().iter().copied();
        uids.filter(|uid| !care.leaves_out(open, *uid)).collect()
    }

    /// One FETCH, answered by OK or refused.
    pub(super) async fn fetch_once(
        &mut self,
        set: &UidSet,
        items: &str,
    ) -> Result<Reply, LookError> {
        let looked = self.looks(&[fetch_command(set, items)]).await;
        if let (Err(LookError::Lost { .. }), Some(open)) = (&looked, &self.open) {
            self.lasting.care.lost(&open.name, set, items);
        }
        if let (Ok(_), Some(open)) = (&looked, &self.open) {
            self.lasting.care.was_answered(&open.name, set, items);
        }
        let reply = looked?.into_iter().next();
        reply.ok_or_else(|| LookError::Protocol {
            why: text::no_answer(),
        })
    }

    /// What can be told of a message that cannot be read as others are, each item by itself.
    pub(super) async fn describe_message(&mut self, uid: Uid) -> Result<Description, LookError> {
        let uids = UidSet::new(vec![uid]);
        let mut known = Description::default();
        for items in ["RFC822.SIZE", "INTERNALDATE", MESSAGE_ID] {
            let items = format!("(UID {items})");
            for fetched in self.fetch(&uids, &items).await?.into_values() {
                known.size = fetched.size.or(known.size);
                known.date = fetched.internal_date.or(known.date);
                let id = fetched.section.as_deref().and_then(message_id);
                known.message_id = id.or(known.message_id);
            }
        }
        Ok(known)
    }

    /// SHA-256 of each message's text, read in windows so that no message is held whole.
    async fn content_digests(
        &mut self,
        messages: &BTreeMap<Uid, Fetched>,
    ) -> Result<Vec<(Uid, Box<str>)>, LookError> {
        let mut digests = Vec::with_capacity(messages.len());
        let mut batch: Vec<Uid> = Vec::new();
        let mut octets = 0;
        for (uid, message) in messages {
            let size = message.size.unwrap_or(0);
            if size >= WINDOW {
                let digest = self.large_digest(*uid, size).await?;
                digests.extend(digest.map(|digest| (*uid, digest)));
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
        // Of a message that has octets, NIL and nothing are no text.
        let nothing = read::digest(&Sha256::digest(b""));
        let empty = messages.iter().filter(|(_, known)| known.size == Some(0));
        let empty: BTreeSet<Uid> = empty.map(|(uid, _)| *uid).collect();
        digests.retain(|(uid, digest)| *digest != nothing || empty.contains(uid));
        Ok(digests)
    }

    async fn small_digests(
        &mut self,
        uids: &mut Vec<Uid>,
    ) -> Result<Vec<(Uid, Box<str>)>, LookError> {
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

    /// None where a part of it cannot be read.
    async fn large_digest(&mut self, uid: Uid, size: u64) -> Result<Option<Box<str>>, LookError> {
        let mut sha = Sha256::new();
        let mut octets = 0;
        // RFC822.SIZE may be wrong, so the text's own end is waited for, but not for ever.
        for window in 0..=size / WINDOW * 2 + 2 {
            let items = format!("(UID BODY.PEEK[]<{}.{WINDOW}>)", window * WINDOW);
            let fetched = self.fetch(&UidSet::new(vec![uid]), &items).await?;
            let text = fetched.into_values().find_map(|message| message.section);
            let Some(text) = text else {
                if octets < size {
                    return Ok(None);
                }
                break;
            };
            sha.update(&text);
            octets += text.len() as u64;
            if (text.len() as u64) < WINDOW {
                break;
            }
        }
        Ok(Some(read::digest(&sha.finalize())))
    }
}

fn fetch_command(set: &UidSet, items: &str) -> Command {
    Command::new("UID FETCH").uids(set).words(items)
}

/// The id in a Message-ID field, as a person can look for it.
fn message_id(header: &[u8]) -> Option<String> {
    let (_, id) = std::str::from_utf8(header).ok()?.split_once(':')?;
    let id: String = id
        .chars()
        .filter(char::is_ascii_graphic)
        .take(LONGEST_ID)
        .collect();
    (!id.is_empty()).then_some(id)
}

/// The second half of a set and the first one, which is asked for before.
fn halves(uids: &UidSet) -> [UidSet; 2] {
    let uids = uids.as_slice();
    let (first, second) = uids.split_at_checked(uids.len() / 2).unwrap_or((uids, &[]));
    [second, first].map(|half| half.iter().copied().collect())
}
