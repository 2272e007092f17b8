//! The keeper: which of a role's members stays (decisions 1).
//!
//! In: the members. Out: one of them, and the rule that decided. Never: asking; an unclear keeper is never ambiguous.
//!
//! Each rule ranks the members and leaves those that rank best; the first rule that leaves one has decided.

use std::collections::BTreeMap;

use crate::model::{
    client::Finders,
    mailbox::{Mailbox, MailboxName},
    role::Role,
    roll::{Entry, EvidenceKind},
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
) -> Option<(MailboxName, String)> {
    let is_alone = left.len() == 1;
    let because = decide(role, &mut left, target, found);
    let keep = left.first()?;
    let because = match because {
        _ if is_alone && !keep.is_marked(role) && Some(&keep.mailbox.name) != target => {
            "no other mailbox has this role".to_owned()
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
) -> String {
    if left.iter().any(|one| one.mailbox.name.is_inbox()) {
        left.retain(|one| one.mailbox.name.is_inbox());
        return "mail arrives there".to_owned();
    }
    let is_target = |one: &Candidate| Some(&one.mailbox.name) == target;
    if left.iter().any(is_target) {
        left.retain(is_target);
        return "you chose it".to_owned();
    }
    // Nothing sure is ever merged into a mailbox that may be something else.
    if left.iter().any(|one| !one.entry.doubtful) {
        left.retain(|one| !one.entry.doubtful);
    }
    let mark = role.attribute().unwrap_or("so");
    if best(left, |one| one.is_marked(role)) {
        return format!("the server marks it {mark}");
    }
    let is_marked = left.iter().any(|one| one.is_marked(role));
    let among = if is_marked {
        format!("of those marked {mark} ")
    } else {
        String::new()
    };
    let finders = |one: &Candidate| found.get(&one.mailbox.name);
    if best(left, |one| finders(one).map(Finders::rank)) {
        let finders = left.first().and_then(finders);
        return finders.map_or_else(|| among.clone(), |finders| format!("{among}{finders}"));
    }
    if best(left, |one| one.mailbox.subscribed == Some(true)) {
        return format!("{among}it is the only one subscribed");
    }
    // Servers that mark many translations (mailcow) create and subscribe the English one.
    if is_marked && best(left, |one| one.is_english(role)) {
        return format!("{among}it has the English name");
    }
    if best(left, |one| {
        one.mailbox.sample.as_ref().and_then(|sample| sample.newest)
    }) {
        return format!("{among}it has the newest mail");
    }
    if best(left, |one| one.mailbox.status.messages) {
        return format!("{among}it has the most messages");
    }
    best(left, |one| std::cmp::Reverse(one.mailbox.name.clone()));
    format!("{among}its name comes first")
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
