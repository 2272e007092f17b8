//! Gathering: takes what was read of a list, each account once.
//!
//! In: users, hosts, places. Out: [`AccountList`], or the faults.

use std::collections::{BTreeMap, BTreeSet};

use super::list::{AccountList, ImportHost, LeftOut, ListFault, ListForm};
use crate::{
    config::account::{Account, Scheme},
    language::{Phrase, text},
};

/// The most accounts of a list.
const ACCOUNTS: usize = 1_000_000;
/// The most faults that are told.
const TOLD: usize = 50;

/// Where something stands: line and column, from 1.
pub(super) type ListPlace = (usize, usize);

/// What was read so far.
pub(super) struct ListGather<'h> {
    pub(super) list: AccountList,
    host: Option<&'h ImportHost>,
    known: BTreeSet<String>,
    faults: Vec<ListFault>,
}

impl<'h> ListGather<'h> {
    pub(super) fn new(form: ListForm, host: Option<&'h ImportHost>) -> Self {
        Self {
            list: AccountList {
                form,
                accounts: Vec::new(),
                left_out: BTreeMap::new(),
                has_secrets: false,
            },
            host,
            known: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    pub(super) fn fault(&mut self, (line, column): ListPlace, message: Phrase) {
        if self.faults.len() < TOLD {
            self.faults.push(ListFault {
                line,
                column,
                message,
            });
        }
    }

    pub(super) fn leave_out(&mut self, why: LeftOut) {
        *self.list.left_out.entry(why).or_default() += 1;
    }

    /// Takes a user on the host that the command names.
    pub(super) fn user(&mut self, user: &str, at: ListPlace) {
        match self.host {
            Some(host) => self.account(host.scheme, user, &host.host, host.port, at),
            // Once is enough: it is the same for all.
            None if self.faults.is_empty() => self.fault(at, text::list_names_no_host()),
            None => {}
        }
    }

    /// Takes a user on the host that the list names, unless the command names one.
    pub(super) fn user_at(&mut self, user: &str, host: &str, at: ListPlace) {
        if self.host.is_some() {
            return self.user(user, at);
        }
        match ImportHost::parse(host) {
            _ if host.trim().is_empty() => self.fault(at, text::list_row_without_host()),
            Ok(place) => self.account(place.scheme, user, &place.host, place.port, at),
            Err(_) => self.fault(at, text::list_host_unusable()),
        }
    }

    fn account(&mut self, scheme: Scheme, user: &str, host: &str, port: u16, at: ListPlace) {
        let Ok(account) = Account::of_parts(scheme, user.trim(), host, port) else {
            return self.fault(at, text::list_user_unusable());
        };
        if !self.known.insert(account.id.key()) {
            self.leave_out(LeftOut::Twice);
        } else if self.list.accounts.len() == ACCOUNTS {
            self.fault(at, text::list_too_long());
        } else {
            self.list.accounts.push(account);
        }
    }

    pub(super) fn finish(mut self) -> Result<AccountList, Vec<ListFault>> {
        if self.list.accounts.is_empty() && self.faults.is_empty() {
            self.fault((1, 1), text::list_without_accounts());
        }
        if self.faults.is_empty() {
            Ok(self.list)
        } else {
            Err(self.faults)
        }
    }
}

/// Lines that say something, with their numbers: blank ones and comments say nothing.
pub(super) fn said_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(number, line)| (number + 1, line));
    lines.filter(|(_, line)| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with('#')
    })
}

/// Whether a word says yes, as databases and exports write it.
pub(super) fn is_yes(word: &str) -> bool {
    let words = ["1", "y", "yes", "true", "t"];
    words
        .iter()
        .any(|yes| word.trim().eq_ignore_ascii_case(yes))
}

/// Whether a word says yes or no.
pub(super) fn is_yes_or_no(word: &str) -> bool {
    let words = ["", "0", "n", "no", "false", "f"];
    let says_no = |no: &str| word.trim().eq_ignore_ascii_case(no);
    is_yes(word) || words.iter().any(|no| says_no(no))
}
