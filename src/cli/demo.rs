//! `rolecall demo`: the main job on a sample account, with the very commands that a user types.
//!
//! In: options. Out: the walk, or a server that waits. Never: an address other machines can reach; traces in the state
//! folder of the user.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use clap::Parser as _;

use super::{
    Cli,
    args::{Colour, Demo, Dialect},
    dispatch,
    failure::{Failure, Status},
    output::{Output, say},
    ports::chance,
};
use crate::{
    demo::{Persona, Server, World, sample},
    model::plan::hex,
    report::text::count,
};

pub async fn run(options: Demo) -> Result<Status, Failure> {
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
    };
    walk.through().await
}

fn account(server: &Server) -> String {
    format!("imap://{}@127.0.0.1:{}", sample::USER, server.port())
}

/// Keeps the server up until Ctrl-C.
async fn serve(server: &Server) -> Result<Status, Failure> {
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
    Ok(Status::Done)
}

/// Where the walk keeps its journal and its password; gone with it.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Self, Failure> {
        let chance: String = hex(&chance()).chars().take(12).collect();
        let path = std::env::temp_dir().join(format!("rolecall-demo-{chance}"));
        let failed = |error: std::io::Error| {
            Failure::config(format!(
                "cannot make the folder {}: {error}",
                path.display()
            ))
        };
        fs::create_dir(&path).map_err(failed)?;
        fs::write(path.join("password"), sample::PASSWORD).map_err(failed)?;
        Ok(Self(path))
    }

    fn path(&self, inside: &str) -> String {
        self.0.join(inside).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Walk {
    server: Server,
    account: String,
    colour: Colour,
    folder: Folder,
}

/// What is said, the command, and how it ends. The account, or the run to undo, is put behind the command.
const SCENES: [(&str, &str, Status); 5] = [
    (
        "1. Call the roll: what is here, which role does it play, and what is wrong?",
        "audit",
        Status::Found,
    ),
    (
        "2. What would be done about it? Nothing is changed yet.",
        "fix --dry-run",
        Status::Found,
    ),
    (
        "3. Do it. Every command is in a journal before it is sent, and every message is\n   seen in its new mailbox before it counts as moved.",
        "fix --yes --quiet",
        Status::Done,
    ),
    (
        "4. Call the roll again. What is left is for a person to decide.",
        "audit --fail-on error",
        Status::Done,
    ),
    (
        "5. Changed your mind? Undo it: every message goes back to where it was.",
        "undo --yes --quiet",
        Status::Done,
    ),
];

impl Walk {
    async fn through(&self) -> Result<Status, Failure> {
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
        Ok(Status::Done)
    }

    /// Says what is coming, shows the command as a user would type it, and runs it.
    async fn scene(&self, what: &str, command: &str, expected: Status) -> Result<(), Failure> {
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
        let (password, state) = (self.folder.path("password"), self.folder.path("state"));
        let places = ["--password-file", &password, "--state-dir", &state];
        let words = ["rolecall"]
            .into_iter()
            .chain(shown.split(' '))
            .chain(places)
            .chain(["--color", colour]);
        let cli = Cli::try_parse_from(words)
            .map_err(|error| Failure::bug(format!("the walk's command is wrong: {error}")))?;
        let status = Box::pin(dispatch(cli)).await?;
        if status == expected {
            return Ok(());
        }
        Err(Failure::bug(format!(
            "`rolecall {command}` ended with status {} in the walk",
            status.code()
        )))
    }

    fn newest_run(&self) -> Result<String, Failure> {
        let home = crate::apply::StateDir::open(Path::new(&self.folder.path("state")).to_owned())?;
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

/// The walk's own words stand between the results of its commands, wherever these go.
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
        // What comes back comes back behind what had stayed: the order is no part of it.
        messages.sort();
        contents.insert(String::from_utf8_lossy(name).into_owned(), messages);
    }
    contents
}
