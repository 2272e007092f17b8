//! Removing an emptied source: it is renamed to a name that nobody else knows, watched, and only then deleted.
//!
//! In: a drained source. Out: a tombstone, or a source that has its own name again. Never: a name used twice.
//!
//! IMAP has no conditional DELETE: what is delivered between "it is empty" and DELETE is destroyed (RFC 9051
//! §6.3.5; measured: 32 of 17 548 accepted messages). Nobody delivers to a name with 128 random bits. The name
//! is fresh for every attempt, because a RENAME whose connection was lost may still run later; for the same reason
//! every name that was ever asked for is looked for until the run ends, and by a resume even after that.

use tokio::time::Instant;

use super::{
    Ports,
    journal::Record,
    later::Removal,
    merge::Route,
    run::{Run, receipt},
    send::Halt,
    settle::Seen,
};
use crate::{
    guard::{Guard, stands},
    language::{Phrase, text},
    model::{
        mailbox::{MailboxName, TOMBSTONE_ALPHABET, TOMBSTONE_LENGTH, TOMBSTONE_PREFIX},
        plan::Step,
        receipt::Outcome,
    },
    store::{Access, Act, LookError, Store},
};

/// A tombstone's name that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub step: u32,
    /// The source's own name.
    pub of: MailboxName,
    pub name: MailboxName,
}

/// A source under its tombstone's name.
#[derive(Debug, Clone)]
pub(super) struct Tombstone {
    pub step: u32,
    /// The source's own name.
    pub of: MailboxName,
    pub name: MailboxName,
    /// Whether the source was subscribed.
    pub subscribed: bool,
    /// What told its state when it was last seen empty; none before it was.
    pub last_look: Option<Seen>,
    /// Why it can neither be removed nor have its own name back for now.
    pub stuck: Option<Phrase>,
}

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
    ) -> Result<(), Halt> {
        let source = &route.from;
        let delimiter = self.plan.listing.delimiter_of(source);
        if self.removal == Removal::Later && self.only_ours_below(source).await? {
            let why = Some(text::below_waits());
            return self.end_step(receipt(step, Outcome::Applied, None, why));
        }
        self.clear_below(source).await?;
        if !self.store.below(source, delimiter).await?.is_empty() {
            return Err(Halt::Step(text::mailboxes_below()));
        }
        let nonce = if stands(Guard::Nonce) {
            self.ports.nonce()
        } else {
            [0; 16]
        };
        let name = name_for(source, delimiter, nonce);
        if self.store.find(&name).await?.is_some() {
            return Err(Halt::Step(text::new_name_exists()));
        }
        let attempt = Attempt {
            step: step.id,
            of: source.clone(),
            name: name.clone(),
        };
        self.attempts.push(attempt.clone());
        let act = Act::Rename {
            from: source.clone(),
            to: name.clone(),
        };
        let answer = self.send(step.id, act, None).await?.answer;
        self.quarantined = Some(Instant::now());
        if !self.adopt(&attempt, subscribed).await? && !self.is_under_another(&attempt).await? {
            let answer = match answer {
                Err(refusal) if refusal.put_off => return Err(refusal.into_halt()),
                answer => answer,
            };
            if subscribed {
                // It stays, empty; clients that show only what is subscribed stop showing it.
                self.follow_subscription(step.id, source, false).await?;
            }
            return Err(Halt::Step(match answer {
                Err(refusal) => text::not_let_go(refusal.text),
                Ok(_) => text::not_renamed(),
            }));
        }
        if !self.store.below(&name, delimiter).await?.is_empty() {
            return Err(Halt::Step(text::hidden_below()));
        }
        // It has stood for no time yet.
        self.came_late |= self.removal == Removal::Due;
        self.drain_tombstones(step.id).await
    }

    /// Where nothing but tombstones of this run lies below a source, they are removed first, or it could never go.
    async fn clear_below(&mut self, source: &MailboxName) -> Result<(), Halt> {
        if self.only_ours_below(source).await? {
            self.settle().await?;
        }
        Ok(())
    }

    async fn only_ours_below(&mut self, source: &MailboxName) -> Result<bool, Halt> {
        let delimiter = self.plan.listing.delimiter_of(source);
        let below = self.store.below(source, delimiter).await?;
        let is_ours = |name: &MailboxName| self.tombstones.iter().any(|tomb| tomb.name == *name);
        Ok(!below.is_empty() && below.iter().all(|found| is_ours(&found.name)))
    }

    /// After a RENAME whose new name is not there: whether an earlier attempt has run instead. A source that is under
    /// neither name is never given up as left.
    async fn is_under_another(&mut self, attempt: &Attempt) -> Result<bool, Halt> {
        self.sweep().await?;
        if self.is_waiting(attempt.step) {
            return Ok(true);
        }
        let there = self.store.find(&attempt.of).await.map_err(Halt::unproven)?;
        if there.is_some() {
            return Ok(false);
        }
        Err(Halt::Unknown(text::under_neither()))
    }

    /// Takes a tombstone over if it is there, and records its identity. The name is fresh, so it is ours, whenever its
    /// RENAME ran.
    ///
    /// A halt comes after it counts as ours, so that the step's end gives it its own name back.
    pub(super) async fn adopt(
        &mut self,
        attempt: &Attempt,
        subscribed: bool,
    ) -> Result<bool, Halt> {
        let Attempt { step, of, name } = attempt.clone();
        let found = self.store.find(&name).await.map_err(Halt::unproven)?;
        // A removed mailbox may leave its name behind, for what lies below it.
        if !found.is_some_and(|found| found.selectable) {
            return Ok(false);
        }
        self.tombstones.push(Tombstone {
            step,
            of: of.clone(),
            name: name.clone(),
            subscribed,
            last_look: None,
            stuck: None,
        });
        if let Some(was) = self.mailbox_id(&of).cloned() {
            let now = self.store.status(&name).await?.mailbox_id;
            if now.is_some_and(|now| now != was) && stands(Guard::MailboxId) {
                return Err(Halt::Step(text::another_was_renamed()));
            }
        }
        let opened = self.store.open(&name, Access::ReadWrite).await?;
        self.store.leave().await?;
        let validity = self.same_opened(&name, &opened)?;
        self.write(Record::Tombstone {
            step,
            of: of.clone(),
            name: name.clone(),
            validity,
        })?;
        let copied = self.copies.remove(&of).unwrap_or_default();
        let renumbered = opened.exists > 0 && self.identity.get(&of) != Some(&validity);
        if !copied.is_empty() && renumbered {
            return Err(Halt::Step(text::new_numbers()));
        }
        self.copies.entry(name).or_default().extend(copied);
        Ok(true)
    }

    /// Looks for every tombstone's name that was ever asked for, and takes over what has turned up.
    pub(super) async fn sweep(&mut self) -> Result<bool, Halt> {
        let mut turned_up = false;
        for attempt in self.attempts.clone() {
            let is_known = self.tombstones.iter().any(|tomb| tomb.name == attempt.name);
            if is_known || !stands(Guard::Sweep) {
                continue;
            }
            let subscribed = self.plan.listing.subscribed.contains(&attempt.of);
            let adopted = self.adopt(&attempt, subscribed).await;
            let mut refused = None;
            if self.tombstones.iter().any(|tomb| tomb.name == attempt.name) {
                turned_up = true;
                self.quarantined = Some(Instant::now());
                // Whatever was said of the step, it is not over while its tombstone stands.
                let said = self.ended.remove(&attempt.step);
                refused = said.filter(|said| said.outcome == Outcome::Refused);
            }
            match (adopted, self.planned(attempt.step)) {
                (Err(Halt::Step(why)), Some(step)) => self.step_refused(&step, why).await?,
                (Err(halt), _) => return Err(halt),
                (Ok(_), Some(step)) => {
                    if let Some(said) = refused {
                        // It was to stay: it gets its own name back.
                        self.step_refused(&step, said.message.unwrap_or_default())
                            .await?;
                    }
                }
                (Ok(_), None) => {}
            }
        }
        Ok(turned_up)
    }

    /// Gives a step's source its own name back where that is free; where it is not, the tombstone stays for a resume.
    pub(super) async fn give_back(&mut self, step: u32) -> Result<(), Halt> {
        let mut ours = self.tombstones.clone();
        ours.retain(|tomb| tomb.step == step);
        for tombstone in ours.into_iter().rev() {
            let (name, of) = (&tombstone.name, &tombstone.of);
            // Refused where nothing is open (RFC 9051 §6.4.2 UNSELECT in the wrong state).
            match self.store.leave().await {
                Ok(()) | Err(LookError::Refused { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            // It is never locked under its own name.
            self.unlock_all(std::slice::from_ref(&tombstone)).await?;
            if self.store.find(of).await?.is_some() {
                self.set_stuck(name, text::there_is_a_new(of));
                continue;
            }
            let mut put_off = true;
            while put_off && self.store.find(name).await?.is_some() {
                let act = Act::Rename {
                    from: name.clone(),
                    to: of.clone(),
                };
                let answer = self.send(step, act, None).await?.answer;
                put_off = answer.is_err_and(|refusal| refusal.put_off);
            }
            if self.store.find(of).await?.is_none() {
                if self.store.find(name).await?.is_none() {
                    return Err(Halt::Unknown(text::under_neither()));
                }
                self.set_stuck(name, text::name_not_given_back());
                continue;
            }
            self.write(Record::Restored {
                step,
                name: name.clone(),
            })?;
            self.forget(name);
        }
        Ok(())
    }

    fn set_stuck(&mut self, name: &MailboxName, why: Phrase) {
        let stuck = self.tombstones.iter_mut().find(|tomb| tomb.name == *name);
        if let Some(tombstone) = stuck {
            tombstone.stuck = Some(text::kept_under_name(name, why));
        }
    }

    /// It has been removed, or has its own name back.
    pub(super) fn forget(&mut self, name: &MailboxName) {
        self.tombstones.retain(|known| known.name != *name);
        self.attempts.retain(|known| known.name != *name);
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
