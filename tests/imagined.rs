//! An account that is on no server, and how it is judged: where the test of a room begins.
//!
//! In: names. Out: a listing, and what the product makes of it. Never: a network, a second order of judging.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use rolecall::{
    clients::{ChosenClients, built_in, profile::Profile},
    detect::Hints,
    judge::{Criteria, Judged},
    mapping::Mapping,
    model::{
        listing::{AccountId, ListedMailboxes, Listing, Namespace, Server},
        mailbox::{Mailbox, MailboxName, Status},
        mutf7,
    },
};

/// What is known of each client.
pub static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| built_in().unwrap());
static CRITERIA: LazyLock<Criteria> =
    LazyLock::new(|| Criteria::new(Arc::new(Mapping::built_in()), Arc::new(clients(&[]))));

/// By what an account is judged where the user says nothing: the built-in mapping and every client.
pub fn criteria() -> Criteria {
    CRITERIA.clone()
}

/// The clients that were named, as `--client` takes them; every client where none was.
pub fn clients(named: &[&str]) -> ChosenClients {
    ChosenClients::choose(&PROFILES, named.iter().copied(), None).unwrap()
}

/// Judging where the user has said this.
pub fn hinted(hints: Hints) -> Criteria {
    Criteria {
        hints,
        ..criteria()
    }
}

/// An account as it is judged where the user says nothing.
pub fn judged(listing: &Listing) -> Judged {
    criteria().judge(listing.clone()).unwrap()
}

/// Alice's account, with `/` between levels, no prefix, and no mailbox yet.
pub fn account() -> Listing {
    Listing {
        account: AccountId {
            host: "imap.example.com".to_owned(),
            port: 993,
            user: "alice".to_owned(),
            url: "imaps://alice@imap.example.com".to_owned(),
        },
        acted_as: None,
        taken: "2026-11-24T00:00:00Z".to_owned(),
        server: Server::default(),
        personal: namespace("", '/'),
        foreign: vec![],
        mailboxes: ListedMailboxes::default(),
        dangling: vec![],
    }
}

pub fn namespace(prefix: &str, delimiter: char) -> Vec<Namespace> {
    vec![Namespace {
        prefix: prefix.to_owned(),
        delimiter: Some(delimiter),
    }]
}

pub fn name(text: &str) -> MailboxName {
    MailboxName::new(mutf7::encode(text), text.to_owned())
}

/// A subscribed mailbox of which nothing else is known.
pub fn mailbox(text: &str) -> Mailbox {
    Mailbox {
        name: name(text),
        delimiter: Some('/'),
        attributes: BTreeSet::new(),
        selectable: true,
        subscribed: Some(true),
        status: Status::default(),
        sample: None,
    }
}

/// The same as told in a few words: `Sent \Sent`; `Trash -` is not subscribed.
pub fn told(told: &str) -> Mailbox {
    let (told, subscribed) = match told.strip_suffix(" -") {
        Some(told) => (told, false),
        None => (told, true),
    };
    let mut words = told.split(" \\");
    let mut mailbox = mailbox(words.next().unwrap_or_default());
    mailbox.attributes = words.map(|word| format!("\\{word}")).collect();
    mailbox.subscribed = Some(subscribed);
    mailbox
}
