//! Garbled names: what becomes of them.
//!
//! In: the findings `name-garbled`. Out: renames where the user asks for them, else one entry under `manual`.
//! Never: a name that is taken, a mailbox that the plan has other uses for.

use unicode_normalization::UnicodeNormalization as _;

use super::maker::Maker;
use crate::{
    language::text,
    model::{
        finding::Code,
        mailbox::{Mailbox, MailboxName},
        plan::{Action, Step},
        role::Role,
    },
};

impl Maker<'_> {
    /// Renames garbled mailboxes to what was meant. Those below another garbled one, and those that the plan has a use for,
    /// wait for the next run: their names are others until then.
    pub(super) fn garbled(&mut self) {
        let named = self
            .findings
            .iter()
            .filter(|finding| finding.code == Code::NameGarbled && self.policy.wants(finding.role))
            .flat_map(|finding| &finding.mailboxes);
        let garbled: Vec<(&Mailbox, MailboxName)> = named
            .filter_map(|name| self.listing.find(name.wire()))
            .filter(|mailbox| !self.goes(&mailbox.name))
            .filter_map(|mailbox| Some((mailbox, self.repaired(mailbox)?)))
            .collect();
        if !self.policy.repair_names {
            self.offer(&garbled);
            return;
        }
        let is_below_another = |mailbox: &Mailbox| {
            let mut others = garbled.iter();
            others.any(|(other, _)| mailbox.name.is_below(&other.name, mailbox.delimiter))
        };
        let (used, free): (Vec<_>, Vec<_>) = garbled
            .iter()
            .partition(|(mailbox, _)| self.is_used(mailbox) || is_below_another(mailbox));
        for (mailbox, to) in free {
            self.repair(mailbox, to);
        }
        for (mailbox, _) in used {
            let message = text::garbled_until_next(&mailbox.name);
            self.by_hand(self.roll.role_of(&mailbox.name), Code::NameGarbled, message);
        }
    }

    fn offer(&mut self, garbled: &[(&Mailbox, MailboxName)]) {
        let Some((first, _)) = garbled.first() else {
            return;
        };
        let message = match garbled.len() {
            1 => text::garbled_offer(&first.name),
            all => text::garbled_offers(&first.name, text::more_garbled(all as u64 - 1)),
        };
        self.by_hand(None, Code::NameGarbled, message);
    }

    fn repair(&mut self, mailbox: &Mailbox, to: &MailboxName) {
        // Also in other octets or another case: two names that read alike would be worse than a garbled one.
        let folded = |name: &MailboxName| name.text().to_lowercase().nfc().collect::<String>();
        let mut others = self.listing.mailboxes.iter();
        if others.any(|other| folded(&other.name) == folded(to)) || self.will_be_made(to) {
            let message = text::garbled_taken(&mailbox.name, to);
            self.by_hand(self.roll.role_of(&mailbox.name), Code::NameGarbled, message);
            return;
        }
        let step = Step {
            source: Some(mailbox.name.clone()),
            messages: mailbox.status.messages,
            size: mailbox.status.size,
            role: self.roll.role_of(&mailbox.name),
            because: vec![text::meant_to_be()],
            ..self.blank(Action::Rename, Role::Inbox, to)
        };
        self.steps.push(step);
    }

    /// The name that a mailbox can be given; none where its levels cannot be told apart, or it may not be renamed.
    fn repaired(&self, mailbox: &Mailbox) -> Option<MailboxName> {
        let meant = self.roll.entry(&mailbox.name)?.meant.as_deref()?;
        let parent = mailbox.name.text().strip_suffix(mailbox.leaf())?;
        let octets = mailbox.name.wire().iter().map(|octet| char::from(*octet));
        let levels = octets.filter(|octet| Some(*octet) == mailbox.delimiter);
        let shown = mailbox.name.text().chars();
        let shown = shown.filter(|letter| Some(*letter) == mailbox.delimiter);
        if levels.count() != shown.count() {
            return None;
        }
        // The octets of the levels above stay as they are, whatever their encoding.
        let above = mailbox.name.above(mailbox.delimiter);
        let meant: String = meant.nfc().collect();
        let wire = [above, &self.listing.server.encode_name(&meant)].concat();
        let to = MailboxName::new(wire, format!("{parent}{meant}"));
        self.may_be_renamed(mailbox, &to).then_some(to)
    }

    /// Whether a step takes the mailbox away.
    fn goes(&self, name: &MailboxName) -> bool {
        self.steps
            .iter()
            .any(|step| step.source.as_ref() == Some(name))
    }

    /// Whether a step names the mailbox, or one below it, which would then have another name.
    fn is_used(&self, mailbox: &Mailbox) -> bool {
        let is_it = |name: &MailboxName| {
            *name == mailbox.name || name.is_below(&mailbox.name, mailbox.delimiter)
        };
        let steps = self.steps.iter();
        let mut names = steps.flat_map(|step| step.source.iter().chain(&step.target));
        names.any(is_it)
    }
}
