//! One batch: a few messages are moved, and each is proven to be in the target by a fresh read.
//!
//! In: a route and UIDs of the open source. Out: a `moved` record. Never: a set with `*`, a sequence number,
//! an EXPUNGE of anything but what was copied and seen in the target.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio::time::Instant;

use super::{
    Ports, Verify,
    fate::{Fate, has_flag, judge},
    journal::{Batch, Record, Snap},
    merge::Route,
    run::{Halt, Refusal, Run},
};
use crate::{
    model::{
        mailbox::MailboxName,
        plan::Path,
        uid::{Uid, UidSet},
    },
    store::{Access, Act, CopyUid, Depth, Message, Search, Store},
};

/// Batch sizes (decisions 12): one message first, so that an alias shows before harm can be done, then 100,
/// doubled while the server is quick.
#[derive(Debug, Default)]
pub(super) struct Pace {
    size: usize,
    /// Messages a second of the batch before.
    rate: Option<u64>,
}

impl Pace {
    const FIRST: usize = 1;
    const SECOND: usize = 100;
    const MOST: usize = 2_000;
    const QUICK: Duration = Duration::from_millis(250);
    /// Octets of a UID set, so that the whole command stays below 8 000.
    const SET: usize = 7_000;

    /// Begins again with a single message: every merge does.
    pub fn begin(&mut self) {
        self.size = Self::FIRST;
    }

    /// Cuts the next batch off.
    pub fn cut<'u>(&self, uids: &'u [Uid]) -> Option<(UidSet, &'u [Uid])> {
        let mut length = self.size.max(Self::FIRST).min(uids.len());
        while length > 0 {
            let (head, rest) = uids.split_at_checked(length)?;
            let set = UidSet::new(head.to_vec());
            if length == 1 || set.to_string().len() <= Self::SET {
                return Some((set, rest));
            }
            length /= 2;
        }
        None
    }

    fn took(&mut self, messages: usize, time: Duration) {
        self.size = match self.size {
            0 | Self::FIRST => Self::SECOND,
            size if time < Self::QUICK => (size * 2).min(Self::MOST),
            size => size,
        };
        let rate = messages as u128 * 1_000 / time.as_millis().max(1);
        self.rate = u64::try_from(rate).ok().filter(|rate| *rate > 0);
    }
}

impl<S: Store, P: Ports> Run<'_, S, P> {
    /// Moves one batch out of the open source. The source is open again, freshly, when this returns.
    pub(super) async fn batch(&mut self, route: &Route, uids: &UidSet) -> Result<(), Halt> {
        let messages = self.store.messages(uids, self.depth(route.path)).await?;
        if messages.is_empty() {
            return Ok(());
        }
        // Copies that an earlier process made and proved need no second copy.
        let (had, fresh) = self.already_copied(route, messages).await?;
        if !had.is_empty() {
            self.expunge(route, &had).await?;
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        let count = fresh.len();
        let before = self.before(route, &fresh)?;
        let set: UidSet = fresh.iter().map(|message| message.uid).collect();
        let act = match route.path {
            Path::MoveUidplus | Path::Move => Act::Move {
                from: route.from.clone(),
                uids: set,
                to: route.to.clone(),
            },
            Path::CopyUidplus | Path::CopyOnly => Act::Copy {
                from: route.from.clone(),
                uids: set,
                to: route.to.clone(),
            },
        };
        let (intent, answer) = self.send(route.step, act, Some(before.clone())).await?;
        let (copy_uid, refusal) = match answer {
            Ok(answered) => (answered.copy_uid, None),
            Err(mut refusal) => (refusal.copy_uid.take(), Some(refusal)),
        };
        self.prove(route, intent, &before, copy_uid.as_ref(), refusal)
            .await?;
        self.pace.took(count, began.elapsed());
        Ok(())
    }

    fn depth(&self, path: Path) -> Depth {
        match (self.settings.verify, path) {
            (Verify::Full, _) => Depth::Content,
            // With COPYUID a message is known by its new UID; without, it must be known by itself.
            (Verify::Quick, Path::MoveUidplus | Path::CopyUidplus) => Depth::Facts,
            (Verify::Quick, Path::Move | Path::CopyOnly) => Depth::MessageId,
        }
    }

    fn before(&self, route: &Route, messages: &[Message]) -> Result<Batch, Halt> {
        let validity = |name: &MailboxName| {
            self.identity
                .get(name)
                .copied()
                .ok_or_else(|| Halt::Step("its identity is not known".to_owned()))
        };
        Ok(Batch {
            from_validity: validity(&route.from)?,
            to_validity: validity(&route.to)?,
            to_uid_next: self.uid_next.get(&route.to).copied().unwrap_or(1),
            rate: self.pace.rate,
            messages: messages.iter().map(Snap::from).collect(),
        })
    }

    /// Finds out by fresh reads what became of a batch, records it, and mends flags.
    pub(super) async fn prove(
        &mut self,
        route: &Route,
        intent: u64,
        before: &Batch,
        copy_uid: Option<&CopyUid>,
        refusal: Option<Refusal>,
    ) -> Result<(), Halt> {
        let copied = matches!(route.path, Path::CopyUidplus | Path::CopyOnly);
        let fate = self.fate(route, before, copy_uid, copied).await?;
        self.keep(route, &fate, copied);
        let flags_lost = self.mend_flags(route, &fate).await?;
        self.write(Record::Moved {
            intent,
            step: route.step,
            from: route.from.clone(),
            to: route.to.clone(),
            to_validity: before.to_validity,
            pairs: fate.pairs.clone(),
            copied,
            doubled: fate.doubled.clone(),
            gone: fate.gone.clone(),
            flags_lost: flags_lost.iter().cloned().collect(),
            dates_changed: fate.redated,
        })
        .map_err(Halt::Journal)?;
        self.tell(route.step, &fate, &flags_lost);
        if fate.resized > 0 || fate.altered > 0 {
            return Err(Halt::Step(
                "the server changes messages while it moves them (size or text differs)".to_owned(),
            ));
        }
        if self.is_alias(route, &fate).await? {
            return Err(Halt::Step(
                "same-mailbox-twice: both names lead to one mailbox".to_owned(),
            ));
        }
        if !fate.gone.is_empty() && copy_uid.is_none() && refusal.is_none() {
            // Without COPYUID nothing tells a message that another client removed from one that was lost.
            return Err(Halt::Step(format!(
                "{} messages are in neither mailbox: another client moved or removed them",
                fate.gone.len()
            )));
        }
        if !flags_lost.is_empty() && !self.plan.allow.keyword_loss {
            return Err(Halt::Step(format!(
                "the target did not keep {}; --allow-keyword-loss goes on without",
                flags_lost.into_iter().collect::<Vec<_>>().join(", ")
            )));
        }
        if let Some(refusal) = refusal {
            // Another client expunged one of them meanwhile: the next pass takes what is left.
            return if refusal.has_code("EXPUNGEISSUED") || refusal.has_code("MESSAGELIMIT") {
                self.reopen(route).await
            } else {
                Err(refusal.into_halt())
            };
        }
        self.reopen(route).await?;
        if route.path == Path::CopyUidplus {
            let olds: UidSet = fate.pairs.iter().map(|(old, _)| *old).collect();
            self.expunge(route, &olds).await?;
        }
        Ok(())
    }

    async fn reopen(&mut self, route: &Route) -> Result<(), Halt> {
        let opened = self.store.open(&route.from, Access::ReadWrite).await?;
        self.same_identity(&route.from, opened.uid_validity)?;
        Ok(())
    }

    /// Looks at both mailboxes. Reads only.
    pub(super) async fn fate(
        &mut self,
        route: &Route,
        before: &Batch,
        copy_uid: Option<&CopyUid>,
        copied: bool,
    ) -> Result<Fate, Halt> {
        let asked: UidSet = before.messages.iter().map(|snap| snap.0).collect();
        self.reopen(route).await?;
        let still = self.store.search(&Search::Among(asked)).await?;
        let depth = self.depth(route.path);
        let opened = self.store.open(&route.to, Access::ReadWrite).await?;
        self.same_identity(&route.to, opened.uid_validity)?;
        let pairs: BTreeMap<Uid, Uid> = copy_uid
            .filter(|copy| copy.uid_validity == before.to_validity)
            .map(|copy| copy.pairs.iter().copied().collect())
            .unwrap_or_default();
        let everything = before
            .messages
            .iter()
            .all(|snap| pairs.contains_key(&snap.0) || (!copied && still.contains(snap.0)));
        let arrived = if everything {
            let news: UidSet = pairs.values().copied().collect();
            self.store.messages(&news, depth).await?
        } else {
            self.arrived_since(before.to_uid_next, opened.uid_next, depth)
                .await?
        };
        if let Some(highest) = arrived.iter().map(|message| message.uid).max() {
            self.uid_next
                .insert(route.to.clone(), highest.saturating_add(1));
        }
        Ok(judge(before, &still, &arrived, &pairs, copied))
    }

    /// Messages of the open mailbox from a UID on.
    pub(super) async fn arrived_since(
        &mut self,
        from: Uid,
        uid_next: Option<Uid>,
        depth: Depth,
    ) -> Result<Vec<Message>, Halt> {
        let all = self.store.search(&Search::All).await?;
        let news: UidSet = all
            .as_slice()
            .iter()
            .copied()
            .filter(|uid| *uid >= from && uid_next.is_none_or(|next| *uid < next.max(from)))
            .collect();
        if news.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.store.messages(&news, depth).await?)
    }

    fn keep(&mut self, route: &Route, fate: &Fate, copied: bool) {
        *self.moved.entry(route.step).or_default() += fate.pairs.len() as u64;
        if copied {
            self.copies
                .entry(route.from.clone())
                .or_default()
                .extend(fate.pairs.iter().copied());
        }
    }

    /// Sets flags that did not arrive, reads them back, and returns those that the target will not keep.
    async fn mend_flags(&mut self, route: &Route, fate: &Fate) -> Result<BTreeSet<String>, Halt> {
        let mut lost = BTreeSet::new();
        for (flag, uids) in &fate.unflagged {
            let uids = UidSet::new(uids.clone());
            let act = Act::AddFlags {
                of: route.to.clone(),
                uids: uids.clone(),
                flags: vec![flag.clone()],
            };
            let _ = self.send(route.step, act, None).await?;
            let read_back = self.store.messages(&uids, Depth::Facts).await?;
            if !read_back.iter().all(|message| has_flag(message, flag)) {
                lost.insert(flag.clone());
            }
        }
        Ok(lost)
    }

    fn tell(&mut self, step: u32, fate: &Fate, lost: &BTreeSet<String>) {
        if !fate.doubled.is_empty() {
            self.remark(
                step,
                format!(
                    "{} messages are in both mailboxes now, none is lost",
                    fate.doubled.len()
                ),
            );
        }
        if !fate.gone.is_empty() {
            self.remark(
                step,
                format!(
                    "{} messages were removed by another client meanwhile",
                    fate.gone.len()
                ),
            );
        }
        if fate.redated > 0 {
            self.remark(
                step,
                format!("the server changed the date of {} messages", fate.redated),
            );
        }
        if !lost.is_empty() {
            let lost: Vec<_> = lost.iter().cloned().collect();
            self.remark(
                step,
                format!("the target does not keep {}", lost.join(", ")),
            );
        }
    }

    /// Two names, one mailbox: the message's new UID is found under the old name too.
    async fn is_alias(&mut self, route: &Route, fate: &Fate) -> Result<bool, Halt> {
        if self.identity.get(&route.from) != self.identity.get(&route.to) {
            return Ok(false);
        }
        let Some((_, new)) = fate.pairs.first() else {
            return Ok(false);
        };
        let new = UidSet::new(vec![*new]);
        let in_target = self.store.messages(&new, Depth::MessageId).await?;
        self.reopen(route).await?;
        let in_source = self.store.messages(&new, Depth::MessageId).await?;
        Ok(!in_target.is_empty() && in_target == in_source)
    }

    /// Splits off messages whose verified copy is in the target now.
    async fn already_copied(
        &mut self,
        route: &Route,
        messages: Vec<Message>,
    ) -> Result<(UidSet, Vec<Message>), Halt> {
        let known = match self.copies.get(&route.from) {
            Some(known) if route.path == Path::CopyUidplus => known.clone(),
            _ => return Ok((UidSet::default(), messages)),
        };
        let news: UidSet = messages
            .iter()
            .filter_map(|message| known.get(&message.uid).copied())
            .collect();
        if news.is_empty() {
            return Ok((UidSet::default(), messages));
        }
        self.store.open(&route.to, Access::ReadWrite).await?;
        let there = self.store.messages(&news, Depth::Facts).await?;
        self.reopen(route).await?;
        let (had, fresh): (Vec<Message>, Vec<Message>) =
            messages.into_iter().partition(|message| {
                known.get(&message.uid).is_some_and(|new| {
                    there
                        .iter()
                        .any(|copy| copy.uid == *new && copy.size == message.size)
                })
            });
        Ok((had.iter().map(|message| message.uid).collect(), fresh))
    }

    /// Removes from the open source exactly these, whose copies were seen in the target (RFC 4315 §2.1).
    async fn expunge(&mut self, route: &Route, uids: &UidSet) -> Result<(), Halt> {
        if uids.is_empty() {
            return Ok(());
        }
        let mark = Act::AddFlags {
            of: route.from.clone(),
            uids: uids.clone(),
            flags: vec!["\\Deleted".to_owned()],
        };
        let expunge = Act::Expunge {
            of: route.from.clone(),
            uids: uids.clone(),
        };
        for act in [mark, expunge] {
            if let (_, Err(refusal)) = self.send(route.step, act, None).await? {
                return Err(refusal.into_halt());
            }
        }
        self.reopen(route).await?;
        let still = self.store.search(&Search::Among(uids.clone())).await?;
        if still.is_empty() {
            return Ok(());
        }
        Err(Halt::Step(format!(
            "the server did not remove {} messages that are in the target too; none is lost",
            still.len()
        )))
    }
}
