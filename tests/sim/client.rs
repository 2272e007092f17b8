//! A client's machine beside the embedded server. Every verb goes the way it goes for a user (the real session, the
//! real listing, roll, findings and plan, the real journal), but over a pipe in memory and in virtual time.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rolecall::{
    apply::{
        self, ApplyError, Books, Event, Ports, RunSummary, Settings, StateDir, Verify, Waiting,
    },
    clients::ChosenClients,
    demo::{Hook, Persona, World, serve},
    detect::Hints,
    imap::{
        ConnectError, Credential, Dial, Dialing, Endpoint, Login, Mode, OneByOne, Security,
        Session, Tags, connect_over,
    },
    judge::{Criteria, Judged},
    mapping::Mapping,
    model::{
        listing::{AccountId, Listing},
        plan::Plan,
        receipt::Receipt,
        role::Role,
    },
    planner::Policy,
    secret::Secret,
};
use tempfile::TempDir;

use super::{
    filters::FilterServer,
    way::{Way, relay},
};

/// The account of every scene.
pub const USER: &str = "camille";
const PASSWORD: &str = "demo";
/// What time it is on every client's machine to begin with.
pub const NOW: &str = "2026-01-02T03:04:05Z";

/// No mail client is asked about: runs are what is broken here, thousands of times, and asking takes longer than a run.
static NO_CLIENTS: LazyLock<Arc<ChosenClients>> =
    LazyLock::new(|| Arc::new(ChosenClients::every(&[], None)));

/// Is told what a run knows after each of its records.
pub type Witness = Arc<dyn Fn(&Books) + Send + Sync>;

/// One server, one client machine.
pub struct Client {
    pub world: Arc<Mutex<World>>,
    hook: Arc<dyn Hook>,
    pub home: StateDir,
    mapping: Arc<Mapping>,
    nonces: Arc<Mutex<u64>>,
    now: Mutex<String>,
    pub settings: Settings,
    /// Whether the plan is made from a closer look at contested mailboxes, as `fix` makes it. A plan that knows less
    /// leaves more for the run to find out.
    pub samples: bool,
    /// What the user says of mailboxes.
    pub overrides: Vec<(String, Option<Role>)>,
    /// Whether the user asks to stop.
    pub stopped: Arc<AtomicBool>,
    pub witness: Option<Witness>,
    /// The account's filters, where it has any.
    pub filters: Option<FilterServer>,
    /// Whether a session that has lost its line is let in again. A new process is.
    pub is_closed: Arc<AtomicBool>,
    /// What stands between it and the server.
    pub way: Way,
    /// What it knows of how the server takes several commands at once.
    one_by_one: OneByOne,
    _folder: TempDir,
}

struct Outside<'c> {
    now: &'c Mutex<String>,
    nonces: &'c Mutex<u64>,
    stopped: &'c AtomicBool,
    witness: Option<&'c Witness>,
}

impl Ports for Outside<'_> {
    fn now(&self) -> String {
        self.now.lock().unwrap().clone()
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
    fn recorded(&mut self, books: &Books) {
        if let Some(witness) = self.witness {
            witness(books);
        }
    }
}

/// The way to the server: a new pipe for every connection.
struct Pipes {
    world: Arc<Mutex<World>>,
    hook: Arc<dyn Hook>,
    is_closed: Arc<AtomicBool>,
    way: Way,
    one_by_one: OneByOne,
}

impl Pipes {
    async fn open(&self) -> Result<Session, ConnectError> {
        let (client, server) = tokio::io::duplex(1 << 20);
        let (world, hook) = (Arc::clone(&self.world), Arc::clone(&self.hook));
        if !self.is_closed.load(Ordering::Relaxed) {
            let server = match self.way {
                Way::Straight => server,
                way => {
                    let (near, far) = tokio::io::duplex(1 << 20);
                    tokio::spawn(relay(server, near, way));
                    far
                }
            };
            tokio::spawn(async move { serve(server, world, hook).await });
        }
        let endpoint = Endpoint {
            host: "sim".to_owned(),
            port: 143,
            security: Security::Plaintext,
            trust: Arc::default(),
            timeout: Duration::from_secs(60),
            one_by_one: self.one_by_one.clone(),
            tags: Tags::FromOne,
            trace: None,
        };
        let login = Login {
            user: USER.to_owned(),
            admin: None,
            credential: Credential::Password(Secret::new(PASSWORD.to_owned())),
        };
        connect_over(client, &endpoint, &login, Client::account()).await
    }
}

impl Dial for Pipes {
    fn dial(&self) -> Dialing<'_> {
        Box::pin(self.open())
    }
}

/// A temporary folder, in memory where there is such a place: for thousands of journals, each synced at every record.
pub fn folder_in_memory(prefix: &str) -> TempDir {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).tempdir_in(place).unwrap()
}

/// How the runs of the simulated world are applied, but for what a scene says.
pub fn settings() -> Settings {
    Settings {
        settle: Duration::from_secs(2),
        verify: Verify::Quick,
        command: "batch".to_owned(),
        skip: BTreeSet::new(),
        grace: None,
        filters_at: None,
    }
}

impl Client {
    pub fn new(world: World, hook: Arc<dyn Hook>, mapping: &Arc<Mapping>) -> Self {
        let folder = folder_in_memory("rolecall-sim-");
        Self {
            world: Arc::new(Mutex::new(world)),
            hook,
            home: StateDir::open(folder.path().to_owned()).unwrap(),
            mapping: Arc::clone(mapping),
            nonces: Arc::default(),
            now: Mutex::new(NOW.to_owned()),
            settings: settings(),
            samples: true,
            overrides: Vec::new(),
            stopped: Arc::default(),
            witness: None,
            filters: None,
            is_closed: Arc::default(),
            way: Way::Straight,
            one_by_one: OneByOne::default(),
            _folder: folder,
        }
    }

    /// Another machine of the same user: its own state folder, the same server.
    pub fn beside(&self) -> Self {
        let nobody = World::new(Persona::dovecot());
        Self {
            world: Arc::clone(&self.world),
            nonces: Arc::clone(&self.nonces),
            samples: self.samples,
            ..Self::new(nobody, Arc::clone(&self.hook), &self.mapping)
        }
    }

    /// What time it is on this machine, RFC 3339.
    pub fn now(&self) -> String {
        self.now.lock().unwrap().clone()
    }

    pub fn set_now(&self, now: &str) {
        now.clone_into(&mut self.now.lock().unwrap());
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
        self.is_closed.store(false, Ordering::Relaxed);
        let pipes = Arc::new(Pipes {
            world: Arc::clone(&self.world),
            hook: Arc::clone(&self.hook),
            is_closed: Arc::clone(&self.is_closed),
            way: self.way,
            one_by_one: self.one_by_one.clone(),
        });
        let mut session = pipes.open().await.unwrap();
        session.set_dialer(pipes);
        if let Some(filters) = &self.filters {
            session.set_scripts(Box::new(filters.clone()));
        }
        session
    }

    pub async fn listing(&self, session: &mut Session) -> Listing {
        let criteria = self.criteria(&Policy::default(), &self.account_log());
        self.looked(session, &criteria).await
    }

    async fn looked(&self, session: &mut Session, criteria: &Criteria) -> Listing {
        let mut listing = session.listing(self.now()).await.unwrap();
        let looks = criteria.looks(&listing).unwrap();
        session.sample(&mut listing, &looks).await.unwrap();
        listing
    }

    /// What `fix` would plan now.
    pub async fn plan(&self, policy: &Policy) -> Plan {
        self.plan_over(&mut self.connect().await, policy).await
    }

    pub async fn plan_over(&self, session: &mut Session, policy: &Policy) -> Plan {
        // Read once: the journals of a crash point are read more often than anything else.
        let log = self.account_log();
        let criteria = self.criteria(policy, &log);
        let listing = self.looked(session, &criteria).await;
        let mut judged = criteria.judge(listing).unwrap();
        if let Some(filters) = &self.filters {
            judged.know_filters(filters.look());
        }
        let before = log.before().clone();
        let policy = Policy {
            tried_before: before.tried,
            copied_before: before.copied,
            kept_before: log.kept(),
            made: self.now(),
            ..policy.clone()
        };
        let plan = criteria.plan(&judged, &policy);
        plan.check().unwrap();
        plan
    }

    /// What `audit` would find now, as far as this client's machine knows what its runs have left.
    pub async fn judged(&self, session: &mut Session, policy: &Policy) -> Judged {
        let criteria = self.criteria(policy, &self.account_log());
        let listing = self.looked(session, &criteria).await;
        criteria.judge(listing).unwrap()
    }

    /// By what this client's machine judges the account: nobody has stated which clients are in use.
    fn criteria(&self, policy: &Policy, log: &apply::AccountLog) -> Criteria {
        let targets = policy.targets.iter();
        Criteria {
            hints: Hints {
                targets: targets
                    .map(|(role, name)| (*role, name.text().to_owned()))
                    .collect(),
                overrides: self.overrides.clone(),
                set_aside: log.set_aside(),
                settled: log.settled().clone(),
                kept_by_server: log.before().left.clone(),
                ..Hints::default()
            },
            sample: self.samples.then_some(50),
            ..Criteria::new(Arc::clone(&self.mapping), Arc::clone(&NO_CLIENTS))
        }
    }

    /// The runs that wait to remove what they have set aside.
    pub fn waiting(&self) -> Vec<Waiting> {
        self.account_log().waiting(&self.now())
    }

    /// What the journals of this machine say of the account.
    pub fn account_log(&self) -> apply::AccountLog {
        self.home.account_log(&Self::account()).unwrap()
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

    /// What `resume RUN --give-up` does. Only where a lock or a subscription is pending does it do more than look.
    pub async fn give_up(&self, run: &str) -> Result<Receipt, ApplyError> {
        let mut session = self.connect().await;
        if self.home.log(run)?.has_loose_ends() {
            session.set_mode(Mode::ReadWrite);
        }
        let mut outside = self.outside();
        let account = Self::account();
        let given_up = apply::give_up(&mut session, &self.home, run, &account, &mut outside);
        Box::pin(given_up).await
    }

    /// The plan of `undo RUN`, and what it was made from.
    pub async fn undo_plan_over(
        &self,
        session: &mut Session,
        run: &str,
    ) -> Result<(Plan, Listing), ApplyError> {
        let listing = session.listing(self.now()).await.unwrap();
        let plan = apply::undo(&self.home, run, &listing, self.now())?;
        plan.check().unwrap();
        Ok((plan, listing))
    }

    fn outside(&self) -> Outside<'_> {
        Outside {
            now: &self.now,
            nonces: &self.nonces,
            stopped: &self.stopped,
            witness: self.witness.as_ref(),
        }
    }

    /// The last run.
    pub fn newest(&self) -> RunSummary {
        apply::runs(&self.home).unwrap().pop().unwrap()
    }
}
