//! Removing an emptied source: it is renamed to a name that nobody else knows, watched, and only then deleted.
//!
//! In: a drained source. Out: a removed mailbox, or one that has its own name again. Never: DELETE of anything
//! that is not under a fresh name of ours, seen empty, with UIDNEXT unchanged since.
//!
//! IMAP has no conditional DELETE: what is delivered between "it is empty" and DELETE is destroyed (RFC 9051
//! §6.3.5; measured: 32 of 17 548 accepted messages). Nobody delivers to a name with 128 random bits. The name
//! is fresh for every attempt, because a RENAME whose connection was lost may still run later.

use tokio::time::Instant;

use super::{
    Ports,
    journal::Record,
    merge::{Drained, Route},
    run::{Halt, Run, receipt},
};
use crate::{
    model::{
        mailbox::{MailboxName, TOMBSTONE_ALPHABET, TOMBSTONE_LENGTH, TOMBSTONE_PREFIX},
        plan::{Path, Step},
        receipt::{Outcome, SourceAfter},
        uid::{Uid, UidSet},
    },
    store::{Access, Act, Opened, Search, Store},
};

/// A source under its tombstone's name.
#[derive(Debug, Clone)]
pub(super) struct Tombstone {
    pub step: u32,
    /// The source's own name.
    pub of: MailboxName,
    pub name: MailboxName,
    /// Whether the source was subscribed.
    pub subscribed: bool,
    /// UIDNEXT and HIGHESTMODSEQ when it was last seen empty; none before it was.
    pub last_look: Option<(Option<Uid>, Option<u64>)>,
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
    let parent = |end: usize| source.wire().get(..end).unwrap_or_default().to_vec();
    let wire_parent = delimiter
        .filter(char::is_ascii)
        .and_then(|delimiter| {
            source
                .wire()
                .iter()
                .rposition(|octet| *octet == delimiter as u8)
        })
        .map_or_else(Vec::new, |at| parent(at + 1));
    let text_parent = delimiter
        .and_then(|delimiter| source.text().rsplit_once(delimiter))
        .map_or_else(String::new, |(parent, _)| {
            format!("{parent}{}", delimiter.unwrap_or_default())
        });
    MailboxName::new(
        [wire_parent.as_slice(), leaf.as_bytes()].concat(),
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
        let delimiter = self.plan.listing.delimiter;
        let source = &route.from;
        if !self.store.below(source, delimiter).await?.is_empty() {
            return self.left(step, Some("there are mailboxes below it".to_owned()));
        }
        let name = name_for(source, delimiter, self.ports.nonce());
        if self.store.find(&name).await?.is_some() {
            return Err(Halt::Step("a name that should be new exists".to_owned()));
        }
        let act = Act::Rename {
            from: source.clone(),
            to: name.clone(),
        };
        let answer = self.send(step.id, act, None).await?.1;
        self.quarantined = Some(Instant::now());
        if !self.adopt(step, source, &name, subscribed).await? {
            let why = match answer {
                Err(refusal) => format!("the server does not let it go: {}", refusal.text),
                Ok(_) => "the server said OK but did not rename it".to_owned(),
            };
            if subscribed {
                // It stays, empty; clients that show only what is subscribed stop showing it.
                self.subscription(step.id, source, false).await?;
            }
            return self.left(step, Some(why));
        }
        if !self.store.below(&name, delimiter).await?.is_empty() {
            self.give_back(step.id).await?;
            return self.left(
                step,
                Some("there are mailboxes below it that were not shown".to_owned()),
            );
        }
        self.drain_tombstones(step.id).await
    }

    /// Takes a tombstone over if it is there: records its identity. The name is fresh, so it is ours.
    pub(super) async fn adopt(
        &mut self,
        step: &Step,
        of: &MailboxName,
        name: &MailboxName,
        subscribed: bool,
    ) -> Result<bool, Halt> {
        if self.store.find(name).await?.is_none() {
            return Ok(false);
        }
        let opened = self.store.open(name, Access::ReadWrite).await?;
        self.store.leave().await?;
        let validity = self.same_identity(name, opened.uid_validity)?;
        self.write(Record::Tombstone {
            step: step.id,
            of: of.clone(),
            name: name.clone(),
            validity,
        })
        .map_err(Halt::Journal)?;
        if let Some(copied) = self.copies.remove(of) {
            // UIDs stay through RENAME unless UIDVALIDITY changed; then nothing is known of the copies any more.
            if self.identity.get(of) == Some(&validity) {
                self.copies.insert(name.clone(), copied);
            }
        }
        self.tombstones.push(Tombstone {
            step: step.id,
            of: of.clone(),
            name: name.clone(),
            subscribed,
            last_look: None,
        });
        Ok(true)
    }

    /// Drains every tombstone of a step into the step's target.
    pub(super) async fn drain_tombstones(&mut self, step: u32) -> Result<(), Halt> {
        for index in self.indices_of(step) {
            let Some(tombstone) = self.tombstones.get(index).cloned() else {
                continue;
            };
            let (drained, _) = self.look(&tombstone).await?;
            self.store.leave().await?;
            let seen = (drained.opened.uid_next, drained.opened.highest_modseq);
            if let Some(tombstone) = self.tombstones.get_mut(index) {
                tombstone.last_look = Some(seen);
            }
        }
        Ok(())
    }

    fn indices_of(&self, step: u32) -> Vec<usize> {
        (0..self.tombstones.len())
            .filter(|index| {
                self.tombstones
                    .get(*index)
                    .is_some_and(|tombstone| tombstone.step == step)
            })
            .collect()
    }

    /// Drains a tombstone and leaves it open. Also says whether anything had to be moved.
    async fn look(&mut self, tombstone: &Tombstone) -> Result<(Drained, bool), Halt> {
        let step = self
            .plan
            .steps
            .iter()
            .find(|step| step.id == tombstone.step);
        let moved_before = self.moved.get(&tombstone.step).copied();
        // A plan's `delete` has no path: what arrived has nowhere to go.
        let drained = if let Some((to, path)) =
            step.and_then(|step| Some((step.target.clone()?, step.path?)))
        {
            let route = Route {
                step: tombstone.step,
                from: tombstone.name.clone(),
                to,
                path,
                only: None,
            };
            self.drain(&route).await?
        } else {
            let opened = self.store.open(&tombstone.name, Access::ReadWrite).await?;
            self.same_identity(&tombstone.name, opened.uid_validity)?;
            Drained {
                left: u64::from(opened.exists),
                opened,
            }
        };
        Ok((
            drained,
            moved_before != self.moved.get(&tombstone.step).copied(),
        ))
    }

    /// Looks at every tombstone once more after the settle time: removes those that stayed empty.
    pub(super) async fn remove_tombstones(&mut self) -> Result<(), Halt> {
        for tombstone in self.tombstones.clone() {
            let Some(step) = self
                .plan
                .steps
                .iter()
                .find(|step| step.id == tombstone.step)
                .cloned()
            else {
                continue;
            };
            match self.remove_one(&step, &tombstone).await {
                Ok(()) => {}
                Err(Halt::Step(why)) => {
                    self.give_back(step.id).await?;
                    self.left(&step, Some(why))?;
                }
                Err(halt) => return Err(halt),
            }
        }
        Ok(())
    }

    async fn remove_one(&mut self, step: &Step, tombstone: &Tombstone) -> Result<(), Halt> {
        let (mut drained, moved) = self.look(tombstone).await?;
        let seen = (drained.opened.uid_next, drained.opened.highest_modseq);
        if drained.left > 0 && step.path == Some(Path::CopyOnly) {
            drained.opened = self
                .expunge_copied(step, tombstone, &drained.opened)
                .await?;
            drained.left = u64::from(drained.opened.exists);
        } else if moved || tombstone.last_look != Some(seen) {
            // Somebody still held it open and wrote: let it settle again.
            self.store.leave().await?;
            self.quarantined = Some(Instant::now());
            if let Some(known) = self
                .tombstones
                .iter_mut()
                .find(|known| known.name == tombstone.name)
            {
                known.last_look = Some(seen);
            }
            return Ok(());
        }
        self.store.leave().await?;
        if drained.left > 0 || drained.opened.exists > 0 {
            return Err(Halt::Step(format!(
                "{} messages marked \\Deleted stay in it",
                drained.left
            )));
        }
        if let Some(target) = step.target.as_ref().filter(|_| step.source.is_some()) {
            let now = self.store.status(target).await?.uid_validity;
            self.same_identity(target, now)?;
        }
        let delimiter = self.plan.listing.delimiter;
        if !self
            .store
            .below(&tombstone.name, delimiter)
            .await?
            .is_empty()
        {
            return Err(Halt::Step("mailboxes have appeared below it".to_owned()));
        }
        let act = Act::Delete {
            name: tombstone.name.clone(),
        };
        let answer = self.send(step.id, act, None).await?.1;
        let gone = self
            .store
            .find(&tombstone.name)
            .await?
            .is_none_or(|found| !found.selectable);
        if !gone {
            return Err(match answer {
                Err(refusal) => Halt::Step(format!("the server kept it: {}", refusal.text)),
                Ok(_) => Halt::Step("the server said OK but kept it".to_owned()),
            });
        }
        self.forget(&tombstone.name);
        self.tidy(step, tombstone).await
    }

    /// After the source is gone: subscriptions, and whether its name is taken again.
    pub(super) async fn tidy(&mut self, step: &Step, tombstone: &Tombstone) -> Result<(), Halt> {
        if tombstone.subscribed {
            self.subscription(step.id, &tombstone.of, false).await?;
        }
        let back = self.store.find(&tombstone.of).await?.is_some();
        let (after, why) = if back {
            (
                SourceAfter::CameBack,
                Some("the server or another client made it again".to_owned()),
            )
        } else {
            (SourceAfter::Removed, None)
        };
        let mut receipt = receipt(step, Outcome::Applied, Some(after), why);
        receipt.moved = self.moved_by(step);
        self.end_step(receipt)
    }

    /// Without UIDPLUS: empties the open tombstone once every message in it has a verified copy (algorithm.md §4).
    async fn expunge_copied(
        &mut self,
        step: &Step,
        tombstone: &Tombstone,
        opened: &Opened,
    ) -> Result<Opened, Halt> {
        let all = self.store.search(&Search::All).await?;
        let copied = self
            .copies
            .get(&tombstone.name)
            .cloned()
            .unwrap_or_default();
        let unproven: UidSet = all
            .as_slice()
            .iter()
            .copied()
            .filter(|uid| !copied.contains_key(uid))
            .collect();
        if !unproven.is_empty() {
            return Ok(opened.clone());
        }
        let acts = [
            Act::AddFlags {
                of: tombstone.name.clone(),
                uids: all,
                flags: vec!["\\Deleted".to_owned()],
            },
            Act::ExpungeAll {
                of: tombstone.name.clone(),
            },
        ];
        for act in acts {
            if let (_, Err(refusal)) = self.send(step.id, act, None).await? {
                return Err(refusal.into_halt());
            }
        }
        Ok(self.store.open(&tombstone.name, Access::ReadWrite).await?)
    }

    /// Gives a step's source its own name back, if that is free; otherwise the tombstone stays for a resume.
    pub(super) async fn give_back(&mut self, step: u32) -> Result<(), Halt> {
        for index in self.indices_of(step).into_iter().rev() {
            let Some(tombstone) = self.tombstones.get(index).cloned() else {
                continue;
            };
            self.store.leave().await?;
            if self.store.find(&tombstone.of).await?.is_some() {
                return Err(Halt::Unknown(
                    "a new mailbox has the emptied one's name, which is kept under a name of its own until `rolecall resume`"
                        .to_owned(),
                ));
            }
            let act = Act::Rename {
                from: tombstone.name.clone(),
                to: tombstone.of.clone(),
            };
            let _ = self.send(step, act, None).await?;
            if self.store.find(&tombstone.of).await?.is_none() {
                return Err(Halt::Unknown(
                    "the emptied mailbox cannot get its own name back; `rolecall resume` tries again"
                        .to_owned(),
                ));
            }
            self.write(Record::Restored {
                step,
                name: tombstone.name.clone(),
            })
            .map_err(Halt::Journal)?;
            self.forget(&tombstone.name);
        }
        Ok(())
    }

    fn forget(&mut self, name: &MailboxName) {
        self.tombstones.retain(|known| known.name != *name);
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
