//! Findings about names that get no role, or one that is not sure.
//!
//! In: an [`AuditedAccount`]. Out: name-ambiguous, role-doubtful, second-inbox, mail-tree, name-garbled, lookalike-name, not-personal, other-namespace,
//! mailbox-is-view, mapping-unused.
//! Never: a guess which role it is.

use std::collections::BTreeMap;

use super::{
    account::{AuditedAccount, Item, names},
    finding::{finding, quoted},
};
use crate::{
    language::{Phrase, text},
    model::{
        finding::{Code, Finding, Severity},
        listing::Listing,
        mailbox::MailboxName,
        role::{Certainty, Role},
        roll::{Aside, EvidenceKind, Unused},
    },
};

pub(super) fn findings(account: &AuditedAccount, to: &mut Vec<Finding>) {
    to.extend(account.items.iter().filter_map(name_ambiguous));
    let doubtful = account.items.iter();
    to.extend(doubtful.filter_map(|item| role_doubtful(account.listing, item)));
    second_inboxes(account, to);
    to.extend(mail_tree(account));
    let own = account.items.iter();
    let own = own.filter(|item| !account.listing.is_foreign(&item.entry.name));
    to.extend(own.filter_map(name_garbled));
    to.extend(account.items.iter().filter_map(lookalike_name));
    asides(account, to);
}

fn name_ambiguous(item: &Item) -> Option<Finding> {
    let roles = item.entry.named();
    let is_marked = !item.roles_by(EvidenceKind::Attribute).is_empty();
    (item.entry.certainty == Some(Certainty::Ambiguous) && !is_marked && roles.len() > 1).then(
        || {
            let name = item.name();
            let roles = roles.into_iter().map(Phrase::from).reduce(text::some_for);
            let message = text::two_meanings(&name, roles.unwrap_or_default());
            finding(Code::NameAmbiguous, None, vec![name], message, None)
        },
    )
}

/// A role that nothing is moved on; of those that are never merged there is nothing to say.
fn role_doubtful(listing: &Listing, item: &Item) -> Option<Finding> {
    let role = item.entry.role.filter(|role| role.can_merge())?;
    item.entry.is_doubtful().then(|| {
        let name = item.name();
        let message = text::doubtful_before_you_say(
            &name,
            held(item),
            role,
            reasons(item),
            option(listing, &name, role),
        );
        finding(Code::RoleDoubtful, Some(role), vec![name], message, None)
    })
}

/// Mailboxes named as inboxes. One without mail is worth a word and no warning, and so is one that only may be an inbox.
fn second_inboxes(account: &AuditedAccount, to: &mut Vec<Finding>) {
    let second = account.items.iter().filter(|item| {
        let mut second = account.second_inboxes.iter();
        item.mailbox.selectable && second.any(|name| **name == item.entry.name)
    });
    to.extend(second.map(|item| {
        let name = item.name();
        let is_open = !item.entry.is_surely_an_inbox();
        let message = if is_open {
            let option = option(account.listing, &name, Role::Inbox);
            text::may_be_an_inbox(&name, held(item), reasons(item), option)
        } else {
            text::named_as_inbox(&name, held(item))
        };
        let is_empty = item.mailbox.status.messages == Some(0);
        let found = finding(
            Code::SecondInbox,
            Some(Role::Inbox),
            vec![name],
            message,
            None,
        );
        Finding {
            severity: if is_empty || is_open {
                Severity::Info
            } else {
                found.severity
            },
            ..found
        }
    }));
}

/// One finding for all trees, since a copied account may hold copies itself. Those that are looked into are told one by one.
fn mail_tree(account: &AuditedAccount) -> Option<Finding> {
    let is_left = |name: &MailboxName| {
        let item = account.items.iter().find(|item| item.entry.name == *name);
        item.is_some_and(|item| item.entry.role.is_none())
    };
    let mut left = Vec::new();
    let mut tops = Vec::new();
    for tree in account.trees {
        let of_tree = tree.mailboxes.iter().filter(|(name, _)| is_left(name));
        let before = left.len();
        left.extend(of_tree);
        if left.len() > before {
            tops.push(text::quoted(&tree.top));
        }
    }
    let (name, role) = left.first()?;
    let first = option(account.listing, name, *role);
    let message = text::holds_a_whole_set(Phrase::and(tops), first);
    let names = left.iter().map(|(name, _)| name.clone()).collect();
    Some(finding(Code::MailTree, None, names, message, None))
}

/// How many messages it holds.
fn held(item: &Item) -> Phrase {
    let messages = item.mailbox.status.messages;
    messages.map_or_else(text::messages_unknown, text::messages)
}

/// What is typed after `--role` to say that it has the role, to paste.
fn option(listing: &Listing, name: &MailboxName, role: Role) -> String {
    let option = format!("{}={role}", listing.typed(name));
    shell_words::quote(&option).into_owned()
}

/// What a doubtful role rests on.
fn reasons(item: &Item) -> Phrase {
    let of = |kind| {
        let evidence = item.entry.evidence.iter();
        evidence.filter(move |one| one.kind == kind)
    };
    let marks = of(EvidenceKind::Attribute).map(|one| text::marked(&one.detail));
    let rest = of(EvidenceKind::Resemblance)
        .chain(of(EvidenceKind::Context))
        .chain(of(EvidenceKind::Content));
    let mut reasons: Vec<Phrase> = Vec::new();
    // Two languages may have the same name, and say the same of it.
    for reason in marks.chain(rest.map(|one| one.detail.clone())) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() {
        return text::name_little_attested();
    }
    Phrase::joined(reasons, ", ")
}

fn name_garbled(item: &Item) -> Option<Finding> {
    let meant = item.entry.meant.as_ref()?;
    let name = item.name();
    let message = text::was_meant(&name, meant);
    // Renamed only where the user asks for it.
    Some(finding(
        Code::NameGarbled,
        item.entry.role,
        vec![name],
        message,
        None,
    ))
}

fn lookalike_name(item: &Item) -> Option<Finding> {
    let role = item.entry.lookalike?;
    let name = item.name();
    let message = text::other_characters(&name, role);
    Some(finding(
        Code::LookalikeName,
        Some(role),
        vec![name],
        message,
        None,
    ))
}

/// One finding a table, since a table for many accounts has hundreds of names that this one lacks.
pub(super) fn mapping_unused(unused: &Unused) -> Finding {
    const SHOWN: usize = 3;
    let mut shown: Vec<Phrase> = unused
        .entries
        .iter()
        .take(SHOWN)
        .map(text::quoted)
        .collect();
    if unused.entries.len() > SHOWN {
        shown.push("…".into());
    }
    let message = text::entries_unused(
        unused.entries.len() as u64,
        unused.of as u64,
        &unused.table,
        Phrase::joined(shown, ", "),
    );
    finding(Code::MappingUnused, None, vec![], message, None)
}

/// One finding a role, since a shared tree may hold hundreds. A view is told whatever its name.
fn asides(account: &AuditedAccount, to: &mut Vec<Finding>) {
    let mut by_role: BTreeMap<(Code, Role), Vec<Item>> = BTreeMap::new();
    for item in &account.items {
        let code = match &item.entry.aside {
            Some(Aside::View(real)) => {
                let message = text::shows_others_mail(&item.entry.name, real);
                to.push(finding(
                    Code::MailboxIsView,
                    None,
                    vec![item.name()],
                    message,
                    None,
                ));
                continue;
            }
            Some(Aside::Foreign) => Code::NotPersonal,
            Some(Aside::OtherNamespace) if !item.is_overridden() => Code::OtherNamespace,
            _ => continue,
        };
        let roles = item.entry.evidence.iter().filter_map(|one| one.role);
        if let Some(role) = roles.into_iter().find(|role| role.can_merge()) {
            by_role.entry((code, role)).or_default().push(*item);
        }
    }
    to.extend(by_role.into_iter().map(|((code, role), items)| {
        let mailboxes = names(&items);
        let quoted = quoted(&mailboxes);
        let message = match (code, mailboxes.len()) {
            (Code::NotPersonal, 1) => text::belongs_to_others(quoted, role),
            (Code::NotPersonal, _) => text::belong_to_others(quoted, role),
            (_, 1) => text::lies_in_other_namespace(quoted, role.word()),
            _ => text::lie_in_other_namespace(quoted, role.word()),
        };
        finding(code, Some(role), mailboxes, message, None)
    }));
}
