//! Telling: what the user of a client has to set, where no plan makes it meet the others.
//!
//! In: what clients do after the plan, set up then or in use before it; the mailbox that keeps each role. Out: of stated
//! clients one entry a client, of the others one a role. Never: a client that meets the others by itself, the same twice of one that is new and one in use.

use std::collections::BTreeMap;

use crate::{
    language::{Phrase, text},
    model::{
        client::{Forecast, Forecasts, RoleForecast, Tristate, Use, named},
        finding::Code,
        mailbox::MailboxName,
        plan::Manual,
        role::Role,
    },
};

/// One entry for each client that does not use the kept mailbox of every role that it has.
pub(super) fn tell(
    new: &Forecasts,
    in_use: &Forecasts,
    kept: &[(Role, MailboxName)],
) -> Vec<Manual> {
    let clients = new.clients.iter().zip(&in_use.clients);
    let entries = clients.filter_map(|(client, in_use)| {
        let parts = parts(client, in_use, kept);
        (!parts.is_empty()).then(|| Manual {
            code: Code::ClientToBeTold,
            role: None,
            message: text::of_client(client, Phrase::clauses(parts)),
            snippet: None,
        })
    });
    entries.collect()
}

/// One entry for each role whose kept mailbox a common client does not find and makes another: as one that is set up after
/// the plan, or as one that is in use and misses what the plan takes away.
pub(super) fn foretell(
    new: &Forecasts,
    in_use: &Forecasts,
    kept: &[(Role, MailboxName)],
) -> Vec<Manual> {
    let entries = kept.iter().filter_map(|(role, keep)| {
        let makers = makers(new, *role);
        let is_new = |id: &str| makers.iter().any(|(client, _)| client.id == id);
        let mut again = self::makers(in_use, *role);
        again.retain(|(client, _)| !is_new(&client.id));
        let mut parts = Vec::new();
        if !makers.is_empty() {
            parts.push(text::not_found_by_all(keep, *role, who_makes(&makers)));
        }
        if !again.is_empty() {
            let who = who_makes(&again);
            parts.push(text::makes_again_if_in_use(keep, *role, who));
        }
        (!parts.is_empty()).then(|| Manual {
            role: Some(*role),
            code: Code::ClientWillCreate,
            message: Phrase::clauses(parts),
            snippet: None,
        })
    });
    entries.collect()
}

type Makers<'a> = Vec<(&'a Forecast, &'a [String])>;

/// The clients that make a mailbox for a role, and its possible names.
fn makers(forecasts: &Forecasts, role: Role) -> Makers<'_> {
    let counted = forecasts.counted(role);
    let makers = counted.filter_map(|(client, cell)| match &cell.does {
        Use::Creates(names) => Some((client, names.as_slice())),
        _ => None,
    });
    makers.collect()
}

/// `Roundcube and SOGo make "Sent", Apple Mail makes "Sent Messages"`.
fn who_makes(makers: &Makers<'_>) -> Phrase {
    let mut by_names: BTreeMap<&[String], Vec<&Forecast>> = BTreeMap::new();
    for (client, names) in makers {
        by_names.entry(names).or_default().push(client);
    }
    let all = by_names.into_iter().map(|(names, clients)| {
        let names = Phrase::or(names.iter().map(text::quoted));
        match clients.len() {
            1 => text::makes(named(&clients), names),
            _ => text::make(named(&clients), names),
        }
    });
    Phrase::joined(all, ", ")
}

/// What is to be set role by role; then, together, what only where the client is in use.
fn parts(client: &Forecast, in_use: &Forecast, kept: &[(Role, MailboxName)]) -> Vec<Phrase> {
    let (mut parts, mut stays) = (Vec::new(), Vec::new());
    for (role, keep) in kept {
        let cells = (client.cells.get(role), in_use.cells.get(role));
        let (Some(cell), Some(in_use)) = cells else {
            continue;
        };
        let meets = |cell: &RoleForecast| cell.does == Use::Mailbox(keep.clone());
        if !meets(cell) {
            let is_other = in_use.does != cell.does && in_use.does != Use::Unknown;
            let other = (is_other && !meets(in_use)).then_some(in_use);
            parts.push(about(cell, other, *role, keep));
        } else if !meets(in_use) {
            stays.push((text::keep_for(keep, *role), in_use));
        }
    }
    if !stays.is_empty() {
        let stays = together(&stays).into_iter().map(about_in_use);
        parts.push(text::if_in_use(Phrase::clauses(stays)));
    }
    parts
}

fn about(
    cell: &RoleForecast,
    in_use: Option<&RoleForecast>,
    role: Role,
    keep: &MailboxName,
) -> Phrase {
    let does = match in_use {
        None => does(&[cell], text::it_makes),
        Some(in_use) => text::or_if_in_use(
            does(&[cell], text::it_makes),
            does(&[in_use], text::it_makes_again),
        ),
    };
    let place = cell.reassign.as_deref().unwrap_or_default();
    match cell.can_reassign {
        Tristate::Yes if place.is_empty() => text::choose_for(keep, role, does),
        Tristate::Yes => text::choose_for_at(keep, role, place, does),
        Tristate::No => text::cannot_be_set(role, does, keep),
        Tristate::Unknown => text::not_known_if_set(role, does, keep),
    }
}

/// Which mailbox for which role, and what a client in use does instead.
type Stay<'a> = (Phrase, &'a RoleForecast);

/// Those together that are set at one place and else come to the same kind of end.
fn together<'a>(stays: &[Stay<'a>]) -> Vec<Vec<Stay<'a>>> {
    let key = |cell: &'a RoleForecast| (cell.can_reassign, &cell.reassign, cell.does.word());
    let mut groups: Vec<Vec<Stay>> = Vec::new();
    for stay in stays {
        let mut like = groups.iter_mut();
        match like.find(|group| group.iter().any(|other| key(other.1) == key(stay.1))) {
            Some(group) => group.push(stay.clone()),
            None => groups.push(vec![stay.clone()]),
        }
    }
    groups
}

fn about_in_use(stays: Vec<Stay>) -> Phrase {
    let (choices, cells): (Vec<Phrase>, Vec<&RoleForecast>) = stays.into_iter().unzip();
    let choices = Phrase::and(choices);
    let does = does(&cells, text::it_makes_again);
    let at = cells
        .first()
        .map(|cell| (cell.can_reassign, &cell.reassign));
    match at {
        Some((Tristate::Yes, Some(place))) => text::choose_at_else(choices, place, does),
        Some((Tristate::Yes, None)) => text::choose_else(choices, does),
        _ => text::set_up_anew(choices, does),
    }
}

/// What is done about roles that come to the same kind of end.
fn does(cells: &[&RoleForecast], makes: impl Fn(Phrase) -> Phrase) -> Phrase {
    let names = cells.iter().map(|cell| {
        let mailboxes = cell.does.mailboxes().iter().map(MailboxName::text);
        let made = cell.does.creates().iter().map(String::as_str);
        Phrase::or(mailboxes.chain(made).map(text::quoted))
    });
    let names = Phrase::and(names.collect());
    match cells.first().map(|cell| &cell.does) {
        Some(Use::Mailbox(_) | Use::OneOf(_)) => text::it_uses(names),
        Some(Use::Creates(_)) => makes(names),
        Some(Use::Computer) => text::it_keeps_on_computer(),
        Some(Use::InPlace) => text::it_leaves_in_place(),
        Some(Use::Asks) => text::it_asks(),
        Some(Use::Nothing) => text::it_uses_none(),
        Some(Use::Unknown) | None => unknown(cells),
    }
}

/// What is known of one use that is unknown.
fn unknown(cells: &[&RoleForecast]) -> Phrase {
    match cells {
        [cell] if !cell.possible.is_empty() => {
            text::which_is_undocumented(Phrase::or(cell.possible.iter().map(Use::said)))
        }
        _ => text::undocumented_use(),
    }
}
