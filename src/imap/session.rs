//! A logged-in connection: what may be sent on it, and the one way to send it.
//!
//! In: commands. Out: replies. Nothing that could change anything is sent before [`Mode::ReadWrite`] was set, and nothing at
//! all on a connection that was lost. How it looks is in `looks`, what it reads in `list`, `messages` and `port`; what it changes, in `port`.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use super::{
    ahead::Ahead,
    care::Care,
    command::{Command, Unsendable},
    doubt::FlightRecord,
    error::ConnectError,
    exchange::{close, exchange, flights_of, send_last},
    flight::{Taker, nothing, opens},
    one_by_one::OneByOne,
    reply::Reply,
    wire::Wire,
};
use crate::{
    guard::{Guard, stands},
    language::text,
    model::{
        listing::{AccountId, Server},
        mailbox::MailboxName,
        mutf7,
        server_traits::ServerTraits,
    },
    store::{ConnectionCost, LookError, Scripts, SetupCost},
};
use async_imap::Client;

/// What a session may send. A dry run is safe because its session refuses to send anything else. To open mailboxes by
/// EXAMINE would not be enough: Dovecot moves messages out of a mailbox that was opened so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Commands that change nothing.
    ReadOnly,
    /// All.
    ReadWrite,
}

/// Why nothing is sent over a connection that we have ended.
/// How long to wait for the answer to LOGOUT.
const GOODBYE: Duration = Duration::from_secs(5);
/// How long to wait for the server to close the connection after that; nearly all do so at once.
const CLOSE: Duration = Duration::from_millis(500);
/// How long a wish to stop may go unheard while something is waited for.
const MOMENT: Duration = Duration::from_millis(500);

/// A connection that is being opened.
pub type Dialing<'a> = Pin<Box<dyn Future<Output = Result<Session, ConnectError>> + Send + 'a>>;

/// Opens connections to one account.
pub trait Dial: Send + Sync {
    /// Connects and logs in.
    fn dial(&self) -> Dialing<'_>;
}

/// One account, one connection, one command at a time.
pub struct Session {
    connection: Client<Wire>,
    tags: u64,
    pub(super) account: AccountId,
    acted_as: Option<String>,
    pub(super) server: Server,
    /// What is special about the server; follows from `server`, which is changed by [`Self::set_software`] alone.
    pub(super) traits: ServerTraits,
    patience: Duration,
    mode: Mode,
    /// The mailbox that is open for whoever uses this session.
    pub(super) open: Option<OpenMailbox>,
    /// The command that has opened the mailbox that is open on the server: another one, where that was asked ahead.
    pub(super) on_wire: Option<Command>,
    /// Answers to looks that are about to be made.
    pub(super) ahead: Ahead,
    /// The last reply of a connection that was lost; nothing more is sent on it.
    pub(super) gone: Option<Reply>,
    /// How a new connection is opened.
    pub(super) dialer: Option<Arc<dyn Dial>>,
    /// The hosts that take one command at a time.
    pub(super) one_by_one: OneByOne,
    /// What this connection has shown of how it takes several commands at once.
    pub(super) flights: FlightRecord,
    /// Whether the server has been told who we are, or need not be.
    pub(super) has_introduced: bool,
    /// What has been learnt over this connection and those before it.
    pub(super) lasting: Lasting,
    /// What this connection has cost, but for the octets, which it counts itself.
    cost: ConnectionCost,
}

/// A mailbox that is open.
pub(super) struct OpenMailbox {
    pub name: MailboxName,
    /// The command that has opened it.
    pub by: Command,
    /// The UIDVALIDITY that was told.
    pub validity: Option<u32>,
    /// Whether it had no message then.
    pub is_empty: bool,
}

/// What a session keeps when it goes on over a new connection.
#[derive(Debug, Default)]
pub(super) struct Lasting {
    /// How messages are read so that the server bears it.
    pub care: Care,
    /// Commands that the server went on refusing in passing, however long it was waited for.
    pub(super) spent: BTreeSet<String>,
    /// Whether the line was lost by what was asked ahead: then everything is asked for when it is needed.
    pub(super) asks_singly: bool,
    /// Whether the server refused a search that was asked for in the form of ESEARCH: then it is asked for plainly.
    pub(super) searches_plainly: bool,
    /// How many names LIST has shown when all were listed; none where they were not.
    pub(super) names: Option<usize>,
    /// How often the line was lost when a mailbox was opened, by its name.
    pub(super) lost_at: BTreeMap<Vec<u8>, u32>,
    /// Whether nobody counts the connections of this host: then a new one may be opened while the server still closes the old.
    pub(super) is_alone: bool,
    /// Whether whoever uses the session wishes to stop: then nothing more is waited for.
    stopped: Option<Arc<AtomicBool>>,
    /// The way to the account's filters.
    pub(super) scripts: Option<Box<dyn Scripts>>,
    /// What the connections before this one have cost.
    pub(super) cost: ConnectionCost,
}

impl Lasting {
    fn is_stopped(&self) -> bool {
        let stopped = self.stopped.as_ref();
        stopped.is_some_and(|stopped| stopped.load(Ordering::Relaxed))
    }

    /// Waits, unless and until somebody wishes to stop. Whether nobody does.
    pub async fn wait(&mut self, time: Duration) -> bool {
        let began = Instant::now();
        let until = began + time;
        while Instant::now() < until && !self.is_stopped() {
            sleep_until(until.min(Instant::now() + MOMENT)).await;
        }
        self.cost.put_off += began.elapsed();
        !self.is_stopped()
    }
}

impl From<Unsendable> for LookError {
    fn from(error: Unsendable) -> Self {
        Self::Protocol { why: error.why() }
    }
}

impl Session {
    pub(super) fn new(
        connection: Client<Wire>,
        tags: u64,
        account: AccountId,
        acted_as: Option<String>,
        server: Server,
        patience: Duration,
    ) -> Self {
        let mut session = Self {
            connection,
            tags,
            traits: ServerTraits::of(&server, &account.host),
            account,
            acted_as,
            server,
            patience,
            mode: Mode::ReadOnly,
            open: None,
            on_wire: None,
            ahead: Ahead::default(),
            gone: None,
            dialer: None,
            one_by_one: OneByOne::default(),
            flights: FlightRecord::default(),
            has_introduced: false,
            lasting: Lasting::default(),
            cost: ConnectionCost::default(),
        };
        session.trace_traits();
        session
    }

    /// Takes in what the server says it is (RFC 2971).
    pub(super) fn set_software(&mut self, software: Option<String>) {
        self.server.software = software;
        let before = self.traits;
        self.traits = ServerTraits::of(&self.server, &self.account.host);
        if self.traits != before {
            self.trace_traits();
        }
    }

    /// What it has cost to set this connection up.
    pub(super) fn setup(&mut self) -> &mut SetupCost {
        &mut self.cost.setup
    }

    /// What this connection and those before it have cost.
    pub(super) fn cost_so_far(&self) -> ConnectionCost {
        let wire = self.connection.get_ref();
        let mut cost = self.lasting.cost;
        cost += ConnectionCost {
            sent: wire.sent(),
            received: wire.received(),
            ..self.cost
        };
        cost
    }

    /// Lines so far that were no responses and were dropped.
    #[must_use]
    pub fn strays(&self) -> u32 {
        self.connection.get_ref().strays()
    }

    fn trace_traits(&mut self) {
        if let Some(trace) = self.connection.get_mut().trace() {
            trace.traits(&self.traits);
        }
    }

    /// The administrator who logged in for the account's user; none where the user did.
    #[must_use]
    pub fn acted_as(&self) -> Option<&str> {
        self.acted_as.as_deref()
    }

    /// Sets how a new connection is opened; [`super::connect`] has done so for its sessions.
    pub fn set_dialer(&mut self, dialer: Arc<dyn Dial>) {
        self.dialer = Some(dialer);
    }

    /// Says that nobody counts the connections of this host.
    pub fn set_alone(&mut self) {
        self.lasting.is_alone = true;
    }

    /// Sets the way to the account's filters.
    pub fn set_scripts(&mut self, scripts: Box<dyn Scripts>) {
        self.lasting.scripts = Some(scripts);
    }

    /// Sets who says that nothing more is to be waited for.
    pub fn heed(&mut self, stopped: Arc<AtomicBool>) {
        self.lasting.stopped = Some(stopped);
    }

    /// Sets what may be sent from now on.
    pub fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether nothing may be sent that could change anything.
    pub(super) fn only_looks(&self) -> bool {
        self.mode == Mode::ReadOnly && stands(Guard::ReadOnly)
    }

    /// Logs out, and waits until the server has closed the connection: then it counts no more among those that are open.
    pub async fn logout(mut self) {
        self.goodbye().await;
    }

    /// Logs out without waiting for what the server answers.
    pub async fn send_logout(mut self) {
        self.say_goodbye().await;
    }

    /// Ends this connection without waiting for what the server answers.
    pub(super) async fn say_goodbye(&mut self) {
        if self.gone.is_none() {
            self.open = None;
            let logout = Command::new("LOGOUT");
            let patience = self.patience.min(GOODBYE);
            send_last(&mut self.connection, &mut self.tags, &logout, patience).await;
            self.gone = Some(Reply::lost(text::we_have_logged_out()));
        }
    }

    /// Ends this connection; what a server does when somebody logs out is done by then.
    pub(super) async fn goodbye(&mut self) {
        if self.gone.is_some() {
            return;
        }
        self.open = None;
        self.patience = self.patience.min(GOODBYE);
        let replies = self.send(&[Command::new("LOGOUT")]).await;
        if replies.iter().any(Reply::is_ok) {
            close(&mut self.connection, CLOSE).await;
        }
        self.gone = Some(Reply::lost(text::we_have_logged_out()));
    }

    /// The name of the mailbox that is open.
    pub(super) fn open_name(&self) -> Option<&MailboxName> {
        self.open.as_ref().map(|open| &open.name)
    }

    /// Sends commands, whatever they are; after a lost connection nothing is sent any more.
    pub(super) async fn send(&mut self, commands: &[Command]) -> Vec<Reply> {
        self.send_into(commands, &mut nothing).await
    }

    /// The same; what `taker` takes of the data as it comes is not in the replies.
    pub(super) async fn send_into(&mut self, commands: &[Command], taker: Taker<'_>) -> Vec<Reply> {
        let unsent = match &self.gone {
            Some(gone) => Some(gone.clone()),
            None if self.only_looks() => commands
                .iter()
                .find(|command| !command.is_read_only())
                .map(|command| text::not_sent_while_looking(command.verb()))
                .map(Reply::lost),
            None => None,
        };
        if let Some(unsent) = unsent {
            return vec![unsent; commands.len()];
        }
        let began = Instant::now();
        let connection = &mut *self.connection;
        let replies = exchange(connection, &mut self.tags, commands, self.patience, taker).await;
        let took = began.elapsed();
        self.cost.waited += took;
        self.cost.quickest = self.cost.quickest.into_iter().chain([took]).min();
        self.cost.flights += flights_of(commands);
        for (command, reply) in commands.iter().zip(&replies) {
            if opens(command) {
                self.on_wire = reply.is_ok().then(|| command.clone());
            } else if command.verb() == "UNSELECT" && reply.is_ok() {
                self.on_wire = None;
            }
        }
        let gone = replies.iter().find(|reply| reply.is_gone());
        let gone = gone.map(|reply| Reply {
            data: Vec::new(),
            ..reply.clone()
        });
        self.gone = gone.or_else(|| {
            let said_bye = replies.iter().any(Reply::says_goodbye);
            said_bye.then(|| Reply::lost(text::server_said_goodbye()))
        });
        replies
    }

    pub(super) fn name(&self, wire: Vec<u8>) -> MailboxName {
        let text = mutf7::shown(&wire, self.server.names_are_utf8());
        MailboxName::new(wire, text)
    }
}
