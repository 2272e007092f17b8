//! What has changed since an earlier audit of the same account.
//!
//! In: the findings of both. Out: which of today's are new, and how many of the earlier ones are gone. A finding is the same
//! where its code and its role are and it names no mailbox that the earlier one did not: of a split role that was merged in part,
//! what is left is no news. How it is worded, and which mailbox is named first, may change. A mailbox that was renamed meanwhile
//! is known by its UIDVALIDITY, where no other mailbox has the same; where it is not, its new name is another mailbox's.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::Finding,
    mailbox::{Mailbox, MailboxName},
};

/// What a finding is about, as an earlier audit has it in its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The code's word.
    pub code: String,
    /// The role's word.
    pub role: Option<String>,
    /// The mailboxes by name.
    pub mailboxes: BTreeSet<String>,
}

/// What an earlier audit has of an account.
#[derive(Debug, Clone, Default)]
pub struct EarlierFindings {
    found: Vec<Subject>,
    /// The mailboxes that were found fault with, by their UIDVALIDITY.
    validities: BTreeMap<u32, Bearer<String>>,
}

impl EarlierFindings {
    /// Findings, and each mailbox's name and UIDVALIDITY where it is known.
    #[must_use]
    pub fn of(found: Vec<Subject>, mailboxes: Vec<(String, u32)>) -> Self {
        let mut validities = bearers(mailboxes);
        validities.retain(|_, bearer| match bearer {
            Bearer::One(name) => found.iter().any(|one| one.mailboxes.contains(name)),
            Bearer::Several => false,
        });
        Self { found, validities }
    }

    /// What the mailboxes of today that have another name now were called, where no other one is called so now.
    fn former_names<'a>(&'a self, mailboxes: &'a [Mailbox]) -> BTreeMap<&'a str, &'a str> {
        let today = mailboxes.iter();
        let today = today.filter_map(|one| Some((one.name.text(), one.status.uid_validity?)));
        let names: BTreeSet<&str> = mailboxes.iter().map(|one| one.name.text()).collect();
        let mut former = BTreeMap::new();
        for (validity, bearer) in bearers(today) {
            if let (Bearer::One(now), Some(Bearer::One(then))) =
                (bearer, self.validities.get(&validity))
                && now != then
                && !names.contains(then.as_str())
            {
                former.insert(now, then.as_str());
            }
        }
        former
    }
}

/// The name that a UIDVALIDITY belongs to.
#[derive(Debug, Clone)]
enum Bearer<N> {
    One(N),
    Several,
}

fn bearers<N>(mailboxes: impl IntoIterator<Item = (N, u32)>) -> BTreeMap<u32, Bearer<N>> {
    let mut bearers = BTreeMap::new();
    for (name, validity) in mailboxes {
        bearers
            .entry(validity)
            .and_modify(|bearer| *bearer = Bearer::Several)
            .or_insert(Bearer::One(name));
    }
    bearers
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

    /// The same with the names that its mailboxes had before.
    fn as_before(&self, former: &BTreeMap<&str, &str>) -> Self {
        let names = self.mailboxes.iter().map(String::as_str);
        let names = names.map(|name| former.get(name).copied().unwrap_or(name));
        Self {
            mailboxes: names.map(str::to_owned).collect(),
            ..self.clone()
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
    /// Compares today's findings, and the mailboxes that there are, with those of an earlier audit.
    #[must_use]
    pub fn since(earlier: &EarlierFindings, findings: &[Finding], mailboxes: &[Mailbox]) -> Self {
        let former = earlier.former_names(mailboxes);
        let today = findings.iter().map(Subject::of);
        let today: Vec<[Subject; 2]> = today.map(|one| [one.as_before(&former), one]).collect();
        let found = &earlier.found;
        // What a finding is about, or is left of, names its first mailbox too.
        let mut about: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, before) in found.iter().enumerate() {
            let names = before.mailboxes.iter().map(String::as_str);
            let none = before.mailboxes.is_empty().then_some("");
            for name in names.chain(none) {
                about.entry(name).or_default().push(place);
            }
        }
        let mut is_left = vec![false; found.len()];
        let mut is_known = |one: &Subject| {
            let first = one.mailboxes.first().map_or("", String::as_str);
            let mut is_known = false;
            for place in about.get(first).into_iter().flatten() {
                let is_of = found.get(*place).is_some_and(|before| one.is_of(before));
                if let Some(is_left) = is_left.get_mut(*place).filter(|_| is_of) {
                    (*is_left, is_known) = (true, true);
                }
            }
            is_known
        };
        let is_new = today.iter().map(|[then, now]| {
            let (then, now) = (is_known(then), is_known(now));
            !then && !now
        });
        Self {
            is_new: is_new.collect(),
            gone: is_left.iter().filter(|is_left| !**is_left).count() as u64,
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
        mailbox::Status,
        role::Role,
    };

    fn named(name: &str) -> MailboxName {
        MailboxName::new(name.as_bytes().to_vec(), name.to_owned())
    }

    fn finding(code: Code, mailboxes: &[&str]) -> Finding {
        Finding {
            code,
            severity: Severity::Warning,
            role: Some(Role::Sent),
            mailboxes: mailboxes.iter().map(|name| named(name)).collect(),
            message: "so".into(),
            fix: None,
            places: Vec::new(),
        }
    }

    /// Of an account that has these mailboxes, each with its UIDVALIDITY, then and now.
    fn news_of(
        earlier: &[Finding],
        were: &[(&str, u32)],
        today: &[Finding],
        are: &[(&str, u32)],
    ) -> (Vec<bool>, u64) {
        let were = were
            .iter()
            .map(|(name, validity)| ((*name).to_owned(), *validity));
        let before = EarlierFindings::of(earlier.iter().map(Subject::of).collect(), were.collect());
        let mailboxes = are.iter().map(|(name, validity)| {
            let status = Status {
                uid_validity: Some(*validity),
                ..Status::default()
            };
            Mailbox {
                name: named(name),
                delimiter: Some('/'),
                attributes: BTreeSet::new(),
                selectable: true,
                subscribed: None,
                status,
                sample: None,
            }
        });
        let news = News::since(&before, today, &mailboxes.collect::<Vec<_>>());
        (news.is_new, news.gone)
    }

    fn news(earlier: &[Finding], today: &[Finding]) -> (Vec<bool>, u64) {
        news_of(earlier, &[], today, &[])
    }

    #[test]
    fn a_mailbox_that_was_renamed_is_known_by_its_uidvalidity_if_it_has_that_alone() {
        let earlier = [finding(
            Code::RoleSplit,
            &["Sent Items", "Envoyés", "Sent (1)"],
        )];
        let today = [finding(Code::RoleSplit, &["Sent", "Envoyés"])];
        let news = |were: [u32; 3], are: [u32; 2]| {
            let were = ["Sent Items", "Envoyés", "Sent (1)"].into_iter().zip(were);
            let are = ["Sent", "Envoyés"].into_iter().zip(are);
            let (were, are): (Vec<_>, Vec<_>) = (were.collect(), are.collect());
            news_of(&earlier, &were, &today, &are)
        };
        assert_eq!(news([5, 6, 7], [5, 6]), (vec![false], 0));
        assert_eq!(
            news([5, 6, 7], [8, 6]),
            (vec![true], 1),
            "it is another one"
        );
        assert_eq!(
            news([5, 5, 7], [5, 6]),
            (vec![true], 1),
            "it may be another"
        );
        assert_eq!(
            news([5, 6, 7], [5, 5]),
            (vec![true], 1),
            "it may be another"
        );
    }

    #[test]
    fn a_new_mailbox_of_a_former_name_is_not_taken_for_the_one_that_had_it() {
        // Sent was renamed, Sent Items is gone, and a client has made another Sent.
        let earlier = [finding(Code::RoleSplit, &["Sent", "Sent Items"])];
        let today = [finding(Code::RoleSplit, &["Sent", "Sent Messages"])];
        let (were, are) = (
            [("Sent", 5), ("Sent Items", 6)],
            [("Sent Messages", 5), ("Sent", 9)],
        );
        assert_eq!(news_of(&earlier, &were, &today, &are), (vec![true], 1));
    }

    #[test]
    fn a_mailbox_is_known_by_its_name_though_it_is_another_one_now() {
        let found = [finding(Code::RoleUnmarked, &["Sent"])];
        let (were, are) = ([("Sent", 5), ("Sent Items", 6)], [("Sent", 6)]);
        assert_eq!(news_of(&found, &were, &found, &are), (vec![false], 0));
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
