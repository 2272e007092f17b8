//! What a client uses: seconds, processor time, memory.
//!
//! The bench starts itself once more to start the client from there: what the kernel calls a process's largest memory
//! begins with that of the process that started it, and the bench itself may be large.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use wait4::Wait4 as _;

/// A client's process, not yet started.
pub struct Job {
    pub words: Vec<OsString>,
    pub environment: Vec<(&'static str, OsString)>,
    /// Where its output and what it used are written.
    pub folder: PathBuf,
    /// The statuses with which it may end.
    pub good: &'static [i32],
}

/// What a process and its children have used.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    pub seconds: f64,
    /// User and system, in seconds.
    pub cpu: f64,
    /// The most MiB that were resident at any moment.
    pub peak: f64,
}

impl Job {
    fn command(&self, words: impl IntoIterator<Item = OsString>) -> Command {
        let mut words = words.into_iter();
        let mut command = Command::new(words.next().unwrap());
        let file = |name: &str| fs::File::create(self.folder.join(name)).unwrap();
        command
            .args(words)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file("stderr"));
        command
    }

    /// Starts it unwatched.
    pub fn start(&self) -> Child {
        self.command(self.words.iter().cloned()).spawn().unwrap()
    }

    /// Runs it to its end, which must be a good one.
    pub fn run(&self) -> Used {
        let used = self.folder.join("used");
        let ours = [
            std::env::current_exe().unwrap().into(),
            OsString::from("gauge"),
            used.clone().into(),
        ];
        let words = ours.into_iter().chain(self.words.iter().cloned());
        let status = self.command(words).status().unwrap();
        assert!(
            status.code().is_some_and(|code| self.good.contains(&code)),
            "{:?}: {status}\n{}",
            self.words,
            self.said()
        );
        let text = fs::read_to_string(used).unwrap();
        let mut numbers = text.split(' ').map(|number| number.parse().unwrap());
        let mut next = || numbers.next().unwrap();
        Used {
            seconds: next(),
            cpu: next(),
            peak: next(),
        }
    }

    /// What it wrote to standard output.
    pub fn output(&self) -> String {
        fs::read_to_string(self.folder.join("stdout")).unwrap_or_default()
    }

    fn said(&self) -> String {
        let stderr = fs::read_to_string(self.folder.join("stderr")).unwrap_or_default();
        self.output() + &stderr
    }
}

/// In the process between: runs the words, writes what they used into a file, and ends as they do.
pub fn run(file: &Path, words: &[OsString]) -> ! {
    let (program, rest) = words.split_first().expect("a program");
    let began = Instant::now();
    let mut child = Command::new(program).args(rest).spawn().unwrap();
    let ended = child.wait4().unwrap();
    let seconds = began.elapsed().as_secs_f64();
    let cpu: Duration = ended.rusage.utime + ended.rusage.stime;
    #[expect(clippy::cast_precision_loss, reason = "a figure to be read")]
    let peak = ended.rusage.maxrss as f64 / 1_048_576.0;
    fs::write(file, format!("{seconds} {} {peak}", cpu.as_secs_f64())).unwrap();
    std::process::exit(ended.status.code().unwrap_or(1))
}
