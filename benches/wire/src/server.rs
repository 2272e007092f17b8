//! Dovecot as the tests start it, with its accounts and the processor time of all its processes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    time::Duration,
};

use crate::support::{Dovecot, Setup};

/// The unit of processor time in /proc/PID/stat, a constant of Linux for programs.
const TICK: Duration = Duration::from_millis(10);

/// Room for as many connections as there may be. Processes stay when their user has gone, so that what they used can be seen.
const ROOM: &str = "
default_process_limit = 1000
default_client_limit = 5000
mail_max_userip_connections = 0
service imap-login {
  service_count = 0
  process_min_avail = 2
  process_limit = 2
}
service imap {
  service_count = 1000
  process_min_avail = 8
  process_limit = 512
}
";

/// A running server.
pub struct Server {
    dovecot: Dovecot,
}

impl Server {
    /// Starts one whose mail lies in memory, where the machine has room there, or on a disk.
    pub fn start(in_memory: bool) -> Self {
        let setup = Setup {
            location: "maildir:~/Maildir",
            in_memory,
            extra: ROOM.to_owned(),
            ..Setup::default()
        };
        Self {
            dovecot: Dovecot::start(&setup),
        }
    }

    pub fn port(&self) -> u16 {
        self.dovecot.port
    }

    /// A user's folder.
    pub fn home(&self, user: &str) -> PathBuf {
        self.dovecot.home(user)
    }

    /// The file from which it was set up, for its own tools.
    pub fn settings(&self) -> PathBuf {
        self.folder().join("dovecot.conf")
    }

    fn folder(&self) -> PathBuf {
        let homes = self.dovecot.home("");
        homes.parent().unwrap().to_owned()
    }

    /// What all its processes have used so far, those that have ended included.
    pub fn cpu(&self) -> Duration {
        let master = fs::read_to_string(self.folder().join("run/master.pid")).unwrap();
        let mut children: BTreeMap<u32, Vec<(u32, Duration)>> = BTreeMap::new();
        let mut cpu = Duration::ZERO;
        let master: u32 = master.trim().parse().unwrap();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let pid = entry.file_name().into_string().ok();
            let Some(pid) = pid.and_then(|name| name.parse().ok()) else {
                continue;
            };
            // Gone in this moment: its parent has its time.
            let Some((parent, used)) = stat(pid) else {
                continue;
            };
            if pid == master {
                cpu = used;
            }
            children.entry(parent).or_default().push((pid, used));
        }
        let mut waiting = BTreeSet::from([master]);
        while let Some(pid) = waiting.pop_first() {
            for (child, used) in children.remove(&pid).unwrap_or_default() {
                cpu += used;
                waiting.insert(child);
            }
        }
        cpu
    }
}

/// The parent of a process, and what it and its ended children have used.
fn stat(pid: u32) -> Option<(u32, Duration)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, which may hold anything, ends with the last bracket.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let number = |at: usize| fields.get(at)?.parse::<u32>().ok();
    let mut own = TICK * (number(11)? + number(12)?);
    // In nanoseconds, where the kernel keeps that.
    if let Ok(schedstat) = fs::read_to_string(format!("/proc/{pid}/schedstat")) {
        own = Duration::from_nanos(schedstat.split(' ').next()?.parse().ok()?);
    }
    Some((number(1)?, own + TICK * (number(13)? + number(14)?)))
}
