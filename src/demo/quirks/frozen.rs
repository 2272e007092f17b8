//! Sessions that go on seeing a mailbox as they first saw it.
//!
//! In: the mailboxes that a session has opened or renamed. Out: these as they were then, changed only by what the
//! session itself has done since, for SELECT, STATUS, SEARCH and untagged lines. What others do is seen by a new
//! connection only.

use crate::demo::{message::Mailbox, session::Session, world::World};

impl Session {
    /// From now on this session sees the mailbox as it is, unless it did already, where the persona is so.
    pub(super) fn freeze(&mut self, world: &World, id: u64) {
        if world.persona.quirks.freezes_views
            && let Some(mailbox) = world.opened(self.user(), id)
        {
            let now = || mailbox.clone();
            self.quirks.frozen.entry(id).or_insert_with(now);
        }
    }

    /// Notes the mailboxes that it sees as they were, as they are before it does something itself.
    pub(super) fn note_truth(&mut self, world: &World) {
        let ids = self.quirks.frozen.keys();
        let truth = ids.filter_map(|id| world.opened(self.user(), *id).cloned());
        self.quirks.truth = truth.collect();
    }

    /// Lets the session see what has happened since: its own doing.
    pub(super) fn see_own(&mut self, world: &World) {
        for before in std::mem::take(&mut self.quirks.truth) {
            let now = world.opened(self.user(), before.id).cloned();
            if let (Some(now), Some(frozen)) = (now, self.quirks.frozen.get_mut(&before.id)) {
                follow(frozen, &before, &now);
            }
        }
    }
}

/// Changes a mailbox as another has changed from what it was to what it is.
fn follow(frozen: &mut Mailbox, before: &Mailbox, now: &Mailbox) {
    let gone = before.messages().iter();
    for gone in gone.filter(|own| now.find(own.uid).is_none()) {
        frozen.remove(gone.uid);
    }
    for own in now.messages() {
        match before.find(own.uid) {
            None => {
                frozen.uid_next = own.uid;
                frozen.add((**own).clone());
            }
            Some(was) if was != own => {
                frozen.flag(own.uid, |flags| flags.clone_from(&own.flags));
            }
            Some(_) => {}
        }
    }
}
