//! Flags that we set: those that did not arrive with their messages, and `\Deleted` on what is to be expunged; and those that
//! we take away, since the server alone has set them.
//!
//! In: messages of the open mailbox. Out: flags that were read back, or a refusal. An OK is not enough: a server with a
//! limit says it although it has done only a part (RFC 9738).

use std::collections::BTreeSet;

use super::{
    mover::Mover,
    outcome::{BatchOutcome, Ending, ServerClaim, has_flag},
    route::Route,
    stop::{Refusal, StopReason},
};
use crate::{
    language::{Phrase, text},
    model::{flag::is_flag, mailbox::MailboxName, uid::UidSet},
    store::{Act, Depth, Store},
};

/// Flags that are not what they were after a batch, though it was tried to mend them.
#[derive(Debug, Default)]
pub(super) struct ChangedFlags {
    /// Those that the target does not keep.
    pub lost: BTreeSet<String>,
    /// Those that the server has set, and does not take back.
    pub gained: BTreeSet<String>,
}

impl ChangedFlags {
    /// Why nothing more is moved; none where it may go on.
    pub fn objection(&self, may_lose_keywords: bool) -> Option<Phrase> {
        if self.gained.contains("\\Deleted") {
            return Some(text::target_marks_deleted());
        }
        let lost: Vec<&str> = self.lost.iter().map(String::as_str).collect();
        (!lost.is_empty() && !may_lose_keywords).then(|| text::target_did_not_keep(lost.join(", ")))
    }
}

impl<S: Store> Mover<'_, S> {
    /// Makes the flags of what has arrived what they were, as far as the target lets us. It is open.
    pub(super) async fn mend_flags(
        &mut self,
        route: &Route,
        outcome: &BatchOutcome,
        claim: &ServerClaim,
    ) -> Result<ChangedFlags, StopReason> {
        Ok(ChangedFlags {
            lost: self.give_flags(route, outcome).await?,
            gained: self.take_flags(route, outcome, claim).await?,
        })
    }

    /// Sets flags that did not arrive, reads them back, and returns those that the target will not keep.
    async fn give_flags(
        &mut self,
        route: &Route,
        outcome: &BatchOutcome,
    ) -> Result<BTreeSet<String>, StopReason> {
        let mut lost = BTreeSet::new();
        for (flag, uids) in &outcome.unflagged {
            if self.books().is_unkept(&route.to, flag) {
                // Asked once, refused for good: Courier hangs up on who asks ten times.
                lost.insert(flag.clone());
                continue;
            }
            let uids = UidSet::new(uids.clone());
            if !self.can_change(flag, &route.to, &uids) {
                lost.insert(flag.clone());
                continue;
            }
            // What was refused is seen by reading back.
            self.add_flag(route.step, &route.to, &uids, flag).await?;
            let read_back = self.sender.store.messages(&uids, Depth::Facts).await?;
            if !read_back
                .iter()
                .all(|message| has_flag(&message.flags, flag))
            {
                lost.insert(flag.clone());
            }
        }
        Ok(lost)
    }

    /// Takes away the flags that a server has set on what it has just moved, reads them back, and returns those that stay. What
    /// was moved by a command that nobody has heard the end of may have got them from its user since.
    async fn take_flags(
        &mut self,
        route: &Route,
        outcome: &BatchOutcome,
        claim: &ServerClaim,
    ) -> Result<BTreeSet<String>, StopReason> {
        let mut stay = BTreeSet::new();
        if matches!(claim.ending, Ending::Unheard) {
            return Ok(stay);
        }
        for (flag, uids) in &outcome.flagged {
            let uids = UidSet::new(uids.clone());
            if !self.can_change(flag, &route.to, &uids) {
                stay.insert(flag.clone());
                continue;
            }
            // What was refused is seen by reading back.
            self.store_flag(route.step, &uids, |uids| Act::RemoveFlags {
                of: route.to.clone(),
                uids,
                flags: vec![flag.clone()],
            })
            .await?;
            let read_back = self.sender.store.messages(&uids, Depth::Facts).await?;
            if read_back
                .iter()
                .any(|message| has_flag(&message.flags, flag))
            {
                stay.insert(flag.clone());
            }
        }
        Ok(stay)
    }

    /// Whether it is tried to change a flag of these messages: not by a command that loses the line, nor where a server has shown
    /// as a flag what no command can carry. That would never be sent, and the run would never end.
    fn can_change(&self, flag: &str, of: &MailboxName, uids: &UidSet) -> bool {
        is_flag(flag) && self.loses_the_line(of, uids).is_none()
    }

    /// Sets a flag on these messages of the open mailbox `of`; gives back the server's refusal, if any.
    pub(super) async fn add_flag(
        &mut self,
        step: u32,
        of: &MailboxName,
        uids: &UidSet,
        flag: &str,
    ) -> Result<Option<Refusal>, StopReason> {
        let act = |uids| Act::AddFlags {
            of: of.clone(),
            uids,
            flags: vec![flag.to_owned()],
        };
        self.store_flag(step, uids, act).await
    }

    /// Changes a flag of messages in as many commands as the server's limit asks for.
    async fn store_flag(
        &mut self,
        step: u32,
        uids: &UidSet,
        act: impl Fn(UidSet) -> Act,
    ) -> Result<Option<Refusal>, StopReason> {
        let mut rest = uids.as_slice();
        while let Some((uids, more)) = UidSet::cut(rest, self.sizer.most()) {
            let act = act(uids);
            match self.send(step, act, None, &[]).await?.answer {
                Ok(answered) => {
                    let is_part = self.sizer.obey(&answered.code.unwrap_or_default());
                    // Again, in pieces that are small enough.
                    rest = if is_part { rest } else { more };
                }
                // Doing it twice is doing it once.
                Err(refusal) if refusal.put_off => {}
                Err(refusal) => return Ok(Some(refusal)),
            }
        }
        Ok(None)
    }
}
