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
use crate::model::{
    listing::AccountId,
    mailbox::{MailboxName, is_tombstone},
    plan::{Action, Step},
    receipt::{Outcome, SourceAfter, StepReceipt},
    uid::{Uid, UidSet},
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
pub fn history(home: &StateDir, run: &str) -> Result<Vec<String>, ApplyError> {
    let log = home.log(run)?;
    tell(home, &log)
}

/// What the books of a run tell.
pub(super) fn tell(home: &StateDir, log: &RunLog) -> Result<Vec<String>, ApplyError> {
    let run = &log.run;
    let Some(plan) = log.plan() else {
        return Ok(vec!["It never began: nothing was sent.".to_owned()]);
    };
    let mut told = vec![match &plan.undoes {
        Some(other) => format!(
            "{}: undoes the run {other} on {}",
            log.started(),
            plan.account
        ),
        None => format!("{}: {}", log.started(), plan.account),
    }];
    for step in &plan.steps {
        let receipt = log.receipt(step.id);
        told.push(format!("{}. {}", step.id, sentence(step, receipt)));
        let delimiter = step.source.as_ref();
        let delimiter = delimiter.and_then(|source| plan.listing.delimiter_of(source));
        let book = log.books.step(step.id);
        told.extend(book.iter().flat_map(|book| messages(book, step, delimiter)));
    }
    told.extend(differences(log));
    told.extend(given_up(log));
    told.push(if log.is_finished() {
        "It came to its end.".to_owned()
    } else if log.is_given_up() {
        format!(
            "It was given up: `rolecall undo {run}` reverses what is proven, and `rolecall resume {run}` goes on with what it has set aside."
        )
    } else if let Some(waits) = log.waits() {
        let account_log = home.readable_log(&plan.identity)?;
        if let Some(other) = account_log.given_back_by(&waits) {
            format!("The run {other} has undone it.")
        } else {
            let until = waits.at("").until;
            format!(
                "It waits until {until} to remove what it has set aside: `rolecall resume {run}` does so then."
            )
        }
    } else {
        format!("It is unfinished: `rolecall resume {run}` goes on with it.")
    });
    if log.is_finished() && log.books.may_run_late() {
        told.push(format!(
            "One of its commands was never answered and may hold mail if it runs late: `rolecall resume {run}` looks."
        ));
    }
    Ok(told)
}

/// What was given up.
fn given_up(log: &RunLog) -> Vec<String> {
    let unknown = log.books.unknown();
    let told = unknown.flat_map(|unknown| {
        let (name, count) = (unknown.mailbox.text(), unknown.count);
        let why = unknown.why.english();
        let of_all = format!("   {count} messages of \"{name}\" are given up: {why}");
        let messages = unknown.messages.iter().map(|message| {
            let date = message.date.as_deref().unwrap_or("no date");
            format!("      UID {}, {} octets, {date}", message.uid, message.size)
        });
        std::iter::once(of_all).chain(messages).collect::<Vec<_>>()
    });
    told.collect()
}

/// What does not add up.
fn differences(log: &RunLog) -> Vec<String> {
    let balances = log.books.mailboxes().differences().iter();
    let told = balances.map(|balance| {
        let uids = if balance.uids.is_empty() {
            String::new()
        } else {
            format!(" (UID {})", balance.uids)
        };
        let name = balance.mailbox.text();
        if balance.purged > 0 {
            let purged = balance.purged;
            format!("   {purged} messages have gone from \"{name}\", where servers purge{uids}")
        } else {
            let unexplained = balance.unexplained;
            format!(
                "   {unexplained} messages of \"{name}\" are gone or there twice, and nothing shows why{uids}"
            )
        }
    });
    told.collect()
}

fn sentence(step: &Step, receipt: Option<&StepReceipt>) -> String {
    let name = |name: &Option<MailboxName>| {
        name.as_ref()
            .map_or_else(|| "?".to_owned(), |name| format!("\"{}\"", name.text()))
    };
    let (source, target) = (name(&step.source), name(&step.target));
    let what = match step.action {
        Action::Create => format!("make {target}"),
        Action::Rename => format!("rename {source} to {target}"),
        Action::Merge => format!("move the messages of {source} into {target}"),
        Action::Subscribe => format!("subscribe {target}"),
        Action::Unsubscribe => format!("unsubscribe {target}"),
        Action::Mark if step.target.is_some() => format!("mark {target}"),
        Action::Delete => format!("remove {target}"),
        Action::RepairFilters => "let the filters name the mailboxes that stay".to_owned(),
        Action::Mark => format!("clear the mark of {source}"),
    };
    let Some(receipt) = receipt else {
        return format!("{what}: not over");
    };
    let moved = receipt
        .moved
        .map_or_else(String::new, |moved| format!(", {moved} messages"));
    let after = match receipt.source_after {
        Some(SourceAfter::Removed) => ", then removed",
        Some(SourceAfter::Left) => ", it stays",
        Some(SourceAfter::CameBack) => ", removed and made again by somebody",
        Some(SourceAfter::Waits) => ", set aside and removed later",
        None => "",
    };
    let text = format!("{what}: {}{moved}{after}", receipt.outcome.word());
    match &receipt.message {
        Some(message) if receipt.outcome != Outcome::Skipped || receipt.source_after.is_some() => {
            format!("{text} ({})", message.english())
        }
        _ => text,
    }
}

/// Where the messages of a step went, batch by batch.
fn messages(book: &StepBook, step: &Step, delimiter: Option<char>) -> Vec<String> {
    let mut told = Vec::new();
    for batch in &book.batches {
        let place = place(batch, step, delimiter);
        let to = &batch.moved.to;
        let tell = |pairs: &UidPairs, how: &str| {
            (!pairs.is_empty()).then(|| {
                format!(
                    "   {place} UID {} is now \"{}\" UID {} (UIDVALIDITY {}){how}",
                    pairs.olds(),
                    to.mailbox.text(),
                    pairs.news(),
                    to.validity,
                )
            })
        };
        let moved_by_us = [
            tell(&batch.moved.pairs, ""),
            tell(&batch.there, ", which was there already"),
            tell(&batch.changed, ", rewritten by the server"),
            tell(&batch.withheld, ", which the server does not give out"),
        ];
        told.extend(moved_by_us.into_iter().flatten());
        told.extend(vanished(batch, &place));
    }
    told
}

/// What is known of those messages of a batch that did not arrive. Nobody saw who took them.
fn vanished(batch: &ProvenBatch, place: &str) -> Vec<String> {
    let mut lost: BTreeSet<Uid> = batch.gone.as_slice().iter().copied().collect();
    let mut told = Vec::new();
    for found in &batch.elsewhere {
        let (old, new): (Vec<Uid>, Vec<Uid>) = found.pairs.iter().copied().unzip();
        for uid in &old {
            lost.remove(uid);
        }
        let how = if found.mailbox == batch.moved.to.mailbox {
            "did not arrive; the same id is"
        } else {
            "is in neither mailbox; by its id it is"
        };
        told.push(format!(
            "   {place} UID {} {how} in \"{}\" UID {}",
            UidSet::new(old),
            found.mailbox.text(),
            UidSet::new(new),
        ));
    }
    if !lost.is_empty() {
        let lost: UidSet = lost.into_iter().collect();
        told.push(format!("   {place} UID {lost} is in neither mailbox"));
    }
    told
}

/// Where a batch was.
fn place(batch: &ProvenBatch, step: &Step, delimiter: Option<char>) -> String {
    let from = &batch.moved.from.mailbox;
    match &step.source {
        Some(source) if is_tombstone(from.leaf(delimiter)) => {
            format!("\"{}\" (arrived while it was being removed)", source.text())
        }
        _ => format!("\"{}\"", from.text()),
    }
}
