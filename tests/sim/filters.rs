//! The account's filters in the simulated world: a server of scripts, and the agent that delivers mail through the one that
//! is active.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use rolecall::{
    demo::{Delivery, World},
    sieve::{self, FilingKind, Filters, NameEncoding, SieveActionKind, StoredScript},
    store::{Act, ActError, Answering, Later, ListedScript, LookError, Scripts},
};

use super::client::USER;

/// What becomes of a command that changes filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterFault {
    /// It never reaches the server.
    NotSent,
    /// It is not carried out, and no answer comes.
    Lost,
    /// It is carried out, and no answer comes.
    Unanswered,
    /// No answer comes, and it is carried out later: before the next command that changes filters.
    Late,
    /// The server refuses it.
    Refused,
    /// The server says OK and does nothing.
    Ignored,
}

impl FilterFault {
    pub const EVERY: [Self; 6] = [
        Self::NotSent,
        Self::Lost,
        Self::Unanswered,
        Self::Late,
        Self::Refused,
        Self::Ignored,
    ];
}

#[derive(Debug, Default)]
struct State {
    scripts: BTreeMap<String, Vec<u8>>,
    active: Option<String>,
    /// Commands so far that change something.
    acts: usize,
    fault: Option<(usize, FilterFault)>,
    late: Vec<Act>,
    /// A text that a script gets before the next command that changes something: somebody edits it.
    edit: Option<(String, Vec<u8>)>,
    forwarded: usize,
    delivered: usize,
}

impl State {
    fn carry_out(&mut self, act: &Act) {
        match act {
            Act::PutScript { name, text } => {
                self.scripts.insert(name.clone(), text.octets().to_vec());
            }
            Act::ActivateScript { name } => self.active = Some(name.clone()),
            _ => unreachable!("it is not about filters"),
        }
    }
}

/// The server of scripts; clones are the same server.
#[derive(Debug, Clone, Default)]
pub struct FilterServer(Arc<Mutex<State>>);

impl FilterServer {
    /// One with an active script.
    pub fn with(name: &str, text: &str) -> Self {
        let server = Self::default();
        let mut state = server.state();
        state.scripts.insert(name.to_owned(), text.into());
        state.active = Some(name.to_owned());
        drop(state);
        server
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// What shall become of the n-th command from now on that changes something, from 0.
    pub fn arm(&self, fault: Option<(usize, FilterFault)>) {
        let mut state = self.state();
        state.acts = 0;
        state.fault = fault;
    }

    /// Somebody gives a script this text just before the next command that changes something.
    pub fn edit_at_next_act(&self, name: &str, text: &str) {
        self.state().edit = Some((name.to_owned(), text.into()));
    }

    /// Somebody stores a script.
    pub fn put(&self, name: &str, text: &str) {
        self.state().scripts.insert(name.to_owned(), text.into());
    }

    /// Somebody lets another script run.
    pub fn activate(&self, name: &str) {
        self.state().active = Some(name.to_owned());
    }

    /// Commands since that change something.
    pub fn acts(&self) -> usize {
        self.state().acts
    }

    pub fn active(&self) -> Option<String> {
        self.state().active.clone()
    }

    pub fn text(&self, name: &str) -> Option<String> {
        let text = self.state().scripts.get(name).cloned()?;
        Some(String::from_utf8(text).unwrap())
    }

    pub fn names(&self) -> BTreeSet<String> {
        self.state().scripts.keys().cloned().collect()
    }

    /// Messages that were delivered, and those of them that were forwarded.
    pub fn counts(&self) -> (usize, usize) {
        let state = self.state();
        (state.delivered, state.forwarded)
    }

    /// What a look at the account's filters shows.
    pub fn look(&self) -> Filters {
        let state = self.state();
        let active = state.active.iter();
        let scripts =
            active.map(|name| StoredScript::new(name.clone(), true, &state.scripts[name]));
        Filters::Read {
            implementation: "sim".to_owned(),
            extensions: BTreeSet::new(),
            scripts: scripts.collect(),
        }
    }

    /// Delivers message so-and-so as Pigeonhole does: by the first rule of the active script. Where its mailbox is gone,
    /// everything that the script would have done is dropped, and one copy is in INBOX.
    pub fn deliver(&self, world: &mut World, number: usize) -> u64 {
        let mut state = self.state();
        let text = state.active.as_ref().map(|name| &state.scripts[name]);
        let script = text.map(|text| sieve::read(text).unwrap());
        let filing = script.as_ref().and_then(|script| {
            let mut filings = script.filings().iter();
            filings.find(|filing| matches!(filing.kind, FilingKind::FileInto(_)))
        });
        let into = filing.and_then(|filing| filing.mailbox(NameEncoding::Utf8));
        let into = into.map(|name| rolecall::model::mutf7::encode(&name));
        let creates = filing.is_some_and(|filing| filing.kind.options().unwrap().create);
        let id = filing.and_then(|filing| filing.kind.options()?.mailbox_id.clone());
        let id = id.and_then(|id| id.parse().ok());
        let name = into.map(|name| String::from_utf8(name).unwrap());
        if let (Some(name), true) = (&name, creates) {
            let _ = world.add_mailbox(USER, name);
        }
        // One that is known by its id is found under whatever name it has.
        let is_found = id.is_some_and(|id| {
            let mut mailboxes = world.account(USER).unwrap().mailboxes.values();
            mailboxes.any(|mailbox| mailbox.id == id)
        });
        let name = name.filter(|name| is_found || world.mailbox(USER, name).is_some());
        let forwards = script
            .as_ref()
            .is_some_and(|script| script.does(SieveActionKind::Forward).next().is_some());
        state.delivered += 1;
        state.forwarded += usize::from(forwards && (name.is_some() || filing.is_none()));
        let text = format!("Message-ID: <filed{number}@example.test>\r\n\r\nfiled mail\r\n");
        let name = name.as_deref().unwrap_or("INBOX");
        let mut delivery = match id {
            Some(id) => Delivery::by_id(id, name, text.into_bytes()),
            None => Delivery::by_name(name, text.into_bytes()),
        };
        delivery.date = Some(1_750_000_000 + i64::try_from(number).unwrap());
        world.deliver(USER, delivery).unwrap().email_id
    }
}

impl Scripts for FilterServer {
    fn list(&mut self) -> Answering<'_, Vec<ListedScript>, LookError> {
        let state = self.state();
        let scripts = state.scripts.keys().map(|name| ListedScript {
            name: name.clone(),
            is_active: state.active.as_ref() == Some(name),
        });
        let scripts = scripts.collect();
        drop(state);
        Box::pin(async { Ok(scripts) })
    }

    fn read<'a>(&'a mut self, name: &'a str) -> Answering<'a, Option<Vec<u8>>, LookError> {
        let text = self.state().scripts.get(name).cloned();
        Box::pin(async { Ok(text) })
    }

    fn check<'a>(&'a mut self, text: &'a [u8]) -> Answering<'a, (), LookError> {
        let checked = sieve::read(text)
            .map(|_| ())
            .map_err(|why| LookError::Refused {
                code: None,
                text: format!("{why:?}").into(),
            });
        Box::pin(async { checked })
    }

    fn perform<'a>(&'a mut self, act: &'a Act) -> Answering<'a, (), ActError> {
        let mut state = self.state();
        if let Some((name, text)) = state.edit.take() {
            state.scripts.insert(name, text);
        }
        for late in std::mem::take(&mut state.late) {
            state.carry_out(&late);
        }
        let fault = state.fault.filter(|(at, _)| *at == state.acts);
        state.acts += 1;
        let unknown = || ActError::Unknown {
            why: "the line was cut".into(),
            later: Later::default(),
        };
        let performed = match fault.map(|(_, fault)| fault) {
            None => {
                state.carry_out(act);
                Ok(())
            }
            Some(FilterFault::NotSent) => Err(ActError::NotSent {
                why: "the line was cut".into(),
                later: Later::default(),
            }),
            Some(FilterFault::Lost) => Err(unknown()),
            Some(FilterFault::Unanswered) => {
                state.carry_out(act);
                Err(unknown())
            }
            Some(FilterFault::Late) => {
                state.late.push(act.clone());
                Err(unknown())
            }
            Some(FilterFault::Refused) => Err(ActError::Refused {
                code: Some("QUOTA/MAXSCRIPTS".to_owned()),
                text: "too many scripts".into(),
                copy_uid: None,
            }),
            Some(FilterFault::Ignored) => Ok(()),
        };
        drop(state);
        Box::pin(async { performed })
    }
}
