//! The keeper: which of a role's members stays (README, "Which mailbox stays").
//!
//! In: the members. Out: one of them, and the rule that decided. Never: asking; where no rule decides that is said, and
//! whoever plans leaves the role to the user.
//!
//! Each rule ranks the members and leaves those that rank best; the first rule that leaves one has decided.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::language;
use crate::{
    language::{Phrase, text},
    model::{
        client::Finders,
        mailbox::{Mailbox, MailboxName},
        role::Role,
        roll::{EvidenceKind, Members, RollEntry},
    },
};

/// What decided, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// There is no other, it is INBOX, the user chose it, or the others are doubtful.
    Given,
    Mark,
    Provider,
    Clients,
    /// The language of the account's other keepers.
    Language,
    Newest,
    Most,
    Subscribed,
    English,
    /// The others' names are garbled.
    Whole,
    /// Only the order of their names would.
    Nothing,
}

/// What is known beside the members themselves.
pub(super) struct Known<'a> {
    /// The one that the user chose.
    pub(super) target: Option<&'a MailboxName>,
    /// Who finds each.
    pub(super) found: &'a BTreeMap<MailboxName, Finders>,
    /// The languages of the account's other keepers.
    pub(super) languages: &'a BTreeSet<String>,
}

/// A member, with what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) mailbox: &'a Mailbox,
    pub(super) entry: &'a RollEntry,
}

impl Candidate<'_> {
    fn is_marked(&self, role: Role) -> bool {
        self.has(EvidenceKind::Attribute, role)
    }

    fn has(&self, kind: EvidenceKind, role: Role) -> bool {
        self.why(kind, role).is_some()
    }

    fn why(&self, kind: EvidenceKind, role: Role) -> Option<Phrase> {
        let mut evidence = self.entry.evidence.iter();
        let one = evidence.find(|one| one.kind == kind && one.role == Some(role))?;
        Some(one.detail.clone())
    }

    fn speaks(&self, role: Role, languages: &BTreeSet<String>) -> bool {
        spoken(self.entry, role).any(|one| languages.contains(&one))
    }

    /// None where it cannot be told.
    #[expect(
        clippy::option_option,
        reason = "an empty mailbox has no newest message, and that is known"
    )]
    fn newest(&self) -> Option<Option<i64>> {
        let newest = self
            .mailbox
            .sample
            .as_ref()
            .and_then(|sample| sample.newest);
        let is_empty = self.mailbox.status.messages == Some(0);
        (is_empty || newest.is_some()).then_some(newest)
    }
}

/// The languages that the name has for the role.
fn spoken(entry: &RollEntry, role: Role) -> impl Iterator<Item = String> {
    let names = entry.evidence.iter();
    let names = names.filter(move |one| one.kind == EvidenceKind::Name && one.role == Some(role));
    names.filter_map(|one| one.locale.as_deref().map(language))
}

/// The languages of the names that are kept for sure: those of more than half of the roles that have one.
pub(super) fn languages(
    chosen: &BTreeMap<Role, (Members, Rule)>,
    entries: &[RollEntry],
) -> BTreeSet<String> {
    let mut votes: BTreeMap<String, usize> = BTreeMap::new();
    let mut counted = 0;
    for (role, (members, by)) in chosen {
        let entry = entries.iter().find(|entry| entry.name == members.keep);
        let is_clear = *by <= Rule::Clients && role.can_merge();
        let Some(entry) = entry.filter(|entry| is_clear && !entry.is_doubtful()) else {
            continue;
        };
        counted += 1;
        let spoken: BTreeSet<String> = spoken(entry, *role).collect();
        for language in spoken {
            *votes.entry(language).or_default() += 1;
        }
    }
    let most = votes.values().max().copied().unwrap_or(0);
    votes.retain(|_, count| *count == most && *count > 1 && *count * 2 > counted);
    votes.into_keys().collect()
}

/// Chooses among the members of a role; none only where there are none.
pub(super) fn choose(
    role: Role,
    mut left: Vec<Candidate>,
    known: &Known,
) -> Option<(MailboxName, Phrase, Rule)> {
    let is_alone = left.len() == 1;
    let (because, by) = decide(role, &mut left, known);
    let keep = left.first()?;
    let says_more = keep.is_marked(role) || Some(&keep.mailbox.name) == known.target;
    let (because, by) = match (because, by) {
        (_, Rule::Nothing) if is_alone => (text::alone_has_role(), Rule::Given),
        (_, by) if is_alone && !says_more => (text::alone_has_role(), by.min(Rule::Given)),
        chosen => chosen,
    };
    Some((keep.mailbox.name.clone(), because, by))
}

/// Leaves one, and says why.
fn decide(role: Role, left: &mut Vec<Candidate>, known: &Known) -> (Phrase, Rule) {
    if left.iter().any(|one| one.mailbox.name.is_inbox()) {
        left.retain(|one| one.mailbox.name.is_inbox());
        return (text::mail_arrives(), Rule::Given);
    }
    let is_target = |one: &Candidate| Some(&one.mailbox.name) == known.target;
    if left.iter().any(is_target) {
        left.retain(is_target);
        return (text::you_chose_it(), Rule::Given);
    }
    // Nothing sure is ever merged into a mailbox that may be something else, nor into one of another namespace.
    keep_if_any(left, |one| !one.entry.is_doubtful());
    keep_if_any(left, |one| one.entry.aside.is_none());
    let mark = role.attribute().unwrap_or("so");
    if let [only] = left.as_slice()
        && !only.is_marked(role)
    {
        return (text::only_sure_one(), Rule::Given);
    }
    if best(left, |one| one.is_marked(role)) {
        return (text::server_marks_it(mark), Rule::Mark);
    }
    let is_marked = left.iter().any(|one| one.is_marked(role));
    let (because, by) = among(role, left, known, is_marked);
    let because = match (is_marked, by) {
        (true, Rule::Nothing) | (false, _) => because,
        (true, _) => text::among_marked(mark, because),
    };
    (because, by)
}

/// Decides where mark and user do not.
fn among(role: Role, left: &mut Vec<Candidate>, known: &Known, is_marked: bool) -> (Phrase, Rule) {
    if best(left, |one| one.has(EvidenceKind::Provider, role)) {
        let keep = left
            .first()
            .and_then(|one| one.why(EvidenceKind::Provider, role));
        return (keep.unwrap_or_default(), Rule::Provider);
    }
    let finders = |one: &Candidate| known.found.get(&one.mailbox.name);
    if best(left, |one| finders(one).map(Finders::rank)) {
        let finders = left.first().and_then(finders);
        let because = finders.map(Finders::because_alone).unwrap_or_default();
        return (because, Rule::Clients);
    }
    if best(left, |one| one.speaks(role, known.languages)) {
        return (text::as_the_others_kept(), Rule::Language);
    }
    // What is not known of one of them says nothing of the others.
    if left.iter().all(|one| one.newest().is_some()) && best(left, Candidate::newest) {
        return (text::newest_mail(), Rule::Newest);
    }
    let messages = |one: &Candidate| one.mailbox.status.messages;
    if left.iter().all(|one| messages(one).is_some()) && best(left, messages) {
        return (text::most_messages(), Rule::Most);
    }
    if best(left, |one| one.mailbox.subscribed == Some(true)) {
        return (text::only_subscribed(), Rule::Subscribed);
    }
    // Servers that mark many translations (mailcow) create and subscribe the English one.
    if is_marked && best(left, |one| spoken(one.entry, role).any(|one| one == "en")) {
        return (text::english_name(), Rule::English);
    }
    if best(left, |one| one.entry.meant.is_none()) {
        return (text::name_is_whole(), Rule::Whole);
    }
    best(left, |one| std::cmp::Reverse(one.mailbox.name.clone()));
    (text::nothing_tells(), Rule::Nothing)
}

/// Leaves those of which it is so, if it is of any.
fn keep_if_any(left: &mut Vec<Candidate>, is_so: impl Fn(&Candidate) -> bool) {
    if left.iter().any(&is_so) {
        left.retain(is_so);
    }
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
