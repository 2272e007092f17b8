//! The names under which sources are set aside before they are removed: which were asked for, and what may yet come of it.
//!
//! In: RENAMEs and DELETEs, their answers, what was seen. Out: the names that still have to be looked for. Never: whether
//! a mailbox stands under such a name now; only the server can tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::{apply::journal::Reply, model::mailbox::MailboxName, store::Act};

/// A name that a source was to have while it is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TombstoneName {
    /// The plan's step.
    pub step: u32,
    /// The source's own name.
    pub of: MailboxName,
    /// The name that was asked for.
    pub name: MailboxName,
}

/// What is on record of one such name.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    attempt: TombstoneName,
    /// RENAMEs and DELETEs of it whose answer is not on record.
    unanswered: BTreeSet<u64>,
    /// DELETEs of it that were sent, as far as is known, and not refused.
    deletes: BTreeSet<u64>,
    /// Whether a DELETE of it was ever about to be sent.
    was_deleted: bool,
    /// Whether the source was seen under this name.
    was_seen: bool,
    /// How often the run has come to its end since the RENAME was asked for; none once it was refused or seen to be done.
    ends: Option<u32>,
}

/// Every name that was asked for, in that order, but for those whose mailbox has its own name back.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SetAside {
    asked: Vec<Asked>,
    /// RENAMEs to such a name that are not refused, by intent.
    renames: BTreeMap<u64, MailboxName>,
}

impl SetAside {
    /// A source is about to be renamed to such a name.
    pub(super) fn ask(&mut self, intent: u64, attempt: TombstoneName) {
        self.renames.insert(intent, attempt.name.clone());
        self.asked.push(Asked {
            attempt,
            unanswered: BTreeSet::new(),
            deletes: BTreeSet::new(),
            was_deleted: false,
            was_seen: false,
            ends: Some(0),
        });
    }

    /// A command is about to be sent that may concern such a name.
    pub(super) fn intent(&mut self, intent: u64, act: &Act) {
        for asked in &mut self.asked {
            let name = &asked.attempt.name;
            match act {
                Act::Rename { from, to } if name == to || name == from => {
                    asked.unanswered.insert(intent);
                }
                Act::Delete { name: deleted } if name == deleted => {
                    asked.unanswered.insert(intent);
                    asked.deletes.insert(intent);
                    asked.was_deleted = true;
                }
                _ => {}
            }
        }
    }

    /// A command was answered.
    pub(super) fn answered(&mut self, intent: u64, reply: &Reply) {
        let is_void = matches!(
            reply,
            Reply::NotSent | Reply::Refused(_) | Reply::RefusedInPassing(_)
        );
        let refused = self.renames.remove(&intent).filter(|_| is_void);
        for asked in &mut self.asked {
            asked.unanswered.remove(&intent);
            if is_void {
                asked.deletes.remove(&intent);
            }
            if refused.as_ref() == Some(&asked.attempt.name) {
                asked.ends = None;
            }
        }
    }

    /// A source was seen under such a name.
    pub(super) fn seen(&mut self, name: &MailboxName) {
        for asked in self.of(name) {
            asked.ends = None;
            asked.was_seen = true;
        }
    }

    /// It has its own name again.
    pub(super) fn restored(&mut self, name: &MailboxName) {
        self.asked.retain(|asked| asked.attempt.name != *name);
    }

    /// The run has come to its end.
    pub(super) fn end(&mut self) {
        for asked in &mut self.asked {
            asked.ends = asked.ends.map(|ends| ends + 1);
        }
    }

    fn of(&mut self, name: &MailboxName) -> impl Iterator<Item = &mut Asked> {
        let asked = self.asked.iter_mut();
        asked.filter(move |asked| asked.attempt.name == *name)
    }

    /// Every name that was asked for.
    pub fn attempts(&self) -> impl Iterator<Item = &TombstoneName> {
        self.asked.iter().map(|asked| &asked.attempt)
    }

    /// Those of which a RENAME or DELETE has no answer on record: it may be at work yet.
    pub fn unanswered(&self) -> impl Iterator<Item = &TombstoneName> {
        let asked = self.asked.iter();
        let open = asked.filter(|asked| !asked.unanswered.is_empty());
        open.map(|asked| &asked.attempt)
    }

    /// Those of which a DELETE was sent and not refused, in the order of the DELETEs.
    pub fn deleted(&self) -> Vec<TombstoneName> {
        let asked = self.asked.iter();
        let by_intent = asked.flat_map(|asked| {
            let intents = asked.deletes.iter();
            intents.map(|intent| (*intent, asked.attempt.clone()))
        });
        by_intent
            .collect::<BTreeMap<_, _>>()
            .into_values()
            .collect()
    }

    /// Whether a DELETE of this name was ever about to be sent.
    pub fn was_deleted(&self, name: &MailboxName) -> bool {
        let mut asked = self.asked.iter();
        asked.any(|asked| asked.attempt.name == *name && asked.was_deleted)
    }

    /// The source that was seen under this name, and does not have its own back.
    pub fn source_of(&self, name: &MailboxName) -> Option<&TombstoneName> {
        let mut asked = self.asked.iter();
        let is_it = |asked: &&Asked| asked.attempt.name == *name && asked.was_seen;
        asked.find(is_it).map(|asked| &asked.attempt)
    }

    /// The names of the sources that were seen under such a name, and do not have their own back.
    pub fn names(&self) -> impl Iterator<Item = &MailboxName> {
        let asked = self.asked.iter().filter(|asked| asked.was_seen);
        asked.map(|asked| &asked.attempt.name)
    }

    /// Whether a RENAME of a run that came to its end may run yet, and take mail under a name that nobody looks for: it
    /// was neither refused nor seen to have run. A look after the end that finds nothing closes the matter.
    pub fn may_run_late(&self) -> bool {
        self.asked.iter().any(|asked| asked.ends == Some(1))
    }
}
