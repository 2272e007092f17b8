//! Greeting, capabilities, LOGIN, AUTHENTICATE PLAIN and ID.
//!
//! In: names and passwords of the world's accounts. Out: a session that has a user. A failed login does not say whether
//! the name or the password was wrong.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    outcome::Refusal,
    parse::Word,
    persona::Persona,
    reply::{Fault, Reply},
    seam::WorldSeam as _,
    session::{Session, Turn},
    world::World,
};

/// What is offered before login, if it is offered at all.
const BEFORE_LOGIN: [&str; 6] = [
    "IMAP4rev1",
    "IMAP4rev2",
    "SASL-IR",
    "ID",
    "ENABLE",
    "LITERAL+",
];

pub(super) fn greeting(persona: &Persona) -> String {
    format!(
        "* OK [CAPABILITY {}] rolecall demo ready.\r\n",
        capabilities(persona, false)
    )
}

/// What is offered, before and after login.
pub(super) fn capabilities(persona: &Persona, logged_in: bool) -> String {
    let offered = persona.capabilities.iter();
    let offered = offered.filter(|own| logged_in || BEFORE_LOGIN.contains(own));
    let mut offered: Vec<String> = offered
        .map(|own| match (*own, persona.message_limit) {
            ("MESSAGELIMIT", Some(limit)) => format!("{own}={limit}"),
            _ => (*own).to_owned(),
        })
        .collect();
    if !logged_in {
        offered.push("AUTH=PLAIN".to_owned());
    }
    offered.join(" ")
}

fn wrong() -> Fault {
    Fault::No(Refusal::said(
        "[AUTHENTICATIONFAILED] Authentication failed.",
    ))
}

impl Session {
    pub(super) fn id(turn: &mut Turn<'_, '_>) -> Reply {
        if !turn.world.persona.can("ID") {
            return Err(super::dispatch::unknown());
        }
        turn.say("* ID (\"name\" \"rolecall demo\")");
        Ok("ID completed.".to_owned())
    }

    pub(super) fn login(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [name, password] = arguments else {
            return Err(Fault::wrong("Invalid arguments"));
        };
        let (Some(name), Some(password)) = (name.text(), password.text()) else {
            return Err(Fault::wrong("Invalid arguments"));
        };
        self.enter(turn.world, name, name, password)
    }

    pub(super) fn authenticate(&mut self, turn: &mut Turn<'_, '_>, arguments: &[Word]) -> Reply {
        let [mechanism, rest @ ..] = arguments else {
            return Err(Fault::wrong("Invalid arguments"));
        };
        if mechanism.capitals() != "PLAIN" {
            return Err(Fault::No(Refusal::said(
                "[ALERT] Unsupported authentication mechanism.",
            )));
        }
        let response = match rest {
            [Word::Atom(_)] if !turn.world.persona.can("SASL-IR") => {
                return Err(Fault::wrong("Invalid arguments"));
            }
            // `=` is a response of no octets (RFC 4959).
            [Word::Atom(empty)] if empty == b"=" => &[],
            [response] => response.octets().unwrap_or_default(),
            _ => {
                return Err(Fault::wrong("Invalid arguments"));
            }
        };
        if response == b"*" {
            return Err(Fault::bad("Authentication aborted by client."));
        }
        let Ok(plain) = STANDARD.decode(response) else {
            return Err(Fault::bad("Invalid base64 data in continued response"));
        };
        let mut parts = plain.split(|octet| *octet == 0);
        let mut part = || parts.next().and_then(|part| std::str::from_utf8(part).ok());
        let (Some(for_whom), Some(name), Some(password)) = (part(), part(), part()) else {
            return self.failed();
        };
        let for_whom = if for_whom.is_empty() { name } else { for_whom };
        self.enter(turn.world, for_whom, name, password)
    }

    fn failed(&mut self) -> Reply {
        self.failed_logins += 1;
        Err(wrong())
    }

    /// `name` proves itself and becomes `for_whom`, which only the master user may do for another.
    fn enter(&mut self, world: &mut World, for_whom: &str, name: &str, password: &str) -> Reply {
        world.before_login(for_whom);
        let own = name == for_whom
            && world
                .account(name)
                .is_some_and(|account| account.password == password);
        let master = world
            .persona
            .master
            .as_ref()
            .is_some_and(|(master, secret)| master == name && secret == password);
        if !(own || master) || world.account(for_whom).is_none() {
            return self.failed();
        }
        self.user = Some(for_whom.to_owned());
        let offered = capabilities(&world.persona, true);
        Ok(format!("[CAPABILITY {offered}] Logged in"))
    }
}
