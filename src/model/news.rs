//! What has changed since an earlier audit of the same account.
//!
//! In: the findings of both. Out: which of today's are new, and how many of the earlier ones are gone. A finding is the same
//! where its code, its role and its mailboxes are; how it is worded, and which mailbox is named first, may change.

use std::collections::BTreeSet;

use super::{finding::Finding, mailbox::MailboxName};

/// What a finding is about, as an earlier audit has it in its JSON.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The code's word.
    pub code: String,
    /// The role's word.
    pub role: Option<String>,
    /// The mailboxes by name.
    pub mailboxes: BTreeSet<String>,
}

impl Subject {
    fn of(finding: &Finding) -> Self {
        Self {
            code: finding.code.word().to_owned(),
            role: finding.role.map(|role| role.word().to_owned()),
            mailboxes: finding
                .mailboxes
                .iter()
                .map(MailboxName::text)
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// What has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// Of each of today's findings, whether it is new.
    pub is_new: Vec<bool>,
    /// How many of the earlier ones are gone.
    pub gone: u64,
}

impl News {
    /// Compares today's findings with those of an earlier audit.
    #[must_use]
    pub fn since(earlier: &BTreeSet<Subject>, findings: &[Finding]) -> Self {
        let today: Vec<Subject> = findings.iter().map(Subject::of).collect();
        let gone = earlier.iter().filter(|one| !today.contains(one));
        Self {
            is_new: today.iter().map(|one| !earlier.contains(one)).collect(),
            gone: gone.count() as u64,
        }
    }

    /// The findings that are new, of those that were compared.
    pub fn new<'a>(&'a self, findings: &'a [Finding]) -> impl Iterator<Item = &'a Finding> {
        let both = findings.iter().zip(&self.is_new);
        both.filter_map(|(finding, is_new)| is_new.then_some(finding))
    }
}
