//! What a list of accounts says: plain data.

use std::collections::BTreeMap;

use crate::{
    config::account::{Account, Scheme},
    language::{Phrase, text},
};

/// Who wrote a list, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListForm {
    /// A user a line, as `doveadm user '*'` prints them.
    Users,
    /// `user:password:uid:gid:gecos:home:shell:extra`.
    PasswdFile,
    /// The answer of mailcow's API to `get/mailbox/all`, JSON.
    Mailcow,
    /// Modoboa's export of identities, CSV whose rows begin with what they are.
    Modoboa,
    /// A table with a head, as exported of ISPConfig's `mail_user`: CSV, or the output of `mysql`.
    Table,
    /// A table for people with an address a line, as `plesk bin mail --list` prints it.
    Addresses,
    /// The answer of cPanel's `uapi Email list_pops`, JSON or YAML.
    Cpanel,
    /// imapsync's list: `host1;user1;password1;host2;user2;password2;…`. Where mail was copied to is what counts.
    Imapsync,
}

impl ListForm {
    /// All of them.
    pub const EVERY: [Self; 8] = [
        Self::Users,
        Self::PasswdFile,
        Self::Mailcow,
        Self::Modoboa,
        Self::Table,
        Self::Addresses,
        Self::Cpanel,
        Self::Imapsync,
    ];
}

/// The server that the users of a list are on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportHost {
    pub(super) scheme: Scheme,
    pub(super) host: String,
    pub(super) port: u16,
}

impl ImportHost {
    /// Reads `HOST[:PORT]`, or the same behind `imaps://` or `imap://`.
    pub fn parse(text: &str) -> Result<Self, Phrase> {
        let (scheme, place) = text.split_once("://").unwrap_or(("imaps", text));
        let read = Account::parse(&format!("{scheme}://user@{place}"));
        match read {
            Ok(account) if account.id.user == "user" => Ok(Self {
                scheme: account.scheme,
                host: account.id.host,
                port: account.id.port,
            }),
            _ => Err(text::write_host()),
        }
    }
}

/// Why an entry is no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// It hands its mail on.
    Alias,
    /// Nobody can log in.
    Disabled,
    /// It has no mailbox: a domain, an administrator, the system's own user.
    NoMailbox,
    /// It was there before.
    Twice,
}

/// What a list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountList {
    /// What form it has.
    pub form: ListForm,
    /// The accounts, in its order.
    pub accounts: Vec<Account>,
    /// What was left out, counted.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// Whether it holds passwords or their hashes.
    pub has_secrets: bool,
}

/// Something wrong at a place of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFault {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong; nothing of the line is repeated.
    pub message: Phrase,
}
