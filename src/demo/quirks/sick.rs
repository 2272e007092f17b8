//! Messages and sets of messages that a server does not bear: damaged files, and more than it has time for.
//!
//! In: a command on messages of the open mailbox. Out: the command as it should go, or how it fails instead.

use crate::demo::{outcome::Refusal, reply::Fault, session::Session, view::Open, world::World};

/// What a command does that names a sick message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ill {
    /// NO with these words, which may begin with a code; nothing is done.
    Refused(&'static str),
    /// OK, and of this message nothing is said.
    Unmentioned,
    /// The server hangs up and does nothing.
    HangsUp,
}

/// A message with which something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sick {
    /// What its text holds.
    pub text: &'static str,
    /// The command that it is ill with, in capitals and without `UID`.
    pub command: &'static str,
    /// How.
    pub ill: Ill,
    /// The mailbox in which it is ill, by its whole name; none where it is everywhere.
    pub inside: Option<&'static str>,
}

impl Session {
    /// What happens instead of a command on messages; none where it is carried out.
    pub(super) fn fails_with(&self, world: &World, command: &str, uids: &[u32]) -> Option<Fault> {
        let surprises = &world.persona.quirks.surprises;
        let open = self.open.as_ref()?;
        let hangs_up = || Fault::Bye("Internal error occurred.".to_owned());
        let bears = surprises.fetches_at_most;
        if command == "FETCH" && bears.is_some_and(|most| uids.len() > most) {
            return Some(hangs_up());
        }
        let mut sick = surprises.sick.iter();
        sick.find_map(|sick| {
            let is_named = sick.command == command && uids.iter().any(|uid| sick.is(open, *uid));
            match sick.ill {
                Ill::Refused(words) if is_named => Some(Refusal::said(words).into()),
                Ill::HangsUp if is_named => Some(hangs_up()),
                _ => None,
            }
        })
    }
}

impl Sick {
    /// Whether this message of an open mailbox is it.
    fn is(&self, open: &Open, uid: u32) -> bool {
        let mut view = open.view.iter();
        let message = view.find(|message| message.uid == uid);
        self.is_ill_in(&open.name) && message.is_some_and(|message| self.holds(&message.body))
    }

    fn is_ill_in(&self, mailbox: &[u8]) -> bool {
        self.inside
            .is_none_or(|inside| inside.as_bytes() == mailbox)
    }

    fn holds(&self, body: &[u8]) -> bool {
        let text = self.text.as_bytes();
        body.windows(text.len().max(1)).any(|part| part == text)
    }

    /// Whether FETCH in a mailbox says nothing of a message with this text.
    pub(super) fn is_unmentioned(&self, mailbox: &[u8], body: &[u8]) -> bool {
        let is_fetch = self.ill == Ill::Unmentioned && self.command == "FETCH";
        is_fetch && self.is_ill_in(mailbox) && self.holds(body)
    }
}
