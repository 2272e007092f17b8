//! Going through the accounts of a command: each gets its attempts from the fleet, and its end goes to the sink.
//!
//! In: accounts, a [`Verb`]. Out: results as they come, one exit status. A command that names one account only goes the
//! same way as one that names thousands.

use std::{
    collections::BTreeSet,
    io::IsTerminal as _,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    args::{Format, Fuses, How, Many, Shared},
    attempt::{AccountEnd, AccountResult, Attempt, ReportList, Verb},
    event_log::{AccountEvents, EventLog},
    exit_status::ExitStatus,
    failure::Failure,
    ledger::Ledger,
    metrics,
    output::Output,
    reports::Reports,
    result_sink::{ResultSink, Telling},
    result_writer::{Notice, ResultWriter, WriterThread},
    results::Frame,
    run_context::RunContext,
    sink_observer::SinkObserver,
    stop_signal::StopSignal,
    terminal::{complain, say},
};
use crate::{
    config::accounts::Entry,
    fleet::{self, AttemptOutcome, Constraints, Id, Limits, Slot},
    language::{Language, Phrase, text},
    report::{
        progress::{self, Progress},
        summary::Summary,
    },
};

/// An attempt of some verb.
type BoxedAttempt = Pin<Box<dyn Future<Output = Attempt> + Send>>;

/// Everything that goes through a command's accounts.
pub struct Runner {
    entries: Arc<[Entry]>,
    limits: Limits,
    output: Arc<Mutex<Output>>,
    sink: ResultSink,
    /// Where metrics are written at the end.
    metrics: Option<PathBuf>,
}

impl Runner {
    /// Makes ready to deal with these accounts. A file that cannot be written is refused here, before anything is sent.
    pub fn new(
        verb: &'static str,
        entries: Vec<Entry>,
        many: &Many,
        shared: &Shared,
    ) -> Result<Self, Failure> {
        Self::with_record(verb, entries, many, shared, Fuses::default(), None)
    }

    /// The same for a command that can be stopped by fuses and that records how each account ended.
    pub fn with_record(
        verb: &'static str,
        entries: Vec<Entry>,
        many: &Many,
        shared: &Shared,
        fuses: Fuses,
        ledger: Option<Ledger>,
    ) -> Result<Self, Failure> {
        let entries: Arc<[Entry]> = entries.into();
        let is_many = many.file.is_some() || entries.len() > 1;
        let frame = Frame::of(verb, shared)?;
        let how = &many.how;
        one_page_has_one_account(shared, is_many && how.report_dir.is_none())?;
        let mut summary = Summary::of(verb, entries.len() as u64);
        summary.shard = how.shard.map(|shard| shard.to_string());
        let progress = progress_of(entries.len() as u64, is_many, shared, frame.language);
        let stop = Arc::<StopSignal>::default();
        let events = EventLog::open(shared.events.as_deref())?;
        let mut output = Output::new(shared.output.clone())?;
        output.write(&frame.head())?;
        let output = Arc::new(Mutex::new(output));
        let reports = how.report_dir.as_deref();
        let reports = reports.map(|folder| Reports::open(folder, how.shard));
        let writer = ResultWriter {
            output: Arc::clone(&output),
            reports: reports.transpose()?,
            ledger,
            progress: progress.clone(),
            stop: Arc::clone(&stop),
            frame: frame.clone(),
            broken: None,
        };
        Ok(Self {
            limits: limits(how, is_many),
            output,
            metrics: None,
            sink: ResultSink {
                entries: Arc::clone(&entries),
                group: Vec::new(),
                shared: shared.clone(),
                frame,
                progress,
                events,
                stop,
                fuses,
                summary,
                telling: Telling::All,
                is_many,
                has_reports: writer.reports.is_some(),
                worst: ExitStatus::Done,
                ended: Vec::new(),
                cut: BTreeSet::new(),
                writer: WriterThread::start(writer),
            },
            entries,
        })
    }

    /// Writes metrics into this file at the end; one that cannot be written is refused now, before anything is sent.
    pub fn write_metrics(&mut self, path: Option<&Path>) -> Result<(), Failure> {
        path.map(metrics::check).transpose()?;
        self.metrics = path.map(Path::to_owned);
        Ok(())
    }

    /// Whether there is more than one account, or might have been.
    pub fn is_many(&self) -> bool {
        self.sink.is_many
    }

    /// What people call an account.
    pub fn called(&self, id: Id) -> &str {
        self.entry(id).map_or("?", Entry::called)
    }

    /// An account.
    pub fn entry(&self, id: Id) -> Option<&Entry> {
        self.entries.get(id as usize)
    }

    /// Every account's number.
    pub fn everyone(&self) -> Vec<Id> {
        (0..).zip(self.entries.iter()).map(|(id, _)| id).collect()
    }

    /// Where results are shown, for a verb that shows something before it asks.
    pub fn output(&self) -> Arc<Mutex<Output>> {
        Arc::clone(&self.output)
    }

    /// The sum so far.
    pub fn summary(&mut self) -> &mut Summary {
        &mut self.sink.summary
    }

    /// Whether the user has asked to stop.
    pub fn stop(&self) -> &Arc<StopSignal> {
        &self.sink.stop
    }

    /// Counts accounts that an earlier command has done, and those that failed there for a reason that lasts.
    pub fn done_before(&mut self, done: &[Entry], failed: &[(Entry, Failure)]) {
        self.sink.summary.done_before = done.len() as u64;
        self.sink.summary.failed_before = failed.len() as u64;
        if !failed.is_empty() {
            self.sink.worst = ExitStatus::Failed;
        }
        for entry in done {
            let notice = Notice {
                list: Some(ReportList::Done),
                ..Notice::default()
            };
            self.sink.writer.send(entry, notice);
        }
        for (entry, failure) in failed {
            let url = &entry.account.id.url;
            self.sink.summary.tell(url, &failure.message);
            let notice = Notice {
                list: Some(ReportList::Failed),
                report: Some(self.sink.frame.whole_failure(entry.called(), url, failure)),
                brief: failure.message.clone(),
                ..Notice::default()
            };
            self.sink.writer.send(entry, notice);
        }
    }

    /// Reacts to Ctrl-C from now on by letting the accounts that are worked on come to a good end. While the user of a
    /// single account may be asked for a password, Ctrl-C ends the process as it always does.
    pub fn listen(&self) {
        if self.sink.is_many {
            self.sink.stop.watch(&self.sink.progress);
        }
    }

    /// Deals with every account, for a verb that asks nobody and does the same with each.
    pub async fn go_to_end<V: Verb>(mut self, verb: V) -> Result<ExitStatus, Failure> {
        self.listen();
        let everyone = self.everyone();
        self.go(&Arc::new(verb), everyone).await;
        self.finish().await
    }

    /// Deals with these accounts. Their results are written when this returns.
    pub async fn go<V: Verb>(&mut self, verb: &Arc<V>, group: Vec<Id>) -> Vec<AccountEnd> {
        let entries = Arc::clone(&self.entries);
        let attempt = |place: Id, context: RunContext| -> BoxedAttempt {
            let (entries, verb) = (Arc::clone(&entries), Arc::clone(verb));
            Box::pin(async move {
                let mut result = AccountResult::default();
                let done = match entries.get(place as usize) {
                    Some(entry) => verb.attempt(entry, context, &mut result).await,
                    None => Err(Failure::bug("the account is not there")),
                };
                let failure = done.err();
                Attempt { result, failure }
            })
        };
        let error_line = |entry: &Entry, failure: &Failure| verb.error_line(entry, failure);
        self.go_through(group, &attempt, &error_line).await
    }

    /// The same for any verb, whose code is there once for all of them.
    async fn go_through(
        &mut self,
        group: Vec<Id>,
        attempt: &(dyn Fn(Id, RunContext) -> BoxedAttempt + Sync),
        error_line: &(dyn Fn(&Entry, &Failure) -> String + Sync),
    ) -> Vec<AccountEnd> {
        let constraints: Vec<Constraints> = group
            .iter()
            .filter_map(|id| self.entries.get(*id as usize))
            .map(constraints)
            .collect();
        self.sink.group.clone_from(&group);
        let stop = Arc::clone(&self.sink.stop);
        let progress = self.sink.progress.clone();
        let lines = progress.clone();
        let (events, entries) = (self.sink.events.clone(), Arc::clone(&self.entries));
        let mut observer = SinkObserver {
            sink: &mut self.sink,
            error_line,
        };
        let work = |id: Id, slot: Slot| {
            let place = group.get(id as usize).copied().unwrap_or(Id::MAX);
            let entry = entries.get(place as usize);
            let account = entry.map_or_else(String::new, |entry| entry.account.id.url.clone());
            let events = AccountEvents::of(events.clone(), account);
            let context = RunContext::new(Arc::clone(&stop), progress.clone(), events, slot);
            let attempt = attempt(place, context);
            async move {
                let attempt = attempt.await;
                let outcome = outcome(&attempt);
                (attempt, outcome)
            }
        };
        let constraints = constraints.into_iter();
        tokio::select! {
            () = fleet::run(self.limits, constraints, &stop.stop, work, &mut observer) => {}
            never = lines.tell(|line| say(line)) => match never {},
        }
        self.sink.writer.flush().await;
        std::mem::take(&mut self.sink.ended)
    }

    /// Ends an account that cannot be dealt with.
    pub fn fail<V: Verb>(&mut self, verb: &V, id: Id, failure: Failure) {
        self.sink.group.clear();
        let error_line = |entry: &Entry, failure: &Failure| verb.error_line(entry, failure);
        self.sink.over(id, failure.into(), &error_line);
    }

    /// Does not deal with these accounts.
    pub fn skip(&mut self, ids: Vec<Id>, why: &Phrase) {
        for id in ids {
            self.sink.skip(id, why);
        }
        // The end of a group is that of the accounts that were dealt with.
        self.sink.ended.clear();
    }

    /// Finds out what there is to do in these accounts, and returns those where there is something. They will be dealt
    /// with, or [declined](Self::declined).
    pub async fn draft<V: Verb>(&mut self, verb: &Arc<V>, group: Vec<Id>) -> Vec<Id> {
        self.sink.telling = Telling::Draft;
        let ended = self.go(verb, group).await;
        self.sink.telling = Telling::All;
        let found = ended
            .iter()
            .filter(|ended| ended.status == Some(ExitStatus::Found));
        let found: Vec<Id> = found.map(|ended| ended.id).collect();
        self.sink.progress.more(found.len() as u64);
        found
    }

    /// Asks a person, with nothing else written meanwhile.
    pub fn ask<T>(&self, question: impl FnOnce() -> T) -> T {
        self.sink.progress.aside(question)
    }

    /// The drafts of these accounts are not wanted: what there is to do stays to be done.
    pub fn declined(&mut self, drafted: &[Id]) {
        for id in drafted {
            self.sink.decline(*id);
        }
    }

    /// Makes the exit status at least as serious as this.
    pub fn at_least(&mut self, status: ExitStatus) {
        self.sink.worst = self.sink.worst.or(status);
    }

    /// Looks again at accounts that are over. Nothing is counted, and only failures are shown.
    pub async fn check<V: Verb>(&mut self, verb: &Arc<V>, group: Vec<Id>) -> Vec<AccountEnd> {
        self.sink.telling = Telling::FailuresOnly;
        self.sink.progress.more(group.len() as u64);
        let ended = self.go(verb, group).await;
        self.sink.telling = Telling::All;
        ended
    }

    /// Writes what is left to write. The most serious status of all accounts is the command's.
    pub async fn finish(self) -> Result<ExitStatus, Failure> {
        let sink = self.sink;
        let ways_on = sink.ways_on();
        let written = sink.writer.finish().await?;
        sink.progress.finish();
        if sink.is_many {
            let mut text = sink.summary.text();
            for way in ways_on {
                let way = way.map(|way| way.to_owned() + "\n");
                text = Phrase::joined([text, way], "");
            }
            if !sink.shared.quiet {
                say(text.map(|text| format!("\n{}", text.trim_end())));
            }
            if let Some(reports) = &written.reports {
                reports.summary(
                    text.say(written.frame.language),
                    &(sink.summary.line() + "\n"),
                )?;
                reports.overview(&written.frame)?;
                if !sink.shared.quiet {
                    reports.tell();
                }
            }
        }
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        output.finish()?;
        let mut worst = sink.worst;
        if let Some(failure) = written.broken {
            complain(None, &failure);
            worst = worst.or(ExitStatus::Failed);
        }
        if let Some(path) = &self.metrics
            && let Err(failure) = metrics::write(path, &sink.summary, worst)
        {
            // What became of the accounts is not forgotten for it.
            complain(None, &failure);
            worst = worst.or(ExitStatus::Failed);
        }
        Ok(worst)
    }
}

fn limits(how: &How, tries_again: bool) -> Limits {
    Limits {
        jobs: how.jobs,
        per_host: how.per_host,
        tries_again,
    }
}

/// The progress of one account, or of many.
fn progress_of(accounts: u64, is_many: bool, shared: &Shared, language: Language) -> Progress {
    let shown = progress_shown(shared, is_many);
    if is_many {
        Progress::of_many(accounts, shown, language)
    } else {
        Progress::of_one(shown, language)
    }
}

/// Refuses to show several accounts where they would have to stand on one page.
fn one_page_has_one_account(shared: &Shared, are_together: bool) -> Result<(), Failure> {
    if shared.format == Format::Html && are_together {
        return Err(Failure::config(text::cannot(text::several_on_one_page()))
            .hint(text::try_report_dir_pages()));
    }
    Ok(())
}

/// What limits when an account may begin.
fn constraints(entry: &Entry) -> Constraints {
    let id = &entry.account.id;
    Constraints {
        host: format!("{}:{}", id.host.to_ascii_lowercase(), id.port),
        login: entry.said.login_as.as_deref().map(str::to_owned),
    }
}

/// What the fleet must know of an attempt.
fn outcome(attempt: &Attempt) -> AttemptOutcome {
    match &attempt.failure {
        None => AttemptOutcome {
            login: Some(true),
            retry: attempt.result.retry,
        },
        Some(failure) => AttemptOutcome {
            login: failure.login_refused.then_some(false),
            retry: failure.retry,
        },
    }
}

/// A bar only where somebody sees it; of many accounts a line now and then elsewhere.
fn progress_shown(shared: &Shared, is_many: bool) -> progress::Shown {
    let is_wanted = !shared.no_progress && !shared.quiet;
    match (is_wanted, std::io::stderr().is_terminal(), is_many) {
        (true, true, _) => progress::Shown::Bar,
        (true, false, true) => progress::Shown::Lines,
        _ => progress::Shown::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::Parser as _;

    use super::*;
    use crate::{
        cli::args::{Cli, Command},
        config::account::Account,
    };

    struct Nothing;

    impl Verb for Nothing {
        async fn attempt(
            &self,
            _: &Entry,
            _: RunContext,
            _: &mut AccountResult,
        ) -> Result<(), Failure> {
            Ok(())
        }

        fn error_line(&self, entry: &Entry, failure: &Failure) -> String {
            format!("{}: {}", entry.called(), failure.message.english())
        }
    }

    #[tokio::test]
    async fn the_end_of_an_account_does_not_wait_until_the_one_before_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results");
        let words = ["rolecall", "audit", "--format", "json", "imaps://a@h", "-o"];
        let words = words.into_iter().map(Into::into);
        let cli = Cli::parse_from(words.chain([path.clone().into_os_string()]));
        let Command::Audit(options) = cli.command else {
            panic!("it is an audit");
        };
        let entries = ["imaps://a@h", "imaps://b@h"];
        let entries = entries.map(|url| Entry::of(Account::parse(url).unwrap()));
        let mut runner =
            Runner::new("audit", entries.to_vec(), &options.many, &options.shared).unwrap();
        // Nothing can be written while this is held, as on a disk that does not answer.
        let output = runner.output();
        let held = output.lock().unwrap();
        runner.fail(&Nothing, 0, Failure::misfit("one"));
        runner.fail(&Nothing, 1, Failure::misfit("two"));
        assert_eq!(runner.summary().failed, 2);
        drop(held);
        assert_eq!(runner.finish().await.unwrap(), ExitStatus::Failed);
        let text = fs::read_to_string(path).unwrap();
        assert_eq!(text, "imaps://a@h: one\nimaps://b@h: two\n");
    }
}
