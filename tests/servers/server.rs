//! The servers of the matrix. Each test starts its own, which ends when its handle is dropped.
//!
//! Loopback only, everything in one temporary folder. As root, each lives in a process namespace of its own, so that
//! nothing of it outlives the first process; Courier, mailutils and what comes from a later Debian also need a mount
//! namespace (their scripts say why).

use std::{
    fmt::Write as _,
    fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::support::dovecot::{
    Certificate, Dovecot, PASSWORD, Setup, certificates, free_port, is_root, is_up, usual,
};

/// One column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Dovecot with sdbox, no prefix, `/`; marks are bound to names.
    Sdbox,
    /// Dovecot with Maildir, `INBOX.` and `.`.
    Maildir,
    /// Cyrus: marks are annotations.
    Cyrus,
    /// Courier: no MOVE, no marks, `INBOX.` and `.`.
    Courier,
    /// GNU mailutils with mbox, as Debian sets it up: neither MOVE nor UIDPLUS, no marks, no mailboxes below mailboxes.
    Mbox,
    /// GNU mailutils with Maildir.
    MailutilsMaildir,
    /// The Dovecot of Debian 13.
    Dovecot24,
    /// The Dovecot of the Debian after that.
    Dovecot245,
    /// The Cyrus of Debian 13.
    Cyrus310,
    /// The Cyrus of the Debian after that.
    Cyrus312,
    /// The Courier of the Debian after 13.
    Courier6,
    /// The mailutils of the Debian after 13, with Maildir.
    Mailutils321,
    /// pymap, whose mail is in its memory; one account a server.
    Pymap,
    /// hoodiecrow-imap, whose mail is in its memory; one account a server.
    Hoodiecrow,
    /// gluon, the server in Proton's Bridge, with its own stand-in for Proton's service behind it.
    Gluon,
    /// go-imap's server with the backend that comes with it, whose mail is in its memory; one account a server.
    GoImap,
    /// crymap: marks are given by CREATE, and TLS begins with the first octet.
    Crymap,
    /// Dovecot behind imapproxy, which keeps connections for the next client.
    Imapproxy,
    /// Dovecot behind perdition, which does the login and then passes octets on.
    Perdition,
}

/// Whose server it is, whatever its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Dovecot,
    Cyrus,
    Courier,
    Mailutils,
    Pymap,
    Hoodiecrow,
    Gluon,
    GoImap,
    Crymap,
}

impl Kind {
    pub const EVERY: [Self; 19] = [
        Self::Sdbox,
        Self::Maildir,
        Self::Cyrus,
        Self::Courier,
        Self::Mbox,
        Self::MailutilsMaildir,
        Self::Dovecot24,
        Self::Dovecot245,
        Self::Cyrus310,
        Self::Cyrus312,
        Self::Courier6,
        Self::Mailutils321,
        Self::Pymap,
        Self::Hoodiecrow,
        Self::Gluon,
        Self::GoImap,
        Self::Crymap,
        Self::Imapproxy,
        Self::Perdition,
    ];

    /// Its family, the column's heading, and the name that `tests/run --without` and `install.sh` take.
    fn facts(self) -> (Family, &'static str, &'static str) {
        use Family::{
            Courier, Crymap, Cyrus, Dovecot, Gluon, GoImap, Hoodiecrow, Mailutils, Pymap,
        };
        match self {
            Self::Sdbox => (Dovecot, "Dovecot 2.3 (sdbox)", "dovecot"),
            Self::Maildir => (Dovecot, "Dovecot 2.3 (Maildir, `INBOX.`)", "dovecot"),
            Self::Cyrus => (Cyrus, "Cyrus 3.6", "cyrus"),
            Self::Courier => (Courier, "Courier 5.0", "courier"),
            Self::Mbox => (Mailutils, "mailutils 3.15 (mbox)", "mailutils"),
            Self::MailutilsMaildir => (Mailutils, "mailutils 3.15 (Maildir)", "mailutils"),
            Self::Dovecot24 => (Dovecot, "Dovecot 2.4.1", "dovecot24"),
            Self::Dovecot245 => (Dovecot, "Dovecot 2.4.5", "dovecot245"),
            Self::Cyrus310 => (Cyrus, "Cyrus 3.10", "cyrus310"),
            Self::Cyrus312 => (Cyrus, "Cyrus 3.12", "cyrus312"),
            Self::Courier6 => (Courier, "Courier 6.0", "courier6"),
            Self::Mailutils321 => (Mailutils, "mailutils 3.21 (Maildir)", "mailutils321"),
            Self::Pymap => (Pymap, "pymap 0.36", "pymap"),
            Self::Hoodiecrow => (Hoodiecrow, "hoodiecrow 2.1", "hoodiecrow"),
            Self::Gluon => (Gluon, "gluon 0.17", "gluon"),
            Self::GoImap => (GoImap, "go-imap 1.2 (memory)", "goimap"),
            Self::Crymap => (Crymap, "crymap 2.0", "crymap"),
            Self::Imapproxy => (Dovecot, "Dovecot 2.3 behind imapproxy 1.2", "imapproxy"),
            Self::Perdition => (Dovecot, "Dovecot 2.3 behind perdition 2.2", "perdition"),
        }
    }

    pub fn family(self) -> Family {
        self.facts().0
    }

    /// The column's heading.
    pub fn heading(self) -> &'static str {
        self.facts().1
    }

    /// The name that `tests/run --without` takes.
    pub fn word(self) -> &'static str {
        self.facts().2
    }

    /// What stands before every name, and between levels.
    pub fn place(self) -> (&'static str, char) {
        match (self, self.family()) {
            (Self::Maildir, _) | (_, Family::Courier) => ("INBOX.", '.'),
            _ => ("", '/'),
        }
    }

    pub fn is_mailutils(self) -> bool {
        self.family() == Family::Mailutils
    }

    /// Whether it tells the time of the asking for a message's date, and renumbers mail that it has not opened.
    pub fn is_mailutils_maildir(self) -> bool {
        self.is_mailutils() && self != Self::Mbox
    }

    /// Whether it needs the libraries of a later Debian, and so a root of its own, where the test's folder is `/state`.
    fn is_newer(self) -> bool {
        self >= Self::Dovecot24 && self <= Self::Mailutils321
    }

    /// Whether a server has one account, so that each scene needs a server of its own.
    pub fn has_one_account(self) -> bool {
        matches!(self, Self::Pymap | Self::Hoodiecrow | Self::GoImap)
    }

    /// The mailboxes that it makes, and subscribes, with every account.
    pub fn makes(self) -> &'static [&'static str] {
        match self {
            Self::Crymap => &["Archive", "Drafts", "Sent", "Spam", "Trash"],
            _ => &[],
        }
    }

    /// What STATUS can be asked for, so that a change of any kind shows.
    pub fn numbers(self) -> &'static str {
        match self.family() {
            Family::Dovecot | Family::Cyrus => "MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ",
            _ => "MESSAGES UIDNEXT UIDVALIDITY UNSEEN",
        }
    }

    /// Whether the person who runs the tests has left it out; said aloud by `tests/run`.
    pub fn is_left_out(self) -> bool {
        let without = std::env::var("ROLECALL_TESTS_WITHOUT").unwrap_or_default();
        without.split(',').any(|word| word == self.word())
    }
}

/// A running server with these users, whose accounts are empty.
pub struct Server {
    pub kind: Kind,
    pub port: u16,
    /// TLS from the first octet, on crymap.
    pub tls_port: u16,
    pub authority: PathBuf,
    /// LMTP, on Cyrus and on a Dovecot that is set up so; whoever may reach it may deliver.
    pub lmtp_port: u16,
    /// ManageSieve, on the same.
    pub sieve_port: u16,
    _process: Option<Process>,
    /// Where it is a Dovecot 2.3, or stands before one.
    pub dovecot: Option<Dovecot>,
}

impl Server {
    /// Starts one; panics with one line where it is neither there nor left out.
    pub fn start(kind: Kind, users: &[String]) -> Self {
        Self::pasted(kind, users, "")
    }

    /// Starts one with these lines at the end of the settings of Courier or Cyrus; in those of Dovecot 2.4 they stand for
    /// the usual marks.
    pub fn pasted(kind: Kind, users: &[String], lines: &str) -> Self {
        match kind {
            Kind::Sdbox => Self::dovecot(&Setup::default()),
            Kind::Maildir => Self {
                kind,
                ..Self::dovecot(&Setup::inbox_dot())
            },
            Kind::Imapproxy | Kind::Perdition => {
                let dovecot = Dovecot::start(&Setup::default());
                let server = Self::started(kind, |unpacked, state, [port, ..]| {
                    let ports = [port, dovecot.port];
                    match kind {
                        Kind::Imapproxy => imapproxy(unpacked, state, ports),
                        _ => perdition(unpacked, state, ports),
                    }
                });
                Self {
                    dovecot: Some(dovecot),
                    ..server
                }
            }
            _ => Self::started(kind, |unpacked, state, ports| {
                let port = ports[0];
                match kind.family() {
                    Family::Dovecot => dovecot24(unpacked, state, ports, lines),
                    Family::Cyrus if kind.is_newer() => {
                        cyrus3(unpacked, state, ports, users, lines)
                    }
                    Family::Cyrus => cyrus(unpacked, state, ports, users, lines),
                    Family::Courier => courier(kind, unpacked, state, port, users, lines),
                    Family::Mailutils => mailutils(kind, unpacked, state, port, users),
                    Family::Pymap => pymap(unpacked, state, port, users),
                    Family::Hoodiecrow => hoodiecrow(unpacked, state, port, users),
                    Family::Gluon | Family::GoImap => in_go(kind, unpacked, state, port, users),
                    Family::Crymap => crymap(unpacked, state, ports, users),
                }
            }),
        }
    }

    /// Starts what was unpacked, by the command that is made for its folder, the test's folder and three ports.
    fn started(kind: Kind, command: impl Fn(&Path, &Path, [u16; 3]) -> Command) -> Self {
        // Another process may take the port between its choice and the server's start: then once more.
        (0..3)
            .find_map(|_| Process::start(kind, &command))
            .unwrap_or_else(|| panic!("{kind:?} does not start"))
    }

    /// A Dovecot 2.3 that is set up like this.
    pub fn dovecot(setup: &Setup) -> Self {
        let server = Dovecot::start(setup);
        Self {
            kind: Kind::Sdbox,
            port: server.port,
            tls_port: server.tls_port,
            authority: server.authority(),
            lmtp_port: server.lmtp_port,
            sieve_port: server.sieve_port,
            _process: None,
            dovecot: Some(server),
        }
    }
}

impl Server {
    /// Gives these lines to cyradm, whose administrator acts in a user's place; what it answers.
    pub fn cyradm(&self, user: &str, lines: &str) -> String {
        use std::io::Write as _;
        let unpacked = unpacked(Kind::Cyrus.word());
        let perl = unpacked.join(format!(
            "usr/lib/{}-linux-gnu/perl5",
            std::env::consts::ARCH
        ));
        let version = fs::read_dir(perl).unwrap().next().unwrap().unwrap();
        let mut child = Command::new("perl")
            .arg(unpacked.join("usr/bin/cyradm"))
            .args(["--norc", "--notls", "--auth", "PLAIN"])
            .args(["--user", ADMIN, "--password", PASSWORD, "--authz", user])
            .args(["--port", &self.port.to_string(), "127.0.0.1"])
            .env("PERL5LIB", version.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(lines.as_bytes()).unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8(said).unwrap()
    }
}

/// A server that was unpacked by `tests/servers/install.sh`.
struct Process {
    child: Child,
    folder: TempDir,
}

impl Process {
    fn start(kind: Kind, command: impl Fn(&Path, &Path, [u16; 3]) -> Command) -> Option<Server> {
        let folder = tempfile::Builder::new()
            .prefix("rolecall-server-")
            .tempdir()
            .unwrap();
        let state = folder.path();
        let ports = [free_port(), free_port(), free_port()];
        open_to_all(state);
        certificates(state, Certificate::Good);
        let command = command(&unpacked(kind.word()), state, ports);
        let mut server = Self {
            child: spawned(command, state),
            folder,
        };
        let [port, second, third] = ports;
        if !is_up(&mut server.child, port) {
            eprintln!("{kind:?}: {}", server.said());
            return None;
        }
        Some(Server {
            kind,
            port,
            tls_port: second,
            authority: server.folder.path().join("ca.pem"),
            lmtp_port: second,
            sieve_port: third,
            _process: Some(server),
            dovecot: None,
        })
    }

    /// What it has to say about its not starting.
    fn said(&self) -> String {
        let files = ["stderr", "log"].map(|name| self.folder.path().join(name));
        files
            .map(|path| fs::read_to_string(path).unwrap_or_default())
            .concat()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // In a namespace all end with the first; outside, the group does.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}

fn unpacked(server: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("servers").join(server);
    assert!(
        folder.exists(),
        "{server} is not in {}: tests/run puts it there, or leaves it out with --without {server}",
        folder.display(),
    );
    folder
}

fn spawned(mut command: Command, state: &Path) -> Child {
    command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(state.join("stderr")).unwrap())
        .spawn()
        .unwrap()
}

/// Ends with the thread that started it, however that ends, and takes along all that it has started.
fn in_namespaces(options: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", "unshare"])
        .args(["--pid", "--fork", "--kill-child"])
        .args(options);
    command
}

fn script(name: &str, unpacked: &Path, state: &Path) -> Command {
    assert!(
        is_root(),
        "{name} needs root and a mount namespace (tests/run --without courier,mailutils,dovecot24)"
    );
    let script = format!("{}/tests/servers/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut command = in_namespaces(&["--mount", "bash", &script]);
    command.arg(unpacked).arg(state);
    command
}

/// What a Dovecot of the matrix marks.
const MARKS: &str = "namespace inbox {
  mailbox Drafts {
    special_use = \\Drafts
  }
  mailbox Junk {
    special_use = \\Junk
  }
  mailbox Trash {
    special_use = \\Trash
  }
  mailbox Sent {
    special_use = \\Sent
  }
  mailbox Archive {
    special_use = \\Archive
  }
}
";

fn dovecot24(unpacked: &Path, state: &Path, [port, tls_port, _]: [u16; 3], lines: &str) -> Command {
    let usual = usual("/state", ["nobody", "nogroup"], [port, tls_port]);
    let marks = if lines.is_empty() { MARKS } else { lines };
    let settings = format!(
        "dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
{usual}log_path = /state/log
auth_allow_cleartext = yes
ssl = yes
ssl_server_cert_file = /state/cert.pem
ssl_server_key_file = /state/key.pem
mail_home = /state/home/%{{user}}
mail_driver = sdbox
mail_path = ~/mail
passdb static {{
  password = {PASSWORD}
}}
userdb static {{
  fields {{
    uid = nobody
    gid = nogroup
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
{marks}"
    );
    fs::write(state.join("dovecot.conf"), settings).unwrap();
    script("dovecot24.sh", unpacked, state)
}

/// pymap knows one user, from its options.
fn pymap(unpacked: &Path, state: &Path, port: u16, users: &[String]) -> Command {
    let mut command = in_namespaces_if_root();
    command
        .args(["python3", "-c", "from pymap.main import main; main()"])
        .args(["--host", "127.0.0.1"])
        .args(["--port", &port.to_string(), "--no-service", "admin"])
        .arg("--cert")
        .arg(state.join("cert.pem"))
        .arg("--key")
        .arg(state.join("key.pem"))
        .args(["dict", "--demo-user", &users.concat()])
        .args(["--demo-password", PASSWORD])
        .env("PYTHONPATH", unpacked)
        .current_dir(state);
    command
}

/// hoodiecrow gives all its users one store.
fn hoodiecrow(unpacked: &Path, state: &Path, port: u16, users: &[String]) -> Command {
    let script = format!("{}/tests/servers/hoodiecrow.js", env!("CARGO_MANIFEST_DIR"));
    let mut command = in_namespaces_if_root();
    command
        .args(["node", &script, &port.to_string(), &users.concat()])
        .args([PASSWORD])
        .arg(state)
        .env("NODE_PATH", unpacked.join("node_modules"))
        .current_dir(state);
    command
}

/// A program of `gluon.go` or `goimap.go`.
fn in_go(kind: Kind, unpacked: &Path, state: &Path, port: u16, users: &[String]) -> Command {
    let mut command = in_namespaces_if_root();
    command
        .arg(unpacked.join(kind.word()))
        .arg(port.to_string())
        .arg(state)
        .arg(PASSWORD)
        .args(users)
        .current_dir(state);
    command
}

fn crymap(
    unpacked: &Path,
    state: &Path,
    [port, tls_port, _]: [u16; 3],
    users: &[String],
) -> Command {
    let script = format!("{}/tests/servers/crymap.py", env!("CARGO_MANIFEST_DIR"));
    let mut command = in_namespaces_if_root();
    command
        .args(["python3", &script])
        .arg(unpacked.join("bin/crymap"))
        .arg(state)
        .args([port, tls_port].map(|port| port.to_string()))
        .arg(PASSWORD)
        .args(users);
    command
}

/// It has no TLS for its clients.
fn imapproxy(unpacked: &Path, state: &Path, [port, server]: [u16; 2]) -> Command {
    let [user, group] = unprivileged();
    let settings = state.join("imapproxy.conf");
    let lines = format!(
        "server_hostname 127.0.0.1
server_port {server}
connect_retries 3
connect_delay 1
cache_size 200
cache_expiration_time 300
listen_address 127.0.0.1
listen_port {port}
proc_username {user}
proc_groupname {group}
stat_filename {state}/statistics
protocol_log_filename {state}/protocol
foreground_mode yes
",
        state = state.display()
    );
    fs::write(&settings, lines).unwrap();
    let mut command = in_namespaces_if_root();
    command
        .arg(unpacked.join("usr/sbin/imapproxyd"))
        .arg("-f")
        .arg(settings)
        .arg("-p")
        .arg(state.join("pid"));
    command
}

fn perdition(unpacked: &Path, state: &Path, [port, server]: [u16; 2]) -> Command {
    let [user, group] = unprivileged();
    let settings = state.join("perdition.conf");
    fs::write(&settings, "").unwrap();
    let mut command = in_namespaces_if_root();
    command
        .arg(unpacked.join("usr/sbin/perdition"))
        .arg("--config_file")
        .arg(settings)
        .args(["--protocol", "IMAP4", "--no_daemon", "--no_lookup"])
        .args(["--log_facility", "+", "--pid_file", "", "--map_library", ""])
        .args(["--username", &user, "--group", &group])
        .args(["--bind_address", &format!("127.0.0.1:{port}")])
        .args(["--outgoing_server", &format!("127.0.0.1:{server}")])
        .args(["--server_resp_line", "--ssl_mode", "tls_listen"])
        .arg("--ssl_cert_file")
        .arg(state.join("cert.pem"))
        .arg("--ssl_key_file")
        .arg(state.join("key.pem"))
        .env("LD_LIBRARY_PATH", libraries(unpacked));
    command
}

/// Who a server is once it has its port.
fn unprivileged() -> [String; 2] {
    if is_root() {
        ["nobody", "nogroup"].map(str::to_owned)
    } else {
        ["-un", "-gn"].map(id)
    }
}

fn libraries(unpacked: &Path) -> String {
    let lib = unpacked.join("usr/lib").display().to_string();
    format!("{lib}:{lib}/{}-linux-gnu", std::env::consts::ARCH)
}

fn in_namespaces_if_root() -> Command {
    if is_root() {
        return in_namespaces(&[]);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    command
}

fn cyrus_folders(state: &Path) {
    for inside in [
        "db", "socket", "proc", "lock", "ptclient", "msg", "log", "user", "quota", "sieve",
        "backup", "sync",
    ] {
        fs::create_dir_all(state.join("lib").join(inside)).unwrap();
    }
    fs::create_dir(state.join("spool")).unwrap();
    fs::create_dir(state.join("run")).unwrap();
}

/// One of a later Debian, in a root of its own.
fn cyrus3(
    unpacked: &Path,
    state: &Path,
    ports: [u16; 3],
    users: &[String],
    lines: &str,
) -> Command {
    cyrus_folders(state);
    cyrus_settings(state, ["/state", "/usr"], "nobody", ports, lines);
    let mut command = script("cyrus3.sh", unpacked, state);
    command.arg(PASSWORD).args(users);
    command
}

fn cyrus(unpacked: &Path, state: &Path, ports: [u16; 3], users: &[String], lines: &str) -> Command {
    cyrus_folders(state);
    // Where nobody can reach it, whoever may reach the folder that the tests were built in.
    copied(&unpacked.join("usr"), &state.join("usr"));
    let library = state.join(format!("usr/lib/{}-linux-gnu", std::env::consts::ARCH));
    let user = if is_root() {
        "nobody".to_owned()
    } else {
        id("-un")
    };
    let root = state.display().to_string();
    cyrus_settings(state, [&root, &format!("{root}/usr")], &user, ports, lines);
    known_to_cyrus(state, &library, users);
    let mut command = if is_root() {
        done(
            Command::new("chown")
                .args(["-R", "nobody:nogroup"])
                .arg(state),
        );
        in_namespaces(&[
            "setpriv",
            "--pdeathsig",
            "KILL",
            "--reuid=nobody",
            "--regid=nogroup",
            "--clear-groups",
        ])
    } else {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]);
        command
    };
    command
        .arg(state.join("usr/lib/cyrus/bin/master"))
        .arg("-C")
        .arg(state.join("imapd.conf"))
        .arg("-M")
        .arg(state.join("cyrus.conf"))
        .arg("-p")
        .arg(state.join("run/master.pid"))
        .arg("-D")
        .env("LD_LIBRARY_PATH", library);
    command
}

/// `root` is the test's folder, and `programs` is where the programs are, as the server sees them.
fn cyrus_settings(
    state: &Path,
    [root, programs]: [&str; 2],
    user: &str,
    [port, lmtp, sieve]: [u16; 3],
    lines: &str,
) {
    let usual = format!(
        "configdirectory: {root}/lib
proc_path: {root}/run/proc
mboxname_lockpath: {root}/run/lock
defaultpartition: default
partition-default: {root}/spool
sievedir: {root}/lib/sieve
cyrus_user: {user}
admins: {ADMIN} boss
servername: localhost
proxyservers: proxy
virtdomains: off
unixhierarchysep: yes
altnamespace: yes
autocreate_quota: 0
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {root}/sasldb2
sasl_mech_list: PLAIN LOGIN
sasl_minimum_layer: 0
tls_server_cert: {root}/cert.pem
tls_server_key: {root}/key.pem
tls_client_ca_file: {root}/ca.pem
idlesocket: {root}/run/idle
notifysocket: {root}/run/notify
sync_log: off
"
    );
    // It does not start where a setting is said twice.
    let key = |line: &str| line.split_once(':').map(|(key, _)| key.to_owned());
    let is_usual = |line: &&str| lines.lines().all(|other| key(other) != key(line));
    let mut settings: Vec<&str> = usual.lines().filter(is_usual).collect();
    settings.extend(lines.lines());
    fs::write(state.join("imapd.conf"), settings.join("\n") + "\n").unwrap();
    fs::write(
        state.join("cyrus.conf"),
        format!(
            "START {{
  recover cmd=\"{programs}/lib/cyrus/bin/ctl_cyrusdb -C {root}/imapd.conf -r\"
}}
SERVICES {{
  imap cmd=\"{programs}/lib/cyrus/bin/imapd -U 30 -C {root}/imapd.conf\" listen=\"127.0.0.1:{port}\" prefork=1 maxchild=100
  lmtp cmd=\"{programs}/lib/cyrus/bin/lmtpd -a -C {root}/imapd.conf\" listen=\"127.0.0.1:{lmtp}\" prefork=0 maxchild=100
  sieve cmd=\"{programs}/lib/cyrus/bin/timsieved -C {root}/imapd.conf\" listen=\"127.0.0.1:{sieve}\" prefork=0 maxchild=20
}}
EVENTS {{
}}
"
        ),
    )
    .unwrap();
}

fn known_to_cyrus(state: &Path, library: &Path, users: &[String]) {
    use std::io::Write as _;
    for user in users {
        let mut child = Command::new(state.join("usr/sbin/saslpasswd2"))
            .args(["-p", "-c", "-u", "localhost", "-f"])
            .arg(state.join("sasldb2"))
            .arg(user)
            .env("LD_LIBRARY_PATH", library)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(PASSWORD.as_bytes()).unwrap();
        drop(input);
        assert!(child.wait().unwrap().success());
    }
}

/// Who may administer Cyrus.
pub const ADMIN: &str = "admin";

/// All users are one to the system: this one, which needs no name.
const MAIL: u32 = 64_998;

fn courier(
    kind: Kind,
    unpacked: &Path,
    state: &Path,
    port: u16,
    users: &[String],
    lines: &str,
) -> Command {
    let etc = state.join("etc");
    fs::create_dir(&etc).unwrap();
    copied(&unpacked.join("etc/courier"), &etc.join("courier"));
    let rc = etc.join("courier/authdaemonrc");
    let settings: String = fs::read_to_string(&rc)
        .unwrap()
        .lines()
        .map(|line| match line.split_once('=') {
            Some(("authmodulelist", _)) => "authmodulelist=\"authuserdb\"\n".to_owned(),
            Some(("daemons", _)) => "daemons=2\n".to_owned(),
            _ => format!("{line}\n"),
        })
        .collect();
    fs::write(rc, settings).unwrap();
    let imapd = etc.join("courier/imapd");
    fs::write(&imapd, fs::read_to_string(&imapd).unwrap() + lines).unwrap();
    let hash = hashed_password();
    let mut known = String::new();
    for user in users {
        let home = state.join("home").join(user);
        for inside in ["cur", "new", "tmp"] {
            fs::create_dir_all(home.join("Maildir").join(inside)).unwrap();
        }
        let home = home.display().to_string();
        let home = if kind.is_newer() {
            home.replacen(&state.display().to_string(), "/state", 1)
        } else {
            home
        };
        writeln!(
            known,
            "{user}\tuid={MAIL}|gid={MAIL}|home={home}|mail={home}/Maildir|systempw={hash}"
        )
        .unwrap();
    }
    let userdb = etc.join("courier/userdb");
    fs::write(&userdb, known).unwrap();
    done(Command::new("chmod").arg("600").arg(userdb));
    // It watches files through gamin, which knows its peers by the user's name; for want of one it waits a second
    // at every command.
    accounts(
        &etc,
        &format!("courier:x:64999:64999::/:/bin/sh\nrolecall{port}:x:{MAIL}:{MAIL}::/:/bin/sh\n"),
    );
    let both = [state.join("cert.pem"), state.join("key.pem")].map(|path| fs::read(path).unwrap());
    fs::write(state.join("both.pem"), both.concat()).unwrap();
    owned(&state.join("home"));
    let name = if kind.is_newer() {
        "courier6.sh"
    } else {
        "courier.sh"
    };
    let mut command = script(name, unpacked, state);
    command.arg(port.to_string());
    command
}

fn mailutils(kind: Kind, unpacked: &Path, state: &Path, port: u16, users: &[String]) -> Command {
    let root = if kind.is_newer() {
        "/state".to_owned()
    } else {
        state.display().to_string()
    };
    let hash = hashed_password();
    let format = if kind == Kind::Mbox {
        "mbox"
    } else {
        "maildir"
    };
    let mut known = String::new();
    for user in users {
        let inbox = state.join("spool").join(user);
        if kind == Kind::Mbox {
            fs::create_dir_all(state.join("spool")).unwrap();
            fs::write(inbox, "").unwrap();
        } else {
            for inside in ["cur", "new", "tmp"] {
                fs::create_dir_all(inbox.join(inside)).unwrap();
            }
        }
        fs::create_dir_all(state.join("home").join(user)).unwrap();
        writeln!(
            known,
            "{user}:{hash}:{MAIL}:{MAIL}::{root}/home/{user}:/bin/sh"
        )
        .unwrap();
    }
    let etc = state.join("etc");
    fs::create_dir(&etc).unwrap();
    accounts(&etc, &known);
    owned(&state.join("spool"));
    owned(&state.join("home"));
    done(Command::new("chmod").arg("600").arg(state.join("key.pem")));
    fs::write(
        state.join("imap4d.conf"),
        format!(
            "auth {{ authentication \"generic:system\"; authorization \"system\"; }};
server 127.0.0.1:{port} {{ tls-mode ondemand; }};
max-children 200;
mailbox {{ mail-spool \"{format}:{root}/spool\"; mailbox-type {format}; }};
namespace personal {{ prefix \"\" {{ directory \"{root}/home/$user\"; delimiter \"/\"; mailbox-type \"{format}\"; }}; }};
logging {{ syslog no; }};
login-disabled no;
tls-mode ondemand;
tls {{ ssl-certificate-file {root}/cert.pem; ssl-key-file {root}/key.pem; }};
"
        ),
    )
    .unwrap();
    let name = if kind.is_newer() {
        "mailutils321.sh"
    } else {
        "mailutils.sh"
    };
    script(name, unpacked, state)
}

/// The machine's passwd and group with more in them.
fn accounts(etc: &Path, more: &str) {
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    fs::write(etc.join("passwd"), passwd + more).unwrap();
    let group = fs::read_to_string("/etc/group").unwrap();
    fs::write(
        etc.join("group"),
        format!("{group}courier:x:64999:\nrolecall:x:{MAIL}:\n"),
    )
    .unwrap();
}

fn hashed_password() -> String {
    let output = Command::new("openssl")
        .args(["passwd", "-1", PASSWORD])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn owned(folder: &Path) {
    done(
        Command::new("chown")
            .arg("-R")
            .arg(format!("{MAIL}:{MAIL}"))
            .arg(folder),
    );
}

fn copied(from: &Path, to: &Path) {
    done(Command::new("cp").arg("-a").arg(from).arg(to));
}

fn open_to_all(folder: &Path) {
    done(Command::new("chmod").arg("755").arg(folder));
}

fn id(option: &str) -> String {
    let output = Command::new("id").arg(option).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn done(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}");
}
