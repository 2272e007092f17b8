//! What goes on, for programs: a line of JSON for each event, as it happens, in the file that `--events` names.
//!
//! In: what happens to accounts. Out: lines in a file that can be read meanwhile. A file that can no longer be written is told
//! of once; the work goes on.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

use super::{clock::now, failure::Failure, terminal::say};
use crate::{
    language::text,
    model::io_error::in_words,
    private,
    report::{
        json::{self, AccountEvent},
        text::safe,
    },
};

/// How many lines may wait to be written before the work waits for them.
const WAITING: usize = 10_000;

/// Where events are written; nowhere by default.
#[derive(Debug, Clone, Default)]
pub struct EventLog {
    lines: Option<SyncSender<String>>,
    /// Ends when nobody has anything to write any more.
    _thread: Option<Arc<Writing>>,
}

impl EventLog {
    /// Opens the file; one that cannot be written is refused before anything is sent.
    pub fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let file = private::anew(path).map_err(|error| {
            let path = path.display().to_string();
            Failure::config(text::cannot(text::write_since(path, in_words(&error))))
                .hint(text::try_events_file())
        })?;
        let (lines, to_write) = sync_channel(WAITING);
        let thread = thread::spawn(move || write_all(file, &to_write));
        Ok(Self {
            lines: Some(lines),
            _thread: Some(Arc::new(Writing(Some(thread)))),
        })
    }

    /// Writes what has happened to an account, given as a URL.
    pub fn write(&self, account: &str, event: &AccountEvent<'_>) {
        if let Some(lines) = &self.lines {
            // Where nothing can be written any more, that was told.
            let _ = lines.send(json::event_line(&now(), account, event) + "\n");
        }
    }
}

fn write_all(mut file: File, lines: &Receiver<String>) {
    for line in lines {
        if let Err(error) = file.write_all(line.as_bytes()) {
            let why = text::write_since(text::the_events(), in_words(&error));
            say(text::cannot(why).map(safe));
            return;
        }
    }
}

/// The thread that writes; whoever lets go of it last waits until all is written.
#[derive(Debug)]
struct Writing(Option<JoinHandle<()>>);

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.join();
        }
    }
}

/// Where the events of one account are written.
#[derive(Debug, Clone)]
pub struct AccountEvents {
    log: EventLog,
    account: String,
}

impl AccountEvents {
    /// Of this account, given as a URL.
    pub fn of(log: EventLog, account: String) -> Self {
        Self { log, account }
    }

    /// Writes what has happened.
    pub fn write(&self, event: &AccountEvent<'_>) {
        self.log.write(&self.account, event);
    }
}
