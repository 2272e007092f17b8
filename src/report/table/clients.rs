//! What clients will do, role by role: each mailbox with the clients that use it, so that many clients fit a page.
//!
//! In: [`Forecasts`]. Out: one page. Never: a client left out without being named.

use std::collections::BTreeMap;

use super::{
    Ink, Look,
    grid::{Cell, Column, Grid},
    page::{Page, command},
};
use crate::{
    model::{
        client::{self, Agreement, Answer, Confidence, Forecast, Forecasts, Known, Looks, Use},
        role::Role,
    },
    report::text::{counted, name, safe},
};

/// Marks a client whose choice was seen or inferred, but which nobody documented.
const WEAK: &str = "*";

/// Shows what the clients of an account will do.
#[must_use]
pub fn clients(account: &str, forecasts: &Forecasts, look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    page.line(&safe(account), Ink::Strong);
    let told = counted(
        forecasts.clients.len() as u64,
        "mail client",
        "mail clients",
    );
    let whose = if forecasts.stated {
        format!("{told}, as stated")
    } else {
        format!("{told}: all that are known")
    };
    page.line(
        &format!("{whose}. A client set up now would do this; one that is already set up may keep what it has."),
        Ink::Plain,
    );
    page.gap();
    page.grid(&grid(forecasts, look));
    notes(&mut page, account, forecasts, look);
    page.finish()
}

fn grid(forecasts: &Forecasts, look: Look) -> Grid {
    let mut grid = Grid::new([
        Column::word("role"),
        Column::text("mailbox", 14),
        Column::text("clients", 20),
    ]);
    for role in Role::EVERY {
        let choices = choices(forecasts, role);
        let agreement = forecasts.agreement(role);
        for (at, (does, clients)) in choices.iter().enumerate() {
            let head = match (at, agreement) {
                (0, Agreement::Agree) => Cell::new(role.word(), Ink::Strong),
                (0, Agreement::MayDisagree) => Cell::new(format!("{role} (may differ)"), Ink::Odd),
                (0, Agreement::Disagree) => Cell::new(format!("{role} (differ)"), Ink::Odd),
                _ => Cell::default(),
            };
            let is_other = at > 0 && agreement != Agreement::Agree && !does.places().is_empty();
            let names: Vec<String> = clients.iter().map(|(who, cell)| shown(who, cell)).collect();
            grid.row([
                head,
                Cell::new(words(does), ink(does, is_other)),
                Cell::from(names.join(", ")),
            ]);
            if look.verbose {
                for (who, cell) in clients {
                    grid.note(Cell::new(reason(who, cell), Ink::Faint));
                }
            }
        }
    }
    grid
}

/// Clients by what they do: mailboxes that are there first, then those with the most clients.
fn choices(forecasts: &Forecasts, role: Role) -> Vec<(&Use, Vec<(&Forecast, &client::Cell)>)> {
    let mut by_use: BTreeMap<&Use, Vec<(&Forecast, &client::Cell)>> = BTreeMap::new();
    for (who, cell) in forecasts.of(role) {
        if forecasts.stated || !is_unknown(who) {
            by_use.entry(&cell.does).or_default().push((who, cell));
        }
    }
    let mut choices: Vec<_> = by_use.into_iter().collect();
    choices.sort_by_key(|(does, clients)| {
        let kind = match does {
            Use::Mailbox(_) | Use::OneOf(_) => 0,
            Use::Creates(_) => 1,
            Use::Computer | Use::Asks | Use::Nothing => 2,
            Use::Unknown => 3,
        };
        (kind, std::cmp::Reverse(clients.len()))
    });
    choices
}

/// Whether nothing at all is known of a client.
fn is_unknown(client: &Forecast) -> bool {
    let mut cells = client.cells.values();
    cells.all(|cell| cell.does == Use::Unknown && cell.sources.is_empty())
}

fn words(does: &Use) -> String {
    let quoted = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|one| safe(one)).collect();
        names.join(" or ")
    };
    match does {
        Use::Mailbox(mailbox) => name(mailbox),
        Use::OneOf(mailboxes) => {
            let names: Vec<String> = mailboxes.iter().map(name).collect();
            format!("one of {}", names.join(", "))
        }
        Use::Creates(names) => format!("makes {}", quoted(names)),
        Use::Computer => "on the computer".to_owned(),
        Use::Asks => "asks its user".to_owned(),
        Use::Nothing => "none".to_owned(),
        Use::Unknown => "unknown".to_owned(),
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

fn shown(client: &Forecast, cell: &client::Cell) -> String {
    let is_weak = cell.confidence > Confidence::Unknown && !cell.confidence.is_firm();
    format!(
        "{}{}",
        safe(&client.to_string()),
        if is_weak { WEAK } else { "" }
    )
}

/// Why, how well that is known and from where, and what the user can do about it.
fn reason(client: &Forecast, cell: &client::Cell) -> String {
    let known = if cell.sources.is_empty() {
        String::new()
    } else {
        format!(
            " ({}: {})",
            cell.confidence.word(),
            safe(&cell.sources.join("; "))
        )
    };
    let looks = match client.looks {
        Looks::Once => ". It looks once, when the account is set up",
        Looks::Always | Looks::Unknown => "",
    };
    let reassign = match (cell.can_reassign, &cell.reassign) {
        (Answer::Yes, Some(place)) => format!(". To change it: {}", safe(place)),
        (Answer::Yes, None) => ". Its user can change it".to_owned(),
        (Answer::No, None) => ". Its user cannot change it".to_owned(),
        (Answer::No, Some(place)) => format!(". Its user cannot change it: {}", safe(place)),
        (Answer::Unknown, _) => String::new(),
    };
    format!(
        "{}: {}{known}{looks}{reassign}",
        safe(&client.to_string()),
        safe(&cell.because)
    )
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
        page.line("* seen or inferred; nobody documents it", Ink::Faint);
    }
    let unknown = forecasts.clients.iter().filter(|client| is_unknown(client));
    let unknown: Vec<String> = unknown.map(|client| safe(&client.to_string())).collect();
    if !unknown.is_empty() && !forecasts.stated {
        let names = unknown.join(", ");
        page.line(&format!("Nothing is documented of {names}."), Ink::Faint);
    }
    let differing: Vec<&str> = Role::EVERY
        .into_iter()
        .filter(|role| forecasts.agreement(*role) != Agreement::Agree)
        .map(Role::word)
        .collect();
    if differing.is_empty() {
        page.line("The clients agree about every role.", Ink::Good);
    } else {
        page.line(
            &format!("The clients differ about {}.", differing.join(", ")),
            Ink::Odd,
        );
    }
    if !look.verbose {
        page.command(
            "Why, from where, and what to set:",
            &command("rolecall clients -v", account),
        );
    }
}

/// Lists the clients that may be asked about.
#[must_use]
pub fn known_clients(known: &[Known], look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    let mut grid = Grid::new([
        Column::word("client"),
        Column::text("name", 14),
        Column::text("version", 10).spare(),
        Column::word("known"),
    ]);
    for client in known {
        let ink = match client.confidence {
            Confidence::Unknown => Ink::Faint,
            confidence if confidence.is_firm() => Ink::Plain,
            _ => Ink::Odd,
        };
        let languages = if client.languages.is_empty() {
            String::new()
        } else {
            format!("in {}", client.languages.join(", "))
        };
        grid.row([
            Cell::new(safe(&client.id), Ink::Strong),
            Cell::from(safe(&client.name)),
            Cell::from(safe(&client.version)),
            Cell::new(client.confidence.word(), ink),
        ]);
        if !languages.is_empty() {
            grid.note(Cell::new(format!("names {languages}"), Ink::Faint));
        }
    }
    page.grid(&grid);
    page.gap();
    page.line(
        "Say the language of the client's menus where its names differ by language: outlook-2016:fr.",
        Ink::Plain,
    );
    page.command(
        "What they will do:",
        "rolecall clients --client outlook-2016:fr --client thunderbird ACCOUNT",
    );
    page.finish()
}
