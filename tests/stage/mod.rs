//! A stage for scenes of a run: an account on the embedded server, another client that disturbs it, and a state folder.
//!
//! Every verb goes the way it goes for a user, with the client of the simulated world; a scene sees every command and
//! may disturb it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use rolecall::{
    apply::{ApplyError, RunSummary, check},
    demo::{At, Hook, Persona, Point, Verdict, World},
    imap::Session,
    mapping::Mapping,
    model::{
        finding::Finding,
        mailbox::{MailboxName, is_tombstone},
        plan::Plan,
        receipt::{Balance, Outcome, Receipt, SourceAfter},
        role::Role,
    },
    planner::Policy,
};

pub use crate::sim::client::{Client, USER};

/// What the meddler does at a point.
type Meddle = Box<dyn FnMut(&At<'_>, &mut World) -> Verdict + Send>;

/// Sees every command, and lets the scene's meddler at it.
#[derive(Default)]
struct Watcher {
    meddle: Mutex<Option<Meddle>>,
    /// Every command that was read: connection, command.
    heard: Mutex<Vec<(u64, String)>>,
    /// Messages that were seen somewhere, and must be somewhere at any moment from then on.
    precious: Mutex<BTreeSet<u64>>,
    /// The scene destroys mail itself.
    careless: Mutex<bool>,
    /// Where one of them was nowhere.
    losses: Mutex<Vec<String>>,
    /// Whether a session that has lost its line is let in again.
    is_closed: Arc<AtomicBool>,
    /// Whether it is in this scene.
    lets_back_in: AtomicBool,
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
        self.count(world, &format!("{} {:?}", at.command, at.point));
        let is_cut = matches!(
            verdict,
            Verdict::Cut | Verdict::CutAndFinish | Verdict::CutAndFinishLater | Verdict::CutAt(_)
        );
        if is_cut && !self.lets_back_in.load(Ordering::Relaxed) {
            self.is_closed.store(true, Ordering::Relaxed);
        }
        verdict
    }
}

impl Watcher {
    /// Notes what is lost, and what is there to be lost from now on.
    fn count(&self, world: &World, when: &str) {
        let census = world.account(USER).unwrap().census();
        let mut precious = self.precious.lock().unwrap();
        for id in precious.iter().filter(|id| !census.contains_key(id)) {
            let mut losses = self.losses.lock().unwrap();
            losses.push(format!("{id} at {when}"));
        }
        if !*self.careless.lock().unwrap() {
            precious.extend(census.into_keys());
        }
    }
}

pub struct Stage {
    pub client: Client,
    watcher: Arc<Watcher>,
    pub policy: Policy,
}

impl Stage {
    /// An account with INBOX and a subscribed Sent, which is to keep its role.
    pub fn new(persona: Persona) -> Self {
        let sent = format!("{}Sent", persona.prefix);
        let sent = MailboxName::new(sent.clone().into_bytes(), sent);
        let watcher = Arc::new(Watcher::default());
        let hook = Arc::clone(&watcher);
        let mapping = Arc::new(Mapping::built_in());
        let mut client = Client::new(Client::world(persona), hook, &mapping);
        client.samples = false;
        client.is_closed = Arc::clone(&watcher.is_closed);
        let stage = Self {
            client,
            watcher,
            policy: Policy {
                remove_without_uidplus: true,
                targets: [(Role::Sent, sent)].into(),
                ..Policy::default()
            },
        };
        stage.mailbox("Sent", 0);
        stage
    }

    /// A server with only some of MOVE and UIDPLUS.
    pub fn without(capabilities: &[&str]) -> Self {
        Self::new(Persona::dovecot().without(capabilities))
    }

    pub fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.client.world.lock().unwrap())
    }

    /// A subscribed mailbox with so many precious messages.
    pub fn mailbox(&self, name: &str, messages: u32) {
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
    pub fn deliver(&self, name: &str, flags: &[&str], id: &str) {
        let body = text_of(id);
        let date = 1_700_000_000 + i64::try_from(body.len()).unwrap();
        self.world(|world| world.add_message(USER, name, flags, date, body).unwrap());
        self.world(|world| self.watcher.count(world, "a delivery"));
    }

    /// From now on nothing is precious: the scene destroys mail itself.
    pub fn nothing_is_precious(&self) {
        *self.watcher.careless.lock().unwrap() = true;
        self.watcher.precious.lock().unwrap().clear();
    }

    /// From now on this happens at every point of every command.
    pub fn meddle(&self, meddle: impl FnMut(&At<'_>, &mut World) -> Verdict + Send + 'static) {
        *self.watcher.meddle.lock().unwrap() = Some(Box::new(meddle));
    }

    /// From now on a session that loses its line may open another one, as it may with most servers. Else it ends, and what
    /// is seen is what a later resume makes of it.
    pub fn lets_back_in(&self) {
        self.watcher.lets_back_in.store(true, Ordering::Relaxed);
    }

    pub fn be_calm(&self) {
        *self.watcher.meddle.lock().unwrap() = None;
    }

    /// How often a command was heard.
    pub fn heard(&self, command: &str) -> usize {
        let heard = self.watcher.heard.lock().unwrap();
        heard.iter().filter(|(_, one)| one == command).count()
    }

    // ------------------------------------------------------------------------------------------ what a user does

    /// The plan that `fix` would show now.
    pub async fn plan(&self) -> Plan {
        self.client.plan(&self.policy).await
    }

    /// What `fix --yes` does. Connections are counted: each of these verbs opens one.
    pub async fn fix(&self) -> Result<Receipt, ApplyError> {
        let mut session = self.client.connect().await;
        let plan = self.client.plan_over(&mut session, &self.policy).await;
        self.apply(&mut session, &plan).await
    }

    /// What `audit` finds now.
    pub async fn findings(&self) -> Vec<Finding> {
        let mut session = self.client.connect().await;
        let judged = self.client.judged(&mut session, &self.policy).await;
        judged.findings
    }

    pub async fn apply(&self, session: &mut Session, plan: &Plan) -> Result<Receipt, ApplyError> {
        self.client.apply_over(session, plan).await
    }

    /// The last run.
    pub fn last(&self) -> RunSummary {
        self.client.newest()
    }

    pub async fn resume(&self) -> Result<Receipt, ApplyError> {
        self.client.resume(&self.last().id).await
    }

    pub async fn give_up(&self) -> Result<Receipt, ApplyError> {
        self.client.give_up(&self.last().id).await
    }

    /// The plan of `undo RUN`.
    pub async fn undo_plan(&self, run: &str) -> Result<Plan, ApplyError> {
        let mut session = self.client.connect().await;
        let undo = self.client.undo_plan_over(&mut session, run).await;
        undo.map(|(plan, _)| plan)
    }

    pub async fn undo(&self, run: &str) -> Result<Receipt, ApplyError> {
        let mut session = self.client.connect().await;
        let (plan, listing) = self.client.undo_plan_over(&mut session, run).await?;
        let set_aside = self.client.account_log().set_aside();
        check(&listing, &plan, &set_aside).unwrap();
        self.apply(&mut session, &plan).await
    }

    // ------------------------------------------------------------------------------------------ what is seen then

    /// Who has or lacks rights to which mailbox by an entry of their own.
    pub fn entries(&self) -> Vec<(String, String)> {
        self.world(|world| {
            let mailboxes = &world.account(USER).unwrap().mailboxes;
            let acls = mailboxes
                .values()
                .flat_map(|mailbox| mailbox.quirks.acl.clone());
            acls.collect()
        })
    }

    pub fn is_subscribed(&self, name: &str) -> bool {
        self.world(|world| {
            let subscriptions = &world.account(USER).unwrap().subscriptions;
            subscriptions.contains(name.as_bytes())
        })
    }

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
        self.world(|world| self.watcher.count(world, "the end"));
        let losses = self.watcher.losses.lock().unwrap();
        assert!(losses.is_empty(), "mail is lost: {:?}", losses.first());
    }

    /// And nothing is anywhere twice.
    pub fn assert_each_once(&self) {
        self.assert_nothing_lost();
        let census: BTreeMap<u64, usize> =
            self.world(|world| world.account(USER).unwrap().census());
        let many: Vec<_> = census.iter().filter(|(_, count)| **count != 1).collect();
        assert!(many.is_empty(), "mail is there twice: {many:?}");
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
    let messages = receipt
        .steps
        .iter()
        .filter_map(|step| step.message.as_ref());
    let messages = messages.map(rolecall::language::Phrase::english);
    messages.collect::<Vec<_>>().join("\n")
}

/// What a receipt says of one mailbox's count.
pub fn balance<'r>(receipt: &'r Receipt, name: &str) -> &'r Balance {
    let mut balances = receipt.balances.iter();
    let found = balances.find(|balance| balance.mailbox.text() == name);
    found.unwrap_or_else(|| panic!("nothing is said of {name}: {receipt:?}"))
}
