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
    later::Removal,
    mover::Route,
    ports::Ports,
    receipt::receipt,
    run::Run,
    stop::{Refusal, StopReason},
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        mailbox::{MailboxName, TOMBSTONE_ALPHABET, TOMBSTONE_LENGTH, TOMBSTONE_PREFIX},
        plan::Step,
        receipt::Outcome,
    },
    store::{Act, Answered, Store},
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

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Renames a drained source to a fresh name, proves it, and drains what arrived in between.
    pub(super) async fn quarantine(
        &mut self,
        step: &Step,
        route: &Route,
        subscribed: bool,
    ) -> Result<(), StopReason> {
        let source = &route.from;
        let delimiter = self.mover.plan.listing.delimiter_of(source);
        if self.removal == Removal::Later && self.only_ours_below(source).await? {
            let why = Some(text::below_waits());
            return self.end_step(receipt(step, Outcome::Applied, None, why));
        }
        self.clear_below(source).await?;
        if !self.store().below(source, delimiter).await?.is_empty() {
            return Err(StopReason::Step(text::mailboxes_below()));
        }
        let name = self.fresh_name(source).await?;
        let attempt = TombstoneName {
            step: step.id,
            of: source.clone(),
            name: name.clone(),
        };
        let act = Act::Rename {
            from: source.clone(),
            to: name.clone(),
        };
        let answer = self.send(step.id, act).await?.answer;
        self.quarantined = Some(Instant::now());
        let adopted = match answer {
            Ok(_) => self.adopt_in_time(&attempt, subscribed).await?,
            Err(_) => self.adopt(&attempt, subscribed).await?,
        };
        if !adopted && !self.is_under_another(&attempt).await? {
            return self.keeps_its_name(&attempt, subscribed, answer).await;
        }
        self.quarantined = Some(Instant::now());
        for tombstone in self.tombstones.clone() {
            let is_it = tombstone.name.is_alike(&name);
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
        // It has stood for no time yet.
        self.came_late |= self.removal == Removal::Due;
        self.drain_tombstones(step.id).await
    }

    /// A name for a source that nobody knows and that nothing has.
    async fn fresh_name(&mut self, source: &MailboxName) -> Result<MailboxName, StopReason> {
        let nonce = if stands(Guard::Nonce) {
            self.mover.sender.ports.nonce()
        } else {
            [0; 16]
        };
        let delimiter = self.mover.plan.listing.delimiter_of(source);
        let name = name_for(source, delimiter, nonce);
        match self.store().find(&name).await? {
            Some(_) => Err(StopReason::Step(text::new_name_exists())),
            None => Ok(name),
        }
    }

    /// Ends the step of a source that the server did not rename.
    async fn keeps_its_name(
        &mut self,
        attempt: &TombstoneName,
        subscribed: bool,
        answer: Result<Answered, Refusal>,
    ) -> Result<(), StopReason> {
        let why = match answer {
            Err(refusal) if refusal.put_off => return Err(refusal.into_stop()),
            Err(refusal) => text::not_let_go(refusal.text),
            Ok(_) => text::not_renamed(),
        };
        if subscribed {
            // It stays, empty; clients that show only what is subscribed stop showing it.
            self.follow_subscription(attempt.step, &attempt.of, false)
                .await?;
        }
        Err(StopReason::Step(why))
    }

    /// Where nothing but tombstones of this run lies below a source, they are removed first, or it could never go.
    async fn clear_below(&mut self, source: &MailboxName) -> Result<(), StopReason> {
        if self.only_ours_below(source).await? {
            self.settle().await?;
        }
        Ok(())
    }

    async fn only_ours_below(&mut self, source: &MailboxName) -> Result<bool, StopReason> {
        let delimiter = self.mover.plan.listing.delimiter_of(source);
        let below = self.store().below(source, delimiter).await?;
        let is_ours = |name: &MailboxName| self.tombstones.iter().any(|tomb| tomb.name == *name);
        Ok(!below.is_empty() && below.iter().all(|found| is_ours(&found.name)))
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
