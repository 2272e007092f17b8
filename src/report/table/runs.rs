//! The runs on record.

use super::{
    grid::{Grid, GridCell, GridColumn},
    ink::Ink,
    look::Look,
    page::Page,
    words,
};
use crate::{
    apply::{RunState, RunSummary},
    language::text,
    report::text::{count, minute, safe},
};

/// Shows the runs, oldest first, so that the newest is next to the prompt.
#[must_use]
pub fn runs(runs: &[RunSummary], look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    if runs.is_empty() {
        page.line(&look.say(text::no_runs()), Ink::Plain);
        return page.finish();
    }
    let mut grid = Grid::new([
        GridColumn::word(look.say(text::head_run())),
        GridColumn::word(look.say(text::head_began())),
        GridColumn::text(look.say(text::head_account()), 16),
        GridColumn::word(look.say(text::head_state())),
        GridColumn::number(look.say(text::head_steps())).spare(),
        GridColumn::number(look.say(text::head_moved())),
        GridColumn::word(look.say(text::head_undoes())).spare(),
    ]);
    for run in runs {
        let is_known = !matches!(run.state, RunState::Damaged | RunState::Newer);
        let number = |number: u64| {
            if is_known {
                count(number)
            } else {
                "?".to_owned()
            }
        };
        let ink = match run.state {
            RunState::Finished | RunState::Waiting => Ink::Good,
            RunState::Unfinished | RunState::MayHoldMail | RunState::Damaged | RunState::Newer => {
                Ink::Bad
            }
            RunState::Running | RunState::GivenUp => Ink::Odd,
            RunState::Undone => Ink::Faint,
        };
        grid.row([
            GridCell::from(safe(&run.id)),
            GridCell::from(minute(&run.started)),
            GridCell::from(
                run.account
                    .as_ref()
                    .map_or_else(|| "?".to_owned(), |account| safe(&account.url)),
            ),
            GridCell::new(look.say(words::run_state(run.state)), ink),
            GridCell::from(number(run.steps as u64)),
            GridCell::from(number(run.moved)),
            GridCell::from(run.undoes.as_deref().map_or_else(String::new, safe)),
        ]);
    }
    page.grid(&grid);
    ways_out(&mut page, runs, look);
    page.finish()
}

/// The commands that lead out of the states that need one.
fn ways_out(page: &mut Page, runs: &[RunSummary], look: Look) {
    if runs.iter().any(|run| run.state == RunState::Unfinished) {
        page.gap();
        page.command(&look.say(text::finish_unfinished()), "rolecall resume");
    }
    let mut loose = runs.iter().filter(|run| run.state == RunState::MayHoldMail);
    if let Some(run) = loose.next() {
        page.gap();
        page.command(
            &look.say(text::may_have_run_late()),
            &format!("rolecall resume {}", safe(&run.id)),
        );
    }
    let mut damaged = runs.iter().filter(|run| run.state == RunState::Damaged);
    if let Some(run) = damaged.next() {
        page.gap();
        page.command(
            &look.say(text::cannot_be_read()),
            &format!("rolecall resume {} --give-up", safe(&run.id)),
        );
    }
}
