//! The server of `rolecall demo`, which has no quirks and which nobody disturbs.
//!
//! It stands in for `quirks` where the feature `world` is off: every default of `seam` holds, and there is nothing to
//! remember.

use std::marker::PhantomData;

use super::{
    message::Mailbox,
    persona::Persona,
    seam::{MailboxSeam, PersonaSeam, SessionSeam, WatchSeam, WorldSeam},
    session::Session,
    world::World,
};

/// What an account, a mailbox, a persona, a session and the world have beyond the plain server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoQuirks {}

pub use NoQuirks as AccountQuirks;
pub use NoQuirks as MailboxQuirks;
pub use NoQuirks as PersonaQuirks;
pub use NoQuirks as SessionQuirks;
pub use NoQuirks as WorldQuirks;

/// Nobody watches any connection.
#[derive(Debug, Clone, Default)]
pub(super) struct NoWatcher {}

pub(super) use NoWatcher as Watcher;

impl NoWatcher {
    #[expect(clippy::unused_self, reason = "as in `quirks`, which it stands in for")]
    pub fn watch(&self, _connection: u64, _user: Option<&str>, _command: &str) -> NoWatch<'_> {
        NoWatch::default()
    }
}

/// Nobody watches a command.
#[derive(Default)]
pub(super) struct NoWatch<'w>(PhantomData<&'w ()>);

pub(super) use NoWatch as Watch;

impl NoWatch<'_> {
    pub fn nobody(_user: &str) -> Self {
        Self::default()
    }
}

impl WatchSeam for NoWatch<'_> {}
impl WorldSeam for World {}
impl PersonaSeam for Persona {}
impl MailboxSeam for Mailbox {}
impl SessionSeam for Session {}
