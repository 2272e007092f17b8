//! The account's filters as the port sees them: Sieve scripts, one of which may be active (RFC 5804).
//!
//! In: names and octets. Out: typed answers. Never: what stands in a script; that is `sieve`'s.
//!
//! They lie on a service of their own beside IMAP, so whoever opens a session gives it the way there ([`Scripts`]). It is
//! gone only when something is asked or changed.

use std::{fmt, pin::Pin};

use super::act::{Act, ActError, LookError};
use crate::language::text;

/// A script as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedScript {
    /// Its name.
    pub name: String,
    /// Whether it is the one that runs.
    pub is_active: bool,
}

/// An answer that is waited for.
pub type Answering<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// The way to one account's scripts; connects when it is first asked, and anew when the line is lost.
pub trait Scripts: Send + fmt::Debug {
    /// All scripts.
    fn list(&mut self) -> Answering<'_, Vec<ListedScript>, LookError>;
    /// The text of one; none where there is none of that name.
    fn read<'a>(&'a mut self, name: &'a str) -> Answering<'a, Option<Vec<u8>>, LookError>;
    /// Asks whether the server would take a text; changes nothing.
    fn check<'a>(&'a mut self, text: &'a [u8]) -> Answering<'a, (), LookError>;
    /// Carries out an act that is about scripts.
    fn perform<'a>(&'a mut self, act: &'a Act) -> Answering<'a, (), ActError>;
}

/// Why an account without filters that can be managed answers nothing.
pub(crate) fn no_scripts<T>() -> Result<T, LookError> {
    Err(LookError::Refused {
        code: None,
        text: text::no_way_to_filters(),
    })
}
