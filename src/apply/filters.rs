//! The step that lets the account's filters name the mailboxes that stay, and the one that lets the old script run again.
//!
//! In: a step with its [`FilterChange`]. Out: its receipt in the journal, or a [`StopReason`]. Never: a script overwritten or
//! removed; one activated in the place of another than the one that the plan has seen; the text of a script in a journal.
//!
//! The new script is made of the old one's text as it is now, checked by the server, stored under a name of its own, and
//! looked at. Then the old one is read once more, and the new one takes its place, which is looked at as well. Each act is
//! sent only where its end is not there yet, so that a resume simply begins anew.

use super::{receipt::receipt, run::Run, stop::StopReason};
use crate::{
    language::{Phrase, text},
    model::{
        hex,
        plan::{Action, FilterChange, FilterName, Step},
        receipt::Outcome,
    },
    sieve,
    store::{Act, LookError, ScriptText, Store},
};

impl<S: Store> Run<'_, S> {
    pub(super) async fn repair_filters(&mut self, step: &Step) -> Result<(), StopReason> {
        let change = step.filter.as_ref();
        let change = change.ok_or_else(|| StopReason::Step(text::step_incomplete()))?;
        if self.runs_script(&change.to).await? {
            let is_it = self.is_script(&change.to, &change.to_sha256).await?;
            if !is_it {
                return Err(StopReason::Step(text::filter_changed(&*change.to)));
            }
            return self.end_step(receipt(step, Outcome::Applied, None, None));
        }
        if !self.runs_script(&change.script).await? {
            return Err(StopReason::Step(text::filter_not_active(&*change.script)));
        }
        self.store_script(step.id, change).await?;
        if !self.is_script(&change.script, &change.sha256).await? {
            return Err(StopReason::Step(text::filter_changed(&*change.script)));
        }
        let act = Act::ActivateScript {
            name: change.to.clone(),
        };
        let answer = self.send(step.id, act).await?.answer;
        let runs = self.runs_script(&change.to).await;
        if runs.map_err(StopReason::unproven)? {
            return self.end_step(receipt(step, Outcome::Applied, None, None));
        }
        Err(match answer {
            Err(refusal) => refusal.into_stop(),
            Ok(_) => StopReason::Step(text::filter_not_activated(&*change.to)),
        })
    }

    /// Why a mailbox stays where it is: the filters that name it could not be repaired, and would lose what they file.
    pub(super) fn held_by_filters(&self, step: &Step) -> Option<Phrase> {
        let source = step.source.as_ref()?;
        let takes = matches!(step.action, Action::Merge | Action::Rename);
        let mut steps = self.mover.plan.steps.iter();
        let names_it = steps.any(|other| {
            let is_refused = self
                .ended(other.id)
                .is_some_and(|ended| ended.outcome == Outcome::Refused);
            let mut names = other.filter.iter().flat_map(|change| &change.names);
            is_refused && names.any(|name| name.from == *source)
        });
        (takes && names_it).then(|| text::filter_still_names(source))
    }

    /// Stores the new script, where it is not there yet.
    async fn store_script(&mut self, step: u32, change: &FilterChange) -> Result<(), StopReason> {
        let old = self.store().script(&change.script).await?;
        let old = old.filter(|text| hex::sha256(text) == change.sha256);
        let Some(old) = old else {
            return Err(StopReason::Step(text::filter_changed(&*change.script)));
        };
        match self.store().script(&change.to).await? {
            Some(there) if hex::sha256(&there) == change.to_sha256 => return Ok(()),
            Some(_) => return Err(StopReason::Step(text::filter_name_taken(&*change.to))),
            None if change.names.is_empty() => {
                return Err(StopReason::Step(text::filter_gone(&*change.to)));
            }
            None => {}
        }
        let new = ScriptText::new(rewritten(&old, change).map_err(StopReason::Step)?);
        if new.sha256() != change.to_sha256 {
            return Err(StopReason::Step(text::filter_comes_out_otherwise()));
        }
        match self.store().check_script(new.octets()).await {
            Err(LookError::Refused { text, .. }) => {
                return Err(StopReason::Step(text::filter_not_taken(text)));
            }
            checked => checked?,
        }
        let act = Act::PutScript {
            name: change.to.clone(),
            text: new,
        };
        let answer = self.send(step, act).await?.answer;
        let is_there = self.is_script(&change.to, &change.to_sha256).await;
        match (is_there.map_err(StopReason::unproven)?, answer) {
            (true, _) => Ok(()),
            (false, Err(refusal)) => Err(refusal.into_stop()),
            (false, Ok(_)) => Err(StopReason::Step(text::filter_not_stored(&*change.to))),
        }
    }

    /// Whether this is the script that runs now.
    async fn runs_script(&mut self, name: &str) -> Result<bool, StopReason> {
        let scripts = self.store().scripts().await?;
        let mut scripts = scripts.iter().filter(|script| script.is_active);
        Ok(scripts.any(|script| script.name == name))
    }

    /// Whether a script has this text now.
    pub(super) async fn is_script(&mut self, name: &str, sha256: &str) -> Result<bool, StopReason> {
        let text = self.store().script(name).await?;
        Ok(text.is_some_and(|text| hex::sha256(&text) == sha256))
    }

    /// Whether the step is seen to be done.
    pub(super) async fn is_filter_repaired(&mut self, step: &Step) -> Result<bool, StopReason> {
        let Some(change) = &step.filter else {
            return Ok(false);
        };
        self.runs_script(&change.to).await
    }
}

/// The text of a script, with other mailboxes in it.
fn rewritten(old: &[u8], change: &FilterChange) -> Result<Vec<u8>, Phrase> {
    let script = sieve::read(old).map_err(|why| text::filter_not_readable(&why))?;
    let new = script.rewritten(&FilterName::renames(&change.names), change.encoding);
    new.map_err(|why| text::filter_not_readable(&why))
}
