//! A real Dovecot for one test: unprivileged, on loopback, in a temporary folder; it ends when its handle is dropped.

use std::{
    fmt::Write as _,
    fs,
    io::Read as _,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// How the server is set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// `/` or `.`.
    pub separator: char,
    /// `""` or `INBOX.`.
    pub prefix: &'static str,
    /// `sdbox:~/mail` or `maildir:~/Maildir`.
    pub location: &'static str,
    /// Name, special-use attribute or nothing, `no`, `create` or `subscribe`.
    pub special: Vec<(&'static str, &'static str, &'static str)>,
    /// What CAPABILITY says instead of the truth.
    pub capability: Option<String>,
    /// Kilobytes that a user may store.
    pub quota: Option<u32>,
    /// Whether access rights are kept in `dovecot-acl` files.
    pub acl: bool,
    /// Which certificate the server shows.
    pub certificate: Certificate,
    /// Whether mail is delivered over LMTP too; `user+Mailbox` goes into that mailbox, which is made if it is not there.
    pub lmtp: bool,
    /// Whether each user has Sieve scripts, run at deliveries and kept by ManageSieve; the port of the SMTP server that what
    /// they forward and answer is given to. LMTP then files as the scripts say and makes no mailbox, unless `extra` says so.
    pub sieve: Option<u16>,
    /// More plugins; what they are told stands in `extra`.
    pub plugins: Vec<&'static str>,
    /// More lines for the end of the configuration.
    pub extra: String,
    /// Whether all of it lies in memory, where the machine has room there: for tests that need many quick answers.
    pub in_memory: bool,
}

/// A certificate made for the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// For localhost and 127.0.0.1, now.
    Good,
    /// For localhost, long ago.
    Expired,
    /// For another host.
    WrongHost,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            separator: '/',
            prefix: "",
            location: "sdbox:~/mail",
            special: vec![
                ("Drafts", "\\Drafts", "no"),
                ("Junk", "\\Junk", "no"),
                ("Trash", "\\Trash", "no"),
                ("Sent", "\\Sent", "no"),
                ("Archive", "\\Archive", "no"),
            ],
            capability: None,
            quota: None,
            acl: false,
            certificate: Certificate::Good,
            lmtp: false,
            sieve: None,
            plugins: vec![],
            extra: String::new(),
            in_memory: false,
        }
    }
}

impl Setup {
    /// Nothing is marked.
    pub fn without_special_use() -> Self {
        Self {
            special: vec![],
            ..Self::default()
        }
    }

    /// `INBOX.` and `.`, as Courier's successors and cPanel have it.
    pub fn inbox_dot() -> Self {
        Self {
            separator: '.',
            prefix: "INBOX.",
            location: "maildir:~/Maildir",
            ..Self::default()
        }
    }
}

/// A running server.
pub struct Dovecot {
    child: Child,
    folder: TempDir,
    /// Plain text and STARTTLS.
    pub port: u16,
    /// TLS from the first octet.
    pub tls_port: u16,
    /// LMTP, where it was asked for.
    pub lmtp_port: u16,
    /// ManageSieve, where Sieve was asked for.
    pub sieve_port: u16,
}

/// Every user has this password: a word that nothing else says, so that a leak can be found.
pub const PASSWORD: &str = "Sesame-7731";

impl Dovecot {
    /// Starts one and waits for its greeting.
    pub fn start(setup: &Setup) -> Self {
        assert!(
            Path::new("/usr/lib/dovecot/imap").exists(),
            "Dovecot is not installed: tests/run installs it"
        );
        assert!(
            !setup.lmtp || Path::new("/usr/lib/dovecot/lmtp").exists(),
            "Dovecot's LMTP is not installed: tests/run installs it"
        );
        assert!(
            setup.sieve.is_none() || Path::new("/usr/lib/dovecot/managesieve").exists(),
            "Dovecot's Sieve and ManageSieve are not installed: tests/run installs them"
        );
        // Another process may take a port between its choice and the server's start: then once more.
        for _ in 0..5 {
            if let Some(server) = Self::try_start(setup) {
                return server;
            }
        }
        panic!("Dovecot does not start");
    }

    fn try_start(setup: &Setup) -> Option<Self> {
        let place = if setup.in_memory {
            memory()
        } else {
            std::env::temp_dir()
        };
        let folder = tempfile::Builder::new()
            .prefix("rolecall-dovecot-")
            .tempdir_in(place)
            .unwrap();
        let [port, tls_port, lmtp_port, sieve_port] = [(); 4].map(|()| free_port());
        let root = folder.path();
        for inside in ["run", "home", "log"] {
            fs::create_dir(root.join(inside)).unwrap();
        }
        certificates(root, setup.certificate);
        let is_root = is_root();
        let (user, group) = if is_root {
            ("nobody".to_owned(), "nogroup".to_owned())
        } else {
            (id("-un"), id("-gn"))
        };
        let mut config = config(setup, root, [port, tls_port], [&user, &group]);
        if setup.lmtp {
            config.push_str(&lmtp(lmtp_port));
        }
        if let Some(submission) = setup.sieve {
            config.push_str(&sieve([lmtp_port, sieve_port, submission]));
        }
        config.push_str(&setup.extra);
        fs::write(root.join("dovecot.conf"), config).unwrap();
        // The server ends with the thread that started it, however that ends.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]);
        if is_root {
            let owned = Command::new("chown")
                .arg("-R")
                .arg(format!("{user}:{group}"))
                .arg(root)
                .status()
                .unwrap();
            assert!(owned.success());
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
        }
        let child = command
            .args(["dovecot", "-F"])
            .arg("-c")
            .arg(root.join("dovecot.conf"))
            .env("HOME", root)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(root.join("log/stderr")).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self {
            child,
            folder,
            port,
            tls_port,
            lmtp_port,
            sieve_port,
        };
        is_up(&mut server.child, port).then_some(server)
    }

    /// The authority that signed the server's certificate.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The server's own certificate.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// A user's folder on the server.
    pub fn home(&self, user: &str) -> PathBuf {
        self.folder.path().join("home").join(user)
    }

    /// Writes a file into a user's folder, as the server's administrator would.
    pub fn place(&self, user: &str, path: &str, text: &str) {
        let (home, file) = (self.home(user), self.home(user).join(path));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        if is_root() {
            let owned = Command::new("chown")
                .args(["-R", "nobody:nogroup"])
                .arg(home)
                .status()
                .unwrap();
            assert!(owned.success());
        }
    }

    /// The server's own tool, with none of the plugins: `verb -u USER words`.
    pub fn doveadm(&self, user: &str, verb: &str, words: &[&str], input: &[u8]) {
        use std::io::Write as _;
        let mut child = Command::new("doveadm")
            .arg("-c")
            .arg(self.folder.path().join("dovecot.conf"))
            .args(["-o", "mail_plugins="])
            .args(verb.split(' '))
            .args(["-u", user])
            .args(words)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        assert!(child.wait().unwrap().success(), "{verb} {words:?}");
    }

    /// What the server wrote of itself.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/dovecot.log")).unwrap_or_default()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Its children end as soon as it has gone; asked politely, it takes a second to look whether they have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a server that was started greets its clients; whether it does.
pub fn is_up(server: &mut Child, port: u16) -> bool {
    let give_up = Instant::now() + Duration::from_secs(20);
    while Instant::now() < give_up {
        if server.try_wait().unwrap().is_some() {
            return false;
        }
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
            let patience = Duration::from_secs(5);
            stream.set_read_timeout(Some(patience)).unwrap();
            let mut greeting = [0; 4];
            if stream.read_exact(&mut greeting).is_ok() && &greeting == b"* OK" {
                return true;
            }
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// What any Dovecot is told, of 2.3 and of 2.4: `root` is the test's folder as the server sees it.
pub fn usual(root: &str, [user, group]: [&str; 2], [port, tls_port]: [u16; 2]) -> String {
    format!(
        "base_dir = {root}/run
state_dir = {root}/run
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"
    )
}

fn config(setup: &Setup, root: &Path, ports: [u16; 2], [user, group]: [&str; 2]) -> String {
    let root = root.display().to_string();
    let usual = usual(&root, [user, group], ports);
    let mut boxes = String::new();
    for (name, attribute, auto) in &setup.special {
        let mark = if attribute.is_empty() {
            String::new()
        } else {
            format!("    special_use = {attribute}\n")
        };
        writeln!(
            boxes,
            "  mailbox \"{name}\" {{\n{mark}    auto = {auto}\n  }}"
        )
        .unwrap();
    }
    let mut plugins = "quota".to_owned();
    let mut imap_plugins = "imap_quota".to_owned();
    let mut plugin =
        "  quota = count:User quota\n  quota_vsizes = yes\n  quota_grace = 0\n".to_owned();
    if let Some(limit) = setup.quota {
        writeln!(plugin, "  quota_rule = *:storage={limit}K").unwrap();
    }
    if setup.acl {
        plugins.push_str(" acl");
        imap_plugins.push_str(" imap_acl");
        plugin.push_str("  acl = vfile\n");
    }
    for more in &setup.plugins {
        plugins.push(' ');
        plugins.push_str(more);
    }
    let capability = setup.capability.as_ref().map_or_else(String::new, |words| {
        format!("  imap_capability = {words}\n")
    });
    format!(
        "{usual}log_path = {root}/log/dovecot.log
default_process_limit = 60
shutdown_clients = yes
auth_cache_size = 0
auth_failure_delay = 0 secs
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
mail_fsync = never
mail_home = {root}/home/%u
mail_location = {location}
mail_plugins = {plugins}
mail_max_userip_connections = 50
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={root}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
{boxes}}}
plugin {{
{plugin}}}
protocol imap {{
  mail_plugins = $mail_plugins {imap_plugins}
{capability}}}
",
        location = setup.location,
        separator = setup.separator,
        prefix = setup.prefix,
    )
}

/// Delivery: as mail hosts set it up, but for the mailbox that is named by the sender.
fn lmtp(port: u16) -> String {
    format!(
        "protocols = imap lmtp
recipient_delimiter = +
lmtp_save_to_detail_mailbox = yes
lda_mailbox_autocreate = yes
lda_mailbox_autosubscribe = yes
service lmtp {{
  inet_listener lmtp {{
    port = {port}
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@example.test
}}
"
    )
}

/// Delivery through each user's active script, as Debian's packages set it up.
fn sieve([lmtp, managesieve, submission]: [u16; 3]) -> String {
    format!(
        "protocols = imap lmtp sieve
submission_host = 127.0.0.1:{submission}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service managesieve-login {{
  chroot =
  inet_listener sieve {{
    port = {managesieve}
  }}
}}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
  postmaster_address = postmaster@example.test
}}
"
    )
}

/// A folder in memory where there is one, else the usual one for temporary files.
pub fn memory() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    }
}

/// An authority, and a server certificate that it signed.
pub fn certificates(root: &Path, which: Certificate) {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(vec![]).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name
        .push(rcgen::DnType::CommonName, "rolecall test authority");
    fs::write(root.join("ca.pem"), ca.self_signed(&ca_key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(ca, ca_key);
    let names = match which {
        Certificate::WrongHost => vec!["imap.example.org".to_owned()],
        _ => vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
    };
    let mut server = CertificateParams::new(names).unwrap();
    if which == Certificate::Expired {
        server.not_before = date_time_ymd(2020, 1, 1);
        server.not_after = date_time_ymd(2020, 2, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = server.signed_by(&key, &issuer).unwrap();
    fs::write(root.join("cert.pem"), certificate.pem()).unwrap();
    fs::write(root.join("key.pem"), key.serialize_pem()).unwrap();
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

pub fn is_root() -> bool {
    id("-u") == "0"
}

fn id(option: &str) -> String {
    let output = Command::new("id").arg(option).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
