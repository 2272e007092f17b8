//! The draft: the plan for one account, whatever its clients do.
//!
//! In: an account as judged, a policy. Out: the steps role by role, then what concerns no role's mail: names to try,
//! subscriptions to nothing, garbled names, and what is left for the administrator. Never: an account with an unfinished
//! run planned over.

use super::{maker::Maker, policy::Policy};
use crate::{
    advice::server::by_administrator,
    language::text,
    model::{
        finding::{Code, Finding},
        listing::Listing,
        mailbox::MailboxName,
        plan::{Action, Plan, Step},
        role::Role,
        roll::Roll,
    },
};

/// Makes the plan for one account, whatever its clients do.
pub(super) fn plan(listing: &Listing, roll: &Roll, findings: &[Finding], policy: &Policy) -> Plan {
    let mut maker = Maker::new(listing, roll, findings, policy);
    if let Some(finding) = findings
        .iter()
        .find(|finding| finding.code == Code::UnfinishedRun)
    {
        maker.warn(finding.role, finding.code, finding.message.clone());
    } else {
        for role in Role::EVERY {
            if role.can_merge() && policy.wants(Some(role)) {
                maker.role(role);
            }
        }
        if policy.wants(Some(Role::Inbox)) {
            maker.second_inboxes();
        }
        maker.try_names();
        maker.dangling();
        maker.garbled();
        maker.advise();
        maker.left_to_people();
    }
    maker.finish()
}

impl Maker<'_> {
    /// Mailboxes that are set aside, folders with a whole set of mailboxes, programs that save what is saved already: only a
    /// person can settle these.
    fn left_to_people(&mut self) {
        let findings = self.findings.iter();
        let left = findings.filter(|finding| {
            matches!(
                finding.code,
                Code::SetAsideUnknown
                    | Code::SetAsideGivenUp
                    | Code::MailTree
                    | Code::SentSavedTwice
            )
        });
        let left = left.filter(|finding| {
            finding
                .role
                .is_none_or(|role| self.policy.wants(Some(role)))
        });
        let left: Vec<Finding> = left.cloned().collect();
        for finding in left {
            self.by_hand(finding.role, finding.code, finding.message);
        }
    }

    /// Subscriptions to nothing, where audit says that they belong to a role's name.
    fn dangling(&mut self) {
        let settled: Vec<(Option<Role>, MailboxName)> = self
            .findings
            .iter()
            .filter(|finding| {
                finding.code == Code::DanglingSubscription
                    && finding.fix == Some(Action::Unsubscribe)
            })
            .flat_map(|finding| {
                finding
                    .mailboxes
                    .iter()
                    .map(|name| (finding.role, name.clone()))
            })
            .collect();
        for (role, name) in settled {
            if self.policy.wants(role) && !self.will_be_made(&name) {
                let step = Step {
                    role,
                    because: vec![text::no_such_mailbox()],
                    ..self.blank(Action::Unsubscribe, Role::Inbox, &name)
                };
                self.steps.push(step);
            }
        }
    }

    /// What is left for the server's administrator.
    fn advise(&mut self) {
        let joins = |step: &Step| matches!(step.action, Action::Merge | Action::Rename);
        let joins = self.steps.iter().any(joins);
        let told = by_administrator(self.listing, &self.kept, joins);
        self.manual.extend(told);
    }
}
