//! `rolecall demo`: walks through the main job on a sample account, with the very commands that a user types.
//!
//! In: options. Out: the walk, or a server that waits. The server listens on loopback only, and nothing is left in the
//! user's state folder.

use std::{collections::BTreeMap, fs, path::PathBuf, pin::Pin};

use clap::Parser as _;
use tempfile::TempDir;

use super::{
    args::{Cli, Colour, Demo, Dialect},
    exit_status::ExitStatus,
    failure::Failure,
    output::Output,
    terminal::say,
};
use crate::{
    demo::{Persona, Server, World, sample},
    report::text::count,
};

/// Runs one command of the walk.
type RunCommand = fn(Cli) -> Pin<Box<dyn Future<Output = Result<ExitStatus, Failure>> + Send>>;

pub async fn run(options: Demo, run_command: RunCommand) -> Result<ExitStatus, Failure> {
    let persona = match options.dialect {
        Dialect::Slash => Persona::dovecot(),
        Dialect::InboxDot => Persona::dovecot_inbox_dot(),
    };
    let server = Server::start(sample::world(persona), options.port)
        .await
        .map_err(|error| {
            Failure::config(format!("cannot listen on a port of this machine: {error}"))
                .hint("--port 0 takes a free one")
        })?;
    if options.serve {
        return serve(&server).await;
    }
    let folder = Folder::make()?;
    let walk = Walk {
        account: account(&server),
        colour: options.color,
        server,
        folder,
        run_command,
    };
    walk.through().await
}

fn account(server: &Server) -> String {
    format!("imap://{}@127.0.0.1:{}", sample::USER, server.port())
}

/// Keeps the server up until Ctrl-C.
async fn serve(server: &Server) -> Result<ExitStatus, Failure> {
    let account = account(server);
    let password = sample::PASSWORD;
    say(&format!(
        "A sample account is at {account}, password \"{password}\".
It lives in memory until Ctrl-C. In another terminal:

  ROLECALL_PASSWORD={password} rolecall audit {account}
  ROLECALL_PASSWORD={password} rolecall fix --dry-run {account}
  ROLECALL_PASSWORD={password} rolecall fix {account}
"
    ));
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| Failure::config(format!("cannot wait for Ctrl-C: {error}")))?;
    Ok(ExitStatus::Done)
}

/// The folder of the walk's journal and password; it is gone when the walk ends.
struct Folder(TempDir);

impl Folder {
    fn make() -> Result<Self, Failure> {
        let failed = |error: std::io::Error| {
            Failure::config(format!("cannot make a folder for the walk: {error}"))
        };
        let made = tempfile::Builder::new().prefix("rolecall-demo-").tempdir();
        let folder = Self(made.map_err(failed)?);
        fs::write(folder.path("password"), sample::PASSWORD).map_err(failed)?;
        Ok(folder)
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.0.path().join(inside)
    }

    fn text(&self, inside: &str) -> String {
        self.path(inside).display().to_string()
    }
}

struct Walk {
    server: Server,
    account: String,
    colour: Colour,
    folder: Folder,
    run_command: RunCommand,
}

/// What is said, the command, and the status with which it ends. The account, or the run to undo, is put behind the command.
const SCENES: [(&str, &str, ExitStatus); 5] = [
    (
        "1. Call the roll: what is here, which role does it play, and what is wrong?",
        "audit",
        ExitStatus::Found,
    ),
    (
        "2. What would be done about it? Nothing is changed yet.",
        "fix --dry-run",
        ExitStatus::Found,
    ),
    (
        "3. Do it. Every command is in a journal before it is sent, and every message is\n   seen in its new mailbox before it counts as moved.",
        "fix --yes --quiet",
        ExitStatus::Done,
    ),
    (
        "4. Call the roll again. What is left is for a person to decide.",
        "audit --fail-on error",
        ExitStatus::Done,
    ),
    (
        "5. Changed your mind? Undo it: every message goes back to where it was.",
        "undo --yes --quiet",
        ExitStatus::Done,
    ),
];

impl Walk {
    async fn through(&self) -> Result<ExitStatus, Failure> {
        let before = self.contents();
        let messages = count(before.values().map(|messages| messages.len() as u64).sum());
        let mailboxes = before.len();
        tell(&format!(
            "A small IMAP server is running in this process, on this machine only. Its
account has {messages} messages in {mailboxes} mailboxes, as Outlook, Thunderbird,
Apple Mail and a webmail have left them, in French and English."
        ))?;
        for (what, command, expected) in SCENES {
            self.scene(what, command, expected).await?;
        }
        if self.contents() != before {
            return Err(Failure::bug("the undone account is not what it was before"));
        }
        tell(&format!(
            "
All {messages} messages are in their {mailboxes} mailboxes again, with their flags and dates.

Now your own account; nothing is changed until you say so:
  rolecall audit imaps://you@example.com@imap.example.com
Or play with the sample account from another terminal:
  rolecall demo --serve"
        ))?;
        Ok(ExitStatus::Done)
    }

    /// Says what is coming, shows the command as a user would type it, and runs it.
    async fn scene(&self, what: &str, command: &str, expected: ExitStatus) -> Result<(), Failure> {
        let object = if command.starts_with("undo") {
            self.newest_run()?
        } else {
            self.account.clone()
        };
        let shown = format!("{command} {object}");
        tell(&format!("\n{what}\n\n$ rolecall {shown}\n"))?;
        let colour = match self.colour {
            Colour::Auto => "auto",
            Colour::Always => "always",
            Colour::Never => "never",
        };
        let (password, state) = (self.folder.text("password"), self.folder.text("state"));
        let places = ["--password-file", &password, "--state-dir", &state];
        let words = ["rolecall"]
            .into_iter()
            .chain(shown.split(' '))
            .chain(places)
            .chain(["--color", colour]);
        let cli = Cli::try_parse_from(words)
            .map_err(|error| Failure::bug(format!("the walk's command is wrong: {error}")))?;
        let status = (self.run_command)(cli).await?;
        if status == expected {
            return Ok(());
        }
        Err(Failure::bug(format!(
            "`rolecall {command}` ended with status {} in the walk",
            status.code()
        )))
    }

    fn newest_run(&self) -> Result<String, Failure> {
        let home = crate::apply::StateDir::open(self.folder.path("state"))?;
        let newest = crate::apply::runs(&home)?.pop();
        newest
            .map(|run| run.id)
            .ok_or_else(|| Failure::bug("the walk's run has left no journal"))
    }

    /// Every mailbox that holds mail with its messages: content, date, flags.
    fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let world = self.server.world();
        let world = world
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        contents(&world)
    }
}

/// Prints the walk's own words between the results of its commands, wherever these go.
fn tell(text: &str) -> Result<(), Failure> {
    Output::new(None)?.write(&format!("{text}\n"))
}

fn contents(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut contents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let account = world.account(sample::USER);
    for (name, mailbox) in account.into_iter().flat_map(|account| &account.mailboxes) {
        let mut messages: Vec<String> = mailbox
            .messages()
            .iter()
            .map(|message| {
                let (text, date, flags) = (message.email_id, message.internal_date, &message.flags);
                format!("{text} {date} {flags:?}")
            })
            .collect();
        // Messages that come back stand behind those that had stayed, so the order does not count.
        messages.sort();
        contents.insert(String::from_utf8_lossy(name).into_owned(), messages);
    }
    contents
}
