//! Messages that a mailbox lists and does not give out, where a mailbox is balanced.
//!
//! In: what was found from a number on. Out: the same, with those of ours that are only listed.

use super::{run::Run, stop::StopReason};
use crate::{
    model::{mailbox::MailboxName, uid::UidSet},
    store::{Search, Store},
};

impl<S: Store> Run<'_, S> {
    /// With those of ours that the open mailbox lists and does not give out: some servers are asked by FETCH for what there is
    /// from a number on.
    pub(super) async fn with_withheld(
        &mut self,
        mailbox: &MailboxName,
        there: UidSet,
    ) -> Result<UidSet, StopReason> {
        let side = self.books().mailboxes().of(mailbox);
        let missing = side.map(|side| side.not_among(&there)).unwrap_or_default();
        if missing.is_empty() {
            return Ok(there);
        }
        let listed = self.store().search(&Search::All).await?;
        let listed = missing
            .as_slice()
            .iter()
            .filter(|uid| listed.contains(**uid));
        let all = there.as_slice().iter().chain(listed);
        Ok(all.copied().collect())
    }
}
