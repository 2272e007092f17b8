//! An account that is on no server: where the test of a room begins. In: names. Out: a listing. Never: a network.

use std::collections::BTreeSet;

use rolecall::model::{
    listing::{AccountId, Listing, Namespace, Server},
    mailbox::{Mailbox, MailboxName, Status},
    mutf7,
};

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
        mailboxes: vec![],
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
