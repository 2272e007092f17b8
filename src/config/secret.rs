//! Where an account's secret comes from: a variable, a file, a command, or the terminal.
//!
//! In: the options. Out: a [`Secret`] of at most 64 KiB. No shell is started, no error holds a secret, and every buffer that
//! has held one is wiped. No error repeats the name of a file or a command either, or of a variable that is not plainly one: a
//! password may have been put in its place.

use std::{io::IsTerminal as _, path::PathBuf, process::Stdio, time::Duration};

use tokio::{io::AsyncReadExt as _, process::Command, task::spawn_blocking, time::timeout};
use zeroize::Zeroizing;

use super::ConfigError;
use crate::{
    language::{Language, Phrase, text},
    model::io_error::{in_words, said},
    private,
    secret::Secret,
};

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

/// Gets the secret of an account; where somebody is asked for it, in this language.
pub async fn get(
    source: &Source,
    account: &str,
    language: Language,
) -> Result<Secret, ConfigError> {
    match source {
        Source::Variable(name) => std::env::var(name)
            .map(Secret::new)
            .map_err(|_| not_set(name)),
        Source::File(path) => from_file(path.clone()).await,
        Source::Command(line) => from_command(line).await,
        Source::Given(secret) => Ok(secret.clone()),
        Source::Ask => match std::env::var(VARIABLE) {
            Ok(secret) if secret.is_empty() => {
                Err(ConfigError::new(text::password_is_empty(VARIABLE))
                    .hint(text::try_set_or_unset(VARIABLE)))
            }
            Ok(secret) => Ok(Secret::new(secret)),
            Err(_) => ask(account, language),
        },
    }
}

/// Why there is no password in a variable.
fn not_set(name: &str) -> ConfigError {
    if is_plainly_a_name(name) {
        ConfigError::new(text::password_variable_of_that_name_not_set(name))
            .hint(text::try_set_the_variable(name))
    } else {
        ConfigError::new(text::password_variable_not_set()).hint(text::try_name_the_variable())
    }
}

/// Whether this is written as names of variables are, capital letters in several words, and as no password is.
fn is_plainly_a_name(name: &str) -> bool {
    let mut words = name.split('_');
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|letter| letter.is_ascii_uppercase());
    name.contains('_') && words.all(is_word)
}

/// Reads the first line of a file. A pipe may keep us waiting, so another thread reads.
async fn from_file(path: PathBuf) -> Result<Secret, ConfigError> {
    let read = move || private::read(&path, LONGEST as u64);
    let read = spawn_blocking(read).await.unwrap_or_else(|_| {
        let why = text::reader_has_ended();
        Err(said(std::io::ErrorKind::Other, why))
    });
    let content = read.map_err(|error| {
        ConfigError::new(text::password_file_since(in_words(&error)))
            .hint(text::try_name_the_file())
    })?;
    first_line(&content.octets, &text::the_password_file())
        .map_err(|error| error.hint(text::try_one_line()))
}

async fn from_command(line: &str) -> Result<Secret, ConfigError> {
    let printed = printed_by(line).await;
    printed.map_err(|error| error.hint(text::try_command_by_hand()))
}

async fn printed_by(line: &str) -> Result<Secret, ConfigError> {
    let failed = |why: Phrase| ConfigError::new(text::password_command_since(why));
    let words =
        shell_words::split(line).map_err(|_| ConfigError::new(text::password_command_quote()))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(failed(text::command_is_empty()));
    };
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
        Err(_) => Err(failed(text::command_too_slow())),
        Ok(Err(error)) => Err(failed(in_words(&error))),
        Ok(Ok((status, _))) if !status.success() => {
            let status = status.code().map(|code| code.to_string());
            Err(failed(status.map_or_else(
                text::command_was_killed,
                text::command_failed,
            )))
        }
        Ok(Ok((_, octets))) => first_line(&octets, &text::the_password_command()),
    }
}

fn ask(account: &str, language: Language) -> Result<Secret, ConfigError> {
    if !std::io::stdin().is_terminal() {
        return Err(ConfigError::new(text::ask_password_no_terminal())
            .hint(text::try_password_sources(VARIABLE)));
    }
    rpassword::prompt_password(text::password_for(account).say(language))
        .map(Secret::new)
        .map_err(|error| ConfigError::new(text::ask_password_since(in_words(&error))))
}

/// A buffer that is wiped when it is dropped, with room for the longest secret: one that grew would leave copies behind.
/// A reader probes for the end with some more octets.
fn wiped_buffer() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(LONGEST + 64))
}

/// The text up to the first line end; more lines are a mistake that would otherwise fail as a wrong password.
fn first_line(octets: &[u8], what: &Phrase) -> Result<Secret, ConfigError> {
    let refused = |why: Phrase| ConfigError::new(text::read_since(what, why));
    let line = std::str::from_utf8(octets).map_err(|_| refused(text::not_utf8()))?;
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(refused(text::it_is_empty()));
    }
    if line.contains(['\n', '\r', '\0']) {
        return Err(refused(text::more_than_one_line()));
    }
    Ok(Secret::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_gives_the_secret_without_its_line_end() {
        let secret = get(
            &Source::Command("printf 'a b\\n'".into()),
            "x",
            Language::English,
        )
        .await;
        assert_eq!(secret.unwrap().reveal(), "a b");
    }

    #[tokio::test]
    async fn a_failing_silent_or_talkative_command_is_refused() {
        for line in ["false", "true", "printf 'a\\nb'", "", "'"] {
            assert!(
                get(&Source::Command(line.into()), "x", Language::English)
                    .await
                    .is_err(),
                "{line}"
            );
        }
    }

    #[tokio::test]
    async fn a_variable_that_is_not_set_is_named_unless_it_may_be_a_password() {
        for (name, is_named) in [
            ("ROLECALL_NOBODY_SETS_THIS", true),
            ("HUNTER", false),
            ("Rolecall_Nobody", false),
            ("ROLECALL_2026", false),
            ("_ROLECALL", false),
            ("", false),
        ] {
            let source = Source::Variable(name.to_owned());
            let error = get(&source, "x", Language::English).await.unwrap_err();
            let [english, french] = Language::EVERY.map(|language| {
                let hint = error.hint.as_ref().unwrap().say(language);
                format!("{} {hint}", error.message.say(language))
            });
            assert!(english.contains("not set") && french.contains("pas définie"));
            let shows = |said: &str| !name.is_empty() && said.contains(name);
            assert_eq!(
                (shows(&english), shows(&french)),
                (is_named, is_named),
                "{english}"
            );
        }
    }

    #[test]
    fn a_secret_shows_nothing_of_itself() {
        assert!(!format!("{:?}", Secret::new("hunter2".into())).contains("hunter2"));
    }
}
