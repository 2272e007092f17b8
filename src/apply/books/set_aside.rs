//! The names under which sources are set aside before they are removed: which were asked for, and what may yet come of it.
//!
//! In: RENAMEs and DELETEs, their answers, what was seen. Out: the names that still have to be looked for. Never: whether
//! a mailbox stands under such a name now; only the server can tell.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

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
    /// Whether the RENAME may run yet.
    late: Late,
}

/// Whether a RENAME may run when nobody waits for it any more.
#[derive(Debug, PartialEq, Eq)]
enum Late {
    /// It was refused, or seen to be done.
    Never,
    /// The run goes on and looks for it.
    Maybe,
    /// The run came to its end at this time, RFC 3339.
    AfterTheEnd(String),
    /// Nothing had turned up so long after the end that nothing will.
    NoMore,
}

/// How long after a run's end one of its RENAMEs may still run.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

impl Late {
    /// Whether a look at this time that finds nothing is the last one.
    fn is_closed_at(&self, now: &str) -> bool {
        let Self::AfterTheEnd(end) = self else {
            return false;
        };
        let times = end
            .parse::<Timestamp>()
            .and_then(|end| Ok((end, now.parse()?)));
        times.is_ok_and(|(end, now): (_, Timestamp)| now.duration_since(end) >= A_DAY)
    }

    fn end(&mut self, time: &str) {
        if *self == Self::Maybe {
            *self = Self::AfterTheEnd(time.to_owned());
        } else if self.is_closed_at(time) {
            *self = Self::NoMore;
        }
    }
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
            late: Late::Maybe,
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
                asked.late = Late::Never;
            }
        }
    }

    /// A source was seen under such a name.
    ///
    /// From here on it has the name as the server shows it, which may be in other case or shorter than it was asked for.
    pub(super) fn seen(&mut self, name: &MailboxName) {
        let asked = self.asked.iter_mut();
        for asked in asked.filter(|asked| name.stands_for(&asked.attempt.name)) {
            asked.attempt.name.clone_from(name);
            asked.late = Late::Never;
            asked.was_seen = true;
        }
    }

    /// It has its own name again.
    pub(super) fn restored(&mut self, name: &MailboxName) {
        self.asked.retain(|asked| asked.attempt.name != *name);
    }

    /// The run has come to its end.
    pub(super) fn end(&mut self, time: &str) {
        for asked in &mut self.asked {
            asked.late.end(time);
        }
    }

    /// Every name that was asked for.
    pub fn attempts(&self) -> impl Iterator<Item = &TombstoneName> {
        self.asked.iter().map(|asked| &asked.attempt)
    }

    /// Those of which RENAMEs or DELETEs have no answer on record and may be at work yet, with their intents.
    pub fn unanswered(&self) -> impl Iterator<Item = (&TombstoneName, impl Iterator<Item = u64>)> {
        let asked = self.asked.iter();
        let open = asked.filter(|asked| !asked.unanswered.is_empty());
        open.map(|asked| (&asked.attempt, asked.unanswered.iter().copied()))
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
    /// was neither refused nor seen to have run. Looks that find nothing close the matter when a day has passed.
    pub fn may_run_late(&self) -> bool {
        let mut asked = self.asked.iter();
        asked.any(|asked| matches!(asked.late, Late::AfterTheEnd(_)))
    }

    /// Whether a look at this time (RFC 3339) that finds nothing closes the matter.
    pub fn is_closed_by_a_look_at(&self, now: &str) -> bool {
        let asked = self.asked.iter();
        let mut open = asked.filter(|asked| matches!(asked.late, Late::AfterTheEnd(_)));
        open.all(|asked| asked.late.is_closed_at(now))
    }
}
