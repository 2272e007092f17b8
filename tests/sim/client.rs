//! A client's machine beside the embedded server: every verb goes the way it goes for a user (the real session, the
//! real listing, roll, findings and plan, the real journal), but over a pipe in memory and in virtual time.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rolecall::{
    apply::{self, ApplyError, Event, Home, Ports, RunSummary, Settings, Verify},
    demo::{Hook, Persona, World, serve},
    detect::Hints,
    imap::{Credential, Endpoint, Login, Mode, Security, Session, connect_over},
    judge::{judge, looks},
    mapping::Mapping,
    model::{
        client::Forecasts,
        listing::{AccountId, Listing},
        plan::Plan,
        receipt::Receipt,
    },
    planner::{self, Policy},
    secret::Secret,
};
use tempfile::TempDir;

/// The account of every scene.
pub const USER: &str = "camille";
const PASSWORD: &str = "demo";
const NOW: &str = "2026-01-02T03:04:05Z";

/// One server, one client machine.
pub struct Client {
    pub world: Arc<Mutex<World>>,
    hook: Arc<dyn Hook>,
    pub home: Home,
    mapping: Arc<Mapping>,
    nonces: Mutex<u64>,
    pub settings: Settings,
    /// Whether the plan is made from a closer look at contested mailboxes, as `fix` makes it. A plan that knows less
    /// leaves more for the run to find out.
    pub samples: bool,
    /// Whether the user asks to stop.
    pub stopped: Arc<AtomicBool>,
    _folder: TempDir,
}

struct Outside<'c> {
    nonces: &'c Mutex<u64>,
    stopped: &'c AtomicBool,
}

impl Ports for Outside<'_> {
    fn now(&self) -> String {
        NOW.to_owned()
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
        self.stopped.load(Ordering::Relaxed)
    }
    fn event(&mut self, _: &Event) {}
}

impl Client {
    pub fn new(world: World, hook: Arc<dyn Hook>, mapping: &Arc<Mapping>) -> Self {
        // Thousands of journals, each synced at every record: in memory where there is such a place.
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
        Self {
            world: Arc::new(Mutex::new(world)),
            hook,
            home: Home::open(folder.path().to_owned()).unwrap(),
            mapping: Arc::clone(mapping),
            nonces: Mutex::default(),
            settings: Settings {
                settle: Duration::from_secs(2),
                verify: Verify::Quick,
                batch: "batch".to_owned(),
                skip: BTreeSet::new(),
            },
            samples: true,
            stopped: Arc::default(),
            _folder: folder,
        }
    }

    /// A server with one account.
    pub fn world(persona: Persona) -> World {
        let mut world = World::new(persona);
        world.add_account(USER, PASSWORD);
        world
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
        let (world, hook) = (Arc::clone(&self.world), Arc::clone(&self.hook));
        tokio::spawn(async move { serve(server, world, hook).await });
        let endpoint = Endpoint {
            host: "sim".to_owned(),
            port: 143,
            security: Security::Plaintext,
            trust: Arc::default(),
            timeout: Duration::from_secs(60),
        };
        let login = Login {
            user: USER.to_owned(),
            admin: None,
            credential: Credential::Password(Secret::new(PASSWORD.to_owned())),
        };
        connect_over(client, &endpoint, &login, Self::account())
            .await
            .unwrap()
    }

    pub async fn listing(&self, session: &mut Session) -> Listing {
        let mut listing = session.listing(NOW.to_owned()).await.unwrap();
        if self.samples {
            let looks = looks(&listing, &self.mapping, &Hints::default(), 50).unwrap();
            session.sample(&mut listing, &looks).await.unwrap();
        }
        listing
    }

    /// What `fix` would plan now.
    pub async fn plan(&self, policy: &Policy) -> Plan {
        self.plan_over(&mut self.connect().await, policy).await
    }

    pub async fn plan_over(&self, session: &mut Session, policy: &Policy) -> Plan {
        let listing = self.listing(session).await;
        let targets = policy.targets.iter();
        let hints = Hints {
            targets: targets
                .map(|(role, name)| (*role, name.text().to_owned()))
                .collect(),
            ..Hints::default()
        };
        let nobody = |_: &Listing| Forecasts::default();
        let judged = judge(&listing, &self.mapping, &hints, &nobody).unwrap();
        let before = apply::before(&self.home, &Self::account());
        let policy = Policy {
            left_before: before.left,
            tried_before: before.tried,
            made: NOW.to_owned(),
            ..policy.clone()
        };
        let plan = planner::plan(&listing, &judged.roll, &judged.findings, &policy);
        plan.check().unwrap();
        plan
    }

    pub async fn apply_over(
        &self,
        session: &mut Session,
        plan: &Plan,
    ) -> Result<Receipt, ApplyError> {
        session.set_mode(Mode::ReadWrite);
        let mut outside = self.outside();
        let applied = apply::apply(session, plan, &self.home, &self.settings, &mut outside);
        // All that a run holds is a lot to carry along in every future that waits for it.
        Box::pin(applied).await
    }

    pub async fn resume(&self, run: &str) -> Result<Receipt, ApplyError> {
        self.resume_as(run, &Self::account()).await
    }

    /// A resume for an account that need not be the run's.
    pub async fn resume_as(&self, run: &str, account: &AccountId) -> Result<Receipt, ApplyError> {
        let mut session = self.connect().await;
        session.set_mode(Mode::ReadWrite);
        let mut outside = self.outside();
        let resumed = apply::resume(&mut session, &self.home, run, account, &mut outside);
        Box::pin(resumed).await
    }

    /// The plan of `undo RUN`, and what it was made from.
    pub async fn undo_plan_over(
        &self,
        session: &mut Session,
        run: &str,
    ) -> Result<(Plan, Listing), ApplyError> {
        let listing = session.listing(NOW.to_owned()).await.unwrap();
        let plan = apply::undo(&self.home, run, &listing, NOW.to_owned())?;
        plan.check().unwrap();
        Ok((plan, listing))
    }

    fn outside(&self) -> Outside<'_> {
        Outside {
            nonces: &self.nonces,
            stopped: &self.stopped,
        }
    }

    /// The last run.
    pub fn newest(&self) -> RunSummary {
        apply::runs(&self.home).unwrap().pop().unwrap()
    }
}
