//! Findings about mail that is spread, missing or hard to move.
//!
//! In: an [`Account`]. Out: role-split, role-duplicate-empty, same-mailbox-twice, role-missing, role-unsubscribed,
//! deleted-marked-mail, may-be-truncated, unfinished-run, dangling-subscription. Never: a plan.

use std::collections::BTreeMap;

use super::{Account, EXPECTED, Identity, Item, Split, finding, names, quoted};
use crate::{
    language::text,
    model::{
        finding::{Code, Finding},
        mailbox::{MailboxName, ROUND_LIMITS, is_tombstone},
        plan::Action,
        role::Role,
    },
};

pub(super) fn findings(account: &Account, to: &mut Vec<Finding>) {
    for split in &account.splits {
        to.extend(role_split(split));
        to.extend(role_unsubscribed(split));
        to.extend(
            split
                .empties
                .iter()
                .map(|item| role_duplicate_empty(split.role, item)),
        );
        to.extend(
            split
                .sources
                .iter()
                .filter_map(|item| deleted_marked_mail(split.role, item)),
        );
        to.extend(
            split
                .sources
                .iter()
                .filter_map(|item| may_be_truncated(split.role, item)),
        );
    }
    to.extend(
        EXPECTED
            .into_iter()
            .filter_map(|role| role_missing(account, role)),
    );
    same_mailbox_twice(account, to);
    to.extend(unfinished_run(account));
    to.extend(
        account
            .listing
            .dangling
            .iter()
            .map(|name| dangling_subscription(account, name)),
    );
}

fn role_split(split: &Split) -> Option<Finding> {
    if split.sources.is_empty() {
        return None;
    }
    let role = split.role;
    let mut mailboxes = vec![split.keep.name()];
    mailboxes.extend(names(&split.sources));
    let message = match mailboxes.len() {
        2 => text::two_play(quoted(&mailboxes), role),
        _ => text::all_play(quoted(&mailboxes), role),
    };
    Some(if role.held_back() {
        let message = text::only_with_include(message, role);
        finding(Code::RoleSplit, Some(role), mailboxes, message, None)
    } else {
        finding(
            Code::RoleSplit,
            Some(role),
            mailboxes,
            message,
            Some(Action::Merge),
        )
    })
}

fn role_unsubscribed(split: &Split) -> Option<Finding> {
    let keep = split.keep.name();
    (split.keep.mailbox.subscribed == Some(false)).then(|| {
        let message = text::not_subscribed(&keep, split.role);
        finding(
            Code::RoleUnsubscribed,
            Some(split.role),
            vec![keep],
            message,
            Some(Action::Subscribe),
        )
    })
}

fn role_duplicate_empty(role: Role, item: &Item) -> Finding {
    let name = item.name();
    let message = text::empty_extra(&name, role);
    let fix = (item.mailbox.subscribed == Some(true)).then_some(Action::Unsubscribe);
    finding(
        Code::RoleDuplicateEmpty,
        Some(role),
        vec![name],
        message,
        fix,
    )
}

fn deleted_marked_mail(role: Role, item: &Item) -> Option<Finding> {
    let count = item
        .mailbox
        .sample
        .as_ref()?
        .deleted
        .filter(|count| *count > 0)?;
    let name = item.name();
    let message = text::marked_would_stay(&name, text::marked_messages(count));
    Some(finding(
        Code::DeletedMarkedMail,
        Some(role),
        vec![name],
        message,
        None,
    ))
}

fn may_be_truncated(role: Role, item: &Item) -> Option<Finding> {
    let count = item
        .mailbox
        .status
        .messages
        .filter(|count| ROUND_LIMITS.contains(count))?;
    let name = item.name();
    let message = text::round_number(&name, count);
    Some(finding(
        Code::MayBeTruncated,
        Some(role),
        vec![name],
        message,
        None,
    ))
}

fn role_missing(account: &Account, role: Role) -> Option<Finding> {
    let is_there = account
        .items
        .iter()
        .any(|item| item.entry.role == Some(role));
    (!is_there && !account.items.is_empty()).then(|| {
        let message = text::nothing_has_role(role);
        finding(Code::RoleMissing, Some(role), vec![], message, None)
    })
}

/// Mailboxes with one MAILBOXID wherever they are; of those without, members of one role that are alike in all that is known.
fn same_mailbox_twice(account: &Account, to: &mut Vec<Finding>) {
    let mut groups: BTreeMap<(Option<Role>, Identity), Vec<Item>> = BTreeMap::new();
    for item in account.items.iter().filter(|item| item.mailbox.selectable) {
        let role = item.entry.role.filter(|role| role.can_merge());
        match Identity::of(item.mailbox) {
            Some(id @ Identity::Id(_)) => groups.entry((None, id)).or_default().push(*item),
            Some(alike) if role.is_some() => groups.entry((role, alike)).or_default().push(*item),
            _ => {}
        }
    }
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let mailboxes = names(&group);
        let message = text::lead_to_the_same(quoted(&mailboxes));
        let role = group.iter().find_map(|item| item.entry.role);
        to.push(finding(
            Code::SameMailboxTwice,
            role,
            mailboxes,
            message,
            None,
        ));
    }
}

fn unfinished_run(account: &Account) -> Option<Finding> {
    let left: Vec<Item> = account
        .items
        .iter()
        .copied()
        .filter(|item| is_tombstone(item.mailbox.leaf()))
        .collect();
    (!left.is_empty()).then(|| {
        let mailboxes = names(&left);
        let message = text::may_hold_messages(quoted(&mailboxes));
        finding(Code::UnfinishedRun, None, mailboxes, message, None)
    })
}

/// Of the names that point to nothing only a tombstone of ours and a role's own English word, at the top or under INBOX,
/// are surely left over: whatever the user named may be away for a while.
fn dangling_subscription(account: &Account, name: &MailboxName) -> Finding {
    let namespace = account.listing.personal_namespace_of(name);
    let rest = namespace
        .and_then(|namespace| namespace.strip(name.text()))
        .unwrap_or_default();
    let under_inbox = account
        .listing
        .delimiter()
        .and_then(|delimiter| rest.split_once(delimiter));
    let leaf = match under_inbox {
        Some((parent, leaf)) if parent.eq_ignore_ascii_case("INBOX") => leaf,
        _ => rest,
    };
    let role = Role::from_word(leaf).filter(|role| role.can_merge());
    let is_ours = is_tombstone(name.leaf(account.listing.delimiter()));
    let fix = (role.is_some() || is_ours).then_some(Action::Unsubscribe);
    let message = text::points_to_nothing(name);
    finding(
        Code::DanglingSubscription,
        role,
        vec![name.clone()],
        message,
        fix,
    )
}
