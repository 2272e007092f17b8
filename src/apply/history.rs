//! The history of runs: which runs there were, and what became of each message, in plain words.
//!
//! In: journals. Out: summaries and sentences. Never: the network.

use std::collections::BTreeSet;

use super::{
    account_log::undoes,
    books::{ProvenBatch, StepBook, UidPairs},
    error::ApplyError,
    journal::ReadError,
    run_log::RunLog,
    state_dir::StateDir,
};
use crate::{
    language::{Phrase, text},
    model::{
        listing::AccountId,
        mailbox::{MailboxName, is_tombstone},
        plan::{Action, Step},
        receipt::{Outcome, SourceAfter, StepReceipt},
        uid::{Uid, UidSet},
    },
};

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// Came to its end.
    Finished,
    /// `rolecall resume` finishes it.
    Unfinished,
    /// Did all it was to do and has set mailboxes aside: `rolecall resume` removes them when their time has come.
    Waiting,
    /// Another process is at it.
    Running,
    /// Came to its end, but one of its RENAMEs was never answered and may run yet: `rolecall resume` looks.
    MayHoldMail,
    /// Another run has undone it.
    Undone,
    /// A person has given it up.
    GivenUp,
    /// Its journal is damaged.
    Damaged,
    /// A newer rolecall has written its journal.
    Newer,
}

impl RunState {
    /// Every state.
    pub const EVERY: [Self; 9] = [
        Self::Finished,
        Self::Unfinished,
        Self::Waiting,
        Self::Running,
        Self::MayHoldMail,
        Self::Undone,
        Self::GivenUp,
        Self::Damaged,
        Self::Newer,
    ];

    /// The state's word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Unfinished => "unfinished",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::MayHoldMail => "may-hold-mail",
            Self::Undone => "undone",
            Self::GivenUp => "given-up",
            Self::Damaged => "damaged",
            Self::Newer => "newer",
        }
    }
}

/// One run in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSummary {
    /// Its id.
    pub id: String,
    /// The id that it shares with the other runs of its command.
    pub command: String,
    /// Its account; none where the journal cannot be read.
    pub account: Option<AccountId>,
    /// When it began, RFC 3339.
    pub started: String,
    /// How it stands.
    pub state: RunState,
    /// Steps in its plan.
    pub steps: usize,
    /// Messages proven moved.
    pub moved: u64,
    /// The run it undoes.
    pub undoes: Option<String>,
    /// Where filters are managed, if not where every account's are expected: host and port.
    pub filters_at: Option<(String, u16)>,
}

/// Every run, oldest first. A run that never got its first line to the disk sent nothing and is left out.
pub fn runs(home: &StateDir) -> Result<Vec<RunSummary>, ApplyError> {
    let mut undone = BTreeSet::new();
    let mut runs = Vec::new();
    for beginning in home.beginnings()? {
        match beginning? {
            (log, None) => {
                undone.extend(undoes(&log));
                runs.extend(summary(&log));
            }
            (log, Some(why_not)) => runs.push(unreadable(&log, &why_not)),
        }
    }
    // A run is undone by a later one.
    for run in &mut runs {
        if undone.contains(&run.id)
            && matches!(
                run.state,
                RunState::Finished | RunState::Unfinished | RunState::Waiting | RunState::GivenUp
            )
        {
            run.state = RunState::Undone;
        }
        let account = run.account.as_ref();
        if run.state == RunState::Unfinished && account.is_some_and(|one| home.is_at_work(one)) {
            run.state = RunState::Running;
        }
    }
    Ok(runs)
}

/// What the beginning of a journal tells of its run, where the rest cannot be read.
fn unreadable(log: &RunLog, why_not: &ReadError) -> RunSummary {
    RunSummary {
        id: log.run.clone(),
        command: log.command().to_owned(),
        account: log.plan().map(|plan| plan.identity.clone()),
        started: log.started().to_owned(),
        state: match why_not {
            ReadError::Newer { .. } => RunState::Newer,
            ReadError::Io(_) | ReadError::Damaged { .. } => RunState::Damaged,
        },
        steps: 0,
        moved: 0,
        undoes: None,
        filters_at: log.filters_at(),
    }
}

/// What a journal alone tells of its run.
fn summary(log: &RunLog) -> Option<RunSummary> {
    let plan = log.plan()?;
    Some(RunSummary {
        id: log.run.clone(),
        command: log.command().to_owned(),
        account: Some(plan.identity.clone()),
        started: log.started().to_owned(),
        // One that sent nothing has nothing to finish.
        state: match log.is_finished() || !log.has_sent() {
            _ if log.is_given_up() => RunState::GivenUp,
            false if log.is_waiting() => RunState::Waiting,
            true if log.books.may_run_late() => RunState::MayHoldMail,
            true => RunState::Finished,
            false => RunState::Unfinished,
        },
        steps: plan.steps.len(),
        moved: log.moved(),
        undoes: plan.undoes.clone(),
        filters_at: log.filters_at(),
    })
}

/// The runs that a resume has something to do for, or to look after; those of one command, if one is named.
pub fn to_resume(home: &StateDir, command: Option<&str>) -> Result<Vec<RunSummary>, ApplyError> {
    of_command(home, command, &|state| {
        // One that is running is told of as such when its turn comes.
        matches!(
            state,
            RunState::Unfinished | RunState::Running | RunState::Waiting | RunState::MayHoldMail
        )
    })
}

/// The runs whose journals cannot be read, each with the reason: what they have left to do cannot be told.
pub fn unreadable_runs(home: &StateDir) -> Result<Vec<ApplyError>, ApplyError> {
    let mut found = Vec::new();
    for beginning in home.beginnings()? {
        if let (log, Some(source)) = beginning? {
            let run = log.run;
            found.push(ApplyError::Journal { run, source });
        }
    }
    Ok(found)
}

/// The runs of a command that have not been undone.
pub fn to_undo(home: &StateDir, command: &str) -> Result<Vec<RunSummary>, ApplyError> {
    of_command(home, Some(command), &|state| *state != RunState::Undone)
}

/// Whether any run of a command has been undone.
pub fn is_undone(home: &StateDir, command: &str) -> Result<bool, ApplyError> {
    let undone = of_command(home, Some(command), &|state| *state == RunState::Undone)?;
    Ok(!undone.is_empty())
}

fn of_command(
    home: &StateDir,
    command: Option<&str>,
    is_it: &dyn Fn(&RunState) -> bool,
) -> Result<Vec<RunSummary>, ApplyError> {
    let of_it = |run: &RunSummary| command.is_none_or(|command| run.command == command);
    let runs = runs(home)?.into_iter();
    let mut found: Vec<RunSummary> = runs.filter(of_it).collect();
    if let (Some(command), true) = (command, found.is_empty()) {
        return Err(ApplyError::NoSuchCommand {
            command: command.to_owned(),
        });
    }
    found.retain(|run| is_it(&run.state));
    Ok(found)
}

/// One run in sentences; names in them are raw.
pub fn history(home: &StateDir, run: &str) -> Result<Vec<Phrase>, ApplyError> {
    let log = home.log(run)?;
    tell(home, &log)
}

/// What the books of a run tell.
pub(super) fn tell(home: &StateDir, log: &RunLog) -> Result<Vec<Phrase>, ApplyError> {
    let run = &log.run;
    let Some(plan) = log.plan() else {
        return Ok(vec![text::story_never_began()]);
    };
    let mut told = vec![match &plan.undoes {
        Some(other) => text::story_of_undo(log.started(), other, &plan.account),
        None => text::story_of(log.started(), &plan.account),
    }];
    for step in &plan.steps {
        let receipt = log.receipt(step.id);
        let said = sentence(step, receipt);
        told.push(text::story_step(step.id.to_string(), said));
        let delimiter = step.source.as_ref();
        let delimiter = delimiter.and_then(|source| plan.listing.delimiter_of(source));
        let book = log.books.step(step.id);
        told.extend(book.iter().flat_map(|book| messages(book, step, delimiter)));
    }
    told.extend(differences(log));
    told.extend(given_up(log));
    told.push(if log.is_finished() {
        text::story_ended()
    } else if log.is_given_up() {
        text::story_given_up(run)
    } else if let Some(waits) = log.waits() {
        let account_log = home.readable_log(&plan.identity)?;
        if let Some(other) = account_log.given_back_by(&waits) {
            text::story_undone_by(other)
        } else {
            text::story_waits(waits.at("").until, run)
        }
    } else {
        text::story_unfinished(run)
    });
    if log.is_finished() && log.books.may_run_late() {
        told.push(text::story_may_run_late(run));
    }
    Ok(told)
}

/// What was given up.
fn given_up(log: &RunLog) -> Vec<Phrase> {
    let unknown = log.books.unknown();
    let told = unknown.flat_map(|unknown| {
        let count = text::messages(unknown.count);
        let of_all = text::story_messages_given_up(count, &unknown.mailbox, &unknown.why);
        let messages = unknown.messages.iter().map(|message| {
            let date = message.date.as_ref();
            let date = date.map_or_else(text::story_no_date, Phrase::from);
            text::story_message(message.uid.to_string(), message.size.to_string(), date)
        });
        std::iter::once(of_all).chain(messages).collect::<Vec<_>>()
    });
    told.collect()
}

/// What does not add up.
fn differences(log: &RunLog) -> Vec<Phrase> {
    let balances = log.books.mailboxes().differences().iter();
    let told = balances.map(|balance| {
        let uids = if balance.uids.is_empty() {
            String::new()
        } else {
            format!(" (UID {})", balance.uids)
        };
        let name = &balance.mailbox;
        if balance.purged > 0 {
            text::story_purged(text::messages(balance.purged), name, uids)
        } else if let Some(renumbered) = &balance.renumbered {
            let messages = text::messages(balance.unexplained);
            text::story_renumbered(messages, name, renumbered)
        } else {
            text::story_unexplained(text::messages(balance.unexplained), name, uids)
        }
    });
    told.collect()
}

/// What a step is to do.
fn what(step: &Step) -> Phrase {
    let name = |name: &Option<MailboxName>| name.as_ref().map_or_else(|| "?".into(), text::quoted);
    let (source, target) = (name(&step.source), name(&step.target));
    match step.action {
        Action::Create => text::story_make(target),
        Action::Rename => text::story_rename(source, target),
        Action::Merge => text::story_move(source, target),
        Action::Subscribe => text::story_subscribe(target),
        Action::Unsubscribe => text::story_unsubscribe(target),
        Action::Mark if step.target.is_some() => text::story_mark(target),
        Action::Delete => text::story_remove(target),
        Action::RepairFilters => text::story_repair_filters(),
        Action::Mark => text::story_clear_mark(source),
    }
}

fn sentence(step: &Step, receipt: Option<&StepReceipt>) -> Phrase {
    let what = what(step);
    let Some(receipt) = receipt else {
        return text::story_not_over(what);
    };
    let moved = receipt.moved.map(text::messages);
    let moved = moved.map_or_else(Phrase::default, text::story_moved);
    let after = match receipt.source_after {
        Some(SourceAfter::Removed) => text::story_then_removed(),
        Some(SourceAfter::Left) => text::story_it_stays(),
        Some(SourceAfter::CameBack) => text::story_came_back(),
        Some(SourceAfter::Waits) => text::story_waits_for_removal(),
        None => Phrase::default(),
    };
    let outcome = match receipt.outcome {
        Outcome::Applied => text::applied(),
        Outcome::Refused => text::refused(),
        Outcome::Unknown => text::outcome_unknown(),
        Outcome::Stopped => text::outcome_stopped(),
        Outcome::Skipped => text::skipped(),
    };
    let said = text::story_outcome(what, outcome, moved, after);
    match &receipt.message {
        Some(message) if receipt.outcome != Outcome::Skipped || receipt.source_after.is_some() => {
            text::story_because(said, message)
        }
        _ => said,
    }
}

/// Where the messages of a step went, batch by batch.
fn messages(book: &StepBook, step: &Step, delimiter: Option<char>) -> Vec<Phrase> {
    let mut told = Vec::new();
    for batch in &book.batches {
        let place = place(batch, step, delimiter);
        let to = &batch.moved.to;
        let tell = |pairs: &UidPairs, how: Phrase| {
            (!pairs.is_empty()).then(|| {
                let (olds, news) = (pairs.olds().to_string(), pairs.news().to_string());
                let validity = to.validity.to_string();
                text::story_is_now(&place, olds, &to.mailbox, news, validity, how)
            })
        };
        let moved_by_us = [
            tell(&batch.moved.pairs, Phrase::default()),
            tell(&batch.there, text::story_was_there()),
            tell(&batch.changed, text::story_rewritten()),
            tell(&batch.withheld, text::story_withheld()),
        ];
        told.extend(moved_by_us.into_iter().flatten());
        told.extend(vanished(batch, &place));
    }
    told
}

/// What is known of those messages of a batch that did not arrive. Nobody saw who took them.
fn vanished(batch: &ProvenBatch, place: &Phrase) -> Vec<Phrase> {
    let mut lost: BTreeSet<Uid> = batch.gone.as_slice().iter().copied().collect();
    let mut told = Vec::new();
    for found in &batch.elsewhere {
        let (old, new): (Vec<Uid>, Vec<Uid>) = found.pairs.iter().copied().unzip();
        for uid in &old {
            lost.remove(uid);
        }
        let (old, new) = (UidSet::new(old).to_string(), UidSet::new(new).to_string());
        told.push(if found.mailbox == batch.moved.to.mailbox {
            text::story_same_id_is(place, old, &found.mailbox, new)
        } else {
            text::story_by_id_is(place, old, &found.mailbox, new)
        });
    }
    if !lost.is_empty() {
        let lost: UidSet = lost.into_iter().collect();
        told.push(text::story_in_neither(place, lost.to_string()));
    }
    told
}

/// Where a batch was.
fn place(batch: &ProvenBatch, step: &Step, delimiter: Option<char>) -> Phrase {
    let from = &batch.moved.from.mailbox;
    match &step.source {
        Some(source) if is_tombstone(from.leaf(delimiter)) => text::story_arrived_meanwhile(source),
        _ => text::quoted(from),
    }
}
