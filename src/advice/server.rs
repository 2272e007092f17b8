//! What a server's administrator can paste, for the server that this is.
//!
//! In: the listing, which mailboxes keep which role. Out: entries for the plan's `manual`. Never: a line for a server
//! that did not say what it is, a mailbox outside the account's first personal namespace.

use super::{
    quote,
    text::{Language, Text},
};
use crate::model::{
    finding::Code, listing::Listing, mailbox::MailboxName, plan::Manual, role::Role,
};

/// A mailbox that keeps a role once the plan is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Which role.
    pub role: Role,
    /// Which mailbox.
    pub name: MailboxName,
    /// Whether it lacks a mark that only the administrator can set.
    pub needs_mark: bool,
}

/// What is left for the administrator: marks, Courier's trash, the names on Exchange (`joins`: the plan makes room for
/// them).
#[must_use]
pub fn by_administrator(
    listing: &Listing,
    kept: &[Kept],
    joins: bool,
    language: Language,
) -> Vec<Manual> {
    let exchange = joins.then(|| exchange(listing, language)).flatten();
    let all = [
        marks(listing, kept, language),
        trash(listing, kept, language),
        exchange,
    ];
    all.into_iter().flatten().collect()
}

/// Which mail server this is, as far as it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Software {
    Dovecot,
    Cyrus,
    Courier,
    Exchange,
    Unknown,
}

/// By ID (RFC 2971); Courier has none and is known by a capability of its own, Exchange Online by its host too.
fn software(listing: &Listing) -> Software {
    let server = &listing.server;
    let said = server.software.as_deref().unwrap_or_default();
    let said = said.to_ascii_lowercase();
    let host = listing.account.host.to_ascii_lowercase();
    if said.contains("dovecot") {
        Software::Dovecot
    } else if said.contains("cyrus") {
        Software::Cyrus
    } else if said.contains("microsoft.exchange") || host.ends_with(".office365.com") {
        Software::Exchange
    } else if said.contains("courier") || server.can("ACL2=UNION") {
        Software::Courier
    } else {
        Software::Unknown
    }
}

fn marks(listing: &Listing, kept: &[Kept], language: Language) -> Option<Manual> {
    let wanting: Vec<(&MailboxName, &str)> = kept
        .iter()
        .filter(|one| one.needs_mark)
        .filter_map(|one| Some((&one.name, one.role.attribute()?)))
        .collect();
    if wanting.is_empty() {
        return None;
    }
    let said = wanting.iter().map(|(name, attribute)| {
        let given = [("mailbox", name.text()), ("attribute", attribute)];
        Text::MarkOne.with(language, &given)
    });
    let said = said.collect::<Vec<_>>().join(", ");
    let (message, snippet) = match software(listing) {
        Software::Dovecot => (Text::Mark, dovecot(listing, &wanting, language)),
        Software::Cyrus => match cyrus(listing, &wanting) {
            Some(lines) => (Text::MarkInCyradm, Some(lines)),
            None => (Text::Mark, None),
        },
        _ => (Text::Mark, None),
    };
    Some(Manual {
        code: Code::BindsNewName,
        message: message.with(language, &[("marks", &said)]),
        snippet,
    })
}

/// The part of a name that a server's configuration uses: without the prefix of the account's first namespace.
fn bare<'a>(listing: &Listing, name: &'a MailboxName) -> Option<&'a str> {
    match listing.personal.first() {
        Some(namespace) if listing.personal_namespace_of(name) == Some(namespace) => {
            namespace.strip(name.text())
        }
        Some(_) => None,
        None => Some(name.text()),
    }
}

/// `mailbox` sections, the same from Dovecot 2.1 to 2.4.
fn dovecot(
    listing: &Listing,
    marks: &[(&MailboxName, &str)],
    language: Language,
) -> Option<String> {
    let sections: Vec<String> = marks
        .iter()
        .filter_map(|(name, attribute)| {
            let name = quote::dovecot(bare(listing, name)?)?;
            Some(format!(
                "  mailbox {name} {{\n    special_use = {attribute}\n  }}\n"
            ))
        })
        .collect();
    if sections.is_empty() {
        return None;
    }
    let mut comments = vec![
        Text::DovecotWhere.say(language),
        Text::DovecotMailcow.say(language),
        Text::DovecotIredmail.say(language),
        Text::DovecotAll.say(language),
    ];
    let left_out = marks.len() - sections.len();
    if left_out > 0 {
        let count = left_out.to_string();
        comments.push(Text::LeftOut.with(language, &[("count", &count)]));
    }
    let (comments, sections) = (comments.join("\n# "), sections.concat());
    Some(format!("# {comments}\nnamespace inbox {{\n{sections}}}"))
}

/// cyradm's lines, in the octets of the wire. The entry is private: Cyrus 3.6 shows its value to whom it was set by, so
/// the administrator sets it in the user's place (`--authz`) and under the names that the user sees.
fn cyrus(listing: &Listing, marks: &[(&MailboxName, &str)]) -> Option<String> {
    let lines: Vec<String> = marks
        .iter()
        .filter_map(|(name, attribute)| {
            bare(listing, name)?;
            let name = quote::cyradm(std::str::from_utf8(name.wire()).ok()?)?;
            Some(format!("setmetadata {name} specialuse \"\\{attribute}\""))
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Courier's trash is a name in its configuration, without `INBOX.`, in UTF-8 (5.0 and later), `Trash` unless that says
/// otherwise.
fn trash(listing: &Listing, kept: &[Kept], language: Language) -> Option<Manual> {
    if software(listing) != Software::Courier {
        return None;
    }
    let trash = kept.iter().find(|one| one.role == Role::Trash)?;
    let name = bare(listing, &trash.name)?;
    if name == "Trash" {
        return None;
    }
    // IMAP_EMPTYTRASH is a list: a colon and a comma have a meaning there.
    let quoted = quote::shell(name).filter(|_| !name.contains([',', ':']));
    let comment = Text::CourierWhere.say(language);
    Some(Manual {
        code: Code::BindsNewName,
        message: Text::CourierTrash.with(language, &[("mailbox", trash.name.text())]),
        snippet: quoted.map(|name| {
            format!("# {comment}\nIMAP_TRASHFOLDERNAME={name}\nIMAP_EMPTYTRASH={name}:7")
        }),
    })
}

/// Exchange names its own mailboxes; the command fails while another mailbox has a name that it would give (KB 3196480).
fn exchange(listing: &Listing, language: Language) -> Option<Manual> {
    if software(listing) != Software::Exchange {
        return None;
    }
    let user = quote::powershell(&listing.account.user)?;
    let comments = [Text::ExchangeTry, Text::ExchangeLanguage].map(|text| text.say(language));
    let comments = comments.join("\n# ");
    Some(Manual {
        code: Code::NamedByAdministrator,
        message: Text::Exchange.say(language),
        snippet: Some(format!(
            "# {comments}\nSet-MailboxRegionalConfiguration -Identity {user} -LocalizeDefaultFolderName"
        )),
    })
}
