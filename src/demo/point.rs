//! Points at which a test may watch a command, disturb it or cut it off.
//!
//! In: a command on its way through the server. Out: what the [`Hook`] wants done about it, which the caller does.
//!
//! A real server can die, hang or go on without its client at every one of these points. Here a test chooses the point,
//! so that each of them is tried, and none depends on a race.

use std::time::Duration;

use super::{outcome::Refusal, world::World};

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

/// One command's hook, and what it has said so far.
pub(super) struct Watch<'h> {
    pub hook: &'h dyn Hook,
    pub connection: u64,
    pub user: Option<&'h str>,
    pub command: &'h str,
    /// The hook is still told, but no longer asked.
    pub deaf: bool,
    /// Mutations are queued instead of done.
    pub later: bool,
    /// The connection is to be dropped.
    pub cut: bool,
}

/// What a point means for the rest of the effect.
pub(super) enum Step {
    GoOn,
    Wait(Duration),
    Refuse(Refusal),
    Crash,
    Later,
}

impl Watch<'_> {
    pub fn ask(&self, world: &mut World, point: Point<'_>) -> Verdict {
        let at = At {
            connection: self.connection,
            user: self.user,
            command: self.command,
            point,
        };
        let verdict = self.hook.reached(&at, world);
        if self.deaf { Verdict::GoOn } else { verdict }
    }

    pub fn reached(&mut self, world: &mut World, point: Point<'_>) -> Step {
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
}
