//! Habits of servers that do something else than they say, or more.
//!
//! Out: habits that some server has or had, as data; all are off unless a persona turns them on.

use std::{collections::BTreeSet, time::Duration};

use super::sick::Sick;
use crate::demo::{message::Mailbox, persona::Persona, world::World};

/// What is cut from a mailbox when a session ends that had it open, put something into it or gave it its name
/// (Dovecot's autoexpunge).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purge {
    /// The mailbox, without the prefix.
    pub name: &'static str,
    /// All but the newest so many.
    pub newest: Option<usize>,
    /// Those that have been in it so long: since MOVE, COPY or APPEND, or since the mailbox was renamed.
    pub age: Option<Duration>,
}

/// What becomes of a delivery whose mailbox is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Missing {
    /// It goes to INBOX.
    #[default]
    ToInbox,
    /// The mailbox is made (Dovecot's `lda_mailbox_autocreate`).
    Made,
    /// And subscribed (`lda_mailbox_autosubscribe`).
    MadeAndSubscribed,
}

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one habit that some server has and another has not"
)]
pub struct Surprises {
    /// What is cut from which mailbox at the end of a session.
    pub purges: Vec<Purge>,
    /// UID EXPUNGE takes whatever is marked, be it in its set or not.
    pub expunge_ignores_set: bool,
    /// MOVE takes all messages out of the source and brings the first so many into the target.
    pub move_brings: Option<usize>,
    /// A mailbox holds one message of each text: with a new one the older goes (gluon).
    pub one_of_each: bool,
    /// COPY and MOVE put each message into the target twice.
    pub puts_twice: bool,
    /// So long after COPY or MOVE these flags and keywords are gone from what it brought.
    pub fades: Option<(Duration, Vec<&'static str>)>,
    /// So long after COPY or MOVE the INTERNALDATE of what it brought is so many seconds later (Domino).
    pub redates: Option<(Duration, i64)>,
    /// FLAGS and PERMANENTFLAGS name no keyword, whichever are in use.
    pub hides_keywords: bool,
    /// Mailboxes that are made without a place for keywords, without the prefix.
    pub without_keywords: Vec<&'static str>,
    /// What becomes of a delivery whose mailbox is missing.
    pub missing: Missing,
    /// Messages with which something is wrong.
    pub sick: Vec<Sick>,
    /// It hangs up on a FETCH of more messages (Exchange).
    pub fetches_at_most: Option<usize>,
}

impl Persona {
    /// Whether a mailbox of this name is made without a place for keywords.
    pub(super) fn is_without_keywords(&self, name: &[u8]) -> bool {
        let mut names = self.quirks.surprises.without_keywords.iter();
        names.any(|own| self.full(own) == name)
    }
}

impl Surprises {
    /// How many of these messages a MOVE brings that has brought so many already.
    pub(super) fn brought(&self, already: usize, messages: usize) -> usize {
        let most = self.move_brings.unwrap_or(usize::MAX);
        most.saturating_sub(already).min(messages)
    }
}

impl Mailbox {
    /// Drops every message that has the text of a new one.
    pub(super) fn drop_twins(&mut self, body: &[u8]) {
        let twins = self.messages().iter().filter(|own| *own.body == *body);
        for uid in twins.map(|own| own.uid).collect::<Vec<u32>>() {
            self.remove(uid);
        }
    }
}

impl World {
    /// Cuts what is to be cut at the end of a session that has touched these mailboxes.
    pub(super) fn purge(&mut self, user: &str, touched: &BTreeSet<u64>) {
        for purge in self.persona.quirks.surprises.purges.clone() {
            let name = self.persona.full(purge.name);
            let Some(mailbox) = self.called(user, &name) else {
                continue;
            };
            if !touched.contains(&mailbox.id) {
                continue;
            }
            let all = mailbox.messages();
            let many = purge
                .newest
                .map_or(0, |most| all.len().saturating_sub(most));
            let is_old = |saved: Duration| purge.age.is_some_and(|age| saved + age <= self.time);
            let doomed = all.iter().enumerate();
            let doomed = doomed.filter(|(place, own)| *place < many || is_old(own.saved));
            let (id, doomed): (u64, Vec<u32>) =
                (mailbox.id, doomed.map(|(_, own)| own.uid).collect());
            // Nobody is there any more to be told that it failed.
            let _ = self.take_out(user, id, &doomed);
        }
    }
}
