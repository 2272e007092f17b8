//! The runs on record.

use super::{
    Ink, Look,
    grid::{Cell, Column, Grid},
    page::Page,
};
use crate::{
    apply::{RunState, RunSummary},
    report::text::{count, minute, safe},
};

/// Shows the runs, oldest first, so that the newest is next to the prompt.
#[must_use]
pub fn runs(runs: &[RunSummary], look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    if runs.is_empty() {
        page.line("no runs yet", Ink::Plain);
        return page.finish();
    }
    let mut grid = Grid::new([
        Column::word("run"),
        Column::word("began (UTC)"),
        Column::text("account", 16),
        Column::word("state"),
        Column::number("steps").spare(),
        Column::number("moved"),
        Column::word("undoes").spare(),
    ]);
    for run in runs {
        let is_known = run.state != RunState::Damaged;
        let number = |number: u64| {
            if is_known {
                count(number)
            } else {
                "?".to_owned()
            }
        };
        let ink = match run.state {
            RunState::Finished => Ink::Good,
            RunState::Unfinished | RunState::MayHoldMail | RunState::Damaged => Ink::Bad,
            RunState::Undone => Ink::Faint,
        };
        grid.row([
            Cell::from(safe(&run.id)),
            Cell::from(minute(&run.started)),
            Cell::from(
                run.account
                    .as_ref()
                    .map_or_else(|| "?".to_owned(), |account| safe(&account.url)),
            ),
            Cell::new(run.state.word(), ink),
            Cell::from(number(run.steps as u64)),
            Cell::from(number(run.moved)),
            Cell::from(run.undoes.as_deref().map_or_else(String::new, safe)),
        ]);
    }
    page.grid(&grid);
    if runs.iter().any(|run| run.state == RunState::Unfinished) {
        page.gap();
        page.command("Finish what is unfinished:", "rolecall resume");
    }
    let mut loose = runs.iter().filter(|run| run.state == RunState::MayHoldMail);
    if let Some(run) = loose.next() {
        page.gap();
        page.command(
            "A command of a finished run may have run late, and hold mail:",
            &format!("rolecall resume {}", safe(&run.id)),
        );
    }
    page.finish()
}
