//! One messy account, the clients that use it, and what rolecall says of them.
//!
//! In: an account of `accounts`. Out: a failure that names the client, the role, what was predicted and what was seen.
//! Each account has a server of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    realclients::client::Client,
    servers::server::{Kind, Server},
    support::{
        self,
        account::DATE,
        dovecot::Setup,
        raw::{Raw, text},
        scene,
    },
};

const USER: &str = "alice";
/// Enough for every act of every run that takes a message out of it.
const INBOX: u32 = 30;

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
#[derive(Debug)]
pub struct Account {
    pub place: Place,
    /// Wire name without prefix, number of messages, whether subscribed.
    pub mailboxes: &'static [(&'static str, u32, bool)],
}

/// An account and its clients.
pub struct Used<'a> {
    pub account: &'a Account,
    /// Who uses it, one after the other, as [`Told`].
    pub clients: [Told; 3],
    pub known: Known,
}

/// What rolecall does not foretell rightly: client, role, what is seen instead.
pub type Known = &'static [(Client, &'static str, Option<&'static str>)];

/// A client, what it does before the fix, and what a new one does after it: role and mailbox, `+` where it makes that
/// mailbox, `-` where no mailbox gets the message.
pub type Told = (Client, &'static str, &'static str);

/// Where the mail of a role went, or was foretold to go.
pub type Uses = BTreeMap<String, Option<String>>;

impl Account {
    /// Whether its server is one that is not to be tried.
    pub fn is_left_out(&self) -> bool {
        matches!(self.place, Place::Cyrus) && Kind::Cyrus.is_left_out()
    }
}

/// A server of the account's own.
fn started(place: Place) -> Server {
    let plain = |setup| Setup {
        special: vec![],
        ..setup
    };
    Server::dovecot(&match place {
        Place::Marked => Setup::default(),
        Place::Plain => Setup::without_special_use(),
        Place::MarkedBelowInbox => Setup::inbox_dot(),
        Place::PlainBelowInbox => plain(Setup::inbox_dot()),
        Place::Cyrus => return Server::start(Kind::Cyrus, &[USER.to_owned()]),
    })
}

/// The account on its server.
pub struct Scene {
    at: scene::Scene<Server>,
    pub prefix: &'static str,
    clients: Vec<Client>,
    known: Known,
}

/// Before the fix its clients use different mailboxes for a role. After it new ones go where it was foretold, the same for
/// all, and so do those that were in use, but for what the plan says of them; nothing is made that was not announced.
pub fn clients_agree_after_fix(used: &Used) {
    if used.account.is_left_out() {
        return;
    }
    let clients = used.clients.map(|(client, ..)| client);
    let scene = Scene::of(used.account, &clients, used.known);
    let profiles = used.clients.map(|_| tempfile::tempdir().unwrap());
    let in_use = used.clients.iter().zip(&profiles);
    let before = in_use
        .clone()
        .map(|((client, told, _), profile)| scene.does("before", *client, Some(profile), told));
    let before: Vec<Seen> = before.collect();
    assert!(
        !differing(&before).is_empty(),
        "all goes well before the fix"
    );
    let plan = scene.plan();
    scene.fix();
    scene.clients_agree();
    let after = used
        .clients
        .iter()
        .map(|(client, _, told)| scene.does("after, new", *client, None, told));
    let after: Vec<Seen> = after.collect();
    assert_eq!(differing(&after), BTreeSet::new(), "after the fix");
    for (((client, ..), profile), new) in in_use.zip(&after) {
        scene.stays(*client, profile, new, &announced(&plan, *client));
    }
}

/// What a plan says that a client in use does otherwise than a new one: `if already in use, choose "Sent" for sent and
/// "Trash" for trash (geary.ini), else it makes "Sent Items" and "Corbeille" again`.
fn announced(plan: &Value, client: Client) -> Uses {
    let begin = format!("{}: if already in use, ", client.shown());
    let entries = plan["manual"].as_array().unwrap().iter();
    let told = entries
        .filter(|entry| entry["code"] == "client-to-be-told")
        .find_map(|entry| entry["message"].as_str().unwrap().strip_prefix(&begin));
    let clauses = told.into_iter().flat_map(|told| told.split("; "));
    let clauses = clauses.flat_map(|clause| {
        let (choices, does) = clause.split_once(", else ").unwrap();
        let roles = choices.split("\" for ").skip(1);
        let roles = roles.map(|rest| rest.split([',', ' ']).next().unwrap().to_owned());
        let names = does.split('"').skip(1).step_by(2);
        let places: Vec<Option<String>> = match does {
            "it keeps the mail on the computer" => vec![None; roles.clone().count()],
            _ => names.map(|name| Some(name.to_owned())).collect(),
        };
        assert_eq!(places.len(), roles.clone().count(), "{clause}");
        roles.zip(places)
    });
    clauses.collect()
}

/// The roles that have a mailbox with one client and another with another.
fn differing(all: &[Seen]) -> BTreeSet<&String> {
    let mut places: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for (role, place) in all.iter().flat_map(|seen| &seen.uses) {
        places.entry(role).or_default().extend(place);
    }
    places.retain(|_, places| places.len() > 1);
    places.into_keys().collect()
}

/// What a client did.
pub struct Seen {
    pub uses: Uses,
    made: BTreeSet<String>,
}

impl Scene {
    pub fn of(account: &Account, clients: &[Client], known: Known) -> Self {
        let prefix = match account.place {
            Place::MarkedBelowInbox | Place::PlainBelowInbox => "INBOX.",
            _ => "",
        };
        let server = started(account.place);
        let scene = Self {
            at: scene::Scene::at(server.port, server, USER),
            prefix,
            clients: clients.to_vec(),
            known,
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

    pub fn raw(&self) -> Raw {
        Raw::login(self.at.server.port, USER)
    }

    fn names(&self) -> BTreeSet<String> {
        let wire = self.raw().numbers_of("MESSAGES").into_keys();
        wire.map(|name| decoded(&name)).collect()
    }

    fn tells(&self, words: &str) -> Value {
        support::json(self.at.command(&format!("{words} --format json")), 0)
    }

    /// The lines that `rolecall clients --steps` has for a client's user to paste.
    pub fn lines_for(&self, client: Client) -> String {
        let words = format!("clients --steps --client {}", client.word());
        let shown = support::run(self.at.command(&words), 0);
        let lines = shown.lines().map(str::trim);
        lines
            .filter(|line| line.starts_with("user_pref(") || line.contains("_folder="))
            .fold(String::new(), |all, line| all + line + "\n")
    }

    fn plan(&self) -> Value {
        let words = format!("fix --dry-run --include trash,junk {}", self.stated());
        support::json(self.at.command(&format!("{words} --format json")), 1)
    }

    pub fn fix(&self) {
        let clients = self.stated();
        self.tells(&format!(
            "fix --yes --settle 0 --include trash,junk {clients}"
        ));
    }

    fn stated(&self) -> String {
        let words = self.clients.iter();
        let words = words.map(|client| format!("--client {}", client.word()));
        words.collect::<Vec<_>>().join(" ")
    }

    /// `sent Sent, trash +Corbeille, archive -`: without the prefix, `+` before what was made.
    pub fn words(&self, seen: &Seen) -> String {
        let uses = seen.uses.iter().map(|(role, place)| {
            let Some(place) = place else {
                return format!("{role} -");
            };
            let made = if seen.made.contains(place) { "+" } else { "" };
            format!(
                "{role} {made}{}",
                place.strip_prefix(self.prefix).unwrap_or(place)
            )
        });
        uses.collect::<Vec<_>>().join(", ")
    }

    /// `rolecall clients` shows all to agree about every role, but for those that it is known to be wrong about.
    fn clients_agree(&self) {
        let told = self.tells(&format!("clients {}", self.stated()));
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

    /// Runs a client. It does what is told of it here, its mail goes where rolecall foretold, and what is new was
    /// announced.
    fn does(&self, when: &str, client: Client, profile: Option<&TempDir>, told: &str) -> Seen {
        let (seen, foretold) = self.seen(client, profile, &[]);
        let when = format!("{when}, {client:?}: seen on the left");
        assert_eq!(self.words(&seen), told, "{when}");
        assert_eq!(seen.uses, foretold, "{when}, foretold on the right");
        for name in &seen.made {
            let mut announced = foretold.values().flatten();
            let is_announced = announced.any(|one| is_at_or_below(name, one));
            assert!(is_announced, "{when}, {name} was not announced");
        }
        seen
    }

    /// In which roles a new client does otherwise than foretold, and what it makes that was not announced.
    pub fn surprises(&self, client: Client) -> Vec<String> {
        let (seen, foretold) = self.seen(client, None, &[]);
        let roles = seen.uses.iter();
        let wrong = roles.filter(|(role, place)| foretold[*role] != **place);
        let wrong = wrong.map(|(role, place)| {
            let was = &foretold[role];
            format!("{role}: foretold {was:?}, seen {place:?}")
        });
        let announced = |name: &&String| foretold.values().flatten().all(|one| one != *name);
        let asked = seen.uses.values().flatten().any(|place| place == "(asks)");
        let made = seen.made.iter().filter(announced).filter(|_| !asked);
        wrong
            .chain(made.map(|name| format!("{name} was made")))
            .collect()
    }

    /// A client in use does what a new one does but for what was announced, and makes nothing else.
    fn stays(&self, client: Client, profile: &TempDir, new: &Seen, announced: &Uses) {
        let (seen, _) = self.seen(client, Some(profile), &[]);
        let mut expected = new.uses.clone();
        for (role, place) in announced {
            let was = expected.insert(role.clone(), place.clone());
            let was = was.unwrap_or_else(|| panic!("{client:?} has no {role}"));
            assert_ne!(was, *place, "{client:?}, {role}: a new one does so, too");
        }
        let when = format!("after, in use, {client:?}: seen on the left, announced on the right");
        assert_eq!(seen.uses, expected, "{when}");
        let again: BTreeSet<&String> = announced.values().flatten().collect();
        let places: BTreeSet<&String> = expected.values().flatten().collect();
        for name in &seen.made {
            let is_below = |place: &&String| name != *place && is_at_or_below(name, place);
            let is_announced = again.contains(name) || places.iter().any(is_below);
            assert!(is_announced, "{when}: {name} was made");
        }
    }

    /// What a client does, and what was foretold for the same roles.
    pub fn seen(&self, client: Client, profile: Option<&TempDir>, more: &[&str]) -> (Seen, Uses) {
        let mut foretold = self.foretold(client);
        for (_, role, place) in self.known.iter().filter(|(known, _, _)| *known == client) {
            let seen = place.map(|name| format!("{}{name}", self.prefix));
            let was = foretold.insert((*role).to_owned(), seen.clone());
            assert_ne!(was, Some(seen), "{client:?}, {role}: rolecall knows by now");
        }
        let before = self.names();
        let mut uses = client.run(self.at.server.port, USER, profile.map(TempDir::path), more);
        foretold.retain(|role, _| uses.contains_key(role));
        // An archive may be divided by year, below the mailbox.
        for (role, place) in &mut uses {
            let arrived = place.as_deref().map(decoded);
            *place = above(arrived.as_deref(), foretold[role].as_deref());
        }
        let made = self.names().difference(&before).cloned().collect();
        (Seen { uses, made }, foretold)
    }
}

/// A name as people read it; one that a client shows may be so already.
pub fn decoded(wire: &str) -> String {
    rolecall::model::mutf7::decode(wire.as_bytes()).unwrap_or_else(|| wire.to_owned())
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

pub fn is_at_or_below(name: &str, mailbox: &str) -> bool {
    let rest = name.strip_prefix(mailbox);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
}
