//! Questions on the terminal. The default answer, and the end of the input, always change nothing.

mod answer;
mod plan;
mod server;

use super::failure::Failure;
use crate::{
    language::{Language, Phrase, text},
    report::text::safe,
};

pub use answer::is_possible;
use answer::{answer, is_yes, tell};
pub use plan::{PlanView, held_back, is_wanted, keepers, make_target, roles};
pub use server::{about_server, may_log_in};

/// Refuses to ask where nobody can see the question or answer it, and tells how to do without.
pub fn somebody(hint: Phrase) -> Result<(), Failure> {
    if is_possible() {
        return Ok(());
    }
    Err(Failure::config(text::cannot(text::ask_before_changing())).hint(hint))
}

/// Asks once for many accounts. The answer is their number, which nobody types by habit.
pub fn consent_to_many(accounts: usize, messages: u64, language: Language) -> bool {
    tell(text::consent_undo().say(language));
    let question = text::consent_many(text::accounts(accounts as u64), text::messages(messages));
    answer(question.say(language)).is_some_and(|answer| answer == accounts.to_string())
}

/// The same before many runs are undone.
pub fn consent_to_undo(runs: usize, accounts: usize, language: Language) -> bool {
    let accounts_said = text::accounts(accounts as u64);
    let question = text::consent_undo_many(text::runs(runs as u64), accounts_said);
    answer(question.say(language)).is_some_and(|answer| answer == accounts.to_string())
}

/// Asks before a run is given up.
pub fn consent_to_give_up(run: &str, language: Language) -> bool {
    tell(text::consent_give_up().say(language));
    is_yes(answer(text::ask_give_up(safe(run)).say(language)))
}
