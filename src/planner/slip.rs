//! Slips: a target that may not be the mailbox that was meant.
//!
//! In: the keeper that a target makes. Out: a warning in the plan. Never: a refusal, since it may be meant.

use super::{keeper::Keeper, maker::Maker};
use crate::{
    language::text,
    model::{
        finding::Code,
        role::Role,
        roll::{Evidence, EvidenceKind},
    },
};

impl Maker<'_> {
    /// A mailbox of the user's own, with mail in it, that a target makes the keeper of a role: it may be a slip.
    pub(super) fn tell_ordinary(&mut self, role: Role, keeper: &Keeper<'_>) {
        let Some(mailbox) = keeper.mailbox.filter(|mailbox| {
            let is_used = self
                .steps
                .iter()
                .any(|step| step.target.as_ref() == Some(&mailbox.name));
            is_used && self.policy.targets.contains_key(&role)
        }) else {
            return;
        };
        let says_so = |one: &Evidence| one.role == Some(role) && one.kind != EvidenceKind::Override;
        let is_ordinary = self
            .roll
            .entry(&mailbox.name)
            .is_none_or(|entry| !entry.evidence.iter().any(says_so));
        if is_ordinary && mailbox.status.messages != Some(0) {
            let held = mailbox
                .status
                .messages
                .map_or_else(text::messages_unknown, text::messages);
            let message = text::target_is_ordinary(&mailbox.name, held, role);
            self.warn(Some(role), Code::TargetOrdinary, message);
        }
    }
}
