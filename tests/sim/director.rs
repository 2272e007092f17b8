//! The director: a hook that sees every command on the server, lets the chosen fault happen at the chosen point, and
//! keeps a ledger of messages. A message that was accepted is in at least one mailbox at every point, or the test
//! fails.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rolecall::demo::{At, Hook, Point, Verdict, World};
use tokio::{sync::Notify, time::Instant};

use super::{client::USER, writer::Writer};

/// The end of the client's process. Nothing that it does afterwards reaches anybody.
#[derive(Default)]
pub struct Death {
    came: AtomicBool,
    told: Notify,
}

impl Death {
    pub fn come(&self) {
        self.came.store(true, Ordering::SeqCst);
        self.told.notify_one();
    }

    pub fn has_come(&self) -> bool {
        self.came.load(Ordering::SeqCst)
    }

    pub async fn waited_for(&self) {
        // A permit may be left from an earlier death.
        while !self.has_come() {
            self.told.notified().await;
        }
    }

    /// A new process.
    pub fn undo(&self) {
        self.came.store(false, Ordering::SeqCst);
    }
}

/// When a command whose connection died runs on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lateness {
    /// Never: it was not received, or the server died too.
    Never,
    /// To its end at once.
    AtOnce,
    /// While the resume looks.
    AmongLooks,
    /// While the resume has looked and waited already, just before its first own command.
    AfterQuiescence,
    /// When all is over.
    AtTheEnd,
}

/// Who is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gone {
    /// The connection, and no other is let in before the client's process has ended: the client notices.
    Line,
    /// The connection: the client notices, and goes on over a new one.
    Moment,
    /// The client's process: it notices nothing.
    Process,
}

/// What happens to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blow {
    /// The connection or the process goes; the rest of the command runs when it runs.
    Break(Gone, Lateness),
    /// Only so many parts of eight of the reply arrive.
    Reply(Gone, usize),
    /// The server refuses, and does nothing more.
    Refuse,
    /// The server says NO and asks to be left alone for [`PUT_OFF`] (Exchange).
    PutOff,
    /// The connection stays. Before the command: it is dropped, and never answered. At the reply: the command is done, and
    /// never answered.
    Silence,
    /// The command, or its answer, takes [`SLOW`], and all that comes behind it waits.
    Slow,
}

/// How many commands of whoever goes on come before a late command that runs while it looks.
pub const LOOKS: usize = 6;

/// For how long the server asks to be left alone.
pub const PUT_OFF: Duration = Duration::from_secs(90);

/// How long a slow server takes: less than a client waits.
const SLOW: Duration = Duration::from_secs(45);

/// One point of one command.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Which mutating command of the run, from 0; of one that only looks, which of those.
    pub ordinal: usize,
    /// The command.
    pub command: String,
    /// Where in it.
    pub place: Place,
}

impl Mark {
    /// Whether the command only looks.
    pub fn looks(&self) -> bool {
        LOOKING.contains(&self.command.as_str())
    }
}

/// Where in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Before,
    Arrived(usize),
    Left(usize),
    After,
    Reply,
}

/// Commands that may share a flight.
const IN_FLIGHTS: [&str; 6] = [
    "RENAME",
    "DELETE",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "SETACL",
    "DELETEACL",
];

/// Commands that only look, as far as a run sends them.
const LOOKING: [&str; 12] = [
    "LIST",
    "LSUB",
    "STATUS",
    "SELECT",
    "EXAMINE",
    "UNSELECT",
    "FETCH",
    "UID FETCH",
    "UID SEARCH",
    "NOOP",
    "GETACL",
    "MYRIGHTS",
];

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
struct State {
    marks: Vec<Mark>,
    ordinal: usize,
    /// Which command that only looks.
    look: usize,
    /// Whether commands that only look have marks too.
    watches_looks: bool,
    /// A connection whose command is being dropped.
    dropped: Option<u64>,
    /// At which mark, and what.
    blow: Option<(Mark, Blow)>,
    /// At how many more marks, and by which number among what can happen there.
    chance: Option<(usize, usize)>,
    struck: bool,
    /// Connections that belong to a process that has ended.
    dead_until: u64,
    newest: u64,
    ledger: BTreeMap<u64, usize>,
    broken: Vec<String>,
    /// Mutating commands carried out for the client.
    mutations: Vec<String>,
    /// Messages that others still deliver, one at each point of a mutating command, and who.
    deliveries: usize,
    delivered: usize,
    writers: Vec<Writer>,
    /// Before and after every command, also one that only looks: what was there, and who writes at which of them.
    points: Vec<(String, Place)>,
    letters: BTreeMap<usize, Vec<Writer>>,
    /// Late commands run before the next mutating command.
    late_before_next: bool,
    /// Late commands run after so many commands.
    late_after: Option<usize>,
    /// Before when nothing that changes anything is to be sent.
    put_off: Option<Instant>,
    /// Whether no connection is let in.
    is_closed: bool,
}

/// The hook of every scene.
#[derive(Default)]
pub struct Director {
    state: Mutex<State>,
    pub death: std::sync::Arc<Death>,
}

const MUTATING: [&str; 16] = [
    "CREATE",
    "DELETE",
    "RENAME",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "UID MOVE",
    "UID COPY",
    "UID STORE",
    "UID EXPUNGE",
    "EXPUNGE",
    "CLOSE",
    "SETMETADATA",
    "SETACL",
    "DELETEACL",
    "APPEND",
    "MOVE",
];

impl Director {
    /// Starts the ledger with all that is in the account.
    pub fn open_ledger(&self, world: &World) {
        let account = world.account(USER).unwrap();
        self.state.lock().unwrap().ledger = account.census();
    }

    /// Forgets what was counted, and says what shall happen from now on.
    pub fn arm(&self, blow: Option<(Mark, Blow)>) {
        let mut state = self.state.lock().unwrap();
        state.marks.clear();
        state.mutations.clear();
        state.ordinal = 0;
        state.look = 0;
        state.dropped = None;
        state.struck = false;
        state.chance = None;
        state.blow = blow;
        state.points.clear();
        state.letters.clear();
    }

    /// Commands that only look have marks too, from now on.
    pub fn watch_looks(&self) {
        self.state.lock().unwrap().watches_looks = true;
    }

    /// Breaks at the n-th mark from now, in one of the ways that its place allows.
    pub fn arm_by_chance(&self, marks: usize, way: usize) {
        self.arm(None);
        self.state.lock().unwrap().chance = Some((marks, way));
    }

    /// The client's process has ended; a new one opens new connections.
    pub fn bury(&self) {
        let mut state = self.state.lock().unwrap();
        state.dead_until = state.newest;
        // Nobody has told the new one.
        state.put_off = None;
        state.is_closed = false;
        drop(state);
        self.death.undo();
    }

    /// Runs late commands just before the next mutating command.
    pub fn late_before_next(&self) {
        self.state.lock().unwrap().late_before_next = true;
    }

    /// Runs late commands after so many commands.
    pub fn late_after(&self, commands: usize) {
        self.state.lock().unwrap().late_after = Some(commands);
    }

    /// Another client delivers so many messages into these mailboxes, one at each point.
    pub fn deliver(&self, messages: usize, to: &[&str]) {
        self.let_write(messages, to.iter().map(|name| Writer::by_name(name)));
    }

    /// These take turns to deliver so many messages, one at each point.
    pub fn let_write(&self, messages: usize, writers: impl IntoIterator<Item = Writer>) {
        let mut state = self.state.lock().unwrap();
        state.deliveries = messages;
        state.writers = writers.into_iter().collect();
    }

    /// Delivers one message at the n-th of [`Self::points`] from now, be it before or after a command that only looks.
    pub fn let_write_at(&self, point: usize, writer: Writer) {
        let mut state = self.state.lock().unwrap();
        let at = state.points.len() + point;
        state.letters.entry(at).or_default().push(writer);
    }

    /// The points before and after every command since [`Self::arm`].
    pub fn points(&self) -> Vec<(String, Place)> {
        self.state.lock().unwrap().points.clone()
    }

    pub fn marks(&self) -> Vec<Mark> {
        self.state.lock().unwrap().marks.clone()
    }

    pub fn mutations(&self) -> Vec<String> {
        self.state.lock().unwrap().mutations.clone()
    }

    pub fn has_struck(&self) -> bool {
        self.state.lock().unwrap().struck
    }

    /// What went wrong with the ledger.
    pub fn broken(&self) -> Vec<String> {
        self.state.lock().unwrap().broken.clone()
    }

    /// Compares the account with the ledger.
    pub fn check(&self, world: &World, when: &str) {
        let census = world.account(USER).unwrap().census();
        let mut state = self.state.lock().unwrap();
        let lost: Vec<u64> = state
            .ledger
            .keys()
            .filter(|id| !census.contains_key(id))
            .copied()
            .collect();
        if !lost.is_empty() {
            state
                .broken
                .push(format!("{when}: messages {lost:?} are in no mailbox"));
        }
    }
}

impl State {
    fn place(point: &Point<'_>) -> Option<Place> {
        Some(match point {
            Point::Before => Place::Before,
            Point::Arrived { so_far } => Place::Arrived(*so_far),
            Point::Left { so_far } => Place::Left(*so_far),
            Point::After => Place::After,
            Point::Reply(_) => Place::Reply,
            Point::Opened => return None,
        })
    }

    /// A command is over.
    fn count(&mut self, command: &str) {
        if MUTATING.contains(&command) {
            self.ordinal += 1;
        } else {
            self.look += 1;
        }
    }

    fn write(&mut self, writer: &Writer, world: &mut World) {
        self.delivered += 1;
        writer.deliver(world, self.delivered, &mut self.ledger);
    }

    /// The verdict at a mark; whether the client's process ends there.
    fn strike(&mut self, mark: &Mark, connection: u64, reply: &[u8]) -> Option<(Verdict, bool)> {
        if let Some((marks, way)) = self.chance.take() {
            let ways = blows(mark);
            match (marks.checked_sub(1), ways.get(way % ways.len().max(1))) {
                (Some(left), _) => self.chance = Some((left, way)),
                (None, Some(blow)) => self.blow = Some((mark.clone(), *blow)),
                // Nothing can happen there: it does at the next one.
                (None, None) => self.chance = Some((0, way)),
            }
        }
        let (at, blow) = self.blow.clone()?;
        if at != *mark || self.struck {
            return None;
        }
        self.struck = true;
        match blow {
            Blow::Break(Gone::Line, _) | Blow::Reply(Gone::Line, _) => self.is_closed = true,
            Blow::Break(Gone::Moment, Lateness::AmongLooks) => self.late_after = Some(LOOKS),
            Blow::Break(Gone::Moment, Lateness::AfterQuiescence) => self.late_before_next = true,
            _ => {}
        }
        let verdict = match blow {
            Blow::Break(_, Lateness::Never) => Verdict::Cut,
            Blow::Break(_, Lateness::AtOnce) => Verdict::CutAndFinish,
            Blow::Break(
                _,
                Lateness::AmongLooks | Lateness::AfterQuiescence | Lateness::AtTheEnd,
            ) => Verdict::CutAndFinishLater,
            Blow::Reply(_, eighths) => Verdict::CutAt(reply.len() * eighths / 8),
            Blow::Refuse => Verdict::Refuse("[UNAVAILABLE] not now".to_owned()),
            Blow::PutOff => {
                self.put_off = Some(Instant::now() + PUT_OFF);
                let milliseconds = PUT_OFF.as_millis();
                Verdict::Refuse(format!(
                    "Request is throttled. Suggested Backoff Time: {milliseconds} milliseconds"
                ))
            }
            Blow::Silence if mark.place == Place::Reply => Verdict::Say(Vec::new()),
            Blow::Silence => {
                self.dropped = Some(connection);
                Verdict::Refuse(String::new())
            }
            Blow::Slow => Verdict::Wait(SLOW),
        };
        let dies = matches!(
            blow,
            Blow::Break(Gone::Process, _) | Blow::Reply(Gone::Process, _)
        );
        Some((verdict, dies))
    }
}

impl Hook for Director {
    fn reached(&self, at: &At<'_>, world: &mut World) -> Verdict {
        let mut state = self.state.lock().unwrap();
        state.newest = state.newest.max(at.connection);
        if at.connection <= state.dead_until || self.death.has_come() {
            // What a dead process had in its buffers never arrives.
            return Verdict::Cut;
        }
        let Some(place) = State::place(&at.point) else {
            return if state.is_closed {
                Verdict::Refuse("[UNAVAILABLE] nobody is let in".to_owned())
            } else {
                Verdict::GoOn
            };
        };
        if place == Place::Before {
            state.late_after = state.late_after.and_then(|left| left.checked_sub(1));
            if state.late_after == Some(0) {
                drop(state);
                world.run_late();
                self.check(world, "after a late command");
                state = self.state.lock().unwrap();
            }
        }
        if matches!(place, Place::Before | Place::After) {
            let here = state.points.len();
            state.points.push((at.command.to_owned(), place));
            for writer in state.letters.remove(&here).unwrap_or_default() {
                state.write(&writer, world);
            }
        }
        if state.dropped == Some(at.connection) && place != Place::Before {
            // The end of a command that never was.
            if place != Place::Reply {
                return Verdict::GoOn;
            }
            state.dropped = None;
            state.count(at.command);
            return Verdict::Say(Vec::new());
        }
        let looks = state.watches_looks && LOOKING.contains(&at.command);
        if !looks && !MUTATING.contains(&at.command) {
            return Verdict::GoOn;
        }
        if place == Place::Before && !looks {
            state.mutations.push(at.command.to_owned());
            // What shares a flight with a command that is put off was on its way before: no time has passed.
            let is_with_it = |until| until == Instant::now() + PUT_OFF;
            let may_be_with_it = IN_FLIGHTS.contains(&at.command);
            let is_early = |until| Instant::now() < until && !(may_be_with_it && is_with_it(until));
            if state.put_off.is_some_and(is_early) {
                let early = format!("{} was sent before its time", at.command);
                state.broken.push(early);
            }
            if std::mem::take(&mut state.late_before_next) {
                drop(state);
                world.run_late();
                self.check(world, "after a late command");
                state = self.state.lock().unwrap();
            }
        }
        let mark = Mark {
            ordinal: if looks { state.look } else { state.ordinal },
            command: at.command.to_owned(),
            place,
        };
        state.marks.push(mark.clone());
        if place == Place::Reply {
            state.count(at.command);
        }
        if state.deliveries > 0 && !looks && matches!(place, Place::Before | Place::After) {
            state.deliveries -= 1;
            let next = (state.delivered + 1) % state.writers.len();
            let writer = state.writers[next].clone();
            state.write(&writer, world);
        }
        let reply = match &at.point {
            Point::Reply(octets) => octets,
            _ => &[][..],
        };
        let struck = state.strike(&mark, at.connection, reply);
        drop(state);
        if !looks {
            self.check(world, &format!("{mark:?}"));
        }
        match struck {
            Some((verdict, dies)) => {
                if dies {
                    self.death.come();
                }
                verdict
            }
            None => Verdict::GoOn,
        }
    }
}

/// What can happen at a mark.
pub fn blows(mark: &Mark) -> Vec<Blow> {
    use Lateness::{AfterQuiescence, AmongLooks, AtOnce, AtTheEnd, Never};
    if mark.looks() {
        return blows_at_a_look(mark.place);
    }
    let place = mark.place;
    let mut blows = Vec::new();
    for gone in [Gone::Line, Gone::Moment, Gone::Process] {
        match place {
            Place::Before | Place::Arrived(_) | Place::Left(_) => {
                if gone != Gone::Process {
                    blows.push(Blow::Break(gone, AmongLooks));
                }
                let lateness = [Never, AtOnce, AfterQuiescence, AtTheEnd];
                blows.extend(lateness.map(|late| Blow::Break(gone, late)));
            }
            Place::After => blows.push(Blow::Break(gone, Never)),
            // Whose process has gone reads nothing of it.
            Place::Reply if gone == Gone::Process => blows.push(Blow::Reply(gone, 4)),
            Place::Reply => blows.extend([1, 4, 7].map(|eighths| Blow::Reply(gone, eighths))),
        }
    }
    if !matches!(place, Place::Reply) {
        blows.extend([Blow::Refuse, Blow::PutOff]);
    }
    if matches!(place, Place::Before | Place::Reply) {
        blows.extend([Blow::Silence, Blow::Slow]);
    }
    blows
}

/// What can happen at a command that changes nothing: there is nothing of it to run late.
fn blows_at_a_look(place: Place) -> Vec<Blow> {
    let everyone = [Gone::Line, Gone::Moment, Gone::Process];
    match place {
        Place::Before => {
            let gone = everyone.map(|gone| Blow::Break(gone, Lateness::Never));
            let stays = [Blow::Refuse, Blow::Silence, Blow::Slow];
            gone.into_iter().chain(stays).collect()
        }
        Place::Reply => {
            let gone = everyone.map(|gone| Blow::Reply(gone, 4));
            gone.into_iter().chain([Blow::Silence]).collect()
        }
        Place::Arrived(_) | Place::Left(_) | Place::After => Vec::new(),
    }
}

/// How long the virtual clock may run before a scene counts as hanging.
pub const PATIENCE: Duration = Duration::from_secs(3_600);
