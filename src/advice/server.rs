//! What a server's administrator can paste, for the server that this is.
//!
//! In: the listing, which mailboxes keep which role. Out: entries for the plan's `manual`. There are lines only for a server
//! that says what it is, and for mailboxes of the personal namespace that holds INBOX.

use super::quote;
use crate::{
    language::{Phrase, text},
    model::{
        finding::Code, listing::Listing, mailbox::MailboxName, plan::Manual, role::Role,
        server_traits::Product,
    },
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
pub fn by_administrator(listing: &Listing, kept: &[Kept], joins: bool) -> Vec<Manual> {
    let exchange = joins.then(|| exchange(listing)).flatten();
    let all = [marks(listing, kept), trash(listing, kept), exchange];
    all.into_iter().flatten().collect()
}

fn marks(listing: &Listing, kept: &[Kept]) -> Option<Manual> {
    let wanting: Vec<(&MailboxName, &str)> = kept
        .iter()
        .filter(|one| one.needs_mark)
        .filter_map(|one| Some((&one.name, one.role.attribute()?)))
        .collect();
    if wanting.is_empty() {
        return None;
    }
    let marks = wanting.iter();
    let marks = marks.map(|(name, attribute)| text::mark_as(*name, *attribute));
    let marks = Phrase::joined(marks, ", ");
    let product = listing.traits().product;
    let snippet = match product {
        Some(Product::Dovecot) => dovecot(listing, &wanting),
        Some(Product::Cyrus) => cyrus(listing, &wanting).map(Phrase::from),
        _ => None,
    };
    let message = match (product, &snippet) {
        (Some(Product::Cyrus), Some(_)) => text::only_administrator_marks_in_cyradm(marks),
        _ => text::only_administrator_marks(marks),
    };
    Some(Manual {
        code: Code::BindsNewName,
        role: None,
        message,
        snippet,
    })
}

/// The part of a name that a server's configuration uses: without the prefix of the account's first namespace.
fn bare<'a>(listing: &Listing, name: &'a MailboxName) -> Option<&'a str> {
    match listing.home() {
        Some(namespace) if listing.personal_namespace_of(name) == Some(namespace) => {
            namespace.strip(name.text())
        }
        Some(_) => None,
        None => Some(name.text()),
    }
}

/// `mailbox` sections, the same from Dovecot 2.1 to 2.4.
fn dovecot(listing: &Listing, marks: &[(&MailboxName, &str)]) -> Option<Phrase> {
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
        text::dovecot_where(),
        text::dovecot_mailcow(),
        text::dovecot_iredmail(),
        text::dovecot_all(),
    ];
    let left_out = marks.len() - sections.len();
    if left_out > 0 {
        comments.push(text::names_left_out(left_out as u64));
    }
    let block = format!("namespace inbox {{\n{}}}", sections.concat());
    Some(commented(comments, &block))
}

/// Lines that let Dovecot 2.3 deliver into the kept mailbox what is filed under the name of one that is gone: for deliveries
/// alone, since IMAP would take the alias for the mailbox itself, and a DELETE of it would remove that. Measured with 2.3.19
/// and Maildir, where nothing new is listed. Names below a prefix were not tried.
#[must_use]
pub fn filing_aliases(listing: &Listing, gone: &[(&MailboxName, &MailboxName)]) -> Option<Phrase> {
    let is_known = listing.traits().product == Some(Product::Dovecot) && listing.prefix() == "";
    let writable = |name: &MailboxName| {
        let text = name.text();
        let is_odd = |letter| matches!(letter, '#' | '%' | '"' | '\'' | '$' | '\\');
        quote::is_plain(text) && text.trim() == text && !text.contains(is_odd)
    };
    if !is_known || gone.is_empty() || !gone.iter().all(|(old, new)| writable(old) && writable(new))
    {
        return None;
    }
    let pairs = (1..).zip(gone).map(|(number, (old, new)): (usize, _)| {
        let number = if number == 1 {
            String::new()
        } else {
            number.to_string()
        };
        format!(
            "  mailbox_alias_old{number} = {}\n  mailbox_alias_new{number} = {}\n",
            new.text(),
            old.text()
        )
    });
    let pairs: String = pairs.collect();
    let block = format!(
        "protocol lmtp {{\n  mail_plugins = $mail_plugins mailbox_alias\n}}\nplugin {{\n{pairs}}}"
    );
    let comments = [
        text::dovecot_filing_aliases(),
        text::dovecot_filing_aliases_of_all(),
    ];
    Some(commented(comments, &block))
}

/// Lines to paste below comments that say where.
fn commented(comments: impl IntoIterator<Item = Phrase>, lines: &str) -> Phrase {
    let comments = Phrase::joined(comments, "\n# ");
    comments.map(|comments| format!("# {comments}\n{lines}"))
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
fn trash(listing: &Listing, kept: &[Kept]) -> Option<Manual> {
    if listing.traits().product != Some(Product::Courier) {
        return None;
    }
    let trash = kept.iter().find(|one| one.role == Role::Trash)?;
    let name = bare(listing, &trash.name)?;
    if name == "Trash" {
        return None;
    }
    // IMAP_EMPTYTRASH is a list: a colon and a comma have a meaning there.
    let quoted = quote::shell(name).filter(|_| !name.contains([',', ':']));
    Some(Manual {
        code: Code::BindsNewName,
        role: Some(Role::Trash),
        message: text::courier_trash(&trash.name),
        snippet: quoted.map(|name| {
            let lines = format!("IMAP_TRASHFOLDERNAME={name}\nIMAP_EMPTYTRASH={name}:7");
            commented([text::courier_where()], &lines)
        }),
    })
}

/// Exchange names its own mailboxes; the command fails while another mailbox has a name that it would give (KB 3196480).
fn exchange(listing: &Listing) -> Option<Manual> {
    if listing.traits().product != Some(Product::Exchange) {
        return None;
    }
    let user = quote::powershell(&listing.account.user)?;
    let comments = [text::exchange_try(), text::exchange_language()];
    let line =
        format!("Set-MailboxRegionalConfiguration -Identity {user} -LocalizeDefaultFolderName");
    Some(Manual {
        code: Code::NamedByAdministrator,
        role: None,
        message: text::exchange_names(),
        snippet: Some(commented(comments, &line)),
    })
}
