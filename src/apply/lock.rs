//! The lock of a set-aside mailbox: nobody can put mail into it while it is looked at for the last time and removed.
//!
//! In: set-aside mailboxes. Out: which of them are locked. A mailbox under its owner's own name is never locked, and a lock
//! is taken off before a mailbox gets its own name back.
//!
//! A fresh name does not help against those who deliver by mailbox id (RFC 9042, JMAP), since RENAME keeps the id. Where
//! the server accepts `-anyone ip` in an access control list (RFC 4314) and shows that it holds (Cyrus), such mail goes to
//! INBOX or is refused, and is not lost. The lock is tried once wherever the server offers lists, and is believed only when
//! the list and our own rights confirm it (Dovecot says BAD, Courier refuses).

use std::collections::BTreeSet;

use super::{
    ports::Ports,
    run::{Run, Tombstone},
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::mailbox::MailboxName,
    store::{Act, Rights, Store},
};

/// Who is kept out.
const ANYONE: &str = "-anyone";
/// The rights to put messages in: by APPEND, COPY and MOVE; by delivery.
const INSERT: [char; 2] = ['i', 'p'];

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Locks each of these where the server lets us, and says which are locked. What is not is removed as before.
    pub(super) async fn lock(
        &mut self,
        set: &[Tombstone],
    ) -> Result<BTreeSet<MailboxName>, StopReason> {
        let mut locked = BTreeSet::new();
        for tombstone in set {
            if self.lock_works && stands(Guard::InsertLock) && self.lock_one(tombstone).await? {
                locked.insert(tombstone.name.clone());
            }
        }
        Ok(locked)
    }

    /// Whether it is locked.
    async fn lock_one(&mut self, tombstone: &Tombstone) -> Result<bool, StopReason> {
        let name = &tombstone.name;
        let Some(before) = self.store().rights(name).await? else {
            return Ok(false);
        };
        let stood_before =
            before.entries.contains_key(ANYONE) && !self.books().mailboxes().was_locked(name);
        if stood_before || !before.mine.contains('a') {
            return Ok(false);
        }
        let act = Act::Lock { name: name.clone() };
        let mut answer = self.send(tombstone.step, act.clone()).await?.answer;
        while answer.as_ref().is_err_and(|refusal| refusal.put_off) {
            answer = self.send(tombstone.step, act.clone()).await?.answer;
        }
        let after = self
            .store()
            .rights(name)
            .await
            .map_err(StopReason::unproven)?;
        let holds = after.is_some_and(|after| is_locked(&before, &after));
        if answer.is_ok() && holds {
            return Ok(true);
        }
        self.lock_works = false;
        self.unlock(tombstone).await?;
        Ok(false)
    }

    /// Gives everybody's rights back to each of these that may be locked.
    pub(super) async fn unlock_all(&mut self, set: &[Tombstone]) -> Result<(), StopReason> {
        for tombstone in set {
            self.unlock(tombstone).await?;
        }
        Ok(())
    }

    /// The same of one; that they are back is seen, whatever was answered, by this process or an earlier one.
    async fn unlock(&mut self, tombstone: &Tombstone) -> Result<(), StopReason> {
        let name = &tombstone.name;
        if !self.books().mailboxes().was_locked(name) || !self.takes_rights(name, false).await? {
            return Ok(());
        }
        let act = Act::Unlock { name: name.clone() };
        let mut answer = self.send(tombstone.step, act.clone()).await?.answer;
        while answer.is_err_and(|refusal| refusal.put_off) {
            answer = self.send(tombstone.step, act.clone()).await?.answer;
        }
        if self.takes_rights(name, true).await? {
            return Err(StopReason::Stuck(text::stays_locked(&tombstone.of, name)));
        }
        Ok(())
    }

    /// Whether a list takes rights from everybody. Where the server does not tell, a lock of ours is taken for there
    /// until it was asked away.
    async fn takes_rights(
        &mut self,
        name: &MailboxName,
        is_asked_away: bool,
    ) -> Result<bool, StopReason> {
        let rights = self
            .store()
            .rights(name)
            .await
            .map_err(StopReason::unproven)?;
        Ok(rights.map_or(!is_asked_away, |rights| rights.entries.contains_key(ANYONE)))
    }
}

/// Whether the list shows the lock and nothing else changed, and the rights of whoever is logged in bear it out.
fn is_locked(before: &Rights, after: &Rights) -> bool {
    let mut rest = after.entries.clone();
    let taken = rest.remove(ANYONE).unwrap_or_default();
    let mut was = before.entries.clone();
    was.remove(ANYONE);
    rest == was
        && INSERT
            .iter()
            .all(|right| taken.contains(*right) && !after.mine.contains(*right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(entries: &[(&str, &str)], mine: &str) -> Rights {
        let entries = entries.iter();
        let entries = entries.map(|(who, what)| ((*who).to_owned(), (*what).to_owned()));
        Rights {
            entries: entries.collect(),
            mine: mine.to_owned(),
        }
    }

    #[test]
    fn a_lock_holds_only_where_list_and_rights_show_it_and_nothing_else_changed() {
        let before = rights(&[("camille", "lrswipkxtea")], "lrswipkxtea");
        let list = [("camille", "lrswipkxtea"), ("-anyone", "ip")];
        assert!(is_locked(&before, &rights(&list, "lrswkxtea")));
        for (wrong, why) in [
            (before.clone(), "nothing happened"),
            (rights(&list, "lrswipkxtea"), "our own rights say otherwise"),
            (
                rights(&[("-anyone", "ip")], "lrswkxtea"),
                "an entry is gone",
            ),
            (
                rights(&[("camille", "lrswipkxtea"), ("-anyone", "i")], "lrswkxtea"),
                "delivery is not kept out",
            ),
        ] {
            assert!(!is_locked(&before, &wrong), "{why}");
        }
    }
}
