//! Findings about mail clients: what they will use and make.
//!
//! In: an [`AuditedAccount`] and [`Forecasts`]. Out: clients-disagree, client-will-create, at most one a role. Never: a client
//! of which too little is known, unless the user said that it is in use.

use std::collections::BTreeMap;

use super::{account::AuditedAccount, finding::finding};
use crate::{
    language::{Phrase, text},
    model::{
        client::{Forecast, Forecasts, Use, named},
        finding::{Code, Finding, Severity},
        mailbox::MailboxName,
        role::Role,
        roll::Roll,
    },
};

/// What the clients do about one role, by what they use and what they make.
struct Choices<'a> {
    used: BTreeMap<&'a MailboxName, Vec<&'a Forecast>>,
    made: BTreeMap<&'a [String], Vec<&'a Forecast>>,
}

pub(super) fn findings(account: &AuditedAccount, forecasts: &Forecasts, to: &mut Vec<Finding>) {
    for role in Role::EVERY.into_iter().filter(|role| role.can_merge()) {
        to.extend(about(account, forecasts, role));
    }
}

fn about(account: &AuditedAccount, forecasts: &Forecasts, role: Role) -> Option<Finding> {
    let split = account.splits.iter().find(|split| split.role == role);
    let is_split = split.is_some_and(|split| !split.sources.is_empty());
    // Of clients that nobody stated, what matters is what is left once the split is merged.
    if is_split && !forecasts.stated {
        return None;
    }
    let choices = Choices::of(forecasts, role);
    if choices.used.len() > 1 {
        return Some(clients_disagree(&choices, role, forecasts.stated));
    }
    let keep = split.map(|split| &split.keep.entry.name);
    match keep {
        Some(keep) if !choices.made.is_empty() => {
            Some(client_will_create(&choices, keep, role, forecasts.stated))
        }
        // `role-missing` says that the next client makes one; where the names differ, that is worth more.
        None if choices.made.len() > 1 && forecasts.stated => Some(all_will_create(&choices, role)),
        _ => None,
    }
}

impl<'a> Choices<'a> {
    fn of(forecasts: &'a Forecasts, role: Role) -> Self {
        let mut choices = Self {
            used: BTreeMap::new(),
            made: BTreeMap::new(),
        };
        for (client, cell) in forecasts.counted(role) {
            match &cell.does {
                Use::Mailbox(name) => choices.used.entry(name).or_default().push(client),
                Use::Creates(names) => choices.made.entry(names).or_default().push(client),
                _ => {}
            }
        }
        choices
    }

    /// `Thunderbird and SOGo make "Sent", Geary (fr) makes "Envoyés"`.
    fn makers(&self) -> Phrase {
        let all = self.made.iter().map(|(names, clients)| {
            let names = Phrase::or(names.iter().map(text::quoted));
            match clients.len() {
                1 => text::makes(named(clients), names),
                _ => text::make(named(clients), names),
            }
        });
        Phrase::joined(all, ", ")
    }

    fn mailboxes(&self) -> Vec<MailboxName> {
        self.used.keys().map(|name| (*name).clone()).collect()
    }
}

fn clients_disagree(choices: &Choices, role: Role, stated: bool) -> Finding {
    let mut uses: Vec<_> = choices.used.iter().collect();
    uses.sort_unstable_by_key(|(name, clients)| (std::cmp::Reverse(clients.len()), **name));
    let uses = uses
        .iter()
        .map(|(name, clients)| text::used_by(**name, named(clients)));
    let uses = Phrase::joined(uses, ", ");
    let message = if choices.made.is_empty() {
        text::clients_disagree(role, uses)
    } else {
        text::clients_disagree_and_make(role, uses, choices.makers())
    };
    graded(
        Code::ClientsDisagree,
        role,
        choices.mailboxes(),
        message,
        stated,
    )
}

fn client_will_create(choices: &Choices, keep: &MailboxName, role: Role, stated: bool) -> Finding {
    let message = text::not_found_by_all(keep, role, choices.makers());
    graded(
        Code::ClientWillCreate,
        role,
        vec![keep.clone()],
        message,
        stated,
    )
}

/// The mailboxes that `fix` will rename, since stated clients meet under the new name.
pub(super) fn meetings(
    roll: &Roll,
    meeting: &BTreeMap<Role, (MailboxName, Phrase)>,
) -> Vec<Finding> {
    let found = meeting.iter().filter_map(|(role, (name, because))| {
        let members = roll.roles.get(role)?;
        let keep = &members.keep;
        let waits = role.held_back() && members.members.len() > 1;
        let message = if waits {
            text::clients_meet_in_once_included(name, *role, role.word(), because, keep)
        } else {
            text::clients_meet_in(name, *role, because, keep)
        };
        let mailboxes = vec![keep.clone()];
        Some(finding(
            Code::ClientsMeetElsewhere,
            Some(*role),
            mailboxes,
            message,
            None,
        ))
    });
    found.collect()
}

fn all_will_create(choices: &Choices, role: Role) -> Finding {
    let message = text::none_so_clients_make(role, choices.makers());
    graded(Code::ClientWillCreate, role, Vec::new(), message, true)
}

/// What stated clients do is worth a warning; what others might, only a word.
fn graded(
    code: Code,
    role: Role,
    mailboxes: Vec<MailboxName>,
    message: Phrase,
    stated: bool,
) -> Finding {
    let severity = if stated {
        Severity::Warning
    } else {
        Severity::Info
    };
    Finding {
        severity,
        ..finding(code, Some(role), mailboxes, message, None)
    }
}
