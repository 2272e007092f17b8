//! Garbled names: what becomes of them.
//!
//! In: the findings `name-garbled`. Out: renames where the user asks for them, else one entry under `manual`.
//! Never: a name that is taken, a mailbox that the plan has other uses for.

use super::Maker;
use crate::model::{
    finding::Code,
    mailbox::{Mailbox, MailboxName},
    plan::{Action, Step},
    role::Role,
};

impl Maker<'_> {
    /// Renames garbled mailboxes to what was meant. Those below another garbled one wait for the next run: their own
    /// name is another one once that is renamed.
    pub(super) fn garbled(&mut self) {
        let named = self
            .findings
            .iter()
            .filter(|finding| finding.code == Code::NameGarbled)
            .flat_map(|finding| &finding.mailboxes);
        let garbled: Vec<&Mailbox> = named
            .filter_map(|name| self.listing.find(name.wire()))
            .filter(|mailbox| !self.is_used(&mailbox.name))
            .collect();
        if !self.policy.repair_names {
            self.offer(&garbled);
            return;
        }
        for mailbox in &garbled {
            let is_below = garbled
                .iter()
                .any(|other| mailbox.name.is_below(&other.name, mailbox.delimiter));
            if !is_below {
                self.repair(mailbox);
            }
        }
    }

    fn offer(&mut self, garbled: &[&Mailbox]) {
        let Some(first) = garbled.first() else { return };
        let name = first.name.text();
        let message = match garbled.len() {
            1 => format!("\"{name}\" has a garbled name; --repair-names renames it"),
            all => format!(
                "\"{name}\" and {} more have garbled names; --repair-names renames them",
                all - 1
            ),
        };
        self.by_hand(Code::NameGarbled, message, None);
    }

    fn repair(&mut self, mailbox: &Mailbox) {
        let Some(to) = self.repaired(mailbox) else {
            return;
        };
        let name = mailbox.name.text();
        // Also in other octets: two names that read alike would be worse than a garbled one.
        let mut others = self.listing.mailboxes.iter();
        let taken = others.any(|other| other.name.text() == to.text()) || self.will_be_made(&to);
        if taken || !self.may_be_renamed(mailbox, &to) {
            let why = if taken {
                "is there already"
            } else {
                "cannot be made of it"
            };
            let message = format!("\"{name}\" keeps its garbled name: \"{}\" {why}", to.text());
            self.by_hand(Code::NameGarbled, message, None);
            return;
        }
        let step = Step {
            source: Some(mailbox.name.clone()),
            messages: mailbox.status.messages,
            size: mailbox.status.size,
            role: self.roll.role_of(&mailbox.name),
            because: vec!["this is what the garbled name was meant to be".to_owned()],
            ..self.blank(Action::Rename, Role::Inbox, &to)
        };
        self.steps.push(step);
    }

    fn repaired(&self, mailbox: &Mailbox) -> Option<MailboxName> {
        let meant = self.roll.entry(&mailbox.name)?.meant.as_deref()?;
        let parent = mailbox.name.text().strip_suffix(mailbox.leaf())?;
        // The octets of the levels above stay as they are, whatever their encoding.
        let above = mailbox.name.above(mailbox.delimiter);
        let wire = [above, &self.listing.server.encode_name(meant)].concat();
        Some(MailboxName::new(wire, format!("{parent}{meant}")))
    }

    /// Whether a step takes the mailbox away already.
    fn is_used(&self, name: &MailboxName) -> bool {
        self.steps
            .iter()
            .any(|step| step.source.as_ref() == Some(name))
    }
}
