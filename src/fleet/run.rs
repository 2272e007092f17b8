//! The loop: starts accounts as the queue says, each as a task of its own, and hears how they end.
//!
//! In: the queue, a function that deals with one account. Out: what a [`Watch`] is told. Never: two turns of one account
//! at a time, a panic that goes further than its account.

use std::{
    collections::{BTreeSet, HashMap},
    future::Future,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, mpsc},
    task::{Id as TaskId, JoinError, JoinSet},
    time::{Instant, sleep},
};

use super::{
    Left, Limits, Place, Shown,
    queue::{Id, Next, Queue},
};

/// Is told what goes on, account by account, in one place.
pub trait Watch<T> {
    /// An account's turn begins.
    fn began(&mut self, id: Id);
    /// An account has failed for a passing reason and will have another turn.
    fn again(&mut self, id: Id, told: T);
    /// An account is over.
    fn ended(&mut self, id: Id, told: T);
    /// An account is over because of a bug; what the panic said.
    fn broke(&mut self, id: Id, said: String);
    /// An account's turn was cut off.
    fn cut(&mut self, id: Id);
    /// An account has no turn, or no other.
    fn left(&mut self, id: Id, why: &Left);
}

/// An account's place among those at work.
#[derive(Debug)]
pub struct Slot {
    id: Id,
    rests: mpsc::UnboundedSender<Id>,
}

impl Slot {
    /// Gives the place to another account: this one only waits from now on. Its connection stays counted.
    pub fn rest(&self) {
        // The fleet may be over; then nobody wants the place.
        let _ = self.rests.send(self.id);
    }
}

/// The wish that no further account begins, with its reason.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    wish: Arc<Wish>,
}

#[derive(Debug, Default)]
struct Wish {
    why: OnceLock<String>,
    is_final: AtomicBool,
    said: Notify,
}

impl Stop {
    /// Lets no further account begin; the first reason counts.
    pub fn now(&self, why: impl Into<String>) {
        if self.wish.why.set(why.into()).is_ok() {
            self.wish.said.notify_waiters();
        }
    }

    /// Why no further account begins, if so.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        self.wish.why.get().map(String::as_str)
    }

    /// Cuts off those at work too.
    pub fn at_once(&self, why: impl Into<String>) {
        let _ = self.wish.why.set(why.into());
        self.wish.is_final.store(true, Ordering::SeqCst);
        self.wish.said.notify_waiters();
    }

    fn is_final(&self) -> bool {
        self.wish.is_final.load(Ordering::SeqCst)
    }

    /// Returns once there is more to know than that.
    async fn said(&self, known: Known) {
        let said = self.wish.said.notified();
        let is_new = match known {
            Known::Nothing => self.why().is_some(),
            Known::Stopped => self.is_final(),
            Known::Final => false,
        };
        if !is_new {
            said.await;
        }
    }
}

/// How far the wish is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Stopped,
    Final,
}

/// Gives every account its turn, and returns when all are over.
pub async fn run<T, F>(
    limits: Limits,
    places: impl Iterator<Item = Place>,
    stop: &Stop,
    work: impl Fn(Id, Slot) -> F,
    watch: &mut impl Watch<T>,
) where
    T: Send + 'static,
    F: Future<Output = (T, Shown)> + Send + 'static,
{
    let mut queue = Queue::new(limits, places);
    let began = Instant::now();
    let (rests, mut resting) = mpsc::unbounded_channel();
    let mut tasks = Tasks::default();
    let mut known = Known::Nothing;
    loop {
        if known == Known::Nothing && stop.why().is_some() {
            known = Known::Stopped;
            queue.stop();
        }
        let due = match queue.next(began.elapsed()) {
            Next::Start(id) => {
                watch.began(id);
                let rests = rests.clone();
                tasks.begin(id, work(id, Slot { id, rests }));
                continue;
            }
            Next::Leave(id, why) => {
                watch.left(id, &why);
                continue;
            }
            Next::Over => return,
            Next::Wait(due) => due.saturating_sub(began.elapsed()),
            Next::Hear => Duration::MAX,
        };
        tokio::select! {
            biased;
            () = stop.said(known) => {
                if stop.is_final() {
                    known = Known::Final;
                    queue.stop();
                    tasks.set.abort_all();
                }
            }
            Some(id) = resting.recv() => tasks.rests(id, &mut queue),
            Some(ended) = tasks.set.join_next_with_id() => {
                // It may have said so just before it ended.
                while let Ok(id) = resting.try_recv() {
                    tasks.rests(id, &mut queue);
                }
                tasks.ended(ended, &mut queue, began.elapsed(), watch);
            }
            () = sleep(due) => {}
        }
    }
}

struct Tasks<T> {
    set: JoinSet<(T, Shown)>,
    ids: HashMap<TaskId, Id>,
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
    fn begin(&mut self, id: Id, work: impl Future<Output = (T, Shown)> + Send + 'static) {
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
        ended: Result<(TaskId, (T, Shown)), JoinError>,
        queue: &mut Queue,
        now: Duration,
        watch: &mut impl Watch<T>,
    ) {
        let (task, told) = match ended {
            Ok((task, told)) => (task, Ok(told)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some(id) = self.ids.remove(&task) else {
            return;
        };
        let rested = self.resting.remove(&id);
        match told {
            Ok((told, shown)) => {
                if queue.ended(id, rested, shown, now) {
                    watch.again(id, told);
                } else {
                    watch.ended(id, told);
                }
            }
            Err(error) => {
                let shown = Shown {
                    failed: true,
                    ..Shown::default()
                };
                queue.ended(id, rested, shown, now);
                match said(error) {
                    Some(said) => watch.broke(id, said),
                    None => watch.cut(id),
                }
            }
        }
    }
}

/// What a panic said; nothing where it was none.
fn said(error: JoinError) -> Option<String> {
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
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::fleet::{Again, Whose};

    const LIMITS: Limits = Limits {
        jobs: 8,
        per_host: 8,
        tries_again: true,
    };

    #[derive(Default)]
    struct Told(Vec<String>);

    impl Watch<&'static str> for Told {
        fn began(&mut self, _: Id) {}
        fn again(&mut self, id: Id, told: &'static str) {
            self.0.push(format!("{id} again: {told}"));
        }
        fn ended(&mut self, id: Id, told: &'static str) {
            self.0.push(format!("{id} {told}"));
        }
        fn broke(&mut self, id: Id, said: String) {
            self.0.push(format!("{id} broke: {said}"));
        }
        fn cut(&mut self, id: Id) {
            self.0.push(format!("{id} cut off"));
        }
        fn left(&mut self, id: Id, why: &Left) {
            self.0.push(format!("{id} left: {why:?}"));
        }
    }

    fn places(count: u32) -> impl Iterator<Item = Place> {
        (0..count).map(|_| Place {
            host: "a".to_owned(),
            master: None,
        })
    }

    fn well() -> Shown {
        Shown {
            login: Some(true),
            ..Shown::default()
        }
    }

    async fn told<F>(count: u32, stop: &Stop, work: impl Fn(Id, Slot) -> F) -> Vec<String>
    where
        F: Future<Output = (&'static str, Shown)> + Send + 'static,
    {
        let mut told = Told::default();
        run(LIMITS, places(count), stop, work, &mut told).await;
        told.0.sort();
        told.0
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
        let told = told(4, &Stop::default(), work).await;
        assert_eq!(told, ["0 done", "1 broke: oh no", "2 done", "3 done"]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_failed_in_passing_has_another_turn() {
        let turns = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&turns);
        let work = move |_, _| {
            let again = (turns.fetch_add(1, Ordering::SeqCst) == 0).then_some(Again {
                after: None,
                whose: Whose::Account,
            });
            async move { ("told", Shown { again, ..well() }) }
        };
        let told = told(1, &Stop::default(), work).await;
        assert_eq!(told, ["0 again: told", "0 told"]);
        assert_eq!(counted.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_lets_those_at_work_end_and_leaves_the_others() {
        let stop = Stop::default();
        let wish = stop.clone();
        let work = move |id, _| {
            let stop = wish.clone();
            async move {
                sleep(Duration::from_secs(1 + u64::from(id))).await;
                stop.now("enough");
                ("done", well())
            }
        };
        let told = told(20, &stop, work).await;
        let done = told.iter().filter(|told| told.ends_with("done")).count();
        assert_eq!(done, 8, "{told:?}");
        assert_eq!(told.len(), 20);
        assert_eq!(stop.why(), Some("enough"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_at_once_cuts_off_those_at_work() {
        let stop = Stop::default();
        let wish = stop.clone();
        let work = move |id, _| {
            let stop = wish.clone();
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
        let told = told(9, &stop, work).await;
        assert!(told[..8].iter().all(|told| told.ends_with("cut off")));
        assert_eq!(told[8], "8 left: Stopped");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_rests_makes_room() {
        let most = Arc::new(AtomicU32::new(0));
        let now = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&most);
        let work = move |_, slot: Slot| {
            let (most, now) = (Arc::clone(&most), Arc::clone(&now));
            async move {
                slot.rest();
                let open = now.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(open, Ordering::SeqCst);
                sleep(Duration::from_secs(2)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                ("done", well())
            }
        };
        let limits = Limits { jobs: 1, ..LIMITS };
        let mut told = Told::default();
        run(limits, places(20), &Stop::default(), work, &mut told).await;
        assert_eq!(told.0.len(), 20);
        assert_eq!(seen.load(Ordering::SeqCst), LIMITS.per_host);
    }
}
