//! A plan in the making: what it is made from, what it holds so far, and the smallest pieces of it.
//!
//! In: an account as judged, a policy. Out: a step, a warning or an entry under `manual` more; at the end the sealed
//! [`Plan`]. Never: decisions about a role; those are `role`'s.

use super::policy::Policy;
use crate::{
    advice::Kept,
    language::Phrase,
    model::{
        finding::{Code, Finding},
        listing::Listing,
        mailbox::MailboxName,
        plan::{Action, Allowances, Basis, Manual, Path, Plan, Remark, SCHEMA, Step},
        role::Role,
        roll::{Roll, RollEntry},
    },
};

/// A plan in the making.
pub(super) struct Maker<'a> {
    pub(super) listing: &'a Listing,
    pub(super) roll: &'a Roll,
    pub(super) findings: &'a [Finding],
    pub(super) policy: &'a Policy,
    pub(super) steps: Vec<Step>,
    pub(super) warnings: Vec<Remark>,
    pub(super) manual: Vec<Manual>,
    /// What keeps each role that is planned for.
    pub(super) kept: Vec<Kept>,
}

impl<'a> Maker<'a> {
    /// A plan without steps yet.
    pub(super) fn new(
        listing: &'a Listing,
        roll: &'a Roll,
        findings: &'a [Finding],
        policy: &'a Policy,
    ) -> Self {
        Self {
            listing,
            roll,
            findings,
            policy,
            steps: Vec::new(),
            warnings: Vec::new(),
            manual: Vec::new(),
            kept: Vec::new(),
        }
    }
}

impl Maker<'_> {
    /// Whether the user has said which mailbox keeps a role.
    pub(super) fn is_chosen(&self, role: Role) -> bool {
        self.policy.targets.contains_key(&role)
    }

    /// Whether a mailbox's role is too unsure to move mail on.
    pub(super) fn is_doubtful(&self, name: &MailboxName) -> bool {
        self.roll.entry(name).is_some_and(RollEntry::is_doubtful)
    }

    /// Whether a step so far makes a mailbox of this name.
    pub(super) fn will_be_made(&self, name: &MailboxName) -> bool {
        self.steps.iter().any(|step| {
            matches!(step.action, Action::Create | Action::Rename)
                && step.target.as_ref() == Some(name)
        })
    }

    pub(super) fn finding(&self, code: Code, name: &MailboxName) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|finding| finding.code == code && finding.mailboxes.contains(name))
    }

    pub(super) fn warn(&mut self, role: Option<Role>, code: Code, message: Phrase) {
        self.warnings.push(Remark {
            code,
            role,
            message,
        });
    }

    pub(super) fn by_hand(&mut self, role: impl Into<Option<Role>>, code: Code, message: Phrase) {
        self.manual.push(Manual {
            code,
            role: role.into(),
            message,
            snippet: None,
        });
    }

    /// A step with a target and nothing else yet.
    pub(super) fn blank(&self, action: Action, role: Role, target: &MailboxName) -> Step {
        let id = u32::try_from(self.steps.len()).unwrap_or(u32::MAX) + 1;
        Step {
            target: Some(target.clone()),
            role: Some(role),
            ..Step::new(id, action)
        }
    }

    pub(super) fn finish(self) -> Plan {
        Plan {
            schema: SCHEMA.to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            account: self.listing.account.url.clone(),
            identity: self.listing.account.clone(),
            made: self.policy.made.clone(),
            listing: Basis::of_steps(self.listing, &self.steps),
            allow: Allowances {
                move_deleted: self.policy.move_deleted,
                keyword_loss: self.policy.allow_keyword_loss,
                keep_sources: self.policy.keep_sources,
            },
            partial: self.policy.wants_a_part(),
            undoes: None,
            steps: self.steps,
            warnings: self.warnings,
            manual: self.manual,
            french: Vec::new(),
            totals: None,
            digest: String::new(),
            error: (),
        }
        .sealed()
    }

    /// How messages travel on this server; none where they cannot without risk.
    pub(super) fn path(&self) -> Option<Path> {
        Path::of(&self.listing.server)
            .or_else(|| self.policy.remove_without_uidplus.then_some(Path::CopyOnly))
    }
}
