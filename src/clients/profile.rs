//! Profiles of mail clients: what is known of how each finds and makes its mailboxes.
//!
//! In: `mappings/clients.yaml` as `file` reads it. Out: [`Profile`], every statement with its source. Never: a
//! statement that nobody made; what is unknown is none.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{
    client::{Confidence, Looks, Tristate, When},
    role::Role,
};

/// One client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// What `--client` takes.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The version that the statements are about.
    pub version: String,
    /// Where most of it comes from.
    pub said: Provenance,
    /// Which mailboxes it sees.
    pub sees: Sees,
    /// When it looks.
    pub looks: Looks,
    /// The roles that it has.
    pub roles: BTreeMap<Role, RoleProfile>,
}

/// Where a statement comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Repository and file, page, or thread.
    pub source: String,
    /// How well it is known.
    pub confidence: Confidence,
}

/// Which mailboxes a client sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sees {
    /// Which.
    pub which: Option<Which>,
    /// Who says so.
    pub said: Provenance,
}

/// What is known about one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleProfile {
    /// The names that it looks for and makes.
    pub names: ProfileNames,
    /// How it finds its mailbox.
    pub finds: Finds,
    /// What it does when it finds none.
    pub misses: Misses,
    /// How one that is in use finds its mailbox again.
    pub keeps: Keeps,
    /// Whether the user can choose another.
    pub can_reassign: Tristate,
    /// Where.
    pub reassign: Option<String>,
    /// Whether it leaves this role alone on Gmail.
    pub not_with_labels: bool,
}

/// Names by language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileNames {
    /// By BCP 47 tag, in the order in which they are looked for; `any` for every language.
    pub by_language: BTreeMap<String, Vec<String>>,
    /// Whether it is unknown which of several names it uses; else it makes the first.
    pub is_open: bool,
    /// Who says so, where not the statement that uses them.
    pub said: Option<Provenance>,
}

/// How a client finds its mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finds {
    /// The ways, in order.
    pub ways: Option<Vec<Way>>,
    /// Which of several marked mailboxes it takes.
    pub several: Option<Several>,
    /// Where it looks for names.
    pub places: Option<Vec<NamePlace>>,
    /// Where it does so for a user of English, if not there.
    pub places_in_english: Option<Vec<NamePlace>>,
    /// Whether letters must be equal.
    pub letters: Option<Letters>,
    /// Who says so.
    pub said: Provenance,
}

/// What a client does when it finds no mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misses {
    /// What.
    pub does: Option<Does>,
    /// When it makes one.
    pub when: When,
    /// Where it makes one.
    pub place: Option<NamePlace>,
    /// Whether it takes a mailbox of the name that it does not see.
    pub takes_unseen: bool,
    /// Who says so.
    pub said: Provenance,
}

/// How a client that is in use finds its mailbox again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeps {
    /// The ways, in order.
    pub ways: Option<Vec<Again>>,
    /// What it does when its mailbox is gone and no way finds another; [`Does::Creates`] makes the same again.
    pub gone: Option<Does>,
    /// Who says so.
    pub said: Provenance,
}

/// Which mailboxes a client sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// All that are listed.
    All,
    /// Those that are subscribed.
    Subscribed,
    /// All in the account's own namespace.
    Personal,
}

/// A way of finding a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Its own name, letter by letter, at the top.
    OwnName,
    /// Its names, in its user's language.
    Names,
    /// The English names of its table.
    EnglishNames,
    /// Special-use attributes.
    Attributes,
    /// Special-use attributes where SPECIAL-USE is advertised.
    AttributesIfSpecialUse,
    /// `\All`.
    AttributesOfAll,
    /// Attributes and names alike.
    AttributesOrNames,
    /// XLIST's attributes.
    Xlist,
}

/// A way in which a client that is in use finds its mailbox again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Again {
    /// What it used before, if that is still there; the computer always is.
    Kept,
    /// The same, unless the server marked it then.
    KeptUnmarked,
    /// Those of its ways that go by special-use attributes.
    Marked,
    /// As when it was set up.
    Anew,
}

/// Which of several marked mailboxes, in the server's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Several {
    /// The first.
    First,
    /// The last.
    Last,
    /// The first by its name, whatever the server's order.
    FirstByName,
}

/// Where a name is looked for or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamePlace {
    /// Directly in the account's own namespace.
    Namespace,
    /// The name as it is.
    Top,
    /// Directly below INBOX.
    Inbox,
    /// At the top or one level below anything.
    OneBelow,
}

/// How letters are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Letters {
    /// Upper and lower case are the same.
    AnyCase,
    /// They are not.
    AsWritten,
}

/// What a client does when it finds no mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// It makes one.
    Creates,
    /// It keeps the mail on the computer.
    Computer,
    /// It leaves the mail where it is and only marks it there.
    InPlace,
    /// It asks.
    Asks,
    /// Nothing: the mail is not stored.
    Nothing,
}
