//! The clients that are compared, each as the process that does the same work.

use std::{
    ffi::OsString,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    account::{Goes, Layout},
    gauge::Job,
    server::Server,
    support::PASSWORD,
};

#[derive(Debug, Clone)]
pub enum Client {
    /// One command after the other, unchecked: what every other is compared with.
    Serial,
    /// The same commands in one flight.
    Pipelined,
    /// A build of rolecall.
    Rolecall {
        name: String,
        program: PathBuf,
        /// Seconds that an emptied mailbox is watched before it is removed.
        settle: u32,
    },
    /// The server's own tool, which works on its files.
    Doveadm,
    Imapfilter,
    /// A Python script.
    Imaplib,
}

/// Accounts to be worked on, and where.
pub struct Work<'a> {
    pub server: &'a Server,
    /// For what the client needs and writes; on a disk.
    pub folder: &'a Path,
    /// Where the client finds the server.
    pub port: u16,
    pub users: &'a [String],
    /// How many accounts at a time.
    pub connections: usize,
}

/// The LIST that rolecall sends too, so that the server has the same work.
pub const LIST: &str = "LIST \"\" \"*\" RETURN (SUBSCRIBED CHILDREN SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY SIZE))";

impl Client {
    pub fn name(&self) -> &str {
        match self {
            Self::Serial => "bare, serial",
            Self::Pipelined => "bare, pipelined",
            Self::Rolecall { name, .. } => name,
            Self::Doveadm => "doveadm",
            Self::Imapfilter => "imapfilter",
            Self::Imaplib => "imaplib",
        }
    }

    /// Whether it waits for the network once for each mailbox that it looks at.
    pub fn looks_one_by_one(&self) -> bool {
        matches!(self, Self::Imapfilter | Self::Imaplib)
    }

    /// The process that merges these accounts.
    pub fn merge(&self, work: &Work, layout: &Layout) -> Job {
        match self {
            Self::Serial | Self::Pipelined => self.bare(work, &by_hand(layout)),
            Self::Rolecall {
                program, settle, ..
            } => work.rolecall(
                program,
                &format!("fix --yes --settle {settle} --include junk"),
            ),
            Self::Doveadm => work.doveadm(&doveadm_merge(layout)),
            Self::Imapfilter => work.imapfilter(&imapfilter_merge(layout)),
            Self::Imaplib => work.imaplib(&imaplib_merge(layout)),
        }
    }

    /// The process that shows these accounts' mailboxes and how much is in each.
    pub fn audit(&self, work: &Work) -> Job {
        match self {
            Self::Serial | Self::Pipelined => self.bare(work, LIST),
            Self::Rolecall { program, .. } => Job {
                // 1 says that there are findings.
                good: &[0, 1],
                ..work.rolecall(program, "audit")
            },
            Self::Doveadm => {
                work.doveadm("doveadm mailbox status -u \"$1\" 'messages uidnext uidvalidity vsize' '*'")
            }
            Self::Imapfilter => work.imapfilter(
                "mailboxes = account:list_all('', '*')\nfor _, name in ipairs(mailboxes) do account[name]:check_status() end",
            ),
            Self::Imaplib => work.imaplib(
                "for line in ok(imap.list()):\n    ok(imap.status(line.decode().split(' \"/\" ')[1], '(MESSAGES UIDNEXT UIDVALIDITY)'))",
            ),
        }
    }

    /// The bare client, which is this program.
    fn bare(&self, work: &Work, script: &str) -> Job {
        let how = if matches!(self, Self::Serial) {
            "serial"
        } else {
            "pipelined"
        };
        let mut words = vec![std::env::current_exe().unwrap().into_os_string()];
        words.extend(["bare", how, &work.port.to_string()].map(OsString::from));
        words.push(work.file("script", script).into());
        words.push(work.connections.to_string().into());
        words.extend(work.users.iter().map(OsString::from));
        work.job(words)
    }
}

impl Work<'_> {
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn job(&self, words: Vec<OsString>) -> Job {
        Job {
            words,
            environment: vec![
                ("XDG_STATE_HOME", self.folder.into()),
                ("ROLECALL_PASSWORD", PASSWORD.into()),
                ("WIRE_PORT", self.port.to_string().into()),
            ],
            folder: self.folder.to_owned(),
            good: &[0],
        }
    }

    /// rolecall on runs that it knows from its journals; in the clear, so that flights can be told apart.
    pub fn rolecall_on_runs(&self, program: &Path, words: &str) -> Job {
        let mut all = vec![OsString::from(program)];
        all.extend(words.split(' ').map(OsString::from));
        all.extend(["--plaintext", "--format", "json"].map(OsString::from));
        self.job(all)
    }

    /// rolecall on these accounts.
    fn rolecall(&self, program: &Path, words: &str) -> Job {
        let mut job = self.rolecall_on_runs(program, words);
        let all = &mut job.words;
        let url = |user: &String| format!("imap://{user}@127.0.0.1:{}", self.port);
        if let [user] = self.users {
            all.push(url(user).into());
        } else {
            let rows = self
                .users
                .iter()
                .map(|user| format!("{},ROLECALL_PASSWORD\n", url(user)));
            let accounts = format!("account,password_env\n{}", rows.collect::<String>());
            all.extend([
                "--accounts".into(),
                self.file("accounts.csv", &accounts).into(),
            ]);
            let (connections, usual) = (self.connections.to_string(), 16);
            let jobs = self.connections.max(usual).to_string();
            all.extend(["--per-host", &connections, "--jobs", &jobs].map(OsString::from));
        }
        job
    }

    /// A program that is started for each account, so many at a time, with the user as its last word.
    fn for_each_user(&self, words: Vec<OsString>) -> Job {
        let users = self.file("users", &(self.users.join("\n") + "\n"));
        let connections = self.connections.to_string();
        let mut all = ["xargs", "-n", "1", "-P", &connections, "-a"]
            .map(OsString::from)
            .to_vec();
        all.push(users.into());
        all.extend(words);
        self.job(all)
    }

    fn doveadm(&self, commands: &str) -> Job {
        let settings = self.server.settings();
        let script = commands.replace("doveadm ", &format!("doveadm -c '{}' ", settings.display()));
        let script = self.file("script", &script);
        self.for_each_user(vec!["sh".into(), "-e".into(), script.into()])
    }

    fn imapfilter(&self, commands: &str) -> Job {
        let script = format!(
            "options.starttls = false\noptions.certificates = false\noptions.timeout = 600
account = IMAP {{ server = '127.0.0.1', port = tonumber(os.getenv('WIRE_PORT')), username = os.getenv('WIRE_USER'),
  password = '{PASSWORD}' }}\n{commands}\n"
        );
        let script = self.file("script.lua", &script);
        let shell = "WIRE_USER=$2 exec imapfilter -c \"$1\"";
        self.for_each_user(vec![
            "sh".into(),
            "-ec".into(),
            shell.into(),
            "sh".into(),
            script.into(),
        ])
    }

    fn imaplib(&self, commands: &str) -> Job {
        let script = format!(
            "import imaplib, os, sys
def ok(answer):
    if answer[0] != 'OK': sys.exit(str(answer))
    return answer[1]
imap = imaplib.IMAP4('127.0.0.1', int(os.environ['WIRE_PORT']))
ok(imap.login(sys.argv[1], '{PASSWORD}'))
{commands}
imap.logout()
"
        );
        let script = self.file("script.py", &script);
        // Debian's own, not one that something else has put before it in the search path.
        self.for_each_user(vec!["/usr/bin/python3".into(), script.into()])
    }
}

/// The commands of a merge that checks nothing. Dovecot ends the session of a client that deletes the mailbox it has opened,
/// so all are removed at the end, the one that is still open last.
fn by_hand(layout: &Layout) -> String {
    in_two_passes(
        layout,
        |name, _, new| format!("RENAME \"{name}\" \"{new}\""),
        |name, _, target| format!("SELECT \"{name}\"\nUID MOVE 1:* \"{target}\""),
        |name, _| format!("UNSUBSCRIBE \"{name}\"\nDELETE \"{name}\""),
    )
}

fn doveadm_merge(layout: &Layout) -> String {
    in_two_passes(
        layout,
        |_, name, new| format!("doveadm mailbox rename -u \"$1\" '{name}' '{new}'"),
        |_, name, target| format!("doveadm move -u \"$1\" '{target}' mailbox '{name}' all"),
        |_, name| {
            format!(
                "doveadm mailbox unsubscribe -u \"$1\" '{name}'\ndoveadm mailbox delete -u \"$1\" '{name}'"
            )
        },
    )
}

fn imapfilter_merge(layout: &Layout) -> String {
    in_two_passes(
        layout,
        |_, name, new| format!("account:rename_mailbox('{name}', '{new}')"),
        |_, name, target| {
            format!("account['{name}']:select_all():move_messages(account['{target}'])")
        },
        |_, name| {
            format!("account:unsubscribe_mailbox('{name}')\naccount:delete_mailbox('{name}')")
        },
    )
}

fn imaplib_merge(layout: &Layout) -> String {
    in_two_passes(
        layout,
        |name, _, new| format!("ok(imap.rename('\"{name}\"', '\"{new}\"'))"),
        |name, _, target| {
            format!("ok(imap.select('\"{name}\"'))\nok(imap.uid('MOVE', '1:*', '\"{target}\"'))")
        },
        |name, _| format!("ok(imap.unsubscribe('\"{name}\"'))\nok(imap.delete('\"{name}\"'))"),
    )
}

/// Lines for each mailbox, given its wire name and its name: renames and moves first, then removals.
fn in_two_passes(
    layout: &Layout,
    rename: impl Fn(&str, &str, &str) -> String,
    merge: impl Fn(&str, &str, &str) -> String,
    remove: impl Fn(&str, &str) -> String,
) -> String {
    let (mut first, mut last) = (String::new(), String::new());
    for mailbox in layout {
        let (wire, name) = (&mailbox.wire, &mailbox.name);
        match mailbox.goes {
            Goes::Stays => {}
            Goes::Becomes(new) => writeln!(first, "{}", rename(wire, name, new)).unwrap(),
            Goes::Into(target) => {
                writeln!(first, "{}", merge(wire, name, target)).unwrap();
                writeln!(last, "{}", remove(wire, name)).unwrap();
            }
        }
    }
    first + &last
}
