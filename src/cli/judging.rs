//! Judging accounts: what the command line, the accounts file and earlier runs say, joined with what a session shows.
//!
//! In: options, an account, a session. Out: a [`JudgedAccount`]: listing, roll and findings. Every command that judges an
//! account does it here and so through `crate::judge`; the part that needs a session is all that is added.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

use super::{
    args::Judging, blocking::blocking, connector::Connector, failure::Failure, run_context::now,
};
use crate::{
    apply::{AccountLog, StateDir},
    audit,
    clients::Selection,
    config::accounts::Entry,
    detect::{Hints, worth_a_look},
    imap::Session,
    judge::{self, Missing},
    mapping::{self, Mapping},
    model::{
        client::Forecasts,
        finding::Finding,
        listing::{AccountId, Listing},
        mailbox::MailboxName,
        role::Role,
        roll::Roll,
    },
    planner::{self, Foresight, Policy},
};

/// Everything that judging an account needs besides its listing. What the command line names is read before anything is
/// sent.
#[derive(Clone)]
pub struct Criteria {
    mapping: Arc<Mapping>,
    hints: Hints,
    /// How many messages of a mailbox are looked at; none where no mailbox is looked into.
    sample: Option<u32>,
    clients: Arc<Selection>,
    /// Where runs record which mailboxes they have set aside; none where nothing has ever run.
    state: Option<StateDir>,
}

/// An account as judged.
pub struct JudgedAccount {
    /// What was observed.
    pub listing: Listing,
    /// Every mailbox with its role.
    pub roll: Roll,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl JudgedAccount {
    /// The mailbox of each target. A mailbox that does not exist is accepted only if `may_make` says so.
    pub fn targets(
        &self,
        typed: &BTreeMap<Role, String>,
        may_make: &mut dyn FnMut(&Missing) -> bool,
    ) -> Result<BTreeMap<Role, MailboxName>, Failure> {
        Ok(judge::targets(&self.listing, &self.roll, typed, may_make)?)
    }
}

impl Criteria {
    /// Reads the options and the user's own tables.
    pub fn new(
        judging: &Judging,
        targets: &[(Role, String)],
        state: Option<StateDir>,
    ) -> Result<Self, Failure> {
        let language = judging.locale.first().map(String::as_str);
        Ok(Self {
            mapping: Arc::new(mapping(&judging.mappings)?),
            hints: Hints {
                overrides: judging.role.clone(),
                targets: targets.iter().cloned().collect(),
                locales: judging.locale.clone(),
                ..Hints::default()
            },
            sample: judging.sample_size(),
            clients: Arc::new(Selection::new(&judging.client, language)?),
            state,
        })
    }

    /// The criteria for one account: with what the accounts file says of it, where the command line has the last word, and
    /// with the mailboxes that earlier runs have set aside there.
    pub async fn for_account(&self, entry: &Entry) -> Result<Self, Failure> {
        let log = match &self.state {
            Some(state) => Some(account_log(state, &entry.account.id).await?),
            None => None,
        };
        Ok(self.for_account_of(entry, log.as_ref()))
    }

    /// The same where what the account's journals say is known; none where there are no journals.
    pub fn for_account_of(&self, entry: &Entry, log: Option<&AccountLog>) -> Self {
        let said = &entry.said;
        let mut criteria = self.clone();
        let hints = &mut criteria.hints;
        hints.overrides.splice(0..0, said.roles.iter().cloned());
        for (role, target) in &said.targets {
            hints.targets.entry(*role).or_insert_with(|| target.clone());
        }
        if hints.locales.is_empty() {
            hints.locales.clone_from(&said.locales);
            if let Some(first) = said.locales.first() {
                criteria.clients = Arc::new(criteria.clients.in_language(first));
            }
        }
        if let Some(log) = log {
            hints.waiting = set_aside(log);
        }
        criteria
    }

    /// Connects, looks at the account and judges it, and logs out.
    pub async fn examine(
        &self,
        connector: &Connector,
        entry: &Entry,
    ) -> Result<JudgedAccount, Failure> {
        let mut session = connector.connect(entry).await?;
        let judged = self.look(&mut session).await?;
        session.logout().await;
        Ok(judged)
    }

    /// Lists the mailboxes and judges them. Looks into those that play one role together, and into those whose mail may
    /// show what they are.
    pub async fn look(&self, session: &mut Session) -> Result<JudgedAccount, Failure> {
        let mut listing = session.listing(now()).await?;
        if let Some(messages) = self.sample {
            let looks = judge::looks(&listing, &self.mapping, &self.hints, messages)?;
            if !looks.is_empty() {
                session.sample(&mut listing, &looks).await?;
            }
        }
        self.judge(listing, &self.hints)
    }

    fn judge(&self, listing: Listing, hints: &Hints) -> Result<JudgedAccount, Failure> {
        let predict = |listing: &Listing| self.predict(listing);
        let judge::Judged { roll, findings } =
            judge::judge(&listing, &self.mapping, hints, &predict)?;
        Ok(JudgedAccount {
            listing,
            roll,
            findings,
        })
    }

    /// Lends what the planner asks about accounts that it imagines.
    pub fn foresee<T>(&self, ask: impl FnOnce(Foresight<'_>) -> T) -> T {
        ask(Foresight {
            predict: &|listing| self.predict(listing),
            stay: &|before, after| self.clients.stay(before, after),
            role_of: &|listing, name| {
                judge::role_by_name(listing, &self.mapping, &self.hints.locales, name)
            },
        })
    }

    /// Adds to the findings of an audit the names in which the stated clients meet: `fix` with the same clients will give
    /// these names.
    pub fn add_meetings(&self, judged: &mut JudgedAccount) {
        let JudgedAccount {
            listing,
            roll,
            findings,
        } = judged;
        let policy = Policy::default();
        let meeting = self.foresee(|foresight| {
            let meeting = planner::meeting(listing, roll, findings, &policy, foresight);
            let free = meeting.into_iter().filter(|(role, suggestion)| {
                !suggestion.if_marked && !self.hints.targets.contains_key(role)
            });
            free.map(|(role, suggestion)| (role, (suggestion.keep, suggestion.because)))
                .collect()
        });
        audit::add_meetings(findings, roll, &meeting);
    }

    /// The clients that are asked about.
    pub fn clients(&self) -> &Selection {
        &self.clients
    }

    /// What the clients will do with an account.
    pub fn predict(&self, listing: &Listing) -> Forecasts {
        self.clients.predict(listing)
    }

    /// Looks into the mailboxes that play a role together only since the user has said more about them.
    pub async fn look_again(
        &self,
        session: &mut Session,
        judged: &mut JudgedAccount,
    ) -> Result<(), Failure> {
        if self.sample.is_some() {
            let mut looks = worth_a_look(&judged.listing, &judged.roll, 0);
            looks.retain(|name, _| {
                let mailbox = judged.listing.find(name.wire());
                mailbox.is_some_and(|mailbox| mailbox.sample.is_none())
            });
            session.sample(&mut judged.listing, &looks).await?;
        }
        Ok(())
    }

    /// Judges a listing again with the roles and targets that the user has named on the terminal.
    pub fn rejudge(
        &self,
        judged: &mut JudgedAccount,
        roles: &[(String, Option<Role>)],
        targets: BTreeMap<Role, String>,
    ) -> Result<(), Failure> {
        let mut hints = Hints {
            targets,
            ..self.hints.clone()
        };
        hints.overrides.extend_from_slice(roles);
        *judged = self.judge(judged.listing.clone(), &hints)?;
        Ok(())
    }

    /// The mailbox that the user wants to keep each role, as typed.
    pub fn targets(&self) -> &BTreeMap<Role, String> {
        &self.hints.targets
    }

    /// The wire names of the mailboxes that earlier runs have set aside in the account.
    pub fn set_aside(&self) -> &BTreeSet<Vec<u8>> {
        &self.hints.waiting
    }
}

/// What the journals of an account say.
pub async fn account_log(state: &StateDir, account: &AccountId) -> Result<AccountLog, Failure> {
    let (state, account) = (state.clone(), account.clone());
    blocking(move || Ok(state.account_log(&account)?)).await
}

/// The wire names of the mailboxes that runs have set aside in an account and remove later.
pub fn set_aside(log: &AccountLog) -> BTreeSet<Vec<u8>> {
    let waiting = log.waiting(&now());
    let names = waiting.iter().flat_map(|waits| &waits.names);
    names.map(|name| name.wire().to_vec()).collect()
}

/// The built-in table with the user's own tables over it; the last one takes precedence.
pub fn mapping(own: &[PathBuf]) -> Result<Mapping, Failure> {
    let mut mapping = Mapping::built_in();
    for path in own {
        mapping = mapping.with(mapping::file::read(path)?);
    }
    Ok(mapping)
}
