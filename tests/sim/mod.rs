//! The simulated world: the embedded server with a director over every command, a journal on paper, virtual time.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::expect_used,
    clippy::missing_panics_doc
)]

pub mod director;
pub mod paper;
pub mod scene;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use director::{Director, PATIENCE, USER};
use paper::Paper;
use rolecall::{
    apply::{self, ApplyError, Event, Home, Ports, Settings, Verify},
    audit::audit,
    demo::{Persona, World, serve},
    detect::{Hints, detect},
    imap::{Endpoint, Login, Mode, Security, Session, connect_over},
    mapping::Mapping,
    model::{
        listing::{AccountId, Listing},
        plan::Plan,
        receipt::Receipt,
    },
    planner::{self, Policy},
    secret::Secret,
};
use tempfile::TempDir;

/// One server, one client machine.
pub struct Sim {
    pub world: Arc<Mutex<World>>,
    pub director: Arc<Director>,
    pub paper: Paper,
    pub home: Home,
    mapping: Arc<Mapping>,
    nonces: Arc<Mutex<u64>>,
    _folder: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    Receipt(Receipt),
    Failed(ApplyError),
    /// The process was ended.
    Killed,
}

impl Ended {
    pub fn is_finished(&self) -> bool {
        matches!(self, Self::Receipt(receipt) if receipt.finished)
    }
}

/// What is in the account: by mailbox, how often each message; the subscriptions; the marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    pub mailboxes: BTreeMap<String, BTreeMap<String, usize>>,
    pub subscriptions: BTreeSet<String>,
    pub marks: BTreeMap<String, BTreeSet<String>>,
}

impl Contents {
    /// The same with every message once in its mailbox.
    pub fn as_sets(&self) -> Self {
        let mut same = self.clone();
        for mailbox in same.mailboxes.values_mut() {
            for count in mailbox.values_mut() {
                *count = 1;
            }
        }
        same
    }

    pub fn tombstones(&self) -> Vec<&String> {
        let is_ours = |name: &&String| name.contains("rolecall-");
        self.mailboxes.keys().filter(is_ours).collect()
    }
}

struct SimPorts {
    nonces: Arc<Mutex<u64>>,
}

impl Ports for SimPorts {
    fn now(&self) -> String {
        "2026-01-02T03:04:05Z".to_owned()
    }
    fn nonce(&mut self) -> [u8; 16] {
        let mut nonces = self.nonces.lock().unwrap();
        *nonces += 1;
        let mut octets = [0; 16];
        octets[..8].copy_from_slice(&nonces.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        octets[8..].copy_from_slice(&nonces.to_be_bytes());
        octets
    }
    fn stopped(&self) -> bool {
        false
    }
    fn event(&mut self, _: &Event) {}
}

impl Sim {
    pub fn new(persona: Persona, mapping: &Arc<Mapping>, fill: impl FnOnce(&mut World)) -> Self {
        let mut world = World::new(persona);
        world.add_account(USER, "demo");
        fill(&mut world);
        let director = Arc::new(Director::default());
        director.open_ledger(&world);
        let paper = Paper::new(Arc::clone(&director.death));
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        let folder = tempfile::Builder::new()
            .prefix("rolecall-sim-")
            .tempdir_in(place)
            .unwrap();
        let disks = paper.clone();
        let home = Home::open(folder.path().to_owned())
            .unwrap()
            .with_disks(Arc::new(move |path, file| disks.over(path, file)));
        Self {
            world: Arc::new(Mutex::new(world)),
            director,
            paper,
            home,
            mapping: Arc::clone(mapping),
            nonces: Arc::default(),
            _folder: folder,
        }
    }

    pub fn account() -> AccountId {
        AccountId {
            host: "sim".to_owned(),
            port: 143,
            user: USER.to_owned(),
            url: format!("imap://{USER}@sim"),
        }
    }

    /// A fresh connection.
    pub async fn connect(&self) -> Session {
        let (client, server) = tokio::io::duplex(1 << 20);
        let (world, director) = (Arc::clone(&self.world), Arc::clone(&self.director));
        tokio::spawn(async move { serve(server, world, director).await });
        let endpoint = Endpoint {
            host: "sim".to_owned(),
            port: 143,
            security: Security::Plaintext,
            extra_roots: None,
            fingerprint: None,
            timeout: Duration::from_secs(60),
        };
        let login = Login::Password {
            user: USER.to_owned(),
            authorize_as: None,
            secret: Secret::new("demo".to_owned()),
        };
        connect_over(client, &endpoint, &login, Self::account())
            .await
            .unwrap()
    }

    async fn listing(&self, session: &mut Session) -> Listing {
        let mut listing = session
            .listing("2026-01-02T03:04:05Z".to_owned())
            .await
            .unwrap();
        let roll = detect(&listing, &self.mapping, &Hints::default()).unwrap();
        let contested = rolecall::detect::contested(&roll);
        session.sample(&mut listing, &contested).await.unwrap();
        listing
    }

    /// What `fix` would plan now.
    pub async fn plan(&self, policy: &Policy) -> Plan {
        let mut session = self.connect().await;
        let listing = self.listing(&mut session).await;
        let targets = policy
            .targets
            .iter()
            .map(|(role, name)| (*role, name.text().to_owned()))
            .collect();
        let hints = Hints {
            targets,
            ..Hints::default()
        };
        let roll = detect(&listing, &self.mapping, &hints).unwrap();
        let findings = audit(&listing, &roll);
        let policy = Policy {
            left_before: apply::left_before(&self.home, &Self::account()),
            made: "2026-01-02T03:04:05Z".to_owned(),
            ..policy.clone()
        };
        planner::plan(&listing, &roll, &findings, &policy)
    }

    fn settings() -> Settings {
        Settings {
            settle: Duration::from_secs(2),
            verify: Verify::Quick,
            batch: "batch".to_owned(),
            skip: BTreeSet::new(),
        }
    }

    async fn until_death(&self, work: impl Future<Output = Result<Receipt, ApplyError>>) -> Ended {
        let death = Arc::clone(&self.director.death);
        let ended = tokio::select! {
            biased;
            () = death.waited_for() => Ended::Killed,
            result = tokio::time::timeout(PATIENCE, work) => match result.expect("a run that never ends") {
                Ok(receipt) => Ended::Receipt(receipt),
                Err(error) => Ended::Failed(error),
            },
        };
        if death.has_come() {
            Ended::Killed
        } else {
            ended
        }
    }

    pub async fn apply(&self, plan: &Plan) -> Ended {
        let mut session = self.connect().await;
        session.set_mode(Mode::ReadWrite);
        let mut ports = self.ports();
        let settings = Self::settings();
        self.until_death(apply::apply(
            &mut session,
            plan,
            &self.home,
            &settings,
            &mut ports,
        ))
        .await
    }

    pub async fn resume(&self, run: &str) -> Ended {
        let mut session = self.connect().await;
        session.set_mode(Mode::ReadWrite);
        let mut ports = self.ports();
        self.until_death(apply::resume(
            &mut session,
            &self.home,
            run,
            &Self::account(),
            &mut ports,
        ))
        .await
    }

    pub async fn undo_plan(&self, run: &str) -> Plan {
        let mut session = self.connect().await;
        let listing = session
            .listing("2026-01-02T03:04:05Z".to_owned())
            .await
            .unwrap();
        apply::undo(&self.home, run, &listing, "2026-01-02T03:04:05Z".to_owned()).unwrap()
    }

    fn ports(&self) -> SimPorts {
        SimPorts {
            nonces: Arc::clone(&self.nonces),
        }
    }

    /// The runs that are not finished.
    pub fn unfinished(&self) -> Vec<String> {
        let runs = apply::runs(&self.home).unwrap();
        let open = |run: &apply::RunSummary| run.state == apply::RunState::Unfinished;
        runs.into_iter().filter(open).map(|run| run.id).collect()
    }

    pub fn newest_run(&self) -> String {
        apply::runs(&self.home).unwrap().pop().unwrap().id
    }

    pub fn contents(&self) -> Contents {
        let world = self.world.lock().unwrap();
        let account = world.account(USER).unwrap();
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let mut mailboxes = BTreeMap::new();
        let mut marks = BTreeMap::new();
        for (name, mailbox) in &account.mailboxes {
            let mut messages: BTreeMap<String, usize> = BTreeMap::new();
            for message in mailbox.messages() {
                let (id, date) = (message.email_id, message.internal_date);
                *messages
                    .entry(format!("{id} {date} {:?}", message.flags))
                    .or_default() += 1;
            }
            mailboxes.insert(text(name), messages);
            if !mailbox.marks.is_empty() {
                marks.insert(text(name), mailbox.marks.clone());
            }
        }
        Contents {
            mailboxes,
            subscriptions: account
                .subscriptions
                .iter()
                .map(|name| text(name))
                .collect(),
            marks,
        }
    }
}
