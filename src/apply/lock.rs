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
    run::{Run, Tombstone},
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::mailbox::MailboxName,
    store::{Act, NextLook, Rights, Store},
};

/// Who is kept out.
const ANYONE: &str = "-anyone";
/// The rights to put messages in: by APPEND, COPY and MOVE; by delivery.
const INSERT: [char; 2] = ['i', 'p'];

impl<S: Store> Run<'_, S> {
    /// Locks each of these where the server lets us, and says which are locked. What is not is removed as before. `then` are
    /// the looks that come right after.
    pub(super) async fn lock(
        &mut self,
        set: &[Tombstone],
        then: &[NextLook],
    ) -> Result<BTreeSet<MailboxName>, StopReason> {
        let mut locked = BTreeSet::new();
        if !self.lock_works || !stands(Guard::InsertLock) {
            return Ok(locked);
        }
        let mut tried = Vec::new();
        for tombstone in set {
            let before = self.store().rights(&tombstone.name).await?;
            let before = before.filter(|before| self.may_be_locked(&tombstone.name, before));
            tried.extend(before.map(|before| (tombstone, before)));
        }
        if tried.is_empty() {
            return Ok(locked);
        }
        let acts = tried
            .iter()
            .map(|(tombstone, _)| lock_of(tombstone))
            .collect();
        let asked = self.mover.sender.send_all(acts).await?;
        let mut answers: Vec<_> = asked.into_iter().map(|one| one.answer).collect();
        for (answer, (tombstone, _)) in answers.iter_mut().zip(&tried) {
            while answer.as_ref().is_err_and(|refusal| refusal.put_off) {
                let (step, act) = lock_of(tombstone);
                *answer = self.send(step, act).await?.answer;
            }
        }
        let rights = tried
            .iter()
            .map(|(tombstone, _)| NextLook::Rights(tombstone.name.clone()));
        let looks: Vec<NextLook> = rights.chain(then.iter().cloned()).collect();
        self.store().ahead(&looks).await;
        for (answer, (tombstone, before)) in answers.iter().zip(&tried) {
            let after = self.store().rights(&tombstone.name).await;
            let after = after.map_err(StopReason::unproven)?;
            if answer.is_ok() && after.is_some_and(|after| is_locked(before, &after)) {
                locked.insert(tombstone.name.clone());
            } else {
                self.lock_works = false;
                self.unlock(tombstone).await?;
            }
        }
        Ok(locked)
    }

    fn may_be_locked(&self, name: &MailboxName, before: &Rights) -> bool {
        let was_locked = self.books().mailboxes().was_locked(name);
        let stood_before = before.entries.contains_key(ANYONE) && !was_locked;
        !stood_before && before.mine.contains('a')
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

fn lock_of(tombstone: &Tombstone) -> (u32, Act) {
    let name = tombstone.name.clone();
    (tombstone.step, Act::Lock { name })
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
