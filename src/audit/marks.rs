//! Findings about special-use attributes.
//!
//! In: an [`AuditedAccount`]. Out: role-unmarked, mark-on-unknown-name, attribute-conflict, attribute-vs-name, role-on-noselect.
//! Never: setting one.

use std::collections::BTreeSet;

use super::{
    account::{AuditedAccount, Item, Split, names},
    finding::{finding, quoted},
};
use crate::{
    language::{Phrase, text},
    model::{
        finding::{Code, Finding, Severity},
        mailbox::MailboxName,
        plan::Action,
        role::Role,
        roll::EvidenceKind,
    },
};

pub(super) fn findings(account: &AuditedAccount, to: &mut Vec<Finding>) {
    unmarked(account, to);
    to.extend(account.splits.iter().filter_map(mark_on_unknown_name));
    for role in Role::EVERY {
        to.extend(shared_attribute(account, role));
    }
    for item in account
        .items
        .iter()
        .filter(|item| item.entry.aside.is_none())
    {
        to.extend(two_attributes(item));
        to.extend(attribute_vs_name(item));
        to.extend(role_on_noselect(account, item));
    }
}

/// One finding a role where the server marks mailboxes; where it marks none, one for all, since no client expects it there.
/// A warning only where somebody can set the mark: rolecall, or an administrator of a server that takes one.
fn unmarked(account: &AuditedAccount, to: &mut Vec<Finding>) {
    let unmarked: Vec<&Split> = account
        .splits
        .iter()
        .filter(|split| !split.keep.is_marked(split.role))
        .collect();
    let listing = account.listing;
    let server_marks = listing.server.can("SPECIAL-USE")
        || account
            .items
            .iter()
            .any(|item| !item.roles_by(EvidenceKind::Attribute).is_empty());
    if server_marks {
        let by_us = listing.server.lets_clients_mark();
        let by_somebody = by_us || listing.traits().administrator_can_mark;
        to.extend(unmarked.into_iter().map(|split| {
            let (name, role) = (split.keep.name(), split.role);
            let attribute = role.attribute().unwrap_or_default();
            let message = text::not_marked(&name, role, attribute);
            let fix = by_us.then_some(Action::Mark);
            let severity = if by_somebody {
                Code::RoleUnmarked.severity()
            } else {
                Severity::Info
            };
            Finding {
                severity,
                ..finding(Code::RoleUnmarked, Some(role), vec![name], message, fix)
            }
        }));
    } else if !unmarked.is_empty() {
        let keeps: Vec<Item> = unmarked.iter().map(|split| split.keep).collect();
        let mailboxes = names(&keeps);
        let message = text::server_marks_none(quoted(&mailboxes));
        to.push(Finding {
            severity: Severity::Info,
            ..finding(Code::RoleUnmarked, None, mailboxes, message, None)
        });
    }
}

/// A marked keeper of a name that nobody knows, beside one that is known by its name.
fn mark_on_unknown_name(split: &Split) -> Option<Finding> {
    let role = split.role;
    let keep = split.keep;
    let is_of = |item: &Item, kind| item.roles_by(kind).contains(&role);
    let is_unknown = keep.is_marked(role)
        && !keep.is_overridden()
        && keep.roles_by(EvidenceKind::Name).is_empty()
        && !is_of(&keep, EvidenceKind::Provider);
    let mut others = split.sources.iter();
    let other = others.find(|item| !item.is_marked(role) && is_of(item, EvidenceKind::Name))?;
    is_unknown.then(|| {
        let attribute = role.attribute().unwrap_or_default();
        let mailboxes = vec![keep.name(), other.name()];
        let message = text::mark_of_unknown_name(
            &keep.entry.name,
            attribute,
            &other.entry.name,
            role,
            role.word(),
        );
        finding(
            Code::MarkOnUnknownName,
            Some(role),
            mailboxes,
            message,
            None,
        )
    })
}

/// Several mailboxes with one attribute. Those that are only left empty by the server are not worth a warning.
fn shared_attribute(account: &AuditedAccount, role: Role) -> Option<Finding> {
    let split = account.splits.iter().find(|split| split.role == role);
    let harmless: BTreeSet<&MailboxName> = split
        .into_iter()
        .flat_map(|split| split.empties.iter().chain(&split.aliases))
        .map(|item| &item.entry.name)
        .collect();
    let marked = account.items.iter().filter(|item| {
        item.is_marked(role)
            && item.mailbox.selectable
            && item.entry.aside.is_none()
            && !harmless.contains(&item.entry.name)
    });
    let is_kept = |item: &Item| split.is_some_and(|split| split.keep.entry.name == item.entry.name);
    let (kept, others): (Vec<Item>, Vec<Item>) = marked.copied().partition(is_kept);
    let marked = [kept, others].concat();
    if marked.len() < 2 {
        return None;
    }
    let mailboxes = names(&marked);
    let attribute = role.attribute().unwrap_or_default();
    let message = text::marked_alike(quoted(&mailboxes), attribute);
    let is_merged = role.can_merge()
        && !role.held_back()
        && marked.iter().all(|item| item.entry.role == Some(role));
    let fix = is_merged.then_some(Action::Merge);
    Some(finding(
        Code::AttributeConflict,
        Some(role),
        mailboxes,
        message,
        fix,
    ))
}

/// One mailbox with the attributes of several roles.
fn two_attributes(item: &Item) -> Option<Finding> {
    let roles = item.roles_by(EvidenceKind::Attribute);
    (roles.len() > 1 && !item.is_overridden()).then(|| {
        let name = item.name();
        let message = text::marked_for_several(&name, Phrase::joined(roles, ", "));
        finding(Code::AttributeConflict, None, vec![name], message, None)
    })
}

fn attribute_vs_name(item: &Item) -> Option<Finding> {
    let marked = item.roles_by(EvidenceKind::Attribute);
    let named = item.roles_by(EvidenceKind::Name);
    let (Some(mark), Some(name)) = (marked.first(), named.first()) else {
        return None;
    };
    if marked.len() > 1 || named.len() > 1 {
        return None;
    }
    let is_explained = item.is_overridden() || item.roles_by(EvidenceKind::Provider) == marked;
    (mark != name && !is_explained).then(|| {
        let mailbox = item.name();
        let message = text::mark_against_name(&mailbox, *mark, *name);
        finding(
            Code::AttributeVsName,
            Some(*mark),
            vec![mailbox],
            message,
            None,
        )
    })
}

/// A level of the tree that the server marks, or that has the name of a role which no mailbox has.
fn role_on_noselect(account: &AuditedAccount, item: &Item) -> Option<Finding> {
    if item.mailbox.selectable || item.entry.aside.is_some() {
        return None;
    }
    let name = item.name();
    let marked = item.roles_by(EvidenceKind::Attribute);
    if let Some(role) = marked.first() {
        let message = text::marked_without_messages(&name, *role);
        return Some(finding(
            Code::RoleOnNoselect,
            Some(*role),
            vec![name],
            message,
            None,
        ));
    }
    let named = item.roles_by(EvidenceKind::Name);
    let is_free = |role: &Role| {
        let mut items = account.items.iter();
        role.can_merge() && items.all(|other| other.entry.role != Some(*role))
    };
    let role = named.first().copied().filter(is_free)?;
    let message = text::name_holds_no_messages(&name, role);
    (named.len() == 1).then(|| Finding {
        severity: Severity::Info,
        ..finding(Code::RoleOnNoselect, Some(role), vec![name], message, None)
    })
}
