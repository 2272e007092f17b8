//! One messy account, the clients that use it, and what rolecall says of them. In: an account of `accounts`. Out: a
//! failure that names the client, the role, what was foretold and what was seen. Never: two accounts on one server.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    client::Client,
    server::{Kind, Server},
    support::{
        self,
        dovecot::{Dovecot, PASSWORD, Setup},
        raw::{Raw, text},
    },
};

const DATE: &str = "05-Mar-2024 10:20:30 +0100";
const USER: &str = "alice";
/// Enough for every act of every run that takes a message out of it.
const INBOX: u32 = 16;

/// Where an account is.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// Marks at the usual names, no prefix.
    Marked,
    /// No marks, no prefix.
    Plain,
    /// Marks at the usual names, all below `INBOX.`.
    MarkedBelowInbox,
    /// No marks, all below `INBOX.`.
    PlainBelowInbox,
    /// Marks wherever clients put them, no prefix.
    Cyrus,
}

/// An account as it was found.
pub struct Account {
    pub place: Place,
    /// Wire name without prefix, number of messages, whether subscribed.
    pub mailboxes: &'static [(&'static str, u32, bool)],
    /// What rolecall does not foretell rightly: client, role, what is seen instead.
    pub known: &'static [(Client, &'static str, Option<&'static str>)],
}

/// Where the mail of a role went, or was foretold to go.
type Uses = BTreeMap<String, Option<String>>;

/// A server of the account's own, which ends with its handle.
enum Running {
    Dovecot(Dovecot),
    Cyrus(Server),
}

impl Running {
    fn start(place: Place) -> Self {
        let plain = |setup| Setup {
            special: vec![],
            ..setup
        };
        let setup = match place {
            Place::Marked => Setup::default(),
            Place::Plain => Setup::without_special_use(),
            Place::MarkedBelowInbox => Setup::inbox_dot(),
            Place::PlainBelowInbox => plain(Setup::inbox_dot()),
            Place::Cyrus => return Self::Cyrus(Server::start(Kind::Cyrus, &[USER.to_owned()])),
        };
        Self::Dovecot(Dovecot::start(&setup))
    }

    fn port(&self) -> u16 {
        match self {
            Self::Dovecot(server) => server.port,
            Self::Cyrus(server) => server.port,
        }
    }
}

/// The account on its server.
struct Scene {
    server: Running,
    prefix: &'static str,
    state: TempDir,
    known: &'static [(Client, &'static str, Option<&'static str>)],
}

/// Before the fix a Thunderbird is in use; after it, that one, a new one and a Roundcube all use the mailbox that was
/// foretold, for every role, the same for all, and nothing is made that was not announced.
pub fn clients_agree_after_fix(account: &Account) {
    if matches!(account.place, Place::Cyrus) && Kind::Cyrus.is_left_out() {
        return;
    }
    let scene = Scene::of(account);
    let profile = tempfile::tempdir().unwrap();
    scene.goes_as_foretold("before", Client::Thunderbird, Some(&profile));
    scene.fix();
    scene.clients_agree();
    let kept = scene.goes_as_foretold("after, as it was", Client::Thunderbird, Some(&profile));
    let new = scene.goes_as_foretold("after, new", Client::Thunderbird, None);
    let web = scene.goes_as_foretold("after", Client::Roundcube, None);
    assert_eq!(kept, new, "a new Thunderbird goes elsewhere");
    for (role, place) in &web {
        let is_known = scene.known.iter().any(|(_, known, _)| known == role);
        assert!(
            is_known || place == &new[role],
            "{role}: Roundcube {place:?}, Thunderbird {:?}",
            new[role]
        );
    }
}

impl Scene {
    fn of(account: &Account) -> Self {
        let prefix = match account.place {
            Place::MarkedBelowInbox | Place::PlainBelowInbox => "INBOX.",
            _ => "",
        };
        let scene = Self {
            server: Running::start(account.place),
            prefix,
            state: tempfile::tempdir().unwrap(),
            known: account.known,
        };
        let mut raw = scene.raw();
        let mut number = 0;
        let mut fill = |raw: &mut Raw, name: &str, count: u32| {
            for _ in 0..count {
                number += 1;
                raw.append(name, "", DATE, &text(number, 300));
            }
        };
        fill(&mut raw, "INBOX", INBOX);
        for (name, count, is_subscribed) in account.mailboxes {
            let name = format!("{prefix}{name}");
            raw.create(&name);
            if !is_subscribed {
                raw.ok(&format!("UNSUBSCRIBE \"{name}\""));
            }
            fill(&mut raw, &name, *count);
        }
        scene
    }

    fn raw(&self) -> Raw {
        Raw::login(self.server.port(), USER, PASSWORD)
    }

    fn names(&self) -> BTreeSet<String> {
        self.raw().numbers_of("MESSAGES").into_keys().collect()
    }

    fn tells(&self, words: &str) -> Value {
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut command = support::rolecall(self.state.path(), &words);
        command
            .args(["--plaintext", "--format", "json"])
            .arg(format!("imap://{USER}@127.0.0.1:{}", self.server.port()));
        support::json(command, 0)
    }

    fn fix(&self) {
        self.tells("fix --yes --settle 0");
    }

    /// `rolecall clients` shows both to agree about every role, but for those that it is known to be wrong about.
    fn clients_agree(&self) {
        let told = self.tells("clients --client thunderbird --client roundcube");
        for (role, agreement) in told["roles"].as_object().unwrap() {
            let is_known = self.known.iter().any(|(_, known, _)| known == role);
            assert!(is_known || agreement == "agree", "{role}: {agreement}");
        }
    }

    /// What `rolecall clients` says that a client will use or make for each role.
    fn foretold(&self, client: Client) -> Uses {
        let told = self.tells(&format!("clients --client {}", client.word()));
        let roles = told["clients"][0]["roles"].as_object().unwrap();
        let place = |cell: &Value| match cell["use"].as_str().unwrap() {
            "mailbox" => Some(cell["mailboxes"][0].as_str().unwrap().to_owned()),
            "creates" => Some(cell["creates"][0].as_str().unwrap().to_owned()),
            "computer" | "nothing" => None,
            other => Some(format!("({other})")),
        };
        roles
            .iter()
            .map(|(role, cell)| (role.clone(), place(cell)))
            .collect()
    }

    /// Runs a client; each role's mail goes where it was foretold, and what is new was announced. What was seen.
    fn goes_as_foretold(&self, when: &str, client: Client, profile: Option<&TempDir>) -> Uses {
        let mut foretold = self.foretold(client);
        for (_, role, place) in self.known.iter().filter(|(known, _, _)| *known == client) {
            let seen = place.map(|name| format!("{}{name}", self.prefix));
            let was = foretold.insert((*role).to_owned(), seen.clone());
            assert_ne!(was, Some(seen), "{client:?}, {role}: rolecall knows by now");
        }
        let before = self.names();
        let profile = profile.map(TempDir::path);
        let seen = client.run(self.server.port(), USER, profile);
        let foretold: Uses = foretold
            .into_iter()
            .filter(|(role, _)| seen.contains_key(role))
            .collect();
        // An archive may be divided by year, below the mailbox.
        let places: Uses = seen
            .iter()
            .map(|(role, place)| {
                (
                    role.clone(),
                    above(place.as_deref(), foretold[role].as_deref()),
                )
            })
            .collect();
        assert_eq!(
            places, foretold,
            "{when}, {client:?}: seen on the left, foretold on the right"
        );
        let announced: BTreeSet<&String> = foretold.values().flatten().collect();
        let made: Vec<String> = self.names().difference(&before).cloned().collect();
        for name in made {
            let is_announced = announced.iter().any(|one| is_at_or_below(&name, one));
            assert!(is_announced, "{when}, {client:?}: {name} was not announced");
        }
        places
    }
}

/// The mailbox that was foretold, where the message arrived at or below it; else where it arrived.
fn above(place: Option<&str>, foretold: Option<&str>) -> Option<String> {
    match (place, foretold) {
        (Some(place), Some(foretold)) if is_at_or_below(place, foretold) => {
            Some(foretold.to_owned())
        }
        _ => place.map(str::to_owned),
    }
}

fn is_at_or_below(name: &str, mailbox: &str) -> bool {
    let rest = name.strip_prefix(mailbox);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
}
