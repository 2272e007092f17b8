//! What a client's user can set so that it uses the kept mailboxes.
//!
//! In: a client's forecast, the account, which mailbox keeps each role. Out: [`Steps`]. Never: a way through a client's
//! menus that nobody documented.

use std::collections::BTreeMap;

use super::quote;
use crate::{
    language::{Phrase, text},
    model::{
        client::{Forecast, RoleForecast, Tristate, Use},
        listing::Listing,
        mailbox::MailboxName,
        role::Role,
    },
};
/// The roles that a client can be told a mailbox for.
const TOLD: [Role; 6] = [
    Role::Sent,
    Role::Drafts,
    Role::Trash,
    Role::Junk,
    Role::Archive,
    Role::Templates,
];

/// The mailboxes that iOS goes back to.
const IOS_NAMES: [&str; 2] = ["Sent Messages", "Deleted Messages"];

/// What to do in one client. Names in it are raw: whoever shows them makes them safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// The client, as people call it.
    pub client: String,
    /// What to do, in order, each with the mailboxes to choose there.
    pub steps: Vec<ClientStep>,
    /// Lines to paste instead, after the last step says where.
    pub snippet: Option<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientStep {
    /// The sentence.
    pub what: Phrase,
    /// The choices to make there: `sent mail: Courrier envoyé`.
    pub choices: Vec<Phrase>,
}

/// Tells what to set in one client; `kept` is which mailbox keeps each role, and `is_tidy` whether each does already, alone.
#[must_use]
pub fn steps(
    client: &Forecast,
    listing: &Listing,
    kept: &BTreeMap<Role, MailboxName>,
    is_tidy: bool,
) -> Steps {
    let roles = TOLD
        .into_iter()
        .filter(|role| client.cells.contains_key(role));
    let kept: Vec<(Role, &MailboxName)> = roles
        .filter_map(|role| Some((role, kept.get(&role)?)))
        .collect();
    let teller = Teller {
        client,
        listing,
        kept,
        is_tidy,
    };
    let (steps, snippet) = teller.tell();
    Steps {
        client: client.to_string(),
        steps,
        snippet,
    }
}

struct Teller<'a> {
    client: &'a Forecast,
    listing: &'a Listing,
    kept: Vec<(Role, &'a MailboxName)>,
    is_tidy: bool,
}

impl Teller<'_> {
    fn tell(&self) -> (Vec<ClientStep>, Option<String>) {
        if self.kept.is_empty() {
            return (
                vec![self.step(text::client_knows_no_role(self.client), &[])],
                None,
            );
        }
        match self.client.id.as_str() {
            "thunderbird" => self.thunderbird(),
            "geary" => self.geary(),
            "apple-mail" => (self.in_order(&[(text::apple_mail(), &TOLD[..])]), None),
            "ios" => {
                let mut steps = vec![(text::ios(), &TOLD[..])];
                if !self.is_tidy && IOS_NAMES.iter().any(|name| self.has_beside(name)) {
                    steps.insert(0, (text::ios_returns(), &[][..]));
                }
                (self.in_order(&steps), None)
            }
            "roundcube" => {
                let steps = [
                    (text::roundcube(), &TOLD[..]),
                    (text::roundcube_locks(), &[][..]),
                ];
                (self.in_order(&steps), None)
            }
            "outlook-2010" => {
                let roles = [Role::Sent, Role::Trash];
                (self.in_order(&[(text::outlook_2010(), &roles[..])]), None)
            }
            "outlook-2013" | "outlook-2016" | "outlook-2019" | "outlook-365" => {
                let once = if self.is_tidy {
                    text::outlook_once_tidy(self.client)
                } else {
                    text::outlook_once(self.client)
                };
                let known = self.known();
                let steps = [
                    (once, &[][..]),
                    (text::outlook_remove(), &[][..]),
                    (text::outlook_add(), known.as_slice()),
                ];
                (self.in_order(&steps), None)
            }
            _ => (self.other(), None),
        }
    }

    /// The roles of which it is known what the client does.
    fn known(&self) -> Vec<Role> {
        let is_known = |role: &Role| {
            let cell = self.client.cells.get(role);
            cell.is_some_and(|cell| cell.does != Use::Unknown)
        };
        TOLD.into_iter().filter(is_known).collect()
    }

    /// Whether there is a mailbox of this name that keeps no role.
    fn has_beside(&self, name: &str) -> bool {
        let mut mailboxes = self.listing.mailboxes.iter();
        let keeps = |own: &MailboxName| self.kept.iter().any(|(_, kept)| *kept == own);
        mailboxes.any(|mailbox| mailbox.name.text().ends_with(name) && !keeps(&mailbox.name))
    }

    /// Each sentence with its choices; one that is about roles which nothing keeps is left out.
    fn in_order(&self, steps: &[(Phrase, &[Role])]) -> Vec<ClientStep> {
        let told = steps.iter().filter(|(_, roles)| {
            roles.is_empty() || self.kept.iter().any(|(role, _)| roles.contains(role))
        });
        told.map(|(what, roles)| self.step(what.clone(), roles))
            .collect()
    }

    fn step(&self, what: Phrase, roles: &[Role]) -> ClientStep {
        let chosen = self.kept.iter().filter(|(role, _)| roles.contains(role));
        ClientStep {
            what,
            choices: chosen.map(|(role, name)| choice(*role, name)).collect(),
        }
    }

    /// The menus that hold at least one of the roles, then the preferences.
    fn thunderbird(&self) -> (Vec<ClientStep>, Option<String>) {
        const COPIES: [Role; 4] = [Role::Sent, Role::Archive, Role::Drafts, Role::Templates];
        let mut steps = self.in_order(&[
            (text::thunderbird_copies(), &COPIES[..]),
            (text::thunderbird_trash(), &[Role::Trash][..]),
            (text::thunderbird_junk(), &[Role::Junk][..]),
        ]);
        let lines: Vec<String> = self
            .kept
            .iter()
            .filter_map(|(role, name)| preferences(self.listing, *role, name))
            .collect();
        if lines.is_empty() {
            return (steps, None);
        }
        steps.push(self.step(text::thunderbird_preferences(), &[]));
        (steps, Some(lines.join("\n")))
    }

    /// The lines of its file; it offers no menu for them.
    fn geary(&self) -> (Vec<ClientStep>, Option<String>) {
        let kept = self.kept.iter();
        let lines: Vec<String> = kept
            .filter_map(|(role, name)| note(self.listing, *role, name))
            .collect();
        if lines.is_empty() {
            return (self.other(), None);
        }
        let steps = [(text::geary_file(), &[][..]), (text::geary_folders(), &[])];
        (self.in_order(&steps), Some(lines.join("\n")))
    }

    /// A client without steps of its own: what its profile says, the roles together that are set at one place.
    fn other(&self) -> Vec<ClientStep> {
        let mut places: Vec<(&RoleForecast, Vec<Role>)> = Vec::new();
        for (role, _) in &self.kept {
            let Some(cell) = self.client.cells.get(role) else {
                continue;
            };
            match places.iter_mut().find(|(at, _)| place(at) == place(cell)) {
                Some((_, roles)) => roles.push(*role),
                None => places.push((cell, vec![*role])),
            }
        }
        let told = places.iter().map(|(cell, roles)| match place(cell) {
            (Tristate::Yes, Some(place)) => self.step(text::other_set(place), roles),
            (Tristate::Yes, None) => self.step(text::other_choose(), roles),
            (Tristate::No, _) if self.is_tidy => {
                self.step(text::other_cannot_tidy(self.client), roles)
            }
            (Tristate::No, _) => self.step(text::other_cannot(self.client), roles),
            (Tristate::Unknown, _) => self.step(text::other_unknown(self.client), roles),
        });
        told.collect()
    }
}

fn place(cell: &RoleForecast) -> (Tristate, Option<&str>) {
    (cell.can_reassign, cell.reassign.as_deref())
}

fn choice(role: Role, name: &MailboxName) -> Phrase {
    if quote::is_plain(name.text()) {
        text::choice(word(role), name)
    } else {
        text::not_offerable(word(role))
    }
}

/// What people call a role.
fn word(role: Role) -> Phrase {
    match role {
        Role::Sent => text::sent_mail(),
        Role::Drafts => text::drafts(),
        Role::Trash => text::deleted_mail(),
        Role::Junk => text::junk_mail(),
        Role::Archive => text::archive_mail(),
        Role::Templates => text::templates(),
        other => other.into(),
    }
}

/// Thunderbird's preferences for one role (comm-central nsMsgIdentity.cpp, nsImapIncomingServer.cpp, nsSpamSettings.cpp);
/// picker mode 1 and target mode 1 mean "a mailbox chosen by the user".
fn preferences(listing: &Listing, role: Role, name: &MailboxName) -> Option<String> {
    let identity = |key: &str, picker: &str| {
        let folder = quote::javascript(&folder_uri(listing, name)?)?;
        Some(format!(
            "user_pref(\"mail.identity.id1.{key}\", {folder});\nuser_pref(\"mail.identity.id1.{picker}\", \"1\");"
        ))
    };
    match role {
        Role::Sent => identity("fcc_folder", "fcc_folder_picker_mode"),
        Role::Drafts => identity("draft_folder", "drafts_folder_picker_mode"),
        Role::Archive => identity("archive_folder", "archives_folder_picker_mode"),
        Role::Templates => identity("stationery_folder", "tmpl_folder_picker_mode"),
        Role::Trash => {
            let path = quote::javascript(&canonical(listing, name.text()))?;
            Some(format!(
                "user_pref(\"mail.server.server1.trash_folder_name\", {path});"
            ))
        }
        Role::Junk => {
            let folder = quote::javascript(&folder_uri(listing, name)?)?;
            Some(format!(
                "user_pref(\"mail.server.server1.spamActionTargetFolder\", {folder});\nuser_pref(\"mail.server.server1.moveTargetMode\", 1);\nuser_pref(\"mail.server.server1.moveOnSpam\", true);"
            ))
        }
        _ => None,
    }
}

/// What Geary notes of one role: the mailbox, level by level (accounts-manager.vala `save_folder`).
fn note(listing: &Listing, role: Role, name: &MailboxName) -> Option<String> {
    let key = match role {
        Role::Archive => "archive_folder",
        Role::Drafts => "drafts_folder",
        Role::Junk => "junk_folder",
        Role::Sent => "sent_folder",
        Role::Trash => "trash_folder",
        _ => return None,
    };
    let name = name.text();
    let path = match listing.delimiter() {
        Some(delimiter) => quote::key_file(name.split(delimiter)),
        None => quote::key_file([name].into_iter()),
    };
    Some(format!("{key}={}", path?))
}

/// Thunderbird's URI of a mailbox: the user escaped, no port, then the octets of the wire as they are; it escapes nothing
/// there (nsImapIncomingServer::PossibleImapMailbox).
#[must_use]
pub fn folder_uri(listing: &Listing, name: &MailboxName) -> Option<String> {
    let wire = std::str::from_utf8(name.wire()).ok()?;
    let user = quote::uri_user(&listing.account.user);
    let host = listing.account.host.to_ascii_lowercase();
    Some(format!("imap://{user}@{host}/{}", canonical(listing, wire)))
}

/// A path as Thunderbird keeps it: `/` for the delimiter, `%2F` for a slash inside a level, INBOX in capitals.
fn canonical(listing: &Listing, path: &str) -> String {
    let path = match listing.delimiter() {
        Some('/') => path.to_owned(),
        Some(delimiter) => path.replace('/', "%2F").replace(delimiter, "/"),
        None => path.replace('/', "%2F"),
    };
    let (first, rest) = path.split_once('/').unwrap_or((&path, ""));
    if !first.eq_ignore_ascii_case("INBOX") {
        return path;
    }
    if rest.is_empty() {
        "INBOX".to_owned()
    } else {
        format!("INBOX/{rest}")
    }
}
