//! Whether a member of a role may be emptied, and what becomes of it and of the mailboxes below it.
//!
//! In: one member and the keeper. Out: a verdict with its reason. Never: doubt resolved in favour of moving mail.

use super::{keeper::Keeper, maker::Maker};
use crate::{
    language::{Phrase, text},
    model::{
        finding::Code,
        mailbox::{Mailbox, MailboxName},
        plan::Path,
        role::Role,
        roll::{Aside, EvidenceKind, RollEntry},
    },
};

/// Attributes that say nothing about a mailbox's use (RFC 9051 §7.3.1).
const PLAIN_ATTRIBUTES: [&str; 10] = [
    "\\HasChildren",
    "\\HasNoChildren",
    "\\Marked",
    "\\Unmarked",
    "\\NoInferiors",
    "\\NoSelect",
    "\\NonExistent",
    "\\Remote",
    "\\Subscribed",
    "\\Inbox",
];

/// What is to be done with a member.
pub(super) enum SourceVerdict<'a> {
    /// It is emptied.
    Merge(Merge<'a>),
    /// It stays, and a person is told.
    Leave {
        /// What kind of reason.
        code: Code,
        /// A sentence.
        why: Phrase,
    },
    /// It stays, and a finding says all there is to say.
    Ignore,
}

impl SourceVerdict<'_> {
    pub(super) fn is_merged(&self) -> bool {
        matches!(self, Self::Merge(_))
    }
}

/// How a member is emptied.
pub(super) struct Merge<'a> {
    pub path: Path,
    /// Whether it goes once it is empty.
    pub remove: bool,
    /// What becomes of the mailboxes below it.
    pub below: Below<'a>,
}

/// What becomes of the mailboxes below a source.
#[derive(Default)]
pub(super) struct Below<'a> {
    /// Follow by RENAME, to this name.
    pub follow: Vec<(&'a Mailbox, MailboxName)>,
    /// Are merged into the mailbox of the same name below the kept one.
    pub merge: Vec<(&'a Mailbox, &'a Mailbox)>,
    /// Why the source stays although it is emptied, if it does.
    pub stays: Vec<(Code, Phrase)>,
}

impl<'a> Maker<'a> {
    pub(super) fn verdict(
        &self,
        role: Role,
        source: &'a Mailbox,
        keeper: &Keeper<'_>,
    ) -> SourceVerdict<'a> {
        let name = &source.name;
        let leave = |code, why| SourceVerdict::Leave { code, why };
        if !source.selectable || source.name.is_inbox() {
            return SourceVerdict::Ignore;
        }
        if self.has_another_name(name) {
            // Whichever the other name is: what is taken out of this one is gone from that one too.
            return leave(Code::SameMailboxTwice, text::has_another_name(name));
        }
        if self.finding(Code::AttributeVsName, &source.name).is_some() {
            return leave(Code::AttributeVsName, text::name_and_mark_differ(name));
        }
        if let Some(unknown) = foreign_attribute(source, role) {
            return leave(Code::AttributeConflict, text::also_marked(name, unknown));
        }
        if self.may_be_a_view(source) {
            return leave(Code::MailboxIsView, text::may_be_a_view(name));
        }
        if is_kin(source, keeper) {
            return leave(Code::ChildrenStay, text::above_or_below(name));
        }
        if source
            .status
            .uid_validity
            .is_none_or(|validity| validity == 0)
        {
            return leave(Code::UidsNotStable, text::no_uid_validity(name));
        }
        self.emptied(role, source, keeper)
    }

    /// A source that may be emptied: whether it is, how, and whether it goes once it is empty.
    fn emptied(&self, role: Role, source: &'a Mailbox, keeper: &Keeper<'_>) -> SourceVerdict<'a> {
        let empty = source.status.messages == Some(0);
        let kept_by_server = self
            .finding(Code::RoleDuplicateEmpty, &source.name)
            .is_some();
        if (empty && kept_by_server) || (!empty && self.policy.only_empty) {
            return SourceVerdict::Ignore;
        }
        let Some(path) = self.path() else {
            return SourceVerdict::Leave {
                code: Code::NoSafeRemoval,
                why: text::no_safe_merge(&source.name),
            };
        };
        let mut below = self.children(role, source, keeper);
        below.stays.extend(self.reasons_to_stay(role, source));
        let remove = below.stays.is_empty();
        let nothing_to_move = source
            .status
            .messages
            .is_some_and(|messages| messages <= self.stays_marked(source));
        if nothing_to_move && !remove {
            // Moving nothing and removing nothing is no step; what stays is said once.
            return match below.stays.into_iter().next() {
                Some((code, why)) => SourceVerdict::Leave { code, why },
                None => SourceVerdict::Ignore,
            };
        }
        if nothing_to_move && self.policy.keep_sources {
            return SourceVerdict::Ignore;
        }
        if path == Path::CopyOnly
            && self.policy.copied_before.contains(source.name.wire())
            && !self.policy.allow_keyword_loss
        {
            return SourceVerdict::Leave {
                code: Code::NoSafeRemoval,
                why: text::was_copied_in_vain(&source.name),
            };
        }
        if path == Path::CopyOnly && (!remove || self.policy.keep_sources) {
            // Copied and left, it would be copied again by every later run.
            let first = below.stays.into_iter().next();
            let why = first.map_or_else(|| text::is_to_stay(&source.name), |(_, why)| why);
            return SourceVerdict::Leave {
                code: Code::NoSafeRemoval,
                why: text::could_only_be_copied(why),
            };
        }
        // A parent that stays keeps what lies below it.
        if !remove || self.policy.keep_sources {
            below.follow.clear();
        }
        if !remove {
            below.merge.clear();
        }
        SourceVerdict::Merge(Merge {
            path,
            remove,
            below,
        })
    }

    /// Why a source stays although it is emptied, whatever lies below it.
    fn reasons_to_stay(&self, role: Role, source: &Mailbox) -> Vec<(Code, Phrase)> {
        let name = &source.name;
        let deleted = self.stays_marked(source);
        let is_elsewhere =
            !self.listing.is_home(name) && self.listing.personal_namespace_of(name).is_some();
        let marked = || text::stays_with_marked(name, text::marked_deleted(deleted));
        let reasons = [
            (deleted > 0).then(|| (Code::DeletedMarkedMail, marked())),
            self.listing
                .may_hide_messages(source)
                .then(|| (Code::MayBeTruncated, text::may_hold_more(name))),
            self.is_the_servers_own(role, source)
                .map(|why| (Code::RoleBoundToName, why)),
            is_elsewhere.then(|| (Code::OtherNamespace, text::stays_in_other_namespace(name))),
        ];
        reasons.into_iter().flatten().collect()
    }

    /// Whether a mailbox has another name besides those that an alias namespace gives to every mailbox: nothing is planned
    /// by these, so what becomes of the mailbox itself is all that becomes of them.
    pub(super) fn has_another_name(&self, name: &MailboxName) -> bool {
        let is_alias = |other: &MailboxName| {
            let aside = self
                .roll
                .entry(other)
                .and_then(|entry| entry.aside.as_ref());
            matches!(aside, Some(Aside::Alias(real)) if real == name)
        };
        self.finding(Code::SameMailboxTwice, name)
            .is_some_and(|finding| {
                let mut others = finding.mailboxes.iter();
                others.any(|other| other != name && !is_alias(other))
            })
    }

    /// Messages that stay because they are marked `\Deleted` (docs/safety.md).
    pub(super) fn stays_marked(&self, source: &Mailbox) -> u64 {
        source
            .sample
            .as_ref()
            .and_then(|sample| sample.deleted)
            .filter(|_| !self.policy.move_deleted)
            .unwrap_or(0)
    }

    /// Mailboxes below a source follow it by RENAME where the kept mailbox has none of that name.
    fn children(&self, role: Role, source: &'a Mailbox, keeper: &Keeper<'_>) -> Below<'a> {
        let mut fate = Below::default();
        let below: Vec<&Mailbox> = self.listing.below(source).collect();
        for child in &below {
            let is_direct = !below
                .iter()
                .any(|other| child.name.is_below(&other.name, other.delimiter));
            if !is_direct {
                continue;
            }
            let new = child.name.moved(&source.name, &keeper.name);
            let new = new.filter(|_| !role.held_back());
            let taken = new.as_ref().and_then(|new| self.listing.find(new.wire()));
            match (new, taken) {
                (Some(new), None) if self.is_free(keeper, &new, child) => {
                    fate.follow.push((*child, new));
                }
                (_, Some(taken)) if self.policy.with_children && taken.selectable => {
                    fate.merge.push((*child, taken));
                }
                _ => fate.stays.push((
                    Code::ChildrenStay,
                    text::child_cannot_follow(&source.name, &child.name),
                )),
            }
        }
        fate
    }

    /// Whether a child can get this name below the keeper.
    fn is_free(&self, keeper: &Keeper<'_>, new: &MailboxName, child: &Mailbox) -> bool {
        let fits = keeper.mailbox.is_none_or(|mailbox| {
            !mailbox.has_attribute("\\NoInferiors") && mailbox.delimiter == child.delimiter
        });
        fits && !self.will_be_made(new) && self.listing.is_one_namespace(&child.name, new)
    }

    /// Folders that the provider makes and keeps: emptied at the most. A label that only lies beside
    /// Gmail's own is the user's.
    fn is_the_servers_own(&self, role: Role, source: &Mailbox) -> Option<Phrase> {
        let is_marked = source.is_marked(role);
        let entry = self.roll.entry(&source.name);
        let is_own = entry.is_some_and(|entry| {
            let own = entry.roles_by(EvidenceKind::Provider);
            own.contains(&role)
        });
        let traits = self.listing.traits();
        let is_kept = is_own || is_marked && traits.owns_marked_mailboxes;
        is_kept.then(|| {
            if traits.has_labels {
                text::gmails_own(&source.name)
            } else {
                text::providers_own(&source.name)
            }
        })
    }

    /// Whether nothing shows that an empty mailbox is not a view: Dovecot's views may lie in a namespace that is not told,
    /// and an empty one looks like any mailbox. To remove one may destroy the mail behind it.
    fn may_be_a_view(&self, source: &Mailbox) -> bool {
        let is_at_top = {
            let name = source.name.text();
            let home = self.listing.home();
            let rest = home.and_then(|home| home.strip(name)).unwrap_or(name);
            let parent = source
                .delimiter
                .and_then(|delimiter| rest.rsplit_once(delimiter));
            let is_under_inbox = |(parent, _): (&str, _)| parent.eq_ignore_ascii_case("INBOX");
            self.listing.is_home(&source.name) && parent.is_none_or(is_under_inbox)
        };
        self.listing.traits().has_views
            && source.status.messages == Some(0)
            && !is_at_top
            && self
                .roll
                .entry(&source.name)
                .is_some_and(RollEntry::is_stated_by_user)
    }
}

/// A mark that this role does not explain: an unknown one, or another role's (RFC 6154 §6: leave alone).
fn foreign_attribute(source: &Mailbox, role: Role) -> Option<&String> {
    source.attributes.iter().find(|attribute| {
        let plain = PLAIN_ATTRIBUTES
            .iter()
            .any(|plain| plain.eq_ignore_ascii_case(attribute));
        !plain && Role::from_attribute(attribute) != Some(role)
    })
}

/// INBOX holds mail and others besides, on some servers all others: what lies below it may well be emptied into it.
fn is_kin(source: &Mailbox, keeper: &Keeper<'_>) -> bool {
    !keeper.name.is_inbox() && source.name.is_below(&keeper.name, source.delimiter)
        || keeper.name.is_below(&source.name, source.delimiter)
}
