//! Giving every account of a command its turn, and telling how each ended the moment it does.
//!
//! In: accounts, a [`Verb`]. Out: results as they come, one status, what is kept of it (`ledger`, `reports`). Never: what
//! is done with an account; a second way for a command that names one account only.

use std::{
    collections::BTreeSet,
    future::Future,
    io::IsTerminal as _,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    args::{Format, Shared},
    desk::{Desk, Telling},
    failure::{Failure, Status},
    ledger::Ledger,
    many::{Fuses, Many},
    output::{Output, complain, look, say},
    ports::{Wish, World},
    reports::{List, Reports},
};
use crate::{
    config::accounts::Entry,
    fleet::{self, Again, Id, Left, Limits, Place, Shown, Slot, Whose},
    model::{
        plan::Plan,
        receipt::{Outcome, Receipt},
    },
    report::{
        json,
        progress::{self, Progress},
        summary::Summary,
        table,
        text::{counted, safe},
    },
};

/// What one verb does with one account.
pub trait Verb: Send + Sync + 'static {
    /// Deals with it once, and tells what it has done as soon as it is done: a failure afterwards takes nothing of it.
    fn turn(
        &self,
        entry: &Entry,
        world: World,
        told: &mut Told,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// The line of JSON that says why an account was not dealt with.
    fn error_line(&self, entry: &Entry, failure: &Failure) -> String;
}

/// How an account's turn ended.
#[derive(Debug)]
pub struct Turn {
    /// What there is to tell.
    pub told: Told,
    /// Why it did not go on after that.
    pub failure: Option<Failure>,
}

impl From<Failure> for Turn {
    fn from(failure: Failure) -> Self {
        Self {
            told: Told::default(),
            failure: Some(failure),
        }
    }
}

/// What there is to tell of an account.
#[derive(Debug, Default)]
pub struct Told {
    /// The result in the form that was asked for.
    pub text: String,
    /// The same in one line, for people.
    pub brief: String,
    /// The exit status that follows.
    pub status: Status,
    /// Messages that were moved.
    pub moved: u64,
    /// Whether anything was changed.
    pub changed: bool,
    /// Codes of what was found or is left for a person.
    pub codes: BTreeSet<&'static str>,
    /// Another turn may finish it.
    pub again: Option<Again>,
    /// Why the account had no turn after all.
    pub left: Option<String>,
}

impl Told {
    /// What came after.
    pub fn then(&mut self, next: Self) {
        self.text += &next.text;
        self.moved += next.moved;
        self.changed |= next.changed;
        self.codes.extend(next.codes);
        (self.brief, self.status) = (next.brief, next.status);
        (self.again, self.left) = (next.again, next.left);
    }
}

/// A receipt; the status follows from it.
pub fn told_of(plan: &Plan, receipt: &Receipt, shared: &Shared) -> Told {
    let status = if receipt.interrupted {
        Status::Interrupted
    } else if !receipt.finished || receipt.is_unknown() {
        Status::Unknown
    } else if receipt.is_refused() || receipt.is_unexplained() {
        Status::Failed
    } else {
        Status::Done
    };
    let moved = receipt.moved();
    let mut applied = receipt.steps.iter();
    Told {
        text: match shared.format {
            Format::Table => table::receipt(plan, receipt, look(shared)),
            Format::Json => json::receipt_line(receipt) + "\n",
        },
        brief: counted(moved, "message moved", "messages moved"),
        status,
        moved,
        changed: moved > 0 || applied.any(|step| step.outcome == Outcome::Applied),
        // What was cut off by the network is found out about and finished by the next turn.
        again: (status == Status::Unknown).then_some(Again {
            after: receipt.after,
            whose: Whose::Account,
        }),
        ..Told::default()
    }
}

/// All that goes through a command's accounts.
pub struct Crew {
    entries: Arc<[Entry]>,
    limits: Limits,
    desk: Desk,
}

/// How an account ended, for those who decide what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// The account's number among all.
    pub id: Id,
    /// Its status; none where it had no turn.
    pub status: Option<Status>,
    /// Whether anything was changed.
    pub changed: bool,
}

impl Crew {
    /// Makes ready to deal with these accounts. What cannot be written is found out before anything is sent.
    pub fn new(
        verb: &'static str,
        entries: Vec<Entry>,
        many: &Many,
        shared: &Shared,
    ) -> Result<Self, Failure> {
        let entries: Arc<[Entry]> = entries.into();
        let is_many = many.file.is_some() || entries.len() > 1;
        let how = &many.how;
        let reports = how.report_dir.as_deref();
        let mut summary = Summary::of(verb, entries.len() as u64);
        summary.shard = how.shard.map(|shard| shard.to_string());
        let language = look(shared).language;
        let progress = if is_many {
            Progress::of_many(entries.len() as u64, shown(shared, true), language)
        } else {
            Progress::of_one(shown(shared, false), language)
        };
        Ok(Self {
            limits: Limits {
                jobs: how.jobs,
                per_host: how.per_host,
                tries_again: is_many,
            },
            desk: Desk {
                group: Vec::new(),
                output: Arc::new(Mutex::new(Output::new(shared.output.clone())?)),
                shared: shared.clone(),
                progress,
                wish: Arc::default(),
                reports: reports
                    .map(|folder| Reports::open(folder, how.shard))
                    .transpose()?,
                ledger: None,
                fuses: Fuses::default(),
                summary,
                telling: Telling::All,
                is_many,
                worst: Status::Done,
                ended: Vec::new(),
                cut: BTreeSet::new(),
                broken: None,
                entries: Arc::clone(&entries),
            },
            entries,
        })
    }

    /// Stops before more goes wrong than that.
    #[must_use]
    pub fn with_fuses(mut self, fuses: Fuses) -> Self {
        self.desk.fuses = fuses;
        self
    }

    /// Keeps on record how each account ended.
    #[must_use]
    pub fn with_ledger(mut self, ledger: Option<Ledger>) -> Self {
        self.desk.ledger = ledger;
        self
    }

    /// Whether there is more than one account, or might have been.
    pub fn is_many(&self) -> bool {
        self.desk.is_many
    }

    /// What a person calls an account.
    pub fn called(&self, id: Id) -> &str {
        let entry = self.entries.get(id as usize);
        entry.map_or("?", |entry| entry.called())
    }

    /// An account.
    pub fn entry(&self, id: Id) -> Option<&Entry> {
        self.entries.get(id as usize)
    }

    /// Where results go, for a verb that shows something before it asks.
    pub fn output(&self) -> Arc<Mutex<Output>> {
        Arc::clone(&self.desk.output)
    }

    /// The sum so far.
    pub fn summary(&mut self) -> &mut Summary {
        &mut self.desk.summary
    }

    /// Accounts that an earlier command has done, or given up.
    pub fn before(&mut self, done: &[Entry], failed: &[Entry]) -> Result<(), Failure> {
        self.desk.summary.done_before = done.len() as u64;
        self.desk.summary.failed_before = failed.len() as u64;
        if !failed.is_empty() {
            self.desk.worst = Status::Failed;
        }
        let Some(reports) = &mut self.desk.reports else {
            return Ok(());
        };
        for entry in done {
            reports.list(entry, List::Done)?;
        }
        for entry in failed {
            reports.list(entry, List::Failed)?;
        }
        Ok(())
    }

    /// What the user wants.
    pub fn wish(&self) -> &Arc<Wish> {
        &self.desk.wish
    }

    /// Listens to Ctrl-C from now on: those at work come to a good end. While one account's user may be asked for a
    /// password, Ctrl-C ends it as ever.
    pub fn listen(&self) {
        if self.desk.is_many {
            self.desk.wish.watch(&self.desk.progress);
        }
    }

    /// Gives each of these accounts its turn.
    pub async fn go<V: Verb>(&mut self, verb: &Arc<V>, group: Vec<Id>) -> Vec<Ended> {
        let places: Vec<Place> = group
            .iter()
            .filter_map(|id| self.entries.get(*id as usize))
            .map(place)
            .collect();
        self.desk.group.clone_from(&group);
        let entries = Arc::clone(&self.entries);
        let wish = Arc::clone(&self.desk.wish);
        let progress = self.desk.progress.clone();
        let lines = progress.clone();
        let line_verb = Arc::clone(verb);
        let mut watch = Watching {
            desk: &mut self.desk,
            error_line: &|entry, failure| line_verb.error_line(entry, failure),
        };
        let work = |id: Id, slot: Slot| {
            let world = World::new(Arc::clone(&wish), progress.clone(), slot);
            let (entries, verb) = (Arc::clone(&entries), Arc::clone(verb));
            let place = group.get(id as usize).copied().unwrap_or(Id::MAX);
            async move {
                let mut told = Told::default();
                let done = match entries.get(place as usize) {
                    Some(entry) => verb.turn(entry, world, &mut told).await,
                    None => Err(Failure::bug("the account is not there")),
                };
                let failure = done.err();
                let turn = Turn { told, failure };
                let shown = shown_by(&turn);
                (turn, shown)
            }
        };
        let places = places.into_iter();
        tokio::select! {
            () = fleet::run(self.limits, places, &wish.stop, work, &mut watch) => {}
            never = lines.tell(say) => match never {},
        }
        std::mem::take(&mut self.desk.ended)
    }

    /// Ends an account that cannot have a turn.
    pub fn fail<V: Verb>(&mut self, verb: &V, id: Id, failure: Failure) {
        self.desk.group.clear();
        let error_line = |entry: &Entry, failure: &Failure| verb.error_line(entry, failure);
        self.desk.over(id, failure.into(), &error_line);
    }

    /// Leaves accounts without a turn.
    pub fn leave(&mut self, ids: Vec<Id>, why: &str) {
        for id in ids {
            self.desk.leave(id, why);
        }
        // Whoever asks how a group ended asks of those that had a turn.
        self.desk.ended.clear();
    }

    /// Gives each its turn to find out what there is to do, and returns those where there is something; they will have
    /// another turn, or are [declined](Self::declined).
    pub async fn draft<V: Verb>(&mut self, verb: &Arc<V>, group: Vec<Id>) -> Vec<Id> {
        self.desk.telling = Telling::Draft;
        let ended = self.go(verb, group).await;
        self.desk.telling = Telling::All;
        let found = ended
            .iter()
            .filter(|ended| ended.status == Some(Status::Found));
        let found: Vec<Id> = found.map(|ended| ended.id).collect();
        self.desk.progress.more(found.len() as u64);
        found
    }

    /// Asks a person, nothing else being written meanwhile.
    pub fn ask<T>(&self, question: impl FnOnce() -> T) -> T {
        self.desk.progress.aside(question)
    }

    /// Those drafted have no further turn: they stay to be done.
    pub fn declined(&mut self, drafted: &[Id]) {
        for id in drafted {
            self.desk.decline(*id);
        }
    }

    /// The status is at least as serious as this.
    pub fn at_least(&mut self, status: Status) {
        self.desk.worst = self.desk.worst.or(status);
    }

    /// Looks at accounts that are over: nothing is counted, only failures are told.
    pub async fn aside<V: Verb>(&mut self, verb: &Arc<V>, group: Vec<Id>) -> Vec<Ended> {
        self.desk.telling = Telling::Aside;
        self.desk.progress.more(group.len() as u64);
        let ended = self.go(verb, group).await;
        self.desk.telling = Telling::All;
        ended
    }

    /// Every account's number.
    pub fn everyone(&self) -> Vec<Id> {
        (0..).zip(self.entries.iter()).map(|(id, _)| id).collect()
    }

    /// Writes what is left to write. The most serious status of all wins.
    pub fn finish(self) -> Result<Status, Failure> {
        let desk = self.desk;
        desk.progress.finish();
        if desk.is_many {
            let text = desk.summary.text();
            if !desk.shared.quiet {
                say(&format!("\n{}", text.trim_end()));
            }
            if let Some(reports) = &desk.reports {
                reports.summary(&text, &(desk.summary.line() + "\n"))?;
            }
        }
        let mut output = desk.output.lock().unwrap_or_else(PoisonError::into_inner);
        output.finish()?;
        if let Some(failure) = desk.broken {
            complain(None, &failure);
            return Ok(desk.worst.or(Status::Failed));
        }
        Ok(desk.worst)
    }
}

/// The desk, and how its verb says in JSON that something failed.
struct Watching<'a> {
    desk: &'a mut Desk,
    error_line: &'a (dyn Fn(&Entry, &Failure) -> String + Sync),
}

impl fleet::Watch<Turn> for Watching<'_> {
    fn began(&mut self, id: Id) {
        if let Some(entry) = self.desk.entry(id) {
            self.desk.progress.began(self.desk.id(id), entry.called());
        }
    }

    fn again(&mut self, id: Id, turn: Turn) {
        let desk = &mut *self.desk;
        desk.progress.paused(desk.id(id));
        desk.so_far(desk.id(id), &turn.told);
        let Some(entry) = desk.entry(id).filter(|_| desk.shared.verbose) else {
            return;
        };
        let why = turn
            .failure
            .map_or(turn.told.brief, |failure| failure.message);
        let line = format!("{}: {}; it is tried again", entry.called(), why);
        desk.progress.aside(|| say(&safe(&line)));
    }

    fn ended(&mut self, id: Id, turn: Turn) {
        self.desk.over(id, turn, self.error_line);
    }

    fn broke(&mut self, id: Id, said: String) {
        let failure = Failure::bug(format!("cannot go on with this account: {said}"));
        self.desk.over(id, failure.into(), self.error_line);
    }

    fn cut(&mut self, id: Id) {
        let failure = Failure::interrupted("cannot wait for this account's last command");
        self.desk.over(id, failure.into(), self.error_line);
    }

    fn left(&mut self, id: Id, why: &Left) {
        let why = match why {
            Left::Stopped => self.desk.wish.stop.why().unwrap_or("stopped").to_owned(),
            Left::Master(name) => format!("the login of {name} was refused too often"),
            Left::Host(name) => format!("{name} did not answer, time and again"),
        };
        let id = self.desk.id(id);
        self.desk.leave(id, &why);
    }
}

/// What decides when an account has its turn.
fn place(entry: &Entry) -> Place {
    let id = &entry.account.id;
    Place {
        host: format!("{}:{}", id.host.to_ascii_lowercase(), id.port),
        master: entry.said.login_as.as_deref().map(str::to_owned),
    }
}

/// What the fleet must know of a turn.
fn shown_by(turn: &Turn) -> Shown {
    let told = &turn.told;
    match &turn.failure {
        None => Shown {
            login: Some(true),
            failed: told.status == Status::Failed,
            unknown: told.status == Status::Unknown,
            again: told.again,
        },
        Some(failure) => Shown {
            login: failure.is_refused.then_some(false),
            failed: true,
            unknown: failure.kind == "unknown",
            again: failure.again,
        },
    }
}

/// A bar only where somebody sees it; of many accounts a line now and then elsewhere.
fn shown(shared: &Shared, is_many: bool) -> progress::Shown {
    let is_wanted = !shared.no_progress && !shared.quiet;
    match (is_wanted, std::io::stderr().is_terminal(), is_many) {
        (true, true, _) => progress::Shown::Bar,
        (true, false, true) => progress::Shown::Lines,
        _ => progress::Shown::Nowhere,
    }
}
