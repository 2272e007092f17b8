//! What rolecall costs on the wire: flights, seconds, processor time and memory, side by side with other clients.
//!
//!     cargo run --release --manifest-path benches/wire/Cargo.toml                            everything: an hour or two
//!     cargo run --release --manifest-path benches/wire/Cargo.toml -- --quick                 a little of everything: minutes
//!     cargo run --release --manifest-path benches/wire/Cargo.toml -- merge one 1000 50ms     some of it
//!
//!     cargo run --release --manifest-path benches/wire/Cargo.toml -- plot figures.tsv docs/benches
//!
//! Linux only: processes are watched through /proc. docs/benches.md tells what is measured and how.

mod account;
mod audit;
mod bare;
mod client;
mod gauge;
mod measure;
mod merge;
mod plot;
mod proxy;
mod server;
#[path = "../../../tests/support/dovecot.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support;

use std::{
    ffi::OsString,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use account::Layout;
use clap::{Parser, Subcommand};
use client::Client;
use measure::Rounds;
use merge::Bench;
use server::Server;

/// Measures what rolecall costs on the wire, side by side with other clients, on a Dovecot of its own
#[derive(Parser)]
struct Arguments {
    /// A build of rolecall; several are compared [default: this checkout's, in release]
    #[arg(long, global = true)]
    rolecall: Vec<PathBuf>,
    /// How often each client does each work; what is shown are medians
    #[arg(long, global = true, default_value_t = 3)]
    rounds: u32,
    /// Only clients whose names begin so
    #[arg(long, global = true, value_delimiter = ',')]
    only: Vec<String>,
    /// Show the commands of each flight
    #[arg(long, global = true)]
    show: bool,
    /// Let the server keep the mail on a disk, not in memory: closer to what users have, but slow to be set up
    #[arg(long, global = true)]
    disk: bool,
    /// Add a line for each run to this file
    #[arg(long, global = true)]
    save: Option<PathBuf>,
    /// A little of everything, once
    #[arg(long)]
    quick: bool,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Merges of so many messages (or `one`: one source of five) at these round-trip times: merge one 1000 0ms 50ms
    Merge { words: Vec<String> },
    /// A fix of so many messages, its undoing, and the resuming of one that was killed: undo 1000 50ms
    Undo { words: Vec<String> },
    /// Audits of so many mailboxes: audit 20 2000 0ms
    Audit { words: Vec<String> },
    /// Merges of so many accounts of 450 messages: fleet 200 0ms --connections 8,32
    Fleet {
        words: Vec<String>,
        /// How many accounts at a time
        #[arg(long, value_delimiter = ',', default_value = "8")]
        connections: Vec<usize>,
    },
    /// Draw cost against messages, mailboxes, round-trip time and accounts, from what --save wrote
    Plot { file: PathBuf, folder: PathBuf },
    #[command(hide = true)]
    Bare {
        how: String,
        port: u16,
        script: PathBuf,
        connections: usize,
        users: Vec<String>,
    },
    #[command(hide = true)]
    Gauge {
        file: PathBuf,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<OsString>,
    },
}

/// Messages of each account of a fleet.
const FLEET_MESSAGES: u32 = 450;

fn main() {
    let arguments = Arguments::parse();
    match &arguments.part {
        Some(Part::Bare {
            how,
            port,
            script,
            connections,
            users,
        }) => {
            bare::run(*port, script, *connections, how == "pipelined", users);
        }
        Some(Part::Gauge { file, words }) => gauge::run(file, words),
        Some(Part::Plot { file, folder }) => plot::draw(file, folder),
        part => {
            let session = Session::start(&arguments);
            match part {
                Some(Part::Merge { words }) => session.merges(words),
                Some(Part::Undo { words }) => session.undo_and_resume(words),
                Some(Part::Audit { words }) => session.audits(words),
                Some(Part::Fleet { words, connections }) => session.fleets(words, connections),
                _ => session.everything(arguments.quick),
            }
        }
    }
}

/// A server, the clients, and what is done with the figures.
struct Session {
    server: Server,
    clients: Vec<Client>,
    rounds: u32,
    shows: bool,
    file: Option<File>,
}

impl Session {
    fn start(arguments: &Arguments) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        // The servers and clients that the tests need are installed in the same way.
        let folder = root.join("target/servers");
        run(Command::new(root.join("tests/servers/install.sh"))
            .arg(folder)
            .args(["dovecot", "imapfilter"]));
        let mut builds = arguments.rolecall.clone();
        if builds.is_empty() {
            run(Command::new("cargo")
                .args(["build", "--release"])
                .current_dir(&root));
            builds.push(root.join("target/release/rolecall"));
        }
        let file = arguments.save.as_ref().map(|path| {
            File::options()
                .create(true)
                .append(true)
                .open(path)
                .unwrap()
        });
        let load = fs::read_to_string("/proc/loadavg").unwrap();
        let cores = std::thread::available_parallelism().unwrap();
        let version = Command::new("dovecot").arg("--version").output().unwrap();
        println!(
            "Dovecot {}, mail {}, {cores} cores, load before it began {}\n",
            String::from_utf8_lossy(&version.stdout).trim(),
            if arguments.disk {
                "on a disk"
            } else {
                "in memory"
            },
            load.split(' ').next().unwrap_or_default(),
        );
        Self {
            server: Server::start(!arguments.disk),
            clients: clients(&builds, &arguments.only),
            rounds: if arguments.quick { 1 } else { arguments.rounds },
            shows: arguments.show,
            file,
        }
    }

    fn everything(&self, quick: bool) {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<String>>();
        if quick {
            self.merges(&words("one 1000 0ms 50ms"));
            self.undo_and_resume(&words("1000 50ms"));
            self.audits(&words("20 200 0ms 50ms"));
            self.fleets(&words("20 0ms"), &[8]);
        } else {
            self.merges(&words("one 1000 10000 100000 0ms 50ms"));
            // How cost grows with the way to the server.
            self.merges(&words("1000 10ms 100ms 200ms"));
            self.undo_and_resume(&words("1000 50ms"));
            self.audits(&words("20 200 2000 20000 0ms 50ms"));
            self.fleets(&words("50 100 200 0ms"), &[8]);
            self.fleets(&words("200 50ms"), &[8, 32]);
        }
    }

    fn merges(&self, words: &[String]) {
        let (sizes, round_trips) = sizes_and_round_trips(words);
        for size in &sizes {
            let (what, layout) = merge_of(size);
            for round_trip in &round_trips {
                let bench = Bench::new(&self.server, &layout, *round_trip, 1, 1);
                let rounds = bench.merges(&self.clients, self.rounds);
                self.tell(
                    &format!("merge\t{size}\t{}", round_trip.as_millis()),
                    &format!("merge of {what}"),
                    *round_trip,
                    &rounds,
                );
            }
        }
    }

    fn undo_and_resume(&self, words: &[String]) {
        let (sizes, round_trips) = sizes_and_round_trips(words);
        for size in &sizes {
            let (what, layout) = merge_of(size);
            for round_trip in &round_trips {
                let bench = Bench::new(&self.server, &layout, *round_trip, 1, 1);
                for rolecall in self
                    .clients
                    .iter()
                    .filter(|client| matches!(client, Client::Rolecall { .. }))
                {
                    let rounds = bench.undo_and_resume(rolecall, self.rounds);
                    self.tell(&format!("undo\t{size}\t{}", round_trip.as_millis()), &format!("fix of {what}, its undoing, and the resuming of one killed at half its flights"), *round_trip, &rounds);
                }
            }
        }
    }

    fn audits(&self, words: &[String]) {
        let (sizes, round_trips) = sizes_and_round_trips(words);
        for size in &sizes {
            let mailboxes = number(size);
            let all = audit::run(
                &self.server,
                &self.clients,
                mailboxes,
                &round_trips,
                self.rounds,
            );
            for (round_trip, rounds) in round_trips.iter().zip(all) {
                self.tell(
                    &format!("audit\t{size}\t{}", round_trip.as_millis()),
                    &format!("audit of {mailboxes} mailboxes"),
                    *round_trip,
                    &rounds,
                );
            }
        }
    }

    fn fleets(&self, words: &[String], connections: &[usize]) {
        let (sizes, round_trips) = sizes_and_round_trips(words);
        let layout = account::nine_sources(FLEET_MESSAGES);
        let clients = in_a_fleet(&self.clients);
        for size in &sizes {
            for round_trip in &round_trips {
                for connections in connections {
                    let bench = Bench::new(
                        &self.server,
                        &layout,
                        *round_trip,
                        number(size),
                        *connections,
                    );
                    let rounds = bench.merges(&clients, self.rounds);
                    self.tell(
                        &format!("fleet over {connections}\t{size}\t{}", round_trip.as_millis()),
                        &format!("merges of {size} accounts of {FLEET_MESSAGES} messages over {connections} connections"), *round_trip, &rounds);
                }
            }
        }
    }

    fn tell(&self, work: &str, what: &str, round_trip: Duration, rounds: &Rounds) {
        if self.shows {
            println!("{}", rounds.flights());
        }
        println!(
            "{what}, round trip {} ms, rounds: {}",
            round_trip.as_millis(),
            self.rounds
        );
        println!("{}", rounds.table());
        if let Some(mut file) = self.file.as_ref() {
            file.write_all(rounds.lines(work).as_bytes()).unwrap();
        }
    }
}

fn run(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

/// What a merge of a size is, and its account.
fn merge_of(size: &str) -> (String, Layout) {
    if size == "one" {
        return (
            "one source of five messages".to_owned(),
            account::one_source(),
        );
    }
    let layout = account::nine_sources(number(size));
    (
        format!("{size} messages, nine sources into four targets"),
        layout,
    )
}

fn number(word: &str) -> u32 {
    word.parse()
        .unwrap_or_else(|_| panic!("{word} is not a number"))
}

/// Every client that is to be compared, the reference first.
fn clients(builds: &[PathBuf], only: &[String]) -> Vec<Client> {
    let mut clients = vec![Client::Serial, Client::Pipelined];
    for (number, path) in (1..).zip(builds) {
        let program = path
            .canonicalize()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut name = "rolecall".to_owned();
        if builds.len() > 1 {
            name = format!("rolecall {number}");
            println!("{name} is {}", program.display());
        }
        clients.push(Client::Rolecall {
            name,
            program,
            settle: 0,
        });
    }
    clients.extend([Client::Doveadm, Client::Imapfilter, Client::Imaplib]);
    let is_wanted = |client: &Client| {
        only.is_empty()
            || only
                .iter()
                .any(|name| client.name().starts_with(name.as_str()))
    };
    clients.into_iter().filter(is_wanted).collect()
}

/// The pipelined client first, which is what a skilled administrator would write, and rolecall with its usual settle time too.
fn in_a_fleet(clients: &[Client]) -> Vec<Client> {
    let mut fleet = Vec::new();
    for client in clients {
        match client {
            Client::Pipelined => fleet.insert(0, client.clone()),
            Client::Rolecall { name, program, .. } => {
                fleet.extend([0, 2].map(|settle| Client::Rolecall {
                    name: format!("{name}, settle {settle}"),
                    program: program.clone(),
                    settle,
                }));
            }
            other => fleet.push(other.clone()),
        }
    }
    fleet
}

/// Words such as `1000` and `50ms`.
fn sizes_and_round_trips(words: &[String]) -> (Vec<String>, Vec<Duration>) {
    let millis = |word: &String| {
        word.strip_suffix("ms")
            .and_then(|number| number.parse().ok())
    };
    let mut round_trips: Vec<Duration> = words
        .iter()
        .filter_map(millis)
        .map(Duration::from_millis)
        .collect();
    let sizes = words
        .iter()
        .filter(|word| millis(word).is_none())
        .cloned()
        .collect();
    if round_trips.is_empty() {
        round_trips = [0, 50].map(Duration::from_millis).into();
    }
    (sizes, round_trips)
}
