//! What has changed since an earlier audit of the same account.
//!
//! In: the findings of both. Out: which of today's are new, and how many of the earlier ones are gone. A finding is the same
//! where its code and its role are and it names no mailbox that the earlier one did not: of a split role that was merged in part,
//! what is left is no news. How it is worded, and which mailbox is named first, may change.

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

    /// Whether it is what an earlier one was about, or is left of that.
    fn is_of(&self, earlier: &Self) -> bool {
        let is_same = self.mailboxes == earlier.mailboxes;
        let is_left = !self.mailboxes.is_empty() && self.mailboxes.is_subset(&earlier.mailboxes);
        self.code == earlier.code && self.role == earlier.role && (is_same || is_left)
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
        let is_known = |one: &Subject| earlier.iter().any(|before| one.is_of(before));
        let is_gone = |before: &&Subject| !today.iter().any(|one| one.is_of(before));
        Self {
            is_new: today.iter().map(|one| !is_known(one)).collect(),
            gone: earlier.iter().filter(is_gone).count() as u64,
        }
    }

    /// The findings that are new, of those that were compared.
    pub fn new_findings<'a>(
        &'a self,
        findings: &'a [Finding],
    ) -> impl Iterator<Item = &'a Finding> {
        let both = findings.iter().zip(&self.is_new);
        both.filter_map(|(finding, is_new)| is_new.then_some(finding))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        finding::{Code, Severity},
        role::Role,
    };

    fn finding(code: Code, mailboxes: &[&str]) -> Finding {
        Finding {
            code,
            severity: Severity::Warning,
            role: Some(Role::Sent),
            mailboxes: mailboxes
                .iter()
                .map(|name| MailboxName::new(name.as_bytes().to_vec(), (*name).to_owned()))
                .collect(),
            message: "so".into(),
            fix: None,
            places: Vec::new(),
        }
    }

    fn news(earlier: &[Finding], today: &[Finding]) -> (Vec<bool>, u64) {
        let news = News::since(&earlier.iter().map(Subject::of).collect(), today);
        (news.is_new, news.gone)
    }

    #[test]
    fn what_is_left_of_a_split_role_is_neither_new_nor_gone() {
        let earlier = [finding(Code::RoleSplit, &["Sent", "Sent Items", "Envoyés"])];
        let left = [finding(Code::RoleSplit, &["Sent Items", "Sent"])];
        assert_eq!(news(&earlier, &left), (vec![false], 0));
        assert_eq!(news(&left, &earlier), (vec![true], 1));
    }

    #[test]
    fn a_finding_without_a_mailbox_is_left_of_no_other() {
        let earlier = [finding(Code::RoleMissing, &["Sent"])];
        let today = [finding(Code::RoleMissing, &[])];
        assert_eq!(news(&earlier, &today), (vec![true], 1));
        assert_eq!(news(&today, &today), (vec![false], 0));
        let other = [finding(Code::KeeperUnclear, &["Sent"])];
        assert_eq!(news(&earlier, &other), (vec![true], 1));
    }
}
