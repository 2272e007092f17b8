//! One connection: reads commands, has them done, and writes replies.
//!
//! In: a stream, the shared world, whoever watches. Out: the dialogue. The world's lock is never held across an await.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    login,
    outcome::Goes,
    parse::{self, Word, tag_of},
    quirks::{SessionQuirks, Watch, Watcher},
    read::{Came, May, Wire},
    reply::{Fault, Reply, conclude, tells},
    seam::{SessionSeam as _, WatchSeam as _, WorldSeam as _},
    view::Open,
    world::World,
};

/// Most failed logins.
const LOGINS: u32 = 10;
/// Most octets of one reply.
pub(super) const REPLY: usize = 128 << 20;

/// What a command works with.
pub(super) struct Turn<'t, 'h> {
    /// Of the command.
    pub tag: &'t str,
    pub world: &'t mut World,
    pub watch: &'t mut Watch<'h>,
    /// Untagged lines.
    pub out: &'t mut Vec<u8>,
}

impl Turn<'_, '_> {
    pub fn say(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }
}

/// A connection's state.
#[derive(Default)]
pub(super) struct Session {
    pub user: Option<String>,
    pub open: Option<Open>,
    pub failed_logins: u32,
    /// ENABLE UTF8=ACCEPT was said (RFC 6855 §3).
    pub utf8: bool,
    /// What it remembers beyond that at a server with quirks.
    #[cfg_attr(
        not(feature = "world"),
        expect(dead_code, reason = "the plain server has nothing to remember")
    )]
    pub quirks: SessionQuirks,
}

struct Command {
    tag: String,
    /// In capitals, with `UID` before it.
    name: String,
    arguments: Vec<Word>,
}

/// Serves one connection until it ends.
pub(super) async fn converse<S: AsyncRead + AsyncWrite>(
    stream: S,
    world: Arc<Mutex<World>>,
    watcher: Watcher,
) -> io::Result<()> {
    let mut wire = Wire::new(stream);
    let connection = lock(&world).connect();
    match watcher.watch(connection, None, "").opened(&world).await {
        Goes::On => {}
        Goes::Refused(refusal) => {
            let line = format!("* BYE {}\r\n", refusal.text);
            return wire.write(line.as_bytes()).await;
        }
        Goes::Away => return Ok(()),
    }
    let greeting = login::greeting(&lock(&world).persona);
    wire.write(greeting.as_bytes()).await?;
    let mut session = Session::default();
    let ended = loop {
        let turn = session.turn(&mut wire, connection, &world, &watcher);
        match turn.await {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    session.leave(&mut lock(&world));
    ended?;
    wire.finish().await;
    Ok(())
}

/// A test that panicked while it held the world has failed already; the others may go on.
pub(super) fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// One command; false when the connection is to end.
    async fn turn<S: AsyncRead + AsyncWrite>(
        &mut self,
        wire: &mut Wire<S>,
        connection: u64,
        world: &Mutex<World>,
        watcher: &Watcher,
    ) -> io::Result<bool> {
        let may = May {
            append: self.user.is_some(),
            literal_plus: ["LITERAL+", "LITERAL-"]
                .iter()
                .any(|plus| lock(world).persona.can(plus)),
        };
        let line = match wire.command(may).await? {
            Came::End => return Ok(false),
            Came::Line(line) => line,
            Came::TooLong(text) => {
                let tag = tag_of(&text).unwrap_or("*".to_owned());
                let line = format!("{tag} BAD Error in IMAP command: Too long argument\r\n");
                wire.write(line.as_bytes()).await?;
                return Ok(true);
            }
            Came::Hopeless(why) => {
                wire.write(format!("* BYE {why}\r\n").as_bytes()).await?;
                return Ok(false);
            }
        };
        let tag = tag_of(&line.text);
        let mut command = match (tag, parse::words(line)) {
            (Some(tag), Some(words)) => Command::new(tag, words),
            (tag, _) => {
                let tag = tag.unwrap_or("*".to_owned());
                let line = format!("{tag} BAD Error in IMAP command: Not well-formed\r\n");
                wire.write(line.as_bytes()).await?;
                return Ok(true);
            }
        };
        if self.user.is_none() && command.waits_for_answer() {
            wire.write(b"+ \r\n").await?;
            let Some(answer) = wire.answer().await? else {
                return Ok(false);
            };
            command.arguments.push(Word::Text(answer));
        }
        self.obey(wire, connection, world, watcher, &command).await
    }

    async fn obey<S: AsyncRead + AsyncWrite>(
        &mut self,
        wire: &mut Wire<S>,
        connection: u64,
        world: &Mutex<World>,
        watcher: &Watcher,
        command: &Command,
    ) -> io::Result<bool> {
        let user = self.user.clone();
        let mut watch = watcher.watch(connection, user.as_deref(), &command.name);
        let mut out = Vec::new();
        lock(world).tell_time(tokio::time::Instant::now());
        let reply = match watch.before(world).await {
            Goes::On => self.act(world, &mut watch, command, &mut out),
            Goes::Refused(refusal) => Err(Fault::No(refusal)),
            Goes::Away => return Ok(false),
        };
        let reply = match watch.after(world).await {
            Goes::On => reply,
            Goes::Refused(refusal) => Err(Fault::No(refusal)),
            Goes::Away => return Ok(false),
        };
        let codes = lock(world).persona.codes.clone();
        let mut goes_on = conclude(&command.tag, &command.name, reply, &codes, &mut out)
            && command.name != "LOGOUT";
        if command.name == "DELETE" && self.has_lost_mailbox(&lock(world)) {
            out.extend_from_slice(b"* BYE Selected mailbox was deleted, have to disconnect.\r\n");
            goes_on = false;
        }
        let (octets, stays) = watch.replied(world, out).await;
        wire.write(&octets).await?;
        Ok(stays && goes_on)
    }

    /// Does the command with the world in hand, and tells the session what others have done meanwhile.
    fn act(
        &mut self,
        world: &Mutex<World>,
        watch: &mut Watch<'_>,
        command: &Command,
        out: &mut Vec<u8>,
    ) -> Reply {
        let mut world = lock(world);
        // Whoever watches may have made the command wait.
        world.tell_time(tokio::time::Instant::now());
        world.before_command(self.user());
        let mut turn = Turn {
            tag: &command.tag,
            world: &mut world,
            watch,
            out,
        };
        self.before_command(turn.world);
        let lost = self.has_lost_mailbox(turn.world);
        let reply = self.dispatch(&mut turn, &command.name, &command.arguments);
        self.after_command(turn.world);
        if self.failed_logins >= LOGINS {
            return Err(Fault::Bye("Too many failed logins".to_owned()));
        }
        if turn.out.len() > REPLY {
            return Err(Fault::Bye("The reply is too long".to_owned()));
        }
        if !tells(&command.name, &reply) {
            return reply;
        }
        if lost {
            return Err(Fault::Bye(
                "IMAP session state is inconsistent, please relogin.".to_owned(),
            ));
        }
        // RFC 9051 §7.5.1: sequence numbers must not change while these are answered.
        let numbered = matches!(&*command.name, "FETCH" | "STORE" | "SEARCH");
        if let Some(mut open) = self.open.take() {
            let seen = self.seen_otherwise(open.id);
            open.catch_up(&mut turn, self.user(), !numbered, seen);
            self.open = Some(open);
        }
        reply
    }
}

impl Command {
    /// AUTHENTICATE PLAIN without an initial response (RFC 9051 §6.2.2).
    fn waits_for_answer(&self) -> bool {
        let [mechanism] = self.arguments.as_slice() else {
            return false;
        };
        self.name == "AUTHENTICATE" && mechanism.capitals() == "PLAIN"
    }

    fn new(tag: String, mut words: Vec<Word>) -> Self {
        let mut name = words.get(1).map(Word::capitals).unwrap_or_default();
        let mut used = 2;
        if name == "UID" {
            name = format!(
                "UID {}",
                words.get(2).map(Word::capitals).unwrap_or_default()
            );
            used = 3;
        }
        Self {
            tag,
            name,
            arguments: words.split_off(used.min(words.len())),
        }
    }
}
