//! What the tests of the command share: a Dovecot of one's own, a raw client to fill and inspect it, a proxy that
//! records and cuts connections, and the rolecall program.

pub mod account;
pub mod crowd;
pub mod dovecot;
#[expect(
    dead_code,
    reason = "the tests of the room `discover` use more of it (tests/discover.rs)"
)]
pub mod internet;
pub mod line;
pub mod managesieve;
pub mod proxy;
pub mod raw;
pub mod sample;
pub mod scenario;
pub mod scene;
pub mod script;
pub mod sink;
pub mod strict;
pub mod terminal;
pub mod told;
pub mod transcript;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

/// A rolecall command with a state folder of its own and nothing of the machine's.
pub fn rolecall(state: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", state)
        .env("XDG_STATE_HOME", state)
        .env("COLUMNS", "100")
        .env("ROLECALL_PASSWORD", dovecot::PASSWORD)
        .stdin(Stdio::null());
    command
}

/// The same, of words in one text; a word may hold `_` for a blank.
pub fn rolecall_of(state: &Path, words: &str) -> Command {
    let words = words.split_whitespace();
    let words: Vec<String> = words.map(|word| word.replace('_', " ")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    rolecall(state, &words)
}

/// What was told, with the spaces that French sets as they are typed.
pub fn typed(told: &[u8]) -> String {
    String::from_utf8_lossy(told).replace(['\u{a0}', '\u{202f}'], " ")
}

/// Standard output, standard error and the status in one text, as [`typed`].
pub fn shown(output: &Output) -> String {
    format!(
        "{}--- stderr\n{}--- status {}",
        typed(&output.stdout),
        typed(&output.stderr),
        output
            .status
            .code()
            .map_or_else(|| "by a signal".to_owned(), |code| code.to_string())
    )
}

/// Runs a command and asserts its exit status.
pub fn run(mut command: Command, status: i32) -> String {
    let output = command.output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(status), "{command:?}\n{text}");
    text
}

/// The one JSON object that a command printed.
pub fn json(command: Command, status: i32) -> serde_json::Value {
    let (told, ended) = told(command);
    assert_eq!(ended, status, "{told:#}");
    told
}

/// The same, whatever the exit status, and that.
pub fn told(mut command: Command) -> (serde_json::Value, i32) {
    let output = command.output().unwrap();
    let told = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{command:?}: {error}\n{}", shown(&output)));
    (told, output.status.code().unwrap_or(-1))
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    inside
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The journals below a state folder.
pub fn journals(folder: &Path) -> Vec<PathBuf> {
    let mut found = files(folder);
    found.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    found
}

/// What a process has taken, as Linux tells it until just before its end.
#[derive(Clone, Copy, Default)]
pub struct Taken {
    /// The most memory that it ever held, in KiB.
    pub memory: u64,
    /// Its own time on processors, and the system's on its behalf, in hundredths of a second.
    pub cpu: u64,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = Duration::from_millis(self.cpu * 10).as_secs_f64();
        write!(f, "{} KiB, {seconds:.2} s of CPU", self.memory)
    }
}

/// Runs a command to its end: what it printed, and what it has taken.
pub fn measured(mut command: Command) -> (Output, Taken) {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let process = format!("/proc/{}", child.id());
    let watch = std::thread::spawn(move || {
        let mut taken = Taken::default();
        // A process that has ended and is not waited for yet has no memory.
        while let Some(now) = taken_by(&process) {
            taken = now;
            std::thread::sleep(Duration::from_millis(2));
        }
        taken
    });
    let output = child.wait_with_output().unwrap();
    (output, watch.join().unwrap())
}

fn taken_by(process: &str) -> Option<Taken> {
    let status = fs::read_to_string(format!("{process}/status")).ok()?;
    let mut lines = status.lines();
    let peak = lines.find_map(|line| line.strip_prefix("VmHWM:"))?;
    let stat = fs::read_to_string(format!("{process}/stat")).ok()?;
    // The name of the program comes first, in brackets, and may have blanks.
    let numbers = stat.rsplit_once(')')?.1.split_whitespace();
    let cpu = numbers.skip(11).take(2).map(str::parse::<u64>);
    Some(Taken {
        memory: peak.split_whitespace().next()?.parse().ok()?,
        cpu: cpu.sum::<Result<u64, _>>().ok()?,
    })
}
