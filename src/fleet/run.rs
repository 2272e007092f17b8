//! The loop: starts accounts as the queue says, each attempt as a task of its own, and observes how they end.
//!
//! In: the queue, a function that makes one attempt at one account. Out: calls of an [`Observer`]. There are never two
//! attempts at one account at a time, and a panic goes no further than its account.

use std::{
    collections::{BTreeSet, HashMap},
    future::Future,
    pin::Pin,
    time::Duration,
};

use tokio::{
    sync::mpsc,
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

/// An account's place among those at work.
#[derive(Debug)]
pub struct Slot {
    id: Id,
    rests: mpsc::UnboundedSender<Id>,
}

impl Slot {
    /// Gives the place to another account, because this one only waits from now on. Its connection still counts.
    pub fn release(&self) {
        // The fleet may be over; then nobody needs the place.
        let _ = self.rests.send(self.id);
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
    let (rests, mut resting) = mpsc::unbounded_channel();
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
                let rests = rests.clone();
                tasks.begin(id, work(id, Slot { id, rests }));
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
            Some(id) = resting.recv() => tasks.rests(id, &mut queue),
            Some(ended) = tasks.set.join_next_with_id() => {
                // It may have released its place just before it ended.
                while let Ok(id) = resting.try_recv() {
                    tasks.rests(id, &mut queue);
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
    /// Accounts that have released their place.
    resting: BTreeSet<Id>,
}

impl<T: Send + 'static> Default for Tasks<T> {
    fn default() -> Self {
        Self {
            set: JoinSet::new(),
            ids: HashMap::new(),
            resting: BTreeSet::new(),
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

    fn rests(&mut self, id: Id, queue: &mut Queue) {
        if self.resting.insert(id) {
            queue.rests();
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
        let rested = self.resting.remove(&id);
        match done {
            Ok((done, outcome)) => {
                if queue.ended(id, rested, outcome, now) {
                    observer.will_retry(id, done);
                } else {
                    observer.ended(id, done);
                }
            }
            Err(error) => {
                queue.ended(id, rested, AttemptOutcome::default(), now);
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
        assert_eq!(stop.why(), Some("enough"));
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
    async fn an_account_that_released_its_place_makes_room_for_another() {
        let most = Arc::new(AtomicU32::new(0));
        let now = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&most);
        let work = move |_, slot: Slot| {
            let (most, now) = (Arc::clone(&most), Arc::clone(&now));
            async move {
                slot.release();
                let open = now.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(open, Ordering::SeqCst);
                sleep(Duration::from_secs(2)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                ("done", well())
            }
        };
        let limits = Limits { jobs: 1, ..LIMITS };
        let mut log = Log::default();
        run(limits, accounts(20), &Stop::default(), work, &mut log).await;
        assert_eq!(log.0.len(), 20);
        assert_eq!(seen.load(Ordering::SeqCst), LIMITS.per_host);
    }
}
