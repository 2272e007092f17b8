//! What a client's user can set, client by client, as numbered steps.

use super::{ink::Ink, look::Look, page::Page};
use crate::{advice::Steps, language::text, report::text::safe};

/// Shows the steps of each client. `after_fix` says that some of the names are there only once `fix` has given them.
#[must_use]
pub fn steps(clients: &[Steps], after_fix: bool, look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    if after_fix {
        page.gap();
        page.line(&look.say(text::names_after_fix()), Ink::Plain);
    }
    for client in clients {
        page.gap();
        page.line(&safe(&client.client), Ink::Strong);
        for (at, step) in client.steps.iter().enumerate() {
            page.line(
                &format!("{}. {}", at + 1, look.safe(&step.what)),
                Ink::Plain,
            );
            for choice in &step.choices {
                page.snippet(choice.say(look.language));
            }
        }
        if let Some(snippet) = &client.snippet {
            page.snippet(snippet);
        }
    }
    page.finish()
}
