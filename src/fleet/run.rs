//! The loop: starts accounts as the queue says, each attempt as a task of its own, and observes how they end.
//!
//! In: the queue, a function that makes one attempt at one account. Out: calls of an [`Observer`]. There are never two
//! attempts at one account at a time, and a panic goes no further than its account.

use std::{collections::HashMap, future::Future, pin::Pin, time::Duration};

use tokio::{
    sync::{mpsc, oneshot},
    task::{Id as TaskId, JoinError, JoinSet},
    time::{Instant, sleep},
};

use super::{
    account::{AttemptOutcome, Constraints, Id, Limits, NotStarted},
    queue::{Next, Queue},
    stop::{Heard, Stop},
};

/// Is told what happens, account by account. Everything waits while it is called, so it must not.
pub trait Observer<T> {
    /// An attempt at an account begins.
    fn started(&mut self, id: Id);
    /// An attempt has failed for a passing reason, and there will be another.
    fn will_retry(&mut self, id: Id, done: T);
    /// An account is over.
    fn ended(&mut self, id: Id, done: T);
    /// An account is over because of a bug; `message` is that of the panic.
    fn panicked(&mut self, id: Id, message: String);
    /// An attempt was cut off, and the account is over.
    fn aborted(&mut self, id: Id);
    /// An account is given up before a first or another attempt.
    fn not_started(&mut self, id: Id, why: &NotStarted);
}

/// An account's place among those at work, with the connection to its host that goes with it.
#[derive(Debug)]
pub struct Slot {
    id: Id,
    wishes: mpsc::UnboundedSender<(Id, Wish)>,
}

/// What an account at work says to the fleet.
#[derive(Debug)]
enum Wish {
    /// It only waits from now on.
    Rest,
    /// It has waited, and is told when it may go on.
    GoOn(oneshot::Sender<()>),
}

impl Slot {
    /// Gives place and connection to another account, because this one only waits from now on. It has closed its connection.
    pub fn rest(&self) {
        // The fleet may be over; then nobody needs the place.
        let _ = self.wishes.send((self.id, Wish::Rest));
    }

    /// Returns when the account that has rested has a place again, and may open a connection.
    pub async fn back(&self) {
        let (sender, told) = oneshot::channel();
        let _ = self.wishes.send((self.id, Wish::GoOn(sender)));
        let _ = told.await;
    }
}

/// Works on every account, and returns when all of them are over.
pub async fn run<T, F>(
    limits: Limits,
    accounts: impl Iterator<Item = Constraints>,
    stop: &Stop,
    work: impl Fn(Id, Slot) -> F,
    observer: &mut impl Observer<T>,
) where
    T: Send + 'static,
    F: Future<Output = (T, AttemptOutcome)> + Send + 'static,
{
    let mut queue = Queue::new(limits, accounts);
    let began = Instant::now();
    let (wishes, mut received) = mpsc::unbounded_channel();
    let mut tasks = Tasks::default();
    let mut heard = Heard::Nothing;
    loop {
        if heard == Heard::Nothing && stop.why().is_some() {
            heard = Heard::Stopped;
            queue.stop();
        }
        let due = match queue.next(began.elapsed()) {
            Next::Start(id) => {
                observer.started(id);
                let wishes = wishes.clone();
                tasks.begin(id, work(id, Slot { id, wishes }));
                continue;
            }
            Next::GoOn(id) => {
                tasks.go_on(id);
                continue;
            }
            Next::Skip(id, why) => {
                observer.not_started(id, &why);
                continue;
            }
            Next::Over => return,
            Next::Wait(due) => due.saturating_sub(began.elapsed()),
            Next::WaitForEnd => Duration::MAX,
        };
        tokio::select! {
            biased;
            () = stop.changed(heard) => {
                if stop.is_final() {
                    heard = Heard::Final;
                    queue.stop();
                    tasks.set.abort_all();
                }
            }
            Some(wish) = received.recv() => tasks.hear(wish, &mut queue, began.elapsed()),
            Some(ended) = tasks.set.join_next_with_id() => {
                // It may have given up its place just before it ended.
                while let Ok(wish) = received.try_recv() {
                    tasks.hear(wish, &mut queue, began.elapsed());
                }
                tasks.ended(ended, &mut queue, began.elapsed(), observer);
            }
            () = sleep(due) => {}
        }
    }
}

/// The attempts under way.
struct Tasks<T> {
    set: JoinSet<(T, AttemptOutcome)>,
    ids: HashMap<TaskId, Id>,
    /// Accounts that have rested, and how each is told that it may go on.
    rested: HashMap<Id, oneshot::Sender<()>>,
}

impl<T: Send + 'static> Default for Tasks<T> {
    fn default() -> Self {
        Self {
            set: JoinSet::new(),
            ids: HashMap::new(),
            rested: HashMap::new(),
        }
    }
}

impl<T: Send + 'static> Tasks<T> {
    fn begin(&mut self, id: Id, work: impl Future<Output = (T, AttemptOutcome)> + Send + 'static) {
        // Boxed, so that all verbs share the code of one kind of task.
        let work: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(work);
        let task = self.set.spawn(work);
        self.ids.insert(task.id(), id);
    }

    fn hear(&mut self, (id, wish): (Id, Wish), queue: &mut Queue, now: Duration) {
        match wish {
            Wish::Rest => queue.rests(id, now),
            Wish::GoOn(told) => {
                self.rested.insert(id, told);
                queue.has_rested(id);
            }
        }
    }

    fn go_on(&mut self, id: Id) {
        if let Some(told) = self.rested.remove(&id) {
            // One that has ended meanwhile needs nothing more: its end comes next.
            let _ = told.send(());
        }
    }

    fn ended(
        &mut self,
        ended: Result<(TaskId, (T, AttemptOutcome)), JoinError>,
        queue: &mut Queue,
        now: Duration,
        observer: &mut impl Observer<T>,
    ) {
        let (task, done) = match ended {
            Ok((task, done)) => (task, Ok(done)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some(id) = self.ids.remove(&task) else {
            return;
        };
        self.rested.remove(&id);
        match done {
            Ok((done, outcome)) => {
                if queue.ended(id, outcome, now) {
                    observer.will_retry(id, done);
                } else {
                    observer.ended(id, done);
                }
            }
            Err(error) => {
                queue.ended(id, AttemptOutcome::default(), now);
                match panic_message(error) {
                    Some(message) => observer.panicked(id, message),
                    None => observer.aborted(id),
                }
            }
        }
    }
}

/// The message of a panic; none where the task was aborted.
fn panic_message(error: JoinError) -> Option<String> {
    let panic = error.try_into_panic().ok()?;
    Some(match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic
            .downcast_ref::<&str>()
            .map_or_else(String::new, |text| (*text).to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;
    use crate::fleet::{Retry, RetryScope};

    const LIMITS: Limits = Limits {
        jobs: 8,
        per_host: 8,
        tries_again: true,
    };

    #[derive(Default)]
    struct Log(Vec<String>);

    impl Observer<&'static str> for Log {
        fn started(&mut self, _: Id) {}
        fn will_retry(&mut self, id: Id, done: &'static str) {
            self.0.push(format!("{id} again: {done}"));
        }
        fn ended(&mut self, id: Id, done: &'static str) {
            self.0.push(format!("{id} {done}"));
        }
        fn panicked(&mut self, id: Id, message: String) {
            self.0.push(format!("{id} panicked: {message}"));
        }
        fn aborted(&mut self, id: Id) {
            self.0.push(format!("{id} aborted"));
        }
        fn not_started(&mut self, id: Id, why: &NotStarted) {
            self.0.push(format!("{id} not started: {why:?}"));
        }
    }

    fn accounts(count: u32) -> impl Iterator<Item = Constraints> {
        (0..count).map(|_| Constraints {
            host: "a".to_owned(),
            login: None,
        })
    }

    fn well() -> AttemptOutcome {
        AttemptOutcome {
            login: Some(true),
            ..AttemptOutcome::default()
        }
    }

    async fn log_of<F>(count: u32, stop: &Stop, work: impl Fn(Id, Slot) -> F) -> Vec<String>
    where
        F: Future<Output = (&'static str, AttemptOutcome)> + Send + 'static,
    {
        let mut log = Log::default();
        run(LIMITS, accounts(count), stop, work, &mut log).await;
        log.0.sort();
        log.0
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_a_hang_and_a_failure_change_nothing_for_the_others() {
        let work = |id, _| async move {
            match id {
                1 => panic!("oh no"),
                2 => sleep(Duration::from_secs(9_999)).await,
                _ => {}
            }
            ("done", well())
        };
        let log = log_of(4, &Stop::default(), work).await;
        assert_eq!(log, ["0 done", "1 panicked: oh no", "2 done", "3 done"]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_failed_for_a_passing_reason_is_tried_again() {
        let turns = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&turns);
        let work = move |_, _| {
            let retry = (turns.fetch_add(1, Ordering::SeqCst) == 0).then_some(Retry {
                after: None,
                scope: RetryScope::Account,
            });
            async move { ("told", AttemptOutcome { retry, ..well() }) }
        };
        let log = log_of(1, &Stop::default(), work).await;
        assert_eq!(log, ["0 again: told", "0 told"]);
        assert_eq!(counted.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_lets_those_at_work_end_and_starts_no_other() {
        let stop = Stop::default();
        let shared = stop.clone();
        let work = move |id, _| {
            let stop = shared.clone();
            async move {
                sleep(Duration::from_secs(1 + u64::from(id))).await;
                stop.now("enough");
                ("done", well())
            }
        };
        let log = log_of(20, &stop, work).await;
        let done = log.iter().filter(|line| line.ends_with("done")).count();
        assert_eq!(done, 8, "{log:?}");
        assert_eq!(log.len(), 20);
        assert_eq!(stop.why(), Some(&"enough".into()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_at_once_cuts_off_those_at_work() {
        let stop = Stop::default();
        let shared = stop.clone();
        let work = move |id, _| {
            let stop = shared.clone();
            async move {
                sleep(Duration::from_secs(1)).await;
                match id {
                    0 => stop.now("enough"),
                    _ => sleep(Duration::from_secs(1)).await,
                }
                if id == 1 {
                    stop.at_once("at once");
                }
                sleep(Duration::from_secs(9)).await;
                ("done", well())
            }
        };
        let log = log_of(9, &stop, work).await;
        assert!(log[..8].iter().all(|line| line.ends_with("aborted")));
        assert_eq!(log[8], "8 not started: Stopped");
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_that_rest_let_others_work_and_no_more_than_may_are_at_work_when_they_go_on() {
        let most = Arc::new(AtomicU32::new(0));
        let now = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&most);
        let work = move |_, slot: Slot| {
            let (most, now) = (Arc::clone(&most), Arc::clone(&now));
            async move {
                let works = async || {
                    let at_work = now.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(at_work, Ordering::SeqCst);
                    sleep(Duration::from_secs(1)).await;
                    now.fetch_sub(1, Ordering::SeqCst);
                };
                works().await;
                slot.rest();
                sleep(Duration::from_secs(9)).await;
                slot.back().await;
                works().await;
                ("done", well())
            }
        };
        let limits = Limits {
            jobs: 9,
            per_host: 4,
            ..LIMITS
        };
        let began = Instant::now();
        let mut log = Log::default();
        run(limits, accounts(40), &Stop::default(), work, &mut log).await;
        assert_eq!(log.0.len(), 40);
        assert_eq!(seen.load(Ordering::SeqCst), limits.per_host);
        // Forty times two seconds of work by four at a time: nobody waits for those that rest.
        assert_eq!(began.elapsed().as_secs(), 20);
    }
}
