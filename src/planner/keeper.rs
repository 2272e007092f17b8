//! Which mailbox keeps a role, and what it takes to have it there: made or renamed, and marked.
//!
//! In: a role, its members. Out: a keeper, and steps that bring it about. Never: a rename that the server would undo.

use super::{maker::Maker, policy::Suggestion};
use crate::{
    advice::Kept,
    language::{Phrase, text},
    model::{
        finding::Code,
        mailbox::{Mailbox, MailboxName},
        plan::{Action, Step},
        role::Role,
        roll::Members,
    },
};

/// The mailbox that will keep a role.
pub(super) struct Keeper<'a> {
    pub name: MailboxName,
    /// Where it exists already, and is not one that a rename brings here.
    pub mailbox: Option<&'a Mailbox>,
    pub because: Phrase,
}

impl<'a> Maker<'a> {
    /// `--target` first, then where stated clients meet, then what the roll says.
    pub(super) fn keeper(&self, role: Role, members: Option<&Members>) -> Option<Keeper<'a>> {
        let suggestion = self.suggestion(role);
        if let Some(suggestion) = suggestion.filter(|suggestion| !suggestion.if_marked) {
            return Some(Keeper {
                name: suggestion.keep.clone(),
                mailbox: self.listing.find(suggestion.keep.wire()),
                because: suggestion.because.clone(),
            });
        }
        match (self.policy.targets.get(&role), members) {
            (Some(target), _) => Some(Keeper {
                name: target.clone(),
                mailbox: self.listing.find(target.wire()),
                because: text::you_said_so(),
            }),
            (None, Some(members)) => Some(Keeper {
                name: members.keep.clone(),
                mailbox: self.listing.find(members.keep.wire()),
                because: members.because.clone(),
            }),
            (None, None) => None,
        }
    }

    fn suggestion(&self, role: Role) -> Option<&'a Suggestion> {
        let suggestion = self.policy.suggested.get(&role);
        suggestion.filter(|_| !self.policy.targets.contains_key(&role))
    }

    /// The name that a keeper is to be given if the server then marks it.
    pub(super) fn name_to_try(&self, role: Role, keeper: &Keeper<'_>) -> Option<&'a Suggestion> {
        let suggestion = self.suggestion(role).filter(|name| name.if_marked)?;
        let was_tried = self.policy.tried_before.contains(suggestion.keep.wire());
        let may_be = self.may_be_renamed(keeper.mailbox?, &suggestion.keep);
        (may_be && !was_tried && !self.policy.only_empty).then_some(suggestion)
    }

    /// Gives lone mailboxes such names when all roles are through: nothing is built on a name that may be taken back, nor
    /// on one below it.
    pub(super) fn try_names(&mut self) {
        for role in self.policy.suggested.keys() {
            let members = self.roll.roles.get(role);
            let waits = role.held_back() && !self.policy.include.contains(role);
            if let Some(keeper) = self.keeper(*role, members).filter(|_| !waits) {
                self.try_name(*role, &keeper);
            }
        }
    }

    fn try_name(&mut self, role: Role, keeper: &Keeper<'_>) {
        let tried = self.name_to_try(role, keeper).zip(keeper.mailbox);
        let Some((suggestion, mailbox)) = tried else {
            return;
        };
        let steps = self.steps.iter();
        let mut named = steps.flat_map(|step| step.source.iter().chain(&step.target));
        if named.any(|name| name.is_below(&mailbox.name, mailbox.delimiter)) {
            return;
        }
        let attribute = role.attribute().unwrap_or_default();
        let step = Step {
            source: Some(mailbox.name.clone()),
            messages: mailbox.status.messages,
            size: mailbox.status.size,
            because: vec![suggestion.because.clone(), text::only_if_marked(attribute)],
            if_marked: true,
            ..self.blank(Action::Rename, role, &suggestion.keep)
        };
        self.steps.push(step);
    }

    /// Nothing is merged into a mailbox whose mark and name disagree, or that cannot hold mail.
    pub(super) fn keeper_is_clear(&mut self, role: Role, keeper: &Keeper<'_>) -> bool {
        let said = self.is_chosen(role);
        let entry = self.roll.entry(&keeper.name);
        let is_aside = entry.is_some_and(|entry| entry.aside.is_some() && entry.role.is_none());
        if keeper.mailbox.is_some() && is_aside {
            let message = text::target_in_other_namespace(&keeper.name, role);
            self.by_hand(role, Code::OtherNamespace, message);
            return false;
        }
        let conflict = self
            .finding(Code::AttributeVsName, &keeper.name)
            .filter(|_| !said)
            .map(|finding| finding.message.clone());
        if let Some(message) = conflict {
            self.by_hand(role, Code::AttributeVsName, message);
            return false;
        }
        if keeper.mailbox.is_some_and(|mailbox| !mailbox.selectable) {
            self.by_hand(
                role,
                Code::RoleOnNoselect,
                text::cannot_keep(&keeper.name, role),
            );
            return false;
        }
        true
    }

    /// Brings a keeper into being: by renaming the member that has the role now, else by making it.
    pub(super) fn make(
        &mut self,
        role: Role,
        keeper: &Keeper<'_>,
        members: Option<&Members>,
    ) -> Option<MailboxName> {
        if keeper.mailbox.is_some() {
            return None;
        }
        let renamed = members
            .map(|members| &members.keep)
            .and_then(|name| self.listing.find(name.wire()))
            .filter(|mailbox| !self.is_doubtful(&mailbox.name))
            .filter(|mailbox| self.may_be_renamed(mailbox, &keeper.name));
        let step = match renamed {
            Some(mailbox) => Step {
                source: Some(mailbox.name.clone()),
                messages: mailbox.status.messages,
                size: mailbox.status.size,
                because: vec![keeper.because.clone(), text::renaming_moves_nothing()],
                ..self.blank(Action::Rename, role, &keeper.name)
            },
            None => Step {
                because: vec![keeper.because.clone()],
                reversible: false,
                ..self.blank(Action::Create, role, &keeper.name)
            },
        };
        self.steps.push(step);
        renamed.map(|mailbox| mailbox.name.clone())
    }

    /// A mark that is bound to the name would stay behind, and the server would make an empty one under it.
    pub(super) fn may_be_renamed(&self, mailbox: &Mailbox, to: &MailboxName) -> bool {
        let marked = mailbox
            .attributes
            .iter()
            .any(|attribute| Role::from_attribute(attribute).is_some());
        mailbox.selectable
            && mailbox.name != *to
            && !mailbox.name.is_inbox()
            && !self.has_another_name(&mailbox.name)
            && (!marked || self.listing.server.lets_clients_mark())
            && !to.is_below(&mailbox.name, mailbox.delimiter)
            && self.listing.is_home(&mailbox.name)
            && self.listing.is_home(to)
            && !self.roll.kept_by_server.contains(mailbox.name.wire())
    }

    /// Moves the special-use attribute to the keeper where the server lets clients do that; elsewhere it is noted for
    /// the administrator.
    pub(super) fn mark(&mut self, role: Role, keeper: &Keeper<'_>, sources: &[&Mailbox]) {
        let Some(attribute) = role.attribute() else {
            return;
        };
        let marked = keeper
            .mailbox
            .is_some_and(|mailbox| mailbox.is_marked(role));
        let server = &self.listing.server;
        let lets_clients = server.lets_clients_mark();
        self.kept.push(Kept {
            role,
            name: keeper.name.clone(),
            needs_mark: !marked
                && !lets_clients
                && server.can("SPECIAL-USE")
                && keeper.mailbox.is_some()
                // Whether it will be marked shows when its new name is tried; the next plan knows.
                && self.name_to_try(role, keeper).is_none(),
        });
        if !lets_clients {
            return;
        }
        for source in sources {
            if source.is_marked(role) && self.verdict(role, source, keeper).is_merged() {
                self.steps.push(Step {
                    source: Some(source.name.clone()),
                    target: None,
                    because: vec![text::mark_belongs_to_kept()],
                    ..self.blank(Action::Mark, role, &source.name)
                });
            }
        }
        if !marked {
            let step = Step {
                because: vec![text::clients_look_for(attribute)],
                ..self.blank(Action::Mark, role, &keeper.name)
            };
            self.steps.push(step);
        }
    }
}
