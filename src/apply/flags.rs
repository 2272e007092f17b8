//! Flags that we set: those that did not arrive with their messages, and `\Deleted` on what is to be expunged.
//!
//! In: messages of the open mailbox. Out: flags that were read back, or a refusal. An OK is not enough: a server with a
//! limit says it although it has done only a part (RFC 9738).

use std::collections::BTreeSet;

use super::{
    mover::Mover,
    outcome::{BatchOutcome, has_flag},
    route::Route,
    stop::{Refusal, StopReason},
};
use crate::{
    model::{mailbox::MailboxName, uid::UidSet},
    store::{Act, Depth, Store},
};

impl<S: Store> Mover<'_, S> {
    /// Sets flags that did not arrive, reads them back, and returns those that the target will not keep. The target is
    /// open.
    pub(super) async fn mend_flags(
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
            if self.loses_the_line(&route.to, &uids).is_some() {
                lost.insert(flag.clone());
                continue;
            }
            // What was refused is seen by reading back.
            self.add_flag(route.step, &route.to, &uids, flag).await?;
            let read_back = self.sender.store.messages(&uids, Depth::Facts).await?;
            if !read_back.iter().all(|message| has_flag(message, flag)) {
                lost.insert(flag.clone());
            }
        }
        Ok(lost)
    }

    /// Sets a flag on these messages of the open mailbox `of`, in as many commands as the server's limit asks for; gives
    /// back its refusal, if any.
    pub(super) async fn add_flag(
        &mut self,
        step: u32,
        of: &MailboxName,
        uids: &UidSet,
        flag: &str,
    ) -> Result<Option<Refusal>, StopReason> {
        let mut rest = uids.as_slice();
        while let Some((uids, more)) = UidSet::cut(rest, self.sizer.most()) {
            let act = Act::AddFlags {
                of: of.clone(),
                uids,
                flags: vec![flag.to_owned()],
            };
            match self.send(step, act, None, &[]).await?.answer {
                Ok(answered) => {
                    let is_part = self.sizer.obey(&answered.code.unwrap_or_default());
                    // Again, in pieces that are small enough.
                    rest = if is_part { rest } else { more };
                }
                // Setting a flag twice is setting it once.
                Err(refusal) if refusal.put_off => {}
                Err(refusal) => return Ok(Some(refusal)),
            }
        }
        Ok(None)
    }
}
