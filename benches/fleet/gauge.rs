//! What a process uses, seen from outside: its time, processor, memory and connections.
//!
//! In: a command. Out: [`Gauge`]. Never: a figure that the process says of itself.

use std::{
    collections::BTreeSet,
    fs,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

/// How often memory is looked at; connections every fifth time.
const EVERY: Duration = Duration::from_millis(100);
/// The unit of processor time in /proc/PID/stat, a constant of Linux for programs.
const TICK: Duration = Duration::from_millis(10);

/// What a process has used.
pub struct Gauge {
    pub status: i32,
    pub wall: Duration,
    /// User and system.
    pub cpu: Duration,
    /// Most KiB that were resident at any moment.
    pub peak: u64,
    /// KiB resident, every 100 milliseconds.
    pub resident: Vec<u64>,
    /// Open connections, every 500 milliseconds.
    pub connections: Vec<usize>,
}

impl Gauge {
    /// Runs a command to its end.
    pub fn of(mut command: Command) -> Self {
        let began = Instant::now();
        let mut child = command.spawn().unwrap();
        let process = format!("/proc/{}", child.id());
        let (mut peak, mut resident, mut connections) = (0, Vec::new(), Vec::new());
        let cpu = loop {
            let stat = fs::read_to_string(format!("{process}/stat")).unwrap();
            // The name, which may hold anything, ends with the last bracket.
            let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
            if fields[0] == "Z" {
                let ticks: u32 = fields[11..13]
                    .iter()
                    .map(|field| field.parse::<u32>().unwrap())
                    .sum();
                break TICK * ticks;
            }
            if let Ok(status) = fs::read_to_string(format!("{process}/status")) {
                peak = kib(&status, "VmHWM:").unwrap_or(peak);
                resident.extend(kib(&status, "VmRSS:"));
            }
            if resident.len() % 5 == 1 {
                connections.push(open(&process));
            }
            sleep(EVERY);
        };
        let wall = began.elapsed();
        let status = child.wait().unwrap().code().unwrap_or(-1);
        Self {
            status,
            wall,
            cpu,
            peak,
            resident,
            connections,
        }
    }

    /// The head of the table of gauges.
    pub fn head() -> String {
        format!(
            "{:<22}{:>9}{:>10}{:>12}{:>13}{:>10}  connections min/median/max",
            "", "accounts", "wall", "accounts/s", "CPU/account", "peak RSS"
        )
    }

    /// One row of that table.
    pub fn row(&self, what: &str, accounts: u32) -> String {
        let mut open = self.connections.clone();
        open.sort_unstable();
        let at = |part: usize| {
            open.get((open.len().max(1) - 1) * part / 2)
                .copied()
                .unwrap_or(0)
        };
        format!(
            "{what:<22}{accounts:>9}{:>8.1} s{:>12.0}{:>10.2} ms{:>6.1} MiB  {}/{}/{}",
            self.wall.as_secs_f64(),
            f64::from(accounts) / self.wall.as_secs_f64(),
            self.cpu.as_secs_f64() * 1_000.0 / f64::from(accounts),
            mib(self.peak),
            at(0),
            at(1),
            at(2),
        )
    }

    /// MiB resident on average in each tenth of the time.
    pub fn tenths(&self) -> Vec<f64> {
        let each = self.resident.len().div_ceil(10).max(1);
        let tenths = self.resident.chunks(each);
        tenths
            .map(|some| mib(some.iter().sum::<u64>() / some.len() as u64))
            .collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure to be read")]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}

fn kib(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Sockets of a process but for those inside this machine; the table of all TCP connections is too long to be read in one
/// moment.
fn open(process: &str) -> usize {
    let files = fs::read_dir(format!("{process}/fd")).into_iter().flatten();
    let links = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let sockets = links.filter_map(|link| {
        let link = link.into_os_string().into_string().ok()?;
        let number = link.strip_prefix("socket:[")?.strip_suffix(']')?;
        Some(number.to_owned())
    });
    let sockets: Vec<String> = sockets.collect();
    let local = fs::read_to_string("/proc/net/unix").unwrap();
    let local: BTreeSet<&str> = local
        .lines()
        .filter_map(|row| row.split_whitespace().nth(6))
        .collect();
    sockets
        .iter()
        .filter(|number| !local.contains(number.as_str()))
        .count()
}
