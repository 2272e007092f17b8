//! Setting an emptied source aside: it is renamed to a name that nobody else knows.
//!
//! In: a drained source. Out: a tombstone, or a source that has kept its name.
//!
//! IMAP has no conditional DELETE: what is delivered between "it is empty" and DELETE is destroyed (RFC 9051
//! §6.3.5; measured: 32 of 17 548 accepted messages). Nobody delivers to a name with 128 random bits. Each attempt has a
//! fresh name, because a RENAME whose connection was lost may still run later. For the same reason every name that was
//! ever asked for is looked for until the run ends, and by a resume even after that.

use tokio::time::Instant;

use super::{
    books::TombstoneName,
    draining::Draining,
    later::Removal,
    receipt::receipt,
    route::Route,
    run::Run,
    stop::{Refusal, StopReason},
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::{MailboxName, TOMBSTONE_ALPHABET, TOMBSTONE_LENGTH, TOMBSTONE_PREFIX},
        plan::{Path, Step},
        receipt::Outcome,
    },
    store::{Access, Act, Answered, NextLook, Store},
};

/// The tombstone's name for a source: beside it, so that rights, quota and namespace stay the same.
fn name_for(source: &MailboxName, delimiter: Option<char>, nonce: [u8; 16]) -> MailboxName {
    let mut bits = u128::from_be_bytes(nonce);
    let mut leaf = TOMBSTONE_PREFIX.to_owned();
    for _ in 0..TOMBSTONE_LENGTH {
        let index = usize::try_from(bits & 31).unwrap_or_default();
        leaf.push(char::from(
            TOMBSTONE_ALPHABET.get(index).copied().unwrap_or(b'a'),
        ));
        bits >>= 5;
    }
    let text_parent = delimiter
        .and_then(|delimiter| source.text().rsplit_once(delimiter))
        .map_or_else(String::new, |(parent, _)| {
            format!("{parent}{}", delimiter.unwrap_or_default())
        });
    MailboxName::new(
        [source.above(delimiter), leaf.as_bytes()].concat(),
        format!("{text_parent}{leaf}"),
    )
}

/// A merge whose mailboxes were looked at, and whose source is to be drained.
pub(super) struct ReadyMerge {
    pub step: Step,
    pub route: Route,
    /// Whether the source is to be removed.
    pub removes: bool,
    /// Whether the source was subscribed.
    pub subscribed: bool,
}

/// A source that is drained, and the name that it is to get.
pub(super) struct Leaving {
    pub merge: ReadyMerge,
    attempt: TombstoneName,
}

impl Leaving {
    /// The looks before it is renamed, as they will be made.
    fn looks_before(&self, delimiter: Option<char>) -> [NextLook; 2] {
        [
            NextLook::Below(self.attempt.of.clone(), delimiter),
            NextLook::Find(self.attempt.name.clone()),
        ]
    }

    /// Those after it was.
    fn looks_after(&self, delimiter: Option<char>) -> [NextLook; 3] {
        let name = &self.attempt.name;
        [
            NextLook::Find(name.clone()),
            NextLook::Below(name.clone(), delimiter),
            NextLook::Open(name.clone(), Access::ReadWrite),
        ]
    }
}

impl<S: Store> Run<'_, S> {
    /// Renames drained sources to fresh names, proves it, and drains what arrived in between.
    pub(super) async fn quarantine(&mut self, leaving: Vec<Leaving>) -> Result<(), StopReason> {
        let looks = self.looks_before_rename(&leaving);
        self.store().ahead(&looks).await;
        let mut ready = Vec::new();
        for one in leaving {
            match self.may_be_renamed(&one).await {
                Ok(true) => ready.push(one),
                Ok(false) => {}
                Err(StopReason::Step(why)) => self.step_refused(&one.merge.step, why).await?,
                Err(stop) => return Err(stop),
            }
        }
        let acts = ready.iter().map(|one| {
            let (from, to) = (one.attempt.of.clone(), one.attempt.name.clone());
            (one.merge.step.id, Act::Rename { from, to })
        });
        let sent = self.mover.sender.send_all(acts.collect()).await?;
        self.quarantined = Some(Instant::now());
        let mut looks: Vec<NextLook> = Vec::new();
        for one in &ready {
            looks.extend(one.looks_after(self.delimiter(one)));
            let route = Route::of(&one.merge.step, &one.attempt.name);
            let source = route.map(|route| Draining::set_aside(route, self.passes()));
            looks.extend(self.mover.looks_at(source.as_slice(), &[]));
        }
        self.store().ahead(&looks).await;
        let mut drained = Vec::new();
        let mut later = None;
        for (one, sent) in ready.iter().zip(sent) {
            match self.was_renamed(one, sent.answer).await {
                Ok(()) => drained.push(one.merge.step.id),
                Err(StopReason::Step(why)) => self.step_refused(&one.merge.step, why).await?,
                // It begins again when the others are known to be set aside.
                Err(StopReason::Later(why)) => later = Some(StopReason::Later(why)),
                Err(stop) => return Err(stop),
            }
        }
        // It has stood for no time yet.
        self.came_late |= self.removal == Removal::Due && !drained.is_empty();
        self.drain_tombstones(&drained).await?;
        self.emptied.extend(drained);
        later.map_or(Ok(()), Err)
    }

    /// The looks before sources are renamed, as they will be made.
    pub(super) fn looks_before_rename(&self, leaving: &[Leaving]) -> Vec<NextLook> {
        let each = leaving.iter().filter(|one| one.merge.removes);
        let looks = each.flat_map(|one| one.looks_before(self.delimiter(one)));
        let mut looks: Vec<NextLook> = looks.collect();
        if !looks.is_empty() {
            looks.push(NextLook::Leave);
        }
        looks
    }

    /// Makes a name for a source that nobody knows.
    pub(super) fn leaving(&mut self, merge: ReadyMerge) -> Leaving {
        let nonce = if stands(Guard::Nonce) {
            self.mover.sender.ports.nonce()
        } else {
            [0; 16]
        };
        let of = merge.route.from.clone();
        let delimiter = self.mover.plan.listing.delimiter_of(&of);
        Leaving {
            attempt: TombstoneName {
                step: merge.step.id,
                name: name_for(&of, delimiter, nonce),
                of,
            },
            merge,
        }
    }

    fn delimiter(&self, one: &Leaving) -> Option<char> {
        self.mover.plan.listing.delimiter_of(&one.attempt.of)
    }

    /// Looks whether a source may be renamed: nothing is below it, and nothing has the name that it is to get. False where its
    /// step is over without that.
    async fn may_be_renamed(&mut self, one: &Leaving) -> Result<bool, StopReason> {
        let (source, delimiter) = (&one.attempt.of, self.delimiter(one));
        let mut below = self.store().below(source, delimiter).await?;
        let is_ours = |name: &MailboxName| self.tombstones.iter().any(|tomb| tomb.name == *name);
        if !below.is_empty() && below.iter().all(|found| is_ours(&found.name)) {
            // They are removed first, or it could never go.
            if self.removal == Removal::Later {
                let why = Some(text::below_waits());
                self.end_step(receipt(&one.merge.step, Outcome::Applied, None, why))?;
                return Ok(false);
            }
            self.settle().await?;
            below = self.store().below(source, delimiter).await?;
        }
        if !below.is_empty() {
            return Err(StopReason::Step(text::mailboxes_below()));
        }
        match self.store().find(&one.attempt.name).await? {
            Some(_) => Err(StopReason::Step(text::new_name_exists())),
            None => Ok(true),
        }
    }

    /// Proves that a source has its new name, or ends its step.
    async fn was_renamed(
        &mut self,
        one: &Leaving,
        answer: Result<Answered, Refusal>,
    ) -> Result<(), StopReason> {
        let (attempt, subscribed) = (&one.attempt, one.merge.subscribed);
        let adopted = match answer {
            Ok(_) => self.adopt_in_time(attempt, subscribed).await?,
            Err(_) => self.adopt(attempt, subscribed).await?,
        };
        if !adopted && !self.is_under_another(attempt).await? {
            let unsubscribes = subscribed && one.merge.route.path != Path::CopyOnly;
            return self.keeps_its_name(attempt, unsubscribes, answer).await;
        }
        self.quarantined = Some(Instant::now());
        let delimiter = self.delimiter(one);
        for tombstone in self.tombstones.clone() {
            let is_it = tombstone.name.stands_for(&attempt.name);
            if is_it
                && !self
                    .store()
                    .below(&tombstone.name, delimiter)
                    .await?
                    .is_empty()
            {
                return Err(StopReason::Step(text::hidden_below()));
            }
        }
        Ok(())
    }

    /// Ends the step of a source that the server did not rename; one that is empty loses its subscription.
    async fn keeps_its_name(
        &mut self,
        attempt: &TombstoneName,
        unsubscribes: bool,
        answer: Result<Answered, Refusal>,
    ) -> Result<(), StopReason> {
        let why = match answer {
            Err(refusal) if refusal.put_off => return Err(refusal.into_stop()),
            Err(refusal) => text::not_let_go(refusal.text),
            Ok(_) => text::not_renamed(),
        };
        if unsubscribes {
            // It stays, empty; clients that show only what is subscribed stop showing it.
            self.follow_subscription(attempt.step, &attempt.of, false)
                .await?;
        }
        Err(StopReason::Step(why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mailbox::is_tombstone;

    fn named(text: &str) -> MailboxName {
        MailboxName::new(text.as_bytes().to_vec(), text.to_owned())
    }

    #[test]
    fn a_tombstone_stands_beside_its_source_and_is_known_as_ours() {
        let name = name_for(&named("INBOX.Sent"), Some('.'), [7; 16]);
        assert!(name.text().starts_with("INBOX.rolecall-"));
        assert!(is_tombstone(name.leaf(Some('.'))), "{}", name.text());
    }

    #[test]
    fn different_chance_gives_different_names() {
        let one = name_for(&named("Sent"), None, [0; 16]);
        let mut chance = [0; 16];
        chance[0] = 0x80;
        assert_ne!(one, name_for(&named("Sent"), None, chance));
    }
}
