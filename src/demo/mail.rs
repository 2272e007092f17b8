//! What can be done to messages: APPEND, STORE, COPY, MOVE, EXPUNGE.
//!
//! In: UIDs. Out: where the messages went, or the [`Refusal`].
//!
//! COPY is all or nothing. MOVE goes message by message and never loses one: what is in the target is committed before
//! it leaves the source (RFC 9051 §6.4.7, §6.4.8).

use std::{collections::BTreeSet, sync::Arc};

use super::{
    message::{Mailbox, Message, SYSTEM_FLAGS},
    mutation::{Change, Mutation},
    outcome::{Code, Copied, Done, Refusal},
    persona::{Keywords, Persona},
    quirks::Watch,
    seam::{MailboxSeam as _, PersonaSeam as _, WatchSeam as _, WorldSeam as _},
    world::World,
};

/// Most messages, and most octets, of an account.
const MESSAGES: usize = 1_000_000;
const OCTETS: u64 = 1 << 30;

fn gone() -> Refusal {
    Refusal::said("Mailbox was deleted under us")
}

fn denied() -> Refusal {
    Refusal::new(Code::NoPerm, "Permission denied")
}

/// The flags that the mailbox will keep, spelled as it spells them.
fn kept(persona: &Persona, mailbox: &Mailbox, flags: &[String]) -> BTreeSet<String> {
    let keeps = |flag: &String| match &persona.keywords {
        _ if !mailbox.keeps_keywords => flag.starts_with('\\'),
        Keywords::Any => true,
        Keywords::Only(known) => {
            flag.starts_with('\\') || known.iter().any(|own| own.eq_ignore_ascii_case(flag))
        }
        Keywords::Refused => flag.starts_with('\\'),
    };
    // RFC 4314 §4: flags without the right are left out, and the command goes on.
    let may = |flag: &str| {
        mailbox.grants(match flag {
            "\\Seen" => 's',
            "\\Deleted" => 't',
            _ => 'w',
        })
    };
    flags
        .iter()
        .filter(|flag| keeps(flag))
        .map(|flag| mailbox.spelled(flag))
        .filter(|flag| may(flag))
        .collect()
}

impl World {
    pub(super) fn room(&self, user: &str, messages: usize, octets: u64) -> Result<(), Refusal> {
        let Some(account) = self.account(user) else {
            return Err(gone());
        };
        let held = account.octets();
        if self
            .persona
            .quota
            .is_some_and(|quota| held.saturating_add(octets) > quota)
        {
            return Err(Refusal::new(
                Code::OverQuota,
                "Quota exceeded (mailbox for user is full)",
            ));
        }
        let count: usize = account
            .mailboxes
            .values()
            .map(|mailbox| mailbox.messages().len())
            .sum();
        if count.saturating_add(messages) > MESSAGES || held.saturating_add(octets) > OCTETS {
            return Err(Refusal::new(Code::Limit, "The server holds no more"));
        }
        Ok(())
    }

    pub(super) fn open_mut(&mut self, user: &str, id: u64) -> Result<&mut Mailbox, Refusal> {
        self.account_mut(user)
            .and_then(|account| account.by_id_mut(id))
            .ok_or_else(gone)
    }

    pub(super) fn append(
        &mut self,
        user: &str,
        to: &[u8],
        flags: &[String],
        date: Option<i64>,
        body: Arc<[u8]>,
    ) -> Result<Done, Refusal> {
        let id = self.target(user, to)?;
        self.room(user, 1, body.len() as u64)?;
        let email_id = self.fresh_email();
        let internal_date = date.unwrap_or(self.now);
        let persona = self.persona.clone();
        let saved = self.time;
        let mailbox = self.open_mut(user, id)?;
        let message = Message {
            uid: 0,
            flags: kept(&persona, mailbox, flags),
            internal_date,
            body,
            email_id,
            saved,
        };
        let uid = mailbox.add(message.clone());
        let validity = mailbox.uid_validity;
        self.after_append(user, id, message);
        Ok(Done::Appended(validity, uid))
    }

    /// The mailbox that messages are put into.
    fn target(&mut self, user: &str, name: &[u8]) -> Result<u64, Refusal> {
        let mailbox = self.reach(user, name, Some(Code::TryCreate))?;
        if mailbox.is_view() {
            Err(Refusal::new(
                Code::Cannot,
                "Can't save messages to this virtual mailbox",
            ))
        } else if mailbox.grants('i') {
            Ok(mailbox.id)
        } else {
            Err(denied())
        }
    }

    pub(super) fn store(
        &mut self,
        user: &str,
        of: u64,
        uids: &[u32],
        change: Change,
        flags: &[String],
    ) -> Result<Done, Refusal> {
        let persona = self.persona.clone();
        let mailbox = self.open_mut(user, of)?;
        let named = kept(&persona, mailbox, flags);
        if persona.says_denied && named.is_empty() && !flags.is_empty() {
            return Err(denied());
        }
        for uid in uids {
            mailbox.flag(*uid, |own| match change {
                Change::Add => own.extend(named.iter().cloned()),
                Change::Remove => own.retain(|flag| !named.contains(flag)),
                Change::Replace => own.clone_from(&named),
            });
        }
        self.after_store(user, of, uids);
        Ok(Done::Nothing)
    }

    /// The messages, all of them: one that is missing refuses the command.
    fn gather(
        &mut self,
        user: &str,
        from: u64,
        uids: &[u32],
    ) -> Result<Vec<Arc<Message>>, Refusal> {
        let mailbox = self.open_mut(user, from)?;
        uids.iter()
            .map(|uid| mailbox.find(*uid).cloned())
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| {
                Refusal::new(
                    Code::ExpungeIssued,
                    "Some of the requested messages no longer exist",
                )
            })
    }

    fn put(&mut self, user: &str, to: u64, messages: &[Arc<Message>]) -> Result<Copied, Refusal> {
        let persona = self.persona.clone();
        let saved = self.time;
        let mailbox = self.open_mut(user, to)?;
        let mut copied = Copied {
            uid_validity: mailbox.uid_validity,
            pairs: Vec::new(),
        };
        for message in messages {
            let mut copy = Message::clone(message);
            let flags: Vec<String> = copy.flags.iter().cloned().collect();
            copy.flags = kept(&persona, mailbox, &flags);
            if persona.copy_drops_flags {
                copy.flags.clear();
            }
            copy.saved = saved;
            let mut put = None;
            for _ in 0..persona.times_put(mailbox, &copy) {
                put = Some(mailbox.add(copy.clone()));
            }
            copied.pairs.extend(put.map(|new| (message.uid, new)));
        }
        self.after_copy(user, to, messages, &copied);
        Ok(copied)
    }

    pub(super) fn copy(
        &mut self,
        user: &str,
        from: u64,
        uids: &[u32],
        to: &[u8],
    ) -> Result<Done, Refusal> {
        let to = self.target(user, to)?;
        if self.open_mut(user, from).is_err() {
            // Dovecot 2.3.19 says so of a mailbox that has gone, with a text out of freed memory; MOVE and STORE have no code.
            return Err(Refusal::new(Code::ServerBug, "Internal error occurred."));
        }
        let messages = self.gather(user, from, uids)?;
        let octets = messages.iter().map(|message| message.size()).sum();
        self.room(user, messages.len(), octets)?;
        Ok(Done::Copied(self.put(user, to, &messages)?))
    }

    /// MOVE, in as many commits as the persona makes of it; `leaving` are in the target already.
    pub(super) fn move_messages(
        &mut self,
        user: &str,
        from: u64,
        mut rest: Vec<u32>,
        to: &[u8],
        leaving: &[u32],
        watch: &mut Watch<'_>,
    ) -> Result<Done, Refusal> {
        let source = self.open_mut(user, from)?;
        if !source.grants('e') || !source.grants('t') {
            return Err(denied());
        }
        self.take_out(user, from, leaving)?;
        let target = self.target(user, to)?;
        let mut all = Copied::default();
        while !rest.is_empty() {
            let commit = self.persona.move_commit.clamp(1, rest.len());
            let later = rest.split_off(commit);
            let part = std::mem::replace(&mut rest, later);
            let brought = self.persona.brought(all.pairs.len(), part.len());
            let moved = self.gather(user, from, &part).and_then(|messages| {
                let messages = messages.get(..brought).unwrap_or(&messages);
                self.put(user, target, messages)
            });
            match moved {
                Ok(moved) => {
                    all.uid_validity = moved.uid_validity;
                    all.pairs.extend(moved.pairs);
                }
                Err(refusal) => return Err(partly(refusal, all)),
            }
            let left_to_do = |leaving: &[u32]| Mutation::Move {
                from,
                uids: rest.clone(),
                to: to.to_vec(),
                leaving: leaving.to_vec(),
            };
            if watch.arrived(self, user, &all, || left_to_do(&part))? {
                break;
            }
            self.take_out(user, from, &part)?;
            if watch.left(self, user, &all, || left_to_do(&[]))? {
                break;
            }
        }
        Ok(Done::Copied(all))
    }

    /// Takes messages out of a mailbox, wherever they really are.
    pub(super) fn take_out(&mut self, user: &str, of: u64, uids: &[u32]) -> Result<(), Refusal> {
        for (of, uids) in self.going(user, of, uids) {
            self.before_removal(user, of, &uids);
            self.open_mut(user, of)?.remove_all(&uids);
        }
        Ok(())
    }

    pub(super) fn expunge(
        &mut self,
        user: &str,
        of: u64,
        among: Option<&[u32]>,
    ) -> Result<Done, Refusal> {
        let among = among.filter(|_| self.persona.expunges_set_only());
        let among: Option<BTreeSet<u32>> = among.map(|uids| uids.iter().copied().collect());
        let says_denied = self.persona.says_denied;
        let mailbox = self.open_mut(user, of)?;
        if !mailbox.grants('e') {
            // Dovecot says OK and expunges nothing.
            return if says_denied {
                Err(denied())
            } else {
                Ok(Done::Nothing)
            };
        }
        let doomed: Vec<u32> = mailbox
            .messages()
            .iter()
            .filter(|message| message.has("\\Deleted"))
            .map(|message| message.uid)
            .filter(|uid| among.as_ref().is_none_or(|among| among.contains(uid)))
            .collect();
        self.take_out(user, of, &doomed)?;
        Ok(Done::Nothing)
    }

    /// FLAGS and PERMANENTFLAGS of a mailbox.
    pub(super) fn flag_lines(&self, mailbox: &Mailbox, writable: bool) -> String {
        let known = match &self.persona.keywords {
            _ if !mailbox.keeps_keywords || !self.persona.tells_keywords() => Vec::new(),
            Keywords::Any => mailbox.keywords.clone(),
            Keywords::Only(known) => known.iter().map(|word| (*word).to_owned()).collect(),
            Keywords::Refused => Vec::new(),
        };
        let flags: Vec<&str> = SYSTEM_FLAGS
            .into_iter()
            .chain(known.iter().map(String::as_str))
            .collect();
        let flags = flags.join(" ");
        let star = if self.persona.keywords == Keywords::Any && mailbox.keeps_keywords {
            " \\*"
        } else {
            ""
        };
        let permanent = if writable {
            format!("* OK [PERMANENTFLAGS ({flags}{star})] Flags permitted.\r\n")
        } else {
            "* OK [PERMANENTFLAGS ()] Read-only mailbox.\r\n".to_owned()
        };
        format!("* FLAGS ({flags})\r\n{permanent}")
    }
}

pub(super) fn partly(refusal: Refusal, moved: Copied) -> Refusal {
    Refusal {
        moved: Some(moved).filter(|moved| !moved.pairs.is_empty()),
        ..refusal
    }
}

#[cfg(test)]
mod tests;
