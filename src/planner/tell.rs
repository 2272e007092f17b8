//! Telling: what the user of a client has to set, where no plan makes it meet the others.
//!
//! In: what stated clients do after the plan, the mailbox that keeps each role. Out: one entry a client. Never: a client
//! that meets the others by itself.

use crate::model::{
    client::{Answer, Cell, Forecast, Forecasts, Use},
    finding::Code,
    mailbox::MailboxName,
    plan::Manual,
    role::Role,
};

/// One entry for each client that does not use the kept mailbox of every role that it has.
pub(super) fn tell(forecasts: &Forecasts, kept: &[(Role, MailboxName)]) -> Vec<Manual> {
    let entries = forecasts.clients.iter().filter_map(|client| {
        let parts: Vec<String> = kept
            .iter()
            .filter_map(|(role, keep)| about(client, *role, keep))
            .collect();
        (!parts.is_empty()).then(|| Manual {
            code: Code::ClientToBeTold,
            message: format!("{client}: {}", parts.join("; ")),
            snippet: None,
        })
    });
    entries.collect()
}

fn about(client: &Forecast, role: Role, keep: &MailboxName) -> Option<String> {
    let cell = client.cells.get(&role)?;
    if cell.does == Use::Mailbox(keep.clone()) {
        return None;
    }
    let keep = keep.text();
    let does = does(cell);
    let place = cell.reassign.as_deref().unwrap_or_default();
    Some(match cell.can_reassign {
        Answer::Yes if place.is_empty() => format!("choose \"{keep}\" for {role}, else {does}"),
        Answer::Yes => format!("choose \"{keep}\" for {role} ({place}), else {does}"),
        Answer::No => format!(
            "for {role} {does}, and nobody can set it to \"{keep}\"; run `rolecall fix` again once it is set up"
        ),
        Answer::Unknown => {
            format!("for {role} {does}; whether it can be set to \"{keep}\" is not documented")
        }
    })
}

fn does(cell: &Cell) -> String {
    let mailboxes = cell.does.mailboxes().iter().map(MailboxName::text);
    let made = cell.does.creates().iter().map(String::as_str);
    let names: Vec<&str> = mailboxes.chain(made).collect();
    let names = names.join("\" or \"");
    match cell.does {
        Use::Mailbox(_) | Use::OneOf(_) => format!("it uses \"{names}\""),
        Use::Creates(_) => format!("it makes \"{names}\""),
        Use::Computer => "it keeps the mail on the computer".to_owned(),
        Use::Asks => "it asks".to_owned(),
        Use::Nothing => "it uses none".to_owned(),
        Use::Unknown => "nobody documented what it uses".to_owned(),
    }
}
