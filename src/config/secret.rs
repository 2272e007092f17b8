//! Where an account's secret comes from: a variable, a file, a command, or the terminal.
//!
//! In: the options. Out: a [`Secret`] of at most 64 KiB. No shell is started, no error holds a secret, and every buffer that
//! has held one is wiped. No error repeats the name of a variable, a file or a command either: a password may have been put
//! in its place.

use std::{io::IsTerminal as _, path::PathBuf, process::Stdio, time::Duration};

use tokio::{io::AsyncReadExt as _, process::Command, task::spawn_blocking, time::timeout};
use zeroize::Zeroizing;

use super::ConfigError;
use crate::{model::io_error::in_words, private, secret::Secret};

/// The variable that is read where no option names another source.
pub const VARIABLE: &str = "ROLECALL_PASSWORD";

/// Octets read of a secret.
const LONGEST: usize = 64 << 10;
/// How long a command may take to give a secret.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the secret is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// In this variable.
    Variable(String),
    /// The first line of this file.
    File(PathBuf),
    /// The first line that this command prints; words, not a shell line.
    Command(String),
    /// Here; only an accounts file that nobody else can read may say so.
    Given(Secret),
    /// In [`VARIABLE`], else asked for on the terminal.
    Ask,
}

/// Gets the secret of an account.
pub async fn get(source: &Source, account: &str) -> Result<Secret, ConfigError> {
    match source {
        Source::Variable(name) => std::env::var(name).map(Secret::new).map_err(|_| {
            ConfigError::new("read the password: the variable that is named for it is not set")
                .hint("name the variable, and not the password itself")
        }),
        Source::File(path) => from_file(path.clone()).await,
        Source::Command(line) => from_command(line).await,
        Source::Given(secret) => Ok(secret.clone()),
        Source::Ask => match std::env::var(VARIABLE) {
            Ok(secret) => Ok(Secret::new(secret)),
            Err(_) => ask(account),
        },
    }
}

/// Reads the first line of a file. A pipe may keep us waiting, so another thread reads.
async fn from_file(path: PathBuf) -> Result<Secret, ConfigError> {
    let read = move || private::read(&path, LONGEST as u64);
    let read = spawn_blocking(read).await.unwrap_or_else(|_| {
        let why = "the thread that reads it has ended";
        Err(std::io::Error::other(why))
    });
    let content = read.map_err(|error| {
        ConfigError::new(format!("read the password file: {}", in_words(&error)))
            .hint("name the file, and not the password itself")
    })?;
    first_line(&content.octets, "the password file")
}

async fn from_command(line: &str) -> Result<Secret, ConfigError> {
    let words = shell_words::split(line)
        .map_err(|_| ConfigError::new("read the password command: a quote is not closed"))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(ConfigError::new("run the password command: it is empty"));
    };
    let failed = |why: String| ConfigError::new(format!("run the password command: {why}"));
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // What it says of an error may hold the secret or the path of a vault: nothing may log it.
        .stderr(Stdio::null())
        // It has no use for another account's.
        .env_remove(VARIABLE)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(in_words(&error)))?;
    let output = child.stdout.take();
    let work = async {
        let mut octets = wiped_buffer();
        if let Some(output) = output {
            output.take(LONGEST as u64).read_to_end(&mut octets).await?;
        }
        Ok::<_, std::io::Error>((child.wait().await?, octets))
    };
    match timeout(PATIENCE, work).await {
        Err(_) => Err(failed("it did not end within a minute".to_owned())),
        Ok(Err(error)) => Err(failed(in_words(&error))),
        Ok(Ok((status, _))) if !status.success() => Err(failed(format!("it failed ({status})"))),
        Ok(Ok((_, octets))) => first_line(&octets, "the password command"),
    }
}

fn ask(account: &str) -> Result<Secret, ConfigError> {
    if !std::io::stdin().is_terminal() {
        return Err(
            ConfigError::new("ask for the password: there is no terminal").hint(format!(
                "set {VARIABLE}, or use --password-file, --password-env or --password-command"
            )),
        );
    }
    rpassword::prompt_password(format!("Password for {account}: "))
        .map(Secret::new)
        .map_err(|error| ConfigError::new(format!("ask for the password: {}", in_words(&error))))
}

/// A buffer that is wiped when it is dropped, with room for the longest secret: one that grew would leave copies behind.
/// A reader probes for the end with some more octets.
fn wiped_buffer() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(LONGEST + 64))
}

/// The text up to the first line end; more lines are a mistake that would otherwise fail as a wrong password.
fn first_line(octets: &[u8], what: &str) -> Result<Secret, ConfigError> {
    let text = std::str::from_utf8(octets)
        .map_err(|_| ConfigError::new(format!("read {what}: it is not UTF-8")))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(ConfigError::new(format!("read {what}: it is empty")));
    }
    if text.contains(['\n', '\r', '\0']) {
        return Err(ConfigError::new(format!(
            "read {what}: it holds more than one line"
        )));
    }
    Ok(Secret::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_gives_the_secret_without_its_line_end() {
        let secret = get(&Source::Command("printf 'a b\\n'".into()), "x").await;
        assert_eq!(secret.unwrap().reveal(), "a b");
    }

    #[tokio::test]
    async fn a_failing_silent_or_talkative_command_is_refused() {
        for line in ["false", "true", "printf 'a\\nb'", "", "'"] {
            assert!(
                get(&Source::Command(line.into()), "x").await.is_err(),
                "{line}"
            );
        }
    }

    #[test]
    fn a_secret_shows_nothing_of_itself() {
        assert!(!format!("{:?}", Secret::new("hunter2".into())).contains("hunter2"));
    }
}
