//! Fuzzed conversations: `fix` to its end against a server whose answers are changed by chance, then resumed, then left to
//! an honest server. Whatever the server says, no message is lost, nothing panics, and everything ends.
//!
//! The short run has a few hundred, `cargo nextest run --test world --run-ignored only conversations::` six thousand;
//! ROLECALL_FUZZ says another number, and `ROLECALL_SEED=n` plays one of them alone.

#[path = "fuzz/chance.rs"]
mod chance;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use rolecall::{
    apply::{self, Event, Ports, RunState, Settings, StateDir},
    clients::ChosenClients,
    demo::{At, Hook, Persona, Verdict, World, serve},
    imap::{
        ConnectError, Credential, Dial, Dialing, Endpoint, Login, Mode, OneByOne, Security,
        Session, Tags, connect_over,
    },
    judge::Criteria,
    mapping::Mapping,
    model::listing::AccountId,
    planner::Policy,
    secret::Secret,
};

use crate::sim::client::{folder_in_memory, settings};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream},
    time::{sleep, timeout},
};

use chance::Chance;

const USER: &str = "camille";
const NOW: &str = "2026-01-02T03:04:05Z";
/// Conversations of the short run, and of the long one.
const SHORT: u64 = 150;
const LONG: u64 = 6_000;
/// How long one conversation may take, in the client's time.
const LIMIT: Duration = Duration::from_secs(24 * 3_600);

static CRITERIA: LazyLock<Criteria> = LazyLock::new(|| Criteria {
    sample: None,
    ..Criteria::new(
        Arc::new(Mapping::built_in()),
        Arc::new(ChosenClients::every(&[], None)),
    )
});

/// Watches that every message is somewhere at every moment.
#[derive(Default)]
struct Watch {
    precious: BTreeSet<u64>,
    lost: Mutex<Option<String>>,
}

impl Hook for Watch {
    fn reached(&self, at: &At<'_>, world: &mut World) -> Verdict {
        let census = world.account(USER).unwrap().census();
        if self.precious.iter().any(|id| !census.contains_key(id)) {
            let mut lost = self.lost.lock().unwrap();
            lost.get_or_insert_with(|| format!("{} {:?}", at.command, at.point));
        }
        Verdict::GoOn
    }
}

fn kinds() -> [fn() -> Persona; 4] {
    [
        Persona::dovecot,
        Persona::cyrus,
        || Persona::dovecot().without(&["MOVE"]),
        || Persona::dovecot().without(&["MOVE", "UIDPLUS"]),
    ]
}

fn world(chance: &mut Chance) -> World {
    let kinds = kinds();
    let mut world = World::new(kinds[chance.below(kinds.len())]());
    world.add_account(USER, "demo-demo");
    for (name, messages) in [
        ("Sent", 2),
        ("Sent Items", 1 + chance.below(6)),
        ("Gesendet", chance.below(3)),
        ("Drafts", 1),
        ("Entw&APw-rfe", chance.below(3)),
        ("Projects", 2),
    ] {
        world.add_mailbox(USER, name).unwrap();
        for number in 0..messages {
            let text =
                format!("Message-ID: <{number}.{name}@h>\r\nSubject: {number}\r\n\r\nhi\r\n");
            let date = 1_700_000_000 + i64::try_from(number).unwrap();
            world
                .add_message(USER, name, &["\\Seen"], date, text.into_bytes())
                .unwrap();
        }
    }
    world
}

/// Lines that a server might say unasked.
const STRAY: &[&str] = &[
    "* 0 EXISTS",
    "* 3 EXISTS",
    "* 1 EXPUNGE",
    "* BYE enough",
    "* OK [ALERT] look",
    "* NO [OVERQUOTA] full",
    "* BAD what",
    "[COPYUID 7 1 2]",
    "+ go on",
    "* SEARCH",
    "* SEARCH 1 2 3",
    "* ESEARCH UID ALL 1:10",
    "* LIST () \"/\" Other",
    "* FLAGS (\\Seen)",
    "* CAPABILITY IMAP4rev1",
    "",
    " ",
    "garbage",
    "* 1 FETCH (UID 1 FLAGS ())",
    "* VANISHED 1:3",
    "R0001 OK again",
    "R9999 NO what",
    "* STATUS Sent (MESSAGES 0)",
    "* LIST",
    "* (",
    "* \"",
    "* {5}",
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "7",
    "40",
    "4294967295",
    "18446744073709551616",
    "-1",
];

/// Passes on what the server says, changed by chance.
async fn twisted(server: DuplexStream, client: DuplexStream, mut chance: Chance, one_of: usize) {
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (from_server, mut to_server) = tokio::io::split(server);
    let there = tokio::spawn(async move {
        let mut octets = vec![0; 8_192];
        while let Ok(length) = from_client.read(&mut octets).await {
            if length == 0 || to_server.write_all(&octets[..length]).await.is_err() {
                break;
            }
        }
    });
    let mut lines = BufReader::new(from_server);
    let mut held: Option<Vec<u8>> = None;
    loop {
        let mut line = Vec::new();
        match lines.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        let mut said = vec![line];
        if chance.one_of(one_of) {
            match chance.below(12) {
                0 => said.clear(),
                1 => said.push(said[0].clone()),
                2 => {
                    held = said.pop();
                    continue;
                }
                3 => said.insert(0, stray(&mut chance)),
                4 => said.push(stray(&mut chance)),
                6 => other_answer(&mut said[0]),
                7 => {
                    let at = chance.below(said[0].len());
                    said[0][at] ^= 1 << chance.below(8);
                }
                8 => {
                    let length = chance.below(said[0].len());
                    said[0].truncate(length);
                    said[0].extend_from_slice(b"\r\n");
                }
                9 => sleep(Duration::from_secs(40)).await,
                10 if chance.one_of(3) => break,
                _ => other_number(&mut said[0], &mut chance),
            }
        }
        said.extend(held.take());
        if to_client.write_all(&said.concat()).await.is_err() {
            break;
        }
    }
    let _ = to_client.shutdown().await;
    there.abort();
}

fn stray(chance: &mut Chance) -> Vec<u8> {
    format!("{}\r\n", STRAY[chance.below(STRAY.len())]).into_bytes()
}

/// Puts another number in the place of one.
fn other_number(line: &mut Vec<u8>, chance: &mut Chance) {
    let starts: Vec<usize> = (0..line.len())
        .filter(|at| {
            let is_digit = |at: usize| line.get(at).is_some_and(u8::is_ascii_digit);
            is_digit(*at) && !at.checked_sub(1).is_some_and(is_digit)
        })
        .collect();
    if starts.is_empty() {
        return;
    }
    let start = starts[chance.below(starts.len())];
    let length = line[start..]
        .iter()
        .take_while(|octet| octet.is_ascii_digit())
        .count();
    let number = NUMBERS[chance.below(NUMBERS.len())];
    line.splice(start..start + length, number.bytes());
}

/// OK becomes NO, and NO becomes OK.
fn other_answer(line: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(line).into_owned();
    let other = if text.contains(" OK ") {
        text.replacen(" OK ", " NO ", 1)
    } else {
        text.replacen(" NO ", " OK ", 1)
    };
    *line = other.into_bytes();
}

/// The way to the server; a new pipe for each connection.
struct Pipes {
    world: Arc<Mutex<World>>,
    watch: Arc<Watch>,
    /// The seed, and one of how many lines is changed; an honest server where none.
    twist: Option<(Mutex<u64>, usize)>,
}

impl Pipes {
    async fn open(&self) -> Result<Session, ConnectError> {
        let (client, near) = tokio::io::duplex(1 << 20);
        let server = match &self.twist {
            None => near,
            Some((seed, one_of)) => {
                let chance = {
                    let mut seed = seed.lock().unwrap();
                    *seed += 1_000_003;
                    Chance::new(*seed)
                };
                let (far, server) = tokio::io::duplex(1 << 20);
                tokio::spawn(twisted(far, near, chance, *one_of));
                server
            }
        };
        let (world, watch) = (Arc::clone(&self.world), Arc::clone(&self.watch));
        tokio::spawn(async move { serve(server, world, watch as Arc<dyn Hook>).await });
        let endpoint = Endpoint {
            host: "sim".to_owned(),
            port: 143,
            security: Security::Plaintext,
            trust: Arc::default(),
            timeout: Duration::from_secs(60),
            trace: None,
            one_by_one: OneByOne::default(),
            tags: Tags::FromOne,
        };
        let login = Login {
            user: USER.to_owned(),
            admin: None,
            credential: Credential::Password(Secret::new("demo-demo".to_owned())),
        };
        connect_over(client, &endpoint, &login, account()).await
    }
}

impl Dial for Pipes {
    fn dial(&self) -> Dialing<'_> {
        Box::pin(self.open())
    }
}

fn account() -> AccountId {
    AccountId {
        host: "sim".to_owned(),
        port: 143,
        user: USER.to_owned(),
        url: format!("imap://{USER}@sim"),
    }
}

struct Outside(Chance);

impl Ports for Outside {
    fn now(&self) -> String {
        NOW.to_owned()
    }
    fn nonce(&mut self) -> [u8; 16] {
        u128::from(self.0.next())
            .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_0c5d)
            .to_be_bytes()
    }
    fn stopped(&self) -> bool {
        false
    }
    fn event(&mut self, _: &Event) {}
}

/// One machine with its state folder.
struct Machine {
    home: StateDir,
    settings: Settings,
    outside: Outside,
}

impl Machine {
    async fn session(pipes: &Arc<Pipes>) -> Option<Session> {
        let mut session = pipes.open().await.ok()?;
        session.set_dialer(Arc::clone(pipes) as Arc<dyn Dial>);
        Some(session)
    }

    /// What `fix --yes` does; nothing where it cannot begin.
    async fn fix(&mut self, pipes: &Arc<Pipes>) -> Option<()> {
        let mut session = Self::session(pipes).await?;
        let listing = session.listing(NOW.to_owned()).await.ok()?;
        let judged = CRITERIA.judge(listing).ok()?;
        let policy = Policy {
            remove_without_uidplus: true,
            made: NOW.to_owned(),
            ..Policy::default()
        };
        let plan = CRITERIA.plan(&judged, &policy);
        session.set_mode(Mode::ReadWrite);
        let applied = apply::apply(
            &mut session,
            &plan,
            &self.home,
            &self.settings,
            &mut self.outside,
        );
        let receipt = Box::pin(applied).await.ok()?;
        receipt.finished.then_some(())
    }

    /// The runs that are not finished.
    fn open(&self) -> Vec<String> {
        let runs = apply::runs(&self.home).unwrap();
        let open = runs
            .into_iter()
            .filter(|run| run.state == RunState::Unfinished);
        open.map(|run| run.id).collect()
    }

    /// Prints what became of each message in each run.
    fn tell(&self) {
        for run in apply::runs(&self.home).unwrap() {
            let told = apply::history(&self.home, &run.id).unwrap();
            let told: Vec<String> = told.into_iter().map(String::from).collect();
            println!("{}: {:?}\n{}", run.id, run.state, told.join("\n"));
        }
    }

    async fn resume(&mut self, pipes: &Arc<Pipes>) -> Option<()> {
        for run in self.open() {
            let mut session = Self::session(pipes).await?;
            session.set_mode(Mode::ReadWrite);
            let account = account();
            let resumed =
                apply::resume(&mut session, &self.home, &run, &account, &mut self.outside);
            Box::pin(resumed).await.ok()?;
        }
        Some(())
    }
}

/// What became of one conversation.
#[derive(Default)]
struct Tally {
    finished: u64,
    resumed: u64,
    /// The seeds of those that an honest server did not bring to an end either.
    still_open: Vec<u64>,
    /// The seeds of those after which a message is there twice.
    doubled: Vec<u64>,
}

async fn conversation(seed: u64, tally: &mut Tally, tells: bool) -> Result<(), String> {
    let mut chance = Chance::new(seed);
    let world = world(&mut chance);
    let before = world.account(USER).unwrap().census();
    let watch = Arc::new(Watch {
        precious: before.keys().copied().collect(),
        lost: Mutex::default(),
    });
    let world = Arc::new(Mutex::new(world));
    let one_of = [6, 20, 60, 200][chance.below(4)];
    let pipes = |twist| {
        Arc::new(Pipes {
            world: Arc::clone(&world),
            watch: Arc::clone(&watch),
            twist,
        })
    };
    let hostile = pipes(Some((Mutex::new(seed), one_of)));
    let honest = pipes(None);
    let folder = folder_in_memory("rolecall-talk-");
    let mut machine = Machine {
        home: StateDir::open(folder.path().to_owned()).unwrap(),
        settings: settings(),
        outside: Outside(Chance::new(seed ^ 0x5eed)),
    };
    if machine.fix(&hostile).await.is_some() {
        tally.finished += 1;
    }
    for _ in 0..3 {
        if !machine.open().is_empty() {
            machine.resume(&hostile).await;
        }
    }
    if !machine.open().is_empty() {
        tally.resumed += 1;
        machine.resume(&honest).await;
    }
    machine.fix(&honest).await;
    if !machine.open().is_empty() {
        tally.still_open.push(seed);
    }
    if tells {
        machine.tell();
    }
    let after: BTreeMap<u64, usize> = world.lock().unwrap().account(USER).unwrap().census();
    if after.values().any(|count| *count > 1) {
        tally.doubled.push(seed);
    }
    let missing: Vec<&u64> = before.keys().filter(|id| !after.contains_key(id)).collect();
    let lost = watch.lost.lock().unwrap();
    match (&*lost, missing.as_slice()) {
        (None, []) => Ok(()),
        (when, missing) => Err(format!("seed {seed}: {missing:?} lost, first at {when:?}")),
    }
}

async fn converse(number: u64) {
    let said = |name: &str| Some(std::env::var(name).ok()?.parse::<u64>().unwrap());
    let alone = said("ROLECALL_SEED");
    let seeds = match alone {
        Some(seed) => seed..=seed,
        None => 1..=said("ROLECALL_FUZZ").unwrap_or(number),
    };
    let mut tally = Tally::default();
    let mut losses = Vec::new();
    for seed in seeds.clone() {
        match timeout(LIMIT, conversation(seed, &mut tally, alone.is_some())).await {
            Ok(Ok(())) => {}
            Ok(Err(loss)) => losses.push(loss),
            Err(_) => losses.push(format!("seed {seed}: it does not end")),
        }
    }
    println!(
        "{} conversations: {} ended at once, {} resumed by an honest server, {} open at the end, {} with a message twice, \
         {} lost or without an end",
        seeds.count(),
        tally.finished,
        tally.resumed,
        tally.still_open.len(),
        tally.doubled.len(),
        losses.len()
    );
    println!("open at the end: {:?}", tally.still_open);
    println!("with a message twice: {:?}", tally.doubled);
    assert!(losses.is_empty(), "{losses:#?}");
}

#[tokio::test(start_paused = true)]
async fn whatever_a_server_answers_nothing_is_lost_and_all_comes_to_an_end() {
    converse(SHORT).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "thousands of conversations: tests/run --long"]
async fn nor_in_six_thousand_conversations() {
    converse(LONG).await;
}
