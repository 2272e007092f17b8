//! What clients will do, role by role: each mailbox with the clients that use it, so that many clients fit a page.
//!
//! In: [`Forecasts`]. Out: one page. Never: a client left out without being named.

use std::collections::BTreeMap;

use super::{
    grid::{Grid, GridCell, GridColumn},
    ink::Ink,
    look::Look,
    page::Page,
    words,
};
use crate::{
    language::{Phrase, text},
    model::{
        client::{
            self, Agreement, Confidence, Forecast, Forecasts, KnownClient, Looks, RoleForecast,
            Tristate, Use,
        },
        role::Role,
    },
    report::text::{name, safe},
};

/// Marks a client whose choice was seen or inferred, but which nobody documented.
const WEAK: &str = "*";

/// Shows what the clients of an account will do.
#[must_use]
pub fn clients(account: &str, forecasts: &Forecasts, look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    page.line(&safe(account), Ink::Strong);
    let told = text::mail_clients(forecasts.clients.len() as u64);
    let is_common = |client: &Forecast| client.rank().is_some();
    let whose = if forecasts.stated {
        text::as_stated(told)
    } else if forecasts.clients.iter().all(is_common) {
        text::the_most_common(told)
    } else {
        text::all_that_are_known(told)
    };
    page.line(&look.say(text::set_up_now(whose)), Ink::Plain);
    page.gap();
    page.grid(&grid(forecasts, look));
    notes(&mut page, account, forecasts, look);
    page.finish()
}

fn grid(forecasts: &Forecasts, look: Look) -> Grid {
    let mut grid = Grid::new([
        GridColumn::word(look.say(text::head_role())),
        GridColumn::text(look.say(text::head_mailbox()), 14),
        GridColumn::text(look.say(text::head_clients()), 20),
    ]);
    for role in Role::EVERY {
        let choices = choices(forecasts, role);
        let agreement = forecasts.agreement(role);
        for (at, (does, clients)) in choices.iter().enumerate() {
            let head = match (at, agreement) {
                (0, Agreement::Agree) => GridCell::new(look.say(Phrase::from(role)), Ink::Strong),
                (0, Agreement::MayDisagree) => {
                    GridCell::new(look.say(text::may_differ(role)), Ink::Odd)
                }
                (0, Agreement::Disagree) => GridCell::new(look.say(text::differ(role)), Ink::Odd),
                _ => GridCell::default(),
            };
            let is_other = at > 0 && agreement != Agreement::Agree && !does.places().is_empty();
            let names: Vec<String> = clients.iter().map(|(who, cell)| shown(who, cell)).collect();
            grid.row([
                head,
                GridCell::new(look.say(uses(does)), ink(does, is_other)),
                GridCell::from(names.join(", ")),
            ]);
            if look.verbose {
                for (who, cell) in clients {
                    grid.note(GridCell::new(look.safe(&reason(who, cell)), Ink::Faint));
                }
            }
        }
    }
    grid
}

/// Clients by what they do: mailboxes that are there first, then those with the most clients.
pub(in crate::report) fn choices(
    forecasts: &Forecasts,
    role: Role,
) -> Vec<(&Use, Vec<(&Forecast, &client::RoleForecast)>)> {
    let mut by_use: BTreeMap<&Use, Vec<(&Forecast, &client::RoleForecast)>> = BTreeMap::new();
    for (who, cell) in forecasts.of(role) {
        if forecasts.stated || !is_unknown(who) {
            by_use.entry(&cell.does).or_default().push((who, cell));
        }
    }
    let mut choices: Vec<_> = by_use.into_iter().collect();
    choices.sort_unstable_by_key(|(does, clients)| {
        let kind = match does {
            Use::Mailbox(_) | Use::OneOf(_) => 0,
            Use::Creates(_) => 1,
            Use::Computer | Use::InPlace | Use::Asks | Use::Nothing => 2,
            Use::Unknown => 3,
        };
        (kind, std::cmp::Reverse(clients.len()), *does)
    });
    choices
}

/// Whether nothing at all is known of a client.
fn is_unknown(client: &Forecast) -> bool {
    let mut cells = client.cells.values();
    cells.all(|cell| cell.does == Use::Unknown && cell.sources.is_empty())
}

pub(in crate::report) fn uses(does: &Use) -> Phrase {
    match does {
        Use::Mailbox(mailbox) => name(mailbox).into(),
        Use::OneOf(mailboxes) => {
            let names: Vec<String> = mailboxes.iter().map(name).collect();
            text::one_of(names.join(", "))
        }
        Use::Creates(names) => text::makes_one(Phrase::or(names.iter().map(|one| safe(one)))),
        Use::Computer => text::on_the_computer(),
        Use::InPlace => text::in_place(),
        Use::Asks => text::asks_its_user(),
        Use::Nothing => text::none(),
        Use::Unknown => text::unknown(),
    }
}

fn ink(does: &Use, is_other: bool) -> Ink {
    match does {
        Use::Unknown => Ink::Faint,
        Use::Creates(_) => Ink::Odd,
        _ if is_other => Ink::Odd,
        _ => Ink::Plain,
    }
}

fn shown(client: &Forecast, cell: &client::RoleForecast) -> String {
    let is_weak = cell.confidence > Confidence::Unknown && !cell.confidence.is_firm();
    format!(
        "{}{}",
        safe(&client.to_string()),
        if is_weak { WEAK } else { "" }
    )
}

/// Why, how well that is known and from where, and what the user can do about it.
fn reason(client: &Forecast, cell: &client::RoleForecast) -> Phrase {
    let mut reason = text::client_because(client, &cell.because);
    if !cell.sources.is_empty() {
        let how = words::confidence(cell.confidence);
        reason = text::known_from(reason, how, cell.sources.join("; "));
    }
    if client.looks == Looks::Once {
        reason = text::looks_once(reason);
    }
    match (cell.can_reassign, &cell.reassign) {
        (Tristate::Yes, Some(place)) => text::to_change_it(reason, place),
        (Tristate::Yes, None) => text::user_can_change(reason),
        (Tristate::No, None) => text::user_cannot_change(reason),
        (Tristate::No, Some(why)) => text::user_cannot_change_since(reason, why),
        (Tristate::Unknown, _) => reason,
    }
}

/// What the stars mean, of whom nothing is known, whether all agree.
fn notes(page: &mut Page, account: &str, forecasts: &Forecasts, look: Look) {
    page.gap();
    let cells = forecasts
        .clients
        .iter()
        .flat_map(|client| client.cells.values());
    let is_weak =
        |confidence: Confidence| confidence > Confidence::Unknown && !confidence.is_firm();
    if cells.clone().any(|cell| is_weak(cell.confidence)) {
        page.line(&look.say(text::star_means()), Ink::Faint);
    }
    let unknown = forecasts.clients.iter().filter(|client| is_unknown(client));
    let unknown: Vec<String> = unknown.map(|client| safe(&client.to_string())).collect();
    if !unknown.is_empty() && !forecasts.stated {
        let line = text::nothing_documented_of(unknown.join(", "));
        page.line(&look.say(line), Ink::Faint);
    }
    let differing: Vec<Phrase> = Role::EVERY
        .into_iter()
        .filter(|role| forecasts.agreement(*role) != Agreement::Agree)
        .map(Phrase::from)
        .collect();
    let knows_not = |cell: &RoleForecast| cell.does == Use::Unknown;
    if differing.is_empty() && forecasts.stated && cells.clone().any(knows_not) {
        page.line(&look.say(text::clients_agree_where_known()), Ink::Plain);
    } else if differing.is_empty() {
        page.line(&look.say(text::clients_agree()), Ink::Good);
    } else {
        let line = text::clients_differ(Phrase::joined(differing, ", "));
        page.line(&look.say(line), Ink::Odd);
    }
    if !look.verbose {
        let mut words = "rolecall clients -v".to_owned();
        for client in forecasts.clients.iter().filter(|_| forecasts.stated) {
            words += " --client ";
            words += &stated(client);
        }
        page.command(
            &look.say(text::why_and_what_to_set()),
            &look.of_run(&words, account),
        );
    }
}

/// A client as `--client` takes it.
fn stated(client: &Forecast) -> String {
    match &client.language {
        Some(language) => format!("{}:{language}", client.id),
        None => client.id.clone(),
    }
}

/// Lists the clients that may be asked about.
#[must_use]
pub fn known_clients(known: &[KnownClient], look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    let mut grid = Grid::new([
        GridColumn::word(look.say(text::head_client())),
        GridColumn::text(look.say(text::head_name()), 14),
        GridColumn::text(look.say(text::head_version()), 10).spare(),
        GridColumn::word(look.say(text::head_known())),
    ]);
    for client in known {
        let ink = match client.confidence {
            Confidence::Unknown => Ink::Faint,
            confidence if confidence.is_firm() => Ink::Plain,
            _ => Ink::Odd,
        };
        grid.row([
            GridCell::new(safe(&client.id), Ink::Strong),
            GridCell::from(safe(&client.name)),
            GridCell::from(safe(&client.version)),
            GridCell::new(look.say(words::confidence(client.confidence)), ink),
        ]);
        if !client.languages.is_empty() {
            let names = text::names_in(client.languages.join(", "));
            grid.note(GridCell::new(look.say(names), Ink::Faint));
        }
    }
    page.grid(&grid);
    page.gap();
    page.line(&look.say(text::say_the_language()), Ink::Plain);
    page.command(
        &look.say(text::what_they_will_do()),
        "rolecall clients --client outlook-2016:fr --client thunderbird ACCOUNT",
    );
    page.finish()
}
