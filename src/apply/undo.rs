//! Undo: the inverse of a run, as a plan that is applied and journalled like any other.
//!
//! In: the journal of a run that is over, and a fresh Listing. Out: a Plan. It deletes nothing, and never guesses which
//! message is which.
//!
//! What is reversed is what the journal proves: messages by the UIDs they got in the target, renames, marks,
//! subscriptions. A step whose command lost its answer counts as its receipt says, which was written after a look.
//! A message that somebody has moved or deleted since is left alone, and so is one that was only copied. A target that
//! the run made stays, empty, and the plan says so.

use std::collections::BTreeSet;

use super::{
    books::{Books, Place, StepBook},
    error::ApplyError,
    run_log::RunLog,
    state_dir::StateDir,
};
use crate::{
    language::{Phrase, text},
    model::{
        finding::Code,
        listing::Listing,
        mailbox::{MailboxName, is_tombstone},
        plan::{Action, Allowances, Basis, FilterChange, Path, Plan, Remark, SCHEMA, Step},
        receipt::SourceAfter,
        role::Role,
    },
    store::Act,
};

/// The plan that reverses a run.
pub fn undo(
    home: &StateDir,
    run: &str,
    listing: &Listing,
    made: String,
) -> Result<Plan, ApplyError> {
    let log = home.log_of(&listing.account, run)?;
    let not_possible = |why: Phrase| ApplyError::NotPossible {
        what: text::undo_verb(),
        run: run.to_owned(),
        why,
    };
    let Some(plan) = log.plan() else {
        return Err(not_possible(text::never_began()));
    };
    if !plan.identity.is_same(&listing.account) {
        return Err(ApplyError::OtherAccount {
            run: run.to_owned(),
            account: plan.account.clone(),
        });
    }
    if !log.is_finished() && !log.is_waiting() && !log.is_given_up() {
        return Err(not_possible(text::is_unfinished(run)));
    }
    let account_log = home.account_log(&plan.identity)?;
    if let Some(other) = account_log.undone_by(run) {
        return Err(not_possible(text::run_has_undone_it(other)));
    }
    if let Some(name) = changed_target(&log.books, listing) {
        return Err(not_possible(text::target_is_another(name)));
    }
    Ok(inverse(&log, plan, listing, made))
}

/// The plan whose steps reverse those of a plan, as far as its run has done them.
fn inverse(log: &RunLog, plan: &Plan, listing: &Listing, made: String) -> Plan {
    let mut maker = Maker {
        listing,
        path: Path::of(&listing.server),
        steps: Vec::new(),
        warnings: Vec::new(),
        made: BTreeSet::new(),
    };
    let nothing = StepBook::default();
    for step in plan.steps.iter().rev() {
        maker.reverse(step, log.books.step(step.id).unwrap_or(&nothing));
    }
    let differences = log.books.mailboxes().differences().iter();
    for balance in differences.filter(|balance| balance.unexplained > 0) {
        let messages = text::messages(balance.unexplained);
        maker.warn_of_mail(text::was_not_explained(&balance.mailbox, messages));
    }
    Plan {
        schema: SCHEMA.to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        account: plan.account.clone(),
        identity: plan.identity.clone(),
        made,
        listing: Basis::of_steps(listing, &maker.steps),
        allow: Allowances {
            move_deleted: true,
            keyword_loss: false,
            keep_sources: true,
        },
        partial: false,
        undoes: Some(log.run.clone()),
        steps: maker.steps,
        warnings: maker.warnings,
        manual: Vec::new(),
        french: Vec::new(),
        totals: None,
        digest: String::new(),
        error: (),
    }
    .sealed()
}

/// A target whose messages can no longer be named by the recorded UIDs.
fn changed_target<'b>(books: &'b Books, listing: &Listing) -> Option<&'b MailboxName> {
    let effects = books.steps().map(|(_, book)| &book.effect);
    let targets = effects
        .filter(|effect| !effect.moved.is_empty())
        .filter_map(|effect| effect.target.as_ref());
    let is_changed = |target: &&Place| {
        listing
            .find(target.mailbox.wire())
            .is_none_or(|now| now.status.uid_validity != Some(target.validity))
    };
    targets
        .into_iter()
        .find(is_changed)
        .map(|target| &target.mailbox)
}

struct Maker<'l> {
    listing: &'l Listing,
    path: Option<Path>,
    steps: Vec<Step>,
    warnings: Vec<Remark>,
    /// Names that an earlier step of this plan makes.
    made: BTreeSet<MailboxName>,
}

impl Maker<'_> {
    fn reverse(&mut self, step: &Step, book: &StepBook) {
        let (source, target, role) = (step.source.as_ref(), step.target.as_ref(), step.role);
        let did = |what: fn(&Act) -> bool| book.is_applied() && book.effect.did(what);
        match step.action {
            Action::Merge => {
                if let Some(source) = source {
                    self.reverse_merge(step, source, book);
                }
            }
            Action::Rename if did(|act| matches!(act, Act::Rename { .. })) => {
                let delimiter = self.listing.delimiter();
                let was_set_aside = |name: &MailboxName| is_tombstone(name.leaf(delimiter));
                if let Some(target) = target.filter(|_| source.is_some_and(was_set_aside)) {
                    // It was set aside before, and nobody would look after it under that name.
                    self.warn(text::keeps_its_own_name(target));
                    return;
                }
                self.add(Action::Rename, target, source, role, text::had_that_name());
            }
            Action::Subscribe if did(|act| matches!(act, Act::Subscribe { .. })) => {
                self.add(
                    Action::Unsubscribe,
                    None,
                    target,
                    role,
                    text::was_not_subscribed(),
                );
            }
            Action::Unsubscribe
                if did(|act| matches!(act, Act::Unsubscribe { .. }))
                    && target.is_some_and(|target| self.will_exist(target)) =>
            {
                self.add(
                    Action::Subscribe,
                    None,
                    target,
                    role,
                    text::was_subscribed(),
                );
            }
            // What was set is cleared, what was cleared is set.
            Action::Mark if did(|act| matches!(act, Act::Mark { .. })) => {
                self.add(Action::Mark, target, source, role, text::mark_was_so());
            }
            Action::RepairFilters if did(|act| matches!(act, Act::ActivateScript { .. })) => {
                if let Some(change) = &step.filter {
                    self.put_filter_back(change);
                }
            }
            Action::Create if did(|act| matches!(act, Act::Create { .. })) => {
                if let Some(target) = target {
                    self.warn(text::made_by_run(target));
                }
            }
            _ => {}
        }
    }

    /// Lets the script run again that ran before; the other one stays.
    fn put_filter_back(&mut self, change: &FilterChange) {
        let id = self.next_id();
        self.steps.push(Step {
            because: vec![text::filter_ran_before()],
            filter: Some(FilterChange {
                script: change.to.clone(),
                sha256: change.to_sha256.clone(),
                to: change.script.clone(),
                to_sha256: change.sha256.clone(),
                names: Vec::new(),
                encoding: change.encoding,
            }),
            ..Step::new(id, Action::RepairFilters)
        });
    }

    fn reverse_merge(&mut self, step: &Step, source: &MailboxName, book: &StepBook) {
        self.bring_back(source, step.role, book);
        let effect = &book.effect;
        let Some(Place {
            mailbox: target, ..
        }) = &effect.target
        else {
            return;
        };
        if !effect.copied.is_empty() {
            let copies = text::copies_that_stay(effect.copied.len());
            self.warn_of_mail(text::copies_stay(copies, target));
        }
        if effect.purged > 0 {
            let messages = text::messages(effect.purged);
            self.warn_of_loss(text::were_purged(messages, target));
        }
        if effect.there > 0 {
            let messages = text::messages_that_stay(effect.there as u64);
            self.warn_of_mail(text::were_there_before(messages, target, source));
        }
        let uids = effect.moved.to_set();
        if uids.is_empty() {
            return;
        }
        let count = uids.len() as u64;
        let messages = text::messages(count);
        let there = self.listing.find(target.wire());
        let there = there.and_then(|mailbox| mailbox.status.messages);
        if let Some(there) = there.filter(|there| *there < count) {
            let stands = text::messages(there);
            self.warn_of_loss(text::fewer_are_there(target, messages.clone(), stands));
        }
        if !self.will_exist(source) {
            self.warn_of_mail(text::source_is_gone(target, messages, source));
            return;
        }
        let Some(path) = self.path else {
            self.warn_of_mail(text::could_only_copy_back(target, messages));
            return;
        };
        self.warn_of_learning(step.role, target);
        let id = self.next_id();
        self.steps.push(Step {
            source: Some(target.clone()),
            target: Some(source.clone()),
            role: step.role,
            messages: Some(there.map_or(count, |there| there.min(count))),
            because: vec![text::moved_from_there()],
            path: Some(path),
            uids: Some(uids),
            ..Step::new(id, Action::Merge)
        });
    }

    /// Makes a removed source again, with its subscription.
    fn bring_back(&mut self, source: &MailboxName, role: Option<Role>, book: &StepBook) {
        let effect = &book.effect;
        // A name that is listed and cannot be opened holds no mailbox: CREATE makes one of it (RFC 9051 §6.3.4), and RENAME
        // would find it in its way.
        let is_gone = |name: &MailboxName| !self.can_be_opened(name);
        if let Some(name) = effect.set_aside.as_ref()
            && !is_gone(name)
            && self.listing.find(source.wire()).is_none()
        {
            // It is still there, with all that it is known by.
            let because = text::had_that_name();
            self.add(Action::Rename, Some(name), Some(source), role, because);
        }
        let is_gone = |name: &MailboxName| !self.can_be_opened(name);
        let by_us = matches!(
            book.source_after(),
            Some(SourceAfter::Removed | SourceAfter::CameBack)
        ) && effect.did(|act| matches!(act, Act::Delete { .. }));
        // Somebody else may have removed what was set aside while it waited.
        let was_set_aside = matches!(
            book.source_after(),
            Some(SourceAfter::Removed | SourceAfter::CameBack | SourceAfter::Waits)
        );
        let is_left = self.listing.find(source.wire()).is_some();
        let removed =
            by_us || was_set_aside && (is_left || effect.set_aside.as_ref().is_some_and(is_gone));
        if removed && is_gone(source) && self.made.insert(source.clone()) {
            // The role is not given back here: it was cleared by a step of its own if it had one.
            self.add(
                Action::Create,
                None,
                Some(source),
                None,
                text::was_removed(),
            );
            self.warn(text::made_without_rights(source));
        }
        let unsubscribed =
            effect.did(|act| matches!(act, Act::Unsubscribe { name } if name == source));
        if unsubscribed && self.will_exist(source) {
            self.add(
                Action::Subscribe,
                None,
                Some(source),
                role,
                text::was_subscribed(),
            );
        }
    }

    /// What leaves junk may teach a spam filter.
    fn warn_of_learning(&mut self, role: Option<Role>, from: &MailboxName) {
        if role == Some(Role::Junk) {
            self.warnings.push(Remark {
                code: Code::FilterMayLearn,
                role,
                message: text::learns_no_spam(text::quoted(from.text())),
            });
        }
    }

    fn warn(&mut self, message: Phrase) {
        self.warnings.push(Remark {
            code: Code::UndoIncomplete,
            role: None,
            message,
        });
    }

    /// Mail that stays where it is.
    fn warn_of_mail(&mut self, message: Phrase) {
        self.warnings.push(Remark {
            code: Code::UndoLeavesMail,
            role: None,
            message,
        });
    }

    /// What the run moved and is gone since.
    fn warn_of_loss(&mut self, message: Phrase) {
        self.warnings.push(Remark {
            role: None,
            code: Code::MayBePurged,
            message,
        });
    }

    fn will_exist(&self, name: &MailboxName) -> bool {
        self.made.contains(name) || self.can_be_opened(name)
    }

    fn can_be_opened(&self, name: &MailboxName) -> bool {
        let found = self.listing.find(name.wire());
        found.is_some_and(|found| found.selectable)
    }

    fn next_id(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX) + 1
    }

    fn add(
        &mut self,
        action: Action,
        source: Option<&MailboxName>,
        target: Option<&MailboxName>,
        role: Option<Role>,
        because: Phrase,
    ) {
        if action == Action::Rename
            && let Some(target) = target
        {
            self.made.insert(target.clone());
        }
        let id = self.next_id();
        self.steps.push(Step {
            source: source.cloned(),
            target: target.cloned(),
            role,
            because: vec![because],
            reversible: action != Action::Create,
            ..Step::new(id, action)
        });
    }
}

#[cfg(test)]
#[path = "undo_tests.rs"]
mod tests;
