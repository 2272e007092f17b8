//! The simulated world: the embedded server with a director over every command, a journal on paper, virtual time.

pub mod client;
pub mod director;
pub mod filters;
pub mod paper;
pub mod scene;
pub mod way;
pub mod writer;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    sync::Arc,
};

use client::{Client, USER};
use director::{Director, PATIENCE};
use paper::Paper;
use rolecall::{
    apply::{self, ApplyError, Books},
    demo::{Persona, World},
    mapping::Mapping,
    model::{plan::Plan, receipt::Receipt},
    planner::Policy,
};

/// A client and its server, and who makes them fail.
pub struct Sim {
    pub client: Client,
    pub director: Arc<Director>,
    pub paper: Paper,
}

/// How a run ended.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "each is looked at once and thrown away"
)]
pub enum Ended {
    Receipt(Receipt),
    Failed(ApplyError),
    /// The process was ended.
    Killed,
    /// The run was given up, and nothing of it is left.
    GivenUp,
}

impl Ended {
    pub fn is_finished(&self) -> bool {
        match self {
            Self::Receipt(receipt) => receipt.finished,
            Self::GivenUp => true,
            Self::Failed(_) | Self::Killed => false,
        }
    }
}

/// What is in the account: by mailbox, how often each message; the subscriptions; the marks; the rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    pub mailboxes: BTreeMap<String, BTreeMap<String, usize>>,
    pub subscriptions: BTreeSet<String>,
    pub marks: BTreeMap<String, BTreeSet<String>>,
    /// Who has or lacks rights by an entry of their own.
    pub rights: BTreeMap<String, Vec<(String, String)>>,
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

    /// The same where a mailbox, and what is below it, has another name.
    pub fn renamed(&self, from: &str, to: &str) -> Self {
        let mut same = self.clone();
        let mailboxes = same.mailboxes.into_iter();
        let new_name = |name: String| match name.strip_prefix(from) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{to}{rest}"),
            _ => name,
        };
        same.mailboxes = mailboxes
            .map(|(name, messages)| (new_name(name), messages))
            .collect();
        same
    }

    pub fn tombstones(&self) -> Vec<&String> {
        let is_ours = |name: &&String| name.contains("rolecall-");
        self.mailboxes.keys().filter(is_ours).collect()
    }
}

impl Sim {
    pub fn new(persona: Persona, mapping: &Arc<Mapping>, fill: impl FnOnce(&mut World)) -> Self {
        let mut world = Client::world(persona);
        fill(&mut world);
        let director = Arc::new(Director::default());
        director.open_ledger(&world);
        let paper = Paper::new(Arc::clone(&director.death));
        let disks = paper.clone();
        let mut client = Client::new(world, Arc::clone(&director) as _, mapping);
        client.home = client
            .home
            .with_disks(Arc::new(move |path, file| disks.over(path, file)));
        Self {
            client,
            director,
            paper,
        }
    }

    /// After each record from now on, what the run knows is compared with what a replay of its journal knows.
    pub fn compare_books(&mut self) {
        let paper = self.paper.clone();
        self.client.witness = Some(Arc::new(move |live: &Books| {
            let journal = File::open(paper.path()).unwrap();
            let replayed = Books::read(journal).unwrap();
            assert!(
                replayed == *live,
                "the books differ\nlive: {live:#?}\nreplayed: {replayed:#?}"
            );
        }));
    }

    /// What `fix` would plan now.
    pub async fn plan(&self, policy: &Policy) -> Plan {
        self.client.plan(policy).await
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
        let mut session = self.client.connect().await;
        let work = Box::pin(self.client.apply_over(&mut session, plan));
        Box::pin(self.until_death(work)).await
    }

    pub async fn resume(&self, run: &str) -> Ended {
        let work = Box::pin(self.client.resume(run));
        Box::pin(self.until_death(work)).await
    }

    /// Gives a run up; what it has left set aside is then taken up, as a person would.
    pub async fn give_up(&self, run: &str) -> Ended {
        let is_given_up = || self.client.newest().state == apply::RunState::GivenUp;
        if !is_given_up() {
            let work = Box::pin(self.client.give_up(run));
            let ended = Box::pin(self.until_death(work)).await;
            if !ended.is_finished() || self.contents().tombstones().is_empty() {
                return ended;
            }
        }
        match self.resume(run).await {
            // A DELETE of it has run late, just before the look.
            Ended::Failed(ApplyError::NotPossible { .. })
                if self.contents().tombstones().is_empty() =>
            {
                let log = self.client.home.log(run).unwrap();
                assert!(log.is_given_up());
                Ended::GivenUp
            }
            ended => ended,
        }
    }

    pub async fn undo_plan(&self, run: &str) -> Plan {
        let mut session = self.client.connect().await;
        let undo = self.client.undo_plan_over(&mut session, run).await;
        undo.unwrap().0
    }

    /// The runs that are not finished.
    pub fn unfinished(&self) -> Vec<String> {
        let runs = apply::runs(&self.client.home).unwrap();
        let open = |run: &apply::RunSummary| match run.state {
            apply::RunState::Unfinished => true,
            apply::RunState::GivenUp => !self.contents().tombstones().is_empty(),
            _ => false,
        };
        runs.into_iter().filter(open).map(|run| run.id).collect()
    }

    /// Lets so much time pass that what has been set aside may be removed. The runs that wait for it.
    pub fn let_time_pass(&self) -> Vec<String> {
        if self.client.settings.grace.is_none() {
            // Each run removes what it has set aside itself.
            return Vec::new();
        }
        let waiting = self.client.waiting();
        if let Some(last) = waiting.iter().map(|waits| &waits.until).max() {
            self.client.set_now(last);
        }
        waiting.into_iter().map(|waits| waits.run).collect()
    }

    /// What is set aside is removed when its time has come, by as many later runs as that takes.
    pub async fn waited_for(&self, mut ended: Ended) -> Ended {
        while ended.is_finished()
            && let Some(run) = self.let_time_pass().first()
        {
            ended = self.resume(run).await;
        }
        ended
    }

    pub fn newest_run(&self) -> String {
        self.client.newest().id
    }

    pub fn contents(&self) -> Contents {
        let world = self.client.world.lock().unwrap();
        let account = world.account(USER).unwrap();
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let mut mailboxes = BTreeMap::new();
        let mut marks = BTreeMap::new();
        let mut rights = BTreeMap::new();
        for (name, mailbox) in &account.mailboxes {
            let mut messages: BTreeMap<String, usize> = BTreeMap::new();
            // A view has no messages of its own.
            let own = mailbox
                .messages()
                .iter()
                .filter(|_| !mailbox.quirks.is_view());
            for message in own {
                let (id, date) = (message.email_id, message.internal_date);
                *messages
                    .entry(format!("{id} {date} {:?}", message.flags))
                    .or_default() += 1;
            }
            mailboxes.insert(text(name), messages);
            if !mailbox.marks.is_empty() {
                marks.insert(text(name), mailbox.marks.clone());
            }
            if !mailbox.quirks.acl.is_empty() {
                rights.insert(text(name), mailbox.quirks.acl.clone());
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
            rights,
        }
    }
}
