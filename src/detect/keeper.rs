//! The keeper: which of a role's members stays (decisions 1).
//!
//! In: the members. Out: one of them, and the rule that decided. Never: asking; an unclear keeper is never ambiguous.
//!
//! Each rule ranks the members and leaves those that rank best; the first rule that leaves one has decided.

use std::collections::BTreeMap;

use crate::{
    language::{Phrase, text},
    model::{
        client::Finders,
        mailbox::{Mailbox, MailboxName},
        role::Role,
        roll::{Entry, EvidenceKind},
    },
};

/// A member, with what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) mailbox: &'a Mailbox,
    pub(super) entry: &'a Entry,
}

impl Candidate<'_> {
    fn is_marked(&self, role: Role) -> bool {
        self.has(EvidenceKind::Attribute, role, None)
    }

    fn is_english(&self, role: Role) -> bool {
        self.has(EvidenceKind::Name, role, Some("en"))
    }

    fn has(&self, kind: EvidenceKind, role: Role, locale: Option<&str>) -> bool {
        self.entry.evidence.iter().any(|one| {
            one.kind == kind
                && one.role == Some(role)
                && (locale.is_none() || one.locale.as_deref() == locale)
        })
    }
}

/// Chooses among the members of a role; none only where there are none.
pub(super) fn choose(
    role: Role,
    mut left: Vec<Candidate>,
    target: Option<&MailboxName>,
    found: &BTreeMap<MailboxName, Finders>,
) -> Option<(MailboxName, Phrase)> {
    let is_alone = left.len() == 1;
    let because = decide(role, &mut left, target, found);
    let keep = left.first()?;
    let because = match because {
        _ if is_alone && !keep.is_marked(role) && Some(&keep.mailbox.name) != target => {
            text::alone_has_role()
        }
        because => because,
    };
    Some((keep.mailbox.name.clone(), because))
}

/// Leaves one, and says why.
fn decide(
    role: Role,
    left: &mut Vec<Candidate>,
    target: Option<&MailboxName>,
    found: &BTreeMap<MailboxName, Finders>,
) -> Phrase {
    if left.iter().any(|one| one.mailbox.name.is_inbox()) {
        left.retain(|one| one.mailbox.name.is_inbox());
        return text::mail_arrives();
    }
    let is_target = |one: &Candidate| Some(&one.mailbox.name) == target;
    if left.iter().any(is_target) {
        left.retain(is_target);
        return text::you_chose_it();
    }
    // Nothing sure is ever merged into a mailbox that may be something else.
    if left.iter().any(|one| !one.entry.doubtful) {
        left.retain(|one| !one.entry.doubtful);
    }
    let mark = role.attribute().unwrap_or("so");
    if best(left, |one| one.is_marked(role)) {
        return text::server_marks_it(mark);
    }
    let is_marked = left.iter().any(|one| one.is_marked(role));
    let among = |because| {
        if is_marked {
            text::among_marked(mark, because)
        } else {
            because
        }
    };
    let finders = |one: &Candidate| found.get(&one.mailbox.name);
    if best(left, |one| finders(one).map(Finders::rank)) {
        let finders = left.first().and_then(finders);
        return among(finders.map(Finders::because).unwrap_or_default());
    }
    if best(left, |one| one.mailbox.subscribed == Some(true)) {
        return among(text::only_subscribed());
    }
    // Servers that mark many translations (mailcow) create and subscribe the English one.
    if is_marked && best(left, |one| one.is_english(role)) {
        return among(text::english_name());
    }
    if best(left, |one| {
        one.mailbox.sample.as_ref().and_then(|sample| sample.newest)
    }) {
        return among(text::newest_mail());
    }
    if best(left, |one| one.mailbox.status.messages) {
        return among(text::most_messages());
    }
    best(left, |one| std::cmp::Reverse(one.mailbox.name.clone()));
    among(text::first_name())
}

/// Leaves the candidates that rank highest; tells whether that is one.
fn best<'a, Rank: Ord>(
    left: &mut Vec<Candidate<'a>>,
    rank: impl Fn(&Candidate<'a>) -> Rank,
) -> bool {
    let highest = left.iter().map(&rank).max();
    left.retain(|one| Some(rank(one)) == highest);
    left.len() == 1
}
