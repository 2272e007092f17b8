//! One role: which mailbox keeps it, and the steps that leave it with that mailbox alone.
//!
//! In: a role's members. Out: steps, in the order in which they are safe; warnings; what is left to a person. Never: a
//! step for a mailbox whose role is doubtful.

use super::{keeper::Keeper, maker::Maker, source::SourceVerdict};
use crate::{
    language::{Phrase, text},
    model::{
        finding::Code,
        mailbox::{Mailbox, MailboxName},
        plan::{Action, Path, Step},
        role::Role,
        roll::EvidenceKind,
    },
};

impl<'a> Maker<'a> {
    /// Plans everything about one role.
    pub(super) fn role(&mut self, role: Role) {
        let members = self.roll.roles.get(&role);
        let Some(keeper) = self.keeper(role, members) else {
            return;
        };
        let Some(sources) = self.sure_sources(role, &keeper) else {
            return;
        };
        self.tell_of_mark(role);
        let is_unclear = members.is_some_and(|members| {
            members.unclear && members.keep == keeper.name && !self.is_chosen(role)
        });
        if is_unclear && !sources.is_empty() {
            self.leave_to_user(role, &keeper, &sources);
            return;
        }
        let held_back = role.held_back() && !self.policy.include.contains(&role);
        if held_back && members.is_some() {
            self.spare(role, &keeper, &sources);
            return;
        }
        if !self.keeper_is_clear(role, &keeper) {
            return;
        }
        if self.policy.only_empty && keeper.mailbox.is_none() {
            return;
        }
        let renamed = self.make(role, &keeper, members);
        let sources: Vec<&Mailbox> = sources
            .into_iter()
            .filter(|source| renamed.as_ref() != Some(&source.name))
            .collect();
        self.mark(role, &keeper, &sources);
        self.subscribe(role, &keeper);
        for source in sources {
            self.merge(role, source, &keeper);
        }
        if role.held_back() {
            self.warn_of_timers(role, &keeper);
        }
        self.tell_ordinary(role, &keeper);
        if keeper.mailbox.is_some() {
            self.tell_findings(role);
        }
    }

    /// The other members whose role is sure; those whose role is doubtful are told of instead. None where the keeper
    /// itself is doubtful: then all members are, since a sure one would keep the role.
    fn sure_sources(&mut self, role: Role, keeper: &Keeper<'a>) -> Option<Vec<&'a Mailbox>> {
        let listing = self.listing;
        let members = self.roll.roles.get(&role);
        let others = members
            .into_iter()
            .flat_map(|members| &members.members)
            .filter(|name| **name != keeper.name);
        let (doubtful, sure): (Vec<&MailboxName>, Vec<&MailboxName>) =
            others.partition(|name| self.is_doubtful(name));
        let keeper_is_doubtful = self.is_doubtful(&keeper.name);
        for name in doubtful
            .into_iter()
            .chain(keeper_is_doubtful.then_some(&keeper.name))
        {
            let message = self.say_first(role, name);
            self.by_hand(role, Code::RoleDoubtful, message);
        }
        let sources = sure
            .into_iter()
            .filter_map(|name| listing.find(name.wire()));
        (!keeper_is_doubtful).then(|| sources.collect())
    }

    /// Of a held-back role only what touches no mail is done. One that waits to be renamed is subscribed meanwhile.
    fn spare(&mut self, role: Role, keeper: &Keeper<'_>, sources: &[&Mailbox]) {
        if let (Some(lone), Some(try_name)) = (keeper.mailbox, self.name_to_try(role, keeper)) {
            let keeper = Keeper {
                name: try_name.keep.clone(),
                mailbox: None,
                because: try_name.because.clone(),
            };
            self.hold_back(role, &keeper, &[lone]);
        } else if !sources.is_empty() {
            self.hold_back(role, keeper, sources);
        } else if self.listing.server.lets_clients_mark() {
            self.mark(role, keeper, sources);
        }
        match (keeper.mailbox, sources) {
            (None, [lone]) => {
                let lone = Keeper {
                    name: lone.name.clone(),
                    mailbox: Some(lone),
                    because: Phrase::default(),
                };
                self.subscribe(role, &lone);
            }
            (None, _) => {}
            (Some(_), _) => self.subscribe(role, keeper),
        }
    }

    fn subscribe(&mut self, role: Role, keeper: &Keeper<'_>) {
        let unsubscribed = keeper
            .mailbox
            .is_none_or(|mailbox| mailbox.subscribed == Some(false));
        if unsubscribed {
            let step = Step {
                because: vec![text::only_subscribed_shown()],
                ..self.blank(Action::Subscribe, role, &keeper.name)
            };
            self.steps.push(step);
        }
    }

    pub(super) fn merge(&mut self, role: Role, source: &Mailbox, keeper: &Keeper<'_>) {
        let merge = match self.verdict(role, source, keeper) {
            SourceVerdict::Merge(merge) => merge,
            SourceVerdict::Leave { code, why } => {
                self.by_hand(role, code, why);
                return;
            }
            SourceVerdict::Ignore => return,
        };
        for (child, taken) in merge.below.merge {
            let same_name = Keeper {
                name: taken.name.clone(),
                mailbox: Some(taken),
                because: text::same_name_below(),
            };
            if child.subscribed == Some(true) {
                self.subscribe(role, &same_name);
            }
            self.merge(role, child, &same_name);
        }
        for (child, new) in &merge.below.follow {
            let step = Step {
                source: Some(child.name.clone()),
                messages: child.status.messages,
                size: child.status.size,
                because: vec![text::below_what_goes(&source.name)],
                ..self.blank(Action::Rename, role, new)
            };
            self.steps.push(step);
        }
        self.warn_of_change(role, source, keeper);
        let stays = self.stays_marked(source);
        for (code, why) in merge.below.stays {
            self.by_hand(role, code, why);
        }
        let step = Step {
            source: Some(source.name.clone()),
            messages: source.status.messages.map(|all| all.saturating_sub(stays)),
            // Nobody has counted the octets of those that stay.
            size: source.status.size.filter(|_| stays == 0),
            because: self
                .reason(source)
                .into_iter()
                .chain([text::kept_because(&keeper.because)])
                .collect(),
            // Copies can be told from their originals, but on such a server they cannot be moved back.
            reversible: merge.path != Path::CopyOnly,
            path: Some(merge.path),
            remove: merge.remove && !self.policy.keep_sources,
            ..self.blank(Action::Merge, role, &keeper.name)
        };
        self.steps.push(step);
    }

    /// Why the source has the role, in a clause.
    fn reason(&self, source: &Mailbox) -> Option<Phrase> {
        let evidence = self.roll.entry(&source.name)?.evidence.first()?;
        Some(match (&evidence.source, &evidence.locale) {
            (Some(from), Some(locale)) => {
                text::name_seen(&evidence.detail, locale, text::given_by(from))
            }
            _ => match evidence.kind {
                EvidenceKind::Override => text::you_said_so(),
                EvidenceKind::Attribute => text::marked(&evidence.detail),
                _ => evidence.detail.clone(),
            },
        })
    }
}
