//! One run: the order of things, and the one place that sends a mutating command.
//!
//! In: a plan, or the journal of an unfinished run. Out: a Receipt. Never: two mutating commands in flight.
//!
//! Steps run in the plan's order. Sources that were emptied wait under their tombstones' names until all
//! steps are through; then one settle time passes for all of them, each is looked at once more and removed.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::{Instant, sleep};

use super::{
    ApplyError, Event, Ports, Settings,
    batch::Pace,
    journal::{Batch, Journal, Record, Reply},
    tombstone::Tombstone,
};
use crate::{
    model::{
        mailbox::MailboxName,
        plan::{Action, Plan, Step},
        receipt::{Outcome, Receipt, SourceAfter, StepReceipt},
        uid::Uid,
    },
    store::{Act, ActError, Answered, CopyUid, LookError, Store},
};

/// Why a step, or the run, does not go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// A guard or the server's refusal ends this step; the others go on.
    Step(String),
    /// A command was sent and its outcome is not known: nothing more may be sent.
    Unknown(String),
    /// The connection is gone, though no command was under way.
    Lost(String),
    /// The user wishes to stop.
    Stopped,
    /// The journal cannot be written.
    Journal(std::io::Error),
}

impl From<LookError> for Halt {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Refused { .. } => Self::Step(error.to_string()),
            LookError::Lost { why } => Self::Lost(why),
            // Nothing that depends on this answer may be done, and the next answer may be as wrong.
            LookError::Protocol { why } => Self::Lost(format!("the answer makes no sense: {why}")),
        }
    }
}

/// A tagged NO or BAD, kept as data: what it means depends on the command.
#[derive(Debug)]
pub(super) struct Refusal {
    pub code: Option<String>,
    pub text: String,
    pub copy_uid: Option<CopyUid>,
}

impl Refusal {
    pub(super) fn has_code(&self, code: &str) -> bool {
        self.code.as_deref().is_some_and(|have| {
            have.split(' ')
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(code))
        })
    }

    pub(super) fn into_halt(self) -> Halt {
        Halt::Step(format!("the server refused: {}", self.text))
    }
}

/// What a run knows while it goes on.
pub(super) struct Run<'a, S, P> {
    pub store: &'a mut S,
    pub ports: &'a mut P,
    pub plan: &'a Plan,
    pub settings: &'a Settings,
    journal: Journal,
    intents: u64,
    /// Whether a mutating command may have left this machine in this process.
    sent: bool,
    /// Steps that are over.
    pub ended: BTreeMap<u32, StepReceipt>,
    /// UIDVALIDITY that each mailbox must have.
    pub identity: BTreeMap<MailboxName, u32>,
    /// A lower bound of the UIDs that targets give next.
    pub uid_next: BTreeMap<MailboxName, Uid>,
    /// Messages proven moved, per step.
    pub moved: BTreeMap<u32, u64>,
    /// What went less than perfectly, per step, for its receipt.
    pub remarks: BTreeMap<u32, Vec<String>>,
    /// Verified copies that still stand in their source: per source, old UID to new.
    pub copies: BTreeMap<MailboxName, BTreeMap<Uid, Uid>>,
    /// Sources under their tombstones' names.
    pub tombstones: Vec<Tombstone>,
    /// When the last RENAME to a tombstone was answered.
    pub quarantined: Option<Instant>,
    pub pace: Pace,
}

impl<'a, S: Store, P: Ports> Run<'a, S, P> {
    pub(super) fn new(
        store: &'a mut S,
        ports: &'a mut P,
        plan: &'a Plan,
        settings: &'a Settings,
        journal: Journal,
    ) -> Self {
        let identity = plan
            .listing
            .mailboxes
            .iter()
            .filter_map(|seen| Some((seen.mailbox.clone(), seen.uid_validity?)))
            .collect();
        Self {
            store,
            ports,
            plan,
            settings,
            journal,
            intents: 0,
            sent: false,
            ended: BTreeMap::new(),
            identity,
            uid_next: BTreeMap::new(),
            moved: BTreeMap::new(),
            remarks: BTreeMap::new(),
            copies: BTreeMap::new(),
            tombstones: Vec::new(),
            quarantined: None,
            pace: Pace::default(),
        }
    }

    pub(super) fn write(&mut self, record: Record) -> std::io::Result<()> {
        self.journal.write(self.ports.now(), record)
    }

    /// Notes that an earlier process had got so far.
    pub(super) fn continue_after(&mut self, intents: u64) {
        self.intents = intents;
        self.sent = true;
    }

    /// Sends one mutating command: intent on the disk, command, result on the disk. There is no other way.
    pub(super) async fn send(
        &mut self,
        step: u32,
        act: Act,
        batch: Option<Batch>,
    ) -> Result<(u64, Result<Answered, Refusal>), Halt> {
        if self.ports.stopped() {
            return Err(Halt::Stopped);
        }
        self.intents += 1;
        let intent = self.intents;
        self.write(Record::Intent {
            intent,
            step,
            act: act.clone(),
            batch,
        })
        .map_err(Halt::Journal)?;
        let (reply, answer) = match self.store.perform(&act).await {
            Ok(answered) => {
                self.sent = true;
                (Reply::Answered(answered.clone()), Ok(answered))
            }
            Err(ActError::Refused {
                code,
                text,
                copy_uid,
            }) => {
                self.sent = true;
                let refusal = Refusal {
                    code: code.clone(),
                    text,
                    copy_uid,
                };
                (Reply::Refused(code), Err(refusal))
            }
            Err(ActError::NotSent { why }) => {
                self.write(Record::Result {
                    intent,
                    reply: Reply::NotSent,
                })
                .map_err(Halt::Journal)?;
                return Err(Halt::Lost(why));
            }
            Err(ActError::Unknown { why }) => {
                self.sent = true;
                return Err(Halt::Unknown(why));
            }
        };
        self.write(Record::Result { intent, reply })
            .map_err(Halt::Journal)?;
        Ok((intent, answer))
    }

    /// Keeps a sentence for the step's receipt.
    pub(super) fn remark(&mut self, step: u32, text: String) {
        self.ports.event(&Event::Note { text: text.clone() });
        self.remarks.entry(step).or_default().push(text);
    }

    /// Runs what is left of the plan, then removes what is under tombstones.
    pub(super) async fn go_on(&mut self, run: &str, batch: &str) -> Result<Receipt, ApplyError> {
        let plan = self.plan;
        for step in &plan.steps {
            if self.ended.contains_key(&step.id) {
                continue;
            }
            if self.settings.skip.contains(&step.id) {
                let receipt = receipt(step, Outcome::Skipped, None, Some("left out".to_owned()));
                if let Err(halt) = self.end_step(receipt) {
                    return self.halted(halt, None, run, batch);
                }
                continue;
            }
            self.ports.event(&Event::Step {
                id: step.id,
                of: u32::try_from(plan.steps.len()).unwrap_or(u32::MAX),
                total_messages: step.messages.filter(|_| step.action == Action::Merge),
            });
            if let Err(halt) = self.step(step).await {
                match halt {
                    Halt::Step(why) => {
                        if let Err(halt) = self.step_refused(step, why).await {
                            return self.halted(halt, Some(step.id), run, batch);
                        }
                    }
                    halt => return self.halted(halt, Some(step.id), run, batch),
                }
            }
        }
        if let Err(halt) = self.settle().await {
            return self.halted(halt, None, run, batch);
        }
        self.write(Record::End {})
            .map_err(|source| ApplyError::JournalWrite { source })?;
        Ok(self.receipt(run, batch, true, false))
    }

    /// A step that a guard or the server ended: its source gets its own name back where it had lost it.
    pub(super) async fn step_refused(&mut self, step: &Step, why: String) -> Result<(), Halt> {
        let why = match self.give_back(step.id).await {
            Ok(()) => why,
            Err(Halt::Step(more)) => format!("{why}; {more}"),
            Err(halt) => return Err(halt),
        };
        let after = (step.action == Action::Merge).then_some(SourceAfter::Left);
        let mut receipt = receipt(step, Outcome::Refused, after, Some(why));
        receipt.moved = self.moved_by(step);
        self.end_step(receipt)
    }

    /// Waits until every tombstone has stayed empty for the settle time, then removes each.
    async fn settle(&mut self) -> Result<(), Halt> {
        const ROUNDS: u32 = 20;
        for _ in 0..ROUNDS {
            if self.tombstones.is_empty() {
                return Ok(());
            }
            if self.ports.stopped() {
                return Err(Halt::Stopped);
            }
            self.wait_for_quiet().await;
            self.remove_tombstones().await?;
        }
        // Mail kept arriving under a name that nobody knows: not something to delete.
        for step in self.steps_with_tombstones() {
            self.step_refused(
                &step,
                "mail kept arriving in the emptied mailbox".to_owned(),
            )
            .await?;
        }
        Ok(())
    }

    async fn wait_for_quiet(&mut self) {
        let due = self
            .quarantined
            .map_or_else(Instant::now, |since| since + self.settings.settle);
        let wait = due.saturating_duration_since(Instant::now());
        if wait > Duration::ZERO {
            self.ports.event(&Event::Settling {
                seconds: wait.as_secs().max(1),
            });
            sleep(wait).await;
        }
    }

    pub(super) fn steps_with_tombstones(&self) -> Vec<Step> {
        self.plan
            .steps
            .iter()
            .filter(|step| self.tombstones.iter().any(|tomb| tomb.step == step.id))
            .cloned()
            .collect()
    }

    /// Records that a step is over.
    pub(super) fn end_step(&mut self, mut receipt: StepReceipt) -> Result<(), Halt> {
        let remarks = self.remarks.remove(&receipt.id).unwrap_or_default();
        let sentences: Vec<String> = receipt.message.take().into_iter().chain(remarks).collect();
        receipt.message = (!sentences.is_empty()).then(|| sentences.join("; "));
        self.write(Record::StepEnd {
            receipt: receipt.clone(),
        })
        .map_err(Halt::Journal)?;
        self.ended.insert(receipt.id, receipt);
        Ok(())
    }

    /// Messages moved by a step, none for one that moves none.
    pub(super) fn moved_by(&self, step: &Step) -> Option<u64> {
        (step.action == Action::Merge).then(|| self.moved.get(&step.id).copied().unwrap_or(0))
    }

    /// The run stops here. What it means depends on whether anything may have changed.
    pub(super) fn halted(
        &mut self,
        halt: Halt,
        step: Option<u32>,
        run: &str,
        batch: &str,
    ) -> Result<Receipt, ApplyError> {
        let (why, interrupted) = match halt {
            Halt::Journal(source) => return Err(ApplyError::JournalWrite { source }),
            Halt::Lost(why) if !self.sent => {
                // Nothing was changed, so there is nothing to resume.
                let _ = self.write(Record::End {});
                return Err(ApplyError::Network { why });
            }
            Halt::Stopped if !self.sent => {
                let _ = self.write(Record::End {});
                return Ok(self.receipt(run, batch, true, true));
            }
            Halt::Stopped => ("stopped by you".to_owned(), true),
            Halt::Step(why) | Halt::Unknown(why) | Halt::Lost(why) => (why, false),
        };
        let pending: Vec<u32> = step
            .into_iter()
            .chain(self.tombstones.iter().map(|tomb| tomb.step))
            .collect();
        for step in &self.plan.steps {
            if pending.contains(&step.id) && !self.ended.contains_key(&step.id) {
                // Not journalled: the step is not over, a resume takes it up again.
                let mut unknown = receipt(step, Outcome::Unknown, None, Some(why.clone()));
                unknown.moved = self.moved_by(step);
                self.ended.insert(step.id, unknown);
            }
        }
        Ok(self.receipt(run, batch, false, interrupted))
    }

    fn receipt(&self, run: &str, batch: &str, finished: bool, interrupted: bool) -> Receipt {
        let steps = self
            .plan
            .steps
            .iter()
            .map(|step| {
                self.ended
                    .get(&step.id)
                    .cloned()
                    .unwrap_or_else(|| receipt(step, Outcome::Skipped, None, None))
            })
            .collect();
        Receipt {
            run: run.to_owned(),
            batch: batch.to_owned(),
            account: self.plan.account.clone(),
            steps,
            finished,
            interrupted,
        }
    }
}

/// A receipt without a count.
pub(super) fn receipt(
    step: &Step,
    outcome: Outcome,
    source_after: Option<SourceAfter>,
    message: Option<String>,
) -> StepReceipt {
    StepReceipt {
        id: step.id,
        outcome,
        moved: None,
        source_after,
        message,
    }
}
