//! Checking: whether a plan says of itself what is so.
//!
//! In: a plan that anybody may have written and put a digest on. Out: nothing, or the first thing in it that does not hold,
//! with its place. Never: the account; whether the plan still fits that is looked at before it is applied.
//!
//! People read names and numbers, a server gets octets: what is shown has to be what is done. So a name is what its
//! octets read as, every mailbox that a step names is one that the plan has seen, and a step has the fields of its action
//! and no others.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Basis, Path, Plan, Seen, Step, Totals};
use crate::{
    language::{Phrase, text},
    model::{mailbox::MailboxName, mutf7, role::Role},
};

/// What does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {}", why.english())]
pub struct PlanFault {
    /// Where in the plan: `step 2, target`.
    pub place: String,
    /// Why not, in a sentence; names in it are raw.
    pub why: Phrase,
}

impl PlanFault {
    /// The same for people, its place first.
    #[must_use]
    pub fn said(&self) -> Phrase {
        self.why.map(|why| format!("{}: {why}", self.place))
    }
}

fn fault(place: impl Into<String>, why: Phrase) -> PlanFault {
    PlanFault {
        place: place.into(),
        why,
    }
}

type Checked = Result<(), PlanFault>;

impl Plan {
    /// Finds the first thing that does not hold.
    pub fn check(&self) -> Checked {
        if self.account != self.identity.url {
            let why = text::other_account(&self.account, &self.identity.url);
            return Err(fault("account", why));
        }
        for (place, name) in self.names() {
            check_name(&place, name)?;
        }
        self.listing.check()?;
        self.check_french()?;
        let seen: BTreeMap<&[u8], &Seen> = self.listing.by_wire().collect();
        let (mut made, mut emptied) = (BTreeSet::new(), BTreeSet::new());
        let mut last = 0;
        for step in &self.steps {
            let place = format!("step {}", step.id);
            if step.id <= last {
                let why = text::id_is(last.to_string());
                return Err(fault(place, why));
            }
            last = step.id;
            if self.allow.keep_sources && step.remove {
                let why = text::removes_what_is_kept();
                return Err(fault(place, why));
            }
            let is_final = matches!(step.action, Action::Merge | Action::Rename);
            let goes = step.source.as_ref();
            let goes = goes.filter(|_| is_final && step.uids.is_none());
            if goes.is_some_and(|source| !emptied.insert(source.wire())) {
                let place = format!("{place}, source");
                return Err(fault(place, text::goes_twice()));
            }
            step.check_fields()
                .and_then(|()| step.check_against(&seen, &mut made))
                .map_err(|(field, why)| match field {
                    "" => fault(&*place, why),
                    field => fault(format!("{place}, {field}"), why),
                })?;
        }
        if self
            .totals
            .is_some_and(|totals| totals != Totals::of(&self.steps))
        {
            return Err(fault("totals", text::is_no_sum()));
        }
        Ok(())
    }

    /// Its French has one sentence for each of its own, or there is none.
    fn check_french(&self) -> Checked {
        if self.french.is_empty() {
            return Ok(());
        }
        let mut own = self.clone();
        let is_whole = own.sentences().count() == self.french.len();
        if is_whole && self.french.iter().all(|sentence| !sentence.is_empty()) {
            return Ok(());
        }
        Err(fault("french", text::other_sentences()))
    }

    /// Every mailbox's name in it, each with its place.
    fn names(&self) -> impl Iterator<Item = (String, &MailboxName)> {
        let steps = self.steps.iter().flat_map(|step| {
            let names = [("source", &step.source), ("target", &step.target)];
            let names = names.into_iter();
            names.filter_map(|(field, name)| {
                Some((format!("step {}, {field}", step.id), name.as_ref()?))
            })
        });
        let filters = self.steps.iter().flat_map(|step| {
            let names = step.filter.iter().flat_map(|change| &change.names);
            let names = names.flat_map(|name| [&name.from, &name.to]);
            names.map(|name| (format!("step {}, filter", step.id), name))
        });
        let seen = (1..).zip(&self.listing.mailboxes);
        let seen = seen.flat_map(|(number, seen): (u32, _)| {
            let names = std::iter::once(&seen.mailbox).chain(&seen.children);
            names.map(move |name| (format!("listing, mailbox {number}"), name))
        });
        let subscribed = self.listing.subscribed.iter();
        let subscribed = subscribed.map(|name| ("listing, subscribed".to_owned(), name));
        steps.chain(filters).chain(seen).chain(subscribed)
    }
}

/// A name is shown as its octets read, whatever the server's encoding.
fn check_name(place: &str, name: &MailboxName) -> Checked {
    if mutf7::reads_as(name.wire(), name.text()) {
        return Ok(());
    }
    let wire = String::from_utf8_lossy(name.wire());
    let why = text::name_reads_otherwise(name, wire);
    Err(fault(place, why))
}

impl Basis {
    fn by_wire(&self) -> impl Iterator<Item = (&[u8], &Seen)> {
        let mailboxes = self.mailboxes.iter();
        mailboxes.map(|seen| (seen.mailbox.wire(), seen))
    }

    fn check(&self) -> Checked {
        if self.fingerprint != Self::fingerprint_of(&self.mailboxes) {
            let why = text::no_such_fingerprint();
            return Err(fault("listing, fingerprint", why));
        }
        let mut names = BTreeSet::new();
        for (number, seen) in (1..).zip(&self.mailboxes) {
            let place = || format!("listing, mailbox {number}");
            if !names.insert(seen.mailbox.wire()) {
                let why = text::is_there_twice(&seen.mailbox);
                return Err(fault(place(), why));
            }
            if !seen.exists && seen.says_something() {
                let why = text::said_not_to_exist(&seen.mailbox);
                return Err(fault(place(), why));
            }
            let delimiter = self.delimiter_of(&seen.mailbox);
            let mut children = seen.children.iter();
            if let Some(child) = children.find(|one| !one.is_below(&seen.mailbox, delimiter)) {
                let why = text::is_not_below(child, &seen.mailbox);
                return Err(fault(place(), why));
            }
        }
        Ok(())
    }
}

impl Seen {
    /// Whether anything is known of it that only a mailbox can have.
    /// Whether nothing is known of it but that it is listed: CREATE makes a mailbox of a name that has none (RFC 9051 §6.3.4).
    fn is_only_a_name(&self) -> bool {
        self.exists && self.uid_validity.is_none() && self.messages.is_none()
    }

    fn says_something(&self) -> bool {
        self.uid_validity.is_some()
            || self.uid_next.is_some()
            || self.messages.is_some()
            || self.mailbox_id.is_some()
            || !self.attributes.is_empty()
            || !self.children.is_empty()
    }
}

/// A field and why it does not hold.
type Wrong = (&'static str, Phrase);

impl Step {
    /// Whether it has the fields of its action and no others.
    fn check_fields(&self) -> Result<(), Wrong> {
        let wrong = |field, why: Phrase| Err((field, why));
        let (needs_source, needs_target) = match self.action {
            Action::Rename | Action::Merge => (true, true),
            Action::Create | Action::Subscribe | Action::Unsubscribe => (false, true),
            // A mark is set on the target, or cleared from the source.
            Action::Mark => (self.target.is_none(), self.source.is_none()),
            Action::RepairFilters => (false, false),
            Action::Delete => {
                return wrong("action", text::removes_unemptied());
            }
        };
        for (field, name, is_needed) in [
            ("source", &self.source, needs_source),
            ("target", &self.target, needs_target),
        ] {
            match (name, is_needed) {
                (None, true) => return Err((field, text::needs_one(self.action.word()))),
                (Some(_), false) => {
                    return Err((field, text::has_none(self.action.word())));
                }
                _ => {}
            }
        }
        let same = self.source.as_ref().zip(self.target.as_ref());
        if same.is_some_and(|(source, target)| is_same(source, target)) {
            return wrong("target", text::is_the_source());
        }
        let is_merge = self.action == Action::Merge;
        match self.path {
            None if is_merge => return wrong("path", text::merge_needs_path()),
            Some(_) if !is_merge => return wrong("path", text::only_merge_moves()),
            _ => {}
        }
        if self.remove && !is_merge {
            return wrong("remove", text::only_merge_empties());
        }
        if self.uids.is_some() && !is_merge {
            return wrong("uids", text::only_merge_moves());
        }
        let has_counts = self.messages.is_some() || self.size.is_some();
        if has_counts && !matches!(self.action, Action::Merge | Action::Rename) {
            return wrong("messages", text::only_merge_or_rename_counts());
        }
        let is_lasting = self.action == Action::Create || self.path == Some(Path::CopyOnly);
        if self.reversible == is_lasting {
            let why = if is_lasting {
                text::undo_cannot_reverse()
            } else {
                text::undo_can_reverse()
            };
            return wrong("reversible", why);
        }
        self.check_filter()?;
        self.check_inbox_and_marks()
    }

    fn check_filter(&self) -> Result<(), Wrong> {
        let wrong = |why: Phrase| Err(("filter", why));
        let repairs = self.action == Action::RepairFilters;
        match &self.filter {
            None if repairs => wrong(text::script_not_said()),
            Some(_) if !repairs => wrong(text::only_repair_has_filter()),
            Some(change) if change.script == change.to => wrong(text::script_runs_already()),
            _ => Ok(()),
        }
    }

    fn check_inbox_and_marks(&self) -> Result<(), Wrong> {
        let wrong = |field, why: Phrase| Err((field, why));
        let is_inbox =
            |name: &Option<MailboxName>| name.as_ref().is_some_and(MailboxName::is_inbox);
        let gives = self.action == Action::Rename && is_inbox(&self.target);
        if gives {
            return wrong("target", text::no_rename_to_inbox());
        }
        // An undo moves single messages back out of it.
        let takes = self.action == Action::Rename
            || self.action == Action::Merge && (self.remove || self.uids.is_none());
        if takes && is_inbox(&self.source) {
            return wrong("source", text::inbox_is_left());
        }
        let has_mark = self.role.and_then(Role::attribute).is_some();
        if self.action == Action::Mark && !has_mark {
            return wrong("role", text::mark_needs_role());
        }
        if self.if_marked && !(self.action == Action::Rename && has_mark) {
            return wrong("if_marked", text::only_rename_waits());
        }
        Ok(())
    }

    /// Whether what it names has been seen, and is what the plan has seen; what it makes is remembered.
    fn check_against<'p>(
        &'p self,
        seen: &BTreeMap<&[u8], &'p Seen>,
        made: &mut BTreeSet<&'p [u8]>,
    ) -> Result<(), Wrong> {
        for (field, name) in [("source", &self.source), ("target", &self.target)] {
            let Some(name) = name else { continue };
            if !seen.contains_key(name.wire()) {
                let why = text::is_not_seen(name);
                return Err((field, why));
            }
        }
        let found = |name: &Option<MailboxName>| {
            let name = name.as_ref()?;
            seen.get(name.wire()).copied()
        };
        if let Some(source) = found(&self.source) {
            let wire = source.mailbox.wire();
            if !source.exists && !made.contains(wire) {
                let why = text::does_not_exist_by_then(&source.mailbox);
                return Err(("source", why));
            }
            self.check_source(source)?;
        }
        if let Some(target) = found(&self.target) {
            let wire = target.mailbox.wire();
            match self.action {
                Action::Create | Action::Rename => {
                    let is_only_a_name = self.action == Action::Create && target.is_only_a_name();
                    if target.exists && !is_only_a_name {
                        let why = text::exists_already(&target.mailbox);
                        return Err(("target", why));
                    }
                    made.insert(wire);
                }
                // What is below a mailbox follows it, so its new name comes with that.
                Action::Unsubscribe => {}
                _ if target.exists || made.contains(wire) => {}
                _ => {
                    let why = text::does_not_exist_by_then(&target.mailbox);
                    return Err(("target", why));
                }
            }
        }
        Ok(())
    }

    /// Whether it tells of its source what the plan has seen there.
    fn check_source(&self, source: &Seen) -> Result<(), Wrong> {
        let is_whole = self.action == Action::Merge && self.uids.is_none();
        if is_whole && source.exists && source.uid_validity.is_none_or(|validity| validity == 0) {
            let why = text::validity_not_seen(&source.mailbox);
            return Err(("source", why));
        }
        let Some((told, has)) = self.messages.zip(source.messages) else {
            return Ok(());
        };
        let holds = match self.action {
            // An undo names the messages that were moved, whatever has become of them since.
            Action::Merge if !is_whole => true,
            // Some may stay, for they are marked \Deleted.
            Action::Merge => told <= has,
            _ => told == has,
        };
        if holds {
            Ok(())
        } else {
            let why = text::says_other_count(told.to_string(), has.to_string());
            Err(("messages", why))
        }
    }
}

/// Whether two names are one mailbox's: the same octets, or INBOX in any case.
fn is_same(one: &MailboxName, other: &MailboxName) -> bool {
    one.wire() == other.wire() || one.is_inbox() && other.is_inbox()
}
