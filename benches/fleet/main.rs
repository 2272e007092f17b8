//! How much many accounts cost: rolecall's time, processor, memory and connections, seen from outside its process.
//!
//!     cargo bench --bench fleet                         both of these
//!     cargo bench --bench fleet -- dovecot 5000         audit, fix, audit, fix on a real Dovecot, everything in memory
//!     cargo bench --bench fleet -- dovecot 5000 0       the same with a settle time of 0 seconds instead of 2
//!     cargo bench --bench fleet -- crowd 100000         audit of the embedded server's crowd, 3 % of it in trouble
//!
//! Linux only: a process is watched through /proc.

mod crowd;
mod dovecot;
mod gauge;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Accounts at work at a time, as many on one host.
const JOBS: u32 = 64;

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let number = |at: usize, usual: u32| {
        let word = words.get(at);
        word.map_or(usual, |word| word.parse().expect("a number"))
    };
    match words.first().map(String::as_str) {
        None => {
            dovecot::run(5_000, 2);
            crowd::run(100_000);
        }
        Some("dovecot") => dovecot::run(number(1, 5_000), number(2, 2)),
        Some("crowd") => crowd::run(number(1, 100_000)),
        Some(other) => panic!("no such part: {other}"),
    }
}

/// A folder with an accounts file, state and results.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(accounts: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("accounts.csv"), accounts).unwrap();
        Self { folder }
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// `rolecall VERB …` on every account; results go into a file of this name.
    fn rolecall(&self, words: &str, results: &str, password: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        let jobs = JOBS.to_string();
        command
            .args(words.split_whitespace())
            .args(["--jobs", &jobs, "--per-host", &jobs, "--format", "json"])
            .arg("--accounts")
            .arg(self.path("accounts.csv"))
            .arg("-o")
            .arg(self.path(results))
            .arg("--state-dir")
            .arg(self.path("state"))
            .env("FLEET_PASSWORD", password)
            .stdin(Stdio::null())
            .stderr(std::fs::File::create(self.path("said")).unwrap());
        command
    }

    /// The sum, which is what was said last.
    fn said(&self) -> String {
        let said = std::fs::read_to_string(self.path("said")).unwrap();
        let sum = said.rsplit("\n\n").next().unwrap_or_default();
        format!("  {}\n", sum.trim().replace('\n', "\n  "))
    }
}

/// Every line of a file of results.
fn lines(path: &Path) -> impl Iterator<Item = String> {
    use std::io::BufRead as _;
    let file = std::fs::File::open(path).unwrap();
    std::io::BufReader::new(file).lines().map(Result::unwrap)
}
