//! Where a secret is to be sought, as the file says it for one account or for many.
//!
//! In: the text of a secret's column. Out: [`Sought`], and for one account a [`Source`]. The secret itself is not fetched
//! here.
//!
//! `{user}`, `{host}` and `{name}` are replaced for each account. The words of a command are split before that, so the name
//! of a user is never more than one word or a part of it; in the path of a file it never leads into another folder.

use std::{path::Path, sync::Arc};

use super::column::Column;
use crate::{
    config::{account::Account, secret::Source},
    language::{Phrase, text},
    secret::Secret,
};

/// Where a secret is. The texts are patterns whose placeholders [`Sought::parse`] has checked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sought {
    Variable(Box<str>),
    /// A path, and the folder that it is relative to.
    File(Arc<Path>, Box<str>),
    /// The words of a command that prints a password, or an OAuth token.
    Command(Box<[Box<str>]>, bool),
    Given(Secret),
}

/// What the placeholders stand for in one account.
pub(super) struct Who<'a> {
    user: &'a str,
    host: &'a str,
    name: Option<&'a str>,
}

impl<'a> Who<'a> {
    pub(super) fn of(account: &'a Account, name: Option<&'a str>) -> Self {
        Self {
            user: &account.id.user,
            host: &account.id.host,
            name,
        }
    }

    fn word(&self, placeholder: Placeholder) -> Option<&'a str> {
        match placeholder {
            Placeholder::User => Some(self.user),
            Placeholder::Host => Some(self.host),
            Placeholder::Name => self.name,
        }
    }
}

#[derive(Clone, Copy)]
enum Placeholder {
    User,
    Host,
    Name,
}

impl Placeholder {
    fn word(self) -> &'static str {
        match self {
            Self::User => "{user}",
            Self::Host => "{host}",
            Self::Name => "{name}",
        }
    }
}

enum Piece<'p> {
    Text(&'p str),
    Put(Placeholder),
}

/// The pieces of a pattern; an error where a brace begins no placeholder.
fn pieces(pattern: &str) -> impl Iterator<Item = Result<Piece<'_>, Phrase>> {
    let mut rest = pattern;
    std::iter::from_fn(move || {
        let Some(brace) = rest.find('{') else {
            let text = std::mem::take(&mut rest);
            return (!text.is_empty()).then_some(Ok(Piece::Text(text)));
        };
        if brace > 0 {
            let (text, behind) = rest.split_at_checked(brace)?;
            rest = behind;
            return Some(Ok(Piece::Text(text)));
        }
        if let Some(behind) = rest.strip_prefix("{{") {
            rest = behind;
            return Some(Ok(Piece::Text("{")));
        }
        for placeholder in [Placeholder::User, Placeholder::Host, Placeholder::Name] {
            if let Some(behind) = rest.strip_prefix(placeholder.word()) {
                rest = behind;
                return Some(Ok(Piece::Put(placeholder)));
            }
        }
        rest = "";
        // The text is not repeated: it may be a secret.
        Some(Err(text::bad_placeholder()))
    })
}

/// A pattern with its placeholders replaced.
fn fill(pattern: &str, who: &Who<'_>) -> String {
    let pieces = pieces(pattern).filter_map(Result::ok);
    let texts = pieces.filter_map(|piece| match piece {
        Piece::Text(text) => Some(text),
        Piece::Put(placeholder) => who.word(placeholder),
    });
    texts.collect()
}

impl Sought {
    /// A password that stands in the file itself.
    pub(super) fn password(text: &str) -> Result<Self, Phrase> {
        if text.contains(['\n', '\r', '\0']) {
            return Err(text::password_with_line_end());
        }
        Ok(Self::Given(Secret::new(text.to_owned())))
    }

    /// Reads where a column says that the secret is; relative paths are below `folder`.
    pub(super) fn parse(column: Column, text: &str, folder: &Arc<Path>) -> Result<Self, Phrase> {
        if text.contains('\0') {
            return Err(text::holds_nul(column.word()));
        }
        for piece in pieces(text) {
            piece?;
        }
        match column {
            Column::PasswordEnv if text.contains('=') => Err(text::variable_with_equals()),
            Column::PasswordEnv => Ok(Self::Variable(text.into())),
            Column::PasswordFile => Ok(Self::File(folder.clone(), text.into())),
            _ => Self::command(text, column == Column::OauthTokenCommand),
        }
    }

    fn command(line: &str, is_token: bool) -> Result<Self, Phrase> {
        let words = shell_words::split(line).map_err(|_| text::command_quote_open())?;
        let program = words.first().map(String::as_str).unwrap_or_default();
        if program.is_empty() {
            return Err(text::command_names_nothing());
        }
        if pieces(program).any(|piece| matches!(piece, Ok(Piece::Put(_)))) {
            return Err(text::program_depends_on_account());
        }
        let words = words.into_iter().map(String::into_boxed_str).collect();
        Ok(Self::Command(words, is_token))
    }

    /// Whether it differs from account to account.
    pub(super) fn has_placeholders(&self) -> bool {
        let has = |pattern: &str| pieces(pattern).any(|piece| matches!(piece, Ok(Piece::Put(_))));
        match self {
            Self::Variable(pattern) | Self::File(_, pattern) => has(pattern),
            Self::Command(words, _) => words.iter().any(|word| has(word)),
            Self::Given(_) => false,
        }
    }

    pub(super) fn is_token(&self) -> bool {
        matches!(self, Self::Command(_, true))
    }

    /// Refuses an account whose user, host or name cannot be put in safely.
    pub(super) fn check(&self, who: &Who<'_>) -> Result<(), Phrase> {
        match self {
            Self::Given(_) => Ok(()),
            Self::Variable(name) => check(name, who, |_, word| !word.contains('=')),
            Self::File(_, path) => check(path, who, |_, word| {
                !(word.contains(['/', '\\', '\0']) || word == "." || word == "..")
            }),
            // A word that begins with a - of the user's name would be read as an option.
            Self::Command(words, _) => words.iter().try_for_each(|pattern| {
                check(pattern, who, |is_first, word| {
                    !(is_first && word.starts_with('-'))
                })
            }),
        }
    }

    /// Where this account's secret is.
    pub(super) fn source(&self, who: &Who<'_>) -> Source {
        match self {
            Self::Variable(name) => Source::Variable(fill(name, who)),
            Self::File(folder, path) => Source::File(folder.join(fill(path, who))),
            Self::Command(words, _) => {
                // The words are quoted here and split again where the command runs, so each stays one word.
                Source::Command(shell_words::join(words.iter().map(|word| fill(word, who))))
            }
            Self::Given(secret) => Source::Given(secret.clone()),
        }
    }
}

/// Refuses a pattern if what a placeholder stands for is missing or does not fit. `fits` is also told whether it comes
/// first.
fn check(pattern: &str, who: &Who<'_>, fits: impl Fn(bool, &str) -> bool) -> Result<(), Phrase> {
    for (place, piece) in pieces(pattern).enumerate() {
        let Ok(Piece::Put(placeholder)) = piece else {
            continue;
        };
        let hole = placeholder.word();
        let word = who
            .word(placeholder)
            .ok_or_else(|| text::no_name_for(hole))?;
        if !fits(place == 0, word) {
            return Err(text::unsafe_for(hole));
        }
    }
    Ok(())
}
