//! Whether to log in to a server that was found for an address.

use super::answer::{WIDTH, answer, is_yes};
use crate::{
    cli::terminal::say,
    discover::{Address, FoundBy, FoundServer},
    language::{Language, Phrase, text},
    report::text::{paragraph, safe},
};

/// What somebody has to know before a password is sent to a server that was found.
pub fn about_server(address: &Address, found: &FoundServer) -> Vec<Phrase> {
    let (account, host) = (&found.account, &found.account.id.host);
    let mut lines = vec![text::server_found(
        address.whole(),
        account.written(),
        &found.way,
    )];
    if found.is_outside {
        let outside = match found.way {
            FoundBy::Srv(_) => text::outside_by_dns,
            FoundBy::Document(_) => text::outside_by_document,
            FoundBy::Table(_) => text::outside_by_table,
        };
        lines.push(outside(host, &address.domain));
    }
    if found.needs_token {
        lines.push(text::needs_token(host));
    }
    if let Some((host, port)) = &found.filters {
        lines.push(text::filters_at(format!("{host}:{port}")));
    }
    lines
}

/// Asks whether to log in to a server that was found for an address; Enter does not.
pub fn may_log_in(address: &Address, found: &FoundServer, language: Language) -> bool {
    for (place, line) in about_server(address, found).iter().enumerate() {
        let line = safe(line.say(language));
        // A URL is not to be broken.
        say(&if place == 0 {
            line
        } else {
            paragraph(&line, WIDTH)
        });
    }
    let host = safe(&found.account.id.host);
    let is_wanted = is_yes(answer(text::log_in_there(host).say(language)));
    if !is_wanted {
        say(text::nobody_logged_in().say(language));
    }
    is_wanted
}
