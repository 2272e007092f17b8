//! Names: what a role's mailbox could be called so that more clients find it.
//!
//! In: an account as judged, what its clients would make. Out: names that are free. Never: whether one is worth it.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use super::meet::{MeetingSearch, without};
use crate::model::{
    mailbox::{Mailbox, MailboxName},
    role::Role,
};

impl MeetingSearch<'_> {
    /// The names that the clients would make if the role had no mailbox, as far as they are free.
    pub(super) fn new_names(&self, role: Role) -> BTreeSet<MailboxName> {
        let members = self.roll.roles.get(&role);
        let sure: Vec<&Mailbox> = members.map_or_else(Vec::new, |members| self.sure(members));
        let bare = without(self.listing, |name| {
            sure.iter().any(|one| one.name == *name)
        });
        let forecasts = self.predictor.predict(&bare);
        let made = forecasts.of(role).flat_map(|(_, cell)| cell.does.creates());
        let names = made.map(|text| self.listing.server.name(text.nfc().collect()));
        names.filter(|name| self.is_free(name)).collect()
    }

    /// Whether a mailbox can be given this name, and no other reads like it.
    fn is_free(&self, name: &MailboxName) -> bool {
        let folded = |text: &str| text.to_lowercase().nfc().collect::<String>();
        let text = folded(name.text());
        let mut others = self.listing.mailboxes.iter();
        self.listing.personal_namespace_of(name).is_some()
            && !self.roll.kept_by_server.contains(name.wire())
            && !others.any(|other| folded(other.name.text()) == text)
    }

    /// The name that servers' configurations mark for a role (Dovecot's own examples): the attribute's own word. Only for
    /// a lone mailbox, which gets its own name back where that was wrong, and where this account shows a mark
    /// that the server binds to such a name.
    pub(super) fn name_to_try(&self, role: Role) -> Option<MailboxName> {
        let server = &self.listing.server;
        let binds_marks = server.can("SPECIAL-USE") && !server.lets_clients_mark();
        let is_marked = |role: Role| {
            let found = self.listing.find(self.usual_name(role)?.wire())?;
            Some(found.is_marked(role))
        };
        let mut usual = Role::EVERY.into_iter().filter_map(is_marked);
        let is_lone = self.sure(self.roll.roles.get(&role)?).len() == 1;
        let is_worth_it = binds_marks && is_lone && usual.any(|is_marked| is_marked);
        self.usual_name(role)
            .filter(|name| is_worth_it && self.is_free(name))
    }

    fn usual_name(&self, role: Role) -> Option<MailboxName> {
        let word = role.attribute()?.strip_prefix('\\')?;
        let text = format!("{}{word}", self.listing.prefix());
        Some(self.listing.server.name(text))
    }
}
