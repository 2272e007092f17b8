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
    terminal::{say, spoken},
};
use crate::{
    demo::{Persona, Server, World, sample},
    language::{Phrase, text},
    model::io_error::in_words,
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
            Failure::config(text::cannot(text::listen_on_port_since(in_words(&error))))
                .hint(text::try_port_0())
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
    let commands: String = ["audit", "fix --dry-run", "fix"]
        .map(|verb| format!("  ROLECALL_PASSWORD={password} rolecall {verb} {account}\n"))
        .concat();
    say(text::demo_serves(&account, password).map(|said| format!("{said}\n\n{commands}")));
    tokio::signal::ctrl_c().await.map_err(|error| {
        Failure::config(text::cannot(text::wait_for_ctrl_c_since(in_words(&error))))
    })?;
    Ok(ExitStatus::Done)
}

/// The folder of the walk's journal and password; it is gone when the walk ends.
struct Folder(TempDir);

impl Folder {
    fn make() -> Result<Self, Failure> {
        let failed = |error: std::io::Error| {
            Failure::config(text::cannot(text::make_walk_folder_since(in_words(&error))))
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
type Scene = (fn() -> Phrase, &'static str, ExitStatus);

const SCENES: [Scene; 5] = [
    (text::demo_audits, "audit", ExitStatus::Found),
    (text::demo_plans, "fix --dry-run", ExitStatus::Found),
    (text::demo_fixes, "fix --yes --quiet", ExitStatus::Done),
    (
        text::demo_audits_again,
        "audit --fail-on error",
        ExitStatus::Done,
    ),
    (text::demo_undoes, "undo --yes --quiet", ExitStatus::Done),
];

impl Walk {
    async fn through(&self) -> Result<ExitStatus, Failure> {
        let before = self.contents();
        let messages: u64 = before.values().map(|messages| messages.len() as u64).sum();
        let mailboxes = before.len() as u64;
        tell(&text::demo_begins(messages, mailboxes))?;
        for (what, command, expected) in SCENES {
            self.scene(&what(), command, expected).await?;
        }
        if self.contents() != before {
            return Err(Failure::bug("the undone account is not what it was before"));
        }
        let end = text::demo_ends(messages, mailboxes);
        tell(&end.map(|said| format!("\n{said}")))?;
        Ok(ExitStatus::Done)
    }

    /// Says what is coming, shows the command as a user would type it, and runs it.
    async fn scene(
        &self,
        what: &Phrase,
        command: &str,
        expected: ExitStatus,
    ) -> Result<(), Failure> {
        let object = if command.starts_with("undo") {
            self.newest_run()?
        } else {
            self.account.clone()
        };
        let shown = format!("{command} {object}");
        tell(&what.map(|what| format!("\n{what}\n\n$ rolecall {shown}\n")))?;
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
            .chain(["--color", colour, "--lang", spoken().tag()]);
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
fn tell(said: &Phrase) -> Result<(), Failure> {
    Output::new(None)?.write(&(spoken().typeset(said.say(spoken())) + "\n"))
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
        messages.sort_unstable();
        contents.insert(String::from_utf8_lossy(name).into_owned(), messages);
    }
    contents
}
