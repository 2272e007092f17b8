//! The course of a run: the order of things, and how it ends.
//!
//! In: a run that knows what its records say and what the server still had to be asked. Out: a Receipt. The run does not
//! end while a mailbox stands under a name that it gave, unless its removal is left to a later run.
//!
//! Steps run in the plan's order. Sources that were emptied wait under their tombstones' names until all steps are through.
//! Then one settle time passes for all of them, and each is looked at once more and removed.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    error::ApplyError,
    journal::Record,
    later,
    ports::Event,
    receipt::receipt,
    reconnect::Reconnected,
    run::{Outcomes, Run, Tombstone},
    stop::StopReason,
};
use crate::{
    guard::{Guard, stands},
    language::{Phrase, text},
    model::{
        mailbox::MailboxName,
        plan::{Action, Basis, Step},
        receipt::{Outcome, Receipt, SourceAfter, StepReceipt},
    },
    store::Store,
};

impl<S: Store> Run<'_, S> {
    /// Runs what is left of the plan, then removes what is under tombstones, over as many connections as that takes. What
    /// became of a command that has no answer is found out first.
    pub(super) async fn go_on(&mut self, mut outcomes: Outcomes) -> Result<Receipt, ApplyError> {
        loop {
            if outcomes == Outcomes::Open && stands(Guard::Recovery) {
                match self.recover().await {
                    Ok(()) => {}
                    Err(stop) => match self.reconnect(stop, Outcomes::Open).await {
                        Ok(Reconnected::Yes(_)) => continue,
                        Ok(Reconnected::Nowhere(stop)) | Err(stop) => {
                            return self.stopped_unproven(stop);
                        }
                    },
                }
            }
            let Err(reason) = self.until_the_end().await else {
                return Ok(self.done());
            };
            outcomes = match self.reconnect(reason, Outcomes::Known).await {
                Ok(Reconnected::Yes(outcomes)) => outcomes,
                Ok(Reconnected::Nowhere(reason)) => return self.gets_nowhere(reason),
                Err(reason) => return self.stopped(reason),
            };
        }
    }

    /// The run has got nowhere over several connections. Where all that was sent is answered and seen, and every mailbox has its
    /// own name, nothing is left to be found out: then its steps end with that reason, and not the account is held up by it.
    fn gets_nowhere(&mut self, reason: StopReason) -> Result<Receipt, ApplyError> {
        let StopReason::Lost(why, later) = reason else {
            return self.stopped(reason);
        };
        let mut steps = self.mover.plan.steps.iter();
        let is_under_way = steps.any(|step| self.ended(step.id).is_none());
        let is_known = !self.books().is_anything_open() && !self.stands_aside();
        if !self.books().has_sent() || !is_under_way || !is_known {
            return self.stopped(StopReason::Lost(why, later));
        }
        match self.end_all(&why) {
            Ok(()) => Ok(self.done()),
            Err(stop) => self.stopped(stop),
        }
    }

    /// Whether a source may stand under a name that we gave it.
    fn stands_aside(&self) -> bool {
        let set_aside = self.books().set_aside();
        let mut attempts = set_aside.attempts();
        let was_seen = attempts.any(|attempt| {
            let is_over = self.ended(attempt.step).is_some();
            set_aside.source_of(&attempt.name).is_some() && !is_over
        });
        was_seen || !self.tombstones.is_empty()
    }

    /// Ends every step that is not over, for this reason, and the run.
    fn end_all(&mut self, why: &Phrase) -> Result<(), StopReason> {
        let begun = self.begun();
        for step in &self.mover.plan.steps {
            if self.ended(step.id).is_some() {
                continue;
            }
            let ended = if begun.contains(&step.id) {
                let after = (step.action == Action::Merge).then_some(SourceAfter::Left);
                let why = text::hangs_up_again_and_again(why.clone());
                receipt(step, Outcome::Refused, after, Some(why))
            } else {
                receipt(step, Outcome::Skipped, None, Some(text::not_begun()))
            };
            self.end_step(ended)?;
        }
        self.record(Record::End {})
    }

    /// Over one connection. Where it ends before, why.
    async fn until_the_end(&mut self) -> Result<(), StopReason> {
        let plan = self.mover.plan;
        let groups = together(&plan.steps, &plan.listing);
        for (place, steps) in groups.iter().enumerate() {
            let open = steps.iter().filter(|step| {
                let only_removes = self.emptied.contains(&step.id) && self.is_waiting(step.id);
                self.ended(step.id).is_none() && !only_removes
            });
            let open: Vec<&Step> = open.copied().collect();
            self.under_way = open.iter().map(|step| step.id).collect();
            let next = groups.get(place + 1).map(Vec::as_slice).unwrap_or_default();
            self.next_steps = next.iter().map(|step| step.id).collect();
            self.several(&open).await?;
        }
        self.under_way.clear();
        self.finish().await
    }

    /// Runs steps that may go together.
    async fn several(&mut self, steps: &[&Step]) -> Result<(), StopReason> {
        let (mut creates, mut merges, mut subscriptions) = (Vec::new(), Vec::new(), Vec::new());
        for step in steps.iter().copied() {
            if self.settings.skip.contains(&step.id) {
                let why = Some(text::left_out());
                self.end_step(receipt(step, Outcome::Skipped, None, why))?;
                continue;
            }
            if let Some(why) = self.held_by_filters(step) {
                self.end_step(receipt(step, Outcome::Skipped, None, Some(why)))?;
                continue;
            }
            let all = self.mover.plan.steps.len();
            self.mover.sender.ports.event(&Event::Step {
                id: step.id,
                of: u32::try_from(all).unwrap_or(u32::MAX),
                total_messages: step.messages.filter(|_| step.action == Action::Merge),
            });
            match step.action {
                Action::Merge => merges.push(step),
                Action::Create => creates.push(step),
                Action::Subscribe | Action::Unsubscribe => subscriptions.push(step),
                _ => self.one(step).await?,
            }
        }
        if creates.len() > 1 {
            self.creates(&creates).await?;
        }
        self.subscriptions(&subscriptions).await?;
        for step in creates.into_iter().chain(subscriptions) {
            if self.ended(step.id).is_none() {
                self.one(step).await?;
            }
        }
        self.merges(&merges).await
    }

    /// The receipt of a run that has come to its end.
    fn done(&self) -> Receipt {
        let since = self.mover.sender.ports.now();
        let grace = self.settings.grace.filter(|_| self.is_anything_waiting());
        let until = grace.and_then(|grace| later::after(&since, grace));
        let waits = grace.map(|_| until.map_or(since, |until| until.to_string()));
        Receipt {
            waits,
            ..self.receipt(&BTreeMap::new(), true, false)
        }
    }

    async fn one(&mut self, step: &Step) -> Result<(), StopReason> {
        loop {
            match self.step(step).await {
                // Bounded by `Throttle`: what is sent next waits first, or ends the run.
                Err(StopReason::Later(_)) => {}
                Err(StopReason::Step(why)) => return self.step_refused(step, why).await,
                other => return other,
            }
        }
    }

    /// The end of a run: every tombstone is removed, waits for a later run, or has its own name back, and none has turned up
    /// late.
    async fn finish(&mut self) -> Result<(), StopReason> {
        loop {
            self.settle().await?;
            if !self.sweep().await? {
                break;
            }
        }
        self.balance().await?;
        match self.tombstones.iter().find_map(|tomb| tomb.stuck.clone()) {
            Some(why) => Err(StopReason::Stuck(why)),
            None if self.is_anything_waiting() => self.record(Record::Waits {}),
            None => self.record(Record::End {}),
        }
    }

    /// The run stops here. What it means depends on whether anything may have changed.
    pub(super) fn stopped(&mut self, reason: StopReason) -> Result<Receipt, ApplyError> {
        self.stop(reason, true)
    }

    /// The same before it was found out what an earlier process has left: nothing can be said of that yet.
    pub(super) fn stopped_unproven(&mut self, reason: StopReason) -> Result<Receipt, ApplyError> {
        self.under_way.clear();
        self.stop(reason, false)
    }

    fn stop(&mut self, mut reason: StopReason, is_proven: bool) -> Result<Receipt, ApplyError> {
        if !matches!(reason, StopReason::Journal(_))
            && let Err(failed) = self.mover.sender.sync()
        {
            reason = failed;
        }
        let after = self.mover.sender.after(&reason);
        let has_sent = self.books().has_sent();
        let (why, interrupted) = match reason {
            StopReason::Journal(source) => {
                return Err(ApplyError::JournalWrite {
                    sent: has_sent,
                    source,
                });
            }
            StopReason::Lost(why, later) if !has_sent => {
                // Nothing was changed, so there is nothing to resume.
                let _ = self.record(Record::End {});
                return Err(ApplyError::Network { why, later });
            }
            StopReason::Stopped if !has_sent => {
                let _ = self.record(Record::End {});
                return Ok(self.receipt(&BTreeMap::new(), true, true));
            }
            StopReason::Stopped => (text::stopped_by_you(), true),
            StopReason::Step(why)
            | StopReason::Later(why)
            | StopReason::Unknown(why)
            | StopReason::Stuck(why)
            | StopReason::Lost(why, _) => (why, false),
        };
        let mut open = BTreeMap::new();
        let under_way = self.begun();
        for planned in &self.mover.plan.steps {
            if !under_way.contains(&planned.id) && !self.is_waiting(planned.id) {
                continue;
            }
            let stuck = |tomb: &Tombstone| tomb.stuck.clone().filter(|_| tomb.step == planned.id);
            let stuck = self.tombstones.iter().find_map(stuck);
            let (outcome, why) = match stuck {
                // A wish to stop is heard between commands, when all that was sent is answered and seen.
                None if interrupted && is_proven => (Outcome::Stopped, self.how_far(planned)),
                stuck if has_sent => (Outcome::Unknown, stuck.unwrap_or_else(|| why.clone())),
                _ => (Outcome::Refused, why.clone()),
            };
            // Not journalled: the step is not over, a resume takes it up again.
            let receipt = self.complete(receipt(planned, outcome, None, Some(why)));
            open.insert(planned.id, receipt);
        }
        if !has_sent {
            // Nothing was changed, so there is nothing to resume.
            let _ = self.record(Record::End {});
        }
        Ok(Receipt {
            after,
            ..self.receipt(&open, !has_sent, interrupted)
        })
    }

    /// The steps that are not over and have done something, by this process or an earlier one; or else the first that is under
    /// way.
    fn begun(&self) -> BTreeSet<u32> {
        let is_open = |id: &u32| self.ended(*id).is_none();
        let has_begun = |id: &u32| {
            let mut batches = self.books().open_batches();
            let mut set_aside = self.books().set_aside().attempts();
            self.books().moved(*id) > 0
                || batches.any(|batch| batch.step == *id)
                || set_aside.any(|attempt| attempt.step == *id)
        };
        let all = self.mover.plan.steps.iter().map(|step| step.id);
        let begun: BTreeSet<u32> = all.filter(is_open).filter(has_begun).collect();
        if begun.is_empty() {
            let open = self.under_way.iter().copied().filter(is_open);
            open.take(1).collect()
        } else {
            begun
        }
    }

    /// How far a step is that the user has stopped.
    fn how_far(&self, step: &Step) -> Phrase {
        if step.action != Action::Merge {
            return text::stopped_by_you();
        }
        let moved = self.books().moved(step.id);
        let all = step.messages.unwrap_or_default().max(moved);
        if step.remove {
            text::stopped_before_removal(moved, all)
        } else {
            text::stopped_merge(moved, all)
        }
    }

    /// The receipt of a run that a person has given up.
    pub(super) fn given_up(&self) -> Receipt {
        Receipt {
            given_up: Some(self.books().unknown().cloned().collect()),
            ..self.receipt(&BTreeMap::new(), true, false)
        }
    }

    /// The receipt of the run; `open` are the receipts of steps that are not over.
    fn receipt(
        &self,
        open: &BTreeMap<u32, StepReceipt>,
        finished: bool,
        interrupted: bool,
    ) -> Receipt {
        let plan = self.mover.plan;
        let steps = plan.steps.iter().map(|step| {
            let said = self.ended(step.id).or_else(|| open.get(&step.id));
            let skipped = || receipt(step, Outcome::Skipped, None, Some(text::not_begun()));
            said.cloned().unwrap_or_else(skipped)
        });
        Receipt {
            run: self.id.clone(),
            command: self.settings.command.clone(),
            account: plan.account.clone(),
            acted_as: self.mover.sender.store.acted_as().map(str::to_owned),
            steps: steps.collect(),
            balances: self.books().mailboxes().balances(),
            waits: None,
            given_up: None,
            finished,
            interrupted,
            after: None,
            time: Some(self.mover.sender.time_spent()),
        }
    }
}

/// When steps that have nothing to do with each other are run: what makes names, merges, what is about subscriptions. None
/// for a step that keeps its place.
fn turn(step: &Step) -> Option<u8> {
    match step.action {
        Action::Create => Some(0),
        Action::Rename if !step.if_marked => Some(0),
        Action::Merge => Some(1),
        Action::Subscribe | Action::Unsubscribe => Some(2),
        Action::Rename | Action::Mark | Action::Delete | Action::RepairFilters => None,
    }
}

/// The steps as they are run: in their order, but that one goes before those that have nothing to do with it and are not its
/// turn yet. Mailboxes that are made, merges, and what is about subscriptions, run together.
fn together<'p>(steps: &'p [Step], basis: &Basis) -> Vec<Vec<&'p Step>> {
    let mut groups: Vec<Vec<&Step>> = Vec::new();
    for step in steps {
        let is_apart = |group: &[&Step]| group.iter().all(|other| is_apart(other, step, basis));
        let makes = |step: &Step| step.action == Action::Create;
        let mut place = groups.len();
        let mut behind = None;
        let mut joins = None;
        while let Some(group) = place.checked_sub(1).and_then(|before| groups.get(before)) {
            let order = group.first().and_then(|first| turn(first));
            let (Some(order), Some(own), true) = (order, turn(step), is_apart(group)) else {
                break;
            };
            if order < own {
                break;
            }
            place -= 1;
            let are_made = makes(step) && group.iter().all(|other| makes(other));
            if order == own && (own > 0 || are_made) {
                joins = Some(place);
                break;
            }
            if order == own {
                behind.get_or_insert(place + 1);
            }
        }
        match joins.and_then(|joins| groups.get_mut(joins)) {
            Some(group) => group.push(step),
            None => groups.insert(behind.unwrap_or(place), vec![step]),
        }
    }
    groups
}

/// Whether two steps have nothing to do with each other but that they may have one target, or one source of which each moves
/// other messages.
fn is_apart(one: &Step, other: &Step, basis: &Basis) -> bool {
    let is_merge = |step: &Step| step.action == Action::Merge;
    let moves_others = is_merge(one)
        && is_merge(other)
        && !one.remove
        && !other.remove
        && one.source == other.source
        && one
            .uids
            .as_ref()
            .zip(other.uids.as_ref())
            .is_some_and(|(ones, others)| {
                let mut ones = ones.as_slice().iter();
                ones.all(|uid| !others.contains(*uid))
            });
    // What makes a name, or is about one, is about its target.
    let changed = |step: &Step| match step.action {
        Action::Merge => step.source.clone().into_iter().collect::<Vec<_>>(),
        _ => step.source.iter().chain(&step.target).cloned().collect(),
    };
    // What leaves a name where it is has nothing to do with what lies below it.
    let takes_along = |step: &Step| match step.action {
        Action::Merge => step.remove,
        Action::Subscribe | Action::Unsubscribe => false,
        _ => true,
    };
    let touches = |one: &Step, changed: &MailboxName, other: &Step, name: &MailboxName| {
        let delimiter = basis.delimiter_of(changed);
        changed.is_alike(name)
            || takes_along(one) && name.is_below(changed, delimiter)
            || takes_along(other) && changed.is_below(name, delimiter)
    };
    // A name may be made or taken away below a target, and what is subscribed to is merged into as ever.
    let touches_target = |one: &Step, changed: &MailboxName, other: &Step, target: &MailboxName| {
        let is_below = changed.is_below(target, basis.delimiter_of(target));
        let is_merged_into = is_merge(other) && turn(one) == Some(2);
        !is_merged_into && touches(one, changed, other, target) && (is_merge(one) || !is_below)
    };
    let changes_what_is_of = |one: &Step, other: &Step| {
        changed(one).iter().any(|changed| {
            let is_source = |source: &MailboxName| touches(one, changed, other, source);
            let is_target = |target: &MailboxName| touches_target(one, changed, other, target);
            other.source.as_ref().is_some_and(is_source)
                || other.target.as_ref().is_some_and(is_target)
        })
    };
    if moves_others {
        return one.target != one.source && other.target != other.source;
    }
    !changes_what_is_of(one, other) && !changes_what_is_of(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::uid::UidSet;

    fn named(name: &str) -> MailboxName {
        MailboxName::new(name.as_bytes().to_vec(), name.to_owned())
    }

    fn step(id: u32, action: Action, source: &str, target: &str) -> Step {
        let name = |name: &str| (!name.is_empty()).then(|| named(name));
        Step {
            source: name(source),
            target: name(target),
            remove: action == Action::Merge,
            ..Step::new(id, action)
        }
    }

    fn order(steps: &[Step]) -> Vec<Vec<u32>> {
        let basis = Basis {
            fingerprint: String::new(),
            mailboxes: Vec::new(),
            subscribed: Vec::new(),
            delimiter: Some('/'),
        };
        let groups = together(steps, &basis).into_iter();
        groups
            .map(|group| group.into_iter().map(|step| step.id).collect())
            .collect()
    }

    #[test]
    fn merges_that_have_nothing_to_do_with_each_other_go_together_and_renames_go_before() {
        let steps = [
            step(1, Action::Merge, "Courrier", "Sent"),
            step(2, Action::Rename, "Sent Items/2019", "Sent/2019"),
            step(3, Action::Merge, "Sent Items", "Sent"),
            step(4, Action::Merge, "Envoyes", "Sent"),
            step(5, Action::Subscribe, "", "Sent"),
            step(6, Action::Merge, "Spam", "Junk"),
        ];
        assert_eq!(order(&steps), [vec![2], vec![1, 3, 4, 6], vec![5]]);
    }

    #[test]
    fn what_has_to_do_with_a_step_keeps_its_place_behind_it() {
        let steps = [
            step(1, Action::Merge, "A", "B"),
            step(2, Action::Merge, "B", "C"),
            step(3, Action::Merge, "D/E", "C"),
            step(4, Action::Merge, "D", "C"),
            step(5, Action::Mark, "", "C"),
            step(6, Action::Merge, "F", "C"),
            step(7, Action::Create, "", "F"),
        ];
        let expected = [vec![1], vec![2, 3], vec![4], vec![5], vec![6], vec![7]];
        assert_eq!(order(&steps), expected);
    }

    #[test]
    fn an_undo_takes_messages_back_out_of_one_mailbox_into_several_at_once() {
        let back = |id, target, uids: &[u32]| Step {
            remove: false,
            uids: Some(UidSet::new(uids.to_vec())),
            ..step(id, Action::Merge, "Sent", target)
        };
        let steps = [
            step(1, Action::Create, "", "Sent Items"),
            back(2, "Sent Items", &[1, 2]),
            step(3, Action::Subscribe, "", "Sent Items"),
            step(4, Action::Rename, "Sent/2019", "Sent Items/2019"),
            step(5, Action::Create, "", "Envoyes"),
            step(6, Action::Subscribe, "", "Envoyes"),
            back(7, "Envoyes", &[3]),
            back(8, "Envoyes", &[2]),
        ];
        let expected = [vec![1, 5], vec![4], vec![2, 7], vec![8], vec![3, 6]];
        assert_eq!(order(&steps), expected);
    }
}
