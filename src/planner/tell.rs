//! Telling: what the user of a client has to set, where no plan makes it meet the others.
//!
//! In: what stated clients do after the plan, the mailbox that keeps each role. Out: one entry a client. Never: a client
//! that meets the others by itself.

use crate::{
    language::{Phrase, text},
    model::{
        client::{Answer, Cell, Forecast, Forecasts, Use},
        finding::Code,
        mailbox::MailboxName,
        plan::Manual,
        role::Role,
    },
};

/// One entry for each client that does not use the kept mailbox of every role that it has.
pub(super) fn tell(forecasts: &Forecasts, kept: &[(Role, MailboxName)]) -> Vec<Manual> {
    let entries = forecasts.clients.iter().filter_map(|client| {
        let parts: Vec<Phrase> = kept
            .iter()
            .filter_map(|(role, keep)| about(client, *role, keep))
            .collect();
        (!parts.is_empty()).then(|| Manual {
            code: Code::ClientToBeTold,
            message: text::of_client(client, Phrase::clauses(parts)),
            snippet: None,
        })
    });
    entries.collect()
}

fn about(client: &Forecast, role: Role, keep: &MailboxName) -> Option<Phrase> {
    let cell = client.cells.get(&role)?;
    if cell.does == Use::Mailbox(keep.clone()) {
        return None;
    }
    let does = does(cell);
    let place = cell.reassign.as_deref().unwrap_or_default();
    Some(match cell.can_reassign {
        Answer::Yes if place.is_empty() => text::choose_for(keep, role, does),
        Answer::Yes => text::choose_for_at(keep, role, place, does),
        Answer::No => text::cannot_be_set(role, does, keep),
        Answer::Unknown => text::not_known_if_set(role, does, keep),
    })
}

fn does(cell: &Cell) -> Phrase {
    let mailboxes = cell.does.mailboxes().iter().map(MailboxName::text);
    let made = cell.does.creates().iter().map(String::as_str);
    let names = mailboxes.chain(made);
    let names = Phrase::or(names.map(|name| format!("\"{name}\"")));
    match cell.does {
        Use::Mailbox(_) | Use::OneOf(_) => text::it_uses(names),
        Use::Creates(_) => text::it_makes(names),
        Use::Computer => text::it_keeps_on_computer(),
        Use::Asks => text::it_asks(),
        Use::Nothing => text::it_uses_none(),
        Use::Unknown => text::undocumented_use(),
    }
}
