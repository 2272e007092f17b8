//! Sessions that go on seeing a mailbox as they first saw it.
//!
//! In: the mailboxes that a session has opened or renamed. Out: these as they were then, changed only by what the
//! session itself has done since, for SELECT, STATUS, SEARCH and untagged lines. What others do is seen by a new
//! connection only.

use super::{message::Mailbox, session::Session, world::World};

impl Session {
    /// From now on this session sees the mailbox as it is, unless it did already, where the persona is so.
    pub(super) fn freeze(&mut self, world: &World, id: u64) {
        if world.persona.freezes_views
            && let Some(mailbox) = world.opened(self.user(), id)
        {
            let now = || mailbox.clone();
            self.frozen.entry(id).or_insert_with(now);
        }
    }

    /// The mailbox as this session sees it.
    pub(super) fn seen<'m>(&'m self, mailbox: &'m Mailbox) -> &'m Mailbox {
        self.frozen.get(&mailbox.id).unwrap_or(mailbox)
    }

    /// The mailboxes that it sees as they were, as they are.
    pub(super) fn truth(&self, world: &World) -> Vec<Mailbox> {
        let ids = self.frozen.keys();
        ids.filter_map(|id| world.opened(self.user(), *id).cloned())
            .collect()
    }

    /// Lets the session see what has happened since: its own doing.
    pub(super) fn see_own(&mut self, world: &World, before: &[Mailbox]) {
        for before in before {
            let now = world.opened(self.user(), before.id).cloned();
            if let (Some(now), Some(frozen)) = (now, self.frozen.get_mut(&before.id)) {
                frozen.follow(before, &now);
            }
        }
    }
}
