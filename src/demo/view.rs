//! What one session has been told of the mailbox it has open.
//!
//! In: the mailbox as it is. Out: EXPUNGE, EXISTS, RECENT and FETCH lines for what has changed since. Sequence numbers
//! change only by a line that the client is sent.
//!
//! A session works on its view and not on the mailbox, as in Dovecot: a message that another session has removed
//! can still be read, and a new one is not part of `1:*`, until the line that says so has been sent.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use super::{
    message::{Mailbox, Message, SYSTEM_FLAGS},
    parse::Set,
    persona::Persona,
    reply::Fault,
    session::{Session, Turn},
    world::World,
};

/// An open mailbox.
pub(super) struct Open {
    /// The mailbox, whatever its name is now.
    pub id: u64,
    /// The name it was opened by, as the account keeps it.
    pub name: Vec<u8>,
    /// The same as the client sent it.
    pub called: Vec<u8>,
    /// SELECT, not EXAMINE.
    pub writable: bool,
    /// As told to the client; the place is the sequence number less one.
    pub view: Vec<Arc<Message>>,
    /// UIDNEXT when the client was last told.
    pub uid_next: u32,
    /// Whether this server speaks of `\Recent`, which IMAP4rev2 does not.
    tells_recent: bool,
    recent: BTreeSet<u32>,
    told_recent: usize,
    told_keywords: usize,
    /// As long as it is there, a deleted mailbox may go on for this session.
    _hold: Arc<()>,
}

impl Session {
    /// Whether the open mailbox has been renamed or deleted, whoever did it. Dovecot then still reads from its view,
    /// refuses every change, and drops the session at the next command that tells of others' doings; servers that leave
    /// ghosts do not mind.
    pub fn has_lost_mailbox(&mut self, world: &World) -> bool {
        let (Some(user), Some(open)) = (&self.user, &mut self.open) else {
            return false;
        };
        let there = world.persona.leaves_ghosts
            || world
                .account(user)
                .and_then(|account| account.mailboxes.get(&open.name))
                .is_some_and(|mailbox| mailbox.id == open.id);
        if !there {
            // No mailbox has this id: what works with it finds none, also where one follows a RENAME.
            open.id = 0;
        }
        !there
    }
}

impl Open {
    /// Opens a mailbox of which these messages are shown, and takes what is new in it as recent, unless it may not be changed.
    pub fn new(
        name: Vec<u8>,
        mailbox: &mut Mailbox,
        view: Vec<Arc<Message>>,
        writable: bool,
        tells_recent: bool,
        hold: Arc<()>,
    ) -> Self {
        let mut open = Self {
            id: mailbox.id,
            called: name.clone(),
            name,
            writable,
            view,
            uid_next: mailbox.uid_next,
            tells_recent,
            recent: BTreeSet::new(),
            told_recent: 0,
            told_keywords: mailbox.keywords.len(),
            _hold: hold,
        };
        open.claim(mailbox);
        open.told_recent = open.recent.len();
        open
    }

    /// How many messages are recent in this session.
    pub fn recent(&self) -> usize {
        self.recent.len()
    }

    /// What STATUS says of it; nothing where that is not the session's own view.
    pub fn status(&self, item: &str) -> Option<u64> {
        let count = |count: usize| u64::try_from(count).ok();
        let unseen = || self.view.iter().filter(|own| !own.has("\\Seen")).count();
        match item {
            "MESSAGES" => count(self.view.len()),
            "RECENT" => count(self.recent.len()),
            "UIDNEXT" => Some(u64::from(self.uid_next)),
            "UNSEEN" => count(unseen()),
            "SIZE" => Some(self.view.iter().map(|own| own.size()).sum()),
            _ => None,
        }
    }

    fn claim(&mut self, mailbox: &mut Mailbox) {
        if !self.tells_recent {
            return;
        }
        let from = mailbox.recent_from;
        let new = self.view.iter().map(|message| message.uid);
        self.recent.extend(new.filter(|uid| *uid >= from));
        if self.writable {
            mailbox.recent_from = mailbox.uid_next;
        }
    }

    /// The messages of a set as places in the view.
    pub fn pick(&self, set: &[u8], uid: bool) -> Result<Vec<usize>, Fault> {
        let bad = || {
            let kind = if uid { "uidset" } else { "messageset" };
            Fault::Wrong(format!("Invalid {kind}"))
        };
        let set = Set::parse(set).ok_or_else(bad)?;
        let last = if uid {
            self.view.last().map_or(1, |message| message.uid)
        } else {
            u32::try_from(self.view.len()).unwrap_or(u32::MAX)
        };
        let set = set.with_last(last);
        if !uid && (self.view.is_empty() || set.highest() as usize > self.view.len()) {
            return Err(bad());
        }
        let numbers = (1_u32..).zip(&self.view).enumerate();
        Ok(numbers
            .filter(|(_, (number, message))| set.has(if uid { message.uid } else { *number }))
            .map(|(place, _)| place)
            .collect())
    }

    /// Leaves the highest as many as a command may name, and gives the code that says so.
    pub fn within_limit(&self, persona: &Persona, places: &mut Vec<usize>) -> String {
        let uids = places
            .iter()
            .filter_map(|place| Some(self.view.get(*place)?.uid));
        let uids: Vec<u32> = uids.collect();
        let Some((left, code)) = persona.beyond_limit(&uids) else {
            return String::new();
        };
        places.drain(..left);
        code
    }

    /// The UIDs of a set.
    pub fn uids(&self, set: &[u8], uid: bool) -> Result<Vec<u32>, Fault> {
        let places = self.pick(set, uid)?;
        Ok(places
            .into_iter()
            .filter_map(|place| Some(self.view.get(place)?.uid))
            .collect())
    }

    /// Says what has changed since the client was last told; messages that are gone only where that may be said.
    /// The mailbox is as it is, unless the session sees it otherwise.
    pub fn catch_up(
        &mut self,
        turn: &mut Turn<'_, '_>,
        user: &str,
        expunges: bool,
        seen: Option<&Mailbox>,
    ) {
        self.tell_keywords(turn, user);
        let Some(mailbox) = turn
            .world
            .account_mut(user)
            .and_then(|account| account.by_id_mut(self.id))
        else {
            return;
        };
        let now = seen.unwrap_or(mailbox);
        let mut lines = String::new();
        let mut gone = Vec::new();
        for (place, told) in self.view.iter_mut().enumerate() {
            match now.find(told.uid) {
                None => gone.push(place),
                Some(message) if message.flags != told.flags => {
                    *told = Arc::clone(message);
                    let is_recent = self.recent.contains(&message.uid);
                    let flags = flags(message, &now.keywords, is_recent);
                    let _ = write!(lines, "* {} FETCH (FLAGS ({flags}))\r\n", place + 1);
                }
                Some(_) => {}
            }
        }
        if expunges {
            for place in gone.iter().rev() {
                let _ = write!(lines, "* {} EXPUNGE\r\n", place + 1);
            }
            let (mut gone, mut place) = (gone.into_iter().peekable(), 0);
            let is_next = |_: &mut Arc<Message>| {
                let is_gone = gone.next_if_eq(&place).is_some();
                place += 1;
                is_gone
            };
            for message in self.view.extract_if(.., is_next) {
                self.recent.remove(&message.uid);
            }
        }
        let from = std::mem::replace(&mut self.uid_next, now.uid_next);
        let before = self.view.len();
        let new = now.messages().iter().filter(|new| new.uid >= from);
        self.view.extend(new.cloned());
        self.claim(mailbox);
        if self.view.len() > before {
            let _ = write!(lines, "* {} EXISTS\r\n", self.view.len());
        }
        if self.recent.len() != self.told_recent {
            self.told_recent = self.recent.len();
            let _ = write!(lines, "* {} RECENT\r\n", self.told_recent);
        }
        turn.out.extend_from_slice(lines.as_bytes());
    }

    /// FLAGS and PERMANENTFLAGS, when a keyword is in use that the client has not heard of.
    pub fn tell_keywords(&mut self, turn: &mut Turn<'_, '_>, user: &str) {
        let mailbox = turn
            .world
            .account(user)
            .and_then(|account| account.by_id(self.id));
        if let Some(mailbox) = mailbox
            && mailbox.keywords.len() > self.told_keywords
        {
            self.told_keywords = mailbox.keywords.len();
            let lines = turn.world.flag_lines(mailbox, self.writable);
            turn.out.extend_from_slice(lines.as_bytes());
        }
    }

    /// Takes over a message's flags without a line, since the client asked for them or has just set them.
    pub fn take(&mut self, place: usize, message: &Arc<Message>) {
        if let Some(told) = self.view.get_mut(place) {
            *told = Arc::clone(message);
        }
    }

    /// A message's flags, in the order in which the mailbox tells them.
    pub fn flags(&self, message: &Message, keywords: &[String]) -> String {
        flags(message, keywords, self.recent.contains(&message.uid))
    }
}

fn flags(message: &Message, keywords: &[String], recent: bool) -> String {
    let own = |flag: &&str| message.flags.contains(*flag);
    let known = keywords.iter().map(String::as_str);
    let unknown = message
        .flags
        .iter()
        .map(String::as_str)
        .filter(|flag| !flag.starts_with('\\') && !keywords.iter().any(|known| known == flag));
    let flags: Vec<&str> = SYSTEM_FLAGS
        .into_iter()
        .filter(own)
        .chain(recent.then_some("\\Recent"))
        .chain(known.filter(own))
        .chain(unknown)
        .collect();
    flags.join(" ")
}
