//! The options of `rolecall accounts import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::typed::{character, typed};
use crate::config::import::{ImportHost, ListForm};

/// The options of `rolecall accounts import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  rolecall accounts import --host mail.example.com users.txt -o accounts.csv
  rolecall accounts import --host mail.example.com --login-as admin users.txt")]
pub struct ImportAccounts {
    /// The list; - is standard input: doveadm user '*' | rolecall accounts import -
    #[arg(value_name = "LIST")]
    pub file: PathBuf,
    /// Who wrote the list; by default its content tells
    #[arg(long, value_name = "FORM")]
    pub from: Option<ListFormName>,
    /// The IMAP server of the users, HOST[:PORT], or imap://HOST[:PORT] for STARTTLS; it counts before hosts in the list
    #[arg(long, value_name = "HOST", value_parser = typed(ImportHost::parse))]
    pub host: Option<ImportHost>,
    /// Write for each account: its password is in this environment variable; {user}, {host} stand for the account's own
    #[arg(long, value_name = "NAME", group = "place")]
    pub password_env: Option<String>,
    /// Write for each account: its password is in this file
    #[arg(long, value_name = "FILE", group = "place")]
    pub password_file: Option<String>,
    /// Write for each account: this command prints its password, such as "pass show mail/{user}"
    #[arg(long, value_name = "COMMAND", group = "place")]
    pub password_command: Option<String>,
    /// Write for each account: this command prints its OAuth token
    #[arg(long, value_name = "COMMAND", group = "place")]
    pub oauth_token_command: Option<String>,
    /// Write for each account: this administrator logs in on its behalf
    #[arg(long, value_name = "USER")]
    pub login_as: Option<String>,
    /// Write for each account: this character joins its user and the administrator
    #[arg(long, value_name = "CHARACTER", requires = "login_as", value_parser = typed(character))]
    pub master_separator: Option<char>,
    /// Write the accounts file here, as CSV, instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A list's form as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormName {
    /// doveadm user '*', or any list with one user a line
    #[value(alias = "users")]
    Doveadm,
    /// A passwd-file of Dovecot's, or /etc/passwd
    PasswdFile,
    /// mailcow's API: get/mailbox/all
    Mailcow,
    /// Modoboa's CSV export of identities
    Modoboa,
    /// ISPConfig's table mail_user, or any table with a head: CSV, or the output of mysql
    #[value(alias = "table")]
    Ispconfig,
    /// plesk bin mail --list, or any text with one address a line
    #[value(alias = "addresses")]
    Plesk,
    /// cPanel: uapi Email list_pops, in JSON or YAML
    Cpanel,
    /// imapsync's list; the accounts that mail was copied to are taken
    Imapsync,
}

impl From<ListFormName> for ListForm {
    fn from(name: ListFormName) -> Self {
        match name {
            ListFormName::Doveadm => Self::Users,
            ListFormName::PasswdFile => Self::PasswdFile,
            ListFormName::Mailcow => Self::Mailcow,
            ListFormName::Modoboa => Self::Modoboa,
            ListFormName::Ispconfig => Self::Table,
            ListFormName::Plesk => Self::Addresses,
            ListFormName::Cpanel => Self::Cpanel,
            ListFormName::Imapsync => Self::Imapsync,
        }
    }
}
