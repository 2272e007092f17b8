//! A stage for scenes of a run: an account on the embedded server, somebody who meddles with it, a state folder.
//!
//! Everything goes the way it goes for a user: the real session over a socket, the real listing, roll, findings and
//! plan, the real journal on a disk. Time is real too; tombstones settle at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use rolecall::{
    apply::{
        ApplyError, Event, Home, Ports, RunSummary, Settings, Verify, apply, check, left_before,
        resume, runs, undo,
    },
    audit::audit,
    demo::{At, Hook, Persona, Point, Server, Verdict, World},
    detect::{Hints, detect},
    imap::{Endpoint, Login, Mode, Security, Session, connect},
    mapping::Mapping,
    model::{
        listing::{AccountId, Listing},
        mailbox::{MailboxName, is_tombstone},
        plan::Plan,
        receipt::{Outcome, Receipt, SourceAfter},
        role::Role,
    },
    planner::{Policy, plan},
    secret::Secret,
};
use tempfile::TempDir;

pub const USER: &str = "alice";

/// What the meddler does at a point.
type Meddle = Box<dyn FnMut(&At<'_>, &mut World) -> Verdict + Send>;

/// Sees every command, and lets the scene's meddler at it.
#[derive(Default)]
struct Watcher {
    meddle: Mutex<Option<Meddle>>,
    /// Every command that was read: connection, command.
    heard: Mutex<Vec<(u64, String)>>,
    /// Messages that must be somewhere at any moment.
    precious: Mutex<BTreeSet<u64>>,
    /// Where one of them was nowhere.
    losses: Mutex<Vec<String>>,
}

impl Hook for Watcher {
    fn reached(&self, at: &At<'_>, world: &mut World) -> Verdict {
        if at.point == Point::Before {
            let mut heard = self.heard.lock().unwrap();
            heard.push((at.connection, at.command.to_owned()));
        }
        let verdict = match &mut *self.meddle.lock().unwrap() {
            Some(meddle) => meddle(at, world),
            None => Verdict::GoOn,
        };
        let census = world.account(USER).unwrap().census();
        let precious = self.precious.lock().unwrap();
        for id in precious.iter().filter(|id| !census.contains_key(id)) {
            let mut losses = self.losses.lock().unwrap();
            losses.push(format!("{id} at {} {:?}", at.command, at.point));
        }
        verdict
    }
}

/// Commands that change something.
pub const MUTATING: [&str; 11] = [
    "CREATE",
    "RENAME",
    "DELETE",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "UID MOVE",
    "UID COPY",
    "UID STORE",
    "UID EXPUNGE",
    "EXPUNGE",
    "SETMETADATA",
];

/// Whether this is the `nth` (from 1) mutating command of a connection.
pub fn nth_mutation(connection: u64, nth: usize) -> impl FnMut(&At<'_>) -> bool {
    let mut seen = 0;
    move |at| {
        if at.connection != connection || !MUTATING.contains(&at.command) {
            return false;
        }
        if at.point == Point::Before {
            seen += 1;
        }
        seen == nth
    }
}

struct Outside {
    chance: u8,
    /// Stops after so many questions.
    patience: Option<usize>,
}

impl Ports for Outside {
    fn now(&self) -> String {
        "2026-11-24T12:00:00Z".to_owned()
    }
    fn nonce(&mut self) -> [u8; 16] {
        self.chance += 1;
        [self.chance; 16]
    }
    fn stopped(&self) -> bool {
        self.patience == Some(0)
    }
    fn event(&mut self, _: &Event) {}
}

pub struct Stage {
    server: Server,
    watcher: Arc<Watcher>,
    home: Home,
    _folder: TempDir,
    chance: u8,
    pub policy: Policy,
    pub verify: Verify,
    pub settle: Duration,
    /// The user asks to stop before anything is sent.
    pub stopped: bool,
}

impl Stage {
    /// An account with INBOX and a subscribed Sent, which is to keep its role.
    pub async fn new(persona: Persona) -> Self {
        let sent = format!("{}Sent", persona.prefix);
        let sent = MailboxName::new(sent.clone().into_bytes(), sent);
        let mut world = World::new(persona);
        world.add_account(USER, "test");
        let watcher = Arc::new(Watcher::default());
        let world = Arc::new(Mutex::new(world));
        let hook = Arc::clone(&watcher);
        let server = Server::start_with(world, hook, 0).await.unwrap();
        // Hundreds of journals, each synced at every record: in memory where there is such a place.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let folder = folder.unwrap();
        let mut stage = Self {
            server,
            watcher,
            home: Home::open(folder.path().join("state")).unwrap(),
            _folder: folder,
            chance: 0,
            policy: Policy {
                remove_without_uidplus: true,
                targets: [(Role::Sent, sent)].into(),
                ..Policy::default()
            },
            verify: Verify::Quick,
            settle: Duration::ZERO,
            stopped: false,
        };
        stage.mailbox("Sent", 0);
        stage
    }

    /// A server with only some of MOVE and UIDPLUS.
    pub async fn without(capabilities: &[&str]) -> Self {
        Self::new(Persona::dovecot().without(capabilities)).await
    }

    pub fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.server.world().lock().unwrap())
    }

    /// A subscribed mailbox with so many precious messages.
    pub fn mailbox(&mut self, name: &str, messages: u32) {
        let prefix = self.world(|world| world.persona.prefix);
        let name = format!("{prefix}{name}");
        self.world(|world| {
            world.add_mailbox(USER, &name).unwrap();
            let account = world.account_mut(USER).unwrap();
            account.subscriptions.insert(name.clone().into_bytes());
        });
        for number in 0..messages {
            self.deliver(&name, &["\\Seen"], &format!("{name}-{number}"));
        }
    }

    /// A precious message.
    pub fn deliver(&mut self, name: &str, flags: &[&str], id: &str) {
        let body = text_of(id);
        let date = 1_700_000_000 + i64::try_from(body.len()).unwrap();
        self.world(|world| world.add_message(USER, name, flags, date, body).unwrap());
        let all = self.world(|world| world.account(USER).unwrap().census());
        *self.watcher.precious.lock().unwrap() = all.into_keys().collect();
    }

    /// From now on nothing is precious: the scene destroys mail itself.
    pub fn nothing_is_precious(&self) {
        self.watcher.precious.lock().unwrap().clear();
    }

    /// From now on this happens at every point of every command.
    pub fn meddle(&self, meddle: impl FnMut(&At<'_>, &mut World) -> Verdict + Send + 'static) {
        *self.watcher.meddle.lock().unwrap() = Some(Box::new(meddle));
    }

    pub fn be_calm(&self) {
        *self.watcher.meddle.lock().unwrap() = None;
    }

    /// How often a command was heard.
    pub fn heard(&self, command: &str) -> usize {
        let heard = self.watcher.heard.lock().unwrap();
        heard.iter().filter(|(_, one)| one == command).count()
    }

    pub fn mutations(&self) -> usize {
        MUTATING.iter().map(|command| self.heard(command)).sum()
    }

    // ------------------------------------------------------------------------------------------ what a user does

    fn account(&self) -> AccountId {
        AccountId {
            host: "127.0.0.1".to_owned(),
            port: self.server.port(),
            user: USER.to_owned(),
            url: format!("imap://{USER}@127.0.0.1:{}", self.server.port()),
        }
    }

    async fn session(&self) -> Session {
        let endpoint = Endpoint {
            host: "127.0.0.1".to_owned(),
            port: self.server.port(),
            security: Security::Plaintext,
            extra_roots: None,
            fingerprint: None,
            timeout: Duration::from_secs(20),
        };
        let login = Login::Password {
            user: USER.to_owned(),
            authorize_as: None,
            secret: Secret::new("test".to_owned()),
        };
        let mut session = connect(&endpoint, &login, self.account()).await.unwrap();
        session.set_mode(Mode::ReadWrite);
        session
    }

    fn outside(&mut self) -> Outside {
        self.chance += 40;
        Outside {
            chance: self.chance,
            patience: self.stopped.then_some(0),
        }
    }

    async fn listing(&self, session: &mut Session) -> Listing {
        session.listing(String::new()).await.unwrap()
    }

    fn judged(&self, listing: &Listing) -> Plan {
        let targets = self.policy.targets.iter();
        let hints = Hints {
            targets: targets
                .map(|(role, name)| (*role, name.text().to_owned()))
                .collect(),
            ..Hints::default()
        };
        let roll = detect(listing, &Mapping::built_in(), &hints).unwrap();
        let findings = audit(listing, &roll);
        let policy = Policy {
            left_before: left_before(&self.home, &self.account()),
            ..self.policy.clone()
        };
        plan(listing, &roll, &findings, &policy)
    }

    /// The plan that `fix` would show now.
    pub async fn plan(&self) -> Plan {
        let mut session = self.session().await;
        let listing = self.listing(&mut session).await;
        self.judged(&listing)
    }

    /// What `fix --yes` does. Connections are counted: each of these verbs opens one.
    pub async fn fix(&mut self) -> Result<Receipt, ApplyError> {
        let mut session = self.session().await;
        let listing = self.listing(&mut session).await;
        let plan = self.judged(&listing);
        self.apply(&mut session, &plan).await
    }

    pub async fn apply(
        &mut self,
        session: &mut Session,
        plan: &Plan,
    ) -> Result<Receipt, ApplyError> {
        let settings = Settings {
            settle: self.settle,
            verify: self.verify,
            batch: "batch".to_owned(),
            skip: BTreeSet::new(),
        };
        let mut outside = self.outside();
        apply(session, plan, &self.home, &settings, &mut outside).await
    }

    /// The last run.
    pub fn last(&self) -> RunSummary {
        runs(&self.home).unwrap().pop().unwrap()
    }

    pub async fn resume(&mut self) -> Result<Receipt, ApplyError> {
        let run = self.last().id;
        let mut session = self.session().await;
        let account = self.account();
        let mut outside = self.outside();
        resume(&mut session, &self.home, &run, &account, &mut outside).await
    }

    /// The plan of `undo RUN`.
    pub async fn undo_plan(&self, run: &str) -> Result<Plan, ApplyError> {
        let mut session = self.session().await;
        let listing = self.listing(&mut session).await;
        undo(&self.home, run, &listing, String::new())
    }

    pub async fn undo(&mut self, run: &str) -> Result<Receipt, ApplyError> {
        let mut session = self.session().await;
        let listing = self.listing(&mut session).await;
        let plan = undo(&self.home, run, &listing, String::new())?;
        check(&listing, &plan).unwrap();
        self.apply(&mut session, &plan).await
    }

    // ------------------------------------------------------------------------------------------ what is seen then

    /// Names of mailboxes, INBOX left out.
    pub fn names(&self) -> Vec<String> {
        self.world(|world| {
            let mailboxes = &world.account(USER).unwrap().mailboxes;
            mailboxes
                .keys()
                .map(|name| String::from_utf8(name.clone()).unwrap())
                .filter(|name| name != "INBOX")
                .collect()
        })
    }

    pub fn has_tombstone(&self) -> bool {
        let delimiter = self.world(|world| world.persona.delimiter).map(char::from);
        self.names().iter().any(|name| {
            let leaf = name.rsplit(|letter| Some(letter) == delimiter).next();
            leaf.is_some_and(is_tombstone)
        })
    }

    /// How many messages are in a mailbox.
    pub fn count(&self, name: &str) -> usize {
        self.world(|world| {
            let mailbox = world.mailbox(USER, name);
            mailbox.map_or(0, |mailbox| mailbox.messages().len())
        })
    }

    /// Nothing was ever nowhere.
    pub fn assert_nothing_lost(&self) {
        let losses = self.watcher.losses.lock().unwrap();
        assert!(losses.is_empty(), "{:?}", losses.first());
    }

    /// And nothing is anywhere twice.
    pub fn assert_each_once(&self) {
        self.assert_nothing_lost();
        let census: BTreeMap<u64, usize> =
            self.world(|world| world.account(USER).unwrap().census());
        let many: Vec<_> = census.iter().filter(|(_, count)| **count != 1).collect();
        assert!(many.is_empty(), "{many:?}");
    }
}

/// A message whose text and size are its own.
pub fn text_of(id: &str) -> Vec<u8> {
    format!(
        "Message-ID: <{id}@example.com>\r\nSubject: {id}\r\n\r\n{}\r\n",
        "x".repeat(id.bytes().map(usize::from).sum::<usize>() % 97)
    )
    .into_bytes()
}

/// How the first merge of a receipt ended; merges alone have a source.
pub fn ending(receipt: &Receipt) -> (Outcome, Option<SourceAfter>) {
    let merge = receipt.steps.iter().find(|step| step.moved.is_some());
    let merge = merge.unwrap_or_else(|| panic!("no merge in {receipt:?}"));
    (merge.outcome, merge.source_after)
}

/// All that a receipt says.
pub fn said(receipt: &Receipt) -> String {
    let messages = receipt.steps.iter().filter_map(|step| step.message.clone());
    messages.collect::<Vec<_>>().join("\n")
}
