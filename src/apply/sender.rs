//! The one place that sends a mutating command, and the one that writes a record.
//!
//! In: an act, or a fact. Out: the server's answer, or a [`StopReason`]; books that hold every record of the journal.
//! The intent of an act is on the disk before the act is sent. INBOX is neither renamed nor deleted, and nothing is deleted
//! but a tombstone of this run, whatever a plan says.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::{Instant, sleep, sleep_until};

use super::{
    books::Books,
    journal::{Batch, Journal, Record, Reply, record},
    lost_commands::LostCommands,
    ports::{Event, MOMENT, Ports},
    run_clock::RunClock,
    stop::{Refusal, StopReason},
    throttle::Throttle,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{mailbox::MailboxName, receipt::TimeSpent},
    store::{Act, ActError, Answered, LookError, NextLook, Store},
};

/// A command that was sent and answered.
pub(super) struct Sent {
    pub intent: u64,
    pub answer: Result<Answered, Refusal>,
    /// From the first octet to the answer.
    pub took: Duration,
}

impl Sent {
    /// A command that is sent no more counts as refused; nothing of it is on record.
    fn not_tried(intent: u64, refusal: Refusal) -> Self {
        Self {
            intent,
            answer: Err(refusal),
            took: Duration::ZERO,
        }
    }
}

/// What sends: the account, the world outside, the run's journal and the books that are kept of it.
pub(super) struct Sender<'a, S> {
    pub store: &'a mut S,
    pub ports: &'a mut dyn Ports,
    journal: Journal,
    books: Books,
    throttle: Throttle,
    /// How often the line was lost by each command on a name.
    lost: LostCommands,
    /// Whether anything was moved or renamed over this very connection.
    has_moved: bool,
    /// Whether anything that changes anything was sent over it.
    has_sent: bool,
    /// Records that say that something was seen to be done.
    progress: u64,
    clock: RunClock,
}

impl<'a, S: Store> Sender<'a, S> {
    /// Goes on with a journal; `books` hold what it says so far.
    pub fn new(store: &'a mut S, ports: &'a mut dyn Ports, journal: Journal, books: Books) -> Self {
        let clock = RunClock::new(store.cost());
        Self {
            store,
            ports,
            journal,
            books,
            throttle: Throttle::default(),
            lost: LostCommands::default(),
            has_moved: false,
            has_sent: false,
            progress: 0,
            clock,
        }
    }

    /// Where the time went until now.
    pub fn time_spent(&self) -> TimeSpent {
        self.clock
            .time_spent(&self.store.cost(), self.journal.time())
    }

    /// All that the run's records say.
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// The account to look at, and the books to compare it with.
    pub fn store_and_books(&mut self) -> (&mut S, &Books) {
        (self.store, &self.books)
    }

    /// Writes a record down and takes it into the books.
    pub fn record(&mut self, record: Record) -> Result<(), StopReason> {
        self.records(vec![record])
    }

    /// The same of several, which are written together.
    pub fn records(&mut self, records: Vec<Record>) -> Result<(), StopReason> {
        let time = self.ports.now();
        self.journal
            .write_all(&time, &records)
            .map_err(StopReason::Journal)?;
        for record in records {
            self.progress += u64::from(self.gets_somewhere(&record));
            self.books.take(&time, record);
        }
        self.ports.recorded(&self.books);
        Ok(())
    }

    /// Whether a record says that the run has got somewhere. What is seen again and again is no progress.
    fn gets_somewhere(&self, record: &Record) -> bool {
        match record {
            Record::Moved(moved) => !(moved.pairs.is_empty() && moved.there.is_empty()),
            Record::Tombstone(seen) => {
                let book = self.books.step(seen.step);
                let known = book.and_then(|book| book.effect.set_aside.as_ref());
                known != Some(&seen.name)
            }
            Record::Expunged(_) | Record::Left(_) | Record::StepEnd(_) => true,
            _ => false,
        }
    }

    /// Whether what this connection shows may be what it was before something was moved or renamed over it.
    pub fn has_moved(&self) -> bool {
        self.has_moved
    }

    /// Whether this connection was only used to look.
    pub fn has_only_looked(&self) -> bool {
        !self.has_sent
    }

    /// Goes on over a new connection; false where there is none to be had.
    pub async fn renew(&mut self) -> Result<bool, LookError> {
        let is_new = self.store.renew().await?;
        self.has_moved &= !is_new;
        self.has_sent &= !is_new;
        Ok(is_new)
    }

    /// How often something was seen to be done or was learnt: a run that gets nowhere must end.
    pub fn progress(&self) -> u64 {
        self.progress + self.lost.lessons() + self.store.lessons()
    }

    /// Whether the server has asked to be left alone too often or for too long.
    pub fn is_turned_away(&self) -> bool {
        self.throttle.is_too_much()
    }

    /// Waits, unless and until the user wishes to stop.
    pub async fn wait(&mut self, until: Instant) {
        let began = Instant::now();
        while Instant::now() < until && !self.ports.stopped() {
            sleep_until(until.min(Instant::now() + MOMENT)).await;
        }
        self.clock.waited_since(began);
    }

    /// Waits for so long.
    pub async fn pause(&mut self, time: Duration) {
        let began = Instant::now();
        sleep(time).await;
        self.clock.waited_since(began);
    }

    /// Waits without a connection ([`Ports::rest`]). What is known is on the disk before.
    pub async fn rest(&mut self, until: Instant) -> Result<(), StopReason> {
        self.sync()?;
        let began = Instant::now();
        self.ports.rest(until).await;
        self.clock.waited_since(began);
        Ok(())
    }

    /// Returns when all records are on the disk.
    pub fn sync(&mut self) -> Result<(), StopReason> {
        self.journal.sync().map_err(StopReason::Journal)
    }

    /// How long the server wants to be left alone by whoever goes on with a run that ends so.
    pub fn after(&self, stop: &StopReason) -> Option<Duration> {
        self.throttle.after(stop)
    }

    /// Sends one mutating command: intent on the disk, command, result on record. There is no other way. `then` are looks
    /// that come next and may be on their way with it ([`Store::perform`]).
    pub async fn send(
        &mut self,
        step: u32,
        act: Act,
        batch: Option<Batch>,
        then: &[NextLook],
    ) -> Result<Sent, StopReason> {
        self.may_send(std::slice::from_ref(&act)).await?;
        self.guard(&act)?;
        let intent = self.books.next_intent();
        if let Some(refusal) = self.lost.refuses(&act) {
            return Ok(Sent::not_tried(intent, refusal));
        }
        self.record(Record::Intent(record::Intent {
            intent,
            step,
            act: act.clone(),
            batch,
        }))?;
        let began = Instant::now();
        self.has_sent = true;
        let performed = self.store.perform(&act, then).await;
        let took = began.elapsed();
        let (reply, answer) = self.heard(&act, performed);
        self.records(
            reply
                .map(|reply| answered(intent, reply))
                .into_iter()
                .collect(),
        )?;
        Ok(Sent {
            intent,
            answer: answer?,
            took,
        })
    }

    /// Sends mutating commands that have nothing to do with each other, in one flight where the server takes them so: all
    /// intents on the disk, commands, all results on record. Each has an answer of its own; none is sent where one of them
    /// may not be. Where the line was lost by one of them before, they are sent one by one, so that it shows by which.
    pub async fn send_all(&mut self, acts: Vec<(u32, Act)>) -> Result<Vec<Sent>, StopReason> {
        if acts.iter().any(|(_, act)| self.lost.knows(act)) {
            let mut all = Vec::with_capacity(acts.len());
            for (step, act) in acts {
                all.push(self.send(step, act, None, &[]).await?);
            }
            return Ok(all);
        }
        let (steps, acts): (Vec<u32>, Vec<Act>) = acts.into_iter().unzip();
        if acts.is_empty() {
            return Ok(Vec::new());
        }
        self.may_send(&acts).await?;
        for act in &acts {
            self.guard(act)?;
        }
        let first = self.books.next_intent();
        let numbered = || (first..).zip(&acts);
        let intents = numbered().zip(&steps).map(|((intent, act), step)| {
            let (step, act) = (*step, act.clone());
            Record::Intent(record::Intent {
                intent,
                step,
                act,
                batch: None,
            })
        });
        self.records(intents.collect())?;
        let began = Instant::now();
        self.has_sent = true;
        let performed = self.store.perform_all(&acts).await;
        let took = began.elapsed();
        let mut results = Vec::new();
        let mut sent = BTreeMap::new();
        // What is put off is heard last: what another command was answered does not end the wait.
        let (put_off, told): (Vec<_>, Vec<_>) = numbered()
            .zip(performed)
            .partition(|(_, performed)| matches!(performed, Err(why) if why.passing().is_some()));
        for ((intent, act), performed) in told.into_iter().chain(put_off) {
            let (reply, answer) = self.heard(act, performed);
            results.extend(reply.map(|reply| answered(intent, reply)));
            let answer = answer.map(|answer| Sent {
                intent,
                answer,
                took,
            });
            sent.insert(intent, answer);
        }
        self.records(results)?;
        sent.into_values().collect()
    }

    /// Waits as the server has asked, and hears the user's wish to stop.
    async fn may_send(&mut self, acts: &[Act]) -> Result<(), StopReason> {
        self.wait_as_told().await?;
        // A wish to stop is no reason to leave a mailbox locked.
        let unlocks = acts.iter().all(|act| matches!(act, Act::Unlock { .. }));
        if self.ports.stopped() && !unlocks {
            return Err(StopReason::Stopped);
        }
        Ok(())
    }

    /// What an answer means: what is to be recorded of it, and how the run goes on.
    fn heard(
        &mut self,
        act: &Act,
        performed: Result<Answered, ActError>,
    ) -> (Option<Reply>, Result<Result<Answered, Refusal>, StopReason>) {
        self.has_moved |= matches!(
            act,
            Act::Move { .. } | Act::Copy { .. } | Act::Rename { .. }
        );
        let later = performed.as_ref().err().and_then(ActError::passing);
        let put_off = self.throttle.heard(later, gets_on(act));
        self.throttle.asked = performed.as_ref().err().and_then(ActError::after);
        match performed {
            Ok(answered) => (Some(Reply::Answered(answered.clone())), Ok(Ok(answered))),
            Err(ActError::Refused {
                code,
                text,
                copy_uid,
            }) => {
                let reply = later.map_or(Reply::Refused as fn(_) -> _, |_| Reply::RefusedInPassing);
                let reply = reply(code.clone());
                let refusal = Refusal {
                    code,
                    text,
                    copy_uid,
                    put_off,
                };
                (Some(reply), Ok(Err(refusal)))
            }
            Err(ActError::NotSent { why, later }) => {
                let stop = StopReason::Lost(why, later);
                (Some(Reply::NotSent), Err(stop))
            }
            Err(ActError::Unknown { why, .. }) => {
                self.lost.add(act);
                (None, Err(StopReason::Unknown(why)))
            }
        }
    }

    /// Sends nothing that changes anything before the time that the server has named; what was put off has been looked at
    /// by then.
    async fn wait_as_told(&mut self) -> Result<(), StopReason> {
        let Some(until) = self.throttle.until()? else {
            return Ok(());
        };
        let left = until.time.saturating_duration_since(Instant::now());
        let seconds = left.as_secs();
        if seconds > 0 {
            let text = if until.is_asked {
                text::asks_for_seconds(seconds)
            } else {
                text::tries_again_in(seconds)
            };
            self.ports.event(&Event::Note { text });
        }
        self.wait(until.time).await;
        self.throttle.asked = None;
        Ok(())
    }

    /// What is never sent. Anyone can write a plan and put a digest on it.
    fn guard(&self, act: &Act) -> Result<(), StopReason> {
        let is_ours = |name: &MailboxName| self.books.set_aside().source_of(name).is_some();
        let why = match act {
            Act::Rename { from, to } if from.is_inbox() || to.is_inbox() => {
                text::inbox_never_renamed()
            }
            Act::Delete { name }
            | Act::ExpungeAll { of: name }
            | Act::Lock { name }
            | Act::Unlock { name }
                if !is_ours(name) && stands(Guard::Tombstones) =>
            {
                text::only_emptied_removed()
            }
            _ => return Ok(()),
        };
        Err(StopReason::Step(why))
    }
}

fn answered(intent: u64, reply: Reply) -> Record {
    Record::Result(record::Answer { intent, reply })
}

/// Whether a step that begins again would not send it again: else one command that is always put off, and one before it
/// that never is, would take turns for ever.
fn gets_on(act: &Act) -> bool {
    !matches!(
        act,
        Act::AddFlags { .. }
            | Act::RemoveFlags { .. }
            | Act::Subscribe { .. }
            | Act::Unsubscribe { .. }
    )
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::{
        apply::{
            Event,
            journal::{self, Position},
        },
        model::{
            mailbox::Status,
            uid::{Uid, UidSet},
        },
        store::{Access, Depth, Found, Message, Opened, Search},
    };

    /// A server that must not hear anything.
    struct Nobody;

    impl Store for Nobody {
        fn can(&self, _: &str) -> bool {
            false
        }
        fn message_limit(&self) -> Option<usize> {
            None
        }
        async fn mailboxes(&mut self) -> Result<Vec<Found>, LookError> {
            unreachable!()
        }
        async fn find(&mut self, _: &MailboxName) -> Result<Option<Found>, LookError> {
            unreachable!()
        }
        async fn below(
            &mut self,
            _: &MailboxName,
            _: Option<char>,
        ) -> Result<Vec<Found>, LookError> {
            unreachable!()
        }
        async fn status(&mut self, _: &MailboxName) -> Result<Status, LookError> {
            unreachable!()
        }
        async fn open(&mut self, _: &MailboxName, _: Access) -> Result<Opened, LookError> {
            unreachable!()
        }
        async fn leave(&mut self) -> Result<(), LookError> {
            unreachable!()
        }
        async fn search(&mut self, _: &Search) -> Result<UidSet, LookError> {
            unreachable!()
        }
        async fn since(&mut self, _: Uid) -> Result<UidSet, LookError> {
            unreachable!()
        }
        async fn messages(&mut self, _: &UidSet, _: Depth) -> Result<Vec<Message>, LookError> {
            unreachable!()
        }
        async fn perform(&mut self, act: &Act, _: &[NextLook]) -> Result<Answered, ActError> {
            panic!("it was sent: {act:?}")
        }
        async fn perform_all(&mut self, acts: &[Act]) -> Vec<Result<Answered, ActError>> {
            panic!("they were sent: {acts:?}")
        }
    }

    impl Ports for () {
        fn now(&self) -> String {
            String::new()
        }
        fn nonce(&mut self) -> [u8; 16] {
            [0; 16]
        }
        fn stopped(&self) -> bool {
            false
        }
        fn event(&mut self, _: &Event) {}
    }

    struct Blank;

    impl journal::Disk for Blank {
        fn append(&mut self, _: &[u8]) -> io::Result<()> {
            Ok(())
        }
        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn nothing_but_a_tombstone_of_this_run_is_removed_whoever_asks() {
        let (mut store, mut ports) = (Nobody, ());
        let journal = Journal::new(Box::new(Blank), Position::default());
        let mut sender = Sender::new(&mut store, &mut ports, journal, Books::default());
        // Even one that looks like a tombstone.
        for name in ["Sent Items", "rolecall-aaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            let name = MailboxName::new(name.as_bytes().to_vec(), name.to_owned());
            for act in [
                Act::Delete { name: name.clone() },
                Act::ExpungeAll { of: name },
            ] {
                let refused = sender.send(1, act, None, &[]).await;
                assert!(matches!(refused, Err(StopReason::Step(_))));
            }
        }
    }
}
