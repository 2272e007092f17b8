//! Writing results: the record for `--continue`, the report folder, and what is shown, on a thread that may wait.
//!
//! In: [`Notice`]s, in the order in which accounts end. Out: files, results, failures on standard error. What an account
//! came to is on the disk before it is shown. A disk that takes 20 ms to keep a line must not hold up the loop that starts
//! the accounts, so the loop only sends notices; those that have gathered meanwhile are put on the disk at once.

use std::sync::{
    Arc, Mutex, PoisonError,
    mpsc::{Receiver, Sender, channel},
};

use tokio::{sync::oneshot, task::JoinHandle};

use super::{
    args::Format,
    attempt::{AccountState, ReportList},
    failure::Failure,
    ledger::Ledger,
    output::Output,
    reports::Reports,
    results::Frame,
    stop_signal::StopSignal,
    terminal::{complain, spoken},
};
use crate::{
    config::accounts::Entry,
    language::{Language, Phrase, text},
    report::{html::Need, progress::Progress, text::safe},
};

/// The most notices that are put on the disk at once.
const MOST_AT_ONCE: usize = 256;

/// What there is to write about an account; what is empty is not written.
#[derive(Debug, Default)]
pub struct Notice {
    /// The state to record.
    pub state: Option<AccountState>,
    /// The text of the account's file in the report folder, where there is one.
    pub report: Option<String>,
    /// The list of the report folder that the account belongs on.
    pub list: Option<ReportList>,
    /// The same in one line.
    pub brief: Phrase,
    /// What is shown.
    pub shown: String,
    /// What is complained about.
    pub failure: Option<Failure>,
}

/// What is sent to the thread.
enum Message {
    Notice(Entry, Box<Notice>),
    /// Everything before this is written: say so.
    Flush(oneshot::Sender<()>),
}

/// Where results are written.
pub struct ResultWriter {
    /// Where results are shown.
    pub output: Arc<Mutex<Output>>,
    /// The report folder, where there is one.
    pub reports: Option<Reports>,
    /// The record for `--continue`, where one is kept.
    pub ledger: Option<Ledger>,
    /// The progress that makes room for what is shown.
    pub progress: Progress,
    /// Stops the command once results cannot be written.
    pub stop: Arc<StopSignal>,
    /// The form of the results, and what stands around them.
    pub frame: Frame,
    /// Why results could not be written, the first time.
    pub broken: Option<Failure>,
}

/// The writer at work on a thread of its own.
pub struct WriterThread {
    messages: Sender<Message>,
    thread: JoinHandle<ResultWriter>,
    stop: Arc<StopSignal>,
}

impl WriterThread {
    /// Starts writing.
    pub fn start(mut writer: ResultWriter) -> Self {
        let (messages, incoming) = channel();
        let stop = Arc::clone(&writer.stop);
        let thread = tokio::task::spawn_blocking(move || {
            writer.run(&incoming);
            writer
        });
        Self {
            messages,
            thread,
            stop,
        }
    }

    /// Hands over what there is to write about an account, and does not wait for it.
    pub fn send(&self, entry: &Entry, notice: Notice) {
        let message = Message::Notice(entry.clone(), Box::new(notice));
        if self.messages.send(message).is_err() {
            // The thread has panicked, as `finish` will say.
            self.stop.stop.now(text::results_not_written());
        }
    }

    /// Returns once everything that was handed over is written.
    pub async fn flush(&self) {
        let (done, is_done) = oneshot::channel();
        if self.messages.send(Message::Flush(done)).is_ok() {
            let _ = is_done.await;
        }
    }

    /// Returns once everything is written, with where it was written.
    pub async fn finish(self) -> Result<ResultWriter, Failure> {
        drop(self.messages);
        self.thread.await.map_err(|error| {
            Failure::bug(text::cannot(text::go_on_writing_since(error.to_string())))
        })
    }
}

impl ResultWriter {
    fn run(&mut self, incoming: &Receiver<Message>) {
        while let Ok(first) = incoming.recv() {
            let mut messages = vec![first];
            messages.extend(incoming.try_iter().take(MOST_AT_ONCE - 1));
            let is_recorded = self.record(&messages);
            for message in messages {
                match message {
                    Message::Notice(entry, notice) => self.write(&entry, *notice, is_recorded),
                    Message::Flush(done) => {
                        let _ = done.send(());
                    }
                }
            }
        }
    }

    /// Puts the states of all these accounts on the disk. Whether they are there.
    fn record(&mut self, messages: &[Message]) -> bool {
        let Some(ledger) = &mut self.ledger else {
            return true;
        };
        let states = messages.iter().filter_map(|message| match message {
            Message::Notice(entry, notice) => Some((&entry.account.id, notice.state.as_ref()?)),
            Message::Flush(_) => None,
        });
        let recorded = ledger.record(states);
        let is_recorded = recorded.is_ok();
        self.keep(recorded);
        is_recorded
    }

    fn write(&mut self, entry: &Entry, notice: Notice, is_recorded: bool) {
        let failure = notice.failure.clone();
        if is_recorded || notice.state.is_none() {
            let written = self.tell(entry, notice);
            self.keep(written);
        }
        if let Some(failure) = &failure {
            let place = place_of(entry, spoken());
            self.progress.aside(|| complain(Some(&place), failure));
        }
    }

    fn tell(&mut self, entry: &Entry, notice: Notice) -> Result<(), Failure> {
        if let Some(reports) = &mut self.reports {
            let is_written = notice.report.is_some();
            if let Some(mut text) = notice.report {
                if let (Format::Table, Some(failure)) = (self.frame.format, &notice.failure) {
                    text += &failure.text(
                        Some(&place_of(entry, self.frame.language)),
                        self.frame.language,
                    );
                }
                let text = self.frame.file(&entry.account.id.url, &text);
                reports.account(entry, &text, self.frame.format)?;
            }
            if let Some(list) = notice.list {
                reports.list(entry, list)?;
                if self.frame.format == Format::Html {
                    let need = need(list, notice.state.as_ref());
                    let failed = notice
                        .failure
                        .as_ref()
                        .map(|failure| failure.message.clone());
                    let brief = failed.unwrap_or(notice.brief);
                    reports.row(
                        entry,
                        need,
                        is_written,
                        brief.say(self.frame.language).to_owned(),
                    );
                }
            }
        }
        if notice.shown.is_empty() {
            return Ok(());
        }
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        self.progress.aside(|| output.write(&notice.shown))
    }

    /// Results that cannot be written are a reason to begin nothing more.
    fn keep(&mut self, written: Result<(), Failure>) {
        if let Err(failure) = written {
            self.stop.stop.now(text::results_not_written());
            self.broken.get_or_insert(failure);
        }
    }
}

/// What an account needs that ended so.
fn need(list: ReportList, state: Option<&AccountState>) -> Need {
    match (state, list) {
        (Some(AccountState::Cut), _) => Need::Unfinished,
        (Some(AccountState::Found), _) => Need::ToDo,
        (_, ReportList::Done) => Need::Done,
        (_, ReportList::Failed) => Need::Failed,
        (_, ReportList::Pending) => Need::NoTurn,
    }
}

/// Where a person finds the account: its URL, and its line in the accounts file.
fn place_of(entry: &Entry, language: Language) -> String {
    let url = safe(&entry.account.id.url);
    match entry.line {
        0 => url,
        line => text::on_line(url, line.to_string())
            .say(language)
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Cli, Command, Shared};
    use crate::{config::account::Account, language::Language, report::progress};

    fn writer(output: &Path, ledger: Ledger) -> ResultWriter {
        ResultWriter {
            output: Arc::new(Mutex::new(Output::new(Some(output.to_owned())).unwrap())),
            reports: None,
            ledger: Some(ledger),
            progress: Progress::of_one(progress::Shown::Nowhere, Language::English),
            stop: Arc::default(),
            frame: Frame::of("audit", &shared()).unwrap(),
            broken: None,
        }
    }

    /// What is shared when nothing is typed.
    fn shared() -> Shared {
        let cli = Cli::try_parse_from(["rolecall", "runs"]).unwrap();
        match cli.command {
            Command::Runs(options) => options.shared,
            _ => panic!("it is `runs`"),
        }
    }

    /// What stands in the file of the results, where there is one, and the writer.
    async fn shown(ledger: Ledger) -> (Option<String>, ResultWriter) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results");
        let thread = WriterThread::start(writer(&path, ledger));
        let entry = Entry::of(Account::parse("imaps://alice@h").unwrap());
        let notice = Notice {
            state: Some(AccountState::Done),
            shown: "alice is done\n".to_owned(),
            ..Notice::default()
        };
        thread.send(&entry, notice);
        thread.flush().await;
        let written = thread.finish().await.unwrap();
        written.output.lock().unwrap().finish().unwrap();
        (fs::read_to_string(path).ok(), written)
    }

    #[tokio::test]
    async fn what_is_recorded_is_shown() {
        let (text, written) = shown(Ledger::on(tempfile::tempfile().unwrap())).await;
        assert_eq!(text.as_deref(), Some("alice is done\n"));
        assert_eq!(written.broken, None);
    }

    /// On Linux there is a file that is always full.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_cannot_be_recorded_is_not_shown_and_stops_the_command() {
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        let (text, written) = shown(Ledger::on(full.unwrap())).await;
        assert_eq!(text, None);
        assert!(written.broken.is_some());
        let why = written.stop.stop.why();
        assert_eq!(why, Some(&text::results_not_written()));
    }
}
