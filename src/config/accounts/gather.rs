//! Gathering: makes entries of rows, and finds what is wrong in them.
//!
//! In: [`Row`]s, in the order of the file. Out: every [`Entry`], or the faults. Whether a row stood in CSV or YAML is not
//! known here.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{BuildHasher as _, Hash, RandomState},
    path::Path,
    sync::Arc,
};

use super::{
    column::Column,
    entry::{ACCOUNTS_LIMIT, AccountsError, Entry, Said, VALUE_LIMIT},
    faults::{Faults, Text},
    row::{Cell, Row, Value},
    sought::{Sought, Who},
};
use crate::{
    config::{ConfigError, account::Account, words},
    mapping::fold,
    model::role::Role,
};

/// The most characters a name may have.
const NAME_LIMIT: usize = 255;

/// Entries and faults so far.
pub(super) struct Gather<'t> {
    text: &'t Text<'t>,
    folder: Arc<Path>,
    /// Why a password may not stand in the file, if it may not.
    no_inline: Option<&'static str>,
    inline_told: bool,
    pub(super) faults: Faults,
    defaults: Given,
    /// What the defaults alone make.
    plain: Arc<Said>,
    entries: Vec<Entry>,
    shared_said: BTreeSet<Arc<Said>>,
    shared_secrets: BTreeMap<(Column, String), Arc<Sought>>,
    accounts: Seen,
    names: Seen,
}

/// What one row, or the defaults, say beside the account and its name.
#[derive(Default)]
struct Given {
    secret: Option<Arc<Sought>>,
    login_as: Option<Box<str>>,
    master_separator: Option<char>,
    locales: Option<Vec<String>>,
    roles: Option<Vec<(String, Option<Role>)>>,
    targets: Option<Vec<(Role, String)>>,
}

/// Which entries have which key, by its hash.
#[derive(Default)]
struct Seen {
    keys: RandomState,
    entries: HashMap<u64, usize>,
}

impl Seen {
    /// The place of an entry that had this key before; two keys of one hash are as rare as they are harmless, since
    /// the caller compares.
    fn put(&mut self, key: impl Hash, place: usize) -> Option<usize> {
        let key = self.keys.hash_one(key);
        let earlier = self.entries.get(&key).copied();
        if earlier.is_none() {
            self.entries.insert(key, place);
        }
        earlier
    }
}

impl<'t> Gather<'t> {
    pub(super) fn new(text: &'t Text<'t>, folder: &Path, no_inline: Option<&'static str>) -> Self {
        Self {
            text,
            folder: folder.into(),
            no_inline,
            inline_told: false,
            faults: Faults::default(),
            defaults: Given::default(),
            plain: Arc::default(),
            entries: Vec::new(),
            shared_said: BTreeSet::new(),
            shared_secrets: BTreeMap::new(),
            accounts: Seen::default(),
            names: Seen::default(),
        }
    }

    /// Takes what holds for every account that says nothing else.
    pub(super) fn defaults(&mut self, row: &Row<'_>) {
        self.faults.hide_each(&row.hidden);
        for column in [Column::Account, Column::Name] {
            if let Some(value) = row.get(column) {
                let message = format!("{} belongs to one account, not to all", column.word());
                self.faults.push(value.at, message);
            }
        }
        self.defaults = self.given(row);
        self.plain = Arc::new(self.said(Given::default()));
    }

    /// Takes an account; false once there are too many.
    pub(super) fn account(&mut self, row: &Row<'_>) -> bool {
        self.faults.hide_each(&row.hidden);
        if self.entries.len() == ACCOUNTS_LIMIT {
            let message = format!("a file names at most {ACCOUNTS_LIMIT} accounts");
            self.faults.push(row.at, message);
            return false;
        }
        let mut given = self.given(row);
        let secret = given.secret.take();
        let has_own_secret = secret.is_some();
        let secret = secret.or_else(|| self.defaults.secret.clone());
        let said = self.shared(given, row);
        let name = self.name(row);
        if let Some(account) = self.account_of(row) {
            let entry = Entry {
                line: self.text.line(row.at),
                name,
                account,
                said,
                secret,
            };
            self.check_secret(&entry, row, has_own_secret);
            self.check_twice(&entry, row);
            self.entries.push(entry);
        }
        true
    }

    /// Every account, if nothing is wrong.
    pub(super) fn finish(mut self, file: &str) -> Result<Vec<Entry>, AccountsError> {
        if self.entries.is_empty() && self.faults.count() == 0 {
            self.faults.push(0, "the file names no account".to_owned());
        }
        if self.faults.count() == 0 {
            self.entries.shrink_to_fit();
            return Ok(self.entries);
        }
        let (faults, more) = self.faults.told(file, self.text);
        Err(AccountsError::Faults { faults, more })
    }

    fn account_of(&mut self, row: &Row<'_>) -> Option<Account> {
        let Some(cell) = row.text(Column::Account) else {
            if !row.is_broken {
                let message = "the account is missing: write imaps://USER@HOST".to_owned();
                self.faults.push(row.at, message);
            }
            return None;
        };
        let account = Account::parse(cell.text.trim()).map_err(in_one_sentence);
        let mut account = self.take(cell, account)?;
        // A hundred thousand of them are kept.
        account.id.host.shrink_to_fit();
        account.id.user.shrink_to_fit();
        account.id.url.shrink_to_fit();
        Some(account)
    }

    fn name(&mut self, row: &Row<'_>) -> Option<Box<str>> {
        let cell = row.text(Column::Name)?;
        let name = cell.text.trim();
        let wrong = if name.contains("://") {
            "a name that reads like a URL would be taken for one"
        } else if name.chars().any(char::is_control) || fold::is_disguised(name) {
            "the name holds a control or another character that cannot be seen"
        } else if name.chars().count() > NAME_LIMIT {
            "the name is longer than 255 characters"
        } else {
            return Some(name.into());
        };
        self.faults.push(cell.at, wrong.to_owned());
        None
    }

    fn check_secret(&mut self, entry: &Entry, row: &Row<'_>, has_own_secret: bool) {
        let who = Who::of(&entry.account, entry.name.as_deref());
        let checked = entry.secret.as_ref().map(|secret| secret.check(&who));
        if let Some(Err(message)) = checked {
            let own = row.values.iter().find(|value| value.column.is_secret());
            let at = own.filter(|_| has_own_secret).map_or(row.at, |own| own.at);
            self.faults.push(at, message);
        }
    }

    fn check_twice(&mut self, entry: &Entry, row: &Row<'_>) {
        let place = self.entries.len();
        let id = &entry.account.id;
        let key = (id.host.to_ascii_lowercase(), id.port, &id.user);
        let earlier = self.accounts.put(key, place);
        let earlier = earlier.and_then(|place| self.entries.get(place));
        if let Some(earlier) = earlier.filter(|earlier| earlier.account.id.is_same(id)) {
            let message = format!("this account is on line {} already", earlier.line);
            let at = row.get(Column::Account).map_or(row.at, |value| value.at);
            self.faults.push(at, message);
        }
        let Some(name) = &entry.name else { return };
        let earlier = self.names.put(name, place);
        let earlier = earlier.and_then(|place| self.entries.get(place));
        if let Some(earlier) = earlier.filter(|earlier| earlier.name == entry.name) {
            let message = format!("the account on line {} has this name already", earlier.line);
            let at = row.get(Column::Name).map_or(row.at, |value| value.at);
            self.faults.push(at, message);
        }
    }

    /// What is said of an account, kept once for all that have the same said of them.
    fn shared(&mut self, given: Given, row: &Row<'_>) -> Arc<Said> {
        let said = if given.is_empty() {
            self.plain.clone()
        } else {
            let said = self.said(given);
            if let Some(known) = self.shared_said.get(&said) {
                known.clone()
            } else {
                let said = Arc::new(said);
                self.shared_said.insert(said.clone());
                said
            }
        };
        if said.master_separator.is_some() && said.login_as.is_none() {
            let own = row.get(Column::MasterSeparator);
            let message = "master_separator joins a user with login_as, which is missing";
            self.faults
                .push(own.map_or(row.at, |own| own.at), message.to_owned());
        }
        said
    }

    /// What is given, over the defaults.
    fn said(&self, given: Given) -> Said {
        let defaults = &self.defaults;
        let or =
            |own: Option<Box<str>>, default: &Option<Box<str>>| own.or_else(|| default.clone());
        Said {
            login_as: or(given.login_as, &defaults.login_as),
            master_separator: given.master_separator.or(defaults.master_separator),
            locales: list(given.locales, defaults.locales.as_ref()),
            roles: list(given.roles, defaults.roles.as_ref()),
            targets: list(given.targets, defaults.targets.as_ref()),
            filters: None,
        }
    }

    fn given(&mut self, row: &Row<'_>) -> Given {
        let mut given = Given::default();
        let mut first = None;
        for value in &row.values {
            match value.column {
                Column::Account | Column::Name => {}
                Column::LoginAs => given.login_as = self.login_as(value),
                Column::MasterSeparator => given.master_separator = self.separator(value),
                Column::Locale => given.locales = Some(self.each(value, words::tag)),
                Column::Role => given.roles = Some(self.each(value, words::override_role)),
                Column::Target => given.targets = Some(self.each(value, words::target)),
                column => {
                    if let Some(first) = first.replace(column) {
                        let (first, second) = (first.word(), column.word());
                        let message = format!("a second secret: {first} or {second}, not both");
                        self.faults.push(value.at, message);
                    }
                    given.secret = self.secret(value).or(given.secret);
                }
            }
        }
        given
    }

    fn secret(&mut self, value: &Value<'_>) -> Option<Arc<Sought>> {
        let cell = value.cells.first()?;
        if value.column == Column::Password {
            return self.password(cell);
        }
        let key = (value.column, cell.text.to_string());
        if let Some(known) = self.shared_secrets.get(&key) {
            return Some(known.clone());
        }
        let sought = Sought::parse(value.column, &cell.text, &self.folder);
        let sought = Arc::new(self.take(cell, sought)?);
        self.shared_secrets.insert(key, sought.clone());
        Some(sought)
    }

    fn password(&mut self, cell: &Cell<'_>) -> Option<Arc<Sought>> {
        let Some(why) = self.no_inline else {
            let sought = Sought::password(&cell.text);
            return self.take(cell, sought).map(Arc::new);
        };
        // Once is enough: what is to be done is done to the whole file.
        if !std::mem::replace(&mut self.inline_told, true) {
            self.faults.push(cell.at, why.to_owned());
        }
        None
    }

    fn login_as(&mut self, value: &Value<'_>) -> Option<Box<str>> {
        let cell = value.cells.first()?;
        let login = if cell.text.chars().any(char::is_control) {
            Err("login_as holds control characters".to_owned())
        } else {
            Ok(cell.text.as_ref().into())
        };
        self.take(cell, login)
    }

    fn separator(&mut self, value: &Value<'_>) -> Option<char> {
        let cell = value.cells.first()?;
        let mut letters = cell.text.chars();
        let separator = match (letters.next(), letters.next()) {
            (Some(letter), None) if !letter.is_control() => Ok(letter),
            _ => Err("master_separator is one character, such as *".to_owned()),
        };
        self.take(cell, separator)
    }

    fn each<T>(&mut self, value: &Value<'_>, read: fn(&str) -> Result<T, String>) -> Vec<T> {
        let mut list = Vec::with_capacity(value.cells.len());
        for cell in &value.cells {
            let read = if cell.text.chars().any(char::is_control) {
                Err(format!("{} holds control characters", value.column.word()))
            } else {
                read(&cell.text)
            };
            list.extend(self.take(cell, read));
        }
        list
    }

    /// What was read from a cell, or the fault.
    fn take<T>(&mut self, cell: &Cell<'_>, read: Result<T, String>) -> Option<T> {
        read.map_err(|message| self.faults.push(cell.at, message))
            .ok()
    }
}

impl Given {
    /// Whether it says nothing beside a secret.
    fn is_empty(&self) -> bool {
        self.login_as.is_none()
            && self.master_separator.is_none()
            && self.locales.is_none()
            && self.roles.is_none()
            && self.targets.is_none()
    }
}

fn list<T: Clone>(own: Option<Vec<T>>, default: Option<&Vec<T>>) -> Vec<T> {
    own.or_else(|| default.cloned()).unwrap_or_default()
}

fn in_one_sentence(error: ConfigError) -> String {
    match error.hint {
        Some(hint) => format!("cannot {}; {hint}", error.message),
        None => format!("cannot {}", error.message),
    }
}

/// Whether a value is longer than any should be.
pub(super) fn is_too_long(text: &str) -> bool {
    text.len() > VALUE_LIMIT
}

/// What is told of such a value.
pub(super) fn too_long() -> String {
    format!("a value has at most {VALUE_LIMIT} octets")
}
