//! A second inbox: a mailbox that is named as an inbox beside the one where mail arrives.
//!
//! In: the account's second inboxes. Out: their merges into INBOX, where the user asks for them; else what there is to say
//! first. Never: INBOX as a source, or a name that is only like an inbox's moved unasked.

use super::{keeper::Keeper, maker::Maker};
use crate::{
    language::text,
    model::{finding::Code, mailbox::Mailbox, role::Role, roll::RollEntry},
};

impl<'a> Maker<'a> {
    /// Plans what is to be done about second inboxes.
    pub(super) fn second_inboxes(&mut self) {
        let listing = self.listing;
        let Some(inbox) = listing.find(b"INBOX") else {
            return;
        };
        let second: Vec<&RollEntry> = self.roll.second_inboxes().collect();
        let (sure, doubtful): (Vec<&RollEntry>, Vec<&RollEntry>) = second
            .into_iter()
            .partition(|entry| entry.is_surely_an_inbox());
        for entry in doubtful {
            // Where a rule fills it the audit has taken it back.
            if self.finding(Code::SecondInbox, &entry.name).is_none() {
                continue;
            }
            let message = self.say_first(Role::Inbox, &entry.name);
            self.by_hand(Role::Inbox, Code::SecondInbox, message);
        }
        let keeper = Keeper {
            name: inbox.name.clone(),
            mailbox: Some(inbox),
            because: text::mail_arrives(),
        };
        let sources = sure.iter();
        let sources = sources.filter_map(|entry| listing.find(entry.name.wire()));
        let sources: Vec<&'a Mailbox> = sources.collect();
        if sources.is_empty() {
            return;
        }
        if !self.policy.include.contains(&Role::Inbox) {
            self.hold_back(Role::Inbox, &keeper, &sources);
            return;
        }
        for source in sources {
            self.merge(Role::Inbox, source, &keeper);
        }
        self.warn(
            Some(Role::Inbox),
            Code::SecondInbox,
            text::inbox_is_watched(),
        );
    }
}
