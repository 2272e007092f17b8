//! Content: what the messages of a mailbox that no name explains show of its role.
//!
//! In: counts, as `imap` made them. Out: evidence told in numbers; which mailboxes are worth such a look. Never: evidence for
//! a mailbox that a name, the server or the user explains; a role that mail is moved on.
//!
//! Sent copies, drafts and spam can be told from other mail; trash and archives look like anything. What tells a sent copy
//! from other mail of one's own is that it was stored and never delivered (RFC 5321 §4.4 makes every delivery leave a
//! trace), that it goes to somebody else, and not always to the same one. So a list's archive, notes to oneself, a
//! correspondent's folder and a customer's with both sides in it show nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{evidence::evidence, place};
use crate::{
    language::{Phrase, text},
    model::{
        contents::Contents,
        listing::Listing,
        mailbox::{Mailbox, MailboxName, is_tombstone},
        role::{Certainty, Role},
        roll::{Evidence, EvidenceKind, Roll, RollEntry},
    },
};

/// Fewer messages show nothing: of five, one may be a stray.
const FEWEST: u64 = 5;
/// Of a hundred messages so many must speak for the role. A few strays are filed everywhere; a folder in which somebody
/// files both sides of a correspondence holds about half of each.
const SHARE: u64 = 80;
/// Of a hundred messages in a mailbox that surely is sent so many must be from an address that is the account's: a stray
/// is not, a second address of the user is.
const OWN_SHARE: u64 = 20;
/// Of a hundred sent messages no more may go to one recipient: else it is that correspondent's folder.
const TO_ONE: u64 = 50;
/// Fewer messages do not make a second inbox of a mailbox whose name may be an inbox's.
const FEWEST_DELIVERED: u64 = 20;
/// Mailboxes that nothing explains and that are looked into; an account may have hundreds.
const MOST: usize = 20;

/// The roles that contents can speak for.
const TOLD: [Role; 3] = [Role::Sent, Role::Drafts, Role::Junk];

/// The mailboxes whose contents could tell their role, and those that tell which addresses are the account's own.
pub(super) fn worth_a_look(listing: &Listing, roll: &Roll) -> Vec<MailboxName> {
    let mut unknown: Vec<(&Mailbox, bool)> = listing
        .mailboxes
        .iter()
        .zip(&roll.entries)
        .filter(|(mailbox, entry)| is_candidate(listing, mailbox, entry))
        .map(|(mailbox, entry)| {
            (
                mailbox,
                entry.certainty.is_some() || entry.is_like_an_inbox(),
            )
        })
        .collect();
    // Names of two roles, and of what may be an inbox, always; then those that hold most.
    unknown.sort_unstable_by_key(|(mailbox, by_name)| {
        (
            !by_name,
            std::cmp::Reverse(mailbox.status.messages),
            &mailbox.name,
        )
    });
    let ambiguous = unknown.iter().filter(|(_, by_name)| *by_name).count();
    unknown.truncate(ambiguous.saturating_add(MOST));
    if unknown.is_empty() {
        return Vec::new();
    }
    let candidates = unknown.into_iter().map(|(mailbox, _)| mailbox.name.clone());
    let inbox = || listing.find(b"INBOX").map(|inbox| inbox.name.clone());
    let has_another = roll.entries.iter().any(RollEntry::is_like_an_inbox);
    let inbox = has_another.then(inbox).flatten();
    candidates
        .chain(tells_own(listing, roll))
        .chain(inbox)
        .collect()
}

/// The mailbox that surely is sent tells the user's addresses; where there is none, and the login is no address, INBOX may.
fn tells_own(listing: &Listing, roll: &Roll) -> Option<MailboxName> {
    let sent = roll.roles.get(&Role::Sent).map(|members| &members.keep);
    let sent = sent.filter(|name| {
        let is_sure = roll.entry(name).is_some_and(|entry| !entry.is_doubtful());
        is_sure && listing.find(name.wire()).is_some_and(holds_enough)
    });
    match sent {
        Some(name) => Some(name.clone()),
        None if login(listing).is_some() => None,
        None => listing.find(b"INBOX").map(|inbox| inbox.name.clone()),
    }
}

fn holds_enough(mailbox: &Mailbox) -> bool {
    let messages = mailbox.status.messages;
    messages.is_some_and(|messages| messages >= FEWEST)
}

fn is_candidate(listing: &Listing, mailbox: &Mailbox, entry: &RollEntry) -> bool {
    let is_at_place = place::of(listing, mailbox).is_some_and(|place| !place.is_odd);
    let is_of_use = match entry.certainty {
        Some(_) => TOLD.iter().any(|role| entry.named().contains(role)),
        None => true,
    };
    is_open(entry)
        && entry.aside.is_none()
        && is_of_use
        && is_at_place
        && mailbox.selectable
        && !is_tombstone(mailbox.leaf())
        && holds_enough(mailbox)
}

/// Whether neither the user nor the server nor a known name of one meaning has explained it.
fn is_open(entry: &RollEntry) -> bool {
    let is_said = entry.evidence.iter().any(|one| {
        matches!(
            one.kind,
            EvidenceKind::Override | EvidenceKind::Attribute | EvidenceKind::Provider
        )
    });
    let is_known = !entry.roles_by(EvidenceKind::Name).is_empty();
    !is_said
        && match entry.certainty {
            None => entry.role.is_none(),
            Some(Certainty::Ambiguous) => true,
            Some(certainty) => certainty == Certainty::Doubtful && !is_known,
        }
}

/// Adds what the contents show to the entries that are open; both in the listing's order.
pub(super) fn add(listing: &Listing, entries: &mut [RollEntry]) {
    let own = own(listing, entries);
    let mut addresses = arrived_for(listing);
    addresses.extend(own.iter().cloned());
    for (mailbox, entry) in listing.mailboxes.iter().zip(entries) {
        if is_candidate(listing, mailbox, entry)
            && let Some(contents) = contents(mailbox)
        {
            entry.evidence.extend(shown(contents, &own));
            if entry.is_like_an_inbox() {
                entry.evidence.extend(arrived(contents, &addresses));
            }
        }
    }
}

/// That nearly all of what a mailbox holds was delivered to the account, as an inbox's mail is; or that nearly none of it was,
/// as in a list's archive, which speaks for no role.
///
/// So is the mail in every folder that a filter fills or its owner sorts into: this says nothing where the name does not.
fn arrived(contents: &Contents, addresses: &BTreeSet<String>) -> Option<Evidence> {
    let delivered = contents.delivered.iter();
    let ours = delivered.filter(|(address, _)| addresses.contains(*address));
    let count: u64 = ours.map(|(_, count)| *count).sum();
    if contents.looked < FEWEST_DELIVERED || addresses.is_empty() {
        return None;
    }
    let role = if is_share(count, contents.looked, SHARE) {
        Some(Role::Inbox)
    } else if is_share(
        contents.looked.saturating_sub(count),
        contents.looked,
        SHARE,
    ) {
        None
    } else {
        return None;
    };
    let detail = text::messages_are(count, contents.looked, text::delivered_here());
    Some(evidence(EvidenceKind::Content, role, detail))
}

/// The account's own addresses, in lower case: the login, and the senders in the mailbox that surely is sent; only where
/// neither says anything, where INBOX's mail was delivered to.
fn own(listing: &Listing, entries: &[RollEntry]) -> BTreeSet<String> {
    let sent = listing.mailboxes.iter().zip(entries);
    let sent = sent.filter(|(_, entry)| entry.role == Some(Role::Sent) && !entry.is_doubtful());
    let senders = sent
        .filter_map(|(mailbox, _)| contents(mailbox))
        .flat_map(|contents| frequent(&contents.kept, contents.looked, OWN_SHARE));
    let own: BTreeSet<String> = login(listing).into_iter().chain(senders).collect();
    if !own.is_empty() {
        return own;
    }
    arrived_for(listing)
}

/// The addresses that most of INBOX's mail was delivered to, in lower case.
fn arrived_for(listing: &Listing) -> BTreeSet<String> {
    let inbox = listing.find(b"INBOX").and_then(contents);
    let delivered = inbox.map(|contents| frequent(&contents.delivered, contents.looked, SHARE));
    delivered.into_iter().flatten().collect()
}

fn frequent(addresses: &BTreeMap<String, u64>, of: u64, share: u64) -> Vec<String> {
    let frequent = addresses
        .iter()
        .filter(|(_, count)| is_share(**count, of, share));
    frequent.map(|(address, _)| address.clone()).collect()
}

/// The login, where it is an address.
fn login(listing: &Listing) -> Option<String> {
    let user = listing.account.user.to_lowercase();
    let (local, domain) = user.split_once('@')?;
    let is_address = !local.is_empty() && !domain.is_empty();
    is_address.then_some(user)
}

fn contents(mailbox: &Mailbox) -> Option<&Contents> {
    mailbox.sample.as_ref()?.contents.as_ref()
}

fn is_share(count: u64, of: u64, share: u64) -> bool {
    of >= FEWEST && count.saturating_mul(100) >= of.saturating_mul(share)
}

/// What the counts speak for; several roles where they do.
fn shown(contents: &Contents, own: &BTreeSet<String>) -> Vec<Evidence> {
    let looked = contents.looked;
    let mine = contents
        .kept
        .iter()
        .filter(|(sender, _)| own.contains(*sender));
    let senders: Vec<&str> = mine.clone().map(|(sender, _)| sender.as_str()).collect();
    let sent: u64 = mine.map(|(_, count)| *count).sum();
    let kept: u64 = contents.kept.values().sum();
    let is_to_many = contents.to_one.saturating_mul(100) <= kept.saturating_mul(TO_ONE);
    let sent = if is_to_many { sent } else { 0 };
    let told = [
        (Role::Sent, sent, text::from_senders(Phrase::or(senders))),
        (Role::Drafts, contents.drafts, text::marked_as_drafts()),
        (Role::Junk, contents.spam, text::marked_as_spam()),
    ];
    let told = told
        .into_iter()
        .filter(|(_, count, _)| is_share(*count, looked, SHARE));
    told.map(|(role, count, what)| {
        let detail = text::messages_are(count, looked, what);
        evidence(EvidenceKind::Content, Some(role), detail)
    })
    .collect()
}
