//! Points at which a test may watch a command, disturb it or cut it off.
//!
//! In: a command on its way through the server. Out: what the [`Hook`] wants done about it, which the caller does.
//!
//! A real server can die, hang or go on without its client at every one of these points. Here a test chooses the point,
//! so that each of them is tried, and none depends on a race.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::io::{AsyncRead, AsyncWrite};

use crate::demo::{
    mail::partly,
    mutation::Mutation,
    outcome::{Copied, Goes, Refusal},
    seam::WatchSeam,
    server::Server,
    session::{converse, lock},
    world::World,
};

/// Where a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point<'p> {
    /// The connection is open, the greeting not yet sent. Refused, it is told BYE.
    Opened,
    /// Read and understood; nothing has been done.
    Before,
    /// MOVE: this many messages have appeared in the target and are still in the source.
    Arrived {
        /// Messages of this command so far.
        so_far: usize,
    },
    /// MOVE: they are gone from the source.
    Left {
        /// Messages of this command so far.
        so_far: usize,
    },
    /// Done (or refused); no octet of the reply has been written.
    After,
    /// These octets, untagged lines and the tagged one, are about to be written.
    Reply(&'p [u8]),
}

/// Which command of which connection is where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At<'p> {
    /// Connections are counted from 1, in the order in which they were opened.
    pub connection: u64,
    /// The account, once logged in.
    pub user: Option<&'p str>,
    /// The command in capitals, `UID` before it where it was: `UID MOVE`. Empty at [`Point::Opened`].
    pub command: &'p str,
    /// Where it is.
    pub point: Point<'p>,
}

/// What is to happen at a point.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing special.
    #[default]
    GoOn,
    /// Wait, others going on meanwhile. Inside a MOVE, where the world is held, this does nothing.
    Wait(Duration),
    /// Tagged NO with this text, which may begin with a code: `[LIMIT] Not now`. Inside a MOVE the rest is not moved;
    /// after the effect it is a NO that does not tell the truth.
    Refuse(String),
    /// The connection is dropped and what has not been done never will be.
    Cut,
    /// The connection is dropped; the server goes on to the end of the command at once.
    CutAndFinish,
    /// The connection is dropped; what is left of the command is done by [`World::run_late`].
    CutAndFinishLater,
    /// At [`Point::Reply`]: this many octets are written, then the connection is dropped. Elsewhere nothing.
    CutAt(usize),
    /// At [`Point::Reply`]: these octets are written instead, perhaps none. Elsewhere nothing.
    Say(Vec<u8>),
}

/// Watches commands, and may disturb them.
///
/// The world is locked while a hook runs: it may look and change things as another client would,
/// but it must not take the lock itself.
pub trait Hook: Send + Sync {
    /// A command has come to a point.
    fn reached(&self, at: &At<'_>, world: &mut World) -> Verdict {
        let _ = (at, world);
        Verdict::GoOn
    }
}

/// The hook that lets everything be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Calm;

impl Hook for Calm {}

/// Has every connection watched by one hook.
#[derive(Clone)]
pub(in crate::demo) struct Watcher(Arc<dyn Hook>);

impl Default for Watcher {
    fn default() -> Self {
        Self(Arc::new(Calm))
    }
}

impl Watcher {
    pub fn new(hook: Arc<dyn Hook>) -> Self {
        Self(hook)
    }

    /// Watches one command of a connection.
    pub fn watch<'w>(
        &'w self,
        connection: u64,
        user: Option<&'w str>,
        command: &'w str,
    ) -> Watch<'w> {
        Watch::new(self.0.as_ref(), connection, user, command)
    }
}

/// One command's hook, and what it has said so far.
pub(in crate::demo) struct Watch<'w> {
    hook: &'w dyn Hook,
    connection: u64,
    user: Option<&'w str>,
    command: &'w str,
    /// The hook is still told, but no longer asked.
    deaf: bool,
    /// Mutations are queued instead of done.
    later: bool,
    /// The connection is to be dropped.
    pub cut: bool,
}

/// What a point means for the rest of the effect.
enum Step {
    GoOn,
    Wait(Duration),
    Refuse(Refusal),
    Crash,
    Later,
}

impl<'w> Watch<'w> {
    pub fn new(
        hook: &'w dyn Hook,
        connection: u64,
        user: Option<&'w str>,
        command: &'w str,
    ) -> Self {
        Self {
            hook,
            connection,
            user,
            command,
            deaf: false,
            later: false,
            cut: false,
        }
    }

    /// Nobody watches a change that no connection has asked for.
    pub fn nobody(user: &'w str) -> Self {
        Self {
            deaf: true,
            ..Self::new(&Calm, 0, Some(user), "")
        }
    }

    fn ask(&self, world: &mut World, point: Point<'_>) -> Verdict {
        let at = At {
            connection: self.connection,
            user: self.user,
            command: self.command,
            point,
        };
        let verdict = self.hook.reached(&at, world);
        if self.deaf { Verdict::GoOn } else { verdict }
    }

    fn reached(&mut self, world: &mut World, point: Point<'_>) -> Step {
        match self.ask(world, point) {
            Verdict::GoOn | Verdict::CutAt(_) | Verdict::Say(_) => Step::GoOn,
            Verdict::Wait(time) => Step::Wait(time),
            Verdict::Refuse(text) => Step::Refuse(Refusal::said(text)),
            Verdict::Cut => {
                self.cut = true;
                Step::Crash
            }
            Verdict::CutAndFinish => {
                self.cut = true;
                self.deaf = true;
                Step::GoOn
            }
            Verdict::CutAndFinishLater => {
                self.cut = true;
                self.later = true;
                Step::Later
            }
        }
    }

    /// Whether a MOVE stops at this point, for good or until later.
    fn stops(
        &mut self,
        world: &mut World,
        point: Point<'_>,
        user: &str,
        so_far: &Copied,
        left_to_do: impl FnOnce() -> Mutation,
    ) -> Result<bool, Refusal> {
        match self.reached(world, point) {
            Step::GoOn | Step::Wait(_) => Ok(false),
            Step::Refuse(refusal) => Err(partly(refusal, so_far.clone())),
            Step::Crash => Ok(true),
            Step::Later => {
                world.postpone(user, left_to_do());
                Ok(true)
            }
        }
    }
}

impl WatchSeam for Watch<'_> {
    async fn opened(&mut self, world: &Mutex<World>) -> Goes {
        let step = self.reached(&mut lock(world), Point::Opened);
        if let Step::Refuse(refusal) = step {
            return Goes::Refused(refusal);
        }
        pause(step).await;
        if self.cut { Goes::Away } else { Goes::On }
    }

    async fn before(&mut self, world: &Mutex<World>) -> Goes {
        let step = self.reached(&mut lock(world), Point::Before);
        match step {
            Step::Crash => Goes::Away,
            Step::Refuse(refusal) => Goes::Refused(refusal),
            step => {
                pause(step).await;
                Goes::On
            }
        }
    }

    async fn after(&mut self, world: &Mutex<World>) -> Goes {
        if self.cut {
            if self.deaf {
                self.ask(&mut lock(world), Point::After);
            }
            return Goes::Away;
        }
        let step = self.reached(&mut lock(world), Point::After);
        if let Step::Refuse(refusal) = step {
            return Goes::Refused(refusal);
        }
        pause(step).await;
        if self.cut { Goes::Away } else { Goes::On }
    }

    async fn replied(&mut self, world: &Mutex<World>, reply: Vec<u8>) -> (Vec<u8>, bool) {
        let verdict = self.ask(&mut lock(world), Point::Reply(&reply));
        match verdict {
            Verdict::CutAt(octets) => {
                let part = reply.get(..octets).unwrap_or(&reply);
                (part.to_vec(), false)
            }
            Verdict::Cut | Verdict::CutAndFinish | Verdict::CutAndFinishLater => {
                (Vec::new(), false)
            }
            Verdict::Say(octets) => (octets, true),
            Verdict::Wait(time) => {
                pause(Step::Wait(time)).await;
                (reply, true)
            }
            Verdict::GoOn | Verdict::Refuse(_) => (reply, true),
        }
    }

    fn now_or_later(&self, world: &mut World, user: &str, mutation: Mutation) -> Option<Mutation> {
        if self.later {
            world.postpone(user, mutation);
            return None;
        }
        Some(mutation)
    }

    fn arrived(
        &mut self,
        world: &mut World,
        user: &str,
        so_far: &Copied,
        left_to_do: impl FnOnce() -> Mutation,
    ) -> Result<bool, Refusal> {
        let point = Point::Arrived {
            so_far: so_far.pairs.len(),
        };
        self.stops(world, point, user, so_far, left_to_do)
    }

    fn left(
        &mut self,
        world: &mut World,
        user: &str,
        so_far: &Copied,
        left_to_do: impl FnOnce() -> Mutation,
    ) -> Result<bool, Refusal> {
        let point = Point::Left {
            so_far: so_far.pairs.len(),
        };
        self.stops(world, point, user, so_far, left_to_do)
    }
}

async fn pause(step: Step) {
    if let Step::Wait(time) = step {
        tokio::time::sleep(time.min(Duration::from_secs(3_600))).await;
    }
}

impl World {
    fn postpone(&mut self, user: &str, mutation: Mutation) {
        self.quirks.late.push((user.to_owned(), mutation));
    }

    /// How many commands of dropped connections are still to be done.
    #[must_use]
    pub fn late(&self) -> usize {
        self.quirks.late.len()
    }

    /// Does what dropped connections had asked for, oldest first; says how many commands that were.
    pub fn run_late(&mut self) -> usize {
        let late = std::mem::take(&mut self.quirks.late);
        let count = late.len();
        for (user, mutation) in late {
            // Nobody is there any more to be told how it ended.
            let _ = self.perform(&user, mutation);
        }
        count
    }
}

/// Serves one connection, watched by a hook, until it ends.
pub async fn serve<S: AsyncRead + AsyncWrite>(
    stream: S,
    world: Arc<Mutex<World>>,
    hook: Arc<dyn Hook>,
) -> io::Result<()> {
    converse(stream, world, Watcher::new(hook)).await
}

impl Server {
    /// Starts with a world that others hold too, and a hook.
    pub async fn start_with(
        world: Arc<Mutex<World>>,
        hook: Arc<dyn Hook>,
        port: u16,
    ) -> io::Result<Self> {
        Self::launch(world, Watcher::new(hook), port).await
    }
}
