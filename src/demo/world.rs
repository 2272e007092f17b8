//! The state of the whole server: accounts, their mailboxes and subscriptions.
//!
//! In: changes that connections ask for; what tests and samples put in. Out: [`Done`] or a [`Refusal`] with its code.
//! Sessions tell it the time. Whoever locks the world sees all of it at once, between any two changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::time::Instant;

use super::{
    message::Mailbox,
    mutation::Mutation,
    names,
    outcome::{Code, Done, Refusal},
    persona::{Auto, Names, Persona},
    quirks::{AccountQuirks, Watch, WorldQuirks},
    seam::{MailboxSeam as _, WorldSeam as _},
};

/// One account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    pub(super) password: String,
    /// By name on the wire; a level that is only a name is here too where the persona keeps it.
    pub mailboxes: BTreeMap<Vec<u8>, Mailbox>,
    /// Names; they outlive their mailboxes (RFC 9051 §6.3.7).
    pub subscriptions: BTreeSet<Vec<u8>>,
    /// Deleted mailboxes that sessions may still have open; nobody else sees them.
    pub(super) ghosts: BTreeMap<Vec<u8>, Mailbox>,
    /// What it has beyond that at a server with quirks.
    pub(super) quirks: AccountQuirks,
}

impl Account {
    /// Octets of all messages.
    #[must_use]
    pub fn octets(&self) -> u64 {
        self.own().map(Mailbox::octets).sum()
    }

    /// The mailboxes that have their messages themselves.
    pub(super) fn own(&self) -> impl Iterator<Item = &Mailbox> {
        self.mailboxes.values().filter(|mailbox| !mailbox.is_view())
    }

    /// The mailbox with this id, be it a ghost.
    pub(super) fn by_id(&self, id: u64) -> Option<&Mailbox> {
        let mut all = self.mailboxes.values().chain(self.ghosts.values());
        all.find(|mailbox| mailbox.id == id)
    }

    pub(super) fn by_id_mut(&mut self, id: u64) -> Option<&mut Mailbox> {
        let mut all = self.mailboxes.values_mut().chain(self.ghosts.values_mut());
        all.find(|mailbox| mailbox.id == id)
    }

    pub(super) fn has_children(&self, name: &[u8], delimiter: Option<u8>) -> bool {
        self.mailboxes
            .keys()
            .any(|other| names::is_below(other, name, delimiter))
    }
}

/// The whole server.
#[derive(Debug)]
pub struct World {
    /// What kind of server it is.
    pub persona: Persona,
    /// The INTERNALDATE of an APPEND that names none, in seconds since 1970; it stands still.
    pub now: i64,
    /// How long the server has run, as its sessions tell it; nothing as long as nobody has connected.
    pub(super) time: Duration,
    /// When the first session told the time.
    began: Option<Instant>,
    pub(super) accounts: BTreeMap<String, Account>,
    next_validity: u32,
    next_id: u64,
    next_email: u64,
    connections: u64,
    /// Who has which mailbox open, for as long as the session keeps its half.
    open: Vec<(u64, Weak<()>)>,
    /// What it has beyond that as a server with quirks.
    pub quirks: WorldQuirks,
}

impl World {
    /// An empty server.
    #[must_use]
    pub fn new(persona: Persona) -> Self {
        Self {
            persona,
            now: 1_760_000_000,
            time: Duration::ZERO,
            began: None,
            accounts: BTreeMap::new(),
            next_validity: 1_700_000_000,
            next_id: 0,
            next_email: 0,
            connections: 0,
            open: Vec::new(),
            quirks: WorldQuirks::default(),
        }
    }

    /// Adds an account that has an INBOX, and what the persona's system has beside it.
    pub fn add_account(&mut self, user: &str, password: &str) {
        let inbox = self.fresh(true);
        self.accounts.insert(
            user.to_owned(),
            Account {
                password: password.to_owned(),
                mailboxes: BTreeMap::from([(b"INBOX".to_vec(), inbox)]),
                subscriptions: BTreeSet::new(),
                ..Account::default()
            },
        );
        for name in self.persona.fixed.clone() {
            let name = self.persona.full(name);
            let _ = self.perform(user, Mutation::Create { name, marks: None });
        }
        self.after_account(user);
    }

    /// An account.
    #[must_use]
    pub fn account(&self, user: &str) -> Option<&Account> {
        self.accounts.get(user)
    }

    /// An account, to be changed past all rules.
    pub fn account_mut(&mut self, user: &str) -> Option<&mut Account> {
        self.accounts.get_mut(user)
    }

    /// Lets time go on to now, and what was to happen meanwhile happen.
    pub fn tell_time(&mut self, now: Instant) {
        let began = *self.began.get_or_insert(now);
        // What was there before anybody connected is older than all that comes.
        self.time = Duration::from_millis(1) + now.saturating_duration_since(began);
        self.after_time();
    }

    /// A mailbox by its name on the wire, prefix included.
    #[must_use]
    pub fn mailbox(&self, user: &str, name: &str) -> Option<&Mailbox> {
        self.account(user)?.mailboxes.get(name.as_bytes())
    }

    /// Adds a mailbox by its name on the wire, prefix included, and what is needed above it.
    pub fn add_mailbox(&mut self, user: &str, name: &str) -> Result<(), Refusal> {
        let mutation = Mutation::Create {
            name: name.as_bytes().to_vec(),
            marks: None,
        };
        self.perform(user, mutation).map(|_| ())
    }

    /// Puts a new message into a mailbox and returns its UID.
    pub fn add_message(
        &mut self,
        user: &str,
        name: &str,
        flags: &[&str],
        internal_date: i64,
        body: impl Into<Arc<[u8]>>,
    ) -> Result<u32, Refusal> {
        let mutation = Mutation::Append {
            to: name.as_bytes().to_vec(),
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            date: Some(internal_date),
            body: body.into(),
        };
        match self.perform(user, mutation)? {
            Done::Appended(_, uid) => Ok(uid),
            _ => Ok(0),
        }
    }

    /// Does a mutation as a client of that account would, nobody watching.
    pub fn perform(&mut self, user: &str, mutation: Mutation) -> Result<Done, Refusal> {
        mutation.run(self, user, &mut Watch::nobody(user))
    }

    pub(super) fn connect(&mut self) -> u64 {
        self.connections += 1;
        self.connections
    }

    /// Notes that a session has the mailbox open until it drops what it gets.
    pub(super) fn hold(&mut self, id: u64) -> Arc<()> {
        self.open.retain(|(_, held)| held.strong_count() > 0);
        let hold = Arc::new(());
        self.open.push((id, Arc::downgrade(&hold)));
        hold
    }

    /// Whether a session has the mailbox open.
    pub(super) fn is_held(&self, id: u64) -> bool {
        let mut open = self.open.iter();
        open.any(|(other, held)| *other == id && held.strong_count() > 0)
    }

    pub(super) fn fresh(&mut self, selectable: bool) -> Mailbox {
        self.next_id += 1;
        Mailbox::new(self.next_id, self.fresh_validity(), selectable)
    }

    pub(super) fn fresh_validity(&mut self) -> u32 {
        if self.persona.uid_validity_zero {
            return 0;
        }
        self.next_validity = self.next_validity.saturating_add(1);
        self.next_validity
    }

    pub(super) fn fresh_email(&mut self) -> u64 {
        self.next_email += 1;
        self.next_email
    }

    /// The name a client means, or why it cannot mean any.
    pub(super) fn name(&self, user: &str, name: &[u8]) -> Result<Vec<u8>, Refusal> {
        let name = names::kept(name, &self.persona).ok_or_else(|| {
            Refusal::said(if self.persona.has_utf8_names() {
                "Mailbox name is not valid UTF-8"
            } else {
                "Mailbox name is not valid mUTF-7"
            })
        })?;
        let delimiter = self.persona.delimiter_of(&name);
        let space = self.persona.space_of(&name);
        let prefix = space.map_or(self.persona.prefix, |space| space.prefix);
        if name != b"INBOX" && !name.starts_with(prefix.as_bytes()) {
            return Err(Refusal::said(format!(
                "Client tried to access nonexistent namespace. (Mailbox name should probably be prefixed with: {prefix})"
            )));
        }
        let own = name.strip_prefix(prefix.as_bytes()).unwrap_or(&name);
        names::check(own, delimiter)?;
        let name = self.spelled(user, name);
        Ok(self.meant(user, name))
    }

    /// The name as those spell it that are there already, where names have no case; each level by itself.
    fn spelled(&self, user: &str, name: Vec<u8>) -> Vec<u8> {
        let blind = self.persona.names == Names::CaseBlind;
        let Some(account) = self.account(user).filter(|_| blind) else {
            return name;
        };
        let mut spelled = name.clone();
        let mut levels = names::ancestors(&name, self.persona.delimiter_of(&name));
        levels.push(&name);
        for level in levels {
            let mut known = account.mailboxes.keys();
            if let Some(known) = known.find(|own| self.is_one(own, level)) {
                let below = name.get(level.len()..).unwrap_or_default();
                spelled = [known, below].concat();
            }
        }
        spelled
    }

    /// The mailbox of that name, made now if it is one that is always there; `code` is what a missing one is called.
    pub(super) fn reach(
        &mut self,
        user: &str,
        name: &[u8],
        code: Option<Code>,
    ) -> Result<&mut Mailbox, Refusal> {
        let name = self.name(user, name)?;
        let there = self
            .account(user)
            .and_then(|account| account.mailboxes.get(&name))
            .is_some_and(|mailbox| mailbox.selectable);
        // Made also in place of a level that is only a name, as in Dovecot.
        if !there && self.persona.auto_of_name(&name).is_some() {
            let mailbox = self.fresh(true);
            if let Some(account) = self.account_mut(user) {
                account.mailboxes.insert(name.clone(), mailbox);
            }
        }
        self.account_mut(user)
            .and_then(|account| account.mailboxes.get_mut(&name))
            .filter(|mailbox| mailbox.selectable)
            .ok_or_else(|| Refusal::missing(code, &name))
    }

    /// As [`Self::reach`], for a session that has just left this mailbox: a ghost is still there for it.
    pub(super) fn reach_from(
        &mut self,
        user: &str,
        name: &[u8],
        left: Option<u64>,
    ) -> Result<&mut Mailbox, Refusal> {
        let ghosts = self.account(user).map(|account| &account.ghosts);
        let ghost = ghosts.and_then(|ghosts| ghosts.get(name));
        if ghost.is_none() || ghost.map(|ghost| ghost.id) != left {
            return self.reach(user, name, None);
        }
        self.account_mut(user)
            .and_then(|account| account.ghosts.get_mut(name))
            .ok_or_else(|| Refusal::missing(None, name))
    }

    /// All attributes for a role that the mailbox of this name has.
    pub(super) fn marks(&self, name: &[u8], mailbox: Option<&Mailbox>) -> Vec<String> {
        let own = mailbox
            .into_iter()
            .flat_map(|mailbox| mailbox.marks.clone());
        let by_name = self.persona.mark_of_name(name).map(str::to_owned);
        by_name.into_iter().chain(own).collect()
    }

    pub(super) fn is_subscribed(&self, user: &str, name: &[u8]) -> bool {
        let blind = self.persona.names == Names::CaseBlind;
        let said = self.account(user).map(|account| &account.subscriptions);
        self.persona.auto_of_name(name) == Some(Auto::Subscribe)
            || said.is_some_and(|said| {
                said.contains(name) || blind && said.iter().any(|own| self.is_one(own, name))
            })
    }

    /// Whether two names are one here.
    pub(super) fn is_one(&self, name: &[u8], other: &[u8]) -> bool {
        let compared = |name| names::compared(name, &self.persona);
        compared(name) == compared(other)
    }

    /// The mailbox that is listed under a name.
    pub(super) fn called(&self, user: &str, name: &[u8]) -> Option<&Mailbox> {
        let meant = self.meant(user, name.to_vec());
        self.account(user)?.mailboxes.get(&meant)
    }

    /// The mailbox that a session has open.
    pub(super) fn opened(&self, user: &str, id: u64) -> Option<&Mailbox> {
        self.account(user)?.by_id(id)
    }
}
