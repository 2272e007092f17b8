//! What goes on, for programs: a line of JSON for each event, as it happens, in the file that `--events` names.
//!
//! In: what happens to accounts. Out: lines in a file that can be read meanwhile. A file that can no longer be written is told
//! of once; the work goes on.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use super::{clock::now, failure::Failure, terminal::say};
use crate::{
    language::{Phrase, text},
    model::io_error::in_words,
    private,
    report::{
        json::{self, AccountEvent, EVENT_BEGINNING},
        text::safe,
    },
};

/// How many lines may wait for a slow reader.
const WAITING: usize = 10_000;
/// How long the last of them are waited for.
const LAST: Duration = Duration::from_secs(5);

/// Where events are written; nowhere by default.
#[derive(Debug, Clone, Default)]
pub struct EventLog {
    /// None where no file was named. The work never waits for whoever reads it.
    writing: Option<Arc<Writing>>,
}

impl EventLog {
    /// Opens the file; one that cannot be written, or that holds something else, is refused before anything is sent.
    pub fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let file = private::anew(path, EVENT_BEGINNING);
        let file = file.map_err(|error| {
            let path = path.display().to_string();
            Failure::config(text::cannot(text::write_since(path, in_words(&error))))
                .hint(text::try_events_file())
        })?;
        let (lines, to_write) = sync_channel(WAITING);
        let (over, is_over) = sync_channel(1);
        thread::spawn(move || {
            write_all(file, &to_write);
            let _ = over.send(());
        });
        let writing = Writing {
            lines: Mutex::new(Some(lines)),
            is_over: Mutex::new(is_over),
        };
        Ok(Self {
            writing: Some(Arc::new(writing)),
        })
    }

    /// Writes what has happened to an account, given as a URL.
    pub fn write(&self, account: &str, event: &AccountEvent<'_>) {
        let Some(writing) = &self.writing else { return };
        let lines = writing.lines.lock();
        let mut lines = lines.unwrap_or_else(PoisonError::into_inner);
        let line = || json::event_line(&now(), account, event) + "\n";
        if lines
            .as_ref()
            .is_some_and(|lines| lines.try_send(line()).is_err())
        {
            // Nobody reads any more, or far too slowly; an event may not be missing among others.
            *lines = None;
            tell(text::nobody_reads());
        }
    }
}

fn write_all(mut file: File, lines: &Receiver<String>) {
    for line in lines {
        if let Err(error) = file.write_all(line.as_bytes()) {
            tell(in_words(&error));
            // What comes is read and let go, so that this is said once.
            for _ in lines {}
            return;
        }
    }
}

fn tell(why: impl Into<Phrase>) {
    let why = text::write_since(text::the_events(), why);
    say(text::cannot(why).map(safe));
}

/// The thread that writes; whoever lets go of it last waits a little until all is written.
#[derive(Debug)]
struct Writing {
    /// None once nothing is written any more.
    lines: Mutex<Option<SyncSender<String>>>,
    is_over: Mutex<Receiver<()>>,
}

impl Drop for Writing {
    fn drop(&mut self) {
        let lines = self.lines.get_mut().unwrap_or_else(PoisonError::into_inner);
        let was_open = lines.take().is_some();
        let is_over = self
            .is_over
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if was_open && is_over.recv_timeout(LAST).is_err() {
            tell(text::nobody_reads());
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
