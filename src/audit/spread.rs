//! Findings about mail that is spread, missing or hard to move.
//!
//! In: an [`AuditedAccount`]. Out: role-split, keeper-unclear, role-duplicate-empty, same-mailbox-twice, role-missing,
//! role-unsubscribed, deleted-marked-mail, may-be-truncated, unfinished-run, removal-waits, the other findings about
//! mailboxes set aside, subscriptions-unknown, dangling-subscription. Never: a plan.

use std::collections::BTreeMap;

use super::{
    account::{AuditedAccount, Item, Split, names},
    finding::{finding, quoted},
};
use crate::{
    language::{Phrase, text},
    model::{
        finding::{Code, Finding},
        mailbox::{MailboxName, is_tombstone},
        plan::Action,
        role::Role,
        roll::Aside,
        set_aside::SetAsideBy,
    },
};

pub(super) fn findings(account: &AuditedAccount, to: &mut Vec<Finding>) {
    for split in &account.splits {
        to.extend(role_split(split));
        to.extend(role_unsubscribed(split));
        to.extend(
            split
                .empties
                .iter()
                .map(|item| role_duplicate_empty(account, split.role, *item)),
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
                .filter(|item| account.listing.may_hide_messages(item.mailbox))
                .map(|item| may_be_truncated(split.role, item)),
        );
    }
    to.extend(
        EXPECTED
            .into_iter()
            .filter_map(|role| role_missing(account, role)),
    );
    same_mailbox_twice(account, to);
    to.extend(set_aside(account));
    to.extend(subscriptions_unknown(account));
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
    Some(if split.unclear {
        let message = text::nothing_tells_which(message, role.word());
        finding(Code::KeeperUnclear, Some(role), mailboxes, message, None)
    } else if role.held_back() {
        let message = text::only_with_include(message, role.word());
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

fn role_duplicate_empty(account: &AuditedAccount, role: Role, item: Item) -> Finding {
    let name = item.name();
    let message = if account.was_kept_before(item) {
        text::empty_and_kept(&name, role)
    } else {
        text::empty_extra(&name, role)
    };
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

fn may_be_truncated(role: Role, item: &Item) -> Finding {
    let count = item.mailbox.status.messages.unwrap_or_default();
    let name = item.name();
    let message = text::round_number(&name, count);
    finding(Code::MayBeTruncated, Some(role), vec![name], message, None)
}

fn role_missing(account: &AuditedAccount, role: Role) -> Option<Finding> {
    let is_there = account
        .items
        .iter()
        .any(|item| item.entry.role == Some(role));
    let may_be_hidden = account.listing.traits().hides_own_mailboxes;
    (!is_there && !account.items.is_empty()).then(|| {
        let message = if may_be_hidden {
            text::hidden_from_imap(role)
        } else {
            text::nothing_has_role(role)
        };
        finding(Code::RoleMissing, Some(role), vec![], message, None)
    })
}

/// The roles whose mail a client files by itself, and so misses when nothing has them.
const EXPECTED: [Role; 4] = [Role::Sent, Role::Drafts, Role::Trash, Role::Junk];

/// Names of one mailbox: those with one MAILBOXID wherever they are; those that an alias namespace has for a role's mailbox;
/// of the others members of one role that a listing shows to be one.
fn same_mailbox_twice(account: &AuditedAccount, to: &mut Vec<Finding>) {
    let mut groups: BTreeMap<Twins, Vec<Item>> = BTreeMap::new();
    for item in account.items.iter().filter(|item| item.mailbox.selectable) {
        if let Some(key) = Twins::of(item) {
            groups.entry(key).or_default().push(*item);
        }
    }
    for (key, mut group) in groups {
        let is_first = |item: &Item| match (&key, group.first()) {
            (Twins::Numbers(..), Some(first)) => {
                account.listing.is_one_mailbox(first.mailbox, item.mailbox)
            }
            _ => true,
        };
        let same: Vec<bool> = group.iter().map(is_first).collect();
        let mut same = same.into_iter();
        group.retain(|_| same.next().unwrap_or(false));
        if let Twins::Name(real) = &key {
            let mut items = account.items.iter();
            group.extend(items.find(|item| item.entry.name == **real));
        }
        if group.len() > 1 {
            to.push(one_mailbox(&group));
        }
    }
}

fn one_mailbox(group: &[Item]) -> Finding {
    let mailboxes = names(group);
    let is_sure = |item: &Item| {
        let is_alias = matches!(item.entry.aside, Some(Aside::Alias(_)));
        let status = &item.mailbox.status;
        is_alias || status.mailbox_id.is_some() || status.messages != Some(0)
    };
    let message = if group.iter().any(is_sure) {
        text::lead_to_the_same(quoted(&mailboxes))
    } else {
        text::seem_one_mailbox(quoted(&mailboxes))
    };
    let role = group.iter().find_map(|item| item.entry.role);
    finding(Code::SameMailboxTwice, role, mailboxes, message, None)
}

/// What names of one mailbox share.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Twins<'a> {
    Id(&'a str),
    /// The name at home that an alias namespace's name leads to.
    Name(&'a MailboxName),
    /// A role, and the numbers that STATUS gives.
    Numbers(Role, [u64; 3]),
}

impl<'a> Twins<'a> {
    fn of(item: &Item<'a>) -> Option<Self> {
        let status = &item.mailbox.status;
        if let Some(id) = &status.mailbox_id {
            return Some(Self::Id(id));
        }
        if let Some(Aside::Alias(real)) = &item.entry.aside {
            let mut evidence = item.entry.evidence.iter();
            let has_role = evidence.any(|one| one.role.is_some_and(Role::can_merge));
            return has_role.then_some(Self::Name(real));
        }
        let role = item.entry.role.filter(|role| role.can_merge())?;
        let numbers = [
            status.uid_validity?.into(),
            status.uid_next?.into(),
            status.messages?,
        ];
        Some(Self::Numbers(role, numbers))
    }
}

/// Mailboxes that have names of ours, by what the journals of this machine know of them. One that was removed and is there
/// all the same holds nothing up, unless it holds mail.
fn set_aside(account: &AuditedAccount) -> impl Iterator<Item = Finding> {
    // A name that is only listed holds no mail, so of it there is nothing more to say.
    let of = |code: Code, is_mailbox: bool, [one, several]: [fn(Phrase) -> Phrase; 2]| {
        let items = account.items.iter().copied();
        let left: Vec<Item> = items
            .filter(|item| item.mailbox.selectable == is_mailbox)
            .filter(|item| set_aside_code(item) == Some(code))
            .collect();
        (!left.is_empty()).then(|| {
            let mailboxes = names(&left);
            let tell = if mailboxes.len() == 1 { one } else { several };
            let message = tell(quoted(&mailboxes));
            finding(code, None, mailboxes, message, None)
        })
    };
    [
        of(Code::UnfinishedRun, true, [text::may_hold_messages; 2]),
        of(
            Code::RemovalWaits,
            true,
            [text::waits_for_removal, text::waits_for_removal_all],
        ),
        of(
            Code::SetAsideGivenUp,
            true,
            [
                text::set_aside_and_given_up,
                text::set_aside_and_given_up_all,
            ],
        ),
        of(
            Code::SetAsideUnknown,
            true,
            [text::set_aside_by_nobody_known; 2],
        ),
        of(
            Code::RemovedMailboxKept,
            true,
            [text::removed_and_kept, text::removed_and_kept_all],
        ),
        of(
            Code::RemovedMailboxKept,
            false,
            [text::removed_and_listed, text::removed_and_listed_all],
        ),
    ]
    .into_iter()
    .flatten()
}

fn set_aside_code(item: &Item<'_>) -> Option<Code> {
    let is_empty = item.mailbox.status.messages == Some(0);
    match item.entry.aside {
        Some(Aside::SetAside { .. }) if !item.mailbox.selectable => Some(Code::RemovedMailboxKept),
        Some(Aside::SetAside { by, .. }) => Some(match by {
            SetAsideBy::Interrupted => Code::UnfinishedRun,
            SetAsideBy::Waiting => Code::RemovalWaits,
            SetAsideBy::GivenUp => Code::SetAsideGivenUp,
            SetAsideBy::Removed if is_empty => Code::RemovedMailboxKept,
            SetAsideBy::Removed => Code::SetAsideUnknown,
        }),
        // The user has said what it is.
        _ if item.is_overridden() => None,
        _ => is_tombstone(item.mailbox.leaf()).then_some(Code::SetAsideUnknown),
    }
}

fn subscriptions_unknown(account: &AuditedAccount) -> Option<Finding> {
    let mailboxes = &account.listing.mailboxes;
    let is_known = mailboxes.iter().any(|mailbox| mailbox.subscribed.is_some());
    (!is_known && !mailboxes.is_empty()).then(|| {
        let message = text::subscriptions_not_told();
        finding(Code::SubscriptionsUnknown, None, Vec::new(), message, None)
    })
}

/// Of the names that point to nothing only a tombstone of ours and a role's own English word, at the top or under INBOX,
/// are surely left over: whatever the user named may be away for a while.
fn dangling_subscription(account: &AuditedAccount, name: &MailboxName) -> Finding {
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
